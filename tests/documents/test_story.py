# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong on a page is noticed."""

from __future__ import annotations

import os

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.documents import pages
from ansible_collections.cloudcron.huaweicloud.tests.documents.pages import ROOT, Block
from ansible_collections.cloudcron.huaweicloud.tests.documents.story import NotSo, Story


@pytest.fixture
def follow(tmp_path):
    """``follow((language, text), ...)``: follow a page of these blocks; return its folder."""

    def follow(*blocks):
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        story = Story(tmp_path, environment, tmp_path / "none.tar.gz", ROOT)
        story.follow([Block("page.rst", number, *block) for number, block in enumerate(blocks, 1)])
        return tmp_path

    return follow


GOOD = {
    "a command": [("console", "true")],
    "a variable that lasts": [
        ("bash", "export WORD=said\nmkdir a\ncd a"),
        ("console", 'test $WORD = said -a -d "../a"'),
    ],
    "a command that fails as it should": [("console", "false  # fails: it is no good")],
    "its output": [
        ("console", "echo begin; echo 'TASK [a] ***'; echo; echo x=1   y"),
        ("text", "TASK [a] *****\nx=... y\n"),
    ],
    "a made up port": [("console", "echo at http://127.0.0.1:3456"), ("text", "at http://127.0.0.1:8701\n")],
    "a file": [("yaml", "# some/vars.yml, encrypted\na: 1\n"), ("console", "grep a some/vars.yml")],
    "an edit": [
        ("yaml", "# vars.yml\na: 1\nb: 2\n"),
        ("diff", "--- vars.yml\n+++ vars.yml\n@@\n-b: 2\n+b: 3\n"),
        ("console", "grep 'b: 3' vars.yml"),
    ],
    "a pipeline": [
        ("yaml", "# .gitlab-ci.yml\njob:\n  variables: {A: b, C: $D}\n  script: ['test $A = b', 'touch done']\n"),
        ("console", "test -f done"),
    ],
}

BAD = {
    "an unknown language": ([("python", "1")], "Nobody knows"),
    "no language": ([("", "1")], "Nobody knows"),
    "a command that fails": ([("console", "true\nfalse\ntrue")], "ended with status 1"),
    "a command that fails in a pipe": ([("console", "false | cat")], "ended with status 1"),
    "a command that should fail": ([("console", "true \\\n  -a  # fails")], "This should have failed"),
    "other output": ([("console", "echo changed=1"), ("text", "changed=2\n")], "is not shown there: changed=2"),
    "output in another order": ([("console", "echo a; echo b"), ("text", "b\na\n")], "is not shown there: a"),
    "a part of a line": ([("console", "echo ab"), ("text", "a\n")], "is not shown there: a"),
    "output of nothing": ([("text", "a\n")], "follows nothing that was run"),
    "output of a file": ([("yaml", "# a.yml\na: 1\n"), ("text", "a\n")], "follows nothing that was run"),
    "variables without a file": ([("yaml", "a: 1\n")], "neither tasks nor plays"),
    "an edit of something else": (
        [("yaml", "# vars.yml\na: 1\n"), ("diff", "--- vars.yml\n+++ vars.yml\n-b: 2\n+b: 3\n")],
        "vars.yml has this 0 times",
    ),
    "an edit of nothing": ([("diff", "-a\n+b\n")], "wants the name of the file"),
    "a pipeline that fails": ([("yaml", "# .gitlab-ci.yml\njob: {script: ['false']}\n")], "ended with status 1"),
    "a job that fails": (
        [("yaml", "# .github/workflows/a.yml\njobs: {a: {env: {A: b}, steps: [{run: 'test $A = c'}]}}\n")],
        "ended with status 1",
    ),
    "a playbook that is not named": (
        [
            ("yaml", "# a.yml\n- hosts: localhost\n"),
            ("console", "ansible-playbook() { false; }; export -f ansible-playbook"),
        ],
        "ansible-playbook a.yml",
    ),
}


@pytest.mark.parametrize("blocks", GOOD.values(), ids=GOOD)
def test_what_is_so_passes(follow, blocks):
    follow(*blocks)


@pytest.mark.parametrize(("blocks", "problem"), BAD.values(), ids=BAD)
def test_what_is_not_so_is_told(follow, blocks, problem):
    with pytest.raises(NotSo) as caught:
        follow(*blocks)
    assert problem in str(caught.value)
    assert "page.rst, block" in str(caught.value)


class TestPages:
    def test_blocks_are_found_wherever_they_stand(self, tmp_path, monkeypatch):
        (tmp_path / "docs").mkdir()
        nested = ".. seealso::\n\n  .. code-block:: yaml\n\n    a: 1\n\n"
        (tmp_path / "docs" / "page.rst").write_text(
            f"{nested}- list\n\n  .. code:: console\n\n    true\n\nText::\n\n  b\n"
        )
        (tmp_path / "README.md").write_text("- a\n\n  ```yaml\n  a: 1\n  ```\n\ntext\n\n    plain\n")
        monkeypatch.setattr(pages, "ROOT", tmp_path)
        found = {page: [(block.language, block.text) for block in blocks] for page, blocks in pages.pages().items()}
        assert found == {
            "README.md": [("yaml", "a: 1\n"), ("", "plain\n")],
            "docs/page.rst": [("yaml", "a: 1\n"), ("console", "true\n"), ("", "b\n")],
        }

    def test_a_directive_that_could_hide_blocks_is_refused(self, tmp_path, monkeypatch):
        (tmp_path / "page.rst").write_text(".. tabs::\n\n  .. code-block:: yaml\n\n    a: 1\n")
        monkeypatch.setattr(pages, "ROOT", tmp_path)
        with pytest.raises(AssertionError, match='Unknown directive type "tabs"'):
            pages.pages()
