# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is to be seen at any verbosity, whatever the service says.

All that Ansible prints, logs, tells to callbacks, registers and leaves on the disk is searched. That every way to say
who is asking stands every fault, the unit tests see; here each of them is met at least once.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import WHOLE_MASK
from ansible_collections.cloudcron.huaweicloud.tests.echoes import (
    CREDENTIALS,
    FILE,
    IN_FILE,
    NIGHTLY,
    SUCCESS,
    VARIABLES,
    WAYS,
    WRITE,
    Cell,
    EchoingCloud,
    credentials_file,
    make_cells,
    make_keys,
    make_password,
    make_token,
    seen,
    some,
)

IN_PROCESS, MODULE = "in process", "module"


@pytest.fixture
def echoing() -> Iterator[Callable[[list[Cell]], EchoingCloud]]:
    """Start a cloud for some cells."""
    with ExitStack() as clouds:
        yield lambda cells: clouds.enter_context(EchoingCloud(cells))


# Looking at everything

# Tells all that callbacks are given, but for what Ansible itself masks nothing in: a result leads to its task with the
# arguments that it had in the end.
TELL_EVERYTHING = """
import os

from ansible.plugins.callback import CallbackBase


def told(given):
    names = ["_result"] if hasattr(given, "_result") else ["result", "args", "vars", "environment", "module_defaults"]
    return repr([str(given), *(getattr(given, name, None) for name in names)])


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_NAME = "tell_everything"

    def __getattribute__(self, name):
        if not name.startswith("v2_"):
            return super().__getattribute__(name)

        def tell(*given, **named):
            with open(os.environ["TOLD_EVERYTHING"], "a", encoding="utf-8") as file:
                print(name, *map(told, [*given, *named.values()]), file=file)

        return tell
"""


@pytest.fixture
def temporary(ansible: Any) -> Iterator[str]:
    """A folder for temporary files, whose name is short: from ansible-core 2.21 on, there will be a socket in it."""
    with tempfile.TemporaryDirectory() as folder:
        (ansible.folder / "tmp").symlink_to(folder)
        yield folder


@pytest.fixture
def play(ansible: Any, temporary: str) -> Callable[..., Any]:
    """Play as `ansible.play` does, with all the output that there is and callbacks that write everything down."""
    plugin = ansible.folder / "callback_plugins" / "tell_everything.py"
    plugin.parent.mkdir()
    plugin.write_text(TELL_EVERYTHING, encoding="utf-8")
    variables = {
        "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree",
        "ANSIBLE_CALLBACK_TREE_DIR": str(ansible.folder / "tree"),
        "ANSIBLE_PIPELINING": "0",
        # Otherwise it is looked for in the home that the system knows.
        "ANSIBLE_REMOTE_TMP": str(ansible.folder / "remote"),
        "JUNIT_OUTPUT_DIR": str(ansible.folder / "junit"),
        "TMPDIR": temporary,
        "TOLD_EVERYTHING": str(ansible.folder / "everything"),
    }

    def play(tasks: list[dict[str, Any]], options: Sequence[str] = ("-vvvvv",), **more: Any) -> Any:
        played = ansible.play(tasks, options, **{**more, "variables": {**variables, **more.get("variables", {})}})
        assert played.status == 0, played.output
        return played

    return play


def search(ansible: Any, played: Any, others: Iterable[str] = ()) -> None:
    """See that nothing of a secret is in what can be seen of a play, nor in what is left of it on the disk.

    :param others: are not to be seen either.
    """
    assert seen(played.everything) == []
    assert [other for other in others if other in played.everything] == []
    assert "v2_runner_on" in (ansible.folder / "everything").read_text(encoding="utf-8")
    own = {ansible.folder / "secrets.yml", ansible.home / ".huaweicloud" / "credentials"}
    files = {path for path in ansible.folder.rglob("*") if path.is_file()} - own
    assert {"junit", "tree"} <= {path.parent.name for path in files}
    texts = {path.name: path.read_text("utf-8", "replace") for path in files}
    assert {name: seen(text) for name, text in texts.items() if seen(text)} == {}
    assert [name for name, text in texts.items() if any(other in text for other in others)] == []
    # Ansible's own temporary files are gone as well.
    temporary = [ansible.folder / "tmp", ansible.folder / "remote", ansible.home / ".ansible" / "tmp"]
    assert [path for folder in temporary if folder.exists() for path in folder.iterdir()] == []
    assert temporary[1].exists() == (ansible.door == MODULE)


def write_credentials(ansible: Any, content: str) -> None:
    path = ansible.home / ".huaweicloud" / "credentials"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)


def tasks_for(cells: list[Cell], cloud: EchoingCloud, **keywords: Any) -> list[dict[str, Any]]:
    """A loop over the cells of each way, and one over those of them that write."""
    credentials = {name: f"{{{{ (ways[item.way] | default({{}})).{name} | default(omit) }}}}" for name in CREDENTIALS}
    tasks = []
    for writes, numbers in itertools.groupby(range(len(cells)), lambda number: cells[number].place == WRITE):
        items = [{"way": cells[number].way, "options": cloud.options(number)} for number in numbers]
        options = {name: f"{{{{ item.options.{name} }}}}" for name in items[0]["options"]}
        module = "cloudcron.huaweicloud.scheduled_task" + ("" if writes else "_info")
        arguments = {**options, **credentials, **(NIGHTLY if writes else {})}
        tasks.append({"name": "Ask", module: arguments, "loop": items, **keywords})
    return tasks


def check(cloud: EchoingCloud, played: Any) -> None:
    """See that each cell was what it was meant to be."""
    results = [result for loop in played.results for result in loop["results"]]
    assert len(results) == len(cloud.cells)
    for number, result in enumerate(results):
        cloud.check(number, result)


# The tests


# What is written around an answer differs between the doors, how it is masked does not, nor where a set comes from.
@pytest.mark.parametrize(
    ("door", "source"),
    [(IN_PROCESS, FILE), *((IN_PROCESS, name) for name in VARIABLES), (MODULE, FILE), (MODULE, "password variables")],
)
def test_no_secret_is_seen(ansible, play, echoing, source):
    if source == FILE:
        write_credentials(ansible, credentials_file(IN_FILE))
        variables = {}
        cells = some(make_cells(WAYS), every_fault=ansible.door == IN_PROCESS)
    else:
        variables = VARIABLES[source].environment
        cells = [cell for cell in make_cells({source: VARIABLES[source].way}) if cell.fault in ("refused", SUCCESS)]
    cloud = echoing(cells)
    secrets = {"ways": {name: way.options for name, way in WAYS.items()}}
    played = play(tasks_for(cells, cloud), defaults={}, secrets=secrets, variables=variables)
    check(cloud, played)
    search(ansible, played, cloud.signatures)


@pytest.mark.parametrize("door", [MODULE])
def test_no_secret_of_the_environment_of_a_task_is_seen(ansible, play, echoing):
    ways = {name: source.way for name, source in VARIABLES.items()}
    cells = [cell for cell in make_cells(ways) if cell.fault == SUCCESS]
    cloud = echoing(cells)
    secrets = {"ways": {}, "environments": {name: source.environment for name, source in VARIABLES.items()}}
    tasks = tasks_for(cells, cloud, environment="{{ environments[item.way] }}")
    # At -vvv Ansible itself shows it.
    played = play(tasks, ["-vv"], defaults={}, secrets=secrets)
    check(cloud, played)
    search(ansible, played, cloud.signatures)


def test_no_secret_is_seen_in_what_is_read_and_written(ansible, play, task, nightly, emulator):
    """A secret that somebody has put into a task is none of ours to store, but to hide all the same."""
    account = ansible.account
    emulator.dialect.extra_fields = {"remark": [account.SECRET_KEY], "origin": {"key": account.SECRET_KEY}}
    workspace = {
        **nightly,
        "service": "workspace",
        "task_type": "STOP",
        "targets": [{"type": "ALL_DESKTOPS"}],
        "workspace": {"extra_params": {"message": "Use {{ key }}"}},
    }
    coc = {
        "service": "coc",
        "name": "nightly-restart",
        "task_type": "SCRIPT",
        "schedule": {"type": "cron", "cron": "0 30 3 * * ?", "time_zone": "Asia/Shanghai"},
        "coc": {
            "associated_task_id": "SC2026010112345678901234",
            "associated_task_name": "restart",
            "associated_task_type": "CUSTOMIZATION",
            "version_no": "1.0.0",
            "risk_level": "LOW",
            "target_instances": [{"target_selection": "NONE", "order_no": 1}],
            "input_param": {"password": "{{ key }}"},
        },
    }
    tasks = [
        task("scheduled_task", **nightly, description="Uses {{ key }}"),
        task("scheduled_task", **nightly, description="Used {{ key }}"),
        task("scheduled_task", **workspace),
        task("scheduled_task", **workspace | {"description": "Uses {{ key }}"}),
        task("scheduled_task", **coc),
        task("scheduled_task_info", service="coc", name="nightly-restart", details=True),
        task("scheduled_task", name="nightly-restart", state="absent"),
        task("scheduled_task", **nightly, description="Uses {{ key }}"),
        # The last of them is refused.
        *[
            task("scheduled_tasks", service=service, tasks=[], purge={"services": [service], "max_deletions": 9})
            for service in ("workspace_app", "coc", "workspace")
        ],
    ]
    refusal = {"error_code": "WKS.2", "error_msg": f"You sent {account.SECRET_KEY}"}
    emulator.fail("DeleteScheduledTasks", status=403, body=refusal)
    defaults = {**ansible.keys, "domain_id": account.DOMAIN_ID, "secret_key": "{{ key }}"}
    played = play(tasks, ["-vvvvv", "--diff"], defaults=defaults, secrets={"key": account.SECRET_KEY})
    changed = [True] * 5 + [False] + [True] * 4 + [False]
    assert [result.get("changed") for result in played.results] == changed
    assert played.results[-1]["unlisted"][0]["error"]["status"] == 403
    assert played.results[5]["scheduled_tasks"][0]["coc"]["input_param"] == {"password": WHOLE_MASK}
    search(ansible, played, account.SECRET_KEY.split("/"))


def test_no_secret_is_seen_where_options_are_refused(ansible, play, task, emulator):
    keys, token = make_keys("keys", is_temporary=True), make_token("token")
    password = make_password("password")["user_password"]
    secrets = {**keys, **token, "user_password": password}
    access_key, secret_key = "{{ access_key }}", "{{ secret_key }}"
    both = {"access_key": access_key, "secret_key": secret_key}
    write_credentials(ansible, f"[basic]\nak\n{keys['access_key']}")
    refused = {
        "Unsupported parameters": {**both, "surprise": True},
        "auth_token is refused: it is another login": {**both, "auth_token": "{{ auth_token }}"},
        "access_key is refused: it is needed beside secret_key": {"secret_key": secret_key},
        "access_key is refused: it is needed beside security_token": {"security_token": "{{ security_token }}"},
        "secret_key: list of length 2 is refused: it is text": {**both, "secret_key": [access_key, "two"]},
        "auth_token: dictionary of length 1 is refused": {"auth_token": {"of": [access_key, {"a": "b c"}]}},
        "access_key from the module's options has blanks": {**both, "access_key": "{{ user_password }}"},
        "retries": {**both, "retries": access_key},
        "value of site must be one of": {**both, "site": access_key},
        "region": {**both, "region": access_key},
        "filters": {**both, "filters": {access_key: access_key}},
        "credentials cannot be read": {},
        "could not be made": {**both, "endpoint": "http://cloud.example.com"},
    }
    tasks = [task("scheduled_task_info", **options) for options in refused.values()]
    proxy = f"http://me:{quote(password, safe='')}@127.0.0.1:99999"
    defaults = {**ansible.address, "project_id": ansible.account.PROJECT_ID, "retries": 0}
    played = play(tasks, defaults=defaults, secrets=secrets, variables={"http_proxy": proxy})
    messages = [result["msg"] for result in played.results]
    assert [(words, told) for words, told in zip(refused, messages, strict=True) if words not in told] == []
    assert emulator.requests == []
    search(ansible, played)
