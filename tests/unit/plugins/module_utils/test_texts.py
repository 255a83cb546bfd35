# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that are text, and what YAML makes of those that nobody has quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._texts import check_texts

yaml = pytest.importorskip("yaml", reason="it is no requirement where modules alone run")

SPECS = {
    name: getattr(_arguments, name)["argument_spec"]
    for name in ("SCHEDULED_TASK", "SCHEDULED_TASK_INFO", "SCHEDULED_TASKS")
}
UNQUOTED = ("1.10", "0123", "yes", "12:30:45", "2027-01-01", "2027-01-01 10:00:00", "1.0e+3", ".inf", "{a: 1}", "[a]")
TAKEN_UNQUOTED = {
    "schedule.date": ("2027-01-01", "2027-01-01 10:00:00"),
    "schedule.expire_time": ("2027-01-01", "2027-01-01 10:00:00"),
    "schedule.month_days": ("0123", "12:30:45", "yes"),
}


def text_options(spec: Mapping[str, Any], holder: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every option that is text or a list of texts, by its dotted path, its aliases included."""
    for name, option in spec.items():
        for called in (name, *option.get("aliases", ())):
            path = f"{holder}{called}"
            if "options" in option:
                yield from text_options(option["options"], f"{path}.")
            elif option["type"] in ("str", "path") or option.get("elements") == "str":
                yield path, option


def given(spec: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Options in which nothing but the one of this path is given."""
    name, _dot, rest = path.partition(".")
    option = next(each for key, each in spec.items() if name in (key, *each.get("aliases", ())))
    inner = given(option["options"], rest, value) if rest else value
    return {name: [inner] if option["type"] == "list" else inner}


def without_aliases(spec: Mapping[str, Any], path: str) -> str:
    """The dotted path of an option under its own names."""
    name, _dot, rest = path.partition(".")
    key, option = next((key, each) for key, each in spec.items() if name in (key, *each.get("aliases", ())))
    return f"{key}.{without_aliases(option['options'], rest)}" if rest else str(key)


@pytest.mark.parametrize("module", SPECS)
def test_no_option_that_is_text_takes_anything_else(module: str) -> None:
    spec = SPECS[module]
    paths = list(text_options(spec))
    assert len(paths) > 15
    for path, option in paths:
        check_texts(spec, given(spec, path, "1.10"))
        check_texts(spec, given(spec, path, None))
        for unquoted in UNQUOTED:
            arguments = given(spec, path, yaml.safe_load(unquoted))
            option_name = without_aliases(spec, path)
            if unquoted in TAKEN_UNQUOTED.get(option_name, ()):
                check_texts(spec, arguments)
                continue
            with pytest.raises(OptionError) as refused:
                check_texts(spec, arguments)
            assert refused.value.option == option_name
            assert "it is text" in refused.value.message
            if option.get("no_log"):
                assert str(yaml.safe_load(unquoted)) not in refused.value.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1.10", "name: '1.1' is refused: it is text, and YAML has read a number, "),
        ("0123", "name: '83' is refused: it is text, and YAML has read a number, "),
        ("12:30:45", "name: '45045' is refused: it is text, and YAML has read a number, "),
        ("yes", "name: 'True' is refused: it is text, and YAML has read a truth value, "),
        ("2027-01-01", "name: '2027-01-01' is refused: it is text, and YAML has read a date or a time, "),
        ("{pw: hidden}", "name: dictionary of length 1 is refused: it is text. "),
        ("[hidden]", "name: list of length 1 is refused: it is text. "),
    ],
)
def test_the_message_says_what_it_is_and_what_to_do(value: str, words: str) -> None:
    with pytest.raises(OptionError) as refused:
        check_texts(SPECS["SCHEDULED_TASK"], {"name": yaml.safe_load(value)})
    assert refused.value.message.startswith(words)
    assert ("quote it" in refused.value.message) != ("item.name" in refused.value.message)
    assert "hidden" not in refused.value.message


def test_options_that_ansible_reads_from_text_are_read_too() -> None:
    spec = SPECS["SCHEDULED_TASK"]
    check_texts(spec, {"targets": ['{"type": "A", "id": "5"}', "type=A id=5"]})
    with pytest.raises(OptionError) as refused:
        check_texts(spec, {"targets": ['{"type": "A", "id": 5}']})
    assert refused.value.option == "targets.id"


def test_a_list_of_texts_may_be_one_text() -> None:
    spec = SPECS["SCHEDULED_TASK"]
    check_texts(spec, {"workspace": {"gray_desktop_ids": "a,b"}, "schedule": {"month_days": 15}})
    with pytest.raises(OptionError) as refused:
        check_texts(spec, {"workspace": {"gray_desktop_ids": 5}})
    assert refused.value.option == "workspace.gray_desktop_ids"


@pytest.mark.parametrize("key", ["yes", "1.10", "2027-01-01", "~"])
def test_the_keys_of_free_data_are_text_and_its_values_are_data(key: str) -> None:
    spec = SPECS["SCHEDULED_TASK"]
    free = {"a": 1, "b": [1.1, True, None, {"c": 2}]}
    steps = [{"target_selection": "MANUAL", "order_no": 1, "target_instances": free}]
    check_texts(spec, {"coc": {"input_param": free, "target_instances": steps}, "workspace": {"extra_params": free}})
    wrong = {"a": [{yaml.safe_load(key): "b"}]}
    steps = [{**steps[0], "target_instances": wrong}]
    for options, option in (
        ({"coc": {"input_param": wrong}}, "coc.input_param"),
        ({"coc": {"target_instances": steps}}, "coc.target_instances.target_instances"),
        ({"workspace": {"extra_params": wrong}}, "workspace.extra_params"),
    ):
        with pytest.raises(OptionError) as refused:
            check_texts(spec, options)
        assert refused.value.option == option
        assert "its keys are text" in refused.value.message


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"no_such_option": 5},
        {5: 5},
        {"schedule": "daily"},
        {"schedule": 5},
        {"targets": [5, None, "x"]},
        {"coc": None},
    ],
    ids=str,
)
def test_what_has_another_fault_is_left_to_ansible(arguments: dict[Any, Any]) -> None:
    check_texts(SPECS["SCHEDULED_TASK"], arguments)


def test_text_of_ansibles_own_types_is_text() -> None:
    pytest.importorskip("ansible.plugins.action", reason="this is on the control node only")
    from ansible.parsing.vault import VaultLib, VaultSecret
    from ansible.utils.unsafe_proxy import wrap_var

    spec = SPECS["SCHEDULED_TASK"]
    check_texts(spec, {"name": wrap_var("nightly")})
    vault = VaultLib([("default", VaultSecret(b"words"))])
    sealed = vault.encrypt("nightly").decode()
    try:
        from ansible.parsing.vault import EncryptedString
    except ImportError:  # ansible-core 2.18
        from ansible.parsing.yaml.objects import AnsibleVaultEncryptedUnicode

        check_texts(spec, {"secret_key": AnsibleVaultEncryptedUnicode(sealed)})
    else:
        check_texts(spec, {"secret_key": EncryptedString(ciphertext=sealed)})
