# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is published, as those get it who use it: an archive, on a machine that has nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def site() -> Path:
    """The collections path into which the archive is installed."""
    path = os.environ.get("CLOUDCRON_SITE")
    if not path:
        pytest.fail("These tests want the installed collection in CLOUDCRON_SITE: run `make release-tests`.")
    return Path(path)


@pytest.fixture(scope="session")
def archive(site: Path) -> Path:
    """The archive."""
    (archive,) = site.parent.glob("cloudcron-huaweicloud-*.tar.gz")
    return archive
