# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An emulator of Huawei Cloud's scheduled tasks, written from the vendor's pages and from nothing else."""

from __future__ import annotations

from . import account
from .emulator import Emulator

__all__ = ["Emulator", "account"]
