# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is to be seen at any verbosity, whatever the service says."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

# Secrets of nobody, in which each way of writing them changes something.
PASSWORD = 'Kq7Zx9Vw3"Rt5Yb2Hj/Nm8Ls4Dp <Gf6Tc1Xe> &%Wz0Qa5Bn\\Uv2Ry7Mk+ä'
SECRET_KEY = 'Jd3Fh8Ks"Pw6Lq1Zt/Vb9Xn4Cm<Ey2Ru7Io>&%Ag5Sk0Dl\\Qp8Wj3+='
ACCESS_KEY = "AKNb6Vc4Xz8Ml2Kj7"
TOKEN = 'Hg1Ty6Rf"Ed4Sw9Qa/Zx3Cv8Bn<Mk5Jl0Po>&%Iu7Yt2Re\\Wq6As1+='


def fragments(secret: str) -> list[str]:
    """What is left of a secret in any form that it is written in, and is no word of our own."""
    return re.findall(r"(?=[A-Za-z]*[0-9])[A-Za-z0-9]{6,}", secret) or [secret]


def refusal(message: str) -> dict[str, Any]:
    return {"status": 400, "body": {"error_code": "WKS.00211102", "error_msg": message}}


def page(text: str) -> dict[str, Any]:
    return {"status": 403, "media_type": "text/html", "body": f"<html><body><p>Refused: {text}</p></body></html>"}


def echoes(secret: str) -> dict[str, dict[str, Any]]:
    """Answers that show a secret, by what is special about them."""
    in_header = quote(secret, safe="")
    return {
        "message": refusal(f"You sent {secret} as it is"),
        "code": {"status": 400, "body": {"error_code": secret, "error_msg": "No"}},
        "message of IAM": {"status": 400, "body": {"error": {"code": 400, "message": secret, "title": "Bad Request"}}},
        "URL-encoded": refusal(f"secret={quote(secret, safe='')}&more"),
        "URL-encoded but for slashes": refusal(f"secret={quote(secret)}&more"),
        "URL-encoded as a form": refusal(f"secret={quote_plus(secret)}&more"),
        "JSON in JSON": refusal(json.dumps({"secret": secret})),
        "JSON in JSON in UTF-8": refusal(json.dumps({"secret": secret}, ensure_ascii=False)),
        "page": page(secret),
        "escaped page": page(html.escape(secret)),
        "URL-encoded in a page": page(quote(secret, safe="")),
        "JSON in a page": page(json.dumps({"secret": secret})),
        "text": {"status": 400, "body": f"no {secret}!"},
        "text of a success": {"status": 200, "body": f"no {secret}!"},
        "cut off": refusal("x" * 290 + secret),
        "request id": {**refusal("No"), "headers": {"X-Request-Id": in_header}},
        "redirect": {"status": 302, "headers": {"Location": f"https://{in_header}/"}},
        "waiting time": {"status": 429, "headers": {"Retry-After": in_header}},
    }


@dataclass
class Way:
    """A way to say who is asking."""

    works: dict[str, Any] = field(default_factory=dict)
    """Options that the emulator accepts."""
    fails: dict[str, Any] = field(default_factory=dict)
    """Options of nobody."""
    secret: str = SECRET_KEY
    """What is echoed of them."""
    operation: str = "ListScheduleTasks"
    """What echoes it."""
    echoed: Sequence[str] = ("message", "URL-encoded", "JSON in JSON", "escaped page", "cut off")
    """In which of the answers that there are."""
    issued: dict[str, Any] = field(default_factory=dict)
    """How IAM issues what is echoed, where that is fetched at run time: the fault that stands for its answer."""


ISSUED_TOKEN = {
    "operation": "CreateToken",
    "status": 201,
    "headers": {"X-Subject-Token": TOKEN},
    "body": {"token": {}},
}
ISSUED_KEYS = {
    "operation": "CreateTemporaryAccessKeyByAgency",
    "status": 201,
    "body": {
        "credential": {
            "access": ACCESS_KEY,
            "secret": SECRET_KEY,
            "securitytoken": TOKEN,
            "expires_at": "2099-01-01T00:00:00.000000Z",
        }
    },
}


@pytest.fixture(
    params=[
        *("keys", "temporary keys", "token", "password", "fetched token", "file"),
        *("agency with keys", "agency with password"),
    ]
)
def way(request, ansible) -> Way:
    account = ansible.account
    user = {"user_name": account.USER_NAME, "domain_name": account.DOMAIN_NAME}
    password = {**user, "user_password": account.PASSWORD}
    keys = {"access_key": account.ACCESS_KEY, "secret_key": account.SECRET_KEY}
    agency = {
        "agency_name": account.AGENCY_NAME,
        "agency_domain_name": account.AGENCY_DOMAIN_NAME,
        "project_id": account.AGENCY_PROJECT_ID,
    }
    with_keys, with_password = {**keys, **agency}, {**password, **agency}
    # What is the same for every secret need not be tried again.
    some = ("message", "JSON in JSON", "cut off")
    return {
        "keys": Way(
            keys,
            {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY},
        ),
        "temporary keys": Way(
            {
                "access_key": account.TEMPORARY_ACCESS_KEY,
                "secret_key": account.TEMPORARY_SECRET_KEY,
                "security_token": account.SECURITY_TOKEN,
            },
            {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "security_token": TOKEN},
            TOKEN,
        ),
        "token": Way({"auth_token": ansible.fetch_token()}, {"auth_token": TOKEN}, TOKEN),
        "password": Way(
            password, {**user, "user_password": PASSWORD}, PASSWORD, "CreateToken", tuple(echoes(PASSWORD))
        ),
        "fetched token": Way(password, password, TOKEN, issued=ISSUED_TOKEN),
        "file": Way(),
        "agency with keys": Way(with_keys, with_keys, TOKEN, echoed=some, issued=ISSUED_KEYS),
        "agency with password": Way(with_password, with_password, SECRET_KEY, echoed=some, issued=ISSUED_KEYS),
    }[request.param]


def test_no_secret_is_seen(ansible, task, emulator, way):
    """Success, a genuine refusal, and answers that echo the secret, with all that Ansible can tell of them."""
    # How an answer is masked is the same behind both doors, but not what is written around it.
    echoed = way.echoed[:2] if ansible.door == "module" else way.echoed
    answers = {name: answer for name, answer in echoes(way.secret).items() if name in echoed}
    environment: dict[str, str] = {}
    if not way.works:
        write_credentials(ansible, ansible.account.ACCESS_KEY, ansible.account.SECRET_KEY)
        environment["HUAWEICLOUD_SDK_CREDENTIALS_FILE"] = write_credentials(ansible, ACCESS_KEY, SECRET_KEY, "other")
    # A task that has an environment of its own is for the module.
    inside, outside = (environment, {}) if ansible.door == "module" else ({}, environment)
    secrets = {f"works_{name}": value for name, value in way.works.items()}
    secrets |= {f"fails_{name}": value for name, value in way.fails.items()}
    works = {name: f"{{{{ works_{name} }}}}" for name in way.works}
    fails = {name: f"{{{{ fails_{name} }}}}" for name in way.fails}

    tasks = [task("scheduled_task_info", **works)]
    if not way.issued:
        tasks.append({**task("scheduled_task_info", **fails), "environment": inside})
    genuine = len(tasks)
    for answer in answers.values():
        emulator.fail(way.operation, skip=genuine, **answer)
        tasks.append({**task("scheduled_task_info", **fails), "environment": inside})
    if way.issued:
        emulator.fail(**way.issued, skip=genuine, times=len(answers))

    defaults = {**ansible.address, "project_id": ansible.account.PROJECT_ID, "retries": 0}
    # Other files than the usual one are for the whole of Ansible then.
    parts = [(tasks[:1], {}), (tasks[1:], outside)] if outside else [(tasks, {})]
    plays = [
        ansible.play(part, ["-vvvvv"], defaults, secrets, variables={"ANSIBLE_PIPELINING": "0", **variables})
        for part, variables in parts
    ]
    assert [played.status for played in plays] == [0] * len(plays), plays[-1].output
    results = [result for played in plays for result in played.results]
    assert len(results) == len(tasks)
    first, *rest = results
    assert first["total_count"] == 0
    assert [result["failed"] for result in rest] == [True] * len(rest)

    hidden = {piece for secret in used(emulator, secrets, environment) for piece in fragments(secret)}
    assert hidden
    assert [
        name
        for name, result in zip(answers, results[genuine:], strict=True)
        if any(piece in json.dumps(result) for piece in hidden)
    ] == []
    assert not [piece for piece in hidden if any(piece in played.everything for played in plays)]


def used(emulator: Any, secrets: dict[str, Any], environment: dict[str, str]) -> set[str]:
    """Every secret of a run: those that were given and those that were fetched."""
    public = ("_user_name", "_domain_name", "_agency_name", "_project_id")
    given = {value for name, value in secrets.items() if not name.endswith(public)}
    headers = [request.headers for request in emulator.requests]
    fetched = {sent.get(name, "") for sent in headers for name in ("x-auth-token", "x-security-token")}
    fetched |= {key for sent in headers for key in re.findall("Access=([^,]+),", sent.get("authorization", ""))}
    fetched |= {SECRET_KEY} if "x-security-token" in headers[-1] else set()
    from_file = {ACCESS_KEY, SECRET_KEY} if environment else set()
    return (given | fetched | from_file) - {""}


def write_credentials(ansible: Any, access_key: str, secret_key: str, name: str = ".huaweicloud") -> str:
    folder = ansible.home / name
    folder.mkdir()
    path = folder / "credentials"
    path.write_text(f"[basic]\nak = {access_key}\nsk = {secret_key}\n", encoding="utf-8")
    path.chmod(0o600)
    return str(path)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_no_secret_is_seen_in_what_is_read_and_written(ansible, task, nightly, emulator, state):
    """A secret that somebody has put into a task is none of ours to store, but to hide all the same."""
    key = ansible.account.SECRET_KEY
    emulator.workspace_app.add_task(task_name="nightly-restart", description=f"Uses {key}")
    emulator.dialect.extra_fields = {"remark": [key], "origin": {"key": key}}
    options = {**nightly, "state": state, "description": "Changed"}
    secrets = {"key": key}
    defaults = {**ansible.keys, "secret_key": "{{ key }}"}
    played = ansible.play([task("scheduled_task", **options)], ["-vvvvv", "--diff"], defaults=defaults, secrets=secrets)
    assert played.result["changed"]
    assert [piece for piece in fragments(key) if piece in played.everything] == []


def test_a_file_that_cannot_be_read_is_not_shown(ansible, task, emulator):
    (ansible.home / ".huaweicloud").mkdir()
    (ansible.home / ".huaweicloud" / "credentials").write_text(f"[basic]\nak = {ACCESS_KEY}\nsk {ACCESS_KEY}\n")
    played = ansible.play([task("scheduled_task_info")], ["-vvvvv"], defaults=ansible.address)
    assert "credentials cannot be read" in played.result["msg"]
    assert [piece for piece in fragments(ACCESS_KEY) if piece in played.everything] == []
    assert emulator.requests == []
