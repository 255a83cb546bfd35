# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that tell how far a request has come, and that give no request the answer of another one.

It builds on what urllib3 has made of `http.client`, and imports neither it nor requests.
"""

from __future__ import annotations

import functools
import http.client
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    _Connection = http.client.HTTPConnection
else:
    _Connection = object


class Progress(threading.local):
    """How far the request has come that this thread is sending.

    :ivar is_connecting: whether a connection was tried for it.
    :ivar is_sent: whether a connection stood and the request was begun, so that the service may have it.
    """

    is_connecting = False
    is_sent = False

    def begin(self) -> None:
        """Say that nothing was done for the next request yet."""
        self.is_connecting = self.is_sent = False


PROGRESS = Progress()


class InterimAnswer(http.client.HTTPException):
    """An answer came that is to be followed by the real one, of which nobody could tell when it comes."""


class Connection(_Connection):
    """Takes down how far its requests come, and takes nothing but whole answers.

    Mixed into a connection class of urllib3.
    """

    def connect(self) -> None:
        """Connect, through a proxy and with a TLS handshake where there are such."""
        PROGRESS.is_connecting = True
        super().connect()

    def endheaders(self, *arguments: Any, **options: Any) -> None:
        """Send the head of the request, and the body that is given."""
        # As `http.client` would do while it sends. What a proxy is told goes another way.
        if self.sock is None and self.auto_open:
            self.connect()
        PROGRESS.is_sent = True
        super().endheaders(*arguments, **options)

    def getresponse(self) -> Any:
        """Return the answer.

        :raises InterimAnswer: it is not the last one. urllib3 closes the connection then, as after every such error.
        """
        response = super().getresponse()
        if response.status < 200:
            response.close()
            raise InterimAnswer(f"{response.status} {response.reason}, which is no final answer")
        return response


class Response:
    """Is held to the length that it says when it is read.

    Mixed into a response of urllib3 before 2, which does not do so by itself.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{**options, "enforce_content_length": True})


class Pool:
    """Keeps no connection on which more has come than an answer.

    Mixed into a connection pool of urllib3.
    """

    def _put_conn(self, conn: Any) -> None:
        # urllib3 itself looks whether there is something to read, but not for what TLS has unpacked already.
        pending = getattr(getattr(conn, "sock", None), "pending", None)
        if pending is not None and pending():
            conn.close()
        super()._put_conn(conn)  # type: ignore[misc]


def watch(manager: Any) -> Any:
    """Let a pool manager of urllib3 use such connections only, and return it."""
    manager.pool_classes_by_scheme = {
        scheme: _watched(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
    }
    return manager


@functools.cache
def _watched(pool_class: Any) -> Any:
    if issubclass(pool_class, Pool):
        return pool_class
    # The names stand in what urllib3 says of errors.
    used = pool_class.ConnectionCls
    classes = {"ConnectionCls": type(used.__name__, (Connection, used), {})}
    # urllib3 2 has no such class.
    response = getattr(pool_class, "ResponseCls", None)
    if response is not None:
        classes["ResponseCls"] = type(response.__name__, (Response, response), {})
    return type(pool_class.__name__, (Pool, pool_class), classes)
