# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets in: signatures against known vectors, and everything that must not pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.authentication import (
    AccessKey,
    Authenticator,
    canonical_request,
    sign,
)
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Call, Refusal

VECTORS = json.loads(Path(__file__).with_name("signing_vectors.json").read_text(encoding="utf-8"))
PATH = f"/v1/{account.PROJECT_ID}/schedule-task"


def vector_call(vector: dict[str, Any]) -> Call:
    path, _mark, query = vector["target"].partition("?")
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return Call(vector["method"], path, query, headers, vector["body"].encode())


def vector_authenticator(vector: dict[str, Any]) -> Authenticator:
    headers = vector["headers"]
    access_key = headers["Authorization"].partition("Access=")[2].partition(",")[0]
    date = datetime.strptime(headers["X-Sdk-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    key = AccessKey(vector["secret_key"], headers.get("X-Security-Token"))
    return Authenticator({access_key: key}, frozenset({"p"}), lambda: date)


by_name = pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])


def test_there_are_nine_vectors() -> None:
    assert len(VECTORS) == 9


@by_name
def test_the_canonical_request_of_a_vector(vector: dict[str, Any]) -> None:
    signed = vector["headers"]["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert canonical_request(vector_call(vector), signed) == vector["canonical_request"]


@by_name
def test_a_vector_is_let_in(vector: dict[str, Any]) -> None:
    assert vector_authenticator(vector).identify(vector_call(vector)).projects == {"p"}


def tampered(call: Call) -> list[Call]:
    authorization = call.headers["authorization"]
    flipped = authorization[:-1] + ("0" if authorization[-1] != "0" else "1")
    return [
        replace(call, method="PUT"),
        replace(call, raw_path=call.raw_path + "x"),
        replace(call, raw_query=call.raw_query + "&x=1"),
        replace(call, headers={**call.headers, "host": "elsewhere.example.com"}),
        replace(call, headers={**call.headers, "authorization": flipped}),
    ]


@by_name
def test_a_changed_vector_is_refused(vector: dict[str, Any]) -> None:
    call = vector_call(vector)
    changed = tampered(call)
    if call.headers.get("x-sdk-content-sha256") != "UNSIGNED-PAYLOAD":
        changed.append(replace(call, body=call.body + b" "))
    for each in changed:
        with pytest.raises(Refusal) as caught:
            vector_authenticator(vector).identify(each)
        assert (caught.value.status, caught.value.code) == (401, "APIGW.0301")


def signed_get(
    emulator: Any,
    *,
    names: tuple[str, ...] = ("host", "x-sdk-date"),
    age: timedelta = timedelta(),
    query: str = "",
) -> requests.Response:
    """One list request, signed as asked and sent as signed."""
    headers = {
        "host": emulator.url.removeprefix("http://"),
        "x-sdk-date": f"{datetime.now(UTC) - age:%Y%m%dT%H%M%SZ}",
        "content-type": "application/json",
    }
    signature = sign(Call("GET", PATH, query, headers), list(names), account.SECRET_KEY)
    headers["authorization"] = (
        f"SDK-HMAC-SHA256 Access={account.ACCESS_KEY}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    return requests.get(f"{emulator.url}{PATH}?{query}", headers=headers, timeout=60)


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


def test_a_signature_is_let_in(emulator: Any) -> None:
    assert signed_get(emulator, query="limit=1&task_name=a%20b").status_code == 200


@pytest.mark.parametrize("age", [timedelta(minutes=14), timedelta(minutes=-14)])
def test_a_clock_may_be_a_little_off(emulator: Any, age: timedelta) -> None:
    assert signed_get(emulator, age=age).status_code == 200


@pytest.mark.parametrize("age", [timedelta(minutes=16), timedelta(minutes=-16)])
def test_a_clock_may_not_be_far_off(emulator: Any, age: timedelta) -> None:
    assert code(signed_get(emulator, age=age)) == (401, "APIGW.0303")


@pytest.mark.parametrize("names", [("host",), ("x-sdk-date",), ("x-sdk-date", "host")])
def test_host_and_date_must_be_signed_and_in_order(emulator: Any, names: tuple[str, ...]) -> None:
    assert code(signed_get(emulator, names=names)) == (401, "APIGW.0301")


def test_a_plus_is_not_a_space_to_a_signature(emulator: Any) -> None:
    url = f"{emulator.url}{PATH}?task_name=a+b"
    headers = {"host": emulator.url.removeprefix("http://"), "x-sdk-date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"}
    names = ["host", "x-sdk-date"]
    signature = sign(Call("GET", PATH, "task_name=a%20b", headers), names, account.SECRET_KEY)
    headers["authorization"] = (
        f"SDK-HMAC-SHA256 Access={account.ACCESS_KEY}, SignedHeaders={';'.join(names)}, Signature={signature}"
    )
    assert code(requests.get(url, headers=headers, timeout=60)) == (401, "APIGW.0301")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "SDK-HMAC-SHA256 Access=a"}])
def test_nobody_gets_in_without_proof(emulator: Any, headers: dict[str, str]) -> None:
    assert code(requests.get(emulator.url + PATH, headers=headers, timeout=60)) == (401, "APIGW.0301")


def test_who_somebody_is_comes_before_what_he_wants(emulator: Any) -> None:
    answer = requests.post(emulator.url + PATH + "?x=1", data="{", timeout=60)
    assert code(answer) == (401, "APIGW.0301")


def test_a_token_can_be_revoked(emulator: Any, call: Callable[..., requests.Response]) -> None:
    assert call("GET").status_code == 200
    emulator.revoke_tokens()
    assert code(call("GET")) == (401, "APIGW.0307")


def auth(**scope: Any) -> dict[str, Any]:
    user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": scope}}


def ask_token(emulator: Any, body: Any) -> requests.Response:
    return requests.post(f"{emulator.url}/v3/auth/tokens?nocatalog=true", json=body, timeout=60)


def test_a_token_expires(emulator: Any) -> None:
    emulator.dialect.token_lifetime = -1
    value = ask_token(emulator, auth(project={"id": account.PROJECT_ID})).headers["X-Subject-Token"]
    assert code(requests.get(emulator.url + PATH, headers={"X-Auth-Token": value}, timeout=60)) == (401, "APIGW.0307")


@pytest.mark.parametrize(
    ("scope", "project"),
    [
        ({"project": {"name": account.REGION}}, account.PROJECT_ID),
        ({"project": {"id": account.SECOND_PROJECT_ID}}, account.SECOND_PROJECT_ID),
        ({"project": {"name": f"{account.REGION}_fleet-01"}}, account.FLEET[0]),
        ({"domain": {"name": account.DOMAIN_NAME}}, None),
        ({}, None),
    ],
)
def test_the_scope_of_a_token(emulator: Any, scope: dict[str, Any], project: str | None) -> None:
    answer = ask_token(emulator, auth(**scope))
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token.get("project", {}).get("id") == project
    assert "catalog" not in token
    assert timedelta(hours=23) < datetime.fromisoformat(token["expires_at"]) - datetime.now(UTC) <= timedelta(days=1)
    headers = {"X-Auth-Token": answer.headers["X-Subject-Token"]}
    status = requests.get(emulator.url + PATH, headers=headers, timeout=60).status_code
    assert status == (200 if project == account.PROJECT_ID else 403)


def test_a_wrong_password(emulator: Any) -> None:
    body = auth(project={"name": account.REGION})
    body["auth"]["identity"]["password"]["user"]["password"] = "wrong"
    answer = ask_token(emulator, body)
    assert answer.status_code == 401
    assert answer.json()["error"] == {
        "code": 401,
        "message": "The username or password is wrong.",
        "title": "Unauthorized",
    }


@pytest.mark.parametrize("scope", [{"project": {"name": "nowhere"}}, {"project": {}}, {"domain": {"name": "other"}}])
def test_a_scope_that_is_not_the_users(emulator: Any, scope: dict[str, Any]) -> None:
    assert ask_token(emulator, auth(**scope)).status_code == 401


def test_a_token_request_that_makes_no_sense(emulator: Any) -> None:
    answer = ask_token(emulator, {"auth": {}})
    assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"?name={account.REGION}", [account.PROJECT_ID]),
        ("?name=nowhere", []),
        (f"?name={account.REGION}_fleet-20", [account.FLEET[19]]),
        ("", [account.PROJECT_ID, account.SECOND_PROJECT_ID, *account.FLEET]),
    ],
)
def test_the_projects_of_the_account(emulator: Any, token: str, query: str, found: list[str]) -> None:
    answer = requests.get(f"{emulator.url}/v3/projects{query}", headers={"X-Auth-Token": token}, timeout=60)
    assert [project["id"] for project in answer.json()["projects"]] == found


def test_the_projects_are_not_for_everyone(emulator: Any) -> None:
    assert requests.get(f"{emulator.url}/v3/projects", timeout=60).status_code == 401
