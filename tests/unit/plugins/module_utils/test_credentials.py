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

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AccountError, OptionsError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _metadata
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._credentials import (
    HW_VARIABLES,
    Keys,
    Password,
    Token,
    check_options,
    find_credentials,
    find_login,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._metadata import metadata_credentials

PASSWORD = {"user_name": "ops", "user_password": "p w ö\n", "domain_name": "acme"}
SDK = {"HUAWEICLOUD_SDK_AK": "sdk-ak", "HUAWEICLOUD_SDK_SK": "sdk-sk"}
HW = {"HW_ACCESS_KEY": "hw-ak", "HW_SECRET_KEY": "hw-sk"}
HW_PASSWORD = {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"}
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
    login = find_login(options or {}, environ or {})
    return find_credentials(login, options or {}, environ or {}, metadata)


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
        (PASSWORD, Password("ops", "p w ö\n", "acme")),
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


# A login that is not whole, and what is missing from it or too much, by the names of the options.
PARTS: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"access_key": "a"}, {"secret_key": "it is needed beside access_key"}),
    ({"secret_key": "s"}, {"access_key": "it is needed beside secret_key"}),
    (
        {"security_token": "t"},
        {"access_key": "it is needed beside security_token", "secret_key": "it is needed beside security_token"},
    ),
    ({"access_key": "a", "secret_key": "s", "auth_token": "t"}, {"auth_token": "it is another login than access_key"}),
    ({**PASSWORD, "auth_token": "t"}, {"user_password": "it is another login than auth_token"}),
    ({"user_password": "p", "domain_name": "d"}, {"user_name": "it is needed beside user_password"}),
    (
        {"user_name": "u"},
        {"user_password": "it is needed beside user_name", "domain_name": "it is needed beside user_name"},
    ),
    (
        {"domain_name": "d"},
        {"user_name": "it is needed beside domain_name", "user_password": "it is needed beside domain_name"},
    ),
    (
        {"access_key": "a", "user_password": "p"},
        {
            "secret_key": "it is needed beside access_key",
            "user_password": "it is another login than access_key",
            "user_name": "it is needed beside user_password",
            "domain_name": "it is needed beside user_password",
        },
    ),
]


@pytest.mark.parametrize(("part", "faults"), PARTS, ids=str)
def test_a_part_of_a_login_among_the_options_is_refused_by_what_is_wrong(
    part: dict[str, str], faults: dict[str, str]
) -> None:
    with pytest.raises(OptionsError) as caught:
        check_options(part)
    assert caught.value.message == " ".join(f"{option} is refused: {reason}." for option, reason in faults.items())
    several = {"options": list(faults)} if len(faults) > 1 else {}
    assert caught.value.details() == {"option": next(iter(faults)), **several}


@pytest.mark.parametrize(("part", "faults"), PARTS, ids=str)
@pytest.mark.parametrize(
    ("source", "called"), [("the module's options", None), ("the HW_* variables", HW_VARIABLES)], ids=["options", "HW"]
)
def test_no_other_source_is_asked_in_the_place_of_a_part(
    home_file: Path, part: dict[str, str], faults: dict[str, str], source: str, called: dict[str, str] | None
) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    options, environ = (part, {**SDK, **HW}) if called is None else ({}, {called[each]: part[each] for each in part})
    with pytest.raises(AccountError) as caught:
        find(options, environ, never_asked)
    names = called or {option: option for option in HW_VARIABLES}
    words = {option: re.sub(r"\w+$", lambda found: names[found[0]], reason) for option, reason in faults.items()}
    told = "; ".join(f"{names[option]}: {words[option]}" for option in faults)
    assert caught.value.message == (
        f"The credentials of {source} are no whole login. {told}. No other source is asked in their place, so complete "
        "them or take them away."
    )


@pytest.mark.parametrize("empty", ["", " ", "\t\n"])
@pytest.mark.parametrize(
    ("whole", "variable"),
    [
        (SDK, "HUAWEICLOUD_SDK_AK"),
        (SDK, "HUAWEICLOUD_SDK_SK"),
        (HW, "HW_ACCESS_KEY"),
        (HW, "HW_SECRET_KEY"),
        (HW_PASSWORD, "HW_USER_NAME"),
        (HW_PASSWORD, "HW_USER_PASSWORD"),
        (HW_PASSWORD, "HW_DOMAIN_NAME"),
    ],
)
def test_a_set_of_variables_of_which_one_is_empty_is_refused_by_its_name(
    home_file: Path, whole: dict[str, str], variable: str, empty: str
) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    with pytest.raises(AccountError, match=f"{variable}: it is needed beside "):
        find({}, {**HW, **whole, variable: empty} if whole is SDK else {**whole, variable: empty}, never_asked)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}, "HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK are"),
        ({"HW_ACCESS_KEY": " ", "HW_SECRET_KEY": ""}, "HW_ACCESS_KEY, HW_SECRET_KEY are"),
        ({"HW_AUTH_TOKEN": ""}, "HW_AUTH_TOKEN is"),
        ({"HW_USER_NAME": "", "HW_USER_PASSWORD": "", "HW_DOMAIN_NAME": ""}, "HW_USER_NAME, HW_USER_PASSWORD are"),
    ],
    ids=str,
)
def test_variables_that_are_set_to_nothing_do_not_lead_to_another_source(
    home_file: Path, environ: dict[str, str], said: str
) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    with pytest.raises(AccountError) as caught:
        find({}, environ, never_asked)
    assert caught.value.message == (
        f"{said} set and empty. Unset what is not to be used; no other source is asked in its place."
    )
    assert find({"auth_token": "t"}, environ, never_asked) == Token("t")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({**SDK, "HUAWEICLOUD_SDK_SECURITY_TOKEN": ""}, Keys("sdk-ak", "sdk-sk")),
        ({**HW, "HW_SECURITY_TOKEN": "", "HW_AUTH_TOKEN": "", "HW_USER_PASSWORD": ""}, Keys("hw-ak", "hw-sk")),
        ({**HW, "HW_USER_NAME": "u", "HW_USER_ID": "i", "HW_DOMAIN_NAME": "d"}, Keys("hw-ak", "hw-sk")),
        ({"HW_AUTH_TOKEN": "t", "HW_USER_NAME": "u", "HW_DOMAIN_NAME": "d"}, Token("t")),
        ({"HW_SECURITY_TOKEN": "", "HW_DOMAIN_NAME": ""}, Keys("file-ak", "file-sk")),
    ],
    ids=str,
)
def test_what_says_nothing_beside_a_whole_login_is_passed_over(
    home_file: Path, environ: dict[str, str], expected: Keys | Token
) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    assert find({}, environ, never_asked) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"secret_key": ""},
            "secret_key is refused: it is given and empty. access_key is refused: it is needed beside",
        ),
        (
            {"auth_token": " \n"},
            "auth_token is refused: it is given and empty. What is not meant to be given is left out",
        ),
        (
            {"project_id": "", "endpoints": {"coc": "\t", "workspace": None}, "ca_path": ""},
            "project_id is refused: it is given and empty. endpoints.coc is refused: it is given and empty. ca_path",
        ),
        ({"agency_name": "a"}, "agency_domain_name is refused: it is needed beside agency_name."),
        ({"agency_domain_name": "a"}, "agency_name is refused: it is needed beside agency_domain_name."),
        ({"agency_name": "a", "agency_domain_name": " "}, "agency_domain_name is refused: it is given and empty."),
    ],
    ids=str,
)
def test_options_that_say_nothing_are_refused_all_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionsError) as caught:
        check_options(options)
    assert caught.value.message.startswith(message)
    assert ("a lookup of a variable of the environment that is not set is empty" in caught.value.message) == (
        "empty" in message
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"access_key": None, "secret_key": None, "project_id": None, "endpoints": None},
        {"access_key": "a", "secret_key": "s", "auth_token": None, "validate_certs": False, "timeout": 0},
        {"endpoints": {}, "agency_name": "a", "agency_domain_name": "b", **PASSWORD},
    ],
    ids=str,
)
def test_options_that_are_not_given_are_not_empty(options: dict[str, Any]) -> None:
    check_options(options)


def test_an_error_names_the_sources_that_were_asked(home_file: Path) -> None:
    with pytest.raises(AccountError) as caught:
        find()
    assert caught.value.message == (
        "No credentials were found. Give access_key with secret_key, or auth_token, or user_name with user_password "
        "and domain_name, all from one source. Looked at: the module's options; the HUAWEICLOUD_SDK_* variables; "
        f"the HW_* variables; {home_file}; the metadata service."
    )


def test_half_an_answer_of_the_metadata_service_is_no_login() -> None:
    with pytest.raises(AccountError, match="of the metadata service are no whole login. secret_key: it is needed"):
        find({}, {}, lambda: {"access_key": "value"})


# What the vendor's tools log in with, and nobody here


@pytest.mark.parametrize(
    "variable",
    [
        "HUAWEICLOUD_OIDC_PROVIDER_URN",
        "HUAWEICLOUD_OIDC_AGENCY_URN",
        "HUAWEICLOUD_OIDC_ID_TOKEN",
        "HUAWEICLOUD_OIDC_TOKEN_FILE",
        "HUAWEICLOUD_SDK_IDP_ID",
        "HUAWEICLOUD_SDK_ID_TOKEN_FILE",
        "HW_SHARED_CONFIG_FILE",
        "HW_PROFILE",
        "HW_USER_ID",
        "HW_ASSUME_ROLE_IDP_ID",
        "HW_ASSUME_ROLE_ID_TOKEN",
        "HW_ASSUME_ROLE_ID_TOKEN_FILE",
        "OS_ACCESS_KEY",
        "OS_SECRET_KEY",
        "HC_CONTAINER_CREDENTIALS_FULL_URI",
        "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ],
)
def test_another_login_of_the_vendors_tools_is_refused_by_its_name(variable: str) -> None:
    with pytest.raises(AccountError, match=f"^{variable} is set, and .*Or unset it\\.$") as caught:
        find({}, {variable: "hidden"}, lambda: METADATA)
    assert "hidden" not in caught.value.message
    assert find({"auth_token": "t"}, {variable: "hidden"}, never_asked) == Token("t")
    assert find({}, {variable: ""}, lambda: METADATA) == Keys("meta-ak", "meta-sk", "meta-st")


@pytest.mark.parametrize("variable", ["HW_PROFILE", "HW_SHARED_CONFIG_FILE", "HW_ASSUME_ROLE_IDP_ID"])
def test_what_the_provider_prefers_to_keys_is_refused_beside_them(variable: str) -> None:
    with pytest.raises(AccountError, match=f"^{variable} is set"):
        find({}, {**HW, variable: "x"}, never_asked)


@pytest.mark.parametrize("variable", ["OS_AUTH_TOKEN", "OS_USERNAME", "OS_USER_ID", "OS_PASSWORD"])
@pytest.mark.parametrize("before", [{}, HW], ids=["alone", "behind HW"])
def test_a_login_of_openstack_is_refused_where_it_is_one_for_this_cloud(variable: str, before: dict[str, str]) -> None:
    own = {variable: "x", "OS_AUTH_URL": "https://keystone.example.com/v3", **before}
    vendors = {**own, "OS_AUTH_URL": "https://iam.cn-north-4.myhuaweicloud.com/v3"}
    found = Keys("hw-ak", "hw-sk") if before else Keys("meta-ak", "meta-sk", "meta-st")
    assert find({}, own, lambda: METADATA) == found
    if before:
        assert find({}, vendors, never_asked) == found
        return
    with pytest.raises(AccountError, match=f"^{variable} is set, and variables of OpenStack's tools are not read"):
        find({}, vendors, never_asked)


# The file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[basic]\nak = a\nsk = s\n", Keys("a", "s")),
        ("[basic]\nAK: a\nSK: s\nsecurity_token: t\n", Keys("a", "s", "t")),
        ("\ufeff[basic]\nak = a\nsk = s\n", Keys("a", "s")),
        ("[global]\nak = g\nsk = g\n", Keys("g", "g")),
        ("[global]\nak = a\nsk = s\ndomain_id = d\n[basic]\nak = a\nsk = s\n", Keys("a", "s")),
        ("[other]\nak = o\nsk = o\n[basic]\nak = a\nsk = s\nsecurity_token =\n", Keys("a", "s")),
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
    "text", ["", "[other]\nak = a\nsk = s\n", "[Basic]\nak = a\n", "[basic]\n", "[basic]\nak =\nsk =\n"]
)
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    environ = write_file(tmp_path / "credentials", text)
    with pytest.raises(AccountError) as caught:
        find({}, environ, never_asked)
    assert caught.value.message == (
        f"{tmp_path}/credentials has no ak and sk in [basic] or [global]. Complete it, or remove it."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[basic]\nak = a\n", "no whole login. sk: it is needed beside ak."),
        ("[basic]\nak = a\n[global]\nsk =\n", "no whole login. sk: it is needed beside ak."),
        ("[basic]\nak = a\nsk = s\n[global]\nak = b\nsk = s\n", "one ak in [basic] and another one in [global]"),
        ("[basic]\nak = a\nsk = s\ndomain_id = c\n[global]\ndomain_id = d\n", "one domain_id in [basic] and another"),
        ("[basic]\nak = a\nsk = s\nproject_id =\n", "project_id in {path} is empty"),
        ("[basic]\nak = a\nsk = s\nidp_id = i\n", "idp_id in {path} is set, and a login through an identity provider"),
        ("[global]\nid_token_file = i\n", "id_token_file in {path} is set, and a login through an identity provider"),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused(tmp_path: Path, text: str, words: str) -> None:
    environ = write_file(tmp_path / "credentials", text)
    with pytest.raises(AccountError, match=re.escape(words.format(path=tmp_path / "credentials"))):
        find({}, environ, never_asked)


def test_what_a_file_says_besides_comes_with_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    environ = write_file(
        path, "[basic]\nak = a\nsk = s\nproject_id = p\niam_endpoint = https://iam\n[global]\ndomain_id = d\nak = a\n"
    )
    login = find_login({}, environ)
    assert login is not None
    assert login.brings == {"project_id": "p", "domain_id": "d", "auth_url": "https://iam"}
    assert login.origins["auth_url"] == f"iam_endpoint in {path}"
    of_others = find_login({}, {**environ, **HW})
    assert of_others is not None
    assert of_others.brings == {}


def test_a_file_that_is_named_and_missing_is_refused(tmp_path: Path) -> None:
    environ = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(tmp_path / "missing")}
    with pytest.raises(AccountError, match=rf"^There is no file {tmp_path}/missing, which HUAWEICLOUD_SDK_CRED"):
        find({}, environ, never_asked)


def test_a_name_of_a_file_that_is_empty_is_refused(home_file: Path) -> None:
    home_file.write_text("[basic]\nak = file-ak\nsk = file-sk\n")
    with pytest.raises(AccountError, match="^HUAWEICLOUD_SDK_CREDENTIALS_FILE is set and empty"):
        find({}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": ""}, never_asked)


def test_the_usual_file_may_be_missing(home_file: Path) -> None:
    assert not home_file.exists()
    assert find({}, {}, lambda: METADATA) == Keys("meta-ak", "meta-sk", "meta-st")


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
    with pytest.raises(AccountError, match=r"^HUAWEICLOUD_SDK_SK from the HUAWEICLOUD_SDK_\* variables has blanks"):
        find({}, {**SDK, "HUAWEICLOUD_SDK_SK": "s "}, never_asked)


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
        monkeypatch.setattr(_metadata, "URL", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.usefixtures("metadata_server")
def test_the_keys_of_a_real_socket_are_found_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert find({}, {}, metadata_credentials) == Keys("a", "s", "t")


def test_a_metadata_service_that_never_answers_costs_the_time_out_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_metadata, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(_metadata, "URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert metadata_credentials() is None
    assert metadata_credentials() is None
