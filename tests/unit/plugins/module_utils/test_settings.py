# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the modules act: what is given, else what the environment says, which is honoured or refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import AccountError
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._credentials import Keys, Login
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._settings import (
    Settings,
    address_from_environment,
    check_cloud,
    find_settings,
)

SETTINGS = {
    "region": ["HW_REGION_NAME"],
    "project_id": ["HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"],
    "domain_id": ["HUAWEICLOUD_SDK_DOMAIN_ID", "HW_DOMAIN_ID"],
    "auth_url": ["HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL"],
}
AGENCY = {"HW_ASSUME_ROLE_AGENCY_NAME": "a", "HW_ASSUME_ROLE_DOMAIN_NAME": "d"}
NOTHING = dict.fromkeys([*SETTINGS, "project_name", "agency_name", "agency_domain_name"])
IN_FILE = {
    "project_id": "project_id in /file",
    "domain_id": "domain_id in /file",
    "auth_url": "iam_endpoint in /file",
}


def find(environ: dict[str, str], options: dict[str, Any] | None = None, **brought: str) -> Settings:
    """Return the settings; what else is given stands in the credentials' own file."""
    return find_settings(options or {}, environ, Login(Keys("a", "s"), brought, IN_FILE) if brought else None)


def known(environ: dict[str, str], options: dict[str, Any] | None = None, **brought: str) -> dict[str, str]:
    """Return the values that are known."""
    return {name: value for name, value in find(environ, options, **brought).values.items() if value is not None}


def refusal(environ: dict[str, str], options: dict[str, Any] | None = None, **brought: str) -> str:
    """Return the message with which the settings are refused."""
    with pytest.raises(AccountError) as caught:
        find(environ, options, **brought)
    return caught.value.message


def test_without_anything_nothing_is_known() -> None:
    assert find({}) == Settings(NOTHING, {})


@pytest.mark.parametrize(
    ("name", "variable"), [(name, variable) for name, variables in SETTINGS.items() for variable in variables]
)
def test_a_setting_comes_from_the_option_before_its_variables(name: str, variable: str) -> None:
    for not_given in ({}, {name: None}):
        assert find({variable: "said"}, not_given) == Settings({**NOTHING, name: "said"}, {name: variable})
    for said in ("said", ""):
        assert find({variable: said}, {name: "given"}) == Settings({**NOTHING, name: "given"}, {name: name})


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        *((name, variable) for name, variables in SETTINGS.items() for variable in variables),
        ("project_id", "HW_PROJECT_NAME"),
    ],
)
@pytest.mark.parametrize("empty", ["", " \t"])
def test_a_variable_that_is_set_to_nothing_is_refused_where_it_would_count(
    name: str, variable: str, empty: str
) -> None:
    assert refusal({variable: empty}) == (f"{variable} is set and empty. Unset what is not to be used, or give {name}.")


def test_several_variables_that_are_empty_are_named_together() -> None:
    assert refusal({"HW_PROJECT_ID": "", "HUAWEICLOUD_SDK_PROJECT_ID": ""}).startswith(
        "HUAWEICLOUD_SDK_PROJECT_ID, HW_PROJECT_ID are set and empty."
    )


@pytest.mark.parametrize(
    ("environ", "brought", "expected"),
    [
        ({"HW_PROJECT_ID": "p", "HUAWEICLOUD_SDK_PROJECT_ID": ""}, {}, {"project_id": "p"}),
        ({"HW_PROJECT_ID": "p", "HUAWEICLOUD_SDK_PROJECT_ID": "p"}, {}, {"project_id": "p"}),
        ({"HW_PROJECT_ID": "", "HW_DOMAIN_ID": "d"}, {"project_id": "p"}, {"project_id": "p", "domain_id": "d"}),
        ({"HW_PROJECT_ID": "p"}, {"project_id": "p"}, {"project_id": "p"}),
        ({"HW_PROJECT_ID": "p", "HW_PROJECT_NAME": ""}, {}, {"project_id": "p"}),
        ({}, {"domain_id": "d", "auth_url": "u"}, {"domain_id": "d", "auth_url": "u"}),
        (
            {"HW_AUTH_URL": "https://iam/v3/", "HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam"},
            {"auth_url": "https://iam/"},
            {"auth_url": "https://iam"},
        ),
    ],
    ids=str,
)
def test_places_that_say_the_same_are_honoured(
    environ: dict[str, str], brought: dict[str, str], expected: dict[str, str]
) -> None:
    assert known(environ, **brought) == expected


@pytest.mark.parametrize(
    ("name", "environ", "brought", "places"),
    [
        (
            "project_id",
            {"HW_PROJECT_ID": "p", "HUAWEICLOUD_SDK_PROJECT_ID": "q"},
            {},
            "HUAWEICLOUD_SDK_PROJECT_ID and HW_PROJECT_ID",
        ),
        ("project_id", {"HW_PROJECT_ID": "p"}, {"project_id": "q"}, "HW_PROJECT_ID and project_id in /file"),
        ("domain_id", {"HW_DOMAIN_ID": "p"}, {"domain_id": "q"}, "HW_DOMAIN_ID and domain_id in /file"),
        (
            "auth_url",
            {"HUAWEICLOUD_SDK_IAM_ENDPOINT": "https://iam.b/v3"},
            {"auth_url": "https://iam.a/v3"},
            "HUAWEICLOUD_SDK_IAM_ENDPOINT and iam_endpoint in /file",
        ),
    ],
    ids=str,
)
def test_places_that_contradict_each_other_are_refused_by_their_names(
    name: str, environ: dict[str, str], brought: dict[str, str], places: str
) -> None:
    assert refusal(environ, **brought) == (
        f"{places} contradict each other, and which one is meant cannot be told. Unset all but one, or give {name}."
    )
    assert known(environ, {name: "given"}, **brought)[name] == "given"


# The project's name


def test_the_name_of_a_project_comes_from_the_environment() -> None:
    assert find({"HW_PROJECT_NAME": "r_second", "HW_REGION_NAME": "r"}) == Settings(
        {**NOTHING, "region": "r", "project_name": "r_second"},
        {"region": "HW_REGION_NAME", "project_name": "HW_PROJECT_NAME"},
    )


@pytest.mark.parametrize("name", ["r_second", ""])
def test_the_option_counts_more_than_the_name_of_a_project(name: str) -> None:
    assert known({"HW_PROJECT_NAME": name}, {"project_id": "p"}) == {"project_id": "p"}


@pytest.mark.parametrize(
    ("environ", "brought", "place"),
    [
        ({"HW_PROJECT_ID": "p"}, {}, "HW_PROJECT_ID"),
        ({"HUAWEICLOUD_SDK_PROJECT_ID": "p"}, {}, "HUAWEICLOUD_SDK_PROJECT_ID"),
        ({}, {"project_id": "p"}, "project_id in /file"),
    ],
)
def test_a_name_and_an_id_of_a_project_are_refused(
    environ: dict[str, str], brought: dict[str, str], place: str
) -> None:
    assert refusal({**environ, "HW_PROJECT_NAME": "r"}, **brought).startswith(f"{place} and HW_PROJECT_NAME both say")


@pytest.mark.parametrize("variable", ["OS_PROJECT_ID", "OS_PROJECT_NAME", "OS_TENANT_ID", "OS_TENANT_NAME"])
def test_a_project_of_openstack_is_refused_where_it_is_one_of_this_cloud(variable: str) -> None:
    vendors = {variable: "x", "OS_AUTH_URL": "https://iam.cn-north-4.myhuaweicloud.com/v3"}
    assert refusal(vendors).startswith(f"{variable} is set for this cloud, and variables of OpenStack's tools are not")
    assert known({**vendors, "OS_AUTH_URL": "https://keystone.example.com"}) == {}
    assert known({**vendors, "HW_PROJECT_NAME": "r"}) == {"project_name": "r"}
    assert known(vendors, {"project_id": "p"}) == {"project_id": "p"}


# The agency


def test_an_agency_comes_from_the_environment_where_no_option_names_one() -> None:
    expected = {"agency_name": "a", "agency_domain_name": "d"}
    assert known(AGENCY) == expected
    assert known({**AGENCY, "HW_ASSUME_ROLE_DURATION": "900"}, dict.fromkeys(expected)) == expected
    for environ in (AGENCY, {"HW_ASSUME_ROLE_AGENCY_NAME": ""}, {"HW_ASSUME_ROLE_DOMAIN_ID": "i"}):
        given = {"agency_name": "b", "agency_domain_name": "e"}
        assert known(environ, given) == given


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        (
            {"HW_ASSUME_ROLE_AGENCY_NAME": "a"},
            "HW_ASSUME_ROLE_DOMAIN_NAME is not set, and HW_ASSUME_ROLE_AGENCY_NAME is.",
        ),
        (
            {"HW_ASSUME_ROLE_DOMAIN_NAME": "d"},
            "HW_ASSUME_ROLE_AGENCY_NAME is not set, and HW_ASSUME_ROLE_DOMAIN_NAME is.",
        ),
        ({**AGENCY, "HW_ASSUME_ROLE_AGENCY_NAME": ""}, "HW_ASSUME_ROLE_AGENCY_NAME is set and empty."),
        ({**AGENCY, "HW_ASSUME_ROLE_DOMAIN_NAME": " "}, "HW_ASSUME_ROLE_DOMAIN_NAME is set and empty."),
        (dict.fromkeys(AGENCY, ""), "HW_ASSUME_ROLE_AGENCY_NAME is set and empty."),
        ({**AGENCY, "HW_ASSUME_ROLE_DOMAIN_ID": "i"}, "HW_ASSUME_ROLE_DOMAIN_ID is set, and not read."),
        ({"OS_AGENCY_NAME": "a"}, "OS_AGENCY_NAME is set, and not read."),
        ({"OS_AGENCY_DOMAIN_NAME": "a"}, "OS_AGENCY_DOMAIN_NAME is set, and not read."),
        ({"OS_DELEGATED_PROJECT": "a"}, "OS_DELEGATED_PROJECT is set, and not read."),
    ],
    ids=str,
)
def test_an_agency_that_is_not_named_whole_is_refused(environ: dict[str, str], words: str) -> None:
    assert refusal(environ).startswith(words)


@pytest.mark.parametrize("agency", [AGENCY, {}], ids=["from the environment", "from the options"])
def test_what_comes_with_the_callers_keys_is_not_the_agencys(agency: dict[str, str]) -> None:
    options = {} if agency else {"agency_name": "a", "agency_domain_name": "d"}
    brought = {"project_id": "own", "domain_id": "own", "auth_url": "https://iam"}
    expected = {"agency_name": "a", "agency_domain_name": "d", "auth_url": "https://iam"}
    assert known(agency, options, **brought) == expected
    assert known({**agency, "HW_PROJECT_ID": "theirs"}, options, **brought) == {**expected, "project_id": "theirs"}
    assert known({**agency, "HW_PROJECT_NAME": "r_x"}, options, **brought) == {**expected, "project_name": "r_x"}


# Addresses


def test_the_usual_address_is_meant_where_no_variable_has_one() -> None:
    assert address_from_environment({}, "workspace", "r") is None
    assert address_from_environment({}, "coc", None) is None


@pytest.mark.parametrize(
    ("service", "variable"),
    [
        ("workspace_app", "HUAWEICLOUD_SDK_REGION_WORKSPACEAPP_CN_NORTH_4"),
        ("workspace", "HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4"),
        ("coc", "HUAWEICLOUD_SDK_REGION_COC_CN_NORTH_4"),
        ("codearts_check", "HUAWEICLOUD_SDK_REGION_CODEARTSCHECK_CN_NORTH_4"),
    ],
)
def test_an_address_of_the_sdk_is_honoured(service: str, variable: str) -> None:
    environ = {variable: "https://sdk"}
    assert address_from_environment(environ, service, "cn-north-4") == (variable, "https://sdk")
    assert address_from_environment(environ, service, "cn-north-1") is None
    with pytest.raises(AccountError, match=f"^region is needed, since {variable} is set"):
        address_from_environment(environ, service, None)
    ours = {**environ, "CLOUDCRON_ENDPOINT": "https://ours"}
    assert address_from_environment(ours, service, "cn-north-4") == ("CLOUDCRON_ENDPOINT", "https://ours")


def test_an_address_that_is_set_to_nothing_is_one_to_be_refused() -> None:
    assert address_from_environment({"CLOUDCRON_ENDPOINT": ""}, "coc", None) == ("CLOUDCRON_ENDPOINT", "")


def test_a_file_of_addresses_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AccountError, match=r"^The addresses in /some/file are not read\. Give endpoint or endpoints"):
        address_from_environment({"HUAWEICLOUD_SDK_REGIONS_FILE": "/some/file"}, "coc", "r")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".huaweicloud").mkdir()
    (tmp_path / ".huaweicloud" / "regions.yaml").touch()
    with pytest.raises(AccountError, match=rf"^The addresses in {tmp_path}/\.huaweicloud/regions\.yaml are not read"):
        address_from_environment({}, "coc", "r")
    assert address_from_environment({"CLOUDCRON_ENDPOINT": "https://ours"}, "coc", "r") is not None


@pytest.mark.parametrize(
    ("cloud", "site", "is_refused"),
    [
        ("", "cn", False),
        ("myhuaweicloud.com", "cn", False),
        ("myhuaweicloud.com", "intl", False),
        ("myhuaweicloud.eu", "eu", False),
        ("myhuaweicloud.eu", "cn", True),
        ("myhuaweicloud.com", "eu", True),
        ("otc.example.com", "cn", True),
    ],
)
def test_another_cloud_is_refused(cloud: str, site: str, is_refused: bool) -> None:
    if not is_refused:
        check_cloud({"HW_CLOUD": cloud}, site)
        return
    with pytest.raises(AccountError, match=f"^HW_CLOUD is {cloud}, and with site {site} the addresses end in "):
        check_cloud({"HW_CLOUD": cloud}, site)
