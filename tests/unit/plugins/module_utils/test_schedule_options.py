# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a schedule: what each part may be, what goes together, and what comes over what was found."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _times
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError, TaskError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._times import (
    by_number,
    by_weekday,
    find_zone,
    parse_instant,
)
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

ONCE = {"type": "once", "date": "2026-01-02", "time": "03:04:05"}
DAILY = {"type": "daily", "day_interval": 1, "time": "03:04:05"}
WEEKLY = {"type": "weekly", "weekdays": ["sunday"], "time": "03:04:05"}
MONTHLY = {"type": "monthly", "months": [1], "month_days": ["1"], "time": "03:04:05"}
CRON = {"type": "cron", "cron": "0 0 1 * * ?"}
LIFE_CYCLE = {"type": "life_cycle", "life_cycle_type": "LOGIN"}
EXPIRY = datetime(2030, 6, 30, 10, tzinfo=timezone.utc)


def given(**parts: Any) -> Schedule:
    return checked(Schedule.from_options, parts)


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        ("date", "2028-02-29", "2028-02-29"),
        ("time", "3:04", None),
        ("time", "00:00", "00:00:00"),
        ("time", "23:59:59", "23:59:59"),
        ("day_interval", 1, 1),
        ("day_interval", 31, 31),
        ("weekdays", ["saturday", "monday", "sunday", "monday"], ("sunday", "monday", "saturday")),
        ("months", [12, 1, 2, 1], (1, 2, 12)),
        ("month_days", ["L", "31", "09", "9", "10"], ("9", "10", "31", "L")),
        ("cron", " 0 ", " 0 "),
        ("life_cycle_type", "LOGIN", "LOGIN"),
        ("wait_time", 0, 0),
        ("wait_time", 10**6, 10**6),
        ("life_cycle_exec_period", 1, 1),
        ("time_zone", "x" * 64, "x" * 64),
        ("time_zone", "Asia/Shanghai", "Asia/Shanghai"),
        ("expire_time", "2030-06-30T18:00:00+08:00", EXPIRY),
        ("expire_time", "2030-06-30T18:00", datetime(2030, 6, 30, 18)),
        ("expire_time", "", ""),
    ],
)
def test_a_part_has_one_form(name: str, value: Any, parsed: Any) -> None:
    if parsed is None:
        with pytest.raises(OptionError):
            given(**{name: value})
    else:
        assert getattr(given(**{name: value}), name) == parsed


DATE = "it is a day of the calendar in the form yyyy-MM-dd"
TIME = "it is a time of day in the form HH:mm:ss or HH:mm"
WEEKDAY = "it is one of sunday, monday, tuesday, wednesday, thursday, friday, saturday"
MONTH_DAY = "a day of the month is 1 to 31, or L for the last one"
ZONE = "it has 1 to 64 characters"
INSTANT = (
    "it is an instant in ISO 8601, such as 2027-06-30T18:00:00+08:00, or without an offset in the schedule's time "
    "zone, or empty for none"
)
ENTRY = "it has at least one entry and cannot be cleared"


@pytest.mark.parametrize(
    ("name", "value", "refused", "expected"),
    [
        ("type", "yearly", "'yearly'", "it is one of once, daily, weekly, monthly, cron, life_cycle"),
        ("date", "2026-02-29", "'2026-02-29'", DATE),
        ("date", "20260228", "'20260228'", DATE),
        ("time", "24:00", "'24:00'", TIME),
        (
            "time",
            "37800",
            "'37800'",
            f"{TIME}. YAML turns an unquoted time such as 10:30:00 into a number: quote it",
        ),
        ("day_interval", 0, "0", "it is a whole number from 1 to 31"),
        ("day_interval", 32, "32", "it is a whole number from 1 to 31"),
        ("day_interval", True, "True", "it is a whole number from 1 to 31"),
        ("weekdays", ["sunday", "Monday"], "'Monday'", WEEKDAY),
        ("weekdays", [], "[]", ENTRY),
        ("months", [1, 13], "13", "it is a whole number from 1 to 12"),
        ("months", [0], "0", "it is a whole number from 1 to 12"),
        ("months", [], "[]", ENTRY),
        ("month_days", ["0"], "'0'", MONTH_DAY),
        ("month_days", ["32"], "'32'", MONTH_DAY),
        ("month_days", ["l"], "'l'", MONTH_DAY),
        ("cron", " ", "' '", "it is not empty"),
        ("life_cycle_type", "", "''", "it is not empty"),
        ("wait_time", -1, "-1", "it is a whole number from 0"),
        ("life_cycle_exec_period", 0, "0", "it is a whole number from 1"),
        ("time_zone", " ", "' '", ZONE),
        ("time_zone", "x" * 65, f"'{'x' * 65}'", ZONE),
        (
            "time_zone",
            "Asia/Atlantis",
            "'Asia/Atlantis'",
            "the IANA time zone database has no such zone; an example is Asia/Shanghai",
        ),
        ("expire_time", "tomorrow", "'tomorrow'", INSTANT),
    ],
)
def test_a_part_that_is_none_is_refused(name: str, value: Any, refused: str, expected: str) -> None:
    with pytest.raises(OptionError) as caught:
        given(**{name: value})
    assert caught.value.message == f"schedule.{name}: {refused} is refused: {expected}."


@pytest.mark.parametrize(
    "options",
    [ONCE, DAILY, WEEKLY, MONTHLY, CRON, {**LIFE_CYCLE, "wait_time": 5, "life_cycle_exec_period": 6}],
    ids=str,
)
@pytest.mark.parametrize("common", [{}, {"time_zone": "UTC", "expire_time": "2030-06-30T10:00:00Z"}], ids=str)
def test_a_type_comes_with_its_parts(options: dict[str, Any], common: dict[str, Any]) -> None:
    schedule = given(**options, **common)
    assert schedule.is_complete
    assert schedule.to_options() == {**options, **common}
    assert schedule.of_its_type() == schedule
    assert Schedule().merged_with(schedule) == schedule


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"type": "monthly", "time": "03:04"},
            "schedule.type: 'monthly' is refused: with a type the schedule is complete, and a monthly one needs also "
            "months, month_days.",
        ),
        (
            {**CRON, "weekdays": ["sunday", "monday"]},
            "schedule.weekdays: ['sunday', 'monday'] is refused: a cron schedule has no such part; it takes cron, "
            "time_zone, expire_time.",
        ),
        (
            {**DAILY, "wait_time": 1},
            "schedule.wait_time: 1 is refused: a daily schedule has no such part; it takes day_interval, time, "
            "time_zone, expire_time.",
        ),
    ],
    ids=str,
)
def test_a_type_with_other_parts_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        given(**options)
    assert caught.value.message == message


FOUND = Schedule(type="life_cycle", life_cycle_type="LOGIN", wait_time=5, time_zone="Asia/Shanghai", expire_time=EXPIRY)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, {}),
        ({"wait_time": 7}, {"wait_time": 7}),
        (LIFE_CYCLE, {}),
        ({**LIFE_CYCLE, "life_cycle_exec_period": 3}, {"life_cycle_exec_period": 3}),
        ({"type": "life_cycle", "life_cycle_type": "LOGOUT"}, {"life_cycle_type": "LOGOUT", "wait_time": None}),
        ({"expire_time": ""}, {"expire_time": None}),
        ({"expire_time": "2030-06-30T19:00:00"}, {"expire_time": EXPIRY + timedelta(hours=1)}),
        ({"expire_time": "2030-06-30T19:00:00Z"}, {"expire_time": EXPIRY + timedelta(hours=9)}),
        (
            {"expire_time": "2030-06-30T19:00:00", "time_zone": "UTC"},
            {"expire_time": EXPIRY + timedelta(hours=9), "time_zone": "UTC"},
        ),
    ],
    ids=str,
)
def test_what_is_given_comes_over_what_was_found(options: dict[str, Any], wanted: dict[str, Any]) -> None:
    parts = {name: value for name, value in {**FOUND.known(), **wanted}.items() if value is not None}
    assert FOUND.merged_with(given(**options)).known() == parts


def test_another_type_keeps_the_zone_and_the_expiry_only() -> None:
    wanted = FOUND.merged_with(given(**CRON))
    assert wanted == Schedule(type="cron", cron=CRON["cron"], time_zone="Asia/Shanghai", expire_time=EXPIRY)


@pytest.mark.parametrize(
    ("found", "options", "message"),
    [
        (
            Schedule(type="HOURLY"),
            {"wait_time": 5, "cron": "x"},
            "schedule.cron, schedule.wait_time cannot be checked against the schedule of the task that was found, "
            "whose type is 'HOURLY': give schedule.type with all its parts.",
        ),
        (
            Schedule(type="cron", cron="x"),
            {"weekdays": ["sunday"]},
            "schedule.weekdays: ['sunday'] does not fit the task that was found: its schedule is cron and takes cron, "
            "time_zone, expire_time. To change the type, give schedule.type with all its parts.",
        ),
        (
            Schedule(type="monthly", months=(1,)),
            {"months": [2]},
            "The task that was found has a monthly schedule without schedule.month_days, schedule.time: give this too.",
        ),
        (
            Schedule(**{**DAILY, "time_zone": None}),
            {"expire_time": "2030-06-30T19:00:00"},
            "schedule.expire_time: '2030-06-30T19:00:00' has no offset and the schedule no time zone yet: give "
            "schedule.time_zone, or an offset such as Z or +08:00 behind the time.",
        ),
        (
            Schedule(**{**DAILY, "time_zone": "Middle Earth"}),
            {"expire_time": "2030-06-30T19:00:00"},
            "schedule.expire_time: '2030-06-30T19:00:00' has no offset, and the schedule's time zone 'Middle Earth' "
            "is not known here: write an offset such as Z or +08:00 behind the time.",
        ),
        (
            Schedule(**{**DAILY, "time_zone": "GMT-10"}),
            {"expire_time": "9999-12-31T23:00:00"},
            "schedule.expire_time: '9999-12-31T23:00:00' is further away than can be counted.",
        ),
    ],
    ids=str,
)
def test_what_does_not_fit_what_was_found_is_refused(found: Schedule, options: dict[str, Any], message: str) -> None:
    with pytest.raises(TaskError) as caught:
        found.merged_with(given(**options))
    assert caught.value.message == message


def test_a_zone_and_an_expiry_fit_any_schedule() -> None:
    odd = Schedule(type="HOURLY").merged_with(given(time_zone="UTC", expire_time="2030-06-30T10:00:00"))
    assert odd == Schedule(type="HOURLY", time_zone="UTC", expire_time=EXPIRY)


def test_an_expiry_that_nobody_could_place_can_be_repeated() -> None:
    found = Schedule(**{**DAILY, "time_zone": "Middle Earth", "expire_time": "2030-06-30 19:00:00"})
    assert found.merged_with(given(expire_time="2030-06-30T19:00:00")) == found
    assert found.merged_with(given(**DAILY, expire_time="2030-06-30T19:00:00")).expire_time == "2030-06-30 19:00:00"
    assert found.merged_with(given(time="01:00")).expire_time == "2030-06-30 19:00:00"
    elsewhere = found.merged_with(given(time_zone="UTC", expire_time="2030-06-30T19:00:00"))
    assert elsewhere.expire_time == EXPIRY + timedelta(hours=9)
    with pytest.raises(TaskError, match="is not known here"):
        found.merged_with(given(expire_time="2030-06-30T20:00:00"))


def test_a_view_is_filled_up_with_what_it_may_lack() -> None:
    richer = Schedule(type="cron", cron="y", wait_time=9, life_cycle_exec_period=8, time_zone="UTC", date="2026-01-02")
    whole = Schedule(**LIFE_CYCLE, wait_time=5).completed_by(richer)
    assert whole == Schedule(**LIFE_CYCLE, wait_time=5, life_cycle_exec_period=8, time_zone="UTC")
    part = Schedule(type="life_cycle", wait_time=5).completed_by(richer)
    assert part.known() == {**richer.known(), "type": "life_cycle", "wait_time": 5}
    assert Schedule(type="HOURLY").completed_by(richer).cron == "y"


def test_parts_that_a_type_does_not_use_are_left_out() -> None:
    mixed = Schedule(**{**DAILY, "cron": "x", "time_zone": "UTC", "expire_time": EXPIRY})
    assert mixed.of_its_type() == Schedule(**{**DAILY, "time_zone": "UTC", "expire_time": EXPIRY})
    odd = Schedule(type="HOURLY", cron="x")
    assert odd.of_its_type() is odd


def test_a_type_without_its_parts_is_no_option() -> None:
    assert Schedule(type="daily", time="01:00:00").to_options() == {"time": "01:00:00"}
    assert Schedule(type="HOURLY").to_options() == {"type": "HOURLY"}
    assert Schedule(weekdays=("sunday",)).to_options() == {"weekdays": ["sunday"]}
    assert Schedule(expire_time=datetime(2030, 6, 30, 10)).to_options() == {"expire_time": "2030-06-30T10:00:00"}


def test_orders() -> None:
    assert sorted(["x", "saturday", "a", "sunday"], key=by_weekday) == ["sunday", "saturday", "a", "x"]
    assert sorted(["L", "10", "9", 2, "0"], key=by_number) == [2, "9", "10", "0", "L"]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [
        ("UTC", 0),
        ("GMT", 0),
        ("Coordinated Universal Time", 0),
        ("GMT+8", 480),
        ("UTC-03:30", -210),
        ("GMT+0530", 330),
        ("GMT+14:00", 840),
        ("GMT-1400", -840),
        ("GMT+14:01", None),
        ("GMT+0860", None),
        ("UTC+8:75", None),
        ("UTC+", None),
        ("GMT+24", None),
        ("gmt+8", None),
        ("Asia/Kolkata", 330),
        ("Asia/Atlantis", None),
        ("../etc/passwd", None),
    ],
)
def test_zones_are_found_by_many_names(name: str, minutes: int | None) -> None:
    zone = find_zone(name)
    offset = None if zone is None else zone.utcoffset(datetime(2030, 1, 1))
    assert offset == (None if minutes is None else timedelta(minutes=minutes))


def test_an_instant_without_an_offset_is_of_the_zone_given() -> None:
    zone = timezone(timedelta(hours=8))
    assert parse_instant("2030-06-30T18:00", zone) == EXPIRY
    assert parse_instant("2030-06-30T18:00-00:30", zone) == EXPIRY + timedelta(hours=8, minutes=30)


@pytest.mark.parametrize("offset", ["+08:60", "+0899", "+99:00", "-14:01", "+24"])
def test_an_offset_that_no_clock_has_is_none(offset: str) -> None:
    assert parse_instant(f"2030-06-30T10:00:00{offset}") is None
    for option, value in (("expire_time", f"2030-06-30T10:00:00{offset}"), ("time_zone", offset)):
        for name in (value, f"GMT{value}", f"UTC{value}") if option == "time_zone" else (value,):
            with pytest.raises(OptionError) as refused:
                given(**{option: name})
            assert refused.value.option == f"schedule.{option}"
            assert repr(name) in refused.value.message


@pytest.mark.parametrize(
    "name", ["GMT+8", "UTC-03:30", "+08:00", "gmt+8", "GMT0", "Etc/GMT+8", "UTC+ 8", "China Standard Time"]
)
def test_a_zone_that_a_service_may_know_is_taken(name: str) -> None:
    assert given(time_zone=name).time_zone == name


BERLIN = Schedule(**{**DAILY, "time_zone": "Europe/Berlin"})


@pytest.mark.parametrize(
    ("local", "what", "either"),
    [
        (
            "2030-10-27T02:30:00",
            "clocks in Europe/Berlin show that time twice when they change, at 2030-10-27T00:30:00Z and at "
            "2030-10-27T01:30:00Z",
            "2030-10-27T02:30:00+02:00 or 2030-10-27T02:30:00+01:00",
        ),
        (
            "2030-03-31T02:30:00",
            "clocks in Europe/Berlin skip that time when they change",
            "2030-03-31T02:30:00+01:00 or 2030-03-31T02:30:00+02:00",
        ),
    ],
)
def test_an_expiry_that_is_no_instant_or_two_is_not_moved(local: str, what: str, either: str) -> None:
    with pytest.raises(TaskError) as refused:
        BERLIN.merged_with(given(expire_time=local))
    assert refused.value.message == (
        f"schedule.expire_time: {local!r} has no offset, and {what}. Write which instant is meant: {either}."
    )
    first, second = (BERLIN.merged_with(given(expire_time=text)).expire_time for text in either.split(" or "))
    assert abs(first - second) == timedelta(hours=1)


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2030-10-27T01:59:59", "2030-10-26T23:59:59Z"),
        ("2030-10-27T03:00:00", "2030-10-27T02:00:00Z"),
        ("2030-03-31T01:59:59", "2030-03-31T00:59:59Z"),
        ("2030-03-31T03:00:00", "2030-03-31T01:00:00Z"),
    ],
)
def test_an_expiry_beside_a_change_of_clocks_is_taken(local: str, instant: str) -> None:
    assert BERLIN.merged_with(given(expire_time=local)).to_options()["expire_time"] == instant


def test_a_machine_without_a_time_zone_database_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> Any:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(_times, "ZoneInfo", nowhere)
    with pytest.raises(TaskError, match="no time zone database where this runs; the package tzdata is one"):
        BERLIN.merged_with(given(expire_time="2030-06-30T10:00:00"))
    assert BERLIN.merged_with(given(expire_time="2030-06-30T10:00:00Z")).expire_time == EXPIRY


@pytest.mark.parametrize("text", ["2030-06-30t10:00:00z", "2030-06-30T15:30+0530", "2030-06-30T15:30+05:30"])
def test_an_offset_counts_in_every_form(text: str) -> None:
    assert parse_instant(text) == EXPIRY


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "XXX-5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("expiry", ["2030-06-30T18:00:00", "2030-06-30T18:00:00+08:00"])
def test_an_expiry_is_told_in_utc_wherever_this_runs(expiry: str) -> None:
    schedule = Schedule().merged_with(given(time_zone="GMT+8", expire_time=expiry))
    assert schedule.to_options()["expire_time"] == "2030-06-30T10:00:00Z"
