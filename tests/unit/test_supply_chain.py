# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What users install is this collection and requests, and what developers install is pinned, file by file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from ansible_collections.cloudcron.huaweicloud.plugins.doc_fragments import _connection

COLLECTION = "ansible_collections.cloudcron.huaweicloud"
ROOT = Path(__file__).resolve().parent.parent.parent
PLUGINS = ROOT / "plugins"
REQUIREMENTS = ROOT / "requirements"

PIN = re.compile(
    r"(?P<name>[a-z0-9.-]+)(\[[a-z0-9,-]+\])?==(?P<version>[^ ;]+)( ; [^\\]+)?( --hash=sha256:[0-9a-f]{64})+"
)

# The one file that knows requests.
SESSION = "module_utils/_http/_session.py"

# These read and write files of variables.
ON_THE_CONTROL_NODE = ("plugin_utils/_task_file.py", "plugin_utils/_variables_file.py")


# The development dependencies


def pins(name: str) -> dict[str, tuple[str, set[str]]]:
    """The version of each package that a file pins, and what it is wanted by."""
    found: dict[str, tuple[str, set[str]]] = {}
    lines = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n    ", "").splitlines()
    wanted_by: set[str] = set()
    for line in lines[2:]:
        if line.startswith("    # "):
            wanted_by |= {line[len("    # ") :].replace("via", "", 1).strip()} - {""}
            continue
        pin = PIN.fullmatch(line)
        assert pin, f"{name}.txt: {line[:80]}"
        wanted_by = set()
        found[pin["name"]] = pin["version"], wanted_by
    return found


NAMES = sorted(path.stem for path in REQUIREMENTS.glob("*.in"))


def test_each_list_of_wishes_has_its_pins() -> None:
    assert sorted(path.stem for path in REQUIREMENTS.glob("*.txt")) == NAMES
    assert set(NAMES) > {"uv", "demo", "dev"}


@pytest.mark.parametrize("name", NAMES)
def test_every_package_is_pinned_with_hashes_and_wanted(name: str) -> None:
    pinned = pins(name)
    assert pinned
    known = {*pinned, *(f"-r {other}.in" for other in NAMES), *(f"-c {other}.txt" for other in NAMES)}
    assert {package: parents for package, (_version, parents) in pinned.items() if not parents or parents - known} == {}
    wishes = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    direct = {re.split(r"[=<>~!\[; ]", line)[0] for line in wishes if line and not line.startswith(("#", "-"))}
    assert {package for package, (_version, parents) in pinned.items() if f"-r {name}.in" in parents} == direct


def test_no_package_has_two_versions() -> None:
    versions: dict[str, set[str]] = {}
    for name in NAMES:
        for package, (version, _parents) in pins(name).items():
            versions.setdefault(package, set()).add(version)
    assert {package: sorted(found) for package, found in versions.items() if len(found) > 1} == {}


# The run-time dependency


def imports(path: Path) -> Iterator[str]:
    """What a file imports, wherever it does, by the whole name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # Relative to the package that the file is in, which is this collection's.
            within = path.relative_to(PLUGINS).parts[: -node.level] if node.level else ()
            source = ".".join([f"{COLLECTION}.plugins", *within, *filter(None, [node.module])])
            yield from (f"{source if node.level else node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("__import__", "import_module", "importlib.import_module", "exec", "eval"), path


def test_plugins_import_nothing_but_the_standard_library_ansible_and_requests() -> None:
    paths = sorted(PLUGINS.rglob("*.py"))
    assert len(paths) > 20
    foreign: dict[str, set[str]] = {}
    for path in paths:
        for name in imports(path):
            top = name.split(".")[0]
            if top in sys.stdlib_module_names or top == "ansible" or name.startswith(f"{COLLECTION}.plugins."):
                continue
            foreign.setdefault(path.relative_to(PLUGINS).as_posix(), set()).add(name)
    on_the_control_node = {path: foreign.pop(path) for path in ON_THE_CONTROL_NODE}
    assert foreign == {SESSION: {"requests"}}
    assert {name.split(".")[0] for names in on_the_control_node.values() for name in names} == {"yaml"}


def test_ansible_itself_brings_what_is_imported_on_the_control_node() -> None:
    needed = {re.split(r"[^A-Za-z0-9]", each)[0].lower() for each in metadata.requires("ansible-core") or ()}
    assert "pyyaml" in needed


def test_what_runs_on_other_hosts_imports_of_ansible_only_what_goes_there() -> None:
    paths = [*(PLUGINS / "modules").glob("*.py"), *(PLUGINS / "module_utils").rglob("*.py")]
    others = {
        name
        for path in paths
        for name in imports(path)
        if name.startswith("ansible.") and not name.startswith("ansible.module_utils.")
    }
    assert others == set()


# In a process in which nothing else can be imported. A part of requests may be missing, but not be somebody else's.
IMPORT_ALL = """
import importlib
import sys

OF_ANSIBLE = ("ansible.module_utils", "ansible.release", "ansible._vendor")
ALLOWED = {"ansible", "ansible_collections", *sys.argv[1].split()}


class Refusal:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        is_standard = top in sys.stdlib_module_names or top.startswith("_sysconfigdata")
        if not is_standard and top not in ALLOWED:
            raise ImportError(name)
        if name.startswith("ansible.") and not name.startswith(OF_ANSIBLE):
            raise ImportError(name)


sys.meta_path.insert(0, Refusal())
for name in sys.argv[2:]:
    importlib.import_module(name)
session = sys.modules["ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._session"]
print((session.REQUESTS_IMPORT_ERROR or "").splitlines()[-1:])
"""


@pytest.mark.parametrize(
    ("allowed", "error"),
    [("requests urllib3 idna certifi charset_normalizer", "[]"), ("", "['ImportError: requests']")],
    ids=["requests", "nothing"],
)
def test_modules_can_be_imported_where_there_is_nothing_but_requests_and_not_even_that(
    allowed: str, error: str
) -> None:
    paths = [*(PLUGINS / "modules").glob("*.py"), *(PLUGINS / "module_utils").rglob("*.py")]
    names = [f"{COLLECTION}.plugins.{'.'.join(path.relative_to(PLUGINS).with_suffix('').parts)}" for path in paths]
    done = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL, allowed, *names],
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, f"{error}\n")


def test_no_other_collection_is_needed_and_no_other_library_is_asked_for() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert galaxy["dependencies"] == {}
    documentation = yaml.safe_load(_connection.ModuleDocFragment.DOCUMENTATION)
    assert documentation["requirements"] == ["requests"]
    asked_for = [path.read_text(encoding="utf-8") for path in (ROOT / "meta").glob("*requirements*.txt")]
    lines = [line for text in asked_for for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.match(r"requests\b", line)] == []
    assert "[`requests`](https://pypi.org/project/requests/)" in (ROOT / "README.md").read_text(encoding="utf-8")
