# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and for which project: tokens and project ids from IAM, and requests that carry them."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    OptionError,
    RefusedBeforeError,
    ServiceError,
    brief,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import (
    GATEWAY_CODES,
    NO_ERROR_RULES,
    THROTTLED,
    Answer,
    ErrorRules,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import (
    Client,
    as_it_is,
    base_url,
    with_query,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._credentials import (
    HEADER_SAFE,
    Credentials,
    Keys,
    Password,
    Token,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import KeySigner, TokenSigner

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
MOST_NAMED = 10
WHY_REGION = "project_id is not given and is looked up by the region's name"
EUROPE = "eu"
UNAUTHORIZED = 401
TIMED_OUT = 408
# What IAM says of a password, and not of the project that a token is wanted for.
ABOUT_THE_USER = re.compile(r"password|locked", re.I)
AGENCY_KEYS_LIFE = 3600  # s; IAM takes 900 to 86400

# What a request belongs to, which a signature with keys has to name.
PROJECT = "project"
ACCOUNT = "account"
IAM = "iam"

AGENCY_KEYS = ("access", "secret", "securitytoken")
REFUSED_AGENCY = ErrorRules(
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


class RefusedLogins:
    """The logins that were refused in this process: five refusals lock a key or a user."""

    def __init__(self) -> None:
        self._known: dict[bytes, ServiceError] = {}

    def remember(self, login: Any, refusal: ServiceError) -> None:
        """Keep what a login was refused with.

        :param login: all that tells it from others, as JSON can write it. Its secrets are not kept.
        """
        self._known[_digest(login)] = refusal

    def recall(self, login: Any) -> ServiceError | None:
        """Return what a login was refused with, None where it was not."""
        return self._known.get(_digest(login)) if self._known else None


def _digest(login: Any) -> bytes:
    return hashlib.sha256(json.dumps(login).encode("utf-8")).digest()


class Account:
    """Signs requests with the user's credentials and knows the user's project.

    :param client: sends the requests.
    :param find_credentials: returns one whole set, and is asked again where the service no longer takes it.
    :param settings: `region`, `project_id`, `project_name`, `domain_id` and `auth_url`, None where not given. With an
        agency, project and domain are those of the agency's account.
    :param site: `cn`, `intl` or `eu`; decides IAM's host.
    :param agency: through which to act, if through any.
    :param refused: the logins that were refused before, which are not tried again.
    :param realm: tells the addresses that are asked from others, at which the same login may be a good one.
    :ivar region: None where it is not given.
    :ivar side_by_side: as `Client.side_by_side`.
    :ivar wait: as `Client.wait`.
    """

    def __init__(
        self,
        client: Client,
        find_credentials: Callable[[], Credentials],
        settings: Mapping[str, str | None],
        site: str,
        agency: Agency | None = None,
        refused: RefusedLogins | None = None,
        realm: str = "",
    ) -> None:
        self._client = client
        self.side_by_side = client.side_by_side
        self.wait = client.wait
        self._find_credentials = find_credentials
        self._agency = agency
        self._refused = RefusedLogins() if refused is None else refused
        self._realm = realm
        self._own: Credentials | None = None
        # Whether a request has succeeded since the last one that was refused.
        self._is_accepted = False
        # What requests are made with. It is found or fetched when it is needed, and again when it has expired.
        self._acting: Keys | Token | None = None
        self._renewing = threading.Lock()
        self.region = settings.get("region")
        self._project_id = settings.get("project_id")
        self._project_name = settings.get("project_name")
        # Besides the credentials, what IAM's answer to a login depends on.
        self._purpose = [agency, self.region, self._project_id, self._project_name]
        self._domain_id = settings.get("domain_id")
        self._auth_url = settings.get("auth_url")
        self._site = site

    @property
    def project_id(self) -> str:
        """The project's id: as given, else that of the project which has the given name, else the region's.

        :raises AccountError: it is not given and cannot be told from a name.
        :raises ServiceError: IAM refused.
        """
        if self._project_id is None:
            name = self._project_name or needed_region(self.region, WHY_REGION)
            tried = f"look up the project {'' if self._project_name else 'of region '}{name}"
            self._act(tried, self._iam())  # the answer to a password names the project
            self._project_id = self._project_id or self._project_of_name(tried, name)
        return self._project_id

    def call(
        self,
        tried: str,
        method: str,
        url: str,
        body: Any = None,
        belongs_to: str = PROJECT,
        repeatable: bool = True,
        error_rules: ErrorRules = NO_ERROR_RULES,
        headers: Mapping[str, str] | None = None,
        read: Callable[[str, Answer], Any] = as_it_is,
    ) -> Any:
        """Send a signed request, as `Client.call` does, and once more where what it was signed with has expired.

        :param belongs_to: `PROJECT`, `ACCOUNT` for a service that knows no projects, or `IAM`.
        :raises AccountError: what the request belongs to is neither given nor can be found out.
        """
        acting = self._act(tried, url)
        refused: Keys | Token | None = None
        may_have_acted = False
        while True:
            signer = self._signer(acting, belongs_to)
            try:
                answer = self._client.call(tried, method, url, body, signer, repeatable, error_rules, headers, read)
            except ServiceError as error:
                may_have_acted = error.is_repetition = error.is_repetition or may_have_acted
                if error.status != UNAUTHORIZED:
                    raise
                if refused is None:
                    try:
                        refused, acting = acting, self._act(tried, url, instead_of=acting)
                    except ServiceError as renewal:
                        renewal.is_repetition = renewal.is_repetition or may_have_acted
                        raise
                    if acting != refused:
                        continue
                self._note_refusal(error, acting, belongs_to, url)
                raise
            self._is_accepted = True
            return answer

    def _note_refusal(self, error: ServiceError, acting: Keys | Token, belongs_to: str, url: str) -> None:
        """Remember that a service has refused what it was asked with, unless it has taken that before.

        What has worked may work again, and a change that is half done is undone with it.
        """
        if self._is_accepted:
            self._is_accepted = False
            return
        # A service that refuses by itself may only want another kind of login, as CodeArts Check does.
        is_general = belongs_to == IAM or (error.code or "").startswith(GATEWAY_CODES)
        self._remember(error, acting == self._own, None if is_general else _host(url))

    def _remember(self, error: ServiceError, is_own: bool, host: str | None = None) -> None:
        """Remember a refusal.

        :param is_own: whether it is of the user's own credentials, whatever they are used for.
        :param host: the only one whose refusal it is, None where all of them would refuse.
        """
        self._refused.remember(self._login(self._own, None if is_own else self._purpose, host), error)

    def _refusal(self, own: Credentials | None, host: str) -> ServiceError | None:
        """Return what a login was refused with before, as far as it matters for this host."""
        for purpose in (None, self._purpose):
            for where in (None, host):
                refusal = self._refused.recall(self._login(own, purpose, where))
                if refusal is not None:
                    return refusal
        return None

    def _login(self, own: Credentials | None, purpose: Any, host: str | None) -> list[Any]:
        return [self._realm, type(own).__name__, None if own is None else vars(own), purpose, host]

    def _signer(self, acting: Keys | Token, belongs_to: str) -> Callable[[Any], Any]:
        if isinstance(acting, Token):
            return TokenSigner(acting.auth_token)
        return KeySigner(acting.access_key, acting.secret_key, acting.security_token, self._scope(belongs_to))

    def _scope(self, belongs_to: str) -> dict[str, str]:
        if self._domain_id and belongs_to != PROJECT:
            return {"X-Domain-Id": self._domain_id}
        if belongs_to == IAM:
            return {}
        if belongs_to == ACCOUNT and not (self._project_id or self._project_name or self.region):
            raise AccountError(
                "domain_id is needed, since requests that are signed with keys have to name the account. Give it, or "
                "set HW_DOMAIN_ID; project_id or region will do as well."
            )
        return {"X-Project-Id": self.project_id}

    def _act(self, tried: str, url: str, instead_of: Keys | Token | None = None) -> Keys | Token:
        """Return what to make a request with.

        :param instead_of: what was refused.
        :raises RefusedBeforeError: the login was refused before, and is still the same.
        """
        host = _host(url)
        with self._renewing:
            # Several requests may be refused at the same time, and one of them has renewed it then.
            acting = self._acting
            if acting is None or acting is instead_of or self._refusal(self._own, host) is not None:
                own = self._find_credentials()
                for secret in _secrets(own):
                    self._client.secrets.keep(secret)
                refusal = self._refusal(own, host)
                if refusal is not None:
                    raise RefusedBeforeError(tried, refusal)
                self._own = own
                acting = self._acting = self._obtain(own)
            return acting

    def _obtain(self, own: Credentials) -> Keys | Token:
        if self._agency is not None:
            return self._assume_role(self._agency, own)
        return self._fetch_token(own, self._token_scope(own)) if isinstance(own, Password) else own

    def _log_in(self, is_about_user: Callable[[ServiceError], bool], *request: Any, **more: Any) -> Any:
        """Ask IAM for what requests are made with, and remember it where IAM says no.

        :param is_about_user: says of a 401 whether it is the user who was refused, and not what is asked for.
        """
        try:
            return self._client.call(*request, **more)
        except ServiceError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status not in (THROTTLED, TIMED_OUT):
                self._remember(error, error.status == UNAUTHORIZED and is_about_user(error))
            raise

    def _assume_role(self, agency: Agency, own: Credentials) -> Keys:
        """Return temporary keys of the agency's account (IAM, "Obtaining Temporary Access Keys Through an Agency")."""
        tried = f"act through agency {agency.name} of account {agency.domain_name}"
        role = {
            "agency_name": agency.name,
            "domain_name": agency.domain_name,
            "duration_seconds": AGENCY_KEYS_LIFE,
        }
        keys: Keys = self._log_in(
            lambda error: True,
            tried,
            "POST",
            f"{self._iam()}/v3.0/OS-CREDENTIAL/securitytokens",
            {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
            self._own_signer(own),
            error_rules=REFUSED_AGENCY,
            read=_read_keys,
        )
        for secret in _secrets(keys):
            self._client.secrets.keep(secret)
        return keys

    def _own_signer(self, own: Credentials) -> Callable[[Any], Any]:
        """Return what signs as the caller, and not as the agency that the caller acts through."""
        if isinstance(own, Keys):
            return KeySigner(own.access_key, own.secret_key, own.security_token)
        if isinstance(own, Password):
            own = self._fetch_token(own, {"domain": {"name": own.domain_name}})
        return TokenSigner(own.auth_token)

    def _token_scope(self, credentials: Password) -> dict[str, Any]:
        if self._project_id is not None:
            return {"project": {"id": self._project_id}}
        name = self._project_name or self.region
        if name is not None:
            return {"project": {"name": name}}
        return {"domain": {"name": credentials.domain_name}}

    def _fetch_token(self, credentials: Password, scope: Mapping[str, Any]) -> Token:
        tried = f"get a token for user {credentials.user_name} of account {credentials.domain_name}"
        error_rules = NO_ERROR_RULES
        if "project" in scope:
            project = scope["project"].get("id") or scope["project"]["name"]
            where = "" if self.region is None else f" in region {self.region}"
            tried = f"{tried}{where}" if project == self.region else f"{tried} and project {project}{where}"
            error_rules = _refused_token(f"{project} is a project of account {credentials.domain_name}{where}")
        identity = {
            "methods": ["password"],
            "password": {
                "user": {
                    "name": credentials.user_name,
                    "password": credentials.user_password,
                    "domain": {"name": credentials.domain_name},
                }
            },
        }

        def read(tried: str, answer: Answer) -> tuple[Token, str | None]:
            token = _read_token(tried, answer)
            is_of_project = "project" in scope
            return token, _read_project_id(tried, answer, scope["project"]) if is_of_project else self._project_id

        token, self._project_id = self._log_in(
            lambda error: "project" not in scope or ABOUT_THE_USER.search(error.text or "") is not None,
            tried,
            "POST",
            f"{self._iam()}/v3/auth/tokens?nocatalog=true",
            {"auth": {"identity": identity, "scope": scope}},
            error_rules=error_rules,
            read=read,
        )
        self._client.secrets.keep(token.auth_token)
        return token

    def _project_of_name(self, tried: str, name: str) -> str:
        url = with_query(f"{self._iam()}/v3/projects", {"name": name})
        projects = self.call(tried, "GET", url, belongs_to=IAM, read=_read_projects)
        # A filter that is not heeded would lead into another project.
        found = [each for each in projects if isinstance(each, dict) and each.get("name", name) == name]
        usable = [str(each["id"]) for each in found if _is_account_id(each.get("id"))]
        if len(usable) != 1:
            named = ", ".join([*usable[:MOST_NAMED], *(["..."] if len(usable) > MOST_NAMED else [])])
            has = f"{len(usable)} projects ({named})" if usable else "no project"
            whose = f"The name {name}" if self._project_name else f"Region {name}"
            raise AccountError(f"{whose} has {has} for these credentials. Give project_id.")
        return usable[0]

    def _iam(self) -> str:
        if self._auth_url:
            url = base_url("auth_url", self._auth_url)
            return url[: -len("/v3")] if url.endswith("/v3") else url
        if self._site == EUROPE:
            return "https://iam.eu-west-101.myhuaweicloud.eu"
        return f"https://iam.{needed_region(self.region, 'auth_url is not given')}.myhuaweicloud.com"


def needed_region(region: str | None, reason: str) -> str:
    """Return the region, which has become necessary.

    :raises AccountError: it is not given.
    """
    if region is None:
        raise AccountError(f"region is needed, since {reason}. Give it, or set HW_REGION_NAME.")
    return region


def check_settings(settings: Mapping[str, str | None], origins: Mapping[str, str] | None = None) -> None:
    """Refuse a region or an id that would lead a request to another host or path, and an IAM address that is none.

    :param origins: what messages call a setting that was not given as the option of its name.
    :raises OptionError: as said.
    """
    called = origins or {}
    region, auth_url = settings.get("region"), settings.get("auth_url")
    if region is not None and not REGION.fullmatch(region):
        raise OptionError(called.get("region", "region"), region, "it is the name of a region, such as ap-southeast-1")
    for option in ("project_id", "domain_id"):
        value = settings.get(option)
        if value is not None and not _is_account_id(value):
            expected = "it is an id of 1 to 128 letters, digits, '_' or '-'"
            raise OptionError(called.get(option, option), value, expected)
    project_name = settings.get("project_name")
    # IAM, "Creating a Project": the name begins with that of the region.
    if project_name is not None and region is not None and not project_name.startswith(region):
        raise OptionError(
            called.get("project_name", "project_name"),
            project_name,
            f"the names of projects in region {region} begin with {region}",
        )
    if auth_url is not None:
        base_url(called.get("auth_url", "auth_url"), auth_url)


def _read_keys(tried: str, answer: Answer) -> Keys:
    credential = answer.body.get("credential") if isinstance(answer.body, dict) else None
    told = [credential.get(name) for name in AGENCY_KEYS] if isinstance(credential, dict) else []
    values = [value for value in told if isinstance(value, str) and HEADER_SAFE.fullmatch(value)]
    if len(values) != len(AGENCY_KEYS):
        raise answer.unusable(tried, "the answer has no usable keys")
    return Keys(*values)


def _read_token(tried: str, answer: Answer) -> Token:
    token = answer.headers.get("X-Subject-Token", "")
    if not HEADER_SAFE.fullmatch(token):
        raise answer.unusable(tried, "the answer has no token in its header X-Subject-Token")
    return Token(token)


def _read_projects(tried: str, answer: Answer) -> list[Any]:
    projects = answer.body.get("projects") if isinstance(answer.body, dict) else None
    if not isinstance(projects, list):
        raise answer.unusable(tried, "the answer has no list of projects")
    return projects


def _read_project_id(tried: str, answer: Answer, asked: Mapping[str, str]) -> str:
    """Return the id of the project for which a token is.

    :param asked: the project's id or name, as it was asked for.
    :raises AnswerLostError: the answer does not name it, or names another one.
    """
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    project = token.get("project") if isinstance(token, dict) else None
    project = project if isinstance(project, dict) else {}
    for key, value in asked.items():
        if isinstance(project.get(key), str) and project[key] != value:
            raise answer.unusable(tried, f"the token is for project {brief(project[key])}, not {value}")
    project_id = asked.get("id", project.get("id"))
    if not _is_account_id(project_id):
        raise answer.unusable(tried, "the answer names no project", "Give project_id")
    return str(project_id)


def _refused_token(expected: str) -> ErrorRules:
    """Return what to say of a token for a project that IAM does not give.

    :param expected: what has to be so; completes the sentence "Check that ...".
    """
    advice = f"Check the user's name and password, and that {expected} which the user may use"

    def advise(status: int, code: str, text: str) -> str | None:
        is_about_project = status in (403, 404) or (status == UNAUTHORIZED and not ABOUT_THE_USER.search(text))
        return advice if is_about_project else None

    return ErrorRules(advise=advise)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _is_account_id(value: Any) -> bool:
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None


def _secrets(credentials: Credentials) -> list[str]:
    if isinstance(credentials, Keys):
        values = (credentials.access_key, credentials.secret_key, credentials.security_token)
        return [value for value in values if value]
    return [credentials.auth_token if isinstance(credentials, Token) else credentials.user_password]
