# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK as referee: what it sends the emulator must take, what it reads the emulator must have meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, SdkException, ServerResponseException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkworkspaceapp.v1 import (
    BatchDeleteScheduleTaskReq,
    BatchDeleteScheduleTaskRequest,
    CreateScheduleTaskReq,
    CreateScheduleTaskRequest,
    DeleteScheduleTaskRequest,
    ListFutureExecutionsReq,
    ListFutureExecutionsRequest,
    ListScheduleTasksRequest,
    ListTaskExecuteDetailRequest,
    ListTaskExecuteHistoryRequest,
    ScheduleTaskPolicy,
    ShowScheduleTaskRequest,
    TargetInfo,
    UpdateScheduleTaskReq,
    UpdateScheduleTaskRequest,
    WorkspaceAppClient,
)

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

EXPIRY = datetime(2030, 6, 30, 12, 0, 0, tzinfo=UTC)
STATE = ("is_enable", "last_status", "task_cron", "next_execution_time", "create_time", "update_time")

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("described")]


def make_client(url: str, credentials: BasicCredentials | None = None) -> Any:
    """The vendor's client of one emulator."""
    credentials = credentials or BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.PROJECT_ID)
    return WorkspaceAppClient.new_builder().with_credentials(credentials).with_endpoint(url).build()


@pytest.fixture
def client(emulator: Any) -> Any:
    return make_client(emulator.url)


def weekly(**changes: Any) -> CreateScheduleTaskReq:
    """A complete task; the SDK needs the four required fields."""
    fields = {
        "task_name": "weekly_任务-1",
        "task_type": "STOP_SERVER",
        "scheduled_type": "WEEK",
        "week_list": "7,1",
        "scheduled_time": "22:15:00",
        "time_zone": "Europe/Berlin",
        "expire_time": "2030-06-30T12:00:00Z",
        "description": "Weekends.",
        "schedule_task_policy": ScheduleTaskPolicy(enforcement_enable=True),
        "target_infos": [TargetInfo("SERVER_GROUP", "group-1"), TargetInfo("SERVER", "server-1", "Office")],
    }
    return CreateScheduleTaskReq(**(fields | changes))


def create(client: Any, **changes: Any) -> Any:
    return client.create_schedule_task(CreateScheduleTaskRequest(body=weekly(**changes)))


def show(client: Any, task_id: str) -> Any:
    return client.show_schedule_task(ShowScheduleTaskRequest(task_id=task_id))


def update(client: Any, task_id: str, **changes: Any) -> Any:
    return client.update_schedule_task(
        UpdateScheduleTaskRequest(task_id=task_id, body=UpdateScheduleTaskReq(**changes))
    )


def moment(value: Any) -> datetime:
    """A time that the SDK read. It parses one only if dateutil happens to be there, and leaves text otherwise."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def check_definition(task: Any) -> None:
    """Everything that the detail and the list have in common."""
    assert task.task_name == "weekly_任务-1"
    assert task.task_type == "STOP_SERVER"
    assert task.scheduled_type == "WEEK"
    assert task.day_interval is None
    assert task.week_list == "7,1"
    assert (task.month_list, task.date_list, task.scheduled_date) == ("", "", "")
    assert task.time_zone == "Europe/Berlin"
    assert task.scheduled_time == "22:15:00"
    assert moment(task.expire_time) == EXPIRY
    assert task.description == "Weekends."
    assert task.schedule_task_policy.enforcement_enable is True


def check_state(task: Any) -> None:
    """What only list, create and PATCH tell."""
    assert task.is_enable is True
    assert task.last_status == "WAITING"
    assert task.task_cron == "0 15 22 ? * 7,1"
    assert datetime.fromisoformat(task.next_execution_time).isoweekday() in (6, 7)
    assert task.next_execution_time.endswith(" 22:15:00")
    assert moment(task.create_time).tzinfo is not None
    assert moment(task.update_time) >= moment(task.create_time)


@pytest.fixture(params=["table", "sample"])
def dialect(request: pytest.FixtureRequest, emulator: Any) -> str:
    emulator.dialect.form = request.param
    return str(request.param)


def test_create_answers_definition_and_state(client: Any, dialect: str) -> None:
    task = create(client)
    assert task.status_code == 200
    check_definition(task)
    check_state(task)
    assert b"target_infos" not in task.raw_content


def test_list_answers_definition_and_state(client: Any, dialect: str) -> None:
    created = create(client)
    answer = client.list_schedule_tasks(ListScheduleTasksRequest())
    assert answer.count == 1
    assert b"target_infos" not in answer.raw_content
    (task,) = answer.items
    assert task.id == created.id
    check_definition(task)
    check_state(task)


def test_detail_answers_definition_and_targets(client: Any, emulator: Any) -> None:
    task = show(client, create(client).id)
    check_definition(task)
    assert [(t.target_type, t.target_id, t.target_name) for t in task.target_infos] == [
        ("SERVER_GROUP", "group-1", "group-1"),
        ("SERVER", "server-1", "Office"),
    ]
    assert not [name for name in STATE if hasattr(task, name)]
    assert not [name for name in STATE if name.encode() in task.raw_content]


def test_the_sdk_cannot_read_the_target_of_the_sample(client: Any, emulator: Any) -> None:
    """Its model says string, as the table does; the sample's array of one becomes the text of a Python list."""
    emulator.dialect.form = "sample"
    task = show(client, create(client).id)
    check_definition(task)
    assert task.target_infos[0].target_id == "['group-1']"


def test_list_pages_and_filters(client: Any, emulator: Any) -> None:
    ids = [emulator.workspace_app.add_task(task_name=f"night-{number:02}") for number in range(12)]
    other = emulator.workspace_app.add_task(task_name="Night", task_type="START_SERVER")

    def find(**query: Any) -> tuple[int, list[str]]:
        answer = client.list_schedule_tasks(ListScheduleTasksRequest(**query))
        return answer.count, [task.id for task in answer.items]

    assert find() == (13, ids[:10])
    assert find(offset=10, limit=100) == (13, [*ids[10:], other])
    assert find(task_name="night-1") == (2, ids[10:])
    assert find(task_type="START_SERVER") == (1, [other])
    assert find(task_type="UPGRADE_ACCESS_AGENT") == (0, [])
    assert find(task_name="") == (13, ids[:10])


@pytest.mark.parametrize(
    ("changes", "read"),
    [
        ({"is_enable": False}, {"is_enable": False, "next_execution_time": ""}),
        ({"task_name": "renamed"}, {"task_name": "renamed"}),
        ({"description": ""}, {"description": ""}),
        ({"scheduled_type": "DAY", "day_interval": 3, "week_list": ""}, {"scheduled_type": "DAY", "day_interval": 3}),
        ({"schedule_task_policy": ScheduleTaskPolicy(False)}, {"schedule_task_policy": ScheduleTaskPolicy(False)}),
    ],
)
def test_update_merges(client: Any, changes: dict[str, Any], read: dict[str, Any]) -> None:
    before = create(client)
    after = update(client, before.id, **changes)
    assert {name: getattr(after, name) for name in read} == read
    assert after.scheduled_time == before.scheduled_time
    assert after.task_type == before.task_type
    assert after.create_time == before.create_time


def test_update_replaces_the_targets(client: Any) -> None:
    task_id = create(client).id
    answer = update(client, task_id, target_infos=[TargetInfo("SERVER", "server-9")])
    assert b"target_infos" not in answer.raw_content
    assert [target.target_id for target in show(client, task_id).target_infos] == ["server-9"]


def test_update_clears_the_expiry(client: Any, emulator: Any) -> None:
    """How the SDK reads an empty date depends on its surroundings, so the stored task is looked at."""
    task_id = create(client).id
    update(client, task_id, expire_time="")
    assert emulator.workspace_app.tasks[task_id]["expire_time"] == ""


@pytest.mark.parametrize("empty", ["null", "missing"])
def test_a_field_without_a_value_is_none(client: Any, emulator: Any, empty: str) -> None:
    emulator.dialect.empty = empty
    task = show(client, create(client, description="", expire_time="").id)
    assert (task.description, task.expire_time, task.month_list, task.day_interval) == (None, None, None, None)


def test_the_sdks_own_date_is_taken(client: Any, emulator: Any) -> None:
    """It writes ``+00:00``, where the page's text says ``Z``."""
    task = create(client, expire_time=EXPIRY)
    assert emulator.requests[-1].body["expire_time"] == "2030-06-30T12:00:00+00:00"
    assert moment(task.expire_time) == EXPIRY


def test_an_expiry_with_another_offset_is_beyond_the_sdk(client: Any, emulator: Any) -> None:
    """It takes every time for UTC, fails, warns, and leaves the text."""
    emulator.dialect.expire_offset = "+08:00"
    assert create(client).expire_time == "2030-06-30T20:00:00+08:00"


def test_extra_fields_do_no_harm(client: Any, emulator: Any) -> None:
    emulator.dialect.extra_fields = {"colour": "blue"}
    check_definition(show(client, create(client).id))


def test_delete(client: Any, emulator: Any) -> None:
    task_id = create(client).id
    for _count in range(2):
        answer = client.delete_schedule_task(DeleteScheduleTaskRequest(task_id=task_id))
        assert (answer.status_code, answer.raw_content) == (200, b"")
        assert emulator.workspace_app.tasks == {}


def test_batch_delete(client: Any, emulator: Any) -> None:
    ids = [emulator.workspace_app.add_task() for _count in range(3)]
    request = BatchDeleteScheduleTaskRequest(body=BatchDeleteScheduleTaskReq(items=[ids[0], "unknown", ids[2]]))
    assert client.batch_delete_schedule_task(request).status_code == 200
    assert list(emulator.workspace_app.tasks) == [ids[1]]


def test_history_and_its_detail(client: Any, emulator: Any) -> None:
    task_id = emulator.workspace_app.add_task(task_type="REINSTALL_OS")
    ids = [emulator.workspace_app.add_history(task_id, excuting_count=number, total_count=5) for number in range(3)]
    emulator.workspace_app.add_execution(
        ids[1], status="FAILED", result_code="WKS.1", result_message="No answer.", server_id="s-1"
    )

    request = ListTaskExecuteHistoryRequest(task_id=task_id, offset=1, limit=1)
    answer = client.list_task_execute_history(request)
    (run,) = answer.items
    assert answer.count == 3
    assert (run.id, run.task_id, run.excuting_count, run.total_count) == (ids[1], task_id, 1, 5)
    assert (run.status, run.task_type, run.scheduled_type) == ("SUCCESS", "REINSTALL_OS", "DAY")
    assert moment(run.end_time) > moment(run.begin_time)

    answer = client.list_task_execute_detail(ListTaskExecuteDetailRequest(execute_history_id=run.id))
    (execution,) = answer.items
    assert answer.count == 1
    assert (execution.execute_id, execution.server_id, execution.status) == (run.id, "s-1", "FAILED")
    assert (execution.result_code, execution.result_message) == ("WKS.1", "No answer.")

    with pytest.raises(ClientRequestException) as caught:
        client.list_task_execute_detail(ListTaskExecuteDetailRequest(execute_history_id=task_id))
    assert caught.value.status_code == 404


def test_future_executions(client: Any) -> None:
    body = ListFutureExecutionsReq(
        scheduled_type="MONTH", month_list="2", date_list="L", scheduled_time="09:00:00", time_zone="Asia/Tokyo"
    )
    answer = client.list_future_executions(ListFutureExecutionsRequest(body=body))
    assert answer.time_zone == "Asia/Tokyo"
    assert len(answer.future_executions) == 5
    for text in answer.future_executions:
        assert text[5:] in ("02-28 09:00:00 GMT+09:00", "02-29 09:00:00 GMT+09:00")


@pytest.mark.parametrize(
    ("ask", "status", "code", "word"),
    [
        (lambda client: show(client, "unknown"), 404, "WKS.00211902", "unknown"),
        (lambda client: update(client, "unknown", task_name="a"), 404, "WKS.00211902", "unknown"),
        (lambda client: create(client, task_name="two words"), 400, "WKS.00211102", "task_name"),
        (lambda client: create(client, week_list=""), 400, "WKS.00211102", "week_list"),
        (lambda client: client.list_schedule_tasks(ListScheduleTasksRequest(limit=101)), 400, "WKS.00211102", "limit"),
    ],
)
def test_errors(client: Any, ask: Callable[[Any], Any], status: int, code: str, word: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        ask(client)
    assert (caught.value.status_code, caught.value.error_code) == (status, code)
    assert word in caught.value.error_msg
    assert caught.value.request_id


def test_a_fault_is_a_server_error(client: Any, emulator: Any) -> None:
    emulator.fail("ListScheduleTasks", status=503)
    with pytest.raises(ServerResponseException) as caught:
        client.list_schedule_tasks(ListScheduleTasksRequest())
    assert (caught.value.status_code, caught.value.error_code) == (503, "APIGW.0613")


def test_temporary_credentials(emulator: Any) -> None:
    credentials = BasicCredentials(
        account.TEMPORARY_ACCESS_KEY, account.TEMPORARY_SECRET_KEY, account.PROJECT_ID
    ).with_security_token(account.SECURITY_TOKEN)
    check_definition(create(make_client(emulator.url, credentials)))


@pytest.mark.parametrize(
    "credentials",
    [
        BasicCredentials(account.ACCESS_KEY, "wrong", account.PROJECT_ID),
        BasicCredentials("UNKNOWN", account.SECRET_KEY, account.PROJECT_ID),
        BasicCredentials(account.TEMPORARY_ACCESS_KEY, account.TEMPORARY_SECRET_KEY, account.PROJECT_ID),
        BasicCredentials(
            account.TEMPORARY_ACCESS_KEY, account.TEMPORARY_SECRET_KEY, account.PROJECT_ID
        ).with_security_token("another"),
    ],
    ids=["secret", "access key", "no security token", "security token"],
)
def test_wrong_credentials(emulator: Any, credentials: BasicCredentials) -> None:
    with pytest.raises(ClientRequestException) as caught:
        create(make_client(emulator.url, credentials))
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIGW.0301")
    assert emulator.workspace_app.tasks == {}


def test_a_foreign_project(emulator: Any) -> None:
    credentials = BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY, "0" * 32)
    with pytest.raises(ClientRequestException) as caught:
        create(make_client(emulator.url, credentials))
    assert (caught.value.status_code, caught.value.error_code) == (403, "WKS.00081102")


def test_projects_are_kept_apart(emulator: Any, client: Any) -> None:
    create(client)
    second = make_client(
        emulator.url, BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.SECOND_PROJECT_ID)
    )
    assert second.list_schedule_tasks(ListScheduleTasksRequest()).count == 0


@pytest.fixture
def forgetful_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK keeps project ids for the life of the process."""
    monkeypatch.setattr(BasicCredentials, "_CACHE", {})


def in_region(emulator: Any, region: str) -> Any:
    credentials = BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY).with_iam_endpoint(emulator.url)
    builder = WorkspaceAppClient.new_builder().with_credentials(credentials)
    return builder.with_region(Region(region, emulator.url)).build()


@pytest.mark.usefixtures("forgetful_sdk")
def test_the_sdk_finds_its_project(emulator: Any) -> None:
    create(in_region(emulator, account.REGION))
    assert [entry.operation for entry in emulator.requests] == ["ListProjects", "CreateScheduleTask"]
    assert emulator.requests[0].query["name"] == account.REGION
    assert len(emulator.workspace_app.tasks) == 1


@pytest.mark.usefixtures("forgetful_sdk")
def test_the_sdk_finds_no_project_elsewhere(emulator: Any) -> None:
    with pytest.raises(SdkException, match="Failed to get project id"):
        in_region(emulator, "eu-west-0")
