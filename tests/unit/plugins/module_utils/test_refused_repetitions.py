# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A write whose first answer is lost and whose repetition is refused: the task tells whether it was carried out.

What only Cloud Operations Center does stands in its own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

UPDATES = {"workspace_app": "UpdateScheduleTask", "workspace": "UpdateScheduledTasks"}
DELETIONS = {"workspace_app": "DeleteScheduleTask", "workspace": "DeleteScheduledTasks"}
BATCHES = {"workspace_app": "BatchDeleteScheduleTask", "workspace": "BatchDeleteScheduledTasks"}
SERVICES = pytest.mark.parametrize("service", UPDATES)
NO = pytest.mark.parametrize("status", [400, 403, 409, 422])
CHANGES = pytest.mark.parametrize(
    "options",
    [
        {"description": "new"},
        {"enabled": False},
        {"description": "new", "enabled": False},
        {"schedule": {"time": "04:45"}},
        {"targets": [{"type": "SERVER", "id": "server-2"}]},
    ],
    ids=", ".join,
)


@pytest.fixture
def keep(run: Callable[..., Any], service: str) -> Callable[..., Any]:
    """Call `scheduled_task` for the task, which is there."""
    run(service=service, name="nightly", **deepcopy(NEW[service]))

    def keep(**options: Any) -> Any:
        options = deepcopy(options)
        if service == "workspace" and "targets" in options:
            options["targets"] = [{"type": "DESKTOP", "id": "desktop-2"}]
        return run(service=service, name="nightly", retries=1, **options)

    return keep


def lose(emulator: Any, operation: str, acts: bool, status: int) -> None:
    """Lose the answer to the first request, and refuse its repetition."""
    emulator.fail(operation, drop=True, acts=acts)
    emulator.fail(operation, status=status)


@SERVICES
@NO
class TestUpdates:
    @CHANGES
    def test_one_that_was_carried_out_is_made(self, keep, emulator, service, status, options):
        lose(emulator, UPDATES[service], True, status)
        outcome = keep(**options)
        assert outcome.error is None
        assert outcome.changed
        assert outcome.operations == ["disable" if options == {"enabled": False} else "update"]
        assert not keep(**options).changed

    @CHANGES
    def test_one_that_was_not_is_told(self, keep, emulator, service, status, options):
        lose(emulator, UPDATES[service], False, status)
        outcome = keep(**options)
        assert f"It is not yet as it is wanted in {', '.join(sorted(options))}. Run the same" in outcome.error
        assert outcome.result["status"] == status
        assert keep(**options).changed

    def test_one_that_takes_an_expiry_away_is_compared_too(self, keep, emulator, service, status):
        keep(schedule={"time_zone": "Asia/Tokyo", "expire_time": "2031-01-01 00:00"})
        lose(emulator, UPDATES[service], False, status)
        assert "It is not yet as it is wanted in schedule" in keep(schedule={"expire_time": ""}).error
        lose(emulator, UPDATES[service], True, status)
        assert keep(schedule={"expire_time": ""}).operations == ["update"]

    def test_the_second_step_of_a_creation(self, run, emulator, service, status):
        lose(emulator, UPDATES[service], True, status)
        outcome = run(service=service, name="weekly", enabled=False, retries=1, **deepcopy(NEW[service]))
        assert outcome.operations == ["create", "disable"]
        (task,) = getattr(emulator, service).tasks.values()
        assert task[STATES[service]] is False


@SERVICES
@NO
class TestDeletions:
    def test_one_that_was_carried_out_is_made(self, keep, emulator, service, status):
        lose(emulator, DELETIONS[service], True, status)
        assert keep(state="absent").operations == ["delete"]
        assert getattr(emulator, service).tasks == {}

    def test_one_that_was_not_is_told(self, keep, emulator, service, status):
        lose(emulator, DELETIONS[service], False, status)
        outcome = keep(state="absent")
        assert "It is still there. Run the same task again" in outcome.error
        assert len(getattr(emulator, service).tasks) == 1

    @pytest.mark.parametrize("acts", [True, False])
    def test_of_several_at_once(self, purge, emulator, service, status, acts):
        handle = getattr(emulator, service)
        for number in range(3):
            handle.add_task(task_name=f"task-{number}")
        lose(emulator, BATCHES[service], acts, status)
        outcome = purge(service, retries=1)
        left = len(handle.tasks)
        assert ("failed" in outcome.result) is (left > 0)
        assert len(outcome.deleted) == 3 - left
        assert left == (0 if acts or status in (400, 409) else 3)
