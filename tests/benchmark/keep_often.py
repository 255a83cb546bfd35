# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what the items of a loop have done in process, without the loop: `... OPTIONS NAME COUNT`, for `growth.py`.

It writes a JSON object with the seconds and the bytes by which the process grew meanwhile, results included.
"""

from __future__ import annotations

import json
import sys
import time

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._client import log_nothing
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import run_scheduled_task
from ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils._in_process import Module, call_module

from .programs import memory


def main(options: str, name: str, count: str, changes: str = "") -> None:
    """Keep tasks as they are, or change each of them.

    :param options: of the module, as JSON, but for the name.
    :param name: of a task, with a place for its number.
    :param changes: not empty where each of them has to change.
    """
    given = json.loads(options)
    silent = (log_nothing, log_nothing)
    module = Module(SCHEDULED_TASK, run_scheduled_task)
    with Connections() as connections:
        before = memory("VmRSS")
        began = time.perf_counter()
        results = [
            call_module(module, "measured", {**given, "name": name % number}, False, True, ".", connections, *silent)
            for number in range(int(count))
        ]
        seconds = time.perf_counter() - began
        growth = memory("VmHWM") - before
    if any(result.get("changed") is not bool(changes) for result in results):
        raise RuntimeError("A task was changed, or was not, or could not be.")
    json.dump({"seconds": seconds, "growth": growth}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
