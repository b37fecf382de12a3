"""HTTP on a connection, with limits on what a client may hold open; built on uvicorn's protocol.

A connection that brings no whole head of a request in time is closed, and so is one whose request goes on for too long
(a body that drips, an answer that is not taken).  Connections above the limit are told so and closed.
"""

import asyncio
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from dongcha.core.words import Words
from dongcha.serve.http.problems import MEDIA, Problem
from dongcha.serve.live.limits import Limits

LOOK_S = 1.0


class Bounded(HttpToolsProtocol):
    """uvicorn's protocol with `limits`, which `protocol` sets."""

    limits: ClassVar[Limits]

    _since = 0.0  # when the present wait began
    _waits: tuple[bool, Any] = (False, None)  # whether a request is under way, and the last one
    _looks: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to watch the connection, or refuse it."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._refuse(
                Problem("rate-limited", Words("too many connections", "连接过多"), headers={"retry-after": "1"})
            )
            return
        self._since = self.loop.time()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Watch no more."""
        if self._looks is not None:
            self._looks.cancel()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(Problem("bad-request", Words("this is no valid HTTP request", "不是有效的 HTTP 请求")))

    def _look(self) -> None:
        busy = self.cycle is not None and not self.cycle.response_complete
        now, waits = self.loop.time(), (busy, self.cycle)
        if waits != self._waits:
            self._waits, self._since = waits, now
        longest_s = self.limits.body_s + self.limits.deadline_s + self.limits.stop_s
        if busy and now - self._since > longest_s:
            self.transport.abort()
        elif not busy and now - self._since > self.limits.header_s:
            if self.cycle is None:
                self._refuse(Problem("timeout", Words("no request came in time", "未及时收到请求")))
            else:  # idle after an answer: an answer that nobody asked for would be taken for that of the next request
                self.transport.close()
        else:
            self._looks = self.loop.call_later(LOOK_S, self._look)

    def _refuse(self, problem: Problem) -> None:
        if self.transport.is_closing():
            return
        body = problem.document("-")
        head = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}", f"content-type: {MEDIA}"]
        head += [f"{name}: {value}" for name, value in problem.headers.items()]
        head += [f"content-length: {len(body)}", "connection: close", "", ""]
        self.transport.write("\r\n".join(head).encode("ascii") + body)
        self.transport.close()


def protocol(limits: Limits) -> type[asyncio.Protocol]:
    """A protocol class with those limits."""
    return type("Limited", (Bounded,), {"limits": limits})
