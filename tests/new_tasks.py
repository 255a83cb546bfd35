# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New tasks of the three services that have any, as options and on the wire, and where their state is stored."""

from __future__ import annotations

from typing import Any

NEW: dict[str, dict[str, Any]] = {
    "workspace_app": {
        "task_type": "RESTART_SERVER",
        "schedule": {"type": "daily", "day_interval": 1, "time": "03:30"},
        "targets": [{"type": "SERVER", "id": "server-1"}],
    },
    "workspace": {"task_type": "STOP", "schedule": {"type": "daily", "day_interval": 1, "time": "03:30"}},
    "coc": {
        "task_type": "SCRIPT",
        "schedule": {"type": "cron", "cron": "0 30 3 * * ?", "time_zone": "Asia/Shanghai"},
        "coc": {
            "associated_task_id": "SC1",
            "associated_task_name": "clean-up",
            "associated_task_type": "CUSTOMIZATION",
            "version_no": "1.0.0",
            "risk_level": "HIGH",
            "target_instances": [{"target_selection": "NONE", "order_no": 1}],
        },
    },
}
"""The options of `scheduled_task` by service."""

STATES = {"workspace_app": "is_enable", "workspace": "enable", "coc": "enabled"}
"""What each service calls whether a task is enabled."""

BODY: dict[str, Any] = {
    "task_name": "nightly",
    "task_type": "RESTART_SERVER",
    "scheduled_type": "DAY",
    "day_interval": 1,
    "scheduled_time": "02:30:00",
    "target_infos": [{"target_type": "SERVER", "target_id": "server-7"}],
}
"""What Workspace App Streaming takes of a new task on the wire."""
