# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the role, and those of its file, become the options of the module, or are refused by name."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ansible.plugins.lookup", reason="this runs on the control node only")

PLUGINS = "ansible_collections.cloudcron.huaweicloud.plugins"
SERVICES = ["workspace_app", "workspace", "coc"]
MOST = 2**31 - 1

ENTRY = {"name": "a"}
LISTED = {"scheduled_tasks_list": [ENTRY]}

LookUp = Callable[..., dict[str, Any]]


def trusted(value: Any) -> Any:
    """Values as a playbook has them, in which templates are believed."""
    try:
        from ansible.template import trust_as_template
    except ImportError:  # ansible-core 2.18
        return value
    if isinstance(value, dict):
        return {name: trusted(part) for name, part in value.items()}
    if isinstance(value, list):
        return [trusted(part) for part in value]
    return trust_as_template(value) if isinstance(value, str) else value


@pytest.fixture
def look_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LookUp:
    """Calls the lookup for an entry point and the variables of a play."""
    from ansible.parsing.dataloader import DataLoader
    from ansible.parsing.vault import VaultSecret
    from ansible.template import Templar

    module = importlib.import_module(f"{PLUGINS}.lookup.list_options")
    monkeypatch.chdir(tmp_path)
    # One for the whole run, as Ansible has it.
    loader = DataLoader()
    loader.set_vault_secrets([("default", VaultSecret(b"open"))])

    def look_up(entry_point: str = "main", /, **variables: Any) -> dict[str, Any]:
        given = trusted({"inventory_hostname": "localhost", **variables})
        plugin = module.LookupModule(loader=loader, templar=Templar(loader=loader, variables=given))
        (asked,) = plugin.run([entry_point], given)
        return dict(asked)

    return look_up


def write(text: str, name: str = "scheduled_tasks.yml") -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


# The options of the module.


def test_the_list_alone(look_up: LookUp) -> None:
    assert look_up(**LISTED) == {
        "tasks": [ENTRY],
        "service": "workspace_app",
        "defaults": {},
        "show_values": True,
    }


def test_each_variable_has_its_option(look_up: LookUp) -> None:
    asked = look_up(
        **LISTED,
        scheduled_tasks_service="coc",
        scheduled_tasks_defaults={"coc": {"enabled": True}},
        scheduled_tasks_services=["coc", "workspace"],
        scheduled_tasks_prefix="ours-",
        scheduled_tasks_filters={"coc": {"x": "y"}},
        scheduled_tasks_purge=True,
        scheduled_tasks_max_deletions=3,
        scheduled_tasks_no_log=True,
        scheduled_tasks_summary={},
        scheduled_tasks_drift=[],
    )
    assert asked == {
        "tasks": [ENTRY],
        "service": "coc",
        "defaults": {"coc": {"enabled": True}},
        "purge": {
            "services": ["coc", "workspace"],
            "name_prefix": "ours-",
            "filters": {"coc": {"x": "y"}},
            "max_deletions": 3,
        },
        "show_values": False,
    }


def test_an_audit_looks_for_all_that_is_not_on_the_list(look_up: LookUp) -> None:
    asked = look_up("audit", **LISTED, scheduled_tasks_purge=False, scheduled_tasks_max_deletions=1)
    assert asked["purge"] == {"services": ["workspace_app"], "name_prefix": "", "max_deletions": MOST}


@pytest.mark.parametrize("text", ["true", "True", "yes", "1", "on"])
def test_extra_variables_may_be_text(look_up: LookUp, text: str) -> None:
    extra = {"scheduled_tasks_services": " coc, workspace,", "scheduled_tasks_purge": text}
    asked = look_up(**LISTED, **extra, scheduled_tasks_no_log=text, scheduled_tasks_max_deletions="3")
    assert asked["purge"] == {"services": ["coc", "workspace"], "name_prefix": "", "max_deletions": "3"}
    assert asked["show_values"] is False


@pytest.mark.parametrize("text", ["false", "no", "0", False, 0])
def test_and_so_may_what_is_not_wanted(look_up: LookUp, text: Any) -> None:
    asked = look_up(**LISTED, scheduled_tasks_purge=text, scheduled_tasks_no_log=text)
    assert "purge" not in asked
    assert asked["show_values"] is True


def test_the_services_are_those_of_the_list(look_up: LookUp) -> None:
    """Entries that cannot be read are left to the module, which tells their numbers."""
    entries = [{"service": "coc"}, {"name": "a"}, "x", {"service": "cocc"}, {"service": "coc"}, {"service": ["a"]}]
    filters = {"coc": {}, "workspace": {"task_type": "STOP"}, "cocc": {}}
    asked = look_up(
        scheduled_tasks_list=entries,
        scheduled_tasks_service="workspace_app",
        scheduled_tasks_purge=True,
        scheduled_tasks_filters=filters,
    )
    assert asked["tasks"] == entries
    # What is no service is refused by the module. Of those that are, some have no tasks on the list.
    assert asked["purge"] == {
        "services": ["coc", "workspace_app"],
        "name_prefix": "",
        "filters": {"coc": {}, "cocc": {}},
    }


@pytest.mark.parametrize("entries", [[], "text", {"a": "b"}, [1]])
def test_of_what_is_no_list_nothing_is_made(look_up: LookUp, entries: Any) -> None:
    asked = look_up(scheduled_tasks_list=entries, scheduled_tasks_purge=True, scheduled_tasks_filters="text")
    assert asked["tasks"] == entries
    assert asked["purge"] == {"services": [], "name_prefix": "", "filters": "text"}


def test_templates_are_resolved_and_what_is_none_stays_as_it_is(look_up: LookUp) -> None:
    write("scheduled_tasks_list: [{name: !unsafe '{{ x }}', description: '{{ x }}', enabled: '{{ truth }}'}]")
    assert look_up(x="value", truth=True)["tasks"] == [{"name": "{{ x }}", "description": "value", "enabled": True}]


def test_values_are_those_that_the_module_would_get(look_up: LookUp) -> None:
    """Before ansible-core 2.19 a date in a list would turn the whole list into text."""
    write(
        "scheduled_tasks_list: [{name: a, schedule: {date: 2030-12-31, expire_time: 2030-12-31 10:00:00, x: [null]}}]"
    )
    (entry,) = look_up()["tasks"]
    assert entry["schedule"] == {"date": "2030-12-31", "expire_time": "2030-12-31T10:00:00", "x": [None]}
    assert {type(part) for part in entry["schedule"].values()} == {str, list}


# What is refused.


def refusal(asked: dict[str, Any]) -> str:
    assert list(asked) == ["refused"]
    return str(asked["refused"])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("scheduled_tasks_purg", "Did you mean scheduled_tasks_purge?"),
        ("scheduled_task_prefix", "Did you mean scheduled_tasks_prefix?"),
        ("scheduled_tasksprefix", "Did you mean scheduled_tasks_prefix?"),
        ("scheduled_tasks_SERVICES", "Did you mean scheduled_tasks_services?"),
        ("scheduled_task_found", "It has scheduled_tasks_list, "),
    ],
)
def test_a_variable_that_looks_like_the_roles_is_refused(look_up: LookUp, name: str, meant: str) -> None:
    for entry_point in ("main", "audit", "export"):
        said = refusal(look_up(entry_point, **LISTED, **{name: "x"}, of_the_play=1))
        assert said.startswith(f"{name} is no variable of the role scheduled_tasks. {meant}")


def test_all_of_them_are(look_up: LookUp) -> None:
    said = refusal(look_up(**LISTED, scheduled_tasks_a="x", scheduled_tasks_b="x"))
    assert "scheduled_tasks_a is" in said and "scheduled_tasks_b is" in said


@pytest.mark.parametrize(
    "name", ["prefix", "services", "filters", "purge", "max_deletions", "no_log", "defaults", "service", "list"]
)
def test_null_is_refused(look_up: LookUp, name: str) -> None:
    variable = f"scheduled_tasks_{name}"
    assert f"{variable}: null is refused" in refusal(look_up(**{**LISTED, variable: None}))
    write(f"scheduled_tasks_list: []\n{variable}:\n" if name != "list" else "scheduled_tasks_list:\n")
    assert f"{variable}: null is refused" in refusal(look_up())
    if name not in ("list", "defaults", "service", "max_deletions"):
        assert f"{variable}: null is refused" in refusal(look_up("export", **{variable: None}))


@pytest.mark.parametrize("entry_point", ["main", "audit", "export"])
@pytest.mark.parametrize("prefix", [83, 1.5, True, ["a"], {"a": "b"}])
def test_a_prefix_that_is_no_text_is_refused(look_up: LookUp, entry_point: str, prefix: Any) -> None:
    said = refusal(look_up(entry_point, **LISTED, scheduled_tasks_prefix=prefix))
    assert said == "scheduled_tasks_prefix is refused: it is text, and YAML has read something else: quote it."


def test_what_is_neither_true_nor_false_is_refused(look_up: LookUp) -> None:
    said = refusal(look_up(**LISTED, scheduled_tasks_purge="maybe", scheduled_tasks_no_log=[]))
    assert said == (
        "scheduled_tasks_purge is refused: it is true or false. scheduled_tasks_no_log is refused: it is true or false."
    )


def test_a_number_that_is_none_is_refused(look_up: LookUp) -> None:
    said = refusal(look_up(scheduled_tasks_list=[{"coc": {"input_param": {"a": float("nan")}}}]))
    assert said == "scheduled_tasks_list has a number in it that is infinite or none."


def test_a_template_that_cannot_be_resolved_is_named_with_its_variable(look_up: LookUp) -> None:
    said = refusal(look_up(scheduled_tasks_list=[{"name": "{{ nope }}"}]))
    assert said.startswith("scheduled_tasks_list cannot be read: ")
    assert "'nope' is undefined" in said


def test_an_entry_point_that_there_is_not_is_no_refusal(look_up: LookUp) -> None:
    from ansible.errors import AnsibleLookupError

    with pytest.raises(AnsibleLookupError, match="main, audit, export"):
        look_up("apply", **LISTED)
    with pytest.raises(AnsibleLookupError, match="for plays"):
        importlib.import_module(f"{PLUGINS}.lookup.list_options").LookupModule().run(["main"])


# The file.


def test_the_file_is_read_where_there_is_no_list(look_up: LookUp) -> None:
    write("scheduled_tasks_list: [{name: of-the-file}]\nscheduled_tasks_purge: true\nscheduled_tasks_prefix: of-")
    assert look_up()["tasks"] == [{"name": "of-the-file"}]
    assert look_up()["purge"]["name_prefix"] == "of-"
    # With a list of one's own nothing of the file counts.
    assert "purge" not in look_up(**LISTED)


def test_variables_count_more_than_the_file(look_up: LookUp) -> None:
    write("scheduled_tasks_list: []\nscheduled_tasks_purge: true\nscheduled_tasks_service: coc")
    asked = look_up(scheduled_tasks_purge=False, scheduled_tasks_service="workspace")
    assert asked == {"tasks": [], "service": "workspace", "defaults": {}, "show_values": True}


def test_what_is_in_a_file_may_name_what_is_beside_it(look_up: LookUp) -> None:
    write("scheduled_tasks_list: [{name: '{{ scheduled_tasks_prefix }}a'}]\nscheduled_tasks_prefix: of-the-file-")
    assert look_up()["tasks"] == [{"name": "of-the-file-a"}]
    assert look_up(scheduled_tasks_prefix="given-")["tasks"] == [{"name": "given-a"}]


def test_an_edited_file_is_read_again(look_up: LookUp) -> None:
    for name in ("a", "b"):
        write(f"scheduled_tasks_list: [{{name: {name}}}]")
        assert look_up()["tasks"] == [{"name": name}]


def test_each_host_has_a_file(look_up: LookUp) -> None:
    write("scheduled_tasks_list: []", "scheduled_tasks.east.yml")
    write("scheduled_tasks_list: [{name: b}]", "other.yml")
    assert look_up(inventory_hostname="east")["tasks"] == []
    assert look_up(inventory_hostname="east", scheduled_tasks_file="other.yml")["tasks"] == [{"name": "b"}]
    assert look_up(scheduled_tasks_file="{{ 'other' }}.yml")["tasks"] == [{"name": "b"}]


def test_home_is_that_of_whoever_plays(look_up: LookUp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write("scheduled_tasks_list: []", "ours.yml")
    assert look_up(scheduled_tasks_file="~/ours.yml")["tasks"] == []


def test_a_vault_is_opened(look_up: LookUp) -> None:
    from ansible.parsing.vault import VaultLib, VaultSecret

    text = "scheduled_tasks_list: [{name: a, description: secret}]"
    write(str(VaultLib([("default", VaultSecret(b"open"))]).encrypt(text), "utf-8"))
    assert look_up()["tasks"] == [{"name": "a", "description": "secret"}]


def test_a_vault_without_its_password_is_named(look_up: LookUp) -> None:
    from ansible.parsing.vault import VaultLib, VaultSecret

    write(str(VaultLib([("default", VaultSecret(b"another"))]).encrypt("a: b"), "utf-8"))
    assert "scheduled_tasks.yml cannot be read: " in refusal(look_up())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a:\n  b: c: d\n", "scheduled_tasks.yml is no YAML: line 2, column 7: mapping values are not allowed "),
        ("scheduled_tasks_list:\n\t- a", "is no YAML: line 2, column 1: found character that cannot start any token."),
        ("a: 1\nb:\n  - {c: 1, c: 2}\n", "scheduled_tasks.yml: line 3, column 12: c stands there a second time."),
        ("scheduled_tasks_list: *x", "is no YAML: line 1, column 23: found undefined alias"),
        ("scheduled_tasks_list: '\x07'", "is no YAML: character 24 is none that it may have."),
        ("scheduled_tasks_list: [{name: a}\n", "is no YAML: line 2, column 1: did not find expected ',' or ']'"),
        ("", "is empty."),
        ("---\n# nothing\n", "is empty."),
        ("- name: a\n", "is no file of variables: a list stands"),
        ("text", "is no file of variables: a text or a number stands"),
        ("scheduled_tasks_prefix: a", "has no scheduled_tasks_list."),
        ("scheduled_tasks_lst: []", "scheduled_tasks_lst is no variable of the role scheduled_tasks. Did you mean "),
        (
            "scheduled_tasks_list: []\npurge: true",
            "purge is no variable of the role scheduled_tasks. Did you mean scheduled_",
        ),
        ("scheduled_tasks_list: []\nzone: UTC", "zone is no variable of the role scheduled_tasks. It has "),
        ("scheduled_tasks_list: []\n1: UTC", "1 is no variable of the role scheduled_tasks."),
        ("scheduled_tasks_list: []\nscheduled_tasks_file: a", "scheduled_tasks_file is no variable"),
        ("scheduled_tasks_list: []\nscheduled_tasks_drift: []", "scheduled_tasks_drift is no variable"),
    ],
)
def test_a_file_that_is_none_is_refused_by_its_name(look_up: LookUp, text: str, words: str) -> None:
    path = write(text).resolve()
    said = refusal(look_up())
    assert said.startswith(str(path))
    assert words in said


def test_other_files_are_refused_too(look_up: LookUp, tmp_path: Path) -> None:
    missing = refusal(look_up(scheduled_tasks_file="missing.yml"))
    assert f"neither scheduled_tasks_list nor the file {tmp_path}/missing.yml (scheduled_tasks_file)" in missing
    assert refusal(look_up(scheduled_tasks_file=".")) == f"{tmp_path} (scheduled_tasks_file) is a directory."
    Path("latin").write_bytes(b"scheduled_tasks_list: [{name: \xe9}]")
    assert str(tmp_path / "latin") in refusal(look_up(scheduled_tasks_file="latin"))
    assert refusal(look_up(scheduled_tasks_file=7)).startswith("scheduled_tasks_file is refused: it is text")
    assert refusal(look_up(scheduled_tasks_file="")) == "scheduled_tasks_file is empty."
    assert refusal(look_up(scheduled_tasks_file=None)).startswith("scheduled_tasks_file: null is refused")


def test_a_file_is_not_shown_in_what_is_said_of_it(look_up: LookUp) -> None:
    write("scheduled_tasks_list:\n  - name: a\n    description: secret: secret\n")
    assert "secret" not in refusal(look_up())


# An audit that is written to a file.


@pytest.mark.parametrize(("name", "format_"), [("a.md", "markdown"), ("A.MD", "markdown"), ("b.xml", "junit")])
def test_the_name_of_the_file_tells_the_format(look_up: LookUp, tmp_path: Path, name: str, format_: str) -> None:
    asked = look_up("audit", **LISTED, scheduled_tasks_audit_file=name)
    assert (asked["format"], asked["writes"]) == (format_, str(tmp_path / name))
    assert "writes" not in look_up(**LISTED, scheduled_tasks_audit_file=name)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("a.txt", "it ends with .md for Markdown or with .xml for JUnit"),
        ("md", "it ends with .md"),
        ("no/such.md", "there is no directory "),
        ("folder.md", "is a directory."),
        ("", "scheduled_tasks_audit_file is empty."),
        (7, "it is text"),
    ],
)
def test_other_files_are_refused_before_anything_is_asked_for(look_up: LookUp, path: Any, words: str) -> None:
    Path("folder.md").mkdir()
    said = refusal(look_up("audit", **LISTED, scheduled_tasks_audit_file=path))
    assert said.startswith("scheduled_tasks_audit_file")
    assert words in said


# An export.


def test_an_export_is_of_all_services(look_up: LookUp, tmp_path: Path) -> None:
    assert look_up("export", inventory_hostname="east") == {
        "services": SERVICES,
        "is_named": False,
        "filters": {},
        "prefix": "",
        "show_values": True,
        "writes": str(tmp_path / "scheduled_tasks.east.yml"),
    }


def test_or_of_those_that_are_named(look_up: LookUp) -> None:
    # A list is none of its business, nor the secrets in it.
    asked = look_up(
        "export",
        scheduled_tasks_list=[{"name": "{{ not_there }}"}],
        scheduled_tasks_services="coc",
        scheduled_tasks_prefix="ours-",
        scheduled_tasks_filters={"coc": {"a": "b"}},
        scheduled_tasks_no_log="yes",
    )
    del asked["writes"]
    assert asked == {
        "services": ["coc"],
        "is_named": True,
        "filters": {"coc": {"a": "b"}},
        "prefix": "ours-",
        "show_values": False,
    }


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"scheduled_tasks_services": ["coc", "coc2"]}, "scheduled_tasks_services: coc2 is refused"),
        ({"scheduled_tasks_services": []}, "scheduled_tasks_services is empty"),
        ({"scheduled_tasks_filters": {"workspace-app": {}}}, "scheduled_tasks_filters: workspace-app is refused"),
        ({"scheduled_tasks_filters": "a"}, "scheduled_tasks_filters is no dictionary"),
        ({"scheduled_tasks_file": "no/such/file.yml"}, "scheduled_tasks_file: there is no directory "),
    ],
)
def test_what_would_export_something_else_is_refused(look_up: LookUp, variables: Any, words: str) -> None:
    assert words in refusal(look_up("export", **variables))


def test_the_lookup_documents_what_it_takes() -> None:
    import yaml

    module = importlib.import_module(f"{PLUGINS}.lookup.list_options")
    assert yaml.safe_load(module.DOCUMENTATION)["options"]["_terms"]["choices"] == list(module.ENTRY_POINTS)
    specs = Path(inspect.getfile(module)).parents[2] / "roles" / "scheduled_tasks" / "meta" / "argument_specs.yml"
    options = {name: set(spec["options"]) for name, spec in yaml.safe_load(specs.read_text())["argument_specs"].items()}
    variables = importlib.import_module(f"{PLUGINS}.plugin_utils._role_variables")
    assert options["main"] | options["audit"] == set(variables.TAKEN)
    assert list(options) == list(module.ENTRY_POINTS)
