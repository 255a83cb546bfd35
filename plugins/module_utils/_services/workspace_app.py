# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspace App Streaming: power and reinstall tasks of servers, `/v1/{project_id}/schedule-task`.

The tables of the vendor's pages and their samples disagree in places (upper or lower case, one id or an array of one,
an expiry with or without milliseconds). Either form is read; what is written is the tables' form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from itertools import islice
from typing import Any, Callable
from urllib.parse import quote

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._client import pages, with_query
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    NotFoundError,
    OptionError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import (
    WEEKDAYS,
    Schedule,
    by_number,
    by_weekday,
    parse_instant,
    parse_time,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    Filter,
    Operation,
    Service,
    as_object,
    as_objects,
    the_one_of_name,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import (
    TASK_ID,
    ScheduledTask,
    Target,
    as_targets,
)

# The regions in which the vendor's SDK uses this host; Terraform's provider uses it in every region.
APPSTREAM_REGIONS = ("cn-north-4", "cn-north-9", "cn-east-3", "cn-south-1", "cn-southwest-2")

PAGE_SIZE = 100
NAME = re.compile(r"[a-zA-Z0-9_\u4e00-\u9fa5-]{1,64}")
NAME_LENGTH = 64
DESCRIPTION_LENGTH = 255
TARGET_ID_LENGTH = 128
MOST_TARGETS = 1000

SCHEDULE_TYPES = {"once": "FIXED_TIME", "daily": "DAY", "weekly": "WEEK", "monthly": "MONTH"}
# The pages say 1 to 7 and not which day is which; in the Terraform provider's acceptance tests 1 is Sunday.
WEEKDAY_NUMBERS = {name: str(number) for number, name in enumerate(WEEKDAYS, start=1)}
TASK_TYPES = ("RESTART_SERVER", "START_SERVER", "STOP_SERVER", "REINSTALL_OS")
TARGET_TYPES = ("SERVER", "SERVER_GROUP")

TYPES_BY_WIRE = {wire: ours for ours, wire in SCHEDULE_TYPES.items()}
WEEKDAYS_BY_NUMBER = {number: name for name, number in WEEKDAY_NUMBERS.items()}
LIST_FIELDS = {"weekdays": "week_list", "months": "month_list", "month_days": "date_list"}
PLAIN_FIELDS = {
    "date": "scheduled_date",
    "time": "scheduled_time",
    "day_interval": "day_interval",
    "time_zone": "time_zone",
}
FACTS = ("last_status", "next_execution_time", "task_cron", "create_time", "update_time")
KNOWN_FIELDS = {
    *("id", "task_name", "task_type", "description", "is_enable", "schedule_task_policy", "target_infos"),
    *("scheduled_type", "expire_time", *LIST_FIELDS.values(), *PLAIN_FIELDS.values(), *FACTS),
}
EXECUTION_FIELDS = {
    **{name: name for name in ("id", "status", "task_type", "begin_time", "end_time", "create_time", "time_zone")},
    **{name: name for name in ("total_count", "success_count", "failed_count", "executing_count")},
    "excuting_count": "executing_count",  # the vendor's pages spell it so
}
FUTURE_EXECUTION = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{2}:\d{2})?")


class WorkspaceApp(Service):
    """Scheduled tasks of Workspace App Streaming."""

    name = "workspace_app"
    task_types = TASK_TYPES
    schedule_types = tuple(SCHEDULE_TYPES)
    target_types = TARGET_TYPES
    needed_for_create = ("name", "task_type", "schedule.type", "targets")
    filters = {
        "task_name": Filter(longest=NAME_LENGTH),
        "task_type": Filter(choices=(*TASK_TYPES, "UPGRADE_ACCESS_AGENT")),
    }

    @staticmethod
    def host(region: str) -> str:
        product = "appstream" if region in APPSTREAM_REGIONS else "workspace"
        return f"{product}.{region}.myhuaweicloud.com"

    @classmethod
    def check(cls, given: ScheduledTask) -> None:
        cls.check_types(given)
        if given.name is not None and not NAME.fullmatch(given.name):
            raise OptionError(
                "name",
                given.name,
                f"a name has 1 to {NAME_LENGTH} letters, digits, '_', '-' or Chinese characters, and no blanks",
            )
        if given.description is not None and len(given.description) > DESCRIPTION_LENGTH:
            raise OptionError("description", given.description, f"it has at most {DESCRIPTION_LENGTH} characters")
        if given.targets is not None and not 1 <= len(given.targets) <= MOST_TARGETS:
            raise OptionError(
                "targets",
                f"{len(given.targets)} targets",
                f"a task of service {cls.name} has 1 to {MOST_TARGETS} targets, and they cannot be cleared",
            )
        for target in given.targets or ():
            if not target.id.strip() or len(target.id) > TARGET_ID_LENGTH:
                raise OptionError("targets.id", target.id, f"it has 1 to {TARGET_ID_LENGTH} characters")

    def look_up(self, task_id: str | None, name: str | None) -> ScheduledTask | None:
        if task_id is not None:
            return self._detail(task_id)
        return the_one_of_name(self._listed({"task_name": name}), str(name))

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return the task with what its other view knows.

        Only the detail tells the targets, and only the list whether the task is enabled.
        """
        if task.targets is None:
            detail = self._detail(str(task.id))
            return None if detail is None else detail.filled_up(task)
        candidates = self._listed({"task_name": task.name})
        listed = next((candidate for candidate in candidates if candidate.id == task.id), None)
        # A task that the list does not show has its enablement unknown, so that asking for one sets it.
        return task if listed is None else task.filled_up(listed)

    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        if wanted is None:
            return [] if found is None else [Operation("delete", self._delete)]
        if found is None:
            plan = [Operation("create", self._create)]
            # A task is born enabled: the creation has no field for it (Terraform provider's acceptance tests).
            if wanted.enabled is False:
                plan.append(Operation("disable", self._updater({"is_enable": False})))
            return plan
        body = _changed_fields(found, wanted)
        if not body:
            return []
        if set(body) == {"is_enable"}:
            return [Operation("enable" if wanted.enabled else "disable", self._updater(body))]
        return [Operation("update", self._updater(body))]

    def list_tasks(self, name: str | None, filters: Mapping[str, str]) -> Iterable[ScheduledTask]:
        listed = self._listed(filters if name is None else {**filters, "task_name": name})
        # The service's own filter also lets similar names through.
        return (task for task in listed if name is None or task.name == name)

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        items = self._items(
            f"read the history of scheduled task {task.id}", f"/{_segment(task)}/execute-history", min(count, PAGE_SIZE)
        )
        return [_read_execution(item) for item in islice(items, count)]

    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        if task.schedule.type not in SCHEDULE_TYPES:
            return None
        tried = f"foresee the executions of scheduled task {task.id}"
        body = _write_schedule(task.schedule) | _write_expiry(task.schedule)
        answer = self._call(tried, "POST", "/future-executions", body=body)
        instants = as_object(tried, answer).get("future_executions")
        if instants is not None and not isinstance(instants, list):
            raise ServiceError(tried, "the answer's future_executions is no list", answer.status)
        return [_read_future_execution(instant) for instant in instants or () if isinstance(instant, str)]

    def _detail(self, task_id: str) -> ScheduledTask | None:
        tried = f"read scheduled task {task_id}"
        try:
            answer = self._call(tried, "GET", f"/{quote(task_id, safe='')}")
        except NotFoundError:
            return None
        item = as_object(tried, answer)
        targets, names = _read_targets(item.get("target_infos"))
        return replace(_read_task(item), id=task_id, targets=targets, target_names=names)

    def _listed(self, filters: Mapping[str, str | None]) -> Iterator[ScheduledTask]:
        named = f" named {filters['task_name']}" if filters.get("task_name") else ""
        tried = f"list scheduled tasks{named}"
        seen: set[str | None] = set()
        for item in self._items(tried, "", PAGE_SIZE, filters):
            task = _read_identified(tried, item)
            # A task that is created while the pages are read moves another one over the edge to the next page.
            if task.id not in seen:
                seen.add(task.id)
                yield task

    def _items(
        self, tried: str, path: str, size: int, filters: Mapping[str, str | None] | None = None
    ) -> Iterator[dict[str, Any]]:
        def fetch(offset: int) -> tuple[list[dict[str, Any]], int | None]:
            answer = self._call(tried, "GET", path, query={"offset": offset, "limit": size, **(filters or {})})
            count = _number(_text(as_object(tried, answer), "count") or "")
            return as_objects(tried, answer, "items"), count if isinstance(count, int) else None

        return pages(fetch, size)

    def _create(self, task: ScheduledTask) -> ScheduledTask:
        tried = f"create scheduled task {task.name}"
        body = _changed_fields(ScheduledTask(description=""), replace(task, enabled=None))

        def create() -> ScheduledTask:
            return _read_identified(tried, as_object(tried, self._call(tried, "POST", "", body=body, repeatable=False)))

        return task.filled_up(self.create_once(create, lambda: self.look_up(None, task.name)))

    def _updater(self, body: dict[str, Any]) -> Callable[[ScheduledTask], ScheduledTask]:
        def update(task: ScheduledTask) -> ScheduledTask:
            tried = f"update scheduled task {task.name} ({task.id})"
            answer = self._call(tried, "PATCH", f"/{_segment(task)}", body=body)
            return task if answer.body is None else task.filled_up(_read_task(as_object(tried, answer)))

        return update

    def _delete(self, task: ScheduledTask) -> ScheduledTask:
        # The page lists 404, although an unknown id is documented to be answered with success.
        with suppress(NotFoundError):
            self._call(f"delete scheduled task {task.name} ({task.id})", "DELETE", f"/{_segment(task)}")
        return ScheduledTask()

    def _call(
        self,
        tried: str,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        repeatable: bool = True,
    ) -> Answer:
        url = f"{self._base_url}/v1/{self._account.project_id}/schedule-task{path}"
        return self._account.call(tried, method, with_query(url, query or {}), body, repeatable)


def _segment(task: ScheduledTask) -> str:
    return quote(str(task.id), safe="")


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


def _changed_schedule(found: Schedule, wanted: Schedule) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if replace(found, expire_time=wanted.expire_time) != wanted:
        body = _write_schedule(wanted)
        # An empty text stands for a list that the new type does not use (Terraform provider's acceptance tests).
        body.update({wire: "" for part, wire in LIST_FIELDS.items() if getattr(found, part) and wire not in body})
    if found.expire_time != wanted.expire_time:
        body.update(_write_expiry(wanted) or {"expire_time": ""})
    return body


def _write_schedule(schedule: Schedule) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if schedule.type is not None:
        body["scheduled_type"] = SCHEDULE_TYPES.get(schedule.type, schedule.type)
    for part, wire in PLAIN_FIELDS.items():
        if getattr(schedule, part) is not None:
            body[wire] = getattr(schedule, part)
    for part, wire in LIST_FIELDS.items():
        if getattr(schedule, part) is not None:
            body[wire] = ",".join(WEEKDAY_NUMBERS.get(value, str(value)) for value in getattr(schedule, part))
    return body


def _write_expiry(schedule: Schedule) -> dict[str, Any]:
    expiry = schedule.expire_time
    if isinstance(expiry, datetime):
        return {"expire_time": expiry.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {"expire_time": expiry} if expiry else {}


def _read_identified(tried: str, item: Mapping[str, Any]) -> ScheduledTask:
    task = _read_task(item)
    if task.id is None or not TASK_ID.fullmatch(task.id):
        raise AnswerLostError(tried, f"the answer has a task whose id {item.get('id')!r} cannot be used")
    return task


def _read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list and the answers to a creation or an update show it: all but the targets."""
    policy = item.get("schedule_task_policy")
    enabled = item.get("is_enable")
    return ScheduledTask(
        id=_text(item, "id"),
        name=_text(item, "task_name"),
        task_type=_enumerated(_text(item, "task_type"), TASK_TYPES),
        description=_text(item, "description") or "",
        enabled=enabled if isinstance(enabled, bool) else None,
        # The documented default, which is what a task without the policy does.
        force=isinstance(policy, dict) and policy.get("enforcement_enable") is True,
        schedule=_read_schedule(item),
        facts={name: item[name] for name in FACTS if item.get(name) not in (None, "")},
        extra={name: value for name, value in item.items() if name not in KNOWN_FIELDS},
    )


def _read_schedule(item: Mapping[str, Any]) -> Schedule:
    wire_type = _text(item, "scheduled_type")
    time = _text(item, "scheduled_time")
    expiry = _text(item, "expire_time")
    weekdays = {WEEKDAYS_BY_NUMBER.get(entry, entry) for entry in _entries(item, "week_list")}
    months = {_number(entry) for entry in _entries(item, "month_list")}
    month_days = {str(_number(entry)) for entry in _entries(item, "date_list")}
    interval = _number(_text(item, "day_interval") or "")
    return Schedule(
        type=None if wire_type is None else TYPES_BY_WIRE.get(wire_type.upper(), wire_type),
        date=_text(item, "scheduled_date"),
        time=None if time is None else parse_time(time) or time,
        day_interval=interval if isinstance(interval, int) else None,
        weekdays=tuple(sorted(weekdays, key=by_weekday)) or None,
        months=tuple(sorted(months, key=by_number)) or None,
        month_days=tuple(sorted(month_days, key=by_number)) or None,
        time_zone=_text(item, "time_zone"),
        # Every form that the pages show ends in Z.
        expire_time=None if expiry is None else parse_instant(expiry, timezone.utc) or expiry,
    ).of_its_type()


def _read_targets(infos: Any) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Return the targets, and the names of those that have one, by id."""
    targets: list[Target] = []
    names: dict[str, str] = {}
    for info in infos if isinstance(infos, list) else ():
        if not isinstance(info, dict):
            continue
        target_type = _enumerated(_text(info, "target_type"), TARGET_TYPES) or ""
        for target_id in _entries(info, "target_id"):
            targets.append(Target(target_type, target_id))
            name = _text(info, "target_name")
            if name is not None:
                names[target_id] = name
    return as_targets(targets), names


def _read_execution(item: Mapping[str, Any]) -> dict[str, Any]:
    execution = {ours: item[wire] for wire, ours in EXECUTION_FIELDS.items() if item.get(wire) is not None}
    wire_type = _text(item, "scheduled_type")
    if wire_type is not None:
        execution["schedule_type"] = TYPES_BY_WIRE.get(wire_type.upper(), wire_type)
    known = {*EXECUTION_FIELDS, "scheduled_type", "task_id"}
    extra = {name: value for name, value in item.items() if name not in known}
    return {**execution, "extra": extra} if extra else execution


def _read_future_execution(text: str) -> str:
    """Return `2026-01-01 09:00:00 GMT+08:00` (`GMT` alone in UTC) in ISO 8601, and another form as it is."""
    match = FUTURE_EXECUTION.fullmatch(text)
    return f"{match[1]}T{match[2]}{match[3] or 'Z'}" if match else text


def _text(item: Mapping[str, Any], name: str) -> str | None:
    """Return a field as text; a field that is missing, null or empty is not known."""
    value = item.get(name)
    if value is None or isinstance(value, (dict, list)) or value == "":
        return None
    return str(value)


def _entries(item: Mapping[str, Any], name: str) -> list[str]:
    value = item.get(name)
    entries = value if isinstance(value, list) else (_text(item, name) or "").split(",")
    return [str(entry).strip() for entry in entries if str(entry).strip()]


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else text


def _enumerated(value: str | None, known: tuple[str, ...]) -> str | None:
    return value.upper() if value is not None and value.upper() in known else value
