# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change as a value, and the only place that carries it out, takes it back or finishes it.

A plan is a list of steps. As long as a step that can be undone is still to come, a failure takes the plan back. Once
the last of them is done, what is left is finished instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Callable, NamedTuple

from ._errors import CloudCronError, InterruptedChangeError, NotFoundError, OutcomeUnknownError, UnwantedError
from ._http._parallel import check_wanted, committed, to_its_end
from ._interruption import Change, hurry
from ._task import ScheduledTask


class Done(NamedTuple):
    """What came of a step.

    :ivar task: as the service then has it; None where there is no such task any more.
    :ivar word: what was done, as results call it; None where nothing had to be.
    :ivar unwanted: why the result is not what was asked for. What is left of the plan is carried out all the same.
    :ivar before: the task as it turned out to have been before the plan, where that was not known.
    """

    task: ScheduledTask | None
    word: str | None = None
    unwanted: UnwantedError | None = None
    before: ScheduledTask | None = None


class Undo(NamedTuple):
    """How to take steps back. Steps that have the same one are taken back by it together.

    :ivar do: takes the task as it was before the plan, and makes it so again.
    :ivar state: what the task was before, as in "It is enabled, as it was before"; None where that is not known, so
        that nothing can be taken back.
    """

    do: Callable[[ScheduledTask], Done]
    state: Callable[[ScheduledTask], str | None]


class Step(NamedTuple):
    """A part of a plan.

    :ivar words: what it is expected to do, as results call it: `create`, `update`, `enable`, `disable` or `delete`;
        empty where it may find nothing to do.
    :ivar do: takes the task as far as it is known, and sends requests. Raises `CloudCronError`.
    :ivar undo: takes it back, if that can be done, when it has failed half-way or a later step fails.
    :ivar is_needed: whether the change is whole only with this step; False for a look.
    """

    words: tuple[str, ...]
    do: Callable[[ScheduledTask], Done]
    undo: Undo | None = None
    is_needed: bool = True


# Asks the service whether a plan may be carried out, without changing anything. Returns warnings; raises `TaskError`.
Check = Callable[[], Sequence[str]]


class Plan(NamedTuple):
    """What turns the task that was found into the task that is wanted. To make it sends nothing.

    :ivar found: None where there is no task.
    :ivar wanted: None where there is to be none.
    :ivar steps: in order; none where the task is as it is wanted.
    :ivar checks: to be made before the first step, and in check mode too.
    :ivar warnings: what the user should know of the plan.
    """

    found: ScheduledTask | None
    wanted: ScheduledTask | None
    steps: Sequence[Step] = ()
    checks: Sequence[Check] = ()
    warnings: Sequence[str] = ()

    @property
    def operations(self) -> list[str]:
        """The words of what would be done."""
        return [word for step in self.steps for word in step.words]

    @property
    def label(self) -> str:
        """The task as messages call it."""
        task = self.wanted or self.found
        return "" if task is None else task.label


class Outcome(NamedTuple):
    """What came of a plan.

    :ivar task: as it now is; None where there is none.
    :ivar operations: the words of what was done, in order.
    """

    task: ScheduledTask | None
    operations: list[str]


def carry_out(plan: Plan, change: Change) -> Outcome:
    """Carry a plan out.

    :param change: which is under way, and of which this is a part.
    :raises ServiceError: a request failed, and nothing was changed.
    :raises InterruptedChangeError: a request failed after others had changed something, or its outcome is not known or
        not what was asked for.
    """
    with committed():
        check_wanted()
        return _Execution(plan, change).run()


class _Execution:
    """A plan while it is carried out."""

    def __init__(self, plan: Plan, change: Change) -> None:
        self._plan = plan
        self._change = change
        self._task = plan.wanted or plan.found
        self._before = plan.found
        self._done: list[str] = []
        self._words_of: list[str | None] = []
        self._unwanted: UnwantedError | None = None
        undoable = [number for number, step in enumerate(plan.steps) if step.undo is not None]
        self._last_undoable = undoable[-1] if undoable else -1

    def run(self) -> Outcome:
        for number, step in enumerate(self._plan.steps):
            task = self._task
            if task is None:
                break
            try:
                if not self._goes_on(number, step, task):
                    break
            except CloudCronError:
                raise
            except BaseException:
                # Ansible's own time-out, for instance. Nobody could tell of what is half done.
                hurry()
                with to_its_end():
                    self._leave_whole(number)
                raise
        if self._unwanted is not None:
            raise self._failed(self._unwanted)
        return Outcome(self._task, self._done)

    def _goes_on(self, number: int, step: Step, task: ScheduledTask) -> bool:
        """Do a step, and return whether the plan goes on behind it."""
        try:
            self._begin(step)
            self._words_of.append(self._take(step.do(task)))
        except NotFoundError as error:
            if self._plan.wanted is not None:
                raise self._failed(error) from None
            # Somebody else has deleted it.
            self._task = None
        except CloudCronError as error:
            with to_its_end():
                failure = self._settle(number, error)
            if failure is not None:
                raise self._failed(failure) from None
            return False
        return True

    @property
    def _is_reversible(self) -> bool:
        return len(self._words_of) <= self._last_undoable

    def _begin(self, step: Step) -> None:
        self._note()
        self._change.is_finishing = bool(self._done) and step.is_needed and not self._is_reversible

    def _take(self, done: Done) -> str | None:
        """Take down what came of a step; return the word of what was done."""
        self._task = done.task
        self._before = done.before or self._before
        # The first one that was found is told.
        self._unwanted = self._unwanted or done.unwanted
        if done.word is not None:
            self._done.append(done.word)
        self._note()
        return done.word

    def _note(self) -> None:
        task = self._task or ScheduledTask()
        self._change.note(task.id, self._done, task.enabled if self._done else None)

    def _failed(self, error: CloudCronError) -> CloudCronError:
        """Return the error with what was done before, which only this place knows."""
        if self._done or error.state or isinstance(error, (OutcomeUnknownError, UnwantedError)):
            label = self._plan.label if self._task is None else self._task.label
            return InterruptedChangeError(error, self._done, label)
        return error

    def _settle(self, number: int, error: CloudCronError) -> CloudCronError | None:
        """Take the plan back, or finish it, after a step has failed.

        :return: what the plan failed of; None where it has come to its end all the same.
        """
        failure: CloudCronError | None = error
        if self._is_reversible:
            failure = self._take_back(number, error)
        elif self._change.signal is not None and number:
            return self._finish(number)
        if failure is not None and self._change.signal is not None:
            failure.is_undone = False
        return failure

    def _take_back(self, number: int, error: CloudCronError) -> CloudCronError | None:
        """Undo what was done before a step failed, and the step itself if it may have done something.

        :return: what the plan failed of; None where its end was reached, since there is no task any more.
        """
        if error.is_overtaken:
            return error
        for undo in self._undos(number, error.may_have_acted):
            before = self._before or ScheduledTask()
            state = undo.state(before)
            if state is None:
                continue
            try:
                self._take(undo.do(before))
            except NotFoundError as gone:
                if self._plan.wanted is not None:
                    return gone
                # What failed was its deletion, and the answer to that was lost.
                if error.is_unclear:
                    self._done += self._plan.steps[number].words
                self._task = None
                return None
            except CloudCronError as failure:
                reason = failure.message.rstrip(".")
                error.add_state(f"It was {state} before, and that could not be restored ({reason})")
                return error
            error.add_state(f"It is {state}, as it was before")
            # What the step itself may have done is not undone by that.
            error.is_undone = not (error.is_partial or error.is_repetition)
        return error

    def _undos(self, number: int, may_have_acted: bool) -> Iterator[Undo]:
        """Return how to take back the steps up to one, the latest first, and each way once."""
        found: list[Undo] = []
        for at in range(number, -1, -1):
            undo = self._plan.steps[at].undo
            has_acted = may_have_acted if at >= len(self._words_of) else self._words_of[at] is not None
            if undo is not None and has_acted and undo not in found:
                found.append(undo)
                yield undo

    def _leave_whole(self, number: int) -> None:
        """Take the plan back, or finish it, where no error can be told of any more."""
        if self._is_reversible:
            for undo in self._undos(number, may_have_acted=True):
                if self._before is not None and undo.state(self._before) is not None:
                    with suppress(CloudCronError):
                        self._take(undo.do(self._before))
        elif number:
            self._finish(number)

    def _finish(self, number: int) -> CloudCronError | None:
        """Carry out what is left of the plan, but looks; return the first failure."""
        failure: CloudCronError | None = None
        for step in self._plan.steps[number:]:
            task = self._task
            if step.is_needed and task is not None:
                try:
                    self._take(step.do(task))
                except CloudCronError as error:
                    failure = failure or error
        return failure
