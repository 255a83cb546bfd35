# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the collection: `python -m tests.benchmark [--quick]`.

It prints tables, and writes them to `docs/quality/benchmark.md` unless it is quick. It is no test: its status is 0 also
where a target is missed. It needs Linux.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from extensions.emulator import account
from tests.tools._common import stop_on_sigterm
from tests.tools.with_collection import installed

from . import first_task, fleet, growth, imports, listing, lists, loops, page, throttled
from .cloud import cloud
from .plays import Ansible
from .sizes import QUICK, WHOLE, Sizes
from .table import Section, as_plain, as_text


def measure(site: Path, folder: Path, sizes: Sizes) -> Iterator[Section]:
    """Measure everything, table by table."""
    ansible = Ansible(site, folder)
    yield imports.measure(site, sizes)
    with cloud({account.PROJECT_ID: max(loops.lengths(max(sizes.items, sizes.process_items)))}) as running:
        yield loops.measure(site, ansible, running, sizes)
        yield first_task.measure(ansible, running, sizes)
    places = {account.PROJECT_ID: sizes.stored, **growth.places(sizes), **throttled.places(sizes)}
    with cloud(places) as running:
        yield listing.measure(site, ansible, running, sizes)
        yield throttled.measure(site, running, sizes)
        yield growth.measure(site, ansible, running, sizes)
        yield lists.measure(site, ansible, running, sizes)
    yield fleet.measure(ansible, sizes)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description="Measure the collection.")
    parser.add_argument("--quick", action="store_true", help="measure little of everything, and write nothing")
    options = parser.parse_args()
    stop_on_sigterm()
    began = time.monotonic()
    sections = []
    with installed() as site, tempfile.TemporaryDirectory(prefix="cloudcron-bench-") as folder:
        for section in measure(site, Path(folder), QUICK if options.quick else WHOLE):
            print(as_text(section), flush=True)
            sections.append(section)
    print(f"{page.machine()}\nIt took {time.monotonic() - began:.0f} s.")
    if options.quick:
        print("So little was measured that the targets mean nothing.")
        return
    print(as_plain(page.verdict(sections)))
    page.write(sections)


if __name__ == "__main__":
    main()
