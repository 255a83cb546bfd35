# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README leads from the archive alone to tasks as code: what it says is typed, word for word, and has to be so."""

from __future__ import annotations

import json
import re
import tarfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.cloudcron.huaweicloud.tests.release.machine import Machine, Shell, Typed

ROOT = Path(__file__).resolve().parents[2]

SECTIONS = ("Install", "From the console to code, without an account")
LAST = "export HW_"
"""How the block begins with which the reader's own account begins."""

FROM_GALAXY = re.compile(r"ansible-galaxy collection install cloudcron\.huaweicloud$", re.MULTILINE)
FROM_ARCHIVE = "ansible-galaxy collection install {name}"

SERVICES = ("workspace_app", "workspace", "coc")
FILE = "scheduled_tasks.yml"
EDITED = "workspace_app render-nightly-restart"

STEPS = (
    *("packages", "collection", "emulator", "demo"),
    *("export", "apply", "edit", "audit", "apply_edit", "audit_again"),
)
"""What the commands of the README are, in their order."""

PLAYBOOKS = {
    "demo": "demo",
    "export": "export",
    "apply": "apply",
    "audit": "audit",
    "apply_edit": "apply",
    "audit_again": "audit",
}


@dataclass
class Step:
    """A command of the README, and how things are after it."""

    typed: Typed
    file: str = ""
    """The file with the tasks."""
    stored: dict[str, Any] = field(default_factory=dict)
    """What the emulator stores, by service."""
    written: list[str] = field(default_factory=list)
    """The requests of this step that were to write."""

    @property
    def recap(self) -> dict[str, int]:
        """What Ansible has counted."""
        (counts,) = re.findall(r"^localhost +: (ok=.*)", self.typed.output, re.MULTILINE)
        return {name: int(count) for name, count in (each.split("=") for each in counts.split())}

    @property
    def said(self) -> str:
        """What was to be seen, in one line, for messages and comparisons."""
        return re.sub(r"\s+", " ", self.typed.output)


@dataclass(repr=False)
class Walk:
    """The whole way."""

    readme: str
    machine: Machine
    steps: dict[str, Step]
    left: list[str]
    """What still runs when the shell is closed."""
    end: Typed
    """The end of the emulator's shell."""


def sections(readme: str) -> str:
    """The part of the README that is walked."""
    texts = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", readme, re.MULTILINE))
    return "\n".join(texts[title] for title in SECTIONS)


def commands(readme: str) -> Iterator[str]:
    """The commands that a reader without an account types."""
    for block in re.findall(r"^```console\n(.*?)^```$", sections(readme), re.MULTILINE | re.DOTALL):
        if block.startswith(LAST):
            return
        yield from block.replace("\\\n", " ").splitlines()
    raise AssertionError(f"There is no block that begins with {LAST}")


def ask(address: str, what: str) -> Any:
    """Ask the emulator."""
    with urllib.request.urlopen(f"{address}/_emulator/{what}", timeout=600) as answer:
        return json.load(answer)


def read(archive: Path, name: str) -> str:
    """A file of the archive."""
    with tarfile.open(archive) as content:
        file = content.extractfile(name)
        assert file
        return file.read().decode()


@pytest.fixture(scope="module")
def readme(archive: Path) -> str:
    """The README that is published."""
    return read(archive, "README.md")


@pytest.fixture(scope="module")
def walk(archive: Path, readme: str, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Type what the README says, as far as the commands do what they are for."""
    machine = Machine(tmp_path_factory.mktemp("walk"))
    (machine.current / archive.name).write_bytes(archive.read_bytes())
    words, replaced = FROM_GALAXY.subn(FROM_ARCHIVE.format(name=archive.name), "\n".join(commands(readme)))
    assert replaced == 1
    steps: dict[str, Step] = {}
    address = ""
    with Shell(machine) as shell:
        for name, command in zip(STEPS, words.splitlines(), strict=True):
            step = steps[name] = Step(shell.type(command))
            if name == "emulator":
                address = shell.type("echo $CLOUDCRON_ENDPOINT").output.strip()
                assert address.startswith("http://127.0.0.1:"), step.typed
            if address:
                step.stored = {service: ask(address, f"{service}/tasks") for service in SERVICES}
                before = sum(len(each.written) for each in steps.values())
                writing = [each for each in ask(address, "requests") if each["method"] != "GET"]
                step.written = [f"{each['method']} {each['path']}" for each in writing[before:]]
            if (machine.current / FILE).exists():
                step.file = (machine.current / FILE).read_text(encoding="utf-8")
        end = shell.type("exit")
    return Walk(readme, machine, steps, machine.end_processes(), end)


def requirements(text: str) -> set[str]:
    """The packages that a file of requirements names."""
    return {line for line in (line.partition("#")[0].strip() for line in text.splitlines()) if line}


class TestReadme:
    def test_it_names_all_that_has_to_be_installed_and_nothing_else(self, archive, readme):
        (line,) = re.findall(r"^python3 -m pip install (.+)$", readme, re.MULTILINE)
        needed = {"ansible-core"}
        for name in ("meta/ee-requirements.txt", "extensions/emulator/requirements.txt"):
            needed |= requirements(read(archive, name))
        assert set(line.split()) == needed

    def test_it_names_the_archive_as_it_is_called(self, archive, readme):
        (name,) = re.findall(r"`ansible-galaxy collection install (\S+\.tar\.gz)`", sections(readme))
        assert name == archive.name

    def test_its_links_lead_somewhere(self, archive, readme):
        with tarfile.open(archive) as content:
            there = set(content.getnames())
        links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", readme)]
        files = [link for link in links if link and not link.startswith("https://")]
        assert len(files) > 10
        assert [name for name in files if name not in there and not (ROOT / name).exists()] == []


class TestWalk:
    def test_the_commands_are_those_that_it_is_about(self, walk):
        typed = {name: walk.steps[name].typed.command for name in PLAYBOOKS}
        assert {name: command.split()[:2] for name, command in typed.items()} == {
            name: ["ansible-playbook", f"cloudcron.huaweicloud.{playbook}"] for name, playbook in PLAYBOOKS.items()
        }

    def test_each_command_ends_as_it_should(self, walk):
        expected = {**dict.fromkeys(STEPS, 0), "audit": 2}
        wrong = [each.typed for name, each in walk.steps.items() if each.typed.status != expected[name]]
        assert not wrong, "\n".join(f"{each.command}: {each.status}\n{each.output}" for each in wrong)

    def test_what_was_installed_is_the_archive(self, walk, archive):
        version = archive.name.removeprefix("cloudcron-huaweicloud-").removesuffix(".tar.gz")
        assert f"cloudcron.huaweicloud:{version} was installed successfully" in walk.steps["collection"].said

    def test_nothing_warns(self, walk):
        # Without an inventory Ansible says so, and that is how the README has it.
        text = "\n".join(each.typed.output for each in walk.steps.values())
        warnings = re.findall(r"\[(?:DEPRECATION )?WARNING\]:? ?(.*)", text)
        assert [
            each for each in warnings if not re.match(r"No inventory was parsed|provided hosts list is empty", each)
        ] == []

    def test_the_emulator_is_empty_at_first(self, walk):
        assert walk.steps["emulator"].stored == dict.fromkeys(SERVICES, {})

    def test_the_demo_creates_seven_tasks_in_three_services(self, walk):
        demo = walk.steps["demo"]
        assert demo.recap["changed"] and not demo.recap["failed"], demo.typed.output
        assert {service: len(tasks) for service, tasks in demo.stored.items()} == {
            "workspace_app": 4,
            "workspace": 2,
            "coc": 1,
        }

    def test_the_export_writes_them_to_a_file(self, walk):
        export = walk.steps["export"]
        assert (export.recap["changed"], export.recap["failed"], export.written) == (1, 0, []), export.typed.output
        assert export.stored == walk.steps["demo"].stored
        assert walk.steps["demo"].file == ""
        listed = yaml.safe_load(export.file)["scheduled_tasks_list"]
        assert len(listed) == 7
        assert {each["service"] for each in listed} == set(SERVICES)

    def test_applying_it_at_once_changes_nothing(self, walk):
        apply = walk.steps["apply"]
        assert (apply.recap["changed"], apply.recap["failed"], apply.written) == (0, 0, []), apply.typed.output
        assert apply.stored == walk.steps["export"].stored

    def test_one_line_is_edited(self, walk):
        before, after = (walk.steps[name].file.splitlines() for name in ("apply", "edit"))
        assert walk.steps["apply"].file == walk.steps["export"].file
        edited = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        assert [(old.replace("03:30:00", "04:15:00"), "03:30:00" in old) for old, _new in edited] == [
            (new, True) for _old, new in edited
        ]
        assert len(edited) == 1

    def test_the_audit_shows_the_drift_and_changes_nothing(self, walk):
        audit = walk.steps["audit"]
        assert (audit.recap["changed"], audit.recap["failed"], audit.written) == (0, 1, []), audit.typed.output
        assert audit.stored == walk.steps["edit"].stored
        assert audit.file == walk.steps["edit"].file
        wanted = audit.typed.command.partition("# fails: ")[2]
        assert wanted == "schedule.time: 03:30:00 -> 04:15:00"
        assert f'"would change: {EDITED}: {wanted}"\n' in audit.typed.output

    def test_applying_it_makes_the_one_change(self, walk):
        apply = walk.steps["apply_edit"]
        assert (apply.recap["changed"], apply.recap["failed"]) == (1, 0), apply.typed.output
        assert len(apply.written) == 1
        assert '"7 scheduled tasks: 6 unchanged, 1 changed."' in apply.typed.output
        assert f'"changed: {EDITED}: schedule.time: 03:30:00 -> 04:15:00"' in apply.typed.output
        before, after = (walk.steps[name].stored for name in ("audit", "apply_edit"))
        assert [task["task_name"] for task in different(before, after)] == ["render-nightly-restart"]
        assert len(before["workspace_app"]) == len(after["workspace_app"])

    def test_the_audit_is_content_then(self, walk):
        audit = walk.steps["audit_again"]
        assert (audit.recap["changed"], audit.recap["failed"], audit.written) == (0, 0, []), audit.typed.output
        assert audit.stored == walk.steps["apply_edit"].stored

    def test_the_emulator_ends_with_its_shell(self, walk):
        assert walk.end.status == 0
        assert walk.left == []

    def test_nothing_lies_about(self, walk, archive):
        machine = walk.machine
        assert {each.name for each in machine.root.iterdir()} == {"current", "home", "python", "tmp"}
        assert {each.name for each in machine.current.iterdir()} == {archive.name, FILE}
        assert {each.name for each in machine.home.iterdir()} == {".ansible"}
        assert list(machine.temporary.iterdir()) == []


def different(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks that are not as they were."""
    return [task for service in SERVICES for key, task in after[service].items() if before[service].get(key) != task]
