# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspace Application Streaming: the nine documented operations on scheduled tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from .authentication import Authenticator, utc_now
from .dialect import Dialect, utc_text
from .messages import Answer, Call, bad_parameter, forbidden, json_answer, not_found
from .operation import Operation
from .schedule import DEFAULT_TIME_ZONE, Schedule, cron, instant, with_offset
from .storage import Project, Record, Storage
from .validation import (
    SCHEDULE_FIELDS,
    BatchDelete,
    CreateTask,
    FutureExecutions,
    ListTasks,
    Nothing,
    Page,
    Strict,
    UpdateTask,
    check,
    check_parts,
    read_body,
    read_query,
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


@dataclass(frozen=True)
class Request:
    """A request whose caller, path, query and body have been found good."""

    project: Project
    path: Mapping[str, str]
    query: Any
    body: dict[str, Any]


class WorkspaceApp:
    """The service. It checks in the order caller, project, query, body, and only then looks for the task."""

    def __init__(self, storage: Storage, authenticator: Authenticator, dialect: Dialect) -> None:
        """Serve what is in ``storage`` to callers that ``authenticator`` knows, in this ``dialect``."""
        self._storage = storage
        self._authenticator = authenticator
        self._dialect = dialect

    def operations(self) -> list[Operation]:
        """All operations. The fixed paths come before those that a task id would match too."""
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

    def _operation(
        self,
        name: str,
        method: str,
        path: str,
        action: Callable[[Request], Answer],
        *,
        query: type[Strict] = Nothing,
        body: type[Strict] | None = None,
    ) -> Operation:
        def act(call: Call) -> Answer:
            project = self._project(call)
            checked_query = check(query, read_query(call))
            return action(Request(project, call.path, checked_query, self._body(call, body)))

        return Operation(name, method, path, act)

    def _project(self, call: Call) -> Project:
        project_id = call.path["project_id"]
        if project_id not in self._authenticator.identify(call).projects:
            raise forbidden(f"project_id: {project_id} is not a project of the caller")
        return self._storage.projects[project_id]

    def _body(self, call: Call, model: type[Strict] | None) -> dict[str, Any]:
        if model is not None:
            return check(model, self._dialect.read(read_body(call))).model_dump(exclude_unset=True)
        if call.body:
            raise bad_parameter("body: the operation takes none")
        return {}

    def _list(self, request: Request) -> Answer:
        found = [
            task
            for task in request.project.tasks.values()
            if request.query.task_name in task["task_name"] and request.query.task_type in ("", task["task_type"])
        ]
        return self._page(request.query, found, self._summary)

    def _create(self, request: Request) -> Answer:
        check_parts(request.body)
        task = request.project.new_task(_with_target_names(request.body))
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
        request.project.tasks.pop(_identifier(request, "task_id"), None)
        return Answer(200)

    def _batch_delete(self, request: Request) -> Answer:
        for task_id in request.body["items"]:
            request.project.tasks.pop(task_id, None)
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
        found = [history for history in request.project.histories.values() if history["task_id"] == task_id]
        if not found and task_id not in request.project.tasks:
            raise not_found(f"task_id: there is no scheduled task {task_id}")
        return self._page(request.query, found, self._write_record)

    def _detail(self, request: Request) -> Answer:
        history_id = _identifier(request, "execute_history_id")
        if history_id not in request.project.histories:
            raise not_found(f"execute_history_id: there is no execution history {history_id}")
        found = [record for record in request.project.executions.values() if record["execute_id"] == history_id]
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
        return self._dialect.write(task, names) | self._dialect.extra_fields

    def _write_record(self, record: Record) -> Record:
        return self._dialect.write(record, record)


def _task(request: Request) -> Record:
    task_id = request.path["task_id"]
    try:
        return request.project.tasks[task_id]
    except KeyError:
        raise not_found(f"task_id: there is no scheduled task {task_id}") from None


def _identifier(request: Request, name: str) -> str:
    # The pages limit the length of an id for these operations and not for detail and PATCH.
    value = request.path[name]
    if len(value) > 128:
        raise bad_parameter(f"{name}: at most 128 characters")
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
