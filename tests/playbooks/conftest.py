# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real playbooks with the installed collection, in an environment that knows nothing of whoever runs the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

BIN = Path(sys.executable).parent


@dataclass
class Played:
    """What came of a run of Ansible."""

    status: int
    """0 unless a task failed that is not allowed to, or the playbook cannot be played."""
    output: str
    """Standard output and standard error."""
    results: list[dict[str, Any]]
    """What each task has registered, in their order."""
    log: str
    """What was written to Ansible's log file."""

    @property
    def result(self) -> dict[str, Any]:
        """What the only task has registered."""
        (result,) = self.results
        return result

    @property
    def everything(self) -> str:
        """All that anybody can see of the run."""
        return "\n".join(
            [self.output, self.log, json.dumps(self.results), json.dumps(self.results, ensure_ascii=False)]
        )


@dataclass
class Ansible:
    """Ansible with a home of its own, the installed collection, and an emulator for its tasks."""

    site: str
    folder: Path
    emulator: Any

    @property
    def home(self) -> Path:
        """The home of whoever plays."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return home

    @property
    def results(self) -> Path:
        """The file that keeps what the tasks have registered."""
        return self.folder / "results.json"

    @property
    def address(self) -> dict[str, Any]:
        """Options that lead a task to the emulator, without saying who is asking."""
        account = self.account
        return {
            "service": "workspace_app",
            "endpoint": self.emulator.url,
            "auth_url": self.emulator.url,
            "region": account.REGION,
            "timeout": 10,
        }

    @property
    def account(self) -> Any:
        """The emulator's account."""
        from ansible_collections.cloudcron.huaweicloud.tests.emulator import account

        return account

    @property
    def keys(self) -> dict[str, Any]:
        """Options that lead a task to the emulator and say who is asking."""
        account = self.account
        return {
            **self.address,
            "project_id": account.PROJECT_ID,
            "access_key": account.ACCESS_KEY,
            "secret_key": account.SECRET_KEY,
        }

    def fetch_token(self) -> str:
        """A token for the emulator; asking for it leaves no trace in its log."""
        account = self.account
        user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": {"name": account.REGION}}}}
        answer = requests.post(f"{self.emulator.url}/v3/auth/tokens", json=body, timeout=10)
        self.emulator.clear_requests()
        return answer.headers["X-Subject-Token"]

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's commands."""
        environment = {
            "ANSIBLE_COLLECTIONS_PATH": self.site,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(BIN), "/usr/local/bin", "/usr/bin", "/bin"]),
            **variables,
        }
        (self.folder / "ansible.cfg").touch()
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def play(
        self,
        tasks: Sequence[dict[str, Any]] | str,
        options: Sequence[str] = (),
        defaults: dict[str, Any] | None = None,
        secrets: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        python: str | os.PathLike[str] = sys.executable,
    ) -> Played:
        """Play tasks on localhost, all of them whatever happens, and return what they have registered.

        :param tasks: as objects, or as YAML text, which is played as it is and of which no results are kept.
        :param options: of ansible-playbook.
        :param defaults: of the modules; the emulator and its keys where they are not given.
        :param secrets: variables that come from a file, so that no playbook shows them.
        :param environment: of the tasks.
        :param python: runs the modules.
        """
        if isinstance(tasks, str):
            (self.folder / "tasks.yml").write_text(tasks, encoding="utf-8")
            tasks, results = [{"name": "Play the text", "ansible.builtin.include_tasks": "tasks.yml"}], "[]"
        else:
            names = [task.get("register", f"result_{number}") for number, task in enumerate(tasks)]
            tasks = [{**task, "register": name, "ignore_errors": True} for task, name in zip(tasks, names, strict=True)]
            results = f"{{{{ [{', '.join(names)}] | to_json }}}}"
        play = {
            "name": "Test",
            "hosts": "localhost",
            "gather_facts": False,
            "environment": environment or {},
            "vars_files": ["secrets.yml"],
            "module_defaults": {"group/cloudcron.huaweicloud.all": self.keys if defaults is None else defaults},
            "tasks": tasks,
            "post_tasks": [
                {
                    "name": "Keep the results",
                    "ansible.builtin.copy": {"content": results, "dest": str(self.results), "mode": "0600"},
                    "check_mode": False,
                    "diff": False,
                    "changed_when": False,
                    "vars": {"ansible_python_interpreter": sys.executable},
                }
            ],
        }
        self.write("secrets.yml", secrets or {})
        self.write("playbook.yml", [play])
        host = {"ansible_connection": "local", "ansible_python_interpreter": str(python)}
        self.write("inventory.yml", {"all": {"hosts": {"localhost": host}}})
        log = self.folder / "ansible.log"
        log.unlink(missing_ok=True)
        done = self.run("ansible-playbook", "--inventory", "inventory.yml", *options, "playbook.yml")
        kept = json.loads(self.results.read_text()) if done.returncode == 0 else []
        return Played(done.returncode, done.stdout, kept, log.read_text())

    def write(self, name: str, content: Any) -> None:
        """Write a YAML file beside the playbook."""
        (self.folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture
def ansible(emulator: Any, tmp_path: Path) -> Ansible:
    """Ansible, with the installed collection and the emulator."""
    site = os.environ.get("CLOUDCRON_SITE")
    if not site:
        pytest.fail("These tests want the installed collection in CLOUDCRON_SITE: run `make integration`.")
    return Ansible(site, tmp_path, emulator)


@pytest.fixture
def task() -> Callable[..., dict[str, Any]]:
    """A task of a playbook: ``task(module, **options)``, the module by its short name."""

    def task(module: str, **options: Any) -> dict[str, Any]:
        return {"name": "Call the module", f"cloudcron.huaweicloud.{module}": options}

    return task


@pytest.fixture
def nightly() -> dict[str, Any]:
    """Options of a whole task."""
    return {
        "name": "nightly-restart",
        "task_type": "RESTART_SERVER",
        "schedule": {"type": "daily", "day_interval": 1, "time": "03:30", "time_zone": "Asia/Shanghai"},
        "targets": [{"type": "SERVER_GROUP", "id": "group-1"}],
    }
