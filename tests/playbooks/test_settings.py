# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a task finds its options besides in itself, and what a play does when it takes too long."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK
from ansible_collections.cloudcron.huaweicloud.tests.playbooks.processes import (
    PATIENCE,
    end_the_time,
    wait_for_the_end,
    wait_until,
)


@pytest.fixture
def address(ansible):
    """Options that lead to the emulator and do not say who is asking."""
    return {**ansible.address, "project_id": ansible.account.PROJECT_ID}


def keys_file(path, access_key, secret_key):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"[basic]\nak = {access_key}\nsk = {secret_key}\n", encoding="utf-8")
    path.chmod(0o600)


def senders(emulator):
    return [re.search("Access=([^,]+),", request.headers["authorization"])[1] for request in emulator.requests]


class TestEnvironmentOfAnsible:
    def test_keys_and_settings_come_from_it(self, ansible, task, emulator):
        account = ansible.account
        variables = {
            "HW_ACCESS_KEY": account.ACCESS_KEY,
            "HW_SECRET_KEY": account.SECRET_KEY,
            "HW_REGION_NAME": account.REGION,
            "HW_PROJECT_ID": account.SECOND_PROJECT_ID,
        }
        emulator.workspace_app.add_task(task_name="there", project_id=account.SECOND_PROJECT_ID)
        defaults = {"endpoint": emulator.url, "service": "workspace_app"}
        played = ansible.play([task("scheduled_task_info")], defaults=defaults, variables=variables)
        assert [found["name"] for found in played.result["scheduled_tasks"]] == ["there"]
        assert senders(emulator) == [account.ACCESS_KEY]

    @pytest.mark.parametrize("door", ["in process", "module"])
    def test_the_address_of_the_services_comes_from_it(self, ansible, task, emulator):
        emulator.workspace_app.add_task(task_name="there")
        defaults = {name: value for name, value in ansible.keys.items() if name not in ("endpoint", "service")}
        tasks = [
            task("scheduled_task_info", service="workspace_app", endpoint="http://127.0.0.1:9", retries=0),
            task("scheduled_tasks", tasks=[], purge={"services": ["workspace_app"], "max_deletions": 1}),
        ]
        variables = {"CLOUDCRON_ENDPOINT": f"{emulator.url}/"}
        played = ansible.play(tasks, defaults=defaults, variables=variables)
        assert "127.0.0.1:9" in played.results[0]["msg"]
        assert played.results[1]["summary"]["counts"] == {"deleted": 1}, played.output
        assert emulator.workspace_app.tasks == {}

    def test_an_address_with_a_password_in_it_is_refused_and_not_shown(self, ansible, task, emulator):
        defaults = {name: value for name, value in ansible.keys.items() if name != "endpoint"}
        variables = {"CLOUDCRON_ENDPOINT": f"http://jane:s3cretOfJane@{emulator.url[7:]}"}
        played = ansible.play([task("scheduled_task_info")], ["-vvv"], defaults=defaults, variables=variables)
        assert played.result["option"] == "CLOUDCRON_ENDPOINT"
        assert "s3cretOfJane" not in played.everything
        assert emulator.requests == []

    def test_a_proxy_of_it_is_asked(self, ansible, task, emulator):
        variables = {"http_proxy": "http://127.0.0.1:9"}
        defaults = {**ansible.keys, "endpoint": "http://service.invalid", "retries": 0}
        played = ansible.play([task("scheduled_task_info")], defaults=defaults, variables=variables)
        assert "proxy" in played.result["msg"].lower()
        assert emulator.requests == []

    def test_a_file_that_it_names_is_found_beside_the_playbook(self, ansible, task, emulator, address, tmp_path):
        ansible.current = tmp_path / "elsewhere"
        ansible.current.mkdir()
        keys_file(tmp_path / "keys" / "mine", ansible.account.ACCESS_KEY, ansible.account.SECRET_KEY)
        variables = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "keys/mine"}
        played = ansible.play([task("scheduled_task_info")], defaults=address, variables=variables)
        assert played.result["total_count"] == 0, played.output


class TestNothing:
    """Credentials of account A stand in the environment of Ansible, and what is given for another one is empty."""

    @pytest.fixture
    def of_a(self, ansible):
        account = ansible.account
        return {"HW_ACCESS_KEY": account.ACCESS_KEY, "HW_SECRET_KEY": account.SECRET_KEY}

    def test_is_refused_by_name_by_every_module(self, ansible, task, emulator, of_a):
        emulator.workspace_app.add_task(task_name="of-a")
        not_set = "{{ lookup('ansible.builtin.env', 'NOT_SET') }}"
        each: list[tuple[str, dict[str, str]]] = [
            ("secret_key", {"access_key": "OF-SOMEBODY-ELSE", "secret_key": ""}),
            ("access_key", {"access_key": not_set, "secret_key": "of-somebody-else"}),
            ("auth_token", {"auth_token": ""}),
            ("user_password", {"user_name": "jane", "user_password": "", "domain_name": "acme"}),
            ("project_id", {"project_id": ""}),
            ("domain_id", {"domain_id": "{{ '' }}"}),
        ]
        modules: tuple[tuple[str, dict[str, Any]], ...] = (
            ("scheduled_task", {"name": "of-a", "state": "absent"}),
            ("scheduled_tasks", {"tasks": [{"name": "of-a", "state": "absent"}]}),
            ("scheduled_task_info", {}),
        )
        # In process, every module meets every one of them. As modules, which start for each, they take turns.
        pairs = [(module, empty) for module in modules for empty in each]
        pairs = pairs if ansible.door == "in process" else [*zip(modules * 2, each, strict=True)]
        tasks = [task(name, **options, **given) for (name, options), (_empty, given) in pairs]
        played = ansible.play(tasks, defaults=ansible.address, variables=of_a)
        assert len(played.results) == len(pairs)
        for result, (_module, (empty, given)) in zip(played.results, pairs, strict=True):
            assert f"{empty} is refused: it is given and empty." in result["msg"], played.output
            assert result["option"] in {empty, *given}
        assert emulator.requests == []
        assert len(emulator.workspace_app.tasks) == 1

    def test_is_refused_in_the_defaults_too(self, ansible, task, emulator, of_a):
        defaults = {**ansible.address, "project_id": "{{ lookup('ansible.builtin.env', 'NOT_SET') }}", "auth_token": ""}
        played = ansible.play([task("scheduled_task_info")], defaults=defaults, variables=of_a)
        for option in ("project_id", "auth_token"):
            assert f"{option} is refused: it is given and empty." in played.result["msg"]
        assert "a lookup of a variable of the environment that is not set is empty" in played.result["msg"]
        assert emulator.requests == []

    def test_is_not_what_is_left_out(self, ansible, task, emulator, of_a):
        omitted = dict.fromkeys(("secret_key", "project_id", "auth_token"), "{{ nobody | default(omit) }}")
        null = dict.fromkeys(("user_name", "domain_id", "agency_name"))
        options = {**omitted, **null, "access_key": None}
        played = ansible.play([task("scheduled_task_info", **options)], defaults=ansible.address, variables=of_a)
        assert played.result["total_count"] == 0, played.output
        assert senders(emulator) == [ansible.account.ACCESS_KEY] * 2

    # Each variable is tried with the units.
    @pytest.mark.parametrize(
        ("variables", "words"),
        [
            ({"HW_SECRET_KEY": ""}, "HW_SECRET_KEY: it is needed beside HW_ACCESS_KEY"),
            ({"HW_PROJECT_ID": ""}, "HW_PROJECT_ID is set and empty"),
        ],
        ids=["half a login", "no project"],
    )
    def test_is_refused_among_the_variables(self, ansible, task, emulator, of_a, variables, words):
        asked = [task("scheduled_tasks", tasks=[{"name": "of-a", "state": "absent"}])]
        played = ansible.play(asked, defaults=ansible.address, variables={**of_a, **variables})
        assert words in played.result["msg"], played.output
        assert emulator.requests == []


class TestWhereToAct:
    @pytest.fixture
    def keys(self, ansible):
        return {"HW_ACCESS_KEY": ansible.account.ACCESS_KEY, "HW_SECRET_KEY": ansible.account.SECRET_KEY}

    def test_the_project_that_a_variable_names_is_meant(self, ansible, task, emulator, keys, nightly):
        account = ansible.account
        variables = {**keys, "HW_PROJECT_NAME": account.PROJECTS[account.SECOND_PROJECT_ID]}
        played = ansible.play(
            [task("scheduled_task", **nightly)] * 2, ["--diff"], defaults=ansible.address, variables=variables
        )
        assert [result["changed"] for result in played.results] == [True, False], played.output
        assert emulator.workspace_app.tasks == {}
        assert f"/v1/{account.SECOND_PROJECT_ID}/schedule-task" in {request.path for request in emulator.requests}
        emulator.clear_requests()
        foreseen = ansible.play(
            [task("scheduled_task", name=nightly["name"], state="absent")],
            ["--check"],
            defaults=ansible.address,
            variables=variables,
        )
        assert foreseen.result["operations"] == ["delete"]
        assert {request.method for request in emulator.requests} == {"GET"}

    def test_the_agency_that_variables_name_is_acted_through(self, ansible, task, emulator, keys):
        account = ansible.account
        emulator.workspace_app.add_task(task_name="theirs", project_id=account.AGENCY_PROJECT_ID)
        agency = {
            "HW_ASSUME_ROLE_AGENCY_NAME": account.AGENCY_NAME,
            "HW_ASSUME_ROLE_DOMAIN_NAME": account.AGENCY_DOMAIN_NAME,
        }
        played = ansible.play([task("scheduled_task_info")], defaults=ansible.address, variables={**keys, **agency})
        assert [found["name"] for found in played.result["scheduled_tasks"]] == ["theirs"], played.output

    def test_the_project_of_a_file_with_a_byte_order_mark_is_meant(self, ansible, task, emulator):
        account = ansible.account
        emulator.workspace_app.add_task(task_name="second", project_id=account.SECOND_PROJECT_ID)
        keys_file(ansible.home / ".huaweicloud" / "credentials", account.ACCESS_KEY, account.SECRET_KEY)
        path = ansible.home / ".huaweicloud" / "credentials"
        said = f"{path.read_text()}project_id = {account.SECOND_PROJECT_ID}\n"
        path.write_text(said, encoding="utf-8-sig")
        tasks = [task("scheduled_task_info"), task("scheduled_task_info", project_id=account.PROJECT_ID)]
        played = ansible.play(tasks, defaults=ansible.address)
        assert [result["total_count"] for result in played.results] == [1, 0], played.output
        variables = {"HW_PROJECT_ID": account.PROJECT_ID}
        played = ansible.play([task("scheduled_task_info")], defaults=ansible.address, variables=variables)
        assert f"HW_PROJECT_ID and project_id in {path} contradict each other" in played.result["msg"]


class TestRefusedLogin:
    def test_is_tried_once_in_a_loop_in_process(self, ansible, task, emulator, nightly):
        looped = {**task("scheduled_task", **{**nightly, "name": "{{ item }}"}), "loop": [f"t{n}" for n in range(12)]}
        played = ansible.play([looped], defaults={**ansible.keys, "secret_key": "of-somebody-else"})
        results = played.result["results"]
        assert [result["status"] for result in results] == [401] * 12, played.output
        assert len(emulator.requests) == (1 if ansible.door == "in process" else 12)
        if ansible.door == "in process":
            said = results[0]["msg"]
            assert {result["msg"].partition("That was: ")[2] for result in results[1:]} == {said}
            assert all("not asked for, since the same login was refused before" in each["msg"] for each in results[1:])


class TestFiles:
    def test_keys_come_from_the_usual_one(self, ansible, task, emulator, address):
        account = ansible.account
        keys_file(ansible.home / ".huaweicloud" / "credentials", account.ACCESS_KEY, account.SECRET_KEY)
        assert ansible.play([task("scheduled_task_info")], defaults=address).result["total_count"] == 0
        assert senders(emulator) == [account.ACCESS_KEY]

    def test_a_relative_path_leads_on_from_the_playbook(self, ansible, task, emulator, tmp_path):
        ansible.current = tmp_path / "elsewhere"
        ansible.current.mkdir()
        (tmp_path / "authorities.pem").touch()
        (ansible.current / "here.pem").touch()
        (ansible.home / "mine.pem").touch()
        paths = ("authorities.pem", "here.pem", "~/mine.pem", "$HOME/mine.pem")
        played = ansible.play([task("scheduled_task_info", ca_path=path) for path in paths])
        assert [result.get("option") for result in played.results] == [None, "ca_path", None, None]
        assert len(emulator.requests) == 3


class TestVault:
    def test_a_variable_is_read_and_hidden(self, ansible, task, emulator):
        (ansible.folder / "password").write_text("a password\n")
        secret_key = ansible.account.SECRET_KEY
        vault = ("--vault-password-file", str(ansible.folder / "password"))
        done = ansible.run("ansible-vault", "encrypt_string", *vault, secret_key, "--name", "vaulted")
        vaulted = done.stdout[done.stdout.index("vaulted:") : done.stdout.rindex("\n", 0, done.stdout.rindex("\n") + 1)]
        (ansible.folder / "vaulted.yml").write_text(
            "\n".join(line for line in vaulted.splitlines() if line.startswith(("vaulted:", "  "))) + "\n"
        )
        emulator.fail("ListScheduleTasks", skip=2, status=400, body={"error_code": "WKS.1", "error_msg": secret_key})
        looks = [
            task("scheduled_task_info", secret_key="{{ vaulted }}"),
            task("scheduled_task_info", secret_key="{{ vaulted | trim }}"),
            task("scheduled_task_info", secret_key="{{ vaulted }}"),
        ]
        keywords = {"vars_files": ["vaulted.yml"]}
        played = ansible.play(looks, vault, keywords=keywords)
        assert [result.get("total_count") for result in played.results] == [0, 0, None]
        assert MASK in played.results[2]["msg"]
        assert secret_key not in played.everything

    def test_one_that_no_password_opens_is_told_without_a_traceback(self, ansible, task, emulator):
        text = "$ANSIBLE_VAULT;1.1;AES256\n" + "3" * 80
        lines = "".join(f"  {line}\n" for line in text.splitlines())
        (ansible.folder / "vaulted.yml").write_text(f"vaulted: !vault |\n{lines}")
        # The module is not even started.
        assert ansible.play([task("scheduled_task_info")]).status == 0
        played = ansible.play(
            [task("scheduled_task_info", secret_key="{{ vaulted }}")], keywords={"vars_files": ["vaulted.yml"]}
        )
        assert played.status == 0, played.output
        assert played.result["failed"]
        assert "vault" in played.result["msg"].lower()
        assert "Traceback" not in played.everything


class TestNames:
    def test_short_ones_get_the_defaults_of_the_group(self, ansible, task, nightly):
        keywords = {"collections": ["cloudcron.huaweicloud"]}
        create = {"name": "Call the module", "scheduled_task": nightly}
        wrong = {"name": "Call the module", "scheduled_task": {**nightly, "nonsense": 1}}
        look = {"name": "Call the module", "scheduled_task_info": {}}
        played = ansible.play([create, wrong, look], keywords=keywords)
        created, refused, found = played.results
        assert created["changed"] and found["total_count"] == 1
        # In the words of the task.
        assert re.search(
            r"Unsupported parameters for \((cloudcron\.huaweicloud\.)?scheduled_task\) mod", refused["msg"]
        )

    def test_defaults_of_a_module_are_for_this_one(self, ansible, task, emulator):
        emulator.workspace_app.add_task(task_name="one")
        emulator.workspace_app.add_task(task_name="two")
        keywords = {
            "module_defaults": {
                "group/cloudcron.huaweicloud.all": {**ansible.keys, "name": "one"},
                "cloudcron.huaweicloud.scheduled_task_info": {"details": True, "name": "two"},
            }
        }
        tasks = [
            task("scheduled_task_info"),
            task("scheduled_task_info", name="one"),
            task("scheduled_task", state="absent"),
        ]
        found, other, deleted = ansible.play(tasks, keywords=keywords).results
        assert [each["name"] for each in (*found["scheduled_tasks"], *other["scheduled_tasks"])] == ["two", "one"]
        assert deleted["diff"]["before"]["name"] == "one"


RESCUE = """
- block:
    - cloudcron.huaweicloud.scheduled_task:
        name: nightly
        schedule: {time: "25:00"}
  rescue:
    - ansible.builtin.debug:
        msg: "rescued {{ ansible_failed_result.option }} of {{ ansible_failed_task.name }}"
  always:
    - ansible.builtin.debug:
        msg: "always"
"""


def test_a_block_is_rescued_with_the_result(ansible):
    played = ansible.play(RESCUE)
    assert played.status == 0
    assert "rescued schedule.time of" in played.output and "rescued=1" in played.output


class TestTimeout:
    @pytest.fixture
    def own_emulator(self, ansible):
        """An emulator for a single test, since a module goes on asking when Ansible has given it up."""
        from ansible_collections.cloudcron.huaweicloud.extensions.emulator import Emulator

        with Emulator() as ansible.emulator:
            yield ansible.emulator

    @pytest.mark.parametrize("parallel", [1, 8])
    def test_the_task_fails_in_time_and_the_play_goes_on(self, ansible, task, own_emulator, parallel):
        emulator = own_emulator
        for number in range(12):
            emulator.workspace_app.add_task(task_name=f"task-{number}")
        gate = threading.Event()
        emulator.fail("ShowScheduleTask", times=100, gate=gate)
        slow = {**task("scheduled_task_info", details=True, parallel=parallel), "timeout": PATIENCE}
        with ThreadPoolExecutor(1) as stage:
            playing = stage.submit(ansible.play, [slow, task("scheduled_task_info", service="workspace")])
            try:
                wait_until(lambda: emulator.operations.count("ShowScheduleTask") == parallel)
                end_the_time(ansible.folder)
                # The play does not wait for the answers: they come after its end.
                played = playing.result()
            finally:
                gate.set()
        wait_for_the_end(ansible.folder)
        timed_out, next_one = played.results
        assert timed_out["failed"]
        assert re.search(rf"{PATIENCE} second\(s\)|time frame \({PATIENCE}\)|timeout \({PATIENCE}s\)", timed_out["msg"])
        assert timed_out["timedout"]["period"] == PATIENCE
        assert next_one["total_count"] == 0
