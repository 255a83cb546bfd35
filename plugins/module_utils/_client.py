# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Speaks HTTP: one session, time-outs, retries, errors in the user's words, paging. Only this file needs requests."""

from __future__ import annotations

import email.utils
import json
import random
import re
import time
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Callable, NamedTuple
from urllib.parse import quote, urlsplit

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    AnswerLostError,
    NotFoundError,
    OptionError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._signing import unsigned

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from urllib3.exceptions import NewConnectionError
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None
    LOST_ON_THE_WAY = (
        requests.ConnectionError,
        requests.exceptions.ChunkedEncodingError,
        requests.exceptions.ContentDecodingError,
    )

METADATA_URL = "http://169.254.169.254"
METADATA_KEYS = {"access_key": "access", "secret_key": "secret", "security_token": "securitytoken"}
METADATA_TIMEOUT = 2  # s
METADATA_TOKEN_LIFE = 60  # s

# The service's own times are not documented; these keep a play from hanging on a wait that nobody asked for.
LONGEST_WAIT = 60.0  # s
WAITS_WHEN_THROTTLED = (2.0, 5.0)  # s, before the first repetition; doubled before each further one
WAITS_OTHERWISE = (0.5, 1.0)

THROTTLED = 429
UNAVAILABLE = (502, 503, 504)

GATEWAY_CODES = ("APIGW.", "APIG.")
LONGEST_EXCERPT = 300  # characters of a service's own words

ADVICE: dict[Any, str] = {
    "APIGW.0303": "Set the clock of the machine that runs this: the service refuses a date more than 15 minutes off",
    "APIGW.0101": "Check endpoint and region: this host does not offer the service's API",
    401: "Check the credentials and whether they have expired",
    403: "Check that the user has the permission for this operation and that project_id is a project of the account",
    THROTTLED: "The service is being asked too often: run fewer at once, or raise retries",
    500: "The service failed: try again later, or ask its support with the request id",
}


class Answer(NamedTuple):
    """What a service answered to a request that it carried out.

    :ivar body: the parsed JSON; None where the answer is empty.
    """

    status: int
    headers: Mapping[str, str]
    body: Any


class Client:
    """Sends requests one after another over one session, and repeats those that may be repeated.

    :param verify: True to check certificates against the system's or `REQUESTS_CA_BUNDLE`'s authorities, a path to
        check them against that file or directory, False to check none.
    :param timeout: seconds to wait for a connection, and between two parts of an answer.
    :param retries: how often a request is repeated at most.
    :param clock: seconds since the epoch.
    :param sleep: waits for a number of seconds.
    :param jitter: picks a number between two.
    """

    def __init__(
        self,
        verify: bool | str = True,
        timeout: float = 30,
        retries: int = 4,
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
        self._session = requests.Session()
        self._session.headers.update(
            {
                "User-Agent": "cloudcron.huaweicloud (Ansible)",
                "Accept": "application/json",
                "Content-Type": "application/json",
            }
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self._session.close()

    def call(
        self,
        tried: str,
        method: str,
        url: str,
        body: Any = None,
        sign: Callable[[Any], Any] = unsigned,
        repeatable: bool = True,
    ) -> Answer:
        """Send a request and return the answer.

        :param tried: what this is about, for errors: `update scheduled task nightly-restart`.
        :param url: the whole URL, query included and encoded.
        :param body: is sent as JSON; None for no body.
        :param sign: sets the headers that say who is asking; called anew for every attempt.
        :param repeatable: whether carrying out the request twice is the same as once. Where it is not, it is repeated
            only if the service surely did not act.
        :raises NotFoundError: the service knows no such task.
        :raises AnswerLostError: it is not known whether the request was carried out.
        :raises ServiceError: the service refused the request or cannot be reached.
        """
        content = None if body is None else json.dumps(body).encode("utf-8")
        attempt = 0
        while True:
            try:
                return self._attempt(tried, method, url, content, sign)
            except _TransientError as failure:
                if attempt >= self._retries or not (repeatable or failure.surely_not_carried_out):
                    raise failure.error from None
                wait = self._wait(attempt, failure)
                if wait > LONGEST_WAIT:
                    raise failure.error from None
                self._sleep(wait)
            attempt += 1

    def _wait(self, attempt: int, failure: _TransientError) -> float:
        asked = _retry_after(failure.retry_after, self._clock())
        if asked is not None:
            # Clients that were turned away together should not come back together.
            return asked + self._jitter(0.0, min(1.0, asked))
        low, high = WAITS_WHEN_THROTTLED if failure.error.status == THROTTLED else WAITS_OTHERWISE
        return min(self._jitter(low, high) * 2**attempt, LONGEST_WAIT)

    def _attempt(self, tried: str, method: str, url: str, content: bytes | None, sign: Callable[[Any], Any]) -> Answer:
        try:
            response = self._session.request(
                method,
                url,
                data=content,
                auth=sign,
                timeout=self._timeout,
                verify=self._verify,
                # A redirect would carry a token to a host that the user has not named.
                allow_redirects=False,
            )
        except OSError as error:  # every error of requests, and an authorities file of the environment that is missing
            raise _connection_failure(tried, url, error, self._timeout) from None
        return _read(tried, response)


class _TransientError(Exception):
    """A failure that may pass by itself.

    :param surely_not_carried_out: the service did not act on the request.
    """

    def __init__(self, error: ServiceError, surely_not_carried_out: bool, retry_after: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.surely_not_carried_out = surely_not_carried_out
        self.retry_after = retry_after


def _connection_failure(tried: str, url: str, error: Exception, timeout: float) -> Exception:
    host = urlsplit(url).netloc
    if isinstance(error, requests.exceptions.SSLError):
        return ServiceError(
            tried,
            f"the certificate of {host} was not accepted: {_reason(error)}",
            advice="Give ca_path (or REQUESTS_CA_BUNDLE) where the service is behind an authority of your own",
        )
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return _TransientError(ServiceError(tried, f"no connection to {host} within {timeout} s"), True)
    if isinstance(error, requests.exceptions.ReadTimeout):
        return _TransientError(AnswerLostError(tried, f"{host} did not answer within {timeout} s"), False)
    if isinstance(error, requests.exceptions.ProxyError) or _never_connected(error):
        return _TransientError(
            ServiceError(
                tried,
                f"no connection to {host}: {_reason(error)}",
                advice="Check endpoint and region, and HTTPS_PROXY and NO_PROXY where there is a proxy",
            ),
            True,
        )
    if isinstance(error, LOST_ON_THE_WAY):
        return _TransientError(
            AnswerLostError(tried, f"the connection to {host} was lost before the whole answer came: {_reason(error)}"),
            False,
        )
    return ServiceError(tried, f"the request to {host} could not be made: {_reason(error)}")


def _never_connected(error: Exception) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _reason(error: Exception) -> str:
    """Return the innermost words of an error that wraps others, without the memory addresses in front of them."""
    inner: Any = error
    while True:
        arguments = getattr(inner, "args", ())
        further = getattr(inner, "reason", None) or next((a for a in arguments if isinstance(a, Exception)), None)
        if not isinstance(further, Exception) or further is inner:
            break
        inner = further
    return _excerpt(re.sub(r"^.*?object at 0x[0-9a-f]+>: ", "", str(inner))) or type(inner).__name__


def _read(tried: str, response: Any) -> Answer:
    status = response.status_code
    content = response.content
    try:
        body = _parse(content) if content.strip() else None
        readable = True
    except ValueError:
        body, readable = None, False
    if 200 <= status < 300:
        if readable:
            return Answer(status, response.headers, body)
        problem = f"{status}, but what came with it is {_no_json(response)}"
        raise AnswerLostError(
            tried, problem, status, request_id=_request_id(response, None), advice=_host_advice(response)
        )
    if 300 <= status < 400:
        target = urlsplit(response.headers.get("Location", "")).netloc or "another address"
        raise ServiceError(
            tried,
            f"{status}, a redirect to {target}, which is not followed",
            status,
            advice="Check endpoint and auth_url",
        )
    error = _refusal(tried, response, body, readable)
    if status == THROTTLED or status in UNAVAILABLE:
        raise _TransientError(error, status == THROTTLED, response.headers.get("Retry-After"))
    raise error


def _parse(content: bytes) -> Any:
    """Return parsed JSON.

    :raises ValueError: it is not JSON, or nested more deeply than can be read.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    try:
        return json.loads(content, parse_constant=refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refusal(tried: str, response: Any, body: Any, readable: bool) -> ServiceError:
    status = response.status_code
    code, text = _code_and_message(body)
    from_gateway = (code or "").startswith(GATEWAY_CODES)
    words = " ".join(word for word in (code, text) if word)
    if not words:
        words = "without a reason" if readable else f"with {_no_json(response)}"
    kind: type[ServiceError] = ServiceError
    if status == 404 and readable and not from_gateway:
        kind = NotFoundError
    elif status in UNAVAILABLE:
        kind = AnswerLostError
    if "Retry-After" in response.headers:
        words += f", asks to wait: Retry-After {_excerpt(response.headers['Retry-After'])}"
    advice = ADVICE.get((code or "").replace("APIG.", "APIGW.")) or ADVICE.get(status)
    if not readable:
        advice = _host_advice(response)
    return kind(tried, f"{status} {words}", status, code, text, _request_id(response, body), advice)


def _code_and_message(body: Any) -> tuple[str | None, str | None]:
    """Return code and message of an error body: the services', IAM's (inside `error`), or the gateway's."""
    if not isinstance(body, dict):
        return None, None
    within = body.get("error")
    inner = within if isinstance(within, dict) else body
    code = _first_text(inner, "error_code", "errorCode", "code")
    return code, _first_text(inner, "error_msg", "errorMsg", "message", "error_detail")


def _first_text(body: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = body.get(name)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip():
            return _excerpt(str(value))
    return None


def _request_id(response: Any, body: Any) -> str | None:
    in_body = body.get("request_id") if isinstance(body, dict) else None
    found = response.headers.get("X-Request-Id") or in_body
    return _excerpt(found) if isinstance(found, str) and found else None


def _no_json(response: Any) -> str:
    is_page = "html" in response.headers.get("Content-Type", "").lower() or response.content.lstrip()[:1] == b"<"
    kind = "an HTML page instead of JSON" if is_page else "no whole JSON"
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<[^>]*>", " ", response.content[:10_000].decode("utf-8", "replace"), flags=re.S
    )
    excerpt = _excerpt(text if is_page else response.content[:LONGEST_EXCERPT].decode("utf-8", "replace"))
    return f"{kind}: {excerpt}" if excerpt else kind


def _host_advice(response: Any) -> str:
    return f"Check that {urlsplit(response.url).netloc} is the service's host and that no proxy answers for it"


def _excerpt(text: str) -> str:
    """Return text in one line of a bounded length, without what a terminal would act on."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return line if len(line) <= LONGEST_EXCERPT else line[:LONGEST_EXCERPT] + "..."


def _retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` asks to wait for, given in seconds or as a date."""
    if value is None:
        return None
    if re.fullmatch(r"\d{1,9}", value.strip(), re.ASCII):
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value).timestamp()
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
        split = urlsplit(url)
        usable = split.scheme in ("http", "https") and bool(split.hostname) and (split.port is None or split.port > 0)
    except ValueError:
        usable = False
    if not usable or split.username is not None or split.query or split.fragment or re.search(r"[\s\\]", url):
        raise OptionError(
            option, value, "it is the address of a service, such as https://workspace.ap-southeast-1.myhuaweicloud.com"
        )
    return url


def pages(fetch: Callable[[int], tuple[list[Any], int | None]], size: int) -> Iterator[Any]:
    """Return all items of a listing, page by page, to its end.

    :param fetch: takes an offset and returns the items from there on, and how many there are in all, where it is known.
    :param size: the largest page that the service gives.
    """
    offset = 0
    while True:
        items, total = fetch(offset)
        yield from items
        offset += len(items)
        if not items or (offset >= total if total is not None else len(items) < size):
            return


def metadata_credentials() -> dict[str, str] | None:
    """Return the temporary keys that the metadata service gives to the agency of the server that this runs on.

    No proxy is asked, nothing is repeated, and a machine that is no such server costs two seconds at most.

    :raises AccountError: the metadata service answers, but not with keys.
    """
    with requests.Session() as session:
        session.trust_env = False
        try:
            token = session.put(
                f"{METADATA_URL}/meta-data/latest/api/token",
                headers={"X-Metadata-Token-Ttl-Seconds": str(METADATA_TOKEN_LIFE)},
                timeout=METADATA_TIMEOUT,
                allow_redirects=False,
            )
            answer = session.get(
                f"{METADATA_URL}/openstack/latest/securitykey",
                headers={"X-Metadata-Token": token.text.strip()} if token.ok else {},
                timeout=METADATA_TIMEOUT,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError):
            return None
    if answer.status_code != 200:
        return None
    try:
        credential = _parse(answer.content)["credential"]
        keys = {ours: credential[theirs] for ours, theirs in METADATA_KEYS.items()}
    except (ValueError, KeyError, TypeError):
        keys = {}
    if not keys or not all(isinstance(value, str) for value in keys.values()):
        raise AccountError("The metadata service of this server answered without usable keys.")
    return keys
