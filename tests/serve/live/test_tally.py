"""Requests are counted by their end, written once, and not lost while the state cannot be written to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dongcha.core.errors import StorageError
from dongcha.serve.live.tally import Tally
from dongcha.store.state import open_state
from dongcha.store.traffic import Traffic, added, traffic_of


@pytest.fixture
def store(tmp_path: Path) -> Traffic:
    return traffic_of(open_state(tmp_path / "s.db"))


@pytest.fixture
def tally(store: Traffic) -> Iterator[Tally]:
    made = Tally(store)
    yield made
    made.close()


def test_requests_are_counted_by_how_they_ended(tally: Tally, store: Traffic) -> None:
    for status, seconds in ((200, 0.003), (200, 0.3), (429, 0.001), (503, 0.001), (500, 1.0), (422, 0.1), (404, 0.1)):
        tally.note("m", status, seconds)
    tally.flush()
    tally.flush()  # nothing is written twice
    found = added(store.between("m"))
    assert (found.answered, found.refused, found.failed) == (2, 2, 1)
    assert (found.latency_ms(0.5), found.latency_ms(0.99)) == (5, 500)


def test_what_could_not_be_written_is_written_later(
    tally: Tally, store: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Traffic, minutes: object) -> None:
        list(minutes)  # type: ignore[call-overload]
        raise StorageError("the disk is full")

    tally.note("m", 200, 0.01)
    with monkeypatch.context() as broken:
        broken.setattr(Traffic, "append", full)
        tally.flush()
    tally.note("m", 200, 0.01)
    assert store.between("m") == []
    tally.flush()
    assert added(store.between("m")).answered == 2


def test_closing_writes_what_is_left(store: Traffic) -> None:
    tally = Tally(store)
    tally.note("m", 200, 0.01)
    tally.close()
    assert added(store.between("m")).answered == 1
