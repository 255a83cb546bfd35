# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules' work without the modules: options in, result and requests out."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# What variables begin with that processes, or the measuring of coverage, have need of.
USEFUL = ("COVERAGE_", "HYPOTHESIS_", "LANG", "LC_", "LD_", "PATH", "PYTEST_", "PYTHON", "TMPDIR", "TZ", "VIRTUAL_ENV")

PATIENCE = 60  # s, which nothing takes but a failure

# The same examples in every run, however slow the machine: a failure is the code's.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")


# What measures coverage, while it does not.
_paused: list[Any] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run the thorough tests without measuring their coverage, where it is measured.

    To begin again takes as long as some tests, so it is only done where the next test is not thorough.
    """
    coverage = sys.modules.get("coverage")
    if item.get_closest_marker("thorough"):
        measuring = coverage and coverage.Coverage.current()
        if measuring:
            measuring.stop()
            _paused.append(measuring)
    elif _paused:
        _paused.pop().start()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders, which are there only if a test makes them: thousands would take longer than the tests."""
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True, scope="session")
def _bare_environment() -> Iterator[None]:
    """Keep the credentials and proxies of whoever runs the tests out of them, and what else they have no use for.

    Each connection searches the whole environment for proxies.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if not name.startswith(USEFUL):
                patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, _homes: Iterator[Path]) -> None:
    monkeypatch.setenv("HOME", str(next(_homes)))


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connections repeat requests without waiting before that."""
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _connections
    from ansible_collections.cloudcron.huaweicloud.tests.still_clock import StillClock

    class HastyClient(_connections.Client):
        def __init__(self, *arguments: Any) -> None:
            clock = StillClock()
            super().__init__(*arguments, sleep=clock.sleep, ticks=clock)

    monkeypatch.setattr(_connections, "Client", HastyClient)


@pytest.fixture
def emulator(emulator: Any, past_the_sockets: None) -> Any:
    """A running emulator in which nothing has happened yet, a shortcut to it."""
    return emulator


@dataclass
class Outcome:
    """What a call of a module came to."""

    result: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    requests: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.result["changed"]

    @property
    def task(self) -> dict[str, Any]:
        return self.result["scheduled_task"]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return self.result["scheduled_tasks"]

    @property
    def operations(self) -> list[str]:
        return self.result["operations"]

    @property
    def deleted(self) -> list[str]:
        """The names of the tasks that were deleted for not being on the list."""
        return [task["name"] for task in self.result["unlisted"] if task["outcome"] == "deleted"]


@pytest.fixture
def keys(emulator: Any) -> dict[str, Any]:
    """Options that lead a module to the emulator, and say who is asking."""
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

    return {
        "service": "workspace_app",
        "endpoint": emulator.url,
        "auth_url": emulator.url,
        "region": account.REGION,
        "project_id": account.PROJECT_ID,
        "access_key": account.ACCESS_KEY,
        "secret_key": account.SECRET_KEY,
    }


def _call(
    emulator: Any,
    keys: dict[str, Any],
    spec: dict[str, Any],
    function: Callable[..., dict[str, Any]],
    options: dict[str, Any],
) -> Outcome:
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import CloudCronError
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import Call
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets

    check_mode = options.pop("check_mode", False)
    progress = options.pop("progress", lambda line: None)
    connection = {**keys, "timeout": PATIENCE}
    # None takes a connection option away, and is handed over for every other one.
    merged = {**connection, **options}
    parameters = {name: value for name, value in merged.items() if name not in connection or value is not None}
    constraints = {name: value for name, value in spec.items() if name != "argument_spec"}
    validated = ArgumentSpecValidator(spec["argument_spec"], **constraints).validate(parameters)
    emulator.clear_requests()
    outcome = Outcome()
    if validated.error_messages:
        outcome.error = "; ".join(validated.error_messages)
        return outcome
    try:
        with Connections() as connections:
            secrets = Secrets(register=outcome.secrets.append)
            call = Call(validated.validated_parameters, check_mode, secrets, connections, progress=progress)
            outcome.result = function(call)
    except CloudCronError as error:
        outcome.result = error.to_result()
        outcome.error = outcome.result["msg"]
    _join_threads()
    outcome.requests = emulator.operations
    return outcome


class Together(threading.Event):
    """A gate for the answers to an operation, which is open once so many requests of it are under way."""

    def __init__(self, emulator: Any, operation: str, count: int) -> None:
        super().__init__()
        self._emulator = emulator
        self._operation = operation
        self._count = count

    def is_set(self) -> bool:
        return self._emulator.operations.count(self._operation) >= self._count


@pytest.fixture
def hold(emulator: Any) -> Callable[[str, int, int], None]:
    """Keep the answers to so many requests of an operation back until so many requests of it have come in all."""

    def hold(operation: str, held: int, come: int) -> None:
        emulator.fail(operation, times=held, gate=Together(emulator, operation, come))

    return hold


def _join_threads() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("cloudcron-"):
            thread.join(PATIENCE)
            assert not thread.is_alive()


@pytest.fixture
def join_threads() -> Callable[[], None]:
    """Wait for requests of which nobody takes the answers any more, before they get into the log of another test."""
    return _join_threads


@pytest.fixture
def run(emulator: Any, keys: dict[str, Any]) -> Callable[..., Outcome]:
    """Call `scheduled_task` with options; `check_mode=True` is no option but the mode."""

    def run(**options: Any) -> Outcome:
        from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run

        return _call(emulator, keys, _arguments.SCHEDULED_TASK, _run.run_scheduled_task, options)

    return run


@pytest.fixture
def info(emulator: Any, keys: dict[str, Any]) -> Callable[..., Outcome]:
    """Call `scheduled_task_info` with options."""

    def info(**options: Any) -> Outcome:
        from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run

        return _call(emulator, keys, _arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info, options)

    return info


@pytest.fixture
def nightly() -> dict[str, Any]:
    """Options of a whole task."""
    return {
        "name": "nightly-restart",
        "task_type": "RESTART_SERVER",
        "description": "Every night",
        "force": True,
        "schedule": {
            "type": "weekly",
            "weekdays": ["monday", "sunday"],
            "time": "03:30",
            "time_zone": "Asia/Shanghai",
            "expire_time": "2030-06-30T18:00:00",
        },
        "targets": [{"type": "SERVER_GROUP", "id": "group-1"}, {"type": "SERVER", "id": "server-1"}],
    }


@pytest.fixture
def apply(emulator: Any, keys: dict[str, Any]) -> Callable[..., Outcome]:
    """Call `scheduled_tasks` with a list and options.

    `check_mode=True` is no option but the mode, and `progress` takes lines.
    """

    def apply(*tasks: Any, **options: Any) -> Outcome:
        from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run

        whole = {"tasks": list(tasks), **options}
        connection = {name: value for name, value in keys.items() if name != "service"}
        return _call(emulator, connection, _arguments.SCHEDULED_TASKS, _run.run_scheduled_tasks, whole)

    return apply


@pytest.fixture
def purge(apply: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Call `scheduled_tasks` with a list that is complete for one service.

    The list has the entries given, of which text is a name. Any number of tasks may be deleted, unless `max_deletions`
    says otherwise; None leaves it out. Other options of `purge` are given like the module's, `filters` without the
    service.
    """

    def purge(service: str, *entries: Any, **options: Any) -> Outcome:
        scope = {"services": [service], "max_deletions": options.pop("max_deletions", 10_000)}
        if scope["max_deletions"] is None:
            del scope["max_deletions"]
        if "name_prefix" in options:
            scope["name_prefix"] = options.pop("name_prefix")
        if "filters" in options:
            scope["filters"] = {service: options.pop("filters")}
        tasks = [{"name": entry} if isinstance(entry, str) else entry for entry in entries]
        return apply(*tasks, service=service, purge=scope, **options)

    return purge
