"""The rule on a standing challenger: evidence that may be asked for at every correction."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from dongcha.core.errors import ConfigError
from dongcha.learn.betting import log_wealth, progress
from dongcha.learn.paired import Paired
from dongcha.learn.promote import Rule
from dongcha.learn.standing import STREAMS, first_look, rule_on, standing_level

RULE = Rule(margin=0.02, least=20)
SAME = Paired(0, 0, 2000)
COUNT = st.integers(0, 60)


@settings(deadline=None)
@given(won=COUNT, lost=COUNT)
def test_wealth_is_the_mean_of_the_bets(won: int, lost: int) -> None:
    wanted, _ = quad(lambda p: 2 * (2 * p) ** won * (2 * (1 - p)) ** lost, 0.5, 1.0, limit=200)
    assert log_wealth(won, lost) == pytest.approx(math.log(wanted), abs=1e-6)


@settings(deadline=None)
@given(won=COUNT, lost=COUNT)
def test_a_fair_coin_neither_adds_to_the_wealth_nor_takes_from_it(won: int, lost: int) -> None:
    now = math.exp(log_wealth(won, lost))
    after = (math.exp(log_wealth(won + 1, lost)) + math.exp(log_wealth(won, lost + 1))) / 2
    assert after == pytest.approx(now, rel=1e-9)


def test_counts_beyond_what_floats_hold() -> None:
    assert log_wealth(0, 5000) == pytest.approx(-math.log(5001))
    assert log_wealth(5000, 0) == pytest.approx(5001 * math.log(2) - math.log(5001))
    assert -40 < log_wealth(1000, 9000) < 0
    with pytest.raises(ValueError, match="0 or more"):
        log_wealth(-1, 0)


def test_without_a_difference_endless_looks_promote_and_withdraw_no_more_than_the_level() -> None:
    rng, level, runs, steps = np.random.default_rng(5), 0.05, 1000, 1000
    wins = np.cumsum(rng.random((runs, steps)) < 0.5, axis=1)
    table = [[log_wealth(won, n - won) for won in range(n + 1)] for n in range(1, steps + 1, 7)]
    over = np.zeros((2, runs), dtype=bool)
    for row, n in zip(table, range(1, steps + 1, 7), strict=True):
        wealth, won = np.array(row), wins[:, n - 1]
        over |= np.array([wealth[won], wealth[n - won]]) >= -math.log(level)
    promoted, withdrawn = over.mean(axis=1)
    assert promoted <= level
    assert withdrawn <= level
    assert promoted > 0.005  # else the test would hold for a rule that never decides


def test_a_challenger_that_wins_two_in_three_is_found_out() -> None:
    rng = np.random.default_rng(2)
    needed = []
    for _ in range(200):
        won = np.cumsum(rng.random(600) < 2 / 3)
        needed.append(next(n for n in range(1, 601) if rule_on(SAME, Paired(int(won[n - 1]), int(n - won[n - 1]), n), RULE).verdict == "promote"))  # fmt: skip  # noqa: E501
    assert np.median(needed) < 150


def test_the_levels_of_all_challengers_add_up_to_the_level_of_the_rule() -> None:
    total = sum(
        0.05 / (first_look(k) * (first_look(k) + 1)) + STREAMS * standing_level(0.05, k) for k in range(1, 2000)
    )  # fmt: skip
    assert total == pytest.approx(0.05, abs=2e-5)
    assert total < 0.05


def test_what_the_rule_says() -> None:
    assert rule_on(SAME, Paired(0, 0, 0), RULE).verdict == "wait"
    found = rule_on(SAME, Paired(12, 0, 40), RULE)
    assert (found.verdict, found.figures["progress"]) == ("promote", 1.0)
    assert rule_on(SAME, Paired(12, 0, 40), RULE, challenger=30).verdict == "wait"  # its level is spent by then
    worse_on_tests = rule_on(Paired(0, 200, 2000), Paired(12, 0, 40), RULE)
    assert worse_on_tests.verdict == "refuse"
    assert rule_on(None, Paired(12, 0, 40), RULE).verdict == "refuse"
    withdrawn = rule_on(SAME, Paired(0, 12, 40), RULE)
    assert (withdrawn.verdict, withdrawn.reasons[1].en) == (
        "withdraw", "Worse on live feedback (0 only it got right, 12 only the champion, of 40).",
    )  # fmt: skip
    with pytest.raises(ConfigError, match="challenger"):
        rule_on(SAME, Paired(0, 0, 0), RULE, challenger=0)


@settings(deadline=None)
@given(won=COUNT, lost=COUNT)
def test_progress_is_a_share_and_grows_with_what_is_won(won: int, lost: int) -> None:
    assert 0.0 <= progress(won, lost, 0.01) <= progress(won + 1, lost, 0.01) <= 1.0
