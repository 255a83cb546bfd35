# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection can be imported by its name, and an emulator runs where a test asks for one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .tools.importable import CHECKOUT, is_importable, make_importable

WORK = CHECKOUT / ".work"

# Where pytest and Hypothesis keep what they would leave in /tmp and in the current directory.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(WORK / "tmp"))
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(WORK / "cache" / "hypothesis"))

# What pytest makes of the tests, so that their assertions say more, takes more than half of the time in which they are
# collected. It is kept, and with it all bytecode, but not next to the sources.
if not is_importable():
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(WORK / "cache" / "bytecode")


def pytest_configure() -> None:
    Path(os.environ["PYTEST_DEBUG_TEMPROOT"]).mkdir(parents=True, exist_ok=True)
    make_importable()


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Any]:
    # Conftest files are loaded before the collection can be imported by its name.
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(_emulator: Any) -> Any:
    """A running emulator in which nothing has happened yet."""
    _emulator.reset()
    return _emulator


@pytest.fixture(scope="session")
def _shortcut(_emulator: Any) -> Any:
    from ansible_collections.cloudcron.huaweicloud.tests.shortcut import Shortcut

    return Shortcut(_emulator)


@pytest.fixture
def past_the_sockets(request: pytest.FixtureRequest, _shortcut: Any) -> Iterator[None]:
    """Save the way over sockets to the emulator, unless the test is about it."""
    if request.node.get_closest_marker("sockets"):
        yield
    else:
        with _shortcut.taken():
            yield
