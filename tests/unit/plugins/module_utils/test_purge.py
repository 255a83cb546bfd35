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
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW

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


def named(outcome: Any, what: str) -> list[str]:
    """The names of the tasks that are not on the list and have come to this."""
    return [task["name"] for task in outcome.result["unlisted"] if task["outcome"] == what]


def failures(outcome: Any) -> dict[str, str]:
    """What each task failed of."""
    return {task["name"]: task["error"]["msg"] for task in outcome.result["unlisted"] if task["outcome"] == "failed"}


def new(service: str, name: str, **options: Any) -> dict[str, Any]:
    """An entry with all that a new task needs."""
    return {"name": name, **NEW[service], **options}


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
    before = dict(emulator.services[kind.service].tasks)

    foreseen = purge(kind.service, "two", "four", check_mode=True)
    assert foreseen.requests == kind.listing + [kind.detail] * 2
    assert dict(emulator.services[kind.service].tasks) == before
    assert named(foreseen, "would_delete") == ["one", "three"]

    done = purge(kind.service, "two", "four")
    assert done.result["changed"] is foreseen.result["changed"] is True
    assert done.requests == kind.listing + kind.looks(2) + kind.deletions(2)
    assert left(kind) == ["two", "four"]
    assert done.result["unlisted"] == [
        {"service": kind.service, "name": name, "id": task_id, "outcome": "deleted"}
        for name, task_id in (("one", one), ("three", three))
    ]
    assert done.result["summary"] == {
        "counts": {"unchanged": 2, "deleted": 2},
        "deleted": [f"{kind.service} one", f"{kind.service} three"],
    }
    assert done.result["report"] == [
        "4 scheduled tasks: 2 unchanged, 2 deleted.",
        f"deleted: {kind.service} one (not on the list)",
        f"deleted: {kind.service} three (not on the list)",
    ]
    assert [part["before_header"] for part in done.result["diff"]] == [
        f"{kind.service} one ({one})",
        f"{kind.service} three ({three})",
    ]
    assert {part["before"]["name"] for part in done.result["diff"]} == {"one", "three"}
    assert [part["after"] for part in done.result["diff"]] == [{}, {}]
    assert foreseen.result["diff"] == done.result["diff"]

    again = purge(kind.service, "two", "four")
    assert again.requests == kind.listing
    assert again.result["unlisted"] == []
    assert again.result["summary"] == {"counts": {"unchanged": 2}}
    assert again.result["changed"] is False


@each_kind
def test_nothing_is_there(kind, purge):
    outcome = purge(kind.service, max_deletions=None)
    assert outcome.requests == kind.listing
    assert outcome.result["msg"] == "No scheduled tasks."
    assert outcome.result["changed"] is False
    assert "failed" not in outcome.result


@each_kind
def test_a_name_keeps_exactly_its_tasks(kind, purge, add, left):
    add(kind, "night", "nightly", "Night", "a-night", "night ")
    assert purge(kind.service, "night").deleted == ["nightly", "Night", "a-night", "night "]
    assert left(kind) == ["night"]


@each_kind
def test_a_name_that_several_tasks_have_deletes_none_of_them(kind, purge, add, left):
    add(kind, "night", "day", "night")
    outcome = purge(kind.service, "night")
    assert "2 scheduled tasks have the name night" in outcome.result["msg"]
    assert outcome.result["msg"].endswith("Nothing was written.")
    assert left(kind) == ["night", "day", "night"]


@each_kind
def test_an_id_keeps_its_task_and_no_other_of_the_name(kind, purge, add, emulator):
    _first, second, _third = add(kind, "night", "night", "day")
    purge(kind.service, {"id": second})
    assert list(emulator.services[kind.service].tasks) == [second]


@each_kind
def test_a_task_that_is_renamed_by_its_id_stays(kind, purge, add, left, emulator):
    # The entry is about that one, so another one that has the name already is not on the list.
    renamed, named_so, other = add(kind, "old-task", "new-task", "other")
    outcome = purge(kind.service, {"id": renamed, "name": "new-task"})
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["changed"]
    assert list(emulator.services[kind.service].tasks) == [renamed]
    assert left(kind) == ["new-task"]
    assert {task["id"] for task in outcome.result["unlisted"]} == {named_so, other}


@each_kind
def test_a_task_that_is_renamed_by_its_previous_name_stays(kind, purge, apply, left):
    apply(new(kind.service, "old-task"), new(kind.service, "other-task"), service=kind.service)
    entry = new(kind.service, "new-task", previous_name="old-task")
    for check_mode in (True, False):
        outcome = purge(kind.service, entry, check_mode=check_mode)
        assert named(outcome, "would_delete" if check_mode else "deleted") == ["other-task"]
    assert left(kind) == ["new-task"]
    assert purge(kind.service, entry).result["changed"] is False


@each_kind
def test_a_task_that_is_to_be_absent_goes_once(kind, purge, add, left):
    add(kind, "absent", "unlisted", "kept")
    outcome = purge(kind.service, {"name": "absent", "state": "absent"}, "kept")
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["deleted", "unchanged"]
    assert outcome.deleted == ["unlisted"]
    assert left(kind) == ["kept"]


@each_kind
def test_what_the_list_creates_stays(kind, purge, add, left):
    add(kind, "unlisted", "kept")
    entry = new(kind.service, "new-task")
    outcome = purge(kind.service, "kept", entry)
    assert outcome.deleted == ["unlisted"]
    assert left(kind) == ["kept", "new-task"]
    assert purge(kind.service, "kept", entry).result["changed"] is False


@each_kind
def test_neither_a_name_that_is_an_id_nor_an_id_that_is_a_name_keeps_a_task(kind, purge, add, left):
    (first,) = add(kind, "first")
    for entry in ({"name": first[:30]}, {"id": "first"}):
        outcome = purge(kind.service, entry)
        # There is no such task, and the list is refused as a whole.
        assert outcome.result["tasks"][0]["outcome"] == "failed"
        assert named(outcome, "not_attempted") == ["first"]
    assert left(kind) == ["first"]


@each_kind
def test_names_and_ids_are_read_by_their_aliases(kind, purge, add, left):
    ids = add(kind, "2026", "two", "three", "four")
    # A number is refused, and keeps everything from being deleted.
    assert purge(kind.service, {"name": 2026}).deleted == []
    purge(kind.service, {"name": "2026"}, {"task_name": "two"}, {"task_id": ids[2]})
    assert left(kind) == ["2026", "two", "three"]


@each_kind
def test_only_tasks_with_the_prefix_are_looked_at(kind, purge, add, left):
    add(kind, "class-one", "class-two", "Class-three", "my-class-four", "clas", "five")
    outcome = purge(kind.service, "class-two", name_prefix="class-")
    assert outcome.deleted == ["class-one"]
    assert left(kind) == ["class-two", "Class-three", "my-class-four", "clas", "five"]
    purge(kind.service, name_prefix="class-")
    assert left(kind) == ["Class-three", "my-class-four", "clas", "five"]


@each_kind
def test_an_entry_outside_of_the_prefix_is_made_and_protects_nothing(kind, purge, add, left):
    add(kind, "class-one", "other-one")
    outcome = purge(kind.service, "other-one", name_prefix="class-")
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["unchanged"]
    assert left(kind) == ["other-one"]


def test_a_prefix_is_no_pattern(purge, add, left):
    add(APP, "a.b", "aXb", "*", "%")
    purge("workspace_app", name_prefix="a.")
    assert left(APP) == ["aXb", "*", "%"]
    purge("workspace_app", name_prefix="*")
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
    kept = {"name": "kept", "coc": filters} if "enterprise_project_id" in filters else {"name": "kept"}
    assert purge(kind.service, kept, filters=filters).deleted == ["inside"]
    assert left(kind) == ["kept", "outside"]
    purge(kind.service, filters=filters)
    assert left(kind) == ["outside"]


@each_kind
def test_the_name_filter_matches_parts_and_the_list_does_not(kind, purge, add, left):
    add(kind, "class-one", "class-two", "other")
    purge(kind.service, "class-two", filters={"task_name": "class"})
    assert left(kind) == ["class-two", "other"]


def test_filters_and_prefix_are_both_needed(purge, add, left):
    add(APP, "class-one", "other-one", task_type="STOP_SERVER")
    add(APP, "class-two", task_type="START_SERVER")
    purge("workspace_app", name_prefix="class-", filters={"task_type": "STOP_SERVER"})
    assert left(APP) == ["other-one", "class-two"]


def test_tasks_that_an_event_triggers_are_seen_too(purge, add, left):
    add(WORKSPACE, "daily", "kept-daily")
    add(WORKSPACE, "triggered", "kept-triggered", scheduled_type="LIFE_CYCLE")
    purge("workspace", "kept-daily", "kept-triggered")
    assert left(WORKSPACE) == ["kept-daily", "kept-triggered"]


def test_other_enterprise_projects_are_reached_through_a_filter_only(purge, add, left):
    add(COC, "default", enterprise_project_id="0")
    add(COC, "another", enterprise_project_id="ep-1")
    purge("coc")
    assert left(COC) == ["another"]
    purge("coc", filters={"enterprise_project_id": "ep-1"})
    assert left(COC) == []


def test_an_entry_of_another_enterprise_project_is_found_there_and_the_scope_is_searched_on_its_own(purge, add, left):
    add(COC, "default", "kept", enterprise_project_id="0")
    add(COC, "another", "kept", enterprise_project_id="ep-1")
    outcome = purge("coc", {"name": "kept", "coc": {"enterprise_project_id": "ep-1"}})
    assert outcome.requests[:2] == COC.listing * 2
    # A name keeps its tasks wherever they are.
    assert left(COC) == ["kept", "another", "kept"]


@pytest.mark.parametrize("kind", [APP, WORKSPACE], ids=lambda kind: kind.service)
def test_other_projects_are_left_alone(kind, purge, add, emulator):
    add(kind, "ours")
    add(kind, "theirs", project_id=account.SECOND_PROJECT_ID)
    purge(kind.service)
    tasks = emulator.services[kind.service].tasks_in(account.SECOND_PROJECT_ID)
    assert [task["task_name"] for task in tasks.values()] == ["theirs"]


@each_kind
def test_other_services_are_left_alone(kind, purge, add, left):
    for each in KINDS:
        add(each, "one")
    purge(kind.service)
    assert [left(each) for each in KINDS] == [[] if each is kind else ["one"] for each in KINDS]


def test_several_services_are_purged_at_once_each_with_filters_of_its_own(apply, add, left):
    for kind in KINDS:
        add(kind, "one", "kept")
    add(APP, "started", task_type="START_SERVER")
    outcome = apply(
        *({"service": kind.service, "name": "kept"} for kind in KINDS),
        purge={
            "services": ["workspace_app", "coc"],
            "filters": {"workspace_app": {"task_type": "START_SERVER"}},
        },
    )
    # Nothing but what is not on the list is in the scope of workspace_app, which has to be allowed.
    assert "every task in the scope of workspace_app would be deleted" in outcome.result["msg"]
    # The scope and the entries of workspace_app are found by a listing each.
    assert sorted(outcome.requests) == sorted([*APP.listing * 2, *COC.listing, *WORKSPACE.listing])
    outcome = apply(
        *({"service": kind.service, "name": "kept"} for kind in KINDS),
        purge={
            "services": ["workspace_app", "coc"],
            "filters": {"workspace_app": {"task_type": "START_SERVER"}},
            "max_deletions": 2,
        },
    )
    assert [(task["service"], task["name"]) for task in outcome.result["unlisted"]] == [
        ("workspace_app", "started"),
        ("coc", "one"),
    ]
    assert [left(kind) for kind in KINDS] == [["one", "kept"], ["one", "kept"], ["kept"]]


@each_kind
def test_all_pages_are_looked_at_before_anything_goes(kind, purge, add, left, emulator):
    emulator.dialect.page_size_cap = 2
    add(kind, *(f"task-{number}" for number in range(7)))
    outcome = purge(kind.service, "task-1", "task-6")
    assert left(kind) == ["task-1", "task-6"]
    first_write = min(map(outcome.requests.index, kind.writes & set(outcome.requests)))
    assert not set(outcome.requests[first_write:]) & set(kind.listing)
    assert purge(kind.service, "task-1", "task-6").result["changed"] is False


@each_kind
def test_a_task_that_two_pages_show_is_deleted_once(kind, purge, add, emulator):
    (first,) = add(kind, "one", **({"enabled": False} if kind is COC else {}))
    task = {"id": first, kind.field: "one", "enabled": False}
    items = {"workspace_app": "items"}.get(kind.service, "scheduled_tasks")
    emulator.fail(kind.listing[0], times=2, status=200, body={"count": 2, "total_count": 2, items: [task, task]})
    outcome = purge(kind.service)
    assert outcome.deleted == ["one"]
    # A listing with fewer tasks than it counts is read once more.
    assert outcome.requests == [kind.listing[0], *kind.listing, *kind.looks(1), kind.single]


@each_kind
def test_a_task_that_is_listed_although_it_was_deleted_is_not_told(kind, purge, run, add, left, emulator):
    emulator.dialect.deleted_listed = 99
    ids = add(kind, "ghost", "one", "kept")
    run(service=kind.service, id=ids[0], state="absent")
    foretold = purge(kind.service, "kept", check_mode=True)
    assert named(foretold, "would_delete") == ["one"]
    outcome = purge(kind.service, "kept")
    assert [(task["name"], task["outcome"]) for task in outcome.result["unlisted"]] == [("one", "deleted")]
    assert left(kind) == ["kept"]


@each_kind
def test_the_scope_is_read_by_the_listing_that_finds_the_entries(kind, purge, apply, add):
    add(kind, *(f"task-{number}" for number in range(30)))
    kept = [{"name": f"task-{number}", "enabled": True} for number in range(30)]
    assert purge(kind.service, *kept).requests == kind.listing
    assert apply(*kept, service=kind.service).requests == kind.listing
    # A single entry would be looked up by its name.
    assert purge(kind.service, kept[0], name_prefix="task-0").requests == kind.listing
    filtered = purge(kind.service, *kept, filters={"task_name": "nobody"})
    assert filtered.requests == kind.listing * 2


# What is refused.


REFUSED_ENTRIES: dict[str, Any] = {
    "neither": {},
    "a null name": {"name": None},
    "a null id": {"id": None},
    "both null": {"name": None, "id": None},
    "an empty name": {"name": ""},
    "blanks": {"name": "  "},
    "an empty name beside an id": {"name": "", "id": "a"},
    "a name that nobody can have": {"name": "x" * 300},
    "an empty id": {"id": ""},
    "an id that leads elsewhere": {"id": ".."},
    "an id with a slash": {"id": "a/b"},
    "a bad id beside a name": {"name": "one", "id": "a?b"},
    "half a character": {"name": "a\ud800"},
    "another key": {"name": "one", "names": ["two"]},
    "a name alone": "one=",
    "a null entry": None,
    "a list": ["one"],
}


@pytest.mark.parametrize("case", REFUSED_ENTRIES)
@each_kind
def test_a_bad_entry_keeps_everything_from_being_deleted(kind, case, apply, add, left):
    add(kind, "one", "two")
    scope = {"services": [kind.service], "max_deletions": 99}
    for more in ([], [{"name": "one"}]):
        outcome = apply(*more, REFUSED_ENTRIES[case], service=kind.service, purge=scope)
        assert outcome.requests == []
        assert outcome.result["tasks"][-1]["outcome"] == "failed"
        assert outcome.result["msg"].endswith("Nothing was written.")
    assert left(kind) == ["one", "two"]


@each_kind
def test_a_list_that_does_not_fit_what_is_there_deletes_nothing(kind, purge, add, left):
    add(kind, "one", "kept")
    outcome = purge(kind.service, "kept", "nobody")
    assert named(outcome, "not_attempted") == ["one"]
    assert outcome.result["changed"] is False
    assert not kind.writes & set(outcome.requests)
    assert left(kind) == ["one", "kept"]


@each_kind
def test_an_entry_that_is_to_be_absent_keeps_no_service_from_being_emptied(kind, apply, add, left):
    add(kind, "one", "two")
    entry = {"service": kind.service, "name": "one", "state": "absent"}
    outcome = apply(entry, purge={"services": [kind.service]})
    assert f"every task in the scope of {kind.service} would be deleted: {kind.service} two." in outcome.result["msg"]
    assert left(kind) == ["one", "two"]
    apply(entry, purge={"services": [kind.service], "max_deletions": 1})
    assert left(kind) == []


@each_kind
def test_an_empty_list_is_refused_unless_a_number_allows_it(kind, purge, add, left):
    add(kind, "one", "two")
    for check_mode in (False, True):
        for more in ({}, {"name_prefix": "o"}):
            outcome = purge(kind.service, max_deletions=None, check_mode=check_mode, **more)
            count = 1 if more else 2
            listed = f"{kind.service} one" if more else f"{kind.service} one, {kind.service} two"
            assert outcome.result["failed"]
            assert outcome.result["changed"] is False
            assert outcome.requests == kind.listing
            assert outcome.result["msg"] == (
                f"{count} scheduled task{'s' if count > 1 else ''}: {count} not attempted. "
                "purge.max_deletions: 10 is refused: every task in the scope of "
                f"{kind.service} would be deleted: {listed}. If that is what you want, set max_deletions to {count}. "
                "Nothing was written."
            )
    assert left(kind) == ["one", "two"]
    foretold = purge(kind.service, max_deletions=2, check_mode=True)
    assert named(foretold, "would_delete") == ["one", "two"] == left(kind)
    assert purge(kind.service, max_deletions=2).deleted == ["one", "two"]
    assert left(kind) == []


@pytest.mark.parametrize("check_mode", [False, True])
@each_kind
def test_more_than_ten_are_refused_before_the_first_write_and_named(kind, check_mode, purge, add, left):
    names = [f"task-{number}" for number in range(11)]
    add(kind, *names, "kept")
    before = left(kind)
    entries = ({"name": "kept", "enabled": False}, new(kind.service, "new-task"))
    outcome = purge(kind.service, *entries, max_deletions=None, check_mode=check_mode)
    assert not kind.writes & set(outcome.requests)
    assert left(kind) == before
    message = outcome.result["msg"]
    assert "purge.max_deletions: 10 is refused: 11 tasks would be deleted: " in message
    assert all(f"{kind.service} {name}" in message for name in names)
    assert "set max_deletions to 11" in message
    assert message.endswith("Nothing was written.")
    assert outcome.result["report"][-2] in message
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["not_attempted"] * 2
    assert named(outcome, "not_attempted") == names
    assert outcome.result["changed"] is False
    assert outcome.result["diff"] == []
    assert outcome.result["failed"]


@each_kind
def test_ten_are_deleted_without_a_word(kind, purge, add, left):
    add(kind, *(f"task-{number}" for number in range(10)), "kept")
    assert len(purge(kind.service, "kept", max_deletions=None).deleted) == 10
    assert left(kind) == ["kept"]


@pytest.mark.parametrize(("most", "is_refused"), [(0, True), (1, True), (2, False), (3, False), (11, False)])
def test_a_number_is_the_highest_that_may_be_deleted(most, is_refused, purge, add, left):
    add(APP, "one", "two", "kept")
    outcome = purge("workspace_app", "kept", max_deletions=most)
    assert bool(outcome.result.get("failed")) is is_refused
    assert left(APP) == (["one", "two", "kept"] if is_refused else ["kept"])
    if is_refused:
        assert f"purge.max_deletions: {most} is refused: 2 tasks would be deleted: " in outcome.result["msg"]


def test_nothing_may_be_deleted_and_nothing_has_to_be(purge, add, left):
    add(APP, "one")
    outcome = purge("workspace_app", "one", max_deletions=0)
    assert "failed" not in outcome.result
    assert left(APP) == ["one"]


def test_the_number_is_for_all_services_together(apply, add, left):
    for kind in KINDS:
        add(kind, *(f"task-{number}" for number in range(4)), "kept")
    outcome = apply(
        *({"service": kind.service, "name": "kept"} for kind in KINDS),
        purge={"services": [kind.service for kind in KINDS]},
    )
    assert "12 tasks would be deleted" in outcome.result["msg"]
    assert all(len(left(kind)) == 5 for kind in KINDS)


def test_entries_that_are_to_be_absent_do_not_count(purge, add, left):
    names = [f"task-{number}" for number in range(12)]
    add(APP, *names, "kept")
    outcome = purge("workspace_app", "kept", *({"name": name, "state": "absent"} for name in names), max_deletions=0)
    assert "failed" not in outcome.result
    assert left(APP) == ["kept"]


def test_how_to_allow_it_is_said_however_many_they_are(purge, add, left):
    names = [f"{number:03}-{'x' * 50}" for number in range(200)]
    add(APP, *names, "kept")
    outcome = purge("workspace_app", "kept", max_deletions=None)
    assert len(outcome.result["msg"]) <= LONGEST_MESSAGE
    for text in (outcome.result["msg"], "\n".join(outcome.result["report"])):
        assert "set max_deletions to 200" in text
        assert "Nothing was written." in text
    assert named(outcome, "not_attempted") == names
    assert len(left(APP)) == 201


@pytest.mark.parametrize(
    ("purged", "words"),
    [
        ({}, "purge.services is refused: it is needed and not given"),
        ({"services": None}, "purge.services: null is refused"),
        ({"services": []}, "purge.services: [] is refused: it names the services for which the list is complete"),
        ({"services": ["codearts_check"]}, "codearts_check"),
        ({"services": ["workspace_apps"]}, "workspace_apps"),
        ({"services": ["workspace_app", None]}, "purge.services: null is refused"),
        ({"services": ["workspace_app"], "prefix": "a"}, "purge.prefix is refused: there is no such option"),
        ({"services": ["workspace_app"], "name_prefix": None}, "purge.name_prefix: null is refused"),
        ({"services": ["workspace_app"], "name_prefix": 83}, "purge.name_prefix: '83' is refused: it is text"),
        ({"services": ["workspace_app"], "filters": None}, "purge.filters: null is refused"),
        ({"services": ["workspace_app"], "max_deletions": None}, "purge.max_deletions: null is refused"),
        ({"services": ["workspace_app"], "name_prefix": "a\ud800"}, "half of one"),
        ({"services": ["workspace_app"], "max_deletions": -1}, "purge.max_deletions: -1 is refused"),
        ({"services": ["workspace_app"], "max_deletions": "many"}, "max_deletions"),
        ({"services": ["workspace_app"], "filters": {"workspace": {}}}, "purge.services does not name this service"),
        ({"services": ["workspace_app"], "filters": {"workspace_ap": {}}}, "Did you mean workspace_app?"),
        ({"services": ["workspace_app"], "filters": {"task_type": "STOP_SERVER"}}, "there is no such option"),
        ({"services": ["workspace_app"], "filters": {"workspace_app": None}}, "it is a dictionary of filters"),
        ({"services": ["workspace_app"], "filters": {"workspace_app": ["task_type"]}}, "it is a dictionary of filters"),
    ],
    ids=str,
)
def test_a_bad_scope_is_refused_before_the_first_request(purged, words, apply, add, left):
    add(APP, "one", "two")
    for entries in ([], [{"name": "one"}]):
        outcome = apply(*entries, service="workspace_app", purge={"max_deletions": 99, **purged})
        assert words in outcome.result["msg"]
        assert outcome.requests == []
        assert outcome.result["failed"]
    assert left(APP) == ["one", "two"]


@pytest.mark.parametrize(
    ("kind", "filters", "option"),
    [
        (APP, {"colour": "red"}, "colour"),
        (APP, {"task_type": "STOP"}, "task_type"),
        (APP, {"task_type": ""}, "task_type"),
        (WORKSPACE, {"task_types": "STOP"}, "task_types"),
        (WORKSPACE, {"scheduled_type": "weekly"}, "scheduled_type"),
        (COC, {"enterprise_project_id": ""}, "enterprise_project_id"),
        (COC, {"enterprise_project": "a"}, "enterprise_project"),
        (COC, {"risk_level": 1}, "risk_level"),
        (APP, {"task_type": None}, "task_type"),
        (WORKSPACE, {"task_type": "STOP", "task_name": None}, "task_name"),
        (COC, {"enterprise_project_id": None}, "enterprise_project_id"),
    ],
    ids=lambda value: getattr(value, "service", None) or str(value),
)
def test_a_filter_that_the_service_does_not_have_is_refused(kind, filters, option, purge, add, left):
    add(kind, "one")
    outcome = purge(kind.service, filters=filters)
    assert f"purge.filters.{kind.service}.{option}" in outcome.result["msg"]
    assert outcome.result["failed"]
    assert outcome.requests == []
    assert left(kind) == ["one"]


# How many requests that takes.


@pytest.mark.parametrize(
    ("count", "sizes", "singles"), [(0, [], 0), (1, [], 1), (20, [20], 0), (21, [20], 1), (45, [20, 20, 5], 0)]
)
def test_workspace_app_deletes_20_with_a_request(count, sizes, singles, purge, add, left, emulator):
    ids = add(APP, *(f"task-{number}" for number in range(count)))
    add(APP, "kept")
    outcome = purge("workspace_app", "kept")
    assert outcome.requests == [*APP.listing, *APP.looks(count), *[APP.batch] * len(sizes), *[APP.single] * singles]
    bodies = [request.body for request in emulator.requests if request.operation == APP.batch]
    assert [len(body["items"]) for body in bodies] == sizes
    assert [task_id for body in bodies for task_id in body["items"]] == ids[: sum(sizes)]
    assert left(APP) == ["kept"]
    assert [task["id"] for task in outcome.result["unlisted"]] == ids


def test_workspace_deletes_all_with_a_request(purge, add, left, emulator):
    ids = add(WORKSPACE, *(f"task-{number}" for number in range(120)))
    add(WORKSPACE, "kept")
    outcome = purge("workspace", "kept")
    assert [request.body for request in emulator.requests if request.operation == WORKSPACE.batch] == [
        {"task_ids": ids}
    ]
    assert left(WORKSPACE) == ["kept"]
    assert len(outcome.deleted) == 120


def test_batches_are_as_large_as_the_pages_allow():
    assert SERVICES["workspace_app"].batch_deletion == ("/actions/batch-delete", "items", 20)
    assert SERVICES["workspace"].batch_deletion == ("/batch-delete", "task_ids", 5000)


def test_workspace_deletes_the_next_ones_with_another_request(purge, add, left, monkeypatch):
    monkeypatch.setattr(SERVICES["workspace"], "batch_deletion", BatchDeletion("/batch-delete", "task_ids", 3))
    add(WORKSPACE, *(f"task-{number}" for number in range(7)))
    outcome = purge("workspace", "task-6")
    assert outcome.requests == WORKSPACE.listing + WORKSPACE.looks(6) + [WORKSPACE.batch] * 2
    assert left(WORKSPACE) == ["task-6"]


def test_coc_disables_what_is_enabled_and_deletes_one_by_one(purge, add, left, emulator):
    add(COC, "enabled", "kept")
    add(COC, "disabled", enabled=False)
    outcome = purge("coc", "kept")
    assert outcome.requests == [*COC.listing, "DisableScheduledTask", COC.single, COC.single]
    assert left(COC) == ["kept"]
    assert [task["enabled"] for task in emulator.coc.tasks.values()] == [True]
    assert [part["before"]["enabled"] for part in outcome.result["diff"]] == [True, False]


# What goes wrong.


@each_kind
def test_a_service_of_which_an_entry_failed_loses_nothing(kind, apply, add, left, emulator):
    other = WORKSPACE if kind is APP else APP
    add(kind, "one", "kept")
    add(other, "one", "kept")
    emulator.fail(kind.detail, status=400)
    entries = [
        {"service": kind.service, "name": "kept", "enabled": False},
        {"service": other.service, "name": "kept"},
    ]
    scope = {"services": [kind.service, other.service]}
    outcome = apply(*entries, purge=scope)
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["failed", "unchanged"]
    assert left(kind) == ["one", "kept"]
    assert left(other) == ["kept"]
    told = {task["service"]: task for task in outcome.result["unlisted"]}
    assert told[kind.service]["outcome"] == "not_attempted"
    reason = f"Nothing is deleted from {kind.service} for not being on the list: an entry failed."
    assert told[kind.service]["error"]["msg"] == reason
    assert told[other.service]["outcome"] == "deleted"
    assert reason in outcome.result["msg"]
    assert apply(*entries, purge=scope).deleted == ["one"]


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
    outcome = purge(kind.service, "kept")
    assert left(kind) == ["two", "kept"]
    assert outcome.requests == [*kind.listing, *kind.looks(3), kind.batch, *[kind.single] * 3]
    result = outcome.result
    assert result["report"][0] == "4 scheduled tasks: 1 unchanged, 2 deleted, 1 failed."
    assert result["report"][-1].startswith(f"failed: {kind.service} two: delete scheduled task two ({ids[1]}): ")
    for words in ("WKS.2 not this one", "(request id req-two)"):
        assert words in result["msg"]
    assert "WKS.1" not in result["msg"]
    assert (result["failed"], result["changed"]) == (True, True)
    assert outcome.deleted == ["one", "three"]
    assert [part["before"]["name"] for part in result["diff"]] == ["one", "three"]
    error = result["unlisted"][1]["error"]
    assert (error["error_code"], error["error_msg"], error["request_id"]) == ("WKS.2", "not this one", "req-two")
    again = purge(kind.service, "kept")
    assert (again.deleted, left(kind)) == (["two"], ["kept"])


@each_batch
def test_a_batch_that_is_refused_as_such_is_deleted_one_by_one(kind, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, status=404, body={"error_code": "APIGW.0101", "error_msg": "no such API"})
    outcome = purge(kind.service, "kept")
    assert "failed" not in outcome.result
    assert outcome.deleted == ["one", "two"]
    assert left(kind) == ["kept"]


def test_other_batches_are_sent_after_a_refused_one(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(41)), "kept")
    emulator.fail(APP.batch, skip=1, status=400)
    emulator.fail(APP.single, skip=4, status=400)
    outcome = purge("workspace_app", "kept")
    assert outcome.requests == [*APP.listing, *APP.looks(41), *[APP.batch] * 2, *[APP.single] * 21]
    assert left(APP) == ["task-24", "kept"]
    assert len(outcome.deleted) == 40


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let somebody else do something right before the first write."""
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
    outcome = purge(kind.service, "kept")
    assert "failed" not in outcome.result
    assert left(kind) == ["kept"]
    # Where several go with one request, nobody is told that one of them had gone since it was looked for.
    assert outcome.deleted == (["one", "gone", "three"] if kind.batch else ["one", "three"])


# Workspace App does not tell whether there was a task to delete.
@pytest.mark.parametrize("kind", [WORKSPACE, COC], ids=lambda kind: kind.service)
def test_an_entry_whose_task_somebody_else_deletes_meanwhile_changes_nothing(kind, apply, run, add, meanwhile):
    (task_id,) = add(kind, "gone", **({"enabled": False} if kind is COC else {}))
    meanwhile(lambda: run(service=kind.service, id=task_id, state="absent"))
    outcome = apply({"service": kind.service, "name": "gone", "state": "absent"})
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["unchanged"]
    assert (outcome.result["changed"], outcome.result["diff"]) == (False, [])
    assert "failed" not in outcome.result


@each_kind
def test_a_task_that_appears_between_listing_and_deletion_stays(kind, purge, add, left, meanwhile):
    add(kind, "one", "kept")
    meanwhile(lambda: add(kind, "new", "one"))
    outcome = purge(kind.service, "kept")
    assert outcome.deleted == ["one"]
    assert left(kind) == ["kept", "new", "one"]


@each_batch
def test_a_forbidden_batch_names_all_of_its_tasks(kind, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, status=403, headers={"X-Request-Id": "req-1"})
    outcome = purge(kind.service, "kept")
    assert kind.single not in outcome.requests
    assert left(kind) == ["one", "two", "kept"]
    (reason,) = outcome.result["report"][1:]
    assert reason.startswith(f"failed: {kind.service} one, {kind.service} two: delete 2 scheduled tasks (")
    assert reason.count("(request id req-1)") == 1
    assert (outcome.result["changed"], outcome.result["diff"]) == (False, [])
    assert [task["error"]["status"] for task in outcome.result["unlisted"]] == [403, 403]
    assert purge(kind.service, "kept").deleted == ["one", "two"]


def test_a_forbidden_batch_does_not_hide_the_others(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(41)), "kept")
    emulator.fail(APP.batch, skip=1, status=403)
    outcome = purge("workspace_app", "kept")
    assert left(APP) == [*(f"task-{number}" for number in range(20, 40)), "kept"]
    assert outcome.result["changed"]
    assert len(outcome.deleted) == 21
    assert len(failures(outcome)) == 20
    assert len(outcome.result["msg"]) < LONGEST_MESSAGE


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 504}, {"cut_off": True}], ids=str)
@pytest.mark.parametrize("acts", [False, True], ids=["before acting", "after acting"])
def test_an_answer_that_is_lost_once_does_no_harm(kind, fault, acts, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, acts=acts, **fault)
    outcome = purge(kind.service, "kept")
    assert "failed" not in outcome.result
    assert outcome.deleted == ["one", "two"]
    assert left(kind) == ["kept"]


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 500}], ids=str)
def test_an_answer_that_stays_away_is_told_where_nothing_was_done(kind, fault, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, **fault)
    outcome = purge(kind.service, "kept")
    assert outcome.requests.count(kind.batch) == (1 if fault.get("status") == 500 else 5)
    assert (outcome.result["changed"], outcome.deleted, list(failures(outcome))) == (False, [], ["one", "two"])
    assert left(kind) == ["one", "two", "kept"]


@each_batch
@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 503}, {"status": 500}], ids=str)
def test_an_answer_that_stays_away_is_no_failure_where_all_was_done(kind, fault, purge, add, left, emulator):
    emulator.dialect.workspace_batch_unknown = "ignore"
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, acts=True, **fault)
    outcome = purge(kind.service, "kept")
    assert "failed" not in outcome.result
    assert (outcome.result["changed"], outcome.deleted) == (True, ["one", "two"])
    assert left(kind) == ["kept"]


@each_batch
def test_what_was_done_in_part_is_told_as_it_is(kind, purge, run, add, left, emulator, meanwhile):
    ids = add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, status=500, headers={"X-Request-Id": "req-1"})
    meanwhile(lambda: run(service=kind.service, id=ids[0], state="absent"))
    outcome = purge(kind.service, "kept")
    assert outcome.result["report"][0] == "3 scheduled tasks: 1 unchanged, 1 deleted, 1 failed."
    assert "req-1" in outcome.result["msg"]
    assert outcome.result["changed"]
    assert (outcome.deleted, list(failures(outcome))) == (["one"], ["two"])
    assert left(kind) == ["two", "kept"]


@each_batch
def test_what_is_not_seen_again_is_not_called_deleted(kind, purge, add, left, emulator):
    add(kind, "one", "two", "kept")
    emulator.fail(kind.batch, times=99, status=500)
    # The first look finds the tasks, and the second one fails.
    emulator.fail(kind.listing[0], times=99, skip=len(kind.listing), status=403)
    outcome = purge(kind.service, "kept")
    assert (outcome.result["changed"], list(failures(outcome))) == (False, ["one", "two"])
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
def test_what_is_out_of_scope_meanwhile_is_not_called_deleted(kind, scope, change, purge, emulator, meanwhile):
    before = {"task_name": "night-one", **({"last_status": "FAIL"} if kind is WORKSPACE else {})}
    service = emulator.services[kind.service]
    task_id = service.add_task(**before)
    other = service.add_task(**before)
    emulator.fail(kind.batch, times=99, status=500)
    meanwhile(lambda: service.add_task(id=task_id, **{**before, **change}))
    outcome = purge(kind.service, **scope)
    assert {task_id, other} == set(service.tasks)
    assert outcome.result["failed"]
    assert (outcome.result["changed"], outcome.deleted) == (False, [])


@each_kind
def test_where_the_listing_fails_nothing_goes(kind, purge, add, left, emulator):
    add(kind, "one", "two")
    emulator.fail(kind.listing[0], times=2, status=403, headers={"X-Request-Id": "req-1"})
    outcome = purge(kind.service)
    assert outcome.result["msg"].startswith(f"No scheduled tasks. failed: {kind.service}: list scheduled tasks: 403 ")
    assert "req-1" in outcome.result["msg"]
    assert outcome.result["failed"]
    assert outcome.result["changed"] is False
    assert outcome.requests == kind.listing[:1]
    again = purge(kind.service, "one")
    assert [task["outcome"] for task in again.result["tasks"]] == ["not_attempted"]
    assert again.requests == kind.listing[:1]
    assert left(kind) == ["one", "two"]


def test_where_another_service_stops_everything_it_is_told_that_nothing_was_looked_for(apply, add, left, emulator):
    add(APP, "one", "kept")
    add(COC, "one")
    emulator.fail(APP.listing[0], status=401)
    outcome = apply(
        {"service": "workspace_app", "name": "kept"},
        purge={"services": ["workspace_app", "coc"], "max_deletions": 9},
    )
    assert [task["outcome"] for task in outcome.result["tasks"]] == ["not_attempted"]
    assert "failed: coc: list scheduled tasks: 401 " in outcome.result["msg"]
    assert outcome.requests == APP.listing
    assert (left(APP), left(COC)) == (["one", "kept"], ["one"])


@each_kind
def test_where_a_later_page_fails_nothing_goes(kind, purge, add, left, emulator):
    emulator.dialect.page_size_cap = 1
    add(kind, "one", "two")
    emulator.fail(kind.listing[0], skip=1, times=99, status=500)
    assert f"failed: {kind.service}: list scheduled tasks: 500 " in purge(kind.service).result["msg"]
    assert left(kind) == ["one", "two"]


@each_kind
@pytest.mark.parametrize("name", [{}, {"task_name": None, "name": None}, {"task_name": "", "name": ""}], ids=str)
def test_a_task_without_a_name_cannot_be_told_from_those_that_are_kept(kind, name, purge, add, left, emulator):
    ids = add(kind, "kept", "None")
    items = {"workspace_app": "items"}.get(kind.service, "scheduled_tasks")
    listed = {"count": 1, "total_count": 1, items: [{"id": ids[0], **name}]}
    for options in ({}, {"name_prefix": "No"}):
        emulator.fail(kind.listing[0], status=200, body=listed)
        outcome = purge(kind.service, **options)
        problem = f"list scheduled tasks: the task {ids[0]} has no name, so nothing is deleted."
        assert f"failed: {kind.service}: {problem}" in outcome.result["msg"]
        emulator.clear_faults()
    assert left(kind) == ["kept", "None"]


@each_kind
def test_a_filter_that_the_service_does_not_heed_deletes_nothing(kind, purge, add, left, emulator):
    emulator.dialect.ignored_filters = ["task_name"]
    add(kind, "one", "kept")
    outcome = purge(kind.service, filters={"task_name": "one"})
    assert "in spite of filters.task_name, so nothing is deleted. Use name_prefix instead" in outcome.result["msg"]
    assert outcome.result["failed"]
    assert left(kind) == ["one", "kept"]


# One by one.


def test_one_task_of_coc_that_cannot_be_deleted_does_not_hide_the_others(purge, add, left, emulator):
    ids = add(COC, "one", "two", "three", "kept")
    emulator.fail(COC.single, skip=1, status=403, headers={"X-Request-Id": "req-2"})
    outcome = purge("coc", "kept")
    assert left(COC) == ["two", "kept"]
    assert list(failures(outcome)) == ["two"]
    for words in (f"delete scheduled task two ({ids[1]}): 403", "req-2", "It is enabled, as it was before."):
        assert words in outcome.result["msg"]
    assert emulator.coc.tasks[ids[1]]["enabled"] is True
    assert outcome.deleted == ["one", "three"]
    error = outcome.result["unlisted"][1]["error"]
    assert (error["status"], error["request_id"]) == (403, "req-2")


def test_a_task_of_coc_that_stays_and_is_disabled_is_a_change(purge, add, left, emulator):
    (task_id,) = add(COC, "one")
    emulator.fail(COC.single, status=403)
    emulator.fail("EnableScheduledTask", status=403)
    outcome = purge("coc")
    assert left(COC) == ["one"]
    assert emulator.coc.tasks[task_id]["enabled"] is False
    assert outcome.result["changed"] is True
    assert named(outcome, "failed") == ["one"]
    assert "It was enabled before, and that could not be restored" in outcome.result["msg"]


@pytest.mark.parametrize("acts", [False, True], ids=["before acting", "after acting"])
def test_a_lost_deletion_of_coc_does_no_harm(acts, purge, add, left, emulator):
    add(COC, "one", "two", "kept")
    emulator.fail(COC.single, drop=True, acts=acts)
    outcome = purge("coc", "kept")
    assert "failed" not in outcome.result
    assert left(COC) == ["kept"]
    assert outcome.deleted == ["one", "two"]


@each_kind
def test_credentials_that_are_refused_meanwhile_are_not_worn_out(kind, purge, add, left, emulator):
    """Five refusals lock an access key."""
    add(kind, *(f"task-{number}" for number in range(45)), **({"enabled": False} if kind is COC else {}))
    refused = {"status": 401, "times": 999, "body": {"error_code": "APIGW.0301", "error_msg": "no"}}
    looks = kind.looks(45)
    emulator.fail("*", skip=len(kind.listing + looks), **refused)
    outcome = purge(kind.service)
    assert len(failures(outcome)) == 45
    assert outcome.result["changed"] is False
    assert {task["error"]["status"] for task in outcome.result["unlisted"]} == {401}
    assert len(outcome.requests) - len(kind.listing + looks) <= 2
    assert len(left(kind)) == 45


@each_kind
def test_credentials_that_are_refused_for_one_service_are_not_tried_for_the_next(kind, apply, add, left, emulator):
    for each in KINDS:
        add(each, "one", "two", "kept", **({"enabled": False} if each is COC else {}))
    order = [kind, *(each for each in KINDS if each is not kind)]
    refused = {"status": 401, "times": 999, "body": {"error_code": "APIGW.0301", "error_msg": "no"}}
    for each in KINDS:
        emulator.fail(each.batch or each.single, **refused)
    outcome = apply(
        *({"service": each.service, "name": "kept"} for each in order),
        purge={"services": [each.service for each in order]},
    )
    refusals = [each for each in outcome.requests if each in {other.batch or other.single for other in KINDS}]
    assert refusals == [kind.batch or kind.single]
    assert all(len(left(each)) == 3 for each in KINDS)
    assert "deleted" not in outcome.result["summary"]["counts"]
    assert outcome.result["failed"]


def test_credentials_that_are_refused_in_the_middle_of_a_task_are_not_worn_out(purge, add, left, emulator):
    add(COC, "one", "two", "three")
    for operation in (COC.single, "EnableScheduledTask"):
        emulator.fail(operation, status=401, times=99, body={"error_code": "APIGW.0301", "error_msg": "no"})
    outcome = purge("coc")
    assert outcome.requests == [*COC.listing, "DisableScheduledTask", COC.single, "EnableScheduledTask"]
    assert outcome.result["changed"] is True
    assert list(failures(outcome)) == ["one", "two", "three"]
    assert left(COC) == ["one", "two", "three"]


def test_a_service_that_is_lost_is_not_asked_for_the_rest(purge, add, left, emulator):
    """Each batch would be tried five times, with longer and longer waits."""
    add(APP, *(f"task-{number}" for number in range(45)), "kept")
    emulator.fail(APP.batch, skip=1, times=999, drop=True)
    outcome = purge("workspace_app", "kept")
    # What became of the lost ones is looked for.
    assert outcome.requests == [*APP.listing, *APP.looks(45), *[APP.batch] * 6, *APP.looks(20)]
    assert outcome.deleted == [f"task-{number}" for number in range(20)]
    assert list(failures(outcome)) == [f"task-{number}" for number in range(20, 45)]
    assert left(APP) == [*(f"task-{number}" for number in range(20, 45)), "kept"]


# What is told of many.


def test_an_answer_that_cannot_be_one_is_asked_for_again(purge, add, left, emulator):
    add(APP, "one", "two")
    emulator.fail(APP.batch, acts=True, status=200, body=["odd"])
    outcome = purge("workspace_app")
    assert outcome.requests == [*APP.listing, *APP.looks(2), APP.batch, APP.batch]
    assert (outcome.deleted, left(APP)) == (["one", "two"], [])


def test_a_lost_answer_is_no_reason_to_stop_where_all_was_done(purge, add, left, emulator):
    add(APP, *(f"task-{number}" for number in range(45)), "kept")
    emulator.fail(APP.batch, times=5, drop=True, acts=True)
    outcome = purge("workspace_app", "kept")
    assert "failed" not in outcome.result
    assert len(outcome.deleted) == 45
    assert left(APP) == ["kept"]


def test_one_reason_is_told_once_whatever_lies_between(purge, run, add, emulator, meanwhile):
    ids = add(APP, "one", "two", "three")
    emulator.fail(APP.batch, times=99, status=500)
    meanwhile(lambda: run(service="workspace_app", id=ids[1], state="absent"))
    outcome = purge("workspace_app")
    reasons = [line for line in outcome.result["report"] if line.startswith("failed: ")]
    assert len(reasons) == 1
    assert reasons[0].startswith("failed: workspace_app one, workspace_app three: ")


def test_a_message_stays_short_and_whole_however_much_fails(purge, add, emulator):
    names = [f"{number:03}-{'x' * 200}" for number in range(110)]
    ids = add(APP, *names)
    emulator.fail(APP.batch, times=99, status=400)
    emulator.fail(APP.single, times=999, status=400, body={"error_code": "WKS.1", "error_msg": "No. " * 200})
    outcome = purge("workspace_app")
    assert len(outcome.result["msg"]) <= LONGEST_MESSAGE
    assert outcome.result["msg"].startswith("110 scheduled tasks: 110 failed. failed: workspace_app 000-")
    assert ids[0] in outcome.result["msg"]
    assert [task["id"] for task in outcome.result["unlisted"]] == ids
    assert list(failures(outcome)) == names


def test_the_report_of_a_thousand_failures_stays_small(purge, add, emulator):
    add(WORKSPACE, *(f"task-{number}" for number in range(1000)))
    emulator.fail(WORKSPACE.batch, status=403)
    outcome = purge("workspace")
    assert len(failures(outcome)) == 1000
    assert len(outcome.result["msg"]) <= LONGEST_MESSAGE
    assert sum(map(len, outcome.result["report"])) <= LONGEST_MESSAGE


def test_no_secret_is_told(purge, add, emulator):
    add(APP, "one", description=f"with {account.SECRET_KEY}")
    refusal = {"error_code": account.ACCESS_KEY, "error_msg": f"you sent {account.SECRET_KEY}"}
    emulator.fail(APP.batch, status=400, body=refusal)
    emulator.fail(APP.single, status=400, body=refusal)
    outcome = purge("workspace_app")
    assert account.SECRET_KEY not in json.dumps({**outcome.result, "diff": None})
    assert account.ACCESS_KEY not in outcome.result["msg"]
    # What is stored in a task is masked by Ansible, which is told of the secrets.
    assert account.SECRET_KEY in outcome.secrets or account.SECRET_KEY not in json.dumps(outcome.result)


@pytest.mark.parametrize("check_mode", [False, True])
def test_without_values_nothing_of_a_task_that_goes_is_shown(check_mode, purge, add):
    add(APP, "one", description="secret")
    outcome = purge("workspace_app", show_values=False, check_mode=check_mode)
    assert outcome.result["changed"]
    assert outcome.result["diff"] == []
    assert "secret" not in json.dumps(outcome.result)
