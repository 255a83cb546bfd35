# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection can be imported by its name, and an emulator runs where a test asks for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .tools.importable import CHECKOUT, make_importable

WORK = CHECKOUT / ".work"

# Where pytest and Hypothesis keep what they would leave in /tmp and in the current directory.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(WORK / "tmp"))
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(WORK / "cache" / "hypothesis"))


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
