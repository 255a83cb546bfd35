# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house: imports go down, never up or round, and no file is too long to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
LONGEST = 400  # lines

# From the top to the bottom; what stands on one line does not know each other.
FLOORS = (
    ("modules", "action", "filter", "lookup"),
    ("plugin_utils",),
    ("module_utils._module", "doc_fragments"),
    ("module_utils._run",),
    ("module_utils._info", "module_utils._estate"),
    ("module_utils._renames",),
    ("module_utils._outcomes", "module_utils._reconcile"),
    ("module_utils._wanted", "module_utils._survey"),
    ("module_utils._purge",),
    ("module_utils._entries",),
    ("module_utils._arguments",),
    ("module_utils._sendable", "module_utils._services"),
    ("module_utils._plan",),
    ("module_utils._http", "module_utils._task"),
    ("module_utils._interruption", "module_utils._secrets", "module_utils._schedule"),
    ("module_utils._texts", "module_utils._values", "module_utils._times", "module_utils._writings"),
    ("module_utils._faults", "module_utils._stops"),
    ("module_utils._errors",),
)
FLOOR_OF = {part: number for number, parts in enumerate(FLOORS) for part in parts}


def imports() -> dict[str, set[str]]:
    """Return which modules of this collection each of its modules imports, by their dotted names below `plugins`."""
    names = {".".join(path.relative_to(PLUGINS).with_suffix("").parts): path for path in PLUGINS.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                source = [*name.split(".")[: -node.level], *(node.module or "").split(".")]
                module = ".".join(filter(None, source))
                found[name] |= {module} if module in names else {f"{module}.{each.name}" for each in node.names}
    return found


def part_of(module: str) -> str:
    """Return the folder or the file of which the floor is known."""
    return next(part for part in FLOOR_OF if module == part or module.startswith(f"{part}."))


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, if there are such."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module not in done:
            for each in sorted(graph.get(module, ())):
                found = walk(each, [*way, module])
                if found:
                    return found
            done.add(module)
        return []

    return next(filter(None, (walk(module, []) for module in sorted(graph))), [])


def test_imports_go_down() -> None:
    upward = [
        f"{module} -> {each}"
        for module, imported in imports().items()
        for each in imported
        if part_of(module) != part_of(each) and FLOOR_OF[part_of(module)] >= FLOOR_OF[part_of(each)]
    ]
    assert not upward


def test_the_collection_imports_itself_by_relative_names_alone() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in PLUGINS.rglob("*.py")}
    assert not [path for path, text in texts.items() if "import ansible_collections" in text]
    assert not [path for path, text in texts.items() if "from ansible_collections" in text]
    # And that they are seen.
    assert imports()["module_utils._services.coc"] > {"module_utils._plan", "module_utils._services._filters"}


def test_no_imports_go_round() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]
    assert not circle(imports())


@pytest.mark.parametrize("path", sorted((PLUGINS / "module_utils").rglob("*.py")), ids=lambda path: path.stem)
def test_a_file_is_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
