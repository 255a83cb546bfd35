# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace App stores of a project."""

from __future__ import annotations

import uuid
from datetime import timedelta

from .authentication import utc_now
from .dialect import utc_text
from .schedule import DEFAULT_TIME_ZONE
from .service import Record, Store

NEW_POLICY: Record = {"enforcement_enable": False}
"""The policy of a task of which nothing is said (documented)."""

_SEED_SCHEDULES: dict[str, Record] = {
    "DAY": {"day_interval": 1},
    "WEEK": {"week_list": "2"},
    "MONTH": {"month_list": "1", "date_list": "1"},
    "FIXED_TIME": {"scheduled_date": "2099-01-01"},
}


class Project(Store):
    """Workspace App in one project."""

    def new_task(self, fields: Record) -> Record:
        """Store a task of these fields: born enabled, in Asia/Shanghai, and empty where nothing is said.

        Born enabled and the default zone were seen in the Terraform provider's acceptance tests.
        """
        now = utc_text(utc_now())
        task: Record = {
            "id": str(uuid.uuid4()),
            "task_name": "",
            "last_status": "WAITING",
            "task_type": "",
            "schedule_task_policy": {**NEW_POLICY},
            "scheduled_type": "",
            "day_interval": None,
            "week_list": "",
            "month_list": "",
            "date_list": "",
            "time_zone": DEFAULT_TIME_ZONE,
            "scheduled_date": "",
            "scheduled_time": "",
            "expire_time": "",
            "description": "",
            "is_enable": True,
            "create_time": now,
            "update_time": now,
            "target_infos": [],
        } | fields
        self.tasks[task["id"]] = task
        return task

    def seed_task(self, fields: Record) -> str:
        """Store a task as a test wants it, nothing checked; what is left out makes a working daily task."""
        kind = fields.get("scheduled_type", "DAY")
        defaults = {
            "task_name": f"task-{len(self.tasks) + 1}",
            "task_type": "RESTART_SERVER",
            "scheduled_type": kind,
            "scheduled_time": "09:00:00",
            "target_infos": [{"target_type": "SERVER", "target_id": "server-1", "target_name": "Server 1"}],
        }
        return str(self.new_task(defaults | _SEED_SCHEDULES.get(kind, {}) | fields)["id"])

    def seed_history(self, task_id: str, fields: Record) -> str:
        """Store a record of one past run of a task; what is left out makes a success on one server.

        ``excuting_count`` is the vendor's own spelling (documented).
        """
        task = self.tasks.get(task_id, {})
        end = utc_now()
        history = {
            "id": str(uuid.uuid4()),
            "task_id": task_id,
            "task_type": task.get("task_type", "RESTART_SERVER"),
            "scheduled_type": task.get("scheduled_type", "DAY"),
            "status": "SUCCESS",
            "total_count": 1,
            "success_count": 1,
            "failed_count": 0,
            "excuting_count": 0,
            "begin_time": utc_text(end - timedelta(minutes=1)),
            "end_time": utc_text(end),
            "create_time": utc_text(end - timedelta(minutes=1)),
            "time_zone": task.get("time_zone", DEFAULT_TIME_ZONE),
        } | fields
        self.histories[history["id"]] = history
        return str(history["id"])

    def seed_execution(self, history_id: str, fields: Record) -> str:
        """Store what one run did to one server; what is left out makes a success."""
        history = self.histories.get(history_id, {})
        end = utc_now()
        execution = {
            "id": str(uuid.uuid4()),
            "execute_id": history_id,
            "server_id": "server-1",
            "server_name": "Server 1",
            "task_type": history.get("task_type", "RESTART_SERVER"),
            "status": "SUCCESS",
            "begin_time": history.get("begin_time", utc_text(end)),
            "end_time": history.get("end_time", utc_text(end)),
            "result_code": "",
            "result_message": "",
            "time_zone": history.get("time_zone", DEFAULT_TIME_ZONE),
        } | fields
        self.executions[execution["id"]] = execution
        return str(execution["id"])
