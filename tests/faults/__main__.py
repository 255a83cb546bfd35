# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs every cell of the matrix, and writes the page: `python -m tests.faults`, in the checkout."""

import sys

from tests.tools.importable import make_importable

# The cells import each other, the emulator and the plugins as parts of the collection.
make_importable()

if __name__ == "__main__":
    from ansible_collections.cloudcron.huaweicloud.tests.faults.run import main

    sys.exit(main())
