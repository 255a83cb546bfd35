# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator without a socket, for tests that call a module thousands of times."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple
from unittest import mock
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from ansible_collections.cloudcron.huaweicloud.extensions.emulator import account
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.app import Route, World
from ansible_collections.cloudcron.huaweicloud.extensions.emulator.messages import Answer, Call, Refusal, no_such_api
from ansible_collections.cloudcron.huaweicloud.plugins.module_utils._faults import Faults

HOST = "emulator.example.com"
URL = f"https://{HOST}"

KEYS = {
    "endpoint": URL,
    "auth_url": URL,
    "region": account.REGION,
    "project_id": account.PROJECT_ID,
    "access_key": account.ACCESS_KEY,
    "secret_key": account.SECRET_KEY,
}


class Asked(NamedTuple):
    """A request, the operation that it is for (None where there is no such one), and the answer to it."""

    request: requests.PreparedRequest
    call: Call
    route: Route | None
    answer: Answer

    @property
    def operation(self) -> str:
        """The vendor's id of the operation."""
        return "" if self.route is None else self.route.operation.id


class Cloud:
    """All services and IAM.

    :ivar asked: the requests so far.
    """

    def __init__(self) -> None:
        self._world = World()
        self._routes = [(_pattern(route.operation.path), route) for route in self._world.routes]
        self.asked: list[Asked] = []

    def reset(self) -> None:
        """Forget everything but one task of each service, with one past execution on one target."""
        self._world.reset()
        self.asked.clear()
        for service in (self.workspace_app, self.workspace):
            service.add_task(id="task-1", task_name="task-1")
            service.add_execution(service.add_history("task-1"))
        self.coc.add_task(id="task-1", name="task-1")
        self.coc.add_history("task-1")
        self.codearts_check.add_task(taskId="task-1")

    def __getattr__(self, name: str) -> Any:
        """The service of that name, which takes tasks as the emulator's handle of it does."""
        try:
            return self.__dict__["_world"].services[name]
        except KeyError:
            raise AttributeError(f"there is no service {name!r}") from None

    def answer(self, request: requests.PreparedRequest) -> Answer:
        """Carry a request out."""
        url = urlsplit(str(request.url))
        for pattern, route in self._routes:
            match = pattern.fullmatch(url.path)
            if match is not None and route.operation.method == request.method:
                break
        else:
            match, route = None, None
        call = Call(
            method=str(request.method),
            raw_path=url.path,
            raw_query=url.query,
            headers={"host": url.netloc, **{name.lower(): str(value) for name, value in request.headers.items()}},
            body=request.body or b"",
            path={} if match is None else {name: unquote(value) for name, value in match.groupdict().items()},
        )
        try:
            answer = no_such_api(404).answer() if route is None else route.operation.act(call)
        except Refusal as refusal:
            answer = refusal.answer()
        except RecursionError:
            answer = Answer(500)
        self.asked.append(Asked(request, call, route, answer))
        return answer


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


@contextmanager
def instead_of_the_network(answer: Callable[[requests.PreparedRequest], Answer]) -> Iterator[None]:
    """Have every request answered by a function."""

    def send(adapter: Any, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        answered = answer(request)
        headers = {"Content-Length": str(len(answered.content)), **answered.headers}
        raw = urllib3.HTTPResponse(io.BytesIO(answered.content), headers, answered.status, preload_content=False)
        return adapter.build_response(request, raw)

    with mock.patch.object(requests.adapters.HTTPAdapter, "send", send):
        yield


def checked(read: Callable[..., Any], options: Any) -> Any:
    """Return what is read of options, once nothing is wrong with them.

    :raises OptionError: something is.
    """
    faults = Faults(options)
    found = read(options, faults=faults)
    faults.raise_all()
    return found


def validated(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as a module's argument spec leaves them."""
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    validation = ArgumentSpecValidator(**spec).validate(options)
    assert not validation.error_messages, validation.error_messages
    return dict(validation.validated_parameters)
