# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what a page says, block by block, as a reader would who has a folder, an account and the collection.

- YAML and INI that begin with a comment ``# some/name.yml`` become that file. A playbook that no command of the page
  names is run at the end.
- Other YAML has to be tasks or plays. They run where they stand, those of neighbouring blocks in one go.
- Commands run in Bash, where any failure is one. Exported variables and the current directory last for the page. A
  command with a comment behind it that begins with ``# fails`` has to fail.
- A diff with the names of files changes them. What it takes out has to be there once.
- Text that follows a block which was run is what that shows: its lines, in their order, among others. ``...`` is
  anything, and neither blanks, rows of asterisks nor ids are compared.
- The commands of a pipeline run where its file stands.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .exceptions import FILES, NOT_RUN, SUBSTITUTES
from .pages import Block

COMMANDS = {"bash", "console", "shell"}
OUTPUT = {"text"}
EDITS = {"diff"}
VARIABLES = {"yaml", "yaml+jinja"}
SETTINGS = {"ini"}
LANGUAGES = COMMANDS | OUTPUT | EDITS | VARIABLES | SETTINGS

INSTALLS = "ansible-galaxy collection install"

PATIENCE = 1200  # seconds for a block, which only one takes that hangs

INSIDE = Path("ansible_collections", "cloudcron", "huaweicloud")

FILE_NAME = re.compile(r"# (?P<name>(?:~/)?[\w.-]+(?:/[\w.-]+)*)(?:,.*)?$")
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MADE_UP = re.compile(rf"{UUID}|\b[0-9a-f]{{32}}\b|(?<=127\.0\.0\.1:)\d+")


class NotSo(Exception):
    """What a page says is not so; the message says where and why."""


class _Yaml(yaml.SafeLoader):
    """YAML with the tags of Ansible, whose values are what stands there."""


_Yaml.add_multi_constructor("!", lambda loader, _suffix, node: loader.construct_scalar(node))


def load(text: str) -> Any:
    """The content of YAML."""
    return yaml.load(text, _Yaml)


def declared(block: Block, table: Mapping[tuple[str, str], str]) -> str | None:
    """What a table of exceptions says of the block."""
    return next(
        (said for (page, start), said in table.items() if block.page == page and block.text.startswith(start)), None
    )


def file_of(block: Block) -> str | None:
    """The file that a block is, if it says so."""
    found = FILE_NAME.match(block.first_line) if block.language in VARIABLES | SETTINGS else None
    return found["name"] if found else declared(block, FILES)


def is_playbook(content: Any) -> bool:
    """Whether YAML holds plays."""
    return _is_list(content) and all("hosts" in each or "ansible.builtin.import_playbook" in each for each in content)


def is_tasks(content: Any) -> bool:
    """Whether YAML holds tasks."""
    return _is_list(content) and not any("hosts" in each for each in content)


def _is_list(content: Any) -> bool:
    return isinstance(content, list) and bool(content) and all(isinstance(each, dict) for each in content)


@dataclass
class Story:
    """A page that is being followed."""

    folder: Path
    """The reader's current directory."""
    environment: dict[str, str]
    archive: Path
    """The archive of the collection."""
    checkout: Path
    plays: list[Any] = field(default_factory=list)
    """What has been said since the last run, and is to be run with what follows."""
    playbooks: dict[str, Block] = field(default_factory=dict)
    """The files with plays that no command has named so far."""
    piped: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """What pipelines have run."""
    output: str | None = None
    """What the block before has shown, if it was run."""

    @property
    def is_installed(self) -> bool:
        """Whether the reader has the collection."""
        return Path(self.environment["HOME"], ".ansible", "collections", INSIDE).exists()

    def follow(self, blocks: Sequence[Block]) -> None:
        """Do what the blocks say."""
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            self._do(block)
            # Plays of neighbouring blocks share a start of Ansible, unless there is something to compare. Those that a
            # page shows before it tells how to install the collection wait for that.
            is_last = after is None or after.language not in VARIABLES or file_of(after) is not None
            if self.plays and is_last and self.is_installed:
                self._run_plays(block)
        for name, block in list(self.playbooks.items()):
            self._bash(block, f"ansible-playbook {name}")

    def _do(self, block: Block) -> None:
        before, self.output = self.output, None
        if block.language not in LANGUAGES:
            raise NotSo(f"{block}\nNobody knows what to do with this language.")
        if declared(block, NOT_RUN):
            if block.language in VARIABLES:
                load(block.text)
            return
        text = self._substituted(block.text)
        name = file_of(block)
        if block.language in OUTPUT:
            if before is None:
                raise NotSo(f"{block}\nThis follows nothing that was run. If it is no output, declare it.")
            compare(block, text, before)
        elif block.language in EDITS:
            self._edit(block, text)
        elif block.language in COMMANDS:
            self._bash(block, text)
        elif name is not None:
            self._write(block, name, text)
        else:
            self._collect(block, text)

    def _substituted(self, text: str) -> str:
        for each in SUBSTITUTES:
            meant = each.meant.format(archive=self.archive, checkout=self.checkout, home=self.environment["HOME"])
            text = re.sub(each.said, meant.replace("\\", r"\\"), text, flags=re.MULTILINE)
        return text

    def _path(self, name: str) -> Path:
        return Path(self.environment["HOME"], name[2:]) if name.startswith("~/") else self.folder / name

    def _write(self, block: Block, name: str, text: str) -> None:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if block.language in VARIABLES:
            content = load(text)
            if is_playbook(content):
                self.playbooks[name] = block
            for command, environment in pipeline(name, content):
                # The same pipeline for two systems needs to run once.
                if (command, environment) not in self.piped:
                    self.piped.append((command, environment))
                    self._bash(block, command, environment)

    def _collect(self, block: Block, text: str) -> None:
        content = load(text)
        if is_playbook(content):
            self.plays += content
        else:
            if not is_tasks(content):
                raise NotSo(f"{block}\nThis is neither tasks nor plays, and does not say which file it is.")
            self.plays.append({"name": str(block), "hosts": "localhost", "gather_facts": False, "tasks": content})

    def _run_plays(self, block: Block) -> None:
        plays, self.plays = self.plays, []
        path = self.folder / ".plays.yml"
        path.write_text(yaml.safe_dump(plays, allow_unicode=True, sort_keys=False), encoding="utf-8")
        self._bash(block, f"ansible-playbook {path.name}")
        path.unlink()

    def _edit(self, block: Block, text: str) -> None:
        for name, old, new in edits(text):
            if not (name and old):
                raise NotSo(f"{block}\nThis wants the name of the file, and something to be found in it.")
            path = self._path(name)
            content = path.read_text(encoding="utf-8")
            if content.count(old) != 1:
                raise NotSo(f"{block}\n{name} has this {content.count(old)} times:\n{old}\n{content}")
            path.write_text(content.replace(old, new), encoding="utf-8")

    def _bash(self, block: Block, script: str, environment: Mapping[str, str] | None = None) -> None:
        for name in list(self.playbooks):
            if name in script:
                del self.playbooks[name]
        state = Path(self.environment["HOME"], ".state")
        status, output = run(
            ["bash", "-e", "-o", "pipefail", "-c", f"{failures_wanted(script)}\npwd > {state}; env -0 >> {state}"],
            self.folder,
            {**self.environment, **(environment or {})},
        )
        if status:
            raise NotSo(f"{block}\nended with status {status}:\n{script}\n{output}")
        if environment is None:
            folder, variables = state.read_text(encoding="utf-8").split("\n", 1)
            self.folder = Path(folder)
            self.environment = dict(each.split("=", 1) for each in variables.split("\0") if each)
        self.output = output


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a command and whatever it starts; return its status and what it shows."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output = process.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return 124, process.communicate()[0] + f"\nIt was not done after {PATIENCE} s."
    return process.returncode, output


def failures_wanted(script: str) -> str:
    """The script, in which those commands have to fail that are said to."""
    lines = []
    for line in script.replace("\\\n", " ").splitlines():
        command, said, _why = line.partition("# fails")
        if said:
            line = f"if {command.rstrip()}; then echo 'This should have failed: '{command!r} >&2; exit 99; fi"
        lines.append(line)
    return "\n".join(lines) if "# fails" in script else script


def pipeline(name: str, content: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """The commands of a pipeline, each with its environment, as far as it is known outside of the pipeline."""
    if name.startswith(".github/workflows/"):
        for job in content["jobs"].values():
            for step in job["steps"]:
                if "run" in step:
                    yield step["run"], _known({**content.get("env", {}), **job.get("env", {}), **step.get("env", {})})
    elif name == ".gitlab-ci.yml":
        for job in content.values():
            if isinstance(job, dict) and "script" in job:
                environment = _known({**content.get("variables", {}), **job.get("variables", {})})
                for command in [*job.get("before_script", []), *job["script"]]:
                    yield command, environment


def _known(variables: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in variables.items() if "$" not in str(value)}


def edits(text: str) -> Iterator[tuple[str, str, str]]:
    """The name of the file, what is taken out and what is put in its place, for each part of a diff."""
    name = ""
    old: list[str] = []
    new: list[str] = []
    for line in [*text.splitlines(), "@@"]:
        if line.startswith("--- "):
            continue
        if line.startswith(("+++ ", "@@")):
            if old or new:
                yield name, "".join(old), "".join(new)
                old, new = [], []
            name = line[4:].strip() if line.startswith("+++ ") else name
            continue
        if not line.startswith("+"):
            old.append(line[1:] + "\n")
        if not line.startswith("-"):
            new.append(line[1:] + "\n")


def compare(block: Block, said: str, shown: str) -> None:
    """Hold what a page says is shown against what is."""
    lines = iter([_plain(line) for line in shown.splitlines()])
    for line in filter(None, map(_plain, said.splitlines())):
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("...")))
        if not any(pattern.fullmatch(each) for each in lines):
            raise NotSo(f"{block}\nis not shown there: {line}\n{shown}")


def _plain(line: str) -> str:
    line = MADE_UP.sub("<made up>", line)
    return re.sub(r"\s+", " ", re.sub(r"\*{2,}", "", line)).strip()


def installs(blocks: Sequence[Block]) -> bool:
    """Whether a page tells how to install the collection."""
    return any(block.language in COMMANDS and INSTALLS in block.text for block in blocks)


def home_environment(home: Path, site: Path, *, installed: bool) -> dict[str, str]:
    """The environment of a reader who has nothing but a new home and Ansible.

    :param installed: whether the collection is installed there already.
    """
    home.mkdir(parents=True)
    # Counts more than that of the machine, and less than one beside the playbook.
    (home / ".ansible.cfg").touch()
    if installed:
        collections = home / ".ansible" / "collections"
        collections.parent.mkdir()
        collections.symlink_to(site)
    temporary = home.parent / "tmp"
    temporary.mkdir()
    return {
        "ANSIBLE_NOCOLOR": "1",
        # Modules start sooner.
        "ANSIBLE_PIPELINING": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "TMPDIR": str(temporary),
    }
