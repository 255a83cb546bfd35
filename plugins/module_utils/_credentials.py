# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the credentials of the account: one whole set from one source.

The sources are asked in a fixed order, and the first one that has a whole set supplies all of it. Parts of two sources
are never put together: a secret key of one account beside the access key of another would lock the latter.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Callable, Union

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AccountError

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
FILE_KEYS = {"access_key": "ak", "secret_key": "sk", "security_token": "security_token"}
FILE_SECTION = "basic"

# Options that are no credentials: each may come from a variable of its own.
SETTING_VARIABLES = {
    "region": ("HW_REGION_NAME",),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "domain_id": ("HUAWEICLOUD_SDK_DOMAIN_ID", "HW_DOMAIN_ID"),
    "auth_url": ("HW_AUTH_URL",),
}
# Of every service. Vendor's tools know no such variable, so it is named after this collection.
ENDPOINT_VARIABLE = "CLOUDCRON_ENDPOINT"

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


def find_credentials(
    options: Mapping[str, str | None],
    environ: Mapping[str, str],
    metadata: Callable[[], Mapping[str, str] | None],
) -> Credentials:
    """Return the set of the first source that has a whole one.

    :param options: the connection options of the module.
    :param environ: environment variables.
    :param metadata: asks the metadata service of the server that this runs on; returns values by option name, or None.
    :raises AccountError: no source has a whole set, or the file or a value of the set cannot be used.
    """
    path = environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE") or os.path.expanduser("~/.huaweicloud/credentials")
    sources: tuple[tuple[str, Callable[[], Mapping[str, str | None]]], ...] = (
        ("the module's options", lambda: options),
        ("the HUAWEICLOUD_SDK_* variables", lambda: _named(environ, SDK_VARIABLES)),
        ("the HW_* variables", lambda: _named(environ, HW_VARIABLES)),
        (path, lambda: _read_file(path)),
        ("the metadata service", lambda: metadata() or {}),
    )
    looked_at = []
    for source, read in sources:
        values = read()
        found = _whole_set(values)
        if found is not None:
            _check_header_safe(found, source)
            return found
        parts = [name for name in HW_VARIABLES if values.get(name)]
        looked_at.append(f"{source} (only {', '.join(parts)})" if parts else source)
    raise AccountError(
        "No credentials were found. Give access_key with secret_key, or auth_token, or user_name with user_password "
        f"and domain_name, all from one source. Looked at: {'; '.join(looked_at)}."
    )


def settings_from_environment(options: Mapping[str, str | None], environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return `region`, `project_id`, `domain_id` and `auth_url`: as given, else from the environment, else None."""
    found: dict[str, str | None] = {}
    for name, variables in SETTING_VARIABLES.items():
        candidates = [options.get(name), *(environ.get(variable) for variable in variables)]
        found[name] = next((value for value in candidates if value), None)
    return found


def _named(values: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str | None]:
    return {ours: values.get(theirs) for ours, theirs in names.items()}


def _read_file(path: str) -> dict[str, str | None]:
    if not os.path.exists(path):
        return {}
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        # The parser's own message quotes the line, which may hold the secret key.
        raise AccountError(f"The credentials file {path} cannot be read: {type(error).__name__}.") from None
    return _named(parser[FILE_SECTION], FILE_KEYS) if parser.has_section(FILE_SECTION) else {}


def _whole_set(values: Mapping[str, str | None]) -> Credentials | None:
    access_key, secret_key = values.get("access_key"), values.get("secret_key")
    if access_key and secret_key:
        return Keys(access_key, secret_key, values.get("security_token") or None)
    auth_token = values.get("auth_token")
    if auth_token:
        return Token(auth_token)
    user_name, password, domain_name = (values.get(key) for key in ("user_name", "user_password", "domain_name"))
    if user_name and password and domain_name:
        return Password(user_name, password, domain_name)
    return None


def _check_header_safe(found: Credentials, source: str) -> None:
    """Refuse what no HTTP header can carry before a library complains about it and quotes the secret."""
    if isinstance(found, Password):
        return
    for name, value in vars(found).items():
        if value is not None and not HEADER_SAFE.fullmatch(value):
            raise AccountError(
                f"{name} from {source} has blanks, line ends or characters outside ASCII in it, which no HTTP header "
                "can carry. Copy it again."
            )
