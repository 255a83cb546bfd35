# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long many requests take, side by side, where a service turns some away (429), on a clock that takes no time."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.throttling import LATENCY, URL, Service
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.virtual_time import VirtualTime

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("_side_by_side")]


@pytest.fixture
def _side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the threads of virtual time be such as the client starts, which it could not make take turns."""
    monkeypatch.setattr(_client, "works_for_another", lambda: True)


def connect(time: VirtualTime, service: Service, seed: int = 1) -> Client:
    """A connection to that service, which counts by that clock."""
    client = Client(sleep=time.sleep, ticks=time, clock=time, jitter=random.Random(seed).uniform)
    client._session.mount("https://", service)
    return client


def workers(client: Client, requests_wanted: int, parallel: int, ends: Callable[[], Any] = lambda: None) -> list[Any]:
    """Functions that share so many requests, for as many threads."""
    left = iter(range(requests_wanted))

    def work() -> None:
        for _number in left:
            ask(client, "look up task", "GET", URL)
        ends()

    return [work] * parallel


def seconds_of(count: int, parallel: int, latency: float = LATENCY, seed: int = 1, **limits: Any) -> float:
    """What so many requests take, of which each gets its answer in the end."""
    time = VirtualTime()
    service = Service(time, latency, **limits)
    took = time.run(*workers(connect(time, service, seed), count, parallel))
    assert service.statuses.count(200) == count
    assert set(service.statuses) <= {200, 429}
    return took


# How long many requests take


@pytest.fixture(params=[False, True], ids=["silent", "Retry-After"])
def tells(request: pytest.FixtureRequest) -> bool:
    """Whether the service says when there is room again."""
    return bool(request.param)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("parallel", [8, 64])
def test_a_limit_of_so_many_a_second_is_made_use_of(parallel: int, tells: bool, seed: int) -> None:
    assert seconds_of(500, parallel, seed=seed, rate=20, retry_after=tells) <= 1.2 * 500 / 20


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("parallel", [1, 8, 64])
def test_a_quota_is_used_again_soon_after_its_period(parallel: int, tells: bool, seed: int) -> None:
    least = 2 * 30 + 100 * LATENCY / parallel
    assert seconds_of(500, parallel, seed=seed, quota=200, window=30, retry_after=tells) <= 1.3 * least


def test_the_documented_quota_of_five_minutes_ends_no_run(tells: bool) -> None:
    assert seconds_of(500, 8, quota=200, window=300, retry_after=tells) <= 1.3 * 600


@pytest.mark.parametrize("parallel", [1, 8, 64])
def test_it_costs_nothing_as_long_as_nothing_is_turned_away(parallel: int) -> None:
    assert seconds_of(640, parallel) == pytest.approx(640 / parallel * LATENCY)
    assert seconds_of(640, parallel, rate=1000) == pytest.approx(640 / parallel * LATENCY)


@pytest.mark.parametrize("latency", [0.005, 0.5])
def test_it_does_not_depend_on_how_soon_the_service_answers(latency: float) -> None:
    assert seconds_of(500, 64, latency, rate=20) <= 1.3 * 500 / 20


@pytest.mark.parametrize(("rate", "burst"), [(200, None), (60, None), (20, 5), (5, None), (1, 5)])
def test_it_finds_other_rates_as_well(rate: float, burst: float | None) -> None:
    assert seconds_of(round(rate * 25), 64, rate=rate, burst=burst) <= 1.35 * 25


def test_what_is_never_allowed_twice_at_once_is_found_too() -> None:
    assert seconds_of(100, 8, rate=1, burst=1) <= 1.5 * 100
    assert seconds_of(50, 8, rate=2, burst=1) <= 2 * 25
    assert seconds_of(500, 8, rate=20, burst=1) <= 1.5 * 25


def test_so_many_in_each_second_are_found_too(tells: bool) -> None:
    assert seconds_of(500, 8, quota=20, window=1, retry_after=tells) <= 1.5 * 25


@pytest.mark.parametrize(("limits", "most"), [({"rate": 20}, 120), ({"quota": 200, "window": 30}, 150)], ids=str)
def test_few_requests_are_sent_in_vain(limits: dict[str, Any], most: int) -> None:
    time = VirtualTime()
    service = Service(time, **limits)
    time.run(*workers(connect(time, service), 500, 64))
    assert service.turned_away < most


def test_a_closed_period_is_asked_about_less_and_less_often() -> None:
    time = VirtualTime()
    service = Service(time, quota=1, window=600)
    time.run(*workers(connect(time, service), 2, 8))
    assert service.turned_away <= 40


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("parallel", [8, 64])
def test_two_processes_that_share_a_limit_both_get_on(parallel: int, seed: int) -> None:
    time = VirtualTime()
    service = Service(time, rate=20)
    ends: dict[int, float] = {}
    sides = [
        workers(connect(time, service, seed + side), 400, parallel, lambda side=side: ends.update({side: time()}))
        for side in range(2)
    ]
    assert time.run(*sides[0], *sides[1]) <= 1.3 * 800 / 20
    assert min(ends.values()) >= 0.55 * max(ends.values())


def test_who_was_turned_away_goes_before_those_who_come_later() -> None:
    time = VirtualTime()
    client = connect(time, Service(time, rate=10))
    took: list[float] = []
    left = iter(range(300))

    def work() -> None:
        for _number in left:
            began = time()
            ask(client, "look up task", "GET", URL)
            took.append(time() - began)

    time.run(*[work] * 32)
    assert max(took) < 8


def test_it_is_soon_as_fast_as_before_where_the_service_allows_it() -> None:
    time = VirtualTime()
    service = Service(time, rate=20)
    client = connect(time, service)
    time.run(*workers(client, 200, 8))
    service.lift()
    assert time.run(*workers(client, 800, 8)) < 2 * 10
    assert time.run(*workers(client, 800, 8)) == pytest.approx(10)


def told(parallel: int, count: int, **limits: Any) -> list[str]:
    """What the user is told while so many requests are sent."""
    time = VirtualTime()
    client = connect(time, Service(time, **limits))
    lines: list[str] = []
    client.log = lines.append
    time.run(*workers(client, count, parallel))
    return lines


@pytest.mark.parametrize("parallel", [1, 8, 64])
def test_a_rate_is_told_once_and_not_by_each_thread(parallel: int) -> None:
    (line,) = told(parallel, 200, rate=5)
    found = re.fullmatch(
        r"The service throttles \(429\)\. From here on it is asked about (\d+\.\d) times a second\.", line
    )
    assert found
    assert 3.5 < float(found[1]) < 6.5


def test_nothing_is_told_where_nothing_is_slowed_down() -> None:
    assert told(8, 200) == []


@pytest.mark.parametrize("parallel", [1, 8, 64])
def test_a_stop_is_told_once_and_not_by_each_thread(parallel: int, tells: bool) -> None:
    lines = told(parallel, 500, quota=200, window=30, retry_after=tells)
    stops = [line for line in lines if re.match(r"look up task: waits \d+ s and tries again, for 15 minutes", line)]
    assert len(stops) == 2
    assert len(lines) <= 4
