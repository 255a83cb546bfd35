# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in which a service may write, or take, one and the same task.

Where the pages have two readings, or say nothing, a switch has each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal

Form = Literal["table", "sample"]
Empty = Literal["empty", "null", "missing"]

Put = Literal["merge", "replace"]
NameFilter = Literal["substring", "exact"]
OnCall = Literal["ON_CALL", "ONCALL"]
UnknownInBatch = Literal["refuse", "delete_others", "ignore"]

_CHOICES: dict[str, tuple[Any, ...]] = {
    "form": ("table", "sample"),
    "empty": ("empty", "null", "missing"),
    "workspace_put": ("merge", "replace"),
    "unknown_task_status": (400, 404),
    "workspace_batch_unknown": ("refuse", "delete_others", "ignore"),
    "coc_name_filter": ("substring", "exact"),
    "coc_on_call": ("ON_CALL", "ONCALL"),
}


@dataclass
class Dialect:
    """Switches that a test may turn at any time. A switch holds for every service unless it names one."""

    form: Form = "table"
    """Workspace App. ``table``: upper-case enums, ``target_id`` a string, expiry to the second.
    ``sample``: ``scheduled_type`` in lower case, ``target_id`` an array of one, expiry with milliseconds; on input
    both forms. Both are documented."""

    empty: Empty = "empty"
    """How a field without a value reads back: ``""`` (null where it is no text), null, or not at all."""

    expire_offset: str = ""
    """Workspace App: offset in which an expiry is answered, such as ``+08:00``; none for UTC written as ``Z``."""

    extra_fields: dict[str, Any] = field(default_factory=dict)
    """Fields that no page knows, added to every task answered."""

    new_unlisted: int = 0
    """How many listings do not show a new task yet. No page says that a task is listed at once, or when."""

    new_without_detail: int = 0
    """How many requests for the detail of a new task are told that there is no such task."""

    deleted_listed: int = 0
    """How many listings still show a task that was deleted."""

    miscount: int = 0
    """What is added to the number of entries that every page of a listing counts, which is never below 0."""

    ignored_filters: list[str] = field(default_factory=list)
    """Query parameters that a listing takes and does not heed."""

    page_size_cap: int | None = None
    """The most items in one page, whatever ``limit`` asks for."""

    token_lifetime: float = 24 * 3600
    """Seconds for which a token is valid; a day is documented."""

    workspace_put: Put = "merge"
    """Workspace: what PUT does to the fields that it does not carry. Not documented; it keeps them, or it gives them
    the values that they have in a new task."""

    unknown_task_status: int = 400
    """Workspace: the status for an unknown id, 400 or 404. Documented are only 400 and 500."""

    workspace_batch_unknown: UnknownInBatch = "refuse"
    """Workspace: what an unknown id does to a batch deletion. Not documented; the deletion is refused as a whole, or
    refused though the others are deleted, or the id is passed over."""

    workspace_list_extra: bool = False
    """Workspace: whether list and records carry the fields too that only the vendor's SDK knows."""

    workspace_agency: bool = True
    """Workspace: whether the service agency has been enabled, without which no task can be created (documented)."""

    next_execution_suffix: bool = False
    """Workspace: whether the zone stands behind ``next_execution_time``, as in `` GMT+08:00``. The page has none, the
    Terraform provider's acceptance tests have it."""

    coc_name_filter: NameFilter = "substring"
    """COC: how the list finds by ``task_name``. Not documented."""

    coc_needs_disabled: bool = True
    """COC: whether update and delete refuse a task that is enabled. Their pages ask for one that is disabled."""

    coc_enabled_code: str = "00014106"
    """COC: the code with which update and delete refuse a task that is enabled. No page has it."""

    coc_put_enables: bool = True
    """COC: whether a task is enabled after an update without a review, whatever it was (seen in the Terraform
    provider's acceptance tests); otherwise it stays as it was."""

    coc_needs_close_time: bool = False
    """COC: whether a task that repeats needs ``scheduled_close_time``. The Terraform provider's documentation says so,
    the vendor's tables do not."""

    coc_change_control: bool = False
    """COC: whether create, update and enable need ``ticket_infos`` (documented for accounts with change control)."""

    coc_on_call: OnCall = "ON_CALL"
    """COC: the ``notification_endpoint_type`` of whoever is on duty that is taken. ``ON_CALL`` is the vendor's table's,
    ``ONCALL`` the Terraform provider's documentation's."""

    coc_quota: int = 200
    """COC: the most tasks of an account."""

    codearts_token_only: bool = False
    """CodeArts Check: whether signed requests are refused, as the page lets one think that knows tokens only."""

    agency_key_lifetime: float | None = None
    """Seconds for which the keys issued through an agency are valid, whatever is asked for."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one switch.

        :raises AttributeError: there is no such switch.
        :raises ValueError: the switch has no such position.
        """
        if name not in self.__dataclass_fields__:
            raise AttributeError(f"the dialect has no switch {name!r}")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(_CHOICES[name])}, not {value!r}")
        super().__setattr__(name, value)

    def reset(self) -> None:
        """Turn every switch back to its default."""
        for switch in fields(Dialect):
            setattr(self, switch.name, getattr(_DEFAULT, switch.name))
        self.extra_fields = {}
        self.ignored_filters = []

    def counted(self, entries: Sized) -> int:
        """How many of these entries there are, as a listing counts them."""
        return max(0, len(entries) + self.miscount)

    def write(self, record: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
        """What is answered of a stored record: the fields ``names``, each without a value as this dialect says.

        Stored is ``""`` for a text without a value and ``None`` for anything else, which has no empty form but null.
        """
        answer: dict[str, Any] = {}
        for name in names:
            value = record.get(name)
            if value in ("", None):
                if self.empty == "missing":
                    continue
                value = None if self.empty == "null" else value
            answer[name] = value
        return answer


_DEFAULT = Dialect()


def utc_text(moment: datetime) -> str:
    """A time in UTC with milliseconds, as the samples show ``create_time`` (documented)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
