# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-lint checks the options of the modules, as far as a task gives them itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent

PLAYBOOK = """---
- name: Keep our scheduled tasks
  hosts: localhost
  gather_facts: false
  module_defaults:
    group/cloudcron.huaweicloud.all:
      service: workspace_app
      region: cn-north-4
  tasks:
    - name: Be right with defaults and templates
      cloudcron.huaweicloud.scheduled_task:
        name: nightly-restart
        state: "{{ wanted_state }}"
        enabled: "{{ is_term }}"
        schedule:
          day_interval: "{{ days }}"
          time: "{{ time }}"

    - name: Be right again
      cloudcron.huaweicloud.scheduled_tasks:
        tasks:
          - name: nightly-restart
        purge: "{{ scope }}"

    - name: Give a suboption that there is not
      cloudcron.huaweicloud.scheduled_task:
        name: nightly-restart
        schedule:
          tme: "{{ time }}"

    - name: Choose what is no choice
      cloudcron.huaweicloud.scheduled_task:
        name: nightly-restart
        state: gone

    - name: Give a number that is none
      cloudcron.huaweicloud.scheduled_task:
        name: nightly-restart
        schedule:
          day_interval: often

    - name: Give an option that there is not
      cloudcron.huaweicloud.scheduled_task_info:
        history_detail: true

    - name: Give a list another name
      cloudcron.huaweicloud.scheduled_tasks:
        keep:
          - name: nightly-restart
"""

FINDINGS = [
    "Unsupported parameters: schedule.tme. Supported parameters include: cron, ",
    "value of state must be one of: present, absent, got: gone",
    "'day_interval' is of type ",
    "Unsupported parameters: history_detail. Supported parameters include: ",
    "Unsupported parameters: keep. Supported parameters include: ",
]


def test_it_finds_what_is_wrong_and_misses_nothing(site: Path, tmp_path: Path) -> None:
    (tmp_path / "site.yml").write_text(PLAYBOOK, encoding="utf-8")
    # Otherwise it looks for the settings of whatever repository this folder is in.
    (tmp_path / ".ansible-lint").write_text("---\noffline: true\n", encoding="utf-8")
    options = ("--strict", "--nocolor", "--format", "codeclimate", "--project-dir", ".")
    done = subprocess.run(
        [BIN / "ansible-lint", *options, "site.yml"],
        cwd=tmp_path,
        env={
            "ANSIBLE_COLLECTIONS_PATH": str(site),
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(BIN), "/usr/bin", "/bin"]),
        },
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 2, done
    found = json.loads(done.stdout)
    assert {each["check_name"] for each in found} == {"args[module]"}
    said = [each["description"] for each in sorted(found, key=lambda each: each["location"]["lines"]["begin"])]
    assert len(said) == len(FINDINGS), said
    assert [message[: len(start)] for message, start in zip(said, FINDINGS, strict=True)] == FINDINGS
