# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells a failure that is one task's from a failure that every further task would meet, too."""

from __future__ import annotations

import threading

from ._errors import (
    AccountError,
    CloudCronError,
    ContradictionError,
    InterruptedChangeError,
    OptionError,
    RefusedBeforeError,
    ServiceError,
    UnreachableError,
)

# A login that is refused once more for each task may get locked.
UNAUTHORIZED = 401
# With these a service refuses what a request says, which may be one task's.
OF_ONE_TASK = (400, 404, 409)
# So many in a row, and the service will not answer the next one better.
MOST_IN_A_ROW = 3


class Stops:
    """Which services are not asked for anything more, and why."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reasons: dict[str, CloudCronError] = {}
        self._reasons_of_places: dict[tuple[str, object], CloudCronError] = {}
        self._reason_of_all: CloudCronError | None = None
        self._in_a_row: dict[str, int] = {}

    def reason(self, service_name: str, place: object = None) -> CloudCronError | None:
        """Return why nothing more is asked of a service; None where something may be.

        :param place: where in the service the tasks are that it would be asked for.
        """
        return (
            self._reason_of_all or self._reasons.get(service_name) or self._reasons_of_places.get((service_name, place))
        )

    def of_listing(self, service_name: str, place: object, error: CloudCronError) -> None:
        """Take down that the tasks of a place could not be listed. Who may not look there may look elsewhere."""
        self._reasons_of_places[service_name, place] = error
        self.note(service_name, error)

    def note(self, service_name: str, error: CloudCronError) -> None:
        """Take down what one task failed of."""
        cause = error.cause if isinstance(error, InterruptedChangeError) else error
        with self._lock:
            if isinstance(cause, (AccountError, OptionError, RefusedBeforeError)) or (
                isinstance(cause, ServiceError) and cause.status == UNAUTHORIZED
            ):
                self._reason_of_all = self._reason_of_all or error
            elif isinstance(cause, UnreachableError):
                self._reasons.setdefault(service_name, error)
            elif isinstance(cause, ServiceError) and not isinstance(cause, ContradictionError):
                if cause.status not in OF_ONE_TASK:
                    self._in_a_row[service_name] = self._in_a_row.get(service_name, 0) + 1
                if self._in_a_row.get(service_name, 0) >= MOST_IN_A_ROW:
                    self._reasons.setdefault(service_name, error)

    def clear(self, service_name: str) -> None:
        """Take down that the service has done what it was asked for."""
        self._in_a_row.pop(service_name, None)
