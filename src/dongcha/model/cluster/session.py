"""A connection to Ray for the length of a job: a cluster of our own that leaves nothing behind, or one that is named.

Knows Ray's switches: no statistics to its makers, no dashboard, no log lines in the terminal.
"""

import logging
import os
import shutil
import signal
import socket
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, MissingExtra
from dongcha.core.settings import thread_count
from dongcha.model.workers import Workers

START_S = 120.0
"""Longest wait for a cluster's room for one more worker."""
SWITCHES: Mapping[str, str] = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_TRAIN_ENABLE_STATE_TRACKING": "0",
    "RAY_TRAIN_METRICS_ENABLED": "0",
    "RAY_TRAIN_WORKER_GROUP_START_TIMEOUT_S": "120",
    "RAY_worker_niceness": "0",  # they do the work, so they have the priority that one process would have
}
LOCAL = "local"
KNOCK_S = 10.0


@dataclass(frozen=True, slots=True)
class Session:
    """A cluster at work: `cores` and `gpus` are all that it has."""

    workers: Workers
    cores: int
    gpus: float

    @property
    def threads(self) -> int:
        """Threads of one worker."""
        return max(1, self.cores // self.workers.count)

    @property
    def processors(self) -> float:
        """Processors that are kept for one worker: its share, less than one where there are more workers."""
        return float(self.threads) if self.cores >= self.workers.count else self.cores / self.workers.count

    @property
    def chips(self) -> float:
        """GPUs that are kept for one worker: one at most, a part of one where there are fewer."""
        return min(1.0, self.gpus / self.workers.count)


def ray_module() -> Any:
    """Ray; raises `MissingExtra` with the install command where it is not there."""
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("several workers need Ray, which is not installed: pip install 'dongcha[ray]'") from error
    return ray


@contextmanager
def connected(workers: Workers) -> Iterator[Session]:
    """A session on the cluster that is named, on one that this process uses already, or on a new one of its own."""
    ray = ray_module()
    if ray.is_initialized():
        yield _session(ray, workers)
        return
    # Sockets lie in the folder, and their paths must be short.
    base = Path("/tmp") if os.access("/tmp", os.W_OK) else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="dongcha-ray-", dir=base))
    stop = signal.getsignal(signal.SIGTERM)
    try:
        with _environment(SWITCHES), _unprinted():
            _init(ray, workers.address or os.environ.get("RAY_ADDRESS") or LOCAL, folder)
            try:
                yield _session(ray, workers)
            finally:
                ray.shutdown()
    finally:
        _restore(stop)
        shutil.rmtree(folder, ignore_errors=True)


def _init(ray: Any, address: str, folder: Path) -> None:
    own: dict[str, Any] = {}
    if address == LOCAL:
        own = {"num_cpus": thread_count(), "include_dashboard": False, "_temp_dir": str(folder)}
    try:
        _knock(address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what will be otherwise in later versions of Ray
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (ValueError, RuntimeError, OSError) as error:
        why = str(error).strip().splitlines()[0][:150] if str(error).strip() else type(error).__name__
        if address == LOCAL:
            raise ConfigError(f"Ray cannot be started on this machine ({why}); leave out --workers") from error
        raise ConfigError(
            f"no Ray cluster answers at {address!r} ({why}); correct RAY_ADDRESS or [tune] address, or leave it out"
        ) from error


def _knock(address: str) -> None:
    """Raise `OSError` at once where nobody listens at `host:port`; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdecimal() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=KNOCK_S).close()


def _session(ray: Any, workers: Workers) -> Session:
    found = ray.cluster_resources()
    return Session(workers, max(1, int(found.get("CPU", 1))), float(found.get("GPU", 0.0)))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def _unprinted() -> Iterator[None]:
    """Ray prints the deaths of workers to stdout, where `--json` has its object; no setting of Ray's stops that."""
    from ray._private import worker

    before = worker._worker_logs_enabled
    worker._worker_logs_enabled = False
    try:
        yield
    finally:
        worker._worker_logs_enabled = before


def _restore(handler: Any) -> None:
    """Give SIGTERM back to whom it was; only the main thread may, and only there Ray took it."""
    try:
        signal.signal(signal.SIGTERM, handler)
    except ValueError:
        return
