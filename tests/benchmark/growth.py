# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a task becomes dearer the more of them there are."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from extensions.emulator import account

from . import programs
from .cloud import Cloud
from .listing import list_tasks
from .loops import Loop, debug_loop, scheduled_task_loop
from .plays import Ansible
from .sizes import Sizes
from .table import MET, Section, kilobytes, megabytes, milliseconds, seconds, target
from .tasks import KEYS, NAME, OPTIONS, reach

LISTING = "listing, {count:,} tasks"
WORK = "the work of a loop, {count:,} tasks"
LOOP = "the whole loop, {count:,} tasks"
DEBUG = "a loop of `ansible.builtin.debug`, {count:,} items"

# What differs by less from one run to the next is no growth.
MOST_AMONG_MANY = 1.2

# A longer loop takes so long that its time differs little from one run to the next.
LONGEST_REPEATED = 1_000


class Cost(NamedTuple):
    """What so many tasks took.

    :ivar seconds: in all.
    :ivar peak: bytes in all; above an empty play's, or the process's before the listing.
    """

    tasks: int
    seconds: float
    peak: float

    @property
    def each(self) -> float:
        """Seconds a task."""
        return self.seconds / self.tasks


def places(sizes: Sizes) -> dict[str, int]:
    """Return the projects that have as many tasks each as are listed: how many, by their ids."""
    return dict(zip(account.FLEET, sizes.growing, strict=False))


def measure(site: Path, ansible: Ansible, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of growth, for a cloud with the projects that `places` names."""
    listings = [_listing(site, cloud, count, project_id, sizes) for project_id, count in places(sizes).items()]
    empty = median(ansible.play([]).peak for _round in range(sizes.rounds))
    works = [_work(site, cloud, count, sizes) for count in sizes.growing]
    defaults = {**reach(cloud.url), **KEYS}
    loops = [_loop(ansible, cloud, scheduled_task_loop, defaults, count, empty, sizes) for count in sizes.growing]
    others = [_loop(ansible, cloud, debug_loop, {}, count, empty, sizes) for count in sizes.growing]
    section = Section(
        "What a task costs among many",
        f"""
        The same for more and more tasks, to see whether each of them becomes dearer. The listing is
        `scheduled_task_info` without Ansible around it, and no answer is held back. The loop is `scheduled_task`,
        in process, in a play that changes nothing, and its work is what the collection does of it, without Ansible
        around it. What a loop itself costs for more and more items is Ansible's own: the last rows show that for a loop
        that only has the options of the same tasks templated. The memory is that by which the process grew, or by which
        the play's largest process is larger than that of a play without tasks. Median of {sizes.rounds}, and once where
        the loop of a play has more than {LONGEST_REPEATED:,} items. The project has {sizes.stored:,} tasks during every
        loop, among which the emulator looks for each name, and that is part of the time.

        The ratio is that of the time a task to the time a task among {sizes.baseline:,}. Fewer than that pay for what
        happens once. The memory of a further task is that above the first row.
        """,
        ["What", "Time", "A task", "Memory", "A further task", f"To {sizes.baseline:,} tasks", "Target", MET],
    )
    for name, costs in ((LISTING, listings), (WORK, works), (LOOP, loops), (DEBUG, others)):
        (base,) = [cost for cost in costs if cost.tasks == sizes.baseline]
        section.rows += [
            (
                name.format(count=cost.tasks),
                seconds(cost.seconds),
                milliseconds(cost.each),
                megabytes(cost.peak),
                _further(cost, costs[0]),
                *target(cost.each / base.each, most=MOST_AMONG_MANY if cost in (listings[-1], works[-1]) else None),
            )
            for cost in costs
        ]
    return section


def _further(cost: Cost, first: Cost) -> str:
    """Return the memory of each task that there are more of than in the first row."""
    return "" if cost is first else kilobytes((cost.peak - first.peak) / (cost.tasks - first.tasks))


def _listing(site: Path, cloud: Cloud, count: int, project_id: str, sizes: Sizes) -> Cost:
    listed = [list_tasks(site, cloud, count, project_id) for _round in range(sizes.rounds)]
    return Cost(count, median(each.seconds for each in listed), median(each.growth for each in listed))


def _work(site: Path, cloud: Cloud, count: int, sizes: Sizes) -> Cost:
    options = json.dumps({**reach(cloud.url), **KEYS, **OPTIONS})
    runs = []
    for _round in range(sizes.rounds):
        cloud.forget_requests()
        runs.append(programs.run("keep_often", options, NAME, str(count), PYTHONPATH=str(site)))
    return Cost(count, median(run["seconds"] for run in runs), median(run["growth"] for run in runs))


def _loop(
    ansible: Ansible, cloud: Cloud, loop: Loop, defaults: dict[str, Any], count: int, empty: float, sizes: Sizes
) -> Cost:
    runs = []
    for _round in range(sizes.rounds if count <= LONGEST_REPEATED else 1):
        cloud.forget_requests()
        runs.append(ansible.play(loop("loop", count), defaults))
    return Cost(count, median(run.tasks["loop"] for run in runs), median(run.peak for run in runs) - empty)
