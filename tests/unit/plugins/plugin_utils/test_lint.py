# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said to ansible-lint of the options that a task gives."""

from __future__ import annotations

import importlib
import io
import json
import re
import sys
from collections.abc import Callable
from typing import Any, Optional

import pytest

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

ACTIONS = "ansible_collections.cloudcron.huaweicloud.plugins.action"
TEMPLATE = "{{ anything }}"

Said = Callable[..., Optional[str]]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """``said(action, **options)``: what is wrong with the options, None if nothing is."""

    def said(action: str, **options: Any) -> str | None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"ANSIBLE_MODULE_ARGS": options})))
        try:
            importlib.import_module(f"{ACTIONS}.{action}").main()
        except SystemExit as stopped:
            assert stopped.code == 1
            result = json.loads(capsys.readouterr().out)
            assert result["failed"]
            return str(result["msg"])
        assert not capsys.readouterr().out
        return None

    return said


@pytest.mark.parametrize(
    ("action", "options"),
    [
        ("scheduled_task", {}),
        ("scheduled_task", {"task_id": "x", "enabled": "yes", "schedule": {"scheduled_time": "10:00"}}),
        ("scheduled_task", {"secret_key": "without the other one", "targets": [{"id": "and no type"}]}),
        ("scheduled_task", {"state": "{% if x %}absent{% endif %}", "service": TEMPLATE, "enabled": TEMPLATE}),
        ("scheduled_task", {"schedule": TEMPLATE, "targets": TEMPLATE, "coc": TEMPLATE}),
        ("scheduled_task", {"schedule": {"day_interval": TEMPLATE, "weekdays": [TEMPLATE, "monday"]}}),
        ("scheduled_task", {"targets": [TEMPLATE, {"type": TEMPLATE}], "description": None}),
        ("scheduled_task_info", {"filters": {"whatever": 1}, "history": "3"}),
        ("scheduled_tasks", {"tasks": [{"task_name": TEMPLATE}, {}], "purge": TEMPLATE, "defaults": TEMPLATE}),
    ],
)
def test_nothing_is_missing_and_no_template_is_judged(said: Said, action: str, options: dict[str, Any]) -> None:
    assert said(action, **options) is None


@pytest.mark.parametrize(
    ("action", "options", "wrong"),
    [
        ("scheduled_task", {"nam": "x"}, r"^Unsupported parameters: nam\. Supported parameters include: "),
        (
            "scheduled_task",
            {"enabled": TEMPLATE, "schedule": {"tme": TEMPLATE}},
            r"^Unsupported parameters: schedule\.tme\. ",
        ),
        (
            "scheduled_task",
            {"targets": [{"type": TEMPLATE, "nme": TEMPLATE}]},
            r"^Unsupported parameters: targets\.nme\. ",
        ),
        ("scheduled_task", {"state": "gone"}, r"^value of state must be one of: present, absent, got: gone$"),
        ("scheduled_task_info", {"service": "app"}, r"^value of service must be one of: workspace_app, .*, got: app$"),
        ("scheduled_tasks", {"keep": []}, r"^Unsupported parameters: keep\. "),
        (
            "scheduled_task",
            {"schedule": {"day_interval": "often"}},
            "^'day_interval' is of type .* found in 'schedule'",
        ),
        ("scheduled_task", {"enabled": "perhaps", "state": "gone"}, "^'enabled' is of type .*value of state must be"),
    ],
)
def test_what_is_wrong_is_said(said: Said, action: str, options: dict[str, Any], wrong: str) -> None:
    message = said(action, **options)
    assert message is not None and re.search(wrong, message, re.DOTALL)
    # ansible-lint looks for the option of this name, and there is none for a suboption.
    assert not re.search(r"(argument|option) '.*' is of type", message)
