# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workflows run what everybody can run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.skipif(not WORKFLOWS, reason="the archive has no workflows")
def test_they_call_targets_that_there_are():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    (steps,) = re.findall(r"^STEPS := (.*)$", makefile, re.MULTILINE)
    for workflow in WORKFLOWS:
        called = set(re.findall(r"\brun: make ([a-z-]+)", workflow.read_text(encoding="utf-8")))
        assert called, workflow.name
        assert called <= {*phony.split(), *steps.split()}, workflow.name
