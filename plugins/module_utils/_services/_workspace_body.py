# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of Workspace on the wire: its body, and what is read of it.

An update is a PUT, and no page says whether it replaces the task or only what it carries. It carries all that is known
of the task, so that both come to the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._errors import OptionError
from .._schedule import Schedule
from .._task import ScheduledTask, Target
from .._values import Field
from . import _wire as wire
from . import _workspace_schedule
from ._workspace_expiry import read_expiry, write_expiry
from ._workspace_family import read_targets

EXTRA_PARAMS_LENGTH = 2000
NO_PARAMS = "{}"
SCRIPT = "EXECUTE_SCRIPT"
TASK_TYPES = ("START", "STOP", "REBOOT", "HIBERNATE", "REBUILD", SCRIPT, "CREATE_SNAPSHOT")
EVERY_DESKTOP = "ALL_DESKTOPS"
TARGET_TYPES = ("DESKTOP", "DESKTOP_POOL", EVERY_DESKTOP, "DESKTOP_TAG")
NAME = "workspace"
NEVER_TRIGGERED = ("START", "REBUILD")
CANARY = ("gray_count", "gray_desktop_ids", "gray_fail_threshold", "is_gray")
OWN_FIELDS = {
    "extra_params": Field("dict"),
    "priority": Field("int", most=50),
    "is_gray": Field("bool"),
    "gray_count": Field("int", least=0, most=1000),
    "gray_desktop_ids": Field("list", most=1000),
    "gray_fail_threshold": Field("int", most=1000),
}
FACTS = {name: name for name in ("last_status", "next_execution_time")}
KNOWN_FIELDS = {
    *("id", "task_name", "task_type", "description", "enable", "force_execute", "apply_objects", "extra_params"),
    *("priority", "gray_count", "gray_desktop_ids", "gray_fail_threshold", *_workspace_schedule.FIELDS, *FACTS),
}


def misfits(task: ScheduledTask) -> list[str]:
    """Return why the type of the task does not go with the rest of it, if it does not."""
    reasons: list[str] = []
    if task.schedule.type == "life_cycle" and task.task_type in NEVER_TRIGGERED:
        reasons.append("a life_cycle schedule triggers neither " + " nor ".join(NEVER_TRIGGERED))
    canary = [option for option in CANARY if option in {**task.own, **task.write_only}]
    if canary and task.task_type not in (None, SCRIPT):
        reasons.append(f"{', '.join(f'workspace.{option}' for option in canary)} go with {SCRIPT} alone")
    return reasons


def write_whole(task: ScheduledTask, found: ScheduledTask) -> dict[str, Any]:
    """Return all that is known of a task, but its type, which no update has.

    :param found: the task before, which may have what has to be cleared.
    """
    own = {name: value for name, value in task.own.items() if value is not None}
    if "extra_params" in own:
        own["extra_params"] = _write_extra_params(own["extra_params"])
        if own["extra_params"] == NO_PARAMS and not {**found.own, **found.write_only}.get("extra_params"):
            del own["extra_params"]
    known = {
        "task_name": task.name,
        "description": task.description,
        "enable": task.enabled,
        "force_execute": task.force,
        # What a user gives takes the place of what the service told in another form.
        **task.write_only,
        **own,
    }
    return {
        **{name: value for name, value in known.items() if value is not None},
        **_workspace_schedule.write_schedule(task.schedule, found.schedule),
        **(write_expiry(task.schedule) or ({"expire_time": ""} if found.schedule.expire_time else {})),
        **_write_targets(task.targets, found.targets),
    }


def write_forecast(schedule: Schedule) -> dict[str, Any]:
    return _workspace_schedule.write_schedule(schedule, Schedule()) | write_expiry(schedule)


def _write_targets(wanted: tuple[Target, ...] | None, found: tuple[Target, ...] | None) -> dict[str, Any]:
    if wanted:
        objects = [{"object_type": target.type, **({"object_id": target.id} if target.id else {})} for target in wanted]
        return {"apply_objects": objects, "apply_object_update_type": "FULL_COVERAGE"}
    # The SDK's models have these two words; the pages do not say what a list without either does.
    return {"apply_objects": [], "apply_object_update_type": "CLEAR_ALL"} if found and wanted is not None else {}


def _write_extra_params(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def as_data(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they come back from their JSON text.

    :raises OptionError: it is too long.
    """
    data: dict[str, Any] = json.loads(json.dumps(params))
    written = _write_extra_params(data)
    if len(written) > EXTRA_PARAMS_LENGTH:
        expected = f"as JSON it has at most {EXTRA_PARAMS_LENGTH} characters"
        raise OptionError("workspace.extra_params", written, expected)
    return data


def read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list shows it."""
    task_type = wire.enumerated(wire.text(item, "task_type"), TASK_TYPES)
    params = wire.text(item, "extra_params")
    # No option holds anything but an object, but an update has to carry it.
    odd = {} if params is None or isinstance(wire.from_json(params), dict) else {"extra_params": params}
    return ScheduledTask(
        service=NAME,
        id=wire.text(item, "id"),
        name=wire.text(item, "task_name"),
        task_type=task_type,
        description=wire.text(item, "description") or "",
        enabled=wire.boolean(item, "enable"),
        schedule=read_expiry(_workspace_schedule.read_schedule(item), wire.text(item, "expire_time")),
        own=_read_own(item, task_type),
        write_only=odd,
        facts=wire.filled(item, FACTS),
        extra={**wire.unnamed(item, KNOWN_FIELDS), **odd},
    )


def read_detail(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the detail shows it."""
    task = read_task(item)
    targets, names = _read_targets(item.get("apply_objects"))
    return replace(
        task,
        force=wire.boolean(item, "force_execute") or False,
        # The detail tells all there is of them, so without any there are none.
        own=task.own if "extra_params" in task.write_only else {"extra_params": {}, **task.own},
        targets=targets,
        target_names=names,
    )


def _read_own(item: Mapping[str, Any], task_type: str | None) -> dict[str, Any]:
    own: dict[str, Any] = {}
    params = wire.from_json(item.get("extra_params"))
    if isinstance(params, dict):
        own["extra_params"] = params
    # The page's sample has a 0, which no task can be given.
    if wire.integer(item, "priority"):
        own["priority"] = item["priority"]
    if task_type == SCRIPT:
        for name in ("gray_count", "gray_fail_threshold"):
            value = wire.integer(item, name)
            if value is not None and value >= OWN_FIELDS[name].least:
                own[name] = value
        desktops = wire.entries(item, "gray_desktop_ids")
        if desktops:
            own["gray_desktop_ids"] = sorted(set(desktops))
    return own


def _read_targets(objects: Any) -> tuple[tuple[Target, ...], dict[str, str]]:
    def ids(target_type: str, entry: Mapping[str, Any]) -> list[str]:
        return [""] if target_type == EVERY_DESKTOP else [wire.text(entry, "object_id") or ""]

    return read_targets(objects, "object_type", "object_name", TARGET_TYPES, ids)
