# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the credentials come from: one whole set from one source."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._client import metadata_credentials
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._credentials import (
    Keys,
    Password,
    Token,
    find_credentials,
    settings_from_environment,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AccountError

PASSWORD = {"user_name": "ops", "user_password": "p w ö\n", "domain_name": "acme"}
SDK = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
HW = {"HW_ACCESS_KEY": "hw-ak", "HW_SECRET_KEY": "hw-sk"}
METADATA = {"access_key": "meta-ak", "secret_key": "meta-sk", "security_token": "meta-st"}


def never_asked() -> Mapping[str, str] | None:
    raise AssertionError("the metadata service is asked although there are credentials")


def nothing_there() -> Mapping[str, str] | None:
    return None


def find(
    options: Mapping[str, str | None] | None = None,
    environ: Mapping[str, str] | None = None,
    metadata: Any = nothing_there,
) -> Keys | Token | Password:
    return find_credentials(options or {}, environ or {}, metadata)


def write_file(path: Path, text: str | bytes) -> dict[str, str]:
    """Write a credentials file and return the environment that names it."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)}


@pytest.fixture
def home_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the credentials file in a home directory of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".huaweicloud").mkdir()
    return tmp_path / ".huaweicloud" / "credentials"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"access_key": "a", "secret_key": "s"}, Keys("a", "s")),
        ({"access_key": "a", "secret_key": "s", "security_token": None}, Keys("a", "s")),
        ({"access_key": "a", "secret_key": "s", "security_token": ""}, Keys("a", "s")),
        ({"access_key": "a", "secret_key": "s", "security_token": "t"}, Keys("a", "s", "t")),
        ({"auth_token": "t"}, Token("t")),
        ({"auth_token": "t", "access_key": "a"}, Token("t")),
        (PASSWORD, Password("ops", "p w ö\n", "acme")),
        ({**PASSWORD, "secret_key": "s"}, Password("ops", "p w ö\n", "acme")),
    ],
)
def test_each_kind_of_set_is_taken_from_the_options(options: dict[str, str], expected: Any) -> None:
    assert find(options, {**SDK, **HW}, never_asked) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (SDK, Keys("sdk-ak", "sdk-sk")),
        ({**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": "st"}, Keys("sdk-ak", "sdk-sk", "st")),
        (HW, Keys("hw-ak", "hw-sk")),
        ({**HW, "HW_SECURITY_TOKEN": "st"}, Keys("hw-ak", "hw-sk", "st")),
        ({"HW_AUTH_TOKEN": "t"}, Token("t")),
        ({"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"}, Password("u", "p", "d")),
    ],
)
def test_each_kind_of_set_is_taken_from_the_environment(environ: dict[str, str], expected: Any) -> None:
    assert find({"access_key": None}, environ, never_asked) == expected


def test_the_sources_are_asked_in_their_order(home_file: Path) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    options = {"access_key": "own-ak", "secret_key": "own-sk"}
    order = [
        find(options, {**SDK, **HW}, never_asked),
        find({}, {**SDK, **HW}, never_asked),
        find({}, HW, never_asked),
        find({}, {}, never_asked),
    ]
    home_file.unlink()
    order.append(find({}, {}, lambda: METADATA))
    assert [keys.access_key for keys in order if isinstance(keys, Keys)] == [
        "own-ak",
        "sdk-ak",
        "hw-ak",
        "file-ak",
        "meta-ak",
    ]


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        ({"access_key": "own-ak"}, {"HUAWEICLOUD_SDK_SK": "sdk-sk"}),
        ({"secret_key": "own-sk"}, {"HW_ACCESS_KEY": "hw-ak"}),
        ({}, {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HW_SECRET_KEY": "hw-sk"}),
        ({"user_name": "u", "user_password": "p"}, {"HW_DOMAIN_NAME": "d"}),
        ({"access_key": "own-ak", "secret_key": ""}, {}),
    ],
)
def test_parts_of_two_sources_are_no_set(options: dict[str, str], environ: dict[str, str]) -> None:
    with pytest.raises(AccountError):
        find(options, environ)


@pytest.mark.parametrize(
    "options", [{"access_key": "own-ak"}, {"secret_key": "own-sk", "security_token": "own-st"}, {"user_name": "own"}]
)
def test_a_part_of_a_set_does_not_mix_with_the_whole_set_of_the_next_source(options: dict[str, str]) -> None:
    assert find(options, SDK, never_asked) == Keys("sdk-ak", "sdk-sk")


def test_an_error_names_the_sources_and_the_parts_that_were_there_but_no_value(tmp_path: Path) -> None:
    environ = {
        **write_file(tmp_path / "credentials", "[basic]\nsk = value-file\n"),
        "HUAWEICLOUD_SDK_AK": "value-sdk",
        "HW_USER_NAME": "value-user",
        "HW_USER_PASSWORD": "value-password",
    }
    with pytest.raises(AccountError) as caught:
        find({"access_key": "value-option", "security_token": "value-token"}, environ, lambda: {"access_key": "value"})
    assert caught.value.message == (
        "No credentials were found. Give access_key with secret_key, or auth_token, or user_name with user_password "
        "and domain_name, all from one source. Looked at: "
        "the module's options (only access_key, security_token); "
        "the HUAWEICLOUD_SDK_* variables (only access_key); "
        "the HW_* variables (only user_name, user_password); "
        f"{tmp_path}/credentials (only secret_key); "
        "the metadata service (only access_key)."
    )


def test_an_error_names_the_usual_file_where_no_other_is_named(home_file: Path) -> None:
    with pytest.raises(AccountError, match=re.escape(f"HW_* variables; {home_file}; the metadata service.")):
        find()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[basic]\nak = a\nsk = s\n", Keys("a", "s")),
        ("[basic]\nAK: a\nSK: s\nsecurity_token: t\n", Keys("a", "s", "t")),
        ("[global]\nak = g\nsk = g\n[basic]\nak = a\nsk = s\n", Keys("a", "s")),
        ("[basic]\nak = 100%\nsk = %(ak)s%%\n", Keys("100%", "%(ak)s%%")),
        ("# a comment\r\n[basic]\r\nak = a\r\nsk = s\r\n", Keys("a", "s")),
        ("[basic]\nak = a\nsk = s/+=;#x\n", Keys("a", "s/+=;#x")),
    ],
)
def test_a_key_pair_is_read_from_a_file(tmp_path: Path, text: str, expected: Keys) -> None:
    assert find({}, write_file(tmp_path / "credentials", text), never_asked) == expected


def test_a_file_that_is_named_is_read_instead_of_the_usual_one(tmp_path: Path, home_file: Path) -> None:
    home_file.write_text("[basic]\nak = usual\nsk = usual\n")
    environ = write_file(tmp_path / "other", "[basic]\nak = other\nsk = other\n")
    assert find({}, environ, never_asked) == Keys("other", "other")


@pytest.mark.parametrize(
    "text", ["", "[global]\nak = a\nsk = s\n", "[Basic]\nak = a\nsk = s\n", "[basic]\n", "[basic]\nak =\nsk =\n"]
)
def test_a_file_without_a_key_pair_is_passed_over(tmp_path: Path, text: str) -> None:
    environ = write_file(tmp_path / "credentials", text)
    assert find({}, environ, lambda: METADATA) == Keys("meta-ak", "meta-sk", "meta-st")


def test_a_file_that_is_missing_is_passed_over(tmp_path: Path) -> None:
    environ = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "missing")}
    assert find({}, environ, lambda: METADATA) == Keys("meta-ak", "meta-sk", "meta-st")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ak = hidden-ak\nsk = hidden-sk\n", "MissingSectionHeaderError"),
        ("[basic]\nhidden-sk\n", "ParsingError"),
        ("[basic]\nsk = hidden-sk\nsk = hidden-sk\n", "DuplicateOptionError"),
        ("[basic]\n[basic]\nsk = hidden-sk\n", "DuplicateSectionError"),
        (b"[basic]\nsk = hidden-sk\xff\n", "UnicodeDecodeError"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_that_quotes_none_of_it(
    tmp_path: Path, text: str | bytes, kind: str
) -> None:
    environ = write_file(tmp_path / "credentials", text)
    with pytest.raises(AccountError) as caught:
        find({}, environ, never_asked)
    assert caught.value.message == f"The credentials file {tmp_path}/credentials cannot be read: {kind}."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AccountError, match=r"cannot be read: IsADirectoryError\."):
        find({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path)}, never_asked)


@pytest.mark.parametrize(
    "value", ["hid den", "hidden\n", "hidden\r\nX: y", "hidden\t", "\x1bhidden", "hidden\x7f", "hiddën"]
)
@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("access_key", {"access_key": "a", "secret_key": "s"}),
        ("secret_key", {"access_key": "a", "secret_key": "s"}),
        ("security_token", {"access_key": "a", "secret_key": "s"}),
        ("auth_token", {}),
    ],
)
def test_a_value_that_no_header_can_carry_is_refused_and_not_shown(
    name: str, whole: dict[str, str], value: str
) -> None:
    with pytest.raises(AccountError) as caught:
        find({**whole, name: value}, SDK, never_asked)
    assert caught.value.message.startswith(f"{name} from the module's options has blanks, ")
    assert "hid" not in caught.value.message


def test_a_value_of_a_variable_is_refused_in_the_name_of_its_source() -> None:
    with pytest.raises(AccountError, match=r"^secret_key from the HUAWEICLOUD_SDK_\* variables has blanks"):
        find({}, {**SDK, "HUAWEICLOUD_SDK_SK": "s "}, never_asked)


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("region", ["HW_REGION_NAME"]),
        ("project_id", ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"]),
        ("domain_id", ["HUAWEICLOUD_SDK_DOMAIN_ID", "HW_DOMAIN_ID"]),
        ("auth_url", ["HW_AUTH_URL"]),
    ],
)
def test_a_setting_comes_from_the_option_before_its_variables(name: str, variables: list[str]) -> None:
    environ = {variable: f"of {variable}" for variable in variables}
    assert settings_from_environment({name: "given"}, environ)[name] == "given"
    for variable in variables:
        for missing in ({}, {name: None}, {name: ""}):
            assert settings_from_environment(missing, environ)[name] == f"of {variable}"
        environ[variable] = ""
    assert settings_from_environment({}, environ)[name] is None


def test_the_settings_are_all_four_and_each_by_itself() -> None:
    found = settings_from_environment({"region": "r", "access_key": "a"}, {"HW_PROJECT_ID": "p", "HW_DOMAIN_NAME": "x"})
    assert found == {"region": "r", "project_id": "p", "domain_id": None, "auth_url": None}


KEY_PAIR = {"credential": {"access": "a", "secret": "s", "securitytoken": "t", "expires_at": "2026-01-02T00:00:00Z"}}


@pytest.fixture
def metadata_script(script: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A script that the metadata service's own session plays."""
    monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: script)
    return script


def test_the_metadata_service_is_asked_for_a_token_and_then_for_keys(metadata_script: Any) -> None:
    metadata_script.answers(200, "metadata-token\n").answers(200, KEY_PAIR)
    assert metadata_credentials() == {"access_key": "a", "secret_key": "s", "security_token": "t"}
    first, second = metadata_script.sent
    assert (first.method, first.url) == ("PUT", "http://169.254.169.254/meta-data/latest/api/token")
    assert int(first.headers["X-Metadata-Token-Ttl-Seconds"]) > 0
    assert (second.method, second.url) == ("GET", "http://169.254.169.254/openstack/latest/securitykey")
    assert second.headers["X-Metadata-Token"] == "metadata-token"
    assert (first.timeout, second.timeout) == (2, 2)


def test_a_metadata_service_that_knows_no_tokens_is_asked_without_one(metadata_script: Any) -> None:
    metadata_script.answers(404, "not here").answers(200, KEY_PAIR)
    assert metadata_credentials() is not None
    assert "X-Metadata-Token" not in metadata_script.sent[1].headers


def test_no_proxy_and_no_netrc_stand_between_the_metadata_service_and_us(
    metadata_script: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default\n login stray\n password stray\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    metadata_script.answers(200, "t").answers(200, KEY_PAIR)
    assert metadata_credentials() is not None
    assert [sent.proxies for sent in metadata_script.sent] == [{}, {}]
    assert all("Authorization" not in sent.headers for sent in metadata_script.sent)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 500])
def test_a_server_without_an_agency_has_no_keys(metadata_script: Any, status: int) -> None:
    metadata_script.answers(200, "t").answers(status, {}, {"Location": "http://127.0.0.1:1/"})
    assert metadata_credentials() is None


@pytest.mark.parametrize(
    "error",
    [
        requests.exceptions.ConnectTimeout("no"),
        requests.exceptions.ReadTimeout("no"),
        requests.exceptions.ConnectionError("no"),
        requests.exceptions.ChunkedEncodingError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("answered", [0, 1])
def test_a_machine_without_a_metadata_service_has_no_keys(
    metadata_script: Any, error: Exception, answered: int
) -> None:
    for _count in range(answered):
        metadata_script.answers(200, "t")
    metadata_script.fails(error)
    assert metadata_credentials() is None


@pytest.mark.parametrize("token", ["<html>\n<p>log in</p>\n", "a\r\nX-Other: b"])
def test_a_metadata_token_that_no_header_can_carry_comes_from_something_else(metadata_script: Any, token: str) -> None:
    metadata_script.answers(200, token)
    assert metadata_credentials() is None


@pytest.mark.parametrize(
    "body",
    [
        "<html>log in</html>",
        "",
        "[]",
        "null",
        "{}",
        '{"credential": null}',
        '{"credential": []}',
        '{"credential": "hidden"}',
        '{"credential": {"access": "a", "secret": "hidden"}}',
        '{"credential": {"access": 1, "secret": "hidden", "securitytoken": "t"}}',
        '{"credential": {"access": "a", "secret": ["hidden"], "securitytoken": "t"}}',
        '{"credential": {"access": "a", "secret": "hidden", "securitytoken": {"x": 1}}}',
        "[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_metadata_service_that_answers_garbage_is_an_error_that_quotes_none_of_it(
    metadata_script: Any, body: str | bytes
) -> None:
    metadata_script.answers(200, "t").answers(200, body)
    with pytest.raises(AccountError) as caught:
        find({}, {}, metadata_credentials)
    assert caught.value.message == "The metadata service of this server answered without usable keys."


class Metadata(BaseHTTPRequestHandler):
    """The two operations, as a server of the cloud sees them."""

    def do_PUT(self) -> None:
        self.reply(b"metadata-token")

    def do_GET(self) -> None:
        known = self.headers["X-Metadata-Token"] == "metadata-token"
        self.reply(b'{"credential": {"access": "a", "secret": "s", "securitytoken": "t"}}' if known else b"{}")

    def reply(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def metadata_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(_client, "METADATA_URL", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.usefixtures("metadata_server")
def test_the_keys_of_a_real_socket_are_found_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert find({}, {}, metadata_credentials) == Keys("a", "s", "t")


def test_a_metadata_service_that_never_answers_costs_the_time_out_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_client, "METADATA_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(_client, "METADATA_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert metadata_credentials() is None
    assert metadata_credentials() is None
