"""The application: routes around a service, and the gate around the routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp

from dongcha.serve.http.document import document, named
from dongcha.serve.http.failures import answer_failures
from dongcha.serve.http.gate import Gate
from dongcha.serve.http.metrics import Metrics
from dongcha.serve.http.routes import feedback, health, models, predict, told
from dongcha.serve.http.tokens import Tokens
from dongcha.serve.live.service import Service

VERSION = "1"


def application(
    service: Service, metrics: Metrics, tokens: Tokens | None = None, *, local_only: bool = False
) -> ASGIApp:
    """An ASGI application; the service is closed when the application shuts down."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.stopping = True
        await to_thread.run_sync(service.close)

    app = FastAPI(
        title="Dongcha", version=VERSION, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan,
        generate_unique_id_function=named,
    )  # fmt: skip
    app.state.service, app.state.metrics, app.state.limits = service, metrics, service.limits
    app.state.stopping = False
    for part in (predict, feedback, models, told, health):
        app.include_router(part.router)
    answer_failures(app)
    document(app, secured=tokens is not None)
    return Gate(app, service.limits, metrics, tokens, local_only)
