# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts are found in every way in which programs write them, and in these put on top of one another."""

from __future__ import annotations

import base64
import html
import json
import quopri
import unicodedata
from typing import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._writings import Finder

# With what each of the ways changes, and with what looks like escapes itself.
TEXT = "aB c/d+e=f\u00fc<&>='\"\\g%41\\u0041&lt;\U0001f600Z"


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def by_number(text: str, form: str = "&#{};") -> str:
    return "".join(char if char.isalnum() and char.isascii() else form.format(ord(char)) for char in text)


def upper(text: str) -> str:
    return "".join(f"\\u{ord(char):04X}" for char in text.replace("\U0001f600", "\ud83d\ude00"))


def broken(text: str, every: int, by: str) -> str:
    return by.join(text[at : at + every] for at in range(0, len(text), every))


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "URL": lambda text: quote(text, safe=""),
    "URL but for slashes": quote,
    "form": quote_plus,
    "URL in lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "URL in Latin-1": lambda text: quote(text, safe="", encoding="latin-1", errors="xmlcharrefreplace"),
    "URL by code points": lambda text: by_number(text.replace("\U0001f600", "\ud83d\ude00"), "%u{:04X}"),
    "JSON": in_json,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of PHP": lambda text: in_json(text).replace("/", "\\/"),
    "JSON of Go": lambda text: in_json(text).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
    "JSON in capitals": upper,
    "JavaScript": lambda text: by_number(text, "\\u{{{:x}}}"),
    "bytes of Python": lambda text: repr(text.encode())[2:-1],
    "text of Python": lambda text: repr(text)[1:-1],
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "HTML": html.escape,
    "HTML by numbers": by_number,
    "HTML by hexadecimal numbers": lambda text: by_number(text, "&#x{:X};"),
    "HTML with leading zeros": lambda text: by_number(text, "&#x{:06x};"),
    "HTML by names": lambda text: html.escape(text).translate(
        {ord(char): f"&{name};" for char, name in {"+": "plus", "/": "sol", "=": "equals", "\u00fc": "uuml"}.items()}
    ),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "doubled quotes": lambda text: text.replace("'", "''"),
    "escaped for a shell": lambda text: "".join(char if char.isalnum() else f"\\{char}" for char in text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "UTF-8 taken for Latin-1": lambda text: text.encode().decode("latin-1"),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "broken into lines": lambda text: broken(text, 5, "\r\n "),
    "blanks folded": lambda text: text.replace(" ", "\n   "),
}
# Those that others are put on top of, and that may be put on top of others.
STACKED = [*WAYS][:21]


def is_found(written: str, text: str = TEXT) -> bool:
    """Whether a text is found from its first character to its last."""
    return Finder([text]).spans(f"<{written}>") == [(1, len(written) + 1)]


@pytest.mark.parametrize("way", WAYS)
def test_each_way(way: str) -> None:
    assert is_found(WAYS[way](TEXT))


@pytest.mark.parametrize("outer", ["URL", "form", "JSON", "JSON of Go", "HTML", "HTML by numbers"])
@pytest.mark.parametrize("inner", STACKED)
def test_each_way_in_another(inner: str, outer: str) -> None:
    # What is left of other alphabets by one way is written by the other.
    text = TEXT.replace("\U0001f600", "") if inner in ("HTML by names", "URL in Latin-1") else TEXT
    assert is_found(WAYS[outer](WAYS[inner](text)), text)


def test_three_of_a_kind() -> None:
    for way in ("URL", "JSON", "HTML"):
        assert is_found(WAYS[way](WAYS[way](WAYS[way](TEXT))))


def test_a_text_that_is_written_in_several_ways_at_once() -> None:
    assert is_found("aB+c%2Fd+e&equals;f\u00fc\\u003C&amp;>='\\\"\\\\g%2541\\\\u0041&amp;lt;\U0001f600Z")


@pytest.mark.parametrize("before", ["", "m", "me", "me:", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_base64_of_what_it_stands_in_is_found_whole(before: str, encode: Callable[[bytes], bytes]) -> None:
    code = encode(f"{before}{TEXT} and so on".encode()).decode().strip()
    for written in (code, quote(code)) if "\n" not in code else ():
        found = Finder([TEXT]).spans(f"Basic {written}, x")
        assert found[0][0] == 6
        assert found[-1][1] >= len(written)
    ((begin, end),) = Finder([TEXT]).spans(f"Basic {code}, x")
    assert (begin, end) == (6, 6 + len(code))


def test_unicodes_other_forms() -> None:
    composed, decomposed = "p\u00e4ssw\u00f6rd\ufb01", "pa\u0308sswo\u0308rdfi"
    for given_text in (composed, unicodedata.normalize("NFD", composed)):
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert is_found(unicodedata.normalize(form, composed), given_text)
    assert is_found(quote(decomposed), composed)


@pytest.mark.parametrize("blank", ["\n", " ", "\t\r\n"])
def test_blanks_around_it_are_no_part_of_a_text(blank: str) -> None:
    assert is_found("hidden", f"{blank}hidden{blank}")
    assert Finder([blank]).spans(f"a{blank}b") == []


def test_a_text_that_was_cut_off_is_found() -> None:
    text = "0123456789abcdefghijklmnopqrstuvwxyz"
    assert Finder([text]).spans(f"<{text[:24]}>") == [(1, 25)]
    assert Finder([text]).spans(f"<{text[:23]}>") == []
    for dots in ("...", "\u2026"):
        assert Finder([text]).spans(f"<{text[:8]}{dots}") == [(1, 9)]
        assert Finder([text]).spans(f"<{text[:7]}{dots}") == []


def test_what_is_like_it_is_not_it() -> None:
    for text in ("hidde", "hiddem", "HIDDEN", "%68idde%6f", "h\\u0069dde", "&#104;idde&#111;"):
        assert Finder(["hidden"]).spans(text) == []
    # Too short to tell their codes from words.
    for short in ("e", "abc"):
        assert Finder([short]).spans(short.encode().hex() + base64.b64encode(short.encode()).decode()) == []


def test_texts_that_overlap_or_touch_are_one_span() -> None:
    assert Finder(["abcd", "cdef"]).spans("abcdef abcdcdef abcd") == [(0, 6), (7, 15), (16, 20)]


@pytest.mark.parametrize(
    "text", ["%", "%4", "%zz", "&", "&#", "&#x;", "&#x110000;", "&nope;", "\\", "\\u12", "=", "=\n"]
)
def test_halves_of_escapes_are_what_they_are(text: str) -> None:
    assert Finder(["A"]).spans(text) == []
    assert Finder([text]).spans(f"x{text}") == [(1, 1 + len(text.strip()))]


@pytest.mark.parametrize("sign", ["%25", "\\", "&amp;", "=3D", "'", " ", "\n", "a", "%5C", "&"])
def test_no_text_takes_more_than_a_few_steps_for_each_of_its_characters(
    monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _writings

    steps = 0
    readings = _writings._readings

    def counting(text: str, at: int) -> list[tuple[str, int]]:
        nonlocal steps
        steps += 1
        return readings(text, at)

    monkeypatch.setattr(_writings, "_readings", counting)
    length = 2_000
    wanted = ["hidden", "aaaaaaab", "\\\\\\\\x", "%%%%x", "''''x", "&&&&x", "a    x"]
    assert Finder(wanted).spans(sign * length) == []
    assert steps < 200 * length


@given(text=st.text(min_size=1, max_size=12), ways=st.lists(st.sampled_from(STACKED[:4] + STACKED[7:10]), max_size=3))
def test_whatever_a_text_is_made_of(text: str, ways: list[str]) -> None:
    if not text.strip():
        return
    written = text.strip()
    for way in ways:
        written = WAYS[way](written)
    found = Finder([text]).spans(written)
    assert found and found[0][0] == 0 and found[-1][1] == len(written)
