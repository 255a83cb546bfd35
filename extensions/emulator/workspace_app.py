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
from .messages import Answer, json_answer
from .operation import Operation
from .schedule import DEFAULT_TIME_ZONE, Schedule, cron, instant, with_offset
from .service import ProjectService, Record, Request
from .workspace_app_answers import Detail, Futures, Histories, Outcomes, Summaries, Summary
from .workspace_app_forms import read_form, write_form
from .workspace_app_storage import NEW_POLICY, Project
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
    documented=(400, 401, 403, 404, 405, 500, 503),
)
"""The codes of the vendor's examples (documented)."""


class WorkspaceApp(ProjectService):
    """The service."""

    name = "workspace_app"
    errors = ERRORS
    store = Project
    longest_id = 128

    def operations(self) -> list[Operation]:
        """The nine operations."""
        root = "/v1/{project_id}/schedule-task"
        task = f"{root}/{{task_id}}"
        return [
            self._operation(
                "ListScheduleTasks", "GET", root, self._list, view="listing", query=ListTasks, answer=Summaries
            ),
            self._operation("CreateScheduleTask", "POST", root, self._create, body=CreateTask, answer=Summary),
            self._operation(
                "BatchDeleteScheduleTask", "POST", f"{root}/actions/batch-delete", self._batch_delete, body=BatchDelete
            ),
            self._operation(
                "ListFutureExecutions",
                "POST",
                f"{root}/future-executions",
                self._future,
                body=FutureExecutions,
                answer=Futures,
            ),
            # The pages limit the length of an id for the other operations only.
            self._operation(
                "ShowScheduleTask",
                "GET",
                task,
                self._show,
                view="detail",
                longest_id=None,
                answer=Detail,
                errors=(409,),
            ),
            self._operation(
                "UpdateScheduleTask", "PATCH", task, self._update, longest_id=None, body=UpdateTask, answer=Summary
            ),
            self._operation("DeleteScheduleTask", "DELETE", task, self._delete, errors=(409,)),
            self._operation(
                "ListTaskExecuteHistory", "GET", f"{task}/execute-history", self._history, query=Page, answer=Histories
            ),
            self._operation(
                "ListTaskExecuteDetail",
                "GET",
                f"{root}/{{execute_history_id}}/execute-detail",
                self._detail,
                query=Page,
                answer=Outcomes,
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
        task = request.store.new_task(_completed(request.body))
        return json_answer(200, self._summary(task))

    def _show(self, request: Request) -> Answer:
        return json_answer(200, self._write_task(_task(request), DETAIL_FIELDS))

    def _update(self, request: Request) -> Answer:
        task = _task(request)
        changes = _completed(request.body, task["schedule_task_policy"])
        merged = task | changes
        if SCHEDULE_FIELDS & changes.keys():
            check_parts(merged)
        task |= merged | {"update_time": utc_text(utc_now())}
        return json_answer(200, self._summary(task))

    def _delete(self, request: Request) -> Answer:
        # Success for an unknown id, and no body on any page (both documented).
        request.store.tasks.pop(request.path["task_id"], None)
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
        task_id = request.path["task_id"]
        found = [history for history in request.store.histories.values() if history["task_id"] == task_id]
        if not found and task_id not in request.store.tasks:
            raise ERRORS.refusal(404, f"task_id: there is no scheduled task {task_id}")
        return self._page(request.query, found, self._write_record)

    def _detail(self, request: Request) -> Answer:
        history_id = request.path["execute_history_id"]
        if history_id not in request.store.histories:
            raise ERRORS.refusal(404, f"execute_history_id: there is no execution history {history_id}")
        found = [record for record in request.store.executions.values() if record["execute_id"] == history_id]
        return self._page(request.query, found, self._write_record)

    def _page(self, query: Page, found: list[Record], write: Callable[[Record], Record]) -> Answer:
        size = min(query.limit, self._dialect.page_size_cap or query.limit)
        page = found[query.offset : query.offset + size]
        return json_answer(200, {"count": self._dialect.counted(found), "items": [write(record) for record in page]})

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
        task: Record = request.store.tasks[task_id]
    except KeyError:
        raise ERRORS.refusal(404, f"task_id: there is no scheduled task {task_id}") from None
    return task


def _completed(fields: Record, policy: Record | None = None) -> Record:
    """What is written, with what it leaves to the service: a part of the policy, and the names of the targets."""
    completed = dict(fields)
    if "schedule_task_policy" in fields:
        completed["schedule_task_policy"] = NEW_POLICY | (policy or {}) | fields["schedule_task_policy"]
    if "target_infos" in fields:
        # The service answers a name for every target, though its pages take none.
        completed["target_infos"] = [
            {**target, "target_name": target.get("target_name") or target["target_id"]}
            for target in fields["target_infos"]
        ]
    return completed


def _next_execution(task: Record) -> str:
    if not task["is_enable"]:
        return ""
    try:
        executions = Schedule.of(task).executions(utc_now(), instant(task["create_time"]))
        execution = next(executions, None)
    except (ValueError, TypeError, AttributeError):
        return ""
    return "" if execution is None else f"{execution:%Y-%m-%d %H:%M:%S}"
