# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks to begin with, from a file.

Each is written as its service answers it, and is held against what the service can answer: a seed that no service could
have would teach nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, create_model, model_validator

from . import coc_answers, codearts_check_answers, workspace_answers, workspace_app_answers
from .answers import Text
from .messages import BadParameter
from .service import Record
from .validation import ABSENT, check

if TYPE_CHECKING:
    from .emulator import Emulator

Seed = dict[str, list[Record]]


class BadSeed(Exception):
    """A file that is no seed; the message says where and why."""


class _Target(workspace_app_answers.Target):
    """One object of a task of Workspace App; without a name it has its id as one, as in the service."""

    target_name: Text = ABSENT

    @model_validator(mode="after")
    def _is_named(self) -> _Target:
        self.target_name = self.target_name or self.target_id
        return self


class _Task:
    """How a service writes a task."""

    def __init__(
        self, *answers: type[BaseModel], computed: tuple[str, ...] = (), id_field: str = "id", **other: Any
    ) -> None:
        """Any field may be left out.

        :param answers: what the service answers of a task.
        :param computed: fields that are answered, but made from the others.
        :param id_field: the one that no two tasks share.
        :param other: types of fields that are not answered, or not in the form in which they are stored.
        """
        fields = {name: field for answer in answers for name, field in answer.model_fields.items()}
        kinds = {name: field.rebuild_annotation() for name, field in fields.items()} | other
        self.id_field = id_field
        self._computed = computed
        self._blanks = {name: field.default for name, field in fields.items() if not field.is_required()}
        given: dict[str, Any] = {name: (kind, ABSENT) for name, kind in kinds.items()}
        self._model: type[BaseModel] = create_model("Task", __config__=ConfigDict(strict=True, extra="forbid"), **given)
        self._other = other

    def read(self, content: Any) -> Record:
        """The fields as they are stored.

        :raises BadParameter: it says which of them no task has.
        """
        if not isinstance(content, dict):
            raise BadParameter("it is not an object with the fields of a task")
        stored = {name: value for name, value in content.items() if name not in self._computed}
        blanks = {name: self._blanks[name] for name, value in stored.items() if self._is_blank(name, value)}
        given = {
            name: _parsed(name, value) if name in self._other else _without_blanks(value)
            for name, value in stored.items()
            if name not in blanks
        }
        task = check(self._model, given)
        return blanks | task.model_dump(include=task.model_fields_set)

    def _is_blank(self, name: str, value: Any) -> bool:
        return name in self._blanks and value in ("", None)


_TASKS = {
    "workspace_app": _Task(
        workspace_app_answers.Detail,
        workspace_app_answers.Summary,
        computed=("next_execution_time", "task_cron"),
        target_infos=list[_Target],
        project_id=str,
    ),
    "workspace": _Task(
        workspace_answers.Detail, workspace_answers.Summary, computed=("next_execution_time",), project_id=str
    ),
    "coc": _Task(
        coc_answers.Detail,
        coc_answers.Summary,
        computed=("scheduled_type",),
        input_param=dict[str, Any],
        target_instances=list[dict[str, Any]],
        domain_id=str,
    ),
    "codearts_check": _Task(
        codearts_check_answers.TaskCron, id_field="taskId", error=codearts_check_answers.Error, domain_id=str
    ),
}


def read_seed(path: Path) -> Seed:
    """The tasks in a file, by their services.

    :raises BadSeed: it is not a seed.
    """
    content = _load(path)
    if not isinstance(content, dict):
        raise BadSeed("it is not a mapping of services to lists of tasks")
    return {service: _read_tasks(service, tasks) for service, tasks in content.items()}


def plant(emulator: Emulator, seed: Seed) -> None:
    """Store the tasks of a seed.

    :raises BadSeed: a task is in no project, or account, that there is.
    """
    for service, tasks in seed.items():
        for number, task in enumerate(tasks, 1):
            try:
                emulator.services[service].add_task(**task)
            except KeyError as error:
                raise BadSeed(f"{service}, task {number}: the emulator has no project or account {error}") from None


def _load(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadSeed(str(error.strerror)) from None
    except UnicodeDecodeError as error:
        raise BadSeed(f"it is not UTF-8: {error}") from None
    if path.suffix in (".yaml", ".yml"):
        return _yaml(text)
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadSeed(f"it is not JSON: {error}") from None


def _yaml(text: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise BadSeed("PyYAML is needed to read YAML; JSON can be read without it") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadSeed(f"it is not YAML: {error}") from None


def _read_tasks(service: Any, tasks: Any) -> list[Record]:
    if service not in _TASKS:
        raise BadSeed(f"there is no service {service!r}; the services are {', '.join(_TASKS)}")
    if not isinstance(tasks, list):
        raise BadSeed(f"{service}: it is not a list of tasks")
    kind, read, ids = _TASKS[service], [], set()
    for number, task in enumerate(tasks, 1):
        try:
            read.append(kind.read(task))
        except BadParameter as error:
            raise BadSeed(f"{service}, task {number}: {error.message}") from None
        task_id = read[-1].get(kind.id_field, number)
        if task_id in ids:
            raise BadSeed(f"{service}, task {number}: there is a task {task_id} before it")
        ids.add(task_id)
    return read


def _parsed(name: str, value: Any) -> Any:
    # COC writes some objects as text when it answers.
    if not isinstance(value, str) or name not in ("input_param", "target_instances"):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise BadParameter(f"{name}: malformed JSON ({error})") from None


def _without_blanks(value: Any) -> Any:
    """The value with only those parts of it that have one."""
    if isinstance(value, list):
        return [_without_blanks(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_blanks(each) for name, each in value.items() if each not in ("", None)}
    return value
