"""A clock that jumps forgets nothing: neither while the service runs, nor when it begins with a wrong one."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.serve.live.aging import DOUBT_S, JUMP, Aging
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.tally import Tally
from dongcha.serve.live.writer import Writer
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.state import open_state
from dongcha.store.traffic import BOUNDS_MS, Minute, traffic_of

START = datetime(2026, 5, 1, tzinfo=UTC)
KEEP = timedelta(days=90)
DAY = 24 * 3600.0


class Clocks:
    def __init__(self) -> None:
        self.wall, self.steady = START, 100.0

    def pass_(self, seconds: float, jump: timedelta = timedelta(0)) -> None:
        self.steady += seconds
        self.wall += timedelta(seconds=seconds) + jump

    def aging(self, newest: str = "") -> Aging:
        return Aging(KEEP, newest, lambda: self.wall, lambda: self.steady)


def test_a_clock_that_goes_right_is_believed() -> None:
    clocks = Clocks()
    aging = clocks.aging()
    for _ in range(50):
        assert aging.before() == clocks.wall - KEEP
        clocks.pass_(3600.0, timedelta(seconds=-0.3))  # a clock that is being slewed


@pytest.mark.parametrize("jump", [timedelta(days=4000), timedelta(days=-4000), 2 * JUMP, -2 * JUMP])
def test_a_clock_that_jumped_is_not_believed_for_a_day(jump) -> None:
    clocks = Clocks()
    aging = clocks.aging()
    assert aging.before() is not None
    clocks.pass_(3600.0, jump)
    for _ in range(24):
        assert aging.before() is None
        clocks.pass_(3600.0)
    assert aging.before() == clocks.wall - KEEP


def test_a_clock_that_is_set_right_again_has_forgotten_nothing() -> None:
    clocks = Clocks()
    aging = clocks.aging()
    aging.before()
    clocks.pass_(60.0, timedelta(days=4000))
    assert aging.before() is None
    clocks.pass_(7200.0, timedelta(days=-4000))
    assert aging.before() is None
    clocks.pass_(DOUBT_S)
    assert aging.before() == START + timedelta(seconds=60 + 7200 + DOUBT_S) - KEEP


@pytest.mark.parametrize(
    ("newest", "believed"),
    [
        ("", True), ("2026-04-30T23:59:59.000+00:00", True), ("2026-04-25T00:00", True), ("2026-04-01T00:00", False),
        ("2099-01-01T00:00:00.000+00:00", True),  # the clock is behind what is kept: nothing is old by it
    ],
)  # fmt: skip
def test_a_clock_far_ahead_of_what_was_kept_is_not_believed_at_the_start(newest, believed) -> None:
    assert (Clocks().aging(newest).before() is not None) == believed


@given(st.lists(st.tuples(st.floats(1, 2 * DAY), st.sampled_from([0, 0, 0, 1000, -1000])), max_size=30))
def test_what_was_kept_within_a_day_of_a_jump_is_never_old(steps) -> None:
    clocks = Clocks()
    aging, since_jump = clocks.aging(), float("inf")
    aging.before()
    for seconds, days in steps:
        clocks.pass_(seconds, timedelta(days=days))
        since_jump = 0.0 if days else since_jump + seconds
        before = aging.before()
        if since_jump < DOUBT_S:
            assert before is None
        else:
            assert before == clocks.wall - KEEP


def predicted(at: str) -> Predicted:
    return Predicted(id=at, at=at, model="m", version=1, input="a", label="x", score=0.5)


def test_a_service_that_begins_with_a_clock_far_ahead_keeps_predictions_and_traffic(tmp_path) -> None:
    state = open_state(tmp_path / "state.db")
    store, traffic = predictions_of(state), traffic_of(state)
    old = datetime.now(UTC) - timedelta(days=400)  # or the clock of today is wrong
    store.append_many([predicted(old.isoformat(timespec="milliseconds"))])
    none = tuple([0] * (len(BOUNDS_MS) + 1))
    traffic.append([Minute("m", old.strftime("%Y-%m-%dT%H:%M"), 1, 0, 0, none)])
    writer, tally = Writer(store, Limits(), lambda written, dropped: None), Tally(traffic)
    writer.put([predicted(datetime.now(UTC).isoformat(timespec="milliseconds"))])
    tally.flush()
    tally.close()
    wait_for(lambda: store.count("m") >= 2)
    writer.close(10)
    assert store.count("m") == 2
    assert len(traffic.between("m")) == 1
    state.engine.dispose()


def test_what_is_old_still_goes(tmp_path) -> None:
    state = open_state(tmp_path / "state.db")
    store, now = predictions_of(state), datetime.now(UTC)
    ages = [timedelta(days=days) for days in (100, 91, 89, 1)]
    store.append_many([predicted((now - age).isoformat(timespec="milliseconds")) for age in ages])
    writer = Writer(store, Limits(), lambda written, dropped: None)
    writer.put([predicted(now.isoformat(timespec="milliseconds"))])
    wait_for(lambda: store.count("m") == 3)
    writer.close(10)
    assert store.count("m") == 3
    state.engine.dispose()


def wait_for(what) -> None:
    until = time.monotonic() + 10
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
