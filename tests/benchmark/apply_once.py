# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applies a list once, in a process that does nothing else: `... CONNECTION ENTRY NAME COUNT`, for `lists.py`.

It writes a JSON object with the seconds, those of the CPU, the bytes by which the process grew above the list itself,
and the counts of the result.
"""

from __future__ import annotations

import json
import sys
import time

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULED_TASKS
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._run import Call, answer, run_scheduled_tasks
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets

from .programs import memory


def main(connection: str, entry: str, name: str, count: str) -> None:
    """Apply a list of like entries.

    :param connection: connection options, as JSON.
    :param entry: what the entries have in common, as JSON.
    :param name: of a task, with a place for its number.
    """
    given = {
        **json.loads(connection),
        "tasks": [{**json.loads(entry), "name": name % each} for each in range(int(count))],
    }
    with Connections() as connections:
        options = ArgumentSpecValidator(**SCHEDULED_TASKS).validate(given).validated_parameters
        before = memory("VmRSS")
        began, used = time.perf_counter(), time.process_time()
        result = answer(run_scheduled_tasks, Call(options, False, Secrets(), connections))
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        growth = memory("VmHWM") - before
    if result.get("failed"):
        raise RuntimeError(result["msg"])
    json.dump({"seconds": seconds, "cpu": cpu, "growth": growth, "counts": result["summary"]["counts"]}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
