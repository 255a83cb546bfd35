# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asks the metadata service of a server for the keys of the server's agency."""

from __future__ import annotations

from .._errors import AccountError
from . import _session
from ._answers import parse

URL = "http://169.254.169.254"
KEYS = {"access_key": "access", "secret_key": "secret", "security_token": "securitytoken"}
TIMEOUT = 2  # s
TOKEN_LIFE = 60  # s


def metadata_credentials() -> dict[str, str] | None:
    """Return the temporary keys that the metadata service gives to the agency of the server that this runs on.

    No proxy is asked, nothing is repeated, and a machine that is no such server costs two seconds at most.

    :return: values by option; None where nobody answers.
    :raises AccountError: the metadata service answers, but not with keys.
    """
    with _session.Session() as session:
        session.trust_env = False
        try:
            token = session.put(
                f"{URL}/meta-data/latest/api/token",
                headers={"X-Metadata-Token-Ttl-Seconds": str(TOKEN_LIFE)},
                timeout=TIMEOUT,
                stream=True,
            )
            value = (_session.read_content(token) or b"").decode("latin-1").strip()
            answer = session.get(
                f"{URL}/openstack/latest/securitykey",
                headers={"X-Metadata-Token": value} if token.ok else {},
                timeout=TIMEOUT,
                stream=True,
            )
            content = _session.read_content(answer) or b""
        except (OSError, ValueError):  # OSError is the base of all errors of requests
            return None
    if answer.status_code != 200:
        return None
    try:
        credential = parse(content)["credential"]
        keys = {ours: credential[theirs] for ours, theirs in KEYS.items()}
    except (ValueError, KeyError, TypeError):
        keys = {}
    if not keys or not all(isinstance(value, str) for value in keys.values()):
        raise AccountError("The metadata service of this server answered without usable keys.")
    return keys
