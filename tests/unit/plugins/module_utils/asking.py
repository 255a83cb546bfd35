# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._answers import (
    NO_ERROR_RULES,
    Answer,
    ErrorRules,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._request import PROJECT, Endpoint, Request


def with_query(url: str, query: Mapping[str, Any]) -> str:
    """Return an address with a query, as requests have it."""
    return Request("ask", "GET", "", lambda answer: answer, query=query).url(Endpoint(url))


def ask(
    sender: Any,
    tried: str,
    method: str,
    url: str,
    body: Any = None,
    sign: Callable[[Any], Any] | None = None,
    repeatable: bool = True,
    error_rules: ErrorRules = NO_ERROR_RULES,
    headers: Mapping[str, str] | None = None,
    read: Callable[[Answer], Any] = lambda answer: answer,
    scope: str = PROJECT,
) -> Any:
    """Send a request and return what is read from the answer; the answer itself where nothing else is said.

    :param sender: a client, or an account, which signs by itself.
    """
    request = Request(tried, method, "", read, body=body, headers=headers or {}, repeatable=repeatable)
    signed = {} if sign is None else {"sign": sign}
    return sender.send(Endpoint(url, scope, error_rules), request, **signed)
