# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator as a web application: every request passes through log, fault and operation in this order."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Awaitable, Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from . import account
from .authentication import AccessKey, Authenticator
from .dialect import Dialect
from .errors import Errors
from .faults import CutOff, Dropped, Fault, Faults, Raw, as_bytes
from .iam import Iam
from .journal import Journal
from .limits import Limits
from .messages import Answer, Call, Refusal, no_such_api
from .openapi import describe
from .operation import Operation
from .service import Service
from .services import SERVICES

_KEYS = {
    account.ACCESS_KEY: AccessKey(account.SECRET_KEY),
    account.TEMPORARY_ACCESS_KEY: AccessKey(account.TEMPORARY_SECRET_KEY, account.SECURITY_TOKEN),
}


GATE_LOOK = 0.005
"""Seconds between two looks at a gate."""


@dataclass(frozen=True)
class Route:
    """An operation and the service to which it belongs."""

    service: str
    errors: Errors
    operation: Operation


class World:
    """Everything that the emulator remembers and everything that a test may turn. Use it under its ``lock``."""

    def __init__(self) -> None:
        """Begin with nothing stored and nothing going wrong."""
        self.lock = threading.RLock()
        self.authenticator = Authenticator(_KEYS, frozenset(account.PROJECTS))
        self.dialect = Dialect()
        self.journal = Journal()
        self.limits = Limits()
        self.services: dict[str, Service] = {
            service.name: service(self.authenticator, self.dialect) for service in SERVICES
        }
        iam = Iam(self.authenticator, self.dialect)
        self.routes = [
            *(Route(name, each.errors, op) for name, each in self.services.items() for op in each.operations()),
            *(Route("iam", iam.errors, op) for op in iam.operations()),
        ]
        self.faults = Faults([route.operation.id for route in self.routes])

    def reset(self) -> None:
        """Make it as it was in the beginning."""
        with self.lock:
            for service in self.services.values():
                service.reset()
            self.authenticator.revoke_tokens()
            self.dialect.reset()
            self.journal.clear()
            self.faults.clear()
            self.limits.set()


def create_app(world: World) -> FastAPI:
    """The application that serves ``world``, without its control surface."""
    app = FastAPI(
        title="Huawei Cloud scheduled tasks, emulated",
        openapi_url="/_emulator/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for route in world.routes:
        app.add_api_route(
            route.operation.path,
            _endpoint(world, route),
            methods=[route.operation.method],
            response_model=None,
        )

    def openapi() -> dict[str, Any]:
        with world.lock:
            return describe(app.title, app.version, world.routes, world.dialect)

    # Described is what the services say, not what FastAPI can see of it.
    app.openapi = openapi  # type: ignore[method-assign]

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> Response:
        return _response(refuse_route_of(world, await _call(request), error.status_code))

    @app.exception_handler(Exception)
    async def own_failure(request: Request, error: Exception) -> Response:
        return _response(own_failure_of(error))

    return app


def refuse_route_of(world: World, call: Call, status: int) -> Answer:
    """The answer to a request for which there is no route, which is 404 or 405."""
    refusal = no_such_api(status)
    with world.lock:
        world.journal.record(None, None, call).status = refusal.status
    return refusal.answer()


def own_failure_of(error: Exception) -> Answer:
    """The answer where the emulator is at fault."""
    return Refusal(500, "EMULATOR", f"The emulator itself failed: {error!r}").answer()


class Exchange:
    """One request that has been carried out, or has met the fault that was set for it."""

    def __init__(self, world: World, route: Route, call: Call) -> None:
        """Log the request and carry it out."""
        self._errors = route.errors
        with world.lock:
            self._entry = world.journal.record(route.service, route.operation.id, call)
            self.fault = world.faults.take(route.operation.id)
            self._genuine = _carry_out(world, route, call, self.fault)

    def answer(self) -> Answer:
        """What is answered, as far as the fault leaves an answer."""
        if self.fault is None:
            assert self._genuine is not None
            answer = self._genuine
        else:
            answer = self.fault.answer(self._genuine, self._errors)
        self._entry.status = answer.status
        return answer


def _endpoint(world: World, route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        exchange = Exchange(world, route, await _call(request))
        fault = exchange.fault
        if fault is None:
            return _response(exchange.answer())
        await asyncio.sleep(fault.delay)
        while fault.gate is not None and not fault.gate.is_set():
            await asyncio.sleep(GATE_LOOK)
        line = request.state.line
        line.write(as_bytes(fault.before))
        if fault.bypasses:
            raw = as_bytes(fault.raw or "")
            if not fault.drop:
                return Raw(raw)
            line.write(raw)
            return Dropped()
        return _response(exchange.answer(), CutOff if fault.cut_off else Response)

    return serve


def _carry_out(world: World, route: Route, call: Call, fault: Fault | None) -> Answer | None:
    if fault is not None and fault.replaces and not fault.acts:
        return None
    service = world.services.get(route.service)
    turned_away = None if service is None else world.limits.refusal()
    if turned_away is not None:
        return turned_away
    # A copy of many tasks takes long, and reading changes none of them.
    spared = service if fault is not None and fault.leaves_no_trace and call.method != "GET" else None
    before = None if spared is None else deepcopy(spared.storage)
    try:
        return route.operation.act(call)
    except Refusal as refusal:
        return refusal.answer()
    finally:
        if spared is not None:
            spared.storage = before


async def _call(request: Request) -> Call:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return Call(
        method=request.method,
        raw_path=request.scope["raw_path"].decode("ascii"),
        raw_query=request.scope["query_string"].decode("ascii"),
        headers=headers,
        body=await request.body(),
        path=dict(request.path_params),
    )


def headers_of(answer: Answer) -> dict[str, str]:
    """The headers of an answer, and the one that every answer has."""
    return {"X-Request-Id": uuid.uuid4().hex, **answer.headers}


def _response(answer: Answer, kind: type[Response] = Response) -> Response:
    return kind(answer.content, status_code=answer.status, headers=headers_of(answer))
