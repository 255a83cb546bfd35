# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every service offers to the engine, and what the services have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Callable, ClassVar, NamedTuple

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    OptionError,
    ServiceError,
    TaskError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._identity import Account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule, parts_of
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask


class Operation(NamedTuple):
    """One step of a change.

    :ivar word: what it is called in results: `create`, `update`, `enable`, `disable` or `delete`.
    :ivar carry_out: takes the task as far as it is known and returns it as the service then has it.
    """

    word: str
    carry_out: Callable[[ScheduledTask], ScheduledTask]


class Filter(NamedTuple):
    """A documented query parameter of a service's listing.

    :ivar longest: characters at most.
    :ivar choices: the values it may have, where they are documented.
    """

    longest: int | None = None
    choices: tuple[str, ...] = ()


class Service(ABC):
    """One service behind the vocabulary.

    A subclass says what the service knows, translates between the wire and `ScheduledTask`, and makes the calls.

    :param account: sends signed requests.
    :param base_url: the service's address without a slash at its end.
    """

    name: ClassVar[str]
    task_types: ClassVar[tuple[str, ...]]
    schedule_types: ClassVar[tuple[str, ...]]
    target_types: ClassVar[tuple[str, ...]]
    needed_for_create: ClassVar[tuple[str, ...]]
    filters: ClassVar[Mapping[str, Filter]]

    def __init__(self, account: Account, base_url: str) -> None:
        self._account = account
        self._base_url = base_url

    @staticmethod
    @abstractmethod
    def host(region: str) -> str:
        """Return the service's host in a region."""

    @classmethod
    @abstractmethod
    def check(cls, given: ScheduledTask) -> None:
        """Refuse options that this service cannot honour or that are outside its limits.

        :raises OptionError: as said.
        """

    @abstractmethod
    def look_up(self, task_id: str | None, name: str | None) -> ScheduledTask | None:
        """Return the task of that id, or else of exactly that name, as far as one look-up tells; None without one.

        :raises TaskError: several tasks have the name.
        """

    @abstractmethod
    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was looked up with all that the service knows of it; None where it has vanished."""

    @abstractmethod
    def plan(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Operation]:
        """Return the operations that turn the task found into the task wanted; None stands for no task."""

    @abstractmethod
    def list_tasks(self, name: str | None, filters: Mapping[str, str]) -> Iterable[ScheduledTask]:
        """Return the tasks that the filters let through, with exactly that name where one is given."""

    @abstractmethod
    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        """Return at most so many past executions of a task, in the service's order."""

    @abstractmethod
    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        """Return the instants of the next executions in ISO 8601, as the service foresees them.

        None where it cannot be asked, because the schedule is of a type that is not known.
        """

    @classmethod
    def check_filters(cls, filters: Mapping[str, Any]) -> dict[str, str]:
        """Return the filters as query parameters.

        :raises OptionError: the service documents no such query parameter, or not that value of it.
        """
        checked = {}
        for name, value in filters.items():
            if name not in cls.filters:
                known = ", ".join(cls.filters)
                raise OptionError(f"filters.{name}", value, f"service {cls.name} has no such filter; it has {known}")
            if value is None:
                continue
            if not isinstance(value, str):
                raise OptionError(f"filters.{name}", value, "it is text")
            longest, choices = cls.filters[name]
            if choices and value not in choices:
                raise OptionError(f"filters.{name}", value, f"service {cls.name} knows {', '.join(choices)}")
            if not value or (longest is not None and len(value) > longest):
                raise OptionError(f"filters.{name}", value, f"it has 1 to {longest} characters")
            checked[name] = value
        return checked

    @classmethod
    def check_name(cls, name: str) -> None:
        """Refuse a name that cannot be looked for.

        :raises OptionError: it is empty or longer than the service's own filter takes.
        """
        longest = cls.filters["task_name"].longest
        if not name.strip() or (longest is not None and len(name) > longest):
            raise OptionError("name", name, f"it has 1 to {longest} characters")

    @classmethod
    def check_types(cls, given: ScheduledTask) -> None:
        """Refuse the types of tasks, schedules and targets that this service does not have.

        :raises OptionError: as said.
        """
        cls._check_choice("task_type", given.task_type, cls.task_types)
        cls._check_choice("schedule.type", given.schedule.type, cls.schedule_types)
        cls._check_parts(given.schedule)
        for target in given.targets or ():
            cls._check_choice("targets.type", target.type, cls.target_types)

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
    def _check_choice(cls, option: str, value: str | None, choices: tuple[str, ...]) -> None:
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
        return ScheduledTask().overlaid(given)

    @classmethod
    def create_once(
        cls, create: Callable[[], ScheduledTask], look: Callable[[], ScheduledTask | None], again: bool = True
    ) -> ScheduledTask:
        """Create a task, and where the answer is lost, look for the task before trying once more.

        There was no task of the name a moment ago, so one that is there after the lost answer is the one asked for. No
        service offers a token that would make a create repeatable.

        :param create: creates the task and returns it as the service answered.
        :param look: returns the task of that name, if there is one.
        :raises AnswerLostError: the answer was lost again, or the service could not be asked what became of it.
        """
        try:
            return create()
        except AnswerLostError as lost:
            try:
                found = look()
            except ServiceError:
                raise lost from None
            if found is not None:
                return found
            if not again:
                raise
        return cls.create_once(create, look, again=False)


def _is_missing(given: ScheduledTask, option: str) -> bool:
    holder: Any = given
    for part in option.split("."):
        holder = getattr(holder, part, None)
    return holder is None


def the_one_of_name(tasks: Iterable[ScheduledTask], name: str) -> ScheduledTask | None:
    """Return the task with exactly that name, since the services' own name filters also let similar names through.

    :raises TaskError: there are several, which the services allow.
    """
    named = [task for task in tasks if task.name == name]
    if len(named) > 1:
        ids = ", ".join(str(task.id) for task in named)
        raise TaskError(
            f"{len(named)} scheduled tasks have the name {name}; give the id of the one that is meant: {ids}."
        )
    return named[0] if named else None


def as_object(tried: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered.

    :raises AnswerLostError: the answer is something else, so it does not tell what was done.
    """
    if not isinstance(answer.body, dict):
        raise AnswerLostError(tried, f"{answer.status}, but the answer is no JSON object", answer.status)
    return answer.body


def as_objects(tried: str, answer: Answer, key: str) -> list[dict[str, Any]]:
    """Return the list of JSON objects that was answered under a key; a null or missing list is an empty one.

    :raises ServiceError: the answer has another shape.
    """
    items = as_object(tried, answer).get(key)
    items = [] if items is None else items
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ServiceError(tried, f"the answer's {key} is no list of objects", answer.status)
    return items
