# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What the modules say of check mode, diff mode and the rest."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and tell what would be changed, without changing it.
  diff_mode:
    description: Returns what has changed, or in C(check_mode) what would, when in diff mode.
  idempotent:
    description:
      - When run a second time with the same arguments, it changes nothing and says so.
      - This assumes that nobody else changes the task in between.
  action:
    description: Has an action plugin of the same name, which runs on the control node.
    support: full
    details:
      - Where the module would run on the control node anyway, its work is done in Ansible's own process, which needs
        C(requests) then. That is so with a local connection, without C(become), C(async) and C(environment).
      - The variable C(cloudcron_in_process) makes it run as a module where it is V(false). C(-vvv) tells which way each
        task went.
  async:
    description: Can be used with C(async).
    support: full
  action_group:
    description: Use C(group/cloudcron.huaweicloud.all) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - cloudcron.huaweicloud.all
  platform:
    description: Where the module can run. It needs no more than Python and the network.
    support: full
    platforms: posix
"""
