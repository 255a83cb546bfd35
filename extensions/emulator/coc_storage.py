# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Operations Center remembers of one account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from . import account
from .authentication import utc_now
from .lag import Lag
from .service import Record

DEFINITION: Record = {
    "name": "",
    "enterprise_project_id": "0",
    "agency_name": "ServiceAgencyForCOC",
    "version_no": "",
    "trigger_time": None,
    "task_type": "",
    "associated_task_id": "",
    "associated_task_name": "",
    "associated_task_name_en": "",
    "associated_task_type": "",
    "associated_task_enterprise_project_id": "",
    "runbook_instance_mode": "",
    "risk_level": "",
    "input_param": None,
    "target_instances": None,
    "enable_approve": False,
    "reviewer_user_name": "",
    "reviewer_notification": None,
    "enable_message_notification": False,
    "message_notification": None,
    "ticket_infos": None,
}
"""What create and update write, and what is stored of a field that they leave out (both defaults are documented)."""


class CocStore:
    """Tasks and their histories in the order of creation, by id."""

    def __init__(self) -> None:
        """Begin empty."""
        self.tasks: dict[str, Record] = {}
        self.histories: dict[str, Record] = {}
        self.lag = Lag()

    def new_task(self, fields: Record) -> Record:
        """Store a task of these fields. ``region_id`` is nowhere taken but always answered; where from is inferred."""
        now = milliseconds(utc_now())
        task: Record = {
            "id": _new_id(),
            **DEFINITION,
            **under_review(fields),
            "created_by": account.USER_ID,
            "created_user_name": account.USER_NAME,
            "update_by": account.USER_ID,
            "created_time": now,
            "modified_time": now,
            "region_id": account.REGION,
            "execution_count": 0,
            "last_execution_time": None,
            "last_execution_status": "",
        } | fields
        self.tasks[task["id"]] = task
        return task

    def seed_task(self, fields: Record) -> str:
        """Store a task as a test wants it, nothing checked; what is left out makes a script that runs every night."""
        defaults = {
            "name": f"task-{len(self.tasks) + 1:03}",
            "version_no": "1.0.0",
            "trigger_time": {
                "policy": "PERIODIC",
                "time_zone": "Asia/Shanghai",
                "period": "1,2,3,4,5,6,7",
                "periodic_scheduled_time": "02:30:00",
                "scheduled_close_time": milliseconds(utc_now() + timedelta(days=365)),
            },
            "task_type": "SCRIPT",
            "associated_task_id": "SC0123456789abcdef012345",
            "associated_task_name": "clean-up",
            "associated_task_type": "CUSTOMIZATION",
            "risk_level": "LOW",
            "input_param": {"timeout": "300"},
            "target_instances": [{"target_selection": "NONE", "order_no": 1}],
        }
        return str(self.new_task(defaults | fields)["id"])

    def seed_history(self, task_id: str, fields: Record) -> str:
        """Store a record of one past run of a task; what is left out makes a success."""
        task = self.tasks.get(task_id, {})
        end = utc_now()
        history: Record = {
            "id": _new_id(),
            "task_id": task_id,
            "task_type": task.get("task_type", "SCRIPT"),
            "execution_id": _new_id(),
            "associated_task_name": task.get("associated_task_name", ""),
            "associated_task_name_en": task.get("associated_task_name_en", ""),
            "region": task.get("region_id", account.REGION),
            "created_by": task.get("created_by", account.USER_ID),
            "started_time": milliseconds(end - timedelta(minutes=1)),
            "finished_time": milliseconds(end),
            "status": "FINISHED",
            "execution_msg": "",
        } | fields
        self.histories[history["id"]] = history
        return str(history["id"])


def under_review(definition: Record) -> Record:
    """The state of a task that has just been written.

    Without a review it is enabled, with one it is not (seen in the Terraform provider's acceptance tests). That the
    reviewer is whoever is told of it is inferred.
    """
    pending = bool(definition.get("enable_approve"))
    return {
        "enabled": not pending,
        "approve_status": "PENDING" if pending else "PASSED",
        "approve_comments": "",
        "reviewer": (definition.get("reviewer_notification") or {}).get("recipients", "") if pending else "",
    }


def milliseconds(moment: datetime) -> int:
    """A time as the service writes it."""
    return int(moment.timestamp() * 1000)


def _new_id() -> str:
    # "ST" and 24 characters more (documented); what they are is not said.
    return f"ST{secrets.token_hex(12)}"
