# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a program, started by its folder, wherever that lies."""

import signal
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

if sys.version_info < (3, 11):  # noqa: UP036
    print("The emulator needs Python 3.11 or newer.", file=sys.stderr)
    sys.exit(2)

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # As long as there is nothing to stop, an interruption is nothing to complain about.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

if not __package__:
    # As a package of its own name, whatever the folders around it are called.
    sys.path[0] = str(FOLDER.parent)
    __package__ = FOLDER.name

try:
    from .command import main
except ImportError as error:
    print(
        f"The emulator lacks a package: {error}. Install what it needs:\n"
        f"    {sys.executable} -m pip install --requirement {FOLDER / 'requirements.txt'}",
        file=sys.stderr,
    )
    sys.exit(2)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
