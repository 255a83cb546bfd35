# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Ansible community asks of a collection, as far as this repository can meet it, and the list that says so."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# https://semver.org, without build metadata, which Galaxy does not keep apart.
SEMANTIC_VERSION = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"

ALLOWED_FOLDERS = {
    "action",
    "doc_fragments",
    "filter",
    "inventory",
    "lookup",
    "modules",
    "module_utils",
    "plugin_utils",
}
LARGEST = 1_000_000  # bytes; Galaxy takes 20 MB for all files


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def files() -> list[Path]:
    """All files of the checkout that are or will be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("this is no checkout of git")
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


# The version, and what is supported


def test_the_version_is_a_semantic_one():
    assert re.fullmatch(SEMANTIC_VERSION, load("galaxy.yml")["version"])


def supported() -> tuple[Any, str, str]:
    """The matrix, the oldest ansible-core in it, and the oldest Python."""
    from ansible_collections.cloudcron.huaweicloud.tests.tools import matrix

    pythons = {python for versions in matrix.MODULES.values() for python in versions}
    return matrix, matrix.OLDEST, min(pythons, key=lambda version: int(version.split(".")[1]))


def test_the_oldest_ansible_core_is_the_same_everywhere():
    matrix, oldest, _python = supported()
    assert load("meta/runtime.yml")["requires_ansible"] == f">={oldest}.0"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"ansible-core (\d+\.\d+) to (\d+\.\d+)", readme) == [(oldest, matrix.NEWEST)]
    for path in (ROOT / "roles").glob("*/meta/main.yml"):
        assert load(str(path))["galaxy_info"]["min_ansible_version"] == oldest


def test_the_oldest_python_is_the_same_everywhere():
    _matrix, _core, oldest = supported()
    assert load("tests/config.yml")["modules"]["python_requires"] == f">={oldest}"
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"that host needs Python {oldest} or newer" in readme


def test_the_versions_that_are_said_to_be_tested_are_those_of_the_matrix():
    matrix, _core, _python = supported()
    rows = re.findall(r"^\| (2\.\d+) \| ([\d., ]+) \| ([\d., ]*)\|$", CONTRIBUTING, re.MULTILINE)
    said = {core: (tuple(python.split(", ")), tuple(modules.strip().split(", "))) for core, python, modules in rows}
    tested = {core: (pythons, matrix.MODULES.get(core, ("",))) for core, pythons in matrix.CONTROLLERS.items()}
    assert said == tested


# What there has to be


@pytest.mark.parametrize(
    "name",
    [
        *["README.md", "CHANGELOG.rst", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "COPYING", "SECURITY.md"],
        *["LICENSES/GPL-3.0-or-later.txt", "changelogs/config.yaml", "meta/runtime.yml", "REUSE.toml"],
    ],
)
def test_the_file_is_there(name):
    assert (ROOT / name).stat().st_size


def test_galaxy_knows_where_to_find_everything():
    galaxy = load("galaxy.yml")
    for key in ("repository", "documentation", "homepage", "issues"):
        assert galaxy[key].startswith("https://"), key
    assert galaxy["issues"] == f"{galaxy['repository']}/issues"
    assert galaxy["tags"]
    assert galaxy["license_file"] == "COPYING" or galaxy["license"] == ["GPL-3.0-or-later"]
    assert galaxy["dependencies"] == {}


def test_whoever_reports_something_is_sent_to_the_repository_of_galaxy_yml():
    repository = load("galaxy.yml")["repository"]
    for name in ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        found = set(re.findall(r"https://github\.com/[^/)]+/[^/)\s]+", text))
        assert found == {repository}, name


def test_the_changelog_is_of_the_format_that_the_ansible_package_reads():
    config = load("changelogs/config.yaml")
    assert (config["changes_file"], config["changes_format"]) == ("changelog.yaml", "combined")
    assert config["sanitize_changelog"] is True


# Plugins


def documentation(module: str) -> dict[str, Any]:
    """What a module says of itself, and what the fragments that it extends add to its attributes."""
    texts = _strings(PLUGINS / "modules" / f"{module}.py")
    said: dict[str, Any] = yaml.safe_load(texts["DOCUMENTATION"])
    attributes: dict[str, Any] = {}
    for name in said["extends_documentation_fragment"]:
        assert name.startswith("cloudcron.huaweicloud."), f"{module}: {name} is no fully qualified name"
        module_name = f"ansible_collections.cloudcron.huaweicloud.plugins.doc_fragments.{name.split('.')[-1]}"
        fragment = importlib.import_module(module_name).ModuleDocFragment.DOCUMENTATION
        attributes |= yaml.safe_load(fragment).get("attributes", {})
    for name, own in said.get("attributes", {}).items():
        attributes[name] = {**attributes.get(name, {}), **own}
    return {**said, "attributes": attributes, "examples": yaml.safe_load(texts["EXAMPLES"]), "returns": texts["RETURN"]}


def _strings(path: Path) -> dict[str, str]:
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = node.value.value
    return found


def test_there_are_modules():
    assert {"scheduled_task", "scheduled_task_info"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_the_module_states_its_attributes(module):
    attributes = documentation(module)["attributes"]
    wanted = {"action", "action_group", "async", "check_mode", "diff_mode", "idempotent", "platform"}
    assert set(attributes) == wanted
    assert {name: each.get("support") for name, each in attributes.items() if "support" not in each} == {}
    assert attributes["platform"]["platforms"] == "posix"
    assert attributes["action_group"]["membership"] == ["cloudcron.huaweicloud.all"]


@pytest.mark.parametrize("module", MODULES)
def test_the_module_is_in_the_action_group_and_has_an_action_plugin(module):
    assert module in load("meta/runtime.yml")["action_groups"]["all"]
    assert (PLUGINS / "action" / f"{module}.py").is_file()


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_have_names_and_fully_qualified_modules(module):
    examples = documentation(module)["examples"]
    for task in [task for each in examples for task in each.get("tasks", [each])]:
        called = [key for key in task if "." in key]
        assert task.get("name"), task
        assert len(called) == 1, task


@pytest.mark.parametrize("module", MODULES)
def test_only_info_modules_look_up_and_they_all_do_in_check_mode(module):
    said = documentation(module)
    assert said["module"] == module
    assert "ansible_facts" not in yaml.safe_load(said["returns"])
    if module.endswith("_info"):
        assert said["attributes"]["check_mode"]["support"] == "full"
        assert said["attributes"]["diff_mode"]["support"] in ("none", "N/A")
        assert "state" not in said["options"]
    else:
        assert set(said["options"].get("state", {}).get("choices", [])) <= {"present", "absent"}


@pytest.mark.parametrize("folder", ["modules", "filter", "lookup"])
def test_all_that_users_call_says_since_when_it_exists(folder):
    for path in (PLUGINS / folder).glob("*.py"):
        since = yaml.safe_load(_strings(path)["DOCUMENTATION"])["version_added"]
        assert re.fullmatch(SEMANTIC_VERSION, since), path.name


def test_plugins_lie_in_folders_that_ansible_knows():
    folders = {path.name for path in PLUGINS.iterdir() if path.is_dir()}
    assert folders <= ALLOWED_FOLDERS
    assert [path.name for path in PLUGINS.iterdir() if path.is_file()] == []


@pytest.mark.parametrize("folder", ["doc_fragments", "module_utils", "plugin_utils"])
def test_utilities_are_private(folder):
    paths = [path.relative_to(PLUGINS / folder) for path in (PLUGINS / folder).rglob("*.py")]
    assert paths
    # One private folder is enough for what is below it.
    public = [path.as_posix() for path in paths if not any(part.startswith("_") for part in path.parts)]
    assert public == []


def test_all_of_plugins_is_under_the_gpl():
    # Cut in two, since REUSE would read it as the licence of this file.
    header = re.compile("^# SPDX-License" + r"-Identifier: GPL-3\.0-or-later$", re.MULTILINE)
    paths = [*PLUGINS.rglob("*.py")]
    assert [path.name for path in paths if not header.search(path.read_text(encoding="utf-8")[:1000])] == []
    assert sorted(path.name for path in (ROOT / "LICENSES").iterdir()) == ["GPL-3.0-or-later.txt"]


def test_what_users_call_refers_to_nothing_that_only_this_repository_has():
    elsewhere = re.compile(r"\.\./(docs|tests)/|_(path|dir)\b[^\n]*\b(docs|tests)/|huaweicloud\.tests\b")
    paths = [path for name in ("plugins", "roles", "playbooks") for path in (ROOT / name).rglob("*") if path.is_file()]
    sources = [path for path in paths if path.suffix in (".py", ".yml", ".j2")]
    assert len(sources) > 20
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sources}
    assert [name for name, text in texts.items() if elsewhere.search(text)] == []


# Files


def test_sanity_ignores_nothing():
    assert [path.name for path in (ROOT / "tests" / "sanity").glob("ignore*")] == []


def test_nothing_is_binary_and_nothing_is_large():
    found = files()
    assert len(found) > 100
    assert [path for path in found if path.stat().st_size > LARGEST] == []
    assert [path for path in found if b"\0" in path.read_bytes()] == []


# The list


def items() -> list[tuple[bool, str]]:
    """What the list says: whether an item is met, and its text."""
    text = CONTRIBUTING.split("## Requirements of the `ansible` package")[1]
    found = re.findall(r"^- \[([ x])\] (.+(?:\n  .+)*)", text, re.MULTILINE)
    return [(mark == "x", " ".join(item.split())) for mark, item in found]


def test_each_item_that_is_met_names_what_sees_to_it_and_that_exists():
    met = [text for is_met, text in items() if is_met]
    assert len(met) > 20
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    (step_names,) = re.findall(r"^STEPS := (.*)$", makefile, re.MULTILINE)
    targets = {f"make {name}" for name in (*phony.split(), *step_names.split())}
    for text in met:
        named = re.findall(r"`([^`]+)`", text)
        sees_to_it = [each for each in named if each in targets or (ROOT / each).exists()]
        assert sees_to_it, text
        for each in named:
            looks_like_one = each.startswith("make ") or "/" in each or each.endswith((".md", ".yml", ".toml"))
            assert not looks_like_one or each in sees_to_it, f"{each}: {text}"


def test_what_is_not_met_is_said_and_lies_outside_of_this_repository():
    outside = ["GitHub", "Galaxy", "ansible-collections/ansible-inclusion", "maintainers"]
    open_items = [text for is_met, text in items() if not is_met]
    assert len(open_items) == 5
    assert [text for text in open_items if not any(word in text for word in outside)] == []


def test_what_contributing_names_exists():
    paths = {each for each in re.findall(r"`([a-z.][\w./-]*/[\w./-]+)`", CONTRIBUTING) if not each.startswith(".work")}
    paths -= {"ansible-collections/ansible-inclusion"}
    assert len(paths) > 25
    assert sorted(path for path in paths if not (ROOT / path).exists()) == []
    links = re.findall(r"\]\(([^)#:]+)\)", CONTRIBUTING + (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(links) >= 3
    assert sorted(path for path in links if not (ROOT / path).exists()) == []
    called = set(re.findall(r"make ([a-z][a-z-]+)`", CONTRIBUTING))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    said = re.findall(r"^(?:\.PHONY: |STEPS := )(.*)$", makefile, re.MULTILINE)
    assert called - set(" ".join(said).split()) == set()
