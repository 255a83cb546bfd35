# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules' own door: arguments from Ansible, a result to Ansible."""

from __future__ import annotations

from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from ._http._connections import Connections
from ._run import MODULES, OPEN_KEYS, Call, answer
from ._secrets import Secrets


class Module(AnsibleModule):
    """A module that prints no secret, not even where Ansible itself refuses its arguments."""

    def exit_json(self, **result: Any) -> NoReturn:
        """Print a result, and end."""
        super().exit_json(**self._without_secrets(result))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        """Print a failed result, and end."""
        super().fail_json(**self._without_secrets({"msg": msg, **result}))

    def _without_secrets(self, result: dict[str, Any]) -> dict[str, Any]:
        # From ansible-core 2.22 on, secret options would be added in plain text, for the controller to mask them where
        # it shows the result. It knows them already, and the file of an asynchronous job would keep them for everybody.
        new_secrets = getattr(self, "_new_secrets", None)
        if new_secrets is not None:
            new_secrets.flush()
        whole = {"invocation": {"module_args": self.params}, **result}
        hidden: dict[str, Any] = Secrets(self.no_log_values).hide(whole, OPEN_KEYS)
        return hidden


def run_module(name: str) -> None:
    """Do a module's work, print its result, and end.

    :param name: of the module.
    """
    spec, run = MODULES[name]
    module = Module(supports_check_mode=True, **spec)
    secrets = Secrets(module.no_log_values)
    with Connections() as connections:
        call = Call(module.params, module.check_mode, secrets, connections, lambda line: module.log(secrets.mask(line)))
        result = answer(run, call)
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
