# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the variables of the role `scheduled_tasks` ask for: the options of the module, or what an export needs.

Only what would be lost on the way to the module, or mean more than it says, is refused here. The module refuses the
rest, with the number of the entry.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._errors import brief
from ..module_utils._services._table import CHANGEABLE

BEGINNING = "scheduled_task"
PREFIX = "scheduled_tasks_"

FILE = "scheduled_tasks_file"
LIST = "scheduled_tasks_list"
AUDIT_FILE = "scheduled_tasks_audit_file"
# What a file may have. It does not say where it lies itself.
IN_FILES = (
    LIST,
    "scheduled_tasks_service",
    "scheduled_tasks_defaults",
    "scheduled_tasks_services",
    "scheduled_tasks_prefix",
    "scheduled_tasks_filters",
    "scheduled_tasks_purge",
    "scheduled_tasks_max_deletions",
    "scheduled_tasks_no_log",
    AUDIT_FILE,
)
TAKEN = (*IN_FILES, FILE)
# Facts that the role leaves for the play.
LEFT = ("scheduled_tasks_summary", "scheduled_tasks_drift")

# What an audit would delete, it only names.
ALL = 2**31 - 1

# The formats of an audit's report, by the end of the file's name.
REPORTS = {".md": "markdown", ".xml": "junit"}


class RefusedVariablesError(Exception):
    """Variables of the role are refused; the message says which and why, a sentence for each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))


def check_names(names: Collection[Any]) -> None:
    """Refuse variables of a play that look like the role's and are none.

    :raises RefusedVariablesError: as said.
    """
    known = (*TAKEN, *LEFT)
    ours = [name for name in names if isinstance(name, str) and name.startswith(BEGINNING)]
    _refuse([_unknown(name, TAKEN) for name in ours if name not in known])


def check_file(path: str, content: Any) -> Mapping[str, Any]:
    """Return the variables of a file.

    :param content: of the file, as YAML has it.
    :raises RefusedVariablesError: these are no variables of the role, or there is no list among them.
    """
    if content is None:
        _refuse([f"{path} is empty. It should have scheduled_tasks_list."])
    if not isinstance(content, Mapping):
        kind = "a list" if isinstance(content, (list, tuple)) else "a text or a number"
        _refuse([f"{path} is no file of variables: {kind} stands where scheduled_tasks_list: and the like should."])
    _refuse([f"{path}: {_unknown(name, IN_FILES)}" for name in content if name not in IN_FILES])
    if LIST not in content:
        _refuse([f"{path} has no scheduled_tasks_list."])
    variables: Mapping[str, Any] = content
    return variables


def list_options(given: Mapping[str, Any], is_audit: bool) -> dict[str, Any]:
    """Return the options of `scheduled_tasks`, without those of the connection.

    :param given: variables of the role, the list among them.
    :param is_audit: whether all that is not on the list is to be found, and nothing is to be deleted.
    :raises RefusedVariablesError: variables are refused.
    """
    _refuse([*_nulls(given), *_no_texts(given, "scheduled_tasks_prefix"), *_no_truths(given)])
    service = given.get("scheduled_tasks_service", "workspace_app")
    options = {
        "tasks": given[LIST],
        "service": service,
        "defaults": given.get("scheduled_tasks_defaults", {}),
        "show_values": not _truth(given, "scheduled_tasks_no_log"),
    }
    if is_audit or _truth(given, "scheduled_tasks_purge"):
        most = ALL if is_audit else given.get("scheduled_tasks_max_deletions")
        options["purge"] = {**_scope(given, service), **({} if most is None else {"max_deletions": most})}
    return options


def export_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an export needs: `services`, `is_named` if a user has named them, `filters`, `prefix`, `show_values`.

    :param given: variables of the role.
    :raises RefusedVariablesError: variables are refused.
    """
    _refuse([*_nulls(given), *_no_texts(given, "scheduled_tasks_prefix"), *_no_truths(given)])
    services = _names_of_services(given) if "scheduled_tasks_services" in given else list(CHANGEABLE)
    filters = given.get("scheduled_tasks_filters", {})
    _refuse(
        [
            *(_no_service("scheduled_tasks_services", name) for name in services if name not in CHANGEABLE),
            *([] if services else ["scheduled_tasks_services is empty, so there is nothing to export."]),
            # A filter under a name that is no service's would let every task through.
            *(_no_service("scheduled_tasks_filters", name) for name in _keys(filters) if name not in CHANGEABLE),
            *([] if isinstance(filters, Mapping) else ["scheduled_tasks_filters is no dictionary."]),
        ]
    )
    return {
        "services": services,
        "is_named": "scheduled_tasks_services" in given,
        "filters": filters,
        "prefix": given.get("scheduled_tasks_prefix", ""),
        "show_values": not _truth(given, "scheduled_tasks_no_log"),
    }


def path_of(given: Mapping[str, Any], name: str) -> str:
    """Return the path that a variable gives.

    :raises RefusedVariablesError: it is no text, or empty.
    """
    _refuse([*_nulls({name: given[name]}), *_no_texts(given, name)])
    if not given[name]:
        _refuse([f"{name} is empty."])
    return str(given[name])


def report_format(path: str) -> str:
    """Return the format of an audit's report.

    :raises RefusedVariablesError: the file's name does not tell one.
    """
    for end, format_ in REPORTS.items():
        if path.lower().endswith(end):
            return format_
    raise RefusedVariablesError(
        [f"{AUDIT_FILE}: {brief(path)} is refused: it ends with .md for Markdown or with .xml for JUnit."]
    )


def _refuse(sentences: Sequence[str]) -> None:
    if sentences:
        raise RefusedVariablesError(sentences)


def _unknown(name: Any, known: Collection[str]) -> str:
    # What all of them begin with would make all of them alike.
    ends = {each.removeprefix(PREFIX): each for each in known}
    alike = get_close_matches(re.sub("^scheduled_?tasks?_?", "", str(name).lower()), ends, 1)
    hint = f"Did you mean {ends[alike[0]]}?" if alike else f"It has {', '.join(known)}."
    return f"{brief(name)} is no variable of the role scheduled_tasks. {hint}"


def _nulls(given: Mapping[str, Any]) -> list[str]:
    """Refuse null, which may stand for "none" as well as for "all"."""
    return [
        f"{name}: null is refused: leave it out, or give a value." for name, value in given.items() if value is None
    ]


def _no_texts(given: Mapping[str, Any], name: str) -> list[str]:
    # An unquoted 0123 is 83, with which other names begin.
    if given.get(name) is None or isinstance(given[name], str):
        return []
    return [f"{name} is refused: it is text, and YAML has read something else: quote it."]


def _no_truths(given: Mapping[str, Any]) -> Iterator[str]:
    for name in ("scheduled_tasks_purge", "scheduled_tasks_no_log"):
        try:
            boolean(given.get(name, False))
        except TypeError:
            yield f"{name} is refused: it is true or false."


def _truth(given: Mapping[str, Any], name: str) -> bool:
    return bool(boolean(given.get(name, False)))


def _no_service(variable: str, name: Any) -> str:
    return f"{variable}: {brief(name)} is refused: it is one of {', '.join(CHANGEABLE)}."


def _scope(given: Mapping[str, Any], service: Any) -> dict[str, Any]:
    """Return for which tasks the list is complete."""
    filters = given.get("scheduled_tasks_filters", {})
    if "scheduled_tasks_services" in given:
        services = _names_of_services(given)
    else:
        services = _services_of_entries(given[LIST], service)
        if isinstance(filters, Mapping):
            # They may be for many projects, not all of which have tasks of each service.
            filters = {name: each for name, each in filters.items() if name in services or name not in CHANGEABLE}
    prefix = given.get("scheduled_tasks_prefix", "")
    return {"services": services, "name_prefix": prefix, **({"filters": filters} if filters else {})}


def _names_of_services(given: Mapping[str, Any]) -> Any:
    services = given["scheduled_tasks_services"]
    # Extra variables that are given without YAML are text.
    return [name.strip() for name in services.split(",") if name.strip()] if isinstance(services, str) else services


def _services_of_entries(entries: Any, service: Any) -> list[str]:
    """Return the services that occur in a list, as far as it can be read."""
    read = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    names = dict.fromkeys(str(entry.get("service", service)) for entry in read)
    return [name for name in names if name in CHANGEABLE]


def _keys(value: Any) -> list[Any]:
    return list(value) if isinstance(value, Mapping) else []
