# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets, all of them whatever happens, and says at the end how each one went.

    python -m tests.tools.steps TARGET ...

As many run side by side as there are processor cores, in this order: the longest stands first, so that no core is idle
at the end. What a target says is shown when it is done, and of one that fails at the very end. All of them share one
installed collection.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ._common import WORK, stop_on_sigterm
from .with_collection import SHARED, installed

LOGS = WORK / "logs"


@dataclass
class Step:
    """A target, while it runs and afterwards."""

    target: str
    process: subprocess.Popen[bytes]
    began: float
    ok: bool = False
    line: str = ""
    """How it went."""

    @property
    def log(self) -> Path:
        """What it has said."""
        return LOGS / f"{self.target}.log"

    def end(self, status: int, processor: float) -> None:
        """Note how it went."""
        self.ok = status == 0
        self.process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - self.began
        self.line = f"{self.target:<14}{'ok' if self.ok else 'FAILED':<8}{seconds:6.1f} s {processor:6.1f} s"

    def show(self) -> None:
        """Say what it has said."""
        print(f"\n===== {self.target} {'=' * (72 - len(self.target))}", flush=True)
        with self.log.open("rb") as said:
            shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()

    def stop(self) -> None:
        """Stop it with all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def start(target: str, environment: dict[str, str]) -> Step:
    """Start a target, which gets one core."""
    with (LOGS / f"{target}.log").open("wb") as log:
        process = subprocess.Popen(
            ["make", "--no-print-directory", "PROCESSES=0", target],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Step(target, process, time.monotonic())


def run(targets: list[str], environment: dict[str, str]) -> list[Step]:
    """Run the targets; return how they went, in the same order."""
    waiting, running, done = list(targets), dict[int, Step](), dict[str, Step]()
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                step = start(waiting.pop(0), environment)
                running[step.process.pid] = step
            pid, status, used = os.wait3(0)
            step = running.pop(pid)
            step.end(status, used.ru_utime + used.ru_stime)
            done[step.target] = step
            if step.ok:
                step.show()
            else:
                print(f"\n===== {step.target} has failed, see below", flush=True)
    except BaseException:
        for step in running.values():
            step.stop()
        raise
    return [done[target] for target in targets]


def main(targets: list[str]) -> int:
    stop_on_sigterm()
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with installed() as site:
        # Each step is started anew by make, which would hand on how many jobs this one may run.
        inherited = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}
        steps = run(targets, {**inherited, SHARED: str(site)})
    failed = [step for step in steps if not step.ok]
    for step in failed:
        step.show()
    print(f"\n===== summary {'=' * 65}\n{'':<22}{'took':>8} {'worked':>8}")
    print(*[step.line for step in steps], sep="\n")
    print(f"{'all':<22}{time.monotonic() - began:6.1f} s\n")
    print(f"{len(steps) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
