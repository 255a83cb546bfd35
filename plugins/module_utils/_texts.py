# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses what is no text where an option is text.

Ansible would make text of it, and other text than the user sees: YAML reads an unquoted 1.10 as 1.1, 0123 as 83, yes as
true and 12:30:45 as 45045, and a dictionary becomes what Python calls it. So arguments are looked at before Ansible
converts them, and for both doors alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from ._errors import FOR_SECRETS, OptionError
from ._faults import Faults

# Whatever is none of these is text, as are the types that Ansible has of its own for what is tagged or in a vault.
KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "a truth value"),
    ((int, float), "a number"),
    ((date, time), "a date or a time"),
    ((Mapping,), "a dictionary"),
    ((list, tuple, set), "a list"),
)
COMPOUND = (Mapping, list, tuple, set)

# What else may stand there, since it is the same text either way.
ALSO_TAKEN: dict[str, tuple[type, ...]] = {
    "schedule.date": (date,),
    "schedule.expire_time": (date,),
    "schedule.month_days": (int,),
}


def check_texts(spec: Mapping[str, Any], given: Mapping[Any, Any], holder: str = "") -> None:
    """Refuse options that are text and were given something else; null is not given.

    :param spec: of the options, as the `argument_spec` of `AnsibleModule`.
    :param given: the options as Ansible hands them to an action. Names that are not in the spec are left to Ansible.
    :param holder: dotted path of the option that holds them.
    :raises OptionError: as said. The value is not shown of a secret, and of nothing that may have one in it.
    """
    faults = Faults()
    names = {alias: name for name, option in spec.items() for alias in (name, *option.get("aliases", ()))}
    for key, value in given.items():
        if key in names:
            _check(f"{holder}{names[key]}", spec[names[key]], value, faults)
    faults.raise_all()


def _check(option: str, spec: Mapping[str, Any], value: Any, faults: Faults) -> None:
    kind = spec.get("type", "str")
    if kind == "list":
        for entry in value if isinstance(value, (list, tuple)) else [value]:
            _check(option, {**spec, "type": spec.get("elements", "raw")}, entry, faults)
        return
    with faults:
        if kind in ("str", "path"):
            check_text(option, value, bool(spec.get("no_log")))
        elif spec.get("options"):
            check_texts(spec["options"], _as_dictionary(value), f"{option}.")
        elif kind in ("dict", "raw"):
            check_keys(option, value)


def check_text(option: str, value: Any, is_secret: bool) -> None:
    """Refuse what is no text.

    :raises OptionError: as said. The value is not shown of a secret, and of nothing that may have one in it.
    """
    kind = _kind(value)
    if kind is None or isinstance(value, ALSO_TAKEN.get(option, ())):
        return
    if isinstance(value, COMPOUND):
        expected = "it is text. Where a template makes it, name the part that is meant, such as item.name"
        raise OptionError(option, value, expected, is_hidden=True)
    is_hidden = is_secret or option.startswith(FOR_SECRETS)
    raise OptionError(option, value if is_hidden else str(value), f"it is text, and {_misread(kind)}", is_hidden)


def check_keys(option: str, value: Any) -> None:
    """Refuse keys of free data that JSON would turn into other ones.

    :raises OptionError: as said.
    """
    faults = Faults()
    parts = [value]
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            for key in part:
                reason = why_no_key(key)
                if reason is not None:
                    faults.add(OptionError(option, key, f"its keys are text, and {reason}"))
            parts += part.values()
        elif isinstance(part, (list, tuple)):
            parts += part
    faults.raise_all()


def why_no_key(key: Any) -> str | None:
    """Return why a key is not the text that it should be, if it is not."""
    kind = "nothing" if key is None else _kind(key)
    return None if kind is None else _misread(kind)


def _kind(value: Any) -> str | None:
    return next((name for types, name in KINDS if isinstance(value, types)), None)


def _misread(kind: str) -> str:
    return (
        f"YAML has read {kind}, perhaps another one than is written there: quote it, or use the filter string where a "
        "template makes it"
    )


def _as_dictionary(value: Any) -> Mapping[Any, Any]:
    """Return the suboptions as Ansible reads them; none where it refuses them."""
    if isinstance(value, str):
        try:
            value = check_type_dict(value)
        except (TypeError, ValueError):
            return {}
    return value if isinstance(value, Mapping) else {}
