# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs real playbooks with the installed collection, in an environment that knows nothing of whoever runs the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

BIN = Path(sys.executable).parent

PATIENCE = 1200  # seconds, which no play takes that does not hang

IN_PROCESS, MODULE = DOORS = ("in process", "module")

# What the tests themselves need of a playbook is done without a module, since starting one takes as long as Ansible.
KEEP_RESULTS = """
from pathlib import Path

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        Path(self._task.args["path"]).write_text(self._task.args["results"], encoding="utf-8")
        return {}
"""

# A result as callbacks get it has the arguments too.
TELL_RESULTS = """
import json
import os

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_NAME = "tell_results"

    def v2_runner_on_ok(self, result, ignore_errors=None):
        with open(os.environ["TOLD_RESULTS"], "a", encoding="utf-8") as file:
            print(json.dumps(result._result, default=repr), file=file)

    v2_runner_on_failed = v2_runner_on_unreachable = v2_runner_on_ok
    v2_runner_item_on_ok = v2_runner_item_on_failed = v2_runner_retry = v2_runner_on_ok
"""

# Stands before the Python that runs the modules, and counts them.
COUNTING_PYTHON = """#!/bin/sh
echo "$0" >> {count}
exec {python} "$@"
"""


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
    told: list[dict[str, Any]]
    """The results as callbacks get them."""
    processes: int = 0
    """How many processes were started for modules."""

    @property
    def result(self) -> dict[str, Any]:
        """What the only task has registered."""
        (result,) = self.results
        return result

    @property
    def everything(self) -> str:
        """All that anybody can see of the run."""
        return "\n".join(
            [self.output, self.log]
            + [
                json.dumps(results, ensure_ascii=ensure_ascii)
                for results in (self.results, self.told)
                for ensure_ascii in (True, False)
            ]
        )


@dataclass
class Ansible:
    """Ansible with a home of its own, the installed collection, and an emulator for its tasks.

    Its tasks go through the door.
    """

    site: str
    folder: Path
    emulator: Any
    python: str
    """Runs the modules; words for a shell."""
    door: str = IN_PROCESS
    current: Path | None = None
    """Where Ansible is called; beside the playbook if it is not said."""

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
    def count(self) -> Path:
        """The file that has a line for each process of a module."""
        return self.folder / "processes"

    @property
    def output(self) -> Path:
        """The file with what the latest command has written so far."""
        return self.folder / "output"

    @property
    def processes(self) -> int:
        """How many processes have been started for modules so far."""
        return len(self.count.read_text().splitlines()) if self.count.exists() else 0

    @property
    def address(self) -> dict[str, Any]:
        """Options that lead a task to the emulator, without saying who is asking."""
        account = self.account
        return {
            "service": "workspace_app",
            "endpoint": self.emulator.url,
            "auth_url": self.emulator.url,
            "region": account.REGION,
            "timeout": PATIENCE,
        }

    @property
    def account(self) -> Any:
        """The emulator's account."""
        from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

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
        answer = requests.post(f"{self.emulator.url}/v3/auth/tokens", json=body, timeout=PATIENCE)
        self.emulator.clear_requests()
        return answer.headers["X-Subject-Token"]

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of Ansible's commands."""
        environment = {
            # Otherwise it is looked for in the home that the system knows.
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_COLLECTIONS_PATH": self.site,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
            "ANSIBLE_NOCOLOR": "1",
            # The modules start sooner.
            "ANSIBLE_PIPELINING": "1",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(BIN), "/usr/local/bin", "/usr/bin", "/bin"]),
            # Some messages of Ansible list a set.
            "PYTHONHASHSEED": "0",
            # Modules that are killed leave something there.
            "TMPDIR": tempfile.gettempdir(),
            "TOLD_RESULTS": str(self.folder / "told"),
            **variables,
        }
        (self.folder / "ansible.cfg").touch()
        for kind, name, code in (("action", "keep_results", KEEP_RESULTS), ("callback", "tell_results", TELL_RESULTS)):
            plugin = self.folder / f"{kind}_plugins" / f"{name}.py"
            plugin.parent.mkdir(exist_ok=True)
            plugin.write_text(code, encoding="utf-8")
        with self.output.open("w", encoding="utf-8") as output:
            done = subprocess.run(
                [str(BIN / command[0]), *command[1:]],
                cwd=self.current or self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PATIENCE,
                check=False,
                # As in a terminal, a signal for the whole of it reaches nobody else.
                start_new_session=True,
            )
        return subprocess.CompletedProcess(done.args, done.returncode, self.output.read_text(encoding="utf-8"))

    def play(
        self,
        tasks: Sequence[dict[str, Any]] | str,
        options: Sequence[str] = (),
        defaults: dict[str, Any] | None = None,
        secrets: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        python: str | os.PathLike[str] | None = None,
        variables: dict[str, str] | None = None,
        keywords: dict[str, Any] | None = None,
    ) -> Played:
        """Play tasks on localhost, all of them whatever happens, and return what they have registered.

        :param tasks: as objects, or as YAML text, which is played as it is and of which no results are kept.
        :param options: of ansible-playbook.
        :param defaults: of the modules; the emulator and its keys where they are not given.
        :param secrets: variables that come from a file, so that no playbook shows them.
        :param environment: of the tasks.
        :param python: runs the modules; that of `Ansible` if it is not given.
        :param variables: of the environment of Ansible itself.
        :param keywords: of the play.
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
                {"name": "Keep the results", "keep_results": {"path": str(self.results), "results": results}},
            ],
            **(keywords or {}),
        }
        self.write("secrets.yml", secrets or {})
        self.write("playbook.yml", [play])
        host = {
            "ansible_connection": "local",
            "ansible_python_interpreter": str(self.counting(python)),
            "cloudcron_in_process": self.door == IN_PROCESS,
        }
        self.write("inventory.yml", {"all": {"hosts": {"localhost": host}}})
        log = self.folder / "ansible.log"
        log.unlink(missing_ok=True)
        (self.folder / "told").write_text("")
        before = self.processes
        inventory, playbook = (str(self.folder / name) for name in ("inventory.yml", "playbook.yml"))
        done = self.run("ansible-playbook", "--inventory", inventory, *options, playbook, **(variables or {}))
        kept = json.loads(self.results.read_text(encoding="utf-8")) if done.returncode == 0 else []
        told = [json.loads(line) for line in (self.folder / "told").read_text().splitlines()]
        return Played(done.returncode, done.stdout, kept, log.read_text(), told, self.processes - before)

    def counting(self, python: str | os.PathLike[str] | None = None, name: str = "python") -> Path:
        """A script that runs a Python, that of `Ansible` if none is given, and counts its calls."""
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(COUNTING_PYTHON.format(count=self.count, python=python or self.python), encoding="utf-8")
        path.chmod(0o700)
        return path

    def write(self, name: str, content: Any) -> None:
        """Write a YAML file beside the playbook."""
        (self.folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    """The door through which the tasks go."""
    return str(request.param)


@pytest.fixture(scope="session")
def site() -> str:
    """The collections path with the installed collection."""
    path = os.environ.get("CLOUDCRON_SITE")
    if not path:
        pytest.fail("These tests want the installed collection in CLOUDCRON_SITE: run `make integration`.")
    return path


@pytest.fixture(scope="session")
def started_python() -> Iterator[str]:
    """A Python that has started already, for modules."""
    # Conftest files are loaded before the collection can be imported by its name.
    from ansible_collections.cloudcron.huaweicloud.tests.playbooks.ready_python import ready_python

    with ready_python() as python:
        yield python


@pytest.fixture
def ansible(emulator: Any, tmp_path: Path, door: str, site: str, started_python: str) -> Iterator[Ansible]:
    """Ansible, with the installed collection and the emulator."""
    ansible = Ansible(site, tmp_path, emulator, started_python, door)
    yield ansible
    # A test that goes through the other door says nothing of this one.
    if ansible.results.exists():
        assert bool(ansible.processes) == (door == MODULE)


@pytest.fixture(scope="module")
def make_ansible(
    _emulator: Any, tmp_path_factory: pytest.TempPathFactory, site: str, started_python: str
) -> Callable[..., Ansible]:
    """Makes what `ansible` is, for plays that several tests look at."""

    def make(door: str = IN_PROCESS, site: str = site) -> Ansible:
        return Ansible(site, tmp_path_factory.mktemp("ansible"), _emulator, started_python, door)

    return make


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
