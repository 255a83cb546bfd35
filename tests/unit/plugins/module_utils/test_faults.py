# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that is wrong with options is told at once, and nothing that only follows from it."""

from __future__ import annotations

from functools import partial
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError, OptionsError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._faults import Faults
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._info import read_query
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._sendable import check_sendable
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._texts import check_texts
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field, check_fields
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import KEYS, checked, validated

APP, WORKSPACE, COC = "workspace_app", "workspace", "coc"
DAILY = {"type": "daily", "day_interval": 1, "time": "03:30"}
ONCE = {"type": "once", "date": "2027-03-28", "time": "02:30:00", "time_zone": "Europe/Berlin"}


def fault(option: str, value: Any = 1) -> OptionError:
    return OptionError(option, value, "it is another one")


def options_of(error: OptionError) -> list[str]:
    return [each.option for each in error.faults]


def wrong(service: str, **options: Any) -> list[str]:
    """Return the options that a service refuses, in the order in which it tells them."""
    with pytest.raises(OptionError) as caught:
        checked(SERVICES[service].read_options, {"service": service, **options})  # type: ignore[attr-defined]
    return options_of(caught.value)


def test_nothing_wrong_is_no_error() -> None:
    faults = Faults({"a": 1})
    with faults:
        pass
    faults.raise_all()
    assert not faults


def test_the_only_fault_is_raised_as_it_is() -> None:
    error = fault("a")
    faults = Faults()
    with faults:
        raise error
    with pytest.raises(OptionError) as caught:
        faults.raise_all()
    assert caught.value is error
    assert caught.value.to_result() == {"failed": True, "msg": "a: 1 is refused: it is another one.", "option": "a"}


def test_several_faults_are_one_error_in_the_order_of_what_is_given() -> None:
    faults = Faults({"z": 1, "a": {"y": 1, "b": 1}, "list": [{"d": 1, "c": 1}]})
    for option in ("missing", "list.c", "list.d", "a.b", "a.y", "a", "z"):
        with faults:
            raise fault(option)
    with pytest.raises(OptionsError) as caught:
        faults.raise_all()
    # Entries of a list stay in the order in which they were found.
    told = ["z", "a", "a.y", "a.b", "list.c", "list.d", "missing"]
    assert options_of(caught.value) == told
    assert caught.value.to_result() == {
        "failed": True,
        "msg": " ".join(f"{option}: 1 is refused: it is another one." for option in told),
        "option": "z",
        "options": told,
    }


def test_faults_within_faults_are_told_one_by_one_and_once() -> None:
    faults = Faults()
    with faults:
        raise OptionsError([fault("a"), fault("b"), fault("a", 2)])
    faults.add(fault("a"))
    assert [each.message[:4] for each in faults.in_order()] == ["a: 1", "b: 1", "a: 2"]
    with pytest.raises(OptionsError) as caught:
        faults.raise_all()
    assert caught.value.details() == {"option": "a", "options": ["a", "b"]}


def test_two_faults_of_one_option_have_one_path() -> None:
    assert OptionsError([fault("a"), fault("a", 2)]).details() == {"option": "a"}


def test_what_is_no_fault_of_an_option_is_raised_at_once() -> None:
    faults = Faults()
    with pytest.raises(ZeroDivisionError), faults:
        raise ZeroDivisionError
    assert not faults


def test_what_is_refused_already_is_not_refused_again() -> None:
    faults = Faults(found=[fault("a")])
    faults.add(OptionError("a", 1, "no"), OptionError("a", "1", "no", is_hidden=True), fault("a.b"))
    assert [each.option for each in faults.in_order()] == ["a", "a.b"]
    assert faults.covers("a.b")
    faults.add(OptionError("a.b", 1, "no"))
    faults.settle()
    faults.add(OptionError("a.b", 1, "neither"), fault("a", 2))
    assert [each.option for each in faults.in_order()] == ["a", "a.b", "a.b", "a"]
    assert not faults.covers("c")


def test_a_question_ends_a_message_as_it_is() -> None:
    error = OptionError("nmae", None, "there is no such option. Did you mean name?", shown="")
    assert error.message == "nmae is refused: there is no such option. Did you mean name?"
    assert OptionError("a", None, "no", shown="null").message == "a: null is refused: no."


def test_fields_of_an_object_and_entries_of_a_list_are_all_checked() -> None:
    fields = {"name": Field(most=2), "counts": Field("list", most=2, item=Field("int", most=9))}
    with pytest.raises(OptionError) as caught:
        given = {"list": [{"counts": [10, 1, 11]}, {"name": "abc"}]}
        check_fields("coc", {"list": Field("list", fields=fields)}, given)
    assert [each.message for each in caught.value.faults] == [
        "coc.list.counts: '3 entries' is refused: it has 1 to 2 entries.",
        "coc.list.counts: 10 is refused: it is a whole number from 1 to 9.",
        "coc.list.counts: 11 is refused: it is a whole number from 1 to 9.",
        "coc.list.name: 'abc' is refused: it has 1 to 2 characters.",
    ]


def test_all_that_cannot_be_sent_is_told() -> None:
    with pytest.raises(OptionError) as caught:
        check_sendable("", {"name": "\ud800", "coc": {"a": [float("nan"), "********"]}, "id": "a"})
    assert options_of(caught.value) == ["name", "coc.a", "coc.a"]


def test_all_that_is_no_text_is_told() -> None:
    spec = SCHEDULED_TASK["argument_spec"]
    with pytest.raises(OptionError) as caught:
        check_texts(
            spec,
            {
                "task_name": 5,
                "schedule": {"time": 37800, "cron": True},
                "targets": [{"type": "a", "id": 1}, {"type": 2}],
                "coc": {"input_param": {1: 2, "a": {True: 3}}, "version_no": 1.1},
            },
        )
    assert options_of(caught.value) == [
        *("name", "schedule.time", "schedule.cron", "targets.id", "targets.type"),
        *("coc.input_param", "coc.input_param", "coc.version_no"),
    ]


def test_of_the_faults_of_one_option_each_is_told() -> None:
    with pytest.raises(OptionError) as caught:
        check_texts({"data": {"type": "dict"}}, {"data": {1: 2, 3.5: 3}})
    assert [each.message.split(" ")[1] for each in caught.value.faults] == ["1", "3.5"]


@pytest.mark.parametrize(
    ("service", "options", "refused"),
    [
        (
            APP,
            {
                "targets": [{"type": "ROBOT", "id": "x" * 129}, {"type": "SERVER"}],
                "description": "x" * 256,
                "schedule": {"time": "25:00", "months": [13]},
                "name": "a b",
                "coc": {"risk_level": "LOW"},
                "task_type": "FLY",
                "id": "..",
            },
            ["targets.type", "targets.id", "description", "schedule.time", "schedule.months", "name", "coc"]
            + ["task_type", "id"],
        ),
        (
            WORKSPACE,
            {
                "name": " a",
                "task_type": "START",
                "schedule": {"type": "life_cycle", "life_cycle_type": "LUNCH", "wait_time": 43201},
                "targets": [{"type": "ALL_DESKTOPS", "id": "d"}, {"type": "DESKTOP"}],
                "workspace": {"priority": 51, "gray_count": 1, "gray_desktop_ids": ["", "a", "x" * 256]},
            },
            ["name", "task_type", "task_type", "schedule.life_cycle_type", "schedule.wait_time"]
            + ["targets.id", "targets.id", "workspace.priority", "workspace.gray_desktop_ids"]
            + ["workspace.gray_desktop_ids"],
        ),
        (
            COC,
            {
                "name": "ab",
                "schedule": ONCE,
                "description": "no",
                "coc": {
                    "risk_level": "HUGE",
                    "target_instances": [
                        {"target_selection": "ALL", "order_no": 10001},
                        {"target_selection": "SOME", "order_no": 1},
                        {"target_selection": "MANUAL", "order_no": 1, "target_instances": "[]"},
                    ],
                    "message_notification": {"protocol": "FAX", "policy": " , "},
                },
            },
            ["name", "schedule.time", "description", "coc.risk_level", "coc.target_instances.order_no"]
            + ["coc.target_instances.target_selection", "coc.target_instances.target_selection"]
            + ["coc.target_instances.target_instances"]
            + ["coc.message_notification.protocol", "coc.message_notification.policy"],
        ),
    ],
    ids=[APP, WORKSPACE, COC],
)
def test_a_service_refuses_everything_at_once(service: str, options: dict[str, Any], refused: list[str]) -> None:
    assert wrong(service, **options) == refused


@pytest.mark.parametrize(
    ("service", "options", "refused"),
    [
        (APP, {"schedule": {"type": "yearly", "cron": "x", "wait_time": 1}}, ["schedule.type"]),
        (APP, {"schedule": {"type": "cron", "cron": "x"}}, ["schedule.type"]),
        (APP, {"schedule": {**DAILY, "time": "25:00"}}, ["schedule.time"]),
        (APP, {"schedule": {**DAILY, "cron": "x"}}, ["schedule.cron"]),
        (APP, {"schedule": {"cron": "x", "time": "03:30"}}, ["schedule.cron"]),
        (APP, {"schedule": {"type": "daily", "cron": "x"}}, ["schedule.type", "schedule.cron"]),
        (APP, {"targets": [{"type": "ROBOT", "id": ""}]}, ["targets.type"]),
        (APP, {"name": " "}, ["name"]),
        (WORKSPACE, {"name": "x" * 256}, ["name"]),
        (WORKSPACE, {"task_type": "FLY", "workspace": {"gray_count": 1}}, ["task_type"]),
        (WORKSPACE, {"targets": [{"type": "ROBOT"}]}, ["targets.type"]),
        (COC, {"targets": [{"type": "ROBOT", "id": ""}]}, ["targets"]),
        (COC, {"schedule": {**ONCE, "date": "2027-02-30"}}, ["schedule.date"]),
        (COC, {"schedule": {**ONCE, "time": "24:00"}}, ["schedule.time"]),
        (COC, {"coc": {"message_notification": {"policy": " "}}}, ["coc.message_notification.policy"]),
        (
            COC,
            {"coc": {"target_instances": [{"target_selection": "SOME", "order_no": 1}]}},
            ["coc.target_instances.target_selection"],
        ),
    ],
    ids=str,
)
def test_one_cause_is_one_fault(service: str, options: dict[str, Any], refused: list[str]) -> None:
    assert wrong(service, **options) == refused


def test_what_is_refused_is_not_part_of_what_is_read() -> None:
    faults = Faults()
    options = {
        "service": APP,
        "id": "..",
        "name": " ",
        "task_type": "",
        "schedule": {**DAILY, "time": "x", "cron": "y"},
    }
    task = ScheduledTask.from_options(options, faults)
    assert task.to_options() == {"schedule": {"day_interval": 1}}
    assert task.id is None
    assert len(faults.in_order()) == 5


NOTHING_ASKED = dict.fromkeys(("id", "name", "filters", "operator"))
ASKED = {**NOTHING_ASKED, "details": False, "history": 0, "history_details": False, "next_executions": False}


@pytest.mark.parametrize(
    ("service", "options", "refused"),
    [
        (
            APP,
            {"id": "..", "name": "", "history": -1, "filters": {"colour": "red", "task_type": "FLY"}, "operator": "x"},
            ["id", "name", "history", "filters.colour", "filters.task_type", "operator"],
        ),
        (APP, {"history_details": True, "id": "a", "filters": {"task_name": "b"}}, ["history_details", "filters"]),
        ("codearts_check", {"name": "a", "history": 1}, ["name", "history", "id"]),
        ("codearts_check", {"name": "", "id": "a"}, ["name"]),
        (COC, {"history_details": True}, ["history_details"]),
    ],
    ids=str,
)
def test_a_look_up_is_refused_for_all_of_its_faults(service: str, options: dict[str, Any], refused: list[str]) -> None:
    with pytest.raises(OptionError) as caught:
        checked(
            partial(read_query, SERVICES[service]), {**options, **{k: v for k, v in ASKED.items() if k not in options}}
        )
    assert options_of(caught.value) == refused


# Of each module, options that cannot be sent or are wrong otherwise, in the order in which they are told.
WRONG = {
    "scheduled_task": {"name": "********", "schedule": {"time": "x"}},
    "scheduled_task_info": {"id": "********", "history": -1},
}
RIGHT = {"scheduled_task": {"name": "a"}, "scheduled_tasks": {"tasks": []}}


@pytest.mark.parametrize("name", WRONG)
def test_what_was_found_before_and_what_cannot_be_sent_is_told_too(name: str) -> None:
    module = _run.MODULES[name]
    # Ansible sorts what it hands over.
    options = validated(module.spec, dict(sorted({**KEYS, "service": APP, **WRONG[name]}.items(), reverse=True)))
    with Connections() as connections:
        call = _run.Call(options, False, Secrets(), connections, refused=[fault("service")])
        result = _run.answer(module.run, call)
    told = ["service", *("schedule.time" if option == "schedule" else option for option in WRONG[name])]
    assert (result["option"], result["options"]) == ("service", told)
    # A mask is no name or id that the service would take, either.
    assert result["msg"].count(" is refused: ") == len(told)


@pytest.mark.parametrize("name", _run.MODULES)
def test_no_module_does_anything_once_something_was_refused(name: str) -> None:
    module = _run.MODULES[name]
    options = validated(module.spec, {**KEYS, "service": APP, **RIGHT.get(name, {})})
    with Connections() as connections, mock.patch.object(Connections, "open", side_effect=AssertionError):
        result = _run.answer(module.run, _run.Call(options, False, Secrets(), connections, refused=[fault("region")]))
    assert result["failed"] is True
    assert "region: 1 is refused: it is another one." in result["msg"]
