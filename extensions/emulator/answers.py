# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which the services describe what they answer. Nothing is checked against them while serving.

What a switch of the dialect changes stands in the schema under names of our own, until :func:`in_dialect` has read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from .dialect import Dialect
from .validation import DATE, TIME

_BLANK = "x-blank"
_ONLY_WITH = "x-only-with"
_SAMPLE = "x-sample"
_EXTRA = "x-extra"

EMPTY: Any = Field("", json_schema_extra={_BLANK: ""})
"""Default of a text that may be without a value; how it then reads is a matter of the dialect."""

NULL: Any = Field(None, json_schema_extra={_BLANK: None})
"""Default of anything else that may be without a value."""


class Answered(BaseModel):
    """An object with these fields and no other, and each of them unless it has a default."""

    # Nobody needs them built but who asks for the schema.
    model_config = ConfigDict(extra="forbid", defer_build=True)


class AnsweredTask(Answered):
    """A task, which the dialect may give fields that no page knows."""

    model_config = ConfigDict(json_schema_extra={_EXTRA: True})


def only_with(switch: str) -> Any:
    """Marks a field with a default which is answered only with this switch of the dialect."""
    return Field(json_schema_extra={_ONLY_WITH: switch})


def in_sample(kind: Any) -> Any:
    """Marks a field that is of another ``kind`` in the form of the samples."""
    return Field(json_schema_extra={_SAMPLE: TypeAdapter(kind).json_schema()})


def matching(pattern: str) -> StringConstraints:
    """Marks a text of that form."""
    return StringConstraints(pattern=f"^({pattern})$")


Text = Annotated[str, StringConstraints(min_length=1)]
Date = Annotated[str, matching(DATE)]
Time = Annotated[str, matching(TIME)]
LocalTime = Annotated[str, matching(f"{DATE} {TIME}")]
UtcTime = Annotated[str, matching(rf"{DATE}T{TIME}\.[0-9]{{3}}Z")]
Execution = Annotated[str, matching(f"{DATE} {TIME} GMT([+-][0-9]{{2}}:[0-9]{{2}})?")]
"""An execution to come, as future-executions writes it."""
Count = Annotated[int, Field(ge=0)]


def in_dialect(schema: Mapping[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The schema of an object as this dialect writes it."""
    described = dict(schema)
    extra = dialect.extra_fields if described.pop(_EXTRA, False) else {}
    if "properties" not in described:
        return described
    properties: dict[str, Any] = dict.fromkeys(extra, {})
    required = set(schema.get("required", ()))
    for name, field in schema["properties"].items():
        marks = {mark: field[mark] for mark in (_BLANK, _ONLY_WITH, _SAMPLE) if mark in field}
        if _ONLY_WITH in marks and not getattr(dialect, marks[_ONLY_WITH]):
            continue
        in_form = marks[_SAMPLE] if _SAMPLE in marks and dialect.form == "sample" else field
        plain = {keyword: value for keyword, value in in_form.items() if keyword not in marks}
        if _BLANK in marks:
            plain.pop("default", None)
            plain = _perhaps_blank(plain, marks[_BLANK], dialect)
            if dialect.empty != "missing":
                required.add(name)
        properties[name] = plain
    return {**described, "properties": properties, "required": sorted(required)}


def _perhaps_blank(field: dict[str, Any], blank: Any, dialect: Dialect) -> dict[str, Any]:
    if dialect.empty == "empty":
        return {"anyOf": [field, {"enum": [blank]}]}
    if blank == "":
        field = {**field, "not": {"enum": [""]}}
    return {"anyOf": [field, {"type": "null"}]} if dialect.empty == "null" else field
