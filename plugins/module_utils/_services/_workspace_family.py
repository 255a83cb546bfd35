# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services of the Workspace family have in common: listings that count in offsets, targets, executions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Callable, ClassVar, NamedTuple

from .._http._paging import Page, pages
from .._http._request import Request, segment
from .._schedule import Schedule
from .._task import ScheduledTask, Target, as_targets
from . import _wire as wire
from . import _workspace_schedule
from ._capabilities import SupportsBatchDelete, SupportsForecast, SupportsOutcomes
from ._listed_service import check_length
from ._shapes import as_instants, identified, read_page, settled, within_bounds, without_repeats
from ._task_service import TaskService


class Listing(NamedTuple):
    """A listing that counts in offsets.

    :ivar path: below the address of all tasks.
    :ivar size: the largest page that the service gives.
    :ivar items: the key of the objects.
    :ivar total: the key of how many there are in all.
    :ivar about: the key under which each object says what it belongs to; None where it does not say that.
    """

    path: str
    size: int
    items: str
    total: str
    about: str | None = None


class ExecutionFields(NamedTuple):
    """How executions and their outcomes are read: our names by those on the wire, and what says nothing new."""

    names: Mapping[str, str]
    dropped: tuple[str, ...]
    outcome_names: Mapping[str, str]


class WorkspaceFamily(SupportsBatchDelete, SupportsForecast, SupportsOutcomes, TaskService):
    """A service of the Workspace family."""

    listing: ClassVar[Listing]
    # The ids of a task, and of an execution of it, are filled in.
    executions: ClassVar[Listing]
    outcomes_of: ClassVar[Listing]
    execution_fields: ClassVar[ExecutionFields]

    @abstractmethod
    def read_listed(self, item: Mapping[str, Any]) -> ScheduledTask:
        """Return a task as the list shows it."""

    @abstractmethod
    def read_detail(self, item: Mapping[str, Any]) -> ScheduledTask:
        """Return a task as the detail shows it."""

    @abstractmethod
    def write_forecast(self, schedule: Schedule) -> dict[str, Any]:
        """Return the body that asks for the next executions of a schedule."""

    def get_detail(self, task_id: str) -> ScheduledTask | None:
        item = self.fetch_detail(task_id)
        return None if item is None else replace(self.read_detail(item), id=task_id)

    def list_all(self, filters: Mapping[str, str], most_pages: int | None = None) -> Iterator[ScheduledTask]:
        named = f" named {filters['task_name']}" if filters.get("task_name") else ""
        tried = f"list scheduled tasks{named}"
        items = (item for extent in self.extents(filters) for item in self._settled_items(tried, extent, most_pages))
        return without_repeats(identified(tried, self.read_listed(item)) for item in items)

    def extents(self, filters: Mapping[str, str]) -> Iterable[Mapping[str, str]]:
        """Return the filters of the listings that it takes to see all tasks that the filters let through."""
        return [filters]

    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        tried = f"read the history of scheduled task {task.id}"
        listing = self.executions._replace(path=self.executions.path.format(task=segment(task.id)))
        return [self._read_execution(item) for item in self._items(tried, listing, {}, str(task.id), most=count)]

    def outcomes(self, task: ScheduledTask, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        tried = f"read execution {execution['id']} of scheduled task {task.id}"
        path = self.outcomes_of.path.format(task=segment(task.id), execution=segment(execution["id"]))
        items = self._items(tried, self.outcomes_of._replace(path=path), {}, str(execution["id"]))
        dropped = {self.outcomes_of.about or ""}
        return [wire.renamed(item, self.execution_fields.outcome_names, dropped) for item in items]

    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        if task.schedule.type not in _workspace_schedule.CALENDAR_TYPES:
            return None
        # A listing may lack parts of it.
        whole = task if task.schedule.is_complete else self.get_detail(str(task.id))
        if whole is None:
            return None
        tried = f"foresee the executions of scheduled task {task.id}"
        body = self.write_forecast(whole.schedule)
        return self.send(Request(tried, "POST", "/future-executions", as_instants, body=body))

    def _read_execution(self, item: Mapping[str, Any]) -> dict[str, Any]:
        execution = wire.renamed(item, self.execution_fields.names, self.execution_fields.dropped)
        schedule_type = _workspace_schedule.read_type(item)
        return execution if schedule_type is None else {**execution, "schedule_type": schedule_type}

    def _settled_items(self, tried: str, filters: Mapping[str, str], most_pages: int | None) -> list[dict[str, Any]]:
        """Return the objects of all tasks, read again until they agree with what the listing counts."""

        def read() -> tuple[list[dict[str, Any]], bool]:
            counts: set[int] = set()
            found = list(self._items(tried, self.listing, filters, counts=counts, most_pages=most_pages))
            ids = {wire.text(item, "id") for item in found}
            return found, len(counts) < 2 and len(ids) >= max(counts, default=0)

        return settled(tried, read)

    def _items(
        self,
        tried: str,
        listing: Listing,
        filters: Mapping[str, str],
        owner: str = "",
        most: int | None = None,
        counts: set[int] | None = None,
        most_pages: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Return the objects of a listing.

        :param owner: what each object has to say that it belongs to, if it says that.
        :param most: how many are wanted at most; None for all.
        :param counts: takes how many there are in all as each page says it.
        :param most_pages: as `list_all` takes it.
        """
        size = listing.size if most is None else min(listing.size, most)
        about = None if listing.about is None else (listing.about, owner)
        read = partial(read_page, items=listing.items, count=listing.total, about=about)

        def fetch(offset: int) -> Page[dict[str, Any]]:
            query = {"offset": offset, "limit": size, **filters}
            page = self.send(Request(tried, "GET", listing.path, read, query=query))
            if page[1] is not None:
                check_length(page[1], size, most_pages)
                if counts is not None:
                    counts.add(page[1])
            return page

        return islice(within_bounds(tried, pages(tried, fetch, size, self.side_by_side, most)), most)


def read_targets(
    value: Any, type_key: str, name_key: str, types: Collection[str], ids: Callable[[str, Mapping[str, Any]], list[str]]
) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Return the targets of a task, and the names of those that have one, by id.

    :param value: the list that was answered.
    :param types: the known types of targets.
    :param ids: returns the ids that an entry of a type has.
    """
    targets: list[Target] = []
    names: dict[str, str] = {}
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            target_type = wire.enumerated(wire.text(entry, type_key), types) or ""
            name = wire.text(entry, name_key)
            for target_id in ids(target_type, entry):
                targets.append(Target(target_type, target_id))
                if name is not None and target_id:
                    names[target_id] = name
    return as_targets(targets), names
