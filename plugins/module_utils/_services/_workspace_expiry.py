# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task of Workspace expires: the service keeps it as the clocks of the schedule's time zone show it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from .._errors import TaskError, quoted
from .._schedule import Schedule
from .._times import clocks, find_zone, instants_of, parse_instant, why_unknown
from . import _wire as wire


def write_expiry(schedule: Schedule) -> dict[str, Any]:
    text = _local_expiry(schedule)
    return {} if text is None else {"expire_time": text}


def _local_expiry(schedule: Schedule) -> str | None:
    """Return the expiry as the clock of the schedule's time zone shows it.

    :raises TaskError: the time zone is not known.
    """
    expiry = schedule.expire_time
    if not isinstance(expiry, datetime):
        return expiry
    zone = find_zone(schedule.time_zone) if schedule.time_zone else None
    if zone is None:
        raise TaskError(
            "schedule.expire_time: service workspace keeps an expiry in the time zone of the schedule, which "
            f"{why_unknown() if schedule.time_zone else 'is not given'}. Give schedule.time_zone, such as Asia/Tokyo."
        )
    try:
        return expiry.astimezone(zone).replace(tzinfo=None).isoformat(sep=" ")
    except OverflowError:
        raise TaskError(f"schedule.expire_time: {expiry.isoformat()!r} is further away than can be counted.") from None


def check_expiry(found: Schedule, wanted: Schedule) -> None:
    """Refuse an expiry that would be another instant in the form in which the service keeps it.

    :param found: the schedule before. What it has is kept as it came.
    :raises TaskError: as said.
    """
    if (found.expire_time, found.time_zone) == (wanted.expire_time, wanted.time_zone):
        return
    if isinstance(wanted.expire_time, str) and wanted.expire_time:
        raise TaskError(
            f"schedule.expire_time: the task that was found expires at {wanted.expire_time!r} in time zone "
            f"{quoted(found.time_zone)}, and which instant that is cannot be told: the zone "
            f"{why_unknown() if find_zone(found.time_zone or '') is None else 'has no such time'}. With another time "
            "zone, give schedule.expire_time too."
        )
    text = _local_expiry(wanted)
    zone = find_zone(wanted.time_zone) if wanted.time_zone else None
    if text is None or zone is None:
        return
    instants = instants_of(datetime.fromisoformat(text), zone)
    if len(instants) > 1:
        raise TaskError(
            f"schedule.expire_time: service workspace keeps {text!r} as the clocks of the time zone show it, and "
            f"{clocks(str(wanted.time_zone), instants)}. Give an expiry an hour earlier or later, or a time zone whose "
            "clocks do not change."
        )


def read_expiry(schedule: Schedule, text: str | None) -> Schedule:
    """Return the schedule with an expiry, which stays text where it is no instant on the clocks of its time zone."""
    zone = find_zone(schedule.time_zone) if schedule.time_zone else None
    if text is None or zone is None:
        return replace(schedule, expire_time=text)
    iso = wire.future_execution(text)
    local = parse_instant(iso)
    if local is not None and local.tzinfo is None and not _is_shown(local, zone):
        return replace(schedule, expire_time=text)
    return replace(schedule, expire_time=parse_instant(iso, zone) or text)


def _is_shown(local: datetime, zone: tzinfo) -> bool:
    try:
        return bool(instants_of(local, zone))
    except OverflowError:
        return False
