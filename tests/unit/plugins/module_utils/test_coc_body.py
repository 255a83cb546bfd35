# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands under `coc`: as users write it, as the service answers it, and in the one form in between."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import _coc_body as body
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

GIVEN = ScheduledTask(name="nightly", service="coc")


def own(**parts: Any) -> dict[str, Any]:
    """Return the parts as they are kept, after a user gave them."""
    return dict(checked(partial(body.read_options, GIVEN), parts).own)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {}),
        ({"risk_level": "HIGH", "enable_approve": False}, {"risk_level": "HIGH", "enable_approve": False}),
        (
            {"input_param": {"a": "x", "b": 1, "c": None, "d": {"z": "\u00fc", "y": True}}},
            {"input_param": {"a": "x", "b": "1", "d": '{"y": true, "z": "\u00fc"}'}},
        ),
        (
            {"message_notification": {"policy": "end, start,end", "protocol": "SMS", "recipients": ""}},
            {"message_notification": {"policy": "end,start", "protocol": "SMS"}},
        ),
        ({"reviewer_notification": {"recipients": "jane"}}, {"reviewer_notification": {"recipients": "jane"}}),
        (
            {
                "target_instances": [
                    {"target_selection": "NONE", "order_no": 2},
                    {"target_selection": "NONE", "order_no": 1, "batch_strategy": "NONE"},
                ]
            },
            {
                "target_instances": [
                    {"target_selection": "NONE", "order_no": 1},
                    {"target_selection": "NONE", "order_no": 2},
                ]
            },
        ),
    ],
    ids=str,
)
def test_what_is_given_is_kept_in_one_form(given: dict[str, Any], kept: dict[str, Any]) -> None:
    task = checked(partial(body.read_options, GIVEN), given)
    assert task.own == kept
    assert task.name == "nightly"


def test_what_is_not_read_back_is_kept_apart() -> None:
    targets = [{"target_selection": "NONE", "order_no": 1}]
    parts = {"ticket_infos": [], "associated_task_enterprise_project_id": "0", "target_instances": targets}
    task = checked(partial(body.read_options, GIVEN), parts)
    assert task.own == {"target_instances": targets}
    assert task.write_only == {"ticket_infos": [], "associated_task_enterprise_project_id": "0"}


@pytest.mark.parametrize("within", [False, True])
def test_targets_that_are_not_read_back_whole_are_sent_as_they_were_given(within: bool) -> None:
    target = {"target_selection": "NONE", "order_no": 1, "batch_strategy": "AUTO_BATCH"}
    if within:
        target = {"target_selection": "NONE", "order_no": 1, "sub_target_instances": [target]}
    task = checked(partial(body.read_options, GIVEN), {"target_instances": [target]})
    assert task.write_only == {"target_instances": [target]}
    assert body.write(task) == {"target_instances": [target]}


RESOURCE = {"type": "REGION", "id": "r"}


@pytest.mark.parametrize(
    ("target", "option", "problem"),
    [
        ({"target_selection": "ALL"}, "target_selection", "'ALL' is refused: it needs target_resource beside it."),
        (
            {"target_selection": "MANUAL", "target_resource": RESOURCE},
            "target_selection",
            "'MANUAL' is refused: it needs target_instances beside it.",
        ),
        *(
            (
                {"target_selection": "MANUAL", "target_instances": value},
                "target_instances",
                f"{value!r} is refused: it is a list or a dict that is not empty, or the JSON text of one.",
            )
            for value in ([], {}, "[]", "text", 7, None)
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("within", [False, True])
def test_a_target_that_is_none_is_refused(target: dict[str, Any], option: str, problem: str, within: bool) -> None:
    path = "coc.target_instances"
    if within:
        target = {"target_selection": "NONE", "sub_target_instances": [{"target_selection": "NONE"}, target]}
        path = f"{path}.sub_target_instances"
    with pytest.raises(OptionError) as caught:
        checked(partial(body.read_options, GIVEN), {"target_instances": [{"target_selection": "NONE"}, target]})
    assert caught.value.message == f"{path}.{option}: {problem}"


@pytest.mark.parametrize(
    "target",
    [
        {"target_selection": "NONE"},
        {"target_selection": "ALL", "target_resource": RESOURCE},
        {"target_selection": "MANUAL", "target_instances": [1]},
        {"target_selection": "MANUAL", "target_instances": '{"a": 1}'},
    ],
    ids=str,
)
def test_a_target_that_is_one_is_taken(target: dict[str, Any]) -> None:
    checked(partial(body.read_options, GIVEN), {"target_instances": [{**target, "sub_target_instances": [target]}]})


@pytest.mark.parametrize("name", ["message_notification", "reviewer_notification"])
@pytest.mark.parametrize("policy", ["", " , "])
def test_a_policy_without_an_event_is_refused(name: str, policy: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(partial(body.read_options, GIVEN), {name: {"policy": policy}})
    assert caught.value.message == (
        f"coc.{name}.policy: {policy!r} is refused: it names one or several events, with commas."
    )


ANSWERED = {
    "associated_task_id": "SC1",
    "version_no": [7],
    "risk_level": "",
    "agency_name": None,
    "enable_approve": False,
    "enable_message_notification": "true",
    "input_param": '{"a": "x", "b": [1]}',
    "ticket_infos": [{"ticket_id": "t"}],
    "message_notification": {"policy": "b,a", "protocol": "SMS", "other": 1, "recipients": []},
    "target_instances": json.dumps(
        [
            {
                "target_selection": "MANUAL",
                "order_no": 1,
                "batch_strategy": "NONE",
                "status": "new",
                "target_instances": '["i-2"]',
                "target_resource": {
                    "type": "REGION",
                    "id": "",
                    "name": "x",
                    "params": [{"key": "b", "value": "2", "more": 1}, {"key": "a", "value": "1"}, None],
                },
                "sub_target_instances": [
                    {"target_selection": "NONE", "order_no": 4},
                    {"target_selection": "NONE", "order_no": 3},
                    "x",
                ],
            },
            {"target_selection": "NONE", "order_no": 0, "target_resource": {"params": []}},
            "x",
        ]
    ),
}
READ = {
    "associated_task_id": "SC1",
    "enable_approve": False,
    "input_param": {"a": "x", "b": "[1]"},
    "message_notification": {"policy": "a,b", "protocol": "SMS"},
    "target_instances": [
        {"target_selection": "NONE", "order_no": 0},
        {
            "target_selection": "MANUAL",
            "order_no": 1,
            "target_instances": ["i-2"],
            "target_resource": {
                "type": "REGION",
                "params": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
            },
            "sub_target_instances": [
                {"target_selection": "NONE", "order_no": 3},
                {"target_selection": "NONE", "order_no": 4},
            ],
        },
    ],
}


def test_an_answer_is_read_as_far_as_it_goes() -> None:
    assert body.read(ANSWERED) == READ
    assert body.read({}) == {}
    assert body.read({"input_param": "{}", "target_instances": "[]", "message_notification": {}}) == {}
    assert body.read({"input_param": "no JSON", "target_instances": '{"a": 1}', "risk_level": 1}) == {}


@pytest.mark.parametrize("nothing", [None, "", {}, [], "{}"], ids=str)
def test_a_detail_without_a_parameter_has_it_empty(nothing: Any) -> None:
    empty = {"enable_approve": False, "enable_message_notification": False, "input_param": {}}
    assert body.read_whole({}) == empty
    assert body.read_whole({**ANSWERED, "input_param": nothing}) == {**READ, "input_param": {}}
    assert body.read_whole(dict.fromkeys(empty, nothing)) == empty
    full = {"enable_approve": True, "enable_message_notification": True, "input_param": '{"a": "b"}'}
    assert body.read_whole(full) == {**full, "input_param": {"a": "b"}}


def test_a_task_is_written_as_the_service_takes_it() -> None:
    task = ScheduledTask(service="coc", own=READ, write_only={"ticket_infos": [1], "odd": 2})
    written = body.write(task)
    assert written == {
        **READ,
        "ticket_infos": [1],
        "target_instances": [
            READ["target_instances"][0],
            {**READ["target_instances"][1], "target_instances": '["i-2"]'},
        ],
    }
    within = {"target_selection": "MANUAL", "target_instances": {"b": "\u00fc", "a": 1}}
    (target,) = body.write(ScheduledTask(own={"target_instances": [{"sub_target_instances": [within]}]}))[
        "target_instances"
    ]
    assert target["sub_target_instances"][0]["target_instances"] == '{"a": 1, "b": "\u00fc"}'
    text = [{"target_instances": "[1]"}]
    assert body.write(ScheduledTask(own={"target_instances": text}))["target_instances"] == text


WHOLE = {
    "associated_task_id": "SC1",
    "associated_task_name": "scan",
    "associated_task_type": "COMMUNAL",
    "version_no": "1",
    "risk_level": "LOW",
    "target_instances": [],
    "enable_approve": False,
    "enable_message_notification": False,
    "input_param": {},
}


@pytest.mark.parametrize(
    ("task_type", "parts", "missing"),
    [
        ("SCRIPT", {}, None),
        ("RUNBOOK", {"runbook_instance_mode": "SAME"}, None),
        ("RUNBOOK", {}, "a RUNBOOK needs coc.runbook_instance_mode, SAME or DIFF"),
        ("SCRIPT", {"enable_message_notification": True, "message_notification": {}}, None),
        (
            "SCRIPT",
            {"enable_message_notification": True},
            "coc.enable_message_notification needs coc.message_notification",
        ),
    ],
    ids=str,
)
def test_what_goes_only_together_is_asked_for(task_type: str, parts: dict[str, Any], missing: str | None) -> None:
    assert body.missing_partner(ScheduledTask(task_type=task_type, own={**WHOLE, **parts})) == missing


def test_what_the_service_does_not_tell_is_asked_for() -> None:
    lacking = {name: value for name, value in WHOLE.items() if name not in ("version_no", "input_param")}
    assert body.missing_partner(ScheduledTask(own=lacking)) == (
        "the service does not tell coc.version_no, coc.input_param, so give this too"
    )


@pytest.mark.parametrize("name", ["message_notification", "reviewer_notification"])
def test_what_is_not_given_of_a_notification_stays(name: str) -> None:
    def merged(before: dict[str, Any], given: dict[str, Any]) -> Any:
        found = ScheduledTask(own={name: before} if before else {})
        return body.with_kept_notifications(found, ScheduledTask(name="x", own={"other": 1, name: given}))

    before = {"notification_endpoint_type": "USER", "recipients": "jane", "protocol": "SMS"}
    given = {"notification_endpoint_type": "USER", "recipients": "joe"}
    assert merged(before, given).own == {"other": 1, name: {**before, "recipients": "joe"}}
    assert merged(before, given).name == "x"
    another = {"notification_endpoint_type": "ON_CALL", "schedule_role_id": "r"}
    assert merged(before, another).own[name] == another
    assert merged({}, given).own[name] == given
    untouched = ScheduledTask(own={"other": 1})
    assert body.with_kept_notifications(ScheduledTask(own={name: before}), untouched) == untouched


@pytest.mark.parametrize("name", ["message_notification", "reviewer_notification"])
@pytest.mark.parametrize(("there", "given"), [("ON_CALL", "ONCALL"), ("ONCALL", "ON_CALL"), ("ONCALL", "ONCALL")])
def test_who_is_on_duty_is_spelt_as_it_was(name: str, there: str, given: str) -> None:
    before = {"notification_endpoint_type": there, "schedule_role_id": "r"}
    own = {name: {"notification_endpoint_type": given}}
    read = checked(partial(body.read_options, ScheduledTask()), own).own
    assert read == own
    wanted = body.with_kept_notifications(ScheduledTask(own={name: before}), ScheduledTask(own=read))
    assert wanted.own[name] == before


def test_numbers_where_text_is_documented_are_read_as_text() -> None:
    """So that they can be given back."""
    resource = {"type": "REGION", "id": 5, "params": [{"key": "k", "value": 1.5, "other": 1}]}
    target = {"target_selection": "ALL", "order_no": 1, "target_resource": resource}
    item = {"version_no": 2, "target_instances": [target], "message_notification": {"recipients": 83}}
    assert body.read(item) == {
        "version_no": "2",
        "target_instances": [
            {**target, "target_resource": {"type": "REGION", "id": "5", "params": [{"key": "k", "value": "1.5"}]}}
        ],
        "message_notification": {"recipients": "83"},
    }


def test_targets_are_in_the_order_of_their_numbers() -> None:
    targets = [{"target_selection": "NONE", "order_no": number} for number in (10, 9, 0, 1)]
    read = body.read({"target_instances": targets})["target_instances"]
    assert [target["order_no"] for target in read] == [0, 1, 9, 10]


def test_targets_of_one_place_have_one_order() -> None:
    first, second = ({"target_selection": selection, "order_no": 1} for selection in ("MANUAL", "NONE"))
    for targets in ([first, second], [second, first]):
        assert body.read({"target_instances": targets})["target_instances"] == [first, second]
