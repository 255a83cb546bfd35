# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark can be run, and tells all that its page has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quality" / "benchmark.md"


@pytest.fixture(scope="module")
def quick() -> str:
    """What a quick run says."""
    before = PAGE.read_bytes()
    command = [sys.executable, "-m", "tests.benchmark", "--quick"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert PAGE.read_bytes() == before
    return done.stdout


def test_it_measures_every_table_that_the_page_shows(quick):
    titles = re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(titles) == 8
    assert [title for title in titles if f"\n{title}\n" not in f"\n{quick}"] == []


def test_it_measures_every_way_that_the_page_compares(quick):
    # How many there are is another matter in a quick run.
    rows = {
        row.replace("`", "")
        for row in re.findall(r"^\| ([^|-][^|]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    }
    compared = {row for row in rows if not re.search(r"\d", row) or "parallel" in row}
    assert len(compared) > 15
    assert [row for row in compared if row not in quick] == []
