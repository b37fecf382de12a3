"""The limits of a service, once, so that no client can fill the memory or stop the others."""

from dataclasses import dataclass

from dongcha.core.checks import need
from dongcha.core.settings import thread_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a service takes on; raises `ConfigError` where a figure makes no sense."""

    workers: int = 0  # threads that answer, for each model; 0 means one for each core
    waiting: int = 2048  # inputs that may wait for a model; more are refused (429)
    together: int = 64  # inputs that a worker takes at once, whoever sent them
    share: int = 16  # of those, the most of one request while others wait
    inputs: int = 1000  # of one request
    deadline_s: float = 30.0  # from a request's arrival to its answer
    body_bytes: int = 10_000_000  # of one request
    body_s: float = 20.0  # in which a body has to arrive
    header_s: float = 10.0  # in which a connection has to bring the head of a request
    connections: int = 512
    rate: float = 0.0  # requests a second of one token; 0: as many as it sends
    pending: int = 20_000  # predictions that wait to be written; more are answered and not kept
    keep_days: int = 90  # of predictions
    shadow: float = 0.1  # share of inputs that a challenger answers too, 0..1
    shadow_waiting: int = 512  # of those, inputs that may wait for it; more are dropped
    stop_s: float = 30.0  # in which requests that have begun may end when the service stops

    def __post_init__(self) -> None:
        for name in ("waiting", "together", "share", "inputs", "body_bytes", "connections", "pending", "keep_days"):
            need("serve", name, getattr(self, name), getattr(self, name) >= 1, "at least 1")
        for name in ("deadline_s", "body_s", "header_s", "stop_s"):
            need("serve", name, getattr(self, name), getattr(self, name) > 0, "more than 0 seconds")
        need("serve", "shadow", self.shadow, 0 <= self.shadow <= 1, "from 0 to 1")
        need("serve", "shadow_waiting", self.shadow_waiting, self.shadow_waiting >= 1, "at least 1")
        need("serve", "workers", self.workers, self.workers >= 0, "0 or more")
        need("serve", "rate", self.rate, self.rate >= 0, "0 or more")

    @property
    def threads(self) -> int:
        """Worker threads of a model."""
        return self.workers or thread_count()

    @property
    def call_threads(self) -> int:
        """Threads that share a batch: the workers share the cores."""
        return max(1, thread_count() // self.threads)
