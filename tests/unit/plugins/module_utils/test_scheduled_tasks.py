# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of tasks is checked whole, read once, planned whole, and then carried out."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

READS = ("List", "Show")
PAGE = {"workspace_app": 100, "workspace": 50, "coc": 1000}
NAME = {"workspace_app": "task_name", "workspace": "task_name", "coc": "name"}
LISTING = {
    "workspace_app": ["ListScheduleTasks"],
    "workspace": ["ListScheduledTasks"] * 2,
    "coc": ["ListScheduledTask"],
}
DETAIL = {"workspace_app": "ShowScheduleTask", "workspace": "ShowScheduledTasks", "coc": "ShowScheduledTask"}

each_service = pytest.mark.parametrize("service", NEW)


def new(service: str, name: str, **options: Any) -> dict[str, Any]:
    """An entry with all that a new task needs."""
    return {"service": service, "name": name, **NEW[service], **options}


def outcomes(outcome: Any) -> list[str]:
    return [task["outcome"] for task in outcome.result["tasks"]]


def writes(outcome: Any) -> list[str]:
    return [operation for operation in outcome.requests if not operation.startswith(READS)]


@pytest.fixture
def names(emulator: Any) -> Any:
    """Return the names of the tasks of a service."""

    def names(service: str) -> list[str]:
        return [task[NAME[service]] for task in emulator.services[service].tasks.values()]

    return names


# What comes of entries.


@each_service
def test_a_list_is_created_as_foretold_and_then_left_alone(service: str, apply: Any, names: Any) -> None:
    tasks = [new(service, f"task-{number}", enabled=number != 2) for number in range(1, 4)]

    foretold = apply(*tasks, check_mode=True)
    assert outcomes(foretold) == ["would_create"] * 3
    assert writes(foretold) == [] == names(service)

    made = apply(*tasks)
    assert outcomes(made) == ["created"] * 3
    assert made.result["changed"] is foretold.result["changed"] is True
    assert "failed" not in made.result
    assert set(names(service)) == {"task-1", "task-2", "task-3"}
    for key in ("operations", "differences", "name", "service"):
        assert [task[key] for task in made.result["tasks"]] == [task[key] for task in foretold.result["tasks"]]
    assert all(task["id"] for task in made.result["tasks"])

    again = apply(*tasks)
    assert outcomes(again) == ["unchanged"] * 3
    assert again.result["changed"] is False
    assert again.result["summary"] == {"counts": {"unchanged": 3}}
    assert again.result["report"] == ["3 scheduled tasks: 3 unchanged."]
    assert again.result["msg"] == "3 scheduled tasks: 3 unchanged."
    assert again.result["diff"] == []
    assert again.requests == LISTING[service] + [DETAIL[service]] * 3


@each_service
def test_each_difference_is_a_line_and_changed_once(service: str, apply: Any) -> None:
    apply(new(service, "one"), new(service, "two"))
    tasks = [new(service, "one", enabled=False), new(service, "two")]

    foretold = apply(*tasks, check_mode=True)
    made = apply(*tasks)

    assert outcomes(foretold) == ["would_change", "unchanged"]
    assert outcomes(made) == ["changed", "unchanged"]
    assert made.result["tasks"][0]["differences"] == ["enabled: true -> false"]
    assert made.result["tasks"][0]["operations"] == ["disable"] == foretold.result["tasks"][0]["operations"]
    assert made.result["summary"] == {"counts": {"unchanged": 1, "changed": 1}, "changed": [f"{service} one"]}
    assert made.result["report"] == [
        "2 scheduled tasks: 1 unchanged, 1 changed.",
        f"changed: {service} one: enabled: true -> false",
    ]
    (part,) = made.result["diff"]
    assert part["before_header"] == part["after_header"] == f"{service} one ({made.result['tasks'][0]['id']})"
    assert (part["before"]["enabled"], part["after"]["enabled"]) == (True, False)
    assert part == foretold.result["diff"][0]
    assert outcomes(apply(*tasks)) == ["unchanged", "unchanged"]


@each_service
def test_what_is_to_be_absent_is_deleted_after_everything_else(service: str, apply: Any, names: Any) -> None:
    apply(new(service, "one"), new(service, "two"))
    tasks = [{"service": service, "name": "one", "state": "absent"}, new(service, "new")]

    foretold = apply(*tasks, check_mode=True)
    made = apply(*tasks)

    assert outcomes(foretold) == ["would_delete", "would_create"]
    assert outcomes(made) == ["deleted", "created"]
    assert writes(made)[0].startswith("Create")
    assert writes(made)[-1].startswith("Delete")
    assert set(names(service)) == {"two", "new"}
    again = apply(*tasks)
    assert outcomes(again) == ["unchanged", "unchanged"]
    assert again.result["changed"] is False


def test_services_are_mixed_and_the_option_names_the_service_of_the_others(apply: Any, names: Any) -> None:
    tasks = [new(service, "night-task") for service in NEW]
    del tasks[1]["service"]
    made = apply(*tasks, service="workspace")
    assert outcomes(made) == ["created"] * 3
    assert [task["service"] for task in made.result["tasks"]] == list(NEW)
    assert all(names(service) == ["night-task"] for service in NEW)


def test_without_values_differences_name_options_alone(apply: Any) -> None:
    apply(new("workspace_app", "one"), new("workspace_app", "two"))
    made = apply(new("workspace_app", "one", description="secret"), new("workspace_app", "two"), show_values=False)
    assert made.result["tasks"][0]["differences"] == ["description differs"]
    assert made.result["diff"] == []
    assert "secret" not in str(made.result)


def test_without_values_failures_name_none_either(apply: Any, emulator: Any) -> None:
    words = {"error_code": "WKS.1", "error_msg": "secret is no parameter"}
    emulator.fail("CreateScheduleTask", status=400, body=words)
    failed = apply(new("workspace_app", "one"), show_values=False)
    (reason,) = failed.result["reasons"]
    assert "create scheduled task one: 400 WKS.1 ..." in reason
    assert failed.result["tasks"][0]["error"]["error_code"] == "WKS.1"
    entry = {"service": "workspace_app", "name": "one", "schedule": {"time": "secret"}, "task_type": "secret"}
    refused = apply(entry, show_values=False)
    assert len(refused.result["reasons"]) == 3
    assert "workspace_app one: schedule.time is refused: it is a time" in refused.result["msg"]
    assert "secret" not in str(failed.result) + str(refused.result)


def test_reasons_tell_whether_anything_failed(apply: Any, emulator: Any) -> None:
    """Where the failure of a task is not to be Ansible's, `failed` is taken out of its result."""
    assert apply(new("workspace_app", "one")).result["reasons"] == []
    emulator.fail("ListScheduledTasks", status=403)
    failed = apply(service="workspace_app", purge={"services": ["workspace"]})
    assert failed.result["failed"]
    assert failed.result["reasons"] == failed.result["report"][1:]
    assert failed.result["reasons"][0].startswith("failed: workspace: list scheduled tasks: 403")


def test_an_empty_list_asks_for_nothing(apply: Any) -> None:
    outcome = apply()
    assert outcome.requests == []
    assert outcome.result["msg"] == "No scheduled tasks."
    assert outcome.result["changed"] is False


# Defaults.


def test_defaults_are_merged_level_by_level(apply: Any, emulator: Any) -> None:
    defaults = {"workspace_app": {**NEW["workspace_app"], "enabled": False, "force": True}}
    apply({"name": "one", "schedule": {"time": "05:00"}}, service="workspace_app", defaults=defaults)
    (task,) = emulator.workspace_app.tasks.values()
    assert (task["scheduled_time"], task["day_interval"], task["is_enable"]) == ("05:00:00", 1, False)


def test_an_entry_of_another_schedule_type_inherits_what_its_type_has(apply: Any, emulator: Any) -> None:
    schedule = {"type": "daily", "day_interval": 2, "time": "03:30", "time_zone": "Asia/Shanghai"}
    defaults = {"workspace_app": {**NEW["workspace_app"], "schedule": schedule}}
    weekly = {"name": "one", "schedule": {"type": "weekly", "weekdays": ["monday"]}}
    outcome = apply(weekly, service="workspace_app", defaults=defaults)
    assert outcomes(outcome) == ["created"]
    (task,) = emulator.workspace_app.tasks.values()
    assert (task["scheduled_type"], task["scheduled_time"], task["time_zone"]) == ("WEEK", "03:30:00", "Asia/Shanghai")
    assert task.get("day_interval") is None


def test_a_default_of_the_state_is_a_default_and_absent_inherits_only_where_it_is(apply: Any, names: Any) -> None:
    project = {"enterprise_project_id": "ep-1"}
    coc = {**NEW["coc"], "coc": {**NEW["coc"]["coc"], **project}}
    apply(new("coc", "task-one", coc=coc["coc"]))
    outcome = apply({"service": "coc", "name": "task-one", "state": "absent"}, defaults={"coc": coc})
    assert outcomes(outcome) == ["deleted"]
    assert names("coc") == []


def test_a_fault_of_a_default_is_told_once_and_says_that_it_is_one(apply: Any) -> None:
    defaults = {"workspace_app": {"schedule": {"time": "25:00"}}}
    outcome = apply({"name": "one"}, {"name": "two"}, service="workspace_app", defaults=defaults)
    assert outcome.requests == []
    (line,) = [line for line in outcome.result["report"] if "25:00" in line]
    assert "entry 1, workspace_app one, entry 2, workspace_app two" in line
    assert line.endswith("It comes from the defaults of workspace_app.")


def test_null_in_an_entry_does_not_come_from_the_defaults(apply: Any) -> None:
    defaults = {"workspace_app": {"description": "x", "schedule": {"weekdays": ["monday"]}}}
    entry = {"name": "one", "description": None, "schedule": {"weekdays": None}}
    outcome = apply(entry, service="workspace_app", defaults=defaults)
    report = "\n".join(outcome.result["report"])
    assert "description: null is refused: leave it out, or give a value." in report
    assert "schedule.weekdays: null is refused: leave it out, or give a value." in report
    assert "defaults" not in report


# All or nothing.


def test_every_fault_of_every_entry_is_told_before_the_first_request(apply: Any) -> None:
    outcome = apply(
        new("workspace_app", "one"),
        new("workspace_app", "two", task_type="NONSENSE", enabled=None, nmae="x"),
        new("workspace_app", "one"),
        "text",
        {"service": "workspace_app"},
        {"service": "codearts_check", "name": "five"},
        {"name": "six"},
        defaults={"workspace_ap": {}},
        purge={"services": ["workspace_app"], "filters": {"task_type": {}}},
    )
    assert outcome.requests == []
    assert outcome.result["failed"]
    assert outcomes(outcome) == ["not_attempted", *["failed"] * 6]
    report = "\n".join(outcome.result["report"])
    for words in (
        "entry 2, workspace_app two: nmae is refused: there is no such option. Did you mean name?",
        "entry 2, workspace_app two: enabled: null is refused",
        "entry 2, workspace_app two: task_type: 'NONSENSE' is refused",
        "entry 3, workspace_app one: name: 'one' is refused: entry 1 is about the same task",
        "entry 4",
        "entry 5, workspace_app without a name: name is refused: an entry has a name or an id",
        "entry 6",
        "service: 'codearts_check' is refused",
        "entry 7",
        "defaults.workspace_ap is refused: there is no such option. Did you mean workspace_app?",
        "purge.filters.task_type is refused",
    ):
        assert words in report
    assert outcome.result["report"][-1] == "Nothing was written."
    assert outcome.result["tasks"][1]["error"]["options"] == ["task_type", "enabled", "nmae"]


@each_service
def test_nothing_is_written_while_one_entry_is_refused_for_what_was_found(service: str, apply: Any, names: Any) -> None:
    apply(new(service, "task-one"), new(service, "task-two"))
    outcome = apply(
        new(service, "task-one", enabled=False),
        {"service": service, "name": "task-new"},
        {"service": service, "id": "no-such-id", "enabled": False},
        new(service, "task-two"),
    )
    assert writes(outcome) == []
    assert outcomes(outcome) == ["not_attempted", "failed", "failed", "unchanged"]
    assert outcome.result["changed"] is False
    assert "to create it" in outcome.result["tasks"][1]["error"]["msg"]
    # What differs is told all the same.
    assert outcome.result["tasks"][0]["differences"] == ["enabled: true -> false"]
    assert outcome.result["tasks"][0]["operations"] == []
    assert f"not attempted: {service} task-one: enabled: true -> false" in outcome.result["report"]
    assert outcome.result["msg"].endswith("Nothing was written.")


@pytest.mark.parametrize("second", [{"state": "absent"}, {"enabled": False}, {"name": "task-new"}, {}], ids=str)
@each_service
def test_an_id_and_a_name_of_one_task_are_refused(service: str, second: Any, apply: Any, emulator: Any) -> None:
    task_id = emulator.services[service].add_task(**{NAME[service]: "task-one"})
    before = dict(emulator.services[service].tasks)
    outcome = apply({"name": "task-one", "enabled": True}, {"id": task_id, **second}, service=service)
    assert writes(outcome) == []
    assert outcomes(outcome) == ["unchanged", "failed"]
    assert "Entry 1 is about the same task, whose id is" in outcome.result["msg"]
    assert emulator.services[service].tasks == before


def test_names_that_look_alike_are_warned_of(apply: Any) -> None:
    outcome = apply(new("workspace_app", "one"), new("workspace_app", "One"))
    assert outcomes(outcome) == ["created", "created"]
    assert "Entries 1 and 2" in outcome.result["warnings"][0]


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ({"name": "a"}, {"name": "a"}, True),
        ({"id": "a"}, {"id": "a"}, True),
        ({"id": "a", "name": "x"}, {"id": "b", "name": "x"}, False),
        ({"id": "a", "name": "x"}, {"name": "x"}, True),
        ({"name": "a", "previous_name": "b"}, {"name": "b"}, True),
        ({"name": "a", "previous_name": "c"}, {"name": "b", "previous_name": "c"}, True),
        ({"name": "a", "previous_name": "a"}, {"name": "b"}, True),
        ({"id": "a", "name": "x", "previous_name": "c"}, {"name": "b"}, True),
        ({"name": "a", "previous_name": "c", "state": "absent"}, {"name": "b"}, True),
        ({"name": "a", "previous_name": "c"}, {"name": "b"}, False),
    ],
)
def test_which_entries_contradict_each_other(
    first: dict[str, Any], second: dict[str, Any], is_refused: bool, apply: Any
) -> None:
    outcome = apply(first, second, service="workspace_app", validate_only=True)
    assert outcome.requests == []
    assert bool(outcome.result.get("failed")) is is_refused


def test_one_name_in_two_enterprise_projects_is_two_tasks(apply: Any, names: Any) -> None:
    tasks = [
        new("coc", "task-one", coc={**NEW["coc"]["coc"], "enterprise_project_id": project}) for project in ("ep-1", "0")
    ]
    assert outcomes(apply(*tasks)) == ["created", "created"]
    assert outcomes(apply(*tasks)) == ["unchanged", "unchanged"]
    assert names("coc") == ["task-one", "task-one"]


def test_validation_takes_neither_a_request_nor_credentials(apply: Any) -> None:
    bare = dict.fromkeys(("access_key", "secret_key", "region", "project_id", "endpoint", "auth_url"))
    outcome = apply(new("coc", "task-one"), validate_only=True, **bare)
    assert outcome.requests == []
    assert outcomes(outcome) == ["valid"]
    assert outcome.result["changed"] is False
    assert outcome.result["msg"] == "1 scheduled task: 1 valid."


# Requests.


@pytest.mark.parametrize("count", [1, 2, 60, 120])
@each_service
def test_listing_takes_a_request_a_page(service: str, count: int, apply: Any, emulator: Any) -> None:
    for number in range(count):
        emulator.services[service].add_task(**{NAME[service]: f"task-{number}"})
    outcome = apply(*({"service": service, "name": f"task-{number}", "enabled": True} for number in range(count)))
    assert outcomes(outcome) == ["unchanged"] * count
    # Each service's listing tells whether a task is enabled.
    assert len(outcome.requests) <= ceil(count / PAGE[service]) + 1
    assert set(outcome.requests) == set(LISTING[service])


def test_few_entries_among_many_tasks_are_looked_up_one_by_one(apply: Any, emulator: Any) -> None:
    for number in range(450):
        emulator.workspace_app.add_task(task_name=f"task-{number}-")
    outcome = apply(
        *({"service": "workspace_app", "name": f"task-{number}-", "enabled": True} for number in (3, 5)),
    )
    assert outcomes(outcome) == ["unchanged"] * 2
    # The first page says that there are five.
    assert outcome.requests == ["ListScheduleTasks"] * 3
    alone = apply({"service": "workspace_app", "name": "task-3-", "enabled": True})
    assert alone.requests == ["ListScheduleTasks"]


@each_service
def test_a_detail_is_read_only_for_what_the_listing_does_not_tell(service: str, apply: Any) -> None:
    apply(new(service, "task-one"), new(service, "task-two"))
    told = apply(
        {"service": service, "name": "task-one", "task_type": NEW[service]["task_type"]}, new(service, "task-two")
    )
    assert outcomes(told) == ["unchanged", "unchanged"]
    assert told.requests.count(DETAIL[service]) == 1


def test_an_id_that_is_listed_costs_no_request_of_its_own(apply: Any, emulator: Any) -> None:
    first, second = (emulator.workspace_app.add_task(task_name=name) for name in ("one", "two"))
    outcome = apply(*({"id": each, "enabled": True} for each in (first, second)), service="workspace_app")
    assert outcomes(outcome) == ["unchanged", "unchanged"]
    assert outcome.requests == ["ListScheduleTasks"]


# Names.


@each_service
def test_a_previous_name_renames(service: str, apply: Any, run: Any, names: Any) -> None:
    made = apply(new(service, "task-one"), new(service, "task-two"))
    tasks = [new(service, "task-new", previous_name="task-one"), new(service, "task-two")]

    foretold = apply(*tasks, check_mode=True)
    renamed = apply(*tasks)

    assert outcomes(foretold) == ["would_change", "unchanged"]
    assert outcomes(renamed) == ["changed", "unchanged"]
    assert renamed.result["tasks"][0]["id"] == made.result["tasks"][0]["id"]
    assert renamed.result["tasks"][0]["differences"] == ["name: task-one -> task-new"]
    assert set(names(service)) == {"task-new", "task-two"}
    assert outcomes(apply(*tasks)) == ["unchanged", "unchanged"]
    options = {**tasks[0], "name": "task-newer", "previous_name": "task-new"}
    assert "update" in run(**options).operations
    assert run(**options).operations == []
    assert set(names(service)) == {"task-newer", "task-two"}


@each_service
def test_a_task_of_either_name_is_an_error(service: str, apply: Any, run: Any, names: Any) -> None:
    apply(new(service, "task-one"), new(service, "task-new"))
    renaming = new(service, "task-new", previous_name="task-one", enabled=False)
    outcome = apply(renaming, new(service, "task-more"))
    assert outcomes(outcome) == ["failed", "not_attempted"]
    assert "previous_name" in outcome.result["tasks"][0]["error"]["msg"]
    assert writes(outcome) == []
    assert "is not renamed" in run(**{**renaming, "state": "absent"}).error
    single = run(**renaming)
    assert single.error == outcome.result["tasks"][0]["error"]["msg"]
    assert set(names(service)) == {"task-one", "task-new"}


@each_service
def test_a_previous_name_that_nobody_has_creates(service: str, apply: Any, run: Any) -> None:
    assert outcomes(apply(new(service, "task-one", previous_name="task-old"))) == ["created"]
    assert run(**new(service, "task-two", previous_name="task-old")).operations == ["create"]


@each_service
def test_a_new_task_that_does_what_an_unlisted_one_does_is_warned_of(service: str, apply: Any) -> None:
    apply(new(service, "task-one"), new(service, "task-two"))
    outcome = apply(new(service, "task-new"), new(service, "task-two"), check_mode=True)
    (warning,) = outcome.result["warnings"]
    assert "task-one" in warning and "previous_name" in warning and "Entry 1" in warning
    schedule = {**NEW[service]["schedule"], **({"cron": "0 0 0 * * ?"} if service == "coc" else {"time": "11:11"})}
    other = apply(new(service, "task-new", schedule=schedule), new(service, "task-two"), check_mode=True)
    assert "warnings" not in other.result


# Failures.


@each_service
def test_a_task_that_fails_does_not_stop_the_others(service: str, apply: Any, emulator: Any) -> None:
    tasks = [new(service, f"task-{number}") for number in range(1, 8)]
    apply(*tasks)
    changed = [{**task, "enabled": False} for task in tasks]
    emulator.fail(DETAIL[service], status=400)
    outcome = apply(*changed, parallel=1)
    assert outcomes(outcome) == ["failed", *["changed"] * 6]
    assert outcome.result["tasks"][0]["error"]["status"] == 400
    assert outcome.result["failed"]
    assert outcome.result["report"][-1].startswith(f"failed: entry 1, {service} task-1: read scheduled task")
    assert outcome.result["report"][0] == "7 scheduled tasks: 6 changed, 1 failed."
    assert {task[STATES[service]] for task in emulator.services[service].tasks.values()} == {True, False}
    assert outcomes(apply(*changed)) == ["changed", *["unchanged"] * 6]


@pytest.mark.parametrize("status", [401, 403])
def test_a_listing_that_is_refused_stops_what_it_is_for(status: int, apply: Any, emulator: Any, names: Any) -> None:
    emulator.fail("ListScheduleTasks", status=status, times=9)
    tasks = [*(new("workspace_app", f"task-{number}") for number in range(5)), *(new("coc", f"task-{n}") for n in "ab")]
    outcome = apply(*tasks)
    others = ["not_attempted"] * 2 if status == 401 else ["created"] * 2
    assert outcomes(outcome) == [*["not_attempted"] * 5, *others]
    assert outcome.requests.count("ListScheduleTasks") <= 2
    assert outcome.result["failed"]
    (reason,) = [line for line in outcome.result["report"] if "not attempted: " in line]
    assert "task-0" in reason and "task-4" in reason and str(status) in reason
    assert names("workspace_app") == []


def test_who_may_not_look_into_one_enterprise_project_may_look_into_another(apply: Any, emulator: Any) -> None:
    emulator.fail("ListScheduledTask", status=403)
    tasks = [
        new("coc", f"task-{number}", coc={**NEW["coc"]["coc"], "enterprise_project_id": project})
        for project in ("ep-1", "ep-2")
        for number in range(2)
    ]
    outcome = apply(*tasks)
    assert outcomes(outcome) == [*["not_attempted"] * 2, *["created"] * 2]


def test_a_service_that_answers_nothing_more_is_left_alone(apply: Any, emulator: Any) -> None:
    tasks = [new("workspace_app", f"task-{number}") for number in range(20)]
    apply(*tasks)
    emulator.fail("ShowScheduleTask", status=500, times=1000)
    outcome = apply(*tasks, parallel=1, retries=0)
    assert outcomes(outcome) == [*["failed"] * 3, *["not_attempted"] * 17]
    assert outcome.requests.count("ShowScheduleTask") == 3


def test_a_refused_login_is_tried_once_for_the_whole_list(apply: Any) -> None:
    outcome = apply(*(new("workspace_app", f"task-{number}") for number in range(12)), secret_key="wrong")
    assert len(outcome.requests) == 1
    assert outcomes(outcome) == ["not_attempted"] * 12


def test_what_the_service_answers_alike_for_many_is_told_once(apply: Any, emulator: Any) -> None:
    tasks = [new("workspace_app", f"task-{number}") for number in range(14)]
    apply(*tasks)
    emulator.fail("UpdateScheduleTask", status=400, times=14)
    outcome = apply(*({**task, "enabled": False} for task in tasks))
    assert outcomes(outcome) == ["failed"] * 14
    _counts, reason = outcome.result["report"]
    assert reason.startswith("failed: entry 1, workspace_app task-0: disable scheduled task task-0")
    assert "The answer was the same for entry 2, workspace_app task-1, entry 3, " in reason
    assert reason.endswith("entry 11, workspace_app task-10 and 3 more.")
    assert [task["error"]["status"] for task in outcome.result["tasks"]] == [400] * 14


def test_failures_that_are_not_in_a_row_stop_nothing(apply: Any, emulator: Any) -> None:
    tasks = [new("workspace_app", f"task-{number}") for number in range(10)]
    apply(*tasks)
    for number in range(4):
        emulator.fail("ShowScheduleTask", status=500, skip=2 * number)
    outcome = apply(*tasks, parallel=1, retries=0)
    assert sorted(outcomes(outcome)) == [*["failed"] * 4, *["unchanged"] * 6]


def test_what_fails_half_way_is_told_with_what_was_done(apply: Any, emulator: Any) -> None:
    apply(new("coc", "task-one"), new("coc", "task-two"))
    emulator.fail("UpdateScheduledTask", status=400)
    emulator.fail("EnableScheduledTask", status=400)
    risk = {**NEW["coc"]["coc"], "risk_level": "LOW"}
    outcome = apply(new("coc", "task-one", coc=risk), new("coc", "task-two"), parallel=1)
    assert outcomes(outcome) == ["failed", "unchanged"]
    assert outcome.result["changed"] is True
    assert outcome.result["tasks"][0]["operations"] == ["disable"]
    assert outcome.result["tasks"][0]["differences"] == []
    assert outcome.result["diff"] == []


def test_how_far_the_work_has_come_is_told_every_few_seconds(apply: Any, emulator: Any, monkeypatch: Any) -> None:
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _estate

    moments = iter(range(0, 100_000, 2))
    monkeypatch.setattr(_estate.Estate.__init__, "__defaults__", (lambda: next(moments),))
    said: list[str] = []
    apply(*(new("workspace_app", f"task-{number}") for number in range(4)), parallel=1, progress=said.append)
    assert said == ["3 of 4 compared, 3 to change", "3 of 4 changed"]


def test_what_somebody_creates_after_the_listing_is_not_created_again(
    apply: Any, emulator: Any, monkeypatch: Any
) -> None:
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client

    attempt = Client._attempt
    others = ["task-2", "task-3"]

    def attempted(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
        result = attempt(self, endpoint, request, sign)
        while request.method == "POST" and others:
            emulator.workspace_app.add_task(task_name=others.pop())
        return result

    monkeypatch.setattr(Client, "_attempt", attempted)
    outcome = apply(*(new("workspace_app", f"task-{number}") for number in (1, 2, 3)), parallel=1)
    assert outcomes(outcome) == ["created", "changed", "changed"]
    assert sorted(task["task_name"] for task in emulator.workspace_app.tasks.values()) == ["task-1", "task-2", "task-3"]
    assert outcomes(apply(*(new("workspace_app", f"task-{number}") for number in (1, 2, 3)))) == ["unchanged"] * 3


def test_a_secret_of_the_connection_in_an_entry_is_kept(apply: Any) -> None:
    entry = {"name": "one", "secret_key": "s3cretOfAnEntry"}
    defaults = {"workspace_app": {"user_password": "s3cretOfDefaults"}}
    outcome = apply(entry, service="workspace_app", defaults=defaults)
    assert outcome.result["failed"]
    assert {"s3cretOfAnEntry", "s3cretOfDefaults"} <= set(outcome.secrets)


@each_service
def test_what_is_to_be_said_of_a_creation_is_said_of_a_list_too(service: str, apply: Any, emulator: Any) -> None:
    emulator.dialect.new_unlisted = 1_000
    outcome = apply(new(service, "task-1"), new(service, "task-2"))
    assert outcomes(outcome) == ["created", "created"]
    warnings = "\n".join(outcome.result["warnings"])
    assert "task-1" in warnings and "task-2" in warnings and "has not listed it within" in warnings


def test_without_values_a_default_that_is_refused_is_not_shown(apply: Any) -> None:
    defaults = {"workspace_app": {"enabled": "s3cret"}}
    outcome = apply({"name": "one"}, service="workspace_app", defaults=defaults, show_values=False)
    assert "defaults.workspace_app.enabled is refused: it is true or false." in outcome.result["report"]
    assert "s3cret" not in str(outcome.result)


def test_what_is_planned_anew_is_asked_about_anew(apply: Any, emulator: Any, monkeypatch: Any) -> None:
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client

    attempt = Client._attempt
    others = ["task-2"]

    def attempted(self: Any, endpoint: Any, request: Any, sign: Any) -> Any:
        result = attempt(self, endpoint, request, sign)
        while request.method == "POST" and others:
            emulator.workspace.add_task(task_name=others.pop())
        return result

    monkeypatch.setattr(Client, "_attempt", attempted)
    schedule = {"type": "life_cycle", "life_cycle_type": "POST_DESKTOP_DISCONNECTED", "wait_time": 30}
    outcome = apply(new("workspace", "task-1"), new("workspace", "task-2", schedule=schedule), parallel=1)
    assert outcomes(outcome) == ["created", "changed"]
    # Whether the service knows such an event: of the plan to create it, and of the one to change it.
    assert outcome.requests.count("ListLifeCycleTypeConfigurations") == 2
