# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logins that were refused in this process, which are not tried again."""

from __future__ import annotations

import hashlib
import json

from .._errors import ServiceError


class RefusedLogins:
    """The logins that were refused in this process: five refusals lock a key or a user."""

    def __init__(self) -> None:
        self._known: dict[bytes, ServiceError] = {}

    def remember(self, login: object, refusal: ServiceError) -> None:
        """Keep what a login was refused with.

        :param login: all that tells it from others, as JSON can write it. Its secrets are not kept.
        """
        self._known[_digest(login)] = refusal

    def recall(self, login: object) -> ServiceError | None:
        """Return what a login was refused with, None where it was not."""
        return self._known.get(_digest(login)) if self._known else None


def _digest(login: object) -> bytes:
    return hashlib.sha256(json.dumps(login).encode("utf-8")).digest()
