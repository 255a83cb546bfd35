# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader's account, in which the projects are that the pages name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Any]:
    # Conftest files are loaded before the collection can be imported by its name.
    from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator, account
    from ansible_collections.cloudcron.huaweicloud.tests.documents.exceptions import PROJECTS

    for project_id in PROJECTS:
        account.open_project(project_id)
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def site() -> Path:
    """The collections path with the installed collection."""
    path = os.environ.get("CLOUDCRON_SITE")
    if not path:
        pytest.fail("These tests want the installed collection in CLOUDCRON_SITE: run `make documents`.")
    return Path(path)
