# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call without a process returns. That it is what a module returns is for the playbook tests to say."""

from __future__ import annotations

import datetime
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import Call
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, WHOLE_MASK

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

SPEC = {
    "argument_spec": {
        "name": {"type": "str", "aliases": ["task_name"]},
        "secret": {"type": "str", "no_log": True},
        "count": {"type": "int", "default": 3},
        "old": {"type": "str", "removed_in_version": "2.0.0", "removed_from_collection": "cloudcron.huaweicloud"},
        "size": {"type": "str", "choices": ["small"]},
        "data": {"type": "raw"},
    }
}


@pytest.fixture
def log() -> list[str]:
    """The lines for whoever waits."""
    return []


@pytest.fixture
def call(tmp_path: Path, log: list[str]) -> Callable[..., dict[str, Any]]:
    """Call a function as a module of `SPEC` is called."""
    from ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils._in_process import Module, call_module

    def call(
        run: Callable[[Call], dict[str, Any]], check_mode: bool = False, invocation: bool = True, **arguments: Any
    ) -> dict[str, Any]:
        with Connections() as connections:
            return call_module(
                Module(SPEC, run),
                "a.b.c",
                arguments,
                check_mode,
                invocation,
                str(tmp_path),
                connections,
                log.append,
                log.append,
            )

    return call


def unchanged(call: Call) -> dict[str, Any]:
    with call.refusing():
        pass
    return {"changed": False, "told": dict(call.options)}


def test_the_options_are_those_that_a_module_would_see(call: Callable[..., Any]) -> None:
    result = call(unchanged, task_name="nightly", count="5")
    assert result["changed"] is False
    options = {"name": "nightly", "task_name": "nightly", "secret": None, "count": 5, "old": None, "size": None}
    options["data"] = None
    assert result["told"] == options
    assert result["invocation"] == {"module_args": options}


def test_what_json_does_not_know_comes_as_text(call: Callable[..., Any]) -> None:
    assert call(unchanged, data=[datetime.date(2026, 1, 2)])["told"]["data"] == ["2026-01-02"]


@pytest.mark.parametrize("name", [1.1, 83, True, datetime.date(2026, 1, 2), {"a": "b"}, ["a"]], ids=str)
def test_what_is_no_text_is_refused_where_text_belongs(call: Callable[..., Any], name: Any) -> None:
    def act(call: Call) -> dict[str, Any]:
        with call.refusing():
            pass
        return pytest.fail("it was called")

    result = call(act, task_name=name)
    assert result["failed"] is True
    assert result["option"] == "name"
    assert "it is text" in result["msg"]
    assert result["invocation"]["module_args"]["count"] == 3


def test_what_is_no_text_is_told_beside_what_else_is_wrong(call: Callable[..., Any]) -> None:
    def act(call: Call) -> dict[str, Any]:
        with call.refusing() as faults:
            faults.add(OptionError("count", 3, "it is another one"), OptionError("name", "5", "it is longer"))
        return pytest.fail("it was called")

    result = call(act, task_name=5, secret=6)
    assert result["options"] == ["name", "secret", "count"]
    assert result["msg"].count("name: ") == 1


def test_what_is_no_text_is_told_before_what_ansible_refuses(call: Callable[..., Any]) -> None:
    result = call(lambda call: pytest.fail("it was called"), task_name=5, secret=6, count="many")
    assert result["options"] == ["name", "secret"]
    assert "many" not in result["msg"]


def test_a_number_that_is_a_secret_is_not_shown(call: Callable[..., Any]) -> None:
    result = call(unchanged, secret=20270101)
    assert result["msg"].startswith("secret: a number is refused: it is text")
    assert "20270101" not in str(result)
    assert "20270101" not in str(call(unchanged, name=20270101, secret="20270101"))


def test_the_result_has_what_json_has(call: Callable[..., Any]) -> None:
    result = call(lambda call: {"changed": False, "pair": (1, 2), "by_number": {1: 2}, "none": None})
    assert result["pair"] == [1, 2]
    assert result["by_number"] == {"1": 2}
    assert result["none"] is None


def test_what_a_service_says_is_not_taken_for_ansibles_own(call: Callable[..., Any]) -> None:
    said = {"__ansible_type": "TrustedAsTemplate", "__ansible_unsafe": "x", "__ansible_vault": "y"}
    assert call(lambda call: {"changed": False, "extra": said})["extra"] == said


def test_the_result_shows_the_arguments_only_where_ansible_wants_it(call: Callable[..., Any]) -> None:
    assert "invocation" not in call(unchanged, invocation=False)
    assert "invocation" not in call(unchanged, invocation=False, size="huge")


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_mode_is_the_tasks(call: Callable[..., Any], check_mode: bool) -> None:
    assert call(lambda call: {"changed": call.check_mode}, check_mode)["changed"] is check_mode


def test_secrets_are_masked_also_those_learnt_at_run_time(call: Callable[..., Any]) -> None:
    def tell(call: Call) -> dict[str, Any]:
        call.secrets.keep("learnt")
        return {"changed": True, "echo": f"{call.options['secret']} and what was learnt", "true": True}

    result = call(tell, secret="from-options")
    assert result["echo"] == f"{MASK} and what was {MASK}"
    assert result["invocation"]["module_args"]["secret"] == WHOLE_MASK
    assert "from-options" not in str(result)


def test_a_truth_value_hides_no_secret(call: Callable[..., Any]) -> None:
    assert call(unchanged, secret="False")["changed"] is False


def test_an_error_is_a_result(call: Callable[..., Any]) -> None:
    def refuse(call: Call) -> dict[str, Any]:
        raise OptionError("size", call.options["secret"], "it must not be told")

    result = call(refuse, secret="hidden")
    assert result["failed"] is True
    assert result["option"] == "size"
    assert result["msg"] == f"size: '{MASK}' is refused: it must not be told."
    assert result["invocation"]["module_args"]["count"] == 3


def test_a_bug_is_a_result_too_and_tells_no_secret(call: Callable[..., Any]) -> None:
    def fall_over(call: Call) -> dict[str, Any]:
        raise ZeroDivisionError(f"over {call.options['secret']}")

    result = call(fall_over, secret="hidden")
    assert result["failed"] is True
    assert result["msg"].startswith(f"This is a bug of cloudcron.huaweicloud: ZeroDivisionError: over {MASK}. ")
    assert "in fall_over" in result["exception"]
    assert "hidden" not in str(result)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_stops_a_task_goes_through(call: Callable[..., Any], error: type[BaseException]) -> None:
    def stop(call: Call) -> dict[str, Any]:
        raise error

    with pytest.raises(error):
        call(stop)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"count": "many"}, "'many'"),
        ({"size": "huge"}, "value of size must be one of: small, got: huge"),
        ({"colour": "red"}, "Unsupported parameters for (a.b.c) module: colour. Supported parameters include: "),
    ],
)
def test_arguments_that_are_refused_are_not_worked_with(
    call: Callable[..., Any], arguments: dict[str, Any], words: str
) -> None:
    def never(call: Call) -> dict[str, Any]:
        raise AssertionError("it was called")

    result = call(never, secret="hidden", **arguments)
    assert result["failed"] is True
    assert words in result["msg"]
    assert result["msg"].startswith("Unsupported") == ("colour" in arguments)
    assert "hidden" not in str(result)
    assert result["invocation"]["module_args"]["secret"] == WHOLE_MASK


def test_arguments_that_cannot_be_read_are_a_result(call: Callable[..., Any]) -> None:
    result = call(unchanged, data=object())
    assert result["failed"] is True
    assert result["msg"].startswith("The arguments of a.b.c cannot be read: ")


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What ansible-core 2.19 and later takes into the result by itself."""
    from ansible.utils.display import Display

    lines: dict[str, list[Any]] = {"warnings": [], "deprecations": []}
    monkeypatch.setattr(Display, "warning", lambda display, msg, **more: lines["warnings"].append(msg))
    monkeypatch.setattr(
        Display, "deprecated", lambda display, msg, **more: lines["deprecations"].append({"msg": msg, **more})
    )
    return lines


def test_warnings_of_the_arguments_and_of_the_work_are_told_each_time(
    call: Callable[..., Any], displayed: dict[str, list[Any]]
) -> None:
    doubled = "Both option name and its alias task_name are set."
    for _count in range(2):
        displayed["warnings"].clear()
        result = call(lambda call: {"changed": False, "warnings": ["mind the gap"]}, name="a", task_name="a")
        assert [*displayed["warnings"], *result["warnings"]] == [doubled, "mind the gap"]
    displayed["warnings"].clear()
    assert "warnings" not in call(unchanged)
    assert displayed["warnings"] == []


def test_deprecations_are_told(call: Callable[..., Any], displayed: dict[str, list[Any]]) -> None:
    (deprecation,) = [*call(unchanged, old="x").get("deprecations", ()), *displayed["deprecations"]]
    assert deprecation["msg"] == "Param 'old' is deprecated. See the module docs for more information"
    assert deprecation["version"] == "2.0.0"
    assert "cloudcron.huaweicloud" in str(deprecation)


def test_without_remarks_there_are_no_empty_lists_of_them(call: Callable[..., Any]) -> None:
    assert call(unchanged).keys() == {"changed", "told", "invocation"}


def test_it_runs_where_a_module_would_and_comes_back(call: Callable[..., Any], tmp_path: Path) -> None:
    before = os.getcwd()
    assert call(lambda call: {"changed": False, "folder": os.getcwd()})["folder"] == str(tmp_path)
    assert os.getcwd() == before


def test_pythons_warnings_are_not_shown(call: Callable[..., Any]) -> None:
    def warn(call: Call) -> dict[str, Any]:
        warnings.warn("unverified", stacklevel=1)
        return {"changed": False}

    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        call(warn)
    assert shown == []


def test_results_are_not_trusted_as_templates(call: Callable[..., Any]) -> None:
    trust = pytest.importorskip("ansible.template", reason="without a control node").__dict__.get("trust_as_template")
    if trust is None:
        # Before ansible-core 2.19, Ansible marks every result of an action as unsafe by itself.
        return
    from ansible.template import is_trusted_as_template

    name = trust("{{ 7 * 7 }}")
    result = call(unchanged, name=name)
    assert is_trusted_as_template(name)
    assert result["told"]["name"] == "{{ 7 * 7 }}"
    assert not is_trusted_as_template(result["told"]["name"])
    assert not is_trusted_as_template(result["invocation"]["module_args"]["name"])
