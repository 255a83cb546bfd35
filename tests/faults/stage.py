# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the modules against the emulator, with one fault on the way."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._session import Adapter
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets

from ...extensions.emulator import account
from ..logins import BY_PASSWORD
from ..patience import PATIENCE, Impatient
from ..shortcut import Shortcut
from ..still_clock import StillClock
from .calls import Call, Step, is_changing
from .faults import Fault

NOBODY = "127.0.0.1:9"
"""The discard port: nothing listens there, and nothing else may."""
RETRIES = 4
MOMENTARY = ("id", "create_time", "update_time", "created_time", "modified_time")
"""What is stored of a task and is another one in every run."""


@dataclass(eq=False)
class Way(Adapter):
    """The way from a client to the emulator.

    :ivar operation: which requests the fault hits, once so many of them have gone by, and how often.
    :ivar hits: how many requests of it were sent from there on.
    :ivar hosts: all hosts to which a request was sent.
    :ivar secrets: the tokens that were sent.
    """

    emulator: Any
    operation_of: Callable[[str, str], str]
    fault: Fault | None = None
    operation: str = ""
    skip: int = 0
    times: int = 1
    hits: int = 0
    hosts: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **settings: Any) -> requests.Response:
        assert request.url is not None
        self.hosts.add(urlsplit(request.url).netloc)
        self.secrets |= {request.headers[name] for name in ("X-Auth-Token",) if name in request.headers}
        if self._is_hit(request):
            assert self.fault is not None
            if self.fault.expires:
                self.emulator.revoke_tokens()
            if self.fault.refuses:
                request.url = urlunsplit(urlsplit(request.url)._replace(netloc=NOBODY))
            if self.fault.breaks_off:
                # The emulator does not speak TLS.
                request.url = urlunsplit(urlsplit(request.url)._replace(scheme="https"))
            if self.fault.gives_up:
                before = len(self.emulator.requests)
                settings["timeout"] = Impatient(lambda: len(self.emulator.requests) > before)
        return super().send(request, *args, **settings)

    def _is_hit(self, request: requests.PreparedRequest) -> bool:
        path = urlsplit(str(request.url)).path
        if self.fault is None or self.operation_of(str(request.method), path) != self.operation:
            return False
        self.skip -= 1
        self.hits += self.skip < 0
        return 0 < self.hits <= self.times


@dataclass
class Run:
    """What came of one call.

    :ivar waits: what the client waited, without any time going by.
    :ivar operations: those that came to the emulator.
    :ivar hits: how many requests were sent like the one that the fault hit, it among them.
    """

    result: dict[str, Any]
    waits: list[float]
    operations: list[str]
    hits: int
    hosts: set[str]
    secrets: set[str]

    @property
    def writes(self) -> tuple[str, ...]:
        """The requests that change something."""
        return tuple(operation for operation in self.operations if is_changing(operation))


class Stage:
    """An emulator, what is stored there, and another host that nobody has named."""

    def __init__(self, emulator: Any, elsewhere: socket.socket) -> None:
        self._emulator = emulator
        self._elsewhere = elsewhere
        self._shortcut = Shortcut(emulator)
        self._routes = _routes(emulator.url)
        self.host = urlsplit(emulator.url).netloc
        host, port = elsewhere.getsockname()
        self.other_host = f"{host}:{port}"

    def set(self, call: Call) -> None:
        """Store what is there before a call."""
        self._emulator.reset()
        for switch, value in call.dialect.items():
            setattr(self._emulator.dialect, switch, value)
        call.seed(self._emulator)

    def stored(self, call: Call) -> list[dict[str, Any]]:
        """The tasks of the call's service, without what is another one in every run."""
        service = self._emulator.services[call.service]
        tasks = service.tasks_in(call.place) if call.place else service.tasks
        return [{name: value for name, value in task.items() if name not in MOMENTARY} for task in tasks.values()]

    def run(
        self,
        monkeypatch: Any,
        call: Call,
        fault: Fault | None = None,
        step: Step | None = None,
        times: int = 1,
        over_sockets: bool = False,
        others: Iterable[Mapping[str, Any]] = (),
    ) -> Run:
        """Make a call, with a fault that hits one of its steps so many times.

        It goes over sockets where that is wanted, or where the fault does anything to the connection.

        :param others: further faults, as the emulator takes them.
        """
        if over_sockets or (fault is not None and fault.is_about_the_connection):
            return self._run(monkeypatch, call, fault, step, times, others)
        with self._shortcut.taken():
            return self._run(monkeypatch, call, fault, step, times, others)

    def _run(
        self,
        monkeypatch: Any,
        call: Call,
        fault: Fault | None,
        step: Step | None,
        times: int,
        others: Iterable[Mapping[str, Any]],
    ) -> Run:
        self._emulator.clear_requests()
        self._emulator.clear_faults()
        for other in others:
            self._emulator.fail(**other)
        way = Way(self._emulator, self._operation_of)
        if fault is not None and step is not None:
            way.fault = fault
            way.operation, way.times = step.hit_by(fault), times
            way.skip = step.skip
            if fault.answer is not None:
                self._emulator.fail(step.operation, times=times, skip=step.skip, **self._named(fault.answer))
        waits: list[float] = []

        def connect(*settings: Any) -> Client:
            clock = StillClock(waits)
            client = Client(*settings, sleep=clock.sleep, jitter=min, ticks=clock)
            for scheme in ("http://", "https://"):
                client._session.mount(scheme, way)
            return client

        monkeypatch.setattr(_connections, "Client", connect)
        secrets: list[str] = []
        identity = BY_PASSWORD if fault is not None and fault.expires and not call.section else {}
        with _connections.Connections() as connections:
            parameters = self._validated(call, identity)
            _spec, run = _module(call)
            result = _run.answer(run, _run.Call(parameters, False, Secrets(register=secrets.append), connections))
        requested = [entry.operation for entry in self._emulator.requests]
        return Run(result, waits, requested, way.hits, way.hosts, {*secrets, *way.secrets})

    def is_left_alone(self) -> bool:
        """Whether nobody has connected to the other host."""
        try:
            self._elsewhere.accept()
        except BlockingIOError:
            return True
        return False

    def _validated(self, call: Call, identity: Mapping[str, Any]) -> dict[str, Any]:
        spec, _run = _module(call)
        options = {
            "service": call.service,
            "endpoint": self._emulator.url,
            "auth_url": self._emulator.url,
            "region": account.REGION,
            "project_id": account.PROJECT_ID,
            "access_key": account.ACCESS_KEY,
            "secret_key": account.SECRET_KEY,
            "timeout": PATIENCE,
            "retries": RETRIES,
            **identity,
            **call.options,
        }
        constraints = {name: value for name, value in spec.items() if name != "argument_spec"}
        given = {name: value for name, value in options.items() if value is not None}
        validated = ArgumentSpecValidator(spec["argument_spec"], **constraints).validate(given)
        assert not validated.error_messages
        return validated.validated_parameters

    def _named(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        headers = {name: value.format(elsewhere=self.other_host) for name, value in answer.get("headers", {}).items()}
        return {**answer, "headers": headers}

    def _operation_of(self, method: str, path: str) -> str:
        return next((name for verb, pattern, name in self._routes if verb == method and pattern.fullmatch(path)), "")


def _module(call: Call) -> tuple[dict[str, Any], Callable[..., dict[str, Any]]]:
    """Return the arguments' spec of the module that is called, and what it does."""
    if call.is_list:
        return _arguments.SCHEDULED_TASKS, _run.run_scheduled_tasks
    if call.told is not None:
        return _arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info
    return _arguments.SCHEDULED_TASK, _run.run_scheduled_task


def _routes(url: str) -> list[tuple[str, re.Pattern[str], str]]:
    """Return method, path and operation id of everything that the emulator offers, fixed paths first as it has them."""
    schema = requests.get(f"{url}/_emulator/openapi.json", timeout=PATIENCE).json()
    return [
        (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), described["operationId"].partition(".")[2])
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]
