# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Acting in another account through an agency, whatever credentials the caller has."""

from __future__ import annotations

from functools import partial

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._secrets import MASK
from ansible_collections.cloudcron.huaweicloud.tests.logins import AGENCY, BY_PASSWORD, NOBODY

ASSUME, TOKEN, PROJECTS = "CreateTemporaryAccessKeyByAgency", "CreateToken", "ListProjects"
THROUGH_IT = {**AGENCY, "project_id": None, "retries": 0}
# What brings the list of a service, and what its task is stored with.
SERVICES = {
    "workspace_app": ("ListScheduleTasks", {"task_name": "theirs", "project_id": account.AGENCY_PROJECT_ID}),
    "workspace": ("ListScheduledTasks", {"task_name": "theirs", "project_id": account.AGENCY_PROJECT_ID}),
    "coc": ("ListScheduledTask", {"name": "theirs", "domain_id": account.AGENCY_DOMAIN_ID}),
}
KEYS = {"access": "ECHOED-ACCESS-KEY", "secret": "ECHOED/SECRET+KEY", "securitytoken": "ECHOED+TOKEN=="}


@pytest.fixture(params=["keys", "temporary keys", "token", "password"])
def caller(request, emulator):
    """Options of a caller, and what IAM is asked before the agency."""
    if request.param == "password":
        return BY_PASSWORD, [TOKEN]
    if request.param == "token":
        user = {"name": account.USER_NAME, "password": account.PASSWORD, "domain": {"name": account.DOMAIN_NAME}}
        identity = {"methods": ["password"], "password": {"user": user}}
        auth = {"auth": {"identity": identity, "scope": {"domain": {"name": account.DOMAIN_NAME}}}}
        answer = requests.post(f"{emulator.url}/v3/auth/tokens", json=auth, timeout=60)
        return {**NOBODY, "auth_token": answer.headers["X-Subject-Token"]}, []
    if request.param == "temporary keys":
        return {
            "access_key": account.TEMPORARY_ACCESS_KEY,
            "secret_key": account.TEMPORARY_SECRET_KEY,
            "security_token": account.SECURITY_TOKEN,
        }, []
    return {}, []


@pytest.fixture
def info(info):
    return partial(info, **THROUGH_IT)


@pytest.fixture
def run(run):
    return partial(run, **THROUGH_IT)


def asked(emulator):
    return [request.operation for request in emulator.requests]


@pytest.mark.parametrize("service", SERVICES)
class TestListing:
    def test_shows_the_other_accounts_tasks(self, info, emulator, caller, service):
        credentials, before = caller
        listing, fields = SERVICES[service]
        theirs = getattr(emulator, service).add_task(**fields)
        name = "name" if service == "coc" else "task_name"
        getattr(emulator, service).add_task(**{name: "ours"})
        outcome = info(service=service, **credentials)
        assert outcome.error is None
        assert [task["id"] for task in outcome.tasks] == [theirs]
        assert asked(emulator)[: len(before) + 3] == [*before, ASSUME, PROJECTS, listing]
        assume = emulator.requests[len(before)]
        assert (assume.method, assume.path) == ("POST", "/v3.0/OS-CREDENTIAL/securitytokens")
        assert assume.body == {
            "auth": {
                "identity": {
                    "methods": ["assume_role"],
                    "assume_role": {
                        "agency_name": account.AGENCY_NAME,
                        "domain_name": account.AGENCY_DOMAIN_NAME,
                        "duration_seconds": 3600,
                    },
                }
            }
        }
        for request in emulator.requests[len(before) + 1 :]:
            assert "x-auth-token" not in request.headers
            assert request.headers["x-security-token"] in outcome.secrets
        assert emulator.requests[-1].headers["x-project-id"] == account.AGENCY_PROJECT_ID

    def test_takes_no_look_up_of_a_project_that_is_given(self, info, emulator, caller, service):
        credentials, before = caller
        outcome = info(service=service, **credentials, project_id=account.AGENCY_PROJECT_ID)
        assert outcome.error is None
        assert asked(emulator)[: len(before) + 2] == [*before, ASSUME, SERVICES[service][0]]

    def test_does_not_show_ours_under_our_own_project(self, info, emulator, caller, service):
        credentials, before = caller
        outcome = info(service=service, **credentials, project_id=account.PROJECT_ID)
        assert outcome.result["status"] == 403

    def test_keeps_all_that_was_learnt_secret(self, info, emulator, caller, service):
        credentials, before = caller
        outcome = info(service=service, **credentials)
        for request in emulator.requests:
            for header in ("x-auth-token", "x-security-token"):
                assert request.headers.get(header) in (None, *outcome.secrets)
            key = request.headers.get("authorization", "Access=,").partition("Access=")[2].partition(",")[0]
            assert key in ("", *outcome.secrets)


class TestCloudOperationsCenter:
    def test_names_the_other_account(self, info, emulator, caller):
        credentials, before = caller
        outcome = info(service="coc", **credentials, domain_id=account.AGENCY_DOMAIN_ID, region=None)
        assert outcome.error is None
        assert asked(emulator) == [*before, ASSUME, "ListScheduledTask"]
        assert emulator.requests[-1].headers["x-domain-id"] == account.AGENCY_DOMAIN_ID

    def test_our_own_account_is_refused_with_advice(self, info):
        outcome = info(service="coc", domain_id=account.DOMAIN_ID)
        assert outcome.result["status"] == 403

    def test_a_change_is_made_there(self, run, info, emulator, caller):
        credentials, before = caller
        task_id = emulator.coc.add_task(name="theirs", domain_id=account.AGENCY_DOMAIN_ID)
        own = emulator.coc.add_task(name="theirs")
        change = {"service": "coc", "name": "theirs", "coc": {"risk_level": "HIGH"}, **credentials}
        assert run(**change, check_mode=True).operations == ["disable", "update"]
        outcome = run(**change)
        assert outcome.operations == ["disable", "update"]
        assert outcome.task["id"] == task_id
        assert asked(emulator).count(ASSUME) == 1
        assert not run(**change).changed
        assert emulator.coc.tasks[own]["risk_level"] == "LOW"


class TestWorkspaceApp:
    def test_a_task_is_created_there(self, run, info, nightly, emulator, caller):
        credentials, before = caller
        outcome = run(**nightly, **credentials)
        assert outcome.operations == ["create"]
        assert asked(emulator) == [
            *(*before, ASSUME, PROJECTS, "ListScheduleTasks", "CreateScheduleTask", "ListScheduleTasks"),
        ]
        assert emulator.workspace_app.tasks == {}
        assert [task["name"] for task in info(**credentials).tasks] == ["nightly-restart"]
        assert not run(**nightly, **credentials).changed


def test_codearts_check_is_read_there(info, emulator, caller):
    credentials, before = caller
    task_id = emulator.codearts_check.add_task(domain_id=account.AGENCY_DOMAIN_ID)
    assert info(service="codearts_check", id=task_id, **credentials).tasks[0]["id"] == task_id
    assert asked(emulator) == [*before, ASSUME, PROJECTS, "ShowPortalServiceTaskCron"]


class TestRenewal:
    def test_keys_that_have_expired_are_replaced_once(self, info, emulator, caller):
        credentials, before = caller
        emulator.fail("ListScheduledTask", status=401)
        outcome = info(service="coc", **credentials)
        assert outcome.error is None
        assert asked(emulator) == [
            *(*before, ASSUME, PROJECTS, "ListScheduledTask"),
            *(*before, ASSUME, "ListScheduledTask"),
        ]
        first, second = (request for request in emulator.requests if request.operation == "ListScheduledTask")
        assert first.headers["x-security-token"] != second.headers["x-security-token"]

    def test_keys_that_expire_in_a_change_do_not_interrupt_it(self, run, emulator):
        emulator.coc.add_task(name="theirs", domain_id=account.AGENCY_DOMAIN_ID)
        emulator.fail("UpdateScheduledTask", status=401)
        outcome = run(service="coc", name="theirs", coc={"risk_level": "HIGH"})
        assert outcome.operations == ["disable", "update"]
        assert asked(emulator).count(ASSUME) == 2

    def test_new_keys_that_are_refused_too_are_an_error(self, info, emulator, caller):
        credentials, before = caller
        emulator.dialect.agency_key_lifetime = 0
        outcome = info(service="coc", **credentials, domain_id=account.AGENCY_DOMAIN_ID)
        assert outcome.result["status"] == 401
        assert asked(emulator) == [*before, ASSUME, "ListScheduledTask", *before, ASSUME, "ListScheduledTask"]

    def test_credentials_that_the_agency_is_asked_with_are_not_tried_again(self, info, emulator):
        outcome = info(service="coc", secret_key="wrong")
        assert outcome.error.startswith(f"act through agency {account.AGENCY_NAME}")
        assert asked(emulator) == [ASSUME]

    def test_a_stale_token_is_not_tried_again(self, info, emulator):
        outcome = info(service="coc", **NOBODY, auth_token="stale")
        assert "APIGW.0307" in outcome.error
        assert asked(emulator) == [ASSUME]


class TestRefused:
    @pytest.mark.parametrize("wrong", [{"agency_name": "nobody"}, {"agency_domain_name": "nowhere"}])
    @pytest.mark.parametrize("service", SERVICES)
    def test_a_wrong_agency_is_told_with_advice(self, info, emulator, caller, wrong, service):
        credentials, before = caller
        outcome = info(service=service, **{**credentials, **wrong})
        ((_option, value),) = wrong.items()
        for words in ("act through agency", value, "404", "trusts this account", "Agent Operator"):
            assert words in outcome.error
        assert asked(emulator) == [*before, ASSUME]

    def test_a_user_without_the_permission_is_told_so(self, info, emulator):
        emulator.fail(ASSUME, status=403, body={"error": {"code": 403, "message": "no"}})
        assert "Agent Operator" in info(service="coc").error

    @pytest.mark.parametrize("half", ["agency_name", "agency_domain_name"])
    @pytest.mark.parametrize("other", [{}, None, ""], ids=["left out", "null", "empty"])
    def test_one_half_is_refused_before_the_first_request(self, info, emulator, half, other):
        missing = "agency_domain_name" if half == "agency_name" else "agency_name"
        outcome = info.func(service="coc", **{half: AGENCY[half]}, **({} if other == {} else {missing: other}))
        assert emulator.requests == []
        assert missing in outcome.error

    def test_iam_is_somewhere(self, info, emulator):
        error = info(service="coc", auth_url=None, region=None, domain_id=account.AGENCY_DOMAIN_ID).error
        assert "region is needed, since auth_url is not given" in error
        assert emulator.requests == []

    def test_a_region_in_which_the_other_account_has_no_project(self, info):
        error = info(service="coc", region="cn-north-9").error
        assert "cn-north-9 has no project" in error

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            [],
            '"text"',
            {"credential": None},
            {"credential": {}},
            {"credential": []},
            *({"credential": {**KEYS, name: value}} for name in KEYS for value in (None, "", 5, "line\nend", "\u00e4")),
            *({"credential": {name: KEYS[name] for name in KEYS if name != left_out}} for left_out in KEYS),
        ],
        ids=str,
    )
    def test_an_answer_without_usable_keys_is_an_error_that_shows_none(self, info, emulator, answer):
        emulator.fail(ASSUME, status=201, body=answer)
        outcome = info(service="coc")
        assert "act through agency" in outcome.error
        assert ": 201, but the answer has no usable keys" in outcome.error
        assert asked(emulator) == [ASSUME]
        assert "None" not in outcome.secrets
        for secret in (*KEYS.values(), "line"):
            assert secret not in outcome.error

    @pytest.mark.parametrize("service", SERVICES)
    def test_secrets_that_are_echoed_are_masked(self, info, emulator, service):
        emulator.fail(ASSUME, status=201, body={"credential": KEYS})
        echo = " ".join(KEYS.values())
        emulator.fail(SERVICES[service][0], status=400, body={"error_code": "X.1", "error_msg": echo})
        outcome = info(service=service, project_id=account.AGENCY_PROJECT_ID)
        assert MASK in outcome.error
        for secret in KEYS.values():
            assert secret not in str(outcome.result)
            assert secret in outcome.secrets

    def test_our_own_secrets_are_masked_too(self, info, emulator):
        echo = {"error": {"code": 403, "message": f"{account.SECRET_KEY} {account.ACCESS_KEY}"}}
        emulator.fail(ASSUME, status=403, body=echo)
        outcome = info(service="coc")
        assert account.SECRET_KEY not in str(outcome.result)
        assert account.ACCESS_KEY not in str(outcome.result)
