# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole answers in the shapes that the pages promise: objects, lists of them page by page, tasks with an id.

An answer of another shape is as good as lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable

from .._errors import AnswerLostError, ServiceError, brief, quoted
from .._http._answers import Answer
from .._http._paging import Page
from .._task import TASK_ID, ScheduledTask
from . import _wire as wire

# More than any account has. It bounds what a service that never comes to an end can cost.
MOST_ITEMS = 100_000

MOST_READINGS = 5


def as_object(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered.

    :raises AnswerLostError: the answer is something else.
    """
    if not isinstance(answer.body, dict):
        raise answer.unusable("the answer is no JSON object")
    return answer.body


def as_object_if_any(answer: Answer) -> dict[str, Any]:
    """Return the JSON object that was answered, or an empty one where the answer is empty.

    :raises AnswerLostError: the answer is something else.
    """
    return {} if answer.body is None else as_object(answer)


def as_task(answer: Answer, task_id: str, name: str) -> dict[str, Any]:
    """Return the detail of a task that was answered.

    :param task_id: the id that was asked for.
    :param name: the key of the task's name, which every task has. Without it, any other object would pass for a task
        of which nothing is as it should be.
    :raises AnswerLostError: the answer is something else.
    """
    item = as_object(answer)
    check_about(answer, item, "id", task_id)
    if wire.text(item, name) is None:
        raise answer.unusable(f"the answer is no task: it has no {name}")
    return item


def as_object_about(answer: Answer, field: str, value: str) -> dict[str, Any]:
    """Return the JSON object that was answered, or an empty one where the answer is empty.

    :param field: the key under which an object says what it is about.
    :param value: what it has to say there, if it says anything. An answer to another request says something else.
    :raises AnswerLostError: the answer is something else.
    """
    item = as_object_if_any(answer)
    check_about(answer, item, field, value)
    return item


def check_about(answer: Answer, item: Mapping[str, Any], field: str, value: str) -> None:
    """Refuse an answer to another request, such as one that a connection still held.

    :param item: the object that says what it is about, if it says that at all.
    :param field: the key under which it does.
    :param value: what it has to say there.
    :raises AnswerLostError: it says something else.
    """
    actual = wire.text(item, field)
    if actual is not None and actual != value:
        raise answer.unusable(f"the answer is about {brief(actual)}: it belongs to another request")


def as_objects(answer: Answer, items: str, count: str) -> list[dict[str, Any]]:
    """Return the list of JSON objects that was answered; a null list is an empty one.

    :param items: the key of the objects.
    :param count: the key of how many there are in all. Where neither is there, no listing was answered, and taking
        that for an empty one would have a task created that there is already.
    :raises AnswerLostError: the answer has another shape.
    """
    body = as_object(answer)
    if items not in body and count not in body:
        raise answer.unusable(f"the answer has no {items}")
    found = body.get(items)
    found = [] if found is None else found
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise answer.unusable(f"the answer's {items} is no list of objects")
    return found


def as_instants(answer: Answer) -> list[str]:
    """Return the future executions that were answered, in ISO 8601.

    :raises AnswerLostError: the answer has another shape.
    """
    instants = as_object(answer).get("future_executions")
    if instants is not None and not isinstance(instants, list):
        raise answer.unusable("the answer's future_executions is no list")
    return [wire.future_execution(instant) for instant in instants or () if isinstance(instant, str)]


def read_page(answer: Answer, items: str, count: str, about: tuple[str, str] | None = None) -> Page[dict[str, Any]]:
    """Return the objects of one page of a listing, and how many there are in all, where that was answered.

    :param items: the key of the objects.
    :param count: the key of how many there are in all.
    :param about: the key under which each object says what it belongs to, and what it has to say there.
    :raises AnswerLostError: the answer has another shape.
    """
    total = wire.number(wire.text(as_object(answer), count))
    objects = as_objects(answer, items, count)
    if about is not None:
        for item in objects:
            check_about(answer, item, *about)
    return objects, total if isinstance(total, int) else None


def identified(tried: str, task: ScheduledTask) -> ScheduledTask:
    """Return a task that was answered and has an id which can be used in a path.

    :raises AnswerLostError: it has none, so the answer does not tell which task it is about.
    """
    if task.id is None or not TASK_ID.fullmatch(task.id):
        raise AnswerLostError(tried, f"the answer has a task whose id {quoted(task.id)} cannot be used")
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


def settled(tried: str, read: Callable[[], tuple[list[dict[str, Any]], bool]]) -> list[dict[str, Any]]:
    """Return the objects of a listing that agrees with its own counts, or that was twice the same.

    A task that is deleted while the pages are read moves another one to a page that was read already, so that it would
    be missed. Taking it for one that does not exist would have it created a second time.

    :param read: reads the whole listing, and returns its objects and whether they agree with its counts.
    :raises ServiceError: it is another one each time.
    """
    before: set[str | None] | None = None
    for _reading in range(MOST_READINGS):
        items, agrees = read()
        ids = {wire.text(item, "id") for item in items}
        if agrees or ids == before:
            return items
        before = ids
    raise ServiceError(
        tried,
        f"the tasks changed each of the {MOST_READINGS} times that they were read, so that some may have been missed",
        advice="Run the same task again while nobody creates or deletes tasks",
    )


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
