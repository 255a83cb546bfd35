# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspace: power, script and snapshot tasks of cloud desktops, `/v2/{project_id}/scheduled-tasks`.

An update is a PUT, and no page says whether it replaces the task or only what it carries. It carries all that is known
of the task, so that both come to the same.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from itertools import chain
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    OptionError,
    ServiceError,
    TaskError,
    brief,
    shown,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import ErrorRules
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._identity import needed_region
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import (
    Schedule,
    clocks,
    find_zone,
    instants_of,
    parse_instant,
    why_unknown,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _workspace_schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    DESCRIPTION,
    BatchDeletion,
    Filter,
    Operation,
    SupportsBatchDelete,
    SupportsForecast,
    SupportsOutcomes,
    segment,
    single,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._shapes import (
    as_instants,
    as_object,
    as_object_if_any,
    identified,
    without_repeats,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask, Target, as_targets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field

PAGE_SIZE = 50
RECORDS_PAGE_SIZE = 100
NAME_LENGTH = 255
TARGET_ID = Field(most=255)
EXTRA_PARAMS_LENGTH = 2000
NO_PARAMS = "{}"
WAIT = Field("int", least=0, most=43200)  # min
PERIOD = Field("int", most=10080)  # min

SCRIPT = "EXECUTE_SCRIPT"
TASK_TYPES = ("START", "STOP", "REBOOT", "HIBERNATE", "REBUILD", SCRIPT, "CREATE_SNAPSHOT")
EVERY_DESKTOP = "ALL_DESKTOPS"
TARGET_TYPES = ("DESKTOP", "DESKTOP_POOL", EVERY_DESKTOP, "DESKTOP_TAG")
TRIGGERED = _workspace_schedule.WIRE_TYPES["life_cycle"]
NEVER_TRIGGERED = ("START", "REBUILD")
LIFE_CYCLE_TYPES = (
    "POST_CREATE_DESKTOP_SUCCESS",
    "POST_REBUILD_DESKTOP_SUCCESS",
    "POST_REATTACH_DESKTOP_SUCCESS",
    "POST_DESKTOP_DISCONNECTED",
    "POST_DESKTOP_CANNOT_CONNECT",  # known to the vendor's SDK only
)

TRIGGER = ("life_cycle_type", "wait_time", "life_cycle_exec_period")
CANARY = ("gray_count", "gray_desktop_ids", "gray_fail_threshold", "is_gray")

FACTS = {name: name for name in ("last_status", "next_execution_time")}
KNOWN_FIELDS = {
    *("id", "task_name", "task_type", "description", "enable", "force_execute", "apply_objects", "extra_params"),
    *("priority", "gray_count", "gray_desktop_ids", "gray_fail_threshold", *_workspace_schedule.FIELDS, *FACTS),
}
RECORD_FIELDS = {
    **{name: name for name in ("id", "status", "task_type", "time_zone")},
    "start_time": "begin_time",
    "success_num": "success_count",
    "failed_num": "failed_count",
    "skip_num": "skipped_count",
}
OUTCOME_FIELDS = {
    "desktop_id": "target_id",
    "desktop_name": "target_name",
    "exec_status": "status",
    "start_time": "begin_time",
    "fail_reason": "result_message",
    **{name: name for name in ("id", "end_time", "result_code", "time_zone")},
}
ADVICE_WHERE_FORBIDDEN = (
    "Check that the user has the permission for this operation, that project_id is a project of the account, and that "
    "the service agency of Workspace has been enabled, which is done once in its console"
)
# No page gives a code to it, or says whether it comes as 400 or 404; the words were seen in the Terraform provider.
MISSING_TASK = re.compile(r"task.*(not[ _](exist|found)|n't exist)", re.IGNORECASE | re.DOTALL)


class Workspace(SupportsBatchDelete, SupportsForecast, SupportsOutcomes):
    """Scheduled tasks of Workspace."""

    name = "workspace"
    task_types = TASK_TYPES
    schedule_types = tuple(_workspace_schedule.WIRE_TYPES)
    target_types = TARGET_TYPES
    needed_for_create = ("name", "task_type", "schedule.type")
    name_length = NAME_LENGTH
    batch_deletion = BatchDeletion("/batch-delete", "task_ids", 5000)
    filters = {
        "task_name": Filter(longest=NAME_LENGTH, told=lambda task: (task.name,), is_part=True),
        "task_type": Filter(choices=TASK_TYPES, told=lambda task: (task.task_type,)),
        "scheduled_type": Filter(
            choices=tuple(_workspace_schedule.TYPES_BY_WIRE),
            told=lambda task: (_workspace_schedule.WIRE_TYPES.get(str(task.schedule.type)),),
        ),
        "life_cycle_type": Filter(choices=LIFE_CYCLE_TYPES, told=lambda task: (task.schedule.life_cycle_type,)),
        "last_status": Filter(choices=("SUCCESS", "SKIP", "FAIL"), told=lambda task: (task.facts.get("last_status"),)),
    }
    own_fields = {
        "extra_params": Field("dict"),
        "priority": Field("int", most=50),
        "is_gray": Field("bool"),
        "gray_count": Field("int", least=0, most=1000),
        "gray_desktop_ids": Field("list", most=1000),
        "gray_fail_threshold": Field("int", most=1000),
    }
    error_rules = ErrorRules(
        missing=lambda status, code, text: status == 404 or (status == 400 and bool(MISSING_TASK.search(text))),
        advise=lambda status, code, text: ADVICE_WHERE_FORBIDDEN if status == 403 else None,
    )

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return f"workspace.{needed_region(region, 'endpoint is not given')}.myhuaweicloud.com"

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any]) -> ScheduledTask:
        known = {name: value for name, value in own.items() if name != "is_gray"}
        if "extra_params" in known:
            known["extra_params"] = _as_data(known["extra_params"])
        if "gray_desktop_ids" in known:
            desktops = {desktop.strip() for desktop in known["gray_desktop_ids"]}
            for desktop in desktops:
                TARGET_ID.check("workspace.gray_desktop_ids", desktop)
            known["gray_desktop_ids"] = sorted(desktops)
        return replace(given, own=known, unread={name: own[name] for name in ("is_gray",) if name in own})

    @classmethod
    def check(cls, given: ScheduledTask) -> None:
        if given.name is not None:
            cls.check_name(given.name)
        DESCRIPTION.check("description", given.description)
        cls.check_targets(given, fewest=0)
        for target in given.targets or ():
            if target.type != EVERY_DESKTOP:
                TARGET_ID.check("targets.id", target.id)
            elif target.id:
                raise OptionError("targets.id", target.id, f"{EVERY_DESKTOP} stands for all of them and takes no id")
        schedule = given.schedule
        cls.check_choice("schedule.life_cycle_type", schedule.life_cycle_type, LIFE_CYCLE_TYPES)
        WAIT.check("schedule.wait_time", schedule.wait_time)
        PERIOD.check("schedule.life_cycle_exec_period", schedule.life_cycle_exec_period)
        reason = _misfit(given)
        if reason is not None:
            raise OptionError("task_type", given.task_type, reason)

    @classmethod
    def check_name(cls, name: str, option: str = "name") -> None:
        """Refuse a name that cannot be looked for, or that is another one than it looks like.

        The pages limit a name's length alone, so the service would take it.

        :raises OptionError: as said.
        """
        super().check_name(name, option)
        ends_unseen = any(each.isspace() or not each.isprintable() for each in (name[0], name[-1]))
        if ends_unseen or any(unicodedata.category(each) == "Cc" for each in name):
            raise OptionError(
                option,
                name,
                "it neither begins nor ends with a blank, a line break or anything else that cannot be seen, and has "
                "no control characters. A task that has such a name already can be given by its id",
            )

    @property
    def _url(self) -> str:
        return f"{self._base_url}/v2/{self._account.project_id}/scheduled-tasks"

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, list[str]]:
        if found is not None and found.task_type not in (None, wanted.task_type):
            raise TaskError(
                f"Scheduled task {found.label} is of type {brief(found.task_type)}. Service {self.name} "
                f"cannot turn it into {wanted.task_type}: leave task_type as it is, or delete the task and create one."
            )
        reason = _misfit(wanted)
        # What the service has let pass is none of our business.
        if reason is not None and (found is None or reason != _misfit(found)):
            raise TaskError(f"task_type: {shown(wanted.task_type)} does not fit: {reason}.")
        _check_expiry(found.schedule if found is not None else Schedule(), wanted.schedule)
        return wanted, []

    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        if wanted is None:
            return [] if found is None else [self.deletion]
        if found is not None:
            changes = found.changes(wanted)
            if not changes:
                return []
            self._check_life_cycle(found, wanted)
            if changes == {"enabled"}:
                return [self._updating("enable" if wanted.enabled else "disable", found, wanted)]
            return [self._updating("update", found, wanted)]
        self._check_life_cycle(ScheduledTask(), wanted)
        plan = [single("create", self._create)]
        # A creation has no field for these. A task is born enabled (inferred).
        if "priority" in wanted.own or wanted.unread:
            plan.append(self._updating("update", wanted, wanted))
        elif wanted.enabled is False:
            plan.append(self._updating("disable", wanted, wanted))
        return [*plan, self.looking_again]

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        tried = f"read the history of scheduled task {task.id}"
        path = f"/{segment(task.id)}/records"
        items = self._paged(tried, path, RECORDS_PAGE_SIZE, "tasks_records", "total_count", most=count)
        return [_read_record(item) for item in items]

    def outcomes(self, task: ScheduledTask, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        tried = f"read execution {execution['id']} of scheduled task {task.id}"
        path = f"/{segment(task.id)}/records/{segment(execution['id'])}"
        about = ("record_id", str(execution["id"]))
        items = self._paged(tried, path, RECORDS_PAGE_SIZE, "tasks_records_details", "total_count", about=about)
        return [wire.renamed(item, OUTCOME_FIELDS, {"record_id"}) for item in items]

    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        if task.schedule.type not in _workspace_schedule.CALENDAR_TYPES:
            return None
        whole = task if task.schedule.is_complete else self._detail(str(task.id))
        if whole is None:
            return None
        tried = f"foresee the executions of scheduled task {task.id}"
        body = _write_schedule(whole.schedule)
        instants: list[str] = self._call(tried, "POST", "/future-executions", body=body, read=as_instants)
        return instants

    def _check_life_cycle(self, found: ScheduledTask, wanted: ScheduledTask) -> None:
        """Refuse a triggered task that the service's own configuration of the event does not allow.

        :raises TaskError: as said.
        """
        event = wanted.schedule.life_cycle_type
        changed = {part for part in TRIGGER if getattr(found.schedule, part) != getattr(wanted.schedule, part)}
        if event is None or not changed:
            return
        named = f"event {brief(event)}"
        tried = f"read what {named} can trigger"
        try:
            answer = self._call(tried, "GET", "/life-cycle-type/configurations", query={"type": event}, read=as_object)
        except ServiceError as error:
            # The pages do not have this operation, only the vendor's SDK does, so not every region need offer it.
            if error.status in (404, 405):
                return
            raise
        configuration = answer.get(event)
        if not isinstance(configuration, dict):
            return
        actions = {
            str(action.get("action")).upper(): action
            for action in wire.objects(configuration, "actions")
            if action.get("action")
        }
        if "life_cycle_type" in changed and actions and wanted.task_type not in actions:
            raise TaskError(
                f"task_type: {wanted.task_type!r} does not fit: {named} triggers {brief(', '.join(actions))}."
            )
        period = wanted.schedule.life_cycle_exec_period
        # One that was there before is the service's own default, which it has also for events without a period.
        if configuration.get("support_exec_time") is False and period and "life_cycle_exec_period" in changed:
            raise TaskError(f"schedule.life_cycle_exec_period: {period!r} does not fit: {named} has no such period.")
        action = actions.get(str(wanted.task_type), {})
        for part, limit in (("wait_time", "min_wait_time"), ("life_cycle_exec_period", "min_exec_time")):
            value = getattr(wanted.schedule, part)
            of_action, of_event = wire.integer(action, limit), wire.integer(configuration, limit)
            lowest = of_event if of_action is None else of_action
            if value is not None and value < (lowest or 0) and changed & {part, "life_cycle_type"}:
                raise TaskError(
                    f"schedule.{part}: {value!r} does not fit: with {named} it is {brief(lowest)} minutes at least."
                )

    def _detail(self, task_id: str) -> ScheduledTask | None:
        item = self._shown(task_id)
        return None if item is None else replace(_read_detail(item), id=task_id)

    def _where_listed(self, task: ScheduledTask) -> dict[str, str]:
        theirs = _workspace_schedule.WIRE_TYPES.get(str(task.schedule.type), "")
        return {**self._by_name(task), "scheduled_type": theirs}

    def _listed(self, filters: Mapping[str, str]) -> Iterator[ScheduledTask]:
        named = f" named {filters['task_name']}" if filters.get("task_name") else ""
        tried = f"list scheduled tasks{named}"
        items = chain.from_iterable(
            self._paged_tasks(tried, PAGE_SIZE, "scheduled_tasks", "total_count", extent)
            for extent in _extents(filters)
        )
        return without_repeats(identified(tried, _read_task(item)) for item in items)

    def _create(self, task: ScheduledTask) -> ScheduledTask:
        tried = f"create scheduled task {task.name}"
        own = {name: value for name, value in task.own.items() if name != "priority"}
        sent = replace(task, enabled=None, own=own, unread={})
        body = {"task_type": task.task_type, **_write_whole(sent, ScheduledTask())}
        # This belongs to an update: a creation has nothing to clear.
        body.pop("apply_object_update_type", None)

        def create() -> ScheduledTask:
            answer = self._call(tried, "POST", "", body=body, repeatable=False, read=as_object)
            return identified(tried, ScheduledTask(id=wire.text(answer, "task_id"), enabled=True))

        created = self.create_once(create, sent)
        return replace(task, id=created.id, enabled=created.enabled)

    def _updating(self, word: str, found: ScheduledTask, wanted: ScheduledTask) -> Operation:
        def update(task: ScheduledTask) -> ScheduledTask:
            # The answer is empty, so when the task runs next is not known any more.
            facts = {name: value for name, value in task.facts.items() if name != "next_execution_time"}
            enabled = task.enabled if wanted.enabled is None else wanted.enabled
            updated = replace(wanted, id=task.id, enabled=enabled, facts=facts)
            tried = f"{word} scheduled task {updated.label}"
            body = _write_whole(wanted, found)
            put = partial(self._call, tried, "PUT", f"/{segment(task.id)}", body=body, read=as_object_if_any)
            self._settled(put, task.id, wanted)
            return updated

        return single(word, update)


def _misfit(task: ScheduledTask) -> str | None:
    """Return why the type of the task does not go with the rest of it, if it does not."""
    if task.task_type is None:
        return None
    if task.schedule.type == "life_cycle" and task.task_type in NEVER_TRIGGERED:
        return "a life_cycle schedule triggers neither " + " nor ".join(NEVER_TRIGGERED)
    canary = [option for option in CANARY if option in {**task.own, **task.unread}]
    if canary and task.task_type != SCRIPT:
        return f"{', '.join(f'workspace.{option}' for option in canary)} go with {SCRIPT} alone"
    return None


def _extents(filters: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the filters of the listings that it takes, since triggered tasks are listed only when asked for."""
    given = {name: value for name, value in filters.items() if value}
    if "scheduled_type" in given:
        return [given]
    triggered = {**given, "scheduled_type": TRIGGERED}
    return [triggered] if "life_cycle_type" in given else [given, triggered]


def _write_whole(task: ScheduledTask, found: ScheduledTask) -> dict[str, Any]:
    """Return all that is known of a task, but its type, which no update has.

    :param found: the task before, which may have what has to be cleared.
    """
    own = {name: value for name, value in task.own.items() if value is not None}
    if "extra_params" in own:
        own["extra_params"] = _write_extra_params(own["extra_params"])
        if own["extra_params"] == NO_PARAMS and not {**found.own, **found.unread}.get("extra_params"):
            del own["extra_params"]
    known = {
        "task_name": task.name,
        "description": task.description,
        "enable": task.enabled,
        "force_execute": task.force,
        # What a user gives takes the place of what the service told in another form.
        **task.unread,
        **own,
    }
    return {
        **{name: value for name, value in known.items() if value is not None},
        **_workspace_schedule.write_schedule(task.schedule, found.schedule),
        **(_write_expiry(task.schedule) or ({"expire_time": ""} if found.schedule.expire_time else {})),
        **_write_targets(task.targets, found.targets),
    }


def _write_schedule(schedule: Schedule) -> dict[str, Any]:
    return _workspace_schedule.write_schedule(schedule, Schedule()) | _write_expiry(schedule)


def _write_targets(wanted: tuple[Target, ...] | None, found: tuple[Target, ...] | None) -> dict[str, Any]:
    if wanted:
        objects = [{"object_type": target.type, **({"object_id": target.id} if target.id else {})} for target in wanted]
        return {"apply_objects": objects, "apply_object_update_type": "FULL_COVERAGE"}
    # The SDK's models have these two words; the pages do not say what a list without either does.
    return {"apply_objects": [], "apply_object_update_type": "CLEAR_ALL"} if found and wanted is not None else {}


def _write_extra_params(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _as_data(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as they come back from their JSON text.

    :raises OptionError: it is too long.
    """
    data: dict[str, Any] = json.loads(json.dumps(params))
    written = _write_extra_params(data)
    if len(written) > EXTRA_PARAMS_LENGTH:
        expected = f"as JSON it has at most {EXTRA_PARAMS_LENGTH} characters"
        raise OptionError("workspace.extra_params", written, expected)
    return data


def _write_expiry(schedule: Schedule) -> dict[str, Any]:
    text = _local_expiry(schedule)
    return {} if text is None else {"expire_time": text}


def _local_expiry(schedule: Schedule) -> str | None:
    """Return the expiry as the clock of the schedule's time zone shows it.

    :raises TaskError: the time zone is not known.
    """
    expiry = schedule.expire_time
    if not isinstance(expiry, datetime):
        return expiry
    zone = find_zone(schedule.time_zone) if schedule.time_zone else None
    if zone is None:
        raise TaskError(
            "schedule.expire_time: service workspace keeps an expiry in the time zone of the schedule, which "
            f"{why_unknown() if schedule.time_zone else 'is not given'}. Give schedule.time_zone, such as Asia/Tokyo."
        )
    try:
        return expiry.astimezone(zone).replace(tzinfo=None).isoformat(sep=" ")
    except OverflowError:
        raise TaskError(f"schedule.expire_time: {expiry.isoformat()!r} is further away than can be counted.") from None


def _check_expiry(found: Schedule, wanted: Schedule) -> None:
    """Refuse an expiry that would be another instant in the form in which the service keeps it.

    :param found: the schedule before. What it has is kept as it came.
    :raises TaskError: as said.
    """
    if (found.expire_time, found.time_zone) == (wanted.expire_time, wanted.time_zone):
        return
    if isinstance(wanted.expire_time, str) and wanted.expire_time:
        raise TaskError(
            f"schedule.expire_time: the task that was found expires at {wanted.expire_time!r} in time zone "
            f"{shown(found.time_zone)}, and which instant that is cannot be told: the zone "
            f"{why_unknown() if find_zone(found.time_zone or '') is None else 'has no such time'}. With another time "
            "zone, give schedule.expire_time too."
        )
    text = _local_expiry(wanted)
    zone = find_zone(wanted.time_zone) if wanted.time_zone else None
    if text is None or zone is None:
        return
    instants = instants_of(datetime.fromisoformat(text), zone)
    if len(instants) > 1:
        raise TaskError(
            f"schedule.expire_time: service workspace keeps {text!r} as the clocks of the time zone show it, and "
            f"{clocks(str(wanted.time_zone), instants)}. Give an expiry an hour earlier or later, or a time zone whose "
            "clocks do not change."
        )


def _read_expiry(schedule: Schedule, text: str | None) -> Schedule:
    """Return the schedule with an expiry, which stays text where it is no instant on the clocks of its time zone."""
    zone = find_zone(schedule.time_zone) if schedule.time_zone else None
    if text is None or zone is None:
        return replace(schedule, expire_time=text)
    iso = wire.future_execution(text)
    local = parse_instant(iso)
    if local is not None and local.tzinfo is None and not _is_shown(local, zone):
        return replace(schedule, expire_time=text)
    return replace(schedule, expire_time=parse_instant(iso, zone) or text)


def _is_shown(local: datetime, zone: tzinfo) -> bool:
    try:
        return bool(instants_of(local, zone))
    except OverflowError:
        return False


def _read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list shows it."""
    task_type = wire.enumerated(wire.text(item, "task_type"), TASK_TYPES)
    params = wire.text(item, "extra_params")
    # No option holds anything but an object, but an update has to carry it.
    odd = {} if params is None or isinstance(wire.from_json(params), dict) else {"extra_params": params}
    return ScheduledTask(
        service=Workspace.name,
        id=wire.text(item, "id"),
        name=wire.text(item, "task_name"),
        task_type=task_type,
        description=wire.text(item, "description") or "",
        enabled=wire.boolean(item, "enable"),
        schedule=_read_expiry(_workspace_schedule.read_schedule(item), wire.text(item, "expire_time")),
        own=_read_own(item, task_type),
        unread=odd,
        facts=wire.filled(item, FACTS),
        extra={**wire.unnamed(item, KNOWN_FIELDS), **odd},
    )


def _read_detail(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the detail shows it."""
    task = _read_task(item)
    targets, names = _read_targets(item.get("apply_objects"))
    return replace(
        task,
        force=wire.boolean(item, "force_execute") or False,
        # The detail tells all there is of them, so without any there are none.
        own=task.own if "extra_params" in task.unread else {"extra_params": {}, **task.own},
        targets=targets,
        target_names=names,
    )


def _read_own(item: Mapping[str, Any], task_type: str | None) -> dict[str, Any]:
    own: dict[str, Any] = {}
    params = wire.from_json(item.get("extra_params"))
    if isinstance(params, dict):
        own["extra_params"] = params
    # The page's sample has a 0, which no task can be given.
    if wire.integer(item, "priority"):
        own["priority"] = item["priority"]
    if task_type == SCRIPT:
        for name in ("gray_count", "gray_fail_threshold"):
            value = wire.integer(item, name)
            if value is not None and value >= Workspace.own_fields[name].least:
                own[name] = value
        desktops = wire.entries(item, "gray_desktop_ids")
        if desktops:
            own["gray_desktop_ids"] = sorted(set(desktops))
    return own


def _read_targets(objects: Any) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Return the targets, and the names of those that have one, by id."""
    targets: list[Target] = []
    names: dict[str, str] = {}
    for entry in objects if isinstance(objects, list) else ():
        if not isinstance(entry, dict):
            continue
        target_type = wire.enumerated(wire.text(entry, "object_type"), TARGET_TYPES) or ""
        target_id = "" if target_type == EVERY_DESKTOP else wire.text(entry, "object_id") or ""
        targets.append(Target(target_type, target_id))
        name = wire.text(entry, "object_name")
        if name is not None and target_id:
            names[target_id] = name
    return as_targets(targets), names


def _read_record(item: Mapping[str, Any]) -> dict[str, Any]:
    record = wire.renamed(item, RECORD_FIELDS, {"scheduled_type"})
    schedule_type = _workspace_schedule.read_type(item)
    return record if schedule_type is None else {**record, "schedule_type": schedule_type}
