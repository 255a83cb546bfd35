# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules with their constraints, as `AnsibleModule` takes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._http._connections import CONNECTION_OPTIONS
from ._schedule import PARTS
from ._services._table import CHANGEABLE, SERVICES
from ._values import Field, specs

# The connection options, with an address of every service.
CONNECTION = specs({**CONNECTION_OPTIONS, "endpoints": Field("dict", fields=dict.fromkeys(SERVICES, Field()))})

IDENTITY: dict[str, dict[str, Any]] = {
    "service": {"type": "str", "required": True, "choices": list(SERVICES)},
    "name": {"type": "str", "aliases": ["task_name"]},
    "id": {"type": "str", "aliases": ["task_id"]},
}

PREVIOUS_NAME: dict[str, dict[str, Any]] = {"previous_name": {"type": "str"}}

SCHEDULE = specs(PARTS)

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

STATE: dict[str, dict[str, Any]] = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}

SCHEDULED_TASK: dict[str, Any] = {
    "argument_spec": {
        **CONNECTION,
        **IDENTITY,
        **PREVIOUS_NAME,
        **STATE,
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

# What the defaults of a list may say of its entries, and what an entry may say.
DEFAULTED: dict[str, dict[str, Any]] = {**STATE, **TASK}
ENTRY: dict[str, dict[str, Any]] = {**IDENTITY, **PREVIOUS_NAME, **DEFAULTED}

PURGE: dict[str, dict[str, Any]] = {
    "services": {"type": "list", "elements": "str", "choices": list(CHANGEABLE), "required": True},
    "name_prefix": {"type": "str", "default": ""},
    "filters": {"type": "dict"},
    "max_deletions": {"type": "int"},
}

SCHEDULED_TASKS: dict[str, Any] = {
    "argument_spec": {
        **CONNECTION,
        # Entries are checked by this collection: Ansible would tell of the first fault alone, and of no entry's number.
        "tasks": {"type": "list", "elements": "raw", "required": True},
        "service": {"type": "str", "choices": list(CHANGEABLE)},
        "defaults": {"type": "dict"},
        # So is the scope: Ansible would read null as an empty prefix, which every task has.
        "purge": {"type": "dict"},
        "validate_only": {"type": "bool", "default": False},
        "show_values": {"type": "bool", "default": True},
    },
}


# What says who asks and where, and whether the task is to be there. Every other option is about the task.
NOT_OF_THE_TASK = {
    *CONNECTION,
    "state",
    # Ansible leaves them beside the options.
    *(alias for option in IDENTITY.values() for alias in option.get("aliases", ())),
}


def _open_options(spec: Mapping[str, Any]) -> Iterator[str]:
    for name, option in spec.items():
        if option["type"] == "dict" and "options" not in option:
            yield name
        yield from _open_options(option.get("options", {}))


# Those within which a user chooses the keys.
OPEN_OPTIONS = {
    name
    for module in (SCHEDULED_TASK, SCHEDULED_TASK_INFO, SCHEDULED_TASKS)
    for name in _open_options(module["argument_spec"])
}
