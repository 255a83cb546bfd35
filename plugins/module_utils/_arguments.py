# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules with their constraints, as `AnsibleModule` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import specs

CONNECTION: dict[str, dict[str, Any]] = {
    "region": {"type": "str"},
    "project_id": {"type": "str"},
    "domain_id": {"type": "str"},
    "access_key": {"type": "str", "no_log": True},
    "secret_key": {"type": "str", "no_log": True},
    "security_token": {"type": "str", "no_log": True},
    "auth_token": {"type": "str", "no_log": True},
    "user_name": {"type": "str"},
    "user_password": {"type": "str", "no_log": True},
    "domain_name": {"type": "str"},
    "agency_name": {"type": "str"},
    "agency_domain_name": {"type": "str"},
    "endpoint": {"type": "str"},
    "endpoints": {"type": "dict", "options": {name: {"type": "str"} for name in SERVICES}},
    "site": {"type": "str", "choices": ["cn", "intl", "eu"], "default": "cn"},
    "auth_url": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "int", "default": 30},
    "retries": {"type": "int", "default": 4},
    "parallel": {"type": "int", "default": 8},
}

IDENTITY: dict[str, dict[str, Any]] = {
    "service": {"type": "str", "required": True, "choices": list(SERVICES)},
    "name": {"type": "str", "aliases": ["task_name"]},
    "id": {"type": "str", "aliases": ["task_id"]},
}

SCHEDULE: dict[str, dict[str, Any]] = {
    "type": {"type": "str"},
    "date": {"type": "str", "aliases": ["scheduled_date"]},
    "time": {"type": "str", "aliases": ["scheduled_time"]},
    "day_interval": {"type": "int"},
    "weekdays": {"type": "list", "elements": "str"},
    "months": {"type": "list", "elements": "int", "aliases": ["month_list"]},
    "month_days": {"type": "list", "elements": "str", "aliases": ["date_list"]},
    "cron": {"type": "str"},
    "time_zone": {"type": "str"},
    "expire_time": {"type": "str"},
    "life_cycle_type": {"type": "str"},
    "wait_time": {"type": "int"},
    "life_cycle_exec_period": {"type": "int"},
}

OWN: dict[str, dict[str, Any]] = {
    name: {"type": "dict", "options": specs(service.own_fields)}
    for name, service in SERVICES.items()
    if service.own_fields
}

TASK: dict[str, dict[str, Any]] = {
    "task_type": {"type": "str"},
    "schedule": {"type": "dict", "options": SCHEDULE},
    "targets": {
        "type": "list",
        "elements": "dict",
        "options": {"type": {"type": "str", "required": True}, "id": {"type": "str"}},
    },
    "enabled": {"type": "bool"},
    "force": {"type": "bool"},
    "description": {"type": "str"},
    **OWN,
}

# The options that describe a task, which a task that was looked up has as keys.
TASK_OPTIONS = ("id", "name", *TASK)

SCHEDULED_TASK: dict[str, Any] = {
    "argument_spec": {
        **CONNECTION,
        **IDENTITY,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **TASK,
    },
    "required_one_of": [("name", "id")],
}

SCHEDULED_TASK_INFO: dict[str, Any] = {
    "argument_spec": {
        **CONNECTION,
        **IDENTITY,
        "filters": {"type": "dict"},
        "details": {"type": "bool", "default": False},
        "history": {"type": "int", "default": 0},
        "history_details": {"type": "bool", "default": False},
        "next_executions": {"type": "bool", "default": False},
        "operator": {"type": "str"},
    },
}

SCHEDULED_TASK_PURGE: dict[str, Any] = {
    "argument_spec": {
        **CONNECTION,
        "service": IDENTITY["service"],
        "keep": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {"name": IDENTITY["name"], "id": IDENTITY["id"]},
            "required_one_of": [("name", "id")],
        },
        "name_prefix": {"type": "str", "default": ""},
        "filters": {"type": "dict"},
        "confirm": {"type": "bool", "default": False},
    },
}


def _open_options(spec: Mapping[str, Any]) -> Iterator[str]:
    for name, option in spec.items():
        if option["type"] == "dict" and "options" not in option:
            yield name
        yield from _open_options(option.get("options", {}))


# Those within which a user chooses the keys.
OPEN_OPTIONS = {
    name
    for module in (SCHEDULED_TASK, SCHEDULED_TASK_INFO, SCHEDULED_TASK_PURGE)
    for name in _open_options(module["argument_spec"])
}
