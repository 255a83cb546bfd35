# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in the forms in which programs write them, and texts without them."""

from __future__ import annotations

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, Secrets, forms_of

SECRET = "a b/c+\u00fc<&>='\"\\d"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        # Python
        "a b/c+\u00fc<&>=\\'\"\\\\d",
        # in URLs
        "a%20b%2Fc%2B%C3%BC%3C%26%3E%3D%27%22%5Cd",
        "a%20b/c%2B%C3%BC%3C%26%3E%3D%27%22%5Cd",
        "a+b%2Fc%2B%C3%BC%3C%26%3E%3D%27%22%5Cd",
        "a%20b%2fc%2b%c3%bc%3c%26%3e%3d%27%22%5cd",
        "a+b%2fc%2b%c3%bc%3c%26%3e%3d%27%22%5cd",
        # in JSON: Python's two, PHP's, Go's and Gson's
        "a b/c+\\u00fc<&>='\\\"\\\\d",
        "a b/c+\u00fc<&>='\\\"\\\\d",
        "a b\\/c+\\u00fc<&>='\\\"\\\\d",
        "a b\\/c+\u00fc<&>='\\\"\\\\d",
        "a b/c+\u00fc\\u003c\\u0026\\u003e='\\\"\\\\d",
        'a b/c+\u00fc\\u003c\\u0026\\u003e\\u003d\\u0027\\"\\\\d',
        # in HTML: Python's and Go's
        "a b/c+\u00fc&lt;&amp;&gt;=&#x27;&quot;\\d",
        "a b/c+\u00fc&lt;&amp;&gt;=&#39;&#34;\\d",
    ],
)
def test_a_secret_is_known_in_every_form(form: str) -> None:
    forms = forms_of(SECRET)
    assert form in forms
    assert forms[0] == SECRET
    assert len(forms) == len(set(forms))
    secrets = Secrets()
    secrets.keep(SECRET)
    assert secrets.mask(f"<{form}>") == f"<{MASK}>"


def test_a_plain_secret_has_one_form_only() -> None:
    assert forms_of("plain-Secret_1~") == ["plain-Secret_1~"]


def test_a_secret_within_another_does_not_leave_the_rest_of_it() -> None:
    for order in (("abc", "abcdef", "xabc"), ("abcdef", "xabc", "abc")):
        secrets = Secrets()
        for secret in order:
            secrets.keep(secret)
        assert secrets.mask("abc abcdef xabc ab") == f"{MASK} {MASK} {MASK} ab"
    secrets.keep("axabc")
    assert secrets.mask("axabc") == MASK


def test_a_signature_is_masked_and_nothing_like_it() -> None:
    mask = Secrets().mask
    assert mask(f"Access=AK, Signature={'0f' * 32}, x") == f"Access=AK, Signature={MASK}, x"
    assert mask(f"Signature={'0f' * 31}") == f"Signature={'0f' * 31}"
    assert mask("nothing") == "nothing"


def test_secrets_are_told_once_to_whoever_is_told_now() -> None:
    first: list[str] = []
    second: list[str] = []
    secrets = Secrets()
    secrets.keep("one")
    secrets.tell_to(first.append)
    secrets.keep("two")
    secrets.keep("one")
    assert first == ["one", "two"]
    secrets.tell_to(second.append)
    secrets.keep("three")
    assert first == ["one", "two"]
    assert sorted(second) == ["one", "three", "two"]
