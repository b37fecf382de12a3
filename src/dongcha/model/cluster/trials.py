"""Trials side by side on Ray workers: one driver asks the study and tells it; the workers only train.

A trial whose worker died is given back, and another worker takes its place.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from dongcha.core.errors import ConfigError
from dongcha.core.words import Words
from dongcha.model.attempt import Attempt
from dongcha.model.cluster.hand import Ended, Hand, Order, Told
from dongcha.model.cluster.session import START_S, Session, connected, ray_module
from dongcha.model.method import Outcome
from dongcha.model.network import device_name
from dongcha.model.recipe import Recipe
from dongcha.model.watch import Watch
from dongcha.model.workers import Workers

DEATHS = 3
"""So many workers may die one after another without a trial that ends; then something is wrong with all of them."""


class Running(Protocol):
    """A trial under way."""

    @property
    def recipe(self) -> Recipe:
        """What is tried."""

    @property
    def watch(self) -> Watch:
        """Who looks on, and may give it up."""


class Trials(Protocol):
    """Where trials come from and go to; each function is called in the driver's one thread."""

    @property
    def left(self) -> float:
        """Seconds that are left."""

    def begin(self) -> Any:
        """A new trial (`Running`), or None where there shall be no more."""

    def end(self, running: Any, made: Attempt) -> None:
        """A trial that ended."""

    def lost(self, running: Any, why: str) -> None:
        """A trial whose worker died."""


def run_together(workers: Workers, order: Order, trials: Trials) -> tuple[Words, ...]:
    """All trials on the workers; notes on workers that died.

    Raises `MissingExtra` without Ray, `ConfigError` where the cluster has no room or its workers die again and again.
    """
    with connected(workers) as session:
        crew = _Crew(session, order, trials)
        crew.run()
        return (*workers.notes(session.cores), *crew.notes())


@dataclass(slots=True)
class _Crew:
    session: Session
    order: Order
    trials: Trials
    died: list[str] = field(default_factory=list)
    in_a_row: int = 0
    idle: list[Any] = field(default_factory=list)
    busy: dict[Any, tuple[Any, Any]] = field(default_factory=dict)  # what is waited for: its worker, its trial

    def run(self) -> None:
        ray = ray_module()
        shared = ray.put(self.order)
        self.idle = [self._hand(ray, shared) for _ in range(self.session.workers.count)]
        self._checked(ray, self.idle)
        while True:
            while self.idle and (running := self.trials.begin()) is not None:
                hand = self.idle.pop()
                self.busy[hand.begin.remote(running.recipe, self.trials.left)] = (hand, running)
            if not self.busy:
                return
            ready, _ = ray.wait(list(self.busy), num_returns=1)
            hand, running = self.busy.pop(ready[0])
            self._heard(ray, ready[0], hand, running)
            while len(self.idle) + len(self.busy) < self.session.workers.count:
                self.idle.append(self._hand(ray, shared))

    def _hand(self, ray: Any, shared: Any) -> Any:
        kept = {"num_cpus": self.session.processors, "num_gpus": self.session.chips}
        return ray.remote(Hand).options(**kept).remote(shared, self.session.threads)

    def _checked(self, ray: Any, hands: list[Any]) -> None:
        """Wait until every worker stands; it may load libraries first."""
        ready, late = ray.wait([hand.ready.remote() for hand in hands], num_returns=len(hands), timeout=START_S)
        if late:
            raise ConfigError(
                f"the Ray cluster has room for {len(ready)} of {len(hands)} workers; ask for fewer with --workers"
            )

    def _heard(self, ray: Any, answer: Any, hand: Any, running: Any) -> None:
        """One word of a worker: a check to be answered, the end of its trial, or its own."""
        from ray.exceptions import RayError, RayTaskError

        try:
            said: Told | Ended = ray.get(answer)
        except RayTaskError as error:
            raise (error.cause or error) from None
        except RayError as error:
            self._buried(running, str(error))
            return
        if isinstance(said, Told):
            seen = [running.watch(moment) for moment in said.moments]
            self.busy[hand.go_on.remote(any(seen))] = (hand, running)
            return
        self.in_a_row = 0
        outcome = None if said.model is None else _fetched(ray, said.model)
        self.trials.end(running, Attempt(outcome, said.attempt.recipe, said.attempt.value, said.attempt.seconds))
        self.idle.append(hand)

    def _buried(self, running: Any, why: str) -> None:
        reason = next((line.strip() for line in why.splitlines() if "memory" in line.lower()), "it was killed")[:150]
        self.trials.lost(running, reason)
        self.died.append(reason)
        self.in_a_row += 1
        if self.in_a_row >= DEATHS:
            raise ConfigError(
                f"{self.in_a_row} workers died one after another ({reason}); ask for fewer with --workers"
            )

    def notes(self) -> tuple[Words, ...]:
        count = len(self.died)
        if not count:
            return ()
        trials, verb = ("1 trial", "its worker") if count == 1 else (f"{count} trials", "their workers")
        return (
            Words(
                f"{trials} failed because {verb} died ({self.died[-1]}); other trials took the place.",
                f"{count} 个试验因工作进程终止而失败（{self.died[-1]}），已由其他试验代替。",
            ),
        )


def _fetched(ray: Any, model: Any) -> Outcome | None:
    """The model of a trial; None where its worker died before it was here."""
    from ray.exceptions import RayError

    try:
        outcome: Outcome = ray.get(model)
    except RayError:
        return None
    body = getattr(getattr(outcome.fitted, "net", None), "body", None)
    if body is not None:
        body.to(device_name())
    return outcome
