# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is there and not on a list: which tasks these are, and their deletion."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ._arguments import PURGE
from ._entries import no_such_option, read_entry
from ._errors import (
    AnswerLostError,
    CloudCronError,
    InterruptedChangeError,
    InterruptionError,
    OptionError,
    ServiceError,
)
from ._faults import Faults
from ._interruption import Change
from ._plan import Plan, carry_out
from ._services._capabilities import SupportsBatchDelete
from ._services._table import CHANGEABLE
from ._services._task_service import TaskService
from ._stops import OF_ONE_TASK
from ._task import ScheduledTask
from ._values import Field

MAX_DELETIONS = Field("int", least=0)
# That a purge may do to tasks of which nobody has said how many they are.
MOST_DELETIONS = 10
# Characters that a message spends on the names of tasks. The result has all of them.
MOST_NAMED = 2500

# A task, and what its deletion failed of.
Outcome = tuple[ScheduledTask, Optional[CloudCronError]]


class Purge(NamedTuple):
    """The scope of a list: the tasks for which it is complete, so that those that are not on it are deleted.

    :ivar filters: by service, query parameters of the listing that let the tasks through, checked.
    :ivar name_prefix: begins each of their names.
    :ivar max_deletions: how many may be deleted at most; None where nobody has said it.
    """

    filters: Mapping[str, Mapping[str, str]]
    name_prefix: str
    max_deletions: int | None

    def covered(self, service_class: type[TaskService], listed: Sequence[ScheduledTask]) -> list[ScheduledTask]:
        """Return the tasks in the scope.

        :param listed: with the filters of the service.
        :raises ServiceError: one of them has no name, so that no list could name it, or a filter should have kept it
            out.
        """
        tried = "list scheduled tasks"
        for task in listed:
            ignored = service_class.ignored_filter(task, self.filters[service_class.name])
            if ignored is not None:
                problem = f"the service lists {task.label} in spite of filters.{ignored}, so nothing is deleted"
                raise ServiceError(tried, problem, advice="Use name_prefix instead of this filter")
            if not task.name:
                raise ServiceError(tried, f"the task {task.id} has no name, so nothing is deleted")
        return [task for task in listed if str(task.name).startswith(self.name_prefix)]

    def excess(self, deletions: Sequence[str], emptied: Sequence[str]) -> OptionError | None:
        """Return why a purge is refused that would delete more than anybody may have meant.

        :param deletions: labels of the tasks that would be deleted.
        :param emptied: services of which every task in the scope would be deleted.
        """
        if self.max_deletions is None and emptied and deletions:
            expected = f"every task in the scope of {' and '.join(emptied)} would be deleted"
        elif len(deletions) > (MOST_DELETIONS if self.max_deletions is None else self.max_deletions):
            expected = f"{len(deletions)} task{'' if len(deletions) == 1 else 's'} would be deleted"
        else:
            return None
        how = f"If that is what you want, set max_deletions to {len(deletions)}"
        return OptionError(
            "purge.max_deletions",
            MOST_DELETIONS if self.max_deletions is None else self.max_deletions,
            f"{expected}: {_listed(deletions)}. {how}",
        )


def read_purge(given: Any, faults: Faults) -> Purge | None:
    """Return what the option `purge` asks for, as far as it is not refused; None for no purge.

    :param given: as YAML has it.
    """
    if given is None:
        return None
    options = read_entry(PURGE, given, faults, "purge")
    services: list[str] | None = options.get("services")
    if services is not None and not services:
        faults.add(OptionError("purge.services", services, "it names the services for which the list is complete"))
    most: int | None = None
    with faults:
        most = MAX_DELETIONS.parse("purge.max_deletions", options.get("max_deletions"))
    filters: dict[str, Mapping[str, str]] = {service: {} for service in services or ()}
    for service, values in options.get("filters", {}).items():
        option = f"purge.filters.{service}"
        if service not in CHANGEABLE:
            faults.add(no_such_option(option, service, CHANGEABLE))
        elif service not in filters:
            # Which services there are is not known where that option is refused.
            if services:
                faults.add(OptionError(option, None, "purge.services does not name this service", shown=""))
        elif not isinstance(values, Mapping):
            faults.add(OptionError(option, values, "it is a dictionary of filters"))
        else:
            with faults:
                filters[service] = _read_filters(CHANGEABLE[service], option, values)
    return Purge(filters, options.get("name_prefix", ""), most)


def _read_filters(service_class: type[TaskService], option: str, values: Mapping[str, Any]) -> dict[str, str]:
    for name, value in values.items():
        if value is None:
            raise OptionError(f"{option}.{name}", value, "it would let every task through; leave it out if it should")
    return service_class.check_filters(values, option)


def _listed(labels: Sequence[str]) -> str:
    """Return as many labels as a message has room for."""
    named = 0
    for number, label in enumerate(labels):
        named += len(label)
        if named > MOST_NAMED:
            return f"{', '.join(labels[:number])} and {len(labels) - number} more"
    return ", ".join(labels)


def delete_all(service: TaskService, tasks: Sequence[ScheduledTask], change: Change) -> Iterator[Outcome]:
    """Delete tasks, and return each with what it failed of; without those that somebody else has deleted meanwhile.

    :param change: which is under way, and of which this is a part.
    """
    # A deletion of several does not tell which of them there were.
    together = isinstance(service, SupportsBatchDelete) and len(tasks) > 1
    return _deleted(service, service.to_delete(tasks, look=together), change)


def _deleted(service: TaskService, tasks: Sequence[ScheduledTask], change: Change) -> Iterator[Outcome]:
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
            if len(batch) > 1 and isinstance(error, ServiceError) and error.status in OF_ONE_TASK:
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
