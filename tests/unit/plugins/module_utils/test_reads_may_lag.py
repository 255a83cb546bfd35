# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services whose listing and detail show a change late, one before the other."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._second_looks import LONGEST, SecondLooks
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW

SERVICES = ("workspace_app", "workspace", "coc")
EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)
EVERY_MODE = pytest.mark.parametrize("check_mode", [False, True])

NAME = {"workspace_app": "task_name", "workspace": "task_name", "coc": "name"}
DETAIL = {"workspace_app": "ShowScheduleTask", "workspace": "ShowScheduledTasks", "coc": "ShowScheduledTask"}
LISTING = {"workspace_app": "ListScheduleTasks", "workspace": "ListScheduledTasks", "coc": "ListScheduledTask"}
CREATION = {"workspace_app": "CreateScheduleTask", "workspace": "CreateScheduledTasks", "coc": "CreateScheduledTask"}
DELETION = {"workspace_app": "DeleteScheduleTask", "workspace": "DeleteScheduledTasks", "coc": "DeleteScheduledTask"}
BATCH = {"workspace_app": "BatchDeleteScheduleTask", "workspace": "BatchDeleteScheduledTasks"}
# An option that every service has, and is not what NEW has it.
EDIT: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("workspace_app", "workspace"), {"description": "edited"}),
    "coc": {"coc": {"risk_level": "LOW"}},
}
FOR_EVER = 1000


class Clock:
    """Time that goes by only while somebody waits."""

    def __init__(self) -> None:
        self.now = 50.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)


def new(service: str, name: str = "nightly") -> dict[str, Any]:
    return {"service": service, "name": name, **NEW[service]}


class TestTime:
    def test_nothing_is_waited_for_before_the_first_look(self):
        clock = Clock()
        for _look in SecondLooks(clock.wait, clock)():
            break
        assert clock.waits == []

    def test_it_ends_after_ten_seconds_in_all(self):
        clock = Clock()
        looks = SecondLooks(clock.wait, clock)
        assert (len(list(looks())), sum(clock.waits)) == (6, LONGEST)
        assert LONGEST == 10.0
        assert len(list(looks())) == 1
        assert sum(clock.waits) == LONGEST

    def test_contradictions_share_the_time(self):
        clock = Clock()
        looks = SecondLooks(clock.wait, clock)
        first, second = looks(), looks()
        for look in (first, second, first, second, first, second, first, second):
            next(look, None)
        assert clock.now - 50.0 <= LONGEST
        assert len(list(first)) <= 2
        assert clock.now - 50.0 <= LONGEST

    def test_what_takes_long_itself_leaves_less_to_wait(self):
        clock = Clock()
        looks = SecondLooks(clock.wait, clock)
        for _look in looks():
            clock.now += 4.0
        assert clock.waits == [0.5, 1.0, 0.5]


@EVERY_SERVICE
class TestTheDetailOfAListedTaskIsLate:
    def test_no_second_task_is_made(self, run, emulator, service):
        emulator.dialect.new_without_detail = 3
        assert run(**new(service)).operations == ["create"]
        again = run(**new(service))
        assert (again.operations, len(emulator.services[service].tasks)) == ([], 1)

    def test_check_mode_foretells_none(self, run, emulator, service):
        emulator.dialect.new_without_detail = 3
        run(**new(service))
        assert not run(**new(service), check_mode=True).changed

    def test_a_change_is_made_to_the_task_that_is_there(self, run, emulator, service):
        emulator.dialect.new_without_detail = 3
        created = run(**new(service))
        changed = run(service=service, name="nightly", **EDIT[service])
        assert changed.changed and changed.task["id"] == created.task["id"]
        assert not run(service=service, name="nightly", **EDIT[service]).changed

    @EVERY_MODE
    def test_where_it_never_comes_nothing_is_written_and_it_is_told(self, run, emulator, service, check_mode):
        emulator.dialect.new_without_detail = FOR_EVER
        task_id = run(**new(service)).task["id"]
        again = run(**new(service), check_mode=check_mode)
        assert again.error is not None
        assert f"read scheduled task nightly ({task_id}): the listing shows it, but its detail says" in again.error
        assert "there is no such task, and said so for 10 s." in again.error
        assert CREATION[service] not in again.requests
        assert len(emulator.services[service].tasks) == 1

    def test_a_look_up_with_details_does_not_lose_it(self, run, info, emulator, service):
        emulator.dialect.new_without_detail = 3
        run(**new(service))
        found = info(service=service, details=True)
        assert [task["name"] for task in found.tasks] == ["nightly"]
        assert found.tasks[0]["schedule"]["type"] == NEW[service]["schedule"]["type"]
        assert "warnings" not in found.result

    def test_a_look_up_in_which_it_never_comes_tells_what_the_listing_does(self, run, info, emulator, service):
        emulator.dialect.new_without_detail = FOR_EVER
        task_id = run(**new(service)).task["id"]
        found = info(service=service, details=True)
        assert [(task["id"], task["name"]) for task in found.tasks] == [(task_id, "nightly")]
        assert "its detail says that there is no such task" in found.result["warnings"][0]

    def test_what_vanishes_for_good_is_created(self, run, emulator, service):
        """The listing no longer shows it either."""
        emulator.services[service].add_task(**{NAME[service]: "other"})
        task_id = run(**new(service)).task["id"]
        emulator.dialect.deleted_listed = 1
        run(service=service, id=task_id, state="absent")
        assert run(**new(service)).operations == ["create"]
        assert len(emulator.services[service].tasks) == 2


@EVERY_SERVICE
class TestANewTaskIsListedLate:
    def test_the_run_ends_when_it_is_listed(self, run, emulator, service):
        emulator.dialect.new_unlisted = 3
        created = run(**new(service))
        assert (created.operations, "warnings" in created.result) == (["create"], False)
        assert run(**new(service)).operations == []
        assert len(emulator.services[service].tasks) == 1

    def test_where_it_is_not_listed_at_all_the_result_warns(self, run, emulator, service):
        emulator.dialect.new_unlisted = FOR_EVER
        created = run(**new(service))
        assert created.operations == ["create"]
        (warning,) = created.result["warnings"]
        assert warning.startswith(f"Scheduled task nightly ({created.task['id']}) was created, but service {service}")
        assert "another run would create it a second time" in warning

    def test_a_creation_whose_answer_was_lost_is_not_repeated_too_soon(self, run, emulator, service):
        emulator.dialect.new_unlisted = 3
        emulator.fail(CREATION[service], drop=True, acts=True)
        created = run(**new(service))
        assert (created.operations, created.requests.count(CREATION[service])) == (["create"], 1)
        assert len(emulator.services[service].tasks) == 1

    def test_one_that_was_lost_before_it_acted_is_repeated(self, run, emulator, service):
        emulator.fail(CREATION[service], drop=True)
        assert run(**new(service)).operations == ["create"]
        assert len(emulator.services[service].tasks) == 1

    def test_by_its_id_it_is_found(self, run, emulator, service):
        emulator.dialect.new_unlisted = FOR_EVER
        task_id = run(**new(service)).task["id"]
        emulator.dialect.new_unlisted = 0
        options = {name: value for name, value in new(service).items() if name != "name"}
        assert run(id=task_id, **options).operations == []


@EVERY_SERVICE
class TestADeletedTaskIsStillListed:
    @EVERY_MODE
    @pytest.mark.parametrize("listings", [3, FOR_EVER])
    def test_it_is_deleted_once(self, run, emulator, service, check_mode, listings):
        emulator.dialect.deleted_listed = listings
        emulator.services[service].add_task(**{NAME[service]: "nightly"})
        assert run(service=service, name="nightly", state="absent").changed
        again = run(service=service, name="nightly", state="absent", check_mode=check_mode)
        assert (again.changed, again.operations, again.result["diff"]) == (False, [], {"before": {}, "after": {}})

    def test_it_is_not_told_to_be_a_second_task_of_the_name(self, run, emulator, service):
        task_id = run(**new(service)).task["id"]
        emulator.dialect.deleted_listed = FOR_EVER
        run(service=service, id=task_id, state="absent")
        there = emulator.services[service].add_task(**{NAME[service]: "nightly"})
        changed = run(service=service, name="nightly", **EDIT[service])
        assert (changed.error, changed.task["id"]) == (None, there)

    def test_a_task_that_is_created_in_its_place_is_alone(self, run, emulator, service):
        task_id = run(**new(service)).task["id"]
        emulator.dialect.deleted_listed = 4
        run(service=service, id=task_id, state="absent")
        created = run(**new(service))
        assert (created.error, created.operations) == (None, ["create"])

    def test_two_that_are_there_are_told(self, run, emulator, service):
        for _number in range(2):
            emulator.services[service].add_task(**{NAME[service]: "nightly"})
        assert "2 scheduled tasks have the name nightly" in run(service=service, name="nightly", enabled=True).error

    @EVERY_MODE
    def test_a_purge_deletes_it_once(self, purge, emulator, service, check_mode):
        emulator.dialect.deleted_listed = FOR_EVER
        for name in ("one", "two", "three"):
            emulator.services[service].add_task(**{NAME[service]: name})
        assert purge(service, "three").deleted == ["one", "two"]
        again = purge(service, "three", check_mode=check_mode)
        assert (again.changed, again.result["unlisted"]) == (False, [])

    def test_a_purge_whose_answer_was_lost_is_done(self, purge, emulator, service):
        emulator.dialect.deleted_listed = FOR_EVER
        emulator.services[service].add_task(**{NAME[service]: "one"})
        emulator.fail(DELETION[service], status=500, acts=True)
        assert purge(service).deleted == ["one"]

    def test_a_look_up_with_details_tells_that_they_do_not_agree(self, run, info, emulator, service):
        emulator.dialect.deleted_listed = FOR_EVER
        task_id = run(**new(service)).task["id"]
        run(service=service, id=task_id, state="absent")
        found = info(service=service, details=True)
        assert [task["id"] for task in found.tasks] == [task_id]
        assert len(found.result["warnings"]) == 1

    def test_one_that_leaves_the_listing_is_left_out(self, run, info, emulator, service):
        emulator.dialect.deleted_listed = 3
        run(service=service, id=run(**new(service)).task["id"], state="absent")
        found = info(service=service, details=True)
        assert (found.tasks, "warnings" in found.result) == ([], False)


@EVERY_SERVICE
def test_a_task_that_is_shown_under_two_names_is_not_renamed(run, emulator, service):
    """The listing shows it as nightly, its detail under the name that it had before."""
    task_id = emulator.services[service].add_task(**{NAME[service]: "nightly"})
    old = {"id": task_id, NAME[service]: "weekly", "task_type": "STOP"}
    emulator.fail(DETAIL[service], times=2, body=old)
    assert run(service=service, name="nightly", enabled=True).operations == []
    emulator.fail(DETAIL[service], times=FOR_EVER, body=old)
    told = run(service=service, name="nightly", enabled=True)
    assert "its detail says that its name is weekly" in told.error


@EVERY_SERVICE
def test_a_task_that_was_renamed_meanwhile_is_another_one(run, emulator, service):
    task_id = emulator.services[service].add_task(**{NAME[service]: "weekly"})
    stale = {"id": task_id, NAME[service]: "nightly", "task_type": NEW[service]["task_type"]}
    key = "items" if service == "workspace_app" else "scheduled_tasks"
    count = "total_count" if service == "workspace" else "count"
    emulator.fail(LISTING[service], body={key: [stale], count: 1})
    assert run(**new(service)).operations == ["create"]
    assert sorted(task[NAME[service]] for task in emulator.services[service].tasks.values()) == ["nightly", "weekly"]


@EVERY_SERVICE
def test_what_does_not_contradict_itself_costs_no_request(run, emulator, service):
    emulator.services[service].add_task(**{NAME[service]: "nightly"})
    unchanged = run(service=service, name="nightly", enabled=True)
    assert len(unchanged.requests) == {"workspace_app": 2, "workspace": 3, "coc": 2}[service]


def test_an_update_leaves_no_task_enabled_that_a_late_listing_shows_as_disabled(run, emulator):
    """The update itself enables it, in Cloud Operations Center."""
    task_id = emulator.coc.add_task(name="nightly", enabled=False)
    late = {"id": task_id, "name": "nightly", "enabled": False, "enterprise_project_id": "0"}
    emulator.fail("ListScheduledTask", skip=1, body={"count": 1, "scheduled_tasks": [late]})
    changed = run(service="coc", name="nightly", enabled=False, coc={"risk_level": "HIGH"})
    assert (changed.operations, emulator.coc.tasks[task_id]["enabled"]) == (["update", "disable"], False)
    again = run(service="coc", name="nightly", enabled=False, coc={"risk_level": "HIGH"})
    assert (again.operations, again.requests) == ([], ["ListScheduledTask", "ShowScheduledTask"])


def disabled(emulator: Any, **fields: Any) -> str:
    return emulator.coc.add_task(name="nightly", enabled=False, **fields)


NOT_LISTED = {"body": {"count": 0, "scheduled_tasks": []}}


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("enables", [True, False])
def test_an_enablement_that_no_listing_tells_stays_as_it_was(run, emulator, enabled, enables):
    emulator.dialect.coc_put_enables = enables
    task_id = emulator.coc.add_task(name="nightly", enabled=enabled)
    emulator.fail("ListScheduledTask", times=6, **NOT_LISTED)
    assert run(service="coc", id=task_id, coc={"risk_level": "HIGH"}).changed
    assert emulator.coc.tasks[task_id]["enabled"] is enabled


@pytest.mark.parametrize("change", [{"coc": {"risk_level": "HIGH"}}, {"state": "absent"}], ids=["update", "deletion"])
def test_a_task_that_only_a_late_listing_shows_as_enabled_is_not_enabled(run, emulator, change):
    task_id = disabled(emulator)
    late = {"id": task_id, "name": "nightly", "enabled": True, "enterprise_project_id": "0"}
    emulator.fail("ListScheduledTask", body={"count": 1, "scheduled_tasks": [late]})
    for operation in ("UpdateScheduledTask", "DeleteScheduledTask"):
        emulator.fail(operation, status=403, times=10)
    assert run(service="coc", name="nightly", **change).error is not None
    assert emulator.coc.tasks[task_id]["enabled"] is False


def test_a_purge_whose_answers_are_lost_tells_what_is_left_in_another_enterprise_project(purge, emulator):
    emulator.coc.add_task(name="one", enterprise_project_id="ep-7")
    emulator.fail("DeleteScheduledTask", times=100, drop=True)
    told = purge("coc", filters={"enterprise_project_id": "ep-7"})
    assert told.result["summary"] == {"counts": {"failed": 1}, "failed": ["coc one"]}
    assert len(emulator.coc.tasks) == 1


@EVERY_SERVICE
def test_a_purge_does_not_take_an_empty_listing_for_a_deletion(purge, emulator, service):
    for name in ("one", "two"):
        emulator.services[service].add_task(**{NAME[service]: name})
    items = "items" if service == "workspace_app" else "scheduled_tasks"
    skip = 2 if service == "workspace" else 1
    emulator.fail(LISTING[service], skip=skip, times=99, body={"count": 0, "total_count": 0, items: []})
    for operation in (DELETION[service], BATCH.get(service, DELETION[service])):
        emulator.fail(operation, times=100, drop=True)
    told = purge(service)
    assert told.result["summary"]["counts"] == {"failed": 2}
    assert len(emulator.services[service].tasks) == 2


def test_a_login_that_fails_after_a_lost_answer_does_not_hide_what_was_done(run, emulator):
    task_id = emulator.workspace_app.add_task(task_name="nightly")
    emulator.fail("UpdateScheduleTask", drop=True, acts=True)
    emulator.fail("UpdateScheduleTask", status=401)
    emulator.fail("CreateToken", skip=1, status=403)
    told = run(name="nightly", enabled=False, **BY_PASSWORD)
    assert "Whether an earlier attempt, whose answer was lost, was carried out is not known" in told.error
    assert emulator.workspace_app.tasks[task_id]["is_enable"] is False


@EVERY_SERVICE
def test_what_a_failed_run_would_have_warned_of_is_told(run, emulator, service):
    emulator.dialect.new_unlisted = FOR_EVER
    created = run(**new(service))
    assert "warnings" in created.result
    emulator.dialect.new_unlisted = 0
    emulator.dialect.deleted_listed = FOR_EVER
    emulator.services[service].add_task(**{NAME[service]: "ghost"})
    run(service=service, name="ghost", state="absent")
    emulator.services[service].add_task(**{NAME[service]: "ghost"})
    emulator.services[service].add_task(**{NAME[service]: "ghost"})
    told = run(service=service, name="ghost", enabled=True)
    assert "2 scheduled tasks have the name ghost" in told.error
    assert "It is taken for deleted." in told.result["warnings"][0]


def test_a_second_creation_has_time_of_its_own_to_be_listed(run, emulator, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(SecondLooks.__init__, "__defaults__", (clock,))
    monkeypatch.setattr(Client, "wait", lambda self, seconds: clock.wait(seconds))
    emulator.dialect.new_unlisted = 2
    emulator.fail("CreateScheduleTask", drop=True)
    created = run(**new("workspace_app"))
    assert (created.operations, "warnings" in created.result) == (["create"], False)
