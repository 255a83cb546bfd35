# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A scheduled task in the words of the user: from options, over what was found, to results. Knows no service."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ._errors import OptionError, brief, first_ten
from ._faults import Faults
from ._schedule import Schedule
from ._values import same

# An id is part of a request's path, where `..` or a slash would lead to another resource.
TASK_ID = re.compile(r"(?!\.+\Z)[A-Za-z0-9._~-]{1,128}")

# Of keys that Ansible removes from results, at any depth, or takes for the mark of a type of its own.
PREFIXES_OF_ANSIBLE = ("_ansible_", "__ansible_")


class Target(NamedTuple):
    """What a task acts on, such as a server.

    `id` is empty for a type that stands for everything of its kind.
    """

    type: str
    id: str

    def to_options(self) -> dict[str, str]:
        """Return the target as an entry of the option `targets`."""
        return {"type": self.type, "id": self.id} if self.id else {"type": self.type}


@dataclass(frozen=True)
class ScheduledTask:
    """A scheduled task. A field that is None is not known or not given, and so is an empty schedule.

    Every field up to `targets` is an option of the same name.

    :ivar previous_name: of the task that is to be renamed, in a task that a user gave.
    :ivar description: `""` where there is none.
    :ivar service: name of the service that runs the task, which is also the name of the option that holds `own`.
    :ivar own: the options that only this service has, in a form in which equal ones compare equal; in a task that a
        user gave, those that are given.
    :ivar write_only: those of them that the service takes and never tells, or tells in a form that no option has. They
        are sent and not compared.
    :ivar target_names: names of targets by their ids, as far as they are known.
    :ivar facts: what the service knows besides and a user cannot set, by return name.
    :ivar extra: what the service sent and this vocabulary has no word for, by the service's names.
    """

    id: str | None = None
    name: str | None = None
    task_type: str | None = None
    description: str | None = None
    enabled: bool | None = None
    force: bool | None = None
    schedule: Schedule = Schedule()
    targets: tuple[Target, ...] | None = None
    previous_name: str | None = None
    service: str | None = None
    own: Mapping[str, Any] = field(default_factory=dict)
    write_only: Mapping[str, Any] = field(default_factory=dict)
    target_names: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The task as messages call it: its name, which a service may have made of anything, and its id if known."""
        return brief(self.name) if self.id is None else f"{brief(self.name)} ({self.id})"

    @classmethod
    def from_options(cls, options: Mapping[str, Any], faults: Faults) -> ScheduledTask:
        """Return what the options of `scheduled_task` say of the task, without those that are refused.

        :param faults: gains what is wrong, as far as no service is needed to know it.
        """
        given = dict(options)
        for name, check in (("id", check_id), ("name", _check_word), ("task_type", _check_word)):
            with faults:
                check(options.get(name), name)
            if faults.covers(name):
                given[name] = None
        targets = options.get("targets")
        return cls(
            service=options["service"],
            id=given.get("id"),
            name=given.get("name"),
            task_type=given.get("task_type"),
            description=options.get("description"),
            enabled=options.get("enabled"),
            force=options.get("force"),
            schedule=Schedule.from_options(options.get("schedule") or {}, faults),
            targets=None if targets is None else as_targets(_target(target, faults) for target in targets),
            previous_name=options.get("previous_name"),
        )

    def merged_with(self, given: ScheduledTask) -> ScheduledTask:
        """Return this task with the options given put over it.

        :raises TaskError: the schedule given does not fit the one of this task.
        """
        simple = {name: getattr(given, name) for name in SIMPLE_OPTIONS if getattr(given, name) is not None}
        return replace(
            self,
            schedule=self.schedule.merged_with(given.schedule),
            own={**self.own, **given.own},
            write_only={**self.write_only, **given.write_only},
            **simple,
        )

    def completed_by(self, other: ScheduledTask) -> ScheduledTask:
        """Return this task with what it does not know taken from another view of it.

        The options of this view count, but the facts and the extra of the other one: they move by themselves, and the
        other view is the later one or the richer one.
        """
        missing = {name: getattr(other, name) for name in ("id", *SIMPLE_OPTIONS) if getattr(self, name) is None}
        return replace(
            self,
            schedule=self.schedule.completed_by(other.schedule),
            own={**other.own, **self.own},
            target_names={**self.target_names, **other.target_names},
            facts={**self.facts, **other.facts},
            extra={**self.extra, **other.extra},
            **missing,
        )

    def changes(self, wanted: ScheduledTask) -> set[str]:
        """Return the names of the options in which the task wanted differs from this one."""
        return {name for name in (*OPTIONS, "own") if not same(getattr(self, name), getattr(wanted, name))}

    def tells(self, given: ScheduledTask) -> bool:
        """Return whether this view of a task knows every option that a user gave, so that the two can be compared."""
        schedule = given.schedule.known()
        return (
            all(getattr(self, name) is not None for name in SIMPLE_OPTIONS if getattr(given, name) is not None)
            and (not schedule or self.schedule.is_complete)
            and ("time_zone" not in schedule or self.schedule.time_zone is not None)
            and self.own.keys() >= given.own.keys()
        )

    def differences(self, other: ScheduledTask) -> Iterator[tuple[str, Any, Any]]:
        """Return the options in which another view of the task differs, each with its value here and there.

        :return: dotted paths, and values as the options take them; None where there is none.
        """
        ours, theirs = self.to_options(), other.to_options()
        for name in sorted({*ours, *theirs}):
            value, differing = ours.get(name), theirs.get(name)
            if name in ("schedule", self.service):
                parts = {**(value or {}), **(differing or {})}
                pairs = [(f"{name}.{part}", (value or {}).get(part), (differing or {}).get(part)) for part in parts]
            else:
                pairs = [(name, value, differing)]
            yield from (pair for pair in pairs if not same(pair[1], pair[2]))

    def to_options(self) -> dict[str, Any]:
        """Return what is known of the options, with values that the options take; the two sides of a diff."""
        known = {name: getattr(self, name) for name in SIMPLE_OPTIONS if getattr(self, name) is not None}
        if self.targets is not None:
            known["targets"] = [target.to_options() for target in self.targets]
        schedule = self.schedule.to_options()
        if schedule:
            known["schedule"] = schedule
        if self.own:
            known[str(self.service)] = dict(self.own)
        return known

    def to_result(self) -> dict[str, Any]:
        """Return the task as modules return it: its id, what is known of the options, the facts and the extra."""
        result: dict[str, Any] = {} if self.id is None else {"id": self.id}
        result.update(self.to_options())
        if self.schedule.type is not None and "type" not in result.get("schedule", {}):
            result["schedule_type"] = self.schedule.type
        # Names of targets that the task no longer has are still known, but no longer the task's.
        names = {
            target.id: self.target_names[target.id] for target in self.targets or () if target.id in self.target_names
        }
        if names:
            result["target_names"] = names
        result.update(self.facts)
        if self.extra:
            result["extra"] = dict(self.extra)
        hidden = sorted(_keys_of_ansible(result))
        if hidden:
            result["hidden_keys"] = hidden
        return result


SIMPLE_OPTIONS = ("name", "task_type", "description", "enabled", "force", "targets")
OPTIONS = (*SIMPLE_OPTIONS, "schedule")


def check_id(task_id: str | None, option: str = "id") -> None:
    """Refuse an id that would lead a request to another resource than a task.

    :raises OptionError: the id has other characters than letters, digits, `.`, `_`, `~` and `-`, or is made of dots.
    """
    if task_id is not None and not TASK_ID.fullmatch(task_id):
        raise OptionError(
            option, task_id, "an id has 1 to 128 letters, digits, '.', '_', '~' or '-', and not dots alone"
        )


def listed_ids(tasks: Sequence[ScheduledTask]) -> str:
    """Return the ids of tasks as messages list them: sorted, and the first ten."""
    return first_ten(sorted(str(task.id) for task in tasks))


def as_targets(targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return targets in one order and free of repetition, so that two equal sets compare equal."""
    return tuple(sorted(set(targets)))


def _keys_of_ansible(result: Mapping[str, Any]) -> Iterator[str]:
    """Return the dotted paths of the keys that Ansible takes for its own and removes from results."""
    parts: list[tuple[str, Any]] = [("", result)]
    while parts:
        path, part = parts.pop()
        if isinstance(part, Mapping):
            for key, value in part.items():
                if str(key).startswith(PREFIXES_OF_ANSIBLE):
                    yield f"{path}{key}"
                parts.append((f"{path}{key}.", value))
        elif isinstance(part, (list, tuple)):
            parts += [(path, entry) for entry in part]


def _target(options: Mapping[str, Any], faults: Faults) -> Target:
    for name, value in options.items():
        if name not in Target._fields and value is not None:
            faults.add(OptionError(f"targets.{name}", value, "a target has a type and an id only"))
    return Target(options["type"], options.get("id") or "")


def _check_word(value: str | None, option: str) -> None:
    if value is not None and not value.strip():
        raise OptionError(option, value, "it is not empty")
