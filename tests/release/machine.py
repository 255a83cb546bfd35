# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A reader's machine, on which there is nothing but Python, and the shell into which the reader types."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
import threading
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

MARK = "typed and done:"

PATIENCE = 1200  # seconds for a command, which only one takes that hangs

STAND_IN = Path(__file__).with_name("pip_stand_in.py")

PIP = """
import runpy, sys
sys.argv[1:1] = [{source!r}]
runpy.run_path({stand_in!r}, run_name="__main__")
"""


class Machine:
    """An empty folder and an empty home, and a Python with nothing but what stands in for pip."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.current, self.home, self.temporary, self.python = (
            folder / name for name in ("current", "home", "tmp", "python")
        )
        for each in (self.current, self.home, self.temporary):
            each.mkdir()
        venv.create(self.python, symlinks=True)
        (packages,) = self.python.glob("lib/python*/site-packages")
        source = sysconfig.get_path("purelib")
        (packages / "pip.py").write_text(PIP.format(source=source, stand_in=str(STAND_IN)), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What a login would set."""
        return {
            # Nothing of what is tested may want the network.
            "ANSIBLE_GALAXY_SERVER": "http://127.0.0.1:9",
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": os.pathsep.join([str(self.python / "bin"), "/usr/local/bin", "/usr/bin", "/bin"]),
            "TMPDIR": str(self.temporary),
        }

    def end_processes(self) -> list[str]:
        """End the processes that were started here and still run; return their commands."""
        mine = f"HOME={self.home}\0".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
                    os.kill(int(process.name), signal.SIGKILL)
            except OSError:
                continue  # somebody else's, or gone
        return found


@dataclass
class Typed:
    """A command, and what came of it."""

    command: str
    status: int
    output: str
    """What was to be seen."""


class Shell:
    """A Bash into which commands are typed one after the other. If one opens a shell, that gets the next ones."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._process = subprocess.Popen(
            ["bash"],
            cwd=machine.current,
            env=machine.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin and self._process.stdout
        # Shells end with what is typed, and the emulator with its shell.
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._machine.end_processes()
            self._process.wait()
        self._process.stdout.close()

    def type(self, command: str) -> Typed:
        """Type a command, and wait until it is done or has opened another shell."""
        assert self._process.stdin and self._process.stdout
        print(f"{command}\necho '{MARK}' $?", file=self._process.stdin, flush=True)
        alarm = threading.Timer(PATIENCE, self._machine.end_processes)
        alarm.start()
        try:
            output = []
            for line in self._process.stdout:
                before, mark, status = line.partition(MARK)
                output.append(before)
                if mark:
                    return Typed(command, int(status), "".join(output))
        finally:
            alarm.cancel()
        raise AssertionError(f"{command}\nnever came back:\n{''.join(output)}")
