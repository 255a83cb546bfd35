# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What cannot be run as it stands in the documentation, and why. Each entry has to be used, or a test fails.

A page is named by its path, and a block by what it begins with.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account


class Substitute(NamedTuple):
    """Something in code blocks that stands for something else."""

    said: str
    """What is said, as a regular expression; ``^`` and ``$`` are the ends of lines."""
    meant: str
    """What is run instead. ``{archive}`` is the archive of the collection, ``{checkout}`` the checkout, and ``{home}``
    the reader's home."""
    why: str


SUBSTITUTES = [
    Substitute(
        r"ansible-galaxy collection install cloudcron\.huaweicloud\b(?!-)",
        "ansible-galaxy collection install --offline {archive}",
        "Galaxy cannot be reached from a test",
    ),
    Substitute(r"\byour-access-key\b", account.ACCESS_KEY, "the reader's access key"),
    Substitute(r"\byour-secret-key\b", account.SECRET_KEY, "the reader's secret key"),
    Substitute("1f3a5c7e9b0d2f4a6c8e0b1d3f5a7c9e", account.DOMAIN_ID, "the reader's account"),
    Substitute(r"(?<=access_key: )\.\.\.", account.ACCESS_KEY, "the reader's access key"),
    Substitute(r"(?<=secret_key: )\.\.\.", account.SECRET_KEY, "the reader's secret key"),
    Substitute("/opt/tools/bin/python", sys.executable, "another Python"),
    Substitute(r"\$GITHUB_STEP_SUMMARY", "summary.md", "the summary of a run on GitHub"),
    Substitute("/home/runner/|/root/", "{home}/", "the home in a pipeline"),
    Substitute(
        r"\b(python3? -m )?pip install (--requirement|-r) (\\\n\s*)?",
        "test -s ",
        "no package index can be reached from a test",
    ),
    Substitute(
        r"\b(python3? -m )?pip install [^-].*", "echo not installed", "no package index can be reached from a test"
    ),
]

PROJECTS = ["0e5c7a1b2d3f4c6e8a9b0c1d2e3f4a5b", "1f6d8b2c3e4a5d7f9b0c1d2e3f4a5b6c"]
"""The projects of the reader besides those of the emulator."""

SEEDS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "docs/docsite/rst/guide_tasks_as_code.rst": {
        "workspace_app": [{"task_name": f"room-{number:03}"} for number in range(1, 197)],
        # Only who has created a task may disable it.
        "coc": [{"id": "ST2026010112345678901234", "name": "weekly-patch-scan", "created_by": "another"}],
    },
    "docs/docsite/rst/guide_vocabulary.rst": {
        "coc": [{"name": "nightly"}],
    },
    "plugins/filter/task_options.py": {
        "workspace_app": [{"task_name": "nightly-restart"}],
    },
    "plugins/modules/scheduled_task.py": {
        "workspace_app": [{"id": "62f48b59-0ebb-4b1e-ad35-f64948a0591b"}],
    },
    "plugins/modules/scheduled_task_info.py": {
        "codearts_check": [{"taskId": "2b31ed520c0d4e57a6b9c8d7e6f5a4b3"}],
    },
}
"""What is in the reader's cloud before the page begins, by service."""

SHOWN_ONLY = {
    "docs/quality/mutants.md": "shows how mutants differ; make mutants writes it",
}
"""Pages of which no block is run, with the reason."""

NOT_RUN = {
    ("docs/docsite/rst/guide_emulator.rst", "Listening on http://127.0.0.1:8701"): "of a command that does not end",
    ("docs/docsite/rst/guide_errors.rst", "create scheduled task another: 400"): "what a service may refuse",
    ("docs/docsite/rst/guide_errors.rst", "schedule.time: '37800' is refused"): "of a mistake",
    ("docs/docsite/rst/guide_errors.rst", "update scheduled task weekly-patch-scan"): "what a service may refuse",
    ("docs/docsite/rst/guide_speed.rst", "<localhost> cloudcron.huaweicloud.scheduled_task runs"): "of another play",
    ("docs/docsite/rst/guide_speed.rst", "The service throttles (429)"): "of a service that throttles",
    ("docs/docsite/rst/guide_speed.rst", "read scheduled task nightly-00212: waits"): "of a service that throttles",
}
"""Blocks that are not run, with the reason, by page and beginning. YAML is parsed nevertheless."""

FILES = {
    ("docs/docsite/rst/guide_authentication.rst", "[basic]"): "~/.huaweicloud/credentials",
}
"""The files that blocks stand for which do not say so."""
