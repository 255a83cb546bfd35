# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans: how they are carried out, taken back and finished, with steps that only write down what they do."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _plan
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    InterruptedChangeError,
    NotFoundError,
    OutcomeUnknownError,
    ServiceError,
    UnwantedError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _parallel
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._parallel import (
    AbandonedError,
    check_wanted,
    side_by_side,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._interruption import Change
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._plan import (
    Done,
    Outcome,
    Plan,
    Step,
    Undo,
    carry_out,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._reconcile import plan_change, reconcile
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import Call
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.coc import CloudOperationsCenter
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked, validated

PATIENCE = 20  # s, which no test that passes needs

FOUND = ScheduledTask(id="t-1", name="nightly", enabled=True)
WANTED = replace(FOUND, description="new")


class TimedOutError(BaseException):
    """As Ansible raises it in the middle of anything."""


def came_to(answer: BaseException | Done | None, success: Done) -> Done:
    """Raise or return an answer; None stands for success."""
    if isinstance(answer, BaseException):
        raise answer
    return answer or success


class Tape:
    """Makes steps and undos that write down what they do."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, word: str, *answers: Any, **parts: Any) -> Step:
        """Make a step.

        :param answers: to its calls, in order: an exception to raise, a `Done`, or None for success, which is also
            the answer to all further calls.
        """
        left = list(answers)

        def do(task: ScheduledTask) -> Done:
            self.lines.append(word)
            return came_to(left.pop(0) if left else None, Done(task, word))

        return Step(parts.pop("words", (word,)), do, **parts)

    def undo(
        self, name: str, failure: BaseException | None = None, state: str | None = "enabled", once: bool = False
    ) -> Undo:
        failures = [failure]

        def do(before: ScheduledTask) -> Done:
            self.lines.append(f"undo {name}")
            return came_to((failures.pop() if once else failures[0]) if failures else None, Done(before, f"un{name}"))

        return Undo(do, lambda before: state)


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.fixture
def change() -> Change:
    return Change()


def changing(*steps: Step, found: ScheduledTask | None = FOUND) -> Plan:
    return Plan(found, WANTED, steps)


def deleting(*steps: Step) -> Plan:
    return Plan(FOUND, None, steps)


def refused(**marks: Any) -> ServiceError:
    error = ServiceError("update it", "403", 403)
    for name, value in marks.items():
        setattr(error, name, value)
    return error


def failed(plan: Plan, change: Change) -> InterruptedChangeError:
    with pytest.raises(InterruptedChangeError) as caught:
        carry_out(plan, change)
    return caught.value


# What a plan is


def test_a_plan_tells_what_would_be_done_and_to_what(tape: Tape) -> None:
    plan = changing(tape.step("a", words=("disable", "update")), tape.step("b", words=()), tape.step("enable"))
    assert plan.operations == ["disable", "update", "enable"]
    assert (plan.label, deleting().label, Plan(None, None).label) == ("nightly (t-1)", "nightly (t-1)", "")
    assert Plan(FOUND, replace(WANTED, name="new-name")).label == "new-name (t-1)"
    assert tape.lines == []


# Carried out


def test_each_step_gets_the_task_as_the_step_before_left_it(change: Change) -> None:
    seen: list[str | None] = []

    def do(task: ScheduledTask) -> Done:
        seen.append(task.description)
        return Done(replace(task, description=f"{task.description}+"), "update" if len(seen) != 2 else None)

    outcome = carry_out(changing(*[Step(("update",), do)] * 3), change)
    assert seen == ["new", "new+", "new++"]
    # The second one has found nothing to do.
    assert outcome == Outcome(replace(WANTED, description="new+++"), ["update", "update"])


def test_nothing_is_done_to_a_task_that_is_gone(tape: Tape, change: Change) -> None:
    plan = deleting(tape.step("disable"), tape.step("delete", Done(None, "delete")), tape.step("delete more"))
    assert carry_out(plan, change) == Outcome(None, ["disable", "delete"])
    assert tape.lines == ["disable", "delete"]


def test_a_plan_without_steps_changes_nothing(change: Change) -> None:
    assert carry_out(changing(), change) == Outcome(WANTED, [])
    assert carry_out(deleting(), change) == Outcome(FOUND, [])
    assert carry_out(Plan(None, None), change) == Outcome(None, [])


def test_what_came_out_otherwise_is_told_at_the_end(tape: Tape, change: Change) -> None:
    first, second = UnwantedError("It is red."), UnwantedError("It is blue.")
    plan = changing(
        tape.step("create", Done(FOUND, "create", unwanted=first)),
        tape.step("look", Done(FOUND, unwanted=second)),
        tape.step("disable"),
    )
    error = failed(plan, change)
    assert tape.lines == ["create", "look", "disable"]
    assert (error.cause, error.done) == (first, ["create", "disable"])
    assert error.message == "It is red. In all, this was done to scheduled task nightly (t-1): create, disable."


def test_what_is_raised_as_unwanted_ends_the_plan(tape: Tape, change: Change) -> None:
    unwanted = UnwantedError("It is red.")
    error = failed(changing(tape.step("create", unwanted), tape.step("disable")), change)
    assert (error.cause, error.done, error.message, tape.lines) == (unwanted, [], "It is red.", ["create"])


# Taken back


def test_a_refusal_at_once_is_a_plain_error(tape: Tape, change: Change) -> None:
    refusal = refused()
    plan = changing(tape.step("update", refusal, undo=tape.undo("update")), tape.step("enable"))
    with pytest.raises(ServiceError) as caught:
        carry_out(plan, change)
    assert caught.value is refusal
    assert (tape.lines, refusal.state, refusal.is_undone) == (["update"], None, False)


def test_a_refused_step_undoes_what_was_done_before_the_latest_first(tape: Tape, change: Change) -> None:
    plan = changing(
        tape.step("a", undo=tape.undo("a")),
        tape.step("b", Done(FOUND), undo=tape.undo("b")),
        tape.step("c"),
        tape.step("d", undo=tape.undo("d", state="disabled")),
        tape.step("e", refused(), undo=tape.undo("e")),
        tape.step("f", undo=tape.undo("f")),
    )
    error = failed(plan, change)
    # Neither what found nothing to do, nor what was refused, nor what was not begun.
    assert tape.lines == ["a", "b", "c", "d", "e", "undo d", "undo a"]
    assert error.done == ["a", "c", "d", "und", "una"]
    assert error.message == (
        "update it: 403. In all, this was done to scheduled task nightly (t-1): a, c, d, und, una. "
        "It is disabled, as it was before. It is enabled, as it was before."
    )
    assert error.cause.is_undone


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (OutcomeUnknownError("update it", "500"), "Whether this was carried out is not known."),
        (AnswerLostError("update it", "lost"), "Whether this was carried out is not known."),
        (refused(is_partial=True), "Run the same task again to finish the change."),
        (refused(is_repetition=True), "Run the same task again to finish the change."),
    ],
    ids=["unknown", "lost", "partial", "repetition"],
)
def test_a_step_that_may_have_acted_is_undone_too(
    tape: Tape, change: Change, failure: ServiceError, words: str
) -> None:
    error = failed(changing(tape.step("a", undo=tape.undo("a")), tape.step("b", failure, undo=tape.undo("b"))), change)
    assert tape.lines == ["a", "b", "undo b", "undo a"]
    assert words in error.message
    assert "Run the same task again" in error.message


def test_each_way_back_is_gone_once(tape: Tape, change: Change) -> None:
    once, other = tape.undo("once"), tape.undo("other")
    plan = changing(
        tape.step("a", undo=once),
        tape.step("b", undo=other),
        tape.step("c", refused(is_partial=True), undo=once),
    )
    failed(plan, change)
    assert tape.lines == ["a", "b", "c", "undo once", "undo other"]


def test_what_is_not_known_is_not_made_so_again(tape: Tape, change: Change) -> None:
    plan = changing(
        tape.step("a", undo=tape.undo("a")),
        tape.step("b", undo=tape.undo("b", state=None)),
        tape.step("c", refused(), undo=tape.undo("c")),
    )
    error = failed(plan, change)
    assert tape.lines == ["a", "b", "c", "undo a"]
    assert error.cause.state == "It is enabled, as it was before"


def test_it_is_made_so_again_as_it_turned_out_to_have_been(change: Change) -> None:
    given: list[ScheduledTask] = []
    before = replace(FOUND, enabled=False, description="before")

    def do(task: ScheduledTask) -> Done:
        given.append(task)
        return Done(task, "enable")

    undo = Undo(do, lambda task: None if task.description is None else task.description)
    fails = Step(("update",), Tape().step("update", refused()).do, undo)
    finds = Step((), lambda task: Done(task, "disable", before=before), undo)
    assert failed(changing(finds, fails), change).cause.state == "It is before, as it was before"
    # Known before, and not found out otherwise.
    disables = Step((), lambda task: Done(task, "disable"), undo)
    found = replace(FOUND, description="found")
    error = failed(changing(disables, Step((), Tape().step("x", refused()).do, undo), found=found), change)
    assert error.cause.state == "It is found, as it was before"
    assert given == [before, found]


def test_what_cannot_be_taken_back_is_told_and_nothing_more_is_tried(tape: Tape, change: Change) -> None:
    lost = AnswerLostError("enable it", "the connection was lost")
    plan = changing(
        tape.step("a", undo=tape.undo("a")),
        tape.step("b", undo=tape.undo("b", lost, state="disabled")),
        tape.step("c", refused(), undo=tape.undo("c")),
    )
    error = failed(plan, change)
    assert tape.lines == ["a", "b", "c", "undo b"]
    assert error.cause.state == (
        "It was disabled before, and that could not be restored (enable it: the connection was lost)"
    )
    assert error.message.endswith("Run the same task again to finish the change.")


def test_what_somebody_else_has_changed_is_not_taken_back(tape: Tape, change: Change) -> None:
    overtaken = refused(is_partial=True, is_overtaken=True)
    error = failed(
        changing(tape.step("a", undo=tape.undo("a")), tape.step("b", overtaken, undo=tape.undo("b"))), change
    )
    assert tape.lines == ["a", "b"]
    assert (error.cause, error.done) == (overtaken, ["a"])


def test_behind_the_last_step_that_can_be_undone_nothing_is_taken_back(tape: Tape, change: Change) -> None:
    plan = changing(tape.step("a", undo=tape.undo("a")), tape.step("b", refused()), tape.step("c"))
    error = failed(plan, change)
    assert tape.lines == ["a", "b"]
    assert error.message == (
        "update it: 403. Before that, this was done to scheduled task nightly (t-1) and stays: a. "
        "Run the same task again to finish the change."
    )


# A task that is not there any more

GONE = "delete it"


def test_somebody_elses_deletion_is_what_a_deletion_wanted(tape: Tape, change: Change) -> None:
    plan = deleting(
        tape.step("disable", undo=tape.undo("disable")),
        tape.step("delete", NotFoundError(GONE, "404"), undo=tape.undo("delete")),
        tape.step("delete more"),
    )
    assert carry_out(plan, change) == Outcome(None, ["disable"])
    assert tape.lines == ["disable", "delete"]


def test_a_task_that_was_to_be_changed_and_is_gone_is_an_error(tape: Tape, change: Change) -> None:
    gone = NotFoundError("update it", "404")
    with pytest.raises(NotFoundError) as caught:
        carry_out(changing(tape.step("disable", gone, undo=tape.undo("disable"))), change)
    assert caught.value is gone
    gone = NotFoundError("update it", "404")
    error = failed(changing(tape.step("disable"), tape.step("update", gone, undo=tape.undo("update"))), change)
    assert (error.cause, error.done) == (gone, ["disable"])
    assert tape.lines == ["disable", "disable", "update"]


@pytest.mark.parametrize(
    ("failure", "done"),
    [
        (refused(), ["disable"]),
        (refused(is_partial=True), ["disable"]),
        (refused(is_repetition=True), ["disable", "delete"]),
        (AnswerLostError(GONE, "lost"), ["disable", "delete"]),
    ],
    ids=["refused", "partial", "repetition", "lost"],
)
def test_an_undo_that_finds_no_task_shows_that_a_deletion_came_to_its_end(
    tape: Tape, change: Change, failure: ServiceError, done: list[str]
) -> None:
    undo = tape.undo("disable", NotFoundError("enable it", "404"))
    plan = deleting(tape.step("disable", undo=undo), tape.step("delete", failure, undo=undo))
    assert carry_out(plan, change) == Outcome(None, done)
    assert tape.lines == ["disable", "delete", "undo disable"]


def test_an_undo_of_a_change_that_finds_no_task_tells_so(tape: Tape, change: Change) -> None:
    gone = NotFoundError("enable it", "404")
    undo = tape.undo("disable", gone)
    error = failed(changing(tape.step("disable", undo=undo), tape.step("update", refused(), undo=undo)), change)
    assert (error.cause, error.done) == (gone, ["disable"])


# Interrupted


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, tape: Tape) -> None:
    """Have it written down when the rest of a change gets a limit."""
    monkeypatch.setattr(_plan, "hurry", lambda: tape.lines.append("hurry"))


def interrupted(plan: Plan, change: Change, by: BaseException) -> None:
    with pytest.raises(TimedOutError) as caught:
        carry_out(plan, change)
    assert caught.value is by


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("at", [0, 1])
def test_an_interruption_takes_back_what_can_be_and_even_the_step_itself(tape: Tape, change: Change, at: int) -> None:
    timed_out = TimedOutError()
    answers: list[list[Any]] = [[], []]
    answers[at] = [timed_out]
    plan = changing(
        tape.step("a", *answers[0], undo=tape.undo("a", refused())),
        tape.step("b", *answers[1], undo=tape.undo("b", refused())),
        tape.step("c"),
    )
    interrupted(plan, change, timed_out)
    # What cannot be taken back keeps nothing else from it.
    assert tape.lines == [["a", "hurry", "undo a"], ["a", "b", "hurry", "undo b", "undo a"]][at]


@pytest.mark.usefixtures("hurried")
def test_an_interruption_while_a_plan_is_taken_back_takes_it_back_once_more(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    undo = tape.undo("disable", timed_out, once=True)
    interrupted(changing(tape.step("disable", undo=undo), tape.step("update", refused(), undo=undo)), change, timed_out)
    assert tape.lines == ["disable", "update", "undo disable", "hurry", "undo disable"]


@pytest.mark.usefixtures("hurried")
def test_an_interruption_takes_nothing_back_of_what_nothing_is_known(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    interrupted(changing(tape.step("a", timed_out, undo=tape.undo("a", state=None))), change, timed_out)
    timed_out = TimedOutError()
    plan = changing(tape.step("b", timed_out, undo=tape.undo("b")), found=None)
    interrupted(plan, change, timed_out)
    assert tape.lines == ["a", "hurry", "b", "hurry"]


@pytest.mark.usefixtures("hurried")
def test_an_interruption_behind_the_last_way_back_finishes_the_plan_but_its_looks(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    plan = changing(
        tape.step("a", undo=tape.undo("a")),
        tape.step("look", timed_out, is_needed=False),
        tape.step("b", refused()),
        tape.step("look again", is_needed=False),
        tape.step("c"),
    )
    interrupted(plan, change, timed_out)
    assert tape.lines == ["a", "look", "hurry", "b", "c"]


@pytest.mark.usefixtures("hurried")
def test_an_interrupted_step_that_is_needed_is_done_once_more(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    interrupted(changing(tape.step("create"), tape.step("b", timed_out), tape.step("c")), change, timed_out)
    assert tape.lines == ["create", "b", "hurry", "b", "c"]


@pytest.mark.usefixtures("hurried")
def test_an_interruption_in_the_first_step_goes_no_further(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    interrupted(changing(tape.step("create", timed_out), tape.step("disable")), change, timed_out)
    assert tape.lines == ["create", "hurry"]


@pytest.mark.usefixtures("hurried")
def test_nothing_is_finished_of_a_task_that_is_gone(tape: Tape, change: Change) -> None:
    timed_out = TimedOutError()
    plan = deleting(tape.step("disable"), tape.step("b", timed_out, Done(None, "delete")), tape.step("c"))
    interrupted(plan, change, timed_out)
    assert tape.lines == ["disable", "b", "hurry", "b"]


class Signals:
    """Tells a change to end within a step."""

    def __init__(self, change: Change, step: Step) -> None:
        self._change = change
        self.step = step._replace(do=self._do)
        self._whole = step.do

    def _do(self, task: ScheduledTask) -> Done:
        self._change._signal = signal.SIGTERM
        return self._whole(task)


def test_a_signal_finishes_what_cannot_be_taken_back(tape: Tape, change: Change) -> None:
    signalled = Signals(change, tape.step("b", refused()))
    plan = changing(
        tape.step("a", undo=tape.undo("a")), signalled.step, tape.step("look", is_needed=False), tape.step("c")
    )
    # What was not begun the first time is done the second time.
    assert carry_out(plan, change) == Outcome(WANTED, ["a", "b", "c"])
    assert tape.lines == ["a", "b", "b", "c"]


def test_what_a_signal_kept_from_being_finished_is_told(tape: Tape, change: Change) -> None:
    first, second = refused(), refused()
    signalled = Signals(change, tape.step("b", refused(), first))
    error = failed(changing(tape.step("a"), signalled.step, tape.step("c", second), tape.step("d")), change)
    assert tape.lines == ["a", "b", "b", "c", "d"]
    assert (error.cause, error.done) == (first, ["a", "d"])
    assert error.message.endswith("Run the same task again to finish the change.")


def test_a_signal_takes_back_what_can_be(tape: Tape, change: Change) -> None:
    signalled = Signals(change, tape.step("b", refused(), undo=tape.undo("b")))
    error = failed(changing(tape.step("a", undo=tape.undo("a")), signalled.step, tape.step("c")), change)
    assert tape.lines == ["a", "b", "undo a"]
    # It is as it was before, and that is not what was asked for.
    assert error.message == (
        "update it: 403. In all, this was done to scheduled task nightly (t-1): a, una. It is enabled, as it was "
        "before. Run the same task again to finish the change."
    )


def test_a_signal_in_the_first_step_finishes_nothing(tape: Tape, change: Change) -> None:
    refusal = refused()
    signalled = Signals(change, tape.step("create", refusal))
    with pytest.raises(ServiceError) as caught:
        carry_out(changing(signalled.step, tape.step("b")), change)
    assert (caught.value, tape.lines) == (refusal, ["create"])


def test_only_what_finishes_a_change_is_begun_after_a_signal(change: Change) -> None:
    finishing: list[bool] = []

    def do(task: ScheduledTask) -> Done:
        finishing.append(change.is_finishing)
        return Done(task, "done")

    undo = Undo(Done, lambda before: None)
    carry_out(
        changing(Step((), do), Step((), do, undo), Step((), do), Step((), do, is_needed=False), Step((), do)),
        change,
    )
    # Not the first one, nor what can be undone, nor a look.
    assert finishing == [False, False, True, False, True]
    finishing.clear()
    carry_out(changing(Step((), Done), Step((), do)), change)
    assert finishing == [False]


def test_what_was_done_is_noted_as_soon_as_it_was(monkeypatch: pytest.MonkeyPatch, tape: Tape, change: Change) -> None:
    noted: list[tuple[Any, ...]] = []
    monkeypatch.setattr(change, "note", lambda task_id, done, enabled: noted.append((task_id, [*done], enabled)))
    made = replace(WANTED, id="t-2", enabled=False)
    plan = Plan(None, replace(WANTED, id=None), [tape.step("create", Done(made, "create")), tape.step("b", Done(None))])
    carry_out(plan, change)
    assert noted[0] == (None, [], None)
    assert noted[1] == ("t-2", ["create"], False)
    assert noted[-1] == (None, ["create"], None)


# In a thread whose result nobody wants any more


class FailedError(Exception):
    """What another item of the same crew fails of."""


def until_dismissed() -> None:
    """Go on once nobody waits for the result of this thread."""
    with pytest.raises(AbandonedError):
        while True:
            check_wanted()


@pytest.fixture
def beside() -> Iterator[Callable[..., None]]:
    """Call a function in a crew of which another item fails as soon as the function says so."""
    left: list[threading.Thread] = []

    def beside(function: Callable[[Callable[[], None]], Any]) -> None:
        begun = threading.Event()

        def dismiss() -> None:
            begun.set()
            until_dismissed()

        def work(item: int) -> None:
            if item:
                left.append(threading.current_thread())
                function(dismiss)
            elif begun.wait(PATIENCE):
                raise FailedError

        with pytest.raises(FailedError):
            list(side_by_side(work, range(2), 2))

    yield beside
    for thread in left:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_plan_that_nobody_wants_is_not_begun(tape: Tape, beside: Any, change: Change) -> None:
    ended: list[type[BaseException]] = []

    def work(dismiss: Callable[[], None]) -> None:
        dismiss()
        try:
            carry_out(changing(tape.step("a")), change)
        except BaseException as error:
            ended.append(type(error))

    beside(work)
    for thread in threading.enumerate():
        if thread.name.startswith("cloudcron-"):
            thread.join(PATIENCE)
    assert (tape.lines, ended) == ([], [AbandonedError])


# With a real service


UPDATE, ENABLE, DISABLE = "UpdateScheduledTask", "EnableScheduledTask", "DisableScheduledTask"
RISKY = {"service": "coc", "name": "nightly", "coc": {"risk_level": "HIGH"}}


@pytest.fixture
def coc(emulator: Any, keys: dict[str, Any]) -> Iterator[CloudOperationsCenter]:
    """The service, which has one task, and that is enabled."""
    emulator.coc.add_task(id="t-1", name="nightly", enabled=True, risk_level="LOW")
    options = validated(SCHEDULED_TASK, {**keys, **RISKY})
    with (
        Connections() as connections,
        Call(options, False, Secrets(), connections).service(CloudOperationsCenter) as service,
    ):
        yield service


@pytest.fixture
def given() -> ScheduledTask:
    return checked(CloudOperationsCenter.read_options, RISKY)


@pytest.fixture
def found(coc: CloudOperationsCenter, emulator: Any, given: ScheduledTask) -> ScheduledTask:
    found = coc.look_up(given)
    assert found is not None
    whole = coc.complete(found)
    assert whole is not None
    emulator.clear_requests()
    return whole


def test_a_plan_that_is_thrown_away_sends_nothing(
    coc: CloudOperationsCenter, emulator: Any, found: ScheduledTask, given: ScheduledTask
) -> None:
    plan = plan_change(coc, found, given, False)
    assert plan.operations == ["disable", "update"]
    del plan
    gc.collect()
    assert emulator.operations == []


def test_a_plan_that_is_thrown_away_half_way_sends_nothing_more(
    coc: CloudOperationsCenter, emulator: Any, found: ScheduledTask, given: ScheduledTask
) -> None:
    plan = plan_change(coc, found, given, False)
    disabling, updating, *_rest = plan.steps
    disabled = disabling.do(found).task
    assert disabled is not None
    emulator.fail(UPDATE, status=403)
    with pytest.raises(ServiceError):
        updating.do(disabled)
    del plan, disabling, updating, _rest
    gc.collect()
    assert emulator.operations == [DISABLE, UPDATE]


def at_attempt(monkeypatch: pytest.MonkeyPatch, path: str, act: Callable[[], None], after: bool) -> None:
    """Do something once, before or after a request that writes and whose address ends so."""
    attempt, acts = Client._attempt, [act]

    def watched(self: Client, endpoint: Any, request: Any, sign: Any) -> Any:
        is_it = request.method != "GET" and request.url(endpoint).endswith(path) and bool(acts)
        if is_it and not after:
            acts.pop()()
        try:
            return attempt(self, endpoint, request, sign)
        finally:
            if is_it and after:
                acts.pop()()

    monkeypatch.setattr(Client, "_attempt", watched)


@pytest.mark.parametrize("refusal", [None, {"status": 403}, {"status": 503}, {"status": 500}], ids=str)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("path", ["/disable", "/t-1"])
def test_a_task_gets_its_enablement_back_although_nobody_waits_for_that(
    coc: CloudOperationsCenter,
    emulator: Any,
    given: ScheduledTask,
    beside: Any,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    after: bool,
    refusal: Any,
) -> None:
    if refusal is not None:
        emulator.fail(UPDATE, times=9, **refusal)

    def work(dismiss: Callable[[], None]) -> None:
        at_attempt(monkeypatch, path, dismiss, after)
        reconcile(coc, given, True, False)

    beside(work)
    # It is so as soon as the failure is told.
    assert emulator.coc.tasks["t-1"]["enabled"] is True
    assert DISABLE in emulator.operations


def test_whoever_waits_for_a_crew_waits_for_what_is_taken_back_in_it(
    coc: CloudOperationsCenter, emulator: Any, given: ScheduledTask, beside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.fail(UPDATE, status=403)
    raised = threading.Event()
    was_raised: list[bool] = []

    def work(dismiss: Callable[[], None]) -> None:
        at_attempt(monkeypatch, "/t-1", dismiss, after=True)
        # Were it not waited for, it would be told here.
        at_attempt(monkeypatch, "/enable", lambda: was_raised.append(raised.wait(0.2)), after=False)
        reconcile(coc, given, True, False)

    beside(work)
    raised.set()
    assert was_raised == [False]


def test_whoever_waits_for_a_crew_does_not_wait_for_ever(
    coc: CloudOperationsCenter, emulator: Any, given: ScheduledTask, beside: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_parallel, "LONGEST_END", 0.05)
    emulator.fail(UPDATE, status=403)
    told = threading.Event()
    was_told: list[bool] = []

    def work(dismiss: Callable[[], None]) -> None:
        at_attempt(monkeypatch, "/t-1", dismiss, after=True)
        at_attempt(monkeypatch, "/enable", lambda: was_told.append(told.wait(PATIENCE)), after=False)
        reconcile(coc, given, True, False)

    beside(work)
    assert ENABLE not in emulator.operations
    told.set()
    for thread in threading.enumerate():
        if thread.name.startswith("cloudcron-"):
            thread.join(PATIENCE)
    assert was_told == [True]
    assert emulator.coc.tasks["t-1"]["enabled"] is True
