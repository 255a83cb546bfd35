# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator's command line, started by its folder as its users start it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account, command
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.seed import plant, read_seed

FOLDER = Path(__file__).resolve().parents[2] / "extensions" / "emulator"
PATIENCE = 30  # s

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """``start(argument, ...)``: the emulator's command, in a folder of its own and without a terminal.

    With ``inside`` it is started by another command. If it takes too long, it ends.
    """
    # Tests that run in the background of a shell inherit that SIGINT is ignored, and so would the command.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    mark = str(tmp_path)
    watch = threading.Timer(PATIENCE, _end, [mark])
    watch.start()
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, inside: Sequence[str] = (), **variables: str) -> subprocess.Popen[str]:
            return stack.enter_context(
                subprocess.Popen(
                    [*inside, sys.executable, str(FOLDER), *arguments],
                    cwd=tmp_path,
                    env={**os.environ, **variables, "STARTED_BY": mark},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    start_new_session=True,
                )
            )

        yield start
        watch.cancel()
        _end(mark)
    signal.signal(signal.SIGINT, inherited)


def _end(mark: str) -> None:
    """Kill whatever has been started under this mark."""
    for process in Path("/proc").glob("[1-9]*"):
        with contextlib.suppress(OSError):
            if f"STARTED_BY={mark}".encode() in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGKILL)


def ended(process: subprocess.Popen[str], given: str = "") -> tuple[int, str, str]:
    """The status of the command, and what it said, once it has ended by itself."""
    said, complaint = process.communicate(given, timeout=PATIENCE)
    return process.returncode, said, complaint


LOOK_AROUND = """
import json, os, sys, urllib.request
with urllib.request.urlopen(os.environ["CLOUDCRON_ENDPOINT"] + "/_emulator/requests") as answer:
    print(json.dumps([answer.status, dict(os.environ), os.getcwd(), sys.stdin.read()]))
sys.exit(7)
"""


def test_a_command_runs_in_it(start: Start, tmp_path: Path) -> None:
    for name in ("extensions", "emulator", "account"):
        (tmp_path / f"{name}.py").write_text("raise AssertionError('not this one')")
    process = start(
        *("--", sys.executable, "-c", LOOK_AROUND),
        CLOUDCRON_ENDPOINT="https://example.com",
        HTTP_PROXY="http://127.0.0.1:9",
        NO_PROXY="example.com",
        HUAWEICLOUD_SDK_AK="mine",
        HUAWEICLOUD_OIDC_AGENCY_URN="mine",
        HC_CONTAINER_CREDENTIALS_FULL_URI="mine",
        OS_AGENCY_NAME="mine",
        HW_AUTH_TOKEN="mine",
        HW_SECRET_KEY="mine",
        MINE="mine",
        PYTHONPATH=str(tmp_path),
    )
    status, said, complaint = ended(process, "asked")
    assert (status, complaint) == (7, "")
    answered, environment, folder, given = json.loads(said)
    assert (answered, folder, given) == (200, str(tmp_path), "asked")
    url = environment["CLOUDCRON_ENDPOINT"]
    assert url.startswith("http://127.0.0.1:")
    assert [name for name, value in environment.items() if value == "mine"] == ["MINE"]
    assert {name: value for name, value in environment.items() if name.startswith(("HW_", "HUAWEICLOUD_"))} == {
        "HW_AUTH_URL": url,
        "HW_REGION_NAME": account.REGION,
        "HW_PROJECT_ID": account.PROJECT_ID,
        "HW_ACCESS_KEY": account.ACCESS_KEY,
        "HW_SECRET_KEY": account.SECRET_KEY,
    }
    assert environment["MINE"] == "mine"
    assert environment["NO_PROXY"] == environment["no_proxy"] == "example.com,127.0.0.1"
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=60)


STARTS_ANOTHER = """
import subprocess
process = subprocess.Popen(["sleep", "600"])
print(process.pid, flush=True)
process.wait()
"""


ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_the_command_and_all_that_it_started(start: Start, number: signal.Signals) -> None:
    process = start("--", sys.executable, "-c", STARTS_ANOTHER)
    assert process.stdout is not None
    sleeping = int(process.stdout.readline())
    process.send_signal(number)
    assert process.wait(timeout=PATIENCE) == 128 + number
    deadline = time.monotonic() + PATIENCE
    while _is_running(sleeping):
        assert time.monotonic() < deadline, "it left something running"
        time.sleep(0.01)


def _is_running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


ON_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
ASKS = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(9))
with open("/dev/tty", "r+b", buffering=0) as terminal:
    terminal.write(b"ready\\n")
    terminal.write(b"got " + terminal.readline())
    signal.pause()
"""


def test_on_a_terminal_a_command_can_ask_and_be_interrupted(start: Start) -> None:
    terminal = (sys.executable, "-c", ON_A_TERMINAL)
    process = start("--", sys.executable, "-c", ASKS, inside=terminal)
    assert process.stdin is not None and process.stdout is not None
    for expected, typed in (("ready", "yes\n"), ("got yes", "\x03")):
        while expected not in (line := process.stdout.readline()):
            assert line, "it has ended"
        process.stdin.write(typed)
        process.stdin.flush()
    assert process.wait(timeout=PATIENCE) == 9


def test_without_a_command_it_says_how_to_reach_it(start: Start) -> None:
    serving = start("--project", "mine", HW_AUTH_TOKEN="mine")
    assert serving.stdout is not None
    heard, forget, export = (serving.stdout.readline() for line in range(3))
    url = heard.removeprefix("Listening on ").strip()
    assert forget == "unset HW_AUTH_TOKEN\n"
    words = export.split()
    assert words[0] == "export"
    assert dict(word.split("=", 1) for word in words[1:]) == {
        "CLOUDCRON_ENDPOINT": url,
        "HW_AUTH_URL": url,
        "HW_REGION_NAME": account.REGION,
        "HW_PROJECT_ID": account.PROJECT_ID,
        "HW_ACCESS_KEY": account.ACCESS_KEY,
        "HW_SECRET_KEY": account.SECRET_KEY,
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
    }
    assert requests.get(f"{url}/_emulator/workspace/tasks?place=mine", timeout=60).json() == {}
    assert requests.get(f"{url}/_emulator/workspace/tasks?place=other", timeout=60).status_code == 400


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_it_without_a_command(start: Start, number: signal.Signals) -> None:
    serving = start()
    assert serving.stdout is not None
    for _line in range(2):
        serving.stdout.readline()
    serving.send_signal(number)
    assert ended(serving) == (0, "", "")


Refused = Callable[..., tuple[Any, str]]


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Refused:
    """``refused(argument, ...)``: the status with which the command refuses to start, and what it says."""
    monkeypatch.setattr(command, "_serve", lambda url: pytest.fail("it serves"))

    def refused(*arguments: object) -> tuple[Any, str]:
        with pytest.raises(SystemExit) as stopped:
            command.main([str(argument) for argument in arguments])
        said, complaint = capsys.readouterr()
        assert not said
        return stopped.value.code, complaint

    return refused


def test_a_port_that_is_taken(refused: Refused) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused("--port", port) == (2, f"The emulator: port {port}: Address already in use\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--port", "65536"), "argument --port: 65536 is not a port"),
        (("--port", "http"), "argument --port: http is not a port"),
        (("--port=-1",), "argument --port: -1 is not a port"),
        (("--",), "there is no command after --"),
        (("ansible-playbook",), "unrecognized arguments: ansible-playbook"),
        (("--colour", "--", "true"), "unrecognized arguments: --colour"),
    ],
)
def test_a_command_line_that_makes_no_sense(refused: Refused, arguments: tuple[str, ...], complaint: str) -> None:
    status, said = refused(*arguments)
    assert (status, said.splitlines()[-1].partition("error: ")[2]) == (2, complaint)


@pytest.mark.parametrize(
    ("name", "status", "complaint"),
    [
        ("no-such-command", 127, "No such file or directory"),
        ("./plain.txt", 126, "Permission denied"),
    ],
)
def test_a_command_that_cannot_be_run(start: Start, tmp_path: Path, name: str, status: int, complaint: str) -> None:
    (tmp_path / "plain.txt").touch()
    assert ended(start("--", name)) == (status, "", f"The emulator: cannot run {name}: {complaint}\n")


def test_without_its_packages_it_says_what_to_install() -> None:
    # Without the folder in which packages are installed.
    done = subprocess.run([sys.executable, "-S", FOLDER], capture_output=True, text=True, timeout=PATIENCE, check=False)
    first, second = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first == "The emulator lacks a package: No module named 'fastapi'. Install what it needs:"
    assert second == f"    {sys.executable} -m pip install --requirement {FOLDER / 'requirements.txt'}"


AN_OLDER_PYTHON = "import runpy, sys; sys.version_info = (3, 10, 14); runpy.run_path(sys.argv[1], run_name='__main__')"


def test_an_older_python() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AN_OLDER_PYTHON, FOLDER], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "The emulator needs Python 3.11 or newer.\n")


def test_what_to_install_is_what_it_imports() -> None:
    lines = (FOLDER / "requirements.txt").read_text().splitlines()
    names = {line for line in lines if line and not line.startswith("#")}
    assert names == {"fastapi", "tzdata", "uvicorn"}


SEEDS = {
    "workspace_app": {
        "id": "62f48b59-6e4f-4d3c-9d0b-2a1c3e5f7081",
        "task_name": "nightly",
        "task_type": "STOP_SERVER",
        "schedule_task_policy": {"enforcement_enable": True},
        "scheduled_type": "WEEK",
        "week_list": "2,6",
        "scheduled_time": "03:30:00",
        "time_zone": "Asia/Singapore",
        "expire_time": "2098-01-01T00:00:00Z",
        "is_enable": False,
        "target_infos": [{"target_type": "SERVER", "target_id": "server-7", "target_name": "Server 7"}],
    },
    "workspace": {
        "id": "8f3c2b1a-5d4e-4f6a-9b8c-7d6e5f4a3b2c",
        "task_name": "evening hibernation",
        "task_type": "HIBERNATE",
        "scheduled_type": "MONTH",
        "month_list": "1",
        "date_list": "1,L",
        "scheduled_time": "20:00:00",
        "enable": False,
        "apply_objects": [{"object_type": "ALL_DESKTOPS"}],
    },
    "coc": {
        "id": "ST0123456789abcdef01234567",
        "name": "weekly-patch-scan",
        "trigger_time": {"policy": "CRON", "cron": "0 30 2 * * ?", "time_zone": "UTC"},
        "enabled": False,
        "message_notification": {"notification_endpoint_type": "USER", "recipients": "user-1"},
    },
    "codearts_check": {
        "taskId": "2b31ed520c0d4e57a6b9c8d7e6f5a4b3",
        "cronStatus": "0",
        "weekDays": ["1", "5"],
        "detailTime": "06:30",
    },
}
"""A task of each service in few words."""


@pytest.fixture
def answers(signed: Callable[..., requests.Response]) -> Callable[[], dict[str, dict[str, Any]]]:
    """``answers()``: all that the services answer of the tasks of the seeds, list and detail together."""
    apps, desktops = f"/v1/{account.PROJECT_ID}/schedule-task", f"/v2/{account.PROJECT_ID}/scheduled-tasks"
    places = {
        "workspace_app": (f"{apps}?limit=9", "items", f"{apps}/{{id}}"),
        "workspace": (f"{desktops}?offset=0&limit=9", "scheduled_tasks", f"{desktops}/{{id}}"),
        "coc": ("/v1/schedule/task?limit=9", "scheduled_tasks", "/v1/schedule/task/{id}"),
    }

    def ask(path: str) -> Any:
        return signed("GET", path, headers={"X-Project-Id": account.PROJECT_ID}).json()

    def answers() -> dict[str, dict[str, Any]]:
        found = {}
        for service, (listing, name, detail) in places.items():
            (listed,) = ask(listing)[name]
            found[service] = listed | ask(detail.format(**listed))
        check = ask(f"/v1/tasks/{SEEDS['codearts_check']['taskId']}/taskcron")
        return {**found, "codearts_check": check["result"]}

    return answers


@pytest.mark.parametrize(("form", "empty"), [("json", "empty"), ("yml", "null"), ("yaml", "missing")])
def test_what_a_seed_says_is_answered_and_what_is_answered_is_a_seed(
    emulator: Any, answers: Callable[[], dict[str, dict[str, Any]]], tmp_path: Path, form: str, empty: str
) -> None:
    path = tmp_path / f"seed.{form}"
    write = json.dumps if form == "json" else yaml.safe_dump

    def begin_with(tasks: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        path.write_text(write({service: [task] for service, task in tasks.items()}))
        emulator.reset()
        emulator.dialect.empty = empty
        plant(emulator, read_seed(path))
        return answers()

    first = begin_with(SEEDS)
    for service, seed in SEEDS.items():
        for name, value in seed.items():
            if not isinstance(value, (dict, list)):
                assert first[service][name] == value
    assert begin_with(first) == first
    assert "task_cron" in first["workspace_app"]
    (task,) = emulator.workspace_app.tasks.values()
    assert "task_cron" not in task


def test_a_seed_puts_tasks_into_projects_and_accounts(emulator: Any, tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    other = {"workspace": {"project_id": account.SECOND_PROJECT_ID}, "coc": {"domain_id": account.AGENCY_DOMAIN_ID}}
    path.write_text(json.dumps({service: [{}, place] for service, place in other.items()}))
    plant(emulator, read_seed(path))
    for service, place in other.items():
        handle = getattr(emulator, service)
        assert len(handle.tasks) == len(handle.tasks_in(*place.values())) == 1


def test_a_target_has_its_id_for_a_name(emulator: Any, tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    path.write_text('{"workspace_app": [{"target_infos": [{"target_type": "SERVER", "target_id": "server-7"}]}]}')
    plant(emulator, read_seed(path))
    (task,) = emulator.workspace_app.tasks.values()
    assert task["target_infos"] == [{"target_type": "SERVER", "target_id": "server-7", "target_name": "server-7"}]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it is not JSON: Expecting value"),
        ("workspace: []", "it is not JSON: Expecting value"),
        ("[]", "it is not a mapping of services to lists of tasks"),
        (
            '{"desktops": []}',
            "there is no service 'desktops'; the services are workspace_app, workspace, coc, codearts",
        ),
        ('{"coc": {"name": "nightly"}}', "coc: it is not a list of tasks"),
        ('{"workspace": [{}, "nightly"]}', "workspace, task 2: it is not an object with the fields of a task"),
        ('{"workspace": [{}, {"colour": "blue"}]}', "workspace, task 2: colour: Extra inputs are not permitted"),
        ('{"workspace_app": [{"enable": true}]}', "workspace_app, task 1: enable: Extra inputs are not permitted"),
        ('{"workspace": [{"enable": 1}]}', "workspace, task 1: enable: Input should be a valid boolean"),
        ('{"workspace": [{"task_name": ""}]}', "workspace, task 1: task_name: String should have at least 1"),
        ('{"workspace": [{"task_name": null}]}', "workspace, task 1: task_name: Input should be a valid string"),
        ('{"coc": [{"trigger_time": {"policy": "CRON"}}]}', "coc, task 1: trigger_time.time_zone: Field required"),
        ('{"coc": [{"input_param": "{"}]}', "coc, task 1: input_param: malformed JSON"),
        ('{"codearts_check": [{"weekDays": ["7"]}]}', "codearts_check, task 1: weekDays.0: Input should be '0'"),
        ('{"coc": [{"id": "ST1"}, {}, {"id": "ST1"}]}', "coc, task 3: there is a task ST1 before it"),
        ('{"codearts_check": [{"taskId": "a"}, {"taskId": "a"}]}', "codearts_check, task 2: there is a task a"),
        ('{"workspace": [{"project_id": "x"}]}', "workspace, task 1: the emulator has no project or account 'x'"),
        ('{"coc": [{"domain_id": "x"}]}', "coc, task 1: the emulator has no project or account 'x'"),
    ],
)
def test_a_wrong_seed(refused: Refused, tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "seed.json"
    path.write_text(text)
    status, said = refused("--seed", path)
    assert status == 2
    assert said.startswith(f"The emulator: {path}: {complaint}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("workspace: [", "it is not YAML: while parsing"),
        ("", "it is not a mapping of services to lists of tasks"),
        ("1: []", "there is no service 1;"),
        ("coc:", "coc: it is not a list of tasks"),
        (
            "workspace: [{scheduled_time: 20:00:00}]",
            "workspace, task 1: scheduled_time: Input should be a valid string",
        ),
    ],
)
def test_a_wrong_seed_in_yaml(refused: Refused, tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "seed.yml"
    path.write_text(text)
    status, said = refused("--seed", path)
    assert status == 2
    assert said.startswith(f"The emulator: {path}: {complaint}")


def test_a_seed_that_cannot_be_read(refused: Refused, tmp_path: Path) -> None:
    path = tmp_path / "seed.json"
    assert refused("--seed", path) == (2, f"The emulator: {path}: No such file or directory\n")
    assert refused("--seed", tmp_path) == (2, f"The emulator: {tmp_path}: Is a directory\n")
    path.write_bytes(b"\xff")
    status, said = refused("--seed", path)
    assert status == 2 and said.startswith(f"The emulator: {path}: it is not UTF-8: ")


def test_yaml_without_pyyaml(refused: Refused, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    path = tmp_path / "seed.yml"
    path.write_text("{}")
    complaint = "PyYAML is needed to read YAML; JSON can be read without it"
    assert refused("--seed", path) == (2, f"The emulator: {path}: {complaint}\n")


TWO_REQUESTS = """
import os, urllib.request, urllib.error
url = os.environ["CLOUDCRON_ENDPOINT"] + "/v1/p/schedule-task"
for number in range(2):
    try:
        urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:
        print(error.code, error.headers["Retry-After"])
"""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "401 None"),
        (("--rate", "0.001"), "429 None"),
        (("--rate", "0.001", "--retry-after"), "429 1000"),
        (("--rate", "0.001", "--burst", "2"), "401 None"),
        (("--quota", "1/1000", "--retry-after"), "429 1000"),
        (("--quota", "2/1000"), "401 None"),
    ],
    ids=" ".join,
)
def test_the_services_take_no_more_requests_than_is_wanted(start: Start, options: tuple[str, ...], told: str) -> None:
    status, said, complaint = ended(start(*options, "--", sys.executable, "-c", TWO_REQUESTS))
    assert (status, complaint) == (0, "")
    assert said.splitlines() == ["401 None", told]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--rate", "0"), "The emulator: rate is no such number: 0.0"),
        (("--rate", "many"), "--rate: invalid float value: 'many'"),
        (("--burst", "5"), "The emulator: burst goes with a rate"),
        (("--quota", "200"), "200 is not a number of requests, a slash and seconds"),
        (("--quota", "0/30"), "The emulator: quota is no such number: 0"),
    ],
    ids=" ".join,
)
def test_wrong_limits_are_an_error(start: Start, options: tuple[str, ...], reason: str) -> None:
    status, said, complaint = ended(start(*options))
    assert (status, said) == (2, "")
    assert reason in complaint
