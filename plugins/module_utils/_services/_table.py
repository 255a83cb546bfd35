# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services that the vocabulary speaks for. A further one is a file beside this one and a row in this table."""

from __future__ import annotations

from ._service import Service
from ._task_service import TaskService
from .coc import CloudOperationsCenter
from .codearts_check import CodeArtsCheck
from .workspace import Workspace
from .workspace_app import WorkspaceApp

SERVICES: dict[str, type[Service]] = {
    service.name: service
    for service in (
        WorkspaceApp,
        Workspace,
        CloudOperationsCenter,
        CodeArtsCheck,
    )
}

# Those whose tasks can be described, and so created, changed and deleted.
CHANGEABLE: dict[str, type[TaskService]] = {
    name: service for name, service in SERVICES.items() if issubclass(service, TaskService)
}
