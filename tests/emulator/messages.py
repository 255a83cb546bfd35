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

    Workspace App and the gateway share the shape ``{"error_code", "error_msg"}`` (documented).
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        """Refuse with an HTTP ``status``, the vendor's error ``code`` and a ``message``."""
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """The answer that carries this refusal."""
        return json_answer(self.status, {"error_code": self.code, "error_msg": self.message})


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with ``body`` as JSON in UTF-8."""
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, content, {"Content-Type": "application/json", **(headers or {})})


def bad_parameter(message: str) -> Refusal:
    """400 with the code of the vendor's examples (documented); ``message`` names the field."""
    return Refusal(400, "WKS.00211102", message)


def forbidden(message: str) -> Refusal:
    """403 with the code of the vendor's examples (documented)."""
    return Refusal(403, "WKS.00081102", message)


def not_found(message: str) -> Refusal:
    """404 with the code of the vendor's examples (documented)."""
    return Refusal(404, "WKS.00211902", message)


_GENERIC = {
    400: "WKS.00211102",
    401: "WKS.00211302",
    403: "WKS.00081102",
    404: "WKS.00211902",
    405: "APIGW.0101",
    409: "WKS.00211103",
    413: "APIGW.0201",
    429: "APIGW.0308",
    502: "APIGW.0201",
    503: "APIGW.0613",
    504: "APIGW.0201",
}


def generic_refusal(status: int) -> Refusal:
    """What the service or its gateway would say with ``status`` when nothing more is known.

    404 and 405 of the *routing* do not come from here: see :func:`no_such_api`.
    """
    return Refusal(status, _GENERIC.get(status, f"WKS.{status:08d}"), f"Refused with status {status}.")


def no_such_api(status: int) -> Refusal:
    """404 or 405 of the gateway, which has one code for an unknown path and an unknown method (documented)."""
    return Refusal(status, "APIGW.0101", "The API does not exist or its method is not allowed.")
