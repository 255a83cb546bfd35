# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspace's whole vocabulary: the same meaning after any way through options, wire and service, in either reading."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _workspace_body as body
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _workspace_expiry as expiry
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.workspace import Workspace
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._times import WEEKDAYS
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

pytestmark = pytest.mark.thorough

SCRIPT = "EXECUTE_SCRIPT"
# Every action has a limit or another event that does not know it, but for these two.
ALWAYS_TRIGGERED = ("REBOOT", SCRIPT)
WITHOUT_PERIOD = ("POST_CREATE_DESKTOP_SUCCESS", "POST_REBUILD_DESKTOP_SUCCESS", "POST_REATTACH_DESKTOP_SUCCESS")
WITH_PERIOD = ("POST_DESKTOP_DISCONNECTED", "POST_DESKTOP_CANNOT_CONNECT")

times = st.times().map(lambda time: f"{time:%H:%M:%S}") | st.times().map(lambda time: f"{time:%H:%M}")
zones = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC", "GMT+8", "UTC-03:30", "Coordinated Universal Time"]
)
# Among them are the hours in which clocks go forward and back.
instants = st.datetimes(datetime(2027, 1, 1), datetime(2100, 1, 1)) | st.datetimes(
    datetime(2030, 10, 27), datetime(2030, 10, 27, 3)
)
expiries = st.one_of(
    st.just(""),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S}"),
    instants.map(lambda instant: f"{instant:%Y-%m-%d %H:%M}"),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S.858}Z"),
    st.tuples(instants, st.sampled_from(["+08:00", "-0330", "+00"])).map(
        lambda pair: f"{pair[0]:%Y-%m-%dT%H:%M:%S}{pair[1]}"
    ),
)
common = {"time_zone": zones, "expire_time": expiries}
days = st.dates(date(2027, 1, 1), date(2100, 1, 1)).map(str)
parts = {
    "date": days,
    "time": times,
    "day_interval": st.integers(1, 31),
    "weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=9),
    "months": st.lists(st.integers(1, 12), min_size=1, max_size=14),
    "month_days": st.lists(st.sampled_from([*map(str, range(1, 32)), "01", "L"]), min_size=1, max_size=9),
    "wait_time": st.integers(5, 43200),
    "life_cycle_exec_period": st.integers(1, 10080),
}


def complete(schedule_type, *names, optional=(), **others):
    needed = {"type": st.just(schedule_type), **{name: parts[name] for name in names}, **others}
    return st.fixed_dictionaries(needed, optional={**common, **{name: parts[name] for name in optional}})


calendars = st.one_of(
    complete("once", "date", "time"),
    complete("daily", "day_interval", "time"),
    complete("weekly", "weekdays", "time"),
    complete("monthly", "months", "month_days", "time"),
)
events = st.one_of(
    complete("life_cycle", optional=["wait_time"], life_cycle_type=st.sampled_from(WITHOUT_PERIOD)),
    complete(
        "life_cycle",
        optional=["wait_time", "life_cycle_exec_period"],
        life_cycle_type=st.sampled_from(WITH_PERIOD),
    ),
)
target_ids = st.sampled_from(["a", "b", "c", "d"])
targets = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["DESKTOP", "DESKTOP_POOL", "DESKTOP_TAG"]), "id": target_ids})
    | st.just({"type": "ALL_DESKTOPS"}),
    max_size=6,
)
data = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1, 1, allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
own = {
    "extra_params": st.dictionaries(st.sampled_from(["script_id", "message", ""]), data, max_size=3),
    "priority": st.integers(1, 50),
}
canary = {
    "gray_count": st.integers(0, 1000),
    "gray_desktop_ids": st.lists(target_ids, min_size=1, max_size=5),
    "gray_fail_threshold": st.integers(1, 1000),
}
simple = {
    "description": st.text(max_size=20) | st.just(""),
    "enabled": st.booleans(),
    "force": st.booleans(),
    "targets": targets,
}
with_zone = {"time_zone": "Asia/Tokyo"}
plain = {**simple, "workspace": st.fixed_dictionaries({}, optional=own)}
scripted = {**simple, "workspace": st.fixed_dictionaries({}, optional={**own, **canary})}


def whole(task_types, schedules, rest):
    fields = {"task_type": st.sampled_from(task_types), "schedule": schedules.map(lambda parts: {**with_zone, **parts})}
    return st.fixed_dictionaries(fields, optional=rest)


wholes = st.one_of(
    whole(body.TASK_TYPES, calendars, plain),
    whole(ALWAYS_TRIGGERED, events, plain),
    whole(("STOP", "HIBERNATE"), events.filter(lambda parts: parts["life_cycle_type"] != WITH_PERIOD[1]), plain),
    whole((SCRIPT,), calendars | events, scripted),
)


@st.composite
def stories(draw):
    """Options of a task, and then what is asked of it, one after the other."""
    first = draw(wholes)
    is_script = first["task_type"] == SCRIPT
    schedules = calendars | events if first["task_type"] in ALWAYS_TRIGGERED else calendars
    fragments = st.fixed_dictionaries({}, optional=common)
    optional = {**(scripted if is_script else plain), "schedule": schedules | fragments}
    return first, draw(st.lists(st.fixed_dictionaries({}, optional=optional), max_size=4))


dialects = st.fixed_dictionaries(
    {
        "workspace_put": st.sampled_from(["merge", "replace"]),
        "empty": st.sampled_from(["empty", "null", "missing"]),
        "workspace_list_extra": st.booleans(),
        "unknown_task_status": st.sampled_from([400, 404]),
    }
)


def holds(known, found):
    """Whether all that is known is found, where more may be found than is known."""
    if isinstance(known, dict) and isinstance(found, dict):
        return all(name in found and holds(value, found[name]) for name, value in known.items())
    return known == found


def as_options(task):
    return {name: task[name] for name in ("id", "name", "task_type", "schedule", "workspace", *simple) if name in task}


def same(task):
    """A stored task, but for how its extra_params and targets are written."""
    found = {**task, "extra_params": task["extra_params"] or "{}"}
    return {**found, "apply_objects": sorted(map(str, task["apply_objects"]))}


@pytest.mark.parametrize("found_by", ["name", "id"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(), dialect=dialects)
def test_every_change_is_foreseen_made_and_not_made_again(run, info, emulator, found_by, story, dialect):
    emulator.reset()
    for switch, value in dialect.items():
        setattr(emulator.dialect, switch, value)
    which = {"service": "workspace", "name": "any"}
    first, then = story
    for options in [first, *then]:
        before = emulator.workspace.tasks
        foreseen = run(**which, **deepcopy(options), check_mode=True)
        # What clocks show twice or never is no expiry that the service could keep.
        assume("when they change" not in (foreseen.error or ""))
        assert foreseen.error is None
        assert emulator.workspace.tasks == before

        done = run(**which, **deepcopy(options))
        assert done.error is None
        for key in ("changed", "operations", "diff"):
            assert done.result[key] == foreseen.result[key]
        after = emulator.workspace.tasks
        differs = [same(task) for task in before.values()] != [same(task) for task in after.values()]
        assert done.changed or not differs
        assert done.changed == (done.result["diff"]["before"] != done.result["diff"]["after"])

        again = run(**which, **deepcopy(options))
        assert again.error is None
        assert not again.changed
        assert emulator.workspace.tasks == after
        assert holds(done.result["diff"]["after"], again.result["diff"]["after"])
        if found_by == "id":
            which = {"service": "workspace", "id": done.task["id"]}

    (listed,) = info(service="workspace").tasks
    (task,) = info(service="workspace", details=True).tasks
    for options in (as_options(listed), as_options(task)):
        fed_back = run(service="workspace", **deepcopy(options))
        assert fed_back.error is None
        assert not fed_back.changed
    assert as_options(fed_back.task) == as_options(task)


def read(options):
    return ScheduledTask(service="workspace").merged_with(
        checked(Workspace.read_options, {"service": "workspace", **options})
    )


def kept(task):
    """The task as the service can keep it, which tells the hour twice when clocks go back."""
    return replace(
        task, schedule=expiry.read_expiry(task.schedule, expiry.write_expiry(task.schedule).get("expire_time"))
    )


def through_the_wire(task):
    written = body.write_whole(task, ScheduledTask())
    answered = {**written, "id": task.id, "task_type": task.task_type}
    answered.pop("apply_object_update_type", None)  # says how it is written, and is no part of a task
    return written, body.read_detail(answered)


@given(wholes)
def test_options_come_back_as_options_of_the_same_meaning(options):
    task = read(options)
    assert read(task.to_options()) == task
    assert not task.changes(read(task.to_options()))


@given(wholes)
def test_the_wire_brings_back_the_same_meaning(options):
    options = {"description": "", "force": False, "targets": [], **options}
    options["workspace"] = {"extra_params": {}, **options.get("workspace", {})}
    task = kept(read(options))
    written, found = through_the_wire(task)
    assert not found.changes(task)
    assert found.extra == found.facts == {}
    assert through_the_wire(found)[0] == written


noise = st.sampled_from([None, "", 0, False, [], {}, "odd", 7, ["odd"], {"odd": 1}, -1, "LIFE_CYCLE", "1,2"])
answers = st.fixed_dictionaries(
    {"id": st.just("odd")}, optional=dict.fromkeys(sorted(body.KNOWN_FIELDS - {"id"}), noise)
)


@given(answers)
def test_whatever_is_answered_is_read_and_written_back_as_it_was_understood(answer):
    task = body.read_detail(answer)
    task.to_result()
    written, found = through_the_wire(task)
    assert not found.changes(task)
    assert through_the_wire(found)[0] == written


@given(wholes, wholes)
def test_a_complete_schedule_does_not_depend_on_the_one_found(found, options):
    given = checked(Workspace.read_options, {"service": "workspace", **options})
    if given.schedule.expire_time is None:
        given = replace(given, schedule=replace(given.schedule, expire_time=""))
    if (given.schedule.type, given.schedule.life_cycle_type) != (
        found["schedule"]["type"],
        found["schedule"].get("life_cycle_type"),
    ):
        assert read(found).merged_with(given).schedule == ScheduledTask().merged_with(given).schedule
