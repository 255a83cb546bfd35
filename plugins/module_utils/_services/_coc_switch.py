# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Switching tasks of Cloud Operations Center on and off, which every change of them takes.

Only a disabled task can be updated or deleted, and after an update it is enabled unless it has to be approved, whatever
it was before (Terraform provider's acceptance tests). So a change is: disable, PUT the whole task, look whether it is
enabled, and enable or disable it only if that is not what is wanted.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from .._errors import NotFoundError, OutcomeUnknownError, ServiceError
from .._http._request import Request, segment
from .._plan import Done, Step, Undo
from .._task import ScheduledTask
from ._shapes import as_object_about
from ._task_service import TaskService

ALREADY_DISABLED = "COC.00014104"
ALREADY_ENABLED = "COC.00014110"
# With these an update or a deletion of a task that is enabled was refused; no page says which it is.
ENABLED_CODES = (ALREADY_ENABLED, "COC.00014106")
# With these the service says that the task is in the wrong state, among other things.
REFUSED = (400, 409)


class SwitchedService(TaskService):
    """A service whose tasks take a change only while they are disabled."""

    def switching(self, found: ScheduledTask | None, enabled: bool) -> Step:
        """Return the step that enables or disables a task.

        :param found: the task before; None where it is created in the same plan.
        """

        def do(task: ScheduledTask) -> Done:
            return self._switch_to(task if found is None else replace(task, enabled=found.enabled), enabled)

        return Step((_word(enabled),), do)

    def changing(
        self, found: ScheduledTask, wanted: ScheduledTask, body: dict[str, Any], needs_approval: bool
    ) -> list[Step]:
        """Return the steps that update a task.

        :param body: of the PUT.
        :param needs_approval: whether the task stays disabled until its reviewer has approved it.
        """
        undo = self._undo(wanted)
        # The update itself enables the task, which is looked at afterwards.
        updated = replace(wanted, enabled=None)
        request = self._request(f"update scheduled task {wanted.label}", "PUT", found, body)

        def update(task: ScheduledTask) -> Done:
            # Where it was not known, the step before has found out and disabled it.
            was_enabled = bool(found.enabled) or task.enabled is False
            self._insist(request, found, updated)
            kept = None if needs_approval else was_enabled
            enabled = kept if wanted.enabled is None else wanted.enabled
            return Done(replace(wanted, id=found.id, enabled=enabled), "update")

        def settle(task: ScheduledTask) -> Done:
            return self._settle_enablement(task, needs_approval)

        last = ("disable",) if wanted.enabled is False and not needs_approval else ()
        return [*self._disabling(found, undo), Step(("update",), update, undo), Step(last, settle)]

    def deleting(self, found: ScheduledTask) -> list[Step]:
        """Return the steps that delete a task."""
        undo = self._undo(found)
        request = self._request(f"delete scheduled task {found.label}", "DELETE", found)

        def delete(task: ScheduledTask) -> Done:
            return self.deleted(lambda: self._insist(request, found, None))

        return [*self._disabling(found, undo), Step(("delete",), delete, undo)]

    def _disabling(self, found: ScheduledTask, undo: Undo) -> list[Step]:
        if found.enabled is False:
            return []

        def disable(task: ScheduledTask) -> Done:
            if not self._switch(found, False):
                return Done(task, before=replace(found, enabled=False))
            return Done(replace(found, enabled=False), "disable", before=replace(found, enabled=True))

        return [Step(("disable",), disable, undo)]

    def _undo(self, task: ScheduledTask) -> Undo:
        """Return how to give a task its enablement back.

        :param task: has the tickets that enabling it may take.
        """

        def do(before: ScheduledTask) -> Done:
            return self._switch_to(replace(before, write_only=task.write_only), bool(before.enabled))

        return Undo(do, lambda before: None if before.enabled is None else _state(before.enabled))

    def _insist(self, request: Request[Any], found: ScheduledTask, wanted: ScheduledTask | None) -> None:
        """Send a change, and once more where somebody has enabled the task meanwhile.

        :param wanted: the task as it is to be then, as far as that can be read; None for no task.
        """
        try:
            self.write(request, found.id, wanted)
            return
        except NotFoundError:
            raise
        except ServiceError as error:
            # Somebody else may have enabled it, and may disable it again before it is looked at. Where the service
            # refuses it in other words than are known, only the look tells.
            is_known = error.code in ENABLED_CODES
            if not is_known and (error.status not in REFUSED or not self._enablement(found)):
                raise
        try:
            self._switch(found, False)
            self.write(request, found.id, wanted)
        except NotFoundError:
            raise
        except ServiceError as error:
            error.is_partial = True
            if error.status in REFUSED and self._enablement(found):
                error.is_overtaken = True
                error.add_state("It has been enabled meanwhile")
            raise

    def _settle_enablement(self, task: ScheduledTask, needs_approval: bool) -> Done:
        """Look whether an updated task is enabled, and enable or disable it if that is not what is wanted."""
        now = replace(task, enabled=None)
        try:
            # Where the look fails, enabling or disabling it regardless comes to the same.
            with suppress(ServiceError):
                now = self.with_listed(now) or now
            # A listing may be late, and an update enables the task: only a task that was told to is surely disabled.
            is_sure = task.enabled is not False or needs_approval
            if task.enabled in (None, now.enabled) and is_sure:
                return Done(now)
            return self._switch_to(now, bool(task.enabled))
        except NotFoundError:
            raise
        except ServiceError as error:
            error.state = f"It has its new settings and is {_state(now.enabled)}, and should be {_state(task.enabled)}"
            raise

    def _switch_to(self, task: ScheduledTask, enabled: bool) -> Done:
        try:
            switched = self._switch(task, enabled)
        except NotFoundError:
            raise
        except ServiceError as error:
            if error.is_repetition:
                error.state = f"It is {_state(self._enablement(task))}"
            raise
        return Done(replace(task, enabled=enabled), _word(enabled) if switched else None)

    def _switch(self, task: ScheduledTask, enabled: bool) -> bool:
        """Enable or disable a task and return whether it was not so already."""
        tickets = {name: value for name, value in task.write_only.items() if name == "ticket_infos"}
        try:
            word = _word(enabled)
            tried = f"{word} scheduled task {task.label}"
            self.send(self._request(tried, "POST", task, tickets if enabled else None, f"/{word}"))
        except NotFoundError:
            raise
        except ServiceError as error:
            if error.code != (ALREADY_ENABLED if enabled else ALREADY_DISABLED):
                # It may also be so already where the service says so in other words, or has lost its answer.
                is_at_odds = error.status in REFUSED or error.is_repetition
                if isinstance(error, OutcomeUnknownError) or not is_at_odds or self._enablement(task) is not enabled:
                    raise
            # An attempt whose answer was lost has switched it, unless it is known to have been so before.
            return error.is_repetition and task.enabled is not enabled
        return True

    def _enablement(self, task: ScheduledTask) -> bool | None:
        """Return whether the list tells that a task is enabled now; None where it does not tell."""
        try:
            # By its id alone: an update may have renamed it.
            listed = self.in_listing(replace(task, name=None))
        except ServiceError:
            return None
        return None if listed is None else listed.enabled

    @staticmethod
    def _request(tried: str, method: str, task: ScheduledTask, body: Any = None, action: str = "") -> Request[Any]:
        read = partial(as_object_about, field="id", value=str(task.id))
        return Request(tried, method, f"/{segment(task.id)}{action}", read, body=body)


def _word(enabled: bool) -> str:
    return "enable" if enabled else "disable"


def _state(enabled: bool | None) -> str:
    return {True: "enabled", False: "disabled", None: "either enabled or disabled"}[enabled]
