"""Figures for Prometheus; labels are of closed sets, so that no client can make new series."""

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from dongcha.serve.live.correct import Kept
from dongcha.serve.live.service import Service, Watched

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
AGREES = ("yes", "no", "unknown")
SIZES = (1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one service."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    predictions: Counter
    feedback: Counter
    rounds: Histogram
    round_seconds: Histogram
    written: Counter
    unreadable: Counter
    waiting: Gauge
    unwritten: Gauge
    version: Gauge
    in_flight: Gauge
    shadowed: Counter
    challenger: Gauge
    series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = field(default_factory=dict)

    def watched(self) -> Watched:
        """Who counts what happens in a service."""
        return Watched(self._round, self._written, self.unreadable.inc, self._corrected, self._shadowed)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        key = (route, method, status)
        if key not in self.series:  # of a closed set: the routes that there are
            self.series[key] = (self.requests.labels(route, method, str(status)), self.seconds.labels(route))
        counter, histogram = self.series[key]
        counter.inc()
        histogram.observe(seconds)

    def page(self, service: Service) -> bytes:
        """All figures as Prometheus reads them."""
        for name, desk in list(service.desks.items()):
            self.waiting.labels(name).set(desk.queue.length)
            self.version.labels(name).set(desk.live.version)
            for agrees in AGREES:  # from 0 on: Prometheus does not count the rise of what begins at 1
                self.feedback.labels(name, agrees)
        self.challenger.clear()
        for name, live in service.shadow.lives.items():
            self.challenger.labels(name).set(live.version)
        self.unwritten.set(service.writer.length)
        return generate_latest(self.registry)

    def _round(self, model: str, inputs: int, seconds: float) -> None:
        self.rounds.labels(model).observe(inputs)
        self.round_seconds.labels(model).observe(seconds)
        self.predictions.labels(model).inc(inputs)

    def _written(self, written: int, dropped: int) -> None:
        self.written.labels("written").inc(written)
        self.written.labels("dropped").inc(dropped)

    def _shadowed(self, model: str, what: str, inputs: int) -> None:
        self.shadowed.labels(model, what).inc(inputs)

    def _corrected(self, kept: Kept) -> None:
        one = kept.feedback
        agreed = "unknown" if one.predicted is None else "yes" if one.predicted == one.label else "no"
        self.feedback.labels(one.model, agreed).inc()


def metrics() -> Metrics:
    """New figures, all at zero."""
    own = CollectorRegistry()
    return Metrics(
        registry=own,
        requests=Counter("dongcha_requests", "Requests answered.", ("route", "method", "status"), registry=own),
        seconds=Histogram(
            "dongcha_request_seconds", "Seconds of a request.", ("route",), registry=own, buckets=SECONDS
        ),
        predictions=Counter("dongcha_predictions", "Inputs answered.", ("model",), registry=own),
        feedback=Counter(
            "dongcha_feedback", "Corrections stored, and whether they agree.", ("model", "agrees"), registry=own
        ),
        rounds=Histogram("dongcha_batch_inputs", "Inputs of a batch.", ("model",), registry=own, buckets=SIZES),
        round_seconds=Histogram(
            "dongcha_batch_seconds", "Seconds of a batch.", ("model",), registry=own, buckets=SECONDS
        ),
        written=Counter("dongcha_predictions_kept", "Predictions written, or dropped.", ("how",), registry=own),
        unreadable=Counter("dongcha_state_failures", "Looks at the state that failed.", registry=own),
        waiting=Gauge("dongcha_queue_inputs", "Inputs that wait.", ("model",), registry=own),
        unwritten=Gauge("dongcha_predictions_unwritten", "Predictions that wait to be written.", registry=own),
        version=Gauge("dongcha_model_version", "The version that answers.", ("model",), registry=own),
        in_flight=Gauge("dongcha_requests_in_flight", "Requests under way.", registry=own),
        shadowed=Counter(
            "dongcha_shadow_inputs",
            "Inputs for a challenger: agreed, differed, dropped.",
            ("model", "what"),
            registry=own,
        ),
        challenger=Gauge("dongcha_challenger_version", "The version that answers in shadow.", ("model",), registry=own),
    )
