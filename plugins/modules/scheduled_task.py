#!/usr/bin/python

# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_task
short_description: Manage scheduled tasks of Huawei Cloud services
version_added: 0.1.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Creates, changes, enables, disables, renames and deletes a scheduled task.
  - One vocabulary describes the task, whichever service runs it.
  - An option that is not given is left as it is on the service. An empty value clears O(description) and
    O(schedule.expire_time). Everywhere else an empty value is an error.
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
  service:
    description:
      - The service that runs the task. V(workspace_app) is Workspace App Streaming.
    type: str
    required: true
    choices: [workspace_app]
  state:
    description:
      - Whether the task is to be there.
      - With V(absent) the other options are checked, but not needed and not applied.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the task. Without O(id), it finds the task that has exactly this name. It is an error if several have
        it.
      - With O(id), the task is renamed. With O(state=absent), both must match.
      - For O(service=workspace_app), 1 to 64 letters, digits, C(_), C(-) or Chinese characters.
      - One of O(name) and O(id) is needed.
    type: str
    aliases: [task_name]
  id:
    description:
      - ID of the task. With O(state=present) there must be a task with this ID.
    type: str
    aliases: [task_id]
  task_type:
    description:
      - What the task does. Needed to create a task.
      - For O(service=workspace_app), V(RESTART_SERVER), V(START_SERVER), V(STOP_SERVER) or V(REINSTALL_OS).
    type: str
  schedule:
    description:
      - When the task runs. Needed, with O(schedule.type), to create a task.
      - With O(schedule.type) the schedule is complete. The parts of that type must be given and no others, and only
        O(schedule.time_zone) and O(schedule.expire_time) are kept when not given.
      - Without O(schedule.type) the parts that are given replace those of the schedule that was found.
    type: dict
    suboptions:
      type:
        description:
          - V(once) needs O(schedule.date) and O(schedule.time).
          - V(daily) needs O(schedule.day_interval) and O(schedule.time).
          - V(weekly) needs O(schedule.weekdays) and O(schedule.time).
          - V(monthly) needs O(schedule.months), O(schedule.month_days) and O(schedule.time).
          - V(cron) needs O(schedule.cron). V(workspace_app) does not have it.
          - V(life_cycle) needs O(schedule.life_cycle_type). V(workspace_app) does not have it.
        type: str
      date:
        description: Day of a V(once) schedule, in the form C(yyyy-MM-dd).
        type: str
        aliases: [scheduled_date]
      time:
        description:
          - Time of day, in the form C(HH:mm:ss) or C(HH:mm).
          - Quote it. YAML turns an unquoted C(10:30:00) into a number, which is refused.
        type: str
        aliases: [scheduled_time]
      day_interval:
        description: A V(daily) schedule runs every so many days, 1 to 31.
        type: int
      weekdays:
        description:
          - Days of a V(weekly) schedule, V(sunday), V(monday), V(tuesday), V(wednesday), V(thursday), V(friday) or
            V(saturday).
          - Order and repetition mean nothing.
        type: list
        elements: str
      months:
        description: Months of a V(monthly) schedule, 1 to 12. Order and repetition mean nothing.
        type: list
        elements: int
        aliases: [month_list]
      month_days:
        description:
          - Days of a V(monthly) schedule, V(1) to V(31), and V(L) for the last day of the month.
          - Order and repetition mean nothing.
        type: list
        elements: str
        aliases: [date_list]
      cron:
        description: Quartz expression of a V(cron) schedule.
        type: str
      time_zone:
        description:
          - Time zone of the schedule, as an IANA name such as V(Asia/Shanghai), or under a name that the service knows.
          - Where a new task has none, the service chooses.
        type: str
      expire_time:
        description:
          - The instant from which on the task no longer runs, in ISO 8601, such as V(2027-06-30T18:00:00+08:00).
            Without an offset it is in the time zone of the schedule. Counted to the second.
          - An empty value clears it.
        type: str
      life_cycle_type:
        description: Event that triggers a V(life_cycle) schedule.
        type: str
      wait_time:
        description: Minutes between the event of a V(life_cycle) schedule and the task.
        type: int
      life_cycle_exec_period:
        description: Minutes within which a V(life_cycle) task is carried out.
        type: int
  targets:
    description:
      - What the task acts on. This is the whole set, in which order and repetition mean nothing.
      - Needed to create a task of O(service=workspace_app), which has 1 to 1000 targets.
    type: list
    elements: dict
    suboptions:
      type:
        description: For O(service=workspace_app), V(SERVER) or V(SERVER_GROUP).
        type: str
        required: true
      id:
        description: ID of the server or the server group.
        type: str
  enabled:
    description:
      - Whether the task runs when its time comes. A new task does, unless this is V(false).
    type: bool
  force:
    description:
      - Whether the task runs even where users have sessions.
    type: bool
  description:
    description:
      - Text that describes the task, at most 255 characters. An empty value clears it.
    type: str
notes:
  - Requests for O(service=workspace_app), besides those that fetch a token or a project ID. No change needs 2, a change
    needs 3, a creation 2, a creation with O(enabled=false) 3, a deletion 2. A name that is part of more than 100 names
    of other tasks costs one more for every further 100.
  - Two plays that create a task of the same name at the same moment may both succeed, since the services do not keep
    names apart. The next run finds two tasks and says so.
seealso:
  - module: cloudcron.huaweicloud.scheduled_task_info
"""

EXAMPLES = r"""
- name: Restart the servers of a group every night
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: nightly-restart
    task_type: RESTART_SERVER
    schedule:
      type: daily
      day_interval: 1
      time: "03:30"
      time_zone: Asia/Shanghai
    targets:
      - type: SERVER_GROUP
        id: 3f791197-d166-4c8e-81e4-38c40ffc1989

- name: Start servers on workdays until the end of the project
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: office-hours-start
    task_type: START_SERVER
    description: Servers are up before the first shift
    schedule:
      type: weekly
      weekdays: [monday, tuesday, wednesday, thursday, friday]
      time: "07:45:00"
      time_zone: Asia/Singapore
      expire_time: "2027-06-30T18:00:00"
    targets:
      - type: SERVER
        id: 7c1b2a52-64b3-4b4e-9c7e-0c6f6a9b6a01
      - type: SERVER
        id: 7c1b2a52-64b3-4b4e-9c7e-0c6f6a9b6a02

- name: Run it half an hour later, and leave everything else as it is
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: office-hours-start
    schedule:
      time: "08:15"

- name: Pause a task
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: office-hours-start
    enabled: false

- name: Rename a task
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    id: 62f48b59-0ebb-4b1e-ad35-f64948a0591b
    name: workday-start

- name: Delete a task
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: nightly-restart
    state: absent
"""

RETURN = r"""
scheduled_task:
  description:
    - The task as it now is, or in check mode as it would be. Empty where there is none.
    - What the service does not tell is left out.
    - The keys that are named like options have values that these options take.
  returned: success
  type: dict
  contains:
    id:
      description: ID of the task. In check mode, a task that would be created has none.
      type: str
      returned: when it is known
    name:
      description: Name of the task.
      type: str
      returned: when it is known
    task_type:
      description: What the task does.
      type: str
      returned: when it is known
    schedule:
      description: When the task runs, in the words of O(schedule).
      type: dict
      returned: when it is known
    targets:
      description: What the task acts on, in the words of O(targets).
      type: list
      elements: dict
      returned: when they are known
    enabled:
      description: Whether the task runs when its time comes.
      type: bool
      returned: when it is known
    force:
      description: Whether the task runs even where users have sessions.
      type: bool
      returned: when it is known
    description:
      description: Text that describes the task, empty where there is none.
      type: str
      returned: when it is known
    target_names:
      description: Names of the targets by their IDs.
      type: dict
      returned: when the service tells them
    last_status:
      description: Status of the latest execution, such as V(SUCCESS).
      type: str
      returned: when the service tells it
    next_execution_time:
      description: When the task runs next, as the service writes it.
      type: str
      returned: when the service tells it
    task_cron:
      description: The schedule as the service's own expression.
      type: str
      returned: when the service tells it
    create_time:
      description: When the task was created.
      type: str
      returned: when the service tells it
    update_time:
      description: When the task was last changed.
      type: str
      returned: when the service tells it
    extra:
      description: Whatever else the service sent, under its own names.
      type: dict
      returned: when there is any
  sample:
    id: 62f48b59-0ebb-4b1e-ad35-f64948a0591b
    name: nightly-restart
    task_type: RESTART_SERVER
    description: ""
    enabled: true
    force: false
    schedule:
      type: daily
      day_interval: 1
      time: "03:30:00"
      time_zone: Asia/Shanghai
    targets:
      - type: SERVER_GROUP
        id: 3f791197-d166-4c8e-81e4-38c40ffc1989
    last_status: SUCCESS
    next_execution_time: "2027-01-02 03:30:00"
operations:
  description:
    - One word for each request that changed something, in order. In check mode, for each that would.
    - V(create), V(update), V(enable), V(disable) or V(delete). An update that carries O(enabled) alone is V(enable) or
      V(disable).
    - Also returned when a change of several requests fails half-way, and then it tells what was done before.
  returned: success
  type: list
  elements: str
  sample: [create, disable]
diff:
  description: The options of the task before and after.
  returned: success
  type: dict
  contains:
    before:
      description: The options as they were found, empty where there was no task.
      type: dict
    after:
      description: The options as they are wanted, empty where there is to be no task.
      type: dict
status:
  description: HTTP status of the request that failed.
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
  sample: schedule.time
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._entry import run_scheduled_task
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import CloudCronError


def main() -> None:
    """Run the module."""
    module = AnsibleModule(supports_check_mode=True, **SCHEDULED_TASK)
    try:
        result = run_scheduled_task(module.params, module.check_mode, module.no_log_values.add)
    except CloudCronError as error:
        module.fail_json(**error.to_result())
    module.exit_json(**result)


if __name__ == "__main__":
    main()
