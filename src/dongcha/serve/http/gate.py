"""What every request passes: its id, its host, its token and rate; then it is counted and logged.

An ASGI application around another.  Knows headers and scopes.  Knows nothing of bodies.
"""

import logging
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dongcha.core.words import Words
from dongcha.serve.http.language import preferred
from dongcha.serve.http.metrics import Metrics
from dongcha.serve.http.problems import Problem
from dongcha.serve.http.rates import Rates
from dongcha.serve.http.tokens import Token, Tokens
from dongcha.serve.live.limits import Limits

LOG = logging.getLogger("dongcha.serve.access")
OPEN = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json", "/"})
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
WRONG_PER_S = 5.0  # requests with a wrong token, of one address
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
Headers = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Gate:
    """Around the application `inner`; without `tokens` everybody may do everything, under a local name only."""

    inner: ASGIApp
    limits: Limits
    metrics: Metrics
    tokens: Tokens | None = None
    local_only: bool = False
    rates: Rates = field(default_factory=Rates)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        seen = _Seen(given if _ID.fullmatch(given) else token_hex(8))
        scope["dongcha_id"] = seen.id
        self.metrics.in_flight.inc()
        try:
            problem = self._refused(scope, headers)
            if problem is not None:
                lang = preferred(headers.get(b"accept-language", b"").decode("latin-1"))
                response = problem.response(seen.id, lang)
                await response(scope, receive, seen.sending(send))
            else:
                await self.inner(scope, receive, seen.sending(send))
        finally:
            self.metrics.in_flight.dec()
            self._told(scope, seen)

    def _refused(self, scope: Scope, headers: Headers) -> Problem | None:
        """Why the request is not answered; None where it is."""
        if self.local_only and _host(headers.get(b"host", b"")) not in LOCAL:
            # A page of another site may point its own name at this machine.
            return Problem(
                "misdirected",
                Words(
                    "ask for localhost, or start the service with a token file",
                    "请访问 localhost，或用令牌文件启动服务",
                ),
            )
        path = scope["path"]
        client, rate = "everybody", self.limits.rate
        if self.tokens is not None and path not in OPEN:
            token = self._token(headers)
            if token is None:
                return self._unknown(scope)
            scope["dongcha_token"] = token
            wanted = scope_of(scope["method"], path)
            if not token.may(wanted):
                return Problem(
                    "forbidden", Words(f"this needs a token with the scope {wanted!r}", f"需要权限为 {wanted!r} 的令牌")
                )
            client, rate = token.id, token.rate or rate
        wait_s = 0.0 if path in OPEN else self.rates.wait_s(client, rate)
        return _later(wait_s) if wait_s else None

    def _token(self, headers: Headers) -> Token | None:
        kind, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        assert self.tokens is not None
        return self.tokens.find(secret.strip()) if kind.lower() == "bearer" else None

    def _unknown(self, scope: Scope) -> Problem:
        address = (scope.get("client") or ("?",))[0]
        wait_s = self.rates.wait_s(f"wrong {address}", WRONG_PER_S)
        if wait_s:
            return _later(wait_s)
        return Problem(
            "unauthorized",
            Words("send Authorization: Bearer TOKEN", "请发送 Authorization: Bearer TOKEN"),
            headers={"www-authenticate": "Bearer"},
        )

    def _told(self, scope: Scope, seen: "_Seen") -> None:
        """Count and log; by the route's pattern, because a path may hold anything."""
        seconds = time.monotonic() - seen.start
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.request(route, method, seen.status, seconds)
        if (tally := scope.get("dongcha_tally")) is not None:  # a request that found its model
            tally(seen.status, seconds)
        level = logging.WARNING if seen.status >= 500 else logging.DEBUG if route in QUIET else logging.INFO
        if LOG.isEnabledFor(level):
            token: Token | None = scope.get("dongcha_token")
            told: dict[str, Any] = {
                "request": seen.id, "method": method, "route": route, "status": seen.status,
                "ms": round(1000 * seconds, 1), **({} if token is None else {"token": token.id}),
            }  # fmt: skip
            LOG.log(level, "answered", extra=told | scope.get("dongcha_log", {}))


METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"})


@dataclass(slots=True)
class _Seen:
    """A request under way."""

    id: str
    start: float = field(default_factory=time.monotonic)
    status: int = 499  # the client has gone

    def sending(self, send: Send) -> Send:
        """`send` that notes the status and adds headers."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()), (b"x-request-id", self.id.encode()),
                    (b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"),
                ]  # fmt: skip
            await send(message)

        return noted


def scope_of(method: str, path: str) -> str:
    """What a token needs for a path.

    >>> [scope_of("POST", "/v1/predict"), scope_of("GET", "/v1/models"), scope_of("POST", "/v1/models/x/promote")]
    ['predict', 'read', 'admin']
    """
    if path.rstrip("/") in ("/v1/predict", "/v1/feedback"):
        return path.rstrip("/").rpartition("/")[2]
    return "read" if method in ("GET", "HEAD") else "admin"


def _host(given: bytes) -> str:
    host = given.decode("latin-1").lower()
    return host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]


def _later(wait_s: float) -> Problem:
    after = str(max(1, math.ceil(wait_s)))
    return Problem(
        "rate-limited", Words("this client asks too often", "该客户端请求过于频繁"), headers={"retry-after": after}
    )
