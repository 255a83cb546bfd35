# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web server in a thread of its own, which can also hang up on its clients."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"


class Line:
    """One connection to a client, on which a fault can write what the server would not."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take the transport, which does all that is not about writing."""
        self._transport = transport
        self._is_muted = False

    def __getattr__(self, name: str) -> Any:
        """What the transport has of that name."""
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, unless it is muted."""
        if not self._is_muted:
            self._transport.write(data)

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Let nothing through."""
        self._is_muted = True
        try:
            yield
        finally:
            self._is_muted = False


class _Protocol(H11Protocol):
    """Shows each request its connection, so that a fault can write on it and close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        line = Line(transport)
        super().connection_made(line)  # type: ignore[arg-type]
        self.app_state = {**self.app_state, "line": line}


class _Uvicorn(uvicorn.Server):
    """Says when it is ready, and stops at once whatever its clients are doing."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for task in list(self.server_state.tasks):
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # The closed connections are taken off the list in the next turn of the loop.
        await asyncio.sleep(0)
        await super().shutdown(sockets)


class Server:
    """Serves one application on the loopback interface."""

    def __init__(self, app: FastAPI, port: int = 0) -> None:
        """Take ``app`` and ``port``; 0 is any port that is free."""
        options: dict[str, Any] = {"log_config": None, "log_level": "critical", "access_log": False}
        config = uvicorn.Config(
            app, http=_Protocol, loop="asyncio", ws="none", lifespan="off", server_header=False, **options
        )
        self._uvicorn = _Uvicorn(config)
        self._port = port
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Start and return the URL once it answers.

        :raises OSError: the port is taken.
        """
        listener = socket.create_server((LOOPBACK, self._port))
        # asyncio does not see that this is TCP; head and body of an answer would then wait 40 ms for each other.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [listener]}, name="emulator", daemon=True
        )
        self._thread.start()
        if not self._uvicorn.ready.wait(timeout=10):
            raise RuntimeError("the emulator did not start")
        return f"http://{LOOPBACK}:{listener.getsockname()[1]}"

    def stop(self) -> None:
        """Stop and wait until nothing is running any more."""
        self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join(timeout=10)
