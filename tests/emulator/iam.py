# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: tokens by password, and the projects of the account."""

from __future__ import annotations

import hmac
from datetime import UTC, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from . import account
from .authentication import Authenticator, utc_now
from .dialect import Dialect
from .messages import Answer, Call, Refusal, json_answer
from .operation import Operation
from .validation import Strict, check, read_body, read_query

_TITLES = {400: "Bad Request", 401: "Unauthorized"}


class Domain(Strict):
    """An account, by name or by id."""

    name: str = ""
    id: str = ""


class User(Strict):
    """A user and the password."""

    name: str
    password: str
    domain: Domain


class Password(Strict):
    """The password method."""

    user: User


class Identity(Strict):
    """Who asks; of IAM's methods only the password is known here."""

    methods: Annotated[list[Literal["password"]], Field(min_length=1, max_length=1)]
    password: Password


class ProjectScope(Strict):
    """A project, by name or by id."""

    name: str = ""
    id: str = ""


class Scope(Strict):
    """For what the token is wanted."""

    project: ProjectScope | None = None
    domain: Domain | None = None


class Auth(Strict):
    """Who asks, and for what. Without a scope a token is for the user's own account (documented)."""

    identity: Identity
    scope: Scope = Scope()


class CreateToken(Strict):
    """Body of the token request."""

    auth: Auth


class TokenQuery(Strict):
    """Query of the token request."""

    nocatalog: str = ""


class ProjectsQuery(Strict):
    """Query of the project list."""

    name: str = ""
    domain_id: str = ""
    parent_id: str = ""
    enabled: Literal["", "true", "false"] = ""
    page: str = ""
    per_page: str = ""


class Iam:
    """The service."""

    def __init__(self, authenticator: Authenticator, dialect: Dialect) -> None:
        """Issue tokens through ``authenticator``; ``dialect`` says how long they live."""
        self._authenticator = authenticator
        self._dialect = dialect

    def operations(self) -> list[Operation]:
        """The two operations."""
        return [
            Operation("CreateToken", "POST", "/v3/auth/tokens", self._create_token),
            Operation("ListProjects", "GET", "/v3/projects", self._list_projects),
        ]

    def _create_token(self, call: Call) -> Answer:
        try:
            query = check(TokenQuery, read_query(call))
            auth = check(CreateToken, read_body(call)).auth
        except Refusal as refusal:
            return _iam_error(400, refusal.message)
        user = auth.identity.password.user
        known = user.name == account.USER_NAME and _is_own_domain(user.domain)
        if not known or not hmac.compare_digest(user.password.encode(), account.PASSWORD.encode()):
            return _iam_error(401, "The username or password is wrong.")
        projects = _scope_projects(auth.scope)
        if projects is None:
            return _iam_error(401, "The token cannot be scoped as requested.")
        return self._token(projects, catalog=not query.nocatalog)

    def _token(self, projects: frozenset[str], *, catalog: bool) -> Answer:
        lifetime = timedelta(seconds=self._dialect.token_lifetime)
        value, expires_at = self._authenticator.issue_token(projects, lifetime)
        domain = {"id": account.DOMAIN_ID, "name": account.DOMAIN_NAME}
        token: dict[str, Any] = {
            "methods": ["password"],
            "issued_at": f"{utc_now():%Y-%m-%dT%H:%M:%S.%fZ}",
            "expires_at": f"{expires_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
            "user": {"id": account.USER_ID, "name": account.USER_NAME, "domain": domain},
            "roles": [],
        }
        if projects:
            (project_id,) = projects
            token["project"] = {"id": project_id, "name": account.PROJECTS[project_id], "domain": domain}
        else:
            token["domain"] = domain
        if catalog:
            token["catalog"] = []
        return json_answer(201, {"token": token}, {"X-Subject-Token": value})

    def _list_projects(self, call: Call) -> Answer:
        self._authenticator.identify(call)
        try:
            query = check(ProjectsQuery, read_query(call))
        except Refusal as refusal:
            return _iam_error(400, refusal.message)
        projects = [
            {
                "id": project_id,
                "name": name,
                "domain_id": account.DOMAIN_ID,
                "parent_id": account.DOMAIN_ID,
                "is_domain": False,
                "enabled": True,
                "description": "",
            }
            for project_id, name in account.PROJECTS.items()
            if query.name in ("", name) and query.domain_id in ("", account.DOMAIN_ID)
            if query.parent_id in ("", account.DOMAIN_ID) and query.enabled != "false"
        ]
        return json_answer(200, {"projects": projects, "links": {"self": None, "previous": None, "next": None}})


def _is_own_domain(domain: Domain) -> bool:
    own = {"name": account.DOMAIN_NAME, "id": account.DOMAIN_ID}
    given = domain.model_dump(exclude_unset=True)
    return bool(given) and given.items() <= own.items()


def _scope_projects(scope: Scope) -> frozenset[str] | None:
    """The one project of a project scope, none for a domain scope, ``None`` for a scope that is not the user's."""
    if scope.project is None:
        return frozenset() if scope.domain is None or _is_own_domain(scope.domain) else None
    given = scope.project.model_dump(exclude_unset=True)
    for project_id, name in account.PROJECTS.items():
        if given and given.items() <= {"id": project_id, "name": name}.items():
            return frozenset({project_id})
    return None


def _iam_error(status: int, message: str) -> Answer:
    # IAM nests its errors, unlike the other services (documented).
    return json_answer(status, {"error": {"code": status, "message": message, "title": _TITLES[status]}})
