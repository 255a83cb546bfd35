# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as Workspace and Workspace App Streaming write them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._workspace_schedule import (
    read_schedule,
    read_type,
    write_schedule,
)

PAIRS: list[tuple[Schedule, dict[str, Any]]] = [
    (Schedule(), {}),
    (
        Schedule(type="once", date="2026-01-02", time="03:04:05", time_zone="UTC"),
        {
            "scheduled_type": "FIXED_TIME",
            "scheduled_date": "2026-01-02",
            "scheduled_time": "03:04:05",
            "time_zone": "UTC",
        },
    ),
    (
        Schedule(type="daily", day_interval=2, time="03:04:05"),
        {"scheduled_type": "DAY", "day_interval": 2, "scheduled_time": "03:04:05"},
    ),
    (
        Schedule(type="weekly", weekdays=("sunday", "monday", "saturday"), time="03:04:05"),
        {"scheduled_type": "WEEK", "week_list": "1,2,7", "scheduled_time": "03:04:05"},
    ),
    (
        Schedule(type="monthly", months=(1, 2, 12), month_days=("1", "31", "L"), time="03:04:05"),
        {"scheduled_type": "MONTH", "month_list": "1,2,12", "date_list": "1,31,L", "scheduled_time": "03:04:05"},
    ),
    (
        Schedule(type="life_cycle", life_cycle_type="LOGIN", wait_time=0, life_cycle_exec_period=5),
        {"scheduled_type": "LIFE_CYCLE", "life_cycle_type": "LOGIN", "wait_time": 0, "life_cycle_exec_period": 5},
    ),
    (Schedule(type="HOURLY"), {"scheduled_type": "HOURLY"}),
]


@pytest.mark.parametrize(("schedule", "item"), PAIRS, ids=str)
def test_a_schedule_is_read_as_it_was_written(schedule: Schedule, item: dict[str, Any]) -> None:
    assert write_schedule(schedule, Schedule()) == item
    assert read_schedule(item) == schedule


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        (
            {"scheduled_type": "week", "week_list": ["7", "2", "2"]},
            {"type": "weekly", "weekdays": ("monday", "saturday")},
        ),
        ({"scheduled_type": "WEEK", "week_list": "2,9"}, {"type": "weekly", "weekdays": ("monday", "9")}),
        ({"scheduled_type": "MONTH", "month_list": "12, 01,x"}, {"type": "monthly", "months": (1, 12, "x")}),
        ({"scheduled_type": "MONTH", "date_list": "L,07,7,10"}, {"type": "monthly", "month_days": ("7", "10", "L")}),
        ({"scheduled_type": "DAY", "day_interval": "3"}, {"type": "daily", "day_interval": 3}),
        ({"scheduled_type": "DAY", "day_interval": "often"}, {"type": "daily"}),
        ({"scheduled_type": "DAY", "scheduled_time": "3 o'clock"}, {"type": "daily", "time": "3 o'clock"}),
        ({"scheduled_type": "DAY", "scheduled_time": "03:04"}, {"type": "daily", "time": "03:04:00"}),
        ({"scheduled_type": "DAY", "week_list": "1", "scheduled_date": "2026-01-02"}, {"type": "daily"}),
        ({"scheduled_type": "LIFE_CYCLE", "wait_time": "5", "life_cycle_exec_period": True}, {"type": "life_cycle"}),
        ({"scheduled_type": "", "week_list": "", "month_list": None, "date_list": []}, {}),
        ({"month_list": "0"}, {"months": ("0",)}),
    ],
    ids=str,
)
def test_what_was_written_otherwise_is_read_as_far_as_it_goes(item: dict[str, Any], parts: dict[str, Any]) -> None:
    assert read_schedule(item) == Schedule(**parts)


def test_a_type_is_read_in_any_case() -> None:
    assert read_type({"scheduled_type": "fixed_time"}) == "once"
    assert read_type({"scheduled_type": "Fixed"}) == "Fixed"
    assert read_type({}) is None


def test_a_list_that_a_new_type_does_not_use_is_emptied() -> None:
    weekly = Schedule(type="weekly", weekdays=("sunday",), time="03:04:05")
    monthly = Schedule(type="monthly", months=(1,), month_days=("L",), time="03:04:05")
    assert write_schedule(weekly, monthly) == {
        "scheduled_type": "WEEK",
        "scheduled_time": "03:04:05",
        "week_list": "1",
        "month_list": "",
        "date_list": "",
    }
    assert write_schedule(Schedule(), weekly) == {"week_list": ""}
    assert write_schedule(Schedule(), Schedule(weekdays=())) == {}
