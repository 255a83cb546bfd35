# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import ClassVar

from ..module_utils._services._table import SERVICES

ENDPOINT = """\
      {name}:
        description: Address of {title}.
        type: str
"""
ENDPOINTS = "".join(ENDPOINT.format(name=name, title=service.title) for name, service in SERVICES.items())


class ModuleDocFragment:
    """The connection options, shared by all modules."""

    DOCUMENTATION: ClassVar[str]


# Not within the class, where ansible-test's yamllint takes nothing but a plain text.
ModuleDocFragment.DOCUMENTATION = r"""
requirements:
  - requests
options:
  region:
    description:
      - Region of the service, such as V(ap-southeast-1). Makes up the service's address, and names the project where
        O(project_id) is not given.
      - Where it is not given, E(HW_REGION_NAME) is used.
    type: str
  project_id:
    description:
      - ID of the project that the task belongs to.
      - Where it is not given, E(HUAWEICLOUD_SDK_PROJECT_ID), E(HW_PROJECT_ID) or C(project_id) in the file of the
        credentials is used, else it is looked up as the project that E(HW_PROJECT_NAME) names, else as the one that has
        the region's name.
    type: str
  domain_id:
    description:
      - ID of the account. Sent with requests that are signed with keys and do not belong to a project, which are all of
        Cloud Operations Center's. Without it, O(project_id) is sent with these.
      - Where it is not given, E(HUAWEICLOUD_SDK_DOMAIN_ID), E(HW_DOMAIN_ID) or C(domain_id) in the file of the
        credentials is used.
    type: str
  access_key:
    description:
      - Access key. Needs O(secret_key).
    type: str
  secret_key:
    description:
      - Secret key that belongs to O(access_key).
    type: str
  security_token:
    description:
      - Security token of a temporary access key.
    type: str
  auth_token:
    description:
      - A token that was fetched from IAM before. It is not renewed when it expires.
    type: str
  user_name:
    description:
      - Name of an IAM user. A token is fetched with it. Needs O(user_password) and O(domain_name).
    type: str
  user_password:
    description:
      - Password of O(user_name).
    type: str
  domain_name:
    description:
      - Name of the account that O(user_name) belongs to.
    type: str
  agency_name:
    description:
      - Name of an agency of another account. The credentials are then only used to get temporary keys from it, and all
        else is done with those. O(region), O(project_id) and O(domain_id) are those of the other account. Needs
        O(agency_domain_name).
      - Where neither is given, E(HW_ASSUME_ROLE_AGENCY_NAME) and E(HW_ASSUME_ROLE_DOMAIN_NAME) are used.
    type: str
  agency_domain_name:
    description:
      - Name of the account that the agency belongs to.
    type: str
  endpoint:
    description:
      - Address of the service, instead of the one that the region or the site makes up.
    type: str
  endpoints:
    description:
      - Addresses by service, for C(module_defaults). O(endpoint) counts more.
      - Where neither has one for the service, E(CLOUDCRON_ENDPOINT) is used, else the variable of the vendor's SDK for
        the service and the region, such as E(HUAWEICLOUD_SDK_REGION_WORKSPACEAPP_CN_NORTH_4).
    type: dict
    suboptions:
@endpoints@  site:
    description:
      - The site on which the account is registered. Decides which IAM and which Cloud Operations Center are asked.
    type: str
    choices: [cn, intl, eu]
    default: cn
  auth_url:
    description:
      - Address of IAM, with or without C(/v3), instead of the one that region and site make up.
      - Where it is not given, E(HUAWEICLOUD_SDK_IAM_ENDPOINT), E(HW_AUTH_URL) or C(iam_endpoint) in the file of the
        credentials is used.
    type: str
  validate_certs:
    description:
      - Whether certificates are checked. Only switch this off for tests.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificate authorities to trust. Where it is not given, E(REQUESTS_CA_BUNDLE) and
        then the authorities that come with C(requests) are used.
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each next part of an answer, V(1) to V(86400).
      - The time that all of a task may take is set by the task keyword C(timeout).
    type: int
    default: 30
  retries:
    description:
      - How often a request is repeated at most, V(0) to V(100), when no connection can be made, when the service is
        unavailable (408, 502, 503, 504), when the connection is lost, or when the answer is not what the service's
        pages promise.
      - A request that the service turns away because it is asked too often (429) is repeated besides, for 15 minutes at
        most, and all requests of the connection go more slowly then.
      - A certificate that is not accepted is not looked at again.
      - The creation of a task is not simply repeated after a lost answer. The task is looked for first.
      - A wait of more than two seconds is reported with its reason, by C(-v), or in the log of the machine where the
        module runs as a module.
    type: int
    default: 4
  parallel:
    description:
      - How many requests are under way at a time at most, V(1) to V(64). The pages of a listing and the details of the
        tasks on it are read side by side. With V(1) they are read one after the other.
      - The changes of one task are made one after the other. M(cloudcron.huaweicloud.scheduled_tasks) changes several
        tasks at a time.
    type: int
    default: 8
notes:
  - Credentials are one whole set, V(access_key) with V(secret_key) (and V(security_token)), or V(auth_token), or
    V(user_name) with V(user_password) and V(domain_name). The set comes from the first of these sources that has any
    part of one. First the options, then E(HUAWEICLOUD_SDK_AK), E(HUAWEICLOUD_SDK_SK) and
    E(HUAWEICLOUD_SDK_SECURITY_TOKEN), then E(HW_ACCESS_KEY), E(HW_SECRET_KEY), E(HW_SECURITY_TOKEN), E(HW_AUTH_TOKEN),
    E(HW_USER_NAME), E(HW_USER_PASSWORD) and E(HW_DOMAIN_NAME), then C(~/.huaweicloud/credentials) (or the file that
    E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names), then the metadata service of the Elastic Cloud Server that the module
    runs on. A source that has a part of a set, or more than one, is refused, and no other one is asked in its place.
  - A connection option that is given and empty is refused, and so is a variable of the environment that is set and
    empty where it would count. Places that name different projects, accounts or addresses are refused, unless the
    option is given.
  - A login that was refused is not tried again in the same process, so that the other items of a loop do not lock it.
  - E(HTTPS_PROXY), E(NO_PROXY) and E(REQUESTS_CA_BUNDLE) are honoured. C(~/.netrc) is not, and redirects are not
    followed.
""".replace("@endpoints@", ENDPOINTS)
