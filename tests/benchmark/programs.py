# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs without Ansible, each in a fresh process, in the same environment as the plays."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.tools._common import ROOT, clean_environment


def environment(**added: str) -> dict[str, str]:
    """Return the environment of everything that is measured.

    There is nothing about proxies in it. They are not for this machine's own addresses, and `requests` takes ten times
    as long to look for them where `no_proxy` does not end the search, which it does for few users.
    """
    clean = clean_environment(**added)
    return {name: value for name, value in clean.items() if not name.lower().endswith("_proxy")}


def run(program: str, *arguments: str, **added: str) -> Any:
    """Run one of the programs in this folder, and return what it says as JSON.

    :param added: to the environment.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmark.{program}", *arguments],
        cwd=ROOT,
        env=environment(**added),
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def memory(name: str) -> int:
    """Return what the system says of this process, in bytes: `VmRSS` what it holds, `VmHWM` the most it ever held.

    `getrusage` has the latter, too, but there it may be that of the process which started this one.
    """
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"/proc/self/status has no {name}")
    return int(found[1]) * 1024
