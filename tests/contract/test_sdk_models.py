# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Field by field: what the emulator takes and answers, against the models of the vendor's SDK.

Every difference is written down here, so that an SDK with a new field, or an emulator without an old one, is noticed.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import World
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.operation import Operation

Ask = Callable[..., requests.Response]


@dataclass(frozen=True)
class Row:
    """How one service is compared."""

    models: str
    """The SDK's package."""
    names: Callable[..., dict[str, str]]
    """Seeds the emulator with one of everything and says what stands for the names in the paths."""
    seeds: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the task has to be seeded with for an operation."""
    queries: dict[str, dict[str, str]] = field(default_factory=dict)
    """The query of an operation that needs one."""
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The body of an operation that needs one."""
    maps: frozenset[str] = frozenset()
    """The operations whose answer is a map, its names being data."""
    dialect: dict[str, Any] = field(default_factory=dict)
    """The switches with which every field is answered."""
    only_sdk: frozenset[str] = frozenset()
    """What only the SDK has, each as ``operation request field`` or ``operation answer field``."""
    only_emulator: frozenset[str] = frozenset()
    """What only the emulator has."""


def workspace_app_names(emulator: Any) -> dict[str, str]:
    task_id = emulator.workspace_app.add_task()
    history_id = emulator.workspace_app.add_history(task_id)
    emulator.workspace_app.add_execution(history_id)
    return {"project_id": account.PROJECT_ID, "task_id": task_id, "execute_history_id": history_id}


def workspace_names(emulator: Any) -> dict[str, str]:
    task_id = emulator.workspace.add_task()
    record_id = emulator.workspace.add_history(task_id)
    emulator.workspace.add_execution(record_id)
    return {"project_id": account.PROJECT_ID, "task_id": task_id, "record_id": record_id}


COC_TASK = "ST0123456789abcdef01234567"


def coc_names(emulator: Any, **fields: Any) -> dict[str, str]:
    told = {"notification_endpoint_type": "USER", "recipients": "user-1"}
    emulator.coc.add_task(id=COC_TASK, reviewer_notification=told, message_notification=told, **fields)
    emulator.coc.add_history(COC_TASK)
    return {"task_id": COC_TASK}


COC_DEFINITION = {
    "name": "nightly",
    "version_no": "1.0.0",
    "trigger_time": {"policy": "CRON", "time_zone": "UTC", "cron": "0 30 2 * * ?"},
    "task_type": "SCRIPT",
    "associated_task_id": "SC1",
    "associated_task_name": "clean-up",
    "associated_task_type": "CUSTOMIZATION",
    "risk_level": "LOW",
    "input_param": {"timeout": "300"},
    "target_instances": [{"target_selection": "NONE", "order_no": 1}],
    "enable_approve": False,
    "reviewer_notification": {"notification_endpoint_type": "USER", "recipients": "user-1"},
    "enable_message_notification": False,
    "message_notification": {"notification_endpoint_type": "USER", "recipients": "user-1"},
}
SCHEDULE = {"scheduled_type": "DAY", "day_interval": 1, "scheduled_time": "02:30:00"}
PAGE = {"offset": "0", "limit": "50"}

ROWS = {
    # 3.1.195, the last version that can create a task: what later ones have more is not seen here.
    "workspace_app": Row(
        models="huaweicloudsdkworkspaceapp.v1",
        names=workspace_app_names,
        bodies={
            "CreateScheduleTask": SCHEDULE
            | {
                "task_name": "nightly",
                "task_type": "STOP_SERVER",
                "target_infos": [{"target_type": "SERVER", "target_id": "server-1"}],
            },
            "BatchDeleteScheduleTask": {"items": ["unknown"]},
            "ListFutureExecutions": SCHEDULE,
            "UpdateScheduleTask": {"is_enable": False},
        },
    ),
    "workspace": Row(
        models="huaweicloudsdkworkspace.v2",
        names=workspace_names,
        queries={"ListScheduledTasks": PAGE, "ListScheduledTasksRecordsDetails": PAGE},
        bodies={
            "CreateScheduledTasks": SCHEDULE | {"task_name": "nightly", "task_type": "STOP"},
            "BatchDeleteScheduledTasks": {"task_ids": ["unknown"]},
            "ListFutureExecutions": SCHEDULE,
            "UpdateScheduledTasks": {"enable": False},
        },
        maps=frozenset({"ListLifeCycleTypeConfigurations"}),
        dialect={"workspace_list_extra": True, "workspace_batch_unknown": "ignore"},
        # An action that does not say them has those of its type; the emulated ones all do not.
        only_sdk=frozenset(
            {
                "ListLifeCycleTypeConfigurations answer actions.min_exec_time",
                "ListLifeCycleTypeConfigurations answer actions.default_exec_time",
            }
        ),
    ),
    "coc": Row(
        models="huaweicloudsdkcoc.v1",
        names=coc_names,
        seeds={
            name: {"enabled": False} for name in ("UpdateScheduledTask", "DeleteScheduledTask", "EnableScheduledTask")
        },
        queries={"ListScheduledTaskHistory": {"task_id": COC_TASK, "limit": "1"}},
        bodies={
            "CreateScheduledTask": COC_DEFINITION,
            "UpdateScheduledTask": COC_DEFINITION,
            "EnableScheduledTask": {"ticket_infos": []},
        },
        # The SDK has one model for targets and for those in them; the pages know of two levels.
        only_sdk=frozenset(
            f"{name} request body.target_instances.sub_target_instances.sub_target_instances"
            for name in ("CreateScheduledTask", "UpdateScheduledTask")
        ),
    ),
}
"""One row for each service that the SDK knows."""


def test_every_service_is_compared(emulator: Any) -> None:
    # No SDK has the one operation of CodeArts Check.
    assert set(emulator.services) - {"codearts_check"} == set(ROWS)


@pytest.mark.parametrize("service", ROWS)
def test_the_fields_are_those_of_the_sdk(emulator: Any, ask: Ask, service: str) -> None:
    row = ROWS[service]
    for name, value in row.dialect.items():
        setattr(emulator.dialect, name, value)
    theirs: set[str] = set()
    ours: set[str] = set()
    for operation in World().services[service].operations():
        theirs |= set(_labelled(operation, _sdk_request(row, operation), _sdk_answer(row, operation)))
        ours |= set(_labelled(operation, _request(operation), _answer(row, operation, emulator, ask)))
    assert sorted(theirs - ours) == sorted(row.only_sdk)
    assert sorted(ours - theirs) == sorted(row.only_emulator)


def _labelled(operation: Operation, request: set[str], answer: set[str]) -> Iterator[str]:
    yield from (f"{operation.id} request {name}" for name in request)
    yield from (f"{operation.id} answer {name}" for name in answer)


def _request(operation: Operation) -> set[str]:
    named = set(re.findall(r"{(\w+)}", operation.path)) - {"project_id"}
    names = named | set(operation.query.model_fields)
    if operation.body is not None:
        schema = operation.body.model_json_schema()
        names |= {"body"} | {f"body.{name}" for name in _schema_names(schema, schema.get("$defs", {}))}
    return names


def _schema_names(schema: dict[str, Any], definitions: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _schema_names(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "items" in schema:
        return _schema_names(schema["items"], definitions)
    return _nested((name, _schema_names(inner, definitions)) for name, inner in schema.get("properties", {}).items())


def _answer(row: Row, operation: Operation, emulator: Any, ask: Ask) -> set[str]:
    path = operation.path.format(**row.names(emulator, **row.seeds.get(operation.id, {})))
    body = row.bodies.get(operation.id)
    answer = ask(operation.method, path, params=row.queries.get(operation.id), json=body)
    assert answer.ok, answer.text
    if answer.headers.get("Content-Type") != "application/json":
        return set()
    value = answer.json()
    return _value_names(list(value.values()) if operation.id in row.maps else value)


def _value_names(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_value_names, value))
    if isinstance(value, dict):
        return _nested((name, _value_names(inner)) for name, inner in value.items())
    return set()


def _sdk_request(row: Row, operation: Operation) -> set[str]:
    return _sdk_names(row, f"{operation.id}Request")


def _sdk_answer(row: Row, operation: Operation) -> set[str]:
    model = f"{operation.id}Response"
    # An answer that is no object with known names is all in one attribute.
    types = _sdk_model(row, model).openapi_types
    return _sdk_names(row, types["body"] if list(types) == ["body"] else model)


def _sdk_names(row: Row, kind: str, within: tuple[str, ...] = ()) -> set[str]:
    inner = re.fullmatch(r"list\[(.+)\]|dict\(str, (.+)\)", kind)
    if inner:
        return _sdk_names(row, inner[1] or inner[2], within)
    model = _sdk_model(row, kind)
    # A model may hold itself; once is enough to see what the pages make of it.
    types = getattr(model, "openapi_types", {}) if within.count(kind) < 2 else {}
    return _nested((model.attribute_map[name], _sdk_names(row, each, (*within, kind))) for name, each in types.items())


def _sdk_model(row: Row, kind: str) -> Any:
    """The model of that name; what has none is a plain type."""
    return getattr(importlib.import_module(row.models), kind, None)


def _nested(names: Any) -> set[str]:
    """Each name, and those under it behind a point."""
    found: set[str] = set()
    for name, inner in names:
        found |= {name} | {f"{name}.{each}" for each in inner}
    return found
