# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock on which time goes by only while somebody waits, which takes none."""

from __future__ import annotations


class StillClock:
    """Shows seconds.

    :ivar waits: what was waited for.
    """

    def __init__(self, waits: list[float] | None = None) -> None:
        self.waits = [] if waits is None else waits
        self._now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.waits.append(seconds)
        self._now += seconds
