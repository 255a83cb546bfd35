# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that takes so many requests only, without a network."""

from __future__ import annotations

from typing import Any

import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.limits import Limits
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.conftest import Script

URL = "https://workspace.example.com/v1/x"
LATENCY = 0.1  # s


class Service(requests.adapters.BaseAdapter):
    """Takes the place of the network: a service that answers after a while, and takes so many requests only.

    :ivar statuses: what it has answered.
    """

    def __init__(self, time: Any, latency: float = LATENCY, **limits: Any) -> None:
        super().__init__()
        self._time = time
        self._latency = latency
        self._limits = Limits(time)
        self._limits.set(**limits)
        self.statuses: list[int] = []

    def send(self, request: requests.PreparedRequest, *settings: Any, **more: Any) -> requests.Response:
        """Answer."""
        self._wait()
        refusal = self._limits.refusal()
        self._wait()
        answer = Script()
        if refusal is None:
            answer.answers(200, {})
        else:
            answer.answers(refusal.status, refusal.content, refusal.headers)
        self.statuses.append(200 if refusal is None else refusal.status)
        return answer.send(request)

    def _wait(self) -> None:
        if self._latency:
            self._time.sleep(self._latency / 2)

    def close(self) -> None:
        """Do nothing."""

    def lift(self) -> None:
        """Take all requests from now on."""
        self._limits.set()

    @property
    def turned_away(self) -> int:
        """How many requests were too many."""
        return self.statuses.count(429)
