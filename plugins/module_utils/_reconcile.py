# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one idempotency engine: what is there, what is wanted, what has to be done, and doing it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    CloudCronError,
    InterruptedChangeError,
    InterruptionError,
    OutcomeUnknownError,
    TaskError,
    UnwantedError,
    brief,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._interruption import Change, hurry, under_way
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._base import (
    Operation,
    TaskService,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask

# Whether there is such an earlier task, nobody here can know.
NOT_MADE = (
    "This is check mode, which makes nothing: if an earlier task of the run creates it, or gives it this name, that is "
    "why it is not there."
)


def reconcile(service: TaskService, given: ScheduledTask, present: bool, check_mode: bool) -> dict[str, Any]:
    """Make the task what the options say, or only find out what that would take.

    :param given: the options, checked.
    :param present: whether the task is to be there.
    :param check_mode: plan, and write nothing.
    :return: `changed`, `operations`, `diff`, `scheduled_task`, and `warnings` where there are any.
    :raises TaskError: what is asked for does not fit the task that was found; nothing was written.
    :raises ServiceError: a request failed.
    :raises InterruptedChangeError: a request failed after others had changed something, or its outcome is not known or
        not what was asked for.
    """
    found = service.look_up(given)
    if present:
        found = None if found is None else service.complete(found)
        if found is not None and given.id is None and found.name != given.name:
            # It was renamed since it was listed.
            found = None
        wanted: ScheduledTask | None
        wanted, warnings = service.accept(found, _wanted(service, found, given, check_mode))
        service.warnings += warnings
    else:
        wanted = None
        _check_both_match(found, given)
        if found is not None and given.id is None and not service.to_delete([found], look=check_mode):
            found = None
        # What permits a change, such as a ticket, may be needed to undo one.
        found = None if found is None else replace(found, unread={**found.unread, **given.unread})
    plan = service.plan(found, wanted)
    task = wanted or found
    operations = [word for operation in plan for word in operation.words]
    if task is not None and not check_mode:
        with under_way() as change:
            task, operations = carry_out(plan, task, change)
        if change.signal is not None:
            raise InterruptedChangeError(_finished(change), operations, task.label)
        if wanted is None and not operations:
            # Somebody else has deleted it meanwhile.
            found = None
    return {
        "changed": bool(operations),
        "operations": operations,
        "diff": {
            "before": {} if found is None else found.to_options(),
            "after": {} if wanted is None else wanted.to_options(),
        },
        "scheduled_task": {} if wanted is None or task is None else task.to_result(),
        **({"warnings": service.warnings} if service.warnings else {}),
    }


def _wanted(service: TaskService, found: ScheduledTask | None, given: ScheduledTask, check_mode: bool) -> ScheduledTask:
    if found is not None:
        return found.overlaid(given)
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


def carry_out(plan: list[Operation], task: ScheduledTask, change: Change) -> tuple[ScheduledTask, list[str]]:
    """Carry a plan out; return the task as it then is, and what was done to it.

    :param change: which is under way, and of which this is a part.
    :raises ServiceError: a request failed, and nothing was changed.
    :raises InterruptedChangeError: a request failed after others had changed something, or its outcome is not known or
        not what was asked for.
    """
    done: list[str] = []
    unwanted: UnwantedError | None = None
    for number, operation in enumerate(plan):
        try:
            change.note(task.id, done, task.enabled if done else None)
            change.is_finishing = bool(done and operation.words)
            for word, known in operation.carry_out(task):
                task = known
                if word is not None:
                    done.append(word)
                change.note(task.id, done, task.enabled)
        except UnwantedError as error:
            if not done:
                raise InterruptedChangeError(error, done, task.label) from None
            # What remains to be done, such as to disable the task, is wanted all the same.
            unwanted = unwanted or error
        except CloudCronError as error:
            if change.signal is not None:
                error.is_undone = False
                if number:
                    task, words, failure = _finish(plan[number:], task)
                    done += words
                    if failure is None:
                        break
                    error = failure
            # Only here is it known what was done before.
            if done or error.state or isinstance(error, OutcomeUnknownError):
                raise InterruptedChangeError(error, done, task.label) from None
            raise
        except BaseException:
            # Ansible's own time-out, for instance. What is half done is finished, since nobody could tell of it.
            hurry()
            _finish(plan[number:] if number else [], task)
            raise
    if unwanted is not None:
        raise InterruptedChangeError(unwanted, done, task.label)
    return task, done


def _finished(change: Change) -> InterruptionError:
    error = InterruptionError(change.reason)
    error.state = "The change was finished"
    return error


def _finish(plan: list[Operation], task: ScheduledTask) -> tuple[ScheduledTask, list[str], CloudCronError | None]:
    """Carry out what is left of a plan, but looks.

    :return: the task as it then is, what was done, and the first failure, if there was one.
    """
    done: list[str] = []
    failure: CloudCronError | None = None
    for operation in plan:
        if operation.words:
            try:
                for word, known in operation.carry_out(task):
                    task = known
                    done += [] if word is None else [word]
            except CloudCronError as error:
                failure = failure or error
    return task, done, failure
