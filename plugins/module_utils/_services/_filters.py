# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of a service's listing."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from .._task import ScheduledTask
from .._values import Field


class Filter(NamedTuple):
    """A documented query parameter of a service's listing.

    :ivar field: what its value may be.
    :ivar known_of: returns what a listed task says of the same; the value may be any of it. None stands for nothing
        known.
    :ivar is_part: whether the value is only a part of what is known.
    """

    field: Field = Field()
    known_of: Callable[[ScheduledTask], tuple[Any, ...]] = lambda task: ()
    is_part: bool = False

    def lets_through(self, value: str, task: ScheduledTask) -> bool:
        """Return whether a listed task is one that the filter lets through, as far as it is known."""
        known = [str(each) for each in self.known_of(task) if each is not None]
        if self.is_part:
            return not known or any(value.casefold() in text.casefold() for text in known)
        return not known or value in known
