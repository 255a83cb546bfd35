# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees when the service, the network or the machine is not what it should be."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Under maintenance</h1></body></html>"

# Another requests for an old Python: the one that every pip brings along, under the names that it has outside of pip.
REQUESTS_OF_PIP = """
import sys
from glob import glob
from os.path import dirname, join

try:
    import pip._vendor.requests
except ImportError:
    import ensurepip
    sys.path.append(glob(join(dirname(ensurepip.__file__), "_bundled", "pip-*.whl"))[0])
    import pip._vendor.requests
import pip._vendor.urllib3.exceptions

for name in list(sys.modules):
    if name.startswith(("pip._vendor.requests", "pip._vendor.urllib3")):
        sys.modules[name[len("pip._vendor."):]] = sys.modules[name]
"""


def test_a_service_that_is_away_for_a_moment(ansible, task, nightly, emulator):
    emulator.fail("ListScheduleTasks", status=503)
    emulator.fail("CreateScheduleTask", status=429, headers={"Retry-After": "0"})
    played = ansible.play([task("scheduled_task", **nightly)])
    assert played.result["operations"] == ["create"]
    assert len(emulator.workspace_app.tasks) == 1
    assert emulator.operations == [
        *("ListScheduleTasks", "ListScheduleTasks"),
        *("CreateScheduleTask", "CreateScheduleTask", "ListScheduleTasks"),
    ]


def test_an_answer_to_a_creation_that_is_lost(ansible, task, nightly, emulator):
    emulator.fail("CreateScheduleTask", drop=True, acts=True)
    played = ansible.play([task("scheduled_task", **nightly)])
    assert played.result["operations"] == ["create"]
    assert [stored["task_name"] for stored in emulator.workspace_app.tasks.values()] == ["nightly-restart"]


# That both doors tell it alike, the comparison of results shows.
@pytest.mark.parametrize("door", ["in process"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"drop": True}, ["list scheduled tasks named nightly-restart", "no whole answer came from 127.0.0.1:"]),
        ({"cut_off": True}, ["list scheduled tasks named nightly-restart", "no whole answer came"]),
        ({"status": 503}, ["503", "APIGW.0613", "request id"]),
        ({"status": 500, "body": {"error_code": "WKS.1", "error_msg": "Oops"}}, ["500 WKS.1 Oops", "request id"]),
        ({"status": 502, "media_type": "text/html", "body": PAGE}, ["502", "an HTML page", "Under maintenance"]),
        ({"status": 200, "media_type": "text/html", "body": PAGE}, ["200", "an HTML page", "Under maintenance"]),
        ({"status": 200, "body": '{"count": 1, "items": ['}, ["200", "no whole JSON"]),
        ({"status": 200, "body": ["neither"]}, ["200", "JSON object"]),
        ({"status": 302, "headers": {"Location": "https://elsewhere.example/"}}, ["302", "elsewhere.example"]),
    ],
    ids=lambda value: " ".join(f"{key}={part}" for key, part in value.items())[:30] if isinstance(value, dict) else "",
)
def test_a_failure_that_stays_is_told_in_one_sentence(ansible, task, nightly, emulator, fault, words):
    emulator.fail("ListScheduleTasks", **fault)
    played = ansible.play([task("scheduled_task", **nightly)], defaults={**ansible.keys, "retries": 0})
    assert played.result["failed"]
    assert [word for word in words if word not in played.result["msg"]] == []
    # Before ansible-core 2.19, Ansible shows a result as JSON.
    assert played.result["msg"] in played.output or json.dumps(played.result["msg"]) in played.output
    assert "Traceback" not in played.everything
    assert "<h1>" not in played.output
    assert emulator.workspace_app.tasks == {}


def test_a_host_that_does_not_answer(ansible, task, emulator):
    # The discard port: nothing listens there, and nothing else may.
    played = ansible.play([task("scheduled_task_info", endpoint="http://127.0.0.1:9", retries=0)])
    assert "no connection to 127.0.0.1:9" in played.result["msg"]
    assert "Traceback" not in played.everything
    assert emulator.requests == []


@pytest.mark.parametrize("door", ["module"])
class TestPython:
    def test_without_requests_there_is_the_usual_hint(self, ansible, task, emulator, tmp_path):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
        python = tmp_path / "bare" / "bin" / "python"
        played = ansible.play([task("scheduled_task_info")], python=python)
        assert played.result["failed"]
        assert "Failed to import the required Python library (requests)" in played.result["msg"]
        assert str(python) in played.result["msg"]
        assert "Traceback" not in played.output
        assert emulator.requests == []

    def test_the_oldest_one(self, ansible, task, nightly, tmp_path):
        python = find_python("3.9")
        if python is None:
            pytest.skip("there is no Python 3.9 on the path or among pyenv's")
        library = tmp_path / "library" / "requests"
        library.mkdir(parents=True)
        (library / "__init__.py").write_text(REQUESTS_OF_PIP)
        create, info = task("scheduled_task", **nightly), task("scheduled_task_info", details=True)
        environment = {"PYTHONPATH": str(library.parent)}
        refused = task("scheduled_task", name="nightly-restart", schedule={"time": "25:00"})
        played = ansible.play([create, create, info, refused], environment=environment, python=python)
        created, again, found, refusal = played.results
        assert created["changed"]
        assert not again["changed"] and not again["failed"]
        assert [each["name"] for each in found["scheduled_tasks"]] == ["nightly-restart"]
        assert "25:00" in refusal["msg"]


def find_python(version: str) -> str | None:
    """A Python of that version that works: on the path or among pyenv's."""
    name = f"python{version}"
    # HOME is that of the tests.
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv"))
    for found in [shutil.which(name), *pyenv.glob(f"versions/{version}.*/bin/{name}")]:
        if found and not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode:
            return str(found)
    return None
