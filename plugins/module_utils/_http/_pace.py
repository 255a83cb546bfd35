# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast requests may follow each other once the service has turned one away (429).

A service says only that it was too much, and neither what it allows nor when. Gateways allow so many requests a second,
or so many within minutes, and the first kind wants other manners than the second. What tells them apart is what becomes
of the next request. So after a 429 everybody stops, and single requests go ahead, at growing intervals. Once one gets
through, all go on at nine tenths of the rate at which the service has answered in the last second. From there the rate
comes back to that soon, stays near it for a while, and then grows faster and faster, until it is no limit any more or
the service says no again.

An allowance for minutes that is used up is then a long stop, after which all go on as fast as before.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from typing import Callable

LONGEST_WAIT = 60.0  # s, until the service is asked again, unless it asks for a longer wait itself
# Three times the longest period that is documented of this cloud's gateways, which allow 200 requests in 5 minutes.
LONGEST_THROTTLED = 900.0  # s

# Before a single request that finds out whether the service answers again, where it has answered nobody lately. A part
# of the time that it has not: each of them may count, and each second behind the end of a closed period is lost.
FIRST_PAUSES = (2.0, 5.0)  # s
PARTS = (0.15, 0.25)
# Behind the end of a wait that the service asks for, so that several machines do not come back together.
LARGEST_SPREAD, SPREAD = 1.0, 0.1  # s, and of the wait

LONGEST_SILENT_WAIT = 2.0  # s

LATELY = 1.0  # s, within which the service's answers are counted
SHORTEST = 0.02  # s that these are taken to have needed
CAUTION = 0.9
PLATEAU = 2.5  # s, until the rate is again what it was
PLATEAUS = 5  # until it is seven times that, and no limit any more
MOST_COUNTED = 1000  # answers


class Place:
    """What is known of one request.

    :ivar sent: when it was sent for the last time.
    :ivar turned_away: when it was turned away for the first time; None where it was not.
    """

    def __init__(self) -> None:
        self.sent = -math.inf
        self.turned_away: float | None = None
        self.era = 0
        # Among those that wait. It keeps the number when it has to wait again.
        self.number: int | None = None


class Pace:
    """The pace of all requests of a connection, whichever thread sends them.

    It neither waits nor sends. As long as nothing is turned away, nobody waits.

    :param ticks: seconds of a clock that nobody sets.
    :param jitter: picks a number between two.
    """

    def __init__(self, ticks: Callable[[], float], jitter: Callable[[float, float], float]) -> None:
        self._ticks = ticks
        self._jitter = jitter
        self._lock = threading.Lock()
        self._queue: list[Place] = []
        self._numbers = 0
        self._answered: deque[float] = deque(maxlen=MOST_COUNTED)  # when those were sent that got through
        # What the service is taken to allow, in requests a second. None: nothing was turned away.
        self._limit: float | None = None
        self._slow_since = 0.0
        self._resumed = 0.0
        # Whether only single requests go, and how long after each of them the next one may.
        self._is_stopped = False
        self._pause = 0.0
        # Begins with each stop and with its end: what was sent before that tells nothing of what came behind it.
        self._era = 0
        self._closed_since: float | None = None
        self._latest = -math.inf
        self._next = 0.0
        self._is_stop_told = False
        self._is_rate_told = False

    def delay(self, place: Place, is_urgent: bool = False) -> float:
        """Return for how many seconds a request has to wait yet; 0 where it is to be sent now.

        After the wait it is asked for again, since others may have found out more meanwhile.

        :param is_urgent: whether it waits for nothing.
        """
        if self._limit is None and place.number is None:
            place.sent, place.era = self._ticks(), self._era
            return 0.0
        with self._lock:
            now = self._ticks()
            if self._limit is not None:
                self._forget(now)
            if self._limit is None or is_urgent:
                self._take(place, now)
                return 0.0
            if place not in self._queue:
                self._line_up(place)
            gap = self._pause if self._is_stopped else 1.0 / self._rate(now)
            # Once nothing has got through for so long, a request is worth no more than one attempt.
            due = min(self._next + gap * self._queue.index(place), self._given_up_at())
            if now < due:
                return due - now
            self._take(place, now)
            self._next = now + gap
            if self._is_stopped:
                self._pause = min(2.0 * self._pause, self._longest_pause(now))
            return 0.0

    def leave(self, place: Place) -> None:
        """Let nobody wait behind a request that is not sent after all."""
        with self._lock:
            if place in self._queue:
                self._queue.remove(place)

    def let_through(self, place: Place) -> float | None:
        """Take down that the service has dealt with a request.

        :return: requests a second to tell the user of, once for each time in which the service slows requests down, and
            not where it was told of a stop then.
        """
        with self._lock:
            self._answered.append(place.sent)
            if self._limit is None:
                return None
            now = self._ticks()
            if self._is_stopped and place.era != self._era:
                self._closed_since = now
                return None
            self._closed_since = None
            self._is_stop_told = False
            if self._is_stopped:
                self._resume(now)
            if self._limit is None or self._is_rate_told or now - self._slow_since <= LONGEST_SILENT_WAIT:
                return None
            self._is_rate_told = True
            return self._rate(now)

    def turn_away(self, place: Place, asked: float | None) -> float | None:
        """Take down that the service has turned a request away.

        :param asked: seconds that it asks to wait for.
        :return: seconds of a stop to tell the user of, once for each time in which nothing gets through.
        """
        with self._lock:
            now = self._ticks()
            if place.turned_away is None:
                place.turned_away = now
            if self._closed_since is None:
                self._closed_since = now
            # Where it asks for too much, whoever comes next asks anew.
            is_kept = asked is not None and now + asked <= self._given_up_at()
            if not self._is_stopped and place.era == self._era:
                self._stop(place, now)
                if is_kept:
                    self._next = now
            if asked is not None and is_kept:
                spread = self._jitter(0.0, min(LARGEST_SPREAD, SPREAD * asked))
                self._next = max(self._next, now + asked + spread)
            wait = self._next - now
            if self._is_stop_told or wait <= LONGEST_SILENT_WAIT:
                return None
            self._is_stop_told = self._is_rate_told = True
            return wait

    def waited(self, place: Place) -> float:
        """Return for how many seconds a request has been turned away."""
        return 0.0 if place.turned_away is None else self._ticks() - place.turned_away

    def is_hopeless(self, place: Place, asked: float | None) -> bool:
        """Whether a request that was turned away is to be given up.

        :param asked: seconds that the service asks to wait for.
        """
        with self._lock:
            now = self._ticks()
            end = min(
                self._given_up_at(), (now if place.turned_away is None else place.turned_away) + LONGEST_THROTTLED
            )
            return max(self._next, now + (asked or 0.0)) > end

    def _given_up_at(self) -> float:
        """Return when requests are given up unless one gets through."""
        return math.inf if self._closed_since is None else self._closed_since + LONGEST_THROTTLED

    def _line_up(self, place: Place) -> None:
        if place.number is None:
            self._numbers += 1
            place.number = self._numbers
        self._queue.append(place)
        # Who was turned away goes before those who come later, or nobody could say when it is done.
        self._queue.sort(key=lambda each: each.number or 0)

    def _take(self, place: Place, now: float) -> None:
        if place in self._queue:
            self._queue.remove(place)
        place.sent = self._latest = now
        place.era = self._era

    def _stop(self, place: Place, now: float) -> None:
        """Let single requests find out when all may go on, and count at which rate."""
        is_first = self._limit is None
        begin = place.sent - LATELY
        counted = [sent for sent in self._answered if sent >= begin]
        if counted:
            # The first time there may be a single burst, which takes no longer than its answers.
            took = now - min(counted) if is_first else LATELY
            self._limit = len(counted) / max(took, SHORTEST)
            self._pause = 1.0 / (CAUTION * self._limit)
        elif self._limit is None:
            self._limit = math.inf
            self._pause = self._jitter(*FIRST_PAUSES)
        else:
            self._pause = 1.0 / self._rate(now)
        if is_first:
            self._slow_since = now
            self._is_rate_told = False
        self._is_stopped = True
        self._era += 1
        self._next = now + self._pause

    def _resume(self, now: float) -> None:
        self._is_stopped = False
        self._era += 1
        if self._limit == math.inf:
            self._limit = None
            return
        self._resumed = now
        self._next = self._latest + 1.0 / self._rate(now)

    def _rate(self, now: float) -> float:
        """Return how many requests a second may be sent."""
        limit = math.inf if self._limit is None else self._limit
        grown = (now - self._resumed) / PLATEAU - 1.0
        return limit * (1.0 + (1.0 - CAUTION) * grown**3)

    def _longest_pause(self, now: float) -> float:
        closed = 0.0 if self._closed_since is None else now - self._closed_since
        return max(self._jitter(*FIRST_PAUSES), min(self._jitter(*PARTS) * closed, LONGEST_WAIT))

    def _forget(self, now: float) -> None:
        """Slow nobody down any more, once what was found out is outgrown or old."""
        is_outgrown = not self._is_stopped and now - self._resumed > PLATEAUS * PLATEAU
        # Nobody has asked although somebody could.
        is_old = now - max(self._next, self._latest) > LONGEST_WAIT
        if is_outgrown or is_old:
            self._limit = self._closed_since = None
            self._is_stopped = self._is_stop_told = False
