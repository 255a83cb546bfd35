# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of an audit are whole, valid, and say nothing but what was found, whatever tasks are called."""

from __future__ import annotations

import importlib
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

pytest.importorskip("ansible.plugins.filter", reason="this runs on the control node only")

PLUGINS = "ansible_collections.cloudcron.huaweicloud.plugins"
DAILY = {
    "task_type": "RESTART_SERVER",
    "schedule": {"type": "daily", "day_interval": 1, "time": "09:00", "time_zone": "Asia/Shanghai"},
    "targets": [{"type": "SERVER", "id": "server-1"}],
}
HOSTILE = (
    *(
        "a|b",
        "`code`",
        "``",
        "<script>",
        "<!-- x",
        "**bold**",
        "_x_",
        "[a](http://b)",
        "![a](b)",
        "~~a~~",
        "a\\|b",
        "\\",
    ),
    *(
        "@maintainer",
        "#1",
        "# title",
        "- item",
        "1. item",
        "&lt;",
        "]]>",
        "{{ x }}",
        " a ",
        "a\nb",
        "a\r\n\n# b",
        "夜间",
    ),
    *("\x00", "\x1b[31m", "\ufffe", "| --- |", "`|`", "a`", "`a", "http://a.b", "a" * 300),
)


@pytest.fixture(scope="module")
def report() -> Any:
    return importlib.import_module(f"{PLUGINS}.filter.audit_report").FilterModule().filters()["audit_report"]


@pytest.fixture
def audited(apply: Any, emulator: Any) -> Any:
    """The result of an audit with a difference of each kind, and one task that is as it should be."""
    for name in ("same", "changed", "gone", "unlisted"):
        emulator.workspace_app.add_task(task_name=name)
    entries = [
        {"name": "same"},
        {"name": "changed", "enabled": False, "schedule": {"time": "04:15"}},
        {"name": "missing", **DAILY},
        {"name": "gone", "state": "absent"},
    ]
    purge = {"services": ["workspace_app"], "max_deletions": 2**31 - 1}
    return apply(*entries, service="workspace_app", purge=purge, check_mode=True).result


def result(*tasks: dict[str, Any], reasons: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    whole = [{"outcome": "would_change", "operations": [], "differences": [], **task} for task in tasks]
    return {"tasks": whole, "unlisted": [], "report": ["1 scheduled task.", *reasons], "reasons": [*reasons], **more}


def test_the_text_counts_and_names_all_differences(report: Any, audited: Any) -> None:
    assert report(audited, "text", "x") == (
        "Differences between the list and the cloud: 4. "
        "would create: workspace_app missing. "
        "would change: workspace_app changed: enabled: true -> false; schedule.time: 09:00:00 -> 04:15:00. "
        "would delete: workspace_app gone. "
        "would delete: workspace_app unlisted (not on the list)."
    )


def test_the_text_has_a_bound(report: Any) -> None:
    lines = [f"would create: workspace_app {number} {'x' * 30}" for number in range(200)]
    text = report({"report": ["200 scheduled tasks.", *lines], "reasons": [], "tasks": [], "unlisted": []}, "text", "x")
    assert text.startswith("Differences between the list and the cloud: 200. would create: workspace_app 0 ")
    assert text.endswith("And 180 more, which stand above.")
    assert len(text) < 2000


def test_a_list_that_is_refused_is_told_in_each_format(report: Any, apply: Any) -> None:
    entries = [{"name": "fine"}, {"name": "bad", "schedule": {"type": "hourly"}}]
    refused = apply(*entries, service="workspace_app", check_mode=True).result
    text = report(refused, "text", "x")
    assert text.startswith("The audit is not complete. failed: entry 2, workspace_app bad: schedule.type: ")
    markdown = report(refused, "markdown", "x")
    assert "| `workspace_app` | `fine` | not attempted |  |" in markdown
    assert "| `workspace_app` | `bad` | failed | `schedule.type: 'hourly' is refused" in markdown
    suite = ElementTree.fromstring(report(refused, "junit", "x"))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "0", "2")
    assert "Nothing was written" not in markdown


def test_a_question_ends_its_sentence(report: Any, apply: Any) -> None:
    refused = apply({"name": "bad", "enable": True}, service="workspace_app", check_mode=True).result
    assert "Did you mean enabled? Nothing was written." in report(refused, "text", "x")


def test_a_service_that_cannot_be_listed_is_told_in_each_format(report: Any, apply: Any, emulator: Any) -> None:
    emulator.workspace_app.add_task(task_name="same")
    emulator.fail("ListScheduledTasks", status=403)
    purge = {"services": ["workspace_app", "workspace"], "max_deletions": 2**31 - 1}
    partial = apply({"name": "same"}, service="workspace_app", purge=purge, check_mode=True).result
    assert report(partial, "text", "x").startswith("The audit is not complete. failed: workspace: list scheduled")
    assert "The audit is not complete:\n\n- `failed: workspace: list scheduled tasks: 403 " in report(
        partial, "markdown", "x"
    )
    suite = ElementTree.fromstring(report(partial, "junit", "x"))[0]
    assert [case.get("name") for case in suite] == ["same", "the list as a whole"]
    assert "403" in suite[1][0].text


def test_what_was_never_compared_is_told_in_each_format(report: Any) -> None:
    crashed = {"failed": True, "msg": "credentials are missing"}
    assert report(crashed, "text", "x") == "credentials are missing"
    assert "- `credentials are missing`" in report(crashed, "markdown", "x")
    suite = ElementTree.fromstring(report(crashed, "junit", "x"))[0]
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert suite[0][0].text == "credentials are missing"


def test_markdown_is_a_table_of_what_differs(report: Any, audited: Any) -> None:
    task_id = audited["unlisted"][0]["id"]
    assert (
        report(audited, "markdown", "localhost")
        == f"""## Scheduled tasks of `localhost`

5 scheduled tasks: 1 unchanged, 1 would create, 1 would change, 2 would delete.

| service | task | found | details |
| --- | --- | --- | --- |
| `workspace_app` | `changed` | would change | `enabled: true -> false`<br>`schedule.time: 09:00:00 -> 04:15:00` |
| `workspace_app` | `missing` | would create |  |
| `workspace_app` | `gone` | would delete |  |
| `workspace_app` | `unlisted ({task_id})` | would delete | `It is not on the list.` |
"""
    )


def test_junit_has_a_case_for_each_task(report: Any, audited: Any) -> None:
    whole = ElementTree.fromstring(report(audited, "junit", "localhost"))
    (suite,) = whole
    assert (whole.tag, suite.tag) == ("testsuites", "testsuite")
    assert suite.attrib == {"name": "localhost", "tests": "5", "failures": "4", "errors": "0"}
    task_id = audited["unlisted"][0]["id"]
    names = ["same", "changed", "missing", "gone", f"unlisted ({task_id})"]
    assert [case.get("name") for case in suite] == names
    assert {case.get("classname") for case in suite} == {"workspace_app"}
    assert [len(case) for case in suite] == [0, 1, 1, 1, 1]
    assert suite[1][0].get("message") == "would change"
    assert suite[1][0].text == "enabled: true -> false\nschedule.time: 09:00:00 -> 04:15:00"


def test_nothing_that_differs_is_told_too(report: Any, apply: Any, emulator: Any) -> None:
    emulator.workspace_app.add_task(task_name="same")
    good = apply({"name": "same"}, service="workspace_app", check_mode=True).result
    assert report(good, "markdown", "x") == (
        "## Scheduled tasks of `x`\n\n1 scheduled task: 1 unchanged.\n\nThe cloud is as the list says.\n"
    )
    (suite,) = ElementTree.fromstring(report(good, "junit", "x"))
    assert (suite.get("tests"), suite.get("failures"), len(suite[0])) == ("1", "0", 0)


def test_two_tasks_of_one_name_are_told_apart(report: Any) -> None:
    twice = result({"service": "coc", "name": "a", "id": "1"}, {"service": "coc", "name": "a", "id": "2"})
    suite = ElementTree.fromstring(report(twice, "junit", "x"))[0]
    assert [case.get("name") for case in suite] == ["a (1)", "a (2)"]
    nameless = result({"service": "coc", "id": "1"}, {"service": "coc"})
    suite = ElementTree.fromstring(report(nameless, "junit", "x"))[0]
    assert [case.get("name") for case in suite] == ["1", "without a name"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_markdown(report: Any, text: str) -> None:
    task = {"service": "coc", "name": text, "differences": [text, f"x{text}"], "error": {"msg": f"e {text}"}}
    markdown = report(result(task, task, reasons=(f"other {text}",)), "markdown", text)
    tokens = MarkdownIt("gfm-like", {"linkify": False, "html": True}).parse(markdown)
    assert [token.type for token in tokens].count("tr_open") == 3
    assert [token.type for token in tokens].count("td_open") == 8
    inline = [child for token in tokens for child in token.children or ()]
    of_list = [token for token in tokens if token.type == "inline"][-1]
    cells = [
        [child.content.strip() for child in after.children if child.type == "code_inline"]
        for before, after in zip(tokens, tokens[1:], strict=False)
        if before.type == "td_open"
    ]
    assert {child.type for child in inline} <= {"text", "code_inline", "html_inline"}
    assert {child.content for child in inline if child.type == "html_inline"} <= {"<br>"}
    shown = " ".join(text.split()) if text.isprintable() else ""
    if shown and len(text) < 200:
        assert cells == [["coc"], [shown], [], [shown, f"x{text}".strip(), f"e {shown}"]] * 2
        assert f"other {shown}" == of_list.children[0].content
        assert shown == tokens[1].children[1].content.strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_xml(report: Any, text: str) -> None:
    task = {"service": "coc", "name": text, "differences": [text], "error": {"msg": f"e {text}"}}
    xml = report(result(task, reasons=(f"other {text}",)), "junit", text)
    (suite,) = ElementTree.fromstring(xml)
    assert [len(case) for case in suite] == [1, 1]
    assert "\x00" not in xml and "\x1b" not in xml


def test_a_format_that_there_is_not_is_refused(report: Any) -> None:
    from ansible.errors import AnsibleFilterError

    with pytest.raises(AnsibleFilterError, match="text, markdown, junit, and not html"):
        report({}, "html", "x")
