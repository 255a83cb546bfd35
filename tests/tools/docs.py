# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation site of the installed collection, and follows its links.

    python -m tests.tools.with_collection python -m tests.tools.docs

Every warning is an error, and so is a link that leads nowhere and a page that loads something from another host. The
site needs no network, neither to be built nor to be read.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from ._common import BIN, ROOT, WORK, run, stop_on_sigterm
from .with_collection import INSIDE

COLLECTION = "cloudcron.huaweicloud"

ANSIBLE_PAGES = {
    "action_plugins": "plugins/action.html#action-plugins",
    "common_return_values": "reference_appendices/common_return_values.html#common-return-values",
}
"""The labels of Ansible's own documentation that the generated pages refer to."""

PLUGIN_KINDS = {"module": "Modules", "role": "Roles", "filter": "Filters", "lookup": "Lookups"}
"""The kinds of pages that antsibull-docs makes, as their files are named, and their headings."""

GUIDES = "docs/docsite/extra-docs.yml"

TOCTREE = """
.. toctree::
    :caption: {caption}
    :maxdepth: 1

    {entries}
"""


def make_sources(collection: Path, sources: Path) -> None:
    """Write the pages for Sphinx: the guides, those of the plugins and roles, and the first page with all of them."""
    # antsibull-docs refuses a folder that others can write to.
    sources.mkdir(mode=0o755)
    generate = ["collection", "--use-current", "--squash-hierarchy", "--fail-on-error"]
    subprocess.run(
        [str(BIN / "antsibull-docs"), *generate, "--dest-dir", str(sources), COLLECTION],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    # Takes the place of a first page that only lists what there is.
    shutil.copytree(collection / "docs" / "docsite" / "site", sources, dirs_exist_ok=True)
    # Tells that no plugin declares an environment variable as such.
    (sources / "environment_variables.rst").unlink()
    (sources / "ansible.inv").write_bytes(inventory(ANSIBLE_PAGES))
    sections = yaml.safe_load((collection / GUIDES).read_text(encoding="utf-8"))["sections"]
    first = sources / "index.rst"
    text = first.read_text(encoding="utf-8")
    for section in sections:
        text += toctree(section["title"], [f"docsite/{name}" for name in section["toctree"]])
    for kind, caption in PLUGIN_KINDS.items():
        names = sorted(path.stem.removesuffix(f"_{kind}") for path in sources.glob(f"*_{kind}.rst"))
        text += toctree(caption, [f"{name} <{name}_{kind}>" for name in names])
    first.write_text(text, encoding="utf-8")


def toctree(caption: str, entries: list[str]) -> str:
    """A part of the table of contents."""
    return TOCTREE.format(caption=caption, entries="\n    ".join(entries))


def inventory(labels: dict[str, str]) -> bytes:
    """What a site built by Sphinx offers to others that refer to it, in the format that Sphinx reads."""
    heading = "# Sphinx inventory version 2\n# Project: Ansible\n# Version:\n# The rest is compressed using zlib.\n"
    lines = [f"{label} std:label -1 {page} {label.replace('_', ' ')}\n" for label, page in labels.items()]
    return heading.encode() + zlib.compress("".join(lines).encode())


class Page(HTMLParser):
    """What a page refers to, what it loads, and where one can jump to in it."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag says."""
        given = {name: value or "" for name, value in attrs}
        self.anchors.update(given[name] for name in ("id", "name") if name in given)
        if "href" in given:
            (self.links if tag == "a" else self.loads).append(given["href"])
        if "src" in given:
            self.loads.append(given["src"])


def problems_of(site: Path) -> Iterator[str]:
    """Whatever leads nowhere within the site, and whatever it loads from elsewhere."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        for link in page.links + page.loads:
            problem = problem_of(link, path, pages)
            if problem:
                yield f"{path.relative_to(site)}: {problem}: {link}"
        for link in page.loads:
            if is_elsewhere(link):
                yield f"{path.relative_to(site)}: is loaded from another host: {link}"
    for path in sorted(site.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        for link in re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""", text):
            if is_elsewhere(link):
                yield f"{path.relative_to(site)}: is loaded from another host: {link}"


def is_elsewhere(link: str) -> bool:
    """Whether a link leaves the site."""
    return bool(urlsplit(link).netloc)


def problem_of(link: str, path: Path, pages: dict[Path, Page]) -> str | None:
    """Why a link within the site leads nowhere."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "no such file"
    if parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
        return "no such place in the page"
    return None


def main() -> int:
    stop_on_sigterm()
    collection = Path(os.environ["CLOUDCRON_SITE"], INSIDE)
    version = json.loads((collection / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]["version"]
    folder = WORK / "docs"
    sources, site = folder / "sources", folder / "html"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    make_sources(collection, sources)
    command = ["sphinx-build", "-b", "html", "-q", "-W", "--keep-going", "-j", "1"]
    command += ["-d", str(folder / "doctrees"), "-D", f"version={version}", "-D", f"release={version}"]
    if run([str(BIN / command[0]), *command[1:], str(sources), str(site)]):
        return 1
    problems = list(problems_of(site))
    if problems:
        sys.exit("\n".join(["The site has problems:", *problems]))
    print(f"{site.relative_to(ROOT)}/index.html: {len(list(site.rglob('*.html')))} pages, no warning, no broken link")
    return 0


if __name__ == "__main__":
    sys.exit(main())
