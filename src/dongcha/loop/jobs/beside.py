"""A worker beside a service: `python -m dongcha.loop.jobs.beside PROJECT`, started again where it ends by itself."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dongcha.core.errors import DongchaError
from dongcha.core.events import Event
from dongcha.loop.jobs.tied import end_with_parent, started
from dongcha.loop.jobs.worker import checked, watched

AGAIN_S = 10.0
STOP_S = 20.0
LOG = logging.getLogger("dongcha.serve")


@contextmanager
def worker_beside(place: Path) -> Iterator[None]:
    """Run a worker of the project in a process of its own; it ends with this one.

    Raises what `watched` raises for a place where nothing is to be done.
    """
    checked(place)
    stop = threading.Event()
    keeper = threading.Thread(target=_kept, args=(place, stop), name="worker-beside", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join(STOP_S)


def _kept(place: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        child = started(__name__, str(place.absolute()))
        assert child.stdin is not None
        while child.poll() is None and not stop.wait(0.2):
            pass
        child.stdin.close()  # which tells it to end
        status = child.wait()
        if not stop.is_set():
            LOG.warning("the worker of jobs ended by itself and is started again", extra={"status": status})
            stop.wait(AGAIN_S)


def main() -> None:
    """Work until the service is gone."""
    from dongcha.serve.http.logs import log_to_stderr

    log_to_stderr()

    def tell(event: Event) -> None:
        LOG.info(event.kind, extra={"event": dict(event.data)})

    try:
        watched(Path(sys.argv[1]), tell, begun=end_with_parent)
    except DongchaError as error:
        LOG.error("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
