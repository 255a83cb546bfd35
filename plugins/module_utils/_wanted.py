# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of tasks as it was given: its entries with their defaults, checked as far as that takes no request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ._arguments import DEFAULTED, ENTRY
from ._entries import changeable, no_such_option, read_entry, read_task
from ._errors import OptionError, as_one, brief
from ._faults import Faults
from ._purge import Purge, read_purge
from ._schedule import TYPE_PARTS, parts_of
from ._services._table import CHANGEABLE
from ._services._task_service import TaskService
from ._task import ScheduledTask


@dataclass
class Wanted:
    """One entry of a list.

    :ivar number: of the entry, from 1.
    :ivar label: its name or else its id, for messages.
    :ivar given: what it says of the task; as far as it could be read, where there are faults.
    :ivar is_present: whether the task is to be there.
    :ivar faults: why the entry is refused.
    """

    number: int
    label: str
    service_name: str = ""
    given: ScheduledTask = ScheduledTask()
    is_present: bool = True
    faults: list[OptionError] = field(default_factory=list)

    @property
    def service_class(self) -> type[TaskService]:
        """The service that runs the task."""
        return CHANGEABLE[self.service_name]

    @property
    def place(self) -> tuple[tuple[str, str], ...]:
        """Where in the service the task is, as the filters without which no listing shows it."""
        return tuple(sorted(self.service_class.place(self.given).items()))

    @property
    def error(self) -> OptionError | None:
        """All faults of the entry as one error."""
        return as_one(self.faults)


class WantedList(NamedTuple):
    """A list of tasks.

    :ivar purge: what else is to be deleted; None for nothing.
    :ivar refusal: what is wrong beside the entries.
    :ivar warnings: what may be wrong, and nobody can tell.
    """

    entries: list[Wanted]
    purge: Purge | None
    refusal: OptionError | None
    warnings: list[str]

    @property
    def is_refused(self) -> bool:
        """Whether anything is wrong with the list."""
        return self.refusal is not None or any(entry.faults for entry in self.entries)


def read_list(options: Mapping[str, Any], faults: Faults) -> WantedList:
    """Return what the options of `scheduled_tasks` ask for, with all that is wrong in it.

    :param faults: what is wrong beside the entries, as far as it was found before.
    """
    defaults = _read_defaults(options["defaults"] or {}, faults)
    purge = read_purge(options["purge"], faults)
    entries = [_read(number, raw, options["service"], defaults) for number, raw in enumerate(options["tasks"], start=1)]
    sound = [entry for entry in entries if not entry.faults]
    for entry, fault in [*_repeated(sound), *_contradicting(sound)]:
        entry.faults.append(fault)
    return WantedList(entries, purge, as_one(faults.in_order()), list(_look_alikes(sound)))


def _read_defaults(given: Mapping[str, Any], faults: Faults) -> dict[str, dict[str, Any]]:
    """Return the defaults by service, checked as far as a part of an entry can be."""
    defaults: dict[str, dict[str, Any]] = {}
    for service, raw in given.items():
        if service in CHANGEABLE:
            defaults[service] = read_entry(DEFAULTED, raw, faults, f"defaults.{service}", is_partial=True)
        else:
            faults.add(no_such_option(f"defaults.{service}", service, CHANGEABLE))
    return defaults


def _read(number: int, raw: Any, service: str | None, defaults: Mapping[str, Mapping[str, Any]]) -> Wanted:
    """Return an entry with its defaults."""
    faults = Faults(raw if isinstance(raw, Mapping) else None)
    own = read_entry(ENTRY, raw, faults, is_partial=True)
    if service is not None:
        own = {"service": service, **own}
    label = brief(own.get("name") or own.get("id") or "without a name")
    entry = Wanted(number, label)
    if not faults.covers("service"):
        with faults:
            if "service" not in own:
                raise OptionError("service", None, "it is needed and not given", shown="")
            entry.service_name = changeable(own).name
    if entry.service_name:
        common = defaults.get(entry.service_name, {})
        own.setdefault("state", common.get("state", "present"))
        entry.is_present = own["state"] == "present"
        inherited = _inherited(common, own, entry)
        # Only in the service's own options something may still be missing that no default has brought.
        is_whole = not inherited and entry.service_name not in own
        options = own if is_whole else read_entry(ENTRY, _merged(inherited, own), faults)
        is_read = not faults.covers("name") and not faults.covers("entry")
        if is_read and "name" not in options and "id" not in options:
            faults.add(OptionError("name", None, "an entry has a name or an id", shown=""))
        with faults:
            entry.given = read_task(options, faults)
        entry.faults = [_with_origin(fault, raw, common, entry.service_name) for fault in faults.in_order()]
    else:
        entry.faults = faults.in_order()
    return entry


def _inherited(common: Mapping[str, Any], own: Mapping[str, Any], entry: Wanted) -> dict[str, Any]:
    """Return those of the defaults that an entry has."""
    if not entry.is_present:
        # How a task should be is checked whole. Of one that should not be, it matters where it is, which these say.
        return {name: value for name, value in common.items() if name == entry.service_name}
    inherited = dict(common)
    schedule_type = (own.get("schedule") or {}).get("type")
    default_type = (common.get("schedule") or {}).get("type")
    if schedule_type in TYPE_PARTS and default_type not in (None, schedule_type):
        possible = parts_of(schedule_type)
        inherited["schedule"] = {name: value for name, value in common["schedule"].items() if name in possible}
    return inherited


def _merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is given over the defaults, level by level."""
    merged = dict(defaults)
    for name, value in given.items():
        default = merged.get(name)
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            merged[name] = _merged(default, value)
        else:
            merged[name] = value
    return merged


def _with_origin(fault: OptionError, raw: Any, common: Mapping[str, Any], service_name: str) -> OptionError:
    """Return a fault that says so where its value comes from the defaults."""
    if _has(common, fault.option) and not _has(raw, fault.option):
        fault.add_sentence(f"It comes from the defaults of {service_name}")
    return fault


def _has(options: Any, path: str) -> bool:
    """Return whether options say something, which may be null, at a path or where it would have to go on."""
    if not path or not isinstance(options, Mapping):
        return True
    name, _dot, rest = path.partition(".")
    return name in options and _has(options[name], rest)


def _repeated(entries: Sequence[Wanted]) -> Iterator[tuple[Wanted, OptionError]]:
    """Return the entries that are about the task of an entry before, each with a fault that says so."""
    for key in ("name", "id"):
        met: dict[tuple[Any, ...], list[Wanted]] = defaultdict(list)
        for entry in entries:
            value = getattr(entry.given, key)
            if value is not None:
                met[(entry.service_name, value, entry.place if key == "name" else ())].append(entry)
        for (_service, value, _place), alike in met.items():
            # Two tasks may have one name, if each is told by its id.
            if len(alike) > 1 and (key == "id" or any(entry.given.id is None for entry in alike)):
                for entry in alike[1:]:
                    yield entry, OptionError(key, value, f"entry {alike[0].number} is about the same task")


def _contradicting(entries: Sequence[Wanted]) -> Iterator[tuple[Wanted, OptionError]]:
    """Return the entries whose previous name another entry has, too."""
    names = {(entry.service_name, entry.place, entry.given.name): entry for entry in entries}
    former: dict[tuple[Any, ...], Wanted] = {}
    for entry in entries:
        name = entry.given.previous_name
        if name is None:
            continue
        key = (entry.service_name, entry.place, name)
        if key in names:
            yield entry, OptionError("previous_name", name, f"it is the name of entry {names[key].number}")
        elif former.setdefault(key, entry) is not entry:
            yield entry, OptionError("previous_name", name, f"entry {former[key].number} has it, too")


def _look_alikes(entries: Sequence[Wanted]) -> Iterator[str]:
    """Return warnings of names that differ in nothing that meets the eye."""
    met: dict[tuple[Any, ...], Wanted] = {}
    for entry in entries:
        name = entry.given.name
        if name is None:
            continue
        first = met.setdefault((entry.service_name, entry.place, name.strip().casefold()), entry)
        if first.given.name != name:
            yield (
                f"Entries {first.number} and {entry.number} of the list are two tasks of {entry.service_name}, whose "
                f"names differ only in capitals or blanks: {first.label} and {entry.label}."
            )


class Listed:
    """What the entries of a list keep from being deleted as not listed."""

    def __init__(self, entries: Iterable[Wanted]) -> None:
        self._names: set[tuple[str, str | None]] = set()
        self._ids: set[tuple[str, str | None]] = set()
        for entry in entries:
            given = entry.given
            if given.id is None:
                # A task that is still to be renamed is on the list, too.
                self._names |= {(entry.service_name, name) for name in (given.name, given.previous_name)}
            else:
                # Another task of its name is none of the entry's business.
                self._ids.add((entry.service_name, given.id))

    def has(self, service_name: str, task: ScheduledTask) -> bool:
        """Return whether an entry is about a task."""
        return (service_name, task.name) in self._names or (service_name, task.id) in self._ids
