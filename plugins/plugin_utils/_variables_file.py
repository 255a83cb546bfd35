# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the file of variables of the role `scheduled_tasks`, with all that Ansible knows in such a file."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any

import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from ..module_utils._errors import brief
from ._role_variables import RefusedVariablesError

# Before ansible-core 2.19 everything in a file could be a template.
TRUST = (
    {"trusted_as_template": True}
    if "trusted_as_template" in inspect.signature(DataLoader.load_from_file).parameters
    else {}
)


def read_file(loader: DataLoader, path: str) -> Any:
    """Return the content of a file, in which templates are still templates, and what is in a vault is decrypted.

    :param loader: knows the passwords of vaults.
    :raises RefusedVariablesError: it is no YAML, or cannot be read.
    """
    if os.path.isdir(path):
        raise RefusedVariablesError([f"{path} (scheduled_tasks_file) is a directory."])
    if not os.path.exists(path):
        raise RefusedVariablesError(
            [
                f"There is neither scheduled_tasks_list nor the file {path} (scheduled_tasks_file), which the playbook "
                "cloudcron.huaweicloud.export writes."
            ]
        )
    try:
        # Between two calls of the role it may be edited.
        content = loader.load_from_file(path, cache="none", **TRUST)
        _check_keys(path)
        return content
    except (AnsibleError, OSError, UnicodeError) as error:
        raise RefusedVariablesError([_sentence(path, error)]) from None


def _check_keys(path: str) -> None:
    """Refuse a file in which a key stands twice: Ansible warns and takes the last one, and a purge deletes the rest.

    A file that is encrypted as a whole is not looked into.
    """
    text = Path(path).read_text(encoding="utf-8-sig")
    parts = [] if text.startswith("$ANSIBLE_VAULT") else [yaml.compose(text, Loader=yaml.SafeLoader)]
    while parts:
        node = parts.pop()
        if isinstance(node, yaml.SequenceNode):
            parts += node.value
        elif isinstance(node, yaml.MappingNode):
            met: set[str] = set()
            for key, value in node.value:
                parts.append(value)
                if isinstance(key, yaml.ScalarNode):
                    if key.value in met:
                        mark = key.start_mark
                        place = f"line {mark.line + 1}, column {mark.column + 1}"
                        raise RefusedVariablesError(
                            [f"{path}: {place}: {brief(key.value)} stands there a second time."]
                        )
                    met.add(key.value)


def first_line(error: Exception) -> str:
    """Return what an error of Ansible says, without the lines of the file around it, which may have a secret."""
    return brief(next(iter(str(error).splitlines()), type(error).__name__)).rstrip(".")


def _sentence(path: str, error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, MarkedYAMLError) and cause.problem_mark is not None:
            place = f"line {cause.problem_mark.line + 1}, column {cause.problem_mark.column + 1}"
            return f"{path} is no YAML: {place}: {brief(cause.problem or cause.context)}."
        if isinstance(cause, ReaderError):
            return f"{path} is no YAML: character {cause.position + 1} is none that it may have."
        if isinstance(cause, UnicodeError):
            return f"{path} is no text in UTF-8."
        cause = cause.__cause__ or cause.__context__
    return f"{path} cannot be read: {first_line(error) if isinstance(error, Exception) else error}."
