# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a connection, and how to keep them out of everything that is returned or said.

Ansible masks a module's result by itself: before ansible-core 2.22 in the process of the module, since then where it is
shown or logged, and not in what is registered. It knows the secret options alone, and them only as they are. So
whatever leaves this collection is masked here before, in every version alike, with that version's mask.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Callable

from ._writings import Finder

try:
    from ansible.module_utils.secrets import register_secret as register_with_ansible  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    # In the place of a secret within a text, and of a whole text that is one.
    MASK, WHOLE_MASK = "********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"

    def register_with_ansible(value: str) -> str:
        """Return the secret: before ansible-core 2.22 there is nothing to register it with."""
        return value

else:
    MASK = WHOLE_MASK = "$REDACTED$"

# Those of all versions: a result may be kept in a file and come back through another one.
MASKS = ("********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "$REDACTED$")


def register_secret(value: str) -> str:
    """Have Ansible mask a secret wherever it shows something, where this Ansible can; return it."""
    return str(register_with_ansible(value))


# It is worth the same request once more for a quarter of an hour. What stands before it may be escaped.
SIGNATURE = re.compile(r"(Signature.{1,12}?)[0-9a-f]{64,72}")

# The connections of a process have a few sets of secrets, and each call of a loop has one of them again.
finder = lru_cache(maxsize=64)(Finder)


class Secrets:
    """Secrets, and texts and results without them. More may become known while several threads mask texts.

    :param known: those that are known from the beginning.
    :param register: takes every secret, known ones and those to come.
    """

    def __init__(self, known: Iterable[str] = (), register: Callable[[str], Any] = lambda secret: None) -> None:
        self._secrets: tuple[str, ...] = ()
        self._register = register
        self._learning = threading.Lock()
        for secret in known:
            self.keep(secret)

    def register_with(self, register: Callable[[str], Any]) -> None:
        """Hand on all secrets, known ones and those to come.

        :param register: takes the place of the one before.
        """
        with self._learning:
            self._register = register
            for secret in self._secrets:
                register(secret)

    def keep(self, secret: str) -> None:
        """Mask a secret from now on, however it is written."""
        with self._learning:
            if secret.strip() and secret not in self._secrets:
                self._register(secret)
                self._secrets += (secret,)

    def mask(self, text: str) -> str:
        """Return a text without the secrets, and without the signature of a request."""
        # What was masked before stays, whatever letters a secret has.
        return MASK.join(map(self._masked, text.split(MASK)))

    def _masked(self, text: str) -> str:
        parts = []
        shown = 0
        for begin, end in finder(self._secrets).spans(text):
            parts += [text[shown:begin], MASK]
            shown = end
        return SIGNATURE.sub(rf"\1{MASK}", "".join([*parts, text[shown:]]))

    def hide(self, value: Any, open_keys: Iterable[str] = (), with_keys: bool = False) -> Any:
        """Return a result without the secrets. Truth values and null hide nothing.

        :param open_keys: keys below which the keys are data, too.
        :param with_keys: whether the keys of `value` itself are data.
        """
        if isinstance(value, str):
            return WHOLE_MASK if value in self._secrets else self.mask(value)
        if isinstance(value, Mapping):
            hidden: dict[Any, Any] = {}
            for key, part in value.items():
                shown = self.mask(key) if with_keys and isinstance(key, str) else key
                while shown in hidden:
                    shown += MASK
                hidden[shown] = self.hide(part, open_keys, with_keys or key in open_keys)
            return hidden
        if isinstance(value, (list, tuple)):
            return [self.hide(part, open_keys, with_keys) for part in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value if self.mask(str(value)) == str(value) else WHOLE_MASK
        return value
