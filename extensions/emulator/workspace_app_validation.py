# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace App takes, as its pages say, and nothing else.

Limits, enums and patterns are documented by the vendor where nothing else is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from .schedule import instant, zone
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

_EXPIRY = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})", re.ASCII)


def _expiry(text: str) -> str:
    if not text:
        return text
    if not _EXPIRY.fullmatch(text):
        raise ValueError("must be yyyy-MM-ddTHH:mm:ssZ")
    try:
        return instant(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise ValueError("is out of range") from None


def _known_zone(text: str) -> str:
    zone(text)
    return text


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ScheduledType = Literal["FIXED_TIME", "DAY", "WEEK", "MONTH"]
TaskType = Literal["RESTART_SERVER", "START_SERVER", "STOP_SERVER", "REINSTALL_OS"]
TaskName = Annotated[str, StringConstraints(pattern="^[a-zA-Z0-9_\u4e00-\u9fa5-]{1,64}$")]
Description = Annotated[str, StringConstraints(max_length=255)]
TimeZone = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_known_zone),
    described(format=TIME_ZONE),
]
Expiry = Annotated[
    str,
    AfterValidator(_expiry),
    described(pattern=f"^({DATE}T{TIME}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$"),
]


class Policy(Strict):
    """What happens to sessions that are open."""

    enforcement_enable: bool = False


class Target(Strict):
    """One object of a task. ``target_name`` is in the vendor's SDK, but not on its pages for requests."""

    target_type: Literal["SERVER", "SERVER_GROUP"]
    target_id: Identifier
    target_name: str = ""


Targets = Annotated[list[Target], Field(min_length=1, max_length=1000)]


class ScheduleFields(Strict):
    """When a task runs. A zone offset in ``expire_time`` was seen in the Terraform provider's acceptance tests."""

    scheduled_type: ScheduledType = ABSENT
    day_interval: DayInterval = ABSENT
    week_list: WeekList = ABSENT
    month_list: MonthList = ABSENT
    date_list: DateList = ABSENT
    time_zone: TimeZone = ABSENT
    scheduled_date: Date = ABSENT
    scheduled_time: Time = ABSENT
    expire_time: Expiry = ABSENT


class FutureExecutions(ScheduleFields):
    """Body of future-executions; without a type there is nothing to compute."""

    scheduled_type: ScheduledType


class CreateTask(FutureExecutions):
    """Body of create. It has no ``is_enable``: a task is born enabled."""

    task_name: TaskName
    task_type: TaskType
    schedule_task_policy: Policy = ABSENT
    description: Description = ABSENT
    target_infos: Targets


class UpdateTask(ScheduleFields):
    """Body of PATCH: nothing is required."""

    task_name: TaskName = ABSENT
    task_type: TaskType = ABSENT
    schedule_task_policy: Policy = ABSENT
    description: Description = ABSENT
    is_enable: bool = ABSENT
    target_infos: Targets = ABSENT


class BatchDelete(Strict):
    """Body of batch-delete."""

    items: Annotated[list[Identifier], Field(min_length=1, max_length=20)]


class Page(Strict):
    """Query of everything that comes in pages."""

    offset: Offset = 0
    limit: Annotated[WholeNumber, Field(ge=1, le=100)] = 10


class ListTasks(Page):
    """Query of the list. Its ``task_type`` knows one value more than a task does."""

    task_name: Annotated[str, StringConstraints(max_length=64)] = ""
    task_type: Literal["", TaskType, "UPGRADE_ACCESS_AGENT"] = ""


SCHEDULE_FIELDS = frozenset(ScheduleFields.model_fields)


def check_parts(task: Mapping[str, Any]) -> None:
    """Refuse a task that lacks what its type needs.

    :raises BadParameter: it names the field.
    """
    kind = task["scheduled_type"]
    require(task, SCHEDULE_PARTS.get(kind, ("scheduled_time",)), kind)
