# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks and the role stay with the machine, the user and the environment of who plays them.

And they play for somebody: a play for no host would succeed.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.command import variables

PLAYBOOK = "cloudcron.huaweicloud"

# Becomes nobody else, and leaves the environment behind, as sudo does.
BECOME = '''
from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: forgetful
short_description: Forgets the environment
description: [Leaves every command as it is, and nothing of its environment.]
version_added: 0.0.1
options: {become_user: {description: Nobody., default: nobody}}
"""


class BecomeModule(BecomeBase):
    name = "forgetful"

    def build_become_command(self, cmd, shell):
        super().build_become_command(cmd, shell)
        return "env -i " + self._build_success_command(cmd, shell)
'''
FORGETFUL = {"ANSIBLE_BECOME_METHOD": "forgetful", "ANSIBLE_BECOME_PLUGINS": "become_plugins"}
BY_DEFAULT = {**FORGETFUL, "ANSIBLE_BECOME": "true"}
WARNING = "most likely does not see these variables of Ansible's environment, since"


@pytest.fixture
def door() -> str:
    """Every play of this file says by itself where it runs."""
    return "in process"


@dataclass
class Where:
    """Ansible in a folder with an emulator, and with a way to become somebody else."""

    ansible: Any

    def play(self, playbook: Any, *options: str, expected: int = 0, **environment: str) -> str:
        """Play one of the collection by its name, or plays of one's own; return the output."""
        if not isinstance(playbook, str):
            self.ansible.write("playbook.yml", playbook)
            playbook = "playbook.yml"
        found = variables(self.ansible.emulator.url)
        done = self.ansible.run("ansible-playbook", *options, playbook, **{**found, **FORGETFUL, **environment})
        output = " ".join(done.stdout.split())
        assert done.returncode == expected, done.stdout
        return output

    def host(self, name: str = "localhost", **own: Any) -> tuple[str, str]:
        """Write an inventory with one host, and return the option for it."""
        python = {"ansible_python_interpreter": sys.executable}
        self.ansible.write("inventory.yml", {"all": {"hosts": {name: {**python, **own}}}})
        return ("--inventory", "inventory.yml")


@pytest.fixture
def where(ansible: Any) -> Where:
    plugin = ansible.folder / "become_plugins" / "forgetful.py"
    plugin.parent.mkdir()
    plugin.write_text(BECOME, encoding="utf-8")
    ansible.write("scheduled_tasks.yml", {"scheduled_tasks_list": [{"name": "gone", "state": "absent"}]})
    return Where(ansible)


def look(**keywords: Any) -> list[dict[str, Any]]:
    """A play of one's own that looks something up."""
    task = {"name": "Look", "cloudcron.huaweicloud.scheduled_task_info": {"service": "workspace_app"}}
    return [{"name": "Look", "hosts": "all", "gather_facts": False, "tasks": [task], **keywords}]


class TestThePlaybooks:
    @pytest.mark.parametrize("playbook", ["export", "apply", "audit"])
    def test_they_become_nobody_else(self, where, emulator, playbook):
        emulator.workspace_app.add_task(task_name="ours")
        if playbook == "audit":
            where.ansible.write("scheduled_tasks.yml", {"scheduled_tasks_list": [{"name": "ours"}]})
        options = where.host(ansible_become=True, ansible_connection="ssh")
        output = where.play(f"{PLAYBOOK}.{playbook}", *options, "--become", "-vvv", **BY_DEFAULT)
        assert output.count("runs in Ansible's own process") > 0
        assert "runs as a module" not in output and WARNING not in output

    def test_the_demo_becomes_nobody_else(self, where, emulator):
        where.play(f"{PLAYBOOK}.demo", "--become", **BY_DEFAULT)
        assert len(emulator.workspace_app.tasks) == 4

    def test_an_extra_variable_is_obeyed_with_a_warning(self, where):
        extra = json.dumps({"ansible_become": True, "ansible_python_interpreter": sys.executable})
        output = where.play(f"{PLAYBOOK}.apply", "--extra-vars", extra, expected=2)
        assert f"{WARNING} become is set: CLOUDCRON_ENDPOINT, HW_ACCESS_KEY" in output


class TestTheRoleInAPlay:
    @pytest.mark.parametrize("entry_point", ["export", "main", "audit"])
    def test_it_becomes_nobody_else(self, where, entry_point):
        include = {"name": "cloudcron.huaweicloud.scheduled_tasks", "tasks_from": entry_point}
        task = {"name": "Use the role", "ansible.builtin.include_role": include}
        play = {"name": "Set a server up", "hosts": "localhost", "gather_facts": False, "become": True, "tasks": [task]}
        output = where.play([play], "-vvv")
        assert "runs in Ansible's own process" in output and "runs as a module" not in output


class TestAnEnvironmentThatIsLeftBehind:
    def test_it_is_told_once_with_its_reason(self, where):
        options = where.host(ansible_connection="local")
        task = look()[0]["tasks"][0]
        tasks = [{**task, "loop": [1, 2], "ignore_errors": True}, {**task, "ignore_errors": True}]
        output = where.play(look(become=True, tasks=tasks), *options)
        names = "CLOUDCRON_ENDPOINT, HW_ACCESS_KEY, HW_AUTH_URL, HW_PROJECT_ID, HW_REGION_NAME, HW_SECRET_KEY"
        assert output.count(WARNING) == 1
        assert f"scheduled_task_info {WARNING} become is set: {names}. Give options instead" in output

    def test_it_is_told_of_another_machine(self, where):
        options = where.host("away", ansible_connection="ssh", ansible_ssh_executable="false")
        output = where.play(look(), *options, expected=2)
        assert f"{WARNING} the connection is ssh: CLOUDCRON_ENDPOINT" in output

    @pytest.mark.parametrize("way", ["options", "environment", "module"])
    def test_nothing_is_told_where_nothing_is_missed(self, where, way):
        options = where.host(ansible_connection="local")
        keywords: dict[str, Any] = {"become": way != "module"}
        if way == "options":
            keywords["module_defaults"] = {"group/cloudcron.huaweicloud.all": where.ansible.keys}
        elif way == "environment":
            keywords["environment"] = variables(where.ansible.emulator.url)
        else:
            keywords["vars"] = {"cloudcron_in_process": False}
        output = where.play(look(**keywords), *options, "-vvv")
        assert "runs as a module" in output and WARNING not in output


NOBODY = "so there is nothing to work on"


class TestHosts:
    """Three projects, and what is played for them."""

    @pytest.fixture
    def inventory(self, where: Where) -> tuple[str, str]:
        hosts = dict.fromkeys(("east", "north", "west"), {"scheduled_tasks_list": []})
        where.ansible.write("inventory.yml", {"projects": {"hosts": hosts, "vars": {"scheduled_tasks_services": []}}})
        return ("--inventory", "inventory.yml")

    @pytest.mark.parametrize(
        ("playbook", "options", "told"),
        [
            ("export", ("-e", "cloudcron_hosts=elsewhere"), "No host of the inventory is elsewhere (cloudcron_hosts)"),
            ("apply", ("--limit", "east"), "is localhost (cloudcron_hosts) and within --limit east"),
            ("audit", ("-e", "cloudcron_hosts=projects:!projects"), "is projects:!projects (cloudcron_hosts)"),
        ],
    )
    def test_without_any_it_fails(self, where, inventory, playbook, options, told):
        output = where.play(f"{PLAYBOOK}.{playbook}", *inventory, *options, expected=4)
        assert f"{told}, {NOBODY}" in output
        assert not where.ansible.emulator.requests

    def test_without_an_inventory_it_fails_too(self, where):
        assert NOBODY in where.play(f"{PLAYBOOK}.audit", "--limit", "elsewhere", expected=4)

    def test_a_limit_that_leaves_nobody_at_all_is_ansibles_to_refuse(self, where, inventory):
        output = where.play(f"{PLAYBOOK}.audit", *inventory, "--limit", "elsewhere", expected=1)
        assert "leaves us with no hosts to target" in output

    def test_a_playbook_that_imports_it_fails(self, where, inventory):
        imported = {"ansible.builtin.import_playbook": f"{PLAYBOOK}.audit", "vars": {"cloudcron_hosts": "east"}}
        output = where.play([{"name": "Audit", **imported}], *inventory, "--limit", "w*", expected=4)
        assert f"is east (cloudcron_hosts) and within --limit w*, {NOBODY}" in output

    @pytest.mark.parametrize(
        ("options", "hosts"),
        [
            ((), "localhost"),
            (("--limit", "localhost,east"), "localhost"),
            (("-e", '{"cloudcron_hosts": ["east", "~n.*"]}', "--limit", "!east"), "north"),
            (("-e", "cloudcron_hosts=projects[0]", "--limit", "@limit"), "east"),
        ],
    )
    def test_with_some_it_is_for_them(self, where, inventory, options, hosts):
        (where.ansible.folder / "limit").write_text("east\nwest\n")
        output = where.play(f"{PLAYBOOK}.audit", *inventory, *options, "--list-hosts")
        assert output.endswith(f"hosts (1): {hosts}")

    def test_a_part_that_is_nobody_fails_where_that_is_asked_for(self, where, inventory):
        options = (*inventory, "--list-hosts", "-e", "cloudcron_hosts=east,elsewhere")
        where.play(f"{PLAYBOOK}.audit", *options)
        where.play(f"{PLAYBOOK}.audit", *options, expected=4, ANSIBLE_HOST_PATTERN_MISMATCH="error")
