# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `scheduled_task_info` does: looks tasks up, with what became of them and when they run next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from ._errors import ContradictionError, NotFoundError, OptionError
from ._faults import Faults
from ._services._capabilities import SupportsForecast, SupportsHistory, SupportsOutcomes
from ._services._service import Service
from ._services._shapes import MOST_ITEMS
from ._services._task_service import TaskService
from ._task import TASK_ID, ScheduledTask, check_id
from ._values import Field

# Values that ask for nothing: not given, no executions, no filters.
NOTHING_ASKED: tuple[Any, ...] = (None, False, 0, {})


class Query(NamedTuple):
    """What is asked of a service, checked.

    :ivar given: the id or the name, and the options that only a look-up in this service needs.
    :ivar filters: query parameters of the service's listing.
    :ivar details: complete every task that is listed.
    :ivar history: how many past executions of each task.
    :ivar history_details: with the outcome of each on each target.
    :ivar next_executions: of each task.
    """

    given: ScheduledTask
    filters: Mapping[str, str]
    details: bool
    history: int
    history_details: bool
    next_executions: bool


def read_query(service_class: type[Service], options: Mapping[str, Any], faults: Faults) -> Query:
    """Return what the options of `scheduled_task_info` ask for.

    :param faults: gains what is wrong: an option is not what it may be, or the service has no documented operation for
        it.
    """
    with faults:
        check_id(options["id"])
    _check_offered(service_class, options, faults)
    faults.settle()
    own = {name: options[name] for name in service_class.look_up_options if options[name] is not None}
    given = ScheduledTask(service=service_class.name, id=options["id"], name=options["name"], own=own)
    filters = _check_filters(service_class, options, faults) if issubclass(service_class, TaskService) else {}
    asked = {name: options[name] for name in ("details", "history", "history_details", "next_executions")}
    return Query(given, filters, **asked)


def look_up(service: Service, query: Query) -> dict[str, Any]:
    """Return the tasks that are asked for, as the result of the module.

    :return: `changed`, `scheduled_tasks` and `total_count`. What is to be warned of is on the service.
    :raises ServiceError: a request failed.
    """
    results = _tasks(service, query)
    # A task that vanishes while the others are read is no longer one of them.
    tasks = [result for result in results if result is not None]
    return {"changed": False, "scheduled_tasks": tasks, "total_count": len(tasks)}


def _tasks(service: Service, query: Query) -> Iterable[dict[str, Any] | None]:
    if not isinstance(service, TaskService):
        return [task.to_result() for task in _of_id(service, query.given)]
    if query.given.id is not None:
        return [_with_executions(service, task, query) for task in _of_id(service, query.given)]

    def result_of(task: ScheduledTask) -> dict[str, Any] | None:
        whole = _completed(service, task) if query.details else task
        return None if whole is None else _with_executions(service, whole, query)

    tasks = list(service.list_tasks(query.given.name, query.filters))
    _warn_of_ignored_filters(service, tasks, query.filters)
    costs_requests = query.details or query.history or query.next_executions
    return service.side_by_side(result_of, tasks) if costs_requests else map(result_of, tasks)


def _check_offered(service_class: type[Service], options: Mapping[str, Any], faults: Faults) -> None:
    """Refuse what the service has no documented operation for."""
    offered = {
        "name": issubclass(service_class, TaskService),
        "filters": issubclass(service_class, TaskService),
        "history": issubclass(service_class, SupportsHistory),
        "history_details": issubclass(service_class, SupportsOutcomes),
        "next_executions": issubclass(service_class, SupportsForecast),
        "operator": "operator" in service_class.look_up_options,
    }
    for option, possible in offered.items():
        if not possible and options[option] not in NOTHING_ASKED:
            expected = f"service {service_class.name} documents nothing of the kind"
            faults.add(OptionError(option, options[option], expected))
    if options["id"] is None and not issubclass(service_class, TaskService):
        expected = f"service {service_class.name} has no listing, so the id of a task is needed"
        faults.add(OptionError("id", None, expected))


def _check_filters(service_class: type[TaskService], options: Mapping[str, Any], faults: Faults) -> dict[str, str]:
    task_id, name = options["id"], options["name"]
    if name is not None:
        with faults:
            service_class.check_name(name)
    with faults:
        Field("int", least=0, most=MOST_ITEMS).parse("history", options["history"])
    if options["history_details"] and not options["history"]:
        faults.add(OptionError("history_details", True, "it adds to past executions, and history asks for none"))
    filters: dict[str, str] = {}
    with faults:
        filters = service_class.check_filters(options["filters"] or {})
    if task_id is not None and filters:
        faults.add(OptionError("filters", filters, "they choose among all tasks, and id already names one"))
    if name is not None and "task_name" in filters:
        expected = "name already asks for exactly one name"
        faults.add(OptionError("filters.task_name", filters["task_name"], expected))
    return filters


def _of_id(service: Service, given: ScheduledTask) -> list[ScheduledTask]:
    found = service.look_up(replace(given, name=None))
    if found is None or (given.name is not None and found.name != given.name):
        return []
    task = service.complete(found)
    return [] if task is None else [task]


def _completed(service: TaskService, task: ScheduledTask) -> ScheduledTask | None:
    """Return a task that was listed with its detail; as it is where its detail contradicts the listing."""
    try:
        return service.complete(task)
    except ContradictionError as error:
        service.warnings.append(error.message)
        return task


def _warn_of_ignored_filters(service: TaskService, tasks: list[ScheduledTask], filters: Mapping[str, str]) -> None:
    ignored: dict[str, ScheduledTask] = {}
    for task in tasks:
        name = service.ignored_filter(task, filters)
        if name is not None:
            ignored.setdefault(name, task)
    for name, task in ignored.items():
        service.warnings.append(
            f"filters.{name}: service {service.name} does not keep to it: it lists {task.label}, among others."
        )


def _with_executions(service: TaskService, task: ScheduledTask, query: Query) -> dict[str, Any] | None:
    """Return a task as the result that was asked for; None where it has vanished."""
    result = task.to_result()
    if query.history and isinstance(service, SupportsHistory):
        try:
            result["history"] = service.history(task, query.history)
        except NotFoundError as error:
            if not service.is_there(task):
                return None
            service.warnings.append(error.message)
    if "history" in result and query.history_details and isinstance(service, SupportsOutcomes):
        with_outcomes = partial(_with_outcomes, service, task)
        result["history"] = list(service.side_by_side(with_outcomes, result["history"]))
    if query.next_executions and isinstance(service, SupportsForecast):
        next_executions = service.next_executions(task)
        if next_executions is not None:
            result["next_executions"] = next_executions
    return result


def _with_outcomes(service: SupportsOutcomes, task: ScheduledTask, execution: dict[str, Any]) -> dict[str, Any]:
    if TASK_ID.fullmatch(str(execution.get("id", ""))):
        # An execution may be forgotten before its task is.
        with suppress(NotFoundError):
            return {**execution, "outcomes": service.outcomes(task, execution)}
    return execution
