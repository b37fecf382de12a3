import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from dongcha.core.errors import ConfigError
from dongcha.data.source import read
from dongcha.insight import grain
from dongcha.insight import mine as miner
from dongcha.insight.allowance import allowance
from dongcha.insight.fdr import q_values
from dongcha.insight.mine import PATTERNS, mine
from dongcha.insight.record import mined_json
from dongcha.insight.restore import mined_from


class Clock:
    """A clock that goes on by `tick_s` each time it is read."""

    def __init__(self, tick_s):
        self.now, self.tick_s = 0.0, tick_s

    def __call__(self):
        self.now += self.tick_s
        return self.now


@pytest.fixture(scope="module")
def table():
    random = default_rng(5)
    rows = 1_000
    region = random.choice(["north", "south", "east"], rows)
    kind = random.choice(["a", "b", "c", "d"], rows)
    frame = {
        "region": region,
        "kind": kind,
        "price": random.normal(50, 10, rows) + 12 * (region == "north"),
        "hours": random.exponential(3, rows) + 2 * (kind == "a"),
    }
    return read(pl.DataFrame(frame))


@pytest.fixture(scope="module")
def plain(table):
    return mine(table)


@pytest.fixture(scope="module")
def short(table):
    return mine(table, budget_s=100, clock=Clock(1.0))


def told(mined):
    return json.dumps(mined_json(mined), allow_nan=False)


def test_with_time_enough_nothing_changes(table, plain):
    ample = mine(table, budget_s=1e6, clock=Clock(1e-6))
    assert not ample.left
    assert told(ample) == told(plain)
    assert ample.held == plain.held


def test_without_a_budget_nothing_is_left(plain):
    assert mined_json(plain)["unexamined"] == {"untouched": [], "partly": [], "unproved": 0}


def test_when_the_time_is_up_the_best_so_far_is_told_and_what_is_left(plain, short):
    assert short.left.untouched or short.left.partly
    assert 0 < short.tested < plain.tested
    assert short.insights
    # The planted difference of means is about the whole table, so that it is among what was heard first.
    assert any(one.subject.measure == "price" and "region" in one.subject.breakdown for one in short.insights)


def test_false_discoveries_are_held_over_what_was_tried_and_nothing_else(table, monkeypatch):
    seen = []

    def heard(p_values):
        seen.append(list(p_values))
        return q_values(p_values)

    monkeypatch.setattr("dongcha.insight.families.q_values", heard)
    short = mine(table, budget_s=100, clock=Clock(1.0))
    families = seen[:2]
    assert sum(map(len, families)) == short.tested
    known = {(float(p), float(q)) for one in families for p, q in zip(one, q_values(one), strict=True)}
    assert all((one.p_value, one.q_value) in known for one in short.insights)


def test_a_time_that_is_up_at_once_still_tells_something(table):
    short = mine(table, budget_s=1e-9, clock=Clock(1.0))
    assert len(short.left.untouched) == len(PATTERNS) - 1
    assert short.tested >= 1
    assert len(short.insights) <= 1


def test_what_is_not_proved_is_counted(table, plain, monkeypatch):
    now = [0.0]

    def once(*given, **named):
        now[0] = max(now[0], 1e9)  # all was tested before; the time is up while findings are ranked
        return held(*given, **named)

    held = grain.told_once
    monkeypatch.setattr(miner, "told_once", once)

    def proof(rank, one):
        now[0] = 2e10
        return proved(rank, one)

    proved = miner._insight
    monkeypatch.setattr(miner, "_insight", proof)
    jump = mine(table, budget_s=10, clock=lambda: now[0])
    assert [one.fingerprint for one in jump.insights] == [plain.insights[0].fingerprint]
    assert (jump.left.untouched, jump.left.partly) == ((), ())
    assert jump.left.unproved == len(plain.insights) - 1 + len(plain.checked) - len(jump.checked)


def test_what_is_left_outlives_json(short):
    assert mined_from(json.loads(told(short))).left == short.left


@pytest.mark.parametrize("budget_s", [0, -1.0])
def test_a_budget_of_nothing_is_refused(table, budget_s):
    with pytest.raises(ConfigError, match="mine: budget_s must be above 0"):
        mine(table, budget_s=budget_s)


@given(budget_s=st.floats(0.001, 1e6), read_s=st.floats(0, 1e6), tested_s=st.floats(0, 1e6))
@settings(deadline=None)
def test_tests_and_proofs_always_get_their_part(budget_s, read_s, tested_s):
    now = [0.0]
    hours = allowance(budget_s, lambda: now[0])
    now[0] = read_s
    end = hours.tests_end()
    assert end - read_s >= 0.2 * budget_s * (1 - 1e-9) - 1e-9
    assert end <= max(0.6 * budget_s, read_s + 0.2 * budget_s) + 1e-9
    now[0] = end + tested_s
    assert list(hours.proven("ab", hours.proofs_end())) == ["a", "b"]  # the clock stands still: there is time for both
    now[0] = 0.0


def test_no_budget_has_no_end():
    hours = allowance(None, lambda: 1e12)
    assert hours.endless
    assert list(hours.proven(range(5), hours.proofs_end())) == [0, 1, 2, 3, 4]
