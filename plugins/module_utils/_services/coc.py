# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloud Operations Center: scheduled scripts and runbooks, `/v1/schedule/task`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Callable

from .._errors import ServiceError, TaskError, brief
from .._faults import Faults
from .._http._answers import Answer, ErrorRules
from .._http._request import ACCOUNT, Request
from .._plan import Check, Done, Step
from .._task import ScheduledTask
from .._values import Field
from . import _coc_body as coc_body
from . import _wire as wire
from ._capabilities import SupportsHistory
from ._coc_schedule import SCHEDULE_TYPES, TYPES_BY_WIRE, check_moment, with_moment
from ._coc_switch import ALREADY_ENABLED, SwitchedService
from ._coc_task import NAME as SERVICE
from ._coc_task import TASK_TYPES, read_execution, read_task, write_task
from ._filters import Filter
from ._listed_service import check_length
from ._shapes import as_object, as_objects, identified, settled, within_bounds, without_repeats

HOSTS = {
    "cn": "coc.myhuaweicloud.com",
    "intl": "coc-intl.myhuaweicloud.com",
    "eu": "coc-eu-west-101-open-api.myhuaweicloud.eu",
}

PAGE_SIZE = 1000
HISTORY_PAGE_SIZE = 100
# The Chinese characters are on the newer Chinese page only.
NAME = re.compile(r"[a-zA-Z0-9_\u4e00-\u9fa5-]{3,100}")
NAME_LENGTH = 100
LATEST = 9_000_000_000_000_000  # ms since 1970

NO_SUCH_TASK = "COC.00014102"
FORBIDDEN = 403
# The enterprise project of what is created without one.
DEFAULT_PROJECT = "0"
PENDING = "PENDING"

ADVICE: dict[Any, str] = {
    401: "Check the credentials and whether they have expired, and that site is where the account is registered",
    403: "Check that the user has the permission for this operation, and that site is where the account is registered",
    "COC.00014106": "Something else has enabled the task at the same moment, and only a disabled one takes a change",
    "COC.00014103": "Check who created the task: only its creator may enable or disable it",
    ALREADY_ENABLED: "Something else changes the task at the same moment",
    "COC.00014121": "Check the ids: the task, or what it runs, belongs to another account",
    "COC.00014131": "Give schedule.type with all its parts",
    "COC.00014132": "Give a schedule.time_zone that the service knows, such as Asia/Shanghai",
    "COC.00014133": "Give a schedule that lies in the future",
    "COC.00014134": "Give a schedule.cron of six fields, as Quartz writes them",
    "COC.00014135": "Give schedule.weekdays and schedule.time",
    "COC.00014138": "The account has as many scheduled tasks as its quota allows: delete some, or ask for a larger one",
}
GATEWAY_CODES = ("APIGW.0303", "APIGW.0307")
# No page gives a code to it.
CHANGE_CONTROL = re.compile(r"ticket|change control", re.IGNORECASE)


def _name(text: str) -> str:
    if NAME.fullmatch(text):
        return text
    raise ValueError(f"a name has 3 to {NAME_LENGTH} letters, digits, '_', '-' or Chinese characters")


def _advice(status: int, code: str, text: str) -> str | None:
    if CHANGE_CONTROL.search(text):
        return "Where change control is on, give coc.ticket_infos with the ticket that permits the change"
    # The general advice on a clock or a token that the gateway refuses is better than what a status alone tells.
    return ADVICE.get(code) or (None if code in GATEWAY_CODES else ADVICE.get(status))


def _own(name: str) -> Callable[[ScheduledTask], tuple[Any, ...]]:
    return lambda task: (task.own.get(name),)


def _fact(*names: str) -> Callable[[ScheduledTask], tuple[Any, ...]]:
    return lambda task: tuple(task.facts.get(name) for name in names)


class CloudOperationsCenter(SwitchedService, SupportsHistory):
    """Scheduled tasks of Cloud Operations Center."""

    name = SERVICE
    title = "Cloud Operations Center"
    scope = ACCOUNT
    task_types = TASK_TYPES
    schedule_types = tuple(SCHEDULE_TYPES)
    needed_for_create = (
        *("name", "task_type", "schedule.type", "schedule.time_zone"),
        *(f"coc.{option}" for option in coc_body.NEEDED),
    )
    limits = {"name": Field(form=_name), "schedule.cron": Field(most=256)}
    name_length = NAME_LENGTH
    name_field = "name"
    own_fields = coc_body.FIELDS
    filters = {
        "enterprise_project_id": Filter(Field(most=128), known_of=_own("enterprise_project_id")),
        "task_id": Filter(Field(most=128), known_of=lambda task: (task.id,)),
        "task_name": Filter(known_of=lambda task: (task.name,), is_part=True),
        "scheduled_type": Filter(
            Field(choices=tuple(TYPES_BY_WIRE)), known_of=lambda task: (SCHEDULE_TYPES.get(str(task.schedule.type)),)
        ),
        "task_type": Filter(Field(choices=TASK_TYPES), known_of=lambda task: (task.task_type,)),
        "associated_task_type": Filter(
            Field(choices=coc_body.FIELDS["associated_task_type"].choices), known_of=_own("associated_task_type")
        ),
        "risk_level": Filter(Field(choices=coc_body.FIELDS["risk_level"].choices), known_of=_own("risk_level")),
        # Documented is the id; the Terraform provider's acceptance tests find by the name.
        "created_by": Filter(Field(most=32), known_of=_fact("created_by", "created_user_name")),
        "reviewer_user_name": Filter(Field(most=32), known_of=_own("reviewer_user_name")),
        "reviewer": Filter(Field(most=128), known_of=_fact("reviewer")),
        "region_id": Filter(Field(most=128), known_of=_fact("region_id")),
        "resource_id": Filter(Field(most=128)),
        "approve_status": Filter(Field(choices=("PASSED", PENDING, "REJECTED")), known_of=_fact("approve_status")),
        "last_execution_status": Filter(
            Field(choices=("READY", "PROCESSING", "ABNORMAL", "PAUSED", "CANCELED", "FINISHED")),
            known_of=_fact("last_status"),
        ),
        **dict.fromkeys(
            ("last_execution_start_time", "last_execution_end_time"), Filter(Field("int", least=0, most=LATEST))
        ),
    }
    error_rules = ErrorRules(
        missing=lambda status, code, text: status == 404 or code == NO_SUCH_TASK,
        advise=_advice,
    )

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return HOSTS[site]

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any], faults: Faults) -> ScheduledTask:
        return coc_body.read_options(given, own, faults)

    @classmethod
    def check(cls, given: ScheduledTask, faults: Faults) -> None:
        with faults:
            check_moment(given.schedule)

    @property
    def url(self) -> str:
        return f"{self._base_url}/v1/schedule/task"

    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        task = super().look_up(given)
        # Only the listing tells whether the task is enabled, on which depends what a deletion takes.
        return task if task is None or given.id is None else self.with_listed(task)

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        # Only the detail tells when the task runs.
        return task if task.schedule.is_complete else self.with_detail(task)

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, Sequence[str]]:
        if found is None:
            wanted = replace(wanted, own={**coc_body.DEFAULTS, **wanted.own})
        else:
            wanted = coc_body.with_kept_notifications(found, wanted)
        if _is_sent_whole(found, wanted):
            reason = coc_body.missing_partner(wanted)
            if reason is not None:
                raise TaskError(f"Scheduled task {wanted.name} is not whole: {reason}.")
            wanted = with_moment(found or ScheduledTask(), wanted)
        if not wanted.enabled or not _waits_for_approval(found, wanted):
            return wanted, ()
        return replace(wanted, enabled=False), [
            f"Scheduled task {brief(wanted.name)} stays disabled: it cannot be enabled before its reviewer has "
            "approved it.",
        ]

    def checks(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Check]:
        return [partial(self._namesakes, wanted)] if found is None and wanted is not None else ()

    def steps(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Step]:
        if wanted is None:
            return [] if found is None else self.deleting(found)
        if found is None:
            is_to_disable = wanted.enabled is False and not _needs_approval(wanted)
            disabling = [self.switching(None, False)] if is_to_disable else []
            return [Step(("create",), self._create), *disabling, self.look_at_created]
        changes = found.changes(wanted)
        if not changes:
            return []
        if changes == {"enabled"}:
            return [self.switching(found, bool(wanted.enabled))]
        return self.changing(found, wanted, write_task(wanted, found), _needs_approval(wanted))

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        tried = f"read the history of scheduled task {task.id}"
        items = self._marked_items(
            tried, "/history", {"task_id": str(task.id)}, min(count, HISTORY_PAGE_SIZE), "scheduled_task_history_list"
        )
        return [read_execution(item) for item in islice(items, count)]

    def _namesakes(self, wanted: ScheduledTask) -> list[str]:
        """Return warnings of tasks that may be meant instead of the one that is to be created.

        A name is looked for in one enterprise project, and what was created without one is in the default one.
        """
        project = wanted.own.get("enterprise_project_id", DEFAULT_PROJECT)
        if project == DEFAULT_PROJECT:
            return []
        try:
            named = list(self.list_tasks(wanted.name, {"enterprise_project_id": DEFAULT_PROJECT}))
        except ServiceError as error:
            # Who may not look there has no task there either.
            if error.status != FORBIDDEN:
                raise
            return []
        return [
            f"Enterprise project {DEFAULT_PROJECT}, the default one, has a scheduled task {brief(wanted.name)} too, "
            f"{task.id}, which the new one in enterprise project {brief(project)} does not replace. To move that one "
            f"instead, give id: {task.id} with coc.enterprise_project_id: {brief(project)}."
            for task in named
        ]

    @classmethod
    def place(cls, given: ScheduledTask) -> dict[str, str]:
        # A list without it shows the tasks of enterprise project 0 only.
        project = given.own.get("enterprise_project_id")
        return {"enterprise_project_id": project} if project else {}

    def get_detail(self, task_id: str) -> ScheduledTask | None:
        item = self.fetch_detail(task_id)
        return None if item is None else replace(read_task(item), id=task_id, own=coc_body.read_whole(item))

    def where_listed(self, task: ScheduledTask) -> dict[str, str]:
        return {"task_id": str(task.id), **self.place(task)}

    def list_all(self, filters: Mapping[str, str], most_pages: int | None = None) -> Iterator[ScheduledTask]:
        name, task_id = filters.get("task_name"), filters.get("task_id")
        tried = f"list scheduled tasks{f' named {name}' if name else ''}{f' of id {task_id}' if task_id else ''}"

        def read() -> tuple[list[dict[str, Any]], bool]:
            counts: list[tuple[int, int]] = []
            found = list(self._marked_items(tried, "", filters, PAGE_SIZE, "scheduled_tasks", counts, most_pages))
            return found, _agree(counts, {wire.text(item, "id") for item in found})

        return without_repeats(identified(tried, read_task(item)) for item in settled(tried, read))

    def _marked_items(
        self,
        tried: str,
        path: str,
        filters: Mapping[str, str],
        size: int,
        key: str,
        counts: list[tuple[int, int]] | None = None,
        most_pages: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Return all objects of a listing, each page of which begins behind the marker that the page before gave.

        :param counts: takes for each page how many objects came before, and how many there are as the page says it.
        :param most_pages: as `list_all` takes it.
        """
        counted = [] if counts is None else counts
        return within_bounds(tried, self._behind_markers(tried, path, filters, size, key, counted, most_pages))

    def _behind_markers(
        self,
        tried: str,
        path: str,
        filters: Mapping[str, str],
        size: int,
        key: str,
        counts: list[tuple[int, int]],
        most_pages: int | None,
    ) -> Iterator[dict[str, Any]]:
        read = partial(_read_page, items=key)
        marker: str | None = None
        seen: set[str | None] = set()
        before: list[dict[str, Any]] = []
        count = 0
        while True:
            seen.add(marker)
            query = {**filters, "limit": size, "marker": marker}
            items, of_page, following = self.send(Request(tried, "GET", path, read, query=query))
            if items and items == before:
                raise ServiceError(tried, f"the service answers the entries up to {count} and those behind them alike")
            before = items
            yield from items
            if of_page is not None:
                if marker is None:
                    check_length(of_page, size, most_pages)
                counts.append((count, of_page))
            count += len(items)
            # Whether the pages behind count from the beginning is not documented, so the first one's number counts.
            has_all = count >= counts[0][1] if counts else following is None
            if not items or (has_all and len(items) < size):
                return
            # A marker is documented as the id of the last one.
            marker = following or wire.text(items[-1], "id")
            if marker in seen:
                raise ServiceError(tried, f"behind {count} entries, the service leads back to marker {brief(marker)}")

    def _create(self, task: ScheduledTask) -> Done:
        tried = f"create scheduled task {task.name}"
        body = write_task(task, ScheduledTask())
        request = Request(tried, "POST", "", as_object, body=body, repeatable=False)

        def create() -> ScheduledTask:
            # It is born enabled, unless it has to be approved (Terraform provider's acceptance tests).
            task_id = wire.text(self.send(request), "data")
            return identified(tried, ScheduledTask(id=task_id, enabled=not _needs_approval(task)))

        created = self.create_once(create, task)
        return Done(replace(task, id=created.id, enabled=created.enabled), "create")


def _read_page(answer: Answer, items: str) -> tuple[list[dict[str, Any]], int | None, str | None]:
    """Return the objects of one page, how many there are in all, and the marker of the page behind, where told."""
    objects = as_objects(answer, items, "count")
    return objects, wire.integer(answer.body, "count"), wire.text(answer.body, "next_maker")  # spelt so on the page


def _agree(counts: Sequence[tuple[int, int]], ids: Collection[str | None]) -> bool:
    """Return whether a listing has what its pages count, be it from the beginning or from where the page begins.

    :param counts: for each page, how many objects came before, and how many there are as it says it.
    :param ids: of all objects.
    """
    if not counts:
        return True
    total = counts[0][1]
    return len(ids) >= total and all(count in (total, total - before) for before, count in counts)


def _is_sent_whole(found: ScheduledTask | None, wanted: ScheduledTask) -> bool:
    return found is None or bool(found.changes(wanted) - {"enabled"})


def _needs_approval(task: ScheduledTask) -> bool:
    return task.own.get("enable_approve") is True


def _waits_for_approval(found: ScheduledTask | None, wanted: ScheduledTask) -> bool:
    if found is None or _is_sent_whole(found, wanted):
        return _needs_approval(wanted)
    return not found.enabled and found.facts.get("approve_status") == PENDING
