# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole list of tasks, beside a loop over the same tasks."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from . import programs
from .cloud import Cloud
from .growth import places
from .loops import scheduled_task_loop
from .plays import Ansible, task
from .sizes import Sizes
from .table import MET, Section, kilobytes, milliseconds, seconds, target
from .tasks import KEYS, NAME, OPTIONS, reach

DELAY = 0.1  # s
PARALLEL = 8

LOOP = "a loop of `scheduled_task`, unchanged"
LIST = "`scheduled_tasks`, {count:,} unchanged tasks"
FLOOR = "the same, to its answers side by side and the start of Ansible"
REQUESTS = "requests for it"
REQUESTS_BARE = "requests for it, entries without `targets`"
CPU = "CPU an unchanged task, no answer held back"
LOOP_CHANGED = "one `scheduled_task` after the other, changed"
LIST_CHANGED = "`scheduled_tasks`, {count:,} changed tasks"
MEMORY = "memory a task above the list itself, {count:,} tasks"
GROWTH = "time an unchanged task, {count:,} tasks, no answer held back"

LEAST_FASTER = 12
LEAST_FASTER_CHANGED = 10
MOST_OVER_FLOOR = 1.3
MOST_CPU = 0.0015  # s
MOST_MEMORY = 20_000  # bytes
MOST_AMONG_MANY = 1.2


def measure(site: Path, ansible: Ansible, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of the lists, for a cloud with the projects that `growth.places` names."""
    project_of = {count: project_id for project_id, count in places(sizes).items()}
    connection = {count: {**reach(cloud.url, project_id), **KEYS} for count, project_id in project_of.items()}
    count = sizes.growing[-2]
    pages = -(-count // 100)

    with cloud.slowed(DELAY):
        loop = ansible.play(scheduled_task_loop("loop", sizes.looped), connection[count]).tasks["loop"] / sizes.looped
        start = ansible.play([]).seconds
        cloud.forget_requests()
        listed = ansible.play([_list(count)], connection[count])
        asked = cloud.count_requests()
        single = _single(site, cloud, connection[count], {**OPTIONS, "enabled": False}, sizes.looped)
        changed = _apply(site, cloud, connection[count], {**OPTIONS, "enabled": False}, count)
        _expect(changed, "changed", count - sizes.looped)
    cloud.forget_requests()
    bare = {name: value for name, value in OPTIONS.items() if name != "targets"}
    _expect(_apply(site, cloud, connection[count], bare, count, forget=False), "unchanged", count)
    asked_bare = cloud.count_requests()

    quick = {
        each: [_apply(site, cloud, connection[each], OPTIONS, each) for _round in range(sizes.rounds)]
        for each in (sizes.baseline, count, sizes.growing[-1])
    }
    each = {many: median(run["seconds"] for run in runs) / many for many, runs in quick.items()}
    largest = sizes.growing[-1]
    memory = median(run["growth"] for run in quick[largest]) / largest
    cpu = median(run["cpu"] for run in quick[count]) / count
    floor = asked / PARALLEL * DELAY + start
    a_list, a_change = listed.seconds / count, changed["seconds"] / (count - sizes.looped)
    section = Section(
        "A list of tasks",
        f"""
        {count:,} tasks of `workspace_app`, where every answer is held back for {DELAY * 1000:.0f} ms, with `parallel`
        {PARALLEL}, the default. The loop is what a playbook without `scheduled_tasks` does. It was measured with
        {sizes.looped:,} tasks, and the time a task is compared. The rows with changed tasks are without Ansible around
        them. So are those where no answer is held back, each in a fresh process, median of {sizes.rounds}.
        """,
        ["What", "Figure", "A task", "Ratio", "Target", MET],
    )
    section.rows = [
        (LOOP, "", milliseconds(loop), "", "", ""),
        (
            LIST.format(count=count),
            seconds(listed.seconds),
            milliseconds(a_list),
            *target(loop / a_list, least=LEAST_FASTER),
        ),
        (FLOOR, seconds(floor), "", *target(listed.seconds / floor, most=MOST_OVER_FLOOR)),
        (REQUESTS, f"{asked:,}", "", "", *_most(asked, count + pages + 1)),
        (REQUESTS_BARE, f"{asked_bare:,}", "", "", *_most(asked_bare, pages + 1)),
        (CPU, "", milliseconds(cpu), "", f"at most {milliseconds(MOST_CPU)}", _yes(cpu <= MOST_CPU)),
        (LOOP_CHANGED, "", milliseconds(single), "", "", ""),
        (
            LIST_CHANGED.format(count=count - sizes.looped),
            seconds(changed["seconds"]),
            milliseconds(a_change),
            *target(single / a_change, least=LEAST_FASTER_CHANGED),
        ),
        (
            MEMORY.format(count=largest),
            "",
            kilobytes(memory),
            "",
            f"at most {kilobytes(MOST_MEMORY)}",
            _yes(memory <= MOST_MEMORY),
        ),
        *(
            (
                GROWTH.format(count=many),
                "",
                milliseconds(taken),
                *(target(taken / each[sizes.baseline], most=MOST_AMONG_MANY if many == largest else None)),
            )
            for many, taken in each.items()
        ),
    ]
    return section


def _list(count: int) -> dict[str, Any]:
    """Return a task of a playbook that keeps so many scheduled tasks as they are."""
    names = [NAME % each for each in range(count)]
    return task("scheduled_tasks", {"tasks": [{**OPTIONS, "name": name} for name in names]})


def _apply(
    site: Path, cloud: Cloud, connection: dict[str, Any], entry: dict[str, Any], count: int, forget: bool = True
) -> Any:
    if forget:
        cloud.forget_requests()
    arguments = (json.dumps(connection), json.dumps(entry), NAME, str(count))
    return programs.run("apply_once", *arguments, PYTHONPATH=str(site))


def _single(site: Path, cloud: Cloud, connection: dict[str, Any], entry: dict[str, Any], count: int) -> float:
    """Return the seconds that one call of `scheduled_task` takes to change a task."""
    cloud.forget_requests()
    options = json.dumps({**connection, **entry})
    run = programs.run("keep_often", options, NAME, str(count), "changes", PYTHONPATH=str(site))
    taken: float = run["seconds"] / count
    return taken


def _expect(run: Any, outcome: str, count: int) -> None:
    if run["counts"].get(outcome) != count:
        raise RuntimeError(f"{count} tasks should be {outcome}, and it was {run['counts']}")


def _most(figure: int, most: int) -> tuple[str, str]:
    return f"at most {most:,}", _yes(figure <= most)


def _yes(is_met: bool) -> str:
    return "yes" if is_met else "no"
