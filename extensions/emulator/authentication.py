# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is calling: tokens, and signatures computed again from the request as it came."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from . import account
from .messages import Call, Refusal

ALGORITHM = "SDK-HMAC-SHA256"
MAXIMUM_SKEW = timedelta(minutes=15)

_AUTHORIZATION = re.compile(rf"{ALGORITHM} Access=([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]{{64}})")
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"
_UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True)
class AccessKey:
    """The secret of an access key, and its security token if the key is a temporary one."""

    secret: str
    security_token: str | None = None


@dataclass(frozen=True)
class Identity:
    """A caller: the account in which it acts, the projects that are open to it there, and how it proved itself."""

    projects: frozenset[str]
    domain_id: str = account.DOMAIN_ID
    signed: bool = False


@dataclass(frozen=True)
class _Token:
    identity: Identity
    expires_at: datetime


@dataclass(frozen=True)
class _IssuedKey:
    key: AccessKey
    identity: Identity
    expires_at: datetime


def utc_now() -> datetime:
    """The current time with its zone."""
    return datetime.now(UTC)


class Authenticator:
    """Issues tokens and checks them and signatures as strictly as the gateway documents it."""

    def __init__(
        self,
        keys: Mapping[str, AccessKey],
        projects: frozenset[str],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Know these access ``keys`` (secret by access key), which all open these ``projects`` and never expire."""
        self._keys = keys
        self._identity = Identity(projects, signed=True)
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._issued_keys: dict[str, _IssuedKey] = {}

    def issue_token(self, identity: Identity, lifetime: timedelta) -> tuple[str, datetime]:
        """A new token that makes its bearer this ``identity``, and the time at which it expires."""
        value = secrets.token_urlsafe(48)
        expires_at = self._clock() + lifetime
        self._tokens[value] = _Token(identity, expires_at)
        return value, expires_at

    def issue_key(self, identity: Identity, lifetime: timedelta) -> tuple[str, AccessKey, datetime]:
        """A new temporary access key that makes its holder this ``identity``, and the time at which it expires."""
        access_key = "EMULATED" + secrets.token_hex(6).upper()
        key = AccessKey(secrets.token_urlsafe(30), secrets.token_urlsafe(48))
        expires_at = self._clock() + lifetime
        self._issued_keys[access_key] = _IssuedKey(key, replace(identity, signed=True), expires_at)
        return access_key, key, expires_at

    def revoke_tokens(self) -> None:
        """Forget every token and every temporary access key issued so far."""
        self._tokens.clear()
        self._issued_keys.clear()

    def identify(self, call: Call) -> Identity:
        """The caller.

        :raises Refusal: 401 with ``APIGW.0307`` (token), ``APIGW.0303`` (clock) or ``APIGW.0301`` (everything else),
            the gateway's documented codes.
        """
        token = call.headers.get("x-auth-token")
        if token is not None:
            return self._by_token(token)
        return self._by_signature(call)

    def _by_token(self, value: str) -> Identity:
        token = self._tokens.get(value)
        if token is None or token.expires_at <= self._clock():
            raise Refusal(401, "APIGW.0307", "Incorrect IAM authentication information: the token is invalid.")
        return token.identity

    def _by_signature(self, call: Call) -> Identity:
        match = _AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
        if match is None:
            raise _unauthenticated("neither a token nor a signature")
        access_key, listed, signature = match.groups()
        key, identity = self._key(access_key)
        signed = listed.split(";")
        if not {"host", "x-sdk-date"} <= set(signed):
            raise _unauthenticated("host and x-sdk-date must be signed")
        if signed != sorted(set(signed)) or not set(signed) <= call.headers.keys():
            raise _unauthenticated("the signed headers are not those of the request")
        self._check_date(call.headers["x-sdk-date"])
        if not hmac.compare_digest(signature, sign(call, signed, key.secret)):
            raise _unauthenticated("the signature does not match")
        if call.headers.get("x-security-token") != key.security_token:
            raise _unauthenticated("the security token does not belong to the access key")
        return identity

    def _key(self, access_key: str) -> tuple[AccessKey, Identity]:
        if access_key in self._keys:
            return self._keys[access_key], self._identity
        issued = self._issued_keys.get(access_key)
        if issued is None or issued.expires_at <= self._clock():
            raise _unauthenticated("unknown or expired access key")
        return issued.key, issued.identity

    def _check_date(self, text: str) -> None:
        try:
            date = datetime.strptime(text, _DATE_FORMAT).replace(tzinfo=UTC)
        except ValueError:
            raise _unauthenticated("X-Sdk-Date is unreadable") from None
        if abs(self._clock() - date) > MAXIMUM_SKEW:
            raise Refusal(401, "APIGW.0303", "Incorrect app authentication information: signature expired.")


def account_of(identity: Identity, call: Call, *scopes: str) -> str:
    """The id of the account in which a caller acts whose path names no project.

    A token is scoped by itself. A signed request says its scope in a header, one of ``scopes`` (as the vendor's SDK
    does); how a missing or a foreign one is refused is inferred.

    :raises Refusal: 400 without a scope, 403 with one that is not the caller's.
    """
    if not identity.signed:
        return identity.domain_id
    own = {"x-project-id": identity.projects, "x-domain-id": {identity.domain_id}}
    given = [name for name in scopes if name in call.headers]
    if not given:
        raise Refusal(400, "APIGW.0201", f"A signed request must carry {' or '.join(scopes)}.")
    for name in given:
        if call.headers[name] not in own[name]:
            raise Refusal(403, "APIGW.0302", f"The caller may not act for this {name}.")
    return identity.domain_id


def sign(call: Call, signed: list[str], secret: str) -> str:
    """The signature that ``call`` ought to carry for these ``signed`` headers and this ``secret``."""
    digest = hashlib.sha256(canonical_request(call, signed).encode()).hexdigest()
    string_to_sign = "\n".join((ALGORITHM, call.headers["x-sdk-date"], digest))
    return hmac.new(secret.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()


def canonical_request(call: Call, signed: list[str]) -> str:
    """The text that is hashed and signed (documented)."""
    path = "/".join(_encode(part) for part in unquote(call.raw_path).split("/"))
    headers = "".join(f"{name}:{call.headers[name].strip()}\n" for name in signed)
    return "\n".join(
        (
            call.method.upper(),
            path if path.endswith("/") else path + "/",
            _canonical_query(call.raw_query),
            headers,
            ";".join(signed),
            _payload_hash(call, signed),
        )
    )


def _canonical_query(raw: str) -> str:
    # A bare "+" stays a plus: signing knows only %20 for a space.
    split = (pair.partition("=") for pair in raw.split("&") if pair)
    pairs = sorted((unquote(name), unquote(value)) for name, _sign, value in split)
    return "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs)


def _payload_hash(call: Call, signed: list[str]) -> str:
    # The vendor's own signer leaves bodies that are not JSON unsigned and says so in a signed header.
    unsigned = "x-sdk-content-sha256" in signed and call.headers["x-sdk-content-sha256"] == _UNSIGNED_PAYLOAD
    return _UNSIGNED_PAYLOAD if unsigned and call.body else hashlib.sha256(call.body).hexdigest()


def _encode(text: str) -> str:
    return quote(text, safe="~")


def _unauthenticated(reason: str) -> Refusal:
    return Refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}.")
