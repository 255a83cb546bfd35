# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Operations Center answers, as its pages say.

They have no lengths for what is answered: a text that has to be written has to be there, any other may be empty.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .answers import EMPTY, NULL, Answered, AnsweredTask, Count, Text
from .coc_validation import (
    ApproveStatus,
    AssociatedTaskType,
    ExecutionStatus,
    Milliseconds,
    RiskLevel,
    ScheduledType,
    TaskName,
    TaskType,
)

JsonText = Annotated[Text, Field(json_schema_extra={"contentMediaType": "application/json"})]


class Trigger(Answered):
    """When a task runs."""

    policy: ScheduledType
    time_zone: Text
    single_scheduled_time: Milliseconds = NULL
    periodic_scheduled_time: str = EMPTY
    period: str = EMPTY
    cron: str = EMPTY
    scheduled_close_time: Milliseconds = NULL


class Notification(Answered):
    """Who is told, of what, and how."""

    notification_endpoint_type: Literal["USER", "ON_CALL", "ONCALL"]
    policy: str = EMPTY
    protocol: Literal["DEFAULT", "NONE", "SMS", "EMAIL", "DINGDING", "LARK", "WELINK", "CALLNOTIFY", "WECHAT"] = EMPTY
    recipients: str = EMPTY
    schedule_role_id: str = EMPTY
    schedule_scene_id: str = EMPTY


class Detail(AnsweredTask):
    """Answer of detail and update: the definition, but not whether the task is enabled.

    The pages call ``task_type`` and ``approve_status`` objects; they are texts (documented in the list).
    """

    id: Text
    enterprise_project_id: Text
    name: TaskName
    agency_name: Text
    trigger_time: Trigger
    version_no: Text
    task_type: TaskType
    associated_task_id: str = EMPTY
    associated_task_name: str = EMPTY
    associated_task_name_en: str = EMPTY
    associated_task_type: AssociatedTaskType
    runbook_instance_mode: Literal["SAME", "DIFF"] = EMPTY
    risk_level: RiskLevel
    input_param: JsonText
    enable_approve: bool
    reviewer_notification: Notification = NULL
    created_user_name: Text
    reviewer_user_name: str = EMPTY
    approve_status: ApproveStatus
    approve_comments: str = EMPTY
    target_instances: JsonText
    enable_message_notification: bool
    message_notification: Notification = NULL


class Summary(AnsweredTask):
    """A task in the answer of the list: the state, but not the whole definition."""

    id: Text
    enterprise_project_id: Text
    name: TaskName
    scheduled_type: ScheduledType
    task_type: TaskType
    associated_task_type: AssociatedTaskType
    risk_level: RiskLevel
    created_by: Text
    update_by: Text
    created_user_name: Text
    reviewer: str = EMPTY
    reviewer_user_name: str = EMPTY
    approve_status: ApproveStatus
    last_execution_time: Milliseconds = NULL
    last_execution_status: ExecutionStatus = EMPTY
    execution_count: Count
    enabled: bool
    created_time: Milliseconds
    modified_time: Milliseconds
    region_id: Text
    associated_task_name: str = EMPTY
    associated_task_name_en: str = EMPTY


class Summaries(Answered):
    """Answer of the list. The page spells ``next_maker`` like this."""

    count: Count
    next_maker: str
    scheduled_tasks: list[Summary]


class History(Answered):
    """One past run."""

    id: Text
    task_type: TaskType
    execution_id: Text
    associated_task_name: str = EMPTY
    associated_task_name_en: str = EMPTY
    region: Text
    created_by: Text
    started_time: Milliseconds
    finished_time: Milliseconds = NULL
    status: Text
    execution_msg: str = EMPTY


class Histories(Answered):
    """Answer of the history."""

    count: Count
    next_maker: str
    scheduled_task_history_list: list[History]


class Done(Answered):
    """Answer of create, delete, enable and disable: the id of the task."""

    data: Text
