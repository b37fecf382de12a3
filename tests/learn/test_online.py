"""An online head: corrections teach, old classes stay, new ones come, the last word counts, order decides."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from dongcha.core.errors import ConfigError
from dongcha.learn.online.fallback import Fallback
from dongcha.learn.online.learner import Learner, Seeds, Settings
from dongcha.learn.online.memory import Memory
from dongcha.learn.online.prequential import Prequential
from dongcha.model.head import fit_heads

CENTRES = np.array([[3.0, 0, 0, 0, 0], [0, 3.0, 0, 0, 0], [0, 0, 3.0, 0, 0], [0, 0, 0, 3.0, 0]])
NAMES = ("a", "b", "c", "d")


def points(rng, labels):
    return CENTRES[labels] + rng.normal(0, 0.7, (len(labels), 5))


def world(seed=0, classes=3):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, 300)
    vectors = points(rng, labels)
    head = next(fit_heads(vectors, labels, [1.0]))
    return rng, head, Seeds(vectors, [NAMES[i] for i in labels])


def right(learner, vectors, labels):
    said = learner.head.of(vectors).argmax(axis=1)
    return float(np.mean([learner.classes[i] == NAMES[j] for i, j in zip(said, labels, strict=True)]))


@pytest.mark.parametrize("sparse", [False, True])
def test_a_new_class_is_learned_and_the_old_stay(sparse) -> None:
    rng, head, seeds = world()
    kind = csr_matrix if sparse else np.asarray
    learner = Learner(head, NAMES[:3], Seeds(kind(seeds.vectors), seeds.labels))
    for i in rng.integers(0, 4, 80):
        learner.learn(kind(points(rng, np.array([i]))), NAMES[i])
    labels = rng.integers(0, 4, 400)
    vectors = points(rng, labels)
    assert learner.classes == NAMES
    assert right(learner, vectors[labels < 3], labels[labels < 3]) >= 0.97
    assert right(learner, vectors[labels == 3], labels[labels == 3]) >= 0.95


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.1, 1), st.integers(0, 6)), min_size=1, max_size=25))
def test_the_same_words_in_the_same_order_give_the_same_head(words) -> None:
    heads = []
    for _ in range(2):
        rng, head, seeds = world()
        learner = Learner(head, NAMES[:3], seeds)
        for label, weight, key in words:
            learner.learn(points(rng, np.array([label])), NAMES[label], weight, key)
        heads.append(learner.head)
    assert np.array_equal(heads[0].weight, heads[1].weight)
    assert np.array_equal(heads[0].bias, heads[1].bias)


@pytest.mark.parametrize("sparse", [False, True])
def test_a_trusted_correction_is_answered_as_told_and_a_distrusted_one_changes_nothing(sparse) -> None:
    rng, head, _ = world()
    vector = points(rng, np.array([0]))
    given_ = csr_matrix(vector) if sparse else vector
    learner = Learner(head, NAMES[:3])
    learner.learn(given_, "b", 0.0)
    learner.learn(given_, "z", 0.0)
    assert learner.head is head
    assert learner.classes == NAMES[:3]
    learner.learn(given_, "b")
    assert learner.classes[int(learner.head.of(vector).argmax())] == "b"
    assert head.of(vector).argmax() == 0, "the head that was taken has changed"


def test_the_last_word_on_an_input_takes_the_place_of_the_earlier() -> None:
    rng, head, seeds = world()
    learner = Learner(head, NAMES[:3], seeds)
    vector = points(rng, np.array([0]))
    for label in ("b", "c", "b", "a"):
        learner.learn(vector, label, key="same")
    assert learner.classes[int(learner.head.of(vector).argmax())] == "a"


def test_wrong_figures_are_refused() -> None:
    _, head, _ = world()
    with pytest.raises(ConfigError):
        Learner(head, NAMES[:2])
    with pytest.raises(ConfigError):
        Settings(batch=0)
    with pytest.raises(ConfigError):
        Learner(head, NAMES[:3]).learn(np.zeros((1, 5)), "a", 1.5)


@given(st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 30))), max_size=120))
def test_memory_is_bounded_and_keeps_one_row_a_key(rows) -> None:
    memory, last = Memory(20), {}
    for i, (label, key) in enumerate(rows):
        place = memory.add(np.array([[float(i)]]), label, 1.0, key)
        if place is not None and key is not None:
            last[key] = (i, label)
    assert len(memory) <= 20
    assert sum(memory.counts().values()) == len(memory)
    places = np.arange(len(memory))
    kept = [int(one[0, 0]) for one in memory.rows(places)]
    assert len(set(kept)) == len(kept)
    keyed = [rows[i][1] for i in kept if rows[i][1] is not None]
    assert len(set(keyed)) == len(keyed)
    assert all(last[rows[i][1]][0] == i for i in kept if rows[i][1] is not None)


def test_memory_is_balanced_by_class() -> None:
    memory = Memory(30)
    for i in range(1000):
        memory.add(np.array([[float(i)]]), 0)
    for i in range(40):
        memory.add(np.array([[float(i)]]), 1 + i % 2)
    assert memory.counts() == {0: 10, 1: 10, 2: 10}


def test_prequential_figures() -> None:
    found = Prequential(window=2, fading=0.5)
    assert np.isnan(found.recent)
    for one in (True, False, True):
        found.add(one)
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.recent == 0.5
    assert found.faded == pytest.approx((0.25 + 1) / (0.25 + 0.5 + 1))


def test_a_head_that_got_worse_is_found_and_one_that_is_as_good_stays() -> None:
    worse, late = Fallback(), Fallback()
    for _ in range(40):
        late.add(updated=True, stored=False)
    while not worse.fallen:
        worse.add(updated=False, stored=True)
    assert worse.lost <= 15  # (1 + 0.75) ** n / 4 reaches 1000 at n = 15
    for _ in range(20):
        late.add(updated=False, stored=True)
    assert late.fallen, "a good beginning hides a bad end"
    rng, falls = np.random.default_rng(0), 0
    for _ in range(300):
        test = Fallback()
        for one in rng.random(50) < 0.5:
            test.add(updated=bool(one), stored=not one)
        falls += test.fallen
    assert falls <= 300 * 50 / 1000 + 3 * np.sqrt(15)


def test_answers_that_are_both_right_or_both_wrong_say_nothing() -> None:
    test = Fallback()
    for one in (True, False) * 50:
        test.add(one, one)
    assert test.evidence == 0
    assert not test.fallen


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.integers(0, 9)), st.booleans()), max_size=80))
def test_what_is_dropped_from_memory_is_gone_and_the_rest_stays(rows) -> None:
    memory, kept = Memory(100), []  # (key, value, label), as it should be
    for i, (label, key, drops) in enumerate(rows):
        kept = [one for one in kept if key is None or one[0] != key]
        if drops:
            memory.drop(key)
        else:
            memory.add(np.array([[float(i)]]), label, 1.0, key)
            kept.append((key, i, label))
    found = [(int(one[0, 0]), int(memory.labels[i])) for i, one in enumerate(memory.rows(np.arange(len(memory))))]
    assert sorted(found) == sorted((value, label) for _, value, label in kept)
    assert memory.counts() == {label: n for label in range(4) if (n := sum(one[2] == label for one in kept))}


def test_a_flipped_prior_is_followed_and_what_was_frequent_is_not_given_up() -> None:
    rng = np.random.default_rng(3)
    near = np.array([[0.0, 0, 0, 0, 0], [1.5, 0, 0, 0, 0]])  # what overlaps is answered by the prior

    def drawn(count, share):
        labels = (rng.random(count) < share).astype(np.int64)
        return near[labels] + rng.normal(0, 1, (count, 5)), labels

    vectors, labels = drawn(600, 0.1)
    head = next(fit_heads(vectors, labels, [1.0]))
    seeds = Seeds(vectors, [NAMES[i] for i in labels])
    (now, truth), (before, was) = drawn(4000, 0.9), drawn(4000, 0.1)
    found = {}
    for share in (0.2, 1.0):
        learner = Learner(head, NAMES[:2], seeds, Settings(share=share))
        for vector, label in zip(*drawn(400, 0.9), strict=True):
            learner.learn(vector[None], NAMES[label])
        found[share] = right(learner, now, truth), right(learner, before, was)
    frozen = Learner(head, NAMES[:2])
    assert found[0.2][0] > right(frozen, now, truth) + 0.1
    assert found[0.2][1] > found[1.0][1] + 0.05


def test_corrections_enter_the_memory_when_they_stop_being_recent_and_those_of_a_new_class_at_once() -> None:
    rng, head, _ = world()
    learner = Learner(head, NAMES[:3], None, Settings(recent=5))
    for i in range(9):
        learner.learn(points(rng, np.array([i % 3])), NAMES[i % 3], key=i)
    assert len(learner._memory) == 4
    learner.learn(points(rng, np.array([0])), "b", key=0)  # the last word: it is recent again
    assert len(learner._memory) == 4, "one came back, one left the recent ones"
    learner.learn(points(rng, np.array([3])), "d", key="new")
    assert learner._memory.counts()[3] == 1
