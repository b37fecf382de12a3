"""Planted spammers are found and named; an honest expert who corrects a drifted model is not."""

import numpy as np
import pytest

from dongcha.learn.online.annotators import FADING, Annotators, Count, Likely
from dongcha.learn.online.learner import Settings
from dongcha.learn.online.updating import Updating, Word
from dongcha.model.head import Head

CLASSES = 12
NAMES = tuple(f"c{i}" for i in range(CLASSES))


def hears(says, *, seed=0, count=60, drift=0, only_wrong=True):
    """One person speaks of inputs; `says` gives the label from the truth and a random source.

    The model is right on most inputs; `drift` classes have changed their meaning since it was trained.
    """
    rng = np.random.default_rng(seed)
    head = Head(3 * np.eye(CLASSES), np.zeros(CLASSES))
    updating, spoken = Updating(head, NAMES), 0
    while spoken < count:
        truth = int(rng.integers(CLASSES))
        meaning = (truth + 1) % drift if truth < drift else truth
        vector = (np.eye(CLASSES)[meaning] + rng.normal(0, 0.45, CLASSES))[None]
        answer = updating.classes[int(updating.head.of(vector)[0].argmax())]
        if only_wrong and answer == NAMES[truth]:
            continue
        updating.hear(Word(vector=vector, label=says(truth, rng), by="p", key=spoken, answered=answer))
        spoken += 1
    return updating.annotators


SPAM = {
    "random": lambda truth, rng: NAMES[int(rng.integers(CLASSES))],
    "one class": lambda truth, rng: NAMES[4],
    "two classes": lambda truth, rng: NAMES[int(rng.integers(2))],
    "adversarial": lambda truth, rng: NAMES[(truth + 5) % CLASSES],
}


@pytest.mark.parametrize("kind", ["random", "one class"])
@pytest.mark.parametrize("seed", range(5))
def test_a_spammer_is_found(kind, seed) -> None:
    found = hears(SPAM[kind], seed=seed, count=150)
    assert found.flagged == ("p",)
    assert found.weight("p") == 0.0
    low, high = found.known["p"].interval
    assert low < high < found.known["p"].model.near_chance


@pytest.mark.parametrize("drift", [0, 4, 12])
@pytest.mark.parametrize("seed", range(5))
def test_an_honest_expert_is_not_flagged_however_far_the_model_drifted(drift, seed) -> None:
    found = hears(lambda truth, rng: NAMES[truth], seed=seed, count=100, drift=drift)
    assert found.flagged == ()
    assert found.weight("p") > 0.5


def flat(label="x"):
    return Likely(("x", "y"), np.zeros(2), np.zeros(2))  # two classes: the model says nothing of people


@pytest.mark.parametrize("kind", ["random", "one class", "adversarial"])
def test_a_spammer_among_honest_people_is_found_by_them(kind) -> None:
    rng, found = np.random.default_rng(1), Annotators()
    for i in range(60):
        truth = int(rng.integers(CLASSES))
        for name in ("ann", "bob", "cid"):
            said = truth if rng.random() < 0.95 else int(rng.integers(CLASSES))
            found.hear(name, i, NAMES[said], flat())
        found.hear("spam", i, SPAM[kind](truth, rng), flat())
    assert found.flagged == ("spam",)
    assert min(found.weight(name) for name in ("ann", "bob", "cid")) > 0.7


def test_somebody_new_is_trusted_and_a_few_words_flag_nobody() -> None:
    found = Annotators()
    assert found.weight("nobody") == 1.0
    for i in range(7):
        found.hear("a", i, "x", flat())
        found.hear("b", i, "y", flat())
    assert found.flagged == ()


def test_the_interval_is_that_of_the_beta_posterior() -> None:
    count = Count(2, 1, 0.25)
    # Beta(3, 2): its distribution function is 4 x^3 - 3 x^4
    for x, wanted in zip(count.interval, (0.005, 0.995), strict=True):
        assert 4 * x**3 - 3 * x**4 == pytest.approx(wanted)
    count.add(1.0, 0.5)
    assert count.yes == pytest.approx(2 * FADING + 1)
    assert 0.25 < count.chance < 0.5


def test_what_a_spammer_taught_is_taken_back() -> None:
    rng = np.random.default_rng(3)
    head = Head(3 * np.eye(CLASSES), np.zeros(CLASSES))
    updating, told = Updating(head, NAMES), ()
    for i in range(100):
        vector = (np.eye(CLASSES)[int(rng.integers(CLASSES))] + rng.normal(0, 0.3, CLASSES))[None]
        told += updating.hear(Word(vector=vector, label=SPAM["random"](0, rng), by="spam", key=i)).distrusted
    assert told[:1] == ("spam",)
    assert updating.annotators.flagged == ("spam",)
    assert np.abs(updating.head.weight - head.weight).max() <= 1e-12


def test_a_poisoned_head_is_given_up_and_begins_again() -> None:
    rng = np.random.default_rng(4)
    head = Head(3 * np.eye(CLASSES), np.zeros(CLASSES))
    updating, fell = Updating(head, NAMES, how=Settings(pull=0.0)), []

    def hear(i: int, shift: int) -> None:
        truth = int(rng.integers(CLASSES))
        vector = (np.eye(CLASSES)[truth] + rng.normal(0, 0.2, CLASSES))[None]
        label = NAMES[(truth + shift) % CLASSES]
        fell.append(updating.hear(Word(vector=vector, label=label, by=f"p{i}", key=i)).fell_back)

    for i in range(400):
        hear(i, 5)  # from many people, all wrong in the same way
    assert not any(fell), "what is said proves the updated head right"
    poisoned = updating.head
    for i in range(400, 480):
        hear(i, 0)
    assert sum(fell) == updating.falls == 1
    assert updating.classes == NAMES
    tried = np.eye(CLASSES)
    assert (poisoned.of(tried).argmax(axis=1) == (np.arange(CLASSES) + 5) % CLASSES).all()
    assert (updating.head.of(tried).argmax(axis=1) == np.arange(CLASSES)).all()


def test_answers_that_were_picked_out_because_they_were_wrong_judge_no_head() -> None:
    updating = Updating(Head(np.eye(2), np.zeros(2)), ("x", "y"))
    for i in range(60):
        updating.hear(Word(vector=np.array([[1.0, 0.0]]), label="xy"[i % 2], by="p", key=i, answered="yx"[i % 2]))
    assert updating.fallback.gained == updating.fallback.lost == 0
