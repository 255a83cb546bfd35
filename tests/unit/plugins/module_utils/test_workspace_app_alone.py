# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Workspace App Streaming's answers mean, and what is written to it, without any request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import workspace_app
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import Target

EXPIRY = datetime(2030, 6, 30, 10, tzinfo=timezone.utc)


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "XXX-5")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize(
    ("expiry", "written"),
    [
        (None, {}),
        (EXPIRY, {"expire_time": "2030-06-30T10:00:00Z"}),
        (EXPIRY.astimezone(timezone(timedelta(hours=8))), {"expire_time": "2030-06-30T10:00:00Z"}),
        ("some day", {"expire_time": "some day"}),
    ],
)
def test_an_expiry_is_written_in_utc(expiry: Any, written: dict[str, str]) -> None:
    assert workspace_app._write_expiry(Schedule(expire_time=expiry)) == written


@pytest.mark.parametrize(
    ("text", "expiry"),
    [
        ("2030-06-30T10:00:00.000Z", EXPIRY),
        ("2030-06-30T18:00:00+08:00", EXPIRY),
        ("2030-06-30T10:00:00", EXPIRY),
        ("some day", "some day"),
        ("", None),
    ],
)
def test_an_expiry_is_read_as_an_instant(text: str, expiry: Any) -> None:
    assert workspace_app._read_task({"expire_time": text}).schedule.expire_time == expiry


def test_a_task_of_which_nothing_is_told_is_still_one_of_the_service() -> None:
    task = workspace_app._read_task({})
    assert (task.service, task.id, task.name, task.description, task.enabled) == ("workspace_app", None, None, "", None)


@pytest.mark.parametrize(
    "odd", ["x", None, {}, {"target_id": None}, {"target_type": "SERVER"}, {"target_id": []}], ids=str
)
def test_a_target_that_is_none_is_passed_over(odd: Any) -> None:
    good = {"target_type": "server", "target_id": "s-1"}
    task = workspace_app._read_whole({"target_infos": [odd, good, odd]})
    assert task.targets == (Target("SERVER", "s-1"),)


def test_a_target_of_an_unknown_type_is_one_too() -> None:
    infos = [{"target_id": "a"}, {"target_type": "House", "target_id": ["b", "c"], "target_name": "home"}]
    task = workspace_app._read_whole({"target_infos": infos})
    assert task.targets == (Target("", "a"), Target("House", "b"), Target("House", "c"))
    assert task.target_names == {"b": "home", "c": "home"}
