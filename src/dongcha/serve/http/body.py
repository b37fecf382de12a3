"""The body of a request, in bounds of size and time, as one checked record."""

import asyncio
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from dongcha.core.words import Words
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
        raise Problem(
            "media-type", Words("send Content-Type: application/json", "请发送 Content-Type: application/json")
        )
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise Problem("media-type", Words("send the body without a content encoding", "请勿对请求体使用内容编码"))
    body = await _read(request, limits)
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from None
    except RecursionError:
        raise Problem("bad-json", Words("the body is nested too deeply", "请求体嵌套过深")) from None


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
        raise Problem(
            "timeout", Words("the body did not arrive in time", "请求体未及时到达"), headers={"connection": "close"}
        ) from None
    except ClientDisconnect:
        raise Problem("bad-request", Words("the connection was closed", "连接已关闭")) from None
    return b"".join(parts)


def _too_large(limits: Limits) -> Problem:
    return Problem(
        "too-large",
        Words(f"a body may have {limits.body_bytes:,} bytes", f"请求体最多 {limits.body_bytes:,} 字节"),
        headers={"connection": "close"},
    )
