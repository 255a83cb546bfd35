# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Notices that a task which is about to be created may be one that was renamed on the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Callable

from ._errors import CloudCronError, TaskError
from ._outcomes import Row
from ._services._task_service import TaskService
from ._survey import Listing, Survey
from ._task import ScheduledTask
from ._wanted import Listed

# A renamed task does the same at the same time to the same targets, whatever else was changed with its name.
MAY_DIFFER = {"name", "description", "enabled", "force"}
# Each costs a request.
MOST_DETAILS = 20


def warnings_of_renames(
    rows: Sequence[Row],
    surveys: Mapping[tuple[str, Any], Survey],
    connect: Callable[[type[TaskService]], TaskService],
) -> Iterator[str]:
    """Return a warning for each entry that is to be created while a task that is not on the list does the same.

    :param rows: of all entries, planned.
    :param surveys: by the service's name and the place of the entries.
    """
    created = [row for row in rows if row.plan is not None and row.plan.found is None]
    if not created:
        return
    listed = Listed(row.wanted for row in rows)
    details = 0
    for row in created:
        found = surveys[row.wanted.service_name, row.wanted.place]
        alike: list[ScheduledTask] = []
        for task in found.tasks if isinstance(found, Listing) else ():
            if listed.has(row.wanted.service_name, task) or not _may_be(task, row.wanted.given):
                continue
            whole: ScheduledTask | None = None
            if task.tells(row.wanted.given):
                whole = task
            elif details < MOST_DETAILS:
                details += 1
                with suppress(CloudCronError):
                    whole = connect(row.wanted.service_class).complete(task)
            if whole is not None and _does_the_same(whole, row.wanted.given):
                alike.append(task)
        if alike:
            more = f" (and {len(alike) - 1} more)" if alike[1:] else ""
            yield (
                f"Entry {row.wanted.number} of the list, {row.label}, is a new task. Task {alike[0].label}{more} is "
                "not on the list and does the same at the same time. If it was renamed, give its name as previous_name."
            )


def _may_be(task: ScheduledTask, given: ScheduledTask) -> bool:
    is_alike = task.task_type == given.task_type and task.schedule.type == given.schedule.type
    return is_alike and (not task.schedule.is_complete or _has_schedule(task, given))


def _has_schedule(task: ScheduledTask, given: ScheduledTask) -> bool:
    with suppress(TaskError):
        return task.schedule.merged_with(given.schedule) == task.schedule
    return False


def _does_the_same(task: ScheduledTask, given: ScheduledTask) -> bool:
    with suppress(TaskError):
        return task.changes(task.merged_with(given)) <= MAY_DIFFER
    return False
