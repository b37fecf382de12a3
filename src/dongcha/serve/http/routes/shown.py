"""How the routes are described in OpenAPI."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from dongcha.serve.http.problems import KINDS, MEDIA
from dongcha.serve.http.schemas import ProblemOut

COMMON = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503, 504)


def described(
    summary: str,
    kind: type[BaseModel] | None,
    gives: type[BaseModel] | None,
    examples: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> dict[str, Any]:
    """The arguments of a route whose body is read by `record_of`."""
    schema: dict[str, Any] = {} if kind is None else {"schema": kind.model_json_schema()}
    body = {"required": True, "content": {"application/json": {**schema, "examples": dict(examples or {})}}}
    return {
        "summary": summary,
        "response_model": gives,
        "status_code": status,
        "responses": problems(COMMON if kind is not None else (401, 403, 404, 422, 429, 500, 503)),
        "openapi_extra": {} if kind is None else {"requestBody": body},
    }


def problems(statuses: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    """The problem documents that a route may answer with."""
    titles = {kind.status: kind.title.en for kind in KINDS.values()}
    schema = ProblemOut.model_json_schema()
    return {one: {"description": titles[one], "content": {MEDIA: {"schema": schema}}} for one in statuses}
