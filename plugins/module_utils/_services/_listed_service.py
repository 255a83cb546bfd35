# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service whose tasks can be listed, and found by their names.

Names are not unique, and listings may lag behind: what one answer says is looked at again where another one contradicts
it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from .._errors import ContradictionError, NotFoundError, TaskError, brief
from .._http._request import Request, segment
from .._task import ScheduledTask, listed_ids
from ._filters import Filter
from ._second_looks import LONGEST
from ._service import Service
from ._shapes import as_task

# Each costs a request to tell whether it is there.
MOST_GHOSTS = 10


class LongListingError(Exception):
    """A listing has more pages than it is worth."""


def check_length(total: int, size: int, most_pages: int | None) -> None:
    """Refuse to read a listing on that has more pages than it is worth.

    :param total: how many tasks there are in all.
    :param size: how many a page has.
    :param most_pages: None for any number.
    :raises LongListingError: as said.
    """
    if most_pages is not None and total > size * most_pages:
        raise LongListingError


class ListedService(Service):
    """A service whose tasks can be listed."""

    filters: ClassVar[Mapping[str, Filter]]
    name_length: ClassVar[int]
    # What a task's name is called on the wire.
    name_field: ClassVar[str] = "task_name"
    # Whether the deletion of a task fails where there is none, so that nobody has to look before.
    deletion_fails_if_missing: ClassVar[bool] = True

    @abstractmethod
    def list_all(self, filters: Mapping[str, str], most_pages: int | None = None) -> Iterable[ScheduledTask]:
        """Return the tasks that the filters let through, once each.

        :param most_pages: how many pages are worth being read; None for all there are.
        :raises LongListingError: the first page says that there are more pages. The others are not read.
        """

    @abstractmethod
    def get_detail(self, task_id: str) -> ScheduledTask | None:
        """Return a task as its detail shows it; None where there is no such task."""

    def where_listed(self, task: ScheduledTask) -> dict[str, str]:
        """Return the filters with which the listing shows a task that is known, and few others."""
        return self._by_name(task)

    @classmethod
    def place(cls, given: ScheduledTask) -> dict[str, str]:
        """Return the filters without which the listing does not show where a task is."""
        return {}

    def list_tasks(self, name: str | None, filters: Mapping[str, str]) -> Iterable[ScheduledTask]:
        """Return the tasks that the filters let through, with exactly that name where one is given."""
        listed = self.list_all(filters if name is None else {**filters, "task_name": name})
        # The services' own name filters also let similar names through, or do not say how they match.
        return (task for task in listed if name is None or task.name == name)

    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        return self.find_by_name(given) if given.id is None else self.get_detail(given.id)

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was looked up with what its other view tells; None where it has vanished meanwhile.

        Only the detail tells the targets, and only the listing whether the task is enabled.

        :raises ContradictionError: the listing shows the task, and its detail does not or under another name.
        """
        return self.with_detail(task) if task.targets is None else self.with_listed(task)

    def list_by_name(self, given: ScheduledTask) -> list[ScheduledTask]:
        """Return the tasks that have the name of the task given, where that is."""
        place = self.place(given)
        return [task for task in self.list_tasks(given.name, place) if self.ignored_filter(task, place) is None]

    def find_by_name(self, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task of the name given, if there is one.

        :raises TaskError: there are several, which the services allow.
        """
        return self.only_one(self.list_by_name(given))

    def only_one(self, named: list[ScheduledTask]) -> ScheduledTask | None:
        """Return the task among those that were listed under one name, if there is one.

        :raises TaskError: there are several, which the services allow.
        """
        if len(named) > 1:
            named = self.without_ghosts(named)
        if len(named) > 1:
            raise TaskError(
                f"{len(named)} scheduled tasks have the name {named[0].name}; give the id of the one that is meant: "
                f"{listed_ids(named)}."
            )
        return named[0] if named else None

    def without_ghosts(self, listed: list[ScheduledTask]) -> list[ScheduledTask]:
        """Return tasks that were listed without those that are listed although they were deleted."""
        return [task for task in listed if self.is_there(task)] if len(listed) <= MOST_GHOSTS else listed

    def is_there(self, task: ScheduledTask) -> bool:
        """Return whether there is a task that was listed.

        Its detail decides, and is looked at again as long as the listing says otherwise.
        """
        for _look in self.looks():
            if self.get_detail(str(task.id)) is not None:
                return True
            if self.in_listing(task) is None:
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
        if self.deletion_fails_if_missing and not look:
            return list(listed)
        return [task for task, is_there in zip(listed, self.side_by_side(self.is_there, listed)) if is_there]

    def with_detail(self, listed: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was listed with what its detail tells; None where it has vanished meanwhile.

        :raises ContradictionError: as `complete` says.
        """
        problem = ""
        for _look in self.looks():
            detail = self.get_detail(str(listed.id))
            if detail is not None and detail.name == listed.name:
                return detail.completed_by(listed)
            if self.in_listing(listed) is None:
                # It was deleted, or renamed.
                return None if detail is None else detail.completed_by(listed)
            problem = "there is no such task" if detail is None else f"its name is {brief(detail.name)}"
        raise ContradictionError(
            f"read scheduled task {listed.label}",
            f"the listing shows it, but its detail says that {problem}, and said so for {LONGEST:g} s",
            advice="Wait until the service shows the task in both or in neither, and run the same task again",
        )

    def with_listed(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task with what only the listing tells, above all whether it is enabled; None where it has vanished.

        A task that the listing does not show has its enablement unknown, so that asking for one sets it.
        """
        for number, _look in enumerate(self.looks()):
            if number and self.get_detail(str(task.id)) is None:
                return None
            listed = self.in_listing(task)
            if listed is not None:
                return task.completed_by(listed)
        return task

    def in_listing(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that is known as the listing shows it; None where it does not, or under another name."""
        alike = (each for each in self.list_all(self.where_listed(task)) if each.id == task.id)
        return next((each for each in alike if each.name == task.name or None in (each.name, task.name)), None)

    def fetch_detail(self, task_id: str) -> dict[str, Any] | None:
        """Return a task's detail as the service tells it; None where there is no such task."""
        read = partial(as_task, task_id=task_id, name=self.name_field)
        try:
            return self.send(Request(f"read scheduled task {task_id}", "GET", f"/{segment(task_id)}", read))
        except NotFoundError:
            return None

    def _by_name(self, task: ScheduledTask) -> dict[str, str]:
        """Return the filter that finds a task by its name, unless the name is one that no filter takes."""
        name = str(task.name)
        return {"task_name": name} if len(name) <= self.name_length else {}

    @classmethod
    def ignored_filter(cls, task: ScheduledTask, filters: Mapping[str, str]) -> str | None:
        """Return the name of a filter that should have kept a listed task out; None where there is none."""
        return next((name for name, value in filters.items() if not cls.filters[name].lets_through(value, task)), None)
