#!/usr/bin/python

# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_tasks
short_description: Manage a whole list of Huawei Cloud scheduled tasks
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Makes the scheduled tasks of one or more services what a list says. The list is checked whole, read once, planned
    whole, and only then carried out.
  - Nothing is written while one entry is refused. Every fault of every entry is reported at once, with the number and
    the name of the entry.
  - Tasks are read and changed side by side, at most O(parallel) at a time. What deletes comes last. A task that fails
    does not stop the others. What would fail all of them, such as refused credentials, stops what has not begun.
  - With O(purge), tasks that are not on the list are deleted.
  - In check mode the result says what would be done, and nothing is written.
  - The role cloudcron.huaweicloud.scheduled_tasks, and the playbooks C(apply), C(audit) and C(export), keep such a list
    in a file.
extends_documentation_fragment:
  - cloudcron.huaweicloud._attributes
  - cloudcron.huaweicloud._connection
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  tasks:
    description:
      - The entries of the list. Each is a dictionary of options of M(cloudcron.huaweicloud.scheduled_task), without
        those of the connection.
      - Each entry has a name or an ID, and a service, unless O(service) is given.
      - Two entries about the same task are refused. So are null and options that do not exist.
    type: list
    elements: raw
    required: true
  service:
    description: The service of the entries that name none.
    type: str
    choices: [workspace_app, workspace, coc]
  defaults:
    description:
      - By service, what its entries have in common. An entry inherits what it does not give. Dictionaries such as
        O(cloudcron.huaweicloud.scheduled_task#module:schedule) are merged level by level, lists are not.
      - An entry whose schedule is of another type than the one in the defaults inherits only the parts that a schedule
        of its own type has.
      - An entry with O(cloudcron.huaweicloud.scheduled_task#module:state=absent) inherits only the service's own
        options, such as the enterprise project.
    type: dict
  purge:
    description:
      - The scope in which the list is complete, so that a task that is not on it is deleted.
      - Nothing is deleted from a service of which an entry failed.
    type: dict
    suboptions:
      services:
        description: The services for which the list is complete.
        type: list
        elements: str
        choices: [workspace_app, workspace, coc]
        required: true
      name_prefix:
        description: The list is complete only for tasks whose names begin with this. Empty for all tasks.
        type: str
        default: ""
      filters:
        description:
          - By service, filters as O(cloudcron.huaweicloud.scheduled_task_info#module:filters) takes them. The list is
            complete only for tasks that these let through.
          - Where a service lists a task that a filter should have kept out, nothing is deleted from it.
          - Without C(enterprise_project_id) among them, those of V(coc) are in enterprise project 0.
        type: dict
      max_deletions:
        description:
          - The highest number of tasks that may be deleted for not being on the list. More are refused before the first
            write, and the message names them.
          - When not given, it is 10, and a purge that would delete every task in the scope of a service is refused.
        type: int
  validate_only:
    description:
      - Checks every entry as far as that takes no request, and sends none. No credentials are needed.
    type: bool
    default: false
  show_values:
    description:
      - Whether RV(tasks[].differences) and RV(diff) show values. If not, there is no RV(diff), and
        RV(tasks[].differences) names the options alone. Neither is a value shown that is refused, nor what a service
        says of a failure. For tasks with secrets in the parameters of their scripts.
    type: bool
    default: true
notes:
  - A service is listed page by page, 100 tasks of V(workspace_app), 50 of V(workspace) or 1000 of V(coc) with each
    request, and one more request finds out that a full page was the last one. Where the first page says that there are
    more pages than entries, each entry is looked up by its name instead, with one request. V(workspace) has a second
    listing for triggered tasks, V(coc) one for each enterprise project, and with O(purge.filters) the scope is listed
    apart.
  - One more request reads the detail of each task that is to be changed, or that has an option given which the listing
    does not tell. The listing of V(workspace_app) tells everything but the targets.
  - Before a task is created, its name is looked for once more, since the listing may be old by then.
  - A task of V(coc) that is created in an enterprise project takes one more request, which looks for its name in
    enterprise project 0.
  - Interrupted by a signal, the module begins nothing new. What is under way is finished or undone within 10 s.
seealso:
  - module: cloudcron.huaweicloud.scheduled_task
  - module: cloudcron.huaweicloud.scheduled_task_info
"""

EXAMPLES = r"""
- name: Restart servers every night, and start and stop the classroom on workdays
  cloudcron.huaweicloud.scheduled_tasks:
    region: ap-southeast-1
    service: workspace_app
    defaults:
      workspace_app:
        schedule:
          type: weekly
          weekdays: [monday, tuesday, wednesday, thursday, friday]
          time_zone: Asia/Shanghai
        targets:
          - type: SERVER_GROUP
            id: 3f791197-d166-4c8e-81e4-38c40ffc1989
    tasks:
      - name: classroom-start
        task_type: START_SERVER
        schedule:
          time: "07:45"
      - name: classroom-stop
        task_type: STOP_SERVER
        schedule:
          time: "19:15"
      # Another type of schedule inherits the time zone, and not the weekdays.
      - name: nightly-restart
        task_type: RESTART_SERVER
        schedule:
          type: daily
          day_interval: 1
          time: "03:30"
      - name: classroom-start-2025
        state: absent

- name: Rename a task, and change when it runs
  cloudcron.huaweicloud.scheduled_tasks:
    region: ap-southeast-1
    tasks:
      - service: workspace_app
        name: render-restart
        previous_name: nightly-restart
        schedule:
          time: "04:15"

- name: Delete the classroom's tasks that are not on the list, but no more than 3
  cloudcron.huaweicloud.scheduled_tasks:
    region: ap-southeast-1
    service: workspace_app
    tasks:
      - name: classroom-start
      - name: classroom-stop
    purge:
      services: [workspace_app]
      name_prefix: classroom-
      max_deletions: 3

- name: Check a list without asking the cloud
  cloudcron.huaweicloud.scheduled_tasks:
    service: workspace_app
    validate_only: true
    tasks:
      - name: nightly-restart
        enabled: false

- name: Name the options that differ, and no values
  cloudcron.huaweicloud.scheduled_tasks:
    region: ap-southeast-1
    show_values: false
    tasks:
      - service: workspace_app
        name: classroom-stop
        schedule:
          time: "19:30"
  check_mode: true
  register: compared
"""

RETURN = r"""
tasks:
  description: What came of each entry, in the order of the list.
  returned: always, unless the connection options are refused
  type: list
  elements: dict
  contains:
    service:
      description: The service.
      type: str
      sample: workspace_app
    name:
      description: Name of the task, as the entry gives it.
      returned: when the entry has one
      type: str
      sample: nightly-restart
    id:
      description: ID of the task.
      returned: when it is known
      type: str
      sample: 62f48b59-0ebb-4b1e-ad35-f64948a0591b
    outcome:
      description:
        - C(created), C(changed), C(unchanged) or C(deleted). In check mode C(would_create), C(would_change) or
          C(would_delete).
        - C(failed) where RV(tasks[].error) says why. C(not_attempted) where the task was not touched, since something
          else failed or was refused.
        - C(valid) with O(validate_only).
      type: str
      sample: changed
    operations:
      description: What was done, or in check mode would be, in order.
      type: list
      elements: str
      sample: [update]
    differences:
      description: A line for each option that was changed, or would be.
      type: list
      elements: str
      sample: ["schedule.time: 03:30:00 -> 04:15:00"]
    error:
      description: What the task failed of.
      returned: when it failed, or was not attempted for a reason of its own
      type: dict
      contains:
        msg:
          description: The message.
          type: str
        option:
          description: The option that was refused.
          returned: when an option was refused
          type: str
        status:
          description: HTTP status.
          returned: when the service refused a request
          type: int
        error_code:
          description: The service's code for the failure.
          returned: when the service refused a request
          type: str
        error_msg:
          description: The service's own words for the failure.
          returned: when the service refused a request
          type: str
        request_id:
          description: The service's name for the request that failed, which its support asks for.
          returned: when the service refused a request
          type: str
unlisted:
  description: The tasks in the scope of O(purge) that are not on the list.
  returned: always, unless the connection options are refused
  type: list
  elements: dict
  contains:
    service:
      description: The service.
      type: str
    name:
      description: Name of the task.
      type: str
    id:
      description: ID of the task.
      type: str
    outcome:
      description: C(deleted), C(would_delete), C(failed) or C(not_attempted).
      type: str
    error:
      description: As RV(tasks[].error).
      returned: when it failed, or was not attempted
      type: dict
summary:
  description: How many tasks came to each outcome, and the names of all but the unchanged ones.
  returned: always, unless the connection options are refused
  type: dict
  sample:
    counts:
      unchanged: 197
      changed: 2
      failed: 1
    changed: [workspace_app nightly-restart, workspace_app classroom-stop]
    failed: [coc weekly-patch-scan]
report:
  description:
    - Lines for people. First the counts, then what was done with old and new values, last what failed and why.
  returned: always, unless the connection options are refused
  type: list
  elements: str
  sample:
    - "200 scheduled tasks: 198 unchanged, 2 changed."
    - "changed: workspace_app nightly-restart: schedule.time: 03:30:00 -> 04:15:00"
    - "changed: workspace_app classroom-stop: enabled: false -> true"
reasons:
  description: Lines on what failed and why, as RV(report) has them at its end. Empty where nothing failed.
  returned: always, unless the connection options are refused
  type: list
  elements: str
msg:
  description: The counts, and the reasons where anything failed.
  returned: always
  type: str
  sample: "200 scheduled tasks: 198 unchanged, 2 changed."
diff:
  description: For each task that was changed or would be, what it was and is. Not with O(show_values=false).
  returned: always, unless the connection options are refused
  type: list
  elements: dict
option:
  description: The option that was refused.
  returned: when a connection option was refused
  type: str
"""

from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module("scheduled_tasks")


if __name__ == "__main__":
    main()
