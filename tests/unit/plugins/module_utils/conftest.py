# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that neither waits nor needs a socket, and a script that it has to play to its end."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfoNotFoundError

import pytest
import requests
import urllib3

NOW = 1_767_323_045.0  # 2026-01-02T03:04:05Z


class Sent(NamedTuple):
    """One request as it was handed to the socket, and what it was handed over with."""

    method: str | None
    url: str | None
    headers: dict[str, str]
    body: bytes | None
    timeout: Any
    verify: Any
    proxies: Mapping[str, str]


class Script(requests.adapters.BaseAdapter):
    """Takes the place of the network: each request plays the next step, an answer or an exception."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Callable[[requests.PreparedRequest], requests.Response]] = []
        self.sent: list[Sent] = []

    def answers(
        self, status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None, times: int = 1
    ) -> Script:
        """Add an answer; bytes and text go as they are, None is no body, anything else is sent as JSON.

        It says how long it is, unless the headers do.
        """
        if isinstance(body, str):
            body = body.encode()
        elif body is None:
            body = b""
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()

        def step(request: requests.PreparedRequest) -> requests.Response:
            whole = {"Content-Length": str(len(body)), **(headers or {})}
            raw = urllib3.HTTPResponse(io.BytesIO(body), whole, status, preload_content=False)
            return requests.adapters.HTTPAdapter().build_response(request, raw)

        self._steps += [step] * times
        return self

    def fails(self, error: Exception, moment: str = "sent") -> Script:
        """Add a request that gets no answer: once it is `sent`, while `connecting`, or `before` that."""

        def step(request: requests.PreparedRequest) -> requests.Response:
            from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._transport import PROGRESS

            PROGRESS.is_connecting, PROGRESS.is_sent = moment != "before", moment == "sent"
            raise error

        self._steps.append(step)
        return self

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        assert self._steps, f"{request.method} {request.url} is not in the script"
        headers = dict(request.headers)
        body: Any = request.body
        self.sent.append(Sent(request.method, request.url, headers, body, timeout, verify, dict(proxies or {})))
        return self._steps.pop(0)(request)

    def close(self) -> None:
        pass

    @property
    def is_played(self) -> bool:
        return not self._steps


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a time zone database, on which the modules run; the emulator has one."""
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _times

    def find_nothing(name: str) -> Any:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr(_times, "ZoneInfo", find_nothing)


@pytest.fixture
def script() -> Iterator[Script]:
    script = Script()
    yield script
    assert script.is_played, "the script was not played to its end"


@pytest.fixture
def waits() -> list[float]:
    """What the clients of this test have waited for, without any time going by."""
    return []


@pytest.fixture
def real_client(waits: list[float]) -> Callable[..., Any]:
    """Make a client that plays no script; it takes the shortest wait of each range, and no time for it."""

    def make(**options: Any) -> Any:
        from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
        from ansible_collections.cloudcron.huaweicloud.tests.still_clock import StillClock

        clock = StillClock(waits)
        settings = {"timeout": 60, "sleep": clock.sleep, "ticks": clock, "jitter": lambda low, high: low}
        return Client(**{**settings, **options})

    return make


@pytest.fixture
def make_client(script: Script, real_client: Callable[..., Any]) -> Callable[..., Any]:
    """Make a client that plays the script instead of using sockets."""

    def make(**options: Any) -> Any:
        client = real_client(**{"clock": lambda: NOW, **options})
        for scheme in ("http://", "https://"):
            client._session.mount(scheme, script)
        return client

    return make


@pytest.fixture
def client(make_client: Callable[..., Any]) -> Any:
    return make_client()


@pytest.fixture
def break_off(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the process be interrupted, once, at a request of one of these methods, or whose path ends so.

    What is no error of the service, such as a time limit of the play, comes in this way.
    """
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client

    def break_off(*broken: str) -> None:
        attempt = Client._attempt
        breaks = [KeyboardInterrupt]

        def interrupted(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
            if breaks and (request.method in broken or request.url(endpoint).endswith(broken)):
                raise breaks.pop()
            return attempt(self, endpoint, request, sign)

        monkeypatch.setattr(Client, "_attempt", interrupted)

    return break_off
