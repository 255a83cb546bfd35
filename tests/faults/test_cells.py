# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every cell of the matrix: what was stated of it is what happens."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import TASK_OPTIONS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import THROTTLED
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._pace import LONGEST_THROTTLED
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._stops import MOST_IN_A_ROW
from ansible_collections.cloudcron.huaweicloud.tests.faults.calls import (
    AFTERWARDS,
    CALLS,
    HIT,
    HIT_NAMES,
    NAME,
    ROWS,
    Call,
    Fields,
    Row,
    is_changing,
)
from ansible_collections.cloudcron.huaweicloud.tests.faults.faults import A_MOMENT, FAULTS, LONGER, REQUEST_ID, Fault
from ansible_collections.cloudcron.huaweicloud.tests.faults.outcomes import (
    CELLS,
    STAYING,
    SURVIVES,
    UNSEEN,
    attempts,
    looks,
    outcome,
    waits,
    writes,
)
from ansible_collections.cloudcron.huaweicloud.tests.faults.stage import RETRIES, Run, Stage

UNAUTHORIZED = 401
LONGEST_MESSAGE = 4000
# Faults after which nothing more is asked for at once, after a few tasks, and after a few that took long.
STAYING_IN_LISTS = ("refused", "dropped-before", "429", "500-before", "502", "clock")
NOT_KNOWN = "Whether this was carried out is not known"


def holds(expected: Any, actual: Any) -> bool:
    """Whether something has at least what is expected of it."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and holds(value, actual[name]) for name, value in expected.items()
        )
    if isinstance(expected, (list, tuple)):
        return len(expected) == len(actual) and all(map(holds, expected, actual))
    return expected == actual


def lasting(value: Any) -> Any:
    """Something that was told, without the times, which are others in every run."""
    if isinstance(value, dict):
        return {name: lasting(each) for name, each in value.items() if not name.endswith("_time")}
    return [lasting(each) for each in value] if isinstance(value, list) else value


def told(call: Call, result: dict[str, Any]) -> Any:
    """What a result tells of the tasks: all of a look-up, and the options of a change, whose facts come and go."""
    if call.told is not None:
        return lasting(result["scheduled_tasks"])
    if call.is_list:
        tasks = [{name: value for name, value in task.items() if name != "id"} for task in result["tasks"]]
        return tasks, result["unlisted"], lasting(result["diff"]), result["summary"]
    task = result["scheduled_task"]
    return {name: task[name] for name in TASK_OPTIONS if name in task and name != "id"}, result["diff"]


class Whole(NamedTuple):
    """What comes of a call in which nothing goes wrong."""

    stored: list[dict[str, Any]]
    told: Any


@functools.cache
def whole(stage: Stage, call: Call) -> Whole:
    """What is stored and told then."""
    stage.set(call)
    with pytest.MonkeyPatch.context() as patch:
        run = stage.run(patch, call)
    check_whole(stage, call, run)
    return Whole(stage.stored(call), told(call, run.result))


def check_whole(stage: Stage, call: Call, run: Run) -> None:
    """See that a run has succeeded, and that its result is the truth."""
    assert "failed" not in run.result, run.result["msg"]
    assert run.result["changed"] is call.is_change
    if call.told is not None:
        assert holds(call.told, run.result["scheduled_tasks"])
        assert run.result["total_count"] == len(call.told)
        return
    if call.entry is not None:
        assert [tuple(task["operations"]) for task in run.result["tasks"]] == [call.operations] * len(HIT_NAMES)
        assert holds(of_each(call, call.wanted), by_name(stage, call))
        return
    if call.purged:
        unlisted = [(task["name"], task["outcome"]) for task in run.result["unlisted"]]
        assert unlisted == [(name, "deleted") for name in call.purged]
    else:
        assert tuple(run.result["operations"]) == call.operations
    wanted = [] if call.wanted is None else [dict(call.wanted)]
    assert holds(wanted, stage.stored(call))


def of_each(call: Call, wanted: Fields | None) -> dict[str, Any]:
    """What is stored of the tasks of a list, by their names; nothing where no task is wanted."""
    return {} if wanted is None else {name: {**wanted, call.name_field: name} for name in HIT_NAMES}


def by_name(stage: Stage, call: Call) -> dict[str, Any]:
    """What is stored of all tasks, by their names."""
    return {task[call.name_field]: task for task in stage.stored(call)}


def check_harmless(stage: Stage, call: Call, run: Run) -> None:
    """See what holds however a run ends."""
    assert "This is a bug" not in run.result.get("msg", "")
    assert "exception" not in run.result
    assert len(stage.stored(call)) == len({task.get("name") or task.get("task_name") for task in stage.stored(call)})
    assert run.hosts == {stage.host}
    assert stage.is_left_alone()
    shown = json.dumps(run.result)
    assert [secret for secret in run.secrets if secret in shown] == []
    if call.told is not None:
        assert run.writes == ()


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.section or call.service}-{call.title}")
def test_without_a_fault(stage, monkeypatch, call):
    stage.set(call)
    run = stage.run(monkeypatch, call, over_sockets=True)
    check_whole(stage, call, run)
    check_harmless(stage, call, run)
    assert run.writes == call.writes
    assert run.waits == []
    assert (stage.stored(call), told(call, run.result)) == whole(stage, call)
    again = stage.run(monkeypatch, call)
    assert not again.result["changed"]
    assert again.writes == ()


def check_waits(run: Run, row: Row, fault: Fault) -> None:
    """A run that survives has waited for as long as is stated."""
    stated = waits(row, fault)
    if fault.status != THROTTLED or not stated:
        assert tuple(run.waits) == stated
        return
    # It has only waited for a moment where others were answered a moment before, and is a little slower from there on.
    first, *others = run.waits
    assert (first,) == stated or (fault.waits == LONGER and 0 < first < A_MOMENT[0])
    assert all(0 < wait < A_MOMENT[0] for wait in others)


@pytest.mark.parametrize(("row", "fault"), CELLS, ids=lambda part: part.name)
def test_cell(stage, monkeypatch, row, fault):
    wanted = whole(stage, row.call)
    stage.set(row.call)
    before = stage.stored(row.call)
    run = stage.run(monkeypatch, row.call, fault, row.step)
    assert run.hits, "the fault has met no request"
    check_harmless(stage, row.call, run)
    if outcome(row, fault) == SURVIVES:
        check_whole(stage, row.call, run)
        assert (stage.stored(row.call), told(row.call, run.result)) == wanted
        assert run.writes == writes(row, fault)
        check_waits(run, row, fault)
    elif outcome(row, fault) == UNSEEN:
        assert "failed" not in run.result
        assert stage.stored(row.call) != wanted.stored
        check_mended(stage, monkeypatch, row.call, wanted.stored)
    else:
        check_report(row, fault, run)
        assert tuple(run.waits) == looks(row, fault)
        if not fault.acts:
            check_left(stage, row, fault, before)
        check_mended(stage, monkeypatch, row.call, wanted.stored)


@pytest.mark.parametrize(("row", "fault"), STAYING, ids=lambda part: part.name)
def test_a_fault_that_stays(stage, monkeypatch, row, fault):
    wanted = whole(stage, row.call)
    stage.set(row.call)
    before = stage.stored(row.call)
    run = stage.run(monkeypatch, row.call, fault, row.step, times=1000)
    check_harmless(stage, row.call, run)
    check_report(row, fault, run)
    assert run.hits in attempts(row, fault, RETRIES)
    if fault.status == THROTTLED:
        assert 0.8 * LONGEST_THROTTLED < sum(run.waits) <= LONGEST_THROTTLED + A_MOMENT[0]
    check_left(stage, row, fault, before)
    check_mended(stage, monkeypatch, row.call, wanted.stored)


@pytest.mark.parametrize("name", STAYING_IN_LISTS)
@pytest.mark.parametrize("row", [row for row in ROWS if row.call.entry is not None], ids=lambda row: row.name)
def test_a_fault_that_stays_fails_what_is_left_of_a_list(stage, monkeypatch, row, name):
    call, fault = row.call, next(fault for fault in FAULTS if fault.name == name)
    wanted = whole(stage, call)
    stage.set(call)
    run = stage.run(monkeypatch, call, fault, row.step, times=1000)
    check_harmless(stage, call, run)
    outcomes = [task["outcome"] for task in run.result["tasks"]]
    done = [outcome in ("created", "changed", "deleted") for outcome in outcomes]
    if row.step.survives and "failed" not in run.result:
        # Without the look after its update, a task is enabled regardless.
        assert all(done)
    else:
        # The service is left alone after it has failed a few tasks in a row, and what is left says so.
        first = 0 if is_of_all(row) else HIT - 1
        assert not any(done[first:])
        assert outcomes.count("failed") <= MOST_IN_A_ROW
        assert all("error" in task for task in run.result["tasks"][first:])
        assert len(run.result["msg"]) <= LONGEST_MESSAGE
    assert run.hits <= MOST_IN_A_ROW * 2 * max(attempts(row, fault, RETRIES))
    check_mended(stage, monkeypatch, call, wanted.stored)


@pytest.mark.parametrize("parallel", [1, 4])
@pytest.mark.parametrize("burst", [2, RETRIES])
@pytest.mark.parametrize("call", [call for call in CALLS if call.entry is not None], ids=lambda call: call.title)
def test_a_list_survives_bursts_of_429(stage, monkeypatch, call, burst, parallel):
    wanted = whole(stage, call)
    call = replace(call, options={**call.options, "parallel": parallel})
    stage.set(call)
    throttled = {"status": 429, "times": burst}
    run = stage.run(monkeypatch, call, others=[{"operation": "*", "skip": skip, **throttled} for skip in (0, 5, 11)])
    check_whole(stage, call, run)
    check_harmless(stage, call, run)
    assert sorted(stage.stored(call), key=repr) == sorted(wanted.stored, key=repr)
    again = stage.run(monkeypatch, call)
    assert (again.result["changed"], again.writes) == (False, ())


def check_left(stage: Stage, row: Row, fault: Fault, before: list[dict[str, Any]]) -> None:
    """See what is stored after a fault from which the run did not recover."""
    call = row.call
    if call.entry is None:
        assert holds(before if row.step.left is None else [dict(row.step.left)], stage.stored(call))
        return
    at_first, wanted = {task[call.name_field]: task for task in before}, of_each(call, call.wanted)
    expected = {
        name: (wanted if is_made(row, fault, number) else at_first).get(name)
        for number, name in enumerate(HIT_NAMES, start=1)
    }
    if row.step.left is not None:
        expected[NAME] = dict(row.step.left)
    there = {name: task for name, task in expected.items() if task is not None}
    assert set(by_name(stage, call)) == set(there)
    assert holds(there, by_name(stage, call))


def is_made(row: Row, fault: Fault, number: int) -> bool:
    """Whether an entry of a list is made, whatever became of the one that a fault has hit."""
    if number == HIT or is_of_all(row):
        return False
    # Keys that are refused are not tried again. While the list is planned, nothing was made yet.
    return fault.status != UNAUTHORIZED or (number < HIT and is_after_planning(row))


def is_of_all(row: Row) -> bool:
    """Whether a request answers for all entries."""
    return row.step.operation.startswith("List") and not row.step.skip


def is_after_planning(row: Row) -> bool:
    """Whether a request comes once all entries are planned."""
    return is_changing(row.step.operation) or row.step.place == AFTERWARDS


def check_report(row: Row, fault: Fault, run: Run) -> None:
    """See that a failed result says what was tried and what came of it, and what was done before."""
    assert run.result["failed"] is True
    message = run.result["msg"]
    if row.call.is_list:
        check_report_of_list(row, fault, run)
        return
    assert message.startswith(row.step.tried), message
    if fault.status is not None:
        for name, value in (("status", fault.status), ("request_id", REQUEST_ID), ("error_code", fault.code)):
            assert value is None or run.result[name] == value
            assert value is None or str(value) in message
    done = row.step.told_after.get(fault.name, row.step.told)
    assert tuple(run.result.get("operations", ())) == done
    assert run.result.get("changed", False) is bool(done)
    if done:
        assert f"{', '.join(done)}." in message
    if is_changing(row.step.operation) and fault.is_lost:
        assert NOT_KNOWN in message


def check_report_of_list(row: Row, fault: Fault, run: Run) -> None:
    """See that a failed result tells of each task what came of it, and of those that failed why."""
    step, tasks, unlisted = row.step, run.result["tasks"], run.result["unlisted"]
    done = step.told_after.get(fault.name, step.told)
    if row.call.purged and step.changes:
        failed = unlisted
        assert [(task["name"], task["outcome"]) for task in failed] == [(name, "failed") for name in row.call.purged]
        assert run.result["changed"] is bool(done)
    elif row.call.entry is None or is_of_all(row):
        failed = tasks
        assert {task["outcome"] for task in tasks} == {"not_attempted"}
        assert run.result["changed"] is False
    else:
        failed = [tasks[HIT - 1]]
        check_entries(row, fault, run)
        assert tuple(failed[0]["operations"]) == done
        if is_changing(step.operation) and fault.is_lost:
            assert NOT_KNOWN in failed[0]["error"]["msg"]
    for task in failed:
        assert task["error"]["msg"].startswith(step.tried)
        if fault.status is not None:
            for name, value in (("status", fault.status), ("request_id", REQUEST_ID), ("error_code", fault.code)):
                assert value is None or task["error"][name] == value
    assert step.tried in run.result["msg"]


def check_entries(row: Row, fault: Fault, run: Run) -> None:
    """See that the others of a list were made, and are told so."""
    for number, task in enumerate(run.result["tasks"], start=1):
        if number == HIT:
            assert task["outcome"] == "failed"
        elif is_made(row, fault, number):
            assert task["outcome"] in ("created", "changed", "deleted")
            assert tuple(task["operations"]) == row.call.operations
        else:
            assert (task["outcome"], task["operations"]) == ("not_attempted", [])
    assert f"failed: entry {HIT}, {row.call.service} {NAME}: {row.step.tried}" in "\n".join(run.result["report"])


def check_mended(stage: Stage, monkeypatch: Any, call: Call, wanted: list[dict[str, Any]]) -> None:
    """See that a second run reaches what is wanted, and that a third one finds nothing to do."""
    second = stage.run(monkeypatch, call)
    assert "failed" not in second.result, second.result["msg"]
    # The task of a list that had failed may be made after the others.
    assert sorted(stage.stored(call), key=repr) == sorted(wanted, key=repr)
    check_harmless(stage, call, second)
    if call.told is None:
        third = stage.run(monkeypatch, call)
        assert third.result["changed"] is False
        assert third.writes == ()
