"""What every query strategy keeps, whatever the pool; and what each of them chooses where that can be told by hand."""

import resource

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.learn.pool import Pool
from dongcha.learn.strategies import STRATEGIES
from dongcha.learn.strategies.entropy import entropies
from dongcha.learn.strategies.margin import margins
from dongcha.model.embedded import unit

NAMES = list(STRATEGIES)


def pool(rows, classes=3, labelled=0, *, seed=0, width=8, scores=True, copies=1, one_class=False):
    """A pool of random rows, each there `copies` times, the first `labelled` of a shuffle with a label."""
    random = np.random.default_rng(seed)
    vectors = unit(np.repeat(random.normal(size=(-(-rows // copies), width)), copies, axis=0)[:rows])
    said = random.dirichlet(np.ones(classes), rows).astype(np.float32) if scores else None
    known = random.permutation(rows)[:labelled].astype(np.int64)
    targets = np.zeros(labelled, np.int64) if one_class else random.integers(0, classes, labelled)
    return Pool(vectors, said, known, targets)


def chosen(name, where, k, seed=0):
    return STRATEGIES.get(name).choose(where, k, np.random.default_rng(seed))


def sound(found, where, k):
    free = set(where.unlabelled.tolist())
    assert found.dtype == np.int64
    assert len(set(found.tolist())) == len(found) == min(k, len(free))
    assert set(found.tolist()) <= free


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(
    rows=st.integers(1, 60),
    part=st.floats(0, 1),
    k=st.integers(0, 70),
    classes=st.integers(1, 5),
    copies=st.integers(1, 60),
    scores=st.booleans(),
    one_class=st.booleans(),
)
def test_distinct_rows_without_a_label_and_the_same_by_the_seed(
    name, rows, part, k, classes, copies, scores, one_class
):
    where = pool(rows, classes, int(rows * part), scores=scores, copies=copies, one_class=one_class)
    found = chosen(name, where, k)
    sound(found, where, k)
    np.testing.assert_array_equal(found, chosen(name, where, k))


@pytest.mark.parametrize("name", NAMES)
def test_scores_that_are_no_numbers_are_taken_as_knowing_nothing(name):
    where = pool(40, labelled=6)
    where.scores[3:20] = np.nan
    where.scores[20:25] = 0.0
    where.scores[25] = np.inf
    sound(chosen(name, where, 10), where, 10)


@pytest.mark.parametrize("name", NAMES)
def test_a_pool_of_a_hundred_thousand_rows_in_bounded_memory(name):
    where = pool(100_000, 4, 60, width=32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sound(chosen(name, where, 20), where, 20)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 1500  # a matrix of all distances would take 40,000


def test_the_least_sure_row_by_each_measure():
    said = np.array([[0.50, 0.50, 0.00], [0.40, 0.30, 0.30], [0.45, 0.44, 0.11], [0.90, 0.05, 0.05]], np.float32)
    where = Pool(unit(np.eye(4)), said)
    assert chosen("margin", where, 2).tolist() == [0, 2]  # margins 0, 0.1, 0.01, 0.85
    assert chosen("least-confidence", where, 2).tolist() == [1, 2]  # best scores 0.5, 0.4, 0.45, 0.9
    assert chosen("entropy", where, 2).tolist() == [1, 2]  # 0.693, 1.089, 0.963, 0.394 nats


def test_core_set_takes_the_row_farthest_from_what_is_labelled():
    angles = np.radians([0, 10, 100, 180, 170])
    vectors = unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    where = Pool(vectors, None, np.array([0]), np.array([0]))
    assert chosen("core-set", where, 2).tolist() == [3, 2]  # the opposite one, then the one between


def test_typical_and_diverse_take_a_row_of_each_of_two_crowds():
    random = np.random.default_rng(5)
    middles = np.eye(6)[:2] * 10
    vectors = unit(np.concatenate([middles[0] + random.normal(size=(30, 6)), middles[1] + random.normal(size=(20, 6))]))
    for name in ("typical", "diverse"):
        found = chosen(name, Pool(vectors), 2)
        assert sorted(row < 30 for row in found.tolist()) == [False, True]
    assert chosen("typical", Pool(vectors, None, np.array([0]), np.array([0])), 1)[0] >= 30  # the other crowd


def test_contrastive_takes_the_row_whose_score_is_unlike_its_neighbours():
    vectors = unit(np.array([[1, 0], [1, 0.1], [1, -0.1], [0, 1], [0.1, 1.0]]))
    said = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.2, 0.8]], np.float32)
    where = Pool(vectors, said, np.array([0, 3]), np.array([0, 1]))
    assert chosen("contrastive", where, 1).tolist() == [2]


def test_badge_begins_with_an_unsure_row_and_never_takes_its_like():
    vectors = unit(np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    said = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [1.0, 0.0]], np.float32)
    firsts = []
    for seed in range(200):
        found = chosen("badge", Pool(vectors, said), 2, seed).tolist()
        assert sorted(found) != [0, 1]  # their gradients are the same
        firsts.append(found)
    assert all(found[0] != 3 for found in firsts)
    # From row 0, row 2 is at squared distance 1 and row 3 at 1/2: drawn twice as often.
    assert 0.55 < np.mean([found[1] == 2 for found in firsts]) < 0.78


def test_bald_prefers_what_its_committee_cannot_agree_on():
    random = np.random.default_rng(0)
    known = np.concatenate(
        [np.eye(16)[:1] * 6 + random.normal(size=(12, 16)), np.eye(16)[1:2] * 6 + random.normal(size=(12, 16))]
    )
    between = np.eye(16)[:1] * 3 + np.eye(16)[1:2] * 3 + random.normal(size=(5, 16))
    like = np.eye(16)[:1] * 6 + random.normal(size=(40, 16)) * 0.3
    vectors = unit(np.concatenate([known, between, like]))
    scores = np.full((len(vectors), 2), 0.5, np.float32)
    where = Pool(vectors, scores, np.arange(24), np.repeat([0, 1], 12))
    assert len(set(chosen("bald", where, 5).tolist()) & set(range(24, 29))) >= 3


@pytest.mark.parametrize("name", ["balanced-entropy", "balanced-margin"])
def test_balanced_wants_the_class_with_few_labels(name):
    """Two crowds that are alike but for their class: the one whose class has a tenth of the labels is asked."""
    random = np.random.default_rng(1)
    crowd = [np.eye(12)[i] * 5 + random.normal(size=(60, 12)) for i in range(2)]
    vectors = unit(np.concatenate(crowd))
    said = np.repeat([[0.55, 0.45], [0.45, 0.55]], 60, axis=0).astype(np.float32)
    labelled = np.concatenate([np.arange(20), [60, 61]])
    where = Pool(vectors, said, labelled, np.repeat([0, 1], [20, 2]))
    found = chosen(name, where, 10)
    assert (found >= 60).sum() > (found < 60).sum()


def test_measures_by_hand():
    assert margins(np.array([[1.0]], np.float32)).tolist() == [1.0]
    np.testing.assert_allclose(entropies(np.full((1, 4), 0.25, np.float32)), np.log(4), rtol=1e-6)


def test_what_is_wrong_is_said():
    with pytest.raises(ConfigError, match="k must be at least 0"):
        chosen("random", pool(5), -1)
    with pytest.raises(UnknownName, match="margin"):
        STRATEGIES.get("margn")
    with pytest.raises(DataError, match="one label"):
        Pool(unit(np.eye(3)), None, np.array([1, 1]), np.array([0, 0]))
    with pytest.raises(DataError, match="0 to 2"):
        Pool(unit(np.eye(3)), None, np.array([3]), np.array([0]))
    with pytest.raises(DataError, match="scores"):
        Pool(unit(np.eye(3)), np.zeros((2, 2), np.float32))
