# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of the mutants of each file, kept from run to run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

KILLED = "killed"
TIMED_OUT = "timed out"
SURVIVED = "survived"
UNREACHED = "not reached"
"""No test gets as far as the function."""


@dataclass
class Mutant:
    """One thing that was broken on purpose.

    :ivar function: the function or method that has it.
    :ivar before: the lines that differ, as they are in the source.
    :ivar after: the same lines in the mutant.
    :ivar by: the test that failed or did not end.
    """

    function: str
    before: str
    after: str
    outcome: str = ""
    by: str = ""

    @property
    def is_killed(self) -> bool:
        return self.outcome in (KILLED, TIMED_OUT)

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it as long as its function and its line stand. Mutants of equal lines share it."""
        return self.function, self.before, self.after


@dataclass
class Result:
    """What became of a file's mutants.

    :ivar digest: of the source that was broken.
    """

    file: str
    digest: str
    mutants: list[Mutant]


def digest(path: Path) -> str:
    """Return what tells whether a source is still the same."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save(folder: Path, result: Result) -> None:
    """Keep what became of a file's mutants, in place of what was kept before."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(result), indent=1)
    (folder / f"{result.file}.json").write_text(text + "\n", encoding="utf-8")


def load(folder: Path, files: Sequence[str]) -> list[Result]:
    """Return what is kept of these files."""
    results = []
    for path in (folder / f"{file}.json" for file in files):
        if path.exists():
            kept = json.loads(path.read_text(encoding="utf-8"))
            results.append(Result(kept["file"], kept["digest"], [Mutant(**mutant) for mutant in kept["mutants"]]))
    return results
