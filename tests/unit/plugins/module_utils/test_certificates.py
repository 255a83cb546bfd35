# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, with a real handshake: who is trusted, and what is said where nobody is."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

EMPTY_LISTING = b'{"count": 0, "items": []}'


class Listing(http.server.BaseHTTPRequestHandler):
    """A service without tasks."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(EMPTY_LISTING)))
        self.end_headers()
        self.wfile.write(EMPTY_LISTING)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class QuietServer(http.server.ThreadingHTTPServer):
    """Says nothing of the handshakes that fail, which is what they are to do here."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, str]:
    """An authority of our own, and the file with its certificate."""
    authority = trustme.CA()
    path: Path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, str(path)


@pytest.fixture(scope="module")
def address(authority: tuple[trustme.CA, str]) -> Iterator[str]:
    """Where a service answers whose certificate that authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    server = QuietServer(("127.0.0.1", 0), Listing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _no_authorities_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def test_an_unknown_authority_is_refused_with_advice(info, address):
    error = info(endpoint=address).error
    assert "certificate" in error
    assert "ca_path" in error


def test_ca_path_is_trusted(info, address, authority):
    assert info(endpoint=address, ca_path=authority[1]).tasks == []


def test_the_authorities_of_the_environment_are_trusted(info, address, authority, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority[1])
    assert info(endpoint=address).tasks == []


def test_ca_path_counts_more_than_the_environment(info, address, authority, monkeypatch, tmp_path):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority[1])
    assert "certificate" in info(endpoint=address, ca_path=str(other)).error


def test_checks_can_be_switched_off_whatever_the_environment_says(info, address, monkeypatch, tmp_path, recwarn):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    assert info(endpoint=address, validate_certs=False).tasks == []


def test_a_missing_file_of_authorities_in_the_environment_is_named(info, address, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    assert "/nowhere/ca.pem" in info(endpoint=address).error
