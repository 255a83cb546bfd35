# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests the gateway in front of the services lets through."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from .messages import Answer, Refusal

PERIOD = 300.0
"""Seconds of a period where none are given, as one gateway of this cloud has it."""


class Limits:
    """Counts requests, and turns away those that are too many. What it turns away does not count.

    Nothing is limited in the beginning.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Count by this clock of seconds."""
        self._clock = clock
        self.set()

    def set(
        self,
        rate: float | None = None,
        burst: float | None = None,
        quota: int | None = None,
        window: float | None = None,
        retry_after: bool = False,
    ) -> None:
        """Set limits in the place of those before, and begin to count anew. What is not given is not limited.

        :param rate: requests a second that are let through for good.
        :param burst: so many more at once, saved up while fewer came; those of one second where it is not given.
        :param quota: requests that are let through in a period, which begins with the first one of them.
        :param window: seconds that such a period takes.
        :param retry_after: whether a refusal says after how many seconds another request is let through.
        :raises ValueError: these are no such limits.
        """
        _check("rate", rate, 0)
        _check("burst", burst, 1)
        _check("quota", quota, 1)
        _check("window", window, 0)
        if (burst is not None and rate is None) or (window is not None and quota is None):
            raise ValueError("burst goes with a rate, and window with a quota")
        if not isinstance(retry_after, bool):
            raise ValueError(f"retry_after is true or false, and not {retry_after!r}")
        self._rate, self._quota, self._tells = rate, quota, retry_after
        self._burst = max(1.0, rate or 0.0) if burst is None else float(burst)
        self._window = PERIOD if window is None else float(window)
        self._saved, self._saved_at = self._burst, self._clock()
        self._passed, self._ends_at = 0, -math.inf

    def refusal(self) -> Answer | None:
        """The answer to a request that is one too many; none if it is let through."""
        now = self._clock()
        wait = max(self._wait_for_rate(now), self._wait_for_window(now))
        if wait > 0:
            answer = Refusal(429, "APIGW.0308", "The throttling threshold has been reached.").answer()
            told = {"Retry-After": str(math.ceil(wait))} if self._tells else {}
            return Answer(answer.status, answer.content, {**answer.headers, **told})
        if self._rate is not None:
            self._saved -= 1
        if self._quota is not None and now >= self._ends_at:
            self._passed, self._ends_at = 0, now + self._window
        self._passed += 1
        return None

    def _wait_for_rate(self, now: float) -> float:
        if self._rate is None:
            return 0.0
        self._saved = min(self._burst, self._saved + (now - self._saved_at) * self._rate)
        self._saved_at = now
        return max(0.0, (1.0 - self._saved) / self._rate)

    def _wait_for_window(self, now: float) -> float:
        is_used_up = self._quota is not None and self._passed >= self._quota
        return max(0.0, self._ends_at - now) if is_used_up else 0.0


def _check(name: str, value: object, least: float) -> None:
    if value is None:
        return
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or value < least or value == 0:  # type: ignore[operator]
        raise ValueError(f"{name} is no such number: {value!r}")
    if name == "quota" and not isinstance(value, int):
        raise ValueError(f"{name} is a whole number, and not {value!r}")
