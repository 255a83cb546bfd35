# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every cell of the matrix: what was stated of it is what happens."""

from __future__ import annotations

import functools
import json
from typing import Any, NamedTuple

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import TASK_OPTIONS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import THROTTLED
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._pace import LONGEST_THROTTLED
from ansible_collections.cloudcron.huaweicloud.tests.faults.calls import CALLS, Call, Row, is_changing
from ansible_collections.cloudcron.huaweicloud.tests.faults.faults import A_MOMENT, LONGER, REQUEST_ID, Fault
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
    if call.told is not None or call.purged:
        return lasting(result["scheduled_tasks"]), result.get("diff")
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
    if call.purged:
        assert tuple(task["name"] for task in run.result["scheduled_tasks"]) == call.purged
        assert run.result["total_count"] == len(call.purged)
    else:
        assert tuple(run.result["operations"]) == call.operations
    wanted = [] if call.wanted is None else [dict(call.wanted)]
    assert holds(wanted, stage.stored(call))


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
            left = before if row.step.left is None else [dict(row.step.left)]
            assert holds(left, stage.stored(row.call))
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
    left = before if row.step.left is None else [dict(row.step.left)]
    assert holds(left, stage.stored(row.call))
    check_mended(stage, monkeypatch, row.call, wanted.stored)


def check_report(row: Row, fault: Fault, run: Run) -> None:
    """See that a failed result says what was tried and what came of it, and what was done before."""
    assert run.result["failed"] is True
    message = run.result["msg"]
    if row.call.purged and row.step.changes:
        check_report_of_purge(row, run)
    else:
        assert message.startswith(row.step.tried), message
    if fault.status is not None:
        for name, value in (("status", fault.status), ("request_id", REQUEST_ID), ("error_code", fault.code)):
            assert value is None or run.result[name] == value
            assert value is None or str(value) in message
    done = row.step.told_after.get(fault.name, row.step.told)
    assert row.call.purged or tuple(run.result.get("operations", ())) == done
    assert run.result.get("changed", False) is bool(done)
    if done:
        assert f"{', '.join(done)}." in message
    # After the deletion of several it is looked what is left.
    if is_changing(row.step.operation) and fault.is_lost and not row.step.operation.startswith("BatchDelete"):
        assert NOT_KNOWN in message


def check_report_of_purge(row: Row, run: Run) -> None:
    """See that a failed result tells which tasks are left, and why."""
    left = row.call.purged
    message = run.result["msg"]
    assert message.startswith(f"{len(left)} of {len(left)} scheduled tasks could not be deleted: {left[0]} ("), message
    assert row.step.tried in message
    assert (run.result["scheduled_tasks"], run.result["total_count"]) == ([], 0)
    (failure,) = run.result["failures"]
    assert [task.split(" (")[0] for task in failure["tasks"]] == [*left]
    assert failure["msg"].startswith(row.step.tried)


def check_mended(stage: Stage, monkeypatch: Any, call: Call, wanted: list[dict[str, Any]]) -> None:
    """See that a second run reaches what is wanted, and that a third one finds nothing to do."""
    second = stage.run(monkeypatch, call)
    assert "failed" not in second.result, second.result["msg"]
    assert stage.stored(call) == wanted
    check_harmless(stage, call, second)
    if call.told is None:
        third = stage.run(monkeypatch, call)
        assert third.result["changed"] is False
        assert third.writes == ()
