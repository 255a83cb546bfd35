# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task of Cloud Operations Center runs: `trigger_time` on the wire, in milliseconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from .._errors import OptionError, TaskError, quoted
from .._schedule import Schedule
from .._task import ScheduledTask
from .._times import by_weekday, clocks, find_zone, instants_of, parse_time, why_unknown
from . import _wire as wire

SCHEDULE_TYPES = {"once": "ONCE", "weekly": "PERIODIC", "cron": "CRON"}
TYPES_BY_WIRE = {theirs: ours for ours, theirs in SCHEDULE_TYPES.items()}
TRIGGER_FIELDS = {
    **{name: name for name in ("policy", "time_zone", "single_scheduled_time", "period", "periodic_scheduled_time")},
    **{name: name for name in ("cron", "scheduled_close_time")},
}
# Tells the instant of a once schedule whose time zone is not known here, and with it neither date nor time.
MOMENT = "scheduled_instant"


def check_moment(schedule: Schedule) -> list[datetime]:
    """Return the instants of a once schedule: one, or two where clocks show its time twice; none where it has none.

    :raises OptionError: the time zone is not known here, or clocks in it skip the time, or it cannot be counted in
        milliseconds.
    """
    if schedule.type != "once" or schedule.time_zone is None:
        return []
    zone = find_zone(schedule.time_zone)
    if zone is None:
        raise OptionError(
            "schedule.time_zone",
            schedule.time_zone,
            f"a once schedule of service coc is sent as an instant, and this zone {why_unknown()}",
        )
    if schedule.date is None or schedule.time is None:
        return []
    try:
        instants = instants_of(datetime.fromisoformat(f"{schedule.date}T{schedule.time}"), zone)
    except (ValueError, OverflowError):
        instants = [wire.EPOCH - timedelta(seconds=1)]
    if not instants:
        raise OptionError("schedule.time", schedule.time, f"clocks in {schedule.time_zone} skip it on {schedule.date}")
    if instants[0] < wire.EPOCH:
        raise OptionError("schedule.date", schedule.date, "it is a day after 1970 that can be counted in milliseconds")
    return instants


def with_moment(found: ScheduledTask, wanted: ScheduledTask) -> ScheduledTask:
    """Return the task wanted, once it is sure that its moment can be told.

    :param found: the task before. Its moment needs no time zone to stay as it is.
    :raises OptionError: as `_check_moment`.
    :raises TaskError: clocks show the time twice, and no field says which of the two is meant.
    """
    if keeps_moment(found.schedule, wanted.schedule):
        return wanted
    if wanted.schedule.type == "once" and wanted.schedule.date is None:
        raise TaskError(
            f"schedule.time_zone: {wanted.schedule.time_zone!r} does not fit: the date and the time of the task that "
            f"was found are not known, since its time zone {quoted(found.schedule.time_zone)} {why_unknown()}. Give "
            "schedule.type with all its parts."
        )
    instants = check_moment(wanted.schedule)
    if len(instants) > 1:
        raise TaskError(
            f"schedule.time: {wanted.schedule.time!r} on {wanted.schedule.date} does not say when the task runs: "
            f"{clocks(str(wanted.schedule.time_zone), instants)}. Give one of these in a time zone whose clocks do not "
            "change, such as UTC."
        )
    return replace(wanted, facts={name: value for name, value in wanted.facts.items() if name != MOMENT})


def keeps_moment(found: Schedule, wanted: Schedule) -> bool:
    """Return whether a schedule was once and stays it, at the same time of the same day."""
    parts = ("type", "date", "time", "time_zone")
    return found.type == "once" and all(getattr(found, part) == getattr(wanted, part) for part in parts)


def write_schedule(schedule: Schedule) -> dict[str, Any]:
    moment = next(iter(check_moment(schedule)), None) if schedule.date is not None else None
    expiry = schedule.expire_time
    fields = {
        "policy": SCHEDULE_TYPES.get(str(schedule.type), schedule.type),
        "time_zone": schedule.time_zone,
        "single_scheduled_time": None if moment is None else wire.milliseconds_of(moment),
        "period": ",".join(wire.WEEKDAY_NUMBERS.get(day, day) for day in schedule.weekdays or ()) or None,
        "periodic_scheduled_time": schedule.time if schedule.type == "weekly" else None,
        "cron": schedule.cron,
        "scheduled_close_time": wire.milliseconds_of(expiry) if isinstance(expiry, datetime) else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def read_trigger(item: Mapping[str, Any]) -> dict[str, Any]:
    trigger = item.get("trigger_time")
    return {"trigger_time": wire.filled(trigger, TRIGGER_FIELDS)} if isinstance(trigger, dict) else {}


def read_moment(trigger: Mapping[str, Any]) -> datetime | None:
    return wire.instant_of(wire.integer(trigger, "single_scheduled_time"))


def read_schedule(item: Mapping[str, Any]) -> Schedule:
    trigger = item.get("trigger_time")
    if not isinstance(trigger, dict):
        theirs = wire.text(item, "scheduled_type")
        return Schedule(type=None if theirs is None else TYPES_BY_WIRE.get(theirs.upper(), theirs))
    policy = wire.text(trigger, "policy") or ""
    time_zone = wire.text(trigger, "time_zone")
    zone = find_zone(time_zone) if time_zone else None
    local = wire.local_time(read_moment(trigger), zone)
    periodic = wire.text(trigger, "periodic_scheduled_time")
    weekdays = {wire.WEEKDAYS_BY_NUMBER.get(entry, entry) for entry in wire.entries(trigger, "period")}
    schedule = Schedule(
        type=TYPES_BY_WIRE.get(policy.upper(), policy) or None,
        date=None if local is None else local.date().isoformat(),
        time=None if local is None else local.time().isoformat(),
        weekdays=tuple(sorted(weekdays, key=by_weekday)) or None,
        cron=wire.text(trigger, "cron"),
        time_zone=time_zone,
        expire_time=wire.instant_of(wire.integer(trigger, "scheduled_close_time")),
    )
    if schedule.type == "weekly" and periodic is not None:
        schedule = replace(schedule, time=parse_time(periodic) or periodic)
    return schedule.of_its_type()
