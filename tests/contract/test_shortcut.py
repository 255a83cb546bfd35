# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shortcut past the sockets leads to the same answers and to the same log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import BODY

TASKS = f"/v1/{account.PROJECT_ID}/schedule-task"

Ask = Callable[..., requests.Response]


@pytest.fixture
def servings(emulator: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the operations that were carried out by the web server."""
    servings: list[str] = []
    handle = type(emulator._server._uvicorn.config.app).__call__

    async def called(app: Any, scope: Any, *rest: Any) -> None:
        servings.append(scope["path"])
        await handle(app, scope, *rest)

    monkeypatch.setattr(type(emulator._server._uvicorn.config.app), "__call__", called)
    return servings


@pytest.fixture
def shortcut(_shortcut: Any) -> Any:
    return _shortcut


def seen(answer: requests.Response) -> Any:
    headers = {name.lower(): value for name, value in answer.headers.items() if name.lower() not in UNLIKE}
    return answer.status_code, answer.reason, headers, answer.content


# They are others in every answer.
UNLIKE = ("x-request-id", "date")


@pytest.mark.parametrize(
    "fault",
    [
        None,
        {"status": 503},
        {"status": 429, "headers": {"Retry-After": "3"}},
        {"body": {"items": []}},
        {"status": 502, "body": "<html>", "media_type": "text/html"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"{TASKS}?limit=1&offset=0", None),
        ("GET", f"{TASKS}?no=such", None),
        ("GET", f"{TASKS}/a%20b", None),
        ("GET", f"{TASKS}/a%2Fb", None),
        ("POST", f"{TASKS}/future-executions", BODY),
        ("POST", TASKS, {}),
        ("DELETE", f"{TASKS}/a", None),
        ("PUT", TASKS, BODY),
        ("GET", "/nowhere", None),
        ("GET", "/v3/projects", None),
    ],
)
def test_answer_and_log_are_the_same(
    emulator: Any, ask: Ask, shortcut: Any, servings: list[str], method: str, path: str, body: Any, fault: Any
) -> None:
    def all_of_it() -> Any:
        emulator.clear_requests()
        if fault is not None:
            emulator.fail("*", **fault)
        answer = ask(method, path, json=body)
        emulator.clear_faults()
        (entry,) = emulator.requests
        return seen(answer), vars(entry)

    far = all_of_it()
    assert len(servings) == 1
    with shortcut.taken():
        near = all_of_it()
    assert len(servings) == 1
    assert near == far


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": True},
        {"cut_off": True},
        {"raw": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"},
        {"before": "HTTP/1.1 103 Early Hints\r\n\r\n"},
        {"delay": 0.001},
        {"status": 204, "body": ""},
        {"headers": {"Connection": "close"}},
    ],
    ids=str,
)
def test_what_is_about_the_connection_and_all_behind_it_goes_over_sockets(
    emulator: Any, ask: Ask, shortcut: Any, servings: list[str], fault: dict[str, Any]
) -> None:
    emulator.fail("ListScheduleTasks", skip=1, **fault)
    with shortcut.taken():
        ask("GET", TASKS)
        assert servings == []
        try:
            ask("GET", TASKS)
        except requests.RequestException:
            assert fault.keys() & {"drop", "cut_off"}
        ask("GET", TASKS)
    assert len(servings) == 2


def test_a_failure_of_the_emulator_is_an_answer(
    emulator: Any, ask: Ask, shortcut: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(emulator._world.journal, "record", fail)
    with shortcut.taken():
        answer = ask("GET", TASKS)
    assert (answer.status_code, answer.json()["error_code"]) == (500, "EMULATOR")


def test_others_are_reached_as_ever(emulator: Any, shortcut: Any, servings: list[str]) -> None:
    with shortcut.taken(), pytest.raises(requests.ConnectionError):
        requests.get("http://127.0.0.1:9/v3/projects", timeout=60)
    with shortcut.taken():
        assert requests.get(f"{emulator.url}/_emulator/requests", timeout=60).json() == []
    assert servings
