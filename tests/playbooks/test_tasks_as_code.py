# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of whole projects in files: the playbooks export, apply and audit, and the role in a play of one's own.

A start of Ansible takes longer than what is tested, so a playbook imports those that are played one after the other.
"""

from __future__ import annotations

import json
import re
import stat
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

PLAYBOOK = "cloudcron.huaweicloud"
ROLE = "cloudcron.huaweicloud.scheduled_tasks"
READING = ("List", "Show")
SECRET = "Sesame-0123456789"
PAST = 1577934245000  # milliseconds

TASKS = {
    "workspace_app": [
        {"task_name": "once", "scheduled_type": "FIXED_TIME", "scheduled_date": "2020-01-02", "description": "yes"},
        {"task_name": "daily", "day_interval": 7, "is_enable": False, "expire_time": "2099-06-30T10:00:00Z"},
        {"task_name": "weekly", "scheduled_type": "WEEK", "week_list": "7,1", "time_zone": "Europe/Berlin"},
        {
            "task_name": "monthly",
            "scheduled_type": "MONTH",
            "month_list": "2,1",
            "date_list": "L,1",
            "schedule_task_policy": {"enforcement_enable": True},
            "target_infos": [
                {"target_type": "SERVER_GROUP", "target_id": "group-1", "target_name": "Group 1"},
                {"target_type": "SERVER", "target_id": "server-1", "target_name": "Server 1"},
            ],
        },
        {"task_name": "同名", "description": '{"a":  1}'},
        {"task_name": "同名", "description": "{{ lookup('pipe', 'touch played') }}"},
    ],
    "workspace": [
        {"task_name": "once", "scheduled_type": "FIXED_TIME", "description": " - x: {% raw %}\n"},
        {"task_name": "daily", "enable": False, "force_execute": True, "priority": 3, "apply_objects": []},
        {
            "task_name": "weekly",
            "task_type": "EXECUTE_SCRIPT",
            "scheduled_type": "WEEK",
            "week_list": "7,1",
            "expire_time": "2099-06-30 18:00:00",
            "extra_params": '{"script_id": "{{ x }}", "arguments": [1, null, "b"]}',
            "gray_count": 0,
            "gray_desktop_ids": ["desktop-2", "desktop-1"],
            "gray_fail_threshold": 3,
        },
        {"task_name": "monthly", "scheduled_type": "MONTH"},
        {"task_name": "life-cycle", "scheduled_type": "LIFE_CYCLE"},
    ],
    "coc": [
        {"name": "once", "trigger_time": {"policy": "ONCE", "single_scheduled_time": PAST, "time_zone": "UTC"}},
        {
            "name": "cron",
            "trigger_time": {"policy": "CRON", "cron": "0 0 9 1 * ?", "time_zone": "Asia/Shanghai"},
            "input_param": None,
            "enabled": False,
        },
        {"name": "twice", "input_param": {"a": "~", "{{ b }}": "12:30:00"}},
        {"name": "twice"},
        {
            "name": "runbook",
            "task_type": "RUNBOOK",
            "runbook_instance_mode": "DIFF",
            "enable_message_notification": True,
            "message_notification": {
                "notification_endpoint_type": "USER",
                "policy": "START_EXECUTION,EXECUTION_FAILED",
                "recipients": "operations-team",
            },
            "target_instances": [
                {
                    "target_selection": "MANUAL",
                    "order_no": 1,
                    "target_instances": '[{"resource_id": "ecs-1"}]',
                    "sub_target_instances": [{"target_selection": "NONE", "order_no": 1}],
                }
            ],
        },
    ],
}


@pytest.fixture
def door() -> str:
    """The target role_scheduled_tasks is for both doors."""
    return "in process"


@dataclass
class Plays:
    """What came of several plays, one after the other."""

    status: int
    output: str

    @property
    def changes(self) -> dict[str, int]:
        """How many of their tasks have changed something, by host."""
        recap = re.findall(r"^(\S+) +: ok=\d+ +changed=(\d+) ", self.output, re.MULTILINE)
        return {host: int(changed) for host, changed in recap}

    @property
    def failures(self) -> dict[str, int]:
        """How many of their tasks have failed, by host."""
        recap = re.findall(r"^(\S+) +: ok=.* failed=(\d+) ", self.output, re.MULTILINE)
        return {host: int(failed) for host, failed in recap}

    def facts(self, name: str) -> list[tuple[str, Any]]:
        """What was said of a fact: the host, and its value."""
        said = re.findall(rf'^ok: \[(\S+)\] => (\{{\n    "{name}": .*?^\}})', self.output, re.MULTILINE | re.DOTALL)
        return [(host, json.loads(text)[name]) for host, text in said]

    @property
    def drift(self) -> list[Any]:
        """The differences that each of them has found."""
        return [found for _host, found in self.facts("scheduled_tasks_drift")]


class Project:
    """A folder with a project's tasks as code, and the emulator as the cloud."""

    def __init__(self, ansible: Any) -> None:
        self.ansible = ansible
        self.emulator = ansible.emulator
        self.folder: Path = ansible.folder

    def play(self, *plays: str | dict[str, Any], options: tuple[str, ...] = ()) -> Plays:
        """Play playbooks of the collection, and plays of one's own."""
        from ansible_collections.cloudcron.huaweicloud.extensions.emulator.command import variables

        names = [f"{PLAYBOOK}.{play}" if isinstance(play, str) else play for play in plays]
        if len(names) == 1 and isinstance(names[0], str):
            playbook = names[0]
        else:
            playbook = "playbook.yml"
            self.ansible.write(
                playbook,
                [{"ansible.builtin.import_playbook": name} if isinstance(name, str) else name for name in names],
            )
        self.emulator.clear_requests()
        done = self.ansible.run("ansible-playbook", *options, playbook, **variables(self.emulator.url))
        return Plays(done.returncode, done.stdout)

    @property
    def written(self) -> Counter[str]:
        """What the cloud was asked to write, and how often."""
        return Counter(operation for operation in self.emulator.operations if not operation.startswith(READING))

    @property
    def stored(self) -> dict[str, Any]:
        """All tasks of the cloud."""
        return {service: getattr(self.emulator, service).tasks for service in TASKS}

    def add(self, tasks: dict[str, list[dict[str, Any]]]) -> None:
        """Add tasks to the cloud."""
        for service, fields in tasks.items():
            for each in fields:
                getattr(self.emulator, service).add_task(**each)

    def read(self, path: str | Path = "scheduled_tasks.yml") -> dict[str, Any]:
        """A variables file, as a program that knows nothing of Ansible reads it."""
        return yaml.load((self.folder / path).read_text(encoding="utf-8"), Loader=_Reader)


class _Reader(yaml.SafeLoader):
    """Takes text that is no template for text."""


_Reader.add_constructor("!unsafe", _Reader.construct_yaml_str)


@pytest.fixture
def project(ansible: Any) -> Project:
    return Project(ansible)


def user_play(*tasks: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": "Play", "hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **keywords}


def use_role(entry_point: str = "main", **variables: Any) -> dict[str, Any]:
    return {
        "name": "Use the role",
        "ansible.builtin.include_role": {"name": ROLE, "tasks_from": entry_point},
        "vars": variables,
    }


class TestOneProject:
    def test_what_is_exported_is_what_there_is(self, project):
        project.add(TASKS)
        before = project.stored
        exported = project.play("export")
        file = project.folder / "scheduled_tasks.yml"
        assert exported.status == 0, exported.output
        assert exported.changes == {"localhost": 1}
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        variables = project.read()
        assert variables["scheduled_tasks_services"] == list(TASKS)
        # An id stands where a name does not tell, and nowhere else.
        names = [(entry["service"], entry["name"], "id" in entry) for entry in variables["scheduled_tasks_list"]]
        given = [(service, task.get("task_name") or task["name"]) for service in TASKS for task in TASKS[service]]
        assert sorted(names) == sorted((*name, given.count(name) > 1) for name in given)

        # Again, and the same; nothing differs, and nothing is changed, not even where everything else is removed.
        purge = use_role(scheduled_tasks_purge=True)
        adopted = project.play("export", "apply", "audit", user_play(purge))
        assert adopted.status == 0, adopted.output
        assert adopted.changes == {"localhost": 0}
        assert adopted.drift == [[]]
        (_host, summary), (_host, purged) = adopted.facts("scheduled_tasks_summary")
        assert len(summary["unchanged"]) == len(names)
        assert summary == purged
        assert not any(tasks for outcome, tasks in summary.items() if outcome != "unchanged")
        assert not project.written
        assert project.stored == before

    @pytest.mark.parametrize("in_process", ["true", "false"])
    @pytest.mark.parametrize("parameters", [{"_ansible_user": "x"}, {"a": {"__ansible_unsafe": "x"}}], ids=str)
    def test_what_ansible_would_leave_out_of_the_file_is_refused(self, project, parameters, in_process):
        project.add({"workspace": [{"task_name": "odd", "extra_params": json.dumps(parameters)}]})
        exported = project.play(
            "export", options=("--extra-vars", f"scheduled_tasks_services=workspace cloudcron_in_process={in_process}")
        )
        assert exported.status == 2
        said = " ".join(exported.output.split())
        assert re.search(r"workspace odd \(\S+\) cannot be written whole: Ansible removes keys of it", said), said
        assert not (project.folder / "scheduled_tasks.yml").exists()

    @pytest.mark.parametrize("number", ["name: 0123", "name: x, description: 1.10", "name: x, coc: {version_no: 2.0}"])
    def test_an_entry_with_a_number_for_text_is_refused_by_its_number(self, project, number):
        content = f"scheduled_tasks_list: [{{name: first, state: absent}}, {{{number}}}]"
        (project.folder / "scheduled_tasks.yml").write_text(content)
        applied = project.play("apply")
        assert applied.status == 2
        assert "Entry 2 of the list" in applied.output
        assert "quote it" in applied.output
        assert not project.emulator.operations

    def test_a_prefix_that_is_a_number_is_refused(self, project):
        content = "scheduled_tasks_list: []\nscheduled_tasks_prefix: 0123"
        (project.folder / "scheduled_tasks.yml").write_text(content)
        audited = project.play("audit")
        assert audited.status == 2
        assert "scheduled_tasks_prefix is text: quote it" in audited.output
        assert not project.emulator.operations

    def test_every_kind_of_drift_has_its_line(self, project):
        project.add({"workspace_app": [{"task_name": name} for name in ("daily", "unlisted", "gone")]})
        content = """
            scheduled_tasks_defaults:
              workspace_app: {task_type: RESTART_SERVER, targets: [{type: SERVER, id: server-1}]}
            scheduled_tasks_list:
              - {name: daily, enabled: false, schedule: {time: "04:15"}}
              - {name: missing, schedule: {type: daily, day_interval: 1, time: "04:15"}}
              - {name: gone, state: absent}
              - {name: bad, schedule: {type: hourly}}
        """
        (project.folder / "scheduled_tasks.yml").write_text(content)
        before = project.stored
        audited = project.play("audit")
        assert audited.status == 2
        (drift,) = audited.drift
        assert sorted(drift[:2]) == [
            "workspace_app daily: enabled is true, should be false",
            "workspace_app daily: schedule.time is 09:00:00, should be 04:15:00",
        ]
        assert drift[2:4] == ["workspace_app missing: is missing", "workspace_app gone: is there, and should be absent"]
        assert drift[4].startswith("workspace_app bad: cannot be compared: value of type must be one of: once, ")
        assert drift[5:] == ["workspace_app unlisted: is not on the list"]
        assert audited.changes == {"localhost": 0}
        assert not project.written
        assert project.stored == before

    def test_what_the_list_speaks_for_is_written_with_it(self, project):
        enterprise_project = "e1b2c3d4-0000-4000-8000-000000000001"
        project.add(
            {
                "workspace": [{"task_name": name, "task_type": "REBOOT"} for name in ("ours-b", "theirs", "ours-a")]
                + [{"task_name": "ours-c", "task_type": "STOP"}],
                "coc": [{"name": "ours-d", "enterprise_project_id": enterprise_project}, {"name": "ours-e"}],
            }
        )
        filters = {"workspace": {"task_type": "REBOOT"}, "coc": {"enterprise_project_id": enterprise_project}}
        # As they are often given: truth values and lists as text, a folder as the home of whoever plays.
        told = "scheduled_tasks_services=workspace,coc scheduled_tasks_prefix=ours- scheduled_tasks_no_log=false"
        options = ("--inventory", "project,", "--extra-vars", f"{told} scheduled_tasks_file=~/ours.yml")
        options += ("--extra-vars", json.dumps({"scheduled_tasks_filters": filters, "cloudcron_hosts": "all"}))
        played = project.play("export", "audit", options=options)
        assert played.status == 0, played.output
        assert played.drift == [[]]
        variables = project.read(project.ansible.home / "ours.yml")
        assert [entry["name"] for entry in variables.pop("scheduled_tasks_list")] == ["ours-a", "ours-b", "ours-d"]
        assert variables == {
            "scheduled_tasks_services": ["workspace", "coc"],
            "scheduled_tasks_prefix": "ours-",
            "scheduled_tasks_filters": filters,
        }


class TestSecrets:
    def test_with_no_log_nothing_shows_a_value(self, project):
        """Neither those of the list nor those of the cloud, whatever becomes of the tasks."""
        project.add(
            {"coc": [{"name": name, "input_param": {"key": SECRET}} for name in ("same", "changed", "unlisted")]}
        )
        variables = {"scheduled_tasks_services": ["coc"], "scheduled_tasks_no_log": True}
        other = f"{SECRET}-new"
        entries = [
            {"service": "coc", "name": "same"},
            {"service": "coc", "name": "changed", "coc": {"input_param": {"key": other}}},
            {"service": "coc", "name": "failing", "coc": {"input_param": {"key": other}, "risk_level": "NONE"}},
        ]
        project.ansible.write("scheduled_tasks.yml", {**variables, "scheduled_tasks_list": entries})
        exported = user_play(use_role("export", scheduled_tasks_file="exported.yml", **variables))
        wrong = use_role(scheduled_tasks_list=[{"name": "wrong", "secret": SECRET}], scheduled_tasks_no_log=True)
        again = user_play({**wrong, "name": "Fail"}, name="Fail")
        rescued = user_play({"name": "Go on", "block": [use_role("audit")], "rescue": again["tasks"]})
        played = project.play(exported, rescued, options=("-vvv", "--diff"))
        assert played.status == 2
        drift = [
            "coc changed: coc.input_param.key differs",
            "coc failing: cannot be compared",
            "coc unlisted: is not on the list",
        ]
        assert played.drift == [drift]
        assert "there is no option secret" in played.output
        assert SECRET in (project.folder / "exported.yml").read_text()
        assert SECRET not in played.output
        assert SECRET not in (project.folder / "ansible.log").read_text()

    def test_the_mask_of_a_secret_never_takes_its_place(self, project):
        key = project.ansible.account.SECRET_KEY
        project.add({"coc": [{"name": "own", "input_param": {"key": key}}], "workspace_app": [{"task_name": "fine"}]})
        before = project.stored
        exported = project.play("export")
        assert exported.status == 2
        words = " ".join(exported.output.split())
        assert re.search(
            r"Scheduled task coc own \(\w+\) has a secret of the connection in coc\.input_param\.key,", words
        )
        assert not (project.folder / "scheduled_tasks.yml").exists()

        entry = {"service": "coc", "name": "own", "coc": {"input_param": {"key": "********"}}}
        project.ansible.write("scheduled_tasks.yml", {"scheduled_tasks_list": [entry]})
        for playbook in ("audit", "apply"):
            played = project.play(playbook)
            assert played.status == 2
            assert (
                "coc.input_param.key: text of length 8 is refused: ******** in it stands for a secret" in played.output
            )
            assert not project.written
        assert project.stored == before
        assert key not in played.output + exported.output


class TestManyProjects:
    @pytest.fixture
    def hosts(self, project):
        """Three projects: the keys of one are refused. Those of all come from a vault."""
        account = project.ansible.account
        hosts = dict(zip(("east", "north", "west"), account.FLEET, strict=False))
        folder = project.folder
        shared = {
            "ansible_python_interpreter": sys.executable,
            "cloudcron_connection": {
                "region": account.REGION,
                "project_id": "{{ project_id }}",
                "access_key": account.ACCESS_KEY,
                "secret_key": "{{ vault_secret_keys[inventory_hostname] | default(vault_secret_keys.others) }}",
            },
        }
        inventory = {
            "projects": {
                "hosts": {host: {"project_id": project_id} for host, project_id in hosts.items()},
                "vars": shared,
            }
        }
        project.ansible.write("inventory.yml", inventory)
        (folder / "password").write_text("open")
        keys = {"vault_secret_keys": {"others": account.SECRET_KEY, "west": SECRET}}
        variables = folder / "group_vars" / "projects.yml"
        variables.parent.mkdir()
        variables.write_bytes(_encrypted(yaml.safe_dump(keys)))
        return hosts

    def test_each_has_its_own_list(self, project, hosts):
        emulator = project.emulator
        for host, project_id in hosts.items():
            emulator.workspace_app.add_task(task_name=f"of-{host}", project_id=project_id)
        options = ("--inventory", "inventory.yml", "--vault-password-file", "password", "--forks", "3")
        options += ("--extra-vars", "cloudcron_hosts=projects")
        played = project.play("export", "apply", options=options)

        # The one that fails is left out of what follows, and keeps no other from going on.
        assert played.status == 2
        assert played.failures == {"east": 0, "north": 0, "west": 1}
        assert played.changes == {"east": 1, "north": 1, "west": 0}
        assert SECRET not in played.output
        summaries = dict(played.facts("scheduled_tasks_summary"))
        assert {host: summary["unchanged"] for host, summary in summaries.items()} == {
            host: [f"workspace_app of-{host}"] for host in ("east", "north")
        }
        assert not project.written

        # One after the other, a part of them, and with a list among the variables of a host.
        listed = {"scheduled_tasks_list": [{"name": "of-nobody"}]}
        (project.folder / "host_vars").mkdir()
        project.ansible.write("host_vars/north.yml", listed)
        emulator.workspace_app.add_task(task_name="unlisted", project_id=hosts["east"])
        options += ("--extra-vars", "cloudcron_hosts=projects:!west cloudcron_serial=2")
        audited = dict(project.play("audit", options=options).facts("scheduled_tasks_drift"))
        assert audited["east"] == ["workspace_app unlisted: is not on the list"]
        assert len(audited["north"]) == 2
        assert audited["north"][1] == "workspace_app of-north: is not on the list"


def _encrypted(text: str) -> bytes:
    from ansible.parsing.vault import VaultLib, VaultSecret

    return VaultLib([("default", VaultSecret(b"open"))]).encrypt(text)


class TestTheRoleInAPlay:
    def test_it_takes_module_defaults_tags_and_one_file(self, project):
        emulator = project.emulator
        second = project.ansible.account.SECOND_PROJECT_ID
        for name in ("a", "b"):
            emulator.workspace_app.add_task(task_name=name, project_id=second)
            project.ansible.write(f"{name}.yml", {"scheduled_tasks_list": [{"name": name, "enabled": False}]})
        from_file = [use_role(scheduled_tasks_file=f"{name}.yml") for name in ("a", "a", "b")]
        for use in from_file:
            use["ansible.builtin.include_role"]["apply"] = {"tags": "included"}
            use["tags"] = "included"
        imported = use_role(scheduled_tasks_list=[{"name": "c", "state": "absent"}])
        imported["ansible.builtin.import_role"] = imported.pop("ansible.builtin.include_role")
        play = user_play(
            {**imported, "tags": "imported"},
            *from_file,
            module_defaults={"group/cloudcron.huaweicloud.all": {"project_id": second}},
            roles=[
                {"role": ROLE, "tags": name, "scheduled_tasks_list": [{"name": name, "state": "absent"}]}
                for name in ("listed", "skipped")
            ],
        )
        played = project.play(play, options=("--tags", "listed,imported,included"))
        summaries = [summary for _host, summary in played.facts("scheduled_tasks_summary")]
        nothing: dict[str, list[str]] = dict.fromkeys(("changed", "created", "failed", "removed", "unchanged"), [])
        assert summaries == [
            {**nothing, "unchanged": ["workspace_app listed"]},
            {**nothing, "unchanged": ["workspace_app c"]},
            {**nothing, "changed": ["workspace_app a"]},
            {**nothing, "unchanged": ["workspace_app a"]},
        ], played.output
        # The variables of two files would mix.
        assert played.status == 2
        assert "b.yml (scheduled_tasks_file) cannot be read after" in played.output
        stored = emulator.workspace_app.tasks_in(second).values()
        assert {task["task_name"]: task["is_enable"] for task in stored} == {"a": False, "b": True}
