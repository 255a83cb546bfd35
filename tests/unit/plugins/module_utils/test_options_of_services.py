# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The limits of each service, and what it says of options beyond them, without any request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._arguments import SCHEDULE, SCHEDULED_TASK, TASK
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AccountError, OptionError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked, validated

APP, WORKSPACE, COC = "workspace_app", "workspace", "coc"
LIFE_CYCLE = {"type": "life_cycle", "life_cycle_type": "POST_CREATE_DESKTOP_SUCCESS"}
ONCE = {"type": "once", "date": "2027-03-28", "time": "02:30:00", "time_zone": "Europe/Berlin"}
APP_NAME = "a name has 1 to 64 letters, digits, '_', '-' or Chinese characters, and no blanks"
WORKSPACE_NAME = "it neither begins nor ends with a blank, a line break or anything else that cannot be seen"
COC_NAME = "a name has 3 to 100 letters, digits, '_', '-' or Chinese characters"


def read(service: str, **options: Any) -> ScheduledTask:
    return checked(SERVICES[service].read_options, {"service": service, **options})  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("service", "options"),
    [
        (APP, {"name": "x" * 64, "description": "x" * 255, "targets": [{"type": "SERVER", "id": "x" * 128}]}),
        (APP, {"name": "A-z_0\u4efb", "description": "", "targets": [{"type": "SERVER_GROUP", "id": "x"}]}),
        (WORKSPACE, {"name": "night\u3000shift \U0001f469\u200d\U0001f4bb, \xfcn\xef"}),
        (WORKSPACE, {"name": "x" * 255, "description": "x" * 255, "targets": []}),
        (WORKSPACE, {"targets": [{"type": "ALL_DESKTOPS"}, {"type": "DESKTOP", "id": "x" * 255}]}),
        (WORKSPACE, {"schedule": {**LIFE_CYCLE, "wait_time": 43200, "life_cycle_exec_period": 10080}}),
        (COC, {"name": "x" * 100, "schedule": {"type": "cron", "cron": "x" * 256}}),
        (COC, {"name": "abc", "schedule": {**ONCE, "time": "03:30:00"}}),
    ],
    ids=str,
)
def test_what_is_within_the_limits_is_taken(service: str, options: dict[str, Any]) -> None:
    assert read(service, **options).service == service


@pytest.mark.parametrize(
    ("service", "options", "option", "refused", "expected"),
    [
        (APP, {"name": "a b"}, "name", "'a b'", APP_NAME),
        (APP, {"name": "x" * 65}, "name", repr("x" * 65), APP_NAME),
        (APP, {"description": "x" * 256}, "description", "text of length 256", "it has 0 to 255 characters"),
        (
            APP,
            {"targets": [{"type": "SERVER", "id": "x" * 129}]},
            "targets.id",
            repr("x" * 129),
            "it has 1 to 128 characters",
        ),
        (APP, {"targets": [{"type": "SERVER"}]}, "targets.id", "''", "it has 1 to 128 characters"),
        (WORKSPACE, {"name": "x" * 256}, "name", "'xxx", "it has 1 to 255 characters"),
        *(
            (WORKSPACE, {"name": name}, "name", repr(name), WORKSPACE_NAME)
            for name in (" a", "a ", "a\n", "\ta", "a\u3000", "\ufeffa", "a\u200b", "a\nb", "a\x1bb", "a\u2028")
        ),
        (WORKSPACE, {"description": "x" * 256}, "description", "text of length 256", "it has 0 to 255 characters"),
        (WORKSPACE, {"targets": [{"type": "DESKTOP"}]}, "targets.id", "''", "it has 1 to 255 characters"),
        (
            WORKSPACE,
            {"targets": [{"type": "ALL_DESKTOPS", "id": "d"}]},
            "targets.id",
            "'d'",
            "ALL_DESKTOPS stands for all of them and takes no id",
        ),
        (
            WORKSPACE,
            {"schedule": {**LIFE_CYCLE, "life_cycle_type": "LUNCH"}},
            "schedule.life_cycle_type",
            "'LUNCH'",
            "it is one of POST_CREATE_DESKTOP_SUCCESS, ",
        ),
        (
            WORKSPACE,
            {"schedule": {**LIFE_CYCLE, "wait_time": 43201}},
            "schedule.wait_time",
            "43201",
            "it is a whole number from 0 to 43200",
        ),
        (
            WORKSPACE,
            {"schedule": {**LIFE_CYCLE, "life_cycle_exec_period": 10081}},
            "schedule.life_cycle_exec_period",
            "10081",
            "it is a whole number from 1 to 10080",
        ),
        (
            WORKSPACE,
            {"workspace": {"gray_desktop_ids": ["a", " "]}},
            "workspace.gray_desktop_ids",
            "''",
            "it has 1 to 255 characters",
        ),
        (COC, {"name": "ab"}, "name", "'ab'", COC_NAME),
        (COC, {"schedule": {"cron": "x" * 257}}, "schedule.cron", "'xxx", "it has 1 to 256 characters"),
        (
            COC,
            {"schedule": ONCE},
            "schedule.time",
            "'02:30:00'",
            "clocks in Europe/Berlin skip it on 2027-03-28",
        ),
        (
            COC,
            {"schedule": {**ONCE, "time_zone": "Middle Earth"}},
            "schedule.time_zone",
            "'Middle Earth'",
            "a once schedule of service coc is sent as an instant, and this zone is not known here",
        ),
        (
            COC,
            {"schedule": {**ONCE, "date": "1969-12-31"}},
            "schedule.date",
            "'1969-12-31'",
            "it is a day after 1970 that can be counted in milliseconds",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_beyond_the_limits_is_refused(
    service: str, options: dict[str, Any], option: str, refused: str, expected: str
) -> None:
    with pytest.raises(OptionError) as caught:
        read(service, **options)
    assert caught.value.message.startswith(f"{option}: {refused}")
    assert f" is refused: {expected}" in caught.value.message


def test_what_only_workspace_has_is_kept_in_one_form() -> None:
    task = read(WORKSPACE, workspace={"is_gray": False, "gray_desktop_ids": ["b ", "a", "b"], "priority": 3})
    assert task.own == {"gray_desktop_ids": ["a", "b"], "priority": 3}
    assert task.write_only == {"is_gray": False}
    assert read(WORKSPACE, workspace={"extra_params": {"a": None}}).own == {"extra_params": {"a": None}}


@pytest.mark.parametrize("service", [APP, WORKSPACE])
def test_a_host_of_no_region_is_asked_for(service: str) -> None:
    with pytest.raises(AccountError, match="^region is needed, since endpoint is not given\\."):
        SERVICES[service].host(None, "cn")


@pytest.mark.parametrize(
    ("service", "region", "site", "host"),
    [
        (APP, "ap-southeast-1", "intl", "workspace.ap-southeast-1.myhuaweicloud.com"),
        (WORKSPACE, "ap-southeast-1", "intl", "workspace.ap-southeast-1.myhuaweicloud.com"),
    ],
)
def test_a_host_is_that_of_the_region(service: str, region: str, site: str, host: str) -> None:
    assert SERVICES[service].host(region, site) == host


@pytest.mark.parametrize("service", [APP, WORKSPACE, COC])
@pytest.mark.parametrize(
    ("holder", "given", "option"),
    [
        (SCHEDULED_TASK["argument_spec"], {"colour": "red"}, "colour"),
        (SCHEDULE, {"schedule": {"colour": "red"}}, "schedule.colour"),
        (TASK["targets"]["options"], {"targets": [{"type": "SERVER", "id": "a", "colour": "red"}]}, "targets.colour"),
    ],
    ids=["task", "schedule", "targets"],
)
def test_an_option_that_is_added_is_refused_by_all_services_that_do_not_say_to_take_it(
    keys: dict[str, Any],
    emulator: Any,
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    holder: dict[str, Any],
    given: dict[str, Any],
    option: str,
) -> None:
    monkeypatch.setitem(holder, "colour", {"type": "str"})
    # COC refuses all targets.
    refused = "targets" if (service, option) == (COC, "targets.colour") else option
    with Connections() as connections:
        options = validated(SCHEDULED_TASK, {**keys, "service": service, "name": "nightly", **given})
        with pytest.raises(OptionError) as caught:
            _run.run_scheduled_task(_run.Call(options, False, Secrets(), connections))
        assert caught.value.option == refused
    assert emulator.operations == []
