# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every place that CONTRIBUTING.md names for a service, an option or a part of a schedule names all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import TASK_OPTIONS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import PARTS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES

ROOT = Path(__file__).resolve().parents[2]
# A service's class has its name, and its own options have it by that.
DERIVED = {
    "plugins/module_utils/_services/_table.py": {name: service.__name__ for name, service in SERVICES.items()},
    "plugins/module_utils/_arguments.py": dict.fromkeys(SERVICES, "OWN") | {"id": "IDENTITY", "name": "IDENTITY"},
    "plugins/module_utils/_task.py": dict.fromkeys(SERVICES, "own"),
    # What can only be looked up has no option there, and stands in the fragment that is derived.
    "plugins/modules/scheduled_task.py": {"codearts_check": "_service"},
}
THINGS = {
    "A further service": SERVICES,
    "A further option of a task": TASK_OPTIONS,
    "A further part of a schedule": PARTS,
}


def places(title: str) -> list[str]:
    """Return the paths that begin the entries of the list below a title."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split(f"### {title}\n", 1)[1].split("\n### ", 1)[0]
    entries = re.findall(r"^- ((?:`[^`]+`,?\s*)+):", section, re.MULTILINE)
    return [path for entry in entries for path in re.findall("`([^`]+)`", entry)]


def forgotten(path: str, names: Iterable[str]) -> list[str]:
    """Return what a place does not name."""
    text = (ROOT / path).read_text(encoding="utf-8")
    meant = {name: DERIVED.get(path, {}).get(name, name) for name in names}
    return [name for name, word in meant.items() if not re.search(rf"(?<![\w-]){word}(?![\w-])", text)]


@pytest.mark.parametrize(("title", "path"), [(title, path) for title in THINGS for path in places(title)])
def test_nothing_is_forgotten(title: str, path: str) -> None:
    assert not forgotten(path, THINGS[title])


def test_what_is_new_is_missed_in_every_place() -> None:
    for title in THINGS:
        assert len(places(title)) >= 4
        for path in places(title):
            assert forgotten(path, ["cloud_nine"]) == ["cloud_nine"]
