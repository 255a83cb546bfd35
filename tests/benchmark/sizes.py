# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of everything is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """How much of everything is measured.

    :ivar rounds: how often a thing is measured; its median counts.
    :ivar looped: tasks of the loop that a list is compared with, where every answer is held back.
    :ivar items: of a loop in Ansible's own process.
    :ivar process_items: of a loop that starts a process for each.
    :ivar listed: tasks of the long listing.
    :ivar detailed: tasks whose details a service is asked for that throttles.
    :ivar growing: how many tasks there are, one after the other, to see whether their number makes each of them dearer.
    :ivar baseline: which of these the largest is compared with.
    :ivar host_tasks: tasks of each of the twenty projects.
    :ivar forks: on how many of these at a time.
    :ivar slow_forks: the same where every answer is held back, which takes long.
    """

    rounds: int
    looped: int
    items: int
    process_items: int
    listed: int
    detailed: int
    growing: tuple[int, ...]
    baseline: int
    host_tasks: int
    forks: tuple[int, ...]
    slow_forks: tuple[int, ...]

    @property
    def stored(self) -> int:
        """How many tasks the project of the long listing and of the growing loops has."""
        return max(self.listed, *self.growing)


WHOLE = Sizes(5, 50, 200, 20, 10_000, 500, (10, 100, 1_000, 10_000), 100, 50, (1, 2, 5, 20), (5, 20))
QUICK = Sizes(1, 2, 4, 1, 300, 10, (4, 8), 4, 1, (20,), (20,))
