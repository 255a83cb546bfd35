# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that times out in the middle of a change leaves no task behind that runs although it should not."""

from __future__ import annotations

from copy import deepcopy

import pytest

NEW = {
    "workspace_app": {
        "task_type": "RESTART_SERVER",
        "schedule": {"type": "daily", "day_interval": 1, "time": "03:30"},
        "targets": [{"type": "SERVER", "id": "server-1"}],
    },
    "workspace": {"task_type": "STOP", "schedule": {"type": "daily", "day_interval": 1, "time": "03:30"}},
    "coc": {
        "task_type": "SCRIPT",
        "schedule": {"type": "cron", "cron": "0 30 3 * * ?", "time_zone": "Asia/Shanghai"},
        "coc": {
            "associated_task_id": "SC1",
            "associated_task_name": "clean-up",
            "associated_task_type": "CUSTOMIZATION",
            "version_no": "1.0.0",
            "risk_level": "HIGH",
            "target_instances": [{"target_selection": "NONE", "order_no": 1}],
        },
    },
}
SECOND_STEPS = {"workspace_app": "PATCH", "workspace": "PUT", "coc": "/disable"}
STATES = {"workspace_app": "is_enable", "workspace": "enable", "coc": "enabled"}


@pytest.mark.parametrize("service", NEW)
class TestCreatedAndDisabled:
    def test_the_second_step_is_made_all_the_same(self, run, emulator, break_off, service):
        break_off(SECOND_STEPS[service])
        with pytest.raises(KeyboardInterrupt):
            run(service=service, name="nightly", enabled=False, **deepcopy(NEW[service]))
        (task,) = getattr(emulator, service).tasks.values()
        assert task[STATES[service]] is False
        assert not run(service=service, name="nightly", enabled=False).changed

    def test_it_is_tried_once_and_what_then_fails_is_for_the_next_run(self, run, emulator, break_off, service):
        operation = {"workspace_app": "UpdateScheduleTask", "workspace": "UpdateScheduledTasks"}
        emulator.fail(operation.get(service, "DisableScheduledTask"), status=400)
        break_off(SECOND_STEPS[service])
        with pytest.raises(KeyboardInterrupt):
            run(service=service, name="nightly", enabled=False, **deepcopy(NEW[service]))
        assert run(service=service, name="nightly", enabled=False).operations == ["disable"]

    def test_nothing_remains_to_be_done_of_a_creation_alone(self, run, emulator, break_off, service):
        break_off("POST")
        with pytest.raises(KeyboardInterrupt):
            run(service=service, name="nightly", **deepcopy(NEW[service]))
        assert getattr(emulator, service).tasks == {}


def test_an_updated_task_is_disabled_again(run, emulator, break_off):
    """The update itself has enabled it."""
    task_id = emulator.coc.add_task(name="nightly", enabled=False)
    break_off("/disable")
    with pytest.raises(KeyboardInterrupt):
        run(service="coc", name="nightly", enabled=False, coc={"risk_level": "HIGH"})
    task = emulator.coc.tasks[task_id]
    assert (task["enabled"], task["risk_level"]) == (False, "HIGH")
