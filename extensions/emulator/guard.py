# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps web pages out.

A browser lets any page send requests to this machine, and a page whose name leads here may read the answers, too.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_LOOPBACK = r"(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])(?::[0-9]+)?"
_HOST = re.compile(_LOOPBACK, re.IGNORECASE)
_ORIGIN = re.compile(rf"https?://{_LOOPBACK}", re.IGNORECASE)


class Guard:
    """Lets those requests through to an application that are meant for this machine and come from it."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand in front of ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it before anything is done about it."""
        await (_refusal(Headers(scope=scope)) or self._app)(scope, receive, send)


def _refusal(headers: Headers) -> PlainTextResponse | None:
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        return PlainTextResponse("The emulator answers to 127.0.0.1 and localhost only.\n", 421)
    # Pages that are on this machine themselves may come from another port.
    if not all(map(_ORIGIN.fullmatch, origins)) or (not origins and headers.get("sec-fetch-site") == "cross-site"):
        return PlainTextResponse("The emulator is not for the pages of other sites.\n", 403)
    return None
