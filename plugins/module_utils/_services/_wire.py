# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads fields of JSON objects that may be missing, null, empty or of another type than their page says."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from .._http._answers import parse
from .._times import WEEKDAYS

# The pages of Workspace and of Cloud Operations Center say that 1 is Sunday. Those of Workspace App Streaming say 1 to
# 7 and not which day is which; in the Terraform provider's acceptance tests 1 is Sunday there, too.
WEEKDAY_NUMBERS = {name: str(number) for number, name in enumerate(WEEKDAYS, start=1)}
WEEKDAYS_BY_NUMBER = {number: name for name, number in WEEKDAY_NUMBERS.items()}

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
FUTURE_EXECUTION = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{2}:\d{2})?")


def text(item: Mapping[str, Any], name: str) -> str | None:
    """Return a field as text; a field that is missing, null or empty is not known."""
    value = item.get(name)
    if value is None or isinstance(value, (dict, list)) or value == "":
        return None
    return str(value)


def entries(item: Mapping[str, Any], name: str) -> list[str]:
    """Return the entries of a list, which may also be written as one text with commas."""
    value = item.get(name)
    found = value if isinstance(value, list) else (text(item, name) or "").split(",")
    return [str(entry).strip() for entry in found if str(entry).strip()]


def objects(item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects of a list."""
    value = item.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def number(value: str | None) -> int | str | None:
    """Return the number that a text is, or else the text."""
    return int(value) if value is not None and re.fullmatch(r"\d{1,9}", value, re.ASCII) else value


def integer(item: Mapping[str, Any], name: str) -> int | None:
    """Return a field that is a whole number, and None for any other."""
    value = item.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def boolean(item: Mapping[str, Any], name: str) -> bool | None:
    """Return a field that is true or false, and None for any other."""
    value = item.get(name)
    return value if isinstance(value, bool) else None


def enumerated(value: str | None, known: Collection[str]) -> str | None:
    """Return one of the known values in the tables' upper case, and an unknown one as it is."""
    return value.upper() if value is not None and value.upper() in known else value


def from_json(value: Any) -> Any:
    """Return the data that a text holds as JSON; what is no text, or no JSON, as it is."""
    if not isinstance(value, str):
        return value
    try:
        return parse(value.encode("utf-8"))
    except ValueError:
        return value


def instant_of(milliseconds: int | None) -> datetime | None:
    """Return the instant, in UTC to the second, that so many milliseconds after the epoch are; 0 is none."""
    if not milliseconds:
        return None
    try:
        return EPOCH + timedelta(seconds=milliseconds // 1000)
    except OverflowError:
        return None


def local_time(instant: datetime | None, zone: tzinfo | None) -> datetime | None:
    """Return an instant as the clocks of a time zone show it; None where that is not known or out of range."""
    if instant is None or zone is None:
        return None
    try:
        return instant.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return None


def iso(instant: datetime) -> str:
    """Return an instant in UTC as ISO 8601 writes it."""
    return instant.isoformat().replace("+00:00", "Z")


def milliseconds_of(instant: datetime) -> int:
    """Return how many milliseconds after the epoch an instant is."""
    return int((instant - EPOCH).total_seconds()) * 1000


def future_execution(text: str) -> str:
    """Return `2026-01-01 09:00:00 GMT+08:00` (`GMT` alone in UTC) in ISO 8601, and another form as it is."""
    match = FUTURE_EXECUTION.fullmatch(text)
    return f"{match[1]}T{match[2]}{match[3] or 'Z'}" if match else text


def filled(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields that are neither missing nor null nor empty, under names of our own.

    :param names: our names by those on the wire.
    """
    return {ours: item[theirs] for theirs, ours in names.items() if item.get(theirs) not in (None, "")}


def unnamed(item: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """Return the fields that the vocabulary has no word for."""
    return {name: value for name, value in item.items() if name not in known}


def renamed(item: Mapping[str, Any], names: Mapping[str, str], dropped: Collection[str] = ()) -> dict[str, Any]:
    """Return an object under names of our own, and under `extra` what we have no name for.

    :param names: our names by those on the wire.
    :param dropped: names of fields that say nothing new.
    """
    extra = unnamed(item, {*names, *dropped})
    return {**filled(item, names), **({"extra": extra} if extra else {})}
