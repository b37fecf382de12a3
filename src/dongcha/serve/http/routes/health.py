"""`/healthz`, `/readyz`, `/metrics`, and a page that says what there is."""

import html
import json
from typing import Any

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from dongcha.core.errors import StorageError
from dongcha.serve.http.metrics import Metrics
from dongcha.serve.http.routes.shown import problems
from dongcha.serve.http.shapes import AliveOut, ReadyOut
from dongcha.serve.live.service import Service

router = APIRouter()


_ANY = problems((421, 500))
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": ReadyOut, "description": "Not ready"}}
_TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/healthz", summary="Whether the process lives.", response_model=AliveOut, responses=_ANY)
async def healthz() -> Response:
    """Always 200 while requests are answered at all."""
    return JSONResponse({"status": "ok"})


@router.get(
    "/readyz", summary="Whether requests can be answered and feedback stored.", response_model=ReadyOut,
    responses=_ANY | _NOT_READY,
)  # fmt: skip
def readyz(request: Request) -> Response:
    """200 with a model at work and a state that can be read, else 503."""
    service: Service = request.app.state.service
    serves = {name: desk.live.version for name, desk in list(service.desks.items())}
    try:
        service.versions.models()
        state = "ok"
    except StorageError:
        state = "unreadable"
    ready = bool(serves) and state == "ok" and not request.app.state.stopping
    return JSONResponse({"ready": ready, "serves": serves, "state": state}, 200 if ready else 503)


@router.get(
    "/metrics", summary="Figures for Prometheus.", response_class=PlainTextResponse,
    responses=problems((401, 403, 421, 429, 500)) | _TEXT,
)  # fmt: skip
def figures(request: Request) -> Response:
    """Requests, latencies, queues, batches, feedback, versions."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.page(request.app.state.service), media_type=CONTENT_TYPE_LATEST)


@router.get("/", include_in_schema=False)
async def root() -> Response:
    """To the documentation."""
    return RedirectResponse("/docs")


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The paths with their examples, in one page that loads nothing from anywhere."""
    return HTMLResponse(page(request.app.openapi()), headers={"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"})  # fmt: skip  # noqa: E501


def page(schema: dict[str, Any]) -> str:
    """An HTML page of an OpenAPI document."""
    parts = []
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            examples = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
            shown = "".join(
                f"<pre>{html.escape(json.dumps(one['value'], ensure_ascii=False, indent=1))}</pre>"
                for one in examples.values()
            )
            name = html.escape(f"{method.upper()} {path}")
            text = html.escape(told.get("description") or told.get("summary", ""))
            parts.append(f"<section><h2>{name}</h2><p>{text}</p>{shown}</section>")
    title = html.escape(schema["info"]["title"])
    style = "body{font:16px/1.5 system-ui;max-width:50em;margin:2em auto;padding:0 1em}pre{background:#8882;padding:.7em;overflow:auto}"  # noqa: E501
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{style}</style>'
        f'<h1>{title}</h1><p><a href="/openapi.json">OpenAPI</a></p>{"".join(parts)}</html>'
    )
