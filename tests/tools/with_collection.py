# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the collection, installs it into a temporary tree and runs a command against what users get.

    python -m tests.tools.with_collection [--inside] COMMAND [ARGUMENT ...]

The command finds the tree in CLOUDCRON_SITE and ANSIBLE_COLLECTIONS_PATH, and leaves it as it is. With --inside it gets
a tree of its own, in which it may write, and runs in the installed collection's folder instead of the current one. The
tree lies outside the checkout, since ansible-test refuses to work below a checkout that ignores its folder, and is gone
afterwards with all temporary files of the command.

Steps that run side by side share what was built once: the path of that tree is in INSTALLED_COLLECTION.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ._common import BIN, ROOT, clean_environment, run, stop_on_sigterm

INSIDE = Path("ansible_collections", "cloudcron", "huaweicloud")

SHARED = "INSTALLED_COLLECTION"


def build(into: Path) -> Path:
    """Build the collection; return the archive."""
    if SHARED in os.environ:
        (archive,) = Path(os.environ[SHARED]).parent.glob("cloudcron-huaweicloud-*.tar.gz")
        return Path(shutil.copy2(archive, into))
    _galaxy("build", str(ROOT), "--output-path", str(into), "--force")
    (archive,) = into.glob("cloudcron-huaweicloud-*.tar.gz")
    return archive


@contextlib.contextmanager
def installed() -> Iterator[Path]:
    """The collection, built and installed: a collections path that lives as long as the context.

    The archive lies beside it.
    """
    if SHARED in os.environ:
        yield Path(os.environ[SHARED])
        return
    with tempfile.TemporaryDirectory(prefix="cloudcron-") as tree:
        site = Path(tree, "site")
        archive = build(into=Path(tree))
        _galaxy("install", str(archive), "--collections-path", str(site), "--no-deps", "--offline")
        yield site


def _galaxy(*arguments: str) -> None:
    command = [str(BIN / "ansible-galaxy"), "collection", *arguments]
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed\n{done.stdout}{done.stderr}")


def main(arguments: list[str]) -> int:
    inside = arguments[:1] == ["--inside"]
    command = arguments[inside:]
    if not command:
        sys.exit(__doc__)
    stop_on_sigterm()
    with installed() as site, tempfile.TemporaryDirectory(prefix="cloudcron-") as own:
        scratch = Path(own, "tmp")
        scratch.mkdir()
        if inside:
            site = shutil.copytree(site, Path(own, "site"))
        environment = clean_environment(
            ANSIBLE_COLLECTIONS_PATH=str(site), CLOUDCRON_SITE=str(site), TMPDIR=str(scratch)
        )
        return run(command, cwd=site / INSIDE if inside else None, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
