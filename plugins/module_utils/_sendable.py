# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses what YAML can write and no request can carry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ._errors import OptionError
from ._faults import Faults
from ._secrets import MASKS


def check_sendable(option: str, value: Any) -> None:
    """Refuse what YAML can write and no request can carry: half characters, and numbers that JSON does not have.

    And refuse what stands for a secret that was masked: written, it would take the secret's place.

    :param option: dotted path of the option that has the value; empty for a dictionary of options.
    :raises OptionError: as said.
    """
    faults = Faults()
    _check(option, value, faults)
    faults.raise_all()


def _check(option: str, value: Any, faults: Faults) -> None:
    if isinstance(value, str):
        with faults:
            _check_text(option, value)
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add(OptionError(option, value, "JSON has no such number"))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            _check(option or "name", name, faults)
            _check(f"{option}.{name}" if option else name, part, faults)
    elif isinstance(value, list):
        for part in value:
            _check(option, part, faults)


def _check_text(option: str, value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise OptionError(option, value, "one of the characters is half of one", is_hidden=True) from None
    for mask in MASKS:
        if mask in value:
            expected = (
                f"{mask} in it stands for a secret that was masked when this was shown, and would take its place. "
                "Give what is meant, or leave the option out so that it stays as it is"
            )
            raise OptionError(option, value, expected, is_hidden=True)
