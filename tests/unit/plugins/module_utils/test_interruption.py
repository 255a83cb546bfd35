# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is interrupted in the middle of a change finishes or undoes it, and says so.

The signals are real ones, which the process sends itself at a request of the change. What real plays make of them is
tested with those.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _interruption as interruption
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import ServiceError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._parallel import side_by_side
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

pytestmark = pytest.mark.sockets

NAME = "nightly"
PATIENCE = 30.0  # s, which nothing takes but a failure
AT_ONCE = 0.01  # s
WRITING = ("POST", "PUT", "PATCH", "DELETE")
EVERY_SIGNAL = pytest.mark.parametrize("number", interruption.SIGNALS, ids=lambda number: number.name)


@dataclass(frozen=True)
class Case:
    """A change.

    :ivar enabled: whether the task is enabled before; None where there is none.
    :ivar new: a field of the task as it is stored afterwards.
    """

    service: str
    enabled: bool | None
    options: dict[str, Any]
    new: tuple[str, Any] | None = None

    def stored(self, emulator: Any) -> list[tuple[Any, ...]]:
        """What matters of each task that there is."""
        tasks = emulator.services[self.service].tasks.values()
        return [(task[STATES[self.service]], *([task[self.new[0]]] if self.new else [])) for task in tasks]

    def prepare(self, emulator: Any) -> None:
        """Let the service have the task."""
        emulator.reset()
        if self.enabled is not None:
            field = "name" if self.service == "coc" else "task_name"
            emulator.services[self.service].add_task(**{field: NAME, STATES[self.service]: self.enabled})


RISK = {"coc": {"risk_level": "HIGH"}}
HIGH = ("risk_level", "HIGH")
TEXT = {"description": "new"}
CASES = {
    **{
        f"coc, {before} to {after}": Case("coc", before, {**RISK, "enabled": after}, HIGH)
        for before in (True, False)
        for after in (True, False)
    },
    "coc, update of one whose enablement is left alone": Case("coc", True, RISK, HIGH),
    **{f"coc, delete {before}": Case("coc", before, {"state": "absent"}) for before in (True, False)},
    **{f"coc, only to {after}": Case("coc", not after, {"enabled": after}) for after in (True, False)},
    **{
        f"{service}, create {enabled}": Case(service, None, {**NEW[service], "enabled": enabled})
        for service in NEW
        for enabled in (True, False)
    },
    "workspace, create with a priority": Case(
        "workspace", None, {**NEW["workspace"], "enabled": True, "workspace": {"priority": 7}}, ("priority", 7)
    ),
    **{
        f"{service}, update": Case(service, True, {**TEXT, "enabled": False}, ("description", "new"))
        for service in ("workspace_app", "workspace")
    },
    **{f"{service}, delete": Case(service, True, {"state": "absent"}) for service in ("workspace_app", "workspace")},
}
EVERY_CASE = pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])


@pytest.fixture(autouse=True)
def _told_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests behind these go on in the process that was told to end."""
    monkeypatch.setattr(interruption, "_caught", None)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is said on the error output."""
    said: list[str] = []
    monkeypatch.setattr(interruption, "say", said.append)
    return said


@pytest.fixture
def keep(run: Callable[..., Any]) -> Callable[[Case], Any]:
    """Make the task what the options of a case say."""
    return lambda case: run(service=case.service, name=NAME, parallel=1, retries=1, **deepcopy(case.options))


@pytest.fixture
def at_request(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Do something at a request of a change, counted from its first write on, and return what was asked."""
    attempt = Client._attempt

    def at_request(number: int, act: Callable[[Callable[[], Any]], Any]) -> list[str]:
        asked: list[str] = []

        def watched(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
            if request.method in WRITING or asked:
                asked.append(request.tried)
            whole = partial(attempt, self, endpoint, request, sign)
            return act(whole) if len(asked) == number and number else whole()

        monkeypatch.setattr(Client, "_attempt", watched)
        return asked

    return at_request


def before(number: signal.Signals) -> Callable[[Callable[[], Any]], Any]:
    """The signal comes while the answer is on its way."""

    def act(ask: Callable[[], Any]) -> Any:
        signal.raise_signal(number)
        return ask()

    return act


def after(number: signal.Signals) -> Callable[[Callable[[], Any]], Any]:
    """The signal comes when the answer is there."""

    def act(ask: Callable[[], Any]) -> Any:
        answer = ask()
        signal.raise_signal(number)
        return answer

    return act


def without_an_answer(number: signal.Signals, acts: bool) -> Callable[[Callable[[], Any]], Any]:
    """The signal comes, and no answer, whether the service has acted or not."""

    def act(ask: Callable[[], Any]) -> Any:
        if acts:
            ask()
        signal.raise_signal(number)
        assert not threading.Event().wait(PATIENCE)
        raise AssertionError("Nobody has broken it off.")

    return act


def handlers() -> list[Any]:
    return [signal.getsignal(each) for each in (*interruption.SIGNALS, signal.SIGALRM)]


@EVERY_CASE
class TestEveryGap:
    @pytest.fixture
    def requests(self, case: Case, keep: Any, emulator: Any, at_request: Any) -> int:
        """How many requests the change takes from its first write on."""
        case.prepare(emulator)
        asked = at_request(0, lambda ask: ask())
        assert keep(case).error is None
        return len(asked)

    @pytest.mark.parametrize("moment", [before, after])
    def test_it_is_finished_or_undone_and_told(self, case, moment, requests, keep, emulator, at_request, said):
        wanted = case.stored(emulator)
        for number in range(1, requests + 1):
            case.prepare(emulator)
            found = case.stored(emulator)
            normal = handlers()
            at_request(number, moment(signal.SIGTERM))
            outcome = keep(case)
            assert handlers() == normal
            assert interruption.caught_signal() == signal.SIGTERM
            assert "the run was interrupted (SIGTERM)" in outcome.error
            state = case.stored(emulator)
            if "The change was finished" in outcome.error:
                assert state == wanted
                assert outcome.result["changed"]
            else:
                assert state == found
                assert "Run the same task again to finish the change." in outcome.error
                words = {True: "It is enabled, as it was before", False: "It is disabled, as it was before"}
                if case.service == "coc" and case.enabled and "disable" in outcome.result.get("operations", ()):
                    assert words[case.enabled] in outcome.error
            assert len(said) == number
            at_request(0, lambda ask: ask())
            assert keep(case).error is None
            assert case.stored(emulator) == wanted

    @pytest.mark.parametrize("acts", [True, False], ids=["after acting", "before acting"])
    def test_an_answer_that_does_not_come_is_given_up(
        self, case, acts, requests, keep, emulator, at_request, said, monkeypatch
    ):
        monkeypatch.setattr(interruption, "ANSWER_TIME", AT_ONCE)
        wanted = case.stored(emulator)
        for number in range(1, requests + 1):
            case.prepare(emulator)
            found = case.stored(emulator)
            at_request(number, without_an_answer(signal.SIGINT, acts))
            outcome = keep(case)
            assert "the run was interrupted (SIGINT)" in outcome.error
            (*_some, told) = case.stored(emulator) or [None]
            if "The change was finished" in outcome.error:
                assert case.stored(emulator) == wanted
            elif case.enabled is not None and told is not None and "as it was before" in outcome.error:
                assert told[0] is case.enabled
            else:
                assert "not known" in outcome.error or case.stored(emulator) == found
            at_request(0, lambda ask: ask())
            again = keep(Case(case.service, None, {**case.options, "enabled": case.options.get("enabled", True)}))
            assert again.error is None
            assert case.stored(emulator) == wanted


class TimeIsOver(threading.Event):
    """A gate for an answer. When a request stands before it for the first time, the time of the change is over."""

    def __init__(self) -> None:
        super().__init__()
        self._is_told = False

    def is_set(self) -> bool:
        if not self._is_told:
            self._is_told = True
            signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)
        return super().is_set()


class TestTime:
    """What a change that is broken off may take."""

    @pytest.fixture
    def hanging(self, emulator: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
        """Let a request of COC be answered in the end only, and the time be over while it hangs."""
        monkeypatch.setattr(interruption, "UNDO_TIME", PATIENCE)
        gate = TimeIsOver()
        yield lambda operation: emulator.fail(operation, gate=gate, acts=True)
        gate.set()

    def test_an_undo_that_is_not_answered_is_given_up_and_told(self, keep, emulator, at_request, said, hanging):
        case = CASES["coc, True to True"]
        case.prepare(emulator)
        hanging("EnableScheduledTask")
        at_request(1, after(signal.SIGTERM))
        outcome = keep(case)
        assert "update scheduled task nightly" in outcome.error
        assert "not begun, since the run was interrupted (SIGTERM)" in outcome.error
        assert "It was enabled before, and that could not be restored (enable scheduled task" in outcome.error
        assert "no answer so far, and the run was interrupted (SIGTERM)" in outcome.error
        assert outcome.result["operations"] == ["disable"]

    def test_nothing_is_begun_when_it_is_over(self, keep, emulator, at_request, said, monkeypatch):
        case = CASES["coc, create False"]
        case.prepare(emulator)
        begin = interruption.Change.begin

        def late(change: Any, waits: str) -> None:
            if change.signal is not None:
                change._go_to(interruption.UNDOING, AT_ONCE)
                while change._phase != interruption.OVER:
                    threading.Event().wait(AT_ONCE)
            begin(change, waits)

        monkeypatch.setattr(interruption.Change, "begin", late)
        at_request(1, after(signal.SIGTERM))
        outcome = keep(case)
        assert "disable scheduled task nightly" in outcome.error
        assert "not begun, since the run was interrupted (SIGTERM)" in outcome.error
        assert outcome.result["operations"] == ["create"]
        assert "Run the same task again to finish the change." in outcome.error

    def test_a_wait_before_another_attempt_ends_at_once(self, keep, emulator, at_request, said, monkeypatch):
        class Signalled(_connections.Client):
            def __init__(self, *settings: Any) -> None:
                super().__init__(*settings)
                self._sleep = lambda seconds: signal.raise_signal(signal.SIGTERM)

        monkeypatch.setattr(_connections, "Client", Signalled)
        case = CASES["workspace_app, update"]
        case.prepare(emulator)
        emulator.fail("UpdateScheduleTask", drop=True, acts=True)
        outcome = keep(case)
        assert "Whether this was carried out is not known." in outcome.error
        assert emulator.operations.count("UpdateScheduleTask") == 1
        case.prepare(emulator)
        emulator.fail("UpdateScheduleTask", status=429)
        outcome = keep(case)
        assert "not begun" in outcome.error
        assert "not known" not in outcome.error

    def test_what_undoes_a_change_does_not_wait_for_a_service_that_throttles(
        self, keep, emulator, at_request, said, monkeypatch
    ):
        class Signalled(_connections.Client):
            def __init__(self, *settings: Any) -> None:
                super().__init__(*settings)
                self._sleep = lambda seconds: signal.raise_signal(signal.SIGTERM)

        monkeypatch.setattr(_connections, "Client", Signalled)
        case = CASES["coc, True to True"]
        case.prepare(emulator)
        emulator.fail("UpdateScheduledTask", status=429, headers={"Retry-After": "50"})
        outcome = keep(case)
        assert "not begun, since the run was interrupted (SIGTERM)" in outcome.error
        assert "It is enabled, as it was before" in outcome.error
        assert emulator.operations[-2:] == ["UpdateScheduledTask", "EnableScheduledTask"]

    def test_another_break_has_a_limit_too(self, keep, emulator, break_off, hanging, said):
        """As Ansible's own time limit, which is no signal that anybody here sees."""
        case = CASES["coc, True to True"]
        case.prepare(emulator)
        hanging("EnableScheduledTask")
        normal = handlers()
        break_off("PUT")
        with pytest.raises(KeyboardInterrupt):
            keep(case)
        assert handlers() == normal
        assert said == []
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


class TestAgain:
    """A second signal."""

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """The time, as its only entry."""
        clock = [100.0]
        monkeypatch.setattr(interruption.time, "monotonic", lambda: clock[0])
        return clock

    @pytest.fixture
    def ended(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, Any]]:
        """With what the process has ended itself, and what it then did with that signal."""
        ended: list[tuple[int, Any]] = []

        def kill(pid: int, number: int) -> None:
            assert pid == os.getpid()
            ended.append((number, signal.getsignal(number)))

        monkeypatch.setattr(interruption.os, "kill", kill)
        return ended

    @pytest.mark.parametrize("second", interruption.SIGNALS, ids=lambda number: number.name)
    def test_soon_after_the_first_it_is_the_same(self, keep, emulator, at_request, said, clock, ended, second):
        case = CASES["coc, True to True"]
        case.prepare(emulator)

        def act(ask: Callable[[], Any]) -> Any:
            signal.raise_signal(signal.SIGINT)
            clock[0] += interruption.TOGETHER / 2
            signal.raise_signal(second)
            return ask()

        at_request(1, act)
        assert "It is enabled, as it was before" in keep(case).error
        assert ended == []
        assert len(said) == 1

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (1, "Done to scheduled task {id}: nothing. A request was under way, of which nobody knows what came."),
            (2, "Done to scheduled task {id}: disable. It is disabled. A request was under way,"),
        ],
    )
    def test_later_it_ends_at_once_and_names_the_state(
        self, keep, emulator, at_request, said, clock, ended, number, words
    ):
        case = CASES["coc, True to True"]
        case.prepare(emulator)
        (task_id,) = emulator.coc.tasks

        def act(ask: Callable[[], Any]) -> Any:
            signal.raise_signal(signal.SIGINT)
            clock[0] += interruption.TOGETHER
            signal.raise_signal(signal.SIGINT)
            return ask()

        at_request(number, act)
        keep(case)
        assert ended == [(signal.SIGINT, signal.SIG_DFL)]
        assert len(said) == 2
        assert said[1].startswith("cloudcron.huaweicloud: ended in the middle of a change. ")
        assert words.format(id=task_id) in said[1]

    def test_a_new_task_has_no_id_yet(self, keep, emulator, at_request, said, clock, ended):
        def act(ask: Callable[[], Any]) -> Any:
            signal.raise_signal(signal.SIGTERM)
            clock[0] += interruption.TOGETHER
            signal.raise_signal(signal.SIGTERM)
            return ask()

        at_request(1, act)
        keep(CASES["coc, create False"])
        assert "Done to scheduled task (new): nothing." in said[1]


class TestPurge:
    @pytest.fixture
    def emptied(self, purge: Any, emulator: Any) -> Callable[..., Any]:
        """Delete the tasks of a service, in batches of two where it has batches."""

        def emptied(service: str, count: int = 5) -> Any:
            field = "name" if service == "coc" else "task_name"
            for number in range(count):
                emulator.services[service].add_task(**{field: f"task-{number}"})
            return purge(service, parallel=1, retries=1)

        return emptied

    @pytest.fixture(autouse=True)
    def _small_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES

        for service in ("workspace_app", "workspace"):
            small = SERVICES[service].batch_deletion._replace(most=2)
            monkeypatch.setattr(SERVICES[service], "batch_deletion", small)

    @EVERY_SIGNAL
    @pytest.mark.parametrize(
        ("service", "at", "deleted"),
        [("workspace_app", 1, 2), ("workspace_app", 2, 4), ("workspace", 1, 2), ("coc", 2, 1), ("coc", 4, 2)],
    )
    def test_says_how_many_it_has_deleted(self, emptied, emulator, at_request, said, number, service, at, deleted):
        at_request(at, before(number))
        outcome = emptied(service)
        assert outcome.result["report"][0] == f"5 scheduled tasks: {deleted} deleted, {5 - deleted} not attempted."
        assert "Nothing more is done, since the run was interrupted (" in outcome.result["msg"]
        assert outcome.changed
        assert len(emulator.services[service].tasks) == 5 - deleted

    @pytest.mark.parametrize("moment", [before, after])
    def test_a_task_that_is_disabled_to_be_deleted_is_enabled_again(self, emptied, emulator, at_request, said, moment):
        at_request(3, moment(signal.SIGTERM))
        outcome = emptied("coc")
        assert len(outcome.deleted) == 1
        assert "It is enabled, as it was before" in outcome.result["msg"]
        assert [task["enabled"] for task in emulator.coc.tasks.values()] == [True] * 4

    @pytest.mark.parametrize(("service", "last"), [("workspace_app", 3), ("workspace", 3), ("coc", 10)])
    def test_after_the_last_one_it_says_that_all_are_deleted(self, emptied, emulator, at_request, said, service, last):
        at_request(last, before(signal.SIGTERM))
        outcome = emptied(service)
        assert outcome.result["msg"] == (
            "5 scheduled tasks: 5 deleted. Nothing more was begun, since the run was interrupted (SIGTERM)."
        )
        assert outcome.result["failed"]
        assert outcome.changed
        assert emulator.services[service].tasks == {}

    @pytest.mark.parametrize("acts", [True, False])
    @pytest.mark.parametrize("service", ["workspace_app", "workspace"])
    def test_a_batch_without_an_answer_is_looked_at(
        self, emptied, emulator, at_request, said, service, acts, monkeypatch
    ):
        monkeypatch.setattr(interruption, "ANSWER_TIME", AT_ONCE)
        at_request(2, without_an_answer(signal.SIGTERM, acts))
        outcome = emptied(service)
        assert len(outcome.deleted) == (4 if acts else 2)
        assert len(emulator.services[service].tasks) == (1 if acts else 3)


class TestOtherwise:
    def test_outside_of_a_change_signals_do_what_they_always_do(self, emulator, info, run, said, monkeypatch):
        attempt = Client._attempt
        seen: list[Any] = []

        def watched(self: Any, *how: Any) -> Any:
            seen.append(handlers())
            return attempt(self, *how)

        monkeypatch.setattr(Client, "_attempt", watched)
        normal = handlers()
        info(service="coc")
        run(service="coc", name=NAME, check_mode=True, **deepcopy(NEW["coc"]))
        assert seen == [normal] * 2
        run(service="coc", name=NAME, **deepcopy(NEW["coc"]))
        assert seen[2] == normal
        assert seen[3] != normal
        assert handlers() == normal

    def test_what_is_ignored_stays_ignored(self, said):
        kept = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with interruption.under_way() as change:
                signal.raise_signal(signal.SIGHUP)
                assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        finally:
            signal.signal(signal.SIGHUP, kept)
        assert change.signal is None
        assert said == []

    def test_another_thread_is_left_alone(self, said):
        changes: list[Any] = []

        def work() -> None:
            with interruption.under_way() as change, interruption.waiting("ask", interruption.FOR_AN_ANSWER):
                change.note("a", [], None)
                changes.append((change.signal, handlers()))

        normal = handlers()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join(PATIENCE)
        assert changes == [(None, normal)]

    def test_what_is_waited_for_in_other_threads_is_given_up(self, said, monkeypatch):
        monkeypatch.setattr(interruption, "ANSWER_TIME", AT_ONCE)
        gate = threading.Event()
        with interruption.under_way():
            signal.raise_signal(signal.SIGTERM)
            with pytest.raises(ServiceError, match=r"not begun, since the run was interrupted \(SIGTERM\)"):
                list(side_by_side(lambda item: gate.wait(PATIENCE), [1, 2], 2))
        with interruption.under_way():

            def work(item: int) -> None:
                if item == 1:
                    os.kill(os.getpid(), signal.SIGTERM)
                gate.wait(PATIENCE)

            # The thread may be faster.
            with pytest.raises(ServiceError, match=r"(no answer so far, and|not begun, since) the run was interrupted"):
                list(side_by_side(work, [1, 2], 2))
        gate.set()

    def test_a_line_goes_to_the_error_output(self, monkeypatch):
        reading, writing = os.pipe()
        monkeypatch.setattr(interruption, "STDERR", writing)
        interruption.say("Done \N{SNOWMAN}.")
        os.close(writing)
        # Whoever has read it may be gone.
        interruption.say("Nobody reads this.")
        with os.fdopen(reading, encoding="utf-8") as read:
            assert read.read() == "Done \N{SNOWMAN}.\n"
        monkeypatch.setattr(interruption, "STDERR", None)
        interruption.say("Nobody reads this either.")
