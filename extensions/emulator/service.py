# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all services have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from . import account
from .authentication import Authenticator, account_of
from .dialect import Dialect
from .errors import Errors
from .lag import Lag
from .messages import Answer, BadParameter, Call
from .operation import Operation
from .validation import check, check_ids, read_body, read_headers, read_query

Record = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A request whose caller, query and body have been found good."""

    store: Any
    """What the service has stored for this caller."""
    path: Mapping[str, str]
    query: Any
    body: dict[str, Any]


class Service(ABC):
    """One service: its operations, and all that it stores.

    It checks in the order caller, headers, query, body, ids, and only then looks for what the request is about.
    """

    name: ClassVar[str]
    errors: ClassVar[Errors]
    default_place: ClassVar[str]
    """The id of the project, or of the account, that is meant where none is named."""
    longest_id: ClassVar[int]
    """The most characters of an id in a path, where an operation does not say otherwise."""

    def __init__(self, authenticator: Authenticator, dialect: Dialect) -> None:
        """Serve callers that ``authenticator`` knows, in this ``dialect``."""
        self._authenticator = authenticator
        self._dialect = dialect
        self.reset()

    def reset(self) -> None:
        """Forget everything that is stored."""
        self.storage: Any = self._empty()
        """All that the service stores; a copy of it brings everything back."""

    @abstractmethod
    def operations(self) -> list[Operation]:
        """All operations. Fixed paths come before those in which an id would match too."""

    @property
    def tasks(self) -> dict[str, Record]:
        """The stored tasks by id, in the default project if there are projects."""
        return self.tasks_in(self.default_place)

    def tasks_in(self, place: str) -> dict[str, Record]:
        """The stored tasks by id, in the project or the account of that id."""
        tasks: dict[str, Record] = self.storage[place].tasks
        return tasks

    @abstractmethod
    def add_task(self, **fields: Any) -> str:
        """Store a task, nothing checked, and return its id. What is left out makes a working task."""

    def add_history(self, task_id: str, **fields: Any) -> str:
        """Store one past run of a task and return its id. What is left out makes a success."""
        raise ValueError(f"{self.name} keeps no history")

    def add_execution(self, history_id: str, **fields: Any) -> str:
        """Store what one run did to one object and return its id. What is left out makes a success."""
        raise ValueError(f"{self.name} keeps no executions")

    def approve(self, task_id: str, status: str = "PASSED", comments: str = "") -> None:
        """Let the reviewer of a task decide: PASSED or REJECTED."""
        raise ValueError(f"{self.name} has no reviews")

    @abstractmethod
    def _empty(self) -> Any:
        """A storage in which nothing is."""

    @abstractmethod
    def _open(self, call: Call) -> Any:
        """What the caller may see of the storage.

        :raises Refusal: nothing at all.
        """

    def _read(self, body: Any) -> Any:
        """The table form of a body, where the dialect accepts another one too. Anything else stays."""
        return body

    def _operation(
        self,
        name: str,
        method: str,
        path: str,
        action: Callable[[Request], Answer],
        **description: Any,
    ) -> Operation:
        """An operation that checks its request against its description first."""

        def act(call: Call) -> Answer:
            store = self._open(call)
            try:
                check(operation.headers, read_headers(call, operation.headers))
                query = check(operation.query, self._heeded(read_query(call)))
                body = self._checked_body(call, operation)
                check_ids(operation.longest_id, call)
                with store.lag.watch(store, self._dialect):
                    return action(Request(store.lag.view(store, operation.view), call.path, query, body))
            except BadParameter as error:
                raise self.errors.refusal(400, error.message) from None

        operation = Operation(name, method, path, act, **{"longest_id": self.longest_id, **description})
        return operation

    def _heeded(self, query: Mapping[str, str]) -> dict[str, str]:
        return {name: value for name, value in query.items() if name not in self._dialect.ignored_filters}

    def _checked_body(self, call: Call, operation: Operation) -> dict[str, Any]:
        if operation.body is None:
            if call.body:
                raise BadParameter("body: the operation takes none")
            return {}
        if not (call.body or operation.body_required):
            return {}
        return check(operation.body, self._read(read_body(call))).model_dump(exclude_unset=True)


class Store(ABC):
    """What a service keeps of one project: tasks, their histories, and executions, in the order of creation, by id."""

    def __init__(self) -> None:
        """Begin empty."""
        self.tasks: dict[str, Record] = {}
        self.histories: dict[str, Record] = {}
        self.executions: dict[str, Record] = {}
        self.lag = Lag()

    @abstractmethod
    def seed_task(self, fields: Record) -> str:
        """Store a task as a test wants it, nothing checked; what is left out makes a working task."""

    @abstractmethod
    def seed_history(self, task_id: str, fields: Record) -> str:
        """Store a record of one past run of a task; what is left out makes a success."""

    @abstractmethod
    def seed_execution(self, history_id: str, fields: Record) -> str:
        """Store what one run did to one object; what is left out makes a success."""


class ProjectService(Service):
    """A service whose storage is apart for each project, and whose paths name the project."""

    default_place = account.PROJECT_ID
    store: ClassVar[type[Store]]

    def add_task(self, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store a task, nothing checked, and return its id. What is left out makes a working daily task."""
        return str(self.storage[project_id].seed_task(fields))

    def add_history(self, task_id: str, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store one past run of a task and return its id. What is left out makes a success."""
        return str(self.storage[project_id].seed_history(task_id, fields))

    def add_execution(self, history_id: str, *, project_id: str = account.PROJECT_ID, **fields: Any) -> str:
        """Store what one run did to one object and return its id. What is left out makes a success."""
        return str(self.storage[project_id].seed_execution(history_id, fields))

    def _empty(self) -> dict[str, Store]:
        return {project_id: self.store() for domain in account.ACCOUNTS.values() for project_id in domain.projects}

    def _open(self, call: Call) -> Store:
        project_id = call.path["project_id"]
        if project_id not in self._authenticator.identify(call).projects:
            raise self.errors.refusal(403, f"project_id: {project_id} is not a project of the caller")
        store: Store = self.storage[project_id]
        return store


class AccountService(Service):
    """A service whose storage is apart for each account, and whose paths name no project."""

    default_place = account.DOMAIN_ID
    store: ClassVar[type[Any]]
    scopes: ClassVar[tuple[str, ...]]
    """The headers in one of which a signed request says for what it acts."""

    def add_task(self, *, domain_id: str = account.DOMAIN_ID, **fields: Any) -> str:
        """Store a task, nothing checked, and return its id. What is left out makes a working task."""
        return str(self.storage[domain_id].seed_task(fields))

    def _empty(self) -> dict[str, Any]:
        return {domain_id: self.store() for domain_id in account.ACCOUNTS}

    def _open(self, call: Call) -> Any:
        return self.storage[account_of(self._authenticator.identify(call), call, *self.scopes)]
