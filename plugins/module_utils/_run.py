# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules do, behind whichever door they were called through.

Each `run_...` takes a call with validated options and returns a result, or raises a `CloudCronError`.
"""

from __future__ import annotations

import math
import os
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any, Callable, NamedTuple, TypeVar

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import OPEN_OPTIONS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    CloudCronError,
    ContradictionError,
    NotFoundError,
    OptionError,
    UnexpectedError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import base_url
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._settings import (
    address_from_environment,
    check_cloud,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._purge import Scope, purge
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._reconcile import reconcile
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASKS, Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    Service,
    SupportsForecast,
    SupportsOutcomes,
    TaskService,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._shapes import MOST_ITEMS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import TASK_ID, ScheduledTask, check_id
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field, given_fields

# Values that ask for nothing: not given, no executions, no filters.
NOTHING_ASKED: tuple[Any, ...] = (None, False, 0, {})

# Below these, a service or a user chooses the keys.
OPEN_KEYS = frozenset({*OPEN_OPTIONS, "extra", "target_names"})

# What costs requests for every task that is listed.
ASKED_PER_TASK = ("details", "history", "next_executions")

AnyService = TypeVar("AnyService", bound=Service)


class Call(NamedTuple):
    """One call of a module.

    :ivar options: as the module's argument spec leaves them.
    :ivar check_mode: find out what would be done, and write nothing.
    :ivar secrets: those that are known, and those that are learnt at run time; no output shows them.
    :ivar connections: of this process.
    """

    options: Mapping[str, Any]
    check_mode: bool
    secrets: Secrets
    connections: Connections

    @contextmanager
    def service(self, service_class: type[AnyService]) -> Iterator[AnyService]:
        """Return the service that the connection options lead to.

        :raises CloudCronError: they lead nowhere.
        """
        with self.connections.open(self.options, self.secrets.keep) as account:
            service = service_class(account, _url(self.options, service_class, account.region))
            try:
                yield service
            except CloudCronError as error:
                error.warnings = service.warnings
                raise


def answer(run: Callable[[Call], dict[str, Any]], call: Call) -> dict[str, Any]:
    """Return what came of a call: the result, or a failed one with `msg` and what is known of the error.

    It is without secrets, and so are the options, which are in it under the name by which Ansible shows them.

    :param run: one of the functions below.
    """
    try:
        result = run(call)
    except CloudCronError as error:
        result = error.to_result()
    except Exception as error:
        result = UnexpectedError(error, traceback.format_exc()).to_result()
    told: dict[str, Any] = call.secrets.hide({**result, "invocation": {"module_args": call.options}}, OPEN_KEYS)
    return told


def run_scheduled_task(call: Call) -> dict[str, Any]:
    """Make one scheduled task what the options say.

    :return: `changed`, `scheduled_task`, `operations`, `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
    _check_sendable("", options)
    service_class = _changeable(options)
    _check_foreign(options)
    given = service_class.read_options(options)
    with call.service(service_class) as service:
        return reconcile(service, given, options["state"] == "present", call.check_mode)


def run_scheduled_task_purge(call: Call) -> dict[str, Any]:
    """Delete the scheduled tasks that are not on a list.

    :return: `changed`, `scheduled_tasks`, `total_count` and `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
    _check_sendable("", options)
    service_class = _changeable(options)
    filters = service_class.check_filters(options["filters"] or {})
    for name, value in (options["filters"] or {}).items():
        if value is None:
            raise OptionError(f"filters.{name}", value, "it would let every task through; leave it out if it should")
    for entry in options["keep"]:
        if entry["name"] is None and entry["id"] is None:
            raise OptionError("keep", entry, "an entry has a name or an id, or it would keep nothing")
        check_id(entry["id"], "keep.id")
        if entry["name"] is not None:
            service_class.check_name(entry["name"], "keep.name")
    if not options["keep"] and not options["confirm"]:
        raise OptionError("keep", [], "every task in question would be deleted, which confirm: true has to confirm")
    with call.service(service_class) as service:
        result = purge(service, Scope(options["name_prefix"], filters), options["keep"], call.check_mode)
        return {**result, **_warnings(service)}


def run_scheduled_task_info(call: Call) -> dict[str, Any]:
    """Look scheduled tasks up; nothing is written in either mode.

    :return: `scheduled_tasks`, `total_count`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
    _check_sendable("", options)
    service_class = SERVICES[options["service"]]
    check_id(options["id"])
    _check_offered(service_class, options)
    look_up_options = {name: options[name] for name in service_class.look_up_options if options[name] is not None}
    given = ScheduledTask(service=service_class.name, id=options["id"], name=options["name"], own=look_up_options)
    if not issubclass(service_class, TaskService):
        with call.service(service_class) as service:
            return _found([task.to_result() for task in _of_id(service, given)], service)
    filters = _check_filters(service_class, options)
    with call.service(service_class) as service:
        if given.id is not None:
            return _found([_with_executions(service, task, options) for task in _of_id(service, given)], service)

        def told(task: ScheduledTask) -> dict[str, Any] | None:
            whole = _completed(service, task) if options["details"] else task
            return None if whole is None else _with_executions(service, whole, options)

        tasks = list(service.list_tasks(given.name, filters))
        _warn_of_ignored_filters(service, tasks, filters)
        found = service.side_by_side(told, tasks) if any(options[name] for name in ASKED_PER_TASK) else map(told, tasks)
        return _found(found, service)


def _changeable(options: Mapping[str, Any]) -> type[TaskService]:
    """Return the service, if its tasks can be changed.

    :raises OptionError: they cannot.
    """
    service_class = SERVICES[options["service"]]
    if not issubclass(service_class, TaskService):
        raise OptionError(
            "service",
            service_class.name,
            "no operation that sets its scheduled tasks is documented; scheduled_task_info looks them up",
        )
    return service_class


def _check_sendable(option: str, value: Any) -> None:
    """Refuse what YAML can write and no request can carry: half characters, and numbers that JSON does not have.

    And refuse what stands for a secret that was masked: written, it would take the secret's place.
    """
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise OptionError(option, value, "one of the characters is half of one", is_untold=True) from None
        for mask in MASKS:
            if mask in value:
                expected = (
                    f"{mask} in it stands for a secret that was masked when this was shown, and would take its place. "
                    "Give what is meant, or leave the option out so that it stays as it is"
                )
                raise OptionError(option, value, expected, is_untold=True)
    elif isinstance(value, float) and not math.isfinite(value):
        raise OptionError(option, value, "JSON has no such number")
    elif isinstance(value, Mapping):
        for name, part in value.items():
            _check_sendable(option or "name", name)
            _check_sendable(f"{option}.{name}" if option else name, part)
    elif isinstance(value, list):
        for part in value:
            _check_sendable(option, part)


def _check_foreign(options: Mapping[str, Any]) -> None:
    """Refuse the options that only another service has."""
    for name, service_class in SERVICES.items():
        own = given_fields(service_class.own_fields, options.get(name) or {})
        if own and name != options["service"]:
            raise OptionError(name, ", ".join(own), f"it is for service {name}, and service is {options['service']}")


def _check_offered(service_class: type[Service], options: Mapping[str, Any]) -> None:
    """Refuse what the service has no documented operation for."""
    offered = {
        "name": issubclass(service_class, TaskService),
        "filters": issubclass(service_class, TaskService),
        "history": issubclass(service_class, TaskService),
        "history_details": issubclass(service_class, SupportsOutcomes),
        "next_executions": issubclass(service_class, SupportsForecast),
        "operator": "operator" in service_class.look_up_options,
    }
    for option, possible in offered.items():
        if not possible and options[option] not in NOTHING_ASKED:
            raise OptionError(option, options[option], f"service {service_class.name} documents nothing of the kind")
    if options["id"] is None and not issubclass(service_class, TaskService):
        raise OptionError("id", None, f"service {service_class.name} has no listing, so the id of a task is needed")


def _check_filters(service_class: type[TaskService], options: Mapping[str, Any]) -> dict[str, str]:
    task_id, name = options["id"], options["name"]
    if name is not None:
        service_class.check_name(name)
    Field("int", least=0, most=MOST_ITEMS).check("history", options["history"])
    if options["history_details"] and not options["history"]:
        raise OptionError("history_details", True, "it adds to past executions, and history asks for none")
    filters = service_class.check_filters(options["filters"] or {})
    if task_id is not None and filters:
        raise OptionError("filters", filters, "they choose among all tasks, and id already names one")
    if name is not None and "task_name" in filters:
        raise OptionError("filters.task_name", filters["task_name"], "name already asks for exactly one name")
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


def _with_executions(service: TaskService, task: ScheduledTask, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a task as the result that was asked for; None where it has vanished."""
    result = task.to_result()
    if options["history"]:
        try:
            result["history"] = service.history(task, options["history"])
        except NotFoundError as error:
            if not service.is_there(task):
                return None
            service.warnings.append(error.message)
    if "history" in result and options["history_details"] and isinstance(service, SupportsOutcomes):
        told = partial(_with_outcomes, service, task)
        result["history"] = list(service.side_by_side(told, result["history"]))
    if options["next_executions"] and isinstance(service, SupportsForecast):
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


def _found(results: Iterable[dict[str, Any] | None], service: Service) -> dict[str, Any]:
    # A task that vanishes while the others are read is no longer one of them.
    tasks = [result for result in results if result is not None]
    return {"changed": False, "scheduled_tasks": tasks, "total_count": len(tasks), **_warnings(service)}


def _warnings(service: Service) -> dict[str, list[str]]:
    return {"warnings": service.warnings} if service.warnings else {}


def _url(options: Mapping[str, Any], service: type[Service], region: str | None) -> str:
    endpoints = options["endpoints"] or {}
    if options["endpoint"] is not None:
        return base_url("endpoint", options["endpoint"])
    if endpoints.get(service.name) is not None:
        return base_url(f"endpoints.{service.name}", endpoints[service.name])
    found = address_from_environment(os.environ, service.name, region)
    if found is not None:
        return base_url(*found)
    check_cloud(os.environ, options["site"])
    return f"https://{service.host(region, options['site'])}"
