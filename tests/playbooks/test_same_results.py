# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody can tell by a result whether a module's work was done in Ansible's own process or in the module's.

Each playbook is played through both doors, and what comes of it is compared to the letter.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
import yaml

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import (
    CONNECTION,
    PURGE,
    SCHEDULED_TASK,
    SCHEDULED_TASK_INFO,
    SCHEDULED_TASKS,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, WHOLE_MASK

DOORS = ("in process", "module")

SCHEDULE = {"type": "daily", "day_interval": 1, "time": "03:30", "time_zone": "Asia/Shanghai"}
TARGETS = [{"type": "SERVER_GROUP", "id": "group-1"}]
WHOLE = {"task_type": "RESTART_SERVER", "schedule": SCHEDULE, "targets": TARGETS}
WHOLE_WORKSPACE = {
    "service": "workspace",
    "task_type": "STOP",
    "schedule": SCHEDULE,
    "targets": [{"type": "ALL_DESKTOPS"}],
    "workspace": {"extra_params": {"message": "Good night"}},
}
REVIEWER = {"notification_endpoint_type": "USER", "recipients": "user-1", "protocol": "EMAIL"}
ON_CALL = {"notification_endpoint_type": "ON_CALL", "schedule_role_id": "role-1", "schedule_scene_id": "scene-1"}
WHOLE_COC = {
    "service": "coc",
    "task_type": "SCRIPT",
    "schedule": {"type": "cron", "cron": "0 30 3 * * ?", "time_zone": "Asia/Shanghai"},
    "coc": {
        "associated_task_id": "SC2026010112345678901234",
        "associated_task_name": "restart",
        "associated_task_type": "CUSTOMIZATION",
        "version_no": "1.0.0",
        "risk_level": "LOW",
        "target_instances": [{"target_selection": "NONE", "order_no": 1}],
    },
}
REVIEWED = {
    **WHOLE_COC["coc"],
    "enable_approve": True,
    "reviewer_user_name": "boss",
    "reviewer_notification": {**REVIEWER, "policy": "START_EXECUTION"},
}
CHECK_ID = "c0de" * 8
SECOND_PROJECT_ID = "fedcba9876543210fedcba9876543210"
ONE_ID = "5eed0000-0000-4000-8000-000000000001"
SECOND_ID = "5eed0000-0000-4000-8000-000000000002"
SECRET_KEY = "emulatedSecretKey/0123456789abcdefghijkl"
TEMPLATE = "{{ 7 * 7 }}{% set secret = 1 %}{# gone #}"


class Unsafe(str):
    """Text that is no template."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


@dataclass
class Scenario:
    """A task, and what comes of it through either door."""

    task: dict[str, Any]
    words: tuple[str, ...] = ()
    """They are in the result."""
    values: dict[str, Any] = field(default_factory=dict)
    """They are values of the result."""

    def check(self, result: dict[str, Any]) -> None:
        """Make sure that it came to what the scenario is about."""
        text = json.dumps(result, ensure_ascii=False)
        assert [word for word in self.words if word not in text] == [], text
        assert {key: result.get(key) for key in self.values} == self.values, text


def keyed(module: str, options: dict[str, Any], keywords: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Call the module", f"cloudcron.huaweicloud.{module}": options, **keywords}


def make(*words: str, keywords: dict[str, Any] | None = None, **options: Any) -> Scenario:
    """A change that works."""
    task = keyed("scheduled_task", {"service": "workspace_app", **options}, keywords or {})
    return Scenario(task, words, {"failed": False, "changed": True})


def keep(*words: str, keywords: dict[str, Any] | None = None, **options: Any) -> Scenario:
    """No change, since there is none to be made."""
    task = keyed("scheduled_task", {"service": "workspace_app", **options}, keywords or {})
    return Scenario(task, words, {"failed": False, "changed": False})


def refuse(*words: str, module: str = "scheduled_task", keywords: dict[str, Any] | None = None, **options: Any):
    """A failure."""
    task = keyed(module, {"service": "workspace_app", **options}, keywords or {})
    return Scenario(task, words, {"failed": True})


def find(count: int, *words: str, keywords: dict[str, Any] | None = None, **options: Any) -> Scenario:
    """A look-up that finds so many tasks."""
    task = keyed("scheduled_task_info", {"service": "workspace_app", **options}, keywords or {})
    return Scenario(task, words, {"failed": False, "changed": False, "total_count": count})


def several(changed: bool, *words: str, keywords: dict[str, Any] | None = None, **options: Any) -> Scenario:
    """A list of tasks that works, one task at a time, so that the requests have an order."""
    task = keyed("scheduled_tasks", {"service": "workspace_app", "parallel": 1, **options}, keywords or {})
    return Scenario(task, words, {"failed": False, "changed": changed})


def refuse_list(*words: str, keywords: dict[str, Any] | None = None, **options: Any) -> Scenario:
    """A list of tasks that fails."""
    return refuse(*words, module="scheduled_tasks", keywords=keywords, **{"parallel": 1, **options})


def complete(service: str, filters: dict[str, Any] | None = None, **scope: Any) -> dict[str, Any]:
    """Options of a list that is complete for a service."""
    filtered = {} if filters is None else {"filters": {service: filters}}
    return {"service": service, "purge": {"services": [service], **filtered, **scope}}


ARGUMENTS = {
    "no service": Scenario(
        keyed("scheduled_task", {"name": "nightly"}, {}), ("missing required arguments: service",), {"failed": True}
    ),
    "neither name nor id": refuse("one of the following is required: name, id", state="absent"),
    "nothing at all": Scenario(keyed("scheduled_task_info", {}, {}), ("missing required arguments",), {"failed": True}),
    "an unsupported option": refuse(
        "Unsupported parameters for (cloudcron.huaweicloud.scheduled_task) module: nonsense.", name="n", nonsense=1
    ),
    "an unsupported option of a look-up": refuse(
        "Unsupported parameters for (cloudcron.huaweicloud.scheduled_task_info) module: nonsense, state.",
        module="scheduled_task_info",
        state="absent",
        nonsense=1,
    ),
    "an unsupported suboption": refuse(
        "Unsupported parameters", "schedule.nonsense", name="n", schedule={"nonsense": 1}
    ),
    "an unsupported option of targets": refuse("Unsupported parameters", name="n", targets=[{"type": "A", "ids": []}]),
    "an unsupported option beside a wrong choice": refuse("value of state", name="n", state="gone", nonsense=1),
    "a target without its type": refuse("missing required arguments: type", name="n", targets=[{"id": "s"}]),
    "a wrong type": refuse("day_interval", "found in 'schedule'", name="n", schedule={"day_interval": "often"}),
    "a wrong truth value": refuse("enabled", name="n", enabled="perhaps"),
    "a list that is a dict": refuse("targets", name="n", targets={"a": "b"}),
    "a dict that is text": refuse("dictionary requested", name="n", schedule="daily"),
    "a dict as text that is one": make(name="pairs", **{**WHOLE, "schedule": json.dumps(SCHEDULE)}),
    "a wrong choice": refuse("value of state must be one of", name="n", state="gone"),
    "a wrong service": refuse("value of service must be one of", name="n", service="ecs"),
    "two sets of credentials": refuse("auth_token is refused: it is another", name="n", auth_token="A0b1C2d3"),
    "half an agency": refuse("agency_domain_name is refused: it is needed", name="n", agency_name="half"),
    "half a pair of keys": refuse("secret_key is refused: it is", module="scheduled_task_info", secret_key=None),
    "an empty agency": refuse("agency_name is refused: it is given", name="n", agency_name="", agency_domain_name="d"),
    "an empty secret and an empty project": refuse(
        "project_id is refused: it is given and empty. secret_key is refused", name="n", secret_key="", project_id=" "
    ),
    "an alias": make(task_name="by-alias", **WHOLE),
    "an option and its alias": make(
        "Both option name and its alias task_name are set.", task_name="x", name="two", **WHOLE
    ),
    "an option of the schedule and its alias": make(
        "04:30:00",
        name="two-times",
        **{**WHOLE, "schedule": {**SCHEDULE, "scheduled_time": "04:30"}},
    ),
    "an option and its alias in a failure": refuse("Both option", "gone", task_name="x", name="two", state="gone"),
    "aliases in a schedule": make(
        name="aliases",
        **{
            **WHOLE,
            "schedule": {
                "type": "monthly",
                "month_list": [1, "2"],
                "date_list": [1, "L"],
                "scheduled_time": "03:30",
                "time_zone": "UTC",
            },
        },
    ),
    "numbers and truth values as text": make(
        name="texts", enabled="no", force="yes", **{**WHOLE, "schedule": {**SCHEDULE, "day_interval": "2"}}
    ),
    "numbers as texts": find(0, name="1", timeout="90", retries="0", parallel="2", validate_certs="off"),
    "a number as a name": refuse('"option": "name"', "'12345' is refused", "quote it", name=12345, **WHOLE),
    "a number as a description": refuse("description: a number is refused", name="n", description=1.5, **WHOLE),
    "a truth value as a description": refuse("description: a truth value is", name="n", description=True, **WHOLE),
    "a dictionary as a description": refuse("description: dictionary of length 1", name="n", description={"a": 1}),
    "a dictionary that Jinja gives as a name": refuse("name: dictionary of length", name="{{ schedule }}"),
    "a day as a name": refuse("name: '2031-05-06' is refused", task_name=date(2031, 5, 6), **WHOLE),
    "a number as a version": refuse(
        '"option": "coc.version_no"', name="nightly", **{**WHOLE_COC, "coc": {**WHOLE_COC["coc"], "version_no": 1.1}}
    ),
    "a number as a target": refuse('"option": "targets.id"', name="n", targets=[{"type": "SERVER", "id": 83}]),
    "a number as a password": refuse(
        "user_password: a number is refused", module="scheduled_task_info", user_password=20270101
    ),
    "a number as a project": refuse('"option": "project_id"', module="scheduled_task_info", project_id=83),
    "a number as a name in a list": refuse_list(
        "entry 1, workspace_app", "name: '83' is refused", tasks=[{"name": 83}]
    ),
    "a number as a prefix": refuse_list(
        "purge.name_prefix: '83' is refused: it is text", tasks=[], **complete("workspace_app", name_prefix=83)
    ),
    "no prefix at all": refuse_list(
        "purge.name_prefix: null is refused", tasks=[], **complete("workspace_app", name_prefix=None)
    ),
    "a number among the keys of parameters": refuse(
        "its keys are text", name="n", **{**WHOLE_WORKSPACE, "workspace": {"extra_params": {True: 1}}}
    ),
    "a number that is text by a filter": make('"name": "83"', name="{{ 83 | string }}", **WHOLE),
    "an unquoted day": make(
        "2031-05-06",
        name="day",
        **{**WHOLE, "schedule": {"type": "once", "date": date(2031, 5, 6), "time": "10:30", "time_zone": "UTC"}},
    ),
    "an unquoted instant": make(
        "2031-05-06T07:08:09Z",
        name="instant",
        **{**WHOLE, "schedule": {**SCHEDULE, "expire_time": datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)}},
    ),
    "an unquoted local time": make(
        "2031-05-05T23:08:09Z",
        name="local",
        **{**WHOLE, "schedule": {**SCHEDULE, "expire_time": datetime(2031, 5, 6, 7, 8, 9)}},
    ),
    "a time in base sixty": refuse("schedule.time: '37800' is refused", "quote it", name="n", schedule={"time": 37800}),
    "a number that Jinja gives": make(
        name="jinja-number", **{**WHOLE, "schedule": {**SCHEDULE, "day_interval": "{{ 1 + 1 }}"}}
    ),
    "a list that Jinja gives": make(name="jinja-list", **{**WHOLE, "targets": "{{ [{'type': 'SERVER', 'id': 's'}] }}"}),
    "a dict that Jinja gives": make(name="jinja-dict", **{**WHOLE, "schedule": "{{ schedule }}"}),
    "what Jinja omits": make(name="jinja-omit", enabled="{{ omit }}", **{**WHOLE, "force": "{{ omit }}"}),
    "an omitted suboption": make(name="omit", **{**WHOLE, "schedule": {**SCHEDULE, "cron": "{{ omit }}"}}),
    "null that Jinja gives": make(name="jinja-null", description="{{ none }}", **WHOLE),
    "null": make(name="null", description=None, enabled=None, **WHOLE),
    "an undefined variable": refuse("undefined", name="{{ nowhere }}", **WHOLE),
    "all options as a variable": Scenario(
        keyed("scheduled_task_info", "{{ arguments }}", {}), (), {"failed": False, "total_count": 0}
    ),
    "options as text": Scenario(
        keyed("scheduled_task_info", "service=workspace_app name=nobody details=yes", {}), (), {"total_count": 0}
    ),
    "options as args": Scenario(
        {
            "name": "Call the module",
            "cloudcron.huaweicloud.scheduled_task_info": None,
            "args": {"service": "workspace_app", "name": "nobody"},
        },
        (),
        {"total_count": 0},
    ),
    "no list": Scenario(keyed("scheduled_tasks", {}, {}), ("missing required arguments: tasks",), {"failed": True}),
    "a list that is null": refuse_list("tasks", tasks=None),
    "a list of tasks that is a dict": refuse_list("tasks", tasks={"name": "n"}),
    "a list that is text": refuse_list("entry 1", "it is a dictionary", tasks="nightly"),
    "null that Jinja gives in a list": refuse_list("name: null is refused", tasks=[{"name": "{{ none }}"}]),
    "what Jinja omits in a list": refuse_list("an entry has a name or an id", tasks=[{"id": "{{ omit }}"}]),
    "an empty name in a list": refuse_list('"option": "name"', tasks=[{"name": ""}]),
    "a list with a fault in each entry": refuse_list(
        *("entry 1, workspace_app n: nme is refused", "Did you mean name?", "entry 2", "day_interval", "entry 3"),
        *("entry 4 is about the same task", "defaults.app is refused", "Nothing was written."),
        tasks=[
            {"name": "n", "nme": "x"},
            {"name": "m", "schedule": {"day_interval": "often"}},
            {"name": "o", "schedule": {"time": "25:00"}},
            {"name": "p"},
            {"name": "p"},
            None,
            [],
        ],
        defaults={"app": {}},
    ),
    "a list that is checked without a request": several(
        False, '"outcome": "valid"', tasks=[{"name": "nobody", **WHOLE}], validate_only=True
    ),
    "a list that is checked and wrong": refuse_list("25:00", tasks=[{"name": "n", "schedule": {"time": "25:00"}}]),
    "an entry that is not whole": refuse_list("task_type", tasks=[{"name": "half"}, {"name": "other", **WHOLE}]),
    "a key that is a number": refuse("filters", module="scheduled_task_info", filters={1: 2}),
    "free values": make(
        '"priority": 3',
        name="free",
        **{**WHOLE_WORKSPACE, "workspace": {"extra_params": {"a": [1, 2.5, None, True, {"ä": "ß"}]}, "priority": "3"}},
    ),
    "a refused option": refuse('"option": "schedule.time"', name="n", schedule={"time": "25:00"}),
    "three refused options": refuse(
        "name: 'a b' is refused: a name has 1 to 64 letters, digits, '_', '-' or Chinese characters, and no blanks. "
        "task_type: 'FLY' is refused: service workspace_app knows RESTART_SERVER, START_SERVER, STOP_SERVER, "
        "REINSTALL_OS. schedule.time: '25:00' is refused: it is a time of day in the form HH:mm:ss or HH:mm.",
        '"option": "name", "options": ["name", "task_type", "schedule.time"]',
        task_type="FLY",
        schedule={"time": "25:00"},
        name="a b",
    ),
    "two numbers and a wrong limit": refuse(
        '"options": ["name", "schedule.time", "targets.type", "description"]',
        schedule={"time": 37800},
        description=5,
        targets=[{"type": "ROBOT"}],
        name="a b",
    ),
    "three refused options of a look-up": refuse(
        '"options": ["id", "filters.colour", "history"]',
        module="scheduled_task_info",
        history=-1,
        filters={"colour": "red"},
        id="..",
    ),
    "a refused option of a look-up": refuse('"option": "history"', module="scheduled_task_info", history=-1),
    "a foreign option": refuse('"option": "coc"', name="n", coc={"risk_level": "LOW"}),
    "a service that is only looked up": refuse('"option": "service"', service="codearts_check", id=CHECK_ID),
    "a long value": refuse("characters)", name="n", schedule={"date": "x" * 500}),
    "a task that is not whole": refuse("task_type", name="half"),
    "a short secret": refuse(f"schedule.time: '{MASK}'", name="a b", secret_key="~", schedule={"time": "~"}),
    "an empty secret": refuse("secret_key is refused: it is given and empty", name="n", secret_key=""),
    "a secret that is a truth value": refuse(f"named {MASK}", name="True", secret_key="True", access_key="True"),
    "a secret with a line end": refuse(
        "secret_key from the module's options has blanks", name="n", secret_key="a0\nb1"
    ),
    "no_log for the whole task": make(name="no-log", keywords={"no_log": True}, **WHOLE),
    "no_log for a failure": refuse("25:00", name="n", schedule={"time": "25:00"}, keywords={"no_log": True}),
}


def seed_life(emulator: Any) -> None:
    app = emulator.workspace_app
    seeded = app.add_task(id=ONE_ID, task_name="seeded", expire_time="2031-01-02T03:04:05Z")
    app.add_task(id=SECOND_ID, task_name="ünï-✓ 中文", description="ünï-✓ 中文 \u2028 \U0001f600 \u0000")
    run = app.add_history(seeded)
    app.add_execution(run)
    app.add_task(task_name="elsewhere", project_id=SECOND_PROJECT_ID)
    desktop = emulator.workspace.add_task(task_name="seeded")
    emulator.workspace.add_execution(emulator.workspace.add_history(desktop))
    script = emulator.coc.add_task(name="seeded")
    emulator.coc.add_history(script)
    emulator.codearts_check.add_task(taskId=CHECK_ID)


CHECK_MODE = {"check_mode": True}
LISTED = [
    {"id": ONE_ID},
    {"id": SECOND_ID},
    {"name": "nightly", "enabled": False},
    {"name": "gone", "state": "absent"},
]
LIST = {
    "tasks": LISTED,
    "defaults": {"workspace_app": {"task_type": "RESTART_SERVER", "schedule": SCHEDULE, "targets": TARGETS}},
    **complete("workspace_app"),
}

FORETOLD = ('"would_change"', '"would_create"', '"would_delete"', '"unlisted": [{', "literal", "(not on the list)")
DONE = ('"changed"', '"created"', '"deleted"', "schedule.time: ", "literal", "(not on the list)")
NO_DIFF = {"diff": False}

LIFE = {
    "a creation in check mode": make('"create"', name="nightly", keywords=CHECK_MODE, **WHOLE),
    "a creation": make('"create"', '"after"', name="nightly", **WHOLE),
    "the same again": keep('"operations": []', name="nightly", **WHOLE),
    "the same again in check mode": keep('"operations": []', name="nightly", keywords=CHECK_MODE, **WHOLE),
    "an edit in check mode": make('"update"', name="nightly", schedule={"time": "04:15"}, keywords=CHECK_MODE),
    "an edit": make('"update"', name="nightly", schedule={"time": "04:15"}),
    "a switch": make('"disable"', name="nightly", enabled=False),
    "an edit without a diff": make('"update"', name="nightly", description="d", keywords={"diff": False}),
    "a deletion in check mode": make('"delete"', name="nightly", state="absent", keywords=CHECK_MODE),
    "a deletion": make('"delete"', name="nightly", state="absent"),
    "a deletion again": keep(name="nightly", state="absent"),
    "an edit by its id": make('"update"', id=ONE_ID, description="d"),
    "an id that nothing has": refuse("There is no scheduled task with the id", id=CHECK_ID, enabled=True),
    "a deletion of another name": refuse("is named seeded", id=ONE_ID, name="other", state="absent"),
    "a template in a description": make(
        json.dumps(TEMPLATE), name="literal", **{**WHOLE, "description": "{{ template }}"}
    ),
    "a workspace task": make(name="desktops", **WHOLE_WORKSPACE),
    "a workspace task again": keep(name="desktops", **WHOLE_WORKSPACE),
    "a workspace task without targets": refuse(name="n", service="workspace", task_type="STOP"),
    "a workspace task that is gone": make(name="desktops", service="workspace", state="absent"),
    "a script in check mode": make(name="script", keywords=CHECK_MODE, **WHOLE_COC),
    "a script": make(name="script", **WHOLE_COC),
    "a script again": keep(name="script", **WHOLE_COC),
    "a script that waits for approval in check mode": make(
        '"warnings": ["Scheduled task reviewed stays disabled',
        name="reviewed",
        enabled=True,
        keywords=CHECK_MODE,
        **{**WHOLE_COC, "coc": REVIEWED},
    ),
    "a script that waits for approval": make(
        '"warnings": ["Scheduled task reviewed stays disabled',
        name="reviewed",
        enabled=True,
        **{**WHOLE_COC, "coc": REVIEWED},
    ),
    "a script that still waits and has two names": keep(
        '"warnings": ["Both option',
        "Scheduled task reviewed stays disabled",
        name="x",
        task_name="reviewed",
        **{**WHOLE_COC, "coc": REVIEWED, "enabled": True},
    ),
    "a script that is gone": make('"delete"', name="script", service="coc", state="absent"),
    "all tasks": find(3, "ünï-✓ 中文", "seeded"),
    "all tasks in check mode": find(3, keywords=CHECK_MODE),
    "a task by its name": find(1, name="seeded"),
    "a task with all that is known": find(
        1,
        "history",
        "outcomes",
        "next_executions",
        id=ONE_ID,
        details=True,
        history=2,
        history_details=True,
        next_executions=True,
    ),
    "many with details": find(3, details="yes", next_executions=True, history=1),
    "nobody": find(0, name="nobody"),
    "of another project": find(1, "elsewhere", project_id=SECOND_PROJECT_ID),
    "filters": find(3, filters={"task_type": "RESTART_SERVER"}),
    "a wrong filter": refuse('"option": "filters', module="scheduled_task_info", filters={"colour": "red"}),
    "workspace tasks": find(1, "outcomes", service="workspace", history=3, history_details=True),
    "scripts": find(2, "history", service="coc", details=True, history=1),
    "a code check": find(1, CHECK_ID, service="codearts_check", id=CHECK_ID),
    "a code check in check mode": find(1, CHECK_ID, service="codearts_check", id=CHECK_ID, keywords=CHECK_MODE),
    "a code check without an id": refuse('"option": "id"', module="scheduled_task_info", service="codearts_check"),
    "a list in check mode": several(True, *FORETOLD, json.dumps(TEMPLATE), keywords=CHECK_MODE, **LIST),
    "a list in check mode without values": several(
        True, *FORETOLD, '"schedule.time differs"', '"diff": []', show_values=False, keywords=CHECK_MODE, **LIST
    ),
    "a list": several(True, *DONE, json.dumps(TEMPLATE), keywords={"diff": True}, **LIST),
    "a list again": several(False, '"counts": {"unchanged": 4}', **LIST),
    "a list without values": several(
        True, '"description differs"', show_values=False, tasks=[{"name": "nightly", "description": "quiet"}]
    ),
    "a list with a prefix": several(
        True, "ünï-✓ 中文", tasks=[], **complete("workspace_app", name_prefix="ünï", max_deletions=1), keywords=NO_DIFF
    ),
    "a list that would delete everything": refuse_list(
        "every task in the scope of workspace_app would be deleted", tasks=[], **complete("workspace_app")
    ),
    "a list that would delete more than it may": refuse_list(
        "1 task would be deleted: coc reviewed",
        tasks=[{"name": "seeded"}],
        **complete("coc", max_deletions=0),
    ),
    "a list of workspace tasks": several(
        False, tasks=[{"name": "seeded"}], **complete("workspace", {"task_type": "STOP"})
    ),
    "a list of scripts": several(True, '"deleted"', "reviewed", tasks=[{"task_name": "seeded"}], **complete("coc")),
    "a list of all services": several(
        True,
        *('"created": 3', "workspace_app all", "workspace all", "coc all"),
        tasks=[{"name": "all", **WHOLE}, {"name": "all", **WHOLE_WORKSPACE}, {"name": "all", **WHOLE_COC}],
    ),
    "a rename": make('"update"', name="every", previous_name="all"),
    "a rename again": keep(name="every", previous_name="all"),
    "a rename in a list": several(
        True, "name: all -> every", tasks=[{"name": "every", "previous_name": "all"}], service="coc"
    ),
    "a list that does not fit": refuse_list(
        "There is no scheduled task with the id", tasks=[{"id": CHECK_ID}, *LISTED]
    ),
}


def seed_nothing(emulator: Any) -> None:
    """The service is as new."""


# One answer for each look-up, in this order.
PAGE = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Under maintenance</h1></body></html>"
ANSWERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a refusal": (
        {"status": 403, "body": {"error_code": "WKS.1", "error_msg": "No"}, "headers": {"X-Request-Id": "req-1"}},
        ('"status": 403', '"error_code": "WKS.1"', '"error_msg": "No"', '"request_id": "req-1"'),
    ),
    "an error without a body": ({"status": 503}, ("503", "APIGW.0613")),
    "a page": ({"status": 502, "media_type": "text/html", "body": PAGE}, ("an HTML page", "Under maintenance")),
    "a lost connection": ({"drop": True}, ("no whole answer came",)),
    "half an answer": ({"cut_off": True}, ("no whole answer came",)),
    "no JSON": ({"status": 200, "body": '{"items": ['}, ("no whole JSON",)),
    "another JSON": ({"status": 200, "body": ["neither"]}, ("JSON object",)),
    "a redirect": ({"status": 302, "headers": {"Location": "https://elsewhere.example/"}}, ("elsewhere.example",)),
    "a template": ({"status": 400, "body": {"error_code": "WKS.2", "error_msg": TEMPLATE}}, (json.dumps(TEMPLATE),)),
    "an echoed secret": (
        {"status": 400, "body": {"error_code": "WKS.3", "error_msg": f"with {SECRET_KEY} you may not"}},
        (f"with {MASK}",),
    ),
    "an echoed secret in a key": ({"status": 400, "body": {SECRET_KEY: SECRET_KEY}}, ('"status": 400',)),
    "an echoed code": ({"status": 400, "body": {"error_code": SECRET_KEY, "error_msg": "No"}}, (MASK,)),
    "unicode": ({"status": 400, "body": {"error_code": "ü", "error_msg": "中文 \u2028 \U0001f600 \ud800"}}, ("中文",)),
    "a secret in a task": (
        {"status": 200, "body": {"count": 1, "items": [{"id": "a", "task_name": "n", "description": SECRET_KEY}]}},
        (),
    ),
    # It is asked again, so that its own answer is the one behind it.
    "too many requests": ({"status": 429, "headers": {"Retry-After": "0"}}, ()),
}


def seed_answers(emulator: Any) -> None:
    for answer, _words in ANSWERS.values():
        emulator.fail("ListScheduleTasks", **answer)


FOUND = {"a secret in a task": find(1), "too many requests": find(3)}
FAILURES = {
    name: FOUND.get(name) or refuse(*words, module="scheduled_task_info") for name, (answer, words) in ANSWERS.items()
}
FAILURES |= {
    "nobody there": refuse("no connection to 127.0.0.1:9", module="scheduled_task_info", endpoint="http://127.0.0.1:9"),
    "an unknown host": refuse("nowhere.invalid", module="scheduled_task_info", endpoint="http://nowhere.invalid"),
    "a wrong key": refuse('"status": 401', module="scheduled_task_info", secret_key="wrongSecretKey0123456789"),
    "a key that nobody has": refuse('"status": 401', module="scheduled_task_info", access_key="NOBODYSAK0123456789"),
    "another's project": refuse('"status": 403', module="scheduled_task_info", project_id="0" * 32),
    "a broken change": refuse(
        "Before that, this was done",
        '"changed": true',
        '"operations": ["create"]',
        name="broken",
        enabled=False,
        **WHOLE,
    ),
    "the change again": make('"disable"', name="broken", enabled=False, **WHOLE),
    "a description that is the secret": make(WHOLE_MASK, name="secret", **{**WHOLE, "description": SECRET_KEY}),
    "a description with the secret in it": make(
        f"not {MASK}", name="s2", **{**WHOLE, "description": f"not {SECRET_KEY}"}
    ),
}


FAILURES |= {
    "several that cannot be deleted": refuse(
        *(
            '"changed": true',
            '"counts": {"deleted": 1, "failed": 1, "unchanged": 1}',
            "failed: workspace_app purge-two: delete scheduled task purge-two (",
            '"request_id": "req-2"',
            f"not {MASK}",
        ),
        module="scheduled_tasks",
        parallel=1,
        tasks=[{"name": "purge-three"}],
        **complete("workspace_app", name_prefix="purge-"),
    ),
    "a script that cannot be deleted": refuse(
        *('"changed": true', '"counts": {"failed": 1}', "It is enabled, as it was before", '"status": 409'),
        module="scheduled_tasks",
        parallel=1,
        tasks=[],
        **complete("coc", max_deletions=1),
    ),
    "an entry that fails": refuse_list(
        *('"counts": {"changed": 1, "failed": 1}', "failed: entry 1, workspace_app purge-two: ", '"status": 403'),
        tasks=[{"name": "purge-two", "description": "d"}, {"name": "purge-three", "description": "d"}],
    ),
}


def seed_failures(emulator: Any) -> None:
    seed_answers(emulator)
    for name in ("purge-one", "purge-two", "purge-three"):
        emulator.workspace_app.add_task(task_name=name)
    emulator.coc.add_task(name="purge-script")
    refusal = {"error_code": "WKS.2", "error_msg": f"not {SECRET_KEY}"}
    emulator.fail("BatchDeleteScheduleTask", status=400, body=refusal)
    emulator.fail("DeleteScheduleTask", skip=1, status=400, headers={"X-Request-Id": "req-2"}, body=refusal)
    emulator.fail("DeleteScheduledTask", status=409)
    emulator.fail("UpdateScheduleTask", status=403)
    emulator.fail("UpdateScheduleTask", skip=2, status=403)


KEYS = {"access_key": "EMULATEDAK0123456789", "secret_key": SECRET_KEY}
OTHERS_KEYS = {
    "access_key": "EMULATEDTEMPORARYAK0",
    "secret_key": "emulatedTemporarySecretKey0123456789abcd",
    "security_token": "emulated/security+token==",
}
# What is omitted is not taken from the defaults of the modules either.
LOOPED = {name: f"{{{{ item.{name} | default(omit) }}}}" for name in OTHERS_KEYS}
LOOPED |= {
    "project_id": "{{ item.project_id | default('0123456789abcdef0123456789abcdef') }}",
    "name": "{{ item.name }}",
}
ACCOUNTS = [
    {"name": "first", **KEYS},
    {"name": "second", "project_id": SECOND_PROJECT_ID, **KEYS},
    {"name": "third", **OTHERS_KEYS},
    {"name": "fourth", **OTHERS_KEYS, "secret_key": "wrongSecretKey0123456789"},
    {"name": "f i f t h", **KEYS},
    {"name": "second", "project_id": SECOND_PROJECT_ID, **KEYS},
]


def again(name: str, **keywords: Any) -> dict[str, Any]:
    """Keywords of a task that is tried several times."""
    return {"register": name, "until": f"{name} is succeeded", "retries": 3, "delay": 0, **keywords}


KEYWORDS = {
    "another attempt": find(0, '"attempts": 2', service="workspace", keywords=again("second")),
    "two more attempts": find(0, '"attempts": 3', service="coc", keywords=again("third")),
    "attempts in vain": refuse(
        '"attempts": 2', name="n", schedule={"time": "25:00"}, keywords=again("never", retries=2)
    ),
    "attempts in a loop": Scenario(
        keyed("scheduled_task_info", {"service": "coc"}, again("each", loop=[1, 2], until="each.total_count == 0")),
        ('"attempts": 1',),
        {"changed": False},
    ),
    "a loop": refuse(
        *('"operations": ["create"]', '"operations": []', "module_args", "One or more items failed", '"status": 401'),
        keywords={"loop": ACCOUNTS},
        **{**LOOPED, **WHOLE},
    ),
    "a loop of look-ups": Scenario(
        keyed("scheduled_task_info", {"service": "{{ item }}"}, {"loop": ["workspace", "coc"], "register": "looped"}),
        ('"ansible_loop_var": "item"', "module_args"),
        {"changed": False},
    ),
    "an empty loop": Scenario(
        keyed("scheduled_task_info", {"service": "coc"}, {"loop": []}), ("No items in the list",), {"skipped": True}
    ),
    "a condition": Scenario(
        keyed("scheduled_task_info", {"service": "coc"}, {"when": False}), ("skip_reason",), {"skipped": True}
    ),
    "failed_when": Scenario(
        keyed(
            "scheduled_task_info", {"service": "coc"}, {"failed_when": "judged.total_count == 0", "register": "judged"}
        ),
        ('"failed_when_result": true',),
        {"failed": True},
    ),
    "a failure that is none": Scenario(
        keyed("scheduled_task", {"service": "coc", "name": "a b"}, {"failed_when": False}),
        ('"failed_when_result": false', '"option": "name"'),
        {"failed": False},
    ),
    "changed_when": Scenario(
        keyed("scheduled_task_info", {"service": "coc"}, {"changed_when": True}), (), {"failed": False, "changed": True}
    ),
    "run_once": find(0, service="coc", keywords={"run_once": True}),
    "throttle": find(0, service="coc", keywords={"throttle": 1}),
    "delegated": find(0, service="coc", keywords={"delegate_to": "localhost"}),
    "a local action": Scenario(
        {"name": "Call the module", "local_action": "cloudcron.huaweicloud.scheduled_task_info service=coc"},
        (),
        {"total_count": 0},
    ),
    "a handler": make(name="handled", keywords={"notify": "Handle"}, **WHOLE),
    "a handler without a change": keep(name="handled", keywords={"notify": "Do not handle"}, **WHOLE),
    "a handler that calls": make(name="calling", keywords={"notify": "Handle in turn"}, **WHOLE),
    "a template from a service": make(
        name="literal", keywords={"register": "literal"}, **{**WHOLE, "description": "{{ template }}"}
    ),
    "a template from a look-up": find(
        1, json.dumps(TEMPLATE), name="literal", details=True, keywords={"register": "found"}
    ),
    "a template in a message": refuse(
        json.dumps(TEMPLATE), service="workspace_app", name="refused", state="absent", keywords={"register": "refused"}
    ),
    "a template that is shown": Scenario(
        {
            "name": "Show it",
            "ansible.builtin.debug": {
                "msg": "{{ literal.scheduled_task.description }}|{{ refused.error_msg }}|"
                "{{ found.scheduled_tasks[0].description }}"
            },
        },
        ("|".join([TEMPLATE] * 3),),
    ),
    "a template that is a fact": Scenario(
        {"name": "Keep it", "ansible.builtin.set_fact": {"told": "{{ literal.scheduled_task.description }}"}},
        (TEMPLATE,),
    ),
    "a template that is a fact that is shown": Scenario(
        {"name": "Show it", "ansible.builtin.debug": {"var": "told"}}, (TEMPLATE,), {"told": TEMPLATE}
    ),
    "a template in a condition": Scenario(
        {
            "name": "Compare it",
            "ansible.builtin.debug": {"msg": "literal"},
            "when": [
                "found.scheduled_tasks[0].description == template",
                "'{' in told",
                "refused.error_msg == template",
            ],
        },
        (),
        {"msg": "literal"},
    ),
    "a template that is an option": make(
        json.dumps(TEMPLATE), name="copied", **{**WHOLE, "description": "{{ found.scheduled_tasks[0].description }}"}
    ),
}


def seed_keywords(emulator: Any) -> None:
    emulator.fail("ListScheduledTasks", status=503)
    emulator.fail("ListScheduledTask", status=503, times=2)
    emulator.fail("DeleteScheduleTask", status=400, body={"error_code": "WKS.2", "error_msg": TEMPLATE})
    emulator.workspace_app.add_task(task_name="refused")


NO_KEYS = dict.fromkeys(("access_key", "secret_key", "project_id"), "{{ omit }}")
AGENCY = {"agency_name": "emulated-agency", "agency_domain_name": "delegating-account"}
ALL_OF_A_CONNECTION = {
    "region": "cn-north-4",
    "project_id": SECOND_PROJECT_ID,
    "domain_id": "d0a1b2c3d4e5f60718293a4b5c6d7e8f",
    "endpoint": "{{ url }}",
    "auth_url": "{{ url }}",
    "site": "intl",
    "validate_certs": True,
    "ca_path": "{{ playbook_dir }}/playbook.yml",
    "timeout": 600,
    "retries": 1,
    "parallel": 2,
}

# What the others do not give so that it works.
OPTIONS = {
    "temporary keys": find(0, **OTHERS_KEYS),
    "a token": find(0, **{**NO_KEYS, "auth_token": "{{ token }}"}),
    "a name and a password": find(
        0,
        **NO_KEYS,
        user_name="emulated-user",
        user_password="Emulated-Passw0rd!",
        domain_name="emulated-account",
    ),
    "an agency": find(1, "theirs", service="workspace", project_id="{{ omit }}", **AGENCY),
    "an agency of another account": find(
        1, "theirs", service="coc", domain_id="e1b2c3d4e5f60718293a4b5c6d7e8f90", **AGENCY
    ),
    "a task over such a connection": make(name="there", **ALL_OF_A_CONNECTION, **WHOLE),
    "a look-up over such a connection": find(1, "there", **ALL_OF_A_CONNECTION),
    "an endpoint of each service": find(
        1,
        "there",
        **{**ALL_OF_A_CONNECTION, "endpoint": "{{ omit }}"},
        endpoints=dict.fromkeys(("workspace_app", "workspace", "coc", "codearts_check"), "{{ url }}"),
    ),
    "a list over such a connection": several(
        True,
        '"deleted"',
        "there",
        tasks=[],
        **complete("workspace_app", {"task_type": "RESTART_SERVER"}, max_deletions=1),
        **{name: value for name, value in ALL_OF_A_CONNECTION.items() if name != "parallel"},
    ),
    "an operator": find(1, CHECK_ID, service="codearts_check", id=CHECK_ID, operator="somebody"),
    "a week": make(
        name="week",
        **{
            **WHOLE,
            "schedule": {"type": "weekly", "weekdays": ["friday", "sunday"], "time": "01:00", "time_zone": "UTC"},
        },
    ),
    "a month": make(
        name="month",
        **{
            **WHOLE,
            "schedule": {
                "type": "monthly",
                "months": [1, 7],
                "month_days": [1, "L"],
                "time": "01:00",
                "time_zone": "UTC",
            },
        },
    ),
    "an event": make(
        name="event",
        **{
            **WHOLE_WORKSPACE,
            "workspace": {"priority": 10},
            "schedule": {
                "type": "life_cycle",
                "life_cycle_type": "POST_DESKTOP_DISCONNECTED",
                "wait_time": 30,
                "life_cycle_exec_period": 60,
            },
        },
    ),
    "some desktops first": make(
        name="roll-out",
        service="workspace",
        task_type="EXECUTE_SCRIPT",
        schedule={"type": "once", "date": "2099-12-31", "time": "23:00"},
        targets=[{"type": "DESKTOP_POOL", "id": "pool-1"}],
        workspace={
            "extra_params": {"script_id": "script-1"},
            "is_gray": True,
            "gray_count": 2,
            "gray_desktop_ids": ["desktop-1", "desktop-2"],
            "gray_fail_threshold": 1,
        },
    ),
    "all there is to a script": make(
        name="scan",
        **{
            **WHOLE_COC,
            "coc": {
                **WHOLE_COC["coc"],
                "associated_task_name_en": "scan",
                "associated_task_enterprise_project_id": "0",
                "enterprise_project_id": "0",
                "input_param": {"severity": "critical", "timeout": 300, "hosts": ["a", "b"]},
                "agency_name": "our-agency",
                "target_instances": [
                    {
                        "target_selection": "ALL",
                        "order_no": 1,
                        "target_resource": {
                            "type": "REGION",
                            "id": "resource-1",
                            "app_name": "shop",
                            "region_id": "cn-north-4",
                            "params": [{"key": "tag", "value": "a"}],
                        },
                    }
                ],
                "enable_message_notification": True,
                "message_notification": {**REVIEWER, "policy": "EXECUTION_FAILED,START_EXECUTION"},
                "ticket_infos": [{"ticket_id": "t", "ticket_type": "CHANGE", "target_id": "g", "scope_id": "s"}],
            },
        },
    ),
    "all there is to a runbook": make(
        name="drill",
        **{
            **WHOLE_COC,
            "task_type": "RUNBOOK",
            "coc": {
                **WHOLE_COC["coc"],
                "runbook_instance_mode": "DIFF",
                "target_instances": [
                    {
                        "target_selection": "MANUAL",
                        "order_no": 1,
                        "batch_strategy": "AUTO_BATCH",
                        "target_instances": [{"resource_id": "ecs-1"}],
                        "sub_target_instances": [
                            {
                                "target_selection": "MANUAL",
                                "order_no": 1,
                                "batch_strategy": "AUTO_BATCH",
                                "target_instances": '[{"resource_id": "ecs-2"}]',
                                "target_resource": {
                                    "type": "REGION",
                                    "id": "resource-1",
                                    "app_name": "shop",
                                    "region_id": "cn-north-4",
                                    "params": [{"key": "tag", "value": "a"}],
                                },
                            }
                        ],
                    }
                ],
            },
        },
    ),
    "whoever is on call": make(
        name="on-call",
        **{
            **WHOLE_COC,
            "coc": {
                **REVIEWED,
                "reviewer_notification": ON_CALL,
                "enable_message_notification": True,
                "message_notification": {**ON_CALL, "policy": "START_EXECUTION"},
            },
        },
    ),
}


def seed_options(emulator: Any) -> None:
    emulator.codearts_check.add_task(taskId=CHECK_ID)
    emulator.workspace.add_task(task_name="theirs", project_id="89abcdef0123456789abcdef01234567")
    emulator.coc.add_task(name="theirs", domain_id="e1b2c3d4e5f60718293a4b5c6d7e8f90")


HANDLERS = [
    {"name": "Handle", "ansible.builtin.debug": {"msg": "handled"}},
    {"name": "Do not handle", "ansible.builtin.debug": {"msg": "never"}},
    {
        **keyed("scheduled_task", {"service": "workspace_app", "name": "handled", "state": "absent"}, {}),
        "name": "Handle in turn",
    },
]


# From ansible-core 2.21 on, results have it only where it is asked for.
WITH_INVOCATION = {"ANSIBLE_INJECT_INVOCATION": "true"}


@dataclass
class Group:
    """Scenarios of one play."""

    scenarios: dict[str, Scenario]
    seed: Callable[[Any], None] = seed_nothing
    options: tuple[str, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=WITH_INVOCATION.copy)


GROUPS = {
    "arguments": Group(ARGUMENTS),
    "life": Group(LIFE, seed_life, ("--diff",), variables={}),
    "failures": Group(FAILURES, seed_failures),
    "keywords": Group(KEYWORDS, seed_keywords, keywords={"handlers": HANDLERS}),
    "options": Group(OPTIONS, seed_options),
}
CASES = [pytest.param(group, name, id=f"{group}: {name}") for group in GROUPS for name in GROUPS[group].scenarios]


ID = re.compile(r"\b(ST[0-9a-f]{24}|[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})\b")
INSTANT = re.compile(r"\b(\d{4})-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{3})?(?!\d)|\b(1[789]\d{8})\d{3}\b")

# `failed_when` gives the other name to it.
TRACEBACKS = ("exception", "failed_when_suppressed_exception")

# What ansible-core 2.22 adds where a result came from a module.
MODULES_OWN = ("ansible_parsed",)

# What Ansible itself says of where a failure happened.
PREFIX = re.compile(r"(?<=Task failed: )(Module|Action) failed: ")


class Normal:
    """What a run tells, without what is another in each run."""

    def __init__(self, replaced: dict[str, str], given: set[str]) -> None:
        """Replace these texts, and leave these ids as they are."""
        self._replaced = replaced
        self._given = given
        self._names: dict[str, str] = {}

    def of(self, value: Any) -> Any:
        """The same value, in which each id is its number in the order of their appearance."""
        if isinstance(value, str):
            for text, name in self._replaced.items():
                value = value.replace(text, name)
            return INSTANT.sub(self._instant, ID.sub(self._name, PREFIX.sub("", value)))
        if isinstance(value, list):
            return [self.of(each) for each in value]
        if isinstance(value, dict):
            return {self.of(key): self.of(each) for key, each in sorted(value.items())}
        if isinstance(value, int) and not isinstance(value, bool):
            return self.of(str(value)) if INSTANT.fullmatch(str(value)) else value
        return value

    def _name(self, match: re.Match[str]) -> str:
        if match[0] in self._given:
            return match[0]
        return self._names.setdefault(match[0], f"<id {len(self._names)}>")

    def _instant(self, match: re.Match[str]) -> str:
        # Those of the scenarios are later, and of this run's it depends on the clock which ones are the same.
        is_given = int(match[1] or time.gmtime(int(match[3])).tm_year) > time.gmtime().tm_year + 2
        return match[0] if is_given else re.sub(r"\d", "0", match[0])


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two results differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = dict.fromkeys([*one, *other])
        pairs = [(f"{path}.{key}", one.get(key, "<nothing>"), other.get(key, "<nothing>")) for key in keys]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{path}[{number}]", *pair) for number, pair in enumerate(zip(one, other, strict=True))]
    else:
        # Python's true is 1.
        return [] if (type(one), one) == (type(other), other) else [f"{path}: {one!r} != {other!r}"]
    return [difference for where, first, second in pairs for difference in differences(first, second, where)]


@dataclass
class Passage:
    """A group that went through one door."""

    played: Any
    requests: list[Any]
    results: dict[str, dict[str, Any]]
    told: list[dict[str, Any]]
    output: list[str]
    log: list[str]


def without_traceback(value: Any) -> Any:
    """The same results without a formatted traceback, which is another in another process."""
    if isinstance(value, dict):
        left_out = (*TRACEBACKS, *MODULES_OWN)
        return {key: without_traceback(each) for key, each in value.items() if key not in left_out}
    return [without_traceback(each) for each in value] if isinstance(value, list) else value


def pass_through(ansible: Any, group: Group) -> Passage:
    token = ansible.fetch_token()
    group.seed(ansible.emulator)
    account = ansible.account
    defaults = {key: value for key, value in ansible.keys.items() if key != "service"}
    played = ansible.play(
        [scenario.task for scenario in group.scenarios.values()],
        group.options,
        # Requests that are sent side by side come in any order.
        defaults={**defaults, "domain_id": account.DOMAIN_ID, "retries": 0, "parallel": 1},
        secrets={
            "template": Unsafe(TEMPLATE),
            "schedule": SCHEDULE,
            "arguments": {"service": "workspace_app", "name": "nobody"},
            "token": token,
            "url": ansible.emulator.url,
        },
        keywords=group.keywords,
        variables=group.variables,
    )
    assert played.status == 0, played.output
    normal = Normal(
        {str(ansible.folder): "<folder>", ansible.emulator.url: "<url>", ansible.emulator.url[7:]: "<host>"},
        {ONE_ID, CHECK_ID, account.PROJECT_ID, account.SECOND_PROJECT_ID, account.DOMAIN_ID},
    )
    results = without_traceback(normal.of(dict(zip(group.scenarios, played.results, strict=True))))
    told = without_traceback(normal.of(played.told))
    asked = [[each.method, each.path, each.query, each.body, each.status] for each in ansible.emulator.requests]
    output = normal.of(played.output).splitlines()
    log = [re.sub(r"^\S+ \S+ p=\d+ u=\S+ n=", "n=", line) for line in normal.of(played.log).splitlines()]
    return Passage(played, normal.of(asked), results, told, output, log)


@pytest.fixture(scope="module")
def passages(make_ansible: Callable[..., Any]) -> Callable[[str], list[Passage]]:
    """Both passages of a group: in Ansible's own process, and through the module."""
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator

    def go(name: str, door: str) -> Passage:
        with Emulator() as emulator:
            ansible = make_ansible(door)
            ansible.emulator = emulator
            return pass_through(ansible, GROUPS[name])

    # Most of the time is that of the modules, each of which keeps one processor busy.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        under_way = {(name, door): pool.submit(go, name, door) for door in reversed(DOORS) for name in GROUPS}
    return lambda name: [under_way[name, door].result() for door in DOORS]


def options_of(spec: dict[str, Any], path: str = "") -> Iterator[str]:
    """All options with their suboptions."""
    for name, option in spec.items():
        yield path + name
        yield from options_of(option.get("options", {}), f"{path}{name}.")


def given(value: Any, path: str = "") -> Iterator[str]:
    """The options that a task gives, by the names that `options_of` gives them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield f"{path}{name}"
            yield from given(each, f"{path}{name}.")
    elif isinstance(value, list):
        for each in value:
            yield from given(each, path)


class TestTheScenarios:
    """What goes only through one door elsewhere, such as the targets of ansible-test, relies on this."""

    def test_every_option_and_every_service_is_there_with_success(self):
        specs = {
            "scheduled_task": SCHEDULED_TASK["argument_spec"],
            "scheduled_task_info": SCHEDULED_TASK_INFO["argument_spec"],
            # The scope of a list is read by the collection itself.
            "scheduled_tasks": {**SCHEDULED_TASKS["argument_spec"], "purge": {"options": PURGE}},
        }
        known, found = set(), set()
        for module, spec in specs.items():
            # What is about the connection is the same for all of them.
            known |= {(None if name.split(".")[0] in CONNECTION else module, name) for name in options_of(spec)}
            known |= {(module, f"service {name}") for name in spec["service"]["choices"]}
            tasks = [
                scenario.task.get(f"cloudcron.huaweicloud.{module}")
                for group in GROUPS.values()
                for scenario in group.scenarios.values()
                if scenario.values.get("failed") is False
            ]
            for task in filter(lambda task: isinstance(task, dict), tasks):
                found |= {(None if name.split(".")[0] in CONNECTION else module, name) for name in given(task)}
                found.add((module, f"service {task.get('service')}"))
        # There is nothing that it could change.
        assert known - found == {("scheduled_task", "service codearts_check")}


class TestEveryResult:
    @pytest.mark.parametrize(("group", "name"), CASES)
    def test_it_is_the_same_to_the_letter(self, passages, group, name):
        in_process, module = (passage.results[name] for passage in passages(group))
        GROUPS[group].scenarios[name].check(module)
        assert differences(in_process, module) == []


@pytest.mark.parametrize("group", GROUPS)
class TestEveryPlay:
    def test_its_callbacks_are_told_the_same(self, passages, group):
        in_process, module = passages(group)
        if GROUPS[group].variables:
            assert sum("invocation" in result for result in module.told) >= len(GROUPS[group].scenarios) / 2
        assert differences(in_process.told, module.told) == []

    def test_its_output_is_the_same(self, passages, group):
        in_process, module = passages(group)
        assert in_process.output == module.output
        assert in_process.played.status == module.played.status

    def test_its_log_is_the_same(self, passages, group):
        in_process, module = passages(group)
        assert in_process.log and in_process.log == module.log

    def test_the_services_are_asked_the_same(self, passages, group):
        in_process, module = passages(group)
        assert in_process.requests and in_process.requests == module.requests

    def test_only_the_module_has_processes(self, passages, group):
        in_process, module = passages(group)
        assert not in_process.played.processes
        # Where a template fails, or a condition, no module is needed; nor where what is no text is refused before it.
        before = sum("text, and YAML" in str(each) or "it is text." in str(each) for each in module.results.values())
        assert module.played.processes >= len(GROUPS[group].scenarios) - 8 - before

    def test_no_warning_is_passed_in_a_deprecated_way(self, passages, group):
        for passage in passages(group):
            # Ansible has notices of its own on what these playbooks do with results.
            assert "exit_json" not in passage.played.everything


DEPRECATIONS = {
    "an option that will go": make(name="going", description="d", **WHOLE),
    "an alias that will go": make(task_name="by-alias", **WHOLE),
    "an alias that will go, and its option": keep("Both option", task_name="by-alias", name="by-name", **WHOLE),
    "both in a failure": refuse(task_name="both", description="d", state="gone"),
    "a loop": Scenario(
        keyed("scheduled_task_info", {"service": "coc", "task_name": "{{ item }}"}, {"loop": ["one", "two"]}),
        ("2099-01-01",),
        {"changed": False},
    ),
    "nothing of the kind": find(2),
}

# Of an option that both modules share, of one of a single module, and of a suboption.
PATCH = """
TASK["description"].update(removed_in_version="9.9.9", removed_from_collection="cloudcron.huaweicloud")
IDENTITY["name"]["deprecated_aliases"] = [
    {"name": "task_name", "date": "2099-01-01", "collection_name": "cloudcron.huaweicloud"}
]
SCHEDULE["time_zone"].update(removed_at_date="2098-01-01", removed_from_collection="cloudcron.huaweicloud")
"""


@pytest.fixture(scope="module")
def deprecations(make_ansible: Callable[..., Any], _emulator: Any, site: str, tmp_path_factory: Any) -> list[Passage]:
    """Both passages of deprecated options, of which there are none in earnest."""
    copy = tmp_path_factory.mktemp("site")
    shutil.copytree(site, copy, dirs_exist_ok=True)
    arguments = copy / "ansible_collections/cloudcron/huaweicloud/plugins/module_utils/_arguments.py"
    # The options are copied into the specs, but not what they consist of.
    arguments.write_text(arguments.read_text(encoding="utf-8") + PATCH, encoding="utf-8")
    passages = []
    for door in DOORS:
        _emulator.reset()
        passages.append(pass_through(make_ansible(door, site=str(copy)), Group(DEPRECATIONS)))
    return passages


class TestDeprecations:
    def test_they_are_the_same_in_results(self, deprecations):
        in_process, module = deprecations
        for name, scenario in DEPRECATIONS.items():
            if name != "an alias that will go, and its option":
                scenario.check(module.results[name])
        assert differences(in_process.results, module.results) == []
        assert differences(in_process.told, module.told) == []
        assert "9.9.9" in json.dumps(module.results)

    def test_they_are_shown_the_same(self, deprecations):
        in_process, module = deprecations
        assert in_process.output == module.output
        assert in_process.log == module.log
        shown = " ".join(module.output)
        assert "DEPRECATION WARNING" in shown and "9.9.9" in shown and "task_name" in shown

    def test_only_the_module_has_processes(self, deprecations):
        in_process, module = deprecations
        assert not in_process.played.processes and module.played.processes
