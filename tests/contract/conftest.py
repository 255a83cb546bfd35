# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A way to ask the emulator without any client of ours or the vendor's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests


@pytest.fixture
def token(emulator: Any) -> str:
    """A token for the default project; asking for it leaves no trace in the log."""
    from ansible_collections.cloudcron.huaweicloud.tests.emulator import account

    user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"name": account.REGION}},
        }
    }
    answer = requests.post(f"{emulator.url}/v3/auth/tokens", json=body, timeout=5)
    emulator.clear_requests()
    return answer.headers["X-Subject-Token"]


@pytest.fixture
def call(emulator: Any, token: str) -> Iterator[Callable[..., requests.Response]]:
    """``call(method, path, ...)``: one request with the token, ``path`` counted from the task collection."""
    from ansible_collections.cloudcron.huaweicloud.tests.emulator import account

    with requests.Session() as session:
        session.headers["X-Auth-Token"] = token

        def call(method: str, path: str = "", **options: Any) -> requests.Response:
            root = f"{emulator.url}/v1/{account.PROJECT_ID}/schedule-task"
            return session.request(method, root + path, timeout=options.pop("timeout", 5), **options)

        yield call


@pytest.fixture
def body() -> dict[str, Any]:
    """A body with which a daily task can be created."""
    return {
        "task_name": "nightly",
        "task_type": "RESTART_SERVER",
        "scheduled_type": "DAY",
        "day_interval": 1,
        "scheduled_time": "02:30:00",
        "target_infos": [{"target_type": "SERVER", "target_id": "server-7"}],
    }
