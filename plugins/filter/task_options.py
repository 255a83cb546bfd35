# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: task_options
short_description: The options of scheduled_task that describe a task which was looked up
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes a task as M(cloudcron.huaweicloud.scheduled_task_info) or M(cloudcron.huaweicloud.scheduled_task) returns it,
    and returns those of its keys that are options of M(cloudcron.huaweicloud.scheduled_task).
  - Given back to that module for the same service, they change nothing. What is not known of the task, because it was
    listed without O(cloudcron.huaweicloud.scheduled_task_info#module:details), is absent, so it is left as it is.
options:
  _input:
    description: A task, as the modules return it.
    type: dict
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.scheduled_task_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: Look up all tasks
  cloudcron.huaweicloud.scheduled_task_info:
    service: workspace_app
    region: ap-southeast-1
    details: true
  register: found

- name: Keep them as variables that scheduled_task takes
  ansible.builtin.copy:
    dest: tasks.yml
    mode: "0600"
    content: "{{ found.scheduled_tasks | map('cloudcron.huaweicloud.task_options') | ansible.builtin.to_nice_yaml }}"

- name: Make a copy of a task under another name
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: nightly-restart-copy
    task_type: "{{ options.task_type }}"
    schedule: "{{ options.schedule }}"
    targets: "{{ options.targets }}"
  vars:
    options: "{{ found.scheduled_tasks | first | cloudcron.huaweicloud.task_options }}"
"""

RETURN = r"""
_value:
  description: The options, by name.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._arguments import TASK_OPTIONS


def task_options(task: Any) -> dict[str, Any]:
    """Return the keys of a task that are options of `scheduled_task`.

    :raises AnsibleFilterError: what is given is no task.
    """
    if not isinstance(task, Mapping):
        raise AnsibleFilterError(
            f"task_options takes one task, as scheduled_task_info returns it, and not {type(task).__name__}. "
            "For a list of tasks use map('cloudcron.huaweicloud.task_options')."
        )
    return {name: task[name] for name in TASK_OPTIONS if name in task}


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"task_options": task_options}
