# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace takes, as its pages and the vendor's SDK say, and nothing else.

Limits, enums and formats are documented by the vendor where nothing else is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from .messages import BadParameter
from .schedule import zone_or_offset
from .validation import (
    ABSENT,
    DATE,
    SCHEDULE_PARTS,
    TIME,
    TIME_ZONE,
    Date,
    DateList,
    DayInterval,
    MonthList,
    Offset,
    Strict,
    Time,
    WeekList,
    WholeNumber,
    described,
    require,
)
from .workspace_life_cycle import limits

LIFE_CYCLE = "LIFE_CYCLE"


def _expiry(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", text, re.ASCII):
        raise ValueError("must be yyyy-MM-dd HH:mm:ss")
    if text:
        datetime.fromisoformat(text)
    return text


def _json(text: str) -> str:
    if text:
        json.loads(text)
    return text


def _known_zone(text: str) -> str:
    if text:
        zone_or_offset(text)
    return text


Text255 = Annotated[str, StringConstraints(max_length=255)]
TimeZone = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_known_zone), described(format=TIME_ZONE)]
Expiry = Annotated[str, AfterValidator(_expiry), described(pattern=f"^({DATE} {TIME})?$")]
ScheduledType = Literal["FIXED_TIME", "DAY", "WEEK", "MONTH", "LIFE_CYCLE"]
TaskType = Literal["START", "STOP", "REBOOT", "HIBERNATE", "REBUILD", "EXECUTE_SCRIPT", "CREATE_SNAPSHOT"]
LifeCycleType = Literal[
    "POST_CREATE_DESKTOP_SUCCESS",
    "POST_REBUILD_DESKTOP_SUCCESS",
    "POST_REATTACH_DESKTOP_SUCCESS",
    "POST_DESKTOP_DISCONNECTED",
    # In the SDK only.
    "POST_DESKTOP_CANNOT_CONNECT",
]
TaskName = Annotated[str, StringConstraints(min_length=1, max_length=255)]

# The pages say 2000 for create; an older one says 1024 for PUT, which would make a task that cannot be written back.
ExtraParams = Annotated[
    str,
    StringConstraints(max_length=2000),
    AfterValidator(_json),
    described(contentMediaType="application/json"),
]


class ApplyObject(Strict):
    """One object of a task. Its name is nowhere documented for requests, but the SDK can send it."""

    object_type: Literal["DESKTOP", "DESKTOP_POOL", "ALL_DESKTOPS", "DESKTOP_TAG"]
    object_id: Annotated[str, StringConstraints(min_length=1, max_length=255)] = ABSENT
    object_name: str = ""

    @model_validator(mode="after")
    def _has_an_id(self) -> ApplyObject:
        # All desktops are no single object, so there is nothing to identify (inferred).
        if "object_id" not in self.model_fields_set and self.object_type != "ALL_DESKTOPS":
            raise ValueError(f"object_id is required when object_type is {self.object_type}")
        return self


ApplyObjects = Annotated[list[ApplyObject], Field(max_length=1000)]


class ScheduleFields(Strict):
    """When a task runs, and on how many desktops first. Empty stands for a part that the type does not use."""

    scheduled_type: ScheduledType = ABSENT
    day_interval: DayInterval = ABSENT
    week_list: WeekList = ABSENT
    month_list: MonthList = ABSENT
    date_list: DateList = ABSENT
    scheduled_date: Date = ABSENT
    scheduled_time: Time = ABSENT
    expire_time: Expiry = ABSENT
    time_zone: TimeZone = ABSENT
    life_cycle_type: Literal["", LifeCycleType] = ABSENT
    gray_count: Annotated[int, Field(ge=0, le=1000)] = ABSENT
    gray_desktop_ids: Annotated[list[Text255], Field(max_length=1000)] = ABSENT
    gray_fail_threshold: Annotated[int, Field(ge=1, le=1000)] = ABSENT


class FutureExecutions(ScheduleFields):
    """Body of future-executions; without a type there is nothing to compute."""

    scheduled_type: ScheduledType


class TaskFields(ScheduleFields):
    """What create and PUT have in common."""

    description: Text255 = ABSENT
    extra_params: ExtraParams = ABSENT
    force_execute: bool = ABSENT
    apply_objects: ApplyObjects = ABSENT
    wait_time: Annotated[int, Field(ge=0, le=43200)] = ABSENT
    life_cycle_exec_period: Annotated[int, Field(ge=1, le=10080)] = ABSENT


class CreateTask(TaskFields):
    """Body of create. It has no ``enable``, ``priority`` and ``is_gray``.

    The pages do not say that ``scheduled_type`` is required, but no task can do without (inferred).
    """

    task_name: TaskName
    task_type: TaskType
    scheduled_type: ScheduledType


class UpdateTask(TaskFields):
    """Body of PUT. It has no ``task_type``: the type of a task stays."""

    task_name: TaskName = ABSENT
    enable: bool = ABSENT
    priority: Annotated[int, Field(ge=1, le=50)] = ABSENT
    is_gray: bool = ABSENT
    apply_object_update_type: Literal["FULL_COVERAGE", "CLEAR_ALL"] = ABSENT


class BatchDelete(Strict):
    """Body of batch-delete."""

    task_ids: Annotated[list[Text255], Field(min_length=1, max_length=5000)]


class ListTasks(Strict):
    """Query of the list. Offset and limit are mandatory."""

    offset: Offset
    limit: Annotated[WholeNumber, Field(ge=0, le=50)]
    task_name: Text255 = ""
    task_type: Literal["", TaskType] = ""
    scheduled_type: Literal["", ScheduledType] = ""
    life_cycle_type: Literal["", LifeCycleType] = ""
    last_status: Literal["", "SUCCESS", "SKIP", "FAIL"] = ""


class ListRecords(Strict):
    """Query of the records of a task; the defaults are the SDK's."""

    offset: Offset = 0
    limit: Annotated[WholeNumber, Field(ge=0, le=100)] = 10


class ListRecordDetails(Strict):
    """Query of the details of a record. Offset and limit are mandatory."""

    offset: Offset
    limit: Annotated[WholeNumber, Field(ge=0, le=100)]


class ExportRecords(Strict):
    """Query of the export."""

    language: Text255 = ""
    time_zone: TimeZone = ""


class ListConfigurations(Strict):
    """Query of the life cycle configurations."""

    type: Literal["", LifeCycleType] = ""


CHECKED_TOGETHER = frozenset(TaskFields.model_fields) - {"description", "extra_params", "force_execute"} | {"is_gray"}
"""The fields of which one may forbid another."""

_LIFE_CYCLE_PARTS = ("life_cycle_type", "wait_time", "life_cycle_exec_period")
_CANARY_PARTS = ("gray_count", "gray_desktop_ids", "gray_fail_threshold", "is_gray")


def check_parts(task: Mapping[str, Any]) -> None:
    """Refuse a schedule that lacks what its type needs. Needed by a triggered one is what triggers it.

    :raises BadParameter: it names the field.
    """
    kind = task["scheduled_type"]
    parts = ("life_cycle_type",) if kind == LIFE_CYCLE else SCHEDULE_PARTS.get(kind, ("scheduled_time",))
    require(task, parts, kind)


def check_task(task: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse a task whose fields do not go together; of what it cannot have, only what is ``given`` now counts.

    Canary fields are for scripts, and triggered tasks neither start nor rebuild desktops (both documented). What else
    goes with a trigger is what its configuration says; that a task without one refuses a trigger's parts is inferred.

    :raises BadParameter: it names the field.
    """
    check_parts(task)
    if task["scheduled_type"] == LIFE_CYCLE:
        _check_life_cycle(task)
    else:
        _refuse(given, _LIFE_CYCLE_PARTS, "scheduled_type is LIFE_CYCLE")
    if task["task_type"] != "EXECUTE_SCRIPT":
        _refuse(given, _CANARY_PARTS, "task_type is EXECUTE_SCRIPT")


def _check_life_cycle(task: Mapping[str, Any]) -> None:
    action = limits(task["life_cycle_type"], task["task_type"])
    if action is None:
        raise BadParameter(f"task_type: {task['life_cycle_type']} has no {task['task_type']}")
    if task["wait_time"] < action["min_wait_time"]:
        raise BadParameter(f"wait_time: at least {action['min_wait_time']} for {task['life_cycle_type']}")


def _refuse(given: Mapping[str, Any], names: tuple[str, ...], condition: str) -> None:
    for name in names:
        # Zero, false and empty say that the part is not used.
        if given.get(name):
            raise BadParameter(f"{name}: only when {condition}")
