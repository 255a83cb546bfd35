# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the checkout importable as the collection that it is.

The code imports itself as ``ansible_collections.cloudcron.huaweicloud``. Where that name does not lead here already, as
it does in an installed collection, a folder of that shape is put on the path, with a link to the checkout in it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import suppress
from pathlib import Path

COLLECTION = "ansible_collections.cloudcron.huaweicloud"
CHECKOUT = Path(__file__).resolve().parents[2]

# One for all processes, which stays: there is nothing in it that could be left behind by those that are killed.
SITE = CHECKOUT / ".work" / "site"


def make_importable() -> None:
    """Let the collection be imported by its name from here on."""
    if is_importable():
        return
    link = SITE.joinpath(*COLLECTION.split("."))
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        # Relative, so that it leads to the checkout also where that was moved or copied to.
        link.symlink_to(Path(*[".."] * len(link.parent.relative_to(CHECKOUT).parts)), target_is_directory=True)
    sys.path.insert(0, str(SITE))
    importlib.invalidate_caches()


def is_importable() -> bool:
    """Whether the collection can be imported by its name already."""
    try:
        return importlib.util.find_spec(COLLECTION) is not None
    except ImportError:
        return False
