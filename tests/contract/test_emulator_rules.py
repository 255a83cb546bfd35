# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator takes, what it refuses, and how it writes what it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.schedule import Schedule, cron, with_offset

pytestmark = pytest.mark.usefixtures("nearby")

Ask = Callable[..., requests.Response]

TARGET = {"target_type": "SERVER", "target_id": "server-7"}
LEFT_OUT = object()


def with_changes(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (body | changes).items() if value is not LEFT_OUT}


WRONG = [
    ("task_name", 1),
    ("task_name", ""),
    ("task_name", "a" * 65),
    ("task_name", "two words"),
    ("task_name", "ü"),
    ("task_name", "line\n"),
    ("task_name", None),
    ("task_type", "restart_server"),
    ("task_type", "UPGRADE_ACCESS_AGENT"),
    ("scheduled_type", "day"),
    ("scheduled_type", "HOUR"),
    ("day_interval", "1"),
    ("day_interval", 0),
    ("day_interval", 32),
    ("day_interval", 1.0),
    ("day_interval", True),
    ("day_interval", None),
    ("week_list", "0"),
    ("week_list", "1, 2"),
    ("week_list", "1,"),
    ("week_list", [1]),
    ("month_list", "13"),
    ("month_list", "01"),
    ("date_list", "32"),
    ("date_list", "l"),
    ("time_zone", ""),
    ("time_zone", "Mars/Olympus"),
    ("time_zone", "../etc"),
    ("scheduled_date", "2026-02-30"),
    ("scheduled_date", "26-1-1"),
    ("scheduled_time", "24:00:00"),
    ("scheduled_time", "9:00:00"),
    ("scheduled_time", "09:00"),
    ("expire_time", "2030-01-01"),
    ("expire_time", "2030-01-01T00:00:00"),
    ("expire_time", "2030-01-01T00:00:00.000Z"),
    ("expire_time", "2030-13-01T00:00:00Z"),
    ("description", "a" * 256),
    ("schedule_task_policy", {"enforcement_enable": "true"}),
    ("schedule_task_policy", {"colour": True}),
    ("target_infos", []),
    ("target_infos", [TARGET] * 1001),
    ("target_infos", [{"target_type": "SERVER"}]),
    ("target_infos", [TARGET | {"target_id": ["server-7"]}]),
    ("target_infos", [TARGET | {"target_type": "DESKTOP"}]),
    ("target_infos", [TARGET | {"colour": "blue"}]),
    ("colour", "blue"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_field_is_refused_by_its_name(
    emulator: Any, call: Ask, body: dict[str, Any], name: str, value: Any
) -> None:
    task_id = emulator.workspace_app.add_task()
    before = emulator.workspace_app.tasks
    for answer in (call("POST", json=body | {name: value}), call("PATCH", f"/{task_id}", json={name: value})):
        assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.00211102")
        assert name in answer.json()["error_msg"]
    assert emulator.workspace_app.tasks == before


RIGHT = [
    ("task_name", "夜间_Restart-1"),
    ("task_name", "a" * 64),
    ("day_interval", 31),
    ("week_list", "7,1"),
    ("month_list", "12,1,10"),
    ("date_list", "31,L,1"),
    ("time_zone", "Coordinated Universal Time"),
    ("scheduled_date", "2028-02-29"),
    ("description", "ü" * 255),
    ("schedule_task_policy", {"enforcement_enable": True}),
]


@pytest.mark.parametrize(("name", "value"), RIGHT)
def test_a_right_field_reads_back_as_written(call: Ask, body: dict[str, Any], name: str, value: Any) -> None:
    answer = call("POST", json=body | {name: value})
    assert answer.status_code == 200
    assert answer.json()[name] == value
    assert call("GET", f"/{answer.json()['id']}").json()[name] == value


@pytest.mark.parametrize("name", ["task_name", "task_type", "scheduled_type", "target_infos", "scheduled_time"])
def test_what_create_requires(call: Ask, body: dict[str, Any], name: str) -> None:
    del body[name]
    answer = call("POST", json=body)
    assert answer.status_code == 400
    assert name in answer.json()["error_msg"]


PARTS = [
    ("DAY", "day_interval", {}),
    ("WEEK", "week_list", {}),
    ("MONTH", "month_list", {"date_list": "1"}),
    ("MONTH", "date_list", {"month_list": "1"}),
    ("FIXED_TIME", "scheduled_date", {}),
]


@pytest.mark.parametrize(("kind", "missing", "others"), PARTS)
def test_what_a_type_requires(
    emulator: Any, call: Ask, body: dict[str, Any], kind: str, missing: str, others: dict[str, Any]
) -> None:
    schedule = {"scheduled_type": kind, "day_interval": LEFT_OUT, **others}
    answer = call("POST", json=with_changes(body, schedule))
    assert (answer.status_code, answer.json()["error_msg"].split(":")[0]) == (400, missing)

    task_id = emulator.workspace_app.add_task(scheduled_type="WEEK" if kind == "DAY" else "DAY")
    answer = call("PATCH", f"/{task_id}", json={"scheduled_type": kind, **others})
    assert (answer.status_code, answer.json()["error_msg"].split(":")[0]) == (400, missing)


def test_a_task_is_born_enabled_and_cannot_be_born_otherwise(call: Ask, body: dict[str, Any]) -> None:
    assert call("POST", json=body).json()["is_enable"] is True
    answer = call("POST", json=body | {"is_enable": False})
    assert answer.status_code == 400
    assert "is_enable" in answer.json()["error_msg"]


def test_defaults(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    task = call("POST", json=body).json()
    assert task["time_zone"] == "Asia/Shanghai"
    assert task["schedule_task_policy"] == {"enforcement_enable": False}
    assert emulator.workspace_app.tasks[task["id"]]["target_infos"] == [TARGET | {"target_name": "server-7"}]


def test_a_policy_without_a_word_is_the_default_one(call: Ask, body: dict[str, Any]) -> None:
    task = call("POST", json=body | {"schedule_task_policy": {}}).json()
    assert task["schedule_task_policy"] == {"enforcement_enable": False}
    for change, forced in (({"enforcement_enable": True}, True), ({}, True)):
        answer = call("PATCH", f"/{task['id']}", json={"schedule_task_policy": change})
        assert answer.json()["schedule_task_policy"] == {"enforcement_enable": forced}


def test_a_patch_of_what_is_not_the_schedule_leaves_a_forbidden_schedule_alone(emulator: Any, call: Ask) -> None:
    task_id = emulator.workspace_app.add_task(scheduled_type="HOURLY", scheduled_time="")
    assert call("PATCH", f"/{task_id}", json={"is_enable": False}).status_code == 200
    assert call("PATCH", f"/{task_id}", json={"week_list": ""}).status_code == 400


def test_a_patch_merges_and_empty_clears(emulator: Any, call: Ask) -> None:
    task_id = emulator.workspace_app.add_task(
        scheduled_type="MONTH", month_list="1", date_list="L", description="a", expire_time="2030-01-01T00:00:00Z"
    )
    before = emulator.workspace_app.tasks[task_id]
    answer = call(
        "PATCH",
        f"/{task_id}",
        json={
            "scheduled_type": "DAY",
            "day_interval": 2,
            "month_list": "",
            "date_list": "",
            "description": "",
            "expire_time": "",
        },
    )
    cleared = dict.fromkeys(("month_list", "date_list", "description", "expire_time"), "")
    expected = before | cleared | {"scheduled_type": "DAY", "day_interval": 2}
    assert {**emulator.workspace_app.tasks[task_id], "update_time": None} == {**expected, "update_time": None}
    assert {name: answer.json()[name] for name in cleared} == cleared


@pytest.mark.parametrize("text", ["[]", '"a"', "null"])
def test_a_body_must_be_a_json_object(call: Ask, text: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = call("POST", data=text, headers=headers)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.00211102")


@pytest.mark.parametrize("text", ["{", "", "{'a': 1}", '{"a": NaN}', '{"a": 1, "a": 1}'])
def test_malformed_json_is_refused(call: Ask, text: str) -> None:
    answer = call("POST", data=text, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "WKS.00211102")
    assert "malformed JSON" in answer.json()["error_msg"]


def test_a_body_must_say_that_it_is_json(call: Ask) -> None:
    answer = call("POST", data="{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400
    assert "Content-Type" in answer.json()["error_msg"]


def test_a_body_where_none_is_taken(call: Ask) -> None:
    assert call("DELETE", "/unknown", json={}).status_code == 400


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("", "limit=0", "limit"),
        ("", "limit=101", "limit"),
        ("", "limit=ten", "limit"),
        ("", "limit=1.0", "limit"),
        ("", "offset=-1", "offset"),
        ("", "offset=2147483648", "offset"),
        ("", "task_type=ANY", "task_type"),
        ("", f"task_name={'a' * 65}", "task_name"),
        ("", "colour=blue", "colour"),
        ("", "limit=1&limit=2", "query"),
        ("/unknown", "limit=1", "limit"),
        ("/unknown/execute-history", "limit=0", "limit"),
    ],
)
def test_a_wrong_query_is_refused(call: Ask, path: str, query: str, name: str) -> None:
    answer = call("GET", f"{path}?{query}")
    assert answer.status_code == 400
    assert name in answer.json()["error_msg"]


@pytest.mark.parametrize("items", [[], ["a"] * 21, [""], [1], ["a" * 129]])
def test_a_wrong_batch_delete_is_refused(call: Ask, items: list[Any]) -> None:
    assert call("POST", "/actions/batch-delete", json={"items": items}).status_code == 400


def test_the_name_filter_is_a_case_sensitive_substring(emulator: Any, call: Ask) -> None:
    ids = [emulator.workspace_app.add_task(task_name=name) for name in ("restart", "pre-restart-post", "Restart")]
    answer = call("GET", "?task_name=restart&limit=100").json()
    assert (answer["count"], [task["id"] for task in answer["items"]]) == (2, ids[:2])


def test_many_tasks_come_in_pages(emulator: Any, call: Ask) -> None:
    ids = [emulator.workspace_app.add_task() for _count in range(250)]
    pages = [call("GET", f"?limit=100&offset={offset}").json() for offset in (0, 100, 200, 300)]
    assert [task["id"] for page in pages for task in page["items"]] == ids
    assert [(page["count"], len(page["items"])) for page in pages] == [(250, 100), (250, 100), (250, 50), (250, 0)]

    emulator.dialect.page_size_cap = 7
    assert len(call("GET", "?limit=100").json()["items"]) == 7


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/unknown", 404),
        ("PATCH", "/unknown", 404),
        ("DELETE", "/unknown", 200),
        ("GET", "/unknown/execute-history", 404),
        ("GET", "/unknown/execute-detail", 404),
        ("DELETE", f"/{'a' * 129}", 400),
    ],
)
def test_an_unknown_id(call: Ask, method: str, path: str, status: int) -> None:
    answer = call(method, path, json={} if method == "PATCH" else None)
    assert answer.status_code == status
    if status == 404:
        assert answer.json()["error_code"] == "WKS.00211902"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/a/b/c", 404), ("GET", "/", 404), ("PUT", "/a", 405), ("DELETE", "", 405)],
)
def test_an_unknown_route(emulator: Any, call: Ask, method: str, path: str, status: int) -> None:
    answer = call(method, path)
    assert (answer.status_code, answer.json()["error_code"]) == (status, "APIGW.0101")
    assert emulator.operations == []
    assert (emulator.requests[-1].operation, emulator.requests[-1].status) == (None, status)


@pytest.mark.parametrize(("empty", "blank"), [("empty", {"": ""}), ("null", {"": None}), ("missing", {})])
def test_how_nothing_reads_back(
    emulator: Any, call: Ask, body: dict[str, Any], empty: str, blank: dict[str, Any]
) -> None:
    emulator.dialect.empty = empty
    task_id = call("POST", json=body).json()["id"]
    for task in (call("GET", f"/{task_id}").json(), call("GET").json()["items"][0]):
        for name in ("description", "expire_time", "week_list", "scheduled_date"):
            assert [task[name]] == list(blank.values()) if blank else name not in task


def test_the_samples_way_of_writing(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.dialect.form = "sample"
    sample = {
        "scheduled_type": "day",
        "expire_time": "2030-01-01T00:00:00.858Z",
        "target_infos": [{"target_type": "SERVER", "target_id": ["server-7"]}],
    }
    for written in (sample, {"expire_time": "2030-01-01T00:00:00Z"}):
        task_id = call("POST", json=body | written).json()["id"]
        task = call("GET", f"/{task_id}").json()
        assert task["scheduled_type"] == "day"
        assert task["task_type"] == "RESTART_SERVER"
        assert task["expire_time"] == "2030-01-01T00:00:00.000Z"
        assert task["target_infos"][0]["target_id"] == ["server-7"]
        stored = emulator.workspace_app.tasks[task_id]
        assert (stored["scheduled_type"], stored["expire_time"]) == ("DAY", "2030-01-01T00:00:00Z")
        assert stored["target_infos"][0]["target_id"] == "server-7"


def test_an_expiry_is_an_instant(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    task = call("POST", json=body | {"expire_time": "2030-01-01T08:00:00+08:00"}).json()
    assert task["expire_time"] == "2030-01-01T00:00:00Z"
    emulator.dialect.expire_offset = "-03:30"
    assert call("GET", f"/{task['id']}").json()["expire_time"] == "2029-12-31T20:30:00-03:30"


def test_fields_that_no_page_knows(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.dialect.extra_fields = {"colour": "blue"}
    created = call("POST", json=body).json()
    path = f"/{created['id']}"
    patched = call("PATCH", path, json={}).json()
    for task in (created, patched, call("GET", path).json(), call("GET").json()["items"][0]):
        assert task["colour"] == "blue"


def test_an_unknown_switch_is_an_error(emulator: Any) -> None:
    with pytest.raises(AttributeError):
        emulator.dialect.colour = "blue"
    with pytest.raises(ValueError, match="form"):
        emulator.dialect.form = "verse"


def test_what_the_pages_forbid_can_be_seeded(emulator: Any, call: Ask) -> None:
    task_id = emulator.workspace_app.add_task(
        task_name="two words", scheduled_type="HOURLY", last_status="LOST", expire_time="soon"
    )
    (task,) = call("GET").json()["items"]
    assert (task["id"], task["task_name"], task["scheduled_type"]) == (task_id, "two words", "HOURLY")
    assert (task["last_status"], task["task_cron"], task["next_execution_time"]) == ("LOST", "", "")
    assert task["expire_time"] == "soon"


# A Monday.
NOW = datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "expression", "executions"),
    [
        (
            {"scheduled_type": "DAY", "day_interval": 2, "time_zone": "UTC"},
            "30 0 9 1/2 * ?",
            ["2026-01-07 09:00:30 GMT", "2026-01-09 09:00:30 GMT"],
        ),
        (
            {"scheduled_type": "DAY", "day_interval": 1, "time_zone": "America/New_York"},
            "30 0 9 1/1 * ?",
            ["2026-01-05 09:00:30 GMT-05:00", "2026-01-06 09:00:30 GMT-05:00"],
        ),
        (
            {"scheduled_type": "WEEK", "week_list": "7,1"},
            "30 0 9 ? * 7,1",
            ["2026-01-10 09:00:30 GMT+08:00", "2026-01-11 09:00:30 GMT+08:00"],
        ),
        (
            {"scheduled_type": "MONTH", "month_list": "2,4", "date_list": "L"},
            "30 0 9 L 2,4 ?",
            ["2026-02-28 09:00:30 GMT+08:00", "2026-04-30 09:00:30 GMT+08:00"],
        ),
        (
            {"scheduled_type": "MONTH", "month_list": "2", "date_list": "29"},
            "30 0 9 29 2 ?",
            ["2028-02-29 09:00:30 GMT+08:00", "2032-02-29 09:00:30 GMT+08:00"],
        ),
        (
            {"scheduled_type": "MONTH", "month_list": "1,12", "date_list": "5,3,L", "time_zone": "UTC"},
            "30 0 9 5,3,L 1,12 ?",
            ["2026-01-31 09:00:30 GMT", "2026-12-03 09:00:30 GMT"],
        ),
        ({"scheduled_type": "MONTH", "month_list": "2", "date_list": "30"}, "30 0 9 30 2 ?", []),
        (
            {"scheduled_type": "FIXED_TIME", "scheduled_date": "2026-03-01", "time_zone": "Asia/Kolkata"},
            "30 0 9 1 3 ? 2026",
            ["2026-03-01 09:00:30 GMT+05:30"],
        ),
        ({"scheduled_type": "FIXED_TIME", "scheduled_date": "2025-03-01"}, "30 0 9 1 3 ? 2025", []),
        (
            {"scheduled_type": "DAY", "day_interval": 1, "expire_time": "2026-01-06T01:00:30Z"},
            "30 0 9 1/1 * ?",
            ["2026-01-06 09:00:30 GMT+08:00"],
        ),
    ],
)
def test_when_a_task_runs(fields: dict[str, Any], expression: str, executions: list[str]) -> None:
    task = {"scheduled_time": "09:00:30", **fields}
    assert cron(task) == expression
    assert [with_offset(each) for each in islice(Schedule.of(task).executions(NOW), 2)] == executions


def test_future_executions(call: Ask) -> None:
    schedule = {"scheduled_type": "DAY", "day_interval": 1, "scheduled_time": "09:00:00"}
    answer = call("POST", "/future-executions", json=schedule | {"time_zone": "Coordinated Universal Time"}).json()
    assert answer["time_zone"] == "Coordinated Universal Time"
    assert len(answer["future_executions"]) == 5
    assert all(text.endswith(" 09:00:00 GMT") for text in answer["future_executions"])

    expired = schedule | {"expire_time": "2020-01-01T00:00:00+08:00"}
    assert call("POST", "/future-executions", json=expired).json()["future_executions"] == []


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        ({}, "scheduled_type"),
        ({"scheduled_type": "DAY", "day_interval": 1}, "scheduled_time"),
        ({"scheduled_type": "WEEK", "scheduled_time": "09:00:00"}, "week_list"),
        (
            {"scheduled_type": "DAY", "day_interval": 1, "scheduled_time": "09:00:00", "time_zone": "Nowhere"},
            "time_zone",
        ),
        ({"task_name": "a"}, "task_name"),
    ],
)
def test_future_executions_of_nothing(call: Ask, schedule: dict[str, Any], name: str) -> None:
    answer = call("POST", "/future-executions", json=schedule)
    assert answer.status_code == 400
    assert name in answer.json()["error_msg"]
