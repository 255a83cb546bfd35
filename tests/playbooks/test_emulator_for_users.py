# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator of the installed collection, as whoever installs that uses it: by one command, and in a pipeline."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

RECAP = re.compile(r"^localhost +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0 ", re.MULTILINE)

CREATES = """
- name: Keep a task
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Keep a task
      cloudcron.huaweicloud.scheduled_task:
        service: workspace_app
        name: nightly-restart
        task_type: RESTART_SERVER
        schedule: {type: daily, day_interval: 1, time: "03:30"}
        targets: [{type: SERVER, id: server-1}]
"""

ALWAYS_CHANGES = """
- name: Change something
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Change something
      ansible.builtin.set_fact:
        anything: true
      changed_when: true
"""


@pytest.fixture
def installed(site: str) -> Path:
    """The folder of the installed collection."""
    return Path(site, "ansible_collections", "cloudcron", "huaweicloud")


@pytest.fixture
def user(make_ansible: Callable[..., Any]) -> Any:
    """Somebody with Ansible and the installed collection, and nothing else."""
    return make_ansible()


@pytest.fixture
def pipelines(installed: Path) -> list[str]:
    """The step of each pipeline of the guide that runs the playbook."""
    guide = (installed / "docs" / "docsite" / "rst" / "guide_emulator.rst").read_text(encoding="utf-8")
    blocks = re.findall(r"^\.\. code-block:: yaml\n\n((?: {4}.*\n|\n)+)", guide, re.MULTILINE)
    github, gitlab = (yaml.safe_load(textwrap.dedent(block)) for block in blocks[-2:])
    return [github["jobs"]["emulator"]["steps"][-1]["run"], gitlab["scheduled-tasks"]["script"][-1]]


def test_the_demo_runs_in_it(user: Any, installed: Path) -> None:
    emulator = installed / "extensions" / "emulator"
    demo = ("ansible-playbook", "cloudcron.huaweicloud.demo")
    check = re.search(r"taskId: (\w+)", (emulator / "demo_seed.yml").read_text())
    assert check is not None
    done = user.run(
        *("python", str(emulator), "--seed", str(emulator / "demo_seed.yml")),
        *("--", *demo, "--extra-vars", f"demo_code_check={check[1]}"),
        CLOUDCRON_ENDPOINT="http://127.0.0.1:9",
        HUAWEICLOUD_SDK_AK="mine",
        HW_AUTH_TOKEN="mine",
    )
    assert done.returncode == 0, done.stdout
    (counts,) = RECAP.findall(done.stdout)
    assert counts == ("11", "6")
    assert "code check (enabled): weekly, 06:30:00" in done.stdout


def test_the_demo_runs_nowhere_else(user: Any) -> None:
    done = user.run("ansible-playbook", "cloudcron.huaweicloud.demo")
    assert done.returncode == 2
    assert "it runs in the emulator only" in done.stdout
    assert "ok=0 " in done.stdout


def test_a_pipeline_passes_if_the_second_run_changes_nothing(user: Any, installed: Path, pipelines: list[str]) -> None:
    github, gitlab = pipelines
    assert github == gitlab
    (user.folder / "site.yml").write_text(CREATES)
    done = user.run("/bin/bash", "-ec", github, EMULATOR=str(installed / "extensions" / "emulator"))
    assert done.returncode == 0, done.stdout
    assert RECAP.findall(done.stdout) == [("1", "1"), ("1", "0")]


def test_a_pipeline_fails_if_the_second_run_changes_something(user: Any, installed: Path, pipelines: list[str]) -> None:
    (user.folder / "site.yml").write_text(ALWAYS_CHANGES)
    done = user.run("/bin/bash", "-ec", pipelines[0], EMULATOR=str(installed / "extensions" / "emulator"))
    assert done.returncode == 1, done.stdout
    # Those of the two runs, and what was found to be wrong.
    assert RECAP.findall(done.stdout) == [("1", "1")] * 3
