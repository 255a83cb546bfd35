# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends requests over one session, and repeats those that may be repeated."""

from __future__ import annotations

import email.utils
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from datetime import timezone
from typing import Any, Callable, TypeVar
from urllib.parse import urlsplit

from .._errors import AnswerLostError, NotFoundError, OutcomeUnknownError, ServiceError
from .._interruption import BEFORE_ANOTHER_ATTEMPT, FOR_AN_ANSWER, is_hurried, waiting
from .._secrets import Secrets
from . import _session
from ._answers import THROTTLED, ResponseParser
from ._pace import LONGEST_SILENT_WAIT, LONGEST_THROTTLED, LONGEST_WAIT, Pace, Place
from ._parallel import check_wanted, is_dismissed, side_by_side, works_for_another
from ._request import Endpoint, Request, Result
from ._signing import Sign, unsigned
from ._transport import PROGRESS

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

WAITS = (0.5, 1.0)  # s, before the first repetition; doubled before each further one
# So long a thread may go on waiting whose result nobody wants any more.
LONGEST_SLICE = 0.2  # s


def log_nothing(line: str) -> None:
    """Take a line for the log, and leave it."""


class Client:
    """Sends requests over one session, and repeats those that may be repeated.

    All threads that use it keep to one pace.

    :param verify: True to check certificates against the system's or `REQUESTS_CA_BUNDLE`'s authorities, a path to
        check them against that file or directory, False to check none.
    :param timeout: seconds to wait for a connection, and between two parts of an answer.
    :param retries: how often a request is repeated at most. That it was turned away (429) does not count.
    :param parallel: how many requests are under way at a time at most.
    :param clock: seconds since the epoch.
    :param sleep: waits for a number of seconds.
    :param jitter: picks a number between two.
    :param ticks: seconds of a clock that nobody sets, which goes on while `sleep` waits.
    :ivar secrets: what no error shows.
    :ivar log: takes a line for the user on each long wait, without any secret.
    """

    def __init__(
        self,
        verify: bool | str = True,
        timeout: float = 30,
        retries: int = 4,
        parallel: int = 8,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[float, float], float] = random.uniform,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._verify = verify
        self._timeout = timeout
        self._retries = retries
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._parallel = parallel
        self._pace = Pace(ticks, jitter)
        self.secrets = Secrets()
        self.log: Callable[[str], None] = log_nothing
        self._session = _session.Session(parallel)
        # By scheme and host. The whole environment is searched for them, which takes as long as to make the request.
        self._settings: dict[tuple[str, str], dict[str, Any]] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a request after this opens one anew."""
        self._session.close()

    def wait(self, seconds: float) -> None:
        """Wait before something is asked for once more."""
        check_wanted()
        self._rest("look again", seconds)

    def side_by_side(self, function: Callable[[Item], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
        """Return the results of a function that sends requests for each item, as `_parallel.side_by_side` does."""
        return side_by_side(function, items, self._parallel)

    def send(self, endpoint: Endpoint, request: Request[Result], sign: Sign = unsigned) -> Result:
        """Send a request and return what is read from the answer.

        :param sign: sets the headers that say who is asking; called anew for every attempt.
        :raises NotFoundError: the service (not a gateway or a proxy before it) does not know what the URL names.
        :raises OutcomeUnknownError: it is not known whether the request was carried out.
        :raises ServiceError: the service refused the request or cannot be reached.
        """
        lost: ServiceError | None = None
        attempt = 0
        place = Place()
        while True:
            check_wanted()
            self._await_turn(request.tried, place, lost is not None)
            try:
                with waiting(request.tried, FOR_AN_ANSWER, lost is not None):
                    result = self._attempt(endpoint, request, sign)
                self._note_success(place)
                return result
            except _session.TransientError as failure:
                asked = _retry_after(failure.retry_after, self._clock())
                if failure.error.status == THROTTLED:
                    self._note_refusal(request.tried, place, failure.error, asked, lost)
                    continue
                is_too_long = asked is not None and asked > LONGEST_WAIT
                may_repeat = request.repeatable or failure.surely_not_carried_out
                if is_too_long or attempt >= self._retries or not may_repeat:
                    raise _in_all(failure.error, lost, AnswerLostError) from None
                if not failure.surely_not_carried_out and request.method != "GET":
                    lost = failure.error
                self._pause(request.tried, self._wait(attempt, asked), failure.error, lost is not None)
            except ServiceError as error:
                if error.status is not None:
                    self._note_success(place)
                # What it says of the repetition is no word on the attempt before, which the task itself tells.
                raise _in_all(error, lost, type(error) if error.status else OutcomeUnknownError) from None
            attempt += 1

    def _await_turn(self, tried: str, place: Place, may_have_acted: bool) -> None:
        """Wait until the pace of the connection lets a request go."""
        # What finishes or undoes a change that was broken off has a few seconds in all, and is tried at once.
        is_urgent = place.turned_away is None and (is_hurried() or is_dismissed())
        seconds = self._pace.delay(place, is_urgent)
        if not seconds:
            return
        try:
            while seconds:
                self._rest(tried, min(seconds, LONGEST_SLICE) if works_for_another() else seconds, may_have_acted)
                seconds = self._pace.delay(place)
        finally:
            self._pace.leave(place)

    def _note_success(self, place: Place) -> None:
        rate = self._pace.let_through(place)
        if rate is not None:
            shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
            self.log(f"The service throttles (429). From here on it is asked about {shown} times a second.")

    def _note_refusal(
        self, tried: str, place: Place, error: ServiceError, asked: float | None, lost: ServiceError | None
    ) -> None:
        """Slow the connection down.

        :param asked: seconds that the service asks to wait for.
        :param lost: what came of an attempt before it that may have been carried out.
        :raises ServiceError: it has been turned away for too long, or would be.
        """
        seconds = self._pace.turn_away(place, asked)
        if self._pace.is_hopeless(place, asked):
            raise _in_all(_turned_away(error, self._pace.waited(place)), lost, AnswerLostError) from None
        if seconds is not None:
            most = f"for {LONGEST_THROTTLED / 60:.0f} minutes at most"
            self._log_wait(tried, seconds, f"tries again, {most}", error)

    def _pause(self, tried: str, seconds: float, reason: ServiceError, may_have_acted: bool) -> None:
        if seconds > LONGEST_SILENT_WAIT:
            self._log_wait(tried, seconds, "tries again", reason)
        self._rest(tried, seconds, may_have_acted)

    def _log_wait(self, tried: str, seconds: float, then: str, reason: ServiceError) -> None:
        self.log(self.secrets.mask(f"{tried}: waits {seconds:.0f} s and {then}, since: {reason.problem}"))

    def _rest(self, tried: str, seconds: float, may_have_acted: bool = False) -> None:
        """Wait, as long as somebody wants what comes behind it, and nothing keeps it from being begun."""
        # A signal ends the wait of the main thread alone.
        most = LONGEST_SLICE if works_for_another() else seconds
        while seconds > 0:
            with waiting(tried, BEFORE_ANOTHER_ATTEMPT, may_have_acted):
                self._sleep(min(seconds, most))
            seconds -= most
            check_wanted()

    def _wait(self, attempt: int, asked: float | None) -> float:
        if asked is not None:
            # Clients that were turned away together should not come back together.
            return asked + self._jitter(0.0, min(1.0, asked))
        return min(self._jitter(*WAITS) * 2.0**attempt, LONGEST_WAIT)

    def _attempt(self, endpoint: Endpoint, request: Request[Result], sign: Sign) -> Result:
        url = request.url(endpoint)
        content = None if request.body is None else json.dumps(request.body).encode("utf-8")
        PROGRESS.begin()
        try:
            settings = self._settings_for(url)
            response, answered = self._session.exchange(
                request.method, url, request.headers, content, sign, timeout=self._timeout, **settings
            )
        except Exception as error:
            raise _session.connection_failure(request.tried, url, error, self._timeout, self.secrets.mask) from None
        if answered is None:
            host, most = urlsplit(url).netloc, _session.LONGEST_ANSWER >> 20
            problem = f"{response.status_code}, and an answer of {host} that is longer than {most} MB"
            raise OutcomeUnknownError(request.tried, f"{problem}, of which the rest was not read", response.status_code)
        parser = ResponseParser(request.tried, response, answered, self.secrets.mask, endpoint.error_rules)
        try:
            return request.read(parser.answer())
        except ServiceError as error:
            is_throttled = error.status == THROTTLED
            if is_throttled or isinstance(error, AnswerLostError):
                asked = response.headers.get("Retry-After")
                raise _session.TransientError(error, is_throttled, asked) from None
            raise

    def _settings_for(self, url: str) -> dict[str, Any]:
        """Return what the environment has for a host, proxies and authorities, and that its answers come in parts."""
        scheme, host = urlsplit(url)[:2]
        if (scheme, host) not in self._settings:
            found: dict[str, Any] = dict(self._session.merge_environment_settings(url, {}, True, self._verify, None))
            self._settings[scheme, host] = found
            proxies: dict[str, str] = found["proxies"]
            for proxy in proxies.values():
                for secret in _session.proxy_secrets(proxy):
                    self.secrets.keep(secret)
        return self._settings[scheme, host]


def _in_all(last: ServiceError, lost: ServiceError | None, kind: type[ServiceError]) -> ServiceError:
    """Return what is known after several attempts.

    :param last: what came of the last one.
    :param lost: what came of one before it that may have been carried out, if there was one.
    :param kind: of the error then, unless the last one already says that nothing is known, or that there is nothing.
    """
    last.is_repetition = lost is not None
    if lost is None or isinstance(last, (NotFoundError, OutcomeUnknownError)):
        return last
    problem = f"{lost.problem}; sent once more: {last.problem}"
    error = kind(last.tried, problem, last.status, last.code, last.text, last.request_id, last.advice)
    error.is_repetition = True
    return error


def _turned_away(error: ServiceError, seconds: float) -> ServiceError:
    """Return an error that says for how long a request was turned away."""
    if seconds < 1:
        return error
    problem = f"{error.problem}; turned away for {seconds:.0f} s in all"
    return ServiceError(error.tried, problem, error.status, error.code, error.text, error.request_id, error.advice)


def _retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` asks to wait for, given in seconds or as a date."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
        # All dates of HTTP are in GMT, whether they say so or not.
        moment = (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
    return max(0.0, moment - now)
