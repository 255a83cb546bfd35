# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test in the installed collection, the working directory, with the modules on a Python of their own.

    python -m tests.tools.module_python integration|sanity VERSION@INTERPRETER

`integration` runs all targets through the modules only, since that Python takes no part in the work in process.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from ._common import BIN, stop_on_sigterm
from .run_ansible_test import HERE, ansible_test, prepare_pip


def integration(python: str) -> int:
    config = {"emulator_url": os.environ["CLOUDCRON_EMULATOR_URL"], "cloudcron_in_process": False}
    Path("tests", "integration", "integration_config.yml").write_text(json.dumps(config))
    hosts = ["--controller", f"origin:python={HERE}", "--target", f"controller:python={python}"]
    return ansible_test("integration", *hosts)


def sanity(python: str) -> int:
    prepare_pip(Path.home())
    version, interpreter = python.split("@")
    # It looks for that Python on the path.
    os.environ["PATH"] = os.pathsep.join([str(BIN), str(Path(interpreter).parent), os.environ["PATH"]])
    return ansible_test("sanity", "--local", "--python", version, "--test", "compile", "--test", "import")


if __name__ == "__main__":
    stop_on_sigterm()
    sys.exit({"integration": integration, "sanity": sanity}[sys.argv[1]](sys.argv[2]))
