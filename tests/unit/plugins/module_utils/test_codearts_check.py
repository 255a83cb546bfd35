# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a code check of CodeArts Check runs, as `scheduled_task_info` returns it."""

from __future__ import annotations

from functools import partial

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.codearts_check import CodeArtsCheck
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD

SHOW = "ShowPortalServiceTaskCron"
TASK_ID = "f0f0f7ba3ae14a87a32b151bcbe20801"


@pytest.fixture
def info(info):
    return partial(info, service="codearts_check", retries=0)


@pytest.fixture
def existing(emulator):
    return emulator.codearts_check.add_task(taskId=TASK_ID)


class TestSchedule:
    def test_it_speaks_the_common_words_in_one_request(self, info, emulator):
        task_id = emulator.codearts_check.add_task(
            weekDays=["6", "0", "2"], detailTime="03:30", cronStatus="1", creator="me", timeOffset="GMT+08:00"
        )
        outcome = info(id=task_id)
        assert outcome.result == {
            "changed": False,
            "total_count": 1,
            "scheduled_tasks": [
                {
                    "id": task_id,
                    "enabled": True,
                    "schedule": {
                        "type": "weekly",
                        "weekdays": ["sunday", "tuesday", "saturday"],
                        "time": "03:30:00",
                        "time_zone": "GMT+08:00",
                    },
                    "creator": "me",
                }
            ],
        }
        (request,) = emulator.requests
        assert (request.operation, request.path, request.query) == (SHOW, f"/v1/tasks/{task_id}/taskcron", {})
        assert request.headers["x-project-id"] == account.PROJECT_ID
        assert "operator" not in request.headers

    @pytest.mark.parametrize(
        ("number", "name"),
        list(enumerate(["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"])),
    )
    @pytest.mark.parametrize("kind", [str, int])
    def test_weekdays_count_from_sunday_as_zero(self, info, emulator, number, name, kind):
        task_id = emulator.codearts_check.add_task(weekDays=[kind(number)])
        assert info(id=task_id).tasks[0]["schedule"]["weekdays"] == [name]

    @pytest.mark.parametrize(
        ("status", "enabled"), [("1", True), ("0", False), (1, True), (0, False), ("2", None), ("", None), (None, None)]
    )
    def test_whether_it_is_enabled(self, info, emulator, status, enabled):
        task_id = emulator.codearts_check.add_task(cronStatus=status)
        assert info(id=task_id).tasks[0].get("enabled") is enabled

    @pytest.mark.parametrize(
        ("fields", "schedule"),
        [
            ({"detailTime": "15:00:30"}, {"time": "15:00:30"}),
            ({"detailTime": "noon"}, {"time": "noon"}),
            ({"weekDays": "0,6"}, {"weekdays": ["sunday", "saturday"]}),
            ({"weekDays": ["1", "9", "1"]}, {"weekdays": ["monday", "9"]}),
            ({"timeOffset": ""}, {"time_zone": None}),
        ],
        ids=str,
    )
    def test_odd_values_are_read_as_they_are(self, info, emulator, fields, schedule):
        task_id = emulator.codearts_check.add_task(**fields)
        usual = {"type": "weekly", "weekdays": ["monday"], "time": "15:00:00", "time_zone": "GMT+08:00"}
        expected = {name: value for name, value in {**usual, **schedule}.items() if value is not None}
        assert info(id=task_id).tasks[0]["schedule"] == expected

    @pytest.mark.parametrize("form", ["empty", "null", "missing"])
    @pytest.mark.parametrize("fields", [{"detailTime": ""}, {"weekDays": None}])
    def test_what_is_not_told_is_absent(self, info, emulator, form, fields):
        emulator.dialect.empty = form
        (task,) = info(id=emulator.codearts_check.add_task(creator="", **fields)).tasks
        assert "creator" not in task
        assert "type" not in task["schedule"]
        assert task["schedule_type"] == "weekly"
        assert None not in task["schedule"].values()

    def test_what_nobody_knows_is_under_extra(self, info, existing, emulator):
        emulator.dialect.extra_fields = {"moon": "full"}
        assert info(id=existing).tasks[0]["extra"] == {"moon": "full"}

    def test_all_of_it_is_told_with_details_too(self, info, existing):
        assert info(id=existing, details=True).result == info(id=existing).result


class TestOperator:
    def test_it_is_sent_as_a_header(self, info, existing, emulator):
        (task,) = info(id=existing, operator="somebody").tasks
        assert emulator.requests[0].headers["operator"] == "somebody"
        assert "codearts_check" not in task
        assert "operator" not in task

    @pytest.mark.parametrize("operator", ["x", "x" * 128])
    def test_its_limits_are_taken(self, info, existing, operator):
        assert info(id=existing, operator=operator).error is None

    @pytest.mark.parametrize("operator", ["", " ", "two words", "x" * 129, "umlaut-\u00e4", "line\nend"])
    def test_what_no_header_can_carry_is_refused_before_the_first_request(self, info, emulator, operator):
        assert info(id=TASK_ID, operator=operator).error.startswith("operator: ")
        assert emulator.requests == []


class TestErrors:
    @pytest.mark.parametrize(
        ("code", "advice"),
        [
            ("CC.00050007", "token"),
            ("CC.00050010", "codeartscheck:task:get"),
            ("CC.00050013", "project_id"),
            ("CC.00099999", ""),
        ],
    )
    def test_within_a_status_that_means_success(self, info, emulator, code, advice):
        task_id = emulator.codearts_check.add_task(error={"error_code": code, "error_msg": "it went wrong"})
        outcome = info(id=task_id)
        for words in (f"read the schedule of code check task {task_id}", code, "it went wrong", advice):
            assert words in outcome.error
        assert outcome.result["status"] == 200
        assert outcome.result["error_code"] == code
        assert len(emulator.requests) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"status": "failed"},
            {"status": "FAILED", "result": None},
            {"httpStatus": "failed", "result": None},
            {"error_code": "CC.1"},
            {"errorCode": "CC.1", "errorMsg": "no"},
            {"error": {"code": "CC.1", "message": "no"}},
            {"status": "failed", "result": {"taskId": TASK_ID, "weekDays": ["1"]}},
            [],
            "text",
        ],
        ids=str,
    )
    def test_in_any_shape(self, info, existing, emulator, body):
        emulator.fail(SHOW, body=body)
        assert TASK_ID in info(id=existing).error

    def test_a_success_without_a_schedule_is_no_task(self, info, existing, emulator):
        emulator.fail(SHOW, body={"status": "success", "result": None})
        assert info(id=existing).tasks == []

    @pytest.mark.parametrize("result", ["text", [], 0, False])
    def test_a_schedule_that_is_no_object_is_an_error(self, info, existing, emulator, result):
        emulator.fail(SHOW, body={"status": "success", "result": result}, times=5)
        assert "no object as its result" in info(id=existing).error

    def test_an_unknown_task_is_the_services_error_with_advice(self, info):
        assert "Check id" in info(id="unknown").error

    def test_a_missing_task_is_an_empty_list(self, info, emulator):
        emulator.fail(SHOW, status=404, body={"error_code": "CC.00000404", "error_msg": "gone"})
        assert info(id=TASK_ID).tasks == []

    def test_another_host_is_no_missing_task(self, info, emulator):
        emulator.fail(SHOW, status=404, body={"error_code": "APIGW.0101", "error_msg": "no such API"})
        assert "endpoint" in info(id=TASK_ID).error

    def test_refused_keys_bring_the_advice_to_give_a_token(self, info, existing, emulator):
        emulator.dialect.codearts_token_only = True
        error = info(id=existing).error
        for words in ("CC.00000003", "auth_token", "user_password"):
            assert words in error
        assert len(emulator.requests) == 1
        assert info(id=existing, **BY_PASSWORD).error is None

    def test_an_expired_token(self, info):
        error = info(id=TASK_ID, access_key=None, secret_key=None, auth_token="stale").error
        assert "APIGW.0307" in error
        assert "fetch a new one" in error

    def test_throttling(self, info, emulator):
        emulator.fail(SHOW, status=429, headers={"Retry-After": "901"})
        assert "asked too often" in info(id=TASK_ID).error


class TestRefused:
    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({}, ["id", "codearts_check", "no listing"]),
            ({"name": "web"}, ["name", "codearts_check"]),
            ({"id": TASK_ID, "name": "web"}, ["name", "codearts_check"]),
            ({"id": TASK_ID, "filters": {"task_type": "X"}}, ["filters", "codearts_check"]),
            ({"id": TASK_ID, "history": 1}, ["history", "codearts_check"]),
            ({"id": TASK_ID, "history_details": True}, ["history_details", "codearts_check"]),
            ({"id": TASK_ID, "next_executions": True}, ["next_executions", "codearts_check"]),
            ({"id": ".."}, ["id", "'..'"]),
            ({"id": ""}, ["id"]),
            ({"id": "a/b"}, ["id", "a/b"]),
            ({"id": "x" * 129}, ["id", "128"]),
            ({"id": TASK_ID, "endpoint": None, "region": None}, ["region"]),
        ],
    )
    def test_before_the_first_request(self, info, emulator, options, named):
        outcome = info(**options)
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []

    @pytest.mark.parametrize("options", [{}, {"state": "absent"}, {"enabled": False}, {"check_mode": True}])
    def test_nothing_can_be_set(self, run, emulator, options):
        outcome = run(service="codearts_check", id=TASK_ID, **options)
        for words in ("service", "codearts_check", "no operation that sets", "documented", "scheduled_task_info"):
            assert words in outcome.error
        assert emulator.requests == []


class TestAddress:
    def test_is_that_of_the_region(self):
        for site in ("cn", "intl", "eu"):
            assert CodeArtsCheck.host("ap-southeast-1", site) == "codearts-check.ap-southeast-1.myhuaweicloud.com"

    def test_can_be_overridden(self, info, existing, emulator):
        assert info(id=existing, endpoint=None, endpoints={"codearts_check": emulator.url}).error is None

    def test_the_project_is_looked_up(self, info, existing, emulator):
        outcome = info(id=existing, project_id=None, domain_id=account.DOMAIN_ID)
        assert outcome.error is None
        assert [request.operation for request in emulator.requests] == ["ListProjects", SHOW]
        assert emulator.requests[-1].headers["x-project-id"] == account.PROJECT_ID
        assert "x-domain-id" not in emulator.requests[-1].headers
