# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls side by side: how many at a time, in which order they are told, and what an error stops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._parallel import (
    AbandonedError,
    check_wanted,
    side_by_side,
)

PATIENCE = 20  # s, which no test that passes needs


class Meeting:
    """Waits in each call until so many calls are under way, and counts them."""

    def __init__(self, size: int) -> None:
        self._condition = threading.Condition()
        self._size = size
        self._here = 0
        self.most = 0
        self.come: list[int] = []

    def __call__(self, number: int) -> int:
        with self._condition:
            self.come.append(number)
            self._here += 1
            self.most = max(self.most, self._here)
            self._condition.notify_all()
            assert self._condition.wait_for(lambda: self.most >= self._size, PATIENCE)
            self._here -= 1
        return number * 10


@pytest.fixture(autouse=True)
def _nothing_left_running(join_threads: Callable[[], None]) -> Iterator[None]:
    yield
    join_threads()


@pytest.mark.parametrize("at_once", [1, 2, 3, 8, 64])
def test_as_many_as_asked_are_under_way_and_never_more(at_once: int) -> None:
    meeting = Meeting(at_once)
    assert list(side_by_side(meeting, range(100), at_once)) == [number * 10 for number in range(100)]
    assert meeting.most == at_once
    assert sorted(meeting.come) == list(range(100))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_there_are_no_more_threads_than_items(count: int) -> None:
    meeting = Meeting(count)
    assert list(side_by_side(meeting, range(count), 8)) == [number * 10 for number in range(count)]
    assert meeting.most == count


def test_one_item_and_one_at_a_time_need_no_thread() -> None:
    def thread(item: Any) -> threading.Thread:
        return threading.current_thread()

    assert set(side_by_side(thread, [1], 8)) == {threading.current_thread()}
    assert set(side_by_side(thread, [1, 2, 3], 1)) == {threading.current_thread()}
    assert threading.current_thread() not in set(side_by_side(thread, [1, 2, 3], 2))


def test_results_come_in_the_order_of_the_items_however_long_they_take() -> None:
    later = threading.Event()

    def slow_at_first(number: int) -> int:
        if number == 0:
            assert later.wait(PATIENCE)
        elif number == 3:
            later.set()
        return number

    assert list(side_by_side(slow_at_first, range(6), 2)) == list(range(6))


def test_it_runs_ahead_of_what_is_taken_by_a_few_only() -> None:
    begun: list[int] = []
    enough = threading.Event()

    def note(number: int) -> int:
        begun.append(number)
        if len(begun) >= 5:
            enough.set()
        return number

    results = side_by_side(note, range(1000), 2)
    assert next(results) == 0
    assert enough.wait(PATIENCE)
    # Two at a time, and two more that wait to be taken; one has been taken.
    assert sorted(begun) == [0, 1, 2, 3, 4]
    results.close()  # type: ignore[attr-defined]
    assert len(begun) == 5


def test_within_a_call_it_is_one_after_the_other() -> None:
    def inner(number: int) -> int:
        return threading.get_ident()

    def outer(number: int) -> set[int]:
        return {threading.get_ident(), *side_by_side(inner, range(5), 8)}

    assert [len(threads) for threads in side_by_side(outer, range(4), 2)] == [1, 1, 1, 1]


def test_the_first_error_is_raised_at_once_and_stops_the_rest() -> None:
    begun: list[int] = []
    may_end = threading.Event()

    def fail(number: int) -> int:
        begun.append(number)
        if number == 3:
            raise ValueError(f"number {number}")
        if number == 0:
            assert may_end.wait(PATIENCE)
        return number

    with pytest.raises(ValueError, match="number 3"):
        # The first one is not answered yet.
        list(side_by_side(fail, range(100), 2))
    may_end.set()
    assert sorted(begun) == [0, 1, 2, 3]


def test_one_after_the_other_an_error_is_raised_where_it_is() -> None:
    results = side_by_side(lambda number: 1 // number, [1, 0, 1], 1)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_a_call_learns_that_nobody_waits_for_it_any_more(join_threads: Callable[[], None]) -> None:
    abandoned = threading.Event()
    ends: list[str] = []

    def work(number: int) -> int:
        if number == 0:
            return number
        assert abandoned.wait(PATIENCE)
        try:
            check_wanted()
        except AbandonedError:
            ends.append(threading.current_thread().name)
            raise
        return number

    results = side_by_side(work, range(10), 2)
    assert next(results) == 0
    # As when an exception passes through whoever takes the results.
    results.close()  # type: ignore[attr-defined]
    abandoned.set()
    join_threads()
    assert sorted(ends) in (["cloudcron-0"], ["cloudcron-1"], ["cloudcron-0", "cloudcron-1"])


def test_who_works_for_nobody_is_always_wanted() -> None:
    check_wanted()


def test_the_threads_keep_no_process_from_ending() -> None:
    assert all(side_by_side(lambda number: threading.current_thread().daemon, range(3), 3))
