# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why mutants survive: `reasons.toml`, and whether it is still right.

A reason stands for single mutants, named by function and changed lines, or for a kind of them, named by a pattern. The
numbers that mutmut gives to its mutants are of no use, since they move with every change.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .results import Mutant, Result

FILE = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Survivor:
    """A mutant that survived, and where it is."""

    file: str
    mutant: Mutant

    def as_toml(self) -> str:
        """Return what names it in `reasons.toml`."""
        names = {"file": self.file, "function": self.mutant.function}
        lines = {"before": self.mutant.before, "after": self.mutant.after}
        return "\n".join(
            ["[[reasons.mutants]]"]
            + [f'{name} = "{value}"' for name, value in names.items()]
            + [f"{name} = '''{value}'''" for name, value in lines.items()]
        )


@dataclass
class Rule:
    """What a reason stands for. What is not given here is not asked for.

    :ivar pattern: has to be found in the lines before and after, which stand one below the other.
    """

    file: str = ""
    function: str = ""
    before: str | None = None
    after: str | None = None
    pattern: str = ""

    def covers(self, file: str, mutant: Mutant) -> bool:
        """Return whether this is one of them."""
        return (
            self.file in ("", file)
            and self.function in ("", mutant.function)
            and self.before in (None, mutant.before)
            and self.after in (None, mutant.after)
            and re.search(self.pattern, f"{mutant.before}\n{mutant.after}", re.MULTILINE) is not None
        )


@dataclass
class Reason:
    """Why some mutants survive."""

    title: str
    text: str
    rules: list[Rule]
    survivors: list[Survivor] = field(default_factory=list)


def load() -> list[Reason]:
    """Return all reasons, without survivors."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [
        Reason(reason["title"], reason["text"], [Rule(**rule) for rule in reason.get("mutants", [])])
        for reason in content.get("reasons", [])
    ]


def assign(reasons: Sequence[Reason], found: Sequence[Result]) -> tuple[list[Survivor], list[Rule]]:
    """Give each survivor to the first reason that stands for it.

    :return: the survivors without a reason, and what stands for none in the files that were tried.
    """
    pairs = [(reason, rule) for reason in reasons for rule in reason.rules]
    unexplained, used = [], []
    for survivor in _survivors(found):
        fitting = next((pair for pair in pairs if pair[1].covers(survivor.file, survivor.mutant)), None)
        if fitting is None:
            unexplained.append(survivor)
        else:
            fitting[0].survivors.append(survivor)
            used.append(fitting[1])
    tried = {"", *(result.file for result in found)}
    return unexplained, [rule for _reason, rule in pairs if rule not in used and rule.file in tried]


def _survivors(found: Sequence[Result]) -> Iterator[Survivor]:
    for result in found:
        for mutant in result.mutants:
            if not mutant.is_killed:
                yield Survivor(result.file, mutant)
