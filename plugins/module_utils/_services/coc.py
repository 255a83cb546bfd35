# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cloud Operations Center: scheduled scripts and runbooks, `/v1/schedule/task`.

Only a disabled task can be updated or deleted, and after an update it is enabled unless it has to be approved, whatever
it was before (Terraform provider's acceptance tests). So a change is: disable, PUT the whole task, look whether it is
enabled, and enable or disable it only if that is not what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Callable

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    brief,
    shown,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import Answer, ErrorRules
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._identity import ACCOUNT
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._interruption import finish, hurry
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import (
    WEEKDAYS,
    Schedule,
    by_weekday,
    clocks,
    find_zone,
    instants_of,
    parse_time,
    why_unknown,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _coc_body as coc_body
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    Filter,
    Operation,
    Progress,
    TaskService,
    segment,
    single,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._shapes import (
    as_object,
    as_object_about,
    as_objects,
    identified,
    settled,
    within_bounds,
    without_repeats,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field

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
CRON = Field(most=256)
LATEST = 9_000_000_000_000_000  # ms since 1970

TASK_TYPES = ("SCRIPT", "RUNBOOK")
SCHEDULE_TYPES = {"once": "ONCE", "weekly": "PERIODIC", "cron": "CRON"}
TYPES_BY_WIRE = {theirs: ours for ours, theirs in SCHEDULE_TYPES.items()}
# The pages say that 1 is Sunday.
WEEKDAY_NUMBERS = {name: str(number) for number, name in enumerate(WEEKDAYS, start=1)}
WEEKDAYS_BY_NUMBER = {number: name for name, number in WEEKDAY_NUMBERS.items()}

NO_SUCH_TASK = "COC.00014102"
ALREADY_DISABLED = "COC.00014104"
ALREADY_ENABLED = "COC.00014110"
# With these an update or a deletion of a task that is enabled was refused; no page says which it is.
ENABLED_CODES = (ALREADY_ENABLED, "COC.00014106")
# With these the service says that the task is in the wrong state, among other things.
REFUSED = (400, 409)
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

FACTS = {
    **{name: name for name in ("approve_status", "approve_comments", "created_by", "created_user_name", "update_by")},
    **{name: name for name in ("reviewer", "execution_count", "region_id")},
    "last_execution_status": "last_status",
}
TIMES = {
    "last_execution_time": "last_execution_time",
    "created_time": "create_time",
    "modified_time": "update_time",
}
TRIGGER_FIELDS = {
    **{name: name for name in ("policy", "time_zone", "single_scheduled_time", "period", "periodic_scheduled_time")},
    **{name: name for name in ("cron", "scheduled_close_time")},
}
# Tells the instant of a once schedule whose time zone is not known here, and with it neither date nor time.
MOMENT = "scheduled_instant"
KNOWN_FIELDS = {
    *("id", "name", "task_type", "scheduled_type", "trigger_time", "enabled"),
    *(*coc_body.READ_FIELDS, *FACTS, *TIMES),
}
EXECUTION_FIELDS = {name: name for name in ("id", "status", "task_type", "execution_id", "region", "created_by")}
EXECUTION_TIMES = {"started_time": "begin_time", "finished_time": "end_time"}


def _advice(status: int, code: str, text: str) -> str | None:
    if CHANGE_CONTROL.search(text):
        return "Where change control is on, give coc.ticket_infos with the ticket that permits the change"
    # The general advice on a clock or a token that the gateway refuses is better than what a status alone tells.
    return ADVICE.get(code) or (None if code in GATEWAY_CODES else ADVICE.get(status))


def _own(name: str) -> Callable[[ScheduledTask], tuple[Any, ...]]:
    return lambda task: (task.own.get(name),)


def _fact(*names: str) -> Callable[[ScheduledTask], tuple[Any, ...]]:
    return lambda task: tuple(task.facts.get(name) for name in names)


class CloudOperationsCenter(TaskService):
    """Scheduled tasks of Cloud Operations Center."""

    name = "coc"
    belongs_to = ACCOUNT
    task_types = TASK_TYPES
    schedule_types = tuple(SCHEDULE_TYPES)
    lacks = ("targets", "force", "description")
    needed_for_create = (
        *("name", "task_type", "schedule.type", "schedule.time_zone"),
        *(f"coc.{option}" for option in coc_body.NEEDED),
    )
    name_length = NAME_LENGTH
    name_field = "name"
    own_fields = coc_body.FIELDS
    filters = {
        "enterprise_project_id": Filter(longest=128, told=_own("enterprise_project_id")),
        "task_id": Filter(longest=128, told=lambda task: (task.id,)),
        "task_name": Filter(told=lambda task: (task.name,), is_part=True),
        "scheduled_type": Filter(
            choices=tuple(TYPES_BY_WIRE), told=lambda task: (SCHEDULE_TYPES.get(str(task.schedule.type)),)
        ),
        "task_type": Filter(choices=TASK_TYPES, told=lambda task: (task.task_type,)),
        "associated_task_type": Filter(
            choices=coc_body.FIELDS["associated_task_type"].choices, told=_own("associated_task_type")
        ),
        "risk_level": Filter(choices=coc_body.FIELDS["risk_level"].choices, told=_own("risk_level")),
        # Documented is the id; the Terraform provider's acceptance tests find by the name.
        "created_by": Filter(longest=32, told=_fact("created_by", "created_user_name")),
        "reviewer_user_name": Filter(longest=32, told=_own("reviewer_user_name")),
        "reviewer": Filter(longest=128, told=_fact("reviewer")),
        "region_id": Filter(longest=128, told=_fact("region_id")),
        "resource_id": Filter(longest=128),
        "approve_status": Filter(choices=("PASSED", PENDING, "REJECTED"), told=_fact("approve_status")),
        "last_execution_status": Filter(
            choices=("READY", "PROCESSING", "ABNORMAL", "PAUSED", "CANCELED", "FINISHED"), told=_fact("last_status")
        ),
        **dict.fromkeys(("last_execution_start_time", "last_execution_end_time"), Filter(most=LATEST)),
    }
    error_rules = ErrorRules(
        missing=lambda status, code, text: status == 404 or code == NO_SUCH_TASK,
        advise=_advice,
    )

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return HOSTS[site]

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any]) -> ScheduledTask:
        return coc_body.read_options(given, own)

    @classmethod
    def check(cls, given: ScheduledTask) -> None:
        if given.name is not None and not NAME.fullmatch(given.name):
            raise OptionError(
                "name", given.name, f"a name has 3 to {NAME_LENGTH} letters, digits, '_', '-' or Chinese characters"
            )
        CRON.check("schedule.cron", given.schedule.cron)
        _check_moment(given.schedule)

    @property
    def _url(self) -> str:
        return f"{self._base_url}/v1/schedule/task"

    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        task = super().look_up(given)
        # Only the listing tells whether the task is enabled, on which depends what a deletion takes.
        return task if task is None or given.id is None else self._with_listed(task)

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        # Only the detail tells when the task runs.
        return task if task.schedule.is_complete else self._with_detail(task)

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, list[str]]:
        if found is None:
            wanted = replace(wanted, own={**coc_body.DEFAULTS, **wanted.own})
        else:
            wanted = coc_body.with_kept_notifications(found, wanted)
        if _is_sent_whole(found, wanted):
            reason = coc_body.missing_partner(wanted)
            if reason is not None:
                raise TaskError(f"Scheduled task {wanted.name} is not whole: {reason}.")
            wanted = _with_moment(found or ScheduledTask(), wanted)
        warnings = self._namesakes(wanted) if found is None else []
        if not wanted.enabled or not _waits_for_approval(found, wanted):
            return wanted, warnings
        return replace(wanted, enabled=False), [
            *warnings,
            f"Scheduled task {brief(wanted.name)} stays disabled: it cannot be enabled before its reviewer has "
            "approved it.",
        ]

    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        if wanted is None:
            return [] if found is None else [self._deleting(found)]
        if found is None:
            plan = [single("create", self._create)]
            if wanted.enabled is False and not _needs_approval(wanted):
                plan.append(Operation(("disable",), lambda task: self._switching(task, False)))
            return [*plan, self.looking_again]
        changes = found.changes(wanted)
        if not changes:
            return []
        if changes == {"enabled"}:
            enabled = bool(wanted.enabled)
            before = replace(wanted, enabled=found.enabled)
            return [Operation((_word(enabled),), lambda task: self._switching(before, enabled))]
        return [self._replacing(found, wanted)]

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        tried = f"read the history of scheduled task {task.id}"
        items = self._marked_items(
            tried, "/history", {"task_id": str(task.id)}, min(count, HISTORY_PAGE_SIZE), "scheduled_task_history_list"
        )
        return [_read_execution(item) for item in islice(items, count)]

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

    def _place(self, given: ScheduledTask) -> dict[str, str]:
        # A list without it shows the tasks of enterprise project 0 only.
        project = given.own.get("enterprise_project_id")
        return {"enterprise_project_id": project} if project else {}

    def _detail(self, task_id: str) -> ScheduledTask | None:
        item = self._shown(task_id)
        return None if item is None else replace(_read_task(item), id=task_id, own=coc_body.read_whole(item))

    def _where_listed(self, task: ScheduledTask) -> dict[str, str]:
        return {"task_id": str(task.id), **self._place(task)}

    def _listed(self, filters: Mapping[str, str]) -> Iterator[ScheduledTask]:
        name, task_id = filters.get("task_name"), filters.get("task_id")
        tried = f"list scheduled tasks{f' named {name}' if name else ''}{f' of id {task_id}' if task_id else ''}"

        def read() -> tuple[list[dict[str, Any]], bool]:
            counts: list[tuple[int, int]] = []
            found = list(self._marked_items(tried, "", filters, PAGE_SIZE, "scheduled_tasks", counts))
            return found, _agree(counts, {wire.text(item, "id") for item in found})

        return without_repeats(identified(tried, _read_task(item)) for item in settled(tried, read))

    def _marked_items(
        self,
        tried: str,
        path: str,
        filters: Mapping[str, str],
        size: int,
        key: str,
        counts: list[tuple[int, int]] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Return all objects of a listing, each page of which begins behind the marker that the page before gave.

        :param counts: takes for each page how many objects came before, and how many there are as the page says it.
        """
        return within_bounds(
            tried, self._behind_markers(tried, path, filters, size, key, [] if counts is None else counts)
        )

    def _behind_markers(
        self, tried: str, path: str, filters: Mapping[str, str], size: int, key: str, counts: list[tuple[int, int]]
    ) -> Iterator[dict[str, Any]]:
        marker: str | None = None
        seen: set[str | None] = set()
        before: list[dict[str, Any]] = []
        count = 0
        while True:
            seen.add(marker)
            query = {**filters, "limit": size, "marker": marker}
            items, of_page, following = self._call(tried, "GET", path, query, read=partial(_read_page, items=key))
            if items and items == before:
                raise ServiceError(tried, f"the service answers the entries up to {count} and those behind them alike")
            before = items
            yield from items
            if of_page is not None:
                counts.append((count, of_page))
            count += len(items)
            # Whether the pages behind count from the beginning is not documented, so the first one's number counts.
            told_all = count >= counts[0][1] if counts else following is None
            if not items or (told_all and len(items) < size):
                return
            # A marker is documented as the id of the last one.
            marker = following or wire.text(items[-1], "id")
            if marker in seen:
                raise ServiceError(tried, f"behind {count} entries, the service leads back to marker {brief(marker)}")

    def _create(self, task: ScheduledTask) -> ScheduledTask:
        tried = f"create scheduled task {task.name}"
        body = _write_task(task, ScheduledTask())

        def create() -> ScheduledTask:
            answer = self._call(tried, "POST", "", body=body, repeatable=False, read=as_object)
            # It is born enabled, unless it has to be approved (Terraform provider's acceptance tests).
            return identified(tried, ScheduledTask(id=wire.text(answer, "data"), enabled=not _needs_approval(task)))

        created = self.create_once(create, task)
        return replace(task, id=created.id, enabled=created.enabled)

    def _replacing(self, found: ScheduledTask, wanted: ScheduledTask) -> Operation:
        last = ("disable",) if wanted.enabled is False and not _needs_approval(wanted) else ()

        def carry_out(task: ScheduledTask) -> Progress:
            # Enabling it again may take the same tickets.
            before = replace(found, unread=wanted.unread)
            tried = f"update scheduled task {wanted.label}"
            body = _write_task(wanted, found)
            put = partial(self._send, tried, "PUT", found, body)
            # The update itself enables the task, which is looked at afterwards.
            updated = replace(wanted, enabled=None)
            was_enabled = bool(found.enabled)
            for word, known in self._while_disabled(before, lambda: self._settled(put, found.id, updated)):
                was_enabled = was_enabled or word == "disable"
                yield word, known
            kept = None if _needs_approval(wanted) else was_enabled
            task = replace(wanted, id=found.id, enabled=kept if wanted.enabled is None else wanted.enabled)
            try:
                yield "update", task
                yield from self._settling(task)
            except ServiceError:
                raise
            except BaseException:
                # As in `_while_disabled`.
                hurry()
                if task.enabled is not None:
                    with suppress(ServiceError):
                        self._switch(task, task.enabled)
                raise

        return Operation((*_disable_first(found), "update", *last), carry_out)

    def _deleting(self, found: ScheduledTask) -> Operation:
        def carry_out(task: ScheduledTask) -> Progress:
            delete = partial(self._send, f"delete scheduled task {found.label}", "DELETE", found)
            deleting = self._while_disabled(found, lambda: self._settled(delete, found.id, None))
            yield from self.unless_gone(deleting)

        return Operation((*_disable_first(found), "delete"), carry_out)

    def _while_disabled(self, found: ScheduledTask, change: Callable[[], Any]) -> Progress:
        """Disable a task if need be and make a change that it takes; where that fails, give it its enablement back.

        :param change: may be made twice.
        :raises NotFoundError: there is no such task any more.
        :raises ServiceError: the change failed; `state` says what has become of the enablement.
        """
        before, disabled, insisting = found.enabled, False, False
        try:
            if before is not False:
                # Where it was not known, the service tells now.
                before = disabled = self._switch(found, False)
                if disabled:
                    yield "disable", replace(found, enabled=False)
            try:
                change()
            except NotFoundError:
                raise
            except ServiceError as error:
                # Somebody else may have enabled it, and may disable it again before it is looked at. Where the service
                # refuses it in other words than are known, only the look tells.
                is_told = error.code in ENABLED_CODES
                if not is_told and (error.status not in REFUSED or not self._enablement(found)):
                    raise
                insisting = True
                self._switch(found, False)
                change()
        except NotFoundError:
            raise
        except ServiceError as error:
            # What was refused has changed nothing; what failed otherwise may have enabled the task.
            refused = not (isinstance(error, OutcomeUnknownError) or error.is_repetition)
            if insisting and error.status in REFUSED and self._enablement(found):
                error.state = _sentences(error.state, "It has been enabled meanwhile")
            elif disabled or (before is not None and (insisting or not refused)):
                yield from self._bringing_back(found, bool(before), error)
                # An attempt before may have been carried out all the same.
                error.is_undone = error.is_undone and not (insisting or error.is_repetition)
            raise
        except BaseException:
            # Ansible's own time-out, for instance, comes in this way, and between any two steps.
            hurry()
            if before is not None:
                with suppress(ServiceError):
                    self._switch(found, before)
            raise

    def _bringing_back(self, found: ScheduledTask, enabled: bool, failed: ServiceError) -> Progress:
        try:
            yield from self._switching(found, enabled)
        except NotFoundError as gone:
            # What failed may have been its deletion, which was carried out all the same.
            gone.is_repetition = gone.is_repetition or failed.is_repetition or isinstance(failed, OutcomeUnknownError)
            raise
        except ServiceError as error:
            reason = error.message.rstrip(".")
            lasting = f"It was {_state(enabled)} before, and that could not be restored ({reason})"
            failed.state = _sentences(failed.state, lasting)
        else:
            failed.state = _sentences(failed.state, f"It is {_state(enabled)}, as it was before")
            failed.is_undone = True

    def _settling(self, task: ScheduledTask) -> Progress:
        """Look whether an updated task is enabled, and enable or disable it if that is not what is wanted."""
        finish()
        now = replace(task, enabled=None)
        try:
            # Where the look fails, enabling or disabling it regardless comes to the same.
            with suppress(ServiceError):
                now = self._with_listed(now) or now
            # A listing may be late, and an update enables the task: only a task that was told to is surely disabled.
            is_sure = task.enabled is not False or _needs_approval(task)
            if task.enabled in (None, now.enabled) and is_sure:
                yield None, now
            else:
                yield from self._switching(now, bool(task.enabled))
        except NotFoundError:
            raise
        except ServiceError as error:
            error.state = f"It has its new settings and is {_state(now.enabled)}, and should be {_state(task.enabled)}"
            raise

    def _switching(self, task: ScheduledTask, enabled: bool) -> Progress:
        """Enable or disable a task."""
        try:
            switched = self._switch(task, enabled)
        except NotFoundError:
            raise
        except ServiceError as error:
            if error.is_repetition:
                now = self._enablement(task)
                error.state = f"It is {_state(now)}"
            raise
        yield _word(enabled) if switched else None, replace(task, enabled=enabled)

    def _switch(self, task: ScheduledTask, enabled: bool) -> bool:
        """Enable or disable a task and return whether it was not so already."""
        tickets = {name: value for name, value in task.unread.items() if name == "ticket_infos"}
        try:
            tried = f"{_word(enabled)} scheduled task {task.label}"
            self._send(tried, "POST", task, tickets if enabled else None, f"/{_word(enabled)}")
        except NotFoundError:
            raise
        except ServiceError as error:
            if error.code != (ALREADY_ENABLED if enabled else ALREADY_DISABLED):
                # It may also be so already where the service says so in other words, or has lost its answer.
                is_at_odds = error.status in REFUSED or error.is_repetition
                if isinstance(error, OutcomeUnknownError) or not is_at_odds or self._enablement(task) is not enabled:
                    raise
            # An attempt whose answer was lost has switched it, unless it is known to have been so before.
            return error.is_repetition and task.enabled is not enabled
        return True

    def _enablement(self, task: ScheduledTask) -> bool | None:
        """Return whether the list tells that a task is enabled now; None where it does not tell."""
        try:
            # By its id alone: an update may have renamed it.
            listed = self._in_listing(replace(task, name=None))
        except ServiceError:
            return None
        return None if listed is None else listed.enabled

    def _send(self, tried: str, method: str, task: ScheduledTask, body: Any = None, action: str = "") -> None:
        read = partial(as_object_about, field="id", value=str(task.id))
        self._call(tried, method, f"/{segment(task.id)}{action}", body=body, read=read)


def _read_page(tried: str, answer: Answer, items: str) -> tuple[list[dict[str, Any]], int | None, str | None]:
    """Return the objects of one page, how many there are in all, and the marker of the page behind, where told."""
    objects = as_objects(tried, answer, items, "count")
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


def _disable_first(found: ScheduledTask) -> tuple[str, ...]:
    return () if found.enabled is False else ("disable",)


def _word(enabled: bool) -> str:
    return "enable" if enabled else "disable"


def _sentences(first: str | None, second: str) -> str:
    return second if first is None else f"{first}. {second}"


def _state(enabled: bool | None) -> str:
    return {True: "enabled", False: "disabled", None: "either enabled or disabled"}[enabled]


def _check_moment(schedule: Schedule) -> list[datetime]:
    """Return the instants of a once schedule: one, or two where clocks show its time twice; none for another type.

    :raises OptionError: the time zone is not known here, or clocks in it skip the time, or it cannot be counted in
        milliseconds.
    """
    if schedule.type != "once" or schedule.time_zone is None:
        return []
    zone = find_zone(schedule.time_zone)
    if zone is None:
        raise OptionError(
            "schedule.time_zone",
            schedule.time_zone,
            f"a once schedule of service coc is sent as an instant, and this zone {why_unknown()}",
        )
    try:
        instants = instants_of(datetime.fromisoformat(f"{schedule.date}T{schedule.time}"), zone)
    except (ValueError, OverflowError):
        instants = [wire.EPOCH - timedelta(seconds=1)]
    if not instants:
        raise OptionError("schedule.time", schedule.time, f"clocks in {schedule.time_zone} skip it on {schedule.date}")
    if instants[0] < wire.EPOCH:
        raise OptionError("schedule.date", schedule.date, "it is a day after 1970 that can be counted in milliseconds")
    return instants


def _with_moment(found: ScheduledTask, wanted: ScheduledTask) -> ScheduledTask:
    """Return the task wanted, once it is sure that its moment can be told.

    :param found: the task before. Its moment needs no time zone to stay as it is.
    :raises OptionError: as `_check_moment`.
    :raises TaskError: clocks show the time twice, and no field says which of the two is meant.
    """
    if _keeps_moment(found.schedule, wanted.schedule):
        return wanted
    if wanted.schedule.type == "once" and wanted.schedule.date is None:
        raise TaskError(
            f"schedule.time_zone: {wanted.schedule.time_zone!r} does not fit: the date and the time of the task that "
            f"was found are not known, since its time zone {shown(found.schedule.time_zone)} {why_unknown()}. Give "
            "schedule.type with all its parts."
        )
    instants = _check_moment(wanted.schedule)
    if len(instants) > 1:
        raise TaskError(
            f"schedule.time: {wanted.schedule.time!r} on {wanted.schedule.date} does not say when the task runs: "
            f"{clocks(str(wanted.schedule.time_zone), instants)}. Give one of these in a time zone whose clocks do not "
            "change, such as UTC."
        )
    return replace(wanted, facts={name: value for name, value in wanted.facts.items() if name != MOMENT})


def _keeps_moment(found: Schedule, wanted: Schedule) -> bool:
    """Return whether a schedule was once and stays it, at the same time of the same day."""
    parts = ("type", "date", "time", "time_zone")
    return found.type == "once" and all(getattr(found, part) == getattr(wanted, part) for part in parts)


def _write_task(task: ScheduledTask, found: ScheduledTask) -> dict[str, Any]:
    """Return all that is known of a task, as a creation and an update take it.

    :param found: the task before. A schedule that stays goes back as it came, and so does a moment: milliseconds tell
        two moments apart that clocks show alike, and need no time zone.
    """
    came = found.unread.get("trigger_time", {})
    trigger = came if came and task.schedule == found.schedule else _write_schedule(task.schedule)
    if _keeps_moment(found.schedule, task.schedule) and came.get("single_scheduled_time"):
        trigger = {**trigger, "single_scheduled_time": came["single_scheduled_time"]}
    return {
        **coc_body.write(task),
        "name": task.name,
        "task_type": task.task_type,
        "trigger_time": trigger,
    }


def _write_schedule(schedule: Schedule) -> dict[str, Any]:
    moment = next(iter(_check_moment(schedule)), None) if schedule.date is not None else None
    expiry = schedule.expire_time
    fields = {
        "policy": SCHEDULE_TYPES.get(str(schedule.type), schedule.type),
        "time_zone": schedule.time_zone,
        "single_scheduled_time": None if moment is None else wire.milliseconds_of(moment),
        "period": ",".join(WEEKDAY_NUMBERS.get(day, day) for day in schedule.weekdays or ()) or None,
        "periodic_scheduled_time": schedule.time if schedule.type == "weekly" else None,
        "cron": schedule.cron,
        "scheduled_close_time": wire.milliseconds_of(expiry) if isinstance(expiry, datetime) else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _read_task(item: Mapping[str, Any]) -> ScheduledTask:
    """Return a task as the list or the detail shows it."""
    times = {ours: wire.instant_of(wire.integer(item, theirs)) for theirs, ours in TIMES.items()}
    schedule, trigger = _read_schedule(item), _trigger(item)
    if schedule.type == "once" and schedule.date is None:
        times[MOMENT] = _moment(trigger.get("trigger_time", {}))
    return ScheduledTask(
        service=CloudOperationsCenter.name,
        id=wire.text(item, "id"),
        name=wire.text(item, "name"),
        task_type=wire.enumerated(wire.text(item, "task_type"), TASK_TYPES),
        enabled=wire.boolean(item, "enabled"),
        schedule=schedule,
        own=coc_body.read(item),
        unread=trigger,
        facts={
            **wire.filled(item, FACTS),
            **{name: wire.iso(instant) for name, instant in times.items() if instant is not None},
        },
        extra=wire.unnamed(item, KNOWN_FIELDS),
    )


def _trigger(item: Mapping[str, Any]) -> dict[str, Any]:
    trigger = item.get("trigger_time")
    return {"trigger_time": wire.filled(trigger, TRIGGER_FIELDS)} if isinstance(trigger, dict) else {}


def _moment(trigger: Mapping[str, Any]) -> datetime | None:
    return wire.instant_of(wire.integer(trigger, "single_scheduled_time"))


def _read_schedule(item: Mapping[str, Any]) -> Schedule:
    trigger = item.get("trigger_time")
    if not isinstance(trigger, dict):
        theirs = wire.text(item, "scheduled_type")
        return Schedule(type=None if theirs is None else TYPES_BY_WIRE.get(theirs.upper(), theirs))
    policy = wire.text(trigger, "policy") or ""
    time_zone = wire.text(trigger, "time_zone")
    zone = find_zone(time_zone) if time_zone else None
    local = wire.local_time(_moment(trigger), zone)
    periodic = wire.text(trigger, "periodic_scheduled_time")
    weekdays = {WEEKDAYS_BY_NUMBER.get(entry, entry) for entry in wire.entries(trigger, "period")}
    schedule = Schedule(
        type=TYPES_BY_WIRE.get(policy.upper(), policy) or None,
        date=None if local is None else local.date().isoformat(),
        time=None if local is None else local.time().isoformat(),
        weekdays=tuple(sorted(weekdays, key=by_weekday)) or None,
        cron=wire.text(trigger, "cron"),
        time_zone=time_zone,
        expire_time=wire.instant_of(wire.integer(trigger, "scheduled_close_time")),
    )
    if schedule.type == "weekly" and periodic is not None:
        schedule = replace(schedule, time=parse_time(periodic) or periodic)
    return schedule.of_its_type()


def _read_execution(item: Mapping[str, Any]) -> dict[str, Any]:
    execution = wire.renamed(item, {**EXECUTION_FIELDS, "execution_msg": "result_message"}, EXECUTION_TIMES)
    for theirs, ours in EXECUTION_TIMES.items():
        instant = wire.instant_of(wire.integer(item, theirs))
        if instant is not None:
            execution[ours] = wire.iso(instant)
    return execution
