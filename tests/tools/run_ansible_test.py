# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test in the installed collection, the working directory: `sanity`, or `integration DOOR ...`.

`integration` takes the emulator's address from CLOUDCRON_EMULATOR_URL. The modules' work is done in one of two places,
in Ansible's own process or in a module's: the doors `in-process` and `module`. `make test` takes the first one, which
is the quicker one by far, since tests/playbooks/test_same_results.py holds that the other one comes to the same, to the
letter, for every option that there is. `make matrix` takes both.
"""

from __future__ import annotations

import glob
import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

from ._common import BIN, run, stop_on_sigterm

OLDEST = "3.9"  # of the Python versions that modules run on, see tests/config.yml
GET_PIP_VERSIONS = ("24_2", "25_2")  # that ansible-core 2.18 and 2.19, and from 2.20 on, look for
IN_PROCESS = {"in-process": True, "module": False}
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def ansible_test(*arguments: str) -> int:
    print("$ ansible-test", *arguments, flush=True)
    return run([str(BIN / "ansible-test"), *arguments])


def sanity() -> int:
    prepare_pip(Path.home())
    failed = ansible_test("sanity", "--local", "--python", HERE)
    folder = folder_of_python(OLDEST)
    if not folder:
        print(f"No Python {OLDEST} was found: not checked that the modules compile and import on it.")
        return failed
    os.environ["PATH"] = os.pathsep.join([str(BIN), folder, os.environ["PATH"]])
    return ansible_test("sanity", "--local", "--python", OLDEST, "--test", "compile", "--test", "import") or failed


def prepare_pip(home: Path) -> None:
    """Have the environments that sanity makes use the pip that Python brings along, and keep pip quiet.

    They want get-pip.py from the network, unless a file of that name is in the cache of this ansible-core.
    """
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP_VERSIONS:
        (cache / f"get_pip_{version}.py").write_text(
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-m', 'ensurepip'], check=True, stdout=subprocess.DEVNULL)\n"
        )
    config = home / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text("[global]\nquiet = 1\n")


def folder_of_python(version: str) -> str | None:
    """Where a working Python of that version lies: on the path or among pyenv's."""
    name = f"python{version}"
    pyenv = os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv")
    for found in [shutil.which(name), *glob.glob(f"{pyenv}/versions/{version}.*/bin/{name}")]:
        if found and not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode:
            return str(Path(found).parent)
    return None


def integration(*doors: str) -> int:
    failed = 0
    for door in doors:
        config = {"emulator_url": os.environ["CLOUDCRON_EMULATOR_URL"], "cloudcron_in_process": IN_PROCESS[door]}
        print(f"\nThe modules' work is done {door}.", flush=True)
        Path("tests", "integration", "integration_config.yml").write_text(json.dumps(config))
        failed = ansible_test("integration", "--local", "--python", HERE) or failed
    return failed


if __name__ == "__main__":
    stop_on_sigterm()
    sys.exit({"sanity": sanity, "integration": integration}[sys.argv[1]](*sys.argv[2:]))
