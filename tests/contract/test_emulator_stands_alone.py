# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator is a product of its own: its folder, and what its requirements bring, is all that it takes."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "extensions" / "emulator"
SOURCES = sorted(FOLDER.rglob("*.py"))

BROUGHT = {"fastapi", "pydantic", "starlette", "uvicorn"}
"""What its requirements bring; two of these come with FastAPI."""
OPTIONAL = {"yaml"}
"""What it uses where it is there."""


def imports(path: Path) -> set[str]:
    """What a file imports, but for what lies beside it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level != 1:
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_it_imports_nothing_of_the_collection(path: Path) -> None:
    allowed = sys.stdlib_module_names | BROUGHT | OPTIONAL
    assert {name for name in imports(path) if name.partition(".")[0] not in allowed} == set()


def test_nothing_that_users_call_imports_it() -> None:
    sources = [path for name in ("plugins", "roles", "playbooks") for path in (ROOT / name).rglob("*.py")]
    assert len(sources) > 20
    assert [path for path in sources if any("emulator" in name for name in imports(path))] == []


def test_a_copy_of_its_folder_runs(tmp_path: Path) -> None:
    copy = shutil.copytree(FOLDER, tmp_path / "alone", ignore=shutil.ignore_patterns("__pycache__"))
    seed = copy / "demo_seed.yml"
    command = [sys.executable, "-I", str(copy), "--seed", str(seed), "--", "sh", "-c", "echo $CLOUDCRON_ENDPOINT"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("http://127.0.0.1:")
