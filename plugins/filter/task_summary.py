# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: task_summary
short_description: Which scheduled tasks were created, changed, unchanged, removed and failed
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes the results of a loop of M(cloudcron.huaweicloud.scheduled_task), and says what came of each task, by name.
positional: purged, entry
options:
  _input:
    description: The results of the loop. Each has the entry of the list under the name of the loop's variable.
    type: list
    elements: dict
    required: true
  purged:
    description:
      - The results of a loop of M(cloudcron.huaweicloud.scheduled_task_purge) over services.
    type: list
    elements: dict
    required: true
  entry:
    description: The name of the variable of both loops.
    type: str
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.scheduled_tasks
    plugin_type: role
"""

EXAMPLES = r"""
- name: Keep the tasks
  cloudcron.huaweicloud.scheduled_task:
    service: "{{ item.service }}"
    name: "{{ item.name }}"
    state: absent
  loop:
    - service: workspace_app
      name: classroom-start-2025
  register: kept

- name: Sum up
  ansible.builtin.debug:
    msg: "{{ kept.results | cloudcron.huaweicloud.task_summary([], 'item') }}"
"""

RETURN = r"""
_value:
  description: The names of the tasks behind those of their services.
  type: dict
  contains:
    created:
      description: Tasks that were created.
      type: list
      elements: str
    changed:
      description: Tasks that were there and were changed.
      type: list
      elements: str
    unchanged:
      description: Tasks that were as they should be.
      type: list
      elements: str
    removed:
      description: Tasks that were deleted.
      type: list
      elements: str
    failed:
      description: Tasks that failed.
      type: list
      elements: str
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._task_lists import summary


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"task_summary": summary}
