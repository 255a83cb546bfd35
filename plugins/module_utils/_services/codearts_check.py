# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CodeArts Check: when a code check runs, `/v1/tasks/{task_id}/taskcron`.

It can be read and not set: no page and no SDK of the vendor has an operation for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from .._errors import NotFoundError, OptionError
from .._http._answers import Answer, ErrorRules
from .._http._credentials import HEADER_SAFE
from .._http._iam import needed_region
from .._http._request import Request, segment
from .._schedule import Schedule
from .._task import ScheduledTask
from .._times import WEEKDAYS, by_weekday, parse_time
from . import _wire as wire
from ._service import Service
from ._shapes import as_object, check_about

OPERATOR_LENGTH = 128
# Unlike the other services, this one counts from 0, which is Sunday.
WEEKDAYS_BY_NUMBER = {str(number): name for number, name in enumerate(WEEKDAYS)}
KNOWN_FIELDS = ("taskId", "cronStatus", "weekDays", "detailTime", "timeOffset", "creator")

ADVICE: dict[Any, str] = {
    401: "Check the credentials and whether they have expired. The page of this operation asks for a token: where keys "
    "are refused, give auth_token, or user_name with user_password and domain_name",
    "CC.00050007": "IAM did not accept the credentials: check them, and give a token where keys are refused",
    "CC.00050010": "Check that the user has the permission codeartscheck:task:get",
    "CC.00050013": "Check id, and that project_id is the project of the check task",
}


def _hidden(body: Any) -> bool:
    """Return whether an answer with status 200 is an error, which the page says it can be."""
    if not isinstance(body, dict):
        return False
    named = any(body.get(name) for name in ("error_code", "errorCode", "error"))
    return named or any(str(body.get(name)).lower() == "failed" for name in ("status", "httpStatus"))


class CodeArtsCheck(Service):
    """The schedule of a code check."""

    name = "codearts_check"
    title = "CodeArts Check"
    look_up_options = ("operator",)
    error_rules = ErrorRules(
        missing=lambda status, code, text: status == 404,
        hidden=_hidden,
        advise=lambda status, code, text: (
            ADVICE.get(code) or (None if code.startswith("APIGW.") else ADVICE.get(status))
        ),
    )

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return f"codearts-check.{needed_region(region, 'endpoint is not given')}.myhuaweicloud.com"

    @property
    def url(self) -> str:
        return f"{self._base_url}/v1/tasks"

    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        operator = given.own.get("operator")
        if operator is not None and not (len(operator) <= OPERATOR_LENGTH and HEADER_SAFE.fullmatch(operator)):
            expected = f"it is sent as a header, so it has 1 to {OPERATOR_LENGTH} ASCII characters without blanks"
            raise OptionError("operator", operator, expected)
        request = Request(
            f"read the schedule of code check task {given.id}",
            "GET",
            f"/{segment(given.id)}/taskcron",
            partial(_read_result, task_id=str(given.id)),
            headers=dict(given.own),
        )
        try:
            result = self.send(request)
        except NotFoundError:
            return None
        return None if result is None else _read_task(str(given.id), result)


def _read_result(answer: Answer, task_id: str) -> dict[str, Any] | None:
    body = as_object(answer)
    if "result" not in body or not isinstance(body["result"], (dict, type(None))):
        raise answer.unusable("the answer has no object as its result")
    result: dict[str, Any] | None = body["result"]
    check_about(answer, result or {}, "taskId", task_id)
    return result


def _read_task(task_id: str, result: Mapping[str, Any]) -> ScheduledTask:
    time = wire.text(result, "detailTime")
    weekdays = {WEEKDAYS_BY_NUMBER.get(entry, entry) for entry in wire.entries(result, "weekDays")}
    return ScheduledTask(
        service=CodeArtsCheck.name,
        id=task_id,
        enabled={"0": False, "1": True}.get(str(wire.text(result, "cronStatus"))),
        schedule=Schedule(
            type="weekly",
            weekdays=tuple(sorted(weekdays, key=by_weekday)) or None,
            time=None if time is None else parse_time(time) or time,
            time_zone=wire.text(result, "timeOffset"),
        ),
        facts=wire.filled(result, {"creator": "creator"}),
        extra=wire.unnamed(result, KNOWN_FIELDS),
    )
