# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK as referee of Workspace: it drives every operation, and it reads what the emulator means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException
from huaweicloudsdkworkspace.v2 import (
    ApplyObject,
    BatchDeleteScheduledTasksRequest,
    CreateScheduledTasksReq,
    CreateScheduledTasksRequest,
    DeleteScheduledTasksReq,
    DeleteScheduledTasksRequest,
    ExportScheduledTasksRecordsRequest,
    ListFutureExecutionsReq,
    ListFutureExecutionsRequest,
    ListLifeCycleTypeConfigurationsRequest,
    ListScheduledTasksRecordsDetailsRequest,
    ListScheduledTasksRecordsRequest,
    ListScheduledTasksRequest,
    ShowScheduledTasksRequest,
    UpdateScheduledTasksReq,
    UpdateScheduledTasksRequest,
    WorkspaceClient,
)

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("described")]


def make_client(url: str, *, project_id: str = account.PROJECT_ID, secret: str = account.SECRET_KEY) -> Any:
    """The vendor's client of one emulator."""
    credentials = BasicCredentials(account.ACCESS_KEY, secret, project_id)
    return WorkspaceClient.new_builder().with_credentials(credentials).with_endpoint(url).build()


@pytest.fixture
def client(emulator: Any) -> Any:
    return make_client(emulator.url)


SCRIPT = {
    "task_name": "Sunday's script 任务",
    "task_type": "EXECUTE_SCRIPT",
    "scheduled_type": "MONTH",
    "month_list": "12,1",
    "date_list": "1,2,28,L",
    "scheduled_time": "22:15:00",
    "expire_time": "2030-06-30 12:00:00",
    "time_zone": "GMT+8",
    "description": "First on some, then on all.",
    "extra_params": '{"script_id": "script-1"}',
    "force_execute": True,
    "gray_count": 3,
    "gray_desktop_ids": ["desktop-1"],
    "gray_fail_threshold": 2,
}
"""A task with everything that a timed one can have."""

TRIGGERED = {
    "task_name": "after work",
    "task_type": "HIBERNATE",
    "scheduled_type": "LIFE_CYCLE",
    "life_cycle_type": "POST_DESKTOP_DISCONNECTED",
    "life_cycle_exec_period": 60,
    "wait_time": 30,
}

DAILY = {
    "task_name": "nightly",
    "task_type": "STOP",
    "scheduled_type": "DAY",
    "day_interval": 1,
    "scheduled_time": "22:00:00",
}


def create(client: Any, fields: dict[str, Any] | None = None, **changes: Any) -> str:
    body = CreateScheduledTasksReq(**((fields or DAILY) | changes))
    answer = client.create_scheduled_tasks(CreateScheduledTasksRequest(body=body))
    assert answer.status_code == 200
    return str(answer.task_id)


def show(client: Any, task_id: str) -> Any:
    return client.show_scheduled_tasks(ShowScheduledTasksRequest(task_id=task_id))


def update(client: Any, task_id: str, **changes: Any) -> Any:
    body = UpdateScheduledTasksReq(**changes)
    return client.update_scheduled_tasks(UpdateScheduledTasksRequest(task_id=task_id, body=body))


def tasks(client: Any, **query: Any) -> Any:
    return client.list_scheduled_tasks(ListScheduledTasksRequest(**({"offset": 0, "limit": 50} | query)))


def read(task: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(task, name) for name in names}


@pytest.mark.parametrize("fields", [SCRIPT, TRIGGERED, DAILY], ids=["script", "triggered", "daily"])
def test_what_is_created_reads_back_in_the_detail(client: Any, fields: dict[str, Any]) -> None:
    task_id = create(client, fields)
    task = show(client, task_id)
    assert task.id == task_id
    assert read(task, fields) == fields
    for name in ("enable", "priority", "is_gray", "last_status", "next_execution_time"):
        assert name.encode() not in task.raw_content


def test_the_list_has_the_state_and_not_the_schedule(client: Any, emulator: Any) -> None:
    task_id = create(client, SCRIPT)
    answer = tasks(client)
    (task,) = answer.scheduled_tasks
    assert (answer.total_count, task.id, task.enable, task.last_status) == (1, task_id, True, "")
    shared = ("task_name", "task_type", "scheduled_type", "description", "time_zone")
    assert read(task, shared) == {name: SCRIPT[name] for name in shared}
    assert (task.priority, task.wait_time) == (0, 0)
    at = datetime.fromisoformat(task.next_execution_time)
    assert (at.month in (12, 1), f"{at:%H:%M:%S}") == (True, "22:15:00")
    for name in ("month_list", "scheduled_time", "expire_time", "extra_params", "apply_objects"):
        assert name.encode() not in answer.raw_content


def test_the_list_as_only_the_sdk_knows_it(client: Any, emulator: Any) -> None:
    create(client, TRIGGERED, expire_time="2030-06-30 12:00:00", extra_params="{}")
    emulator.dialect.workspace_list_extra = True
    (task,) = tasks(client, scheduled_type="LIFE_CYCLE").scheduled_tasks
    assert (task.expire_time, task.extra_params) == ("2030-06-30 12:00:00", "{}")
    assert (task.life_cycle_exec_period, task.wait_time) == (60, 30)


def test_the_lists_filters(client: Any, emulator: Any) -> None:
    add = emulator.workspace.add_task
    ids = [add(task_name=f"night-{number}", last_status="SKIP") for number in range(3)]
    triggered = add(task_name="night-x", scheduled_type="LIFE_CYCLE", task_type="REBOOT")
    weekly = add(task_name="Sunday", scheduled_type="WEEK", task_type="CREATE_SNAPSHOT")

    def find(**query: Any) -> tuple[int, list[str]]:
        answer = tasks(client, **query)
        return answer.total_count, [task.id for task in answer.scheduled_tasks]

    assert find() == (4, [*ids, weekly])
    assert find(offset=1, limit=2) == (4, ids[1:])
    assert find(limit=0) == (4, [])
    assert find(task_name="night") == (3, ids)
    assert find(task_name="night", scheduled_type="LIFE_CYCLE") == (1, [triggered])
    assert find(life_cycle_type="POST_DESKTOP_DISCONNECTED") == (0, [])
    assert find(scheduled_type="LIFE_CYCLE", life_cycle_type="POST_DESKTOP_DISCONNECTED") == (1, [triggered])
    assert find(scheduled_type="WEEK") == find(task_type="CREATE_SNAPSHOT") == (1, [weekly])
    assert find(last_status="SKIP") == (3, ids)


@pytest.mark.parametrize("put", ["merge", "replace"])
def test_a_whole_put_means_the_same_in_both_readings(client: Any, emulator: Any, put: str) -> None:
    emulator.dialect.workspace_put = put
    objects = [ApplyObject("desktop-1", "DESKTOP"), ApplyObject("pool-1", "DESKTOP_POOL")]
    task_id = create(client, SCRIPT, apply_objects=objects)
    fields = {name: value for name, value in SCRIPT.items() if name != "task_type"}
    answer = update(
        client,
        task_id,
        **{**fields, "scheduled_type": "WEEK", "week_list": "7,1", "month_list": "", "date_list": ""},
        enable=False,
        priority=50,
        is_gray=True,
        apply_object_update_type="FULL_COVERAGE",
        apply_objects=[ApplyObject(object_type="ALL_DESKTOPS")],
    )
    assert (answer.status_code, answer.raw_content) == (200, b"")
    task = show(client, task_id)
    expected = SCRIPT | {"scheduled_type": "WEEK", "week_list": "7,1", "month_list": "", "date_list": ""}
    assert read(task, expected) == expected
    assert [(each.object_type, each.object_id) for each in task.apply_objects] == [("ALL_DESKTOPS", "")]
    (summary,) = tasks(client).scheduled_tasks
    assert (summary.enable, summary.priority, summary.next_execution_time) == (False, 50, "")
    assert emulator.workspace.tasks[task_id]["is_gray"] is True


def test_put_merges_or_replaces(client: Any, emulator: Any) -> None:
    task_id = create(client, SCRIPT)
    update(client, task_id, description="")
    assert read(show(client, task_id), SCRIPT) == SCRIPT | {"description": ""}
    emulator.dialect.workspace_put = "replace"
    update(client, task_id, **{name: DAILY[name] for name in DAILY if name != "task_type"})
    task = show(client, task_id)
    left = {"task_type": "EXECUTE_SCRIPT", "month_list": "", "expire_time": "", "gray_count": None}
    assert read(task, DAILY | left) == DAILY | left


def test_put_clears_the_objects(client: Any, emulator: Any) -> None:
    task_id = create(client, apply_objects=[ApplyObject("tag-1", "DESKTOP_TAG", "Office")])
    (each,) = show(client, task_id).apply_objects
    assert (each.object_id, each.object_type, each.object_name) == ("tag-1", "DESKTOP_TAG", "Office")
    update(client, task_id, apply_object_update_type="CLEAR_ALL")
    assert show(client, task_id).apply_objects == []


def test_delete(client: Any, emulator: Any) -> None:
    ids = [emulator.workspace.add_task() for _count in range(4)]
    answer = client.delete_scheduled_tasks(DeleteScheduledTasksRequest(task_id=ids[0]))
    assert (answer.status_code, answer.raw_content) == (200, b"")
    body = DeleteScheduledTasksReq(task_ids=[ids[1], ids[3]])
    answer = client.batch_delete_scheduled_tasks(BatchDeleteScheduledTasksRequest(body=body))
    assert (answer.status_code, answer.raw_content) == (200, b"")
    assert list(emulator.workspace.tasks) == [ids[2]]


def test_future_executions(client: Any) -> None:
    body = ListFutureExecutionsReq(
        scheduled_type="MONTH", month_list="2", date_list="L", scheduled_time="09:00:00", time_zone="GMT+9"
    )
    answer = client.list_future_executions(ListFutureExecutionsRequest(body=body))
    assert len(answer.future_executions) == 5
    for text in answer.future_executions:
        assert text[5:] in ("02-28 09:00:00 GMT+09:00", "02-29 09:00:00 GMT+09:00")


def test_life_cycle_configurations(client: Any) -> None:
    everything = client.list_life_cycle_type_configurations(ListLifeCycleTypeConfigurationsRequest()).body
    assert len(everything) == 5
    kind = "POST_DESKTOP_DISCONNECTED"
    only = client.list_life_cycle_type_configurations(ListLifeCycleTypeConfigurationsRequest(type=kind)).body
    assert list(only) == [kind]
    configuration = only[kind]
    assert (configuration.default_exec_time, configuration.support_exec_time) == (1440, True)
    stop, *_others, script = configuration.actions
    assert (stop.action, stop.min_wait_time, stop.default_wait_time) == ("STOP", 5, 15)
    assert (script.action, script.min_wait_time) == ("EXECUTE_SCRIPT", None)


def test_records_and_their_details(client: Any, emulator: Any) -> None:
    task_id = emulator.workspace.add_task(task_type="REBUILD", time_zone="Europe/Berlin")
    add = emulator.workspace.add_history
    ids = [add(task_id, failed_num=number, skip_num=4, execute_task_id="job") for number in range(12)]
    emulator.workspace.add_execution(ids[0])
    emulator.workspace.add_execution(ids[1], exec_status="FAIL", result_code="WKS.1", fail_reason="No answer.")

    assert len(client.list_scheduled_tasks_records(ListScheduledTasksRecordsRequest(task_id)).tasks_records) == 10
    answer = client.list_scheduled_tasks_records(ListScheduledTasksRecordsRequest(task_id, offset=1, limit=1))
    (record,) = answer.tasks_records
    assert answer.total_count == 12
    assert (record.id, record.task_type, record.scheduled_type) == (ids[1], "REBUILD", "DAY")
    assert (record.success_num, record.failed_num, record.skip_num, record.status) == (1, 1, 4, "SUCCESS")
    assert (record.time_zone, record.execute_task_id) == ("Europe/Berlin", "job")
    assert datetime.fromisoformat(record.start_time).tzinfo is None
    assert b"extra_params" not in answer.raw_content

    request = ListScheduledTasksRecordsDetailsRequest(task_id, ids[1], 0, 100)
    answer = client.list_scheduled_tasks_records_details(request)
    (detail,) = answer.tasks_records_details
    assert (answer.total_count, detail.record_id, detail.desktop_id) == (1, ids[1], "desktop-1")
    assert (detail.desktop_name, detail.time_zone) == ("Desktop 1", "Europe/Berlin")
    assert (detail.exec_status, detail.result_code, detail.fail_reason) == ("FAIL", "WKS.1", "No answer.")
    assert detail.end_time > detail.start_time


def test_records_as_only_the_sdk_knows_them(client: Any, emulator: Any) -> None:
    emulator.dialect.workspace_list_extra = True
    task_id = emulator.workspace.add_task(scheduled_type="LIFE_CYCLE", extra_params="{}")
    record_id = emulator.workspace.add_history(task_id, execute_object_type="DESKTOP")
    emulator.workspace.add_execution(record_id, exec_script_id="script-1")
    (record,) = client.list_scheduled_tasks_records(ListScheduledTasksRecordsRequest(task_id)).tasks_records
    assert (record.life_cycle_type, record.extra_params) == ("POST_DESKTOP_DISCONNECTED", "{}")
    assert (record.execute_object_type, record.expire_time) == ("DESKTOP", "")
    request = ListScheduledTasksRecordsDetailsRequest(task_id, record_id, 0, 1)
    (detail,) = client.list_scheduled_tasks_records_details(request).tasks_records_details
    assert detail.exec_script_id == "script-1"


def test_export(client: Any, emulator: Any) -> None:
    task_id = emulator.workspace.add_task()
    record_id = emulator.workspace.add_history(task_id)
    request = ExportScheduledTasksRecordsRequest(task_id, language="en-us", time_zone="Asia/Tokyo")
    answer = client.export_scheduled_tasks_records(request)
    assert answer.status_code == 200
    assert record_id.encode() in answer.raw_content


def test_every_operation_has_been_driven(emulator: Any, client: Any) -> None:
    """The client has a method for each operation of the emulator, and no other for scheduled tasks."""
    schema = requests.get(f"{emulator.url}/_emulator/openapi.json", timeout=60).json()
    ours = {
        operation["operationId"].partition(".")[2]
        for methods in schema["paths"].values()
        for operation in methods.values()
        if operation["operationId"].startswith("workspace.")
    }
    theirs = {
        name
        for name in dir(client)
        if ("scheduled_tasks" in name or name in ("list_future_executions", "list_life_cycle_type_configurations"))
        and not name.startswith("_")
        and not name.endswith("_invoker")
    }
    assert {operation.lower() for operation in ours} == {name.replace("_", "") for name in theirs}


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda client: show(client, "unknown"), "the scheduled task does not exist"),
        (lambda client: update(client, "unknown", enable=True), "the scheduled task does not exist"),
        (
            lambda client: client.list_scheduled_tasks_records(ListScheduledTasksRecordsRequest("unknown")),
            "the scheduled task does not exist",
        ),
        (lambda client: create(client, task_name=""), "task_name"),
        (lambda client: create(client, TRIGGERED, task_type="START"), "task_type"),
        (lambda client: client.list_scheduled_tasks(ListScheduledTasksRequest()), "offset: Field required; limit"),
    ],
)
def test_errors(client: Any, ask: Callable[[Any], Any], word: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        ask(client)
    assert (caught.value.status_code, caught.value.error_code) == (400, "WKS.00000400")
    assert word in caught.value.error_msg
    assert caught.value.request_id


def test_without_the_service_agency_nothing_is_created(client: Any, emulator: Any) -> None:
    emulator.dialect.workspace_agency = False
    with pytest.raises(ClientRequestException) as caught:
        create(client)
    assert caught.value.status_code == 403
    assert "agency" in caught.value.error_msg
    assert caught.value.encoded_auth_msg
    assert emulator.workspace.tasks == {}


def test_a_fault_is_a_server_error(client: Any, emulator: Any) -> None:
    emulator.fail("ListScheduledTasks", status=500)
    with pytest.raises(ServerResponseException) as caught:
        tasks(client)
    assert (caught.value.status_code, caught.value.error_code) == (500, "WKS.00000500")


@pytest.mark.parametrize(
    ("credentials", "status"), [({"secret": "wrong"}, 401), ({"project_id": "0" * 32}, 403)], ids=["secret", "project"]
)
def test_wrong_credentials(emulator: Any, credentials: dict[str, str], status: int) -> None:
    with pytest.raises(ClientRequestException) as caught:
        create(make_client(emulator.url, **credentials))
    assert caught.value.status_code == status
    assert emulator.workspace.tasks == {}


def test_projects_are_kept_apart(emulator: Any, client: Any) -> None:
    create(client)
    assert tasks(make_client(emulator.url, project_id=account.SECOND_PROJECT_ID)).total_count == 0
