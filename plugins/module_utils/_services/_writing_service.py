# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service whose tasks can be created, changed and deleted: what all writes have in common.

The answer to a write may be lost, so that nobody knows whether it was carried out, and names are not unique. So the
tasks themselves are looked at, before anything is done twice.
"""

from __future__ import annotations

from typing import Callable

from .._errors import (
    AnswerLostError,
    NotFoundError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    UnwantedError,
    quoted,
)
from .._http._request import Request, Result, segment
from .._plan import Done, Step
from .._task import ScheduledTask, listed_ids
from ._listed_service import ListedService
from ._second_looks import LONGEST, SecondLooks
from ._shapes import as_object_if_any


class WritingService(ListedService):
    """A service whose tasks can be created, changed and deleted."""

    def write(self, request: Request[Result], task_id: str | None, wanted: ScheduledTask | None) -> Result | None:
        """Send a request that changes or deletes a task.

        Where a repetition of it is refused, the task tells whether the first attempt has done it.

        With what words a service refuses to do a second time what it has done already, no page says.

        :param wanted: the task as it is to be then, as far as that can be read; None for no task.
        :return: what is read from the answer; None where the task is as it is wanted although the answer is a refusal.
        :raises ServiceError: the request was refused. After a repetition, `state` says what the task is like.
        """
        try:
            return self.send(request)
        except NotFoundError:
            raise
        except ServiceError as refusal:
            if not refusal.is_repetition or isinstance(refusal, OutcomeUnknownError):
                raise
            lacking = self._lacking(task_id, wanted)
            if lacking is not None:
                refusal.add_state(lacking)
                raise
            return None

    def _lacking(self, task_id: str | None, wanted: ScheduledTask | None) -> str | None:
        """Return words on what a task still lacks to be the one that is wanted; None where it lacks nothing."""
        try:
            found = self.look_up(ScheduledTask(service=self.name, id=task_id))
            found = None if found is None else self.complete(found)
        except (ServiceError, TaskError):
            return "Whether an earlier attempt, whose answer was lost, was carried out is not known"
        if found is None:
            return None if wanted is None else "It is not there any more"
        if wanted is None:
            return "It is still there"
        try:
            unlike = found.changes(found.merged_with(wanted))
        except TaskError:
            unlike = {"schedule"}
        if wanted.schedule.expire_time is None and found.schedule.expire_time is not None:
            unlike.add("schedule")
        named = sorted(self.name if name == "own" else name for name in unlike)
        return f"It is not yet as it is wanted in {', '.join(named)}" if named else None

    @property
    def deletion(self) -> Step:
        """The step that deletes a task."""

        def delete(task: ScheduledTask) -> Done:
            tried = f"delete scheduled task {task.label}"
            request = Request(tried, "DELETE", f"/{segment(task.id)}", as_object_if_any)
            return self.deleted(lambda: self.write(request, task.id, None))

        return Step(("delete",), delete)

    @staticmethod
    def deleted(send: Callable[[], object]) -> Done:
        """Delete a task. That it is gone already is what is wanted, but nothing that was done here."""
        try:
            send()
        except NotFoundError as error:
            # The answer to our own deletion may have been lost before.
            return Done(None, "delete" if error.is_repetition else None)
        return Done(None, "delete")

    def create_once(
        self, create: Callable[[], ScheduledTask], sent: ScheduledTask, again: bool = True
    ) -> ScheduledTask:
        """Create a task, and where the answer is lost, look for the task before trying once more.

        There was no task of the name a moment ago, so one like it that is there after the lost answer is the one asked
        for. No service offers a token that would make a create repeatable.

        :param create: creates the task and returns it as the service answered.
        :param sent: the task, as far as a creation takes it.
        :raises OutcomeUnknownError: the answer was lost again, or what became of it cannot be told.
        :raises UnwantedError: there are several tasks of the name.
        """
        try:
            return create()
        except OutcomeUnknownError as lost:
            try:
                named: list[ScheduledTask] = []
                for _look in self.looks():
                    named = self.list_by_name(sent)
                    if named:
                        break
                try:
                    self.check_duplicates(sent, named)
                except UnwantedError as several:
                    several.add_state("One of them may have been created here, and a new task is enabled")
                    raise
                found = self.complete(named[0]) if named else None
                if found is not None and not found.changes(found.merged_with(sent)) - {"enabled"}:
                    return found
            except (ServiceError, TaskError):
                raise lost from None
            if named or not again or not isinstance(lost, AnswerLostError):
                raise
        # The task that is created now may take as long to be listed as the one before was waited for.
        self.looks = SecondLooks(self._account.wait)
        return self.create_once(create, sent, again=False)

    @property
    def look_at_created(self) -> Step:
        """The step that finds out whether the listing shows a task that was created, and no other one of its name.

        Names are not unique, so no service refuses the second one, and nobody can hold a name. And as long as the
        listing does not show the task, a further run would create it once more.
        """

        def look(task: ScheduledTask) -> Done:
            named: list[ScheduledTask] = []
            for _look in self.looks():
                named = self.list_by_name(task)
                if any(each.id == task.id for each in named):
                    break
            else:
                self.warnings.append(
                    f"Scheduled task {task.label} was created, but service {self.name} has not listed it within "
                    f"{LONGEST:g} s. As long as it does not, another run would create it a second time."
                )
            try:
                self.check_duplicates(task, named)
            except UnwantedError as several:
                return Done(task, unwanted=several)
            return Done(task)

        return Step((), look, is_needed=False)

    def check_duplicates(self, task: ScheduledTask, named: list[ScheduledTask]) -> None:
        """Refuse to go on where a task that was created shares its name.

        :raises UnwantedError: as said.
        """
        ours = [] if task.id is None else [task]
        others = [each for each in named if each.id != task.id]
        if len(ours) + len(others) > 1:
            others = self.without_ghosts(others)
        alike = [*ours, *others]
        if len(alike) > 1:
            raise UnwantedError(
                f"create scheduled task {task.name}: {len(alike)} scheduled tasks have this name now, since somebody "
                f"else created one at the same moment: {listed_ids(alike)}. Delete those that are not wanted, with "
                "state: absent and their id."
            )


def not_taken(tried: str, asked: ScheduledTask, got: ScheduledTask) -> UnwantedError | None:
    """Compare what a service was asked for with what it says that it has made of it.

    :return: the error that says what it did not take; None where it has taken everything.
    """
    differences = [
        f"{option}: asked for {quoted(ours, option)}, got {quoted(theirs, option)}"
        for option, ours, theirs in asked.differences(got)
    ]
    if not differences:
        return None
    return UnwantedError(f"{tried}: the service reports success, but did not take {'; '.join(differences)}.")
