# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process door of the module `scheduled_tasks`."""

from __future__ import annotations

from ..module_utils._run import MODULES
from ..plugin_utils._door import DoorAction
from ..plugin_utils._lint import check_given


class ActionModule(DoorAction):
    """The action of `scheduled_tasks`."""

    module = MODULES["scheduled_tasks"]


def main() -> None:
    """Check the options of a task for ansible-lint."""
    check_given(ActionModule.module)
