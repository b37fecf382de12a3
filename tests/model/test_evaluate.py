"""Figures of predictions, held against scikit-learn and hand-worked cases."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from dongcha.core.errors import DataError
from dongcha.model.evaluate import fit_temperature, mcnemar, measure
from dongcha.model.predictions import softmax
from dongcha.model.reliability import reliability
from dongcha.model.tasks import TASKS

RANDOM = np.random.default_rng(3)
TASK = TASKS.get("text-classification")
CLASSES = ("a", "b", "c")
LOGITS = RANDOM.normal(size=(200, 3))
TRUTH = [CLASSES[i] for i in (LOGITS + RANDOM.normal(size=(200, 3))).argmax(axis=1)]
ANSWERS = TASK.answer(LOGITS, (), CLASSES)


def test_figures_are_those_of_scikit_learn() -> None:
    found = measure(TRUTH, ANSWERS)
    assert found.accuracy == pytest.approx(accuracy_score(TRUTH, ANSWERS.labels))
    assert found.macro_f1 == pytest.approx(f1_score(TRUTH, ANSWERS.labels, average="macro"))
    assert np.array_equal(found.confusion, confusion_matrix(TRUTH, ANSWERS.labels))
    precision, recall, f1, support = precision_recall_fscore_support(TRUTH, ANSWERS.labels)
    assert [c.precision for c in found.per_class] == pytest.approx(precision)
    assert [c.recall for c in found.per_class] == pytest.approx(recall)
    assert [c.f1 for c in found.per_class] == pytest.approx(f1)
    assert [c.support for c in found.per_class] == list(support)


def test_a_class_never_predicted_counts_as_zero_as_in_scikit_learn() -> None:
    answers = TASK.answer(np.array([[2.0, 0.0, 0.0]] * 4), (), CLASSES)
    truth = ["a", "a", "b", "d"]
    found = measure(truth, answers)
    assert found.macro_f1 == pytest.approx(f1_score(truth, answers.labels, average="macro", zero_division=0))
    assert [c.label for c in found.per_class] == ["a", "b", "d"]


def test_the_interval_is_that_of_resampled_rows() -> None:
    found = measure(TRUTH, ANSWERS).interval
    right = np.array(TRUTH) == np.array(ANSWERS.labels)
    random = np.random.default_rng(9)
    drawn = [random.choice(right, len(right)).mean() for _ in range(4000)]
    assert found["accuracy"] == pytest.approx(tuple(np.quantile(drawn, (0.025, 0.975))), abs=0.01)
    assert found["macro_f1"][0] < measure(TRUTH, ANSWERS).macro_f1 < found["macro_f1"][1]


def test_the_same_seed_gives_the_same_interval() -> None:
    assert measure(TRUTH, ANSWERS, seed=1) == measure(TRUTH, ANSWERS, seed=1)
    assert measure(TRUTH, ANSWERS, seed=1).interval != measure(TRUTH, ANSWERS, seed=2).interval


def test_calibration_by_hand() -> None:
    # Four answers at 0.9 of which two are right, one at 0.5 that is right: (4·|0.5-0.9| + 1·|1-0.5|) / 5.
    found = reliability(["a", "a", "b", "b", "a"], ["a"] * 5, np.array([0.9, 0.9, 0.9, 0.9, 0.5]))
    assert found.error == pytest.approx(2.1 / 5)
    assert [(one.rows, one.accuracy) for one in found.bins] == [(1, 1.0), (4, 0.5)]
    assert [one.confidence for one in found.bins] == pytest.approx([0.5, 0.9])
    assert all(one.low <= one.confidence <= one.high for one in found.bins)


def test_scores_at_both_ends_have_their_bins_and_no_answer_has_none() -> None:
    ends = reliability(["a", "a"], ["a", "b"], np.array([0.0, 1.0])).bins
    assert [(one.low, one.high, one.rows) for one in ends] == [(0.0, 1 / 15, 1), (14 / 15, 1.0, 1)]
    assert reliability([], [], np.zeros(0)).error == 0.0


def test_calibration_before_and_after_is_of_the_same_rows() -> None:
    raw = TASK.answer(LOGITS * 3, (), CLASSES)
    found = TASK.calibrated(measure(TRUTH, ANSWERS), TRUTH, raw, 3.0).to_json()["calibration"]
    assert found["ece_before"] > found["ece_after"] > 0
    for when in ("before", "after"):
        right = sum(one["accuracy"] * one["rows"] for one in found[f"bins_{when}"])
        assert right == pytest.approx(accuracy_score(TRUTH, ANSWERS.labels, normalize=False))


def test_temperature_undoes_an_exaggeration() -> None:
    random = np.random.default_rng(0)
    honest = random.normal(size=(4000, 3))
    truth = [CLASSES[random.choice(3, p=p)] for p in softmax(honest)]
    assert fit_temperature(honest * 3, truth, CLASSES) == pytest.approx(3, rel=0.1)


def test_temperature_without_a_known_class_is_one() -> None:
    assert fit_temperature(LOGITS[:2], ["x", "y"], CLASSES) == 1.0


def test_mcnemar_is_the_binomial_test_of_the_rows_that_differ() -> None:
    truth = ["a"] * 10
    one = ["a"] * 8 + ["b", "b"]
    other = ["b"] * 7 + ["a"] * 3
    # One alone is right on 7 rows, the other alone on 2: p = 2·P(X ≥ 7 | n = 9, ½) = 2·46/512.
    assert mcnemar(truth, one, other) == {
        "only_this_right": 7, "only_other_right": 2, "p_value": pytest.approx(92 / 512)
    }  # fmt: skip
    assert mcnemar(truth, one, one)["p_value"] == 1.0


def test_nothing_to_measure_on_is_said() -> None:
    with pytest.raises(DataError, match="no labelled row"):
        measure([], TASK.answer(np.zeros((0, 3)), (), CLASSES))
