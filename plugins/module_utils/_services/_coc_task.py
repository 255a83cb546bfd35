# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task of Cloud Operations Center on the wire: whole bodies, and what is read of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._task import ScheduledTask
from . import _coc_body as coc_body
from . import _wire as wire
from ._coc_schedule import MOMENT, keeps_moment, read_moment, read_schedule, read_trigger, write_schedule

NAME = "coc"
TASK_TYPES = ("SCRIPT", "RUNBOOK")
FACTS = {
    **{name: name for name in ("approve_status", "approve_comments", "created_by", "created_user_name", "update_by")},
    **{name: name for name in ("reviewer", "execution_count", "region_id")},
    "last_execution_status": "last_status",
}
TIMES = {
    "last_execution_time": "last_execution_time",
    "created_time": "create_time",
    "modified_time": "update_time",
}
KNOWN_FIELDS = {
    *("id", "name", "task_type", "scheduled_type", "trigger_time", "enabled"),
    *(*coc_body.READ_FIELDS, *FACTS, *TIMES),
}
EXECUTION_FIELDS = {name: name for name in ("id", "status", "task_type", "execution_id", "region", "created_by")}
EXECUTION_TIMES = {"started_time": "begin_time", "finished_time": "end_time"}


def write_task(task: ScheduledTask, found: ScheduledTask) -> dict[str, Any]:
    """Return all that is known of a task, as a creation and an update take it.

    :param found: the task before. A schedule that stays goes back as it came, and so does a moment: milliseconds tell
        two moments apart that clocks show alike, and need no time zone.
    """
    came = found.write_only.get("trigger_time", {})
    trigger = came if came and task.schedule == found.schedule else write_schedule(task.schedule)
    if keeps_moment(found.schedule, task.schedule) and came.get("single_scheduled_time"):
        trigger = {**trigger, "single_scheduled_time": came["single_scheduled_time"]}
    return {
        **coc_body.write(task),
        "name": task.name,
        "task_type": task.task_type,
        "trigger_time": trigger,
    }


def read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list or the detail shows it."""
    times = {ours: wire.instant_of(wire.integer(item, theirs)) for theirs, ours in TIMES.items()}
    schedule, trigger = read_schedule(item), read_trigger(item)
    if schedule.type == "once" and schedule.date is None:
        times[MOMENT] = read_moment(trigger.get("trigger_time", {}))
    return ScheduledTask(
        service=NAME,
        id=wire.text(item, "id"),
        name=wire.text(item, "name"),
        task_type=wire.enumerated(wire.text(item, "task_type"), TASK_TYPES),
        enabled=wire.boolean(item, "enabled"),
        schedule=schedule,
        own=coc_body.read(item),
        write_only=trigger,
        facts={
            **wire.filled(item, FACTS),
            **{name: wire.iso(instant) for name, instant in times.items() if instant is not None},
        },
        extra=wire.unnamed(item, KNOWN_FIELDS),
    )


def read_execution(item: Mapping[str, Any]) -> dict[str, Any]:
    execution = wire.renamed(item, {**EXECUTION_FIELDS, "execution_msg": "result_message"}, EXECUTION_TIMES)
    for theirs, ours in EXECUTION_TIMES.items():
        instant = wire.instant_of(wire.integer(item, theirs))
        if instant is not None:
            execution[ours] = wire.iso(instant)
    return execution
