#!/usr/bin/python

# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_task_purge
short_description: Delete the scheduled tasks of a Huawei Cloud service that are not on a list
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Lists the scheduled tasks of a service, and deletes those which O(keep) does not name.
  - O(name_prefix) and O(filters) limit which tasks are looked at. All others stay, whatever O(keep) says.
  - Several tasks are deleted with one request where the service offers that. O(service=workspace_app) deletes 20 at a
    time, O(service=workspace) 5000, O(service=coc) one.
  - What cannot be deleted does not keep the others from being deleted. The module fails then, and names what is left.
extends_documentation_fragment:
  - cloudcron.huaweicloud._attributes
  - cloudcron.huaweicloud._connection
  - cloudcron.huaweicloud._service
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  keep:
    description:
      - The tasks that stay. Each entry needs O(keep[].name) or O(keep[].id). With both it keeps what has either.
      - An empty list is refused unless O(confirm=true).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Keeps all tasks that have exactly this name.
        type: str
        aliases: [task_name]
      id:
        description: Keeps the task that has this ID.
        type: str
        aliases: [task_id]
  name_prefix:
    description:
      - Only tasks whose names begin with this are looked at. Empty for all tasks.
    type: str
    default: ""
  filters:
    description:
      - Only tasks that these filters let through are looked at. They are those of
        O(cloudcron.huaweicloud.scheduled_task_info#module:filters), but null is refused.
      - C(task_name) lets every task through whose name contains it. Use O(name_prefix) for names that begin with it.
      - Where the service lists a task that a filter should have kept out, nothing is deleted.
    type: dict
  confirm:
    description:
      - Confirms that O(keep) is empty on purpose, so that every task that is looked at is deleted.
    type: bool
    default: false
notes:
  - The tasks are listed first, as by M(cloudcron.huaweicloud.scheduled_task_info) without
    O(cloudcron.huaweicloud.scheduled_task_info#module:details). Deleting a task of Cloud Operations Center needs 1 more
    request, and another one where it is enabled.
  - A listing may still show tasks that were deleted a moment ago. So each task is looked at with 1 more request,
    O(parallel) at a time. That is so in check mode, with O(service=workspace_app), and with O(service=workspace) where
    there are several tasks to delete.
  - Where the service refuses to delete several tasks together, they are deleted one by one.
seealso:
  - module: cloudcron.huaweicloud.scheduled_task
  - module: cloudcron.huaweicloud.scheduled_task_info
"""

EXAMPLES = r"""
- name: See which tasks of ours nobody has written down
  cloudcron.huaweicloud.scheduled_task_purge:
    service: workspace_app
    region: ap-southeast-1
    name_prefix: classroom-
    keep:
      - name: classroom-start
      - name: classroom-stop
  check_mode: true
  register: unlisted

- name: Delete them
  cloudcron.huaweicloud.scheduled_task_purge:
    service: workspace_app
    region: ap-southeast-1
    name_prefix: classroom-
    keep:
      - name: classroom-start
      - name: classroom-stop

- name: Delete all tasks of a project that was given up
  cloudcron.huaweicloud.scheduled_task_purge:
    service: workspace
    region: ap-southeast-1
    keep: []
    confirm: true
"""

RETURN = r"""
scheduled_tasks:
  description:
    - The tasks that were deleted, in check mode those that would be, as far as the service's listing tells them. In the
      words of M(cloudcron.huaweicloud.scheduled_task_info).
  returned: success, and when some tasks could not be deleted
  type: list
  elements: dict
  sample:
    - id: 62f48b59-0ebb-4b1e-ad35-f64948a0591b
      name: classroom-start-2025
      task_type: START_SERVER
      enabled: false
total_count:
  description: Number of these tasks.
  returned: success, and when some tasks could not be deleted
  type: int
  sample: 1
failures:
  description: What kept tasks from being deleted.
  returned: when there are any
  type: list
  elements: dict
  contains:
    tasks:
      description: Names and IDs of the tasks.
      type: list
      elements: str
    msg:
      description: What their deletion failed of.
      type: str
status:
  description: HTTP status of the first request that failed.
  returned: when the service refused a request
  type: int
  sample: 403
error_code:
  description: The service's code for the failure.
  returned: when the service refused a request
  type: str
  sample: WKS.00081102
error_msg:
  description: The service's own words for the failure.
  returned: when the service refused a request
  type: str
request_id:
  description: The service's name for the request that failed, which its support asks for.
  returned: when the service refused a request
  type: str
option:
  description: The option that was refused.
  returned: when an option was refused
  type: str
  sample: keep
"""

from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module("scheduled_task_purge")


if __name__ == "__main__":
    main()
