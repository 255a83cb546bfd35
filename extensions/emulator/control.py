# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controls over HTTP, for tests in other processes.

They ask for no authentication: the emulator listens on the loopback interface only, and keeps web pages out.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from .emulator import Emulator

_Json = Annotated[Any, Body()]
_Object = Annotated[dict[str, Any], Body()]


def create_controls(emulator: Emulator) -> FastAPI:
    """An application with the controls of ``emulator``, apart from its services and from their OpenAPI schema."""
    app = FastAPI(openapi_url=None)
    for error in (AttributeError, KeyError, TypeError, ValueError):
        app.add_exception_handler(error, _bad_request)

    @app.get("/requests")
    async def get_requests() -> list[dict[str, Any]]:
        # Unlike `asdict` this copies nothing, and there may be thousands.
        return [vars(entry) for entry in emulator.requests]

    @app.delete("/requests", status_code=204)
    async def delete_requests() -> None:
        emulator.clear_requests()

    @app.post("/faults", status_code=204)
    async def post_faults(faults: _Json) -> None:
        for fault in faults if isinstance(faults, list) else [faults]:
            emulator.fail(**fault)

    @app.delete("/faults", status_code=204)
    async def delete_faults() -> None:
        emulator.clear_faults()

    @app.put("/limits", status_code=204)
    async def put_limits(limits: _Object) -> None:
        emulator.limit(**limits)

    @app.delete("/limits", status_code=204)
    async def delete_limits() -> None:
        emulator.lift_limits()

    @app.patch("/dialect")
    async def patch_dialect(switches: _Object) -> dict[str, Any]:
        for name, value in switches.items():
            setattr(emulator.dialect, name, value)
        return asdict(emulator.dialect)

    @app.post("/{service}/tasks", status_code=201)
    async def post_tasks(service: str, tasks: _Json) -> dict[str, list[str]]:
        handle = emulator.services[service]
        return {"ids": [handle.add_task(**task) for task in (tasks if isinstance(tasks, list) else [tasks])]}

    @app.get("/{service}/tasks")
    async def get_tasks(service: str, request: Request) -> dict[str, Any]:
        handle = emulator.services[service]
        return handle.tasks_in(**request.query_params) if request.query_params else handle.tasks

    @app.post("/{service}/history", status_code=201)
    async def post_history(service: str, history: _Object) -> dict[str, Any]:
        handle = emulator.services[service]
        executions = history.pop("executions", [])
        history_id = handle.add_history(**history)
        return {"id": history_id, "executions": [handle.add_execution(history_id, **each) for each in executions]}

    @app.post("/{service}/approve", status_code=204)
    async def approve(service: str, decision: _Object) -> None:
        emulator.services[service].approve(**decision)

    @app.post("/reset", status_code=204)
    async def reset() -> None:
        emulator.reset()

    @app.post("/revoke-tokens", status_code=204)
    async def revoke_tokens() -> None:
        emulator.revoke_tokens()

    return app


async def _bad_request(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=400)
