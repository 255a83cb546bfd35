# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first task of a play, where nothing has been loaded yet and no connection is open."""

from __future__ import annotations

from statistics import median

from .cloud import Cloud
from .plays import Ansible, task
from .sizes import Sizes
from .table import MET, Section, milliseconds, target
from .tasks import KEYS, NAME, OPTIONS, reach

EMPTY = "a play without tasks"
IN_PROCESS = "one `scheduled_task`, in process"
MODULE = "one `scheduled_task`, as a module"

MOST_OF_MODULE = 0.5


def measure(ansible: Ansible, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of the first task."""
    defaults = {**reach(cloud.url), **KEYS}
    one = [task("scheduled_task", {**OPTIONS, "name": NAME % 0})]
    samples: dict[str, list[float]] = {EMPTY: [], IN_PROCESS: [], MODULE: []}
    # They are short and differ by little.
    rounds = 2 * sizes.rounds - 1
    for _round in range(rounds):
        samples[EMPTY].append(ansible.play([]).seconds)
        samples[IN_PROCESS].append(ansible.play(one, defaults).seconds)
        samples[MODULE].append(ansible.play(one, defaults, {"cloudcron_in_process": False}).seconds)
    taken = {what: median(seconds) for what, seconds in samples.items()}
    above = {what: seconds - taken[EMPTY] for what, seconds in taken.items()}
    return Section(
        "The first task of a play",
        f"""
        Time of a whole run of `ansible-playbook` with one task that changes nothing. Median of {rounds}. It has
        everything in it that happens once: loading the code, and opening the first connection. Where the module runs,
        it is started by the same action, so Ansible has loaded that, too.
        """,
        ["What", "Whole run", "Above a play without tasks", "To the module", "Target", MET],
        [
            (EMPTY, milliseconds(taken[EMPTY]), "", "", "", ""),
            (MODULE, milliseconds(taken[MODULE]), milliseconds(above[MODULE]), "", "", ""),
            (
                IN_PROCESS,
                milliseconds(taken[IN_PROCESS]),
                milliseconds(above[IN_PROCESS]),
                *target(above[IN_PROCESS] / above[MODULE], most=MOST_OF_MODULE),
            ),
        ],
    )
