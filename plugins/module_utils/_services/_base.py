# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every service offers to the engine, and what the services have in common."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Callable, ClassVar, NamedTuple, Optional
from urllib.parse import quote

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    ContradictionError,
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    UnwantedError,
    brief,
    shown,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import Answer, ErrorRules
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import as_it_is, pages, with_query
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._identity import PROJECT, Account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule, parts_of
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._second_looks import LONGEST, SecondLooks
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._shapes import (
    Page,
    as_object_if_any,
    as_task,
    read_page,
    settled,
    within_bounds,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import (
    Field,
    check_fields,
    given_fields,
)

MOST_TARGETS = 1000
MOST_NAMED = 10
WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
DESCRIPTION = Field(most=255, least=0)

# What an operation has done so far, one after the other, and the task as it then is.
Progress = Iterator[tuple[Optional[str], ScheduledTask]]


class Operation(NamedTuple):
    """One step of a change.

    :ivar words: what it is foreseen to do, as results call it: `create`, `update`, `enable`, `disable` or `delete`.
    :ivar carry_out: takes the task as far as it is known, and yields each word as soon as that is done, with the task
        as the service then has it; None instead of a word where only more is known of the task.
    """

    words: tuple[str, ...]
    carry_out: Callable[[ScheduledTask], Progress]


def single(word: str, carry_out: Callable[[ScheduledTask], ScheduledTask]) -> Operation:
    """Return an operation of one request."""

    def carry_out_whole(task: ScheduledTask) -> Progress:
        yield word, carry_out(task)

    return Operation((word,), carry_out_whole)


class Filter(NamedTuple):
    """A documented query parameter of a service's listing.

    :ivar longest: characters at most.
    :ivar choices: the values it may have, where they are documented.
    :ivar most: the largest value of one that is a whole number.
    :ivar told: returns what a listed task tells of the same; the value may be any of it. None stands for nothing told.
    :ivar is_part: whether the value is only a part of what is told.
    """

    longest: int | None = None
    choices: tuple[str, ...] = ()
    most: int | None = None
    told: Callable[[ScheduledTask], tuple[Any, ...]] = lambda task: ()
    is_part: bool = False

    def parse(self, option: str, value: Any) -> str:
        """Return a value as it stands in a query.

        :raises OptionError: it is not one of those that are documented.
        """
        if self.most is not None:
            if isinstance(value, bool) or not WHOLE_NUMBER.fullmatch(str(value)) or int(value) > self.most:
                raise OptionError(option, value, f"it is a whole number from 0 to {self.most}")
            return str(value)
        if not isinstance(value, str):
            raise OptionError(option, value, "it is text: quote it")
        if self.choices and value not in self.choices:
            raise OptionError(option, value, f"the service knows {', '.join(self.choices)}")
        if not value.strip() or (self.longest is not None and len(value) > self.longest):
            most = "" if self.longest is None else f" and has at most {self.longest} characters"
            raise OptionError(option, value, f"it is not empty{most}")
        return value

    def lets_through(self, value: str, task: ScheduledTask) -> bool:
        """Return whether a listed task is one that the filter lets through, as far as it tells."""
        told = [str(each) for each in self.told(task) if each is not None]
        if self.is_part:
            return not told or any(value.casefold() in text.casefold() for text in told)
        return not told or value in told


class Service(ABC):
    """One service behind the vocabulary, as far as it tells one task by its id.

    A subclass says what the service knows, translates between the wire and `ScheduledTask`, and makes the calls.

    :param account: sends signed requests.
    :param base_url: the service's address without a slash at its end.
    :ivar side_by_side: as `Client.side_by_side`.
    :ivar warnings: what the user should know of besides the result; added to while the service is asked.
    """

    name: ClassVar[str]
    # An id that the service itself does not know; a gateway's or a proxy's 404 says nothing of the kind.
    error_rules: ClassVar[ErrorRules] = ErrorRules(missing=lambda status, code, text: status == 404)
    # The options of scheduled_task_info that only a look-up in this service needs.
    look_up_options: ClassVar[tuple[str, ...]] = ()
    # The suboptions that only this service has; they stand under an option of the service's name.
    own_fields: ClassVar[Mapping[str, Field]] = {}

    def __init__(self, account: Account, base_url: str) -> None:
        self._account = account
        self.side_by_side = account.side_by_side
        self.warnings: list[str] = []
        self._base_url = base_url
        self._looks = SecondLooks(account.wait)

    @staticmethod
    @abstractmethod
    def host(region: str | None, site: str) -> str:
        """Return the service's host.

        :raises AccountError: it depends on the region, which is not given.
        """

    @abstractmethod
    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task that `given` names, by its id or else by exactly its name, as far as one look-up tells.

        :raises OptionError: an option that only this look-up needs is not what it may be.
        :raises TaskError: several tasks have the name.
        """

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was looked up with all that the service knows of it; None where it has vanished."""
        return task


class TaskService(Service):
    """A service whose tasks can be listed and changed."""

    task_types: ClassVar[tuple[str, ...]]
    schedule_types: ClassVar[tuple[str, ...]]
    target_types: ClassVar[tuple[str, ...]] = ()
    needed_for_create: ClassVar[tuple[str, ...]]
    filters: ClassVar[Mapping[str, Filter]]
    name_length: ClassVar[int]
    # What a task's name is called on the wire.
    name_field: ClassVar[str] = "task_name"
    # What its requests belong to, PROJECT or ACCOUNT.
    belongs_to: ClassVar[str] = PROJECT
    # Options of other services that this one has nothing like.
    lacks: ClassVar[tuple[str, ...]] = ()
    # Whether the deletion of a task fails where there is none, so that nobody has to look before.
    deletion_tells: ClassVar[bool] = True

    @classmethod
    def read_options(cls, options: Mapping[str, Any]) -> ScheduledTask:
        """Return what the options of `scheduled_task` say of the task, checked as far as the options alone allow.

        :raises OptionError: this service cannot honour an option, or it is outside the service's limits.
        """
        for option in cls.lacks:
            if options.get(option) is not None:
                raise OptionError(option, options[option], f"service {cls.name} has nothing like it")
        own = given_fields(cls.own_fields, options.get(cls.name) or {})
        check_fields(cls.name, cls.own_fields, own)
        given = cls.read_own(ScheduledTask.from_options(options), own)
        cls._check_types(given)
        cls.check(given)
        return given

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any]) -> ScheduledTask:
        """Return what is given with the options that only this service has, free of nulls and within the limits.

        :raises OptionError: one of them is not what it may be.
        """
        return given

    @classmethod
    @abstractmethod
    def check(cls, given: ScheduledTask) -> None:
        """Refuse what is outside the service's limits.

        :raises OptionError: as said.
        """

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, list[str]]:
        """Return the task wanted as the service can keep it, and warnings of what that leaves unfulfilled.

        :raises TaskError: the service does not allow such a task, or such a change of the task found.
        """
        return wanted, []

    @abstractmethod
    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        """Return the operations that turn the task found into the task wanted; None stands for no task."""

    @abstractmethod
    def _listed(self, filters: Mapping[str, str]) -> Iterable[ScheduledTask]:
        """Return the tasks that the filters let through, once each."""

    @abstractmethod
    def _detail(self, task_id: str) -> ScheduledTask | None:
        """Return a task as its detail shows it; None where there is no such task."""

    def _where_listed(self, task: ScheduledTask) -> dict[str, str]:
        """Return the filters with which the listing shows a task that is known, and few others."""
        return self._by_name(task)

    @property
    @abstractmethod
    def _url(self) -> str:
        """The address of all tasks, without a slash at its end."""

    def list_tasks(self, name: str | None, filters: Mapping[str, str]) -> Iterable[ScheduledTask]:
        """Return the tasks that the filters let through, with exactly that name where one is given."""
        listed = self._listed(filters if name is None else {**filters, "task_name": name})
        # The services' own name filters also let similar names through, or do not say how they match.
        return (task for task in listed if name is None or task.name == name)

    def _place(self, given: ScheduledTask) -> dict[str, str]:
        """Return the filters without which the listing does not show where a task is."""
        return {}

    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        return self._the_one_named(given) if given.id is None else self._detail(given.id)

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was looked up with what its other view tells; None where it has vanished meanwhile.

        Only the detail tells the targets, and only the listing whether the task is enabled.

        :raises ContradictionError: the listing shows the task, and its detail does not or under another name.
        """
        return self._with_detail(task) if task.targets is None else self._with_listed(task)

    def _named(self, given: ScheduledTask) -> list[ScheduledTask]:
        place = self._place(given)
        return [task for task in self.list_tasks(given.name, place) if self.ignored_filter(task, place) is None]

    def _the_one_named(self, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task of the name given, if there is one.

        :raises TaskError: there are several, which the services allow.
        """
        named = self._named(given)
        if len(named) > 1:
            named = self._without_ghosts(named)
        if len(named) > 1:
            raise TaskError(
                f"{len(named)} scheduled tasks have the name {given.name}; give the id of the one that is meant: "
                f"{_ids(named)}."
            )
        return named[0] if named else None

    def _without_ghosts(self, listed: list[ScheduledTask]) -> list[ScheduledTask]:
        """Return tasks that were listed without those that are listed although they were deleted."""
        return [task for task in listed if self.is_there(task)] if len(listed) <= MOST_NAMED else listed

    def is_there(self, task: ScheduledTask) -> bool:
        """Return whether there is a task that was listed.

        Its detail decides, and is looked at again as long as the listing says otherwise.
        """
        for _look in self._looks():
            if self._detail(str(task.id)) is not None:
                return True
            if self._in_listing(task) is None:
                return False
        self.warnings.append(
            f"Service {self.name} lists scheduled task {task.label}, and its detail said for {LONGEST:g} s that there "
            "is no such task. It is taken for deleted."
        )
        return False

    def to_delete(self, listed: Sequence[ScheduledTask], look: bool) -> list[ScheduledTask]:
        """Return those of the tasks listed of which a deletion would change something.

        A listing may still show a task that was deleted a moment ago.

        :param look: look for each of them, also where the deletion itself would tell.
        """
        if self.deletion_tells and not look:
            return list(listed)
        return [task for task, is_there in zip(listed, self.side_by_side(self.is_there, listed)) if is_there]

    def _with_detail(self, listed: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was listed with what its detail tells; None where it has vanished meanwhile.

        :raises ContradictionError: as `complete` says.
        """
        problem = ""
        for _look in self._looks():
            detail = self._detail(str(listed.id))
            if detail is not None and detail.name == listed.name:
                return detail.filled_up(listed)
            if self._in_listing(listed) is None:
                # It was deleted, or renamed.
                return None if detail is None else detail.filled_up(listed)
            problem = "there is no such task" if detail is None else f"its name is {brief(detail.name)}"
        raise ContradictionError(
            f"read scheduled task {listed.label}",
            f"the listing shows it, but its detail says that {problem}, and said so for {LONGEST:g} s",
            advice="Wait until the service shows the task in both or in neither, and run the same task again",
        )

    def _with_listed(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task with what only the listing tells, above all whether it is enabled; None where it has vanished.

        A task that the listing does not show has its enablement unknown, so that asking for one sets it.
        """
        for number, _look in enumerate(self._looks()):
            if number and self._detail(str(task.id)) is None:
                return None
            listed = self._in_listing(task)
            if listed is not None:
                return task.filled_up(listed)
        return task

    def _in_listing(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that is known as the listing shows it; None where it does not, or under another name."""
        alike = (each for each in self._listed(self._where_listed(task)) if each.id == task.id)
        return next((each for each in alike if each.name == task.name or None in (each.name, task.name)), None)

    def _shown(self, task_id: str) -> dict[str, Any] | None:
        """Return a task's detail as the service tells it; None where there is no such task."""
        tried = f"read scheduled task {task_id}"
        try:
            read = partial(as_task, task_id=task_id, name=self.name_field)
            item: dict[str, Any] = self._call(tried, "GET", f"/{segment(task_id)}", read=read)
        except NotFoundError:
            return None
        return item

    def _by_name(self, task: ScheduledTask) -> dict[str, str]:
        """Return the filter that finds a task by its name, unless the name is one that no filter takes."""
        name = str(task.name)
        return {"task_name": name} if len(name) <= self.name_length else {}

    @property
    def deletion(self) -> Operation:
        """Delete a task; that it is gone already is what is wanted, but nothing that was done here."""

        def delete(task: ScheduledTask) -> Progress:
            tried = f"delete scheduled task {task.label}"
            send = partial(self._call, tried, "DELETE", f"/{segment(task.id)}", read=as_object_if_any)
            self._settled(send, task.id, None)
            yield None, task

        return Operation(("delete",), lambda task: self.unless_gone(delete(task)))

    @staticmethod
    def unless_gone(deleting: Progress) -> Progress:
        """Return what a deletion does, and that it deletes the task unless somebody else has."""
        try:
            yield from deleting
        except NotFoundError as error:
            # The answer to our own deletion may have been lost before.
            if not error.is_repetition:
                yield None, ScheduledTask()
                return
        yield "delete", ScheduledTask()

    def _settled(self, send: Callable[[], Any], task_id: str | None, wanted: ScheduledTask | None) -> Any:
        """Send a write. Where a repetition of it is refused, the task tells whether the first attempt has done it.

        With what words a service refuses to do a second time what it has done already, no page says.

        :param send: sends the request, and returns what is read from the answer.
        :param wanted: the task as it is to be then, as far as that can be read; None for no task.
        :return: the same; None where the task is as it is wanted although the answer is a refusal.
        :raises ServiceError: the request was refused. After a repetition, `state` says what the task is like.
        """
        try:
            return send()
        except NotFoundError:
            raise
        except ServiceError as refusal:
            if not refusal.is_repetition or isinstance(refusal, OutcomeUnknownError):
                raise
            refusal.state = self._unsettled(task_id, wanted)
            if refusal.state is not None:
                raise
            return None

    def _unsettled(self, task_id: str | None, wanted: ScheduledTask | None) -> str | None:
        """Return words on what a task still lacks to be the one that is wanted; None where it lacks nothing."""
        try:
            found = self.look_up(ScheduledTask(service=self.name, id=task_id))
            found = None if found is None else self.complete(found)
        except (ServiceError, TaskError):
            return "Whether an earlier attempt, whose answer was lost, was carried out is not known"
        if found is None:
            return None if wanted is None else "It is not there any more"
        if wanted is None:
            return "It is still there"
        try:
            unlike = found.changes(found.overlaid(wanted))
        except TaskError:
            unlike = {"schedule"}
        if wanted.schedule.expire_time is None and found.schedule.expire_time is not None:
            unlike.add("schedule")
        named = sorted(self.name if name == "own" else name for name in unlike)
        return f"It is not yet as it is wanted in {', '.join(named)}" if named else None

    def _call(
        self,
        tried: str,
        method: str,
        path: str = "",
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        repeatable: bool = True,
        read: Callable[[str, Answer], Any] = as_it_is,
    ) -> Any:
        """Send a request below the address of all tasks; see `Account.call`."""
        url = with_query(f"{self._url}{path}", query or {})
        return self._account.call(
            tried, method, url, body, self.belongs_to, repeatable, error_rules=self.error_rules, read=read
        )

    def _paged(
        self,
        tried: str,
        path: str,
        size: int,
        items: str,
        count: str,
        filters: Mapping[str, str] | None = None,
        most: int | None = None,
        about: tuple[str, str] | None = None,
        counts: set[int] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Return the objects of a listing that counts in offsets, below the address of all tasks.

        :param size: the largest page that the service gives.
        :param items: the key of the objects.
        :param count: the key of how many there are in all.
        :param most: how many are wanted at most; None for all.
        :param about: the key under which each object says what it belongs to, and what it has to say there.
        :param counts: takes how many there are in all as each page says it.
        """
        size = size if most is None else min(size, most)

        read = partial(read_page, items=items, count=count, about=about)

        def fetch(offset: int) -> Page:
            query = {"offset": offset, "limit": size, **(filters or {})}
            page: Page = self._call(tried, "GET", path, query, read=read)
            if counts is not None and page[1] is not None:
                counts.add(page[1])
            return page

        return islice(within_bounds(tried, pages(tried, fetch, size, self.side_by_side, most)), most)

    def _paged_tasks(
        self, tried: str, size: int, items: str, count: str, filters: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Return all tasks of a listing that counts in offsets; see `_paged`."""

        def read() -> tuple[list[dict[str, Any]], bool]:
            counts: set[int] = set()
            found = list(self._paged(tried, "", size, items, count, filters, counts=counts))
            ids = {wire.text(item, "id") for item in found}
            return found, len(counts) < 2 and len(ids) >= max(counts, default=0)

        return settled(tried, read)

    @abstractmethod
    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        """Return at most so many past executions of a task, in the service's order."""

    @classmethod
    def check_filters(cls, filters: Mapping[str, Any]) -> dict[str, str]:
        """Return the filters as query parameters.

        :raises OptionError: the service documents no such query parameter, or not that value of it.
        """
        for name, value in filters.items():
            if name not in cls.filters:
                known = ", ".join(cls.filters)
                raise OptionError(f"filters.{name}", value, f"service {cls.name} has no such filter; it has {known}")
        return {
            name: cls.filters[name].parse(f"filters.{name}", value)
            for name, value in filters.items()
            if value is not None
        }

    @classmethod
    def ignored_filter(cls, task: ScheduledTask, filters: Mapping[str, str]) -> str | None:
        """Return the name of a filter that should have kept a listed task out; None where there is none."""
        return next((name for name, value in filters.items() if not cls.filters[name].lets_through(value, task)), None)

    @classmethod
    def check_name(cls, name: str, option: str = "name") -> None:
        """Refuse a name that cannot be looked for.

        :raises OptionError: it is empty or longer than the service's own filter takes.
        """
        Field(most=cls.name_length).check(option, name)

    @classmethod
    def check_targets(cls, given: ScheduledTask, fewest: int) -> None:
        """Refuse more targets or fewer than the service takes.

        :raises OptionError: as said.
        """
        if given.targets is not None and not fewest <= len(given.targets) <= MOST_TARGETS:
            clearing = ", and they cannot be cleared" if fewest else ""
            raise OptionError(
                "targets",
                f"{len(given.targets)} targets",
                f"a task of service {cls.name} has {fewest} to {MOST_TARGETS} targets{clearing}",
            )

    @classmethod
    def _check_types(cls, given: ScheduledTask) -> None:
        """Refuse the types of tasks, schedules and targets that this service does not have."""
        cls.check_choice("task_type", given.task_type, cls.task_types)
        cls.check_choice("schedule.type", given.schedule.type, cls.schedule_types)
        cls._check_parts(given.schedule)
        for target in given.targets or ():
            cls.check_choice("targets.type", target.type, cls.target_types)

    @classmethod
    def _check_parts(cls, schedule: Schedule) -> None:
        """Refuse parts that no schedule of this service has, or none has together."""
        parts = [part for part in schedule.known() if part != "type"]
        possible = [parts_of(schedule_type) for schedule_type in cls.schedule_types]
        for part in parts:
            if not any(part in names for names in possible):
                raise OptionError(
                    f"schedule.{part}", schedule.to_options()[part], f"no schedule of service {cls.name} has this part"
                )
        if not any(set(names).issuperset(parts) for names in possible):
            raise OptionError(
                "schedule", ", ".join(parts), f"no schedule of service {cls.name} has these parts together"
            )

    @classmethod
    def check_choice(cls, option: str, value: str | None, choices: Iterable[str]) -> None:
        """Refuse a value that is none of the choices.

        :raises OptionError: as said.
        """
        if value is not None and value not in choices:
            raise OptionError(option, value, f"service {cls.name} knows {', '.join(choices)}")

    def new_task(self, given: ScheduledTask) -> ScheduledTask:
        """Return the task that is to be created.

        :raises TaskError: something is missing that a new task needs.
        """
        missing = [option for option in self.needed_for_create if _is_missing(given, option)]
        if missing:
            raise TaskError(
                f"There is no scheduled task {given.name} yet, and to create it service {self.name} needs also: "
                f"{', '.join(missing)}."
            )
        return ScheduledTask(service=self.name).overlaid(given)

    def create_once(
        self, create: Callable[[], ScheduledTask], sent: ScheduledTask, again: bool = True
    ) -> ScheduledTask:
        """Create a task, and where the answer is lost, look for the task before trying once more.

        There was no task of the name a moment ago, so one like it that is there after the lost answer is the one asked
        for. No service offers a token that would make a create repeatable.

        :param create: creates the task and returns it as the service answered.
        :param sent: the task, as far as a creation takes it.
        :raises OutcomeUnknownError: the answer was lost again, or what became of it cannot be told.
        :raises UnwantedError: there are several tasks of the name.
        """
        try:
            return create()
        except OutcomeUnknownError as lost:
            try:
                named: list[ScheduledTask] = []
                for _look in self._looks():
                    named = self._named(sent)
                    if named:
                        break
                try:
                    self._check_alone(sent, named)
                except UnwantedError as several:
                    several.state = "One of them may have been created here, and a new task is enabled"
                    raise
                found = self.complete(named[0]) if named else None
                if found is not None and not found.changes(found.overlaid(sent)) - {"enabled"}:
                    return found
            except (ServiceError, TaskError):
                raise lost from None
            if named or not again or not isinstance(lost, AnswerLostError):
                raise
        # The task that is created now may take as long to be listed as the one before was waited for.
        self._looks = SecondLooks(self._account.wait)
        return self.create_once(create, sent, again=False)

    @property
    def looking_again(self) -> Operation:
        """Find out whether the listing shows a task that was created, and no other one of its name.

        Names are not unique, so no service refuses the second one, and nobody can hold a name. And as long as the
        listing does not show the task, a further run would create it once more.
        """

        def carry_out(task: ScheduledTask) -> Progress:
            named: list[ScheduledTask] = []
            for _look in self._looks():
                named = self._named(task)
                if any(each.id == task.id for each in named):
                    break
            else:
                self.warnings.append(
                    f"Scheduled task {task.label} was created, but service {self.name} has not listed it within "
                    f"{LONGEST:g} s. As long as it does not, another run would create it a second time."
                )
            self._check_alone(task, named)
            yield None, task

        return Operation((), carry_out)

    def _check_alone(self, task: ScheduledTask, named: list[ScheduledTask]) -> None:
        """Refuse to go on where a task that was created shares its name.

        :raises UnwantedError: as said.
        """
        ours = [] if task.id is None else [task]
        others = [each for each in named if each.id != task.id]
        if len(ours) + len(others) > 1:
            others = self._without_ghosts(others)
        alike = [*ours, *others]
        if len(alike) > 1:
            raise UnwantedError(
                f"create scheduled task {task.name}: {len(alike)} scheduled tasks have this name now, since somebody "
                f"else created one at the same moment: {_ids(alike)}. Delete those that are not wanted, with "
                "state: absent and their id."
            )


def check_taken(tried: str, asked: ScheduledTask, got: ScheduledTask) -> None:
    """Compare what a service was asked for with what it says that it has made of it.

    :raises UnwantedError: it is something else.
    """
    differences = [
        f"{option}: asked for {shown(ours, option)}, got {shown(theirs, option)}"
        for option, ours, theirs in asked.differences(got)
    ]
    if differences:
        raise UnwantedError(f"{tried}: the service reports success, but did not take {'; '.join(differences)}.")


class BatchDeletion(NamedTuple):
    """A request that deletes several tasks.

    :ivar path: below the address of all tasks.
    :ivar field: the field of its body with the ids.
    :ivar most: how many ids it takes at most.
    """

    path: str
    field: str
    most: int


class SupportsBatchDelete(TaskService):
    """A service that deletes several tasks with one request."""

    batch_deletion: ClassVar[BatchDeletion]

    def delete_together(self, tasks: Sequence[ScheduledTask]) -> None:
        """Delete several tasks, as many as `batch_deletion` takes at most.

        :raises ServiceError: none may be deleted, or some of them only.
        """
        tried = f"delete {len(tasks)} scheduled tasks ({_ids(tasks)})"
        body = {self.batch_deletion.field: [task.id for task in tasks]}
        self._call(tried, "POST", self.batch_deletion.path, body=body, read=as_object_if_any)


class SupportsForecast(ABC):
    """A service that tells when a task runs next."""

    @abstractmethod
    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        """Return the instants of the next executions in ISO 8601, as the service foresees them.

        None where it cannot be asked, because no clock triggers the task, or its schedule is of an unknown type.
        """


class SupportsOutcomes(ABC):
    """A service that tells what an execution came to on each of its targets."""

    @abstractmethod
    def outcomes(self, task: ScheduledTask, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the outcome per target of an execution that `history` returned, in the service's order."""


def _ids(tasks: Sequence[ScheduledTask]) -> str:
    return ", ".join([*sorted(str(task.id) for task in tasks[:MOST_NAMED]), *(["..."] if tasks[MOST_NAMED:] else [])])


def _is_missing(given: ScheduledTask, option: str) -> bool:
    holder, _dot, part = option.rpartition(".")
    if holder == given.service:
        return part not in {**given.own, **given.unread}
    return getattr(given.schedule if holder == "schedule" else given, part) is None


def segment(task_id: Any) -> str:
    """Return an id as one segment of a URL's path."""
    return quote(str(task_id), safe="")
