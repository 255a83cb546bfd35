# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulated Workspace takes, what it refuses, and how it writes what it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.schedule import Schedule, zone_or_offset
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.workspace_life_cycle import CONFIGURATIONS

pytestmark = pytest.mark.usefixtures("nearby")

Ask = Callable[..., requests.Response]

OBJECT = {"object_type": "DESKTOP", "object_id": "desktop-7"}
PAGE = "?offset=0&limit=50"


@pytest.fixture
def call(ask: Ask) -> Ask:
    """``call(method, path, ...)`` with ``path`` counted from Workspace's task collection."""

    def call(method: str, path: str = "", **options: Any) -> requests.Response:
        return ask(method, f"/v2/{account.PROJECT_ID}/scheduled-tasks{path}", **options)

    return call


@pytest.fixture
def body() -> dict[str, Any]:
    """A body with which a daily task can be created."""
    return {
        "task_name": "nightly",
        "task_type": "STOP",
        "scheduled_type": "DAY",
        "day_interval": 1,
        "scheduled_time": "02:30:00",
        "apply_objects": [OBJECT],
    }


SCRIPT = {"task_type": "EXECUTE_SCRIPT"}
TRIGGER = {"scheduled_type": "LIFE_CYCLE", "life_cycle_type": "POST_DESKTOP_DISCONNECTED"}


def refused(answer: requests.Response, name: str, status: int = 400) -> bool:
    """Whether an answer is a refusal in the documented shape that names ``name``."""
    error = answer.json()
    assert (answer.status_code, error["error_code"]) == (status, f"WKS.{status:08d}"), answer.text
    assert error["error_detail"] == error["error_msg"]
    return name in error["error_msg"]


WRONG = [
    ("task_name", 1),
    ("task_name", ""),
    ("task_name", "a" * 256),
    ("task_name", None),
    ("scheduled_type", "day"),
    ("scheduled_type", "HOUR"),
    ("scheduled_type", ""),
    ("day_interval", "1"),
    ("day_interval", 0),
    ("day_interval", 32),
    ("day_interval", 1.0),
    ("day_interval", True),
    ("day_interval", None),
    ("week_list", "0,1"),
    ("week_list", "1, 2"),
    ("week_list", [1]),
    ("month_list", "13"),
    ("date_list", "32"),
    ("date_list", "l"),
    ("time_zone", "Mars/Olympus"),
    ("time_zone", "GMT+20"),
    ("time_zone", "GMT 8"),
    ("scheduled_date", "2026-02-30"),
    ("scheduled_date", "26-1-1"),
    ("scheduled_time", "24:00:00"),
    ("scheduled_time", "09:00"),
    ("expire_time", "2030-01-01"),
    ("expire_time", "2030-01-01T00:00:00"),
    ("expire_time", "2030-01-01 00:00:00 GMT+08:00"),
    ("expire_time", "2030-02-30 00:00:00"),
    ("expire_time", None),
    ("gray_count", -1),
    ("gray_count", 1001),
    ("gray_fail_threshold", 0),
    ("gray_fail_threshold", 1001),
    ("gray_desktop_ids", ["a"] * 1001),
    ("gray_desktop_ids", ["a" * 256]),
    ("gray_desktop_ids", "a"),
    ("description", "a" * 256),
    ("extra_params", "not JSON"),
    ("extra_params", {"script_id": "a"}),
    ("extra_params", '"' + "a" * 1999 + '"'),
    ("force_execute", "true"),
    ("force_execute", 1),
    ("apply_objects", [OBJECT] * 1001),
    ("apply_objects", OBJECT),
    ("apply_objects", [{"object_id": "a"}]),
    ("apply_objects", [{"object_type": "DESKTOP"}]),
    ("apply_objects", [OBJECT | {"object_id": ""}]),
    ("apply_objects", [OBJECT | {"object_id": "a" * 256}]),
    ("apply_objects", [OBJECT | {"object_id": None}]),
    ("apply_objects", [OBJECT | {"object_type": "SERVER"}]),
    ("apply_objects", [OBJECT | {"colour": "blue"}]),
    ("colour", "blue"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_field_is_refused_by_its_name(
    emulator: Any, call: Ask, body: dict[str, Any], name: str, value: Any
) -> None:
    task_id = emulator.workspace.add_task(**SCRIPT)
    before = emulator.workspace.tasks
    assert refused(call("POST", json=body | SCRIPT | {name: value}), name)
    assert refused(call("PUT", f"/{task_id}", json={name: value}), name)
    assert emulator.workspace.tasks == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("enable", "true"),
        ("enable", None),
        ("priority", 0),
        ("priority", 51),
        ("is_gray", 1),
        ("apply_object_update_type", "APPEND"),
        ("task_type", "STOP"),
    ],
)
def test_what_only_put_has_is_refused_by_its_name(emulator: Any, call: Ask, name: str, value: Any) -> None:
    assert refused(call("PUT", f"/{emulator.workspace.add_task()}", json={name: value}), name)


@pytest.mark.parametrize(
    ("name", "value"),
    [("enable", False), ("priority", 1), ("is_gray", False), ("apply_object_update_type", "FULL_COVERAGE")],
)
def test_create_does_not_take_what_only_put_has(call: Ask, body: dict[str, Any], name: str, value: Any) -> None:
    assert refused(call("POST", json=body | {name: value}), name)


@pytest.mark.parametrize("kind", ["stop", "DELETE_BLACK_ECS", "", None])
def test_a_wrong_task_type(call: Ask, body: dict[str, Any], kind: Any) -> None:
    assert refused(call("POST", json=body | {"task_type": kind}), "task_type")


RIGHT = [
    ("task_name", "两 words, ü!"),
    ("task_name", "a" * 255),
    ("day_interval", 31),
    ("week_list", "7,1"),
    ("month_list", "12,1,10"),
    ("date_list", "31,L,1"),
    ("time_zone", "Europe/Berlin"),
    ("time_zone", "GMT+8"),
    ("time_zone", "UTC-03:30"),
    ("time_zone", ""),
    ("scheduled_date", "2028-02-29"),
    ("expire_time", "2030-01-01 00:00:00"),
    ("expire_time", ""),
    ("gray_count", 0),
    ("gray_count", 1000),
    ("gray_fail_threshold", 1000),
    ("gray_desktop_ids", ["a" * 255] * 1000),
    ("description", "ü" * 255),
    ("extra_params", '"' + "a" * 1998 + '"'),
    ("extra_params", ""),
    ("force_execute", True),
    ("life_cycle_type", ""),
    ("wait_time", 0),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_field_reads_back_as_written(
    emulator: Any, call: Ask, body: dict[str, Any], name: str, value: Any
) -> None:
    created = call("POST", json=body | SCRIPT | {name: value})
    assert (created.status_code, list(created.json())) == (200, ["task_id"])
    seeded = emulator.workspace.add_task(**SCRIPT)
    put = call("PUT", f"/{seeded}", json={name: value})
    assert (put.status_code, put.content) == (200, b"")
    for task_id in (created.json()["task_id"], seeded):
        assert call("GET", f"/{task_id}").json()[name] == value
        assert emulator.workspace.tasks[task_id][name] == value


@pytest.mark.parametrize("name", ["task_name", "task_type", "scheduled_type", "scheduled_time"])
def test_what_create_requires(call: Ask, body: dict[str, Any], name: str) -> None:
    del body[name]
    assert refused(call("POST", json=body), name)


@pytest.mark.parametrize(
    "kind", ["START", "STOP", "REBOOT", "HIBERNATE", "REBUILD", "EXECUTE_SCRIPT", "CREATE_SNAPSHOT"]
)
def test_every_task_type_can_be_timed(call: Ask, body: dict[str, Any], kind: str) -> None:
    assert call("POST", json=body | {"task_type": kind}).status_code == 200


PARTS: list[tuple[dict[str, Any], str]] = [
    ({"scheduled_type": "DAY"}, "day_interval"),
    ({"scheduled_type": "WEEK"}, "week_list"),
    ({"scheduled_type": "MONTH", "date_list": "1"}, "month_list"),
    ({"scheduled_type": "MONTH", "month_list": "1"}, "date_list"),
    ({"scheduled_type": "FIXED_TIME"}, "scheduled_date"),
    ({"scheduled_type": "LIFE_CYCLE"}, "life_cycle_type"),
]


@pytest.mark.parametrize(("schedule", "missing"), PARTS)
def test_what_a_type_requires(
    emulator: Any, call: Ask, body: dict[str, Any], schedule: dict[str, Any], missing: str
) -> None:
    del body["day_interval"]
    other = "WEEK" if missing == "day_interval" else "DAY"
    task_id = emulator.workspace.add_task(scheduled_type=other)
    whole = {"scheduled_time": "02:30:00", **schedule}
    for answer in (
        call("POST", json=body | schedule),
        call("PUT", f"/{task_id}", json=schedule),
        call("POST", "/future-executions", json=whole),
    ):
        assert refused(answer, missing + ":")


def test_defaults(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    task_id = call("POST", json=body).json()["task_id"]
    stored = emulator.workspace.tasks[task_id]
    expected = {
        "enable": True,
        "priority": 0,
        "is_gray": False,
        "force_execute": False,
        "time_zone": "Asia/Shanghai",
        "wait_time": 0,
        "life_cycle_exec_period": None,
        "last_status": "",
        "apply_objects": [OBJECT | {"object_name": "desktop-7"}],
    }
    assert {name: stored[name] for name in expected} == expected


def test_objects(call: Ask, body: dict[str, Any]) -> None:
    objects = [{"object_type": "ALL_DESKTOPS"}, {"object_type": "DESKTOP_TAG", "object_id": "a", "object_name": "A"}]
    task_id = call("POST", json=body | {"apply_objects": objects}).json()["task_id"]
    assert call("GET", f"/{task_id}").json()["apply_objects"] == [
        {"object_type": "ALL_DESKTOPS", "object_id": "", "object_name": ""},
        {"object_type": "DESKTOP_TAG", "object_id": "a", "object_name": "A"},
    ]
    del body["apply_objects"]
    task_id = call("POST", json=body).json()["task_id"]
    assert call("GET", f"/{task_id}").json()["apply_objects"] == []


ONE, TWO = OBJECT | {"object_id": "1"}, OBJECT | {"object_id": "2"}


@pytest.mark.parametrize("put", ["merge", "replace"])
@pytest.mark.parametrize(
    ("fields", "merged", "replaced"),
    [
        ({}, ["0"], []),
        ({"apply_objects": []}, ["0"], []),
        ({"apply_objects": [ONE, TWO]}, ["1", "2"], ["1", "2"]),
        ({"apply_objects": [ONE], "apply_object_update_type": "FULL_COVERAGE"}, ["1"], ["1"]),
        ({"apply_object_update_type": "CLEAR_ALL"}, [], []),
        ({"apply_objects": [], "apply_object_update_type": "CLEAR_ALL"}, [], []),
    ],
)
def test_put_of_objects(
    emulator: Any,
    call: Ask,
    body: dict[str, Any],
    put: str,
    fields: dict[str, Any],
    merged: list[str],
    replaced: list[str],
) -> None:
    emulator.dialect.workspace_put = put
    task_id = emulator.workspace.add_task(apply_objects=[OBJECT | {"object_id": "0"}])
    del body["task_type"], body["apply_objects"]
    assert call("PUT", f"/{task_id}", json=body | fields).status_code == 200
    objects = emulator.workspace.tasks[task_id]["apply_objects"]
    assert [each["object_id"] for each in objects] == (merged if put == "merge" else replaced)


@pytest.mark.parametrize(
    "fields",
    [
        {"apply_object_update_type": "FULL_COVERAGE"},
        {"apply_object_update_type": "FULL_COVERAGE", "apply_objects": []},
        {"apply_object_update_type": "CLEAR_ALL", "apply_objects": [ONE]},
    ],
)
def test_objects_and_how_they_are_meant_must_agree(emulator: Any, call: Ask, fields: dict[str, Any]) -> None:
    assert refused(call("PUT", f"/{emulator.workspace.add_task()}", json=fields), "apply_objects")


def test_put_merges_and_empty_clears(emulator: Any, call: Ask) -> None:
    task_id = emulator.workspace.add_task(
        scheduled_type="MONTH", description="a", extra_params="{}", expire_time="2030-01-01 00:00:00", priority=7
    )
    before = emulator.workspace.tasks[task_id]
    cleared = dict.fromkeys(("month_list", "date_list", "description", "extra_params", "expire_time"), "")
    changes = {"scheduled_type": "WEEK", "week_list": "1", "enable": False, **cleared}
    assert call("PUT", f"/{task_id}", json=changes).status_code == 200
    assert emulator.workspace.tasks[task_id] == before | changes


def test_put_replaces(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.dialect.workspace_put = "replace"
    task_id = emulator.workspace.add_task(
        task_type="REBOOT", enable=False, priority=7, description="a", force_execute=True, last_status="FAIL"
    )
    del body["task_type"]
    for name in ("task_name", "scheduled_type"):
        assert refused(call("PUT", f"/{task_id}", json={each: body[each] for each in body if each != name}), name)
    before = emulator.workspace.tasks[task_id]
    assert call("PUT", f"/{task_id}", json=body | {"priority": 50}).status_code == 200
    left = {"enable": True, "priority": 50, "description": "", "force_execute": False}
    objects = {"apply_objects": [OBJECT | {"object_name": "desktop-7"}]}
    assert emulator.workspace.tasks[task_id] == before | body | left | objects


def test_a_put_of_something_else_leaves_a_forbidden_task_alone(emulator: Any, call: Ask) -> None:
    task_id = emulator.workspace.add_task(scheduled_type="HOURLY", scheduled_time="", gray_count=1)
    changes = {"enable": False, "priority": 1, "description": "a", "task_name": "b", "force_execute": True}
    assert call("PUT", f"/{task_id}", json=changes).status_code == 200
    assert refused(call("PUT", f"/{task_id}", json={"week_list": ""}), "scheduled_time")


@pytest.mark.parametrize(
    ("name", "value", "unused"), [("gray_count", 1, 0), ("gray_desktop_ids", ["a"], []), ("gray_fail_threshold", 1, 0)]
)
def test_canary_fields_are_for_scripts(call: Ask, body: dict[str, Any], name: str, value: Any, unused: Any) -> None:
    assert refused(call("POST", json=body | {name: value}), name)
    assert call("POST", json=body | SCRIPT | {name: value}).status_code == 200
    if name != "gray_fail_threshold":
        assert call("POST", json=body | {name: unused}).status_code == 200


def test_is_gray_is_for_scripts_and_cannot_be_read(emulator: Any, call: Ask) -> None:
    assert refused(call("PUT", f"/{emulator.workspace.add_task()}", json={"is_gray": True}), "is_gray")
    task_id = emulator.workspace.add_task(**SCRIPT)
    assert call("PUT", f"/{task_id}", json={"is_gray": True}).status_code == 200
    assert emulator.workspace.tasks[task_id]["is_gray"] is True
    assert "is_gray" not in call("GET", f"/{task_id}").json()
    assert "is_gray" not in call("GET", PAGE).json()["scheduled_tasks"][0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("life_cycle_type", "POST_DESKTOP_DISCONNECTED"), ("wait_time", 1), ("life_cycle_exec_period", 1440)],
)
def test_the_parts_of_a_trigger_are_for_triggered_tasks(
    emulator: Any, call: Ask, body: dict[str, Any], name: str, value: Any
) -> None:
    assert refused(call("POST", json=body | {name: value}), name)
    assert refused(call("PUT", f"/{emulator.workspace.add_task()}", json={name: value}), name)


def triggered(**fields: Any) -> dict[str, Any]:
    return {"task_name": "triggered", "task_type": "STOP", **TRIGGER, **fields}


@pytest.mark.parametrize("kind", ["START", "REBUILD", "CREATE_SNAPSHOT"])
@pytest.mark.parametrize("trigger", list(CONFIGURATIONS))
def test_what_no_trigger_does(call: Ask, kind: str, trigger: str) -> None:
    assert refused(call("POST", json=triggered(task_type=kind, life_cycle_type=trigger)), "task_type")


def test_a_trigger_does_what_its_configuration_says(call: Ask) -> None:
    served = call("GET", "/life-cycle-type/configurations").json()
    assert served == CONFIGURATIONS
    for trigger, configuration in served.items():
        actions = {action["action"]: configuration | action for action in configuration["actions"]}
        for kind in ("STOP", "HIBERNATE", "REBOOT", "EXECUTE_SCRIPT"):
            answer = call("POST", json=triggered(task_type=kind, life_cycle_type=trigger))
            if kind not in actions:
                assert refused(answer, "task_type")
                continue
            task = call("GET", f"/{answer.json()['task_id']}").json()
            assert task["wait_time"] == actions[kind]["default_wait_time"]
            assert task["life_cycle_exec_period"] == actions[kind]["default_exec_time"] == 1440


@pytest.mark.parametrize("kind", list(CONFIGURATIONS))
def test_one_configuration(call: Ask, kind: str) -> None:
    assert call("GET", f"/life-cycle-type/configurations?type={kind}").json() == {kind: CONFIGURATIONS[kind]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("life_cycle_type", "POST_LUNCH"),
        ("life_cycle_type", ""),
        ("wait_time", -1),
        ("wait_time", 43201),
        ("wait_time", "5"),
        ("life_cycle_exec_period", 0),
        ("life_cycle_exec_period", 10081),
        ("life_cycle_exec_period", None),
    ],
)
def test_a_wrong_part_of_a_trigger_is_refused_by_its_name(emulator: Any, call: Ask, name: str, value: Any) -> None:
    task_id = emulator.workspace.add_task(scheduled_type="LIFE_CYCLE")
    assert refused(call("POST", json=triggered() | {name: value}), name)
    assert refused(call("PUT", f"/{task_id}", json={name: value}), name)


def test_waiting_times(call: Ask) -> None:
    assert refused(call("POST", json=triggered(wait_time=4)), "wait_time")
    assert call("POST", json=triggered(task_type="REBOOT", wait_time=0)).status_code == 200
    task_id = call("POST", json=triggered(wait_time=43200, life_cycle_exec_period=10080)).json()["task_id"]
    task = call("GET", f"/{task_id}").json()
    assert (task["wait_time"], task["life_cycle_exec_period"]) == (43200, 10080)
    assert refused(call("PUT", f"/{task_id}", json={"wait_time": 0}), "wait_time")
    assert call("PUT", f"/{task_id}", json={"wait_time": 5}).status_code == 200
    task = call("GET", f"/{task_id}").json()
    assert (task["wait_time"], task["life_cycle_exec_period"]) == (5, 10080)


@pytest.mark.parametrize("put", ["merge", "replace"])
def test_a_timed_task_becomes_a_triggered_one_and_back(
    emulator: Any, call: Ask, body: dict[str, Any], put: str
) -> None:
    emulator.dialect.workspace_put = put
    task_id = emulator.workspace.add_task()
    assert call("PUT", f"/{task_id}", json={"task_name": "a", **TRIGGER}).status_code == 200
    task = emulator.workspace.tasks[task_id]
    assert (task["wait_time"], task["life_cycle_exec_period"], task["scheduled_type"]) == (15, 1440, "LIFE_CYCLE")
    del body["task_type"]
    assert call("PUT", f"/{task_id}", json=body | {"life_cycle_type": "", "wait_time": 0}).status_code == 200
    task = emulator.workspace.tasks[task_id]
    assert (task["wait_time"], task["life_cycle_type"], task["scheduled_type"]) == (0, "", "DAY")


def test_triggered_tasks_are_listed_only_to_those_who_ask(emulator: Any, call: Ask) -> None:
    timed = {kind: emulator.workspace.add_task(scheduled_type=kind) for kind in ("FIXED_TIME", "DAY", "WEEK", "MONTH")}
    trigger = emulator.workspace.add_task(scheduled_type="LIFE_CYCLE")

    def listed(query: str) -> list[str]:
        answer = call("GET", PAGE + query).json()
        assert answer["total_count"] == len(answer["scheduled_tasks"])
        return [task["id"] for task in answer["scheduled_tasks"]]

    assert listed("") == listed("&scheduled_type=") == list(timed.values())
    assert listed("&scheduled_type=LIFE_CYCLE") == [trigger]
    for kind, task_id in timed.items():
        assert listed(f"&scheduled_type={kind}") == [task_id]


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("", "", "offset"),
        ("", "offset=0", "limit"),
        ("", "limit=50", "offset"),
        ("", "offset=0&limit=51", "limit"),
        ("", "offset=0&limit=-1", "limit"),
        ("", "offset=0&limit=ten", "limit"),
        ("", "offset=-1&limit=1", "offset"),
        ("", "offset=2147483648&limit=1", "offset"),
        ("", "offset=0&limit=1&limit=2", "query"),
        ("", f"offset=0&limit=1&task_name={'a' * 256}", "task_name"),
        ("", "offset=0&limit=1&task_type=DELETE_BLACK_ECS", "task_type"),
        ("", "offset=0&limit=1&scheduled_type=HOUR", "scheduled_type"),
        ("", "offset=0&limit=1&life_cycle_type=POST_LUNCH", "life_cycle_type"),
        ("", "offset=0&limit=1&last_status=FAILED", "last_status"),
        ("", "offset=0&limit=1&colour=blue", "colour"),
        ("/unknown", "limit=1", "limit"),
        ("/unknown/records", "limit=101", "limit"),
        ("/unknown/records", "offset=-1", "offset"),
        ("/unknown/records/unknown", "limit=1", "offset"),
        ("/unknown/records/unknown", "offset=0", "limit"),
        ("/unknown/records/unknown", "offset=0&limit=101", "limit"),
        ("/life-cycle-type/configurations", "type=POST_LUNCH", "type"),
    ],
)
def test_a_wrong_query_is_refused(call: Ask, path: str, query: str, name: str) -> None:
    assert refused(call("GET", f"{path}?{query}"), name)


@pytest.mark.parametrize(("query", "name"), [("colour=blue", "colour"), ("time_zone=Mars/Olympus", "time_zone")])
def test_a_wrong_export_is_refused(call: Ask, query: str, name: str) -> None:
    assert refused(call("POST", f"/unknown/records/export?{query}"), name)


@pytest.mark.parametrize("ids", [[], ["a"] * 5001, [1], ["a" * 256], None])
def test_a_wrong_batch_delete_is_refused(call: Ask, ids: Any) -> None:
    assert refused(call("POST", "/batch-delete", json={"task_ids": ids}), "task_ids")


def test_batch_delete(emulator: Any, call: Ask) -> None:
    ids = [emulator.workspace.add_task() for _count in range(3)]
    answer = call("POST", "/batch-delete", json={"task_ids": [ids[2], *[ids[0]] * 4999]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert list(emulator.workspace.tasks) == [ids[1]]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize(("how", "left"), [("refuse", [0, 1]), ("delete_others", [0])])
def test_a_batch_delete_with_an_unknown_id(emulator: Any, call: Ask, how: str, left: list[int], status: int) -> None:
    emulator.dialect.unknown_task_status = status
    emulator.dialect.workspace_batch_unknown = how
    ids = [emulator.workspace.add_task() for _count in range(2)]
    answer = call("POST", "/batch-delete", json={"task_ids": ["unknown", ids[1]]})
    assert refused(answer, "the scheduled task does not exist", status)
    assert list(emulator.workspace.tasks) == [ids[number] for number in left]


def test_a_batch_delete_that_passes_over_unknown_ids(emulator: Any, call: Ask) -> None:
    emulator.dialect.workspace_batch_unknown = "ignore"
    first, second = emulator.workspace.add_task(), emulator.workspace.add_task()
    answer = call("POST", "/batch-delete", json={"task_ids": ["unknown", second]})
    assert (answer.status_code, answer.content) == (200, b"")
    assert list(emulator.workspace.tasks) == [first]


def test_the_name_filter_is_a_case_sensitive_substring(emulator: Any, call: Ask) -> None:
    add = emulator.workspace.add_task
    ids = [add(task_name=name) for name in ("restart", "pre-restart-post", "Restart")]
    answer = call("GET", f"{PAGE}&task_name=restart").json()
    assert (answer["total_count"], [task["id"] for task in answer["scheduled_tasks"]]) == (2, ids[:2])


@pytest.mark.parametrize("status", ["SUCCESS", "SKIP", "FAIL"])
def test_the_status_filter(emulator: Any, call: Ask, status: str) -> None:
    task_id = emulator.workspace.add_task(last_status=status)
    emulator.workspace.add_task()
    answer = call("GET", f"{PAGE}&last_status={status}").json()
    assert [task["id"] for task in answer["scheduled_tasks"]] == [task_id]


def test_many_tasks_come_in_pages(emulator: Any, call: Ask) -> None:
    ids = [emulator.workspace.add_task() for _count in range(120)]
    pages = [call("GET", f"?limit=50&offset={offset}").json() for offset in (0, 50, 100, 150)]
    assert [task["id"] for page in pages for task in page["scheduled_tasks"]] == ids
    assert [(page["total_count"], len(page["scheduled_tasks"])) for page in pages] == [
        (120, 50),
        (120, 50),
        (120, 20),
        (120, 0),
    ]
    emulator.dialect.page_size_cap = 7
    assert len(call("GET", PAGE).json()["scheduled_tasks"]) == 7


UNKNOWN = [
    ("GET", "", None),
    ("PUT", "", {}),
    ("DELETE", "", None),
    ("GET", "/records", None),
    ("POST", "/records/export", None),
    ("GET", "/records/record?offset=0&limit=1", None),
]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize(("method", "path", "json"), UNKNOWN)
def test_an_unknown_id(emulator: Any, call: Ask, method: str, path: str, json: Any, status: int) -> None:
    emulator.dialect.unknown_task_status = status
    assert refused(call(method, f"/unknown{path}", json=json), "the scheduled task does not exist", status)
    assert refused(call(method, f"/{'a' * 256}{path}", json=json), "task_id")


def test_an_unknown_record(emulator: Any, call: Ask) -> None:
    task_id, other = emulator.workspace.add_task(), emulator.workspace.add_task()
    record_id = emulator.workspace.add_history(other)
    for unknown in ("unknown", record_id):
        answer = call("GET", f"/{task_id}/records/{unknown}?offset=0&limit=1")
        assert refused(answer, "the record of the scheduled task does not exist")
    assert refused(call("GET", f"/{task_id}/records/{'a' * 256}?offset=0&limit=1"), "record_id")
    assert call("GET", f"/{other}/records/{record_id}?offset=0&limit=0").json() == {
        "tasks_records_details": [],
        "total_count": 0,
    }


@pytest.mark.parametrize(
    ("method", "path", "status"), [("PATCH", "/a", 405), ("DELETE", "", 405), ("GET", "/a/b", 404), ("GET", "/", 404)]
)
def test_an_unknown_route(emulator: Any, call: Ask, method: str, path: str, status: int) -> None:
    answer = call(method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, "APIGW.0101")
    assert emulator.operations == []


@pytest.mark.parametrize(
    ("method", "path"), [("GET", PAGE), ("DELETE", "/unknown"), ("POST", "/unknown/records/export")]
)
def test_a_body_where_none_is_taken(call: Ask, method: str, path: str) -> None:
    assert refused(call(method, path, json={}), "body")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1, "a": 1}'])
def test_a_body_must_be_a_json_object(emulator: Any, call: Ask, text: str) -> None:
    headers = {"Content-Type": "application/json;charset=utf-8"}
    for method, path in (("POST", ""), ("PUT", f"/{emulator.workspace.add_task()}"), ("POST", "/batch-delete")):
        assert refused(call(method, path, data=text, headers=headers), "")


def test_a_foreign_project(ask: Ask) -> None:
    answer = ask("GET", f"/v2/{'0' * 32}/scheduled-tasks{PAGE}")
    assert refused(answer, "project_id", 403)


def test_without_authentication(emulator: Any) -> None:
    answer = requests.get(f"{emulator.url}/v2/{account.PROJECT_ID}/scheduled-tasks{PAGE}", timeout=60)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


def test_without_the_service_agency_nothing_is_created(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    task_id = emulator.workspace.add_task()
    emulator.dialect.workspace_agency = False
    answer = call("POST", json=body)
    assert refused(answer, "agency", 403)
    assert answer.json()["encoded_authorization_message"]
    assert list(emulator.workspace.tasks) == [task_id]
    assert call("PUT", f"/{task_id}", json={"enable": False}).status_code == 200


@pytest.mark.parametrize(
    ("empty", "text", "number"),
    [("empty", {"a": ""}, {"a": None}), ("null", {"a": None}, {"a": None}), ("missing", {}, {})],
)
def test_how_nothing_reads_back(
    emulator: Any, call: Ask, body: dict[str, Any], empty: str, text: dict[str, Any], number: dict[str, Any]
) -> None:
    emulator.dialect.empty = empty
    objects = [{"object_type": "ALL_DESKTOPS"}]
    task_id = call("POST", json=body | {"apply_objects": objects}).json()["task_id"]
    task = call("GET", f"/{task_id}").json()
    (summary,) = call("GET", PAGE).json()["scheduled_tasks"]

    def got(fields: dict[str, Any], name: str) -> dict[str, Any]:
        return {"a": fields[name]} if name in fields else {}

    for name in ("description", "expire_time", "week_list", "extra_params", "life_cycle_type"):
        assert got(task, name) == text
    for name in ("gray_count", "gray_fail_threshold", "life_cycle_exec_period"):
        assert got(task, name) == number
    for name in ("description", "last_status", "life_cycle_type"):
        assert got(summary, name) == text
    assert got(task["apply_objects"][0], "object_id") == text
    assert (task["gray_desktop_ids"], task["force_execute"], task["wait_time"]) == ([], False, 0)


def test_the_form_of_workspace_app_is_not_workspaces(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.dialect.form = "sample"
    emulator.dialect.expire_offset = "+08:00"
    assert refused(call("POST", json=body | {"scheduled_type": "day"}), "scheduled_type")
    task_id = call("POST", json=body | {"expire_time": "2030-01-01 00:00:00"}).json()["task_id"]
    task = call("GET", f"/{task_id}").json()
    assert (task["scheduled_type"], task["expire_time"]) == ("DAY", "2030-01-01 00:00:00")


def test_fields_that_no_page_knows(emulator: Any, call: Ask) -> None:
    emulator.dialect.extra_fields = {"colour": "blue"}
    task_id = emulator.workspace.add_task()
    for task in (call("GET", f"/{task_id}").json(), call("GET", PAGE).json()["scheduled_tasks"][0]):
        assert task["colour"] == "blue"


def test_what_the_pages_forbid_can_be_seeded(emulator: Any, call: Ask) -> None:
    add = emulator.workspace.add_task
    task_id = add(task_type="DELETE_BLACK_ECS", scheduled_type="HOURLY", last_status="LOST", expire_time="soon")
    (task,) = call("GET", PAGE).json()["scheduled_tasks"]
    assert (task["id"], task["task_type"], task["scheduled_type"]) == (task_id, "DELETE_BLACK_ECS", "HOURLY")
    assert (task["last_status"], task["next_execution_time"]) == ("LOST", "")
    assert call("GET", f"/{task_id}").json()["expire_time"] == "soon"


@pytest.mark.parametrize(
    ("fields", "text", "suffix"),
    [
        ({}, "2099-01-01 09:00:00", " GMT+08:00"),
        ({"time_zone": "GMT-3"}, "2099-01-01 09:00:00", " GMT-03:00"),
        ({"time_zone": "UTC"}, "2099-01-01 09:00:00", " GMT"),
        ({"expire_time": "2099-01-01 09:00:00"}, "2099-01-01 09:00:00", " GMT+08:00"),
        ({"expire_time": "2099-01-01 08:59:59"}, "", ""),
        ({"enable": False}, "", ""),
        ({"scheduled_type": "LIFE_CYCLE"}, "", ""),
    ],
)
def test_the_next_execution(emulator: Any, call: Ask, fields: dict[str, Any], text: str, suffix: str) -> None:
    kind = fields.get("scheduled_type", "FIXED_TIME")
    emulator.workspace.add_task(**{"scheduled_type": kind, **fields})
    path = f"{PAGE}&scheduled_type={kind}"
    assert call("GET", path).json()["scheduled_tasks"][0]["next_execution_time"] == text
    emulator.dialect.next_execution_suffix = True
    assert call("GET", path).json()["scheduled_tasks"][0]["next_execution_time"] == text + suffix


def test_future_executions(call: Ask) -> None:
    schedule = {"scheduled_type": "WEEK", "week_list": "1", "scheduled_time": "09:00:00"}
    answer = call("POST", "/future-executions", json=schedule)
    (only,) = answer.json().values()
    assert len(only) == 5
    for text in only:
        assert text.endswith(" 09:00:00 GMT+08:00")
        assert datetime.fromisoformat(text[:10]).isoweekday() == 7
    expired = schedule | {"expire_time": "2020-01-01 00:00:00"}
    for nothing in (expired, TRIGGER):
        assert call("POST", "/future-executions", json=nothing).json() == {"future_executions": []}
    assert refused(call("POST", "/future-executions", json={}), "scheduled_type")
    assert refused(call("POST", "/future-executions", json=schedule | {"task_name": "a"}), "task_name")


@pytest.mark.parametrize("name", ["GMT+14", "GMT-12"])
def test_a_past_run_is_told_in_the_tasks_zone(emulator: Any, call: Ask, name: str) -> None:
    task_id = emulator.workspace.add_task(time_zone=name)
    emulator.workspace.add_history(task_id)
    (record,) = call("GET", f"/{task_id}/records").json()["tasks_records"]
    begin = datetime.fromisoformat(record["start_time"]).replace(tzinfo=zone_or_offset(name))
    assert timedelta(0) < datetime.now(UTC) - begin < timedelta(minutes=5)


def test_an_expiry_is_local_to_the_tasks_zone() -> None:
    task = {"scheduled_type": "DAY", "day_interval": 1, "scheduled_time": "09:00:00", "time_zone": "GMT+8"}
    now = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)
    for expiry, count in (("2026-01-06 08:59:59", 0), ("2026-01-06 09:00:00", 1)):
        assert len(list(Schedule.of(task | {"expire_time": expiry}).executions(now))) == count


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("GMT+8", 480), ("GMT+08:00", 480), ("UTC-0330", -210), ("GMT-12", -720), ("Asia/Tokyo", 540), ("UTC", 0)],
)
def test_zones(name: str, minutes: int) -> None:
    assert zone_or_offset(name).utcoffset(datetime(2026, 1, 1)) == timedelta(minutes=minutes)


def test_a_fault_for_an_id_that_two_services_have(emulator: Any, ask: Ask, call: Ask) -> None:
    schedule = {"scheduled_type": "DAY", "day_interval": 1, "scheduled_time": "09:00:00"}
    paths = {"workspace_app": "/v1/{}/schedule-task", "workspace": "/v2/{}/scheduled-tasks"}
    for path in paths.values():
        emulator.fail("ListFutureExecutions", status=500)
        asked = [ask("POST", path.format(account.PROJECT_ID) + "/future-executions", json=schedule) for _count in "12"]
        assert [answer.status_code for answer in asked] == [500, 200]
    assert emulator.operations == ["ListFutureExecutions"] * 4
    assert [entry.service for entry in emulator.requests] == ["workspace_app"] * 2 + ["workspace"] * 2


def test_half_an_answer_leaves_no_trace(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    task_id = emulator.workspace.add_task()
    before = emulator.workspace.tasks
    emulator.fail("*", cut_off=True, times=3)
    for method, path, fields in (
        ("POST", "", body),
        ("PUT", f"/{task_id}", {"enable": False}),
        ("DELETE", f"/{task_id}", None),
    ):
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            call(method, path, json=fields)
    assert emulator.workspace.tasks == before
