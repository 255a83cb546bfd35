# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator, as far as measuring needs it: with tasks to begin with, as slow as wanted, and its use of the CPU."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import requests

from extensions.emulator import account
from tests.tools.with_emulator import emulator

from .tasks import stored

PATIENCE = 60  # s
FOREVER = 1_000_000_000  # requests
TICKS = os.sysconf("SC_CLK_TCK")  # a second


class Cloud:
    """One running emulator.

    :ivar url: its address.
    """

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self._pid = pid
        self.session = requests.Session()
        # What the person at the keyboard has set about proxies is not for this machine's own addresses.
        self.session.trust_env = False

    def token(self) -> str:
        """Return a token for the account's default project."""
        user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": {"id": account.PROJECT_ID}}}}
        answer = self.session.post(f"{self.url}/v3/auth/tokens", json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.headers["X-Subject-Token"]

    def forget_requests(self) -> None:
        """Empty the log of requests, so that no measurement pays for those before it."""
        self._control("DELETE", "requests")

    def count_requests(self) -> int:
        """Return how many requests there were since they were forgotten."""
        return len(self.session.get(f"{self.url}/_emulator/requests", timeout=PATIENCE).json())

    @contextmanager
    def slowed(self, delay: float) -> Iterator[None]:
        """Hold every answer back for `delay` seconds."""
        self._control("POST", "faults", {"operation": "*", "times": FOREVER, "delay": delay})
        try:
            yield
        finally:
            self._control("DELETE", "faults")

    @contextmanager
    def limited(self, **limits: Any) -> Iterator[None]:
        """Take no more requests than that, see `Limits.set` of the emulator."""
        self._control("PUT", "limits", limits)
        try:
            yield
        finally:
            self._control("DELETE", "limits")

    def statuses(self) -> list[int]:
        """Return what was answered since the log was emptied."""
        return [entry["status"] for entry in self._control("GET", "requests").json()]

    def cpu_seconds(self) -> float:
        """Return the CPU time that the emulator has used so far, in seconds."""
        # The name of the process, in parentheses, may have blanks.
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _control(self, method: str, path: str, body: Any = None) -> requests.Response:
        answer = self.session.request(method, f"{self.url}/_emulator/{path}", json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer


@contextmanager
def cloud(counts: Mapping[str, int]) -> Iterator[Cloud]:
    """A running emulator that has so many tasks in each project.

    :param counts: by the projects' ids.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".json") as seed:
        # One by one: what this process once held at most is the least that its children are said to use.
        tasks = chain.from_iterable(stored(project_id, count) for project_id, count in counts.items())
        seed.write('{"workspace_app": [')
        for number, each in enumerate(tasks):
            seed.write(f"{',' if number else ''}{json.dumps(each)}")
        seed.write("]}")
        seed.flush()
        before = _children()
        with emulator("--seed", seed.name) as url:
            (pid,) = _children() - before
            running = Cloud(url, pid)
            with running.session:
                yield running


def _children() -> set[int]:
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    return {int(pid) for pid in re.findall(r"\d+", children)}
