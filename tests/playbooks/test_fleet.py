# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many projects at once: each is a host of the inventory, and one play is for all of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

SIZES = {"in process": (20, 12), "module": (4, 2)}
"""How many hosts, and how many tasks of each, by door: each type of task with each type of schedule, and a few of those
where each starts a process."""

WRITES = {"CreateScheduleTask", "UpdateScheduleTask", "DeleteScheduleTask"}
SCHEDULES = (
    {"type": "once", "date": "2099-06-30"},
    {"type": "daily", "day_interval": 2},
    {"type": "weekly", "weekdays": ["monday", "friday"]},
    {"type": "monthly", "months": [1, 7], "month_days": ["1", "L"]},
)
TASK_TYPES = ("RESTART_SERVER", "START_SERVER", "STOP_SERVER")
WRONG_SECRET_KEY = "wrongSecretKey0123456789"
WRONG_PASSWORD = "Wrong-Passw0rd-0123456789!"


def definitions(count: int) -> list[dict[str, Any]]:
    """So many tasks, of every type of schedule in turn."""
    return [
        {
            "name": f"task-{number:02}",
            "task_type": TASK_TYPES[number % len(TASK_TYPES)],
            "schedule": {
                **SCHEDULES[number % len(SCHEDULES)],
                "time": f"{number % 24:02}:30:00",
                "time_zone": "Asia/Shanghai",
            },
        }
        for number in range(count)
    ]


@dataclass
class Outcome:
    """What came of a play."""

    status: int
    output: str

    @property
    def recap(self) -> dict[str, tuple[int, int]]:
        """How many of the play's tasks have changed and have failed on each host."""
        lines = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) .*failed=(\d+) ", self.output, re.MULTILINE)
        return {host: (int(changed), int(failed)) for host, changed, failed in lines}

    @property
    def summaries(self) -> dict[str, Any]:
        """What came of the list of each host."""
        said = re.findall(
            r'^ok: \[(\S+)\] => (\{\n    "converged.summary".*?^\})', self.output, re.MULTILINE | re.DOTALL
        )
        return {host: json.loads(text)["converged.summary"] for host, text in said}

    def failure(self, host: str) -> str:
        """What the host says of its failures."""
        return "".join(re.findall(rf"^failed: \[{host}\].*?^}}", self.output, re.MULTILINE | re.DOTALL))


class Fleet:
    """The hosts, and the play that is for all of them."""

    def __init__(self, ansible: Any, hosts: int) -> None:
        self.ansible = ansible
        self.emulator = ansible.emulator
        account = ansible.account
        self.projects = {f"fleet-{number:02}": place for number, place in enumerate(account.FLEET[:hosts], 1)}
        keys = {"access_key": account.ACCESS_KEY, "secret_key": account.SECRET_KEY}
        self.credentials = dict.fromkeys(self.projects, keys)

    def play(
        self, tasks: list[dict[str, Any]], *options: str, throttle: int = 0, as_list: bool = False, **keywords: Any
    ) -> Outcome:
        """Play it for these tasks, with options of ansible-playbook and keywords of the play.

        :param as_list: whether they are given to `scheduled_tasks` at once, instead of to `scheduled_task` in a loop.
        """
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self.ansible.counting()),
            "cloudcron_in_process": self.ansible.door == "in process",
        }
        hosts = {
            host: {"project_id": place, "credentials": self.credentials[host]} for host, place in self.projects.items()
        }
        ways = {name for each in self.credentials.values() for name in each}
        common = {
            "description": "Of {{ inventory_hostname }}",
            "targets": [{"type": "SERVER_GROUP", "id": "group-of-{{ inventory_hostname }}"}],
        }
        at_once = {
            "name": "Converge the project",
            "cloudcron.huaweicloud.scheduled_tasks": {
                "tasks": "{{ tasks_as_code }}",
                "defaults": {"workspace_app": common},
            },
            "register": "converged",
        }
        one_by_one = {
            "name": "Converge the project",
            "cloudcron.huaweicloud.scheduled_task": {
                "name": "{{ item.name }}",
                "task_type": "{{ item.task_type }}",
                "schedule": "{{ item.schedule }}",
                **common,
            },
            "loop": "{{ tasks_as_code }}",
            "loop_control": {"label": "{{ item.name }}"},
            "throttle": throttle,
        }
        defaults = {
            **self.ansible.address,
            "project_id": "{{ project_id }}",
            **{name: f"{{{{ credentials.{name} | default(omit) }}}}" for name in sorted(ways)},
        }
        play = {
            "name": "Converge all projects",
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": {"group/cloudcron.huaweicloud.all": defaults},
            "vars": {"tasks_as_code": tasks},
            "tasks": [at_once, {"name": "Sum up", "ansible.builtin.debug": {"var": "converged.summary"}}]
            if as_list
            else [one_by_one],
            **keywords,
        }
        self.ansible.write("inventory.yml", {"all": {"hosts": hosts, "vars": shared}})
        self.ansible.write("playbook.yml", [play])
        self.emulator.clear_requests()
        done = self.ansible.run(
            "ansible-playbook", "--inventory", "inventory.yml", "--forks", "20", *options, "playbook.yml"
        )
        return Outcome(done.returncode, done.stdout)

    @property
    def stored(self) -> dict[str, dict[str, Any]]:
        """What the emulator has of each project, whoever's it is."""
        return {place: self.emulator.workspace_app.tasks_in(place) for place in self.ansible.account.PROJECTS}

    @property
    def written(self) -> Counter[str]:
        """What the emulator was asked to write, and how often."""
        return Counter(operation for operation in self.emulator.operations if operation in WRITES)

    @property
    def asking(self) -> list[str]:
        """The host that each request came from, in the order in which they came."""
        hosts = {place: host for host, place in self.projects.items()}
        return [hosts[place] for request in self.emulator.requests for place in hosts if place in request.path]

    def names(self, host: str) -> list[str]:
        """The names of the host's tasks, all of which are to be its own."""
        tasks = self.stored[self.projects[host]].values()
        assert {(task["description"], task["target_infos"][0]["target_id"]) for task in tasks} <= {
            (f"Of {host}", f"group-of-{host}")
        }
        return sorted(task["task_name"] for task in tasks)


def most_at_once(asking: Iterable[str]) -> int:
    """How many hosts were between their first request and their last one at the same time."""
    spans: dict[str, list[int]] = {}
    for moment, host in enumerate(asking):
        spans.setdefault(host, []).append(moment)
    return max(sum(span[0] <= moments[0] <= span[-1] for span in spans.values()) for moments in spans.values())


def test_all_projects_converge_at_once(ansible, door):
    hosts, count = SIZES[door]
    fleet = Fleet(ansible, hosts)
    tasks = definitions(count)
    names = [task["name"] for task in tasks]

    def summary(**came: list[str]) -> dict[str, Any]:
        counts = {outcome: len(each) for outcome, each in came.items()}
        counts = {"unchanged": count - sum(counts.values()), **counts}
        labels = {outcome: [f"workspace_app {name}" for name in each] for outcome, each in came.items()}
        whole = {"counts": {outcome: number for outcome, number in counts.items() if number}, **labels}
        return dict.fromkeys(fleet.projects, whole)

    first = fleet.play(tasks, as_list=True)
    assert first.status == 0, first.output
    assert first.recap == dict.fromkeys(fleet.projects, (1, 0))
    assert first.summaries == summary(created=names)
    assert {host: fleet.names(host) for host in fleet.projects} == dict.fromkeys(fleet.projects, names)
    assert sum(map(len, fleet.stored.values())) == hosts * count
    assert fleet.written == {"CreateScheduleTask": hosts * count}
    assert most_at_once(fleet.asking) > 1
    stored = fleet.stored

    second = fleet.play(tasks, as_list=True)
    assert second.status == 0, second.output
    assert second.recap == dict.fromkeys(fleet.projects, (0, 0))
    assert second.summaries == summary()
    assert fleet.stored == stored
    assert fleet.written == {}

    tasks[1]["schedule"]["time"] = "04:15:00"
    third = fleet.play(tasks, "--check", as_list=True)
    assert third.status == 0, third.output
    assert third.recap == dict.fromkeys(fleet.projects, (1, 0))
    assert third.summaries == summary(would_change=[names[1]])
    assert fleet.stored == stored
    assert fleet.written == {}

    assert ansible.processes == (0 if door == "in process" else 3 * hosts)


def test_a_host_that_is_refused_fails_alone(ansible, door, emulator):
    """Two hosts are refused, one in the service's words and one in words that show its secret."""
    fleet = Fleet(ansible, SIZES[door][0])
    account = ansible.account
    temporary = {
        "access_key": account.TEMPORARY_ACCESS_KEY,
        "secret_key": account.TEMPORARY_SECRET_KEY,
        "security_token": account.SECURITY_TOKEN,
    }
    user = {"user_name": account.USER_NAME, "domain_name": account.DOMAIN_NAME, "user_password": WRONG_PASSWORD}
    first, stranger, guest, *_others = fleet.projects
    fleet.credentials[first] = temporary
    fleet.credentials[stranger] = {"access_key": account.ACCESS_KEY, "secret_key": WRONG_SECRET_KEY}
    fleet.credentials[guest] = user
    refusal = {"error": {"code": 401, "message": f"It is not {WRONG_PASSWORD}", "title": "Unauthorized"}}
    emulator.fail("CreateToken", status=401, body=refusal)

    refused = (stranger, guest)
    (name,) = [task["name"] for task in definitions(1)]
    played = fleet.play(definitions(1), "-vvvvv")
    assert played.status == 2
    assert played.recap == {host: (0, 1) if host in refused else (1, 0) for host in fleet.projects}
    assert {host: fleet.names(host) for host in fleet.projects} == {
        host: [] if host in refused else [name] for host in fleet.projects
    }
    assert "does not match" in played.failure(stranger) and "It is not" not in played.failure(stranger)
    assert "It is not" in played.failure(guest) and "does not match" not in played.failure(guest)

    secrets = {WRONG_SECRET_KEY, WRONG_PASSWORD, account.ACCESS_KEY, account.SECRET_KEY, *temporary.values()}
    log = (ansible.folder / "ansible.log").read_text(encoding="utf-8")
    assert [secret for secret in secrets if secret in played.output or secret in log] == []


@pytest.mark.parametrize("door", ["in process"])
class TestSomeAtATime:
    """With many hosts, each of which has few tasks."""

    def test_serial(self, ansible):
        fleet = Fleet(ansible, 20)
        hosts = list(fleet.projects)
        played = fleet.play(definitions(2), serial=5)
        assert played.recap == dict.fromkeys(hosts, (1, 0)), played.output
        order = list(dict.fromkeys(fleet.asking))
        batches = [hosts[begin : begin + 5] for begin in range(0, 20, 5)]
        assert [sorted(order[begin : begin + 5]) for begin in range(0, 20, 5)] == batches
        assert fleet.written == {"CreateScheduleTask": 40}
        assert most_at_once(fleet.asking) <= 5

    @pytest.mark.parametrize("throttle", [1, 3])
    def test_throttle(self, ansible, throttle):
        fleet = Fleet(ansible, 20)
        played = fleet.play(definitions(2), throttle=throttle)
        assert played.recap == dict.fromkeys(fleet.projects, (1, 0)), played.output
        assert fleet.written == {"CreateScheduleTask": 40}
        assert most_at_once(fleet.asking) <= throttle
