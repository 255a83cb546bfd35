# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both modules do, behind whichever door they were called through.

Each function takes validated options and returns a result, or raises a `CloudCronError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Callable, TypeVar

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._client import (
    REQUESTS_IMPORT_ERROR,
    Client,
    base_url,
    metadata_credentials,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._credentials import (
    find_credentials,
    settings_from_environment,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    LibraryError,
    NotFoundError,
    OptionError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._identity import (
    Account,
    Agency,
    check_settings,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._reconcile import reconcile
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    Foresees,
    Service,
    TaskService,
    TellsOutcomes,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._field import given_fields
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import TASK_ID, ScheduledTask, check_id

# Values that ask for nothing: not given, no executions, no filters.
NOTHING_ASKED: tuple[Any, ...] = (None, False, 0, {})

KeepSecret = Callable[[str], None]
AnyService = TypeVar("AnyService", bound=Service)


def run_scheduled_task(options: Mapping[str, Any], check_mode: bool, keep_secret: KeepSecret) -> dict[str, Any]:
    """Make one scheduled task what the options say.

    :param options: the options of `scheduled_task`, as its argument spec leaves them.
    :param check_mode: find out what would be done, and write nothing.
    :param keep_secret: is told every secret that is learnt at run time, so that no output shows it.
    :return: `changed`, `scheduled_task`, `operations`, `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    service_class = SERVICES[options["service"]]
    if not issubclass(service_class, TaskService):
        raise OptionError(
            "service",
            service_class.name,
            "no operation that sets its scheduled tasks is documented; scheduled_task_info looks them up",
        )
    _check_foreign(options)
    given = service_class.read_options(options)
    with _open(service_class, options, keep_secret) as service:
        return reconcile(service, given, options["state"] == "present", check_mode)


def run_scheduled_task_info(options: Mapping[str, Any], check_mode: bool, keep_secret: KeepSecret) -> dict[str, Any]:
    """Look scheduled tasks up.

    Parameters and errors are those of `run_scheduled_task`; nothing is written in either mode.

    :return: `scheduled_tasks` and `total_count`.
    """
    service_class = SERVICES[options["service"]]
    check_id(options["id"])
    _check_offered(service_class, options)
    look_up_options = {name: options[name] for name in service_class.look_up_options if options[name] is not None}
    given = ScheduledTask(service=service_class.name, id=options["id"], name=options["name"], own=look_up_options)
    if not issubclass(service_class, TaskService):
        with _open(service_class, options, keep_secret) as service:
            return _found([task.to_result() for task in _of_id(service, given)])
    filters = _check_filters(service_class, options)
    with _open(service_class, options, keep_secret) as service:
        if given.id is not None:
            tasks = _of_id(service, given)
        else:
            tasks = list(service.list_tasks(given.name, filters))
            if options["details"]:
                tasks = [task for task in map(service.complete, tasks) if task is not None]
        results = [_with_executions(service, task, options) for task in tasks]
        # A task that vanishes while the others are read is no longer one of them.
        return _found([result for result in results if result is not None])


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
        "history_details": issubclass(service_class, TellsOutcomes),
        "next_executions": issubclass(service_class, Foresees),
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
    if options["history"] < 0:
        raise OptionError("history", options["history"], "it is a number of past executions, 0 or more")
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


def _with_executions(service: TaskService, task: ScheduledTask, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a task as the result that was asked for; None where it has vanished."""
    result = task.to_result()
    if options["history"]:
        try:
            result["history"] = service.history(task, options["history"])
        except NotFoundError:
            return None
    if options["history_details"] and isinstance(service, TellsOutcomes):
        for execution in result["history"]:
            if TASK_ID.fullmatch(str(execution.get("id", ""))):
                # An execution may be forgotten before its task is.
                with suppress(NotFoundError):
                    execution["outcomes"] = service.outcomes(task, execution)
    if options["next_executions"] and isinstance(service, Foresees):
        next_executions = service.next_executions(task)
        if next_executions is not None:
            result["next_executions"] = next_executions
    return result


def _found(tasks: list[dict[str, Any]]) -> dict[str, Any]:
    return {"changed": False, "scheduled_tasks": tasks, "total_count": len(tasks)}


@contextmanager
def _open(service_class: type[AnyService], options: Mapping[str, Any], keep_secret: KeepSecret) -> Iterator[AnyService]:
    if REQUESTS_IMPORT_ERROR is not None:
        raise LibraryError(missing_required_lib("requests"), REQUESTS_IMPORT_ERROR)
    settings = settings_from_environment(options, os.environ)
    check_settings(settings)
    if options["timeout"] <= 0:
        raise OptionError("timeout", options["timeout"], "it is a number of seconds, 1 or more")
    if options["retries"] < 0:
        raise OptionError("retries", options["retries"], "it is a number of repetitions, 0 or more")
    if options["ca_path"] is not None and not os.path.exists(options["ca_path"]):
        raise OptionError("ca_path", options["ca_path"], "there is no such file or directory where the module runs")
    verify = (options["ca_path"] or True) if options["validate_certs"] else False
    url = _service_url(options, service_class, settings["region"])
    agency = _agency(options)
    credentials = find_credentials(options, os.environ, metadata_credentials)
    with Client(verify, options["timeout"], options["retries"], tell_secret=keep_secret) as client:
        yield service_class(Account(client, credentials, settings, options["site"], agency), url)


def _agency(options: Mapping[str, Any]) -> Agency | None:
    """Return the agency to act through; an empty name must not lead back into the caller's own account.

    :raises OptionError: only a part of it is given, or it is empty.
    """
    given = {option: options[option] for option in ("agency_name", "agency_domain_name")}
    if set(given.values()) == {None}:
        return None
    for option, value in given.items():
        if not (value or "").strip():
            raise OptionError(option, value, "an agency has a name, and the account that it belongs to has one")
    return Agency(*given.values())


def _service_url(options: Mapping[str, Any], service: type[Service], region: str | None) -> str:
    endpoints = options["endpoints"] or {}
    if options["endpoint"] is not None:
        return base_url("endpoint", options["endpoint"])
    if endpoints.get(service.name) is not None:
        return base_url(f"endpoints.{service.name}", endpoints[service.name])
    return f"https://{service.host(region, options['site'])}"
