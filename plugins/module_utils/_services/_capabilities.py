# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What some services can do besides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from .._http._request import Request
from .._task import ScheduledTask, listed_ids
from ._service import Service
from ._shapes import as_object_if_any


class BatchDeletion(NamedTuple):
    """A request that deletes several tasks.

    :ivar path: below the address of all tasks.
    :ivar field: the field of its body with the ids.
    :ivar most: how many ids it takes at most.
    """

    path: str
    field: str
    most: int


class SupportsBatchDelete(Service):
    """A service that deletes several tasks with one request."""

    batch_deletion: ClassVar[BatchDeletion]

    def delete_together(self, tasks: Sequence[ScheduledTask]) -> None:
        """Delete several tasks, as many as `batch_deletion` takes at most.

        :raises ServiceError: none may be deleted, or some of them only.
        """
        tried = f"delete {len(tasks)} scheduled tasks ({listed_ids(tasks)})"
        body = {self.batch_deletion.field: [task.id for task in tasks]}
        self.send(Request(tried, "POST", self.batch_deletion.path, as_object_if_any, body=body))


class SupportsForecast(ABC):
    """A service that tells when a task runs next."""

    @abstractmethod
    def next_executions(self, task: ScheduledTask) -> list[str] | None:
        """Return the instants of the next executions in ISO 8601, as the service foresees them.

        None where it cannot be asked, because no clock triggers the task, or its schedule is of an unknown type.
        """


class SupportsHistory(ABC):
    """A service that tells what became of past executions."""

    @abstractmethod
    def history(self, task: ScheduledTask, count: int) -> list[dict[str, Any]]:
        """Return at most so many past executions of a task, in the service's order."""


class SupportsOutcomes(SupportsHistory):
    """A service that tells what an execution came to on each of its targets."""

    @abstractmethod
    def outcomes(self, task: ScheduledTask, execution: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the outcome per target of an execution that `history` returned, in the service's order."""
