# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty projects at a time, as the hosts of an inventory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median
from typing import Any, NamedTuple

from extensions.emulator import account

from .cloud import Cloud, cloud
from .listing import DELAY
from .loops import scheduled_task_loop
from .plays import Ansible
from .sizes import Sizes
from .table import Section, number, seconds
from .tasks import KEYS, reach


class Used(NamedTuple):
    """What a play on all hosts took.

    :ivar seconds: of its only task.
    :ivar ansible: seconds of CPU, of all of Ansible's processes.
    :ivar emulators: seconds of CPU, of all emulators.
    """

    seconds: float
    ansible: float
    emulators: float


def measure(ansible: Ansible, sizes: Sizes) -> Section:
    """Return the table of the twenty projects. It starts an emulator for each core, and each serves its share."""
    cores = os.cpu_count() or 1
    with ExitStack() as stack:
        clouds = [
            stack.enter_context(cloud(dict.fromkeys(account.FLEET[first::cores], sizes.host_tasks)))
            for first in range(min(cores, len(account.FLEET)))
        ]
        used = {
            forks: [_play(ansible, clouds, forks, sizes) for _round in range(sizes.rounds)] for forks in sizes.forks
        }
        for each in clouds:
            stack.enter_context(each.slowed(DELAY))
        slowed = {forks: [_play(ansible, clouds, forks, sizes)] for forks in sizes.slow_forks}
    tasks = sizes.host_tasks * len(account.FLEET)
    base = median(each.seconds for each in used[sizes.forks[0]])
    section = Section(
        "Twenty projects side by side",
        f"""
        An inventory of {len(account.FLEET)} hosts, each of which stands for a project with {sizes.host_tasks} tasks,
        and one looped `scheduled_task`, in process, that changes nothing: {tasks:,} tasks. Median of {sizes.rounds}.
        `--forks` says on how many hosts Ansible works at a time; its default is 5.

        The machine has {cores} cores, and Ansible shares them with {len(clouds)} emulators, so the CPU time of both is
        shown. That of Ansible has its start in it.

        A real service computes on machines of its own and takes longer to answer. In the last rows every answer is held
        back for {DELAY * 1000:.0f} ms, and more forks than cores pay off. These were measured once.
        """,
        ["What", "Time", "Tasks a second", "Speed-up", "CPU time of Ansible", "CPU time of the emulators"],
    )
    section.rows = [_row(f"`--forks {forks}`", rounds, tasks, base) for forks, rounds in used.items()]
    section.rows += [_row(f"`--forks {forks}`, answers held back", rounds, tasks) for forks, rounds in slowed.items()]
    return section


def _row(what: str, rounds: Sequence[Used], tasks: int, base: float | None = None) -> tuple[str, ...]:
    """Return the row of a play with so many tasks; `base` is the time that it is compared with, in seconds."""
    taken = median(each.seconds for each in rounds)
    return (
        what,
        seconds(taken),
        number(tasks / taken),
        "" if base is None else number(base / taken),
        seconds(median(each.ansible for each in rounds)),
        seconds(median(each.emulators for each in rounds)),
    )


def _play(ansible: Ansible, clouds: Sequence[Cloud], forks: int, sizes: Sizes) -> Used:
    for each in clouds:
        each.forget_requests()
    hosts: dict[str, dict[str, Any]] = {
        f"project-{number:02}": reach(clouds[number % len(clouds)].url, project_id)
        for number, project_id in enumerate(account.FLEET)
    }
    # Every host has connection options of its own.
    defaults = {**{option: f"{{{{ {option} }}}}" for option in reach("")}, **KEYS}
    before = sum(each.cpu_seconds() for each in clouds)
    run = ansible.play(scheduled_task_loop("loop", sizes.host_tasks), defaults, hosts=hosts, forks=forks)
    return Used(run.tasks["loop"], run.cpu_seconds, sum(each.cpu_seconds() for each in clouds) - before)
