# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that wait for a service, several at a time.

An executor of `concurrent.futures` would do, but for its threads: the process waits for them before it ends, so that a
play which has timed out or was interrupted would hang until the slowest service has answered.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Callable, Generic, TypeVar

from .._interruption import ANSWER_TIME, FOR_AN_ANSWER, UNDO_TIME, time_left, waiting

Item = TypeVar("Item")
Result = TypeVar("Result")

# That a change which is under way in a thread may take once nobody wants its result any more.
LONGEST_END = ANSWER_TIME + UNDO_TIME  # s

# What a thread works for; nothing in threads that work for nobody else.
_here = threading.local()


class AbandonedError(BaseException):
    """Nobody wants the result of a call any more. It ends the thread of the call and is seen by nobody."""


def side_by_side(function: Callable[[Item], Result], items: Sequence[Item], at_once: int) -> Iterator[Result]:
    """Return the results of a function for all items, in their order, while it works on several of them.

    It runs ahead of what is taken by a few items only. Within such a function it works on one after the other, so that
    there are never more than `at_once`.

    :param at_once: on how many items at a time, 1 or more.
    :raises Exception: the first one that the function raises, at once; no further call is begun then.
    """
    threads = min(at_once, len(items))
    if threads < 2 or _crew() is not None:
        return map(function, items)
    return _Crew(function, items, at_once).results(threads)


def check_wanted() -> None:
    """Go on only while somebody waits for the result of this thread.

    :raises AbandonedError: nobody does.
    """
    crew = _crew()
    if crew is not None and crew.is_dismissed and not getattr(_here, "is_to_end", False):
        raise AbandonedError


def works_for_another() -> bool:
    """Whether another thread waits for the result of this one, or did so."""
    return _crew() is not None


def is_dismissed() -> bool:
    """Whether another thread waited for the result of this one, and does so no more."""
    crew = _crew()
    return crew is not None and crew.is_dismissed


@contextmanager
def to_its_end() -> Iterator[None]:
    """Go on within, whether or not anybody waits for the result of this thread."""
    before = getattr(_here, "is_to_end", False)
    _here.is_to_end = True
    try:
        yield
    finally:
        _here.is_to_end = before


@contextmanager
def committed() -> Iterator[None]:
    """Have whoever waits for this thread's result wait for the end of what is done within, wanted or not."""
    crew = _crew()
    if crew is None:
        yield
        return
    crew.count_committed(1)
    try:
        yield
    finally:
        crew.count_committed(-1)


def _crew() -> _Crew[Any, Any] | None:
    crew: _Crew[Any, Any] | None = getattr(_here, "crew", None)
    return crew


class _Crew(Generic[Item, Result]):
    """Threads that share the items of one call."""

    def __init__(self, function: Callable[[Item], Result], items: Sequence[Item], at_once: int) -> None:
        self._function = function
        self._items = items
        self._most_ahead = 2 * at_once
        self._news = threading.Condition()
        self._begun = 0
        self._given = 0
        self._results: dict[int, Result] = {}
        self._failure: BaseException | None = None
        self._committed = 0
        self.is_dismissed = False

    def results(self, threads: int) -> Iterator[Result]:
        try:
            for number in range(threads):
                threading.Thread(target=self._work, name=f"cloudcron-{number}", daemon=True).start()
            while self._given < len(self._items):
                yield self._next()
        finally:
            self._dismiss()
            with self._news:
                self._news.wait_for(lambda: not self._committed, min(LONGEST_END, time_left()))

    def count_committed(self, more: int) -> None:
        """Take down that a thread has begun (1) or ended (-1) what is carried through, wanted or not."""
        with self._news:
            self._committed += more
            self._news.notify_all()

    def _next(self) -> Result:
        with self._news:
            with waiting("ask for several things at once", FOR_AN_ANSWER):
                self._news.wait_for(lambda: self._failure is not None or self._given in self._results)
            if self._failure is not None:
                raise self._failure
            result = self._results.pop(self._given)
            self._given += 1
            self._news.notify_all()
            return result

    def _work(self) -> None:
        _here.crew = self
        while True:
            with self._news:
                self._news.wait_for(lambda: self.is_dismissed or self._begun - self._given < self._most_ahead)
                if self.is_dismissed or self._begun == len(self._items):
                    return
                number = self._begun
                self._begun += 1
            try:
                result = self._function(self._items[number])
            except BaseException as error:
                self._dismiss(error)
                return
            with self._news:
                self._results[number] = result
                self._news.notify_all()

    def _dismiss(self, failure: BaseException | None = None) -> None:
        with self._news:
            self._failure = self._failure or failure
            self.is_dismissed = True
            self._news.notify_all()
