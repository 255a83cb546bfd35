# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file with the tasks that were found comes back as what it was."""

from __future__ import annotations

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
    return importlib.import_module(f"{PLUGINS}.plugin_utils._task_file")


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


def test_the_filter_is_what_it_is_called(lists):
    filters = importlib.import_module(f"{PLUGINS}.filter.task_file").FilterModule().filters()
    assert filters == {"task_file": lists.as_file}
