# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What both modules do for Workspace, from options to requests and back, in both readings of its PUT.

Every change has three tests: it is made, it is not made again, and check mode foresees it and writes nothing.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import partial
from itertools import product
from typing import Any

import pytest

OPTIONS = ("name", "id", "task_type", "schedule", "targets", "enabled", "force", "description", "workspace")
WRITES = {"CreateScheduledTasks", "UpdateScheduledTasks", "DeleteScheduledTasks", "BatchDeleteScheduledTasks"}
LIST, SHOW, PUT = "ListScheduledTasks", "ShowScheduledTasks", "UpdateScheduledTasks"
CREATE, DELETE, CONFIGURATIONS = "CreateScheduledTasks", "DeleteScheduledTasks", "ListLifeCycleTypeConfigurations"
BY_NAME = [LIST, LIST, SHOW]
BY_ID = [SHOW, LIST]
FOREVER = {"type": "daily", "day_interval": 1, "time": "01:00", "time_zone": "Asia/Shanghai"}
DISCONNECTED, CREATED = "POST_DESKTOP_DISCONNECTED", "POST_CREATE_DESKTOP_SUCCESS"
EVENTS = [
    *(CREATED, DISCONNECTED, "POST_REBUILD_DESKTOP_SUCCESS", "POST_REATTACH_DESKTOP_SUCCESS"),
    "POST_DESKTOP_CANNOT_CONNECT",
]
# How often a service is looked at that contradicts itself.
LOOKS = 6
GONE = {"error_code": "WKS.1", "error_msg": "The scheduled task does not exist"}

# Two tasks that are there, as options, and all that a PUT carries of each while nothing is asked for.
TASKS: dict[str, dict[str, Any]] = {
    "calendar": {
        "name": "nightly-script",
        "task_type": "EXECUTE_SCRIPT",
        "description": "Every night",
        "force": True,
        "schedule": {
            "type": "weekly",
            "weekdays": ["monday", "sunday"],
            "time": "03:30",
            "time_zone": "Asia/Shanghai",
            "expire_time": "2030-06-30T18:00:00",
        },
        "targets": [{"type": "DESKTOP_POOL", "id": "pool-1"}, {"type": "DESKTOP", "id": "desktop-1"}],
        "workspace": {
            "extra_params": {"script_id": "s-1", "message": "Gr\u00fc\u00dfe", "retry": {"on": True, "times": 0}},
            "priority": 7,
            "gray_count": 0,
            "gray_desktop_ids": ["d-2", "d-1", "d-2"],
            "gray_fail_threshold": 3,
        },
    },
    "triggered": {
        "name": "after-hours",
        "task_type": "STOP",
        "schedule": {
            "type": "life_cycle",
            "life_cycle_type": DISCONNECTED,
            "wait_time": 30,
            "life_cycle_exec_period": 60,
            "time_zone": "GMT+8",
            "expire_time": "2030-06-30T10:00:00Z",
        },
        "targets": [{"type": "ALL_DESKTOPS"}],
        "workspace": {"priority": 50},
    },
}
WHOLE: dict[str, dict[str, Any]] = {
    "calendar": {
        "task_name": "nightly-script",
        "description": "Every night",
        "enable": True,
        "force_execute": True,
        "extra_params": '{"message": "Gr\u00fc\u00dfe", "retry": {"on": true, "times": 0}, "script_id": "s-1"}',
        "priority": 7,
        "gray_count": 0,
        "gray_desktop_ids": ["d-1", "d-2"],
        "gray_fail_threshold": 3,
        "scheduled_type": "WEEK",
        "week_list": "1,2",
        "scheduled_time": "03:30:00",
        "time_zone": "Asia/Shanghai",
        "expire_time": "2030-06-30 18:00:00",
        "apply_objects": [
            {"object_type": "DESKTOP", "object_id": "desktop-1"},
            {"object_type": "DESKTOP_POOL", "object_id": "pool-1"},
        ],
        "apply_object_update_type": "FULL_COVERAGE",
    },
    "triggered": {
        "task_name": "after-hours",
        "description": "",
        "enable": True,
        "force_execute": False,
        "priority": 50,
        "scheduled_type": "LIFE_CYCLE",
        "life_cycle_type": DISCONNECTED,
        "wait_time": 30,
        "life_cycle_exec_period": 60,
        "time_zone": "GMT+8",
        "expire_time": "2030-06-30 18:00:00",
        "apply_objects": [{"object_type": "ALL_DESKTOPS"}],
        "apply_object_update_type": "FULL_COVERAGE",
    },
}
# Which task, what is asked for beside its name, and what the PUT then carries otherwise; None is not at all.
NO_WEEK = {"week_list": ""}
NO_TRIGGER = {"life_cycle_type": None, "wait_time": None, "life_cycle_exec_period": None}


def of_calendar(name: str, asked: dict[str, Any], sent: dict[str, Any]) -> Any:
    return pytest.param("calendar", asked, sent, id=name)


def of_trigger(name: str, asked: dict[str, Any], sent: dict[str, Any]) -> Any:
    return pytest.param("triggered", asked, sent, id=name)


CHANGES = [
    of_calendar("description", {"description": "Other words"}, {"description": "Other words"}),
    of_calendar("no description", {"description": ""}, {"description": ""}),
    of_calendar("force", {"force": False}, {"force_execute": False}),
    of_calendar("disabled", {"enabled": False}, {"enable": False}),
    of_calendar(
        "targets",
        {"targets": [{"type": "DESKTOP_TAG", "id": "tag-1"}, {"type": "ALL_DESKTOPS"}]},
        {
            "apply_objects": [
                {"object_type": "ALL_DESKTOPS"},
                {"object_type": "DESKTOP_TAG", "object_id": "tag-1"},
            ]
        },
    ),
    of_calendar("no targets", {"targets": []}, {"apply_objects": [], "apply_object_update_type": "CLEAR_ALL"}),
    of_calendar("time", {"schedule": {"time": "04:45:10"}}, {"scheduled_time": "04:45:10"}),
    of_calendar("weekdays", {"schedule": {"weekdays": ["saturday", "friday", "saturday"]}}, {"week_list": "6,7"}),
    of_calendar(
        "time zone keeps the instant of the expiry",
        {"schedule": {"time_zone": "Europe/Berlin"}},
        {"time_zone": "Europe/Berlin", "expire_time": "2030-06-30 12:00:00"},
    ),
    of_calendar("no expiry", {"schedule": {"expire_time": ""}}, {"expire_time": ""}),
    of_calendar(
        "expiry",
        {"schedule": {"expire_time": "2031-01-01T00:00:00+01:00"}},
        {"expire_time": "2031-01-01 07:00:00"},
    ),
    of_calendar(
        "expiry in the zone of the schedule found",
        {"schedule": {"expire_time": "2031-01-01 00:00"}},
        {"expire_time": "2031-01-01 00:00:00"},
    ),
    of_calendar(
        "expiry in the zone given",
        {"schedule": {"expire_time": "2031-01-01 00:00", "time_zone": "UTC"}},
        {"expire_time": "2031-01-01 00:00:00", "time_zone": "UTC"},
    ),
    of_calendar(
        "daily",
        {"schedule": {"type": "daily", "day_interval": 3, "time": "01:00"}},
        {"scheduled_type": "DAY", "day_interval": 3, "scheduled_time": "01:00:00", **NO_WEEK},
    ),
    of_calendar(
        "monthly",
        {"schedule": {"type": "monthly", "months": [12, 1, 12], "month_days": ["L", 2, "01"], "time": "01:00"}},
        {
            "scheduled_type": "MONTH",
            "month_list": "1,12",
            "date_list": "1,2,L",
            "scheduled_time": "01:00:00",
            **NO_WEEK,
        },
    ),
    of_calendar(
        "once",
        {"schedule": {"type": "once", "date": "2030-02-28", "time": "00:00"}},
        {"scheduled_type": "FIXED_TIME", "scheduled_date": "2030-02-28", "scheduled_time": "00:00:00", **NO_WEEK},
    ),
    of_calendar(
        "life cycle",
        {
            "schedule": {
                "type": "life_cycle",
                "life_cycle_type": DISCONNECTED,
                "wait_time": 0,
                "life_cycle_exec_period": 10080,
            }
        },
        {
            "scheduled_type": "LIFE_CYCLE",
            "life_cycle_type": DISCONNECTED,
            "wait_time": 0,
            "life_cycle_exec_period": 10080,
            "scheduled_time": None,
            **NO_WEEK,
        },
    ),
    of_calendar("extra_params", {"workspace": {"extra_params": {"a": [1]}}}, {"extra_params": '{"a": [1]}'}),
    of_calendar("no extra_params", {"workspace": {"extra_params": {}}}, {"extra_params": "{}"}),
    of_calendar(
        "a null within extra_params", {"workspace": {"extra_params": {"a": None}}}, {"extra_params": '{"a": null}'}
    ),
    of_calendar("priority", {"workspace": {"priority": 1}}, {"priority": 1}),
    of_calendar("gray_count", {"workspace": {"gray_count": 1000}}, {"gray_count": 1000}),
    of_calendar("gray_desktop_ids", {"workspace": {"gray_desktop_ids": ["d-9"]}}, {"gray_desktop_ids": ["d-9"]}),
    of_calendar("gray_fail_threshold", {"workspace": {"gray_fail_threshold": 1}}, {"gray_fail_threshold": 1}),
    of_calendar(
        "is_gray with another",
        {"force": False, "workspace": {"is_gray": False}},
        {"force_execute": False, "is_gray": False},
    ),
    of_calendar(
        "several at once",
        {"description": "x", "enabled": False, "workspace": {"priority": 2}},
        {"description": "x", "enable": False, "priority": 2},
    ),
    of_trigger("description", {"description": "Bye"}, {"description": "Bye"}),
    of_trigger("disabled", {"enabled": False}, {"enable": False}),
    of_trigger("wait_time", {"schedule": {"wait_time": 5}}, {"wait_time": 5}),
    of_trigger("exec period", {"schedule": {"life_cycle_exec_period": 1}}, {"life_cycle_exec_period": 1}),
    of_trigger("no expiry", {"schedule": {"expire_time": ""}}, {"expire_time": ""}),
    of_trigger(
        "time zone", {"schedule": {"time_zone": "UTC"}}, {"time_zone": "UTC", "expire_time": "2030-06-30 10:00:00"}
    ),
    of_trigger("priority", {"workspace": {"priority": 1}}, {"priority": 1}),
    of_trigger("no targets", {"targets": []}, {"apply_objects": [], "apply_object_update_type": "CLEAR_ALL"}),
    of_trigger(
        "daily",
        {"schedule": {"type": "daily", "day_interval": 31, "time": "01:00"}},
        {"scheduled_type": "DAY", "day_interval": 31, "scheduled_time": "01:00:00", **NO_TRIGGER},
    ),
]
changes = pytest.mark.parametrize(("which", "asked", "sent"), CHANGES)
DIALECTS = [("merge", "empty"), ("replace", "null"), ("replace", "missing")]


@pytest.fixture
def run(run):
    return partial(run, service="workspace")


@pytest.fixture
def info(info):
    return partial(info, service="workspace")


@pytest.fixture(params=DIALECTS, ids="-".join)
def dialect(request, emulator):
    emulator.dialect.workspace_put, emulator.dialect.empty = request.param
    return emulator.dialect


@pytest.fixture(params=["merge", "replace"])
def put_mode(request, emulator):
    emulator.dialect.workspace_put = request.param


def options_of(task: dict[str, Any]) -> dict[str, Any]:
    return {name: deepcopy(task[name]) for name in OPTIONS if name in task}


def bodies(emulator: Any, operation: str) -> list[Any]:
    return [request.body for request in emulator.requests if request.operation == operation]


def stored(emulator: Any, name: str) -> dict[str, Any]:
    (task,) = [task for task in emulator.workspace.tasks.values() if task["task_name"] == name]
    return task


def whole_with(which: str, sent: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**WHOLE[which], **sent}.items() if value is not None}


def is_asked_of_events(asked: dict[str, Any]) -> bool:
    return bool({"life_cycle_type", "wait_time", "life_cycle_exec_period"} & set(asked.get("schedule", {})))


def agree(foreseen: Any, real: Any) -> None:
    for key in ("changed", "operations", "diff"):
        assert foreseen.result[key] == real.result[key]


def make(run: Any, which: str = "calendar") -> str:
    outcome = run(**deepcopy(TASKS[which]))
    assert outcome.error is None
    return outcome.task["id"]


class TestUpdate:
    @changes
    def test_it_sends_the_whole_task_with_what_differs(self, run, emulator, which, asked, sent):
        task_id = make(run, which)
        outcome = run(name=TASKS[which]["name"], **deepcopy(asked))
        assert outcome.error is None
        assert outcome.changed
        assert outcome.requests == [*BY_NAME, *([CONFIGURATIONS] if is_asked_of_events(asked) else []), PUT]
        assert bodies(emulator, PUT) == [whole_with(which, sent)]
        assert outcome.task["id"] == task_id
        assert outcome.operations == ["disable" if asked == {"enabled": False} else "update"]

    @changes
    def test_it_does_not_send_it_again(self, run, dialect, which, asked, sent):
        task_id = make(run, which)
        assert run(name=TASKS[which]["name"], **deepcopy(asked)).error is None
        by_name = run(name=TASKS[which]["name"], **deepcopy(asked))
        by_id = run(id=task_id, **deepcopy(asked))
        for outcome, requests in ((by_name, BY_NAME), (by_id, BY_ID)):
            assert outcome.error is None
            assert not outcome.changed
            assert outcome.operations == []
            assert outcome.requests == requests

    @changes
    def test_check_mode_foresees_it_and_writes_nothing(self, run, put_mode, emulator, which, asked, sent):
        make(run, which)
        name = TASKS[which]["name"]
        before = emulator.workspace.tasks
        foreseen = run(name=name, **deepcopy(asked), check_mode=True)
        assert emulator.workspace.tasks == before
        assert not WRITES & set(foreseen.requests)
        real = run(name=name, **deepcopy(asked))
        agree(foreseen, real)
        assert foreseen.result["diff"]["before"] != foreseen.result["diff"]["after"]

    @changes
    def test_the_diff_shows_what_is_then_found(self, run, put_mode, which, asked, sent):
        make(run, which)
        name = TASKS[which]["name"]
        changed = run(name=name, **deepcopy(asked))
        found = run(name=name)
        assert found.result["diff"]["before"] == changed.result["diff"]["after"]
        assert options_of(found.task) == options_of(changed.task)

    @pytest.mark.parametrize("which", TASKS)
    @pytest.mark.parametrize(
        "asked", [{"description": "other"}, {"enabled": False}, {"force": None, "description": "x"}]
    )
    def test_nothing_else_is_lost(self, run, dialect, emulator, which, asked):
        make(run, which)
        before = stored(emulator, TASKS[which]["name"])
        assert run(name=TASKS[which]["name"], **asked).changed
        after = stored(emulator, TASKS[which]["name"])
        expected = {
            "description": asked.get("description", before["description"]),
            "enable": asked.get("enabled", True),
        }
        assert after == {**before, **expected}

    @pytest.mark.parametrize(
        ("which", "asked", "writing"),
        [
            ("calendar", {"description": "new"}, [PUT]),
            ("triggered", {"description": "new"}, [PUT]),
            ("triggered", {"schedule": {"wait_time": 9}}, [CONFIGURATIONS, PUT]),
        ],
    )
    def test_it_costs_the_same_by_id(self, run, which, asked, writing):
        task_id = make(run, which)
        assert run(id=task_id, **deepcopy(asked)).requests == [*BY_ID, *writing]
        assert run(id=task_id, **asked).requests == BY_ID

    @pytest.mark.parametrize("which", TASKS)
    def test_nothing_given_is_nothing_changed(self, run, dialect, which):
        make(run, which)
        outcome = run(name=TASKS[which]["name"])
        assert not outcome.changed
        assert outcome.requests == BY_NAME
        assert outcome.result["diff"]["before"] == outcome.result["diff"]["after"]

    @pytest.mark.parametrize(
        "option",
        [
            *({name: None} for name in ("description", "schedule", "targets", "enabled", "force", "task_type")),
            {"schedule": {"expire_time": None, "time": "03:30", "wait_time": None}},
            {"workspace": None},
            {"workspace": {}},
            {"workspace": {"extra_params": None, "priority": None, "gray_count": None, "is_gray": None}},
        ],
        ids=str,
    )
    def test_null_is_not_given(self, run, option):
        make(run)
        outcome = run(name="nightly-script", **option)
        assert outcome.error is None
        assert not outcome.changed

    def test_order_and_repetition_mean_nothing(self, run):
        make(run)
        again = deepcopy(TASKS["calendar"])
        again["targets"] = [*reversed(again["targets"]), again["targets"][0]]
        again["schedule"]["weekdays"] = ["sunday", "monday", "sunday"]
        again["workspace"]["gray_desktop_ids"] = ["d-1", "d-2"]
        again["workspace"]["extra_params"] = dict(reversed(again["workspace"]["extra_params"].items()))
        assert not run(**again).changed

    def test_only_what_is_given_under_workspace_changes(self, run, emulator):
        make(run)
        assert run(name="nightly-script", workspace={"priority": 9}).changed
        task = stored(emulator, "nightly-script")
        assert (task["priority"], task["gray_count"], task["gray_fail_threshold"]) == (9, 0, 3)
        assert json.loads(task["extra_params"]) == TASKS["calendar"]["workspace"]["extra_params"]

    def test_is_gray_alone_cannot_be_compared(self, run, emulator):
        make(run)
        assert not run(name="nightly-script", workspace={"is_gray": True}).changed
        run(name="nightly-script", description="new", workspace={"is_gray": True})
        assert stored(emulator, "nightly-script")["is_gray"] is True
        assert "is_gray" not in str(run(name="nightly-script").result)

    def test_targets_that_are_none_are_not_cleared_again(self, run, put_mode, emulator):
        run(name="bare", task_type="STOP", schedule=FOREVER)
        assert "apply_objects" not in bodies(emulator, CREATE)[0]
        assert not run(name="bare", targets=[]).changed
        run(name="bare", description="x")
        assert not {"apply_objects", "apply_object_update_type"} & set(bodies(emulator, PUT)[0])
        assert run(name="bare").task["targets"] == []

    def test_the_next_execution_is_not_known_after_an_update(self, run):
        make(run)
        outcome = run(name="nightly-script", schedule={"time": "05:00"})
        assert "next_execution_time" not in outcome.task
        assert "next_execution_time" in run(name="nightly-script").task

    def test_a_complete_schedule_keeps_zone_and_expiry(self, run):
        make(run)
        outcome = run(
            name="nightly-script", schedule={"type": "weekly", "weekdays": ["sunday", "monday"], "time": "03:30"}
        )
        assert not outcome.changed
        assert outcome.task["schedule"]["expire_time"] == "2030-06-30T10:00:00Z"

    def test_a_complete_triggered_schedule_keeps_what_it_need_not_have(self, run):
        make(run, "triggered")
        outcome = run(name="after-hours", schedule={"type": "life_cycle", "life_cycle_type": DISCONNECTED})
        assert not outcome.changed
        assert (outcome.task["schedule"]["wait_time"], outcome.task["schedule"]["life_cycle_exec_period"]) == (30, 60)

    def test_a_task_that_vanished_meanwhile_is_an_error(self, run, emulator):
        task_id = make(run)
        emulator.fail(PUT, status=400, body=GONE)
        outcome = run(name="nightly-script", description="new")
        for words in ("update scheduled task nightly-script", task_id, "400", "WKS.1", "does not exist"):
            assert words in outcome.error

    def test_an_update_whose_answer_is_lost_for_good_is_reported(self, run, emulator):
        make(run)
        emulator.fail(PUT, body="done", media_type="text/plain", acts=True, times=5)
        outcome = run(name="nightly-script", description="new")
        assert "Whether this was carried out is not known." in outcome.error
        assert not run(name="nightly-script", description="new").changed

    def test_an_update_whose_answer_is_lost_is_repeated(self, run, emulator):
        make(run)
        emulator.fail(PUT, drop=True, acts=True)
        assert run(name="nightly-script", description="new").operations == ["update"]
        assert stored(emulator, "nightly-script")["description"] == "new"


class TestEnabled:
    @pytest.mark.parametrize("which", TASKS)
    @pytest.mark.parametrize(("start", "goal", "word"), [(True, False, "disable"), (False, True, "enable")])
    def test_enablement_alone_has_its_own_word(self, run, dialect, which, start, goal, word):
        make(run, which)
        run(name=TASKS[which]["name"], enabled=start)
        outcome = run(name=TASKS[which]["name"], enabled=goal)
        assert outcome.operations == [word]
        assert outcome.task["enabled"] is goal
        assert not run(name=TASKS[which]["name"], enabled=goal).changed

    @pytest.mark.parametrize("state", [True, False])
    def test_left_out_it_stays(self, run, dialect, emulator, state):
        run(**deepcopy(TASKS["calendar"]), enabled=state)
        assert run(name="nightly-script", description="other").task["enabled"] is state
        assert stored(emulator, "nightly-script")["enable"] is state

    @pytest.mark.parametrize("state", [True, False])
    def test_it_is_that_of_the_task_and_not_of_a_namesake(self, run, emulator, state):
        emulator.workspace.add_task(task_name="twin", enable=not state)
        task_id = emulator.workspace.add_task(task_name="twin", enable=state)
        emulator.workspace.add_task(task_name="twin", enable=not state, scheduled_type="LIFE_CYCLE")
        assert not run(id=task_id, enabled=state).changed

    def test_enablement_that_the_list_does_not_tell_is_set(self, run, emulator):
        task_id = make(run)
        emulator.fail(LIST, body={"total_count": 0, "scheduled_tasks": []}, times=LOOKS)
        assert run(id=task_id, enabled=True).operations == ["enable"]
        emulator.fail(LIST, body={"total_count": 0, "scheduled_tasks": []}, times=LOOKS)
        assert "enable" not in run(id=task_id, description="x").task
        assert "enable" not in bodies(emulator, PUT)[0]


# What a creation is asked for, beside a stop every day, and the operations and requests behind the two listings.
CREATIONS = [
    ({}, ["create"], [CREATE]),
    ({"enabled": True}, ["create"], [CREATE]),
    ({"enabled": False}, ["create", "disable"], [CREATE, PUT]),
    ({"workspace": {"priority": 1}}, ["create", "update"], [CREATE, PUT]),
    ({"workspace": {"priority": 1}, "enabled": False}, ["create", "update"], [CREATE, PUT]),
    ({"workspace": {"extra_params": {}}}, ["create"], [CREATE]),
    ({"task_type": "EXECUTE_SCRIPT", "workspace": {"is_gray": True}}, ["create", "update"], [CREATE, PUT]),
    ({"task_type": "EXECUTE_SCRIPT", "workspace": {"is_gray": False}}, ["create", "update"], [CREATE, PUT]),
    ({"task_type": "EXECUTE_SCRIPT", "workspace": {"gray_count": 0}}, ["create"], [CREATE]),
    (
        {"schedule": {"type": "life_cycle", "life_cycle_type": DISCONNECTED}},
        ["create"],
        [CONFIGURATIONS, CREATE],
    ),
    (
        {"schedule": {"type": "life_cycle", "life_cycle_type": DISCONNECTED}, "enabled": False},
        ["create", "disable"],
        [CONFIGURATIONS, CREATE, PUT],
    ),
]


class TestCreate:
    def test_it_creates_what_is_asked_for_and_adds_what_a_creation_cannot_say(self, run, put_mode, emulator):
        outcome = run(**deepcopy(TASKS["calendar"]))
        assert outcome.operations == ["create", "update"]
        assert outcome.requests == [LIST, LIST, CREATE, PUT, LIST, LIST]
        later = ("enable", "priority", "apply_object_update_type")
        body = {name: value for name, value in WHOLE["calendar"].items() if name not in later}
        assert bodies(emulator, CREATE) == [{"task_type": "EXECUTE_SCRIPT", **body}]
        whole = dict(WHOLE["calendar"])
        del whole["enable"]
        assert bodies(emulator, PUT) == [whole]
        assert outcome.task["id"] in emulator.workspace.tasks
        assert outcome.task["enabled"] is True
        assert outcome.task["workspace"]["priority"] == 7
        assert outcome.task["workspace"]["gray_desktop_ids"] == ["d-1", "d-2"]
        assert outcome.task["schedule"]["expire_time"] == "2030-06-30T10:00:00Z"

    @pytest.mark.parametrize("which", TASKS)
    def test_it_does_not_create_it_again(self, run, dialect, which):
        task_id = make(run, which)
        outcome = run(**deepcopy(TASKS[which]))
        assert not outcome.changed
        assert outcome.requests == BY_NAME
        assert outcome.task["id"] == task_id
        assert not run(**deepcopy(TASKS[which]), id=task_id).changed

    @pytest.mark.parametrize(("asked", "operations", "requests"), CREATIONS, ids=str)
    def test_it_takes_no_more_requests_than_needed(self, run, put_mode, emulator, asked, operations, requests):
        options = {"name": "evening-stop", "task_type": "STOP", "schedule": FOREVER, **asked}
        foreseen = run(**deepcopy(options), check_mode=True)
        assert foreseen.requests == [LIST, LIST, *(name for name in requests if name not in WRITES)]
        assert emulator.workspace.tasks == {}
        outcome = run(**deepcopy(options))
        assert outcome.operations == operations
        assert outcome.requests == [LIST, LIST, *requests, LIST, LIST]
        agree(foreseen, outcome)
        again = run(**deepcopy(options))
        assert again.error is None
        assert not again.changed
        assert again.task["enabled"] is asked.get("enabled", True)
        assert outcome.task["enabled"] is asked.get("enabled", True)

    @pytest.mark.parametrize(
        "task_type", ["START", "STOP", "REBOOT", "HIBERNATE", "REBUILD", "EXECUTE_SCRIPT", "CREATE_SNAPSHOT"]
    )
    @pytest.mark.parametrize(
        "schedule",
        [
            {"type": "once", "date": "2030-02-28", "time": "00:00"},
            {"type": "daily", "day_interval": 31, "time": "23:59:59"},
            {"type": "weekly", "weekdays": ["wednesday", "tuesday"], "time": "12:00"},
            {"type": "monthly", "months": [2, 1], "month_days": ["L", 31, 4], "time": "12:00"},
        ],
        ids=lambda schedule: schedule["type"],
    )
    def test_every_type_on_every_calendar(self, run, info, task_type, schedule):
        options = {"name": "any", "task_type": task_type, "schedule": {**schedule, "time_zone": "UTC"}}
        assert run(**deepcopy(options)).operations == ["create"]
        assert not run(**options).changed
        (task,) = info(details=True).tasks
        assert task["task_type"] == task_type
        assert task["schedule"]["type"] == schedule["type"]

    @pytest.mark.parametrize(
        ("event", "task_type"),
        [
            *product(EVENTS, ["REBOOT", "EXECUTE_SCRIPT"]),
            *product(EVENTS[:-1], ["STOP", "HIBERNATE"]),
        ],
    )
    def test_every_event(self, run, info, event, task_type):
        options = {"name": "any", "task_type": task_type, "schedule": {"type": "life_cycle", "life_cycle_type": event}}
        assert run(**deepcopy(options)).operations == ["create"]
        assert not run(**options).changed
        (task,) = info(details=True).tasks
        assert task["schedule"]["life_cycle_type"] == event

    @pytest.mark.parametrize("target_type", ["DESKTOP", "DESKTOP_POOL", "DESKTOP_TAG", "ALL_DESKTOPS"])
    def test_every_kind_of_target(self, run, dialect, target_type):
        target = {"type": target_type} if target_type == "ALL_DESKTOPS" else {"type": target_type, "id": "x" * 255}
        options = {"name": "any", "task_type": "STOP", "schedule": FOREVER, "targets": [target]}
        assert run(**deepcopy(options)).task["targets"] == [target]
        again = run(**options)
        assert not again.changed
        assert again.task["targets"] == [target]

    @pytest.mark.parametrize(
        ("left_out", "named"),
        [
            (["task_type"], "task_type"),
            (["schedule"], "schedule.type"),
            (["task_type", "schedule"], "task_type, schedule.type"),
        ],
    )
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_what_is_missing_is_named_before_any_write(self, run, emulator, left_out, named, check_mode):
        options = {name: value for name, value in TASKS["calendar"].items() if name not in left_out}
        outcome = run(**deepcopy(options), check_mode=check_mode)
        assert named in outcome.error
        assert "nightly-script" in outcome.error
        assert outcome.requests == [LIST, LIST]

    @pytest.mark.parametrize("expire_time", ["2030-01-01T00:00:00", "2030-01-01T00:00:00Z"])
    def test_an_expiry_needs_a_zone_to_be_kept_in(self, run, expire_time):
        schedule = {"type": "daily", "day_interval": 1, "time": "01:00", "expire_time": expire_time}
        outcome = run(name="any", task_type="STOP", schedule=schedule)
        assert "schedule.expire_time" in outcome.error
        assert "schedule.time_zone" in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_the_services_default_zone_is_found(self, run, emulator):
        options = {
            "name": "any",
            "task_type": "STOP",
            "schedule": {"type": "daily", "day_interval": 1, "time": "01:00"},
        }
        run(**deepcopy(options))
        assert "time_zone" not in bodies(emulator, CREATE)[0]
        again = run(**options)
        assert not again.changed
        assert again.task["schedule"]["time_zone"] == "Asia/Shanghai"

    def test_a_service_agency_that_is_not_enabled_is_said(self, run, emulator):
        emulator.dialect.workspace_agency = False
        outcome = run(name="any", task_type="STOP", schedule=FOREVER)
        for words in ("create scheduled task any", "403", "service agency", "enabled", "console"):
            assert words in outcome.error
        assert outcome.result["status"] == 403
        assert emulator.workspace.tasks == {}

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ({"status": 500, "body": {"error_code": "WKS.1", "error_msg": "broken"}}, "broken"),
            ({"status": 400, "body": GONE}, "does not exist"),
        ],
    )
    @pytest.mark.parametrize(
        ("asked", "mended"), [({"enabled": False}, "disable"), ({"workspace": {"priority": 3}}, "update")]
    )
    def test_an_interrupted_creation_says_what_stays(self, run, emulator, fault, said, asked, mended):
        options = {"name": "any", "task_type": "STOP", "schedule": FOREVER, **asked}
        emulator.fail(PUT, **fault)
        outcome = run(**deepcopy(options))
        (task_id,) = emulator.workspace.tasks
        assert outcome.result["operations"] == ["create"]
        assert outcome.changed
        for words in (task_id, "any", "create", said, "Run the same task again"):
            assert words in outcome.error
        assert run(**options).operations == [mended]

    @pytest.mark.parametrize(
        "fault",
        [
            pytest.param({"drop": True, "acts": True}, id="dropped after acting"),
            pytest.param({"drop": True}, id="dropped before acting"),
            pytest.param({"status": 504, "acts": True}, id="504 after acting"),
            pytest.param({"status": 502, "body": "<html>Bad gateway</html>", "media_type": "text/html"}, id="502 page"),
            pytest.param({"cut_off": True, "acts": True}, id="cut off"),
            pytest.param({"body": "done", "media_type": "text/plain", "acts": True}, id="no JSON"),
            pytest.param({"body": {}, "acts": True}, id="no id"),
            pytest.param({"body": {"task_id": "../x"}, "acts": True}, id="an id that cannot be used"),
            pytest.param({"body": [], "acts": True}, id="no object"),
        ],
    )
    @pytest.mark.parametrize("which", TASKS)
    def test_a_lost_answer_does_not_make_two_tasks(self, run, emulator, which, fault):
        emulator.fail(CREATE, **fault)
        outcome = run(**deepcopy(TASKS[which]))
        assert outcome.error is None
        assert outcome.operations == ["create", "update"]
        assert list(emulator.workspace.tasks) == [outcome.task["id"]]
        assert not run(**deepcopy(TASKS[which])).changed

    def test_an_answer_that_is_lost_for_good_is_reported(self, run, emulator):
        emulator.fail(CREATE, drop=True, times=2)
        outcome = run(**deepcopy(TASKS["calendar"]))
        assert "create scheduled task nightly-script" in outcome.error
        assert "Whether this was carried out is not known." in outcome.error
        assert outcome.result["operations"] == []
        assert outcome.result["changed"] is False

    def test_it_is_reported_too_where_looking_fails(self, run, emulator):
        emulator.fail(CREATE, drop=True, acts=True)
        emulator.fail(LIST, skip=2, status=403)
        assert "create scheduled task nightly-script" in run(**deepcopy(TASKS["calendar"])).error


class TestTaskType:
    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize("find", ["name", "id"])
    def test_that_of_an_existing_task_cannot_be_changed(self, run, emulator, find, check_mode):
        task_id = emulator.workspace.add_task(task_name="stop", task_type="STOP")
        before = emulator.workspace.tasks
        outcome = run(
            **({"name": "stop"} if find == "name" else {"id": task_id}), task_type="START", check_mode=check_mode
        )
        for words in ("stop", task_id, "STOP", "START", "workspace", "task_type"):
            assert words in outcome.error
        assert not WRITES & set(outcome.requests)
        assert emulator.workspace.tasks == before

    def test_it_does_not_keep_a_task_from_being_deleted(self, run, emulator):
        emulator.workspace.add_task(task_name="stop", task_type="STOP")
        assert run(name="stop", task_type="START", state="absent").operations == ["delete"]

    def test_its_own_is_no_change(self, run, emulator):
        emulator.workspace.add_task(task_name="stop", task_type="stop")
        assert not run(name="stop", task_type="STOP").changed

    def test_a_type_that_the_service_does_not_tell_is_not_another_one(self, run, emulator):
        emulator.workspace.add_task(task_name="odd", task_type="")
        assert run(name="odd", description="x").operations == ["update"]

    @pytest.mark.parametrize("option", ["gray_count", "gray_fail_threshold", "gray_desktop_ids", "is_gray"])
    def test_canary_fields_for_another_type_found_are_refused_before_any_write(self, run, emulator, option):
        emulator.workspace.add_task(task_name="stop")
        value = {"gray_desktop_ids": ["d"], "is_gray": False}.get(option, 1)
        outcome = run(name="stop", workspace={option: value})
        for words in (f"workspace.{option}", "EXECUTE_SCRIPT", "STOP"):
            assert words in outcome.error
        assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("task_type", ["START", "REBUILD"])
    def test_a_type_found_that_nothing_triggers_takes_no_event(self, run, emulator, task_type):
        emulator.workspace.add_task(task_name="one", task_type=task_type)
        outcome = run(name="one", schedule={"type": "life_cycle", "life_cycle_type": CREATED})
        assert task_type in outcome.error
        assert "life_cycle" in outcome.error
        assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("task_type", ["START", "REBUILD"])
    def test_a_triggered_one_that_the_service_has_all_the_same_is_left_alone(self, run, emulator, task_type):
        emulator.workspace.add_task(task_name="odd", task_type=task_type, scheduled_type="LIFE_CYCLE")
        outcome = run(name="odd")
        assert outcome.error is None
        assert not outcome.changed


class TestFind:
    def test_a_triggered_task_is_found_by_its_name(self, run, emulator):
        task_id = emulator.workspace.add_task(task_name="bye", scheduled_type="LIFE_CYCLE")
        outcome = run(name="bye")
        assert outcome.task["id"] == task_id
        assert outcome.requests == BY_NAME
        assert [request.query.get("scheduled_type") for request in emulator.requests] == [None, "LIFE_CYCLE", None]
        assert all(request.query.get("task_name") == "bye" for request in emulator.requests[:2])

    @pytest.mark.parametrize("kind", ["DAY", "LIFE_CYCLE"])
    def test_by_its_id_one_listing_is_enough(self, run, emulator, kind):
        task_id = emulator.workspace.add_task(task_name="bye", scheduled_type=kind)
        assert run(id=task_id).requests == BY_ID
        assert emulator.requests[1].query["scheduled_type"] == kind

    def test_a_similar_name_is_not_taken_for_the_task(self, run, emulator):
        for name in ("evening-2", "my-evening", "Evening", " evening"):
            emulator.workspace.add_task(task_name=name, scheduled_type="LIFE_CYCLE" if name == "Evening" else "DAY")
        assert run(name="evening", task_type="STOP", schedule=FOREVER).operations == ["create"]
        assert len(emulator.workspace.tasks) == 5

    @pytest.mark.parametrize("kinds", [("DAY", "WEEK"), ("DAY", "LIFE_CYCLE"), ("LIFE_CYCLE", "LIFE_CYCLE")])
    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_two_of_one_name_are_an_error_that_lists_their_ids(self, run, emulator, kinds, state):
        ids = [emulator.workspace.add_task(task_name="twin", scheduled_type=kind) for kind in kinds]
        outcome = run(name="twin", state=state)
        assert all(task_id in outcome.error for task_id in ids)
        assert not WRITES & set(outcome.requests)
        assert len(emulator.workspace.tasks) == 2
        assert run(id=ids[1], state=state).error is None

    def test_the_same_task_in_both_listings_is_one(self, run, info, emulator):
        task_id = emulator.workspace.add_task(task_name="web")
        item = {"id": task_id, "task_name": "web", "task_type": "STOP", "scheduled_type": "DAY", "enable": True}
        emulator.fail(LIST, body={"scheduled_tasks": [item], "total_count": 1}, times=2)
        assert run(name="web").task["id"] == task_id
        emulator.fail(LIST, body={"scheduled_tasks": [item], "total_count": 1}, times=2)
        assert info().result["total_count"] == 1

    @pytest.mark.parametrize("kind", ["DAY", "LIFE_CYCLE"])
    def test_the_name_is_looked_for_on_every_page_of_fifty(self, run, emulator, kind):
        for number in range(101):
            emulator.workspace.add_task(task_name=f"web-{number}", scheduled_type=kind)
        task_id = emulator.workspace.add_task(task_name="web-", scheduled_type=kind, enable=False)
        outcome = run(name="web-", enabled=False)
        assert outcome.task["id"] == task_id
        assert not outcome.changed
        assert outcome.requests == [LIST] * 4 + [SHOW]
        assert {request.query["limit"] for request in emulator.requests[:4]} == {"50"}
        by_id = run(id=task_id, enabled=False)
        assert not by_id.changed
        assert by_id.requests == [SHOW, LIST, LIST, LIST]

    @pytest.mark.parametrize(
        "name", ["two words", "a&b=c?d#e", "100%", "Stra\u00dfe", "\u4efb\u52a1", "x" * 255, "a,b/c"]
    )
    def test_any_name_is_found_again(self, run, name):
        assert run(name=name, task_type="STOP", schedule=FOREVER).operations == ["create"]
        assert not run(name=name, task_type="STOP", schedule=FOREVER).changed

    @pytest.mark.parametrize("status", [400, 404])
    def test_an_unknown_id_is_an_error_with_present_and_nothing_to_delete(self, run, info, emulator, status):
        emulator.dialect.unknown_task_status = status
        outcome = run(id="unknown-id", description="x")
        assert "unknown-id" in outcome.error
        assert "leave id out" in outcome.error
        assert outcome.requests == [SHOW]
        gone = run(id="unknown-id", state="absent")
        assert gone.error is None
        assert not gone.changed
        assert gone.requests == [SHOW]
        assert info(id="unknown-id").tasks == []

    @pytest.mark.parametrize(
        ("words", "is_missing"),
        [
            ("The scheduled task does not exist.", True),
            ("task_id: the scheduled task does not exist", True),
            ("Scheduled task x not found", True),
            ("The desktop does not exist", False),
            ("Parameter task_id is malformed", False),
            ("", False),
        ],
    )
    def test_of_the_400s_only_that_of_an_unknown_task_means_none(self, run, emulator, words, is_missing):
        emulator.fail(SHOW, status=400, body={"error_code": "WKS.1", "error_msg": words})
        outcome = run(id="some-id", state="absent")
        assert (outcome.error is None) is is_missing
        if not is_missing:
            assert "read scheduled task some-id: 400" in outcome.error

    @pytest.mark.parametrize("status", [400, 404])
    def test_a_task_that_vanishes_between_list_and_detail_is_created(self, run, info, emulator, status):
        emulator.dialect.unknown_task_status = status
        emulator.dialect.deleted_listed = 2
        for look in (
            lambda: run(**deepcopy(TASKS["calendar"]), check_mode=True).operations == ["create", "update"],
            lambda: info(details=True).tasks == [],
        ):
            run(id=make(run), state="absent")
            assert look()

    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_an_address_that_is_not_the_services_is_no_missing_task(self, run, emulator, state):
        emulator.fail(SHOW, status=404, body={"error_code": "APIGW.0101", "error_msg": "task does not exist"})
        outcome = run(id="some-id", state=state)
        assert "APIGW.0101" in outcome.error
        assert "endpoint" in outcome.error

    def test_renaming_takes_the_id(self, run, dialect, emulator):
        task_id = make(run)
        foreseen = run(id=task_id, name="renamed", check_mode=True)
        assert list(emulator.workspace.tasks.values())[0]["task_name"] == "nightly-script"
        outcome = run(id=task_id, name="renamed")
        agree(foreseen, outcome)
        assert outcome.operations == ["update"]
        assert outcome.requests == [*BY_ID, PUT]
        assert bodies(emulator, PUT) == [whole_with("calendar", {"task_name": "renamed"})]
        assert not run(id=task_id, name="renamed").changed


class TestAbsent:
    @pytest.mark.parametrize("which", TASKS)
    def test_by_name(self, run, emulator, which):
        make(run, which)
        name = TASKS[which]["name"]
        foreseen = run(name=name, state="absent", check_mode=True)
        assert foreseen.requests == [LIST, LIST, SHOW]
        assert len(emulator.workspace.tasks) == 1
        outcome = run(name=name, state="absent")
        agree(foreseen, outcome)
        assert outcome.operations == ["delete"]
        assert outcome.requests == [LIST, LIST, DELETE]
        assert outcome.task == {}
        assert outcome.result["diff"]["before"]["name"] == name
        assert outcome.result["diff"]["after"] == {}
        assert emulator.workspace.tasks == {}

    def test_by_id(self, run, emulator):
        task_id = make(run)
        assert run(id=task_id, state="absent").requests == [SHOW, DELETE]
        assert emulator.workspace.tasks == {}

    @pytest.mark.parametrize(("find", "requests"), [({"name": "none"}, [LIST, LIST]), ({"id": "some-id"}, [SHOW])])
    def test_not_again(self, run, find, requests):
        outcome = run(**find, state="absent")
        assert not outcome.changed
        assert outcome.requests == requests
        assert outcome.result["diff"] == {"before": {}, "after": {}}

    def test_name_and_id_must_both_match(self, run, emulator):
        task_id = make(run)
        outcome = run(id=task_id, name="other", state="absent")
        assert "nightly-script" in outcome.error
        assert "other" in outcome.error
        assert run(id=task_id, name="nightly-script", state="absent").operations == ["delete"]

    @pytest.mark.parametrize("status", [400, 404])
    def test_a_deletion_that_comes_too_late_is_success(self, run, emulator, status):
        make(run)
        emulator.fail(DELETE, status=status, body=GONE)
        assert run(name="nightly-script", state="absent").operations == []

    def test_another_refusal_is_none(self, run, emulator):
        make(run)
        emulator.fail(DELETE, status=400, body={"error_code": "WKS.1", "error_msg": "is running"})
        assert "is running" in run(name="nightly-script", state="absent").error

    def test_other_options_are_checked_and_not_applied(self, run):
        make(run)
        assert "SLEEP" in run(name="nightly-script", task_type="SLEEP", state="absent").error
        assert run(**{**deepcopy(TASKS["calendar"]), "description": "x"}, state="absent").operations == ["delete"]


# Options that are refused before the first request, and what the message names.
LIFE = {"type": "life_cycle", "life_cycle_type": CREATED}
REFUSED = [
    ({"name": ""}, ["name"]),
    ({"name": " "}, ["name"]),
    ({"name": "x" * 256}, ["name", "255"]),
    ({"id": ".."}, ["id", "'..'"]),
    ({"id": "life-cycle-type/configurations"}, ["id"]),
    ({"task_type": "SLEEP"}, ["task_type", "SLEEP", "CREATE_SNAPSHOT", "workspace"]),
    ({"task_type": "stop"}, ["task_type", "stop"]),
    ({"task_type": "STOP_SERVER"}, ["task_type", "STOP_SERVER"]),
    ({"task_type": "DELETE_BLACK_ECS"}, ["task_type", "DELETE_BLACK_ECS"]),
    ({"description": "x" * 256}, ["description", "255"]),
    ({"targets": [{"type": "DESKTOP", "id": str(n)} for n in range(1001)]}, ["targets", "1001", "0 to 1000"]),
    ({"targets": [{"type": "SERVER", "id": "s"}]}, ["targets.type", "SERVER", "DESKTOP_TAG"]),
    ({"targets": [{"type": "DESKTOP"}]}, ["targets.id"]),
    ({"targets": [{"type": "DESKTOP_TAG", "id": ""}]}, ["targets.id"]),
    ({"targets": [{"type": "DESKTOP_POOL", "id": " "}]}, ["targets.id", "' '"]),
    ({"targets": [{"type": "DESKTOP", "id": "x" * 256}]}, ["targets.id", "255"]),
    ({"targets": [{"type": "ALL_DESKTOPS", "id": "d"}]}, ["targets.id", "'d'", "ALL_DESKTOPS"]),
    ({"targets": [{"id": "d"}]}, ["type"]),
    ({"targets": "all"}, ["targets"]),
    ({"schedule": {"type": "hourly"}}, ["type must be one of", "got: hourly found in schedule"]),
    ({"schedule": {"type": "cron", "cron": "0 0 9 * * ?"}}, ["schedule.type", "cron", "workspace"]),
    ({"schedule": {"cron": "0 0 9 * * ?"}}, ["schedule.cron", "workspace"]),
    ({"schedule": {"type": "life_cycle"}}, ["schedule.type", "life_cycle_type"]),
    ({"schedule": {"type": "life_cycle", "wait_time": 3}}, ["schedule.type", "life_cycle_type"]),
    ({"schedule": {**LIFE, "time": "01:00"}}, ["schedule.time", "life_cycle", "wait_time"]),
    ({"schedule": {**LIFE, "weekdays": ["monday"]}}, ["schedule.weekdays", "life_cycle"]),
    ({"schedule": {**LIFE, "life_cycle_type": "POST_LUNCH"}}, ["schedule.life_cycle_type", "POST_LUNCH", CREATED]),
    ({"schedule": {"life_cycle_type": ""}}, ["schedule.life_cycle_type"]),
    ({"schedule": {"life_cycle_type": CREATED.lower()}}, ["schedule.life_cycle_type"]),
    ({"schedule": {"wait_time": -1}}, ["schedule.wait_time", "-1"]),
    ({"schedule": {"wait_time": 43201}}, ["schedule.wait_time", "43201", "43200"]),
    ({"schedule": {"wait_time": True}}, ["schedule.wait_time", "True"]),
    ({"schedule": {"life_cycle_exec_period": 0}}, ["schedule.life_cycle_exec_period", "0"]),
    ({"schedule": {"life_cycle_exec_period": 10081}}, ["schedule.life_cycle_exec_period", "10081", "10080"]),
    ({"schedule": {"life_cycle_exec_period": True}}, ["schedule.life_cycle_exec_period", "True"]),
    ({"schedule": {"wait_time": 1, "time": "01:00"}}, ["schedule", "wait_time", "time", "together"]),
    ({"schedule": {"weekdays": ["monday"], "months": [1]}}, ["schedule", "weekdays", "months", "together"]),
    ({"schedule": {**FOREVER, "wait_time": 1}}, ["schedule.wait_time", "daily"]),
    ({"schedule": {**FOREVER, "life_cycle_type": CREATED}}, ["schedule.life_cycle_type", "daily"]),
    ({"schedule": {"type": "daily", "time": "01:00"}}, ["schedule.type", "day_interval"]),
    ({"schedule": {"type": "weekly", "weekdays": ["monday"]}}, ["schedule.type", "time"]),
    ({"schedule": {"type": "monthly", "months": [1], "time": "01:00"}}, ["schedule.type", "month_days"]),
    ({"schedule": {"type": "once", "time": "01:00"}}, ["schedule.type", "date"]),
    ({"schedule": {"time": "24:00"}}, ["schedule.time", "24:00"]),
    ({"schedule": {"time": 37800}}, ["schedule.time", "37800", "quote it"]),
    ({"schedule": {"date": "2030-02-30"}}, ["schedule.date", "2030-02-30"]),
    ({"schedule": {"day_interval": 32}}, ["schedule.day_interval", "32"]),
    ({"schedule": {"weekdays": ["1"]}}, ["weekdays must be one or more of", "no match for: 1 found in schedule"]),
    ({"schedule": {"weekdays": []}}, ["schedule.weekdays"]),
    ({"schedule": {"months": [13]}}, ["schedule.months", "13"]),
    ({"schedule": {"month_days": ["32"]}}, ["schedule.month_days", "32"]),
    ({"schedule": {"time_zone": "Mars/Olympus"}}, ["schedule.time_zone", "Mars/Olympus"]),
    ({"schedule": {"time_zone": ""}}, ["schedule.time_zone"]),
    ({"schedule": {"expire_time": "tomorrow"}}, ["schedule.expire_time", "tomorrow"]),
    ({"schedule": {"expire_time": "2030-06-30"}}, ["schedule.expire_time"]),
    ({"task_type": "START", "schedule": LIFE}, ["task_type", "START", "life_cycle"]),
    ({"task_type": "REBUILD", "schedule": LIFE}, ["task_type", "REBUILD", "life_cycle"]),
    (
        {"task_type": "STOP", "workspace": {"gray_count": 0}},
        ["task_type", "STOP", "workspace.gray_count", "EXECUTE_SCRIPT"],
    ),
    ({"task_type": "STOP", "workspace": {"gray_desktop_ids": ["d"]}}, ["workspace.gray_desktop_ids", "EXECUTE_SCRIPT"]),
    (
        {"task_type": "STOP", "workspace": {"gray_fail_threshold": 1}},
        ["workspace.gray_fail_threshold", "EXECUTE_SCRIPT"],
    ),
    ({"task_type": "STOP", "workspace": {"is_gray": False}}, ["workspace.is_gray", "EXECUTE_SCRIPT"]),
    ({"workspace": {"priority": 0}}, ["workspace.priority", "0", "1 to 50"]),
    ({"workspace": {"priority": 51}}, ["workspace.priority", "51"]),
    ({"workspace": {"priority": True}}, ["workspace.priority", "True"]),
    ({"workspace": {"priority": "high"}}, ["priority", "workspace"]),
    ({"workspace": {"gray_count": -1}}, ["workspace.gray_count", "-1", "0 to 1000"]),
    ({"workspace": {"gray_count": 1001}}, ["workspace.gray_count", "1001"]),
    ({"workspace": {"gray_fail_threshold": 0}}, ["workspace.gray_fail_threshold", "0", "1 to 1000"]),
    ({"workspace": {"gray_fail_threshold": 1001}}, ["workspace.gray_fail_threshold", "1001"]),
    ({"workspace": {"gray_desktop_ids": []}}, ["workspace.gray_desktop_ids", "1 to 1000"]),
    ({"workspace": {"gray_desktop_ids": ["d"] * 1001}}, ["workspace.gray_desktop_ids", "1001"]),
    ({"workspace": {"gray_desktop_ids": ["d", " "]}}, ["workspace.gray_desktop_ids"]),
    ({"workspace": {"is_gray": "perhaps"}}, ["is_gray", "perhaps"]),
    ({"workspace": {"extra_params": "message"}}, ["extra_params", "workspace"]),
    ({"workspace": {"extra_params": [1]}}, ["extra_params", "workspace"]),
    ({"workspace": {"extra_params": {"a": "x" * 1992}}}, ["workspace.extra_params", "2001", "2000"]),
    ({"workspace": {"extra_params": {"a": float("nan")}}}, ["workspace.extra_params"]),
    ({"workspace": {"extra_params": {"a": [float("inf")]}}}, ["workspace.extra_params"]),
    ({"workspace": {"colour": "blue"}}, ["colour"]),
    ({"coc": {"risk_level": "LOW"}}, ["coc"]),
]


class TestRefused:
    @pytest.mark.parametrize(("option", "named"), REFUSED, ids=lambda value: str(value)[:60])
    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_before_the_first_request(self, run, emulator, option, named, state):
        outcome = run(**{"name": "any", "state": state, **deepcopy(option)})
        assert outcome.error is not None
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []

    @pytest.mark.parametrize(
        "option",
        [
            {"workspace": {"extra_params": {"a": "x" * 1991}}},
            {"workspace": {"extra_params": {"a": "\u4efb" * 1991}}},
            {"workspace": {"priority": 50}},
            {"description": "\u4efb" * 255},
            {"targets": [{"type": "DESKTOP", "id": str(number)} for number in range(1000)]},
            {"schedule": {**LIFE, "wait_time": 43200}},
            {"schedule": {"type": "life_cycle", "life_cycle_type": DISCONNECTED, "life_cycle_exec_period": 10080}},
        ],
        ids=lambda option: str(option)[:60],
    )
    def test_the_very_limit_is_taken(self, run, option):
        options = {"name": "any", "task_type": "STOP", "schedule": FOREVER, **option}
        assert run(**deepcopy(options)).error is None
        assert not run(**options).changed

    @pytest.mark.parametrize(
        ("which", "schedule", "named"),
        [
            ("calendar", {"day_interval": 2}, ["schedule.day_interval", "2", "weekly", "weekdays"]),
            ("calendar", {"wait_time": 2}, ["schedule.wait_time", "2", "weekly"]),
            ("calendar", {"life_cycle_type": CREATED}, ["schedule.life_cycle_type", "weekly"]),
            ("triggered", {"time": "01:00"}, ["schedule.time", "01:00:00", "life_cycle"]),
            ("triggered", {"weekdays": ["monday"]}, ["schedule.weekdays", "life_cycle"]),
        ],
    )
    def test_a_part_that_does_not_fit_the_type_found_is_refused_before_any_write(self, run, which, schedule, named):
        make(run, which)
        outcome = run(name=TASKS[which]["name"], schedule=schedule)
        for words in named:
            assert words in outcome.error
        assert outcome.requests == BY_NAME


def of_event(event: str, **parts: Any) -> dict[str, Any]:
    return {"type": "life_cycle", "life_cycle_type": event, **parts}


class TestLifeCycle:
    @pytest.mark.parametrize(
        ("task_type", "schedule", "named"),
        [
            ("STOP", of_event("POST_DESKTOP_CANNOT_CONNECT"), ["task_type", "'STOP'", "REBOOT, EXECUTE_SCRIPT"]),
            ("CREATE_SNAPSHOT", of_event(CREATED), ["task_type", "'CREATE_SNAPSHOT'", CREATED, "HIBERNATE"]),
            ("STOP", of_event(DISCONNECTED, wait_time=4), ["schedule.wait_time", "4", DISCONNECTED, "5 minutes"]),
            ("STOP", of_event(CREATED, life_cycle_exec_period=9), ["schedule.life_cycle_exec_period", "9", CREATED]),
        ],
    )
    @pytest.mark.parametrize("check_mode", [True, False])
    def test_what_the_event_does_not_allow_is_refused_before_a_creation(
        self, run, emulator, task_type, schedule, named, check_mode
    ):
        outcome = run(name="bye", task_type=task_type, schedule=schedule, check_mode=check_mode)
        for words in named:
            assert words in outcome.error
        assert outcome.requests == [LIST, LIST, CONFIGURATIONS]
        assert emulator.requests[-1].query == {"type": schedule["life_cycle_type"]}
        assert emulator.workspace.tasks == {}

    @pytest.mark.parametrize(
        ("found", "asked", "named"),
        [
            ({}, {"wait_time": 4}, ["schedule.wait_time", "4", "5 minutes"]),
            ({}, of_event("POST_DESKTOP_CANNOT_CONNECT"), ["task_type", "STOP", "REBOOT"]),
            ({}, {"life_cycle_type": "POST_DESKTOP_CANNOT_CONNECT"}, ["task_type", "STOP", "REBOOT"]),
            ({}, of_event(CREATED, life_cycle_exec_period=5), ["schedule.life_cycle_exec_period", "5"]),
            (
                {"life_cycle_type": CREATED, "wait_time": 0, "life_cycle_exec_period": None},
                {"life_cycle_type": DISCONNECTED},
                ["schedule.wait_time", "0", "5 minutes"],
            ),
            ({"scheduled_type": "DAY"}, of_event(DISCONNECTED, wait_time=0), ["schedule.wait_time", "0", "5 minutes"]),
        ],
    )
    def test_what_the_event_does_not_allow_is_refused_before_an_update(self, run, emulator, found, asked, named):
        emulator.workspace.add_task(task_name="bye", **{"scheduled_type": "LIFE_CYCLE", **found})
        outcome = run(name="bye", schedule=asked)
        for words in named:
            assert words in outcome.error
        assert outcome.requests == [*BY_NAME, CONFIGURATIONS]

    @pytest.mark.parametrize("asked", [{"enabled": False}, {"description": "x"}, {"targets": []}, {}])
    @pytest.mark.parametrize(
        "found",
        [
            {"life_cycle_type": "POST_DESKTOP_CANNOT_CONNECT", "task_type": "STOP"},
            {"life_cycle_type": DISCONNECTED, "wait_time": 1},
            {"life_cycle_type": CREATED, "life_cycle_exec_period": 5},
            {"life_cycle_type": "POST_LUNCH"},
            {"life_cycle_type": "", "task_type": "START"},
        ],
        ids=str,
    )
    def test_what_the_service_has_let_pass_keeps_nothing_else_from_changing(self, run, emulator, found, asked):
        emulator.workspace.add_task(task_name="bye", scheduled_type="LIFE_CYCLE", **found)
        emulator.fail(PUT, body="")
        outcome = run(name="bye", **asked)
        assert outcome.error is None
        assert outcome.changed is bool(asked)

    @pytest.mark.parametrize("asked", [{"wait_time": 9}, of_event(CREATED, wait_time=9)])
    def test_a_period_that_the_service_fills_in_is_not_asked_for(self, run, dialect, asked):
        run(name="bye", task_type="STOP", schedule=of_event(CREATED))
        assert run(name="bye", schedule=deepcopy(asked)).error is None
        assert not run(name="bye", schedule=asked).changed

    def test_a_type_found_that_the_event_does_not_have_does_not_keep_its_parts_from_changing(self, run, emulator):
        emulator.workspace.add_task(
            task_name="bye", scheduled_type="LIFE_CYCLE", life_cycle_type="POST_DESKTOP_CANNOT_CONNECT"
        )
        emulator.fail(PUT, body="")
        assert run(name="bye", schedule={"wait_time": 9}).operations == ["update"]

    def test_a_wait_found_below_the_limit_does_not_keep_the_period_from_changing(self, run, emulator):
        emulator.workspace.add_task(task_name="bye", scheduled_type="LIFE_CYCLE", wait_time=1)
        emulator.fail(PUT, body="")
        assert run(name="bye", schedule={"life_cycle_exec_period": 9}).operations == ["update"]

    @pytest.mark.parametrize(
        ("limits", "value", "is_taken"),
        [
            ({"min_wait_time": 20, "actions": [{"action": "STOP"}]}, 19, False),
            ({"min_wait_time": 20, "actions": [{"action": "STOP"}]}, 20, True),
            ({"min_wait_time": 20, "actions": [{"action": "STOP", "min_wait_time": None}]}, 19, False),
            ({"min_wait_time": 0, "actions": [{"action": "STOP", "min_wait_time": 20}]}, 19, False),
            (
                {"min_wait_time": 0, "actions": [{"action": "REBOOT", "min_wait_time": 20}, {"action": "STOP"}]},
                19,
                True,
            ),
            ({"min_wait_time": 20, "actions": [{"action": "STOP", "min_wait_time": 5}]}, 19, True),
            ({"min_wait_time": "20", "actions": [{"action": "STOP"}]}, 19, True),
        ],
    )
    def test_the_limit_is_that_of_the_action_or_of_the_event(self, run, emulator, limits, value, is_taken):
        emulator.fail(CONFIGURATIONS, body={DISCONNECTED: limits})
        outcome = run(name="bye", task_type="STOP", schedule=of_event(DISCONNECTED, wait_time=value))
        assert (outcome.error is None) is is_taken
        assert is_taken or "20 minutes" in outcome.error

    def test_so_is_that_of_the_period(self, run, emulator):
        emulator.fail(CONFIGURATIONS, body={DISCONNECTED: {"min_exec_time": 9}})
        outcome = run(name="bye", task_type="STOP", schedule=of_event(DISCONNECTED, life_cycle_exec_period=8))
        for words in ("schedule.life_cycle_exec_period", "8", "9 minutes", DISCONNECTED):
            assert words in outcome.error

    @pytest.mark.parametrize(
        "answer",
        [
            *({}, {DISCONNECTED: None}, {DISCONNECTED: []}, {DISCONNECTED: {}}, {"POST_LUNCH": {"actions": []}}),
            *({DISCONNECTED: {"actions": actions}} for actions in (None, 5, "STOP", {}, [], ["STOP"])),
            {DISCONNECTED: {"actions": [{"action": None}]}},
            {DISCONNECTED: {"actions": [{"action": "stop"}]}},
            {DISCONNECTED: {"actions": [{"action": "STOP"}], "support_exec_time": None, "colour": "blue"}},
        ],
        ids=str,
    )
    def test_a_configuration_that_says_nothing_forbids_nothing(self, run, emulator, answer):
        emulator.fail(CONFIGURATIONS, body=answer)
        outcome = run(
            name="bye", task_type="STOP", schedule=of_event(DISCONNECTED, wait_time=5, life_cycle_exec_period=1)
        )
        assert outcome.error is None
        assert outcome.operations == ["create"]

    @pytest.mark.parametrize("status", [404, 405])
    def test_a_region_without_configurations_forbids_nothing(self, run, emulator, status):
        emulator.fail(CONFIGURATIONS, status=status, body={"error_code": "APIGW.0101", "error_msg": "no such API"})
        assert run(name="bye", task_type="STOP", schedule=of_event(DISCONNECTED)).operations == ["create"]

    @pytest.mark.parametrize("status", [401, 403, 500])
    def test_another_refusal_of_the_configurations_is_told_before_any_write(self, run, emulator, status):
        emulator.fail(CONFIGURATIONS, status=status)
        outcome = run(name="bye", task_type="STOP", schedule=of_event(DISCONNECTED))
        assert DISCONNECTED in outcome.error
        assert str(status) in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_an_update_without_its_parts_does_not_ask(self, run):
        make(run, "triggered")
        assert CONFIGURATIONS not in run(name="after-hours", enabled=False).requests
        assert CONFIGURATIONS not in run(name="after-hours", schedule=of_event(DISCONNECTED), description="x").requests


BERLIN, SHANGHAI = "Europe/Berlin", "Asia/Shanghai"


class TestExpiry:
    @pytest.mark.parametrize(
        ("zone", "given", "sent", "instant"),
        [
            (SHANGHAI, "2030-06-30T18:00:00", "2030-06-30 18:00:00", "2030-06-30T10:00:00Z"),
            (SHANGHAI, "2030-06-30T10:00:00.999Z", "2030-06-30 18:00:00", "2030-06-30T10:00:00Z"),
            ("GMT+8", "2030-06-30T10:00Z", "2030-06-30 18:00:00", "2030-06-30T10:00:00Z"),
            ("GMT+08:00", "2030-06-30 18:00", "2030-06-30 18:00:00", "2030-06-30T10:00:00Z"),
            ("UTC-3:30", "2030-06-30T00:00:00Z", "2030-06-29 20:30:00", "2030-06-30T00:00:00Z"),
            ("UTC", "2030-06-30T18:00:00+0800", "2030-06-30 10:00:00", "2030-06-30T10:00:00Z"),
            ("Coordinated Universal Time", "2030-06-30T18:00:00", "2030-06-30 18:00:00", "2030-06-30T18:00:00Z"),
            (BERLIN, "2030-01-01T00:00:00", "2030-01-01 00:00:00", "2029-12-31T23:00:00Z"),
            (BERLIN, "2030-07-01T00:00:00", "2030-07-01 00:00:00", "2030-06-30T22:00:00Z"),
            (BERLIN, "2030-03-31T00:59:59Z", "2030-03-31 01:59:59", "2030-03-31T00:59:59Z"),
            (BERLIN, "2030-03-31T01:00:00Z", "2030-03-31 03:00:00", "2030-03-31T01:00:00Z"),
            (BERLIN, "2030-10-27T02:00:00Z", "2030-10-27 03:00:00", "2030-10-27T02:00:00Z"),
            ("America/St_Johns", "2030-06-30T10:00:00+08", "2030-06-29 23:30:00", "2030-06-30T02:00:00Z"),
        ],
    )
    def test_it_is_kept_as_the_zones_own_time(self, run, info, dialect, emulator, zone, given, sent, instant):
        schedule = {**FOREVER, "time_zone": zone, "expire_time": given}
        created = run(name="any", task_type="STOP", schedule=schedule)
        assert bodies(emulator, CREATE)[0]["expire_time"] == sent
        assert created.task["schedule"]["expire_time"] == instant
        for again in (given, instant):
            outcome = run(name="any", schedule={"expire_time": again})
            assert outcome.error is None
            assert not outcome.changed
        (task,) = info(details=True).tasks
        assert task["schedule"]["expire_time"] == instant

    @pytest.mark.parametrize("check_mode", [True, False])
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ("2030-03-31T02:30:00", "skip that time"),
            ("2030-10-27T02:30:00", "show that time twice"),
            # The service's form cannot tell which of the two it is.
            ("2030-10-27T00:30:00Z", "2030-10-27T00:30:00Z and at 2030-10-27T01:30:00Z. Give an expiry an hour"),
            ("2030-10-27T02:30:00+01:00", "2030-10-27T00:30:00Z and at 2030-10-27T01:30:00Z. Give an expiry an hour"),
        ],
    )
    def test_when_clocks_change_it_is_refused_and_not_moved(self, run, emulator, given, words, check_mode):
        created = run(
            name="any",
            task_type="STOP",
            schedule={**FOREVER, "time_zone": BERLIN, "expire_time": given},
            check_mode=check_mode,
        )
        emulator.workspace.add_task(task_name="there", time_zone=BERLIN)
        changed = run(name="there", schedule={"expire_time": given}, check_mode=check_mode)
        for outcome in (created, changed):
            assert words in outcome.error
            assert "schedule.expire_time" in outcome.error
            assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("there", ["2030-03-31 02:30:00", "2030-10-27 02:30:00"])
    def test_when_clocks_change_one_that_is_there_is_left_alone(self, run, info, emulator, there):
        emulator.workspace.add_task(task_name="odd", time_zone=BERLIN, expire_time=there)
        (task,) = info(details=True).tasks
        assert not run(**options_of(task)).changed
        assert run(name="odd", description="new").operations == ["update"]
        assert bodies(emulator, PUT)[0]["expire_time"] == there

    def test_a_zone_that_is_not_known_cannot_be_changed_without_it(self, run, emulator):
        emulator.workspace.add_task(task_name="odd", time_zone="China Standard Time", expire_time="2030-01-01 00:00:00")
        outcome = run(name="odd", schedule={"time_zone": BERLIN})
        assert "schedule.expire_time" in outcome.error
        assert "'2030-01-01 00:00:00' in time zone 'China Standard Time'" in outcome.error
        assert not WRITES & set(outcome.requests)
        given = {"time_zone": BERLIN, "expire_time": "2031-01-01T00:00:00"}
        assert run(name="odd", schedule=given).operations == ["update"]
        assert bodies(emulator, PUT)[0]["expire_time"] == "2031-01-01 00:00:00"

    @pytest.mark.usefixtures("no_time_zones")
    def test_without_a_time_zone_database_it_is_kept_and_told_as_it_is(self, run, info, emulator):
        there = {"time_zone": SHANGHAI, "expire_time": "2030-01-01 00:00:00"}
        emulator.workspace.add_task(task_name="odd", **there)
        (task,) = info(details=True).tasks
        assert task["schedule"].items() >= there.items()
        assert not run(**options_of(task)).changed
        assert run(name="odd", description="new").operations == ["update"]
        assert bodies(emulator, PUT)[0].items() >= there.items()
        outcome = run(name="odd", schedule={"expire_time": "2031-01-01T00:00:00Z"})
        assert "the package tzdata is one" in outcome.error
        assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("cleared", [{"expire_time": ""}, {**FOREVER, "expire_time": ""}])
    def test_cleared_it_stays_cleared(self, run, dialect, emulator, cleared):
        run(name="any", task_type="STOP", schedule={**FOREVER, "expire_time": "2030-01-01T00:00Z"})
        outcome = run(name="any", schedule=dict(cleared))
        assert outcome.operations == ["update"]
        assert "expire_time" not in outcome.task["schedule"]
        assert stored(emulator, "any")["expire_time"] == ""
        assert not run(name="any", schedule=cleared).changed

    @pytest.mark.parametrize("zone", ["America/New_York", SHANGHAI, "UTC"])
    @pytest.mark.parametrize("given", ["9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "0900-01-01T00:00:00Z"])
    def test_at_the_ends_of_time_it_is_kept_or_refused_in_words(self, run, zone, given):
        options = {"name": "any", "task_type": "STOP", "schedule": {**FOREVER, "time_zone": zone, "expire_time": given}}
        outcome = run(**deepcopy(options))
        if outcome.error is None:
            assert not run(**options).changed
        else:
            assert "schedule.expire_time" in outcome.error
            assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("expire_time", ["9999-12-31 23:59:59", "2030-01-01 00:00:00", "some day", "2030-01-01"])
    @pytest.mark.parametrize("zone", ["America/New_York", "China Standard Time", ""])
    def test_what_the_service_has_can_be_fed_back(self, run, info, emulator, zone, expire_time):
        emulator.workspace.add_task(task_name="odd", time_zone=zone, expire_time=expire_time)
        (task,) = info(details=True).tasks
        fed_back = options_of(task)
        if expire_time in ("some day", "2030-01-01"):
            del fed_back["schedule"]["expire_time"]  # is no instant in any zone
        outcome = run(**fed_back)
        assert outcome.error is None
        assert not outcome.changed
        emulator.fail(PUT, body="")
        assert run(name="odd", description="new").operations == ["update"]
        assert bodies(emulator, PUT)[0]["expire_time"] == expire_time

    @pytest.mark.parametrize("given", ["2031-01-01T00:00:00", "2031-01-01T00:00:00Z"])
    @pytest.mark.parametrize("zone", ["China Standard Time", ""])
    def test_another_one_in_a_zone_that_is_not_known_is_refused_before_any_write(self, run, emulator, zone, given):
        emulator.workspace.add_task(task_name="odd", time_zone=zone)
        outcome = run(name="odd", schedule={"expire_time": given})
        assert "schedule.expire_time" in outcome.error
        assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("zone", ["China Standard Time", "Mars Standard Time"])
    def test_a_zone_that_is_not_known_does_without_expiry(self, run, emulator, zone):
        emulator.fail(CREATE, body={"task_id": "t"})
        outcome = run(name="odd", task_type="STOP", schedule={**FOREVER, "time_zone": zone})
        assert outcome.error is None
        assert bodies(emulator, CREATE)[0]["time_zone"] == zone


class TestExtraParams:
    @pytest.mark.parametrize(
        "text",
        ['{"b":[1,{"c":null}],"a":true}', '{ "a" : true, "b" : [1, {"c": null}] }', {"a": True, "b": [1, {"c": None}]}],
    )
    def test_they_are_compared_as_data(self, run, info, emulator, text):
        emulator.workspace.add_task(task_name="any", extra_params=text)
        params = {"b": [1, {"c": None}], "a": True}
        assert not run(name="any", workspace={"extra_params": params}).changed
        (task,) = info(details=True).tasks
        assert task["workspace"] == {"extra_params": params}
        assert not run(**options_of(task)).changed

    @pytest.mark.parametrize(
        ("there", "asked"),
        [
            ('{"a": true}', {"a": 1}),
            ('{"a": 0}', {"a": False}),
            ('{"a": [1]}', {"a": [True]}),
            ('{"a": "1"}', {"a": 1}),
            ('{"a": null}', {}),
            ('{"a": null}', {"a": ""}),
            ('{"a": 1}', {"a": 1, "b": None}),
            ("", {"a": None}),
            ('{"a": [1, 2]}', {"a": [2, 1]}),
        ],
    )
    def test_what_is_not_the_same_data_is_sent(self, run, emulator, there, asked):
        emulator.workspace.add_task(task_name="any", extra_params=there)
        outcome = run(name="any", workspace={"extra_params": deepcopy(asked)})
        assert outcome.operations == ["update"]
        assert json.loads(bodies(emulator, PUT)[0]["extra_params"]) == asked
        assert not run(name="any", workspace={"extra_params": asked}).changed

    @pytest.mark.parametrize("text", ["", "{}", "null"])
    def test_none_is_not_cleared_again(self, run, dialect, emulator, text):
        emulator.workspace.add_task(task_name="any", extra_params="" if text == "null" else text)
        assert not run(name="any", workspace={"extra_params": {}}).changed

    @pytest.mark.parametrize("text", ["hello", "a=b", "[1]", "5", '"x"', "{", "[" * 100000], ids=lambda text: text[:5])
    def test_what_is_no_object_stays_as_it_is_and_is_no_option(self, run, info, emulator, text):
        emulator.workspace.add_task(task_name="odd", extra_params=text)
        (task,) = info(details=True).tasks
        assert "extra_params" not in task.get("workspace", {})
        assert task["extra"] == {"extra_params": text}
        outcome = run(**options_of(task))
        assert outcome.error is None
        assert not outcome.changed
        emulator.fail(PUT, body="")
        assert run(name="odd", description="x").operations == ["update"]
        assert bodies(emulator, PUT)[0]["extra_params"] == text

    @pytest.mark.parametrize("params", [{"a": 1}, {}])
    def test_what_is_no_object_gives_way_to_one(self, run, emulator, params):
        emulator.workspace.add_task(task_name="odd", extra_params="hello")
        assert run(name="odd", workspace={"extra_params": dict(params)}).operations == ["update"]
        assert json.loads(bodies(emulator, PUT)[0]["extra_params"]) == params
        assert not run(name="odd", workspace={"extra_params": params}).changed


class TestUnknown:
    def test_fields_that_no_page_knows_are_kept_apart(self, run, info, emulator):
        emulator.dialect.extra_fields = {"colour": "blue", "nested": {"a": [1, None]}}
        make(run)
        again = run(**deepcopy(TASKS["calendar"]))
        assert not again.changed
        assert again.task["extra"] == {"colour": "blue", "nested": {"a": [1, None]}}
        assert "colour" not in str(again.result["diff"])
        assert info().tasks[0]["extra"] == {"colour": "blue", "nested": {"a": [1, None]}}

    @pytest.mark.parametrize("empty", ["empty", "null", "missing"])
    def test_what_only_the_sdk_knows_may_be_listed_too(self, run, info, emulator, empty):
        emulator.dialect.workspace_list_extra, emulator.dialect.empty = True, empty
        for which in TASKS:
            make(run, which)
        for task in info().tasks:
            assert "extra" not in task
            assert not run(**options_of(task)).changed
        assert info(name="nightly-script").tasks[0]["workspace"]["extra_params"]["retry"] == {"on": True, "times": 0}
        bare = run(name="bare", task_type="STOP", schedule=FOREVER).task["id"]
        assert not run(**options_of(info(name="bare").tasks[0])).changed
        assert not run(id=bare, workspace={"extra_params": {}}, schedule={"expire_time": ""}).changed

    def test_values_that_no_page_knows_stand_as_they_are(self, run, info, emulator):
        emulator.workspace.add_task(
            task_name="odd",
            task_type="DELETE_BLACK_ECS",
            scheduled_type="WEEK",
            week_list="1, 9,,x",
            scheduled_time="sometime",
            expire_time="some day",
            last_status="PAUSED",
            apply_objects=[{"object_type": "FARM", "object_id": "f"}],
            priority=99,
        )
        (task,) = info(details=True).tasks
        assert task["task_type"] == "DELETE_BLACK_ECS"
        assert task["schedule"]["weekdays"] == ["sunday", "9", "x"]
        assert task["schedule"]["time"] == "sometime"
        assert task["schedule"]["expire_time"] == "some day"
        assert task["last_status"] == "PAUSED"
        assert task["targets"] == [{"type": "FARM", "id": "f"}]
        assert task["workspace"]["priority"] == 99
        assert not run(name="odd").changed
        emulator.fail(PUT, body="")
        outcome = run(name="odd", description="new")
        assert outcome.operations == ["update"]
        (body,) = bodies(emulator, PUT)
        assert (body["week_list"], body["scheduled_time"], body["expire_time"]) == ("1,9,x", "sometime", "some day")
        assert body["apply_objects"] == [{"object_type": "FARM", "object_id": "f"}]

    def test_an_unknown_schedule_is_left_alone(self, run, info, emulator):
        task_id = emulator.workspace.add_task(task_name="odd", scheduled_type="LUNAR")
        assert info().tasks[0]["schedule"]["type"] == "LUNAR"
        assert not run(id=task_id).changed
        assert "LUNAR" in run(name="odd", schedule={"time": "01:00"}).error
        emulator.fail(PUT, body="")
        assert run(name="odd", description="new").operations == ["update"]
        assert bodies(emulator, PUT)[0]["scheduled_type"] == "LUNAR"
        assert run(name="odd", schedule=FOREVER).operations == ["update"]

    def test_parts_of_other_types_are_left_over_and_do_not_count(self, run, emulator):
        emulator.workspace.add_task(
            task_name="samples",
            week_list="1,2,7",
            month_list="1,3,12",
            date_list="1,2,28,L",
            scheduled_date="2022-12-23",
            life_cycle_type="string",
            life_cycle_exec_period=5,
            gray_count=5,
            gray_desktop_ids=["d"],
        )
        outcome = run(name="samples", schedule={"type": "daily", "day_interval": 1, "time": "09:00"})
        assert not outcome.changed
        assert set(outcome.task["schedule"]) == {"type", "day_interval", "time", "time_zone"}
        assert outcome.task["workspace"] == {"extra_params": {}}
        run(name="samples", description="x")
        sent = {"life_cycle_type", "week_list", "month_list", "scheduled_date", "gray_count", "wait_time"}
        assert not sent & set(bodies(emulator, PUT)[0])

    def test_enumerations_may_come_in_lower_case(self, run, info, emulator):
        item = {
            "id": "odd",
            "task_name": "odd",
            "task_type": "stop",
            "scheduled_type": "life_cycle",
            "life_cycle_type": CREATED,
            "apply_objects": [{"object_type": "all_desktops", "object_id": "ALL"}],
        }
        emulator.fail(LIST, body={"scheduled_tasks": [item], "total_count": 1})
        emulator.fail(SHOW, body=item)
        (task,) = info(name="odd", details=True).tasks
        assert task["task_type"] == "STOP"
        assert task["schedule"]["type"] == "life_cycle"
        assert task["targets"] == [{"type": "ALL_DESKTOPS"}]

    @pytest.mark.parametrize(
        "fields",
        [
            *(
                {"apply_objects": value}
                for value in (None, "none", {}, ["x", {}, {"object_type": "DESKTOP", "object_id": []}])
            ),
            *({"extra_params": value} for value in (None, 5, [], ["a"], True, "\ud800")),
            *({"priority": value} for value in (None, "7", True, -1, 1.5)),
            *({"gray_count": value} for value in (None, "2", True, -1)),
            *({"gray_desktop_ids": value} for value in (None, "a,b", [None, 5, " "], {}, 7)),
            *({"wait_time": value} for value in (None, "5", -1)),
            *({"life_cycle_exec_period": value} for value in (None, "5", [])),
            *({"enable": value} for value in (None, "true", 1)),
            *({"force_execute": value} for value in (None, "true")),
            *({"expire_time": value} for value in (1893456000000, [], "2030-02-30 00:00:00")),
            *({"scheduled_type": value} for value in (None, 7, "LUNAR", "LIFE_CYCLE", "MONTH")),
            {"scheduled_type": "WEEK", "week_list": [1, 2]},
            {"scheduled_type": "MONTH", "month_list": "1,\u216b,999999999999", "date_list": 5},
            {"scheduled_type": "DAY", "day_interval": "1", "scheduled_time": 5},
            *({"time_zone": value} for value in (None, "", 8, "Mars/Olympus", "GMT+99")),
            {"task_type": None},
            {"description": {"a": 1}},
            {"life_cycle_type": ["x"]},
            {"last_status": {}, "next_execution_time": 5},
        ],
        ids=str,
    )
    def test_a_field_of_the_wrong_type_is_no_crash(self, run, info, emulator, fields):
        item = {"id": "odd", "task_name": "odd", "task_type": "EXECUTE_SCRIPT", "scheduled_type": "DAY", **fields}
        emulator.fail(LIST, body={"total_count": 1, "scheduled_tasks": [item]}, times=9)
        emulator.fail(SHOW, body=item, times=9)
        emulator.fail(PUT, body="")
        outcome = info(details=True, filters={"scheduled_type": "DAY"})
        assert outcome.error is None
        assert outcome.tasks[0]["id"] == "odd"
        assert not run(id="odd").changed
        assert run(id="odd", description="new").operations == ["update"]

    @pytest.mark.parametrize("answer", [[], "task", 5, {}, {"task_name": None}])
    def test_the_detail_of_a_wrong_shape_is_an_error(self, info, emulator, answer):
        emulator.workspace.add_task(task_name="web")
        emulator.fail(SHOW, body=answer, times=5)
        assert "read scheduled task" in info(details=True).error


def names(outcome: Any) -> list[str]:
    return [task["name"] for task in outcome.tasks]


class TestListing:
    @pytest.mark.parametrize(
        ("calendar", "triggered", "requests"),
        # Behind a full page there may be more, whatever the service counts.
        [(0, 0, 2), (1, 1, 2), (50, 50, 4), (51, 50, 4), (0, 51, 3), (101, 100, 6)],
    )
    def test_it_pages_both_listings_to_their_ends_with_fifty_a_page(
        self, info, emulator, calendar, triggered, requests
    ):
        for number in range(triggered):
            emulator.workspace.add_task(task_name=f"triggered-{number:03}", scheduled_type="LIFE_CYCLE")
        for number in range(calendar):
            emulator.workspace.add_task(task_name=f"calendar-{number:03}")
        outcome = info()
        expected = [f"calendar-{n:03}" for n in range(calendar)] + [f"triggered-{n:03}" for n in range(triggered)]
        assert names(outcome) == expected
        assert outcome.result["total_count"] == calendar + triggered
        assert outcome.result["changed"] is False
        assert outcome.requests == [LIST] * requests
        assert {request.query["limit"] for request in emulator.requests} == {"50"}
        for kind, there in ((None, calendar), ("LIFE_CYCLE", triggered)):
            offsets = [
                int(request.query["offset"])
                for request in emulator.requests
                if request.query.get("scheduled_type") == kind
            ]
            # Behind the first one they are asked for side by side.
            assert sorted(offsets) == list(range(0, there + 1, 50))

    def test_it_pages_to_the_end_where_the_service_gives_less(self, info, emulator):
        for number in range(25):
            emulator.workspace.add_task(
                task_name=f"task-{number}", scheduled_type="LIFE_CYCLE" if number % 2 else "DAY"
            )
        emulator.dialect.page_size_cap = 10
        assert info().result["total_count"] == 25

    @pytest.mark.parametrize("empty", ["empty", "null", "missing"])
    def test_what_the_listing_does_not_tell_is_absent(self, run, info, emulator, empty):
        emulator.dialect.empty = empty
        emulator.workspace.add_task(
            task_name="one", enable=False, time_zone="GMT+8", priority=5, last_status="SKIP", extra_params='{"a": 1}'
        )
        emulator.workspace.add_task(task_name="two", scheduled_type="LIFE_CYCLE", enable=False, wait_time=0)
        one, two = info().tasks
        assert {"targets", "force", "next_execution_time", "extra", "target_names"}.isdisjoint(one)
        assert one["schedule"] == {"time_zone": "GMT+8"}
        assert one["schedule_type"] == "daily"
        assert one["workspace"] == {"priority": 5}
        assert one["enabled"] is False
        assert one["last_status"] == "SKIP"
        assert "schedule_type" not in two
        assert two["schedule"] == {
            "type": "life_cycle",
            "life_cycle_type": DISCONNECTED,
            "wait_time": 0,
            "time_zone": SHANGHAI,
        }
        for task in (one, two):
            assert None not in task.values()
            outcome = run(**options_of(task))
            assert outcome.error is None
            assert not outcome.changed

    @pytest.mark.parametrize("suffix", [True, False])
    def test_the_next_execution_stands_as_the_service_writes_it(self, info, emulator, suffix):
        emulator.dialect.next_execution_suffix = suffix
        emulator.workspace.add_task(task_name="one")
        assert info().tasks[0]["next_execution_time"].endswith("09:00:00 GMT+08:00" if suffix else " 09:00:00")

    @pytest.mark.parametrize(
        "answer",
        [
            *([], "tasks"),
            {"total_count": 1, "scheduled_tasks": "none"},
            {"total_count": 1, "scheduled_tasks": ["a"]},
            {"total_count": 1, "scheduled_tasks": {"id": "a"}},
            {"total_count": 1, "scheduled_tasks": [{"task_name": "no id"}]},
            {"total_count": 1, "scheduled_tasks": [{"id": "../other", "task_name": "x"}]},
        ],
    )
    @pytest.mark.parametrize("skip", [0, 1])
    def test_an_answer_of_the_wrong_shape_is_an_error(self, info, emulator, answer, skip):
        emulator.fail(LIST, body=answer, skip=skip, times=5)
        assert "list scheduled tasks" in info().error

    @pytest.mark.parametrize("answer", [{"total_count": 0}, {"scheduled_tasks": None}, {"scheduled_tasks": []}])
    def test_a_listing_without_items_is_empty(self, info, emulator, answer):
        emulator.fail(LIST, body=answer)
        assert info().tasks == []

    def test_a_count_that_promises_more_than_there_is_ends_all_the_same(self, info, emulator):
        for _reading in range(2):
            emulator.fail(LIST, body={"total_count": 10, "scheduled_tasks": [{"id": "a", "task_name": "a"}]})
            emulator.fail(LIST, body={"total_count": 10, "scheduled_tasks": []})
        outcome = info(filters={"scheduled_type": "DAY"})
        assert names(outcome) == ["a"]
        assert outcome.requests == [LIST, LIST] * 2


class TestChoice:
    @pytest.fixture(autouse=True)
    def _tasks(self, emulator):
        for task in (
            {"task_name": "web-1", "task_type": "STOP", "last_status": "FAIL"},
            {"task_name": "web-2", "task_type": "START", "scheduled_type": "WEEK"},
            {"task_name": "db", "task_type": "STOP", "scheduled_type": "LIFE_CYCLE", "last_status": "FAIL"},
            {"task_name": "web", "task_type": "REBOOT", "scheduled_type": "LIFE_CYCLE", "life_cycle_type": CREATED},
        ):
            emulator.workspace.add_task(**task)

    @pytest.mark.parametrize(
        ("options", "expected", "requests"),
        [
            ({}, ["web-1", "web-2", "db", "web"], 2),
            ({"filters": {"task_name": "web"}}, ["web-1", "web-2", "web"], 2),
            ({"filters": {"task_type": "STOP"}}, ["web-1", "db"], 2),
            ({"filters": {"task_type": "STOP", "scheduled_type": None}}, ["web-1", "db"], 2),
            ({"filters": {"scheduled_type": "WEEK"}}, ["web-2"], 1),
            ({"filters": {"scheduled_type": "LIFE_CYCLE"}}, ["db", "web"], 1),
            ({"filters": {"life_cycle_type": CREATED}}, ["web"], 1),
            ({"filters": {"life_cycle_type": CREATED, "scheduled_type": "LIFE_CYCLE"}}, ["web"], 1),
            ({"filters": {"life_cycle_type": "POST_DESKTOP_CANNOT_CONNECT"}}, [], 1),
            ({"filters": {"last_status": "FAIL"}}, ["web-1", "db"], 2),
            ({"filters": {"last_status": "FAIL", "task_type": "STOP", "task_name": "w"}}, ["web-1"], 2),
            ({"name": "web"}, ["web"], 2),
            ({"name": "web-1"}, ["web-1"], 2),
            ({"name": "Web"}, [], 2),
            ({"name": "web", "filters": {"scheduled_type": "LIFE_CYCLE"}}, ["web"], 1),
            ({"name": "web", "filters": {"task_type": "STOP"}}, [], 2),
        ],
        ids=str,
    )
    def test_filters_are_the_services_and_a_name_is_exact(self, info, options, expected, requests):
        outcome = info(**options)
        assert names(outcome) == expected
        assert outcome.result["total_count"] == len(expected)
        assert outcome.requests == [LIST] * requests

    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({"name": " "}, ["name"]),
            ({"name": "x" * 256}, ["name", "255"]),
            ({"id": ".."}, ["id", "'..'"]),
            ({"history": -1}, ["history", "-1"]),
            ({"history_details": True}, ["history_details", "history"]),
            ({"filters": {"status": "SUCCESS"}}, ["filters.status", "workspace", "last_status"]),
            ({"filters": {"limit": "5"}}, ["filters.limit"]),
            ({"filters": {"task_type": "SLEEP"}}, ["filters.task_type", "SLEEP", "CREATE_SNAPSHOT"]),
            ({"filters": {"scheduled_type": "life_cycle"}}, ["filters.scheduled_type", "LIFE_CYCLE"]),
            ({"filters": {"life_cycle_type": "POST_LUNCH"}}, ["filters.life_cycle_type", CREATED]),
            ({"filters": {"last_status": "success"}}, ["filters.last_status", "SKIP"]),
            ({"filters": {"task_name": ""}}, ["filters.task_name"]),
            ({"filters": {"task_name": "x" * 256}}, ["filters.task_name", "255"]),
            ({"filters": {"task_name": "a"}, "name": "a"}, ["filters.task_name", "name"]),
            ({"filters": {"task_type": "STOP"}, "id": "a"}, ["filters", "id"]),
            ({"operator": "me"}, ["operator"]),
        ],
        ids=str,
    )
    def test_wrong_input_is_refused_before_the_first_request(self, info, emulator, options, named):
        outcome = info(**options)
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []

    def test_an_id_gives_everything(self, info, emulator):
        (task_id,) = [task["id"] for task in emulator.workspace.tasks.values() if task["task_name"] == "db"]
        outcome = info(id=task_id)
        assert outcome.requests == BY_ID
        (task,) = outcome.tasks
        assert task["enabled"] is True
        assert task["force"] is False
        assert task["targets"] == [{"type": "DESKTOP", "id": "desktop-1"}]
        assert task["target_names"] == {"desktop-1": "Desktop 1"}
        assert info(id=task_id, name="db").tasks == [task]
        assert info(id=task_id, name="web").tasks == []


class TestMore:
    def test_details_cost_one_request_a_task(self, run, info, emulator):
        for which in TASKS:
            make(run, which)
        run(name="after-hours", enabled=False)
        outcome = info(details=True)
        assert outcome.requests == [LIST, LIST, SHOW, SHOW]
        assert [task["enabled"] for task in outcome.tasks] == [True, False]
        assert [task["schedule"]["type"] for task in outcome.tasks] == ["weekly", "life_cycle"]
        assert [task["workspace"]["priority"] for task in outcome.tasks] == [7, 50]

    def test_everything_comes_back_as_options(self, run, info, dialect, emulator):
        for which in TASKS:
            make(run, which)
        emulator.workspace.add_task(task_name="no targets", apply_objects=[], task_type="REBUILD")
        emulator.workspace.add_task(task_name="month", scheduled_type="MONTH", month_list="12,1", date_list="L,31,2")
        emulator.workspace.add_task(task_name="once", scheduled_type="FIXED_TIME", expire_time="2099-01-01 00:00:00")
        before = emulator.workspace.tasks
        tasks = info(details=True).tasks
        assert len(tasks) == 5
        for task in tasks:
            by_name = {name: value for name, value in options_of(task).items() if name != "id"}
            for options in (options_of(task), by_name):
                outcome = run(**options)
                assert outcome.error is None
                assert not outcome.changed
        assert emulator.workspace.tasks == before

    @pytest.mark.parametrize(("asked", "given", "requests"), [(2, 2, 1), (100, 100, 1), (101, 101, 2), (500, 120, 2)])
    def test_history_is_as_long_as_asked(self, info, emulator, asked, given, requests):
        task_id = emulator.workspace.add_task(task_name="web")
        for _number in range(120):
            emulator.workspace.add_history(task_id)
        emulator.workspace.add_history(emulator.workspace.add_task(task_name="other"))
        outcome = info(name="web", history=asked)
        assert len(outcome.tasks[0]["history"]) == given
        assert outcome.requests == [LIST, LIST] + ["ListScheduledTasksRecords"] * requests
        assert emulator.requests[-1].query["limit"] == str(min(asked, 100))

    @pytest.mark.parametrize("extra", [True, False])
    def test_history_and_outcomes_speak_the_vocabulary(self, info, emulator, extra):
        emulator.dialect.workspace_list_extra = extra
        task_id = emulator.workspace.add_task(task_name="web")
        history_id = emulator.workspace.add_history(
            task_id,
            status="FAIL",
            scheduled_type="LIFE_CYCLE",
            success_num=1,
            failed_num=2,
            skip_num=0,
            start_time="2026-01-01 09:00:00",
        )
        emulator.workspace.add_history(task_id)
        outcome_id = emulator.workspace.add_execution(
            history_id,
            exec_status="FAIL",
            fail_reason="no such script",
            result_code="WKS.1",
            start_time="2026-01-01 09:00:00",
            end_time="2026-01-01 09:01:00",
        )
        outcome = info(name="web", history=9, history_details=True)
        assert outcome.requests == [LIST, LIST, "ListScheduledTasksRecords", *["ListScheduledTasksRecordsDetails"] * 2]
        failed, fine = outcome.tasks[0]["history"]
        (result,) = failed.pop("outcomes")
        assert fine["outcomes"] == []
        more = failed.pop("extra", {})
        assert "life_cycle_type" in more if extra else more in ({}, {"execute_task_id": ""})
        assert failed == {
            "id": history_id,
            "status": "FAIL",
            "task_type": "STOP",
            "schedule_type": "life_cycle",
            "time_zone": SHANGHAI,
            "begin_time": "2026-01-01 09:00:00",
            "success_count": 1,
            "failed_count": 2,
            "skipped_count": 0,
        }
        result.pop("extra", None)
        assert result == {
            "id": outcome_id,
            "target_id": "desktop-1",
            "target_name": "Desktop 1",
            "status": "FAIL",
            "begin_time": "2026-01-01 09:00:00",
            "end_time": "2026-01-01 09:01:00",
            "result_code": "WKS.1",
            "result_message": "no such script",
            "time_zone": SHANGHAI,
        }

    def test_outcomes_are_paged_to_the_end(self, info, emulator):
        history_id = emulator.workspace.add_history(emulator.workspace.add_task(task_name="web"))
        for number in range(101):
            emulator.workspace.add_execution(history_id, desktop_id=f"d-{number}")
        outcome = info(name="web", history=1, history_details=True)
        assert len(outcome.tasks[0]["history"][0]["outcomes"]) == 101
        assert outcome.requests[-2:] == ["ListScheduledTasksRecordsDetails"] * 2

    @pytest.mark.parametrize(
        "record", [{"status": "SUCCESS"}, {"id": None}, {"id": ""}, {"id": ".."}, {"id": "a/b"}, {"id": []}]
    )
    def test_a_record_without_a_usable_id_has_no_outcomes(self, info, emulator, record):
        emulator.workspace.add_task(task_name="web")
        emulator.fail("ListScheduledTasksRecords", body={"tasks_records": [record], "total_count": 1})
        outcome = info(name="web", history=1, history_details=True)
        assert outcome.error is None
        assert not outcome.tasks[0]["history"][0].get("outcomes")
        assert outcome.requests == [LIST, LIST, "ListScheduledTasksRecords"]

    def test_history_keeps_what_no_page_knows_and_leaves_out_what_is_not_told(self, info, emulator):
        emulator.workspace.add_task(task_name="web")
        record = {"id": "h", "scheduled_type": "LUNAR", "moon": "full", "status": None, "task_type": ""}
        emulator.fail("ListScheduledTasksRecords", body={"tasks_records": [record], "total_count": 1})
        assert info(name="web", history=1).tasks[0]["history"] == [
            {"id": "h", "schedule_type": "LUNAR", "extra": {"moon": "full"}}
        ]

    @pytest.mark.parametrize(("zone", "offset"), [(SHANGHAI, "+08:00"), ("UTC", "Z"), ("GMT+8", "+08:00")])
    def test_next_executions_are_instants(self, info, emulator, zone, offset):
        emulator.workspace.add_task(task_name="web", time_zone=zone, expire_time="2199-01-01 00:00:00")
        outcome = info(next_executions=True)
        assert outcome.requests == [LIST, LIST, SHOW, "ListFutureExecutions"]
        assert bodies(emulator, "ListFutureExecutions") == [
            {
                "scheduled_type": "DAY",
                "day_interval": 1,
                "scheduled_time": "09:00:00",
                "time_zone": zone,
                "expire_time": "2199-01-01 00:00:00",
            }
        ]
        executions = outcome.tasks[0]["next_executions"]
        assert len(executions) > 1
        assert all(instant.endswith(f"T09:00:00{offset}") for instant in executions)

    def test_with_details_the_schedule_is_not_read_again(self, info, emulator):
        emulator.workspace.add_task(task_name="web")
        assert info(next_executions=True, details=True).requests == [LIST, LIST, SHOW, "ListFutureExecutions"]

    def test_nobody_foresees_an_event(self, info, emulator):
        emulator.workspace.add_task(task_name="bye", scheduled_type="LIFE_CYCLE")
        emulator.workspace.add_task(task_name="odd", scheduled_type="LUNAR")
        outcome = info(next_executions=True)
        assert outcome.requests == [LIST, LIST]
        assert not any("next_executions" in task for task in outcome.tasks)

    def test_a_task_whose_history_vanished_is_left_out(self, info, emulator):
        for name in ("gone", "there"):
            emulator.workspace.add_history(emulator.workspace.add_task(task_name=name))
        emulator.fail("ListScheduledTasksRecords", status=400, body=GONE)
        emulator.fail(SHOW, status=400, body=GONE)
        emulator.fail(LIST, skip=2, body={"total_count": 0, "scheduled_tasks": []})
        outcome = info(history=1, history_details=True, parallel=1)
        assert [task["name"] for task in outcome.tasks] == ["there"]
        assert outcome.result["total_count"] == 1

    def test_an_execution_that_is_forgotten_meanwhile_has_no_outcomes(self, info, emulator):
        task_id = emulator.workspace.add_task(task_name="there")
        for _count in range(2):
            emulator.workspace.add_history(task_id)
        emulator.fail("ListScheduledTasksRecordsDetails", status=400, body=GONE)
        (task,) = info(history=2, history_details=True, parallel=1).tasks
        assert ["outcomes" in execution for execution in task["history"]] == [False, True]

    def test_next_executions_of_a_task_that_vanished_are_absent(self, info, emulator):
        emulator.workspace.add_task(task_name="web")
        emulator.fail(SHOW, status=400, body=GONE)
        outcome = info(next_executions=True)
        assert outcome.error is None
        assert "next_executions" not in outcome.tasks[0]

    def test_next_executions_of_the_wrong_shape_are_an_error(self, info, emulator):
        emulator.workspace.add_task(task_name="web")
        emulator.fail("ListFutureExecutions", body={"future_executions": "soon"}, times=5)
        assert "foresee" in info(next_executions=True).error

    @pytest.mark.parametrize("operation", [LIST, SHOW, "ListScheduledTasksRecords", "ListScheduledTasksRecordsDetails"])
    def test_a_refusal_says_what_was_tried(self, info, emulator, operation):
        task_id = emulator.workspace.add_task(task_name="web")
        emulator.workspace.add_history(task_id)
        emulator.fail(operation, status=403, body={"error_code": "WKS.403", "error_msg": "forbidden"})
        outcome = info(name="web", details=True, history=1, history_details=True)
        for words in ("scheduled task", "403", "WKS.403", "forbidden", "service agency"):
            assert words in outcome.error


@pytest.mark.parametrize("region", ["ap-southeast-1", "cn-north-4"])
def test_the_region_makes_up_the_host(region):
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.workspace import Workspace

    assert Workspace.host(region, "intl") == f"workspace.{region}.myhuaweicloud.com"


def test_neither_region_nor_endpoint_is_refused_before_the_first_request(run, emulator):
    outcome = run(name="any", region=None, endpoint=None)
    assert "region" in outcome.error
    assert emulator.requests == []
