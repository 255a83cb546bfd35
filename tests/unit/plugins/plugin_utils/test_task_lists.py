# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of tasks as code, without a play: what an entry stands for, what came of it, and the file that is written."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ansible.plugins.filter", reason="this runs on the control node only")

PLUGINS = "ansible_collections.cloudcron.huaweicloud.plugins"

DAILY = {"type": "daily", "day_interval": 1, "time": "03:30:00"}

HOSTILE_TEXTS = (
    # Of other types, if they were not quoted.
    *("yes", "No", "on", "y", "True", "null", "~", "", " ", "=", "<<", "1e3", "0x1f", "017", "1_000", "+1:30", ".inf"),
    *("12:30:00", "2026-01-01", "2026-01-01T08:00:00Z", "1.", "-"),
    # Of another meaning.
    *("!tag", "!unsafe x", "- x", "? x", ": ", "a: b", "a:", "x #c", "#c", "&a", "*a", "|", ">", "%TAG", "@a", "`b"),
    *("[a]", "{a: b}", '{"a": 1}', "'a'", '"a"', "a'b\"c\\d", "---", "--- a", "...", "$ANSIBLE_VAULT;1.1;AES256"),
    # Templates.
    *("{{ x }}", "{% if x %}", "{# x", "a {{ \"b\" }} 'c' \\d\n\x1b[0m\U0001f642 "),
    # Blanks, breaks, and what cannot be printed.
    *(" a", "a ", "a\t", "\t", "\n", "a\n", "a\n\n", "\na", "a\nb", "a \n b", "a\r", "a\r\nb", "a  b   c " * 30),
    *("\x07", "\x1b[31mred", "\x7f", "\x85", "\x85a", "a\x85b", "\u200b", "\u2028", "a\u2029b", "\ufeffa", "a\ufffe"),
    # Long, and in other alphabets.
    *("x" * 300, "word " * 60, "夜间重启：每天 03:30", "\U0001f642 \U0001f552", "é", "\u05e9\u05dc\u05d5\u05dd"),
)


@pytest.fixture(scope="module")
def lists() -> Any:
    return importlib.import_module(f"{PLUGINS}.plugin_utils._task_lists")


@pytest.fixture(scope="module")
def refusal() -> type[Exception]:
    from ansible.errors import AnsibleFilterError

    return AnsibleFilterError


def loaded(text: str) -> dict[str, Any]:
    """What Ansible makes of a variables file."""
    from ansible.parsing.dataloader import DataLoader

    return DataLoader().load(text)


class Vars:
    """A variables file as a play has it: what is in it may be a template."""

    def __init__(self, path: Path, text: str) -> None:
        from ansible.parsing.dataloader import DataLoader
        from ansible.template import Templar

        path.write_text(text, encoding="utf-8")
        loader = DataLoader()
        # Before ansible-core 2.19 everything in a file could be a template.
        takes = inspect.signature(loader.load_from_file).parameters
        trust = {"trusted_as_template": True} if "trusted_as_template" in takes else {}
        self.content = loader.load_from_file(str(path), **trust)
        self._templar = Templar(loader=loader, variables={"x": "played"})

    def is_template(self, value: Any) -> bool:
        """Whether Ansible makes something else of a value before it is used."""
        try:
            return bool(self._templar.template(value) != value)
        except Exception:
            return True


class TestWantedTasks:
    def test_service_and_state_are_filled_in(self, lists):
        wanted = lists.wanted_tasks([{"name": "a"}, {"service": "coc", "id": "1", "state": "absent"}], {}, "workspace")
        assert wanted == [
            {"service": "workspace", "state": "present", "name": "a"},
            {"service": "coc", "state": "absent", "id": "1"},
        ]

    def test_an_empty_list_is_one(self, lists):
        assert lists.wanted_tasks([], {}, "coc") == []

    @pytest.mark.parametrize(
        ("default", "given", "merged"),
        [
            ({"enabled": True}, {}, {"enabled": True}),
            ({"enabled": True}, {"enabled": False}, {"enabled": False}),
            ({"enabled": True}, {"enabled": None}, {"enabled": True}),
            ({"description": "x"}, {"description": ""}, {"description": ""}),
            ({"schedule": DAILY}, {}, {"schedule": DAILY}),
            ({"schedule": DAILY}, {"schedule": None}, {"schedule": DAILY}),
            ({"schedule": DAILY}, {"schedule": {"time": "04:15"}}, {"schedule": {**DAILY, "time": "04:15"}}),
            ({"schedule": DAILY}, {"schedule": {"time": None}}, {"schedule": DAILY}),
            (
                {"coc": {"input_param": {"a": "1", "b": "2"}}},
                {"coc": {"input_param": {"b": "3"}, "risk_level": "LOW"}},
                {"coc": {"input_param": {"a": "1", "b": "3"}, "risk_level": "LOW"}},
            ),
            (
                {"schedule": {"weekdays": ["monday", "friday"]}},
                {"schedule": {"weekdays": ["sunday"]}},
                {"schedule": {"weekdays": ["sunday"]}},
            ),
            ({"targets": [{"type": "SERVER", "id": "a"}]}, {"targets": []}, {"targets": []}),
            ({"state": "absent"}, {}, {"state": "absent"}),
            ({"state": "absent"}, {"state": "present"}, {"state": "present"}),
        ],
    )
    def test_defaults_are_merged(self, lists, default, given, merged):
        entries, defaults = [{"name": "a", **given}], {"coc": default}
        before = copy.deepcopy((entries, defaults))
        (wanted,) = lists.wanted_tasks(entries, defaults, "coc")
        assert wanted == {"service": "coc", "state": "present", "name": "a", **merged}
        assert (entries, defaults) == before

    def test_a_task_that_is_to_be_absent_takes_none(self, lists):
        """A part of a schedule, say, would be refused although nothing is to be done with it."""
        for entry, of_state in (({"name": "a", "state": "absent"}, {}), ({"name": "a"}, {"state": "absent"})):
            defaults = {"coc": {"schedule": {"type": "weekly"}, **of_state}}
            wanted = lists.wanted_tasks([entry], defaults, "coc")
            assert wanted == [{"service": "coc", "state": "absent", "name": "a"}]

    def test_defaults_are_those_of_the_service(self, lists):
        entries = [{"name": "a"}, {"name": "b", "service": "coc"}, {"name": "c", "service": "workspace"}]
        defaults = {"coc": {"enabled": False}, "workspace": {"force": True}}
        wanted = lists.wanted_tasks(entries, defaults, "workspace_app")
        assert [(task.get("enabled"), task.get("force")) for task in wanted] == [
            (None, None),
            (False, None),
            (None, True),
        ]

    def test_aliases_are_the_names_they_stand_for(self, lists):
        wanted = lists.wanted_tasks([{"task_name": "a"}, {"task_id": "b"}], {}, "coc")
        assert [(task.get("name"), task.get("id")) for task in wanted] == [("a", None), (None, "b")]
        assert not {"task_name", "task_id"} & {name for task in wanted for name in task}

    @pytest.mark.parametrize(
        ("entry", "named"),
        [
            ({"name": "a", "tasktype": "x"}, ("ntry 2", "(a)", "tasktype", "task_type")),
            ({"name": "a", "region": "x"}, ("ntry 2", "(a)", "region", "module_defaults")),
            ({"id": "b", "secret_key": "x"}, ("ntry 2", "secret_key", "module_defaults")),
            ({"name": "a", "service": "codearts_check"}, ("ntry 2", "(a)", "codearts_check", "workspace_app")),
            ({"name": "a", "service": "cocs"}, ("ntry 2", "(a)", "cocs", "coc")),
            ({"name": "a", "service": ["coc"]}, ("ntry 2", "(a)", "service")),
            ({"name": "a", 5: "x"}, ("ntry 2", "(a)", "5")),
            ({"task_type": "STOP"}, ("ntry 2", "name", "id")),
            ({"name": None, "id": None}, ("ntry 2", "name", "id")),
            ({"name": ""}, ("ntry 2", "name", "id")),
            ({}, ("ntry 2", "name", "id")),
            ("a", ("ntry 2", "dictionary")),
            (None, ("ntry 2", "dictionary")),
            ([{"name": "a"}], ("ntry 2", "dictionary")),
            ({"name": ["a"]}, ("ntry 2", "name")),
            ({"name": 1.1}, ("ntry 2", "name", "1.1", "quote")),
            ({"task_name": 83}, ("ntry 2", "name", "83", "quote")),
            ({"id": True}, ("ntry 2", "id", "True", "quote")),
            ({"name": "a", "description": {"a": 1}}, ("ntry 2", "(a)", "description: dictionary of length 1")),
            ({"name": "a", "coc": {"version_no": 1.1}}, ("ntry 2", "(a)", "coc.version_no", "1.1", "quote")),
            ({"name": "a", "targets": [{"type": "A", "id": 12}]}, ("ntry 2", "(a)", "targets.id", "12", "quote")),
            ({"name": "a", "coc": {"input_param": {True: 1}}}, ("ntry 2", "coc.input_param", "keys", "quote")),
            ({"id": {"a": "b"}}, ("ntry 2", "id")),
            ({"name": "a", "task_name": "b"}, ("ntry 2", "name")),
            ({"name": "a", "schedule": {"time": "1", "scheduled_time": "2"}}, ("ntry 2", "(a)", "schedule", "time")),
        ],
    )
    def test_an_entry_that_cannot_be_meant_is_refused_by_its_number(self, lists, refusal, entry, named):
        with pytest.raises(refusal) as refused:
            lists.wanted_tasks([{"name": "first"}, entry], {}, "workspace_app")
        assert [word for word in named if word not in str(refused.value)] == []

    @pytest.mark.parametrize("entries", ["a", {"name": "a"}, None, 5])
    def test_what_is_no_list_is_refused(self, lists, refusal, entries):
        with pytest.raises(refusal, match="list"):
            lists.wanted_tasks(entries, {}, "coc")

    @pytest.mark.parametrize(
        ("defaults", "named"),
        [
            ([], ("defaults", "dictionary")),
            ({"cocs": {}}, ("defaults", "cocs")),
            ({"codearts_check": {}}, ("defaults", "codearts_check")),
            ({"coc": ["enabled"]}, ("defaults of coc", "dictionary")),
            ({"coc": {"enable": True}}, ("defaults of coc", "enable")),
            ({"coc": {"region": "x"}}, ("defaults of coc", "region")),
            ({"coc": {"name": "x"}}, ("defaults of coc", "name")),
            ({"coc": {"service": "workspace"}}, ("defaults of coc", "service")),
        ],
    )
    def test_defaults_that_cannot_be_meant_are_refused(self, lists, refusal, defaults, named):
        with pytest.raises(refusal) as refused:
            lists.wanted_tasks([{"name": "a"}], defaults, "coc")
        assert [word for word in named if word not in str(refused.value)] == []

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"name": "a"}, {"name": "a"}),
            ({"name": "a"}, {"task_name": "a"}),
            ({"name": "a"}, {"id": "1", "name": "a"}),
            ({"name": "a"}, {"name": "a", "service": "coc"}),
            ({"name": "a"}, {"name": "a", "state": "absent"}),
            ({"id": "a"}, {"id": "a"}),
            ({"id": "a", "name": "b"}, {"id": "a", "name": "c"}),
        ],
    )
    def test_two_entries_about_one_task_are_refused(self, lists, refusal, first, second):
        with pytest.raises(refusal, match="2 entries .* coc .*a"):
            lists.wanted_tasks([first, {"name": "other"}, second], {}, "coc")

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"name": "a"}, {"name": "a", "service": "workspace"}),
            ({"name": "a"}, {"id": "a"}),
            ({"id": "1", "name": "a"}, {"id": "2", "name": "a"}),
        ],
    )
    def test_entries_about_two_tasks_are_not(self, lists, first, second):
        assert len(lists.wanted_tasks([first, second], {}, "coc")) == 2

    def test_an_option_of_the_entry_counts_however_it_is_called(self, lists):
        """Whether the entry or the defaults use an alias, the entry's value is the only one that is left."""
        names = {"time": "scheduled_time", "month_days": "date_list"}
        for name, alias in names.items():
            for of_default, of_entry in ((name, alias), (alias, name)):
                defaults = {"coc": {"schedule": {of_default: "default"}}}
                (wanted,) = lists.wanted_tasks([{"name": "a", "schedule": {of_entry: "given"}}], defaults, "coc")
                assert list(wanted["schedule"].values()) == ["given"]


def result(name: str, *operations: str, service: str = "coc", **other: Any) -> dict[str, Any]:
    """What `scheduled_task` returns for an entry of a loop."""
    return {
        "item": {"service": service, "name": name},
        "changed": bool(operations),
        "operations": list(operations),
        **other,
    }


PURGED = {
    "item": "workspace",
    "changed": True,
    "scheduled_tasks": [{"id": "1", "name": "old"}, {"id": "2", "name": "older"}],
}
PURGE_FAILED = {
    "item": "coc",
    "failed": True,
    "msg": "2 of 3 scheduled tasks could not be deleted",
    "scheduled_tasks": [{"id": "3", "name": "oldest"}],
    "failures": [{"tasks": ["stuck (4)"], "msg": "locked"}, {"tasks": ["jammed (5)"], "msg": "locked, too"}],
}
FAILED = {"item": {"service": "coc", "name": "bad"}, "failed": True, "msg": "targets: refused"}


class TestSummary:
    def test_each_task_is_in_one_of_the_five(self, lists):
        kept = [
            result("made", "create", "disable"),
            result("edited", "update"),
            result("switched", "enable", service="workspace_app"),
            result("same"),
            result("gone", "delete"),
            FAILED,
        ]
        assert lists.summary(kept, [PURGED], "item") == {
            "created": ["coc made"],
            "changed": ["coc edited", "workspace_app switched"],
            "unchanged": ["coc same"],
            "removed": ["coc gone", "workspace old", "workspace older"],
            "failed": ["coc bad"],
        }

    def test_a_task_without_a_name_is_called_by_its_id(self, lists):
        kept = [{"item": {"service": "coc", "id": "5"}, "operations": []}]
        assert lists.summary(kept, [], "item")["unchanged"] == ["coc 5"]

    def test_what_could_not_be_removed_is_named(self, lists):
        summary = lists.summary([], [PURGE_FAILED], "item")
        assert summary["removed"] == ["coc oldest"]
        assert len(summary["failed"]) == 2
        assert "stuck" in summary["failed"][0]
        assert "jammed" in summary["failed"][1]
        assert all(name.startswith("coc ") for name in summary["failed"])

    def test_a_service_that_could_not_be_listed_is_named(self, lists):
        summary = lists.summary([], [{"item": "coc", "failed": True, "msg": "refused"}], "item")
        assert summary["failed"] == ["coc"]

    def test_a_service_that_was_left_alone_is_not_named(self, lists):
        assert not any(lists.summary([], [{"item": "coc", "skipped": True}], "item").values())


class TestDrift:
    def drift(self, lists: Any, before: Any, after: Any, with_values: bool = True) -> list[str]:
        diff = {"before": before, "after": after}
        return lists.drift([result("a", "update", diff=diff)], [], "item", with_values)

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ({"force": False}, {"force": True}, "force is false, should be true"),
            ({"name": "b"}, {"name": "a"}, "name is b, should be a"),
            ({"schedule": {"time": "1", "cron": "x"}}, {"schedule": {"time": "2", "cron": "x"}}, "schedule.time is 1"),
            (
                {"coc": {"input_param": {"a": "1"}}},
                {"coc": {"input_param": {}}},
                "coc.input_param.a is 1, should be not",
            ),
            ({"description": "x"}, {"description": ""}, "description is x, should be not set"),
            ({"description": ""}, {"description": "x"}, "description is not set, should be x"),
            ({}, {"schedule": {"time": "1"}}, 'schedule is not set, should be {"time": "1"}'),
            ({"coc": {"wait": 0}}, {"coc": {"wait": 5}}, "coc.wait is 0, should be 5"),
            (
                {"targets": [{"type": "SERVER", "id": "夜"}]},
                {"targets": []},
                'targets is [{"type": "SERVER", "id": "夜"}], should be []',
            ),
        ],
    )
    def test_an_option_that_differs_has_a_line(self, lists, before, after, said):
        (line,) = self.drift(lists, before, after)
        assert line.startswith(f"coc a: {said}")
        (silent,) = self.drift(lists, before, after, with_values=False)
        assert silent == f"coc a: {said.split(' is ')[0]} differs"

    def test_a_difference_that_results_do_not_show_is_one(self, lists):
        """Such as one in a key that Ansible takes for its own, or between true and 1."""
        (line,) = self.drift(
            lists, {"workspace": {"extra_params": {"a": 1}}}, {"workspace": {"extra_params": {"a": True}}}
        )
        assert line == "coc a: differs in what results do not show"

    def test_each_option_has_its_own(self, lists):
        before = {"enabled": True, "force": True, "schedule": {"time": "1", "type": "daily"}}
        after = {"enabled": False, "force": True, "schedule": {"time": "2", "type": "weekly"}}
        assert [line.split()[2] for line in self.drift(lists, before, after)] == [
            "enabled",
            "schedule.time",
            "schedule.type",
        ]

    def test_a_value_is_in_one_line_and_not_endless(self, lists):
        (line,) = self.drift(lists, {"description": "a\n\x1b[31m" + "b" * 9999}, {"description": "c"})
        assert line.isprintable()
        assert len(line) < 500

    def test_what_differs_only_in_what_is_masked_differs(self, lists):
        masked = {"description": "Uses ********"}
        assert self.drift(lists, masked, masked) == ["coc a: differs in what results do not show"]

    def test_other_differences_have_theirs(self, lists):
        kept = [result("same"), result("lost", "create"), result("gone", "delete"), FAILED]
        assert lists.drift(kept, [PURGED], "item", True) == [
            "coc lost: is missing",
            "coc gone: is there, and should be absent",
            "coc bad: cannot be compared: targets: refused",
            "workspace old: is not on the list",
            "workspace older: is not on the list",
        ]

    def test_a_service_that_could_not_be_listed_has_one(self, lists):
        failed = {"item": "coc", "failed": True, "msg": "secret words"}
        assert lists.drift([], [failed], "item", True) == ["coc: cannot be compared: secret words"]
        assert lists.drift([FAILED], [failed], "item", False) == [
            "coc bad: cannot be compared",
            "coc: cannot be compared",
        ]

    def test_what_is_the_same_for_many_is_told_once(self, lists):
        def refused(name, msg, **answer):
            return {**FAILED, "item": {"service": "coc", "name": name}, "msg": msg, "error_msg": "no", **answer}

        answer = {"status": 401, "error_code": "APIGW.0301"}
        kept = [
            refused("a", "long words", **answer),
            refused("b", "not asked for: long words", **answer),
            refused("c", "other words", status=403, error_code="APIGW.0302"),
            refused("d", "no answer", status=None, error_code=None, error_msg=None),
            refused("e", "no answer", status=None, error_code=None, error_msg=None),
        ]
        of_service = {
            "item": "workspace",
            "failed": True,
            "msg": "not asked for: long words",
            "error_msg": "no",
            **answer,
        }
        assert lists.drift(kept, [of_service], "item", True) == [
            "coc a: cannot be compared: long words",
            "coc b: cannot be compared, as coc a",
            "coc c: cannot be compared: other words",
            "coc d: cannot be compared: no answer",
            "coc e: cannot be compared: no answer",
            "workspace: cannot be compared, as coc a",
        ]

    def test_nothing_differs(self, lists):
        assert lists.drift([result("same")], [{"item": "coc", "scheduled_tasks": []}], "item", True) == []


class TestFile:
    def test_text_comes_back_as_it_was(self, lists, tmp_path):
        tasks = [
            {
                "id": f"{number:03}",
                "description": text,
                "coc": {"input_param": {"text": text, "list": [text, {text: text}]}},
            }
            for number, text in enumerate((*HOSTILE_TEXTS, *HOSTILE_TEXTS))
        ]
        vars_file = Vars(tmp_path / "vars.yml", lists.as_file({"coc": tasks}, {}, ""))
        entries = {entry["id"]: entry for entry in vars_file.content["scheduled_tasks_list"]}
        assert [task["description"] for task in tasks if entries[task["id"]] != {"service": "coc", **task}] == []
        assert [task["description"] for task in tasks if vars_file.is_template(entries[task["id"]])] == []

    def test_text_without_a_mark_would_be_a_template(self, tmp_path):
        vars_file = Vars(tmp_path / "vars.yml", 'a: "{{ x }}"')
        assert vars_file.is_template(vars_file.content["a"])

    def test_other_values_come_back_as_they_were(self, lists):
        task = {
            "id": "1",
            "name": "abc",
            "schedule": {"weekdays": ["monday", "friday"], "months": [1, 12], "wait_time": 0},
            "targets": [],
            "enabled": False,
            "coc": {"input_param": {"a": None, "b": 1.5, "c": True, "d": []}, "target_instances": [{"order_no": 1}]},
        }
        (entry,) = loaded(lists.as_file({"coc": [task]}, {}, ""))["scheduled_tasks_list"]
        assert entry == {**{name: value for name, value in task.items() if name != "id"}, "service": "coc"}

    def test_only_options_are_written(self, lists):
        task = {"id": "1", "name": "abc", "enabled": True, "last_status": "SUCCESS", "next_execution_time": "x"}
        assert loaded(lists.as_file({"coc": [task]}, {}, ""))["scheduled_tasks_list"] == [
            {"service": "coc", "name": "abc", "enabled": True}
        ]

    def test_an_id_is_written_where_the_name_does_not_tell(self, lists):
        found = {
            "coc": [{"id": "2", "name": "twice"}, {"id": "1", "name": "twice"}, {"id": "3", "name": "once"}],
            "workspace": [{"id": "4", "name": "once"}, {"id": "5", "name": ""}, {"id": "6"}],
        }
        entries = loaded(lists.as_file(found, {}, ""))["scheduled_tasks_list"]
        assert {(entry["service"], entry.get("name"), entry.get("id")) for entry in entries} == {
            ("coc", "once", None),
            ("coc", "twice", "1"),
            ("coc", "twice", "2"),
            ("workspace", "once", None),
            ("workspace", None, "5"),
            ("workspace", None, "6"),
        }

    @pytest.mark.parametrize(
        ("service", "name"), [("workspace", "a "), ("workspace", "a\nb"), ("coc", "a b"), ("workspace_app", "a.b")]
    )
    def test_a_task_with_a_name_that_the_module_refuses_is_given_by_its_id(self, lists, service, name):
        text = lists.as_file({service: [{"id": "1", "name": name, "enabled": True}]}, {}, "")
        assert loaded(text)["scheduled_tasks_list"] == [{"service": service, "id": "1", "enabled": True}]

    @pytest.mark.parametrize(
        ("task", "words"),
        [
            (
                {"schedule": {"time_zone": "Asia/Tokyo"}, "schedule_type": "once", "scheduled_instant": "2030-01-01Z"},
                "its time zone Asia/Tokyo is not known where it was looked up, so that its date and time cannot be "
                "told. The package tzdata has a time zone database, for the system or for Python.",
            ),
            (
                {"schedule_type": "weekly"},
                "not all parts of its weekly schedule are known. Look it up with details: true.",
            ),
            (
                {"coc": {"input_param": {}}, "hidden_keys": ["coc.input_param._ansible_x"]},
                "Ansible removes keys of it for being like its own: coc.input_param._ansible_x.",
            ),
        ],
        ids=lambda value: str(value)[:20],
    )
    def test_a_task_that_would_lose_something_is_refused_by_its_name(self, lists, refusal, task, words):
        with pytest.raises(refusal) as refused:
            lists.as_file({"coc": [{"id": "1", "name": "abc", **task}]}, {}, "")
        assert f"coc abc (1) cannot be written whole: {words}" in str(refused.value)

    def test_the_same_tasks_make_the_same_text(self, lists):
        tasks = [{"id": str(number), "name": name} for number, name in enumerate(("b", "a", "a", "夜", "A"))]
        text = lists.as_file({"coc": tasks}, {}, "")
        assert lists.as_file({"coc": tasks[::-1]}, {}, "") == text

    def test_what_is_written_is_what_the_list_speaks_for(self, lists):
        found = {"workspace": [{"id": "1", "name": "ours-a"}, {"id": "2", "name": "theirs"}], "coc": []}
        scope = {"scheduled_tasks_prefix": "ours-", "scheduled_tasks_filters": {"coc": {"task_type": "SCRIPT"}}}
        variables = loaded(lists.as_file(found, scope, "ours-"))
        assert variables == {
            "scheduled_tasks_services": ["workspace", "coc"],
            **scope,
            "scheduled_tasks_list": [{"service": "workspace", "name": "ours-a"}],
        }

    @pytest.mark.parametrize("mask", ["********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "$REDACTED$"])
    @pytest.mark.parametrize(
        ("options", "paths"),
        [
            ({"description": "Use {} here"}, "description"),
            ({"coc": {"input_param": {"a": [{"b": "{}"}], "c": "{}"}}}, "coc.input_param.a.b, coc.input_param.c"),
            ({"coc": {"input_param": {"x{}": {"y": "{}"}}}}, "coc.input_param, coc.input_param.y"),
            ({"name": "{}"}, "name"),
        ],
    )
    def test_a_mask_is_never_written(self, lists, refusal, options, paths, mask):
        task = json.loads(json.dumps({"id": "2", "name": "b", **options}).replace("{}", mask))
        called = f"Scheduled task coc {task['name']} (2) has a secret of the connection in {paths}, which was masked."
        with pytest.raises(refusal) as caught:
            lists.as_file({"coc": [{"id": "1", "name": "a"}, task]}, {}, "")
        assert str(caught.value).startswith(called)
        # What is not written does not matter.
        assert "Use" not in lists.as_file({"coc": [task]}, {}, "none")
        text = lists.as_file({"coc": [{"id": "1", "name": "a", "extra": {"a": mask}, "description": "****"}]}, {}, "")
        assert mask not in text

    def test_no_task_is_an_empty_list(self, lists):
        assert loaded(lists.as_file({"coc": []}, {}, ""))["scheduled_tasks_list"] == []

    def test_it_can_be_read(self, lists):
        """A line for each option, and times in quotes, since without them some are numbers."""
        task = {
            "id": "1",
            "name": "nightly-restart",
            "schedule": {"type": "weekly", "weekdays": ["monday", "friday"], "time": "03:30:00"},
            "targets": [{"type": "SERVER", "id": "server-1"}],
            "description": "{{ x }}",
        }
        text = lists.as_file({"workspace_app": [task]}, {}, "")
        assert text.endswith(
            """
scheduled_tasks_services: [workspace_app]
scheduled_tasks_list:
  - service: workspace_app
    name: nightly-restart
    schedule:
      type: weekly
      weekdays: [monday, friday]
      time: "03:30:00"
    targets:
      - type: SERVER
        id: server-1
    description: !unsafe "{{ x }}"
"""
        )
        assert text.startswith("---\n#")

    def test_what_ansible_has_tagged_is_written_as_what_it_is(self, lists):
        (task,) = loaded("- {id: '1', name: a, enabled: true, targets: [{type: SERVER}], description: 'yes'}")
        assert lists.as_file({"coc": [task]}, {}, "") == lists.as_file(
            {"coc": [{"id": "1", "name": "a", "enabled": True, "targets": [{"type": "SERVER"}], "description": "yes"}]},
            {},
            "",
        )


def test_each_filter_is_what_it_is_called(lists):
    functions = {
        "wanted_tasks": lists.wanted_tasks,
        "task_summary": lists.summary,
        "task_drift": lists.drift,
        "task_file": lists.as_file,
    }
    for name, function in functions.items():
        assert importlib.import_module(f"{PLUGINS}.filter.{name}").FilterModule().filters() == {name: function}
