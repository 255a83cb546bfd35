# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and for which project: signs requests, and logs in where that takes a request."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Callable
from urllib.parse import urlsplit

from .._errors import AccountError, RefusedBeforeError, ServiceError, first_ten
from ._answers import GATEWAY_CODES, NO_ERROR_RULES, THROTTLED, ErrorRules
from ._client import Client
from ._credentials import Credentials, Keys, Password, Token
from ._iam import (
    ABOUT_THE_USER,
    AGENCY_RULES,
    UNAUTHORIZED,
    Agency,
    agency_request,
    iam_url,
    needed_region,
    project_request,
    token_request,
)
from ._refused_logins import RefusedLogins
from ._request import ACCOUNT, IAM, PROJECT, Endpoint, Request, Result
from ._signing import KeySigner, Sign, TokenSigner, unsigned

WHY_REGION = "project_id is not given and is looked up by the region's name"
TIMED_OUT = 408


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
            self._act(tried, self._iam().url)  # the answer to a password names the project
            self._project_id = self._project_id or self._project_of_name(tried, name)
        return self._project_id

    def send(self, endpoint: Endpoint, request: Request[Result]) -> Result:
        """Send a signed request, as `Client.send` does, and once more where what it was signed with has expired.

        :raises AccountError: what the request belongs to is neither given nor can be found out.
        """
        acting = self._act(request.tried, endpoint.url)
        refused: Keys | Token | None = None
        may_have_acted = False
        while True:
            sign = self._signer(acting, endpoint.scope)
            try:
                result = self._client.send(endpoint, request, sign)
            except ServiceError as error:
                may_have_acted = error.is_repetition = error.is_repetition or may_have_acted
                if error.status != UNAUTHORIZED:
                    raise
                if refused is None:
                    try:
                        refused, acting = acting, self._act(request.tried, endpoint.url, instead_of=acting)
                    except ServiceError as renewal:
                        renewal.is_repetition = renewal.is_repetition or may_have_acted
                        raise
                    if acting != refused:
                        continue
                self._note_refusal(error, acting, endpoint)
                raise
            self._is_accepted = True
            return result

    def _note_refusal(self, error: ServiceError, acting: Keys | Token, endpoint: Endpoint) -> None:
        """Remember that a service has refused what it was asked with, unless it has taken that before.

        What has worked may work again, and a change that is half done is undone with it.
        """
        if self._is_accepted:
            self._is_accepted = False
            return
        # A service that refuses by itself may only want another kind of login, as CodeArts Check does.
        is_general = endpoint.scope == IAM or (error.code or "").startswith(GATEWAY_CODES)
        self._remember(error, acting == self._own, None if is_general else _host(endpoint.url))

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

    def _login(self, own: Credentials | None, purpose: object, host: str | None) -> list[object]:
        return [self._realm, type(own).__name__, None if own is None else vars(own), purpose, host]

    def _signer(self, acting: Keys | Token, scope: str) -> Sign:
        if isinstance(acting, Token):
            return TokenSigner(acting.auth_token)
        return KeySigner(acting.access_key, acting.secret_key, acting.security_token, self._scope_headers(scope))

    def _scope_headers(self, scope: str) -> dict[str, str]:
        if self._domain_id and scope != PROJECT:
            return {"X-Domain-Id": self._domain_id}
        if scope == IAM:
            return {}
        if scope == ACCOUNT and not (self._project_id or self._project_name or self.region):
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

    def _log_in(
        self,
        request: Request[Result],
        error_rules: ErrorRules,
        sign: Sign = unsigned,
        is_about_user: Callable[[ServiceError], bool] = lambda error: True,
    ) -> Result:
        """Ask IAM for what requests are made with, and remember it where IAM says no.

        :param is_about_user: says of a 401 whether it is the user who was refused, and not what is asked for.
        """
        try:
            return self._client.send(self._iam(error_rules), request, sign)
        except ServiceError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status not in (THROTTLED, TIMED_OUT):
                self._remember(error, error.status == UNAUTHORIZED and is_about_user(error))
            raise

    def _assume_role(self, agency: Agency, own: Credentials) -> Keys:
        """Return temporary keys of the agency's account."""
        keys = self._log_in(agency_request(agency), AGENCY_RULES, self._own_signer(own))
        for secret in _secrets(keys):
            self._client.secrets.keep(secret)
        return keys

    def _own_signer(self, own: Credentials) -> Sign:
        """Return what signs as the caller, and not as the agency that the caller acts through."""
        if isinstance(own, Keys):
            return KeySigner(own.access_key, own.secret_key, own.security_token)
        if isinstance(own, Password):
            own = self._fetch_token(own, {"domain": {"name": own.domain_name}})
        return TokenSigner(own.auth_token)

    def _token_scope(self, credentials: Password) -> dict[str, dict[str, str]]:
        if self._project_id is not None:
            return {"project": {"id": self._project_id}}
        name = self._project_name or self.region
        if name is not None:
            return {"project": {"name": name}}
        return {"domain": {"name": credentials.domain_name}}

    def _fetch_token(self, credentials: Password, scope: dict[str, dict[str, str]]) -> Token:
        request, error_rules = token_request(credentials, scope, self.region)
        issued = self._log_in(
            request,
            error_rules,
            is_about_user=lambda error: "project" not in scope or ABOUT_THE_USER.search(error.text or "") is not None,
        )
        self._project_id = issued.project_id or self._project_id
        self._client.secrets.keep(issued.token.auth_token)
        return issued.token

    def _project_of_name(self, tried: str, name: str) -> str:
        usable = self.send(self._iam(), project_request(tried, name))
        if len(usable) != 1:
            has = f"{len(usable)} projects ({first_ten(usable)})" if usable else "no project"
            whose = f"The name {name}" if self._project_name else f"Region {name}"
            raise AccountError(f"{whose} has {has} for these credentials. Give project_id.")
        return usable[0]

    def _iam(self, error_rules: ErrorRules = NO_ERROR_RULES) -> Endpoint:
        return Endpoint(iam_url(self._auth_url, self._site, self.region), IAM, error_rules)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _secrets(credentials: Credentials) -> list[str]:
    if isinstance(credentials, Keys):
        values = (credentials.access_key, credentials.secret_key, credentials.security_token)
        return [value for value in values if value]
    return [credentials.auth_token if isinstance(credentials, Token) else credentials.user_password]
