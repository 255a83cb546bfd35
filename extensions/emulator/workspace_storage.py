# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace stores of a project."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from .authentication import utc_now
from .dialect import utc_text
from .schedule import DEFAULT_TIME_ZONE, zone_or_offset
from .service import Record, Store

NEW_TASK: Record = {
    "task_name": "",
    "scheduled_type": "",
    "day_interval": None,
    "week_list": "",
    "month_list": "",
    "date_list": "",
    "scheduled_date": "",
    "scheduled_time": "",
    "expire_time": "",
    "time_zone": DEFAULT_TIME_ZONE,
    "life_cycle_type": "",
    "life_cycle_exec_period": None,
    "wait_time": 0,
    "description": "",
    "extra_params": "",
    "force_execute": False,
    "apply_objects": [],
    "gray_count": None,
    "gray_desktop_ids": [],
    "gray_fail_threshold": None,
    "enable": True,
    "priority": 0,
    "is_gray": False,
}
"""What a task has that nothing has been said about.

``force_execute`` is documented, ``wait_time`` and ``priority`` are those of a sample; enabled and the zone are inferred
from Workspace App.
"""

_SEED_SCHEDULES: dict[str, Record] = {
    "DAY": {"day_interval": 1},
    "WEEK": {"week_list": "2"},
    "MONTH": {"month_list": "1", "date_list": "1"},
    "FIXED_TIME": {"scheduled_date": "2099-01-01"},
    "LIFE_CYCLE": {
        "life_cycle_type": "POST_DESKTOP_DISCONNECTED",
        "life_cycle_exec_period": 1440,
        "wait_time": 15,
        "scheduled_time": "",
    },
}


class Project(Store):
    """Workspace in one project."""

    def new_task(self, fields: Record) -> Record:
        """Store a task of these fields."""
        task: Record = {
            "id": str(uuid.uuid4()),
            "task_type": "",
            "last_status": "",
            "create_time": utc_text(utc_now()),
            **NEW_TASK,
            **fields,
        }
        self.tasks[task["id"]] = task
        return task

    def seed_task(self, fields: Record) -> str:
        """Store a task as a test wants it, nothing checked; what is left out makes a working daily task."""
        kind = fields.get("scheduled_type", "DAY")
        defaults = {
            "task_name": f"task-{len(self.tasks) + 1}",
            "task_type": "STOP",
            "scheduled_type": kind,
            "scheduled_time": "09:00:00",
            "apply_objects": [{"object_type": "DESKTOP", "object_id": "desktop-1", "object_name": "Desktop 1"}],
        }
        return str(self.new_task(defaults | _SEED_SCHEDULES.get(kind, {}) | fields)["id"])

    def seed_history(self, task_id: str, fields: Record) -> str:
        """Store a record of one past run of a task; what is left out makes a success on one desktop."""
        task = {**NEW_TASK, "task_type": "STOP", "scheduled_type": "DAY", **self.tasks.get(task_id, {})}
        record = {
            "id": str(uuid.uuid4()),
            "task_id": task_id,
            "start_time": _local(utc_now() - timedelta(minutes=1), task),
            "task_type": task["task_type"],
            "scheduled_type": task["scheduled_type"],
            "life_cycle_type": task["life_cycle_type"],
            "status": "SUCCESS",
            "success_num": 1,
            "failed_num": 0,
            "skip_num": 0,
            "time_zone": task["time_zone"],
            "execute_task_id": "",
            "execute_object_type": "",
            "expire_time": task["expire_time"],
            "extra_params": task["extra_params"],
        } | fields
        self.histories[record["id"]] = record
        return str(record["id"])

    def seed_execution(self, history_id: str, fields: Record) -> str:
        """Store what one run did to one desktop; what is left out makes a success."""
        record = {"time_zone": DEFAULT_TIME_ZONE, **self.histories.get(history_id, {})}
        detail = {
            "id": str(uuid.uuid4()),
            "record_id": history_id,
            "desktop_id": "desktop-1",
            "desktop_name": "Desktop 1",
            "exec_status": "SUCCESS",
            "exec_script_id": "",
            "result_code": "",
            "fail_reason": "",
            "start_time": _local(utc_now() - timedelta(minutes=1), record),
            "end_time": _local(utc_now(), record),
            "time_zone": record["time_zone"],
        } | fields
        self.executions[detail["id"]] = detail
        return str(detail["id"])


def _local(moment: datetime, record: dict[str, Any]) -> str:
    # The format is documented; that the zone is that of the task is inferred from its standing next to it.
    return f"{moment.astimezone(zone_or_offset(record['time_zone'])):%Y-%m-%d %H:%M:%S}"
