# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that is broken off in the middle of fifty changes: the next one finishes, nothing twice and nothing half."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW
from ansible_collections.cloudcron.huaweicloud.tests.playbooks.processes import (
    PATIENCE,
    at_work,
    end_the_time,
    wait_for_the_end,
    wait_until,
)

COUNT = 50
# The answer to this write is held back until the play has been told to end.
HELD_WRITE = 20
CREATED = [{"service": "workspace_app", "name": f"task-{number}", **NEW["workspace_app"]} for number in range(COUNT)]
# Each is disabled, changed, and enabled again by the service.
CHANGED = [{"service": "coc", "name": f"task-{number}", "coc": {"risk_level": "HIGH"}} for number in range(COUNT)]


@pytest.fixture
def ansible(ansible: Any) -> Any:
    """Ansible whose modules are the processes that they are for users, to which signals are sent."""
    ansible.python = sys.executable
    return ansible


def writes(emulator: Any) -> int:
    return sum(1 for operation in emulator.operations if not operation.startswith(("List", "Show")))


def kill(ansible: Any) -> None:
    for pid in at_work(ansible.folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def press_ctrl_c(ansible: Any) -> None:
    os.killpg(at_work(ansible.folder)[0], signal.SIGINT)
    wait_until(lambda: "finished or undone within 10 s" in ansible.output.read_text())


def time_out(ansible: Any) -> None:
    end_the_time(ansible.folder)
    wait_until(lambda: (ansible.folder / "told").read_text() != "")


@pytest.mark.parametrize(
    ("door", "break_off", "tasks"),
    [
        # What is killed does nothing more, whichever process it is.
        pytest.param("module", kill, CREATED, id="creations are killed"),
        pytest.param("in process", kill, CHANGED, id="changes are killed"),
        *(
            pytest.param(door, break_off, CHANGED, id=f"changes {words}, {door}")
            for door in ("in process", "module")
            for break_off, words in ((press_ctrl_c, "are interrupted"), (time_out, "time out"))
        ),
    ],
)
def test_the_next_play_finishes(
    break_off: Callable[[Any], None], tasks: list[dict[str, Any]], ansible: Any, emulator: Any
) -> None:
    if tasks is CHANGED:
        for entry in tasks:
            emulator.coc.add_task(name=entry["name"], enabled=True)
    gate = threading.Event()
    emulator.fail("CreateScheduleTask" if tasks is CREATED else "UpdateScheduledTask", skip=HELD_WRITE, gate=gate)
    call = {"name": "Apply", "cloudcron.huaweicloud.scheduled_tasks": {"tasks": tasks, "timeout": 2 * PATIENCE}}
    limit = {"timeout": 2 * PATIENCE} if break_off is time_out else {}
    with ThreadPoolExecutor(1) as stage:
        playing = stage.submit(ansible.play, [{**call, **limit}])
        try:
            wait_until(lambda: writes(emulator) > HELD_WRITE)
            break_off(ansible)
        finally:
            gate.set()
        playing.result()
    wait_for_the_end(ansible.folder)
    done = dict(emulator.services[tasks[0]["service"]].tasks)
    if break_off is press_ctrl_c:
        assert 0 < len([task for task in done.values() if is_done(task)]) < COUNT
        assert "Nothing more was begun, since the run was interrupted (SIGINT)" in ansible.output.read_text()
    if break_off is not kill:
        assert all(task.get("enabled", True) for task in done.values())

    emulator.clear_faults()
    again = ansible.play([{**call, "cloudcron.huaweicloud.scheduled_tasks": {"tasks": enabled(tasks)}}]).result
    assert "failed" not in again or not again["failed"], again["msg"]
    stored = emulator.services[tasks[0]["service"]].tasks.values()
    names = [task.get("task_name", task.get("name")) for task in stored]
    assert sorted(names) == sorted(entry["name"] for entry in tasks)
    assert all(is_done(task) for task in stored)


def is_done(task: dict[str, Any]) -> bool:
    return bool(task["is_enable"] if "is_enable" in task else task["risk_level"] == "HIGH" and task["enabled"])


def enabled(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same list, which says that each task is enabled: a killed change of COC may have left one disabled."""
    return [{**entry, "enabled": True} for entry in tasks]
