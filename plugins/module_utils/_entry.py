# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both modules do, behind whichever door they were called through.

Each function takes validated options and returns a result, or raises a `CloudCronError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable

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
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import LibraryError, OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._identity import (
    Account,
    check_settings,
    needed_region,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._reconcile import reconcile
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import Service
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask, check_id

KeepSecret = Callable[[str], None]


def run_scheduled_task(options: Mapping[str, Any], check_mode: bool, keep_secret: KeepSecret) -> dict[str, Any]:
    """Make one scheduled task what the options say.

    :param options: the options of `scheduled_task`, as its argument spec leaves them.
    :param check_mode: find out what would be done, and write nothing.
    :param keep_secret: is told every secret that is learnt at run time, so that no output shows it.
    :return: `changed`, `scheduled_task`, `operations` and `diff`.
    :raises CloudCronError: as described there.
    """
    given = ScheduledTask.from_options(options)
    SERVICES[options["service"]].check(given)
    with _open_service(options, keep_secret) as service:
        return reconcile(service, given, options["state"] == "present", check_mode)


def run_scheduled_task_info(options: Mapping[str, Any], check_mode: bool, keep_secret: KeepSecret) -> dict[str, Any]:
    """Look scheduled tasks up.

    Parameters and errors are those of `run_scheduled_task`; nothing is written in either mode.

    :return: `scheduled_tasks` and `total_count`.
    """
    task_id, name, count = options["id"], options["name"], options["history"]
    service_class = SERVICES[options["service"]]
    check_id(task_id)
    if name is not None:
        service_class.check_name(name)
    if count < 0:
        raise OptionError("history", count, "it is a number of past executions, 0 or more")
    filters = service_class.check_filters(options["filters"] or {})
    if task_id is not None and filters:
        raise OptionError("filters", filters, "they choose among all tasks, and id already names one")
    if name is not None and "task_name" in filters:
        raise OptionError("filters.task_name", filters["task_name"], "name already asks for exactly one name")
    with _open_service(options, keep_secret) as service:
        if task_id is not None:
            tasks = _of_id(service, task_id, name)
        else:
            tasks = list(service.list_tasks(name, filters))
            if options["details"]:
                # A task that vanishes while the others are read is no longer one of them.
                tasks = [task for task in map(service.complete, tasks) if task is not None]
        results = [_with_executions(service, task, count, options["next_executions"]) for task in tasks]
    return {"changed": False, "scheduled_tasks": results, "total_count": len(results)}


def _of_id(service: Service, task_id: str, name: str | None) -> list[ScheduledTask]:
    found = service.look_up(task_id, None)
    if found is None or (name is not None and found.name != name):
        return []
    task = service.complete(found)
    return [] if task is None else [task]


def _with_executions(service: Service, task: ScheduledTask, count: int, foresee: bool) -> dict[str, Any]:
    result = task.to_result()
    if count:
        result["history"] = service.history(task, count)
    next_executions = service.next_executions(task) if foresee else None
    if next_executions is not None:
        result["next_executions"] = next_executions
    return result


@contextmanager
def _open_service(options: Mapping[str, Any], keep_secret: KeepSecret) -> Iterator[Service]:
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
    service_class = SERVICES[options["service"]]
    url = _service_url(options, service_class, settings["region"])
    credentials = find_credentials(options, os.environ, metadata_credentials)
    with Client(verify, options["timeout"], options["retries"], tell_secret=keep_secret) as client:
        yield service_class(Account(client, credentials, settings, options["site"]), url)


def _service_url(options: Mapping[str, Any], service: type[Service], region: str | None) -> str:
    endpoints = options["endpoints"] or {}
    if options["endpoint"] is not None:
        return base_url("endpoint", options["endpoint"])
    if endpoints.get(service.name) is not None:
        return base_url(f"endpoints.{service.name}", endpoints[service.name])
    return f"https://{service.host(needed_region(region, 'endpoint is not given'))}"
