# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CodeArts Check answers and takes, without any request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    AnswerLostError,
    OptionError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import codearts_check
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.codearts_check import CodeArtsCheck
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask


@pytest.mark.parametrize(
    ("body", "says_no"),
    [
        (None, False),
        ([], False),
        ("error", False),
        ({}, False),
        ({"status": "success", "httpStatus": "OK", "error": None, "error_code": ""}, False),
        ({"error_code": "CC.1"}, True),
        ({"errorCode": "CC.1"}, True),
        ({"error": {"code": "CC.1"}}, True),
        ({"status": "failed"}, True),
        ({"httpStatus": "FAILED"}, True),
    ],
    ids=str,
)
def test_a_success_may_say_no(body: Any, says_no: bool) -> None:
    assert CodeArtsCheck.error_rules.hidden(body) is says_no


def test_its_host_is_that_of_the_region() -> None:
    assert CodeArtsCheck.host("cn-north-4", "cn") == "codearts-check.cn-north-4.myhuaweicloud.com"
    with pytest.raises(AccountError, match="^region is needed, since endpoint is not given\\."):
        CodeArtsCheck.host(None, "cn")


@pytest.mark.parametrize("operator", ["", "a b", "x" * 129])
def test_an_operator_that_no_header_can_carry_is_refused(operator: str) -> None:
    service = CodeArtsCheck(SimpleNamespace(side_by_side=map, wait=None), "https://example.com")  # type: ignore[arg-type]
    with pytest.raises(OptionError) as caught:
        service.look_up(ScheduledTask(id="t-1", own={"operator": operator}))
    assert caught.value.message == (
        f"operator: {operator!r} is refused: it is sent as a header, so it has 1 to 128 ASCII characters without "
        "blanks."
    )


@pytest.mark.parametrize("body", [{}, {"result": []}, {"result": "x"}], ids=str)
def test_an_answer_without_a_result_is_as_good_as_lost(body: dict[str, Any]) -> None:
    with pytest.raises(AnswerLostError, match="^read it: 200, but the answer has no object as its result\\.$"):
        codearts_check._read_result(Answer("read it", 200, {}, body, None), "t-1")
    assert codearts_check._read_result(Answer("read it", 200, {}, {"result": None}, None), "t-1") is None


def test_a_task_is_of_its_service() -> None:
    task = codearts_check._read_task("t-1", {"cronStatus": "1", "weekDays": "0"})
    assert (task.service, task.id, task.enabled) == ("codearts_check", "t-1", True)
