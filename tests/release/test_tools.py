# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other tools than ansible-playbook know the collection: ansible-doc, ansible-navigator and ansible-runner."""

from __future__ import annotations

import json
import re
import shlex
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.command import reach_directly, variables
from ansible_collections.cloudcron.huaweicloud.tests.release.machine import Machine, Shell

COLLECTION = "cloudcron.huaweicloud"
ROLE = f"{COLLECTION}.scheduled_tasks"
DEMO = f"{COLLECTION}.demo"
DEMO_CHANGES = 6
"""The tasks of the demo that create something."""

PACKAGES = "ansible-core requests ansible-navigator ansible-runner"

Run = Callable[[str], str]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine of its own for these tools."""
    return Machine(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def run(machine: Machine, archive: Path) -> Iterator[Run]:
    """Types a command where the tools and the archive are installed, and returns what it shows. It has to succeed."""
    with Shell(machine) as shell:

        def run(command: str) -> str:
            typed = shell.type(command)
            assert typed.status == 0, typed
            return typed.output

        run(f"python3 -m pip install {PACKAGES}")
        run(f"ansible-galaxy collection install {shlex.quote(str(archive))}")
        run("export ANSIBLE_NOCOLOR=1")
        yield run
    assert machine.end_processes() == []
    assert {each.name for each in machine.root.iterdir()} == {"current", "home", "python", "tmp"}
    assert {each.name for each in machine.home.iterdir()} <= {".ansible", ".cache"}
    assert list(machine.temporary.iterdir()) == []


@pytest.fixture(scope="module")
def plugins(archive: Path) -> dict[str, set[str]]:
    """The full names of the modules and filters in the archive."""
    with tarfile.open(archive) as content:
        found = [re.fullmatch(r"plugins/(modules|filter|lookup)/(\w+)\.py", name) for name in content.getnames()]
    names: dict[str, set[str]] = {"module": set(), "filter": set(), "lookup": set()}
    for each in filter(None, found):
        names[each[1].removesuffix("s")].add(f"{COLLECTION}.{each[2]}")
    return names


class TestAnsibleDoc:
    def test_it_lists_the_modules(self, run, plugins):
        listed = described(run(f"ansible-doc --list {COLLECTION}"))
        assert listed == plugins["module"]
        assert len(listed) == 3

    def test_it_lists_the_filters(self, run, plugins):
        assert described(run(f"ansible-doc --list --type filter {COLLECTION}")) == plugins["filter"]

    def test_it_shows_the_modules(self, run, plugins):
        shown = run(f"ansible-doc {' '.join(sorted(plugins['module']))}")
        assert_clean(shown)
        pages = re.split(r"^> MODULE ", shown, flags=re.MULTILINE)[1:]
        assert [page.split()[0] for page in pages] == sorted(plugins["module"])
        for page in pages:
            for word in ("OPTIONS", "service", "secret_key", "ATTRIBUTES", "EXAMPLES", "RETURN VALUES"):
                assert word in page

    def test_it_shows_the_filters(self, run, plugins):
        shown = run(f"ansible-doc --type filter {' '.join(sorted(plugins['filter']))}")
        assert_clean(shown)
        assert set(re.findall(r"^> FILTER (\S+)", shown, re.MULTILINE)) == plugins["filter"]

    def test_it_lists_and_shows_the_lookups(self, run, plugins):
        assert described(run(f"ansible-doc --list --type lookup {COLLECTION}")) == plugins["lookup"]
        shown = run(f"ansible-doc --type lookup {' '.join(sorted(plugins['lookup']))}")
        assert_clean(shown)
        assert set(re.findall(r"^> LOOKUP (\S+)", shown, re.MULTILINE)) == plugins["lookup"]

    def test_it_shows_each_way_into_the_role(self, run):
        shown = run(f"ansible-doc --type role {ROLE}")
        assert_clean(shown)
        parts = re.split(r"^ENTRY POINT: ", shown, flags=re.MULTILINE)[1:]
        assert [part.split()[0].strip("*") for part in parts] == ["main", "audit", "export"]
        assert ["scheduled_tasks_purge" in part for part in parts] == [True, False, False]
        assert all("scheduled_tasks_file" in part for part in parts)

    def test_there_is_nothing_that_it_cannot_read(self, run, plugins):
        everything = json.loads(run(f"ansible-doc --metadata-dump {COLLECTION}"))["all"]
        assert {kind: set(everything[kind]) for kind in plugins} == plugins
        assert set(everything["role"]) == {ROLE}


def described(listing: str) -> set[str]:
    """What is listed with a description."""
    lines = [line.split(maxsplit=1) for line in listing.splitlines()]
    return {line[0] for line in lines if len(line) == 2 and line[1] != "UNDOCUMENTED"}


def assert_clean(shown: str) -> None:
    """Hold that nothing went wrong on the way."""
    assert not re.findall(r".*(?:\[WARNING\]|\[ERROR\]|\bERROR!|Traceback).*", shown)


@pytest.fixture
def run_in_emulator(run: Run, emulator: Any) -> Run:
    """Runs commands that find an emulator."""
    found = reach_directly(variables(emulator.url))
    run("export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in found.items()))
    return run


def stored(emulator: Any) -> dict[str, int]:
    """How many tasks each service has."""
    return {name: len(emulator.services[name].tasks) for name in ("workspace_app", "workspace", "coc")}


ALL_STORED = {"workspace_app": 4, "workspace": 2, "coc": 1}


class TestAnsibleNavigator:
    def test_it_runs_a_playbook_by_its_name(self, run_in_emulator, emulator, machine):
        # Without a name of its own the record of a run would be written into the collection, beside the playbook.
        command = f"ansible-navigator run {DEMO} --mode stdout --execution-environment false"
        for number, changes in enumerate((DEMO_CHANGES, 0)):
            shown = run_in_emulator(f"{command} --playbook-artifact-save-as record-{number}.json")
            assert re.search(rf"^localhost +: .*\bchanged={changes} .*\bfailed=0 ", shown, re.MULTILINE), shown
            assert stored(emulator) == ALL_STORED
            record = json.loads((machine.current / f"record-{number}.json").read_text(encoding="utf-8"))
            assert record["status"] == "successful"

    def test_it_shows_the_documentation(self, run):
        shown = run(f"ansible-navigator doc {COLLECTION}.scheduled_task --mode stdout --execution-environment false")
        assert_clean(shown)
        assert f"> MODULE {COLLECTION}.scheduled_task" in shown and "RETURN VALUES" in shown


class TestAnsibleRunner:
    def test_it_runs_a_playbook_by_its_name(self, run_in_emulator, emulator, machine):
        for ident, changes in (("first", DEMO_CHANGES), ("second", 0)):
            run_in_emulator(f"ansible-runner run runner --playbook {DEMO} --ident {ident}")
            assert stored(emulator) == ALL_STORED
            record = machine.current / "runner" / "artifacts" / ident
            assert (record / "rc").read_text() == "0"
            assert (record / "status").read_text() == "successful"
            assert statistics(record) == {"changed": {"localhost": changes} if changes else {}, "failures": {}}


def statistics(record: Path) -> dict[str, Any]:
    """What the record of a run has counted at its end."""
    events = [json.loads(path.read_text(encoding="utf-8")) for path in (record / "job_events").glob("*.json")]
    (end,) = [each["event_data"] for each in events if each["event"] == "playbook_on_stats"]
    return {name: end[name] for name in ("changed", "failures")}
