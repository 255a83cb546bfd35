# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a loop keeps from one item to the next: who is asking, and nothing of what was answered."""

from __future__ import annotations

import pytest

NAMES = [f"nightly-{number}" for number in range(5)]
LIST, TOKEN = "ListScheduleTasks", "CreateToken"


@pytest.fixture
def password(ansible):
    """Options that lead to the emulator with a token and a project that IAM is asked for."""
    account = ansible.account
    user = {"user_name": account.USER_NAME, "user_password": account.PASSWORD, "domain_name": account.DOMAIN_NAME}
    return {**ansible.address, **user}


def asked(emulator, operation):
    return [request for request in emulator.requests if request.operation == operation]


def look_up(task, items=NAMES, **options):
    return {**task("scheduled_task_info", **{"name": "{{ item }}", **options}), "loop": items}


def test_a_loop_asks_for_a_token_once_in_process_and_each_time_through_the_module(ansible, task, emulator, password):
    played = ansible.play([look_up(task)], defaults=password)
    assert [each["total_count"] for each in played.result["results"]] == [0] * 5
    assert len(asked(emulator, TOKEN)) == (1 if ansible.door == "in process" else 5)
    assert len(asked(emulator, LIST)) == 5


def test_a_loop_looks_for_the_project_once_in_process(ansible, task, emulator):
    defaults = {key: value for key, value in ansible.keys.items() if key != "project_id"}
    played = ansible.play([look_up(task)], defaults=defaults)
    assert [each["total_count"] for each in played.result["results"]] == [0] * 5
    others = [request for request in emulator.requests if request.operation != LIST]
    assert len(others) == (1 if ansible.door == "in process" else 5)


def test_each_item_acts_with_its_own_credentials(ansible, task, emulator):
    account = ansible.account
    first = {"access_key": account.ACCESS_KEY, "secret_key": account.SECRET_KEY}
    second = {
        "access_key": account.TEMPORARY_ACCESS_KEY,
        "secret_key": account.TEMPORARY_SECRET_KEY,
        "security_token": account.SECURITY_TOKEN,
    }
    wrong = {**first, "secret_key": "wrongSecretKey0123456789"}
    elsewhere = {**first, "project_id": account.SECOND_PROJECT_ID}
    order = [first, second, wrong, elsewhere, first, second, wrong, elsewhere]
    # What is omitted is not taken from the defaults of the modules either.
    options = {name: f"{{{{ item.{name} | default(omit) }}}}" for name in second}
    options["project_id"] = f"{{{{ item.project_id | default('{account.PROJECT_ID}') }}}}"
    emulator.workspace_app.add_task(task_name="other", project_id=account.SECOND_PROJECT_ID)
    looped = {**task("scheduled_task_info", **options), "loop": order, "no_log": True}
    played = ansible.play([looped], defaults=ansible.address)
    results = played.result["results"]
    assert [each.get("total_count") for each in results] == [0, 0, None, 1] * 2
    assert [each.get("status") for each in results] == [None, None, 401, None] * 2
    sent = [request.headers["authorization"].partition("Access=")[2].partition(",")[0] for request in emulator.requests]
    # What was refused is not tried again in the same process.
    tried = [item for at, item in enumerate(order) if not (ansible.door == "in process" and at == 6)]
    assert sent == [item["access_key"] for item in tried]
    assert [request.headers.get("x-security-token") for request in emulator.requests] == [
        item.get("security_token") for item in tried
    ]


@pytest.mark.parametrize("door", ["in process"])
def test_users_who_alternate_have_a_token_each(ansible, task, emulator, password):
    items = [password["user_password"], "Wr0ng-Passw0rd!"] * 2
    played = ansible.play([look_up(task, items, name="nightly", user_password="{{ item }}")], defaults=password)
    assert [each.get("total_count") for each in played.result["results"]] == [0, None] * 2
    assert [request.status for request in asked(emulator, TOKEN)] == [201, 401]


@pytest.mark.parametrize("door", ["in process"])
def test_a_token_that_is_refused_is_fetched_anew(ansible, task, emulator, password):
    emulator.fail(LIST, status=401, skip=2)
    played = ansible.play([look_up(task)], defaults=password)
    assert [each["total_count"] for each in played.result["results"]] == [0] * 5
    assert len(asked(emulator, TOKEN)) == 2
    tokens = [request.headers["x-auth-token"] for request in asked(emulator, LIST)]
    assert tokens == [*[tokens[0]] * 3, *[tokens[-1]] * 3]
    assert tokens[0] != tokens[-1]


@pytest.mark.parametrize("door", ["in process"])
def test_a_lost_connection_is_opened_again(ansible, task, emulator, password):
    emulator.fail(LIST, drop=True, skip=1)
    played = ansible.play([look_up(task)], defaults=password)
    assert [each["total_count"] for each in played.result["results"]] == [0] * 5
    assert len(asked(emulator, LIST)) == 6


def test_an_item_sees_what_the_item_before_did(ansible, task, nightly, emulator):
    looped = {**task("scheduled_task", **{**nightly, "enabled": "{{ item }}"}), "loop": [True, True, False, False]}
    gone = {**task("scheduled_task", name=nightly["name"], state="absent"), "loop": [1, 2]}
    played = ansible.play([looped, gone])
    first, second = played.results
    assert [each["operations"] for each in first["results"]] == [["create"], [], ["disable"], []]
    assert [each["operations"] for each in second["results"]] == [["delete"], []]


@pytest.mark.parametrize("door", ["in process"])
def test_nothing_is_kept_for_the_next_task(ansible, task, emulator, password):
    one = task("scheduled_task_info", name="nightly")
    played = ansible.play([one, one], defaults=password)
    assert [each["total_count"] for each in played.results] == [0, 0]
    assert len(asked(emulator, TOKEN)) == 2
