# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One response as it is read: as an answer, or as the error that says what came instead."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    NotFoundError,
    OutcomeUnknownError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import (
    MOST_LEVELS,
    NO_ERROR_RULES,
    Answer,
    ErrorRules,
    ResponseParser,
    parse,
)

SECRET = "s3cret"


def reading(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, error_rules: ErrorRules = NO_ERROR_RULES
) -> ResponseParser:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = SimpleNamespace(
        status_code=status, headers=CaseInsensitiveDict(headers or {}), url="https://user@ecs.example.com:8443/v1/x?y=z"
    )
    return ResponseParser("read it", response, content, lambda text: text.replace(SECRET, "***"), error_rules)


def error(*arguments: Any, **options: Any) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        reading(*arguments, **options).answer()
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 204, 299])
@pytest.mark.parametrize(
    ("content", "body"),
    [(b"", None), (b" \n", None), (b"null", None), (b'\xef\xbb\xbf{"a": 1}', {"a": 1}), (b"[]", [])],
)
def test_a_success_is_an_answer(status: int, content: bytes, body: Any) -> None:
    answer = reading(status, content, {"Server": "api"}).answer()
    assert (answer.status, answer.body, answer.headers["server"], answer.request_id) == (status, body, "api", None)


@pytest.mark.parametrize(
    ("headers", "body", "request_id"),
    [
        ({"X-Request-Id": "r-1"}, {}, "r-1"),
        ({"x-request-id": "r-1"}, {"request_id": "r-2"}, "r-1"),
        ({}, {"request_id": "r-2"}, "r-2"),
        ({}, {"request_id": 7}, None),
        ({}, {"request_id": ""}, None),
        ({}, ["request_id"], None),
        ({"X-Request-Id": f"r-{SECRET}"}, {}, "r-***"),
    ],
)
def test_the_name_of_a_request_is_kept_without_any_secret(
    headers: dict[str, str], body: Any, request_id: str | None
) -> None:
    assert reading(200, body, headers).answer().request_id == request_id
    assert error(403, body, headers).request_id == request_id


def test_an_answer_that_is_none_which_the_pages_promise_is_as_good_as_lost() -> None:
    lost = Answer("read it", 202, {}, [], "r-1").unusable("it is no object", "Look again")
    assert isinstance(lost, AnswerLostError)
    assert str(lost) == "read it: 202, but it is no object (request id r-1). Look again."
    assert (lost.status, lost.request_id) == (202, "r-1")
    assert str(Answer("read it", 200, {}, [], None).unusable("it is no object")) == "read it: 200, but it is no object."


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (199, ServiceError),
        (300, ServiceError),
        (302, ServiceError),
        (399, ServiceError),
        (400, ServiceError),
        (404, ServiceError),
        (429, ServiceError),
        (499, ServiceError),
        (500, OutcomeUnknownError),
        (501, ServiceError),
        (502, AnswerLostError),
        (503, AnswerLostError),
        (504, AnswerLostError),
        (505, ServiceError),
    ],
)
@pytest.mark.parametrize("body", [{}, b"", b"<html>", b"{"])
def test_the_status_says_what_is_known_of_a_request_that_failed(
    status: int, kind: type[ServiceError], body: Any
) -> None:
    refused = error(status, body)
    if status == 199 and body in (b"<html>", b"{"):
        kind = AnswerLostError
    assert refused.__class__ is kind
    assert refused.status == status


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://login.example.com/x?y", "login.example.com"),
        ("https://user:password@login.example.com:444/x", "login.example.com:444"),
        ("https://a@b@login.example.com/x", "login.example.com"),
        (f"https://{SECRET}.example.com/", "***.example.com"),
        ("/elsewhere", "another address"),
        ("https://[broken/", "another address"),
        ("", "another address"),
    ],
)
def test_a_redirect_is_told_and_not_followed(location: str, target: str) -> None:
    assert str(error(307, b"<html>moved</html>", {"Location": location})) == (
        f"read it: 307, a redirect to {target}, which is not followed. Check endpoint and auth_url."
    )


@pytest.mark.parametrize("status", [300, 307, 399])
def test_a_redirect_to_nowhere_is_told_too(status: int) -> None:
    assert f"{status}, a redirect to another address, which" in str(error(status))


@pytest.mark.parametrize(
    ("body", "code", "text", "words"),
    [
        ({"error_code": "W.1", "error_msg": "no"}, "W.1", "no", "W.1 no"),
        ({"errorCode": "W.1", "errorMsg": "no"}, "W.1", "no", "W.1 no"),
        ({"code": "W.1", "message": "no"}, "W.1", "no", "W.1 no"),
        ({"code": "W.1", "error_detail": "no"}, "W.1", "no", "W.1 no"),
        ({"error_code": "W.1", "code": "W.2", "errorCode": "W.3"}, "W.1", None, "W.1"),
        ({"error_msg": "no", "message": "never"}, None, "no", "no"),
        ({"error": {"code": 418, "message": "no"}}, "418", "no", "no"),
        ({"error": {"code": 403, "message": "no"}}, "403", "no", "403 no"),
        ({"error": "no", "error_msg": "never"}, None, "never", "never"),
        ({"error_code": "", "code": " ", "error_msg": None, "message": []}, None, None, "without a reason"),
        ({"error_code": True, "error_msg": {"a": 1}}, None, None, "without a reason"),
        ({"error_code": 7, "error_msg": 0}, "7", "0", "7 0"),
        (["error_code"], None, None, "without a reason"),
        (
            {"error_msg": f"a {SECRET}\nis\x1b[31m no\tsecret"},
            None,
            "a *** is [31m no secret",
            "a *** is [31m no secret",
        ),
        ({"error_msg": "x" * 400}, None, "x" * 300 + "...", "x" * 300 + "..."),
    ],
)
def test_a_refusal_is_told_in_the_services_own_words(body: Any, code: Any, text: Any, words: str) -> None:
    refused = error(418, body)
    assert (refused.code, refused.text) == (code, text)
    assert str(refused) == f"read it: 418 {words}."


@pytest.mark.parametrize("status", [400, 429, 503])
@pytest.mark.parametrize("body", [{}, b"no JSON"])
def test_a_wish_to_wait_is_told(status: int, body: Any) -> None:
    told = str(error(status, body, {"Retry-After": "120"}))
    assert ", asks to wait: Retry-After 120." in told
    assert "asks to wait" not in str(error(status, body, {"Retry-After": ""}))


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("APIGW.0303", "Set the clock of the machine"),
        ("APIG.0303", "Set the clock of the machine"),
        ("W.0303", "Check that the user has the permission"),
        (None, "Check that the user has the permission"),
    ],
)
def test_what_a_code_says_counts_more_than_what_the_status_says(code: str | None, advice: str) -> None:
    assert f". {advice}" in str(error(403, {"error_code": code}))


def test_a_service_may_know_better_what_to_do() -> None:
    asked = []

    def advise(*facts: Any) -> str | None:
        asked.append(facts)
        return "Ask Jane" if facts[2] == "no" else None

    error_rules = ErrorRules(advise=advise)
    assert str(error(403, {"code": "APIG.1", "message": "no"}, error_rules=error_rules)).endswith(" no. Ask Jane.")
    assert "permission" in str(error(403, {}, error_rules=error_rules))
    assert asked == [(403, "APIGW.1", "no"), (403, "", "")]


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (404, {"code": "W.1", "message": "gone"}, NotFoundError),
        (404, {"code": "W.1"}, NotFoundError),
        (404, {"code": "APIGW.0101"}, ServiceError),
        (404, {"code": "APIG.0101"}, ServiceError),
        (404, {"message": "gone"}, ServiceError),
        (404, {"code": "W.2"}, ServiceError),
        (500, {"code": "W.1"}, OutcomeUnknownError),
        (503, {"code": "W.1"}, AnswerLostError),
    ],
)
def test_only_the_service_itself_can_say_that_there_is_no_such_task(
    status: int, body: Any, kind: type[ServiceError]
) -> None:
    error_rules = ErrorRules(missing=lambda status, code, text: code != "W.2" and text in ("gone", ""))
    assert error(status, body, error_rules=error_rules).__class__ is kind


def test_a_success_that_says_no_is_a_refusal() -> None:
    error_rules = ErrorRules(hidden=lambda body: body == {"error_code": "W.1"})
    assert str(error(200, {"error_code": "W.1"}, error_rules=error_rules)) == "read it: 200 W.1."
    assert reading(200, {"error_code": "W.2"}, error_rules=error_rules).answer().body == {"error_code": "W.2"}


@pytest.mark.parametrize(
    ("content", "media_type", "told"),
    [
        (b"plain text", "", "no whole JSON: plain text"),
        (b"\xff", "", "no whole JSON: \ufffd"),
        (b"\x00", "", "no whole JSON"),
        (b'{"a": ', "", 'no whole JSON: {"a":'),
        (b"sign in", "text/HTML; charset=utf-8", "an HTML page instead of JSON: sign in"),
        (b" <p>Sign<br>in</p>", "", "an HTML page instead of JSON: Sign in"),
        (b"<SCRIPT>a</script><b>S<i>t</b>", "", "an HTML page instead of JSON: a S t"),
        (b"<script x>a\nb</script>in<style>c</style>", "", "an HTML page instead of JSON: in"),
        (b"<a\nb>", "", "an HTML page instead of JSON"),
        (SECRET.encode() + b" <b>", "", "no whole JSON: *** <b>"),
    ],
)
def test_what_is_no_json_is_quoted_in_one_line(content: bytes, media_type: str, told: str) -> None:
    advice = "Check that user@ecs.example.com:8443 is the service's host and that no proxy answers for it"
    assert str(error(400, content, {"Content-Type": media_type})) == f"read it: 400 with {told}. {advice}."
    shown = "no whole JSON" if content.startswith(b"{") else told
    lost = error(200, content, {"Content-Type": media_type})
    assert isinstance(lost, AnswerLostError)
    assert str(lost) == f"read it: 200, but what came with it is {shown}. {advice}."


def test_the_beginning_of_a_list_that_came_with_a_success_is_not_quoted() -> None:
    assert "what came with it is no whole JSON. Check" in str(error(200, b' [{"a": 1}'))
    assert "300 no" not in str(error(299, b"[1"))


@pytest.mark.parametrize(
    ("content", "parsed"),
    [
        (b"1.5", 1.5),
        (b"-1e2", -100.0),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'["\\ud83d", "\\uDC00x"]', ["?", "?x"]),
        (b'{"\\udc00": "\\u00fc"}', {"?": "\u00fc"}),
    ],
)
def test_json_is_read_into_what_can_be_written_again(content: bytes, parsed: Any) -> None:
    assert parse(content) == parsed


@pytest.mark.parametrize("content", [b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"-1e999", b'"\xff"', b"{'a': 1}"])
def test_what_other_programs_do_not_take_for_json_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(content)


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("beside", [b"", b"1,"])
def test_json_may_be_nested_so_deeply_and_no_deeper(begin: bytes, end: bytes, beside: bytes) -> None:
    if beside and begin != b"[":
        begin = b'{"b": 1, "a":'
    elif beside:
        begin += beside
    for levels in (MOST_LEVELS - 1, MOST_LEVELS):
        parse(begin * (levels - 1) + (b"[]" if begin.startswith(b"[") else b"{}") + end * (levels - 1))
    for levels in (MOST_LEVELS + 1, MOST_LEVELS + 2, 100_000):
        with pytest.raises(ValueError, match="deep"):
            parse(begin * levels + b"1" + end * levels)
