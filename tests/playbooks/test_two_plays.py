# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two plays for the same tasks at the same moment.

Every order of their requests is played in the unit tests; here are the processes.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import STATES

LOOKS = {"workspace_app": "ListScheduleTasks", "workspace": "ListScheduledTasks", "coc": "ListScheduledTask"}
VALUES = ("HIGH", "MEDIUM")
CREATION = {
    "service": "workspace_app",
    "name": "new",
    "task_type": "RESTART_SERVER",
    "schedule": {"type": "daily", "day_interval": 1, "time": "03:30"},
    "targets": [{"type": "SERVER", "id": "server-1"}],
}


def tasks(value: str) -> list[dict[str, Any]]:
    """One for a task of each service, which is to have a value, and one for a task that is not there."""
    changes = [
        {
            "service": service,
            "name": "nightly",
            "enabled": True,
            **({"coc": {"risk_level": value}} if service == "coc" else {"description": value}),
        }
        for service in LOOKS
    ]
    return [{"name": "Keep", "cloudcron.huaweicloud.scheduled_task": options} for options in (*changes, CREATION)]


@dataclass
class Meeting:
    """What came of both plays."""

    results: dict[str, tuple[dict[str, Any], ...]]
    """Of each service's task, and of `new`."""
    stored: dict[str, list[dict[str, Any]]]
    """The tasks that there are then."""

    def failures(self, name: str) -> list[str]:
        """What is said by the tasks that have failed."""
        return [result["msg"] for result in self.results[name] if result.get("failed")]


class Both(threading.Event):
    """Opens when both plays look."""

    def __init__(self, emulator: Any, listing: str, looks: int) -> None:
        super().__init__()
        self._is_so = lambda: emulator.operations.count(listing) >= looks

    def is_set(self) -> bool:
        return self._is_so()


@pytest.fixture(scope="module")
def meeting(_emulator, make_ansible):
    """Both plays, each of which has looked before the other one writes."""
    _emulator.reset()
    for service, listing in LOOKS.items():
        _emulator.services[service].add_task(**{"name" if service == "coc" else "task_name": "nightly"})
        _emulator.fail(listing, times=2, gate=Both(_emulator, listing, 2))
    # The look for the one that is not there comes last.
    _emulator.fail(LOOKS["workspace_app"], skip=2, times=2, gate=Both(_emulator, LOOKS["workspace_app"], 4))
    with ThreadPoolExecutor() as stage:
        played = list(stage.map(lambda value: make_ansible().play(tasks(value)), VALUES))
    assert [each.output for each in played if each.status or "Traceback" in each.everything] == []
    results = zip(*(each.results for each in played), strict=True)
    stored = {service: list(_emulator.services[service].tasks.values()) for service in LOOKS}
    return Meeting(dict(zip((*LOOKS, "new"), results, strict=True)), stored)


@pytest.mark.parametrize("service", list(LOOKS))
def test_they_reach_one_of_the_two_states(meeting, service):
    stored = meeting.stored[service][0]
    assert (stored.get("risk_level") or stored["description"]) in VALUES
    assert stored[STATES[service]] is True
    failures = meeting.failures(service)
    assert len(failures) <= (service == "coc")
    assert all("COC.00014106" in failure for failure in failures)


def test_that_both_have_created_a_task_is_said(meeting):
    ids = [stored["id"] for stored in meeting.stored["workspace_app"] if stored["task_name"] == "new"]
    failures = meeting.failures("new")
    assert len(ids) == 2
    assert len(failures) in (1, 2)
    assert all(task_id in failure for failure in failures for task_id in ids)
