# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation says of choices and ranges is what the modules hold to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from ansible_collections.cloudcron.huaweicloud.plugins.doc_fragments import _connection, _service
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._schedule import PARTS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._task_service import TaskService
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field
from ansible_collections.cloudcron.huaweicloud.plugins.modules import scheduled_task

OPTIONS = yaml.safe_load(scheduled_task.DOCUMENTATION)["options"]
RANGE = re.compile(r"(?<![\w.-])(\d+) to (\d+)(?![\w:-])")


def within(path: str, field: Field) -> Iterator[tuple[str, Field]]:
    yield path, field
    for name, part in field.fields.items():
        yield from within(f"{path}.{name}", part)


def stated() -> Iterator[tuple[str, Field]]:
    """Return every limit that is stated anywhere, by the dotted path of its option."""
    for name, part in PARTS.items():
        yield f"schedule.{name}", part
    for service in SERVICES.values():
        for name, own in service.own_fields.items():
            yield from within(f"{service.name}.{name}", own)
        if issubclass(service, TaskService):
            yield from service.limits.items()


def documented(path: str) -> tuple[str, list[str]]:
    """Return the description of an option, and its choices."""
    option: dict[str, Any] = {"suboptions": OPTIONS}
    for name in path.split("."):
        option = option["suboptions"][name]
    description = option["description"]
    return " ".join(description) if isinstance(description, list) else description, option.get("choices") or []


@pytest.mark.parametrize(("path", "field"), [pytest.param(*each, id=each[0]) for each in stated()])
def test_choices_and_ranges_are_documented(path: str, field: Field) -> None:
    description, choices = documented(path)
    value = field.item or field
    missing = [choice for choice in value.choices if choice not in choices and f"V({choice})" not in description]
    assert not missing
    if value.kind == "int" and value.most is not None:
        assert (str(value.least), str(value.most)) in RANGE.findall(description)


@pytest.mark.parametrize("path", sorted({path for path, field in stated() if field.form is None}))
def test_documented_ranges_are_those_of_some_service(path: str) -> None:
    held = {
        (str(value.least), str(value.most))
        for each, field in stated()
        if each == path
        for value in [field.item or field]
    }
    assert held.issuperset(RANGE.findall(documented(path)[0]))


def test_service_types_are_documented() -> None:
    types = {"task_type": "task_types", "targets.type": "target_types", "schedule.type": "schedule_types"}
    for path, name in types.items():
        description, choices = documented(path)
        for service in SERVICES.values():
            for each in getattr(service, name, ()):
                assert f"V({each})" in description or each in choices, (service.name, path)


def test_every_service_can_be_chosen_and_have_an_address() -> None:
    service = yaml.safe_load(_service.ModuleDocFragment.DOCUMENTATION)["options"]["service"]
    assert service["choices"] == list(SERVICES)
    endpoints = yaml.safe_load(_connection.ModuleDocFragment.DOCUMENTATION)["options"]["endpoints"]
    assert list(endpoints["suboptions"]) == list(SERVICES)
    for each in SERVICES.values():
        assert f"V({each.name}) is {each.title}" in service["description"][1]
        assert endpoints["suboptions"][each.name]["description"] == f"Address of {each.title}."
