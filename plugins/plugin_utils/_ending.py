# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Ansible's process ends that was told to, while a change was under way in it or in a module.

Whoever has interrupted a play gets no results any more, so what came of the change is said on the error output.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..module_utils._interruption import SIGNALS, WITHIN, say


class Relay:
    """Passes signals on to the module that runs in this process's group.

    :ivar signal: which came; None if none did.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._is_passing_on = False

    def take(self, number: int, frame: Any) -> None:
        """Take a signal."""
        if self._is_passing_on:
            # What goes to the group comes back here.
            self._is_passing_on = False
            return
        # Before ansible-core 2.19 it is the group of the whole play, which a terminal has told as well.
        if os.getpgrp() == os.getpid():
            self._is_passing_on = True
            os.killpg(os.getpgrp(), number)
        if self.signal is None:
            self.signal = signal.Signals(number)
            say(f"cloudcron.huaweicloud: {self.signal.name} came while a module was at work. {WITHIN}")


@contextmanager
def relayed() -> Iterator[Relay]:
    """Let a module that runs here deal with signals, which would end this process before the module."""
    relay = Relay()
    before = {each: signal.getsignal(each) for each in SIGNALS}
    kept = {each: handler for each, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for each in kept:
            signal.signal(each, relay.take)
        yield relay
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)


def end(caught: signal.Signals | None, result: Mapping[str, Any]) -> None:
    """End this process as it was told to, if it was, after saying what came of the change.

    :param result: as it is returned, without any secret.
    """
    if caught is not None:
        say(str(result.get("module_stderr") or result.get("msg") or "The change was finished."))
        signal.raise_signal(caught)
