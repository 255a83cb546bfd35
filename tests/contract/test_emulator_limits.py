# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests the emulator lets through, and what it answers to the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.limits import Limits
from ansible_collections.cloudcron.huaweicloud.tests.still_clock import StillClock

Ask = Callable[..., requests.Response]

HARDLY_ANY = 0.001
"""Requests a second, of which no test waits for a further one."""


@pytest.fixture
def clock() -> StillClock:
    """The clock that limits count by."""
    return StillClock()


@pytest.fixture
def limits(clock: StillClock) -> Limits:
    """Limits that let everything through."""
    return Limits(clock)


def let_through(limits: Limits, asked: int) -> int:
    """How many of so many requests are let through now."""
    return [limits.refusal() for _request in range(asked)].count(None)


def retry_after(limits: Limits) -> str | None:
    """What a refusal tells."""
    answer = limits.refusal()
    assert answer is not None
    return answer.headers.get("Retry-After")


def test_without_a_limit_all_is_let_through(limits: Limits) -> None:
    assert let_through(limits, 1000) == 1000


@pytest.mark.parametrize(("burst", "at_once"), [(None, 20), (5, 5), (1, 1), (40, 40)])
def test_a_rate_lets_so_many_through_in_each_second_and_a_burst_before(
    limits: Limits, clock: StillClock, burst: float | None, at_once: int
) -> None:
    limits.set(rate=20, burst=burst)
    assert let_through(limits, 100) == at_once
    clock.sleep(0.049)
    assert let_through(limits, 1) == 0
    clock.sleep(0.002)
    assert let_through(limits, 2) == 1
    clock.sleep(1000)
    assert let_through(limits, 100) == at_once


def test_a_rate_of_less_than_one_lets_one_through_at_a_time(limits: Limits, clock: StillClock) -> None:
    limits.set(rate=0.5)
    assert let_through(limits, 3) == 1
    clock.sleep(1.9)
    assert let_through(limits, 1) == 0
    clock.sleep(0.1)
    assert let_through(limits, 3) == 1


def test_what_is_turned_away_does_not_count(limits: Limits, clock: StillClock) -> None:
    limits.set(rate=1, quota=3, window=100)
    assert let_through(limits, 50) == 1
    for _second in range(2):
        clock.sleep(1)
        assert let_through(limits, 50) == 1
    clock.sleep(1)
    assert let_through(limits, 50) == 0


def test_a_quota_lets_so_many_through_in_a_period_that_begins_with_the_first_of_them(
    limits: Limits, clock: StillClock
) -> None:
    limits.set(quota=3, window=30)
    clock.sleep(1000)
    assert let_through(limits, 2) == 2
    clock.sleep(29)
    assert let_through(limits, 5) == 1
    clock.sleep(0.9)
    assert let_through(limits, 5) == 0
    clock.sleep(0.1)
    assert let_through(limits, 5) == 3
    clock.sleep(29.9)
    assert let_through(limits, 5) == 0


def test_a_period_has_five_minutes_unless_it_has_others(limits: Limits, clock: StillClock) -> None:
    limits.set(quota=1)
    assert let_through(limits, 2) == 1
    clock.sleep(299)
    assert let_through(limits, 1) == 0
    clock.sleep(1)
    assert let_through(limits, 2) == 1


def test_new_limits_count_anew_and_none_let_all_through(limits: Limits) -> None:
    limits.set(quota=2)
    assert let_through(limits, 5) == 2
    limits.set(quota=2)
    assert let_through(limits, 5) == 2
    limits.set()
    assert let_through(limits, 5) == 5


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({"rate": 4, "burst": 1}, "1"),
        ({"rate": 0.4, "burst": 1}, "3"),
        ({"quota": 1, "window": 30}, "30"),
        ({"rate": 0.4, "quota": 1, "window": 30}, "30"),
        ({"rate": 0.01, "quota": 1, "window": 30}, "100"),
    ],
)
def test_a_refusal_says_when_there_is_room_again_where_that_is_wanted(
    limits: Limits, setting: dict[str, Any], told: str
) -> None:
    limits.set(**setting, retry_after=True)
    assert let_through(limits, 1) == 1
    assert retry_after(limits) == told
    limits.set(**setting)
    assert let_through(limits, 1) == 1
    assert retry_after(limits) is None


WRONG = [
    {"rate": 0},
    {"rate": -1},
    {"rate": True},
    {"rate": "20"},
    {"rate": float("nan")},
    {"rate": float("inf")},
    {"rate": 20, "burst": 0.5},
    {"burst": 5},
    {"quota": 0},
    {"quota": 1.5},
    {"quota": 5, "window": 0},
    {"window": 30},
    {"rate": 20, "retry_after": 1},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_no_limit_is_refused_and_the_limits_before_stay(limits: Limits, wrong: dict[str, Any]) -> None:
    limits.set(quota=2)
    with pytest.raises(ValueError, match="rate|burst|quota|window|retry_after"):
        limits.set(**wrong)
    assert let_through(limits, 3) == 2


@pytest.mark.usefixtures("nearby")
def test_a_request_too_many_is_turned_away_as_the_gateway_does_it_and_not_carried_out(
    emulator: Any, call: Ask, body: dict[str, Any]
) -> None:
    emulator.limit(rate=HARDLY_ANY, burst=2)
    assert [call("POST", json={**body, "task_name": name}).status_code for name in "abc"] == [200, 200, 429]
    answer = call("GET")
    assert answer.status_code == 429
    assert answer.json() == {
        "error_code": "APIGW.0308",
        "error_msg": "The throttling threshold has been reached.",
    }
    assert answer.headers["X-Request-Id"]
    assert "Retry-After" not in answer.headers
    assert len(emulator.workspace_app.tasks) == 2
    assert [entry.status for entry in emulator.requests] == [200, 200, 429, 429]


@pytest.mark.usefixtures("nearby")
def test_a_limit_is_that_of_all_services_together(emulator: Any, ask: Ask, call: Ask) -> None:
    emulator.limit(quota=2)
    headers = {"X-Project-Id": account.PROJECT_ID}
    assert ask("GET", "/v1/schedule/task?limit=10", headers=headers).status_code == 200
    assert [call("GET").status_code for _request in range(2)] == [200, 429]
    assert ask("GET", "/v1/schedule/task?limit=10", headers=headers).status_code == 429


def test_iam_and_the_controls_have_no_limit(emulator: Any, call: Ask) -> None:
    emulator.limit(quota=1)
    assert [call("GET").status_code for _request in range(2)] == [200, 429]
    for _request in range(3):
        assert requests.get(f"{emulator.url}/_emulator/requests", timeout=60).status_code == 200
        assert requests.post(f"{emulator.url}/v3/auth/tokens", json={}, timeout=60).status_code != 429


@pytest.mark.usefixtures("nearby")
def test_a_fault_goes_before_a_limit(emulator: Any, call: Ask) -> None:
    emulator.limit(quota=1)
    emulator.fail("ListScheduleTasks", status=503)
    assert [call("GET").status_code for _request in range(3)] == [503, 200, 429]


def test_a_fault_that_only_delays_delays_a_refusal_too(emulator: Any, call: Ask) -> None:
    emulator.limit(quota=1)
    emulator.fail("ListScheduleTasks", times=2, delay=0.001)
    assert [call("GET").status_code for _request in range(2)] == [200, 429]
    assert json.loads(requests.get(f"{emulator.url}/_emulator/requests", timeout=60).text)[1]["status"] == 429


def test_limits_over_http(emulator: Any, call: Ask) -> None:
    controls = f"{emulator.url}/_emulator"
    put = {"rate": HARDLY_ANY, "burst": 1, "retry_after": True}
    assert requests.put(f"{controls}/limits", json=put, timeout=60).status_code == 204
    assert call("GET").status_code == 200
    answer = call("GET")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1000")
    assert requests.delete(f"{controls}/limits", timeout=60).status_code == 204
    assert call("GET").status_code == 200
    requests.put(f"{controls}/limits", json={"quota": 1, "window": 1000}, timeout=60)
    assert [call("GET").status_code for _request in range(2)] == [200, 429]
    requests.put(f"{controls}/limits", json={}, timeout=60)
    assert call("GET").status_code == 200


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"speed": 3}, {"quota": "many"}], ids=str)
def test_wrong_limits_over_http_are_refused(emulator: Any, wrong: dict[str, Any]) -> None:
    answer = requests.put(f"{emulator.url}/_emulator/limits", json=wrong, timeout=60)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["detail"]


@pytest.mark.usefixtures("nearby")
def test_a_reset_lifts_the_limits(emulator: Any, call: Ask, token: str) -> None:
    emulator.limit(quota=1)
    assert [call("GET").status_code for _request in range(2)] == [200, 429]
    emulator.reset()
    assert 429 not in [call("GET").status_code for _request in range(3)]
