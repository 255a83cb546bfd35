# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the documentation, and their code blocks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]

PLUGINS = ("plugins/modules", "plugins/filter", "plugins/lookup")
"""Where plugins lie whose documentation has examples."""


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    """The path of the page in the collection."""
    number: int
    """Its place among the blocks of the page, from 1."""
    language: str
    text: str

    def __str__(self) -> str:
        """Name it as somebody would who looks for it."""
        return f"{self.page}, block {self.number} ({self.language}): {self.first_line}"

    @property
    def first_line(self) -> str:
        """What it begins with."""
        return self.text.partition("\n")[0].rstrip()


def pages() -> dict[str, list[Block]]:
    """The code blocks of each page that has any."""
    found = {}
    for path in sorted(files()):
        name = path.relative_to(ROOT).as_posix()
        blocks = [
            Block(name, number, language, text)
            for number, (language, text) in enumerate(_READERS[path.suffix](path.read_text(encoding="utf-8")), 1)
        ]
        if blocks:
            found[name] = blocks
    return found


def files() -> Iterator[Path]:
    """The files that are pages or have examples."""
    for path in ROOT.iterdir():
        # Whatever is generated, or belongs to a tool, lies in folders that begin with a dot.
        if path.is_dir() and not path.name.startswith("."):
            yield from (each for suffix in (".md", ".rst") for each in path.rglob(f"*{suffix}"))
        elif path.suffix in (".md", ".rst"):
            yield path
    for folder in PLUGINS:
        yield from (ROOT / folder).glob("*.py")


def _of_markdown(text: str) -> Iterator[tuple[str, str]]:
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in ("fence", "code_block"):
            yield token.info.strip(), token.content


def links_of(path: Path) -> list[str]:
    """Where the links of a Markdown page lead to."""
    tokens = [
        inline
        for token in MarkdownIt("gfm-like", {"linkify": False}).parse(path.read_text(encoding="utf-8"))
        for inline in token.children or ()
    ]
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


class _Skipped(Directive):
    """Sphinx's own table of contents."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = None

    def run(self) -> list[nodes.Node]:
        return []


class _Nested(Directive):
    """What Sphinx puts around text, such as the version since which it holds."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        element = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, element)
        return element.children


def _of_rst(text: str) -> Iterator[tuple[str, str]]:
    directives.register_directive("toctree", _Skipped)
    for name in ("seealso", "versionadded", "versionchanged"):
        directives.register_directive(name, _Nested)
    settings = {"report_level": 5, "halt_level": 6, "syntax_highlight": "none", "input_encoding": "unicode"}
    document = publish_doctree(text, settings_overrides=settings)
    # Blocks within such a directive would be overlooked.
    for message in document.findall(nodes.system_message):
        unknown = re.search(r'Unknown directive type "\S+"', message.astext())
        assert not unknown, f"{unknown and unknown[0]}: say in tests/documents/pages.py what it holds"
    for block in document.findall(nodes.literal_block):
        if not isinstance(block.parent, nodes.system_message):
            language = [name for name in block["classes"] if name != "code"]
            yield language[0] if language else "", block.astext() + "\n"


def _of_plugin(text: str) -> Iterator[tuple[str, str]]:
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "EXAMPLES":
            yield "yaml+jinja", ast.literal_eval(statement.value).lstrip("\n")


_READERS = {".md": _of_markdown, ".rst": _of_rst, ".py": _of_plugin}
