# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules by themselves: zones, instants, and the same meaning after any way through options and the wire."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError, TaskError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _workspace_schedule, workspace_app
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._times import (
    WEEKDAYS,
    find_zone,
    parse_instant,
    parse_time,
)
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

NOON = datetime(2030, 6, 30, 12, tzinfo=timezone.utc)
A_DAY = {"type": "daily", "day_interval": 1, "time": "01:00"}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2030-06-30T12:00:00Z", NOON),
        ("2030-06-30t12:00:00z", NOON),
        ("2030-06-30T12:00:00.858Z", NOON),
        ("2030-06-30T12:00:00,858Z", NOON),
        ("2030-06-30 12:00Z", NOON),
        ("2030-06-30T20:00:00+08:00", NOON),
        ("2030-06-30T20:00:00 +0800", NOON),
        ("2030-06-30T20:00:00+08", NOON),
        ("2030-06-30T08:30:00-03:30", NOON),
        ("2030-06-30T12:00:00", NOON.replace(tzinfo=None)),
        ("2030-06-31T12:00:00Z", None),
        ("2030-06-30T25:00:00Z", None),
        ("2030-06-30T12:00:00+99:00", None),
        ("9999-12-31T23:59:59-10:00", None),
        ("2030-06-30", None),
        ("now", None),
        ("", None),
    ],
)
def test_instants(text, instant):
    assert parse_instant(text) == instant


def test_an_instant_without_offset_is_in_the_zone_given():
    assert parse_instant("2030-06-30T12:00:00", timezone.utc) == NOON


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Asia/Shanghai", 8),
        ("GMT+8", 8),
        ("GMT+08:00", 8),
        ("UTC-3:30", -3.5),
        ("UTC", 0),
        ("GMT", 0),
        ("Coordinated Universal Time", 0),
        ("GMT+24", None),
        ("Mars/Olympus", None),
        ("../../etc/passwd", None),
        ("Asia", None),
        ("", None),
    ],
)
def test_zones(name, hours):
    zone = find_zone(name)
    assert (None if zone is None else zone.utcoffset(datetime(2030, 1, 1))) == (
        None if hours is None else timedelta(hours=hours)
    )


def test_summer_time_counts():
    schedule = checked(
        Schedule.from_options, {**A_DAY, "time_zone": "Europe/Berlin", "expire_time": "2030-07-01T00:00:00"}
    )
    assert Schedule().merged_with(schedule).to_options()["expire_time"] == "2030-06-30T22:00:00Z"


def test_without_a_zone_database_any_name_may_be_the_services(monkeypatch):
    monkeypatch.setattr(_schedule, "find_zone", lambda name: None)
    assert checked(Schedule.from_options, {"time_zone": "Mars/Olympus"}) == Schedule(time_zone="Mars/Olympus")


def test_nothing_given_is_nothing_known():
    assert checked(Schedule.from_options, {"time": None, "scheduled_time": None}).known() == {}


@pytest.mark.parametrize(
    "text", ["1:00", "01:00:60", "24:00", "01:00:00.5", " 01:00", "\u0660\u0661:\u0660\u0660", "0\u0661:00"]
)
def test_times_that_are_none(text):
    assert parse_time(text) is None


@pytest.mark.parametrize(
    "options",
    [
        {"type": "cron", "cron": "0 0 9 * * ?"},
        {"type": "life_cycle", "life_cycle_type": "POST_CREATE_DESKTOP_SUCCESS"},
        {"type": "life_cycle", "life_cycle_type": "X", "wait_time": 0, "life_cycle_exec_period": 1},
    ],
)
def test_the_vocabulary_has_schedules_that_not_every_service_has(options):
    assert checked(Schedule.from_options, options).to_options() == options


@pytest.mark.parametrize(
    "part", [{"cron": " "}, {"life_cycle_type": ""}, {"wait_time": -1}, {"life_cycle_exec_period": 0}]
)
def test_their_parts_are_checked_too(part):
    with pytest.raises(OptionError) as caught:
        checked(Schedule.from_options, part)
    assert caught.value.option == f"schedule.{next(iter(part))}"


times = st.times().map(lambda time: time.replace(microsecond=0).isoformat())
common = {
    "time": times,
    "time_zone": st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC", "GMT+8", "Coordinated Universal Time"]),
}
expiries = st.fixed_dictionaries(
    {},
    optional={
        "expire_time": st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.timezones()).map(
            lambda instant: instant.replace(microsecond=0).isoformat()
        )
    },
)
parts = st.one_of(
    st.fixed_dictionaries({"type": st.just("once"), "date": st.dates().map(str), **common}),
    st.fixed_dictionaries({"type": st.just("daily"), "day_interval": st.integers(1, 31), **common}),
    st.fixed_dictionaries(
        {"type": st.just("weekly"), "weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1), **common}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("monthly"),
            "months": st.lists(st.integers(1, 12), min_size=1),
            "month_days": st.lists(st.sampled_from([*map(str, range(1, 32)), "L"]), min_size=1),
            **common,
        }
    ),
)
schedules = st.tuples(parts, expiries).map(lambda pair: {**pair[0], **pair[1]})


def wanted(options):
    return Schedule().merged_with(checked(Schedule.from_options, options))


@given(schedules)
def test_options_come_back_as_options_of_the_same_meaning(options):
    assert wanted(wanted(options).to_options()) == wanted(options)


@given(schedules)
def test_the_wire_brings_back_the_same_meaning(options):
    schedule = wanted(options)
    sent = _workspace_schedule.write_schedule(schedule, Schedule()) | workspace_app._write_expiry(schedule)
    assert workspace_app._read_task(sent).schedule == schedule


@given(schedules, schedules)
def test_a_complete_schedule_does_not_depend_on_the_one_found(found, options):
    options.setdefault("expire_time", "2030-01-01T00:00:00Z")
    assert wanted(found).merged_with(checked(Schedule.from_options, options)) == wanted(options)


TRIGGERED = Schedule(type="life_cycle", life_cycle_type="X", wait_time=5, life_cycle_exec_period=9, time_zone="UTC")


@pytest.mark.parametrize(
    ("given", "wait_time", "period"),
    [
        ({"wait_time": 0}, 0, 9),
        ({"life_cycle_exec_period": 1}, 5, 1),
        ({"life_cycle_type": "Y"}, 5, 9),
        ({"type": "life_cycle", "life_cycle_type": "X"}, 5, 9),
        ({"type": "life_cycle", "life_cycle_type": "X", "wait_time": 0}, 0, 9),
        ({"type": "life_cycle", "life_cycle_type": "Y"}, None, None),
        ({"type": "life_cycle", "life_cycle_type": "Y", "life_cycle_exec_period": 1}, None, 1),
        (A_DAY, None, None),
    ],
)
def test_what_a_triggered_schedule_need_not_have_is_kept_as_long_as_the_event_stays(given, wait_time, period):
    wanted = TRIGGERED.merged_with(checked(Schedule.from_options, given))
    assert (wanted.wait_time, wanted.life_cycle_exec_period, wanted.time_zone) == (wait_time, period, "UTC")


@pytest.mark.parametrize("part", [{"time": "01:00"}, {"weekdays": ["monday"]}, {"cron": "0 0 9 * * ?"}])
def test_a_triggered_schedule_takes_no_part_of_a_calendar(part):
    with pytest.raises(TaskError, match="life_cycle"):
        TRIGGERED.merged_with(checked(Schedule.from_options, part))


def test_a_triggered_schedule_drops_what_a_calendar_left_behind():
    left_over = Schedule(**{**TRIGGERED.known(), "time": "01:00:00", "date": "2030-01-01", "weekdays": ("monday",)})
    assert left_over.of_its_type() == TRIGGERED


def test_of_two_views_the_first_counts_and_the_other_fills_it_up():
    listed = Schedule(type="life_cycle", life_cycle_type="X", wait_time=7, time_zone="GMT+8")
    detail = Schedule(type="life_cycle", life_cycle_type="X", life_cycle_exec_period=9, time_zone="UTC")
    whole = Schedule(type="life_cycle", life_cycle_type="X", wait_time=7, life_cycle_exec_period=9, time_zone="UTC")
    assert detail.completed_by(listed) == whole


@pytest.mark.parametrize(
    ("expire_time", "is_kept"),
    [
        ("2030-01-01 00:00:00", True),
        ("2030-01-01T00:00", True),
        ("2030-01-01T00:00:00Z", False),
        ("2030-01-01 00:00:01Z", False),
    ],
)
@pytest.mark.parametrize("zone", ["China Standard Time", None])
def test_an_expiry_in_a_zone_that_is_not_known_can_be_repeated(zone, expire_time, is_kept):
    found = Schedule(type="daily", day_interval=1, time="01:00:00", time_zone=zone, expire_time="2030-01-01 00:00:00")
    wanted = found.merged_with(checked(Schedule.from_options, {"expire_time": expire_time}))
    assert (wanted == found) is is_kept


def test_at_the_end_of_time_an_expiry_is_refused_in_words():
    given = checked(
        Schedule.from_options, {**A_DAY, "time_zone": "America/New_York", "expire_time": "9999-12-31T23:59:59"}
    )
    with pytest.raises(TaskError, match=r"schedule\.expire_time"):
        Schedule().merged_with(given)
