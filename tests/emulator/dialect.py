# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which the service may write one and the same task.

The vendor's pages have two readings: their tables, and the samples next to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

from .schedule import instant

Form = Literal["table", "sample"]
Empty = Literal["empty", "null", "missing"]

_CHOICES = {"form": ("table", "sample"), "empty": ("empty", "null", "missing")}


@dataclass
class Dialect:
    """Switches that a test may turn at any time."""

    form: Form = "table"
    """``table``: upper-case enums, ``target_id`` a string, expiry to the second.
    ``sample``: ``scheduled_type`` in lower case, ``target_id`` an array of one, expiry with milliseconds; on input
    both forms. Both are documented."""

    empty: Empty = "empty"
    """How a field without a value reads back: ``""``, null, or not at all."""

    expire_offset: str = ""
    """Offset in which an expiry is answered, such as ``+08:00``; none for UTC written as ``Z``."""

    extra_fields: dict[str, Any] = field(default_factory=dict)
    """Fields that no page knows, added to every task answered."""

    page_size_cap: int | None = None
    """The most items in one page, whatever ``limit`` asks for."""

    token_lifetime: float = 24 * 3600
    """Seconds for which a token is valid; a day is documented."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one switch.

        :raises AttributeError: there is no such switch.
        :raises ValueError: the switch has no such position.
        """
        if name not in self.__dataclass_fields__:
            raise AttributeError(f"the dialect has no switch {name!r}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}, not {value!r}")
        super().__setattr__(name, value)

    def reset(self) -> None:
        """Turn every switch back to its default."""
        for switch in fields(Dialect):
            setattr(self, switch.name, getattr(_DEFAULT, switch.name))
        self.extra_fields = {}

    def read(self, body: Any) -> Any:
        """The table form of a request body, where this dialect accepts another one too. Anything else stays."""
        if self.form == "table" or not isinstance(body, dict):
            return body
        body = dict(body)
        kind = body.get("scheduled_type")
        if isinstance(kind, str) and kind.islower():
            body["scheduled_type"] = kind.upper()
        targets = body.get("target_infos")
        if isinstance(targets, list):
            body["target_infos"] = [_read_target(target) for target in targets]
        expiry = body.get("expire_time")
        if isinstance(expiry, str) and "." in expiry:
            body["expire_time"] = _without_fraction(expiry)
        return body

    def write(self, record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """What is answered of a stored record: the fields ``names``, each as this dialect writes it."""
        answer: dict[str, Any] = {}
        for name in names:
            value = record.get(name)
            if value in ("", None):
                self._write_empty(answer, name)
            elif name == "expire_time":
                answer[name] = self._write_expiry(value)
            elif self.form == "sample" and name == "scheduled_type":
                answer[name] = value.lower()
            elif self.form == "sample" and name == "target_infos":
                answer[name] = [{**target, "target_id": [target["target_id"]]} for target in value]
            else:
                answer[name] = value
        return answer

    def _write_empty(self, answer: dict[str, Any], name: str) -> None:
        if self.empty == "missing":
            return
        # A number has no empty form but null.
        answer[name] = "" if self.empty == "empty" and name != "day_interval" else None

    def _write_expiry(self, value: str) -> str:
        try:
            moment = instant(value)
        except ValueError:
            return value
        if self.expire_offset:
            moment = moment.astimezone(datetime.strptime(self.expire_offset, "%z").tzinfo)
        text = moment.isoformat(timespec="milliseconds" if self.form == "sample" else "seconds")
        return text if self.expire_offset else text.replace("+00:00", "Z")


_DEFAULT = Dialect()


def utc_text(moment: datetime) -> str:
    """A time in UTC with milliseconds, as the samples show ``create_time`` (documented)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_target(target: Any) -> Any:
    if not isinstance(target, dict):
        return target
    target_id = target.get("target_id")
    if isinstance(target_id, list) and len(target_id) == 1:
        return {**target, "target_id": target_id[0]}
    return target


def _without_fraction(text: str) -> str:
    whole, _point, rest = text.partition(".")
    return whole + rest.lstrip("0123456789")
