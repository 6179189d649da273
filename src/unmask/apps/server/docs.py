"""What the OpenAPI document says beyond the code: bodies, answers, refusals, examples."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from unmask.apps.server.problems import MEDIA_TYPE, TABLE, Problem
from unmask.reports.schema import schema

Responses = dict[int | str, dict[str, Any]]
BINARY = {"type": "string", "format": "binary"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}


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

PICTURE_BODY = {
    "requestBody": {
        "required": True,
        "description": "One picture: as a form with one file, as it is, or by its address.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": BINARY},
                    "required": ["file"],
                    "additionalProperties": False,
                }
            },
            "image/*": {"schema": BINARY},
            "application/octet-stream": {"schema": BINARY},
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Address"},
                "example": {"url": "https://example.org/portrait.jpg"},
            },
        },
    }
}
JOB_BODY = {
    "requestBody": {
        "required": True,
        "description": "Many pictures: as a form with files, as a ZIP archive, or by their addresses.",
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"file": {"type": "array", "items": BINARY, "minItems": 1}},
                    "required": ["file"],
                    "additionalProperties": False,
                }
            },
            "application/zip": {"schema": BINARY},
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Addresses"},
                "example": {"urls": ["https://example.org/a.jpg", "https://example.org/b.jpg"]},
            },
        },
    }
}
SCHEMAS: dict[str, Any] = {
    "Problem": {
        "title": "Problem",
        "description": "RFC 9457; `code` is stable, `detail` is for people.",
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "code": {"type": "string", "enum": sorted(TABLE)},
            "request_id": {"type": "string"},
        },
    },
    "StreamAnswer": {
        "title": "StreamAnswer",
        "description": "One text message of the WebSocket `/v1/stream`, about one of its frames.",
        "type": "object",
        "required": ["frame", "dropped"],
        "properties": {
            "frame": {"type": "integer", "minimum": 1, "description": "Counted as they came."},
            "dropped": {
                "type": "integer",
                "minimum": 0,
                "description": "Frames so far that were not looked at.",
            },
            "width": {"type": "integer", "minimum": 1},
            "height": {"type": "integer", "minimum": 1},
            "faces": {"type": "array", "items": {"$ref": "#/components/schemas/StreamFace"}},
            "analysis": {"$ref": "#/components/schemas/Analysis"},
            "problem": PROBLEM,
        },
        "oneOf": [
            {"required": ["width", "height", "faces"]},
            {"required": ["analysis"]},
            {"required": ["problem"]},
        ],
    },
    "StreamFace": {
        "title": "StreamFace",
        "description": "A face of a frame, and the verdict on its last seconds once it was seen often enough.",
        "type": "object",
        "required": ["number", "face", "fake_probability", "smoothed_probability", "verdict"],
        "properties": {
            "number": {
                "type": "integer",
                "description": "The same for as long as the face is followed.",
            },
            "face": {"$ref": "#/components/schemas/Analysis.face"},
            "fake_probability": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            "smoothed_probability": {
                "type": "number",
                "exclusiveMinimum": 0,
                "exclusiveMaximum": 1,
            },
            "verdict": {
                "oneOf": [{"$ref": "#/components/schemas/Analysis.verdict"}, {"type": "null"}]
            },
        },
        "additionalProperties": False,
    },
    "Address": {
        "type": "object",
        "required": ["url"],
        "properties": {"url": {"type": "string", "maxLength": 2000}},
        "additionalProperties": False,
    },
    "Addresses": {
        "type": "object",
        "required": ["urls"],
        "properties": {
            "urls": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 2000}}
        },
        "additionalProperties": False,
    },
}


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
    if with_keys:
        found["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        _lock(found["paths"])
    return found


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
