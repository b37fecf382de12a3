"""The verbs on alerts: which are open, and who takes care of one."""

from pathlib import Path

from dongcha.loop.models import user
from dongcha.serve.live.place import place_of
from dongcha.store.alerts import Open, alerts_of


def open_alerts(place: Path | str) -> list[Open]:
    """Open alerts of a place, the most severe first."""
    return list(alerts_of(place_of(place, make=False).state).open().values())


def acknowledge(place: Path | str, number: int, by: str | None) -> tuple[int, str]:
    """Note who takes care of an open alert; gives its number and the name."""
    alerts, name = alerts_of(place_of(place, make=False).state), by or user()
    alerts.note(alerts.numbered(number), "acknowledged", by=name)
    return number, name
