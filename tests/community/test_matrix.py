# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix runs what is meant, says what it did not run, and ends as it should."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EVERY = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

# Makes an environment without anything in it but the name of ansible-core, and fails for one of them if it is told to.
UV = """#!/bin/sh
for last; do :; done
core=$(basename "$last" | cut -d- -f1)
case "$1 $last" in
venv*"$BROKEN") echo "there is no network" >&2; exit 2;;
venv*) mkdir -p "$last/bin" "$last/lib/python3.0/site-packages/ansible_core-$core.7.dist-info";;
esac
echo "$@" >> "$CALLS"
"""


def found(*without: str) -> dict[str, str | None]:
    """All Pythons but some."""
    return {version: None if version in without else f"/pythons/{version}/bin" for version in EVERY}


@pytest.fixture
def matrix(monkeypatch, tmp_path):
    """The tool, with an uv that only pretends, all Pythons but 3.14, and steps that do nothing."""
    from ansible_collections.cloudcron.huaweicloud.tests.tools import matrix

    uv = tmp_path / "uv"
    uv.write_text(UV)
    uv.chmod(0o700)
    monkeypatch.setenv("UV", str(uv))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("BROKEN", "none")
    monkeypatch.setattr(matrix, "FOLDER", tmp_path / "matrix")
    monkeypatch.setattr(matrix, "folder_of_python", found("3.14").get)
    monkeypatch.setattr(matrix, "COMMANDS", dict.fromkeys(matrix.COLUMNS, "true"))
    monkeypatch.setattr(matrix, "MODULE_COMMANDS", dict.fromkeys(matrix.MODULE_COMMANDS, "true"))
    return matrix


@pytest.fixture
def lines(matrix, capsys) -> Callable[..., tuple[int, list[str]]]:
    """Runs the matrix; returns its status and what it said, line by line."""

    def run(*words: str) -> tuple[int, list[str]]:
        status = matrix.main(words)
        return status, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    return run


class TestWhatIsMeant:
    def test_without_a_word_everything_that_was_found(self, matrix):
        can_run, not_found = matrix.choose([], found("3.14", "3.10"))
        assert [each.name for each in can_run] == [
            *["2.18/3.11", "2.18/3.12", "2.18/3.13", "2.19/3.11", "2.19/3.12", "2.19/3.13"],
            *["2.20/3.12", "2.20/3.13", "2.21/3.12", "2.21/3.13", "2.22/3.13"],
            *["2.18/3.9", "2.22/3.9", "2.22/3.11", "2.22/3.12"],
        ]
        assert [each.name for each in not_found] == ["2.20/3.14", "2.21/3.14", "2.22/3.14", "2.18/3.10", "2.22/3.10"]

    def test_a_core_with_all_of_its_pythons_and_a_single_combination(self, matrix):
        can_run, not_found = matrix.choose(["2.22", "2.19/3.12"], found())
        names = ["2.19/3.12", "2.22/3.13", "2.22/3.14", "2.22/3.9", "2.22/3.10", "2.22/3.11", "2.22/3.12"]
        assert [each.name for each in can_run] == names
        assert not_found == []

    @pytest.mark.parametrize("word", ["2.17", "2.22/3.8", "2.19/3.9", "3.13"])
    def test_what_is_not_in_the_matrix_is_refused_with_what_is(self, matrix, word):
        with pytest.raises(SystemExit, match=f"There is no {word} in the matrix. There is: 2.18 2.18/3.10 .*2.22/3.9"):
            matrix.choose([word, "2.21"], found())

    def test_modules_are_called_from_the_oldest_python_that_was_found(self, matrix):
        can_run, _not_found = matrix.choose(["2.22/3.9"], found("3.13"))
        assert [(each.python, each.modules) for each in can_run] == [("3.14", "3.9")]
        can_run, not_found = matrix.choose(["2.22/3.9"], found("3.13", "3.14"))
        assert can_run == []
        assert [each.name for each in not_found] == ["2.22/3.9"]

    def test_sanity_is_checked_on_the_oldest_and_on_the_newest(self, matrix):
        for words, expected in [
            ([], ["2.18/3.11", "2.22/3.13"]),
            (["2.18"], ["2.18/3.11"]),
            (["2.20", "2.22/3.13"], ["2.22/3.13"]),
            (["2.19"], []),
        ]:
            can_run, _not_found = matrix.choose(words, found("3.14"))
            controllers = [each for each in can_run if not each.modules]
            assert [each.name for each in controllers if "sanity" in matrix.commands(each, can_run)] == expected

    def test_the_pins_are_those_of_the_development_but_for_ansible_core(self, matrix):
        text = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
        kept = matrix.constraints(text)
        lines = set(kept.splitlines())
        gone = [line.split("==")[0] for line in text.splitlines() if line not in lines and "==" in line]
        assert gone == ["ansible-core", "resolvelib"]
        assert "\nrequests==" in kept and "\nrich==" in kept
        names = ("ansible-compat", "ansible-core", "rich")
        pins = [f"{name}==1 \\\n    --hash=sha256:{name}\n    # via x\n" for name in names]
        assert matrix.constraints("".join(pins)) == pins[0] + pins[2]

    def test_what_is_left_out_is_there(self, matrix):
        assert [path for path in matrix.LEFT_OUT if not (ROOT / path).is_file()] == []


class TestWhatComesOfIt:
    def test_all_is_well(self, lines, tmp_path):
        status, said = lines("2.22")
        assert status == 0
        assert said[-1] == "12 steps passed, 0 failed, 1 combinations could not be run"
        assert "Python 3.14 was not found on the path or among pyenv's." in said
        table = said[said.index("ansible-core Python modules on unit playbooks targets sanity") :]
        assert table[2:8] == [
            "2.22.7 3.13 3.13 ok 0 s ok 0 s ok 0 s ok 0 s",
            "2.22.7 3.13 3.9 - - ok 0 s ok 0 s",
            "2.22.7 3.13 3.10 - - ok 0 s ok 0 s",
            "2.22.7 3.13 3.11 - - ok 0 s ok 0 s",
            "2.22.7 3.13 3.12 - - ok 0 s ok 0 s",
            "2.22 3.14 3.14 not found",
        ]
        for left_out in ("unit tests that are marked as thorough", "tests/playbooks/test_benchmark.py"):
            assert any(line.startswith("Not run anywhere: ") and left_out in line for line in said)
        assert any(line.startswith("Not run where a Python only runs modules: unit tests") for line in said)
        calls = (tmp_path / "calls").read_text().splitlines()
        assert f"venv --clear --python /pythons/3.13/bin/python3.13 {tmp_path}/matrix/2.22-py3.13" in calls
        assert any(line.endswith(f"--constraint {tmp_path}/matrix/constraints.txt") for line in calls)
        assert f"pip install --python {tmp_path}/matrix/modules-py3.9/bin/python requests" in calls

    def test_what_is_not_released_is_taken_as_a_pre_release(self, lines, matrix, tmp_path, monkeypatch):
        monkeypatch.setattr(matrix, "PRE_RELEASES", {"2.20": "2.20.0rc2"})
        assert lines("2.19/3.12", "2.20/3.12")[0] == 0
        calls = (tmp_path / "calls").read_text()
        assert " ansible-core==2.19.* " in calls and " ansible-core~=2.20.0rc2 " in calls

    def test_a_step_that_fails_fails_the_matrix_and_stops_no_other(self, lines, matrix):
        matrix.COMMANDS["playbooks"] = "sh -c 'echo what was wrong; exit 3'"
        status, said = lines("2.19/3.12")
        assert status == 1
        assert "2.19.7 3.12 3.12 ok 0 s FAILED 0 s ok 0 s -" in said
        assert "what was wrong" in said
        assert said[-1] == "2 steps passed, 1 failed, 0 combinations could not be run"

    def test_an_environment_that_cannot_be_made_fails_its_combinations_alone(self, lines, monkeypatch):
        monkeypatch.setenv("BROKEN", "modules-py3.9")
        status, said = lines("2.18")
        assert status == 1
        assert "there is no network" in said
        assert "2.18 3.11 3.9 - - FAILED: no environment FAILED: no environment" in said
        assert "2.18.7 3.11 3.10 - - ok 0 s ok 0 s" in said

    def test_where_no_python_was_found_nothing_passes(self, lines):
        status, said = lines("2.20/3.14")
        assert status == 1
        assert "2.20 3.14 3.14 not found" in said
        assert said[-1] == "0 steps passed, 0 failed, 1 combinations could not be run"

    def test_what_pytest_skips_is_told_with_its_reason(self, lines, matrix):
        matrix.COMMANDS["playbooks"] = "echo 'SKIPPED [1] tests/a.py:7: there is no Python 3.9'"
        status, said = lines("2.19/3.12", "2.20/3.12")
        assert status == 0
        assert "2.19.7 3.12 3.12 ok 0 s ok 0 s, 1 skipped ok 0 s -" in said
        assert "Skipped on 2.19/3.12, 2.20/3.12: tests/a.py:7: there is no Python 3.9" in said

    def test_the_tools_of_the_environment_come_first(self, lines, matrix, tmp_path):
        matrix.COMMANDS["unit"] = "sh -c 'echo $PATH'"
        assert lines("2.19/3.12")[0] == 0
        log = (tmp_path / "matrix" / "logs" / "2.19-py3.12-unit.log").read_text()
        assert log.splitlines()[1].startswith(f"{tmp_path}/matrix/2.19-py3.12/bin:")


def test_whoever_stops_it_stops_its_steps(matrix, tmp_path):
    started, survived = tmp_path / "started", tmp_path / "survived"
    matrix.COMMANDS["unit"] = f"sh -c 'touch {started}; sleep 600; touch {survived}'"

    def stop() -> None:
        end = time.monotonic() + 300
        while not started.exists() and time.monotonic() < end:
            time.sleep(0.01)
        if started.exists():
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop)
    thread.start()
    assert matrix.main(["2.19/3.12"]) == 128 + signal.SIGTERM
    thread.join()
    assert not survived.exists()
