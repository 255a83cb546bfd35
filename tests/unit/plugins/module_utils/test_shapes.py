# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers in the shapes that the pages promise, and in others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AnswerLostError, ServiceError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import Answer
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _shapes as shapes
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask

Shape = Callable[[Answer], Any]


def listing(answer: Answer) -> Any:
    return shapes.as_objects(answer, "tasks", "total")


def page(answer: Answer) -> Any:
    return shapes.read_page(answer, "tasks", "total")


def task(answer: Answer) -> Any:
    return shapes.as_task(answer, "a", "task_name")


def answered(body: Any) -> Answer:
    return Answer("read it", 201, {}, body, None)


@pytest.mark.parametrize(
    ("shape", "body", "read"),
    [
        (shapes.as_object, {}, {}),
        (shapes.as_object, {"a": 1}, {"a": 1}),
        (shapes.as_object_if_any, None, {}),
        (shapes.as_object_if_any, {"a": 1}, {"a": 1}),
        (task, {"task_name": "nightly", "a": 1}, {"task_name": "nightly", "a": 1}),
        (listing, {"tasks": [{"a": 1}, {}]}, [{"a": 1}, {}]),
        (listing, {"tasks": None}, []),
        (listing, {"tasks": [], "total": 7}, []),
        (listing, {"total": 0}, []),
        (page, {"tasks": [{"a": 1}], "total": 2}, ([{"a": 1}], 2)),
        (page, {"tasks": [{"a": 1}], "total": "2"}, ([{"a": 1}], 2)),
        (page, {"tasks": [{"a": 1}], "total": "many"}, ([{"a": 1}], None)),
        (page, {"tasks": [{"a": 1}]}, ([{"a": 1}], None)),
        (page, {"total": 0}, ([], 0)),
        (shapes.as_instants, {}, []),
        (shapes.as_instants, {"future_executions": None}, []),
        (
            shapes.as_instants,
            {"future_executions": ["2026-01-01 09:00:00 GMT", None, 7, "soon"]},
            ["2026-01-01T09:00:00Z", "soon"],
        ),
    ],
)
def test_an_answer_of_the_right_shape_is_read(shape: Shape, body: Any, read: Any) -> None:
    assert shape(answered(body)) == read


NO_OBJECT = "no JSON object"
NO_LISTING = "has no tasks"
NO_LIST = "answer's tasks is no list of objects"


@pytest.mark.parametrize(
    ("shape", "body", "problem"),
    [
        (shapes.as_object, None, NO_OBJECT),
        (shapes.as_object, [], NO_OBJECT),
        (shapes.as_object_if_any, [], NO_OBJECT),
        (shapes.as_object_if_any, "", NO_OBJECT),
        (task, [], NO_OBJECT),
        (task, {}, "is no task: it has no task_name"),
        (task, {"task_name": ""}, "is no task: it has no task_name"),
        (listing, None, NO_OBJECT),
        (listing, {}, NO_LISTING),
        (listing, {"count": 1}, NO_LISTING),
        (listing, {"tasks": {}}, NO_LIST),
        (listing, {"tasks": ""}, NO_LIST),
        (listing, {"tasks": [{}, "x"]}, NO_LIST),
        (page, [], NO_OBJECT),
        (page, {}, NO_LISTING),
        (page, {"tasks": [None], "total": 1}, NO_LIST),
        (shapes.as_instants, [], NO_OBJECT),
        (shapes.as_instants, {"future_executions": {}}, "future_executions is no list"),
        (shapes.as_instants, {"future_executions": ""}, "future_executions is no list"),
    ],
)
def test_an_answer_of_another_shape_is_as_good_as_lost(shape: Shape, body: Any, problem: str) -> None:
    with pytest.raises(AnswerLostError) as caught:
        shape(answered(body))
    assert caught.value.message.startswith("read it: ")
    assert caught.value.message.endswith(f"{problem}.")
    assert caught.value.status == 201


@pytest.mark.parametrize("task_id", ["t-1", "a.b", "x" * 128])
def test_a_task_with_a_usable_id_is_the_one_that_was_answered(task_id: str) -> None:
    found = ScheduledTask(id=task_id)
    assert shapes.identified("read it", found) is found


@pytest.mark.parametrize("task_id", [None, "", "..", "a/b", "a\nb", "x" * 129])
def test_a_task_without_a_usable_id_is_as_good_as_lost(task_id: str | None) -> None:
    with pytest.raises(AnswerLostError) as caught:
        shapes.identified("read it", ScheduledTask(id=task_id))
    assert caught.value.message == f"read it: the answer has a task whose id {task_id!r} cannot be used."


def test_a_task_that_stands_on_two_pages_is_told_once() -> None:
    tasks = [ScheduledTask(id=task_id, name=name) for task_id, name in (("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"))]
    assert [found.name for found in shapes.without_repeats(tasks)] == ["1", "2", "4"]


def test_a_listing_that_does_not_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_ITEMS", 3)
    items: list[dict[str, Any]] = [{"a": number} for number in range(4)]
    assert list(shapes.within_bounds("list them", items[:3])) == items[:3]
    read = []
    with pytest.raises(ServiceError) as caught:
        for item in shapes.within_bounds("list them", items):
            read.append(item)
    assert read == items[:3]
    assert caught.value.message == "list them: the listing has more than 3 entries. Narrow it with filters."
