# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens when the process is told to end while it changes a task.

By itself it would end at once, and a task that is disabled while it is changed would stay so without a word. So from
the first write to the last, the request that is under way may still be answered after a signal, and then nothing new is
begun but what undoes or finishes the change, all of it within a stated time. Outside of a change signals do what they
always do.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from signal import Signals
from typing import Any, Callable

from ._errors import OutcomeUnknownError, ServiceError

# Ctrl-C, `kill` and a terminal that is closed.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

ANSWER_TIME = 5.0  # s, in which the request that is under way may still be answered
UNDO_TIME = 5.0  # s, that what undoes or finishes the change may take then
# One signal comes several times: Ansible's processes pass it on, and who ends a play may signal all of them.
TOGETHER = 1.0  # s

WITHIN = (
    f"What is half done is finished or undone within {ANSWER_TIME + UNDO_TIME:.0f} s. A second signal ends it at once."
)

# How far a change is.
CALM, SIGNALLED, UNDOING, OVER = range(4)

# Who waits.
FOR_AN_ANSWER, BEFORE_ANOTHER_ATTEMPT = "answer", "pause"

STDERR: int | None
try:
    # Ansible loads an action before it starts a process for it, and takes the output of that process away.
    STDERR = os.dup(2)
except OSError:
    STDERR = None


def say(line: str) -> None:
    """Write a line to the error output of the process that has loaded this first, whatever this one does.

    :param line: without any secret.
    """
    if STDERR is not None:
        with suppress(OSError):
            os.write(STDERR, f"{line}\n".encode("utf-8", "replace"))


class _BreakError(BaseException):
    """Ends a wait. It is seen nowhere but here."""


class Change:
    """A change that is under way.

    :ivar is_finishing: whether what is begun now only finishes what was done before.
    """

    def __init__(self) -> None:
        self._signal: Signals | None = None
        self.is_finishing = False
        self._phase = CALM
        self._since = 0.0
        self._waits: str | None = None
        self._before: dict[Signals, Any] = {}
        self._state = "Nothing was done yet."
        self._describe: Callable[[], str] | None = None

    @property
    def signal(self) -> Signals | None:
        """The signal that told the process to end; None if none did."""
        return self._signal

    @property
    def reason(self) -> str:
        """Words on why nothing more is begun."""
        return "the run was broken off" if self.signal is None else f"the run was interrupted ({self.signal.name})"

    @property
    def is_over(self) -> bool:
        """Whether there is no time left."""
        return self._phase == OVER

    @property
    def time_left(self) -> float:
        """The seconds that what is under way may still take, once nothing new is begun."""
        return {CALM: ANSWER_TIME + UNDO_TIME, SIGNALLED: ANSWER_TIME + UNDO_TIME, UNDOING: UNDO_TIME, OVER: 0.0}[
            self._phase
        ]

    def describe(self, words: Callable[[], str]) -> None:
        """Have something else say what was done, for the case that there is no time to say more."""
        self._describe = words

    @property
    def is_hurried(self) -> bool:
        """Whether only what finishes or undoes it is to be done, within a stated time."""
        return self._phase != CALM

    def note(self, task_id: str | None, done: list[str], enabled: bool | None) -> None:
        """Remember what was done, for the case that there is no time to say more.

        :param task_id: of the task that is changed, where it is known.
        :param enabled: whether the task is known to be enabled.
        """
        known = {True: " It is enabled.", False: " It is disabled.", None: ""}[enabled]
        self._state = f"Done to scheduled task {task_id or '(new)'}: {', '.join(done) or 'nothing'}.{known}"

    def hurry(self) -> None:
        if self._phase == CALM:
            self._go_to(UNDOING, UNDO_TIME)

    def install(self) -> None:
        for each in SIGNALS:
            before = signal.getsignal(each)
            # What is ignored stays so. What is no function of Python's could not be put back.
            if before not in (signal.SIG_IGN, None):
                self._before[each] = signal.signal(each, self._on_signal)

    def uninstall(self) -> None:
        if signal.SIGALRM in self._before:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for each, before in self._before.items():
            signal.signal(each, before)

    def begin(self, waits: str) -> None:
        """Begin to wait.

        :raises _BreakError: nothing new is to be begun, or the time is over.
        """
        is_signalled = self._phase == SIGNALLED
        if is_signalled:
            self._go_to(UNDOING, UNDO_TIME)
        if self._phase == OVER or (is_signalled and not self.is_finishing):
            raise _BreakError
        self._waits = waits

    def end(self) -> None:
        self._waits = None

    def _go_to(self, phase: int, seconds: float) -> None:
        self._phase = phase
        if signal.SIGALRM not in self._before:
            self._before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._on_time)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def _on_signal(self, number: int, frame: Any) -> None:
        now = time.monotonic()
        if self._signal is None:
            self._signal, self._since = Signals(number), now
            say(f"cloudcron.huaweicloud: {self._signal.name} came in the middle of a change. {WITHIN}")
            if self._phase == CALM:
                self._go_to(SIGNALLED, ANSWER_TIME)
            if self._waits == BEFORE_ANOTHER_ATTEMPT:
                self._go_to(UNDOING, UNDO_TIME)
                raise _BreakError
        elif now - self._since >= TOGETHER:
            doing = "A request was under way, of which nobody knows what came." if self._waits else ""
            state = self._state if self._describe is None else self._describe()
            say(f"cloudcron.huaweicloud: ended in the middle of a change. {state} {doing}".rstrip())
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    def _on_time(self, number: int, frame: Any) -> None:
        if self._waits is None and self._phase == SIGNALLED:
            self._go_to(SIGNALLED, UNDO_TIME)
        elif self._phase == SIGNALLED:
            self._go_to(UNDOING, UNDO_TIME)
            raise _BreakError
        else:
            self._phase = OVER
            if self._waits is not None:
                raise _BreakError


class Part(Change):
    """A part of a change: what is done to one task, in a thread of its own, while several are changed.

    Signals come to the main thread. A part begins nothing new after one but what undoes or finishes it.

    :param whole: the change, which is under way in the main thread.
    """

    def __init__(self, whole: Change) -> None:
        super().__init__()
        self._whole = whole
        self._is_stopped = False

    @property
    def signal(self) -> Signals | None:
        """The signal that told the process to end; None if none did."""
        return self._whole.signal

    @property
    def is_hurried(self) -> bool:
        """Whether only what finishes or undoes it is to be done, within a stated time."""
        return self._whole.is_hurried

    def hurry(self) -> None:
        """Leave the time to the main thread, which alone can be reminded of it."""

    def begin(self, waits: str) -> None:
        """Begin to wait.

        :raises _BreakError: nothing new is to be begun, or the time is over.
        """
        if self.signal is None:
            return
        is_first, self._is_stopped = not self._is_stopped, True
        if self._whole.is_over or (is_first and not self.is_finishing):
            raise _BreakError

    def end(self) -> None:
        """Have nothing to do: nobody breaks the wait of a thread."""


_under_way: Change | None = None
_caught: Signals | None = None
_here = threading.local()


@contextmanager
def under_way() -> Iterator[Change]:
    """Let signals not end the process before the change within is finished or undone.

    Signals come to the main thread alone, so it does nothing in another one.
    """
    global _under_way, _caught
    if threading.current_thread() is not threading.main_thread():
        yield Change()
        return
    change = Change()
    try:
        change.install()
        _under_way = change
        yield change
    finally:
        _under_way = None
        change.uninstall()
        _caught = change.signal


@contextmanager
def part_of(whole: Change) -> Iterator[Change]:
    """Do within what is a part of a change that is under way: the whole of it in the main thread, else one part."""
    if threading.current_thread() is threading.main_thread():
        yield whole
        return
    _here.part = Part(whole)
    try:
        yield _here.part
    finally:
        _here.part = None


def _current() -> Change | None:
    if threading.current_thread() is threading.main_thread():
        return _under_way
    part: Change | None = getattr(_here, "part", None)
    return part


def hurry() -> None:
    """Bound the time of what is left to do of a change that something else than a signal has broken off."""
    change = _current()
    if change is not None:
        change.hurry()


def time_left() -> float:
    """Return the seconds for which the end of what is under way may be waited for."""
    change = _current()
    return ANSWER_TIME + UNDO_TIME if change is None else change.time_left


def is_hurried() -> bool:
    """Whether this thread makes a change that is broken off, so that what is left to do of it has little time."""
    change = _current()
    return change is not None and change.is_hurried


def caught_signal() -> Signals | None:
    """Return the signal that came during the latest change of this process, if one did."""
    return _caught


@contextmanager
def waiting(tried: str, waits: str, may_have_acted: bool = False) -> Iterator[None]:
    """Wait for something within, and no longer than a change that is broken off may take.

    :param tried: what this is about, for errors.
    :param waits: `FOR_AN_ANSWER` or `BEFORE_ANOTHER_ATTEMPT`.
    :param may_have_acted: whether the service may have carried the request out already.
    :raises OutcomeUnknownError: it was given up, and it is not known whether the request was carried out.
    :raises ServiceError: it was not begun.
    """
    change = _current()
    if change is None:
        yield
        return
    try:
        change.begin(waits)
        may_have_acted = may_have_acted or waits == FOR_AN_ANSWER
        yield
    except _BreakError:
        if may_have_acted:
            raise OutcomeUnknownError(tried, f"no answer so far, and {change.reason}") from None
        raise ServiceError(tried, f"not begun, since {change.reason}") from None
    finally:
        change.end()
