#!/usr/bin/python

# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_task_info
short_description: Look up scheduled tasks of Huawei Cloud services
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Returns scheduled tasks in the words of M(cloudcron.huaweicloud.scheduled_task), all of a project or some of them.
  - Reads all pages of a listing.
extends_documentation_fragment:
  - cloudcron.huaweicloud._attributes
  - cloudcron.huaweicloud._connection
  - cloudcron.huaweicloud._service
attributes:
  check_mode:
    support: full
  diff_mode:
    support: N/A
    description: This module changes nothing.
  idempotent:
    support: full
options:
  name:
    description:
      - Return only tasks with exactly this name. There may be several.
      - V(codearts_check) knows no names.
    type: str
    aliases: [task_name]
  id:
    description:
      - Return only the task with this ID, with its schedule and targets. With O(name), only if it has that name too.
      - Needed for O(service=codearts_check), which lists nothing. It is the ID of the code check task.
    type: str
    aliases: [task_id]
  filters:
    description:
      - Query parameters of the service's listing, under their documented names. Not together with O(id).
      - For O(service=workspace_app), C(task_name) (the service matches parts of names) and C(task_type)
        (V(RESTART_SERVER), V(START_SERVER), V(STOP_SERVER), V(REINSTALL_OS) or V(UPGRADE_ACCESS_AGENT)).
      - For O(service=workspace), C(task_name) (the service matches parts of names), C(task_type), C(scheduled_type)
        (V(FIXED_TIME), V(DAY), V(WEEK), V(MONTH) or V(LIFE_CYCLE)), C(life_cycle_type) and C(last_status) (V(SUCCESS),
        V(SKIP) or V(FAIL)).
      - For O(service=coc), C(enterprise_project_id) (V(0) where it is not given), C(task_id), C(task_name) (the service
        may match parts of names), C(scheduled_type) (V(PERIODIC), V(ONCE) or V(CRON)), C(task_type),
        C(associated_task_type), C(risk_level), C(created_by), C(reviewer), C(reviewer_user_name), C(approve_status),
        C(last_execution_status), C(last_execution_start_time) and C(last_execution_end_time) (milliseconds since 1970),
        C(region_id) and C(resource_id). A listing is complete for one enterprise project, since no value is documented
        that stands for all of them.
      - A warning names a filter to which the service does not keep, as far as the tasks that it lists tell.
    type: dict
  details:
    description:
      - Also return what the service's listing does not tell. For O(service=workspace_app) these are the targets. For
        O(service=workspace) they are also the schedule, O(cloudcron.huaweicloud.scheduled_task#module:force) and
        C(workspace), and for O(service=coc) the schedule and most of C(coc).
      - Costs one more request for each task.
      - Where the service lists a task and says of its detail that there is no such task, both are looked at again for
        up to ten seconds. If they still do not agree, the task is returned as it is listed, with a warning.
    type: bool
    default: false
  history:
    description:
      - Also return this many past executions of each task, at most V(100000). Costs one more request for each task and
        for each 100 executions.
    type: int
    default: 0
  history_details:
    description:
      - Also return what each of these executions came to on each server or desktop. Needs O(history). Costs one more
        request for each execution and each 100 servers or desktops.
      - Only V(workspace_app) and V(workspace) offer it.
    type: bool
    default: false
  next_executions:
    description:
      - Also return when each task runs next, as the service foresees it from the schedule, whether or not the task is
        enabled. Costs one more request for each task, and for O(service=workspace) without O(details) two.
      - Only V(workspace_app) and V(workspace) offer it.
    type: bool
    default: false
  operator:
    description:
      - Name of the user on whose behalf a code check task is looked up, which only V(codearts_check) takes.
    type: str
notes:
  - Requests for O(service=workspace_app), besides those that fetch a token or a project ID. A listing of N tasks needs
    N/100, rounded up and at least 1, a look-up by O(id) 2.
  - Requests for O(service=workspace). A listing needs N/50 for the tasks that a clock triggers and N/50 for those that
    an event triggers, each rounded up and at least 1, or only one of both with C(scheduled_type) or C(life_cycle_type)
    among O(filters). A look-up by O(id) needs 2.
  - Requests for O(service=coc). A listing needs N/1000, rounded up and at least 1, a look-up by O(id) 2.
  - Behind a full page one more is asked for, since the service may count fewer tasks than it has. A listing that
    changes while it is read, or has fewer tasks than it counts, is read again until it is the same twice, or agrees
    with its counts. After five times the module fails.
  - A look-up with O(service=codearts_check) needs 1 request.
seealso:
  - module: cloudcron.huaweicloud.scheduled_task
"""

EXAMPLES = r"""
- name: List all scheduled tasks of a project
  cloudcron.huaweicloud.scheduled_task_info:
    service: workspace_app
    region: ap-southeast-1
  register: all_tasks

- name: Say which of them are switched off
  ansible.builtin.debug:
    msg: "{{ all_tasks.scheduled_tasks | rejectattr('enabled') | map(attribute='name') }}"

- name: Look up one task with its targets, its last five executions and its next ones
  cloudcron.huaweicloud.scheduled_task_info:
    service: workspace_app
    region: ap-southeast-1
    name: nightly-restart
    details: true
    history: 5
    next_executions: true

- name: Export what Cloud Operations Center runs, in a form that scheduled_task takes
  cloudcron.huaweicloud.scheduled_task_info:
    service: coc
    domain_id: 1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e
    filters:
      enterprise_project_id: "0"
    details: true
  register: found

- name: Keep it as variables
  ansible.builtin.set_fact:
    our_tasks: "{{ found.scheduled_tasks | map('cloudcron.huaweicloud.task_options') }}"

- name: See on which desktops the last reboot failed
  cloudcron.huaweicloud.scheduled_task_info:
    service: workspace
    region: ap-southeast-1
    name: weekly reboot
    history: 1
    history_details: true

- name: Look up when a code check runs
  cloudcron.huaweicloud.scheduled_task_info:
    service: codearts_check
    region: ap-southeast-1
    id: 2b31ed520c0d4e57a6b9c8d7e6f5a4b3

- name: List the tasks that stop servers
  cloudcron.huaweicloud.scheduled_task_info:
    service: workspace_app
    region: ap-southeast-1
    filters:
      task_type: STOP_SERVER
"""

RETURN = r"""
scheduled_tasks:
  description:
    - The tasks, in the service's order. Empty where there are none.
    - What is not known of a task is left out.
    - The keys that are named like options of M(cloudcron.huaweicloud.scheduled_task) have values that these options
      take.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the task.
      type: str
      returned: success
    name:
      description: Name of the task.
      type: str
      returned: when it is known
    task_type:
      description: What the task does.
      type: str
      returned: when it is known
    schedule:
      description: When the task runs.
      type: dict
      returned: when it is known
    targets:
      description: What the task acts on.
      type: list
      elements: dict
      returned: with O(details) or O(id)
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
      returned: with O(details) or O(id), when the service tells them
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
    schedule_type:
      description:
        - Type of the schedule, in the words of O(cloudcron.huaweicloud.scheduled_task#module:schedule.type), where
          its parts are not known.
      type: str
      returned: when the type of the schedule is known and its parts are not
    scheduled_instant:
      description:
        - The instant of a V(once) schedule, in UTC, where its time zone is not known where the module runs, so that its
          date and time cannot be told.
      type: str
      returned: for O(service=coc), where the time zone is not known
      sample: "2030-01-01T00:00:00Z"
    hidden_keys:
      description:
        - Dotted paths of keys of this result that begin with C(_ansible_) or C(__ansible_). Ansible takes such keys for
          its own and may have removed them, with what they held.
      type: list
      elements: str
      returned: when there are any
      sample: [coc.input_param._ansible_user]
    workspace:
      description:
        - What only a task of this service has, in the words of
          O(cloudcron.huaweicloud.scheduled_task#module:workspace).
      type: dict
      returned: for O(service=workspace)
    coc:
      description:
        - What only a task of this service has, in the words of O(cloudcron.huaweicloud.scheduled_task#module:coc).
      type: dict
      returned: for O(service=coc)
    approve_status:
      description: What became of the review, V(PASSED), V(PENDING) or V(REJECTED).
      type: str
      returned: when the service tells it
    approve_comments:
      description: What the reviewer said.
      type: str
      returned: when the service tells it
    reviewer:
      description: ID of the reviewer.
      type: str
      returned: when the service tells it
    created_by:
      description: ID of the user who created the task.
      type: str
      returned: when the service tells it
    created_user_name:
      description: Name of the user who created the task.
      type: str
      returned: when the service tells it
    update_by:
      description: The user who changed the task last.
      type: str
      returned: when the service tells it
    last_execution_time:
      description: When the task ran last.
      type: str
      returned: when the service tells it
    execution_count:
      description: How often the task ran.
      type: int
      returned: when the service tells it
    region_id:
      description: Region of the task.
      type: str
      returned: when the service tells it
    creator:
      description: Who set when the code check runs.
      type: str
      returned: for O(service=codearts_check)
    history:
      description: Past executions of the task.
      type: list
      elements: dict
      returned: with O(history)
      contains:
        id:
          description: ID of the execution.
          type: str
        status:
          description: How it went, such as V(SUCCESS).
          type: str
        task_type:
          description: What the task did.
          type: str
        schedule_type:
          description: Type of the schedule that the task had.
          type: str
        begin_time:
          description: When it began.
          type: str
        end_time:
          description: When it ended.
          type: str
        create_time:
          description: When it was recorded.
          type: str
        time_zone:
          description: Time zone of the schedule.
          type: str
        total_count:
          description: Number of targets.
          type: int
        success_count:
          description: Number of targets on which it succeeded.
          type: int
        failed_count:
          description: Number of targets on which it failed.
          type: int
        executing_count:
          description: Number of targets on which it is still under way.
          type: int
        skipped_count:
          description: Number of targets that were left out.
          type: int
        execution_id:
          description: ID of the script's or runbook's own execution.
          type: str
        result_message:
          description: What the execution came to, in the service's words.
          type: str
        created_by:
          description: The user for whom it ran.
          type: str
        region:
          description: Region in which it ran.
          type: str
        outcomes:
          description: What it came to on each server or desktop.
          type: list
          elements: dict
          returned: with O(history_details)
          contains:
            id:
              description: ID of the outcome.
              type: str
            target_id:
              description: ID of the server or desktop.
              type: str
            target_name:
              description: Name of the server or desktop.
              type: str
            status:
              description: How it went, such as V(SUCCESS).
              type: str
            task_type:
              description: What was done.
              type: str
            begin_time:
              description: When it began.
              type: str
            end_time:
              description: When it ended.
              type: str
            time_zone:
              description: Time zone of these times.
              type: str
            result_code:
              description: The service's code for a failure.
              type: str
            result_message:
              description: The service's own words for a failure.
              type: str
            extra:
              description: Whatever else the service sent, under its own names.
              type: dict
        extra:
          description: Whatever else the service sent, under its own names.
          type: dict
    next_executions:
      description: When the task runs next, as instants in ISO 8601.
      type: list
      elements: str
      returned: with O(next_executions), when the type of the schedule is known
    extra:
      description: Whatever else the service sent, under its own names.
      type: dict
      returned: when there is any
  sample:
    - id: 62f48b59-0ebb-4b1e-ad35-f64948a0591b
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
      last_status: SUCCESS
      next_execution_time: "2027-01-02 03:30:00"
total_count:
  description: Number of the tasks returned.
  returned: success
  type: int
  sample: 1
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
  description: The option that was refused, the first one where there are several.
  returned: when an option was refused
  type: str
  sample: filters.task_type
options:
  description: All options that were refused. C(msg) has a sentence on each.
  returned: when several options were refused
  type: list
  elements: str
  sample:
    - filters.task_type
    - history
"""

from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module("scheduled_task_info")


if __name__ == "__main__":
    main()
