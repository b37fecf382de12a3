"""The OpenAPI document of the application: FastAPI's own, made whole.

Adds what every path shares: the problem document as a component, and, where tokens are needed, which scope each path
asks for.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from dongcha.serve.http.gate import OPEN, scope_of
from dongcha.serve.http.schemas import ProblemOut

SCHEME = "token"


def named(route: APIRoute) -> str:
    """The `operationId`: the name of the function, so that generated clients have plain names."""
    return route.name


def document(app: FastAPI, *, secured: bool) -> None:
    """Let `app` show its whole document; `secured` where a token is needed."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            parts = found.setdefault("components", {})
            problem = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.setdefault("schemas", {}).update(problem.pop("$defs"), ProblemOut=problem)
            if secured:
                _secure(found, parts)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = whole  # type: ignore[method-assign]


def _secure(found: dict[str, Any], parts: dict[str, Any]) -> None:
    parts["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "description": "A token that dongcha token new has made."}
    }
    for path, methods in found["paths"].items():
        if path not in OPEN:
            for method, told in methods.items():
                told["security"] = [{SCHEME: [scope_of(method.upper(), path)]}]
