"""What the OpenAPI document says about bodies and about the forms that no model describes: JSON Schema."""

from __future__ import annotations

from typing import Any

from unmask.apps.server.problems import TABLE

BINARY = {"type": "string", "format": "binary"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}
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
