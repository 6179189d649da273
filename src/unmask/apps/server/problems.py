"""An error in, its HTTP status and RFC 9457 document out: the one table of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from unmask.errors import UnmaskError

MEDIA_TYPE = "application/problem+json"

TABLE: dict[str, tuple[int, str]] = {
    # the codes of unmask.errors
    "unmask_error": (500, "The analysis failed"),
    "input_error": (422, "The picture cannot be judged"),
    "too_large": (413, "Too large"),
    "unsupported_format": (415, "Not a picture of a known format"),
    "corrupt_image": (422, "The picture is damaged"),
    "detector_error": (500, "The detector failed"),
    "unknown_detector": (422, "Unknown detector"),
    "detector_damaged": (500, "The detector is damaged"),
    "inference_failed": (500, "The detector failed"),
    "config_error": (422, "An option has a value it cannot have"),
    "missing_extra": (501, "This server lacks an optional part"),
    "training_error": (500, "The analysis failed"),
    "empty_dataset": (500, "The analysis failed"),
    "leaky_split": (500, "The analysis failed"),
    "export_mismatch": (500, "The analysis failed"),
    # the service's own
    "bad_request": (400, "Not a request this server understands"),
    "unauthorised": (401, "An API key is needed"),
    "origin_refused": (403, "Pages from elsewhere are not served"),
    "fetch_off": (403, "Fetching addresses is switched off"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "slow_upload": (408, "The upload was too slow"),
    "conflict": (409, "Not possible in this state"),
    "host_refused": (421, "Not a name of this server"),
    "invalid_request": (422, "The request is not as described"),
    "address_refused": (422, "The address may not be fetched"),
    "fetch_failed": (422, "The address could not be fetched"),
    "nothing_to_explain": (422, "No face, so nothing to explain"),
    "bad_archive": (422, "The archive cannot be read"),
    "rate_limited": (429, "Too many requests"),
    "overloaded": (429, "The server has enough to do"),
    "internal_error": (500, "The server failed"),
    "worker_lost": (500, "The analysis came to a sudden end"),
    "not_ready": (503, "Not ready yet"),
    "analysis_timeout": (504, "The analysis took too long"),
}


class Problem(Exception):
    """A refusal with a stable code of the table; the detail is for people."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.status, self.title = TABLE[code]
        self.headers = dict(headers or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(max(1, round(retry_after + 0.5)))

    def document(self, request_id: str = "") -> dict[str, Any]:
        return {
            "type": f"urn:unmask:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": request_id,
        }

    def response(self, request_id: str = "") -> JSONResponse:
        return JSONResponse(
            self.document(request_id), self.status, headers=self.headers, media_type=MEDIA_TYPE
        )


def from_error(error: UnmaskError) -> Problem:
    """What a client is told; faults of the detector stay vague, their details are for the log."""
    code = error.code if error.code in TABLE else UnmaskError.code
    status, title = TABLE[code]
    return Problem(code, str(error) if status < 500 or status == 501 else f"{title}.")


def overloaded(what: str, retry_after: float = 1) -> Problem:
    return Problem("overloaded", f"{what} Try again a little later.", retry_after=retry_after)
