"""`serve`: a place, its service, and the application around it, on a socket."""

import gc
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dongcha.core.errors import ConfigError, MissingExtra
from dongcha.serve.live.limits import Limits

if TYPE_CHECKING:
    from dongcha.serve.http.tokens import Tokens

SWITCH_S = 0.001
Begun = Callable[[str, dict[str, int]], None]
"""Told the address, and the version of each model, when requests are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What is asked of a service."""

    place: str
    host: str = "127.0.0.1"
    port: int = 8000
    token_file: Path | None = None
    replicas: int = 1  # more than one: by Ray Serve
    limits: Limits = field(default_factory=Limits)
    learn: bool = False  # whether a worker of the project's jobs runs beside


def served(asked: Serving, begun: Begun) -> None:
    """Serve until told to stop.

    Raises `ConfigError` for an address beyond this machine without tokens, where nothing can be served, or where the
    port is taken; `StorageError` for a place that is neither project nor model; `MissingExtra`.
    """
    try:
        from dongcha.serve.http.logs import log_to_stderr
        from dongcha.serve.http.run import is_loopback
        from dongcha.serve.http.tokens import Tokens
    except ModuleNotFoundError as error:
        raise MissingExtra(f'serving needs {error.name}: pip install "dongcha[serve]"') from error
    local = is_loopback(asked.host)
    if asked.token_file is None and not local:
        raise ConfigError(
            f"{asked.host} can be reached by others, so a token is needed: make one with "
            "dongcha token new --file tokens.json, and give --token-file tokens.json"
        )
    tokens = None if asked.token_file is None else Tokens(asked.token_file)
    with _worker(asked):
        if asked.replicas > 1:
            _replicated(asked, begun, local_only=local and tokens is None)
            return
        log_to_stderr()
        _alone(asked, begun, tokens, local_only=local and tokens is None)


def _worker(asked: Serving) -> AbstractContextManager[None]:
    """What runs beside the service where it is asked for."""
    if not asked.learn:
        return nullcontext()
    from dongcha.loop.jobs.beside import worker_beside

    return worker_beside(Path(asked.place))


def _alone(asked: Serving, begun: Begun, tokens: "Tokens | None", *, local_only: bool) -> None:
    """Serve by this process until told to stop."""
    from dongcha.serve.http.app import application
    from dongcha.serve.http.metrics import metrics
    from dongcha.serve.http.run import address_of, listening, serve
    from dongcha.serve.live.learned import Learned
    from dongcha.serve.live.place import place_of
    from dongcha.serve.live.service import serving

    sys.setswitchinterval(SWITCH_S)  # a thread that answers must not keep the one that reads requests waiting
    figures = metrics()
    with ExitStack() as undo:
        listener = undo.enter_context(listening(asked.host, asked.port))
        service = serving(place_of(asked.place), asked.limits, figures.watched(), Learned())
        undo.callback(service.close)
        gc.collect()
        gc.freeze()  # what is loaded stays; a full collection that walks all of it holds every request up
        app = application(service, figures, tokens, local_only=local_only)
        serves = {name: desk.live.version for name, desk in service.desks.items()}
        serve(app, listener, asked.limits, lambda: begun(address_of(listener, asked.host), serves))


def _replicated(asked: Serving, begun: Begun, *, local_only: bool) -> None:
    """Serve by several replicas until told to stop."""
    import ray

    from dongcha.serve.http.run import address_of, listening
    from dongcha.serve.live.place import champions, place_of
    from dongcha.serve.replicas import ray_serve, replicated

    serve = ray_serve()
    place = place_of(asked.place)
    with listening(asked.host, asked.port) as listener:  # a port that is taken is said before Ray starts
        address, port = address_of(listener, asked.host), listener.getsockname()[1]
    stop = threading.Event()
    ray.init(ignore_reinit_error=True, include_dashboard=False, log_to_driver=False)
    try:
        serve.start(http_options={"host": asked.host, "port": port})
        app = replicated(str(Path(asked.place).absolute()), asked.limits, asked.token_file, asked.replicas,
                         local_only=local_only)  # fmt: skip
        serve.run(app, route_prefix="/")
        for number in (signal.SIGTERM, signal.SIGINT):  # only now: Ray sets handlers of its own when it starts
            signal.signal(number, lambda *_: stop.set())
        begun(address, {name: one.number for name, one in champions(place).items()})
        stop.wait()
    finally:
        serve.shutdown()
        ray.shutdown()
