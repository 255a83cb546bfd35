# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the connection options to an account that can be asked, which is kept for the next one who has the same options.

What is kept is the session with its open connections, the token or the temporary keys, and the project's id. Nothing is
kept of tasks.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple

from ansible.module_utils.basic import missing_required_lib

from .._errors import AccountError, CloudCronError, LibraryError, OptionError
from .._values import Field
from ._account import Account
from ._client import Client, log_nothing
from ._credentials import Credentials, check_options, find_credentials, find_login
from ._iam import Agency
from ._metadata import metadata_credentials
from ._refused_logins import RefusedLogins
from ._session import REQUESTS_IMPORT_ERROR
from ._settings import check_cloud, check_settings, find_settings

# Each may have as many open connections to the service as it has requests under way.
MOST_KEPT = 16

CONNECTION_OPTIONS = {
    "region": Field(),
    "project_id": Field(),
    "domain_id": Field(),
    "access_key": Field(no_log=True),
    "secret_key": Field(no_log=True),
    "security_token": Field(no_log=True),
    "auth_token": Field(no_log=True),
    "user_name": Field(),
    "user_password": Field(no_log=True),
    "domain_name": Field(),
    "agency_name": Field(),
    "agency_domain_name": Field(),
    "endpoint": Field(),
    "endpoints": Field("dict"),
    "site": Field(choices=("cn", "intl", "eu"), shows_choices=True, default="cn"),
    "auth_url": Field(),
    "validate_certs": Field("bool", default=True),
    "ca_path": Field("path"),
    "timeout": Field("int", most=86_400, default=30),  # s
    "retries": Field("int", least=0, most=100, default=4),
    "parallel": Field("int", most=64, default=8),
}

# Options that say who is asked. A login that one refuses may be a good one at another.
ADDRESSES = ("site", "auth_url", "endpoint", "endpoints")

KeepSecret = Callable[[str], None]


class Connection(NamedTuple):
    """A client with its session, and the account that it speaks for."""

    client: Client
    account: Account


class Connections:
    """The connections of one process.

    :param most: how many are kept; the one that was not used for the longest time is closed first.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, Connection] = OrderedDict()
        self._refused = RefusedLogins()

    def __enter__(self) -> Connections:
        return self

    def __exit__(self, *exc_info: Any) -> None:
        while self._kept:
            self._close_oldest()

    @contextmanager
    def open(
        self, options: Mapping[str, Any], keep_secret: KeepSecret, log: Callable[[str], None] = log_nothing
    ) -> Iterator[Account]:
        """Return the account that the connection options lead to; no request is sent for that.

        :param keep_secret: is told every secret of the connection, known ones and those learnt at run time.
        :param log: takes a line on each long wait.
        :raises AccountError: the environment or a file says what cannot be meant or done.
        :raises OptionError: an option is not what it may be.
        :raises OptionsError: connection options are empty or make up no whole login.
        :raises LibraryError: requests is missing.
        """
        key = _digest(options)
        connection = self._kept.pop(key, None) or _connect(options, self._refused)
        connection.client.secrets.register_with(keep_secret)
        connection.client.log = log
        try:
            yield connection.account
        except CloudCronError:
            self._keep(key, connection)
            raise
        except BaseException:
            # Requests may be under way of which nobody will take the answers.
            connection.client.close()
            raise
        self._keep(key, connection)

    def _keep(self, key: bytes, connection: Connection) -> None:
        self._kept[key] = connection
        if len(self._kept) > self._most:
            self._close_oldest()

    def _close_oldest(self) -> None:
        self._kept.popitem(last=False)[1].client.close()


def _digest(options: Mapping[str, Any]) -> bytes:
    """Return what tells two sets of connection options apart and gives none of their secrets away."""
    return hashlib.sha256(_as_json(options, CONNECTION_OPTIONS).encode("utf-8")).digest()


def _as_json(options: Mapping[str, Any], names: Iterable[str]) -> str:
    return json.dumps({name: options[name] for name in names}, sort_keys=True)


def _connect(options: Mapping[str, Any], refused: RefusedLogins) -> Connection:
    if REQUESTS_IMPORT_ERROR is not None:
        raise LibraryError(missing_required_lib("requests"), REQUESTS_IMPORT_ERROR)
    check_options({name: options[name] for name in CONNECTION_OPTIONS})
    login = find_login(options, os.environ)
    settings = find_settings(options, os.environ, login)
    check_settings(settings.values, settings.origins)
    timeout, retries, parallel = (
        CONNECTION_OPTIONS[name].parse(name, options[name]) for name in ("timeout", "retries", "parallel")
    )
    if options["ca_path"] is not None and not os.path.exists(options["ca_path"]):
        raise OptionError("ca_path", options["ca_path"], "there is no such file or directory where the module runs")
    if settings.values["auth_url"] is None:
        check_cloud(os.environ, options["site"])
    name, domain_name = settings.values["agency_name"], settings.values["agency_domain_name"]
    agency = None if name is None or domain_name is None else Agency(name, domain_name)
    verify = (options["ca_path"] or True) if options["validate_certs"] else False
    client = Client(verify, timeout, retries, parallel)

    def find() -> Credentials:
        # A file may be replaced while a play runs, and what it says of the project was read once.
        now = find_login(options, os.environ)
        if now is not None and login is not None and now.brings != login.brings:
            raise AccountError(
                "The credentials were replaced meanwhile, and name another project or account. Run the play again."
            )
        return find_credentials(now, options, os.environ, metadata_credentials)

    realm = _as_json(options, ADDRESSES)
    return Connection(client, Account(client, find, settings.values, options["site"], agency, refused, realm))
