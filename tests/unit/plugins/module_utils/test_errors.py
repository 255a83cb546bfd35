# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user and a playbook get to see of an error."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_VALUE,
    AccountError,
    AnswerLostError,
    CloudCronError,
    InterruptedChangeError,
    LibraryError,
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    UnexpectedError,
    UnwantedError,
    brief,
    quoted,
)


@pytest.mark.parametrize("kind", [CloudCronError, TaskError, AccountError])
def test_a_plain_error_results_in_its_message_alone(kind: type[CloudCronError]) -> None:
    error = kind("It went wrong.")
    assert str(error) == "It went wrong."
    assert error.details() == {}
    assert error.to_result() == {"failed": True, "msg": "It went wrong."}


@pytest.mark.parametrize(
    ("value", "shown"), [("25:00", "'25:00'"), (0, "0"), (None, "None"), ("\x1b[31m", r"'\x1b[31m'")]
)
def test_a_refused_option_is_named_with_its_value_and_what_it_may_be(value: Any, shown: str) -> None:
    assert OptionError("schedule.time", value, "it is a time of day").to_result() == {
        "failed": True,
        "msg": f"schedule.time: {shown} is refused: it is a time of day.",
        "option": "schedule.time",
    }


@pytest.mark.parametrize("option", ["description", "coc.input_param", "coc.input_param.a.b", "workspace.extra_params"])
@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("hidden", "text of length 6"),
        ({"hidden": 1}, "dictionary of length 1"),
        (["hidden"], "list of length 1"),
        (float("inf"), "a number"),
    ],
)
def test_of_an_option_that_may_have_a_secret_only_the_size_is_told(option: str, value: Any, told: str) -> None:
    error = OptionError(option, value, "it is something else")
    assert error.message == f"{option}: {told} is refused: it is something else."
    assert quoted(value, option) == told
    assert OptionError("name", value, "no", is_hidden=True).message == f"name: {told} is refused: no."


def test_a_missing_library_hands_over_the_import_error() -> None:
    assert LibraryError("requests is missing", "Traceback ...").to_result() == {
        "failed": True,
        "msg": "requests is missing",
        "exception": "Traceback ...",
    }


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({}, "read it: 404 no"),
        ({"request_id": "r-1"}, "read it: 404 no (request id r-1)"),
        ({"advice": "Look again"}, "read it: 404 no. Look again"),
        ({"request_id": "r-1", "advice": "Look again"}, "read it: 404 no (request id r-1). Look again"),
    ],
)
@pytest.mark.parametrize("kind", [ServiceError, NotFoundError, AnswerLostError])
def test_a_services_error_is_one_sentence_and_its_advice(
    kind: type[ServiceError], facts: dict[str, Any], message: str
) -> None:
    assert kind("read it", "404 no", **facts).message == f"{message}."


def test_a_services_error_hands_over_all_that_is_known() -> None:
    error = ServiceError("read it", "404 no", 404, "WKS.1", "no", "r-1", "Look again")
    assert error.to_result() == {
        "failed": True,
        "msg": error.message,
        "status": 404,
        "error_code": "WKS.1",
        "error_msg": "no",
        "request_id": "r-1",
    }


def test_a_services_error_leaves_out_what_is_not_known() -> None:
    error = ServiceError("read it", "no connection")
    assert error.details() == {"status": None, "error_code": None, "error_msg": None, "request_id": None}
    assert error.to_result() == {"failed": True, "msg": "read it: no connection."}


def test_a_fact_that_is_zero_or_false_is_known_all_the_same() -> None:
    class Measured(CloudCronError):
        def details(self) -> dict[str, Any]:
            return {"count": 0, "done": False, "text": "", "unknown": None}

    assert Measured("It went wrong.").to_result() == {
        "failed": True,
        "msg": "It went wrong.",
        "count": 0,
        "done": False,
        "text": "",
    }


def test_a_broken_change_says_what_was_done_and_keeps_the_facts_of_its_cause() -> None:
    cause = ServiceError("disable it", "403 no", 403, "WKS.2", "no", "r-2")
    error = InterruptedChangeError(cause, ["create", "update"], "nightly (t-1)")
    assert error.cause is cause
    assert error.done == ["create", "update"]
    assert error.to_result() == {
        "failed": True,
        "msg": "disable it: 403 no (request id r-2). Before that, this was done to scheduled task nightly (t-1) and "
        "stays: create, update. Run the same task again to finish the change.",
        "status": 403,
        "error_code": "WKS.2",
        "error_msg": "no",
        "request_id": "r-2",
        "changed": True,
        "operations": ["create", "update"],
    }


def test_a_change_that_broke_without_an_answer_is_a_change_all_the_same() -> None:
    result = InterruptedChangeError(
        AnswerLostError("update it", "the connection was lost"), ["create"], "t"
    ).to_result()
    assert result.keys() == {"failed", "msg", "changed", "operations"}
    assert result["changed"] is True


@pytest.mark.parametrize(
    ("characters", "end"), [(LONGEST_VALUE - 2, "xx'"), (LONGEST_VALUE - 1, "x... (201 characters)")]
)
def test_a_long_value_is_shown_in_part(characters: int, end: str) -> None:
    text = quoted("x" * characters)
    assert text[:LONGEST_VALUE].startswith("'xxx")
    assert text[LONGEST_VALUE - 3 :].startswith("xx")
    assert text.endswith(end)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("a\n\tb\x1b[31m  c", "a b [31m c"),
        (" nightly ", "nightly"),
        ("\u202eabc\u2028d", "abc d"),
        (7, "7"),
        (None, "None"),
        ("x" * LONGEST_NAME, "x" * LONGEST_NAME),
        ("x" * (LONGEST_NAME + 1), "x" * LONGEST_NAME + "..."),
    ],
)
def test_words_are_brief_and_on_one_line(words: Any, line: str) -> None:
    assert brief(words) == line
    assert brief("a b c", 3) == "a b..."


def test_a_message_does_nothing_to_a_terminal_and_has_an_end() -> None:
    error = CloudCronError("a\x1b[31m\nb \x00c")
    assert str(error) == error.message == "a [31m b  c"
    assert len(CloudCronError("x" * 9999).message) == LONGEST_MESSAGE


def test_a_bug_asks_to_be_reported_and_keeps_its_trace() -> None:
    assert UnexpectedError(KeyError("a"), "Traceback ...").to_result() == {
        "failed": True,
        "msg": "This is a bug of cloudcron.huaweicloud: KeyError: 'a'. Please report it, with what Ansible says at "
        "-vvv, after looking through it for what is nobody else's business.",
        "exception": "Traceback ...",
    }


UNKNOWN = "Whether this was carried out is not known."
STAYS = "Before that, this was done to scheduled task t and stays: create."
IN_ALL = "In all, this was done to scheduled task t: create."
AGAIN = "Run the same task again to finish the change."


@pytest.mark.parametrize(
    ("kind", "done", "state", "is_undone", "words"),
    [
        (ServiceError, [], None, False, [AGAIN]),
        (ServiceError, ["create"], None, False, [STAYS, AGAIN]),
        (ServiceError, ["create"], "It is enabled", False, [IN_ALL, "It is enabled.", AGAIN]),
        (ServiceError, ["create"], "It is as before", True, [IN_ALL, "It is as before."]),
        (ServiceError, [], "It is as before", True, ["It is as before."]),
        (OutcomeUnknownError, [], None, False, [UNKNOWN, AGAIN]),
        (AnswerLostError, ["create"], None, False, [UNKNOWN, STAYS, AGAIN]),
        (OutcomeUnknownError, ["create"], "It is as before", True, [UNKNOWN, IN_ALL, "It is as before.", AGAIN]),
        (UnwantedError, ["create"], None, False, [IN_ALL]),
        (UnwantedError, [], "It is enabled", False, ["It is enabled."]),
    ],
)
def test_a_broken_change_says_what_is_known_of_its_state(
    kind: type[CloudCronError], done: list[str], state: str | None, is_undone: bool, words: list[str]
) -> None:
    cause = kind("It broke.") if kind is UnwantedError else kind("do it", "it broke")  # type: ignore[call-arg]
    assert (cause.state, cause.is_undone) == (None, False)
    cause.state, cause.is_undone = state, is_undone
    error = InterruptedChangeError(cause, done, "t")
    assert error.message == " ".join([cause.message, *words])
    assert error.details()["changed"] is bool(done)
