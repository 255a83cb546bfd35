# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No result tells a secret: of no way to say who is asking, whatever goes wrong, and however the secret is made."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _arguments, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _metadata
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK, WHOLE_MASK
from ansible_collections.cloudcron.huaweicloud.tests.echoes import (
    FILE,
    IN_FILE,
    NIGHTLY,
    VARIABLES,
    WAYS,
    WRITE,
    EchoingCloud,
    credentials_file,
    make_cells,
    seen,
)

pytest.importorskip("ansible.plugins.action", reason="this runs on the control node only")

pytestmark = pytest.mark.thorough

CREDENTIAL = {
    "access": account.TEMPORARY_ACCESS_KEY,
    "secret": account.TEMPORARY_SECRET_KEY,
    "securitytoken": account.SECURITY_TOKEN,
}
METADATA_TOKEN = "MetadataToken=="
SECRETS = [*CREDENTIAL.values(), METADATA_TOKEN]


def play(writes: bool, options: dict[str, Any], connections: Connections) -> dict[str, Any]:
    """Call a module as a playbook would, and return the result that it would register."""
    from ansible_collections.cloudcron.huaweicloud.plugins.plugin_utils._in_process import Module, call_module

    if writes:
        module, name = Module(_arguments.SCHEDULED_TASK, _run.run_scheduled_task), "scheduled_task"
    else:
        module, name = Module(_arguments.SCHEDULED_TASK_INFO, _run.run_scheduled_task_info), "scheduled_task_info"
    log: list[str] = []
    result = call_module(module, name, options, False, True, ".", connections, log.append, log.append)
    return {**result, "log": log}


EVERY_WAY = {**WAYS, **{name: source.way for name, source in VARIABLES.items()}}


@pytest.mark.parametrize("way", EVERY_WAY)
def test_no_secret_is_told_whatever_goes_wrong(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    if way == FILE:
        path = Path(os.environ["HOME"], ".huaweicloud", "credentials")
        path.parent.mkdir(parents=True)
        path.write_text(credentials_file(IN_FILE), encoding="utf-8")
    if way in VARIABLES:
        for variable, value in VARIABLES[way].environment.items():
            monkeypatch.setenv(variable, value)
    credentials = WAYS[way].options if way in WAYS else {}
    cells = make_cells({way: EVERY_WAY[way]})
    # Ansible's log file has what libraries log.
    with EchoingCloud(cells) as cloud, Connections() as connections, caplog.at_level(logging.INFO):
        for number, cell in enumerate(cells):
            writes = cell.place == WRITE
            options = {**cloud.options(number), **credentials, **(NIGHTLY if writes else {})}
            cloud.check(number, play(writes, options, connections))
    assert seen(caplog.text) == []


class Metadata(BaseHTTPRequestHandler):
    """The metadata service of a server that has an agency."""

    def do_PUT(self) -> None:
        self.reply(METADATA_TOKEN)

    def do_GET(self) -> None:
        self.reply(json.dumps({"credential": CREDENTIAL}))

    def reply(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def metadata(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(_metadata, "URL", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.fixture
def ask(keys: dict[str, Any]) -> Iterator[Callable[..., dict[str, Any]]]:
    """Call `scheduled_task_info` without any credentials but those that are given."""
    address = {name: value for name, value in keys.items() if name not in ("access_key", "secret_key")}
    with Connections() as connections:
        yield lambda **options: play(False, {**address, "retries": 0, **options}, connections)


ECHO = f"You sent {', '.join(SECRETS)}"


# The metadata service has an address that no play can give another.
@pytest.mark.usefixtures("metadata")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 400, "body": {"error_code": "WKS.1", "error_msg": ECHO, "request_id": ECHO}},
        {"status": 401, "body": {"error_code": "APIGW.0307", "error_msg": ECHO}},
        {"status": 502, "body": f"<html>{ECHO}</html>", "media_type": "text/html"},
        {"status": 503, "body": ECHO},
        {"status": 302, "headers": {"Location": f"https://{CREDENTIAL['securitytoken']}/"}},
        {"status": 200, "body": {"items": [ECHO], "total_count": 1}},
        {"status": 200, "body": ECHO},
    ],
    ids=lambda fault: f"{fault['status']} {type(fault.get('body')).__name__}",
)
def test_no_secret_of_the_metadata_service_is_told(ask: Callable[..., Any], emulator: Any, fault: Any) -> None:
    emulator.fail("ListScheduleTasks", **fault)
    result = ask()
    # The metadata service's own token is for no one else, so that no other service can know it.
    told = json.dumps(result).replace(METADATA_TOKEN, "")
    assert result["failed"]
    assert emulator.requests[0].headers["x-security-token"] == account.SECURITY_TOKEN
    assert [secret for secret in SECRETS if secret in told] == []


@pytest.mark.usefixtures("metadata")
def test_no_secret_of_the_metadata_service_is_told_of_a_task(ask: Callable[..., Any], emulator: Any) -> None:
    emulator.workspace_app.add_task(task_name="nightly", description=ECHO)
    (task,) = ask()["scheduled_tasks"]
    assert task["name"] == "nightly"
    assert task["description"].startswith(f"You sent {MASK}, {MASK}, {MASK}, ")


def test_a_secret_that_is_a_key_is_masked_and_what_is_read_is_not_written(
    ask: Callable[..., Any], keys: dict[str, Any], emulator: Any
) -> None:
    key = account.SECRET_KEY
    emulator.coc.add_task(name="nightly", input_param={key: "a", "b": key})
    emulator.dialect.extra_fields = {"origin": {key: {quote(key): 1}}}
    credentials = {"access_key": account.ACCESS_KEY, "secret_key": key}
    (task,) = ask(service="coc", details=True, domain_id=account.DOMAIN_ID, **credentials)["scheduled_tasks"]
    assert task["coc"]["input_param"] == {MASK: "a", "b": WHOLE_MASK}
    assert task["extra"]["origin"] == {MASK: {MASK: 1}}
    emulator.clear_requests()
    options = {**keys, "name": "nightly", "service": "coc", "coc": task["coc"], "domain_id": account.DOMAIN_ID}
    with Connections() as connections:
        result = play(True, {name: value for name, value in options.items() if name != "project_id"}, connections)
    assert result["option"] == "coc.input_param"
    assert MASK in result["msg"]
    assert emulator.requests == []


@pytest.mark.parametrize("word", ["changed", "nightly", "42", "e", "*", "null", "True", "false"])
def test_a_secret_like_any_other_word_is_masked_wherever_that_word_is(
    ask: Callable[..., Any], emulator: Any, word: str
) -> None:
    items = [
        {"id": "task-1", "task_name": "nightly", "description": f"The word is {word}.", "is_enable": True},
        {"id": "task-42", "task_name": "another", "description": f"{word} 42", "is_enable": False},
    ]
    emulator.fail("ListScheduleTasks", status=200, body={"items": items, "total_count": len(items)})
    result = ask(access_key=account.ACCESS_KEY, secret_key=account.SECRET_KEY, security_token=word)
    assert emulator.requests[0].headers["x-security-token"] == word
    # What playbooks decide by stays what it is.
    assert result["changed"] is False
    assert len(result["scheduled_tasks"]) == len(items)
    assert result["invocation"]["module_args"]["security_token"] == WHOLE_MASK
    texts = [value for task in result["scheduled_tasks"] for value in task.values() if isinstance(value, str)]
    assert [text for text in texts if word in text.replace(WHOLE_MASK, "").replace(MASK, "")] == []


def test_a_number_is_a_secret_as_well(ask: Callable[..., Any], emulator: Any) -> None:
    emulator.fail("ListScheduleTasks", status=400, body={"error_code": 20_260_101, "error_msg": "of 20260101"})
    result = ask(access_key="20260101", secret_key=account.SECRET_KEY)
    assert result["msg"].startswith(f"list scheduled tasks: 400 {MASK} of {MASK}")
    assert "20260101" not in json.dumps(result)


@pytest.mark.parametrize("value", ["two\nlines", "two words", "ümlaut", "tab\t", "line\r\nX-Other: header"])
@pytest.mark.parametrize("option", ["access_key", "secret_key", "security_token", "auth_token"])
def test_a_secret_that_no_header_can_carry_is_refused_untold_and_before_any_request(
    ask: Callable[..., Any], emulator: Any, option: str, value: str
) -> None:
    keys = {"access_key": account.ACCESS_KEY, "secret_key": account.SECRET_KEY}
    result = ask(**{**({} if option == "auth_token" else keys), option: value})
    assert result["failed"]
    assert result["msg"].startswith(f"{option} from the module's options has ")
    assert value not in json.dumps(result)
    assert json.dumps(value)[1:-1] not in json.dumps(result)
    assert emulator.requests == []
