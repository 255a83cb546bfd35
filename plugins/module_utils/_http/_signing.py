# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signs a request for Huawei Cloud: with a key pair (`SDK-HMAC-SHA256`) or with a token.

The classes here are callables in the sense of requests' `auth=`: they take a prepared request, set its headers and
return it. They are used that way, and not through `headers=`, because a `~/.netrc` entry replaces an `Authorization`
header that was not set by `auth=`.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any, Callable
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ALGORITHM = "SDK-HMAC-SHA256"
DEFAULT_PORTS = {"http": 80, "https": 443}
UNRESERVED = "-_.~"

# Sets the headers of a prepared request that say who is asking, and returns it.
Sign = Callable[[Any], Any]


def authorization(
    access_key: str, secret_key: str, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Return the value of the `Authorization` header.

    :param url: the whole URL as it goes over the wire.
    :param headers: the headers to sign; `Host` and `X-Sdk-Date` must be among them. An `X-Sdk-Content-Sha256` stands in
        for the digest of the body.
    """
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    names = ";".join(sorted(signed))
    canonical_request = "\n".join(
        [
            method.upper(),
            _canonical_path(url),
            _canonical_query(url),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            names,
            signed.get("x-sdk-content-sha256") or hashlib.sha256(body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical_request.encode("utf-8")).hexdigest()
    string_to_sign = f"{ALGORITHM}\n{signed['x-sdk-date']}\n{digest}"
    signature = hmac.new(secret_key.encode("utf-8"), string_to_sign.encode("utf-8"), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={names}, Signature={signature}"


def _canonical_path(url: str) -> str:
    segments = unquote(urlsplit(url).path).split("/")
    path = "/".join(quote(segment, safe=UNRESERVED) for segment in segments)
    # The slash at the end is part of the signature only; the path on the wire does not have it.
    return path if path.endswith("/") else path + "/"


def _canonical_query(url: str) -> str:
    pairs = sorted(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    return "&".join(f"{quote(key, safe=UNRESERVED)}={quote(value, safe=UNRESERVED)}" for key, value in pairs)


def _host(url: str) -> str:
    split = urlsplit(url)
    host = split.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if split.port in (None, DEFAULT_PORTS.get(split.scheme)) else f"{host}:{split.port}"


def unsigned(request: Any) -> Any:
    """Leave a request as it is; given as `auth=`, it keeps `~/.netrc` out of requests that carry no credentials."""
    return request


class KeySigner:
    """Signs each request with an access key and its secret key.

    :param security_token: belongs to a temporary key pair.
    :param scope: the header that names the account's part which the request is for, such as `X-Project-Id`.
    :param clock: seconds since the epoch; the service refuses a date that is more than 15 minutes off.
    """

    SIGNED_HEADERS = ("Content-Type",)

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        scope: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._access_key = access_key
        self._secret_key = secret_key
        self._clock = clock
        self._own_headers = dict(scope or {})
        if security_token:
            self._own_headers["X-Security-Token"] = security_token

    def __call__(self, request: Any) -> Any:
        headers = {name: request.headers[name] for name in self.SIGNED_HEADERS if name in request.headers}
        headers.update(self._own_headers)
        headers["Host"] = _host(request.url)
        headers["X-Sdk-Date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        request.headers.update(headers)
        request.headers["Authorization"] = authorization(
            self._access_key, self._secret_key, request.method, request.url, headers, request.body or b""
        )
        return request


class TokenSigner:
    """Presents a token with each request."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: Any) -> Any:
        request.headers["X-Auth-Token"] = self._token
        return request
