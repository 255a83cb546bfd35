# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where tasks are looked for: the service is asked for each one, or one listing answers for all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ._errors import TaskError, brief
from ._services._listed_service import LongListingError
from ._services._task_service import TaskService
from ._task import ScheduledTask


class Survey(ABC):
    """What is known of the tasks that there are."""

    @abstractmethod
    def of_id(self, service: TaskService, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task that has the id given."""

    @abstractmethod
    def named(self, service: TaskService, given: ScheduledTask) -> list[ScheduledTask]:
        """Return the tasks that have the name given."""

    def find(self, service: TaskService, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task that is meant, as far as one look tells: by its id, its name, or else its previous name.

        :raises TaskError: several tasks may be meant.
        """
        if given.id is not None:
            return self.of_id(service, given)
        found = service.only_one(self.named(service, given))
        if given.previous_name is None:
            return found
        former = service.only_one(self.named(service, replace(given, name=given.previous_name)))
        if found is not None and former is not None:
            raise TaskError(
                f"There is a scheduled task {found.label}, and there still is {former.label}, which previous_name "
                f"would rename to {brief(given.name)}. Delete the one that is not wanted, or leave previous_name out."
            )
        return found or former


class LookUps(Survey):
    """Asks the service for each task."""

    def of_id(self, service: TaskService, given: ScheduledTask) -> ScheduledTask | None:
        return service.look_up(given)

    def named(self, service: TaskService, given: ScheduledTask) -> list[ScheduledTask]:
        return service.list_by_name(given)


class Listing(Survey):
    """All tasks of one place, as one listing has shown them.

    :param tasks: that were listed.
    """

    def __init__(self, tasks: Iterable[ScheduledTask]) -> None:
        self._by_name: dict[str | None, list[ScheduledTask]] = defaultdict(list)
        self._by_id: dict[str | None, ScheduledTask] = {}
        for task in tasks:
            self._by_name[task.name].append(task)
            self._by_id[task.id] = task

    @property
    def tasks(self) -> Iterable[ScheduledTask]:
        """All of them."""
        return self._by_id.values()

    def of_id(self, service: TaskService, given: ScheduledTask) -> ScheduledTask | None:
        return self._by_id.get(given.id) or service.look_up(given)

    def named(self, service: TaskService, given: ScheduledTask) -> list[ScheduledTask]:
        return list(self._by_name.get(given.name, ()))


def survey(service: TaskService, place: Mapping[str, str], count: int) -> Survey:
    """Return how so many tasks are found with the fewest requests.

    How many pages the listing has is known from its first page only. So where it turns out to have more pages than
    there are tasks to look for, that page was read for nothing.

    :param place: the filters that the listing needs to show them.
    :param count: how many tasks are looked for.
    :raises ServiceError: a request failed.
    """
    if count < 2:
        return LookUps()
    try:
        listed = list(service.list_all(place, count))
    except LongListingError:
        return LookUps()
    return listing(service, place, listed)


def listing(service: TaskService, place: Mapping[str, str], listed: Iterable[ScheduledTask]) -> Listing:
    """Return those of the tasks listed that are in a place, whatever the service has made of its filters."""
    return Listing(task for task in listed if service.ignored_filter(task, place) is None)
