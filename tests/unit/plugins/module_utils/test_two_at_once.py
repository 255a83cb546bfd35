# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs for one task at the same moment, in every order of their requests that can make a difference.

No service locks a task or tells whether it has changed meanwhile. What can be promised nevertheless is seen here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW

pytestmark = pytest.mark.thorough

PATIENCE = 60  # s, which nothing takes but a failure

# Kinds of requests. A detail tells all of a task but whether it is enabled.
LISTING, DETAIL, SWITCH, WRITE = "listing", "detail", "switch", "write"
# Those of which it makes no difference which one comes first.
INDEPENDENT = ({LISTING}, {DETAIL}, {LISTING, DETAIL}, {DETAIL, SWITCH})

NAME = "nightly"
# Tasks as they are before, and the fields that tell what has become of them.
SERVICES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "workspace_app": (
        {"task_name": NAME, "description": "old"},
        ("task_name", "description", "is_enable", "scheduled_time"),
    ),
    "workspace": ({"task_name": NAME, "description": "old"}, ("task_name", "description", "enable", "scheduled_time")),
    "coc": ({"name": NAME, "risk_level": "LOW"}, ("name", "risk_level", "enabled", "periodic_scheduled_time")),
}
STATE = {"workspace_app": "is_enable", "workspace": "enable", "coc": "enabled"}
ONE: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("workspace_app", "workspace"), {"description": "one"}),
    "coc": {"coc": {"risk_level": "HIGH"}},
}
OTHER: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("workspace_app", "workspace"), {"description": "other"}),
    "coc": {"coc": {"risk_level": "MEDIUM"}},
}
GONE = {"state": "absent"}
EVERY_SERVICE = pytest.mark.parametrize("service", list(SERVICES))


class Run(threading.Thread):
    """Work that stands still before each of its requests, until it may go on."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._may_go = threading.Semaphore(0)
        self._stands = threading.Semaphore(0)
        self._failure: BaseException | None = None
        self._result: Any = None
        # The kind of the request before which it stands; None once it has ended.
        self.next: str | None = None
        self.start()
        self._await()

    def run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as failure:
            self._failure = failure
        self.next = None
        self._stands.release()

    def stand_before(self, kind: str) -> None:
        self.next = kind
        self._stands.release()
        assert self._may_go.acquire(timeout=PATIENCE)

    def go_on(self) -> None:
        self._may_go.release()
        self._await()

    def _await(self) -> None:
        assert self._stands.acquire(timeout=PATIENCE)

    def is_independent_of(self, other: Run) -> bool:
        """Whether it is the same which of the requests before which they stand comes first."""
        return {self.next, other.next} in INDEPENDENT

    @property
    def result(self) -> Any:
        if self._failure is not None:
            raise self._failure
        return self._result


def in_every_order(begin: Callable[[], list[Run]]) -> Iterator[tuple[str, list[Any]]]:
    """Carry out two runs again and again, and return each time in which order they went on, and their results.

    Of the orders that differ only in which of two independent requests comes first, one is enough. Where there is
    another way to go on, the run that does not go on therefore sleeps, until the other one comes to a request of which
    it makes a difference whether it comes before (sleep sets, as model checkers have them).

    :param begin: starts both anew.
    """
    untried: list[tuple[str, str]] = [("", "")]
    while untried:
        order, asleep = untried.pop()
        runs = dict(zip("AB", begin()))

        for name in order:
            runs[name].go_on()
        while True:
            standing = [name for name in runs if runs[name].next is not None]
            awake = [name for name in standing if name != asleep] or standing
            if not awake:
                break
            chosen = awake[0]
            for alternative in awake[1:]:
                sleeps = runs[chosen].is_independent_of(runs[alternative])
                untried.append((order + alternative, chosen if sleeps else ""))
            if asleep and not runs[chosen].is_independent_of(runs[asleep]):
                asleep = ""
            runs[chosen].go_on()
            order += chosen
        yield order, [run.result for run in runs.values()]


class TestEveryOrder:
    """That the orders are all there are."""

    STEPS = (LISTING, DETAIL, SWITCH, WRITE, LISTING)

    def play(self, steps: tuple[str, ...]) -> set[Any]:
        """What both runs have done and seen of each other, in every order."""

        def work(name: str) -> list[str]:
            seen = []
            for step in steps:
                threading.current_thread().stand_before(step)  # type: ignore[attr-defined]
                take(step, name, done, seen)
            return seen

        def begin() -> list[Run]:
            done.clear()
            return [Run(partial(work, name)) for name in "AB"]

        done: list[str] = []
        return {str((done, *seen)) for _order, seen in in_every_order(begin)}

    def by_force(self, steps: tuple[str, ...]) -> set[Any]:
        """The same, of all orders that there are."""
        outcomes = set()
        for turns_of_a in combinations(range(2 * len(steps)), len(steps)):
            done: list[str] = []
            seen: dict[str, list[str]] = {"A": [], "B": []}
            left = {name: iter(steps) for name in "AB"}
            for turn in range(2 * len(steps)):
                name = "A" if turn in turns_of_a else "B"
                take(next(left[name]), name, done, seen[name])
            outcomes.add(str((done, *seen.values())))
        return outcomes

    def test_they_have_every_outcome(self):
        assert self.play(self.STEPS) == self.by_force(self.STEPS)

    def test_looks_alone_have_no_order(self):
        assert self.play((LISTING, DETAIL)) == self.by_force((LISTING, DETAIL))


def take(step: str, name: str, done: list[str], seen: list[str]) -> None:
    """Take a step of a run: do something, or see what has been done."""
    if step in (SWITCH, WRITE):
        done.append(f"{name} {step}")
    else:
        seen.append(",".join(each for each in done if step == LISTING or WRITE in each))


class Meeting(NamedTuple):
    """What has come of two runs in one order."""

    order: str
    state: list[tuple[Any, ...]]
    """The fields of each task that there is then."""
    outcomes: list[Any]

    @property
    def failures(self) -> list[str]:
        return [outcome.error for outcome in self.outcomes if outcome.error]

    @property
    def told(self) -> list[str]:
        """What a failure of this would show."""
        return [self.order, str(self.state), *(outcome.error or str(outcome.operations) for outcome in self.outcomes)]


class Cloud:
    """One service with one task in it, and those who change it."""

    def __init__(self, emulator: Any, run: Callable[..., Any], service: str) -> None:
        self.emulator = emulator
        self.service = service
        self.run = partial(run, service=service, parallel=1)
        self.handle = getattr(emulator, service)

    @property
    def state(self) -> list[tuple[Any, ...]]:
        """The fields of each task that is there."""
        _task, fields = SERVICES[self.service]
        return [
            tuple({**task, **(task.get("trigger_time") or {})}.get(field) for field in fields)
            for task in self.handle.tasks.values()
        ]

    def begin(self, is_there: bool, enabled: bool) -> None:
        """Forget everything but the task, if it is to be there."""
        self.emulator.reset()
        if is_there:
            task, _fields = SERVICES[self.service]
            self.handle.add_task(**task, **{STATE[self.service]: enabled})

    def alone(self, *each: dict[str, Any], enabled: bool = True) -> list[tuple[Any, ...]]:
        """What comes of runs that follow one another."""
        self.begin(True, enabled)
        for options in each:
            assert self.run(name=NAME, **options).error is None
        return self.state

    def meetings(
        self, one: dict[str, Any], other: dict[str, Any], is_there: bool = True, enabled: bool = True
    ) -> Iterator[Meeting]:
        """What comes of two runs at the same moment, in every order."""

        def begin() -> list[Run]:
            self.begin(is_there, enabled)
            return [Run(partial(self.run, name=NAME, **options)) for options in (one, other)]

        for order, outcomes in in_every_order(begin):
            yield Meeting(order, self.state, outcomes)

    def check_that_a_further_run_converges(self, options: dict[str, Any], wanted: list[tuple[Any, ...]]) -> None:
        """See that a run by itself brings what it wants, and the next one changes nothing."""
        assert self.run(name=NAME, **options).error is None
        assert self.state == wanted
        assert not self.run(name=NAME, **options).changed


@pytest.fixture
def cloud(run: Any, emulator: Any, service: str, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    send = requests.adapters.HTTPAdapter.send

    def stand_and_send(adapter: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
        thread = threading.current_thread()
        if isinstance(thread, Run):
            thread.stand_before(kind_of(request))
        return send(adapter, request, *arguments, **keywords)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", stand_and_send)
    return Cloud(emulator, run, service)


def kind_of(request: requests.PreparedRequest) -> str:
    url = str(request.url)
    if request.method == "GET":
        return LISTING if "?" in url else DETAIL
    return SWITCH if url.endswith(("/enable", "/disable")) else WRITE


def wrong(meetings: Iterable[Meeting], allowed: list[Any], may_fail: bool) -> list[list[str]]:
    """Those that end otherwise than is allowed.

    :param may_fail: whether one of the two may fail.
    """
    return [each.told for each in meetings if each.state not in allowed or len(each.failures) > may_fail]


@EVERY_SERVICE
class TestUpdates:
    """Of COC, one may be told that the other has enabled the task in between, and to run again."""

    @pytest.mark.parametrize("enabled", [True, False])
    def test_to_different_states_end_in_one_of_them(self, cloud, service, enabled):
        one, other = {**ONE[service], "enabled": enabled}, {**OTHER[service], "enabled": enabled}
        allowed = [cloud.alone(one), cloud.alone(other)]
        meetings = list(cloud.meetings(one, other))
        assert wrong(meetings, allowed, service == "coc") == []
        assert all(state in [each.state for each in meetings] for state in allowed)
        cloud.check_that_a_further_run_converges(one, allowed[0])

    @pytest.mark.parametrize("before", [True, False])
    def test_where_the_enablement_differs_too(self, cloud, service, before):
        one, other = {**ONE[service], "enabled": True}, {**OTHER[service], "enabled": False}
        allowed = [cloud.alone(one, enabled=before), cloud.alone(other, enabled=before)]
        if service != "workspace":
            # A change of the enablement is a request of its own, or the only one that says anything of it.
            allowed += [
                cloud.alone({**ONE[service], "enabled": False}, enabled=before),
                cloud.alone({**OTHER[service], "enabled": True}, enabled=before),
            ]
        assert wrong(cloud.meetings(one, other, enabled=before), allowed, service == "coc") == []
        cloud.check_that_a_further_run_converges(one, allowed[0])

    def test_of_different_fields(self, cloud, service):
        one, other = {**ONE[service], "enabled": True}, {"schedule": {"time": "04:45"}, "enabled": True}
        allowed = [cloud.alone(one, other)]
        if service != "workspace_app":
            # An update sends the whole task, also what somebody else has changed meanwhile.
            allowed += [cloud.alone(one), cloud.alone(other)]
        assert wrong(cloud.meetings(one, other), allowed, service == "coc") == []
        cloud.check_that_a_further_run_converges(one, cloud.state)

    def test_to_the_same_state(self, cloud, service):
        wanted = {**ONE[service], "enabled": True}
        meetings = cloud.meetings(wanted, wanted, enabled=False)
        assert wrong(meetings, [cloud.alone(wanted)], service == "coc") == []
        assert not cloud.run(name=NAME, **wanted).changed


@EVERY_SERVICE
class TestDeletion:
    @pytest.mark.parametrize("enabled", [True, False])
    def test_beside_an_update(self, cloud, service, enabled):
        update = {**ONE[service], "enabled": enabled}
        allowed = [[], cloud.alone(update)]
        meetings = list(cloud.meetings(GONE, update))
        assert [each.told for each in meetings if each.state not in allowed] == []
        for each in meetings:
            deletion, updating = each.outcomes
            assert bool(each.state) == bool(deletion.error), each.told
            assert each.state or updating.error or "update" in updating.operations, each.told

    def test_beside_a_run_that_creates_what_is_not_there(self, cloud, service):
        whole = {**NEW[service], "enabled": True}
        cloud.begin(False, True)
        cloud.run(name=NAME, **whole)
        assert wrong(cloud.meetings(GONE, whole), [[], cloud.state], True) == []

    def test_twice(self, cloud, service):
        meetings = list(cloud.meetings(GONE, GONE))
        assert [each.told for each in meetings if each.state or each.failures] == []


@pytest.mark.parametrize(("service", "enabled"), [*((service, None) for service in SERVICES), ("workspace_app", False)])
def test_two_that_create_a_task_of_one_name(cloud, service, enabled):
    whole = {**NEW[service], "enabled": enabled}
    doubled = 0
    for each in cloud.meetings(whole, whole, is_there=False):
        ids = list(cloud.handle.tasks)
        doubled += len(ids) > 1
        # Whoever looks again last sees both.
        assert len(each.failures) in ((0,) if len(ids) == 1 else (1, 2)), each.told
        assert all(task_id in failure for failure in each.failures for task_id in ids), each.told
        assert all(outcome.result["changed"] for outcome in each.outcomes if outcome.error), each.told
    assert doubled


@EVERY_SERVICE
@pytest.mark.parametrize("is_there", [True, False])
def test_twenty_that_keep_different_tasks(cloud, service, is_there):
    names = [f"task-{number}" for number in range(1, 21)]
    cloud.begin(False, True)
    if is_there:
        for name in names:
            cloud.run(name=name, **NEW[service])
    begin = threading.Barrier(len(names))

    def keep(name: str) -> Any:
        begin.wait(PATIENCE)
        return cloud.run(name=name, enabled=False, **NEW[service])

    with ThreadPoolExecutor(len(names)) as crowd:
        outcomes = list(crowd.map(keep, names))
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    assert all(outcome.changed for outcome in outcomes)
    assert sorted(state[0] for state in cloud.state) == sorted(names)
    assert {state[2] for state in cloud.state} == {False}
    assert not any(cloud.run(name=name, enabled=False, **NEW[service]).changed for name in names)


@pytest.mark.parametrize("service", ["coc"])
def test_a_disabled_task_may_be_one_that_somebody_else_is_changing(cloud, service):
    """Why it is said that `enabled` should be given where a task has more than one keeper."""
    disabled = [cloud.alone({**options[service], "enabled": False}) for options in (ONE, OTHER)]
    assert any(each.state in disabled for each in cloud.meetings(ONE[service], OTHER[service]))
