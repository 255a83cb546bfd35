# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to say who is asking, every fault, and a cloud that quotes all secrets in whatever goes wrong with it.

Each answer shows all secrets of a way in one of the forms in which an echo may write them, and the whole request
besides. What is read, a success, shows them in all forms.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import quopri
import re
import socket
import unicodedata
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, WHOLE_MASK

# All secrets of these tests are made of pieces that begin like this and that no form of writing changes.
MARK = "Zq"
PIECE = re.compile(MARK + "[0-9a-f]{2,6}")
SIGNS = "\"/<>&%\\+='"
OF_OTHERS = f"{MARK}0123456789"
SIGNATURE = re.compile("Signature=([0-9a-f]{64})")


def secret(name: str, signs: str = SIGNS, end: str = "") -> str:
    """A secret of nobody, in which each form of writing changes something."""
    digest = hashlib.sha512(name.encode()).hexdigest()
    pieces = [MARK + digest[at : at + 6] for at in range(0, 120, 6)]
    return "".join(piece + sign for piece, sign in zip(pieces, signs or "-" * 3, strict=False)) + end


def seen(text: str) -> list[str]:
    """The pieces of secrets in a text, with what stands beside them."""
    return [text[max(0, found.start() - 60) : found.end() + 40] for found in PIECE.finditer(text)]


# Forms and faults


def in_lower_case(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def in_json(text: str, escaped: str = "", **options: Any) -> str:
    written = json.dumps(text, **options)[1:-1]
    return "".join(f"\\u{ord(sign):04x}" if sign in escaped else sign for sign in written)


def in_upper_case(text: str) -> str:
    return re.sub(r"(?<=\\u)[0-9a-f]{4}", lambda found: found[0].upper(), text)


NAMED = {"+": "&plus;", "/": "&sol;", "=": "&equals;", "%": "&percnt;", "&": "&amp;", "<": "&lt;", "ä": "&auml;"}

FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "URL-encoded": lambda text: quote(text, safe=""),
    "URL-encoded but for slashes": quote,
    "URL-encoded as a form": quote_plus,
    "JSON in JSON": in_json,
    "JSON in JSON in UTF-8": lambda text: in_json(text, ensure_ascii=False),
    "escaped for HTML": html.escape,
    "URL-encoded in lower case": lambda text: in_lower_case(quote(text, safe="")),
    "JSON with escaped slashes": lambda text: in_json(text).replace("/", "\\/"),
    "JSON as Go writes it": lambda text: in_json(text, "&<>"),
    "JSON as Gson writes it": lambda text: in_json(text, "&<>='"),
    "HTML as Jinja and Go write it": lambda text: (
        html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    ),
    "as Python shows it": lambda text: repr(text)[1:-1],
    "URL-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "JSON in JSON in JSON": lambda text: in_json(in_json(text)),
    "JSON with escapes in capitals": lambda text: in_upper_case(in_json(text, SIGNS[:5] + SIGNS[7:])),
    "HTML by names": lambda text: "".join(NAMED.get(sign, sign) for sign in text),
    "HTML by numbers": lambda text: re.sub(r"[^\w\s]", lambda found: f"&#{ord(found[0])};", text),
    "HTML by hexadecimal numbers": lambda text: re.sub(r"[^\w\s]", lambda found: f"&#x{ord(found[0]):X};", text),
    "HTML in a URL": lambda text: quote(html.escape(text), safe=""),
    "HTML in JSON as Go writes it": lambda text: in_json(html.escape(text), "&<>"),
    "a URL in HTML in HTML": lambda text: html.escape(html.escape(quote_plus(text, safe="&"))),
    "decomposed": lambda text: unicodedata.normalize("NFKD", text),
    "UTF-8 taken for Latin-1": lambda text: text.encode().decode("latin-1"),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()).decode(),
    "as shells and SQL double quotes": lambda text: text.replace("'", "''").replace('"', '""'),
}


class Request(NamedTuple):
    """What arrived, and what its echo says."""

    said: str
    """All secrets in one form, and then the request."""
    in_header: str
    """The same, in a form that a header can carry."""
    genuine: Callable[[], bytes]
    """The answer that a service in order gives."""


def answer(status: int, body: Any = b"", length: int | None = None, **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    length = len(content) if length is None else length
    head = f"HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n"
    return head.encode("latin-1") + content


def refusal(status: int, request: Request, code: str = "WKS.00211102", **headers: str) -> bytes:
    return answer(status, {"error_code": code, "error_msg": request.said, "request_id": request.said}, **headers)


def page(request: Request, before: str = "") -> bytes:
    return answer(502, f"<html>{before}<body><p>Refused: {request.said}</p></body></html>", Content_Type="text/html")


def listing(request: Request) -> bytes:
    task = {"id": "task-1", "task_name": request.said, "description": request.said}
    return answer(
        200, {"total_count": 1, "items": [{**task, "remark": [request.said], "origin": {"of": request.said}}]}
    )


def half_of_its_body(request: Request) -> bytes:
    head, _blank, body = request.genuine().partition(b"\r\n\r\n")
    head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % (len(body) - 3), head)
    return head + b"\r\n\r\n" + body[:-3]


FAULTS: dict[str, Callable[[Request], bytes]] = {
    "refused": lambda request: refusal(400, request, X_Request_Id=request.in_header),
    "refused by its code": lambda request: answer(400, {"error_code": request.said, "error_msg": "No"}),
    "refused by IAM": lambda request: answer(400, {"error": {"code": 400, "message": request.said}}),
    "expired": lambda request: refusal(401, request, "APIGW.0307"),
    "clock skew": lambda request: refusal(401, request, "APIGW.0303"),
    # For longer than anybody waits.
    "asked too often": lambda request: refusal(429, request, Retry_After="99999", X_Request_Id=request.in_header),
    "server error": lambda request: refusal(500, request),
    "page": page,
    "long page": lambda request: page(request, f"<style>{'x' * 9_900}</style>"),
    "unavailable": lambda request: answer(503, request.said),
    "gateway time-out": lambda request: refusal(504, request, "APIGW.0201"),
    "no JSON": lambda request: answer(200, f"no {request.said}!"),
    "half": half_of_its_body,
    "text": lambda request: answer(200, json.dumps(request.said)),
    "list": lambda request: answer(200, [request.said]),
    "no list of objects": lambda request: answer(200, {"total_count": 1, "items": [request.said], "projects": 1}),
    "no id": lambda request: answer(200, {"items": [{"id": [request.said]}], "task_id": {"of": request.said}}),
    "empty": lambda request: answer(200, X_Request_Id=request.in_header),
    "cut off": lambda request: answer(400, request.said, length=100_000),
    "not packed": lambda request: answer(400, request.said, Content_Encoding="gzip"),
    "redirect to a host": lambda request: answer(302, Location=f"https://{request.in_header}/"),
    "redirect to a user": lambda request: answer(302, Location=f"https://me:{OF_OTHERS}@example.com/"),
    "redirect to a path": lambda request: answer(302, Location=f"/{request.in_header}?x={request.in_header}"),
    "dropped": lambda request: b"",
    "no status": lambda request: f"{request.in_header}\r\n\r\n".encode(),
    "header without a colon": lambda request: answer(400).replace(b"Conn", f"{request.in_header}\r\nConn".encode()),
    "odd chunks": lambda request: answer(400).replace(
        b"Content-Length: 0\r\n\r\n", f"Transfer-Encoding: chunked\r\n\r\n{request.in_header}\r\n".encode()
    ),
}
LATE = "late"
REFUSED_CONNECTION = "refused connection"
SUCCESS = "success"
QUOTING = ("refused", "page", "long page", "unavailable", "no JSON", SUCCESS)
"""Those of which the result shows what was said, but for the secrets."""

SERVICE, WRITE, IAM, AGENCY = "service", "write", "IAM", "agency"


# Ways to say who is asking


class Way(NamedTuple):
    """A way to say who is asking: its options, and which requests it leads to that may go wrong."""

    options: dict[str, str]
    places: Sequence[str] = (SERVICE,)


def make_keys(name: str, is_temporary: bool = False) -> dict[str, str]:
    keys = {"access_key": secret(f"access key of {name}", ""), "secret_key": secret(f"secret key of {name}")}
    return {**keys, "security_token": secret(f"security token of {name}", end="==")} if is_temporary else keys


def make_password(name: str) -> dict[str, str]:
    password = secret(f"password of {name}", SIGNS + " \tä", "\n")
    return {"user_name": "ops", "domain_name": "acme", "user_password": password}


def make_token(name: str) -> dict[str, str]:
    return {"auth_token": secret(f"token of {name}", end="==")}


IN_AGENCY = {"agency_name": "agency", "agency_domain_name": "other"}

# A task that is made, for those who write.
NIGHTLY = {
    "name": "nightly",
    "task_type": "RESTART_SERVER",
    "schedule": {"type": "daily", "day_interval": 1, "time": "03:30", "time_zone": "Asia/Shanghai"},
    "targets": [{"type": "SERVER_GROUP", "id": "group-1"}],
}

FILE = "file"
IN_FILE = make_keys(FILE)
WAYS = {
    "keys": Way(make_keys("keys"), (SERVICE, WRITE)),
    "temporary keys": Way(make_keys("temporary keys", is_temporary=True)),
    "token": Way(make_token("token")),
    "password": Way(make_password("password"), (IAM, SERVICE, WRITE)),
    "keys for an agency": Way({**make_keys("agency"), **IN_AGENCY}, (AGENCY, SERVICE)),
    "password for an agency": Way({**make_password("agency"), **IN_AGENCY}, (AGENCY, SERVICE)),
    FILE: Way({}),
}
PUBLIC = ("user_name", "domain_name", "agency_name", "agency_domain_name")
CREDENTIALS = ("access_key", "secret_key", "security_token", "auth_token", "user_password", *PUBLIC)


def credentials_file(keys: dict[str, str]) -> str:
    """The content of a file with keys."""
    return "[basic]\nak = {access_key}\nsk = {secret_key}\n".format(**keys)


class Source(NamedTuple):
    """Environment variables, and the way that they are."""

    environment: dict[str, str]
    way: Way


def make_source(names: dict[str, str], options: dict[str, str], places: Sequence[str] = (SERVICE,)) -> Source:
    return Source({variable: options[option] for variable, option in names.items()}, Way(options, places))


# What ansible-playbook itself or a task may have in its environment.
VARIABLES = {
    "SDK variables": make_source(
        {
            "HUAWEICLOUD_SDK_AK": "access_key",
            "HUAWEICLOUD_SDK_SK": "secret_key",
            "HUAWEICLOUD_SDK_SECURITY_TOKEN": "security_token",
        },
        make_keys("SDK variables", is_temporary=True),
    ),
    "HW variables": make_source(
        {"HW_ACCESS_KEY": "access_key", "HW_SECRET_KEY": "secret_key", "HW_SECURITY_TOKEN": "security_token"},
        make_keys("HW variables", is_temporary=True),
    ),
    "token variable": make_source({"HW_AUTH_TOKEN": "auth_token"}, make_token("token variable")),
    "password variables": make_source(
        {"HW_USER_NAME": "user_name", "HW_USER_PASSWORD": "user_password", "HW_DOMAIN_NAME": "domain_name"},
        make_password("password variables"),
        (IAM, SERVICE),
    ),
}


class Cell(NamedTuple):
    """One way with one fault."""

    way: str
    secrets: Sequence[str]
    """What is given, without what is fetched."""
    place: str
    """Which request goes wrong."""
    fault: str


def make_cells(ways: dict[str, Way]) -> list[Cell]:
    cells = []
    for name, way in ways.items():
        options = way.options or IN_FILE
        secrets = [value for option, value in options.items() if option not in PUBLIC]
        for place in way.places:
            faults = (
                [*FAULTS, REFUSED_CONNECTION]
                + [SUCCESS] * (place == SERVICE)
                + [LATE] * (place == SERVICE and name == "keys")
            )
            cells += [Cell(name, secrets, place, fault) for fault in faults]
    return cells


def some(cells: list[Cell], every_fault: bool = True) -> list[Cell]:
    """As few of them as have every way at every place, and every fault if that is wanted."""
    met: set[Any] = set()
    chosen = []
    for most_met in (0, 1) if every_fault else (0,):
        for cell in cells:
            new = {(cell.way, cell.place), cell.fault} - met
            if len(new) >= 2 - most_met:
                met |= new
                chosen.append(cell)
    return chosen


# The service


class EchoingCloud(ThreadingHTTPServer):
    """IAM and Workspace App in one, each cell at a path of its own: in order but for the cell's fault."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, cells: list[Cell]) -> None:
        super().__init__(("127.0.0.1", 0), EchoingHandler)
        self.cells = cells
        self.forms = [form for _cell, form in zip(cells, itertools.cycle(FORMS), strict=False)]
        self.issued: list[list[str]] = [[] for _cell in cells]
        self.faulty: set[int] = set()
        """The cells whose fault has happened."""
        self.signatures: set[str] = set()
        self.is_over = Event()

    def __enter__(self) -> EchoingCloud:
        # Nothing listens on a port that is only taken.
        self.closed = socket.socket()
        self.closed.bind(("127.0.0.1", 0))
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()
        self.closed.close()

    def url(self, number: int, place: str) -> str:
        """Where a request of a cell goes."""
        cell = self.cells[number]
        is_closed = cell.fault == REFUSED_CONNECTION and cell.place == place
        port = self.closed.getsockname()[1] if is_closed else self.server_port
        return f"http://127.0.0.1:{port}/{number}"

    def issue(self, number: int, kind: str) -> str:
        issued = self.issued[number]
        issued.append(secret(f"{kind} {len(issued)} of {number}", "" if kind == "access key" else SIGNS))
        return issued[-1]

    def options(self, number: int) -> dict[str, Any]:
        """Options of a module that lead to a cell; its credentials come besides."""
        cell = self.cells[number]
        return {
            "service": "workspace_app",
            "region": "r-1",
            "project_id": "p-1",
            "endpoint": self.url(number, cell.place if cell.place == WRITE else SERVICE),
            "auth_url": self.url(number, cell.place if cell.place == AGENCY else IAM),
            "retries": 0,
            "timeout": 1 if cell.fault == LATE else 20,
        }

    def check(self, number: int, result: dict[str, Any]) -> None:
        """See that a cell was what it was meant to be, and that its result shows no secret."""
        cell, form, text = self.cells[number], self.forms[number], json.dumps(result)
        assert seen(text) == [], (cell, form)
        assert [signature for signature in self.signatures if signature in text] == [], (cell, form)
        assert (number in self.faulty) == (cell.fault != REFUSED_CONNECTION), (cell, form)
        assert bool(result.get("failed")) == (cell.fault != SUCCESS), (cell, form, result)
        if cell.fault in QUOTING:
            said = json.dumps({name: value for name, value in result.items() if name != "invocation"})
            assert MASK in said or WHOLE_MASK in said, (cell, form, result)


class EchoingHandler(BaseHTTPRequestHandler):
    """Answers the requests of all cells."""

    server: EchoingCloud

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        cloud = self.server
        number = int(self.path.split("/")[1])
        cell = cloud.cells[number]
        place = self.place()
        cloud.signatures |= {*SIGNATURE.findall(self.headers.get("Authorization", ""))}
        if place != cell.place:
            self.wfile.write(self.genuine(number, place))
            return
        cloud.faulty.add(number)
        if cell.fault == LATE:
            cloud.is_over.wait(20)
            return
        secrets = [*cell.secrets, *cloud.issued[number]]
        if cell.fault == SUCCESS:
            # No service has whole requests among its data.
            said = [form(text) for text in secrets for form in FORMS.values()]
        else:
            said = [*map(FORMS[cloud.forms[number]], secrets), *reversed(self.headers.values()), body]
        in_header = ",".join(quote(text, safe="") for text in secrets)
        fault = FAULTS.get(cell.fault, listing)
        self.wfile.write(fault(Request(", ".join(said), in_header, lambda: self.genuine(number, place))))

    do_POST = do_GET

    def place(self) -> str:
        if "/OS-CREDENTIAL/" in self.path:
            return AGENCY
        if "/v3/" in self.path:
            return IAM
        return WRITE if self.command == "POST" else SERVICE

    def genuine(self, number: int, place: str) -> bytes:
        if place == IAM:
            token = self.server.issue(number, "token")
            return answer(201, {"token": {"project": {"id": "p-1"}}}, X_Subject_Token=token)
        if place == AGENCY:
            kinds = {"access": "access key", "secret": "secret key", "securitytoken": "security token"}
            issued = {name: self.server.issue(number, kind) for name, kind in kinds.items()}
            return answer(201, {"credential": issued})
        return answer(200, {"total_count": 0, "items": []})

    def log_message(self, format: str, *args: Any) -> None:
        pass
