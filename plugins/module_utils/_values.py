# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types and limits of documented fields, stated once: the argument spec and the checks follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError


@dataclass(frozen=True)
class Field:
    """A documented field.

    :ivar kind: its type in an argument spec.
    :ivar most: characters of a text, entries of a list, or the value of a number, at most.
    :ivar least: the same at least.
    :ivar choices: the texts it may be, where they are documented.
    :ivar fields: the fields of an object, or of every object in a list.
    :ivar required: whether an object without it means nothing.
    :ivar no_log: False for a name that sounds like a secret's and is none.
    """

    kind: str = "str"
    most: int | None = None
    least: int = 1
    choices: tuple[str, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    required: bool = False
    no_log: bool | None = None

    def spec(self) -> dict[str, Any]:
        """Return the argument spec of the option that is named like the field."""
        spec: dict[str, Any] = {"type": self.kind}
        if self.kind == "list":
            spec["elements"] = "dict" if self.fields else "str"
        if self.fields:
            spec["options"] = specs(self.fields)
        if self.required:
            spec["required"] = True
        if self.no_log is not None:
            spec["no_log"] = self.no_log
        return spec

    def check(self, option: str, value: Any) -> None:
        """Refuse a value that the service could not take; None is not given.

        :param option: dotted path of the option.
        :raises OptionError: as said.
        """
        if value is None:
            return
        if self.kind == "int":
            if isinstance(value, bool):
                raise OptionError(option, value, "it is a whole number")
            self._check_size(option, value, value, f"it is a whole number from {self.least} to {self.most}")
        elif self.kind == "list":
            self._check_size(option, f"{len(value)} entries", len(value), f"it has {self.least} to {self.most} entries")
            for entry in value:
                if self.fields:
                    check_fields(option, self.fields, entry)
        elif self.fields:
            check_fields(option, self.fields, value)
        elif self.choices and value not in self.choices:
            raise OptionError(option, value, f"it is one of {', '.join(self.choices)}")
        elif self.kind == "str":
            # Blanks alone are as good as nothing, but no shorter for it.
            length = 0 if self.least and not value.strip() else len(value)
            self._check_size(option, value, length, f"it has {self.least} to {self.most} characters")

    def _check_size(self, option: str, value: Any, size: int, expected: str) -> None:
        if size < self.least or (self.most is not None and size > self.most):
            raise OptionError(option, value, expected)


def specs(fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """Return the argument spec of options that are named like fields."""
    return {name: field.spec() for name, field in fields.items()}


def check_fields(option: str, fields: Mapping[str, Field], given: Mapping[str, Any]) -> None:
    """Refuse an object with a value that the service could not take.

    :param option: dotted path of the option that holds the object.
    :param given: values by field name, free of nulls.
    :raises OptionError: as said.
    """
    for name, value in given.items():
        fields[name].check(f"{option}.{name}", value)


def given_fields(fields: Mapping[str, Field], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are given, which null is not, and neither is an object of nulls alone.

    What stands within a field without fields of its own is data, and a null there is a value.
    """
    given = {name: _given(fields[name], value) for name, value in options.items()}
    return {name: value for name, value in given.items() if value is not None}


def _given(field: Field, value: Any) -> Any:
    if value is None or not field.fields:
        return value
    if isinstance(value, list):
        return [given_fields(field.fields, entry) for entry in value]
    return given_fields(field.fields, value) or None
