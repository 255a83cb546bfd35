# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Operations Center, from options to requests and back.

Every change has three tests: it is made, it is not made again, and check mode foresees it and writes nothing.
"""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _coc_body as coc_body
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.coc import CloudOperationsCenter
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

LIST, SHOW, HISTORY = "ListScheduledTask", "ShowScheduledTask", "ListScheduledTaskHistory"
CREATE, UPDATE, DELETE = "CreateScheduledTask", "UpdateScheduledTask", "DeleteScheduledTask"
ENABLE, DISABLE = "EnableScheduledTask", "DisableScheduledTask"
WRITES = {CREATE, UPDATE, DELETE, ENABLE, DISABLE}
BY_NAME = [LIST, SHOW]
BY_ID = [SHOW, LIST]

NAME = "nightly-run"
USER = {"notification_endpoint_type": "USER", "recipients": "user-1", "protocol": "EMAIL", "policy": "START_EXECUTION"}
REVIEWED = {"enable_approve": True, "reviewer_user_name": "boss", "reviewer_notification": USER}
NEEDED = {
    "associated_task_id": "SC1",
    "associated_task_name": "clean-up",
    "associated_task_type": "CUSTOMIZATION",
    "version_no": "1.0.0",
    "risk_level": "LOW",
    "target_instances": [{"target_selection": "NONE", "order_no": 1}],
}
TICKET = {"ticket_id": "T-1", "ticket_type": "CHANGE", "target_id": "t", "scope_id": "s"}
INSTANCES = [{"resource_id": "server-1", "provider": "ECS"}]
# How often a service is looked at that contradicts itself.
LOOKS = 6
GONE = {"status": 400, "body": {"error_code": "COC.00014102", "error_msg": "gone"}}


def milliseconds(utc: str) -> int:
    return int(datetime.fromisoformat(f"{utc}+00:00").timestamp() * 1000)


WEEKLY = {
    "policy": "PERIODIC",
    "time_zone": "Asia/Shanghai",
    "period": "1,2",
    "periodic_scheduled_time": "03:30:00",
    "scheduled_close_time": milliseconds("2030-06-30T10:00:00"),
}
WRITTEN = {
    "name": NAME,
    "task_type": "SCRIPT",
    "trigger_time": WEEKLY,
    **NEEDED,
    "input_param": {"timeout": "300"},
    "enable_approve": False,
    "enable_message_notification": False,
}
# What an update sends: the whole of what was found, with the defaults of the service.
FOUND = {**WRITTEN, "enterprise_project_id": "0", "agency_name": "ServiceAgencyForCOC"}


def weekly(**parts: Any) -> dict[str, Any]:
    return {"trigger_time": {**WEEKLY, **parts}}


def targets(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"coc": {"target_instances": list(entries)}}


CHANGES = [
    pytest.param(
        {"task_type": "RUNBOOK", "coc": {"runbook_instance_mode": "DIFF"}},
        {"task_type": "RUNBOOK", "runbook_instance_mode": "DIFF"},
        id="runbook",
    ),
    pytest.param({"schedule": {"time": "04:45:10"}}, weekly(periodic_scheduled_time="04:45:10"), id="time"),
    pytest.param(
        {"schedule": {"weekdays": ["saturday", "sunday", "saturday"]}}, weekly(period="1,7"), id="weekdays from sunday"
    ),
    pytest.param({"schedule": {"time_zone": "Europe/Berlin"}}, weekly(time_zone="Europe/Berlin"), id="time zone"),
    pytest.param(
        {"schedule": {"expire_time": "2031-01-01T00:00:00.9+01:00"}},
        weekly(scheduled_close_time=milliseconds("2030-12-31T23:00:00")),
        id="expiry",
    ),
    pytest.param(
        {"schedule": {"expire_time": "2031-01-01 00:00"}},
        weekly(scheduled_close_time=milliseconds("2030-12-31T16:00:00")),
        id="expiry in the zone found",
    ),
    pytest.param(
        {"schedule": {"expire_time": ""}},
        {"trigger_time": {name: value for name, value in WEEKLY.items() if name != "scheduled_close_time"}},
        id="no expiry",
    ),
    pytest.param(
        {"schedule": {"type": "cron", "cron": "0 0 2 ? * MON"}},
        {
            "trigger_time": {
                "policy": "CRON",
                "cron": "0 0 2 ? * MON",
                "time_zone": "Asia/Shanghai",
                "scheduled_close_time": WEEKLY["scheduled_close_time"],
            }
        },
        id="cron",
    ),
    pytest.param(
        {"schedule": {"type": "once", "date": "2030-02-28", "time": "01:30", "time_zone": "Europe/Berlin"}},
        {
            "trigger_time": {
                "policy": "ONCE",
                "time_zone": "Europe/Berlin",
                "single_scheduled_time": milliseconds("2030-02-28T00:30:00"),
                "scheduled_close_time": WEEKLY["scheduled_close_time"],
            }
        },
        id="once",
    ),
    *(
        pytest.param({"coc": {name: value}}, {name: value}, id=name)
        for name, value in {
            "associated_task_id": "SC2",
            "associated_task_name": "other",
            "associated_task_name_en": "other in English",
            "associated_task_type": "COMMUNAL",
            "version_no": "2",
            "risk_level": "HIGH",
            "input_param": {},
            "runbook_instance_mode": "SAME",
            "reviewer_user_name": "boss",
            "reviewer_notification": USER,
            "message_notification": {**USER, "policy": "EXECUTION_FAILED,EXECUTION_SUCCEEDED"},
            "agency_name": "other",
        }.items()
    ),
    pytest.param(
        {"coc": {"input_param": {"on": True, "count": 5, "ratio": 0.5, "text": "5", "list": [1], "none": None}}},
        {"input_param": {"on": "true", "count": "5", "ratio": "0.5", "text": "5", "list": "[1]"}},
        id="input_param of other types",
    ),
    pytest.param(
        {"coc": {"enable_message_notification": True, "message_notification": {**USER, "policy": "B, A,B"}}},
        {"enable_message_notification": True, "message_notification": {**USER, "policy": "A,B"}},
        id="message notification",
    ),
    pytest.param(
        targets({"target_selection": "MANUAL", "order_no": 0, "target_instances": INSTANCES}),
        {
            "target_instances": [
                {
                    "target_selection": "MANUAL",
                    "order_no": 0,
                    "target_instances": json.dumps(INSTANCES, sort_keys=True),
                }
            ]
        },
        id="targets as data",
    ),
    pytest.param(
        targets({"target_selection": "MANUAL", "order_no": 0, "target_instances": json.dumps(INSTANCES, indent=1)}),
        {
            "target_instances": [
                {
                    "target_selection": "MANUAL",
                    "order_no": 0,
                    "target_instances": json.dumps(INSTANCES, sort_keys=True),
                }
            ]
        },
        id="targets as text",
    ),
    pytest.param(
        targets(
            {"target_selection": "NONE", "order_no": 2},
            {
                "target_selection": "ALL",
                "order_no": 1,
                "target_resource": {
                    "type": "REGION",
                    "id": "r",
                    "app_name": "a",
                    "region_id": "cn-north-4",
                    "params": [{"key": "b", "value": ""}, {"key": "a", "value": "1"}],
                },
                "sub_target_instances": [
                    {"target_selection": "MANUAL", "order_no": 1, "target_instances": INSTANCES},
                    {"target_selection": "NONE", "order_no": 0},
                ],
            },
        ),
        {
            "target_instances": [
                {
                    "target_selection": "ALL",
                    "order_no": 1,
                    "target_resource": {
                        "type": "REGION",
                        "id": "r",
                        "app_name": "a",
                        "region_id": "cn-north-4",
                        "params": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
                    },
                    "sub_target_instances": [
                        {"target_selection": "NONE", "order_no": 0},
                        {
                            "target_selection": "MANUAL",
                            "order_no": 1,
                            "target_instances": json.dumps(INSTANCES, sort_keys=True),
                        },
                    ],
                },
                {"target_selection": "NONE", "order_no": 2},
            ]
        },
        id="targets within targets",
    ),
]


@pytest.fixture
def run(run):
    return partial(run, service="coc", retries=0)


@pytest.fixture
def info(info):
    return partial(info, service="coc", retries=0)


@pytest.fixture
def whole() -> dict[str, Any]:
    """Options of a whole task."""
    return deepcopy(
        {
            "name": NAME,
            "task_type": "SCRIPT",
            "schedule": {
                "type": "weekly",
                "weekdays": ["monday", "sunday"],
                "time": "03:30",
                "time_zone": "Asia/Shanghai",
                "expire_time": "2030-06-30T18:00:00",
            },
            "coc": {**NEEDED, "input_param": {"timeout": 300}},
        }
    )


@pytest.fixture
def existing(run, whole) -> str:
    """The id of the task that `whole` describes, which is there and enabled."""
    return run(**whole).task["id"]


@pytest.fixture
def asleep(run, whole) -> str:
    """The id of the task that `whole` describes, which is there and disabled."""
    return run(**whole, enabled=False).task["id"]


@pytest.fixture(params=["empty", "null", "missing"])
def empty(request, emulator):
    emulator.dialect.empty = request.param
    return request.param


def bodies(emulator: Any, operation: str) -> list[Any]:
    return [request.body for request in emulator.requests if request.operation == operation]


def queries(emulator: Any, operation: str = LIST) -> list[dict[str, str]]:
    return [request.query for request in emulator.requests if request.operation == operation]


def is_enabled(emulator: Any, task_id: str) -> bool:
    return emulator.coc.tasks[task_id]["enabled"]


def add_tasks(emulator: Any, count: int) -> list[str]:
    return [emulator.coc.add_task(name=f"web-{number:04}") for number in range(count)]


class TestCreate:
    def test_it_sends_the_whole_task(self, run, whole, emulator):
        outcome = run(**whole)
        assert outcome.operations == ["create"]
        assert outcome.requests == [LIST, CREATE, LIST]
        assert bodies(emulator, CREATE) == [WRITTEN]
        (task,) = emulator.coc.tasks.values()
        assert outcome.task["id"] == task["id"]
        assert outcome.task["enabled"] is True
        assert outcome.result["diff"]["before"] == {}
        assert outcome.result["diff"]["after"]["coc"]["risk_level"] == "LOW"

    def test_not_again(self, run, whole, existing, empty):
        outcome = run(**whole, enabled=True)
        assert not outcome.changed
        assert outcome.requests == BY_NAME

    def test_in_check_mode(self, run, whole, emulator):
        foreseen = run(**whole, enabled=False, check_mode=True)
        assert foreseen.requests == [LIST]
        assert emulator.coc.tasks == {}
        real = run(**whole, enabled=False)
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]

    def test_disabled_it_takes_one_request_more(self, run, whole, emulator):
        outcome = run(**whole, enabled=False)
        assert outcome.operations == ["create", "disable"]
        assert outcome.requests == [LIST, CREATE, DISABLE, LIST]
        assert outcome.task["enabled"] is False
        assert not is_enabled(emulator, outcome.task["id"])
        assert not run(**whole, enabled=False).changed

    def test_enabled_it_takes_none_more(self, run, whole):
        outcome = run(**whole, enabled=True)
        assert outcome.requests == [LIST, CREATE, LIST]
        assert outcome.task["enabled"] is True

    def test_what_is_never_read_back_is_sent(self, run, whole, emulator):
        strategy = {"target_selection": "NONE", "order_no": 1, "batch_strategy": "AUTO_BATCH"}
        unread = {
            "ticket_infos": [TICKET],
            "associated_task_enterprise_project_id": "ep",
            "target_instances": [{**strategy, "sub_target_instances": [strategy]}],
        }
        whole["coc"].update(deepcopy(unread))
        run(**whole)
        assert bodies(emulator, CREATE) == [{**WRITTEN, **unread}]
        assert not run(**whole).changed
        changed = deepcopy(whole)
        changed["coc"].update(ticket_infos=[], associated_task_enterprise_project_id="other")
        changed["coc"]["target_instances"][0]["batch_strategy"] = "NONE"
        assert not run(**changed).changed
        assert run(**{**whole, "coc": {**whole["coc"], "risk_level": "HIGH"}}).changed
        assert bodies(emulator, UPDATE) == [{**FOUND, **unread, "risk_level": "HIGH"}]

    @pytest.mark.parametrize(
        "left_out",
        ["task_type", "schedule", "coc", *(f"coc.{name}" for name in NEEDED), "schedule.time_zone"],
    )
    def test_what_is_missing_is_named_and_nothing_written(self, run, whole, left_out):
        holder, dot, part = left_out.partition(".")
        if dot:
            del whole[holder][part]
            named = [left_out]
        else:
            del whole[holder]
            named = {"coc": [f"coc.{name}" for name in NEEDED], "schedule": ["schedule.type"]}.get(holder, [holder])
        outcome = run(**{**whole, **({"schedule": whole["schedule"]} if "schedule" in whole else {})})
        for words in named:
            assert words in outcome.error
        assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize(
        ("changed", "named"),
        [
            ({"task_type": "RUNBOOK"}, "coc.runbook_instance_mode"),
            ({"coc": {**NEEDED, "enable_message_notification": True}}, "coc.message_notification"),
        ],
    )
    @pytest.mark.parametrize("there", [True, False])
    def test_what_goes_with_something_given_is_needed_before_any_write(
        self, run, whole, emulator, changed, named, there
    ):
        if there:
            run(**whole)
        outcome = run(**{**whole, **changed})
        assert named in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_an_id_is_not_created(self, run, whole):
        outcome = run(**whole, id="STunknown")
        assert "STunknown" in outcome.error
        assert outcome.requests == [SHOW]


class TestLostAnswerOfACreation:
    @pytest.mark.parametrize("enabled", [True, False])
    def test_the_task_that_is_there_is_the_one(self, run, whole, emulator, enabled):
        emulator.fail(CREATE, drop=True, acts=True)
        outcome = run(**whole, enabled=enabled)
        assert outcome.error is None
        assert outcome.requests == [LIST, CREATE, LIST, SHOW, *([] if enabled else [DISABLE]), LIST]
        (task,) = emulator.coc.tasks.values()
        assert outcome.task["id"] == task["id"]
        assert task["enabled"] is enabled
        assert outcome.task["coc"]["version_no"] == "1.0.0"

    def test_a_task_that_is_not_there_is_created_once_more(self, run, whole, emulator):
        emulator.fail(CREATE, status=502)
        outcome = run(**whole)
        assert outcome.operations == ["create"]
        assert outcome.requests == [LIST, CREATE, *[LIST] * LOOKS, CREATE, LIST]
        assert len(emulator.coc.tasks) == 1

    def test_lost_twice_it_is_an_error(self, run, whole, emulator):
        emulator.fail(CREATE, drop=True, times=2)
        outcome = run(**whole)
        assert "not known" in outcome.error
        assert outcome.result["operations"] == []
        assert outcome.requests == [LIST, CREATE, *[LIST] * LOOKS, CREATE, *[LIST] * LOOKS]

    def test_the_look_in_between_knows_the_enterprise_project(self, run, whole, emulator):
        emulator.fail(CREATE, drop=True, acts=True)
        whole["coc"]["enterprise_project_id"] = "ep-1"
        assert run(**whole).error is None
        assert len(emulator.coc.tasks) == 1
        assert [query["enterprise_project_id"] for query in queries(emulator)] == ["ep-1", "0", "ep-1", "ep-1"]

    @pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": ""}, {"data": "../x"}, {"data": {"id": 1}}, []])
    def test_an_answer_without_a_usable_id_counts_as_lost(self, run, whole, emulator, answer):
        emulator.fail(CREATE, body=answer, acts=True)
        outcome = run(**whole)
        assert outcome.error is None
        assert outcome.requests == [LIST, CREATE, LIST, SHOW, LIST]
        assert len(emulator.coc.tasks) == 1

    def test_it_is_looked_for_before_a_creation_is_repeated(self, run, whole, emulator):
        emulator.fail(CREATE, status=503, acts=True, headers={"Retry-After": "0"})
        assert run(**whole, retries=2).requests == [LIST, CREATE, LIST, SHOW, LIST]
        assert len(emulator.coc.tasks) == 1

    def test_a_creation_that_is_throttled_is_repeated(self, run, whole, emulator):
        emulator.fail(CREATE, status=429, headers={"Retry-After": "0"})
        outcome = run(**whole, retries=1)
        assert outcome.requests == [LIST, CREATE, CREATE, LIST]
        assert len(emulator.coc.tasks) == 1


@pytest.mark.parametrize(("options", "written"), CHANGES)
class TestChange:
    def test_of_an_enabled_task(self, run, existing, emulator, options, written):
        outcome = run(name=NAME, **deepcopy(options))
        assert outcome.operations == ["disable", "update"]
        assert outcome.requests == [*BY_NAME, DISABLE, UPDATE, LIST]
        assert bodies(emulator, UPDATE) == [{**FOUND, **written}]
        assert bodies(emulator, DISABLE) == [None]
        assert outcome.task["enabled"] is True
        assert is_enabled(emulator, existing)
        stored = emulator.coc.tasks[existing]
        assert {name: stored[name] for name in written} == written

    def test_of_a_disabled_task(self, run, asleep, emulator, options, written):
        outcome = run(name=NAME, **deepcopy(options))
        assert outcome.operations == ["update", "disable"]
        assert outcome.requests == [*BY_NAME, UPDATE, LIST, DISABLE]
        assert bodies(emulator, UPDATE) == [{**FOUND, **written}]
        assert outcome.task["enabled"] is False
        assert not is_enabled(emulator, asleep)

    def test_by_id(self, run, existing, emulator, options, written):
        outcome = run(id=existing, **deepcopy(options))
        assert outcome.requests == [*BY_ID, DISABLE, UPDATE, LIST]
        assert bodies(emulator, UPDATE) == [{**FOUND, **written}]

    def test_not_again(self, run, existing, empty, options, written):
        run(name=NAME, **deepcopy(options))
        for which, requests in (({"name": NAME}, BY_NAME), ({"id": existing}, BY_ID)):
            outcome = run(**which, **deepcopy(options))
            assert not outcome.changed
            assert outcome.operations == []
            assert outcome.requests == requests
            assert outcome.result["diff"]["before"] == outcome.result["diff"]["after"]

    @pytest.mark.parametrize("enabled", [True, False])
    def test_in_check_mode(self, run, whole, emulator, options, written, enabled):
        run(**whole, enabled=enabled)
        before = emulator.coc.tasks
        foreseen = run(name=NAME, **deepcopy(options), check_mode=True)
        assert foreseen.requests == BY_NAME
        assert emulator.coc.tasks == before
        real = run(name=NAME, **deepcopy(options))
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == real.result[key]
        assert real.result["diff"]["before"] != real.result["diff"]["after"]

    @pytest.mark.parametrize(("enabled", "operations"), [(True, ["disable", "update", "enable"]), (False, ["update"])])
    def test_where_an_update_does_not_enable(self, run, whole, emulator, options, written, enabled, operations):
        emulator.dialect.coc_put_enables = False
        run(**whole, enabled=enabled)
        outcome = run(name=NAME, **deepcopy(options))
        assert outcome.operations == operations
        assert outcome.task["enabled"] is enabled
        (task,) = emulator.coc.tasks.values()
        assert task["enabled"] is enabled

    def test_the_result_is_what_is_read_afterwards(self, run, existing, options, written):
        outcome = run(name=NAME, **deepcopy(options))
        assert outcome.task == run(id=existing).task


class TestNotifications:
    FULL = {**USER, "policy": "A", "protocol": "SMS"}

    @pytest.fixture(params=["message_notification", "reviewer_notification"])
    def told(self, request, emulator) -> str:
        emulator.coc.add_task(name=NAME, **{request.param: dict(self.FULL)})
        return request.param

    @pytest.mark.parametrize("name", ["policy", "protocol", "recipients"])
    def test_what_is_not_given_is_left_as_it_is(self, run, told, emulator, name):
        endpoint = {"notification_endpoint_type": "USER"}
        assert not run(name=NAME, coc={told: {**endpoint, name: self.FULL[name]}}).changed
        other = {"policy": "B", "protocol": "EMAIL", "recipients": "user-2"}[name]
        outcome = run(name=NAME, coc={told: {**endpoint, name: other}})
        assert outcome.operations == ["disable", "update"]
        (body,) = bodies(emulator, UPDATE)
        assert body[told] == {**self.FULL, name: other}
        assert not run(name=NAME, coc={told: {**endpoint, name: other}}).changed

    @pytest.mark.parametrize("spelt", ["ON_CALL", "ONCALL"])
    @pytest.mark.parametrize("given", ["ON_CALL", "ONCALL"])
    def test_who_is_on_duty_is_told_however_that_is_spelt(self, run, info, emulator, spelt, given):
        emulator.dialect.coc_on_call = spelt
        there = {"notification_endpoint_type": spelt, "schedule_role_id": "r", "schedule_scene_id": "s"}
        emulator.coc.add_task(name=NAME, message_notification=there, enabled=False)
        told = {**info(name=NAME, details=True).tasks[0]["coc"]["message_notification"]}
        assert told["notification_endpoint_type"] == spelt
        assert not run(name=NAME, coc={"message_notification": told}).changed
        wanted = {**there, "notification_endpoint_type": given}
        assert not run(name=NAME, coc={"message_notification": wanted}).changed
        assert run(name=NAME, coc={"message_notification": wanted, "risk_level": "HIGH"}, check_mode=True).changed
        outcome = run(name=NAME, coc={"message_notification": wanted, "risk_level": "HIGH"})
        assert outcome.error is None
        (body,) = bodies(emulator, UPDATE)
        assert body["message_notification"] == there

    @pytest.mark.parametrize("spelt", ["ON_CALL", "ONCALL"])
    def test_a_new_task_spells_it_as_given(self, run, whole, emulator, spelt):
        emulator.dialect.coc_on_call = spelt
        told = {"notification_endpoint_type": spelt, "schedule_role_id": "r", "schedule_scene_id": "s", "policy": "A"}
        whole["coc"] |= {"enable_message_notification": True, "message_notification": told}
        created = run(**deepcopy(whole))
        assert created.error is None
        assert created.operations == ["create"]
        assert not run(**whole).changed

    def test_other_people_are_told_as_given(self, run, told, emulator):
        given = {"notification_endpoint_type": "ON_CALL", "schedule_role_id": "r", "schedule_scene_id": "s"}
        assert run(name=NAME, coc={told: given}).changed
        (body,) = bodies(emulator, UPDATE)
        assert body[told] == given


class TestEnablement:
    @pytest.mark.parametrize(("enabled", "word", "operation"), [(True, "enable", ENABLE), (False, "disable", DISABLE)])
    class TestAlone:
        def test_takes_one_request(self, run, whole, emulator, enabled, word, operation):
            run(**whole, enabled=not enabled)
            outcome = run(name=NAME, enabled=enabled)
            assert outcome.operations == [word]
            assert outcome.requests == [*BY_NAME, operation]
            assert outcome.task["enabled"] is enabled
            assert bodies(emulator, operation) == [{} if enabled else None]
            assert outcome.result["diff"]["before"]["enabled"] is not enabled
            assert outcome.result["diff"]["after"]["enabled"] is enabled

        def test_not_again(self, run, whole, enabled, word, operation):
            run(**whole, enabled=not enabled)
            run(name=NAME, enabled=enabled)
            assert run(name=NAME, enabled=enabled).requests == BY_NAME

        def test_in_check_mode(self, run, whole, emulator, enabled, word, operation):
            task_id = run(**whole, enabled=not enabled).task["id"]
            outcome = run(id=task_id, enabled=enabled, check_mode=True)
            assert outcome.operations == [word]
            assert outcome.requests == BY_ID
            assert outcome.task["enabled"] is enabled
            assert is_enabled(emulator, task_id) is not enabled

        def test_that_is_so_already_is_success(self, run, whole, emulator, enabled, word, operation):
            task_id = run(**whole, enabled=enabled).task["id"]
            listed = {"id": task_id, "name": NAME, "enabled": not enabled}
            emulator.fail(LIST, body={"count": 1, "scheduled_tasks": [listed]})
            outcome = run(name=NAME, enabled=enabled)
            assert outcome.error is None
            assert outcome.task["enabled"] is enabled
            assert outcome.requests == [*BY_NAME, operation]

        def test_with_a_change(self, run, whole, emulator, enabled, word, operation):
            task_id = run(**whole, enabled=not enabled).task["id"]
            outcome = run(name=NAME, enabled=enabled, coc={"risk_level": "HIGH"})
            assert outcome.operations == (["update"] if enabled else ["disable", "update", "disable"])
            assert is_enabled(emulator, task_id) is enabled
            assert not run(name=NAME, enabled=enabled, coc={"risk_level": "HIGH"}).changed

        def test_that_fails_is_a_plain_error(self, run, whole, emulator, enabled, word, operation):
            run(**whole, enabled=not enabled)
            emulator.fail(operation, status=400)
            outcome = run(name=NAME, enabled=enabled)
            assert outcome.error.startswith(f"{word} scheduled task {NAME}")
            assert "operations" not in outcome.result

    def test_sends_the_tickets_that_permit_it(self, run, asleep, emulator):
        emulator.dialect.coc_change_control = True
        refused = run(id=asleep, enabled=True)
        assert "coc.ticket_infos" in refused.error
        assert run(id=asleep, enabled=True, coc={"ticket_infos": [TICKET]}).operations == ["enable"]
        assert bodies(emulator, ENABLE) == [{"ticket_infos": [TICKET]}]

    @pytest.mark.parametrize("enabled", [True, False])
    def test_that_the_list_does_not_tell_is_set(self, run, existing, emulator, enabled):
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []}, times=LOOKS)
        outcome = run(id=existing, enabled=enabled)
        assert outcome.requests == [*BY_ID, *BY_ID * (LOOKS - 1), ENABLE if enabled else DISABLE]
        assert outcome.operations == ([] if enabled else ["disable"])
        assert is_enabled(emulator, existing) is enabled

    @pytest.mark.parametrize("enabled", [True, False])
    def test_that_the_list_does_not_tell_is_put_right_after_an_update(self, run, whole, emulator, enabled):
        task_id = run(**whole).task["id"]
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []}, times=2)
        outcome = run(id=task_id, enabled=enabled, coc={"risk_level": "HIGH"})
        assert outcome.error is None
        assert is_enabled(emulator, task_id) is enabled

    def test_that_the_list_does_not_tell_is_foreseen_to_be_switched_off_for_a_change(self, run, existing, emulator):
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []})
        outcome = run(id=existing, coc={"risk_level": "HIGH"}, check_mode=True)
        assert outcome.operations == ["disable", "update"]

    def test_that_no_list_tells_and_nobody_asks_for_stays_as_it_was_before_the_disabling(self, run, existing, emulator):
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []}, times=2 * LOOKS)
        outcome = run(id=existing, coc={"risk_level": "HIGH"})
        assert outcome.operations == ["disable", "update"]
        assert outcome.task["enabled"] is True
        assert is_enabled(emulator, existing)

    def test_somebody_elses_task_is_refused_with_advice(self, run, emulator):
        emulator.coc.add_task(name=NAME, created_by="somebody")
        outcome = run(name=NAME, enabled=False)
        assert "COC.00014121" in outcome.error
        assert "another account" in outcome.error


class TestApproval:
    @pytest.fixture
    def pending(self, run, whole, emulator) -> str:
        whole["coc"].update(deepcopy(REVIEWED))
        return run(**whole).task["id"]

    @pytest.mark.parametrize("enabled", [None, False])
    def test_a_new_task_waits_disabled(self, run, whole, emulator, enabled):
        whole["coc"].update(deepcopy(REVIEWED))
        outcome = run(**whole, enabled=enabled)
        assert outcome.operations == ["create"]
        assert outcome.requests == [LIST, CREATE, LIST]
        assert outcome.task["enabled"] is False
        assert "warnings" not in outcome.result
        assert not run(**whole, enabled=enabled).changed

    def test_a_new_task_that_should_be_enabled_brings_a_warning(self, run, whole, emulator):
        whole["coc"].update(deepcopy(REVIEWED))
        foreseen = run(**whole, enabled=True, check_mode=True)
        outcome = run(**whole, enabled=True)
        for one in (foreseen, outcome):
            assert one.operations == ["create"]
            assert one.task["enabled"] is False
            assert NAME in one.result["warnings"][0]
            assert "reviewer" in one.result["warnings"][0]
        assert foreseen.result["diff"] == outcome.result["diff"]

    @pytest.mark.parametrize("which", ["name", "id"])
    def test_enabling_while_it_is_pending_is_unchanged_with_a_warning(self, run, pending, emulator, which):
        outcome = run(**{which: NAME if which == "name" else pending}, enabled=True)
        assert not outcome.changed
        assert len(outcome.requests) == 2
        assert "reviewer" in outcome.result["warnings"][0]

    def test_nothing_asked_for_while_it_is_pending_brings_no_warning(self, run, pending):
        for options in ({}, {"enabled": False}):
            outcome = run(name=NAME, **options)
            assert not outcome.changed
            assert "warnings" not in outcome.result

    def test_passed_it_is_enabled(self, run, pending, emulator):
        emulator.coc.approve(pending)
        assert run(name=NAME, enabled=True, check_mode=True).operations == ["enable"]
        outcome = run(name=NAME, enabled=True)
        assert outcome.operations == ["enable"]
        assert "warnings" not in outcome.result
        assert not run(name=NAME, enabled=True).changed

    def test_rejected_it_cannot_be_enabled(self, run, pending, emulator):
        emulator.coc.approve(pending, "REJECTED", "no")
        outcome = run(name=NAME, enabled=True)
        assert "REJECTED" in outcome.error
        assert not is_enabled(emulator, pending)

    @pytest.mark.parametrize("status", ["PASSED", "REJECTED", None])
    def test_changed_it_waits_again(self, run, pending, emulator, status):
        if status:
            emulator.coc.approve(pending, status)
        outcome = run(name=NAME, coc={"risk_level": "HIGH"})
        assert outcome.operations == ["update"]
        assert outcome.requests == [*BY_NAME, UPDATE, LIST]
        assert outcome.task["approve_status"] == "PENDING"
        assert outcome.task["enabled"] is False
        assert "warnings" not in outcome.result

    def test_changed_while_enabled_it_waits_disabled_with_a_warning(self, run, pending, emulator):
        emulator.coc.approve(pending)
        run(name=NAME, enabled=True)
        foreseen = run(name=NAME, coc={"risk_level": "HIGH"}, check_mode=True)
        outcome = run(name=NAME, coc={"risk_level": "HIGH"})
        for key in ("changed", "operations", "diff", "warnings"):
            assert foreseen.result[key] == outcome.result[key]
        assert outcome.operations == ["disable", "update"]
        assert outcome.requests == [*BY_NAME, DISABLE, UPDATE, LIST]
        assert outcome.result["diff"]["after"]["enabled"] is False
        assert not is_enabled(emulator, pending)
        assert not run(name=NAME, coc={"risk_level": "HIGH"}).changed

    def test_approval_that_is_given_up_lets_it_be_enabled(self, run, pending, emulator):
        outcome = run(name=NAME, enabled=True, coc={"enable_approve": False})
        assert outcome.operations == ["update"]
        assert "warnings" not in outcome.result
        assert is_enabled(emulator, pending)

    def test_approval_that_is_introduced_disables_it(self, run, existing, emulator):
        outcome = run(name=NAME, coc=deepcopy(REVIEWED))
        assert outcome.operations == ["disable", "update"]
        assert not is_enabled(emulator, existing)
        assert not run(name=NAME, coc=deepcopy(REVIEWED)).changed

    def test_deleting_needs_no_disabling(self, run, pending, emulator):
        assert run(name=NAME, state="absent").operations == ["delete"]


class TestRename:
    def test_by_id(self, run, existing, emulator):
        outcome = run(id=existing, name="weekly-run")
        assert outcome.requests == [*BY_ID, DISABLE, UPDATE, LIST]
        assert bodies(emulator, UPDATE) == [{**FOUND, "name": "weekly-run"}]
        assert outcome.task["name"] == "weekly-run"

    def test_not_again(self, run, existing):
        run(id=existing, name="weekly-run")
        assert not run(id=existing, name="weekly-run").changed

    def test_in_check_mode(self, run, existing, emulator):
        outcome = run(id=existing, name="weekly-run", check_mode=True)
        assert outcome.operations == ["disable", "update"]
        assert emulator.coc.tasks[existing]["name"] == NAME


class TestEnterpriseProject:
    @pytest.fixture
    def elsewhere(self, emulator) -> str:
        return emulator.coc.add_task(name=NAME, enterprise_project_id="ep-1", enabled=False)

    def test_a_look_up_by_name_needs_it(self, run, elsewhere, emulator):
        assert "to create it" in run(name=NAME).error
        outcome = run(name=NAME, enabled=False, coc={"enterprise_project_id": "ep-1"})
        assert not outcome.changed
        assert outcome.task["id"] == elsewhere
        assert queries(emulator) == [{"task_name": NAME, "enterprise_project_id": "ep-1", "limit": "1000"}]

    def test_a_look_up_by_id_finds_it_by_itself(self, run, info, elsewhere, emulator):
        assert not run(id=elsewhere, enabled=False).changed
        assert queries(emulator) == [{"task_id": elsewhere, "enterprise_project_id": "ep-1", "limit": "1000"}]
        assert info(id=elsewhere).tasks[0]["enabled"] is False

    def test_a_move_to_another_one_is_followed(self, run, elsewhere, emulator):
        outcome = run(id=elsewhere, coc={"enterprise_project_id": "ep-2"})
        assert outcome.operations == ["update", "disable"]
        assert [query["enterprise_project_id"] for query in queries(emulator)] == ["ep-1", "ep-2"]
        assert not run(id=elsewhere, coc={"enterprise_project_id": "ep-2"}).changed

    def test_a_move_of_an_enabled_task_is_foreseen_and_made_once(self, run, existing, emulator):
        move = {"id": existing, "coc": {"enterprise_project_id": "ep-2"}}
        foreseen = run(**move, check_mode=True)
        assert not WRITES & set(foreseen.requests)
        outcome = run(**move)
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == outcome.result[key]
        assert outcome.operations == ["disable", "update"]
        assert outcome.requests == [*BY_ID, DISABLE, UPDATE, LIST]
        assert bodies(emulator, UPDATE) == [{**FOUND, "enterprise_project_id": "ep-2"}]
        assert outcome.task["enabled"] is True
        assert is_enabled(emulator, existing)
        assert not run(**move).changed
        # From now on its name is found there.
        assert not run(name=NAME, enabled=True, coc={"enterprise_project_id": "ep-2"}).changed

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_creation_warns_of_the_task_that_is_in_the_default_one(self, run, whole, existing, emulator, check_mode):
        whole["coc"]["enterprise_project_id"] = "ep-1"
        outcome = run(**whole, check_mode=check_mode)
        (warning,) = outcome.result["warnings"]
        assert f"Enterprise project 0, the default one, has a scheduled task {NAME} too, {existing}," in warning
        assert f"give id: {existing} with coc.enterprise_project_id: ep-1." in warning
        assert outcome.operations == ["create"]
        assert outcome.requests == [LIST, LIST, *([] if check_mode else [CREATE, LIST])]
        # What the warning says works.
        moved = run(id=existing, coc={"enterprise_project_id": "ep-1"})
        assert moved.operations == ["disable", "update"]
        assert emulator.coc.tasks[existing]["enterprise_project_id"] == "ep-1"

    def test_it_warns_of_each_and_beside_a_review(self, run, whole, emulator):
        ids = [emulator.coc.add_task(name=NAME) for _number in range(2)]
        emulator.coc.add_task(name=f"{NAME}-2")
        whole["coc"].update(deepcopy(REVIEWED), enterprise_project_id="ep-1")
        *warnings, review = run(**whole, enabled=True).result["warnings"]
        assert len(warnings) == 2
        assert all(task_id in warning for task_id, warning in zip(ids, warnings))
        assert "reviewer" in review

    def test_there_is_nothing_to_warn_of(self, run, whole, emulator):
        emulator.coc.add_task(name=f"{NAME}-2")
        whole["coc"]["enterprise_project_id"] = "ep-1"
        outcome = run(**whole)
        assert "warnings" not in outcome.result
        assert outcome.requests == [LIST, LIST, CREATE, LIST]
        # It is not looked for again while the task is there.
        assert run(**whole).requests == BY_NAME

    @pytest.mark.parametrize("project", [None, "0"])
    def test_a_creation_in_the_default_one_looks_nowhere_else(self, run, whole, emulator, project):
        whole["coc"].update({"enterprise_project_id": project} if project else {})
        assert run(**whole).requests == [LIST, CREATE, LIST]

    @pytest.mark.parametrize(("status", "operations"), [(403, ["create"]), (400, None)])
    def test_who_may_not_look_into_the_default_one_creates_all_the_same(self, run, whole, emulator, status, operations):
        whole["coc"]["enterprise_project_id"] = "ep-1"
        emulator.fail(LIST, skip=1, status=status)
        outcome = run(**whole)
        assert outcome.result.get("operations") == operations
        assert len(emulator.coc.tasks) == (1 if operations else 0)

    def test_deleting_needs_it_too(self, run, elsewhere, emulator):
        assert not run(name=NAME, state="absent").changed
        assert run(name=NAME, state="absent", coc={"enterprise_project_id": "ep-1"}).operations == ["delete"]


class TestAbsent:
    @pytest.mark.parametrize(
        ("which", "enabled", "requests"),
        [
            ("name", True, [LIST, DISABLE, DELETE]),
            ("name", False, [LIST, DELETE]),
            ("id", True, [*BY_ID, DISABLE, DELETE]),
            ("id", False, [*BY_ID, DELETE]),
        ],
    )
    def test_disables_first(self, run, whole, emulator, which, enabled, requests):
        task_id = run(**whole, enabled=enabled).task["id"]
        find = {which: NAME if which == "name" else task_id}
        foreseen = run(**find, state="absent", check_mode=True)
        assert not WRITES & set(foreseen.requests)
        outcome = run(**find, state="absent")
        assert outcome.operations == ([*(["disable"] if enabled else []), "delete"])
        assert outcome.requests == requests
        assert outcome.task == {}
        assert emulator.coc.tasks == {}
        assert outcome.result["diff"]["before"]["name"] == NAME
        for key in ("changed", "operations", "diff"):
            assert foreseen.result[key] == outcome.result[key]
        again = run(**find, state="absent")
        assert not again.changed
        assert len(again.requests) == 1

    def test_name_and_id_must_both_match(self, run, existing, emulator):
        assert "other" in run(id=existing, name="other", state="absent").error
        assert list(emulator.coc.tasks) == [existing]

    def test_a_deletion_that_comes_too_late_is_success(self, run, existing, emulator):
        emulator.fail(DELETE, **GONE)
        assert run(name=NAME, state="absent").operations == ["disable"]

    def test_a_task_that_vanishes_before_it_is_disabled_is_success(self, run, existing, emulator):
        emulator.fail(DISABLE, **GONE)
        outcome = run(name=NAME, state="absent")
        assert outcome.error is None

    def test_a_repeated_deletion_is_success(self, run, asleep, emulator):
        emulator.fail(DELETE, status=503, acts=True, headers={"Retry-After": "0"})
        outcome = run(name=NAME, state="absent", retries=1)
        assert outcome.operations == ["delete"]

    @pytest.mark.parametrize("code", ["APIGW.0101", "COC.00010002"])
    @pytest.mark.parametrize("state", ["present", "absent"])
    def test_another_refusal_is_no_missing_task(self, run, emulator, code, state):
        status = 404 if code.startswith("APIGW") else 400
        emulator.fail(SHOW, status=status, body={"error_code": code, "error_msg": "no"})
        assert code in run(id="ST1", state=state).error


class TestFind:
    @pytest.mark.parametrize("matching", ["substring", "exact"])
    def test_a_similar_name_is_not_taken_for_the_task(self, run, info, whole, emulator, matching):
        emulator.dialect.coc_name_filter = matching
        for name in (f"{NAME}-2", f"my-{NAME}", "Nightly-Run"):
            emulator.coc.add_task(name=name)
        assert info(name=NAME).tasks == []
        assert run(**whole).operations == ["create"]
        assert len(info(name=NAME).tasks) == 1

    def test_two_of_one_name_are_an_error_that_lists_their_ids(self, run, emulator):
        ids = [emulator.coc.add_task(name=NAME) for _count in range(2)]
        for state in ("present", "absent"):
            outcome = run(name=NAME, state=state)
            assert all(task_id in outcome.error for task_id in ids)
            assert outcome.requests == [LIST, SHOW, SHOW]

    def test_the_name_is_looked_for_on_every_page(self, run, emulator):
        emulator.dialect.page_size_cap = 100
        add_tasks(emulator, 250)
        task_id = emulator.coc.add_task(name="web")
        outcome = run(name="web")
        assert outcome.task["id"] == task_id
        assert outcome.requests == [LIST] * 3 + [SHOW]

    def test_a_task_that_vanishes_between_list_and_detail_is_created(self, run, whole, existing, emulator):
        emulator.dialect.deleted_listed = 1
        run(id=existing, state="absent")
        outcome = run(**whole)
        assert (outcome.operations, outcome.requests) == (["create"], [LIST, SHOW, LIST, CREATE, LIST])

    @pytest.mark.parametrize("status", [400, 404])
    def test_an_unknown_id(self, run, info, emulator, status):
        emulator.fail(SHOW, status=status, body=GONE["body"], times=3)
        assert "ST1" in run(id="ST1", enabled=True).error
        assert not run(id="ST1", state="absent").changed
        assert info(id="ST1").tasks == []


# How a step fails, and whether the service has carried it out.
REFUSED_STEP = [
    pytest.param({"status": 400}, False, id="400"),
    pytest.param({"status": 403}, False, id="403"),
    # For longer than anybody waits.
    pytest.param({"status": 429, "headers": {"Retry-After": "901"}}, False, id="429"),
]
LOST_STEP = [
    pytest.param({"status": 503}, False, id="503"),
    pytest.param({"drop": True}, False, id="dropped"),
    pytest.param({"drop": True, "acts": True}, True, id="dropped after the deed"),
    pytest.param({"cut_off": True, "acts": True}, True, id="cut off"),
]
CHANGE = {"name": NAME, "coc": {"risk_level": "HIGH"}}


def looked(fault: dict[str, Any]) -> list[str]:
    """The look at a task that the service may have refused because of its enablement."""
    return [LIST] if fault.get("status") == 400 else []


class TestHalfDone:
    @pytest.mark.parametrize(("fault", "acted"), REFUSED_STEP)
    def test_a_refused_disabling_changes_nothing(self, run, existing, emulator, fault, acted):
        emulator.fail(DISABLE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, DISABLE, *looked(fault)]
        assert outcome.error.startswith(f"disable scheduled task {NAME} ({existing})")
        assert "operations" not in outcome.result
        assert is_enabled(emulator, existing)

    @pytest.mark.parametrize(("fault", "acted"), LOST_STEP)
    @pytest.mark.parametrize("options", [CHANGE, {"name": NAME, "state": "absent"}], ids=["change", "delete"])
    def test_a_lost_disabling_is_undone(self, run, existing, emulator, fault, acted, options):
        emulator.fail(DISABLE, **fault)
        outcome = run(**deepcopy(options))
        assert outcome.requests[-2:] == [DISABLE, ENABLE]
        assert not {UPDATE, DELETE} & set(outcome.requests)
        assert "not known" in outcome.error
        assert "It is enabled, as it was before" in outcome.error
        assert "Run the same task again" in outcome.error
        assert is_enabled(emulator, existing)
        assert emulator.coc.tasks[existing]["risk_level"] == "LOW"

    @pytest.mark.parametrize(("fault", "acted"), [*REFUSED_STEP, *LOST_STEP])
    def test_a_failed_update_of_an_enabled_task_is_enabled_again(self, run, existing, emulator, fault, acted):
        emulator.fail(UPDATE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, DISABLE, UPDATE, *looked(fault), ENABLE]
        assert f"update scheduled task {NAME} ({existing})" in outcome.error
        assert "It is enabled, as it was before" in outcome.error
        # What was refused and undone would only be refused again.
        assert ("Run the same task again" in outcome.error) == ("not known" in outcome.error)
        assert outcome.result["operations"] == ["disable", *([] if acted else ["enable"])]
        assert outcome.result["changed"] is True
        assert is_enabled(emulator, existing)
        assert ("not known" in outcome.error) is ("status" not in fault or fault["status"] == 503)
        assert not run(**CHANGE).changed if acted else run(**CHANGE).changed

    @pytest.mark.parametrize(("fault", "acted"), REFUSED_STEP)
    def test_a_refused_update_of_a_disabled_task_leaves_it_alone(self, run, asleep, emulator, fault, acted):
        emulator.fail(UPDATE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, UPDATE, *looked(fault)]
        assert "operations" not in outcome.result
        assert not is_enabled(emulator, asleep)

    @pytest.mark.parametrize(("fault", "acted"), LOST_STEP)
    def test_a_lost_update_of_a_disabled_task_is_disabled_again(self, run, asleep, emulator, fault, acted):
        emulator.fail(UPDATE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, UPDATE, DISABLE]
        assert "It is disabled, as it was before" in outcome.error
        assert not is_enabled(emulator, asleep)

    @pytest.mark.parametrize(("fault", "acted"), REFUSED_STEP)
    def test_what_cannot_be_restored_is_said(self, run, existing, emulator, fault, acted):
        emulator.fail(UPDATE, status=400)
        emulator.fail(ENABLE, **fault)
        outcome = run(**CHANGE)
        assert "It was enabled before, and that could not be restored (enable scheduled task" in outcome.error
        assert outcome.result["operations"] == ["disable"]
        assert outcome.result["error_code"] == "COC.00010002"
        assert not is_enabled(emulator, existing)

    def test_what_cannot_be_restored_after_a_lost_disabling_is_said(self, run, existing, emulator):
        emulator.fail(DISABLE, drop=True, acts=True)
        emulator.fail(ENABLE, status=500)
        outcome = run(**CHANGE)
        assert not is_enabled(emulator, existing)
        assert "It was enabled before, and that could not be restored" in outcome.error

    def test_what_cannot_be_restored_after_a_lost_update_is_said(self, run, asleep, emulator):
        emulator.fail(UPDATE, drop=True, acts=True)
        emulator.fail(DISABLE, status=500)
        outcome = run(**CHANGE)
        assert is_enabled(emulator, asleep)
        assert "It was disabled before, and that could not be restored" in outcome.error

    @pytest.mark.parametrize("acts", [True, False])
    def test_a_disabled_task_stays_disabled_where_the_service_fails_to_update_it(self, run, asleep, emulator, acts):
        emulator.fail(UPDATE, status=500, acts=acts)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, UPDATE, DISABLE]
        assert "It is disabled, as it was before" in outcome.error
        assert not is_enabled(emulator, asleep)

    def test_the_ticket_that_permits_the_change_permits_undoing_it(self, run, existing, emulator):
        emulator.dialect.coc_change_control = True
        emulator.fail(UPDATE, status=500)
        outcome = run(name=NAME, coc={"risk_level": "HIGH", "ticket_infos": [TICKET]})
        assert bodies(emulator, ENABLE) == [{"ticket_infos": [TICKET]}]
        assert "It is enabled, as it was before" in outcome.error
        assert is_enabled(emulator, existing)

    def test_the_ticket_given_permits_undoing_a_deletion(self, run, existing, emulator):
        emulator.dialect.coc_change_control = True
        emulator.fail(DELETE, status=500)
        run(name=NAME, state="absent", coc={"ticket_infos": [TICKET]})
        assert is_enabled(emulator, existing)

    @pytest.mark.parametrize("options", [CHANGE, {"name": NAME, "state": "absent"}], ids=["change", "delete"])
    @pytest.mark.parametrize(
        ("enabled", "broken"), [(True, ["/disable"]), (True, ("PUT", "DELETE")), (False, ("PUT", "DELETE"))]
    )
    def test_a_change_that_is_broken_off_is_undone(self, run, existing, emulator, break_off, options, enabled, broken):
        """What is no error of the service, such as a time limit of the play, comes between any two steps."""
        run(name=NAME, enabled=enabled)
        break_off(*broken)
        with pytest.raises(KeyboardInterrupt):
            run(**deepcopy(options))
        assert is_enabled(emulator, existing) is enabled

    def test_a_change_that_is_broken_off_leaves_an_enablement_alone_that_is_not_known(
        self, run, existing, emulator, break_off
    ):
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []})
        break_off("/disable")
        with pytest.raises(KeyboardInterrupt):
            run(id=existing, coc={"risk_level": "HIGH"})
        assert is_enabled(emulator, existing)

    @pytest.mark.parametrize("enabled", [True, False])
    def test_an_unknown_enablement_is_learnt_from_disabling(self, run, whole, emulator, enabled):
        task_id = run(**whole, enabled=enabled).task["id"]
        emulator.fail(LIST, body={"count": 0, "scheduled_tasks": []})
        emulator.fail(UPDATE, status=400)
        outcome = run(id=task_id, coc={"risk_level": "HIGH"})
        assert "update scheduled task" in outcome.error
        assert is_enabled(emulator, task_id) is enabled

    @pytest.mark.parametrize("fault", [{"status": 500}, {"drop": True}, {"body": {"scheduled_tasks": "none"}}])
    @pytest.mark.parametrize("enabled", [True, False])
    @pytest.mark.parametrize("put_enables", [True, False])
    def test_where_the_look_after_an_update_fails_the_enablement_is_put_right_regardless(
        self, run, whole, emulator, fault, enabled, put_enables
    ):
        emulator.dialect.coc_put_enables = put_enables
        task_id = run(**whole, enabled=enabled).task["id"]
        emulator.fail(LIST, **fault, skip=1)
        outcome = run(**CHANGE)
        assert outcome.error is None
        assert outcome.requests[-3:] == [UPDATE, LIST, ENABLE if enabled else DISABLE]
        assert outcome.task["enabled"] is enabled
        assert is_enabled(emulator, task_id) is enabled

    def test_where_that_fails_too_nobody_knows_and_it_is_said(self, run, asleep, emulator):
        emulator.fail(LIST, status=500, skip=1)
        emulator.fail(DISABLE, status=500)
        outcome = run(**CHANGE)
        assert "It has its new settings and is either enabled or disabled, and should be disabled" in outcome.error
        assert outcome.result["operations"] == ["update"]

    @pytest.mark.parametrize(("fault", "acted"), [*REFUSED_STEP, *LOST_STEP])
    def test_a_disabling_that_fails_after_an_update_is_said(self, run, asleep, emulator, fault, acted):
        emulator.fail(DISABLE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, UPDATE, LIST, DISABLE, *looked(fault)]
        assert "It has its new settings and is enabled, and should be disabled" in outcome.error
        assert outcome.result["operations"] == ["update"]
        assert outcome.result["changed"] is True
        assert run(**CHANGE, enabled=False).error is None
        assert not is_enabled(emulator, asleep)

    @pytest.mark.parametrize(("fault", "acted"), [*REFUSED_STEP, *LOST_STEP])
    def test_an_enabling_that_fails_after_an_update_is_said(self, run, existing, emulator, fault, acted):
        emulator.dialect.coc_put_enables = False
        emulator.fail(ENABLE, **fault)
        outcome = run(**CHANGE)
        assert outcome.requests == [*BY_NAME, DISABLE, UPDATE, LIST, ENABLE, *looked(fault)]
        assert "It has its new settings and is disabled, and should be enabled" in outcome.error
        assert outcome.result["operations"] == ["disable", "update"]

    @pytest.mark.parametrize(("fault", "acted"), [*REFUSED_STEP, *LOST_STEP[:2]])
    def test_a_failed_deletion_of_an_enabled_task_is_enabled_again(self, run, existing, emulator, fault, acted):
        emulator.fail(DELETE, **fault)
        outcome = run(name=NAME, state="absent")
        assert outcome.requests == [LIST, DISABLE, DELETE, *looked(fault), ENABLE]
        assert "It is enabled, as it was before" in outcome.error
        assert outcome.result["operations"] == ["disable", "enable"]
        assert is_enabled(emulator, existing)

    @pytest.mark.parametrize(("fault", "acted"), REFUSED_STEP)
    def test_a_refused_deletion_of_a_disabled_task_leaves_it_alone(self, run, asleep, emulator, fault, acted):
        emulator.fail(DELETE, **fault)
        outcome = run(name=NAME, state="absent")
        assert outcome.requests == [LIST, DELETE, *looked(fault)]
        assert "operations" not in outcome.result
        assert not is_enabled(emulator, asleep)

    def test_a_lost_deletion_that_was_carried_out_is_no_failed_undoing(self, run, existing, emulator):
        emulator.fail(DELETE, drop=True, acts=True)
        outcome = run(name=NAME, state="absent")
        assert "could not be restored" not in (outcome.error or "")

    @pytest.mark.parametrize(("fault", "acted"), REFUSED_STEP)
    def test_a_new_task_that_cannot_be_disabled_is_said(self, run, whole, emulator, fault, acted):
        emulator.fail(DISABLE, **fault)
        outcome = run(**whole, enabled=False)
        assert outcome.result["operations"] == ["create"]
        assert "this was done to scheduled task" in outcome.error
        assert run(**whole, enabled=False).operations == ["disable"]


# Answers to a repetition that say no, however the service puts it. The first is the one that asks to disable it first.
NO = [
    pytest.param(None, id="disable it first"),
    pytest.param({"status": 400, "body": {"error_code": "COC.00014110", "error_msg": "It is enabled."}}, id="enabled"),
    pytest.param({"status": 400, "body": {"error_code": "COC.00099999", "error_msg": "No."}}, id="another code"),
    *(pytest.param({"status": status}, id=str(status)) for status in (403, 409)),
]
TWICE = [pytest.param(True, id="carried out"), pytest.param(False, id="not carried out")]


def lose(emulator: Any, operation: str, acts: bool, no: dict[str, Any] | None) -> None:
    """Lose the answer to the first request, and refuse its repetition."""
    emulator.fail(operation, drop=True, acts=acts)
    if no is not None:
        emulator.fail(operation, **no)


class TestRefusedRepetition:
    """A request whose first attempt got no answer, and whose second one is refused: the task tells what came of it."""

    @pytest.mark.parametrize("no", NO)
    @pytest.mark.parametrize("wanted", [True, False])
    @pytest.mark.parametrize("before", [True, False])
    def test_an_update_that_was_carried_out_is_made(self, run, whole, emulator, before, wanted, no):
        task_id = run(**whole, enabled=before).task["id"]
        lose(emulator, UPDATE, True, no)
        outcome = run(**CHANGE, enabled=wanted, retries=1)
        assert outcome.error is None
        assert outcome.operations == [*(["disable"] if before else []), "update", *([] if wanted else ["disable"])]
        assert outcome.changed
        assert is_enabled(emulator, task_id) is wanted
        assert outcome.task["enabled"] is wanted
        assert emulator.coc.tasks[task_id]["risk_level"] == "HIGH"
        assert not run(**CHANGE, enabled=wanted).changed

    @pytest.mark.parametrize("no", NO[2:])
    @pytest.mark.parametrize("enabled", [True, False])
    def test_an_update_that_was_not_is_undone_and_told(self, run, whole, emulator, enabled, no):
        task_id = run(**whole, enabled=enabled).task["id"]
        lose(emulator, UPDATE, False, no)
        outcome = run(**CHANGE, retries=1)
        assert "It is not yet as it is wanted in coc" in outcome.error
        assert f"It is {'enabled' if enabled else 'disabled'}, as it was before" in outcome.error
        assert "Run the same task again to finish the change." in outcome.error
        assert is_enabled(emulator, task_id) is enabled
        assert run(**CHANGE).error is None

    @pytest.mark.parametrize("enabled", [True, False])
    def test_one_that_was_not_and_is_refused_for_being_enabled_is_made_after_all(self, run, whole, emulator, enabled):
        task_id = run(**whole, enabled=enabled).task["id"]
        lose(emulator, UPDATE, False, {"status": 400, "body": {"error_code": "COC.00014110", "error_msg": "Enabled."}})
        assert run(**CHANGE, retries=1).error is None
        assert (emulator.coc.tasks[task_id]["risk_level"], is_enabled(emulator, task_id)) == ("HIGH", enabled)

    def test_where_the_task_cannot_be_looked_at_nobody_knows_and_it_is_said(self, run, asleep, emulator):
        lose(emulator, UPDATE, True, {"status": 403})
        emulator.fail(SHOW, status=403, skip=1)
        outcome = run(**CHANGE, retries=1)
        assert "Whether an earlier attempt, whose answer was lost, was carried out is not known" in outcome.error
        assert "It is disabled, as it was before" in outcome.error
        assert not is_enabled(emulator, asleep)

    def test_a_task_that_has_gone_meanwhile_is_said_to_be_gone(self, run, asleep, emulator):
        lose(emulator, UPDATE, True, {"status": 403})
        emulator.fail(SHOW, **GONE, skip=1)
        emulator.fail(DISABLE, status=400)
        assert "It is not there any more" in run(**CHANGE, retries=1).error

    def test_a_schedule_that_lost_its_expiry_is_compared_too(self, run, asleep, emulator):
        lose(emulator, UPDATE, False, {"status": 403})
        outcome = run(name=NAME, schedule={"expire_time": ""}, retries=1)
        assert "It is not yet as it is wanted in schedule" in outcome.error
        lose(emulator, UPDATE, True, {"status": 403})
        assert run(name=NAME, schedule={"expire_time": ""}, retries=1).operations == ["update", "disable"]

    @pytest.mark.parametrize("no", [*NO, pytest.param(GONE, id="gone")])
    @pytest.mark.parametrize("enabled", [True, False])
    def test_a_deletion_that_was_carried_out_is_made(self, run, whole, emulator, enabled, no):
        run(**whole, enabled=enabled)
        lose(emulator, DELETE, True, no)
        outcome = run(name=NAME, state="absent", retries=1)
        assert outcome.operations == [*(["disable"] if enabled else []), "delete"]
        assert emulator.coc.tasks == {}

    @pytest.mark.parametrize("no", NO[2:])
    @pytest.mark.parametrize("enabled", [True, False])
    def test_a_deletion_that_was_not_is_undone_and_told(self, run, whole, emulator, enabled, no):
        task_id = run(**whole, enabled=enabled).task["id"]
        lose(emulator, DELETE, False, no)
        outcome = run(name=NAME, state="absent", retries=1)
        assert "It is still there" in outcome.error
        assert is_enabled(emulator, task_id) is enabled

    @pytest.mark.parametrize("no", NO)
    @pytest.mark.parametrize(("enabled", "operation"), [(True, ENABLE), (False, DISABLE)])
    def test_a_switch_that_was_carried_out_is_made(self, run, whole, emulator, enabled, operation, no):
        task_id = run(**whole, enabled=not enabled).task["id"]
        lose(emulator, operation, True, no)
        outcome = run(name=NAME, enabled=enabled, retries=1)
        assert outcome.error is None
        assert outcome.operations == ["enable" if enabled else "disable"]
        assert is_enabled(emulator, task_id) is enabled

    @pytest.mark.parametrize("no", NO[1:])
    @pytest.mark.parametrize(("enabled", "operation"), [(True, ENABLE), (False, DISABLE)])
    def test_a_switch_that_was_not_is_told(self, run, whole, emulator, enabled, operation, no):
        task_id = run(**whole, enabled=not enabled).task["id"]
        if no == NO[1].values[0] and enabled:
            pytest.skip("This code says that the task is enabled.")
        lose(emulator, operation, False, no)
        outcome = run(name=NAME, enabled=enabled, retries=1)
        assert f"It is {'disabled' if enabled else 'enabled'}." in outcome.error
        assert is_enabled(emulator, task_id) is not enabled

    @pytest.mark.parametrize("no", NO)
    def test_a_first_step_that_was_carried_out_is_made(self, run, existing, emulator, no):
        lose(emulator, DISABLE, True, no)
        outcome = run(**CHANGE, retries=1)
        assert outcome.operations == ["disable", "update"]
        assert is_enabled(emulator, existing)

    def test_an_answer_that_is_lost_before_a_token_expires_is_remembered(self, run, asleep, emulator):
        emulator.fail(UPDATE, drop=True, acts=True)
        emulator.fail(UPDATE, status=401)
        outcome = run(**CHANGE, retries=1, **BY_PASSWORD)
        assert outcome.error is None
        assert outcome.operations == ["update", "disable"]
        assert not is_enabled(emulator, asleep)


class TestEnabledMeanwhile:
    """A task that is refused since somebody else has enabled it, or the list did not tell yet that it is."""

    @pytest.mark.parametrize("code", ["00014106", "00014110", "00099999"])
    @pytest.mark.parametrize("options", [CHANGE, {"name": NAME, "state": "absent"}], ids=["change", "delete"])
    def test_is_disabled_and_changed(self, run, existing, emulator, code, options):
        emulator.dialect.coc_enabled_code = code
        listed = {"id": existing, "name": NAME, "enabled": False}
        emulator.fail(LIST, body={"count": 1, "scheduled_tasks": [listed]})
        outcome = run(**deepcopy(options))
        assert outcome.error is None
        if options is CHANGE:
            assert not is_enabled(emulator, existing)
            assert emulator.coc.tasks[existing]["risk_level"] == "HIGH"
        else:
            assert emulator.coc.tasks == {}

    @pytest.mark.parametrize("options", [CHANGE, {"name": NAME, "state": "absent"}], ids=["change", "delete"])
    def test_and_refused_for_another_reason_it_is_as_it_was(self, run, existing, emulator, options):
        listed = {"id": existing, "name": NAME, "enabled": False}
        emulator.fail(LIST, body={"count": 1, "scheduled_tasks": [listed]})
        for operation in (UPDATE, DELETE):
            emulator.fail(operation, status=400, body={"error_code": "COC.00014106", "error_msg": "It is enabled."})
            emulator.fail(operation, status=403, body={"error_code": "COC.1", "error_msg": "Not yours."})
        outcome = run(**deepcopy(options))
        assert "403 COC.1 Not yours." in outcome.error
        # The second attempt had disabled it, so it is made sure that it is as it was.
        assert "It is disabled, as it was before. Run the same task again to finish the change." in outcome.error
        assert not is_enabled(emulator, existing)

    @pytest.mark.parametrize("code", ["00014106", "00014110", "00099999"])
    def test_again_it_is_left_alone_and_told(self, run, existing, emulator, code):
        emulator.dialect.coc_enabled_code = code
        body = {"error_code": f"COC.{code}", "error_msg": "no"}
        listed = {"id": existing, "name": NAME, "enabled": False}
        emulator.fail(LIST, body={"count": 1, "scheduled_tasks": [listed]})
        emulator.fail(UPDATE, status=400, body=body, times=2)
        emulator.fail(DISABLE, status=200, body={})
        outcome = run(**CHANGE)
        assert "It has been enabled meanwhile" in outcome.error
        assert is_enabled(emulator, existing)

    @pytest.mark.parametrize(("enabled", "operation"), [(True, ENABLE), (False, DISABLE)])
    def test_a_switch_that_says_in_other_words_that_it_is_so_already_is_success(
        self, run, whole, emulator, enabled, operation
    ):
        task_id = run(**whole, enabled=enabled).task["id"]
        listed = {"id": task_id, "name": NAME, "enabled": not enabled}
        emulator.fail(LIST, body={"count": 1, "scheduled_tasks": [listed]})
        emulator.fail(operation, status=409)
        outcome = run(name=NAME, enabled=enabled)
        assert outcome.error is None
        assert outcome.requests == [*BY_NAME, operation, LIST]


class TestErrors:
    """Errors in the user's words."""

    def test_quota(self, run, whole, emulator):
        emulator.dialect.coc_quota = 0
        outcome = run(**whole)
        assert "COC.00014138" in outcome.error
        assert "quota" in outcome.error
        assert outcome.result["status"] == 400
        assert outcome.result["request_id"] in outcome.error

    def test_change_control(self, run, whole, emulator):
        emulator.dialect.coc_change_control = True
        assert "coc.ticket_infos" in run(**whole).error
        whole["coc"]["ticket_infos"] = [TICKET]
        assert run(**whole).error is None

    def test_throttling(self, info, emulator):
        emulator.fail(LIST, status=429, headers={"Retry-After": "901"})
        assert "asked too often" in info().error

    @pytest.mark.parametrize("status", [401, 403])
    def test_wrong_site(self, info, emulator, status):
        emulator.fail(LIST, status=status, body={"error_code": "COC.1", "error_msg": "no"})
        assert "site is where the account is registered" in info().error

    def test_expired_token(self, info):
        error = info(access_key=None, secret_key=None, auth_token="stale").error
        assert "APIGW.0307" in error
        assert "fetch a new one" in error

    @pytest.mark.parametrize(
        ("trigger", "advice"),
        [
            ({"type": "once", "date": "2020-01-01", "time": "00:00", "time_zone": "UTC"}, "future"),
            ({"type": "cron", "cron": "every night", "time_zone": "UTC"}, "schedule.cron of six fields"),
            (
                {"type": "weekly", "weekdays": ["monday"], "time": "01:00", "time_zone": "Service Time"},
                "schedule.time_zone",
            ),
        ],
    )
    def test_a_schedule_that_the_service_refuses(self, run, whole, trigger, advice):
        assert advice in run(**{**whole, "schedule": trigger}).error

    def test_a_close_time_that_the_service_wants(self, run, whole, emulator):
        emulator.dialect.coc_needs_close_time = True
        del whole["schedule"]["expire_time"]
        assert "COC.00014133" in run(**whole).error


NOTE = {"notification_endpoint_type": "USER"}
TARGET = {"target_selection": "NONE", "order_no": 1}


def own_target(**fields: Any) -> dict[str, Any]:
    return {"coc": {"target_instances": [{**TARGET, **fields}]}}


ONCE = {"type": "once", "date": "2030-01-01", "time": "00:00", "time_zone": "UTC"}
# Options that are refused before the first request, and what the message names.
REFUSED = [
    ({"name": "ab"}, ["name", "'ab'", "3 to 100"]),
    ({"name": "x" * 101}, ["name", "100"]),
    ({"name": "two words"}, ["name", "two words"]),
    ({"name": "umlaut-\u00e4"}, ["name"]),
    ({"name": f"{NAME}\n"}, ["name"]),
    ({"name": ""}, ["name"]),
    ({"id": "../x"}, ["id"]),
    ({"task_type": "SHELL"}, ["task_type", "SHELL", "SCRIPT", "RUNBOOK", "coc"]),
    ({"task_type": "script"}, ["task_type"]),
    ({"targets": [{"type": "SERVER", "id": "s"}]}, ["targets", "coc"]),
    ({"targets": []}, ["targets", "coc"]),
    ({"force": False}, ["force", "coc"]),
    ({"description": ""}, ["description", "coc"]),
    ({"workspace": {"priority": 1}}, ["workspace"]),
    ({"schedule": {"type": "daily", "day_interval": 1, "time": "01:00"}}, ["schedule.type", "daily", "weekly"]),
    ({"schedule": {"type": "monthly", "months": [1], "month_days": ["1"], "time": "01:00"}}, ["schedule.type"]),
    ({"schedule": {"type": "life_cycle", "life_cycle_type": "X"}}, ["schedule.type", "life_cycle"]),
    ({"schedule": {"day_interval": 1}}, ["schedule.day_interval", "coc"]),
    ({"schedule": {"months": [1]}}, ["schedule.months", "coc"]),
    ({"schedule": {"month_days": ["L"]}}, ["schedule.month_days", "coc"]),
    ({"schedule": {"wait_time": 1}}, ["schedule.wait_time", "coc"]),
    ({"schedule": {"cron": "0 0 2 ? * MON", "time": "01:00"}}, ["schedule", "cron", "time"]),
    ({"schedule": {"date": "2030-01-01", "weekdays": ["monday"]}}, ["schedule", "date", "weekdays"]),
    ({"schedule": {"type": "weekly", "weekdays": [], "time": "01:00"}}, ["schedule.weekdays"]),
    ({"schedule": {"type": "weekly", "time": "01:00"}}, ["weekdays"]),
    ({"schedule": {"type": "cron", "cron": ""}}, ["schedule.cron"]),
    ({"schedule": {"type": "cron", "cron": "0 0 2 ? * MON", "time": "01:00"}}, ["schedule.time", "cron"]),
    ({"schedule": {"time_zone": ""}}, ["schedule.time_zone"]),
    ({"schedule": {"time": 5400}}, ["schedule.time", "quote it"]),
    ({"schedule": {**ONCE, "time_zone": "Service Time"}}, ["schedule.time_zone", "Service Time", "once"]),
    ({"schedule": {**ONCE, "time_zone": "Mars/Olympus"}}, ["schedule.time_zone", "Mars/Olympus"]),
    (
        {"schedule": {"type": "once", "date": "2030-03-31", "time": "02:30", "time_zone": "Europe/Berlin"}},
        ["schedule.time", "02:30:00", "Europe/Berlin", "2030-03-31", "skip"],
    ),
    (
        {"schedule": {"type": "once", "date": "2011-12-30", "time": "12:00", "time_zone": "Pacific/Apia"}},
        ["schedule", "Pacific/Apia", "2011-12-30"],
    ),
    ({"schedule": {**ONCE, "date": "0001-01-01", "time_zone": "Asia/Shanghai"}}, ["schedule"]),
    ({"schedule": {**ONCE, "date": "9999-12-31", "time": "23:00", "time_zone": "America/New_York"}}, ["schedule"]),
    ({"schedule": {**ONCE, "date": "1969-12-31"}}, ["schedule.date", "1969-12-31"]),
    ({"schedule": {"cron": "0 " * 130}}, ["schedule.cron", "256"]),
    *(
        ({"coc": {name: "x" * (most + 1)}}, [f"coc.{name}", f"1 to {most} characters"])
        for name, most in {
            **dict.fromkeys(("associated_task_id", "associated_task_name", "associated_task_name_en"), 256),
            "associated_task_enterprise_project_id": 256,
            "version_no": 50,
            "reviewer_user_name": 3200,
            "agency_name": 128,
            "enterprise_project_id": 128,
        }.items()
    ),
    *(
        ({"coc": {name: empty}}, [f"coc.{name}"])
        for name in ("associated_task_id", "version_no", "agency_name", "reviewer_user_name", "enterprise_project_id")
        for empty in ("", " ")
    ),
    *(
        ({"coc": {name: value}}, [f"coc.{name}", "x", *choices])
        for name, choices in {
            "associated_task_type": ("COMMUNAL", "CUSTOMIZATION"),
            "risk_level": ("HIGH", "MEDIUM", "LOW"),
            "runbook_instance_mode": ("SAME", "DIFF"),
        }.items()
        for value in ("x", choices[0].lower() + "x")
    ),
    ({"coc": {"risk_level": "low"}}, ["coc.risk_level"]),
    ({"coc": {"risk_level": ""}}, ["coc.risk_level"]),
    ({"coc": {"enable_approve": "perhaps"}}, ["enable_approve"]),
    ({"coc": {"input_param": "text"}}, ["input_param"]),
    ({"coc": {"unheard_of": 1}}, ["unheard_of"]),
    ({"coc": {"target_instances": []}}, ["coc.target_instances", "1 to 1000 entries"]),
    ({"coc": {"target_instances": [TARGET] * 1001}}, ["coc.target_instances", "1001 entries", "1000"]),
    ({"coc": {"target_instances": [{"order_no": 1}]}}, ["target_selection"]),
    ({"coc": {"target_instances": [{"target_selection": "NONE"}]}}, ["order_no"]),
    (own_target(target_selection="SOME"), ["coc.target_instances.target_selection", "SOME", "MANUAL"]),
    (own_target(order_no=True), ["coc.target_instances.order_no", "True"]),
    (own_target(order_no=-1), ["coc.target_instances.order_no", "-1", "0 to 10000"]),
    (own_target(order_no=10001), ["coc.target_instances.order_no", "10001"]),
    (own_target(batch_strategy="BIG"), ["coc.target_instances.batch_strategy", "BIG", "AUTO_BATCH"]),
    (own_target(target_selection="ALL"), ["coc.target_instances.target_selection", "ALL", "target_resource"]),
    (own_target(target_selection="MANUAL"), ["coc.target_instances.target_selection", "MANUAL", "target_instances"]),
    *(
        (own_target(target_selection="MANUAL", target_instances=inner), ["coc.target_instances.target_instances"])
        for inner in ("", "[", "text", '"text"', [], {}, "[]", "null")
    ),
    (own_target(target_resource={"type": "PLANET"}), ["coc.target_instances.target_resource.type", "PLANET", "REGION"]),
    (own_target(target_resource={"id": "x" * 1025}), ["target_resource.id", "1024"]),
    (own_target(target_resource={"app_name": "x" * 1025}), ["target_resource.app_name", "1024"]),
    (own_target(target_resource={"region_id": "x" * 33}), ["target_resource.region_id", "32"]),
    (own_target(target_resource={"params": []}), ["target_resource.params", "1 to 1000"]),
    (own_target(target_resource={"params": [{"key": "", "value": ""}]}), ["target_resource.params.key"]),
    (own_target(target_resource={"params": [{"key": "x" * 256, "value": ""}]}), ["params.key", "255"]),
    (own_target(target_resource={"params": [{"key": "k", "value": "x" * 256}]}), ["params.value", "255"]),
    (own_target(target_resource={"params": [{"key": "k", "value": " " * 256}]}), ["params.value", "255"]),
    (own_target(target_resource={"params": [{"key": "k"}]}), ["value"]),
    (own_target(target_resource={"moon": 1}), ["moon"]),
    (own_target(sub_target_instances=[]), ["coc.target_instances.sub_target_instances"]),
    (
        own_target(sub_target_instances=[{**TARGET, "target_selection": "ALL"}]),
        ["coc.target_instances.sub_target_instances.target_selection", "target_resource"],
    ),
    (
        own_target(sub_target_instances=[{**TARGET, "order_no": 10001}]),
        ["coc.target_instances.sub_target_instances.order_no"],
    ),
    (own_target(sub_target_instances=[{**TARGET, "sub_target_instances": [TARGET]}]), ["sub_target_instances"]),
    *(
        case
        for name in ("message_notification", "reviewer_notification")
        for case in [
            ({"coc": {name: {"recipients": "u"}}}, ["notification_endpoint_type"]),
            ({"coc": {name: {"notification_endpoint_type": "X"}}}, [f"coc.{name}.notification_endpoint_type", "USER"]),
            ({"coc": {name: {**NOTE, "policy": "x" * 129}}}, [f"coc.{name}.policy", "128"]),
            ({"coc": {name: {**NOTE, "policy": ","}}}, [f"coc.{name}.policy"]),
            ({"coc": {name: {**NOTE, "protocol": "FAX"}}}, [f"coc.{name}.protocol", "FAX", "WECHAT"]),
            ({"coc": {name: {**NOTE, "recipients": "x" * 3201}}}, [f"coc.{name}.recipients", "3200"]),
            ({"coc": {name: {**NOTE, "recipients": ""}}}, [f"coc.{name}.recipients"]),
            ({"coc": {name: {**NOTE, "schedule_role_id": "x" * 129}}}, [f"coc.{name}.schedule_role_id", "128"]),
            ({"coc": {name: {**NOTE, "schedule_scene_id": "x" * 129}}}, [f"coc.{name}.schedule_scene_id", "128"]),
        ]
    ),
    ({"coc": {"ticket_infos": [{}] * 1001}}, ["coc.ticket_infos", "1000"]),
    *(
        ({"coc": {"ticket_infos": [{name: "x" * (most + 1)}]}}, [f"coc.ticket_infos.{name}", str(most)])
        for name, most in {"ticket_id": 255, "ticket_type": 50, "target_id": 255, "scope_id": 50}.items()
    ),
]


@pytest.mark.parametrize(("option", "named"), REFUSED, ids=lambda value: str(value)[:70])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_wrong_options_are_refused_before_the_first_request(run, emulator, option, named, state):
    outcome = run(**{"name": NAME, "state": state, **deepcopy(option)})
    assert outcome.error is not None
    for words in named:
        assert words in outcome.error
    assert emulator.requests == []


@pytest.mark.parametrize(
    "options",
    [
        {"coc": {name: "x" * field.most}}
        for name, field in coc_body.FIELDS.items()
        if field.kind == "str" and field.most is not None
    ]
    + [
        {"name": "x" * 100},
        {"name": "abc"},
        {"name": "\u4e00\u9fa5_-"},
        {"schedule": {"type": "once", "date": "2030-10-27", "time": "02:30", "time_zone": "Europe/Berlin"}},
        {"schedule": {"type": "once", "date": "2030-10-27", "time": "02:30", "time_zone": "GMT+8"}},
        own_target(order_no=10000, target_resource={"region_id": "x" * 32, "params": [{"key": "k", "value": ""}]}),
        own_target(batch_strategy="MANUAL_BATCH"),
        {"coc": {"ticket_infos": []}},
        {"coc": {"input_param": {}}},
        {"coc": None},
        {"coc": {"risk_level": None, "target_instances": None}},
    ],
    ids=lambda value: str(value)[:70],
)
def test_the_limits_themselves_are_taken(run, whole, emulator, options):
    merged = {**whole, **deepcopy(options)}
    merged["coc"] = {**whole["coc"], **{k: v for k, v in (options.get("coc") or {}).items() if v is not None}}
    assert checked(CloudOperationsCenter.read_options, {**dict.fromkeys(("id", "enabled")), "service": "coc", **merged})


class TestPaging:
    @pytest.mark.parametrize(
        ("there", "cap", "requests"), [(0, None, 1), (1, None, 1), (999, None, 1), (1000, None, 2)]
    )
    def test_it_asks_for_a_thousand_a_page(self, info, emulator, there, cap, requests):
        add_tasks(emulator, there)
        outcome = info()
        assert outcome.result["total_count"] == there
        assert outcome.requests == [LIST] * requests
        assert all(query["limit"] == "1000" for query in queries(emulator))

    def test_it_goes_on_behind_the_marker(self, info, emulator):
        ids = add_tasks(emulator, 1001)
        outcome = info()
        assert [task["id"] for task in outcome.tasks] == ids
        assert queries(emulator) == [{"limit": "1000"}, {"limit": "1000", "marker": ids[999]}]

    def test_it_pages_to_the_end_where_the_service_gives_less(self, info, emulator):
        emulator.dialect.page_size_cap = 10
        ids = add_tasks(emulator, 25)
        outcome = info(filters={"task_type": "SCRIPT"})
        assert [task["id"] for task in outcome.tasks] == ids
        assert outcome.requests == [LIST] * 3
        assert [query.get("marker") for query in queries(emulator)] == [None, ids[9], ids[19]]
        assert all(query["task_type"] == "SCRIPT" for query in queries(emulator))

    @pytest.mark.parametrize("count", ["missing", "of the page", "text"])
    def test_a_count_that_does_not_tell_the_whole_is_no_end(self, info, emulator, count):
        told = {"missing": {}, "of the page": {"count": 1000}, "text": {"count": "many"}}[count]
        pages = [[{"id": f"ST{n}", "name": "n"} for n in range(start, start + 1000)] for start in (0, 1000)]
        for page in [*pages, []]:
            body = {**told, "next_maker": page[-1]["id"] if page else "", "scheduled_tasks": page}
            emulator.fail(LIST, body=body)
        assert info().result["total_count"] == 2000

    def test_short_pages_without_a_count_are_no_end_while_there_is_a_marker(self, info, emulator):
        for number in range(3):
            page = [{"id": f"ST{number}", "name": "n"}] if number < 2 else []
            emulator.fail(LIST, body={"next_maker": f"ST{number}", "scheduled_tasks": page})
        assert info().result["total_count"] == 2

    @pytest.mark.parametrize("marker", ["same", "own"])
    def test_a_repeated_marker_never_loops(self, info, emulator, marker):
        page = [{"id": "ST1", "name": "a"}]
        emulator.fail(LIST, body={"next_maker": marker, "scheduled_tasks": page, "count": 9}, times=50)
        outcome = info()
        assert "the service answers the entries up to 1 and those behind them alike" in outcome.error
        assert len(outcome.requests) <= 3

    def test_alternating_markers_never_loop(self, info, emulator):
        for number in range(50):
            page = [{"id": "STAB"[: 3 + number % 2], "name": "a"}]
            emulator.fail(LIST, body={"count": 9, "next_maker": "AB"[number % 2], "scheduled_tasks": page})
        outcome = info()
        assert "behind 3 entries, the service leads back to marker A" in outcome.error
        assert len(outcome.requests) < 10

    @pytest.mark.parametrize("marker", [{}, {"next_maker": None}, {"next_maker": ""}])
    def test_without_a_marker_the_last_id_is_one(self, info, emulator, marker):
        ids = add_tasks(emulator, 3)
        emulator.fail(LIST, body={**marker, "count": 3, "scheduled_tasks": [{"id": ids[0], "name": "web-0000"}]})
        assert [task["id"] for task in info().tasks] == ids

    def test_a_task_on_the_edge_of_two_pages_is_returned_once(self, info, emulator):
        first, second = ({"id": f"ST{n}", "name": "n"} for n in (1, 2))
        for _reading in range(2):
            emulator.fail(LIST, body={"count": 3, "next_maker": "ST2", "scheduled_tasks": [first, second]})
            emulator.fail(LIST, body={"count": 3, "next_maker": "ST2", "scheduled_tasks": [second]})
        assert info().result["total_count"] == 2

    @pytest.mark.parametrize("answer", [{"count": 0}, {"scheduled_tasks": None}, {"scheduled_tasks": []}])
    def test_a_listing_without_items_is_empty(self, info, emulator, answer):
        emulator.fail(LIST, body=answer)
        assert info().tasks == []

    @pytest.mark.parametrize(
        "answer",
        [[], "tasks", {"scheduled_tasks": "none"}, {"scheduled_tasks": ["a"]}, {"scheduled_tasks": [{"name": "a"}]}],
    )
    def test_an_answer_of_the_wrong_shape_is_an_error(self, info, emulator, answer):
        emulator.fail(LIST, body=answer)
        assert "list scheduled tasks" in info().error


class TestFilters:
    @pytest.mark.parametrize(
        ("filters", "fields"),
        [
            ({"enterprise_project_id": "ep"}, {"enterprise_project_id": "ep"}),
            ({"task_name": "mine"}, {"name": "mine-1"}),
            ({"scheduled_type": "CRON"}, {"trigger_time": {"policy": "CRON", "cron": "x", "time_zone": "UTC"}}),
            ({"task_type": "RUNBOOK"}, {"task_type": "RUNBOOK"}),
            ({"associated_task_type": "COMMUNAL"}, {"associated_task_type": "COMMUNAL"}),
            ({"risk_level": "HIGH"}, {"risk_level": "HIGH"}),
            ({"created_by": "u"}, {"created_by": "u"}),
            ({"reviewer": "r"}, {"reviewer": "r"}),
            ({"reviewer_user_name": "r"}, {"reviewer_user_name": "r"}),
            ({"approve_status": "REJECTED"}, {"approve_status": "REJECTED"}),
            ({"last_execution_status": "ABNORMAL"}, {"last_execution_status": "ABNORMAL"}),
            ({"last_execution_start_time": 5}, {"last_execution_time": 6}),
            ({"last_execution_end_time": "5"}, {"last_execution_time": 4}),
            ({"region_id": "r"}, {"region_id": "r"}),
            ({"resource_id": "res-1"}, {"target_instances": [{"target_instances": "res-1"}]}),
        ],
    )
    def test_every_documented_one(self, info, emulator, filters, fields):
        emulator.coc.add_task(name="other")
        task_id = emulator.coc.add_task(**{"name": "mine", **fields})
        outcome = info(filters=filters)
        assert [task["id"] for task in outcome.tasks] == [task_id]
        (query,) = queries(emulator)
        assert query == {**{name: str(value) for name, value in filters.items()}, "limit": "1000"}

    def test_by_the_id_of_a_task(self, info, emulator):
        ids = add_tasks(emulator, 2)
        assert [task["id"] for task in info(filters={"task_id": ids[1]}).tasks] == [ids[1]]

    def test_beside_a_name(self, info, emulator):
        emulator.coc.add_task(name=NAME)
        task_id = emulator.coc.add_task(name=NAME, risk_level="HIGH")
        assert [task["id"] for task in info(name=NAME, filters={"risk_level": "HIGH"}).tasks] == [task_id]

    @pytest.mark.parametrize(
        ("filters", "named"),
        [
            *(({name: "5"}, [f"filters.{name}", "no such filter"]) for name in ("marker", "offset", "limit", "name")),
            *(
                ({name: "x"}, [f"filters.{name}", "x"])
                for name in ("scheduled_type", "task_type", "associated_task_type", "risk_level", "approve_status")
            ),
            ({"last_execution_status": "DONE"}, ["filters.last_execution_status", "FINISHED"]),
            *(
                ({"last_execution_start_time": value}, ["filters.last_execution_start_time"])
                for value in ("now", -1, True, 1.5, "")
            ),
            ({"created_by": ""}, ["filters.created_by"]),
            ({"created_by": 5}, ["filters.created_by"]),
            ({"last_execution_end_time": "\u0663"}, ["filters.last_execution_end_time"]),
        ],
        ids=str,
    )
    def test_wrong_ones_are_refused_before_the_first_request(self, info, emulator, filters, named):
        outcome = info(filters=filters)
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []


class TestInfo:
    def test_a_listed_task_has_only_what_is_known(self, info, existing, empty):
        (task,) = info().tasks
        assert task["schedule_type"] == "weekly"
        assert "schedule" not in task
        assert set(task["coc"]) == {
            "associated_task_name",
            "associated_task_type",
            "risk_level",
            "enterprise_project_id",
        }
        assert None not in task.values()
        assert "" not in task.values()

    def test_feeding_a_listed_task_back_changes_nothing(self, run, info, existing, empty):
        (task,) = info().tasks
        outcome = run(**{name: task[name] for name in ("id", "name", "task_type", "enabled", "coc")})
        assert outcome.error is None
        assert not outcome.changed

    @pytest.mark.parametrize(("options", "written"), CHANGES)
    @pytest.mark.parametrize("look", [{"details": True}, {"name": NAME, "details": True}, {"id": "existing"}])
    def test_feeding_a_whole_task_back_changes_nothing(self, run, info, existing, options, written, look):
        run(name=NAME, **deepcopy(options))
        (task,) = info(**{**look, **({"id": existing} if "id" in look else {})}).tasks
        given = {name: task[name] for name in ("id", "name", "task_type", "enabled", "schedule", "coc")}
        outcome = run(**deepcopy(given))
        assert outcome.error is None
        assert not outcome.changed
        for write_only in coc_body.WRITE_ONLY:
            assert write_only not in task["coc"]

    def test_nulls_within_the_data_of_targets_survive_the_round(self, run, info, existing):
        run(name=NAME, **own_target(target_selection="MANUAL", target_instances='[{"a": null, "b": 1}]'))
        (task,) = info(id=existing).tasks
        assert not run(id=existing, coc=task["coc"]).changed

    def test_times_are_instants_and_facts_have_names(self, info, emulator):
        task_id = emulator.coc.add_task(
            name=NAME,
            created_time=1745396111000,
            modified_time=1745396112999,
            last_execution_time=1745396135000,
            last_execution_status="FINISHED",
            execution_count=0,
            approve_comments="fine",
            reviewer="r",
        )
        for outcome in (info(id=task_id), info(details=True)):
            (task,) = outcome.tasks
            assert task["create_time"] == "2025-04-23T08:15:11Z"
            assert task["update_time"] == "2025-04-23T08:15:12Z"
            assert task["last_execution_time"] == "2025-04-23T08:15:35Z"
            assert task["last_status"] == "FINISHED"
            assert task["execution_count"] == 0
            assert task["approve_comments"] == "fine"
            assert task["reviewer"] == "r"
            assert task["created_by"] == account.USER_ID
            assert task["region_id"] == account.REGION
            assert "extra" not in task

    def test_what_nobody_knows_is_under_extra(self, info, run, existing, emulator):
        emulator.dialect.extra_fields = {"moon": "full"}
        for outcome in (info(), info(id=existing), info(details=True)):
            assert outcome.tasks[0]["extra"] == {"moon": "full"}
        assert not run(id=existing, enabled=True).changed

    @pytest.mark.parametrize(
        ("look", "requests"), [({}, [LIST]), ({"details": True}, [LIST, SHOW, SHOW]), ({"id": "first"}, BY_ID)]
    )
    def test_how_many_requests_it_takes(self, info, emulator, look, requests):
        ids = add_tasks(emulator, 2)
        assert info(**{**look, **({"id": ids[0]} if "id" in look else {})}).requests == requests

    def test_a_task_that_vanishes_meanwhile_is_left_out(self, info, emulator):
        ids = add_tasks(emulator, 2)
        emulator.fail(SHOW, **GONE)
        emulator.fail(LIST, skip=1, body={"count": 0, "scheduled_tasks": []})
        assert [task["id"] for task in info(details=True, parallel=1).tasks] == ids[1:]

    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({"operator": "me"}, ["operator", "coc"]),
            ({"history_details": True, "history": 1}, ["history_details", "coc"]),
            ({"next_executions": True}, ["next_executions", "coc"]),
            ({"name": "x" * 101}, ["name", "100"]),
        ],
    )
    def test_what_the_service_does_not_offer_is_refused(self, info, emulator, options, named):
        outcome = info(**options)
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []


class TestHistory:
    @pytest.mark.parametrize(("asked", "given", "requests"), [(2, 2, 1), (100, 100, 1), (101, 101, 2), (500, 120, 2)])
    def test_is_as_long_as_asked(self, info, emulator, asked, given, requests):
        task_id = emulator.coc.add_task(name=NAME)
        for _number in range(120):
            emulator.coc.add_history(task_id)
        outcome = info(name=NAME, history=asked)
        assert len(outcome.tasks[0]["history"]) == given
        assert outcome.requests == [LIST, *[HISTORY] * requests]
        for query in queries(emulator, HISTORY):
            assert query["task_id"] == task_id
            assert query["limit"] == str(min(asked, 100))

    def test_speaks_the_vocabulary(self, info, emulator):
        task_id = emulator.coc.add_task(name=NAME)
        history_id = emulator.coc.add_history(
            task_id,
            started_time=1745396111000,
            finished_time=None,
            status="ABNORMAL",
            execution_msg="failed",
            execution_id="E1",
        )
        (execution,) = info(id=task_id, history=1).tasks[0]["history"]
        assert execution["id"] == history_id
        assert execution["begin_time"] == "2025-04-23T08:15:11Z"
        assert "end_time" not in execution
        assert execution["status"] == "ABNORMAL"
        assert execution["result_message"] == "failed"
        assert execution["execution_id"] == "E1"

    def test_of_none(self, info, existing):
        assert info(id=existing, history=5).tasks[0]["history"] == []


class TestOddAnswers:
    @pytest.mark.parametrize(
        ("told", "read"),
        [
            ({"a": 1, "b": "x"}, {"a": "1", "b": "x"}),
            ('{"a": 1, "b": "x"}', {"a": "1", "b": "x"}),
            ("{}", {}),
            ("", {}),
            (None, {}),
        ],
    )
    def test_parameters_as_object_and_as_text(self, info, emulator, told, read):
        emulator.dialect.extra_fields = {"input_param": told}
        assert info(id=emulator.coc.add_task(name=NAME)).tasks[0]["coc"]["input_param"] == read

    @pytest.mark.parametrize("told", ["garbage", "[1]", [1], 5])
    def test_parameters_that_cannot_be_read_are_not_taken_for_none(self, info, emulator, told):
        emulator.dialect.extra_fields = {"input_param": told}
        assert "input_param" not in info(id=emulator.coc.add_task(name=NAME)).tasks[0]["coc"]

    @pytest.mark.parametrize(
        ("told", "given"),
        [
            ({"input_param": "garbage"}, {"input_param": {"a": 1}}),
            ({"target_instances": "garbage"}, {"target_instances": [{"target_selection": "NONE", "order_no": 2}]}),
            ({"enable_approve": "perhaps"}, {"enable_approve": False}),
            ({"version_no": None}, {"version_no": "2"}),
        ],
        ids=str,
    )
    def test_what_cannot_be_read_has_to_be_given_for_a_change(self, run, emulator, told, given):
        emulator.dialect.extra_fields = told
        task_id = emulator.coc.add_task(name=NAME)
        outcome = run(id=task_id, coc={"risk_level": "HIGH"})
        ((name, value),) = given.items()
        assert f"does not tell coc.{name}" in outcome.error
        assert not WRITES & set(outcome.requests)
        assert run(id=task_id, coc={"risk_level": "HIGH", **given}).operations == ["disable", "update"]
        assert emulator.coc.tasks[task_id][name] == ({"a": "1"} if name == "input_param" else value)

    @pytest.mark.parametrize("told", ["", None, "garbage", "5", "[]", "{}", "[1, 2]"])
    def test_targets_that_cannot_be_read_are_absent(self, info, emulator, told):
        emulator.dialect.extra_fields = {"target_instances": told}
        assert "target_instances" not in info(id=emulator.coc.add_task(name=NAME)).tasks[0]["coc"]

    @pytest.mark.parametrize(
        "target",
        [
            {"target_resource": "text"},
            {"target_resource": [1]},
            {"target_resource": {"params": 5}},
            {"target_resource": {"params": [None]}},
            {"sub_target_instances": 5},
            {"sub_target_instances": "text"},
            {"sub_target_instances": [None, {}]},
            {"order_no": "1"},
            {"order_no": None},
            {"order_no": {}},
            {"target_selection": "SOME"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("nested", [False, True])
    def test_odd_targets_never_crash(self, info, run, emulator, target, nested):
        odd = [{**TARGET, **target}, {**TARGET, "order_no": 2}]
        told = [{**TARGET, "sub_target_instances": odd}] if nested else odd
        emulator.dialect.extra_fields = {"target_instances": json.dumps(told)}
        task_id = emulator.coc.add_task(name=NAME)
        assert info(id=task_id).error is None
        assert not run(id=task_id, enabled=True).changed

    def test_gained_fields_are_no_difference(self, run, emulator):
        gained = {"id": "i", "schedule_id": "s", "create_time": 1, "update_time": 2, "batch_strategy": None}
        resource = {"type": "REGION", "id": "", "new": 5, "params": None}
        told = [{**TARGET, **gained, "target_resource": resource, "sub_target_instances": [{**TARGET, **gained}]}]
        emulator.dialect.extra_fields = {"target_instances": told}
        task_id = emulator.coc.add_task(name=NAME)
        given = own_target(target_resource={"type": "REGION"}, sub_target_instances=[TARGET])
        assert not run(id=task_id, **deepcopy(given)).changed

    def test_gained_fields_of_a_parameter_are_no_difference(self, run, emulator):
        params = [{"key": "k", "value": "v", "id": "gained"}]
        emulator.dialect.extra_fields = {"target_instances": [{**TARGET, "target_resource": {"params": params}}]}
        task_id = emulator.coc.add_task(name=NAME)
        assert not run(id=task_id, **own_target(target_resource={"params": [{"key": "k", "value": "v"}]})).changed

    @pytest.mark.parametrize(
        "told",
        [None, "", "text", [], {}, {"policy": 5}, {"policy": ["B", "A"]}, {"gained": 1, "recipients": None}],
    )
    def test_odd_notifications_never_crash(self, info, run, emulator, told):
        emulator.dialect.extra_fields = {"message_notification": told, "reviewer_notification": told}
        task_id = emulator.coc.add_task(name=NAME)
        assert info(id=task_id).error is None
        assert not run(id=task_id, enabled=True).changed

    @pytest.mark.parametrize(
        ("trigger", "schedule"),
        [
            ({"policy": "once", "time_zone": "UTC", "single_scheduled_time": 1893456000999}, ONCE),
            (
                {"policy": "PERIODIC", "time_zone": "UTC", "period": [7, "1"], "periodic_scheduled_time": "02:30"},
                {"type": "weekly", "weekdays": ["sunday", "saturday"], "time": "02:30:00", "time_zone": "UTC"},
            ),
            (
                {"policy": "CRON", "cron": "c", "time_zone": "UTC", "period": "1", "single_scheduled_time": 0},
                {"type": "cron", "cron": "c", "time_zone": "UTC"},
            ),
            (
                {"policy": "PERIODIC", "time_zone": "UTC", "period": "9,2", "periodic_scheduled_time": "noon"},
                {"type": "weekly", "weekdays": ["monday", "9"], "time": "noon", "time_zone": "UTC"},
            ),
            ({"policy": "LUNAR", "time_zone": "UTC"}, {"type": "LUNAR", "time_zone": "UTC"}),
            (
                {"policy": "ONCE", "time_zone": "Service Time", "single_scheduled_time": 1},
                {"time_zone": "Service Time"},
            ),
            ({"policy": "ONCE", "time_zone": "UTC", "single_scheduled_time": "text"}, {"time_zone": "UTC"}),
        ],
        ids=lambda value: str(value.get("policy", "")),
    )
    def test_schedules_are_read_as_they_are(self, info, emulator, trigger, schedule):
        task_id = emulator.coc.add_task(name=NAME, trigger_time=trigger)
        read = info(id=task_id).tasks[0]["schedule"]
        assert read == {**schedule, **({"time": "00:00:00"} if schedule.get("time") == "00:00" else {})}

    @pytest.mark.parametrize("trigger", ["text", None, [], {}, {"policy": 5, "cron": {}, "period": {}}])
    def test_odd_schedules_never_crash(self, info, run, emulator, trigger):
        emulator.dialect.extra_fields = {"trigger_time": trigger}
        task_id = emulator.coc.add_task(name=NAME)
        assert info(id=task_id).error is None
        assert not run(id=task_id, enabled=True).changed

    @pytest.mark.parametrize("moment", [253402300799000, 10**18, -1, 2**63])
    def test_instants_beyond_the_calendar_never_crash(self, info, emulator, moment):
        trigger = {"policy": "ONCE", "time_zone": "Asia/Shanghai", "single_scheduled_time": moment}
        emulator.dialect.extra_fields = {"trigger_time": trigger, "created_time": moment, "modified_time": moment}
        task_id = emulator.coc.add_task(name=NAME)
        assert info(id=task_id).error is None

    @pytest.mark.parametrize(
        "fields",
        [{"task_type": "LUNAR"}, {"risk_level": "HUGE"}, {"approve_status": "LOST"}, {"associated_task_type": "ODD"}],
    )
    def test_enums_may_grow(self, info, run, emulator, fields):
        task_id = emulator.coc.add_task(name=NAME, **fields)
        ((name, value),) = fields.items()
        (task,) = info(id=task_id).tasks
        assert value in (task.get(name), task["coc"].get(name))
        assert not run(id=task_id, enabled=True).changed
        assert run(id=task_id, enabled=False).operations == ["disable"]

    @pytest.mark.parametrize(
        "fields",
        [
            {"trigger_time": {"policy": "ONCE", "time_zone": "Service Time", "single_scheduled_time": 1893456000000}},
            {"task_type": "RUNBOOK"},
            {"enable_message_notification": True},
        ],
        ids=["zone", "runbook", "notification"],
    )
    def test_what_a_task_that_is_there_lacks_is_no_hindrance_to_leaving_it_alone(self, run, emulator, fields):
        task_id = emulator.coc.add_task(name=NAME, **fields)
        for options, operations in (({"enabled": True}, []), ({"enabled": False}, ["disable"])):
            outcome = run(id=task_id, **options)
            assert outcome.error is None
            assert outcome.operations == operations

    def test_an_unknown_zone_is_no_hindrance_to_another_schedule(self, run, emulator):
        zone = {"policy": "ONCE", "time_zone": "Service Time", "single_scheduled_time": 1893456000000}
        task_id = emulator.coc.add_task(name=NAME, trigger_time=zone)
        assert run(id=task_id, schedule=deepcopy(ONCE)).operations == ["disable", "update"]

    def test_an_unknown_zone_cannot_be_exchanged_for_another(self, run, emulator):
        zone = {"policy": "ONCE", "time_zone": "Service Time", "single_scheduled_time": 1893456000000}
        task_id = emulator.coc.add_task(name=NAME, trigger_time=zone)
        outcome = run(id=task_id, schedule={"time_zone": "UTC"})
        assert "'Service Time' is not known here. Give schedule.type with all its parts." in outcome.error
        assert not WRITES & set(outcome.requests)

    def test_a_zone_that_makes_the_time_found_be_skipped_is_refused_before_any_write(self, run, emulator):
        moment = {"policy": "ONCE", "time_zone": "UTC", "single_scheduled_time": milliseconds("2030-03-31T02:30:00")}
        task_id = emulator.coc.add_task(name=NAME, trigger_time=moment)
        outcome = run(id=task_id, schedule={"time_zone": "Europe/Berlin"})
        assert "schedule.time" in outcome.error
        assert not WRITES & set(outcome.requests)


class TestInstants:
    @pytest.fixture
    def once(self, emulator):
        """A task in a zone that is not known where the module runs; the service knows it."""
        moment = {"policy": "ONCE", "time_zone": "Asia/Tokyo", "single_scheduled_time": 1893456000000}
        return emulator.coc.add_task(name=NAME, trigger_time=moment)

    @pytest.mark.usefixtures("no_time_zones")
    @pytest.mark.parametrize(
        ("options", "changed"),
        [
            ({"coc": {"risk_level": "HIGH"}}, {}),
            ({"name": "other-name"}, {}),
            ({"schedule": {"expire_time": "2031-01-01T00:00:00Z"}}, {"scheduled_close_time": 1924992000000}),
        ],
        ids=["risk", "name", "expiry"],
    )
    def test_without_a_time_zone_database_another_change_leaves_the_moment_alone(
        self, run, emulator, once, options, changed
    ):
        before = dict(emulator.coc.tasks[once]["trigger_time"])
        foretold = run(id=once, check_mode=True, **options)
        assert foretold.error is None
        assert not WRITES & set(foretold.requests)
        outcome = run(id=once, **options)
        assert outcome.error is None
        assert "update" in outcome.operations
        assert outcome.operations == foretold.operations
        assert emulator.coc.tasks[once]["trigger_time"] == {**before, **changed}
        assert not run(id=once, **options).changed

    @pytest.mark.usefixtures("no_time_zones")
    def test_without_a_time_zone_database_the_moment_is_told_all_the_same(self, run, info, once):
        (task,) = info(id=once).tasks
        assert task["schedule"] == {"time_zone": "Asia/Tokyo"}
        assert (task["schedule_type"], task["scheduled_instant"]) == ("once", "2030-01-01T00:00:00Z")
        assert run(id=once, enabled=False).task["scheduled_instant"] == "2030-01-01T00:00:00Z"

    @pytest.mark.usefixtures("no_time_zones")
    def test_without_a_time_zone_database_a_new_moment_is_refused_in_words(self, run, once):
        for schedule in (
            {"type": "once", "date": "2031-01-01", "time": "00:00", "time_zone": "Asia/Tokyo"},
            {"date": "2031-01-01", "time": "00:00"},
        ):
            outcome = run(id=once, schedule=schedule)
            assert "'Asia/Tokyo' is refused" in outcome.error
            assert "no time zone database where this runs; the package tzdata is one" in outcome.error
            assert not WRITES & set(outcome.requests)
        outcome = run(id=once, schedule={"type": "once", "date": "2031-01-01", "time": "00:00", "time_zone": "UTC"})
        assert outcome.changed
        assert "scheduled_instant" not in outcome.task

    def test_with_one_a_moment_is_told_in_its_zone_alone(self, info, once):
        (task,) = info(id=once).tasks
        assert task["schedule"] == {
            "type": "once",
            "date": "2030-01-01",
            "time": "09:00:00",
            "time_zone": "Asia/Tokyo",
        }
        assert "scheduled_instant" not in task

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_moment_that_clocks_show_twice_is_refused_and_not_chosen(self, run, whole, emulator, check_mode):
        schedule = {"type": "once", "date": "2030-10-27", "time": "02:30", "time_zone": "Europe/Berlin"}
        task_id = emulator.coc.add_task(name="there")
        for outcome in (
            run(**{**whole, "schedule": dict(schedule)}, check_mode=check_mode),
            run(id=task_id, schedule=dict(schedule), check_mode=check_mode),
        ):
            assert "at 2030-10-27T00:30:00Z and at 2030-10-27T01:30:00Z. Give one of these" in outcome.error
            assert not WRITES & set(outcome.requests)

    @pytest.mark.parametrize("moment", [milliseconds("2030-10-27T00:30:00"), milliseconds("2030-10-27T01:30:00")])
    def test_an_expiry_leaves_such_a_moment_where_it_is(self, run, emulator, moment):
        trigger = {"policy": "ONCE", "time_zone": "Europe/Berlin", "single_scheduled_time": moment}
        task_id = emulator.coc.add_task(name=NAME, trigger_time=trigger)
        assert run(id=task_id, schedule={"expire_time": "2031-01-01T00:00:00Z"}).changed
        assert emulator.coc.tasks[task_id]["trigger_time"]["single_scheduled_time"] == moment

    @pytest.mark.parametrize("moment", [milliseconds("2030-10-27T00:30:00"), milliseconds("2030-10-27T01:30:00")])
    def test_another_change_leaves_the_moment_of_a_task_where_it_is(self, run, emulator, moment):
        # On this night, the clocks there show 02:30 twice.
        trigger = {"policy": "ONCE", "time_zone": "Europe/Berlin", "single_scheduled_time": moment}
        task_id = emulator.coc.add_task(name=NAME, trigger_time=trigger)
        assert run(id=task_id, coc={"risk_level": "HIGH"}).changed
        assert emulator.coc.tasks[task_id]["trigger_time"]["single_scheduled_time"] == moment


class TestAddress:
    @pytest.mark.parametrize(
        ("site", "host"),
        [
            ("cn", "coc.myhuaweicloud.com"),
            ("intl", "coc-intl.myhuaweicloud.com"),
            ("eu", "coc-eu-west-101-open-api.myhuaweicloud.eu"),
        ],
    )
    @pytest.mark.parametrize("region", [None, "cn-north-4", "eu-west-101"])
    def test_follows_the_site_and_not_the_region(self, site, host, region):
        assert CloudOperationsCenter.host(region, site) == host

    def test_can_be_overridden(self, info, emulator):
        outcome = info(endpoint=None, endpoints={"coc": f"{emulator.url}/"}, region=None)
        assert outcome.error is None
        assert emulator.requests[0].path == "/v1/schedule/task"

    @pytest.mark.parametrize(
        ("options", "header"),
        [
            ({}, {"x-project-id": account.PROJECT_ID}),
            ({"region": None}, {"x-project-id": account.PROJECT_ID}),
            ({"domain_id": account.DOMAIN_ID}, {"x-domain-id": account.DOMAIN_ID}),
            (
                {"domain_id": account.DOMAIN_ID, "project_id": None, "region": None},
                {"x-domain-id": account.DOMAIN_ID},
            ),
            ({"project_id": None}, {"x-project-id": account.PROJECT_ID}),
        ],
    )
    def test_a_signed_request_names_the_account_or_the_project(self, info, emulator, options, header):
        assert info(**options).error is None
        (request,) = (request for request in emulator.requests if request.service == "coc")
        assert {name: request.headers.get(name) for name in ("x-project-id", "x-domain-id")} == {
            **dict.fromkeys(("x-project-id", "x-domain-id")),
            **header,
        }
        looked_up = [request.operation for request in emulator.requests if request.service == "iam"]
        assert looked_up == (["ListProjects"] if options == {"project_id": None} else [])

    def test_one_of_them_is_needed(self, info, emulator):
        error = info(project_id=None, region=None).error
        for words in ("domain_id", "HW_DOMAIN_ID", "project_id", "region"):
            assert words in error
        assert emulator.requests == []

    def test_a_token_names_it_by_itself(self, info, emulator):
        assert info(**BY_PASSWORD).error is None
        request = emulator.requests[-1]
        assert "x-auth-token" in request.headers
        assert request.headers.keys().isdisjoint({"x-project-id", "x-domain-id"})
