# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong, once, with one request: the columns of the matrix."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...extensions.emulator import account
from ...extensions.emulator.faults import Fault as EmulatorFault
from ..shortcut import is_about_the_connection

REQUEST_ID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
RETRY_AFTER = 7
PAGE = "<!DOCTYPE html><html><head><title>Proxy</title></head><body><h1>Log in first</h1></body></html>"
WRONG_TYPE = ["neither", "nor"]
# What a service says may have the request in it.
ECHO = f"The request was made with {account.ACCESS_KEY}, {account.SECRET_KEY} or {account.PASSWORD}."
FAILED = {"error_code": "FAILED.0500", "error_msg": ECHO}
SKEWED = {"error_code": "APIGW.0303", "error_msg": ECHO}

# What is no answer of HTTP, and what is one to which nobody has agreed.
EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
TWO_LENGTHS = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}  "
BROKEN_CHUNK = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nno number\r\n"
NO_STATUS_LINE = "200 is what it would say\r\n\r\n"
HALF_A_HEAD = "HTTP/1.1 200 OK\r\nContent-"
_PACKED = gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)
PACKED_TWICE = (
    f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(_PACKED)}\r\n\r\n"
    f"{_PACKED.decode('latin-1')}"
)

# Longer than anybody waits: the client has hung up by then.
UNANSWERED = {"drop": True, "delay": 60.0}

# What a client waits before it repeats a request, where it takes the shortest time of each range.
A_MOMENT = (0.5,)
LONGER = (2.0,)
AS_ASKED = (float(RETRY_AFTER),)


@dataclass(frozen=True)
class Reason:
    """Why the same run does not recover from a fault, and what the user does then.

    :ivar title: names the faults, as the page calls them.
    """

    title: str
    why: str
    advice: str


ERROR_500 = Reason(
    "An answer of 500",
    "The services also answer so to a request that they do not like, and their documentation does not name it among "
    "the answers after which a request may be repeated.",
    "Run the play again. If it stays, ask the service's support, with the request id from the message. Where the "
    "answer came to a change, the message says that it is not known whether that was carried out.",
)
REDIRECTED = Reason(
    "A redirect",
    "It is not followed: the token or the signature would go to a host that nobody has named, and the same address "
    "would redirect again.",
    "Set `endpoint` or `auth_url` to where the service is. The message names the host to which it led.",
)
CLOCK_OFF = Reason(
    "A clock that is off",
    "The service does not believe the date of a signed request. The clock is the machine's, and refused keys are not "
    "tried again, since five refusals lock an access key.",
    "Set the clock of the machine that runs the module.",
)
REASONS = (ERROR_500, REDIRECTED, CLOCK_OFF)


@dataclass(frozen=True, eq=False)
class Fault:
    """One thing that goes wrong.

    :ivar name: names the cell of a test.
    :ivar title: names it on the page.
    :ivar what: what is done to the request.
    :ivar answer: what the emulator does, see `emulator.faults.Fault`.
    :ivar refuses: the connection is refused on the way.
    :ivar breaks_off: the TLS handshake breaks off on the way.
    :ivar gives_up: the client stops waiting as soon as the emulator has dealt with the request.
    :ivar expires: what IAM has issued becomes invalid right before the request.
    :ivar waits: what the client waits before it repeats the request, where it does.
    :ivar reason: why the same run does not recover; None where it does.
    """

    name: str
    title: str
    what: str
    answer: Mapping[str, Any] | None = None
    refuses: bool = False
    breaks_off: bool = False
    gives_up: bool = False
    expires: bool = False
    waits: tuple[float, ...] = A_MOMENT
    reason: Reason | None = None

    @property
    def acts(self) -> bool:
        """Whether the service has carried the request out all the same."""
        return self.answer is not None and self.answer.get("acts", False)

    @property
    def is_about_the_connection(self) -> bool:
        """Whether it is more than a whole answer that is not the right one."""
        if self.refuses or self.breaks_off or self.gives_up:
            return True
        return self.answer is not None and is_about_the_connection(EmulatorFault("*", **self.answer))

    @property
    def status(self) -> int | None:
        """The status that comes back, if one does."""
        return None if self.answer is None else self.answer.get("status")

    @property
    def code(self) -> str | None:
        """The service's error code, if one is said."""
        body = None if self.answer is None else self.answer.get("body")
        return body["error_code"] if isinstance(body, dict) else None

    @property
    def is_unsent(self) -> bool:
        """Whether the service never gets the request."""
        return self.refuses or self.breaks_off

    @property
    def is_lost(self) -> bool:
        """Whether it is not known afterwards whether the request was carried out."""
        return not (self.is_unsent or self.expires or self.status in (307, 401, 429))


def _status(status: int, **more: Any) -> dict[str, Any]:
    headers = {"X-Request-Id": REQUEST_ID, **more.pop("headers", {})}
    return {"status": status, "headers": headers, **more}


FAULTS = (
    Fault("refused", "connection refused", "Nobody listens at the service's address.", refuses=True),
    Fault(
        "handshake",
        "failed TLS handshake",
        "The connection breaks off before TLS is agreed upon.",
        breaks_off=True,
    ),
    Fault(
        "dropped-before",
        "dropped before acting",
        "The connection closes before the service has carried anything out.",
        {"drop": True},
    ),
    Fault(
        "dropped-after",
        "dropped after acting",
        "The service carries the request out, and the connection closes before its answer.",
        {"drop": True, "acts": True},
    ),
    Fault(
        "unanswered-before",
        "time-out before acting",
        "The service neither carries the request out nor answers within `timeout`.",
        UNANSWERED,
        gives_up=True,
    ),
    Fault(
        "unanswered-after",
        "time-out after acting",
        "The service carries the request out and does not answer within `timeout`.",
        {**UNANSWERED, "acts": True},
        gives_up=True,
    ),
    Fault(
        "429-with-retry-after",
        "429 with `Retry-After`",
        "The service turns the request away and says for how long, which is how long is waited.",
        _status(429, headers={"Retry-After": str(RETRY_AFTER)}),
        waits=AS_ASKED,
    ),
    Fault("429", "429 without it", "The service turns the request away.", _status(429), waits=LONGER),
    Fault(
        "500-before",
        "500 before acting",
        "The service fails before it has carried anything out.",
        _status(500, body=FAILED),
        reason=ERROR_500,
    ),
    Fault(
        "500-after",
        "500 after acting",
        "The service carries the request out and says that it has failed.",
        _status(500, body=FAILED, acts=True),
        reason=ERROR_500,
    ),
    Fault(
        "502",
        "502 with an HTML page",
        "A proxy has no connection to the service.",
        _status(502, body=PAGE, media_type="text/html"),
    ),
    Fault("503", "503", "The service is not there for a moment.", _status(503)),
    Fault(
        "504-before",
        "504 before acting",
        "The gateway waits in vain for the service, which has done nothing.",
        _status(504),
    ),
    Fault(
        "504-after",
        "504 after acting",
        "The gateway waits in vain for the service, which has carried the request out.",
        _status(504, acts=True),
    ),
    Fault(
        "cut-off",
        "cut-off JSON",
        "The service carries the request out, and the connection closes in the middle of its answer.",
        {"cut_off": True, "acts": True},
    ),
    Fault(
        "half-head",
        "cut-off headers",
        "The service carries the request out, and the connection closes in the middle of the headers.",
        {"raw": HALF_A_HEAD, "drop": True, "acts": True},
    ),
    Fault(
        "early-hints",
        "103 before the answer",
        "The service carries the request out, and an interim answer comes before the real one.",
        {"before": EARLY_HINTS, "acts": True},
    ),
    Fault(
        "two-lengths-before",
        "two lengths",
        "Something answers with two headers `Content-Length` that differ. The service has not carried anything out.",
        {"raw": TWO_LENGTHS},
    ),
    Fault(
        "two-lengths-after",
        "the same after acting",
        "The service carries the request out, and such an answer comes.",
        {"raw": TWO_LENGTHS, "acts": True},
    ),
    Fault(
        "broken-chunk",
        "broken chunk",
        "The service carries the request out, and its answer comes in chunks of which one has no length.",
        {"raw": BROKEN_CHUNK, "acts": True},
    ),
    Fault(
        "no-status-line",
        "no status line",
        "The service carries the request out, and what comes then is no HTTP.",
        {"raw": NO_STATUS_LINE, "acts": True},
    ),
    Fault(
        "packed-twice",
        "packed twice",
        "The service carries the request out, and its answer has the `Content-Encoding` `gzip, gzip`.",
        {"raw": PACKED_TWICE, "acts": True},
    ),
    Fault(
        "html",
        "200 with an HTML page",
        "A proxy answers in the place of the service, which never sees the request.",
        _status(200, body=PAGE, media_type="text/html"),
    ),
    Fault(
        "wrong-type-before",
        "JSON of the wrong type",
        "Something answers a list where an object is documented. The service has not carried anything out.",
        _status(200, body=WRONG_TYPE),
    ),
    Fault(
        "wrong-type-after",
        "the same after acting",
        "The service carries the request out and answers such a list.",
        _status(200, body=WRONG_TYPE, acts=True),
    ),
    Fault(
        "empty-before",
        "empty body",
        "Something answers 200 with nothing in it. The service has not carried anything out.",
        _status(200, body=""),
    ),
    Fault(
        "empty-after",
        "the same after acting",
        "The service carries the request out and answers 200 with nothing in it.",
        _status(200, body="", acts=True),
    ),
    Fault(
        "redirect",
        "redirect",
        "The answer is 307 with the address of another host.",
        _status(307, headers={"Location": "http://{elsewhere}/"}),
        reason=REDIRECTED,
    ),
    Fault(
        "expired",
        "expired token",
        "The token, which a password was exchanged for, becomes invalid right before the request.",
        expires=True,
        waits=(),
    ),
    Fault(
        "clock",
        "clock skew",
        "The gateway refuses the date of the signature: 401 with `APIGW.0303`.",
        _status(401, body=SKEWED),
        reason=CLOCK_OFF,
    ),
)
