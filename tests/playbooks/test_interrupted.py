# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes that are killed or time out in the middle: the next run reaches what is wanted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from ansible.release import __version__ as ansible_version

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES
from ansible_collections.cloudcron.huaweicloud.tests.playbooks.processes import (
    PATIENCE,
    at_work,
    end_the_time,
    wait_for_the_end,
    wait_until,
)

HELD = 2 * PATIENCE


@pytest.fixture
def ansible(ansible: Any) -> Any:
    """Ansible whose modules are the processes that they are for users, to which signals are sent."""
    ansible.python = sys.executable
    return ansible


# Starts the installed module as a process of its own, as often as it is asked to. What it imports is imported once, and
# what it has imported is not taken down, which would take nearly all of the time.
STARTER = """
import os, runpy, signal, socket, sys
from ansible_collections.cloudcron.huaweicloud.plugins.modules import scheduled_task

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
asked = socket.socket(fileno=0)
while True:
    arguments, files, _flags, _address = socket.recv_fds(asked, 1 << 16, 1)
    if not arguments:
        break
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(files[0], 1)
        os.close(files[0])
        sys.argv = [scheduled_task.__file__, arguments.decode()]
        try:
            runpy.run_module(scheduled_task.__name__, run_name="__main__")
        except SystemExit:
            sys.stdout.flush()
            os._exit(0)
    os.close(files[0])
    asked.send(str(pid).encode())
"""


class Module:
    """A module that runs."""

    def __init__(self, pid: int, output: socket.socket) -> None:
        self._pid = pid
        self._output = output

    def kill(self) -> None:
        """Kill it and wait for its end."""
        os.kill(self._pid, signal.SIGKILL)
        assert self._written() == b""

    @property
    def result(self) -> dict[str, Any]:
        """What it hands to Ansible in the end."""
        result: dict[str, Any] = json.loads(self._written())
        return result

    def _written(self) -> bytes:
        self._output.settimeout(PATIENCE)
        with self._output:
            # It has an end when nobody has the other side any more.
            return b"".join(iter(lambda: self._output.recv(1 << 16), b""))


@pytest.fixture(scope="module")
def start(site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Module]]:
    """Starts the module with its arguments."""
    environment = {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LC_ALL": "C.UTF-8",
        "PATH": os.defpath,
        "PYTHONPATH": site,
    }
    asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    asking.settimeout(PATIENCE)
    with asked:
        starter = subprocess.Popen([sys.executable, "-c", STARTER], stdin=asked, env=environment)

    def start(**arguments: Any) -> Module:
        output, written = socket.socketpair()
        with written:
            socket.send_fds(asking, [json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()], [written.fileno()])
        return Module(int(asking.recv(32)), output)

    with starter, asking:
        yield start


# How each service ends the names of its operations.
SUFFIXES = {"workspace_app": "ScheduleTask", "workspace": "ScheduledTasks", "coc": "ScheduledTask"}

GONE = {"state": "absent"}
PRIORITY = {"workspace": {"priority": 7}}
TEXT: dict[str, Any] = {"description": "new"}
RISK: dict[str, Any] = {"coc": {"risk_level": "HIGH"}}


@dataclass(frozen=True)
class Change:
    """A change of one task, whose options say what is wanted, also whether it is enabled.

    :ivar enabled: whether the task is enabled before; None where there is none.
    :ivar writes: the requests that it takes but looks.
    :ivar wanted: fields of the task as it is to be; none of a task that is to go.
    :ivar dialect: how the service behaves.
    """

    service: str
    enabled: bool | None
    options: dict[str, Any]
    writes: tuple[str, ...]
    wanted: dict[str, Any]
    dialect: dict[str, Any] = field(default_factory=dict)

    def prepare(self, emulator: Any) -> None:
        """Let the service have the task."""
        for name, value in self.dialect.items():
            setattr(emulator.dialect, name, value)
        if self.enabled is not None:
            fields = {self._name_field: self.options["name"], STATES[self.service]: self.enabled}
            emulator.services[self.service].add_task(**fields)

    def state(self, emulator: Any) -> list[dict[str, Any]]:
        """What matters of each task of the name."""
        return [
            {name: stored[name] for name in self.wanted or [STATES[self.service]]}
            for stored in emulator.services[self.service].tasks.values()
            if stored[self._name_field] == self.options["name"]
        ]

    @property
    def wanted_state(self) -> list[dict[str, Any]]:
        """What that is to be."""
        return [self.wanted] if self.wanted else []

    @property
    def operations(self) -> list[str]:
        """The writes as the emulator calls them."""
        return [write.capitalize() + SUFFIXES[self.service] for write in self.writes]

    def hold(self, emulator: Any, number: int, acts: bool, gate: threading.Event | None = None) -> None:
        """Let one of the writes wait for its answer, after the service has acted or instead of it.

        :param gate: opens the way for the answer; for ever if there is none.
        """
        operation = self.operations[number]
        before = self.operations[:number].count(operation)
        emulator.fail(operation, skip=before, gate=gate, delay=0 if gate else HELD, drop=not acts, acts=acts)

    @property
    def _name_field(self) -> str:
        return "name" if self.service == "coc" else "task_name"


def change(
    service: str, enabled: bool | None, options: dict[str, Any], writes: str, wanted: dict[str, Any], **dialect: Any
) -> Any:
    """A change, with an id that says what it does."""
    before = {None: "missing", True: "enabled", False: "disabled"}[enabled]
    told = {**options, **options.get("workspace", {})}
    asked = ", ".join(
        f"{name} {told[name]}" for name in ("state", "description", "priority", "enabled") if name in told
    )
    options = {"service": service, "name": "nightly", **options}
    each = Change(service, enabled, options, tuple(writes.split()), wanted, dialect)
    return pytest.param(each, id=f"{service}, {before} before: {asked}: {writes}")


def desktop_changes(service: str) -> list[Any]:
    """What both services for desktops and applications do alike."""
    state, new = STATES[service], NEW[service]
    return [
        change(service, None, {**new, "enabled": True}, "create", {state: True, "scheduled_time": "03:30:00"}),
        change(service, None, {**new, "enabled": False}, "create update", {state: False, "scheduled_time": "03:30:00"}),
        *(
            change(service, True, {**TEXT, "enabled": enabled}, "update", {**TEXT, state: enabled})
            for enabled in (True, False)
        ),
        change(service, False, {"enabled": True}, "update", {state: True}),
        change(service, True, {"enabled": False}, "update", {state: False}),
        change(service, True, GONE, "delete", {}),
    ]


CHANGES = [
    *desktop_changes("workspace_app"),
    *desktop_changes("workspace"),
    *(
        change(
            "workspace",
            None,
            {**NEW["workspace"], **PRIORITY, "enabled": enabled},
            "create update",
            {**PRIORITY["workspace"], "enable": enabled, "scheduled_time": "03:30:00"},
        )
        for enabled in (True, False)
    ),
    change("coc", None, {**NEW["coc"], "enabled": True}, "create", {"risk_level": "HIGH", "enabled": True}),
    change("coc", None, {**NEW["coc"], "enabled": False}, "create disable", {"risk_level": "HIGH", "enabled": False}),
    *(
        change("coc", before, {**RISK, "enabled": after}, writes, {"risk_level": "HIGH", "enabled": after}, **dialect)
        for before, after, writes, dialect in (
            (True, True, "disable update", {}),
            (True, False, "disable update disable", {}),
            (False, False, "update disable", {}),
            (False, True, "update", {}),
            (True, True, "disable update enable", {"coc_put_enables": False}),
        )
    ),
    change("coc", False, {"enabled": True}, "enable", {"enabled": True}),
    change("coc", True, {"enabled": False}, "disable", {"enabled": False}),
    change("coc", True, GONE, "disable delete", {}),
    change("coc", False, GONE, "delete", {}),
]


def change_by(service: str, writes: str, saying: str = "name") -> Change:
    """The first of those that take these writes and have that option."""
    every: list[Change] = [each.values[0] for each in CHANGES]
    return next(
        each
        for each in every
        if each.service == service and each.writes == tuple(writes.split()) and saying in each.options
    )


BETWEEN_STEPS = {
    "update": change_by("coc", "disable update"),
    "deletion": change_by("coc", "disable delete"),
    "creation of a disabled one": change_by("workspace_app", "create update"),
    "creation with a priority": change_by("workspace", "create update", saying="workspace"),
}
EVERY_WRITE = [
    pytest.param(each.values[0], number, id=f"{each.id}, at {each.values[0].writes[number]} {number + 1}")
    for each in CHANGES
    for number in range(len(each.values[0].writes))
]


def writes(emulator: Any) -> list[str]:
    """What has been asked of the service but to look."""
    return [operation for operation in emulator.operations if not operation.startswith(("List", "Show"))]


class TestKilled:
    @pytest.fixture
    def converge(self, emulator: Any, start: Callable[..., Module]) -> Callable[[Change], Module]:
        """Starts a change."""
        from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

        keys = {
            "endpoint": emulator.url,
            "project_id": account.PROJECT_ID,
            "access_key": account.ACCESS_KEY,
            "secret_key": account.SECRET_KEY,
            "timeout": HELD,
        }
        return lambda change: start(**keys, **change.options)

    @pytest.mark.parametrize("change", CHANGES)
    def test_not_at_all(self, change, converge, emulator):
        """These are all the writes that there are."""
        change.prepare(emulator)
        assert converge(change).result["changed"]
        assert writes(emulator) == change.operations
        assert change.state(emulator) == change.wanted_state

    @pytest.mark.parametrize("acts", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize(("change", "number"), EVERY_WRITE)
    def test_the_next_run_reaches_what_is_wanted(self, change, number, acts, converge, emulator):
        change.prepare(emulator)
        change.hold(emulator, number, acts)
        module = converge(change)
        wait_until(lambda: len(writes(emulator)) > number)
        module.kill()
        assert writes(emulator) == change.operations[: number + 1]
        emulator.clear_faults()
        assert "failed" not in converge(change).result
        assert change.state(emulator) == change.wanted_state
        emulator.clear_requests()
        assert converge(change).result["changed"] is False
        assert writes(emulator) == []

    def test_with_the_whole_play(self, ansible, task, converge, emulator):
        change = BETWEEN_STEPS["update"]
        change.prepare(emulator)
        change.hold(emulator, 1, acts=False)
        call = task("scheduled_task", timeout=HELD, **change.options)
        with ThreadPoolExecutor(1) as stage:
            playing = stage.submit(ansible.play, [call])
            wait_until(lambda: len(writes(emulator)) == 2)
            for pid in at_work(ansible.folder):
                # One that ends of itself, since those that it waits for are dead, is dead as well.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            assert playing.result().status == -signal.SIGKILL
        wait_for_the_end(ansible.folder)
        assert change.state(emulator) == [{"risk_level": "LOW", "enabled": False}]
        emulator.clear_faults()
        assert converge(change).result["operations"] == ["update"]
        assert change.state(emulator) == change.wanted_state

    def test_without_enabled_nobody_knows_that_the_task_was_enabled(self, converge, emulator):
        """Why a change of a task of COC should say whether the task is to be enabled."""
        change = BETWEEN_STEPS["update"]
        unsaid = replace(change, options={**change.options, "enabled": None})
        unsaid.prepare(emulator)
        unsaid.hold(emulator, 1, acts=False)
        module = converge(unsaid)
        wait_until(lambda: len(writes(emulator)) == 2)
        module.kill()
        emulator.clear_faults()
        assert converge(unsaid).result["operations"] == ["update", "disable"]
        assert converge(change).result["operations"] == ["enable"]
        assert change.state(emulator) == change.wanted_state


def is_a_module(pid: int) -> bool:
    """Whether a process runs a module, and neither Ansible nor the shell around the module."""
    # Another one may end meanwhile.
    with contextlib.suppress(OSError):
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        return b"python" in command.split(b"\0")[0] and b"ansible-playbook" not in command
    return False


class TestInterrupted:
    """By a person, or by whatever ends a play, while the answer to the first request of a change is on its way."""

    WHOLE = {"ctrl-c": (os.killpg, signal.SIGINT, 99), "kill": (os.kill, signal.SIGTERM, -signal.SIGTERM)}
    """How the whole play is told to end, and the status that it ends with."""

    @pytest.fixture
    def play(self, ansible: Any, task: Any, emulator: Any) -> Iterator[Callable[..., Any]]:
        """Plays a change, and does something while the first answer is awaited, which comes then."""
        gate = threading.Event()

        def play(change: Change, then: Callable[[], None]) -> Any:
            change.prepare(emulator)
            emulator.fail(change.operations[0], gate=gate, acts=True)
            with ThreadPoolExecutor(1) as stage:
                playing = stage.submit(ansible.play, [task("scheduled_task", timeout=HELD, **change.options)])
                try:
                    wait_until(lambda: len(writes(emulator)) == 1)
                    then()
                finally:
                    gate.set()
                played = playing.result()
            wait_for_the_end(ansible.folder)
            return played

        yield play
        gate.set()

    @pytest.mark.parametrize("how", list(WHOLE))
    def test_the_whole_play(self, how, ansible, play, emulator, task):
        act, number, status = self.WHOLE[how]
        if how == "kill" and ansible_version.startswith("2.18."):
            pytest.skip("Ansible tells nobody, and the change goes on.")
        change = BETWEEN_STEPS["update"]

        def then() -> None:
            act(at_work(ansible.folder)[0], number)
            wait_until(lambda: "finished or undone within 10 s" in ansible.output.read_text())

        assert play(change, then).status == status
        output = ansible.output.read_text()
        assert output.count("finished or undone within 10 s") == 1
        assert f"not begun, since the run was interrupted ({number.name})" in output
        assert "It is enabled, as it was before. Run the same task again" in output
        assert change.state(emulator) == [{"risk_level": "LOW", "enabled": True}]
        ansible.play([task("scheduled_task", **change.options)])
        assert change.state(emulator) == change.wanted_state

    def test_the_second_step_of_a_creation_is_made(self, ansible, play, emulator):
        change = BETWEEN_STEPS["creation of a disabled one"]

        def then() -> None:
            os.killpg(at_work(ansible.folder)[0], signal.SIGINT)
            wait_until(lambda: "finished or undone within 10 s" in ansible.output.read_text())

        play(change, then)
        assert "create, disable. The change was finished." in ansible.output.read_text()
        assert change.state(emulator) == change.wanted_state

    @pytest.mark.parametrize("door", ["module"])
    def test_the_module_alone(self, ansible, play, emulator):
        change = BETWEEN_STEPS["update"]

        def then() -> None:
            (module,) = filter(is_a_module, at_work(ansible.folder))
            os.kill(module, signal.SIGTERM)

        result = play(change, then).result
        assert result["failed"]
        assert "It is enabled, as it was before" in result["msg"]
        assert result["operations"] == ["disable", "enable"]
        assert change.state(emulator) == [{"risk_level": "LOW", "enabled": True}]


class TestTimedOut:
    @pytest.fixture
    def own_emulator(self, ansible):
        """An emulator for a single test, since a module goes on asking when Ansible has given it up."""
        from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator

        with Emulator() as ansible.emulator:
            yield ansible.emulator

    @pytest.fixture
    def play(self, ansible):
        """Plays changes side by side, each for a host of its own, with keywords of the task."""

        def play(changes: list[Change], **keywords: Any) -> Any:
            hosts = {
                "hosts": {change.options["name"]: {"options": change.options} for change in changes},
                "vars": {
                    "ansible_connection": "local",
                    "ansible_python_interpreter": str(ansible.counting()),
                    "cloudcron_in_process": ansible.door == "in process",
                },
            }
            ansible.write("changes.yml", {"changes": hosts})
            call = {"name": "Change", "cloudcron.huaweicloud.scheduled_task": None, "args": "{{ options }}", **keywords}
            keep = {"name": "Keep", "keep_results": {"path": str(ansible.results), "results": "[]"}, "run_once": True}
            return ansible.play(
                [call],
                options=["--inventory", str(ansible.folder / "changes.yml"), "--forks", str(len(changes))],
                keywords={"hosts": "changes", "post_tasks": [keep]},
            ).told[: len(changes)]

        return play

    def test_the_change_is_whole_and_the_next_run_reaches_what_is_wanted(self, ansible, play, start, own_emulator):
        """In process, a change is undone or finished at once; a module goes on by itself, and finishes it.

        Only a creation that is broken off has no id yet by which the task could be disabled, if it is there.
        """
        begun, half = change_by("coc", "create disable"), [{"risk_level": "HIGH", "enabled": True}]
        changes = [
            replace(change, options={**change.options, "name": f"change-{number}"})
            for number, change in enumerate([begun, *BETWEEN_STEPS.values()])
        ]
        gate = threading.Event()
        held = 0
        for change in changes:
            change.prepare(own_emulator)
            step = 0 if change is changes[0] else 1
            change.hold(own_emulator, step, acts=step == 0 or ansible.door == "module", gate=gate)
            held += step + 1
        whole = [(change.state(own_emulator), change.wanted_state) for change in changes]
        if ansible.door == "in process":
            whole[0] = ([], half)
        with ThreadPoolExecutor(1) as stage:
            playing = stage.submit(play, changes, timeout=HELD)
            try:
                # Each of them is in the middle of its change when its time is over.
                wait_until(lambda: len(writes(own_emulator)) == held)
                end_the_time(ansible.folder)
                wait_until(lambda: len((ansible.folder / "told").read_text().splitlines()) >= len(changes))
            finally:
                gate.set()
            results = playing.result()
        assert [result["timedout"]["period"] for result in results] == [HELD] * len(changes)
        wait_for_the_end(ansible.folder)
        for change, states in zip(changes, whole, strict=True):
            assert change.state(own_emulator) in states
        for change in changes:
            assert "failed" not in start(**{**ansible.keys, **change.options}).result
            assert change.state(own_emulator) == change.wanted_state
