# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of lists: they come to what Ansible makes of them, and what is wrong with them is told at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timezone
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import IDENTITY, SCHEDULED_TASK, TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._entries import (
    changeable,
    no_such_option,
    read_entry,
    read_task,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._faults import Faults
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services.workspace import Workspace

ENTRY = {**IDENTITY, "state": SCHEDULED_TASK["argument_spec"]["state"], **TASK}
APP, WORKSPACE, COC = "workspace_app", "workspace", "coc"
NIGHTLY = {
    "service": APP,
    "name": "nightly",
    "task_type": "RESTART_SERVER",
    "schedule": {"type": "weekly", "weekdays": ["monday"], "time": "03:30", "time_zone": "Asia/Shanghai"},
    "targets": [{"type": "SERVER", "id": "a"}, {"type": "SERVER", "id": "b"}],
}


def read(entry: Any, **keywords: Any) -> tuple[dict[str, Any], list[str]]:
    """Return what is read of an entry, and what is wrong with it."""
    faults = Faults(entry if isinstance(entry, dict) else None)
    options = read_entry(ENTRY, entry, faults, **keywords)
    return options, [fault.message for fault in faults.in_order()]


def wrong(entry: Any, **keywords: Any) -> list[str]:
    return read(entry, **keywords)[1]


def test_an_entry_is_read_and_its_default_is_added() -> None:
    before = deepcopy(NIGHTLY)
    assert read(NIGHTLY) == ({**NIGHTLY, "state": "present"}, [])
    assert before == NIGHTLY


def test_an_entry_that_was_read_is_read_the_same_again() -> None:
    once, _faults = read({**NIGHTLY, "enabled": "yes", "schedule": '{"type": "daily", "day_interval": "1"}'})
    assert once["schedule"] == {"type": "daily", "day_interval": 1}
    assert read(once) == (once, [])


def test_options_are_read_under_their_names() -> None:
    options, faults = read({"service": APP, "task_name": "a", "schedule": {"scheduled_time": "03:30", "month_list": 1}})
    assert faults == []
    assert options["name"] == "a"
    assert options["schedule"] == {"time": "03:30", "months": [1]}
    assert "task_name" not in options


def test_a_part_of_an_entry_lacks_nothing() -> None:
    part = {"coc": {"reviewer_notification": {"policy": "a"}}}
    assert read(part, is_partial=True) == (part, [])
    assert wrong(part) == [
        "coc.reviewer_notification.notification_endpoint_type is refused: it is needed and not given.",
        "service is refused: it is needed and not given.",
    ]
    # Lists are not put together.
    assert wrong({"targets": [{"id": "a"}]}, is_partial=True) == [
        "targets.type is refused: it is needed and not given."
    ]


def test_null_is_a_value_that_is_wrong() -> None:
    entry = {**NIGHTLY, "enabled": None, "schedule": {"time": None}, "coc": None, "targets": [None]}
    assert wrong(entry) == [
        f"{option}: null is refused: leave it out, or give a value."
        for option in ("schedule.time", "targets", "enabled", "coc")
    ]


def test_null_is_not_given_where_that_is_asked_for() -> None:
    options, faults = read({**NIGHTLY, "enabled": None, "state": None, "schedule": {"time": None}}, takes_null=True)
    assert faults == []
    assert options == {**NIGHTLY, "state": "present", "schedule": {}}
    assert wrong({"service": None}, takes_null=True) == ["service is refused: it is needed and not given."]
    assert wrong({"service": APP, "schedule": {"weekdays": [None]}}, takes_null=True) == [
        "schedule.weekdays: null is refused: leave it out, or give a value."
    ]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"nmae": "a"}, "nmae is refused: there is no such option. Did you mean name?"),
        ({"Enabled": True}, "Enabled is refused: there is no such option. Did you mean enabled?"),
        ({"taskname": "a"}, "taskname is refused: there is no such option. Did you mean task_name?"),
        ({"schedule": {"tiem": "a"}}, "schedule.tiem is refused: there is no such option. Did you mean time?"),
        ({"targets": [{"type": "A", "ids": "a"}]}, "targets.ids is refused: there is no such option. Did you mean id?"),
        (
            {"targets": [{"type": "A", "colour": "a"}]},
            "targets.colour is refused: there is no such option, but type, id.",
        ),
        (
            {"coc": {"target_instances": [{"target_selection": "NONE", "order_no": 1, "order": 1}]}},
            "coc.target_instances.order is refused: there is no such option. Did you mean order_no?",
        ),
        (
            {"region": "cn"},
            "region is refused: it belongs to the connection, which is that of the task or of module_defaults.",
        ),
        ({"schedule": {"region": "x"}}, "schedule.region is refused: there is no such option, but type, date, "),
        ({"name": "a", "task_name": "a"}, "name is refused: it is given under two names, name and task_name."),
        (
            {"schedule": {"date_list": ["1"], "month_days": ["1"]}},
            "schedule.month_days is refused: it is given under two names, date_list and month_days.",
        ),
        ({5: 1}, "5 is refused: names of options are text, and YAML has read a number, "),
        ({True: 1}, "True is refused: names of options are text, and YAML has read a truth value, "),
        ({None: 1}, "None is refused: names of options are text, and YAML has read nothing, "),
        ({"name": 5}, "name: '5' is refused: it is text, and YAML has read a number, "),
        ({"name": {"secret": 1}}, "name: dictionary of length 1 is refused: it is text. "),
        ({"schedule": {"time": 37800}}, "schedule.time: '37800' is refused: it is text, and YAML has read a number, "),
        ({"service": "coco"}, "service: 'coco' is refused: it is one of workspace_app, "),
        ({"state": 5}, "state: '5' is refused: it is text, and YAML has read a number, "),
        ({"schedule": {"weekdays": "monday,funday"}}, "schedule.weekdays: 'funday' is refused: it is one of "),
        ({"enabled": "perhaps"}, "enabled: 'perhaps' is refused: it is true or false."),
        ({"schedule": {"day_interval": "1.5"}}, "schedule.day_interval: '1.5' is refused: it is a whole number."),
        ({"schedule": {"day_interval": float("inf")}}, "schedule.day_interval: inf is refused: it is a whole number."),
        ({"schedule": "daily"}, "schedule: text of length 5 is refused: it is a dictionary."),
        ({"targets": {"type": "A"}}, "targets: dictionary of length 1 is refused: it is a list."),
        ({"targets": [5]}, "targets: a number is refused: it is a dictionary."),
        ({"coc": {"input_param": {1: 2}}}, "coc.input_param: a number is refused: its keys are text, "),
        ({"coc": {"input_param": '{"a": NaN}'}}, "coc.input_param.a: a number is refused: JSON has no such number."),
        ({"name": "\ud800"}, "name: text of length 1 is refused: one of the characters is half of one."),
        ({"description": "********"}, "description: text of length 8 is refused: ******** in it stands for a secret"),
    ],
    ids=ascii,
)
def test_one_fault_is_told_once(entry: dict[Any, Any], message: str) -> None:
    faults = wrong({"service": APP, **entry} if "service" not in entry else entry)
    assert len(faults) == 1
    assert faults[0].startswith(message)


def test_all_faults_are_told_in_the_order_in_which_they_are_given() -> None:
    faults = Faults(
        entry := {
            "enabeld": True,
            "service": APP,
            "task_type": "FLY",
            "targets": [{"type": "ROBOT", "id": 5}, {"id": "a"}, None, {"type": "SERVER", "id": ""}],
            "schedule": {"type": "daily", "time": 37800, "cron": "x"},
            "enabled": None,
            "name": "a b",
        }
    )
    read_task(read_entry(ENTRY, entry, faults), faults)
    assert [fault.option for fault in faults.in_order()] == [
        *("enabeld", "task_type", "targets.id", "targets.type", "targets", "targets.type", "targets.id"),
        *("schedule.type", "schedule.time", "schedule.cron", "enabled", "name"),
    ]


@pytest.mark.parametrize(
    ("part", "option"),
    [
        ({"schedule": {"type": "daily", "day_interval": 1, "time": {"a": 1}}}, "schedule.time"),
        ({"schedule": {"type": 5, "cron": "x"}}, "schedule.type"),
        ({"targets": [None]}, "targets"),
        ({"targets": [{"type": None, "id": ""}]}, "targets.type"),
        ({"name": "********"}, "name"),
        ({"task_type": {"a": 1}}, "task_type"),
    ],
    ids=str,
)
def test_what_is_refused_as_it_stands_is_not_refused_for_what_it_means(part: dict[str, Any], option: str) -> None:
    faults = Faults()
    read_task(read_entry(ENTRY, {"service": APP, **part}, faults), faults)
    assert [fault.option for fault in faults.in_order()] == [option]


def test_what_was_refused_in_a_part_is_not_missing_in_the_whole() -> None:
    faults = Faults()
    part = {"service": COC, "coc": {"reviewer_notification": {"notification_endpoint_type": ["USER"]}}}
    read_entry(ENTRY, read_entry(ENTRY, part, faults, is_partial=True), faults)
    assert [fault.option for fault in faults.in_order()] == ["coc.reviewer_notification.notification_endpoint_type"]


def test_what_is_refused_stands_as_text_where_text_can_be_checked() -> None:
    options, faults = read(
        {"service": APP, "name": 5, "state": 5, "description": ["a"], "targets": [{"type": 1}, None]}
    )
    assert options == {"service": APP, "name": "5", "targets": [{"type": "1"}]}
    assert len(faults) == 5


@pytest.mark.parametrize("entry", [None, 5, "nightly", ["name"]], ids=str)
def test_what_is_no_dictionary_is_no_entry(entry: Any) -> None:
    options, faults = read(entry)
    assert options == {}
    assert len(faults) == 1
    assert faults[0].startswith("entry: ")
    assert faults[0].endswith(" is refused: it is a dictionary.")


def test_a_holder_stands_before_the_names() -> None:
    faults = wrong({"nmae": 1, "region": "x", "schedule": {"time": 5}}, holder="defaults.coc", is_partial=True)
    assert [fault.partition(" ")[0].rstrip(":") for fault in faults] == [
        *("defaults.coc.nmae", "defaults.coc.region", "defaults.coc.schedule.time"),
    ]
    assert "belongs to the connection" in faults[1]
    assert wrong(5, holder="defaults.coc") == ["defaults.coc: a number is refused: it is a dictionary."]


def test_dates_are_text_where_they_belong() -> None:
    instant = datetime(2027, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    options, faults = read({"service": APP, "schedule": {"date": date(2027, 1, 2), "expire_time": instant}})
    assert faults == []
    assert options["schedule"] == {"date": "2027-01-02", "expire_time": "2027-01-02T03:04:05+00:00"}
    assert len(wrong({"service": APP, "name": date(2027, 1, 2)})) == 1


def test_a_name_that_nobody_has_is_compared_with_those_that_there_are() -> None:
    known = ("scheduled_tasks_list", "scheduled_tasks_purge")
    error = no_such_option("scheduled_task_list", "scheduled_task_list", known)
    assert (
        error.message == "scheduled_task_list is refused: there is no such option. Did you mean scheduled_tasks_list?"
    )
    long = no_such_option("x" * 999, "x" * 999, known)
    assert len(long.message) < 400


@pytest.mark.parametrize(
    ("given_options", "refused"),
    [
        ({}, None),
        ({"workspace": {"priority": None}, "coc": None}, None),
        ({"coc": {"risk_level": "HIGH"}}, None),
        ({"task_name": "abc", "state": "absent", "region": "x"}, None),
        (
            {"workspace": {"priority": 1, "gray_count": None, "extra_params": {}}},
            "workspace: 'priority, extra_params' is refused: it is for service workspace, and service is coc.",
        ),
    ],
    ids=str,
)
def test_options_of_another_service_are_refused(given_options: dict[str, Any], refused: str | None) -> None:
    faults = Faults()
    read_task({"service": "coc", **given_options}, faults)
    assert [fault.message for fault in faults.in_order()] == ([] if refused is None else [refused])


def test_a_service_that_is_only_looked_up_is_not_changeable() -> None:
    assert changeable({"service": WORKSPACE}) is Workspace
    with pytest.raises(OptionError, match="^service: 'codearts_check' is refused: no operation that sets"):
        read_task({"service": "codearts_check"}, Faults())


TEXTS = st.one_of(
    st.sampled_from(["", "a", "a,b", "1", "-1", "1.0", "1.5", "yes", "No", "on", "0", "true", "{}", '{"a": 1}', "a=1"]),
    st.sampled_from(
        ["{'a': 1}", "a=1 b=2", "a=1,b", "{", "[1]", "null", "1e3", "0x10", "type=A id=b", '{"type": "A"}']
    ),
    st.text(alphabet="aZ1=,{}'\" ", max_size=5),
)
SCALARS = st.one_of(TEXTS, st.integers(-3, 40), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2), max_leaves=4
)


def values(spec: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values for an option, of which most are of its type."""
    kind = spec["type"]
    if kind == "list":
        entries = values({**spec, "type": spec["elements"]})
        return st.one_of(st.lists(entries, max_size=2), TEXTS, SCALARS)
    if "options" in spec:
        return st.one_of(dictionaries(spec["options"]), dictionaries(spec["options"]).map(json.dumps), DATA)
    if "choices" in spec:
        return st.one_of(st.sampled_from(spec["choices"]), TEXTS)
    own = {"str": TEXTS, "bool": SCALARS, "int": SCALARS, "dict": st.dictionaries(TEXTS, DATA, max_size=2), "raw": DATA}
    return st.one_of(own[kind], own[kind], DATA)


def dictionaries(spec: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    names = {each: option for name, option in spec.items() for each in (name, *option.get("aliases", ()))}
    required = {name: values(option) for name, option in spec.items() if option.get("required")}
    other = {name: values(option) for name, option in names.items() if name not in required}
    whole = st.fixed_dictionaries(required)
    if not other:
        return whole
    few = st.lists(st.sampled_from(sorted(other)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: other[name] for name in chosen})
    )
    return st.builds(lambda first, second: {**second, **first}, whole, few)


def as_ansible_reads(spec: Mapping[str, Any], entry: Any) -> dict[str, Any] | None:
    """Return what Ansible makes of an entry, without what is not given and without aliases; None if it refuses it."""
    try:
        validation = ArgumentSpecValidator(spec).validate(entry)
    except Exception:
        # It falls over what is no dictionary where one belongs.
        return None
    return None if validation.error_messages else pruned(spec, validation.validated_parameters)


def pruned(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, option in spec.items():
        value = options.get(name)
        if value is None:
            continue
        if "options" in option:
            value = (
                [pruned(option["options"], each) for each in value]
                if isinstance(value, list)
                else (pruned(option["options"], value))
            )
        found[name] = value
    return found


TARGET_INSTANCES = ENTRY[COC]["options"]["target_instances"]

# What is refused here and not by Ansible, with the reason why it is better so.
STRICTER = (
    "it is text",  # Ansible makes text of everything
    "its keys are text",
    "names of options are text",
    "null is refused",
    "JSON has no such number",
)


@pytest.mark.thorough
@settings(max_examples=1500, deadline=None)
@given(
    entry=st.one_of(
        dictionaries(ENTRY),
        *(
            st.fixed_dictionaries({"service": st.just(COC), name: dictionaries(ENTRY[name]["options"])})
            for name in ("schedule", WORKSPACE, COC)
        ),
        st.fixed_dictionaries(
            {"service": st.just(COC), COC: st.fixed_dictionaries({"target_instances": values(TARGET_INSTANCES)})}
        ),
    )
)
def test_an_entry_comes_to_what_ansible_makes_of_it(entry: dict[str, Any]) -> None:
    theirs = as_ansible_reads(ENTRY, deepcopy(entry))
    ours, faults = read(entry)
    if any("it is given under two names" in fault for fault in faults):
        # Ansible takes one of the two values, and looks at no other.
        return
    if theirs is None:
        assert faults != []
    elif faults:
        assert [fault for fault in faults if not any(words in fault for words in STRICTER)] == []
    else:
        assert json.dumps(ours, sort_keys=True) == json.dumps(theirs, sort_keys=True)
