# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation that is refused, in the words that say what was tried and on which task."""

from __future__ import annotations

from typing import Any

import pytest

APP, WORKSPACE, COC = "workspace_app", "workspace", "coc"
WEEKLY = {"type": "weekly", "weekdays": ["sunday"], "time": "04:00", "time_zone": "Asia/Shanghai"}
NEW: dict[str, dict[str, Any]] = {
    APP: {"task_type": "STOP_SERVER", "schedule": WEEKLY, "targets": [{"type": "SERVER", "id": "server-1"}]},
    WORKSPACE: {
        "task_type": "STOP",
        "schedule": {"type": "life_cycle", "life_cycle_type": "POST_DESKTOP_DISCONNECTED", "wait_time": 30},
    },
    COC: {
        "task_type": "SCRIPT",
        "schedule": WEEKLY,
        "coc": {
            "associated_task_id": "SC1",
            "associated_task_name": "scan",
            "associated_task_type": "CUSTOMIZATION",
            "version_no": "1",
            "risk_level": "LOW",
            "target_instances": [{"target_selection": "NONE", "order_no": 1}],
        },
    },
}
ID = "<id>"


def refused(emulator: Any, operation: str) -> None:
    emulator.fail(operation, status=403, times=9, body={"error_code": "X.403", "error_msg": "not allowed"})


@pytest.mark.parametrize(
    ("service", "operation", "asked", "tried"),
    [
        (APP, "ListScheduleTasks", {}, "list scheduled tasks"),
        (APP, "ListScheduleTasks", {"name": "nightly"}, "list scheduled tasks named nightly"),
        (APP, "ShowScheduleTask", {"id": ID}, f"read scheduled task {ID}"),
        (APP, "ListTaskExecuteHistory", {"id": ID, "history": 1}, f"read the history of scheduled task {ID}"),
        (
            APP,
            "ListTaskExecuteDetail",
            {"id": ID, "history": 1, "history_details": True},
            f"read execution <execution> of scheduled task {ID}",
        ),
        (
            APP,
            "ListFutureExecutions",
            {"id": ID, "next_executions": True},
            f"foresee the executions of scheduled task {ID}",
        ),
        (WORKSPACE, "ListScheduledTasks", {}, "list scheduled tasks"),
        (WORKSPACE, "ListScheduledTasks", {"name": "nightly"}, "list scheduled tasks named nightly"),
        (WORKSPACE, "ShowScheduledTasks", {"id": ID}, f"read scheduled task {ID}"),
        (
            WORKSPACE,
            "ListScheduledTasksRecords",
            {"id": ID, "history": 1},
            f"read the history of scheduled task {ID}",
        ),
        (
            WORKSPACE,
            "ListScheduledTasksRecordsDetails",
            {"id": ID, "history": 1, "history_details": True},
            f"read execution <execution> of scheduled task {ID}",
        ),
        (
            WORKSPACE,
            "ListFutureExecutions",
            {"id": ID, "next_executions": True},
            f"foresee the executions of scheduled task {ID}",
        ),
        (COC, "ListScheduledTask", {}, "list scheduled tasks"),
        (COC, "ListScheduledTask", {"name": "nightly"}, "list scheduled tasks named nightly"),
        (COC, "ShowScheduledTask", {"id": ID}, f"read scheduled task {ID}"),
        (COC, "ListScheduledTaskHistory", {"id": ID, "history": 1}, f"read the history of scheduled task {ID}"),
    ],
)
def test_a_question(info: Any, emulator: Any, service: str, operation: str, asked: dict[str, Any], tried: str) -> None:
    emulated = getattr(emulator, service)
    task_id = emulated.add_task()
    if "history_details" in asked:
        execution = emulated.add_history(task_id)
        tried = tried.replace("<execution>", execution)
    refused(emulator, operation)
    error = info(service=service, **{**asked, **({"id": task_id} if "id" in asked else {})}).error
    assert error.startswith(f"{tried.replace(ID, task_id)}: 403 X.403 not allowed (request id ")


def test_the_question_of_code_checks(info: Any, emulator: Any) -> None:
    task_id = emulator.codearts_check.add_task()
    refused(emulator, "ShowPortalServiceTaskCron")
    error = info(service="codearts_check", id=task_id).error
    assert error.startswith(f"read the schedule of code check task {task_id}: 403 X.403 not allowed")


@pytest.mark.parametrize(
    ("service", "operation", "change", "tried"),
    [
        (APP, "UpdateScheduleTask", {"description": "new"}, "update"),
        (APP, "UpdateScheduleTask", {"enabled": False}, "disable"),
        (APP, "DeleteScheduleTask", {"state": "absent"}, "delete"),
        (WORKSPACE, "UpdateScheduledTasks", {"description": "new"}, "update"),
        (WORKSPACE, "UpdateScheduledTasks", {"enabled": False}, "disable"),
        (WORKSPACE, "DeleteScheduledTasks", {"state": "absent"}, "delete"),
        (COC, "UpdateScheduledTask", {"coc": {"risk_level": "HIGH"}}, "update"),
        (COC, "DisableScheduledTask", {"enabled": False}, "disable"),
        (COC, "DeleteScheduledTask", {"state": "absent"}, "delete"),
    ],
)
def test_a_change(run: Any, emulator: Any, service: str, operation: str, change: dict[str, Any], tried: str) -> None:
    task_id = run(service=service, name="nightly", enabled=True, **NEW[service]).task["id"]
    refused(emulator, operation)
    error = run(service=service, name="nightly", **change).error
    assert error.startswith(f"{tried} scheduled task nightly ({task_id}): 403 X.403 not allowed (request id ")


@pytest.mark.parametrize(
    ("service", "operation"),
    [(APP, "CreateScheduleTask"), (WORKSPACE, "CreateScheduledTasks"), (COC, "CreateScheduledTask")],
)
def test_a_creation(run: Any, emulator: Any, service: str, operation: str) -> None:
    refused(emulator, operation)
    error = run(service=service, name="nightly", **NEW[service]).error
    assert error.startswith("create scheduled task nightly: 403 X.403 not allowed (request id ")


def test_a_change_that_was_not_taken(run: Any, emulator: Any) -> None:
    answer = {"id": "t-1", "task_name": "nightly", "description": "old"}
    emulator.fail("CreateScheduleTask", body=answer, acts=True)
    error = run(service=APP, name="nightly", description="new one", **NEW[APP]).error
    # Values of what may have a secret in it are not told.
    assert error.startswith(
        "create scheduled task nightly: the service reports success, but did not take description: asked for text of "
        "length 7, got text of length 3"
    )
    run(service=APP, name="nightly", state="absent")
    task_id = run(service=APP, name="nightly", **NEW[APP]).task["id"]
    emulator.fail("UpdateScheduleTask", body={**answer, "id": task_id}, acts=True)
    error = run(service=APP, name="nightly", description="new").error
    assert error.startswith(
        f"update scheduled task nightly ({task_id}): the service reports success, but did not take "
    )


def test_a_creation_without_an_id(run: Any, emulator: Any) -> None:
    emulator.fail("CreateScheduleTask", body={"task_name": "nightly"}, times=9)
    error = run(service=APP, name="nightly", **NEW[APP]).error
    assert error.startswith("create scheduled task nightly: ")


@pytest.mark.parametrize("service", [APP, WORKSPACE])
def test_the_outcomes_of_an_execution(info: Any, emulator: Any, service: str) -> None:
    emulated = getattr(emulator, service)
    task_id = emulated.add_task()
    history = emulated.add_history(task_id)
    emulated.add_execution(history)
    (task,) = info(service=service, id=task_id, history=1, history_details=True).tasks
    ((outcome,),) = (execution["outcomes"] for execution in task["history"])
    assert "execute_id" not in outcome.get("extra", {})
    assert {"id", "status"} & set(outcome), outcome
    assert history in emulator.requests[-1].path
