# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspace App's pages can be read in two ways: whichever the service follows, the same task is understood."""

from __future__ import annotations

from copy import deepcopy
from itertools import product

import pytest

OPTIONS = ("name", "id", "task_type", "schedule", "targets", "enabled", "force", "description")
FORMS = list(product(("table", "sample"), ("empty", "null", "missing"), ("", "+08:00", "-03:30")))

ALL_TYPES = [
    {"type": "once", "date": "2030-02-28", "time": "00:00"},
    {"type": "daily", "day_interval": 31, "time": "23:59:59"},
    {"type": "weekly", "weekdays": ["wednesday", "tuesday"], "time": "12:00"},
    {"type": "monthly", "months": [2, 1], "month_days": ["L", 31, 4], "time": "12:00"},
]


@pytest.fixture(params=FORMS, ids="-".join)
def dialect(request, emulator):
    emulator.dialect.form, emulator.dialect.empty, emulator.dialect.expire_offset = request.param
    return emulator.dialect


@pytest.mark.parametrize("schedule", ALL_TYPES, ids=lambda schedule: schedule["type"])
class TestEitherReading:
    def test_is_understood(self, run, nightly, dialect, schedule):
        task = {**nightly, "schedule": {**schedule, "time_zone": "Asia/Tokyo", "expire_time": "2030-12-31T23:59:59Z"}}
        created = run(**task)
        assert created.operations == ["create"]
        assert not run(**task).changed
        assert not run(**{**task, "id": created.task["id"]}).changed

    def test_is_understood_where_much_is_empty(self, run, nightly, dialect, schedule):
        task = {
            "name": "bare",
            "task_type": "STOP_SERVER",
            "schedule": schedule,
            "targets": [{"type": "SERVER", "id": "s"}],
        }
        run(**task)
        again = run(**task, description="")
        assert not again.changed
        assert again.task["description"] == ""
        assert "expire_time" not in again.task["schedule"]

    def test_comes_back_as_options(self, run, info, nightly, dialect, schedule):
        run(**{**nightly, "schedule": {**schedule, "expire_time": "2030-12-31T23:59:59Z"}})
        (task,) = info(details=True).tasks
        outcome = run(**{key: task[key] for key in OPTIONS})
        assert outcome.error is None
        assert not outcome.changed


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("cn-north-4", "appstream.cn-north-4.myhuaweicloud.com"),
        ("cn-southwest-2", "appstream.cn-southwest-2.myhuaweicloud.com"),
        ("ap-southeast-1", "workspace.ap-southeast-1.myhuaweicloud.com"),
    ],
)
def test_the_region_makes_up_the_host(region, host):
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.workspace_app import WorkspaceApp

    assert WorkspaceApp.host(region, "cn") == host


class TestClearing:
    def test_what_was_cleared_stays_cleared(self, run, nightly, dialect):
        run(**nightly)
        cleared = {"description": "", "schedule": {"expire_time": ""}}
        assert run(name="nightly-restart", **deepcopy(cleared)).operations == ["update"]
        again = run(name="nightly-restart", **deepcopy(cleared))
        assert not again.changed


class TestUnknown:
    def test_fields_that_no_page_knows_are_kept_apart(self, run, nightly, emulator):
        emulator.dialect.extra_fields = {"colour": "blue", "nested": {"a": [1, None]}}
        created = run(**nightly)
        assert created.task["extra"] == {"colour": "blue", "nested": {"a": [1, None]}}
        again = run(**nightly)
        assert not again.changed
        assert again.task["extra"]["colour"] == "blue"
        assert "colour" not in str(again.result["diff"])

    def test_values_that_no_page_knows_stand_as_they_are(self, run, info, emulator):
        emulator.workspace_app.add_task(
            task_name="odd",
            task_type="UPGRADE_ACCESS_AGENT",
            scheduled_type="WEEK",
            week_list="1, 9,,x",
            scheduled_time="sometime",
            expire_time="some day",
            last_status="PAUSED",
            target_infos=[{"target_type": "FARM", "target_id": "f"}],
        )
        (task,) = info(details=True).tasks
        assert task["task_type"] == "UPGRADE_ACCESS_AGENT"
        assert task["schedule"]["weekdays"] == ["sunday", "9", "x"]
        assert task["schedule"]["time"] == "sometime"
        assert task["schedule"]["expire_time"] == "some day"
        assert task["last_status"] == "PAUSED"
        assert task["targets"] == [{"type": "FARM", "id": "f"}]
        assert not run(name="odd").changed
        outcome = run(
            name="odd", schedule={"weekdays": ["sunday"], "time": "01:00", "expire_time": "2030-01-01T00:00Z"}
        )
        assert outcome.error is None
        assert not run(name="odd", schedule={"weekdays": ["sunday"]}).changed

    def test_an_unknown_schedule_is_left_alone(self, run, info, emulator):
        emulator.workspace_app.add_task(task_name="odd", scheduled_type="LUNAR", description="old")
        assert info().tasks[0]["schedule"]["type"] == "LUNAR"
        outcome = run(name="odd", description="new")
        assert outcome.operations == ["update"]
        assert emulator.requests[-1].body == {"description": "new"}

    def test_a_schedule_without_a_type_can_be_moved_to_another_zone(self, run, emulator):
        emulator.workspace_app.add_task(task_name="odd", scheduled_type="", time_zone="UTC", scheduled_time="09:00:00")
        emulator.dialect.empty = "missing"
        emulator.fail("UpdateScheduleTask", body={})
        assert run(name="odd", schedule={"time_zone": "Asia/Tokyo"}).operations == ["update"]
        assert "scheduled_type" not in emulator.requests[-1].body
        assert emulator.requests[-1].body["time_zone"] == "Asia/Tokyo"

    def test_parts_of_other_types_are_left_over_and_do_not_count(self, run, emulator):
        emulator.workspace_app.add_task(
            task_name="samples",
            scheduled_type="DAY",
            day_interval=1,
            week_list="1,2,7",
            month_list="1,3,12",
            date_list="1,2,28,L",
            scheduled_date="2022-12-23",
            scheduled_time="09:00:00",
        )
        outcome = run(name="samples", schedule={"type": "daily", "day_interval": 1, "time": "09:00"})
        assert not outcome.changed
        assert set(outcome.task["schedule"]) == {"type", "day_interval", "time", "time_zone"}

    @pytest.mark.parametrize(
        "fields",
        [
            {"target_infos": None},
            {"target_infos": "none"},
            {"target_infos": ["x", {"target_type": "SERVER"}, {"target_type": "SERVER", "target_id": []}]},
            {"schedule_task_policy": None},
            {"schedule_task_policy": []},
            {"is_enable": "yes"},
            {"day_interval": "1"},
            {"week_list": [1, 2]},
            {"week_list": 5},
            {"month_list": "1,Ⅻ,999999999999"},
            {"description": {"a": 1}},
            {"scheduled_type": 7},
            {"expire_time": 1893456000000},
            {"time_zone": ""},
        ],
        ids=str,
    )
    def test_a_field_of_the_wrong_type_is_no_crash(self, info, emulator, fields):
        item = {"id": "odd", "task_name": "odd", "task_type": "STOP_SERVER", "scheduled_type": "WEEK", **fields}
        emulator.fail("ListScheduleTasks", body={"count": 1, "items": [item]})
        emulator.fail("ShowScheduleTask", body=item)
        outcome = info(details=True)
        assert outcome.error is None
        assert outcome.tasks[0]["id"] == "odd"

    def test_numbers_may_be_text(self, info, emulator):
        items = [
            {"id": "a", "scheduled_type": "DAY", "day_interval": "2"},
            {"id": "b", "scheduled_type": "MONTH", "month_list": "01, 12", "date_list": "09,L,1"},
        ]
        emulator.fail("ListScheduleTasks", body={"count": "2", "items": items})
        daily, monthly = (task["schedule"] for task in info().tasks)
        assert daily["day_interval"] == 2
        assert monthly["months"] == [1, 12]
        assert monthly["month_days"] == ["1", "9", "L"]

    def test_several_ids_in_one_target_are_several_targets(self, info, emulator):
        item = {"id": "odd", "task_name": "odd", "target_infos": [{"target_type": "server", "target_id": ["b", "a"]}]}
        emulator.fail("ListScheduleTasks", body={"count": 1, "items": [item]})
        emulator.fail("ShowScheduleTask", body=item)
        assert info(details=True).tasks[0]["targets"] == [{"type": "SERVER", "id": "a"}, {"type": "SERVER", "id": "b"}]

    @pytest.mark.parametrize("answer", [[], {}, {"task_name": None}, {"id": "a"}])
    def test_the_detail_of_a_wrong_shape_is_an_error(self, info, emulator, answer):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail("ShowScheduleTask", body=answer, times=5)
        assert "read scheduled task" in info(details=True).error
