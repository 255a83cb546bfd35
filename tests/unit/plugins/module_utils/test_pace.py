# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a request that a service turns away (429), and what that means for the next one."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _interruption as interruption
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AnswerLostError, ServiceError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._pace import Pace, Place
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._parallel import to_its_end
from ansible_collections.cloudcron.huaweicloud.tests.still_clock import StillClock
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.throttling import URL, Service

# What becomes of one request

SPENT = {"quota": 1, "window": 1_000_000}


@pytest.fixture
def clock(waits: list[float]) -> StillClock:
    """The clock of the tests with one thread."""
    return StillClock(waits)


@pytest.fixture
def spent(clock: StillClock) -> Iterator[Any]:
    """A connection to a service that has answered for the last time."""
    service = Service(clock, 0, **SPENT)
    with Client(retries=0, sleep=clock.sleep, ticks=clock, clock=clock, jitter=min) as client:
        client._session.mount("https://", service)
        ask(client, "look up task", "GET", URL)
        clock.sleep(30)
        clock.waits.clear()
        service.statuses.clear()
        yield client, service


@pytest.mark.parametrize("retries", [0, 2])
def test_what_is_turned_away_does_not_use_up_retries(
    make_client: Callable[..., Any], script: Any, waits: list[float], retries: int
) -> None:
    script.answers(429, times=10).answers(200)
    ask(make_client(retries=retries), "create", "POST", URL, body={}, repeatable=False)
    assert waits[:3] == [2, 2, 2]
    assert len(waits) == 10


def test_each_kind_of_repetition_has_its_own_waits(
    make_client: Callable[..., Any], script: Any, waits: list[float]
) -> None:
    script.answers(503).answers(429, times=3).answers(503).answers(200)
    ask(make_client(retries=2), "read", "GET", URL)
    # The last one only waits for the rest of the pause behind the request that was sent before it.
    assert waits == [0.5, 2, 2, 2, 1, 1]


@pytest.mark.parametrize("jitter", [min, max])
def test_waits_become_longer_with_the_time_in_which_nothing_gets_through(
    make_client: Callable[..., Any], script: Any, waits: list[float], jitter: Callable[[float, float], float]
) -> None:
    script.answers(429, times=18).answers(200)
    ask(make_client(jitter=jitter), "read", "GET", URL)
    first = jitter(2, 5)
    part = jitter(0.15, 0.25)
    for number, wait in enumerate(waits[1:], 1):
        assert wait == pytest.approx(min(60, max(first, part * sum(waits[: number - 1]))))
    assert waits[-1] > 1.5 * first


def test_a_request_is_given_up_after_a_quarter_of_an_hour(spent: Any, waits: list[float]) -> None:
    client, service = spent
    with pytest.raises(ServiceError) as caught:
        ask(client, "look up task", "GET", URL)
    assert 0.9 * 900 < sum(waits) <= 900
    assert max(waits) == 60
    assert service.turned_away == len(service.statuses) == len(waits) + 1
    assert (caught.value.status, caught.value.code) == (429, "APIGW.0308")
    assert caught.value.message == (
        "look up task: 429 APIGW.0308 The throttling threshold has been reached.; turned away for "
        f"{sum(waits):.0f} s in all. The service is being asked too often: lower parallel, run fewer at once, or run "
        "it again later."
    )


def test_further_requests_are_not_waited_for_until_one_gets_through(
    spent: Any, clock: StillClock, waits: list[float]
) -> None:
    client, service = spent
    for _request in range(3):
        with pytest.raises(ServiceError):
            ask(client, "look up task", "GET", URL)
    already = sum(waits)
    assert already == pytest.approx(900)
    service._limits.set(quota=3, window=1_000_000)
    for _request in range(3):
        ask(client, "look up task", "GET", URL)
    with pytest.raises(ServiceError):
        ask(client, "look up task", "GET", URL)
    assert sum(waits) > already + 800


def test_nobody_fails_for_a_stop_of_long_ago(spent: Any, clock: StillClock, waits: list[float]) -> None:
    client, _service = spent
    lines: list[str] = []
    client.log = lines.append
    with pytest.raises(ServiceError):
        ask(client, "look up task", "GET", URL)
    assert len(lines) == 1
    clock.sleep(3600)
    waits.clear()
    with pytest.raises(ServiceError):
        ask(client, "look up task", "GET", URL)
    assert sum(waits) > 800
    assert len(lines) == 2


def test_a_write_that_may_have_been_carried_out_stays_so_although_its_repetition_is_turned_away(
    make_client: Callable[..., Any], script: Any, waits: list[float]
) -> None:
    script.answers(503).answers(429, headers={"Retry-After": "800"}, times=2)
    with pytest.raises(AnswerLostError, match=r"503.*; sent once more: 429.*; turned away for 800 s in all") as caught:
        ask(make_client(), "change", "PUT", URL, body={})
    assert caught.value.is_repetition


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_any_answer_but_429_shows_that_the_service_takes_requests_again(
    client: Any, script: Any, waits: list[float], status: int
) -> None:
    script.answers(429).answers(status).answers(200)
    with pytest.raises(ServiceError):
        ask(client, "read", "GET", URL)
    ask(client, "read", "GET", URL)
    assert waits == [2]


def test_one_that_is_lost_does_not(make_client: Callable[..., Any], script: Any, waits: list[float]) -> None:
    script.answers(429).answers(502).answers(200)
    client = make_client(retries=0)
    with pytest.raises(ServiceError):
        ask(client, "read", "GET", URL)
    ask(client, "read", "GET", URL)
    assert waits == [2, 2]


def test_a_stop_is_told_anew_once_something_got_through(client: Any, script: Any) -> None:
    lines: list[str] = []
    client.log = lines.append
    script.answers(429, headers={"Retry-After": "7"}, times=2).answers(200)
    script.answers(429, headers={"Retry-After": "9"}).answers(200)
    for _request in range(2):
        ask(client, "read", "GET", URL)
    assert [line.partition(" and ")[0] for line in lines] == ["read: waits 7 s", "read: waits 9 s"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_thread_whose_result_nobody_wants_does_not_go_on_waiting(
    make_client: Callable[..., Any],
    script: Any,
    join_threads: Callable[[], None],
    status: int,
) -> None:
    script.answers(status, headers={"Retry-After": "50"})
    waiting, failed = threading.Event(), threading.Event()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        waiting.set()
        assert failed.wait(60)

    client = make_client(sleep=sleep, parallel=2)

    def work(number: int) -> Any:
        if number == 0:
            return ask(client, "read", "GET", URL)
        assert waiting.wait(60)
        raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        list(client.side_by_side(work, range(2)))
    failed.set()
    join_threads()
    assert slept == [_client.LONGEST_SLICE]
    # Nobody waits behind it.
    assert client._pace._queue == []


def test_what_a_thread_finishes_although_nobody_wants_its_result_goes_at_once(
    make_client: Callable[..., Any], script: Any, waits: list[float], join_threads: Callable[[], None]
) -> None:
    client = make_client(parallel=2)
    client._pace.turn_away(sent(client._pace), 50)
    script.answers(200)
    begun, failed = threading.Event(), threading.Event()

    def work(number: int) -> Any:
        if number == 1:
            assert begun.wait(60)
            raise ValueError("enough")
        begun.set()
        assert failed.wait(60)
        with to_its_end():
            return ask(client, "finish", "PUT", URL, body={})

    with pytest.raises(ValueError, match="enough"):
        list(client.side_by_side(work, range(2)))
    failed.set()
    join_threads()
    assert waits == []


def in_a_part(client: Client, whole: interruption.Change, is_finishing: bool) -> Any:
    """Ask in a thread that makes a part of a change."""

    def work(number: int) -> Any:
        if number == 1:
            return None
        with interruption.part_of(whole) as part:
            part.is_finishing = is_finishing
            return ask(client, "change task", "PUT", URL, body={})

    return next(iter(client.side_by_side(work, range(2))))


def test_a_signal_ends_the_waits_of_all_threads(make_client: Callable[..., Any], script: Any) -> None:
    whole = interruption.Change()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        whole._signal = signal.SIGTERM

    script.answers(429, headers={"Retry-After": "50"})
    with pytest.raises(ServiceError, match=r"not begun, since the run was interrupted \(SIGTERM\)"):
        in_a_part(make_client(sleep=sleep), whole, is_finishing=False)
    assert slept == [_client.LONGEST_SLICE]


def test_what_a_thread_undoes_after_a_signal_goes_at_once(
    make_client: Callable[..., Any], script: Any, waits: list[float]
) -> None:
    whole = interruption.Change()
    whole._signal, whole._phase = signal.SIGTERM, interruption.SIGNALLED
    client = make_client()
    client._pace.turn_away(sent(client._pace), 50)
    script.answers(200)
    assert in_a_part(client, whole, is_finishing=True).status == 200
    assert waits == []
    # But it does not rush once it was turned away itself.
    client._pace.turn_away(sent(client._pace), 50)
    script.answers(429).answers(200)
    assert in_a_part(client, whole, is_finishing=True).status == 200
    assert sum(waits) == pytest.approx(50)


# The pace by itself


@pytest.fixture
def pace(clock: StillClock) -> Pace:
    """A pace that takes the shortest of everything."""
    return Pace(clock, min)


def sent(pace: Pace) -> Place:
    """A request that goes at once."""
    place = Place()
    assert pace.delay(place) == 0
    return place


def wait_for(pace: Pace, clock: StillClock, place: Place) -> float:
    """Wait until a request may go, and return for how long."""
    waited = 0.0
    while True:
        seconds = pace.delay(place)
        if not seconds:
            return waited
        clock.sleep(seconds)
        waited += seconds


def test_a_wait_that_the_service_asks_for_holds_for_all_and_ends_with_a_single_request(
    pace: Pace, clock: StillClock
) -> None:
    turned_away, other = sent(pace), Place()
    pace.turn_away(turned_away, 7)
    assert pace.delay(other) == pytest.approx(7)
    assert pace.delay(turned_away) >= 7
    pace.leave(turned_away)
    assert wait_for(pace, clock, other) == pytest.approx(7)
    assert pace.delay(Place()) > 0
    pace.let_through(other)
    assert pace.delay(turned_away) == 0


def test_the_longest_wait_that_the_service_asks_for_counts(pace: Pace) -> None:
    early, late = sent(pace), sent(pace)
    pace.turn_away(early, 7)
    pace.turn_away(late, 20)
    assert pace.delay(Place()) == pytest.approx(20)
    again = Pace(StillClock(), min)
    early, late = sent(again), sent(again)
    again.turn_away(early, 20)
    again.turn_away(late, 7)
    assert again.delay(Place()) == pytest.approx(20)


def test_a_wait_that_is_too_long_holds_up_nobody_else(pace: Pace) -> None:
    turned_away = sent(pace)
    pace.turn_away(turned_away, 901)
    assert pace.is_hopeless(turned_away, 901)
    assert pace.delay(Place()) == 2


def test_a_wait_that_ends_just_in_time_is_kept(pace: Pace) -> None:
    turned_away = sent(pace)
    pace.turn_away(turned_away, 900)
    assert not pace.is_hopeless(turned_away, 900)
    assert pace.delay(Place()) == pytest.approx(900)


def test_what_was_sent_before_a_stop_does_not_end_it(pace: Pace) -> None:
    early, other = sent(pace), sent(pace)
    pace.turn_away(early, 7)
    pace.let_through(other)
    assert pace.delay(Place()) == pytest.approx(7)


def test_what_was_sent_before_a_stop_shows_that_not_all_is_turned_away(pace: Pace, clock: StillClock) -> None:
    early, late = sent(pace), sent(pace)
    pace.turn_away(early, 500)
    clock.sleep(500)
    pace.let_through(late)
    clock.sleep(450)
    later = Place()
    wait_for(pace, clock, later)
    pace.turn_away(later, None)
    assert not pace.is_hopeless(later, None)


def test_all_that_were_under_way_are_one_reason_to_be_slower(pace: Pace, clock: StillClock) -> None:
    several = [sent(pace) for _request in range(10)]
    clock.sleep(1)
    for place in several[:5]:
        pace.let_through(place)
    pace.turn_away(several[5], None)
    probe = Place()
    wait_for(pace, clock, probe)
    pace.let_through(probe)
    before = pace._rate(clock())
    for place in several[6:]:
        pace.turn_away(place, None)
    assert pace._rate(clock()) == before == pytest.approx(0.9 * 5)


def test_a_single_request_that_is_turned_away_when_another_was_not_stops_nobody(pace: Pace, clock: StillClock) -> None:
    pace.turn_away(sent(pace), None)
    probes = [Place(), Place()]
    for probe in probes:
        assert wait_for(pace, clock, probe) > 0
    pace.let_through(probes[1])
    pace.turn_away(probes[0], None)
    assert pace.delay(Place()) == 0


def test_the_next_one_keeps_its_distance_to_the_single_request_that_got_through(pace: Pace, clock: StillClock) -> None:
    lucky, unlucky = sent(pace), sent(pace)
    pace.let_through(lucky)
    clock.sleep(0.5)
    pace.turn_away(unlucky, None)
    probe = Place()
    wait_for(pace, clock, probe)
    clock.sleep(0.1)
    pace.let_through(probe)
    assert pace.delay(Place()) == pytest.approx(1 / (0.9 * 2) - 0.1)


def test_those_who_wait_go_in_the_order_in_which_they_came(pace: Pace, clock: StillClock) -> None:
    first, second, third = (sent(pace), Place(), Place())
    pace.turn_away(first, None)
    delays = [pace.delay(place) for place in (first, second, third)]
    assert delays == sorted(delays)
    wait_for(pace, clock, first)
    pace.turn_away(first, None)
    delays = [pace.delay(place) for place in (second, third, first)]
    assert min(delays) == delays[2]


def test_what_is_urgent_goes_at_once_and_may_end_a_stop(pace: Pace, clock: StillClock) -> None:
    turned_away = sent(pace)
    pace.turn_away(turned_away, 50)
    urgent, other = Place(), Place()
    assert pace.delay(other) == pytest.approx(50)
    assert pace.delay(urgent, is_urgent=True) == 0
    pace.let_through(urgent)
    assert pace.delay(other) == 0


def test_nobody_waits_behind_who_has_left(pace: Pace) -> None:
    first, second = sent(pace), Place()
    pace.turn_away(first, None)
    assert pace.delay(first) == 2
    assert pace.delay(second) > 2
    pace.leave(first)
    assert pace.delay(second) == 2
    pace.leave(first)


def test_a_request_that_others_pass_is_given_up_as_well(pace: Pace, clock: StillClock) -> None:
    unlucky = sent(pace)
    pace.turn_away(unlucky, None)
    while clock() < 899:
        clock.sleep(10)
        pace.let_through(sent(pace))
        assert not pace.is_hopeless(unlucky, None)
    assert pace.is_hopeless(unlucky, 7)
    assert pace.waited(unlucky) == pytest.approx(900)
    clock.sleep(1)
    assert pace.is_hopeless(unlucky, None)
    assert pace.waited(Place()) == 0


def test_a_limit_is_forgotten_when_it_is_outgrown_or_old(pace: Pace, clock: StillClock) -> None:
    def throttle() -> None:
        lucky, unlucky = sent(pace), sent(pace)
        clock.sleep(1)
        pace.let_through(lucky)
        pace.turn_away(unlucky, None)

    def goes_at_once() -> bool:
        return not any(pace.delay(Place()) for _request in range(5))

    throttle()
    probe = Place()
    wait_for(pace, clock, probe)
    pace.let_through(probe)
    rates = [pace._rate(clock() + seconds) for seconds in (0, 2.5, 5, 7.5, 12.4)]
    assert rates == pytest.approx([0.9, 1, 1.1, 1.8, 7.2], rel=0.01)
    clock.sleep(12.4)
    assert not goes_at_once()
    clock.sleep(0.2)
    assert goes_at_once()
    throttle()
    clock.sleep(50)
    assert not goes_at_once()
    clock.sleep(70)
    assert goes_at_once()


def test_a_rate_is_told_anew_once_the_last_one_was_forgotten(pace: Pace, clock: StillClock) -> None:
    def slow_down() -> list[float | None]:
        lucky, unlucky = sent(pace), sent(pace)
        pace.let_through(lucky)
        clock.sleep(0.5)
        pace.turn_away(unlucky, None)
        told = []
        for _second in range(4):
            clock.sleep(1)
            told.append(pace.let_through(sent(pace)))
        return told

    for _period in range(2):
        assert slow_down() == [None, None, pytest.approx(2, rel=0.2), None]
        clock.sleep(100)


def test_two_requests_are_never_taken_for_a_rate_without_end(pace: Pace) -> None:
    lucky, unlucky = sent(pace), sent(pace)
    pace.let_through(lucky)
    pace.turn_away(unlucky, None)
    assert math.isfinite(pace._limit or math.inf)
    assert pace.delay(Place()) > 0
