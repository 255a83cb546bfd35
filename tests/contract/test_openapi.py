# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemathesis asks the emulator whatever its OpenAPI document allows, and some of what it does not.

No answer may be a server error, and none may be anything but what the document says of it. The same requests come
every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import World, create_app
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.authentication import Identity
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.server import Server
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.validation import TIME_ZONE

CONFORMS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

DIALECTS: dict[str, dict[str, Any]] = {
    "tables": {},
    "samples": {
        "form": "sample",
        "empty": "null",
        "expire_offset": "+08:00",
        "extra_fields": {"colour": "blue"},
        "next_execution_suffix": True,
        "unknown_task_status": 404,
        "workspace_list_extra": True,
        "workspace_put": "replace",
    },
    "nothing": {
        "empty": "missing",
        "page_size_cap": 1,
        "coc_needs_disabled": False,
        "coc_put_enables": False,
        "workspace_batch_unknown": "ignore",
    },
}

COC_TASK = "ST0123456789abcdef01234567"
COC_DISABLED = "ST0123456789abcdef76543210"
KNOWN = {
    "workspace_app": {"task_id": ["DAY", "WEEK", "MONTH", "FIXED_TIME"], "execute_history_id": ["run"]},
    "workspace": {"task_id": ["DAY", "WEEK", "MONTH", "FIXED_TIME", "LIFE_CYCLE"], "record_id": ["run"]},
    "coc": {"task_id": [COC_DISABLED, COC_TASK]},
    "codearts_check": {"task_id": ["nightly", "failed"]},
}
"""What may stand for the names in the paths. The first will do for most operations."""


EXPIRY = "2098-01-01T00:00:00Z"


def store(world: World) -> None:
    """Store some of everything, and nothing else."""
    for service in world.services.values():
        service.reset()
    workspace_app, workspace, coc, codearts_check = (world.services[name] for name in KNOWN)
    own = {"expire_time": "2098-01-01 00:00:00", "extra_params": "{}", "gray_desktop_ids": ["desktop-1"]}
    for service, more in ((workspace_app, {"expire_time": EXPIRY}), (workspace, own)):
        for kind in KNOWN[service.name]["task_id"]:
            service.add_task(id=kind, scheduled_type=kind, description="Seeded.", **more)
        service.add_history("DAY", id="run")
        service.add_history("DAY")
        service.add_execution("run")
    told = {"notification_endpoint_type": "USER", "recipients": "user-1"}
    coc.add_task(id=COC_TASK, message_notification=told, last_execution_time=1, last_execution_status="FINISHED")
    coc.add_task(id=COC_DISABLED, enabled=False, reviewer_notification=told)
    coc.add_history(COC_TASK)
    codearts_check.add_task(taskId="nightly")
    codearts_check.add_task(taskId="failed", error={"error_code": "CC.00050010", "error_msg": "no permission"})


@dataclass(frozen=True)
class Good:
    """A request that is carried out."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] | None = None


PARTS = {"day_interval": 1, "week_list": "7,1", "month_list": "1", "date_list": "1,L", "scheduled_date": "2099-01-01"}
SCHEDULE = {"scheduled_type": "DAY", "scheduled_time": "02:30:00", **PARTS}
PAGE = {"offset": 0, "limit": 10}
COC_DEFINITION = {
    "name": "nightly",
    "version_no": "1.0.0",
    "trigger_time": {
        "policy": "CRON",
        "time_zone": "UTC",
        "cron": "0 30 2 * * ?",
        "single_scheduled_time": 9_000_000_000_000,
        "period": "1,7",
        "periodic_scheduled_time": "02:30:00",
    },
    "task_type": "SCRIPT",
    "associated_task_id": "SC1",
    "associated_task_name": "clean-up",
    "associated_task_type": "CUSTOMIZATION",
    "runbook_instance_mode": "SAME",
    "risk_level": "LOW",
    "input_param": {"timeout": "300"},
    "target_instances": [{"target_selection": "NONE", "order_no": 1}],
    "enable_approve": False,
    "reviewer_user_name": "user-1",
    "reviewer_notification": {"notification_endpoint_type": "USER", "recipients": "user-1", "policy": "FINISHED"},
    "enable_message_notification": False,
    "message_notification": {"notification_endpoint_type": "USER", "recipients": "user-1", "policy": "FINISHED"},
}
OWN_DOMAIN = {"name": account.DOMAIN_NAME}
USER = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": OWN_DOMAIN}
AGENCY = {"agency_name": account.AGENCY_NAME, "domain_name": account.AGENCY_DOMAIN_NAME}
GOOD = {
    "workspace_app.CreateScheduleTask": Good(
        body={
            **SCHEDULE,
            "task_name": "nightly",
            "task_type": "STOP_SERVER",
            "target_infos": [{"target_type": "SERVER", "target_id": "server-1"}],
            "expire_time": EXPIRY,
        }
    ),
    "workspace_app.BatchDeleteScheduleTask": Good(body={"items": ["DAY", "unknown"]}),
    "workspace_app.ListFutureExecutions": Good(body=SCHEDULE),
    "workspace_app.UpdateScheduleTask": Good(body=PARTS),
    "workspace.ListScheduledTasks": Good(query=PAGE),
    "workspace.CreateScheduledTasks": Good(body={**SCHEDULE, "task_name": "nightly", "task_type": "EXECUTE_SCRIPT"}),
    "workspace.BatchDeleteScheduledTasks": Good(body={"task_ids": ["DAY", "WEEK"]}),
    "workspace.ListFutureExecutions": Good(body=SCHEDULE),
    "workspace.UpdateScheduledTasks": Good(body={**SCHEDULE, "task_name": "nightly"}),
    "workspace.ListScheduledTasksRecordsDetails": Good(query=PAGE),
    "coc.CreateScheduledTask": Good(body=COC_DEFINITION),
    "coc.ListScheduledTaskHistory": Good(query={"task_id": COC_TASK, "limit": 10}),
    "coc.UpdateScheduledTask": Good(body=COC_DEFINITION),
    "coc.EnableScheduledTask": Good(body={"ticket_infos": []}),
    "coc.DisableScheduledTask": Good(path={"task_id": COC_TASK}),
    "iam.CreateToken": Good(
        body={
            "auth": {
                "identity": {"methods": ["password"], "password": {"user": USER}},
                "scope": {"project": {"id": account.PROJECT_ID}},
            }
        }
    ),
    "iam.CreateTemporaryAccessKeyByAgency": Good(
        body={"auth": {"identity": {"methods": ["assume_role"], "assume_role": AGENCY}}}
    ),
}
"""What it takes to be carried out, where that is more than the first known ids."""

NOTHING_FORBIDDEN = frozenset({"workspace_app.ShowScheduleTask"})
"""The operations that take nothing which has a limit."""

ROUTES = {f"{route.service}.{route.operation.id}": route for route in World().routes}


schemathesis.openapi.format(TIME_ZONE, st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns"]))

EXAMPLES = 10
"""For each operation in each dialect."""

ASKED: Counter[str] = Counter()
CARRIED_OUT: Counter[str] = Counter()
"""How often each operation was asked for and how often it did what it was asked for, the good requests apart."""


class Api:
    """The emulator in one dialect, and its document."""

    def __init__(self, dialect: str, world: World, url: str, session: requests.Session) -> None:
        self.dialect = dialect
        document = schemathesis.openapi.from_dict(create_app(world).openapi())
        found = (each.ok() for each in document.get_all_operations())
        self.operations = {each.definition.raw["operationId"]: each for each in found}
        self._world = world
        self._url = url
        self._session = session

    def ask(self, case: Case, checks: Sequence[Any] = CONFORMS, **options: Any) -> Any:
        """The answer to one request, after a look at whether it is what the document says."""
        store(self._world)
        answer = case.call(base_url=self._url, session=self._session, **options)
        case.validate_response(answer, checks=list(checks))
        return answer


@pytest.fixture(scope="module", params=DIALECTS)
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    world = World()
    for switch, value in DIALECTS[request.param].items():
        setattr(world.dialect, switch, value)
    token, _expiry = world.authenticator.issue_token(Identity(frozenset(account.PROJECTS)), timedelta(days=1))

    server = Server(create_app(world))
    url = server.start()
    with requests.Session() as session:
        session.headers["X-Auth-Token"] = token
        yield Api(request.param, world, url, session)
    server.stop()


def known_names(name: str) -> dict[str, list[str]]:
    return {"project_id": [account.PROJECT_ID] * 7, **KNOWN.get(ROUTES[name].service, {})}


def good_case(operation: Any, name: str, **more: Any) -> Case:
    good = GOOD.get(name, Good())
    path = {each: values[0] for each, values in known_names(name).items() if f"{{{each}}}" in operation.path}
    body = {} if good.body is None else {"body": good.body, "media_type": "application/json"}
    return operation.Case(path_parameters=path | good.path, query=good.query, **body, **more)


@st.composite
def cases(draw: Any, operation: Any, name: str) -> Case:
    """What the document allows; mostly with known ids, and half of the time only some of it over a good request."""
    case = draw(operation.as_strategy())
    known = known_names(name)
    case.path_parameters = {
        each: draw(st.sampled_from([*known.get(each, ()), value])) for each, value in case.path_parameters.items()
    }
    if draw(st.booleans()):
        good = GOOD.get(name, Good())
        case.query = draw(overlays(good.query, case.query))
        if isinstance(case.body, dict):
            case.body = draw(overlays(good.body or {}, case.body))
    return case


@st.composite
def overlays(draw: Any, base: Any, more: Any) -> Any:
    """``base`` with some of ``more``."""
    if not more:
        return base
    if not (isinstance(base, dict) and isinstance(more, dict)):
        return more
    names = draw(st.sets(st.sampled_from(sorted(more)), max_size=3))
    return base | {name: draw(overlays(base.get(name), more[name])) for name in sorted(names)}


def repeatedly(examples: int, name: str, strategy: Any, check: Callable[[Case], None]) -> None:
    """Run ``check`` with so many cases, for each ``name`` the same ones every time."""
    chosen = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        # The answer says what is wrong; looking for a smaller request would not be worth the time.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    chosen(seed(name)(given(strategy)(check)))()


@pytest.mark.parametrize("name", ROUTES)
def test_every_answer_is_as_described(api: Api, name: str) -> None:
    operation = api.operations[name]
    good = api.ask(good_case(operation, name))
    assert good.status_code == ROUTES[name].operation.success, good.text
    if good.headers.get("content-type") == ["application/json"]:
        assert [] not in good.json().values(), "what is in a list is to be looked at too"

    statuses: Counter[int] = Counter()

    def check(case: Case) -> None:
        statuses[api.ask(case).status_code] += 1

    repeatedly(EXAMPLES, f"{api.dialect} {name}", cases(operation, name), check)
    CARRIED_OUT[name] += statuses[ROUTES[name].operation.success]
    ASKED[name] += statuses.total()


@pytest.mark.parametrize("api", ["tables"], indirect=True)
@pytest.mark.parametrize("name", sorted(ROUTES.keys() - NOTHING_FORBIDDEN))
def test_what_is_not_described_is_refused(api: Api, name: str) -> None:
    ids = {each: values[0] for each, values in known_names(name).items() if each == "project_id"}
    strategy = api.operations[name].as_strategy(GenerationMode.NEGATIVE, path_parameters=ids)

    def check(case: Case) -> None:
        api.ask(case, (*CONFORMS, negative_data_rejection))

    repeatedly(4, name, strategy, check)


@pytest.mark.parametrize("api", ["tables"], indirect=True)
@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if not route.operation.anonymous])
def test_nobody_is_refused_as_described(api: Api, name: str) -> None:
    assert api.ask(good_case(api.operations[name], name), headers={"X-Auth-Token": "nobody"}).status_code == 401


@pytest.mark.parametrize("api", ["tables"], indirect=True)
def test_another_method_is_refused_as_described(api: Api) -> None:
    for name, operation in api.operations.items():
        assert api.ask(good_case(operation, name, method="OPTIONS")).status_code == 405, name


def test_enough_of_it_was_carried_out() -> None:
    """Answers that are error_rules would say little of the document."""
    if ASKED.keys() != ROUTES.keys():
        pytest.skip("not every operation was asked for")
    print(f"{ASKED.total()} requests, {CARRIED_OUT.total()} of them carried out")
    assert min(ASKED.values()) >= EXAMPLES
    assert {name: CARRIED_OUT[name] for name in ROUTES if CARRIED_OUT[name] < 3} == {}
    assert CARRIED_OUT.total() >= 0.4 * ASKED.total()
