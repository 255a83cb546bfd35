# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task runs: its cron expression and its next executions."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_TIME_ZONE = "Asia/Shanghai"
"""Zone of a task that names none (seen in the Terraform provider's acceptance tests)."""

# Five times 29 February lie within twenty years.
_HORIZON_YEARS = 21

_OFFSET = re.compile(r"(?:GMT|UTC)([+-])([01]?\d)(?::?([0-5]\d))?", re.ASCII)


def zone(name: str) -> tzinfo:
    """The zone of that name: an IANA name, or ``Coordinated Universal Time``.

    The long name was seen in the Terraform provider's acceptance tests.

    :raises ValueError: there is no such zone.
    """
    if name == "Coordinated Universal Time":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {name!r}") from None


def zone_or_offset(name: str) -> tzinfo:
    """The same, or a fixed offset such as ``GMT+8`` or ``UTC-03:30``.

    A sample on Workspace's pages has such a zone.

    :raises ValueError: there is no such zone.
    """
    match = _OFFSET.fullmatch(name)
    if match is None:
        return zone(name)
    sign, hours, minutes = match.groups(default="0")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def instant(text: str, default: tzinfo | None = None) -> datetime:
    """The point in time that a text in ISO 8601 stands for; without a zone of its own it is in the ``default`` one.

    :raises ValueError: the text is none, or has no zone.
    """
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None and default is None:
        raise ValueError(f"{text!r} has no zone")
    return moment if moment.tzinfo else moment.replace(tzinfo=default)


@dataclass(frozen=True)
class Schedule:
    """When a task runs, read from the fields of the task."""

    kind: str
    interval: int
    weekdays: frozenset[str]
    months: frozenset[str]
    dates: frozenset[str]
    day: date | None
    clock: time
    zone: tzinfo
    expires: datetime | None

    @classmethod
    def of(cls, task: Mapping[str, Any]) -> Schedule:
        """The schedule of a task in table form.

        :raises ValueError: the task has none that can be understood.
        """
        try:
            in_zone = zone_or_offset(task.get("time_zone") or DEFAULT_TIME_ZONE)
            return cls(
                kind=task["scheduled_type"],
                interval=task.get("day_interval") or 1,
                weekdays=_parts(task.get("week_list")),
                months=_parts(task.get("month_list")),
                dates=_parts(task.get("date_list")),
                day=date.fromisoformat(task["scheduled_date"]) if task.get("scheduled_date") else None,
                clock=time.fromisoformat(task["scheduled_time"]),
                zone=in_zone,
                expires=instant(task["expire_time"], in_zone) if task.get("expire_time") else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"unreadable schedule: {error!r}") from None

    def executions(self, after: datetime, start: datetime | None = None) -> Iterator[datetime]:
        """Every execution later than ``after``, in the zone of the schedule.

        A daily interval is counted from the day of ``start`` (if not given: of ``after``).
        """
        for day in self._days(after.astimezone(self.zone).date(), (start or after).astimezone(self.zone).date()):
            execution = datetime.combine(day, self.clock, self.zone)
            if self.expires is not None and execution > self.expires:
                return
            if execution > after:
                yield execution

    def _days(self, first: date, start: date) -> Iterator[date]:
        """Every day of the schedule from ``first`` on, perhaps some before it."""
        match self.kind:
            case "FIXED_TIME":
                return iter(() if self.day is None else (self.day,))
            case "DAY":
                return _every(self.interval, first, [(start - first).days % self.interval])
            case "WEEK":
                # 1 is Sunday: documented is only 1..7, the rest was seen in the Terraform provider's acceptance tests.
                weekday = first.isoweekday()
                return _every(7, first, [day for day in range(7) if str((weekday + day) % 7 + 1) in self.weekdays])
            case "MONTH":
                return self._days_of_months(first)
            case _:
                return iter(())

    def _days_of_months(self, first: date) -> Iterator[date]:
        for number in range(_HORIZON_YEARS * 12):
            years, month = divmod(first.month - 1 + number, 12)
            year, month = first.year + years, month + 1
            if year > date.max.year:
                return
            if str(month) not in self.months:
                continue
            last = monthrange(year, month)[1]
            for day in range(1, last + 1):
                if str(day) in self.dates or ("L" in self.dates and day == last):
                    yield date(year, month, day)


def cron(task: Mapping[str, Any]) -> str:
    """A Quartz expression for a task in table form; lists keep their written order. ``""`` for what none fits."""
    try:
        at = time.fromisoformat(task["scheduled_time"])
        clock = f"{at.second} {at.minute} {at.hour}"
        match task["scheduled_type"]:
            case "DAY":
                return f"{clock} 1/{task['day_interval']} * ?"
            case "WEEK":
                return f"{clock} ? * {task['week_list']}"
            case "MONTH":
                return f"{clock} {task['date_list']} {task['month_list']} ?"
            case "FIXED_TIME":
                day = date.fromisoformat(task["scheduled_date"])
                return f"{clock} {day.day} {day.month} ? {day.year}"
            case _:
                return ""
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""


def with_offset(execution: datetime) -> str:
    """An execution as future-executions writes it: ``2026-01-01 09:00:00 GMT+08:00``, without an offset in UTC.

    Seen in the Terraform provider's acceptance tests.
    """
    offset = execution.strftime("%z")[:5]
    suffix = "" if offset in ("+0000", "-0000") else f"{offset[:3]}:{offset[3:]}"
    return f"{execution:%Y-%m-%d %H:%M:%S} GMT{suffix}"


def _every(period: int, first: date, days: list[int]) -> Iterator[date]:
    """The ``days``, counted from ``first``, of each ``period``, which is a number of days as well."""
    for begin in range(0, min(_HORIZON_YEARS * 366, (date.max - first).days - period), period):
        for day in days:
            yield first + timedelta(days=begin + day)


def _parts(text: str | None) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
