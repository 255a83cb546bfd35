# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept between two calls, for whom, and until when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import CONNECTION
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    CloudCronError,
    LibraryError,
    OptionError,
    OptionsError,
    ServiceError,
    TaskError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask

PASSWORD = {**BY_PASSWORD, "project_id": None}
TOKEN, PROJECTS, LIST = "CreateToken", "ListProjects", "ListScheduleTasks"

# A value unlike the usual one for every connection option.
OTHERS: dict[str, Any] = {
    "region": "eu-west-0",
    "project_id": account.SECOND_PROJECT_ID,
    "domain_id": account.DOMAIN_ID,
    "access_key": "another",
    "secret_key": "another",
    "security_token": "another",
    "auth_token": "another",
    "user_name": "another",
    "user_password": "another",
    "domain_name": "another",
    "agency_name": "another",
    "agency_domain_name": "another",
    "endpoint": "https://another.example.com",
    "endpoints": {"coc": "https://another.example.com"},
    "site": "intl",
    "auth_url": "https://another.example.com",
    "validate_certs": False,
    "ca_path": "/",
    "timeout": 7,
    "retries": 1,
    "parallel": 2,
}


@pytest.fixture
def options(emulator: Any) -> Callable[..., dict[str, Any]]:
    """Connection options as the argument spec leaves them."""
    usual = {
        "region": account.REGION,
        "project_id": account.PROJECT_ID,
        "access_key": account.ACCESS_KEY,
        "secret_key": account.SECRET_KEY,
        "endpoint": emulator.url,
        "auth_url": emulator.url,
    }
    defaults = {name: spec.get("default") for name, spec in CONNECTION.items()}
    return lambda **changes: {**defaults, **usual, **changes}


@pytest.fixture
def secrets() -> list[str]:
    """What was said to be kept secret."""
    return []


@pytest.fixture
def opened(options: Callable[..., dict[str, Any]], secrets: list[str]) -> Callable[..., Any]:
    """Open a connection and leave it; return the account that it led to."""

    def opened(connections: Connections, **changes: Any) -> Any:
        with connections.open(options(**changes), secrets.append) as found:
            return found

    return opened


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The clients that were closed."""
    clients: list[Any] = []

    def close(client: Any) -> None:
        clients.append(client)

    monkeypatch.setattr(_connections.Client, "close", close)
    return clients


def test_the_next_call_with_the_same_options_gets_the_same_connection(opened: Callable[..., Any]) -> None:
    with Connections() as connections:
        assert opened(connections) is opened(connections)


def test_every_connection_option_is_tried_below() -> None:
    assert OTHERS.keys() == CONNECTION.keys()


@pytest.mark.parametrize("option", OTHERS)
def test_no_other_options_get_it(opened: Callable[..., Any], option: str) -> None:
    # An agency is named by both, and a login is whole.
    more: dict[str, Any] = {}
    if option.startswith("agency"):
        more = dict.fromkeys(("agency_name", "agency_domain_name"), "another")
    elif option == "auth_token":
        more = dict.fromkeys(("access_key", "secret_key"))
    elif option in ("user_name", "user_password", "domain_name"):
        more = PASSWORD
    with Connections() as connections:
        first = opened(connections)
        assert opened(connections, **{**more, option: OTHERS[option]}) is not first
        assert opened(connections) is first


def test_options_that_are_written_in_another_order_are_the_same(
    options: Callable[..., dict[str, Any]], secrets: list[str]
) -> None:
    endpoints = {"coc": "https://coc.example.com", "workspace": "https://workspace.example.com"}
    given = options(endpoints=endpoints)
    turned = {**dict(reversed(given.items())), "endpoints": dict(reversed(endpoints.items()))}
    with Connections() as connections:
        with connections.open(given, secrets.append) as first:
            pass
        with connections.open(turned, secrets.append) as second:
            assert second is first


def test_what_is_no_connection_option_makes_no_difference(opened: Callable[..., Any]) -> None:
    with Connections() as connections:
        assert opened(connections, name="one") is opened(connections, name="two")


def test_a_token_and_a_project_are_asked_for_once(
    emulator: Any, options: Callable[..., dict[str, Any]], secrets: list[str]
) -> None:
    with Connections() as connections:
        for _count in range(3):
            with connections.open(options(**PASSWORD), secrets.append) as user:
                ask(user, "list tasks", "GET", f"{emulator.url}/v1/{user.project_id}/schedule-task?offset=0&limit=1")
    assert [entry.operation for entry in emulator.requests] == [TOKEN, LIST, LIST, LIST]
    emulator.clear_requests()
    with Connections() as connections:
        for _count in range(3):
            with connections.open(options(project_id=None), secrets.append) as user:
                ask(user, "list tasks", "GET", f"{emulator.url}/v1/{user.project_id}/schedule-task?offset=0&limit=1")
    assert [entry.operation for entry in emulator.requests] == [PROJECTS, LIST, LIST, LIST]


@pytest.mark.sockets
def test_a_kept_connection_uses_the_same_socket(
    emulator: Any, options: Callable[..., dict[str, Any]], secrets: list[str]
) -> None:
    with Connections() as connections:
        for _count in range(3):
            with connections.open(options(), secrets.append) as user:
                ask(user, "list tasks", "GET", f"{emulator.url}/v1/{user.project_id}/schedule-task?offset=0&limit=1")
        (pool,) = user._client._session.get_adapter(emulator.url).poolmanager.pools._container.values()
        assert pool.num_connections == 1
        assert pool.num_requests == 3


def test_each_call_is_told_all_secrets_of_its_connection_and_no_others(
    emulator: Any, options: Callable[..., dict[str, Any]]
) -> None:
    told: list[list[str]] = [[], [], []]
    with Connections() as connections:
        for secrets, changes in zip(told, (PASSWORD, {}, PASSWORD)):
            with connections.open(options(**changes), secrets.append) as user:
                ask(user, "list tasks", "GET", f"{emulator.url}/v1/{user.project_id}/schedule-task?offset=0&limit=1")
    first, second, third = map(set, told)
    assert first == third
    assert account.PASSWORD in first
    (token,) = (secret for secret in first if len(secret) > 40)
    assert token not in second
    assert {account.ACCESS_KEY, account.SECRET_KEY} <= second
    assert account.SECRET_KEY not in first


def test_a_failure_of_the_service_or_of_a_task_keeps_the_connection(
    options: Callable[..., dict[str, Any]], opened: Callable[..., Any], secrets: list[str]
) -> None:
    with Connections() as connections:
        with pytest.raises(TaskError), connections.open(options(), secrets.append) as first:
            raise TaskError("no")
        assert opened(connections) is first


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_any_other_end_closes_it(
    options: Callable[..., dict[str, Any]],
    opened: Callable[..., Any],
    secrets: list[str],
    closed: list[Any],
    error: type[BaseException],
) -> None:
    with Connections() as connections:
        with pytest.raises(error), connections.open(options(), secrets.append) as first:
            raise error
        assert closed == [first._client]
        assert opened(connections) is not first


def test_the_one_that_was_not_used_for_the_longest_time_is_closed_first(
    opened: Callable[..., Any], closed: list[Any]
) -> None:
    with Connections(most=2) as connections:
        first, second = opened(connections, timeout=1), opened(connections, timeout=2)
        assert opened(connections, timeout=1) is first
        third = opened(connections, timeout=3)
        assert closed == [second._client]
        assert opened(connections, timeout=1) is first
        assert opened(connections, timeout=3) is third
    assert closed == [second._client, first._client, third._client]


def test_options_give_none_of_their_secrets_away_in_what_they_are_found_by(
    opened: Callable[..., Any], secrets: list[str]
) -> None:
    with Connections() as connections:
        opened(connections)
        (key,) = connections._kept
    assert len(key) == 32
    assert account.SECRET_KEY.encode() not in key


@pytest.mark.parametrize("parallel", [0, -1, 65])
def test_a_number_of_requests_that_makes_no_sense_is_refused(opened: Callable[..., Any], parallel: int) -> None:
    with Connections() as connections, pytest.raises(OptionError, match="parallel") as caught:
        opened(connections, parallel=parallel)
    assert caught.value.option == "parallel"


@pytest.mark.parametrize("parallel", [1, 64])
def test_a_number_of_requests_that_makes_sense_is_kept_to(opened: Callable[..., Any], parallel: int) -> None:
    with Connections() as connections:
        client = opened(connections, parallel=parallel)._client
    assert client._parallel == parallel
    assert client._session.get_adapter("https://x")._pool_maxsize == parallel
    assert client._session.get_adapter("http://x")._pool_maxsize == parallel


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What clients are made with: the check of certificates, the time-out, the retries and the parallel requests."""
    made = []
    init = _connections.Client.__init__

    def __init__(client: Any, *arguments: Any) -> None:
        made.append(arguments)
        init(client, *arguments)

    monkeypatch.setattr(_connections.Client, "__init__", __init__)
    return made


@pytest.mark.parametrize(
    ("given", "arguments"),
    [
        ({}, (True, 30, 4, 8)),
        ({"validate_certs": False, "timeout": 1, "retries": 0}, (False, 1, 0, 8)),
        ({"validate_certs": False, "ca_path": "/"}, (False, 30, 4, 8)),
        ({"ca_path": "/", "timeout": 86400, "retries": 100, "parallel": 3}, ("/", 86400, 100, 3)),
    ],
    ids=str,
)
def test_a_client_is_made_as_the_options_say(
    opened: Callable[..., Any], made: list[tuple[Any, ...]], given: dict[str, Any], arguments: tuple[Any, ...]
) -> None:
    with Connections() as connections:
        opened(connections, **given)
    assert made == [arguments]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"timeout": 0}, "timeout: 0 is refused: it is a whole number from 1 to 86400."),
        ({"timeout": 86401}, "timeout: 86401 is refused: it is a whole number from 1 to 86400."),
        ({"retries": -1}, "retries: -1 is refused: it is a whole number from 0 to 100."),
        ({"retries": 101}, "retries: 101 is refused: it is a whole number from 0 to 100."),
        (
            {"ca_path": "/no/such/file"},
            "ca_path: '/no/such/file' is refused: there is no such file or directory where the module runs.",
        ),
    ],
    ids=str,
)
def test_an_option_that_makes_no_sense_is_refused_by_its_name(
    opened: Callable[..., Any], made: list[tuple[Any, ...]], given: dict[str, Any], message: str
) -> None:
    with Connections() as connections, pytest.raises(OptionError) as caught:
        opened(connections, **given)
    assert caught.value.message == message
    assert made == []


def test_without_requests_the_library_is_named(monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Any]) -> None:
    monkeypatch.setattr(_connections, "REQUESTS_IMPORT_ERROR", "Traceback ...")
    with Connections() as connections, pytest.raises(LibraryError, match="Python library \\(requests\\)") as caught:
        opened(connections)
    assert caught.value.trace == "Traceback ..."


@pytest.mark.parametrize(
    ("site", "host"), [("eu", "iam.eu-west-101.myhuaweicloud.eu"), ("cn", "iam.r-1.myhuaweicloud")]
)
def test_the_site_says_where_iam_is(opened: Callable[..., Any], site: str, host: str) -> None:
    with Connections() as connections:
        assert host in opened(connections, site=site, auth_url=None, region="r-1")._iam().url


def test_where_nothing_is_given_the_metadata_service_is_asked(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Any], secrets: list[str]
) -> None:
    keys = {"access_key": "AK", "secret_key": "from-metadata", "security_token": "t"}
    monkeypatch.setattr(_connections, "metadata_credentials", lambda: keys)
    with Connections() as connections:
        user = opened(connections, access_key=None, secret_key=None)
        user._act("list tasks", "https://x")
    assert "from-metadata" in secrets


# What is given and empty, and what is not whole

TEXTS = [option for option, spec in CONNECTION.items() if spec["type"] in ("str", "path") and "choices" not in spec]


@pytest.mark.parametrize("value", ["", " ", "\n\t"])
@pytest.mark.parametrize("option", TEXTS)
def test_a_connection_option_that_is_given_and_empty_is_refused_by_its_name(
    opened: Callable[..., Any], made: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, option: str, value: str
) -> None:
    # What the environment says does not count in its place.
    for name in ("HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_PROJECT_ID", "HW_REGION_NAME", "HW_DOMAIN_ID", "HW_AUTH_URL"):
        monkeypatch.setenv(name, "of-somebody-else")
    with Connections() as connections, pytest.raises(OptionsError) as caught:
        opened(connections, **{option: value})
    assert f"{option} is refused: it is given and empty." in caught.value.message
    assert made == []


def test_every_service_has_an_address_that_may_be_empty(opened: Callable[..., Any]) -> None:
    for service in CONNECTION["endpoints"]["options"]:
        with Connections() as connections, pytest.raises(OptionsError) as caught:
            opened(connections, endpoints={service: ""})
        assert caught.value.option == f"endpoints.{service}"


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"HW_PROJECT_ID": ""}, "HW_PROJECT_ID is set and empty."),
        ({"HW_PROJECT_ID": "a/b"}, "HW_PROJECT_ID: 'a/b' is refused: it is an id "),
        ({"HW_PROJECT_NAME": "elsewhere"}, "HW_PROJECT_NAME: 'elsewhere' is refused: the names of projects in region "),
        ({"HW_DOMAIN_ID": "a/b"}, "HW_DOMAIN_ID: 'a/b' is refused: it is an id "),
        ({"HW_REGION_NAME": "a/b"}, "HW_REGION_NAME: 'a/b' is refused: it is the name of a region"),
        ({"HW_AUTH_URL": "a b"}, "HW_AUTH_URL: 'a b' is refused: it is the address "),
        ({"HW_CLOUD": "otc.example.com"}, "HW_CLOUD is otc.example.com"),
        ({"HW_ASSUME_ROLE_AGENCY_NAME": "a"}, "HW_ASSUME_ROLE_DOMAIN_NAME is not set"),
    ],
    ids=str,
)
def test_what_the_environment_says_is_refused_by_its_name_before_the_first_request(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], message: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    missing = dict.fromkeys(("project_id", "auth_url", *(["region"] if "HW_REGION_NAME" in environ else [])))
    with Connections() as connections, pytest.raises(CloudCronError) as caught:
        opened(connections, **missing)
    assert caught.value.message.startswith(message)


def test_half_a_login_of_the_environment_is_refused_before_the_first_request(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "half")
    with Connections() as connections, pytest.raises(AccountError, match="HW_SECRET_KEY: it is needed beside"):
        opened(connections, access_key=None, secret_key=None)


def test_a_cloud_does_not_matter_where_the_addresses_are_given(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_CLOUD", "otc.example.com")
    with Connections() as connections:
        opened(connections)


def test_the_project_of_a_file_is_the_one_that_its_keys_act_in(
    opened: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        f"[basic]\nak = {account.ACCESS_KEY}\nsk = {account.SECRET_KEY}\nproject_id = {account.SECOND_PROJECT_ID}\n",
        encoding="utf-8-sig",
    )
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(file))
    with Connections() as connections:
        assert opened(connections, project_id=None).project_id != account.SECOND_PROJECT_ID
        user = opened(connections, access_key=None, secret_key=None, project_id=None)
        assert user.project_id == account.SECOND_PROJECT_ID


# What was refused is remembered for all connections of the process


def test_a_key_that_was_refused_is_not_tried_for_another_project(
    emulator: Any, options: Callable[..., dict[str, Any]], secrets: list[str]
) -> None:
    messages = []
    with Connections() as connections:
        for project_id in (account.PROJECT_ID, account.SECOND_PROJECT_ID, account.PROJECT_ID):
            given = options(secret_key="wrong", project_id=project_id, timeout=7 + len(messages))
            with pytest.raises(ServiceError) as caught, connections.open(given, secrets.append) as user:
                ask(user, "list tasks", "GET", f"{emulator.url}/v1/{project_id}/schedule-task?offset=0&limit=1")
            messages.append(caught.value.message)
            assert caught.value.status == 401
        assert [entry.operation for entry in emulator.requests] == [LIST]
        # Another address may know it.
        given = options(secret_key="wrong", auth_url=None)
        with pytest.raises(ServiceError, match="^list"), connections.open(given, secrets.append) as user:
            ask(user, "list tasks", "GET", f"{emulator.url}/v1/{account.PROJECT_ID}/schedule-task?offset=0&limit=1")
    assert [entry.operation for entry in emulator.requests] == [LIST, LIST]
    assert messages[1] == messages[2]
    assert messages[1] == (
        "list tasks: not asked for, since the same login was refused before and too many refusals lock it. That was: "
        f"{messages[0]}"
    )
