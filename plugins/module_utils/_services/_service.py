# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every service offers: it tells one task by its id."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from .._http._account import Account
from .._http._answers import ErrorRules
from .._http._request import PROJECT, Endpoint, Request, Result
from .._task import ScheduledTask
from .._values import Field
from ._second_looks import SecondLooks


class Service(ABC):
    """One service behind the vocabulary, as far as it tells one task by its id.

    A subclass says what the service knows, translates between the wire and `ScheduledTask`, and makes the requests.

    :param account: sends signed requests.
    :param base_url: the service's address without a slash at its end.
    :ivar side_by_side: as `Client.side_by_side`.
    :ivar warnings: what the user should know of besides the result; added to while the service is asked.
    :ivar looks: how long to look again where two answers contradict each other.
    """

    name: ClassVar[str]
    # The vendor's name of it.
    title: ClassVar[str]
    # A service's own 404 is about the id; a gateway's or a proxy's 404 says nothing of the kind.
    error_rules: ClassVar[ErrorRules] = ErrorRules(missing=lambda status, code, text: status == 404)
    # What its requests belong to, PROJECT or ACCOUNT.
    scope: ClassVar[str] = PROJECT
    # The options of scheduled_task_info that only a look-up in this service needs.
    look_up_options: ClassVar[tuple[str, ...]] = ()
    # The suboptions that only this service has; they stand under an option of the service's name.
    own_fields: ClassVar[Mapping[str, Field]] = {}

    def __init__(self, account: Account, base_url: str) -> None:
        self._account = account
        self._base_url = base_url
        self.side_by_side = account.side_by_side
        self.warnings: list[str] = []
        self.looks = SecondLooks(account.wait)

    @staticmethod
    @abstractmethod
    def host(region: str | None, site: str) -> str:
        """Return the service's host.

        :raises AccountError: it depends on the region, which is not given.
        """

    @property
    @abstractmethod
    def url(self) -> str:
        """The address below which all requests go, without a slash at its end."""

    @abstractmethod
    def look_up(self, given: ScheduledTask) -> ScheduledTask | None:
        """Return the task that `given` names, by its id or else by exactly its name, as far as one look-up tells.

        :raises OptionError: an option that only this look-up needs is not what it may be.
        :raises TaskError: several tasks have the name.
        """

    def complete(self, task: ScheduledTask) -> ScheduledTask | None:
        """Return a task that was looked up with all that the service knows of it; None where it has vanished."""
        return task

    def send(self, request: Request[Result]) -> Result:
        """Send a request below `url` and return what is read from the answer; see `Account.send`."""
        return self._account.send(Endpoint(self.url, self.scope, self.error_rules), request)
