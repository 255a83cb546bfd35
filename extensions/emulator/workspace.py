# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspace (cloud desktops): the operations on scheduled tasks, those that only the vendor's SDK knows among them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import islice
from typing import Any

from .authentication import utc_now
from .errors import Errors
from .messages import Answer, BadParameter, Refusal, json_answer
from .operation import Operation
from .schedule import Schedule, instant, with_offset
from .service import ProjectService, Record, Request
from .workspace_answers import Configurations, Created, Detail, Futures, Outcomes, Records, Summaries
from .workspace_life_cycle import CONFIGURATIONS, limits
from .workspace_storage import NEW_TASK, Project
from .workspace_validation import (
    CHECKED_TOGETHER,
    LIFE_CYCLE,
    BatchDelete,
    CreateTask,
    ExportRecords,
    FutureExecutions,
    ListConfigurations,
    ListRecordDetails,
    ListRecords,
    ListTasks,
    UpdateTask,
    check_parts,
    check_task,
)

FUTURE_EXECUTIONS = 5
"""Seen for Workspace App in the Terraform provider's acceptance tests."""

DETAIL_FIELDS = (
    "id",
    "task_type",
    "task_name",
    "force_execute",
    "scheduled_type",
    "life_cycle_type",
    "life_cycle_exec_period",
    "day_interval",
    "week_list",
    "month_list",
    "date_list",
    "scheduled_date",
    "scheduled_time",
    "expire_time",
    "description",
    "extra_params",
    "gray_count",
    "gray_desktop_ids",
    "gray_fail_threshold",
    "time_zone",
    "wait_time",
)
"""What the detail answers next to the objects: the schedule, but nothing of the state (documented). ``priority`` is in
the list only, and ``is_gray`` cannot be read at all."""

SUMMARY_FIELDS = (
    "id",
    "task_name",
    "task_type",
    "scheduled_type",
    "life_cycle_type",
    "last_status",
    "next_execution_time",
    "enable",
    "description",
    "priority",
    "time_zone",
    "wait_time",
)
"""What the list answers: the state, but neither the schedule nor the objects (documented)."""

SUMMARY_EXTRA = ("life_cycle_exec_period", "expire_time", "extra_params")
"""What the SDK reads in the list, and no page knows."""

RECORD_FIELDS = (
    "id",
    "start_time",
    "task_type",
    "scheduled_type",
    "status",
    "success_num",
    "failed_num",
    "skip_num",
    "time_zone",
    "execute_task_id",
)
RECORD_EXTRA = ("life_cycle_type", "execute_object_type", "expire_time", "extra_params")

RECORD_DETAIL_FIELDS = (
    "id",
    "record_id",
    "desktop_id",
    "desktop_name",
    "exec_status",
    "result_code",
    "fail_reason",
    "start_time",
    "end_time",
    "time_zone",
)
RECORD_DETAIL_EXTRA = ("exec_script_id",)

ERRORS = Errors("WKS", detailed=True, documented=(400, 403, 404, 500))
"""The fields of an error are documented, its codes are not: they are made up in the shape of Workspace App's.

Of the statuses 400 and 500 are documented; 404 is what a switch has for an unknown id."""


class Workspace(ProjectService):
    """The service."""

    name = "workspace"
    errors = ERRORS
    store = Project
    longest_id = 255

    def operations(self) -> list[Operation]:
        """The eleven operations."""
        root = "/v2/{project_id}/scheduled-tasks"
        task = f"{root}/{{task_id}}"
        return [
            self._operation(
                "ListScheduledTasks", "GET", root, self._list, view="listing", query=ListTasks, answer=Summaries
            ),
            self._operation("CreateScheduledTasks", "POST", root, self._create, body=CreateTask, answer=Created),
            self._operation(
                "BatchDeleteScheduledTasks", "POST", f"{root}/batch-delete", self._batch_delete, body=BatchDelete
            ),
            self._operation(
                "ListFutureExecutions",
                "POST",
                f"{root}/future-executions",
                self._future,
                body=FutureExecutions,
                answer=Futures,
            ),
            self._operation(
                "ListLifeCycleTypeConfigurations",
                "GET",
                f"{root}/life-cycle-type/configurations",
                self._configurations,
                query=ListConfigurations,
                answer=Configurations,
            ),
            self._operation("ShowScheduledTasks", "GET", task, self._show, view="detail", answer=Detail),
            self._operation("UpdateScheduledTasks", "PUT", task, self._update, body=UpdateTask),
            self._operation("DeleteScheduledTasks", "DELETE", task, self._delete),
            self._operation(
                "ListScheduledTasksRecords", "GET", f"{task}/records", self._records, query=ListRecords, answer=Records
            ),
            self._operation(
                "ExportScheduledTasksRecords",
                "POST",
                f"{task}/records/export",
                self._export,
                query=ExportRecords,
                answer=bytes,
            ),
            self._operation(
                "ListScheduledTasksRecordsDetails",
                "GET",
                f"{task}/records/{{record_id}}",
                self._details,
                query=ListRecordDetails,
                answer=Outcomes,
            ),
        ]

    def _list(self, request: Request) -> Answer:
        query = request.query
        name, kind = query.task_name, query.scheduled_type
        wanted = query.model_dump(include={"task_type", "life_cycle_type", "last_status"}, exclude_defaults=True)
        found = [
            task
            for task in request.store.tasks.values()
            if name in task["task_name"] and _is_listed(task, kind) and wanted.items() <= task.items()
        ]
        return self._page(request, "scheduled_tasks", found, self._summary)

    def _create(self, request: Request) -> Answer:
        if not self._dialect.workspace_agency:
            raise ERRORS.refusal(
                403,
                "The service agency has not been enabled; enable it before creating scheduled tasks.",
                encoded_authorization_message="emulated",
            )
        task = _changed({**NEW_TASK, "task_type": request.body["task_type"]}, request.body)
        check_task(task, request.body)
        return json_answer(200, {"task_id": request.store.new_task(task)["id"]})

    def _show(self, request: Request) -> Answer:
        task = self._task(request)
        objects = [self._dialect.write(each, each) for each in task["apply_objects"]]
        return json_answer(
            200, self._write(task, DETAIL_FIELDS) | {"apply_objects": objects} | self._dialect.extra_fields
        )

    def _update(self, request: Request) -> Answer:
        task = self._task(request)
        fields = dict(request.body)
        _resolve_objects(fields)
        base = task
        if self._dialect.workspace_put == "replace":
            base = task | NEW_TASK
            for name in ("task_name", "scheduled_type"):
                if name not in fields:
                    raise BadParameter(f"{name}: required")
        changed = _changed(base, fields)
        if CHECKED_TOGETHER & fields.keys():
            check_task(changed, fields)
        task |= changed
        return Answer(200)

    def _delete(self, request: Request) -> Answer:
        del request.store.tasks[self._task(request)["id"]]
        return Answer(200)

    def _batch_delete(self, request: Request) -> Answer:
        tasks, wanted = request.store.tasks, set(request.body["task_ids"])
        how = self._dialect.workspace_batch_unknown
        missing = wanted - tasks.keys() if how != "ignore" else set()
        if not missing or how == "delete_others":
            for task_id in wanted & tasks.keys():
                del tasks[task_id]
        if missing:
            raise self._unknown("task_ids: the scheduled task does not exist")
        return Answer(200)

    def _future(self, request: Request) -> Answer:
        check_parts(request.body)
        # Nobody knows when a trigger comes.
        executions = (
            []
            if request.body["scheduled_type"] == LIFE_CYCLE
            else islice(Schedule.of(request.body).executions(utc_now()), FUTURE_EXECUTIONS)
        )
        return json_answer(200, {"future_executions": [with_offset(execution) for execution in executions]})

    def _configurations(self, request: Request) -> Answer:
        kind = request.query.type
        return json_answer(200, {kind: CONFIGURATIONS[kind]} if kind else CONFIGURATIONS)

    def _records(self, request: Request) -> Answer:
        return self._page(
            request,
            "tasks_records",
            self._records_of(request),
            lambda record: self._write(record, RECORD_FIELDS, RECORD_EXTRA),
        )

    def _details(self, request: Request) -> Answer:
        record_id = request.path["record_id"]
        if record_id not in [record["id"] for record in self._records_of(request)]:
            raise self._unknown("record_id: the record of the scheduled task does not exist")
        return self._page(
            request,
            "tasks_records_details",
            [detail for detail in request.store.executions.values() if detail["record_id"] == record_id],
            lambda detail: self._write(detail, RECORD_DETAIL_FIELDS, RECORD_DETAIL_EXTRA),
        )

    def _export(self, request: Request) -> Answer:
        # What the answer is, no page says, and the SDK reads nothing; a file is inferred from the name.
        text = io.StringIO()
        writer = csv.DictWriter(text, RECORD_FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self._records_of(request))
        return Answer(200, text.getvalue().encode(), {"Content-Type": "application/octet-stream"})

    def _task(self, request: Request) -> Record:
        try:
            task: Record = request.store.tasks[request.path["task_id"]]
        except KeyError:
            # The words were seen in the Terraform provider's acceptance tests, on the records.
            raise self._unknown("task_id: the scheduled task does not exist") from None
        return task

    def _records_of(self, request: Request) -> list[Record]:
        task_id = self._task(request)["id"]
        return [record for record in request.store.histories.values() if record["task_id"] == task_id]

    def _unknown(self, message: str) -> Refusal:
        return ERRORS.refusal(self._dialect.unknown_task_status, message)

    def _page(self, request: Request, name: str, found: list[Record], write: Callable[[Record], Record]) -> Answer:
        offset, limit = request.query.offset, request.query.limit
        size = min(limit, self._dialect.page_size_cap or limit)
        page = [write(record) for record in found[offset : offset + size]]
        return json_answer(200, {name: page, "total_count": self._dialect.counted(found)})

    def _summary(self, task: Record) -> Record:
        return (
            self._write(task | {"next_execution_time": self._next_execution(task)}, SUMMARY_FIELDS, SUMMARY_EXTRA)
            | self._dialect.extra_fields
        )

    def _write(self, record: Record, names: tuple[str, ...], extra: tuple[str, ...] = ()) -> Record:
        return self._dialect.write(record, names + extra if self._dialect.workspace_list_extra else names)

    def _next_execution(self, task: Record) -> str:
        if not task["enable"]:
            return ""
        try:
            executions = Schedule.of(task).executions(utc_now(), instant(task["create_time"]))
            execution = next(executions, None)
        except (ValueError, TypeError, AttributeError):
            # A triggered task has no time, and a test may have stored anything.
            return ""
        if execution is None:
            return ""
        return with_offset(execution) if self._dialect.next_execution_suffix else f"{execution:%Y-%m-%d %H:%M:%S}"


def _is_listed(task: Record, scheduled_type: str) -> bool:
    # Triggered tasks are answered only to those who ask for them (documented).
    if not scheduled_type:
        return bool(task["scheduled_type"] != LIFE_CYCLE)
    return bool(task["scheduled_type"] == scheduled_type)


def _changed(task: Record, fields: Record) -> Record:
    """The task with these fields; where it becomes a triggered one, with what its trigger brings along."""
    changed = task | fields
    if changed["scheduled_type"] == LIFE_CYCLE != task["scheduled_type"]:
        brought = limits(changed["life_cycle_type"], changed["task_type"]) or {}
        for name, default in (("wait_time", "default_wait_time"), ("life_cycle_exec_period", "default_exec_time")):
            changed[name] = fields.get(name, brought.get(default))
    if "apply_objects" in fields:
        # Every object has a name, though it need not be given one.
        changed["apply_objects"] = [
            {"object_id": "", **each, "object_name": each.get("object_name") or each.get("object_id", "")}
            for each in fields["apply_objects"]
        ]
    return changed


def _resolve_objects(fields: Record) -> None:
    """Turn the objects of a PUT, and how they are meant, into the objects that there will be.

    Objects without a word replace those that there were (inferred: the word is in the SDK only, and pages without it
    know the objects). No objects without a word change nothing: it is for that that there is ``CLEAR_ALL`` (inferred).
    """
    how = fields.pop("apply_object_update_type", None)
    objects: list[Any] = fields.pop("apply_objects", [])
    if how == "CLEAR_ALL" and objects:
        raise BadParameter("apply_objects: none when apply_object_update_type is CLEAR_ALL")
    if how == "FULL_COVERAGE" and not objects:
        raise BadParameter("apply_objects: required when apply_object_update_type is FULL_COVERAGE")
    if how is not None or objects:
        fields["apply_objects"] = objects
