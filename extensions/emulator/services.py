# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that are emulated, one row each."""

from __future__ import annotations

from .coc import Coc
from .codearts_check import CodeArtsCheck
from .service import Service
from .workspace import Workspace
from .workspace_app import WorkspaceApp

SERVICES: tuple[type[Service], ...] = (WorkspaceApp, Workspace, Coc, CodeArtsCheck)
