# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes what is there and not on a list."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ._errors import (
    AnswerLostError,
    CloudCronError,
    InterruptedChangeError,
    InterruptionError,
    PurgeError,
    ServiceError,
)
from ._interruption import Change, under_way
from ._plan import Plan, carry_out
from ._services._capabilities import SupportsBatchDelete
from ._services._task_service import TaskService
from ._task import ScheduledTask

# With these a service refuses what a request says. One task may be the reason, and the others can be deleted.
REFUSED = (400, 404, 409)

# A task, and what its deletion failed of.
Outcome = tuple[ScheduledTask, Optional[CloudCronError]]


class Scope(NamedTuple):
    """The tasks that may be deleted at all.

    :ivar name_prefix: begins each of their names.
    :ivar filters: query parameters of the service's listing that let them through, checked.
    """

    name_prefix: str
    filters: Mapping[str, str]

    def tasks(self, service: TaskService) -> list[ScheduledTask]:
        """Return the tasks.

        :raises ServiceError: they could not be listed, or one of them so that no list could name it, or one that a
            filter should have kept out.
        """
        listed = list(service.list_tasks(None, self.filters))
        for task in listed:
            ignored = service.ignored_filter(task, self.filters)
            if ignored is not None:
                problem = f"the service lists {task.label} in spite of filters.{ignored}, so nothing is deleted"
                raise ServiceError("list scheduled tasks", problem, advice="Use name_prefix instead of this filter")
        nameless = next((task for task in listed if not task.name), None)
        if nameless is not None:
            raise ServiceError("list scheduled tasks", f"the task {nameless.id} has no name, so nothing is deleted")
        return [task for task in listed if str(task.name).startswith(self.name_prefix)]


def purge(
    service: TaskService, scope: Scope, keep: Sequence[Mapping[str, str | None]], check_mode: bool
) -> dict[str, Any]:
    """Delete the tasks that are not on a list, or only find out which these are.

    :param keep: the list. An entry keeps the tasks that have its `name`, and the one that has its `id`; so a task that
        is still to be renamed is kept, too.
    :param check_mode: delete nothing.
    :return: `changed`, `scheduled_tasks`, `total_count` and `diff`, of the tasks that were deleted.
    :raises ServiceError: the tasks could not be listed; nothing was deleted.
    :raises PurgeError: some of them could not be deleted. The others were.
    """
    names, ids = ({entry[key] for entry in keep if entry[key] is not None} for key in ("name", "id"))
    unlisted = [task for task in scope.tasks(service) if task.name not in names and task.id not in ids]
    # A deletion of several does not tell which of them there were.
    together = isinstance(service, SupportsBatchDelete) and len(unlisted) > 1
    unlisted = service.to_delete(unlisted, look=check_mode or together)
    if check_mode:
        return _result(unlisted)
    with under_way() as change:
        outcomes = list(_deleted(service, unlisted, change))
    result = _result([task for task, error in outcomes if error is None])
    failures: dict[CloudCronError, list[str]] = {}
    for task, error in outcomes:
        if error is not None:
            failures.setdefault(error, []).append(task.label)
    if failures:
        raise PurgeError(failures, result)
    if change.signal is not None:
        deleted = f"All {result['total_count']} scheduled tasks were deleted"
        raise InterruptionError(change.reason, deleted, result)
    return result


def _deleted(service: TaskService, tasks: Sequence[ScheduledTask], change: Change) -> Iterator[Outcome]:
    """Delete tasks, and return each with what it failed of; without those that somebody else has deleted meanwhile."""
    size = service.batch_deletion.most if isinstance(service, SupportsBatchDelete) else 1
    sent_together: set[str | None] = set()
    batches = deque(tasks[start : start + size] for start in range(0, len(tasks), size))
    while batches:
        if change.signal is not None:
            interrupted = InterruptionError(change.reason)
            yield from ((task, interrupted) for batch in batches for task in batch)
            return
        batch = batches.popleft()
        try:
            is_ours = _delete(service, batch, change)
        except CloudCronError as error:
            if len(batch) > 1 and isinstance(error, ServiceError) and error.status in REFUSED:
                # One by one they tell which of them is the reason. Where one was gone already, it does no harm.
                batches.extendleft([task] for task in reversed(batch))
                sent_together.update(task.id for task in batch)
                continue
            left = _left(service, batch) if _may_have_acted(error) else {task.id for task in batch}
            yield from ((task, error if task.id in left else None) for task in batch)
            if _is_hopeless(error) and any(task.id in left for task in batch):
                yield from ((task, error) for batch in batches for task in batch)
                return
        else:
            # What was there before, and is gone after a refused request, was deleted by that.
            yield from ((task, None) for task in batch if is_ours or task.id in sent_together)


def _delete(service: TaskService, batch: Sequence[ScheduledTask], change: Change) -> bool:
    """Delete several tasks with one request, or a single one, and say whether that has changed anything."""
    if isinstance(service, SupportsBatchDelete) and len(batch) > 1:
        service.delete_together(batch)
        return True
    (task,) = batch
    return bool(carry_out(Plan(task, None, service.steps(task, None)), change).operations)


def _left(service: TaskService, tasks: Sequence[ScheduledTask]) -> set[str | None]:
    """Return the ids of those tasks that have not surely been deleted."""
    ids = {task.id for task in tasks}
    try:
        return {task.id for task in service.to_delete(tasks, look=True)}
    except ServiceError:
        return ids


def _may_have_acted(error: CloudCronError) -> bool:
    """Say whether the service may have deleted what it was asked to, although the request failed."""
    return _cause(error).may_have_acted


def _cause(error: CloudCronError) -> CloudCronError:
    return error.cause if isinstance(error, InterruptedChangeError) else error


def _is_hopeless(error: CloudCronError) -> bool:
    """Say whether the next request would fail of the same, or do harm: keys that are refused too often get locked."""
    cause = _cause(error)
    return isinstance(cause, AnswerLostError) or (isinstance(cause, ServiceError) and cause.status == 401)


def _result(deleted: Sequence[ScheduledTask]) -> dict[str, Any]:
    tasks = [task.to_result() for task in deleted]
    return {
        "changed": bool(tasks),
        "scheduled_tasks": tasks,
        "total_count": len(tasks),
        "diff": {"before": {task.label: task.to_options() for task in deleted}, "after": {}},
    }
