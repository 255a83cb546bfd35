# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator knows of an operation before anyone calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .messages import Answer, Call
from .validation import Nothing, Strict


@dataclass(frozen=True)
class Operation:
    """One operation under the vendor's own id."""

    id: str
    method: str
    path: str
    """Path template, as in ``/v1/{project_id}/schedule-task``."""
    act: Callable[[Call], Answer]
    """Carries it out; raises ``Refusal`` for whatever the service refuses."""
    query: type[Strict] = Nothing
    """What it takes in the query."""
    body: type[Strict] | None = None
    """What it takes in the body, if it takes one."""
