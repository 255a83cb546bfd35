# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows the collection at work: the demo playbook, three times, against the emulator."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from extensions.emulator.command import inside

from ._common import BIN, ROOT, clean_environment, stop_on_sigterm
from .with_collection import installed
from .with_emulator import EMULATOR, emulator

PLAYBOOK = "cloudcron.huaweicloud.demo"
SEED = EMULATOR / "demo_seed.yml"
CHECK = {"demo_code_check": "2b31ed520c0d4e57a6b9c8d7e6f5a4b3"}
"""The id of the code check that is in the seed."""
EDIT = {"demo_restart_time": "04:15"}
COLOURS = re.compile(r"\x1b\[[\d;]*m")


def heading(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}", flush=True)


def play(environment: dict[str, str], *options: str) -> int:
    """Run the playbook, showing what it says; return how many of its tasks report a change."""
    command = [str(BIN / "ansible-playbook"), "--extra-vars", json.dumps(CHECK), *options, PLAYBOOK]
    changed = 0
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            recap = re.search(r" ok=\d+ +changed=(\d+) ", COLOURS.sub("", line))
            changed += int(recap[1]) if recap else 0
    if process.returncode:
        sys.exit(f"\nThe demo failed: ansible-playbook ended with status {process.returncode}.")
    return changed


def main() -> None:
    stop_on_sigterm()
    with installed() as site, emulator("--seed", str(SEED)) as address:
        environment = inside(
            address,
            clean_environment(
                ANSIBLE_COLLECTIONS_PATH=str(site),
                ANSIBLE_FORCE_COLOR=str(sys.stdout.isatty()),
                ANSIBLE_INVENTORY_UNPARSED_WARNING="False",
                ANSIBLE_LOCALHOST_WARNING="False",
                ANSIBLE_NOCOWS="True",
            ),
        )
        heading("1. The playbook meets an empty cloud: everything is created")
        if not play(environment):
            sys.exit("\nThe demo failed: the first run should have created the tasks.")
        heading("2. The same playbook again: nothing is left to do")
        if play(environment):
            sys.exit("\nThe demo failed: the second run should have changed nothing.")
        heading(f"3. An edit, {json.dumps(EDIT)}, in check mode with diff: what would change, and nothing does")
        if not play(environment, "--check", "--diff", "--extra-vars", json.dumps(EDIT)):
            sys.exit("\nThe demo failed: check mode should have predicted a change.")
    print("\nChanged, then unchanged, then predicted. The emulator has been stopped.")


if __name__ == "__main__":
    main()
