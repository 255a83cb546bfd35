# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A loop that changes nothing: how long each item takes, by each way of doing the same work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from extensions.emulator import account

from . import programs
from .cloud import Cloud
from .plays import Ansible, task
from .sizes import Sizes
from .table import MET, Section, milliseconds, target
from .tasks import FIELDS, KEYS, NAME, OPTIONS, reach

DEBUG = "`ansible.builtin.debug`, a line of text"
DEBUG_OPTIONS = "`ansible.builtin.debug`, the options of a task"
REQUESTS = "`requests` without Ansible, access key"
REQUESTS_TOKEN = "`requests` without Ansible, token"
IN_PROCESS = "`scheduled_task`, in process, access key"
IN_PROCESS_TOKEN = "`scheduled_task`, in process, token"
MODULE = "`scheduled_task`, as a module, access key"
URI = "`ansible.builtin.uri` by hand, token"

MOST_OVER_FLOOR = 1.5
LEAST_UNDER_URI = 60

# A play has a loop of each length, and what they differ in is free of all that happens once.
FEW, MANY = "few", "many"

ITEM_NAME = f"{{{{ '{NAME}' | format(item) }}}}"
TASKS_URL = "{{ endpoint }}/v1/{{ project_id }}/schedule-task"
LISTED = "{{ (item.json['items'] | selectattr('task_name', 'equalto', name) | first).id }}"
SHOWN_TARGETS = (
    "item.json.target_infos | map(attribute='%s') | sort == wanted.target_infos | map(attribute='%s') | sort"
)

Loop = Callable[[str, int], list[dict[str, Any]]]


def lengths(items: int) -> tuple[int, int]:
    """Return the lengths of two loops that differ by so many items."""
    few = max(1, items // 10)
    return few, few + items


def measure(site: Path, ansible: Ansible, cloud: Cloud, sizes: Sizes) -> Section:
    """Return the table of the loops, for a cloud whose default project has a task for every item."""
    token = cloud.token()
    address = reach(cloud.url)
    keys, bearer = {**address, **KEYS}, {**address, "auth_token": token}
    by_hand = {"endpoint": cloud.url, "project_id": account.PROJECT_ID, "token": token, "wanted": FIELDS}
    samples: dict[str, list[float]] = {}
    for _round in range(sizes.rounds):
        for way, loop, items, defaults, variables in (
            (DEBUG, _debug, sizes.items, {}, {}),
            (DEBUG_OPTIONS, debug_loop, sizes.items, {}, {}),
            (IN_PROCESS, scheduled_task_loop, sizes.items, keys, {}),
            (IN_PROCESS_TOKEN, scheduled_task_loop, sizes.items, bearer, {}),
            (MODULE, scheduled_task_loop, sizes.process_items, keys, {"cloudcron_in_process": False}),
            (URI, _uri, sizes.process_items, {}, by_hand),
        ):
            cloud.forget_requests()
            few, many = lengths(items)
            run = ansible.play([*loop(FEW, few), *loop(MANY, many)], defaults, variables)
            taken = {
                length: sum(seconds for name, seconds in run.tasks.items() if name.startswith(length))
                for length in (FEW, MANY)
            }
            samples.setdefault(way, []).append((taken[MANY] - taken[FEW]) / items)
        for way, headers, pair in (
            (REQUESTS, {"X-Project-Id": account.PROJECT_ID}, [account.ACCESS_KEY, account.SECRET_KEY]),
            (REQUESTS_TOKEN, {"X-Auth-Token": token}, None),
        ):
            cloud.forget_requests()
            samples.setdefault(way, []).append(_by_requests(site, cloud.url, headers, pair, sizes) / sizes.items)
    return _section({way: median(taken) for way, taken in samples.items()}, sizes)


def _debug(length: str, count: int) -> list[dict[str, Any]]:
    return [task("ansible.builtin.debug", {"msg": ITEM_NAME}, length, loop=_range(count))]


def debug_loop(length: str, count: int) -> list[dict[str, Any]]:
    """Return a task of a playbook that does nothing but template the options of so many scheduled tasks."""
    return [task("ansible.builtin.debug", {"msg": {**OPTIONS, "name": ITEM_NAME}}, length, loop=_range(count))]


def scheduled_task_loop(length: str, count: int) -> list[dict[str, Any]]:
    """Return a task of a playbook that keeps so many scheduled tasks as they are; `length` is its name."""
    return [task("scheduled_task", {**OPTIONS, "name": ITEM_NAME}, length, loop=_range(count))]


def _uri(length: str, count: int) -> list[dict[str, Any]]:
    """Return what a playbook needs to find a task by its name, read its detail and compare it."""
    headers = {"X-Auth-Token": "{{ token }}"}
    compared = [f"item.json.{name} == wanted.{name}" for name in FIELDS if name != "target_infos"]
    compared += [SHOWN_TARGETS % (name, name) for name in ("target_type", "target_id")]
    return [
        task(
            "ansible.builtin.uri",
            {"url": f"{TASKS_URL}?task_name={ITEM_NAME}&offset=0&limit=100", "headers": headers},
            f"{length}: find",
            loop=_range(count),
            register="listed",
        ),
        task(
            "ansible.builtin.uri",
            {"url": f"{TASKS_URL}/{LISTED}", "headers": headers},
            f"{length}: read",
            loop="{{ listed.results }}",
            loop_control={"label": "{{ name }}"},
            vars={"name": ITEM_NAME.replace("item", "item.item")},
            register="shown",
        ),
        task(
            "ansible.builtin.assert",
            {"that": compared, "quiet": True},
            f"{length}: compare",
            loop="{{ shown.results }}",
            loop_control={"label": "{{ item.json.task_name }}"},
        ),
    ]


def _by_requests(site: Path, url: str, headers: dict[str, str], keys: list[str] | None, sizes: Sizes) -> float:
    """Return the seconds by which a program without Ansible takes longer for many items than for a few."""
    tasks = f"{url}/v1/{account.PROJECT_ID}/schedule-task"
    few, many = map(str, lengths(sizes.items))
    who = (json.dumps(headers), json.dumps(keys))
    taken: float = programs.run("ask_often", tasks, *who, NAME, few, many, json.dumps(FIELDS), PYTHONPATH=str(site))
    return taken


def _range(count: int) -> str:
    return f"{{{{ range({count}) | list }}}}"


def _section(taken: dict[str, float], sizes: Sizes) -> Section:
    section = Section(
        "A loop that changes nothing",
        f"""
        Time an item of a loop of {sizes.items} items, or of {sizes.process_items} where each item starts a process.
        Median of {sizes.rounds}. Each item is one scheduled task of `workspace_app` that is found by its name, read,
        and compared with what is wanted, which are two requests. A play has a short loop and a long one, and the time
        is that of the items by which they differ, so that all that happens once is left out.

        Requests are signed with an access key, as is usual, or carry a token, which `ansible.builtin.uri` has to,
        since it cannot sign. The program without Ansible uses `requests` with one session, and the collection's
        signature. Ansible's settings are its defaults.

        Ansible templates the options of each item, whatever the task. What that takes is the difference between the
        two rows of `ansible.builtin.debug`, and no module can do anything about it.
        """,
        ["What", "An item", "Compared with", "Ratio", "Target", MET],
    )
    section.rows = [
        (DEBUG, milliseconds(taken[DEBUG]), "", "", "", ""),
        (REQUESTS, milliseconds(taken[REQUESTS]), "", "", "", ""),
        (REQUESTS_TOKEN, milliseconds(taken[REQUESTS_TOKEN]), "", "", "", ""),
        (DEBUG_OPTIONS, milliseconds(taken[DEBUG_OPTIONS]), "", "", "", ""),
        *(
            (
                way,
                milliseconds(taken[way]),
                "a line of text and requests, likewise",
                *target(taken[way] / (taken[DEBUG] + taken[by_requests]), most=MOST_OVER_FLOOR),
            )
            for way, by_requests in ((IN_PROCESS, REQUESTS), (IN_PROCESS_TOKEN, REQUESTS_TOKEN))
        ),
        (MODULE, milliseconds(taken[MODULE]), "in process, access key", *target(taken[MODULE] / taken[IN_PROCESS])),
        (
            URI,
            milliseconds(taken[URI]),
            "in process, token",
            *target(taken[URI] / taken[IN_PROCESS_TOKEN], least=LEAST_UNDER_URI),
        ),
    ]
    return section
