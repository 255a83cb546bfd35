# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and for which project: tokens and project ids from IAM, and requests that carry them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import (
    WITHOUT_PECULIARITIES,
    Answer,
    Refusals,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._client import (
    Client,
    as_it_is,
    base_url,
    with_query,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._credentials import (
    HEADER_SAFE,
    Credentials,
    Keys,
    Password,
    Token,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    OptionError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._signing import KeySigner, TokenSigner

REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ACCOUNT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
MOST_NAMED = 10
WHY_REGION = "project_id is not given and is looked up by the region's name"
EUROPE = "eu"
UNAUTHORIZED = 401
AGENCY_KEYS_LIFE = 3600  # s; IAM takes 900 to 86400

# What a request belongs to, which a signature with keys has to name.
PROJECT = "project"
ACCOUNT = "account"
IAM = "iam"

AGENCY_KEYS = ("access", "secret", "securitytoken")
REFUSED_AGENCY = Refusals(
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


class Account:
    """Signs requests with the user's credentials and knows the user's project.

    :param client: sends the requests.
    :param find_credentials: returns one whole set, and is asked again where the service no longer takes it.
    :param settings: `region`, `project_id`, `domain_id` and `auth_url`, None where not given. With an agency, project
        and domain are those of the agency's account.
    :param site: `cn`, `intl` or `eu`; decides IAM's host.
    :param agency: through which to act, if through any.
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
    ) -> None:
        self._client = client
        self.side_by_side = client.side_by_side
        self.wait = client.wait
        self._find_credentials = find_credentials
        self._agency = agency
        # What requests are made with. It is found or fetched when it is needed, and again when it has expired.
        self._acting: Keys | Token | None = None
        self._renewing = threading.Lock()
        self.region = settings.get("region")
        self._project_id = settings.get("project_id")
        self._domain_id = settings.get("domain_id")
        self._auth_url = settings.get("auth_url")
        self._site = site

    @property
    def project_id(self) -> str:
        """The project's id: as given, else that of the project which has the region's name.

        :raises AccountError: it is not given and cannot be told from the region.
        :raises ServiceError: IAM refused.
        """
        if self._project_id is None:
            region = needed_region(self.region, WHY_REGION)
            self._act()  # the answer to a password names the project
            self._project_id = self._project_id or self._project_of_region(region)
        return self._project_id

    def call(
        self,
        tried: str,
        method: str,
        url: str,
        body: Any = None,
        belongs_to: str = PROJECT,
        repeatable: bool = True,
        refusals: Refusals = WITHOUT_PECULIARITIES,
        headers: Mapping[str, str] | None = None,
        read: Callable[[str, Answer], Any] = as_it_is,
    ) -> Any:
        """Send a signed request, as `Client.call` does, and once more where what it was signed with has expired.

        :param belongs_to: `PROJECT`, `ACCOUNT` for a service that knows no projects, or `IAM`.
        :raises AccountError: what the request belongs to is neither given nor can be found out.
        """
        acting = self._act()
        refused: Keys | Token | None = None
        may_have_acted = False
        while True:
            signer = self._signer(acting, belongs_to)
            try:
                return self._client.call(tried, method, url, body, signer, repeatable, refusals, headers, read)
            except ServiceError as error:
                may_have_acted = error.is_repetition = error.is_repetition or may_have_acted
                if error.status != UNAUTHORIZED or refused is not None:
                    raise
                refused, acting = acting, self._act(instead_of=acting)
                # Repeating a refused key would lock it.
                if acting == refused:
                    raise

    def _signer(self, acting: Keys | Token, belongs_to: str) -> Callable[[Any], Any]:
        if isinstance(acting, Token):
            return TokenSigner(acting.auth_token)
        return KeySigner(acting.access_key, acting.secret_key, acting.security_token, self._scope(belongs_to))

    def _scope(self, belongs_to: str) -> dict[str, str]:
        if self._domain_id and belongs_to != PROJECT:
            return {"X-Domain-Id": self._domain_id}
        if belongs_to == IAM:
            return {}
        if belongs_to == ACCOUNT and self._project_id is None and self.region is None:
            raise AccountError(
                "domain_id is needed, since requests that are signed with keys have to name the account. Give it, or "
                "set HW_DOMAIN_ID; project_id or region will do as well."
            )
        return {"X-Project-Id": self.project_id}

    def _act(self, instead_of: Keys | Token | None = None) -> Keys | Token:
        with self._renewing:
            # Several requests may be refused at the same time, and one of them has renewed it then.
            if self._acting is None or self._acting is instead_of:
                self._acting = self._obtain()
            return self._acting

    def _obtain(self) -> Keys | Token:
        own = self._find_credentials()
        for secret in _secrets(own):
            self._client.secrets.keep(secret)
        if self._agency is not None:
            return self._assume_role(self._agency, own)
        return self._fetch_token(own, self._token_scope(own)) if isinstance(own, Password) else own

    def _assume_role(self, agency: Agency, own: Credentials) -> Keys:
        """Return temporary keys of the agency's account (IAM, "Obtaining Temporary Access Keys Through an Agency")."""
        tried = f"act through agency {agency.name} of account {agency.domain_name}"
        role = {
            "agency_name": agency.name,
            "domain_name": agency.domain_name,
            "duration_seconds": AGENCY_KEYS_LIFE,
        }
        keys: Keys = self._client.call(
            tried,
            "POST",
            f"{self._iam()}/v3.0/OS-CREDENTIAL/securitytokens",
            {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}},
            self._own_signer(own),
            refusals=REFUSED_AGENCY,
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
        if self.region is not None:
            return {"project": {"name": self.region}}
        return {"domain": {"name": credentials.domain_name}}

    def _fetch_token(self, credentials: Password, scope: Mapping[str, Any]) -> Token:
        tried = f"get a token for user {credentials.user_name} of account {credentials.domain_name}"
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
        needs_project = "project" in scope and self._project_id is None

        def read(tried: str, answer: Answer) -> tuple[Token, str | None]:
            return _read_token(tried, answer), _read_project_id(tried, answer) if needs_project else self._project_id

        token, self._project_id = self._client.call(
            tried,
            "POST",
            f"{self._iam()}/v3/auth/tokens?nocatalog=true",
            {"auth": {"identity": identity, "scope": scope}},
            read=read,
        )
        self._client.secrets.keep(token.auth_token)
        return token

    def _project_of_region(self, region: str) -> str:
        tried = f"look up the project of region {region}"
        url = with_query(f"{self._iam()}/v3/projects", {"name": region})
        projects = self.call(tried, "GET", url, belongs_to=IAM, read=_read_projects)
        ids = [project.get("id") for project in projects if isinstance(project, dict)]
        usable = [str(project_id) for project_id in ids if _is_account_id(project_id)]
        if len(usable) != 1:
            named = ", ".join([*usable[:MOST_NAMED], *(["..."] if len(usable) > MOST_NAMED else [])])
            found = f"{len(usable)} projects ({named})" if usable else "no project"
            raise AccountError(f"Region {region} has {found} for these credentials. Give project_id.")
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


def check_settings(settings: Mapping[str, str | None]) -> None:
    """Refuse a region or an id that would lead a request to another host or path, and an IAM address that is none.

    :raises OptionError: as said.
    """
    region, auth_url = settings.get("region"), settings.get("auth_url")
    if region is not None and not REGION.fullmatch(region):
        raise OptionError("region", region, "it is the name of a region, such as ap-southeast-1")
    for option in ("project_id", "domain_id"):
        value = settings.get(option)
        if value is not None and not _is_account_id(value):
            raise OptionError(option, value, "it is an id of 1 to 128 letters, digits, '_' or '-'")
    if auth_url is not None:
        base_url("auth_url", auth_url)


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


def _read_project_id(tried: str, answer: Answer) -> str:
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    project = token.get("project") if isinstance(token, dict) else None
    project_id = project.get("id") if isinstance(project, dict) else None
    if not _is_account_id(project_id):
        raise answer.unusable(tried, "the answer names no project", "Give project_id")
    return str(project_id)


def _is_account_id(value: Any) -> bool:
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None


def _secrets(credentials: Credentials) -> list[str]:
    if isinstance(credentials, Keys):
        values = (credentials.access_key, credentials.secret_key, credentials.security_token)
        return [value for value in values if value]
    return [credentials.auth_token if isinstance(credentials, Token) else credentials.user_password]
