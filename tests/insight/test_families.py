"""What is trivially true of one column makes no room for false relations between columns."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.claim import Claim
from dongcha.insight.families import held_apart, is_relation
from dongcha.insight.fdr import q_values
from dongcha.insight.insight import Effect, Filter, Subject
from dongcha.insight.mine import mine


def claim(subject: Subject) -> Claim:
    return Claim(
        pattern="outstanding", subject=subject, test="", p_value=0.5, effect=Effect("", 1.0, 0.5, 1.5), share=1.0,
        prove=lambda: pytest.fail("it is not proved here"),
    )  # fmt: skip


AMOUNTS = (
    Subject(None, "count", ("city",)),
    Subject(None, "count", ("day",), grain="month"),
    Subject("price", "sum", ("city",)),
    Subject("shop", "distinct", ("city",)),
)
RELATIONS = (
    Subject("price", "mean", ("city",)),
    Subject("kind", "rate", ("day",), grain="month"),
    Subject(None, "count", ("city", "kind")),
    Subject(None, "count", ("city",), where=(Filter("kind", "a"),)),
)


def test_relations_are_claims_about_several_columns_that_are_no_totals() -> None:
    assert [is_relation(claim(one)) for one in (*AMOUNTS, *RELATIONS)] == [False] * 4 + [True] * 4


def test_each_family_is_corrected_for_all_that_was_tried_of_it() -> None:
    claims = [claim(one) for one in (AMOUNTS[0], RELATIONS[0], AMOUNTS[1], RELATIONS[1])]
    found = held_apart(claims, [0.001, 0.02, 0.3, 0.9])
    assert found.tolist() == [*q_values([0.001, 0.3])[:1], *q_values([0.02, 0.9])[:1], 0.3, 0.9]
    assert held_apart([], []).tolist() == []


def test_many_truths_about_single_columns_leave_noise_silent() -> None:
    """Twelve columns with a majority each, and nothing depends on anything."""
    wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        data = pd.DataFrame({f"c{at}": rng.choice(["a", "b", "c"], 400, p=[0.8, 0.12, 0.08]) for at in range(12)})
        found = mine(dongcha.read(data), top=40).insights
        assert len(found) >= 12
        wrong += any(len({one.subject.measure, *one.subject.breakdown} - {None}) > 1 for one in found)
    assert wrong <= 2  # 5 % of 40
