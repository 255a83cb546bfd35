# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all services have in common, and the engine over them, with a service that lives in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    CloudCronError,
    InterruptedChangeError,
    NotFoundError,
    OptionError,
    OutcomeUnknownError,
    ServiceError,
    TaskError,
    UnwantedError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._request import Endpoint, Request, segment
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._plan import Done, Step
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._reconcile import reconcile
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _shapes
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._filters import Filter
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._task_service import (
    MOST_TARGETS,
    TaskService,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._workspace_family import (
    Listing,
    WorkspaceFamily,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._writing_service import not_taken
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask, Target
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

DAILY = Schedule(type="daily", day_interval=1, time="02:30:00")


class Account:
    """Takes the place of the account: answers with what is in `replies`, by method and path."""

    def __init__(self) -> None:
        self.replies: dict[tuple[str, str], Any] = {}
        self.calls: list[tuple[Any, ...]] = []

    def side_by_side(self, function: Callable[[Any], Any], items: Any) -> list[Any]:
        return [function(item) for item in items]

    def wait(self, seconds: float) -> None:
        self.calls.append(("wait", seconds))

    def send(self, endpoint: Endpoint, request: Request[Any]) -> Any:
        url = request.url(endpoint)
        self.calls.append((request.tried, request.method, url, request.body, endpoint.scope, request.repeatable))
        reply = self.replies[request.method, url.removeprefix("https://memory/tasks")]
        if isinstance(reply, Exception):
            raise reply
        return request.read(Answer(request.tried, 200, {}, reply, None))


class Memory(TaskService):
    """Keeps its tasks in a list; several may have the same name."""

    name = "memory"
    task_types = ("RESTART", "STOP")
    schedule_types = ("daily", "cron")
    target_types = ("SERVER",)
    needed_for_create = ("task_type", "schedule.type", "memory.priority")
    filters = {
        "task_name": Filter(Field(most=9)),
        "kind": Filter(Field(choices=("a", "b"))),
        "any": Filter(),
        "limit": Filter(Field("int", least=0, most=5)),
    }
    name_length = 8
    takes = ("description", "targets")
    limits = {"targets": Field("list", most=MOST_TARGETS)}
    own_fields = {"priority": Field("int", most=9)}

    def __init__(self) -> None:
        self.account = Account()
        super().__init__(self.account, "https://memory")  # type: ignore[arg-type]
        self.tasks: list[ScheduledTask] = []
        self.asked: list[Any] = []
        self.plans: list[Step] = []

    @staticmethod
    def host(region: str | None, site: str) -> str:
        return "memory"

    @property
    def url(self) -> str:
        return f"{self._base_url}/tasks"

    def get_detail(self, task_id: str) -> ScheduledTask | None:
        return next((task for task in self.tasks if task.id == task_id), None)

    def list_all(self, filters: Mapping[str, str]) -> Iterator[ScheduledTask]:
        self.asked.append(filters)
        return iter(self.tasks)

    def steps(self, found: ScheduledTask | None, wanted: ScheduledTask | None) -> list[Step]:
        return self.plans


class Paged(Memory, WorkspaceFamily):
    """Has a listing that counts in offsets."""

    def read_listed(self, item: Mapping[str, Any]) -> ScheduledTask:
        raise NotImplementedError

    def read_detail(self, item: Mapping[str, Any]) -> ScheduledTask:
        raise NotImplementedError

    def write_forecast(self, schedule: Schedule) -> dict[str, Any]:
        raise NotImplementedError

    def counted(self, most: int | None = None) -> list[dict[str, Any]]:
        return list(self._items("history", Listing("/h", 2, "items", "total"), {"f": "x"}, most=most))


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def paged() -> Paged:
    return Paged()


def named(*ids: str, name: str = "nightly", **parts: Any) -> list[ScheduledTask]:
    return [ScheduledTask(id=task_id, name=name, service="memory", **parts) for task_id in ids]


GIVEN = ScheduledTask(name="nightly", service="memory")


@pytest.mark.parametrize(
    ("name", "value", "parsed"),
    [
        ("task_name", "x" * 9, "x" * 9),
        ("task_name", " a ", " a "),
        ("any", "x" * 999, "x" * 999),
        ("kind", "b", "b"),
        ("limit", 0, "0"),
        ("limit", 5, "5"),
        ("limit", "05", "5"),
    ],
)
def test_a_filter_takes_what_is_documented(name: str, value: Any, parsed: str) -> None:
    assert Memory.check_filters({name: value, "any": "y" if name != "any" else value})[name] == parsed
    assert Memory.check_filters({name: None}) == {}


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("task_name", "", "it has 1 to 9 characters."),
        ("task_name", "x" * 10, "it has 1 to 9 characters."),
        ("any", " ", "it is not empty."),
        ("any", 7, "it is text: quote it."),
        ("kind", "c", "it is one of a, b."),
        ("limit", 6, "it is a whole number from 0 to 5."),
        ("limit", -1, "it is a whole number from 0 to 5."),
        ("limit", True, "it is a whole number from 0 to 5."),
        ("limit", "9" * 19, "it is a whole number from 0 to 5."),
        ("colour", "red", "service memory has no such filter; it has task_name, kind, any, limit."),
    ],
)
def test_a_filter_refuses_what_is_not(name: str, value: Any, problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        Memory.check_filters({"any": "x", name: value})
    assert caught.value.message == f"filters.{name}: {value!r} is refused: {problem}"
    assert caught.value.option == f"filters.{name}"


def options(**given: Any) -> dict[str, Any]:
    return {"service": "memory", **given}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"force": False}, "force: False is refused: service memory has nothing like it."),
        ({"memory": {"priority": 10}}, "memory.priority: 10 is refused: it is a whole number from 1 to 9."),
        ({"task_type": "SHOUT"}, "task_type: 'SHOUT' is refused: service memory knows RESTART, STOP."),
        (
            {"schedule": {"type": "once", "date": "2026-01-02", "time": "02:30"}},
            "schedule.type: 'once' is refused: service memory knows daily, cron.",
        ),
        (
            {"schedule": {"weekdays": ["sunday"]}},
            "schedule.weekdays: ['sunday'] is refused: no schedule of service memory has this part.",
        ),
        (
            {"schedule": {"cron": "x", "time": "02:30"}},
            "schedule: 'time, cron' is refused: no schedule of service memory has these parts together.",
        ),
        (
            {"targets": [{"type": "SERVER", "id": "a"}, {"type": "HOUSE", "id": "b"}]},
            "targets.type: 'HOUSE' is refused: service memory knows SERVER.",
        ),
        (
            {"targets": []},
            "targets: '0 entries' is refused: it has 1 to 1000 entries.",
        ),
    ],
)
def test_options_that_a_service_cannot_honour_are_refused(given: dict[str, Any], problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(Memory.read_options, options(**given))
    assert caught.value.message == problem


def with_targets(count: int) -> ScheduledTask:
    return ScheduledTask(targets=(Target("SERVER", "a"),) * count)


@pytest.mark.parametrize(("count", "fewest"), [(1, 1), (1000, 1), (0, 0), (1000, 0)])
def test_as_many_targets_as_the_service_takes_are_taken(
    count: int, fewest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Memory, "limits", {"targets": Field("list", least=fewest, most=MOST_TARGETS)})
    checked(Memory.check_task, with_targets(count))
    checked(Memory.check_task, ScheduledTask())


def test_more_targets_are_refused() -> None:
    with pytest.raises(OptionError, match="'1001 entries' is refused: it has 1 to 1000 entries\\.$"):
        checked(Memory.check_task, with_targets(1001))


def test_options_that_a_service_can_honour_are_read() -> None:
    schedule = {"type": "daily", "day_interval": 1, "time": "02:30"}
    targets = [{"type": "SERVER", "id": "a"}]
    given = checked(Memory.read_options, options(name="n", task_type="STOP", schedule=schedule, targets=targets))
    assert (given.name, given.task_type, given.schedule, given.targets) == (
        "n",
        "STOP",
        DAILY,
        (Target("SERVER", "a"),),
    )
    assert (
        checked(Memory.read_options, options(schedule={"time": "02:30", "time_zone": "UTC"})).schedule.time_zone
        == "UTC"
    )


@pytest.mark.parametrize("name", ["", "x" * 9])
def test_a_name_that_cannot_be_looked_for_is_refused(name: str) -> None:
    with pytest.raises(OptionError) as caught:
        Memory.check_name(name)
    assert caught.value.message == f"name: {name!r} is refused: it has 1 to 8 characters."
    Memory.check_name("x" * 8)


def test_tasks_are_listed_by_exactly_their_name(memory: Memory) -> None:
    memory.tasks = [*named("a"), *named("b", name="nightly-2"), *named("c")]
    assert [task.id for task in memory.list_tasks("nightly", {"kind": "a"})] == ["a", "c"]
    assert [task.id for task in memory.list_tasks(None, {"kind": "a"})] == ["a", "b", "c"]
    assert memory.asked == [{"kind": "a", "task_name": "nightly"}, {"kind": "a"}]


def test_several_tasks_of_a_name_are_named_by_some_of_their_ids(memory: Memory) -> None:
    memory.tasks = named(*(f"t{number:02}" for number in range(11, 0, -1)))
    with pytest.raises(TaskError) as caught:
        memory.look_up(GIVEN)
    ids = ", ".join(f"t{number:02}" for number in range(1, 11))
    assert caught.value.message == (
        f"11 scheduled tasks have the name nightly; give the id of the one that is meant: {ids}, ...."
    )
    memory.tasks = memory.tasks[:10]
    with pytest.raises(TaskError, match=r"t02, .*, t11\.$"):
        memory.look_up(GIVEN)


def test_a_detail_is_read_by_an_id_that_stays_one_segment(memory: Memory) -> None:
    memory.account.replies["GET", "/a%2Fb"] = {"task_name": "nightly"}
    assert memory.fetch_detail("a/b") == {"task_name": "nightly"}
    memory.account.replies["GET", "/a%2Fb"] = NotFoundError("read it", "404")
    assert memory.fetch_detail("a/b") is None
    assert memory.account.calls[0] == (
        "read scheduled task a/b",
        "GET",
        "https://memory/tasks/a%2Fb",
        None,
        memory.scope,
        True,
    )
    assert segment("~a b?") == "~a%20b%3F"


def test_a_name_that_no_filter_takes_is_not_filtered_by(memory: Memory) -> None:
    assert memory._by_name(ScheduledTask(name="x" * 8)) == {"task_name": "x" * 8}
    assert memory._by_name(ScheduledTask(name="x" * 9)) == {}


def test_a_detail_is_filled_up_with_what_only_the_list_tells(memory: Memory) -> None:
    memory.tasks = named("b", "a", enabled=True)
    (task,) = named("a")
    assert memory.with_listed(task).enabled is True
    assert memory.asked == [{"task_name": "nightly"}]


def test_a_task_that_is_in_neither_view_has_vanished(memory: Memory) -> None:
    (other,) = named("c")
    assert memory.with_listed(other) is None
    assert memory.asked == [{"task_name": "nightly"}]
    assert memory.account.calls == [("wait", 0.5)]


def test_a_task_that_is_never_listed_stays_as_its_detail_has_it(memory: Memory) -> None:
    (task,) = memory.tasks = named("c")
    memory.list_all = lambda filters: ()  # type: ignore[method-assign]
    assert memory.with_listed(task) is task
    assert sum(seconds for _wait, seconds in memory.account.calls) == 10.0


def repetition(error: ServiceError) -> ServiceError:
    error.is_repetition = True
    return error


@pytest.mark.parametrize(
    ("reply", "word"),
    [
        (None, "delete"),
        ({}, "delete"),
        (NotFoundError("delete it", "404"), None),
        (repetition(NotFoundError("delete it", "404")), "delete"),
    ],
)
def test_what_somebody_else_has_deleted_was_not_deleted_here(memory: Memory, reply: Any, word: str | None) -> None:
    memory.account.replies["DELETE", "/a"] = reply
    (task,) = named("a")
    assert memory.deletion.words == ("delete",)
    assert memory.deletion.do(task) == Done(None, word)
    assert memory.account.calls[0][:2] == ("delete scheduled task nightly (a)", "DELETE")


def test_pages_are_asked_for_below_the_address_of_all_tasks(paged: Paged) -> None:
    items = [{"n": number} for number in range(5)]
    for offset in (0, 2, 4):
        reply = {"items": items[offset : offset + 2], "total": 5}
        paged.account.replies["GET", f"/h?f=x&limit=2&offset={offset}"] = reply
    paged.account.replies["GET", "/h?f=x&limit=1&offset=0"] = {"items": items[:1], "total": 5}
    assert paged.counted(99) == items
    assert paged.counted(3) == items[:3]
    assert paged.counted(1) == items[:1]
    assert len(paged.account.calls) == 3 + 2 + 1
    assert {tried for tried, *_rest in paged.account.calls} == {"history"}
    assert paged.counted() == items


def test_a_deletion_is_answered_with_an_object_or_nothing(memory: Memory) -> None:
    memory.account.replies["DELETE", "/a"] = ["odd"]
    with pytest.raises(AnswerLostError, match="^delete scheduled task nightly \\(a\\): "):
        memory.deletion.do(named("a")[0])


def test_without_a_path_the_address_of_all_tasks_is_asked(memory: Memory) -> None:
    memory.account.replies["GET", ""] = [1]
    assert memory.send(Request("list them", "GET", "", lambda answer: answer.body)) == [1]


def test_a_listing_that_cannot_be_right_is_told_with_what_was_tried(
    paged: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [{"n": 0}, {"n": 1}]
    for offset in (0, 2, 4, 6, 8):
        paged.account.replies["GET", f"/h?f=x&limit=2&offset={offset}"] = {"items": page, "total": 9}
    with pytest.raises(ServiceError, match="^history: the service answers the entries up to 2 "):
        paged.counted(9)
    monkeypatch.setattr(_shapes, "MOST_ITEMS", 1)
    with pytest.raises(ServiceError, match="^history: the listing has more than 1 entries"):
        paged.counted(9)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "task_type, schedule.type, memory.priority"),
        ({"task_type": "STOP", "own": {"priority": 1}}, "schedule.type"),
        ({"task_type": "STOP", "schedule": DAILY, "write_only": {"word": 1}}, "memory.priority"),
    ],
)
def test_a_new_task_needs_what_the_service_needs(memory: Memory, given: dict[str, Any], missing: str) -> None:
    with pytest.raises(TaskError) as caught:
        memory.new_task(ScheduledTask(name="nightly", service="memory", **given))
    assert caught.value.message == (
        f"There is no scheduled task nightly yet, and to create it service memory needs also: {missing}."
    )


@pytest.mark.parametrize("check_mode", [True, False])
def test_in_check_mode_an_earlier_task_may_be_why_there_is_none(memory: Memory, check_mode: bool) -> None:
    with pytest.raises(TaskError) as caught:
        reconcile(memory, ScheduledTask(name="nightly", service="memory", enabled=False), True, check_mode)
    refusal, _stop, reason = caught.value.message.partition("memory.priority.")
    assert refusal.startswith("There is no scheduled task nightly yet, and to create it ")
    assert reason == (
        " This is check mode, which makes nothing: if an earlier task of the run creates it, or gives it this name, "
        "that is why it is not there."
        if check_mode
        else ""
    )


@pytest.mark.parametrize("where", ["own", "write_only"])
def test_a_new_task_is_made_of_what_is_given(memory: Memory, where: str) -> None:
    given = ScheduledTask(name="n", service="memory", task_type="STOP", schedule=DAILY, **{where: {"priority": 1}})
    assert memory.new_task(given) == given


class Creation:
    """Plays a script: what each attempt to create raises, or returns."""

    def __init__(self, memory: Memory, *script: Any) -> None:
        self._memory = memory
        self._script = list(script)

    def __call__(self) -> ScheduledTask:
        step, appears = self._script.pop(0)
        self._memory.tasks += appears
        if isinstance(step, Exception):
            raise step
        return step

    @property
    def attempts_left(self) -> int:
        return len(self._script)


LOST = AnswerLostError("create it", "the connection was lost")
UNKNOWN = OutcomeUnknownError("create it", "500")
MADE = named("new", task_type="STOP")[0]
SENT = ScheduledTask(name="nightly", service="memory", task_type="STOP", enabled=True)


@pytest.mark.parametrize(
    ("script", "attempts_left"),
    [
        ([(MADE, [])], 0),
        ([(LOST, [MADE]), (None, [])], 1),
        ([(UNKNOWN, [MADE]), (None, [])], 1),
        ([(LOST, []), (MADE, [])], 0),
        ([(LOST, []), (LOST, [MADE])], 0),
    ],
)
def test_a_creation_whose_answer_was_lost_is_looked_for(memory: Memory, script: list[Any], attempts_left: int) -> None:
    creation = Creation(memory, *script)
    assert memory.create_once(creation, SENT) == MADE
    assert creation.attempts_left == attempts_left


@pytest.mark.parametrize(
    ("script", "error", "attempts_left"),
    [
        ([(UNKNOWN, []), (MADE, [])], UNKNOWN, 1),
        ([(LOST, []), (LOST, []), (MADE, [])], LOST, 1),
        ([(LOST, named("new", task_type="RESTART")), (MADE, [])], LOST, 1),
    ],
)
def test_a_creation_of_which_nothing_can_be_told_is_an_error(
    memory: Memory, script: list[Any], error: Exception, attempts_left: int
) -> None:
    creation = Creation(memory, *script)
    with pytest.raises(OutcomeUnknownError) as caught:
        memory.create_once(creation, SENT)
    assert caught.value is error
    assert creation.attempts_left == attempts_left


@pytest.mark.parametrize("failure", [ServiceError("list them", "403"), TaskError("Which one?")], ids=str)
def test_where_the_look_back_fails_the_lost_answer_is_the_error(memory: Memory, failure: Exception) -> None:
    def listed(filters: Mapping[str, str]) -> Iterator[ScheduledTask]:
        raise failure

    memory.list_all = listed  # type: ignore[method-assign]
    with pytest.raises(AnswerLostError) as caught:
        memory.create_once(Creation(memory, (LOST, [])), SENT)
    assert caught.value is LOST


SHARED = (
    "create scheduled task nightly: 2 scheduled tasks have this name now, since somebody else created one at the same "
    "moment: new, other. Delete those that are not wanted, with state: absent and their id."
)


def test_a_creation_that_is_found_twice_is_told(memory: Memory) -> None:
    with pytest.raises(UnwantedError) as caught:
        memory.create_once(Creation(memory, (LOST, named("new", "other"))), SENT)
    assert caught.value.message == SHARED


def unwanted(done: Done) -> str:
    assert (done.task, done.word) == (MADE, None)
    assert done.unwanted is not None
    return done.unwanted.message


def test_after_a_creation_the_name_is_looked_for_again(memory: Memory) -> None:
    look = memory.look_at_created
    assert (look.words, look.is_needed) == ((), False)
    memory.tasks = [MADE, *named("x", name="other")]
    assert look.do(MADE) == Done(MADE)
    memory.tasks = named("other", "new")
    assert unwanted(look.do(MADE)) == SHARED
    memory.tasks = named("other")
    assert unwanted(look.do(MADE)) == SHARED


def test_what_a_service_did_not_take_is_named() -> None:
    asked = ScheduledTask(name="a", force=True, schedule=DAILY)
    assert not_taken("create it", asked, asked) is None
    refused = not_taken("create it", asked, ScheduledTask(name="b", schedule=DAILY))
    assert isinstance(refused, UnwantedError)
    assert refused.message == (
        "create it: the service reports success, but did not take force: asked for True, got None; "
        "name: asked for 'a', got 'b'."
    )


# The engine.


class Steps:
    """Makes steps that tell what they do, and break where they are told to."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def step(
        self, word: str, failure: BaseException | None = None, unwanted: UnwantedError | None = None, **parts: Any
    ) -> Step:
        def do(task: ScheduledTask) -> Done:
            self.done.append(f"{word} {task.id}")
            if failure is not None:
                raise failure
            if unwanted is not None:
                return Done(task, unwanted=unwanted)
            return Done(ScheduledTask(id=f"{task.id}{word[0]}", name=task.name, service="memory", **parts), word)

        return Step((word,), do)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def found(memory: Memory) -> ScheduledTask:
    memory.tasks = named("a", task_type="STOP", description="old")
    return memory.tasks[0]


NEW = ScheduledTask(name="nightly", service="memory", description="new")


@pytest.mark.usefixtures("found")
def test_a_change_is_carried_out_step_by_step_and_told(memory: Memory, steps: Steps) -> None:
    memory.plans = [steps.step("update"), steps.step("enable", description="newer")]
    result = reconcile(memory, NEW, True, False)
    assert steps.done == ["update a", "enable au"]
    assert result == {
        "changed": True,
        "operations": ["update", "enable"],
        "diff": {
            "before": {"name": "nightly", "task_type": "STOP", "description": "old"},
            "after": {"name": "nightly", "task_type": "STOP", "description": "new"},
        },
        "scheduled_task": {"id": "aue", "name": "nightly", "description": "newer"},
    }


@pytest.mark.usefixtures("found")
def test_check_mode_tells_the_same_and_does_nothing(memory: Memory, steps: Steps) -> None:
    memory.plans = [steps.step("update"), Step((), Done)]
    result = reconcile(memory, NEW, True, True)
    assert (result["changed"], result["operations"], steps.done) == (True, ["update"], [])
    assert result["scheduled_task"] == {"id": "a", "name": "nightly", "task_type": "STOP", "description": "new"}


def test_nothing_to_do_is_no_change(memory: Memory, found: ScheduledTask) -> None:
    result = reconcile(memory, NEW, True, False)
    assert (result["changed"], result["operations"]) == (False, [])
    assert result["scheduled_task"]["description"] == "new"
    result = reconcile(memory, GIVEN, False, False)
    assert (result["changed"], result["diff"]) == (False, {"before": {}, "after": {}})
    assert result["scheduled_task"] == {}


def test_a_task_that_is_not_there_is_made(memory: Memory, steps: Steps) -> None:
    memory.plans = [steps.step("create")]
    given = ScheduledTask(name="nightly", service="memory", task_type="STOP", schedule=DAILY, own={"priority": 1})
    result = reconcile(memory, given, True, False)
    assert steps.done == ["create None"]
    assert result["diff"] == {"before": {}, "after": given.to_options()}


def test_a_task_that_is_not_there_cannot_be_named_by_its_id(memory: Memory) -> None:
    with pytest.raises(TaskError) as caught:
        reconcile(memory, ScheduledTask(id="x", service="memory"), True, False)
    assert caught.value.message == (
        "There is no scheduled task with the id x. The service chooses the ids: to create a task, leave id out."
    )
    assert reconcile(memory, ScheduledTask(id="x", service="memory"), False, False) == {
        "changed": False,
        "operations": [],
        "diff": {"before": {}, "after": {}},
        "scheduled_task": {},
    }


@pytest.mark.usefixtures("found")
def test_a_deletion_by_id_and_name_wants_both_to_match(memory: Memory, steps: Steps) -> None:
    memory.plans = [steps.step("delete")]
    with pytest.raises(TaskError) as caught:
        reconcile(memory, ScheduledTask(id="a", name="hourly", service="memory"), False, False)
    assert caught.value.message == (
        "Scheduled task a is named nightly, not hourly. To delete it, give its id alone, or both as they are."
    )
    assert steps.done == []
    reconcile(memory, ScheduledTask(id="a", name="nightly", service="memory"), False, False)
    reconcile(memory, ScheduledTask(id="a", service="memory"), False, False)
    assert steps.done == ["delete a"] * 2


@pytest.mark.usefixtures("found")
def test_what_permits_a_change_is_at_hand_to_undo_one(memory: Memory) -> None:
    seen: list[Any] = []
    memory.tasks[0].write_only.update({"old": 1})  # type: ignore[attr-defined]

    def delete(task: ScheduledTask) -> Done:
        seen.append(task.write_only)
        return Done(None, "delete")

    memory.plans = [Step(("delete",), delete)]
    reconcile(memory, ScheduledTask(name="nightly", service="memory", write_only={"ticket": 7}), False, False)
    assert seen == [{"old": 1, "ticket": 7}]


def test_what_a_service_cannot_keep_is_warned_of(memory: Memory) -> None:
    memory.tasks = named("a")
    memory.accept = lambda found, wanted: (found, ["No."])  # type: ignore[method-assign, assignment]
    result = reconcile(memory, NEW, True, False)
    assert memory.warnings == ["No."]
    assert result["diff"]["after"] == {"name": "nightly"}


@pytest.mark.parametrize(
    ("before", "failure", "words"),
    [
        (["update"], ServiceError("enable it", "403"), "stays: update"),
        ([], OutcomeUnknownError("enable it", "500"), "not known"),
        (["update"], AnswerLostError("enable it", "lost"), "stays: update"),
    ],
)
@pytest.mark.usefixtures("found")
def test_a_change_that_breaks_half_way_says_so(
    memory: Memory, steps: Steps, before: list[str], failure: CloudCronError, words: str
) -> None:
    memory.plans = [*map(steps.step, before), steps.step("enable", failure), steps.step("disable")]
    with pytest.raises(InterruptedChangeError, match=words) as caught:
        reconcile(memory, NEW, True, False)
    assert (caught.value.cause, caught.value.done) == (failure, before)
    assert not any("disable" in done for done in steps.done)
    if before:
        assert "nightly (au)" in caught.value.message


@pytest.mark.usefixtures("found")
def test_a_change_that_was_refused_at_once_is_a_plain_error(memory: Memory, steps: Steps) -> None:
    failure = ServiceError("update it", "403")
    memory.plans = [steps.step("update", failure), steps.step("enable")]
    with pytest.raises(ServiceError) as caught:
        reconcile(memory, NEW, True, False)
    assert caught.value is failure
    failure.state = "It is disabled"
    with pytest.raises(InterruptedChangeError, match="It is disabled"):
        reconcile(memory, NEW, True, False)


@pytest.mark.usefixtures("found")
def test_what_came_out_otherwise_is_finished_and_then_told(memory: Memory, steps: Steps) -> None:
    first, second = UnwantedError("It is red."), UnwantedError("It is blue.")
    memory.plans = [
        steps.step("create"),
        steps.step("look", unwanted=first),
        steps.step("update", unwanted=second),
        steps.step("disable"),
    ]
    with pytest.raises(InterruptedChangeError) as caught:
        reconcile(memory, NEW, True, False)
    assert caught.value.cause is first
    assert caught.value.done == ["create", "disable"]
    assert steps.done == ["create a", "look ac", "update ac", "disable ac"]
    assert caught.value.message == (
        "It is red. In all, this was done to scheduled task nightly (acd): create, disable."
    )


@pytest.mark.usefixtures("found")
def test_what_came_out_otherwise_before_anything_was_done_ends_it(memory: Memory, steps: Steps) -> None:
    failure = UnwantedError("It is red.")
    memory.plans = [steps.step("create", failure), steps.step("disable")]
    with pytest.raises(InterruptedChangeError) as caught:
        reconcile(memory, NEW, True, False)
    assert (caught.value.cause, caught.value.done, caught.value.message) == (failure, [], "It is red.")
    assert steps.done == ["create a"]


class TimedOut(BaseException):
    """As Ansible raises it in the middle of anything."""


@pytest.mark.usefixtures("found")
def test_a_play_that_times_out_between_two_steps_finishes_the_others(memory: Memory, steps: Steps) -> None:
    failure = TimedOut()

    refused = ServiceError("enable it", "403")
    memory.plans = [
        steps.step("create"),
        Step((), steps.step("look", failure).do, is_needed=False),
        steps.step("enable", refused),
        steps.step("update"),
        steps.step("disable"),
    ]
    with pytest.raises(TimedOut) as caught:
        reconcile(memory, NEW, True, False)
    assert caught.value is failure
    assert steps.done == ["create a", "look ac", "enable ac", "update ac", "disable acu"]


@pytest.mark.usefixtures("found")
def test_a_play_that_times_out_in_its_first_step_goes_no_further(memory: Memory, steps: Steps) -> None:
    memory.plans = [steps.step("create", TimedOut()), steps.step("disable")]
    with pytest.raises(TimedOut):
        reconcile(memory, NEW, True, False)
    assert steps.done == ["create a"]
