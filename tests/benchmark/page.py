# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that shows the tables."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .table import FOLDER, Section, as_markdown, head, paragraphs

PAGE = FOLDER / "benchmark.md"

INTRODUCTION = """
Where a module of this collection would run on the control node, its work is done in Ansible's own process instead.
These are measurements of what that saves, and of how the collection does with many tasks and many projects. Each table
was made in one run, against the emulator that the tests use, on the same machine and over its loopback interface. So
they are about the collection and about Ansible. A real service takes longer to answer than the emulator, and that comes
on top, in whatever way it is asked.

{machine} {verdict}

`make bench` in a checkout measures all of it again and writes this page. It takes about a quarter of an hour, and wants
a Linux machine that has nothing else to do.
"""


def machine() -> str:
    """Return a sentence on the machine and its software."""
    cpu = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return (
        f"Measured on {os.cpu_count()} cores of {cpu[1] if cpu else 'an unnamed CPU'} "
        f"({platform.machine()}, {platform.system()}), with Python {platform.python_version()}, ansible-core "
        f"{version('ansible-core')} and requests {version('requests')}."
    )


def verdict(sections: Sequence[Section]) -> str:
    """Return a sentence on the targets that were missed."""
    missed = [what for section in sections for what in section.missed()]
    if not missed:
        return "All targets were met."
    return f"In this run {'a target was' if len(missed) == 1 else 'targets were'} missed: {'; '.join(missed)}."


def with_day(section: Section) -> Section:
    """Return a table that says when it was measured, which is today."""
    return replace(section, notes=f"{section.notes}\n\nMeasured on {datetime.now(UTC):%Y-%m-%d}.")


def write(sections: Sequence[Section]) -> None:
    """Write the page."""
    introduction = INTRODUCTION.format(machine=machine(), verdict=verdict(sections))
    text = [
        head("How fast it is"),
        "\n\n".join(paragraphs(introduction)),
        "",
        *(as_markdown(with_day(section)) for section in sections),
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")
