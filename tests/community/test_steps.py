# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs the steps of `make test` runs all of them, and fails if one of them does."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.tools import steps

PATIENCE = 300  # seconds, which only what hangs takes

# The target is its last argument. Those that meet wait for each other.
MAKE = """#!/bin/sh
cd {folder}
for target; do :; done
case $target in
  meet-*)
    touch $target
    looks=0
    until [ -e meet-one ] && [ -e meet-two ]; do
      looks=$((looks + 1))
      [ $looks -lt {looks} ] || exit 1
      sleep 0.01
    done;;
  bad) echo "this is wrong"; exit 2;;
  long) touch started; sleep 600; touch survived;;
esac
echo "$target is done in $INSTALLED_COLLECTION"
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capfd):
    """``run(target, ...)``: the status, and what is said, with a make that only pretends and two cores."""
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    make.write_text(MAKE.format(folder=tmp_path, looks=PATIENCE * 100))
    make.chmod(0o700)
    monkeypatch.setenv("PATH", f"{make.parent}:{os.environ['PATH']}")
    monkeypatch.setenv(steps.SHARED, str(tmp_path / "site"))
    monkeypatch.setattr(steps, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    handler = signal.getsignal(signal.SIGTERM)
    yield lambda *targets: (steps.main(list(targets)), capfd.readouterr().out)
    signal.signal(signal.SIGTERM, handler)


def test_all_of_them_run_with_the_same_collection(run, tmp_path):
    status, said = run("one", "two", "three")
    assert status == 0
    for target in ("one", "two", "three"):
        assert f"\n{target} is done in {tmp_path}/site\n" in said
    assert said.endswith("3 passed, 0 failed\n")


def test_one_that_fails_stops_no_other_and_is_shown_at_the_end(run):
    status, said = run("bad", "one", "two")
    assert status == 1
    assert said.index("two is done") < said.index("this is wrong") < said.index("= summary")
    assert said.count("this is wrong") == 1
    assert [line.split()[1] for line in said.splitlines() if line.startswith(("bad  ", "one  ", "two  "))] == [
        *("FAILED", "ok", "ok")
    ]
    assert said.endswith("2 passed, 1 failed\n")


def test_as_many_run_side_by_side_as_there_are_cores(run):
    assert run("meet-one", "meet-two")[0] == 0


def test_whoever_stops_it_stops_them(run, tmp_path):
    def stop() -> None:
        end = time.monotonic() + PATIENCE
        while not (tmp_path / "started").exists() and time.monotonic() < end:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop)
    thread.start()
    with pytest.raises(SystemExit) as stopped:
        run("long")
    thread.join()
    assert stopped.value.code == 128 + signal.SIGTERM
    assert not (tmp_path / "survived").exists()
