# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of scheduled tasks as code: what an entry stands for, what came of it, and a file with the tasks found.

What the filters of the role `scheduled_tasks` do. An entry is a mapping in the words of the module `scheduled_task`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import (
    CONNECTION,
    IDENTITY,
    TASK,
    TASK_OPTIONS,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import LONGEST_VALUE, brief
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import TaskService
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES

ENTRY_OPTIONS = (*IDENTITY, "state", *TASK)
ALIASES = {alias: name for name, spec in IDENTITY.items() for alias in spec.get("aliases", ())}
CHANGEABLE = [name for name, service in SERVICES.items() if issubclass(service, TaskService)]

# Ansible takes text with one of these in a variables file for a template.
TEMPLATE_MARKERS = ("{{", "{%", "{#")

LINE_LENGTH = 120
FILE_HEAD = """---
# Scheduled tasks as cloudcron.huaweicloud.export found them. cloudcron.huaweicloud.audit compares this file with the
# cloud, and cloudcron.huaweicloud.apply makes the cloud what it says.

"""

Task = Mapping[str, Any]


def wanted_tasks(entries: Any, defaults: Any, service: str) -> list[dict[str, Any]]:
    """Return the entries of a list with all that is meant by them.

    :param entries: the list.
    :param defaults: by service, the options of those of its tasks that do not give them. Dictionaries are merged.
    :param service: of the entries that name none.
    :raises AnsibleFilterError: the list or the defaults are no such thing, or two entries are about one task.
    """
    if not isinstance(entries, list):
        raise AnsibleFilterError(f"The scheduled tasks are a list, and not {type(entries).__name__}.")
    checked = _checked_defaults(defaults)
    wanted = [_wanted(number, entry, checked, service) for number, entry in enumerate(entries, start=1)]
    for key in ("name", "id"):
        met = Counter(
            (task["service"], task[key]) for task in wanted if key in task and (key == "id" or "id" not in task)
        )
        for (of_service, value), count in met.items():
            if count > 1:
                raise AnsibleFilterError(f"{count} entries of the list are about the {of_service} task {brief(value)}.")
    return wanted


def _checked_defaults(defaults: Any) -> dict[str, Task]:
    if not isinstance(defaults, Mapping):
        raise AnsibleFilterError(f"The defaults are a dictionary by service, and not {type(defaults).__name__}.")
    for service, options in defaults.items():
        _check_service("the defaults", service)
        if not isinstance(options, Mapping):
            raise AnsibleFilterError(f"The defaults of {service} are a dictionary, and not {type(options).__name__}.")
        _check_options(f"the defaults of {service}", options, [*(name for name in TASK), "state"])
    return dict(defaults)


def _wanted(number: int, entry: Any, defaults: Mapping[str, Task], service: str) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise AnsibleFilterError(f"Entry {number} of the list is no dictionary, but {type(entry).__name__}.")
    named: dict[str, Any] = {ALIASES.get(name) or name: value for name, value in entry.items() if value is not None}
    where = f"entry {number} of the list"
    if not named.get("name") and not named.get("id"):
        raise AnsibleFilterError(f"{where.capitalize()} has neither name nor id.")
    where = f"{where} ({brief(named.get('name') or named['id'])})"
    _check_options(where, named, ENTRY_OPTIONS)
    whole = {"service": service, **named}
    _check_service(where, whole["service"])
    return _merged({"state": "present", **defaults.get(whole["service"], {})}, whole)


def _check_service(where: str, service: Any) -> None:
    if service not in CHANGEABLE:
        raise AnsibleFilterError(f"{where}: service {brief(service)} is none of {', '.join(CHANGEABLE)}.")


def _check_options(where: str, given: Task, known: Sequence[str]) -> None:
    for name in given:
        if name in CONNECTION:
            raise AnsibleFilterError(
                f"{where}: {name} belongs to the connection, which is that of module_defaults for the whole list."
            )
        if name not in known:
            raise AnsibleFilterError(f"{where}: there is no option {brief(name)}, but {', '.join(known)}.")


def _merged(defaults: Task, given: Task) -> dict[str, Any]:
    """Return what is given over the defaults. Null is not given."""
    merged = dict(defaults)
    for name, value in given.items():
        if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = _merged(merged[name], value)
        elif value is not None:
            merged[name] = value
    return merged


def summary(kept: Iterable[Task], purged: Iterable[Task], entry: str) -> dict[str, list[str]]:
    """Return which tasks were created, changed, unchanged, removed and failed.

    :param kept: what `scheduled_task` has returned for each entry.
    :param purged: what `scheduled_task_purge` has returned for each service.
    :param entry: the key under which a result has its entry, or its service.
    :return: names of tasks behind those of their services, in order.
    """
    came: dict[str, list[str]] = {word: [] for word in ("created", "changed", "unchanged", "removed", "failed")}
    for result in kept:
        came[_outcome(result)].append(_called(result[entry]))
    for result in purged:
        service = result.get(entry)
        came["removed"] += [_called({"service": service, **task}) for task in result.get("scheduled_tasks", ())]
        if result.get("failed"):
            came["failed"] += [
                f"{service} {task}" for each in result.get("failures", ()) for task in each["tasks"]
            ] or [f"{service}"]
    return came


def _outcome(result: Task) -> str:
    operations = result.get("operations", ())
    if result.get("failed"):
        return "failed"
    if "delete" in operations:
        return "removed"
    if "create" in operations:
        return "created"
    return "changed" if result.get("changed") else "unchanged"


def drift(kept: Iterable[Task], purged: Iterable[Task], entry: str, with_values: bool) -> list[str]:
    """Return a line for each difference between a list and what check mode has found.

    :param kept: as `summary` takes it, of check mode.
    :param purged: the same.
    :param entry: the same.
    :param with_values: whether the lines show values, and what the service says.
    """
    lines: list[str] = []
    for result in kept:
        lines += [f"{_called(result[entry])}: {difference}" for difference in _differences(result, with_values)]
    for result in purged:
        service = result.get(entry)
        unlisted = [_called({"service": service, **task}) for task in result.get("scheduled_tasks", ())]
        lines += [f"{task}: is not on the list" for task in unlisted]
        if result.get("failed"):
            lines.append(f"{service}: {_failure(result, with_values)}")
    return lines


def _differences(result: Task, with_values: bool) -> Iterator[str]:
    outcome = _outcome(result)
    if outcome == "failed":
        yield _failure(result, with_values)
    elif outcome == "removed":
        yield "is there, and should be absent"
    elif outcome == "created":
        yield "is missing"
    elif outcome == "changed":
        before, after = ({**result["diff"][side]} for side in ("before", "after"))
        for path, found, wanted in _unequal("", before, after):
            yield f"{path} is {_shown(found)}, should be {_shown(wanted)}" if with_values else f"{path} differs"


def _failure(result: Task, with_values: bool) -> str:
    return f"cannot be compared: {result.get('msg')}" if with_values else "cannot be compared"


def _unequal(path: str, found: Any, wanted: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        for name in [*found, *(name for name in wanted if name not in found)]:
            yield from _unequal(f"{path}.{name}" if path else name, found.get(name), wanted.get(name))
    elif found != wanted:
        yield path, found, wanted


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "not set"
    return brief(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), LONGEST_VALUE)


def _called(task: Task) -> str:
    return f"{task['service']} {brief(task.get('name') or task['id'])}"


def as_file(found: Mapping[str, Sequence[Task]], scope: Mapping[str, Any], name_prefix: str) -> str:
    """Return a variables file with the tasks found, as the role takes it.

    An entry has an id only where its name does not tell it from another task: a task that was deleted by mistake can be
    created again by its name, and not by its id.

    :param found: by service, its tasks as `scheduled_task_info` returns them.
    :param scope: further variables that say which tasks the list speaks for.
    :param name_prefix: only tasks whose names begin with it are written.
    """
    entries = []
    for service, tasks in found.items():
        ours = [task for task in tasks if str(task.get("name", "")).startswith(name_prefix)]
        names = Counter(task.get("name") for task in ours)
        for task in sorted(ours, key=lambda task: (str(task.get("name")), task["id"])):
            is_unique = task.get("name") and names[task["name"]] == 1
            options = [name for name in TASK_OPTIONS if name in task and not (is_unique and name == "id")]
            entries.append({"service": service, **{name: task[name] for name in options}})
    variables = {"scheduled_tasks_services": list(found), **scope, "scheduled_tasks_list": entries}
    text = yaml.dump(
        variables, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=LINE_LENGTH
    )
    return f"{FILE_HEAD}{text}"


class _Dumper(yaml.SafeDumper):
    """Writes what Ansible has tagged as what it is, and text that looks like a template as text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        if any(marker in text for marker in TEMPLATE_MARKERS):
            return self.represent_scalar("!unsafe", text, style='"')
        # Some times are numbers without quotes. A user who edits one that is not should find it quoted all the same.
        return self.represent_scalar(
            "tag:yaml.org,2002:str", text, style='"' if text[:1].isdigit() or not text else None
        )

    def represent_entries(self, entries: list[Any]) -> yaml.SequenceNode:
        in_one_line = not any(isinstance(entry, (dict, list)) for entry in entries)
        return self.represent_sequence("tag:yaml.org,2002:seq", entries, flow_style=in_one_line)

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Ansible's own strings, lists and dictionaries are of types derived from these.
for kind, represent in (
    (str, _Dumper.represent_text),
    (list, _Dumper.represent_entries),
    (dict, _Dumper.represent_dict),
):
    _Dumper.add_representer(kind, represent)
    _Dumper.add_multi_representer(kind, represent)
