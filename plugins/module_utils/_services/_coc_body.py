# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of a task of Cloud Operations Center that stands under the option `coc`, under its documented names.

What is read is not what was written. `input_param` and `target_instances` are written as objects and read as JSON
texts, every target gains fields of the service's own, and some fields are not read back at all (Terraform provider's
acceptance tests). So both are brought into one form here, in which equal ones compare equal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._errors import OptionError
from .._faults import Faults
from .._task import ScheduledTask
from .._values import Field
from . import _wire as wire

MOST_ENTRIES = 1000
# One and the same, as the vendor's page and as the Terraform provider's documentation has it.
ON_CALL = ("ON_CALL", "ONCALL")

NOTIFICATION = Field(
    "dict",
    fields={
        "notification_endpoint_type": Field(choices=("USER", *ON_CALL), required=True),
        "policy": Field(most=128),
        "protocol": Field(
            choices=("DEFAULT", "NONE", "SMS", "EMAIL", "DINGDING", "LARK", "WELINK", "CALLNOTIFY", "WECHAT")
        ),
        "recipients": Field(most=3200),
        "schedule_role_id": Field(most=128),
        "schedule_scene_id": Field(most=128),
    },
)
RESOURCE = Field(
    "dict",
    fields={
        "type": Field(choices=("REGION", "APPLICATION")),
        "id": Field(most=1024),
        "app_name": Field(most=1024),
        "region_id": Field(most=32),
        "params": Field(
            "list",
            most=MOST_ENTRIES,
            fields={
                "key": Field(most=255, required=True, no_log=False),
                "value": Field(most=255, least=0, required=True),
            },
        ),
    },
)
TARGET_FIELDS = {
    "target_selection": Field(choices=("ALL", "MANUAL", "NONE"), required=True),
    "order_no": Field("int", least=0, most=10000, required=True),
    "target_resource": RESOURCE,
    "target_instances": Field("raw"),
    "batch_strategy": Field(choices=("AUTO_BATCH", "MANUAL_BATCH", "NONE")),
}
TARGETS = Field(
    "list",
    most=MOST_ENTRIES,
    fields={**TARGET_FIELDS, "sub_target_instances": Field("list", most=MOST_ENTRIES, fields=TARGET_FIELDS)},
)
TICKETS = Field(
    "list",
    least=0,
    most=MOST_ENTRIES,
    fields={
        "ticket_id": Field(most=255),
        "ticket_type": Field(most=50),
        "target_id": Field(most=255),
        "scope_id": Field(most=50),
    },
)
FIELDS = {
    "associated_task_id": Field(most=256),
    "associated_task_name": Field(most=256),
    "associated_task_name_en": Field(most=256),
    "associated_task_type": Field(choices=("COMMUNAL", "CUSTOMIZATION")),
    "associated_task_enterprise_project_id": Field(most=256),
    "version_no": Field(most=50),
    "risk_level": Field(choices=("HIGH", "MEDIUM", "LOW")),
    "input_param": Field("dict"),
    "target_instances": TARGETS,
    "runbook_instance_mode": Field(choices=("SAME", "DIFF")),
    "enable_approve": Field("bool"),
    "reviewer_user_name": Field(most=3200),
    "reviewer_notification": NOTIFICATION,
    "enable_message_notification": Field("bool"),
    "message_notification": NOTIFICATION,
    "agency_name": Field(most=128),
    "enterprise_project_id": Field(most=128),
    "ticket_infos": TICKETS,
}

# What a creation needs, and what stands for those of the pages' mandatory fields that a user may leave out.
NEEDED = (
    *("associated_task_id", "associated_task_name", "associated_task_type", "version_no", "risk_level"),
    "target_instances",
)
DEFAULTS: dict[str, Any] = {"enable_approve": False, "enable_message_notification": False, "input_param": {}}

# Taken and never told.
WRITE_ONLY = ("associated_task_enterprise_project_id", "ticket_infos")
READ_FIELDS = tuple(name for name in FIELDS if name not in WRITE_ONLY)
WRITE_ONLY_OF_TARGET = "batch_strategy"
EMPTY: tuple[Any, ...] = ("", [], {})
JSON_FIELDS = ("input_param", "target_instances")
ENDPOINT = "notification_endpoint_type"
NOTIFICATION_FIELDS = ("message_notification", "reviewer_notification")
TYPES: dict[str, type] = {"str": str, "bool": bool, "dict": dict, "list": list}


def read_options(given: ScheduledTask, own: Mapping[str, Any], faults: Faults) -> ScheduledTask:
    """Return the task given with what stands under `coc`.

    :param own: that, free of nulls.
    :param faults: gains what is wrong with targets and notifications.
    """
    _check_targets("coc.target_instances", own.get("target_instances") or (), faults)
    for name in NOTIFICATION_FIELDS:
        policy = own.get(name, {}).get("policy")
        if policy is not None and not wire.entries({"policy": policy}, "policy"):
            faults.add(OptionError(f"coc.{name}.policy", policy, "it names one or several events, with commas"))
    known = {name: _in_one_form(name, value) for name, value in own.items() if name not in WRITE_ONLY}
    write_only = {name: own[name] for name in WRITE_ONLY if name in own}
    if _strategies(own.get("target_instances") or ()):
        write_only["target_instances"] = own["target_instances"]
    return replace(given, own=known, write_only=write_only)


def read(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a task that was answered has of it; what is missing, null, empty or of another type is left out."""
    own: dict[str, Any] = {}
    for name in READ_FIELDS:
        value = wire.from_json(item.get(name)) if name in JSON_FIELDS else _as_documented(FIELDS[name], item.get(name))
        if isinstance(value, TYPES[FIELDS[name].kind]):
            own[name] = _in_one_form(name, value)
    return {name: value for name, value in own.items() if value not in EMPTY}


def read_whole(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of a task whose detail was answered, in which a parameter that is not there is empty."""
    empty = {name: value for name, value in DEFAULTS.items() if item.get(name) in (None, *EMPTY, "{}")}
    return {**empty, **read(item)}


def write(task: ScheduledTask) -> dict[str, Any]:
    """Return the fields of a body, those included that are not read back as far as they are given."""
    body = {**task.own, **{name: value for name, value in task.write_only.items() if name in FIELDS}}
    return {**body, "target_instances": [_write_target(target) for target in body["target_instances"]]}


def missing_partner(task: ScheduledTask) -> str | None:
    """Return what a task lacks that has to be sent as a whole, if it lacks anything."""
    unknown = [f"coc.{name}" for name in (*NEEDED, *DEFAULTS) if name not in task.own]
    if unknown:
        return f"the service does not tell {', '.join(unknown)}, so give this too"
    if task.task_type == "RUNBOOK" and "runbook_instance_mode" not in task.own:
        return "a RUNBOOK needs coc.runbook_instance_mode, SAME or DIFF"
    if task.own.get("enable_message_notification") and "message_notification" not in task.own:
        return "coc.enable_message_notification needs coc.message_notification"
    return None


def _check_targets(option: str, targets: Any, faults: Faults) -> None:
    for target in targets:
        selection = target["target_selection"]
        partner = {"ALL": "target_resource", "MANUAL": "target_instances"}.get(selection)
        if partner is not None and partner not in target:
            faults.add(OptionError(f"{option}.target_selection", selection, f"it needs {partner} beside it"))
        instances = wire.from_json(target.get("target_instances", [{}]))
        if not isinstance(instances, (list, dict)) or not instances:
            expected = "it is a list or a dict that is not empty, or the JSON text of one"
            faults.add(OptionError(f"{option}.target_instances", target["target_instances"], expected))
        _check_targets(f"{option}.sub_target_instances", target.get("sub_target_instances") or (), faults)


def with_kept_notifications(found: ScheduledTask, wanted: ScheduledTask) -> ScheduledTask:
    """Return the task wanted, with what is not given of a notification left as it is, and so is how it is spelt."""
    own = dict(wanted.own)
    for name in NOTIFICATION_FIELDS:
        before = found.own.get(name, {})
        there, given = before.get(ENDPOINT), own.get(name, {}).get(ENDPOINT)
        if name in own and (given == there or {given, there} == {*ON_CALL}):
            own[name] = {**before, **own[name], **({ENDPOINT: there} if there else {})}
    return replace(wanted, own=own)


def _strategies(targets: Any) -> bool:
    """Return whether any of the targets has what is not read back."""
    return any(
        WRITE_ONLY_OF_TARGET in target or _strategies(target.get("sub_target_instances") or ()) for target in targets
    )


def _in_one_form(name: str, value: Any) -> Any:
    """Return a value so that equal ones compare equal, however a user or the service wrote them."""
    if name == "input_param":
        return _read_parameters(value)
    if name == "target_instances":
        return _read_targets(value)
    return _read_notification(value) if name in NOTIFICATION_FIELDS else value


def _read_parameters(parameters: Mapping[str, Any]) -> dict[str, str]:
    return {name: _as_text(value) for name, value in parameters.items() if value is not None}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _read_notification(notification: Mapping[str, Any]) -> dict[str, Any]:
    known = _filled(notification, NOTIFICATION.fields)
    if "policy" in known:
        known["policy"] = ",".join(sorted(set(wire.entries(known, "policy"))))
    return known


def _read_targets(targets: list[Any]) -> list[dict[str, Any]]:
    read_targets = [_read_target(target) for target in targets if isinstance(target, dict)]
    # The order in which targets are worked on is their order_no, not their place in the list.
    return sorted(read_targets, key=lambda target: (wire.integer(target, "order_no") or 0, _as_text(target)))


def _read_target(target: Mapping[str, Any]) -> dict[str, Any]:
    known = _filled(target, TARGETS.fields)
    known.pop(WRITE_ONLY_OF_TARGET, None)
    if isinstance(known.get("target_resource"), dict):
        known["target_resource"] = _read_resource(known["target_resource"])
    if "target_instances" in known:
        known["target_instances"] = wire.from_json(known["target_instances"])
    if "sub_target_instances" in known:
        known["sub_target_instances"] = _read_targets(wire.objects(known, "sub_target_instances"))
    return {name: value for name, value in known.items() if value not in EMPTY}


def _read_resource(resource: Mapping[str, Any]) -> dict[str, Any]:
    known = _filled(resource, RESOURCE.fields)
    fields = RESOURCE.fields["params"].fields
    params = [
        {name: _as_documented(field, param[name]) for name, field in fields.items() if name in param}
        for param in wire.objects(known, "params")
    ]
    if params:
        known["params"] = sorted(params, key=_as_text)
    return known


def _filled(item: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        name: _as_documented(field, item[name])
        for name, field in fields.items()
        if item.get(name) not in (None, *EMPTY)
    }


def _as_documented(field: Field, value: Any) -> Any:
    """Return a number as the text that is documented, since no option that is text takes a number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number and field.kind == "str" and not field.choices else value


def _write_target(target: Mapping[str, Any]) -> dict[str, Any]:
    written = dict(target)
    if "target_instances" in written:
        written["target_instances"] = _as_text(written["target_instances"])
    if "sub_target_instances" in written:
        written["sub_target_instances"] = [_write_target(entry) for entry in written["sub_target_instances"]]
    return written
