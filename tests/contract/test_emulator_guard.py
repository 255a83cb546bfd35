# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No web page reads what the emulator has, or changes it: not by a name that leads to this machine, nor by a form."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account

RESET = "POST /_emulator/reset"
LOGIN = "POST /v3/auth/tokens"
LOOK = "GET /_emulator/requests"
PREFLIGHT = "OPTIONS /_emulator/reset"

Send = Callable[..., tuple[int, str]]


@pytest.fixture
def send(emulator: Any) -> Send:
    """``send(request, header, ...)``: the status and the text of the answer to exactly these headers."""
    port = int(emulator.url.rpartition(":")[2])

    def send(request: str, *headers: str) -> tuple[int, str]:
        lines = (f"{request} HTTP/1.1", *headers, "Content-Length: 0", "Connection: close", "", "")
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall("\r\n".join(lines).encode())
            received = b""
            while chunk := connection.recv(4096):
                received += chunk
        head, _gap, content = received.decode().partition("\r\n\r\n")
        return int(head.split()[1]), content

    return send


@pytest.fixture
def untouched(emulator: Any) -> Callable[[], bool]:
    """``untouched()``: whether everything is as it was, and nobody has asked for anything."""
    emulator.workspace_app.add_task()
    before = emulator.workspace_app.tasks
    emulator.fail("*", status=503)
    return lambda: emulator.workspace_app.tasks == before and not emulator.requests


@pytest.mark.parametrize("request_line", [RESET, LOGIN, LOOK, "GET /nowhere"])
@pytest.mark.parametrize(
    "host",
    [
        "attacker.example.com",
        "attacker.example.com:80",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "example.com@127.0.0.1",
        "128.0.0.1",
        "1127.0.0.1",
        "0.0.0.0",
        "[::2]",
        "127.0.0.1:port",
        "",
    ],
)
def test_it_answers_to_names_of_this_machine_only(
    send: Send, untouched: Callable[[], bool], request_line: str, host: str
) -> None:
    assert send(request_line, f"Host: {host}") == (421, "The emulator answers to 127.0.0.1 and localhost only.\n")
    assert untouched()


@pytest.mark.parametrize("request_line", [RESET, LOGIN, LOOK, PREFLIGHT])
@pytest.mark.parametrize(
    "header",
    [
        "Origin: https://attacker.example.com",
        "Origin: http://localhost.example.com",
        "Origin: http://127.0.0.1.example.com:8701",
        "Origin: file://",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
    ],
)
def test_it_is_for_no_page_of_another_site(
    send: Send, untouched: Callable[[], bool], request_line: str, header: str
) -> None:
    assert send(request_line, "Host: 127.0.0.1", header) == (403, "The emulator is not for the pages of other sites.\n")
    assert untouched()


def test_one_good_origin_makes_no_other_one_good(send: Send, untouched: Callable[[], bool]) -> None:
    origins = ("Origin: http://localhost", "Origin: https://attacker.example.com")
    assert send(RESET, "Host: 127.0.0.1", *origins)[0] == 403
    assert untouched()


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: 127.0.0.1",),
        ("Host: 127.8.9.10:80",),
        ("Host: localhost:8701",),
        ("Host: LOCALHOST",),
        ("Host: [::1]:8701",),
        ("Host: 127.0.0.1", "Origin: http://127.0.0.1:8701", "Sec-Fetch-Site: same-origin"),
        ("Host: 127.0.0.1", "Origin: http://localhost:3000", "Sec-Fetch-Site: cross-site"),
        ("Host: localhost", "Sec-Fetch-Site: same-site"),
        ("Host: localhost", "Sec-Fetch-Site: none"),
    ],
)
def test_it_is_for_programs_and_pages_of_this_machine(emulator: Any, send: Send, headers: tuple[str, ...]) -> None:
    emulator.workspace_app.add_task()
    assert send(f"GET /v1/{account.PROJECT_ID}/schedule-task", *headers)[0] == 401
    assert send(RESET, *headers)[0] == 204
    assert not emulator.workspace_app.tasks
