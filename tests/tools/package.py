# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the archive that Galaxy gets, and lets Galaxy's own importer judge it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile

from ._common import ROOT, WORK, clean_environment
from .with_collection import build

FOREIGN = re.compile(
    r"(^|/)(\.(ci|git|github|work|ansible|hypothesis|\w+_cache)|__pycache__)(/|$)|^tests/output/|\.pyc$"
)
REQUIRED = {"COPYING", "README.md", "meta/runtime.yml", "tests/emulator/__main__.py"}


def main() -> None:
    folder = WORK / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = build(into=folder)
    with tarfile.open(archive) as content:
        names = content.getnames()
    problems = [f"must not be in the archive: {name}" for name in names if FOREIGN.search(name)]
    problems += [f"is missing in the archive: {name}" for name in sorted(REQUIRED.difference(names))]

    # The importer reports its findings as log lines and ends with status 0 whatever it found.
    importer = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(archive)],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(importer.stdout, end="")
    problems += re.findall(r"^(?:WARNING|ERROR|CRITICAL).*", importer.stdout, re.MULTILINE)
    if importer.returncode:
        problems.append(f"galaxy-importer ended with status {importer.returncode}")
    if problems:
        sys.exit("\n".join(["", "The archive has problems:", *problems]))
    print(f"\n{archive.relative_to(ROOT)}: {len(names)} files, no warning")


if __name__ == "__main__":
    main()
