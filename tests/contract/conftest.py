# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A way to ask the emulator without any client of ours or the vendor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from json import dumps as to_json
from typing import Any

import pytest
import requests
import schemathesis


@pytest.fixture
def nearby(past_the_sockets: None) -> None:
    """Ask the emulator past the sockets, for tests of what its services do and not of how it is reached."""


@pytest.fixture
def token(emulator: Any) -> str:
    """A token for the default project; asking for it leaves no trace in the log."""
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

    user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": account.REGION}},
        }
    }
    answer = requests.post(f"{emulator.url}/v3/auth/tokens", json=body, timeout=60)
    emulator.clear_requests()
    return answer.headers["X-Subject-Token"]


@pytest.fixture
def ask(emulator: Any, token: str) -> Iterator[Callable[..., requests.Response]]:
    """``ask(method, path, ...)``: one request with the token, ``path`` counted from the root."""
    with requests.Session() as session:
        session.headers["X-Auth-Token"] = token

        def ask(method: str, path: str, **options: Any) -> requests.Response:
            return session.request(method, emulator.url + path, timeout=options.pop("timeout", 60), **options)

        yield ask


@pytest.fixture
def call(ask: Callable[..., requests.Response]) -> Callable[..., requests.Response]:
    """``call(method, path, ...)``: the same with ``path`` counted from Workspace App's task collection."""
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

    def call(method: str, path: str = "", **options: Any) -> requests.Response:
        return ask(method, f"/v1/{account.PROJECT_ID}/schedule-task{path}", **options)

    return call


@pytest.fixture
def body() -> dict[str, Any]:
    """A body with which a daily task can be created."""
    from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import BODY

    return deepcopy(BODY)


@pytest.fixture
def signed(emulator: Any) -> Callable[..., requests.Response]:
    """``signed(method, path, json=..., headers=..., key=...)``: one signed request.

    The key is the account's own, or what IAM calls a credential.
    """
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator.authentication import ALGORITHM, sign
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Call

    own = {"access": account.ACCESS_KEY, "secret": account.SECRET_KEY}

    def signed(
        method: str, path: str, *, json: Any = None, headers: Any = None, key: dict[str, str] | None = None
    ) -> requests.Response:
        key = key or own
        content = b"" if json is None else to_json(json).encode()
        sent = {
            "host": emulator.url.removeprefix("http://"),
            "x-sdk-date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
            "content-type": "application/json",
            **{name.lower(): value for name, value in (headers or {}).items()},
        }
        if "securitytoken" in key:
            sent["x-security-token"] = key["securitytoken"]
        names = sorted(sent)
        bare, _mark, query = path.partition("?")
        signature = sign(Call(method, bare, query, sent, content), names, key["secret"])
        sent["authorization"] = (
            f"{ALGORITHM} Access={key['access']}, SignedHeaders={';'.join(names)}, Signature={signature}"
        )
        return requests.request(method, emulator.url + path, data=content, headers=sent, timeout=60)

    return signed


@pytest.fixture(scope="session")
def _documents() -> dict[str, dict[str, Any]]:
    """The described operations by their ids, for each dialect in which there has been an answer."""
    return {}


@pytest.fixture
def described(emulator: Any, _documents: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a client gets that sends with Requests must be what the OpenAPI document says of it."""
    send = requests.Session.send

    def checked(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = send(session, request, **options)
        if "/_emulator/" not in str(request.url):
            asked = emulator.requests[-1]
            operations()[f"{asked.service}.{asked.operation}"].validate_response(answer)
        return answer

    def operations() -> dict[str, Any]:
        dialect = repr(emulator.dialect)
        if dialect not in _documents:
            with requests.Session() as session:
                request = session.prepare_request(requests.Request("GET", f"{emulator.url}/_emulator/openapi.json"))
                document = schemathesis.openapi.from_dict(send(session, request, timeout=60).json())
            found = (each.ok() for each in document.get_all_operations())
            _documents[dialect] = {each.definition.raw["operationId"]: each for each in found}
        return _documents[dialect]

    monkeypatch.setattr(requests.Session, "send", checked)
