# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user sees of the collection in playbooks and in its documentation."""

from __future__ import annotations

import re

import pytest

MODULES = ("scheduled_task", "scheduled_tasks", "scheduled_task_info")


class TestCheckModeWithDiff:
    def test_it_shows_a_creation_and_writes_nothing(self, ansible, task, nightly, emulator):
        played = ansible.play([task("scheduled_task", **nightly)], ["--check", "--diff"])
        assert played.result["changed"]
        assert "--- before" in played.output
        assert '+    "name": "nightly-restart"' in played.output
        assert '+        "time": "03:30:00"' in played.output
        assert "changed=1" in played.output
        assert emulator.workspace_app.tasks == {}

    def test_it_shows_an_edit_and_writes_nothing(self, ansible, task, nightly, emulator):
        ansible.play([task("scheduled_task", **nightly)])
        before = emulator.workspace_app.tasks
        edit = task("scheduled_task", name="nightly-restart", enabled=False, schedule={"time": "04:15"})
        played = ansible.play([edit], ["--check", "--diff"])
        assert played.result["operations"] == ["update"]
        for line in (
            '-    "enabled": true',
            '+    "enabled": false',
            '-        "time": "03:30:00"',
            '+        "time": "04:15:00"',
        ):
            assert re.search(rf"^{re.escape(line)}", played.output, re.MULTILINE)
        assert not re.search(r'^[-+] +"(name|task_type|type|update_time|last_status)"', played.output, re.MULTILINE)
        assert emulator.workspace_app.tasks == before

    def test_it_shows_a_deletion_and_writes_nothing(self, ansible, task, emulator):
        emulator.workspace_app.add_task(task_name="old")
        emulator.workspace_app.add_task(task_name="older")
        before = emulator.workspace_app.tasks
        absent = [task("scheduled_task", name="old", state="absent")]
        absent.append(task("scheduled_tasks", tasks=[{"name": name, "state": "absent"} for name in ("old", "older")]))
        played = ansible.play(absent, ["--check", "--diff"])
        assert played.results[0]["operations"] == ["delete"]
        assert played.results[1]["summary"]["would_delete"] == ["workspace_app old", "workspace_app older"]
        assert re.findall(r'^-    "name": "(old|older)"', played.output, re.MULTILINE) == ["old", "old", "older"]
        assert re.search(r"^--- before: workspace_app older \(", played.output, re.MULTILINE)
        assert emulator.workspace_app.tasks == before

    def test_looking_up_works_in_check_mode(self, ansible, task, emulator):
        emulator.workspace_app.add_task(task_name="old")
        played = ansible.play([task("scheduled_task_info", details=True)], ["--check", "--diff"])
        assert [found["name"] for found in played.result["scheduled_tasks"]] == ["old"]
        assert "changed=0" in played.output


class TestYaml:
    """Written by hand: a YAML library would quote these values or not, as it likes."""

    TASK = """
    - name: Create a task, or leave it as it is
      cloudcron.huaweicloud.scheduled_task:
        name: {name}
        task_type: START_SERVER
        schedule:
          type: once
          date: {date}
          time: {time}
          time_zone: Asia/Shanghai
          expire_time: {expire_time}
        targets:
          - {{type: SERVER, id: server-1}}
    """
    INSTANTS = {
        "offset": ("2031-01-01T08:00:00+09:00", "2030-12-31T23:00:00Z"),
        "utc": ("2031-01-01T08:00:00Z", "2031-01-01T08:00:00Z"),
        "local": ("2031-01-01 08:00:00", "2031-01-01T00:00:00Z"),
    }

    def test_an_unquoted_instant_is_the_same_as_a_quoted_one(self, ansible, emulator):
        tasks = [
            self.TASK.format(name=name, date=date, time='"10:30:00"', expire_time=expire_time)
            for name, (written, _instant) in self.INSTANTS.items()
            for date, expire_time in (("2030-12-31", written), ("'2030-12-31'", f"'{written}'"))
        ]
        played = ansible.play("".join(tasks))
        assert played.status == 0, played.output
        assert "changed=3 " in played.output
        expected = {name: instant for name, (_written, instant) in self.INSTANTS.items()}
        assert {task["task_name"]: task["expire_time"] for task in emulator.workspace_app.tasks.values()} == expected

    def test_an_unquoted_time_is_refused_with_a_hint(self, ansible, emulator):
        played = ansible.play(self.TASK.format(name="sixty", date="2030-12-31", time="10:30:00", expire_time="''"))
        assert played.status
        assert "schedule.time: '37800' is refused" in played.output
        assert "quote it" in played.output
        assert emulator.requests == []


class TestModuleDefaults:
    def test_the_group_reaches_all_modules(self, ansible, task, nightly):
        asked = [
            task("scheduled_task", **nightly),
            task("scheduled_tasks", tasks=[nightly]),
            task("scheduled_task_info"),
        ]
        created, unchanged, listed = ansible.play(asked).results
        assert created["changed"]
        assert unchanged["summary"] == {"counts": {"unchanged": 1}}
        assert [found["id"] for found in listed["scheduled_tasks"]] == [created["scheduled_task"]["id"]]

    def test_endpoints_by_service_are_for_the_defaults(self, ansible, task):
        defaults = {name: value for name, value in ansible.keys.items() if name != "endpoint"}
        defaults["endpoints"] = {"workspace_app": ansible.emulator.url}
        assert ansible.play([task("scheduled_task_info")], defaults=defaults).result["total_count"] == 0


class TestThreeServices:
    """One play for all services: the defaults say where they are and who asks, and each task what it is about."""

    def test_the_group_reaches_all_of_them(self, ansible, task, nightly, emulator):
        defaults = {name: value for name, value in ansible.keys.items() if name not in ("endpoint", "service")}
        defaults["domain_id"] = ansible.account.DOMAIN_ID
        services = ("workspace_app", "workspace", "coc")
        defaults["endpoints"] = dict.fromkeys((*services, "codearts_check"), ansible.emulator.url)
        check = emulator.codearts_check.add_task()
        whole = {
            "workspace_app": nightly,
            "workspace": {
                **nightly,
                "task_type": "STOP",
                "targets": [{"type": "ALL_DESKTOPS"}],
                "workspace": {"extra_params": {"message": "Good night"}},
            },
            "coc": {
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
                },
            },
        }
        tasks = [task("scheduled_task", service=service, **whole[service]) for service in services]
        looks = [task("scheduled_task_info", service=service) for service in services]
        looks.append(task("scheduled_task_info", service="codearts_check", id=check))
        results = ansible.play([*tasks, *tasks, *looks], defaults=defaults).results
        assert [result["changed"] for result in results] == [True] * 3 + [False] * 3 + [False] * 4
        assert [result["total_count"] for result in results[6:]] == [1] * 4
        assert [len(getattr(emulator, service).tasks) for service in services] == [1] * 3


class TestDocumentation:
    @pytest.mark.parametrize("door", ["in process"])
    @pytest.mark.parametrize("module", MODULES)
    def test_it_can_be_read(self, ansible, module):
        done = ansible.run("ansible-doc", "--type", "module", f"cloudcron.huaweicloud.{module}")
        assert done.returncode == 0, done.stdout
        assert done.stdout.startswith(f"> MODULE cloudcron.huaweicloud.{module}")
        assert ansible.site in done.stdout
        for word in ("OPTIONS", "secret_key", "EXAMPLES", "RETURN VALUES"):
            assert word in done.stdout
        assert "ERROR" not in done.stdout and "WARNING" not in done.stdout


class TestNetrc:
    def test_it_does_not_change_what_is_sent(self, ansible, task, emulator):
        netrc = ansible.home / ".netrc"
        netrc.write_text("machine 127.0.0.1 login intruder password of-somebody-else\ndefault login any password one\n")
        netrc.chmod(0o600)
        token = {**ansible.address, "user_name": ansible.account.USER_NAME, "user_password": ansible.account.PASSWORD}
        token["domain_name"] = ansible.account.DOMAIN_NAME
        for options in (ansible.keys, token):
            emulator.clear_requests()
            assert ansible.play([task("scheduled_task_info")], defaults=options).result["total_count"] == 0
            sent = [request.headers.get("authorization", "") for request in emulator.requests]
            assert sent and not [value for value in sent if value and not value.startswith("SDK-HMAC-SHA256 ")]
