# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix has everything in it, and the page shows it as it is."""

from __future__ import annotations

import os
import subprocess
import sys

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import World
from ansible_collections.cloudcron.huaweicloud.tests.faults.calls import ROWS
from ansible_collections.cloudcron.huaweicloud.tests.faults.outcomes import CELLS
from ansible_collections.cloudcron.huaweicloud.tests.faults.page import LEAST, PAGE, SECTIONS, count, page, stated
from ansible_collections.cloudcron.huaweicloud.tests.tools._common import ROOT

UNUSED = {"workspace.ExportScheduledTasksRecords"}
"""What the services offer and the modules never ask for."""


def test_the_page_shows_what_is_stated():
    assert PAGE.read_text(encoding="utf-8") == page(), "make faults writes it anew"


def test_it_can_be_run_where_the_collection_is_not_importable():
    code = "import tests.faults.__main__, ansible_collections.cloudcron.huaweicloud.tests.faults.run"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)


def test_every_operation_has_a_row():
    offered = {f"{route.service}.{route.operation.id}" for route in World().routes}
    assert {f"{row.section}.{row.step.operation}" for row in ROWS} | UNUSED >= offered
    assert {row.section for row in ROWS} == set(SECTIONS)


def test_every_cell_has_a_name_of_its_own():
    assert len({f"{row.name}-{fault.name}" for row, fault in CELLS}) == len(CELLS)


def test_most_of_what_can_survive_has_to():
    assert count(stated).share >= LEAST
