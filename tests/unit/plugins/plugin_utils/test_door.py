# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which door is taken, decided without a play."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

ACTIONS = "ansible_collections.cloudcron.huaweicloud.plugins.action"
DOOR = "ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils._door"
IN_PROCESS, AS_A_MODULE = "in process", "as a module"


@pytest.fixture
def door() -> Any:
    return importlib.import_module(DOOR)


@pytest.fixture
def said(door: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was said at `-vvv`."""
    lines: list[str] = []
    monkeypatch.setattr(door.Display, "vvv", lambda display, line, host=None: lines.append(line))
    return lines


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Any]:
    """Make an action as Ansible does for a task."""
    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar

    def make(
        name: str = "scheduled_task_info",
        task_vars: dict[str, Any] | None = None,
        transport: str = "local",
        become: Any = None,
        **task: Any,
    ) -> Any:
        loader = DataLoader()
        loader.set_basedir(str(tmp_path))
        usual = {"args": {}, "async_val": 0, "check_mode": False, "environment": []}
        shell = SimpleNamespace(env_prefix=lambda **values: "", tmpdir=None)
        return importlib.import_module(f"{ACTIONS}.{name}").ActionModule(
            task=SimpleNamespace(action=f"cloudcron.huaweicloud.{name}", **{**usual, **task}),
            connection=SimpleNamespace(transport=transport, become=become, _shell=shell),
            play_context=SimpleNamespace(remote_addr="localhost"),
            loader=loader,
            templar=Templar(loader=loader, variables=task_vars or {}),
            shared_loader_obj=None,
        )

    return make


@pytest.fixture
def run(
    door: Any, said: list[str], make: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, dict[str, Any]]]:
    """Run an action; return which door it took, if any, and its result."""

    def run(name: str = "scheduled_task_info", task_vars: dict[str, Any] | None = None, **more: Any) -> Any:
        taken = ["neither"]

        def take(which: str) -> Callable[..., dict[str, Any]]:
            def note(*args: Any) -> dict[str, Any]:
                taken.append(which)
                return {"changed": False}

            return note

        monkeypatch.setattr(door.ModuleAction, "run", take(AS_A_MODULE))
        monkeypatch.setattr(door, "call_module", take(IN_PROCESS))
        result = make(name, task_vars, **more).run(None, task_vars)
        return taken[-1], result

    return run


@pytest.mark.parametrize("name", ["scheduled_task", "scheduled_task_info"])
def test_on_the_control_node_the_work_is_done_in_process(run: Callable[..., Any], said: list[str], name: str) -> None:
    assert run(name)[0] == IN_PROCESS
    assert said == [f"cloudcron.huaweicloud.{name} runs in Ansible's own process"]


def test_a_long_wait_is_told_without_any_secret(
    door: Any, make: Callable[..., Any], emulator: Any, keys: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[tuple[str, Any]] = []
    monkeypatch.setattr(door.Display, "v", lambda display, line, host=None: lines.append((line, host)))
    body = {"error_code": "X.1", "error_msg": f"not {keys['secret_key']}"}
    emulator.fail("ListScheduleTasks", status=429, headers={"Retry-After": "7"}, body=body)
    assert make(args=keys).run(None, {})["total_count"] == 0
    ((line, host),) = lines
    begin = (
        r"cloudcron\.huaweicloud\.scheduled_task_info: list scheduled tasks: waits [78] s and tries again, "
        "for 15 minutes at most, since: 429 "
    )
    assert re.match(begin, line)
    assert (keys["secret_key"] in line, host) == (False, "localhost")


@pytest.mark.parametrize(
    ("circumstances", "reason"),
    [
        ({"transport": "ssh"}, "the connection is ssh"),
        ({"become": "sudo"}, "become is set"),
        ({"async_val": 10}, "async is set"),
        ({"environment": [{"HTTPS_PROXY": "http://proxy"}]}, "an environment is set"),
        ({"environment": [None, {}, {"A": "1"}]}, "an environment is set"),
        ({"environment": ["no dictionary"]}, "an environment is set"),
        ({"task_vars": {"cloudcron_in_process": False}}, "cloudcron_in_process is false"),
        ({"task_vars": {"cloudcron_in_process": "no"}}, "cloudcron_in_process is false"),
        ({"task_vars": {"cloudcron_in_process": 0}}, "cloudcron_in_process is false"),
    ],
    ids=str,
)
def test_in_every_other_case_the_module_runs(
    run: Callable[..., Any], said: list[str], circumstances: dict[str, Any], reason: str
) -> None:
    assert run(**circumstances)[0] == AS_A_MODULE
    assert said == [f"cloudcron.huaweicloud.scheduled_task_info runs as a module, since {reason}"]


@pytest.mark.parametrize("arguments", [{"name": 1.1}, {"user_password": 83}, {"filters": {1: 2}}], ids=str)
def test_what_a_module_would_get_as_other_text_is_refused_before(run: Callable[..., Any], arguments: Any) -> None:
    assert run(transport="ssh", args=arguments)[0] == IN_PROCESS
    assert run(transport="ssh", args={"name": "1.1", "details": "yes"})[0] == AS_A_MODULE


def test_ansible_learns_of_the_secret_options_of_a_module_without_the_module(
    run: Callable[..., Any], door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[str] = []
    monkeypatch.setattr(door, "register_secret", registered.append)
    args = {"name": "nightly", "secret_key": "hidden", "auth_token": None}
    assert run(args=args, transport="ssh")[0] == AS_A_MODULE
    assert registered == ["hidden"]


@pytest.mark.parametrize("value", [True, "yes", 1, None])
@pytest.mark.parametrize("environment", [[], [{}], [None, {}]], ids=str)
def test_what_sets_nothing_is_no_obstacle(run: Callable[..., Any], value: Any, environment: list[Any]) -> None:
    assert run(task_vars={"cloudcron_in_process": value}, environment=environment)[0] == IN_PROCESS


def test_without_requests_the_module_runs(run: Callable[..., Any], door: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "REQUESTS_IMPORT_ERROR", "Traceback: no requests")
    assert run()[0] == AS_A_MODULE


@pytest.mark.parametrize(
    ("platform", "no_proxy", "taken"),
    [
        ("darwin", None, AS_A_MODULE),
        ("darwin", "127.0.0.1", AS_A_MODULE),
        ("darwin", "*", IN_PROCESS),
        ("linux", None, IN_PROCESS),
    ],
)
def test_macos_is_not_asked_for_its_proxies(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, platform: str, no_proxy: str | None, taken: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    if no_proxy is not None:
        monkeypatch.setenv("no_proxy", no_proxy)
    assert run()[0] == taken


@pytest.mark.parametrize("value", ["perhaps", 7, []], ids=str)
def test_a_switch_that_is_neither_is_a_failed_result(run: Callable[..., Any], value: Any) -> None:
    assert run(task_vars={"cloudcron_in_process": value}) == (
        "neither",
        {"failed": True, "msg": f"cloudcron_in_process: {value!r} is refused: it is true or false."},
    )


def test_a_switch_that_cannot_be_read_is_a_failed_result(
    run: Callable[..., Any], door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible.errors import AnsibleError
    from ansible.template import Templar

    def fail(*args: Any, **more: Any) -> Any:
        raise AnsibleError("'x' is undefined")

    monkeypatch.setattr(Templar, "template", fail)
    taken, result = run()
    assert (taken, result) == ("neither", {"failed": True, "msg": "'x' is undefined"})


@pytest.mark.parametrize(
    ("name", "more", "key"),
    [("scheduled_task", {"name": "one"}, "scheduled_task"), ("scheduled_task_info", {}, "scheduled_tasks")],
)
def test_the_work_that_is_done_in_process_is_the_modules(
    emulator: Any, keys: dict[str, Any], make: Callable[..., Any], name: str, more: dict[str, str], key: str
) -> None:
    emulator.workspace_app.add_task(task_name="one")
    result = make(name, args={**keys, **more}).run()
    assert result["changed"] is False
    assert "one" in str(result[key])


@pytest.mark.parametrize(("check_mode", "stored"), [(True, 0), (False, 1)])
def test_the_mode_is_the_tasks(
    emulator: Any,
    keys: dict[str, Any],
    make: Callable[..., Any],
    nightly: dict[str, Any],
    check_mode: bool,
    stored: int,
) -> None:
    assert make("scheduled_task", args={**keys, **nightly}, check_mode=check_mode).run()["changed"] is True
    assert len(emulator.workspace_app.tasks) == stored


@pytest.mark.parametrize("wanted", [True, False])
def test_the_arguments_are_shown_where_ansible_wants_it(
    make: Callable[..., Any], door: Any, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    monkeypatch.setattr(door.C.config, "get_config_value", lambda name, **more: {"INJECT_INVOCATION": wanted}[name])
    assert ("invocation" in make(args={}).run()) is wanted


def test_before_there_was_a_setting_for_it_the_arguments_were_always_shown(
    make: Callable[..., Any], door: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ansible.errors import AnsibleError

    def know_nothing(name: str, **more: Any) -> Any:
        raise AnsibleError("not defined")

    monkeypatch.setattr(door.C.config, "get_config_value", know_nothing)
    assert "invocation" in make(args={}).run()


def test_a_module_may_run_asynchronously(make: Callable[..., Any]) -> None:
    assert make()._supports_async is True


class TestAnEnvironmentThatIsLeftBehind:
    """The variables of Ansible's own process that the module does not see."""

    @pytest.fixture
    def warned(self, door: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        warnings: list[str] = []
        monkeypatch.setattr(door.Display, "warning", lambda display, line: warnings.append(line))
        for name in [name for name in door.os.environ if name.startswith(door.OURS)]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HW_SECRET_KEY", "secret")
        monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "project")
        return warnings

    @pytest.mark.parametrize(
        ("way", "reason"),
        [({"become": object()}, "become is set"), ({"transport": "ssh"}, "the connection is ssh")],
    )
    @pytest.mark.parametrize("args", [{}, {"access_key": "other"}, {"project_id": "other"}])
    def test_they_are_named(
        self, run: Callable[..., Any], warned: list[str], way: dict[str, Any], reason: str, args: dict[str, str]
    ) -> None:
        assert run(args=args, **way)[0] == AS_A_MODULE
        (line,) = warned
        assert line == (
            "cloudcron.huaweicloud.scheduled_task_info most likely does not see these variables of Ansible's "
            f"environment, since {reason}: HUAWEICLOUD_SDK_PROJECT_ID, HW_SECRET_KEY. Give options instead, or let it "
            "run here, with connection: local and become: false."
        )

    @pytest.mark.parametrize(
        "more",
        [
            {},
            {"async_val": 5},
            {"task_vars": {"cloudcron_in_process": False}},
            {"become": object(), "args": {"auth_token": "other", "project_id": "other"}},
            {
                "become": object(),
                "environment": [{"HW_SECRET_KEY": "secret", "HUAWEICLOUD_SDK_PROJECT_ID": "project"}],
            },
        ],
    )
    def test_nothing_is_said_where_nothing_is_missed(
        self, run: Callable[..., Any], warned: list[str], more: dict[str, Any]
    ) -> None:
        run(**more)
        assert warned == []

    def test_nothing_is_said_of_other_variables(
        self, run: Callable[..., Any], warned: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("HW_SECRET_KEY")
        monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
        run(become=object())
        assert warned == []
