# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules as Ansible calls them: arguments on standard input, one JSON object on standard output."""

from __future__ import annotations

import importlib
import json
import re
from typing import Any

import pytest

MODULES = "ansible_collections.cloudcron.huaweicloud.plugins.modules"
UTILS = "ansible_collections.cloudcron.huaweicloud.plugins.module_utils"


@pytest.fixture
def call(monkeypatch, capsys, keys):
    """Run a module's `main` and return what it printed."""
    from ansible.module_utils import basic

    def call(name: str, /, **options: Any) -> dict[str, Any]:
        arguments = {**keys, **options}
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
        # Only ansible-core 2.19 and later know serialization profiles.
        if hasattr(basic, "_ANSIBLE_PROFILE"):
            monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy")
        with pytest.raises(SystemExit) as end:
            importlib.import_module(f"{MODULES}.{name}").main()
        result = json.loads(capsys.readouterr().out)
        assert end.value.code == (1 if result.get("failed") else 0)
        return result

    return call


def test_a_task_is_managed(call, nightly, emulator):
    assert call("scheduled_task", **nightly)["operations"] == ["create"]
    assert call("scheduled_task", **nightly)["changed"] is False
    foreseen = call("scheduled_task", **nightly, enabled=False, _ansible_check_mode=True)
    assert foreseen["operations"] == ["disable"]
    assert all(task["is_enable"] for task in emulator.workspace_app.tasks.values())


def test_tasks_are_looked_up(call, emulator):
    emulator.workspace_app.add_task(task_name="one")
    result = call("scheduled_task_info", _ansible_check_mode=True)
    assert result["total_count"] == 1
    assert result["changed"] is False


def listed(*names: str, **scope: Any) -> dict[str, Any]:
    """Options of a list that has these tasks, and is complete."""
    return {"tasks": [{"name": name} for name in names], "purge": {"services": ["workspace_app"], **scope}}


def test_a_list_of_tasks_is_managed(call, emulator):
    for name in ("one", "two"):
        emulator.workspace_app.add_task(task_name=name)
    foreseen = call("scheduled_tasks", **listed("two"), _ansible_check_mode=True)
    assert len(emulator.workspace_app.tasks) == 2
    done = call("scheduled_tasks", **listed("two"))
    assert done["changed"] is foreseen["changed"] is True
    assert (done["diff"], len(done["diff"])) == (foreseen["diff"], 1)
    assert [(task["name"], task["outcome"]) for task in foreseen["unlisted"]] == [("one", "would_delete")]
    assert [(task["name"], task["outcome"]) for task in done["unlisted"]] == [("one", "deleted")]
    assert [task["task_name"] for task in emulator.workspace_app.tasks.values()] == ["two"]
    assert call("scheduled_tasks", **listed("two"))["changed"] is False


def test_a_list_that_fails_in_part_tells_the_rest_too(call, emulator):
    for name in ("one", "two"):
        emulator.workspace_app.add_task(task_name=name)
    for operation in ("BatchDeleteScheduleTask", "DeleteScheduleTask"):
        emulator.fail(operation, status=400)
    result = call("scheduled_tasks", **listed(max_deletions=2))
    assert (result["failed"], result["changed"]) == (True, True)
    assert [(task["name"], task["outcome"]) for task in result["unlisted"]] == [("one", "failed"), ("two", "deleted")]
    assert "exception" not in result


# What each module is asked where nothing else matters, and what is refused.
ASKED = {
    "scheduled_task": {"name": "one"},
    "scheduled_task_info": {"name": "one"},
    "scheduled_tasks": {"tasks": [{"name": "one"}]},
}
REFUSED = {
    "scheduled_task": ("id", {"id": ".."}),
    "scheduled_task_info": ("id", {"id": ".."}),
    "scheduled_tasks": ("id", {"tasks": [{"id": ".."}]}),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_failure_is_a_result(call, emulator, name):
    body = {"error_code": "WKS.1", "error_msg": "not you"}
    emulator.fail("*", status=403, headers={"X-Request-Id": "r-1"}, body=body)
    result = call(name, **ASKED[name])
    assert result["failed"] is True
    # A list tells of each entry what it failed of.
    facts = result["tasks"][0]["error"] if name == "scheduled_tasks" else result
    assert (facts["status"], facts["error_code"], facts["error_msg"], facts["request_id"]) == (
        403,
        "WKS.1",
        "not you",
        "r-1",
    )
    for words in ("list scheduled tasks", "403", "WKS.1", "not you", "r-1"):
        assert words in result["msg"]
    assert "exception" not in result


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_option_is_a_result(call, emulator, name):
    option, options = REFUSED[name]
    result = call(name, **options)
    assert result["failed"] is True
    facts = result["tasks"][0]["error"] if name == "scheduled_tasks" else result
    assert facts["option"] == option
    assert emulator.requests == []


def test_a_warning_is_told_in_ansibles_own_way(call, emulator, monkeypatch):
    from ansible.module_utils.basic import AnsibleModule

    told = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda module, warning: told.append(warning))
    emulator.coc.add_task(name="patch-scan", enabled=False, approve_status="PENDING", enable_approve=True)
    result = call("scheduled_task", service="coc", name="patch-scan", enabled=True)
    assert "patch-scan stays disabled" in told[0]
    assert "warnings" not in result


def test_a_long_wait_is_logged_without_any_secret(call, emulator, monkeypatch, keys):
    from ansible.module_utils.basic import AnsibleModule

    lines = []
    monkeypatch.setattr(AnsibleModule, "log", lambda module, line, **more: lines.append(line))
    body = {"error_code": "X.1", "error_msg": f"not {keys['secret_key']}"}
    emulator.fail("ListScheduleTasks", status=429, headers={"Retry-After": "7"}, body=body)
    assert call("scheduled_task_info")["total_count"] == 0
    told = [line for line in lines if "waits" in line]
    assert len(told) == 1
    assert re.match(
        r"list scheduled tasks: waits [78] s and tries again, for 15 minutes at most, since: 429 X.1 not ", told[0]
    )
    assert [line for line in lines if keys["secret_key"] in line] == []


@pytest.mark.parametrize("name", ASKED)
def test_missing_requests_gives_ansibles_hint(call, monkeypatch, name):
    connections = importlib.import_module(f"{UTILS}._http._connections")
    monkeypatch.setattr(connections, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    result = call(name, **ASKED[name])
    assert result["failed"] is True
    assert "Failed to import the required Python library (requests)" in result["msg"]
    assert "Traceback" not in result["msg"]


@pytest.mark.parametrize("name", ASKED)
def test_what_ansible_refuses_tells_no_secret(call, emulator, name):
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, WHOLE_MASK

    given = {"retries": account.SECRET_KEY, "surprise": f"of {account.SECRET_KEY}", "_ansible_inject_invocation": True}
    result = call(name, **ASKED[name], **given)
    assert result["failed"] is True
    assert account.SECRET_KEY not in json.dumps(result)
    assert result["invocation"]["module_args"]["secret_key"] == WHOLE_MASK
    assert result["invocation"]["module_args"]["surprise"] == f"of {MASK}"
    assert emulator.requests == []


@pytest.mark.parametrize("name", ASKED)
def test_no_secret_is_printed_with_a_result_either(call, emulator, name):
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

    # Not even for Ansible to mask it.
    assert account.SECRET_KEY not in json.dumps(call(name, **ASKED[name]))


@pytest.mark.parametrize("name", ASKED)
def test_secrets_learnt_at_run_time_are_masked(call, emulator, monkeypatch, name):
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK

    monkeypatch.setenv("HW_ACCESS_KEY", account.ACCESS_KEY)
    monkeypatch.setenv("HW_SECRET_KEY", account.SECRET_KEY)
    emulator.fail("*", status=400, body={"error_code": "X", "error_msg": f"you sent {account.SECRET_KEY}"})
    result = call(name, **ASKED[name], access_key=None, secret_key=None)
    assert result["failed"] is True
    assert f"you sent {MASK}" in result["msg"]
    assert account.SECRET_KEY not in json.dumps(result)
