# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: tokens by password, tokens and temporary keys through an agency, and the projects of the account."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from . import account
from .authentication import Authenticator, Identity, utc_now
from .dialect import Dialect
from .errors import TEXT, Errors, closed_object
from .iam_answers import Keys, Projects, Tokens
from .messages import Answer, Call, Refusal, json_answer
from .operation import Operation
from .validation import Model, Strict, check, read_body, read_query

AssumeRole = Annotated[list[Literal["assume_role"]], Field(min_length=1, max_length=1)]

_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


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


class PasswordIdentity(Strict):
    """A user who proves it with the password."""

    methods: Annotated[list[Literal["password"]], Field(min_length=1, max_length=1)]
    password: Password


class Agency(Strict):
    """An agency and the account that it belongs to, by name or by id."""

    agency_name: str
    domain_name: str = ""
    domain_id: str = ""

    @property
    def domain(self) -> dict[str, str]:
        """What is said about the account."""
        given = {"name": self.domain_name, "id": self.domain_id}
        return {name: value for name, value in given.items() if value}


class TimedAgency(Agency):
    """An agency, and for how many seconds it is wanted: 15 minutes to a day, 15 minutes if not said (documented)."""

    duration_seconds: Annotated[int, Field(ge=900, le=86400)] = 900


class AgencyIdentity(Strict):
    """A caller who wants to act through an agency."""

    methods: AssumeRole
    assume_role: Agency


class TimedAgencyIdentity(Strict):
    """A caller who wants keys with which to act through an agency."""

    methods: AssumeRole
    assume_role: TimedAgency


class ProjectScope(Strict):
    """A project, by name or by id."""

    name: str = ""
    id: str = ""


class Scope(Strict):
    """For what the token is wanted."""

    project: ProjectScope | None = None
    domain: Domain | None = None


class PasswordAuth(Strict):
    """Who asks, and for what. Without a scope a token is for the user's own account (documented)."""

    identity: PasswordIdentity
    scope: Scope = Scope()


class AgencyAuth(Strict):
    """Through which agency to act, and for what; here the scope is mandatory (documented)."""

    identity: AgencyIdentity
    scope: Scope


class CreateToken(Strict):
    """Body of the token request."""

    auth: PasswordAuth | AgencyAuth


class KeyAuth(Strict):
    """Through which agency to act, and for how long."""

    identity: TimedAgencyIdentity


class CreateKey(Strict):
    """Body of the request for temporary keys. Of the page's optional parts, session user and policy are not taken."""

    auth: KeyAuth


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


class IamRefusal(Refusal):
    """IAM says no. It nests its errors, unlike the other services (documented)."""

    def __init__(self, status: int, message: str) -> None:
        """Refuse with an HTTP ``status``, which is the code too, and a ``message``."""
        super().__init__(status, str(status), message)

    def answer(self) -> Answer:
        """The answer that carries this refusal."""
        error = {"code": self.status, "message": self.message, "title": _TITLES[self.status]}
        return json_answer(self.status, {"error": error})


class IamErrors(Errors):
    """The errors of IAM, which nests its own."""

    def own_schema(self, status: int) -> dict[str, Any]:
        """The schema of what the service itself says with a status."""
        error = {"code": {"const": status}, "message": TEXT, "title": {"const": _TITLES[status]}}
        return closed_object({"error": closed_object(error)})


class Iam:
    """The service."""

    errors = IamErrors("IAM", documented=tuple(_TITLES))

    def __init__(self, authenticator: Authenticator, dialect: Dialect) -> None:
        """Issue tokens and keys through ``authenticator``; ``dialect`` says how long they live."""
        self._authenticator = authenticator
        self._dialect = dialect

    def operations(self) -> list[Operation]:
        """The three operations; one path serves both kinds of token."""
        return [
            Operation(
                "CreateToken",
                "POST",
                "/v3/auth/tokens",
                self._create_token,
                query=TokenQuery,
                body=CreateToken,
                anonymous=True,
                success=201,
                answer=Tokens,
                answer_headers=("X-Subject-Token",),
            ),
            Operation(
                "CreateTemporaryAccessKeyByAgency",
                "POST",
                "/v3.0/OS-CREDENTIAL/securitytokens",
                self._create_key,
                body=CreateKey,
                success=201,
                answer=Keys,
            ),
            Operation("ListProjects", "GET", "/v3/projects", self._list_projects, query=ProjectsQuery, answer=Projects),
        ]

    def _create_token(self, call: Call) -> Answer:
        query = _checked(TokenQuery, read_query, call)
        auth = _checked(CreateToken, read_body, call).auth
        domain = self._domain_by_agency(call, auth) if isinstance(auth, AgencyAuth) else _domain_by_password(auth)
        projects = _scope_projects(auth.scope, domain)
        lifetime = timedelta(seconds=self._dialect.token_lifetime)
        value, expires_at = self._authenticator.issue_token(Identity(projects, domain.id), lifetime)
        token: dict[str, Any] = {
            **_bearer(auth),
            "methods": auth.identity.methods,
            "issued_at": _time(utc_now()),
            "expires_at": _time(expires_at),
            "roles": [],
        }
        if projects:
            (project_id,) = projects
            token["project"] = {"id": project_id, "name": domain.projects[project_id], "domain": domain.domain}
        else:
            token["domain"] = domain.domain
        if not query.nocatalog:
            token["catalog"] = []
        return json_answer(201, {"token": token}, {"X-Subject-Token": value})

    def _create_key(self, call: Call) -> Answer:
        identity = self._authenticator.identify(call)
        agency = _checked(CreateKey, read_body, call).auth.identity.assume_role
        domain = _domain_of_agency(identity, agency)
        lifetime = self._dialect.agency_key_lifetime
        access_key, key, expires_at = self._authenticator.issue_key(
            Identity(frozenset(domain.projects), domain.id),
            timedelta(seconds=agency.duration_seconds if lifetime is None else lifetime),
        )
        credential = {
            "access": access_key,
            "secret": key.secret,
            "securitytoken": key.security_token,
            "expires_at": _time(expires_at),
        }
        return json_answer(201, {"credential": credential})

    def _domain_by_agency(self, call: Call, auth: AgencyAuth) -> account.Account:
        # The page knows the token only, whereas that of the temporary keys knows a signature too.
        if "x-auth-token" not in call.headers:
            raise IamRefusal(401, "An agency token is given for a token only.")
        return _domain_of_agency(self._authenticator.identify(call), auth.identity.assume_role)

    def _list_projects(self, call: Call) -> Answer:
        domain = account.ACCOUNTS[self._authenticator.identify(call).domain_id]
        query = _checked(ProjectsQuery, read_query, call)
        projects = [
            {
                "id": project_id,
                "name": name,
                "domain_id": domain.id,
                "parent_id": domain.id,
                "is_domain": False,
                "enabled": True,
                "description": "",
            }
            for project_id, name in domain.projects.items()
            if query.name in ("", name) and query.domain_id in ("", domain.id)
            if query.parent_id in ("", domain.id) and query.enabled != "false"
        ]
        return json_answer(200, {"projects": projects, "links": {"self": None, "previous": None, "next": None}})


def _checked(model: type[Model], read: Callable[[Call], Any], call: Call) -> Model:
    try:
        return check(model, read(call))
    except Refusal as refusal:
        raise IamRefusal(400, refusal.message) from None


def _domain_by_password(auth: PasswordAuth) -> account.Account:
    user = auth.identity.password.user
    known = user.name == account.USER_NAME and _is_domain(user.domain, account.OWN)
    if not known or not hmac.compare_digest(user.password.encode(), account.PASSWORD.encode()):
        raise IamRefusal(401, "The username or password is wrong.")
    return account.OWN


def _domain_of_agency(caller: Identity, agency: Agency) -> account.Account:
    """The account into which the agency leads.

    Which of the documented statuses an unknown agency brings is inferred.
    """
    if not agency.domain:
        raise IamRefusal(400, "assume_role: domain_name or domain_id is required")
    if caller.domain_id != account.DOMAIN_ID:
        raise IamRefusal(403, "Who acts through an agency cannot act through another one.")
    if agency.agency_name != account.AGENCY_NAME or not agency.domain.items() <= account.DELEGATING.domain.items():
        raise IamRefusal(404, f"Could not find agency: {agency.agency_name}.")
    return account.DELEGATING


def _bearer(auth: PasswordAuth | AgencyAuth) -> dict[str, Any]:
    """What a token says of its bearer: the user, or the agency and the user who has taken it on (documented)."""
    user = {"id": account.USER_ID, "name": account.USER_NAME, "domain": account.OWN.domain}
    if isinstance(auth, PasswordAuth):
        return {"user": user}
    agency = f"{account.AGENCY_DOMAIN_NAME}/{account.AGENCY_NAME}"
    return {
        "user": {"id": account.AGENCY_ID, "name": agency, "domain": account.DELEGATING.domain},
        "assumed_by": {"user": user},
    }


def _is_domain(given: Domain, domain: account.Account) -> bool:
    said = given.model_dump(exclude_unset=True)
    return bool(said) and said.items() <= domain.domain.items()


def _scope_projects(scope: Scope, domain: account.Account) -> frozenset[str]:
    """The one project of a project scope, none for a domain scope.

    :raises Refusal: 401, the scope is not in this account.
    """
    if scope.project is None:
        if scope.domain is None or _is_domain(scope.domain, domain):
            return frozenset()
    else:
        said = scope.project.model_dump(exclude_unset=True)
        for project_id, name in domain.projects.items():
            if said and said.items() <= {"id": project_id, "name": name}.items():
                return frozenset({project_id})
    raise IamRefusal(401, "The token cannot be scoped as requested.")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
