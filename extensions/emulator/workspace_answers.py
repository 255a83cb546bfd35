# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace answers, as its pages and the vendor's SDK say.

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
    matching,
    only_with,
)
from .validation import ABSENT, DATE, TIME, DateList, DayInterval, MonthList, WeekList
from .workspace_validation import ExtraParams, LifeCycleType, ScheduledType, TaskName, TaskType, Text255

_IN_SDK = only_with("workspace_list_extra")

NextExecution = Annotated[str, matching(f"{DATE} {TIME}( GMT([+-][0-9]{{2}}:[0-9]{{2}})?)?")]
Status = Literal["SUCCESS", "SKIP", "FAIL"]


class ApplyObject(Answered):
    """One object of a task."""

    object_type: Literal["DESKTOP", "DESKTOP_POOL", "ALL_DESKTOPS", "DESKTOP_TAG"]
    object_id: Text255 = EMPTY
    object_name: str = EMPTY


class Detail(AnsweredTask):
    """Answer of the detail: the schedule and the objects, but nothing of the state."""

    id: Text
    task_type: TaskType
    task_name: TaskName
    force_execute: bool
    scheduled_type: ScheduledType
    life_cycle_type: LifeCycleType = EMPTY
    life_cycle_exec_period: int = NULL
    day_interval: DayInterval = NULL
    week_list: WeekList = EMPTY
    month_list: MonthList = EMPTY
    date_list: DateList = EMPTY
    scheduled_date: Date = EMPTY
    scheduled_time: Time = EMPTY
    expire_time: LocalTime = EMPTY
    description: Text255 = EMPTY
    extra_params: ExtraParams = EMPTY
    gray_count: int = NULL
    gray_desktop_ids: list[Text255]
    gray_fail_threshold: int = NULL
    time_zone: Text = EMPTY
    wait_time: int
    apply_objects: list[ApplyObject]


class Summary(AnsweredTask):
    """A task in the answer of the list: the state, but neither the schedule nor the objects."""

    id: Text
    task_name: TaskName
    task_type: TaskType
    scheduled_type: ScheduledType
    life_cycle_type: LifeCycleType = EMPTY
    last_status: Status = EMPTY
    next_execution_time: NextExecution = EMPTY
    enable: bool
    description: Text255 = EMPTY
    priority: int
    time_zone: Text = EMPTY
    wait_time: int
    life_cycle_exec_period: Annotated[int, _IN_SDK] = NULL
    expire_time: Annotated[LocalTime, _IN_SDK] = EMPTY
    extra_params: Annotated[ExtraParams, _IN_SDK] = EMPTY


class Summaries(Answered):
    """Answer of the list."""

    scheduled_tasks: list[Summary]
    total_count: Count


class Created(Answered):
    """Answer of create."""

    task_id: Text


class Futures(Answered):
    """Answer of future-executions."""

    future_executions: list[Execution]


class Action(Answered):
    """What holds for one action of a trigger; what it does not say itself, the trigger says."""

    action: Literal["STOP", "HIBERNATE", "REBOOT", "EXECUTE_SCRIPT"]
    min_wait_time: Count = ABSENT
    default_wait_time: Count = ABSENT
    min_exec_time: Count = ABSENT
    default_exec_time: Count = ABSENT


class Configuration(Answered):
    """What holds for one trigger."""

    min_wait_time: Count
    default_wait_time: Count
    min_exec_time: Count
    default_exec_time: Count
    support_exec_time: bool
    actions: list[Action]


Configurations = dict[LifeCycleType, Configuration]
"""Answer of the configurations."""


class Record(Answered):
    """One past run."""

    id: Text
    start_time: LocalTime
    task_type: TaskType
    scheduled_type: ScheduledType
    status: Text
    success_num: Count
    failed_num: Count
    skip_num: Count
    time_zone: Text = EMPTY
    execute_task_id: str = EMPTY
    life_cycle_type: Annotated[LifeCycleType, _IN_SDK] = EMPTY
    execute_object_type: Annotated[str, _IN_SDK] = EMPTY
    expire_time: Annotated[LocalTime, _IN_SDK] = EMPTY
    extra_params: Annotated[ExtraParams, _IN_SDK] = EMPTY


class Records(Answered):
    """Answer of the records."""

    tasks_records: list[Record]
    total_count: Count


class Outcome(Answered):
    """What one run did to one desktop."""

    id: Text
    record_id: Text
    desktop_id: Text
    desktop_name: Text
    exec_status: Text
    result_code: str = EMPTY
    fail_reason: str = EMPTY
    start_time: LocalTime
    end_time: LocalTime = EMPTY
    time_zone: Text = EMPTY
    exec_script_id: Annotated[str, _IN_SDK] = EMPTY


class Outcomes(Answered):
    """Answer of the details of a record."""

    tasks_records_details: list[Outcome]
    total_count: Count
