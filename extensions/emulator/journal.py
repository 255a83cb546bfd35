# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked and what was answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from .messages import Call


@dataclass
class LoggedRequest:
    """One request. It may hold secrets: the log is in memory only and for tests only."""

    service: str | None
    """The name of the service; none if there is no such path or method."""
    operation: str | None
    """The vendor's operation id; none if there is no such path or method."""
    method: str
    path: str
    """As sent, nothing decoded."""
    query: dict[str, str]
    body: Any
    """The parsed JSON, else text; none if there was no body."""
    headers: Mapping[str, str]
    """By lower-case name."""
    status: int | None = None
    """What was answered; none if nothing was."""


class Journal:
    """All requests since the last time it was cleared."""

    def __init__(self) -> None:
        """Begin empty."""
        self._entries: list[LoggedRequest] = []

    @property
    def entries(self) -> list[LoggedRequest]:
        """The requests in the order in which they came."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()

    def record(self, service: str | None, operation: str | None, call: Call) -> LoggedRequest:
        """Write down a request that has arrived."""
        entry = LoggedRequest(
            service=service,
            operation=operation,
            method=call.method,
            path=call.raw_path,
            query=dict(parse_qsl(call.raw_query, keep_blank_values=True)),
            body=_parsed(call.body),
            headers=dict(call.headers),
        )
        self._entries.append(entry)
        return entry


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")
