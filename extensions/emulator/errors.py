# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error codes of a service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .messages import Refusal

# What the gateway says in front of every service (documented).
_GATEWAY = {
    405: "APIGW.0101",
    413: "APIGW.0201",
    429: "APIGW.0308",
    502: "APIGW.0201",
    503: "APIGW.0613",
    504: "APIGW.0201",
}

_GATEWAY_CODES = {
    400: ("APIGW.0201",),
    401: ("APIGW.0301", "APIGW.0303", "APIGW.0307"),
    403: ("APIGW.0302",),
    404: ("APIGW.0101",),
    **{status: (code,) for status, code in _GATEWAY.items()},
}

TEXT: dict[str, Any] = {"type": "string", "minLength": 1}


def closed_object(properties: Mapping[str, Any], optional: Iterable[str] = ()) -> dict[str, Any]:
    """The schema of an object with these properties and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": sorted(properties.keys() - set(optional)),
        "additionalProperties": False,
    }


@dataclass(frozen=True)
class Errors:
    """The code that a service, or the gateway in front of it, gives with a status.

    A service that has several codes for one status raises a ``Refusal`` of its own where it matters.
    """

    prefix: str
    codes: Mapping[int, str] = field(default_factory=dict)
    detailed: bool = False
    """Whether the message stands in ``error_detail`` too."""
    documented: tuple[int, ...] = ()
    """The statuses that the pages of all operations have."""

    def refusal(self, status: int, message: str, **more: str) -> Refusal:
        """A refusal with the code for ``status``; for a status without one it is made up."""
        code = self.codes.get(status) or _GATEWAY.get(status) or f"{self.prefix}.{status:08d}"
        if self.detailed:
            more = {"error_detail": message, **more}
        return Refusal(status, code, message, **more)

    def generic(self, status: int) -> Refusal:
        """What is said with ``status`` when nothing more is known.

        404 and 405 of the *routing* do not come from here: see :func:`~.messages.no_such_api`.
        """
        return self.refusal(status, f"Refused with status {status}.")

    def schemas(self, more: Iterable[int] = ()) -> dict[int, dict[str, Any]]:
        """The schema of the body for every status that is documented, for one operation there are ``more``.

        The gateway's are among them. A status that only the gateway has comes with no code of the service.
        """
        own = {*self.documented, *more}
        return {
            status: {
                "anyOf": [
                    *([self.own_schema(status)] if status in own else []),
                    *([_gateway_schema(status)] if status in _GATEWAY_CODES else []),
                ]
            }
            for status in sorted(own | _GATEWAY_CODES.keys())
        }

    def own_schema(self, status: int) -> dict[str, Any]:
        """The schema of what the service itself says with a status."""
        code = {"type": "string", "pattern": rf"^{self.prefix}\.[0-9]{{8}}(\.[0-9]{{3}})?$"}
        detail = {"error_detail": TEXT, "encoded_authorization_message": TEXT} if self.detailed else {}
        return closed_object({"error_code": code, "error_msg": TEXT, **detail}, ("encoded_authorization_message",))


def _gateway_schema(status: int) -> dict[str, Any]:
    return closed_object({"error_code": {"enum": list(_GATEWAY_CODES[status])}, "error_msg": TEXT})
