# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any options of Cloud Operations Center: to the wire and back, and done once and not again."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime, timezone
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _coc_body as coc_body
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _coc_task, coc
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._times import WEEKDAYS
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

pytestmark = pytest.mark.thorough


def is_on_the_clock(schedule):
    zone = ZoneInfo(schedule["time_zone"])
    local = datetime.fromisoformat(f"{schedule['date']}T{schedule['time']}")
    return local.replace(tzinfo=zone).astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) == local


words = st.text(min_size=1, max_size=12).filter(str.strip)
clear = st.text("abc,-_ 0\u4e2d", min_size=1, max_size=12).filter(str.strip)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC", "Pacific/Apia"])
times = st.times().map(lambda time: f"{time:%H:%M:%S}") | st.times().map(lambda time: f"{time:%H:%M}")
instants = st.datetimes(datetime(2030, 1, 1), datetime(2200, 1, 1))
expiries = st.one_of(
    st.just(""),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S}"),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S.858}Z"),
    instants.map(lambda instant: f"{instant:%Y-%m-%d %H:%M}-0330"),
)
common = {"expire_time": expiries}
schedules = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("once"),
            "date": st.dates(datetime(2030, 1, 1).date(), datetime(2100, 1, 1).date()).map(str),
            "time": times,
            "time_zone": zones,
        },
        optional=common,
    ).filter(is_on_the_clock),
    st.fixed_dictionaries(
        {
            "type": st.just("weekly"),
            "weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=9),
            "time": times,
            "time_zone": zones | st.just("Coordinated Universal Time"),
        },
        optional=common,
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("cron"),
            "cron": st.sampled_from(["0 0 2 ? * MON", "0 0/5 * * * ?", "0 15 10 L * ?"]),
            "time_zone": zones,
        },
        optional=common,
    ),
)

values = st.one_of(
    words,
    st.booleans(),
    st.integers(-5, 10**12),
    st.sampled_from([0.5, 1e30, "", "5", "true", "null", "[1]"]),
    st.lists(st.none() | st.integers(0, 3), max_size=2),
    st.dictionaries(words, st.none() | st.booleans(), max_size=2),
)
resources = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["REGION", "APPLICATION"]),
        "id": clear,
        "app_name": clear,
        "region_id": clear,
        "params": st.lists(st.fixed_dictionaries({"key": clear, "value": clear | st.just("")}), min_size=1, max_size=3),
    },
).filter(bool)
instances = st.lists(
    st.dictionaries(st.sampled_from(["resource_id", "region", "ip"]), values | st.none(), min_size=1, max_size=3),
    min_size=1,
    max_size=2,
)
orders = st.integers(0, 3) | st.just(10000)
strategies = {"batch_strategy": st.sampled_from(["AUTO_BATCH", "MANUAL_BATCH", "NONE"])}
single_targets = st.one_of(
    st.fixed_dictionaries({"target_selection": st.just("NONE"), "order_no": orders}, optional=strategies),
    st.fixed_dictionaries(
        {"target_selection": st.just("ALL"), "order_no": orders, "target_resource": resources}, optional=strategies
    ),
    st.fixed_dictionaries(
        {
            "target_selection": st.just("MANUAL"),
            "order_no": orders,
            "target_instances": instances | instances.map(lambda data: json.dumps(data, indent=1)),
        },
        optional=strategies,
    ),
)
targets = st.lists(
    single_targets
    | st.builds(
        lambda target, inner: {**target, "sub_target_instances": inner},
        single_targets,
        st.lists(single_targets, min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=3,
)
events = st.lists(
    st.sampled_from(["START_EXECUTION", "EXECUTION_FAILED", "EXECUTION_SUCCEEDED"]), min_size=1, max_size=4
).map(", ".join)
protocols = {"protocol": st.sampled_from(["DEFAULT", "NONE", "SMS", "EMAIL", "WECHAT"])}
notifications = st.one_of(
    st.fixed_dictionaries(
        {"notification_endpoint_type": st.just("USER"), "recipients": clear, "policy": events}, optional=protocols
    ),
    st.fixed_dictionaries(
        {
            "notification_endpoint_type": st.just("ON_CALL"),
            "schedule_role_id": clear,
            "schedule_scene_id": clear,
            "policy": events,
        },
        optional=protocols,
    ),
)
needed = {
    "associated_task_id": clear,
    "associated_task_name": words,
    "associated_task_type": st.sampled_from(["COMMUNAL", "CUSTOMIZATION"]),
    "version_no": clear,
    "risk_level": st.sampled_from(["HIGH", "MEDIUM", "LOW"]),
    "target_instances": targets,
}
further = {
    "associated_task_name_en": words,
    "associated_task_enterprise_project_id": clear,
    "input_param": st.dictionaries(words, values | st.none(), max_size=3),
    "agency_name": clear,
    "runbook_instance_mode": st.sampled_from(["SAME", "DIFF"]),
    "ticket_infos": st.lists(st.fixed_dictionaries({}, optional={"ticket_id": clear, "scope_id": clear}), max_size=2),
}
reviews = st.just({}) | st.one_of(
    st.just({"enable_approve": False}),
    st.fixed_dictionaries(
        {"enable_approve": st.just(True), "reviewer_user_name": clear, "reviewer_notification": notifications}
    ),
)
messages = st.just({}) | st.one_of(
    st.just({"enable_message_notification": False}),
    st.fixed_dictionaries({"enable_message_notification": st.just(True), "message_notification": notifications}),
)


def merged(parts, *groups):
    return {**parts, **{name: value for group in groups for name, value in group.items()}}


whole_own = st.builds(merged, st.fixed_dictionaries(needed, optional=further), reviews, messages)
edited_own = st.builds(merged, st.fixed_dictionaries({}, optional={**needed, **further}), reviews, messages)
kinds = st.sampled_from(["SCRIPT", "RUNBOOK"])
whole = st.fixed_dictionaries(
    {
        "task_type": kinds,
        "schedule": schedules,
        "coc": whole_own.map(lambda own: {"runbook_instance_mode": "SAME", **own}),
    },
    optional={"enabled": st.booleans()},
)
edits = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "task_type": kinds,
            "schedule": schedules | st.fixed_dictionaries({}, optional=common),
            "coc": edited_own,
            "enabled": st.booleans(),
        },
    ),
    max_size=3,
)
dialects = st.fixed_dictionaries(
    {"empty": st.sampled_from(["empty", "null", "missing"]), "coc_put_enables": st.booleans()}
)


def as_task(options):
    given = checked(coc.CloudOperationsCenter.read_options, {"service": "coc", "name": "any-task", **deepcopy(options)})
    return ScheduledTask(service="coc").merged_with(given)


def as_answered(body):
    """A detail of the task that a body creates: texts of JSON, gained fields, and without what is never told."""

    def gained(target):
        inner = target.get("sub_target_instances")
        extra = {"sub_target_instances": [gained(entry) for entry in inner]} if inner else {"target_resource": None}
        told = {name: value for name, value in target.items() if name != "batch_strategy"}
        return {"id": "gained", "schedule_id": "gained", "create_time": 1, **extra, **told, **(extra if inner else {})}

    answered = {name: value for name, value in body.items() if name not in coc_body.WRITE_ONLY}
    answered["input_param"] = json.dumps(body.get("input_param", {}), indent=1)
    answered["target_instances"] = json.dumps([gained(target) for target in reversed(body["target_instances"])])
    return answered


@settings(max_examples=120)
@given(options=whole)
def test_options_become_a_task_and_that_the_same_options(options):
    task = as_task(options)
    again = as_task(task.to_options())
    assert not task.changes(again)
    assert again.to_options() == task.to_options()


@settings(max_examples=120)
@given(options=whole)
def test_what_is_written_is_read_as_the_same_task_and_written_alike(options):
    task = as_task(options)
    body = _coc_task.write_task(task, ScheduledTask())
    assert json.loads(json.dumps(body)) == body
    item = {"id": "ST1", "enabled": task.enabled, **as_answered(body)}
    read = _coc_task.read_task(item)
    told = {name: value for name, value in task.own.items() if value != {}}
    assert {name: value for name, value in read.own.items() if value != {}} == told
    assert (read.name, read.task_type, read.schedule) == (task.name, task.task_type, task.schedule)
    assert read.extra == {}
    unread = {name: body[name] for name in task.write_only}
    assert {"input_param": {}, **_coc_task.write_task(read, ScheduledTask()), **unread} == {"input_param": {}, **body}


@pytest.mark.parametrize("found_by", ["name", "id"])
@settings(max_examples=35, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=whole, then=edits, dialect=dialects, decision=st.sampled_from([None, "PASSED", "REJECTED"]))
def test_every_change_is_foreseen_made_and_not_made_again(
    run, info, emulator, found_by, first, then, dialect, decision
):
    emulator.reset()
    for switch, value in dialect.items():
        setattr(emulator.dialect, switch, value)
    run = partial(run, service="coc", retries=0)
    which = {"name": "any-task"}
    for options in [first, *then]:
        before = emulator.coc.tasks
        foreseen = run(**which, **deepcopy(options), check_mode=True)
        assert foreseen.error is None
        assert emulator.coc.tasks == before

        done = run(**which, **deepcopy(options))
        if done.error and "REJECTED" in done.error:
            assert emulator.coc.tasks == before
            continue
        assert done.error is None
        for key in ("changed", "diff", *(["operations"] if dialect["coc_put_enables"] else [])):
            assert done.result[key] == foreseen.result[key]
        assert done.result.get("warnings") == foreseen.result.get("warnings")
        assert done.changed == (done.result["diff"]["before"] != done.result["diff"]["after"])
        after = emulator.coc.tasks
        assert done.changed == (after != before)

        again = run(**which, **deepcopy(options))
        assert again.error is None
        assert not again.changed
        assert emulator.coc.tasks == after
        (fresh,) = info(service="coc", id=done.task["id"]).tasks
        assert again.task == fresh
        for name in ("name", "task_type", "enabled", "schedule"):
            assert done.task[name] == fresh[name]
        assert done.task["coc"].items() <= fresh["coc"].items()
        assert bool(again.result.get("warnings")) == (options.get("enabled") is True and not fresh["enabled"])
        if found_by == "id":
            which = {"id": done.task["id"]}
        if decision and fresh["approve_status"] == "PENDING":
            emulator.coc.approve(done.task["id"], decision)

    (task,) = info(service="coc", details=True).tasks
    assert not run(**{name: task[name] for name in ("id", "name", "task_type", "schedule", "coc")}).changed
