# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens and project ids from IAM, against the emulator, and against a script where IAM has to misbehave."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    AnswerLostError,
    NotFoundError,
    OptionError,
    RefusedBeforeError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._account import Account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._credentials import Keys, Password, Token
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._iam import Agency, needed_region
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._refused_logins import RefusedLogins
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._settings import check_settings
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import BODY
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask

KEYS = Keys(account.ACCESS_KEY, account.SECRET_KEY)
TEMPORARY_KEYS = Keys(account.TEMPORARY_ACCESS_KEY, account.TEMPORARY_SECRET_KEY, account.SECURITY_TOKEN)
PASSWORD = Password(account.USER_NAME, account.PASSWORD, account.DOMAIN_NAME)

IAM = "https://iam.ap-southeast-1.myhuaweicloud.com"
URL = "https://workspace.example.com/v1/x"
SERVICE_401 = {"error_code": "APIGW.0307", "error_msg": "The token must be updated."}
TOKEN_BODY = {
    "token": {"expires_at": "2026-01-03T00:00:00.000000Z", "project": {"id": "p-1", "name": "ap-southeast-1"}}
}


@pytest.fixture
def secrets() -> list[str]:
    """What was said to be kept secret."""
    return []


@pytest.fixture
def emulated(emulator: Any, real_client: Callable[..., Any], secrets: list[str]) -> Iterator[Callable[..., Account]]:
    """Make an account whose IAM is the emulator."""
    with real_client() as client:
        client.secrets.register_with(secrets.append)

        def make(credentials: Keys | Token | Password = PASSWORD, **settings: str | None) -> Account:
            usual = {"region": account.REGION, "auth_url": emulator.url}
            return Account(client, lambda: credentials, {**usual, **settings}, "cn")

        yield make


@pytest.fixture
def list_tasks(emulator: Any) -> Callable[..., Any]:
    """Ask for the tasks of an account's project."""

    def list_tasks(user: Account, **options: Any) -> Any:
        return ask(user, "list tasks", "GET", f"{emulator.url}/v1/{user.project_id}/schedule-task", **options).body[
            "items"
        ]

    return list_tasks


@pytest.fixture
def scripted(client: Any, secrets: list[str]) -> Callable[..., Account]:
    """Make an account all of whose requests are in the script."""
    client.secrets.register_with(secrets.append)

    def make(credentials: Keys | Token | Password = PASSWORD, site: str = "cn", **settings: str | None) -> Account:
        return Account(client, lambda: credentials, {"region": "ap-southeast-1", **settings}, site)

    return make


@pytest.fixture
def asked(emulator: Any) -> Callable[[], list[str]]:
    """Return the operations so far, IAM's too."""
    return lambda: [entry.operation for entry in emulator.requests]


def scope_of(request: Any) -> dict[str, Any]:
    body = request.body if isinstance(request.body, dict) else json.loads(request.body)
    return body["auth"]["scope"]


# Passwords


def test_a_password_is_turned_into_a_token_by_the_regions_name(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, secrets: list[str]
) -> None:
    user = emulated()
    assert list_tasks(user) == []
    assert user.project_id == account.PROJECT_ID
    token, listing = emulator.requests
    assert (token.method, token.path, token.query) == ("POST", "/v3/auth/tokens", {"nocatalog": "true"})
    assert token.body["auth"]["identity"] == {
        "methods": ["password"],
        "password": {
            "user": {
                "name": account.USER_NAME,
                "password": account.PASSWORD,
                "domain": {"name": account.DOMAIN_NAME},
            }
        },
    }
    assert scope_of(token) == {"project": {"name": account.REGION}}
    assert token.headers.keys().isdisjoint({"authorization", "x-auth-token"})
    assert listing.headers["x-auth-token"] == secrets[-1]
    assert listing.headers.keys().isdisjoint({"authorization", "x-sdk-date", "x-project-id"})


@pytest.mark.parametrize("region", [account.REGION, None])
def test_a_password_is_turned_into_a_token_by_the_projects_id(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, region: str | None
) -> None:
    user = emulated(region=region, project_id=account.SECOND_PROJECT_ID)
    assert list_tasks(user) == []
    assert user.project_id == account.SECOND_PROJECT_ID
    assert scope_of(emulator.requests[0]) == {"project": {"id": account.SECOND_PROJECT_ID}}


def test_a_token_is_fetched_once(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], asked: Callable[[], list[str]]
) -> None:
    user = emulated()
    for _count in range(3):
        list_tasks(user)
    assert asked() == ["CreateToken", *["ListScheduleTasks"] * 3]


def test_no_token_is_fetched_before_it_is_needed(
    emulated: Callable[..., Account], asked: Callable[[], list[str]]
) -> None:
    assert emulated(project_id=account.PROJECT_ID).project_id == account.PROJECT_ID
    assert asked() == []


def test_a_token_that_has_expired_is_renewed_and_the_request_repeated(
    emulated: Callable[..., Account],
    list_tasks: Callable[..., Any],
    emulator: Any,
    asked: Callable[[], list[str]],
    secrets: list[str],
) -> None:
    user = emulated()
    list_tasks(user)
    for _count in range(2):
        emulator.revoke_tokens()
        emulator.clear_requests()
        assert list_tasks(user) == []
        assert asked() == ["ListScheduleTasks", "CreateToken", "ListScheduleTasks"]
        assert emulator.requests[0].headers["x-auth-token"] == secrets[-2]
        assert emulator.requests[2].headers["x-auth-token"] == secrets[-1] != secrets[-2]


def test_a_create_that_was_refused_for_its_token_is_repeated_too(
    emulated: Callable[..., Account], emulator: Any, list_tasks: Callable[..., Any]
) -> None:
    user = emulated()
    list_tasks(user)
    emulator.revoke_tokens()
    url = f"{emulator.url}/v1/{user.project_id}/schedule-task"
    assert ask(user, "create", "POST", url, body=BODY, repeatable=False).status == 200
    assert [each["task_name"] for each in emulator.workspace_app.tasks.values()] == ["nightly"]


def test_a_token_that_is_refused_although_it_is_new_is_an_error(
    emulated: Callable[..., Account],
    list_tasks: Callable[..., Any],
    emulator: Any,
    asked: Callable[[], list[str]],
    waits: list[float],
) -> None:
    emulator.dialect.token_lifetime = -1
    with pytest.raises(ServiceError, match=r"^list tasks: 401 APIGW\.0307 .*The token is not valid") as caught:
        list_tasks(emulated())
    assert caught.value.status == 401
    assert asked() == ["CreateToken", "ListScheduleTasks", "CreateToken", "ListScheduleTasks"]
    assert waits == []


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500])
def test_a_refusal_of_another_kind_does_not_renew_the_token(
    emulated: Callable[..., Account],
    list_tasks: Callable[..., Any],
    emulator: Any,
    asked: Callable[[], list[str]],
    status: int,
) -> None:
    emulator.fail("ListScheduleTasks", status=status)
    with pytest.raises(ServiceError):
        list_tasks(emulated())
    assert asked() == ["CreateToken", "ListScheduleTasks"]


def test_a_wrong_password_is_an_error_that_does_not_show_it(
    emulated: Callable[..., Account], asked: Callable[[], list[str]], waits: list[float]
) -> None:
    user = emulated(Password(account.USER_NAME, "hidden-password", account.DOMAIN_NAME))
    with pytest.raises(ServiceError) as caught:
        _project_id = user.project_id
    assert caught.value.message.startswith(
        f"get a token for user {account.USER_NAME} of account {account.DOMAIN_NAME} in region {account.REGION}: "
        "401 The username or password is wrong."
    )
    assert caught.value.status == 401
    assert "hidden" not in json.dumps(caught.value.to_result())
    assert asked() == ["CreateToken"]
    assert waits == []


def test_a_password_that_is_changed_meanwhile_is_asked_for_once(scripted: Callable[..., Account], script: Any) -> None:
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token-1"}).answers(401, SERVICE_401)
    script.answers(401, {"error": {"code": 401, "message": "The username or password is wrong."}})
    with pytest.raises(ServiceError, match="get a token for user"):
        ask(scripted(), "list tasks", "GET", URL)


@pytest.mark.parametrize("token", [None, "", "with blank", "t\x1b[31m", "t\xff"])
def test_an_answer_without_a_usable_token_is_an_error(
    scripted: Callable[..., Account], script: Any, secrets: list[str], token: str | None
) -> None:
    script.answers(201, TOKEN_BODY, {} if token is None else {"X-Subject-Token": token}, times=5)
    with pytest.raises(ServiceError) as caught:
        ask(scripted(), "list tasks", "GET", URL)
    assert caught.value.message == (
        f"get a token for user {account.USER_NAME} of account {account.DOMAIN_NAME} in region ap-southeast-1: "
        "201, but the answer has no token in its header X-Subject-Token."
    )
    assert caught.value.status == 201
    assert secrets == [account.PASSWORD]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"token": None},
        {"token": []},
        {"token": {}},
        {"token": {"project": "p"}},
        {"token": {"project": {}}},
        {"token": {"project": {"id": None}}},
        {"token": {"project": {"id": 5}}},
        {"token": {"project": {"id": ""}}},
        {"token": {"project": {"id": "../x"}}},
        {"token": {"project": {"id": "p\n"}}},
    ],
)
def test_a_token_without_a_project_is_an_error_that_asks_for_one(
    scripted: Callable[..., Account], script: Any, body: Any
) -> None:
    script.answers(201, body, {"X-Subject-Token": "token-1"}, times=5)
    with pytest.raises(ServiceError, match=r"the answer names no project\. Give project_id") as caught:
        _project_id = scripted().project_id
    assert caught.value.status == 201


@pytest.mark.parametrize("body", [None, [], {}, {"token": {"project": {"id": 5}}}])
def test_a_project_that_was_given_is_not_looked_for_in_the_token(
    scripted: Callable[..., Account], script: Any, body: Any
) -> None:
    script.answers(201, body, {"X-Subject-Token": "token-1"}).answers(200)
    user = scripted(project_id="p-9")
    ask(user, "list tasks", "GET", URL)
    assert user.project_id == "p-9"


@pytest.mark.parametrize(
    ("settings", "project", "words"),
    [
        ({"project_id": "p-9"}, {"id": "p-1"}, "the token is for project p-1, not p-9"),
        ({}, {"id": "p-1", "name": "eu-west-101"}, "the token is for project eu-west-101, not ap-southeast-1"),
    ],
)
def test_a_token_for_another_project_is_not_taken(
    scripted: Callable[..., Account], script: Any, settings: dict[str, str], project: dict[str, str], words: str
) -> None:
    script.answers(201, {"token": {"project": project}}, {"X-Subject-Token": "token-1"}, times=5)
    with pytest.raises(AnswerLostError, match=words):
        ask(scripted(**settings), "list tasks", "GET", URL)


@pytest.mark.parametrize("body", ["<html>log in</html>", '{"token": {"pro'])
def test_a_page_instead_of_a_token_is_an_error(scripted: Callable[..., Account], script: Any, body: str) -> None:
    script.answers(201, body, {"X-Subject-Token": "token-1"}, times=5)
    with pytest.raises(AnswerLostError, match="get a token for user"):
        _project_id = scripted().project_id


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"code": 404, "message": "Could not find project.", "title": "Not Found"}},
        {"error_code": "IAM.0004", "error_msg": "Could not find it."},
    ],
)
@pytest.mark.parametrize("credentials", [PASSWORD, KEYS, Token("t-1")], ids=["password", "keys", "token"])
def test_what_iam_does_not_find_is_no_missing_task(
    scripted: Callable[..., Account], script: Any, credentials: Keys | Token | Password, body: Any
) -> None:
    script.answers(404, body)
    with pytest.raises(ServiceError) as caught:
        _project_id = scripted(credentials).project_id
    assert caught.value.status == 404
    assert not isinstance(caught.value, NotFoundError)


# Tokens of the user


def test_a_token_of_the_users_own_is_presented_as_it_is(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, secrets: list[str]
) -> None:
    list_tasks(emulated())
    token = secrets[-1]
    emulator.clear_requests()
    user = emulated(Token(token))
    assert list_tasks(user) == []
    assert user.project_id == account.PROJECT_ID
    assert [entry.operation for entry in emulator.requests] == ["ListProjects", "ListScheduleTasks"]
    assert {entry.headers["x-auth-token"] for entry in emulator.requests} == {token}


def test_a_token_of_the_users_own_is_not_renewed(
    emulated: Callable[..., Account],
    list_tasks: Callable[..., Any],
    asked: Callable[[], list[str]],
    waits: list[float],
) -> None:
    with pytest.raises(ServiceError, match=r"401 APIGW\.0307 .*The token is not valid or has expired: fetch a new one"):
        list_tasks(emulated(Token("stale"), project_id=account.PROJECT_ID))
    assert asked() == ["ListScheduleTasks"]
    assert waits == []


# Keys


@pytest.mark.parametrize("keys", [KEYS, TEMPORARY_KEYS], ids=["permanent", "temporary"])
def test_a_key_pair_signs_for_the_project_of_the_region(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, keys: Keys
) -> None:
    user = emulated(keys)
    for _count in range(2):
        assert list_tasks(user) == []
    look_up, *listings = emulator.requests
    assert (look_up.operation, look_up.query) == ("ListProjects", {"name": account.REGION})
    assert "x-project-id" not in look_up.headers
    assert [entry.operation for entry in listings] == ["ListScheduleTasks"] * 2
    assert {entry.headers["x-project-id"] for entry in listings} == {account.PROJECT_ID}
    assert all(f"Access={keys.access_key}, " in entry.headers["authorization"] for entry in emulator.requests)
    assert {entry.headers.get("x-security-token") for entry in emulator.requests} == {keys.security_token}


def test_a_project_that_is_given_is_not_looked_up(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], asked: Callable[[], list[str]]
) -> None:
    list_tasks(emulated(KEYS, project_id=account.SECOND_PROJECT_ID, region=None, auth_url=None))
    assert asked() == ["ListScheduleTasks"]


def test_the_project_is_found_by_the_first_request_that_needs_it(
    emulated: Callable[..., Account], emulator: Any, asked: Callable[[], list[str]]
) -> None:
    ask(emulated(KEYS), "list tasks", "GET", f"{emulator.url}/v1/{account.PROJECT_ID}/schedule-task")
    assert asked() == ["ListProjects", "ListScheduleTasks"]


@pytest.mark.parametrize("domain_id", [None, account.DOMAIN_ID])
def test_a_request_of_the_whole_account_names_the_domain_where_it_is_known(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, domain_id: str | None
) -> None:
    user = emulated(KEYS, domain_id=domain_id)
    list_tasks(user)
    ask(user, "list projects", "GET", f"{emulator.url}/v3/projects", scope="iam")
    first, tasks, last = emulator.requests
    for entry in (first, last):
        assert entry.headers.get("x-domain-id") == domain_id
        assert ("x-domain-id" in entry.headers["authorization"]) == (domain_id is not None)
        assert "x-project-id" not in entry.headers
    assert "x-domain-id" not in tasks.headers
    assert "x-project-id" in tasks.headers["authorization"]


@pytest.mark.parametrize("repeatable", [True, False])
@pytest.mark.parametrize("project_id", [None, account.PROJECT_ID])
def test_a_key_pair_that_is_refused_is_never_tried_again(
    emulated: Callable[..., Account],
    list_tasks: Callable[..., Any],
    asked: Callable[[], list[str]],
    waits: list[float],
    project_id: str | None,
    repeatable: bool,
) -> None:
    user = emulated(Keys(account.ACCESS_KEY, "another-secret-key"), project_id=project_id)
    with pytest.raises(ServiceError, match=r"401 APIGW\.0301 .*Check the credentials") as caught:
        list_tasks(user, repeatable=repeatable)
    assert "another-secret-key" not in json.dumps(caught.value.to_result())
    assert asked() == ["ListScheduleTasks" if project_id else "ListProjects"]
    assert waits == []


def test_keys_that_have_expired_are_looked_up_again(client: Any, script: Any, secrets: list[str]) -> None:
    client.secrets.register_with(secrets.append)
    found = iter([Keys("old-ak", "old-sk", "old-st"), Keys("new-ak", "new-sk", "new-st")])
    user = Account(client, lambda: next(found), {"project_id": "p-1"}, "cn")
    script.answers(200).answers(401, SERVICE_401).answers(200).answers(200)
    for _count in range(3):
        ask(user, "list tasks", "GET", URL)
    assert [sent.headers["X-Security-Token"] for sent in script.sent] == ["old-st", "old-st", "new-st", "new-st"]
    assert secrets == ["old-ak", "old-sk", "old-st", "new-ak", "new-sk", "new-st"]


def test_keys_that_are_refused_and_stay_the_same_are_looked_up_once_more_and_not_tried_again(
    client: Any, script: Any
) -> None:
    asked: list[str] = []

    def find() -> Keys:
        asked.append("keys")
        return Keys("ak", "sk")

    user = Account(client, find, {"project_id": "p-1"}, "cn")
    script.answers(401, SERVICE_401)
    with pytest.raises(ServiceError, match="401"):
        ask(user, "list tasks", "GET", URL)
    assert asked == ["keys", "keys"]


def test_a_token_that_several_requests_find_expired_is_fetched_once(
    emulator: Any, emulated: Callable[..., Account], asked: Callable[[], list[str]], hold: Callable[..., None]
) -> None:
    user = emulated()
    url = f"{emulator.url}/v1/{user.project_id}/schedule-task?offset=0&limit=1"
    emulator.revoke_tokens()
    # So that all of them are under way before the first one is refused.
    hold("ListScheduleTasks", 4, 4)
    answers = list(user.side_by_side(lambda number: ask(user, "list tasks", "GET", url), range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    assert asked().count("CreateToken") == 2


# Projects


def test_the_look_up_of_a_project_is_repeated_like_any_read(
    emulated: Callable[..., Account], emulator: Any, asked: Callable[[], list[str]]
) -> None:
    emulator.fail("ListProjects", drop=True)
    assert emulated(KEYS).project_id == account.PROJECT_ID
    assert asked() == ["ListProjects"] * 2


@pytest.mark.parametrize(
    ("projects", "found"),
    [
        ([], "no project"),
        ([{"id": "p-1"}, {"id": "p-2"}], "2 projects (p-1, p-2)"),
        ([{"id": "p-1"}, {"id": "p-1"}], "2 projects (p-1, p-1)"),
        (["p-1"], "no project"),
    ],
)
def test_a_region_without_one_project_is_an_error_that_asks_for_it(
    scripted: Callable[..., Account], script: Any, projects: list[Any], found: str
) -> None:
    script.answers(200, {"projects": projects})
    with pytest.raises(AccountError) as caught:
        _project_id = scripted(KEYS).project_id
    assert caught.value.message == (f"Region ap-southeast-1 has {found} for these credentials. Give project_id.")


@pytest.mark.parametrize("project", [{}, {"id": None}, {"id": 5}, {"id": ""}, {"id": "../x"}, {"id": "\x1b[31mp"}])
def test_a_project_whose_id_cannot_be_used_is_an_error(
    scripted: Callable[..., Account], script: Any, project: dict[str, Any]
) -> None:
    script.answers(200, {"projects": [project]})
    with pytest.raises(AccountError, match=r"Give project_id\.$") as caught:
        _project_id = scripted(KEYS).project_id
    assert "\x1b" not in caught.value.message


def test_many_projects_are_named_in_a_message_of_a_bounded_length(
    scripted: Callable[..., Account], script: Any
) -> None:
    script.answers(200, {"projects": [{"id": f"project-{number}"} for number in range(1000)]})
    with pytest.raises(AccountError, match="1000 projects") as caught:
        _project_id = scripted(KEYS).project_id
    assert len(caught.value.message) < 1000


@pytest.mark.parametrize("body", [None, [], {}, "text", {"projects": None}, {"projects": {"id": "p-1"}}])
def test_an_answer_without_projects_is_an_error(scripted: Callable[..., Account], script: Any, body: Any) -> None:
    script.answers(200, json.dumps(body) if body is not None else None, times=5)
    with pytest.raises(
        ServiceError, match=r"^look up the project of .*: 200, but the answer has no list of projects\.$"
    ):
        _project_id = scripted(KEYS).project_id


def test_a_region_that_the_account_does_not_have_is_an_error(emulated: Callable[..., Account]) -> None:
    with pytest.raises(
        AccountError, match=r"^Region af-south-1 has no project for these credentials\. Give project_id"
    ):
        _project_id = emulated(KEYS, region="af-south-1").project_id


@pytest.mark.parametrize("credentials", [PASSWORD, KEYS, Token("t-1")], ids=["password", "keys", "token"])
def test_a_project_cannot_be_found_without_a_region(
    scripted: Callable[..., Account], credentials: Keys | Token | Password
) -> None:
    with pytest.raises(AccountError) as caught:
        _project_id = scripted(credentials, region=None, auth_url="https://iam.example.com").project_id
    assert caught.value.message == (
        "region is needed, since project_id is not given and is looked up by the region's name. "
        "Give it, or set HW_REGION_NAME."
    )


def test_iam_cannot_be_found_without_a_region(scripted: Callable[..., Account]) -> None:
    with pytest.raises(AccountError, match="^region is needed, since auth_url is not given"):
        ask(scripted(region=None, project_id="p-1"), "list tasks", "GET", URL)


# IAM's address


@pytest.mark.parametrize(
    ("site", "auth_url", "expected"),
    [
        ("cn", None, IAM),
        ("intl", None, IAM),
        ("eu", None, "https://iam.eu-west-101.myhuaweicloud.eu"),
        ("eu", "https://iam.example.com", "https://iam.example.com"),
        ("cn", "https://iam.example.com", "https://iam.example.com"),
        ("cn", "https://iam.example.com/", "https://iam.example.com"),
        ("cn", "https://iam.example.com/v3", "https://iam.example.com"),
        ("cn", "https://iam.example.com/v3/", "https://iam.example.com"),
        ("cn", "iam.example.com/v3", "https://iam.example.com"),
        ("cn", "http://127.0.0.1:8080/iam/v3", "http://127.0.0.1:8080/iam"),
        ("cn", "https://iam.example.com/iamv3", "https://iam.example.com/iamv3"),
    ],
)
def test_iam_is_found_by_site_region_or_address(
    scripted: Callable[..., Account], script: Any, site: str, auth_url: str | None, expected: str
) -> None:
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token-1"}).answers(200, {"projects": [{"id": "p-2"}]})
    assert scripted(PASSWORD, site, auth_url=auth_url).project_id == "p-1"
    assert scripted(KEYS, site, auth_url=auth_url).project_id == "p-2"
    assert [(sent.method, sent.url) for sent in script.sent] == [
        ("POST", f"{expected}/v3/auth/tokens?nocatalog=true"),
        ("GET", f"{expected}/v3/projects?name=ap-southeast-1"),
    ]


def test_a_region_is_given_back_where_it_is_needed() -> None:
    assert needed_region("ap-southeast-1", "of a reason") == "ap-southeast-1"


# Secrets


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        (Keys("ak", "sk"), ["ak", "sk"]),
        (Keys("ak", "sk", "st"), ["ak", "sk", "st"]),
        (Token("t-1"), ["t-1"]),
        (Password("user", "pw", "domain"), ["pw"]),
    ],
)
def test_the_secrets_of_the_credentials_are_kept_before_anything_is_sent(
    scripted: Callable[..., Account],
    script: Any,
    secrets: list[str],
    monkeypatch: pytest.MonkeyPatch,
    credentials: Keys | Token | Password,
    expected: list[str],
) -> None:
    script.answers(500)
    known_when_sent: list[list[str]] = []
    send = script.send
    monkeypatch.setattr(
        script, "send", lambda *args, **more: (known_when_sent.append([*secrets]), send(*args, **more))[1]
    )
    with pytest.raises(ServiceError):
        ask(scripted(credentials, project_id="p-1"), "list tasks", "GET", URL)
    assert known_when_sent == [expected]


def test_every_token_that_is_fetched_is_kept_secret(
    scripted: Callable[..., Account], script: Any, secrets: list[str]
) -> None:
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token-1"}).answers(401, SERVICE_401)
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token-2"}).answers(200)
    ask(scripted(), "list tasks", "GET", URL)
    assert secrets == [account.PASSWORD, "token-1", "token-2"]
    assert [sent.headers.get("X-Auth-Token") for sent in script.sent] == [None, "token-1", None, "token-2"]


# Settings


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"region": None, "project_id": None, "domain_id": None, "auth_url": None},
        {"region": "cn-north-4"},
        {"region": "eu-west-101"},
        {"region": "ap-southeast-1", "project_id": "0123456789abcdef" * 2, "domain_id": "d_1-X"},
        {"project_id": "p" * 128},
        {"auth_url": "https://iam.example.com/v3"},
        {"auth_url": "iam.example.com"},
    ],
)
def test_settings_that_can_be_used_are_let_through(settings: dict[str, str | None]) -> None:
    check_settings(settings)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("region", ""),
        ("region", "evil.example.com/"),
        ("region", "cn-north-4.evil"),
        ("region", "CN-NORTH-4"),
        ("region", "cn--north"),
        ("region", "-cn"),
        ("region", "cn-"),
        ("region", "cn-north-4\n"),
        ("region", "cn north"),
        ("region", "中国"),
        ("project_id", ""),
        ("project_id", ".."),
        ("project_id", "a/b"),
        ("project_id", "p\r\nX-Other: y"),
        ("project_id", "p" * 129),
        ("domain_id", "a b"),
        ("domain_id", "ü"),
        ("auth_url", "ftp://iam.example.com"),
        ("auth_url", "https://user:pw@iam.example.com"),
    ],
)
def test_a_setting_that_would_lead_elsewhere_is_refused(option: str, value: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_settings({"region": "cn-north-4", "project_id": "p-1", "domain_id": "d-1", option: value})
    assert caught.value.option == option
    assert re.match(rf"{option}: .* is refused: it is ", caught.value.message)


def test_a_password_without_region_and_project_gets_a_token_of_the_account(
    emulated: Callable[..., Account], emulator: Any
) -> None:
    user = emulated(PASSWORD, region=None)
    ask(user, "list tasks", "GET", f"{emulator.url}/v1/schedule/task", scope="account")
    first, last = emulator.requests
    assert first.body["auth"]["scope"] == {"domain": {"name": account.DOMAIN_NAME}}
    assert (last.operation, last.status) == ("ListScheduledTask", 200)


# What the requests belong to, and what is said where that cannot be told


@pytest.mark.parametrize(
    ("scope", "settings", "message"),
    [
        (
            "account",
            {"region": None},
            "domain_id is needed, since requests that are signed with keys have to name the account. Give it, or set "
            "HW_DOMAIN_ID; project_id or region will do as well.",
        ),
        ("project", {"region": None}, "region is needed, since "),
        ("project", {"region": None, "domain_id": "d-1"}, "region is needed, since "),
    ],
)
def test_keys_have_to_know_for_what_they_sign(
    scripted: Callable[..., Account], scope: str, settings: dict[str, str | None], message: str
) -> None:
    with pytest.raises(AccountError) as caught:
        ask(scripted(KEYS, **settings), "list tasks", "GET", URL, scope=scope)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("scope", "settings", "header"),
    [
        ("account", {"region": None, "project_id": "p-1"}, ("X-Project-Id", "p-1")),
        ("account", {"domain_id": "d-1", "project_id": "p-1"}, ("X-Domain-Id", "d-1")),
        ("project", {"domain_id": "d-1", "project_id": "p-1"}, ("X-Project-Id", "p-1")),
    ],
)
def test_keys_sign_for_what_the_request_scope(
    scripted: Callable[..., Account], script: Any, scope: str, settings: Any, header: tuple[str, str]
) -> None:
    script.answers(200, {})
    ask(scripted(KEYS, **settings), "read it", "GET", URL, scope=scope, headers={"X-Operator": "jane"})
    (sent,) = script.sent
    named = {name: value for name, value in sent.headers.items() if name in ("X-Project-Id", "X-Domain-Id")}
    assert named == dict([header])
    assert sent.headers["X-Operator"] == "jane"


@pytest.mark.parametrize(("count", "end"), [(10, ", p-9)"), (11, ", p-9, ...)")])
def test_projects_that_cannot_be_told_apart_are_named_by_some_of_their_ids(
    scripted: Callable[..., Account], script: Any, count: int, end: str
) -> None:
    script.answers(200, {"projects": [{"id": f"p-{number}"} for number in range(count)]})
    with pytest.raises(AccountError) as caught:
        _project_id = scripted(KEYS).project_id
    assert caught.value.message == (
        f"Region ap-southeast-1 has {count} projects (p-0, p-1, p-2, p-3, p-4, p-5, p-6, p-7, p-8{end} for these "
        "credentials. Give project_id."
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"region": "a b"}, "region: 'a b' is refused: it is the name of a region, such as ap-southeast-1."),
        ({"project_id": "a/b"}, "project_id: 'a/b' is refused: it is an id of 1 to 128 letters, digits, '_' or '-'."),
        ({"domain_id": ""}, "domain_id: '' is refused: it is an id of 1 to 128 letters, digits, '_' or '-'."),
        ({"auth_url": "a b"}, "auth_url: 'a b' is refused: it is the address of a service, such as "),
    ],
)
def test_a_setting_that_leads_elsewhere_is_refused_by_its_name(settings: dict[str, str], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_settings(settings)
    assert caught.value.message.startswith(message)


def test_an_address_of_iam_that_is_none_is_refused_by_its_name(scripted: Callable[..., Account]) -> None:
    with pytest.raises(OptionError) as caught:
        _project_id = scripted(PASSWORD, auth_url="a b").project_id
    assert caught.value.option == "auth_url"


def test_a_token_that_names_no_project_is_told_with_what_was_tried(
    scripted: Callable[..., Account], script: Any
) -> None:
    script.answers(201, {"token": {}}, {"X-Subject-Token": "t-1"}, times=5)
    with pytest.raises(AnswerLostError) as caught:
        _project_id = scripted().project_id
    assert caught.value.message == (
        f"get a token for user {account.USER_NAME} of account {account.DOMAIN_NAME} in region ap-southeast-1: 201, but "
        "the answer names no project. Give project_id."
    )


# A project that is known by its name


@pytest.mark.parametrize("credentials", [PASSWORD, KEYS], ids=["password", "keys"])
def test_a_project_is_found_by_its_name(
    emulated: Callable[..., Account], list_tasks: Callable[..., Any], emulator: Any, credentials: Keys | Password
) -> None:
    user = emulated(credentials, project_name=account.PROJECTS[account.SECOND_PROJECT_ID])
    assert list_tasks(user) == []
    assert user.project_id == account.SECOND_PROJECT_ID
    first, listing = emulator.requests
    if credentials is KEYS:
        assert (first.operation, first.query) == ("ListProjects", {"name": "cn-north-4_second"})
        assert listing.headers["x-project-id"] == account.SECOND_PROJECT_ID
    else:
        assert scope_of(first) == {"project": {"name": "cn-north-4_second"}}


def test_a_project_that_is_known_by_its_name_needs_no_region(emulated: Callable[..., Account]) -> None:
    assert emulated(KEYS, project_name="cn-north-4_second", region=None).project_id == account.SECOND_PROJECT_ID


def test_a_project_that_is_known_by_its_name_stands_for_its_account(
    emulated: Callable[..., Account], emulator: Any
) -> None:
    user = emulated(KEYS, project_name="cn-north-4_second", region=None)
    ask(user, "list tasks", "GET", f"{emulator.url}/v1/schedule/task", scope="account")
    assert [entry.operation for entry in emulator.requests] == ["ListProjects", "ListScheduledTask"]
    assert emulator.requests[-1].headers["x-project-id"] == account.SECOND_PROJECT_ID


def test_an_id_of_a_project_counts_more_than_its_name(emulated: Callable[..., Account]) -> None:
    assert emulated(KEYS, project_name="x", project_id=account.PROJECT_ID).project_id == account.PROJECT_ID


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"project_name": "cn-north-4_third"}, "The name cn-north-4_third has no project for these credentials."),
        ({"region": "cn-north-9"}, "Region cn-north-9 has no project for these credentials."),
    ],
)
def test_a_project_that_there_is_not_is_told_as_it_was_asked_for(
    emulated: Callable[..., Account], settings: dict[str, str], message: str
) -> None:
    with pytest.raises(AccountError) as caught:
        _project_id = emulated(KEYS, **settings).project_id
    assert caught.value.message == f"{message} Give project_id."


@pytest.mark.parametrize(
    ("projects", "expected"),
    [
        ([{"id": "p-1", "name": "r_second"}, {"id": "p-2", "name": "r"}, {"id": "p-3", "name": "r_third"}], "p-2"),
        ([{"id": "p-1", "name": "r_second"}], None),
    ],
)
def test_a_project_of_another_name_is_none_even_where_iam_does_not_filter(
    scripted: Callable[..., Account], script: Any, projects: list[Any], expected: str | None
) -> None:
    script.answers(200, {"projects": projects})
    user = scripted(KEYS, region="r")
    if expected:
        assert user.project_id == expected
    else:
        with pytest.raises(AccountError, match="^Region r has no project"):
            _project_id = user.project_id


@pytest.mark.parametrize("name", ["cn-north-4", "cn-north-4_second"])
def test_a_name_of_a_project_begins_with_its_region(name: str) -> None:
    check_settings({"region": "cn-north-4", "project_name": name})
    check_settings({"region": None, "project_name": name})
    with pytest.raises(OptionError) as caught:
        check_settings({"region": "ap-southeast-1", "project_name": name}, {"project_name": "HW_PROJECT_NAME"})
    assert caught.value.message == (
        f"HW_PROJECT_NAME: '{name}' is refused: the names of projects in region ap-southeast-1 begin with "
        "ap-southeast-1."
    )


# A login is tried once

SIGNATURE_401 = {"error_code": "APIGW.0301", "error_msg": "Incorrect IAM authentication information"}
CLOCK_401 = {"error_code": "APIGW.0303", "error_msg": "signature expired"}
OWN_401 = {"error_code": "CC.00050007", "error_msg": "a token is wanted"}
BEFORE = "list tasks: not asked for, since the same login was refused before and too many refusals lock it. That was: "


@pytest.fixture
def logins(client: Any) -> Callable[..., Account]:
    """Make accounts of one process; their requests are in the script."""
    refused = RefusedLogins()

    def make(credentials: Any, agency: Agency | None = None, realm: str = "", **settings: str | None) -> Account:
        find = credentials if callable(credentials) else lambda: credentials
        usual = {"region": "ap-southeast-1", "project_id": "p-1"}
        return Account(client, find, {**usual, **settings}, "cn", agency, refused, realm)

    return make


def ask_for(user: Account, url: str = URL) -> ServiceError | None:
    """List tasks, and return what that fails of."""
    try:
        ask(user, "list tasks", "GET", url)
    except ServiceError as error:
        return error
    return None


def refused_before(error: ServiceError | None) -> bool:
    return error is not None and error.message.startswith(BEFORE)


@pytest.mark.parametrize("answered", [SIGNATURE_401, CLOCK_401, SERVICE_401], ids=["signature", "clock", "token"])
@pytest.mark.parametrize("credentials", [KEYS, TEMPORARY_KEYS, Token("t-1")], ids=["keys", "temporary keys", "token"])
def test_what_was_refused_is_not_tried_again(
    logins: Callable[..., Account], script: Any, credentials: Any, answered: Any
) -> None:
    user = logins(credentials)
    script.answers(401, answered, {"X-Request-Id": "r-1"})
    first, *others = [ask_for(user) for _count in range(12)]
    assert first is not None
    assert {error.message for error in others if error} == {BEFORE + first.message}
    # Another project, another service, and another lookup of the same one.
    assert refused_before(ask_for(logins(credentials, project_id="p-2")))
    assert refused_before(ask_for(user, "https://coc.example.com/v1/y"))
    with pytest.raises(RefusedBeforeError, match="^look up the project of region ap-southeast-1: not asked for"):
        _project_id = logins(credentials, project_id=None).project_id
    assert others[0] is not None
    assert others[0].details() == {**first.details(), "status": 401, "request_id": "r-1"}


def test_the_same_login_at_other_addresses_and_other_logins_are_tried(
    logins: Callable[..., Account], script: Any
) -> None:
    script.answers(401, SIGNATURE_401, times=3)
    assert not refused_before(ask_for(logins(KEYS)))
    assert not refused_before(ask_for(logins(KEYS, realm="another")))
    assert not refused_before(ask_for(logins(Keys(KEYS.access_key, "another"))))


def test_a_service_that_wants_another_kind_of_login_does_not_stand_for_the_others(
    logins: Callable[..., Account], script: Any
) -> None:
    user = logins(KEYS)
    script.answers(401, OWN_401).answers(200)
    assert not refused_before(ask_for(user))
    assert refused_before(ask_for(user))
    assert ask_for(user, "https://another.example.com/v1/y") is None


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_a_refusal_that_is_not_of_the_login_is_not_remembered(
    logins: Callable[..., Account], script: Any, status: int
) -> None:
    user = logins(KEYS)
    script.answers(status, SIGNATURE_401).answers(200)
    assert ask_for(user) is not None
    assert ask_for(user) is None


def test_a_login_that_has_worked_is_tried_once_more(logins: Callable[..., Account], script: Any) -> None:
    # A change that breaks on it is undone with it.
    user = logins(KEYS)
    script.answers(200).answers(401, SIGNATURE_401).answers(200).answers(401, SIGNATURE_401, times=2)
    came = [ask_for(user) for _count in range(7)]
    assert [error is None for error in came] == [True, False, True, False, False, False, False]
    assert [refused_before(error) for error in came] == [False] * 5 + [True] * 2


def test_keys_that_are_other_ones_now_are_tried(logins: Callable[..., Account], script: Any) -> None:
    found = iter([KEYS, KEYS, KEYS, TEMPORARY_KEYS])
    user = logins(lambda: next(found))
    script.answers(401, SIGNATURE_401).answers(200, times=2)
    assert [refused_before(ask_for(user)) for _count in range(2)] == [False, True]
    assert [ask_for(user), ask_for(user)] == [None, None]
    assert [sent.headers.get("X-Security-Token") for sent in script.sent] == [None, *[account.SECURITY_TOKEN] * 2]


def test_a_new_token_that_is_refused_too_is_not_fetched_again_and_again(
    logins: Callable[..., Account], script: Any
) -> None:
    for number in range(2):
        script.answers(201, TOKEN_BODY, {"X-Subject-Token": f"token-{number}"}).answers(401, SERVICE_401)
    user = logins(PASSWORD)
    assert [refused_before(ask_for(user)) for _count in range(3)] == [False, True, True]
    # It may be a matter of this project.
    script.answers(201, {"token": {"project": {"id": "p-2"}}}, {"X-Subject-Token": "token-2"}).answers(200)
    assert ask_for(logins(PASSWORD, project_id="p-2")) is None


@pytest.mark.parametrize("message", ["The username or password is wrong.", "The account is locked."])
@pytest.mark.parametrize("project_id", ["p-1", None])
def test_a_wrong_password_is_tried_once_for_all_projects(
    logins: Callable[..., Account], script: Any, message: str, project_id: str | None
) -> None:
    script.answers(401, {"error": {"code": 401, "message": message}})
    first = ask_for(logins(PASSWORD, project_id=project_id))
    assert first is not None
    assert "Check the credentials and whether they have expired" in first.message
    for other in ("p-1", "p-2", None):
        assert refused_before(ask_for(logins(PASSWORD, project_id=other)))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_foreign_project_is_named_with_its_region_and_asked_for_once(
    logins: Callable[..., Account], script: Any, status: int
) -> None:
    script.answers(status, {"error": {"code": status, "message": "It cannot be scoped"}})
    user = logins(PASSWORD, project_id="foreign")
    first = ask_for(user)
    assert first is not None
    who = f"user {account.USER_NAME} of account {account.DOMAIN_NAME}"
    assert first.message == (
        f"get a token for {who} and project foreign in region ap-southeast-1: {status} It cannot be scoped. Check the "
        f"user's name and password, and that foreign is a project of account {account.DOMAIN_NAME} in region "
        "ap-southeast-1 which the user may use."
    )
    assert refused_before(ask_for(user))
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token"}).answers(200)
    assert ask_for(logins(PASSWORD, project_id="p-1")) is None


def test_a_foreign_project_is_named_without_a_region_where_none_is_known(
    logins: Callable[..., Account], emulator: Any
) -> None:
    user = logins(PASSWORD, project_id="foreign", region=None, auth_url=emulator.url)
    user._client._session.mount("http://", requests.adapters.HTTPAdapter())
    error = ask_for(user)
    assert error is not None
    assert " and project foreign: 401 " in error.message
    assert f"that foreign is a project of account {account.DOMAIN_NAME} which the user may use" in error.message


@pytest.mark.parametrize(("status", "of_the_user"), [(401, True), (400, False), (403, False), (404, False)])
def test_an_agency_that_is_refused_is_asked_for_once(
    logins: Callable[..., Account], script: Any, status: int, of_the_user: bool
) -> None:
    script.answers(status, {"error": {"code": status, "message": "no"}})
    user = logins(KEYS, Agency("agency", "theirs"))
    assert [refused_before(ask_for(user)) for _count in range(3)] == [False, True, True]
    if not of_the_user:
        script.answers(201, {"credential": {"access": "a", "secret": "s", "securitytoken": "t"}}).answers(200)
    error = ask_for(logins(KEYS, Agency("another", "theirs")))
    assert refused_before(error) == of_the_user


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_login_that_may_be_accepted_later_is_tried_again(
    make_client: Callable[..., Any], script: Any, status: int
) -> None:
    user = Account(make_client(retries=0), lambda: PASSWORD, {"region": "r", "project_id": "p-1"}, "cn")
    script.answers(status, headers={"Retry-After": "901"})
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token"}).answers(200)
    assert ask_for(user) is not None
    assert ask_for(user) is None


def test_a_token_that_has_expired_is_renewed_as_often_as_that_happens(
    logins: Callable[..., Account], script: Any
) -> None:
    user = logins(PASSWORD)
    script.answers(201, TOKEN_BODY, {"X-Subject-Token": "token-0"})
    for number in range(1, 4):
        script.answers(200).answers(401, SERVICE_401).answers(201, TOKEN_BODY, {"X-Subject-Token": f"token-{number}"})
        script.answers(200)
    assert [ask_for(user) for _count in range(6)] == [None] * 6


def test_what_was_refused_is_kept_without_its_secrets(logins: Callable[..., Account], script: Any) -> None:
    script.answers(401, SIGNATURE_401)
    user = logins(KEYS)
    ask_for(user)
    (kept,) = user._refused._known
    assert len(kept) == 32
