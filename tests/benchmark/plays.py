# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays playbooks with the installed collection and measures them: time, memory, and how long each task took."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tools._common import BIN

from .programs import environment

CALLBACKS = Path(__file__).with_name("callbacks")
COLLECTION = "cloudcron.huaweicloud"
RECAP = re.compile(r" ok=\d+ +changed=(\d+) +unreachable=(\d+) +failed=(\d+) ")


@dataclass(frozen=True)
class Run:
    """What a run of ansible-playbook took.

    :ivar seconds: from its start to its end.
    :ivar cpu_seconds: of all its processes.
    :ivar peak: bytes of memory that the largest of its processes held at a time.
    :ivar tasks: seconds from the start of each task to the start of the next one, by name.
    """

    seconds: float
    cpu_seconds: float
    peak: int
    tasks: dict[str, float]


class Ansible:
    """Ansible with the installed collection, in a folder of its own.

    :param site: a collections path.
    :param folder: is there and empty.
    """

    def __init__(self, site: Path, folder: Path) -> None:
        self._folder = folder
        self._times = folder / "times.json"
        self._environment = environment(
            ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
            ANSIBLE_CALLBACKS_ENABLED="task_times",
            ANSIBLE_COLLECTIONS_PATH=str(site),
            ANSIBLE_LOCAL_TEMP=str(folder / "local"),
            ANSIBLE_NOCOLOR="True",
            ANSIBLE_NOCOWS="True",
            ANSIBLE_REMOTE_TEMP=str(folder / "remote"),
            CLOUDCRON_TASK_TIMES=str(self._times),
        )

    def play(
        self,
        tasks: Sequence[dict[str, Any]],
        defaults: dict[str, Any] | None = None,
        variables: dict[str, Any] | None = None,
        hosts: dict[str, dict[str, Any]] | None = None,
        forks: int = 5,
    ) -> Run:
        """Play tasks of which none may change anything, and return what that took.

        :param defaults: of the collection's modules.
        :param hosts: the inventory, variables by host; one host where it is not given.
        :param forks: on how many hosts at a time; Ansible's own default where it is not given.
        :raises RuntimeError: a task failed or changed something, so that the measurement means nothing.
        """
        play = {
            "name": "Measure",
            "hosts": "all",
            "gather_facts": False,
            "vars": {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                **(variables or {}),
            },
            "module_defaults": {f"group/{COLLECTION}.all": defaults or {}},
            "tasks": list(tasks),
        }
        self._write("playbook.yml", [play])
        hosts = hosts or {"localhost": {}}
        self._write("inventory.yml", {"all": {"hosts": hosts}})
        arguments = ["--inventory", "inventory.yml", "--forks", str(forks), "playbook.yml"]
        return self._measured(arguments, len(hosts) if tasks else 0)

    def _write(self, name: str, content: Any) -> None:
        (self._folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")

    def _measured(self, arguments: Sequence[str], hosts: int) -> Run:
        """Run ansible-playbook, which has to end well on so many hosts, and measure it."""
        self._times.unlink(missing_ok=True)
        said = self._folder / "output.txt"
        with said.open("w") as output:
            began = time.perf_counter()
            process = subprocess.Popen(
                [str(BIN / "ansible-playbook"), *arguments],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                _pid, status, used = os.wait4(process.pid, 0)
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                raise
            seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        text = said.read_text()
        recaps = RECAP.findall(text)
        if process.returncode or recaps != [("0", "0", "0")] * hosts:
            raise RuntimeError(f"The play did not go as it should:\n{text[-8000:]}")
        times = json.loads(self._times.read_text())
        return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, times)


def task(module: str, options: Any, name: str = "Call", **keywords: Any) -> dict[str, Any]:
    """Return a task of a playbook; a module without a dot is the collection's."""
    return {"name": name, module if "." in module else f"{COLLECTION}.{module}": options, **keywords}
