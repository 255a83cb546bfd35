# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scheduled_task` does for Workspace App Streaming, from options to requests and back.

Every change has three tests: it is made, it is not made again, and check mode foresees it and writes nothing.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

WRITES = {"CreateScheduleTask", "UpdateScheduleTask", "DeleteScheduleTask", "BatchDeleteScheduleTask"}
BY_NAME = ["ListScheduleTasks", "ShowScheduleTask"]
BY_ID = ["ShowScheduleTask", "ListScheduleTasks"]

# What is asked for beside the name, and what the service is told then.
CHANGES = [
    pytest.param({"task_type": "STOP_SERVER"}, {"task_type": "STOP_SERVER"}, id="task type"),
    pytest.param({"description": "Other words"}, {"description": "Other words"}, id="description"),
    pytest.param({"description": ""}, {"description": ""}, id="no description"),
    pytest.param({"force": False}, {"schedule_task_policy": {"enforcement_enable": False}}, id="force"),
    pytest.param({"enabled": False}, {"is_enable": False}, id="enabled"),
    pytest.param(
        {"targets": [{"type": "SERVER", "id": "server-2"}]},
        {"target_infos": [{"target_type": "SERVER", "target_id": "server-2"}]},
        id="targets",
    ),
    pytest.param(
        {"schedule": {"time": "04:45:10"}},
        {"scheduled_type": "WEEK", "week_list": "1,2", "scheduled_time": "04:45:10", "time_zone": "Asia/Shanghai"},
        id="time",
    ),
    pytest.param(
        {"schedule": {"weekdays": ["saturday", "sunday", "saturday"]}},
        {"scheduled_type": "WEEK", "week_list": "1,7", "scheduled_time": "03:30:00", "time_zone": "Asia/Shanghai"},
        id="weekdays",
    ),
    pytest.param(
        {"schedule": {"time_zone": "Europe/Berlin"}},
        {"scheduled_type": "WEEK", "week_list": "1,2", "scheduled_time": "03:30:00", "time_zone": "Europe/Berlin"},
        id="time zone keeps the instant of the expiry",
    ),
    pytest.param({"schedule": {"expire_time": ""}}, {"expire_time": ""}, id="no expiry"),
    pytest.param(
        {"schedule": {"expire_time": "2031-01-01T00:00:00+01:00"}}, {"expire_time": "2030-12-31T23:00:00Z"}, id="expiry"
    ),
    pytest.param(
        {"schedule": {"expire_time": "2031-01-01 00:00"}},
        {"expire_time": "2030-12-31T16:00:00Z"},
        id="expiry in the zone of the schedule found",
    ),
    pytest.param(
        {"schedule": {"type": "daily", "day_interval": 3, "time": "01:00"}},
        {
            "scheduled_type": "DAY",
            "day_interval": 3,
            "scheduled_time": "01:00:00",
            "time_zone": "Asia/Shanghai",
            "week_list": "",
        },
        id="daily",
    ),
    pytest.param(
        {"schedule": {"type": "monthly", "months": [12, 1, 12], "month_days": ["L", 2, "1"], "time": "01:00"}},
        {
            "scheduled_type": "MONTH",
            "month_list": "1,12",
            "date_list": "1,2,L",
            "scheduled_time": "01:00:00",
            "time_zone": "Asia/Shanghai",
            "week_list": "",
        },
        id="monthly",
    ),
    pytest.param(
        {"schedule": {"type": "once", "date": "2030-02-28", "time": "00:00", "time_zone": "UTC"}},
        {
            "scheduled_type": "FIXED_TIME",
            "scheduled_date": "2030-02-28",
            "scheduled_time": "00:00:00",
            "time_zone": "UTC",
            "week_list": "",
        },
        id="once",
    ),
    pytest.param(
        {"task_type": "START_SERVER", "enabled": False},
        {"task_type": "START_SERVER", "is_enable": False},
        id="several at once",
    ),
]


@pytest.fixture
def existing(run, nightly) -> str:
    """The id of the task that `nightly` describes, which is there."""
    return run(**nightly).task["id"]


def bodies(emulator: Any, operation: str) -> list[Any]:
    return [request.body for request in emulator.requests if request.operation == operation]


class TestCreate:
    def test_it_creates_what_is_asked_for(self, run, nightly, emulator):
        outcome = run(**nightly)
        assert outcome.changed
        assert outcome.operations == ["create"]
        assert outcome.requests == ["ListScheduleTasks", "CreateScheduleTask", "ListScheduleTasks"]
        assert bodies(emulator, "CreateScheduleTask") == [
            {
                "task_name": "nightly-restart",
                "task_type": "RESTART_SERVER",
                "description": "Every night",
                "schedule_task_policy": {"enforcement_enable": True},
                "scheduled_type": "WEEK",
                "week_list": "1,2",
                "scheduled_time": "03:30:00",
                "time_zone": "Asia/Shanghai",
                "expire_time": "2030-06-30T10:00:00Z",
                "target_infos": [
                    {"target_type": "SERVER", "target_id": "server-1"},
                    {"target_type": "SERVER_GROUP", "target_id": "group-1"},
                ],
            }
        ]
        assert outcome.task["id"] in emulator.workspace_app.tasks
        assert outcome.task["enabled"] is True
        assert outcome.task["schedule"]["expire_time"] == "2030-06-30T10:00:00Z"

    def test_it_does_not_create_it_again(self, run, nightly, existing, emulator):
        outcome = run(**nightly)
        assert not outcome.changed
        assert outcome.operations == []
        assert outcome.requests == BY_NAME
        assert outcome.task["id"] == existing
        assert outcome.result["diff"]["before"] == outcome.result["diff"]["after"]

    def test_check_mode_foresees_it_and_writes_nothing(self, run, nightly, emulator):
        foreseen = run(**nightly, check_mode=True)
        assert emulator.workspace_app.tasks == {}
        assert foreseen.requests == ["ListScheduleTasks"]
        real = run(**nightly)
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]

    def test_a_task_can_be_created_disabled(self, run, nightly, emulator):
        outcome = run(**nightly, enabled=False)
        assert outcome.operations == ["create", "disable"]
        assert outcome.requests == [
            *("ListScheduleTasks", "CreateScheduleTask", "UpdateScheduleTask", "ListScheduleTasks"),
        ]
        assert bodies(emulator, "UpdateScheduleTask") == [{"is_enable": False}]
        assert outcome.task["enabled"] is False
        assert not run(**nightly, enabled=False).changed

    def test_check_mode_foresees_a_disabled_one(self, run, nightly, emulator):
        foreseen = run(**nightly, enabled=False, check_mode=True)
        assert emulator.workspace_app.tasks == {}
        real = run(**nightly, enabled=False)
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]

    def test_enabled_true_costs_no_further_request(self, run, nightly):
        assert run(**nightly, enabled=True).operations == ["create"]

    @pytest.mark.parametrize(
        ("left_out", "named"),
        [
            (["task_type"], "task_type"),
            (["targets"], "targets"),
            (["schedule"], "schedule.type"),
            (["task_type", "targets", "schedule"], "task_type, schedule.type, targets"),
        ],
    )
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_what_is_missing_is_named_before_any_write(self, run, nightly, emulator, left_out, named, check_mode):
        outcome = run(**{k: v for k, v in nightly.items() if k not in left_out}, check_mode=check_mode)
        assert named in outcome.error
        assert "nightly-restart" in outcome.error
        assert outcome.requests == ["ListScheduleTasks"]
        assert emulator.workspace_app.tasks == {}

    def test_parts_of_a_schedule_do_not_make_a_new_one(self, run, nightly):
        outcome = run(**{**nightly, "schedule": {"time": "03:30"}})
        assert "schedule.type" in outcome.error

    def test_an_expiry_without_offset_needs_a_zone(self, run, nightly, emulator):
        del nightly["schedule"]["time_zone"]
        outcome = run(**nightly)
        assert "schedule.time_zone" in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_the_services_default_zone_is_returned(self, run, nightly, emulator):
        del nightly["schedule"]["time_zone"], nightly["schedule"]["expire_time"]
        outcome = run(**nightly)
        assert "time_zone" not in bodies(emulator, "CreateScheduleTask")[0]
        assert outcome.task["schedule"]["time_zone"] == "Asia/Shanghai"
        assert not run(**nightly).changed

    def test_an_interrupted_creation_says_what_stays(self, run, nightly, emulator):
        emulator.fail("UpdateScheduleTask", status=500, body={"error_code": "WKS.1", "error_msg": "broken"})
        outcome = run(**nightly, enabled=False)
        (task_id,) = emulator.workspace_app.tasks
        assert outcome.result["operations"] == ["create"]
        assert outcome.changed
        assert outcome.result["status"] == 500
        for words in (task_id, "nightly-restart", "create", "WKS.1", "broken"):
            assert words in outcome.error
        mended = run(**nightly, enabled=False)
        assert mended.operations == ["disable"]

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param({"drop": True, "acts": True}, id="dropped after acting"),
            pytest.param({"drop": True}, id="dropped before acting"),
            pytest.param({"status": 504, "acts": True}, id="504 after acting"),
            pytest.param({"status": 502, "body": "<html>Bad gateway</html>", "media_type": "text/html"}, id="502 page"),
            pytest.param({"cut_off": True, "acts": True}, id="cut off"),
            pytest.param({"body": "done", "status": 200, "media_type": "text/plain", "acts": True}, id="no JSON"),
            pytest.param({"body": {}, "status": 200, "acts": True}, id="no id"),
        ],
    )
    def test_a_lost_answer_does_not_make_two_tasks(self, run, nightly, emulator, fault):
        emulator.fail("CreateScheduleTask", **fault)
        outcome = run(**nightly)
        assert outcome.error is None
        assert outcome.operations == ["create"]
        assert list(emulator.workspace_app.tasks) == [outcome.task["id"]]
        assert not run(**nightly).changed

    def test_an_answer_that_is_lost_for_good_is_reported(self, run, nightly, emulator):
        emulator.fail("CreateScheduleTask", drop=True, times=2)
        outcome = run(**nightly)
        assert "create scheduled task nightly-restart" in outcome.error
        assert "Whether this was carried out is not known." in outcome.error
        assert outcome.result["operations"] == []
        assert outcome.result["changed"] is False
        assert emulator.workspace_app.tasks == {}

    def test_it_is_reported_too_where_looking_fails(self, run, nightly, emulator):
        emulator.fail("CreateScheduleTask", drop=True, acts=True)
        emulator.fail("ListScheduleTasks", skip=1, status=403)
        outcome = run(**nightly)
        assert "create scheduled task nightly-restart" in outcome.error


class TestUpdate:
    @pytest.mark.parametrize(("asked", "body"), CHANGES)
    def test_it_sends_what_differs(self, run, existing, emulator, asked, body):
        outcome = run(name="nightly-restart", **deepcopy(asked))
        assert outcome.error is None
        assert outcome.changed
        assert outcome.requests == [*BY_NAME, "UpdateScheduleTask"]
        assert bodies(emulator, "UpdateScheduleTask") == [body]
        assert outcome.task["id"] == existing

    @pytest.mark.parametrize(("asked", "body"), CHANGES)
    def test_it_does_not_send_it_again(self, run, existing, asked, body):
        run(name="nightly-restart", **deepcopy(asked))
        for find in ({"name": "nightly-restart"}, {"id": existing}):
            outcome = run(**find, **deepcopy(asked))
            assert outcome.error is None
            assert not outcome.changed
            assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize(("asked", "body"), CHANGES)
    def test_check_mode_foresees_it_and_writes_nothing(self, run, existing, emulator, asked, body):
        before = emulator.workspace_app.tasks
        foreseen = run(name="nightly-restart", **deepcopy(asked), check_mode=True)
        assert emulator.workspace_app.tasks == before
        assert foreseen.requests == BY_NAME
        real = run(name="nightly-restart", **deepcopy(asked))
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]
        assert foreseen.result["diff"]["before"] != foreseen.result["diff"]["after"]

    @pytest.mark.parametrize(("asked", "body"), CHANGES)
    def test_the_diff_shows_what_is_then_found(self, run, info, existing, asked, body):
        after = run(name="nightly-restart", **deepcopy(asked)).result["diff"]["after"]
        found = run(name="nightly-restart").result["diff"]["before"]
        assert found == after

    def test_it_costs_the_same_by_id(self, run, existing):
        assert run(id=existing, description="new").requests == [*BY_ID, "UpdateScheduleTask"]
        assert run(id=existing, description="new").requests == BY_ID

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_names_are_those_of_the_targets_wanted(self, run, existing, check_mode):
        targets = [{"type": "SERVER", "id": "server-1"}, {"type": "SERVER", "id": "server-2"}]
        assert run(id=existing).task["target_names"] == {"server-1": "server-1", "group-1": "group-1"}
        outcome = run(id=existing, targets=targets, check_mode=check_mode)
        assert outcome.task["target_names"] == {"server-1": "server-1"}

    def test_nothing_given_is_nothing_changed(self, run, existing):
        outcome = run(name="nightly-restart")
        assert not outcome.changed
        assert outcome.requests == BY_NAME

    @pytest.mark.parametrize(
        "option",
        [
            {"description": None},
            {"schedule": None},
            {"schedule": {"expire_time": None}},
            {"targets": None},
            {"enabled": None},
            {"task_type": None},
            {"schedule": {"time": "03:30", "months": None}},
        ],
    )
    def test_null_is_not_given(self, run, existing, option):
        outcome = run(name="nightly-restart", **option)
        assert outcome.error is None
        assert not outcome.changed

    @pytest.mark.parametrize("part", ["type", "weekdays"])
    def test_where_ansible_shows_choices_null_is_none_of_them(self, run, existing, part):
        outcome = run(name="nightly-restart", schedule={"time": "03:30", part: None})
        assert f"value of {part} must be one of" in outcome.error
        assert not outcome.requests

    def test_a_complete_schedule_keeps_zone_and_expiry(self, run, existing):
        outcome = run(
            name="nightly-restart", schedule={"type": "weekly", "weekdays": ["sunday", "monday"], "time": "03:30:00"}
        )
        assert not outcome.changed
        assert outcome.task["schedule"]["expire_time"] == "2030-06-30T10:00:00Z"

    def test_order_and_repetition_mean_nothing(self, run, nightly, existing):
        nightly["targets"] = [*reversed(nightly["targets"]), nightly["targets"][0]]
        nightly["schedule"]["weekdays"] = ["sunday", "monday", "sunday"]
        assert not run(**nightly).changed

    @pytest.mark.parametrize(
        "expire_time",
        [
            "2030-06-30T10:00:00Z",
            "2030-06-30T10:00:00.999Z",
            "2030-06-30T12:00:00+02:00",
            "2030-06-30T12:00+0200",
            "2030-06-30T18:00:00",
            "2030-06-30 18:00",
        ],
    )
    def test_an_instant_is_the_same_however_it_is_written(self, run, existing, expire_time):
        assert not run(name="nightly-restart", schedule={"expire_time": expire_time}).changed

    def test_aliases_are_the_options(self, run, existing):
        outcome = run(task_name="nightly-restart", schedule={"scheduled_time": "03:30"})
        assert not outcome.changed
        assert run(task_id=existing).task["name"] == "nightly-restart"

    def test_the_facts_are_those_after_the_change(self, run, info, existing):
        changed = run(name="nightly-restart", schedule={"time": "04:45"}).task
        (found,) = info(name="nightly-restart").tasks
        for fact in ("task_cron", "next_execution_time", "update_time"):
            assert changed[fact] == found[fact]

    def test_a_time_that_is_found_without_seconds_is_the_same_time(self, run, emulator):
        emulator.workspace_app.add_task(task_name="short", scheduled_time="09:00")
        outcome = run(name="short", schedule={"time": "09:00:00"})
        assert not outcome.changed
        assert outcome.task["schedule"]["time"] == "09:00:00"

    def test_a_task_that_vanished_meanwhile_is_an_error(self, run, existing, emulator):
        emulator.fail(
            "UpdateScheduleTask", status=404, body={"error_code": "WKS.00211902", "error_msg": "no such task"}
        )
        outcome = run(name="nightly-restart", description="new")
        for words in ("update scheduled task nightly-restart", existing, "404", "WKS.00211902", "no such task"):
            assert words in outcome.error

    def test_an_update_whose_answer_is_lost_for_good_is_reported(self, run, existing, emulator):
        emulator.fail("UpdateScheduleTask", body="done", media_type="text/plain", acts=True, times=5)
        outcome = run(name="nightly-restart", description="new")
        assert "Whether this was carried out is not known." in outcome.error
        assert "Run the same task again" in outcome.error
        assert not run(name="nightly-restart", description="new").changed

    def test_an_empty_answer_to_an_update_is_success(self, run, existing, emulator):
        emulator.fail("UpdateScheduleTask", acts=True, status=204, body="")
        outcome = run(name="nightly-restart", description="new")
        assert outcome.changed
        assert outcome.task["description"] == "new"


class TestEnabled:
    @pytest.mark.parametrize(("start", "goal", "word"), [(True, False, "disable"), (False, True, "enable")])
    def test_enablement_alone_has_its_own_word(self, run, nightly, emulator, start, goal, word):
        run(**nightly, enabled=start)
        outcome = run(**nightly, enabled=goal)
        assert outcome.operations == [word]
        assert outcome.task["enabled"] is goal
        assert bodies(emulator, "UpdateScheduleTask") == [{"is_enable": goal}]

    @pytest.mark.parametrize("state", [True, False])
    def test_it_is_not_set_again(self, run, nightly, state):
        task_id = run(**nightly, enabled=state).task["id"]
        assert not run(**nightly, enabled=state).changed
        assert not run(id=task_id, enabled=state).changed

    def test_together_with_another_option_it_is_an_update(self, run, nightly):
        run(**nightly)
        assert run(**{**nightly, "description": "other"}, enabled=False).operations == ["update"]

    @pytest.mark.parametrize("state", [True, False])
    def test_it_is_that_of_the_task_and_not_of_a_namesake(self, run, emulator, state):
        emulator.workspace_app.add_task(task_name="twin", is_enable=not state)
        task_id = emulator.workspace_app.add_task(task_name="twin", is_enable=state)
        assert not run(id=task_id, enabled=state).changed

    @pytest.mark.parametrize("state", [True, False])
    def test_left_out_it_stays(self, run, nightly, emulator, state):
        run(**nightly, enabled=state)
        outcome = run(**{**nightly, "description": "other"})
        assert outcome.task["enabled"] is state
        assert [task["is_enable"] for task in emulator.workspace_app.tasks.values()] == [state]


class TestRename:
    def test_by_id(self, run, existing, emulator):
        outcome = run(id=existing, name="weekly-restart")
        assert outcome.operations == ["update"]
        assert outcome.requests == [*BY_ID, "UpdateScheduleTask"]
        assert bodies(emulator, "UpdateScheduleTask") == [{"task_name": "weekly-restart"}]
        assert outcome.task["name"] == "weekly-restart"

    def test_not_again(self, run, existing):
        run(id=existing, name="weekly-restart")
        assert not run(id=existing, name="weekly-restart").changed

    def test_in_check_mode(self, run, existing, emulator):
        outcome = run(id=existing, name="weekly-restart", check_mode=True)
        assert outcome.operations == ["update"]
        assert emulator.workspace_app.tasks[existing]["task_name"] == "nightly-restart"


class TestFind:
    def test_a_similar_name_is_not_taken_for_the_task(self, run, nightly, emulator):
        for name in ("nightly-restart-2", "my-nightly-restart", "Nightly-Restart"):
            emulator.workspace_app.add_task(task_name=name)
        outcome = run(**nightly)
        assert outcome.operations == ["create"]
        assert len(emulator.workspace_app.tasks) == 4

    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_two_of_one_name_are_an_error_that_lists_their_ids(self, run, emulator, state):
        ids = [emulator.workspace_app.add_task(task_name="twin") for _count in range(2)]
        outcome = run(name="twin", state=state)
        assert all(task_id in outcome.error for task_id in ids)
        assert not WRITES & set(outcome.requests)
        assert len(emulator.workspace_app.tasks) == 2

    def test_the_name_is_looked_for_on_every_page(self, run, emulator):
        for number in range(201):
            emulator.workspace_app.add_task(task_name=f"web-{number}")
        task_id = emulator.workspace_app.add_task(task_name="web-")
        outcome = run(name="web-")
        assert outcome.task["id"] == task_id
        assert outcome.requests == ["ListScheduleTasks"] * 3 + ["ShowScheduleTask"]

    def test_enablement_is_found_on_a_further_page(self, run, emulator):
        for number in range(100):
            emulator.workspace_app.add_task(task_name=f"web-{number}")
        task_id = emulator.workspace_app.add_task(task_name="web-", is_enable=False)
        outcome = run(id=task_id, enabled=False)
        assert not outcome.changed
        assert outcome.requests == ["ShowScheduleTask", "ListScheduleTasks", "ListScheduleTasks"]

    def test_an_unknown_id_is_an_error_with_present(self, run, emulator):
        outcome = run(id="unknown-id", description="x")
        assert "unknown-id" in outcome.error
        assert outcome.requests == ["ShowScheduleTask"]

    def test_a_task_that_vanishes_between_list_and_detail_is_created(self, run, nightly, existing, emulator):
        emulator.dialect.deleted_listed = 1
        run(id=existing, state="absent")
        assert run(**nightly).operations == ["create"]

    def test_enablement_that_the_list_does_not_tell_is_set(self, run, existing, emulator):
        emulator.fail("ListScheduleTasks", status=200, body={"count": 0, "items": []}, times=6)
        outcome = run(id=existing, enabled=True)
        assert outcome.operations == ["enable"]

    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_an_address_that_is_not_the_services_is_no_missing_task(self, run, emulator, state):
        emulator.fail("ShowScheduleTask", status=404, body={"error_code": "APIGW.0101", "error_msg": "no such API"})
        outcome = run(id="some-id", state=state)
        assert "APIGW.0101" in outcome.error
        assert "endpoint" in outcome.error


class TestAbsent:
    def test_by_name(self, run, existing, emulator):
        outcome = run(name="nightly-restart", state="absent")
        assert outcome.operations == ["delete"]
        assert outcome.requests == ["ListScheduleTasks", "ShowScheduleTask", "DeleteScheduleTask"]
        assert outcome.task == {}
        assert outcome.result["diff"]["after"] == {}
        assert outcome.result["diff"]["before"]["name"] == "nightly-restart"
        assert emulator.workspace_app.tasks == {}

    def test_by_id(self, run, existing, emulator):
        outcome = run(id=existing, state="absent")
        assert outcome.operations == ["delete"]
        assert outcome.requests == ["ShowScheduleTask", "DeleteScheduleTask"]
        assert emulator.workspace_app.tasks == {}

    @pytest.mark.parametrize("find", [{"name": "nightly-restart"}, {"id": "some-id"}])
    def test_not_again(self, run, find):
        outcome = run(**find, state="absent")
        assert not outcome.changed
        assert outcome.operations == []
        assert len(outcome.requests) == 1
        assert outcome.result["diff"] == {"before": {}, "after": {}}

    def test_in_check_mode(self, run, existing, emulator):
        foreseen = run(name="nightly-restart", state="absent", check_mode=True)
        assert foreseen.requests == ["ListScheduleTasks", "ShowScheduleTask"]
        assert list(emulator.workspace_app.tasks) == [existing]
        real = run(name="nightly-restart", state="absent")
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]

    def test_name_and_id_must_both_match(self, run, existing, emulator):
        outcome = run(id=existing, name="other", state="absent")
        assert "nightly-restart" in outcome.error
        assert "other" in outcome.error
        assert list(emulator.workspace_app.tasks) == [existing]
        assert run(id=existing, name="nightly-restart", state="absent").operations == ["delete"]

    def test_other_options_are_checked_and_not_applied(self, run, nightly, existing):
        assert "SLEEP" in run(name="nightly-restart", task_type="SLEEP", state="absent").error
        assert run(**{**nightly, "description": "other"}, state="absent").operations == ["delete"]

    def test_a_deletion_that_comes_too_late_is_success(self, run, existing, emulator):
        emulator.fail("DeleteScheduleTask", status=404, body={"error_code": "WKS.00211902", "error_msg": "gone"})
        assert run(name="nightly-restart", state="absent").operations == []


# Options that are refused before the first request, and what the message names.
REFUSED = [
    ({"name": ""}, ["name", "''"]),
    ({"name": "two words"}, ["name", "'two words'", "blanks"]),
    ({"name": "x" * 65}, ["name", "64"]),
    ({"name": "umlaut-ä"}, ["name", "umlaut-ä"]),
    ({"id": ".."}, ["id", "'..'"]),
    ({"id": "a/b"}, ["id", "'a/b'"]),
    ({"id": "a?b"}, ["id"]),
    ({"id": "a%2fb"}, ["id"]),
    ({"id": ""}, ["id"]),
    ({"id": "x" * 129}, ["id", "128"]),
    ({"task_type": "SLEEP"}, ["task_type", "SLEEP", "RESTART_SERVER", "workspace_app"]),
    ({"task_type": ""}, ["task_type"]),
    ({"task_type": "START"}, ["task_type", "START_SERVER"]),
    ({"description": "x" * 256}, ["description", "255", "text of length 256"]),
    ({"targets": []}, ["targets", "1 to 1000"]),
    ({"targets": [{"type": "SERVER", "id": str(n)} for n in range(1001)]}, ["targets", "1001", "1000"]),
    ({"targets": [{"type": "DESKTOP", "id": "d"}]}, ["targets", "DESKTOP", "SERVER_GROUP", "workspace_app"]),
    ({"targets": [{"type": "ALL_DESKTOPS"}]}, ["targets", "ALL_DESKTOPS"]),
    ({"targets": [{"type": "SERVER"}]}, ["targets.id"]),
    ({"targets": [{"type": "SERVER", "id": ""}]}, ["targets.id"]),
    ({"targets": [{"type": "SERVER", "id": " "}]}, ["targets.id", "' '"]),
    ({"targets": [{"type": "SERVER", "id": "x" * 129}]}, ["targets.id", "128"]),
    ({"targets": [{"id": "d"}]}, ["type"]),
    ({"schedule": {"type": "hourly"}}, ["type", "hourly", "daily"]),
    ({"schedule": {"type": "cron", "cron": "0 0 9 * * ?"}}, ["schedule.type", "cron", "workspace_app"]),
    ({"schedule": {"type": "life_cycle", "life_cycle_type": "X"}}, ["schedule.type", "life_cycle", "workspace_app"]),
    ({"schedule": {"cron": "0 0 9 * * ?"}}, ["schedule.cron", "workspace_app"]),
    ({"schedule": {"wait_time": 5}}, ["schedule.wait_time", "5", "workspace_app"]),
    ({"schedule": {"weekdays": ["monday"], "months": [1]}}, ["schedule", "weekdays", "months", "workspace_app"]),
    ({"schedule": {"type": "daily", "time": "01:00"}}, ["schedule.type", "daily", "day_interval"]),
    ({"schedule": {"type": "daily", "day_interval": 1}}, ["schedule.type", "daily", "also time"]),
    ({"schedule": {"type": "weekly", "weekdays": ["monday"]}}, ["schedule.type", "weekly", "time"]),
    ({"schedule": {"type": "monthly", "months": [1], "time": "01:00"}}, ["month_days"]),
    ({"schedule": {"type": "once", "time": "01:00"}}, ["date"]),
    (
        {"schedule": {"type": "daily", "day_interval": 1, "time": "01:00", "weekdays": ["monday"]}},
        ["schedule.weekdays", "monday", "daily"],
    ),
    ({"schedule": {"time": "25:00"}}, ["schedule.time", "25:00", "HH:mm"]),
    ({"schedule": {"time": "1:00"}}, ["schedule.time", "1:00"]),
    ({"schedule": {"time": ""}}, ["schedule.time"]),
    ({"schedule": {"time": 37800}}, ["schedule.time", "37800", "quote it"]),
    ({"schedule": {"date": "2030-02-30"}}, ["schedule.date", "2030-02-30", "yyyy-MM-dd"]),
    ({"schedule": {"date": "30.02.2030"}}, ["schedule.date"]),
    ({"schedule": {"date": ""}}, ["schedule.date"]),
    ({"schedule": {"day_interval": 0}}, ["schedule.day_interval", "0", "1 to 31"]),
    ({"schedule": {"day_interval": 32}}, ["schedule.day_interval", "32"]),
    ({"schedule": {"day_interval": True}}, ["schedule.day_interval", "True"]),
    ({"schedule": {"weekdays": ["funday"]}}, ["weekdays", "funday", "sunday"]),
    ({"schedule": {"weekdays": []}}, ["schedule.weekdays"]),
    ({"schedule": {"months": [0]}}, ["schedule.months", "0", "1 to 12"]),
    ({"schedule": {"months": [13]}}, ["schedule.months", "13"]),
    ({"schedule": {"months": []}}, ["schedule.months"]),
    ({"schedule": {"month_days": ["32"]}}, ["schedule.month_days", "32", "L"]),
    ({"schedule": {"month_days": ["l"]}}, ["schedule.month_days"]),
    ({"schedule": {"month_days": []}}, ["schedule.month_days"]),
    ({"schedule": {"time_zone": "Mars/Olympus"}}, ["schedule.time_zone", "Mars/Olympus"]),
    ({"schedule": {"time_zone": ""}}, ["schedule.time_zone"]),
    ({"schedule": {"time_zone": "x" * 65}}, ["schedule.time_zone", "64"]),
    ({"schedule": {"expire_time": "tomorrow"}}, ["schedule.expire_time", "tomorrow", "ISO 8601"]),
    ({"schedule": {"expire_time": "2030-13-01T00:00:00Z"}}, ["schedule.expire_time"]),
    ({"schedule": {"expire_time": "2030-12-01"}}, ["schedule.expire_time"]),
    ({"schedule": {"expire_time": "0001-01-01T00:00:00+14:00"}}, ["schedule.expire_time"]),
    ({"coc": {"risk_level": "LOW"}}, ["coc"]),
    ({"workspace": {"priority": 1}}, ["workspace"]),
    ({"operator": "me"}, ["operator"]),
    ({"service": "cce"}, ["service", "cce", "workspace_app", "coc"]),
    ({"service": "codearts_check"}, ["service", "codearts_check", "no operation that sets"]),
    ({"endpoint": "ftp://host"}, ["endpoint", "ftp://host"]),
    ({"endpoint": "https://user:pw@host"}, ["endpoint", "https://***@host"]),
    ({"endpoint": "https://user:p/w@host"}, ["endpoint", "https://***@host"]),
    ({"endpoints": {"other": "https://host"}}, ["other"]),
    ({"endpoint": None, "endpoints": {"workspace_app": "https://"}}, ["endpoints.workspace_app"]),
    ({"region": "evil.example/"}, ["region"]),
    ({"project_id": "../x"}, ["project_id"]),
    ({"domain_id": "a b"}, ["domain_id"]),
    ({"auth_url": "nowhere else"}, ["auth_url"]),
    ({"timeout": 0}, ["timeout", "0"]),
    ({"retries": -1}, ["retries", "-1"]),
    ({"ca_path": "/nowhere/ca.pem"}, ["ca_path", "/nowhere/ca.pem"]),
    ({"endpoint": None, "region": None}, ["region", "endpoint"]),
    ({"auth_token": "t"}, ["auth_token", "access_key"]),
    ({"secret_key": None}, ["secret_key", "access_key"]),
    ({"site": "moon"}, ["site", "moon"]),
]


class TestRefused:
    @pytest.mark.parametrize(("option", "named"), REFUSED, ids=lambda value: str(value)[:60])
    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_before_the_first_request(self, run, emulator, option, named, state):
        outcome = run(**{"name": "nightly-restart", "state": state, **deepcopy(option)})
        assert outcome.error is not None
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []

    def test_neither_name_nor_id(self, run, emulator):
        assert "name, id" in run(state="absent").error
        assert emulator.requests == []

    @pytest.mark.parametrize(
        ("schedule", "named"),
        [
            ({"day_interval": 2}, ["schedule.day_interval", "2", "weekly", "weekdays"]),
            ({"months": [1], "time": "01:00"}, ["schedule.months", "weekly"]),
        ],
    )
    def test_a_part_that_does_not_fit_the_type_found_is_refused_before_any_write(
        self, run, existing, emulator, schedule, named
    ):
        outcome = run(name="nightly-restart", schedule=schedule)
        for words in named:
            assert words in outcome.error
        assert outcome.requests == BY_NAME

    def test_a_part_for_a_type_that_nobody_knows_is_refused(self, run, emulator):
        emulator.workspace_app.add_task(task_name="odd", scheduled_type="LUNAR")
        outcome = run(name="odd", schedule={"time": "01:00"})
        assert "LUNAR" in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_a_schedule_that_lacks_a_part_wants_it_given(self, run, emulator):
        emulator.workspace_app.add_task(task_name="odd", scheduled_type="WEEK", week_list="", scheduled_time="01:00:00")
        assert "schedule.weekdays" in run(name="odd", schedule={"time": "02:00"}).error
        assert run(name="odd", schedule={"weekdays": ["friday"]}).changed

    def test_an_expiry_in_a_zone_that_is_not_known_here_wants_an_offset(self, run, emulator):
        emulator.workspace_app.add_task(task_name="odd", time_zone="Service Standard Time")
        outcome = run(name="odd", schedule={"expire_time": "2030-01-01T00:00:00"})
        assert "Service Standard Time" in outcome.error
        assert not WRITES & set(outcome.requests)
