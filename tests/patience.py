# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long tests wait, none of which depends on how fast the machine is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from urllib3 import Timeout

PATIENCE = 60  # s, which nothing takes but a failure
FOREVER = 600  # s, for which nothing waits
IMPATIENCE = 0.001  # s


class Impatient(Timeout):
    """Waits for an answer until the service has dealt with the request, and then no longer."""

    def __init__(self, is_dealt_with: Callable[[], Any]) -> None:
        super().__init__(connect=PATIENCE, read=PATIENCE)
        self._is_dealt_with = is_dealt_with

    def __str__(self) -> str:
        return str(IMPATIENCE)

    def clone(self) -> Impatient:
        return Impatient(self._is_dealt_with)

    @property
    def read_timeout(self) -> float:
        deadline = time.monotonic() + PATIENCE
        while not self._is_dealt_with():
            assert time.monotonic() < deadline, "the service did not get the request"
            time.sleep(0.0005)
        return IMPATIENCE
