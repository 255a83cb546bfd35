# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of scheduled tasks as code: what an entry stands for, what came of it, and a file with the tasks found.

What the filters of the role `scheduled_tasks` do. An entry is a mapping in the words of the module `scheduled_task`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

from ..module_utils._arguments import CONNECTION, IDENTITY, SCHEDULED_TASK, TASK, TASK_OPTIONS
from ..module_utils._errors import LONGEST_VALUE, OptionError, brief
from ..module_utils._faults import Faults
from ..module_utils._secrets import MASKS
from ..module_utils._services._table import SERVICES
from ..module_utils._services._task_service import TaskService
from ..module_utils._task import ScheduledTask
from ..module_utils._texts import check_texts

DEFAULTED: dict[str, Any] = {"state": SCHEDULED_TASK["argument_spec"]["state"], **TASK}
ENTRY = {**IDENTITY, **DEFAULTED}
CHANGEABLE = {name: service for name, service in SERVICES.items() if issubclass(service, TaskService)}

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
        raise AnsibleFilterError("The scheduled tasks are a list of dictionaries.")
    checked = _checked_defaults(defaults)
    wanted = [_wanted(number, entry, checked, service) for number, entry in enumerate(entries, start=1)]
    for key in ("name", "id"):
        met: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for task in wanted:
            if key in task:
                met[task["service"], task[key], _enterprise_project(task)].append(task)
        for (of_service, value, _project), alike in met.items():
            # Two tasks may have one name, if each is told by its id.
            if len(alike) > 1 and (key == "id" or any("id" not in task for task in alike)):
                raise AnsibleFilterError(
                    f"{len(alike)} entries of the list are about the {of_service} task {brief(value)}."
                )
    return wanted


def _enterprise_project(task: Task) -> str:
    """Return where else than in the project a task is, which may have another one of its name."""
    return str(task.get("coc", {}).get("enterprise_project_id", "0"))


def _checked_defaults(defaults: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(defaults, Mapping):
        raise AnsibleFilterError("The defaults are a dictionary of options by service.")
    checked = {}
    for service, options in defaults.items():
        _check_service("The defaults", service)
        if options is not None:
            checked[service] = _read(f"The defaults of {service}", options, DEFAULTED)
    return checked


def _wanted(number: int, entry: Any, defaults: Mapping[str, Task], service: str) -> dict[str, Any]:
    where = f"Entry {number} of the list"
    given = _read(where, entry, ENTRY)
    called = given.get("name") or given.get("id")
    if not called:
        raise AnsibleFilterError(f"{where} has neither name nor id.")
    whole = {"service": service, **given}
    _check_service(f"{where} ({brief(called)})", whole["service"])
    of_service = {"state": "present", **defaults.get(whole["service"], {})}
    state = whole.get("state", of_service["state"])
    if state == "absent":
        # How a task should be is checked whole. Of one that should not be, it matters where it is, which these say.
        of_service = {name: value for name, value in of_service.items() if name == whole["service"]}
    return _merged({**of_service, "state": state}, whole)


def _check_service(where: str, service: Any) -> None:
    if not isinstance(service, str) or service not in CHANGEABLE:
        raise AnsibleFilterError(f"{where}: service {brief(service)} is none of {', '.join(CHANGEABLE)}.")


def _read(where: str, given: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return options under their names.

    :raises AnsibleFilterError: there is no such option, one is given twice, or one that is text is none.
    """
    named = _named(where, given, spec)
    try:
        check_texts(spec, named)
    except OptionError as error:
        raise AnsibleFilterError(f"{_with_name(where, given)}: {error.message}") from None
    return named


def _with_name(where: str, given: Task) -> str:
    return f"{where} ({brief(given['name'])})" if isinstance(given.get("name"), str) else where


def _named(where: str, given: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return options under their names instead of their aliases, and without null, which is not given.

    :raises AnsibleFilterError: there is no such option, or one is given twice.
    """
    if not isinstance(given, Mapping):
        raise AnsibleFilterError(f"{where} is a dictionary of options.")
    where = _with_name(where, given)
    aliases: dict[Any, str] = {alias: name for name, option in spec.items() for alias in option.get("aliases", ())}
    named: dict[str, Any] = {}
    for key, value in given.items():
        name = aliases.get(key) or key
        if name not in spec:
            known = f"there is no option {brief(name)}, but {', '.join(spec)}"
            connection = f"{name} belongs to the connection, which is that of module_defaults for the whole list"
            raise AnsibleFilterError(f"{where}: {connection if name in CONNECTION else known}.")
        if name in named:
            raise AnsibleFilterError(f"{where}: {name} is given under two names.")
        if value is not None:
            suboptions = spec[name].get("options") if spec[name].get("type") == "dict" else None
            named[name] = _named(f"{where}: {name}", value, suboptions) if suboptions else value
    return named


def _merged(defaults: Task, given: Task) -> dict[str, Any]:
    """Return what is given over the defaults."""
    merged = dict(defaults)
    for name, value in given.items():
        default = merged.get(name)
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            merged[name] = _merged(default, value)
        else:
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
    return "changed" if operations else "unchanged"


def drift(kept: Iterable[Task], purged: Iterable[Task], entry: str, with_values: bool) -> list[str]:
    """Return a line for each difference between a list and what check mode has found.

    :param kept: as `summary` takes it, of check mode.
    :param purged: the same.
    :param entry: the same.
    :param with_values: whether the lines show values, and what the service says.
    """
    lines: list[str] = []
    told: dict[Any, str] = {}
    for result in kept:
        called = _called(result[entry])
        lines += [f"{called}: {difference}" for difference in _differences(called, result, with_values, told)]
    for result in purged:
        service = result.get(entry)
        unlisted = [_called({"service": service, **task}) for task in result.get("scheduled_tasks", ())]
        lines += [f"{task}: is not on the list" for task in unlisted]
        if result.get("failed"):
            lines.append(f"{service}: {_failure(service, result, with_values, told)}")
    return lines


def _differences(called: str, result: Task, with_values: bool, told: dict[Any, str]) -> Iterator[str]:
    outcome = _outcome(result)
    if outcome == "failed":
        yield _failure(called, result, with_values, told)
    elif outcome == "removed":
        yield "is there, and should be absent"
    elif outcome == "created":
        yield "is missing"
    elif outcome == "changed":
        before, after = ({**result["diff"][side]} for side in ("before", "after"))
        unequal = [*_unequal("", before, after)]
        if not unequal:
            yield "differs in what results do not show"
        for path, found, wanted in unequal:
            yield f"{path} is {_shown(found)}, should be {_shown(wanted)}" if with_values else f"{path} differs"


def _failure(called: Any, result: Task, with_values: bool, told: dict[Any, str]) -> str:
    """Return words on a failure.

    :param told: the failures so far, each with what has failed of it. What a service says of many is told once.
    """
    if not with_values:
        return "cannot be compared"
    answered = tuple(result.get(key) for key in ("status", "error_code", "error_msg"))
    if None not in answered and told.setdefault(answered, called) != called:
        return f"cannot be compared, as {told[answered]}"
    return f"cannot be compared: {result.get('msg')}"


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
    created again by its name, and not by its id. It has no name where the module takes none such.

    :param found: by service, its tasks as `scheduled_task_info` returns them.
    :param scope: further variables that say which tasks the list speaks for.
    :param name_prefix: only tasks whose names begin with it are written.
    :raises AnsibleFilterError: a task cannot be written whole, or a secret was masked in it.
    """
    entries = []
    for service, tasks in found.items():
        ours = [task for task in tasks if str(task.get("name", "")).startswith(name_prefix)]
        names = Counter(task.get("name") for task in ours)
        for task in sorted(ours, key=lambda task: (str(task.get("name")), task["id"])):
            _check_whole(service, task)
            _check_unmasked(service, task)
            is_given = _is_name(service, task.get("name"))
            needless = ("id" if names[task["name"]] == 1 else "") if is_given else "name"
            options = [name for name in TASK_OPTIONS if name in task and name != needless]
            entries.append({"service": service, **{name: task[name] for name in options}})
    variables = {"scheduled_tasks_services": list(found), **scope, "scheduled_tasks_list": entries}
    text = yaml.dump(
        variables, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, sort_keys=False, width=LINE_LENGTH
    )
    return f"{FILE_HEAD}{text}"


def _check_whole(service: str, task: Task) -> None:
    """Refuse a task of which a file would lose something.

    :raises AnsibleFilterError: as said.
    """
    if "hidden_keys" in task:
        lost = f"Ansible removes keys of it for being like its own: {brief(', '.join(task['hidden_keys']))}"
    elif "scheduled_instant" in task:
        lost = (
            f"its time zone {brief(task['schedule']['time_zone'])} is not known where it was looked up, so that its "
            "date and time cannot be told. The package tzdata has a time zone database, for the system or for Python"
        )
    elif "schedule_type" in task:
        lost = f"not all parts of its {brief(task['schedule_type'])} schedule are known. Look it up with details: true"
    else:
        return
    raise AnsibleFilterError(f"{_called({'service': service, **task})} ({task['id']}) cannot be written whole: {lost}.")


def _is_name(service: str, name: str | None) -> bool:
    """Return whether the module takes a name, which may have been given to a task elsewhere."""
    if not name:
        return False
    faults = Faults()
    CHANGEABLE[service].check_task(ScheduledTask(name=name), faults)
    return not faults


def _check_unmasked(service: str, task: Task) -> None:
    options = {name: task[name] for name in TASK_OPTIONS if name in task}
    masked = list(dict.fromkeys(_masked("", options)))
    if masked:
        raise AnsibleFilterError(
            f"Scheduled task {_called({'service': service, **task})} ({brief(task['id'])}) has a secret of the "
            f"connection in {', '.join(masked)}, which was masked. Applied, a file with the mask would overwrite the "
            "secret, so none is written. Take the secret out of the task, or look it up with other credentials. What "
            "only looks like a mask has to be written otherwise."
        )


def _masked(path: str, value: Any) -> Iterator[str]:
    """Return the options, by their dotted paths, in which something was masked."""
    if isinstance(value, str):
        if any(mask in value for mask in MASKS):
            yield path
    elif isinstance(value, Mapping):
        for name, part in value.items():
            of_name = list(_masked(path, name))
            yield from of_name
            # A name that was masked is none to show.
            yield from _masked(path if of_name else f"{path}.{name}".lstrip("."), part)
    elif isinstance(value, Sequence):
        for part in value:
            yield from _masked(path, part)


class _Dumper(yaml.SafeDumper):
    """Writes what Ansible has tagged as what it is, and text that looks like a template as text."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def represent_text(self, text: str) -> yaml.ScalarNode:
        if any(marker in text for marker in TEMPLATE_MARKERS):
            unsafe: yaml.ScalarNode = self.represent_scalar("!unsafe", text, style='"')
            return unsafe
        # Some times are numbers without quotes. A user who edits one that is not should find it quoted all the same.
        # Only between these quotes are a line break of another alphabet and the like what they are.
        quoted = not text or text[0].isdigit() or not text.isprintable()
        node: yaml.ScalarNode = self.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)
        return node

    def represent_entries(self, entries: list[Any]) -> yaml.SequenceNode:
        in_one_line = not any(isinstance(entry, (dict, list)) for entry in entries)
        node: yaml.SequenceNode = self.represent_sequence("tag:yaml.org,2002:seq", entries, flow_style=in_one_line)
        return node

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Ansible's own values are of types derived from these.
for kind, represent in (
    (int, _Dumper.represent_int),
    (float, _Dumper.represent_float),
    (str, _Dumper.represent_text),
    (list, _Dumper.represent_entries),
    (dict, _Dumper.represent_dict),
):
    _Dumper.add_representer(kind, represent)
    _Dumper.add_multi_representer(kind, represent)
