# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads or turns one of the emulator's controls: ``lookup("emulator_control", address, method="POST", body=...)``.

With ``attribute="operation"`` there is only that of each item of the answer. What Ansible brings along would do, but
takes longer than what is tested: ansible.builtin.url prepares for certificates each time, ansible.builtin.uri starts a
process, and Ansible looks through whatever comes to a template, such as all headers of all requests.
"""

from __future__ import annotations

from typing import Any

import requests
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    """The lookup."""

    def run(
        self,
        terms: list[str],
        variables: dict[str, Any] | None = None,
        method: str = "GET",
        body: Any = None,
        attribute: str | None = None,
    ) -> list[Any]:
        """Return what the emulator answers.

        :raises requests.RequestException: it does not accept this.
        """
        (address,) = terms
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, address, json=body, timeout=300)
        answer.raise_for_status()
        told = answer.json() if answer.content else {}
        return [[each[attribute] for each in told] if attribute else told]
