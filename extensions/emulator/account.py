# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account that the emulator's callers have, and the one that lets them act in it through an agency.

None of these values opens anything anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

REGION = "cn-north-4"

DOMAIN_ID = "d0a1b2c3d4e5f60718293a4b5c6d7e8f"
DOMAIN_NAME = "emulated-account"

USER_ID = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
USER_NAME = "emulated-user"
PASSWORD = "Emulated-Passw0rd!"

PROJECT_ID = "0123456789abcdef0123456789abcdef"
SECOND_PROJECT_ID = "fedcba9876543210fedcba9876543210"

FLEET = tuple(f"f1ee7{number:027}" for number in range(1, 21))
"""The ids of twenty more projects, for as many hosts that are converged side by side."""

PROJECTS = {
    PROJECT_ID: REGION,
    SECOND_PROJECT_ID: f"{REGION}_second",
    **{project_id: f"{REGION}_fleet-{number:02}" for number, project_id in enumerate(FLEET, 1)},
}
"""The projects of the account: name by id. The default project of a region is named like the region (documented)."""


def open_project(project_id: str) -> None:
    """Give the account one more project. An emulator that is there already does not notice."""
    PROJECTS.setdefault(project_id, f"{REGION}_{project_id}")


ACCESS_KEY = "EMULATEDAK0123456789"
SECRET_KEY = "emulatedSecretKey/0123456789abcdefghijkl"

TEMPORARY_ACCESS_KEY = "EMULATEDTEMPORARYAK0"
TEMPORARY_SECRET_KEY = "emulatedTemporarySecretKey0123456789abcd"
SECURITY_TOKEN = "emulated/security+token=="

AGENCY_ID = "c1b2c3d4e5f60718293a4b5c6d7e8f90"
AGENCY_NAME = "emulated-agency"
AGENCY_DOMAIN_ID = "e1b2c3d4e5f60718293a4b5c6d7e8f90"
AGENCY_DOMAIN_NAME = "delegating-account"
AGENCY_PROJECT_ID = "89abcdef0123456789abcdef01234567"

AGENCY_PROJECTS = {AGENCY_PROJECT_ID: REGION}
"""The projects of the account that the agency belongs to. Each account has a project named like the region."""


@dataclass(frozen=True)
class Account:
    """One account as IAM knows it."""

    id: str
    name: str
    projects: Mapping[str, str]

    @property
    def domain(self) -> dict[str, str]:
        """The account as it stands in tokens and scopes."""
        return {"id": self.id, "name": self.name}


OWN = Account(DOMAIN_ID, DOMAIN_NAME, PROJECTS)
DELEGATING = Account(AGENCY_DOMAIN_ID, AGENCY_DOMAIN_NAME, AGENCY_PROJECTS)
ACCOUNTS = {each.id: each for each in (OWN, DELEGATING)}
