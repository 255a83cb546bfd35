# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What sets off the triggered tasks of Workspace, and which actions and waiting times go with it.

Documented are the shape of these configurations, the names of the types and of the actions, and the defaults of a task.
Which actions a type has and the other numbers are inferred: no page or sample tells them.
"""

from __future__ import annotations

from typing import Any

_EXEC_TIME = {"min_exec_time": 1, "default_exec_time": 1440}


def _configuration(actions: dict[str, dict[str, int]], *, support_exec_time: bool) -> dict[str, Any]:
    return {
        "min_wait_time": 0,
        "default_wait_time": 0,
        **_EXEC_TIME,
        "support_exec_time": support_exec_time,
        "actions": [{"action": action, **limits} for action, limits in actions.items()],
    }


# Whoever has lost the connection gets some time to come back before the desktop goes down.
_GRACE = {"min_wait_time": 5, "default_wait_time": 15}

_EVERYTHING: dict[str, dict[str, int]] = {"STOP": {}, "HIBERNATE": {}, "REBOOT": {}, "EXECUTE_SCRIPT": {}}

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "POST_CREATE_DESKTOP_SUCCESS": _configuration(_EVERYTHING, support_exec_time=False),
    "POST_REBUILD_DESKTOP_SUCCESS": _configuration(_EVERYTHING, support_exec_time=False),
    "POST_REATTACH_DESKTOP_SUCCESS": _configuration(_EVERYTHING, support_exec_time=False),
    "POST_DESKTOP_DISCONNECTED": _configuration(
        {"STOP": _GRACE, "HIBERNATE": _GRACE, "REBOOT": {}, "EXECUTE_SCRIPT": {}}, support_exec_time=True
    ),
    "POST_DESKTOP_CANNOT_CONNECT": _configuration({"REBOOT": {}, "EXECUTE_SCRIPT": {}}, support_exec_time=True),
}


def limits(life_cycle_type: str, action: str) -> dict[str, int] | None:
    """What holds for ``action`` at this type, or ``None`` if it has no such action.

    What an action does not say itself, its type says (documented).
    """
    configuration = CONFIGURATIONS.get(life_cycle_type, {"actions": []})
    for each in configuration["actions"]:
        if each["action"] == action:
            found: dict[str, int] = configuration | each
            return found
    return None
