# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator knows of an operation before anyone calls it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .lag import View
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
    headers: type[Strict] = Nothing
    """What it takes in the headers, apart from those that say who is calling."""
    body: type[Strict] | None = None
    """What it takes in the body, if it takes one."""
    body_required: bool = True
    """Whether it refuses a request without one."""
    view: View | None = None
    """Which view of the tasks it answers from."""
    longest_id: int | None = None
    """The most characters of an id in the path."""
    anonymous: bool = False
    """Whether it may be called without saying who is calling."""
    success: int = 200
    """The status of a request that has been carried out."""
    answer: Any = None
    """What it answers then; none for an empty body, bytes for a file."""
    answer_headers: tuple[str, ...] = ()
    """The headers that this answer has of its own."""
    errors: tuple[int, ...] = ()
    """Statuses that its page has and those of its service's other operations have not."""
