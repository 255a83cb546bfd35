# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A play that times out in the middle of a change leaves no task behind that runs although it should not."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ansible_collections.cloudcron.huaweicloud.tests.new_tasks import NEW, STATES

SECOND_STEPS = {"workspace_app": "PATCH", "workspace": "PUT", "coc": "/disable"}


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
