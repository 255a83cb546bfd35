# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second task of a name in another enterprise project is warned of, in every way to create one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_warning_is_shown_by_the_module_and_by_the_role(
    ansible: Any, task: Any, emulator: Any, check_mode: bool
) -> None:
    one, two = (emulator.coc.add_task(name=name) for name in ("by-module", "by-role"))
    options = deepcopy(NEW["coc"])
    options["coc"]["enterprise_project_id"] = "ep-1"
    entry = {"service": "coc", "name": "by-role", **options}
    played = ansible.play(
        [
            task("scheduled_task", service="coc", name="by-module", **options),
            {
                "name": "Apply",
                "ansible.builtin.include_role": {"name": "cloudcron.huaweicloud.scheduled_tasks"},
                "vars": {"scheduled_tasks_list": [entry]},
            },
        ],
        options=["--check"] if check_mode else [],
    )
    told = " ".join(played.output.split())
    for name, task_id in (("by-module", one), ("by-role", two)):
        assert f"has a scheduled task {name} too, {task_id}," in told
        assert f"give id: {task_id} with coc.enterprise_project_id: ep-1." in told
    assert len(emulator.coc.tasks) == (2 if check_mode else 4)
