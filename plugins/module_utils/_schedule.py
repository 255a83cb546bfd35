# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a task runs, in the words of the user: parse, check, merge, compare. Knows no service and no HTTP."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from ._errors import OptionError, TaskError, quoted
from ._faults import Faults
from ._times import (
    MEANT_AS_OFFSET,
    MONTH_DAY,
    WEEKDAYS,
    ZONE_EXAMPLE,
    both_ways,
    by_number,
    by_weekday,
    clocks,
    find_zone,
    instants_of,
    offset_of,
    parse_instant,
    parse_time,
    plain,
    why_unknown,
)
from ._values import Field

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

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _date(text: str) -> str:
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError("it is a day of the calendar in the form yyyy-MM-dd")


def _time(text: str) -> str:
    parsed = parse_time(text)
    if parsed is None:
        # YAML 1.1 counts 10:30:00 in base sixty and hands over 37800.
        quote = ". YAML turns an unquoted time such as 10:30:00 into a number: quote it" if text.isdecimal() else ""
        raise ValueError(f"it is a time of day in the form HH:mm:ss or HH:mm{quote}")
    return parsed


def _month_day(text: str) -> str:
    if text == LAST_DAY:
        return text
    if MONTH_DAY.fullmatch(text):
        return str(int(text))
    raise ValueError(f"a day of the month is 1 to 31, or {LAST_DAY} for the last one")


def _expiry(text: str) -> datetime | str:
    if text == "":
        return text
    instant = parse_instant(text)
    if instant is None:
        raise ValueError(
            "it is an instant in ISO 8601, such as 2027-06-30T18:00:00+08:00, or without an offset in the schedule's "
            "time zone, or empty for none"
        )
    return instant


def _zone(text: str) -> str:
    offset = MEANT_AS_OFFSET.fullmatch(text)
    if offset and offset_of(offset["offset"]) is None:
        raise ValueError("no clock has this offset: hours are up to 14 and minutes up to 59, as in GMT+08:00")
    # Only a name of IANA's form can be checked, since a service may know names of its own, and only where there is a
    # time zone database at all.
    if "/" in text and find_zone(text) is None and find_zone(ZONE_EXAMPLE) is not None:
        raise ValueError(f"the IANA time zone database has no such zone; an example is {ZONE_EXAMPLE}")
    return text


# What each part may be, by the name of the option and of the field of `Schedule`.
PARTS: dict[str, Field] = {
    "type": Field(choices=TYPE_PARTS, shows_choices=True),
    "date": Field(form=_date, aliases=("scheduled_date",)),
    "time": Field(form=_time, aliases=("scheduled_time",)),
    "day_interval": Field("int", most=31),
    "weekdays": Field("list", item=Field(choices=WEEKDAYS, shows_choices=True), order=by_weekday),
    "months": Field("list", item=Field("int", most=12), order=by_number, aliases=("month_list",)),
    "month_days": Field("list", item=Field(form=_month_day), order=by_number, aliases=("date_list",)),
    "cron": Field(),
    "time_zone": Field(most=64, form=_zone),
    "expire_time": Field(least=0, form=_expiry),
    "life_cycle_type": Field(),
    "wait_time": Field("int", least=0),
    "life_cycle_exec_period": Field("int"),
}
ALIASES = {alias for part in PARTS.values() for alias in part.aliases}


@dataclass(frozen=True)
class Schedule:
    """When a task runs. A part that is None is not known or not given.

    `weekdays`, `months` and `month_days` are sorted and free of repetition, `time` is `HH:mm:ss`. A value that a
    service sent and that is not understood stands as it came, as text.

    :ivar expire_time: an instant in UTC, to the second; without a zone until `merged_with` knows the schedule's; `""`
        in a schedule that a user gave, where it is to be cleared.
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
    def from_options(cls, options: Mapping[str, Any], faults: Faults) -> Schedule:
        """Return the parts that are given, checked and in one form, without those that are refused.

        :param faults: gains what is wrong: a part is not what it may be, or does not belong to the type given.
        """
        # Ansible leaves the aliases beside the options.
        given = {name: value for name, value in options.items() if value is not None and name not in ALIASES}
        parsed: dict[str, Any] = {}
        for name, value in given.items():
            with faults:
                if name not in PARTS:
                    raise OptionError(f"schedule.{name}", value, "no schedule has such a part")
                parsed[name] = PARTS[name].parse(f"schedule.{name}", value)
        schedule = cls(**parsed)
        return schedule if schedule.type is None else schedule._checked(given, faults)

    def _checked(self, given: Collection[str], faults: Faults) -> Schedule:
        """Return the schedule with the parts that its type has.

        :param given: all parts that are given, those included that are refused.
        """
        possible = parts_of(str(self.type))
        foreign = [name for name in self.known() if name != "type" and name not in possible]
        for name in foreign:
            faults.add(
                OptionError(
                    f"schedule.{name}",
                    _plain(getattr(self, name)),
                    f"a {self.type} schedule has no such part; it takes {_listed(possible)}",
                )
            )
        missing = [
            name
            for name in TYPE_PARTS[str(self.type)][0]
            if name not in given and not faults.covers(f"schedule.{name}")
        ]
        if missing:
            faults.add(
                OptionError(
                    "schedule.type",
                    self.type,
                    f"with a type the schedule is complete, and a {self.type} one needs also {_listed(missing)}",
                )
            )
        return replace(self, **dict.fromkeys(foreign))

    def merged_with(self, given: Schedule) -> Schedule:
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
                f"that was found, whose type is {quoted(self.type)}: give schedule.type with all its parts."
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
                f"{quoted(self.time_zone)} {why_unknown()}: write an offset such as Z or +08:00 behind the time."
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
                f"Write which instant is meant: {' or '.join(both_ways(local, zone))}."
            )
        return instants[0]

    def completed_by(self, other: Schedule) -> Schedule:
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


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return plain(value)
    return list(value) if isinstance(value, tuple) else value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
