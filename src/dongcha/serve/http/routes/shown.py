"""How the routes are described in OpenAPI."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from dongcha.serve.http.problems import KINDS, MEDIA

ASKED = (401, 403, 404, 421, 422, 429, 500, 503)
SENT = (*ASKED, 400, 408, 409, 413, 415, 504)


def described(
    summary: str,
    kind: type[BaseModel] | None,
    gives: type[BaseModel] | None,
    examples: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    links: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The arguments of a route whose body is read by `record_of`."""
    schema: dict[str, Any] = {} if kind is None else {"schema": kind.model_json_schema()}
    body = {"required": True, "content": {"application/json": {**schema, "examples": dict(examples or {})}}}
    return {
        "summary": summary,
        "response_model": gives,
        "status_code": status,
        "responses": problems(SENT if kind is not None else ASKED) | ({} if links is None else _linked(status, links)),
        "openapi_extra": {} if kind is None else {"requestBody": body},
    }


def problems(statuses: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    """The problem documents that a route may answer with."""
    titles = {kind.status: kind.title.en for kind in KINDS.values()}
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    return {one: {"description": titles[one], "content": {MEDIA: {"schema": schema}}} for one in sorted(statuses)}


def _linked(status: int, links: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {status: {"links": dict(links)}}
