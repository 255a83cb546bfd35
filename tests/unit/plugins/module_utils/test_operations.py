# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the documented operations the modules use, and that the README names all others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

README = Path(__file__).resolve().parents[4] / "README.md"

WEEKLY = {"type": "weekly", "weekdays": ["sunday"], "time": "04:00", "time_zone": "Asia/Shanghai"}
TASKS = {
    "workspace_app": {
        "task_type": "STOP_SERVER",
        "schedule": WEEKLY,
        "targets": [{"type": "SERVER", "id": "server-1"}],
    },
    "workspace": {
        "task_type": "STOP",
        "schedule": {"type": "life_cycle", "life_cycle_type": "POST_DESKTOP_DISCONNECTED", "wait_time": 30},
    },
    "coc": {
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


def documented(service):
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import World

    return {operation.id for operation in World().services[service].operations()}


def named_as_not_used(service):
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` ", README.read_text(encoding="utf-8"), re.MULTILINE)
    return {operation for of_service, operation in rows if of_service == service}


@pytest.mark.parametrize("service", TASKS)
def test_every_documented_operation_is_used_or_named_in_the_readme(run, info, purge, emulator, service):
    used = set()

    def note(outcome):
        assert outcome.error is None
        # A signature names the project that is asked for, although two of the services have it in the path too.
        assert {request.headers.get("x-project-id") for request in emulator.requests} == {account.PROJECT_ID}
        used.update(outcome.requests)
        return outcome

    task = note(run(service=service, name="nightly", **TASKS[service])).task
    if service != "coc":
        history = getattr(emulator, service).add_history(task["id"])
        getattr(emulator, service).add_execution(history)
    note(run(service=service, name="nightly", enabled=False))
    note(run(service=service, name="nightly", enabled=True))
    note(run(service=service, id=task["id"], name="weekly"))
    note(run(service=service, name="weekly", schedule=WEEKLY))
    offered = {} if service == "coc" else {"history_details": True, "next_executions": True}
    note(info(service=service, name="weekly", details=True, history=1, **offered))
    note(run(service=service, name="weekly", state="absent"))
    for name in ("monday", "tuesday"):
        note(run(service=service, name=name, **TASKS[service]))
    note(purge(service))
    assert used | named_as_not_used(service) == documented(service)
    assert not used & named_as_not_used(service)


def test_the_one_of_code_checks_is_used(info, emulator):
    task_id = emulator.codearts_check.add_task()
    assert set(info(service="codearts_check", id=task_id).requests) == documented("codearts_check")
