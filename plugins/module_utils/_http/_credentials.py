# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the credentials of the account: one whole set from one source.

The sources are asked in a fixed order, and the first one that says anything supplies all of it. A source that says only
a part, or nothing in so many letters, is refused instead of passed over: what would be found behind it may belong to
another account. Parts of two sources are never put together either, since a secret key of one account beside the access
key of another would lock the latter.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Callable, NamedTuple, Union

from .._errors import AccountError, OptionError, OptionsError

SDK_VARIABLES = {
    "access_key": "HUAWEICLOUD_SDK_AK",
    "secret_key": "HUAWEICLOUD_SDK_SK",
    "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
}
HW_VARIABLES = {
    "access_key": "HW_ACCESS_KEY",
    "secret_key": "HW_SECRET_KEY",
    "security_token": "HW_SECURITY_TOKEN",
    "auth_token": "HW_AUTH_TOKEN",
    "user_name": "HW_USER_NAME",
    "user_password": "HW_USER_PASSWORD",
    "domain_name": "HW_DOMAIN_NAME",
}
FILE_VARIABLE = "HUAWEICLOUD_SDK_CREDENTIALS_FILE"
USUAL_FILE = "~/.huaweicloud/credentials"
FILE_KEYS = {"access_key": "ak", "secret_key": "sk", "security_token": "security_token"}
# What the file says besides, by option.
FILE_SETTINGS = {"project_id": "project_id", "domain_id": "domain_id", "auth_url": "iam_endpoint"}
# The vendor's SDK reads the one for services that have projects, and the other for those that have none.
FILE_SECTIONS = ("basic", "global")

NO_IDENTITY_PROVIDER = "a login through an identity provider is not offered; give the temporary keys that it leads to"
NO_KOOCLI = "KooCLI's configuration is not read; give the keys of its profile"
# Other logins of the vendor's tools. To pass them over would be to act as somebody else.
OIDC_VARIABLES = dict.fromkeys(
    (
        "HUAWEICLOUD_OIDC_PROVIDER_URN",
        "HUAWEICLOUD_OIDC_AGENCY_URN",
        "HUAWEICLOUD_OIDC_ID_TOKEN",
        "HUAWEICLOUD_OIDC_TOKEN_FILE",
    ),
    NO_IDENTITY_PROVIDER,
)
SDK_LOGINS = dict.fromkeys(("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"), NO_IDENTITY_PROVIDER)
HW_LOGINS = {
    **dict.fromkeys(("HW_SHARED_CONFIG_FILE", "HW_PROFILE"), NO_KOOCLI),
    **dict.fromkeys(
        ("HW_ASSUME_ROLE_IDP_ID", "HW_ASSUME_ROLE_ID_TOKEN", "HW_ASSUME_ROLE_ID_TOKEN_FILE"), NO_IDENTITY_PROVIDER
    ),
}
HW_USER_ID = "HW_USER_ID"
FILE_LOGINS = dict.fromkeys(("idp_id", "id_token_file"), NO_IDENTITY_PROVIDER)
# The provider takes these where HW_* says nothing. The first two are no other tool's.
OS_KEYS = ("OS_ACCESS_KEY", "OS_SECRET_KEY")
OS_LOGINS = ("OS_AUTH_TOKEN", "OS_USERNAME", "OS_USER_ID", "OS_PASSWORD")
OS_AUTH_URL = "OS_AUTH_URL"
VENDORS_HOSTS = "myhuaweicloud."
NOT_OF_OPENSTACK = "variables of OpenStack's tools are not read; set the HW_* variables instead"
POD_VARIABLES = dict.fromkeys(
    ("HC_CONTAINER_CREDENTIALS_FULL_URI", "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
    "the identity of a pod is not asked for; give the keys that it leads to",
)

KEYS = ("access_key", "secret_key")
TOKEN = ("auth_token",)
PASSWORD = ("user_name", "user_password", "domain_name")
# What belongs to which kind. Names are no secrets, and say nothing beside a whole login of another kind.
BEGIN_A_LOGIN = {**dict.fromkeys((*KEYS, "security_token"), KEYS), "auth_token": TOKEN, "user_password": PASSWORD}
NAMES_OF_A_LOGIN = dict.fromkeys(("user_name", "domain_name"), PASSWORD)
# What nobody gives without meaning a login.
NEVER_EMPTY = ("access_key", "secret_key", "auth_token", "user_name", "user_password")

HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Keys:
    """An access key with its secret key, and a security token where they are temporary."""

    access_key: str
    secret_key: str
    security_token: str | None = None


@dataclass(frozen=True)
class Token:
    """A token that somebody else fetched from IAM."""

    auth_token: str


@dataclass(frozen=True)
class Password:
    """An IAM user's name and password, with the name of the account (domain) that the user belongs to."""

    user_name: str
    user_password: str
    domain_name: str


Credentials = Union[Keys, Token, Password]


class Login(NamedTuple):
    """A set of credentials, and what its source says besides.

    :ivar brings: values by option, such as the project that the credentials are meant for.
    :ivar origins: how the source calls these, by option.
    """

    credentials: Credentials
    brings: Mapping[str, str]
    origins: Mapping[str, str]


class _Source(NamedTuple):
    """One place that may have credentials.

    :ivar name: as messages call it.
    :ivar called: what it calls each option.
    :ivar values: by option, as it has them; empty ones too.
    :ivar refused: what it has besides and nobody here can log in with, each with what to do instead.
    :ivar brings: values by option.
    :ivar origins: by option.
    """

    name: str
    called: Mapping[str, str]
    values: Mapping[str, str]
    refused: Mapping[str, str] = {}
    brings: Mapping[str, str] = {}
    origins: Mapping[str, str] = {}


def is_blank(value: str | None) -> bool:
    """Return whether a value is there and says nothing."""
    return value is not None and not value.strip()


def check_options(options: Mapping[str, object]) -> None:
    """Refuse the connection options that are given and empty, and those that make up no whole login.

    :param options: all connection options; None is not given.
    :raises OptionsError: names all of them.
    """
    faults = dict.fromkeys(_blank("", options), "it is given and empty")
    given = {option for option, value in options.items() if value is not None}
    called = {option: option for option in HW_VARIABLES}
    for option, reason in _faults_of_login(given, {**BEGIN_A_LOGIN, **NAMES_OF_A_LOGIN}, called).items():
        faults.setdefault(option, reason)
    agency = ("agency_name", "agency_domain_name")
    for option, other in (agency, agency[::-1]):
        if other in given and option not in given:
            faults[option] = f"it is needed beside {other}"
    if faults:
        advice = (
            "What is not meant to be given is left out, or has the value omit; a lookup of a variable of the "
            "environment that is not set is empty."
        )
        refused = [OptionError(option, None, reason, shown="") for option, reason in faults.items()]
        raise OptionsError(refused, advice if any(_blank("", options)) else None)


def _blank(above: str, options: Mapping[str, object]) -> Iterator[str]:
    for option, value in options.items():
        if isinstance(value, str) and is_blank(value):
            yield above + option
        elif isinstance(value, Mapping):
            yield from _blank(f"{above}{option}.", value)


def _faults_of_login(
    given: set[str], begin: Mapping[str, tuple[str, ...]], called: Mapping[str, str]
) -> dict[str, str]:
    """Return why what is given is no whole login, by the option that is missing or too much; empty where it is one.

    :param begin: what begins which kind of login.
    :param called: what messages call each option.
    """
    begun = {kind: called[option] for option, kind in reversed([*begin.items()]) if option in given}
    kinds = [kind for kind in (KEYS, TOKEN, PASSWORD) if kind in begun]
    faults: dict[str, str] = {}
    for kind in kinds:
        too_much = next(option for option in begin if option in given and begin[option] == kind)
        if kind != kinds[0]:
            faults[too_much] = f"it is another login than {begun[kinds[0]]}"
        faults.update({option: f"it is needed beside {begun[kind]}" for option in kind if option not in given})
    return faults


def find_login(options: Mapping[str, str | None], environ: Mapping[str, str]) -> Login | None:
    """Return the set of the first source that says anything; None where only the metadata service is left to ask.

    :param options: the connection options of the module, checked.
    :param environ: environment variables.
    :raises AccountError: a source has only a part of a set, or more than one, or what nobody here can log in with, or
        the file or a value of the set cannot be used.
    """
    for source in _sources(options, environ):
        for name, instead in source.refused.items():
            raise AccountError(f"{name} is set, and {instead}. Or unset it.")
        credentials = _whole_set(source)
        if credentials is not None:
            return Login(credentials, source.brings, source.origins)
    return None


def find_credentials(
    login: Login | None,
    options: Mapping[str, str | None],
    environ: Mapping[str, str],
    metadata: Callable[[], Mapping[str, str] | None],
) -> Credentials:
    """Return the set of a login, else that of the metadata service.

    :param login: as `find_login` has found it.
    :param metadata: asks the metadata service of the server that this runs on; returns values by option name, or None.
    :raises AccountError: there are no credentials at all.
    """
    if login is not None:
        return login.credentials
    name = "the metadata service"
    found = _whole_set(_Source(name, {option: option for option in FILE_KEYS}, metadata() or {}))
    if found is not None:
        return found
    looked_at = [source.name for source in _sources(options, environ) if source.called]
    raise AccountError(
        "No credentials were found. Give access_key with secret_key, or auth_token, or user_name with user_password "
        f"and domain_name, all from one source. Looked at: {'; '.join([*looked_at, name])}."
    )


def _sources(options: Mapping[str, str | None], environ: Mapping[str, str]) -> Iterator[_Source]:
    given = {option: value for option in HW_VARIABLES if (value := options.get(option)) is not None}
    yield _Source("the module's options", {option: option for option in HW_VARIABLES}, given)
    yield _Source("the HUAWEICLOUD_OIDC_* variables", {}, {}, _set(environ, OIDC_VARIABLES))
    yield _Source(
        "the HUAWEICLOUD_SDK_* variables",
        SDK_VARIABLES,
        _named(environ, SDK_VARIABLES),
        _set(environ, SDK_LOGINS),
    )
    ours = _named(environ, HW_VARIABLES)
    refused = _set(environ, HW_LOGINS)
    if not any(ours.get(option) for option in (*KEYS, *TOKEN)):
        refused.update(_set(environ, {HW_USER_ID: "it is not read; set HW_USER_NAME and HW_DOMAIN_NAME instead"}))
    if not any(ours.values()):
        logins = (*OS_KEYS, *(OS_LOGINS if is_for_vendor(environ) else ()))
        refused.update(_set(environ, dict.fromkeys(logins, NOT_OF_OPENSTACK)))
    yield _Source("the HW_* variables", HW_VARIABLES, ours, refused)
    yield _file_of(environ)
    yield _Source("the HC_CONTAINER_* variables", {}, {}, _set(environ, POD_VARIABLES))


def is_for_vendor(environ: Mapping[str, str]) -> bool:
    """Return whether OpenStack's variables are set for this vendor's cloud, and not for somebody's own."""
    return VENDORS_HOSTS in environ.get(OS_AUTH_URL, "")


def _named(values: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {ours: values[theirs] for ours, theirs in names.items() if theirs in values}


def _set(values: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {name: said for name, said in names.items() if values.get(name, "").strip()}


def _file_of(environ: Mapping[str, str]) -> _Source:
    path = environ.get(FILE_VARIABLE)
    if path is None:
        path = os.path.expanduser(USUAL_FILE)
        if not os.path.exists(path):
            return _Source(path, FILE_KEYS, {})
    elif is_blank(path):
        raise AccountError(f"{FILE_VARIABLE} is set and empty. Name a file, or unset it.")
    elif not os.path.exists(path):
        raise AccountError(f"There is no file {path}, which {FILE_VARIABLE} names. Name another one, or unset it.")
    content = _read_file(path)
    source = _Source(
        path,
        FILE_KEYS,
        _named(content, FILE_KEYS),
        {f"{name} in {path}": instead for name, instead in _set(content, FILE_LOGINS).items()},
        {option: content[key] for option, key in FILE_SETTINGS.items() if key in content},
        {option: f"{key} in {path}" for option, key in FILE_SETTINGS.items()},
    )
    if not source.refused and not any(source.values.values()):
        raise AccountError(f"{path} has no ak and sk in [basic] or [global]. Complete it, or remove it.")
    for option, value in source.brings.items():
        if is_blank(value):
            raise AccountError(f"{source.origins[option]} is empty. Complete it, or remove it.")
    return source


def _read_file(path: str) -> dict[str, str]:
    """Return what both sections say.

    :raises AccountError: the file cannot be read, or they contradict each other.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        # Editors of Windows begin a file with a byte order mark.
        with open(path, encoding="utf-8-sig") as file:
            parser.read_file(file)
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        # The parser's own message quotes the line, which may hold the secret key.
        raise AccountError(f"The credentials file {path} cannot be read: {type(error).__name__}.") from None
    content: dict[str, str] = {}
    for section in FILE_SECTIONS:
        for key, value in parser[section].items() if parser.has_section(section) else ():
            if content.setdefault(key, value) != value:
                raise AccountError(
                    f"{path} has one {key} in [basic] and another one in [global], and which is meant cannot be told. "
                    "Keep one of them."
                )
    return content


def _whole_set(source: _Source) -> Credentials | None:
    """Return the set that a source has, None where it says nothing.

    :raises AccountError: it has a part, or more than one, or a value that cannot be used.
    """
    values = {option: value for option, value in source.values.items() if not is_blank(value)}
    begin = NAMES_OF_A_LOGIN if values.keys().isdisjoint(BEGIN_A_LOGIN) else BEGIN_A_LOGIN
    faults = _faults_of_login(set(values), begin, source.called)
    if faults:
        reasons = "; ".join(f"{source.called[option]}: {reason}" for option, reason in faults.items())
        raise AccountError(
            f"The credentials of {source.name} are no whole login. {reasons}. No other source is asked in their "
            "place, so complete them or take them away."
        )
    if not values:
        empty = [source.called[option] for option in NEVER_EMPTY if option in source.values]
        if empty:
            verb = "is" if len(empty) == 1 else "are"
            raise AccountError(
                f"{', '.join(empty)} {verb} set and empty. Unset what is not to be used; no other source is asked in "
                "its place."
            )
        return None
    _check_header_safe(values, source)
    if "access_key" in values:
        return Keys(values["access_key"], values["secret_key"], values.get("security_token"))
    if "auth_token" in values:
        return Token(values["auth_token"])
    return Password(values["user_name"], values["user_password"], values["domain_name"])


def _check_header_safe(values: Mapping[str, str], source: _Source) -> None:
    """Refuse what no HTTP header can carry before a library complains about it and quotes the secret."""
    for option in (*KEYS, "security_token", *TOKEN):
        if option in values and not HEADER_SAFE.fullmatch(values[option]):
            raise AccountError(
                f"{source.called[option]} from {source.name} has blanks, line ends or characters outside ASCII in it, "
                "which no HTTP header can carry. Copy it again."
            )
