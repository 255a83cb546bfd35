# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the emulator on a free port, runs a command that needs it and stops it.

    python -m tests.tools.with_emulator COMMAND [ARGUMENT ...]

The command finds the address in CLOUDCRON_EMULATOR_URL.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from extensions.emulator.command import reach_directly

from ._common import ROOT, run, stop_on_sigterm

EMULATOR = ROOT / "extensions" / "emulator"
PATIENCE = 300  # seconds, which only what hangs takes


@contextlib.contextmanager
def emulator(*options: str) -> Iterator[str]:
    """A running emulator's address.

    :param options: of its command, such as ``--seed FILE``.
    """
    with tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, str(EMULATOR), "--port", "0", *options]
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield _address(process, said)
        finally:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _address(process: subprocess.Popen[bytes], said: IO[str]) -> str:
    end = time.monotonic() + PATIENCE
    text = ""
    while time.monotonic() < end:
        stopped = process.poll() is not None
        text = os.pread(said.fileno(), 1 << 16, 0).decode()
        found = re.search(r"^Listening on (\S+)\n", text, re.MULTILINE)
        if found:
            return found[1]
        if stopped:
            sys.exit(f"The emulator stopped before it was ready:\n{text}")
        time.sleep(0.05)
    sys.exit(f"The emulator was not ready within {PATIENCE} s:\n{text}")


def main(command: list[str]) -> int:
    if not command:
        sys.exit(__doc__)
    stop_on_sigterm()
    with emulator() as address:
        return run(command, env=reach_directly({**os.environ, "CLOUDCRON_EMULATOR_URL": address}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
