# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times of day, instants and time zones, as users and services write them. Knows no schedule."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")

TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
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
MONTH_DAY = re.compile(r"0?[1-9]|[12]\d|3[01]", re.ASCII)


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
    delta = offset_of(offset)
    if delta is None:
        raise ValueError(offset)
    return timezone(delta)


def offset_of(text: str) -> timedelta | None:
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
        delta = offset_of(match["offset"]) if match["offset"] else timedelta()
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
    return f"clocks in {zone} show that time twice when they change, at {' and at '.join(map(plain, instants))}"


def both_ways(local: datetime, zone: tzinfo) -> list[str]:
    """Return both ways in which a time on the clocks of a zone can be meant, with their offsets."""
    return [local.replace(tzinfo=zone, fold=fold).isoformat() for fold in (0, 1)]


def plain(instant: datetime) -> str:
    """Return an instant as ISO 8601 writes it, with Z for UTC."""
    text = instant.isoformat()
    return text.replace("+00:00", "Z") if instant.tzinfo else text


def by_weekday(name: str) -> tuple[int, str]:
    """Sort key: Sunday first, and what is no weekday behind."""
    return (WEEKDAYS.index(name) if name in WEEKDAYS else len(WEEKDAYS), name)


def by_number(value: int | str) -> tuple[int, str]:
    """Sort key: months and days of the month by size, and what is neither (such as `L`) behind."""
    text = str(value)
    return (int(text) if MONTH_DAY.fullmatch(text) else 32, text)
