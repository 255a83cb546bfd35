# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what users say of tasks: entries of lists as YAML hands them over, and options as Ansible leaves them.

Ansible's own validation of an entry would stop at a name that it does not know, and would take null for "not given".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Callable

from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_int, check_type_list

from ._arguments import CONNECTION, NOT_OF_THE_TASK
from ._errors import OptionError, brief
from ._faults import Faults
from ._sendable import check_sendable
from ._services._table import SERVICES
from ._services._task_service import TaskService
from ._task import ScheduledTask
from ._texts import COMPOUND, check_keys, check_text, why_no_key
from ._values import given_fields

# Of two names, from which on one may be meant by the other: `tiem` and `time`, but not `region` and `cron`.
LEAST_ALIKE = 0.7

# How Ansible reads a value of each type, and what it may be.
TYPES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "bool": (check_type_bool, "it is true or false"),
    "int": (check_type_int, "it is a whole number"),
    "list": (check_type_list, "it is a list"),
    "dict": (check_type_dict, "it is a dictionary"),
}


def read_entry(
    spec: Mapping[str, Any],
    given: Any,
    faults: Faults,
    holder: str = "",
    takes_null: bool = False,
    is_partial: bool = False,
) -> dict[str, Any]:
    """Return the options that a user has given for one task, under their names and converted as Ansible converts them.

    What is not given is not there. What is refused is not there either, unless it can stand as a text for the checks
    of the others.

    :param spec: of the options, as the `argument_spec` of `AnsibleModule`.
    :param given: the options as YAML has them, or the text of them.
    :param faults: gains what is wrong: a name that no option has, one given twice, null, a value of another type or
        none of the choices, what is needed and not given, and what cannot be sent.
    :param holder: dotted path of what holds the options; empty for an entry itself.
    :param takes_null: whether null is as good as not given, and no fault.
    :param is_partial: whether the rest is to be had elsewhere, so that nothing is missing and no default needed.
    """
    reading = _Reading(spec, faults, takes_null, is_partial)
    options = reading.converted(holder or "entry", "dict", given)
    return {} if options is None else reading.options(holder, spec, options)


def no_such_option(option: str, name: str, known: Collection[str]) -> OptionError:
    """Return the refusal of a name that no option has.

    :param option: dotted path of the option that was meant to be.
    :param name: the last part of it.
    :param known: names that there are.
    """
    alike = get_close_matches(name.lower(), known, 1, LEAST_ALIKE)
    hint = f". Did you mean {alike[0]}?" if alike else f", but {', '.join(known)}"
    return OptionError(brief(option), None, f"there is no such option{hint}", shown="")


def changeable(options: Mapping[str, Any]) -> type[TaskService]:
    """Return the service that the options name, if its tasks can be changed.

    :raises OptionError: they cannot.
    """
    service_class = SERVICES[options["service"]]
    if not issubclass(service_class, TaskService):
        raise OptionError(
            "service",
            service_class.name,
            "no operation that sets its scheduled tasks is documented; scheduled_task_info looks them up",
        )
    return service_class


def read_task(options: Mapping[str, Any], faults: Faults) -> ScheduledTask:
    """Return what options say of a task, as far as they are not refused.

    :param options: with the service, which is known; None is not given. Those of the connection are passed over, and
        so is the state.
    :param faults: has what is refused already, and gains what is wrong besides.
    :raises OptionError: tasks of the service cannot be changed.
    """
    service_class = changeable(options)
    faults.settle()
    if options.get("state") == "absent" and options.get("previous_name") is not None:
        expected = "a task that is to be absent is not renamed"
        faults.add(OptionError("previous_name", options["previous_name"], expected))
    for name, other in SERVICES.items():
        own = given_fields(other.own_fields, options.get(name) or {})
        if own and other is not service_class:
            expected = f"it is for service {name}, and service is {service_class.name}"
            faults.add(OptionError(name, ", ".join(own), expected))
    passed_over = {*NOT_OF_THE_TASK, *SERVICES} - {service_class.name}
    return service_class.read_options({name: options[name] for name in options if name not in passed_over}, faults)


class _Reading:
    """One walk over what is given; see `read_entry`."""

    def __init__(self, whole: Mapping[str, Any], faults: Faults, takes_null: bool, is_partial: bool) -> None:
        self._whole = whole
        self._faults = faults
        self._takes_null = takes_null
        self._is_partial = is_partial

    def options(self, holder: str, spec: Mapping[str, Any], given: Mapping[Any, Any]) -> dict[str, Any]:
        read: dict[str, Any] = {}
        met: dict[str, str] = {}
        for key, name, value in self._named(holder, spec, given):
            option = _path(holder, name)
            if name in met:
                self._refuse(option, f"it is given under two names, {met[name]} and {key}")
                continue
            if value is None and self._takes_null:
                continue
            met[name] = key
            if value is None:
                self._refuse_null(option)
            else:
                value = self._value(option, spec[name], value)
            if value is not None:
                read[name] = value
        if not self._is_partial:
            self._complete(holder, spec, met, read)
        return read

    def _complete(self, holder: str, spec: Mapping[str, Any], met: Collection[str], read: dict[str, Any]) -> None:
        for name, option_spec in spec.items():
            if name in met:
                continue
            option = _path(holder, name)
            # One that was refused in a reading before is not there, either.
            if option_spec.get("required") and not self._faults.covers(option):
                self._refuse(option, "it is needed and not given")
            if option_spec.get("default") is not None:
                read[name] = option_spec["default"]

    def _named(self, holder: str, spec: Mapping[str, Any], given: Mapping[Any, Any]) -> Iterator[tuple[str, str, Any]]:
        """Return what options are given: the name that is used, the option's own name, and the value."""
        names = {alias: name for name, option in spec.items() for alias in (name, *option.get("aliases", ()))}
        for key, value in given.items():
            if isinstance(key, str) and key in names:
                yield key, names[key], value
            else:
                self._refuse_name(_path(holder, str(key)), key, spec is self._whole, names)

    def _refuse_name(self, option: str, key: Any, is_outermost: bool, known: Collection[str]) -> None:
        reason = why_no_key(key)
        if reason is not None:
            self._refuse(brief(option), f"names of options are text, and {reason}")
        elif is_outermost and key in CONNECTION:
            self._refuse(option, "it belongs to the connection, which is that of the task or of module_defaults")
        else:
            self._faults.add(no_such_option(option, str(key), known))

    def _refuse(self, option: str, reason: str) -> None:
        self._faults.add(OptionError(option, None, reason, shown=""))

    def _refuse_null(self, option: str) -> None:
        self._faults.add(OptionError(option, None, "leave it out, or give a value", shown="null"))

    def _value(self, option: str, spec: Mapping[str, Any], value: Any) -> Any:
        """Return the value of an option; None where it is refused."""
        kind = spec.get("type", "str")
        if kind == "list":
            return self._list(option, spec, value)
        if spec.get("options"):
            options = self.converted(option, kind, value)
            return None if options is None else self.options(option, spec["options"], options)
        if kind in ("str", "path"):
            return self._text(option, spec, value)
        with self._faults:
            check_keys(option, value)
            value = self.converted(option, kind, value)
            check_sendable(option, value)
            return value
        return None

    def _text(self, option: str, spec: Mapping[str, Any], value: Any) -> str | None:
        with self._faults:
            check_text(option, value, bool(spec.get("no_log")))
            check_sendable(option, value)
            if "choices" in spec and value not in spec["choices"]:
                raise OptionError(option, value, f"it is one of {', '.join(spec['choices'])}")
            return _as_text(value)
        return None if "choices" in spec or isinstance(value, COMPOUND) else _as_text(value)

    def _list(self, option: str, spec: Mapping[str, Any], value: Any) -> list[Any] | None:
        entries = self.converted(option, "list", value)
        if entries is None:
            return None
        # Lists are not merged, so that each entry is whole.
        reading = _Reading(self._whole, self._faults, self._takes_null, is_partial=False)
        element = {**spec, "type": spec.get("elements", "raw")}
        needed = {name for name, option_spec in spec.get("options", {}).items() if option_spec.get("required")}
        read = []
        for entry in entries:
            if entry is None:
                self._refuse_null(option)
                continue
            value = reading._value(option, element, entry)
            if value is not None and needed.issubset(value if needed else ()):
                read.append(value)
        return read if read or not entries else None

    def converted(self, option: str, kind: str, value: Any) -> Any:
        """Return a value as Ansible reads it; None where it refuses it."""
        if kind not in TYPES:
            return value
        convert, expected = TYPES[kind]
        try:
            return convert(value)
        # An infinite number is more than Ansible's own function expects.
        except (ArithmeticError, TypeError, ValueError):
            is_hidden = kind == "dict" or isinstance(value, (list, dict))
            shown = "null" if value is None else None
            self._faults.add(OptionError(option, value, expected, is_hidden, shown))
            return None


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _path(holder: str, name: str) -> str:
    return f"{holder}.{name}" if holder else name
