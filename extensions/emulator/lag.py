# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the listing and the detail of a service do not show yet, or still show.

It is counted in requests and not in seconds, so that no test depends on its own speed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from .dialect import Dialect

View = Literal["listing", "detail"]


class Lag:
    """Remembers of one storage which of its tasks are new, and which were deleted.

    It lies in that storage, so that a copy of the storage brings it back, too.
    """

    def __init__(self) -> None:
        """Begin with nothing to remember."""
        self._unlisted: dict[str, int] = {}
        self._without_detail: dict[str, int] = {}
        self._ghosts: dict[str, tuple[Any, int]] = {}

    @contextmanager
    def watch(self, store: Any, dialect: Dialect) -> Iterator[None]:
        """Notice which tasks an operation creates and deletes, and lag as the ``dialect`` says, which no page does."""
        if not (dialect.new_unlisted or dialect.new_without_detail or dialect.deleted_listed):
            yield
            return
        before = dict(store.tasks)
        yield
        for task_id in store.tasks.keys() - before.keys():
            self._unlisted[task_id] = dialect.new_unlisted
            self._without_detail[task_id] = dialect.new_without_detail
        for task_id in before.keys() - store.tasks.keys():
            self._ghosts[task_id] = (before[task_id], dialect.deleted_listed)

    def view(self, store: Any, kind: View | None) -> Any:
        """The storage as that view of it shows it to this request."""
        hidden = {"listing": self._unlisted, "detail": self._without_detail}.get(kind or "", {})
        ghosts = self._ghosts if kind == "listing" else {}
        if not hidden and not ghosts:
            return store
        tasks = {task_id: task for task_id, task in store.tasks.items() if not _passes(hidden, task_id)}
        for task_id, (task, left) in list(ghosts.items()):
            if left > 0:
                tasks[task_id] = task
                ghosts[task_id] = (task, left - 1)
        seen = copy.copy(store)
        seen.tasks = tasks
        return seen


def _passes(hidden: dict[str, int], task_id: str) -> bool:
    """Whether a task stays hidden from one more request."""
    left = hidden.get(task_id, 0)
    if left > 0:
        hidden[task_id] = left - 1
    return left > 0
