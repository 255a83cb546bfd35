# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists all tasks once, in a process that does nothing else: `... CONNECTION`, for `listing.py`.

It writes a JSON object with the seconds, the bytes by which the process grew meanwhile, and how many tasks it found.
"""

from __future__ import annotations

import json
import sys
import time

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASK_INFO
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import Call, run_scheduled_task_info
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets

from .programs import memory


def main(connection: str) -> None:
    """List the tasks that the connection options, as JSON, lead to."""
    given = {"service": "workspace_app", **json.loads(connection)}
    with Connections() as connections:
        options = ArgumentSpecValidator(**SCHEDULED_TASK_INFO).validate(given).validated_parameters
        before = memory("VmRSS")
        began = time.perf_counter()
        result = run_scheduled_task_info(Call(options, False, Secrets(), connections))
        seconds = time.perf_counter() - began
        growth = memory("VmHWM") - before
    json.dump({"seconds": seconds, "growth": growth, "tasks": result["total_count"]}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
