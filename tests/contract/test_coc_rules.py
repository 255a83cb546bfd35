# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cloud Operations Center refuses, and what it does where its pages say little."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.coc_validation import is_quartz

pytestmark = pytest.mark.usefixtures("nearby")

ROOT = "/v1/schedule/task"
NOW = int(time.time() * 1000)
SOON = NOW + 3_600_000
NIGHTLY = {"policy": "CRON", "time_zone": "Europe/Berlin", "cron": "0 30 2 * * ?", "scheduled_close_time": SOON}
USER = {"notification_endpoint_type": "USER", "recipients": "user-1"}
TICKETS = {"ticket_infos": [{"ticket_id": "CM1", "ticket_type": "CHANGE"}]}
REVIEW = {"enable_approve": True, "reviewer_user_name": "reviewer", "reviewer_notification": USER}
BAD = (400, "COC.00010002")
ENABLED = (400, "COC.00014106")
ENABLED_ALREADY = (400, "COC.00014110")
UNKNOWN = (400, "COC.00014102")

Ask = Callable[..., requests.Response]


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error_code", "")


GOOD = (200, "")


@pytest.fixture
def body() -> dict[str, Any]:
    return {
        "name": "patch_补丁-1",
        "version_no": "1.0.0",
        "trigger_time": dict(NIGHTLY),
        "task_type": "SCRIPT",
        "associated_task_id": "SC1",
        "associated_task_name": "patch",
        "associated_task_type": "CUSTOMIZATION",
        "risk_level": "LOW",
        "input_param": {"timeout": "300"},
        "target_instances": [{"target_selection": "NONE", "order_no": 1, "batch_strategy": "NONE"}],
        "enable_approve": False,
        "enable_message_notification": False,
    }


@pytest.fixture
def create(ask: Ask, body: dict[str, Any]) -> Callable[..., str]:
    def create(**changes: Any) -> str:
        answer = ask("POST", ROOT, json=body | changes)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"])

    return create


@pytest.fixture
def off(create: Callable[..., str], ask: Ask) -> str:
    """A task that is disabled."""
    task_id = create()
    ask("POST", f"{ROOT}/{task_id}/disable")
    return task_id


@pytest.fixture
def listed(ask: Ask) -> Callable[..., list[str]]:
    """The names that the list finds."""

    def listed(**query: Any) -> list[str]:
        answer = ask("GET", ROOT, params=query)
        assert answer.status_code == 200, answer.text
        return [task["name"] for task in answer.json()["scheduled_tasks"]]

    return listed


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The body with one value changed, or taken away if it is ``...``."""
    body = deepcopy(body)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = body
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *((name, ...) for name in ("name", "version_no", "task_type", "associated_task_id", "associated_task_name")),
        *((name, ...) for name in ("associated_task_type", "risk_level", "input_param", "target_instances")),
        *((name, ...) for name in ("enable_approve", "enable_message_notification", "trigger_time.policy")),
        *((name, ...) for name in ("trigger_time.time_zone", "target_instances.0.order_no")),
        *((name, None) for name in ("name", "agency_name", "ticket_infos", "target_instances.0.target_resource")),
        *((name, 1) for name in ("colour", "enabled", "name", "enable_approve", "ticket_infos", "trigger_time")),
        *((name, 1) for name in ("trigger_time.colour", "input_param.timeout", "target_instances.0.colour")),
        *((name, "") for name in ("version_no", "enterprise_project_id", "agency_name", "task_type")),
        ("name", "ab"),
        ("name", "a" * 101),
        ("name", "two words"),
        ("version_no", "1" * 51),
        ("associated_task_id", "a" * 257),
        ("agency_name", "a" * 129),
        ("enterprise_project_id", "a" * 129),
        ("task_type", "script"),
        ("associated_task_type", "PUBLIC"),
        ("risk_level", "NONE"),
        ("enable_approve", "false"),
        ("enable_message_notification", "true"),
        ("input_param", "{}"),
        ("trigger_time.policy", "DAY"),
        ("trigger_time.time_zone", "a" * 129),
        pytest.param("trigger_time.single_scheduled_time", str(SOON), id="a moment as text"),
        pytest.param("trigger_time.single_scheduled_time", SOON + 0.5, id="half a millisecond"),
        ("trigger_time.scheduled_close_time", 9_000_000_000_000_001),
        ("ticket_infos", [{"ticket_id": "a" * 256}]),
        ("ticket_infos", [{"scope_id": "a" * 51}]),
        ("ticket_infos", [{"colour": "blue"}]),
        ("ticket_infos", {"ticket_id": "CM1"}),
        ("ticket_infos", [{}] * 1001),
        ("target_instances", []),
        ("target_instances", "[]"),
        ("target_instances.0.target_selection", "SOME"),
        ("target_instances.0.target_selection", "ALL"),
        ("target_instances.0.target_selection", "MANUAL"),
        ("target_instances.0.order_no", 10001),
        ("target_instances.0.order_no", "1"),
        ("target_instances.0.batch_strategy", "ALWAYS"),
        ("target_instances.0.target_resource", {"type": "CLOUD"}),
        ("target_instances.0.target_resource", {"region_id": "a" * 33}),
        ("target_instances.0.target_resource", {"params": [{"key": "a"}]}),
        ("target_instances.0.target_resource", {"params": [{"key": "", "value": ""}]}),
        ("target_instances.0.sub_target_instances", [{"order_no": 1}]),
        ("target_instances.0.sub_target_instances", [{"target_selection": "ALL", "order_no": 1}]),
        ("target_instances", [{"target_selection": "MANUAL", "order_no": 1, "target_instances": "{"}]),
        ("target_instances", [{"target_selection": "MANUAL", "order_no": 1, "target_instances": {}}]),
        ("task_type", "RUNBOOK"),
        ("runbook_instance_mode", "BOTH"),
        ("enable_message_notification", True),
        ("message_notification", {}),
        ("message_notification", {"notification_endpoint_type": "USER"}),
        ("message_notification", {"notification_endpoint_type": "ON_CALL", "schedule_scene_id": "a"}),
        ("message_notification", USER | {"protocol": "PIGEON"}),
        ("message_notification", USER | {"policy": "a" * 129}),
        ("reviewer_notification", USER | {"colour": "blue"}),
        ("enable_approve", True),
    ],
)
def test_a_definition_that_is_refused(
    emulator: Any, ask: Ask, body: dict[str, Any], off: str, path: str, value: Any
) -> None:
    before = emulator.coc.tasks
    bad = changed(body, path, value)
    assert code(ask("POST", ROOT, json=bad)) == BAD
    assert code(ask("PUT", f"{ROOT}/{off}", json=bad)) == BAD
    assert emulator.coc.tasks == before


@pytest.mark.parametrize(
    "changes",
    [
        {"task_type": "RUNBOOK", "runbook_instance_mode": "SAME"},
        {"enable_message_notification": True, "message_notification": USER | {"policy": "START_EXECUTION"}},
        {
            "reviewer_notification": {
                "notification_endpoint_type": "ON_CALL",
                "schedule_scene_id": "a",
                "schedule_role_id": "b",
            }
        },
        REVIEW,
        TICKETS,
        {"input_param": {}},
        {"name": "a-_"},
        {"target_instances": [{"target_selection": "ALL", "order_no": 0, "target_resource": {"type": "REGION"}}]},
        {"target_instances": [{"target_selection": "MANUAL", "order_no": 0, "target_instances": "{}"}]},
    ],
)
def test_a_definition_that_is_taken(create: Callable[..., str], changes: dict[str, Any]) -> None:
    assert create(**changes).startswith("ST")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"enable_message_notification": True, "message_notification": USER}, "policy"),
        ({"enable_approve": True, "reviewer_user_name": "reviewer"}, "reviewer_notification"),
        ({"enable_approve": True, "reviewer_notification": USER}, "reviewer_user_name"),
    ],
)
def test_what_goes_with_a_switch(ask: Ask, body: dict[str, Any], changes: dict[str, Any], word: str) -> None:
    answer = ask("POST", ROOT, json=body | changes)
    assert code(answer) == BAD
    assert word in answer.json()["error_msg"]


def once(**fields: Any) -> dict[str, Any]:
    return {"policy": "ONCE", "time_zone": "Asia/Shanghai", **fields}


def periodic(**fields: Any) -> dict[str, Any]:
    whole = {"policy": "PERIODIC", "time_zone": "UTC", "period": "1,7", "periodic_scheduled_time": "23:59:59"}
    return whole | fields


def by_cron(cron: str, **fields: Any) -> dict[str, Any]:
    return {"policy": "CRON", "time_zone": "UTC", "cron": cron, **fields}


@pytest.mark.parametrize(
    ("trigger", "error"),
    [
        (None, "COC.00014131"),
        (..., "COC.00014131"),
        (once(single_scheduled_time=SOON, time_zone=""), "COC.00014132"),
        (once(single_scheduled_time=SOON, time_zone="Mars/Base"), "COC.00014132"),
        (once(), "COC.00014133"),
        (once(single_scheduled_time=NOW - 1), "COC.00014133"),
        (periodic(period=""), "COC.00014135"),
        (periodic(period="0"), "COC.00014135"),
        (periodic(period="1,8"), "COC.00014135"),
        (periodic(period="1;2"), "COC.00014135"),
        (periodic(periodic_scheduled_time=""), "COC.00014135"),
        (periodic(periodic_scheduled_time="24:00:00"), "COC.00014135"),
        (periodic(periodic_scheduled_time="09:10"), "COC.00014135"),
        (periodic(scheduled_close_time=NOW - 1), "COC.00014133"),
        (by_cron(""), "COC.00014134"),
        (by_cron("30 2 * * *"), "COC.00014134"),
        (by_cron("0 30 2 * * ?", scheduled_close_time=NOW - 1), "COC.00014133"),
        (once(single_scheduled_time=SOON), ""),
        (once(single_scheduled_time=SOON, scheduled_close_time=NOW - 1), ""),
        (periodic(), ""),
        (periodic(period="2", scheduled_close_time=SOON), ""),
        (by_cron("0 * * * * ?"), ""),
    ],
)
def test_triggers(ask: Ask, body: dict[str, Any], off: str, trigger: Any, error: str) -> None:
    asked = changed(body, "trigger_time", trigger)
    for answer in (ask("POST", ROOT, json=asked), ask("PUT", f"{ROOT}/{off}", json=asked)):
        assert code(answer) == (400 if error else 200, error)


@pytest.mark.parametrize(
    ("trigger", "error"),
    [
        (periodic(), "COC.00014133"),
        (by_cron("0 * * * * ?"), "COC.00014133"),
        (periodic(scheduled_close_time=SOON), ""),
        (once(single_scheduled_time=SOON), ""),
    ],
)
def test_a_close_time_may_be_needed(emulator: Any, ask: Ask, body: dict[str, Any], trigger: Any, error: str) -> None:
    emulator.dialect.coc_needs_close_time = True
    assert code(ask("POST", ROOT, json=body | {"trigger_time": trigger})) == (400 if error else 200, error)


@pytest.mark.parametrize(
    "expression",
    [
        "0 15 10 ? * *",
        "0 15 10 * * ? 2030",
        "0 0/5 8-18/2 ? * MON-FRI",
        "*/10 0,30 0 1,15 jan,Jul ?",
        "0 0 0 L * ?",
        "0 0 0 L-3 * ?",
        "0 0 0 LW * ?",
        "0 0 0 15W * ?",
        "0 0 0 ? * 6L",
        "0 0 0 ? * FRI#2",
        "0 0 0 ? * L",
    ],
)
def test_quartz_expressions(expression: str) -> None:
    assert is_quartz(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "0 15 10 * *",
        "0 15 10 * * *",
        "0 15 10 ? * ?",
        "0 15 10 * * ? 2030 1",
        "0 15 10 * * ? 2100",
        "60 15 10 * * ?",
        "0 60 10 * * ?",
        "0 15 24 * * ?",
        "0 15 10 0 * ?",
        "0 15 10 32W * ?",
        "0 15 10 * 13 ?",
        "0 15 10 ? * 0",
        "0 15 10 ? * 8",
        "0 15 10 ? * MON#6",
        "0 15 10 ? * FOO",
        "? 15 10 * * ?",
        "0 15/0 10 * * ?",
        "0 1-2-3 10 * * ?",
        "0 15, 10 * * ?",
        "@daily",
    ],
)
def test_what_is_no_quartz_expression(expression: str) -> None:
    assert not is_quartz(expression)


def test_what_is_read_is_not_what_was_written(emulator: Any, ask: Ask, create: Callable[..., str]) -> None:
    task_id = create(associated_task_enterprise_project_id="0", **TICKETS)
    detail = ask("GET", f"{ROOT}/{task_id}").json()
    assert not {"ticket_infos", "associated_task_enterprise_project_id", "enabled"} & set(detail)
    assert detail["input_param"] == '{"timeout":"300"}'
    (target,) = json.loads(detail["target_instances"])
    assert {name for name in target if target[name] not in ("", None)} == {
        "target_selection",
        "order_no",
        "id",
        "schedule_id",
        "create_time",
        "update_time",
    }
    assert (detail["agency_name"], detail["enterprise_project_id"]) == ("ServiceAgencyForCOC", "0")
    assert (detail["task_type"], detail["approve_status"]) == ("SCRIPT", "PASSED")
    stored = emulator.coc.tasks[task_id]
    assert (stored["ticket_infos"], stored["associated_task_enterprise_project_id"]) == (TICKETS["ticket_infos"], "0")
    assert stored["target_instances"][0]["batch_strategy"] == "NONE"


@pytest.mark.parametrize(
    ("empty", "read"), [("empty", {"a": "", "b": None}), ("null", {"a": None, "b": None}), ("missing", {})]
)
def test_a_field_without_a_value(
    emulator: Any, ask: Ask, create: Callable[..., str], empty: str, read: dict[str, Any]
) -> None:
    emulator.dialect.empty = empty
    emulator.dialect.extra_fields = {"colour": "blue"}
    detail = ask("GET", f"{ROOT}/{create()}").json()
    trigger = detail["trigger_time"]
    (target,) = json.loads(detail["target_instances"])
    (summary,) = ask("GET", ROOT).json()["scheduled_tasks"]
    for record, text, other in (
        (detail, "associated_task_name_en", "message_notification"),
        (trigger, "period", "single_scheduled_time"),
        (target, "target_instances", "target_resource"),
        (summary, "reviewer", "last_execution_time"),
    ):
        assert {name: record[key] for name, key in (("a", text), ("b", other)) if key in record} == read
    assert (detail["colour"], summary["colour"]) == ("blue", "blue")


def test_enable_and_disable(emulator: Any, ask: Ask, create: Callable[..., str]) -> None:
    task_id = create()

    def switch(to: str, **options: Any) -> tuple[int, str]:
        return code(ask("POST", f"{ROOT}/{task_id}/{to}", **options))

    assert emulator.coc.tasks[task_id]["enabled"] is True
    assert switch("enable") == ENABLED_ALREADY
    assert (switch("disable"), switch("disable")) == (GOOD, (400, "COC.00014104"))
    assert emulator.coc.tasks[task_id]["enabled"] is False
    assert switch("enable", json={"colour": 1}) == BAD
    assert (switch("enable", json=TICKETS), switch("enable")) == (GOOD, ENABLED_ALREADY)
    assert emulator.coc.tasks[task_id]["enabled"] is True


@pytest.mark.parametrize("to", ["enable", "disable"])
def test_only_the_creator_may_switch(emulator: Any, ask: Ask, to: str) -> None:
    task_id = emulator.coc.add_task(created_by="somebody", enabled=to == "disable")
    before = emulator.coc.tasks
    assert code(ask("POST", f"{ROOT}/{task_id}/{to}")) == (400, "COC.00014121")
    assert emulator.coc.tasks == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/unknown"),
        ("PUT", "/unknown"),
        ("DELETE", "/unknown"),
        ("POST", "/unknown/enable"),
        ("POST", "/unknown/disable"),
        ("GET", "/history?task_id=unknown&limit=1"),
    ],
)
def test_an_unknown_task(ask: Ask, body: dict[str, Any], method: str, path: str) -> None:
    assert code(ask(method, ROOT + path, json=body if method == "PUT" else None)) == UNKNOWN
    assert code(ask(method, ROOT + path.replace("unknown", "x" * 129), json=body if method == "PUT" else None)) == BAD


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_enabled_task_is_left_alone(
    emulator: Any, ask: Ask, create: Callable[..., str], body: dict[str, Any], method: str
) -> None:
    task_id = create()
    before = emulator.coc.tasks
    asked = {"json": body | {"name": "renamed"}} if method == "PUT" else {}
    assert code(ask(method, f"{ROOT}/{task_id}", **asked)) == ENABLED
    assert emulator.coc.tasks == before
    emulator.dialect.coc_needs_disabled = False
    assert code(ask(method, f"{ROOT}/{task_id}", **asked)) == GOOD
    assert [task["name"] for task in emulator.coc.tasks.values()] == (["renamed"] if method == "PUT" else [])


def test_delete(emulator: Any, ask: Ask, off: str) -> None:
    assert ask("DELETE", f"{ROOT}/{off}").json() == {"data": off}
    assert emulator.coc.tasks == {}
    assert code(ask("DELETE", f"{ROOT}/{off}")) == UNKNOWN


def test_put_replaces_everything(emulator: Any, ask: Ask, create: Callable[..., str], body: dict[str, Any]) -> None:
    task_id = create(
        enterprise_project_id="ep-1",
        agency_name="mine",
        associated_task_enterprise_project_id="ep-2",
        reviewer_notification=USER,
        **TICKETS,
    )
    ask("POST", f"{ROOT}/{task_id}/disable")
    before = emulator.coc.tasks[task_id]
    answer = ask("PUT", f"{ROOT}/{task_id}", json=changed(body, "target_instances.0.batch_strategy", ...))
    assert answer.json() == ask("GET", f"{ROOT}/{task_id}").json()
    after = emulator.coc.tasks[task_id]
    assert (after["enterprise_project_id"], after["agency_name"]) == ("0", "ServiceAgencyForCOC")
    assert (after["ticket_infos"], after["associated_task_enterprise_project_id"]) == (None, "")
    assert (after["reviewer_notification"], after["target_instances"]) == (
        None,
        [{"target_selection": "NONE", "order_no": 1}],
    )
    assert (after["id"], after["created_time"]) == (task_id, before["created_time"])
    assert after["modified_time"] >= before["modified_time"]


@pytest.mark.parametrize(
    ("put_enables", "before", "changes", "after"),
    [
        (True, False, {}, True),
        (True, True, {}, True),
        (False, False, {}, False),
        (False, True, {}, True),
        (True, False, REVIEW, False),
        (True, True, REVIEW, False),
        (False, True, REVIEW, False),
    ],
)
def test_the_state_after_a_put(
    emulator: Any,
    ask: Ask,
    body: dict[str, Any],
    put_enables: bool,
    before: bool,
    changes: dict[str, Any],
    after: bool,
) -> None:
    emulator.dialect.coc_put_enables = put_enables
    emulator.dialect.coc_needs_disabled = False
    task_id = emulator.coc.add_task(enabled=before)
    assert code(ask("PUT", f"{ROOT}/{task_id}", json=body | changes)) == GOOD
    task = emulator.coc.tasks[task_id]
    assert (task["enabled"], task["approve_status"]) == (after, "PENDING" if changes else "PASSED")


def test_a_review(emulator: Any, ask: Ask, create: Callable[..., str], listed: Callable[..., list[str]]) -> None:
    task_id = create(**REVIEW)
    task = emulator.coc.tasks[task_id]
    assert (task["enabled"], task["approve_status"], task["reviewer"]) == (False, "PENDING", "user-1")
    assert listed(approve_status="PENDING") == [task["name"]]
    assert code(ask("POST", f"{ROOT}/{task_id}/enable")) == BAD
    assert code(ask("POST", f"{ROOT}/{task_id}/disable")) == (400, "COC.00014104")

    emulator.coc.approve(task_id, "REJECTED", "Not now.")
    detail = ask("GET", f"{ROOT}/{task_id}").json()
    assert (detail["approve_status"], detail["approve_comments"]) == ("REJECTED", "Not now.")
    assert code(ask("POST", f"{ROOT}/{task_id}/enable")) == BAD

    control = requests.post(f"{emulator.url}/_emulator/coc/approve", json={"task_id": task_id}, timeout=60)
    assert control.status_code == 204
    assert emulator.coc.tasks[task_id]["approve_status"] == "PASSED"
    assert code(ask("POST", f"{ROOT}/{task_id}/enable")) == GOOD
    for decision in ({"task_id": task_id, "status": "MAYBE"}, {"task_id": "unknown"}):
        control = requests.post(f"{emulator.url}/_emulator/coc/approve", json=decision, timeout=60)
        assert control.status_code == 400


def test_what_is_seeded_may_wait_for_its_review(emulator: Any) -> None:
    task_id = emulator.coc.add_task(enable_approve=True)
    task = emulator.coc.tasks[task_id]
    assert (task["enabled"], task["approve_status"]) == (False, "PENDING")


def test_change_control(emulator: Any, ask: Ask, body: dict[str, Any], off: str) -> None:
    emulator.dialect.coc_change_control = True
    requests_without = [("POST", "", body), ("PUT", f"/{off}", body), ("POST", f"/{off}/enable", {})]
    for method, path, asked in requests_without:
        assert code(ask(method, ROOT + path, json=asked)) == BAD
        assert code(ask(method, ROOT + path, json=asked | {"ticket_infos": []})) == BAD
    assert code(ask("POST", f"{ROOT}/{off}/enable")) == BAD
    assert code(ask("POST", f"{ROOT}/{off}/enable", json=TICKETS)) == GOOD
    assert code(ask("POST", f"{ROOT}/{off}/disable")) == GOOD
    assert code(ask("PUT", f"{ROOT}/{off}", json=body | TICKETS)) == GOOD
    assert code(ask("POST", ROOT, json=body | TICKETS)) == GOOD


def test_the_quota(emulator: Any, ask: Ask, create: Callable[..., str], body: dict[str, Any]) -> None:
    assert emulator.dialect.coc_quota == 200
    emulator.dialect.coc_quota = 2
    assert create() != create()
    assert code(ask("POST", ROOT, json=body)) == (400, "COC.00014138")
    assert len(emulator.coc.tasks) == 2


def test_enterprise_projects(emulator: Any, ask: Ask, listed: Callable[..., list[str]]) -> None:
    emulator.coc.add_task(name="default")
    other = emulator.coc.add_task(name="other", enterprise_project_id="ep-1")
    assert listed() == listed(enterprise_project_id="0") == ["default"]
    assert listed(enterprise_project_id="ep-1") == ["other"]
    assert listed(task_id=other) == []
    assert listed(task_id=other, enterprise_project_id="ep-1") == ["other"]
    assert ask("GET", f"{ROOT}/{other}").json()["name"] == "other"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"task_name": "night"}, ["night-1", "night-2"]),
        ({"task_name": "night-2"}, ["night-2"]),
        ({"task_name": "Night"}, []),
        ({"task_name": ""}, ["night-1", "night-2", "day"]),
        ({"scheduled_type": "ONCE"}, ["day"]),
        ({"scheduled_type": "PERIODIC"}, ["night-1", "night-2"]),
        ({"task_type": "RUNBOOK"}, ["day"]),
        ({"associated_task_type": "COMMUNAL"}, ["day"]),
        ({"risk_level": "HIGH"}, ["night-2"]),
        ({"created_by": "somebody"}, ["day"]),
        ({"created_by": account.USER_NAME}, ["night-1", "night-2"]),
        ({"reviewer": "user-1"}, ["night-1"]),
        ({"reviewer_user_name": "reviewer"}, ["night-1"]),
        ({"approve_status": "PENDING"}, ["night-1"]),
        ({"last_execution_status": "ABNORMAL"}, ["night-2"]),
        ({"last_execution_start_time": 100}, ["night-2"]),
        ({"last_execution_start_time": 101}, []),
        ({"last_execution_end_time": 100}, ["night-2"]),
        ({"last_execution_start_time": 1, "last_execution_end_time": 99}, []),
        ({"region_id": "eu-west-101"}, ["day"]),
        ({"resource_id": "server-7"}, ["day"]),
    ],
)
def test_filters(emulator: Any, listed: Callable[..., list[str]], query: dict[str, Any], found: list[str]) -> None:
    emulator.coc.add_task(name="night-1", **REVIEW)
    emulator.coc.add_task(name="night-2", risk_level="HIGH", last_execution_time=100, last_execution_status="ABNORMAL")
    emulator.coc.add_task(
        name="day",
        task_type="RUNBOOK",
        associated_task_type="COMMUNAL",
        created_by="somebody",
        created_user_name="Somebody",
        region_id="eu-west-101",
        trigger_time=once(single_scheduled_time=SOON),
        target_instances=[{"target_selection": "MANUAL", "order_no": 1, "target_instances": '["server-7"]'}],
    )
    assert listed(**query) == found


def test_the_name_filter_may_be_exact(emulator: Any, listed: Callable[..., list[str]]) -> None:
    for name in ("night", "nightly"):
        emulator.coc.add_task(name=name)
    assert listed(task_name="night") == ["night", "nightly"]
    emulator.dialect.coc_name_filter = "exact"
    assert listed(task_name="night") == ["night"]
    assert listed() == ["night", "nightly"]
    with pytest.raises(ValueError, match="coc_name_filter"):
        emulator.dialect.coc_name_filter = "fuzzy"


@pytest.mark.parametrize(
    "query",
    [
        "colour=blue",
        "limit=0",
        "limit=1001",
        "limit=ten",
        "limit=1&limit=2",
        "offset=-1",
        "enterprise_project_id=",
        "scheduled_type=DAY",
        "task_type=script",
        "risk_level=NONE",
        "approve_status=OPEN",
        "last_execution_status=SUCCESS",
        "last_execution_start_time=9000000000000001",
        "last_execution_end_time=now",
        "created_by=" + "a" * 33,
        "marker=unknown",
    ],
)
def test_a_query_that_is_refused(ask: Ask, query: str) -> None:
    assert code(ask("GET", f"{ROOT}?{query}")) == BAD


def test_pages(emulator: Any, ask: Ask) -> None:
    ids = [emulator.coc.add_task() for _count in range(12)]

    def page(**query: Any) -> tuple[int, str, list[str]]:
        answer = ask("GET", ROOT, params=query).json()
        return answer["count"], answer["next_maker"], [task["id"] for task in answer["scheduled_tasks"]]

    assert page() == (12, ids[9], ids[:10])
    assert page(limit=1000) == (12, ids[11], ids)
    assert page(offset=10) == (12, ids[11], ids[10:])
    assert page(marker=ids[9]) == (12, ids[11], ids[10:])
    assert page(marker=ids[2], offset=1, limit=2) == (12, ids[5], ids[4:6])
    assert page(marker=ids[11]) == (12, "", [])
    emulator.dialect.page_size_cap = 3
    assert page(limit=1000) == (12, ids[2], ids[:3])


def test_history(emulator: Any, ask: Ask) -> None:
    task_id = emulator.coc.add_task()
    emulator.coc.add_history(emulator.coc.add_task())
    first, second, third = (
        emulator.coc.add_history(task_id, started_time=started, finished_time=finished, status=status)
        for started, finished, status in ((10, 60, "FINISHED"), (20, None, "PROCESSING"), (30, 40, "ABNORMAL"))
    )

    def find(**query: Any) -> list[str]:
        answer = ask("GET", f"{ROOT}/history", params={"task_id": task_id, "limit": 100, **query})
        assert answer.status_code == 200, answer.text
        return [run["id"] for run in answer.json()["scheduled_task_history_list"]]

    assert find() == [third, second, first]
    assert find(sort_dir="asc") == [first, second, third]
    assert find(sort_key="finished_time") == [first, third, second]
    assert find(id=second) == find(status="PROCESSING") == [second]
    assert find(region="nowhere") == []
    assert find(started_start_time=20) == [third, second]
    assert find(started_end_time=20) == [second, first]
    assert find(finished_start_time=50) == [first]
    assert find(finished_end_time=50) == [third]
    assert find(limit=1, marker=third) == [second]
    assert find(offset=2) == [first]
    emulator.dialect.page_size_cap = 1
    assert find() == [third]


@pytest.mark.parametrize(
    "query",
    ["task_id={}", "limit=1", "task_id={}&limit=101", "task_id={}&limit=0", "task_id={}&limit=1&sort_key=name"],
)
def test_a_history_query_that_is_refused(emulator: Any, ask: Ask, query: str) -> None:
    assert code(ask("GET", f"{ROOT}/history?{query.format(emulator.coc.add_task())}")) == BAD


def test_history_over_http(emulator: Any, ask: Ask) -> None:
    control = f"{emulator.url}/_emulator/coc"
    (task_id,) = requests.post(f"{control}/tasks", json={"name": "seeded"}, timeout=60).json()["ids"]
    assert requests.get(f"{control}/tasks", timeout=60).json() == emulator.coc.tasks
    made = requests.post(f"{control}/history", json={"task_id": task_id, "status": "PAUSED"}, timeout=60).json()
    (run,) = ask("GET", f"{ROOT}/history?task_id={task_id}&limit=1").json()["scheduled_task_history_list"]
    assert (run["id"], run["status"]) == (made["id"], "PAUSED")
    assert "task_id" not in run


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/{}"), ("PUT", "/{}"), ("DELETE", "/{}"), ("POST", "/{}/enable"), ("POST", "")]
)
def test_no_operation_but_the_lists_has_a_query(
    ask: Ask, body: dict[str, Any], off: str, method: str, path: str
) -> None:
    asked = body if method == "PUT" or not path else None
    assert code(ask(method, ROOT + path.format(off) + "?enterprise_project_id=0", json=asked)) == BAD


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/{}"), ("DELETE", "/{}"), ("POST", "/{}/disable")])
def test_operations_that_take_no_body(ask: Ask, off: str, method: str, path: str) -> None:
    assert code(ask(method, ROOT + path.format(off), json={})) == BAD


@pytest.mark.parametrize(
    ("headers", "result"),
    [
        ({}, (400, "APIGW.0201")),
        ({"X-Domain-Id": account.DOMAIN_ID}, GOOD),
        ({"X-Project-Id": account.PROJECT_ID}, GOOD),
        ({"X-Project-Id": account.SECOND_PROJECT_ID}, GOOD),
        ({"X-Project-Id": account.PROJECT_ID, "X-Domain-Id": account.DOMAIN_ID}, GOOD),
        ({"X-Domain-Id": account.AGENCY_DOMAIN_ID}, (403, "APIGW.0302")),
        ({"X-Project-Id": account.DOMAIN_ID}, (403, "APIGW.0302")),
        ({"X-Project-Id": account.PROJECT_ID, "X-Domain-Id": "unknown"}, (403, "APIGW.0302")),
    ],
)
def test_a_signature_needs_a_scope(signed: Ask, headers: dict[str, str], result: tuple[int, str]) -> None:
    assert code(signed("GET", ROOT, headers=headers)) == result


def test_a_token_has_its_scope(emulator: Any, ask: Ask) -> None:
    assert code(ask("GET", ROOT)) == GOOD
    user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"id": account.DOMAIN_ID}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}}
    answer = requests.post(f"{emulator.url}/v3/auth/tokens", json={"auth": auth}, timeout=60)
    headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
    assert code(requests.get(emulator.url + ROOT, headers=headers, timeout=60)) == GOOD
    assert code(requests.get(emulator.url + ROOT, timeout=60)) == (401, "APIGW.0301")


def test_half_an_answer_leaves_no_trace(emulator: Any, ask: Ask, body: dict[str, Any]) -> None:
    emulator.fail("CreateScheduledTask", cut_off=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask("POST", ROOT, json=body)
    assert emulator.coc.tasks == {}


@pytest.mark.parametrize(
    ("status", "error"), [(400, "COC.00010002"), (403, "APIGW.0302"), (429, "APIGW.0308"), (500, "COC.00000500")]
)
def test_faults_speak_as_the_service_does(emulator: Any, ask: Ask, status: int, error: str) -> None:
    emulator.fail("ShowScheduledTask", status=status)
    assert code(ask("GET", f"{ROOT}/any")) == (status, error)
