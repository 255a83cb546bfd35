# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspace Application Streaming: the nine documented operations on scheduled tasks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from .authentication import utc_now
from .dialect import utc_text
from .errors import Errors
from .messages import Answer, BadParameter, json_answer
from .operation import Operation
from .schedule import DEFAULT_TIME_ZONE, Schedule, cron, instant, with_offset
from .service import ProjectService, Record, Request
from .workspace_app_forms import read_form, write_form
from .workspace_app_storage import Project
from .workspace_app_validation import (
    SCHEDULE_FIELDS,
    BatchDelete,
    CreateTask,
    FutureExecutions,
    ListTasks,
    Page,
    UpdateTask,
    check_parts,
)

FUTURE_EXECUTIONS = 5

_SHARED = (
    "id",
    "task_name",
    "task_type",
    "schedule_task_policy",
    "scheduled_type",
    "day_interval",
    "week_list",
    "month_list",
    "date_list",
    "time_zone",
    "scheduled_date",
    "scheduled_time",
    "expire_time",
    "description",
)
DETAIL_FIELDS = (*_SHARED, "target_infos")
"""What the detail answers: the targets, but nothing of the state (documented)."""

SUMMARY_FIELDS = (
    *_SHARED,
    "is_enable",
    "last_status",
    "task_cron",
    "next_execution_time",
    "create_time",
    "update_time",
)
"""What list, create and PATCH answer: the state, but not the targets (documented)."""


ERRORS = Errors(
    "WKS",
    {
        400: "WKS.00211102",
        401: "WKS.00211302",
        403: "WKS.00081102",
        404: "WKS.00211902",
        409: "WKS.00211103",
    },
)
"""The codes of the vendor's examples (documented)."""


class WorkspaceApp(ProjectService):
    """The service."""

    name = "workspace_app"
    errors = ERRORS
    store = Project

    def operations(self) -> list[Operation]:
        """The nine operations."""
        root = "/v1/{project_id}/schedule-task"
        return [
            self._operation("ListScheduleTasks", "GET", root, self._list, query=ListTasks),
            self._operation("CreateScheduleTask", "POST", root, self._create, body=CreateTask),
            self._operation(
                "BatchDeleteScheduleTask", "POST", f"{root}/actions/batch-delete", self._batch_delete, body=BatchDelete
            ),
            self._operation(
                "ListFutureExecutions", "POST", f"{root}/future-executions", self._future, body=FutureExecutions
            ),
            self._operation("ShowScheduleTask", "GET", f"{root}/{{task_id}}", self._show),
            self._operation("UpdateScheduleTask", "PATCH", f"{root}/{{task_id}}", self._update, body=UpdateTask),
            self._operation("DeleteScheduleTask", "DELETE", f"{root}/{{task_id}}", self._delete),
            self._operation(
                "ListTaskExecuteHistory", "GET", f"{root}/{{task_id}}/execute-history", self._history, query=Page
            ),
            self._operation(
                "ListTaskExecuteDetail",
                "GET",
                f"{root}/{{execute_history_id}}/execute-detail",
                self._detail,
                query=Page,
            ),
        ]

    def _read(self, body: Any) -> Any:
        return read_form(self._dialect, body)

    def _list(self, request: Request) -> Answer:
        name, kind = request.query.task_name, request.query.task_type
        found = [
            task
            for task in request.store.tasks.values()
            if name in task["task_name"] and (not kind or kind == task["task_type"])
        ]
        return self._page(request.query, found, self._summary)

    def _create(self, request: Request) -> Answer:
        check_parts(request.body)
        task = request.store.new_task(_with_target_names(request.body))
        return json_answer(200, self._summary(task))

    def _show(self, request: Request) -> Answer:
        return json_answer(200, self._write_task(_task(request), DETAIL_FIELDS))

    def _update(self, request: Request) -> Answer:
        task = _task(request)
        changes = _with_target_names(request.body)
        if "schedule_task_policy" in changes:
            changes["schedule_task_policy"] = (task["schedule_task_policy"] or {}) | changes["schedule_task_policy"]
        merged = task | changes
        if SCHEDULE_FIELDS & changes.keys():
            check_parts(merged)
        task |= merged | {"update_time": utc_text(utc_now())}
        return json_answer(200, self._summary(task))

    def _delete(self, request: Request) -> Answer:
        # Success for an unknown id, and no body on any page (both documented).
        request.store.tasks.pop(_identifier(request, "task_id"), None)
        return Answer(200)

    def _batch_delete(self, request: Request) -> Answer:
        for task_id in request.body["items"]:
            request.store.tasks.pop(task_id, None)
        return Answer(200)

    def _future(self, request: Request) -> Answer:
        check_parts(request.body)
        executions = islice(Schedule.of(request.body).executions(utc_now()), FUTURE_EXECUTIONS)
        return json_answer(
            200,
            {
                "future_executions": [with_offset(execution) for execution in executions],
                "time_zone": request.body.get("time_zone", DEFAULT_TIME_ZONE),
            },
        )

    def _history(self, request: Request) -> Answer:
        task_id = _identifier(request, "task_id")
        found = [history for history in request.store.histories.values() if history["task_id"] == task_id]
        if not found and task_id not in request.store.tasks:
            raise ERRORS.refusal(404, f"task_id: there is no scheduled task {task_id}")
        return self._page(request.query, found, self._write_record)

    def _detail(self, request: Request) -> Answer:
        history_id = _identifier(request, "execute_history_id")
        if history_id not in request.store.histories:
            raise ERRORS.refusal(404, f"execute_history_id: there is no execution history {history_id}")
        found = [record for record in request.store.executions.values() if record["execute_id"] == history_id]
        return self._page(request.query, found, self._write_record)

    def _page(self, query: Page, found: list[Record], write: Callable[[Record], Record]) -> Answer:
        size = min(query.limit, self._dialect.page_size_cap or query.limit)
        page = found[query.offset : query.offset + size]
        return json_answer(200, {"count": len(found), "items": [write(record) for record in page]})

    def _summary(self, task: Record) -> Record:
        return self._write_task(
            {"task_cron": cron(task), "next_execution_time": _next_execution(task)} | task, SUMMARY_FIELDS
        )

    def _write_task(self, task: Record, names: tuple[str, ...]) -> Record:
        return write_form(self._dialect, self._dialect.write(task, names)) | self._dialect.extra_fields

    def _write_record(self, record: Record) -> Record:
        return self._dialect.write(record, record)


def _task(request: Request) -> Record:
    task_id = request.path["task_id"]
    try:
        return request.store.tasks[task_id]
    except KeyError:
        raise ERRORS.refusal(404, f"task_id: there is no scheduled task {task_id}") from None


def _identifier(request: Request, name: str) -> str:
    # The pages limit the length of an id for these operations and not for detail and PATCH.
    value = request.path[name]
    if len(value) > 128:
        raise BadParameter(f"{name}: at most 128 characters")
    return value


def _with_target_names(fields: Record) -> Record:
    # The service answers a name for every target, though its pages take none.
    if "target_infos" not in fields:
        return dict(fields)
    targets = [
        {**target, "target_name": target.get("target_name") or target["target_id"]} for target in fields["target_infos"]
    ]
    return {**fields, "target_infos": targets}


def _next_execution(task: Record) -> str:
    if not task["is_enable"]:
        return ""
    try:
        executions = Schedule.of(task).executions(utc_now(), instant(task["create_time"]))
        execution = next(executions, None)
    except (ValueError, TypeError, AttributeError):
        return ""
    return "" if execution is None else f"{execution:%Y-%m-%d %H:%M:%S}"
