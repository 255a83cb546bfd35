# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a connection, and how to keep them out of what a service quotes."""

from __future__ import annotations

import html
import json
import re
import threading
from typing import Callable
from urllib.parse import quote, quote_plus

MASK = "********"
# It is worth the same request once more for a quarter of an hour.
SIGNATURE = re.compile(r"(Signature=)[0-9a-f]{64}")
ESCAPE = re.compile("%[0-9A-F]{2}")
# What encoders of JSON escape besides what they must: nothing; Go's; Gson's.
ESCAPES_IN_JSON = [{ord(each): f"\\u{ord(each):04x}" for each in characters} for characters in ("", "&<>", "&<>='")]


class Secrets:
    """Secrets in all their forms. More may become known while several threads mask texts."""

    def __init__(self) -> None:
        self._tell: Callable[[str], None] = lambda secret: None
        # A secret that contains another one goes first, or the rest of it would stay.
        self._forms: tuple[str, ...] = ()
        self._learning = threading.Lock()

    def tell_to(self, tell: Callable[[str], None]) -> None:
        """Tell all secrets, known ones and those to come, in every form that an output might have them in.

        :param tell: takes the place of the one before.
        """
        with self._learning:
            self._tell = tell
            for form in self._forms:
                tell(form)

    def keep(self, secret: str) -> None:
        """Mask a secret from now on, also in the forms in which an echoed request may show it."""
        forms = forms_of(secret)
        with self._learning:
            for form in forms:
                if form not in self._forms:
                    self._tell(form)
            self._forms = tuple(sorted({*forms, *self._forms}, key=len, reverse=True))

    def mask(self, text: str) -> str:
        """Return a text without the secrets, and without the signature of a request."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return SIGNATURE.sub(rf"\1{MASK}", text)


def forms_of(secret: str) -> list[str]:
    """Return the forms in which programs write a text into URLs, JSON and HTML, the text itself first."""
    in_urls = [quote(secret, safe=""), quote(secret), quote_plus(secret)]
    in_json = [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    in_json += [text.replace("/", "\\/") for text in in_json]
    in_html = [html.escape(secret), html.escape(secret).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")]
    return list(
        dict.fromkeys(
            [
                *(secret, repr(secret)[1:-1]),
                *(*in_urls, *(ESCAPE.sub(lambda match: match[0].lower(), text) for text in in_urls)),
                *(text.translate(escapes) for text in in_json for escapes in ESCAPES_IN_JSON),
                *in_html,
            ]
        )
    )
