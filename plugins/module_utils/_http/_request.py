# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request as a value: what is sent, where to, and how its answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Generic, NamedTuple, TypeVar
from urllib.parse import quote

from ._answers import NO_ERROR_RULES, Answer, ErrorRules

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

# What a request belongs to, which a signature with keys has to name.
PROJECT = "project"
ACCOUNT = "account"
IAM = "iam"


class Endpoint(NamedTuple):
    """Where requests go.

    :ivar url: what comes before the path of each request.
    :ivar scope: what requests belong to: `PROJECT`, `ACCOUNT` for a service that knows no projects, or `IAM`.
    :ivar error_rules: how the service says no.
    """

    url: str
    scope: str = PROJECT
    error_rules: ErrorRules = NO_ERROR_RULES


@dataclass(frozen=True)
class Request(Generic[Result_co]):
    """One request.

    :ivar tried: what it is about, for errors: `update scheduled task nightly-restart`.
    :ivar path: behind the endpoint's address, encoded.
    :ivar read: returns what the request is made for, from an answer that means success. An answer of which it raises
        `AnswerLostError` counts as lost.
    :ivar query: parameters; those that are None are not sent.
    :ivar body: is sent as JSON; None for no body.
    :ivar headers: that this operation takes besides the usual ones.
    :ivar repeatable: whether carrying the request out twice is the same as once. Where it is not, it is repeated only
        if the service surely did not act.
    """

    tried: str
    method: str
    path: str
    read: Callable[[Answer], Result_co]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True

    def url(self, endpoint: Endpoint) -> str:
        """Return the whole address, with the query encoded as the signature wants to see it."""
        pairs = sorted((key, str(value)) for key, value in self.query.items() if value is not None)
        encoded = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in pairs)
        whole = f"{endpoint.url}{self.path}"
        return f"{whole}?{encoded}" if encoded else whole


def segment(value: object) -> str:
    """Return an id as one segment of a path."""
    return quote(str(value), safe="")
