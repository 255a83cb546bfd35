# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stands in for `AnsibleModule` where there is no process for it: arguments in, a module's result out.

What it uses of ansible-core beyond the documented is used here only.
"""

from __future__ import annotations

import functools
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir
from typing import Any

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator, ValidationResult
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._errors import OptionError
from ..module_utils._http._connections import Connections
from ..module_utils._run import Call, Module, answer
from ..module_utils._secrets import Secrets, register_secret
from ..module_utils._texts import check_texts

try:
    from ansible.module_utils.common.json import Direction, get_module_encoder
except ImportError:  # ansible-core 2.18
    from ansible.module_utils.common import json as ansible_json
    from ansible.module_utils.common import warnings as ansible_warnings

    encoder: Any = ansible_json.AnsibleJSONEncoder
    ENCODER: Any = functools.partial(encoder, vault_to_text=True)

    def validate(
        spec: Mapping[str, Any], arguments: Mapping[str, Any]
    ) -> tuple[ValidationResult, dict[str, list[Any]]]:
        """Return what becomes of the arguments, and the warnings and deprecations that a module's result would have."""
        # They are collected for one module in one process.
        kept: tuple[Any, ...] = (ansible_warnings._global_warnings, ansible_warnings._global_deprecations)
        for of_the_call_before in kept:
            of_the_call_before.clear()
        validation = ModuleArgumentSpecValidator(**spec).validate(arguments)
        return validation, {"warnings": [*kept[0]], "deprecations": [*kept[1]]}

else:
    # The way in which modules are served that do not ask for another one.
    ENCODER = get_module_encoder("legacy", Direction.CONTROLLER_TO_MODULE)

    def validate(
        spec: Mapping[str, Any], arguments: Mapping[str, Any]
    ) -> tuple[ValidationResult, dict[str, list[Any]]]:
        """Return what becomes of the arguments; Ansible adds the warnings and deprecations to the result by itself."""
        return ModuleArgumentSpecValidator(**spec).validate(arguments), {}


def refused(module: Module, arguments: Mapping[str, Any]) -> Sequence[OptionError]:
    """Return why the arguments, before Ansible converts them, are not worked with; nothing if they are."""
    try:
        check_texts(module.spec["argument_spec"], arguments)
    except OptionError as error:
        return error.faults
    return ()


def call_module(
    module: Module,
    name: str,
    arguments: Mapping[str, Any],
    check_mode: bool,
    with_invocation: bool,
    folder: str,
    connections: Connections,
    log: Callable[[str], None],
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Return what a module would have returned for these arguments. Nothing is raised but what stops a task.

    :param name: of the module, as the task has it.
    :param with_invocation: whether the result shows the arguments.
    :param folder: in which the module would run, from which relative paths lead on.
    :param log: takes a line for whoever waits and wants to know more.
    :param progress: takes a line for whoever waits.
    """
    result: dict[str, Any]
    try:
        # As they arrive at a module. Nothing remains of where they came from, nor of the trust in them as templates.
        given = json.loads(json.dumps(arguments, cls=ENCODER))
    except Exception as error:
        # A vault without its password, for instance.
        return {"failed": True, "msg": f"The arguments of {name} cannot be read: {error}"}
    try:
        validation, notices = validate(module.spec, given)
    except Exception as error:
        # Ansible's own functions fail of a number where suboptions belong. What they say may have a value in it.
        reason = f"one is of another type than its option ({type(error).__name__})"
        return {"failed": True, "msg": f"The arguments of {name} cannot be checked: {reason}."}
    options = validation.validated_parameters
    no_texts = refused(module, arguments)
    run = module.run
    if validation.error_messages:
        # Of texts that are none Ansible finds nothing to say, so these are told first, and the rest cannot be read.
        run = _refuse_texts if no_texts else functools.partial(_refuse, name, validation)
    # What is said in this process is masked by Ansible as well. From a module it would learn of secrets in plain text.
    secrets = Secrets(validation._no_log_values, register_secret)

    def masked(take: Callable[[str], None]) -> Callable[[str], None]:
        return lambda line: take(secrets.mask(line))

    call = Call(options, check_mode, secrets, connections, masked(log), masked(progress), no_texts)
    # A module's warnings of Python go nowhere.
    with chdir(folder), warnings.catch_warnings(action="ignore"):
        result = answer(run, call)
    if not with_invocation:
        del result["invocation"]
    notices["warnings"] = [*notices.get("warnings", ()), *result.get("warnings", ())]
    result.update({key: call.secrets.hide(value) for key, value in notices.items() if value})
    return dict(json.loads(json.dumps(result)))


def _refuse_texts(call: Call) -> dict[str, Any]:
    with call.refusing():
        return {}


def _refuse(name: str, validation: ValidationResult, call: Call) -> dict[str, Any]:
    is_unsupported = isinstance(validation.errors[0], UnsupportedError)
    words = f"Unsupported parameters for ({name}) module: " if is_unsupported else ""
    return {"failed": True, "msg": f"{words}{validation.errors.msg}"}
