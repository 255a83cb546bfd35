# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options with which the modules get in, besides the keys that tests give them."""

from __future__ import annotations

from ..extensions.emulator import account

NOBODY = {"access_key": None, "secret_key": None}
"""No keys."""

PASSWORD = {"user_name": account.USER_NAME, "user_password": account.PASSWORD, "domain_name": account.DOMAIN_NAME}
"""A user's password."""

BY_PASSWORD = {**NOBODY, **PASSWORD}
"""That instead of the keys."""

AGENCY = {"agency_name": account.AGENCY_NAME, "agency_domain_name": account.AGENCY_DOMAIN_NAME}
"""An agency, beside a login."""
