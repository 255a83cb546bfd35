# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs make targets one after the other, all of them whatever happens, and says at the end how each one went."""

from __future__ import annotations

import sys
import time

from ._common import run, stop_on_sigterm


def main(targets: list[str]) -> int:
    stop_on_sigterm()
    lines = []
    failures = 0
    start = time.monotonic()
    for target in targets:
        began = time.monotonic()
        print(f"\n===== {target} {'=' * (72 - len(target))}", flush=True)
        ok = run(["make", "--no-print-directory", target]) == 0
        failures += not ok
        lines.append(f"{target:<14}{'ok' if ok else 'FAILED':<8}{time.monotonic() - began:6.1f} s")
    print(f"\n===== summary {'=' * 65}")
    print(*lines, sep="\n")
    print(f"{'all':<22}{time.monotonic() - start:6.1f} s\n")
    print(f"{len(targets) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
