# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any tasks and any list: foretold, done, then nothing left to do, and nothing done to what is none of the list's."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins import in_memory

pytestmark = pytest.mark.thorough

NAMES = ("in-one", "in-two", "in-three", "out-one", "out-two")
# What tasks are renamed to.
NEW_NAMES = ("in-new", "in-newer", "out-new")
WOULD = {"would_create": "created", "would_change": "changed", "would_delete": "deleted"}
FIELDS = {
    "workspace_app": ("task_name", "is_enable", "description", "scheduled_time"),
    "workspace": ("task_name", "enable", "description", "scheduled_time"),
    "coc": ("name", "enabled", "risk_level"),
}
WORDS = {
    **dict.fromkeys(("workspace_app", "workspace"), ("", "every night", "on workdays")),
    "coc": ("LOW", "MEDIUM", "HIGH"),
}
# Those of the services whose tasks have one.
TIMES = ("03:30:00", "04:15:00", "23:59:59")
TIMED = ("workspace_app", "workspace")
# What is not said of a task that is created.
UNSAID = {**dict.fromkeys(TIMED, ("", "03:30:00")), "coc": ("HIGH", None)}
# The fields that the options of a whole task set.
IN_NEW: dict[str, dict[str, Any]] = {**dict.fromkeys(TIMED, {"time": "03:30:00"}), "coc": {"words": "HIGH"}}


class Task(NamedTuple):
    """As much of a task as the lists here are about.

    :ivar words: its description, or the risk level of one of COC.
    :ivar time: at which it runs, but for those of COC.
    """

    enabled: bool
    words: str
    time: str | None


class Case(NamedTuple):
    """Tasks, a list, and what is there once it was carried out.

    :ivar tasks: by service and name. The id of each is its name.
    :ivar wanted: by service and name.
    :ivar touched: services and ids of the tasks that the list is about.
    """

    tasks: dict[tuple[str, str], Task]
    options: dict[str, Any]
    wanted: dict[tuple[str, str], Task]
    touched: set[tuple[str, str]]


@st.composite
def parts(draw: Any, service: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw options, and the fields of a task that they set."""
    drawn: dict[str, Any] = {"enabled": st.booleans(), "words": st.sampled_from(WORDS[service])}
    if service in TIMED:
        drawn["time"] = st.sampled_from(TIMES)
    fields = draw(st.fixed_dictionaries({}, optional=drawn))
    options: dict[str, Any] = {}
    if "enabled" in fields:
        options["enabled"] = fields["enabled"]
    if "words" in fields:
        options |= {"description": fields["words"]} if service in TIMED else {"coc": {"risk_level": fields["words"]}}
    if "time" in fields:
        options["schedule"] = {"time": fields["time"]}
    return options, fields


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Options over others, level by level."""
    return {
        **below,
        **{
            name: merged(below[name], value) if isinstance(value, dict) and name in below else value
            for name, value in above.items()
        },
    }


@st.composite
def cases(draw: Any) -> Case:
    """Draw tasks of all services and a list that fits them."""
    tasks: dict[tuple[str, str], Task] = {}
    entries: list[dict[str, Any]] = []
    wanted: dict[tuple[str, str], Task] = {}
    touched: set[tuple[str, str]] = set()
    defaults: dict[str, Any] = {}
    purged = draw(st.none() | st.lists(st.sampled_from(list(NEW)), min_size=1, unique=True))
    prefix = draw(st.sampled_from(["", "in-"]))
    for service in NEW:
        times = st.sampled_from(TIMES) if service in TIMED else st.none()
        states = st.builds(Task, st.booleans(), st.sampled_from(WORDS[service]), times)
        there = draw(st.dictionaries(st.sampled_from(NAMES), states))
        tasks.update({(service, name): task for name, task in there.items()})
        common: dict[str, Any] = {}
        if draw(st.booleans()):
            common_options, drawn = draw(parts(service))
            defaults[service] = merged(NEW[service], common_options)
            common = {**IN_NEW[service], **drawn}
        new_names = list(NEW_NAMES)
        kept: set[str] = set()
        for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
            options, fields = draw(parts(service))
            whole = options if service in defaults else merged(NEW[service], options)
            if name not in there:
                way = draw(st.sampled_from(["name", "absent", "rename"]))
            else:
                way = draw(st.sampled_from(["name", "id", "absent", "absent id", "rename", "rename id"]))
                touched.add((service, name))
            final = new_names.pop() if way.startswith("rename") and new_names else name
            has_all = name not in there or way == "rename"
            implied = IN_NEW[service] if has_all and service not in defaults else {}
            before = there.get(name, Task(True, *UNSAID[service]))
            after = before._replace(**{**common, **implied, **fields})
            entry = {
                "name": {"name": name, **(whole if has_all else options)},
                "id": {"id": name, **options},
                "absent": {"name": name, "state": "absent"},
                "absent id": {"id": name, "state": "absent"},
                "rename": {"name": final, "previous_name": name, **whole},
                "rename id": {"id": name, "name": final, **options},
            }[way]
            if final == name:
                entry.pop("previous_name", None)
            if not way.startswith("absent"):
                wanted[service, final] = after
            kept.add(name)
            entries.append({"service": service, **entry})
        for name, task in there.items():
            if name in kept:
                continue
            if purged is not None and service in purged and name.startswith(prefix):
                touched.add((service, name))
            else:
                wanted[service, name] = task
    options = {"tasks": draw(st.permutations(entries)), "defaults": defaults}
    if purged is not None:
        options["purge"] = {"services": purged, "name_prefix": prefix, "max_deletions": 99}
    return Case(tasks, options, wanted, touched)


@pytest.fixture(scope="module")
def cloud() -> in_memory.Cloud:
    return in_memory.Cloud()


def stored(cloud: in_memory.Cloud, service: str) -> dict[str, dict[str, Any]]:
    """All tasks of a service by id, as they are stored."""
    return deepcopy(dict(getattr(cloud, service).tasks))


def in_all(cloud: in_memory.Cloud) -> dict[tuple[str, str], Task]:
    """All tasks by service and name, each of which only one has."""
    found = {}
    for service, (name, enabled, words, *time) in FIELDS.items():
        of_service = stored(cloud, service).values()
        for task in of_service:
            found[service, task[name]] = Task(task[enabled], task[words] or "", task[time[0]] if time else None)
        assert len({task[name] for task in of_service}) == len(of_service)
    return found


def call(options: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """Call the module with a list."""
    # Entries and options of one call are none of the next one's business.
    whole = deepcopy({**in_memory.KEYS, "parallel": 1, **options})
    validated = in_memory.validated(_arguments.SCHEDULED_TASKS, whole)
    with Connections() as connections:
        result = _run.answer(_run.run_scheduled_tasks, _run.Call(validated, check_mode, Secrets(), connections))
    assert "failed" not in result, result["msg"]
    return result


def plan(result: dict[str, Any]) -> Any:
    """What a result tells of what is or would be done, but for the ids of what is new."""
    return (
        [
            (task["name"] if "name" in task else task["id"], WOULD.get(task["outcome"], task["outcome"]))
            + (task["operations"], task["differences"])
            for task in result["tasks"]
        ],
        [(task["service"], task["id"], WOULD.get(task["outcome"], task["outcome"])) for task in result["unlisted"]],
        result["changed"],
        result["diff"],
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(case=cases())
def test_a_list_is_foretold_and_done_once_and_touches_nothing_else(cloud: in_memory.Cloud, case: Case) -> None:
    cloud.reset()
    for service in NEW:
        getattr(cloud, service).tasks.clear()
    for (service, name), task in case.tasks.items():
        fields = dict(zip(FIELDS[service], (name, *task)))
        getattr(cloud, service).add_task(id=name, **fields)
    before = {service: stored(cloud, service) for service in NEW}

    with in_memory.instead_of_the_network(cloud.answer):
        foretold = call(case.options, check_mode=True)
        assert {service: stored(cloud, service) for service in NEW} == before

        done = call(case.options)
        assert in_all(cloud) == case.wanted
        assert plan(done) == plan(foretold)
        for service in NEW:
            after = stored(cloud, service)
            for task_id, task in before[service].items():
                assert (service, task_id) in case.touched or after[task_id] == task
        reached = {service: stored(cloud, service) for service in NEW}
        assert done["changed"] is (reached != before)

        again = call(case.options)
        assert again["changed"] is False
        assert {service: stored(cloud, service) for service in NEW} == reached
