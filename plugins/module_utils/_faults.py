# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gathers what is wrong with options, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from ._errors import OptionError, as_one


class Faults:
    """What is wrong with options, as far as it was found.

    Every check runs in a `with` block of its own, which keeps what the check raises.

    :param given: the options, in whose order the faults are told.
    :param found: what was found before; see `settle`.
    """

    def __init__(self, given: Mapping[str, Any] | None = None, found: Iterable[OptionError] = ()) -> None:
        self._given = given or {}
        self._found = list(found)
        self._settled: set[tuple[str, str]] = set()
        self.settle()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, OptionError):
            return False
        self.add(*error.faults)
        return True

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, *faults: OptionError) -> None:
        """Add what was found."""
        self._found += [fault for fault in faults if fault.subject not in self._settled]

    def settle(self) -> None:
        """Leave out what will be found of values that are refused by now: most likely it has the same cause."""
        self._settled.update(fault.subject for fault in self._found)

    def covers(self, option: str) -> bool:
        """Return whether an option is refused already."""
        return any(fault.option == option for fault in self._found)

    def in_order(self) -> list[OptionError]:
        """Return the faults in the order in which the options are given, and each message once."""
        once = {fault.message: fault for fault in self._found}
        return sorted(once.values(), key=lambda fault: self._place(fault.option))

    def raise_all(self) -> None:
        """Refuse the options, if anything is wrong with them.

        :raises OptionError: the only fault as it is, or an `OptionsError` of all.
        """
        error = as_one(self.in_order())
        if error is not None:
            raise error

    def _place(self, option: str) -> list[int]:
        """Return where an option stands among those that are given, level by level; behind them if it is not given."""
        place: list[int] = []
        holder: Any = self._given
        for name in option.split("."):
            if not isinstance(holder, Mapping):
                break
            names = list(holder)
            place.append(names.index(name) if name in names else len(names))
            holder = holder.get(name)
        return place
