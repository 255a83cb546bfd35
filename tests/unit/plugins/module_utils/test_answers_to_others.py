# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that belong to another request: what they are about is compared with what was asked for."""

from __future__ import annotations

from typing import Any

import pytest

NAME = {"workspace_app": "task_name", "workspace": "task_name", "coc": "name"}
DETAIL = {"workspace_app": "ShowScheduleTask", "workspace": "ShowScheduledTasks", "coc": "ShowScheduledTask"}
EVERY_SERVICE = pytest.mark.parametrize("service", list(NAME))
FOREIGN = "it belongs to another request"


def foreign(service: str) -> dict[str, Any]:
    return {"id": "ST-other", NAME[service]: "nightly", "task_type": "STOP"}


@EVERY_SERVICE
class TestDetail:
    def test_it_is_asked_for_again(self, run, emulator, service):
        task_id = emulator.services[service].add_task(**{NAME[service]: "nightly"})
        emulator.fail(DETAIL[service], body=foreign(service))
        found = run(service=service, name="nightly", enabled=True)
        assert (found.operations, found.task["id"]) == ([], task_id)
        assert found.requests.count(DETAIL[service]) == 2

    def test_nothing_is_written_over_it(self, run, emulator, service):
        emulator.services[service].add_task(**{NAME[service]: "nightly"})
        emulator.clear_requests()
        before = emulator.services[service].tasks
        emulator.fail(DETAIL[service], times=5, body=foreign(service))
        told = run(service=service, name="nightly", enabled=False)
        assert f"200, but the answer is about ST-other: {FOREIGN}" in told.error
        assert emulator.services[service].tasks == before

    @pytest.mark.parametrize("details", [False, True])
    def test_a_look_up_does_not_tell_it(self, info, emulator, service, details):
        task_id = emulator.services[service].add_task(**{NAME[service]: "nightly"})
        emulator.fail(DETAIL[service], times=5, body=foreign(service))
        assert FOREIGN in info(service=service, id=task_id, details=details).error

    def test_one_that_does_not_say_what_it_is_about_is_taken(self, run, emulator, service):
        task_id = emulator.services[service].add_task(**{NAME[service]: "nightly"})
        detail = foreign(service)
        del detail["id"]
        emulator.fail(DETAIL[service], body=detail)
        assert run(service=service, id=task_id).error is None


def test_the_answer_to_an_update_is_compared(run, emulator):
    task_id = emulator.workspace_app.add_task(task_name="nightly")
    emulator.fail("UpdateScheduleTask", body={"id": "other", "task_name": "nightly", "is_enable": False}, acts=True)
    changed = run(name="nightly", enabled=False)
    assert (changed.operations, changed.task["id"]) == (["disable"], task_id)
    assert changed.requests.count("UpdateScheduleTask") == 2


def test_past_executions_of_another_task_are_not_told(info, emulator):
    task_id = emulator.workspace_app.add_task(task_name="nightly")
    emulator.workspace_app.add_history(task_id)
    emulator.fail("ListTaskExecuteHistory", times=5, body={"count": 1, "items": [{"id": "e", "task_id": "other"}]})
    assert f"the answer is about other: {FOREIGN}" in info(id=task_id, history=1).error


@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [
        ("workspace_app", "ListTaskExecuteDetail", {"count": 1, "items": [{"execute_id": "other"}]}),
        (
            "workspace",
            "ListScheduledTasksRecordsDetails",
            {"total_count": 1, "tasks_records_details": [{"record_id": "other"}]},
        ),
    ],
)
def test_outcomes_of_another_execution_are_not_told(info, emulator, service, operation, answer):
    task_id = emulator.services[service].add_task(task_name="nightly")
    emulator.services[service].add_execution(emulator.services[service].add_history(task_id))
    emulator.fail(operation, times=5, body=answer)
    assert (
        f"the answer is about other: {FOREIGN}"
        in info(service=service, id=task_id, history=1, history_details=True).error
    )


def test_the_schedule_of_another_code_check_is_not_told(info, emulator):
    task_id = emulator.codearts_check.add_task()
    result = {"taskId": "other", "cronStatus": "1"}
    emulator.fail("ShowPortalServiceTaskCron", times=5, body={"result": result, "status": "success"})
    assert f"the answer is about other: {FOREIGN}" in info(service="codearts_check", id=task_id).error
    emulator.clear_faults()
    assert info(service="codearts_check", id=task_id).tasks[0]["id"] == task_id
