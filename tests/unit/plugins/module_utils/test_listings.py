# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listings whose counts are wrong, that change while they are read, or that do not heed a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

SERVICES = ("workspace_app", "workspace", "coc")
EVERY_SERVICE = pytest.mark.parametrize("service", SERVICES)
PAGE = {"workspace_app": 100, "workspace": 50, "coc": 1000}
NAME = {"workspace_app": "task_name", "workspace": "task_name", "coc": "name"}
LISTING = {"workspace_app": "ListScheduleTasks", "workspace": "ListScheduledTasks", "coc": "ListScheduledTask"}


@pytest.fixture
def fill(emulator: Any) -> Callable[[str, int], list[str]]:
    """Store so many tasks, and return their ids in the order of the listing."""

    def fill(service: str, count: int) -> list[str]:
        return [emulator.services[service].add_task(**{NAME[service]: f"task-{number:04}"}) for number in range(count)]

    return fill


@pytest.fixture
def between_pages(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Let something happen, once or more often, right behind the first page of a listing that counts in offsets."""
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import Client

    def between_pages(happen: Callable[[], Any], times: int = 1) -> None:
        left = [times]
        send = Client.send

        def sending(self: Any, endpoint: Any, request: Any, *sign: Any) -> Any:
            answer = send(self, endpoint, request, *sign)
            if "offset=0" in request.url(endpoint) and left[0]:
                left[0] -= 1
                happen()
            return answer

        monkeypatch.setattr(Client, "send", sending)

    return between_pages


class TestCounts:
    @pytest.mark.parametrize("service", ["workspace_app", "workspace"])
    @pytest.mark.parametrize("count", ["a page", "one more", "less than a page", "none"])
    def test_one_that_is_too_low_ends_no_listing(self, info, emulator, fill, service, count):
        told = {"a page": PAGE[service], "one more": PAGE[service] + 1, "less than a page": 3, "none": 0}[count]
        ids = fill(service, 2 * PAGE[service] + 7)
        emulator.dialect.miscount = told - len(ids)
        assert [task["id"] for task in info(service=service).tasks] == ids

    @EVERY_SERVICE
    @pytest.mark.parametrize("miscount", [-1000, -1, 1, 1000])
    def test_a_wrong_one_is_outvoted_by_a_second_reading(self, info, emulator, fill, service, miscount):
        ids = fill(service, 5)
        emulator.dialect.miscount = miscount
        assert [task["id"] for task in info(service=service).tasks] == ids

    @EVERY_SERVICE
    def test_a_right_one_costs_no_second_reading(self, info, fill, service):
        fill(service, 5)
        assert len(info(service=service).requests) == (2 if service == "workspace" else 1)

    def test_a_task_behind_a_full_page_is_found_by_its_name(self, run, emulator, fill):
        emulator.dialect.page_size_cap = 100
        for number in range(150):
            emulator.workspace_app.add_task(task_name=f"nightly-{number}")
        emulator.workspace_app.add_task(task_name="nightly")
        emulator.dialect.miscount = -51
        assert run(name="nightly", enabled=True).operations == []


class TestTasksThatGoMeanwhile:
    @pytest.mark.parametrize("service", ["workspace_app", "workspace"])
    def test_no_other_one_is_missed(self, info, emulator, fill, between_pages, service):
        ids = fill(service, 2 * PAGE[service] + 7)
        storage = emulator._world.services[service].tasks
        between_pages(lambda: storage.pop(ids[3]))
        assert [task["id"] for task in info(service=service).tasks] == [*ids[:3], *ids[4:]]

    @pytest.mark.parametrize("service", ["workspace_app", "workspace"])
    def test_none_is_created_that_is_there(self, run, emulator, fill, between_pages, service):
        emulator.dialect.page_size_cap = 10
        ids = [emulator.services[service].add_task(task_name=f"nightly-{number}") for number in range(10)]
        last = emulator.services[service].add_task(task_name="nightly")
        storage = emulator._world.services[service].tasks
        between_pages(lambda: storage.pop(ids[3]))
        assert run(service=service, name="nightly", enabled=True).task["id"] == last

    def test_a_listing_that_never_comes_to_rest_is_an_error(self, info, emulator, fill, between_pages):
        ids = fill("workspace_app", 110)
        storage = emulator._world.services["workspace_app"].tasks
        between_pages(lambda: storage.pop(ids.pop(0)), times=5)
        told = info()
        assert "list scheduled tasks: the tasks changed each of the 5 times that they were read" in told.error
        assert "Run the same task again" in told.error

    def test_a_marker_that_leads_nowhere_is_an_error(self, info, emulator, fill):
        """Instead of an end behind the first page."""
        fill("coc", 3)
        emulator.dialect.page_size_cap = 2
        emulator.dialect.ignored_filters = ["marker"]
        assert "answers the entries up to 2 and those behind them alike" in info(service="coc").error


FILTERS: dict[str, dict[str, tuple[str, Any, Any]]] = {
    "workspace_app": {
        "task_name": ("task_name", "nightly-1", "weekly"),
        "task_type": ("task_type", "STOP_SERVER", "START_SERVER"),
    },
    "workspace": {
        "task_name": ("task_name", "nightly-1", "weekly"),
        "task_type": ("task_type", "STOP", "START"),
        "scheduled_type": ("scheduled_type", "WEEK", "DAY"),
        "last_status": ("last_status", "FAIL", "SUCCESS"),
    },
    "coc": {
        "task_name": ("name", "nightly-1", "weekly"),
        "task_type": ("task_type", "RUNBOOK", "SCRIPT"),
        "risk_level": ("risk_level", "HIGH", "LOW"),
        "enterprise_project_id": ("enterprise_project_id", "ep-1", "0"),
        "associated_task_type": ("associated_task_type", "COMMUNAL", "CUSTOMIZATION"),
        "created_by": ("created_by", account.USER_ID, "somebody-else"),
        "reviewer": ("reviewer", "me", "you"),
        "reviewer_user_name": ("reviewer_user_name", "me", "you"),
        "region_id": ("region_id", "r-1", "r-2"),
        "approve_status": ("approve_status", "PASSED", "REJECTED"),
        "last_execution_status": ("last_execution_status", "FINISHED", "ABNORMAL"),
    },
}
EVERY_FILTER = pytest.mark.parametrize(
    ("service", "name"), [(service, name) for service, filters in FILTERS.items() for name in filters]
)


@EVERY_FILTER
class TestFilters:
    @pytest.fixture
    def two(self, emulator: Any, service: str, name: str) -> list[str]:
        """A task that the filter lets through, and one that it does not."""
        field, wanted, other = FILTERS[service][name]
        return [
            emulator.services[service].add_task(**{NAME[service]: f"{value}-{value}", field: value})
            for value in (wanted, other)
        ]

    def filters(self, service: str, name: str) -> dict[str, Any]:
        return {"filters": {name: FILTERS[service][name][1]}}

    @pytest.mark.parametrize("check_mode", [False, True])
    def test_nothing_is_deleted_by_one_that_is_not_heeded(self, purge, emulator, two, service, name, check_mode):
        emulator.dialect.ignored_filters = [name]
        told = purge(service, **self.filters(service, name), check_mode=check_mode)
        assert f"in spite of filters.{name}, so nothing is deleted" in told.result["msg"]
        assert set(emulator.services[service].tasks) == set(two)

    def test_by_one_that_is_heeded_it_is(self, purge, emulator, two, service, name):
        assert len(purge(service, **self.filters(service, name)).deleted) == 1
        assert set(emulator.services[service].tasks) == {two[1]}

    def test_a_look_up_warns(self, info, emulator, two, service, name):
        emulator.dialect.ignored_filters = [name]
        told = info(service=service, **self.filters(service, name))
        assert {task["id"] for task in told.tasks} == set(two)
        (warning,) = told.result["warnings"]
        assert warning.startswith(f"filters.{name}: service {service} does not keep to it: it lists ")

    def test_a_look_up_whose_filter_is_heeded_does_not(self, info, two, service, name):
        told = info(service=service, **self.filters(service, name))
        assert ([task["id"] for task in told.tasks], "warnings" in told.result) == ([two[0]], False)


@EVERY_SERVICE
def test_a_name_that_is_not_filtered_by_is_found_all_the_same(run, emulator, service):
    emulator.dialect.ignored_filters = ["task_name"]
    ids = [emulator.services[service].add_task(**{NAME[service]: name}) for name in ("other", "nightly")]
    found = run(service=service, name="nightly", enabled=True)
    assert (found.operations, found.task["id"]) == ([], ids[1])


def test_a_task_of_another_enterprise_project_is_not_taken_for_the_one_that_is_meant(run, emulator):
    emulator.dialect.ignored_filters = ["enterprise_project_id"]
    emulator.coc.add_task(name="nightly", enterprise_project_id="ep-2")
    ours = emulator.coc.add_task(name="nightly", enterprise_project_id="ep-1")
    changed = run(service="coc", name="nightly", coc={"enterprise_project_id": "ep-1", "risk_level": "HIGH"})
    assert (changed.task["id"], emulator.coc.tasks[ours]["risk_level"]) == (ours, "HIGH")
