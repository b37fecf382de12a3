"""`monitor`: what serves at a place is looked at, by the decisions of its project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dongcha.core.duration import seconds_of
from dongcha.core.words import Lang
from dongcha.serve.live.place import place_of
from dongcha.serve.standing import standing
from dongcha.serve.watch.look import Seen
from dongcha.serve.watch.monitor import Monitor
from dongcha.serve.watch.policy import Policy, Told
from dongcha.serve.watch.send import addresses
from dongcha.store.alerts import SEVERITIES, Open, alerts_of
from dongcha.store.config import NAME, Config, load_config


@dataclass(frozen=True, slots=True)
class Looked:
    """One round of looks, what it changed, and the alerts that are open after it."""

    seen: tuple[Seen, ...]
    told: Told
    open: tuple[Open, ...]
    challengers: Mapping[str, dict[str, Any]] = field(default_factory=dict)  # by model, how they stand

    @property
    def wrong(self) -> bool:
        """Whether an alert is open that is more than information and that nobody takes care of."""
        worse = SEVERITIES.index("warning")
        return any(SEVERITIES.index(one.alert.severity) >= worse and one.acknowledged is None for one in self.open)

    def to_json(self) -> dict[str, object]:
        """What `dongcha monitor --json` prints."""
        told = self.told
        return {
            "looks": [one.to_json() for one in self.seen],
            "raised": list(told.raised), "sent": list(told.sent), "unsent": list(told.unsent),
            "resolved": list(told.resolved), "alerts": [one.to_json() for one in self.open],
            "challengers": dict(self.challengers),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watching:
    """A place under watch; `every_s` is how often it is to be looked at."""

    monitor: Monitor
    every_s: float

    def look(self) -> Looked:
        """One round."""
        seen, told = self.monitor.look()
        state = self.monitor.place.state
        stand = {one.model: found for one in seen if (found := standing(state, one.model)) is not None}
        return Looked(tuple(seen), told, tuple(alerts_of(state).open().values()), stand)


def watching(path: Path | str, *, lang: Lang | None = None, every: str | None = None) -> Watching:
    """Get a project or a served model ready to be looked at.

    Raises `StorageError` for another place and `ConfigError` for addresses of alerts or a span that are wrong.
    """
    place = place_of(path, make=False)
    config = load_config(place.base / NAME) if place.project else Config()
    alerts = config.alerts
    policy = Policy(cool_down_s=seconds_of(alerts.cool_down), least=alerts.least)
    monitor = Monitor(
        place=place, wanted=config.monitor, policy=policy, to=addresses(alerts.to), lang=lang or config.lang,
        link=alerts.link,
    )  # fmt: skip
    return Watching(monitor, seconds_of(every or config.monitor.every))
