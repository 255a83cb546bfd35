# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list that is interrupted begins nothing new, leaves nothing half done, and names what was done."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, Callable

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _interruption as interruption
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OutcomeUnknownError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _parallel
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._outcomes import Outcomes
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

COUNT = 50
DONE = ("created", "changed", "unchanged", "deleted")
WRITING = ("POST", "PUT", "PATCH", "DELETE")


class TimedOutError(BaseException):
    """What Ansible's own time-out raises, in the main thread."""


@pytest.fixture(autouse=True)
def _told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "_caught", None)
    monkeypatch.setattr(interruption, "say", lambda line: None)


@pytest.fixture
def at_write(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], None]], None]:
    """Do something once so many requests that write have been answered."""
    attempt = Client._attempt
    lock = threading.Lock()

    def at_write(number: int, act: Callable[[], None]) -> None:
        answered: list[str] = []

        def attempted(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
            result = attempt(self, endpoint, request, sign)
            if request.method in WRITING:
                with lock:
                    answered.append(request.tried)
                    is_it = len(answered) == number
                if is_it:
                    act()
            return result

        monkeypatch.setattr(Client, "_attempt", attempted)

    return at_write


def entries(service: str, **options: Any) -> list[dict[str, Any]]:
    return [{"service": service, "name": f"task-{number}", **NEW[service], **options} for number in range(COUNT)]


def changed(service: str) -> list[dict[str, Any]]:
    """The tasks as they are changed. One of COC is disabled, changed, and enabled again."""
    field = {"coc": {**NEW["coc"]["coc"], "risk_level": "LOW"}} if service == "coc" else {"description": "new"}
    return entries(service, **field)


def is_whole(task: dict[str, Any], service: str) -> bool:
    """Whether a task is as it was before the change, or as it should be after it."""
    return task[STATES[service]] is True


def interrupt() -> None:
    change: Any = interruption._under_way
    os.kill(os.getpid(), signal.SIGTERM)
    # The main thread takes it.
    while change.signal is None:
        time.sleep(0.001)


@pytest.mark.parametrize("parallel", [1, 8])
@pytest.mark.parametrize("service", NEW)
def test_a_signal_ends_a_list_between_tasks(
    service: str, parallel: int, apply: Any, emulator: Any, at_write: Any
) -> None:
    assert not apply(*entries(service)).error
    at_write(20, interrupt)
    broken_off = apply(*changed(service), parallel=parallel)
    found = [task["outcome"] for task in broken_off.result["tasks"]]

    assert found.count("not_attempted") > 10
    assert found.count("changed") > 3
    assert broken_off.result["changed"] and broken_off.result["failed"]
    assert "Nothing more was begun, since the run was interrupted (SIGTERM)." in broken_off.result["report"]
    assert all(is_whole(task, service) for task in emulator.services[service].tasks.values())

    again = apply(*changed(service))
    assert {task["outcome"] for task in again.result["tasks"]} == {"changed", "unchanged"}
    done = [task["name"] for task in broken_off.result["tasks"] if task["outcome"] == "changed"]
    assert {task["name"] for task in again.result["tasks"] if task["outcome"] == "unchanged"} >= set(done)
    assert [task["outcome"] for task in apply(*changed(service)).result["tasks"]] == ["unchanged"] * COUNT


def test_a_change_that_a_signal_has_met_half_way_is_taken_back(apply: Any, emulator: Any, at_write: Any) -> None:
    tasks = changed("coc")[:2]
    assert not apply(*entries("coc")[:2]).error
    at_write(1, interrupt)
    outcome = apply(*tasks, parallel=2)
    ended = [task for task in outcome.result["tasks"] if task["outcome"] == "failed"]
    assert ended and all(task["operations"] == ["disable", "enable"] for task in ended)
    assert all("It is enabled, as it was before" in task["error"]["msg"] for task in ended)
    assert outcome.result["changed"]
    assert all(is_whole(task, "coc") for task in emulator.coc.tasks.values())


@pytest.mark.parametrize("service", NEW)
def test_a_time_out_of_the_play_leaves_every_task_whole(
    service: str, apply: Any, emulator: Any, at_write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not apply(*entries(service)).error
    reached = threading.Event()
    at_write(20, reached.set)
    next_result = _parallel._Crew._next

    def timed_out(crew: Any) -> Any:
        result = next_result(crew)
        if reached.is_set():
            raise TimedOutError
        return result

    monkeypatch.setattr(_parallel._Crew, "_next", timed_out)
    with pytest.raises(TimedOutError):
        apply(*changed(service))
    monkeypatch.undo()
    for thread in threading.enumerate():
        if thread.name.startswith("cloudcron-"):
            thread.join(60)
    assert all(is_whole(task, service) for task in emulator.services[service].tasks.values())
    again = apply(*changed(service))
    assert {task["outcome"] for task in again.result["tasks"]} == {"changed", "unchanged"}


@pytest.mark.parametrize("service", NEW)
def test_what_a_purge_had_not_begun_was_not_attempted(service: str, apply: Any, emulator: Any, at_write: Any) -> None:
    tasks = entries(service)[:4]
    assert not apply(*tasks).error
    at_write(1, interrupt)
    change = {**tasks[0], "enabled": False}
    outcome = apply(change, purge={"services": [service], "max_deletions": 3}, parallel=1)
    assert [each["outcome"] for each in outcome.result["unlisted"]] == ["not_attempted"] * 3
    assert len(emulator.services[service].tasks) == 4


def test_what_is_not_answered_in_time_is_told(apply: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = entries("workspace_app")[:2]
    assert not apply(*tasks).error
    attempt, next_result = Client._attempt, _parallel._Crew._next
    gate = threading.Event()
    taken: list[Any] = []

    def attempted(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
        if request.method == "PATCH" and "task-1" in request.tried:
            gate.wait(60)
        return attempt(self, endpoint, request, sign)

    def broken_off(crew: Any) -> Any:
        if crew._function.__name__ == "<lambda>":
            taken.append(crew)
        if len(taken) == 2:
            raise OutcomeUnknownError("ask for several things at once", "no answer so far")
        return next_result(crew)

    monkeypatch.setattr(Client, "_attempt", attempted)
    monkeypatch.setattr(_parallel._Crew, "_next", broken_off)
    monkeypatch.setattr(_parallel, "LONGEST_END", 0.01)
    to_result = Outcomes.to_result

    def and_open(outcomes: Outcomes) -> dict[str, Any]:
        result = to_result(outcomes)
        # What comes now comes too late.
        gate.set()
        return result

    monkeypatch.setattr(Outcomes, "to_result", and_open)
    outcome = apply(*({**task, "enabled": False} for task in tasks), parallel=2)
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["changed", "failed"]
    assert "no answer so far" in outcome.result["tasks"][1]["error"]["msg"]
