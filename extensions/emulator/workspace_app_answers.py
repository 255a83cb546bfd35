# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace App answers, as its pages say.

The form of the texts, where a page does not say it, is that of its samples.
"""

from __future__ import annotations

from typing import Annotated, Literal

from .answers import (
    EMPTY,
    NULL,
    Answered,
    AnsweredTask,
    Count,
    Date,
    Execution,
    LocalTime,
    Text,
    Time,
    UtcTime,
    in_sample,
    matching,
)
from .validation import DATE, TIME, DateList, DayInterval, MonthList, WeekList
from .workspace_app_validation import Description, Identifier, ScheduledType, TaskName, TaskType

Status = Literal["WAITING", "RUNNING", "SUCCESS", "FAILED"]
Cron = Annotated[str, matching(r"[0-9]{1,2}( [0-9]{1,2}){2}( [0-9L?*/,]+){3}( [0-9]{4})?")]
_ZONE = "(Z|[+-][0-9]{2}:[0-9]{2})"
_SampleExpiry = Annotated[str, matching(rf"{DATE}T{TIME}\.[0-9]{{3}}{_ZONE}")]
Expiry = Annotated[str, matching(f"{DATE}T{TIME}{_ZONE}"), in_sample(_SampleExpiry)]


class Policy(Answered):
    """What happens to sessions that are open."""

    enforcement_enable: bool


class Target(Answered):
    """One object of a task."""

    target_type: Literal["SERVER", "SERVER_GROUP"]
    target_id: Annotated[Identifier, in_sample(tuple[Identifier])]
    target_name: Text


class Definition(AnsweredTask):
    """What every answer about a task has."""

    id: Text
    task_name: TaskName
    task_type: TaskType
    schedule_task_policy: Policy
    scheduled_type: Annotated[ScheduledType, in_sample(Literal["fixed_time", "day", "week", "month"])]
    day_interval: DayInterval = NULL
    week_list: WeekList = EMPTY
    month_list: MonthList = EMPTY
    date_list: DateList = EMPTY
    time_zone: Text
    scheduled_date: Date = EMPTY
    scheduled_time: Time
    expire_time: Expiry = EMPTY
    description: Description = EMPTY


class Detail(Definition):
    """Answer of the detail: the targets, but nothing of the state."""

    target_infos: list[Target]


class Summary(Definition):
    """A task in the answers of list, create and PATCH: the state, but not the targets."""

    is_enable: bool
    last_status: Status
    task_cron: Cron
    next_execution_time: LocalTime = EMPTY
    create_time: UtcTime
    update_time: UtcTime


class Summaries(Answered):
    """Answer of the list."""

    count: Count
    items: list[Summary]


class Futures(Answered):
    """Answer of future-executions."""

    future_executions: list[Execution]
    time_zone: Text


class History(Answered):
    """One past run. The page spells ``excuting_count`` like this."""

    id: Text
    task_id: Text
    task_type: TaskType
    scheduled_type: ScheduledType
    status: Status
    total_count: Count
    success_count: Count
    failed_count: Count
    excuting_count: Count
    begin_time: UtcTime
    end_time: UtcTime = EMPTY
    create_time: UtcTime
    time_zone: Text


class Histories(Answered):
    """Answer of the history."""

    count: Count
    items: list[History]


class Outcome(Answered):
    """What one run did to one server."""

    id: Text
    execute_id: Text
    server_id: Text
    server_name: Text
    task_type: TaskType
    status: Status
    begin_time: UtcTime
    end_time: UtcTime = EMPTY
    result_code: str = EMPTY
    result_message: str = EMPTY
    time_zone: Text


class Outcomes(Answered):
    """Answer of the detail of a run."""

    count: Count
    items: list[Outcome]
