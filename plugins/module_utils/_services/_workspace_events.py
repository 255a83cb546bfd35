# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an event in the life of a desktop can trigger, as the service's own configuration of it says."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .._errors import ServiceError, TaskError, brief
from .._http._request import Request
from .._task import ScheduledTask
from . import _wire as wire
from ._service import Service
from ._shapes import as_object

LIFE_CYCLE_TYPES = (
    "POST_CREATE_DESKTOP_SUCCESS",
    "POST_REBUILD_DESKTOP_SUCCESS",
    "POST_REATTACH_DESKTOP_SUCCESS",
    "POST_DESKTOP_DISCONNECTED",
    "POST_DESKTOP_CANNOT_CONNECT",  # known to the vendor's SDK only
)

TRIGGER = ("life_cycle_type", "wait_time", "life_cycle_exec_period")


def check_event(service: Service, wanted: ScheduledTask, changed: Collection[str]) -> Sequence[str]:
    """Refuse a triggered task that the service's own configuration of the event does not allow.

    :param changed: the parts of the trigger that are to be changed.
    :return: no warnings.
    :raises TaskError: as said.
    """
    event = str(wanted.schedule.life_cycle_type)
    named = f"event {brief(event)}"
    tried = f"read what {named} can trigger"
    try:
        answer = service.send(
            Request(tried, "GET", "/life-cycle-type/configurations", as_object, query={"type": event})
        )
    except ServiceError as error:
        # The pages do not have this operation, only the vendor's SDK does, so not every region need offer it.
        if error.status in (404, 405):
            return ()
        raise
    configuration = answer.get(event)
    if not isinstance(configuration, dict):
        return ()
    actions = {
        str(action.get("action")).upper(): action
        for action in wire.objects(configuration, "actions")
        if action.get("action")
    }
    if "life_cycle_type" in changed and actions and wanted.task_type not in actions:
        raise TaskError(f"task_type: {wanted.task_type!r} does not fit: {named} triggers {brief(', '.join(actions))}.")
    period = wanted.schedule.life_cycle_exec_period
    # One that was there before is the service's own default, which it has also for events without a period.
    if configuration.get("support_exec_time") is False and period and "life_cycle_exec_period" in changed:
        raise TaskError(f"schedule.life_cycle_exec_period: {period!r} does not fit: {named} has no such period.")
    action = actions.get(str(wanted.task_type), {})
    for part, limit in (("wait_time", "min_wait_time"), ("life_cycle_exec_period", "min_exec_time")):
        value = getattr(wanted.schedule, part)
        of_action, of_event = wire.integer(action, limit), wire.integer(configuration, limit)
        lowest = of_event if of_action is None else of_action
        if value is not None and value < (lowest or 0) and {part, "life_cycle_type"}.intersection(changed):
            raise TaskError(
                f"schedule.{part}: {value!r} does not fit: with {named} it is {brief(lowest)} minutes at least."
            )
    return ()
