# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks that are not on a list are deleted, those and no others, and what could not be deleted is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._capabilities import BatchDeletion
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES

LONGEST_MESSAGE = 4000


class Kind(NamedTuple):
    """The tasks of a service.

    :ivar field: their name on the wire.
    :ivar listing: the requests that find them where one page holds them.
    :ivar detail: the request that tells whether there is one.
    :ivar single: the request that deletes one.
    :ivar batch: the request that deletes several; none where it is empty.
    """

    service: str
    field: str
    listing: list[str]
    detail: str
    single: str
    batch: str = ""

    @property
    def writes(self) -> set[str]:
        return {self.single, self.batch, "DisableScheduledTask", "EnableScheduledTask"}

    def looks(self, count: int) -> list[str]:
        """The requests that tell which of so many tasks there are, where their deletion would not."""
        return [self.detail] * count if self is APP or (self.batch and count > 1) else []

    def deletions(self, count: int) -> list[str]:
        """The requests that delete so many enabled tasks, more than one and no more than a batch."""
        return [self.batch] if self.batch else ["DisableScheduledTask", self.single] * count


APP = Kind(
    "workspace_app",
    "task_name",
    ["ListScheduleTasks"],
    "ShowScheduleTask",
    "DeleteScheduleTask",
    "BatchDeleteScheduleTask",
)
WORKSPACE = Kind(
    "workspace",
    "task_name",
    ["ListScheduledTasks"] * 2,
    "ShowScheduledTasks",
    "DeleteScheduledTasks",
    "BatchDeleteScheduledTasks",
)
COC = Kind("coc", "name", ["ListScheduledTask"], "ShowScheduledTask", "DeleteScheduledTask")
KINDS = (APP, WORKSPACE, COC)
BATCHES = (APP, WORKSPACE)

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.service)
each_batch = pytest.mark.parametrize("kind", BATCHES, ids=lambda kind: kind.service)


def failed(outcome: Any) -> list[str]:
    """What could not be deleted, as results call it."""
    return [task for failure in outcome.result["failures"] for task in failure["tasks"]]


def names(*kept: str) -> list[dict[str, str]]:
    """A list that keeps the tasks of these names."""
    return [{"name": name} for name in kept]


@pytest.fixture
def add(emulator: Any) -> Callable[..., list[str]]:
    """Store tasks of these names, and return their ids."""

    def add(kind: Kind, *added: str, **fields: Any) -> list[str]:
        return [emulator.services[kind.service].add_task(**{kind.field: name, **fields}) for name in added]

    return add


@pytest.fixture
def left(emulator: Any) -> Callable[[Kind], list[str]]:
    """Return the names of the tasks that are still there."""

    def left(kind: Kind) -> list[str]:
        return [task[kind.field] for task in emulator.services[kind.service].tasks.values()]

    return left


# Which tasks go.


@each_kind
def test_what_is_not_on_the_list_goes_and_is_told(kind, purge, add, left, emulator):
    one, _two, three, _four = add(kind, "one", "two", "three", "four")
    keep = names("two", "four", "nobody")
    before = dict(emulator.services[kind.service].tasks)

    foreseen = purge(service=kind.service, keep=keep, check_mode=True)
    assert foreseen.requests == kind.listing + [kind.detail] * 2
    assert dict(emulator.services[kind.service].tasks) == before

    done = purge(service=kind.service, keep=keep)
    assert done.changed
    assert done.requests == kind.listing + kind.looks(2) + kind.deletions(2)
    assert left(kind) == ["two", "four"]
    assert [(task["id"], task["name"]) for task in done.tasks] == [(one, "one"), (three, "three")]
    assert done.result["total_count"] == 2
    assert list(done.result["diff"]["before"]) == [f"one ({one})", f"three ({three})"]
    assert {task["name"] for task in done.result["diff"]["before"].values()} == {"one", "three"}
    assert done.result["diff"]["after"] == {}
    assert foreseen.result == done.result
    assert set(done.result) == {"changed", "scheduled_tasks", "total_count", "diff"}

    again = purge(service=kind.service, keep=keep)
    assert again.requests == kind.listing
    assert again.result == {
        "changed": False,
        "scheduled_tasks": [],
        "total_count": 0,
        "diff": {"before": {}, "after": {}},
    }


@each_kind
def test_nothing_is_there(kind, purge):
    outcome = purge(service=kind.service, keep=[], confirm=True)
    assert outcome.error is None
    assert not outcome.changed
    assert outcome.requests == kind.listing


@each_kind
def test_a_confirmed_empty_list_keeps_nothing(kind, purge, add, left):
    add(kind, "one", "two")
    foreseen = purge(service=kind.service, keep=[], confirm=True, check_mode=True)
    assert foreseen.result["total_count"] == 2
    assert left(kind) == ["one", "two"]
    assert purge(service=kind.service, keep=[], confirm=True).result["total_count"] == 2
    assert left(kind) == []


@each_kind
def test_a_name_keeps_exactly_its_tasks(kind, purge, add, left):
    add(kind, "night", "nightly", "Night", "a-night", "night ", "night")
    purge(service=kind.service, keep=names("night"))
    assert left(kind) == ["night", "night"]


@each_kind
def test_an_id_keeps_its_task_and_no_other_of_the_name(kind, purge, add, emulator):
    _first, second, _third = add(kind, "night", "night", "day")
    purge(service=kind.service, keep=[{"id": second}])
    assert list(emulator.services[kind.service].tasks) == [second]


@each_kind
def test_an_entry_with_both_keeps_what_has_either(kind, purge, add, emulator):
    # One that is still to be renamed, and one that has the name already.
    renamed, named, other = add(kind, "old", "new", "other")
    purge(service=kind.service, keep=[{"id": renamed, "name": "new"}])
    assert list(emulator.services[kind.service].tasks) == [renamed, named]
    assert other not in emulator.services[kind.service].tasks


@each_kind
def test_neither_a_name_that_is_an_id_nor_an_id_that_is_a_name_keeps_a_task(kind, purge, add, left):
    (first, _second) = add(kind, "first", "second")
    purge(service=kind.service, keep=[{"name": first[:30]}, {"id": "second"}])
    assert left(kind) == []


@each_kind
def test_names_are_read_by_their_alias_and_numbers_as_text(kind, purge, add, left):
    ids = add(kind, "2026", "two", "three")
    purge(service=kind.service, keep=[{"name": 2026}, {"task_name": "two"}, {"task_id": ids[2]}])
    assert left(kind) == ["2026", "two", "three"]


@each_kind
def test_only_tasks_with_the_prefix_are_looked_at(kind, purge, add, left):
    add(kind, "class-one", "class-two", "Class-three", "my-class-four", "clas", "five")
    outcome = purge(service=kind.service, name_prefix="class-", keep=names("class-two"))
    assert [task["name"] for task in outcome.tasks] == ["class-one"]
    assert left(kind) == ["class-two", "Class-three", "my-class-four", "clas", "five"]
    purge(service=kind.service, name_prefix="class-", keep=[], confirm=True)
    assert left(kind) == ["Class-three", "my-class-four", "clas", "five"]


def test_a_prefix_is_no_pattern(purge, add, left):
    add(APP, "a.b", "aXb", "*", "%")
    purge(name_prefix="a.", keep=[], confirm=True)
    assert left(APP) == ["aXb", "*", "%"]
    purge(name_prefix="*", keep=[], confirm=True)
    assert left(APP) == ["aXb", "%"]


@pytest.mark.parametrize(
    ("kind", "filters", "inside", "outside"),
    [
        (APP, {"task_type": "STOP_SERVER"}, {"task_type": "STOP_SERVER"}, {"task_type": "START_SERVER"}),
        (WORKSPACE, {"task_type": "STOP"}, {"task_type": "STOP"}, {"task_type": "START"}),
        (WORKSPACE, {"scheduled_type": "WEEK"}, {"scheduled_type": "WEEK"}, {"scheduled_type": "DAY"}),
        (COC, {"risk_level": "LOW"}, {"risk_level": "LOW"}, {"risk_level": "HIGH"}),
        (COC, {"enterprise_project_id": "ep-1"}, {"enterprise_project_id": "ep-1"}, {"enterprise_project_id": "0"}),
    ],
    ids=lambda value: getattr(value, "service", None) or json.dumps(value).replace('"', ""),
)
def test_only_tasks_that_the_filters_let_through_are_looked_at(kind, filters, inside, outside, purge, add, left):
    add(kind, "inside", "kept", **inside)
    add(kind, "outside", **outside)
    assert purge(service=kind.service, filters=filters, keep=names("kept")).changed
    assert left(kind) == ["kept", "outside"]
    purge(service=kind.service, filters=filters, keep=[], confirm=True)
    assert left(kind) == ["outside"]


@each_kind
def test_the_name_filter_matches_parts_and_the_list_does_not(kind, purge, add, left):
    add(kind, "class-one", "class-two", "other")
    purge(service=kind.service, filters={"task_name": "class"}, keep=names("class-two"))
    assert left(kind) == ["class-two", "other"]


def test_filters_and_prefix_are_both_needed(purge, add, left):
    add(APP, "class-one", "other-one", task_type="STOP_SERVER")
    add(APP, "class-two", task_type="START_SERVER")
    purge(name_prefix="class-", filters={"task_type": "STOP_SERVER"}, keep=[], confirm=True)
    assert left(APP) == ["other-one", "class-two"]


def test_tasks_that_an_event_triggers_are_seen_too(purge, add, left):
    add(WORKSPACE, "daily", "kept-daily")
    add(WORKSPACE, "triggered", "kept-triggered", scheduled_type="LIFE_CYCLE")
    purge(service="workspace", keep=names("kept-daily", "kept-triggered"))
    assert left(WORKSPACE) == ["kept-daily", "kept-triggered"]


def test_other_enterprise_projects_are_reached_through_a_filter_only(purge, add, left):
    add(COC, "default", enterprise_project_id="0")
    add(COC, "another", enterprise_project_id="ep-1")
    purge(service="coc", keep=[], confirm=True)
    assert left(COC) == ["another"]
    purge(service="coc", keep=[], confirm=True, filters={"enterprise_project_id": "ep-1"})
    assert left(COC) == []


@pytest.mark.parametrize("kind", [APP, WORKSPACE], ids=lambda kind: kind.service)
def test_other_projects_are_left_alone(kind, purge, add, emulator):
    add(kind, "ours")
    add(kind, "theirs", project_id=account.SECOND_PROJECT_ID)
    purge(service=kind.service, keep=[], confirm=True)
    tasks = emulator.services[kind.service].tasks_in(account.SECOND_PROJECT_ID)
    assert [task["task_name"] for task in tasks.values()] == ["theirs"]


@each_kind
def test_other_services_are_left_alone(kind, purge, add, left):
    for each in KINDS:
        add(each, "one")
    purge(service=kind.service, keep=[], confirm=True)
    assert [left(each) for each in KINDS] == [[] if each is kind else ["one"] for each in KINDS]


@each_kind
def test_all_pages_are_looked_at_before_anything_goes(kind, purge, add, left, emulator):
    emulator.dialect.page_size_cap = 2
    add(kind, *(f"task-{number}" for number in range(7)))
    outcome = purge(service=kind.service, keep=names("task-1", "task-6"))
    assert left(kind) == ["task-1", "task-6"]
    first_write = min(map(outcome.requests.index, kind.writes & set(outcome.requests)))
    assert not set(outcome.requests[first_write:]) & set(kind.listing)
    assert not purge(service=kind.service, keep=names("task-1", "task-6")).changed


@each_kind
def test_a_task_that_two_pages_show_is_deleted_once(kind, purge, add, emulator):
    (first,) = add(kind, "one", **({"enabled": False} if kind is COC else {}))
    task = {"id": first, kind.field: "one", "enabled": False}
    items = {"workspace_app": "items"}.get(kind.service, "scheduled_tasks")
    emulator.fail(kind.listing[0], times=2, status=200, body={"count": 2, "total_count": 2, items: [task, task]})
    outcome = purge(service=kind.service, keep=[], confirm=True)
    assert outcome.result["total_count"] == 1
    # A listing with fewer tasks than it counts is read once more.
    assert outcome.requests == [kind.listing[0], *kind.listing, *kind.looks(1), kind.single]


# What is refused, before the first request.


REFUSED_LISTS: dict[str, tuple[Any, str]] = {
    "neither": ([{}], "one of the following is required: name, id"),
    "neither beside a good one": ([{"name": "one"}, {}], "one of the following is required: name, id"),
    "a null name": ([{"name": None}], "keep"),
    "a null id": ([{"id": None}], "keep"),
    "both null": ([{"name": None, "id": None}], "keep"),
    "both null beside a good one": ([{"name": "one"}, {"name": None}], "keep"),
    "an empty name": ([{"name": ""}], "keep"),
    "blanks": ([{"name": "  "}], "keep"),
    "an empty name beside an id": ([{"name": "", "id": "a"}], "keep"),
    "a name that nobody can have": ([{"name": "x" * 300}], "keep"),
    "an empty id": ([{"id": ""}], "keep"),
    "an id that leads elsewhere": ([{"id": ".."}], "keep"),
    "an id with a slash": ([{"id": "a/b"}], "keep"),
    "a bad id beside a name": ([{"name": "one", "id": "a?b"}], "keep"),
    "the last one": ([{"name": "one"}, {"id": "a"}, {"id": "../a"}], "keep"),
    "half a character": ([{"name": "a\ud800"}], "half of one"),
    "another key": ([{"name": "one", "names": ["two"]}], "names"),
    "a name alone": (["one"], "dict"),
    "a null entry": ([None], "dict"),
    "null": (None, "keep"),
    "text": ("", "dict"),
    "a dict": ({"name": "one"}, "list"),
}


@pytest.mark.parametrize("case", REFUSED_LISTS)
def test_a_bad_list_is_refused_before_the_first_request(case, purge, add, left):
    keep, words = REFUSED_LISTS[case]
    add(APP, "one", "two")
    # Confirmed or not: it is not an empty one.
    for more in ({}, {"confirm": True}):
        outcome = purge(keep=keep, **more)
        assert outcome.error is not None, more
        assert words in outcome.error
        assert outcome.requests == []
    assert left(APP) == ["one", "two"]


@each_kind
@pytest.mark.parametrize("entry", [{"name": None}, {"id": None}, {"name": ""}, {"id": "a/b"}], ids=str)
def test_a_bad_entry_is_refused_for_every_service(kind, entry, purge, add, left):
    add(kind, "one")
    outcome = purge(service=kind.service, keep=[{"name": "two"}, entry])
    assert outcome.result["option"].startswith("keep")
    assert outcome.requests == []
    assert left(kind) == ["one"]


@each_kind
@pytest.mark.parametrize("confirm", [None, False, "no"], ids=str)
def test_an_empty_list_is_refused_unless_confirmed(kind, confirm, purge, add, left):
    add(kind, "one")
    for more in ({}, {"name_prefix": "o"}, {"check_mode": True}):
        outcome = purge(service=kind.service, keep=[], **more, **({} if confirm is None else {"confirm": confirm}))
        assert outcome.result == {
            "failed": True,
            "option": "keep",
            "msg": "keep: [] is refused: every task in question would be deleted, which confirm: true has to confirm.",
        }
        assert outcome.requests == []
    assert left(kind) == ["one"]


def test_a_list_is_needed(purge, add, left):
    add(APP, "one")
    outcome = purge(confirm=True)
    assert outcome.error == "missing required arguments: keep"
    assert outcome.requests == []
    assert left(APP) == ["one"]


@pytest.mark.parametrize(
    ("kind", "filters", "option"),
    [
        (APP, {"colour": "red"}, "filters.colour"),
        (APP, {"task_type": "STOP"}, "filters.task_type"),
        (APP, {"task_type": ""}, "filters.task_type"),
        (WORKSPACE, {"task_types": "STOP"}, "filters.task_types"),
        (WORKSPACE, {"scheduled_type": "weekly"}, "filters.scheduled_type"),
        (COC, {"enterprise_project_id": ""}, "filters.enterprise_project_id"),
        (COC, {"enterprise_project": "a"}, "filters.enterprise_project"),
        (COC, {"risk_level": 1}, "filters.risk_level"),
        (APP, {"task_type": None}, "filters.task_type"),
        (WORKSPACE, {"task_type": "STOP", "task_name": None}, "filters.task_name"),
        (COC, {"enterprise_project_id": None}, "filters.enterprise_project_id"),
    ],
    ids=lambda value: getattr(value, "service", None) or str(value),
)
def test_a_filter_that_the_service_does_not_have_is_refused(kind, filters, option, purge, add, left):
    add(kind, "one")
    outcome = purge(service=kind.service, keep=[], confirm=True, filters=filters)
    assert outcome.result["option"] == option
    assert outcome.requests == []
    assert left(kind) == ["one"]


@pytest.mark.parametrize("keep", [names("one"), []], ids=["some", "none"])
def test_a_service_without_deletions_is_refused(keep, purge):
    outcome = purge(service="codearts_check", keep=keep, confirm=True)
    assert outcome.result["option"] == "service"
    assert outcome.error.startswith("service: 'codearts_check' is refused: ")
    assert outcome.requests == []


def test_what_would_delete_too_much_is_refused_with_the_reason(purge):
    assert purge(keep=[{"name": None, "id": None}]).error == (
        "keep: {'name': None, 'id': None} is refused: an entry has a name or an id, or it would keep nothing."
    )
    assert purge(keep=names("kept"), filters={"task_type": None}).error == (
        "filters.task_type: None is refused: it would let every task through; leave it out if it should."
    )


def test_half_a_character_in_a_prefix_is_refused(purge):
    outcome = purge(keep=names("one"), name_prefix="a\ud800")
    assert outcome.result["option"] == "name_prefix"
    assert outcome.requests == []


# How many requests that takes.


@pytest.mark.parametrize(
    ("count", "sizes", "singles"), [(0, [], 0), (1, [], 1), (20, [20], 0), (21, [20], 1), (45, [20, 20, 5], 0)]
)
def test_workspace_app_deletes_20_with_a_request(count, sizes, singles, purge, add, left, emulator):
    ids = add(APP, *(f"task-{number}" for number in range(count)))
    add(APP, "kept")
    outcome = purge(keep=names("kept"))
    assert outcome.requests == [*APP.listing, *APP.looks(count), *[APP.batch] * len(sizes), *[APP.single] * singles]
    bodies = [request.body for request in emulator.requests if request.operation == APP.batch]
    assert [len(body["items"]) for body in bodies] == sizes
    assert [task_id for body in bodies for task_id in body["items"]] == ids[: sum(sizes)]
    assert left(APP) == ["kept"]
    assert [task["id"] for task in outcome.tasks] == ids


def test_workspace_deletes_all_with_a_request(purge, add, left, emulator):
    ids = add(WORKSPACE, *(f"task-{number}" for number in range(120)))
    add(WORKSPACE, "kept")
    outcome = purge(service="workspace", keep=names("kept"))
    assert [request.body for request in emulator.requests if request.operation == WORKSPACE.batch] == [
        {"task_ids": ids}
    ]
    assert left(WORKSPACE) == ["kept"]
    assert outcome.result["total_count"] == 120


def test_batches_are_as_large_as_the_pages_allow():
    assert SERVICES["workspace_app"].batch_deletion == ("/actions/batch-delete", "items", 20)
    assert SERVICES["workspace"].batch_deletion == ("/batch-delete", "task_ids", 5000)


def test_workspace_deletes_the_next_ones_with_another_request(purge, add, left, monkeypatch):
    monkeypatch.setattr(SERVICES["workspace"], "batch_deletion", BatchDeletion("/batch-delete", "task_ids", 3))
    add(WORKSPACE, *(f"task-{number}" for number in range(7)))
    outcome = purge(service="workspace", keep=names("task-6"))
    assert outcome.requests == WORKSPACE.listing + WORKSPACE.looks(6) + [WORKSPACE.batch] * 2
    assert left(WORKSPACE) == ["task-6"]


def test_coc_disables_what_is_enabled_and_deletes_one_by_one(purge, add, left, emulator):
    add(COC, "enabled", "kept")
    add(COC, "disabled", enabled=False)
    outcome = purge(service="coc", keep=names("kept"))
    assert outcome.requests == [*COC.listing, "DisableScheduledTask", COC.single, COC.single]
    assert left(COC) == ["kept"]
    assert [task["enabled"] for task in emulator.coc.tasks.values()] == [True]
    assert [task["enabled"] for task in outcome.tasks] == [True, False]


# What goes wrong.


@each_batch
@pytest.mark.parametrize("status", [400, 404, 409])
def test_after_a_refused_batch_each_one_is_tried(kind, status, purge, add, left, emulator):
    ids = add(kind, "one", "two", "three", "kept")
    emulator.fail(kind.batch, status=status, body={"error_code": "WKS.1", "error_msg": "not these"})
    emulator.fail(
        kind.single,
        skip=1,
        status=status if status != 404 else 400,
        headers={"X-Request-Id": "req-two"},
        body={"error_code": "WKS.2", "error_msg": "not this one"},
    )
    outcome = purge(service=kind.service, keep=names("kept"))
    assert left(kind) == ["two", "kept"]
    assert outcome.requests == [*kind.listing, *kind.looks(3), kind.batch, *[kind.single] * 3]
    assert outcome.error.startswith(f"1 of 3 scheduled tasks could not be deleted: two ({ids[1]}). ")
    for words in (f"delete scheduled task two ({ids[1]}): ", "WKS.2 not this one", "(request id req-two)"):
        assert words in outcome.error
    assert "WKS.1" not in outcome.error
    result = outcome.result
    assert (result["failed"], result["changed"], result["total_count"]) == (True, True, 2)
    assert [task["name"] for task in result["scheduled_tasks"]] == ["one", "three"]
    assert list(result["diff"]["before"]) == [f"one ({ids[0]})", f"three ({ids[2]})"]
    assert (result["error_code"], result["error_msg"], result["request_id"]) == ("WKS.2", "not this one", "req-two")
    (failure,) = result["failures"]
    assert failure["tasks"] == [f"two ({ids[1]})"]
    assert failure["msg"] in outcome.error
    again = purge(service=kind.service, keep=names("kept"))
    assert ([task["name"] for task in again.tasks], left(kind)) == (["two"], ["kept"])


@each_batch
def test_a_batch_that_is_refused_as_such_is_deleted_one_by_one(kind, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, status=404, body={"error_code": "APIGW.0101", "error_msg": "no such API"})
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.error is None
    assert outcome.result["total_count"] == 2
    assert left(kind) == ["kept"]


def test_other_batches_are_sent_after_a_refused_one(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(41)), "kept")
    emulator.fail(APP.batch, skip=1, status=400)
    emulator.fail(APP.single, skip=4, status=400)
    outcome = purge(keep=names("kept"))
    assert outcome.requests == [*APP.listing, *APP.looks(41), *[APP.batch] * 2, *[APP.single] * 21]
    assert left(APP) == ["task-24", "kept"]
    assert outcome.result["total_count"] == 40


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let somebody else do something right before the first deletion."""
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client

    def meanwhile(act: Callable[[], Any]) -> None:
        attempt, acts = Client._attempt, [act]

        def attempt_later(client: Any, endpoint: Any, request: Any, sign: Any) -> Any:
            if request.method != "GET" and acts:
                acts.pop()()
            return attempt(client, endpoint, request, sign)

        monkeypatch.setattr(Client, "_attempt", attempt_later)

    return meanwhile


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [(APP, "refuse"), (COC, "refuse"), *((WORKSPACE, unknown) for unknown in ("refuse", "delete_others", "ignore"))],
    ids=lambda value: getattr(value, "service", value),
)
def test_a_task_that_is_gone_meanwhile_does_no_harm(kind, unknown, purge, run, add, left, emulator, meanwhile):
    emulator.dialect.workspace_batch_unknown = unknown
    ids = add(kind, "one", "gone", "three", "kept")
    meanwhile(lambda: run(service=kind.service, id=ids[1], state="absent"))
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.error is None
    assert left(kind) == ["kept"]
    # Where several go with one request, nobody is told that one of them had gone since it was looked for.
    assert outcome.result["total_count"] == (3 if kind.batch else 2)


@each_kind
def test_a_task_that_is_created_meanwhile_stays(kind, purge, add, left, meanwhile):
    add(kind, "one", "kept")
    meanwhile(lambda: add(kind, "new"))
    outcome = purge(service=kind.service, keep=names("kept"))
    assert [task["name"] for task in outcome.tasks] == ["one"]
    assert left(kind) == ["kept", "new"]


@each_batch
def test_a_forbidden_batch_names_all_of_its_tasks(kind, purge, add, left, emulator):
    ids = add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, status=403, headers={"X-Request-Id": "req-1"})
    outcome = purge(service=kind.service, keep=names("kept"))
    assert kind.single not in outcome.requests
    assert left(kind) == ["one", "two", "kept"]
    assert outcome.error.startswith(f"2 of 2 scheduled tasks could not be deleted: one ({ids[0]}), two ({ids[1]}). ")
    assert outcome.error.count("(request id req-1)") == 1
    assert "delete 2 scheduled tasks (" in outcome.error
    result = outcome.result
    assert (result["changed"], result["scheduled_tasks"], result["total_count"]) == (False, [], 0)
    assert result["diff"] == {"before": {}, "after": {}}
    assert (result["status"], result["request_id"]) == (403, "req-1")
    (failure,) = result["failures"]
    assert failure["tasks"] == [f"one ({ids[0]})", f"two ({ids[1]})"]
    assert "req-1" in failure["msg"]
    assert purge(service=kind.service, keep=names("kept")).result["total_count"] == 2


def test_a_forbidden_batch_does_not_hide_the_others(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(41)), "kept")
    emulator.fail(APP.batch, skip=1, status=403)
    outcome = purge(keep=names("kept"))
    assert left(APP) == [*(f"task-{number}" for number in range(20, 40)), "kept"]
    assert outcome.result["changed"]
    assert outcome.result["total_count"] == 21
    assert len(failed(outcome)) == 20
    assert len(outcome.error) < LONGEST_MESSAGE


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 504}, {"cut_off": True}], ids=str)
@pytest.mark.parametrize("acts", [False, True], ids=["before acting", "after acting"])
def test_an_answer_that_is_lost_once_does_no_harm(kind, fault, acts, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, acts=acts, **fault)
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.error is None
    assert outcome.changed
    assert [task["name"] for task in outcome.tasks] == ["one", "two"]
    assert left(kind) == ["kept"]


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 500}], ids=str)
def test_an_answer_that_stays_away_is_told_where_nothing_was_done(kind, fault, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, **fault)
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.requests.count(kind.batch) == (1 if fault.get("status") == 500 else 5)
    assert outcome.error.startswith("2 of 2 scheduled tasks could not be deleted: one (")
    assert (outcome.result["changed"], outcome.tasks, len(failed(outcome))) == (False, [], 2)
    assert left(kind) == ["one", "two", "kept"]


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 500}], ids=str)
def test_an_answer_that_stays_away_is_no_failure_where_all_was_done(kind, fault, purge, add, left, emulator):
    emulator.dialect.workspace_batch_unknown = "ignore"
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, acts=True, **fault)
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.error is None
    assert (outcome.changed, [task["name"] for task in outcome.tasks]) == (True, ["one", "two"])
    assert left(kind) == ["kept"]


@each_batch
def test_what_was_done_in_part_is_told_as_it_is(kind, purge, run, add, left, emulator, meanwhile):
    ids = add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, status=500, headers={"X-Request-Id": "req-1"})
    meanwhile(lambda: run(service=kind.service, id=ids[0], state="absent"))
    outcome = purge(service=kind.service, keep=names("kept"))
    assert outcome.error.startswith(f"1 of 2 scheduled tasks could not be deleted: two ({ids[1]}). ")
    assert "req-1" in outcome.error
    assert outcome.result["changed"]
    assert [task["name"] for task in outcome.tasks] == ["one"]
    assert failed(outcome) == [f"two ({ids[1]})"]
    assert left(kind) == ["two", "kept"]


@each_batch
def test_what_is_not_seen_again_is_not_called_deleted(kind, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, status=500)
    # The first look finds the tasks, and the second one fails.
    emulator.fail(kind.listing[0], times=99, skip=len(kind.listing), status=403)
    outcome = purge(service=kind.service, keep=names("kept"))
    assert (outcome.result["changed"], len(failed(outcome))) == (False, 2)
    assert left(kind) == ["one", "two", "kept"]


@pytest.mark.parametrize(
    ("kind", "scope", "change"),
    [
        (APP, {"name_prefix": "night-"}, {"task_name": "renamed"}),
        (WORKSPACE, {"name_prefix": "night-"}, {"task_name": "renamed"}),
        (WORKSPACE, {"filters": {"last_status": "FAIL"}}, {"last_status": "SUCCESS"}),
    ],
    ids=["workspace_app name_prefix", "workspace name_prefix", "workspace filters"],
)
def test_what_is_out_of_scope_meanwhile_is_not_called_deleted(kind, scope, change, purge, add, emulator, meanwhile):
    before = {"task_name": "night-one", **({"last_status": "FAIL"} if kind is WORKSPACE else {})}
    service = emulator.services[kind.service]
    task_id = service.add_task(**before)
    other = service.add_task(**before)
    emulator.fail(kind.batch, times=99, status=500)
    meanwhile(lambda: service.add_task(id=task_id, **{**before, **change}))
    outcome = purge(service=kind.service, keep=[], confirm=True, **scope)
    assert {task_id, other} == set(service.tasks)
    assert outcome.error is not None
    assert (outcome.result["changed"], outcome.tasks) == (False, [])


@each_kind
def test_where_the_listing_fails_nothing_goes(kind, purge, add, left, emulator):
    add(kind, "one", "two")
    emulator.fail(kind.listing[0], status=403, headers={"X-Request-Id": "req-1"})
    outcome = purge(service=kind.service, keep=[], confirm=True)
    assert outcome.error.startswith("list scheduled tasks: 403 ")
    assert outcome.result["request_id"] == "req-1"
    assert "changed" not in outcome.result
    assert outcome.requests == kind.listing[:1]
    assert left(kind) == ["one", "two"]


@each_kind
def test_where_a_later_page_fails_nothing_goes(kind, purge, add, left, emulator):
    emulator.dialect.page_size_cap = 1
    add(kind, "one", "two")
    emulator.fail(kind.listing[0], skip=1, times=99, status=500)
    assert purge(service=kind.service, keep=[], confirm=True).error.startswith("list scheduled tasks: 500 ")
    assert left(kind) == ["one", "two"]


@each_kind
@pytest.mark.parametrize("name", [{}, {"task_name": None, "name": None}, {"task_name": "", "name": ""}], ids=str)
def test_a_task_without_a_name_cannot_be_told_from_those_that_are_kept(kind, name, purge, add, left, emulator):
    ids = add(kind, "kept", "None")
    items = {"workspace_app": "items"}.get(kind.service, "scheduled_tasks")
    listed = {"count": 1, "total_count": 1, items: [{"id": ids[0], **name}]}
    for options in ({}, {"name_prefix": "No"}):
        emulator.fail(kind.listing[0], status=200, body=listed)
        outcome = purge(service=kind.service, keep=names("kept"), **options)
        assert outcome.error == f"list scheduled tasks: the task {ids[0]} has no name, so nothing is deleted."
        emulator.clear_faults()
    assert left(kind) == ["kept", "None"]


# One by one.


def test_one_task_of_coc_that_cannot_be_deleted_does_not_hide_the_others(purge, add, left, emulator):
    ids = add(COC, "one", "two", "three", "kept")
    emulator.fail(COC.single, skip=1, status=403, headers={"X-Request-Id": "req-2"})
    outcome = purge(service="coc", keep=names("kept"))
    assert left(COC) == ["two", "kept"]
    assert outcome.error.startswith(f"1 of 3 scheduled tasks could not be deleted: two ({ids[1]}). ")
    for words in (f"delete scheduled task two ({ids[1]}): 403", "req-2", "It is enabled, as it was before."):
        assert words in outcome.error
    assert emulator.coc.tasks[ids[1]]["enabled"] is True
    assert [task["name"] for task in outcome.tasks] == ["one", "three"]
    assert (outcome.result["status"], outcome.result["request_id"]) == (403, "req-2")


def test_a_task_of_coc_that_stays_and_is_disabled_is_a_change(purge, add, left, emulator):
    (task_id,) = add(COC, "one")
    emulator.fail(COC.single, status=403)
    emulator.fail("EnableScheduledTask", status=403)
    outcome = purge(service="coc", keep=[], confirm=True)
    assert left(COC) == ["one"]
    assert emulator.coc.tasks[task_id]["enabled"] is False
    assert outcome.result["changed"] is True
    assert (outcome.tasks, outcome.result["total_count"]) == ([], 0)
    assert "It was enabled before, and that could not be restored" in outcome.error


@pytest.mark.parametrize("acts", [False, True], ids=["before acting", "after acting"])
def test_a_lost_deletion_of_coc_does_no_harm(acts, purge, add, left, emulator):
    add(COC, "one", "two", "kept")
    emulator.fail(COC.single, drop=True, acts=acts)
    outcome = purge(service="coc", keep=names("kept"))
    assert outcome.error is None
    assert left(COC) == ["kept"]
    assert outcome.result["total_count"] == 2


@each_kind
def test_credentials_that_are_refused_meanwhile_are_not_worn_out(kind, purge, add, left, emulator):
    """Five refusals lock an access key."""
    add(kind, *(f"task-{number}" for number in range(45)), **({"enabled": False} if kind is COC else {}))
    refused = {"status": 401, "times": 999, "body": {"error_code": "APIGW.0301", "error_msg": "no"}}
    looks = kind.looks(45)
    emulator.fail("*", skip=len(kind.listing + looks), **refused)
    outcome = purge(service=kind.service, keep=[], confirm=True)
    assert outcome.error.startswith("45 of 45 scheduled tasks could not be deleted: ")
    assert (outcome.result["changed"], outcome.result["status"]) == (False, 401)
    assert len(failed(outcome)) == 45
    assert len(outcome.requests) - len(kind.listing + looks) <= 2
    assert len(left(kind)) == 45


def test_credentials_that_are_refused_in_the_middle_of_a_task_are_not_worn_out(purge, add, left, emulator):
    add(COC, "one", "two", "three")
    for operation in (COC.single, "EnableScheduledTask"):
        emulator.fail(operation, status=401, times=99, body={"error_code": "APIGW.0301", "error_msg": "no"})
    outcome = purge(service="coc", keep=[], confirm=True)
    assert outcome.requests == [*COC.listing, "DisableScheduledTask", COC.single, "EnableScheduledTask"]
    assert outcome.result["changed"] is True
    assert [task.split()[0] for task in failed(outcome)] == ["one", "two", "three"]
    assert left(COC) == ["one", "two", "three"]


def test_a_service_that_is_lost_is_not_asked_for_the_rest(purge, add, left, emulator):
    """Each batch would be tried five times, with longer and longer waits."""
    add(APP, *(f"task-{number}" for number in range(45)), "kept")
    emulator.fail(APP.batch, skip=1, times=999, drop=True)
    outcome = purge(keep=names("kept"))
    assert outcome.error.startswith("25 of 45 scheduled tasks could not be deleted: task-20 (")
    # What became of the lost ones is looked for.
    assert outcome.requests == [*APP.listing, *APP.looks(45), *[APP.batch] * 6, *APP.looks(20)]
    assert [task["name"] for task in outcome.tasks] == [f"task-{number}" for number in range(20)]
    assert [task.split()[0] for task in failed(outcome)] == [f"task-{number}" for number in range(20, 45)]
    assert left(APP) == [*(f"task-{number}" for number in range(20, 45)), "kept"]


# What is told of many.


def test_an_answer_that_cannot_be_one_is_asked_for_again(purge, add, left, emulator):
    add(APP, "one", "two")
    emulator.fail(APP.batch, acts=True, status=200, body=["odd"])
    outcome = purge(keep=[], confirm=True)
    assert outcome.requests == [*APP.listing, *APP.looks(2), APP.batch, APP.batch]
    assert (outcome.result["total_count"], left(APP)) == (2, [])


def test_a_lost_answer_is_no_reason_to_stop_where_all_was_done(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(45)), "kept")
    emulator.fail(APP.batch, times=5, drop=True, acts=True)
    outcome = purge(keep=names("kept"))
    assert outcome.error is None
    assert outcome.result["total_count"] == 45
    assert left(APP) == ["kept"]


def test_one_reason_is_told_once_whatever_lies_between(purge, run, add, emulator, meanwhile):
    ids = add(APP, "one", "two", "three")
    emulator.fail(APP.batch, times=99, status=500)
    meanwhile(lambda: run(service="workspace_app", id=ids[1], state="absent"))
    outcome = purge(keep=[], confirm=True)
    assert [failure["tasks"] for failure in outcome.result["failures"]] == [[f"one ({ids[0]})", f"three ({ids[2]})"]]


def test_a_message_stays_short_and_whole_however_much_fails(purge, add, emulator):
    ids = add(APP, *(f"{number:03}-{'x' * 200}" for number in range(110)))
    emulator.fail(APP.batch, times=99, status=400)
    emulator.fail(APP.single, times=999, status=400, body={"error_code": "WKS.1", "error_msg": "No. " * 200})
    outcome = purge(keep=[], confirm=True)
    assert len(outcome.error) <= LONGEST_MESSAGE
    assert outcome.error.startswith("110 of 110 scheduled tasks could not be deleted: 000-")
    assert outcome.error.count(ids[0]) >= 1
    assert [task.split("(")[1] for task in failed(outcome)] == [f"{each})" for each in ids]
    assert "Run the same task again to delete what is left." in outcome.error


def test_the_result_of_a_thousand_failures_stays_small(purge, add, emulator):
    add(WORKSPACE, *(f"task-{number}" for number in range(1000)))
    emulator.fail(WORKSPACE.batch, status=403)
    outcome = purge(service="workspace", keep=[], confirm=True)
    assert len(failed(outcome)) == 1000
    assert len(outcome.error) <= LONGEST_MESSAGE
    assert len(json.dumps(outcome.result)) < 100_000


def test_no_secret_is_told(purge, add, emulator):
    add(APP, "one", description=f"with {account.SECRET_KEY}")
    refusal = {"error_code": account.ACCESS_KEY, "error_msg": f"you sent {account.SECRET_KEY}"}
    emulator.fail(APP.batch, status=400, body=refusal)
    emulator.fail(APP.single, status=400, body=refusal)
    outcome = purge(keep=[], confirm=True)
    assert account.SECRET_KEY not in json.dumps({**outcome.result, "diff": None, "scheduled_tasks": None})
    assert account.ACCESS_KEY not in outcome.error
    # What is stored in a task is masked by Ansible, which is told of the secrets.
    assert account.SECRET_KEY in outcome.secrets or account.SECRET_KEY not in json.dumps(outcome.result)
