# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Operations Center takes, as its pages say, and nothing else.

Limits, enums and patterns are documented by the vendor where nothing else is said. What one field needs of another
stands in the documentation of the Terraform provider.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from .messages import Refusal
from .schedule import zone
from .validation import ABSENT, TIME_ZONE, Offset, Strict, WholeNumber, described


def _length(low: int, high: int) -> StringConstraints:
    return StringConstraints(min_length=low, max_length=high)


def _milliseconds(text: str) -> int:
    if not re.fullmatch(r"\d{1,16}", text, re.ASCII):
        raise ValueError("must be an integer")
    return int(text)


_LATEST = 9_000_000_000_000_000

Milliseconds = Annotated[int, Field(ge=0, le=_LATEST)]
"""A time in a body, since the epoch."""
QueryMilliseconds = Annotated[int, BeforeValidator(_milliseconds), Field(ge=0, le=_LATEST)]
"""A time in a query."""

ScheduledType = Literal["PERIODIC", "ONCE", "CRON"]
TaskType = Literal["RUNBOOK", "SCRIPT"]
AssociatedTaskType = Literal["COMMUNAL", "CUSTOMIZATION"]
RiskLevel = Literal["HIGH", "MEDIUM", "LOW"]
ApproveStatus = Literal["PASSED", "PENDING", "REJECTED"]
ExecutionStatus = Literal["READY", "PROCESSING", "ABNORMAL", "FINISHED", "PAUSED", "CANCELED"]
TaskName = Annotated[str, StringConstraints(pattern="^[a-zA-Z0-9\u4e00-\u9fa5_-]{3,100}$")]


class Ticket(Strict):
    """A ticket of change management."""

    scope_id: Annotated[str, _length(0, 50)] = ABSENT
    target_id: Annotated[str, _length(0, 255)] = ABSENT
    ticket_id: Annotated[str, _length(0, 255)] = ABSENT
    ticket_type: Annotated[str, _length(0, 50)] = ABSENT


Tickets = Annotated[list[Ticket], Field(max_length=1000)]


class Parameter(Strict):
    """One condition of a resource query."""

    key: Annotated[str, _length(1, 255)]
    value: Annotated[str, _length(0, 255)]


class Resource(Strict):
    """Which instances a task runs on, as a query."""

    type: Literal["REGION", "APPLICATION"] = ABSENT
    id: Annotated[str, _length(0, 1024)] = ABSENT
    app_name: Annotated[str, _length(0, 1024)] = ABSENT
    region_id: Annotated[str, _length(0, 32)] = ABSENT
    params: Annotated[list[Parameter], Field(max_length=1000)] = ABSENT


class SubTarget(Strict):
    """What one step, or one task of a step, runs on."""

    target_selection: Literal["ALL", "MANUAL", "NONE"]
    order_no: Annotated[int, Field(ge=0, le=10000)]
    target_resource: Resource = ABSENT
    target_instances: str = ABSENT
    batch_strategy: Literal["AUTO_BATCH", "MANUAL_BATCH", "NONE"] = ABSENT

    @model_validator(mode="after")
    def _selected(self) -> SubTarget:
        if self.target_selection == "ALL" and self.target_resource is ABSENT:
            raise ValueError("target_resource: required when target_selection is ALL")
        if self.target_selection == "MANUAL":
            if not self.target_instances:
                raise ValueError("target_instances: required when target_selection is MANUAL")
            # That text which is no JSON is refused is inferred: the service has to read it.
            json.loads(self.target_instances)
        return self


class Target(SubTarget):
    """What one step runs on, if need be task by task."""

    sub_target_instances: list[SubTarget] = ABSENT


class Notification(Strict):
    """Who is told, of what, and how."""

    # The pages have ON_CALL, the Terraform provider's documentation has ONCALL. The dialect says which one is taken.
    notification_endpoint_type: Literal["USER", "ON_CALL", "ONCALL"]
    policy: Annotated[str, _length(0, 128)] = ABSENT
    protocol: Literal["DEFAULT", "NONE", "SMS", "EMAIL", "DINGDING", "LARK", "WELINK", "CALLNOTIFY", "WECHAT"] = ABSENT
    recipients: Annotated[str, _length(0, 3200)] = ABSENT
    schedule_role_id: Annotated[str, _length(0, 128)] = ABSENT
    schedule_scene_id: Annotated[str, _length(0, 128)] = ABSENT

    @model_validator(mode="after")
    def _addressed(self) -> Notification:
        on_duty = ("schedule_scene_id", "schedule_role_id")
        for name in ("recipients",) if self.notification_endpoint_type == "USER" else on_duty:
            if not getattr(self, name):
                raise ValueError(f"{name}: required for {self.notification_endpoint_type}")
        return self


class TriggerTime(Strict):
    """When a task runs. What its policy needs is looked at by :func:`check_trigger`, which has codes of its own."""

    policy: ScheduledType
    time_zone: Annotated[str, _length(0, 128), described(format=TIME_ZONE)]
    single_scheduled_time: Milliseconds = ABSENT
    periodic_scheduled_time: Annotated[str, _length(0, 128)] = ABSENT
    period: Annotated[str, _length(0, 256)] = ABSENT
    cron: Annotated[str, _length(0, 256)] = ABSENT
    scheduled_close_time: Milliseconds = ABSENT


class WriteTask(Strict):
    """Body of create and of update, which replaces everything. It has no ``enabled``."""

    name: TaskName
    version_no: Annotated[str, _length(1, 50)]
    trigger_time: TriggerTime = ABSENT
    """Mandatory; without one there is an error code of its own."""
    task_type: TaskType
    associated_task_id: Annotated[str, _length(0, 256)]
    associated_task_name: Annotated[str, _length(0, 256)]
    associated_task_name_en: Annotated[str, _length(0, 256)] = ABSENT
    associated_task_type: AssociatedTaskType
    associated_task_enterprise_project_id: Annotated[str, _length(0, 256)] = ABSENT
    runbook_instance_mode: Literal["SAME", "DIFF"] = ABSENT
    risk_level: RiskLevel
    input_param: dict[str, str]
    target_instances: Annotated[list[Target], Field(min_length=1, max_length=1000)]
    enable_approve: bool
    reviewer_user_name: Annotated[str, _length(0, 3200)] = ABSENT
    reviewer_notification: Notification = ABSENT
    enable_message_notification: bool
    message_notification: Notification = ABSENT
    enterprise_project_id: Annotated[str, _length(1, 128)] = ABSENT
    agency_name: Annotated[str, _length(1, 128)] = ABSENT
    ticket_infos: Tickets = ABSENT

    @model_validator(mode="after")
    def _complete(self) -> WriteTask:
        if self.task_type == "RUNBOOK" and self.runbook_instance_mode is ABSENT:
            raise ValueError("runbook_instance_mode: required when task_type is RUNBOOK")
        if self.enable_message_notification:
            if self.message_notification is ABSENT:
                raise ValueError("message_notification: required when enable_message_notification is true")
            if not self.message_notification.policy:
                raise ValueError("message_notification.policy: required when enable_message_notification is true")
        # Inferred: there is nobody to ask otherwise.
        if self.enable_approve and (not self.reviewer_user_name or self.reviewer_notification is ABSENT):
            raise ValueError("reviewer_user_name, reviewer_notification: required when enable_approve is true")
        return self


class EnableTask(Strict):
    """Body of enable, which may be left out."""

    ticket_infos: Tickets = ABSENT


class Page(Strict):
    """Query of everything that comes in pages: what follows after ``marker``, then after ``offset`` more."""

    marker: Annotated[str, _length(0, 128)] = ""
    offset: Offset = 0


class ListTasks(Page):
    """Query of the list."""

    enterprise_project_id: Annotated[str, _length(1, 128)] = "0"
    task_id: Annotated[str, _length(0, 128)] = ""
    task_name: str = ""
    scheduled_type: ScheduledType | Literal[""] = ""
    task_type: TaskType | Literal[""] = ""
    associated_task_type: AssociatedTaskType | Literal[""] = ""
    risk_level: RiskLevel | Literal[""] = ""
    created_by: Annotated[str, _length(0, 32)] = ""
    reviewer: Annotated[str, _length(0, 128)] = ""
    reviewer_user_name: Annotated[str, _length(0, 32)] = ""
    approve_status: ApproveStatus | Literal[""] = ""
    last_execution_status: ExecutionStatus | Literal[""] = ""
    last_execution_start_time: QueryMilliseconds = ABSENT
    last_execution_end_time: QueryMilliseconds = ABSENT
    region_id: Annotated[str, _length(0, 128)] = ""
    resource_id: Annotated[str, _length(0, 128)] = ""
    limit: Annotated[WholeNumber, Field(ge=1, le=1000)] = 10


class ListHistory(Page):
    """Query of the history."""

    task_id: Annotated[str, _length(1, 128)]
    id: Annotated[str, _length(0, 128)] = ""
    region: Annotated[str, _length(0, 128)] = ""
    status: Annotated[str, _length(0, 128)] = ""
    started_start_time: QueryMilliseconds = ABSENT
    started_end_time: QueryMilliseconds = ABSENT
    finished_start_time: QueryMilliseconds = ABSENT
    finished_end_time: QueryMilliseconds = ABSENT
    sort_key: Literal["started_time", "finished_time"] = "started_time"
    sort_dir: Literal["asc", "desc"] = "desc"
    limit: Annotated[WholeNumber, Field(ge=1, le=100)]


def check_trigger(trigger: Mapping[str, Any] | None, now: int, *, needs_close_time: bool) -> None:
    """Refuse a task that would never run (codes documented).

    :raises Refusal: 400 with the code for what is wrong.
    """
    if trigger is None:
        raise refused("00014131", "trigger_time: required")
    try:
        zone(trigger["time_zone"])
    except ValueError as error:
        raise refused("00014132", f"trigger_time.time_zone: {error}") from None
    _POLICIES[trigger["policy"]](trigger, now)
    if trigger["policy"] == "ONCE":
        return
    if needs_close_time and "scheduled_close_time" not in trigger:
        raise refused("00014133", "trigger_time.scheduled_close_time: required")
    if trigger.get("scheduled_close_time", now + 1) <= now:
        raise refused("00014133", "trigger_time.scheduled_close_time: in the past")


def refused(code: str, message: str) -> Refusal:
    """400 with a code of the service."""
    return Refusal(400, f"COC.{code}", message)


def _check_once(trigger: Mapping[str, Any], now: int) -> None:
    if trigger.get("single_scheduled_time", 0) <= now:
        raise refused("00014133", "trigger_time.single_scheduled_time: required, and in the future")


def _check_periodic(trigger: Mapping[str, Any], now: int) -> None:
    # The code speaks of the time only; that it stands for the weekdays too is inferred.
    if not re.fullmatch(r"[1-7](,[1-7])*", trigger.get("period", "")):
        raise refused("00014135", "trigger_time.period: must be weekdays, 1 to 7, with commas between them")
    at = trigger.get("periodic_scheduled_time", "")
    try:
        time.fromisoformat(at)
    except ValueError:
        at = ""
    if not re.fullmatch(r"\d{2}:\d{2}:\d{2}", at, re.ASCII):
        raise refused("00014135", "trigger_time.periodic_scheduled_time: must be HH:mm:ss")


def _check_cron(trigger: Mapping[str, Any], now: int) -> None:
    if not is_quartz(trigger.get("cron", "")):
        raise refused("00014134", "trigger_time.cron: must be a Quartz expression")


_POLICIES: dict[str, Callable[[Mapping[str, Any], int], None]] = {
    "ONCE": _check_once,
    "PERIODIC": _check_periodic,
    "CRON": _check_cron,
}

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_QUARTZ: tuple[tuple[int, int, Sequence[str], str], ...] = (
    (0, 59, (), ""),
    (0, 59, (), ""),
    (0, 23, (), ""),
    (1, 31, (), r"\?|L(-[1-9]\d?)?|LW|(0?[1-9]|[12]\d|3[01])W"),
    (1, 12, _MONTHS, ""),
    (1, 7, _WEEKDAYS, r"\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])"),
    (1970, 2099, (), ""),
)
"""Of each field: the lowest and the highest number, the names of the numbers from 1, and what else may stand there."""


def is_quartz(expression: str) -> bool:
    """Whether Quartz understands the expression: six fields, or seven with the year.

    Quartz wants a ``?`` in exactly one of the two fields for days.
    """
    fields = expression.upper().split()
    if len(fields) not in (6, 7) or (fields[3] == "?") == (fields[5] == "?"):
        return False
    return all(
        _is_quartz_item(item, *rule) for field, rule in zip(fields, _QUARTZ, strict=False) for item in field.split(",")
    )


def _is_quartz_item(item: str, low: int, high: int, names: Sequence[str], special: str) -> bool:
    if special and re.fullmatch(special, item, re.ASCII):
        return True
    span, slash, step = item.partition("/")
    if slash and not re.fullmatch(r"[1-9]\d?", step, re.ASCII):
        return False
    ends = [str(names.index(end) + 1) if end in names else end for end in span.split("-")]
    return span == "*" or (
        len(ends) <= 2 and all(re.fullmatch(r"\d{1,4}", end, re.ASCII) and low <= int(end) <= high for end in ends)
    )
