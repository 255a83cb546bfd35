# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A variables file with the tasks that were found, from which the role `scheduled_tasks` makes the same tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError

from ..module_utils._arguments import TASK_OPTIONS
from ..module_utils._errors import brief
from ..module_utils._faults import Faults
from ..module_utils._secrets import MASKS
from ..module_utils._services._table import CHANGEABLE
from ..module_utils._task import ScheduledTask

# Ansible takes text with one of these in a variables file for a template.
TEMPLATE_MARKERS = ("{{", "{%", "{#")

LINE_LENGTH = 120
FILE_HEAD = """---
# Scheduled tasks as cloudcron.huaweicloud.export found them. cloudcron.huaweicloud.audit compares this file with the
# cloud, and cloudcron.huaweicloud.apply makes the cloud what it says.

"""

Task = Mapping[str, Any]


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


def _called(task: Task) -> str:
    return f"{task['service']} {brief(task.get('name') or task['id'])}"


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
