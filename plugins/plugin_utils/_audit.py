# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of an audit: for the message of a failure, for a pull request, and for a pipeline.

An audit is what the module `scheduled_tasks` has returned in check mode.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import LONGEST_MESSAGE, brief
from ..module_utils._outcomes import FAILED, NOT_ATTEMPTED, NOTHING_WRITTEN, UNCHANGED, VALID

Result = Mapping[str, Any]

MOST_LINES = 20
BAR = r"\|"
NOT_COMPLETE = "The audit is not complete"
# What no document in XML may have.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Finding(NamedTuple):
    """What the audit has found of one task.

    :ivar kind: the outcome, in words.
    :ivar details: a line each.
    """

    service: str
    name: str
    kind: str
    is_compared: bool
    details: Sequence[str]


def audit_report(result: Result, format: str, title: str) -> str:
    """Return what an audit has found.

    :param result: of the module, in check mode.
    :param format: `text`, `markdown` or `junit`.
    :param title: what was audited.
    :raises AnsibleFilterError: there is no such format.
    """
    if format not in FORMATS:
        raise AnsibleFilterError(f"audit_report knows the formats {', '.join(FORMATS)}, and not {brief(format)}.")
    return FORMATS[format](result, title)


def _text(result: Result, title: str) -> str:
    if "report" not in result:
        return brief(result.get("msg"), LONGEST_MESSAGE)
    _headline, *lines = result["report"]
    differences = len(lines) - len(result["reasons"])
    beginning = f"Differences between the list and the cloud: {differences}." if differences else f"{NOT_COMPLETE}."
    if len(lines) > MOST_LINES:
        lines[MOST_LINES:] = [f"And {len(lines) - MOST_LINES} more, which stand above."]
    return brief(
        " ".join([beginning, *(line if line.endswith((".", "?")) else f"{line}." for line in lines)]), LONGEST_MESSAGE
    )


def _markdown(result: Result, title: str) -> str:
    findings = [finding for finding in _findings(result) if finding.kind]
    parts = [f"## Scheduled tasks of {_code(title)}", _headline(result)]
    if findings:
        rows = ["| service | task | found | details |", "| --- | --- | --- | --- |"]
        for each in findings:
            cells = [_code(each.service), _code(each.name), each.kind, "<br>".join(map(_code, each.details))]
            # Not even in code may a cell have a bar.
            rows.append(f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |")
        parts.append("\n".join(rows))
    others = _other_reasons(result)
    if others:
        parts.append("\n".join([f"{NOT_COMPLETE}:", "", *(f"- {_code(reason)}" for reason in others)]))
    if not findings and not others:
        parts.append("The cloud is as the list says.")
    return "\n\n".join(parts) + "\n"


def _junit(result: Result, title: str) -> str:
    suite = ElementTree.Element("testsuite", name=_clean(title))
    findings = list(_findings(result))
    for each in findings:
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(each.service), name=_clean(each.name))
        if each.kind:
            what = ElementTree.SubElement(case, "failure" if each.is_compared else "error", message=each.kind)
            what.text = _clean("\n".join(each.details))
    others = _other_reasons(result)
    if others:
        case = ElementTree.SubElement(suite, "testcase", classname="scheduled_tasks", name="the list as a whole")
        ElementTree.SubElement(case, "error", message=NOT_COMPLETE).text = _clean("\n".join(others))
    for tag in ("failure", "error"):
        suite.set(f"{tag}s", str(len(suite.findall(f"*/{tag}"))))
    suite.set("tests", str(len(suite)))
    whole = ElementTree.Element("testsuites")
    whole.append(suite)
    ElementTree.indent(whole)
    return ElementTree.tostring(whole, encoding="unicode", xml_declaration=False) + "\n"


FORMATS: dict[str, Callable[[Result, str], str]] = {"text": _text, "markdown": _markdown, "junit": _junit}


def _headline(result: Result) -> str:
    return str(result["report"][0] if "report" in result else "Nothing was compared.")


def _findings(result: Result) -> Iterator[Finding]:
    """Return what was found of each task, those that are as they should be included; these have no kind."""
    entries = result.get("tasks", ())
    names = [(each["service"], each.get("name")) for each in entries]
    for each in (*entries, *result.get("unlisted", ())):
        name, task_id = each.get("name"), each.get("id")
        # Two tasks of one name are told apart by their ids.
        is_twice = names.count((each["service"], name)) > 1 or "operations" not in each
        called = " ".join(str(part) for part in (name, f"({task_id})" if name and task_id and is_twice else "") if part)
        kind = "" if each["outcome"] in (UNCHANGED, VALID) else each["outcome"].replace("_", " ")
        details = list(each.get("differences", ()))
        if "operations" not in each:
            details.append("It is not on the list.")
        if "error" in each:
            details.append(each["error"]["msg"])
        is_compared = each["outcome"] not in (FAILED, NOT_ATTEMPTED)
        yield Finding(each["service"], brief(called or task_id or "without a name"), kind, is_compared, details)


def _other_reasons(result: Result) -> list[str]:
    """Return why the audit is not complete, as far as no task says so."""
    if "report" not in result:
        return [brief(result.get("msg"), LONGEST_MESSAGE)]
    of_tasks = [each["error"]["msg"] for each in (*result["tasks"], *result["unlisted"]) if "error" in each]
    others = [reason for reason in result["reasons"] if not any(message in reason for message in of_tasks)]
    # An audit never writes.
    return [reason for reason in others if reason != NOTHING_WRITTEN]


def _code(text: str) -> str:
    """Return text as Markdown shows it as it is, on one line."""
    line = brief(text, LONGEST_MESSAGE)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    # A blank on both sides is taken away again.
    edge = " " if "`" in line[:1] + line[-1:] else ""
    return f"{fence}{edge}{line}{edge}{fence}" if line else ""


def _clean(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)
