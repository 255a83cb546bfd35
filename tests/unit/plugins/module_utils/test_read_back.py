# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service says that it has made of a task is held against what it was asked for.

Only Workspace App answers its writes with the task.
"""

from __future__ import annotations

import pytest

CREATE, UPDATE, LIST = "CreateScheduleTask", "UpdateScheduleTask", "ListScheduleTasks"
ANSWER = {
    "id": "t-1",
    "task_name": "nightly-restart",
    "task_type": "RESTART_SERVER",
    "scheduled_type": "WEEK",
    "week_list": "2,1",
    "scheduled_time": "03:30:00",
    "time_zone": "Asia/Shanghai",
    "expire_time": "2030-06-30T10:00:00.000Z",
    "description": "Every night",
    "schedule_task_policy": {"enforcement_enable": True},
    "is_enable": True,
}
TARGETS = [
    {"target_type": "SERVER", "target_id": ["server-1"]},
    {"target_type": "server_group", "target_id": "group-1"},
]

# What is answered otherwise, and what the message says of it.
NOT_TAKEN = [
    ({"task_name": "nightly"}, "name: asked for 'nightly-restart', got 'nightly'"),
    ({"task_type": "STOP_SERVER"}, "task_type: asked for 'RESTART_SERVER', got 'STOP_SERVER'"),
    ({"description": ""}, "description: asked for text of length 11, got text of length 0"),
    ({"description": None}, "description: asked for text of length 11, got text of length 0"),
    ({"schedule_task_policy": {"enforcement_enable": False}}, "force: asked for True, got False"),
    ({"week_list": "1"}, "schedule.weekdays: asked for ['sunday', 'monday'], got ['sunday']"),
    ({"scheduled_time": "04:30:00"}, "schedule.time: asked for '03:30:00', got '04:30:00'"),
    ({"time_zone": "UTC"}, "schedule.time_zone: asked for 'Asia/Shanghai', got 'UTC'"),
    ({"expire_time": None}, "schedule.expire_time: asked for '2030-06-30T10:00:00Z', got None"),
    ({"target_infos": TARGETS[:1]}, "targets: asked for "),
]
# Forms in which the same may be answered, and answers that do not tell.
TAKEN = [
    {},
    {"scheduled_type": "week", "week_list": "1,2", "task_type": "restart_server"},
    {"target_infos": TARGETS},
    {"expire_time": "2030-06-30T18:00:00+08:00", "is_enable": False, "remark": "new"},
]


def creation(emulator, changes):
    emulator.fail(CREATE, body={**ANSWER, **changes}, acts=True)


@pytest.mark.parametrize(("changes", "words"), NOT_TAKEN, ids=str)
class TestNotTaken:
    def test_by_a_creation(self, run, nightly, emulator, changes, words):
        creation(emulator, changes)
        outcome = run(**nightly)
        assert f"create scheduled task nightly-restart: the service reports success, but did not take {words}" in (
            outcome.error
        )
        assert "In all, this was done to scheduled task nightly-restart (t-1): create." in outcome.error
        assert "Run the same task again" not in outcome.error
        assert outcome.result["operations"] == ["create"]
        assert outcome.changed

    def test_by_an_update(self, run, nightly, emulator, changes, words):
        task_id = emulator.workspace_app.add_task(task_name="before", task_type="START_SERVER")
        emulator.fail(UPDATE, body={**ANSWER, "id": task_id, **changes}, acts=True)
        outcome = run(**nightly, id=task_id)
        assert f"update scheduled task nightly-restart ({task_id}): the service reports success" in outcome.error
        assert words in outcome.error
        assert outcome.result["operations"] == ["update"]
        assert outcome.changed


@pytest.mark.parametrize("changes", TAKEN, ids=str)
def test_what_is_taken_or_not_told_is_no_failure(run, nightly, emulator, changes):
    creation(emulator, changes)
    assert run(**nightly).operations == ["create"]


@pytest.mark.parametrize("changes", [*({name: None} for name in ANSWER if name != "id"), {"unknown": 1}], ids=str)
def test_what_is_not_in_the_answer_is_no_failure(run, nightly, emulator, changes):
    answer = {name: value for name, value in ANSWER.items() if name not in changes}
    emulator.fail(CREATE, body=answer, acts=True)
    assert run(**nightly).operations == ["create"]


def test_all_that_was_not_taken_is_named(run, nightly, emulator):
    creation(emulator, {"description": "x" * 1000, "scheduled_time": "04:30"})
    message = run(**nightly).error
    assert "description: asked for text of length 11, got text of length 1000" in message
    assert "; schedule.time: asked for '03:30:00', got '04:30:00'." in message
    assert len(message) < 800


@pytest.mark.parametrize(("cleared", "stays"), [("", "2030-06-30T10:00:00Z"), (None, None)])
def test_an_expiry_that_stays_although_it_was_cleared_is_named(run, emulator, cleared, stays):
    emulator.workspace_app.add_task(task_name="web", expire_time="2030-06-30T10:00:00Z")
    emulator.fail(UPDATE, body={"expire_time": stays}, acts=True)
    outcome = run(name="web", schedule={"expire_time": ""})
    if stays:
        assert f"schedule.expire_time: asked for None, got {stays!r}" in outcome.error
    else:
        assert outcome.operations == ["update"]


@pytest.mark.parametrize("enabled", [True, False])
def test_an_enablement_that_was_not_taken_is_named(run, emulator, enabled):
    emulator.workspace_app.add_task(task_name="web", is_enable=not enabled)
    emulator.fail(UPDATE, body={"is_enable": not enabled}, acts=True)
    outcome = run(name="web", enabled=enabled)
    assert f"enabled: asked for {enabled}, got {not enabled}" in outcome.error


def test_what_was_not_asked_for_may_change(run, emulator):
    """Another play may change the same task at the same moment."""
    emulator.workspace_app.add_task(task_name="web", description="old", scheduled_time="01:00:00")
    emulator.fail(UPDATE, body={"description": "new", "scheduled_time": "02:00:00"}, acts=True)
    assert run(name="web", description="new").operations == ["update"]


def test_what_remains_to_be_done_is_done_all_the_same(run, nightly, emulator):
    emulator.fail(CREATE, body={**ANSWER, "description": "cut"})
    emulator.fail(UPDATE, body={"is_enable": False})
    outcome = run(**nightly, enabled=False)
    assert outcome.result["operations"] == ["create", "disable"]
    # No listing shows a task that was answered and not created.
    assert outcome.requests == [LIST, CREATE, UPDATE, *[LIST] * 6]
    assert "description: asked for text of length 11, got text of length 3" in outcome.error


def test_a_lost_creation_that_finds_several_tasks_goes_no_further(run, nightly, emulator):
    emulator.fail(CREATE, drop=True)
    for task_id in ("t-2", "t-1"):
        emulator.workspace_app.add_task(id=task_id, task_name="nightly-restart")
    emulator.fail(LIST, body={"count": 0, "items": []})
    outcome = run(**nightly, enabled=False)
    assert outcome.requests == [LIST, CREATE, LIST, "ShowScheduleTask", "ShowScheduleTask"]
    assert "2 scheduled tasks have this name now" in outcome.error
    assert "t-1, t-2" in outcome.error
    assert outcome.result["operations"] == []
    assert not outcome.changed


@pytest.mark.parametrize("changed", [{"description": "of somebody else"}, {"scheduled_time": "04:30:00"}], ids=str)
def test_a_lost_creation_that_finds_another_task_is_not_known_to_have_happened(run, nightly, emulator, changed):
    """Somebody else may have created that one, and our own request may not even have arrived."""
    task_id = emulator.workspace_app.add_task(task_name="elsewhere")
    emulator.fail(CREATE, drop=True)
    emulator.fail(LIST, skip=1, body={"count": 1, "items": [{**ANSWER, "id": task_id}]})
    emulator.fail("ShowScheduleTask", body={**ANSWER, "target_infos": TARGETS, **changed, "id": task_id})
    outcome = run(**nightly)
    assert outcome.requests == [LIST, CREATE, LIST, "ShowScheduleTask"]
    assert "Whether this was carried out is not known. Run the same task again" in outcome.error
    assert outcome.result["operations"] == []


def test_a_task_like_the_one_that_was_lost_is_that_one(run, nightly, emulator):
    task_id = emulator.workspace_app.add_task(task_name="elsewhere")
    emulator.fail(CREATE, drop=True)
    emulator.fail(LIST, skip=1, times=2, body={"count": 1, "items": [{**ANSWER, "id": task_id}]})
    emulator.fail("ShowScheduleTask", body={**ANSWER, "target_infos": TARGETS, "id": task_id})
    outcome = run(**nightly)
    assert outcome.operations == ["create"]
    assert outcome.task["id"] == task_id


@pytest.mark.parametrize("acts", [True, False])
def test_a_creation_that_fails_inside_the_service_is_looked_for_and_not_repeated(run, nightly, emulator, acts):
    emulator.fail(CREATE, status=500, acts=acts)
    outcome = run(**nightly)
    assert outcome.requests[:3] == [LIST, CREATE, LIST]
    assert outcome.requests.count(CREATE) == 1
    assert len(emulator.workspace_app.tasks) == acts
    assert outcome.changed == acts
    if not acts:
        assert "Whether this was carried out is not known." in outcome.error
