# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task runs, in the words of the user: parse, check, overlay, compare. Knows no service and no HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any, Callable
from zoneinfo import ZoneInfo

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError, TaskError, shown

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
LAST_DAY = "L"

# The parts that a schedule of each type needs, and those that it may have besides.
TYPE_PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "once": (("date", "time"), ()),
    "daily": (("day_interval", "time"), ()),
    "weekly": (("weekdays", "time"), ()),
    "monthly": (("months", "month_days", "time"), ()),
    "cron": (("cron",), ()),
    "life_cycle": (("life_cycle_type",), ("wait_time", "life_cycle_exec_period")),
}
COMMON_PARTS = ("time_zone", "expire_time")

TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
INSTANT = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt ](?P<time>\d{2}:\d{2})(?::(?P<seconds>\d{2})(?:[.,]\d+)?)?"
    r" ?(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)
LARGEST_OFFSET = timedelta(hours=14)  # Kiribati's
OFFSET_ZONE = re.compile(r"(?P<utc>GMT|UTC)(?P<offset>[+-][\d:]*)?", re.ASCII)
MEANT_AS_OFFSET = re.compile(r"(?:GMT|UTC)?(?P<offset>[+-]\d[\d:]*)", re.ASCII | re.IGNORECASE)
UTC_LONG_NAME = "Coordinated Universal Time"
ZONE_EXAMPLE = "Asia/Shanghai"
ZONE_LENGTH = 64
MONTH_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)


@dataclass(frozen=True)
class Schedule:
    """When a task runs. A part that is None is not known or not given.

    `weekdays`, `months` and `month_days` are sorted and free of repetition, `time` is `HH:mm:ss`. A value that a
    service sent and that is not understood stands as it came, as text.

    :ivar expire_time: an instant in UTC, to the second; without a zone until `overlaid` knows the schedule's; `""` in a
        schedule that a user gave, where it is to be cleared.
    :ivar wait_time: minutes.
    :ivar life_cycle_exec_period: minutes.
    """

    type: str | None = None
    date: str | None = None
    time: str | None = None
    day_interval: int | None = None
    weekdays: tuple[str, ...] | None = None
    months: tuple[int | str, ...] | None = None
    month_days: tuple[str, ...] | None = None
    cron: str | None = None
    life_cycle_type: str | None = None
    wait_time: int | None = None
    life_cycle_exec_period: int | None = None
    time_zone: str | None = None
    expire_time: datetime | str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Schedule:
        """Return the parts that are given, checked and in one form.

        :raises OptionError: a part is not what it may be, or does not belong to the type given.
        """
        # Ansible leaves the aliases beside the options.
        given = {name: options[name] for name in PARSERS if options.get(name) is not None}
        schedule = cls(**{name: PARSERS[name](f"schedule.{name}", value) for name, value in given.items()})
        if schedule.type is not None:
            schedule._check_parts()
        return schedule

    def _check_parts(self) -> None:
        given = self.known()
        possible = parts_of(str(self.type))
        for name in given:
            if name != "type" and name not in possible:
                raise OptionError(
                    f"schedule.{name}",
                    _plain(getattr(self, name)),
                    f"a {self.type} schedule has no such part; it takes {_listed(possible)}",
                )
        missing = [name for name in TYPE_PARTS[str(self.type)][0] if name not in given]
        if missing:
            raise OptionError(
                "schedule.type",
                self.type,
                f"with a type the schedule is complete, and a {self.type} one needs also {_listed(missing)}",
            )

    def overlaid(self, given: Schedule) -> Schedule:
        """Return this schedule with what is given put over it.

        With a type, what is given is complete, and only the time zone and the expiry are kept, and what a schedule of
        the same type may have but need not. The expiry's zone is resolved here, since it may be the one found.

        :raises TaskError: what is given does not fit the type of this schedule, or leaves it without a part it needs.
        """
        if given.type is not None:
            same = (given.type, given.life_cycle_type) == (self.type, self.life_cycle_type)
            optional = TYPE_PARTS[given.type][1] if same else ()
            kept = {name: getattr(self, name) for name in (*optional, *COMMON_PARTS)}
            wanted = Schedule(**{**kept, **given.known()})
        else:
            wanted = replace(self, **given.known())
            wanted._check_fits(given)
        if wanted.time_zone == self.time_zone and given._repeats_expiry(self.expire_time):
            return replace(wanted, expire_time=self.expire_time)
        return wanted._with_resolved_expiry()

    def _repeats_expiry(self, found: datetime | str | None) -> bool:
        """Return whether the expiry is, without an offset, the text that a service sent and nobody here could place."""
        return isinstance(found, str) and self.expire_time is not None and parse_instant(found) == self.expire_time

    def _check_fits(self, given: Schedule) -> None:
        parts = [name for name in given.known() if name not in COMMON_PARTS]
        if not parts:
            return
        if self.type not in TYPE_PARTS:
            raise TaskError(
                f"{_listed(f'schedule.{name}' for name in parts)} cannot be checked against the schedule of the task "
                f"that was found, whose type is {shown(self.type)}: give schedule.type with all its parts."
            )
        possible = parts_of(self.type)
        for name in parts:
            if name not in possible:
                raise TaskError(
                    f"schedule.{name}: {_plain(getattr(given, name))!r} does not fit the task that was found: its "
                    f"schedule is {self.type} and takes {_listed(possible)}. To change the type, give schedule.type "
                    "with all its parts."
                )
        missing = [name for name in TYPE_PARTS[self.type][0] if getattr(self, name) is None]
        if missing:
            raise TaskError(
                f"The task that was found has a {self.type} schedule without "
                f"{_listed(f'schedule.{name}' for name in missing)}: give this too."
            )

    def _with_resolved_expiry(self) -> Schedule:
        if self.expire_time == "":
            return replace(self, expire_time=None)
        if isinstance(self.expire_time, datetime) and self.expire_time.tzinfo is None:
            return replace(self, expire_time=self._in_utc(self.expire_time))
        return self

    def _in_utc(self, local: datetime) -> datetime:
        if self.time_zone is None:
            raise TaskError(
                f"schedule.expire_time: {local.isoformat()!r} has no offset and the schedule no time zone yet: give "
                "schedule.time_zone, or an offset such as Z or +08:00 behind the time."
            )
        zone = find_zone(self.time_zone)
        if zone is None:
            raise TaskError(
                f"schedule.expire_time: {local.isoformat()!r} has no offset, and the schedule's time zone "
                f"{shown(self.time_zone)} {why_unknown()}: write an offset such as Z or +08:00 behind the time."
            )
        try:
            instants = instants_of(local, zone)
        except OverflowError:
            raise TaskError(
                f"schedule.expire_time: {local.isoformat()!r} is further away than can be counted."
            ) from None
        if len(instants) != 1:
            raise TaskError(
                f"schedule.expire_time: {local.isoformat()!r} has no offset, and {clocks(self.time_zone, instants)}. "
                f"Write which instant is meant: {' or '.join(_both_ways(local, zone))}."
            )
        return instants[0]

    def filled_up(self, other: Schedule) -> Schedule:
        """Return this schedule with what it does not know taken from another view of the same task.

        Where it is complete, that is what a schedule of its type may have but need not: another part that it lacks it
        does not have.
        """
        if not self.is_complete:
            return replace(other, **self.known())
        lacking = [name for name in (*TYPE_PARTS[str(self.type)][1], *COMMON_PARTS) if getattr(self, name) is None]
        return replace(self, **{name: getattr(other, name) for name in lacking})

    @property
    def is_complete(self) -> bool:
        """Whether the type is known, and every part that it needs."""
        return self.type in TYPE_PARTS and all(getattr(self, name) is not None for name in TYPE_PARTS[self.type][0])

    def of_its_type(self) -> Schedule:
        """Return the schedule without the parts that its type does not use, which a service may keep from before."""
        if self.type not in TYPE_PARTS:
            return self
        return replace(self, **{name: None for name in ALL_PARTS if name not in parts_of(str(self.type))})

    def known(self) -> dict[str, Any]:
        """Return the parts that are known, by name."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in known.items() if value is not None}

    def to_options(self) -> dict[str, Any]:
        """Return the parts that are known, under the options' names and with values that the options take.

        A type without the parts that it needs is left out: as an option, a type comes with all of them.
        """
        known = {name: _plain(value) for name, value in self.known().items()}
        if self.type in TYPE_PARTS and not self.is_complete:
            del known["type"]
        return known


def parts_of(schedule_type: str) -> tuple[str, ...]:
    """Return the names of the parts that a schedule of a type may have, those that it needs first."""
    needed, possible = TYPE_PARTS[schedule_type]
    return (*needed, *possible, *COMMON_PARTS)


ALL_PARTS = tuple(field.name for field in fields(Schedule) if field.name not in ("type", *COMMON_PARTS))


def parse_time(text: str) -> str | None:
    """Return a time of day as `HH:mm:ss`, or None where the text is not one."""
    match = TIME.fullmatch(text)
    return f"{match[1]}:{match[2]}:{match[3] or '00'}" if match else None


def parse_instant(text: str, zone: tzinfo | None = None) -> datetime | None:
    """Return an ISO 8601 instant in UTC to the second, or None where the text is not one.

    :param zone: the zone of a text without an offset; without it such a text gives a time without a zone.
    """
    match = INSTANT.fullmatch(text)
    if not match:
        return None
    try:
        # Services keep an expiry to the second, so finer parts would differ for ever.
        instant = datetime.strptime(f"{match['date']} {match['time']}:{match['seconds'] or '00'}", "%Y-%m-%d %H:%M:%S")
        offset = match["offset"]
        if offset is None and zone is None:
            return instant
        return instant.replace(tzinfo=zone if offset is None else _parse_offset(offset)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _parse_offset(offset: str) -> tzinfo:
    """Return the time zone of an offset.

    :raises ValueError: there is no such offset.
    """
    if offset in "Zz":
        return timezone.utc
    delta = _offset(offset)
    if delta is None:
        raise ValueError(offset)
    return timezone(delta)


def _offset(text: str) -> timedelta | None:
    """Return the offset that a text such as `+8`, `-0330` or `+08:00` is; None where no clock has such a one."""
    match = OFFSET.fullmatch(text)
    if match is None or int(match[3] or 0) > 59:
        return None
    delta = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return None if delta > LARGEST_OFFSET else -delta if match[1] == "-" else delta


def find_zone(name: str) -> tzinfo | None:
    """Return the time zone of a name: IANA's, `GMT+8` and its like, or UTC's long name; None where it is not known."""
    if name == UTC_LONG_NAME:
        return timezone.utc
    match = OFFSET_ZONE.fullmatch(name)
    if match:
        delta = _offset(match["offset"]) if match["offset"] else timedelta()
        return None if delta is None else timezone(delta)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def why_unknown() -> str:
    """Return what is to be said of a time zone that `find_zone` does not know; it completes a sentence about it."""
    if find_zone(ZONE_EXAMPLE) is not None:
        return "is not known here"
    return (
        "is not known here, since there is no time zone database where this runs; the package tzdata is one, for the "
        "system or for Python"
    )


def instants_of(local: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants, in UTC, at which the clocks of a zone show a time: one, or none, or two when they change.

    :param local: without a zone.
    :raises OverflowError: they are further away than can be counted.
    """
    possible = [local.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1)]
    shown_then = [instant for instant in possible if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local]
    return sorted(set(shown_then))


def clocks(zone: str, instants: list[datetime]) -> str:
    """Return what the clocks of a zone do with a time of which there is not just one instant."""
    if not instants:
        return f"clocks in {zone} skip that time when they change"
    return f"clocks in {zone} show that time twice when they change, at {' and at '.join(map(_plain, instants))}"


def _both_ways(local: datetime, zone: tzinfo) -> list[str]:
    return [local.replace(tzinfo=zone, fold=fold).isoformat() for fold in (0, 1)]


def _choices(names: Iterable[str]) -> Callable[[str, str], str]:
    """Return a parser that takes one of the names.

    Ansible's own `choices` refuse null, which here means that the option is not given.
    """

    def parse(option: str, value: str) -> str:
        if value not in names:
            raise OptionError(option, value, f"it is one of {_listed(names)}")
        return value

    return parse


def _parse_date_option(option: str, value: str) -> str:
    try:
        if DATE.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise OptionError(option, value, "it is a day of the calendar in the form yyyy-MM-dd")


def _parse_time_option(option: str, value: str) -> str:
    parsed = parse_time(value)
    if parsed is None:
        # YAML 1.1 counts 10:30:00 in base sixty and hands over 37800.
        quote = ". YAML turns an unquoted time such as 10:30:00 into a number: quote it" if value.isdecimal() else ""
        raise OptionError(option, value, f"it is a time of day in the form HH:mm:ss or HH:mm{quote}")
    return parsed


def _parse_expiry_option(option: str, value: str) -> datetime | str:
    if value == "":
        return value
    instant = parse_instant(value)
    if instant is None:
        raise OptionError(
            option,
            value,
            "it is an instant in ISO 8601, such as 2027-06-30T18:00:00+08:00, or without an offset in the schedule's "
            "time zone, or empty for none",
        )
    return instant


def _parse_zone_option(option: str, value: str) -> str:
    if not value.strip() or len(value) > ZONE_LENGTH:
        raise OptionError(option, value, f"it is the name of a time zone, 1 to {ZONE_LENGTH} characters")
    offset = MEANT_AS_OFFSET.fullmatch(value)
    if offset and _offset(offset["offset"]) is None:
        raise OptionError(
            option, value, "no clock has this offset: hours are up to 14 and minutes up to 59, as in GMT+08:00"
        )
    # Only a name of IANA's form can be checked, since a service may know names of its own, and only where there is a
    # time zone database at all.
    if "/" in value and find_zone(value) is None and find_zone(ZONE_EXAMPLE) is not None:
        raise OptionError(option, value, f"the IANA time zone database has no such zone; an example is {ZONE_EXAMPLE}")
    return value


def _integers(lowest: int, highest: int | None = None) -> Callable[[str, Any], int]:
    expected = f"it is a whole number from {lowest}" + (f" to {highest}" if highest is not None else "")

    def parse(option: str, value: Any) -> int:
        if isinstance(value, bool) or value < lowest or (highest is not None and value > highest):
            raise OptionError(option, value, expected)
        return int(value)

    return parse


def _parse_text(option: str, value: str) -> str:
    if not value.strip():
        raise OptionError(option, value, "it is not empty")
    return value


def _sets(parse_item: Callable[[str, Any], Any], order: Callable[[Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    def parse(option: str, value: list[Any]) -> tuple[Any, ...]:
        if not value:
            raise OptionError(option, value, "it has at least one entry and cannot be cleared")
        return tuple(sorted({parse_item(option, item) for item in value}, key=order))

    return parse


def _parse_month_day(option: str, value: str) -> str:
    if value == LAST_DAY:
        return value
    if MONTH_DAY.fullmatch(value):
        return str(int(value))
    raise OptionError(option, value, f"a day of the month is 1 to 31, or {LAST_DAY} for the last one")


def by_weekday(name: str) -> tuple[int, str]:
    """Sort key: Sunday first, and what is no weekday behind."""
    return (WEEKDAYS.index(name) if name in WEEKDAYS else len(WEEKDAYS), name)


def by_number(value: int | str) -> tuple[int, str]:
    """Sort key: months and days of the month by size, and what is neither (such as `L`) behind."""
    text = str(value)
    return (int(text) if MONTH_DAY.fullmatch(text) else 32, text)


PARSERS: dict[str, Callable[[str, Any], Any]] = {
    "type": _choices(TYPE_PARTS),
    "date": _parse_date_option,
    "time": _parse_time_option,
    "day_interval": _integers(1, 31),
    "weekdays": _sets(_choices(WEEKDAYS), by_weekday),
    "months": _sets(_integers(1, 12), by_number),
    "month_days": _sets(_parse_month_day, by_number),
    "cron": _parse_text,
    "life_cycle_type": _parse_text,
    "wait_time": _integers(0),
    "life_cycle_exec_period": _integers(1),
    "time_zone": _parse_zone_option,
    "expire_time": _parse_expiry_option,
}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.replace("+00:00", "Z") if value.tzinfo else text
    return list(value) if isinstance(value, tuple) else value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
