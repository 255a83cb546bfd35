# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CodeArts Check: the one documented operation on the scheduled task of a check task, which reads it."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import StringConstraints

from . import account, codearts_check_answers
from .errors import Errors
from .lag import Lag
from .messages import Answer, Call, Refusal, json_answer
from .operation import Operation
from .service import AccountService, Record, Request
from .validation import ABSENT, Strict


class CheckStore:
    """What the service answers of each check task, by its id."""

    def __init__(self) -> None:
        """Begin empty."""
        self.tasks: dict[str, Record] = {}
        self.lag = Lag()

    def seed_task(self, fields: Record) -> str:
        """Store the schedule of a check task, nothing checked, its fields named as in the answer.

        What is left out makes one that runs on Mondays. With an ``error`` the answer is no schedule but a failure with
        these fields.
        """
        task: Record = {
            "taskId": uuid.uuid4().hex,
            "cronStatus": "1",
            "weekDays": ["1"],
            "detailTime": "15:00",
            "creator": account.USER_NAME,
            "timeOffset": "GMT+08:00",
            "error": None,
        } | fields
        self.tasks[task["taskId"]] = task
        return str(task["taskId"])


RESULT_FIELDS = ("taskId", "cronStatus", "weekDays", "detailTime", "creator", "timeOffset")


class Headers(Strict):
    """The header that the operation takes."""

    operator: Annotated[str, StringConstraints(min_length=1, max_length=128)] = ABSENT


class CodeArtsCheck(AccountService):
    """The service. It says in many a 200 that something went wrong (documented)."""

    name = "codearts_check"
    errors = Errors("CC", {400: "CC.00050000.400", 401: "CC.00000003", 403: "APIGW.0302"}, documented=(400, 401))
    """The page shows the code of a 400 without its digits; here they are those of the same error in a 200."""
    store = CheckStore
    longest_id = 128
    scopes = ("x-project-id",)

    def operations(self) -> list[Operation]:
        """The one operation."""
        return [
            self._operation(
                "ShowPortalServiceTaskCron",
                "GET",
                "/v1/tasks/{task_id}/taskcron",
                self._show,
                headers=Headers,
                answer=codearts_check_answers.Answer,
            ),
        ]

    def _open(self, call: Call) -> Any:
        # The page wants a token; the vendor's SDK signs a sister operation whose page wants one too.
        if self._dialect.codearts_token_only and self._authenticator.identify(call).signed:
            raise self.errors.refusal(401, "Authentication information expired.")
        return super()._open(call)

    def _show(self, request: Request) -> Answer:
        task_id = request.path["task_id"]
        task = request.store.tasks.get(task_id)
        if task is None:
            # The vendor's questions and answers say that a wrong task id brings this message; its code has a 200.
            raise Refusal(200, "CC.00050013", "project not exist")
        if task["error"] is not None:
            return json_answer(200, {"status": "failed", "httpStatus": "failed", **task["error"]})
        result = self._dialect.write(task, RESULT_FIELDS) | self._dialect.extra_fields
        return json_answer(200, {"status": "success", "httpStatus": "OK", "result": result})
