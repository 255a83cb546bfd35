# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Things that go wrong on purpose."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .errors import Errors
from .messages import Answer

EVERY_OPERATION = "*"


@dataclass
class Fault:
    """One fault, for the next ``times`` requests of an operation once ``skip`` of them have gone by.

    It *replaces* the answer if it drops the connection or brings a status, a body or raw text; the operation is then
    carried out only if it ``acts``. Otherwise the genuine answer is delayed, follows other text, gets more headers, or
    is cut off.
    """

    operation: str
    """The vendor's operation id, or ``*`` for all of them. An id that two services have means both."""
    times: int = 1
    skip: int = 0
    acts: bool = False
    """Whether the operation is carried out all the same. A cut-off answer of an operation that does not act is the
    genuine one, but leaves no trace."""
    delay: float = 0.0
    """Seconds before the answer, after the operation has been carried out."""
    gate: threading.Event | None = None
    """Opens the way for the answer, after the operation has been carried out. For tests in the same process."""
    drop: bool = False
    """Close the connection without an answer, or behind ``raw``."""
    raw: str | None = None
    """What is written on the connection in the place of an answer, from its status line on, each character as one byte.
    The connection stays open."""
    before: str = ""
    """What is written so before the answer, whichever that is."""
    cut_off: bool = False
    """Announce the full length, send half of the body, and close."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """Text as it is, anything else as JSON; without it a ``status`` brings the vendor's error shape."""
    media_type: str | None = None

    @property
    def replaces(self) -> bool:
        """Whether the genuine answer is not given."""
        return self.drop or self.raw is not None or self.status is not None or self.body is not None

    @property
    def leaves_no_trace(self) -> bool:
        """Whether the operation is carried out for its answer only."""
        return self.cut_off and not self.replaces and not self.acts

    @property
    def bypasses(self) -> bool:
        """Whether no answer is given that keeps to HTTP."""
        return self.drop or self.raw is not None

    def answer(self, genuine: Answer | None, errors: Errors) -> Answer:
        """What is sent, given the ``genuine`` answer if the operation was carried out, and the service's ``errors``."""
        base = self._own_answer(errors) if self.replaces or genuine is None else genuine
        return Answer(base.status, base.content, {**base.headers, **self.headers})

    def _own_answer(self, errors: Errors) -> Answer:
        status = 200 if self.status is None else self.status
        if self.body is None:
            answer = errors.generic(status).answer()
            return Answer(status, answer.content, self._media_type("application/json"))
        if isinstance(self.body, str):
            return Answer(status, self.body.encode(), self._media_type("text/plain; charset=utf-8"))
        return Answer(status, json.dumps(self.body).encode(), self._media_type("application/json"))

    def _media_type(self, default: str) -> dict[str, str]:
        return {"Content-Type": self.media_type or default}


class Faults:
    """The faults that are still to come, in the order in which they were set."""

    def __init__(self, operations: Collection[str]) -> None:
        """Take faults for these operation ids."""
        self._operations = frozenset(operations) | {EVERY_OPERATION}
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one fault.

        :raises ValueError: there is no such operation, or a character is no byte.
        """
        if fault.operation not in self._operations:
            raise ValueError(f"unknown operation {fault.operation!r}")
        for text in (fault.before, fault.raw or ""):
            as_bytes(text)
        self._pending.append(fault)

    def clear(self) -> None:
        """Let everything go right again."""
        self._pending.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault for this request, if there is one. Every waiting fault counts the request towards its ``skip``."""
        taken: Fault | None = None
        for fault in self._pending:
            if fault.operation not in (operation, EVERY_OPERATION):
                continue
            if fault.skip > 0:
                fault.skip -= 1
            elif taken is None and fault.times > 0:
                taken = fault
        if taken is not None:
            taken.times -= 1
            self._pending = [fault for fault in self._pending if fault.times > 0]
        return taken

    def peek(self, operation: str) -> Fault | None:
        """The fault that the next request will meet, if there is one."""
        waiting = (fault for fault in self._pending if fault.operation in (operation, EVERY_OPERATION))
        return next((fault for fault in waiting if fault.skip <= 0 < fault.times), None)


def as_bytes(text: str) -> bytes:
    """The bytes that a text stands for, one each character.

    :raises ValueError: a character is no byte.
    """
    return text.encode("latin-1")


class Dropped(Response):
    """No answer: the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection of this request."""
        await _close(scope, receive)


class Raw(Response):
    """Bytes that may be no answer at all. The connection stays open, and the next request on it is answered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write the body as it is, and let the server believe that it has answered."""
        scope["state"]["line"].write(bytes(self.body))
        with scope["state"]["line"].muted():
            await Response()(scope, receive, send)


class CutOff(Response):
    """Half an answer, then the connection is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Announce the whole body, send half of it, and close."""
        body = bytes(self.body)
        # An empty body cannot be halved: announce one byte that never comes.
        length = str(max(len(body), 1)).encode()
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": [*headers, (b"content-length", length)],
            }
        )
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await _close(scope, receive)


async def _close(scope: Scope, receive: Receive) -> None:
    scope["state"]["line"].close()
    # Returning before the server has noticed would make it complain or answer in our place.
    while (await receive())["type"] != "http.disconnect":
        pass
