# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a list of tasks: of each entry, of what is not on the list, and in sum."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._errors import (
    LONGEST_VALUE,
    MOST_LISTED,
    CloudCronError,
    InterruptedChangeError,
    InterruptionError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    bounded,
    brief,
)
from ._plan import Plan
from ._task import ScheduledTask
from ._wanted import Wanted, WantedList

UNCHANGED, FAILED, NOT_ATTEMPTED, VALID = "unchanged", "failed", "not_attempted", "valid"
# Of a task that is not on the list: somebody else has deleted it meanwhile, and nobody needs to hear of it.
GONE = "gone"
CREATED, CHANGED, DELETED = "created", "changed", "deleted"
WOULD = {CREATED: "would_create", CHANGED: "would_change", DELETED: "would_delete"}

# In the order in which people read them: what failed stands last.
ORDER = (UNCHANGED, VALID, CREATED, *WOULD.values(), CHANGED, DELETED, NOT_ATTEMPTED, FAILED)
# Stands in the message of an option that is refused, behind its value.
REFUSED = " is refused: "
NOTHING_WRITTEN = "Nothing was written."
WRITTEN = (CREATED, CHANGED, DELETED, *WOULD.values())


@dataclass
class Row:
    """What comes of one entry of a list.

    :ivar task_id: of the task, where it is known.
    :ivar plan: what is to be done; None once it is done, or where there is nothing to do.
    :ivar expected: the outcome that the plan leads to.
    :ivar differences: a line for each option in which the task is not as it is wanted.
    :ivar diff: what it was and is, as Ansible shows it.
    :ivar has_begun: whether anything was sent that may have changed the task.
    """

    wanted: Wanted
    outcome: str = NOT_ATTEMPTED
    task_id: str | None = None
    plan: Plan | None = None
    expected: str = UNCHANGED
    operations: Sequence[str] = ()
    differences: Sequence[str] = ()
    diff: dict[str, Any] | None = None
    error: CloudCronError | None = None
    has_begun: bool = False

    @property
    def label(self) -> str:
        """The entry as lines for people call it."""
        return f"{self.wanted.service_name} {self.wanted.label}".strip()

    @property
    def is_refused(self) -> bool:
        """Whether what the entry asks for cannot be, whatever the service answers."""
        return isinstance(self.error, (OptionError, TaskError))

    def plans(self, plan: Plan, show_values: bool) -> None:
        """Take the plan for the entry."""
        task = plan.found or plan.wanted
        self.task_id = None if task is None else task.id
        self.outcome = UNCHANGED
        if plan.steps:
            self.plan, self.outcome, self.expected = plan, NOT_ATTEMPTED, _expected(plan)
            self.operations = plan.operations
            self.differences = list(differences(plan, show_values))
            self.diff = _diff(self.label, plan) if show_values else None

    def foretells(self) -> None:
        """Take down what the plan would come to."""
        if self.plan is not None:
            self.outcome, self.plan = WOULD[self.expected], None

    def is_held_back(self) -> None:
        """Take down that the plan is not carried out, since something else is refused. It is told all the same."""
        self.operations, self.diff, self.plan = (), None, None

    def is_skipped(self, reason: CloudCronError | None) -> None:
        """Take down why the entry was not attempted."""
        self._drop_plan()
        self.error = reason

    def is_given_up(self, reason: str) -> None:
        """Take down that there was no time to wait for what comes of the entry.

        :param reason: why it was not waited for.
        """
        if self.outcome != NOT_ATTEMPTED or self.plan is None:
            return
        if self.has_begun:
            self.fails(
                OutcomeUnknownError(f"change scheduled task {self.plan.label}", f"no answer so far, and {reason}")
            )
        else:
            self.is_skipped(InterruptionError(reason))

    def succeeds(self, task: ScheduledTask | None, operations: Sequence[str]) -> None:
        """Take down that the plan was carried out."""
        self.task_id = self.task_id if task is None else task.id
        if not operations:
            # Somebody else has done the same meanwhile, such as to delete it.
            self._drop_plan()
        self.outcome = self.expected if operations else UNCHANGED
        self.operations, self.plan = operations, None

    def fails(self, error: CloudCronError) -> None:
        """Take down what the entry failed of."""
        self._drop_plan()
        self.outcome, self.error = FAILED, error
        self.operations = error.done if isinstance(error, InterruptedChangeError) else ()

    def _drop_plan(self) -> None:
        self.operations, self.differences, self.diff, self.plan = (), (), None, None

    def to_result(self, show_values: bool) -> dict[str, Any]:
        """Return the entry as the module returns it."""
        result: dict[str, Any] = {
            "service": self.wanted.service_name,
            "name": self.wanted.given.name,
            "id": self.task_id or self.wanted.given.id,
            "outcome": self.outcome,
            "operations": list(self.operations),
            "differences": list(self.differences),
        }
        if self.error is not None:
            result["error"] = error_result(self.error, show_values)
        return {name: value for name, value in result.items() if value is not None}


@dataclass
class Unlisted:
    """A task in the scope of a list that is not on it."""

    service_name: str
    task: ScheduledTask
    outcome: str = NOT_ATTEMPTED
    error: CloudCronError | None = None

    @property
    def label(self) -> str:
        """The task as lines for people call it."""
        return f"{self.service_name} {brief(self.task.name)}"

    def ends(self, error: CloudCronError | None) -> None:
        """Take down what came of its deletion."""
        self.outcome = DELETED if error is None else NOT_ATTEMPTED if isinstance(error, InterruptionError) else FAILED
        self.error = error

    def to_result(self, show_values: bool) -> dict[str, Any]:
        """Return the task as the module returns it."""
        result: dict[str, Any] = {
            "service": self.service_name,
            "name": self.task.name,
            "id": self.task.id,
            "outcome": self.outcome,
        }
        return result if self.error is None else {**result, "error": error_result(self.error, show_values)}


@dataclass
class Outcomes:
    """What came of a whole list.

    :ivar unlisted: in the scope of the purge, and not on the list.
    :ivar refusal: why nothing was written at all, where the reason is no entry's.
    :ivar failures: by service, why what is not on the list could not be found.
    :ivar is_refused: whether nothing was written, since something on the list is refused.
    :ivar broken_off: why nothing more was begun, where the run was told to end.
    """

    rows: list[Row]
    show_values: bool = True
    unlisted: list[Unlisted] = field(default_factory=list)
    refusal: CloudCronError | None = None
    failures: dict[str, CloudCronError] = field(default_factory=dict)
    is_refused: bool = False
    broken_off: str | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def all(self) -> Iterator[Row | Unlisted]:
        """The entries, and what is not on the list."""
        yield from self.rows
        yield from (each for each in self.unlisted if each.outcome != GONE)

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks have come to each outcome, those that failed last."""
        counted = Counter(each.outcome for each in self.all)
        return {outcome: counted[outcome] for outcome in ORDER if counted[outcome]}

    def are_refused(self) -> None:
        """Take down that nothing is written, since something on the list is refused."""
        self.is_refused = True
        for row in self.rows:
            row.is_held_back()

    def to_result(self) -> dict[str, Any]:
        """Return the result of the module; a failed one carries all that is known, too."""
        counts = self.counts
        of_each = {outcome: [each.label for each in self.all if each.outcome == outcome] for outcome in counts}
        failed = bool(self.refusal or self.failures or self.broken_off or counts.keys() & {FAILED, NOT_ATTEMPTED})
        result: dict[str, Any] = {
            "changed": any(each.outcome in WRITTEN for each in self.all) or any(self._half_done()),
            "tasks": [row.to_result(self.show_values) for row in self.rows],
            "summary": {
                "counts": counts,
                **{outcome: labels for outcome, labels in of_each.items() if outcome not in (UNCHANGED, VALID)},
            },
            "unlisted": [each.to_result(self.show_values) for each in self.unlisted if each.outcome != GONE],
            "diff": [row.diff for row in self.rows if row.diff is not None] + list(self._unlisted_diffs()),
            "report": list(self.lines()),
            "reasons": list(self._reasons()),
            "msg": self.message(),
        }
        if self.warnings:
            result["warnings"] = list(dict.fromkeys(self.warnings))
        if failed:
            result["failed"] = True
        return result

    def _half_done(self) -> Iterator[bool]:
        return (
            each.outcome == FAILED and isinstance(each.error, InterruptedChangeError) and bool(each.error.done)
            for each in self.all
        )

    def _unlisted_diffs(self) -> Iterator[dict[str, Any]]:
        for each in self.unlisted:
            if self.show_values and each.outcome in WRITTEN:
                header = f"{each.label} ({each.task.id})"
                yield {"before_header": header, "after_header": header, "before": each.task.to_options(), "after": {}}

    def lines(self) -> Iterator[str]:
        """Return what people want to read: counts, then what was changed, then what failed and of what."""
        yield self.headline()
        for outcome in ORDER:
            if outcome in (UNCHANGED, VALID, FAILED):
                continue
            for each in self.all:
                # Of what was not attempted, what differs all the same.
                if each.outcome == outcome and (outcome != NOT_ATTEMPTED or _has_differences(each)):
                    yield f"{_words(outcome)}: {each.label}{_listed(each)}"
        yield from self._reasons()

    def message(self) -> str:
        """Return the message of the result: the counts, and the reasons where anything failed."""
        reasons = list(self._reasons())
        if len(reasons) > MOST_LISTED:
            reasons[MOST_LISTED:] = [f"And {len(reasons) - MOST_LISTED} more, which report has.", *reasons[-1:]]
        return bounded(" ".join([self.headline(), *reasons]))

    def headline(self) -> str:
        """Return how many tasks there are, and what came of them."""
        counts = self.counts
        told = ", ".join(f"{count:,} {_words(outcome)}" for outcome, count in counts.items())
        total = sum(counts.values())
        return f"{total:,} scheduled task{'' if total == 1 else 's'}: {told}." if counts else "No scheduled tasks."

    def _reasons(self) -> Iterator[str]:
        """Return a sentence for each failure, and those that failed of the same together."""
        if self.broken_off is not None:
            yield f"Nothing more was begun, since {self.broken_off}."
        told: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
        for each in self.all:
            if each.error is not None:
                # Those that have one default in common fail of the same.
                for fault in each.error.faults if isinstance(each.error, OptionError) else [each.error]:
                    alike = told.setdefault((each.outcome, *_what(fault)), [])
                    alike.append((f"{_entry(each)}{each.label}", message_of(fault, self.show_values)))
        for (outcome, *_key), alike in told.items():
            labels = [label for label, _message in alike]
            (_label, first), *others = alike
            if all(message == first for _label, message in others):
                yield f"{_words(outcome)}: {_some(labels)}: {first}"
            else:
                yield f"{_words(outcome)}: {labels[0]}: {first} The answer was the same for {_some(labels[1:])}."
        for service_name, error in self.failures.items():
            yield f"failed: {service_name}: {message_of(error, self.show_values)}"
        if self.refusal is not None:
            yield message_of(self.refusal, self.show_values)
        if self.is_refused:
            yield NOTHING_WRITTEN


def error_result(error: CloudCronError, show_values: bool) -> dict[str, Any]:
    """Return an error as the results of entries have it."""
    left_out = {"failed", "changed", "operations", "warnings", *(() if show_values else ("error_msg",))}
    result = {**error.to_result(), "msg": message_of(error, show_values)}
    return {name: value for name, value in result.items() if name not in left_out}


def _what(error: CloudCronError) -> tuple[Any, ...]:
    """Return what two failures have in common that are told as one."""
    cause = error.cause if isinstance(error, InterruptedChangeError) else error
    if isinstance(cause, ServiceError) and cause.text is not None and not error.details().get("changed"):
        return cause.status, cause.code, cause.text
    return (error.message,)


def _some(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - MOST_LISTED} more" if labels[MOST_LISTED:] else ""
    return f"{', '.join(labels[:MOST_LISTED])}{more}"


def message_of(error: CloudCronError, show_values: bool) -> str:
    """Return the message of an error.

    :param show_values: whether it may show a value that was given, or a service's own words, which may quote one.
    """
    if show_values:
        return error.message
    if isinstance(error, OptionError):
        return " ".join(f"{each.option} is refused: {each.message.rpartition(REFUSED)[2]}" for each in error.faults)
    cause = error.cause if isinstance(error, InterruptedChangeError) else error
    text = cause.text if isinstance(cause, ServiceError) else None
    return error.message.replace(text, "...") if text else error.message


def differences(plan: Plan, show_values: bool) -> Iterator[str]:
    """Return a line for each option that a plan changes; none for a task that is created or deleted."""
    if plan.found is None or plan.wanted is None:
        return
    for path, found, wanted in plan.found.differences(plan.wanted):
        yield f"{path}: {_shown(found)} -> {_shown(wanted)}" if show_values else f"{path} differs"


def _expected(plan: Plan) -> str:
    """Return the outcome that a plan leads to."""
    if plan.wanted is None:
        return DELETED
    return CREATED if plan.found is None else CHANGED


def _diff(label: str, plan: Plan) -> dict[str, Any]:
    header = label if plan.found is None else f"{label} ({plan.found.id})"
    before, after = ({} if task is None else task.to_options() for task in (plan.found, plan.wanted))
    return {"before_header": header, "after_header": header, "before": before, "after": after}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "not set"
    return brief(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), LONGEST_VALUE)


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")


def _has_differences(each: Row | Unlisted) -> bool:
    return isinstance(each, Row) and bool(each.differences)


def _listed(each: Row | Unlisted) -> str:
    if isinstance(each, Unlisted):
        return " (not on the list)"
    return f": {'; '.join(each.differences)}" if each.differences else ""


def _entry(each: Row | Unlisted) -> str:
    return "" if isinstance(each, Unlisted) else f"entry {each.wanted.number}, "


def checked(wanted: WantedList, show_values: bool) -> Outcomes:
    """Return what is to be said of a list that is not carried out: what is wrong with it, or that nothing is."""
    outcomes = Outcomes([Row(entry) for entry in wanted.entries], show_values, warnings=wanted.warnings)
    outcomes.refusal, outcomes.is_refused = wanted.refusal, wanted.is_refused
    for row in outcomes.rows:
        error = row.wanted.error
        if error is not None:
            row.fails(error)
        elif not wanted.is_refused:
            row.outcome = VALID
    return outcomes
