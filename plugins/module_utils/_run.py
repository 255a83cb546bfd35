# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules do, behind whichever door they were called through: options in, result out."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple, TypeVar

from ._arguments import NOT_OF_THE_TASK, OPEN_OPTIONS, SCHEDULED_TASK, SCHEDULED_TASK_INFO, SCHEDULED_TASK_PURGE
from ._errors import CloudCronError, OptionError, UnexpectedError
from ._http._addresses import base_url
from ._http._client import log_nothing
from ._http._connections import Connections
from ._http._settings import address_from_environment, check_cloud
from ._info import look_up, read_query
from ._purge import Scope, purge
from ._reconcile import reconcile
from ._secrets import Secrets
from ._sendable import check_sendable
from ._services._service import Service
from ._services._table import SERVICES
from ._services._task_service import TaskService
from ._task import check_id
from ._values import given_fields

# Below these, a service or a user chooses the keys.
OPEN_KEYS = frozenset({*OPEN_OPTIONS, "extra", "target_names"})

AnyService = TypeVar("AnyService", bound=Service)


class Call(NamedTuple):
    """One call of a module.

    :ivar options: as the module's argument spec leaves them.
    :ivar check_mode: find out what would be done, and write nothing.
    :ivar secrets: those that are known, and those that are learnt at run time; no output shows them.
    :ivar connections: of this process.
    :ivar log: takes a line for whoever waits, without any secret.
    """

    options: Mapping[str, Any]
    check_mode: bool
    secrets: Secrets
    connections: Connections
    log: Callable[[str], None] = log_nothing

    @contextmanager
    def service(self, service_class: type[AnyService]) -> Iterator[AnyService]:
        """Return the service that the connection options lead to.

        :raises CloudCronError: they lead nowhere.
        """
        with self.connections.open(self.options, self.secrets.keep, self.log) as account:
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
        check_sendable("", call.options)
        result = run(call)
    except CloudCronError as error:
        result = error.to_result()
    except Exception as error:
        result = UnexpectedError(error, traceback.format_exc()).to_result()
    hidden: dict[str, Any] = call.secrets.hide({**result, "invocation": {"module_args": call.options}}, OPEN_KEYS)
    return hidden


def run_scheduled_task(call: Call) -> dict[str, Any]:
    """Make one scheduled task what the options say.

    :return: `changed`, `scheduled_task`, `operations`, `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
    service_class = _changeable(options)
    given = service_class.read_options(_task_options(options))
    with call.service(service_class) as service:
        return _with_warnings(reconcile(service, given, options["state"] == "present", call.check_mode), service)


def run_scheduled_task_purge(call: Call) -> dict[str, Any]:
    """Delete the scheduled tasks that are not on a list.

    :return: `changed`, `scheduled_tasks`, `total_count` and `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
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
        return _with_warnings(result, service)


def run_scheduled_task_info(call: Call) -> dict[str, Any]:
    """Look scheduled tasks up; nothing is written in either mode.

    :return: `scheduled_tasks`, `total_count`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    service_class = SERVICES[call.options["service"]]
    query = read_query(service_class, call.options)
    with call.service(service_class) as service:
        return _with_warnings(look_up(service, query), service)


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


def _task_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that describe a task of the service.

    :raises OptionError: an option that only another service has is given.
    """
    for name, service_class in SERVICES.items():
        own = given_fields(service_class.own_fields, options.get(name) or {})
        if own and name != options["service"]:
            raise OptionError(name, ", ".join(own), f"it is for service {name}, and service is {options['service']}")
    others = SERVICES.keys() - {options["service"]}
    return {name: value for name, value in options.items() if name not in NOT_OF_THE_TASK and name not in others}


def _with_warnings(result: dict[str, Any], service: Service) -> dict[str, Any]:
    return {**result, "warnings": service.warnings} if service.warnings else result


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


class Module(NamedTuple):
    """A module.

    :ivar spec: of its arguments, as `AnsibleModule` takes it.
    :ivar run: what it does.
    """

    spec: Mapping[str, Any]
    run: Callable[[Call], dict[str, Any]]


MODULES = {
    "scheduled_task": Module(SCHEDULED_TASK, run_scheduled_task),
    "scheduled_task_info": Module(SCHEDULED_TASK_INFO, run_scheduled_task_info),
    "scheduled_task_purge": Module(SCHEDULED_TASK_PURGE, run_scheduled_task_purge),
}
