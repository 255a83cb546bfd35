# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many details from a service that takes so many requests only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extensions.emulator import account

from .cloud import Cloud
from .listing import list_tasks
from .sizes import Sizes
from .table import MET, Section, seconds, target

DELAY = 0.1  # s
RATE = 20  # requests a second
QUOTA, WINDOW = 200, 30  # requests, s
PARALLEL = (8, 64)

MOST_AT_A_RATE = 1.2
MOST_WITH_A_QUOTA = 1.3


def places(sizes: Sizes) -> dict[str, int]:
    """Return the project that has the tasks: how many, by its id."""
    return {account.FLEET[len(sizes.growing)]: sizes.detailed}


def measure(site: Path, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of what a service that throttles does to many details, for a cloud that has `places`."""
    count = sizes.detailed
    section = Section(
        "A service that throttles",
        f"""
        `scheduled_task_info` with `details: true`, without Ansible around it, for {count:,} tasks of `workspace_app`:
        a request for each of them, and one for each page of the listing. Every answer is held back for
        {DELAY * 1000:.0f} ms. The service takes {RATE} requests a second, and what was saved up in one second, or
        {QUOTA} requests in a period of {WINDOW} s, which stands for the 5 minutes of a documented gateway. It answers
        429 to the others, without `Retry-After`. Each was measured once.

        The least possible is that of a client that knows the limit: {count:,} requests at {RATE} a second, without what
        was saved up, or as many whole periods as have to go by.
        """,
        ["What", "Time", "Answers of 429", "Least possible", "Ratio", "Target", MET],
    )
    for parallel in PARALLEL:
        row = f"{RATE} requests a second, `parallel: {parallel}`"
        section.rows.append(_row(row, site, cloud, sizes, count / RATE, MOST_AT_A_RATE, parallel, rate=RATE))
    least = max((count - 1) // QUOTA * WINDOW, DELAY)
    for parallel in PARALLEL:
        row = f"{QUOTA} requests in {WINDOW} s, `parallel: {parallel}`"
        quota = {"quota": QUOTA, "window": WINDOW}
        section.rows.append(_row(row, site, cloud, sizes, least, MOST_WITH_A_QUOTA, parallel, **quota))
    return section


def _row(
    what: str, site: Path, cloud: Cloud, sizes: Sizes, least: float, most: float, parallel: int, **limits: Any
) -> Sequence[str]:
    ((project_id, count),) = places(sizes).items()
    with cloud.slowed(DELAY), cloud.limited(**limits):
        listed = list_tasks(site, cloud, count, project_id, details=True, parallel=parallel)
        turned_away = cloud.statuses().count(429)
    ratio = target(listed.seconds / least, most=most)
    return (what, seconds(listed.seconds), str(turned_away), seconds(least), *ratio)
