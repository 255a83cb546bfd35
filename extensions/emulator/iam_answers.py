# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM answers. Of its pages there is here what the emulator answers."""

from __future__ import annotations

from typing import Annotated, Literal

from .answers import Answered, Text, matching
from .validation import ABSENT, DATE, TIME

Time = Annotated[str, matching(rf"{DATE}T{TIME}\.[0-9]{{6}}Z")]


class Named(Answered):
    """A thing with id and name."""

    id: Text
    name: Text


class InDomain(Named):
    """A user or a project, and the account of it."""

    domain: Named


class AssumedBy(Answered):
    """Who acts through an agency."""

    user: InDomain


class Token(Answered):
    """What a token is good for: a project or an account."""

    user: InDomain
    assumed_by: AssumedBy = ABSENT
    methods: list[Literal["password", "assume_role"]]
    issued_at: Time
    expires_at: Time
    roles: list[Named]
    project: InDomain = ABSENT
    domain: Named = ABSENT
    catalog: list[Named] = ABSENT


class Tokens(Answered):
    """Answer of the token request; the token itself stands in a header."""

    token: Token


class Key(Answered):
    """A temporary access key."""

    access: Text
    secret: Text
    securitytoken: Text
    expires_at: Time


class Keys(Answered):
    """Answer of the request for temporary keys."""

    credential: Key


class Project(Answered):
    """A project."""

    id: Text
    name: Text
    domain_id: Text
    parent_id: Text
    is_domain: bool
    enabled: bool
    description: str


class Links(Answered):
    """Where the list goes on. All of it is in one page here."""

    self: None
    previous: None
    next: None


class Projects(Answered):
    """Answer of the project list."""

    projects: list[Project]
    links: Links
