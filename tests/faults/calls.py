# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user does with a module, and which requests it takes: the rows of the matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ...extensions.emulator import account
from ..logins import AGENCY, BY_PASSWORD
from .faults import Fault

Fields = Mapping[str, Any]

NAME = "nightly-restart"
ID = "task-1"
COC_ID = "ST0123456789abcdef01234567"
IAM = "iam"

AFTERWARDS = "the look afterwards"

CHANGING = ("Create", "Update", "Delete", "BatchDelete", "Enable", "Disable")
"""How the operations begin that change a task."""

# Why some faults cannot be.
KEYS_STAY = "access keys do not expire"
UNSIGNED = "a password is sent without a signature"


@dataclass(frozen=True, eq=False)
class Step:
    """One request of a call, which a fault may hit.

    :ivar operation: the vendor's operation id.
    :ivar tried: what a message calls it.
    :ivar skip: how many requests of the same operation go before it.
    :ivar place: says on the page which one it is, where the operation's id does not.
    :ivar told: the operations that a failed result tells of, where this request was not carried out.
    :ivar told_after: the same by the name of a fault after which it is something else.
    :ivar left: what is then stored of the task, where it is not what was there before.
    :ivar survives: the names of faults from which this request does not recover, and the call does.
    :ivar writes: the requests that change something, in a run that survives, by the name of a fault after which they
        are others than by rule.
    :ivar impossible: why a fault cannot be, by its name.
    :ivar expires_before: the operation right before which a token expires; this request itself where it is empty.
    """

    operation: str
    tried: str
    skip: int = 0
    place: str = ""
    told: tuple[str, ...] = ()
    told_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left: Fields | None = None
    survives: tuple[str, ...] = ()
    writes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    impossible: Mapping[str, str] = field(default_factory=dict)
    expires_before: str = ""

    @property
    def changes(self) -> bool:
        """Whether it changes a task that is there."""
        return is_changing(self.operation) and not self.creates

    @property
    def creates(self) -> bool:
        """Whether a second one of it would make a second task."""
        return self.operation in ("CreateScheduleTask", "CreateScheduledTasks", "CreateScheduledTask")

    def hit_by(self, fault: Fault) -> str:
        """The operation that a fault hits: this one, or that for which a token is no longer valid."""
        return self.expires_before if fault.expires and self.expires_before else self.operation


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a module.

    :ivar title: what the user does, as the page calls it.
    :ivar options: those of the module, apart from the connection.
    :ivar seed: stores what is there before.
    :ivar steps: the requests that a fault hits.
    :ivar operations: what the result of a whole run tells.
    :ivar writes: the requests of a whole run that change something.
    :ivar wanted: what is stored of the one task then; None for no task.
    :ivar told: what is told of the tasks, and makes it a call of `scheduled_task_info`.
    :ivar purged: the names of the tasks that are deleted for not being on a list.
    :ivar entry: what is wanted of each entry of a list that all faults hit in the same place; None where it is no list.
    :ivar dialect: switches of the emulator.
    :ivar place: the project in which the tasks are, where it is not the service's default.
    :ivar section: the table in which it stands, where it is not the service's.
    """

    service: str
    title: str
    options: Fields
    seed: Callable[[Any], Any]
    steps: tuple[Step, ...]
    operations: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    wanted: Fields | None = None
    told: tuple[Fields, ...] | None = None
    purged: tuple[str, ...] = ()
    entry: Call | None = None
    dialect: Fields = field(default_factory=dict)
    place: str = ""
    section: str = ""

    @property
    def is_change(self) -> bool:
        """Whether a whole run of it changes anything."""
        return bool(self.operations or self.purged)

    @property
    def is_list(self) -> bool:
        """Whether it is a call of `scheduled_tasks`."""
        return "tasks" in self.options

    @property
    def name_field(self) -> str:
        """What the name of a task is called where it is stored."""
        return "name" if self.service == COC else "task_name"


class Row(NamedTuple):
    """A request of a call."""

    call: Call
    step: Step

    @property
    def section(self) -> str:
        """The table in which it stands."""
        return self.call.section or self.call.service

    @property
    def title(self) -> str:
        """What the page calls it."""
        place = f" ({self.step.place})" if self.step.place else ""
        return f"{self.call.title}: `{self.step.operation}`{place}"

    @property
    def name(self) -> str:
        """What a test calls it."""
        words = f"{self.section} {self.call.title} {self.step.operation} {self.step.place}"
        return "-".join(words.replace(",", "").split())


def is_changing(operation: str) -> bool:
    """Return whether an operation of a service changes a task."""
    return operation.startswith(CHANGING) and operation not in ("CreateToken", "CreateTemporaryAccessKeyByAgency")


def nothing(emulator: Any) -> None:
    """Leave the services as they are, without a task."""


def named(**more: Any) -> dict[str, Any]:
    """Options that find the task by its name."""
    return {"name": NAME, **more}


def fixed(**tells: Any) -> tuple[Fields, ...]:
    """What a look-up tells of the one task."""
    return ({"name": NAME, **tells},)


WEEKLY = {"type": "weekly", "weekdays": ["sunday"], "time": "03:30", "time_zone": "Asia/Shanghai"}
STORED_WEEKLY = {
    "scheduled_type": "WEEK",
    "week_list": "1",
    "scheduled_time": "03:30:00",
    "time_zone": "Asia/Shanghai",
    "day_interval": None,
}
STORED_ONCE = {"scheduled_type": "FIXED_TIME", "scheduled_date": "2099-01-01", "scheduled_time": "09:00:00"}
NEXT = {"next_executions": ["2099-01-01T09:00:00+08:00"]}
CHANGE = {"description": "Once a week", "schedule": {"time": "04:00"}}
STORED_CHANGE = {"description": "Once a week", "scheduled_time": "04:00:00"}

LISTED = f"list scheduled tasks named {NAME}"
READ = f"read scheduled task {ID}"
CREATED = f"create scheduled task {NAME}"
UPDATED = f"update scheduled task {NAME} ({ID})"
DELETED = f"delete scheduled task {NAME} ({ID})"

SECOND, SECOND_ID = "nightly-second", "task-2"
KEPT = "weekly"
PURGED = (NAME, SECOND)
BATCH_DELETED = f"delete 2 scheduled tasks ({ID}, {SECOND_ID})"
LISTED_ALL = "list scheduled tasks"


def complete(service: str) -> Fields:
    """Options of a list that has one of the tasks, and no other is to stay."""
    return {"tasks": [{"name": KEPT}], "purge": {"services": [service]}}


# The faults whose requests are not repeated, and those after which a request is repeated that was carried out.
ENDING = ("500-before", "500-after", "redirect", "clock")
LOST_AFTER = (
    *("dropped-after", "unanswered-after", "504-after", "cut-off", "half-head", "early-hints", "two-lengths-after"),
    *("broken-chunk", "no-status-line", "packed-twice", "wrong-type-after"),
)


# Workspace App

APP = "workspace_app"
APP_STORED = {
    "task_name": NAME,
    "task_type": "RESTART_SERVER",
    "description": "Every night",
    "target_infos": [{"target_type": "SERVER", "target_id": "server-1", "target_name": "server-1"}],
    **STORED_WEEKLY,
}
APP_OPTIONS = named(
    task_type="RESTART_SERVER",
    description="Every night",
    schedule=WEEKLY,
    targets=[{"type": "SERVER", "id": "server-1"}],
)


def app_task(emulator: Any, **fields: Any) -> None:
    """Store the task."""
    emulator.workspace_app.add_task(**{"id": ID, **APP_STORED, **fields})


def app_disabled(emulator: Any) -> None:
    """Store the task, disabled."""
    app_task(emulator, is_enable=False)


def app_two_pages(emulator: Any) -> None:
    """Store two tasks, one to a page."""
    emulator.dialect.page_size_cap = 1
    app_task(emulator)
    app_task(emulator, id="task-2", task_name="weekly-restart")


def app_three(emulator: Any) -> None:
    """Store three tasks, one to a page."""
    emulator.dialect.page_size_cap = 1
    app_task(emulator)
    app_task(emulator, id=SECOND_ID, task_name=SECOND)
    app_task(emulator, id="task-3", task_name=KEPT)


def app_runs(emulator: Any) -> None:
    """Store a task that has run and will run."""
    app_task(emulator, **STORED_ONCE)
    emulator.workspace_app.add_history(ID, id="run-1")
    emulator.workspace_app.add_execution("run-1", id="outcome-1")


def app_calls() -> Iterator[Call]:
    """What can be done with Workspace App."""
    yield Call(
        APP,
        "list",
        {},
        app_two_pages,
        (
            Step("ListScheduleTasks", "list scheduled tasks"),
            Step("ListScheduleTasks", "list scheduled tasks", skip=1, place="second page"),
        ),
        told=({"name": NAME, "enabled": True}, {"name": "weekly-restart", "enabled": True}),
    )
    yield Call(
        APP,
        "detail",
        {"id": ID},
        app_task,
        (
            Step("ShowScheduleTask", READ),
            Step("ListScheduleTasks", LISTED),
        ),
        told=fixed(enabled=True, targets=[{"type": "SERVER", "id": "server-1"}]),
    )
    yield Call(
        APP,
        "history, outcomes and next executions",
        {"id": ID, "history": 1, "history_details": True, "next_executions": True},
        app_runs,
        (
            Step("ListTaskExecuteHistory", f"read the history of scheduled task {ID}"),
            Step("ListTaskExecuteDetail", f"read execution run-1 of scheduled task {ID}"),
            Step("ListFutureExecutions", f"foresee the executions of scheduled task {ID}"),
        ),
        told=fixed(history=[{"id": "run-1", "outcomes": [{"id": "outcome-1"}]}], **NEXT),
    )
    yield Call(
        APP,
        "create",
        APP_OPTIONS,
        nothing,
        (
            Step("ListScheduleTasks", LISTED),
            Step("CreateScheduleTask", CREATED),
            Step(
                "ListScheduleTasks",
                LISTED,
                skip=1,
                place=AFTERWARDS,
                told=("create",),
                left={**APP_STORED, "is_enable": True},
            ),
        ),
        ("create",),
        ("CreateScheduleTask",),
        {**APP_STORED, "is_enable": True},
    )
    yield Call(
        APP,
        "create disabled",
        {**APP_OPTIONS, "enabled": False},
        nothing,
        (
            Step("CreateScheduleTask", CREATED),
            Step(
                "UpdateScheduleTask",
                f"disable scheduled task {NAME} (",
                told=("create",),
                left={**APP_STORED, "is_enable": True},
            ),
        ),
        ("create", "disable"),
        ("CreateScheduleTask", "UpdateScheduleTask"),
        {**APP_STORED, "is_enable": False},
    )
    yield Call(
        APP,
        "update",
        named(**CHANGE),
        app_task,
        (
            Step("ListScheduleTasks", LISTED),
            Step("ShowScheduleTask", READ),
            Step("UpdateScheduleTask", UPDATED),
        ),
        ("update",),
        ("UpdateScheduleTask",),
        {**APP_STORED, **STORED_CHANGE, "is_enable": True},
    )
    for word, before, enabled in (("enable", app_disabled, True), ("disable", app_task, False)):
        yield Call(
            APP,
            word,
            named(enabled=enabled),
            before,
            (Step("UpdateScheduleTask", f"{word} scheduled task {NAME} ({ID})"),),
            (word,),
            ("UpdateScheduleTask",),
            {**APP_STORED, "is_enable": enabled},
        )
    yield Call(
        APP,
        "delete",
        named(state="absent"),
        app_task,
        (Step("ListScheduleTasks", LISTED), Step("DeleteScheduleTask", DELETED)),
        ("delete",),
        ("DeleteScheduleTask",),
    )
    batch = "BatchDeleteScheduleTask"
    yield Call(
        APP,
        "purge",
        complete(APP),
        app_three,
        (
            Step("ListScheduleTasks", LISTED_ALL),
            Step("ListScheduleTasks", LISTED_ALL, skip=2, place="last page"),
            # What has become of the tasks is seen afterwards.
            Step(batch, BATCH_DELETED, survives=("500-after",), writes={"500-after": (batch,)}),
        ),
        writes=(batch,),
        wanted={"task_name": KEPT},
        purged=PURGED,
    )


# Workspace

WORKSPACE = "workspace"
WORKSPACE_STORED = {
    "task_name": NAME,
    "task_type": "STOP",
    "description": "Every night",
    "apply_objects": [{"object_type": "DESKTOP", "object_id": "desktop-1", "object_name": "desktop-1"}],
    **STORED_WEEKLY,
}
WORKSPACE_OPTIONS = named(
    task_type="STOP",
    description="Every night",
    schedule=WEEKLY,
    targets=[{"type": "DESKTOP", "id": "desktop-1"}],
)
EVENT = "POST_DESKTOP_DISCONNECTED"


def workspace_task(emulator: Any, **fields: Any) -> None:
    """Store the task."""
    emulator.workspace.add_task(**{"id": ID, **WORKSPACE_STORED, **fields})


def workspace_disabled(emulator: Any) -> None:
    """Store the task, disabled."""
    workspace_task(emulator, enable=False)


def workspace_runs(emulator: Any) -> None:
    """Store a task that has run and will run."""
    workspace_task(emulator, **STORED_ONCE)
    emulator.workspace.add_history(ID, id="run-1")
    emulator.workspace.add_execution("run-1", id="outcome-1")


def workspace_triggered(emulator: Any) -> None:
    """Store a task that a clock triggers, and one that an event triggers."""
    workspace_task(emulator)
    emulator.workspace.add_task(id="task-2", task_name="on-leaving", scheduled_type="LIFE_CYCLE")


def workspace_three(emulator: Any) -> None:
    """Store two tasks that a clock triggers, and one that an event triggers."""
    workspace_task(emulator)
    workspace_task(emulator, id=SECOND_ID, task_name=SECOND)
    emulator.workspace.add_task(id="task-3", task_name=KEPT, scheduled_type="LIFE_CYCLE")


def workspace_calls() -> Iterator[Call]:
    """What can be done with Workspace."""
    yield Call(
        WORKSPACE,
        "list",
        {},
        workspace_triggered,
        (
            Step("ListScheduledTasks", "list scheduled tasks"),
            Step("ListScheduledTasks", "list scheduled tasks", skip=1, place="those that an event triggers"),
        ),
        told=({"name": NAME, "enabled": True}, {"name": "on-leaving", "enabled": True}),
    )
    yield Call(
        WORKSPACE,
        "detail",
        {"id": ID},
        workspace_task,
        (
            Step("ShowScheduledTasks", READ),
            Step("ListScheduledTasks", LISTED),
        ),
        told=fixed(enabled=True, targets=[{"type": "DESKTOP", "id": "desktop-1"}]),
    )
    yield Call(
        WORKSPACE,
        "history, outcomes and next executions",
        {"id": ID, "history": 1, "history_details": True, "next_executions": True},
        workspace_runs,
        (
            Step("ListScheduledTasksRecords", f"read the history of scheduled task {ID}"),
            Step("ListScheduledTasksRecordsDetails", f"read execution run-1 of scheduled task {ID}"),
            Step("ListFutureExecutions", f"foresee the executions of scheduled task {ID}"),
        ),
        told=fixed(history=[{"id": "run-1", "outcomes": [{"id": "outcome-1"}]}], **NEXT),
    )
    yield Call(
        WORKSPACE,
        "create",
        WORKSPACE_OPTIONS,
        nothing,
        (
            Step("ListScheduledTasks", LISTED),
            Step("CreateScheduledTasks", CREATED),
            # Each look takes two listings.
            Step(
                "ListScheduledTasks",
                LISTED,
                skip=2,
                place=AFTERWARDS,
                told=("create",),
                left={**WORKSPACE_STORED, "enable": True},
            ),
        ),
        ("create",),
        ("CreateScheduledTasks",),
        {**WORKSPACE_STORED, "enable": True},
    )
    yield Call(
        WORKSPACE,
        "create disabled",
        {**WORKSPACE_OPTIONS, "enabled": False},
        nothing,
        (
            Step("CreateScheduledTasks", CREATED),
            Step(
                "UpdateScheduledTasks",
                f"disable scheduled task {NAME} (",
                told=("create",),
                left={**WORKSPACE_STORED, "enable": True},
            ),
        ),
        ("create", "disable"),
        ("CreateScheduledTasks", "UpdateScheduledTasks"),
        {**WORKSPACE_STORED, "enable": False},
    )
    yield Call(
        WORKSPACE,
        "create with a priority",
        {**WORKSPACE_OPTIONS, "workspace": {"priority": 7}},
        nothing,
        (
            Step(
                "UpdateScheduledTasks",
                f"update scheduled task {NAME} (",
                told=("create",),
                left={**WORKSPACE_STORED, "enable": True, "priority": 0},
            ),
        ),
        ("create", "update"),
        ("CreateScheduledTasks", "UpdateScheduledTasks"),
        {**WORKSPACE_STORED, "enable": True, "priority": 7},
    )
    yield Call(
        WORKSPACE,
        "create for an event",
        {
            **WORKSPACE_OPTIONS,
            "schedule": {"type": "life_cycle", "life_cycle_type": EVENT, "wait_time": 15},
        },
        nothing,
        (
            Step("ListLifeCycleTypeConfigurations", f"read what event {EVENT} can trigger"),
            Step("CreateScheduledTasks", CREATED),
        ),
        ("create",),
        ("CreateScheduledTasks",),
        {"task_name": NAME, "scheduled_type": "LIFE_CYCLE", "life_cycle_type": EVENT, "wait_time": 15},
    )
    yield Call(
        WORKSPACE,
        "update",
        named(**CHANGE),
        workspace_task,
        (
            Step("ListScheduledTasks", LISTED),
            Step("ShowScheduledTasks", READ),
            Step("UpdateScheduledTasks", UPDATED),
        ),
        ("update",),
        ("UpdateScheduledTasks",),
        {**WORKSPACE_STORED, **STORED_CHANGE, "enable": True},
    )
    for word, before, enabled in (("enable", workspace_disabled, True), ("disable", workspace_task, False)):
        yield Call(
            WORKSPACE,
            word,
            named(enabled=enabled),
            before,
            (Step("UpdateScheduledTasks", f"{word} scheduled task {NAME} ({ID})"),),
            (word,),
            ("UpdateScheduledTasks",),
            {**WORKSPACE_STORED, "enable": enabled},
        )
    yield Call(
        WORKSPACE,
        "delete",
        named(state="absent"),
        workspace_task,
        (Step("ListScheduledTasks", LISTED), Step("DeleteScheduledTasks", DELETED)),
        ("delete",),
        ("DeleteScheduledTasks",),
    )
    single, batch = "DeleteScheduledTasks", "BatchDeleteScheduledTasks"
    yield Call(
        WORKSPACE,
        "purge",
        complete(WORKSPACE),
        workspace_three,
        (
            Step("ListScheduledTasks", LISTED_ALL, skip=1, place="those that an event triggers"),
            # What is gone already is refused when the request is repeated, and then one by one.
            Step(
                batch,
                BATCH_DELETED,
                survives=("500-after",),
                writes={"500-after": (batch,), **dict.fromkeys(LOST_AFTER, (batch, batch, single, single))},
            ),
        ),
        writes=(batch,),
        wanted={"task_name": KEPT},
        purged=PURGED,
    )


# Cloud Operations Center

COC = "coc"
SCRIPT = {
    "associated_task_id": "SC1",
    "associated_task_name": "clean-up",
    "associated_task_type": "CUSTOMIZATION",
    "version_no": "1.0.0",
    "target_instances": [{"target_selection": "NONE", "order_no": 1}],
}
COC_STORED = {
    "name": NAME,
    "task_type": "SCRIPT",
    "risk_level": "LOW",
    "input_param": {"timeout": "300"},
    "trigger_time": {
        "policy": "PERIODIC",
        "time_zone": "Asia/Shanghai",
        "period": "1",
        "periodic_scheduled_time": "03:30:00",
    },
    **SCRIPT,
}
COC_OPTIONS = named(
    task_type="SCRIPT",
    schedule=WEEKLY,
    coc={**SCRIPT, "risk_level": "LOW", "input_param": {"timeout": "300"}},
)
COC_CHANGE = {"coc": {"risk_level": "HIGH"}}
COC_CHANGED = {**COC_STORED, "risk_level": "HIGH"}
COC_READ = f"read scheduled task {COC_ID}"
COC_UPDATED = f"update scheduled task {NAME} ({COC_ID})"
COC_DELETED = f"delete scheduled task {NAME} ({COC_ID})"
COC_ENABLED = f"enable scheduled task {NAME} ({COC_ID})"
COC_DISABLED = f"disable scheduled task {NAME} ({COC_ID})"


def coc_task(emulator: Any, **fields: Any) -> None:
    """Store the task."""
    emulator.coc.add_task(**{"id": COC_ID, **COC_STORED, **fields})


def coc_disabled(emulator: Any) -> None:
    """Store the task, disabled."""
    coc_task(emulator, enabled=False)


def coc_two(emulator: Any) -> None:
    """Store two tasks."""
    coc_task(emulator)
    coc_task(emulator, id="ST89abcdef0123456701234567", name=KEPT)


def coc_runs(emulator: Any) -> None:
    """Store a task that has run."""
    coc_task(emulator)
    emulator.coc.add_history(COC_ID, id="run-1", execution_id="execution-1")


DISABLE, UPDATE, ENABLE = "DisableScheduledTask", "UpdateScheduledTask", "EnableScheduledTask"
DELETE = "DeleteScheduledTask"
# An update enables a task, so that its repetition is refused. That it was carried out is seen on the task.
UPDATE_AGAIN = (UPDATE, UPDATE)


def disabling(change: str) -> Step:
    """The request that disables a task for a change, which is refused where the task is enabled nevertheless."""
    return Step(
        DISABLE,
        COC_DISABLED,
        told_after={"500-after": ("enable",)},
        survives=("empty-before",),
        writes={"empty-before": (DISABLE, change, DISABLE, change)},
    )


def coc_calls() -> Iterator[Call]:
    """What can be done with Cloud Operations Center."""
    yield Call(
        COC,
        "list",
        {},
        coc_task,
        (Step("ListScheduledTask", "list scheduled tasks"),),
        told=fixed(enabled=True),
    )
    yield Call(
        COC,
        "detail and history",
        {"id": COC_ID, "history": 1},
        coc_runs,
        (
            Step("ShowScheduledTask", COC_READ),
            Step("ListScheduledTask", f"list scheduled tasks of id {COC_ID}"),
            Step("ListScheduledTaskHistory", f"read the history of scheduled task {COC_ID}"),
        ),
        told=fixed(enabled=True, history=[{"id": "run-1"}]),
    )
    yield Call(
        COC,
        "create",
        COC_OPTIONS,
        nothing,
        (
            Step("ListScheduledTask", LISTED),
            Step("CreateScheduledTask", CREATED),
            Step(
                "ListScheduledTask",
                LISTED,
                skip=1,
                place=AFTERWARDS,
                told=("create",),
                left={**COC_STORED, "enabled": True},
            ),
        ),
        ("create",),
        ("CreateScheduledTask",),
        {**COC_STORED, "enabled": True},
    )
    yield Call(
        COC,
        "create disabled",
        {**COC_OPTIONS, "enabled": False},
        nothing,
        (
            Step("CreateScheduledTask", CREATED),
            Step(
                DISABLE,
                f"disable scheduled task {NAME} (",
                told=("create",),
                left={**COC_STORED, "enabled": True},
            ),
        ),
        ("create", "disable"),
        ("CreateScheduledTask", DISABLE),
        {**COC_STORED, "enabled": False},
    )
    yield Call(
        COC,
        "update an enabled one",
        named(enabled=True, **COC_CHANGE),
        coc_task,
        (
            Step("ListScheduledTask", LISTED),
            Step("ShowScheduledTask", COC_READ),
            disabling(UPDATE),
            # The update itself enables a task, so that there is nothing to be undone after it.
            Step(
                UPDATE,
                COC_UPDATED,
                told=("disable", "enable"),
                told_after={"500-after": ("disable",)},
                writes=dict.fromkeys(LOST_AFTER, (DISABLE, *UPDATE_AGAIN)),
            ),
            Step(
                "ListScheduledTask",
                "",
                skip=1,
                place=AFTERWARDS,
                survives=ENDING,
                writes=dict.fromkeys(ENDING, (DISABLE, UPDATE, ENABLE)),
            ),
        ),
        ("disable", "update"),
        (DISABLE, UPDATE),
        {**COC_CHANGED, "enabled": True},
    )
    yield Call(
        COC,
        "update an enabled one, which leaves it disabled",
        named(enabled=True, **COC_CHANGE),
        coc_task,
        (
            Step(
                ENABLE,
                COC_ENABLED,
                told=("disable", "update"),
                left={**COC_CHANGED, "enabled": False},
            ),
        ),
        ("disable", "update", "enable"),
        (DISABLE, UPDATE, ENABLE),
        {**COC_CHANGED, "enabled": True},
        dialect={"coc_put_enables": False},
    )
    yield Call(
        COC,
        "update a disabled one",
        named(enabled=False, **COC_CHANGE),
        coc_disabled,
        (
            Step(
                UPDATE,
                COC_UPDATED,
                told_after={"500-after": ("disable",)},
                writes=dict.fromkeys(LOST_AFTER, (*UPDATE_AGAIN, DISABLE)),
            ),
            Step(
                "ListScheduledTask",
                "",
                skip=1,
                place=AFTERWARDS,
                survives=ENDING,
                writes=dict.fromkeys(ENDING, (UPDATE, DISABLE)),
            ),
            Step(
                DISABLE,
                COC_DISABLED,
                told=("update",),
                left={**COC_CHANGED, "enabled": True},
            ),
        ),
        ("update", "disable"),
        (UPDATE, DISABLE),
        {**COC_CHANGED, "enabled": False},
    )
    for word, before, enabled, tried in (
        ("enable", coc_disabled, True, COC_ENABLED),
        ("disable", coc_task, False, COC_DISABLED),
    ):
        operation = f"{word.title()}ScheduledTask"
        yield Call(
            COC,
            word,
            named(enabled=enabled),
            before,
            (Step(operation, tried),),
            (word,),
            (operation,),
            {**COC_STORED, "enabled": enabled},
        )
    yield Call(
        COC,
        "delete an enabled one",
        named(state="absent"),
        coc_task,
        (
            Step("ListScheduledTask", LISTED),
            disabling(DELETE),
            # That it has gone is seen when it is to be brought back.
            Step(
                DELETE,
                COC_DELETED,
                told=("disable", "enable"),
                survives=("500-after",),
                writes={"500-after": (DISABLE, DELETE, ENABLE)},
            ),
        ),
        ("disable", "delete"),
        (DISABLE, DELETE),
    )
    yield Call(
        COC,
        "delete a disabled one",
        named(state="absent"),
        coc_disabled,
        (
            Step(
                DELETE,
                COC_DELETED,
                survives=("500-after",),
                writes={"500-after": (DELETE, DISABLE)},
            ),
        ),
        ("delete",),
        (DELETE,),
    )
    yield Call(
        COC,
        "purge",
        complete(COC),
        coc_two,
        (
            Step("ListScheduledTask", LISTED_ALL),
            disabling(DELETE),
            Step(
                DELETE,
                COC_DELETED,
                told=("disable", "enable"),
                survives=("500-after",),
                writes={"500-after": (DISABLE, DELETE, ENABLE)},
            ),
        ),
        writes=(DISABLE, DELETE),
        wanted={"name": KEPT, "enabled": True},
        purged=(NAME,),
    )


# CodeArts Check


def codearts_task(emulator: Any) -> None:
    """Store the schedule of a code check."""
    emulator.codearts_check.add_task(taskId=ID)


def codearts_calls() -> Iterator[Call]:
    """What can be done with CodeArts Check."""
    yield Call(
        "codearts_check",
        "detail",
        {"id": ID},
        codearts_task,
        (Step("ShowPortalServiceTaskCron", f"read the schedule of code check task {ID}"),),
        told=({"id": ID, "enabled": True, "schedule": {"weekdays": ["monday"]}},),
    )


# IAM

TOKEN_TRIED = f"get a token for user {account.USER_NAME} of account {account.DOMAIN_NAME}"


def task_of_agency(emulator: Any) -> None:
    """Store a task in the account into which the agency leads."""
    app_task(emulator, project_id=account.AGENCY_PROJECT_ID)


def iam_calls() -> Iterator[Call]:
    """What it takes to be let in."""
    yield Call(
        APP,
        "token for a look-up",
        BY_PASSWORD,
        app_task,
        (Step("CreateToken", TOKEN_TRIED, impossible={"clock": UNSIGNED}, expires_before="ListScheduleTasks"),),
        told=fixed(enabled=True),
        section=IAM,
    )
    yield Call(
        APP,
        "token for a creation, which tells the project",
        {**APP_OPTIONS, **BY_PASSWORD, "project_id": None},
        nothing,
        (Step("CreateToken", TOKEN_TRIED, impossible={"clock": UNSIGNED}, expires_before="CreateScheduleTask"),),
        ("create",),
        ("CreateScheduleTask",),
        {**APP_STORED, "is_enable": True},
        section=IAM,
    )
    yield Call(
        APP,
        "project of a region",
        {"project_id": None},
        app_task,
        (
            Step(
                "ListProjects",
                f"look up the project of region {account.REGION}",
                impossible={"expired": KEYS_STAY},
            ),
        ),
        told=fixed(enabled=True),
        section=IAM,
    )
    yield Call(
        APP,
        "temporary keys of an agency",
        {**AGENCY, "project_id": account.AGENCY_PROJECT_ID},
        task_of_agency,
        (
            Step(
                "CreateTemporaryAccessKeyByAgency",
                f"act through agency {account.AGENCY_NAME} of account {account.AGENCY_DOMAIN_NAME}",
                expires_before="ListScheduleTasks",
            ),
        ),
        told=fixed(enabled=True),
        place=account.AGENCY_PROJECT_ID,
        section=IAM,
    )


# Lists

ENTRIES = 7
HIT = 3
"""The entry that a fault hits."""
HIT_NAMES = tuple(NAME if number == HIT else f"other-{number}" for number in range(1, ENTRIES + 1))


def in_a_list(call: Call, *steps: tuple[str, int]) -> Call:
    """Return a list in which each entry wants what a call wants of one task.

    :param steps: the operations that faults hit, each with how many requests of it go before that of the third entry.
    """
    first, others = HIT - 1, ENTRIES - HIT

    def seed(emulator: Any) -> None:
        call.seed(emulator)
        service = emulator.services[call.service]
        for task in list(service.tasks.values()):
            for number, name in enumerate(HIT_NAMES):
                if name != NAME:
                    service.add_task(**{**task, "id": f"{task['id'][:-1]}{'abcdefgh'[number]}", call.name_field: name})

    def step_of(operation: str, skip: int) -> Step:
        step = next(
            each
            for each in call.steps
            if each.operation == operation and (each.place == AFTERWARDS) is (operation.startswith("List") and skip > 0)
        )
        writes = {
            fault: (*call.writes * first, *written, *call.writes * others) for fault, written in step.writes.items()
        }
        is_listing = operation.startswith("List") and not skip
        return replace(step, skip=skip, writes=writes, tried=LISTED_ALL if is_listing else step.tried)

    entries = [{**call.options, "name": name} for name in HIT_NAMES]
    return replace(
        call,
        title=f"list of {ENTRIES}, {call.title}",
        options={"tasks": entries, "parallel": 1},
        seed=seed,
        steps=tuple(step_of(*step) for step in steps),
        writes=call.writes * ENTRIES,
        entry=call,
    )


def lists(calls: tuple[Call, ...]) -> Iterator[Call]:
    """What can be done with the third entry of a list."""
    of = {(call.service, call.title): call for call in calls}
    # A listing answers for all entries, and there is a look before each creation and one after it.
    yield in_a_list(of[APP, "create"], ("ListScheduleTasks", 0), ("CreateScheduleTask", 2), ("ListScheduleTasks", 6))
    yield in_a_list(of[APP, "update"], ("ShowScheduleTask", 2), ("UpdateScheduleTask", 2))
    yield in_a_list(of[APP, "delete"], ("DeleteScheduleTask", 2))
    yield in_a_list(
        of[WORKSPACE, "create"], ("ListScheduledTasks", 0), ("CreateScheduledTasks", 2), ("ListScheduledTasks", 12)
    )
    yield in_a_list(of[WORKSPACE, "update"], ("ShowScheduledTasks", 2), ("UpdateScheduledTasks", 2))
    yield in_a_list(of[WORKSPACE, "delete"], ("DeleteScheduledTasks", 2))
    yield in_a_list(of[COC, "create"], ("ListScheduledTask", 0), ("CreateScheduledTask", 2), ("ListScheduledTask", 6))
    yield in_a_list(
        of[COC, "update an enabled one"],
        *(("ShowScheduledTask", 2), (DISABLE, 2), (UPDATE, 2), ("ListScheduledTask", 3)),
    )
    yield in_a_list(of[COC, "enable"], (ENABLE, 2))
    yield in_a_list(of[COC, "delete an enabled one"], (DISABLE, 2), (DELETE, 2))


SINGLE = (*app_calls(), *workspace_calls(), *coc_calls(), *codearts_calls(), *iam_calls())
CALLS = (*SINGLE, *lists(SINGLE))
ROWS = tuple(Row(call, step) for call in CALLS for step in call.steps)
