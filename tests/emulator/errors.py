# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error codes of a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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


@dataclass(frozen=True)
class Errors:
    """The code that a service, or the gateway in front of it, gives with a status.

    A service that has several codes for one status raises a ``Refusal`` of its own where it matters.
    """

    prefix: str
    codes: Mapping[int, str] = field(default_factory=dict)
    detailed: bool = False
    """Whether the message stands in ``error_detail`` too."""

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
