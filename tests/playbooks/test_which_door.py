# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the module's work is done in Ansible's own process, and when the module does it.

All plays are in one playbook; each task has a Python of its own, which tells whether the module was started.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

IN_PROCESS = "runs in Ansible's own process"
MODULE = "runs as a module, since {}"

# Becomes nobody else, and needs no program for it.
BECOME = '''
from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: nobody_else
short_description: Becomes nobody else
description: [Leaves every command as it is.]
version_added: 0.0.1
options: {become_user: {description: Nobody., default: nobody}}
"""


class BecomeModule(BecomeBase):
    name = "nobody_else"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return self._build_success_command(cmd, shell)
'''

# Runs commands here, and does not call itself local.
CONNECTION = '''
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: nearby
short_description: Is here, and says that it is elsewhere
description: [Runs commands where Ansible runs.]
version_added: 0.0.1
extends_documentation_fragment: [connection_pipelining]
"""


class Connection(Local):
    transport = "nearby"
'''


@dataclass
class Door:
    """A task, and the door that it goes through."""

    reason: str | None
    """Why it is the module's; none for Ansible's own process."""
    task: dict[str, Any] = field(default_factory=dict)
    """Keywords of the task."""
    play: dict[str, Any] = field(default_factory=dict)
    """Keywords of the play."""
    hosts: str = "localhost"
    fails: str = ""
    """Words of the failure that it comes to."""

    @property
    def says(self) -> str:
        return IN_PROCESS if self.reason is None else MODULE.format(self.reason)


OFF = "cloudcron_in_process is false"
AWAY = {"hosts": "away"}
LOOK = "cloudcron.huaweicloud.scheduled_task_info"
INVALID = "cloudcron_in_process: 'perhaps' is refused: it is true or false."

DOORS = {
    "a local connection": Door(None),
    "another connection": Door("the connection is nearby", **AWAY),
    "another connection, delegated to localhost": Door(None, {"delegate_to": "localhost"}, **AWAY),
    "another connection, delegated to another host": Door("the connection is nearby", {"delegate_to": "away"}),
    "another connection, run once and delegated": Door(None, {"delegate_to": "localhost", "run_once": True}, **AWAY),
    "a local action": Door(None, {LOOK: None, "local_action": f"{LOOK} service=workspace_app"}, **AWAY),
    "a connection of the task": Door(None, {"connection": "local", "vars": {"ansible_connection": "local"}}, **AWAY),
    "become": Door("become is set", {"become": True, "become_method": "nobody_else"}),
    "become of the play": Door("become is set", play={"become": True, "become_method": "nobody_else"}),
    "become that is false": Door(None, {"become": False}, {"become": True, "become_method": "nobody_else"}),
    "become and delegated": Door(
        "become is set", {"delegate_to": "localhost", "become": True, "become_method": "nobody_else"}, **AWAY
    ),
    "async": Door("async is set", {"async": 600, "poll": 1}),
    "async that is 0": Door(None, {"async": 0}),
    "async in check mode": Door("async is set", {"async": 600, "poll": 1, "check_mode": True}),
    "check mode": Door(None, {"check_mode": True}),
    "a loop": Door(None, {"loop": [1, 2]}),
    "an environment": Door("an environment is set", {"environment": {"ONE": "1"}}),
    "an environment of the play": Door("an environment is set", play={"environment": {"ONE": "1"}}),
    "an environment of the play and an empty one": Door(
        "an environment is set", {"environment": {}}, {"environment": {"ONE": "1"}}
    ),
    "an environment that comes to nothing": Door(None, {"environment": "{{ nothing }}", "vars": {"nothing": {}}}),
    "an environment that comes to something": Door(
        "an environment is set", {"environment": "{{ some }}", "vars": {"some": {"ONE": "1"}}}
    ),
    "false of a host": Door(OFF, {"delegate_to": "localhost"}, hosts="unwilling"),
    "false of a host that it is delegated to": Door(None, {"delegate_to": "unwilling"}),
    "true of a task for such a host": Door(None, {"vars": {"cloudcron_in_process": True}}, hosts="unwilling"),
    "false of a play": Door(OFF, play={"vars": {"cloudcron_in_process": False}}),
    "false of a task": Door(OFF, {"vars": {"cloudcron_in_process": False}}),
    "a no": Door(OFF, {"vars": {"cloudcron_in_process": "no"}}),
    "a zero": Door(OFF, {"vars": {"cloudcron_in_process": 0}}),
    "a yes": Door(None, {"vars": {"cloudcron_in_process": "yes"}}),
    "null": Door(None, {"vars": {"cloudcron_in_process": None}}),
    "a template that is false": Door(OFF, {"vars": {"cloudcron_in_process": "{{ x }}", "x": "off"}}),
    "a template that is true": Door(None, {"vars": {"cloudcron_in_process": "{{ x }}", "x": "on"}}),
    "a template with a condition": Door(OFF, {"vars": {"cloudcron_in_process": "{{ 1 > 2 }}"}}),
    "false, and a reason besides": Door(OFF, {"become": True, "vars": {"cloudcron_in_process": False}}),
}
# No door at all: some versions of Ansible read the environment before they call the action, and others after it.
NO_DOORS = {
    "an environment that is undefined": Door("", {"environment": {"ONE": "{{ nowhere }}"}}, fails="nowhere"),
    "neither true nor false": Door("", {"vars": {"cloudcron_in_process": "perhaps"}}, fails=INVALID),
    "a template that is neither": Door(
        "", {"vars": {"cloudcron_in_process": "{{ x }}", "x": "perhaps"}}, fails=INVALID
    ),
    "a list": Door("", {"vars": {"cloudcron_in_process": [True]}}, fails="[True] is refused"),
    "undefined": Door("", {"vars": {"cloudcron_in_process": "{{ nowhere }}"}}, fails="nowhere"),
}


@dataclass
class Went:
    """What came of a task."""

    result: dict[str, Any]
    output: str
    processes: int


def play_all(ansible: Any, doors: dict[str, Door], **variables: str) -> dict[str, Went]:
    for kind, name, code in (("become", "nobody_else", BECOME), ("connection", "nearby", CONNECTION)):
        plugin = ansible.folder / f"{kind}_plugins" / f"{name}.py"
        plugin.parent.mkdir(exist_ok=True)
        plugin.write_text(code, encoding="utf-8")
    local = {"ansible_connection": "local"}
    hosts = {
        "localhost": local,
        "away": {"ansible_connection": "nearby"},
        "unwilling": {**local, "cloudcron_in_process": False},
    }
    ansible.write("inventory.yml", {"all": {"hosts": hosts}})
    plays = []
    for number, (name, door) in enumerate(doors.items()):
        python = ansible.counting(name=f"python-{number}")
        task = {
            "name": f"-- {name} --",
            LOOK: {},
            "register": "result",
            "ignore_errors": True,
            **door.task,
            "vars": {"ansible_python_interpreter": str(python), **door.task.get("vars", {})},
        }
        keep = {"path": str(ansible.folder / f"result-{number}"), "results": "{{ result | to_json }}"}
        plays.append(
            {
                "name": "Test",
                "hosts": door.hosts,
                "gather_facts": False,
                "module_defaults": {"group/cloudcron.huaweicloud.all": ansible.keys},
                **door.play,
                "tasks": [
                    {key: value for key, value in task.items() if value is not None},
                    {"name": "Keep the result", "keep_results": keep, "vars": {"cloudcron_in_process": True}},
                ],
            }
        )
    ansible.write("playbook.yml", plays)
    done = ansible.run("ansible-playbook", "-i", "inventory.yml", "-vvv", "playbook.yml", **variables)
    assert done.returncode == 0, done.stdout
    outputs = re.split(r"^TASK \[-- (.*) --\].*$", done.stdout, flags=re.MULTILINE)[1:]
    told = dict(zip(outputs[::2], outputs[1::2], strict=True))
    started = ansible.count.read_text().splitlines() if ansible.count.exists() else []
    return {
        name: Went(
            json.loads((ansible.folder / f"result-{number}").read_text()),
            told[name].partition("TASK [Keep the result]")[0],
            sum(line.endswith(f"/python-{number}") for line in started),
        )
        for number, name in enumerate(doors)
    }


@pytest.fixture(scope="module")
def went(make_ansible, _emulator):
    """What came of all tasks."""
    _emulator.reset()
    return play_all(make_ansible(), {**DOORS, **NO_DOORS})


@pytest.mark.parametrize("name", DOORS)
class TestEveryDoor:
    def test_it_is_told_with_its_reason(self, went, name):
        said = re.findall(r"scheduled_task_info (runs .*)$", went[name].output, re.MULTILINE)
        assert {DOORS[name].says} == set(said), went[name].output

    def test_it_is_gone_through(self, went, name):
        through, door = went[name], DOORS[name]
        if door.reason is None:
            assert through.processes == 0
            assert "Using module file" not in through.output
        elif not door.fails:
            assert through.processes > 0
            assert "Using module file" in through.output

    def test_it_leads_to_the_result(self, went, name):
        result, door = went[name].result, DOORS[name]
        assert bool(result.get("failed")) == bool(door.fails), result
        if door.fails:
            assert door.fails in result["msg"]
        else:
            found = [each["total_count"] for each in result.get("results", [result])]
            assert found in ([0], [0, 0])


@pytest.mark.parametrize("name", NO_DOORS)
def test_what_cannot_be_read_is_a_failed_result(went, name):
    through, door = went[name], NO_DOORS[name]
    assert through.result["failed"]
    assert door.fails in through.result["msg"]
    assert through.processes == 0
    assert IN_PROCESS not in through.output
    assert "Traceback" not in through.output and "Traceback" not in through.result["msg"]


class TestExtraVariable:
    @pytest.mark.parametrize(
        ("given", "door"),
        [("cloudcron_in_process=false", "module"), ('{"cloudcron_in_process": false}', "module")],
    )
    def test_it_outranks_the_host(self, ansible, task, given, door):
        other = type(ansible)(ansible.site, ansible.folder, ansible.emulator, ansible.python, "in process")
        assert other.play([task("scheduled_task_info")], ["-e", given]).result["total_count"] == 0
        assert other.processes == 1


class TestWithoutRequests:
    """The process of Ansible has no requests, and the Python of the modules has."""

    @pytest.mark.parametrize("door", ["module"])
    def test_the_module_runs(self, ansible, task, nightly, tmp_path):
        stub = tmp_path / "stub" / "requests"
        stub.mkdir(parents=True)
        (stub / "__init__.py").write_text('raise ImportError("no requests here")\n')
        python = tmp_path / "with-requests"
        python.write_text(f'#!/bin/sh\nunset PYTHONPATH\nexec {sys.executable} "$@"\n')
        python.chmod(0o700)
        ansible.door = "in process"
        variables = {"PYTHONPATH": os.pathsep.join([str(stub.parent)])}
        tasks = [task("scheduled_task", **nightly), task("scheduled_task_info")]
        played = ansible.play(tasks, ["-vvv"], variables=variables, python=python)
        created, found = played.results
        assert created["changed"] and found["total_count"] == 1
        assert played.processes == 2
        assert played.output.count(MODULE.format("Ansible's own Python has no requests")) == 2


@pytest.mark.parametrize("verbosity", [(), ("-v",), ("-vv",)], ids=["quiet", "v", "vv"])
@pytest.mark.parametrize("door", ["in process"])
def test_nothing_is_told_of_the_door_below_vvv(ansible, task, verbosity):
    played = ansible.play([task("scheduled_task_info")], verbosity)
    assert played.result["total_count"] == 0
    assert "own process" not in played.everything
