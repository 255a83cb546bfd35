# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: wanted_tasks
short_description: The entries of a list of scheduled tasks with all that is meant by them
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes a list of scheduled tasks in the words of M(cloudcron.huaweicloud.scheduled_task), and returns it with the
    service, the state and the defaults filled in.
  - Refuses options that M(cloudcron.huaweicloud.scheduled_task) does not have, and several entries about one task.
positional: defaults, service
options:
  _input:
    description: The list.
    type: list
    elements: dict
    required: true
  defaults:
    description:
      - By service, the options of those of its tasks that do not give them. Dictionaries such as
        O(cloudcron.huaweicloud.scheduled_task#module:schedule) are merged, lists are not.
    type: dict
    required: true
  service:
    description: The service of the entries that name none.
    type: str
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.scheduled_tasks
    plugin_type: role
"""

EXAMPLES = r"""
- name: See what the list stands for
  ansible.builtin.debug:
    msg: "{{ tasks | cloudcron.huaweicloud.wanted_tasks(defaults, 'workspace_app') }}"
  vars:
    defaults:
      workspace_app:
        schedule:
          time_zone: Asia/Singapore
    tasks:
      - name: nightly-restart
        task_type: RESTART_SERVER
        schedule:
          type: daily
          day_interval: 1
          time: "03:30"
"""

RETURN = r"""
_value:
  description: The list, each entry with C(service) and C(state).
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._task_lists import wanted_tasks


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"wanted_tasks": wanted_tasks}
