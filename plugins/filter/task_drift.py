# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: task_drift
short_description: The differences between a list of scheduled tasks and the cloud, a line for each
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes the results of a loop of M(cloudcron.huaweicloud.scheduled_task) in check mode, and says what differs.
positional: purged, entry, with_values
options:
  _input:
    description: The results of the loop. Each has the entry of the list under the name of the loop's variable.
    type: list
    elements: dict
    required: true
  purged:
    description:
      - The results of a loop of M(cloudcron.huaweicloud.scheduled_task_purge) in check mode over services.
    type: list
    elements: dict
    required: true
  entry:
    description: The name of the variable of both loops.
    type: str
    required: true
  with_values:
    description: Whether to show values, and what the service says of a failure.
    type: bool
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.scheduled_tasks
    plugin_type: role
"""

EXAMPLES = r"""
- name: Compare
  cloudcron.huaweicloud.scheduled_task:
    service: "{{ item.service }}"
    name: "{{ item.name }}"
    state: absent
  loop:
    - service: workspace_app
      name: classroom-start-2025
  check_mode: true
  register: compared

- name: Say what differs
  ansible.builtin.debug:
    msg: "{{ compared.results | cloudcron.huaweicloud.task_drift([], 'item', true) }}"
"""

RETURN = r"""
_value:
  description: The differences.
  type: list
  elements: str
  sample:
    - 'workspace_app nightly-restart: schedule.time is "03:30:00", should be "04:15:00"'
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._task_lists import drift


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"task_drift": drift}
