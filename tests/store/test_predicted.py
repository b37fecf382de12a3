"""Answers are found by id and by time, and forgotten by age; events are read on from a number."""

from datetime import UTC, datetime
from pathlib import Path

from dongcha.core.events import Event
from dongcha.store.happened import events_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.state import open_state


def answered(number: int, model: str = "m") -> Predicted:
    at = f"2026-01-{number:02}T00:00:00.000+00:00"
    return Predicted(id=f"{model}{number}", at=at, model=model, version=1, input="文", label="x", score=0.5)


def test_answers_are_found_by_id_and_between_moments(tmp_path: Path) -> None:
    predictions = predictions_of(open_state(tmp_path / "s.db"))
    predictions.append_many([answered(number) for number in range(1, 11)] + [answered(3, "n")])
    predictions.append_many([])
    assert predictions.find("m4") == answered(4)
    assert predictions.find("none") is None
    found = predictions.between("m", "2026-01-03", "2026-01-06")
    assert [one.id for one in found] == ["m3", "m4", "m5"]
    assert [one.id for one in predictions.between("m", most=2)] == ["m9", "m10"]
    assert predictions.count("m") == 10
    assert predictions.count("m", "2026-01-09") == 2


def test_what_is_older_is_forgotten(tmp_path: Path) -> None:
    predictions = predictions_of(open_state(tmp_path / "s.db"))
    predictions.append_many([answered(number) for number in range(1, 11)])
    assert predictions.forget("2026-01-05") == 4
    assert predictions.count("m") == 6


def test_lists_and_answers_without_a_score_come_back(tmp_path: Path) -> None:
    predictions = predictions_of(open_state(tmp_path / "s.db"))
    one = Predicted(id="a", at="2026", model="m", version=1, input=["a", "b"], label=["x"])
    predictions.append_many([one])
    assert predictions.find("a") == one


def test_events_come_back_in_order_and_by_kind(tmp_path: Path) -> None:
    events = events_of(open_state(tmp_path / "s.db"))
    at = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert events.append(Event("promoted", {"model": "话题", "version": 2}, at)) == 1
    events.append(Event("drifted", {}))
    assert events.after()[0] == (1, Event("promoted", {"model": "话题", "version": 2}, at))
    assert [event.kind for _, event in events.after(1)] == ["drifted"]
    assert [number for number, _ in events.last(5)] == [2, 1]
    assert [number for number, _ in events.last(5, kind="promoted")] == [1]
    assert events.after(kind="drifted")[0][0] == 2
