# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to come of every cell, by rule and not by what was seen."""

from __future__ import annotations

from ...plugins.module_utils._http._answers import THROTTLED
from .calls import HIT, ROWS, Row, is_changing
from .faults import FAULTS, Fault

SURVIVES = "survives"
"""The same run succeeds, and the service holds what is wanted."""
REPORTS = "reports"
"""The run fails with a message that tells what came and what was done, and a second run reaches what is wanted."""
UNSEEN = "unseen"
"""The run succeeds and has not done what it says, which no client can know; a second run does it."""
IMPOSSIBLE = "impossible"
"""The fault cannot be there."""

LOOKED_FOR = "500-after"
"""The fault after which a creation is looked for, and found."""
SAID_TO_BE_DONE = "empty-before"
DONE = "empty-after"
"""The answer that is taken for success, since services answer changes so, and where it is the truth."""


def outcome(row: Row, fault: Fault) -> str:
    """Return what has to come of a cell."""
    step = row.step
    if fault.name in step.impossible:
        return IMPOSSIBLE
    if fault.name in step.survives:
        return SURVIVES
    if fault.name == SAID_TO_BE_DONE and step.changes:
        return UNSEEN
    # A creation of which it is not known whether it was carried out is looked for by its name.
    return SURVIVES if fault.reason is None or (step.creates and fault.name == LOOKED_FOR) else REPORTS


# In all as long as a listing may take to show a new task.
LOOKS = (0.5, 1.0, 2.0, 3.0, 3.5)


def writes(row: Row, fault: Fault) -> tuple[str, ...]:
    """Return which requests that change something have to come to a service, in a run that survives."""
    if fault.name in row.step.writes:
        return row.step.writes[fault.name]
    once, hit = row.call.writes, row.step.hit_by(fault)
    if not is_changing(hit) or fault.is_unsent:
        return once
    # In a list the entries before have made theirs.
    before = 0 if row.call.entry is None else (HIT - 1) * len(row.call.entry.writes)
    place = once.index(hit, before)
    twice = (*once[:place], hit, *once[place:])
    # A creation that was carried out is found.
    is_enough = (fault.acts and row.step.creates) or fault.name == DONE
    return once if is_enough else twice


def waits(row: Row, fault: Fault) -> tuple[float, ...]:
    """Return what is waited in a run that survives."""
    if row.step.creates and fault.is_lost:
        return looks(row, fault)
    if fault.name in row.step.survives:
        return ()
    return () if row.step.changes and fault.name == DONE else fault.waits


def looks(row: Row, fault: Fault) -> tuple[float, ...]:
    """Return what is waited between the looks for a creation that was lost, before it counts as not carried out."""
    return LOOKS if row.step.creates and fault.is_lost and not fault.acts else ()


def attempts(row: Row, fault: Fault, retries: int) -> range:
    """Return how often a request may be sent where the fault stays."""
    if fault.status == THROTTLED:
        # As often as fits into the time in which it is tried again.
        return range(15, 60)
    times = _attempts(row, fault, retries)
    return range(times, times + 1)


def _attempts(row: Row, fault: Fault, retries: int) -> int:
    if fault.reason is not None:
        return 1
    if fault.expires or (row.step.creates and fault.is_lost):
        # A new token is fetched once, and a creation that was looked for in vain is tried once more.
        return 2
    return 1 + retries


CELLS = tuple((row, fault) for row in ROWS for fault in FAULTS if outcome(row, fault) != IMPOSSIBLE)

EXAMPLES = (
    *("workspace_app-list-ListScheduleTasks", "workspace_app-create-CreateScheduleTask"),
    *("workspace_app-update-UpdateScheduleTask", "workspace_app-purge-BatchDeleteScheduleTask"),
    "workspace-list-ListScheduledTasks",
    *("workspace-create-CreateScheduledTasks", "workspace-update-UpdateScheduledTasks"),
    *("coc-list-ListScheduledTask", "coc-create-CreateScheduledTask"),
    *("coc-update-an-enabled-one-UpdateScheduledTask", "coc-create-disabled-DisableScheduledTask"),
    *("codearts_check-detail-ShowPortalServiceTaskCron", "iam-project-of-a-region-ListProjects"),
    "iam-token-for-a-look-up-CreateToken",
)
"""A read, a creation and another change of each service, and a deletion of several tasks."""

STAYING = tuple(
    (row, fault)
    for name in EXAMPLES
    for row in [next(row for row in ROWS if row.name == name)]
    for fault in FAULTS
    if not fault.acts and outcome(row, fault) in (SURVIVES, REPORTS) and row.step.hit_by(fault) == row.step.operation
)
"""What is tried with faults that stay, those in which the service does not act."""
