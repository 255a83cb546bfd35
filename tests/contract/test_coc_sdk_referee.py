# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's own SDK as referee of Cloud Operations Center: it drives every operation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkcoc.v1 import (
    CocClient,
    CreateScheduledTaskRequest,
    DeleteScheduledTaskRequest,
    DisableScheduledTaskRequest,
    EnableScheduledTaskRequest,
    EnableScheduledTaskRequestBody,
    ListScheduledTaskHistoryRequest,
    ListScheduledTaskRequest,
    MessageNotification,
    ResourceQuery,
    ScheduledTaskRequestBody,
    ScheduleInstance,
    ShowScheduledTaskRequest,
    TargetResource,
    TicketInfo,
    TriggerTime,
    UpdateScheduledTaskRequest,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

YEAR = 365 * 24 * 3600 * 1000
BATCHES = '{"batches":[{"batchIndex":1,"targetInstances":[{"resourceId":"server-1"}]}]}'

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("described")]


def in_a_year() -> int:
    return int(time.time() * 1000) + YEAR


def make_client(url: str, credentials: Any) -> Any:
    return CocClient.new_builder().with_credentials(credentials).with_endpoint(url).build()


@pytest.fixture
def client(emulator: Any) -> Any:
    return make_client(emulator.url, GlobalCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.DOMAIN_ID))


def runbook(**changes: Any) -> ScheduledTaskRequestBody:
    """A body in which every field of the SDK's model has a value."""
    told = MessageNotification(
        notification_endpoint_type="USER",
        policy="EXECUTION_FAILED,EXECUTION_SUCCEEDED",
        recipients="user-1",
        protocol="EMAIL",
    )
    fields = {
        "name": "patch_补丁-1",
        "version_no": "1.0.0",
        "trigger_time": TriggerTime(
            time_zone="Europe/Berlin", policy="CRON", cron="0 15 22 ? * SUN", scheduled_close_time=in_a_year()
        ),
        "task_type": "RUNBOOK",
        "associated_task_id": "RB1",
        "associated_task_name": "patch",
        "associated_task_name_en": "Patch",
        "associated_task_type": "COMMUNAL",
        "associated_task_enterprise_project_id": "0",
        "runbook_instance_mode": "DIFF",
        "risk_level": "MEDIUM",
        "input_param": {"timeout": "300", "text": "größer"},
        "target_instances": [
            ScheduleInstance(
                target_selection="ALL",
                target_resource=TargetResource("REGION", "cn-north-4", params=[ResourceQuery("ep_id", "0")]),
                order_no=1,
                batch_strategy="AUTO_BATCH",
                sub_target_instances=[
                    ScheduleInstance(target_selection="MANUAL", target_instances=BATCHES, order_no=1)
                ],
            ),
            ScheduleInstance(target_selection="NONE", order_no=2, batch_strategy="NONE"),
        ],
        "enable_approve": False,
        "reviewer_user_name": "reviewer",
        "reviewer_notification": MessageNotification(notification_endpoint_type="USER", recipients="user-2"),
        "enable_message_notification": True,
        "message_notification": told,
        "enterprise_project_id": "ep-1",
        "agency_name": "my-agency",
        "ticket_infos": [TicketInfo("CM1", "CHANGE", "app-1", "cn-north-4")],
    }
    return ScheduledTaskRequestBody(**(fields | changes))


def create(client: Any, **changes: Any) -> str:
    answer = client.create_scheduled_task(CreateScheduledTaskRequest(body=runbook(**changes)))
    assert answer.status_code == 200
    return str(answer.data)


def show(client: Any, task_id: str) -> Any:
    return client.show_scheduled_task(ShowScheduledTaskRequest(task_id))


def update(client: Any, task_id: str, **changes: Any) -> Any:
    return client.update_scheduled_task(UpdateScheduledTaskRequest(task_id, runbook(**changes)))


def enable(client: Any, task_id: str, body: Any = None) -> Any:
    return client.enable_scheduled_task(EnableScheduledTaskRequest(task_id, body))


def disable(client: Any, task_id: str) -> Any:
    return client.disable_scheduled_task(DisableScheduledTaskRequest(task_id))


def delete(client: Any, task_id: str) -> Any:
    return client.delete_scheduled_task(DeleteScheduledTaskRequest(task_id))


def find(client: Any, **query: Any) -> Any:
    return client.list_scheduled_task(ListScheduledTaskRequest(**query))


def check_detail(task: Any, task_id: str) -> None:
    assert task.id == task_id
    assert (task.name, task.version_no, task.enterprise_project_id) == ("patch_补丁-1", "1.0.0", "ep-1")
    assert (task.task_type, task.agency_name, task.risk_level) == ("RUNBOOK", "my-agency", "MEDIUM")
    assert (task.associated_task_id, task.associated_task_name) == ("RB1", "patch")
    assert (task.associated_task_name_en, task.associated_task_type) == ("Patch", "COMMUNAL")
    assert task.runbook_instance_mode == "DIFF"
    assert (task.trigger_time.policy, task.trigger_time.cron) == ("CRON", "0 15 22 ? * SUN")
    assert task.trigger_time.time_zone == "Europe/Berlin"
    assert task.trigger_time.single_scheduled_time is None
    assert abs(task.trigger_time.scheduled_close_time - in_a_year()) < 60_000
    assert (task.enable_approve, task.approve_status) == (False, "PASSED")
    assert task.reviewer_user_name == "reviewer"
    assert task.reviewer_notification.recipients == "user-2"
    assert task.enable_message_notification is True
    assert task.message_notification.policy == "EXECUTION_FAILED,EXECUTION_SUCCEEDED"
    assert task.created_user_name == account.USER_NAME


def test_create_and_detail(client: Any, emulator: Any) -> None:
    task_id = create(client)
    assert (task_id[:2], len(task_id)) == ("ST", 26)
    task = show(client, task_id)
    check_detail(task, task_id)
    assert json.loads(task.input_param) == {"timeout": "300", "text": "größer"}
    for word in (b"ticket_infos", b"associated_task_enterprise_project_id", b"batch_strategy", b'"enabled"'):
        assert word not in task.raw_content

    first, second = json.loads(task.target_instances)
    assert first["target_resource"]["params"] == [{"key": "ep_id", "value": "0"}]
    (sub,) = first["sub_target_instances"]
    assert sub["target_instances"] == BATCHES
    assert len({first["id"], second["id"], sub["id"]}) == 3
    for target in (first, second, sub):
        assert (target["schedule_id"], target["update_time"]) == (task_id, target["create_time"])

    stored = emulator.coc.tasks[task_id]
    assert stored["ticket_infos"][0]["ticket_id"] == "CM1"
    assert stored["associated_task_enterprise_project_id"] == "0"
    assert [target["batch_strategy"] for target in stored["target_instances"]] == ["AUTO_BATCH", "NONE"]


def test_list(client: Any) -> None:
    task_id = create(client)
    answer = find(client, enterprise_project_id="ep-1", task_id=task_id)
    assert (answer.count, answer.next_maker) == (1, task_id)
    (task,) = answer.scheduled_tasks
    assert (task.id, task.name, task.enterprise_project_id) == (task_id, "patch_补丁-1", "ep-1")
    assert (task.scheduled_type, task.task_type, task.associated_task_type) == ("CRON", "RUNBOOK", "COMMUNAL")
    assert (task.risk_level, task.approve_status, task.enabled) == ("MEDIUM", "PASSED", True)
    assert (task.created_by, task.update_by) == (account.USER_ID, account.USER_ID)
    assert (task.created_user_name, task.reviewer_user_name) == (account.USER_NAME, "reviewer")
    assert (task.execution_count, task.last_execution_time, task.last_execution_status) == (0, None, "")
    assert abs(task.created_time - time.time() * 1000) < 60_000
    assert task.modified_time == task.created_time
    assert task.region_id == account.REGION
    assert (task.associated_task_name, task.associated_task_name_en) == ("patch", "Patch")
    assert find(client).count == 0


def test_list_takes_every_parameter(client: Any, emulator: Any) -> None:
    task_id = create(client)
    query = {
        "enterprise_project_id": "ep-1",
        "task_id": task_id,
        "task_name": "补丁",
        "scheduled_type": "CRON",
        "task_type": "RUNBOOK",
        "associated_task_type": "COMMUNAL",
        "risk_level": "MEDIUM",
        "created_by": account.USER_ID,
        "reviewer": "",
        "reviewer_user_name": "reviewer",
        "approve_status": "PASSED",
        "last_execution_status": "",
        "marker": "",
        "region_id": account.REGION,
        "resource_id": "server-1",
        "offset": 0,
        "limit": 1000,
    }
    assert find(client, **query).count == 1
    assert find(client, **query, last_execution_start_time=1, last_execution_end_time=YEAR).count == 0
    assert set(emulator.requests[-1].query) == set(ListScheduledTaskRequest.openapi_types)


def test_update_replaces_and_enables(client: Any) -> None:
    task_id = create(client)
    assert disable(client, task_id).data == task_id
    before = show(client, task_id)
    task = update(client, task_id, name="renamed", reviewer_notification=None, enterprise_project_id=None)
    assert (task.name, task.reviewer_notification, task.enterprise_project_id) == ("renamed", None, "0")
    (listed,) = find(client, task_id=task_id).scheduled_tasks
    assert (listed.name, listed.enabled) == ("renamed", True)
    ids = [[target["id"] for target in json.loads(each.target_instances)] for each in (before, show(client, task_id))]
    assert ids[0] == ids[1]


def test_enable_and_disable(client: Any) -> None:
    task_id = create(client)
    tickets = EnableScheduledTaskRequestBody([TicketInfo("CM1", "CHANGE", "app-1", "cn-north-4")])
    for body in (None, EnableScheduledTaskRequestBody(), tickets):
        assert disable(client, task_id).data == task_id
        assert find(client, enterprise_project_id="ep-1").scheduled_tasks[0].enabled is False
        assert enable(client, task_id, body).data == task_id
        assert find(client, enterprise_project_id="ep-1").scheduled_tasks[0].enabled is True


def test_delete(client: Any, emulator: Any) -> None:
    task_id = create(client)
    disable(client, task_id)
    assert delete(client, task_id).data == task_id
    assert emulator.coc.tasks == {}


def test_history(client: Any, emulator: Any) -> None:
    task_id = emulator.coc.add_task()
    ids = [emulator.coc.add_history(task_id, started_time=time) for time in (10, 30, 20)]
    emulator.coc.add_history(task_id, status="ABNORMAL", execution_msg="No answer.", started_time=40)
    query = {
        "id": "",
        "region": account.REGION,
        "status": "FINISHED",
        "started_start_time": 5,
        "started_end_time": 35,
        "finished_start_time": 0,
        "finished_end_time": in_a_year(),
        "marker": ids[1],
        "offset": 0,
        "limit": 1,
        "sort_key": "started_time",
        "sort_dir": "desc",
    }
    answer = client.list_scheduled_task_history(ListScheduledTaskHistoryRequest(task_id, **query))
    assert set(emulator.requests[-1].query) == set(ListScheduledTaskHistoryRequest.openapi_types)
    (run,) = answer.scheduled_task_history_list
    assert (answer.count, answer.next_maker) == (3, ids[2])
    assert (run.id, run.started_time, run.status, run.task_type) == (ids[2], 20, "FINISHED", "SCRIPT")
    assert (run.associated_task_name, run.associated_task_name_en) == ("clean-up", "")
    assert (run.region, run.created_by, run.execution_msg) == (account.REGION, account.USER_ID, "")
    assert run.finished_time > run.started_time
    assert run.execution_id


@pytest.mark.parametrize("empty", ["null", "missing"])
def test_a_field_without_a_value_is_none(client: Any, emulator: Any, empty: str) -> None:
    emulator.dialect.empty = empty
    emulator.dialect.extra_fields = {"colour": "blue"}
    task = show(
        client,
        create(
            client,
            associated_task_name_en=None,
            reviewer_user_name=None,
            message_notification=None,
            enable_message_notification=False,
        ),
    )
    assert (task.associated_task_name_en, task.reviewer_user_name, task.message_notification) == (None, None, None)
    assert task.trigger_time.period is None
    assert b"colour" in task.raw_content


@pytest.mark.parametrize(
    ("ask", "code", "word"),
    [
        (lambda client: show(client, "unknown"), "COC.00014102", "unknown"),
        (lambda client: create(client, name="two words"), "COC.00010002", "name"),
        (lambda client: create(client, trigger_time=None), "COC.00014131", "trigger_time"),
        (lambda client: find(client, limit=1001), "COC.00010002", "limit"),
        (lambda client: enable(client, create(client)), "COC.00014110", "enabled"),
    ],
)
def test_errors(client: Any, ask: Callable[[Any], Any], code: str, word: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        ask(client)
    assert (caught.value.status_code, caught.value.error_code) == (400, code)
    assert word in caught.value.error_msg
    assert caught.value.request_id


def test_a_fault_is_a_server_error(client: Any, emulator: Any) -> None:
    emulator.fail("ListScheduledTask", status=503)
    with pytest.raises(ServerResponseException) as caught:
        find(client)
    assert (caught.value.status_code, caught.value.error_code) == (503, "APIGW.0613")


def test_a_project_is_a_scope_too(emulator: Any) -> None:
    credentials = BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.SECOND_PROJECT_ID)
    task_id = create(make_client(emulator.url, credentials))
    assert list(emulator.coc.tasks) == [task_id]


@pytest.mark.parametrize(
    "credentials",
    [
        GlobalCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.AGENCY_DOMAIN_ID),
        BasicCredentials(account.ACCESS_KEY, account.SECRET_KEY, account.AGENCY_PROJECT_ID),
    ],
    ids=["domain", "project"],
)
def test_a_foreign_scope(emulator: Any, credentials: Any) -> None:
    with pytest.raises(ClientRequestException) as caught:
        create(make_client(emulator.url, credentials))
    assert (caught.value.status_code, caught.value.error_code) == (403, "APIGW.0302")
