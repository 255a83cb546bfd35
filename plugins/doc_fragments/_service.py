# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import ClassVar

from ..module_utils._services._service import Service
from ..module_utils._services._table import SERVICES
from ..module_utils._services._task_service import TaskService


def _described(service: type[Service]) -> str:
    said = f"V({service.name}) is {service.title}"
    if issubclass(service, TaskService):
        return f"{said}."
    return f"{said}, whose tasks can only be looked up, with M(cloudcron.huaweicloud.scheduled_task_info)."


class ModuleDocFragment:
    """The option that names the service, shared by all modules."""

    DOCUMENTATION: ClassVar[str]


# Not within the class, where ansible-test's yamllint takes nothing but a plain text.
ModuleDocFragment.DOCUMENTATION = f"""
options:
  service:
    description:
      - The service that runs the tasks.
      - >-
        {" ".join(map(_described, SERVICES.values()))}
    type: str
    required: true
    choices: [{", ".join(SERVICES)}]
"""
