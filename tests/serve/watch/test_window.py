"""The window of newest answers, also where a clock was ahead and was set back."""

from datetime import UTC, datetime, timedelta

import pytest

from dongcha.serve.watch.window import window_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.state import open_state

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


@pytest.fixture
def store(tmp_path):
    state = open_state(tmp_path / "state.db")
    yield predictions_of(state)
    state.engine.dispose()


def put(store, name: str, ats: list[datetime], version: int = 1) -> None:
    store.append_many(
        [
            Predicted(id=f"{name}{i}", at=text(at), model="m", version=version, input=name, label="x", score=0.5)
            for i, at in enumerate(ats)
        ]
    )


def minutes(start: datetime, count: int) -> list[datetime]:
    return [start + timedelta(minutes=i) for i in range(count)]


def test_what_came_after_the_last_look_is_fresh(store) -> None:
    put(store, "old", minutes(NOW - timedelta(hours=2), 10))
    put(store, "new", minutes(NOW - timedelta(hours=1), 5))
    put(store, "other", minutes(NOW - timedelta(hours=1), 5), version=2)
    found = window_of(store, "m", 1, after=text(NOW - timedelta(hours=1, seconds=1)), most=12, now=text(NOW))
    assert (len(found.answers), found.fresh) == (12, 5)
    assert found.answers[-1].input == "new"


def test_a_clock_that_was_a_year_ahead_blinds_nobody(store) -> None:
    put(store, "future", minutes(NOW + timedelta(days=365), 20))
    last_look = text(NOW + timedelta(days=365, minutes=19))
    put(store, "now", minutes(NOW - timedelta(minutes=30), 8))
    found = window_of(store, "m", 1, after=last_look, most=10, now=text(NOW))
    assert {one.input for one in found.answers} == {"now"}
    assert (len(found.answers), found.fresh) == (8, 8)
    again = window_of(store, "m", 1, after=found.until, most=10, now=text(NOW))
    assert again.fresh == 0
