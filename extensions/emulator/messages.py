# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes in and out of an operation, apart from HTTP itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as it came over the wire, nothing decoded that a signature depends on."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    """Header values by lower-case name; a repeated header is joined by commas."""
    body: bytes = b""
    path: Mapping[str, str] = field(default_factory=dict)
    """The decoded parts of the path that the route names."""


@dataclass(frozen=True)
class Answer:
    """One response."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The service says no.

    The services and the gateway share the shape ``{"error_code", "error_msg"}`` (documented). What may stand next to
    it is ``more``.
    """

    def __init__(self, status: int, code: str, message: str, **more: str) -> None:
        """Refuse with an HTTP ``status``, the vendor's error ``code`` and a ``message``, and ``more`` fields."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.more = more

    def answer(self) -> Answer:
        """The answer that carries this refusal."""
        return json_answer(self.status, {"error_code": self.code, "error_msg": self.message, **self.more})


class BadParameter(Refusal):
    """400 for what a request says. The code is the service's own, and the service puts it in."""

    def __init__(self, message: str) -> None:
        """Refuse with a ``message`` that names the field."""
        super().__init__(400, "", message)


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with ``body`` as JSON in UTF-8."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, content, {"Content-Type": "application/json", **(headers or {})})


def no_such_api(status: int) -> Refusal:
    """404 or 405 of the gateway, which has one code for an unknown path and an unknown method (documented)."""
    return Refusal(status, "APIGW.0101", "The API does not exist or its method is not allowed.")
