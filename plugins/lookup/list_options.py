# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: list_options
short_description: What the variables of the role scheduled_tasks ask for
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Reads the variables of the role P(cloudcron.huaweicloud.scheduled_tasks#role), those of its file included, and
    returns the options of M(cloudcron.huaweicloud.scheduled_tasks) that they stand for. The role calls it, and a play
    of one's own can.
  - The file is read where C(scheduled_tasks_list) is not defined. Variables that are defined elsewhere count more than
    those of the file. Nothing of the file outlives the call.
  - Variables that begin with C(scheduled_task) and are none of the role are refused, and so is every other key of the
    file.
options:
  _terms:
    description: The entry point of the role.
    type: str
    required: true
    choices: [main, audit, export]
seealso:
  - module: cloudcron.huaweicloud.scheduled_tasks
"""

EXAMPLES = r"""
- name: Check a list without asking the cloud
  cloudcron.huaweicloud.scheduled_tasks:
    tasks: "{{ options.tasks }}"
    service: "{{ options.service }}"
    defaults: "{{ options.defaults }}"
    validate_only: true
  vars:
    scheduled_tasks_list:
      - name: classroom-start
        enabled: true
    options: "{{ lookup('cloudcron.huaweicloud.list_options', 'main') }}"
"""

RETURN = r"""
_raw:
  description:
    - One dictionary. It has C(refused) alone where variables are refused, which says why. So the variables can be kept
      from being shown, and the reason shown nevertheless.
    - For C(main) and C(audit) it has C(tasks), C(service), C(defaults), C(show_values), and C(purge) where what is not
      on the list is asked for.
    - For C(export) it has C(services), C(is_named), C(filters), C(prefix) and C(show_values).
    - Where a file is to be written, C(writes) is its path. For C(audit), C(format) is that of the report.
  type: list
  elements: dict
"""

import math
import os
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ansible.errors import AnsibleError, AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.lookup import LookupBase
from ansible.template import Templar

from ..plugin_utils._role_variables import (
    AUDIT_FILE,
    FILE,
    IN_FILES,
    LIST,
    TAKEN,
    RefusedVariablesError,
    check_file,
    check_names,
    export_options,
    list_options,
    path_of,
    report_format,
)
from ..plugin_utils._variables_file import first_line, read_file

ENTRY_POINTS = ("main", "audit", "export")


class LookupModule(LookupBase):
    """What Ansible loads."""

    def run(self, terms: list[Any], variables: Mapping[str, Any] | None = None, **_options: Any) -> list[Any]:
        """Return what the variables ask for, or why they are refused.

        :raises AnsibleLookupError: the role has no such entry point.
        """
        if list(terms) not in [[name] for name in ENTRY_POINTS]:
            raise AnsibleLookupError(f"list_options takes one of {', '.join(ENTRY_POINTS)}.")
        if self._loader is None or self._templar is None:
            raise AnsibleLookupError("list_options is for plays, which have variables and passwords of vaults.")
        try:
            return [_asked(str(terms[0]), variables or {}, self._loader, self._templar)]
        except RefusedVariablesError as error:
            return [{"refused": str(error)}]


def _asked(entry_point: str, variables: Mapping[str, Any], loader: DataLoader, templar: Templar) -> dict[str, Any]:
    check_names(variables)
    given: Mapping[str, Any] = {name: variables[name] for name in TAKEN if name in variables}
    if entry_point == "export":
        own = _values(given, variables, templar, without=(LIST,))
        return {**export_options(own), "writes": _writable(FILE, _path(own, variables))}
    read: Mapping[str, Any] = {}
    if LIST not in given:
        path = _path(_values(given, variables, templar, without=IN_FILES), variables)
        read = check_file(path, read_file(loader, path))
    # What stands in a file may name what stands beside it.
    own = _values({**read, **given}, {**read, **variables}, templar, without=(FILE,))
    asked = list_options(own, entry_point == "audit")
    if entry_point == "audit" and AUDIT_FILE in own:
        path = path_of(own, AUDIT_FILE)
        asked |= {"format": report_format(path), "writes": _writable(AUDIT_FILE, _absolute(path))}
    return asked


def _values(
    given: Mapping[str, Any], variables: Mapping[str, Any], templar: Templar, without: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what the templates in variables come to.

    :param variables: that the templates may name.
    :raises RefusedVariablesError: one cannot be read.
    """
    within = templar.copy_with_new_env(available_variables=dict(variables))
    values = {}
    for name, value in given.items():
        if name not in without:
            try:
                values[name] = _plain(name, within.template(value))
            except AnsibleError as error:
                raise RefusedVariablesError([f"{name} cannot be read: {first_line(error)}."]) from None
    return values


def _path(given: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """Return where the file lies. Many projects have a file each."""
    if FILE in given:
        return _absolute(path_of(given, FILE))
    host = variables.get("inventory_hostname", "localhost")
    return _absolute("scheduled_tasks.yml" if host == "localhost" else f"scheduled_tasks.{host}.yml")


def _absolute(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))


def _writable(variable: str, path: str) -> str:
    """Return the path of a file that can be written.

    :raises RefusedVariablesError: it cannot be, as far as that shows before anything is asked for.
    """
    if os.path.isdir(path):
        raise RefusedVariablesError([f"{variable}: {path} is a directory."])
    if not os.path.isdir(os.path.dirname(path)):
        raise RefusedVariablesError([f"{variable}: there is no directory {os.path.dirname(path)}."])
    return path


def _plain(name: str, value: Any) -> Any:
    """Return a value as a module would get it.

    Before ansible-core 2.19 a template that makes a value has to write it as text, and reads that again. A date or a
    number that is none would be lost.
    """
    if isinstance(value, Mapping):
        return {_plain(name, key): _plain(name, part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(name, part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedVariablesError([f"{name} has a number in it that is infinite or none."])
    # What was in a vault is of a type of Ansible's own.
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)
