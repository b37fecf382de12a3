"""The rule of promotion, by hand and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from dongcha.core.errors import ConfigError, DataError
from dongcha.learn.paired import Paired, lower_bound, score, sign_test
from dongcha.learn.promote import Decision, Rule
from dongcha.learn.promote import decide as by_rule

STRICT = Rule(margin=0.01, least=50)


def decide(frozen: Paired, recent: Paired, look: int = 1) -> Decision:
    return by_rule(frozen, recent, STRICT, look)


def test_counts_are_of_rows_that_one_alone_gets_right() -> None:
    found = Paired.of("aabbc", "abbba", "aaabb")
    assert (found.won, found.lost, found.rows, found.difference) == (1, 1, 5, 0.0)
    with pytest.raises(DataError, match="2 answers, 1 and 2"):
        Paired.of("ab", "a", "ab")
    with pytest.raises(DataError, match="no parts"):
        Paired(3, 3, 5)


def test_the_sign_test_is_the_binomial() -> None:
    assert sign_test(Paired(5, 0, 100)) == pytest.approx(1 / 32)
    assert sign_test(Paired(3, 1, 100)) == pytest.approx(5 / 16)
    assert sign_test(Paired(0, 0, 100)) == 1.0


@pytest.mark.parametrize(("won", "lost", "rows", "by"), [(9, 4, 60, -0.05), (0, 3, 40, -0.2), (7, 7, 30, 0.1)])
def test_the_score_has_the_variance_of_the_likeliest_rates(won: int, lost: int, rows: int, by: float) -> None:
    def unlikely(losing: float) -> float:  # of rates that differ by `by`, the multinomial likelihood
        rates = losing + by, losing, 1 - 2 * losing - by
        return -sum(n * np.log(max(p, 1e-15)) for n, p in zip((won, lost, rows - won - lost), rates, strict=True))

    found = minimize_scalar(unlikely, bounds=(max(0.0, -by), (1 - by) / 2), method="bounded", options={"xatol": 1e-10})
    variance = rows * (2 * found.x + by - by**2)
    assert score(Paired(won, lost, rows), by) == pytest.approx((won - lost - rows * by) / variance**0.5, rel=1e-3)


def test_the_bound_holds_its_level_with_few_disagreements() -> None:
    rng, rates = np.random.default_rng(1), (0.03, 0.05, 0.92)
    draws = rng.multinomial(150, rates, size=2000)
    covered = np.mean([lower_bound(Paired(int(a), int(b), 150)) <= -0.02 for a, b, _ in draws])
    assert covered == pytest.approx(0.95, abs=0.02)


@given(won=st.integers(0, 40), lost=st.integers(0, 40), rest=st.integers(0, 400))
def test_the_bound_lies_below_the_difference_and_grows_with_wins(won: int, lost: int, rest: int) -> None:
    found = Paired(won, lost, won + lost + rest)
    assert -1 <= lower_bound(found) <= found.difference + 1e-9
    if rest:
        assert lower_bound(Paired(won + 1, lost, found.rows)) >= lower_bound(found) - 1e-9


def test_promoted_only_where_both_tests_hold() -> None:
    even, worse, gain = Paired(20, 20, 2000), Paired(10, 60, 2000), Paired(30, 8, 200)
    good = decide(even, gain)
    assert good.promoted
    assert good.figures["recent_p_value"] < 0.001
    assert "Not worse on 2,000 test rows" in good.reasons[0].en
    assert "更好" in good.reasons[1].zh
    assert decide(worse, gain).verdict == "refuse"
    assert decide(even, Paired(12, 8, 200)).verdict == "wait"
    assert decide(even, Paired(8, 30, 200)).verdict == "refuse"
    few = decide(even, Paired(12, 0, 40))
    assert few.verdict == "wait"
    assert "40 of 50" in few.reasons[1].en
    assert decide(Paired(0, 0, 0), gain).verdict == "refuse"


def test_no_difference_on_few_test_rows_is_not_shown_to_be_no_worse() -> None:
    assert decide(Paired(1, 1, 60), Paired(30, 8, 200)).verdict == "refuse"


def test_looking_again_costs() -> None:
    gain = Paired(22, 9, 200)
    assert sign_test(gain) == pytest.approx(0.0147, abs=1e-3)
    assert decide(Paired(20, 20, 2000), gain, look=1).promoted
    assert decide(Paired(20, 20, 2000), gain, look=2).verdict == "wait"


def test_a_hundred_looks_promote_an_equal_challenger_seldom() -> None:
    rng, promoted = np.random.default_rng(2), 0
    for _ in range(200):
        won, lost = rng.binomial(20, 0.1, 100).cumsum(), rng.binomial(20, 0.1, 100).cumsum()
        looks = range(1, 101)
        promoted += any(
            decide(Paired(20, 20, 4000), Paired(int(won[k - 1]), int(lost[k - 1]), 100 * k), look=k).promoted
            for k in looks
        )
    assert promoted <= 0.05 * 200 + 2 * (200 * 0.05 * 0.95) ** 0.5


@pytest.mark.parametrize("wrong", [{"margin": 0.0}, {"alpha": 0.7}, {"least": 0}])
def test_a_rule_out_of_range_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Rule(**{"margin": 0.01, "least": 50, **wrong})
