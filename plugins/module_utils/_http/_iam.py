# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM is asked for: tokens, temporary keys of agencies, and projects by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from .._errors import AccountError, brief
from ._addresses import base_url
from ._answers import Answer, ErrorRules
from ._credentials import HEADER_SAFE, Keys, Password, Token
from ._request import Request

ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
EUROPE = "eu"
UNAUTHORIZED = 401
# What IAM says of a password, and not of the project that a token is wanted for.
ABOUT_THE_USER = re.compile(r"password|locked", re.I)
AGENCY_KEYS_LIFE = 3600  # s; IAM takes 900 to 86400
AGENCY_KEYS = ("access", "secret", "securitytoken")
AGENCY_RULES = ErrorRules(
    advise=lambda status, code, text: (
        "Check that the account has an agency of that name which trusts this account, and that the user has the "
        "permission Agent Operator"
        if status in (403, 404)
        else None
    )
)


class Agency(NamedTuple):
    """An agency, and the name of the account that it belongs to and lets others act in."""

    name: str
    domain_name: str


class IssuedToken(NamedTuple):
    """A token, and the id of the project that it is for; None where it is for no project."""

    token: Token
    project_id: str | None


def iam_url(auth_url: str | None, site: str, region: str | None) -> str:
    """Return IAM's address without a slash at its end.

    :param auth_url: as given, with or without the version that its paths begin with.
    :param site: `cn`, `intl` or `eu`.
    :raises AccountError: it depends on the region, which is not given.
    """
    if auth_url:
        url = base_url("auth_url", auth_url)
        return url[: -len("/v3")] if url.endswith("/v3") else url
    if site == EUROPE:
        return "https://iam.eu-west-101.myhuaweicloud.eu"
    return f"https://iam.{needed_region(region, 'auth_url is not given')}.myhuaweicloud.com"


def needed_region(region: str | None, reason: str) -> str:
    """Return the region, which has become necessary.

    :raises AccountError: it is not given.
    """
    if region is None:
        raise AccountError(f"region is needed, since {reason}. Give it, or set HW_REGION_NAME.")
    return region


def token_request(
    user: Password, scope: Mapping[str, Any], region: str | None
) -> tuple[Request[IssuedToken], ErrorRules]:
    """Return the request for a token, and how IAM refuses it.

    :param scope: what the token is for, as IAM calls it.
    :param region: for messages.
    """
    tried = f"get a token for user {user.user_name} of account {user.domain_name}"
    rules = ErrorRules()
    project = scope.get("project")
    if project is not None:
        called = project.get("id") or project["name"]
        where = "" if region is None else f" in region {region}"
        tried = f"{tried}{where}" if called == region else f"{tried} and project {called}{where}"
        rules = _token_rules(f"{called} is a project of account {user.domain_name}{where}")
    password = {"name": user.user_name, "password": user.user_password, "domain": {"name": user.domain_name}}
    identity = {"methods": ["password"], "password": {"user": password}}

    def read(answer: Answer) -> IssuedToken:
        token = _read_token(answer)
        return IssuedToken(token, None if project is None else _read_project_id(answer, project))

    body = {"auth": {"identity": identity, "scope": scope}}
    return Request(tried, "POST", "/v3/auth/tokens", read, query={"nocatalog": "true"}, body=body), rules


def agency_request(agency: Agency) -> Request[Keys]:
    """Return the request for an agency's keys (IAM, "Obtaining Temporary Access Keys Through an Agency")."""
    role = {
        "agency_name": agency.name,
        "domain_name": agency.domain_name,
        "duration_seconds": AGENCY_KEYS_LIFE,
    }
    return Request(
        f"act through agency {agency.name} of account {agency.domain_name}",
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        _read_keys,
        body={"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
    )


def project_request(tried: str, name: str) -> Request[list[str]]:
    """Return the request for the ids of the projects of a name."""

    def read(answer: Answer) -> list[str]:
        projects = answer.body.get("projects") if isinstance(answer.body, dict) else None
        if not isinstance(projects, list):
            raise answer.unusable("the answer has no list of projects")
        # A filter that is not heeded would lead into another project.
        found = [each for each in projects if isinstance(each, dict) and each.get("name", name) == name]
        return [str(each["id"]) for each in found if is_account_id(each.get("id"))]

    return Request(tried, "GET", "/v3/projects", read, query={"name": name})


def _read_keys(answer: Answer) -> Keys:
    credential = answer.body.get("credential") if isinstance(answer.body, dict) else None
    found = [credential.get(name) for name in AGENCY_KEYS] if isinstance(credential, dict) else []
    values = [value for value in found if isinstance(value, str) and HEADER_SAFE.fullmatch(value)]
    if len(values) != len(AGENCY_KEYS):
        raise answer.unusable("the answer has no usable keys")
    return Keys(*values)


def _read_token(answer: Answer) -> Token:
    token = answer.headers.get("X-Subject-Token", "")
    if not HEADER_SAFE.fullmatch(token):
        raise answer.unusable("the answer has no token in its header X-Subject-Token")
    return Token(token)


def _read_project_id(answer: Answer, asked: Mapping[str, str]) -> str:
    """Return the id of the project for which a token is.

    :param asked: the project's id or name, as it was asked for.
    :raises AnswerLostError: the answer does not name it, or names another one.
    """
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    project = token.get("project") if isinstance(token, dict) else None
    project = project if isinstance(project, dict) else {}
    for key, value in asked.items():
        if isinstance(project.get(key), str) and project[key] != value:
            raise answer.unusable(f"the token is for project {brief(project[key])}, not {value}")
    project_id = asked.get("id", project.get("id"))
    if not is_account_id(project_id):
        raise answer.unusable("the answer names no project", "Give project_id")
    return str(project_id)


def _token_rules(expected: str) -> ErrorRules:
    """Return what to say of a token for a project that IAM does not give.

    :param expected: what has to be so; completes the sentence "Check that ...".
    """
    advice = f"Check the user's name and password, and that {expected} which the user may use"

    def advise(status: int, code: str, text: str) -> str | None:
        is_about_project = status in (403, 404) or (status == UNAUTHORIZED and not ABOUT_THE_USER.search(text))
        return advice if is_about_project else None

    return ErrorRules(advise=advise)


def is_account_id(value: object) -> bool:
    """Return whether a value may be the id of a project or an account."""
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None
