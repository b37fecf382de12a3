"""Serve an application on a socket until SIGTERM or Ctrl-C, and end well."""

import ipaddress
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from dongcha.core.errors import ConfigError
from dongcha.serve.http.protocol import protocol
from dongcha.serve.live.limits import Limits

BACKLOG = 2048


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self.begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so: by now a signal stops the server in good order."""
        await super().startup(sockets)
        if not self.should_exit:
            self.begun()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in good order; a second signal stops at once."""
        self.force_exit = self.should_exit
        self.should_exit = True  # not kept to be raised again: a stop that was asked for is no failure


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one.  Raises `ConfigError` where it cannot be had."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, number)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error}; choose another --port, or --port 0 for a free one"
        ) from error
    return found


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "10.0.0.1")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address_of(listener: socket.socket, host: str) -> str:
    """The address that a person can open."""
    port = listener.getsockname()[1]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def serve(app: ASGIApp, listener: socket.socket, limits: Limits, begun: Callable[[], None]) -> None:
    """Answer until told to stop; then take nothing on, finish what has begun, and shut the application down.

    `begun` is called once requests are answered.
    """
    config = uvicorn.Config(
        app, log_config=None, access_log=False, http=protocol(limits), ws="none", lifespan="on", server_header=False,
        timeout_keep_alive=max(5, int(limits.header_s)), timeout_graceful_shutdown=int(limits.stop_s) or 1,
        proxy_headers=False, backlog=BACKLOG,
    )  # fmt: skip
    _Server(config, begun).run(sockets=[listener])
