"""The service on Ray Serve: several replicas of the same application, on one machine or on a cluster.

Each replica loads the models, follows the aliases and writes into the same state, which for several machines is a
PostgreSQL database.  Rates are counted by each replica for itself.
"""

from pathlib import Path
from typing import Any

from dongcha.core.errors import MissingExtra
from dongcha.serve.http.app import application
from dongcha.serve.http.logs import log_to_stderr
from dongcha.serve.http.metrics import metrics
from dongcha.serve.http.tokens import Tokens
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.place import place_of
from dongcha.serve.live.service import serving

NAME = "dongcha"


def replicated(place: str, limits: Limits, token_file: Path | None, replicas: int, *, local_only: bool = False) -> Any:
    """A Ray Serve application with so many replicas, for `ray.serve.run`.

    `place` and `token_file` have to be there on every machine.  Raises `MissingExtra` where Ray Serve is not installed.
    """
    serve = ray_serve()

    def built() -> Any:
        log_to_stderr()
        figures = metrics()
        service = serving(place_of(place), limits, figures.watched())
        tokens = None if token_file is None else Tokens(token_file)
        return application(service, figures, tokens, local_only=local_only)

    class Replica:
        """The application answers; there is nothing to add."""

    made = serve.deployment(name=NAME, num_replicas=replicas, max_ongoing_requests=limits.waiting)
    return made(serve.ingress(built)(Replica)).bind()


def ray_serve() -> Any:
    """The module `ray.serve`; raises `MissingExtra`."""
    try:
        from ray import serve
    except ModuleNotFoundError as error:
        raise MissingExtra('several replicas need Ray Serve: pip install "dongcha[ray,serve]"') from error
    return serve
