# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: audit_report
short_description: What an audit of a list of scheduled tasks has found, for people or for a pipeline
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Takes what M(cloudcron.huaweicloud.scheduled_tasks) has returned in check mode, and says which tasks are not as the
    list says. With O(cloudcron.huaweicloud.scheduled_tasks#module:purge) also those that are not on the list are told.
positional: format, title
options:
  _input:
    description: The result of the module. It may be a failed one.
    type: dict
    required: true
  format:
    description:
      - V(text) is one paragraph of bounded length. V(markdown) is a table for a pull request. V(junit) is XML, which
        pipelines show as tests, one for each entry of the list and for each task that is not on it.
    type: str
    choices: [text, markdown, junit]
    required: true
  title:
    description: What was audited, such as the name of the project. Not used for V(text).
    type: str
    required: true
seealso:
  - plugin: cloudcron.huaweicloud.scheduled_tasks
    plugin_type: role
"""

EXAMPLES = r"""
- name: Compare
  cloudcron.huaweicloud.scheduled_tasks:
    tasks:
      - service: workspace_app
        name: classroom-start-2025
        state: absent
  check_mode: true
  register: compared

- name: Keep the report
  ansible.builtin.copy:
    dest: audit.md
    mode: "0644"
    content: "{{ compared | cloudcron.huaweicloud.audit_report('markdown', 'the classroom') }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils._audit import audit_report


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"audit_report": audit_report}
