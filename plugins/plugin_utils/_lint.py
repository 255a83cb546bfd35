# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the options that a task gives, for ansible-lint.

It looks for an action before it looks for a module, and calls its `main` as it would a module's: with the options on
standard input. They are those of the task alone. What `module_defaults` add is not there, and templates are still
templates, so nothing is called missing here, and no template is judged.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from ..module_utils._run import Module

# What is left of an option's spec. Whether it has to be there is not asked.
ASKED = ("type", "elements", "choices", "aliases", "no_log")
TEMPLATE = re.compile("{[{%]")
# Words by which ansible-lint would look for an option of the module, and fail of a suboption.
FOLLOWED_BY_A_NAME = re.compile("(?:argument|option) (?=')")


def check_given(module: Module) -> None:
    """Say what is wrong with the options on standard input as a module says it, if anything is.

    :raises SystemExit: something is.
    """
    options = module.spec["argument_spec"]
    given = _without_templates(json.load(sys.stdin)["ANSIBLE_MODULE_ARGS"], options)
    errors = ArgumentSpecValidator(_asked(options)).validate(given).errors
    said = [
        f"{'Unsupported parameters: ' if isinstance(error, UnsupportedError) else ''}"
        f"{FOLLOWED_BY_A_NAME.sub('', error.msg)}"
        for error in errors
    ]
    if said:
        print(json.dumps({"failed": True, "msg": " ".join(said)}))
        sys.exit(1)


def _asked(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            **{key: option[key] for key in ASKED if key in option},
            **({"options": _asked(option["options"])} if "options" in option else {}),
        }
        for name, option in options.items()
    }


def _without_templates(value: Any, options: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a value without the templates in it, but for those under names that no option has."""
    if isinstance(value, list):
        return [_without_templates(part, options) for part in value if not _is_template(part)]
    if not isinstance(value, dict):
        return value
    known = {each: option for name, option in options.items() for each in (name, *option.get("aliases", ()))}
    return {
        name: _without_templates(part, known.get(name, {}).get("options", {}))
        for name, part in value.items()
        if name not in known or not _is_template(part)
    }


def _is_template(value: Any) -> bool:
    return isinstance(value, str) and TEMPLATE.search(value) is not None
