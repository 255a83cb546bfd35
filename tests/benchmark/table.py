# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables, as text and as parts of the pages in `docs/quality`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..tools._common import ROOT

FOLDER = ROOT / "docs" / "quality"

LICENCE = """\
<!--
SPDX-FileCopyrightText: 2026 The cloudcron.huaweicloud contributors
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""

WIDTH = 110  # characters
MET = "Met"
"""The column that says whether a target was met."""


@dataclass
class Section:
    """One table.

    :ivar notes: says how the figures came about, in Markdown; paragraphs have an empty line between them.
    :ivar rows: as many cells each as there are columns; the first one says what was measured.
    """

    title: str
    notes: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def missed(self) -> list[str]:
        """Return what has missed its target."""
        if MET not in self.columns:
            return []
        column = self.columns.index(MET)
        return [f"{self.title}: {row[0]}" for row in self.rows if row[column] == "no"]


def target(ratio: float, most: float | None = None, least: float | None = None) -> tuple[str, str, str]:
    """Return the cells of a ratio, its target, and whether that is met."""
    if most is not None:
        return number(ratio), f"at most {number(most)}", "yes" if ratio <= most else "no"
    if least is not None:
        return number(ratio), f"at least {number(least)}", "yes" if ratio >= least else "no"
    return number(ratio), "", ""


def number(value: float) -> str:
    """Return a figure to three digits, or all digits before the point."""
    if value == 0:
        return "0"
    magnitude = abs(value)
    digits = 0 if magnitude >= 99.95 else 1 if magnitude >= 9.995 else 2 if magnitude >= 0.0995 else 3
    return f"{value:,.{digits}f}"


def seconds(value: float) -> str:
    """Return a duration, given in seconds."""
    return f"{number(value)} s"


def milliseconds(value: float) -> str:
    """Return a duration, given in seconds, in milliseconds."""
    return f"{number(value * 1000)} ms"


def megabytes(value: float) -> str:
    """Return a size, given in bytes, in megabytes."""
    return f"{number(value / 1_000_000)} MB"


def kilobytes(value: float) -> str:
    """Return a size, given in bytes, in kilobytes."""
    return f"{number(value / 1000)} kB"


def as_text(section: Section) -> str:
    """Return a table for a terminal."""
    lines = [[as_plain(cell) for cell in row] for row in (section.columns, *section.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(section.columns))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    rule = "  ".join("-" * width for width in widths)
    notes = "\n\n".join(paragraphs(as_plain(section.notes)))
    return "\n".join([section.title, "=" * len(section.title), "", notes, "", body[0], rule, *body[1:], ""])


def head(title: str) -> str:
    """Return what a page begins with."""
    return f"{LICENCE}\n# {title}\n"


def as_markdown(section: Section) -> str:
    """Return a section of a page."""
    rows = [section.columns, ["---"] * len(section.columns), *section.rows]
    lines = ["|" + "".join(f" {cell}".rstrip() + " |" for cell in row) for row in rows]
    return "\n".join([f"## {section.title}\n", *(f"{each}\n" for each in paragraphs(section.notes)), *lines, ""])


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, each in lines of the page's width."""
    return [
        textwrap.fill(" ".join(paragraph.split()), WIDTH, break_long_words=False, break_on_hyphens=False)
        for paragraph in re.split(r"\n\s*\n", text.strip())
    ]


def as_plain(text: str) -> str:
    """Return a text without its markup."""
    return text.replace("`", "").replace("*", "")
