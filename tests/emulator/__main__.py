# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a command: ``python -m tests.emulator [--port PORT] [--seed FILE]``."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from pathlib import Path

from .emulator import Emulator


def main() -> None:
    """Serve until SIGTERM or SIGINT; print one line as soon as it answers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.emulator", description="Emulate Huawei Cloud's scheduled tasks."
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0, the default, is any free one")
    parser.add_argument(
        "--seed", type=Path, help="JSON file with the tasks to begin with: a list for each service, by its name"
    )
    options = parser.parse_args()
    seed = {} if options.seed is None else json.loads(options.seed.read_text(encoding="utf-8"))

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Emulator(options.port) as emulator:
        for service, tasks in seed.items():
            for task in tasks:
                emulator.services[service].add_task(**task)
        print(f"Listening on {emulator.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
