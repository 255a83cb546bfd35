# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long loading the code takes."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from . import programs
from .sizes import Sizes
from .table import Section, milliseconds, number

ACTIONS = "ansible_collections.cloudcron.huaweicloud.plugins.action"
LIBRARY = ("requests",)
OWN = (f"{ACTIONS}.scheduled_task", f"{ACTIONS}.scheduled_task_info")
SDK = (
    "huaweicloudsdkcore",
    "huaweicloudsdkworkspaceapp.v1",
    "huaweicloudsdkworkspace.v2",
    "huaweicloudsdkcoc.v1",
)


def measure(site: Path, sizes: Sizes) -> Section:
    """Return the table of loading times."""
    rounds = 2 * sizes.rounds - 1
    ours = [_load(site, LIBRARY, OWN) for _round in range(rounds)]
    # It takes seconds.
    theirs = median(sum(_load(site, SDK)) for _round in range(sizes.rounds))
    library, own = (median(group) for group in zip(*ours, strict=True))
    both = median(sum(each) for each in ours)
    return Section(
        "Loading the code",
        f"""
        What a play loads once, before its first task of this collection, above what `ansible-playbook` has loaded
        anyway. Median of {rounds} fresh processes. Ansible compiles the code of a collection whenever it loads it, and
        that is part of the time.

        The vendor's SDK is not used, and is here for comparison: its core, and its packages for the three services
        whose tasks can be changed. Median of {sizes.rounds}.
        """,
        ["What", "Time", "To this collection"],
        [
            ("`requests` and what it needs", milliseconds(library), ""),
            ("this collection's own code", milliseconds(own), ""),
            ("this collection, all of it", milliseconds(both), number(1)),
            ("the vendor's SDK for Python", milliseconds(theirs), number(theirs / both)),
        ],
    )


def _load(site: Path, *groups: tuple[str, ...]) -> list[float]:
    """Return the seconds that a fresh process takes for each group of modules, one after the other."""
    taken: list[float] = programs.run("load_once", str(site), *map(",".join, groups))
    return taken
