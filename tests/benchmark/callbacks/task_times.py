# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes down how long each task of a playbook took."""

from __future__ import annotations

import json
import os
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    """Keeps the seconds between the start of a task and that of the next one, as JSON, by the name of the task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_times"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began: list[tuple[str, float]] = []

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Begin another task."""
        self._began.append((task.name, time.perf_counter()))

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """End the last task, and with it the playbook."""
        steps = pairwise([*self._began, ("", time.perf_counter())])
        times = {name: end - began for (name, began), (_next, end) in steps}
        Path(os.environ["CLOUDCRON_TASK_TIMES"]).write_text(json.dumps(times), encoding="utf-8")
