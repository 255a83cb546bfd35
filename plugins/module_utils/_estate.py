# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole lists of tasks: read once, planned whole, and only then carried out, side by side.

Nothing is written while one entry is refused. A task that fails does not keep the others from being made what they
should be, unless all of them would fail of the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Callable

from ._errors import CloudCronError, InterruptionError, OutcomeUnknownError, TaskError
from ._interruption import Change, part_of, under_way
from ._outcomes import DELETED, GONE, NOT_ATTEMPTED, WOULD, Outcomes, Row, Unlisted
from ._plan import Plan, carry_out
from ._purge import delete_all
from ._reconcile import check, complete, find_to_delete, plan_change, plan_deletion
from ._renames import warnings_of_renames
from ._services._table import CHANGEABLE
from ._services._task_service import TaskService
from ._stops import Stops
from ._survey import LookUps, Survey, listing, survey
from ._task import ScheduledTask
from ._wanted import Listed, Wanted, WantedList

PROGRESS_TIME = 5.0  # s, between two lines on how far the work has come

Place = tuple[tuple[str, str], ...]


class Estate:
    """All tasks that a list speaks of.

    :param wanted: the list, without a fault.
    :param connect: returns a service of a class to ask for one entry. It has second looks of its own.
    :param at_once: calls a function for several entries at a time, as `Client.side_by_side` does.
    :param check_mode: find out what would be done, and write nothing.
    :param show_values: whether differences show values.
    :param say: takes a line for whoever waits.
    :param clock: seconds, of any beginning.
    """

    def __init__(
        self,
        wanted: WantedList,
        connect: Callable[[type[TaskService]], TaskService],
        at_once: Callable[[Callable[[Row], None], Sequence[Row]], Iterable[None]],
        check_mode: bool,
        show_values: bool,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._purge = wanted.purge
        self._connect = connect
        self._at_once = at_once
        self._check_mode = check_mode
        self._show_values = show_values
        self._say = say
        self._clock = clock
        self._stops = Stops()
        self._surveys: dict[tuple[str, Place], Survey] = {}
        # By service, what its listing shows with the filters of the purge.
        self._scopes: dict[str, list[ScheduledTask]] = {}
        self.outcomes = Outcomes([Row(entry) for entry in wanted.entries], show_values, warnings=wanted.warnings)

    def reconcile(self) -> Outcomes:
        """Make the tasks what the list says, or only find out what that would take."""
        rows = self.outcomes.rows
        self._look_around(rows)
        self._side_by_side(
            self._plan, rows, lambda: f"compared, {sum(row.plan is not None for row in rows):,} to change"
        )
        self._refuse_repetitions(rows)
        self._find_unlisted()
        self.outcomes.warnings += warnings_of_renames(rows, self._surveys, self._service)
        if self.outcomes.refusal is not None or any(row.is_refused for row in rows):
            self.outcomes.are_refused()
        elif self._check_mode:
            self._foretell()
        else:
            self._write()
        return self.outcomes

    # Reading

    def _look_around(self, rows: Sequence[Row]) -> None:
        """Find out how the tasks of each service are found."""
        groups: dict[tuple[str, Place], list[Row]] = {}
        for row in rows:
            groups.setdefault((row.wanted.service_name, row.wanted.place), []).append(row)
        scopes = [] if self._purge is None else [self._scope(name) for name in self._purge.filters]
        for name, place in dict.fromkeys([*scopes, *groups]):
            reason = self._stops.reason(name)
            if reason is not None:
                if (name, place) not in groups:
                    self.outcomes.failures.setdefault(name, reason)
                continue
            service = self._service(CHANGEABLE[name])
            try:
                if (name, place) in scopes:
                    self._scopes[name] = list(service.list_tasks(None, dict(place)))
                    self._surveys[name, place] = listing(service, dict(place), self._scopes[name])
                else:
                    self._surveys[name, place] = survey(service, dict(place), len(groups[name, place]))
            except CloudCronError as error:
                self._stops.of_listing(name, place, error)
                if (name, place) not in groups:
                    self.outcomes.failures[name] = error

    def _service(self, service_class: type[TaskService]) -> TaskService:
        """Return a service that tells the list's warnings what it warns of, then and later."""
        service = self._connect(service_class)
        service.warnings = self.outcomes.warnings
        return service

    def _scope(self, service_name: str) -> tuple[str, Place]:
        """Return where a service is searched for tasks that are not on the list."""
        filters = {} if self._purge is None else self._purge.filters[service_name]
        return service_name, tuple(sorted(filters.items()))

    def _plan(self, row: Row) -> None:
        """Read the task of an entry, and plan what makes it what it should be."""
        reason = self._stops.reason(row.wanted.service_name, row.wanted.place)
        if reason is not None:
            row.is_skipped(reason)
            return
        service = self._service(row.wanted.service_class)
        try:
            plan = self._planned(service, row.wanted, self._surveys[row.wanted.service_name, row.wanted.place])
            check(service, plan)
        except CloudCronError as error:
            row.fails(error)
            self._stops.note(service.name, error)
        else:
            row.plans(plan, self._show_values)
            self._stops.clear(service.name)

    def _planned(self, service: TaskService, wanted: Wanted, found: Survey) -> Plan:
        given = wanted.given
        if not wanted.is_present:
            return plan_deletion(service, find_to_delete(service, given, found, self._check_mode), given)
        listed = found.find(service, given)
        # Before a task is changed, its detail is looked at in any case.
        if listed is not None and _is_as_wanted(listed, given):
            return Plan(listed, listed)
        whole = None if listed is None else complete(service, given, listed)
        return plan_change(service, whole, given, self._check_mode)

    def _refuse_repetitions(self, rows: Sequence[Row]) -> None:
        """Refuse entries that turn out to be about the task of an entry before: one has its name, the other its id."""
        first: dict[tuple[str, str], Row] = {}
        for row in rows:
            if row.error is None and row.task_id is not None:
                before = first.setdefault((row.wanted.service_name, row.task_id), row)
                if before is not row:
                    row.fails(
                        TaskError(f"Entry {before.wanted.number} is about the same task, whose id is {row.task_id}.")
                    )

    def _find_unlisted(self) -> None:
        """Find the tasks in the scope of the purge that are not on the list."""
        if self._purge is None:
            return
        listed = Listed(row.wanted for row in self.outcomes.rows)
        kept = Listed(row.wanted for row in self.outcomes.rows if row.wanted.is_present)
        emptied = []
        for name in self._purge.filters:
            if name not in self._scopes:
                continue
            try:
                covered = self._purge.covered(CHANGEABLE[name], self._scopes[name])
            except CloudCronError as error:
                self.outcomes.failures[name] = error
                continue
            unlisted = [Unlisted(name, task) for task in covered if not listed.has(name, task)]
            self.outcomes.unlisted += unlisted
            if unlisted and not any(kept.has(name, task) for task in covered):
                emptied.append(name)
        self.outcomes.refusal = self._purge.excess([each.label for each in self.outcomes.unlisted], emptied)

    def _foretell(self) -> None:
        for row in self.outcomes.rows:
            row.foretells()
        for service, unlisted in self._deletable():
            with self._failing(unlisted):
                there = service.to_delete([each.task for each in unlisted], look=True)
                for each in unlisted:
                    each.outcome = WOULD[DELETED] if each.task in there else GONE

    # Writing

    def _write(self) -> None:
        """Carry the plans out: first what creates or changes, then what deletes."""
        planned = [row for row in self.outcomes.rows if row.plan is not None]
        if not planned and not self.outcomes.unlisted:
            return
        with under_way() as change:
            change.describe(self.outcomes.headline)
            try:
                for is_present in (True, False):
                    rows = [row for row in planned if row.wanted.is_present is is_present]
                    self._carry_out_all(rows, change)
                self._delete_unlisted(change)
            except BaseException:
                # Ansible's own time-out, for instance, after which there is no result.
                self._say(f"Broken off. {self.outcomes.headline()}")
                raise
        if change.signal is not None:
            self.outcomes.broken_off = change.reason

    def _carry_out_all(self, rows: Sequence[Row], change: Change) -> None:
        # This thread only takes what comes of them, which finishes what was begun.
        change.is_finishing = True
        try:
            self._side_by_side(lambda row: self._carry_out(row, change), rows, lambda: "changed")
        except OutcomeUnknownError:
            for row in rows:
                row.is_given_up(change.reason)

    def _carry_out(self, row: Row, change: Change) -> None:
        reason = self._stops.reason(row.wanted.service_name)
        if reason is None and change.signal is not None:
            reason = InterruptionError(change.reason)
        if row.plan is None or reason is not None:
            row.is_skipped(reason)
            return
        row.has_begun = True
        try:
            with part_of(change) as part:
                plan = self._looked_at_again(row, row.plan)
                outcome = carry_out(plan, part)
        except CloudCronError as error:
            row.fails(error)
            self._stops.note(row.wanted.service_name, error)
        else:
            row.succeeds(outcome.task, outcome.operations)
            self._stops.clear(row.wanted.service_name)

    def _looked_at_again(self, row: Row, plan: Plan) -> Plan:
        """Return the plan of an entry, or another one where somebody has created its task meanwhile.

        A list is read long before the last of its tasks is created, and names are not unique.
        """
        if plan.found is not None or plan.wanted is None or len(self.outcomes.rows) == 1:
            return plan
        service = self._service(row.wanted.service_class)
        if not service.list_by_name(row.wanted.given):
            return plan
        again = self._planned(service, row.wanted, LookUps())
        check(service, again)
        row.plans(again, self._show_values)
        return again

    def _delete_unlisted(self, change: Change) -> None:
        for service, unlisted in self._deletable():
            of_task = {each.task.id: each for each in unlisted}
            with self._failing(unlisted):
                for task, error in delete_all(service, [each.task for each in unlisted], change):
                    of_task[task.id].ends(error)
                for each in unlisted:
                    # Somebody else has deleted it meanwhile.
                    each.outcome = GONE if each.outcome == NOT_ATTEMPTED and each.error is None else each.outcome

    def _deletable(self) -> Iterator[tuple[TaskService, list[Unlisted]]]:
        """Return the services of which something is to be deleted that is not on the list.

        A task that is in the way may be the one that an entry has failed to replace.
        """
        for name in dict.fromkeys(each.service_name for each in self.outcomes.unlisted):
            unlisted = [each for each in self.outcomes.unlisted if each.service_name == name]
            reason = self._stops.reason(name)
            if any(row.wanted.service_name == name and row.error is not None for row in self.outcomes.rows):
                reason = CloudCronError(f"Nothing is deleted from {name} for not being on the list: an entry failed.")
            if reason is not None:
                for each in unlisted:
                    each.error = reason
            else:
                yield self._service(CHANGEABLE[name]), unlisted

    @contextmanager
    def _failing(self, unlisted: Sequence[Unlisted]) -> Iterator[None]:
        """Have an error within be the failure of all tasks of which nothing else is known."""
        try:
            yield
        except CloudCronError as error:
            for each in unlisted:
                if each.outcome == NOT_ATTEMPTED:
                    each.ends(error)
        for each in unlisted:
            if each.error is not None:
                self._stops.note(each.service_name, each.error)

    def _side_by_side(self, function: Callable[[Row], None], rows: Sequence[Row], words: Callable[[], str]) -> None:
        """Call a function for several entries at a time, and say every few seconds how far that is.

        :param words: returns what was done to those that it was called for.
        """
        since = self._clock()
        for number, _nothing in enumerate(self._at_once(function, rows), start=1):
            if self._clock() - since >= PROGRESS_TIME:
                since = self._clock()
                self._say(f"{number:,} of {len(rows):,} {words()}")


def _is_as_wanted(listed: ScheduledTask, given: ScheduledTask) -> bool:
    """Return whether what a listing tells of a task is all that a user gave, and the same."""
    if not listed.tells(given):
        return False
    with suppress(TaskError):
        return not listed.changes(listed.merged_with(given))
    return False
