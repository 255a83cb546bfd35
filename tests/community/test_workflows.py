# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GitHub runs what everybody can run, with no more rights than that takes."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
NAMES = ["ci", "docs", "matrix", "release"]

# What may be done with more than reading: publishing, each on its own.
MORE_RIGHTS = {
    ("docs", "publish"): {"pages": "write", "id-token": "write"},
    ("release", "publish"): {"contents": "write"},
}


@pytest.fixture(scope="module")
def workflows() -> dict[str, Any]:
    """All workflows by their names."""
    if not FOLDER.is_dir():
        pytest.skip("the archive has no workflows")
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.iterdir())}


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def pythons(step: dict[str, Any]) -> list[str]:
    """The Python versions that a step sets up."""
    assert step["uses"].startswith("actions/setup-python@")
    return str(step["with"]["python-version"]).split()


def test_there_are_workflows_for_everything(workflows):
    assert sorted(workflows) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_they_call_targets_that_there_are(workflows, name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    (step_names,) = re.findall(r"^STEPS := (.*)$", makefile, re.MULTILINE)
    targets = {*phony.split(), *step_names.split()}
    called = [
        match for step in steps(workflows[name]) for match in re.findall(r"\bmake ([a-z-]+)", step.get("run", ""))
    ]
    assert set(called) - targets == set()
    assert called


@pytest.mark.parametrize("name", NAMES)
def test_they_may_read_and_only_publishing_may_more(workflows, name):
    assert workflows[name]["permissions"] == {"contents": "read"}
    for job_name, job in workflows[name]["jobs"].items():
        assert job.get("permissions") == MORE_RIGHTS.get((name, job_name))
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", NAMES)
def test_they_use_github_s_own_actions_at_a_major_version(workflows, name):
    used = [step["uses"] for step in steps(workflows[name]) if "uses" in step]
    assert [each for each in used if not re.fullmatch(r"actions/[a-z-]+@v\d+", each)] == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_from_outside_gets_into_a_shell(workflows, name):
    runs = [step["run"] for step in steps(workflows[name]) if "run" in step]
    values = {match for run in runs for match in re.findall(r"\$\{\{ *(.*?) *\}\}", run)}
    assert values <= {"matrix.core"}


def test_every_change_is_tested_and_all_is_tested_each_week(workflows):
    for name in ("ci", "matrix"):
        events = workflows[name]["on"]
        assert "pull_request" in events
        assert all(re.fullmatch(r"\d+ \d+ \* \* \d", each["cron"]) for each in events["schedule"])
    assert workflows["matrix"]["on"]["push"]["tags"] == ["v*"]


def test_the_matrix_of_github_is_that_of_make(workflows):
    from ansible_collections.cloudcron.huaweicloud.tests.tools import matrix

    job = workflows["matrix"]["jobs"]["matrix"]
    assert job["strategy"]["matrix"] == {"core": list(matrix.CONTROLLERS)}
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make matrix MATRIX=${{ matrix.core }}"]
    wanted = {version for versions in (*matrix.CONTROLLERS.values(), *matrix.MODULES.values()) for version in versions}
    (installed,) = [pythons(step) for step in job["steps"] if "setup-python" in step.get("uses", "")]
    assert sorted(installed) == sorted(wanted)


def test_the_pythons_of_make_test_run_the_ansible_core_that_is_pinned(workflows):
    from ansible_collections.cloudcron.huaweicloud.tests.tools import matrix

    pinned = re.findall(r"(?m)^ansible-core==(\d+\.\d+)", (ROOT / "requirements" / "dev.txt").read_text("utf-8"))
    job = workflows["ci"]["jobs"]["test"]
    assert job["strategy"]["matrix"]["python"] == list(matrix.CONTROLLERS[pinned[0]])
    oldest = min((version for versions in matrix.MODULES.values() for version in versions), key=_number)
    for name, job_name in (("ci", "test"), ("release", "build")):
        (setup,) = [
            step for step in workflows[name]["jobs"][job_name]["steps"] if "setup-python" in step.get("uses", "")
        ]
        assert pythons(setup)[0] == oldest


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


class TestRelease:
    def test_nothing_is_published_that_was_not_tested(self, workflows):
        build, publish = (workflows["release"]["jobs"][name] for name in ("build", "publish"))
        assert publish["needs"] == "build"
        runs = [step["run"] for step in build["steps"] if "run" in step]
        assert runs[1:] == ["make test", "make package"]
        assert workflows["release"]["on"] == {"push": {"tags": ["v*.*.*"]}}

    def test_what_is_published_is_what_make_package_leaves(self, workflows):
        from ansible_collections.cloudcron.huaweicloud.tests.tools import package

        (upload,) = [step for step in steps(workflows["release"]) if "upload-artifact" in step.get("uses", "")]
        assert 'WORK / "dist"' in Path(package.__file__).read_text(encoding="utf-8")
        assert upload["with"]["path"] == ".work/dist/cloudcron-huaweicloud-*.tar.gz"

    @pytest.mark.parametrize(
        ("tag", "ok"),
        [("v1.2.3", True), ("v1.2.4", False), ("v1.2.30", False), ("v11.2.3", False), ("1x2x3", False), ("v", False)],
    )
    def test_the_tag_has_to_be_the_version(self, workflows, tmp_path, tag, ok):
        run = next(step["run"] for step in steps(workflows["release"]) if "GITHUB_REF_NAME#" in step.get("run", ""))
        (tmp_path / "galaxy.yml").write_text("namespace: a\nversion: 1.2.3\nreadme: version\n")
        done = subprocess.run(["bash", "-e", "-c", run], cwd=tmp_path, env={"GITHUB_REF_NAME": tag}, check=False)
        assert (done.returncode == 0) is ok

    def test_the_line_that_is_compared_is_there(self):
        text = (ROOT / "galaxy.yml").read_text(encoding="utf-8")
        assert re.findall(r"(?m)^version: \S+$", text) == [f"version: {yaml.safe_load(text)['version']}"]

    def test_the_token_is_on_no_command_line(self, workflows):
        with_secrets = [step for step in steps(workflows["release"]) if "secrets." in str(step)]
        assert len(with_secrets) == 1
        assert "secrets." not in with_secrets[0]["run"]
        command = shlex.split(with_secrets[0]["run"])
        assert command[:3] == ["ansible-galaxy", "collection", "publish"]
        assert list(with_secrets[0]["env"]) == [
            "ANSIBLE_GALAXY_SERVER_LIST",
            "ANSIBLE_GALAXY_SERVER_GALAXY_URL",
            "ANSIBLE_GALAXY_SERVER_GALAXY_TOKEN",
        ]
