# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures against known vectors, and what they look like once requests has sent them."""

from __future__ import annotations

import calendar
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import ServiceError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import (
    KeySigner,
    TokenSigner,
    authorization,
    unsigned,
)
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask, with_query

NOW = 1_767_323_045.0
DATE = "20260102T030405Z"
TESTS = Path(__file__).resolve().parents[3]
VECTORS = json.loads((TESTS / "contract" / "signing_vectors.json").read_text(encoding="utf-8"))
# The others sign headers that this collection never signs.
OWN_VECTORS = [
    vector for vector in VECTORS if vector["headers"].keys().isdisjoint({"User-Agent", "X-Sdk-Content-Sha256"})
]
PATH = f"/v1/{account.PROJECT_ID}/schedule-task"

by_name = pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])


def access_key_and_names(value: str) -> tuple[str, list[str]]:
    access, names, _signature = value.removeprefix("SDK-HMAC-SHA256 ").split(", ")
    return access.removeprefix("Access="), names.removeprefix("SignedHeaders=").split(";")


def prepared(method: str, url: str, body: bytes | None = None, sign: Any = unsigned) -> requests.PreparedRequest:
    headers = {"Content-Type": "application/json", "User-Agent": "x"}
    return requests.Session().prepare_request(requests.Request(method, url, headers, data=body, auth=sign))


def key_signer(**options: Any) -> KeySigner:
    return KeySigner("AK", "SK", **{"clock": lambda: NOW, **options})


def emulated_signer(**options: Any) -> KeySigner:
    return KeySigner(account.ACCESS_KEY, account.SECRET_KEY, scope={"X-Project-Id": account.PROJECT_ID}, **options)


def test_there_are_nine_vectors() -> None:
    assert len(VECTORS) == 9


@by_name
def test_a_vector_is_signed_as_published(vector: dict[str, Any]) -> None:
    headers = dict(vector["headers"])
    expected = headers.pop("Authorization")
    access_key, _names = access_key_and_names(expected)
    url = f"https://{headers['Host']}{vector['target']}"
    signed = authorization(
        access_key, vector["secret_key"], vector["method"], url, headers, vector["body"].encode("utf-8")
    )
    assert signed == expected


@pytest.mark.parametrize("vector", OWN_VECTORS, ids=[vector["name"] for vector in OWN_VECTORS])
def test_a_vector_is_signed_alike_as_a_request_of_requests(vector: dict[str, Any]) -> None:
    headers = vector["headers"]
    signer = KeySigner(
        access_key_and_names(headers["Authorization"])[0],
        vector["secret_key"],
        headers.get("X-Security-Token"),
        {name: value for name, value in headers.items() if name in ("X-Project-Id", "X-Domain-Id")},
        lambda: calendar.timegm(time.strptime(headers["X-Sdk-Date"], "%Y%m%dT%H%M%SZ")),
    )
    scheme = "http" if ":" in headers["Host"] else "https"
    url = f"{scheme}://{headers['Host']}{vector['target']}"
    request = prepared(vector["method"], url, vector["body"].encode() or None, signer)
    assert {name: request.headers[name] for name in headers} == headers


def test_case_of_the_method_and_blanks_around_a_header_mean_nothing_to_a_signature() -> None:
    signed, expected = (
        authorization("AK", "SK", method, "https://example.com/", {"Host": host, "X-Sdk-Date": DATE}, b"")
        for method, host in (("get", " example.com\t"), ("GET", "example.com"))
    )
    assert signed == expected


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://workspace.example.com", "workspace.example.com"),
        ("https://workspace.example.com:443", "workspace.example.com"),
        ("http://workspace.example.com:80", "workspace.example.com"),
        ("https://workspace.example.com:80", "workspace.example.com:80"),
        ("http://workspace.example.com:443", "workspace.example.com:443"),
        ("https://workspace.example.com:8443", "workspace.example.com:8443"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
        ("https://[2001:db8::1]:443", "[2001:db8::1]"),
        ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
    ],
)
def test_the_host_is_signed_with_a_port_that_is_not_the_default(address: str, host: str) -> None:
    request = prepared("GET", f"{address}/v1", sign=key_signer())
    assert request.headers["Host"] == host
    headers = {"Content-Type": "application/json", "Host": host, "X-Sdk-Date": DATE}
    assert request.headers["Authorization"] == authorization("AK", "SK", "GET", f"{address}/v1", headers, b"")


@pytest.mark.parametrize(
    ("options", "own"),
    [
        ({}, {}),
        ({"scope": {"X-Project-Id": "p-1"}}, {"X-Project-Id": "p-1"}),
        ({"scope": {"X-Domain-Id": "d-1"}}, {"X-Domain-Id": "d-1"}),
        ({"security_token": "s/t+=="}, {"X-Security-Token": "s/t+=="}),
        (
            {"security_token": "s", "scope": {"X-Project-Id": "p-1"}},
            {"X-Security-Token": "s", "X-Project-Id": "p-1"},
        ),
    ],
)
def test_what_a_key_pair_says_about_itself_is_sent_and_signed(options: dict[str, Any], own: dict[str, str]) -> None:
    request = prepared("PATCH", "https://example.com/v1/x", b"{}", key_signer(**options))
    assert {name: request.headers.get(name) for name in own} == own
    assert ("X-Project-Id" in request.headers, "X-Security-Token" in request.headers) == (
        "X-Project-Id" in own,
        "X-Security-Token" in own,
    )
    access_key, names = access_key_and_names(request.headers["Authorization"])
    assert access_key == "AK"
    assert names == sorted(["content-type", "host", "x-sdk-date", *map(str.lower, own)])


def test_a_content_type_is_signed_only_where_there_is_one() -> None:
    request = requests.Request("GET", "https://example.com/", auth=key_signer()).prepare()
    assert access_key_and_names(request.headers["Authorization"])[1] == ["host", "x-sdk-date"]


@pytest.mark.parametrize("other", [{"method": "PUT"}, {"url": "https://example.com/b"}, {"body": b"[]"}])
def test_another_request_has_another_signature(other: dict[str, Any]) -> None:
    base = {"method": "POST", "url": "https://example.com/a", "body": b"{}"}
    first, second = (
        prepared(**options, sign=key_signer()).headers["Authorization"] for options in (base, {**base, **other})
    )
    assert first != second


@pytest.mark.parametrize("query", ["a=1&a=2&b=", "b=&a=2&a=1", "a=2&b=&a=1", "%61=1&a=2&b"])
def test_the_order_of_a_query_means_nothing_to_its_signature(query: str) -> None:
    signed, expected = (
        prepared("GET", f"https://example.com/v1?{each}", sign=key_signer()).headers["Authorization"]
        for each in (query, "a=1&a=2&b=")
    )
    assert signed == expected


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/a%20b"])
def test_a_slash_at_the_end_of_a_path_means_nothing_to_its_signature(path: str) -> None:
    headers = {"Host": "example.com", "X-Sdk-Date": DATE}
    with_slash, without = (
        authorization("AK", "SK", "GET", f"https://example.com{path.rstrip('/')}{end}", headers, b"")
        for end in ("/", "")
    )
    assert with_slash == without


def test_a_name_in_a_query_is_escaped_like_a_value() -> None:
    headers = {"Host": "example.com", "X-Sdk-Date": DATE}
    nothing = hashlib.sha256(b"").hexdigest()
    request = f"GET\n/v1/\na%2Fb=c%2Fd\nhost:example.com\nx-sdk-date:{DATE}\n\nhost;x-sdk-date\n{nothing}"
    text = f"SDK-HMAC-SHA256\n{DATE}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(b"SK", text.encode(), hashlib.sha256).hexdigest()
    signed = authorization("AK", "SK", "GET", "https://example.com/v1?a/b=c/d", headers, b"")
    assert signed.endswith(f"Signature={signature}")


def test_a_secret_key_is_not_in_the_request() -> None:
    request = prepared("GET", "https://example.com/", sign=KeySigner("AK", "very-secret-key"))
    assert "very-secret-key" not in str(request.headers)


def test_a_token_is_presented_and_nothing_is_signed() -> None:
    headers = prepared("GET", "https://example.com/", sign=TokenSigner("t-1")).headers
    assert headers["X-Auth-Token"] == "t-1"
    assert headers.keys().isdisjoint({"Authorization", "X-Sdk-Date"})


def test_every_attempt_is_signed_anew(emulator: Any, real_client: Callable[..., Any]) -> None:
    emulator.fail("ListScheduleTasks", drop=True)
    emulator.fail("ListScheduleTasks", status=503)
    start = time.time()
    moments = iter([start - 60, start - 30, start])
    with real_client() as client:
        ask(client, "list", "GET", emulator.url + PATH, sign=emulated_signer(clock=lambda: next(moments)))
    assert [entry.status for entry in emulator.requests] == [None, 503, 200]
    for header in ("x-sdk-date", "authorization"):
        assert len({entry.headers[header] for entry in emulator.requests}) == 3


@pytest.mark.parametrize("late", [0, 1])
def test_any_attempt_alone_is_let_in(emulator: Any, real_client: Callable[..., Any], late: int) -> None:
    emulator.fail("ListScheduleTasks", status=503, times=late)
    start = time.time()
    moments = iter([start, start - 60])
    with real_client() as client:
        answer = ask(client, "list", "GET", emulator.url + PATH, sign=emulated_signer(clock=lambda: next(moments)))
    assert answer.status == 200


def test_a_temporary_key_pair_is_let_in_with_its_token_only(emulator: Any, real_client: Callable[..., Any]) -> None:
    keys = (account.TEMPORARY_ACCESS_KEY, account.TEMPORARY_SECRET_KEY)
    with real_client() as client:
        ask(client, "list", "GET", emulator.url + PATH, sign=KeySigner(*keys, account.SECURITY_TOKEN))
        with pytest.raises(ServiceError) as caught:
            ask(client, "list", "GET", emulator.url + PATH, sign=KeySigner(*keys))
    assert caught.value.code == "APIGW.0301"


@pytest.mark.parametrize(
    "name",
    ["a b", "任务", "a+b", "a*b", "~tilde~", "a/b?c&d=e#f", "100%", "%41", "it's (x)!", "ü;,:@$", '"<>[]{}|^`\\', "é"],
)
def test_a_query_travels_as_it_was_signed(emulator: Any, real_client: Callable[..., Any], name: str) -> None:
    url = with_query(emulator.url + PATH, {"task_name": name, "offset": 0, "limit": 1})
    with real_client() as client:
        ask(client, "list", "GET", url, sign=emulated_signer())
    (entry,) = emulator.requests
    assert entry.query == {"limit": "1", "offset": "0", "task_name": name}


@pytest.mark.parametrize("name", ["a b", "任务", "a+b", "a*b", "~", "it's"])
def test_the_query_on_the_wire_is_the_canonical_one(name: str) -> None:
    url = with_query("https://example.com/v1", {"b": name, "a": "", "B": 1})
    assert prepared("GET", url).url == url
    assert "+" not in urlsplit(url).query
    assert urlsplit(url).query.startswith("B=1&a=&b=")


@pytest.mark.parametrize("segment", ["a%20b", "%E4%BB%BB", "a%2Fb", "~a", "%7Ea", "a%2Bb", "a+b", "a*b", "a%25b"])
def test_a_path_is_signed_as_the_service_reads_it(emulator: Any, real_client: Callable[..., Any], segment: str) -> None:
    with real_client() as client, pytest.raises(ServiceError) as caught:
        ask(client, "read", "GET", f"{emulator.url}{PATH}/{segment}", sign=emulated_signer())
    assert caught.value.status in (400, 404)


@pytest.fixture(params=["HOME", "NETRC"])
def netrc(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A netrc file with entries for every host, found either way."""
    path = tmp_path / ".netrc"
    path.write_text("machine 127.0.0.1\n login stray\n password stray\n\ndefault\n login stray\n password stray\n")
    path.chmod(0o600)
    monkeypatch.setenv(request.param, str(tmp_path if request.param == "HOME" else path))
    assert requests.utils.get_netrc_auth("http://127.0.0.1:1/") == ("stray", "stray")


@pytest.mark.usefixtures("netrc")
def test_a_netrc_entry_does_not_replace_a_signature(emulator: Any, real_client: Callable[..., Any]) -> None:
    with real_client() as client:
        assert ask(client, "list", "GET", emulator.url + PATH, sign=emulated_signer()).status == 200
    (entry,) = emulator.requests
    assert entry.headers["authorization"].startswith("SDK-HMAC-SHA256 ")


@pytest.mark.usefixtures("netrc")
@pytest.mark.parametrize("sign", [unsigned, TokenSigner("t-1")], ids=["unsigned", "token"])
def test_a_netrc_entry_adds_no_authorization(emulator: Any, real_client: Callable[..., Any], sign: Any) -> None:
    with real_client() as client, pytest.raises(ServiceError):
        ask(client, "list", "GET", emulator.url + PATH, sign=sign)
    (entry,) = emulator.requests
    assert "authorization" not in entry.headers
