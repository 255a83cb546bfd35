# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one idempotency engine: what is there, what is wanted, what has to be done, and doing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ._errors import InterruptedChangeError, InterruptionError, TaskError, brief
from ._interruption import Change, under_way
from ._plan import Outcome, Plan, carry_out
from ._services._task_service import TaskService
from ._survey import LookUps, Survey
from ._task import ScheduledTask

NOT_MADE = (
    "This is check mode, which makes nothing: if an earlier task of the run creates it, or gives it this name, that is "
    "why it is not there."
)


def reconcile(service: TaskService, given: ScheduledTask, present: bool, check_mode: bool) -> dict[str, Any]:
    """Make the task what the options say, or only find out what that would take.

    :param given: the options, checked.
    :param present: whether the task is to be there.
    :param check_mode: plan, and write nothing.
    :return: `changed`, `operations`, `diff` and `scheduled_task`. What is to be warned of is on the service.
    :raises TaskError: what is asked for does not fit the task that was found; nothing was written.
    :raises ServiceError: a request failed.
    :raises InterruptedChangeError: a request failed after others had changed something, or its outcome is not known or
        not what was asked for.
    """
    if present:
        plan = plan_change(service, find(service, given, LookUps()), given, check_mode)
    else:
        plan = plan_deletion(service, find_to_delete(service, given, LookUps(), check_mode), given)
    check(service, plan)
    outcome = Outcome(plan.wanted or plan.found, plan.operations) if check_mode else _carry_out(plan)
    # Where nothing had to be done to delete it, somebody else has deleted it meanwhile.
    found = plan.found if plan.wanted is not None or outcome.operations else None
    return {
        "changed": bool(outcome.operations),
        "operations": outcome.operations,
        "diff": {
            "before": {} if found is None else found.to_options(),
            "after": {} if plan.wanted is None else plan.wanted.to_options(),
        },
        "scheduled_task": {} if plan.wanted is None or outcome.task is None else outcome.task.to_result(),
    }


def check(service: TaskService, plan: Plan) -> None:
    """Ask the service whether a plan may be carried out, and warn of what is to be known of the plan.

    :raises TaskError: it may not.
    :raises ServiceError: a request failed.
    """
    for ask in plan.checks:
        service.warnings += ask()
    service.warnings += plan.warnings


def plan_change(service: TaskService, found: ScheduledTask | None, given: ScheduledTask, check_mode: bool) -> Plan:
    """Plan what makes the task what the options say. It sends nothing.

    :param found: the task, as far as the service tells it; None where there is none.
    :param check_mode: for what an error says of a task that is not there.
    :raises TaskError: what is asked for does not fit the task that was found.
    """
    wanted, warnings = service.accept(found, _wanted(service, found, given, check_mode))
    return Plan(found, wanted, service.steps(found, wanted), service.checks(found, wanted), warnings)


def plan_deletion(service: TaskService, found: ScheduledTask | None, given: ScheduledTask) -> Plan:
    """Plan the deletion of a task. It sends nothing.

    :param found: the task; None where there is none.
    :param given: the options, which may have what permits a change, such as a ticket.
    """
    if found is not None:
        # To undo a part of it may take that, too.
        found = replace(found, write_only={**found.write_only, **given.write_only})
    return Plan(found, None, service.steps(found, None))


def find(service: TaskService, given: ScheduledTask, survey: Survey) -> ScheduledTask | None:
    """Return the task that is meant with all that the service knows of it; None where there is none.

    :raises TaskError: several tasks may be meant.
    :raises ServiceError: a request failed.
    """
    listed = survey.find(service, given)
    return None if listed is None else complete(service, given, listed)


def complete(service: TaskService, given: ScheduledTask, listed: ScheduledTask) -> ScheduledTask | None:
    """Return a task that was found with all that the service knows of it; None where it is not the one any more."""
    found = service.complete(listed)
    if found is not None and given.id is None and found.name not in (given.name, given.previous_name):
        # It was renamed since it was listed.
        return None
    return found


def find_to_delete(
    service: TaskService, given: ScheduledTask, survey: Survey, check_mode: bool
) -> ScheduledTask | None:
    """Return the task that is to be deleted, as far as one look tells; None where there is none.

    :raises TaskError: several tasks may be meant, or one has the id and another name.
    :raises ServiceError: a request failed.
    """
    found = survey.find(service, given)
    _check_both_match(found, given)
    if found is not None and given.id is None and not service.to_delete([found], look=check_mode):
        return None
    return found


def _carry_out(plan: Plan) -> Outcome:
    if not plan.steps:
        return Outcome(plan.wanted or plan.found, [])
    with under_way() as change:
        outcome = carry_out(plan, change)
    if change.signal is not None:
        label = plan.label if outcome.task is None else outcome.task.label
        raise InterruptedChangeError(_finished(change), outcome.operations, label)
    return outcome


def _wanted(service: TaskService, found: ScheduledTask | None, given: ScheduledTask, check_mode: bool) -> ScheduledTask:
    if found is not None:
        return found.merged_with(given)
    if given.id is not None:
        raise TaskError(
            f"There is no scheduled task with the id {given.id}. The service chooses the ids: to create a task, "
            "leave id out."
        )
    try:
        return service.new_task(given)
    except TaskError as error:
        raise TaskError(f"{error.message} {NOT_MADE}") if check_mode else error from None


def _check_both_match(found: ScheduledTask | None, given: ScheduledTask) -> None:
    if found is not None and given.name is not None and found.name != given.name:
        raise TaskError(
            f"Scheduled task {given.id} is named {brief(found.name)}, not {given.name}. To delete it, give its id "
            "alone, or both as they are."
        )


def _finished(change: Change) -> InterruptionError:
    error = InterruptionError(change.reason)
    error.state = "The change was finished"
    return error
