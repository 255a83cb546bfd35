# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the client takes at most, and what it does with more: long answers, pages without an end, odd addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._errors import (
    OptionError,
    OutcomeUnknownError,
    ServiceError,
)
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http import _session
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._addresses import base_url
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._http._paging import pages
from ansible_collections.cloudcron.huaweicloud.tests.unit.plugins.module_utils.asking import ask, with_query

URL = "https://workspace.example.com:8443/v1/x"
LIMIT = 2 << 20


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_session, "LONGEST_ANSWER", LIMIT)


def text_of(size: int) -> str:
    return json.dumps("x" * (size - 2))


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("headers", [{}, {"Content-Length": str(LIMIT)}, {"Content-Length": "many"}], ids=str)
def test_an_answer_of_the_longest_kind_is_put_together(client: Any, script: Any, headers: dict[str, str]) -> None:
    script.answers(200, text_of(LIMIT), headers)
    assert ask(client, "read it", "GET", URL).body == "x" * (LIMIT - 2)


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("status", [200, 404, 503])
def test_a_longer_answer_is_refused_and_not_asked_for_again(client: Any, script: Any, status: int) -> None:
    script.answers(status, text_of(LIMIT + 1))
    with pytest.raises(OutcomeUnknownError) as caught:
        ask(client, "read it", "GET", URL)
    assert caught.value.status == status
    assert caught.value.message == (
        f"read it: {status}, and an answer of workspace.example.com:8443 that is longer than 2 MB, of which the rest "
        "was not read."
    )


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize("announced", [str(LIMIT + 1), "1" + "0" * 11, "1" + "0" * 5000], ids=len)
def test_an_answer_that_announces_more_is_not_even_read(
    monkeypatch: pytest.MonkeyPatch, client: Any, script: Any, announced: str
) -> None:
    def iter_content(*arguments: Any) -> Any:
        raise AssertionError("this was to be left alone")

    monkeypatch.setattr(requests.Response, "iter_content", iter_content)
    script.answers(200, "{}", {"Content-Length": announced})
    with pytest.raises(OutcomeUnknownError, match="longer than 2 MB"):
        ask(client, "read it", "GET", URL)


def test_what_reads_an_answer_is_told_what_was_tried_and_may_have_a_header(client: Any, script: Any) -> None:
    script.answers(200, [1])
    (answer,) = ask(client, "read it", "GET", URL, headers={"X-Operator": "jane"}, read=lambda *told: told)
    assert (answer.tried, answer.body) == ("read it", [1])
    assert script.sent[0].headers["X-Operator"] == "jane"


def test_settings_are_those_of_a_host(client: Any, script: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = []
    look_up = client._session.merge_environment_settings

    def merge(url: str, *rest: Any) -> Any:
        looked_up.append((url, *rest))
        return look_up(url, *rest)

    monkeypatch.setattr(client._session, "merge_environment_settings", merge)
    for path in ("/a", "/b?c", "/a"):
        script.answers(200, {})
        ask(client, "read it", "GET", f"https://one.example.com{path}")
    script.answers(200, {})
    ask(client, "read it", "GET", "http://one.example.com/a")
    assert [(url, stream) for url, _proxies, stream, *_rest in looked_up] == [
        ("https://one.example.com/a", True),
        ("http://one.example.com/a", True),
    ]


def test_no_tls_is_told_with_what_to_look_at(make_client: Callable[..., Any], script: Any) -> None:
    script.fails(requests.exceptions.SSLError("wrong version number"), "connecting")
    with pytest.raises(ServiceError) as caught:
        ask(make_client(retries=0), "read it", "GET", URL)
    assert caught.value.message == (
        "read it: no TLS with workspace.example.com:8443: wrong version number. Check endpoint and auth_url."
    )


def test_a_password_in_an_address_of_an_error_is_masked(client: Any, script: Any) -> None:
    script.fails(requests.exceptions.InvalidSchema("no way to //jane:pass@proxy:3128/ here"), "before")
    script.fails(OSError("no way to //jane:pass@proxy:3128/ here"), "before")
    for _attempt in range(2):
        with pytest.raises(ServiceError) as caught:
            ask(client, "read it", "GET", URL)
        assert "pass" not in caught.value.message
    assert "no way to //***@proxy:3128/ here." in caught.value.message


def listing(*lengths: int, total: int | None = None) -> Callable[[int], tuple[list[int], int | None]]:
    """Return what fetches pages of these lengths, of entries that are their own offsets."""
    starts = [sum(lengths[:number]) for number in range(len(lengths))]
    known = dict(zip(starts, lengths))

    def fetch(offset: int) -> tuple[list[int], int | None]:
        return list(range(offset, offset + known.get(offset, 0))), total

    return fetch


@pytest.mark.parametrize(
    ("lengths", "total", "ahead"),
    [
        ((2, 2, 1), None, [1, 1, 1]),
        ((2, 2, 2), None, [1, 1, 1, 1]),
        ((2, 2, 2, 1), 7, [1, 3]),
        ((1, 1, 1, 1), 4, [1, 1, 2]),
        ((2, 1, 2, 2), 7, [1, 3, 1, 1, 1]),
        ((0,), 5, [1]),
        ((), None, [1]),
    ],
)
def test_only_pages_whose_beginning_is_known_are_asked_for_ahead(
    lengths: tuple[int, ...], total: int | None, ahead: list[int]
) -> None:
    asked = []

    def side_by_side(fetch: Callable[[int], Any], offsets: Any) -> Iterator[Any]:
        asked.append(len(offsets))
        return map(fetch, offsets)

    assert list(pages("list them", listing(*lengths, total=total), 2, side_by_side)) == list(range(sum(lengths)))
    assert asked == ahead


@pytest.mark.parametrize("total", [None, 99])
def test_a_page_that_repeats_the_one_before_is_an_error(total: int | None) -> None:
    read = []
    with pytest.raises(ServiceError) as caught:
        for item in pages("list them", lambda offset: (["a", "b"], total), 2):
            read.append(item)
    assert read == ["a", "b"]
    assert caught.value.message == ("list them: the service answers the entries up to 2 and those behind them alike.")


def test_a_query_escapes_names_like_values() -> None:
    assert with_query("u", {"a/X": "b/X", "c": None, "d": 0}) == "u?a%2FX=b%2FX&d=0"


@pytest.mark.parametrize("address", ["https://exampleX/", "exampleX//"])
def test_only_slashes_go_from_the_end_of_an_address(address: str) -> None:
    assert base_url("endpoint", address) == "https://exampleX"


def test_a_password_in_an_address_that_is_refused_is_masked_over_line_ends() -> None:
    with pytest.raises(OptionError) as caught:
        base_url("endpoint", "https://jane:pa\nss@example.com")
    assert "ss@" not in caught.value.message
    assert "'https://***@example.com'" in caught.value.message
