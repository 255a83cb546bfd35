# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of a play, and Ansible's clock."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 600  # seconds, which nothing takes that does not hang


def wait_until(is_so: Callable[[], bool], pause: float = 0.002) -> None:
    """Wait for what comes soon."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(pause)


def at_work(folder: Path) -> list[int]:
    """The processes whose current folder it is: of a play, Ansible, those that work for it, and the modules."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        # Another one may end meanwhile, or be somebody else's.
        with contextlib.suppress(OSError):
            if link.readlink() == folder:
                found.append(int(link.parent.name))
    return sorted(found)


def wait_for_the_end(folder: Path) -> None:
    """Wait until nobody works there any more."""
    wait_until(lambda: at_work(folder) == [], pause=0.05)


def end_the_time(folder: Path) -> None:
    """Tell the tasks of a play that have a time limit that it is over.

    Ansible has the system send it this signal after the seconds that a limit has.
    """
    for pid in at_work(folder):
        if _waits_for_the_alarm(pid):
            os.kill(pid, signal.SIGALRM)


def _waits_for_the_alarm(pid: int) -> bool:
    # Another one may end meanwhile.
    with contextlib.suppress(OSError):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return bool(int(status["SigCgt"], 16) >> signal.SIGALRM - 1 & 1)
    return False
