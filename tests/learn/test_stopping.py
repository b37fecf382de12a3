"""When answers have settled, and what more labels would bring."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from dongcha.learn.heads import fit_scorer
from dongcha.learn.queue import Queue
from dongcha.learn.stopping import kappa, outlook, settled
from dongcha.model.embedded import unit


def crowds(rows, noise, seed=0):
    random = np.random.default_rng(seed)
    targets = np.arange(rows) % 2
    return unit(np.eye(6)[targets] * 2 + random.normal(size=(rows, 6)) * noise), targets.astype(np.int64)


def test_kappa_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    one, other = random.integers(0, 3, 200), random.integers(0, 3, 200)
    other[:120] = one[:120]
    assert kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))
    assert kappa(np.zeros(5, np.int64), np.zeros(5, np.int64)) == 1.0


def test_settled_needs_several_models_that_agree():
    same, other = np.array([0, 1] * 50), np.array([0, 0, 1, 1] * 25)
    assert settled([same] * 4)
    assert not settled([same] * 3)
    assert not settled([same, same, other, other])
    assert settled([other, same, same, same, same])


def test_outlook_is_the_accuracy_on_rows_that_were_not_labelled():
    off = []
    for seed in range(8):
        vectors, targets = crowds(1_200, 1.2, seed)
        found = outlook(vectors[:200], targets[:200], 2)
        said = fit_scorer(vectors[:200], targets[:200], 2).scores(vectors[200:]).argmax(axis=1)
        off.append(found.accuracy.value - float(np.mean(said == targets[200:])))
        assert [count for count, _ in found.ahead] == [400, 800]
        assert all(0 <= one.low <= one.value <= one.high <= 1 for _, one in found.ahead)
        assert found.ahead[1][1].value >= found.ahead[0][1].value - 1e-9  # more labels never bring less
    # One estimate from 200 rows has a standard error of 0.024; the mean of eight one of 0.009.
    assert abs(np.mean(off)) < 0.03


def test_nothing_is_said_of_few_labels_or_one_class():
    vectors, targets = crowds(40, 1.0)
    assert outlook(vectors[:10], targets[:10], 2) is None
    assert outlook(vectors, np.zeros(40, np.int64), 1) is None


def test_a_queue_learns_and_asks_each_row_once():
    vectors, targets = crowds(60, 0.5)
    queue = Queue(vectors, [], batch=5)
    asked = []
    while (row := queue.next()) is not None:
        asked.append(row)
        if len(asked) == 4:
            queue.skip(row)
        else:
            queue.give(row, "ab"[targets[row]])
    assert sorted(asked) == list(range(60))
    assert queue.classes in (["a", "b"], ["b", "a"])
    assert queue.guess(0) is not None
    assert queue.guess(0)[0] == "a"


def test_a_queue_begun_again_is_the_same():
    vectors, targets = crowds(60, 0.5)
    queue = Queue(vectors, ["a", "b"], batch=5)
    for _ in range(20):
        row = queue.next()
        queue.give(row, "ab"[targets[row]])
    again, third = (Queue(vectors, ["a", "b"], batch=5, labels=dict(queue.labels)) for _ in range(2))
    assert again.next() == third.next()
    assert again.next() not in queue.labels
    np.testing.assert_array_equal(again.scores, third.scores)


def test_what_is_taken_back_is_asked_next():
    vectors, _ = crowds(30, 0.5)
    queue = Queue(vectors, ["a", "b"])
    first = queue.next()
    queue.give(first, "a")
    assert queue.next() != first
    queue.take_back(first)
    assert queue.next() == first
    assert queue.labels == {}
