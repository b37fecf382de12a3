"""The body of a request, in bounds of size and time, as one checked record."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from dongcha.serve.http.failures import invalid
from dongcha.serve.http.problems import Problem
from dongcha.serve.live.limits import Limits

Record = TypeVar("Record", bound=BaseModel)


async def record_of(request: Request, kind: type[Record]) -> Record:
    """The body as a record of that kind; raises `Problem`."""
    limits: Limits = request.app.state.limits
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # A page in a browser can send other types to any host without asking it first.
    if media != "application/json":
        raise Problem("media-type", "send Content-Type: application/json")
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise Problem("media-type", "send the body without a content encoding")
    body = await _read(request, limits)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from None
    except RecursionError:
        raise Problem("bad-json", "the body is nested too deeply") from None


async def _read(request: Request, limits: Limits) -> bytes:
    said = request.headers.get("content-length", "0")
    if not said.isdigit() or int(said) > limits.body_bytes:
        raise _too_large(limits)
    parts, size = [], 0
    try:
        async with asyncio.timeout(limits.body_s):
            async for part in request.stream():
                size += len(part)
                if size > limits.body_bytes:
                    raise _too_large(limits)
                parts.append(part)
    except TimeoutError:
        raise Problem("timeout", "the body did not arrive in time", headers={"connection": "close"}) from None
    except ClientDisconnect:
        raise Problem("bad-request", "the connection was closed") from None
    return b"".join(parts)


def _too_large(limits: Limits) -> Problem:
    return Problem("too-large", f"a body may have {limits.body_bytes:,} bytes", headers={"connection": "close"})
