# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session of requests: connections, encodings, and what it means that no whole answer came.

Only this file imports requests.
"""

from __future__ import annotations

import base64
import logging
import re
import ssl
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Callable
from urllib.parse import urlsplit

from .._errors import AnswerLostError, ServiceError, UnreachableError
from ._answers import excerpt
from ._transport import PROGRESS, watch

HEADERS = {
    "User-Agent": "cloudcron.huaweicloud (Ansible)",
    "Accept": "application/json",
    "Content-Type": "application/json",
}

# A thousand tasks of the largest kind that the pages allow are a tenth of it.
LONGEST_ANSWER = 32 * 1024 * 1024  # bytes, decoded
PART = 16 * 1024  # bytes that are read, and decoded, at a time
# One at a time: unpacked, a part becomes a thousand times as long at most, and each further time a thousand times that.
ENCODINGS = ("gzip", "deflate")

USER_IN_URL = re.compile(r"//\S*@")

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

            self.headers.update(HEADERS)

        def get_redirect_target(self, resp: requests.Response) -> None:
            """Return no target, so that not even the request that would follow is prepared."""

        def exchange(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str],
            content: bytes | None,
            sign: Callable[[Any], Any],
            **settings: Any,
        ) -> tuple[requests.Response, bytes | None]:
            """Send a request; return the response and its content, None where that is too long.

            :param headers: besides those of the session.
            :param sign: sets the headers that say who is asking.
            :param settings: as `requests.Session.send` takes them.
            """
            request = requests.Request(method, url, {**self.headers, **headers}, data=content, auth=sign).prepare()
            with self.send(request, allow_redirects=False, **settings) as response:
                return response, read_content(response)


class TransientError(Exception):
    """A failure that may pass by itself.

    :param surely_not_carried_out: the service did not act on the request.
    """

    def __init__(self, error: ServiceError, surely_not_carried_out: bool, retry_after: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.surely_not_carried_out = surely_not_carried_out
        self.retry_after = retry_after


def read_content(response: requests.Response) -> bytes | None:
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


def connection_failure(tried: str, url: str, error: Exception, timeout: float, mask: Callable[[str], str]) -> Exception:
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
        return TransientError(AnswerLostError(tried, lost), False)
    is_tls = any(isinstance(cause, ssl.SSLError) or type(cause).__name__ == "CertificateError" for cause in causes)
    # urllib3 compares names of hosts itself, with an error of its own, and there may be no readable authorities.
    if is_tls and (any(isinstance(cause, ValueError) for cause in causes) or "certificate" in reason.lower()):
        advice = "Give ca_path (or REQUESTS_CA_BUNDLE) where the service is behind an authority of your own"
        return UnreachableError(tried, f"the certificate of {host} was not accepted: {reason}", advice=advice)
    if PROGRESS.is_connecting and not any(isinstance(cause, ValueError) for cause in causes):
        if is_late:
            return TransientError(UnreachableError(tried, f"no connection to {host} within {timeout} s"), True)
        if isinstance(error, requests.exceptions.SSLError):
            unsafe = UnreachableError(tried, f"no TLS with {host}: {reason}", advice="Check endpoint and auth_url")
            return TransientError(unsafe, True)
        advice = "Check endpoint and region, and HTTPS_PROXY and NO_PROXY where there is a proxy"
        return TransientError(UnreachableError(tried, f"no connection to {host}: {reason}", advice=advice), True)
    # OSError: all of requests, and authorities that REQUESTS_CA_BUNDLE names and that are not there.
    # ValueError: a host that no name service could know. TypeError: a proxy of the environment without a host.
    if not isinstance(error, (OSError, ValueError, TypeError)):
        return error
    advice = "Check endpoint, auth_url, HTTPS_PROXY and REQUESTS_CA_BUNDLE"
    return UnreachableError(tried, f"the request to {host} could not be made: {reason}", advice=advice)


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


def proxy_secrets(address: str) -> Iterator[str]:
    """Return what a proxy is told of who is asking, which it may quote, and the header that tells it."""
    user, password = requests.utils.get_auth_from_url(address)
    if user:
        yield password
        yield base64.b64encode(f"{user}:{password}".encode("latin-1", "replace")).decode("ascii")
