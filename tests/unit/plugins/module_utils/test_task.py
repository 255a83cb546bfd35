# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task in the words of the user: from options, over what was found, and back."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError, quoted
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import Schedule
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import (
    OPTIONS,
    ScheduledTask,
    Target,
    as_targets,
    check_id,
)
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked

NIGHTLY = Schedule(type="daily", day_interval=1, time="02:30:00")
WHOLE = ScheduledTask(
    id="t-1",
    name="nightly",
    task_type="RESTART",
    description="",
    enabled=False,
    force=False,
    schedule=NIGHTLY,
    targets=(Target("SERVER", "s-1"), Target("SERVER", "s-2")),
    service="workspace",
    own={"priority": 0},
    write_only={"secret": 1},
    target_names={"s-1": "one", "s-9": "gone"},
    facts={"last_status": "OK"},
    extra={"colour": "red"},
)
OTHER: dict[str, Any] = {
    "name": "hourly",
    "task_type": "STOP",
    "description": "x",
    "enabled": True,
    "force": True,
    "schedule": Schedule(type="daily", day_interval=1, time="02:31:00"),
    "targets": (),
}
# What an option of another service would be called is not among the options of the task itself.
GIVEN = {"service": "workspace", "workspace": {"priority": 1}}


def test_a_task_is_made_of_its_options() -> None:
    options = {
        **GIVEN,
        "id": "t-1",
        "name": "nightly",
        "task_type": "RESTART",
        "description": "",
        "enabled": False,
        "force": True,
        "schedule": {"type": "daily", "day_interval": 1, "time": "02:30"},
        "targets": [{"type": "SERVER", "id": "s-2"}, {"type": "ALL", "id": None}, {"type": "SERVER", "id": "s-2"}],
    }
    assert checked(ScheduledTask.from_options, options) == ScheduledTask(
        service="workspace",
        id="t-1",
        name="nightly",
        task_type="RESTART",
        description="",
        enabled=False,
        force=True,
        schedule=NIGHTLY,
        targets=(Target("ALL", ""), Target("SERVER", "s-2")),
    )


def test_what_is_not_given_stays_unknown() -> None:
    assert checked(ScheduledTask.from_options, {"service": "coc"}) == ScheduledTask(service="coc")
    assert checked(ScheduledTask.from_options, {"service": "coc", "targets": []}).targets == ()


@pytest.mark.parametrize("name", ["name", "task_type"])
@pytest.mark.parametrize("value", ["", " \t"])
def test_an_empty_name_is_refused(name: str, value: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(ScheduledTask.from_options, {**GIVEN, name: value})
    assert caught.value.message == f"{name}: {value!r} is refused: it is not empty."


@pytest.mark.parametrize("task_id", [None, "a", "...a", "A-Z_0.9~", "x" * 128])
def test_an_id_of_harmless_characters_is_taken(task_id: str | None) -> None:
    check_id(task_id)


@pytest.mark.parametrize("task_id", ["", ".", "..", "a/b", "a b", "a?b", "a%2Fb", "a\n", "\u00fc", "x" * 129])
def test_an_id_that_would_lead_elsewhere_is_refused(task_id: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(ScheduledTask.from_options, {**GIVEN, "id": task_id})
    assert caught.value.option == "id"
    assert caught.value.message.startswith(f"id: {quoted(task_id)} is refused: an id has 1 to 128 letters")
    assert caught.value.message.endswith(
        "is refused: an id has 1 to 128 letters, digits, '.', '_', '~' or '-', and not dots alone."
    )


@pytest.mark.parametrize(
    ("task", "label"),
    [
        (ScheduledTask(name="nightly"), "nightly"),
        (ScheduledTask(name="nightly", id="t-1"), "nightly (t-1)"),
        (ScheduledTask(name="a\n\x1b[31mb"), "a [31mb"),
        (ScheduledTask(name="x" * 300, id="t-1"), "x" * 255 + "... (t-1)"),
    ],
)
def test_a_task_is_called_by_its_name_and_its_id(task: ScheduledTask, label: str) -> None:
    assert task.label == label


def test_targets_have_one_order_and_no_repetition() -> None:
    one, two, all_of_them = Target("SERVER", "s-1"), Target("SERVER", "s-2"), Target("ALL", "")
    assert as_targets([two, one, all_of_them, one]) == (all_of_them, one, two)
    assert one.to_options() == {"type": "SERVER", "id": "s-1"}
    assert all_of_them.to_options() == {"type": "ALL"}


@pytest.mark.parametrize("name", OTHER)
def test_what_is_given_comes_over_what_was_found_and_nothing_else_changes(name: str) -> None:
    wanted = WHOLE.merged_with(ScheduledTask(**{name: OTHER[name]}))
    assert getattr(wanted, name) == OTHER[name]
    assert WHOLE.changes(wanted) == {name}
    assert WHOLE.merged_with(ScheduledTask()) == WHOLE
    differences = list(WHOLE.differences(wanted))
    assert [path.split(".")[0] for path, _here, _there in differences] == [name]
    assert all(here != there for _path, here, there in differences)


def test_what_only_a_service_has_is_put_over_part_by_part() -> None:
    wanted = WHOLE.merged_with(ScheduledTask(own={"other": 1}, write_only={"word": 2}))
    assert (wanted.own, wanted.write_only) == ({"priority": 0, "other": 1}, {"secret": 1, "word": 2})
    assert WHOLE.changes(wanted) == {"own"}
    wanted = WHOLE.merged_with(ScheduledTask(own={"priority": 5}, write_only={"secret": 6}))
    assert (wanted.own, wanted.write_only) == ({"priority": 5}, {"secret": 6})


def test_as_data_true_is_not_one_and_order_means_nothing() -> None:
    def owning(**own: Any) -> ScheduledTask:
        return ScheduledTask(own=own)

    assert owning(a=1).changes(owning(a=True)) == {"own"}
    assert owning(a=1, b=2).changes(owning(b=2, a=1)) == set()
    assert ScheduledTask(write_only={"a": 1}).changes(ScheduledTask(write_only={"a": 2})) == set()


def test_a_view_is_filled_up_with_what_only_another_one_knows() -> None:
    richer = ScheduledTask(
        id="t-2",
        name="other",
        task_type="STOP",
        description="x",
        enabled=True,
        force=True,
        schedule=Schedule(time="05:00:00", time_zone="UTC"),
        targets=(),
        own={"priority": 9, "more": 1},
        target_names={"s-1": "uno", "s-2": "two"},
        facts={"last_status": "LATER", "next": 1},
        extra={"colour": "blue", "shade": 2},
    )
    filled = WHOLE.completed_by(richer)
    assert WHOLE.changes(filled) == {"schedule", "own"}
    assert filled.id == "t-1"
    assert filled.schedule == Schedule(type="daily", day_interval=1, time="02:30:00", time_zone="UTC")
    assert filled.own == {"priority": 0, "more": 1}
    assert filled.target_names == {"s-1": "uno", "s-2": "two", "s-9": "gone"}
    assert filled.facts == {"last_status": "LATER", "next": 1}
    assert filled.extra == {"colour": "blue", "shade": 2}
    unknown = ScheduledTask().completed_by(richer)
    assert unknown.id == "t-2"
    assert unknown.changes(richer) == set()


def test_the_differences_of_two_views_are_told_part_by_part() -> None:
    here = ScheduledTask(name="a", force=True, schedule=Schedule(type="daily", day_interval=1, time="01:00:00"))
    there = ScheduledTask(
        name="b",
        force=True,
        schedule=Schedule(type="daily", day_interval=2, time="01:00:00", time_zone="UTC"),
        targets=(),
    )
    assert sorted(here.differences(there)) == [
        ("name", "a", "b"),
        ("schedule.day_interval", 1, 2),
        ("schedule.time_zone", None, "UTC"),
        ("targets", None, []),
    ]
    assert ("schedule.time_zone", "UTC", None) in there.differences(here)
    assert list(here.differences(here)) == []
    assert list(ScheduledTask().differences(ScheduledTask(name="b"))) == [("name", None, "b")]


def test_a_task_becomes_its_options() -> None:
    assert WHOLE.to_options() == {
        "name": "nightly",
        "task_type": "RESTART",
        "description": "",
        "enabled": False,
        "force": False,
        "schedule": {"type": "daily", "day_interval": 1, "time": "02:30:00"},
        "targets": [{"type": "SERVER", "id": "s-1"}, {"type": "SERVER", "id": "s-2"}],
        "workspace": {"priority": 0},
    }
    assert set(WHOLE.to_options()) == {*OPTIONS, "workspace"}
    assert ScheduledTask().to_options() == {}
    assert ScheduledTask(targets=()).to_options() == {"targets": []}


def test_a_task_becomes_a_result() -> None:
    assert WHOLE.to_result() == {
        "id": "t-1",
        **WHOLE.to_options(),
        "target_names": {"s-1": "one"},
        "last_status": "OK",
        "extra": {"colour": "red"},
    }
    assert ScheduledTask().to_result() == {}
    assert ScheduledTask(target_names={"s-1": "one"}).to_result() == {}


def test_a_type_that_comes_without_its_parts_is_told_beside_the_options() -> None:
    result = ScheduledTask(schedule=Schedule(type="daily", time="02:30:00")).to_result()
    assert result == {"schedule": {"time": "02:30:00"}, "schedule_type": "daily"}
    assert ScheduledTask(schedule=Schedule(type="daily")).to_result() == {"schedule_type": "daily"}


def test_keys_that_ansible_takes_for_its_own_are_told() -> None:
    parameters = {"_ansible_a": 1, "b": [{"__ansible_unsafe": {"_ansible_c": 2}}], "ansible_d": 3, "a_ansible_": 4}
    task = ScheduledTask(service="coc", own={"input_param": parameters}, extra={"_ansible_e": 5})
    assert task.to_result()["hidden_keys"] == [
        "coc.input_param._ansible_a",
        "coc.input_param.b.__ansible_unsafe",
        "coc.input_param.b.__ansible_unsafe._ansible_c",
        "extra._ansible_e",
    ]
    assert "hidden_keys" not in ScheduledTask(own={"input_param": {"ansible_d": 3}}, service="coc").to_result()
    assert "hidden_keys" not in task.to_options()
