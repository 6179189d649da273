"""What the OpenAPI document says beyond the code: answers, refusals, examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from unmask.apps.server.examples import EXAMPLES
from unmask.apps.server.problems import MEDIA_TYPE, TABLE, Problem
from unmask.apps.server.schemas import PROBLEM, SCHEMAS
from unmask.reports.schema import schema

Responses = dict[int | str, dict[str, Any]]


def _refusal(*codes: str) -> dict[str, Any]:
    status, title = TABLE[codes[0]]
    example = {**Problem(codes[0], f"{title}.").document("0f3c5b7a9d1e2f40"), "status": status}
    return {
        "description": "; ".join(dict.fromkeys(TABLE[code][1] for code in codes)),
        "content": {MEDIA_TYPE: {"schema": PROBLEM, "example": example}},
    }


def _refusals(codes: list[str]) -> Responses:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(TABLE[code][0], []).append(code)
    return {status: _refusal(*found) for status, found in sorted(by_status.items())}


FEW_REFUSALS = _refusals(
    [
        "bad_request",
        "origin_refused",
        "host_refused",
        "method_not_allowed",
        "internal_error",
        "not_ready",
    ]
)
REFUSALS = FEW_REFUSALS | _refusals(
    ["unauthorised", "rate_limited", "invalid_request", "not_found"]
)
ALL_REFUSALS = REFUSALS | _refusals(list(TABLE))


def analysis() -> Responses:
    """The published JSON form, and every way to be refused."""
    found = {"schema": {"$ref": "#/components/schemas/Analysis"}}
    answer = {"description": "The answer", "content": {"application/json": found}}
    return {200: answer} | ALL_REFUSALS


def conflict() -> Responses:
    return _refusals(["conflict"])


def binary(*media_types: str) -> Responses:
    content = {kind: {"schema": {"type": "string"}} for kind in media_types}
    return {200: {"description": "The answer", "content": content}} | ALL_REFUSALS


def document(app: FastAPI, with_keys: bool) -> dict[str, Any]:
    """OpenAPI 3.1, with the published JSON form as it is published."""
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas.update(SCHEMAS | _published())
    _show(found["paths"])
    if with_keys:
        found["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        _lock(found["paths"])
    return found


def _show(paths: dict[str, Any]) -> None:
    """An example beside each form of a good answer."""
    for path, examples in EXAMPLES.items():
        for operation in paths[path].values():
            for status, answer in operation["responses"].items():
                if status in ("200", "202"):
                    for kind, example in examples.items():
                        answer["content"][kind]["example"] = example


def _lock(paths: dict[str, Any]) -> None:
    for path, methods in paths.items():
        for operation in methods.values():
            if path.startswith("/v1") or path == "/metrics":
                operation["security"] = [{"bearer": []}, {"header": []}]


def _published() -> dict[str, Any]:
    """The schema's own definitions become components, and its references follow."""
    found = schema()
    definitions = found.pop("$defs", {})
    for key in ("$schema", "$id"):
        found.pop(key, None)
    named = {"Analysis": found} | {f"Analysis.{name}": d for name, d in definitions.items()}
    return _moved(named)


def _moved(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            k: v.replace("#/$defs/", "#/components/schemas/Analysis.") if k == "$ref" else _moved(v)
            for k, v in value.items()
        }
    return [_moved(item) for item in value] if isinstance(value, list) else value
