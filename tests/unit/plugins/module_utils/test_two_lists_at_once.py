# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two plays whose lists overlap, at the same moment; and a token that expires in the middle of a list."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

PATIENCE = 60  # s, which nothing takes but a failure

NAME = {"workspace_app": "task_name", "workspace": "task_name", "coc": "name"}
CHANGE: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("workspace_app", "workspace"), {"description": "changed"}),
    "coc": {"coc": {"risk_level": "LOW"}},
}
DETAIL = {"workspace_app": "ShowScheduleTask", "workspace": "ShowScheduledTasks", "coc": "ShowScheduledTask"}
EVERY_SERVICE = pytest.mark.parametrize("service", list(NEW))


def new(service: str, *numbers: int, **options: Any) -> list[dict[str, Any]]:
    """Entries with all that new tasks need."""
    return [{"service": service, "name": f"task-{number}", **NEW[service], **options} for number in numbers]


def changed(service: str, *numbers: int) -> list[dict[str, Any]]:
    """Entries of the same tasks, which want them otherwise."""
    whole = {**NEW[service], **CHANGE[service]}
    if service == "coc":
        whole["coc"] = {**NEW["coc"]["coc"], **CHANGE["coc"]["coc"]}
    return [{"service": service, "name": f"task-{number}", "enabled": True, **whole} for number in numbers]


@pytest.fixture
def names(emulator: Any) -> Callable[[str], list[str]]:
    """Return the names of the tasks of a service, in order."""

    def names(service: str) -> list[str]:
        return sorted(task[NAME[service]] for task in emulator.services[service].tasks.values())

    return names


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Do two things at once: both have read what there is before either writes, and then their writes take turns."""
    attempt = Client._attempt

    def together(*works: Callable[[], Any]) -> list[Any]:
        barrier = threading.Barrier(len(works))
        turns: dict[int, int] = {}

        def attempt_later(client: Any, endpoint: Any, request: Any, sign: Any) -> Any:
            if request.method not in ("GET", "HEAD"):
                thread = threading.get_ident()
                turns[thread] = turns.get(thread, 0) + 1
                if turns[thread] <= 3:
                    # Whoever has nothing to write any more is not waited for.
                    with suppress(threading.BrokenBarrierError):
                        barrier.wait(PATIENCE)
            return attempt(client, endpoint, request, sign)

        def work(number: int) -> Any:
            try:
                return works[number]()
            finally:
                barrier.abort()

        with monkeypatch.context() as patch, ThreadPoolExecutor(len(works)) as pool:
            patch.setattr(Client, "_attempt", attempt_later)
            return list(pool.map(work, range(len(works))))

    return together


def logins(emulator: Any) -> int:
    """How often a token was asked for in the last run."""
    return [request.operation for request in emulator.requests].count("CreateToken")


def outcomes(outcome: Any) -> list[str]:
    return [task["outcome"] for task in outcome.result["tasks"]]


@EVERY_SERVICE
def test_two_that_change_the_same_tasks_to_the_same(
    service: str, apply: Any, together: Any, emulator: Any, names: Any
) -> None:
    apply(*new(service, *range(1, 9)))
    one, other = changed(service, 1, 2, 3, 4, 5), changed(service, 4, 5, 6, 7, 8)
    both = together(lambda: apply(*one, parallel=1), lambda: apply(*other[::-1], parallel=1))
    for outcome in both:
        assert set(outcomes(outcome)) <= {"changed", "unchanged", "failed"}
        assert outcomes(outcome).count("failed") <= (2 if service == "coc" else 0), outcome.result["msg"]
    assert names(service) == [f"task-{number}" for number in range(1, 9)]
    assert all(task[STATES[service]] for task in emulator.services[service].tasks.values())
    # A further run of each finishes what the other one was in the way of.
    for entries in (one, other):
        assert set(outcomes(apply(*entries))) <= {"changed", "unchanged"}
        assert set(outcomes(apply(*entries))) == {"unchanged"}


@EVERY_SERVICE
def test_two_that_create_a_task_of_one_name_are_told(service: str, apply: Any, together: Any, names: Any) -> None:
    one, other = new(service, 1, 2), new(service, 2, 3)
    both = together(lambda: apply(*one[::-1], parallel=1), lambda: apply(*other, parallel=1))
    doubled = names(service).count("task-2") == 2
    failed = [task for outcome in both for task in outcome.result["tasks"] if task["outcome"] == "failed"]
    assert names(service) == ["task-1", *["task-2"] * (2 if doubled else 1), "task-3"]
    # Whoever looks again last sees both.
    assert bool(failed) is doubled
    assert all("2 scheduled tasks have this name now" in task["error"]["msg"] for task in failed)
    assert all(outcome.result["changed"] for outcome in both)


@EVERY_SERVICE
def test_a_purge_beside_a_list_that_creates_leaves_what_it_has_not_listed(
    service: str, apply: Any, together: Any, names: Any
) -> None:
    apply(*new(service, 1, 2, 3))
    kept, added = new(service, 1, 4), new(service, 1, 5)
    purging = {"services": [service], "name_prefix": "task-"}
    purged, created = together(lambda: apply(*kept, purge=purging, parallel=1), lambda: apply(*added, parallel=1))
    assert sorted(purged.deleted) == ["task-2", "task-3"]
    assert outcomes(created) == ["unchanged", "created"]
    assert names(service) == ["task-1", "task-4", "task-5"]


@EVERY_SERVICE
def test_two_that_delete_the_same_tasks_both_succeed(service: str, apply: Any, together: Any, names: Any) -> None:
    apply(*new(service, 1, 2, 3, 4))
    absent = [{"service": service, "name": f"task-{number}", "state": "absent"} for number in (1, 2)]
    purging = {"services": [service], "max_deletions": 9}
    one, other = together(
        lambda: apply(*absent, parallel=1), lambda: apply(*new(service, 4), purge=purging, parallel=1)
    )
    assert "failed" not in one.result, one.result["msg"]
    assert "failed" not in other.result, other.result["msg"]
    assert names(service) == ["task-4"]


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("at", [1, 3, 6, 9, 14])
@EVERY_SERVICE
def test_a_token_that_expires_in_the_middle_is_fetched_once_more(
    service: str, at: int, parallel: int, apply: Any, emulator: Any, names: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [*new(service, 1, 2, 3, 4), *new(service, 5, 6, enabled=False), *new(service, 7)]
    apply(*entries[:4])
    wanted = [*changed(service, 1, 2), *entries[2:]]
    attempt, lock, sent = Client._attempt, threading.Lock(), []

    def attempt_without_a_token(client: Any, endpoint: Any, request: Any, sign: Any) -> Any:
        with lock:
            sent.append(request)
            if len(sent) == at + 1:
                emulator.revoke_tokens()
        return attempt(client, endpoint, request, sign)

    with monkeypatch.context() as patch:
        patch.setattr(Client, "_attempt", attempt_without_a_token)
        made = apply(*wanted, parallel=parallel, **BY_PASSWORD)
    assert "failed" not in made.result, made.result["msg"]
    assert outcomes(made) == ["changed"] * 2 + ["unchanged"] * 2 + ["created"] * 3
    assert logins(emulator) == 2
    assert names(service) == [f"task-{number}" for number in range(1, 8)]
    assert outcomes(apply(*wanted)) == ["unchanged"] * 7


@EVERY_SERVICE
def test_a_login_that_is_refused_in_the_middle_is_tried_once(
    service: str, apply: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five refusals lock a user."""
    apply(*new(service, *range(1, 8)))
    emulator.fail("CreateToken", skip=1, times=99, status=401)
    attempt, details = Client._attempt, []

    def attempt_without_a_token(client: Any, endpoint: Any, request: Any, sign: Any) -> Any:
        if request.method == "GET" and not request.query:
            details.append(request)
            if len(details) == 3:
                emulator.revoke_tokens()
        return attempt(client, endpoint, request, sign)

    with monkeypatch.context() as patch:
        patch.setattr(Client, "_attempt", attempt_without_a_token)
        made = apply(*changed(service, *range(1, 8)), parallel=1, **BY_PASSWORD)
    assert outcomes(made)[2] == "failed"
    assert set(outcomes(made)) == {"failed", "not_attempted"}
    assert logins(emulator) == 2
    assert made.result["changed"] is False
    assert set(outcomes(apply(*changed(service, *range(1, 8))))) == {"changed"}
