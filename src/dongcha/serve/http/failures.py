"""From errors of Dongcha and of the frameworks to problem documents."""

import logging
import math
import re
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dongcha.core.errors import ConfigError, DataError, DongchaError, StorageError, UnknownName
from dongcha.core.words import Lang, Words
from dongcha.serve.http.language import preferred
from dongcha.serve.http.problems import BY_STATUS, KINDS, Problem
from dongcha.serve.live.queue import QueueFull, Stopping, TooLate

LOG = logging.getLogger("dongcha.serve")
_PATH = re.compile(r"(?<![\w/\\])(?:[A-Za-z]:)?(?:[/\\][^\s/\\'\",;:()<>]+){2,}[/\\]?")
RETRY_S = 2


def problem_of(error: BaseException) -> Problem:
    """The problem document of an error; what is not known here is a defect of ours and says nothing of itself."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueueFull):
        return Problem("queue-full", error.words, headers={"retry-after": str(math.ceil(error.retry_s))})
    if isinstance(error, TooLate):
        return Problem("deadline", error.words)
    if isinstance(error, Stopping):
        return Problem("stopping", error.words, headers={"retry-after": str(RETRY_S)})
    if isinstance(error, StorageError):
        return Problem(
            "storage",
            Words("nothing was stored; try again", "未存储任何内容；请重试"),
            headers={"retry-after": str(RETRY_S)},
        )
    kinds: dict[type[DongchaError], str] = {
        UnknownName: "not-found", ConfigError: "conflict", DataError: "unprocessable",
    }  # fmt: skip
    found = next((kind for known, kind in kinds.items() if isinstance(error, known)), None)
    if found is None or not isinstance(error, DongchaError):
        return Problem("internal")
    said = error.words
    return Problem(found, Words(without_paths(said.en), without_paths(said.zh)))


def invalid(error: ValidationError | RequestValidationError) -> Problem:
    """What is wrong with a body, by place and kind; values that were sent are left out."""
    found = [
        {"place": ".".join(map(str, one["loc"]))[:200], "problem": str(one["type"])}
        for one in error.errors()[:20]
    ]  # fmt: skip
    if found[0]["problem"] == "json_invalid":
        return Problem(
            "bad-json",
            Words(
                "the body must be one JSON object in UTF-8, of finite numbers and whole characters",
                "请求体必须是一个 UTF-8 编码的 JSON 对象，数字有限、字符完整",
            ),
        )
    places = ", ".join(f"{one['place'] or 'body'} ({one['problem']})" for one in found[:5])
    return Problem("unprocessable", Words(f"wrong: {places}", f"有误：{places}"), errors=found)


def without_paths(text: str) -> str:
    """The text with paths of this machine taken out.

    >>> without_paths("cannot read '/srv/x/model.onnx'; train it again")
    "cannot read '…'; train it again"
    >>> without_paths("3/4 of them and/or others / all at 24/7, and https://example.com/a/b")
    '3/4 of them and/or others / all at 24/7, and https://example.com/a/b'
    """
    return _PATH.sub("…", text)


def language(request: Request) -> Lang:
    """The language that the client prefers."""
    return preferred(request.headers.get("accept-language", ""))


def answer_failures(app: FastAPI) -> None:
    """Let the application answer every error with a problem document."""

    async def ours(request: Request, error: Exception) -> Response:
        found = problem_of(error)
        if found.status >= 500 and isinstance(error, DongchaError):
            LOG.warning("a request failed", extra={"error": type(error).__name__, "why": str(error)})
        return found.response(request.scope.get("dongcha_id", "-"), language(request))

    async def theirs(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        others = (name for name, one in KINDS.items() if one.status == error.status_code)
        kind = BY_STATUS.get(error.status_code) or next(others, "bad-request")
        headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
        return Problem(kind, headers=headers).response(request.scope.get("dongcha_id", "-"), language(request))

    async def asked(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError | ValidationError)
        return invalid(error).response(request.scope.get("dongcha_id", "-"), language(request))

    found: dict[type[Exception], Any] = {
        Problem: ours, DongchaError: ours, Exception: ours, HTTPException: theirs, RequestValidationError: asked,
        ValidationError: asked,
    }  # fmt: skip
    for kind, handler in found.items():
        app.add_exception_handler(kind, handler)
