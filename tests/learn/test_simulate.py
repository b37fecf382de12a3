"""Simulated labelling: curves, labels needed, and what is said where a score is not reached."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.learn.needed import labels_needed, reaches
from dongcha.learn.simulate import Known, Run, Trial, accuracy, full_score, macro_f1, simulate
from dongcha.model.embedded import unit


def crowds(rows=120, classes=3, seed=0):
    random = np.random.default_rng(seed)
    targets = random.integers(0, classes, rows)
    vectors = unit(np.eye(8)[targets] * 3 + random.normal(size=(rows, 8)))
    held = random.integers(0, classes, 90)
    return Known(vectors, targets, unit(np.eye(8)[held] * 3 + random.normal(size=(90, 8))), held, classes)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_macro_f1_is_that_of_scikit_learn(pairs):
    truth, said = np.array(pairs, dtype=np.int64).T
    expected = f1_score(truth, said, average="macro", zero_division=0)
    assert macro_f1(truth, said) == pytest.approx(expected)


def test_every_strategy_reaches_the_full_score_with_all_labels():
    rows = crowds()
    trial = Trial(strategies=("margin", "balanced-entropy", "typical"), seeds=2, batch=40, budget=10_000)
    runs = list(simulate(rows, trial, macro_f1))
    assert [(run.strategy, run.seed) for run in runs][:3] == [("random", 0), ("random", 1), ("margin", 0)]
    for run in runs:
        assert run.labels == (40, 80, 120)
        assert run.values[-1] == pytest.approx(full_score(rows, macro_f1), abs=0.02)  # the same rows in another order


def test_the_same_seed_gives_the_same_run_and_what_is_done_is_not_done_again():
    rows, trial = crowds(), Trial(strategies=("badge",), seeds=1, batch=15, budget=45)
    once = list(simulate(rows, trial, accuracy))
    assert once == list(simulate(rows, trial, accuracy))
    kept = {("badge", 0): Run("badge", 0, (15,), (0.123,))}
    assert list(simulate(rows, trial, accuracy, done=kept))[1].values == (0.123,)


def test_where_a_curve_crosses_the_goal():
    assert reaches(Run("a", 0, (10, 20, 30), (0.5, 0.7, 0.9)), 0.8) == 25.0
    assert reaches(Run("a", 0, (10, 20), (0.9, 0.95)), 0.8) == 10.0
    assert reaches(Run("a", 0, (10, 20), (0.5, 0.7)), 0.8) == math.inf
    # One lucky batch (0.9) among 0.5s is no reaching of 0.8: the rising curve holds (0.9 + 0.5 + 0.5) / 3 there.
    assert reaches(Run("a", 0, (10, 20, 30, 40, 50), (0.4, 0.9, 0.5, 0.5, 0.9)), 0.8) > 40


def test_shares_of_random_are_of_medians_with_intervals_over_seeds():
    def runs(name, crossings):
        return [Run(name, i, (0, at), (0.0, 1.0)) for i, at in enumerate(crossings)]

    found = {one.strategy: one for one in labels_needed(
        {"random": runs("random", [200, 200, 200]), "margin": runs("margin", [100, 80, 120])}, 1.0
    )}  # fmt: skip
    assert found["margin"].labels == 100
    assert found["margin"].share == 0.5
    assert (found["margin"].low, found["margin"].high) == (80, 120)
    assert (found["margin"].share_low, found["margin"].share_high) == (0.4, 0.6)
    assert found["random"].share == 1.0


def test_what_is_not_reached_is_null_and_never_a_number():
    never = [Run("random", i, (10, 20), (0.1, 0.2)) for i in range(3)]
    some = [Run("margin", 0, (10, 20), (0.1, 1.0)), *(Run("margin", i, (10, 20), (0.1, 0.2)) for i in (1, 2))]
    base, other = labels_needed({"random": never, "margin": some}, 0.9)
    assert base.to_json()["labels"] is None
    assert base.to_json()["share"] is None
    assert other.to_json()["reached"] == 1
    assert other.to_json()["labels"] is None  # the median of 3 runs, of which one got there


def test_a_random_that_did_not_get_there_counts_with_its_budget():
    base = [Run("random", i, (100, 400), (0.1, 0.2)) for i in range(3)]
    some = [Run("margin", i, (0, 100), (0.0, 1.0)) for i in range(3)]
    found = labels_needed({"random": base, "margin": some}, 1.0)[1]
    assert (found.share, found.share_low, found.share_high) == (0.25, 0.25, 0.25)


def test_what_is_wrong_is_said():
    with pytest.raises(UnknownName, match="margin"):
        Trial(strategies=("margni",))
    with pytest.raises(ConfigError, match="budget"):
        Trial(strategies=("margin",), batch=50, budget=20)
    with pytest.raises(ConfigError, match="share"):
        Trial(strategies=("margin",), share=0)
    with pytest.raises(DataError, match="two classes"):
        Known(unit(np.eye(3)), np.zeros(3, np.int64), unit(np.eye(3)), np.zeros(3, np.int64), 1)
