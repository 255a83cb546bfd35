# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Ansible's process ends when it is told to, with signals that it sends itself."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

PLUGIN_UTILS = "ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils"


@pytest.fixture
def ending() -> Any:
    return importlib.import_module(f"{PLUGIN_UTILS}._ending")


@pytest.fixture
def said(ending: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said on the error output."""
    said: list[str] = []
    monkeypatch.setattr(ending, "say", said.append)
    return said


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The process groups that were told to end, and with what; as in reality, each signal comes back."""
    told: list[tuple[int, int]] = []

    def killpg(group: int, number: int) -> None:
        told.append((group, number))
        signal.raise_signal(number)

    monkeypatch.setattr("os.killpg", killpg)
    return told


@contextmanager
def handled(*numbers: int) -> Iterator[list[int]]:
    """Takes signals as Ansible does."""
    taken: list[int] = []
    before = {each: signal.signal(each, lambda number, frame: taken.append(number)) for each in numbers}
    try:
        yield taken
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_goes_to_the_module_and_is_said_once(
    ending: Any, said: list[str], told: list[Any], monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setattr("os.getpgrp", os.getpid)
    with handled(number, signal.SIGTERM) as taken:
        with ending.relayed() as relay:
            signal.raise_signal(number)
            # Ansible ends what is still running after an interruption.
            signal.raise_signal(signal.SIGTERM)
        assert relay.signal == number
        assert told == [(os.getpid(), number), (os.getpid(), signal.SIGTERM)]
        assert said == [f"cloudcron.huaweicloud: {number.name} came while a module was at work. {ending.WITHIN}"]
        assert taken == []
        signal.raise_signal(number)
        assert taken == [number]


def test_a_group_that_is_not_its_own_is_left_alone(
    ending: Any, said: list[str], told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getpgrp", lambda: os.getpid() + 1)
    with handled(signal.SIGTERM), ending.relayed() as relay:
        signal.raise_signal(signal.SIGTERM)
    assert relay.signal == signal.SIGTERM
    assert told == []
    assert len(said) == 1


def test_what_is_ignored_stays_ignored(ending: Any, said: list[str]) -> None:
    kept = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending.relayed() as relay:
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, kept)
    assert (relay.signal, said) == (None, [])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"failed": True, "msg": "It is enabled."}, "It is enabled."),
        ({"failed": True, "msg": "MODULE FAILURE", "module_stderr": "Ended at once."}, "Ended at once."),
        ({"changed": True}, "The change was finished."),
    ],
)
def test_what_came_of_it_is_said_before_the_process_ends(
    ending: Any, said: list[str], result: dict[str, Any], words: str
) -> None:
    with handled(signal.SIGTERM) as taken:
        ending.end(signal.SIGTERM, result)
    assert taken == [signal.SIGTERM]
    assert said == [words]


def test_without_a_signal_nothing_ends(ending: Any, said: list[str]) -> None:
    ending.end(None, {"msg": "It is enabled."})
    assert said == []


@pytest.mark.parametrize(("transport", "async_val", "relays"), [("local", 0, 1), ("ssh", 0, 0), ("local", 9, 0)])
def test_only_a_module_that_runs_here_is_told(
    monkeypatch: pytest.MonkeyPatch, transport: str, async_val: int, relays: int
) -> None:
    door = importlib.import_module(f"{PLUGIN_UTILS}._door")
    taken: list[str] = []

    @contextmanager
    def relayed() -> Iterator[Any]:
        taken.append("relayed")
        yield SimpleNamespace(signal=signal.SIGTERM)

    monkeypatch.setattr(door, "relayed", relayed)
    monkeypatch.setattr(door, "end", lambda *how: taken.append(str(how)))
    monkeypatch.setattr(door.ModuleAction, "run", lambda *how: {"changed": False})
    action = door.DoorAction.__new__(door.DoorAction)
    action._connection = SimpleNamespace(transport=transport)
    action._task = SimpleNamespace(async_val=async_val)
    assert action._run_module(None, {}) == {"changed": False}
    assert taken == ["relayed", str((signal.SIGTERM, {"changed": False}))] * relays


def test_in_process_it_ends_as_the_latest_change_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    door = importlib.import_module(f"{PLUGIN_UTILS}._door")
    result = {"failed": True, "msg": "It is enabled."}
    ended: list[Any] = []
    monkeypatch.setattr(door, "call_module", lambda *how: result)
    monkeypatch.setattr(door, "caught_signal", lambda: signal.SIGTERM)
    monkeypatch.setattr(door, "end", lambda *how: ended.append(how))
    monkeypatch.setattr(door.DoorAction, "_obstacle", lambda *how: None)
    monkeypatch.setattr(door.DoorAction, "_shows_invocation", lambda *how: False)
    monkeypatch.setattr(door.DoorAction, "module", None, raising=False)
    action = door.DoorAction.__new__(door.DoorAction)
    action._task = SimpleNamespace(action="a", args={}, check_mode=False)
    action._play_context = SimpleNamespace(remote_addr="localhost")
    action._loader = SimpleNamespace(get_basedir=lambda: ".")
    assert action.run() == result
    assert ended == [(signal.SIGTERM, result)]
