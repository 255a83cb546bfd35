# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what an item of the loop does with `requests` alone: `... URL HEADERS KEYS NAME FEW MANY FIELDS` (`loops.py`).

It writes the seconds by which many items take longer than a few, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import Any

import requests

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._signing import KeySigner

PATIENCE = 60  # s


def main(url: str, headers: str, keys: str, name: str, few: str, many: str, fields: str) -> None:
    """Compare tasks with what is wanted.

    :param url: of the tasks of a project.
    :param headers: of every request, as JSON.
    :param keys: with which each is signed, as JSON: access key, secret key; null where the headers say who is asking.
    :param name: of a task, with a place for its number.
    :param fields: what is wanted of each.
    """
    wanted = {field: _comparable(value) for field, value in json.loads(fields).items()}
    signer = None if json.loads(keys) is None else KeySigner(*json.loads(keys), scope=json.loads(headers))

    def taken(count: str) -> float:
        with requests.Session() as session:
            session.headers.update(json.loads(headers))
            session.auth = signer
            return _taken(session, url, name, int(count), wanted)

    json.dump(taken(many) - taken(few), sys.stdout)


def _taken(session: requests.Session, url: str, name: str, count: int, wanted: Mapping[str, Any]) -> float:
    """Return the seconds that so many items take."""
    began = time.perf_counter()
    for number in range(count):
        query: dict[str, Any] = {"task_name": name % number, "offset": 0, "limit": 100}
        listed = session.get(url, params=query, timeout=PATIENCE).json()["items"]
        (task_id,) = [task["id"] for task in listed if task["task_name"] == name % number]
        shown = session.get(f"{url}/{task_id}", timeout=PATIENCE).json()
        if any(_comparable(shown[field]) != value for field, value in wanted.items()):
            raise RuntimeError(f"{shown} is not {wanted}")
    return time.perf_counter() - began


def _comparable(value: Any) -> Any:
    """Return a field's value; targets without their order and without what only the service knows of them."""
    return sorted((each["target_type"], each["target_id"]) for each in value) if isinstance(value, list) else value


if __name__ == "__main__":
    main(*sys.argv[1:])
