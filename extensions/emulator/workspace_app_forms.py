# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ways in which the pages of Workspace App write a task: their tables, and the samples next to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .dialect import Dialect
from .schedule import instant
from .service import Record


def read_form(dialect: Dialect, body: Any) -> Any:
    """The table form of a request body, where the dialect accepts another one too. Anything else stays."""
    if dialect.form == "table" or not isinstance(body, dict):
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


def write_form(dialect: Dialect, answer: Record) -> Record:
    """An answer in the form of the dialect; a field without a value stays as it is."""
    answer = dict(answer)
    if answer.get("expire_time"):
        answer["expire_time"] = _write_expiry(dialect, answer["expire_time"])
    if dialect.form == "sample":
        if answer.get("scheduled_type"):
            answer["scheduled_type"] = answer["scheduled_type"].lower()
        if answer.get("target_infos"):
            answer["target_infos"] = [
                {**target, "target_id": [target["target_id"]]} for target in answer["target_infos"]
            ]
    return answer


def _write_expiry(dialect: Dialect, value: str) -> str:
    try:
        moment = instant(value)
    except ValueError:
        return value
    if dialect.expire_offset:
        moment = moment.astimezone(datetime.strptime(dialect.expire_offset, "%z").tzinfo)
    text = moment.isoformat(timespec="milliseconds" if dialect.form == "sample" else "seconds")
    return text if dialect.expire_offset else text.replace("+00:00", "Z")


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
