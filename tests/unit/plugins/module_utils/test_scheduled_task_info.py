# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `scheduled_task_info` returns for Workspace App Streaming, and how many requests it takes."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client


def names(outcome):
    return [task["name"] for task in outcome.tasks]


class TestListing:
    @pytest.mark.parametrize(("there", "requests"), [(0, 1), (1, 1), (100, 2), (101, 2), (250, 3)])
    def test_it_pages_to_the_end_with_a_hundred_a_page(self, info, emulator, there, requests):
        for number in range(there):
            emulator.workspace_app.add_task(task_name=f"task-{number:03}")
        outcome = info()
        assert names(outcome) == [f"task-{number:03}" for number in range(there)]
        assert outcome.result["total_count"] == there
        assert outcome.requests == ["ListScheduleTasks"] * requests
        # Behind the first one they are asked for side by side.
        assert sorted(int(request.query["offset"]) for request in emulator.requests) == [
            100 * n for n in range(requests)
        ]
        assert all(request.query["limit"] == "100" for request in emulator.requests)

    def test_it_pages_to_the_end_where_the_service_gives_less(self, info, emulator):
        for number in range(25):
            emulator.workspace_app.add_task(task_name=f"task-{number:03}")
        emulator.dialect.page_size_cap = 10
        assert info().result["total_count"] == 25

    def test_it_changes_nothing(self, info, emulator):
        emulator.workspace_app.add_task(task_name="one")
        before = emulator.workspace_app.tasks
        assert info(details=True, history=3, next_executions=True).result["changed"] is False
        assert emulator.workspace_app.tasks == before

    def test_a_task_on_the_edge_of_two_pages_is_returned_once(self, info, emulator):
        item = {"id": "a", "task_name": "a"}
        for _reading in range(2):
            emulator.fail("ListScheduleTasks", body={"count": 3, "items": [item, {"id": "b", "task_name": "b"}]})
            emulator.fail("ListScheduleTasks", body={"count": 3, "items": [{"id": "b", "task_name": "b"}]})
        assert names(info()) == ["a", "b"]

    def test_what_is_not_known_is_absent(self, info, emulator):
        targets = [{"target_type": "SERVER", "target_id": "s"}]
        emulator.workspace_app.add_task(task_name="one", target_infos=targets, is_enable=False)
        (task,) = info().tasks
        assert "targets" not in task
        # The emulator answers an empty text for a task that is switched off.
        assert "next_execution_time" not in task
        assert None not in task.values()
        assert None not in task["schedule"].values()

    @pytest.mark.parametrize(
        "answer",
        [
            [],
            {},
            {"total": 0},
            "tasks",
            {"count": 1, "items": "none"},
            {"count": 1, "items": ["a"]},
            {"count": 1, "items": {"id": "a"}},
            {"count": 1, "items": [{"task_name": "no id"}]},
            {"count": 1, "items": [{"id": "../other", "task_name": "x"}]},
        ],
    )
    def test_an_answer_of_the_wrong_shape_is_an_error(self, info, emulator, answer):
        emulator.fail("ListScheduleTasks", body=answer, times=5)
        assert "list scheduled tasks" in info().error

    @pytest.mark.parametrize("answer", [{"count": 0}, {"items": None}, {"items": []}])
    def test_a_listing_without_items_is_empty(self, info, emulator, answer):
        emulator.fail("ListScheduleTasks", body=answer)
        assert info().tasks == []


class TestChoice:
    def test_a_name_is_exact(self, info, emulator):
        for name in ("web", "web-2", "Web", "web"):
            emulator.workspace_app.add_task(task_name=name)
        outcome = info(name="web")
        assert names(outcome) == ["web", "web"]
        assert outcome.result["total_count"] == 2
        assert outcome.requests == ["ListScheduleTasks"]

    def test_a_name_that_scheduled_task_would_refuse_can_be_looked_up(self, info, emulator):
        emulator.workspace_app.add_task(task_name="Scheduled Startup Task")
        assert names(info(task_name="Scheduled Startup Task")) == ["Scheduled Startup Task"]

    def test_an_id_gives_everything(self, info, emulator):
        task_id = emulator.workspace_app.add_task(
            task_name="web", target_infos=[{"target_type": "SERVER", "target_id": "s"}]
        )
        outcome = info(id=task_id)
        (task,) = outcome.tasks
        assert task["enabled"] is True
        assert task["targets"] == [{"type": "SERVER", "id": "s"}]
        assert outcome.requests == ["ShowScheduleTask", "ListScheduleTasks"]

    def test_an_id_with_another_name_is_no_task(self, info, emulator):
        task_id = emulator.workspace_app.add_task(task_name="web")
        assert info(id=task_id, name="other").tasks == []
        assert names(info(id=task_id, name="web")) == ["web"]

    @pytest.mark.parametrize("which", [{"id": "unknown"}, {"name": "unknown"}])
    def test_a_missing_task_is_an_empty_list(self, info, which):
        outcome = info(**which)
        assert outcome.error is None
        assert outcome.tasks == []
        assert outcome.result["total_count"] == 0

    def test_filters_are_the_services(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web-1", task_type="STOP_SERVER")
        emulator.workspace_app.add_task(task_name="web-2", task_type="START_SERVER")
        emulator.workspace_app.add_task(task_name="db-1", task_type="STOP_SERVER")
        assert names(info(filters={"task_type": "STOP_SERVER"})) == ["web-1", "db-1"]
        assert names(info(filters={"task_name": "web"})) == ["web-1", "web-2"]
        assert names(info(filters={"task_name": "web", "task_type": "STOP_SERVER"})) == ["web-1"]
        assert names(info(filters={"task_type": None})) == ["web-1", "web-2", "db-1"]
        assert names(info(name="db-1", filters={"task_type": "STOP_SERVER"})) == ["db-1"]

    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({"name": " "}, ["name"]),
            ({"name": "x" * 65}, ["name", "64"]),
            ({"id": ".."}, ["id", "'..'"]),
            ({"id": "a/b"}, ["id", "'a/b'"]),
            ({"history": -1}, ["history", "-1"]),
            ({"filters": {"last_status": "SUCCESS"}}, ["filters.last_status", "SUCCESS", "workspace_app", "task_name"]),
            ({"filters": {"offset": "5"}}, ["filters.offset"]),
            ({"filters": {"task_type": "SLEEP"}}, ["filters.task_type", "SLEEP", "UPGRADE_ACCESS_AGENT"]),
            ({"filters": {"task_name": "x" * 65}}, ["filters.task_name", "64"]),
            ({"filters": {"task_name": ""}}, ["filters.task_name"]),
            ({"filters": {"task_name": ["a"]}}, ["filters.task_name", "text"]),
            ({"filters": {"task_name": "a"}, "name": "a"}, ["filters.task_name", "name"]),
            ({"filters": {"task_name": "a"}, "id": "a"}, ["filters", "id"]),
            ({"operator": "me"}, ["operator"]),
            ({"operator": ""}, ["operator"]),
            ({"service": "codearts_check"}, ["service", "codearts_check"]),
        ],
    )
    def test_wrong_input_is_refused_before_the_first_request(self, info, emulator, options, named):
        outcome = info(**options)
        for words in named:
            assert words in outcome.error
        assert emulator.requests == []


class TestMore:
    def test_details_cost_one_request_a_task(self, info, emulator):
        for number in range(3):
            emulator.workspace_app.add_task(
                task_name=f"web-{number}",
                is_enable=False,
                target_infos=[{"target_type": "SERVER", "target_id": f"s{number}", "target_name": f"Server {number}"}],
            )
        outcome = info(details=True)
        assert outcome.requests == ["ListScheduleTasks"] + ["ShowScheduleTask"] * 3
        assert [task["targets"][0]["id"] for task in outcome.tasks] == ["s0", "s1", "s2"]
        assert [task["target_names"] for task in outcome.tasks] == [{f"s{n}": f"Server {n}"} for n in range(3)]
        assert not any(task["enabled"] for task in outcome.tasks)

    def test_details_are_read_side_by_side_and_told_in_order(self, info, emulator, hold):
        add_tasks = [emulator.workspace_app.add_task(task_name=f"task-{number}") for number in range(16)]
        # The first ones come last.
        hold("ShowScheduleTask", 4, 8)
        outcome = info(details=True, retries=0)
        assert [task["id"] for task in outcome.tasks] == add_tasks
        assert all("targets" in task for task in outcome.tasks)

    def test_pages_are_read_side_by_side_and_told_in_order(self, info, emulator, monkeypatch):
        ids = [emulator.workspace_app.add_task(task_name=f"task-{number}") for number in range(1000)]
        together = threading.Barrier(4, timeout=60)
        send = Client.send

        def sending(self, endpoint, request, *sign):
            if request.query.get("offset") in (100, 200, 300, 400):
                together.wait()
            return send(self, endpoint, request, *sign)

        monkeypatch.setattr(Client, "send", sending)
        outcome = info()
        assert [task["id"] for task in outcome.tasks] == ids
        assert sorted(int(request.query["offset"]) for request in emulator.requests) == list(range(0, 1001, 100))

    @pytest.mark.parametrize("parallel", [1, 2, 8])
    def test_the_first_error_stops_the_rest(self, info, emulator, parallel):
        for number in range(40):
            emulator.workspace_app.add_task(task_name=f"task-{number}")
        emulator.fail("ShowScheduleTask", times=40, status=403, body={"error_code": "X.1", "error_msg": "no"})
        outcome = info(details=True, parallel=parallel)
        assert "403 X.1 no" in outcome.error
        assert 1 <= outcome.requests.count("ShowScheduleTask") <= parallel

    def test_a_task_that_vanishes_meanwhile_is_left_out(self, info, emulator):
        for name in ("one", "two"):
            emulator.workspace_app.add_task(task_name=name)
        emulator.fail("ShowScheduleTask", status=404, body={"error_code": "WKS.00211902", "error_msg": "gone"})
        emulator.fail("ListScheduleTasks", skip=1, body={"count": 0, "items": []})
        assert names(info(details=True, parallel=1)) == ["two"]

    @pytest.mark.parametrize(("asked", "given", "requests"), [(2, 2, 1), (100, 100, 1), (101, 101, 2), (500, 120, 2)])
    def test_history_is_as_long_as_asked(self, info, emulator, asked, given, requests):
        task_id = emulator.workspace_app.add_task(task_name="web")
        for _number in range(120):
            emulator.workspace_app.add_history(task_id)
        outcome = info(name="web", history=asked)
        assert len(outcome.tasks[0]["history"]) == given
        assert outcome.requests == ["ListScheduleTasks"] + ["ListTaskExecuteHistory"] * requests
        assert {request.query["limit"] for request in emulator.requests[1:]} == {str(min(asked, 100))}

    def test_outcomes_of_executions_are_read_side_by_side_and_told_in_order(self, info, emulator, hold):
        task_id = emulator.workspace_app.add_task(task_name="web")
        for number in range(8):
            history_id = emulator.workspace_app.add_history(task_id, total_count=number)
            emulator.workspace_app.add_execution(history_id, server_id=f"server-{number}")
        in_turn = info(id=task_id, history=8).tasks[0]["history"]
        hold("ListTaskExecuteDetail", 4, 8)
        executions = info(id=task_id, history=8, history_details=True, retries=0).tasks[0]["history"]
        assert [execution["id"] for execution in executions] == [execution["id"] for execution in in_turn]
        for execution in executions:
            assert [outcome["target_id"] for outcome in execution["outcomes"]] == [f"server-{execution['total_count']}"]

    def test_history_speaks_the_vocabulary(self, info, emulator):
        task_id = emulator.workspace_app.add_task(task_name="web")
        history_id = emulator.workspace_app.add_history(
            task_id,
            status="FAILED",
            scheduled_type="WEEK",
            excuting_count=1,
            failed_count=2,
            total_count=4,
            success_count=1,
        )
        emulator.dialect.extra_fields = {}
        (execution,) = info(name="web", history=1).tasks[0]["history"]
        assert execution["id"] == history_id
        assert execution["status"] == "FAILED"
        assert execution["schedule_type"] == "weekly"
        assert execution["executing_count"] == 1
        assert (execution["failed_count"], execution["total_count"], execution["success_count"]) == (2, 4, 1)
        assert "extra" not in execution

    def test_history_keeps_what_no_page_knows(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail(
            "ListTaskExecuteHistory",
            body={"count": 1, "items": [{"id": "h", "scheduled_type": "LUNAR", "executing_count": 3, "moon": "full"}]},
        )
        (execution,) = info(name="web", history=1).tasks[0]["history"]
        assert execution == {"id": "h", "schedule_type": "LUNAR", "executing_count": 3, "extra": {"moon": "full"}}

    def test_history_leaves_out_what_is_not_told(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail("ListTaskExecuteHistory", body={"count": 1, "items": [{"id": "h", "status": None}]})
        assert info(name="web", history=1).tasks[0]["history"] == [{"id": "h"}]

    def test_no_history_is_asked_for_without_need(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web")
        outcome = info(history=0)
        assert "history" not in outcome.tasks[0]
        assert outcome.requests == ["ListScheduleTasks"]

    @pytest.mark.parametrize(("zone", "offset"), [("Asia/Shanghai", "+08:00"), ("UTC", "Z")])
    def test_next_executions_are_instants(self, info, emulator, zone, offset):
        emulator.workspace_app.add_task(
            task_name="web", scheduled_type="DAY", day_interval=1, scheduled_time="09:00:00", time_zone=zone
        )
        outcome = info(next_executions=True)
        assert outcome.requests == ["ListScheduleTasks", "ListFutureExecutions"]
        executions = outcome.tasks[0]["next_executions"]
        assert len(executions) > 1
        assert all(instant.endswith(f"T09:00:00{offset}") for instant in executions)

    def test_next_executions_of_a_schedule_that_is_not_known_are_absent(self, info, emulator):
        emulator.workspace_app.add_task(task_name="odd", scheduled_type="LUNAR")
        emulator.workspace_app.add_task(task_name="web")
        odd, web = info(next_executions=True).tasks
        assert "next_executions" not in odd
        assert web["next_executions"]

    def test_next_executions_end_with_the_expiry(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web", expire_time="2020-01-01T00:00:00Z")
        assert info(next_executions=True).tasks[0]["next_executions"] == []

    @pytest.mark.parametrize("answer", [{}, {"future_executions": None}])
    def test_no_next_executions(self, info, emulator, answer):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail("ListFutureExecutions", body=answer)
        assert info(next_executions=True).tasks[0]["next_executions"] == []

    def test_an_instant_in_another_form_stands_as_it_is(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail("ListFutureExecutions", body={"future_executions": ["noon", 5]})
        assert info(next_executions=True).tasks[0]["next_executions"] == ["noon"]

    def test_next_executions_of_the_wrong_shape_are_an_error(self, info, emulator):
        emulator.workspace_app.add_task(task_name="web")
        emulator.fail("ListFutureExecutions", body={"future_executions": "soon"}, times=5)
        assert "foresee" in info(next_executions=True).error
