# Copyright (c) 2026 The cloudcron.huaweicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator takes and answers, as an OpenAPI document.

It is made when somebody asks for it, and says what holds in the dialect of that moment. Of requests it says what is
surely taken: what one field needs of another, and the second way of writing in a dialect, are not in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from .answers import in_dialect
from .errors import TEXT

if TYPE_CHECKING:
    from .app import Route
    from .dialect import Dialect
    from .operation import Operation

Schema = dict[str, Any]

_TOKEN: dict[str, list[str]] = {"token": []}
_SIGNATURE: dict[str, list[str]] = {"signature": []}
_SECURITY = {
    "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "A token of IAM."},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "SDK-HMAC-SHA256 over the request and X-Sdk-Date, with X-Security-Token for a temporary key. "
        "Where no path says it, X-Project-Id or X-Domain-Id says for what it acts.",
    },
}
_LIMITS = {"ge": "minimum", "le": "maximum"}
_REQUEST_ID = {"required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"}}


def describe(title: str, version: str, routes: Iterable[Route], dialect: Dialect) -> Schema:
    """The document for these routes, in this dialect."""
    routes = list(routes)
    schemas, components = _schemas([route.operation for route in routes], dialect)
    paths: dict[str, Schema] = {}
    for route in routes:
        operation = route.operation
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": _SECURITY},
    }


def _schemas(operations: list[Operation], dialect: Dialect) -> tuple[dict[Any, Schema], Schema]:
    """The schemas of bodies and answers by their type, and what they refer to."""
    kinds = {kind for each in operations for kind in (each.body, each.answer) if kind is not None}
    mode: JsonSchemaMode = "validation"
    inputs = [(kind, mode, TypeAdapter(kind)) for kind in sorted(kinds, key=repr)]
    found, common = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    components = {name: in_dialect(_plain(schema), dialect) for name, schema in common.get("$defs", {}).items()}
    return {kind: _plain(schema) for (kind, _mode), schema in found.items()}, components


def _operation(route: Route, schemas: dict[Any, Schema]) -> Schema:
    operation = route.operation
    described: Schema = {
        "operationId": f"{route.service}.{operation.id}",
        "tags": [route.service],
        "parameters": [
            *(_path_parameter(name, operation.longest_id) for name in re.findall(r"{(\w+)}", operation.path)),
            *_parameters("query", operation.query),
            *_parameters("header", operation.headers),
        ],
        "security": [*([{}] if operation.anonymous else []), _TOKEN, _SIGNATURE],
        "responses": {
            str(operation.success): _success(operation, schemas),
            **{
                str(status): _response(f"Refused with status {status}.", _json(schema))
                for status, schema in route.errors.schemas(operation.errors).items()
            },
        },
    }
    if operation.body is not None:
        described["requestBody"] = {"required": operation.body_required, "content": _json(schemas[operation.body])}
    return described


def _path_parameter(name: str, longest: int | None) -> Schema:
    limit = {} if longest is None else {"maxLength": longest}
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, **limit}}


def _parameters(place: str, model: type[Any]) -> list[Schema]:
    schema = _plain(model.model_json_schema())
    required = schema.get("required", ())
    return [
        {"name": name, "in": place, "required": name in required, "schema": each}
        for name, each in schema.get("properties", {}).items()
    ]


def _success(operation: Operation, schemas: dict[Any, Schema]) -> Schema:
    headers = {name: {"required": True, "schema": TEXT} for name in operation.answer_headers}
    if operation.answer is None:
        return _response("Done; the body is empty.", {}, headers)
    schema = schemas[operation.answer]
    content = {"application/octet-stream": {"schema": schema}} if operation.answer is bytes else _json(schema)
    return _response("Done.", content, headers)


def _response(description: str, content: Schema, headers: Schema | None = None) -> Schema:
    said = {"description": description, "headers": {"X-Request-Id": _REQUEST_ID, **(headers or {})}}
    return {**said, "content": content} if content else said


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _plain(schema: Any) -> Any:
    """A schema without the default null, by which the models mean that a field may be left out.

    Limits that stand behind a function of ours come out of pydantic under its own names.
    """
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {_LIMITS.get(name, name): _plain(each) for name, each in schema.items() if (name, each) != ("default", None)}
