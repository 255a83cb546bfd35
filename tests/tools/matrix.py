# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests the collection with each ansible-core that it supports and each Python found, and shows what came of it.

    python -m tests.tools.matrix [CORE | CORE/PYTHON ...]

Each combination has an environment of its own below .work/matrix, and each of its steps a log there. The packages have
the versions and hashes of requirements/dev.txt, but for ansible-core and what only that asks for. Beside a Python that
only runs modules lies the newest requests that it takes. The variable UV names the uv that installs them. This needs
nothing but the standard library.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ._common import ROOT, WORK
from .run_ansible_test import folder_of_python

CONTROLLERS = {
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.11", "3.12", "3.13"),
    "2.20": ("3.12", "3.13", "3.14"),
    "2.21": ("3.12", "3.13", "3.14"),
    "2.22": ("3.13", "3.14"),
}
"""The Python versions on which each ansible-core runs itself."""
PRE_RELEASES = {"2.22": "2.22.0rc1"}
"""Of those that are not released, or not for long, the first pre-release that will do."""
OLDEST, NEWEST = min(CONTROLLERS), max(CONTROLLERS)
MODULES = {OLDEST: ("3.9", "3.10"), NEWEST: ("3.9", "3.10", "3.11", "3.12")}
"""Those on which it only runs modules, as far as the modules take them."""

FOLDER = WORK / "matrix"
PACKAGES = ("fastapi", "hypothesis", "pytest", "pyyaml", "requests", "trustme", "tzdata", "uvicorn")
"""What the steps import beside ansible-core."""
NOT_OF_DEV = ("ansible-core", "resolvelib")
"""What each ansible-core has another version of than requirements/dev.txt."""

LEFT_OUT = {
    "tests/playbooks/test_benchmark.py": "needs the vendor's SDK, and measures instead of testing",
}
"""Tests of Ansible's runs that a combination cannot or need not run, and why."""

COLUMNS = ("unit", "playbooks", "targets", "sanity")
IN_COLLECTION = "python -m tests.tools.with_collection"
INSIDE = f"{IN_COLLECTION} --inside"
INSIDE_WITH_EMULATOR = f"{INSIDE} python -m tests.tools.with_emulator"
COMMANDS = {
    "unit": "pytest -rs -m 'not thorough' tests/unit",
    "playbooks": f"{IN_COLLECTION} pytest -rs {' '.join(f'--ignore {path}' for path in LEFT_OUT)} tests/playbooks",
    "targets": f"{INSIDE_WITH_EMULATOR} python -m tests.tools.run_ansible_test integration in-process module",
    "sanity": f"{INSIDE} python -m tests.tools.run_ansible_test sanity",
}
MODULE_COMMANDS = {
    "targets": f"{INSIDE_WITH_EMULATOR} python -m tests.tools.module_python integration",
    "sanity": f"{INSIDE} python -m tests.tools.module_python sanity",
}
NOT_RUN = {
    "unit": ["the unit tests that are marked as thorough: they depend on no version"],
    "playbooks": [f"{path}: it {reason}" for path, reason in LEFT_OUT.items()],
}
"""What a step leaves out by intention."""
NOT_RUN_BY_MODULES = "unit tests, which hold the emulator, and that needs Python 3.11; and all that is not a module's"


@dataclass(frozen=True)
class Combination:
    """An ansible-core and the Python that runs it; and, where that is another, the one that runs its modules."""

    core: str
    python: str
    modules: str = ""

    @property
    def name(self) -> str:
        """How MATRIX names it."""
        return f"{self.core}/{self.modules or self.python}"


@dataclass
class Row:
    """What came of a combination: for each of its steps whether it passed, and what there is to say of that."""

    combination: Combination
    core: str = ""
    """The exact version of ansible-core."""
    passed: dict[str, bool] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


def choose(words: Iterable[str], found: Mapping[str, str | None]) -> tuple[list[Combination], list[Combination]]:
    """The combinations that are meant: those that can be run, and those of which a Python was not found.

    :param words: such as ``2.22`` and ``2.22/3.13``; all combinations if there are none.
    :param found: the folder of each Python.
    """
    every = [Combination(core, python) for core, pythons in CONTROLLERS.items() for python in pythons]
    for core, pythons in MODULES.items():
        controllers = [python for python in CONTROLLERS[core] if found[python]] or CONTROLLERS[core]
        every += [Combination(core, controllers[0], python) for python in pythons]
    names = {name for each in every for name in (each.core, each.name)}
    words = list(words)
    if unknown := [word for word in words if word not in names]:
        sys.exit(f"There is no {', '.join(unknown)} in the matrix. There is: {' '.join(sorted(names))}")
    meant = [each for each in every if not words or {each.core, each.name} & set(words)]
    can_run = [each for each in meant if found[each.python] and (not each.modules or found[each.modules])]
    return can_run, [each for each in meant if each not in can_run]


def commands(combination: Combination, all_of_them: Sequence[Combination]) -> dict[str, str]:
    """The steps of a combination. Sanity is checked with the oldest of all on the oldest, the newest on the newest."""
    if combination.modules:
        python = shlex.quote(f"{combination.modules}@{environment_of_modules(combination.modules)}/bin/python")
        return {step: f"{command} {python}" for step, command in MODULE_COMMANDS.items()}
    controllers = [each for each in all_of_them if not each.modules]
    with_sanity = [
        *[each for each in controllers if each.core == OLDEST][:1],
        *[each for each in controllers if each.core == NEWEST][-1:],
    ]
    return {step: command for step, command in COMMANDS.items() if step != "sanity" or combination in with_sanity}


def environment(combination: Combination) -> Path:
    """Where the packages of a combination lie."""
    return FOLDER / f"{combination.core}-py{combination.python}"


def environment_of_modules(python: str) -> Path:
    """Where a Python lies that only runs modules."""
    return FOLDER / f"modules-py{python}"


def constraints(text: str) -> str:
    """The pins of requirements/dev.txt, without those that differ between the versions of ansible-core."""
    return re.sub(rf"(?m)^({'|'.join(NOT_OF_DEV)})==.*\n(?: .*\n)*", "", text)


class Matrix:
    """Runs combinations, as many steps at once as there are processor cores."""

    def __init__(self, combinations: Sequence[Combination], found: Mapping[str, str | None], uv: str) -> None:
        self.rows = [Row(each) for each in combinations]
        self._combinations = combinations
        self._found = found
        self._uv = uv
        self._slots = asyncio.Semaphore(os.cpu_count() or 1)
        self._logs = FOLDER / "logs"

    async def run(self) -> list[Row]:
        """Run them; return what came of them."""
        shutil.rmtree(self._logs, ignore_errors=True)
        self._logs.mkdir(parents=True)
        (FOLDER / "constraints.txt").write_text(constraints((ROOT / "requirements" / "dev.txt").read_text("utf-8")))
        folders = {environment(each): (each.python, self._packages(each.core)) for each in self._combinations}
        pythons = {each.modules for each in self._combinations if each.modules}
        folders |= {environment_of_modules(python): (python, ["requests"]) for python in pythons}
        made = dict(zip(folders, await asyncio.gather(*[self._make(*each) for each in folders.items()]), strict=True))
        async with asyncio.TaskGroup() as group:
            for row in self.rows:
                each = row.combination
                ready = made[environment(each)] and (not each.modules or made[environment_of_modules(each.modules)])
                for step, command in commands(each, self._combinations).items():
                    if ready:
                        group.create_task(self._step(row, step, command))
                    else:
                        row.passed[step], row.cells[step] = False, "FAILED: no environment"
        return self.rows

    def _packages(self, core: str) -> list[str]:
        wanted = f"~={PRE_RELEASES[core]}" if core in PRE_RELEASES else f"=={core}.*"
        return [f"ansible-core{wanted}", *PACKAGES, "--constraint", str(FOLDER / "constraints.txt")]

    async def _make(self, folder: Path, content: tuple[str, list[str]]) -> bool:
        python, packages = content
        log = self._logs / f"{folder.name}-environment.log"
        interpreter = str(Path(self._found[python] or "", f"python{python}"))
        for arguments in (
            ["venv", "--clear", "--python", interpreter, str(folder)],
            ["pip", "install", "--python", str(folder / "bin" / "python"), *packages],
        ):
            if await self._call([self._uv, *arguments], log, dict(os.environ)):
                self._show_failure(f"The environment {folder.name}", log)
                return False
        return True

    async def _step(self, row: Row, step: str, command: str) -> None:
        name = f"{row.combination.name} {step}"
        folder = environment(row.combination)
        (metadata,) = folder.glob("lib/python*/site-packages/ansible_core-*.dist-info")
        row.core = metadata.name.removeprefix("ansible_core-").removesuffix(".dist-info")
        log = self._logs / f"{name.replace('/', '-py').replace(' ', '-')}.log"
        variables = {**os.environ, "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])}
        async with self._slots:
            start = time.monotonic()
            row.passed[step] = await self._call(shlex.split(command), log, variables) == 0
            seconds = time.monotonic() - start
        skips = re.findall(r"^SKIPPED \[\d+\] (.+)$", log.read_text("utf-8", "replace"), re.MULTILINE)
        row.skipped += skips
        row.cells[step] = f"{'ok' if row.passed[step] else 'FAILED'} {seconds:.0f} s"
        row.cells[step] += f", {len(skips)} skipped" if skips else ""
        print(f"{name:<24}{row.cells[step]}", flush=True)
        if not row.passed[step]:
            self._show_failure(name, log)

    async def _call(self, command: Sequence[str], log: Path, variables: Mapping[str, str]) -> int:
        with log.open("ab") as file:
            file.write(f"$ {shlex.join(command)}\n".encode())
            file.flush()
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
                env=variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                return await process.wait()
            except asyncio.CancelledError:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                await process.wait()
                raise

    @staticmethod
    def _show_failure(what: str, log: Path) -> None:
        end = log.read_text("utf-8", "replace").splitlines()[-40:]
        print(f"{what} failed. The end of {log}:", *end, "", sep="\n    ", flush=True)


def table(rows: Sequence[Row], not_found: Sequence[Combination]) -> str:
    """What came of the combinations, for people."""
    lines = [("ansible-core", "Python", "modules on", *COLUMNS)]
    for row in rows:
        each = row.combination
        cells = [row.cells.get(column, "-") for column in COLUMNS]
        lines.append((row.core or each.core, each.python, each.modules or each.python, *cells))
    for each in not_found:
        lines.append((each.core, each.python, each.modules or each.python, *["not found" for _column in COLUMNS[:1]]))
    widths = [max(len(line[column]) for line in lines if column < len(line)) for column in range(len(lines[0]))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=False)).rstrip() for line in lines]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(text)


def summary(rows: Sequence[Row], not_found: Sequence[Combination], found: Mapping[str, str | None]) -> tuple[str, int]:
    """All that is to be said at the end, and the status to end with."""
    lines = [table(rows, not_found), ""]
    pythons = {version for each in not_found for version in (each.python, each.modules) if version}
    for version in sorted({version for version in pythons if not found[version]}, key=_number):
        lines.append(f"Python {version} was not found on the path or among pyenv's.")
    for step, what in NOT_RUN.items():
        if any(step in row.passed for row in rows):
            lines += [f"Not run anywhere: {each}" for each in what]
    if any(row.combination.modules for row in rows):
        lines.append(f"Not run where a Python only runs modules: {NOT_RUN_BY_MODULES}")
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        for reason in row.skipped:
            by_reason.setdefault(reason, []).append(row.combination.name)
    lines += [f"Skipped on {', '.join(names)}: {reason}" for reason, names in by_reason.items()]
    steps = [passed for row in rows for passed in row.passed.values()]
    counts = f"{steps.count(True)} steps passed, {steps.count(False)} failed"
    lines.append(f"{counts}, {len(not_found)} combinations could not be run")
    return "\n".join(lines), 0 if steps and all(steps) else 1


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


async def _run(matrix: Matrix) -> list[Row]:
    current = asyncio.current_task()
    assert current is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, current.cancel)
    return await matrix.run()


def main(words: Sequence[str]) -> int:
    """Run what is meant by the words; return 0 if something was run and nothing failed."""
    versions = {version for pythons in (*CONTROLLERS.values(), *MODULES.values()) for version in pythons}
    found = {version: folder_of_python(version) for version in versions}
    combinations, not_found = choose(words, found)
    rows: list[Row] = []
    if combinations:
        try:
            rows = asyncio.run(_run(Matrix(combinations, found, os.environ["UV"])))
        except (KeyboardInterrupt, asyncio.CancelledError):
            return 128 + signal.SIGTERM
    text, status = summary(rows, not_found, found)
    print(f"\n{text}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
