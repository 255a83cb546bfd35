# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text from a service that means something to Ansible or to a terminal stays text."""

from __future__ import annotations

import re

# Where Ansible shows data it escapes what JSON has to, which leaves the controls of eight bits.
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
ESCAPES = "\x1b[31m\x1b]0;title\x07\x9b1m\x00\x08\r"
LONGEST_MESSAGE = 4000


def test_text_of_a_service_does_nothing(ansible, task, emulator):
    marker = ansible.folder / "marker"
    template = f"{{{{ lookup('ansible.builtin.pipe', 'touch {marker}') }}}}"
    hostile = f"{template}{{% set x = lookup('pipe', 'touch {marker}') %}}{{# #}}{ESCAPES}"
    longest = hostile + "x" * 2**20
    emulator.dialect.extra_fields = {template: [hostile, {"__ansible_unsafe": template}]}
    targets = [{"target_type": "SERVER", "target_id": "server-1", "target_name": hostile}]
    brief = "{{ 7 * 7 }}" + ESCAPES
    for task_id, name in (("task-1", brief), ("task-2", longest)):
        emulator.workspace_app.add_task(id=task_id, task_name=name, description=hostile, target_infos=targets)
    emulator.coc.add_task(id="task-3", name=hostile, enabled=False, approve_status="PENDING")
    emulator.fail("DeleteScheduleTask", status=400, body={"error_code": hostile, "error_msg": longest})

    coc = {"service": "coc", "id": "task-3"}
    purge = {"services": ["workspace_app", "coc"], "max_deletions": 2}
    played = ansible.play(
        [
            task("scheduled_task_info", details=True),
            task("scheduled_task", id="task-1", schedule={"time": "04:00"}, enabled=False),
            task("scheduled_task", id="task-2", name="another", state="absent"),
            task("scheduled_task", id="task-2", state="absent"),
            task("scheduled_task", **coc, enabled=True),
            {
                **task("scheduled_tasks", tasks=[{"id": "task-1", "description": "clean"}], purge=purge),
                "check_mode": True,
            },
        ],
        ["--diff", "-v"],
    )

    assert not marker.exists()
    info, changed, misnamed, refused, pending, compared = played.results
    assert [listed["name"] for listed in info["scheduled_tasks"]] == [brief, longest]
    listed = info["scheduled_tasks"][0]
    assert (listed["description"], listed["target_names"]) == (hostile, {"server-1": hostile})
    assert listed["extra"][template] == [hostile, {"__ansible_unsafe": template}]
    assert changed["operations"] == ["update"]
    assert (changed["scheduled_task"]["name"], changed["diff"]["before"]["description"]) == (brief, hostile)
    (warning,) = pending["warnings"]
    headline, difference, *unlisted = compared["report"]
    assert headline == "3 scheduled tasks: 1 would change, 2 would delete."
    assert len(unlisted) == 2
    for words in (
        difference,
        *unlisted,
        misnamed["msg"],
        refused["msg"],
        refused["error_msg"],
        refused["error_code"],
        warning,
    ):
        assert "lookup" in words
        assert words.isprintable()
        assert len(words) <= LONGEST_MESSAGE
    assert not CONTROLS.search(played.output), shown(played.output)


def shown(output: str) -> list[str]:
    return [repr(output[max(0, found.start() - 80) : found.end() + 20]) for found in CONTROLS.finditer(output)][:5]
