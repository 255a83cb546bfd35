# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CodeArts Check answers, as its page says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from .answers import EMPTY, Answered, AnsweredTask, Text, matching


class TaskCron(AnsweredTask):
    """When a check task runs; its weekdays count from Sunday, which is 0."""

    taskId: Annotated[Text, StringConstraints(max_length=32)]
    cronStatus: Literal["0", "1"]
    weekDays: list[Literal["0", "1", "2", "3", "4", "5", "6"]]
    detailTime: Annotated[str, matching("([01][0-9]|2[0-3]):[0-5][0-9]")] = EMPTY
    creator: str = EMPTY
    timeOffset: Annotated[str, matching("GMT[+-][0-9]{2}:[0-9]{2}")] = EMPTY


class Success(Answered):
    """The task and its schedule. The page calls ``httpStatus`` a number, its sample has this text."""

    status: Literal["success"]
    httpStatus: Literal["OK"]
    result: TaskCron


class Error(Answered):
    """An error that comes with a 200."""

    error_code: Annotated[str, matching(r"CC\.[0-9]{8}")]
    error_msg: Text


class Failure(Error):
    """An error that says so."""

    status: Literal["failed"]
    httpStatus: Literal["failed"]


Answer = Success | Failure | Error
