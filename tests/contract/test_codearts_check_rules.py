# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeArts Check: reading a schedule, and the ways in which that goes wrong, many of them with a 200."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

pytestmark = pytest.mark.usefixtures("nearby")

Ask = Callable[..., requests.Response]
PROJECT = {"X-Project-Id": account.PROJECT_ID}


def path(task_id: str) -> str:
    return f"/v1/tasks/{task_id}/taskcron"


def test_a_schedule(emulator: Any, ask: Ask) -> None:
    task_id = emulator.codearts_check.add_task(cronStatus="0", weekDays=["0", "6"], detailTime="23:05", creator="me")
    answer = ask("GET", path(task_id))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "success",
            "httpStatus": "OK",
            "result": {
                "taskId": task_id,
                "cronStatus": "0",
                "weekDays": ["0", "6"],
                "detailTime": "23:05",
                "creator": "me",
                "timeOffset": "GMT+08:00",
            },
        },
    )
    assert len(task_id) == 32
    assert emulator.codearts_check.tasks[task_id]["detailTime"] == "23:05"
    assert emulator.operations == ["ShowPortalServiceTaskCron"]


def test_an_id_of_ones_own(emulator: Any, ask: Ask) -> None:
    assert emulator.codearts_check.add_task(taskId="nightly") == "nightly"
    assert ask("GET", path("nightly")).json()["result"]["taskId"] == "nightly"


@pytest.mark.parametrize(
    ("empty", "creator"), [("empty", {"creator": ""}), ("null", {"creator": None}), ("missing", {})]
)
def test_dialects(emulator: Any, ask: Ask, empty: str, creator: dict[str, Any]) -> None:
    emulator.dialect.empty = empty
    emulator.dialect.extra_fields = {"colour": "blue"}
    result = ask("GET", path(emulator.codearts_check.add_task(creator=""))).json()["result"]
    assert {name: value for name, value in result.items() if name == "creator"} == creator
    assert result["colour"] == "blue"


def test_an_unknown_task_is_an_error_with_a_200(ask: Ask) -> None:
    answer = ask("GET", path("unknown"))
    assert (answer.status_code, answer.json()) == (
        200,
        {"error_code": "CC.00050013", "error_msg": "project not exist"},
    )


def test_a_failure_with_a_200(emulator: Any, ask: Ask) -> None:
    error = {"error_code": "CC.00050010", "error_msg": "current user does not have permission"}
    answer = ask("GET", path(emulator.codearts_check.add_task(error=error)))
    assert (answer.status_code, answer.json()) == (200, {"status": "failed", "httpStatus": "failed", **error})


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (path("x" * 129), {}),
        (path("nightly") + "?limit=1", {}),
        (path("nightly"), {"operator": "x" * 129}),
        (path("nightly"), {"operator": ""}),
    ],
)
def test_what_is_refused(emulator: Any, ask: Ask, target: str, headers: dict[str, str]) -> None:
    emulator.codearts_check.add_task(taskId="nightly")
    answer = ask("GET", target, headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "CC.00050000.400")
    assert ask("GET", path("nightly"), headers={"operator": "x" * 128}).json()["status"] == "success"


def test_a_signature_is_taken(emulator: Any, signed: Ask) -> None:
    task_id = emulator.codearts_check.add_task()
    assert signed("GET", path(task_id), headers=PROJECT).json()["status"] == "success"


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "APIGW.0201"),
        ({"X-Domain-Id": account.DOMAIN_ID}, 400, "APIGW.0201"),
        ({"X-Project-Id": account.AGENCY_PROJECT_ID}, 403, "APIGW.0302"),
    ],
)
def test_a_signature_needs_a_project(signed: Ask, headers: dict[str, str], status: int, code: str) -> None:
    answer = signed("GET", path("nightly"), headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (status, code)


def test_tokens_only(emulator: Any, ask: Ask, signed: Ask) -> None:
    emulator.dialect.codearts_token_only = True
    task_id = emulator.codearts_check.add_task()
    answer = signed("GET", path(task_id), headers=PROJECT)
    assert (answer.status_code, answer.json()) == (
        401,
        {"error_code": "CC.00000003", "error_msg": "Authentication information expired."},
    )
    assert ask("GET", path(task_id)).json()["status"] == "success"


def test_nobody_gets_in_without_proof(emulator: Any) -> None:
    assert requests.get(emulator.url + path("nightly"), timeout=60).status_code == 401


def test_there_is_nothing_but_reading(emulator: Any, ask: Ask) -> None:
    task_id = emulator.codearts_check.add_task()
    assert [ask(method, path(task_id)).status_code for method in ("POST", "PUT", "DELETE")] == [405] * 3
    with pytest.raises(ValueError, match="history"):
        emulator.codearts_check.add_history(task_id)
    with pytest.raises(ValueError, match="reviews"):
        emulator.codearts_check.approve(task_id)


def test_what_is_stored_can_be_forgotten(emulator: Any) -> None:
    emulator.codearts_check.add_task()
    emulator.reset()
    assert emulator.codearts_check.tasks == {}
