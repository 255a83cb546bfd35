# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the modules act: region, project, account, agency and addresses, as given, else as the environment says.

What the vendor's SDK and its Terraform provider read is either honoured or refused by its name. Where several places
speak of the same thing, they have to say the same, since none of them counts more than another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple, Optional

from .._errors import AccountError, OptionError
from ._addresses import base_url
from ._credentials import Login, is_blank, is_for_vendor
from ._iam import is_account_id

# Each option may come from variables of its own, whatever the others do.
SETTING_VARIABLES = {
    "region": ("HW_REGION_NAME",),
    "project_id": ("HUAWEICLOUD_SDK_PROJECT_ID", "HW_PROJECT_ID"),
    "domain_id": ("HUAWEICLOUD_SDK_DOMAIN_ID", "HW_DOMAIN_ID"),
    "auth_url": ("HUAWEICLOUD_SDK_IAM_ENDPOINT", "HW_AUTH_URL"),
}
AGENCY_VARIABLES = {
    "agency_name": "HW_ASSUME_ROLE_AGENCY_NAME",
    "agency_domain_name": "HW_ASSUME_ROLE_DOMAIN_NAME",
}
AGENCY_DOMAIN_ID = "HW_ASSUME_ROLE_DOMAIN_ID"
PROJECT_NAME_VARIABLE = "HW_PROJECT_NAME"
# What an agency's account has of its own.
OF_THE_ACCOUNT = ("project_id", "domain_id")

# The provider takes these where HW_* says nothing. Those of agencies are no other tool's.
OS_AGENCY_VARIABLES = ("OS_AGENCY_NAME", "OS_AGENCY_DOMAIN_NAME", "OS_DELEGATED_PROJECT")
OS_PROJECT_VARIABLES = ("OS_PROJECT_ID", "OS_PROJECT_NAME", "OS_TENANT_ID", "OS_TENANT_NAME")

# Of every service. Vendor's tools know no such variable, so it is named after this collection.
ENDPOINT_VARIABLE = "CLOUDCRON_ENDPOINT"
REGION_VARIABLES = "HUAWEICLOUD_SDK_REGION_"
REGIONS_FILE_VARIABLE = "HUAWEICLOUD_SDK_REGIONS_FILE"
USUAL_REGIONS_FILE = "~/.huaweicloud/regions.yaml"

CLOUD_VARIABLE = "HW_CLOUD"
CLOUDS = {"eu": "myhuaweicloud.eu"}
USUAL_CLOUD = "myhuaweicloud.com"


REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# How the user calls it, and its value; None where it is not known.
Said = Optional[tuple[str, str]]


class Settings(NamedTuple):
    """Where to act.

    :ivar values: `region`, `project_id`, `project_name`, `domain_id`, `auth_url`, `agency_name` and
        `agency_domain_name`, None where not known.
    :ivar origins: how the user calls what is known: the option, the variable, or the key of a file.
    """

    values: Mapping[str, str | None]
    origins: Mapping[str, str]


def find_settings(options: Mapping[str, str | None], environ: Mapping[str, str], login: Login | None) -> Settings:
    """Return where to act.

    :param options: the connection options of the module, checked.
    :param environ: environment variables.
    :param login: as whom; what its source says of the project counts as much as a variable.
    :raises AccountError: places contradict each other, or one is empty, or says what nobody here can do.
    """
    found: dict[str, Said] = dict(_agency(options, environ))
    for option, variables in SETTING_VARIABLES.items():
        given = options.get(option)
        said = {variable: environ[variable] for variable in variables if variable in environ}
        # With an agency, what belongs to the credentials is the caller's, who acts in another account.
        is_ours = found.get("agency_name") is None or option not in OF_THE_ACCOUNT
        if login is not None and option in login.brings and is_ours:
            said[login.origins[option]] = login.brings[option]
        found[option] = _agreed(option, said) if given is None else (option, given)
    found["project_name"] = None if options.get("project_id") else _project_name(environ, found["project_id"])
    return Settings(
        {name: None if each is None else each[1] for name, each in found.items()},
        {name: each[0] for name, each in found.items() if each is not None},
    )


def check_settings(settings: Mapping[str, str | None], origins: Mapping[str, str] | None = None) -> None:
    """Refuse a region or an id that would lead a request to another host or path, and an IAM address that is none.

    :param origins: what messages call a setting that was not given as the option of its name.
    :raises OptionError: as said.
    """
    called = origins or {}
    region, auth_url = settings.get("region"), settings.get("auth_url")
    if region is not None and not REGION.fullmatch(region):
        raise OptionError(called.get("region", "region"), region, "it is the name of a region, such as ap-southeast-1")
    for option in ("project_id", "domain_id"):
        value = settings.get(option)
        if value is not None and not is_account_id(value):
            expected = "it is an id of 1 to 128 letters, digits, '_' or '-'"
            raise OptionError(called.get(option, option), value, expected)
    project_name = settings.get("project_name")
    # IAM, "Creating a Project": the name begins with that of the region.
    if project_name is not None and region is not None and not project_name.startswith(region):
        raise OptionError(
            called.get("project_name", "project_name"),
            project_name,
            f"the names of projects in region {region} begin with {region}",
        )
    if auth_url is not None:
        base_url(called.get("auth_url", "auth_url"), auth_url)


def _agreed(option: str, said: Mapping[str, str]) -> Said:
    """Return what all places say that say anything."""
    full = [(origin, value) for origin, value in said.items() if not is_blank(value)]
    if len({_meant(option, value) for _origin, value in full}) > 1:
        places = " and ".join(origin for origin, _value in full)
        raise AccountError(
            f"{places} contradict each other, and which one is meant cannot be told. Unset all but one, or give "
            f"{option}."
        )
    if said and not full:
        raise AccountError(_empty([*said], option))
    return full[0] if full else None


def _meant(option: str, value: str) -> str:
    """Return an address without what makes no difference."""
    if option != "auth_url":
        return value
    plain = value.rstrip("/")
    return plain[: -len("/v3")] if plain.endswith("/v3") else plain


def _empty(names: list[str], option: str) -> str:
    verb = "is" if len(names) == 1 else "are"
    return f"{', '.join(names)} {verb} set and empty. Unset what is not to be used, or give {option}."


def _agency(options: Mapping[str, str | None], environ: Mapping[str, str]) -> dict[str, Said]:
    given = {option: options.get(option) for option in AGENCY_VARIABLES}
    if any(value is not None for value in given.values()):
        return {option: None if value is None else (option, value) for option, value in given.items()}
    for name in (AGENCY_DOMAIN_ID, *OS_AGENCY_VARIABLES):
        if environ.get(name, "").strip():
            raise AccountError(
                f"{name} is set, and not read. Set HW_ASSUME_ROLE_AGENCY_NAME and HW_ASSUME_ROLE_DOMAIN_NAME instead, "
                "or give agency_name and agency_domain_name, and unset it."
            )
    said = [name for name in AGENCY_VARIABLES.values() if name in environ]
    for name in AGENCY_VARIABLES.values():
        if said and is_blank(environ.get(name, "")):
            state = "set and empty" if name in said else f"not set, and {said[0]} is"
            raise AccountError(
                f"{name} is {state}. An agency has a name, and so has the account that it belongs to: set both, or "
                "unset both."
            )
    return {option: (name, environ[name]) if said else None for option, name in AGENCY_VARIABLES.items()}


def _project_name(environ: Mapping[str, str], project_id: Said) -> Said:
    """Return the project's name where the environment names the project so.

    :param project_id: what is known without it.
    """
    name = environ.get(PROJECT_NAME_VARIABLE)
    if project_id is not None:
        if name is not None and not is_blank(name):
            raise AccountError(
                f"{project_id[0]} and {PROJECT_NAME_VARIABLE} both say which project is meant, and whether it is the "
                "same one cannot be told. Unset one of them, or give project_id."
            )
        return None
    if name is not None:
        return _agreed("project_id", {PROJECT_NAME_VARIABLE: name})
    for variable in OS_PROJECT_VARIABLES:
        if environ.get(variable, "").strip() and is_for_vendor(environ):
            raise AccountError(
                f"{variable} is set for this cloud, and variables of OpenStack's tools are not read. Set HW_PROJECT_ID "
                "or HW_PROJECT_NAME instead, or give project_id, and unset it."
            )
    return None


def address_from_environment(environ: Mapping[str, str], service: str, region: str | None) -> tuple[str, str] | None:
    """Return the variable that has the address of a service, and the address; None where the usual one is meant.

    :raises AccountError: an address is named where it cannot be read.
    """
    if ENDPOINT_VARIABLE in environ:
        return ENDPOINT_VARIABLE, environ[ENDPOINT_VARIABLE]
    of_service = f"{REGION_VARIABLES}{service.replace('_', '').upper()}_"
    if region is None:
        for variable in environ:
            if variable.startswith(of_service):
                raise AccountError(f"region is needed, since {variable} is set. Give it, or set HW_REGION_NAME.")
    else:
        variable = of_service + region.replace("-", "_").upper()
        if variable in environ:
            return variable, environ[variable]
    path = environ.get(REGIONS_FILE_VARIABLE) or os.path.expanduser(USUAL_REGIONS_FILE)
    if environ.get(REGIONS_FILE_VARIABLE) or os.path.exists(path):
        raise AccountError(
            f"The addresses in {path} are not read. Give endpoint or endpoints, or set {ENDPOINT_VARIABLE}."
        )
    return None


def check_cloud(environ: Mapping[str, str], site: str) -> None:
    """Refuse a cloud that is not the one of which the usual addresses are.

    :raises AccountError: as said.
    """
    cloud, usual = environ.get(CLOUD_VARIABLE, "").strip(), CLOUDS.get(site, USUAL_CLOUD)
    if cloud and cloud != usual:
        raise AccountError(
            f"{CLOUD_VARIABLE} is {cloud}, and with site {site} the addresses end in {usual}. Give site, or endpoint "
            "and auth_url, or unset it."
        )
