# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service whose tasks can be described in the vocabulary: what it takes of it, and how a change is planned."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from .._errors import OptionError, TaskError
from .._faults import Faults
from .._plan import Check, Step
from .._schedule import Schedule, parts_of
from .._task import ScheduledTask, Target
from .._values import Field, check_fields, given_fields
from ._writing_service import WritingService

MOST_TARGETS = 1000
DESCRIPTION = Field(most=255, least=0)
# What every service takes.
ALWAYS_TAKEN = ("service", "id", "name", "previous_name", "task_type", "schedule", "enabled")


class TaskService(WritingService):
    """A service whose tasks can be described in the vocabulary.

    It refuses every option that it does not say to take.
    """

    task_types: ClassVar[tuple[str, ...]]
    schedule_types: ClassVar[tuple[str, ...]]
    target_types: ClassVar[tuple[str, ...]] = ()
    # The options that it takes besides those that every service takes, and besides the one of its own name.
    takes: ClassVar[Collection[str]] = ()
    needed_for_create: ClassVar[tuple[str, ...]]
    # What options, by their dotted paths, may be beyond what they may be for every service.
    limits: ClassVar[Mapping[str, Field]] = {}

    @classmethod
    def read_options(cls, options: Mapping[str, Any], faults: Faults) -> ScheduledTask:
        """Return what the options of `scheduled_task` say of the task, as far as they are not refused.

        :param options: those that describe a task; None is not given.
        :param faults: gains what is wrong, as far as the options alone tell: this service does not take an option, or
            it is outside the service's limits.
        """
        taken = {*ALWAYS_TAKEN, *cls.takes, *([cls.name] if cls.own_fields else [])}
        for name, value in options.items():
            if value is not None and name not in taken:
                faults.add(OptionError(name, value, f"service {cls.name} has nothing like it"))
        own = given_fields(cls.own_fields, options.get(cls.name) or {})
        with faults:
            check_fields(cls.name, cls.own_fields, own)
        given = ScheduledTask.from_options({name: options[name] for name in options if name in taken}, faults)
        faults.settle()
        given = cls.read_own(given, own, faults)
        cls.check_task(given, faults)
        return given

    @classmethod
    def read_own(cls, given: ScheduledTask, own: Mapping[str, Any], faults: Faults) -> ScheduledTask:
        """Return what is given with the options that only this service has.

        :param own: these options, free of nulls and as their types are. What is beyond its limits is refused already.
        :param faults: gains what is wrong besides.
        """
        return given

    @classmethod
    def check(cls, given: ScheduledTask, faults: Faults) -> None:
        """Refuse what does not go together, or is outside of what `limits` can say.

        :param faults: has what is refused already, and gains what is wrong besides.
        """

    @classmethod
    def check_task(cls, given: ScheduledTask, faults: Faults) -> None:
        """Refuse what the service does not have, or what is outside its limits.

        :param given: without what is refused already.
        :param faults: has that, and gains what is wrong besides.
        """
        with faults:
            cls._check_previous_name(given)
        cls._check_types(given, faults)
        cls._check_limits(given, faults)
        cls.check(given, faults)

    @classmethod
    def _check_previous_name(cls, given: ScheduledTask) -> None:
        """Refuse a former name where it cannot tell which task is to be renamed."""
        former = given.previous_name
        if former is None:
            return
        cls.check_name(former, "previous_name")
        if given.id is not None:
            raise OptionError("previous_name", former, "id already says which task is meant, and name what it is to be")
        if former == given.name:
            raise OptionError("previous_name", former, "it is the same as name")

    @classmethod
    def known_targets(cls, given: ScheduledTask) -> Sequence[Target]:
        """Return the targets of types that the service has."""
        return [target for target in given.targets or () if target.type in cls.target_types]

    @classmethod
    def _check_limits(cls, given: ScheduledTask, faults: Faults) -> None:
        holders: Mapping[str, Sequence[object]] = {
            "": [given],
            "schedule": [given.schedule],
            "targets": cls.known_targets(given),
        }
        for option, limit in cls.limits.items():
            holder, _dot, name = option.rpartition(".")
            for each in holders[holder]:
                with faults:
                    limit.parse(option, getattr(each, name))

    def accept(self, found: ScheduledTask | None, wanted: ScheduledTask) -> tuple[ScheduledTask, Sequence[str]]:
        """Return the task wanted as the service can keep it, and warnings of what that leaves unfulfilled.

        It sends nothing, and neither do `checks` and `steps`.

        :raises TaskError: the service does not allow such a task, or such a change of the task found.
        """
        return wanted, ()

    def checks(self, found: ScheduledTask | None, wanted: ScheduledTask) -> Sequence[Check]:
        """Return what the service is to be asked before a task is created or changed."""
        return ()

    @abstractmethod
    def steps(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> Sequence[Step]:
        """Return the steps that turn the task found into the task wanted; None stands for no task."""

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
        return ScheduledTask(service=self.name).merged_with(given)

    @classmethod
    def check_filters(cls, filters: Mapping[str, Any], option: str = "filters") -> dict[str, str]:
        """Return the filters as query parameters.

        :param option: dotted path of the option that holds them.
        :raises OptionError: the service documents no such query parameter, or not that value of it.
        """
        faults = Faults()
        checked: dict[str, str] = {}
        for name, value in filters.items():
            with faults:
                if name not in cls.filters:
                    known = ", ".join(cls.filters)
                    expected = f"service {cls.name} has no such filter; it has {known}"
                    raise OptionError(f"{option}.{name}", value, expected)
                if value is not None:
                    checked[name] = str(cls.filters[name].field.parse(f"{option}.{name}", value))
        faults.raise_all()
        return checked

    @classmethod
    def check_name(cls, name: str, option: str = "name") -> None:
        """Refuse a name that cannot be looked for.

        :raises OptionError: it is empty or longer than the service's own filter takes.
        """
        Field(most=cls.name_length).parse(option, name)

    @classmethod
    def _check_types(cls, given: ScheduledTask, faults: Faults) -> None:
        """Refuse the types of tasks, schedules and targets that this service does not have."""
        with faults:
            cls.check_choice("task_type", given.task_type, cls.task_types)
        with faults:
            cls.check_choice("schedule.type", given.schedule.type, cls.schedule_types)
        # Beside a type, the parts were compared with it, and beside a wrong one there is nothing to compare them with.
        if given.schedule.type is None and not faults.covers("schedule.type"):
            cls._check_parts(given.schedule, faults)
        for target in given.targets or ():
            with faults:
                cls.check_choice("targets.type", target.type, cls.target_types)

    @classmethod
    def _check_parts(cls, schedule: Schedule, faults: Faults) -> None:
        """Refuse parts that no schedule of this service has, or none has together."""
        parts = schedule.known()
        possible = [parts_of(schedule_type) for schedule_type in cls.schedule_types]
        foreign = [part for part in parts if not any(part in names for names in possible)]
        for part in foreign:
            expected = f"no schedule of service {cls.name} has this part"
            faults.add(OptionError(f"schedule.{part}", schedule.to_options()[part], expected))
        if not foreign and not any(set(names).issuperset(parts) for names in possible):
            expected = f"no schedule of service {cls.name} has these parts together"
            faults.add(OptionError("schedule", ", ".join(parts), expected))

    @classmethod
    def check_choice(cls, option: str, value: str | None, choices: Iterable[str]) -> None:
        """Refuse a value that is none of the choices.

        :raises OptionError: as said.
        """
        if value is not None and value not in choices:
            raise OptionError(option, value, f"service {cls.name} knows {', '.join(choices)}")


def _is_missing(given: ScheduledTask, option: str) -> bool:
    holder, _dot, part = option.rpartition(".")
    if holder == given.service:
        return part not in {**given.own, **given.write_only}
    return getattr(given.schedule if holder == "schedule" else given, part) is None
