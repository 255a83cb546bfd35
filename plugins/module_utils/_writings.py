# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds texts within others, however programs have written them.

A text may stand in URLs, JSON, HTML, mail, logs or source code, in these in one another, and partly so: each of its
characters is read as it stands, or as what an escape stands for, and what that begins may be an escape again. Only what
cannot be read character by character, such as Base64, is searched for as a text of its own.
"""

from __future__ import annotations

import base64
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import NamedTuple

HEX = "[0-9A-Fa-f]"


def _sign(sign: str) -> str:
    """Return an expression for a sign within an escape, which may be escaped in turn."""
    code = f"{ord(sign):02x}"
    return rf"(?:\{sign}|%(?:25)*(?i:{code})|&(?:amp;)*#(?:0*{ord(sign)}|[xX]0*(?i:{code}));|\\+u00(?i:{code}))"


# What follows the sign that begins an escape, by how it is read.
ESCAPES = {
    "%": re.compile(rf"(?P<hex>{HEX}{{2}})|u(?P<hex_long>{HEX}{{4}})"),
    "\\": re.compile(
        rf"x(?P<hex>{HEX}{{2}})|u(?P<hex_long>{HEX}{{4}})|u{_sign('{')}(?P<hex_braced>{HEX}{{1,6}}){_sign('}')}"
        r"|(?P<octal>[0-3][0-7]{2})|(?P<letter>[abfnrtv])|(?P<itself>\W)"
    ),
    "&": re.compile(
        rf"{_sign('#')}(?:[xX]0*(?P<hex>{HEX}{{1,6}})|0*(?P<decimal>[0-9]{{1,7}})){_sign(';')}?"
        rf"|(?P<name>[A-Za-z][A-Za-z0-9]{{1,30}}){_sign(';')}"
    ),
    "=": re.compile(r"(?P<hex>[0-9A-F]{2})"),
    "+": re.compile("(?P<blank>)"),
    # Doubled, as in SQL, CSV and YAML.
    "'": re.compile("(?P<itself>')"),
    '"': re.compile('(?P<itself>")'),
}
BASES = {"hex": 16, "octal": 8, "decimal": 10}
LETTERS = dict(zip("abfnrtv", "\a\b\f\n\r\t\v"))
SIGNS = "".join(ESCAPES)
# Of one place in a text.
MOST_READINGS = 8
# At which place of a long run of them a text begins makes no difference.
BACKSLASHES = r"\\{1,8}(?!\\)"
# How an escape may begin, as far as it needs to be looked at.
BEGINNINGS = rf"%[0-9A-Fa-fu]|{BACKSLASHES}|&(?:{_sign('#')}|[A-Za-z])|=[0-9A-F]{{2}}"
# What may stand in the place of the second character of a text.
SECOND = r"%\\&=\r\n"

# Where lines of mail, of Base64 and of headers are broken.
FOLD = re.compile(r"=?(?:\r?\n|(?:\\r)?\\n)[ \t]*")
BLANK, BLANKS = re.compile(r"\s"), re.compile(r"\s+")

# Characters. A text that begins like another one for so long is that one, cut off; with dots behind it, for less.
SURELY_CUT, CUT = 24, 8
DOTS = ("...", "\u2026")

# Shorter ones would be found in what is none.
LEAST_CODE = 8
WORD_OF_CODE = re.compile("[A-Za-z0-9+/=_-]*")


class Form(NamedTuple):
    """A text to search for.

    :ivar is_part: it is what all encodings of a longer text have in common, so that it ends where that one does.
    """

    text: str
    is_part: bool = False


class Finder:
    """Finds texts.

    :param texts: that are searched for.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._forms: dict[str, list[Form]] = defaultdict(list)
        beginnings: dict[str, None] = {}
        for form in sorted({form for text in texts for form in forms_of(text)}):
            self._forms[form.text[0]].append(form)
            beginnings[_beginning(form.text)] = None
        # A regular expression reads the greatest part of a text, in which nothing begins, much faster than this does.
        self._candidate = re.compile("|".join([*beginnings, BEGINNINGS])) if beginnings else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the texts begin and end, in order; those that overlap or touch are one."""
        spans: list[tuple[int, int]] = []
        for begin, end in self._found(text):
            if spans and begin <= spans[-1][1]:
                begin, last = spans.pop()
                end = max(end, last)
            spans.append((begin, end))
        return spans

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        candidate = self._candidate.search(text) if self._candidate else None
        while candidate:
            at = candidate.start()
            for first in dict.fromkeys(char for char, _end in _readings(text, at)):
                for form in self._forms.get(first, ()):
                    end = _end_of(form.text, text, at)
                    if end is not None:
                        yield _whole_word(text, at, end) if form.is_part else (at, end)
            candidate = self._candidate.search(text, at + 1) if self._candidate else None


def forms_of(text: str) -> set[Form]:
    """Return a text as it is, in Unicode's other forms, in other encodings of characters, and in Base64 and such."""
    text = text.strip()
    if not text:
        return set()
    normal = {text}
    if not text.isascii():
        normal |= {unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    forms = set()
    for each in normal:
        coded = each.encode("utf-8", "surrogatepass")
        # As UTF-8 that was taken for Latin-1, which is also how bytes are escaped, and in the units of UTF-16.
        plain = {each} if each.isascii() else {each, coded.decode("latin-1"), _in_utf_16(each)}
        forms |= {Form(BLANKS.sub(" ", way)) for way in plain} | {Form(BLANK.sub(" ", way)) for way in plain}
        if 2 * len(coded) >= LEAST_CODE:
            forms |= {Form(coded.hex()), Form(coded.hex().upper())}
        for core in _in_base64(coded):
            forms |= {Form(core, True), Form(core.translate(str.maketrans("+/", "-_")), True)}
    return forms


def _in_utf_16(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(int.from_bytes(units[at : at + 2], "big")) for at in range(0, len(units), 2))


def _in_base64(content: bytes) -> Iterator[str]:
    """Return what is in the Base64 of everything that has the content in it, by how much stands before it."""
    for before in range(3):
        code = base64.b64encode(bytes(before) + content).decode("ascii")
        core = code[-(-before * 8 // 6) : (before + len(content)) * 8 // 6]
        if len(core) >= LEAST_CODE:
            yield core


def _beginning(text: str) -> str:
    """Return an expression for how a text may begin. It begins with a character, which makes it fast."""
    first = BACKSLASHES if text[0] == "\\" else re.escape(text[0])
    if len(text) == 1:
        return first
    second = SECOND + (r"\s+" if text[1] == " " else re.escape(text[1])) + (text[0] if text[0] in "'\"" else "")
    return f"{first}[{second}]"


def _readings(text: str, at: int) -> list[tuple[str, int]]:
    """Return which characters may be meant by what begins at a place, each with where that ends."""
    begins = [at]
    fold = FOLD.match(text, at)
    if fold:
        begins.append(fold.end())
    found = [(text[begin], begin + 1) for begin in begins if begin < len(text)]
    for char, end in found:
        if len(found) >= MOST_READINGS:
            break
        escape = ESCAPES[char].match(text, end) if char in ESCAPES else None
        if escape:
            found.append((_meant(escape), escape.end()))
        elif char.isspace():
            blanks = BLANKS.match(text, end)
            found += [(" ", end), *([(" ", blanks.end())] if blanks else [])] if char != " " or blanks else []
    return found


def _meant(escape: re.Match[str]) -> str:
    kind = str(escape.lastgroup)
    value = escape[kind]
    if kind in ("itself", "blank"):
        return value or " "
    if kind == "letter":
        return LETTERS[value]
    if kind == "name":
        return html5.get(f"{value};", "")
    number = int(value, BASES[kind.partition("_")[0]])
    return chr(number) if number <= sys.maxunicode else ""


def _end_of(wanted: str, text: str, at: int) -> int | None:
    """Return where a text ends that begins at a place; None if another one begins there."""
    if text.startswith(wanted, at):
        return at + len(wanted)
    ends = {at}
    for number, char in enumerate(wanted):
        further = {end for begin in ends for end in _ends_of(char, text, begin)}
        if not further:
            is_cut = number >= SURELY_CUT or (number >= CUT and any(text.startswith(DOTS, end) for end in ends))
            return max(ends) if is_cut else None
        ends = further
    return max(ends)


def _ends_of(char: str, text: str, at: int) -> list[int]:
    if text[at : at + 1] == char and char not in SIGNS and char != " ":
        return [at + 1]
    return [end for read, end in _readings(text, at) if read == char]


def _whole_word(text: str, begin: int, end: int) -> tuple[int, int]:
    before = WORD_OF_CODE.match(text[:begin][::-1])
    behind = WORD_OF_CODE.match(text, end)
    return begin - (before.end() if before else 0), behind.end() if behind else end
