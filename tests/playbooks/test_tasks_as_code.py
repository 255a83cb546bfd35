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
from xml.etree import ElementTree

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

    @property
    def reports(self) -> list[tuple[str, list[str]]]:
        """What the role has said of its tasks: the host, and the lines."""
        said = re.findall(r'^ok: \[(\S+)\] => (\{\n    "msg": .*?^\})', self.output, re.MULTILINE | re.DOTALL)
        lines = [(host, json.loads(text)["msg"]) for host, text in said]
        return [(host, each if isinstance(each, list) else [each]) for host, each in lines]

    def facts(self, name: str) -> list[tuple[str, Any]]:
        """What a play has said of a fact: the host, and its value."""
        said = re.findall(rf'^ok: \[(\S+)\] => (\{{\n    "{name}": .*?^\}})', self.output, re.MULTILINE | re.DOTALL)
        return [(host, json.loads(text)[name]) for host, text in said]

    @property
    def messages(self) -> list[str]:
        """What failures have said."""
        said = re.findall(r"^fatal: \[\S+\]: FAILED! => (\{.*\})$", self.output, re.MULTILINE)
        return [json.loads(text)["msg"] for text in said]


class Project:
    """A folder with a project's tasks as code, and the emulator as the cloud."""

    def __init__(self, ansible: Any) -> None:
        self.ansible = ansible
        self.emulator = ansible.emulator
        self.folder: Path = ansible.folder

    def play(
        self,
        *plays: str | dict[str, Any],
        options: tuple[str, ...] = (),
        environment: dict[str, str] | None = None,
    ) -> Plays:
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
        done = self.ansible.run(
            "ansible-playbook", *options, playbook, **variables(self.emulator.url), **(environment or {})
        )
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


def show(name: str) -> dict[str, Any]:
    return {"name": "Show", "ansible.builtin.debug": {"var": name}}


def rescued(task: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Try", "block": [task], "rescue": [{"name": "Go on", "ansible.builtin.meta": "noop"}]}


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

        # Again, and the same; nothing differs, and nothing is changed, not even where everything else is deleted.
        purge = use_role(scheduled_tasks_purge=True)
        facts = [show("scheduled_tasks_summary"), show("scheduled_tasks_drift")]
        report = ("--extra-vars", "scheduled_tasks_audit_file=audit.xml")
        adopted = project.play("export", "apply", "audit", user_play(purge, *facts), options=report)
        assert adopted.status == 0, adopted.output
        assert adopted.changes == {"localhost": 0}
        assert adopted.reports == [("localhost", [f"{len(names)} scheduled tasks: {len(names)} unchanged."])] * 3
        assert adopted.facts("scheduled_tasks_summary") == [("localhost", {"counts": {"unchanged": len(names)}})]
        assert adopted.facts("scheduled_tasks_drift") == [("localhost", [])]
        (suite,) = ElementTree.parse(project.folder / "audit.xml").getroot()
        assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == (str(len(names)), "0", "0")
        assert not project.written
        assert project.stored == before

    @pytest.mark.parametrize("in_process", ["true", "false"])
    def test_what_ansible_would_leave_out_of_the_file_is_refused(self, project, in_process):
        parameters = {"_ansible_user": "x", "a": {"__ansible_unsafe": "x"}}
        project.add({"workspace": [{"task_name": "odd", "extra_params": json.dumps(parameters)}]})
        exported = project.play(
            "export", options=("--extra-vars", f"scheduled_tasks_services=workspace cloudcron_in_process={in_process}")
        )
        assert exported.status == 2
        said = " ".join(exported.output.split())
        assert re.search(r"workspace odd \(\S+\) cannot be written whole: Ansible removes keys of it", said), said
        assert not (project.folder / "scheduled_tasks.yml").exists()

    def test_a_red_audit_says_all_in_its_message_and_in_its_report(self, project):
        """Callbacks may show of a play nothing but its failures."""
        project.add({"workspace_app": [{"task_name": name} for name in ("daily", "unlisted", "gone")]})
        content = """
            scheduled_tasks_audit_file: audit.md
            scheduled_tasks_defaults:
              workspace_app: {task_type: RESTART_SERVER, targets: [{type: SERVER, id: server-1}]}
            scheduled_tasks_list:
              - {name: daily, enabled: false, schedule: {time: "04:15"}}
              - {name: missing, schedule: {type: daily, day_interval: 1, time: "04:15"}}
              - {name: gone, state: absent}
        """
        (project.folder / "scheduled_tasks.yml").write_text(content)
        before = project.stored
        audited = project.play("audit", environment={"ANSIBLE_DISPLAY_OK_HOSTS": "false"})
        assert audited.status == 2
        assert audited.reports == []
        (message,) = audited.messages
        assert message == (
            "Differences between the list and the cloud: 4. would create: workspace_app missing. "
            "would change: workspace_app daily: enabled: true -> false; schedule.time: 09:00:00 -> 04:15:00. "
            "would delete: workspace_app gone. would delete: workspace_app unlisted (not on the list)."
        )
        assert audited.changes == {"localhost": 0}
        assert "| `workspace_app` | `missing` | would create |" in (project.folder / "audit.md").read_text()
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
        assert played.reports == [("project", ["3 scheduled tasks: 3 unchanged."])]
        variables = project.read(project.ansible.home / "ours.yml")
        assert [entry["name"] for entry in variables.pop("scheduled_tasks_list")] == ["ours-a", "ours-b", "ours-d"]
        assert variables == {
            "scheduled_tasks_services": ["workspace", "coc"],
            "scheduled_tasks_prefix": "ours-",
            "scheduled_tasks_filters": filters,
        }

    def test_a_service_that_the_account_does_not_have_is_left_out(self, project):
        """Nothing else that fails is, and a file is written whole or not at all."""
        project.add({"workspace_app": [{"task_name": "a"}], "workspace": [{"task_name": "b"}]})
        project.emulator.fail("ListScheduledTask", status=403, times=1000)
        project.emulator.fail("ShowScheduledTasks", status=403, times=1000)
        filters = {"coc": {"enterprise_project_id": "0"}, "workspace_app": {"task_type": "START_SERVER"}}
        cases = {
            "left-out.yml": {"scheduled_tasks_filters": {"coc": {"enterprise_project_id": "0"}}},
            "named.yml": {"scheduled_tasks_services": ["workspace_app", "coc"], "scheduled_tasks_filters": filters},
            "alone.yml": {"scheduled_tasks_services": "coc"},
            "detail.yml": {"scheduled_tasks_services": ["workspace_app", "workspace"]},
        }
        project.emulator.fail("ListScheduledTasks", status=404)
        uses = [use_role("export", scheduled_tasks_file=name, **variables) for name, variables in cases.items()]
        played = project.play(user_play(uses[0], *map(rescued, uses[1:])))
        assert played.status == 0, played.output
        ((_host, (said,)),) = played.reports
        assert said.startswith("Not in the file, since it cannot be listed: workspace: list scheduled tasks: 404 ")
        assert " coc: list scheduled tasks: 403 " in said
        named, alone, *_detail = played.messages
        assert named.startswith("Not in the file, since it cannot be listed: coc: list scheduled tasks: 403 ")
        assert alone.startswith("Nothing was written, since no service can be listed. coc: list scheduled tasks: 403 ")
        assert "read scheduled task" in played.output, played.output
        assert project.read("left-out.yml").keys() == {"scheduled_tasks_services", "scheduled_tasks_list"}
        assert project.read("left-out.yml")["scheduled_tasks_services"] == ["workspace_app"]
        assert project.read("named.yml")["scheduled_tasks_filters"] == {"workspace_app": filters["workspace_app"]}
        assert not [name for name in ("alone.yml", "detail.yml") if (project.folder / name).exists()]


class TestOutput:
    def test_what_was_done_and_what_failed_stands_at_the_end(self, project):
        names = [f"task-{number:03}" for number in range(200)]
        project.add({"workspace_app": [{"task_name": name} for name in names]})
        entries: list[dict[str, Any]] = [{"name": name} for name in names]
        for number in (3, 7):
            entries[number]["schedule"] = {"time": "04:15"}
        failing = [*entries, {"name": "new", "task_type": "START_SERVER", "targets": [{"type": "SERVER", "id": "s"}]}]
        failing[-1]["schedule"] = {"type": "daily", "day_interval": 1, "time": "04:15"}
        project.emulator.fail(
            "CreateScheduleTask", status=400, body={"error_code": "WKS.1", "error_msg": "no such server"}
        )

        foretelling = use_role(scheduled_tasks_list=entries)
        foretelling["ansible.builtin.include_role"]["apply"] = {"check_mode": True}
        played = project.play(
            user_play(
                use_role(scheduled_tasks_list=entries[:5], scheduled_tasks_prefix="five"),
                {"name": "Between", "ansible.builtin.debug": {"msg": "Between"}},
                foretelling,
                rescued(use_role(scheduled_tasks_list=failing)),
                show("scheduled_tasks_summary"),
            )
        )
        assert played.changes == {"localhost": 3}, played.output
        changed = [
            f"changed: workspace_app task-{number}: schedule.time: 09:00:00 -> 04:15:00" for number in ("003", "007")
        ]
        first, _between, foretold, done = [lines for _host, lines in played.reports]
        assert first == ["5 scheduled tasks: 4 unchanged, 1 changed.", changed[0]]
        assert foretold == ["200 scheduled tasks: 199 unchanged, 1 would change.", f"would change{changed[1][7:]}"]
        assert done[:2] == ["201 scheduled tasks: 199 unchanged, 1 changed, 1 failed.", changed[1]]
        assert done[2].startswith(
            "failed: entry 201, workspace_app new: create scheduled task new: 400 WKS.1 no such server"
        )
        assert len(done) == 3
        assert played.messages == [f"{done[0]} {done[2]}"]
        ((_host, summary),) = played.facts("scheduled_tasks_summary")
        assert summary == {
            "counts": {"unchanged": 199, "changed": 1, "failed": 1},
            "changed": ["workspace_app task-007"],
            "failed": ["workspace_app new"],
        }

    def test_of_many_unchanged_tasks_no_more_is_said_than_of_a_few(self, project):
        names = [f"task-{number:03}" for number in range(200)]
        project.add({"workspace_app": [{"task_name": name} for name in names]})
        entries = [{"name": name} for name in names]
        of_five, of_all = (use_role(scheduled_tasks_list=entries[:count]) for count in (5, 200))
        between = {"name": "Between", "ansible.builtin.debug": {"msg": "Between"}}
        played = project.play(user_play(of_five, between, of_all))
        assert played.status == 0
        before, after = played.output.split("TASK [Between]")
        few, many = (len(part.splitlines()) for part in (before.split("TASK [Use")[1], after.split("TASK [Use")[1]))
        # The recap stands behind them.
        assert many <= few + 6
        assert "task-100" not in played.output


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
        ]
        project.ansible.write("scheduled_tasks.yml", {**variables, "scheduled_tasks_list": entries})
        # A service may quote what it refuses.
        words = {"error_code": "COC.1", "error_msg": f"{other} is refused"}
        project.emulator.fail("UpdateScheduledTask", status=400, body=words)
        uses = [
            use_role("export", scheduled_tasks_file="exported.yml", **variables),
            rescued(use_role("audit", scheduled_tasks_audit_file="audit.md")),
            show("scheduled_tasks_drift"),
            rescued(use_role()),
            rescued(use_role(scheduled_tasks_list=[{"name": "wrong", "secret": SECRET}], scheduled_tasks_no_log=True)),
        ]
        played = project.play(user_play(*uses), options=("-vvv", "--diff"))
        drift = [
            "would change: coc changed: coc.input_param differs",
            "would delete: coc unlisted (not on the list)",
        ]
        assert played.facts("scheduled_tasks_drift") == [("localhost", drift)]
        assert "failed: entry 2, coc changed: update scheduled task changed" in played.output
        assert "400 COC.1 ..." in played.output
        assert "secret is refused: there is no such option" in played.output
        assert SECRET in (project.folder / "exported.yml").read_text()
        assert "coc.input_param differs" in (project.folder / "audit.md").read_text()
        for shown in (played.output, *((project.folder / name).read_text() for name in ("ansible.log", "audit.md"))):
            assert SECRET not in shown

    def test_the_mask_of_a_secret_never_takes_its_place(self, project):
        key = project.ansible.account.SECRET_KEY
        project.add({"coc": [{"name": "own", "input_param": {"key": key}}], "workspace_app": [{"task_name": "fine"}]})
        before = project.stored
        entry = {"service": "coc", "name": "own", "coc": {"input_param": {"key": "********"}}}
        listed = {"scheduled_tasks_list": [entry]}
        uses = [use_role("export"), use_role("audit", **listed), use_role(**listed)]
        played = project.play(user_play(*map(rescued, uses)))
        words = " ".join(played.output.split())
        assert re.search(
            r"Scheduled task coc own \(\w+\) has a secret of the connection in coc\.input_param\.key,", words
        )
        assert not (project.folder / "scheduled_tasks.yml").exists()
        _exported, *others = played.messages
        assert len(others) == 2
        for message in others:
            assert "coc.input_param.key: text of length 8 is refused: ******** in it stands for a secret" in message
        assert not project.written
        assert project.stored == before
        assert key not in played.output


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
        assert dict(played.reports) == dict.fromkeys(("east", "north"), ["1 scheduled task: 1 unchanged."])
        assert [entry["name"] for entry in project.read("scheduled_tasks.east.yml")["scheduled_tasks_list"]] == [
            "of-east"
        ]
        assert not project.written

        # One after the other, a part of them, and with a list among the variables of a host.
        listed = {"scheduled_tasks_list": [{"name": "of-nobody", "state": "absent"}]}
        (project.folder / "host_vars").mkdir()
        project.ansible.write("host_vars/north.yml", listed)
        emulator.workspace_app.add_task(task_name="unlisted", project_id=hosts["east"])
        options += ("--extra-vars", "cloudcron_hosts=projects:!west cloudcron_serial=2")
        audited = dict(project.play("audit", options=options).reports)
        assert audited["east"][1:] == ["would delete: workspace_app unlisted (not on the list)"]
        assert audited["north"][1:] == [
            "would delete: workspace_app of-north (not on the list)",
        ]

        # One file for both would be that of the last one.
        options += ("--extra-vars", "scheduled_tasks_audit_file=audit.md")
        project.play("audit", options=options)
        assert not project.emulator.operations
        assert not (project.folder / "audit.md").exists()


def _encrypted(text: str) -> bytes:
    from ansible.parsing.vault import VaultLib, VaultSecret

    return VaultLib([("default", VaultSecret(b"open"))]).encrypt(text)


class TestTheRoleInAPlay:
    def test_it_takes_module_defaults_tags_and_many_files(self, project):
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
        assert played.status == 0, played.output
        unchanged, changed = "1 scheduled task: 1 unchanged.", "1 scheduled task: 1 changed."
        difference = "changed: workspace_app {}: enabled: true -> false"
        assert [lines for _host, lines in played.reports] == [
            [unchanged],
            [unchanged],
            [changed, difference.format("a")],
            [unchanged],
            [changed, difference.format("b")],
        ]

    @pytest.mark.parametrize("behaviour", ["replace", "merge"])
    def test_nothing_of_a_file_outlives_its_call(self, project, behaviour):
        """Its `purge: true` has deleted tasks of a play that had a list of its own."""
        project.add({"workspace_app": [{"task_name": name} for name in ("of-the-file", "of-the-play", "of-nobody")]})
        of_file = {
            "scheduled_tasks_list": [{"name": "of-the-file"}],
            "scheduled_tasks_purge": True,
            "scheduled_tasks_prefix": "of-the-file",
            "scheduled_tasks_max_deletions": 100,
            "scheduled_tasks_defaults": {"workspace_app": {"enabled": False}},
        }
        project.ansible.write("scheduled_tasks.yml", of_file)
        project.ansible.write("other.yml", {"scheduled_tasks_list": [{"name": "of-the-play"}]})
        of_play = {"scheduled_tasks_list": [{"name": "of-the-play"}]}
        played = project.play(
            user_play(use_role(), use_role(**of_play), use_role(scheduled_tasks_file="other.yml")),
            user_play(use_role(**of_play), rescued(use_role(scheduled_tasks_file="nowhere.yml"))),
            environment={"ANSIBLE_HASH_BEHAVIOUR": behaviour},
        )
        assert played.status == 0, played.output
        assert [lines for _host, lines in played.reports] == [
            ["1 scheduled task: 1 changed.", "changed: workspace_app of-the-file: enabled: true -> false"],
            *[["1 scheduled task: 1 unchanged."]] * 3,
        ]
        assert project.written == {"UpdateScheduleTask": 1}
        assert len(played.messages) == 1

    def test_what_is_no_result_of_a_list_fails_too(self, project):
        """The connection is refused, or there is no Python for the module."""
        listed = {"scheduled_tasks_list": [{"name": "a"}]}
        nowhere = {"module_defaults": {"group/cloudcron.huaweicloud.all": {"endpoint": "ftp://nowhere"}}}
        broken = {"vars": {"cloudcron_in_process": False, "ansible_python_interpreter": "/no/python"}}
        project.ansible.write("scheduled_tasks.yml", listed)
        wrong = [rescued(use_role(name, scheduled_tasks_purg=True, **listed)) for name in ("main", "audit")]
        plays = [
            user_play({**rescued(use_role(name)), **keywords})
            for name in ("main", "audit")
            for keywords in (nowhere, broken)
        ]
        played = project.play(*plays, user_play(*wrong))
        assert len(played.messages) == 6, played.output
        assert all("endpoint" in message for message in played.messages[0:4:2])
        assert all("scheduled_tasks_purge" in message for message in played.messages[4:])
        assert played.changes == {"localhost": 0}
        assert played.reports == []
        assert not project.emulator.operations
