# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module would run on the control node anyway, its work is done in Ansible's own process.

A service is asked from any machine alike, and starting Python anew for each task takes longer than asking it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action.normal import ActionModule as ModuleAction
from ansible.utils.display import Display

from ..module_utils._http._connections import Connections
from ..module_utils._http._session import REQUESTS_IMPORT_ERROR
from ..module_utils._interruption import caught_signal
from ..module_utils._run import Module
from ..module_utils._secrets import register_secret
from ._ending import end, relayed
from ._in_process import call_module, refused

SWITCH = "cloudcron_in_process"

# How the variables begin that say who asks, and where.
OURS = ("HW_", "HUAWEICLOUD_", "CLOUDCRON_ENDPOINT")
LOGINS = ("access_key", "auth_token", "user_name")

# They live as long as the process, which Ansible starts for each task on each host, so as long as a loop.
CONNECTIONS = Connections()


class DoorAction(ModuleAction):
    """The action of a module: does the module's work in this process or has the module do it.

    :cvar module: the one whose name the action has.
    """

    module: ClassVar[Module]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of the task; its failure is a result, too, so that `until` and `retries` see it."""
        variables = task_vars or {}
        try:
            obstacle = self._obstacle(variables)
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}
        if obstacle is not None and refused(self.module, self._task.args):
            # Ansible would convert them on their way to the module, so this is the place to refuse them.
            obstacle = None
        door = "in Ansible's own process" if obstacle is None else f"as a module, since {obstacle}"
        Display().vvv(f"{self._task.action} runs {door}", host=self._play_context.remote_addr)
        if obstacle is not None:
            self._register_secrets()
            self._warn_of_environment()
            return self._run_module(tmp, task_vars)
        result = call_module(
            self.module,
            self._task.action,
            self._task.args,
            self._task.check_mode,
            self._shows_invocation(variables),
            self._loader.get_basedir(),
            CONNECTIONS,
            self._log,
            self._progress,
        )
        end(caught_signal(), result)
        return result

    def _log(self, line: str) -> None:
        Display().v(f"{self._task.action}: {line}", host=self._play_context.remote_addr)

    def _progress(self, line: str) -> None:
        Display().display(f"{self._task.action}: {line}")

    def _run_module(self, tmp: str | None, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        if self._connection.transport != "local" or self._task.async_val:
            # It ends with its connection, or goes on by itself.
            return dict(super().run(tmp, task_vars))
        with relayed() as relay:
            result = dict(super().run(tmp, task_vars))
        end(relay.signal, result)
        return result

    def _register_secrets(self) -> None:
        """Tell this Ansible of the secret options, of which the module tells it nothing."""
        for name, option in self.module.spec["argument_spec"].items():
            if option.get("no_log") and isinstance(self._task.args.get(name), str):
                register_secret(self._task.args[name])

    def _obstacle(self, task_vars: Mapping[str, Any]) -> str | None:
        """Return why the module has to be run, if it has to.

        :raises AnsibleError: the variable that decides on it cannot be read.
        """
        if not self._switch(task_vars):
            return f"{SWITCH} is false"
        if self._connection.transport != "local":
            return f"the connection is {self._connection.transport}"
        if self._connection.become is not None:
            return "become is set"
        if self._task.async_val:
            return "async is set"
        if self._has_environment():
            return "an environment is set"
        if REQUESTS_IMPORT_ERROR is not None:
            return "Ansible's own Python has no requests"
        if sys.platform == "darwin" and os.environ.get("no_proxy") != "*":
            return "asking macOS for its proxies crashes forked processes, unless no_proxy is *"
        return None

    def _warn_of_environment(self) -> None:
        """Say which variables the module does not see: without them it may act for another account or project."""
        if self._connection.become is not None:
            reason = "become is set"
        elif self._connection.transport != "local":
            reason = f"the connection is {self._connection.transport}"
        else:
            return
        given = {name for name, value in self._task.args.items() if value is not None}
        brought: Mapping[str, Any] = {}
        with suppress(AnsibleError):
            brought = self._environment()
        left_behind = sorted(name for name in os.environ if name.startswith(OURS) and name not in brought)
        if left_behind and not (given.intersection(LOGINS) and "project_id" in given):
            Display().warning(
                f"{self._task.action} most likely does not see these variables of Ansible's environment, since "
                f"{reason}: {', '.join(left_behind)}. Give options instead, or let it run here, with connection: local "
                "and become: false."
            )

    def _switch(self, task_vars: Mapping[str, Any]) -> bool:
        value = self._templar.template(task_vars.get(SWITCH))
        try:
            return value is None or bool(boolean(value))
        except TypeError:
            raise AnsibleError(f"{SWITCH}: {value!r} is refused: it is true or false.") from None

    def _has_environment(self) -> bool:
        try:
            return bool(self._environment())
        except AnsibleError:
            # The module's way fails of it, in Ansible's own words.
            return True

    def _environment(self) -> Mapping[str, Any]:
        """Return the variables that are set for the module.

        :raises AnsibleError: they cannot be read.
        """
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        return environment

    def _shows_invocation(self, task_vars: Mapping[str, Any]) -> bool:
        try:
            return bool(C.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except AnsibleError:
            # Before ansible-core 2.21 there is no such setting, and all results show it.
            return True
