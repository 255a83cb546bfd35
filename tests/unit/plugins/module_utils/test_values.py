# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documented fields: the options that they become, and the values that they take."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import (
    Field,
    check_fields,
    given_fields,
    specs,
)

NAMED = {"name": Field(most=4), "count": Field("int", most=9)}


@pytest.mark.parametrize(
    ("field", "spec"),
    [
        (Field(), {"type": "str"}),
        (Field("int", most=3), {"type": "int"}),
        (Field("list"), {"type": "list", "elements": "str"}),
        (Field(required=True), {"type": "str", "required": True}),
        (Field(no_log=False), {"type": "str", "no_log": False}),
        (Field("dict", fields={"a": Field()}), {"type": "dict", "options": {"a": {"type": "str"}}}),
        (
            Field("list", fields={"a": Field("bool", required=True)}),
            {"type": "list", "elements": "dict", "options": {"a": {"type": "bool", "required": True}}},
        ),
    ],
    ids=str,
)
def test_a_field_becomes_an_option(field: Field, spec: dict[str, Any]) -> None:
    assert field.spec() == spec
    assert specs({"f": field}) == {"f": spec}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        (Field("int", least=2, most=3), [None, 2, 3]),
        (Field("int", least=0), [0, 10**9]),
        (Field("list", least=1, most=2), [None, ["a"], ["a", "b"]]),
        (Field("list", least=0), [[], ["a"] * 999]),
        (Field("list", fields=NAMED), [[{}], [{"name": "a"}, {"count": 1}]]),
        (Field("dict", fields=NAMED), [{}, {"name": "abcd", "count": 9}, {"count": None}]),
        (Field("dict"), [{}, {"anything": 1}]),
        (Field(choices=("A", "B"), most=1), [None, "A", "B"]),
        (Field(least=2, most=3), ["ab", "abc", " a"]),
        (Field(least=0, most=3), ["", " ", "abc"]),
        (Field(), ["a", "a" * 9999]),
        (Field("bool"), [True, False]),
    ],
    ids=str,
)
def test_a_value_within_the_limits_is_taken(field: Field, values: list[Any]) -> None:
    for value in values:
        field.parse("coc.f", value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (Field("int", least=2, most=3), 1, "coc.f: 1 is refused: it is a whole number from 2 to 3."),
        (Field("int", least=2, most=3), 4, "coc.f: 4 is refused: it is a whole number from 2 to 3."),
        (Field("int", least=0, most=3), True, "coc.f: True is refused: it is a whole number from 0 to 3."),
        (Field("list", most=2), [], "coc.f: '0 entries' is refused: it has 1 to 2 entries."),
        (Field("list", most=2), ["a"] * 3, "coc.f: '3 entries' is refused: it has 1 to 2 entries."),
        (
            Field("list", fields=NAMED),
            [{"name": "a"}, {"name": "abcde"}],
            "coc.f.name: 'abcde' is refused: it has 1 to 4 characters.",
        ),
        (
            Field("dict", fields=NAMED),
            {"count": 0},
            "coc.f.count: 0 is refused: it is a whole number from 1 to 9.",
        ),
        (Field(choices=("A", "B")), "a", "coc.f: 'a' is refused: it is one of A, B."),
        (Field(most=3), "", "coc.f: '' is refused: it has 1 to 3 characters."),
        (Field(most=3), "  ", "coc.f: '  ' is refused: it has 1 to 3 characters."),
        (Field(most=3), "abcd", "coc.f: 'abcd' is refused: it has 1 to 3 characters."),
        (Field(least=2, most=3), "a", "coc.f: 'a' is refused: it has 2 to 3 characters."),
        (Field(least=0, most=3), "    ", "coc.f: '    ' is refused: it has 0 to 3 characters."),
    ],
    ids=str,
)
def test_a_value_beyond_the_limits_is_refused(field: Field, value: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        field.parse("coc.f", value)
    assert caught.value.message == message


def test_every_field_of_an_object_is_checked() -> None:
    check_fields("coc", NAMED, {"name": "a", "count": 1})
    with pytest.raises(OptionError) as caught:
        check_fields("coc", NAMED, {"name": "a", "count": 10})
    assert caught.value.option == "coc.count"


def test_nulls_are_not_given_and_neither_is_an_object_of_nulls() -> None:
    fields = {
        "text": Field(),
        "flag": Field("bool"),
        "data": Field("dict"),
        "object": Field("dict", fields=NAMED),
        "objects": Field("list", fields=NAMED),
    }
    assert given_fields(fields, dict.fromkeys(fields)) == {}
    assert given_fields(fields, {"object": {"name": None, "count": None}, "objects": []}) == {"objects": []}
    given = {
        "text": "",
        "flag": False,
        "data": {"a": None},
        "object": {"name": "", "count": None},
        "objects": [{"name": None, "count": 0}, {"name": "a"}],
    }
    assert given_fields(fields, given) == {
        "text": "",
        "flag": False,
        "data": {"a": None},
        "object": {"name": ""},
        "objects": [{"count": 0}, {"name": "a"}],
    }
