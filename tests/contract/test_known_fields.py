# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Field by field: what the collection's own code has a word for, against the models of the vendor's SDK.

Every difference is written down here, so that an SDK with a new field is noticed.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import NamedTuple

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services import (
    _coc_body,
    _coc_task,
    _workspace_body,
    _workspace_schedule,
    coc,
    workspace,
    workspace_app,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._values import Field

WORKSPACE_APP = "huaweicloudsdkworkspaceapp.v1"
WORKSPACE = "huaweicloudsdkworkspace.v2"
COC = "huaweicloudsdkcoc.v1"


class Comparison(NamedTuple):
    """What our code knows of something that some models of the SDK describe."""

    models: str
    names: tuple[str, ...]
    known: Iterable[str]
    new: frozenset[str] = frozenset()
    """What only the SDK has; of what is read, users find it under `extra`."""
    more: frozenset[str] = frozenset()
    """What only our code has."""


READ = {
    "workspace_app task": Comparison(
        WORKSPACE_APP, ("ScheduleTask", "ShowScheduleTaskResponse"), workspace_app.KNOWN_FIELDS
    ),
    "workspace_app execution": Comparison(
        WORKSPACE_APP,
        ("ScheduleTaskExecuteHistory",),
        {*workspace_app.EXECUTION_FIELDS, "scheduled_type", "task_id"},
        # The spelling that the pages do not have.
        more=frozenset({"executing_count"}),
    ),
    "workspace_app outcome": Comparison(
        WORKSPACE_APP, ("ScheduleTaskExecuteDetail",), {*workspace_app.OUTCOME_FIELDS, "execute_id"}
    ),
    "workspace task": Comparison(
        WORKSPACE, ("ScheduledTask", "ShowScheduledTasksResponse"), _workspace_body.KNOWN_FIELDS
    ),
    "workspace record": Comparison(
        WORKSPACE,
        ("ScheduledTasksRecords",),
        {*workspace.RECORD_FIELDS, "scheduled_type"},
        new=frozenset({"life_cycle_type", "execute_task_id", "execute_object_type", "expire_time", "extra_params"}),
    ),
    "workspace outcome": Comparison(
        WORKSPACE,
        ("ScheduledTasksRecordsDetails",),
        {*workspace.OUTCOME_FIELDS, "record_id"},
        new=frozenset({"exec_script_id"}),
    ),
    "coc task": Comparison(COC, ("ScheduledTaskBasicInfo", "ShowScheduledTaskResponse"), _coc_task.KNOWN_FIELDS),
    "coc execution": Comparison(
        COC,
        ("ScheduledTaskHistory",),
        {*_coc_task.EXECUTION_FIELDS, *_coc_task.EXECUTION_TIMES, "execution_msg"},
        new=frozenset({"associated_task_name", "associated_task_name_en"}),
    ),
}

PAGING = frozenset({"offset", "limit"})
FILTERS = {
    "workspace_app filters": Comparison(
        WORKSPACE_APP, ("ListScheduleTasksRequest",), workspace_app.WorkspaceApp.filters, PAGING
    ),
    "workspace filters": Comparison(WORKSPACE, ("ListScheduledTasksRequest",), workspace.Workspace.filters, PAGING),
    "coc filters": Comparison(
        COC, ("ListScheduledTaskRequest",), coc.CloudOperationsCenter.filters, PAGING | {"marker"}
    ),
}

WRITTEN = {
    "workspace": Comparison(
        WORKSPACE,
        ("UpdateScheduledTasksReq",),
        {
            *("task_name", "description", "enable", "force_execute", "apply_objects", "apply_object_update_type"),
            *(*_workspace_schedule.FIELDS, *workspace.Workspace.own_fields),
        },
    ),
    "coc": Comparison(COC, ("ScheduledTaskRequestBody",), {"name", "task_type", "trigger_time", *_coc_body.FIELDS}),
    "coc target": Comparison(COC, ("ScheduleInstance",), _coc_body.TARGETS.fields),
    "coc notification": Comparison(COC, ("MessageNotification",), _coc_body.NOTIFICATION.fields),
    "coc ticket": Comparison(COC, ("TicketInfo",), _coc_body.TICKETS.fields),
}


def fields_of(comparison: Comparison) -> set[str]:
    models = importlib.import_module(comparison.models)
    return set().union(*(getattr(models, name).attribute_map.values() for name in comparison.names))


COMPARISONS = {**READ, **FILTERS, **WRITTEN}


@pytest.mark.parametrize("comparison", COMPARISONS.values(), ids=COMPARISONS)
def test_the_sdk_knows_no_more_and_no_less(comparison: Comparison) -> None:
    theirs, ours = fields_of(comparison), set(comparison.known)
    assert sorted(theirs - ours) == sorted(comparison.new)
    assert sorted(ours - theirs) == sorted(comparison.more)


def test_every_option_of_coc_is_a_documented_field_of_its_type() -> None:
    body = importlib.import_module(COC).ScheduledTaskRequestBody
    kinds = {"str": "str", "bool": "bool", "dict(str, str)": "dict", "MessageNotification": "dict"}
    for name, field in _coc_body.FIELDS.items():
        theirs = body.openapi_types[name]
        assert field.kind == ("list" if theirs.startswith("list[") else kinds[theirs]), name
    assert all(isinstance(field, Field) for field in _coc_body.FIELDS.values())
