# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries mutants on an installed collection, in whose folder it has to run.

    python -m tests.mutants.trials [--again] --seconds SECONDS RESULTS FILE ...

The mutants are mutmut's, and so is the switch between them: a file's mutants stand side by side in its place. How they
are tried is our own, since mutmut starts pytest anew for each of them, which takes longer than most of our tests. Here
pytest collects the tests once. Each mutant then gets a fork of that process, which runs the tests that reach its
function until the first one fails.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import faulthandler
import functools
import gc
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.utils.format_utils import mangled_name_from_mutant_name, parse_mutant_key

from tests.tools._common import stop_on_sigterm

from . import results
from .about import ABOUT, CLOCK
from .results import KILLED, SURVIVED, TIMED_OUT, UNREACHED, Mutant, Result

PACKAGE = "ansible_collections.cloudcron.huaweicloud.plugins.module_utils"
FOLDER = Path("plugins", "module_utils")
SETTINGS = "[mutmut]\nsource_paths=plugins/module_utils\n"
# Without a terminal, and without the words on what differs: to find those takes seconds where much does.
ARGUMENTS = ["-p", "no:terminal", "--assert", "plain", "--basetemp", "basetemp"]
TESTS = Path("tests", "unit")

TIME_LIMIT = 5.0  # seconds that a test may take, and ten times what it takes without a mutant
LONG = 0.2  # seconds, from which on a test comes after all others
MEMORY_LIMIT = 4 << 30  # bytes

Note = Callable[[Any], None]


@dataclass
class Trial:
    """A mutant, and what mutmut calls it and its function."""

    name: str
    function: str
    mutant: Mutant


def mutate(file: str) -> tuple[Result, list[Trial]]:
    """Put a file's mutants into its place."""
    (path,) = FOLDER.rglob(f"{file}.py")
    module = ".".join([PACKAGE, *path.relative_to(FOLDER).with_suffix("").parts])
    result = Result(file, results.digest(path), [])
    mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
    path.write_text(mutated.code, encoding="utf-8")
    lines = mutated.code.splitlines()

    def body(name: str) -> list[str]:
        span = mutated.line_span_by_function_name[name]
        return [line.strip().replace(name, "function") for line in lines[span.start - 1 : span.end]]

    trials = []
    for name in mutated.mutant_names:
        mangled = mangled_name_from_mutant_name(name)
        function, owner = parse_mutant_key(mangled)
        before, after = difference(body(f"{mangled}__mutmut_orig"), body(name))
        mutant = Mutant(f"{owner}.{function}" if owner else function, before, after)
        result.mutants.append(mutant)
        trials.append(Trial(f"{module}.{name}", f"{module}.{mangled}", mutant))
    return result, trials


def difference(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    """Return the lines that differ."""
    removed: list[str] = []
    added: list[str] = []
    for line in itertools.islice(difflib.unified_diff(before, after, lineterm="", n=0), 2, None):
        if not line.startswith("@@"):
            (removed if line[0] == "-" else added).append(line[1:])
    return "\n".join(removed), "\n".join(added)


def tests_about(files: Iterable[str]) -> list[str]:
    """Return the paths of the test files that are about some files."""
    paths = {path.stem: str(path) for path in sorted(TESTS.rglob("test_*.py"))}
    return sorted({paths[stem] for file in files for stem in ABOUT[file]})


class Trials:
    """A plugin of pytest. It lets it collect the tests, and then runs them in its own way.

    :param folder: where the results are kept.
    :param again: only tries again what was not killed the last time.
    :param seconds: how long the tests that a mutant has to stand take without it at most.
    :param say: takes the progress.
    """

    def __init__(
        self, folder: Path, again: bool, seconds: float, files: Sequence[str], say: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._again = again
        self._at_most = seconds
        self._say = say
        self._files = [mutate(file) for file in files]
        self._notes = Path("notes").resolve()
        self._tests: list[pytest.Item] = []
        self._seconds: list[float] = []
        self._reached_by: dict[str, list[int]] = defaultdict(list)
        """By function, the tests that reach it, the shortest first. A test is its place in the list of all."""
        self._when_failed: Callable[[str], NoReturn] = self._stop

    def pytest_configure(self, config: pytest.Config) -> None:
        # pytest's own style parses the whole file for each line that it shows, and with its mutants a file is long.
        config.option.tbstyle = "native"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._when_failed(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._when_failed(f"{report.nodeid}\n{report.longreprtext}")

    def _stop(self, why: str) -> NoReturn:
        self._say(why)
        pytest.exit(why, returncode=1)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.name not in CLOCK]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._tests = session.items
        called_early = set(state()._stats)
        gc.freeze()
        self._measure()
        for result, trials in self._files:
            began = time.monotonic()
            self._try_all(result.file, trials, called_early)
            results.save(self._folder, result)
            killed = sum(mutant.is_killed for mutant in result.mutants)
            self._say(f"{result.file}: {killed} of {len(trials)} killed, in {time.monotonic() - began:.0f} s")
        return True

    def _measure(self) -> None:
        """Run all tests without a mutant: how long each takes, and which functions it reaches."""

        def work(note: Note) -> None:
            for test in self._run(range(len(self._tests))):
                state()._stats.clear()
                began = time.monotonic()
                test()
                note([time.monotonic() - began, sorted(state()._stats)])

        noted = self._fork(work)
        if isinstance(noted[-1], str):
            self._stop(f"{noted[-1]}\nThe tests must pass before anything is broken on purpose.")
        self._seconds = [seconds for seconds, _test in noted]
        for place in sorted(range(len(noted)), key=self._seconds.__getitem__):
            for function in noted[place][1]:
                self._reached_by[function].append(place)
        self._say(f"{len(noted)} tests pass, in {sum(self._seconds):.0f} s")

    def _try_all(self, file: str, trials: Iterable[Trial], called_early: set[str]) -> None:
        places = {test.nodeid: place for place, test in enumerate(self._tests)}
        kept: dict[tuple[str, str, str], list[Mutant]] = defaultdict(list)
        for result in results.load(self._folder, [file]):
            for mutant in result.mutants:
                kept[mutant.key].append(mutant)
        killers: dict[str, list[int]] = defaultdict(list)
        for trial in trials:
            mutant = trial.mutant
            before = kept[mutant.key].pop(0) if kept[mutant.key] else mutant
            if self._again and before.is_killed:
                mutant.outcome, mutant.by = before.outcome, before.by
                continue
            allowed = self._varied(file, self._reached_by[trial.function])
            mutant.outcome = UNREACHED
            if allowed:
                # What has killed its neighbours is likely to kill it too.
                likely = [
                    place
                    for place in (places.get(before.by), *reversed(killers[trial.function]))
                    if place in allowed and not self._is_long(place)
                ]
                order = dict.fromkeys([*likely, *allowed])
                self._try(trial, self._affordable(order))
                if mutant.by:
                    killers[trial.function].append(places[mutant.by])
            if trial.function in called_early and not mutant.is_killed:
                self._try_from_the_start(trial, file)

    def _varied(self, file: str, places: Iterable[int]) -> list[int]:
        """Put tests into an order in which the first ones tell most.

        Those of the file that is most about it come first, and of each test a first case before the others. Long ones
        come last.
        """
        cases: dict[str, int] = defaultdict(int)
        keys = {}
        for place in places:
            test = self._tests[place]
            if test.path.stem in ABOUT[file]:
                name, *_case = test.nodeid.partition("[")
                cases[name] += 1
                rank = ABOUT[file].index(test.path.stem)
                keys[place] = (self._is_long(place), rank > 0, cases[name], rank, self._seconds[place])
        return sorted(keys, key=keys.__getitem__)

    def _is_long(self, place: int) -> bool:
        # Hypothesis looks for the smallest example that fails, which takes longer than to find none.
        by_hypothesis = getattr(getattr(self._tests[place], "obj", None), "is_hypothesis_test", False)
        return by_hypothesis or self._seconds[place] >= LONG

    def _affordable(self, places: Iterable[int]) -> list[int]:
        """Return the first ones of some tests, as many as there is time for, and one at least."""
        chosen: list[int] = []
        spent = 0.0
        for place in places:
            if spent >= self._at_most:
                break
            chosen.append(place)
            spent += self._seconds[place]
        return chosen

    def _try(self, trial: Trial, places: Sequence[int]) -> None:
        """Run tests with a mutant until one fails."""

        def work(note: Note) -> None:
            set_mutant_under_test(trial.name)
            with open(os.devnull, "w", encoding="utf-8") as silence:
                for place, test in zip(places, self._run(places), strict=True):
                    note(place)
                    faulthandler.dump_traceback_later(TIME_LIMIT + 10 * self._seconds[place], exit=True, file=silence)
                    test()
            note(SURVIVED)

        noted = self._fork(work)
        mutant = trial.mutant
        if noted[-1] == SURVIVED:
            mutant.outcome = SURVIVED
        else:
            mutant.outcome = TIMED_OUT if noted[-1] in places else KILLED
            mutant.by = self._tests[[place for place in noted if place in places][-1]].nodeid

    def _try_from_the_start(self, trial: Trial, file: str) -> None:
        """Try a mutant of a function that is called while the tests are collected: in a process of its own.

        It has to stand the test file that is most about it. Which tests depend on what the function did is not known.
        """
        (path,) = TESTS.rglob(f"{ABOUT[file][0]}.py")
        command = [sys.executable, "-m", "pytest", "-x", *ARGUMENTS, str(path)]
        environment = {**os.environ, "MUTANT_UNDER_TEST": trial.name}
        try:
            done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            trial.mutant.outcome = TIMED_OUT
        else:
            trial.mutant.outcome = KILLED if done.returncode else SURVIVED

    def _run(self, places: Sequence[int]) -> Iterator[Callable[[], object]]:
        """Return a call for each test. What the next one needs too stays set up."""
        for place, following in zip(places, [*places[1:], None], strict=True):
            test = self._tests[place]
            protocol = test.config.hook.pytest_runtest_protocol
            yield functools.partial(protocol, item=test, nextitem=None if following is None else self._tests[following])

    def _fork(self, work: Callable[[Note], None]) -> list[Any]:
        """Do something in a fork of this process; return its notes."""
        self._notes.write_text("", encoding="utf-8")
        child = os.fork()
        if child == 0:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            with self._notes.open("w", encoding="utf-8", buffering=1) as notes:

                def note(what: Any) -> None:
                    print(json.dumps(what), file=notes)

                def give_up(why: str) -> NoReturn:
                    note(why)
                    os._exit(0)

                self._when_failed = give_up
                try:
                    work(note)
                except BaseException as error:
                    give_up(repr(error))
                os._exit(0)
        try:
            os.waitpid(child, 0)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        return [json.loads(line) for line in self._notes.read_text(encoding="utf-8").splitlines()]


def main() -> int:
    """Mutate, collect and try."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.trials")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    stop_on_sigterm()
    Path("setup.cfg").write_text(SETTINGS, encoding="utf-8")
    # pytest takes the standard streams for itself.
    progress = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1, encoding="utf-8")
    trials = Trials(
        options.folder, options.again, options.seconds, options.files, lambda text: print(text, file=progress)
    )
    # From here on mutmut notes which functions are called.
    set_mutant_under_test("stats")
    return pytest.main([*ARGUMENTS, *tests_about(options.files)], plugins=[trials])


if __name__ == "__main__":
    sys.exit(main())
