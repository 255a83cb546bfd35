# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Speaks HTTP: one session, time-outs, retries, errors in the user's words, paging. Only this file needs requests."""

from __future__ import annotations

import base64
import email.utils
import json
import logging
import random
import re
import ssl
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timezone
from typing import Any, Callable, TypeVar
from urllib.parse import quote, urlsplit

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    AnswerLostError,
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import (
    NO_ERROR_RULES,
    THROTTLED,
    Answer,
    ErrorRules,
    ResponseParser,
    excerpt,
    parse,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._parallel import check_wanted, side_by_side
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import unsigned
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._transport import PROGRESS, watch
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._interruption import (
    BEFORE_ANOTHER_ATTEMPT,
    FOR_AN_ANSWER,
    waiting,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None
    # With a line among them that is no header, it would write all headers, tokens included, into Ansible's log file.
    logging.getLogger("urllib3.connection").addFilter(
        lambda record: not str(record.msg).startswith("Failed to parse headers")
    )

    class Adapter(requests.adapters.HTTPAdapter):
        """Uses connections that tell how far a request has come."""

        def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
            """Make the pools of those hosts that no proxy stands before."""
            super().init_poolmanager(*arguments, **settings)
            watch(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **settings: Any) -> Any:
            """Return the pools of those hosts that a proxy stands before."""
            return watch(super().proxy_manager_for(*arguments, **settings))

    class Session(requests.Session):
        """A session to which a redirect is an answer like any other.

        Followed, it would carry a token to a host that the user has not named.

        :param parallel: how many connections are kept to a host.
        """

        def __init__(self, parallel: int = 1) -> None:
            super().__init__()
            for scheme in ("https://", "http://"):
                self.mount(scheme, Adapter(pool_maxsize=parallel))
            self.headers["Accept-Encoding"] = ", ".join(ENCODINGS)

        def get_redirect_target(self, resp: requests.Response) -> None:
            """Return no target, so that not even the request that would follow is prepared."""


Item = TypeVar("Item")
Result = TypeVar("Result")

HEADERS = {
    "User-Agent": "cloudcron.huaweicloud (Ansible)",
    "Accept": "application/json",
    "Content-Type": "application/json",
}

# However many items a service says that it has.
MOST_PAGES_AHEAD = 1000

# A thousand tasks of the largest kind that the pages allow are a tenth of it.
LONGEST_ANSWER = 32 * 1024 * 1024  # bytes, decoded
PART = 16 * 1024  # bytes that are read, and decoded, at a time
# One at a time: unpacked, a part becomes a thousand times as long at most, and each further time a thousand times that.
ENCODINGS = ("gzip", "deflate")

USER_IN_URL = re.compile(r"//\S*@")

METADATA_URL = "http://169.254.169.254"
METADATA_KEYS = {"access_key": "access", "secret_key": "secret", "security_token": "securitytoken"}
METADATA_TIMEOUT = 2  # s
METADATA_TOKEN_LIFE = 60  # s

# The service's own times are not documented; these keep a play from hanging on a wait that nobody asked for.
LONGEST_WAIT = 60.0  # s
WAITS_WHEN_THROTTLED = (2.0, 5.0)  # s, before the first repetition; doubled before each further one
WAITS_OTHERWISE = (0.5, 1.0)

ADDRESS = re.compile(
    r"(?i:https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?"
)


def as_it_is(tried: str, answer: Answer) -> Answer:
    """Return the answer, whatever it is."""
    return answer


class Client:
    """Sends requests over one session, and repeats those that may be repeated.

    :param verify: True to check certificates against the system's or `REQUESTS_CA_BUNDLE`'s authorities, a path to
        check them against that file or directory, False to check none.
    :param timeout: seconds to wait for a connection, and between two parts of an answer.
    :param retries: how often a request is repeated at most.
    :param parallel: how many requests are under way at a time at most.
    :param clock: seconds since the epoch.
    :param sleep: waits for a number of seconds.
    :param jitter: picks a number between two.
    :ivar secrets: what no error shows.
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
    ) -> None:
        self._verify = verify
        self._timeout = timeout
        self._retries = retries
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._parallel = parallel
        self.secrets = Secrets()
        self._session = Session(parallel)
        self._session.headers.update(HEADERS)
        # By scheme and host. The whole environment is searched for them, which takes as long as to make the request.
        self._settings: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a request after this opens one anew."""
        self._session.close()

    def wait(self, seconds: float) -> None:
        """Wait before something is asked for once more."""
        check_wanted()
        with waiting("look again", BEFORE_ANOTHER_ATTEMPT):
            self._sleep(seconds)

    def side_by_side(self, function: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """Return the results of a function that sends requests for each item, as `_parallel.side_by_side` does."""
        return side_by_side(function, items, self._parallel)

    def call(
        self,
        tried: str,
        method: str,
        url: str,
        body: Any = None,
        sign: Callable[[Any], Any] = unsigned,
        repeatable: bool = True,
        error_rules: ErrorRules = NO_ERROR_RULES,
        headers: Mapping[str, str] | None = None,
        read: Callable[[str, Answer], Any] = as_it_is,
    ) -> Any:
        """Send a request and return what is read from the answer.

        :param tried: what this is about, for errors: `update scheduled task nightly-restart`.
        :param url: the whole URL, query included and encoded.
        :param body: is sent as JSON; None for no body.
        :param sign: sets the headers that say who is asking; called anew for every attempt.
        :param repeatable: whether carrying out the request twice is the same as once. Where it is not, it is repeated
            only if the service surely did not act.
        :param error_rules: how the service says no.
        :param headers: headers that this operation takes besides.
        :param read: takes `tried` and the answer. An answer of which it raises `AnswerLostError` is as good as lost.
        :raises NotFoundError: the service (not a gateway or a proxy before it) does not know what the URL names.
        :raises OutcomeUnknownError: it is not known whether the request was carried out.
        :raises ServiceError: the service refused the request or cannot be reached.
        """
        content = None if body is None else json.dumps(body).encode("utf-8")
        lost: ServiceError | None = None
        attempt = 0
        while True:
            check_wanted()
            try:
                with waiting(tried, FOR_AN_ANSWER, lost is not None):
                    return self._attempt(tried, method, url, content, sign, error_rules, headers, read)
            except _TransientError as failure:
                asked = _retry_after(failure.retry_after, self._clock())
                is_too_long = asked is not None and asked > LONGEST_WAIT
                if is_too_long or attempt >= self._retries or not (repeatable or failure.surely_not_carried_out):
                    raise _in_all(failure.error, lost, AnswerLostError) from None
                if not failure.surely_not_carried_out and method != "GET":
                    lost = failure.error
                with waiting(tried, BEFORE_ANOTHER_ATTEMPT, lost is not None):
                    self._sleep(self._wait(attempt, failure, asked))
            except ServiceError as error:
                # What it says of the repetition is no word on the attempt before, which the task itself tells.
                raise _in_all(error, lost, type(error) if error.status else OutcomeUnknownError) from None
            attempt += 1

    def _wait(self, attempt: int, failure: _TransientError, asked: float | None) -> float:
        if asked is not None:
            # Clients that were turned away together should not come back together.
            return asked + self._jitter(0.0, min(1.0, asked))
        low, high = WAITS_WHEN_THROTTLED if failure.error.status == THROTTLED else WAITS_OTHERWISE
        return min(self._jitter(low, high) * 2**attempt, LONGEST_WAIT)

    def _attempt(
        self,
        tried: str,
        method: str,
        url: str,
        content: bytes | None,
        sign: Callable[[Any], Any],
        error_rules: ErrorRules,
        headers: Mapping[str, str] | None,
        read: Callable[[str, Answer], Any],
    ) -> Any:
        PROGRESS.begin()
        try:
            whole = {**self._session.headers, **(headers or {})}
            request = requests.Request(method, url, whole, data=content, auth=sign).prepare()
            settings = self._settings_for(url)
            with self._session.send(request, timeout=self._timeout, allow_redirects=False, **settings) as response:
                answered = _content(response)
        except Exception as error:
            raise _connection_failure(tried, url, error, self._timeout, self.secrets.mask) from None
        if answered is None:
            host = urlsplit(url).netloc
            problem = f"{response.status_code}, and an answer of {host} that is longer than {LONGEST_ANSWER >> 20} MB"
            raise OutcomeUnknownError(tried, f"{problem}, of which the rest was not read", response.status_code)
        try:
            return read(tried, ResponseParser(tried, response, answered, self.secrets.mask, error_rules).answer())
        except ServiceError as error:
            is_throttled = error.status == THROTTLED
            if is_throttled or isinstance(error, AnswerLostError):
                raise _TransientError(error, is_throttled, response.headers.get("Retry-After")) from None
            raise

    def _settings_for(self, url: str) -> Any:
        """Return what the environment has for a host, proxies and authorities, and that its answers come in parts."""
        host = urlsplit(url)[:2]
        if host not in self._settings:
            self._settings[host] = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            for proxy in self._settings[host]["proxies"].values():
                for secret in _proxy_secrets(proxy):
                    self.secrets.keep(secret)
        return self._settings[host]


def _proxy_secrets(address: str) -> Iterator[str]:
    """Return what a proxy is told of who is asking, which it may quote, and the header that tells it."""
    user, password = requests.utils.get_auth_from_url(address)
    if user:
        yield password
        yield base64.b64encode(f"{user}:{password}".encode("latin-1", "replace")).decode("ascii")


class _TransientError(Exception):
    """A failure that may pass by itself.

    :param surely_not_carried_out: the service did not act on the request.
    """

    def __init__(self, error: ServiceError, surely_not_carried_out: bool, retry_after: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.surely_not_carried_out = surely_not_carried_out
        self.retry_after = retry_after


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


def _content(response: requests.Response) -> bytes | None:
    """Return what was answered, decoded; None where it is too long, and then its end is not read.

    :raises requests.exceptions.ContentDecodingError: it is encoded in another way than it was asked for.
    :raises requests.ConnectionError: nothing came, and it does not say that there is nothing.
    """
    encoding = response.headers.get("Content-Encoding", "").strip()
    if encoding.lower() not in ("", "identity", *ENCODINGS):
        raise requests.exceptions.ContentDecodingError(f"it is encoded as {encoding!r}, which was not asked for")
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:12]) > LONGEST_ANSWER:
        return None
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(PART):
        size += len(part)
        if size > LONGEST_ANSWER:
            return None
        parts.append(part)
    if size == 0 and not _says_to_be_empty(response):
        raise requests.ConnectionError("the connection was closed before anything came")
    return b"".join(parts)


def _says_to_be_empty(response: requests.Response) -> bool:
    # Closed within its head, or in the first bytes that are packed, an answer looks like one with nothing in it.
    length = response.headers.get("Content-Length", "").strip()
    is_chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    is_packed = response.headers.get("Content-Encoding", "").strip().lower() in ENCODINGS
    return response.status_code == 204 or length == "0" or (is_chunked and not is_packed)


def _connection_failure(
    tried: str, url: str, error: Exception, timeout: float, mask: Callable[[str], str]
) -> Exception:
    """Return what it means that a request has got no whole answer."""
    host = urlsplit(url).netloc
    causes = _causes(error)
    # An address that is none, such as a proxy's, is not quoted, since it may have a password in any place.
    is_quoted = PROGRESS.is_sent or not isinstance(error, ValueError)
    reason = excerpt(USER_IN_URL.sub("//***@", mask(_words(causes[-1])))) if is_quoted else ""
    reason = reason or type(error).__name__
    is_late = isinstance(error, requests.Timeout)
    if PROGRESS.is_sent:
        # Whatever it is: nobody knows what the service has made of the request.
        lost = f"{host} did not answer within {timeout} s" if is_late else f"no whole answer came from {host}: {reason}"
        return _TransientError(AnswerLostError(tried, lost), False)
    is_tls = any(isinstance(cause, ssl.SSLError) or type(cause).__name__ == "CertificateError" for cause in causes)
    # urllib3 compares names of hosts itself, with an error of its own, and there may be no readable authorities.
    if is_tls and (any(isinstance(cause, ValueError) for cause in causes) or "certificate" in reason.lower()):
        advice = "Give ca_path (or REQUESTS_CA_BUNDLE) where the service is behind an authority of your own"
        return ServiceError(tried, f"the certificate of {host} was not accepted: {reason}", advice=advice)
    if PROGRESS.is_connecting and not any(isinstance(cause, ValueError) for cause in causes):
        if is_late:
            return _TransientError(ServiceError(tried, f"no connection to {host} within {timeout} s"), True)
        if isinstance(error, requests.exceptions.SSLError):
            unsafe = ServiceError(tried, f"no TLS with {host}: {reason}", advice="Check endpoint and auth_url")
            return _TransientError(unsafe, True)
        advice = "Check endpoint and region, and HTTPS_PROXY and NO_PROXY where there is a proxy"
        return _TransientError(ServiceError(tried, f"no connection to {host}: {reason}", advice=advice), True)
    # OSError: all of requests, and authorities that REQUESTS_CA_BUNDLE names and that are not there.
    # ValueError: a host that no name service could know. TypeError: a proxy of the environment without a host.
    if not isinstance(error, (OSError, ValueError, TypeError)):
        return error
    advice = "Check endpoint, auth_url, HTTPS_PROXY and REQUESTS_CA_BUNDLE"
    return ServiceError(tried, f"the request to {host} could not be made: {reason}", advice=advice)


def _causes(error: Exception) -> list[Any]:
    """Return an error and those that it wraps, from the outermost to the innermost."""
    causes: list[Any] = [error]
    while True:
        inner = causes[-1]
        further = getattr(inner, "reason", None)
        if not isinstance(further, Exception):
            further = next((argument for argument in inner.args if isinstance(argument, Exception)), None)
        if further is None or further in causes:
            return causes
        causes.append(further)


def _words(error: Exception) -> str:
    """Return what an error says, without the memory address in front of it."""
    return re.sub(r"^.*?object at 0x[0-9a-f]+>: ", "", str(error)) or type(error).__name__


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


def with_query(url: str, query: Mapping[str, Any]) -> str:
    """Return the URL with the parameters that are not None, encoded as the signature wants to see them."""
    pairs = sorted((key, str(value)) for key, value in query.items() if value is not None)
    encoded = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
    return f"{url}?{encoded}" if encoded else url


def base_url(option: str, value: str) -> str:
    """Return the address of a service without a slash at its end.

    :raises OptionError: it is no address of a service.
    """
    url = (value if "://" in value else f"https://{value}").rstrip("/")
    try:
        usable = ADDRESS.fullmatch(url) is not None and urlsplit(url).port != 0
    except ValueError:
        usable = False
    if not usable:
        expected = "it is the address of a service, such as https://workspace.ap-southeast-1.myhuaweicloud.com"
        # What stands before an @ may be a password.
        raise OptionError(option, re.sub(r"^(\w+://)?.*@", r"\1***@", value, flags=re.S), expected)
    return url


def pages(
    tried: str,
    fetch: Callable[[int], tuple[list[Any], int | None]],
    size: int,
    side_by_side: Callable[..., Iterable[tuple[list[Any], int | None]]] = map,
    most: int | None = None,
) -> Iterator[Any]:
    """Return the items of a listing, page by page, to its end.

    :param tried: what this is about, for errors.
    :param fetch: takes an offset and returns the items from there on, and how many there are in all, where it is known.
    :param size: the largest page that the service gives.
    :param side_by_side: calls `fetch` for several offsets, as `map` does.
    :param most: how many items are wanted; there may be more of them on the last page. None for all.
    :raises ServiceError: a page is the same as the one before, so that there would be no end.
    """
    offset, step, ahead = 0, size, range(1)
    before: list[Any] = []
    while True:
        for items, total in side_by_side(fetch, ahead):
            told_all = total is not None and offset >= total
            if items and items == before:
                if told_all:
                    return
                raise ServiceError(tried, f"the service answers the entries up to {offset} and those behind them alike")
            before = items
            yield from items
            offset += len(items)
            # Behind a full page there may be more, although the service counts no more: the count may be too low.
            is_last = len(items) < size and (total is None or offset >= total)
            if not items or is_last or (most is not None and offset >= most):
                return
            if len(items) != step:
                break
        # The service may give less than it is asked for, and tasks may vanish meanwhile. Where pages begin is known
        # only when two in a row were of one length.
        is_known = total is not None and len(items) == step
        step = len(items)
        end = offset + 1 if total is None else max(total, offset + 1)
        ahead = range(offset, end if most is None else min(end, most), step)[: MOST_PAGES_AHEAD if is_known else 1]


def metadata_credentials() -> dict[str, str] | None:
    """Return the temporary keys that the metadata service gives to the agency of the server that this runs on.

    No proxy is asked, nothing is repeated, and a machine that is no such server costs two seconds at most.

    :raises AccountError: the metadata service answers, but not with keys.
    """
    with Session() as session:
        session.trust_env = False
        try:
            token = session.put(
                f"{METADATA_URL}/meta-data/latest/api/token",
                headers={"X-Metadata-Token-Ttl-Seconds": str(METADATA_TOKEN_LIFE)},
                timeout=METADATA_TIMEOUT,
                stream=True,
            )
            value = (_content(token) or b"").decode("latin-1").strip()
            answer = session.get(
                f"{METADATA_URL}/openstack/latest/securitykey",
                headers={"X-Metadata-Token": value} if token.ok else {},
                timeout=METADATA_TIMEOUT,
                stream=True,
            )
            content = _content(answer) or b""
        except (requests.RequestException, ValueError):
            return None
    if answer.status_code != 200:
        return None
    try:
        credential = parse(content)["credential"]
        keys = {ours: credential[theirs] for ours, theirs in METADATA_KEYS.items()}
    except (ValueError, KeyError, TypeError):
        keys = {}
    if not keys or not all(isinstance(value, str) for value in keys.values()):
        raise AccountError("The metadata service of this server answered without usable keys.")
    return keys
