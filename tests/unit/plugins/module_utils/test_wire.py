# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields as services answer them: right, missing, null, empty, or of another type than documented."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("item", "read"),
    [
        ({}, None),
        ({"f": None}, None),
        ({"f": ""}, None),
        ({"f": []}, None),
        ({"f": ["a"]}, None),
        ({"f": {"a": 1}}, None),
        ({"f": "a"}, "a"),
        ({"f": " "}, " "),
        ({"f": 0}, "0"),
        ({"f": False}, "False"),
        ({"g": "a"}, None),
    ],
)
def test_a_text_is_known_unless_it_is_missing_null_or_empty(item: dict[str, Any], read: str | None) -> None:
    assert wire.text(item, "f") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, []),
        ("", []),
        ("1", ["1"]),
        ("1, 2,,L ", ["1", "2", "L"]),
        ([1, " 2 ", "", "L"], ["1", "2", "L"]),
        ([], []),
        (3, ["3"]),
        ({"a": 1}, []),
    ],
)
def test_entries_are_read_from_a_list_or_from_a_text_with_commas(value: Any, read: list[str]) -> None:
    assert wire.entries({"f": value}, "f") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [(None, []), ("x", []), ({"a": 1}, []), ([], []), ([{"a": 1}, None, "x", {}], [{"a": 1}, {}])],
)
def test_only_objects_of_a_list_are_objects(value: Any, read: list[dict[str, Any]]) -> None:
    assert wire.objects({"f": value}, "f") == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, None),
        ("", ""),
        ("0", 0),
        ("007", 7),
        ("123456789", 123456789),
        ("1234567890", "1234567890"),
        ("-1", "-1"),
        ("1.0", "1.0"),
        ("many", "many"),
        ("٣", "٣"),
    ],
)
def test_a_number_of_a_sane_size_is_read_and_anything_else_stays_text(value: str | None, read: Any) -> None:
    assert wire.number(value) == read


@pytest.mark.parametrize(
    ("value", "integer", "boolean"),
    [(1, 1, None), (0, 0, None), (True, None, True), (False, None, False), ("1", None, None), (None, None, None)],
)
def test_a_truth_is_no_number_and_a_number_no_truth(value: Any, integer: int | None, boolean: bool | None) -> None:
    assert wire.integer({"f": value}, "f") is integer
    assert wire.boolean({"f": value}, "f") is boolean


@pytest.mark.parametrize(
    ("value", "read"), [("day", "DAY"), ("Day", "DAY"), ("DAY", "DAY"), ("hour", "hour"), ("", ""), (None, None)]
)
def test_a_known_word_is_read_in_any_case_and_an_unknown_one_as_it_is(value: str | None, read: str | None) -> None:
    assert wire.enumerated(value, ("DAY", "WEEK")) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ('{"a": [1, null]}', {"a": [1, None]}),
        ("[]", []),
        ("", ""),
        ("{", "{"),
        ("plain", "plain"),
        (7, 7),
        (None, None),
    ],
)
def test_json_in_a_text_is_read_and_anything_else_stays_as_it_is(value: Any, read: Any) -> None:
    assert wire.from_json(value) == read


def test_an_instant_is_counted_in_milliseconds_and_known_to_the_second() -> None:
    instant = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert wire.instant_of(1_767_323_045_000) == wire.instant_of(1_767_323_045_999) == instant
    assert wire.milliseconds_of(instant) == wire.milliseconds_of(instant.astimezone(SHANGHAI)) == 1_767_323_045_000
    assert wire.iso(instant) == "2026-01-02T03:04:05Z"
    assert wire.iso(instant.astimezone(SHANGHAI)) == "2026-01-02T11:04:05+08:00"


@pytest.mark.parametrize("milliseconds", [None, 0, 10**18, -(10**18)])
def test_an_instant_that_is_none_or_out_of_range_is_not_known(milliseconds: int | None) -> None:
    assert wire.instant_of(milliseconds) is None


def test_an_instant_before_the_epoch_is_one_too() -> None:
    assert wire.instant_of(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=timezone.utc)


def test_a_local_time_is_what_the_clocks_show_there() -> None:
    instant = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert wire.local_time(instant, SHANGHAI) == datetime(2026, 1, 2, 11, 4, 5)
    assert wire.local_time(instant, None) is None
    assert wire.local_time(None, SHANGHAI) is None
    assert wire.local_time(datetime.max.replace(tzinfo=timezone.utc), SHANGHAI) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-01 09:00:00 GMT+08:00", "2026-01-01T09:00:00+08:00"),
        ("2026-01-01 09:00:00 GMT-03:30", "2026-01-01T09:00:00-03:30"),
        ("2026-01-01 09:00:00 GMT", "2026-01-01T09:00:00Z"),
        ("2026-01-01 09:00:00", "2026-01-01 09:00:00"),
        ("on 2026-01-01 09:00:00 GMT", "on 2026-01-01 09:00:00 GMT"),
    ],
)
def test_a_future_execution_is_told_in_iso_8601_where_its_form_is_known(text: str, read: str) -> None:
    assert wire.future_execution(text) == read


def test_fields_get_our_names_and_those_without_one_are_extra() -> None:
    item = {
        "task_id": "t-1",
        "empty": "",
        "null": None,
        "zero": 0,
        "list": [],
        "same": 1,
        "colour": "red",
        "shade": None,
    }
    names = {"task_id": "id", "empty": "a", "null": "b", "zero": "c", "list": "d", "missing": "e"}
    filled = {"id": "t-1", "c": 0, "d": []}
    assert wire.filled(item, names) == filled
    assert wire.unnamed(item, {*names, "same"}) == {"colour": "red", "shade": None}
    assert wire.renamed(item, names, ("same",)) == {**filled, "extra": {"colour": "red", "shade": None}}
    assert wire.renamed(item, names) == {**filled, "extra": {"same": 1, "colour": "red", "shade": None}}
    assert wire.renamed(item, names, ("same", "colour", "shade")) == filled
