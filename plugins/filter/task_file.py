# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: task_file
short_description: A variables file with scheduled tasks that were looked up
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes tasks as M(cloudcron.huaweicloud.scheduled_task_info) returns them with
    O(cloudcron.huaweicloud.scheduled_task_info#module:details), and returns the text of a variables file with them, as
    the role cloudcron.huaweicloud.scheduled_tasks takes it.
  - An entry has an ID only where its name does not tell it from another task, or is one that the module refuses and the
    entry therefore does without.
  - A task of which the file would lose something is an error that names it. That is one with keys that Ansible takes
    for its own, or with a schedule of which not all parts are known.
  - Text that Ansible would take for a template is written as C(!unsafe).
  - The same tasks make the same text.
  - Fails where a secret of the connection was masked in a task, since the mask would be written over it when the file
    is applied.
positional: scope, name_prefix
options:
  _input:
    description: By service, its tasks.
    type: dict
    required: true
  scope:
    description: Further variables of the role, which are written before the list.
    type: dict
    required: true
  name_prefix:
    description: Only tasks whose names begin with this are written.
    type: str
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.task_options
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look up what Cloud Operations Center has
  cloudcron.huaweicloud.scheduled_task_info:
    service: coc
    details: true
  register: found

- name: Keep it in a file
  ansible.builtin.copy:
    dest: scheduled_tasks.yml
    mode: "0600"
    content: "{{ {'coc': found.scheduled_tasks} | cloudcron.huaweicloud.task_file({}, '') }}"
"""

RETURN = r"""
_value:
  description: The text of the file, in YAML.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._task_file import as_file


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"task_file": as_file}
