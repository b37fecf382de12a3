"""What judges a challenger: answers drawn at random, and the words of people who agree with others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.learn.audit import MARK, audit_key, audited, drawn
from dongcha.learn.corrections import judges, judging
from dongcha.learn.heard import heard
from dongcha.learn.paired import Paired
from dongcha.learn.promote import Rule
from dongcha.learn.standing import rule_on
from dongcha.store.feedback import Feedback
from dongcha.store.predicted import Predicted

RULE = Rule(margin=0.02, least=20)
TEXTS = [f"text {i}" for i in range(4000)]
JUDGE = [one for one in TEXTS if judges(one)]
TEACH = [one for one in TEXTS if not judges(one)]


def answer(i, text, label="a", score=0.5):
    return Predicted(id=f"id{i}", at="2026-01-01", model="m", version=1, input=text, label=label, score=score)


def said(number, text, label, by, **more):
    return Feedback(model="m", input=text, label=label, by=by, number=number, **more)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ab"), st.floats(0, 1)), max_size=60), st.randoms())
def test_what_is_drawn_depends_on_neither_answers_nor_their_order(rows, random) -> None:
    first = [answer(i, TEXTS[at], label, score) for i, (at, label, score) in enumerate(rows)]
    other = [answer(i, TEXTS[at], "c", 1 - score) for i, (at, _, score) in enumerate(rows)]
    random.shuffle(other)
    found = drawn(first)
    assert [one.id for one in found] == [one.id for one in drawn(other)]
    assert sorted(one.input for one in found) == sorted({TEXTS[at] for at, _, _ in rows} & set(JUDGE))


def test_what_is_drawn_first_is_as_often_wrong_as_all_that_was_answered() -> None:
    rng = np.random.default_rng(0)
    wrong = dict(zip(JUDGE, rng.random(len(JUDGE)) < 0.2, strict=True))
    found = drawn([answer(i, text) for i, text in enumerate(JUDGE)])
    share = np.mean([wrong[one.input] for one in found[:400]])
    assert share == pytest.approx(np.mean(list(wrong.values())), abs=3 * np.sqrt(0.16 / 400))


def test_only_what_was_drawn_carries_the_mark() -> None:
    assert audited(said(1, "x", "a", "ann", key=audit_key("ann", "id1")))
    assert not audited(said(1, "x", "a", "ann"))
    assert not audited(said(1, "x", "a", "ann", key=said(1, MARK, "a", "ann").same))
    assert audit_key("ann", "id1") != audit_key("bob", "id1") != audit_key("bob", "id2")


def test_of_two_as_good_versions_what_people_choose_to_speak_of_favours_the_one_they_do_not_see() -> None:
    rng, promoted = np.random.default_rng(1), {"chosen": 0, "drawn": 0}
    for _ in range(200):
        champion, challenger = rng.random((2, 400)) < 0.8  # who is right, independently
        spoken = {"chosen": ~champion & (rng.random(400) < 0.5), "drawn": rng.random(400) < 0.1}
        for name, rows in spoken.items():
            won, lost = np.sum(challenger & ~champion & rows), np.sum(champion & ~challenger & rows)
            found = rule_on(Paired(0, 0, 2000), Paired(int(won), int(lost), int(rows.sum())), RULE)
            promoted[name] += found.verdict == "promote"
    assert promoted["chosen"] == 200
    assert promoted["drawn"] <= 4  # 200 at a level of 1/240


def crowd(rounds, seed=0, classes=6):
    """Two honest people and one who says anything speak of the same inputs that teach, then each of one that judges."""
    rng, number = np.random.default_rng(seed), 0
    for i in range(rounds):
        truth = f"c{rng.integers(classes)}"
        for by in ("ann", "bob", "spam"):
            label = truth if by != "spam" else f"c{rng.integers(classes)}"
            for text in (TEACH[i], JUDGE[3 * i + len(by) % 3 if by != "bob" else 3 * i + 1]):
                number += 1
                yield said(number, text, label, by)


def test_who_says_anything_stops_judging_once_others_tell_and_nobody_else_does() -> None:
    found = list(heard(crowd(60), 6))
    assert all(judging(one) for one, _ in found)
    assert all(counts for one, counts in found if one.by != "spam")
    spam = [counts for one, counts in found if one.by == "spam"]
    assert spam[0], "known before anybody else spoke"
    assert not any(spam[-20:])


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 5))
def test_who_is_left_out_is_known_before_each_word_and_rests_on_no_word_that_judges(rounds, seed) -> None:
    every = list(crowd(40, seed))
    whole = [counts for _, counts in heard(every, 6)]
    some = [counts for _, counts in heard(every[: 6 * rounds], 6)]
    assert whole[: len(some)] == some
    other = [one if not judging(one) else said(one.number, one.input, "else", one.by) for one in every]
    assert [counts for _, counts in heard(other, 6)] == whole
