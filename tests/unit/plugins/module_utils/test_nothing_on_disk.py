# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is written to the disk, no process is started, and nobody but the service and IAM is spoken to.

Python tells each such step to an audit hook, in a process of its own since a hook stays for good.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[4]
COLLECTION = "ansible_collections.cloudcron.huaweicloud"

AUDITED = """
import json
import os
import sys

# What is not ours is there before anybody looks.
import ansible.constants
import ansible.module_utils.basic
import ansible.plugins.action.normal
import requests

STEPS = (
    *("os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"),
    *("os.utime", "shutil.", "tempfile.", "sqlite3.", "syslog."),
    *("os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.", "subprocess."),
    *("socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto"),
    *("ftplib.", "smtplib.", "telnetlib.", "urllib.", "webbrowser."),
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
steps = []


def note(event, arguments):
    if event.startswith(STEPS) or (event == "open" and arguments[2] & WRITING):
        steps.append([event, *(str(argument) for argument in arguments[-2:])])


given = json.load(sys.stdin)
sys.addaudithook(note)
for name in given["modules"]:
    __import__(name)
imported = [*steps]
steps.clear()

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _connections
from ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils import _in_process

MODULES = {
    "scheduled_task": _in_process.Module(_arguments.SCHEDULED_TASK, _run.run_scheduled_task),
    "scheduled_task_info": _in_process.Module(_arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info),
    "scheduled_tasks": _in_process.Module(_arguments.SCHEDULED_TASKS, _run.run_scheduled_tasks),
}
lines = []
with _connections.Connections() as connections:
    results = [
        _in_process.call_module(MODULES[name], name, options, False, True, ".", connections, lines.append, lines.append)
        for name, options in given["calls"]
    ]
print(json.dumps({"imported": imported, "called": steps, "results": results}))
"""


@pytest.fixture
def audited(tmp_path: Path) -> Callable[..., Any]:
    """Import modules, make calls, and return what they came to, with each step that a hook was told."""

    def audited(modules: list[str], calls: list[tuple[str, dict[str, Any]]]) -> Any:
        for name in ("ansible", "home", "here"):
            (tmp_path / name).mkdir()
        done = subprocess.run(
            # Python keeps what it has compiled, which is none of ours.
            [sys.executable, "-B", "-c", AUDITED],
            input=json.dumps({"modules": modules, "calls": calls}),
            cwd=tmp_path / "here",
            env={
                "ANSIBLE_HOME": str(tmp_path / "ansible"),
                "HOME": str(tmp_path / "home"),
                "LC_ALL": "C.UTF-8",
                "PATH": os.defpath,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "TMPDIR": str(tmp_path / "here"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        assert [*(tmp_path / "home").iterdir(), *(tmp_path / "here").iterdir()] == []
        return json.loads(done.stdout)

    return audited


def test_to_be_imported_is_all_that_happens(audited: Callable[..., Any]) -> None:
    paths = (path.relative_to(ROOT).with_suffix("") for path in (ROOT / "plugins").rglob("*.py"))
    told = audited([f"{COLLECTION}.{'.'.join(path.parts)}" for path in sorted(paths)], [])
    assert told == {"imported": [], "called": [], "results": []}


def test_calls_speak_to_the_service_and_do_nothing_else(
    audited: Callable[..., Any], emulator: Any, keys: dict[str, Any], nightly: dict[str, Any]
) -> None:
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
    from ansible_collections.cloudcron.huaweicloud.tests.logins import AGENCY, PASSWORD

    with_keys = {**keys, "retries": 0}
    nobody = {name: value for name, value in with_keys.items() if name not in ("access_key", "secret_key")}
    with_password = {
        **nobody,
        **PASSWORD,
    }
    with_agency = {
        **with_keys,
        **AGENCY,
        "project_id": account.AGENCY_PROJECT_ID,
    }
    workspace = {**with_keys, "service": "workspace"}
    faults: list[dict[str, Any]] = [
        {"status": 400},
        {"status": 502, "body": "<html>No</html>", "media_type": "text/html"},
        {"status": 200, "body": "no JSON"},
        {"status": 302, "headers": {"Location": "http://127.0.0.2/elsewhere"}},
        {"drop": True},
        {"cut_off": True},
    ]
    for fault in faults:
        emulator.fail("ListScheduledTasks", **fault)
    calls = [
        ("scheduled_task", {**with_keys, **nightly}),
        ("scheduled_task", {**with_password, **nightly, "description": "Changed"}),
        ("scheduled_task_info", {**with_keys, "details": True, "history": 2, "next_executions": True}),
        ("scheduled_task_info", with_agency),
        ("scheduled_task_info", {**with_keys, "service": "coc", "details": True}),
        ("scheduled_task", {**with_keys, "name": nightly["name"], "state": "absent"}),
        ("scheduled_task", {**with_keys, **nightly}),
        ("scheduled_tasks", {**with_keys, "tasks": [], "purge": {"services": ["workspace_app"], "max_deletions": 1}}),
        *[("scheduled_task_info", workspace)] * len(faults),
        ("scheduled_task_info", {**with_keys, "surprise": True}),
    ]
    told = audited([], calls)
    failed = [bool(result.get("failed")) for result in told["results"]]
    assert failed == [False] * 8 + [True] * (len(faults) + 1), [result.get("msg") for result in told["results"]]
    host, port = urlsplit(emulator.url).netloc.split(":")
    steps = {tuple(step) for step in told["called"]}
    looked_up = {step for step in steps if step[0] == "socket.getaddrinfo"}
    connected = ("socket.connect", str((host, int(port))))
    assert {step for step in steps if step[0] == "socket.connect" and step[2] == connected[1]}
    assert {step for step in steps - looked_up if step[0] != "socket.connect" or step[2] != connected[1]} == set()
