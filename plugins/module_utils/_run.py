# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules do, behind whichever door they were called through: options in, result out."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Callable, NamedTuple, TypeVar

from ._arguments import CONNECTION, OPEN_OPTIONS, SCHEDULED_TASK, SCHEDULED_TASK_INFO, SCHEDULED_TASKS
from ._entries import changeable, read_task
from ._errors import CloudCronError, OptionError, UnexpectedError
from ._estate import Estate
from ._faults import Faults
from ._http._account import Account
from ._http._addresses import base_url
from ._http._client import log_nothing
from ._http._connections import Connections
from ._http._settings import address_from_environment, check_cloud
from ._info import look_up, read_query
from ._outcomes import checked
from ._reconcile import reconcile
from ._secrets import Secrets
from ._sendable import check_sendable
from ._services._service import Service
from ._services._table import SERVICES
from ._services._task_service import TaskService
from ._wanted import read_list

# Below these, a service or a user chooses the keys.
OPEN_KEYS = frozenset({*OPEN_OPTIONS, "extra", "target_names"})

# Options of lists that this collection reads as they were given.
CHECKED_AS_GIVEN = ("tasks", "defaults", "purge")

# In which order faults are told. In which the options were given is not known: Ansible sorts them.
OPTIONS = [*{**SCHEDULED_TASK["argument_spec"], **SCHEDULED_TASK_INFO["argument_spec"]}]

AnyService = TypeVar("AnyService", bound=Service)


class Call(NamedTuple):
    """One call of a module.

    :ivar options: as the module's argument spec leaves them.
    :ivar check_mode: find out what would be done, and write nothing.
    :ivar secrets: those that are known, and those that are learnt at run time; no output shows them.
    :ivar connections: of this process.
    :ivar log: takes a line for whoever waits and wants to know more, without any secret.
    :ivar progress: takes a line for whoever waits.
    :ivar refused: what was wrong with the options before Ansible converted them.
    """

    options: Mapping[str, Any]
    check_mode: bool
    secrets: Secrets
    connections: Connections
    log: Callable[[str], None] = log_nothing
    progress: Callable[[str], None] = log_nothing
    refused: Sequence[OptionError] = ()

    @contextmanager
    def refusing(self) -> Iterator[Faults]:
        """Gather what is wrong with the options, around their reading.

        :raises OptionError: at the end of the block, where anything is; all of it at once.
        """
        faults = Faults({name: self.options.get(name) for name in OPTIONS}, self.refused)
        with faults:
            check_sendable("", self.options)
        faults.settle()
        with faults:
            yield faults
        faults.raise_all()

    def connection(self) -> AbstractContextManager[Account]:
        """Return the account that the connection options lead to.

        :raises CloudCronError: they lead nowhere.
        """
        return self.connections.open(self.options, self.secrets.keep, self.log)

    def connect(self, service_class: type[AnyService], account: Account) -> AnyService:
        """Return a service at the address that the connection options lead to."""
        return service_class(account, _url(self.options, service_class, account.region))

    @contextmanager
    def service(self, service_class: type[AnyService]) -> Iterator[AnyService]:
        """Return the service that the connection options lead to.

        :raises CloudCronError: they lead nowhere.
        """
        with self.connection() as account:
            service = self.connect(service_class, account)
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
    hidden: dict[str, Any] = call.secrets.hide(result, OPEN_KEYS)
    # The keys of entries are the user's, while those of results are not.
    arguments = call.secrets.hide(call.options, {*OPEN_KEYS, "tasks"})
    return {**hidden, "invocation": {"module_args": arguments}}


def run_scheduled_task(call: Call) -> dict[str, Any]:
    """Make one scheduled task what the options say.

    :return: `changed`, `scheduled_task`, `operations`, `diff`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    options = call.options
    with call.refusing() as faults:
        service_class = changeable(options)
        given = read_task(options, faults)
    with call.service(service_class) as service:
        return _with_warnings(reconcile(service, given, options["state"] == "present", call.check_mode), service)


def run_scheduled_tasks(call: Call) -> dict[str, Any]:
    """Make the scheduled tasks what a list says.

    :return: as the module documents it; a failed result has all of it, too.
    :raises CloudCronError: the connection options lead nowhere.
    """
    options = call.options
    for secret in _misplaced_secrets(options):
        call.secrets.keep(secret)
    faults = Faults(options, [fault for fault in call.refused if fault.option not in CHECKED_AS_GIVEN])
    with faults:
        check_sendable("", {name: value for name, value in options.items() if name not in CHECKED_AS_GIVEN})
    wanted = read_list(options, faults)
    if wanted.is_refused or options["validate_only"]:
        return checked(wanted, options["show_values"]).to_result()
    with call.connection() as account:

        def connect(service_class: type[TaskService]) -> TaskService:
            return call.connect(service_class, account)

        estate = Estate(wanted, connect, account.side_by_side, call.check_mode, options["show_values"], call.progress)
        return estate.reconcile().to_result()


def _misplaced_secrets(options: Mapping[str, Any]) -> Iterator[str]:
    """Return the secrets of connections that stand in entries or defaults, where they are refused."""
    defaults = options["defaults"] or {}
    for given in (*options["tasks"], *defaults.values()):
        for name, option in CONNECTION.items():
            if isinstance(given, Mapping) and option.get("no_log") and isinstance(given.get(name), str):
                yield given[name]


def run_scheduled_task_info(call: Call) -> dict[str, Any]:
    """Look scheduled tasks up; nothing is written in either mode.

    :return: `scheduled_tasks`, `total_count`, and `warnings` where there are any.
    :raises CloudCronError: as described there.
    """
    service_class = SERVICES[call.options["service"]]
    with call.refusing() as faults:
        query = read_query(service_class, call.options, faults)
    with call.service(service_class) as service:
        return _with_warnings(look_up(service, query), service)


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
    "scheduled_tasks": Module(SCHEDULED_TASKS, run_scheduled_tasks),
}
