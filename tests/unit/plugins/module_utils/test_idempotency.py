# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any options, in any order, in either reading of the pages: foreseen, done, and then nothing left to do."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._times import WEEKDAYS

pytestmark = pytest.mark.thorough

times = st.times().map(lambda time: f"{time:%H:%M:%S}") | st.times().map(lambda time: f"{time:%H:%M}")
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC", "Coordinated Universal Time"])
instants = st.datetimes(datetime(2027, 1, 1), datetime(2100, 1, 1))
expiries = st.one_of(
    st.just(""),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S}"),
    instants.map(lambda instant: f"{instant:%Y-%m-%d %H:%M}"),
    instants.map(lambda instant: f"{instant:%Y-%m-%dT%H:%M:%S.858}Z"),
    st.tuples(instants, st.sampled_from(["+08:00", "-0330", "+00"])).map(
        lambda pair: f"{pair[0]:%Y-%m-%dT%H:%M:%S}{pair[1]}"
    ),
)
parts = {
    "date": st.dates(datetime(2027, 1, 1).date(), datetime(2100, 1, 1).date()).map(str),
    "time": times,
    "day_interval": st.integers(1, 31),
    "weekdays": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=9),
    "months": st.lists(st.integers(1, 12), min_size=1, max_size=14),
    "month_days": st.lists(st.sampled_from([*map(str, range(1, 32)), "L"]), min_size=1, max_size=9),
}
common = {"time_zone": zones, "expire_time": expiries}


def complete(schedule_type, *names):
    needed = {"type": st.just(schedule_type), **{name: parts[name] for name in names}}
    return st.fixed_dictionaries(needed, optional=common)


schedules = st.one_of(
    complete("once", "date", "time"),
    complete("daily", "day_interval", "time"),
    complete("weekly", "weekdays", "time"),
    complete("monthly", "months", "month_days", "time"),
)
fragments = st.fixed_dictionaries({}, optional={"time": times, **common})
targets = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["SERVER", "SERVER_GROUP"]), "id": st.sampled_from(["a", "b", "c", "d"])}
    ),
    min_size=1,
    max_size=6,
)
simple = {
    "task_type": st.sampled_from(["RESTART_SERVER", "START_SERVER", "STOP_SERVER", "REINSTALL_OS"]),
    "description": st.text(max_size=20) | st.just(""),
    "enabled": st.booleans(),
    "force": st.booleans(),
    "targets": targets,
}
whole = st.fixed_dictionaries(
    {**simple, "schedule": schedules.map(lambda schedule: {"time_zone": "Asia/Tokyo", **schedule})}
)
edits = st.lists(
    st.fixed_dictionaries({}, optional={**simple, "schedule": schedules | fragments})
    | st.fixed_dictionaries({"schedule": fragments}),
    max_size=5,
)
dialects = st.fixed_dictionaries(
    {
        "form": st.sampled_from(["table", "sample"]),
        "empty": st.sampled_from(["empty", "null", "missing"]),
        "expire_offset": st.sampled_from(["", "+08:00"]),
    }
)


@pytest.mark.parametrize("found_by", ["name", "id"])
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=whole, then=edits, dialect=dialects)
def test_every_change_is_foreseen_made_and_not_made_again(run, info, emulator, found_by, first, then, dialect):
    emulator.reset()
    for switch, value in dialect.items():
        setattr(emulator.dialect, switch, value)
    which = {"name": "any"}
    for options in [first, *then]:
        before = emulator.workspace_app.tasks
        foreseen = run(**which, **deepcopy(options), check_mode=True)
        assert foreseen.error is None
        assert emulator.workspace_app.tasks == before

        done = run(**which, **deepcopy(options))
        assert done.error is None
        for key in ("changed", "operations", "diff"):
            assert done.result[key] == foreseen.result[key]
        after = emulator.workspace_app.tasks
        without_time = [[{**task, "update_time": ""} for task in state.values()] for state in (before, after)]
        assert done.changed == (without_time[0] != without_time[1])
        assert done.changed == (done.result["diff"]["before"] != done.result["diff"]["after"])

        again = run(**which, **deepcopy(options))
        assert again.error is None
        assert not again.changed
        assert emulator.workspace_app.tasks == after
        assert done.result["diff"]["after"].items() <= again.result["diff"]["after"].items()
        if found_by == "id":
            which = {"id": done.task["id"]}

    (task,) = info(details=True).tasks
    known = {key: task[key] for key in ("id", "name", "schedule", *simple)}
    assert not run(**known).changed
