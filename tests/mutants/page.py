# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that shows the figures and every survivor."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from tests.benchmark.table import FOLDER, Section, as_markdown, head, paragraphs

from .about import SECONDS
from .reasons import Reason
from .results import TIMED_OUT, UNREACHED, Mutant, Result

PAGE = FOLDER / "mutants.md"
TARGET = 0.9

INTRODUCTION = """
Coverage says which lines the tests run. It does not say whether they would notice if a line did something else. So the
code is broken on purpose, in every way that mutmut knows: an operator is replaced by its opposite, a number by the next
one, an argument is left out or becomes null, the letters of a text change. Each such mutant has to stand the unit
tests. It is killed when one of them fails, or when one of them does not come to an end any more.

This is done to all of `plugins/module_utils`, where all work of both modules is done, and nothing in it is exempted.
mutmut itself leaves alone what stands outside of functions, such as tables, and functions with a decorator other than
`staticmethod` and `classmethod`, such as properties.

To be done in hours and not in days, a mutant has to stand only the unit tests that are about its file and reach its
function, and of these as many as take {seconds:g} seconds at most, in an order in which the first ones tell most. Tests
that look at the clock are left out, since they also fail where the machine is busy. What is left out could only kill
more.

{verdict} The target is {target:.0%}. The mutants are those of mutmut {mutmut}.

`make mutants` in a checkout does all of it again and writes this page; `make mutants MUTANTS="_schedule _signing"`
does it for these files and keeps the figures of the others.
"""

NOTES = """
Those that timed out are among those that were killed. Those that no test reaches are among those that survived.
"""

SURVIVORS = """
The lines are shown as they are and as they were in the mutant. Where a line stands more than once, so many mutants were
alike.
"""


def summary(found: Sequence[Result]) -> Section:
    """Return the table of all files."""
    columns = ["File", "Mutants", "Killed", "of these timed out", "Survived", "of these not reached", "Killed of all"]
    section = Section("Figures", NOTES, columns)
    for result in found:
        section.rows.append(_row(f"`{result.file}`", result.mutants))
    section.rows.append(_row("All", [mutant for result in found for mutant in result.mutants]))
    return section


def _row(title: str, mutants: Sequence[Mutant]) -> list[str]:
    timed_out, unreached = (sum(mutant.outcome == outcome for mutant in mutants) for outcome in (TIMED_OUT, UNREACHED))
    killed = sum(mutant.is_killed for mutant in mutants)
    counts = [len(mutants), killed, timed_out, len(mutants) - killed, unreached]
    return [title, *map(str, counts), f"{share(mutants):.1%}" if mutants else ""]


def share(mutants: Sequence[Mutant]) -> float:
    """Return how many of some mutants were killed, as a fraction."""
    return sum(mutant.is_killed for mutant in mutants) / len(mutants)


def verdict(found: Sequence[Result], missing: Sequence[str], stale: Sequence[str]) -> str:
    """Return a paragraph on the target, and on what was not tried as it now is."""
    mutants = [mutant for result in found for mutant in result.mutants]
    killed = sum(mutant.is_killed for mutant in mutants)
    sentences = [f"Of {len(mutants):,} mutants {killed:,} were killed, which is {share(mutants):.1%}."]
    if missing:
        sentences.append(f"Not tried: {_names(missing)}.")
    if stale:
        sentences.append(f"Changed since they were tried: {_names(stale)}.")
    return " ".join(sentences)


def _names(files: Iterable[str]) -> str:
    return ", ".join(f"`{file}`" for file in files)


def as_chapter(reason: Reason) -> str:
    """Return a section on the survivors of one reason."""
    title = f"{reason.title} ({len(reason.survivors)})"
    lines = [f"### {title}", ""]
    for paragraph in paragraphs(reason.text):
        lines += [paragraph, ""]
    for (file, function), survivors in itertools.groupby(
        reason.survivors, key=lambda survivor: (survivor.file, survivor.mutant.function)
    ):
        lines += [f"`{function}` of `{file}`:", "", "```diff"]
        for survivor in survivors:
            for sign, text in (("-", survivor.mutant.before), ("+", survivor.mutant.after)):
                lines += [textwrap.indent(line, f"{sign} ") for line in text.splitlines()]
        lines += ["```", ""]
    return "\n".join(lines)


def write(found: Sequence[Result], reasons: Sequence[Reason], missing: Sequence[str], stale: Sequence[str]) -> None:
    """Write the page."""
    introduction = INTRODUCTION.format(
        mutmut=version("mutmut"),
        seconds=SECONDS,
        target=TARGET,
        verdict=verdict(found, missing, stale),
    )
    survivors = "\n".join(["## Survivors", "", *paragraphs(SURVIVORS), ""])
    chapters = [as_chapter(reason) for reason in reasons if reason.survivors]
    start = [head("What the tests notice"), "\n\n".join(paragraphs(introduction)), ""]
    PAGE.write_text("\n".join([*start, as_markdown(summary(found)), survivors, *chapters]), encoding="utf-8")
