# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users who write anything at all into a task. What comes of it is a result or a clear error, and no request that is
outside the limits of the vendor's pages, to a path that they do not have, or to another host."""

from __future__ import annotations

import datetime
import json
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.tests.logins import AGENCY, PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins import in_memory

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

pytestmark = pytest.mark.thorough

LONGEST_MESSAGE = 4000

# A few, so that it does not take long. With HOSTILE=50 it takes long and finds what is rare.
TIMES = int(os.environ.get("HOSTILE", "1"))
COMBINED = 40 * TIMES
ARBITRARY = 60 * TIMES
EVERY = 31 if TIMES == 1 else 1

# What a service refuses that no page states as a limit of an argument, or that depends on what it has stored.
OTHERWISE = re.compile(
    r"unknown time zone|there is no scheduled task|scheduled task does not exist"
    r"|required (when|for) "
    r"|trigger_time.\w+: (required, and )?in the (past|future)|must be a Quartz expression"
    r"|is not a project of the caller|The caller may not act for this"
)


KEYS = in_memory.KEYS
NO_KEYS = {name: value for name, value in KEYS.items() if name not in ("access_key", "secret_key", "project_id")}


TASK, INFO, LIST = "scheduled_task", "scheduled_task_info", "scheduled_tasks"
MODULES = {
    TASK: (_arguments.SCHEDULED_TASK, _run.run_scheduled_task),
    INFO: (_arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info),
    LIST: (_arguments.SCHEDULED_TASKS, _run.run_scheduled_tasks),
}


class Base(NamedTuple):
    """Arguments that a module takes."""

    arguments: dict[str, Any]
    module: str = TASK
    connection: dict[str, Any] = KEYS

    @property
    def whole(self) -> dict[str, Any]:
        return {**self.connection, **self.arguments}


ONCE = {"type": "once", "date": "2099-01-01", "time": "03:30", "time_zone": "Asia/Shanghai"}
DAILY = {"type": "daily", "day_interval": 1, "time": "03:30", "expire_time": "2031-01-01T00:00:00"}
WEEKLY = {"type": "weekly", "weekdays": ["monday", "friday"], "time": "03:30:00", "time_zone": "Asia/Shanghai"}
MONTHLY = {"type": "monthly", "months": [1, 12], "month_days": [1, "31", "L"], "time": "03:30", "time_zone": "UTC"}
CRON = {"type": "cron", "cron": "0 0 3 * * ?", "time_zone": "Asia/Tokyo", "expire_time": "2031-01-01T00:00:00Z"}
TRIGGERED = {
    "type": "life_cycle",
    "life_cycle_type": "POST_DESKTOP_DISCONNECTED",
    "wait_time": 60,
    "life_cycle_exec_period": 60,
}
NOTIFICATION = {
    "notification_endpoint_type": "USER",
    "policy": "START_EXECUTION,EXECUTION_FAILED",
    "protocol": "SMS",
    "recipients": "somebody",
    "schedule_role_id": "role",
    "schedule_scene_id": "scene",
}
RESOURCE = {
    "type": "REGION",
    "id": "resource",
    "app_name": "app",
    "region_id": "cn-north-4",
    "params": [{"key": "k", "value": "v"}],
}
STEP = {"target_selection": "MANUAL", "order_no": 1, "target_instances": [{"id": "a"}], "batch_strategy": "NONE"}
COC = {
    "associated_task_id": "SC1",
    "associated_task_name": "clean-up",
    "associated_task_name_en": "clean-up",
    "associated_task_type": "CUSTOMIZATION",
    "associated_task_enterprise_project_id": "0",
    "version_no": "1.0.0",
    "risk_level": "LOW",
    "input_param": {"timeout": "300", "count": 3, "deep": {"a": [1, None]}},
    "target_instances": [
        {**STEP, "sub_target_instances": [STEP]},
        {"target_selection": "ALL", "order_no": 2, "target_resource": RESOURCE},
    ],
    "runbook_instance_mode": "SAME",
    "enable_approve": False,
    "reviewer_user_name": "reviewer",
    "reviewer_notification": NOTIFICATION,
    "enable_message_notification": True,
    "message_notification": NOTIFICATION,
    "agency_name": "ServiceAgencyForCOC",
    "enterprise_project_id": "0",
    "ticket_infos": [{"ticket_id": "1", "ticket_type": "c", "target_id": "t", "scope_id": "s"}],
}
WORKSPACE = {
    "extra_params": {"script_id": "1", "n": 1.5, "deep": [{"a": None}]},
    "priority": 1,
    "is_gray": True,
    "gray_count": 1,
    "gray_desktop_ids": ["desktop-1"],
    "gray_fail_threshold": 1,
}
SERVERS = [{"type": "SERVER", "id": "server-1"}, {"type": "SERVER_GROUP", "id": "group-1"}]
DESKTOPS = [{"type": "DESKTOP", "id": "desktop-1"}, {"type": "ALL_DESKTOPS"}]
OF_TASK = {"enabled": False, "force": True, "description": "words"}
ASKED = {"details": True, "history": 3, "next_executions": True}
CONNECTION = {
    "domain_id": account.DOMAIN_ID,
    "endpoints": {"workspace_app": in_memory.URL, "coc": in_memory.URL},
    "site": "intl",
    "validate_certs": False,
    "ca_path": "/",
    "timeout": 5,
    "retries": 0,
    "parallel": 1,
}

# It keeps the one task.
KEPT = [{"name": "task-1"}]

BASES = {
    "workspace_app create": Base(
        {**OF_TASK, "service": "workspace_app", "name": "new", "task_type": "STOP_SERVER", "targets": SERVERS}
        | {"schedule": MONTHLY, "state": "present"}
    ),
    "workspace_app update": Base(
        {**OF_TASK, "service": "workspace_app", "name": "task-1", "schedule": DAILY, "targets": SERVERS}
    ),
    "workspace_app parts": Base({"service": "workspace_app", "id": "task-1", "schedule": {"day_interval": 3}}),
    "workspace_app delete": Base({"service": "workspace_app", "task_id": "task-1", "state": "absent"}),
    "workspace create": Base(
        {**OF_TASK, "service": "workspace", "name": "new", "task_type": "EXECUTE_SCRIPT", "schedule": WEEKLY}
        | {"targets": DESKTOPS, "workspace": WORKSPACE}
    ),
    "workspace update": Base(
        {**OF_TASK, "service": "workspace", "name": "task-1", "schedule": ONCE, "targets": DESKTOPS}
        | {"workspace": {"extra_params": {"a": 1}, "priority": 3}}
    ),
    "workspace triggered": Base({"service": "workspace", "name": "new", "task_type": "STOP", "schedule": TRIGGERED}),
    "workspace delete": Base({"service": "workspace", "name": "task-1", "id": "task-1", "state": "absent"}),
    "coc create": Base(
        {"service": "coc", "name": "new", "task_type": "RUNBOOK", "schedule": CRON, "enabled": False, "coc": COC}
    ),
    "coc update": Base(
        {"service": "coc", "name": "task-1", "schedule": {**WEEKLY, "weekdays": ["sunday"]}, "coc": COC}
    ),
    "coc once": Base({"service": "coc", "id": "task-1", "schedule": ONCE, "enabled": True}),
    "coc delete": Base({"service": "coc", "name": "task-1", "state": "absent"}),
    "workspace_app info": Base(
        {**ASKED, "service": "workspace_app", "history_details": True}
        | {"filters": {"task_name": "task", "task_type": "RESTART_SERVER"}},
        INFO,
    ),
    "workspace info": Base(
        {**ASKED, "service": "workspace", "name": "task-1", "history_details": True}
        | {"filters": {"task_type": "STOP", "scheduled_type": "DAY"}},
        INFO,
    ),
    "workspace info of triggered": Base(
        {"service": "workspace", "filters": {"life_cycle_type": "POST_DESKTOP_DISCONNECTED"}}, INFO
    ),
    "coc info": Base(
        {"service": "coc", "details": True, "history": 3}
        | {
            "filters": {
                "enterprise_project_id": "0",
                "task_id": "task-1",
                "task_name": "task",
                "scheduled_type": "PERIODIC",
                "created_by": account.USER_ID,
                "reviewer": "r",
                "reviewer_user_name": "r",
                "last_execution_start_time": 1,
                "last_execution_end_time": "2",
                "region_id": "r",
                "resource_id": "r",
            }
        },
        INFO,
    ),
    "workspace_app info of one": Base({**ASKED, "service": "workspace_app", "id": "task-1"}, INFO),
    "codearts_check info": Base({"service": "codearts_check", "id": "task-1", "operator": "somebody"}, INFO),
    "workspace_app kept": Base(
        {"service": "workspace_app", "tasks": KEPT}
        | {
            "purge": {
                "services": ["workspace_app"],
                "name_prefix": "task",
                "filters": {"workspace_app": {"task_type": "RESTART_SERVER"}},
            }
        },
        LIST,
    ),
    "workspace kept": Base(
        {"service": "workspace", "tasks": [{"id": "task-1"}], "purge": {"services": ["workspace"]}}, LIST
    ),
    "coc kept": Base(
        {"service": "coc", "tasks": KEPT}
        | {"purge": {"services": ["coc"], "filters": {"coc": {"enterprise_project_id": "0"}}}},
        LIST,
    ),
    "coc emptied": Base({"tasks": [], "purge": {"services": ["coc"], "max_deletions": 1}}, LIST),
    "several": Base(
        {
            "tasks": [
                {"name": "new", "task_type": "STOP_SERVER", "schedule": {"time": "03:30"}, "state": "present"},
                {"service": "workspace", "name": "newer", "previous_name": "task-1", "enabled": False},
                {"service": "coc", "id": "task-1", "state": "absent"},
            ],
            "service": "workspace_app",
            "defaults": {"workspace_app": {"schedule": {**DAILY, "time_zone": "Asia/Tokyo"}, "targets": SERVERS}},
            "show_values": False,
            "validate_only": False,
        },
        LIST,
    ),
    "connection": Base({**CONNECTION, "service": "workspace_app", "id": "task-1"}, INFO),
    "password": Base({**PASSWORD, **AGENCY, "service": "coc"}, INFO, NO_KEYS),
}


def nested(depth: int) -> Any:
    value: Any = "x"
    for number in range(depth):
        value = [value] if number % 2 else {"a": value}
    return value


TEXTS = (
    *("", " ", "\n", "\t x ", "\0", "x\0", "\ud800", "x\udfff", "\x1b[31m\x9b", "\u202e\u2028", "{{ 7 * 7 }}", "%s{0}"),
    *(
        "٣",
        "१०",
        "①",
        "0",
        "00",
        "1",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "31",
        "32",
        "12",
        "13",
        "0x10",
        " 5 ",
        "1_000",
        "L",
        "l",
    ),
    *("..", ".", "../x", "a/b", "%2e%2e", "a?b=c", "a#b", "a&b=c", "task-1", "task-1\n", "a,b", ",", "null", "true"),
    *("2026-02-29", "0000-00-00", "0001-01-01", "1969-12-31", "9999-12-31", "10000-01-01", "٢٠٢٦-٠١-٠١"),
    *("24:00:00", "23:59:60", "3:30", "٠٣:٣٠", "00:00", "02:30:00\n", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00+25:00", "2026-01-01 00:00", "2026-01-01T00:00:00Z "),
    *("Asia/Tokyo", "Mars/Phobos", "GMT+24:00", "GMT+23:59", "/", "../../etc/passwd", "Europe/Berlin", "UTC\0"),
    *("? ? ? ? ? ?", "0 0 0 * * ?", "[[]]", '{"a": NaN}', "[NaN]", "https://evil.example.com", "http://[::1]:1/x"),
    *("x" * 32, "x" * 33, "x" * 64, "任" * 65, "x" * 128, "x" * 129, "任" * 255, "😀" * 256, "x" * 2001, "x" * 10**6),
)
NUMBERS = (
    *(0, 1, -1, 12, 13, 31, 32, 50, 51, 1000, 1001, 10080, 10081, 43200, 43201, 2**31, 2**63, 10**30, 10**400),
    *(0.0, 5.0, 5.5, -0.0, 1e300, math.nan, math.inf),
)
OTHERS = (
    *(None, True, False, [], [None], [""], [[]], ["x"], ["x", 1, None], [str(number) for number in range(1001)], {}),
    *(
        {"a": 1},
        {"": None},
        {1: 2, None: 3},
        {"a\ud800": "b"},
        [{}],
        [{"type": "SERVER"}],
        [{"type": None, "id": None}],
    ),
    *({"type": "once"}, {"type": "daily", "day_interval": 1}, nested(60), nested(300), nested(900), nested(5000)),
    *(datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5), b"bytes"),
)
WRONG = (*TEXTS, *NUMBERS, *OTHERS)
GONE = object()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
Path = tuple[Any, ...]


@pytest.fixture(scope="module")
def cloud() -> in_memory.Cloud:
    return in_memory.Cloud()


def call(cloud: in_memory.Cloud, module: str, arguments: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """Call a module as a playbook does, and look at what comes of it and at what was sent."""
    from ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils._in_process import Module, call_module

    spec, function = MODULES[module]
    accepted: list[_run.Call] = []
    log: list[str] = []

    def run(call: _run.Call) -> dict[str, Any]:
        accepted.append(call)
        return function(call)

    cloud.reset()
    with in_memory.instead_of_the_network(cloud.answer), Connections() as connections:
        result = call_module(
            Module(spec, run),
            f"cloudcron.huaweicloud.{module}",
            arguments,
            check_mode,
            True,
            "/",
            connections,
            log.append,
            log.append,
        )
    # No wait is long enough to be told.
    assert log == []
    if accepted:
        check_harmless({name: value for name, value in result.items() if name != "invocation"})
    else:
        assert result["failed"] is True
        assert result["msg"]
    for asked in cloud.asked:
        check_request(asked, accepted[0].options)
    if check_mode:
        assert {asked.operation for asked in cloud.asked} <= READING
    return result


def check_harmless(result: dict[str, Any]) -> None:
    """See that a result is no bug of ours, can be written down, and does nothing to the terminal that shows it."""
    try:
        json.dumps(result, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except ValueError as error:
        raise AssertionError(f"This cannot be written down: {error}") from error
    assert "exception" not in result, result["exception"]
    for words in (result.get("msg", ""), *result.get("warnings", ())):
        assert words.isprintable(), words
        assert len(words) <= LONGEST_MESSAGE, words


def check_request(asked: in_memory.Asked, options: Any) -> None:
    """See that a request is one that the vendor's pages know, to a host that the user has named."""
    host = urlsplit(str(asked.request.url)).netloc
    named = [options["endpoint"], options["auth_url"], *(options["endpoints"] or {}).values()]
    assert any(host in str(address).lower() for address in named) or host.endswith(OUR_HOSTS), host
    if host != in_memory.HOST:
        # An address may have a path, behind which come those of the pages.
        return
    assert asked.route is not None, asked.request.url
    # Whoever decodes them sees another path.
    assert not re.search("%2[ef]", asked.call.raw_path, re.IGNORECASE), asked.call.raw_path
    if asked.answer.status == 400:
        text = asked.answer.content.decode()
        assert OTHERWISE.search(text), (asked.operation, text, asked.call.body[:2000])


READING = {
    *("CreateToken", "CreateTemporaryAccessKeyByAgency", "ListProjects", "ListFutureExecutions"),
    *("ListScheduleTasks", "ShowScheduleTask", "ListTaskExecuteHistory", "ListTaskExecuteDetail"),
    *("ListScheduledTasks", "ShowScheduledTasks", "ListScheduledTasksRecords", "ListScheduledTasksRecordsDetails"),
    *("ListScheduledTask", "ShowScheduledTask", "ListScheduledTaskHistory", "ListLifeCycleTypeConfigurations"),
    *("ShowPortalServiceTaskCron", ""),
}
# The last one gives keys to servers.
OUR_HOSTS = (".myhuaweicloud.com", ".myhuaweicloud.eu", "169.254.169.254")


def parts(value: Any, path: Path = ()) -> Iterator[Path]:
    """Return the paths to all parts of the arguments but the whole."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key)
        yield from parts(entry, (*path, key))


def changed(arguments: dict[str, Any], instead: dict[Path, Any]) -> dict[str, Any]:
    """Return arguments with other values in the place of some parts."""
    arguments = deepcopy(arguments)
    # From the inside to the outside, and from the end to the beginning, so that every path leads where it should.
    for path in sorted(instead, key=lambda path: (len(path), str(path)), reverse=True):
        holder: Any = arguments
        for key in path[:-1]:
            holder = holder[key]
        if instead[path] is GONE:
            del holder[path[-1]]
        else:
            holder[path[-1]] = instead[path]
    return arguments


@contextmanager
def told_of(*case: Any) -> Iterator[None]:
    """Say of an error in which case it came."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{[repr(part)[:80] for part in case]}: {error!r:.3000}") from error


@pytest.mark.parametrize("name", BASES)
def test_right_arguments_make_a_right_result(cloud: in_memory.Cloud, name: str) -> None:
    result = call(cloud, BASES[name].module, BASES[name].whole)
    assert not result.get("failed"), result["msg"]
    assert cloud.asked


@pytest.mark.parametrize("name", BASES)
def test_a_wrong_argument(cloud: in_memory.Cloud, name: str) -> None:
    base = BASES[name]
    cases = [(path, wrong) for path in parts(base.whole) for wrong in (*WRONG, GONE)]
    for path, wrong in cases[list(BASES).index(name) % EVERY :: EVERY]:
        with told_of(path, wrong):
            result = call(cloud, base.module, changed(base.whole, {path: wrong}))
            if name.endswith("kept"):
                assert not result.get("changed")


WRONG_LISTS = (
    *([], {}, "", "task-1", ["task-1"], [None], [[]], [{}], [{"name": None}], [{"id": None}], [{"name": "", "id": ""}]),
    *([{"name": " "}], [{"id": "../x"}], [{"name": None, "id": None}] * 2, [{"names": ["x"]}], [{"name": "x"}, {}]),
    *([*KEPT, {"name": None}], [*KEPT, {"id": ""}], [*KEPT, None], [*KEPT, *KEPT], None, True, 0, {"name": "x"}, GONE),
)


@pytest.mark.parametrize("name", [name for name in BASES if name.endswith("kept")])
def test_no_wrong_argument_deletes_what_is_kept(cloud: in_memory.Cloud, name: str) -> None:
    base = BASES[name]
    for wrong in (*WRONG_LISTS, *OTHERS):
        for scope in ({}, {"max_deletions": 0}, {"max_deletions": None}, {"max_deletions": "no"}):
            arguments = {**base.whole, "purge": {**base.arguments["purge"], **scope}}
            with told_of(wrong, scope):
                assert call(cloud, base.module, changed(arguments, {("tasks",): wrong})).get("failed") is True
                # Whether an empty list may be meant is known once it is known what there is.
                assert not cloud.asked or wrong == []
                assert {asked.operation for asked in cloud.asked} <= READING


@settings(max_examples=COMBINED, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(list(BASES)),
    wrong=st.lists(st.tuples(st.integers(0, 200), st.sampled_from([*WRONG, GONE]) | JSON), min_size=2, max_size=5),
    check_mode=st.booleans(),
)
def test_wrong_arguments_together(
    cloud: in_memory.Cloud, name: str, wrong: list[tuple[int, Any]], check_mode: bool
) -> None:
    whole = BASES[name].whole
    paths = list(parts(whole))
    instead = {paths[number % len(paths)]: value for number, value in wrong}
    call(cloud, BASES[name].module, changed(whole, instead), check_mode)


OPTIONS = sorted({option for spec, _function in MODULES.values() for option in spec["argument_spec"]})


@settings(max_examples=ARBITRARY, suppress_health_check=[HealthCheck.too_slow])
@given(
    service=st.sampled_from(["workspace_app", "workspace", "coc", "codearts_check"]) | st.sampled_from(WRONG),
    arguments=st.dictionaries(st.sampled_from(OPTIONS) | st.text(), st.sampled_from(WRONG) | JSON, max_size=5),
    module=st.sampled_from(list(MODULES)),
)
def test_arbitrary_arguments(cloud: in_memory.Cloud, service: Any, arguments: dict[Any, Any], module: str) -> None:
    call(cloud, module, {**KEYS, "id": "task-1", "service": service, **arguments})


# The limits of the vendor's pages: of a number, of the characters of a text, of the entries of a list.
LIMITS: dict[tuple[str, str], tuple[int | None, int | None]] = {
    ("workspace_app create", "name"): (1, 64),
    ("workspace_app create", "description"): (None, 255),
    ("workspace_app create", "targets"): (1, 1000),
    ("workspace_app create", "targets.0.id"): (1, 128),
    ("workspace_app create", "schedule.months.0"): (1, 12),
    ("workspace_app create", "schedule.month_days.0"): (1, 31),
    ("workspace_app create", "project_id"): (None, 128),
    ("workspace_app update", "name"): (1, 64),
    ("workspace_app update", "description"): (None, 255),
    ("workspace_app update", "targets"): (1, 1000),
    ("workspace_app update", "schedule.day_interval"): (1, 31),
    ("workspace_app parts", "schedule.day_interval"): (1, 31),
    ("workspace_app parts", "id"): (1, 128),
    ("workspace_app delete", "task_id"): (1, 128),
    ("workspace create", "name"): (1, 255),
    ("workspace create", "description"): (None, 255),
    ("workspace create", "targets"): (None, 1000),
    ("workspace create", "targets.0.id"): (1, 255),
    ("workspace create", "workspace.priority"): (1, 50),
    ("workspace create", "workspace.gray_count"): (0, 1000),
    ("workspace create", "workspace.gray_fail_threshold"): (1, 1000),
    ("workspace create", "workspace.gray_desktop_ids"): (1, 1000),
    ("workspace create", "workspace.gray_desktop_ids.0"): (1, 255),
    ("workspace update", "description"): (None, 255),
    ("workspace update", "workspace.priority"): (1, 50),
    ("workspace triggered", "schedule.wait_time"): (None, 43200),
    ("workspace triggered", "schedule.life_cycle_exec_period"): (None, 10080),
    ("coc create", "name"): (3, 100),
    ("coc create", "schedule.cron"): (1, 256),
    ("coc create", "coc.associated_task_id"): (None, 256),
    ("coc create", "coc.associated_task_name"): (None, 256),
    ("coc create", "coc.associated_task_name_en"): (None, 256),
    ("coc create", "coc.associated_task_enterprise_project_id"): (None, 256),
    ("coc create", "coc.version_no"): (1, 50),
    ("coc create", "coc.reviewer_user_name"): (None, 3200),
    ("coc create", "coc.agency_name"): (1, 128),
    ("coc create", "coc.enterprise_project_id"): (1, 128),
    ("coc create", "coc.ticket_infos"): (0, 1000),
    ("coc create", "coc.ticket_infos.0.ticket_id"): (None, 255),
    ("coc create", "coc.ticket_infos.0.ticket_type"): (None, 50),
    ("coc create", "coc.ticket_infos.0.target_id"): (None, 255),
    ("coc create", "coc.ticket_infos.0.scope_id"): (None, 50),
    ("coc create", "coc.message_notification.recipients"): (None, 3200),
    ("coc create", "coc.message_notification.policy"): (None, 128),
    ("coc create", "coc.message_notification.schedule_role_id"): (None, 128),
    ("coc create", "coc.message_notification.schedule_scene_id"): (None, 128),
    ("coc create", "coc.reviewer_notification.recipients"): (None, 3200),
    ("coc create", "coc.target_instances"): (1, 1000),
    ("coc create", "coc.target_instances.0.order_no"): (0, 10000),
    ("coc create", "coc.target_instances.0.sub_target_instances.0.order_no"): (0, 10000),
    ("coc create", "coc.target_instances.1.target_resource.id"): (None, 1024),
    ("coc create", "coc.target_instances.1.target_resource.app_name"): (None, 1024),
    ("coc create", "coc.target_instances.1.target_resource.region_id"): (None, 32),
    ("coc create", "coc.target_instances.1.target_resource.params"): (None, 1000),
    ("coc create", "coc.target_instances.1.target_resource.params.0.key"): (1, 255),
    ("coc create", "coc.target_instances.1.target_resource.params.0.value"): (0, 255),
    ("coc update", "coc.version_no"): (1, 50),
    ("workspace_app info", "filters.task_name"): (None, 64),
    ("coc info", "filters.enterprise_project_id"): (1, 128),
    ("coc info", "filters.task_id"): (None, 128),
    ("coc info", "filters.created_by"): (None, 32),
    ("coc info", "filters.reviewer"): (None, 128),
    ("coc info", "filters.reviewer_user_name"): (None, 32),
    ("coc info", "filters.region_id"): (None, 128),
    ("coc info", "filters.resource_id"): (None, 128),
    ("coc info", "filters.last_execution_start_time"): (0, 9_000_000_000_000_000),
    ("workspace_app info of one", "id"): (1, 128),
    ("codearts_check info", "id"): (1, 128),
    ("codearts_check info", "operator"): (1, 128),
    ("workspace_app kept", "tasks.0.name"): (1, 64),
    ("workspace kept", "tasks.0.id"): (1, 128),
    ("coc kept", "tasks.0.name"): (3, 100),
    ("coc kept", "purge.filters.coc.enterprise_project_id"): (1, 128),
    ("coc emptied", "purge.max_deletions"): (0, None),
    ("several", "defaults.workspace_app.schedule.day_interval"): (1, 31),
    ("several", "defaults.workspace_app.targets"): (1, 1000),
}


@pytest.mark.parametrize(("name", "option"), LIMITS)
def test_a_limit_is_kept(cloud: in_memory.Cloud, name: str, option: str) -> None:
    base = BASES[name]
    path = tuple(int(key) if key.isdecimal() else key for key in option.split("."))
    least, most = LIMITS[name, option]
    for limit, beyond in ((least, -1), (most, 1)):
        if limit is None:
            continue
        for size in (limit, limit + beyond):
            value = of_size(base.whole, path, size)
            if value is None:
                continue
            with told_of(option, size):
                result = call(cloud, base.module, changed(base.whole, {path: value}))
                is_outside = size != limit
                # What exists in so many characters is another question.
                is_known = result.get("failed") is not True or cloud.asked
                assert bool(is_known) is not is_outside, result.get("msg")


def of_size(arguments: dict[str, Any], path: Path, size: int) -> Any:
    """Return a value of the kind that stands in a place, of that size; None where there is no such one."""
    found: Any = arguments
    for key in path:
        found = found[key]
    if isinstance(found, int):
        return size
    if size < 0:
        return None
    if isinstance(found, str):
        return "x" * size
    return [another(found[0], number) for number in range(size)]


def another(entry: Any, number: int) -> Any:
    if isinstance(entry, str):
        return f"{entry}-{number}"
    return {**entry, "id": f"id-{number}"} if "type" in entry else entry


# A value that no page knows, and that can be told from the option alone.
FORMS: dict[tuple[str, str], tuple[Any, ...]] = {
    ("workspace update", "schedule.date"): (
        *("2026-02-29", "2026-13-01", "0000-00-00", "10000-01-01", "2099-1-1", "20990101", "٢٠٩٩-٠١-٠١", "2099-W01-1"),
        *("2099-01-01\n", "9999-12-32", 20990101, 4070908800, True, ["2099-01-01"]),
    ),
    ("workspace update", "schedule.time"): (
        *(
            "24:00:00",
            "23:60",
            "23:59:60",
            "3:30",
            "0٣:3٠",
            "٠٣:٣٠",
            "03:30\n",
            "03:30:00.5",
            "03:30Z",
            12600,
            3.5,
            False,
        ),
    ),
    ("workspace_app update", "schedule.expire_time"): (
        *(
            "2031-02-29T00:00:00",
            "2031-01-01",
            "2031-01-01T24:00:00",
            "2031-01-01T00:00:00+25:00",
            "٢٠31-01-01T00:00:00",
        ),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2031-01-01T00:00:00Z\n", " ", 1925000000, True),
    ),
    ("workspace_app create", "schedule.time_zone"): (
        " ",
        "Mars/Phobos",
        "/",
        "../../etc/passwd",
        "x" * 65,
        "/UTC",
        "a/\0",
    ),
    ("workspace_app create", "schedule.month_days.0"): (0, 32, -1, "l", "L ", "١", "1.0", "1-5", "*", True, None, ""),
    ("workspace_app create", "schedule.months.0"): (0, 13, -1, True, "L", "1.5", 1.5, None, ""),
    ("workspace_app parts", "schedule.day_interval"): (0, 32, -1, True, False, 1.5, "1.5", "L", 10**400),
    ("coc update", "schedule.weekdays.0"): ("Monday", "mon", 1, "1", "", None, True, "monday "),
    ("workspace_app parts", "id"): ("a/b", "..", ".", "a b", "%2e%2e", "a?b", "a#b", "a\n", "", " ", "任", "x" * 129),
    ("workspace delete", "id"): ("a/b", "..", "../task-1", "task-1/records", "task-1?a=b", "task-1;x", "task-1\0"),
    ("codearts_check info", "id"): ("a/b", "..", "", " "),
    ("codearts_check info", "operator"): ("a b", "a\r\nX: y", "", "\0", "任", "x" * 129),
    ("connection", "project_id"): ("a/b", "..", "a.b", "a?b", " ", "任", "a\n", "x" * 129),
    ("connection", "domain_id"): ("a/b", "a\r\nX: y", "a b", "任"),
    ("connection", "region"): ("a.b", "evil.example.com/", "a/b", "A", "a_b", "-a", "a\n", "@evil", "a:1", "任"),
    ("connection", "access_key"): ("a b", "a\r\nX: y", "任", "\0", "\ud800"),
    ("connection", "secret_key"): ("a b", "a\n", "任"),
    ("connection", "endpoint"): (
        "http://",
        "https://a b",
        "ftp://a",
        "a@b",
        "https://u:p@a",
        "a?b",
        "a#b",
        "a:x",
        "a:99999",
    ),
    ("connection", "auth_url"): ("http://", "a@b", "a?b", "a\nb"),
    ("connection", "parallel"): (0, -1, 65, True, 1.5, "x", 10**30),
    ("connection", "timeout"): (0, -1, 10**10, True, 1.5, "x", 10**400),
    ("connection", "retries"): (-1, True, 1.5, "x", 10**30),
    ("connection", "site"): ("us", "", 1),
    ("connection", "ca_path"): ("/does/not/exist", "\0"),
    ("workspace_app info", "history"): (-1, 10**6, 2**63, True, 1.5),
    ("workspace_app info", "filters.task_type"): ("REBOOT", "", 1, True, ["RESTART_SERVER"], {}),
    ("workspace_app kept", "tasks.0.name"): ("", " ", "\ud800", "x" * 65, None, 1, True, [], {}),
    ("workspace kept", "tasks.0.id"): (
        "a/b",
        "..",
        "../task-1",
        "task-1;x",
        "a b",
        "%2e%2e",
        "a?b",
        "a\n",
        "",
        " ",
        None,
    ),
    ("coc kept", "purge.filters.coc.enterprise_project_id"): ("", " ", 1, True, ["0"], {}, None),
    ("coc kept", "purge.services"): ([], None, ["codearts_check"], ["coc", None], "x", {}, True, 1),
    ("coc emptied", "purge.max_deletions"): (-1, True, 1.5, "x", None, 10**400, math.inf),
    ("workspace_app kept", "purge.name_prefix"): (None, 1, True, 1.5, "\ud800", [], {}),
    ("several", "defaults"): ({"app": {}}, {"workspace_app": None}, {"workspace_app": []}, {1: {}}, [], True),
    ("several", "tasks.1.previous_name"): ("", " ", "newer", None, 1, "x" * 256),
    ("coc info", "filters.last_execution_start_time"): (-1, 1.5, True, "١", "", "1e3", "9" * 17, " 1"),
}


@pytest.mark.parametrize(("name", "option"), FORMS)
def test_a_form_is_kept(cloud: in_memory.Cloud, name: str, option: str) -> None:
    base = BASES[name]
    path = tuple(int(key) if key.isdecimal() else key for key in option.split("."))
    for wrong in FORMS[name, option]:
        with told_of(option, wrong):
            result = call(cloud, base.module, changed(base.whole, {path: wrong}))
            assert result.get("failed") is True
            assert not cloud.asked


@pytest.mark.parametrize(
    ("name", "schedule"),
    [
        ("workspace update", {"expire_time": "0001-01-01T00:00:00", "time_zone": "Asia/Shanghai"}),
        ("workspace update", {"expire_time": "9999-12-31T23:59:59", "time_zone": "America/New_York"}),
        ("workspace update", {"expire_time": "9999-12-31T23:59:59Z", "time_zone": "Asia/Shanghai"}),
        ("coc once", {**ONCE, "date": "0001-01-01"}),
        ("coc once", {**ONCE, "date": "1969-12-31"}),
        ("coc once", {**ONCE, "date": "9999-12-31", "time": "23:59", "time_zone": "America/New_York"}),
    ],
)
def test_a_moment_that_cannot_be_counted(cloud: in_memory.Cloud, name: str, schedule: dict[str, Any]) -> None:
    result = call(cloud, TASK, changed(BASES[name].whole, {("schedule",): schedule}))
    assert result["failed"] is True
    assert {asked.operation for asked in cloud.asked} <= READING


@pytest.mark.parametrize(("length", "is_taken"), [(2000, True), (2001, False)])
def test_the_limit_of_extra_params_is_that_of_its_json(cloud: in_memory.Cloud, length: int, is_taken: bool) -> None:
    params = {"a": "任" * (length - len('{"a": ""}'))}
    result = call(cloud, TASK, changed(BASES["workspace create"].whole, {("workspace", "extra_params"): params}))
    assert result.get("failed", False) is not is_taken


@pytest.mark.parametrize("number", [math.nan, math.inf])
@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("workspace create", "workspace.extra_params.n"),
        ("coc create", "coc.input_param.count"),
        ("coc create", "coc.input_param.deep.a"),
        ("coc create", "coc.target_instances.0.target_instances.0.id"),
        ("coc update", "coc.target_instances.0.sub_target_instances.0.target_instances.0"),
    ],
)
def test_a_number_that_json_does_not_have(cloud: in_memory.Cloud, name: str, option: str, number: float) -> None:
    path = tuple(int(key) if key.isdecimal() else key for key in option.split("."))
    result = call(cloud, TASK, changed(BASES[name].whole, {path: number}))
    assert result["failed"] is True
    assert result["option"].startswith(path[0])
    assert not cloud.asked
