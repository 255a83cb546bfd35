# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspace App Streaming: power and reinstall tasks of servers, `/v1/{project_id}/schedule-task`.

The tables of the vendor's pages and their samples disagree in places (upper or lower case, one id or an array of one,
an expiry with or without milliseconds). Either form is read; what is written is the tables' form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._identity import needed_region
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule, parse_instant
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _workspace_schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    DESCRIPTION,
    BatchDeletion,
    Filter,
    Operation,
    Progress,
    SupportsBatchDelete,
    SupportsForecast,
    SupportsOutcomes,
    check_taken,
    segment,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._shapes import (
    as_instants,
    as_object,
    as_object_about,
    identified,
    without_repeats,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask, Target, as_targets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field

# The regions in which the vendor's SDK uses this host; Terraform's provider uses it in every region.
APPSTREAM_REGIONS = ("cn-north-4", "cn-north-9", "cn-east-3", "cn-south-1", "cn-southwest-2")

PAGE_SIZE = 100
# The keys of every listing: of its objects, and of how many there are in all.
ITEMS, COUNT = "items", "count"
NAME = re.compile(r"[a-zA-Z0-9_\u4e00-\u9fa5-]{1,64}")
NAME_LENGTH = 64
TARGET_ID = Field(most=128)

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


class WorkspaceApp(SupportsBatchDelete, SupportsForecast, SupportsOutcomes):
    """Scheduled tasks of Workspace App Streaming."""

    name = "workspace_app"
    task_types = TASK_TYPES
    schedule_types = tuple(_workspace_schedule.CALENDAR_TYPES)
    target_types = TARGET_TYPES
    needed_for_create = ("name", "task_type", "schedule.type", "targets")
    name_length = NAME_LENGTH
    batch_deletion = BatchDeletion("/actions/batch-delete", "items", 20)
    filters = {
        "task_name": Filter(longest=NAME_LENGTH, told=lambda task: (task.name,), is_part=True),
        "task_type": Filter(choices=(*TASK_TYPES, "UPGRADE_ACCESS_AGENT"), told=lambda task: (task.task_type,)),
    }
    deletion_tells = False  # documented

    @staticmethod
    def host(region: str | None, site: str) -> str:
        region = needed_region(region, "endpoint is not given")
        product = "appstream" if region in APPSTREAM_REGIONS else "workspace"
        return f"{product}.{region}.myhuaweicloud.com"

    @classmethod
    def check(cls, given: ScheduledTask) -> None:
        if given.name is not None and not NAME.fullmatch(given.name):
            raise OptionError(
                "name",
                given.name,
                f"a name has 1 to {NAME_LENGTH} letters, digits, '_', '-' or Chinese characters, and no blanks",
            )
        DESCRIPTION.check("description", given.description)
        cls.check_targets(given, fewest=1)
        for target in given.targets or ():
            TARGET_ID.check("targets.id", target.id)

    @property
    def _url(self) -> str:
        return f"{self._base_url}/v1/{self._account.project_id}/schedule-task"

    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        if wanted is None:
            return [] if found is None else [self.deletion]
        if found is None:
            plan = [Operation(("create",), self._create)]
            # A task is born enabled: the creation has no field for it (Terraform provider's acceptance tests).
            if wanted.enabled is False:
                plan.append(self._updating("disable", {"is_enable": False}))
            return [*plan, self.looking_again]
        body = _changed_fields(found, wanted)
        if not body:
            return []
        if set(body) == {"is_enable"}:
            return [self._updating("enable" if wanted.enabled else "disable", body)]
        return [self._updating("update", body)]

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        tried = f"read the history of scheduled task {task.id}"
        path, about = f"/{segment(task.id)}/execute-history", ("task_id", str(task.id))
        items = self._paged(tried, path, PAGE_SIZE, ITEMS, COUNT, most=count, about=about)
        return [_read_execution(item) for item in items]

    def outcomes(self, task: ScheduledTask, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        # Other than its neighbours, this path has the execution's id where theirs have the task's.
        tried = f"read execution {execution['id']} of scheduled task {task.id}"
        path, about = f"/{segment(execution['id'])}/execute-detail", ("execute_id", str(execution["id"]))
        items = self._paged(tried, path, PAGE_SIZE, ITEMS, COUNT, about=about)
        return [wire.renamed(item, OUTCOME_FIELDS, {"execute_id"}) for item in items]

    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        if task.schedule.type not in self.schedule_types:
            return None
        tried = f"foresee the executions of scheduled task {task.id}"
        body = _workspace_schedule.write_schedule(task.schedule, Schedule()) | _write_expiry(task.schedule)
        instants: list[str] = self._call(tried, "POST", "/future-executions", body=body, read=as_instants)
        return instants

    def _detail(self, task_id: str) -> ScheduledTask | None:
        item = self._shown(task_id)
        return None if item is None else replace(_read_whole(item), id=task_id)

    def _listed(self, filters: Mapping[str, str]) -> Iterator[ScheduledTask]:
        named = f" named {filters['task_name']}" if filters.get("task_name") else ""
        tried = f"list scheduled tasks{named}"
        items = self._paged_tasks(tried, PAGE_SIZE, ITEMS, COUNT, filters)
        return without_repeats(identified(tried, _read_task(item)) for item in items)

    def _create(self, task: ScheduledTask) -> Progress:
        tried = f"create scheduled task {task.name}"
        sent = replace(task, enabled=None)
        body = _changed_fields(ScheduledTask(description=""), sent)
        answered: dict[str, Any] = {}

        def create() -> ScheduledTask:
            answered.update(self._call(tried, "POST", "", body=body, repeatable=False, read=as_object))
            return identified(tried, _read_task(answered))

        yield "create", task.filled_up(self.create_once(create, sent))
        _check_taken(tried, body, answered)

    def _updating(self, word: str, body: dict[str, Any]) -> Operation:
        def update(task: ScheduledTask) -> Progress:
            tried = f"{word} scheduled task {task.label}"
            read = partial(as_object_about, field="id", value=str(task.id))
            patch = partial(self._call, tried, "PATCH", f"/{segment(task.id)}", body=body, read=read)
            answered = self._settled(patch, task.id, task) or {}
            yield word, task.filled_up(_read_task(answered)) if answered else task
            _check_taken(tried, body, answered)

        return Operation((word,), update)


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


def _check_taken(tried: str, body: Mapping[str, Any], answered: Mapping[str, Any]) -> None:
    """Compare what was sent with the task that was answered, as far as that tells.

    :raises UnwantedError: the service did not take something.
    """
    told = [name for name in body if name in answered]
    asked, got = ({name: item[name] for name in told} for item in (body, answered))
    check_taken(tried, _read_whole(asked), _read_whole(got))


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
    targets, names = _read_targets(item.get("target_infos"))
    return replace(_read_task(item), targets=targets, target_names=names)


def _read_targets(infos: Any) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Return the targets, and the names of those that have one, by id."""
    targets: list[Target] = []
    names: dict[str, str] = {}
    for info in infos if isinstance(infos, list) else ():
        if not isinstance(info, dict):
            continue
        target_type = wire.enumerated(wire.text(info, "target_type"), TARGET_TYPES) or ""
        for target_id in wire.entries(info, "target_id"):
            targets.append(Target(target_type, target_id))
            name = wire.text(info, "target_name")
            if name is not None:
                names[target_id] = name
    return as_targets(targets), names


def _read_execution(item: Mapping[str, Any]) -> dict[str, Any]:
    execution = wire.renamed(item, EXECUTION_FIELDS, {"scheduled_type", "task_id"})
    schedule_type = _workspace_schedule.read_type(item)
    return execution if schedule_type is None else {**execution, "schedule_type": schedule_type}
