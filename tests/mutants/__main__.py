# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks module_utils in every way that mutmut knows: `python -m tests.mutants [--again | --page] [FILE ...]`.

It counts what the unit tests notice, keeps that for each file, and writes `docs/quality/mutants.md` from all that is
kept. FILE is the name of a file without its suffix, like _schedule; all files if none is given. The status is 1 where
too few are killed, where a survivor has no reason in reasons.toml, or a reason no survivor.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.benchmark.table import as_plain, as_text
from tests.tools._common import BIN, ROOT, WORK, clean_environment, run, stop_on_sigterm
from tests.tools.with_collection import INSIDE, installed

from . import page, reasons, results
from .about import SECONDS
from .reasons import Reason

RESULTS = WORK / "mutants"
MODULE_UTILS = ROOT / "plugins" / "module_utils"


def attempt(files: Sequence[str], again: bool, seconds: float) -> int:
    """Try the mutants of these files in an installed collection; return a status."""
    with installed() as site:
        scratch = site.parent / "tmp"
        scratch.mkdir()
        environment = clean_environment(PYTHONPATH=str(site), TMPDIR=str(scratch))
        options = [*["--again"] * again, "--seconds", str(seconds), str(RESULTS)]
        command = [str(BIN / "python"), "-m", "tests.mutants.trials", *options, *files]
        return run(command, cwd=site / INSIDE, env=environment)


def report(sources: dict[str, str]) -> int:
    """Print and write what is kept; return a status.

    :param sources: what each file's source is now.
    """
    found = results.load(RESULTS, sorted(sources))
    if not found:
        sys.exit("Nothing was tried so far.")
    missing = sources.keys() - {result.file for result in found}
    stale = [result.file for result in found if result.digest != sources[result.file]]
    known = reasons.load()
    unexplained, idle = reasons.assign(known, found)
    unknown = Reason("Without a reason", "Nobody has looked into these yet.", [], unexplained)
    page.write(found, [*known, unknown], sorted(missing), stale)
    print(as_text(page.summary(found)))
    print(as_plain(page.verdict(found, sorted(missing), stale)))
    for survivor in unexplained:
        print(f"\nwithout a reason:\n{survivor.as_toml()}")
    for rule in idle:
        print(f"\nin reasons.toml without a survivor: {rule}")
    too_few = page.share([mutant for result in found for mutant in result.mutants]) < page.TARGET
    return 1 if too_few or unexplained or idle else 0


def main() -> int:
    """Try, and write the page."""
    paths = {path.stem: path for path in sorted(MODULE_UTILS.rglob("*.py"))}
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--again", action="store_true", help="only try what was not killed the last time")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="how long the tests of a mutant take (%(default)s)"
    )
    parser.add_argument("--page", action="store_true", help="try nothing, only write the page")
    parser.add_argument("files", nargs="*", choices=[*paths, []], metavar="FILE")
    options = parser.parse_args()
    stop_on_sigterm()
    sources = {file: results.digest(path) for file, path in paths.items()}
    status = 0 if options.page else attempt(options.files or list(paths), options.again, options.seconds)
    return status or report(sources)


if __name__ == "__main__":
    sys.exit(main())
