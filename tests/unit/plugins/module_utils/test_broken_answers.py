# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails before a request was sent was not carried out, what fails afterwards is not known, and every request gets
its own answer. All of it over real connections."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AnswerLostError,
    ServiceError,
    UnreachableError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _metadata, _session, _transport
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import KeySigner
from ansible_collections.cloudcron.huaweicloud.tests.logins import BY_PASSWORD
from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import BODY
from ansible_collections.cloudcron.huaweicloud.tests.patience import PATIENCE, Impatient
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask

pytestmark = pytest.mark.sockets

PATH = f"/v1/{account.PROJECT_ID}/schedule-task"


def answer(*headers: str, body: str = "", status: str = "200 OK") -> str:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", body])


def packed(times: int) -> str:
    content = b"{}"
    for _time in range(times):
        content = gzip.compress(content)
    return content.decode("latin-1")


def encoded(*encodings: str, times: int) -> str:
    lines = [f"Content-Encoding: {encoding}" for encoding in encodings]
    return answer(*lines, f"Content-Length: {len(packed(times))}", body=packed(times))


CHUNKED = "Transfer-Encoding: chunked"
# What a service, or a proxy before it, writes in the place of an answer, and the words of the error.
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "101": ({"before": answer("Upgrade: websocket", status="101 Switching Protocols")}, "101 Switching Protocols"),
    "102": ({"before": answer(status="102 Processing")}, "102 Processing"),
    "103": ({"before": answer("Link: </a>; rel=preload", status="103 Early Hints")}, "103 Early Hints"),
    "103 twice": ({"before": answer(status="103 Early Hints") * 2}, "103 Early Hints"),
    "103 after 100": ({"before": answer(status="100 Continue") + answer(status="103 Early Hints")}, "103 Early Hints"),
    "103 with a length": ({"before": answer("Content-Length: 5", status="103 Early Hints")}, "103 Early Hints"),
    "two lengths": ({"raw": answer("Content-Length: 2", "Content-Length: 4", body="{}  ")}, "Content-Length"),
    "no chunk": ({"raw": answer(CHUNKED, body="zz\r\n{}\r\n0\r\n\r\n")}, ""),
    "half a chunk": ({"raw": answer(CHUNKED, body="ff\r\n{}"), "drop": True}, ""),
    "no status line": ({"raw": "what is this?\r\n\r\n"}, "what is this?"),
    "another protocol": ({"raw": "ICY 200 OK\r\n\r\n"}, "ICY 200 OK"),
    "no status": ({"raw": "HTTP/1.1 OK\r\n\r\n"}, "HTTP/1.1 OK"),
    "a status of four digits": ({"raw": answer(status="2000 OK")}, "HTTP/1.1 2000 OK"),
    "a status below all": ({"raw": answer(status="001 OK")}, "HTTP/1.1 001 OK"),
    "bytes": ({"raw": "\x15\x03\x01\x00\x02\x02\x50\xff\xfe\r\n"}, ""),
    "a long status line": ({"raw": answer(status=f"200 {'x' * 70_000}")}, "status line"),
    "a long header": ({"raw": answer(f"X: {'x' * 70_000}")}, "header line"),
    "too many headers": ({"raw": answer(*["X: y"] * 150)}, "headers"),
    "nothing": ({"drop": True}, ""),
    "half a head": ({"raw": "HTTP/1.1 200 OK\r\nContent-Le", "drop": True}, "closed before anything came"),
    "a head only": ({"raw": answer(), "drop": True}, "closed before anything came"),
    "half a body": ({"raw": answer("Content-Length: 20", body="{}"), "drop": True}, ""),
    "packed twice": ({"raw": encoded("gzip, gzip", times=2)}, "encoded as 'gzip, gzip'"),
    "packed twice, in two headers": ({"raw": encoded("gzip", "gzip", times=2)}, "encoded as 'gzip, gzip'"),
    "packed once, and said twice": ({"raw": encoded("identity, gzip", times=1)}, "encoded as 'identity, gzip'"),
    "packed in another way": ({"raw": encoded("zstd", times=0)}, "encoded as 'zstd'"),
    "not packed": ({"raw": encoded("gzip", times=0)}, ""),
    "packed, but its beginning": (
        {"raw": answer("Content-Encoding: gzip", "Content-Length: 10", body=packed(1)[:10])},
        "closed before anything came",
    ),
}

# What a client meets at different moments.
KINDS = {name: BROKEN[name] for name in ("103", "two lengths", "no chunk", "no status", "half a head", "packed twice")}

each_broken = pytest.mark.parametrize(("fault", "words"), BROKEN.values(), ids=BROKEN)
each_kind = pytest.mark.parametrize(("fault", "words"), KINDS.values(), ids=KINDS)


@pytest.fixture
def call(emulator: Any, real_client: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Send requests over one client."""
    signer = KeySigner(account.ACCESS_KEY, account.SECRET_KEY)
    with real_client(retries=1) as client:

        def call(method: str = "GET", path: str = "", body: Any = None, **options: Any) -> Any:
            return ask(client, "try it", method, f"{emulator.url}{PATH}{path}", body, sign=signer, **options)

        yield call


@each_broken
def test_a_read_is_repeated_and_gets_its_own_answer(
    emulator: Any, call: Any, waits: list[float], fault: dict[str, Any], words: str
) -> None:
    ids = [emulator.workspace_app.add_task(task_name=name) for name in ("a", "b", "c")]
    emulator.fail("ShowScheduleTask", **fault)
    assert [call(path=f"/{task}").body["task_name"] for task in ids] == ["a", "b", "c"]
    assert emulator.operations == ["ShowScheduleTask"] * 4
    assert waits == [0.5]


@each_broken
@pytest.mark.parametrize("acts", [True, False])
def test_of_a_creation_it_is_not_known(
    emulator: Any, call: Any, waits: list[float], fault: dict[str, Any], words: str, acts: bool
) -> None:
    emulator.fail("CreateScheduleTask", acts=acts, **fault)
    with pytest.raises(AnswerLostError) as caught:
        call("POST", body=BODY, repeatable=False)
    assert caught.value.message.startswith("try it: no whole answer came from 127.0.0.1:")
    assert words in caught.value.message
    # The genuine answer follows what stood before it.
    assert call().body["count"] == (acts or "before" in fault)
    assert emulator.operations == ["CreateScheduleTask", "ListScheduleTasks"]
    assert waits == []


@each_kind
def test_a_task_is_created_once(emulator: Any, run: Any, nightly: Any, fault: dict[str, Any], words: str) -> None:
    emulator.fail("CreateScheduleTask", acts=True, **fault)
    outcome = run(**nightly)
    assert (outcome.error, outcome.changed) == (None, True)
    assert outcome.requests.count("CreateScheduleTask") == 1
    assert len(emulator.workspace_app.tasks) == 1
    assert not run(**nightly).changed


@each_kind
@pytest.mark.parametrize("retries", [0, 4])
@pytest.mark.parametrize(
    ("service", "field", "operation"),
    [
        ("workspace_app", "task_name", "BatchDeleteScheduleTask"),
        ("workspace", "task_name", "BatchDeleteScheduledTasks"),
        ("coc", "name", "DeleteScheduledTask"),
    ],
)
def test_what_a_purge_has_deleted_is_told(
    emulator: Any,
    purge: Any,
    fault: dict[str, Any],
    words: str,
    retries: int,
    service: str,
    field: str,
    operation: str,
) -> None:
    for name in ("one", "two", "three"):
        emulator.services[service].add_task(**{field: name})
    emulator.fail(operation, acts=True, **fault)
    outcome = purge(service, retries=retries)
    assert "failed" not in outcome.result
    assert outcome.deleted == ["one", "two", "three"]
    assert emulator.services[service].tasks == {}


@each_kind
def test_an_update_is_made_once_more(emulator: Any, run: Any, nightly: Any, fault: dict[str, Any], words: str) -> None:
    run(**nightly)
    emulator.fail("UpdateScheduleTask", acts=True, **fault)
    outcome = run(name=nightly["name"], description="Another one")
    assert (outcome.error, outcome.operations) == (None, ["update"])
    (task,) = emulator.workspace_app.tasks.values()
    assert task["description"] == "Another one"


@each_kind
@pytest.mark.parametrize("operation", ["CreateToken", "ListProjects"])
def test_an_answer_of_iam_is_asked_for_again(
    emulator: Any, info: Any, fault: dict[str, Any], words: str, operation: str
) -> None:
    emulator.fail(operation, **fault)
    outcome = info(**BY_PASSWORD) if operation == "CreateToken" else info(project_id=None)
    assert (outcome.error, outcome.tasks) == (None, [])
    assert [entry.operation for entry in emulator.requests].count(operation) == 2


# Connections that are used again


STALE = answer("Content-Length: 14", body='{"stale":true}')


def padded(length: int, *headers: str, body: str = "") -> str:
    """An answer of so many bytes."""
    short = len(answer("X: ", *headers, body=body))
    return answer(f"X: {'x' * (length - short)}", *headers, body=body)


# As much as Python reads from a socket at a time, and what does not fit into that.
LEFT_OVER = {
    "a second answer": answer("Content-Length: 2", body="{}") + STALE,
    "a second answer out of sight": padded(8192, "Content-Length: 2", body="{}") + STALE,
    "a longer body": answer("Content-Length: 2", body="{}" + " " * 20_000),
    "a body that must not be": answer("Content-Length: 14", body='{"stale":true}', status="204 No Content"),
    "a long one": answer("Content-Length: 9000", body=" " * 9000, status="204 No Content") + STALE,
    "a second one behind chunks": answer(CHUNKED, body="2\r\n{}\r\n0\r\n\r\n") + STALE,
}


@pytest.mark.parametrize("raw", LEFT_OVER.values(), ids=LEFT_OVER)
def test_what_is_left_of_an_answer_is_not_taken_for_the_next(emulator: Any, call: Any, raw: str) -> None:
    emulator.fail("ListScheduleTasks", raw=raw)
    assert call().body in ({}, None)
    assert call().body["count"] == 0
    assert emulator.operations == ["ListScheduleTasks"] * 2


@pytest.mark.parametrize("length", [None, "50"], ids=["unknown", "announced"])
def test_what_was_not_read_of_an_answer_is_not_taken_for_the_next(
    emulator: Any, call: Any, monkeypatch: pytest.MonkeyPatch, length: str | None
) -> None:
    monkeypatch.setattr(_session, "LONGEST_ANSWER", 40)
    chunks = answer(CHUNKED, body=f"32\r\n{' ' * 50}\r\n0\r\n\r\n")
    emulator.fail("ListScheduleTasks", raw=chunks if length is None else answer("Content-Length: 50", body=" " * 50))
    with pytest.raises(ServiceError, match="longer than"):
        call()
    assert call().body["count"] == 0


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(emulator: Any, real_client: Any) -> None:
    signer = KeySigner(account.ACCESS_KEY, account.SECRET_KEY)
    task = emulator.workspace_app.add_task()
    may_come = threading.Event()
    emulator.fail("ShowScheduleTask", gate=may_come)
    with real_client(retries=0, timeout=Impatient(lambda: emulator.requests)) as client:
        with pytest.raises(AnswerLostError, match="did not answer within"):
            ask(client, "read", "GET", f"{emulator.url}{PATH}/{task}", sign=signer)
        may_come.set()
        client._timeout = PATIENCE
        assert ask(client, "list", "GET", emulator.url + PATH, sign=signer).body["count"] == 1


def test_answers_are_held_to_their_length_by_every_urllib3() -> None:
    class HTTPResponse:
        def __init__(self, *arguments: Any, **options: Any) -> None:
            self.made_of = arguments, options

    class HTTPConnectionPool:
        ConnectionCls = type("HTTPConnection", (), {})
        # As before urllib3 2.
        ResponseCls = HTTPResponse

    manager = SimpleNamespace(pool_classes_by_scheme={"http": HTTPConnectionPool})
    for _time in range(2):
        assert _transport.watch(manager) is manager
    pool_class = manager.pool_classes_by_scheme["http"]
    assert [each.__name__ for each in pool_class.__mro__].count("Pool") == 1
    assert (pool_class.__name__, pool_class.ConnectionCls.__name__) == ("HTTPConnectionPool", "HTTPConnection")
    response = pool_class.ResponseCls("body", enforce_content_length=False, status=200)
    assert response.made_of == (("body",), {"enforce_content_length": True, "status": 200})


class Tls:
    """Speaks TLS for the emulator, and misbehaves.

    :ivar plan: what is done with the next connections: `serve`, `close`, `reset` or `silence` in the handshake, or once
        the service has answered a request, `break` for a record that is none, or `more` for a second answer.
    :ivar accepted: how many connections there were.
    """

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._port = port
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._news = threading.Condition()
        self.plan: list[str] = []
        self.accepted = 0
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Tls:
        self._start(self._accept)
        return self

    def __exit__(self, *exc_info: Any) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            # The client may have closed it.
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def wait_for(self, connections: int) -> None:
        """Wait until there were so many connections."""
        with self._news:
            assert self._news.wait_for(lambda: self.accepted >= connections, PATIENCE)

    def _start(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with self._news:
                self.accepted += 1
                self._news.notify_all()
            connection.settimeout(PATIENCE)
            self._start(self._serve, connection, self.plan.pop(0) if self.plan else "serve")

    def _serve(self, connection: socket.socket, what: str) -> None:
        if what == "silence":
            self._open.append(connection)
            return
        with connection:
            if what in ("close", "reset"):
                connection.recv(5)
                if what == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            plain = connection.dup()
            self._open.append(plain)
            try:
                with self._context.wrap_socket(connection, server_side=True) as secure:
                    while request := self._read(secure, b""):
                        with socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE) as service:
                            service.sendall(request)
                            answered = self._read(service, b"")
                        if what == "break":
                            plain.sendall(b"\x17\x03\x03\x00\x20" + b"no record, but as long" + bytes(10))
                            what = "serve"
                        elif what == "more":
                            # In one record: of that, the second answer is left over where nobody sees it.
                            secure.sendall((padded(8192, "Content-Length: 2", body="{}") + STALE).encode())
                            what = "serve"
                        else:
                            secure.sendall(answered)
            except OSError:
                return

    @staticmethod
    def _read(connection: socket.socket, received: bytes) -> bytes:
        """Read a request or an answer."""
        while b"\r\n\r\n" not in received:
            part = connection.recv(65536)
            if not part:
                return b""
            received += part
        head, _gap, body = received.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        missing = (int(lengths[0].split(b":")[1]) if lengths else 0) - len(body)
        while missing > 0:
            part = connection.recv(65536)
            received, missing = received + part, missing - len(part)
        return received


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """A server's side of TLS, and the file with the authority that stands behind it."""
    authority = trustme.CA()
    path: Path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context, str(path)


@pytest.fixture
def tls(emulator: Any, authority: tuple[ssl.SSLContext, str]) -> Iterator[Tls]:
    with Tls(int(emulator.url.rpartition(":")[2]), authority[0]) as tls:
        yield tls


@pytest.fixture
def call_safely(
    tls: Tls, authority: tuple[ssl.SSLContext, str], real_client: Callable[..., Any]
) -> Iterator[Callable[..., Any]]:
    """Send requests through TLS."""
    signer = KeySigner(account.ACCESS_KEY, account.SECRET_KEY)
    with real_client(verify=authority[1], retries=2) as client:

        def call(method: str = "GET", body: Any = None, **options: Any) -> Any:
            return ask(client, "try it", method, tls.url + PATH, body, sign=signer, **options)

        yield call


@pytest.mark.parametrize("failure", ["close", "reset"])
def test_a_handshake_that_breaks_off_is_begun_again(
    emulator: Any, tls: Tls, call_safely: Any, waits: list[float], failure: str
) -> None:
    tls.plan = [failure, failure]
    call_safely("POST", body=BODY, repeatable=False)
    assert emulator.operations == ["CreateScheduleTask"]
    assert (tls.accepted, waits) == (3, [0.5, 1])


@pytest.mark.parametrize("failure", ["close", "reset"])
def test_a_handshake_that_always_breaks_off_is_told(
    emulator: Any, tls: Tls, call_safely: Any, waits: list[float], failure: str
) -> None:
    tls.plan = [failure] * 3
    with pytest.raises(ServiceError) as caught:
        call_safely("POST", body=BODY, repeatable=False)
    assert caught.type is UnreachableError
    assert caught.value.message.startswith("try it: no ")
    assert "127.0.0.1" in caught.value.message
    assert (emulator.operations, waits) == ([], [0.5, 1])


def test_a_handshake_without_an_answer_is_no_lost_answer(
    emulator: Any, tls: Tls, authority: tuple[ssl.SSLContext, str], real_client: Any, waits: list[float]
) -> None:
    tls.plan = ["silence"] * 2
    client = real_client(verify=authority[1], retries=1, timeout=0.05)
    with client, pytest.raises(ServiceError, match=r"no connection to 127\.0\.0\.1:\d+ within 0\.05 s") as caught:
        ask(client, "try it", "POST", tls.url + PATH, BODY, repeatable=False)
    assert caught.type is UnreachableError
    # The other side may be slower than that.
    tls.wait_for(2)
    assert (emulator.operations, tls.accepted, waits) == ([], 2, [0.5])


def test_a_record_that_is_none_is_a_lost_answer(emulator: Any, tls: Tls, call_safely: Any, waits: list[float]) -> None:
    tls.plan = ["break"]
    with pytest.raises(AnswerLostError, match="no whole answer came from"):
        call_safely("POST", body=BODY, repeatable=False)
    assert waits == []
    assert call_safely().body["count"] == 1
    assert emulator.operations == ["CreateScheduleTask", "ListScheduleTasks"]


def test_a_read_behind_a_record_that_is_none_is_repeated(tls: Tls, call_safely: Any, waits: list[float]) -> None:
    tls.plan = ["break", "break"]
    assert call_safely().body["count"] == 0
    assert (tls.accepted, waits) == (3, [0.5, 1])


def test_what_is_left_in_a_record_is_not_taken_for_the_next_answer(tls: Tls, call_safely: Any) -> None:
    tls.plan = ["more"]
    assert call_safely().body == {}
    assert call_safely().body["count"] == 0
    assert tls.accepted == 2


class Proxy(Tls):
    """Leads to where it is told, and misbehaves: `502`, `close` or `silence` once it is asked to."""

    def __init__(self) -> None:
        super().__init__(0, ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        self.url = self.url.replace("https:", "http:")

    def _serve(self, connection: socket.socket, what: str) -> None:
        self._open.append(connection)
        asked = connection.recv(65536)
        if what == "silence":
            return
        if what == "502":
            connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        if what in ("502", "close"):
            connection.shutdown(socket.SHUT_RDWR)
            return
        port = int(asked.split()[1].rpartition(b":")[2])
        service = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._open.append(service)
        connection.sendall(b"HTTP/1.1 200 Go on\r\n\r\n")
        self._start(self._pass, service, connection)
        self._pass(connection, service)

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that the environment names."""
    with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        yield proxy


@pytest.mark.parametrize("failure", ["502", "close"])
def test_what_a_proxy_does_not_let_through_is_sent_again(
    emulator: Any, proxy: Proxy, call_safely: Any, waits: list[float], failure: str
) -> None:
    proxy.plan = [failure, failure]
    call_safely("POST", body=BODY, repeatable=False)
    assert emulator.operations == ["CreateScheduleTask"]
    assert (proxy.accepted, waits) == (3, [0.5, 1])
    proxy.plan = [failure] * 3
    # The connection that is there is used again.
    assert call_safely().body["count"] == 1


@pytest.mark.parametrize("failure", ["502", "close"])
def test_a_proxy_that_lets_nothing_through_is_told(emulator: Any, proxy: Proxy, call_safely: Any, failure: str) -> None:
    proxy.plan = [failure] * 3
    with pytest.raises(ServiceError, match=r"no connection to 127\.0\.0\.1:\d+: .* Check .* HTTPS_PROXY") as caught:
        call_safely("POST", body=BODY, repeatable=False)
    assert caught.type is UnreachableError
    assert emulator.operations == []


def test_a_handshake_that_breaks_off_behind_a_proxy_is_begun_again(
    emulator: Any, proxy: Proxy, tls: Tls, call_safely: Any, waits: list[float]
) -> None:
    tls.plan = ["close", "reset"]
    call_safely("POST", body=BODY, repeatable=False)
    assert emulator.operations == ["CreateScheduleTask"]
    assert (tls.accepted, waits) == (3, [0.5, 1])


def test_an_answer_that_breaks_behind_a_proxy_is_lost(proxy: Proxy, tls: Tls, call_safely: Any) -> None:
    tls.plan = ["break"]
    with pytest.raises(AnswerLostError):
        call_safely("POST", body=BODY, repeatable=False)
    tls.plan = ["more"]
    assert call_safely().body == {}
    assert call_safely().body["count"] == 1
    assert tls.accepted == proxy.accepted == 3


def test_the_metadata_service_gives_no_keys_out_of_the_answer_before(monkeypatch: pytest.MonkeyPatch) -> None:
    class Metadata(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            self.wfile.write(answer(status="103 Early Hints").encode())
            self.wfile.write(answer("Content-Length: 5", body="token").encode())

        do_GET = do_PUT

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(_metadata, "URL", f"http://127.0.0.1:{server.server_port}")
        assert _metadata.metadata_credentials() is None
        server.shutdown()


def test_a_connection_that_went_well_is_used_again(tls: Tls, call_safely: Any) -> None:
    for _time in range(3):
        assert call_safely().body["count"] == 0
    assert tls.accepted == 1
