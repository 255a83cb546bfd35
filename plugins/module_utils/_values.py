# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way to state what a value may be: the argument spec, the checks and the form of a value follow from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable

from ._errors import OptionError
from ._faults import Faults

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True)
class Field:
    """What a value may be.

    :ivar kind: its type in an argument spec.
    :ivar most: characters of a text, entries of a list, or the value of a number, at most; None for no limit.
    :ivar least: the same at least.
    :ivar choices: the texts it may be, where there are such.
    :ivar shows_choices: whether the argument spec has them, too. Ansible itself refuses others then, and null.
    :ivar fields: the fields of an object, or of every object in a list.
    :ivar item: what every entry of a list may be. With `order`, the list is a set in that order.
    :ivar order: sort key.
    :ivar form: returns the one form of a text; raises `ValueError` with what the text may be.
    :ivar aliases: other names of the option.
    :ivar required: whether an object without it means nothing.
    :ivar default: what stands for it where it is not given; None for nothing.
    :ivar no_log: True for a secret, False for a name that sounds like a secret's and is none.
    """

    kind: str = "str"
    most: int | None = None
    least: int = 1
    choices: Collection[str] = ()
    shows_choices: bool = False
    fields: Mapping[str, Field] = field(default_factory=dict)
    item: Field | None = None
    order: Callable[[Any], Any] | None = None
    form: Callable[[str], Any] | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    default: Any = None
    no_log: bool | None = None

    def spec(self) -> dict[str, Any]:
        """Return the argument spec of the option that is named like the field."""
        spec: dict[str, Any] = {"type": self.kind}
        if self.kind == "list":
            spec["elements"] = "dict" if self.fields else "str" if self.item is None else self.item.kind
        shown = self.item or self
        if shown.shows_choices:
            spec["choices"] = list(shown.choices)
        if self.fields:
            spec["options"] = specs(self.fields)
        if self.aliases:
            spec["aliases"] = list(self.aliases)
        if self.required:
            spec["required"] = True
        if self.default is not None:
            spec["default"] = self.default
        if self.no_log is not None:
            spec["no_log"] = self.no_log
        return spec

    def parse(self, option: str, value: Any) -> Any:
        """Return a value in its one form; None is not given.

        :param option: dotted path of the option.
        :raises OptionError: it is not what it may be, or what is in it is not.
        """
        if value is None:
            return None
        if self.kind == "int":
            return self._parse_number(option, value)
        if self.kind == "list":
            return self._parse_list(option, value)
        if self.kind == "str":
            return self._parse_text(option, value)
        check_fields(option, self.fields, value if self.fields else {})
        return value

    def _parse_number(self, option: str, value: Any) -> int:
        to = "" if self.most is None else f" to {self.most}"
        expected = f"it is a whole number from {self.least}{to}"
        if isinstance(value, bool) or not WHOLE_NUMBER.fullmatch(str(value)):
            raise OptionError(option, value, expected)
        self._check_size(option, value, int(value), expected)
        return int(value)

    def _parse_list(self, option: str, value: Sequence[Any]) -> Any:
        faults = Faults()
        with faults:
            many = f"{len(value)} entries"
            if self.most is not None:
                self._check_size(option, many, len(value), f"it has {self.least} to {self.most} entries")
            self._check_size(option, value, len(value), "it has at least one entry and cannot be cleared")
        entries = []
        for entry in value:
            with faults:
                check_fields(option, self.fields, entry if self.fields else {})
                entries.append(entry if self.item is None else self.item.parse(option, entry))
        faults.raise_all()
        if self.item is None:
            return value
        return entries if self.order is None else tuple(sorted(set(entries), key=self.order))

    def _parse_text(self, option: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise OptionError(option, value, "it is text: quote it")
        if self.choices:
            if value not in self.choices:
                raise OptionError(option, value, f"it is one of {', '.join(self.choices)}")
            return value
        # Blanks alone are as good as nothing, but no shorter for it.
        length = 0 if self.least and not value.strip() else len(value)
        most = "it is not empty" if self.most is None else f"it has {self.least} to {self.most} characters"
        self._check_size(option, value, length, most)
        try:
            return value if self.form is None else self.form(value)
        except ValueError as error:
            raise OptionError(option, value, str(error)) from None

    def _check_size(self, option: str, value: Any, size: int, expected: str) -> None:
        if size < self.least or (self.most is not None and size > self.most):
            raise OptionError(option, value, expected)


def specs(fields: Mapping[str, Field]) -> dict[str, dict[str, Any]]:
    """Return the argument spec of options that are named like fields."""
    return {name: field.spec() for name, field in fields.items()}


def check_fields(option: str, fields: Mapping[str, Field], given: Mapping[str, Any]) -> None:
    """Refuse an object with values that the service could not take.

    :param option: dotted path of the option that holds the object.
    :param given: values by field name, free of nulls.
    :raises OptionError: as said.
    """
    faults = Faults()
    for name, value in given.items():
        with faults:
            fields[name].parse(f"{option}.{name}", value)
    faults.raise_all()


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


def same(value: object, other: object) -> bool:
    """Return whether two values mean the same. As data, true is not 1, and 1 is not 1.0."""
    return value == other and repr(_in_order(value)) == repr(_in_order(other))


def _in_order(value: object) -> object:
    if isinstance(value, Mapping):
        return sorted((repr(key), _in_order(part)) for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return [_in_order(part) for part in value]
    return value
