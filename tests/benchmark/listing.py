# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Long listings: read one page after the other, side by side, and in a play."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from extensions.emulator import account

from . import programs
from .cloud import Cloud
from .plays import Ansible, task
from .sizes import Sizes
from .table import MET, Section, megabytes, number, seconds
from .tasks import KEYS, reach

DELAY = 0.05  # s
PAGE = 100  # tasks

ALONE = "page by page (`parallel: 1`)"
TOGETHER = "side by side (`parallel: 8`, the default)"
MEMORY = "the same, growth of the process"
PLAY = "a whole play that registers it"
EMPTY = "a play without tasks"

MOST_OF_ALONE = 1 / 6
MOST_GROWTH = 100_000_000  # bytes


class Listed(NamedTuple):
    """What a listing took.

    :ivar seconds: from the options to the result.
    :ivar growth: bytes by which the process grew at most.
    """

    seconds: float
    growth: int


def list_tasks(site: Path, cloud: Cloud, expected: int, project_id: str = account.PROJECT_ID, **options: Any) -> Listed:
    """List all tasks of a project in a process of its own.

    :raises RuntimeError: not as many were found as expected.
    """
    cloud.forget_requests()
    given = {**reach(cloud.url, project_id), **KEYS, **options}
    told = programs.run("list_once", json.dumps(given), PYTHONPATH=str(site))
    if told["tasks"] != expected:
        raise RuntimeError(f"{told['tasks']} tasks were listed, and there are {expected}")
    return Listed(told["seconds"], told["growth"])


def measure(site: Path, ansible: Ansible, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of the long listing, for a cloud whose default project has more tasks than a page."""
    defaults = {**reach(cloud.url), **KEYS}
    register = [task("scheduled_task_info", {"service": "workspace_app"}, register="found")]
    with cloud.slowed(DELAY):
        alone = [list_tasks(site, cloud, sizes.stored, parallel=1) for _round in range(sizes.rounds)]
        together = [list_tasks(site, cloud, sizes.stored) for _round in range(sizes.rounds)]
        plays = [ansible.play(register, defaults) for _round in range(sizes.rounds)]
    empty = [ansible.play([]) for _round in range(sizes.rounds)]
    slow, fast = median(each.seconds for each in alone), median(each.seconds for each in together)
    growth = median(each.growth for each in together)
    return Section(
        "A long listing",
        f"""
        {sizes.stored:,} tasks of `workspace_app` in pages of {PAGE}, where every answer is held back for
        {DELAY * 1000:.0f} ms. Median of {sizes.rounds}. The first rows are `scheduled_task_info` without Ansible
        around it, in a fresh process each time, and by how much that process grew meanwhile at most. The memory of a
        play is that of its largest process.
        """,
        ["What", "Time", "Memory", "Ratio", "Target", MET],
        [
            (ALONE, seconds(slow), megabytes(median(each.growth for each in alone)), "", "", ""),
            (TOGETHER, seconds(fast), megabytes(growth), *_of_alone(fast / slow)),
            (MEMORY, "", megabytes(growth), "", f"under {megabytes(MOST_GROWTH)}", _yes(growth < MOST_GROWTH)),
            _play_row(PLAY, plays),
            _play_row(EMPTY, empty),
        ],
    )


def _of_alone(ratio: float) -> tuple[str, str, str]:
    return f"1/{number(1 / ratio)}", "at most 1/6", _yes(ratio <= MOST_OF_ALONE)


def _yes(is_met: bool) -> str:
    return "yes" if is_met else "no"


def _play_row(what: str, runs: list[Any]) -> tuple[str, ...]:
    time = seconds(median(run.seconds for run in runs))
    return (what, time, megabytes(median(run.peak for run in runs)), "", "", "")
