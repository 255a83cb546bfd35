# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules do before the first request and around the others, with services that answer from memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils import _info, _run
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    AccountError,
    CloudCronError,
    NotFoundError,
    OptionError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._connections import Connections
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import Secrets
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._sendable import check_sendable
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._capabilities import (
    SupportsForecast,
    SupportsHistory,
    SupportsOutcomes,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._table import SERVICES
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._services._task_service import TaskService
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._task import ScheduledTask
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.in_memory import checked, validated

APP, WORKSPACE, COC, CHECK = (SERVICES[name] for name in ("workspace_app", "workspace", "coc", "codearts_check"))
NOTHING: dict[str, Any] = {
    "id": None,
    "name": None,
    "filters": None,
    "details": False,
    "history": 0,
    "history_details": False,
    "next_executions": False,
    "operator": None,
}


class Told:
    """A service that tells of a task what it has."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.asked: list[tuple[Any, ...]] = []
        self.warnings: list[str] = []

    def _answer(self, what: str, *asked: Any) -> Any:
        self.asked.append((what, *asked))
        answer = self._answers.get(what)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look_up(self, given: ScheduledTask) -> Any:
        return self._answer("look_up", given.id, given.name)

    def complete(self, task: ScheduledTask) -> Any:
        return self._answer("complete", task.id)

    def is_there(self, task: ScheduledTask) -> Any:
        return self._answer("is_there", task.id)

    def side_by_side(self, function: Callable[[Any], Any], items: Any) -> Iterator[Any]:
        return map(function, items)


class Historian(Told, SupportsHistory):
    """One that tells of past executions, but not of their outcomes."""

    def history(self, task: ScheduledTask, count: int) -> Any:
        return self._answer("history", task.id, count)


class All(Historian, SupportsForecast, SupportsOutcomes):
    """One that tells everything."""

    def next_executions(self, task: ScheduledTask) -> Any:
        return self._answer("next_executions", task.id)

    def outcomes(self, task: ScheduledTask, execution: Any) -> Any:
        return self._answer(f"outcomes {execution['id']}", task.id)


TASK = ScheduledTask(id="t-1", name="nightly")
WHOLE = ScheduledTask(id="t-1", name="nightly", enabled=True)


def asked(**options: Any) -> dict[str, Any]:
    return {**NOTHING, **options}


@pytest.mark.parametrize(
    "value",
    [None, True, 1, -1.5, "\u00fc\U0001f600", {"a": {"b": ["c", 1.0, None]}}, [], {}],
    ids=str,
)
def test_what_a_request_can_carry_is_taken(value: Any) -> None:
    check_sendable("", value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"name": "a\ud800"}, "name: text of length 2 is refused: one of the characters is half of one."),
        ({"a": {"b": [1, "\udc00"]}}, "a.b: text of length 1 is refused: one of the characters is half of one."),
        ({"a": {"\udc00x": 1}}, "a: text of length 2 is refused: one of the characters is half of one."),
        ({"\udc00x": 1}, "name: text of length 2 is refused: one of the characters is half of one."),
        ({"coc": {"a": float("nan")}}, "coc.a: nan is refused: JSON has no such number."),
        ({"coc": [{"a": float("-inf")}]}, "coc.a: -inf is refused: JSON has no such number."),
    ],
    ids=ascii,
)
def test_what_no_request_can_carry_is_refused(value: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_sendable("", value)
    assert caught.value.message == message


MASK_REFUSED = (
    " in it stands for a secret that was masked when this was shown, and would take its place. Give what is meant, or "
    "leave the option out so that it stays as it is."
)


@pytest.mark.parametrize("mask", ["********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "$REDACTED$"])
@pytest.mark.parametrize(
    ("value", "option"),
    [
        ({"name": "{}"}, "name"),
        ({"description": "Use {} here"}, "description"),
        ({"secret_key": "{}"}, "secret_key"),
        ({"coc": {"input_param": {"a": [{"b": "x{}"}]}}}, "coc.input_param.a.b"),
        ({"coc": {"input_param": {"{}": 1}}}, "coc.input_param"),
        ({"keep": [{"name": "a"}, {"id": "{}"}]}, "keep.id"),
        ({"filters": {"task_name": "{}"}}, "filters.task_name"),
        ({"name_prefix": "{}-"}, "name_prefix"),
    ],
)
def test_a_mask_is_no_value(value: Any, option: str, mask: str) -> None:
    given = json.loads(json.dumps(value).replace("{}", mask))
    with pytest.raises(OptionError) as caught:
        check_sendable("", given)
    assert caught.value.message.startswith(f"{option}: text of length ")
    assert caught.value.message.endswith(f" is refused: {mask}{MASK_REFUSED}")
    assert caught.value.option == option
    check_sendable("", {"description": "*******", "name": "REDACTED", "id": "VALUE_SPECIFIED"})


def test_every_end_of_a_call_is_a_result() -> None:
    def ends(error: Exception) -> dict[str, Any]:
        def run(call: Any) -> dict[str, Any]:
            raise error

        return answer(run)

    def answer(run: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return _run.answer(run, _run.Call({"name": "x"}, False, Secrets(), Connections()))

    invocation = {"module_args": {"name": "x"}}
    assert answer(lambda call: {"of": call.options["name"]}) == {"of": "x", "invocation": invocation}
    assert ends(CloudCronError("No.")) == {"failed": True, "msg": "No.", "invocation": invocation}
    result = ends(KeyError("a"))
    assert result["failed"] is True
    assert result["msg"].startswith("This is a bug of cloudcron.huaweicloud: KeyError: 'a'. ")
    assert result["exception"].startswith("Traceback (most recent call last)")
    assert result["exception"].endswith("KeyError: 'a'\n")


def offered(service: Any, options: dict[str, Any]) -> None:
    checked(partial(_info._check_offered, service), options)


EVERYTHING = {"name": "a", "filters": {"a": "b"}, "history": 1, "history_details": True, "next_executions": True}


@pytest.mark.parametrize(
    ("service", "lacks"),
    [
        (APP, {"operator"}),
        (WORKSPACE, {"operator"}),
        (COC, {"history_details", "next_executions", "operator"}),
        (CHECK, {"name", "filters", "history", "history_details", "next_executions"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_a_service_does_not_document_is_refused(service: Any, lacks: set[str]) -> None:
    offered(service, asked(id="t-1"))
    offered(service, asked(id="t-1", filters={}))
    for option, value in {**EVERYTHING, "operator": "x"}.items():
        if option not in lacks:
            offered(service, asked(id="t-1", **{option: value}))
            continue
        with pytest.raises(OptionError) as caught:
            offered(service, asked(id="t-1", **{option: value}))
        assert caught.value.message == (
            f"{option}: {value!r} is refused: service {service.name} documents nothing of the kind."
        )


def test_a_service_without_a_listing_needs_an_id() -> None:
    with pytest.raises(OptionError) as caught:
        offered(CHECK, asked())
    assert caught.value.message == (
        "id: None is refused: service codearts_check has no listing, so the id of a task is needed."
    )
    offered(APP, asked())


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"name": ""}, "name: '' is refused: it has 1 to "),
        ({"history": -1}, "history: -1 is refused: it is a whole number from 0 to 100000."),
        ({"history": 100_001}, "history: 100001 is refused: it is a whole number from 0 to 100000."),
        (
            {"history_details": True},
            "history_details: True is refused: it adds to past executions, and history asks for none.",
        ),
        (
            {"id": "t-1", "filters": {"task_name": "a"}},
            "filters: {'task_name': 'a'} is refused: they choose among all tasks, and id already names one.",
        ),
        (
            {"name": "a", "filters": {"task_name": "b"}},
            "filters.task_name: 'b' is refused: name already asks for exactly one name.",
        ),
    ],
    ids=str,
)
def test_questions_that_contradict_themselves_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(OptionError) as caught:
        checked(partial(_info._check_filters, APP), asked(**options))
    assert caught.value.message.startswith(problem)


@pytest.mark.parametrize(
    ("options", "filters"),
    [
        ({}, {}),
        ({"filters": {"task_name": "b"}}, {"task_name": "b"}),
        ({"filters": {"task_name": None}, "id": "t-1", "name": "a"}, {}),
        ({"history": 100_000, "history_details": True}, {}),
    ],
    ids=str,
)
def test_questions_that_make_sense_are_asked(options: dict[str, Any], filters: dict[str, str]) -> None:
    assert checked(partial(_info._check_filters, APP), asked(**options)) == filters


@pytest.mark.parametrize(
    ("given", "answers", "found"),
    [
        (ScheduledTask(id="t-1"), {"look_up": TASK, "complete": WHOLE}, [WHOLE]),
        (ScheduledTask(id="t-1", name="nightly"), {"look_up": TASK, "complete": WHOLE}, [WHOLE]),
        (ScheduledTask(id="t-1", name="hourly"), {"look_up": TASK, "complete": WHOLE}, []),
        (ScheduledTask(id="t-1"), {"look_up": None, "complete": WHOLE}, []),
        (ScheduledTask(id="t-1"), {"look_up": TASK, "complete": None}, []),
    ],
)
def test_a_task_is_looked_up_by_its_id(given: ScheduledTask, answers: dict[str, Any], found: list[Any]) -> None:
    service = Told(**answers)
    assert _info._of_id(service, given) == found  # type: ignore[arg-type]
    assert service.asked[0] == ("look_up", "t-1", None)


RUNS = [{"id": "r-1"}, {"id": "r/2"}, {"status": "OK"}]


def told(service: Any, **options: Any) -> Any:
    wanted = {"details": False, "history": 0, "history_details": False, "next_executions": False, **options}
    return _info._with_executions(service, TASK, _info.Query(TASK, {}, **wanted))


def test_only_what_is_asked_for_is_told_of_executions() -> None:
    service = All(history=RUNS, next_executions=["soon"])
    plain = {"id": "t-1", "name": "nightly"}
    assert told(service) == plain
    assert service.asked == []
    assert told(service, history=3) == {**plain, "history": RUNS}
    assert told(service, next_executions=True) == {**plain, "next_executions": ["soon"]}
    assert service.asked == [("history", "t-1", 3), ("next_executions", "t-1")]
    assert told(All(next_executions=None), next_executions=True) == plain
    assert told(All(next_executions=[]), next_executions=True) == {**plain, "next_executions": []}
    assert told(Told(), next_executions=True) == plain


def test_outcomes_are_told_of_executions_that_can_be_asked_for() -> None:
    service = All(history=RUNS, **{"outcomes r-1": [1]})
    assert told(service, history=3, history_details=True)["history"] == [{"id": "r-1", "outcomes": [1]}, *RUNS[1:]]
    assert [what for what, *_rest in service.asked] == ["history", "outcomes r-1"]
    assert told(Historian(history=RUNS), history=3, history_details=True)["history"] == RUNS
    assert "history" not in told(Told(), history=3, history_details=True)
    gone = All(history=RUNS, **{"outcomes r-1": NotFoundError("read it", "404")})
    assert told(gone, history=3, history_details=True)["history"] == RUNS


def test_a_task_that_vanishes_is_none() -> None:
    assert told(Historian(history=NotFoundError("read it", "404"), is_there=False), history=1) is None
    with pytest.raises(ServiceError):
        told(Historian(history=ServiceError("read it", "403")), history=1)


def test_a_task_that_vanishes_while_the_others_are_read_is_none_of_them() -> None:
    service = mock.create_autospec(TaskService, instance=True)
    service.side_by_side, service.warnings = map, []
    service.list_tasks.return_value = [ScheduledTask(id=task_id) for task_id in "abc"]
    service.ignored_filter.return_value = None
    service.complete.side_effect = lambda task: None if task.id == "b" else task
    query = _info.Query(ScheduledTask(), {}, True, 0, False, False)
    found = {"changed": False, "scheduled_tasks": [{"id": "a"}, {"id": "c"}], "total_count": 2}
    assert _info.look_up(service, query) == found


def test_warnings_are_a_part_of_results_only_where_there_are_any() -> None:
    service = mock.create_autospec(TaskService, instance=True)
    service.warnings = []
    assert _run._with_warnings({"changed": False}, service) == {"changed": False}
    service.warnings.append("mind")
    assert _run._with_warnings({"changed": False}, service) == {"changed": False, "warnings": ["mind"]}


def test_a_task_that_is_there_and_whose_history_is_not_is_told_with_a_warning() -> None:
    service = Historian(history=NotFoundError("read it", "404"), is_there=True)
    assert "history" not in told(service, history=1, history_details=True)
    assert service.warnings == ["read it: 404."]


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "https://workspace.ap-southeast-1.myhuaweicloud.com"),
        ({"endpoint": "example.com/"}, "https://example.com"),
        ({"endpoint": "a.example.com", "endpoints": {"workspace_app": "b.example.com"}}, "https://a.example.com"),
        ({"endpoints": {"workspace_app": "http://b.example.com", "coc": "c.example.com"}}, "http://b.example.com"),
        ({"endpoints": {"workspace_app": None}}, "https://workspace.ap-southeast-1.myhuaweicloud.com"),
    ],
    ids=str,
)
def test_the_address_that_is_named_most_closely_counts(options: dict[str, Any], url: str) -> None:
    given = {"endpoint": None, "endpoints": None, "site": "intl", **options}
    assert _run._url(given, APP, "ap-southeast-1") == url


@pytest.mark.parametrize(
    ("options", "option"),
    [({"endpoint": "a b"}, "endpoint"), ({"endpoints": {"workspace_app": ""}}, "endpoints.workspace_app")],
    ids=str,
)
def test_an_address_that_is_none_is_refused(options: dict[str, Any], option: str) -> None:
    with pytest.raises(OptionError) as caught:
        _run._url({"endpoint": None, "endpoints": None, "site": None, **options}, APP, "r")
    assert caught.value.option == option


OURS = {"CLOUDCRON_ENDPOINT": "http://ours.example.com:8080/base/"}
URL_OF_OURS = "http://ours.example.com:8080/base"


@pytest.mark.parametrize(
    ("options", "environment", "url"),
    [
        ({"endpoint": "a.example.com"}, OURS, "https://a.example.com"),
        ({"endpoints": {"workspace_app": "b.example.com"}}, OURS, "https://b.example.com"),
        ({"endpoints": {"coc": "c.example.com"}}, OURS, URL_OF_OURS),
        ({"endpoints": {"workspace_app": None}}, OURS, URL_OF_OURS),
        ({"endpoints": {}}, OURS, URL_OF_OURS),
        ({}, OURS, URL_OF_OURS),
        ({}, {}, "https://workspace.ap-southeast-1.myhuaweicloud.com"),
        ({}, {"HUAWEICLOUD_SDK_REGION_WORKSPACEAPP_AP_SOUTHEAST_1": "sdk.example.com"}, "https://sdk.example.com"),
        ({}, {"CLOUDCRON_ENDPOINT": "ours.example.com"}, "https://ours.example.com"),
    ],
    ids=str,
)
def test_the_environments_address_counts_where_no_option_has_one(
    options: dict[str, Any], environment: dict[str, str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    given = {"endpoint": None, "endpoints": None, "site": "intl", **options}
    assert _run._url(given, APP, "ap-southeast-1") == url


@pytest.mark.parametrize("variable", ["CLOUDCRON_ENDPOINT", "HUAWEICLOUD_SDK_REGION_WORKSPACEAPP_R"])
@pytest.mark.parametrize("value", ["", " ", "https://a.example.com,https://b.example.com"])
def test_an_address_of_the_environment_that_is_none_is_refused_by_its_name(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(OptionError) as caught:
        _run._url({"endpoint": None, "endpoints": None, "site": "cn"}, APP, "r")
    assert caught.value.option == variable


def test_no_usual_address_is_made_up_for_another_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_CLOUD", "otc.example.com")
    with pytest.raises(AccountError, match="^HW_CLOUD is otc.example.com"):
        _run._url({"endpoint": None, "endpoints": None, "site": "cn"}, APP, "r")
    assert (
        _run._url({"endpoint": "a.example.com", "endpoints": None, "site": "cn"}, APP, "r") == "https://a.example.com"
    )


def test_the_environments_address_is_that_of_every_service_and_needs_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCRON_ENDPOINT", "http://ours.example.com")
    given = {"endpoint": None, "endpoints": None, "site": "intl"}
    assert {_run._url(given, service, None) for service in SERVICES.values()} == {"http://ours.example.com"}


@pytest.mark.parametrize(
    "value",
    ["a b", "ftp://ours.example.com", "https://", " ", "https://ours.example.com?a=b", "https://[::1"],
    ids=repr,
)
def test_an_environments_address_that_is_none_is_refused_in_its_name(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDCRON_ENDPOINT", value)
    with pytest.raises(OptionError) as caught:
        _run._url({"endpoint": None, "endpoints": None, "site": "cn"}, APP, "r")
    assert caught.value.option == "CLOUDCRON_ENDPOINT"
    assert caught.value.message.startswith(f"CLOUDCRON_ENDPOINT: {value!r} is refused: it is the address of")


def test_a_password_in_the_environments_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDCRON_ENDPOINT", "https://jane:s3cret@ours.example.com")
    with pytest.raises(OptionError) as caught:
        _run._url({"endpoint": None, "endpoints": None, "site": "cn"}, APP, "r")
    assert "'https://***@ours.example.com' is refused" in caught.value.message
    assert "s3cret" not in caught.value.message
    assert "jane" not in caught.value.message


def test_the_environments_address_leads_every_module_there(
    info: Any, run: Any, purge: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.workspace_app.add_task(task_name="nightly")
    monkeypatch.setenv("CLOUDCRON_ENDPOINT", f"{emulator.url}/")
    assert [task["name"] for task in info(endpoint=None, region=None).tasks] == ["nightly"]
    assert run(endpoint=None, region=None, name="nightly", enabled=False).operations == ["disable"]
    assert purge("workspace_app", endpoint=None, region=None).deleted == ["nightly"]


@pytest.mark.parametrize(
    ("name", "options", "option"),
    [
        ("scheduled_task", {"name": "a\ud800"}, "name"),
        ("scheduled_task_info", {"name": "a\ud800"}, "name"),
    ],
)
def test_half_characters_are_refused_by_all_modules(
    emulator: Any, keys: dict[str, Any], name: str, options: dict[str, Any], option: str
) -> None:
    spec, run = _run.MODULES[name]
    with Connections() as connections:
        call = _run.Call(validated(spec, {**keys, **options}), False, Secrets(), connections)
        result = _run.answer(run, call)
    assert result["msg"] == f"{option}: text of length 2 is refused: one of the characters is half of one."
    assert (result["failed"], emulator.operations) == (True, [])


def test_these_are_all_modules() -> None:
    assert sorted(_run.MODULES) == ["scheduled_task", "scheduled_task_info", "scheduled_tasks"]


def test_a_service_without_changes_cannot_be_changed() -> None:
    call = _run.Call({"service": "codearts_check"}, False, Secrets(), SimpleNamespace())  # type: ignore[arg-type]
    with pytest.raises(OptionError) as caught:
        _run.run_scheduled_task(call)
    assert caught.value.message == (
        "service: 'codearts_check' is refused: no operation that sets its scheduled tasks is documented; "
        "scheduled_task_info looks them up."
    )


def test_the_site_says_where_a_service_is() -> None:
    hosts = {_run._url({"endpoint": None, "endpoints": None, "site": site}, COC, None) for site in ("cn", "eu")}
    assert len(hosts) == 2
    assert None not in hosts


def test_a_task_of_an_id_is_told_with_what_was_asked_for(info: Any, emulator: Any) -> None:
    task_id = emulator.workspace_app.add_task()
    emulator.workspace_app.add_history(task_id)
    (task,) = info(id=task_id, history=1).tasks
    assert len(task["history"]) == 1


def test_who_asks_is_told_to_a_service_that_wants_to_know(info: Any, emulator: Any) -> None:
    task_id = emulator.codearts_check.add_task()
    outcome = info(service="codearts_check", id=task_id, operator="jane")
    assert outcome.error is None
    assert "jane" in emulator.requests[0].headers.values()
