# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Operations Center: the eight documented operations on scheduled tasks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from . import account
from .authentication import utc_now
from .coc_answers import Detail, Done, Histories, Summaries
from .coc_storage import DEFINITION, CocStore, milliseconds, under_review
from .coc_validation import EnableTask, ListHistory, ListTasks, Page, WriteTask, check_trigger, refused
from .errors import Errors
from .messages import Answer, BadParameter, Refusal, json_answer
from .operation import Operation
from .service import AccountService, Record, Request

DETAIL_FIELDS = (
    "id",
    "enterprise_project_id",
    "name",
    "agency_name",
    "trigger_time",
    "version_no",
    "task_type",
    "associated_task_id",
    "associated_task_name",
    "associated_task_name_en",
    "associated_task_type",
    "runbook_instance_mode",
    "risk_level",
    "input_param",
    "enable_approve",
    "reviewer_notification",
    "created_user_name",
    "reviewer_user_name",
    "approve_status",
    "approve_comments",
    "target_instances",
    "enable_message_notification",
    "message_notification",
)
"""What detail and update answer: the definition, but not whether the task is enabled (documented).

Neither the tickets nor the enterprise project of the script are among it."""

SUMMARY_FIELDS = (
    "id",
    "enterprise_project_id",
    "name",
    "scheduled_type",
    "task_type",
    "associated_task_type",
    "risk_level",
    "created_by",
    "update_by",
    "created_user_name",
    "reviewer",
    "reviewer_user_name",
    "approve_status",
    "last_execution_time",
    "last_execution_status",
    "execution_count",
    "enabled",
    "created_time",
    "modified_time",
    "region_id",
    "associated_task_name",
    "associated_task_name_en",
)
"""What the list answers: the state, but not the whole definition (documented)."""

HISTORY_FIELDS = (
    "id",
    "task_type",
    "execution_id",
    "associated_task_name",
    "associated_task_name_en",
    "region",
    "created_by",
    "started_time",
    "finished_time",
    "status",
    "execution_msg",
)

_TRIGGER: Record = {
    "time_zone": "",
    "policy": "",
    "single_scheduled_time": None,
    "periodic_scheduled_time": "",
    "period": "",
    "cron": "",
    "scheduled_close_time": None,
}
_NOTIFICATION: Record = dict.fromkeys(
    ("notification_endpoint_type", "policy", "protocol", "recipients", "schedule_role_id", "schedule_scene_id"), ""
)
_TARGET: Record = {
    "target_selection": "",
    "order_no": None,
    "target_resource": None,
    "target_instances": "",
    "sub_target_instances": None,
    "id": "",
    "schedule_id": "",
    "create_time": None,
    "update_time": None,
}
"""A target as it is read: without its ``batch_strategy``, with fields that nobody wrote.

Both were seen in the Terraform provider's acceptance tests."""

_FILTERS = {
    "enterprise_project_id": "enterprise_project_id",
    "task_id": "id",
    "task_type": "task_type",
    "associated_task_type": "associated_task_type",
    "risk_level": "risk_level",
    "reviewer": "reviewer",
    "reviewer_user_name": "reviewer_user_name",
    "approve_status": "approve_status",
    "last_execution_status": "last_execution_status",
    "region_id": "region_id",
}
"""The query parameters that a task must equal, and in which field."""


class Coc(AccountService):
    """The service. It knows no 404: an unknown task is a 400 with a code of its own (documented)."""

    name = "coc"
    errors = Errors(
        "COC",
        {400: "COC.00010002", 401: "APIGW.0301", 403: "APIGW.0302", 404: "APIGW.0101"},
        documented=(400,),
    )
    store = CocStore
    longest_id = 128
    scopes = ("x-project-id", "x-domain-id")

    def operations(self) -> list[Operation]:
        """The eight operations."""
        root = "/v1/schedule/task"
        task = f"{root}/{{task_id}}"
        return [
            self._operation(
                "ListScheduledTask", "GET", root, self._list, view="listing", query=ListTasks, answer=Summaries
            ),
            self._operation("CreateScheduledTask", "POST", root, self._create, body=WriteTask, answer=Done),
            self._operation(
                "ListScheduledTaskHistory",
                "GET",
                f"{root}/history",
                self._history,
                query=ListHistory,
                answer=Histories,
            ),
            self._operation("ShowScheduledTask", "GET", task, self._show, view="detail", answer=Detail),
            self._operation("UpdateScheduledTask", "PUT", task, self._update, body=WriteTask, answer=Detail),
            self._operation("DeleteScheduledTask", "DELETE", task, self._delete, answer=Done),
            self._operation(
                "EnableScheduledTask",
                "POST",
                f"{task}/enable",
                self._enable,
                body=EnableTask,
                body_required=False,
                answer=Done,
            ),
            self._operation("DisableScheduledTask", "POST", f"{task}/disable", self._disable, answer=Done),
        ]

    def add_history(self, task_id: str, *, domain_id: str = account.DOMAIN_ID, **fields: Any) -> str:
        """Store one past run of a task and return its id. What is left out makes a success."""
        return str(self.storage[domain_id].seed_history(task_id, fields))

    def approve(self, task_id: str, status: str = "PASSED", comments: str = "") -> None:
        """Let the reviewer of a task decide. That the task then still has to be enabled is inferred."""
        if status not in ("PASSED", "REJECTED"):
            raise ValueError(f"a review ends in PASSED or REJECTED, not {status!r}")
        self.tasks[task_id] |= {"approve_status": status, "approve_comments": comments}

    def _read(self, body: Any) -> Any:
        # The code for a task without a trigger speaks of null.
        if isinstance(body, dict) and body.get("trigger_time", ...) is None:
            return {name: value for name, value in body.items() if name != "trigger_time"}
        return body

    def _list(self, request: Request) -> Answer:
        query = request.query
        heeded = [name for name in _FILTERS if name not in self._dialect.ignored_filters]
        wanted = {_FILTERS[name]: getattr(query, name) for name in heeded if getattr(query, name)}
        found = [
            task
            for task in request.store.tasks.values()
            if wanted.items() <= task.items() and self._is_found(task, query)
        ]
        return self._page(query, found, "scheduled_tasks", self._summary)

    def _create(self, request: Request) -> Answer:
        if len(request.store.tasks) >= self._dialect.coc_quota:
            raise refused("00014138", f"There are {self._dialect.coc_quota} scheduled tasks already.")
        self._check_definition(request.body)
        return json_answer(200, {"data": request.store.new_task(request.body)["id"]})

    def _show(self, request: Request) -> Answer:
        return json_answer(200, self._detail(_task(request)))

    def _update(self, request: Request) -> Answer:
        task = _task(request)
        self._check_disabled(task)
        self._check_definition(request.body)
        state = under_review(request.body)
        if not self._dialect.coc_put_enables:
            state["enabled"] = task["enabled"] and state["enabled"]
        task |= DEFINITION | request.body | state
        _touch(task)
        return json_answer(200, self._detail(task))

    def _delete(self, request: Request) -> Answer:
        task = _task(request)
        self._check_disabled(task)
        del request.store.tasks[task["id"]]
        return _done(task)

    def _enable(self, request: Request) -> Answer:
        task = _own_task(request)
        if task["enabled"]:
            raise refused("00014110", "The scheduled task is enabled already.")
        if task["approve_status"] != "PASSED":
            # The code is inferred.
            raise refused("00010002", f"The review of the scheduled task is {task['approve_status']}.")
        self._check_tickets(request.body)
        task["enabled"] = True
        return _done(_touch(task))

    def _disable(self, request: Request) -> Answer:
        task = _own_task(request)
        if not task["enabled"]:
            raise refused("00014104", "The scheduled task is disabled already.")
        task["enabled"] = False
        return _done(_touch(task))

    def _history(self, request: Request) -> Answer:
        query = request.query
        runs = [run for run in request.store.histories.values() if run["task_id"] == query.task_id]
        if not runs and query.task_id not in request.store.tasks:
            # Inferred. What a deleted task did can still be read.
            raise _unknown(query.task_id)
        found = [
            run
            for run in runs
            if all(getattr(query, name) in ("", run[name]) for name in ("id", "region", "status"))
            and _is_within(run["started_time"], query.started_start_time, query.started_end_time)
            and _is_within(run["finished_time"], query.finished_start_time, query.finished_end_time)
        ]
        found.sort(key=lambda run: run[query.sort_key] or 0, reverse=query.sort_dir == "desc")
        return self._page(query, found, "scheduled_task_history_list", self._write_history)

    def _check_definition(self, body: Record) -> None:
        self._check_tickets(body)
        for name in ("message_notification", "reviewer_notification"):
            endpoint = (body.get(name) or {}).get("notification_endpoint_type", "USER")
            if endpoint not in ("USER", self._dialect.coc_on_call):
                raise BadParameter(f"{name}.notification_endpoint_type: Input should be {self._dialect.coc_on_call}")
        now = milliseconds(utc_now())
        check_trigger(body.get("trigger_time"), now, needs_close_time=self._dialect.coc_needs_close_time)

    def _check_tickets(self, body: Record) -> None:
        # Needed where change control is on (documented); the code is inferred.
        if self._dialect.coc_change_control and not body.get("ticket_infos"):
            raise BadParameter("ticket_infos: required under change control")

    def _check_disabled(self, task: Record) -> None:
        # Update and delete are for tasks that are disabled (documented); that others are refused, and how, is inferred.
        if task["enabled"] and self._dialect.coc_needs_disabled:
            raise refused(self._dialect.coc_enabled_code, "The scheduled task is enabled. Disable it first.")

    def _is_found(self, task: Record, query: ListTasks) -> bool:
        wanted = query.task_name
        named = task["name"] == wanted if self._dialect.coc_name_filter == "exact" else wanted in task["name"]
        return (
            (not wanted or named)
            and query.scheduled_type in ("", _policy(task))
            # Documented is the id; the Terraform provider's acceptance tests find by the name.
            and query.created_by in ("", task["created_by"], task["created_user_name"])
            and (not query.resource_id or query.resource_id in json.dumps(task["target_instances"]))
            and _is_within(task["last_execution_time"], query.last_execution_start_time, query.last_execution_end_time)
        )

    def _page(self, query: Any, found: list[Record], name: str, write: Callable[[Record], Record]) -> Answer:
        rest = found[_start(query, found) :]
        page = rest[: min(query.limit, self._dialect.page_size_cap or query.limit)]
        # In the sample the last page too has an id to go on from.
        marker = page[-1]["id"] if page else ""
        return json_answer(
            200, {"count": self._dialect.counted(found), "next_maker": marker, name: [write(record) for record in page]}
        )

    def _summary(self, task: Record) -> Record:
        summary = self._dialect.write(task | {"scheduled_type": _policy(task)}, SUMMARY_FIELDS)
        return summary | self._dialect.extra_fields

    def _detail(self, task: Record) -> Record:
        read = {
            "trigger_time": self._part(task["trigger_time"], _TRIGGER),
            "reviewer_notification": self._part(task["reviewer_notification"], _NOTIFICATION),
            "message_notification": self._part(task["message_notification"], _NOTIFICATION),
            "input_param": _json_text(task["input_param"]),
            "target_instances": _json_text(self._targets(task, task["target_instances"] or [])),
        }
        return self._dialect.write(task | read, DETAIL_FIELDS) | self._dialect.extra_fields

    def _targets(self, task: Record, targets: list[Record], place: str = "") -> list[Record]:
        return [self._target(task, target, f"{place}{number}") for number, target in enumerate(targets)]

    def _target(self, task: Record, target: Record, place: str) -> Record:
        """One target as it is read; ``place`` is its position, for an id that stays."""
        read = {
            **_TARGET,
            **target,
            "id": uuid.uuid5(uuid.NAMESPACE_OID, f"{task['id']}/{place}").hex,
            "schedule_id": task["id"],
            "create_time": task["created_time"],
            "update_time": task["modified_time"],
        }
        if read["sub_target_instances"]:
            read["sub_target_instances"] = self._targets(task, read["sub_target_instances"], f"{place}/")
        return self._dialect.write(read, _TARGET)

    def _part(self, value: Record | None, blank: Record) -> Record | None:
        return None if value is None else self._dialect.write(blank | value, blank)

    def _write_history(self, history: Record) -> Record:
        return self._dialect.write(history, HISTORY_FIELDS)


def _task(request: Request) -> Record:
    task_id = request.path["task_id"]
    task: Record | None = request.store.tasks.get(task_id)
    if task is None:
        raise _unknown(task_id)
    return task


def _unknown(task_id: str) -> Refusal:
    return refused("00014102", f"task_id: there is no scheduled task {task_id}")


def _own_task(request: Request) -> Record:
    task = _task(request)
    if task["created_by"] != account.USER_ID:
        # Only the creator may enable and disable (documented); the code is inferred.
        raise refused("00014121", "The scheduled task is somebody else's.")
    return task


def _touch(task: Record) -> Record:
    task |= {"modified_time": milliseconds(utc_now()), "update_by": account.USER_ID}
    return task


def _done(task: Record) -> Answer:
    return json_answer(200, {"data": task["id"]})


def _policy(task: Record) -> str:
    return str((task["trigger_time"] or {}).get("policy", ""))


def _start(query: Page, found: list[Record]) -> int:
    if not query.marker:
        return query.offset
    for number, record in enumerate(found):
        if record["id"] == query.marker:
            return number + 1 + query.offset
    # Inferred, as is that an offset counts from the marker.
    raise BadParameter(f"marker: there is no record {query.marker} in the answer")


def _is_within(moment: int | None, start: int | None, end: int | None) -> bool:
    if start is None and end is None:
        return True
    return moment is not None and (start is None or moment >= start) and (end is None or moment <= end)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
