# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the archive that Galaxy gets, looks what is in it, installs it, and lets Galaxy's own importer judge it."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from ._common import BIN, ROOT, WORK, clean_environment
from .with_collection import build

GENERATED = {"FILES.json", "MANIFEST.json"}
"""What the builder adds."""

LEFT_OUT = re.compile(r"\.ci/|\.github/|\.gitignore$|galaxy\.yml$")
"""What git knows and the archive has not: what only the repository needs, and what has become MANIFEST.json.

The Makefile, its requirements and the settings of its tools go with the tests, which read them.
"""

REQUIRED = {
    *("CHANGELOG.rst", "COPYING", "LICENSES/GPL-3.0-or-later.txt", "README.md", "changelogs/changelog.yaml"),
    *("meta/ee-requirements.txt", "meta/execution-environment.yml", "meta/runtime.yml"),
    *(f"playbooks/{name}.yml" for name in ("apply", "audit", "common/projects", "demo", "export")),
    *(f"plugins/action/{name}.py" for name in ("scheduled_task", "scheduled_task_info", "scheduled_tasks")),
    *(f"plugins/modules/{name}.py" for name in ("scheduled_task", "scheduled_task_info", "scheduled_tasks")),
    *(f"roles/scheduled_tasks/{name}" for name in ("README.md", "meta/argument_specs.yml")),
    *(f"roles/scheduled_tasks/tasks/{name}.yml" for name in ("audit", "export", "main", "read")),
    *(f"extensions/emulator/{name}" for name in ("README.md", "__main__.py", "requirements.txt")),
}
REQUIRED_BELOW = (
    *("docs/docsite/rst", "docs/examples", "docs/quality", "extensions/molecule"),
    *("plugins/doc_fragments", "plugins/filter", "plugins/lookup", "plugins/module_utils", "plugins/plugin_utils"),
    *("tests/contract", "tests/integration/targets", "tests/playbooks", "tests/unit"),
)
"""Folders that are not empty."""

FOREIGN = re.compile(
    r"(^|/)(\.(ci|git|github|gitignore|work|benchmarks|hypothesis|idea|tox|venv|vscode|\w+_cache)|__pycache__)(/|$)"
    r"|(^|/)\.(ansible|coverage|DS_Store)($|[/.])"
    r"|^(mutants|tests/output)(/|$)|^tests/integration/integration_config\.yml$|^changelogs/\.plugin-cache\.yaml$"
    r"|\.(pyc|retry|swp|tar\.gz)$|~$"
)
"""What belongs to somebody's machine, or to the repository alone."""

LARGEST_FILE = 1_000_000  # bytes
LARGEST_ARCHIVE = 2_000_000


def files_of_git() -> dict[str, bool]:
    """The files of the checkout that git knows, and whether each may be executed."""
    found: dict[str, bool] = {}
    command = ["git", "ls-files", "--stage", "-z"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for line in filter(None, listed.stdout.split("\0")):
        about, name = line.split("\t", 1)
        if (ROOT / name).exists():
            found[name] = about.startswith("100755 ")
    return found


def problems_inside(archive: Path, known: Mapping[str, bool]) -> Iterator[str]:
    """What is wrong with the content of an archive.

    :param known: the files that belong to the collection, and whether each may be executed.
    """
    with tarfile.open(archive) as content:
        members = {member.name: member for member in content.getmembers()}
    if archive.stat().st_size > LARGEST_ARCHIVE:
        yield f"is larger than {LARGEST_ARCHIVE} bytes: {archive.name}"

    for name in sorted(REQUIRED.difference(members)):
        yield f"is missing in the archive: {name}"
    for folder in REQUIRED_BELOW:
        if not any(name.startswith(f"{folder}/") and member.isfile() for name, member in members.items()):
            yield f"is empty or missing in the archive: {folder}"
    for name in sorted(known.keys() - members.keys()):
        if not LEFT_OUT.match(name):
            yield f"is in the repository, and not in the archive: {name}"

    folders = {str(parent) for name in known for parent in Path(name).parents}
    for name, member in sorted(members.items()):
        if FOREIGN.search(name) or LEFT_OUT.match(name):
            yield f"must not be in the archive: {name}"
        elif (
            name not in (folders if member.isdir() else {*known, *GENERATED})
            # What is in an unknown folder need not be told, too.
            and posixpath.dirname(name) in {"", *folders}
        ):
            yield f"is in the archive, and git does not know it (git add it, or remove it): {name}"
        if member.size > LARGEST_FILE:
            yield f"is larger than {LARGEST_FILE} bytes: {name}"
        if member.issym() or member.islnk():
            target = posixpath.join(posixpath.dirname(name) if member.issym() else "", member.linkname)
            if posixpath.normpath(target).startswith(("/", "..")):
                yield f"leads out of the archive: {name} -> {member.linkname}"
        elif not (member.isfile() or member.isdir()):
            yield f"is neither a file nor a folder: {name}"
        elif member.isfile() and member.mode != (0o755 if known.get(name) else 0o644):
            yield f"has the mode {member.mode:o}: {name}"


def problems_installed(archive: Path, version: str) -> Iterator[str]:
    """What goes wrong when the archive is installed where there is nothing, without a network."""
    with tempfile.TemporaryDirectory(prefix="cloudcron-") as site:
        environment = clean_environment(ANSIBLE_COLLECTIONS_PATH=site)
        said = []
        for command in (
            ["install", str(archive), "--offline", "--collections-path", site],
            ["verify", "--offline", "cloudcron.huaweicloud"],
            ["list", "cloudcron.huaweicloud", "--format", "json"],
        ):
            done = subprocess.run(
                [str(BIN / "ansible-galaxy"), "collection", *command],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            said.append(done.stdout)
            if done.returncode or done.stderr:
                yield f"ansible-galaxy collection {command[0]}: status {done.returncode}\n{done.stdout}{done.stderr}"
                return
        if "Successfully verified" not in said[1]:
            yield f"ansible-galaxy does not verify it:\n{said[1]}"
        installed = {f"{site}/ansible_collections": {"cloudcron.huaweicloud": {"version": version}}}
        if json.loads(said[2]) != installed:
            yield f"ansible-galaxy lists {said[2]} instead of version {version}"


def problems_of_importer(archive: Path) -> Iterator[str]:
    """What Galaxy would find. It reports its findings as log lines, and ends with status 0 whatever it found."""
    importer = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(archive)],
        cwd=archive.parent,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(importer.stdout, end="")
    yield from re.findall(r"^(?:WARNING|ERROR|CRITICAL).*", importer.stdout, re.MULTILINE)
    if importer.returncode:
        yield f"galaxy-importer ended with status {importer.returncode}"


def main() -> None:
    folder = WORK / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = build(into=folder)
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    known = files_of_git()
    problems = [
        *problems_inside(archive, known),
        *problems_installed(archive, version),
        *problems_of_importer(archive),
    ]
    if problems:
        sys.exit("\n".join(["", "The archive has problems:", *problems]))
    size = archive.stat().st_size // 1000
    files = sum(not LEFT_OUT.match(name) for name in known)
    print(f"\n{archive.relative_to(ROOT)}: {files} files, {size} kB, no warning")


if __name__ == "__main__":
    main()
