# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as the collection that it is.

The code imports itself as ``ansible_collections.cloudcron.huaweicloud``. Where that name does not lead here already, as
it does under ``ansible-test``, a temporary tree of that shape is put on the path, with a link to the checkout in it.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

COLLECTION = "ansible_collections.cloudcron.huaweicloud"
CHECKOUT = Path(__file__).resolve().parent.parent

WORK = CHECKOUT / ".work"

# Where pytest and Hypothesis keep what they would leave in /tmp and in the current directory.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(WORK / "tmp"))
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(WORK / "cache" / "hypothesis"))


def _importable() -> bool:
    try:
        return importlib.util.find_spec(COLLECTION) is not None
    except ImportError:
        return False


def pytest_configure(config: pytest.Config) -> None:
    Path(os.environ["PYTEST_DEBUG_TEMPROOT"]).mkdir(parents=True, exist_ok=True)
    if _importable():
        return
    tree = tempfile.TemporaryDirectory(prefix="cloudcron-import-")
    config.add_cleanup(tree.cleanup)
    link = Path(tree.name, *COLLECTION.split("."))
    link.parent.mkdir(parents=True)
    link.symlink_to(CHECKOUT, target_is_directory=True)
    sys.path.insert(0, tree.name)
    config.add_cleanup(lambda: sys.path.remove(tree.name))
    importlib.invalidate_caches()


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
