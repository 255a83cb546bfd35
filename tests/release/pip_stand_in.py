# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for pip where there is no network: takes packages from another environment, and what they ask for.

    python pip_stand_in.py FOLDER install REQUIREMENT ...

FOLDER is the `site-packages` of that environment. Only there are they looked for, and in whatever version is there.
"""

from __future__ import annotations

import sys
import sysconfig
from importlib import metadata
from pathlib import Path

SCRIPT = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
'''
import sys
from {module} import {function}
sys.exit({function}())
"""
"""A shebang has not the length that a path may have."""


def install(source: str, requirements: list[str]) -> None:
    """Make packages and all that they need available to this Python."""
    sys.path.append(source)
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found = {canonicalize_name(each.metadata["Name"]): each for each in metadata.distributions(path=[source])}
    wanted = [(Requirement(each), "") for each in requirements]
    done = set()
    while wanted:
        requirement, extra = wanted.pop()
        name = canonicalize_name(requirement.name)
        seen = (name, *sorted(requirement.extras))
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}) or seen in done:
            continue
        done.add(seen)
        if name not in found:
            sys.exit(f"ERROR: No matching distribution found for {requirement}")
        distribution = found[name]
        if not requirement.specifier.contains(distribution.version, prereleases=True):
            sys.exit(f"ERROR: {requirement} is wanted, and there is {distribution.version}")
        _link(distribution)
        for further in ["", *requirement.extras]:
            wanted += [(Requirement(each), further) for each in distribution.requires or []]


def _link(distribution: metadata.Distribution) -> None:
    packages, scripts = (Path(sysconfig.get_path(name)) for name in ("purelib", "scripts"))
    for top in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(str(distribution.locate_file(top)))
    for entry in distribution.entry_points.select(group="console_scripts"):
        path = scripts / entry.name
        path.write_text(SCRIPT.format(python=sys.executable, module=entry.module, function=entry.attr))
        path.chmod(0o755)


if __name__ == "__main__":
    if sys.argv[2:3] != ["install"] or any(word.startswith("-") for word in sys.argv[3:]):
        sys.exit("This stands in for pip, and knows `install REQUIREMENT ...` only.")
    install(sys.argv[1], sys.argv[3:])
