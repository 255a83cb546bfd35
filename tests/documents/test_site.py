# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the site must not have is noticed."""

from __future__ import annotations

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.tools.docs import problems_of

GOOD = """<link rel="stylesheet" href="style.css"><a href="sub/other.html#there">a</a><a href="#here">b</a>
<p id="here">c</p><a href="https://example.com/">d</a><a href="mailto:a@b">e</a>
<img src="data:image/png;base64,AAAA">"""


@pytest.fixture
def site(tmp_path):
    """A site in which nothing is wrong."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(GOOD)
    (tmp_path / "sub" / "other.html").write_text('<p id="there">a</p><a href="../index.html?a=b#here">b</a>')
    (tmp_path / "style.css").write_text(
        "a { background: url(data:image/png;base64,AAAA) } b { background: url('a.png') }"
    )
    return tmp_path


def test_a_good_site_has_no_problems(site):
    assert list(problems_of(site)) == []


@pytest.mark.parametrize(
    ("page", "text", "problem"),
    [
        ("index.html", '<a href="missing.html">a</a>', "index.html: no such file: missing.html"),
        ("index.html", '<a href="sub/">a</a>', "index.html: no such file: sub/"),
        (
            "index.html",
            '<a href="sub/other.html#where">a</a>',
            "index.html: no such place in the page: sub/other.html#where",
        ),
        (
            "sub/other.html",
            '<p id="there"></p><a href="#where">a</a>',
            "sub/other.html: no such place in the page: #where",
        ),
        ("index.html", '<p id="here"></p><img src="a.png">', "index.html: no such file: a.png"),
        (
            "index.html",
            '<p id="here"></p><script src="//example.com/a.js"></script>',
            "index.html: is loaded from another host: //example.com/a.js",
        ),
        (
            "index.html",
            '<p id="here"></p><link rel="stylesheet" href="https://example.com/a.css">',
            "index.html: is loaded from another host: https://example.com/a.css",
        ),
        (
            "style.css",
            '@import "https://example.com/a.css";',
            "style.css: is loaded from another host: https://example.com/a.css",
        ),
        (
            "style.css",
            "a { background: url('//example.com/a.png') }",
            "style.css: is loaded from another host: //example.com/a.png",
        ),
    ],
)
def test_a_problem_is_told(site, page, text, problem):
    (site / page).write_text(text)
    assert problem in list(problems_of(site))
