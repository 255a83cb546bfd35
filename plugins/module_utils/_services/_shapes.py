# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole answers in the shapes that the pages promise: objects, lists of them page by page, tasks with an id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AnswerLostError, ServiceError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import TASK_ID, ScheduledTask


def as_object(tried: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered.

    :raises AnswerLostError: the answer is something else, so it does not tell what was done.
    """
    if not isinstance(answer.body, dict):
        raise AnswerLostError(tried, f"{answer.status}, but the answer is no JSON object", answer.status)
    return answer.body


def as_objects(tried: str, answer: Answer, key: str) -> list[dict[str, Any]]:
    """Return the list of JSON objects that was answered under a key; a null or missing list is an empty one.

    :raises ServiceError: the answer has another shape.
    """
    items = as_object(tried, answer).get(key)
    items = [] if items is None else items
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ServiceError(tried, f"the answer's {key} is no list of objects", answer.status)
    return items


def as_instants(tried: str, answer: Answer) -> list[str]:
    """Return the future executions that were answered, in ISO 8601.

    :raises ServiceError: the answer has another shape.
    """
    instants = as_object(tried, answer).get("future_executions")
    if instants is not None and not isinstance(instants, list):
        raise ServiceError(tried, "the answer's future_executions is no list", answer.status)
    return [wire.future_execution(instant) for instant in instants or () if isinstance(instant, str)]


def read_page(tried: str, answer: Answer, items: str, count: str) -> tuple[list[dict[str, Any]], int | None]:
    """Return the objects of one page of a listing, and how many there are in all, where that was answered.

    :param items: the key of the objects.
    :param count: the key of how many there are in all.
    :raises ServiceError: the answer has another shape.
    """

    total = wire.number(wire.text(as_object(tried, answer), count))
    return as_objects(tried, answer, items), total if isinstance(total, int) else None


def identified(tried: str, task: ScheduledTask) -> ScheduledTask:
    """Return a task that was answered and has an id which can be used in a path.

    :raises AnswerLostError: it has none, so the answer does not tell which task it is about.
    """
    if task.id is None or not TASK_ID.fullmatch(task.id):
        raise AnswerLostError(tried, f"the answer has a task whose id {task.id!r} cannot be used")
    return task


def without_repeats(tasks: Iterable[ScheduledTask]) -> Iterator[ScheduledTask]:
    """Return each task once.

    A task that is created while the pages are read moves another one over the edge to the next page.
    """
    seen: set[str | None] = set()
    for task in tasks:
        if task.id not in seen:
            seen.add(task.id)
            yield task
