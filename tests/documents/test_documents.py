# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code block of the documentation does what the page says."""

from __future__ import annotations

import re

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator.command import reach_directly, variables
from ansible_collections.cloudcron.huaweicloud.tests.documents.exceptions import (
    FILES,
    NOT_RUN,
    PROJECTS,
    SEEDS,
    SHOWN_ONLY,
    SUBSTITUTES,
)
from ansible_collections.cloudcron.huaweicloud.tests.documents.pages import ROOT, files, links_of, pages
from ansible_collections.cloudcron.huaweicloud.tests.documents.story import NotSo, Story, home_environment, installs

PAGES = pages()
BLOCKS = [block for blocks in PAGES.values() for block in blocks]


@pytest.mark.parametrize("page", [page for page in PAGES if page not in SHOWN_ONLY])
def test_what_the_page_says_works(page, tmp_path, emulator, site):
    blocks = PAGES[page]
    for service, tasks in SEEDS.get(page, {}).items():
        for task in tasks:
            emulator.services[service].add_task(**task)
    (archive,) = site.parent.glob("*.tar.gz")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / archive.name).symlink_to(archive)
    environment = home_environment(tmp_path / "home", site, installed=not installs(blocks))
    story = Story(folder, reach_directly({**environment, **variables(emulator.url)}), archive, ROOT)
    problem = None
    try:
        story.follow(blocks)
    except NotSo as error:
        problem = str(error)
    if problem:
        pytest.fail(problem, pytrace=False)


def test_links_within_markdown_lead_to_files():
    broken = []
    for path in files():
        for link in links_of(path) if path.suffix == ".md" else ():
            target = link.partition("#")[0]
            if target and "://" not in link and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {link}")
    assert not broken


class TestExceptions:
    """What is not so, or no longer, must not be listed."""

    def test_every_substitute_is_used(self):
        texts = [block.text for block in BLOCKS]
        assert not [each for each in SUBSTITUTES if not any(re.search(each.said, text, re.MULTILINE) for text in texts)]

    def test_every_project_is_named(self):
        assert not [project for project in PROJECTS if not any(project in block.text for block in BLOCKS)]

    def test_every_page_is_there(self):
        assert not [page for page in [*SEEDS, *SHOWN_ONLY] if page not in PAGES]

    def test_every_block_is_there(self):
        declared = [*NOT_RUN, *FILES]
        found = [key for key in declared if any(b.page == key[0] and b.text.startswith(key[1]) for b in BLOCKS)]
        assert found == declared
