import pandas as pd
import pytest
from numpy.random import default_rng

import dongcha
from dongcha.insight.claim import Claim, Twin
from dongcha.insight.goal import goal
from dongcha.insight.insight import Effect, Subject
from dongcha.insight.mine import mine


@pytest.mark.parametrize(("goal", "first"), [("fewer late deliveries", "late"), ("提高满意度", "满意"), (None, None)])
def test_what_the_goal_speaks_of_comes_first_and_scores_stay(goal, first):
    random, rows = default_rng(0), 1000
    area = random.choice(["n", "s", "w"], rows)
    hit = {name: random.random(rows) < (0.3 + 0.3 * (area == "n")) for name in ("late", "满意", "open")}
    data = pd.DataFrame(
        {"area": area, **{name: ["yes" if h else "no" for h in values] for name, values in hit.items()}}
    )
    table = dongcha.read(data)
    found, plain = mine(table, goal=goal).insights, mine(table).insights
    if first:
        assert found[0].subject.measure == first
    scores = {(i.subject, str(i.facts)): i.score for i in plain}
    shared = [i for i in found if (i.subject, str(i.facts)) in scores]
    assert shared
    assert all(scores[i.subject, str(i.facts)] == i.score for i in shared)


def weight(words, measure=None, fact=(), group=(), **subject):
    parts = {"test": "t", "p_value": 0.0, "effect": Effect("h", 1), "share": 1.0, "prove": lambda: None}
    about = Subject(measure, "count" if measure is None else "rate", **subject)
    return goal(words).weight(Claim(pattern="p", subject=about, fact=fact, group=group, **parts))


def test_a_goal_that_asks_for_a_kind_of_claim_names_no_column():
    assert weight("imbalance in the distribution", breakdown=("kind",)) > 1
    assert weight("imbalance in the distribution", breakdown=("day",), grain="month") == 1
    assert weight("what are the trends", breakdown=("day",), grain="month") > 1
    assert weight("categories", breakdown=("category",)) > 1


def test_the_answer_is_of_the_kind_and_about_the_column_that_the_goal_names():
    asked = "imbalance in the distribution of orders across categories"
    answer = weight(asked, breakdown=("category",))
    about, kind = weight(asked, "late", breakdown=("category",)), weight(asked, breakdown=("place",))
    assert answer > 2 * about > 2 * kind > 2
    assert weight(asked, breakdown=("category", "place")) < answer  # that two go together is no distribution


def test_a_column_is_named_as_far_as_its_words_are():
    asked = "complaints by category"
    whole, half, none = (weight(asked, "late", breakdown=(name,)) for name in ("category", "root_category", "place"))
    assert whole > half > none == 1
    assert weight(asked, "late", breakdown=("place",), fact=("f", Twin("category"))) == 1  # as another column says it
    assert weight("late trains", "state", breakdown=("place",), group=("Late",)) > 1


@pytest.mark.parametrize(
    ("asked", "column", "said"),
    [
        ("productivity of human agents", "closed_by", True),
        ("productivity of human agents", "assignedTo", True),
        ("productivity of human agents", "updated_by", False),  # who wrote the row did not do the work
        ("productivity of human agents", "customer", False),
        ("regional differences", "store_city", True),
        ("regional differences", "colour", False),
        ("what clients want", "customer_id", True),
        ("客户的差异", "顾客", True),
    ],
)
def test_a_goal_asks_for_people_and_places_by_other_words(asked, column, said):
    assert (weight(asked, "late", breakdown=(column,)) > 1) is said
