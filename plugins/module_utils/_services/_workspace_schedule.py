# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schedule's fields that Workspace and Workspace App Streaming have in common; they differ in the expiry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._schedule import Schedule
from .._times import by_number, by_weekday, parse_time
from . import _wire as wire

CALENDAR_TYPES = {"once": "FIXED_TIME", "daily": "DAY", "weekly": "WEEK", "monthly": "MONTH"}
WIRE_TYPES = {**CALENDAR_TYPES, "life_cycle": "LIFE_CYCLE"}
TYPES_BY_WIRE = {theirs: ours for ours, theirs in WIRE_TYPES.items()}
LIST_FIELDS = {"weekdays": "week_list", "months": "month_list", "month_days": "date_list"}
PLAIN_FIELDS = {
    "date": "scheduled_date",
    "time": "scheduled_time",
    "day_interval": "day_interval",
    "time_zone": "time_zone",
    "life_cycle_type": "life_cycle_type",
    "wait_time": "wait_time",
    "life_cycle_exec_period": "life_cycle_exec_period",
}
FIELDS = ("scheduled_type", "expire_time", *LIST_FIELDS.values(), *PLAIN_FIELDS.values())


def read_schedule(item: Mapping[str, Any]) -> Schedule:
    """Return the schedule without its expiry."""
    time = wire.text(item, "scheduled_time")
    weekdays = {wire.WEEKDAYS_BY_NUMBER.get(entry, entry) for entry in wire.entries(item, "week_list")}
    months = {wire.number(entry) or entry for entry in wire.entries(item, "month_list")}
    month_days = {str(wire.number(entry)) for entry in wire.entries(item, "date_list")}
    interval = wire.number(wire.text(item, "day_interval"))
    return Schedule(
        type=read_type(item),
        date=wire.text(item, "scheduled_date"),
        time=None if time is None else parse_time(time) or time,
        day_interval=interval if isinstance(interval, int) else None,
        weekdays=tuple(sorted(weekdays, key=by_weekday)) or None,
        months=tuple(sorted(months, key=by_number)) or None,
        month_days=tuple(sorted(month_days, key=by_number)) or None,
        life_cycle_type=wire.text(item, "life_cycle_type"),
        wait_time=wire.integer(item, "wait_time"),
        life_cycle_exec_period=wire.integer(item, "life_cycle_exec_period"),
        time_zone=wire.text(item, "time_zone"),
    ).of_its_type()


def read_type(item: Mapping[str, Any]) -> str | None:
    """Return the schedule's type in the user's word, and an unknown one as it is."""
    theirs = wire.text(item, "scheduled_type")
    return None if theirs is None else TYPES_BY_WIRE.get(theirs.upper(), theirs)


def write_schedule(schedule: Schedule, found: Schedule) -> dict[str, Any]:
    """Return the fields of a schedule without its expiry.

    :param found: the schedule before. An empty text stands for a list that it had and the new type does not use
        (Terraform provider's acceptance tests).
    """
    body: dict[str, Any] = {}
    if schedule.type is not None:
        body["scheduled_type"] = WIRE_TYPES.get(schedule.type, schedule.type)
    for part, field in PLAIN_FIELDS.items():
        if getattr(schedule, part) is not None:
            body[field] = getattr(schedule, part)
    for part, field in LIST_FIELDS.items():
        if getattr(schedule, part) is not None:
            body[field] = ",".join(wire.WEEKDAY_NUMBERS.get(value, str(value)) for value in getattr(schedule, part))
        elif getattr(found, part):
            body[field] = ""
    return body
