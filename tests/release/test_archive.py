# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is in the archive, and that what does not belong there is noticed."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.tools.package import (
    FOREIGN,
    LARGEST_FILE,
    REQUIRED,
    REQUIRED_BELOW,
    problems_inside,
    problems_installed,
)

ROOT = Path(__file__).resolve().parents[2]

LITTER = [
    *[".ansible/tmp/x", ".benchmarks/x", ".coverage", ".coverage.host.1.x", ".hypothesis/x", ".idea/x", ".vscode/x"],
    *[".mypy_cache/x", ".pytest_cache/x", ".ruff_cache/x", ".venv/x", ".work/x", ".DS_Store", "docs/.DS_Store"],
    *["__pycache__/x.pyc", "plugins/modules/__pycache__/x.pyc", "tests/unit/x.pyc", "tests/.pytest_cache/x"],
    *["README.md~", "plugins/modules/.scheduled_task.py.swp", "playbooks/demo.retry", "docs/.ansible/x"],
    *["changelogs/.plugin-cache.yaml", "tests/integration/integration_config.yml", "tests/output/x", "mutants/x"],
    *["cloudcron-huaweicloud-0.9.9.tar.gz", ".git/config", ".gitignore", ".ci/run", ".github/workflows/ci.yml"],
]
"""What lies about in a checkout that is worked in."""


class Draft:
    """An archive that is made up, and what git is said to know."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "draft.tar.gz"
        files = [*REQUIRED, *(f"{below}/file" for below in REQUIRED_BELOW), "tests/run"]
        self.known = {name: name == "tests/run" for name in [*files, "galaxy.yml", ".github/workflows/ci.yml"]}
        self.members: dict[str, tuple[tarfile.TarInfo, bytes]] = {}
        for name in [*files, "MANIFEST.json", "FILES.json"]:
            self.add(name, mode=0o755 if name == "tests/run" else 0o644)
        self.add("playbooks", type=tarfile.DIRTYPE, mode=0o755)

    def add(self, name: str, content: bytes = b"", **about: object) -> None:
        """Put something into it."""
        member = tarfile.TarInfo(name)
        member.size = len(content)
        for key, value in about.items():
            setattr(member, key, value)
        self.members[name] = member, content

    def problems(self) -> list[str]:
        """What is found to be wrong."""
        with tarfile.open(self.path, "w:gz", compresslevel=1) as archive:
            for member, content in self.members.values():
                archive.addfile(member, BytesIO(content))
        return list(problems_inside(self.path, self.known))


def without(name: str) -> Callable[[Draft], object]:
    """Takes a file out."""

    def take(draft: Draft) -> None:
        del draft.members[name], draft.known[name]

    return take


WRONG = {
    "no_licence": (without("COPYING"), "is missing in the archive: COPYING"),
    "no_examples": (without("docs/examples/file"), "is empty or missing in the archive: docs/examples"),
    "ignored": (
        lambda draft: draft.known.update({"tests/new.py": False}),
        "is in the repository, and not in the archive",
    ),
    "unknown": (lambda draft: draft.add("playbooks/notes.txt", mode=0o644), "git does not know it"),
    "unknown_folder": (lambda draft: draft.add("notes", type=tarfile.DIRTYPE, mode=0o755), "git does not know it"),
    "of_git_alone": (lambda draft: draft.add("galaxy.yml", mode=0o644), "must not be in the archive: galaxy.yml"),
    "large_file": (
        lambda draft: draft.add("COPYING", bytes(LARGEST_FILE + 1), mode=0o644),
        "larger than 1000000 bytes",
    ),
    "executable": (lambda draft: draft.add("COPYING", mode=0o755), "has the mode 755: COPYING"),
    "not_executable": (lambda draft: draft.add("tests/run", mode=0o644), "has the mode 644: tests/run"),
    "private": (lambda draft: draft.add("COPYING", mode=0o600), "has the mode 600: COPYING"),
    "pipe": (lambda draft: draft.add("COPYING", type=tarfile.FIFOTYPE), "neither a file nor a folder: COPYING"),
    "link_up": (
        lambda draft: draft.add("playbooks/demo.yml", type=tarfile.SYMTYPE, linkname="../../secret"),
        "leads out of the archive: playbooks/demo.yml -> ../../secret",
    ),
    "link_away": (
        lambda draft: draft.add("COPYING", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        "leads out of the archive: COPYING -> /etc/passwd",
    ),
}
"""What can be wrong, how it comes about, and what is said of it."""


class TestContent:
    @pytest.fixture
    def draft(self, tmp_path):
        return Draft(tmp_path)

    def test_nothing_is_wrong_with_a_good_archive(self, draft):
        draft.add("playbooks/demo.yml", type=tarfile.SYMTYPE, linkname="../COPYING")
        assert draft.problems() == []

    @pytest.mark.parametrize("case", sorted(WRONG))
    def test_what_is_wrong_is_said(self, draft, case):
        break_it, said = WRONG[case]
        break_it(draft)
        (problem,) = draft.problems()
        assert said in problem

    def test_a_large_archive_is_noticed(self, draft):
        for name in ("COPYING", "README.md", "CHANGELOG.rst"):
            draft.add(name, os.urandom(LARGEST_FILE), mode=0o644)
        assert draft.problems() == ["is larger than 2000000 bytes: draft.tar.gz"]

    @pytest.mark.parametrize("name", LITTER)
    def test_litter_is_noticed(self, draft, name):
        draft.add(name, mode=0o644)
        draft.known[name] = False
        assert draft.problems() == [f"must not be in the archive: {name}"]

    def test_the_archive_has_none(self, archive):
        with tarfile.open(archive) as content:
            assert [name for name in content.getnames() if FOREIGN.search(name)] == []


class TestLitter:
    def test_it_is_left_out(self, archive, tmp_path):
        tree = tmp_path / "tree"
        with tarfile.open(archive) as content:
            wanted = sorted(content.getnames())
            content.extractall(tree)
        (tree / "galaxy.yml").write_bytes((ROOT / "galaxy.yml").read_bytes())
        for name in LITTER:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text("litter")
        program = Path(sys.executable).with_name("ansible-galaxy")
        command = [program, "collection", "build", tree, "--output-path", tmp_path]
        environment = {"HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(tmp_path / archive.name) as content:
            assert sorted(content.getnames()) == wanted


class TestInstalled:
    def test_a_version_that_was_not_asked_for_is_noticed(self, archive):
        (problem,) = problems_installed(archive, "0.0.1")
        assert "ansible-galaxy lists" in problem

    def test_a_file_that_is_not_as_it_was_built_is_noticed(self, archive, tmp_path):
        changed = tmp_path / archive.name
        with tarfile.open(archive) as old, tarfile.open(changed, "w:gz", compresslevel=1) as new:
            for member in old.getmembers():
                content = old.extractfile(member)
                text = content.read() if content else b""
                if member.name == "COPYING":
                    text = text.replace(b"GNU", b"gnu")
                new.addfile(member, BytesIO(text))
        (problem,) = problems_installed(changed, "1.0.0")
        assert "Checksum mismatch" in problem
