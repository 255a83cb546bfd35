# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asking, and for which project: tokens and project ids from IAM, and requests that carry them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Callable

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._client import Client, base_url, with_query
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._credentials import (
    HEADER_SAFE,
    Keys,
    Password,
    Token,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    NotFoundError,
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


class Account:
    """Signs requests with the user's credentials and knows the user's project.

    :param client: sends the requests to IAM.
    :param credentials: one whole set.
    :param settings: `region`, `project_id`, `domain_id` and `auth_url`, None where not given.
    :param site: `cn`, `intl` or `eu`; decides IAM's host.
    """

    def __init__(
        self,
        client: Client,
        credentials: Keys | Token | Password,
        settings: Mapping[str, str | None],
        site: str,
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._region = settings.get("region")
        self._project_id = settings.get("project_id")
        self._auth_url = settings.get("auth_url")
        domain_id = settings.get("domain_id")
        self._account_scope = {"X-Domain-Id": domain_id} if domain_id else {}
        self._site = site
        self._token: str | None = None
        for secret in _secrets(credentials):
            client.keep_secret(secret)

    @property
    def project_id(self) -> str:
        """The project's id: as given, else that of the project which has the region's name.

        :raises AccountError: it is not given and cannot be told from the region.
        :raises ServiceError: IAM refused.
        """
        if self._project_id is None and isinstance(self._credentials, Password):
            self._fetch_token(self._credentials)  # its answer names the project
        if self._project_id is None:
            self._project_id = self._project_of_region()
        return self._project_id

    def call(
        self,
        tried: str,
        method: str,
        url: str,
        body: Any = None,
        repeatable: bool = True,
        in_project: bool = True,
        missing: type[ServiceError] = NotFoundError,
    ) -> Answer:
        """Send a signed request, as `Client.call` does, and renew a token that has expired.

        :param in_project: whether the request belongs to the project, rather than to the account as a whole.
        """
        renewed = False
        while True:
            signer = self._signer(in_project)
            try:
                return self._client.call(tried, method, url, body, signer, repeatable, missing)
            except ServiceError as error:
                # A token of ours can be replaced. Anybody else's cannot, and repeating a refused key would lock it.
                if error.status != UNAUTHORIZED or renewed or not isinstance(self._credentials, Password):
                    raise
                renewed = True
                self._fetch_token(self._credentials)

    def _signer(self, in_project: bool) -> Callable[[Any], Any]:
        if isinstance(self._credentials, Keys):
            return KeySigner(
                self._credentials.access_key,
                self._credentials.secret_key,
                self._credentials.security_token,
                {"X-Project-Id": self.project_id} if in_project else self._account_scope,
            )
        if isinstance(self._credentials, Token):
            return TokenSigner(self._credentials.auth_token)
        return TokenSigner(self._token or self._fetch_token(self._credentials))

    def _fetch_token(self, credentials: Password) -> str:
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
        answer = self._client.call(
            tried,
            "POST",
            f"{self._iam()}/v3/auth/tokens?nocatalog=true",
            {"auth": {"identity": identity, "scope": {"project": self._project_scope()}}},
            # What IAM does not find is no task.
            missing=ServiceError,
        )
        token = answer.headers.get("X-Subject-Token", "")
        if not HEADER_SAFE.fullmatch(token):
            raise ServiceError(tried, "the answer has no token in its header X-Subject-Token", answer.status)
        self._client.keep_secret(token)
        self._token = token
        if self._project_id is None:
            self._project_id = _project_id_of_token(tried, answer)
        return token

    def _project_scope(self) -> dict[str, str]:
        if self._project_id is not None:
            return {"id": self._project_id}
        return {"name": needed_region(self._region, WHY_REGION)}

    def _project_of_region(self) -> str:
        region = needed_region(self._region, WHY_REGION)
        tried = f"look up the project of region {region}"
        url = with_query(f"{self._iam()}/v3/projects", {"name": region})
        answer = self.call(tried, "GET", url, in_project=False, missing=ServiceError)
        projects = answer.body.get("projects") if isinstance(answer.body, dict) else None
        if not isinstance(projects, list):
            raise ServiceError(tried, "the answer has no list of projects", answer.status)
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
        return f"https://iam.{needed_region(self._region, 'auth_url is not given')}.myhuaweicloud.com"


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


def _project_id_of_token(tried: str, answer: Answer) -> str:
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    project = token.get("project") if isinstance(token, dict) else None
    project_id = project.get("id") if isinstance(project, dict) else None
    if not _is_account_id(project_id):
        raise ServiceError(tried, "the answer names no project", answer.status, advice="Give project_id")
    return str(project_id)


def _is_account_id(value: Any) -> bool:
    return isinstance(value, str) and ACCOUNT_ID.fullmatch(value) is not None


def _secrets(credentials: Keys | Token | Password) -> list[str]:
    if isinstance(credentials, Keys):
        values = (credentials.access_key, credentials.secret_key, credentials.security_token)
        return [value for value in values if value]
    return [credentials.auth_token if isinstance(credentials, Token) else credentials.user_password]
