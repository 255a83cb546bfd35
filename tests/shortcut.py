# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to a running emulator that saves what sockets and a web server take, three quarters of a request's time.

What a test sees is the same: the emulator's log, its faults, and the answers with their headers. What is about the
connection itself goes over a socket all the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.client import responses
from typing import Any
from unittest import mock
from urllib.parse import SplitResult, unquote, urlsplit

import requests
import urllib3
from requests.utils import select_proxy
from starlette.routing import compile_path

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import (
    Exchange,
    Route,
    World,
    headers_of,
    own_failure_of,
    refuse_route_of,
)
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.faults import Fault
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Answer, Call

# A fault may add these to an answer that is as whole as without them.
HARMLESS = {"content-type", "retry-after", "x-request-id"}
# The head of a request with one of them says how its body comes, or what web page it comes from.
ABOUT_THE_WAY = {"expect", "origin", "sec-fetch-site", "transfer-encoding", "upgrade"}
# The answers with these have no body, whatever else they say.
BODILESS = {204, 304}


class Shortcut:
    """Does what sockets, the web server, the application and its routes do with a request."""

    def __init__(self, emulator: Emulator) -> None:
        """Lead to a running emulator."""
        self._host = emulator.url.removeprefix("http://")
        self._world: World = emulator._world
        # As the application has them.
        self._routes = [(compile_path(route.operation.path)[0], route) for route in self._world.routes]
        self._is_open = False

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Have what this process sends to the emulator with Requests carried out by the thread that sends it.

        That ends with the first request that is about the connection: what comes behind it may be so, too.
        """
        send = requests.adapters.HTTPAdapter.send

        def sent(
            adapter: requests.adapters.HTTPAdapter,
            request: requests.PreparedRequest,
            stream: bool = False,
            timeout: Any = None,
            verify: Any = True,
            cert: Any = None,
            proxies: Any = None,
        ) -> requests.Response:
            url = urlsplit(str(request.url))
            is_led = self._is_open and (url.scheme, url.netloc) == ("http", self._host)
            answer = self._answer(request, url) if is_led and not select_proxy(str(request.url), proxies) else None
            if answer is None:
                return send(adapter, request, stream, timeout, verify, cert, proxies)
            reason = responses.get(answer.status, "")
            body = io.BytesIO(answer.content)
            raw = urllib3.HTTPResponse(body, answer.headers, answer.status, reason=reason, preload_content=False)
            return adapter.build_response(request, raw)

        self._is_open = True
        with mock.patch.object(requests.adapters.HTTPAdapter, "send", sent):
            yield

    def _answer(self, request: requests.PreparedRequest, url: SplitResult) -> Answer | None:
        """What the emulator answers; None for what has to go over a socket."""
        path = unquote(url.path)
        if path.startswith("/_emulator"):
            return None
        found, parts = self._find(str(request.method), path)
        headers = {"host": url.netloc, **{name.lower(): _as_text(value) for name, value in request.headers.items()}}
        body = request.body or b""
        is_whole = isinstance(body, bytes) and headers.get("content-length", "0") == str(len(body))
        with self._world.lock:
            fault = self._world.faults.peek(found.operation.id) if isinstance(found, Route) else None
            if not is_whole or not ABOUT_THE_WAY.isdisjoint(headers) or is_about_the_connection(fault):
                self._is_open = False
                return None
            answer = self._carry_out(found, Call(str(request.method), url.path or "/", url.query, headers, body, parts))
        told = {"Date": formatdate(usegmt=True), "Content-Length": str(len(answer.content))}
        return Answer(answer.status, answer.content, {**headers_of(answer), **told})

    def _carry_out(self, found: Route | int, call: Call) -> Answer:
        try:
            if isinstance(found, Route):
                return Exchange(self._world, found, call).answer()
            return refuse_route_of(self._world, call, found)
        except Exception as error:
            return own_failure_of(error)

    def _find(self, method: str, path: str) -> tuple[Route | int, dict[str, str]]:
        """The first route that fits, and the parts of the path that it names; if there is none, the status for that."""
        status = 404
        for pattern, route in self._routes:
            match = pattern.match(path)
            if match is not None:
                if route.operation.method == method:
                    return route, match.groupdict()
                status = 405
        return status, {}


def is_about_the_connection(fault: Fault | None) -> bool:
    """Whether a fault leaves anything but a whole answer at once."""
    return fault is not None and bool(
        fault.bypasses
        or fault.before
        or fault.cut_off
        or fault.delay
        or fault.gate
        or not HARMLESS.issuperset(map(str.lower, fault.headers))
        or (fault.status is not None and (fault.status in BODILESS or fault.status < 200))
    )


def _as_text(value: Any) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip()
