# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace App takes, as its pages say, and nothing else: no coercion, no unknown field.

Limits, enums and patterns are documented by the vendor where nothing else is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, time
from typing import Annotated, Any, Literal, NoReturn, TypeVar
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from .messages import Call, Refusal, bad_parameter
from .schedule import instant, zone

_EXPIRY = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})", re.ASCII)


def _comma_list(element: str) -> Any:
    # Empty stands for a list that the type does not use (seen in the Terraform provider's acceptance tests).
    return StringConstraints(max_length=255, pattern=rf"^(({element})(,({element}))*)?$")


def _date(text: str) -> str:
    if text and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("must be yyyy-MM-dd")
    if text:
        date.fromisoformat(text)
    return text


def _time(text: str) -> str:
    if text and not re.fullmatch(r"\d{2}:\d{2}:\d{2}", text, re.ASCII):
        raise ValueError("must be HH:mm:ss")
    if text:
        time.fromisoformat(text)
    return text


def _expiry(text: str) -> str:
    if not text:
        return text
    if not _EXPIRY.fullmatch(text):
        raise ValueError("must be yyyy-MM-ddTHH:mm:ssZ")
    try:
        return instant(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise ValueError("is out of range") from None


def _known_zone(text: str) -> str:
    zone(text)
    return text


def _digits(text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII):
        raise ValueError("must be an integer")
    return int(text)


WholeNumber = Annotated[int, BeforeValidator(_digits)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=128)]
ScheduledType = Literal["FIXED_TIME", "DAY", "WEEK", "MONTH"]
TaskType = Literal["RESTART_SERVER", "START_SERVER", "STOP_SERVER", "REINSTALL_OS"]
TaskName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_\x{4e00}-\x{9fa5}-]{1,64}$")]
Description = Annotated[str, StringConstraints(max_length=255)]

ABSENT: Any = None
"""Default of what may be left out. Only a field that is left out has it: a null in a body is refused."""


class Strict(BaseModel):
    """A body or query in which every value has the documented type and every name is a documented one."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Policy(Strict):
    """What happens to sessions that are open."""

    enforcement_enable: bool = False


class Target(Strict):
    """One object of a task. ``target_name`` is in the vendor's SDK, but not on its pages for requests."""

    target_type: Literal["SERVER", "SERVER_GROUP"]
    target_id: Identifier
    target_name: str = ""


Targets = Annotated[list[Target], Field(min_length=1, max_length=1000)]


class ScheduleFields(Strict):
    """When a task runs. A zone offset in ``expire_time`` was seen in the Terraform provider's acceptance tests."""

    scheduled_type: ScheduledType = ABSENT
    day_interval: Annotated[int, Field(ge=1, le=31)] = ABSENT
    week_list: Annotated[str, _comma_list("[1-7]")] = ABSENT
    month_list: Annotated[str, _comma_list("[1-9]|1[0-2]")] = ABSENT
    date_list: Annotated[str, _comma_list("[1-9]|[12][0-9]|3[01]|L")] = ABSENT
    time_zone: Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_known_zone)] = ABSENT
    scheduled_date: Annotated[str, AfterValidator(_date)] = ABSENT
    scheduled_time: Annotated[str, AfterValidator(_time)] = ABSENT
    expire_time: Annotated[str, AfterValidator(_expiry)] = ABSENT


class FutureExecutions(ScheduleFields):
    """Body of future-executions; without a type there is nothing to compute."""

    scheduled_type: ScheduledType


class CreateTask(FutureExecutions):
    """Body of create. It has no ``is_enable``: a task is born enabled."""

    task_name: TaskName
    task_type: TaskType
    schedule_task_policy: Policy = ABSENT
    description: Description = ABSENT
    target_infos: Targets


class UpdateTask(ScheduleFields):
    """Body of PATCH: nothing is required."""

    task_name: TaskName = ABSENT
    task_type: TaskType = ABSENT
    schedule_task_policy: Policy = ABSENT
    description: Description = ABSENT
    is_enable: bool = ABSENT
    target_infos: Targets = ABSENT


class BatchDelete(Strict):
    """Body of batch-delete."""

    items: Annotated[list[Identifier], Field(min_length=1, max_length=20)]


class Nothing(Strict):
    """A query that takes no parameter."""


class Page(Strict):
    """Query of everything that comes in pages."""

    offset: Annotated[WholeNumber, Field(ge=0, le=2147483647)] = 0
    limit: Annotated[WholeNumber, Field(ge=1, le=100)] = 10


class ListTasks(Page):
    """Query of the list. Its ``task_type`` knows one value more than a task does."""

    task_name: Annotated[str, StringConstraints(max_length=64)] = ""
    task_type: Literal["", TaskType, "UPGRADE_ACCESS_AGENT"] = ""


SCHEDULE_FIELDS = frozenset(ScheduleFields.model_fields)

_REQUIRED_PARTS = {
    "DAY": ("day_interval",),
    "WEEK": ("week_list",),
    "MONTH": ("month_list", "date_list"),
    "FIXED_TIME": ("scheduled_date",),
}

Model = TypeVar("Model", bound=BaseModel)


def check_parts(task: Mapping[str, Any]) -> None:
    """Refuse a task that lacks what its type needs (seen in the Terraform provider's acceptance tests).

    :raises Refusal: 400 that names the field.
    """
    kind = task["scheduled_type"]
    for name in ("scheduled_time", *_REQUIRED_PARTS.get(kind, ())):
        if not task.get(name):
            raise bad_parameter(f"{name}: required when scheduled_type is {kind}")


def read_body(call: Call) -> Any:
    """The JSON value in the body.

    :raises Refusal: 400, there is none.
    """
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise bad_parameter("Content-Type: must be application/json")
    try:
        return json.loads(call.body, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except ValueError as error:
        raise bad_parameter(f"body: malformed JSON ({error})") from None


def read_query(call: Call) -> dict[str, str]:
    """The query parameters.

    :raises Refusal: 400, one is given twice.
    """
    pairs = parse_qsl(call.raw_query, keep_blank_values=True)
    query = dict(pairs)
    if len(query) != len(pairs):
        raise bad_parameter("query: a parameter is given more than once")
    return query


def check(model: type[Model], value: Any) -> Model:
    """``value`` as a ``model``.

    :raises Refusal: 400 that names every field which is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _as_refusal(error) from None


def _as_refusal(error: ValidationError) -> Refusal:
    complaints = (
        ".".join(str(part) for part in complaint["loc"]) + ": " + complaint["msg"] for complaint in error.errors()
    )
    return bad_parameter("; ".join(complaints))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name is given more than once")
    return names
