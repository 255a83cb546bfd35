# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that users give: of services and of IAM."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from .._errors import OptionError

ADDRESS = re.compile(
    r"(?i:https?)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?"
)


def base_url(option: str, value: str) -> str:
    """Return the address of a service without a slash at its end.

    :param option: that has the address, for the error.
    :raises OptionError: it is no address of a service.
    """
    url = (value if "://" in value else f"https://{value}").rstrip("/")
    try:
        usable = ADDRESS.fullmatch(url) is not None and urlsplit(url).port != 0
    except ValueError:
        usable = False
    if not usable:
        expected = "it is the address of a service, such as https://workspace.ap-southeast-1.myhuaweicloud.com"
        # What stands before an @ may be a password.
        raise OptionError(option, re.sub(r"^(\w+://)?.*@", r"\1***@", value, flags=re.S), expected)
    return url
