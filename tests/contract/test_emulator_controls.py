# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a test may do to the emulator: faults, the log, the HTTP controls, and the command."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator, account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.server import Line
from ansible_collections.cloudcron.huaweicloud.tests.patience import FOREVER, Impatient

ROOT = Path(__file__).resolve().parents[2]
Ask = Callable[..., requests.Response]


def test_a_status_comes_instead_of_acting(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.fail("CreateScheduleTask", status=429, headers={"Retry-After": "3"})
    answer = call("POST", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (429, "APIGW.0308")
    assert answer.headers["Retry-After"] == "3"
    assert emulator.workspace_app.tasks == {}
    assert call("POST", json=body).status_code == 200


def test_a_status_comes_after_acting(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.fail("CreateScheduleTask", status=502, acts=True)
    assert call("POST", json=body).status_code == 502
    assert len(emulator.workspace_app.tasks) == 1


@pytest.mark.parametrize("acts", [False, True])
def test_a_dropped_connection(emulator: Any, call: Ask, body: dict[str, Any], acts: bool) -> None:
    emulator.fail("CreateScheduleTask", drop=True, acts=acts)
    with pytest.raises(requests.ConnectionError):
        call("POST", json=body)
    assert len(emulator.workspace_app.tasks) == acts
    assert [(entry.operation, entry.status) for entry in emulator.requests] == [("CreateScheduleTask", None)]
    assert call("GET").json()["count"] == acts


def test_slow_answers_do_not_wait_for_each_other(emulator: Any, token: str) -> None:

    class AllAreThere(threading.Event):
        def is_set(self) -> bool:
            return len(emulator.requests) == 8

    emulator.fail("*", gate=AllAreThere(), times=8)
    url = f"{emulator.url}/v3/projects"
    threads = [
        threading.Thread(target=requests.get, args=(url,), kwargs={"headers": {"X-Auth-Token": token}, "timeout": 60})
        for _count in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.status for entry in emulator.requests] == [200] * 8


@pytest.mark.parametrize("acts", [False, True])
def test_something_else_than_an_answer(emulator: Any, body: dict[str, Any], token: str, acts: bool) -> None:
    emulator.fail("CreateScheduleTask", raw="what\xff?\r\n\r\n", acts=acts)
    content = json.dumps(body)
    head = f"POST /v1/{account.PROJECT_ID}/schedule-task HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {token}\r\n"
    create = f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}".encode()
    port = int(emulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(create)
        assert connection.recv(4096) == b"what\xff?\r\n\r\n"
        assert len(emulator.workspace_app.tasks) == acts
        # The next one is answered on the same connection.
        connection.sendall(create)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert [(entry.operation, entry.status) for entry in emulator.requests] == [
        ("CreateScheduleTask", None),
        ("CreateScheduleTask", 200),
    ]


def test_what_fails_while_nothing_is_let_through_does_not_silence_the_connection() -> None:
    written: list[bytes] = []
    line = Line(SimpleNamespace(write=written.append))
    with pytest.raises(OSError), line.muted():
        line.write(b"lost")
        raise OSError
    line.write(b"said")
    assert written == [b"said"]


def test_something_else_than_an_answer_and_no_more(emulator: Any) -> None:
    emulator.fail("ListProjects", raw="HTTP/1.1 2", drop=True)
    port = int(emulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"GET /v3/projects HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
    assert received == b"HTTP/1.1 2"


@pytest.mark.parametrize("fault", [{}, {"status": 503}, {"cut_off": True}, {"drop": True}, {"raw": "x"}], ids=str)
def test_something_before_the_answer(emulator: Any, fault: dict[str, Any]) -> None:
    emulator.fail("ListProjects", before="HTTP/1.1 103 Early Hints\r\n\r\n", **fault)
    port = int(emulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"GET /v3/projects HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
    before, _gap, answer = received.partition(b"\r\n\r\n")
    assert before == b"HTTP/1.1 103 Early Hints"
    assert (answer == b"") is ("drop" in fault)
    assert answer.startswith(b"HTTP/1.1 ") is not bool({"drop", "raw"} & {*fault})


@pytest.mark.parametrize("acts", [False, True])
def test_half_an_answer(emulator: Any, call: Ask, body: dict[str, Any], acts: bool) -> None:
    emulator.fail("CreateScheduleTask", cut_off=True, acts=acts)
    answer = call("POST", json=body, stream=True)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        answer.content  # noqa: B018
    assert len(emulator.workspace_app.tasks) == acts


@pytest.mark.parametrize(("method", "changes"), [("GET", None), ("PATCH", {"description": "new"}), ("DELETE", None)])
def test_half_an_answer_leaves_no_trace(emulator: Any, call: Ask, method: str, changes: Any) -> None:
    task_id = emulator.workspace_app.add_task()
    before = emulator.workspace_app.tasks
    emulator.fail("*", cut_off=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        call(method, f"/{task_id}", json=changes)
    assert emulator.workspace_app.tasks == before


def test_half_an_answer_leaves_what_is_still_listed(emulator: Any, call: Ask) -> None:
    emulator.dialect.deleted_listed = 2
    there, gone = (emulator.workspace_app.add_task(task_name=name) for name in ("there", "gone"))
    assert call("DELETE", f"/{gone}").ok
    emulator.fail("DeleteScheduleTask", cut_off=True)
    with pytest.raises(requests.RequestException):
        call("DELETE", f"/{there}")
    assert call("PATCH", f"/{there}", json={"task_name": "renamed"}).ok
    listed = [sorted(task["task_name"] for task in call("GET").json()["items"]) for _look in range(3)]
    assert listed == [["gone", "renamed"], ["gone", "renamed"], ["renamed"]]


def test_half_of_a_given_answer(emulator: Any) -> None:
    emulator.fail("ListScheduleTasks", cut_off=True, status=500, body="0123456789")
    port = int(emulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(f"GET /v1/{account.PROJECT_ID}/schedule-task HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
    head, _gap, content = received.partition(b"\r\n\r\n")
    assert b"500" in head.splitlines()[0]
    assert b"content-length: 10" in head.lower()
    assert content == b"01234"


def test_half_of_nothing(emulator: Any, call: Ask) -> None:
    emulator.fail("DeleteScheduleTask", cut_off=True)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        call("DELETE", "/unknown")


def test_a_slow_answer(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.fail("CreateScheduleTask", delay=0.1)
    begin = time.monotonic()
    assert call("POST", json=body).status_code == 200
    assert time.monotonic() - begin >= 0.1
    assert len(emulator.workspace_app.tasks) == 1


def test_an_answer_too_slow_to_wait_for(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    emulator.fail("CreateScheduleTask", delay=FOREVER)
    with pytest.raises(requests.ReadTimeout):
        call("POST", json=body, timeout=Impatient(lambda: emulator.requests))
    assert len(emulator.workspace_app.tasks) == 1


@pytest.mark.parametrize(
    ("fault", "content", "media_type"),
    [
        ({"body": "<html>Busy</html>", "media_type": "text/html"}, b"<html>Busy</html>", "text/html"),
        ({"body": {"errorCode": "X"}}, b'{"errorCode": "X"}', "application/json"),
        ({"body": []}, b"[]", "application/json"),
        ({"body": ""}, b"", "text/plain; charset=utf-8"),
    ],
)
def test_an_answer_of_ones_own(
    emulator: Any, call: Ask, fault: dict[str, Any], content: bytes, media_type: str
) -> None:
    emulator.fail("*", **fault)
    answer = call("GET")
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, content, media_type)


def test_times_and_skip(emulator: Any, call: Ask) -> None:
    emulator.fail("ListScheduleTasks", status=500, skip=1, times=2)
    emulator.fail("ShowScheduleTask", status=503)
    assert [call("GET").status_code for _count in range(4)] == [200, 500, 500, 200]
    assert call("GET", "/unknown").status_code == 503


def test_faults_come_one_after_the_other(emulator: Any, call: Ask) -> None:
    emulator.fail("ListScheduleTasks", status=500)
    emulator.fail("*", status=503)
    emulator.fail("ListScheduleTasks", status=504)
    assert [call("GET").status_code for _count in range(4)] == [500, 503, 504, 200]


def test_faults_can_be_cleared(emulator: Any, call: Ask) -> None:
    emulator.fail("*", status=500, times=100)
    emulator.clear_faults()
    assert call("GET").status_code == 200


def test_a_fault_must_make_sense(emulator: Any) -> None:
    with pytest.raises(ValueError, match="operation"):
        emulator.fail("ListDesktops", status=500)
    with pytest.raises(TypeError):
        emulator.fail("ListScheduleTasks", colour="blue")
    for field in ("raw", "before"):
        with pytest.raises(ValueError, match="latin-1"):
            emulator.fail("ListScheduleTasks", **{field: "任"})


@pytest.mark.parametrize(
    ("operation", "path", "codes"),
    [
        (
            "ListScheduleTasks",
            f"/v1/{account.PROJECT_ID}/schedule-task",
            ["WKS.00211102", "WKS.00000418", "APIGW.0308"],
        ),
        (
            "ListScheduledTasks",
            f"/v2/{account.PROJECT_ID}/scheduled-tasks",
            ["WKS.00000400", "WKS.00000418", "APIGW.0308"],
        ),
        ("ListProjects", "/v3/projects", ["IAM.00000400", "IAM.00000418", "APIGW.0308"]),
    ],
)
def test_a_fault_has_the_code_of_its_service(
    emulator: Any, ask: Ask, operation: str, path: str, codes: list[str]
) -> None:
    for status in (400, 418, 429):
        emulator.fail(operation, status=status)
    assert [ask("GET", path).json()["error_code"] for _count in range(3)] == codes


def test_iam_fails_too(emulator: Any) -> None:
    emulator.fail("CreateToken", status=503)
    assert requests.post(f"{emulator.url}/v3/auth/tokens", timeout=60).status_code == 503


def test_the_log(emulator: Any, call: Ask, body: dict[str, Any], token: str) -> None:
    call("POST", json=body)
    call("GET", "?limit=5&task_name=a%20b")
    call("GET", "/a%20b")
    requests.get(f"{emulator.url}/v3/projects", headers={"X-Auth-Token": token}, timeout=60)
    requests.get(f"{emulator.url}/_emulator/requests", timeout=60)
    create, listing, detail, projects = emulator.requests
    assert (create.method, create.path, create.body) == ("POST", f"/v1/{account.PROJECT_ID}/schedule-task", body)
    assert create.headers["x-auth-token"] == token
    assert (listing.query, listing.body, listing.status) == ({"limit": "5", "task_name": "a b"}, None, 200)
    assert (detail.path.rpartition("/")[2], detail.status) == ("a%20b", 404)
    assert projects.operation == "ListProjects"
    assert emulator.operations == ["CreateScheduleTask", "ListScheduleTasks", "ShowScheduleTask"]
    emulator.clear_requests()
    assert emulator.requests == []


def test_what_is_handed_out_is_a_copy(emulator: Any) -> None:
    task_id = emulator.workspace_app.add_task()
    emulator.workspace_app.tasks[task_id]["target_infos"].clear()
    emulator.requests.append("nothing")
    assert emulator.workspace_app.tasks[task_id]["target_infos"]
    assert emulator.requests == []


def test_many_clients_at_once(emulator: Any, token: str, body: dict[str, Any]) -> None:
    url = f"{emulator.url}/v1/{account.PROJECT_ID}/schedule-task"

    def create() -> None:
        for _count in range(10):
            requests.post(url, json=body, headers={"X-Auth-Token": token}, timeout=60)

    threads = [threading.Thread(target=create) for _count in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(emulator.workspace_app.tasks) == len(emulator.operations) == 80


def test_nothing_is_left_running() -> None:
    before = threading.active_count()
    with Emulator() as other:
        other.fail("*", delay=30)
        port = int(other.url.rpartition(":")[2])
        waiting = socket.create_connection(("127.0.0.1", port), timeout=60)
        waiting.sendall(b"GET /v3/projects HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not other.requests:
            time.sleep(0.001)
    waiting.close()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=60)


def control(url: str, method: str, path: str, **options: Any) -> Any:
    answer = requests.request(method, f"{url}/_emulator/{path}", timeout=60, **options)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def test_the_controls_over_http(emulator: Any, call: Ask, body: dict[str, Any]) -> None:
    url = emulator.url
    (task_id,) = control(url, "POST", "workspace_app/tasks", json={"task_name": "two-words"})["ids"]
    assert control(url, "POST", "workspace_app/tasks", json=[{}, {}])["ids"] == list(emulator.workspace_app.tasks)[1:]
    assert control(url, "GET", "workspace_app/tasks") == emulator.workspace_app.tasks

    control(url, "POST", "faults", json=[{"operation": "ListScheduleTasks", "status": 503}])
    assert [call("GET").status_code for _count in range(2)] == [503, 200]
    control(url, "POST", "faults", json={"operation": "*", "status": 503})
    control(url, "DELETE", "faults")
    assert [entry["status"] for entry in control(url, "GET", "requests")] == [503, 200]
    control(url, "DELETE", "requests")
    assert emulator.requests == []

    assert control(url, "PATCH", "dialect", json={"form": "sample", "empty": "null"})["form"] == "sample"
    assert call("POST", json=body).json()["scheduled_type"] == "day"

    made = control(
        url, "POST", "workspace_app/history", json={"task_id": task_id, "status": "FAILED", "executions": [{}, {}]}
    )
    assert call("GET", f"/{task_id}/execute-history").json()["items"][0]["status"] == "FAILED"
    detail = call("GET", f"/{made['id']}/execute-detail").json()
    assert [item["id"] for item in detail["items"]] == made["executions"]

    control(url, "POST", "revoke-tokens")
    assert call("GET").status_code == 401
    control(url, "POST", "reset")
    assert (emulator.workspace_app.tasks, emulator.requests, emulator.dialect.form) == ({}, [], "table")


def test_each_service_has_its_own_controls(emulator: Any) -> None:
    url = emulator.url
    (task_id,) = control(url, "POST", "workspace/tasks", json={"task_type": "REBOOT"})["ids"]
    assert control(url, "GET", "workspace/tasks") == emulator.workspace.tasks
    assert emulator.workspace.tasks[task_id]["task_type"] == "REBOOT"
    assert control(url, "GET", "workspace_app/tasks") == {}
    made = control(url, "POST", "workspace/history", json={"task_id": task_id, "executions": [{}]})
    assert len(made["executions"]) == 1
    control(url, "POST", "reset")
    assert emulator.workspace.tasks == {}


def test_the_projects_of_a_fleet() -> None:
    assert len(set(account.FLEET)) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", project_id) for project_id in account.FLEET)
    assert {account.PROJECTS[project_id] for project_id in account.FLEET} == {
        f"{account.REGION}_fleet-{number:02}" for number in range(1, 21)
    }


def test_each_project_of_a_fleet_has_its_own_tasks(
    emulator: Any, signed: Callable[..., requests.Response], body: dict[str, Any]
) -> None:
    first, second, *_rest, last = account.FLEET
    url = emulator.url
    seeded = emulator.workspace_app.add_task(project_id=first, task_name="seeded")
    (given,) = control(url, "POST", "workspace_app/tasks", json={"project_id": last, "task_name": "given"})["ids"]
    answer = signed("POST", f"/v1/{second}/schedule-task", json=body)
    assert answer.status_code == 200

    listed = {
        project_id: [task["id"] for task in signed("GET", f"/v1/{project_id}/schedule-task").json()["items"]]
        for project_id in account.PROJECTS
    }
    assert {project_id: ids for project_id, ids in listed.items() if ids} == {
        first: [seeded],
        second: [answer.json()["id"]],
        last: [given],
    }
    for project_id, ids in listed.items():
        assert list(emulator.workspace_app.tasks_in(project_id)) == ids
        assert list(control(url, "GET", f"workspace_app/tasks?place={project_id}")) == ids
    assert emulator.workspace_app.tasks == {}


def test_the_accounts_have_their_own_tasks(emulator: Any) -> None:
    task_id = emulator.coc.add_task(domain_id=account.AGENCY_DOMAIN_ID)
    assert list(emulator.coc.tasks_in(account.AGENCY_DOMAIN_ID)) == [task_id]
    assert emulator.coc.tasks == emulator.coc.tasks_in(account.DOMAIN_ID) == {}


def test_an_unknown_service_is_an_error(emulator: Any) -> None:
    with pytest.raises(AttributeError, match="workspace_print"):
        emulator.workspace_print  # noqa: B018


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "workspace_print/tasks", {}),
        ("POST", "workspace_app/tasks", {"project_id": "0"}),
        ("GET", "workspace_app/tasks?place=0", None),
        ("GET", "workspace_app/tasks?project_id=0", None),
        ("POST", "codearts_check/history", {"task_id": "0"}),
        ("POST", "faults", {"operation": "Nothing"}),
        ("POST", "faults", {"operation": "*", "colour": 1}),
        ("PATCH", "dialect", {"colour": 1}),
        ("PATCH", "dialect", {"workspace_put": "patch"}),
        ("PATCH", "dialect", {"unknown_task_status": 500}),
    ],
)
def test_a_control_that_makes_no_sense(emulator: Any, method: str, path: str, body: Any) -> None:
    assert requests.request(method, f"{emulator.url}/_emulator/{path}", json=body, timeout=60).status_code == 400


def test_the_controls_are_not_in_the_schema(emulator: Any) -> None:
    schema = control(emulator.url, "GET", "openapi.json")
    assert not [path for path in schema["paths"] if "_emulator" in path]
    operations = [operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()]
    assert len(operations) == len(set(operations))
    assert {operation.partition(".")[0] for operation in operations} == {*emulator.services, "iam"}


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    seed = tmp_path / "seed.json"
    seed.write_text(
        json.dumps(
            {
                "workspace_app": [{"task_name": "two-words"}, {"task_name": "c", "project_id": account.FLEET[0]}],
                "workspace": [{"task_name": "a"}, {"task_name": "b"}],
            }
        ),
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "extensions" / "emulator"), "--seed", str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command(command: subprocess.Popen[str], number: signal.Signals) -> None:
    assert command.stdout is not None
    first = command.stdout.readline()
    assert first.startswith("Listening on http://127.0.0.1:")
    url = first.split()[-1]
    assert [task["task_name"] for task in control(url, "GET", "workspace_app/tasks").values()] == ["two-words"]
    assert [task["task_name"] for task in control(url, "GET", "workspace/tasks").values()] == ["a", "b"]
    fleet = control(url, "GET", f"workspace_app/tasks?place={account.FLEET[0]}")
    assert [task["task_name"] for task in fleet.values()] == ["c"]
    control(url, "POST", "faults", json={"operation": "*", "drop": True})
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/v3/projects", timeout=60)
    command.send_signal(number)
    errors = command.communicate(timeout=60)[1]
    assert (command.returncode, errors) == (0, "")
