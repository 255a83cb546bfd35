# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services that answer anything at all. What comes of it is a result or a clear error, soon and harmless to look at."""

from __future__ import annotations

import functools
import json
import os
import re
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, repeat
from typing import Any, Callable, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _shapes
from ansible_collections.cloudcron.huaweicloud.tests.logins import AGENCY, PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins import in_memory

pytestmark = pytest.mark.thorough

LONGEST_MESSAGE = 4000
DEEPEST = 60
# A call of these takes six requests where all is well, nine where an answer is wrong, and each may be repeated once.
MOST_REQUESTS = 40

# A few, so that it does not take long. With HOSTILE=50 it takes long and finds what is rare.
TIMES = int(os.environ.get("HOSTILE", "1"))
NEARLY_RIGHT = 20 * TIMES
ARBITRARY = 12 * TIMES
EVERY = 101 if TIMES == 1 else 1

EVENT = "POST_DESKTOP_DISCONNECTED"


class Scenario(NamedTuple):
    """A call of a module that leads to requests of a few kinds.

    Every service has a task `task-1` before, with one past execution on one target.
    """

    service: str
    options: dict[str, Any]
    is_info: bool = False
    credentials: dict[str, Any] = in_memory.KEYS

    @property
    def is_list(self) -> bool:
        return "tasks" in self.options


DAILY = {"type": "daily", "day_interval": 1, "time": "03:30", "time_zone": "Asia/Shanghai"}
WEEKLY = {"type": "weekly", "weekdays": ["monday"], "time": "03:30", "time_zone": "Asia/Shanghai"}
TRIGGERED = {"type": "life_cycle", "life_cycle_type": EVENT, "wait_time": 60}
EVERYTHING = {"details": True, "history": 3, "history_details": True, "next_executions": True}

OF_APP = {"task_type": "STOP_SERVER", "schedule": DAILY, "targets": [{"type": "SERVER", "id": "server-2"}]}
OF_DESKTOPS = {"task_type": "STOP", "schedule": {**DAILY, "expire_time": "2031-01-01T00:00:00"}}
OF_COC = {
    "task_type": "SCRIPT",
    "schedule": {**WEEKLY, "expire_time": "2031-01-01T00:00:00Z"},
    "coc": {
        "associated_task_id": "SC1",
        "associated_task_name": "clean-up",
        "associated_task_type": "CUSTOMIZATION",
        "version_no": "1.0.0",
        "risk_level": "LOW",
        "target_instances": [{"target_selection": "MANUAL", "order_no": 1, "target_instances": [{"id": "a"}]}],
    },
}
NEW_TIME = {"schedule": {"time": "04:00"}}
BY_PASSWORD = {
    **{name: value for name, value in in_memory.KEYS.items() if name not in ("access_key", "secret_key", "project_id")},
    **PASSWORD,
}
BY_KEYS = {name: value for name, value in in_memory.KEYS.items() if name != "project_id"}


def several(service: str, new: dict[str, Any]) -> Scenario:
    """A list with a task that is changed and one that is created, in a service that is purged."""
    tasks = [{"name": "task-1", "enabled": False}, {**new, "name": "new"}]
    return Scenario(service, {"tasks": tasks, "purge": {"services": [service], "max_deletions": 5}})


SCENARIOS = {
    "workspace_app list": Scenario("workspace_app", EVERYTHING, True),
    "workspace_app detail": Scenario("workspace_app", {**EVERYTHING, "id": "task-1"}, True),
    "workspace_app create": Scenario("workspace_app", {**OF_APP, "name": "new", "enabled": False}),
    "workspace_app update": Scenario("workspace_app", {**NEW_TIME, "name": "task-1"}),
    "workspace_app rename": Scenario("workspace_app", {"id": "task-1", "name": "new"}),
    "workspace_app disable": Scenario("workspace_app", {"id": "task-1", "enabled": False}),
    "workspace_app delete": Scenario("workspace_app", {"id": "task-1", "name": "task-1", "state": "absent"}),
    "workspace list": Scenario("workspace", EVERYTHING, True),
    "workspace detail": Scenario("workspace", {**EVERYTHING, "id": "task-1"}, True),
    "workspace create": Scenario("workspace", {**OF_DESKTOPS, "name": "new", "workspace": {"priority": 3}}),
    "workspace create triggered": Scenario("workspace", {"task_type": "STOP", "schedule": TRIGGERED, "name": "new"}),
    "workspace update": Scenario("workspace", {**NEW_TIME, "name": "task-1"}),
    "workspace trigger": Scenario("workspace", {"id": "task-1", "schedule": TRIGGERED, "task_type": "STOP"}),
    "workspace disable": Scenario("workspace", {"id": "task-1", "enabled": False}),
    "workspace delete": Scenario("workspace", {"name": "task-1", "state": "absent"}),
    "coc list": Scenario("coc", {"details": True, "history": 3}, True),
    "coc detail": Scenario("coc", {"id": "task-1", "history": 3}, True),
    "coc create": Scenario("coc", {**OF_COC, "name": "new", "enabled": False}),
    "coc update": Scenario("coc", {**NEW_TIME, "name": "task-1", "enabled": False}),
    "coc update what it runs": Scenario("coc", {"id": "task-1", "coc": {"risk_level": "HIGH"}}),
    "coc enable": Scenario("coc", {"id": "task-2", "enabled": True}),
    "coc disable": Scenario("coc", {"name": "task-1", "enabled": False}),
    "coc delete": Scenario("coc", {"id": "task-1", "name": "task-1", "state": "absent"}),
    "codearts_check": Scenario("codearts_check", {"id": "task-1"}, True),
    "workspace_app several": several("workspace_app", OF_APP),
    "workspace several": several("workspace", OF_DESKTOPS),
    "coc several": several("coc", OF_COC),
    "token": Scenario("workspace_app", {"id": "task-1"}, True, BY_PASSWORD),
    "projects": Scenario("workspace_app", {"id": "task-1"}, True, BY_KEYS),
    "agency": Scenario("workspace_app", {"id": "task-1"}, True, {**BY_PASSWORD, **AGENCY}),
}


def seed(cloud: in_memory.Cloud) -> None:
    cloud.reset()
    cloud.coc.add_task(id="task-2", name="task-2", enabled=False)


@pytest.fixture(scope="module")
def cloud() -> in_memory.Cloud:
    return in_memory.Cloud()


def call(
    scenario: Scenario,
    answer: Callable[[Any], Answer],
    retries: int = 0,
    check_mode: bool = False,
    most: int = MOST_REQUESTS,
) -> dict[str, Any]:
    """Call the module and return the result, after a look at it.

    :param most: how many requests it may send.
    """
    spec, run = _arguments.SCHEDULED_TASK, _run.run_scheduled_task
    if scenario.is_info:
        spec, run = _arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info
    if scenario.is_list:
        spec, run = _arguments.SCHEDULED_TASKS, _run.run_scheduled_tasks
    # With several requests at a time, hypothesis would not see the same order twice.
    given_options = {**scenario.credentials, **scenario.options, "service": scenario.service, "parallel": 1}
    options = in_memory.validated(spec, {**given_options, "retries": retries})
    numbers = iter(range(most))

    def answer_few(request: Any) -> Answer:
        assert next(numbers, None) is not None, f"more than {most} requests"
        return answer(request)

    with in_memory.instead_of_the_network(answer_few), Connections() as connections:
        result = _run.answer(run, _run.Call(options, check_mode, Secrets(), connections))
    check_harmless(result)
    return result


def check_harmless(result: dict[str, Any]) -> None:
    """See that a result is no bug of ours, can be written down, and does nothing to the terminal that shows it."""
    try:
        json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ValueError as error:
        raise AssertionError(f"This cannot be written down: {error}") from error
    assert depth(result) <= DEEPEST, "Ansible works through it level by level"
    if result.get("failed"):
        assert "exception" not in result, result["exception"]
        for name in ("msg", "error_msg", "error_code", "request_id"):
            check_words(result.get(name, ""))
        assert result["msg"]
    for warning in result.get("warnings", ()):
        check_words(warning)


def depth(value: Any) -> int:
    entries = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, entries), default=0)


def check_words(text: str) -> None:
    assert isinstance(text, str)
    assert text.isprintable(), text[:LONGEST_MESSAGE]
    assert len(text) <= LONGEST_MESSAGE, text[:LONGEST_MESSAGE]


# A name of which everything is wrong: it is long, acts on a terminal, is a template, and has half of a character.
NASTY = json.dumps("\x1b[31m\x9b1m\x1b]0;x\x07\r\n\x00\u202e{{ 7 * 7 }}%s\ud800" + "x" * 5000)
OF_EACH_TYPE = (
    *(NASTY, f"[{NASTY}, 1, null, [], {{}}]", '{"": [{}]}', "true", "1.5", "1e400", "-99999999999999999999"),
    "253402300799000",  # the last moment of the year 9999, in UTC
)
# Times, dates and zones that are none.
OF_TIME = (
    *('"25:61:61"', '"2026-02-30T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"0001-01-01 00:00:00"'),
    *('"9999-12-31T23:59:59-14:00"', '"Asia"', '"' + "x" * 300 + '"'),
)
# Each in the place of each part of each answer. Their number and `EVERY` have no common factor.
WRONG = (
    *(*OF_EACH_TYPE, f"[{{{NASTY}: {NASTY}}}]", "[" + "{}," * 300 + "{}]"),
    *("null", "[]", "{}", "[[]]", '""', '" ,"', "0", "-1", "1", "9" * 4000, '"-1"', '"999999999"'),
    *(*OF_TIME, '"task-2"', '"../x"', '"9999-12-31T23:59:59Z"', '"Asia/"', '"GMT+23:59"', '"LIFE_CYCLE"', '"ONCE"'),
    *("[" * 90 + "]" * 90, '"[[{}, null]]"', '"{\\"a\\": NaN}"'),
)
# These and more in several places at once.
MORE_WRONG = (
    *(*WRONG, "NaN", "-Infinity", "9" * 5000, "-0.0", "false", "-62135596800001", "253402300800000"),
    *('"x"', '"."', '"null"', '"a/b"', '"L,1,x"', '"\\u0661"', '"\\u0085 \\u2028"', '"%s %(x)s {0}"', '"\\ud800"'),
    *('"/etc/passwd"', '"../../x"', '"PENDING"', '"DAY"', '"2026-01-01 09:00:00 GMT+08:00"', '"0001-01-01T00:00:00Z"'),
    *('"[1e400]"', '"' + "[" * 2000 + '"', '{"a": 1, "a": 2}', "[" + '{"id": "x"},' * 300 + "{}]"),
    *("[" * 400 + "]" * 400, '{"a":' * 900 + "1" + "}" * 900, "[" * 100_000 + "]" * 100_000),
    *("{", "]", "'x'", "\\", "undefined", '"\x00"', '"\x1b"'),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
).map(json.dumps)
GONE = ""
Path = tuple[Any, ...]


def parts(body: Any, path: Path = ()) -> Iterator[Path]:
    """Return the paths to all parts of a JSON value."""
    yield path
    entries = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in entries:
        yield from parts(value, (*path, key))


def written(body: Any, instead: dict[Path, str], path: Path = ()) -> str:
    """Return a JSON value as text with other texts instead of some of its parts."""
    if path in instead:
        return instead[path]
    if isinstance(body, dict):
        fields = {key: written(value, instead, (*path, key)) for key, value in body.items()}
        return "{" + ", ".join(f"{json.dumps(key)}: {text}" for key, text in fields.items() if text != GONE) + "}"
    if isinstance(body, list):
        entries = [written(value, instead, (*path, number)) for number, value in enumerate(body)]
        return "[" + ", ".join(text for text in entries if text != GONE) + "]"
    return json.dumps(body)


class Change(NamedTuple):
    """What is wrong with the answers to one operation.

    :ivar instead: texts instead of parts of the body, which are counted round and round.
    :ivar once: whether only the first answer is wrong.
    """

    operation: int
    instead: list[tuple[int, str]]
    once: bool
    status: int | None
    headers: dict[str, str]

    def apply(self, answer: Answer) -> Answer:
        try:
            body = json.loads(answer.content)
        except ValueError:
            body = None
        paths = list(parts(body))
        content = written(body, {paths[number % len(paths)]: text for number, text in self.instead})
        headers = {**answer.headers, **self.headers}
        return Answer(self.status or answer.status, content.encode("utf-8", "surrogatepass"), headers)


STATUSES = (
    *(101, 200, 201, 202, 204, 206, 299, 300, 301, 304, 307, 400, 401, 403, 404, 405, 409, 413, 418, 429, 431, 499),
    *(500, 501, 502, 503, 504, 505, 599, 600, 999),
)
VALUES = (
    *("", " ", "0", "-1", "1", "99999999999999999999", "1e3", "61", "x", "\x1b[31m\x9b", "\xff", "x" * 70_000),
    *("html", "text/html", "text/html; charset=idna", "identity", "chunked"),
    *("gzip", "deflate", "br", "zstd", "gzip, gzip, gzip, gzip, gzip, gzip, gzip"),
    *("https://user:pass@host/x", "http://[", "//", "\x1b]0;x\x07", "https://" + "x" * 70_000, "a=b; Domain=x.com"),
    *("Mon, 1 Jan 9999", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"),
)
NAMES = (
    *("Content-Type", "Content-Encoding", "Content-Length", "Transfer-Encoding", "Location", "Retry-After"),
    *("X-Request-Id", "X-Subject-Token", "Set-Cookie", "Date", "Link", "Connection"),
)
wrong_json = st.sampled_from(MORE_WRONG) | JSON
statuses = st.sampled_from(STATUSES)
headers = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=3)
changes = st.builds(
    Change,
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 60), wrong_json), min_size=1, max_size=4),
    st.booleans(),
    st.none() | st.none() | statuses,
    st.just({}) | headers,
)
ERROR_FIELDS = (
    *("error_code", "errorCode", "code", "error_msg", "errorMsg", "message", "error_detail", "error", "request_id"),
    *("status", "httpStatus"),
)
errors = st.dictionaries(st.sampled_from(ERROR_FIELDS), wrong_json, min_size=1, max_size=3).map(
    lambda fields: "{" + ", ".join(f'"{name}": {text}' for name, text in fields.items()) + "}"
)
contents = st.binary(max_size=50) | (wrong_json | errors).map(lambda text: text.encode("utf-8", "surrogatepass"))
answers = st.builds(Answer, st.just(200) | statuses, contents, headers)


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_answer_with_a_wrong_part(cloud: in_memory.Cloud, name: str) -> None:
    for operation, path, wrong in wrong_parts(name):
        seed(cloud)

        def answer(request: Any, operation: str = operation, path: Path = path, wrong: str = wrong) -> Answer:
            right = cloud.answer(request)
            if cloud.asked[-1].operation != operation or not right.content:
                return right
            return replace(right, content=written(json.loads(right.content), {path: wrong}).encode())

        with told_of(f"{path} of {operation}", wrong):
            call(SCENARIOS[name], answer)
            check_requests(cloud)


def wrong_parts(name: str) -> Iterator[tuple[str, Path, str]]:
    """Return operations with a part of their answer and what stands instead of it.

    A part that no scenario before has meets a value of each type, and all parts together meet all values.
    """
    place = list(SCENARIOS).index(name)
    before = {part for earlier in list(SCENARIOS)[:place] for part in parts_of_answers(earlier)}
    number = place
    for operation, path in parts_of_answers(name):
        telling = (*OF_EACH_TYPE, *OF_TIME) if "time" in str(path[-1:]) else OF_EACH_TYPE
        for wrong in (*WRONG, GONE):
            if number % EVERY == 0 or (wrong in telling and (operation, path) not in before):
                yield operation, path, wrong
            number += 1


@functools.cache
def parts_of_answers(name: str) -> list[tuple[str, Path]]:
    """Return the operations that a call leads to, with the parts of the answer to each."""
    told = kinds_of_answers(name).items()
    return [(operation, path) for operation, answer in told for path in parts(json.loads(answer.content or "null"))]


@contextmanager
def told_of(*case: Any) -> Iterator[None]:
    """Say of an error in which case it came."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{[str(part)[:80] for part in case]}: {error}") from error


@pytest.mark.parametrize("name", SCENARIOS)
@settings(max_examples=NEARLY_RIGHT, suppress_health_check=[HealthCheck.too_slow])
@given(change=changes, retries=st.integers(0, 1), check_mode=st.booleans())
def test_nearly_right_answers(
    cloud: in_memory.Cloud, name: str, change: Change, retries: int, check_mode: bool
) -> None:
    seed(cloud)
    operations = list(kinds_of_answers(name))
    operation = operations[change.operation % len(operations)]
    wrong = 0

    def answer(request: Any) -> Answer:
        nonlocal wrong
        right = cloud.answer(request)
        if cloud.asked[-1].operation != operation or (change.once and wrong):
            return right
        wrong += 1
        return change.apply(right)

    call(SCENARIOS[name], answer, retries, check_mode)
    check_requests(cloud)


@functools.cache
def kinds_of_answers(name: str) -> dict[str, Answer]:
    """Return the operations that a call leads to, with the right answer to each."""
    cloud = in_memory.Cloud()
    seed(cloud)
    call(SCENARIOS[name], cloud.answer)
    return {asked.operation: asked.answer for asked in reversed(cloud.asked)}


@pytest.mark.parametrize("name", SCENARIOS)
@settings(max_examples=ARBITRARY, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(answers, min_size=1, max_size=4), retries=st.integers(0, 1))
def test_arbitrary_answers(name: str, script: list[Answer], retries: int) -> None:
    asked: list[Any] = []

    def answer(request: Any) -> Answer:
        asked.append(request)
        return script[len(asked) % len(script)]

    call(SCENARIOS[name], answer, retries)


def check_requests(cloud: in_memory.Cloud) -> None:
    """See that no answer leads to a request that the vendor's pages do not know."""
    for asked in cloud.asked:
        # An id that the service sent is part of a path.
        assert asked.route is not None, asked.call.raw_path
        assert not re.search("%2[ef]", asked.call.raw_path, re.IGNORECASE), asked.call.raw_path


@pytest.mark.parametrize("name", SCENARIOS)
def test_right_answers_make_a_right_result(cloud: in_memory.Cloud, name: str) -> None:
    seed(cloud)
    result = call(SCENARIOS[name], cloud.answer)
    assert not result.get("failed"), result


SERVER_KEYS = {"credential": {"access": "a", "secret": "b", "securitytoken": "c"}}
WITHOUT_KEYS = {name: value for name, value in in_memory.KEYS.items() if name not in ("access_key", "secret_key")}


@pytest.mark.parametrize("path", list(parts(SERVER_KEYS)), ids=lambda path: ".".join(path) or "all")
def test_wrong_keys_of_the_server(path: Path) -> None:
    for wrong in (*MORE_WRONG, GONE):
        keys = Answer(200, written(SERVER_KEYS, {path: wrong}).encode("utf-8", "surrogatepass"))
        with told_of(wrong):
            call(Scenario("workspace_app", {"id": "task-1"}, True, WITHOUT_KEYS), lambda request, keys=keys: keys)


@settings(max_examples=20 * TIMES)
@given(script=st.lists(answers, min_size=1, max_size=4))
def test_arbitrary_keys_of_the_server(script: list[Answer]) -> None:
    asked: list[Any] = []

    def answer(request: Any) -> Answer:
        asked.append(request)
        return script[len(asked) % len(script)]

    call(Scenario("workspace_app", {"id": "task-1"}, True, WITHOUT_KEYS), answer)
    assert str(asked[0].url).startswith("http://169.254.169.254/")


# Listings that do not come to an end


class Listing(NamedTuple):
    """An operation that answers page by page, in a call that reads all of it."""

    scenario: Scenario
    items: str
    count: str = "total_count"


MANY = {"id": "task-1", "history": 100_000}
DETAILED = {"id": "task-1", "history": 1, "history_details": True}
LISTINGS = {
    "ListScheduleTasks": Listing(Scenario("workspace_app", {}, True), "items", "count"),
    "ListTaskExecuteHistory": Listing(Scenario("workspace_app", MANY, True), "items", "count"),
    "ListTaskExecuteDetail": Listing(Scenario("workspace_app", DETAILED, True), "items", "count"),
    "ListScheduledTasks": Listing(Scenario("workspace", {}, True), "scheduled_tasks"),
    "ListScheduledTasksRecords": Listing(Scenario("workspace", MANY, True), "tasks_records"),
    "ListScheduledTasksRecordsDetails": Listing(Scenario("workspace", DETAILED, True), "tasks_records_details"),
    "ListScheduledTask": Listing(Scenario("coc", {}, True), "scheduled_tasks", "count"),
    "ListScheduledTaskHistory": Listing(Scenario("coc", MANY, True), "scheduled_task_history_list", "count"),
}
FEW = 200


class Page(NamedTuple):
    """A page of a listing, and what is said with it; `...` is not said.

    :ivar first: number of the first item.
    """

    first: int
    length: int
    total: Any = 999_999_999
    marker: Any = ...


# What the page of a number and a size is.
ENDLESS: dict[str, Callable[[int, int], Page]] = {
    "the same again": lambda number, size: Page(0, size),
    "the same again, one long": lambda number, size: Page(0, 1),
    "the same again, of unknown number": lambda number, size: Page(0, size, ...),
    "two in turn": lambda number, size: Page(number % 2 * size, size),
    "ever new ones": lambda number, size: Page(number * size, size),
    "ever new ones of unknown number": lambda number, size: Page(number * size, size, ...),
    "ever new ones, one at a time": lambda number, size: Page(number, 1),
    "ever new ones, longer than asked": lambda number, size: Page(number * 2 * size, 2 * size),
    "empty ones, with a number": lambda number, size: Page(0, 0),
    "empty ones, with a marker": lambda number, size: Page(0, 0, 10**6, f"marker-{number}"),
    "one marker": lambda number, size: Page(number * size, size, 10**6, "marker"),
    "two markers in turn": lambda number, size: Page(number * size, size, 10**6, f"marker-{number % 2}"),
    "ever new markers": lambda number, size: Page(0, 1, ..., f"marker-{number}"),
    **{
        f"a number that is {total}": lambda number, size, total=total: Page(number * size, size, total)
        for total in (-1, 0, "x", "-1", True, 1.5, None, 10**30, [1], {})
    },
}


def endless(cloud: in_memory.Cloud, operation: str, page_of: Callable[[int, int], Page]) -> Callable[[Any], Answer]:
    """Return a service that answers one listing with pages without end."""
    _scenario, items, count = LISTINGS[operation]
    pages: list[Page] = []

    def answer(request: Any) -> Answer:
        right = cloud.answer(request)
        if cloud.asked[-1].operation != operation:
            return right
        first = next(asked.answer for asked in cloud.asked if asked.operation == operation)
        pattern = json.loads(first.content)[items][0]
        query = dict(parse_qsl(urlsplit(request.url).query))
        page = page_of(len(pages), int(query["limit"]))
        pages.append(page)
        found = [{**pattern, "id": f"id-{number}"} for number in range(page.first, page.first + page.length)]
        said = {items: found, count: page.total, "next_maker": page.marker}
        told = {name: value for name, value in said.items() if value is not ...}
        return replace(first, content=json.dumps(told).encode())

    return answer


@pytest.mark.parametrize("operation", LISTINGS)
def test_a_listing_ends(cloud: in_memory.Cloud, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
    monkeypatch.setattr(_shapes, "MOST_ITEMS", FEW)
    scenario = LISTINGS[operation][0]
    for kind, page_of in ENDLESS.items():
        seed(cloud)
        with told_of(kind):
            # Every page but the last has an item at least, and a task is looked up before its history is.
            result = call(scenario, endless(cloud, operation, page_of), most=FEW + 4)
            assert not result.get("failed") or result["msg"].startswith(("list ", "read "))


def test_a_listing_that_is_long_is_read() -> None:
    assert _shapes.MOST_ITEMS == 100_000


# Answers that do not come to an end

LIMIT = 32 * 1024 * 1024
BLOCK = b" " * 65536


@pytest.mark.parametrize(("length", "is_read"), [(LIMIT, True), (LIMIT + 1, False)])
def test_the_longest_answer(cloud: in_memory.Cloud, length: int, is_read: bool) -> None:
    seed(cloud)

    def answer(request: Any) -> Answer:
        right = cloud.answer(request)
        return replace(right, content=right.content.ljust(length))

    result = call(SCENARIOS["codearts_check"], answer, retries=1)
    assert result.get("failed", False) is not is_read
    assert is_read or "longer than 32 MB" in result["msg"]
    assert len(cloud.asked) == 1, "it would be as long the next time"


class EndlessServer:
    """Answers the first request with parts that may have no end, until nobody takes them any more.

    :ivar sent: how many bytes it could send.
    :ivar was_closed: whether the other side closed the connection before all was sent.
    """

    ENOUGH = 4 * LIMIT

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(60)
        self._thread = threading.Thread(target=self._serve)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.sent = 0
        self.was_closed = False

    def __enter__(self) -> EndlessServer:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self._thread.join(60)
        self._socket.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        connection, _address = self._socket.accept()
        with connection:
            connection.settimeout(60)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
            connection.recv(65536)
            try:
                for part in self._parts:
                    connection.sendall(part)
                    self.sent += len(part)
                    if self.sent > self.ENOUGH:
                        return
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)
            except OSError:
                self.was_closed = True


def head(*fields: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/json", *fields, "", ""]).encode()


def compressed(layers: int) -> bytes:
    content = bytes(2 * LIMIT)
    for _layer in range(layers):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        content = packer.compress(content) + packer.flush()
    return content


CHUNKED = "Transfer-Encoding: chunked"
GZIP = "Content-Encoding: gzip"
TOO_LONG = "longer than 32 MB"
LOST = "no whole answer came from"
# What is sent, how much of it is taken, and the words of the error.
STREAMS: dict[str, tuple[Callable[[], Iterator[bytes]], int, str]] = {
    "of unknown length": (lambda: chain([head()], repeat(BLOCK)), LIMIT, TOO_LONG),
    "in chunks": (lambda: chain([head(CHUNKED)], repeat(b"10000\r\n" + BLOCK + b"\r\n")), LIMIT, TOO_LONG),
    "in one chunk": (lambda: chain([head(CHUNKED), b"fffffff\r\n"], repeat(BLOCK)), LIMIT, TOO_LONG),
    "announced": (lambda: chain([head(f"Content-Length: {LIMIT + 1}")], repeat(BLOCK)), 0, TOO_LONG),
    "packed": (lambda: iter([head(GZIP), compressed(1)]), 0, TOO_LONG),
    "packed twice": (lambda: iter([head(f"{GZIP}, gzip"), compressed(2)]), 0, LOST),
    "packed twice, in two headers": (lambda: iter([head(GZIP, GZIP), compressed(2)]), 0, LOST),
    "packed in an unknown way": (lambda: iter([head("Content-Encoding: br"), compressed(1)]), 0, LOST),
    "packed, in a chunk": (lambda: iter([head(GZIP, CHUNKED), b"ffff\r\n", compressed(1)]), 0, TOO_LONG),
    "a first line": (lambda: chain([b"HTTP/1.1 200 "], repeat(BLOCK)), 0, LOST),
    "a header": (lambda: chain([b"HTTP/1.1 200 OK\r\nX: "], repeat(BLOCK)), 0, LOST),
    "headers": (lambda: chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X: y\r\n")), 0, LOST),
    "the length of a chunk": (lambda: chain([head(CHUNKED)], repeat(b"1" * 65536)), 0, LOST),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_an_answer_without_end_is_not_read_to_its_end(kind: str) -> None:
    stream, taken, words = STREAMS[kind]
    spec = _arguments.SCHEDULED_TASK_INFO
    with EndlessServer(stream()) as server, Connections() as connections:
        given_options = {
            **in_memory.KEYS,
            "endpoint": server.url,
            "service": "workspace_app",
            "timeout": 60,
            "retries": 0,
        }
        options = in_memory.validated(spec, given_options)
        tracemalloc.start()
        try:
            result = _run.answer(_run.run_scheduled_task_info, _run.Call(options, False, Secrets(), connections))
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    check_harmless(result)
    assert result["failed"] is True
    assert words in result["msg"]
    assert server.was_closed or taken == 0
    # What is on the way is taken from the server as well.
    assert server.sent <= taken + 8 * 1024 * 1024
    assert most <= LIMIT + 16 * 1024 * 1024
