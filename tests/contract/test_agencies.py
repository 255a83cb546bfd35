# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Acting in another account through an agency: by temporary keys, and by a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.authentication import (
    ALGORITHM,
    Authenticator,
    Identity,
    sign,
)
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Call, Refusal

pytestmark = pytest.mark.usefixtures("nearby")

KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"
TOKENS = "/v3/auth/tokens"
THEIRS = f"/v1/{account.AGENCY_PROJECT_ID}/schedule-task"
OURS = f"/v1/{account.PROJECT_ID}/schedule-task"

Ask = Callable[..., requests.Response]


def agency(**changes: Any) -> dict[str, Any]:
    """What ``assume_role`` holds; a change to ``None`` takes a field away."""
    fields = {"agency_name": account.AGENCY_NAME, "domain_name": account.AGENCY_DOMAIN_NAME, **changes}
    return {name: value for name, value in fields.items() if value is not None}


def wish(scope: Any = None, **changes: Any) -> dict[str, Any]:
    auth: dict[str, Any] = {"identity": {"methods": ["assume_role"], "assume_role": agency(**changes)}}
    return {"auth": auth if scope is None else auth | {"scope": scope}}


def token_wish(**changes: Any) -> dict[str, Any]:
    return wish({"project": {"name": account.REGION}}, **changes)


@pytest.fixture
def key(signed: Ask) -> Any:
    return signed("POST", KEYS, json=wish()).json()["credential"]


@pytest.fixture
def theirs(emulator: Any) -> str:
    """A task in the project of the other account."""
    return str(emulator.workspace_app.add_task(project_id=account.AGENCY_PROJECT_ID))


def statuses(*answers: requests.Response) -> list[int]:
    return [answer.status_code for answer in answers]


def test_keys_act_in_the_other_account_only(emulator: Any, signed: Ask, key: Any, theirs: str) -> None:
    emulator.workspace_app.add_task()
    listing = signed("GET", THEIRS, key=key)
    assert [task["id"] for task in listing.json()["items"]] == [theirs]
    assert statuses(signed("GET", OURS, key=key), signed("GET", THEIRS)) == [403, 403]
    projects = signed("GET", f"/v3/projects?name={account.REGION}", key=key).json()["projects"]
    assert [(each["id"], each["domain_id"]) for each in projects] == [
        (account.AGENCY_PROJECT_ID, account.AGENCY_DOMAIN_ID)
    ]
    (own,) = signed("GET", f"/v3/projects?name={account.REGION}").json()["projects"]
    assert own["id"] == account.PROJECT_ID


def test_keys_are_fresh_and_need_their_security_token(signed: Ask, key: Any, theirs: str) -> None:
    second = signed("POST", KEYS, json=wish(domain_name=None, domain_id=account.AGENCY_DOMAIN_ID)).json()["credential"]
    assert not set(key.values()) & {second["access"], second["secret"], second["securitytoken"]}
    assert statuses(signed("GET", THEIRS, key=key), signed("GET", THEIRS, key=second)) == [200, 200]
    for bad in ({"access": key["access"], "secret": key["secret"]}, key | {"securitytoken": second["securitytoken"]}):
        answer = signed("GET", THEIRS, key=bad)
        assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


def test_a_token_gets_keys_too(ask: Ask, signed: Ask) -> None:
    answer = ask("POST", KEYS, json=wish(duration_seconds=86400))
    assert answer.status_code == 201
    assert signed("GET", THEIRS, key=answer.json()["credential"]).status_code == 200


@pytest.mark.parametrize(("asked", "seconds"), [(None, 900), (900, 900), (7200, 7200)])
def test_how_long_keys_last(signed: Ask, asked: int | None, seconds: int) -> None:
    answer = signed("POST", KEYS, json=wish(duration_seconds=asked))
    expires = datetime.fromisoformat(answer.json()["credential"]["expires_at"])
    assert timedelta(seconds=seconds - 30) < expires - datetime.now(UTC) <= timedelta(seconds=seconds)


def test_keys_expire(emulator: Any, signed: Ask) -> None:
    emulator.dialect.agency_key_lifetime = -1
    key = signed("POST", KEYS, json=wish()).json()["credential"]
    assert datetime.fromisoformat(key["expires_at"]) < datetime.now(UTC)
    answer = signed("GET", THEIRS, key=key)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


def test_keys_last_until_they_expire() -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    authenticator = Authenticator({}, frozenset(), lambda: now)
    access_key, key, expires_at = authenticator.issue_key(Identity(frozenset({"p"}), "d"), timedelta(seconds=900))
    assert expires_at == now + timedelta(seconds=900)
    headers = {"host": "a", "x-sdk-date": "20300101T000000Z", "x-security-token": str(key.security_token)}
    signature = sign(Call("GET", "/", "", headers), sorted(headers), key.secret)
    signed = f"{ALGORITHM} Access={access_key}, SignedHeaders={';'.join(sorted(headers))}, Signature={signature}"
    call = Call("GET", "/", "", {**headers, "authorization": signed})
    now += timedelta(seconds=899)
    assert authenticator.identify(call) == Identity(frozenset({"p"}), "d", signed=True)
    now += timedelta(seconds=1)
    with pytest.raises(Refusal, match="expired"):
        authenticator.identify(call)


def test_revoking_takes_keys_and_tokens(emulator: Any, ask: Ask, signed: Ask, key: Any) -> None:
    value = ask("POST", TOKENS, json=token_wish()).headers["X-Subject-Token"]
    emulator.revoke_tokens()
    assert signed("GET", THEIRS, key=key).status_code == 401
    assert requests.get(emulator.url + THEIRS, headers={"X-Auth-Token": value}, timeout=60).status_code == 401
    assert signed("GET", OURS).status_code == 200


@pytest.mark.parametrize(
    ("scope", "project"),
    [
        ({"project": {"name": account.REGION}}, account.AGENCY_PROJECT_ID),
        ({"project": {"id": account.AGENCY_PROJECT_ID}}, account.AGENCY_PROJECT_ID),
        ({"domain": {"name": account.AGENCY_DOMAIN_NAME}}, None),
    ],
)
def test_a_token_through_the_agency(
    emulator: Any, ask: Ask, theirs: str, scope: dict[str, Any], project: str | None
) -> None:
    answer = ask("POST", TOKENS + "?nocatalog=true", json=wish(scope))
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token["methods"] == ["assume_role"]
    assert token["user"]["name"] == f"{account.AGENCY_DOMAIN_NAME}/{account.AGENCY_NAME}"
    assert token["assumed_by"]["user"]["name"] == account.USER_NAME
    holder = token["domain"] if project is None else token["project"]["domain"]
    assert holder == {"id": account.AGENCY_DOMAIN_ID, "name": account.AGENCY_DOMAIN_NAME}

    def get(path: str) -> requests.Response:
        return requests.get(
            emulator.url + path, headers={"X-Auth-Token": answer.headers["X-Subject-Token"]}, timeout=60
        )

    assert statuses(get(THEIRS), get(OURS)) == [200 if project else 403, 403]
    assert [each["id"] for each in get("/v3/projects").json()["projects"]] == [account.AGENCY_PROJECT_ID]


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ({"project": {"id": account.PROJECT_ID}}, 401),
        ({"domain": {"id": account.DOMAIN_ID}}, 401),
        (None, 400),
    ],
)
def test_a_scope_that_is_not_the_agencys(ask: Ask, scope: Any, status: int) -> None:
    assert ask("POST", TOKENS, json=wish(scope)).status_code == status


@pytest.mark.parametrize("path", [KEYS, TOKENS])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"agency_name": "unknown"}, 404),
        ({"domain_name": "unknown"}, 404),
        ({"domain_name": account.DOMAIN_NAME}, 404),
        ({"domain_id": account.DOMAIN_ID}, 404),
        ({"domain_name": None}, 400),
        ({"agency_name": None}, 400),
        ({"colour": "blue"}, 400),
    ],
)
def test_an_agency_that_there_is_not(ask: Ask, path: str, changes: dict[str, Any], status: int) -> None:
    answer = ask("POST", path, json=wish(**changes) if path == KEYS else token_wish(**changes))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, status)


@pytest.mark.parametrize("seconds", [899, 86401, "900", 900.5, True])
def test_keys_that_last_too_short_or_too_long(signed: Ask, seconds: Any) -> None:
    answer = signed("POST", KEYS, json=wish(duration_seconds=seconds))
    assert (answer.status_code, answer.json()["error"]["title"]) == (400, "Bad Request")


def test_an_agency_token_lasts_as_long_as_any(ask: Ask) -> None:
    assert ask("POST", TOKENS, json=token_wish(duration_seconds=900)).status_code == 400


def test_who_asks_must_be_known(emulator: Any, signed: Ask) -> None:
    for path, body in ((KEYS, wish()), (TOKENS, token_wish())):
        assert requests.post(emulator.url + path, json=body, timeout=60).status_code == 401
    assert signed("POST", TOKENS, json=token_wish()).status_code == 401


def test_there_is_no_way_from_one_agency_to_another(emulator: Any, ask: Ask, signed: Ask, key: Any) -> None:
    value = ask("POST", TOKENS, json=token_wish()).headers["X-Subject-Token"]
    by_token = requests.post(emulator.url + TOKENS, json=token_wish(), headers={"X-Auth-Token": value}, timeout=60)
    assert statuses(signed("POST", KEYS, json=wish(), key=key), by_token) == [403, 403]


@pytest.mark.parametrize("service", ["coc", "codearts_check"])
def test_services_without_projects_follow_the_account(emulator: Any, signed: Ask, key: Any, service: str) -> None:
    handle = getattr(emulator, service)
    paths = {"coc": "/v1/schedule/task/{}", "codearts_check": "/v1/tasks/{}/taskcron"}
    task = handle.add_task(domain_id=account.AGENCY_DOMAIN_ID)
    assert handle.tasks == {}

    def find(project: str, **options: Any) -> bool:
        answer = signed("GET", paths[service].format(task), headers={"X-Project-Id": project}, **options)
        return answer.status_code == 200 and "error_code" not in answer.json()

    assert find(account.AGENCY_PROJECT_ID, key=key)
    assert not find(account.PROJECT_ID, key=key)
    assert not find(account.PROJECT_ID)
