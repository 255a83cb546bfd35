# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as tests use it."""

from __future__ import annotations

from copy import deepcopy
from types import TracebackType
from typing import Any

from . import account
from .app import World, create_app
from .control import create_controls
from .dialect import Dialect
from .faults import Fault
from .journal import LoggedRequest
from .server import Server


class Emulator:
    """Workspace App and IAM on a loopback port while the ``with`` block lasts.

    All methods may be called from any thread.
    """

    def __init__(self, port: int = 0) -> None:
        """Serve on ``port``; 0 is any port that is free."""
        self._world = World()
        app = create_app(self._world)
        app.mount("/_emulator", create_controls(self))
        self._server = Server(app, port)
        self._url = ""

    def __enter__(self) -> Emulator:
        """Start; it answers when this returns.

        :raises OSError: the port is taken.
        """
        self._url = self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop and leave nothing running."""
        self._server.stop()

    @property
    def url(self) -> str:
        """Where both services answer, without a slash at the end."""
        return self._url

    @property
    def dialect(self) -> Dialect:
        """The switches for how the service writes."""
        return self._world.dialect

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request since the last clearing, control requests apart."""
        with self._world.lock:
            return self._world.journal.entries

    @property
    def operations(self) -> list[str]:
        """The operation ids of those requests in their order, IAM's and unknown ones apart."""
        known = self._world.service_operations
        return [entry.operation for entry in self.requests if entry.operation is not None and entry.operation in known]

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """A copy of the stored tasks of the default project by id, in table form, whatever the dialect.

        It holds what any operation answers except the computed fields; a field without a value is ``""``, a
        ``day_interval`` without one ``None``.
        """
        with self._world.lock:
            return deepcopy(self._world.storage.projects[account.PROJECT_ID].tasks)

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        with self._world.lock:
            self._world.journal.clear()

    def fail(self, operation: str, **fault: Any) -> None:
        """Let an operation go wrong; see :class:`Fault` for what can.

        :raises TypeError: there is no such kind of fault.
        :raises ValueError: there is no such operation.
        """
        with self._world.lock:
            self._world.faults.add(Fault(operation, **fault))

    def clear_faults(self) -> None:
        """Let everything go right again."""
        with self._world.lock:
            self._world.faults.clear()

    def add_task(self, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store a task, nothing checked, and return its id. What is left out makes a working daily task."""
        with self._world.lock:
            return self._world.storage.projects[project_id].seed_task(deepcopy(fields))

    def add_history(self, task_id: str, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store one past run of a task and return its id. What is left out makes a success."""
        with self._world.lock:
            return self._world.storage.projects[project_id].seed_history(task_id, deepcopy(fields))

    def add_execution(self, history_id: str, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store what one run did to one server and return its id. What is left out makes a success."""
        with self._world.lock:
            return self._world.storage.projects[project_id].seed_execution(history_id, deepcopy(fields))

    def revoke_tokens(self) -> None:
        """Make every token issued so far invalid."""
        with self._world.lock:
            self._world.authenticator.revoke_tokens()

    def reset(self) -> None:
        """Forget tasks, tokens, faults, requests, and turn the dialect back."""
        self._world.reset()
