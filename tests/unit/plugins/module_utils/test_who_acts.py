# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody acts as somebody else, or elsewhere, because something is missing or was not looked at."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD, NOBODY

KEYS_OF_A = {"HW_ACCESS_KEY": account.ACCESS_KEY, "HW_SECRET_KEY": account.SECRET_KEY}


@pytest.fixture
def of_a(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of account A stand in the environment."""
    for name, value in KEYS_OF_A.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["task", "list", "info"])
def act(request: pytest.FixtureRequest, run: Any, purge: Any, info: Any) -> Any:
    """Ask one of the modules for what deletes or shows a task."""

    def act(**options: Any) -> Any:
        if request.param == "task":
            return run(name="of-a", state="absent", **options)
        return purge("workspace_app", **options) if request.param == "list" else info(**options)

    return act


@pytest.mark.usefixtures("of_a")
@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({"access_key": "OTHER", "secret_key": ""}, "secret_key is refused: it is given and empty"),
        ({"access_key": "", "secret_key": ""}, "access_key is refused: it is given and empty"),
        ({**NOBODY, "auth_token": ""}, "auth_token is refused: it is given and empty"),
        ({**NOBODY, "auth_token": " "}, "auth_token is refused: it is given and empty"),
        ({**BY_PASSWORD, "user_password": ""}, "user_password is refused: it is given and empty"),
        ({**NOBODY, "access_key": "OTHER"}, "secret_key is refused: it is needed beside access_key"),
        ({**NOBODY, "project_id": ""}, "project_id is refused: it is given and empty"),
        ({**NOBODY, "domain_id": ""}, "domain_id is refused: it is given and empty"),
        ({**NOBODY, "region": ""}, "region is refused: it is given and empty"),
        ({**NOBODY, "endpoint": ""}, "endpoint is refused: it is given and empty"),
        ({**NOBODY, "auth_url": ""}, "auth_url is refused: it is given and empty"),
        ({**NOBODY, "agency_name": "", "agency_domain_name": ""}, "agency_name is refused: it is given and empty"),
    ],
    ids=str,
)
def test_what_is_given_and_empty_is_refused_by_every_module_before_the_first_request(
    act: Any, emulator: Any, options: dict[str, Any], refused: str
) -> None:
    emulator.workspace_app.add_task(task_name="of-a")
    outcome = act(**options)
    assert refused in outcome.error
    assert outcome.requests == []
    assert len(emulator.workspace_app.tasks) == 1


@pytest.mark.usefixtures("of_a")
@pytest.mark.parametrize(
    ("environ", "refused"),
    [
        ({"HUAWEICLOUD_SDK_AK": "OTHER"}, "HUAWEICLOUD_SDK_SK: it is needed beside HUAWEICLOUD_SDK_AK"),
        ({"HUAWEICLOUD_SDK_AK": "OTHER", "HUAWEICLOUD_SDK_SK": ""}, "HUAWEICLOUD_SDK_SK: it is needed beside"),
        ({"HW_AUTH_TOKEN": "of-somebody-else"}, "HW_AUTH_TOKEN: it is another login than HW_ACCESS_KEY"),
        ({"HW_PROJECT_ID": ""}, "HW_PROJECT_ID is set and empty"),
        ({"HW_PROJECT_ID": "1", "HUAWEICLOUD_SDK_PROJECT_ID": "2"}, "contradict each other"),
        ({"HW_PROFILE": "other"}, "HW_PROFILE is set"),
        ({"HUAWEICLOUD_OIDC_AGENCY_URN": "other"}, "HUAWEICLOUD_OIDC_AGENCY_URN is set"),
        ({"HW_ASSUME_ROLE_AGENCY_NAME": "other"}, "HW_ASSUME_ROLE_DOMAIN_NAME is not set"),
        ({"HW_ASSUME_ROLE_DOMAIN_ID": "other"}, "HW_ASSUME_ROLE_DOMAIN_ID is set"),
    ],
    ids=str,
)
def test_an_environment_that_does_not_say_who_or_where_is_refused_by_its_name(
    act: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], refused: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    emulator.workspace_app.add_task(task_name="of-a")
    outcome = act(**NOBODY, project_id=None)
    assert refused in outcome.error
    assert outcome.requests == []
    assert len(emulator.workspace_app.tasks) == 1


@pytest.mark.usefixtures("of_a")
def test_the_project_that_the_environment_names_is_acted_in(
    run: Any, info: Any, nightly: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_PROJECT_NAME", account.PROJECTS[account.SECOND_PROJECT_ID])
    there = {**NOBODY, "project_id": None}
    foreseen = run(**nightly, **there, check_mode=True)
    assert (foreseen.operations, emulator.workspace_app.tasks) == (["create"], {})
    assert run(**nightly, **there).operations == ["create"]
    assert run(**nightly, **there).changed is False
    assert emulator.workspace_app.tasks == {}
    assert [task["name"] for task in info(project_id=account.SECOND_PROJECT_ID).tasks] == [nightly["name"]]


@pytest.mark.usefixtures("of_a")
def test_the_agency_that_the_environment_names_is_acted_through(
    info: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_ASSUME_ROLE_AGENCY_NAME", account.AGENCY_NAME)
    monkeypatch.setenv("HW_ASSUME_ROLE_DOMAIN_NAME", account.AGENCY_DOMAIN_NAME)
    theirs = emulator.workspace_app.add_task(task_name="theirs", project_id=account.AGENCY_PROJECT_ID)
    emulator.workspace_app.add_task(task_name="ours")
    for credentials in (NOBODY, {}):
        assert [task["id"] for task in info(**credentials, project_id=None).tasks] == [theirs]


def test_a_foreign_project_is_named_where_iam_refuses_it(info: Any, emulator: Any) -> None:
    outcome = info(**BY_PASSWORD, project_id="0" * 32)
    for words in (f"and project {'0' * 32} in region cn-north-4: 401", f"that {'0' * 32} is a project of account"):
        assert words in outcome.error
    assert [request.operation for request in emulator.requests] == ["CreateToken"]


@pytest.mark.parametrize("operation", ["UpdateScheduledTask", "DisableScheduledTask"])
def test_a_change_that_breaks_on_a_login_that_has_worked_is_undone(run: Any, emulator: Any, operation: str) -> None:
    task_id = emulator.coc.add_task(name="scan")
    emulator.fail(operation, status=401, body={"error_code": "APIGW.0301", "error_msg": "no"})
    outcome = run(service="coc", name="scan", coc={"risk_level": "HIGH"})
    assert "401 APIGW.0301 no" in outcome.error
    assert "not asked for" not in outcome.error
    assert emulator.coc.tasks[task_id]["enabled"] is True


def test_a_purge_asks_once_with_keys_that_are_refused(purge: Any, emulator: Any) -> None:
    for number in range(3):
        emulator.coc.add_task(name=f"task-{number}")
    emulator.fail("DisableScheduledTask", status=401, times=9)
    emulator.fail("DeleteScheduledTask", status=401, times=9)
    outcome = purge("coc")
    assert outcome.result["summary"]["counts"] == {"failed": 3}
    assert [each for each in outcome.requests if not each.startswith("List")] == ["DisableScheduledTask"]
    assert outcome.result["msg"].count("Check the credentials") == 1


def test_keys_of_another_file_do_not_act_in_the_project_of_the_one_before(
    emulator: Any, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """The file is replaced in the middle of a loop, since the keys in it were refused."""
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
    from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import validated

    path = tmp_path / "credentials"
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
    options = {name: value for name, value in keys.items() if name not in (*NOBODY, "project_id")}
    call = validated(_arguments.SCHEDULED_TASK_INFO, options)
    files = (
        f"[basic]\nak = KEYOFANOTHER\nsk = secretOfAnother\nproject_id = {account.PROJECT_ID}\n",
        f"[basic]\nak = {account.ACCESS_KEY}\nsk = {account.SECRET_KEY}\nproject_id = {account.SECOND_PROJECT_ID}\n",
    )
    told = []
    with Connections() as connections:
        for text in files:
            path.write_text(text, encoding="utf-8")
            emulator.clear_requests()
            asked = _run.Call(call, False, Secrets(), connections)
            told.append(_run.answer(_run.run_scheduled_task_info, asked)["msg"])
    assert "The credentials were replaced meanwhile, and name another project or account." in told[1]
    assert emulator.requests == []
