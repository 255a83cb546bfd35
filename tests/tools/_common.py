# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools share: where things lie, a clean environment, and commands that stop when their caller is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".work"
BIN = Path(sys.executable).parent

# What the person at the keyboard has set for Ansible, for this collection or for Huawei Cloud must not reach a test.
PERSONAL = ("ANSIBLE_", "CLOUDCRON_", "HC_", "HUAWEICLOUD_", "HW_", "OS_")


def clean_environment(**added: str) -> dict[str, str]:
    """The environment without anything personal, with a home of its own and the tools of this Python first."""
    home = WORK / "home"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "ansible.cfg"
    config.touch()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(PERSONAL)},
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_HOME": str(home / ".ansible"),
        "HOME": str(home),
        "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
        **added,
    }


def stop_on_sigterm() -> None:
    """Make SIGTERM unwind the stack, so that whatever was made or started is removed and stopped."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> int:
    """Run a command; return its status. If this process has to stop, so has the command with all it started."""
    process = subprocess.Popen(command, cwd=cwd, env=env, start_new_session=True)
    try:
        return process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
