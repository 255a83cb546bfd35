# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to look again where two answers of a service contradict each other.

No page says that a listing shows a new task at once, that the detail of a listed task can be read at once, or that a
deleted task leaves the listing at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Callable

WAITS = (0.5, 1.0, 2.0, 3.0, 3.5)  # s, before each further look
LONGEST = sum(WAITS)  # s, of all waits of one call of a module


class SecondLooks:
    """The looks of one call of a module, which share the time that there is for them.

    :param wait: waits for a number of seconds.
    :param clock: seconds, of any beginning.
    """

    def __init__(self, wait: Callable[[float], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._wait = wait
        self._clock = clock
        self._end: float | None = None

    def __call__(self) -> Iterator[None]:
        """Yield once at once, and again after each wait while there is time left.

        The time begins with the first wait, so that a service that does not contradict itself costs none.
        """
        yield
        for seconds in WAITS:
            now = self._clock()
            self._end = now + LONGEST if self._end is None else self._end
            if now >= self._end:
                return
            self._wait(min(seconds, self._end - now))
            yield
