# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client sends, repeats, waits for and says, mostly against a script and where it matters over a socket."""

from __future__ import annotations

import base64
import importlib.util
import inspect
import json
import random
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests
import urllib3

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    UnreachableError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _answers, _session
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._addresses import base_url
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import ErrorRules
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._paging import pages
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import KeySigner, TokenSigner
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import BODY
from ansible_collections.cloudcron.huaweicloud.tests.patience import FOREVER, PATIENCE, Impatient
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask, with_query

HOST = "workspace.example.com"
URL = f"https://{HOST}/v1/x"
PATH = f"/v1/{account.PROJECT_ID}/schedule-task"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

PRINTABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f]*")


def signer() -> KeySigner:
    return KeySigner(account.ACCESS_KEY, account.SECRET_KEY)


def signer_of_project() -> KeySigner:
    return KeySigner(account.ACCESS_KEY, account.SECRET_KEY, scope={"X-Project-Id": account.PROJECT_ID})


def never_connected() -> requests.ConnectionError:
    refused = urllib3.exceptions.NewConnectionError(
        urllib3.connection.HTTPSConnection(HOST), "Failed to establish a new connection: [Errno 111] Connection refused"
    )
    return requests.ConnectionError(
        urllib3.exceptions.MaxRetryError(urllib3.HTTPSConnectionPool(HOST), "/v1/x", refused)
    )


def aborted() -> requests.ConnectionError:
    cause = ConnectionResetError(104, "Connection reset by peer")
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", cause))


def untrusted() -> requests.exceptions.SSLError:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")
    wrapped = urllib3.exceptions.MaxRetryError(
        urllib3.HTTPSConnectionPool(HOST), "/v1/x", urllib3.exceptions.SSLError(cause)
    )
    return requests.exceptions.SSLError(wrapped)


def another_name() -> requests.exceptions.SSLError:
    # urllib3 compares names itself where Python does not, and has such an error for it.
    different = type("CertificateError", (ValueError,), {})("hostname 'a' doesn't match 'b'")
    wrapped = urllib3.exceptions.MaxRetryError(
        urllib3.HTTPSConnectionPool(HOST), "/v1/x", urllib3.exceptions.SSLError(different)
    )
    return requests.exceptions.SSLError(wrapped)


# As a service says it: its own 404 means that there is no such task.
REFUSALS = ErrorRules(missing=lambda status, code, text: status == 404)


def refusal(client: Any, method: str = "GET", url: str = URL, **options: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask(client, "read task t", method, url, **{"error_rules": REFUSALS, **options})
    assert PRINTABLE.fullmatch(caught.value.message)
    return caught.value


# What is sent


def test_a_request_says_who_sends_it_and_what_it_takes(client: Any, script: Any) -> None:
    script.answers(200)
    ask(client, "read", "GET", URL)
    (sent,) = script.sent
    assert (sent.method, sent.url, sent.body) == ("GET", URL, None)
    assert sent.headers["User-Agent"] == "cloudcron.huaweicloud (Ansible)"
    assert sent.headers["Accept"] == sent.headers["Content-Type"] == "application/json"
    assert "Authorization" not in sent.headers


@pytest.mark.parametrize("body", [{"name": "任务", "on": False, "n": None}, {}, [], 0, False, ""])
def test_a_body_is_sent_as_json(client: Any, script: Any, body: Any) -> None:
    script.answers(200)
    ask(client, "write", "POST", URL, body=body)
    assert json.loads(script.sent[0].body) == body


def test_the_time_out_goes_for_connecting_and_reading(make_client: Callable[..., Any], script: Any) -> None:
    script.answers(200)
    ask(make_client(timeout=7), "read", "GET", URL)
    assert script.sent[0].timeout == 7


@pytest.mark.parametrize(
    ("status", "content", "body"),
    [
        (200, b'{"a": [1, 0.5, null, "\\u4efb"]}', {"a": [1, 0.5, None, "任"]}),
        (201, b"[]", []),
        (200, b'"text"', "text"),
        (200, b"0", 0),
        (200, b"null", None),
        (204, b"", None),
        (200, b" \r\n", None),
        (200, b"\xef\xbb\xbf{}", {}),
        (200, b'"\\ud83d\\uDE00"', "\U0001f600"),
        (200, b'{"\\ud83d": ["a\\uDE00b"]}', {"?": ["a?b"]}),
    ],
)
def test_an_answer_is_read_as_json(client: Any, script: Any, status: int, content: bytes, body: Any) -> None:
    script.answers(status, content, {"X-Subject-Token": "t"})
    answer = ask(client, "read", "GET", URL)
    assert (answer.status, answer.body, answer.headers["x-subject-token"]) == (status, body, "t")


def test_the_session_is_one_and_ends_with_the_client(client: Any, script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []
    monkeypatch.setattr(script, "close", lambda: closed.append(True))
    script.answers(200).answers(200)
    with client as entered:
        assert entered is client
        ask(client, "read", "GET", URL)
        ask(client, "read", "GET", URL)
        assert not closed
    assert closed


def test_time_and_chance_are_real_unless_replaced() -> None:
    defaults = {name: parameter.default for name, parameter in inspect.signature(Client).parameters.items()}
    assert defaults == {
        "verify": True,
        "timeout": 30,
        "retries": 4,
        "parallel": 8,
        "clock": time.time,
        "sleep": time.sleep,
        "jitter": random.uniform,
        "ticks": time.monotonic,
    }


# What is repeated


class Failure(NamedTuple):
    """What comes of a request, and whether the request is repeated if it may be, and if it must not be.

    :ivar moment: how far it has come where it fails.
    """

    cause: int | Callable[[], Exception]
    if_repeatable: bool
    if_not: bool
    kind: type[ServiceError] = ServiceError
    moment: str = "sent"


FAILURES = {
    "400": Failure(400, False, False),
    "401": Failure(401, False, False),
    "403": Failure(403, False, False),
    "404": Failure(404, False, False, NotFoundError),
    "409": Failure(409, False, False),
    "413": Failure(413, False, False),
    "429": Failure(429, True, True),
    "408": Failure(408, True, False, AnswerLostError),
    "500": Failure(500, False, False, OutcomeUnknownError),
    "501": Failure(501, False, False),
    "502": Failure(502, True, False, AnswerLostError),
    "503": Failure(503, True, False, AnswerLostError),
    "504": Failure(504, True, False, AnswerLostError),
    "505": Failure(505, False, False),
    "507": Failure(507, False, False, OutcomeUnknownError),
    "511": Failure(511, False, False),
    "520": Failure(520, False, False, OutcomeUnknownError),
    "600": Failure(600, False, False, OutcomeUnknownError),
    "refused": Failure(never_connected, True, True, UnreachableError, "connecting"),
    "connect timeout": Failure(
        lambda: requests.exceptions.ConnectTimeout("no"), True, True, UnreachableError, "connecting"
    ),
    "handshake timeout": Failure(
        lambda: requests.exceptions.ReadTimeout("no"), True, True, UnreachableError, "connecting"
    ),
    "handshake": Failure(lambda: requests.exceptions.SSLError("no"), True, True, UnreachableError, "connecting"),
    "closed in the handshake": Failure(aborted, True, True, UnreachableError, "connecting"),
    "proxy": Failure(lambda: requests.exceptions.ProxyError("no"), True, True, UnreachableError, "connecting"),
    "certificate": Failure(untrusted, False, False, UnreachableError, "connecting"),
    "name in the certificate": Failure(another_name, False, False, UnreachableError, "connecting"),
    "no such host": Failure(lambda: requests.exceptions.InvalidURL("no"), False, False, UnreachableError, "connecting"),
    "read timeout": Failure(lambda: requests.exceptions.ReadTimeout("no"), True, False, AnswerLostError),
    "aborted": Failure(aborted, True, False, AnswerLostError),
    "no reason": Failure(requests.ConnectionError, True, False, AnswerLostError),
    "cut off": Failure(lambda: requests.exceptions.ChunkedEncodingError("no"), True, False, AnswerLostError),
    "undecodable": Failure(lambda: requests.exceptions.ContentDecodingError("no"), True, False, AnswerLostError),
    "broken record": Failure(lambda: requests.exceptions.SSLError("no"), True, False, AnswerLostError),
    "two lengths": Failure(lambda: requests.exceptions.InvalidHeader("no"), True, False, AnswerLostError),
    "no text": Failure(lambda: UnicodeDecodeError("utf-8", b"", 0, 0, "no"), True, False, AnswerLostError),
    "no address": Failure(lambda: urllib3.exceptions.LocationParseError("no"), True, False, AnswerLostError),
    "anything": Failure(lambda: AttributeError("no"), True, False, AnswerLostError),
    "broken pipe": Failure(lambda: BrokenPipeError("no"), True, False, AnswerLostError),
    "no url": Failure(lambda: requests.exceptions.InvalidURL("no"), False, False, UnreachableError, "before"),
    "no such file": Failure(lambda: OSError("no"), False, False, UnreachableError, "before"),
    "no proxy": Failure(lambda: TypeError("no"), False, False, UnreachableError, "before"),
}


def play(script: Any, failure: Failure) -> None:
    if isinstance(failure.cause, int):
        script.answers(failure.cause, {"error_code": "WKS.1", "error_msg": "no"})
    else:
        script.fails(failure.cause(), failure.moment)


@pytest.mark.parametrize("repeatable", [True, False], ids=["repeatable", "once"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_request_is_repeated_only_where_that_is_safe(
    client: Any, script: Any, waits: list[float], failure: Failure, method: str, repeatable: bool
) -> None:
    play(script, failure)
    body = {"name": "n"} if method in ("POST", "PATCH", "PUT") else None
    if failure.if_repeatable if repeatable else failure.if_not:
        script.answers(200, {"done": True})
        assert ask(client, "do", method, URL, body, repeatable=repeatable).body == {"done": True}
        first, second = script.sent
        assert first == second
        assert len(waits) == 1
    else:
        error = refusal(client, method, body=body, repeatable=repeatable)
        assert error.__class__ is failure.kind
        assert len(script.sent) == 1
        assert waits == []


# What is turned away is another matter, see test_pace.py.
@pytest.mark.parametrize("failure", [each for each in FAILURES.values() if each.if_repeatable and each.cause != 429])
@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_request_is_given_up_after_so_many_repetitions(
    make_client: Callable[..., Any], script: Any, waits: list[float], failure: Failure, retries: int
) -> None:
    for _count in range(retries + 1):
        play(script, failure)
    assert refusal(make_client(retries=retries)).__class__ is failure.kind
    assert len(waits) == retries


def test_what_must_not_be_done_twice_is_not_repeated_once_it_may_have_been_done(
    client: Any, script: Any, waits: list[float]
) -> None:
    script.answers(429).fails(aborted())
    assert refusal(client, "POST", body={}, repeatable=False).__class__ is AnswerLostError
    assert len(waits) == 1


def test_a_bug_before_anything_is_sent_is_not_taken_for_a_lost_answer(client: Any, script: Any) -> None:
    def sign(request: Any) -> Any:
        raise KeyError("ours")

    # Whatever became of the request before.
    script.fails(aborted())
    refusal(client, "POST", repeatable=False)
    with pytest.raises(KeyError, match="ours"):
        ask(client, "read", "GET", URL, sign=sign)


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("play_last", "kind", "words"),
    [
        (lambda script: script.fails(never_connected(), "connecting"), AnswerLostError, "no connection to"),
        (lambda script: script.fails(untrusted(), "connecting"), OutcomeUnknownError, "the certificate of"),
        (lambda script: script.answers(429, headers={"Retry-After": "901"}), AnswerLostError, "Retry-After 901"),
        (lambda script: script.answers(403, {"error_code": "X.1"}), ServiceError, "403 X.1"),
        (lambda script: script.answers(500), OutcomeUnknownError, "500"),
        (lambda script: script.answers(502), AnswerLostError, "502"),
    ],
    ids=["refused connection", "certificate", "429 for long", "403", "500", "502"],
)
def test_what_may_have_been_carried_out_is_not_told_as_refused_since_its_repetition_was(
    make_client: Callable[..., Any],
    script: Any,
    method: str,
    play_last: Callable[[Any], Any],
    kind: type[ServiceError],
    words: str,
) -> None:
    script.fails(aborted())
    play_last(script)
    error = refusal(make_client(retries=1), method)
    assert error.__class__ is kind
    assert error.is_repetition
    assert words in error.message
    if error.status not in (500, 502):
        assert (
            f"no whole answer came from {HOST}: [Errno 104] Connection reset by peer; sent once more: " in error.message
        )
    if error.status == 403:
        assert (error.code, error.advice) == ("X.1", _answers.ADVICE[403])


def test_a_read_that_is_refused_in_the_end_is_refused(client: Any, script: Any) -> None:
    script.fails(aborted()).answers(403)
    assert refusal(client).__class__ is ServiceError


def test_what_is_gone_is_gone_whatever_became_of_the_attempts_before(client: Any, script: Any) -> None:
    script.fails(aborted()).answers(404, {"error_code": "WKS.1"})
    assert refusal(client, "DELETE").__class__ is NotFoundError


def test_what_was_surely_not_sent_before_is_refused_by_its_repetition(client: Any, script: Any) -> None:
    script.answers(429).fails(never_connected(), "connecting").answers(403)
    assert refusal(client, "PUT").__class__ is ServiceError


# How long it waits


@pytest.mark.parametrize(("jitter", "expected"), [(min, [0.5, 1, 2, 4, 8, 16, 32]), (max, [1, 2, 4, 8, 16, 32, 60])])
def test_a_wait_doubles_up_to_a_minute(
    make_client: Callable[..., Any],
    script: Any,
    waits: list[float],
    jitter: Callable[[float, float], float],
    expected: list[float],
) -> None:
    for _wait in expected:
        script.answers(503)
    script.answers(200)
    ask(make_client(retries=len(expected), jitter=jitter), "read", "GET", URL)
    assert waits == expected


def test_a_wait_is_a_matter_of_chance(make_client: Callable[..., Any], script: Any, waits: list[float]) -> None:
    for _count in range(3):
        script.answers(503)
    script.answers(200)
    ask(make_client(jitter=random.Random(1).uniform), "read", "GET", URL)
    assert all(0.5 * 2**n < wait < 2**n for n, wait in enumerate(waits))
    assert len({wait / 2**n for n, wait in enumerate(waits)}) == 3


def at(**later: float) -> str:
    return format_datetime(NOW + timedelta(**later), usegmt=True)


@pytest.fixture(params=["UTC", "America/Los_Angeles", "Asia/Shanghai"])
def _local_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_local_zone")
@pytest.mark.parametrize(("status", "spread"), [(429, 0.1), (502, 1), (503, 1), (504, 1)])
@pytest.mark.parametrize(
    ("retry_after", "shortest"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("59", 59),
        ("60", 60),
        (at(seconds=30), 30),
        (at(seconds=-30), 0),
        ("Fri, 02 Jan 2026 04:04:15 +0100", 10),
        ("Fri, 02 Jan 2026 03:04:15 -0000", 10),
        ("Fri, 02 Jan 2026 03:04:15", 10),
        ("Fri Jan  2 03:04:15 2026", 10),
        ("Friday, 02-Jan-26 03:04:15 GMT", 10),
    ],
)
def test_a_wait_that_the_service_asks_for_is_kept(
    make_client: Callable[..., Any],
    script: Any,
    waits: list[float],
    status: int,
    spread: float,
    retry_after: str,
    shortest: float,
) -> None:
    for jitter in (min, max):
        script.answers(status, headers={"Retry-After": retry_after}).answers(200)
        ask(make_client(jitter=jitter), "read", "GET", URL)
    assert sum(waits) == pytest.approx(2 * shortest + min(1, spread * shortest))
    assert len([wait for wait in waits if wait]) == (2 if shortest else 0)


@pytest.mark.parametrize(
    "retry_after",
    ["", "soon", "-5", "1.5", "1e3", "٣", "9" * 400, "Fri, 99 Foo 2026", "Sat, 01 Jan 10000 00:00:00 GMT"],
)
def test_a_wait_that_makes_no_sense_is_not_kept(client: Any, script: Any, waits: list[float], retry_after: str) -> None:
    script.answers(429, headers={"Retry-After": retry_after}).answers(200)
    ask(client, "read", "GET", URL)
    assert waits == [2]


@pytest.mark.parametrize(
    ("status", "retry_after"),
    [
        *((503, asked) for asked in ("62", "3600", "999999999", at(seconds=90), at(days=400))),
        *((429, asked) for asked in ("901", "3600", "999999999", at(seconds=901), at(days=400))),
    ],
)
def test_a_wait_of_more_than_a_minute_is_left_to_the_user_and_a_quarter_of_an_hour_where_it_is_throttled(
    client: Any, script: Any, waits: list[float], status: int, retry_after: str
) -> None:
    script.answers(status, headers={"Retry-After": retry_after})
    message = refusal(client).message
    assert f"asks to wait: Retry-After {retry_after}" in message
    assert "turned away for" not in message
    assert waits == []


def test_a_wait_is_only_that_of_its_own_answer(client: Any, script: Any, waits: list[float]) -> None:
    script.answers(503, headers={"Retry-After": "7"}).answers(503).answers(200)
    ask(client, "read", "GET", URL)
    assert waits == [7, 1]


@pytest.mark.parametrize(
    ("status", "asked", "told"),
    [
        (429, "2", []),
        (429, "3", ["list *: waits 3 s and tries again, for 15 minutes at most, since: {}"]),
        (503, "2", []),
        (503, "3", ["list *: waits 3 s and tries again, since: {}"]),
    ],
)
def test_only_a_long_wait_is_told_and_without_any_secret(
    client: Any, script: Any, status: int, asked: str, told: list[str]
) -> None:
    lines: list[str] = []
    client.log = lines.append
    client.secrets.keep("hidden-secret")
    script.answers(status, {"error_code": "X.1", "error_msg": "not hidden-secret"}, {"Retry-After": asked}).answers(200)
    ask(client, "list hidden-secret", "GET", URL)
    reason = f"{status} X.1 not {MASK}, asks to wait: Retry-After {asked}"
    assert lines == [line.replace("*", MASK).format(reason) for line in told]


def test_each_long_wait_is_told(client: Any, script: Any, waits: list[float]) -> None:
    lines: list[str] = []
    client.log = lines.append
    script.answers(503, times=4).answers(200)
    ask(client, "list", "GET", URL)
    assert waits == [0.5, 1.0, 2.0, 4.0]
    assert [line.partition(" and ")[0] for line in lines] == ["list: waits 4 s"]


def test_a_refusal_is_not_repeated_although_it_asks_to_wait(client: Any, script: Any, waits: list[float]) -> None:
    script.answers(400, {"error_code": "WKS.1", "error_msg": "no"}, {"Retry-After": "1"})
    assert "400 WKS.1 no, asks to wait: Retry-After 1" in refusal(client).message
    assert waits == []


# What it says


@pytest.mark.parametrize(
    ("body", "code", "text", "words"),
    [
        ({"error_code": "WKS.1", "error_msg": "no way"}, "WKS.1", "no way", "WKS.1 no way"),
        ({"error_code": "APIGW.0201", "error_msg": "bad", "request_id": "r"}, "APIGW.0201", "bad", "APIGW.0201 bad"),
        ({"errorCode": "COC.1", "errorMsg": "no way"}, "COC.1", "no way", "COC.1 no way"),
        ({"code": "CC.1", "message": "no way"}, "CC.1", "no way", "CC.1 no way"),
        ({"error_code": "WKS.1", "error_detail": "no way"}, "WKS.1", "no way", "WKS.1 no way"),
        ({"error": {"code": 400, "message": "no way", "title": "Bad Request"}}, "400", "no way", "no way"),
        ({"error": {"error_code": "IAM.1", "error_msg": "no"}}, "IAM.1", "no", "IAM.1 no"),
        ({"error_code": "WKS.1"}, "WKS.1", None, "WKS.1"),
        ({"error_msg": "no way"}, None, "no way", "no way"),
        ({"error_code": "", "code": "C", "error_msg": " ", "message": "m"}, "C", "m", "C m"),
        ({"error_code": None, "error_msg": None}, None, None, "without a reason"),
        ({"error_code": True, "error_msg": {"a": 1}}, None, None, "without a reason"),
        ({"error_code": ["x"], "error_msg": 1.5}, None, None, "without a reason"),
        ({"error": "no way"}, None, None, "without a reason"),
        ({"error": []}, None, None, "without a reason"),
        ({}, None, None, "without a reason"),
        ([], None, None, "without a reason"),
        ("no way", None, None, "with no whole JSON: no way"),
        (None, None, None, "without a reason"),
        (0, None, None, "without a reason"),
        (
            {"error_msg": "two\r\nlines\tand a \x1b[31mcolour\x00\u202e"},
            None,
            "two lines and a [31mcolour",
            "two lines",
        ),
        ({"error_code": "\x00", "error_msg": "no"}, None, "no", "no"),
    ],
)
def test_an_error_says_what_the_service_said(
    client: Any, script: Any, body: Any, code: str | None, text: str | None, words: str
) -> None:
    script.answers(400, body)
    error = refusal(client)
    assert error.message.startswith(f"read task t: 400 {words}")
    assert (error.status, error.code, error.text) == (400, code, text)


@pytest.mark.parametrize("field", ["error_code", "error_msg", "request_id"])
def test_an_error_quotes_a_bounded_part_of_what_the_service_said(client: Any, script: Any, field: str) -> None:
    script.answers(400, {field: "x" * 10_000})
    message = refusal(client).message
    assert "x" * 300 + "..." in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("header", "in_body", "expected"),
    [
        ("h-1", None, "h-1"),
        (None, "b-1", "b-1"),
        ("h-1", "b-1", "h-1"),
        (None, 5, None),
        (None, "", None),
        ("h-1\x1b[0m", None, "h-1 [0m"),
    ],
)
def test_an_error_names_the_request(
    client: Any, script: Any, header: str | None, in_body: Any, expected: str | None
) -> None:
    body = {"error_code": "WKS.1", "error_msg": "no", "request_id": in_body}
    script.answers(400, body, {"X-Request-Id": header} if header else {})
    error = refusal(client)
    assert error.request_id == expected
    assert ("request id" in error.message) == (expected is not None)
    assert expected is None or f"(request id {expected})" in error.message


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (401, "APIGW.0303", "clock"),
        (401, "APIG.0303", "clock"),
        (404, "APIGW.0101", "endpoint and region"),
        (404, "APIG.0101", "endpoint and region"),
        (401, "APIGW.0301", "expired"),
        (403, "WKS.00081102", "permission"),
        (403, None, "permission"),
        (429, "APIGW.0308", "lower parallel"),
        (500, "WKS.1", "ask its support"),
    ],
)
def test_an_error_says_what_to_do(
    make_client: Callable[..., Any], script: Any, status: int, code: str | None, advice: str
) -> None:
    # Which ends every wait.
    script.answers(status, {"error_code": code, "error_msg": "no"}, {"Retry-After": "901"})
    assert advice in refusal(make_client()).message.partition(" 901. ")[2]


def test_an_error_says_no_more_where_there_is_no_advice(client: Any, script: Any) -> None:
    script.answers(400, {"error_code": "WKS.1", "error_msg": "no"}, {"X-Request-Id": "r-1"})
    assert refusal(client).message == "read task t: 400 WKS.1 no (request id r-1)."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error_code": "WKS.00211902", "error_msg": "no such task"}, NotFoundError),
        ({"errorCode": "COC.1", "errorMsg": "no"}, NotFoundError),
        ({"error_code": "APIGW.0101", "error_msg": "no such API"}, ServiceError),
        ({"error_code": "APIG.0101", "error_msg": "no such API"}, ServiceError),
        ("<html><body>404 page not found</body></html>", ServiceError),
        ("404 page not found", ServiceError),
        (b"", ServiceError),
        ({}, ServiceError),
        ([], ServiceError),
        ({"message": "no Route matched with those values"}, ServiceError),
    ],
)
def test_only_the_service_itself_can_say_that_there_is_no_such_task(
    client: Any, script: Any, body: Any, kind: type[ServiceError]
) -> None:
    script.answers(404, body)
    assert refusal(client).__class__ is kind


UNREADABLE = {
    "cut off": b'{"items": [{"id": "t-',
    "NaN": b'{"count": NaN}',
    "Infinity": b'{"count": Infinity}',
    "-Infinity": b'{"count": -Infinity}',
    "deep": b"[" * 200_000,
    "text": b"OK",
    "two": b"{} {}",
    "not UTF-8": b'{"name": "\xff"}',
    "digits": b"9" * 10_000,
    "HTML": b"<!DOCTYPE html><html><body>Welcome</body></html>",
}


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_a_success_that_cannot_be_read_is_an_answer_lost(
    make_client: Callable[..., Any], script: Any, content: bytes, repeatable: bool
) -> None:
    for _attempt in range(2 if repeatable else 1):
        script.answers(200, content, {"X-Request-Id": "r-1"})
    error = refusal(make_client(retries=1), repeatable=repeatable)
    assert error.__class__ is AnswerLostError
    assert error.message.startswith("read task t: 200, but what came with it is ")
    assert f"(request id r-1). Check that {HOST} is the service's host and that no proxy answers" in error.message
    assert (error.status, error.code, error.request_id) == (200, None, "r-1")
    assert len(error.message) < 600


@pytest.mark.parametrize("status", [400, 404, 407, 500])
@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_an_error_that_cannot_be_read_is_told_with_its_status(
    client: Any, script: Any, content: bytes, status: int
) -> None:
    script.answers(status, content)
    error = refusal(client)
    assert error.__class__ is (OutcomeUnknownError if status == 500 else ServiceError)
    assert error.message.startswith(f"read task t: {status} with ")
    assert f"Check that {HOST} is the service's host" in error.message


@pytest.mark.parametrize(
    ("content", "headers", "shown"),
    [
        (
            b"<html><head><style>p {color: red}</style><script>evil()</script><title>Log in</title></head>\n"
            b"<body class='x'>\n  <p>to the\tproxy</p></body></html>",
            {},
            "an HTML page instead of JSON: Log in to the proxy",
        ),
        (b"Sign in", {"Content-Type": "text/HTML; charset=utf-8"}, "an HTML page instead of JSON: Sign in"),
        (b" \n<p></p>", {}, "an HTML page instead of JSON"),
        (b"plain \x1b[2Jtext\r\nof two lines", {}, "no whole JSON: plain [2Jtext of two lines"),
        (b"\x00\x01", {}, "no whole JSON"),
        (b"\xff\xfe", {}, "no whole JSON: \ufffd\ufffd"),
        (b"y" * 1000, {}, "no whole JSON: " + "y" * 300 + "..."),
        (b"<p>" + b"y" * 1000, {}, "an HTML page instead of JSON: " + "y" * 300 + "..."),
    ],
)
def test_an_unreadable_answer_is_quoted_in_one_line(
    client: Any, script: Any, content: bytes, headers: dict[str, str], shown: str
) -> None:
    script.answers(200, content, headers)
    expected = f"read task t: 200, but what came with it is {shown}. Check that "
    assert refusal(client, repeatable=False).message.startswith(expected)


SECRET = 'Qz<b>ss/wo"rd  &'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        "Qz%3Cb%3Ess/wo%22rd%20%20%26",
        "Qz%3Cb%3Ess%2Fwo%22rd++%26",
        "Qz%3Cb%3Ess%2Fwo%22rd%20%20%26",
        'Qz<b>ss/wo\\"rd  &',
        "Qz&lt;b&gt;ss/wo&quot;rd  &amp;",
    ],
    ids=["as it is", "in a path", "in a form", "in a URL", "in JSON", "in HTML"],
)
@pytest.mark.parametrize("before", ["", "y" * 295], ids=["whole", "on the edge of the excerpt"])
@pytest.mark.parametrize("kind", ["error", "header", "page", "text"])
def test_a_secret_is_masked_before_a_text_is_cut_or_folded(
    client: Any, script: Any, form: str, before: str, kind: str
) -> None:
    client.secrets.keep(SECRET)
    text = f"{before}{form} was sent"
    answers: dict[str, tuple[Any, dict[str, str]]] = {
        "error": ({"error_code": text, "error_msg": text, "request_id": text}, {}),
        "header": ({"error_code": "WKS.1"}, {"X-Request-Id": text, "Retry-After": text}),
        "page": (f"<html>{text}</html>", {}),
        "text": (text, {}),
    }
    script.answers(400, *answers[kind])
    error = refusal(client)
    assert MASK[:3] in error.message
    assert all(part not in str(error.to_result()) for part in ("Qz", "ss/wo", "ss%2Fwo", "rd  "))


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://other.example.com:8443/v1/x", "other.example.com:8443"),
        ("//other.example.com/", "other.example.com"),
        ("/v2/x", "another address"),
        (None, "another address"),
    ],
)
def test_a_redirect_is_an_error_that_names_the_other_host(
    client: Any, script: Any, status: int, location: str | None, target: str
) -> None:
    script.answers(status, "<p>moved</p>", {"Location": location} if location else {})
    error = refusal(client, sign=TokenSigner("t-1"))
    assert error.__class__ is ServiceError
    assert error.message == (
        f"read task t: {status}, a redirect to {target}, which is not followed. Check endpoint and auth_url."
    )
    assert error.status == status
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    "location",
    [
        "http://[bad",
        "https://other.example.com/\xff\xfe",
        "https://other\x1b[31m.example.com/",
        "https://user:hidden@other.example.com/",
    ],
)
def test_a_redirect_to_an_unusable_address_is_the_same_error(client: Any, script: Any, location: str) -> None:
    script.answers(302, headers={"Location": location})
    error = refusal(client)
    assert error.message.startswith("read task t: 302, a redirect to ")
    assert "hidden" not in error.message
    assert len(script.sent) == 1


def test_a_redirect_to_a_long_address_is_quoted_in_part(client: Any, script: Any) -> None:
    script.answers(302, headers={"Location": f"https://{'x' * 10_000}/"})
    assert len(refusal(client).message) < 600


def test_a_token_does_not_travel_along_a_redirect(emulator: Any, real_client: Callable[..., Any]) -> None:
    emulator.fail("ListScheduleTasks", status=307, headers={"Location": f"{emulator.url}/v3/projects"})
    with real_client() as client:
        error = refusal(client, url=emulator.url + PATH, sign=TokenSigner("t-1"))
    assert f"a redirect to {urlsplit(emulator.url).netloc}" in error.message
    assert [entry.operation for entry in emulator.requests] == ["ListScheduleTasks"]


@pytest.mark.parametrize(
    ("error", "moment", "message"),
    [
        (
            never_connected(),
            "connecting",
            f"no connection to {HOST}: * [Errno 111] Connection refused. Check endpoint and region, and HTTPS_PROXY "
            "and NO_PROXY where there is a proxy*",
        ),
        (
            requests.exceptions.ProxyError("no way"),
            "connecting",
            f"no connection to {HOST}: no way. Check * HTTPS_PROXY *",
        ),
        (aborted(), "connecting", f"no connection to {HOST}: * Connection reset by peer. Check *"),
        (requests.exceptions.ConnectTimeout("no"), "connecting", f"no connection to {HOST} within 60 s."),
        (requests.exceptions.ReadTimeout("no"), "connecting", f"no connection to {HOST} within 60 s."),
        (requests.exceptions.ReadTimeout("no"), "sent", f"{HOST} did not answer within 60 s."),
        (aborted(), "sent", f"no whole answer came from {HOST}: * Connection reset by peer."),
        (requests.ConnectionError(), "sent", f"no whole answer came from {HOST}: ConnectionError."),
        (requests.exceptions.SSLError("bad record"), "sent", f"no whole answer came from {HOST}: bad record."),
        (requests.exceptions.InvalidHeader("(5, 7)"), "sent", f"no whole answer came from {HOST}: (5, 7)."),
        (
            requests.ConnectionError("<X object at 0x7f01>: Failed to\r\n\x1b[31mtalk"),
            "sent",
            f"no whole answer came from {HOST}: Failed to [31mtalk.",
        ),
        (
            untrusted(),
            "connecting",
            f"the certificate of {HOST} was not accepted: * self-signed certificate. Give ca_path (or "
            "REQUESTS_CA_BUNDLE) where the service is behind an authority of your own*",
        ),
        (
            another_name(),
            "connecting",
            f"the certificate of {HOST} was not accepted: hostname 'a' doesn't match 'b'. Give ca_path *",
        ),
        (OSError("no such file: /x"), "before", f"the request to {HOST} could not be made: no such file: /x. Check *"),
        (
            requests.exceptions.InvalidURL("u:pw"),
            "before",
            f"the request to {HOST} could not be made: InvalidURL. Check *",
        ),
        (
            requests.exceptions.InvalidURL("u:pw"),
            "connecting",
            f"the request to {HOST} could not be made: InvalidURL. Check *",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_a_request_without_an_answer_is_told_with_its_reason(
    make_client: Callable[..., Any], script: Any, error: Exception, moment: str, message: str
) -> None:
    script.fails(error, moment)
    found = refusal(make_client(retries=0))
    pattern = re.escape(f"read task t: {message}").replace(r"\*", ".*")
    assert re.fullmatch(pattern, found.message), found.message
    assert (found.status, found.code, found.request_id) == (None, None, None)
    assert found.__suppress_context__


# Over a socket


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("repeatable", [True, False])
def test_a_refused_connection_is_tried_again_whatever_the_request(
    real_client: Callable[..., Any], waits: list[float], closed_port: int, repeatable: bool
) -> None:
    with real_client(retries=2) as client:
        error = refusal(client, "POST", f"http://127.0.0.1:{closed_port}/v1", body={}, repeatable=repeatable)
    assert error.__class__ is UnreachableError
    assert f"no connection to 127.0.0.1:{closed_port}: " in error.message
    assert "Connection refused" in error.message
    assert " at 0x" not in error.message
    assert waits == [0.5, 1]


@pytest.mark.parametrize("fault", [{"drop": True}, {"cut_off": True}, {"status": 503}, {"status": 429}])
def test_a_read_that_goes_wrong_is_repeated(
    emulator: Any, real_client: Callable[..., Any], waits: list[float], fault: dict[str, Any]
) -> None:
    emulator.fail("ListScheduleTasks", times=2, **fault)
    with real_client() as client:
        assert ask(client, "list", "GET", emulator.url + PATH, sign=signer()).body["count"] == 0
    assert emulator.operations == ["ListScheduleTasks"] * 3
    assert len(waits) == 2


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("fault", [{"drop": True}, {"cut_off": True}, {"status": 502}, {"delay": FOREVER}])
def test_a_create_whose_answer_is_lost_is_not_repeated(
    emulator: Any, real_client: Callable[..., Any], waits: list[float], fault: dict[str, Any], acts: bool
) -> None:
    emulator.fail("CreateScheduleTask", acts=acts, **fault)
    timeout = {"timeout": Impatient(lambda: emulator.requests)} if "delay" in fault else {}
    with real_client(**timeout) as client:
        error = refusal(client, "POST", emulator.url + PATH, body=BODY, sign=signer(), repeatable=False)
    assert error.__class__ is AnswerLostError
    assert emulator.operations == ["CreateScheduleTask"]
    assert waits == []
    # A delay does not keep the service from acting.
    assert len(emulator.workspace_app.tasks) == (acts or "delay" in fault)


def test_a_create_that_was_throttled_is_repeated_and_done_once(
    emulator: Any, real_client: Callable[..., Any], waits: list[float]
) -> None:
    emulator.fail("CreateScheduleTask", status=429, headers={"Retry-After": "3"})
    with real_client() as client:
        ask(client, "create", "POST", emulator.url + PATH, BODY, signer(), repeatable=False)
    assert emulator.operations == ["CreateScheduleTask"] * 2
    assert len(emulator.workspace_app.tasks) == 1
    assert waits == [3]


def test_a_delete_may_be_done_twice(emulator: Any, real_client: Callable[..., Any]) -> None:
    task_id = emulator.workspace_app.add_task(task_name="nightly")
    emulator.fail("DeleteScheduleTask", drop=True, acts=True)
    with real_client() as client:
        answer = ask(client, "delete", "DELETE", f"{emulator.url}{PATH}/{task_id}", sign=signer())
    assert (answer.status, answer.body) == (200, None)
    assert emulator.operations == ["DeleteScheduleTask"] * 2
    assert emulator.workspace_app.tasks == {}


def test_an_answer_that_takes_too_long_is_an_error_that_says_how_long(
    emulator: Any, real_client: Callable[..., Any]
) -> None:
    emulator.fail("ListScheduleTasks", delay=FOREVER)
    with real_client(timeout=Impatient(lambda: emulator.requests), retries=0) as client:
        error = refusal(client, url=emulator.url + PATH, sign=signer())
    assert f"{urlsplit(emulator.url).netloc} did not answer within 0.001 s" in error.message


def test_the_services_own_words_come_through(emulator: Any, real_client: Callable[..., Any]) -> None:
    with real_client() as client:
        error = refusal(client, url=f"{emulator.url}{PATH}/00000000-0000-4000-8000-000000000000", sign=signer())
    assert error.__class__ is NotFoundError
    assert (error.status, error.code) == (404, "WKS.00211902")
    assert error.request_id and f"(request id {error.request_id})" in error.message


@pytest.mark.parametrize("path", ["/nowhere", "/v1/p/schedule-tasks"])
def test_a_path_that_the_gateway_does_not_know_is_no_missing_task(
    emulator: Any, real_client: Callable[..., Any], path: str
) -> None:
    with real_client() as client:
        error = refusal(client, url=emulator.url + path, sign=signer())
    assert error.__class__ is ServiceError
    assert "404 APIGW.0101" in error.message
    assert "Check endpoint and region" in error.message


@pytest.mark.parametrize(
    "host", ["workspace..example.com", f"workspace.{'r' * 64}.example.com"], ids=["empty label", "long label"]
)
def test_a_host_that_cannot_exist_is_an_error_of_ours(
    real_client: Callable[..., Any], waits: list[float], host: str
) -> None:
    with real_client() as client:
        assert host in refusal(client, url=f"https://{host}/v1").message


# Certificates and proxies


@pytest.mark.parametrize(
    ("verify", "environ", "expected"),
    [
        (True, {}, True),
        (True, {"REQUESTS_CA_BUNDLE": "/env"}, "/env"),
        (True, {"CURL_CA_BUNDLE": "/curl"}, "/curl"),
        (True, {"REQUESTS_CA_BUNDLE": "/env", "CURL_CA_BUNDLE": "/curl"}, "/env"),
        ("/own", {}, "/own"),
        ("/own", {"REQUESTS_CA_BUNDLE": "/env"}, "/own"),
        (False, {}, False),
        (False, {"REQUESTS_CA_BUNDLE": "/env", "CURL_CA_BUNDLE": "/curl"}, False),
    ],
)
def test_certificates_are_checked_as_the_options_say_and_then_as_the_environment_says(
    make_client: Callable[..., Any],
    script: Any,
    monkeypatch: pytest.MonkeyPatch,
    verify: bool | str,
    environ: dict[str, str],
    expected: bool | str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    script.answers(200)
    ask(make_client(verify=verify), "read", "GET", URL)
    assert script.sent[0].verify == expected


def test_an_authorities_file_that_is_missing_is_an_error_that_names_it(
    real_client: Callable[..., Any], waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authorities.pem")
    with real_client() as client:
        error = refusal(client, url="https://127.0.0.1:1/v1")
    assert error.message.startswith("read task t: the request to 127.0.0.1:1 could not be made: ")
    assert "/nowhere/authorities.pem" in error.message
    assert waits == []


def test_an_https_address_of_a_plain_http_server_is_not_blamed_on_a_certificate(
    emulator: Any, real_client: Callable[..., Any]
) -> None:
    with real_client(retries=0) as client:
        error = refusal(client, url=emulator.url.replace("http:", "https:") + PATH)
    assert "certificate" not in error.message
    assert "ca_path" not in error.message


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({"HTTPS_PROXY": "http://proxy:3128"}, URL, "http://proxy:3128"),
        ({"https_proxy": "http://proxy:3128"}, URL, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "http://workspace.example.com/", None),
        ({"HTTP_PROXY": "http://proxy:3128"}, URL, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "other.com,.example.com"}, URL, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "other.com"}, URL, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, URL, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "127.0.0.0/8"}, "https://127.0.0.1/", None),
        ({}, URL, None),
    ],
)
def test_the_proxies_of_the_environment_are_used(
    client: Any,
    script: Any,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    url: str,
    proxy: str | None,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    script.answers(200)
    ask(client, "read", "GET", url)
    assert requests.utils.select_proxy(url, script.sent[0].proxies) == proxy


def test_the_environment_is_searched_once_for_each_host(
    client: Any, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com")
    for _count in range(2):
        for host in ("one.example.com", "two.example.com"):
            script.answers(200)
            ask(client, "list", "GET", f"https://{host}/v1/x")
        monkeypatch.setenv("https_proxy", "http://another.example.com")
    assert {sent.proxies["https"] for sent in script.sent} == {"http://proxy.example.com"}


def test_a_host_that_needs_no_proxy_has_none_after_another_that_does(
    client: Any, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example.com")
    monkeypatch.setenv("no_proxy", "two.example.com")
    for host in ("one.example.com", "two.example.com", "one.example.com"):
        script.answers(200)
        ask(client, "list", "GET", f"https://{host}/v1/x")
    assert [sent.proxies.get("https") for sent in script.sent] == [
        "http://proxy.example.com",
        None,
        "http://proxy.example.com",
    ]


@pytest.mark.parametrize("proxy", ["http://user:hidden@127.0.0.1:{port}", "http://user:hidden@[bad"])
def test_a_proxy_that_is_not_there_is_an_error_without_its_password(
    real_client: Callable[..., Any], closed_port: int, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(port=closed_port))
    with real_client(retries=1) as client:
        error = refusal(client)
    assert HOST in error.message
    assert "hidden" not in error.message


# Addresses


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ""),
        ({"a": None}, ""),
        ({"b": 1, "a": "x"}, "?a=x&b=1"),
        ({"a": "", "b": 0, "c": False}, "?a=&b=0&c=False"),
        ({"a": "x y", "b": "任"}, "?a=x%20y&b=%E4%BB%BB"),
        ({"a": "+*~-_./&=%?#"}, "?a=%2B%2A~-_.%2F%26%3D%25%3F%23"),
        ({"ä b": "x"}, "?%C3%A4%20b=x"),
    ],
)
def test_a_query_is_sorted_and_encoded(query: dict[str, Any], expected: str) -> None:
    url = with_query("https://example.com/v1", query)
    assert url == f"https://example.com/v1{expected}"
    given = {key: str(value) for key, value in query.items() if value is not None}
    assert dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)) == given


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://workspace.example.com", "https://workspace.example.com"),
        ("https://workspace.example.com/", "https://workspace.example.com"),
        ("https://workspace.example.com///", "https://workspace.example.com"),
        ("workspace.example.com", "https://workspace.example.com"),
        ("workspace.example.com:8443", "https://workspace.example.com:8443"),
        ("workspace.example.com/base/", "https://workspace.example.com/base"),
        ("http://127.0.0.1:8080/base", "http://127.0.0.1:8080/base"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("[::1]", "https://[::1]"),
        ("HTTPS://Workspace.example.com", "HTTPS://Workspace.example.com"),
        ("localhost", "https://localhost"),
    ],
)
def test_an_address_is_taken_without_its_last_slash(value: str, expected: str) -> None:
    assert base_url("endpoint", value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "",
        "/",
        "https://",
        "https:///v1",
        "ftp://workspace.example.com",
        "file:///etc/passwd",
        "://workspace.example.com",
        "https://:443",
        "https://workspace.example.com:0",
        "https://workspace.example.com:65536",
        "https://workspace.example.com:https",
        "https://user@workspace.example.com",
        "https://user:pw@workspace.example.com",
        "https://@workspace.example.com",
        "https://workspace.example.com?x=1",
        "https://workspace.example.com/#x",
        "https://workspace.example.com?",
        "https://workspace.example.com#",
        "https://workspace.example.com/v1?/",
        "https://work space.example.com",
        "https://workspace.example.com\n",
        "https://workspace.example.com\\v1",
        "https://[::1",
        "https://[workspace]",
        "https:/workspace.example.com",
        "https://work\x1bspace.example.com",
        "https://work\x00space.example.com",
    ],
)
def test_an_address_that_is_none_is_refused_in_the_name_of_its_option(value: str) -> None:
    with pytest.raises(OptionError) as caught:
        base_url("endpoints.workspace_app", value)
    assert caught.value.option == "endpoints.workspace_app"
    shown = repr(f"https://***@{value.rpartition('@')[2]}" if "@" in value else value)
    assert caught.value.message.startswith(f"endpoints.workspace_app: {shown} is refused: it is the address of")


# Paging


@pytest.mark.parametrize("known", [True, False], ids=["count", "no count"])
@pytest.mark.parametrize(
    ("count", "if_known", "if_not"),
    [
        (0, [0], [0]),
        (1, [0], [0]),
        (99, [0], [0]),
        # The count may be too low.
        (100, [0, 100], [0, 100]),
        (101, [0, 100], [0, 100]),
        (200, [0, 100, 200], [0, 100, 200]),
        (250, [0, 100, 200], [0, 100, 200]),
    ],
)
def test_a_listing_is_read_to_its_end(count: int, if_known: list[int], if_not: list[int], known: bool) -> None:
    asked = []

    def fetch(offset: int) -> tuple[list[int], int | None]:
        asked.append(offset)
        return list(range(offset, min(offset + 100, count))), count if known else None

    assert list(pages("list", fetch, 100)) == list(range(count))
    assert asked == (if_known if known else if_not)


@pytest.mark.parametrize("cap", [1, 30, 99])
def test_a_listing_whose_pages_are_smaller_than_asked_for_is_read_to_its_count(cap: int) -> None:
    assert list(pages("list", lambda offset: (list(range(offset, min(offset + cap, 250))), 250), 100)) == list(
        range(250)
    )


@pytest.mark.parametrize(("total", "expected"), [(5, 3), (3, 3), (2, 3), (0, 3), (-1, 3)])
def test_a_count_that_is_wrong_neither_loses_an_item_nor_goes_on_for_ever(total: int, expected: int) -> None:
    assert len(list(pages("list", lambda offset: ([1, 2, 3][offset:], total), 100))) == expected


def test_a_listing_is_read_no_further_than_it_is_looked_at() -> None:
    asked = []

    def fetch(offset: int) -> tuple[list[int], int]:
        asked.append(offset)
        return [offset], 1000

    assert next(pages("list", fetch, 100)) == 0
    assert asked == [0]


class SideBySide:
    """Calls a function for several items in an order of its own, as threads may, and notes the items."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    def __call__(self, function: Callable[[int], Any], items: Sequence[int]) -> Iterator[Any]:
        self.groups.append(list(items))
        results = {item: function(item) for item in reversed(items)}
        return (results[item] for item in items)


@pytest.mark.parametrize("counted", [0, 3, 100, 199, 200])
def test_a_count_that_is_too_low_ends_no_listing(counted: int) -> None:
    there = list(range(250))
    assert list(pages("list", lambda offset: (there[offset : offset + 100], counted), 100)) == there


def test_a_service_that_answers_its_only_page_again_has_told_all() -> None:
    page = list(range(100))
    assert list(pages("list", lambda offset: (page, 100), 100)) == page


@pytest.mark.parametrize(
    ("count", "groups"),
    [
        (0, [[0]]),
        (100, [[0], [100]]),
        (101, [[0], [100]]),
        (450, [[0], [100, 200, 300, 400]]),
    ],
)
def test_pages_whose_number_is_known_are_read_side_by_side(count: int, groups: list[list[int]]) -> None:
    aside = SideBySide()
    listed = pages("list", lambda offset: (list(range(offset, min(offset + 100, count))), count), 100, aside)
    assert list(listed) == list(range(count))
    assert aside.groups == groups


def test_pages_whose_number_is_not_known_are_read_one_after_the_other() -> None:
    aside = SideBySide()
    listed = pages("list", lambda offset: (list(range(offset, min(offset + 100, 250))), None), 100, aside)
    assert list(listed) == list(range(250))
    assert aside.groups == [[0], [100], [200]]


def test_a_service_with_smaller_pages_is_read_side_by_side_once_that_is_sure() -> None:
    aside = SideBySide()
    listed = pages("list", lambda offset: (list(range(offset, min(offset + 30, 200))), 200), 100, aside)
    assert list(listed) == list(range(200))
    assert aside.groups == [[0], [30], [60, 90, 120, 150, 180]]


def test_a_page_that_is_suddenly_short_loses_nothing() -> None:
    aside = SideBySide()

    def fetch(offset: int) -> tuple[list[int], int]:
        size = 40 if offset == 200 else 100
        return list(range(offset, min(offset + size, 600))), 600

    assert list(pages("list", fetch, 100, aside)) == list(range(600))
    assert aside.groups == [[0], [100, 200, 300, 400, 500], [240], [340], [440, 540]]


def test_a_listing_that_grows_meanwhile_is_read_to_its_new_end() -> None:
    aside = SideBySide()
    counts = iter([200, 350, 350, 350])

    def fetch(offset: int) -> tuple[list[int], int]:
        return list(range(offset, min(offset + 100, 350))), next(counts)

    assert list(pages("list", fetch, 100, aside)) == list(range(350))
    assert aside.groups == [[0], [100], [200, 300]]


@pytest.mark.parametrize(
    ("most", "groups", "told"),
    [(1, [[0]], 100), (100, [[0]], 100), (101, [[0], [100]], 200), (999, [[0], [100, 200], [300]], 300)],
)
def test_no_more_pages_are_read_than_are_wanted(most: int, groups: list[list[int]], told: int) -> None:
    aside = SideBySide()
    listed = pages("list", lambda offset: (list(range(offset, min(offset + 100, 300))), 300), 100, aside, most)
    assert list(listed) == list(range(told))
    assert aside.groups == groups


def test_however_many_items_a_service_says_that_it_has_only_so_many_pages_are_read_ahead() -> None:
    aside = SideBySide()

    def fetch(offset: int) -> tuple[list[int], int]:
        return [offset] if offset < 3 else [], 10**30

    assert list(pages("list", fetch, 1, aside)) == [0, 1, 2]
    assert [len(group) for group in aside.groups] == [1, 1000]


def test_requests_are_under_way_at_the_same_time(
    emulator: Any, real_client: Callable[..., Any], hold: Callable[..., None]
) -> None:
    hold("ListScheduleTasks", 12, 12)
    url = f"{emulator.url}{PATH}?offset=0&limit=1"
    with real_client(parallel=12, retries=0) as client:
        answers = list(
            client.side_by_side(lambda number: ask(client, "list", "GET", url, sign=signer_of_project()), range(12))
        )
    assert [answer.status for answer in answers] == [200] * 12


def test_a_request_that_nobody_waits_for_is_not_repeated(
    make_client: Callable[..., Any], script: Any, join_threads: Callable[[], None]
) -> None:
    script.answers(503).answers(400, {"error_code": "X.1", "error_msg": "no"})
    repeated, failed = threading.Event(), threading.Event()
    signed: list[str] = []

    def sleep(seconds: float) -> None:
        repeated.set()
        assert failed.wait(PATIENCE)

    def sign(request: Any) -> Any:
        signed.append(request.url)
        return request

    client = make_client(sleep=sleep, parallel=2)

    def ask_for(number: int) -> Any:
        if number == 1:
            assert repeated.wait(PATIENCE)
        return ask(client, "list", "GET", URL, sign=sign)

    with pytest.raises(ServiceError, match=r"X\.1"):
        list(client.side_by_side(ask_for, range(2)))
    failed.set()
    join_threads()
    assert len(signed) == 2


# Without requests


def test_a_missing_library_is_noted_and_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _session.REQUESTS_IMPORT_ERROR is None
    monkeypatch.setitem(sys.modules, "requests", None)
    spec = importlib.util.spec_from_file_location(f"{_session.__name__}_without_requests", _session.__file__)
    assert spec is not None and spec.loader is not None
    without = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(without)
    assert "ModuleNotFoundError" in without.REQUESTS_IMPORT_ERROR


def test_a_secret_that_contains_another_one_is_masked_whole(client: Any, script: Any) -> None:
    for secret in ("hidden", "hidden-secret"):
        client.secrets.keep(secret)
    script.answers(400, {"error_code": "WKS.1", "error_msg": "you sent hidden-secret"})
    assert refusal(client).text == f"you sent {MASK}"


def test_a_secret_in_the_words_of_a_library_is_masked(client: Any, script: Any) -> None:
    client.secrets.keep("hidden-secret")
    for moment in ("before", "connecting", "sent"):
        script.fails(requests.exceptions.InvalidHeader("bad value 'hidden-secret'"), moment)
        assert "hidden-secret" not in refusal(client, "POST", repeatable=False).message


class QuotingProxy(BaseHTTPRequestHandler):
    """Refuses everybody, and quotes what it was sent: in the status line, a header and the body."""

    def do_GET(self) -> None:
        said = self.headers["Proxy-Authorization"]
        credentials = base64.b64decode(said.split()[1]).decode("latin-1")
        self.send_response(407, f"Not with {said} of {credentials}")
        body = json.dumps({"error_code": "P.1", "error_msg": f"{said}: {quote(quote(credentials))}"}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_CONNECT = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("user_info", "secrets"),
    [
        ("me:Zq%2Fhid%2Bden", ["Zq/hid+den", base64.b64encode(b"me:Zq/hid+den").decode()]),
        ("me:Zq", ["Zq", base64.b64encode(b"me:Zq").decode()]),
        ("me:", [base64.b64encode(b"me:").decode()]),
    ],
)
def test_a_proxy_that_quotes_its_credentials_is_quoted_without_them(
    real_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, scheme: str, user_info: str, secrets: list[str]
) -> None:
    with HTTPServer(("127.0.0.1", 0), QuotingProxy) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://{user_info}@127.0.0.1:{server.server_port}")
        client = real_client(retries=0)
        with pytest.raises(ServiceError, match="407") as caught:
            ask(client, "list", "GET", f"{scheme}://cloud.example.com/")
        server.shutdown()
    told = json.dumps(caught.value.to_result())
    assert MASK in told
    assert [secret for secret in [*secrets, "Zq"] if secret in told] == []


def test_a_proxy_of_the_environment_without_a_host_is_an_error_of_ours(
    real_client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@")
    with real_client(retries=0) as client:
        error = refusal(client)
    assert "HTTPS_PROXY" in error.message
    assert "hidden" not in error.message
