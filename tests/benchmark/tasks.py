# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark's tasks are: in the words of a playbook, and as the service stores them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extensions.emulator import account

NAME = "nightly-%05d"
"""Of the same length each, so that the service's filter, which also lets similar names through, finds exactly one."""

OPTIONS: dict[str, Any] = {
    "service": "workspace_app",
    "task_type": "RESTART_SERVER",
    "description": "Clears the sessions that were left open",
    "force": True,
    "schedule": {
        "type": "weekly",
        "weekdays": ["monday", "wednesday", "friday"],
        "time": "03:30",
        "time_zone": "Asia/Shanghai",
        "expire_time": "2030-06-30T18:00:00",
    },
    "targets": [{"type": "SERVER_GROUP", "id": "group-1"}, {"type": "SERVER", "id": "server-1"}],
}
"""A task as a playbook has it, but for its name."""

FIELDS: dict[str, Any] = {
    "task_type": "RESTART_SERVER",
    "description": "Clears the sessions that were left open",
    "schedule_task_policy": {"enforcement_enable": True},
    "scheduled_type": "WEEK",
    "week_list": "2,4,6",
    "scheduled_time": "03:30:00",
    "time_zone": "Asia/Shanghai",
    "expire_time": "2030-06-30T10:00:00Z",
    "target_infos": [
        {"target_type": "SERVER_GROUP", "target_id": "group-1"},
        {"target_type": "SERVER", "target_id": "server-1"},
    ],
}
"""The same task as the service tells it."""

KEYS = {"access_key": account.ACCESS_KEY, "secret_key": account.SECRET_KEY}
"""The connection options that say who is asking."""


def stored(project_id: str, count: int) -> Iterator[dict[str, Any]]:
    """Return so many tasks of a project for the emulator to begin with."""
    return ({"project_id": project_id, "task_name": NAME % number, **FIELDS} for number in range(count))


def reach(url: str, project_id: str = account.PROJECT_ID) -> dict[str, Any]:
    """Return the connection options that lead to a project of the emulator, without saying who is asking."""
    return {"endpoint": url, "auth_url": url, "region": account.REGION, "project_id": project_id}
