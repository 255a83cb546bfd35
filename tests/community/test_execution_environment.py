# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder takes the example, and learns from the collection what that needs. Nothing is built."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"


def builder(folder: Path, *arguments: str) -> str:
    """Run ansible-builder with a home of its own; return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "ansible_builder", *arguments],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_collection_asks_for_requests_and_for_no_package_of_the_system(tmp_path):
    namespace = tmp_path / "ansible_collections" / "cloudcron"
    namespace.mkdir(parents=True)
    (namespace / "huaweicloud").symlink_to(ROOT, target_is_directory=True)
    told = yaml.safe_load(builder(tmp_path, "introspect", "--sanitize", "."))
    assert told == {"python": ["requests  # from collection cloudcron.huaweicloud"], "system": []}


@pytest.fixture(scope="module")
def context(tmp_path_factory) -> Path:
    """What ansible-builder makes of the example."""
    folder = tmp_path_factory.mktemp("builder")
    builder(
        folder, "create", "--file", str(EXAMPLES / "execution-environment.yml"), "--output-filename", "Containerfile"
    )
    return folder / "context"


def test_the_example_installs_the_collection_from_galaxy(context):
    collections = yaml.safe_load((context / "_build" / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert collections == [{"name": "cloudcron.huaweicloud", "version": ">=1.0.0"}]


def test_the_example_has_an_ansible_core_that_the_collection_takes_and_a_runner(context):
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    oldest = runtime["requires_ansible"].removesuffix(".0")
    containerfile = (context / "Containerfile").read_text(encoding="utf-8")
    assert f'ANSIBLE_INSTALL_REFS="ansible-core{oldest} ansible-runner"' in containerfile
    assert (context / "_build" / "bindep.txt").read_text(encoding="utf-8").splitlines() == [
        "ca-certificates [platform:rpm]",
        "openssh-clients [platform:rpm]",
        "tzdata [platform:rpm]",
    ]


# AWX cannot be run here. These are the names that its collection and the guide have.
def test_the_example_for_awx_cuts_a_job_into_slices():
    (play,) = yaml.safe_load((EXAMPLES / "awx" / "sliced_job.yml").read_text(encoding="utf-8"))
    (task,) = play["tasks"]
    options = task["awx.awx.job_template"]
    assert options["job_slice_count"] > 1
    # A job of which nobody may run a second one at a time runs its slices one after the other.
    assert options["allow_simultaneous"] is True
    assert {"name", "inventory", "project", "playbook", "execution_environment", "credentials", "forks"} < set(options)
