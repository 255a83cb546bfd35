# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Threads of which one runs at a time, on a clock that jumps to the moment at which the next one goes on."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable

PATIENCE = 60  # s, which nothing takes but a failure


class VirtualTime:
    """Runs functions side by side in no time, and always in the same order.

    It is a clock by itself, which goes on from one run to the next.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._begun = 0
        self._sleeping: list[tuple[float, int, threading.Event]] = []
        self._is_over = threading.Event()
        self._failure: BaseException | None = None

    def __call__(self) -> float:
        """Return the time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let the others go on until so much time has gone by."""
        awake = self._enter(max(0.0, seconds))
        self._go_on()
        assert awake.wait(PATIENCE)

    def run(self, *functions: Callable[[], None]) -> float:
        """Run functions, each in a thread, and return how long it took until the last one has ended.

        :raises BaseException: the first that one of them has raised.
        """
        began = self._now
        self._is_over.clear()
        for function in functions:
            threading.Thread(target=self._work, args=(function, self._enter(0.0)), daemon=True).start()
        self._go_on()
        assert self._is_over.wait(PATIENCE)
        if self._failure is not None:
            raise self._failure
        return self._now - began

    def _enter(self, seconds: float) -> threading.Event:
        awake = threading.Event()
        self._begun += 1
        heapq.heappush(self._sleeping, (self._now + seconds, self._begun, awake))
        return awake

    def _go_on(self) -> None:
        if not self._sleeping:
            self._is_over.set()
            return
        self._now, _number, awake = heapq.heappop(self._sleeping)
        awake.set()

    def _work(self, function: Callable[[], None], awake: threading.Event) -> None:
        assert awake.wait(PATIENCE)
        try:
            function()
        except BaseException as error:
            self._failure = self._failure or error
        self._go_on()
