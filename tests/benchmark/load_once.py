# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads modules as Ansible does and times that: `... SITE MODULE,MODULE ...`, for `imports.py`.

It first loads what `ansible-playbook` has loaded anyway when it comes to a task. Then it loads group after group, and
writes a JSON list of the seconds that each took.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

PLAYBOOK = (
    "ansible.cli.playbook",
    "ansible.executor.task_queue_manager",
    "ansible.module_utils.basic",
    "ansible.plugins.action.normal",
    "ansible.plugins.callback.default",
    "ansible.plugins.connection.local",
    "ansible.plugins.strategy.linear",
)


def main(site: str, *groups: str) -> None:
    """Load the groups, the collection's modules from the collections path `site`."""
    for name in PLAYBOOK:
        importlib.import_module(name)
    from ansible.plugins.loader import action_loader, init_plugin_loader

    init_plugin_loader([site])
    # With the first plugin that it looks for, Ansible reads a long list of where its own have moved to.
    action_loader.has_plugin("ansible.builtin.debug")
    taken = []
    for group in groups:
        began = time.perf_counter()
        for name in group.split(","):
            importlib.import_module(name)
        taken.append(time.perf_counter() - began)
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
