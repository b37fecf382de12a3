"""The rule of promotion: against its equation on a grid, by simulation, and at its edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.learn.promote import FEWEST, Paired, decide, paired


def test_pairs_are_counted() -> None:
    assert paired([True, True, False, False], [True, False, True, False]) == Paired(1, 1, 4)
    with pytest.raises(ValueError, match="got 2 and 1"):
        paired([True, False], [True])


def test_the_interval_is_tangos() -> None:
    # The equation of the paper (the constrained likelihood of the smaller share), solved on a fine grid.
    one = Paired(3, 1, 44)
    grid = np.linspace(-0.3, one.difference, 600_001)
    n, gained, lost = one.rows, one.gained, one.lost
    b = -gained - lost + (2 * n - gained + lost) * grid
    q = (np.sqrt(b * b + 8 * n * lost * grid * (1 - grid)) - b) / (4 * n)
    z = (gained - lost - n * grid) / np.sqrt(n * (2 * q + grid * (1 - grid)))
    assert one.lower(0.025) == pytest.approx(grid[np.argmin(np.abs(z - 1.959964))], abs=1e-5)


def test_without_differences_the_bound_shrinks_with_the_rows() -> None:
    assert Paired(0, 0, 20).lower() < Paired(0, 0, 200).lower() < 0
    assert Paired(0, 0, 200).lower() == pytest.approx(-(1.6449**2) / (200 + 1.6449**2), abs=1e-4)  # Wilson's for 0 of n
    assert Paired(0, 0, 0).lower() == -1.0


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 400))
def test_the_bound_is_below_the_difference_and_falls_with_losses(gained: int, lost: int, same: int) -> None:
    rows = gained + lost + same
    if rows == 0:
        return
    one = Paired(gained, lost, rows)
    assert -1.0 <= one.lower() <= one.difference + 1e-9
    assert Paired(gained, lost + 1, rows + 1).lower() <= one.lower() + 1e-9
    assert 0 < one.p_better <= 1


def test_the_bound_covers_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    truth = 0.05 - 0.08
    tables = random.multinomial(150, [0.05, 0.08, 0.87], size=1500)
    covered = np.mean([Paired(int(g), int(w), 150).lower() <= truth for g, w, _ in tables])
    assert covered == pytest.approx(0.95, abs=0.02)


def test_a_challenger_that_gained_and_lost_nothing_is_promoted() -> None:
    done = decide(Paired(10, 8, 500), Paired(30, 8, 100))
    assert done.promote
    assert "Nothing was lost on the 500 test rows: accuracy +0.4 points" in done.reasons[0].en
    assert "It is better on feedback" in done.reasons[1].en
    assert "在反馈上更好" in done.reasons[1].zh


def test_neither_half_is_enough_alone() -> None:
    lost = decide(Paired(5, 30, 500), Paired(30, 8, 100))
    assert not lost.promote
    assert "It lost on the 500 test rows: accuracy -5.0 points" in lost.reasons[0].en
    same = decide(Paired(10, 8, 500), Paired(10, 8, 100))
    assert not same.promote
    assert "not shown to be better" in same.reasons[1].en


def test_a_few_corrections_decide_nothing() -> None:
    few = decide(Paired(10, 8, 500), Paired(FEWEST - 1, 0, FEWEST - 1))
    assert not few.promote
    assert "Only 19 corrections judge it so far" in few.reasons[1].en
    assert not decide(Paired(0, 0, 0), Paired(0, 0, 0)).promote
    short = decide(Paired(0, 0, 30), Paired(30, 0, 40))
    assert not short.promote
    assert "more test rows would tell" in short.reasons[0].en


def test_a_challenger_that_is_no_better_is_seldom_promoted() -> None:
    random = np.random.default_rng(7)
    wrong = 0
    for _ in range(400):
        test, said = random.multinomial(500, [0.05, 0.05, 0.9]), random.multinomial(100, [0.15, 0.15, 0.7])
        wrong += decide(Paired(int(test[0]), int(test[1]), 500), Paired(int(said[0]), int(said[1]), 100)).promote
    assert wrong / 400 <= 0.05
