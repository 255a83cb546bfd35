# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests are checked: no coercion, no unknown field. And the rules that more than one service has.

A rule is documented by the vendor where nothing else is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from .messages import BadParameter, Call

ABSENT: Any = None
"""Default of what may be left out. Only a field that is left out has it: a null in a body is refused."""


class Strict(BaseModel):
    """A body or query in which every value has the documented type and every name is a documented one."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Nothing(Strict):
    """A query that takes no parameter."""


def described(**keywords: Any) -> Any:
    """What the schema says of a value that a function checks."""
    return Field(json_schema_extra=keywords)


def _digits(text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII):
        raise ValueError("must be an integer")
    return int(text)


DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
TIME_ZONE = "time-zone"
"""How the schema calls the format of what is a zone: its IANA name, for instance."""

WholeNumber = Annotated[int, BeforeValidator(_digits)]
"""An integer in a query."""

Offset = Annotated[WholeNumber, Field(ge=0, le=2147483647)]


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


DayInterval = Annotated[int, Field(ge=1, le=31)]
WeekList = Annotated[str, _comma_list("[1-7]")]
MonthList = Annotated[str, _comma_list("[1-9]|1[0-2]")]
DateList = Annotated[str, _comma_list("[1-9]|[12][0-9]|3[01]|L")]
Date = Annotated[str, AfterValidator(_date), described(pattern=rf"^({DATE})?$")]
Time = Annotated[str, AfterValidator(_time), described(pattern=rf"^({TIME})?$")]

SCHEDULE_PARTS = {
    "DAY": ("day_interval", "scheduled_time"),
    "WEEK": ("week_list", "scheduled_time"),
    "MONTH": ("month_list", "date_list", "scheduled_time"),
    "FIXED_TIME": ("scheduled_date", "scheduled_time"),
}
"""What a schedule of each type needs (seen in the Terraform provider's acceptance tests)."""

Model = TypeVar("Model", bound=BaseModel)


def require(task: Mapping[str, Any], names: tuple[str, ...], kind: str) -> None:
    """Refuse a task that lacks what a schedule of the type ``kind`` needs.

    :raises BadParameter: it names the field.
    """
    for name in names:
        if task.get(name) in ("", None):
            raise BadParameter(f"{name}: required when scheduled_type is {kind}")


def read_body(call: Call) -> Any:
    """The JSON value in the body.

    :raises BadParameter: there is none.
    """
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadParameter("Content-Type: must be application/json")
    try:
        return json.loads(call.body, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except ValueError as error:
        raise BadParameter(f"body: malformed JSON ({error})") from None


def read_query(call: Call) -> dict[str, str]:
    """The query parameters.

    :raises BadParameter: one is given twice.
    """
    pairs = parse_qsl(call.raw_query, keep_blank_values=True)
    query = dict(pairs)
    if len(query) != len(pairs):
        raise BadParameter("query: a parameter is given more than once")
    return query


def read_headers(call: Call, model: type[BaseModel]) -> dict[str, str]:
    """Of the headers those that the ``model`` knows."""
    return {name: call.headers[name] for name in model.model_fields if name in call.headers}


def check_ids(longest: int | None, call: Call) -> None:
    """Refuse an id in the path that has more characters than the ``longest``, if there is such a limit.

    :raises BadParameter: it names the id.
    """
    for name, value in call.path.items():
        if longest is not None and len(value) > longest:
            raise BadParameter(f"{name}: at most {longest} characters")


def check(model: type[Model], value: Any) -> Model:
    """``value`` as a ``model``.

    :raises BadParameter: it names every field which is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _as_refusal(error) from None


def _as_refusal(error: ValidationError) -> BadParameter:
    complaints = (
        ".".join(str(part) for part in complaint["loc"]) + ": " + complaint["msg"] for complaint in error.errors()
    )
    return BadParameter("; ".join(complaints))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name is given more than once")
    return names
