# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole answers in the shapes that the pages promise: objects, lists of them page by page, tasks with an id.

An answer of another shape is as good as lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Optional

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AnswerLostError, ServiceError, shown
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _wire as wire
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import TASK_ID, ScheduledTask

# The objects of one page of a listing, and how many there are in all, where that is known.
Page = tuple[list[dict[str, Any]], Optional[int]]

# More than any account has. It bounds what a service that never comes to an end can cost.
MOST_ITEMS = 100_000


def as_object(tried: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered.

    :raises AnswerLostError: the answer is something else.
    """
    if not isinstance(answer.body, dict):
        raise answer.unusable(tried, "the answer is no JSON object")
    return answer.body


def as_object_if_any(tried: str, answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered, or an empty one where the answer is empty.

    :raises AnswerLostError: the answer is something else.
    """
    return {} if answer.body is None else as_object(tried, answer)


def as_task(tried: str, answer: Answer, name: str) -> dict[str, Any]:
    """Return the detail of a task that was answered.

    :param name: the key of the task's name, which every task has. Without it, any other object would pass for a task
        of which nothing is as it should be.
    :raises AnswerLostError: the answer is something else.
    """
    item = as_object(tried, answer)
    if wire.text(item, name) is None:
        raise answer.unusable(tried, f"the answer is no task: it has no {name}")
    return item


def as_objects(tried: str, answer: Answer, items: str, count: str) -> list[dict[str, Any]]:
    """Return the list of JSON objects that was answered; a null list is an empty one.

    :param items: the key of the objects.
    :param count: the key of how many there are in all. Where neither is there, no listing was answered, and taking
        that for an empty one would have a task created that there is already.
    :raises AnswerLostError: the answer has another shape.
    """
    body = as_object(tried, answer)
    if items not in body and count not in body:
        raise answer.unusable(tried, f"the answer has no {items}")
    found = body.get(items)
    found = [] if found is None else found
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise answer.unusable(tried, f"the answer's {items} is no list of objects")
    return found


def as_instants(tried: str, answer: Answer) -> list[str]:
    """Return the future executions that were answered, in ISO 8601.

    :raises AnswerLostError: the answer has another shape.
    """
    instants = as_object(tried, answer).get("future_executions")
    if instants is not None and not isinstance(instants, list):
        raise answer.unusable(tried, "the answer's future_executions is no list")
    return [wire.future_execution(instant) for instant in instants or () if isinstance(instant, str)]


def read_page(tried: str, answer: Answer, items: str, count: str) -> Page:
    """Return the objects of one page of a listing, and how many there are in all, where that was answered.

    :param items: the key of the objects.
    :param count: the key of how many there are in all.
    :raises AnswerLostError: the answer has another shape.
    """
    total = wire.number(wire.text(as_object(tried, answer), count))
    return as_objects(tried, answer, items, count), total if isinstance(total, int) else None


def identified(tried: str, task: ScheduledTask) -> ScheduledTask:
    """Return a task that was answered and has an id which can be used in a path.

    :raises AnswerLostError: it has none, so the answer does not tell which task it is about.
    """
    if task.id is None or not TASK_ID.fullmatch(task.id):
        raise AnswerLostError(tried, f"the answer has a task whose id {shown(task.id)} cannot be used")
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


def within_bounds(tried: str, items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the items of a listing as long as there are not too many of them.

    :raises ServiceError: there are.
    """
    for number, item in enumerate(items):
        if number == MOST_ITEMS:
            raise ServiceError(
                tried, f"the listing has more than {MOST_ITEMS} entries", advice="Narrow it with filters"
            )
        yield item
