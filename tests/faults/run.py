# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every cell, prints what came of it, and writes the page.

Nothing is written where a cell comes to something else than was stated of it; its status is 1 then.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..tools._common import stop_on_sigterm
from .calls import Row
from .faults import Fault
from .outcomes import IMPOSSIBLE, outcome
from .page import FAILED, LEAST, PAGE, count, page, percent, report, stated


class Passed:
    """Takes down which tests have passed, as a plugin of pytest."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take down one test."""
        if report.when == "call" and report.passed:
            self.names.add(report.nodeid.rpartition("::")[2])


def main() -> int:
    """Run, print and write."""
    stop_on_sigterm()
    passed = Passed()
    # The plugin of anyio, which the emulator's server brings along, complains that it was imported already.
    arguments = ["-q", "--tb=short", "-p", "no:anyio", str(Path(__file__).parent / "test_cells.py")]
    status = pytest.main(arguments, plugins=[passed])

    def measured(row: Row, fault: Fault) -> str:
        seen = outcome(row, fault) == IMPOSSIBLE or f"test_cell[{row.name}-{fault.name}]" in passed.names
        return stated(row, fault) if seen else FAILED

    print(f"\n{report(measured)}")
    if status != pytest.ExitCode.OK:
        print(f"\nNot all cells came to what was stated ({FAILED}), so {PAGE.name} was not written.")
        return 1
    share = count(measured).share
    if share < LEAST:
        print(f"\n{percent(share)} % is less than {LEAST} %, so {PAGE.name} was not written.")
        return 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0
