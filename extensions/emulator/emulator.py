# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as tests use it."""

from __future__ import annotations

import threading
from copy import deepcopy
from types import TracebackType
from typing import Any

from .app import World, create_app
from .control import create_controls
from .dialect import Dialect
from .faults import Fault
from .guard import Guard
from .journal import LoggedRequest
from .server import Server
from .service import Record, Service


class Handle:
    """What one service has stored, for tests: copies out, copies in."""

    def __init__(self, service: Service, lock: threading.RLock) -> None:
        """Look into ``service`` under the ``lock`` of its world."""
        self._service = service
        self._lock = lock

    @property
    def tasks(self) -> dict[str, Record]:
        """A copy of the stored tasks by id, in table form, whatever the dialect; of the default project, if the service
        has projects.

        It holds what any operation takes or answers except the computed fields; a text without a value is ``""``,
        anything else without one ``None``.
        """
        with self._lock:
            return deepcopy(self._service.tasks)

    def tasks_in(self, place: str) -> dict[str, Record]:
        """The same of the project with that id, or of the account with that id if the service has no projects.

        :raises KeyError: there is no such place.
        """
        with self._lock:
            return deepcopy(self._service.tasks_in(place))

    def add_task(self, **fields: Any) -> str:
        """Store a task, nothing checked, and return its id. What is left out makes a working task.

        A service that has projects takes a ``project_id`` too; so it does for history and executions.
        """
        with self._lock:
            return self._service.add_task(**deepcopy(fields))

    def add_history(self, task_id: str, **fields: Any) -> str:
        """Store one past run of a task and return its id. What is left out makes a success.

        :raises ValueError: the service keeps no history.
        """
        with self._lock:
            return self._service.add_history(task_id, **deepcopy(fields))

    def add_execution(self, history_id: str, **fields: Any) -> str:
        """Store what one run did to one object and return its id. What is left out makes a success.

        :raises ValueError: the service keeps no executions.
        """
        with self._lock:
            return self._service.add_execution(history_id, **deepcopy(fields))

    def approve(self, task_id: str, status: str = "PASSED", comments: str = "") -> None:
        """Let the reviewer of a task decide: PASSED or REJECTED.

        :raises ValueError: the service has no reviews.
        """
        with self._lock:
            self._service.approve(task_id, status, comments)


class Emulator:
    """All services and IAM on a loopback port while the ``with`` block lasts.

    Each service has a handle under its own name, such as ``emulator.workspace_app``. All methods may be called from any
    thread.
    """

    def __init__(self, port: int = 0) -> None:
        """Serve on ``port``; 0 is any port that is free."""
        self._world = World()
        self.services = {name: Handle(service, self._world.lock) for name, service in self._world.services.items()}
        """The handles of the services by name."""
        app = create_app(self._world)
        app.mount("/_emulator", create_controls(self))
        app.add_middleware(Guard)
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

    def __getattr__(self, name: str) -> Handle:
        """The handle of the service of that name."""
        try:
            handle: Handle = self.__dict__["services"][name]
        except KeyError:
            raise AttributeError(f"there is no service {name!r}") from None
        return handle

    @property
    def url(self) -> str:
        """Where everything answers, without a slash at the end."""
        return self._url

    @property
    def dialect(self) -> Dialect:
        """The switches for how the services write."""
        return self._world.dialect

    @property
    def requests(self) -> list[LoggedRequest]:
        """Every request since the last clearing, control requests apart."""
        with self._world.lock:
            return self._world.journal.entries

    @property
    def operations(self) -> list[str]:
        """The operation ids of those requests in their order, IAM's and unknown ones apart."""
        return [
            entry.operation
            for entry in self.requests
            if entry.operation is not None and entry.service in self._world.services
        ]

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

    def limit(self, **limits: Any) -> None:
        """Let the services, but not IAM, take no more requests than that; see :meth:`Limits.set` for what can be said.

        :raises TypeError: there is no such limit.
        :raises ValueError: it is none.
        """
        with self._world.lock:
            self._world.limits.set(**limits)

    def lift_limits(self) -> None:
        """Let the services take all requests again."""
        with self._world.lock:
            self._world.limits.set()

    def revoke_tokens(self) -> None:
        """Make every token issued so far invalid."""
        with self._world.lock:
            self._world.authenticator.revoke_tokens()

    def reset(self) -> None:
        """Forget tasks, tokens, faults, limits, requests, and turn the dialect back."""
        self._world.reset()
