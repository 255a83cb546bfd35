# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workspace: power, script and snapshot tasks of cloud desktops, `/v2/{project_id}/scheduled-tasks`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from .._errors import OptionError, TaskError, brief, quoted
from .._faults import Faults
from .._http._answers import ErrorRules
from .._http._iam import needed_region
from .._http._request import Request, segment
from .._plan import Check, Done, Step
from .._schedule import Schedule
from .._task import ScheduledTask
from .._values import Field
from . import _wire as wire
from . import _workspace_body as body
from . import _workspace_schedule
from ._capabilities import BatchDeletion
from ._filters import Filter
from ._shapes import as_object, as_object_if_any, identified
from ._task_service import DESCRIPTION, MOST_TARGETS
from ._workspace_events import LIFE_CYCLE_TYPES, TRIGGER, check_event
from ._workspace_expiry import check_expiry
from ._workspace_family import ExecutionFields, Listing, WorkspaceFamily

PAGE_SIZE = 50
RECORDS_PAGE_SIZE = 100
NAME_LENGTH = 255
TARGET_ID = Field(most=255)
TRIGGERED = _workspace_schedule.WIRE_TYPES["life_cycle"]

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


class Workspace(WorkspaceFamily):
    """Scheduled tasks of Workspace."""

    name = body.NAME
    title = "Workspace"
    task_types = body.TASK_TYPES
    schedule_types = tuple(_workspace_schedule.WIRE_TYPES)
    target_types = body.TARGET_TYPES
    takes = ("targets", "force", "description")
    needed_for_create = ("name", "task_type", "schedule.type")
    limits = {
        "description": DESCRIPTION,
        "targets": Field("list", least=0, most=MOST_TARGETS),
        "schedule.life_cycle_type": Field(choices=LIFE_CYCLE_TYPES),
        "schedule.wait_time": Field("int", least=0, most=43200),  # min
        "schedule.life_cycle_exec_period": Field("int", most=10080),  # min
    }
    name_length = NAME_LENGTH
    listing = Listing("", PAGE_SIZE, "scheduled_tasks", "total_count")
    executions = Listing("/{task}/records", RECORDS_PAGE_SIZE, "tasks_records", "total_count")
    outcomes_of = Listing(
        "/{task}/records/{execution}", RECORDS_PAGE_SIZE, "tasks_records_details", "total_count", about="record_id"
    )
    execution_fields = ExecutionFields(RECORD_FIELDS, ("scheduled_type",), OUTCOME_FIELDS)
    batch_deletion = BatchDeletion("/batch-delete", "task_ids", 5000)
    filters = {
        "task_name": Filter(Field(most=NAME_LENGTH), known_of=lambda task: (task.name,), is_part=True),
        "task_type": Filter(Field(choices=body.TASK_TYPES), known_of=lambda task: (task.task_type,)),
        "scheduled_type": Filter(
            Field(choices=tuple(_workspace_schedule.TYPES_BY_WIRE)),
            known_of=lambda task: (_workspace_schedule.WIRE_TYPES.get(str(task.schedule.type)),),
        ),
        "life_cycle_type": Filter(
            Field(choices=LIFE_CYCLE_TYPES), known_of=lambda task: (task.schedule.life_cycle_type,)
        ),
        "last_status": Filter(
            Field(choices=("SUCCESS", "SKIP", "FAIL")), known_of=lambda task: (task.facts.get("last_status"),)
        ),
    }
    own_fields = body.OWN_FIELDS
    error_rules = ErrorRules(
        missing=lambda status, code, text: status == 404 or (status == 400 and bool(MISSING_TASK.search(text))),
        advise=lambda status, code, text: ADVICE_WHERE_FORBIDDEN if status == 403 else None,
    )

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return f"workspace.{needed_region(region, 'endpoint is not given')}.myhuaweicloud.com"

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any], faults: Faults) -> ScheduledTask:
        known = {name: value for name, value in own.items() if name != "is_gray"}
        if "extra_params" in known:
            with faults:
                known["extra_params"] = body.as_data(known["extra_params"])
        if "gray_desktop_ids" in known:
            desktops = dict.fromkeys(desktop.strip() for desktop in known["gray_desktop_ids"])
            for desktop in desktops:
                with faults:
                    TARGET_ID.parse("workspace.gray_desktop_ids", desktop)
            known["gray_desktop_ids"] = sorted(desktops)
        return replace(given, own=known, write_only={name: own[name] for name in ("is_gray",) if name in own})

    @classmethod
    def check(cls, given: ScheduledTask, faults: Faults) -> None:
        if given.name is not None:
            with faults:
                cls.check_name(given.name)
        for target in cls.known_targets(given):
            with faults:
                if target.type != body.EVERY_DESKTOP:
                    TARGET_ID.parse("targets.id", target.id)
                elif target.id:
                    expected = f"{body.EVERY_DESKTOP} stands for all of them and takes no id"
                    raise OptionError("targets.id", target.id, expected)
        if not faults.covers("task_type"):
            faults.add(*(OptionError("task_type", given.task_type, reason) for reason in body.misfits(given)))

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
    def url(self) -> str:
        return f"{self._base_url}/v2/{self._account.project_id}/scheduled-tasks"

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, Sequence[str]]:
        if found is not None and found.task_type not in (None, wanted.task_type):
            raise TaskError(
                f"Scheduled task {found.label} is of type {brief(found.task_type)}. Service {self.name} "
                f"cannot turn it into {wanted.task_type}: leave task_type as it is, or delete the task and create one."
            )
        # What the service has let pass is none of our business.
        reasons = [reason for reason in body.misfits(wanted) if found is None or reason not in body.misfits(found)]
        if reasons:
            raise TaskError(f"task_type: {quoted(wanted.task_type)} does not fit: {'; '.join(reasons)}.")
        check_expiry(found.schedule if found is not None else Schedule(), wanted.schedule)
        return wanted, []

    def checks(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Check]:
        if wanted is None or wanted.schedule.life_cycle_type is None:
            return ()
        before = Schedule() if found is None else found.schedule
        changed = {part for part in TRIGGER if getattr(before, part) != getattr(wanted.schedule, part)}
        return [partial(check_event, self, wanted, changed)] if changed else ()

    def steps(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Step]:
        if wanted is None:
            return [] if found is None else [self.deletion]
        if found is not None:
            changes = found.changes(wanted)
            if not changes:
                return []
            if changes == {"enabled"}:
                return [self._updating("enable" if wanted.enabled else "disable", found, wanted)]
            return [self._updating("update", found, wanted)]
        plan = [Step(("create",), self._create)]
        # A creation has no field for these. A task is born enabled (inferred).
        if "priority" in wanted.own or wanted.write_only:
            plan.append(self._updating("update", wanted, wanted))
        elif wanted.enabled is False:
            plan.append(self._updating("disable", wanted, wanted))
        return [*plan, self.look_at_created]

    def where_listed(self, task: ScheduledTask) -> dict[str, str]:
        theirs = _workspace_schedule.WIRE_TYPES.get(str(task.schedule.type), "")
        return {**super().where_listed(task), "scheduled_type": theirs}

    def extents(self, filters: Mapping[str, str]) -> Iterable[Mapping[str, str]]:
        # Triggered tasks are listed only when they are asked for.
        given = {name: value for name, value in filters.items() if value}
        if "scheduled_type" in given:
            return [given]
        triggered = {**given, "scheduled_type": TRIGGERED}
        return [triggered] if "life_cycle_type" in given else [given, triggered]

    def read_listed(self, item: Mapping[str, Any]) -> ScheduledTask:
        return body.read_task(item)

    def read_detail(self, item: Mapping[str, Any]) -> ScheduledTask:
        return body.read_detail(item)

    def write_forecast(self, schedule: Schedule) -> dict[str, Any]:
        return body.write_forecast(schedule)

    def _create(self, task: ScheduledTask) -> Done:
        tried = f"create scheduled task {task.name}"
        own = {name: value for name, value in task.own.items() if name != "priority"}
        sent = replace(task, enabled=None, own=own, write_only={})
        sent_body = {"task_type": task.task_type, **body.write_whole(sent, ScheduledTask())}
        # This belongs to an update: a creation has nothing to clear.
        sent_body.pop("apply_object_update_type", None)
        request = Request(tried, "POST", "", as_object, body=sent_body, repeatable=False)

        def create() -> ScheduledTask:
            return identified(tried, ScheduledTask(id=wire.text(self.send(request), "task_id"), enabled=True))

        created = self.create_once(create, sent)
        return Done(replace(task, id=created.id, enabled=created.enabled), "create")

    def _updating(self, word: str, found: ScheduledTask, wanted: ScheduledTask) -> Step:
        def update(task: ScheduledTask) -> Done:
            # The answer is empty, so when the task runs next is not known any more.
            facts = {name: value for name, value in task.facts.items() if name != "next_execution_time"}
            enabled = task.enabled if wanted.enabled is None else wanted.enabled
            updated = replace(wanted, id=task.id, enabled=enabled, facts=facts)
            tried = f"{word} scheduled task {updated.label}"
            whole = body.write_whole(wanted, found)
            self.write(Request(tried, "PUT", f"/{segment(task.id)}", as_object_if_any, body=whole), task.id, wanted)
            return Done(updated, word)

        return Step((word,), update)
