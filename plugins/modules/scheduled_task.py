#!/usr/bin/python

# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: scheduled_task
short_description: Manage scheduled tasks of Huawei Cloud services
version_added: 1.0.0
author:
  - The cloudcron.huaweicloud contributors (@cloudcron)
description:
  - Creates, changes, enables, disables, renames and deletes a scheduled task.
  - One vocabulary describes the task, whichever service runs it.
  - An option that is not given is left as it is on the service. An empty value clears O(description),
    O(schedule.expire_time), and for O(service=workspace) O(targets) and O(workspace.extra_params). Elsewhere it is an
    error, but that O(coc.input_param) and O(coc.ticket_infos) can be empty.
  - An option that the service has nothing like is an error.
  - Options of type C(str) take text, and nothing else. YAML reads an unquoted C(1.10), C(0123), C(yes) or C(12:30:45)
    as something else than is written there, so a number, a truth value, a date, a list or a dictionary is an error.
    Only O(schedule.date) and O(schedule.expire_time) may also be an unquoted date, and O(schedule.month_days) numbers.
extends_documentation_fragment:
  - cloudcron.huaweicloud._attributes
  - cloudcron.huaweicloud._connection
  - cloudcron.huaweicloud._service
attributes:
  check_mode:
    support: full
    details: >-
      A scheduled task that an earlier task of the run would create is not there in check mode. A change of it that
      gives a part of its options fails there, and says so.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
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
      - For O(service=workspace_app), 1 to 64 letters, digits, C(_), C(-) or Chinese characters. For
        O(service=workspace), 1 to 255 characters, with neither blanks nor line breaks at its ends and no control
        characters. For O(service=coc), 3 to 100 letters, digits, C(_), C(-) or Chinese
        characters.
      - One of O(name) and O(id) is needed.
    type: str
    aliases: [task_name]
  id:
    description:
      - ID of the task. With O(state=present) there must be a task with this ID.
    type: str
    aliases: [task_id]
  previous_name:
    description:
      - Name that the task had before. Where no task has O(name) and exactly one has this name, that one is renamed.
      - Tasks of both names are an error. So are O(id) and O(state=absent) beside it.
    type: str
    version_added: 1.0.0
  task_type:
    description:
      - What the task does. Needed to create a task.
      - For O(service=workspace_app), V(RESTART_SERVER), V(START_SERVER), V(STOP_SERVER) or V(REINSTALL_OS).
      - For O(service=workspace), V(START), V(STOP), V(REBOOT), V(HIBERNATE), V(REBUILD), V(EXECUTE_SCRIPT) or
        V(CREATE_SNAPSHOT). That of an existing task cannot be changed.
      - For O(service=coc), V(SCRIPT) or V(RUNBOOK).
    type: str
  schedule:
    description:
      - When the task runs. Needed, with O(schedule.type), to create a task.
      - With O(schedule.type) the schedule is complete. The parts of that type must be given and no others, and only
        O(schedule.time_zone) and O(schedule.expire_time) are kept when not given, and for the same V(life_cycle) type
        O(schedule.wait_time) and O(schedule.life_cycle_exec_period).
      - Without O(schedule.type) the parts that are given replace those of the schedule that was found.
    type: dict
    suboptions:
      type:
        description:
          - V(once) needs O(schedule.date) and O(schedule.time).
          - V(daily) needs O(schedule.day_interval) and O(schedule.time). V(coc) does not have it.
          - V(weekly) needs O(schedule.weekdays) and O(schedule.time).
          - V(monthly) needs O(schedule.months), O(schedule.month_days) and O(schedule.time). V(coc) does not have it.
          - V(cron) needs O(schedule.cron). Only V(coc) has it.
          - V(life_cycle) needs O(schedule.life_cycle_type). Only V(workspace) has it. An event triggers the task, which
            can neither be V(START) nor V(REBUILD). Before a write, the service is asked what the event can trigger.
        type: str
        choices: [once, daily, weekly, monthly, cron, life_cycle]
      date:
        description: Day of a V(once) schedule, in the form C(yyyy-MM-dd).
        type: str
        aliases: [scheduled_date]
      time:
        description:
          - Time of day, in the form C(HH:mm:ss) or C(HH:mm).
          - Quote it. YAML turns an unquoted C(10:30:00) into a number, which is refused.
          - For a V(once) schedule of V(coc), a time that clocks in the zone skip or show twice on that day is refused.
        type: str
        aliases: [scheduled_time]
      day_interval:
        description: A V(daily) schedule runs every so many days, 1 to 31.
        type: int
      weekdays:
        description:
          - Days of a V(weekly) schedule.
          - Order and repetition mean nothing.
        type: list
        elements: str
        choices: [sunday, monday, tuesday, wednesday, thursday, friday, saturday]
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
        description: Quartz expression of six fields, of a V(cron) schedule.
        type: str
      time_zone:
        description:
          - Time zone of the schedule, as an IANA name such as V(Asia/Shanghai), or under a name that the service knows.
          - Where a new task has none, the service chooses. V(coc) needs one.
          - An offset such as V(GMT+08:00) has up to 14 hours and up to 59 minutes.
          - Names of IANA's are looked up where the module runs, in the system's time zone database or that of the
            Python package C(tzdata). Without either, a V(once) schedule of V(coc) and an O(schedule.expire_time)
            without an offset cannot be given in such a zone. What a task has already is kept all the same.
        type: str
      expire_time:
        description:
          - The instant from which on the task no longer runs, in ISO 8601, such as V(2027-06-30T18:00:00+08:00).
            Without an offset it is in the time zone of the schedule. Counted to the second.
          - A time without an offset that clocks in the zone skip or show twice, when they change, is refused.
          - V(workspace) keeps it in the time zone of the schedule, which has to be known or given, and as clocks show
            it there. So an instant at a time that they show twice is refused.
          - An empty value clears it.
        type: str
      life_cycle_type:
        description:
          - Event that triggers a V(life_cycle) schedule, V(POST_CREATE_DESKTOP_SUCCESS),
            V(POST_REBUILD_DESKTOP_SUCCESS), V(POST_REATTACH_DESKTOP_SUCCESS), V(POST_DESKTOP_DISCONNECTED) or
            V(POST_DESKTOP_CANNOT_CONNECT).
        type: str
      wait_time:
        description: Minutes between the event of a V(life_cycle) schedule and the task, 0 to 43200.
        type: int
      life_cycle_exec_period:
        description: Minutes within which a V(life_cycle) task is carried out, 1 to 10080.
        type: int
  targets:
    description:
      - What the task acts on. This is the whole set, in which order and repetition mean nothing.
      - Needed to create a task of O(service=workspace_app), which has 1 to 1000 targets.
      - A task of O(service=workspace) has up to 1000. An empty list clears them.
      - O(service=coc) has O(coc.target_instances) instead.
    type: list
    elements: dict
    suboptions:
      type:
        description:
          - For O(service=workspace_app), V(SERVER) or V(SERVER_GROUP).
          - For O(service=workspace), V(DESKTOP), V(DESKTOP_POOL), V(DESKTOP_TAG) or V(ALL_DESKTOPS).
        type: str
        required: true
      id:
        description: ID of what O(targets[].type) says. V(ALL_DESKTOPS) has none.
        type: str
  enabled:
    description:
      - Whether the task runs when its time comes. A new task does, unless this is V(false).
      - A task of O(service=coc) that waits for its reviewer cannot be enabled. V(true) then changes nothing, and there
        is a warning.
    type: bool
  force:
    description:
      - Whether the task runs even where users have sessions. O(service=coc) has nothing like it.
    type: bool
  description:
    description:
      - Text that describes the task, at most 255 characters. An empty value clears it. O(service=coc) has nothing like
        it.
    type: str
  workspace:
    description:
      - What only tasks of O(service=workspace) have, under the names of the service's own fields.
    type: dict
    suboptions:
      extra_params:
        description:
          - What the task needs to know besides, such as a message to users or the ID of a script. Sent as a JSON text
            of at most 2000 characters, and compared as data.
          - An empty value clears it.
        type: dict
      priority:
        description: Rank of a V(life_cycle) task among those of the same event, 1 to 50.
        type: int
      is_gray:
        description:
          - Whether an V(EXECUTE_SCRIPT) task tries itself on some desktops first.
          - The service does not tell it, so it is sent with a creation or an update and never compared. An update
            without it may lose it.
        type: bool
      gray_count:
        description: Number of desktops on which an V(EXECUTE_SCRIPT) task tries itself first, 0 to 1000.
        type: int
      gray_desktop_ids:
        description:
          - IDs of the desktops on which an V(EXECUTE_SCRIPT) task tries itself first, 1 to 1000.
            O(workspace.gray_count) counts more. Order and repetition mean nothing.
        type: list
        elements: str
      gray_fail_threshold:
        description: Number of failures from which on an V(EXECUTE_SCRIPT) task goes no further, 1 to 1000.
        type: int
  coc:
    description:
      - What only tasks of O(service=coc) have, under the names of the service's own fields.
      - The service does not tell O(coc.ticket_infos), O(coc.associated_task_enterprise_project_id) and
        C(batch_strategy). They are sent and never compared. An update replaces the whole task, so give them with every
        task that has them, or an update of something else loses them.
    type: dict
    suboptions:
      associated_task_id:
        description: ID of the script or runbook. Needed to create a task.
        type: str
      associated_task_name:
        description: Name of the script or runbook. Needed to create a task.
        type: str
      associated_task_name_en:
        description: English name of the script or runbook.
        type: str
      associated_task_type:
        description:
          - V(CUSTOMIZATION) for a script or runbook of your own, V(COMMUNAL) for a public one. Needed to create a task.
        type: str
      associated_task_enterprise_project_id:
        description: ID of the enterprise project of the script or runbook.
        type: str
      version_no:
        description: Version of the script or runbook. Needed to create a task.
        type: str
      risk_level:
        description: V(HIGH), V(MEDIUM) or V(LOW). Needed to create a task.
        type: str
      input_param:
        description:
          - Parameters of the script or runbook by name. All of them, since they replace those that are there.
          - Values are sent and compared as text, and what is no text as JSON.
          - Results and diffs show them, so a task with a secret among them needs C(no_log).
          - A new task has none if this is not given.
        type: dict
      target_instances:
        description:
          - What the script or runbook works on. This is the whole list. Needed to create a task.
        type: list
        elements: dict
        suboptions:
          target_selection:
            description:
              - V(ALL) for all instances of C(target_resource), V(MANUAL) for those in C(target_instances), or V(NONE).
            type: str
            required: true
          order_no:
            description: Number of the step, 0 to 10000.
            type: int
            required: true
          target_resource:
            description: Where the instances are.
            type: dict
            suboptions:
              type:
                description: V(REGION) or V(APPLICATION).
                type: str
              id:
                description: ID of the region or the application.
                type: str
              app_name:
                description: Name of the application.
                type: str
              region_id:
                description: ID of the region.
                type: str
              params:
                description: Further conditions. Their order means nothing.
                type: list
                elements: dict
                suboptions:
                  key:
                    description: What the condition is about.
                    type: str
                    required: true
                  value:
                    description: What it has to be.
                    type: str
                    required: true
          target_instances:
            description: The instances, as data, or as the JSON text that the service documents.
            type: raw
          batch_strategy:
            description:
              - How the instances are split, V(AUTO_BATCH), V(MANUAL_BATCH) or V(NONE).
              - The service does not tell it, so it is never compared.
            type: str
          sub_target_instances:
            description: Targets within this one.
            type: list
            elements: dict
            suboptions:
              target_selection:
                description:
                  - V(ALL) for all instances of C(target_resource), V(MANUAL) for those in C(target_instances), or
                    V(NONE).
                type: str
                required: true
              order_no:
                description: Number of the step, 0 to 10000.
                type: int
                required: true
              target_resource:
                description: Where the instances are.
                type: dict
                suboptions:
                  type:
                    description: V(REGION) or V(APPLICATION).
                    type: str
                  id:
                    description: ID of the region or the application.
                    type: str
                  app_name:
                    description: Name of the application.
                    type: str
                  region_id:
                    description: ID of the region.
                    type: str
                  params:
                    description: Further conditions. Their order means nothing.
                    type: list
                    elements: dict
                    suboptions:
                      key:
                        description: What the condition is about.
                        type: str
                        required: true
                      value:
                        description: What it has to be.
                        type: str
                        required: true
              target_instances:
                description: The instances, as data, or as the JSON text that the service documents.
                type: raw
              batch_strategy:
                description:
                  - How the instances are split, V(AUTO_BATCH), V(MANUAL_BATCH) or V(NONE).
                  - The service does not tell it, so it is never compared.
                type: str
      runbook_instance_mode:
        description: Whether all steps of a V(RUNBOOK) task work on the same targets, V(SAME) or V(DIFF). It needs one.
        type: str
      enable_approve:
        description:
          - Whether a reviewer has to approve the task, after its creation and after each update, before it can be
            enabled. A new task needs no approval if this is not given.
        type: bool
      reviewer_user_name:
        description: Name of the reviewer.
        type: str
      reviewer_notification:
        description:
          - How the reviewer is told. What is not given is left as it is, unless C(notification_endpoint_type) changes.
        type: dict
        suboptions:
          notification_endpoint_type:
            description:
              - V(USER) for O(coc.reviewer_notification.recipients), V(ON_CALL) for whoever is on duty.
              - V(ONCALL) is the same, as the documentation of the vendor's Terraform provider spells it.
            type: str
            required: true
          policy:
            description:
              - V(START_EXECUTION), V(EXECUTION_FAILED) or V(EXECUTION_SUCCEEDED), or several of them with commas.
            type: str
          protocol:
            description:
              - V(DEFAULT), V(NONE), V(SMS), V(EMAIL), V(DINGDING), V(LARK), V(WELINK), V(CALLNOTIFY) or V(WECHAT).
            type: str
          recipients:
            description: Who is told.
            type: str
          schedule_role_id:
            description: ID of the role that is on duty.
            type: str
          schedule_scene_id:
            description: ID of the shift scene that the role belongs to.
            type: str
      enable_message_notification:
        description:
          - Whether somebody is told when the task runs. It needs O(coc.message_notification). Nobody is told of a new
            task if this is not given.
        type: bool
      message_notification:
        description:
          - How somebody is told when the task runs. What is not given is left as it is, unless
            C(notification_endpoint_type) changes.
        type: dict
        suboptions:
          notification_endpoint_type:
            description:
              - V(USER) for O(coc.message_notification.recipients), V(ON_CALL) for whoever is on duty.
              - V(ONCALL) is the same, as the documentation of the vendor's Terraform provider spells it.
            type: str
            required: true
          policy:
            description:
              - V(START_EXECUTION), V(EXECUTION_FAILED) or V(EXECUTION_SUCCEEDED), or several of them with commas.
            type: str
          protocol:
            description:
              - V(DEFAULT), V(NONE), V(SMS), V(EMAIL), V(DINGDING), V(LARK), V(WELINK), V(CALLNOTIFY) or V(WECHAT).
            type: str
          recipients:
            description: Who is told.
            type: str
          schedule_role_id:
            description: ID of the role that is on duty.
            type: str
          schedule_scene_id:
            description: ID of the shift scene that the role belongs to.
            type: str
      agency_name:
        description:
          - Name of the agency with which the service acts. The service's own default is V(ServiceAgencyForCOC).
        type: str
      enterprise_project_id:
        description:
          - ID of the enterprise project. Where it is not given, tasks are looked up by O(name) and created in V(0).
          - By O(name), a task is looked for in this project only, so another ID leads to a second task. If the default
            project V(0) has one of the name, the creation warns and names it. To move a task, give its O(id) with the
            ID of the project it is to be in.
        type: str
      ticket_infos:
        description:
          - Tickets that permit the change, where change control is on. Sent with creations, updates and enabling.
          - The service does not tell them, so they are never compared.
        type: list
        elements: dict
        suboptions:
          ticket_id:
            description: ID of the ticket.
            type: str
          ticket_type:
            description: Type of the ticket.
            type: str
          target_id:
            description: ID of what the ticket permits a change of.
            type: str
          scope_id:
            description: ID of the scope of the ticket.
            type: str
notes:
  - Requests for O(service=workspace_app), besides those that fetch a token or a project ID. No change needs 2, a change
    needs 3, a creation 3, a creation with O(enabled=false) 4. A deletion needs 3 by O(name), one of which looks whether
    the task that is listed is still there, and 2 by O(id). A name that is part of 100 names or more costs one more for
    every 100.
  - Requests for O(service=workspace). No change needs 3 by O(name) and 2 by O(id), a change 1 more, a creation 5, and 1
    more with O(enabled=false), O(workspace.priority) or O(workspace.is_gray). A deletion needs 3 by O(name) and 2 by
    O(id). To create a V(life_cycle) schedule, or to change its event, waiting time or period, needs 1 more. Names that
    are part of 50 names or more cost more.
  - Requests for O(service=coc). No change needs 2. A change of a task needs 2 more, and 1 more where it is enabled
    before, and 1 more where it is to be disabled afterwards. To enable or disable it needs 1 more. A creation needs 3,
    with O(enabled=false) 4, and 1 more in another enterprise project than V(0). A deletion needs 2 by O(name) and 3 by
    O(id), and 1 more where the task is enabled.
  - In check mode, a deletion by O(name) needs the listing and 1 request that looks whether the task is still there.
  - A listing and a detail may show a change late. Where they contradict each other, both are looked at again for up to
    ten seconds, and then nothing is written and the module fails. A creation ends when the new task is listed, or with
    a warning after ten seconds.
  - Two plays that create a task of the same name at the same moment both succeed in that, since the services do not
    keep names apart. So the tasks of the name are looked for once more after a creation. Where there are several, the
    module fails and names their IDs. Which of them is to stay is for a human to say.
  - Where the service answers a write with the task, as Workspace App Streaming does, a field that it did not take makes
    the module fail, with what was asked for and what came of it.
  - To end in the wanted state after a play was killed, or beside another play that changes the same task, give
    O(enabled). Otherwise it is left as it is, and a task of Cloud Operations Center is disabled while it is changed.
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
      expire_time: "2030-06-30T18:00:00"
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

- name: Put all desktops of a pool to sleep in the evening, and tell their users
  cloudcron.huaweicloud.scheduled_task:
    service: workspace
    region: ap-southeast-1
    name: evening hibernation
    task_type: HIBERNATE
    force: false
    schedule:
      type: weekly
      weekdays: [monday, tuesday, wednesday, thursday, friday]
      time: "20:00"
      time_zone: Asia/Singapore
    targets:
      - type: DESKTOP_POOL
        id: 2d9a3c1e-6f0b-4a64-8a2c-5b8d6d1f9a10
    workspace:
      extra_params:
        message: This desktop goes to sleep in five minutes

- name: Stop desktops half an hour after their users have disconnected
  cloudcron.huaweicloud.scheduled_task:
    service: workspace
    region: ap-southeast-1
    name: stop when disconnected
    task_type: STOP
    schedule:
      type: life_cycle
      life_cycle_type: POST_DESKTOP_DISCONNECTED
      wait_time: 30
    targets:
      - type: ALL_DESKTOPS
    workspace:
      priority: 10

- name: Scan for patches every Sunday, and tell the team when it fails
  cloudcron.huaweicloud.scheduled_task:
    service: coc
    site: intl
    domain_id: 1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e
    name: weekly-patch-scan
    task_type: SCRIPT
    schedule:
      type: weekly
      weekdays: [sunday]
      time: "04:00"
      time_zone: Asia/Singapore
      expire_time: "2030-12-31T23:59:59"
    coc:
      associated_task_id: SC2026010112345678901234
      associated_task_name: patch-scan
      associated_task_type: CUSTOMIZATION
      version_no: "1.0.0"
      risk_level: LOW
      input_param:
        severity: critical
      target_instances:
        - target_selection: ALL
          order_no: 1
          target_resource:
            type: REGION
            region_id: ap-southeast-1
      enable_message_notification: true
      message_notification:
        notification_endpoint_type: USER
        protocol: EMAIL
        policy: EXECUTION_FAILED
        recipients: operations-team

- name: Rename a task
  cloudcron.huaweicloud.scheduled_task:
    service: workspace_app
    region: ap-southeast-1
    name: workday-start
    previous_name: office-hours-start

- name: Rename the task of an ID
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
    schedule_type:
      description: Type of the schedule, in the words of O(schedule.type), where its parts are not known.
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
      description: What only a task of this service has, in the words of O(workspace).
      type: dict
      returned: for O(service=workspace)
    coc:
      description: What only a task of this service has, in the words of O(coc).
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
    - Also returned when a change fails half-way, or when its outcome is not known or is not what was asked for. Then it
      tells what was surely done, and C(changed) is true if that is anything.
  returned: success, and when a change fails half-way
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
  description: The option that was refused, the first one where there are several.
  returned: when an option was refused
  type: str
  sample: task_type
options:
  description: All options that were refused. C(msg) has a sentence on each.
  returned: when several options were refused
  type: list
  elements: str
  sample:
    - task_type
    - schedule.time
"""

from ..module_utils._module import run_module


def main() -> None:
    """Run the module."""
    run_module("scheduled_task")


if __name__ == "__main__":
    main()
