# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspace App Streaming: power and reinstall tasks of servers, `/v1/{project_id}/schedule-task`.

The tables of the vendor's pages and their samples disagree in places (upper or lower case, one id or an array of one,
an expiry with or without milliseconds). Either form is read; what is written is the tables' form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import Any

from .._errors import UnwantedError
from .._http._iam import needed_region
from .._http._request import Request, segment
from .._plan import Done, Step
from .._schedule import Schedule
from .._task import ScheduledTask
from .._times import parse_instant
from .._values import Field
from . import _wire as wire
from . import _workspace_schedule
from ._capabilities import BatchDeletion
from ._filters import Filter
from ._shapes import as_object, as_object_about, identified
from ._task_service import DESCRIPTION, MOST_TARGETS
from ._workspace_family import ExecutionFields, Listing, WorkspaceFamily, read_targets
from ._writing_service import not_taken

# The regions in which the vendor's SDK uses this host; Terraform's provider uses it in every region.
APPSTREAM_REGIONS = ("cn-north-4", "cn-north-9", "cn-east-3", "cn-south-1", "cn-southwest-2")

PAGE_SIZE = 100
# The keys of every listing: of its objects, and of how many there are in all.
ITEMS, COUNT = "items", "count"
NAME = re.compile(r"[a-zA-Z0-9_\u4e00-\u9fa5-]{1,64}")
NAME_LENGTH = 64

TASK_TYPES = ("RESTART_SERVER", "START_SERVER", "STOP_SERVER", "REINSTALL_OS")
TARGET_TYPES = ("SERVER", "SERVER_GROUP")

FACTS = {name: name for name in ("last_status", "next_execution_time", "task_cron", "create_time", "update_time")}
KNOWN_FIELDS = {
    *("id", "task_name", "task_type", "description", "is_enable", "schedule_task_policy", "target_infos"),
    *("scheduled_type", "scheduled_date", "scheduled_time", "day_interval", "week_list", "month_list", "date_list"),
    *("time_zone", "expire_time", *FACTS),
}
EXECUTION_FIELDS = {
    **{name: name for name in ("id", "status", "task_type", "begin_time", "end_time", "create_time", "time_zone")},
    **{name: name for name in ("total_count", "success_count", "failed_count", "executing_count")},
    "excuting_count": "executing_count",  # the vendor's pages spell it so
}
OUTCOME_FIELDS = {
    "server_id": "target_id",
    "server_name": "target_name",
    **{name: name for name in ("id", "status", "task_type", "begin_time", "end_time", "time_zone")},
    **{name: name for name in ("result_code", "result_message")},
}


def _name(text: str) -> str:
    if NAME.fullmatch(text):
        return text
    raise ValueError(f"a name has 1 to {NAME_LENGTH} letters, digits, '_', '-' or Chinese characters, and no blanks")


class WorkspaceApp(WorkspaceFamily):
    """Scheduled tasks of Workspace App Streaming."""

    name = "workspace_app"
    title = "Workspace App Streaming"
    task_types = TASK_TYPES
    schedule_types = tuple(_workspace_schedule.CALENDAR_TYPES)
    target_types = TARGET_TYPES
    takes = ("targets", "force", "description")
    needed_for_create = ("name", "task_type", "schedule.type", "targets")
    limits = {
        "name": Field(form=_name),
        "description": DESCRIPTION,
        "targets": Field("list", most=MOST_TARGETS),
        "targets.id": Field(most=128),
    }
    name_length = NAME_LENGTH
    listing = Listing("", PAGE_SIZE, ITEMS, COUNT)
    executions = Listing("/{task}/execute-history", PAGE_SIZE, ITEMS, COUNT, about="task_id")
    # Other than its neighbours, this path has the execution's id where theirs have the task's.
    outcomes_of = Listing("/{execution}/execute-detail", PAGE_SIZE, ITEMS, COUNT, about="execute_id")
    execution_fields = ExecutionFields(EXECUTION_FIELDS, ("scheduled_type", "task_id"), OUTCOME_FIELDS)
    batch_deletion = BatchDeletion("/actions/batch-delete", "items", 20)
    filters = {
        "task_name": Filter(Field(most=NAME_LENGTH), known_of=lambda task: (task.name,), is_part=True),
        "task_type": Filter(
            Field(choices=(*TASK_TYPES, "UPGRADE_ACCESS_AGENT")), known_of=lambda task: (task.task_type,)
        ),
    }
    deletion_fails_if_missing = False  # documented

    @staticmethod
    def host(region: str | None, site: str) -> str:
        region = needed_region(region, "endpoint is not given")
        product = "appstream" if region in APPSTREAM_REGIONS else "workspace"
        return f"{product}.{region}.myhuaweicloud.com"

    @property
    def url(self) -> str:
        return f"{self._base_url}/v1/{self._account.project_id}/schedule-task"

    def steps(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Step]:
        if wanted is None:
            return [] if found is None else [self.deletion]
        if found is None:
            # A task is born enabled: the creation has no field for it (Terraform provider's acceptance tests).
            disabling = [self._updating("disable", {"is_enable": False})] if wanted.enabled is False else []
            return [Step(("create",), self._create), *disabling, self.look_at_created]
        body = _changed_fields(found, wanted)
        if not body:
            return []
        if set(body) == {"is_enable"}:
            return [self._updating("enable" if wanted.enabled else "disable", body)]
        return [self._updating("update", body)]

    def read_listed(self, item: Mapping[str, Any]) -> ScheduledTask:
        return _read_task(item)

    def read_detail(self, item: Mapping[str, Any]) -> ScheduledTask:
        return _read_whole(item)

    def write_forecast(self, schedule: Schedule) -> dict[str, Any]:
        return _workspace_schedule.write_schedule(schedule, Schedule()) | _write_expiry(schedule)

    def _create(self, task: ScheduledTask) -> Done:
        tried = f"create scheduled task {task.name}"
        sent = replace(task, enabled=None)
        body = _changed_fields(ScheduledTask(description=""), sent)
        request = Request(tried, "POST", "", as_object, body=body, repeatable=False)
        answered: dict[str, Any] = {}

        def create() -> ScheduledTask:
            answered.update(self.send(request))
            return identified(tried, _read_task(answered))

        created = task.completed_by(self.create_once(create, sent))
        return Done(created, "create", _not_taken(tried, body, answered))

    def _updating(self, word: str, body: dict[str, Any]) -> Step:
        def update(task: ScheduledTask) -> Done:
            tried = f"{word} scheduled task {task.label}"
            read = partial(as_object_about, field="id", value=str(task.id))
            request = Request(tried, "PATCH", f"/{segment(task.id)}", read, body=body)
            answered = self.write(request, task.id, task) or {}
            updated = task.completed_by(_read_task(answered)) if answered else task
            return Done(updated, word, _not_taken(tried, body, answered))

        return Step((word,), update)


def _changed_fields(found: ScheduledTask, wanted: ScheduledTask) -> dict[str, Any]:
    """Return the body that turns one task into the other: the fields that differ, and a changed schedule whole.

    A schedule's fields mean something only together, so they go together; a PATCH with a single field outside of it
    works (Terraform provider's acceptance tests).
    """
    targets = [{"target_type": target.type, "target_id": target.id} for target in wanted.targets or ()]
    written: dict[str, dict[str, Any]] = {
        "name": {"task_name": wanted.name},
        "task_type": {"task_type": wanted.task_type},
        "description": {"description": wanted.description},
        "enabled": {"is_enable": wanted.enabled},
        "force": {"schedule_task_policy": {"enforcement_enable": wanted.force}},
        "targets": {"target_infos": targets},
        "schedule": _changed_schedule(found.schedule, wanted.schedule),
    }
    body: dict[str, Any] = {}
    for option in sorted(found.changes(wanted)):
        if getattr(wanted, option) is not None:
            body.update(written[option])
    return body


def _not_taken(tried: str, body: Mapping[str, Any], answered: Mapping[str, Any]) -> UnwantedError | None:
    """Return what the service did not take, as far as the task that it has answered tells."""
    known = [name for name in body if name in answered]
    asked, got = ({name: item[name] for name in known} for item in (body, answered))
    return not_taken(tried, _read_whole(asked), _read_whole(got))


def _changed_schedule(found: Schedule, wanted: Schedule) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if replace(found, expire_time=wanted.expire_time) != wanted:
        body = _workspace_schedule.write_schedule(wanted, found)
    if found.expire_time != wanted.expire_time:
        body.update(_write_expiry(wanted) or {"expire_time": ""})
    return body


def _write_expiry(schedule: Schedule) -> dict[str, Any]:
    expiry = schedule.expire_time
    if isinstance(expiry, datetime):
        return {"expire_time": expiry.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {"expire_time": expiry} if expiry else {}


def _read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list and the answers to a creation or an update show it: all but the targets."""
    policy = item.get("schedule_task_policy")
    expiry = wire.text(item, "expire_time")
    # Every form of an expiry that the pages show ends in Z.
    expire_time = None if expiry is None else parse_instant(expiry, timezone.utc) or expiry
    return ScheduledTask(
        service=WorkspaceApp.name,
        id=wire.text(item, "id"),
        name=wire.text(item, "task_name"),
        task_type=wire.enumerated(wire.text(item, "task_type"), TASK_TYPES),
        description=wire.text(item, "description") or "",
        enabled=wire.boolean(item, "is_enable"),
        # The documented default, which is what a task without the policy does.
        force=isinstance(policy, dict) and policy.get("enforcement_enable") is True,
        schedule=replace(_workspace_schedule.read_schedule(item), expire_time=expire_time),
        facts=wire.filled(item, FACTS),
        extra=wire.unnamed(item, KNOWN_FIELDS),
    )


def _read_whole(item: Mapping[str, Any]) -> ScheduledTask:
    def ids(target_type: str, info: Mapping[str, Any]) -> list[str]:
        return wire.entries(info, "target_id")

    targets, names = read_targets(item.get("target_infos"), "target_type", "target_name", TARGET_TYPES, ids)
    return replace(_read_task(item), targets=targets, target_names=names)
