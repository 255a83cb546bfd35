# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts and results without the secrets of a connection."""

from __future__ import annotations

import base64
import importlib.util
import sys
from types import ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, MASKS, WHOLE_MASK, Secrets

SECRET = "a b/c+\u00fc<&>='\"\\d"


def test_a_secret_within_another_does_not_leave_the_rest_of_it() -> None:
    for order in (("abc", "abcdef", "xabc"), ("abcdef", "xabc", "abc")):
        secrets = Secrets(order)
        assert secrets.mask("abc abcdef xabc ab") == f"{MASK} {MASK} {MASK} ab"
    secrets.keep("axabc")
    assert secrets.mask("axabc") == MASK
    # Of two that overlap, none shows its end.
    assert Secrets(["abcd", "cdef"]).mask("-abcdef-") == f"-{MASK}-"


@pytest.mark.parametrize("escaped", ["=", "%3D", "%253d", "&#61;", "&equals;", "\\u003D", "\\\\u003d"])
def test_a_signature_is_masked_and_nothing_like_it(escaped: str) -> None:
    mask = Secrets().mask
    masked = mask(f"Access=AK, Signature{escaped}{'0f' * 32}, x")
    assert masked.startswith("Access=AK, Signature") and masked.endswith(f"{MASK}, x")
    assert "0f" not in masked
    assert mask(f"Signature{escaped}{'0f' * 29}") == f"Signature{escaped}{'0f' * 29}"
    assert mask(f"a Signature, of {'.' * 20} {'0f' * 32}").endswith("0f")
    assert mask("nothing") == "nothing"


@pytest.mark.parametrize("secret", ["*", "E", "$", "RED", "_"])
def test_what_is_masked_is_not_masked_again(secret: str) -> None:
    secrets = Secrets([secret])
    once = secrets.mask(f"<{secret}>")
    assert once == f"<{MASK}>"
    assert secrets.mask(once) == once


def test_secrets_are_told_once_to_whoever_is_told_now() -> None:
    first: list[str] = []
    second: list[str] = []
    secrets = Secrets(["one"])
    secrets.register_with(first.append)
    secrets.keep("two")
    secrets.keep("one")
    assert first == ["one", "two"]
    secrets.register_with(second.append)
    secrets.keep("three")
    assert first == ["one", "two"]
    assert sorted(second) == ["one", "three", "two"]
    Secrets(["four"], first.append)
    assert first == ["one", "two", "four"]


def test_a_result_is_hidden_in_all_its_texts_and_numbers_and_stays_what_it_is_otherwise() -> None:
    result = {
        "changed": True,
        "msg": f"not {SECRET}",
        "whole": SECRET,
        "list": [quote(SECRET), (SECRET, None)],
        "count": 41_234,
        "share": 0.5,
        "same": 1234,
        "none": None,
    }
    assert Secrets([SECRET, "1234", "True", "None", "changed"]).hide(result) == {
        "changed": True,
        "msg": f"not {MASK}",
        "whole": WHOLE_MASK,
        "list": [MASK, [WHOLE_MASK, None]],
        "count": WHOLE_MASK,
        "share": 0.5,
        "same": WHOLE_MASK,
        "none": None,
    }
    assert "changed" in result and result["whole"] == SECRET


def test_keys_are_hidden_where_they_are_data_and_none_is_lost() -> None:
    data = {SECRET: 1, quote(SECRET): {"extra": {f"x {SECRET}": 2}}, "plain": [{SECRET: 3}], 4: 5}
    hidden = Secrets([SECRET, "description"]).hide({"extra": data, "description": {SECRET: 6}}, {"extra"})
    assert hidden == {
        "extra": {MASK: 1, MASK * 2: {"extra": {f"x {MASK}": 2}}, "plain": [{MASK: 3}], 4: 5},
        # Below a name of ours the keys are names of ours.
        "description": {SECRET: 6},
    }


def test_a_proxys_header_is_hidden_with_what_is_no_secret_in_it() -> None:
    header = base64.b64encode(b"me:Zq-hidden").decode()
    assert Secrets(["Zq-hidden"]).mask(f"407 Basic {header}.") == f"407 Basic {MASK}."


def load(monkeypatch: pytest.MonkeyPatch, ansible: Any) -> ModuleType:
    monkeypatch.setitem(sys.modules, "ansible.module_utils.secrets", ansible)
    spec = importlib.util.spec_from_file_location(f"{_secrets.__name__}_of_a_version", _secrets.__file__)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_version_of_ansible_has_its_own_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    old = load(monkeypatch, None)
    masks = (old.MASK, old.WHOLE_MASK)
    assert masks == MASKS[:2]
    assert old.register_secret("hidden") == "hidden"
    registered: list[str] = []
    new = load(monkeypatch, SimpleNamespace(register_secret=registered.append))
    assert {new.MASK, new.WHOLE_MASK} == {MASKS[2]}
    secrets = new.Secrets(["hidden"], new.register_secret)
    assert registered == ["hidden"]
    assert secrets.hide(["hidden", "x hidden"]) == ["$REDACTED$", "x $REDACTED$"]
