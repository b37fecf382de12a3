"""Reversal, exception and association: figures recomputed, and what must not be claimed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

import dongcha
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.commonness import rule
from dongcha.insight.contingency import cramers_v, dependence, residuals
from dongcha.insight.cube import cube
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine
from dongcha.report.charts.draw import draw
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers

SPREAD = {"u": 0.5, "v": 0.3, "w": 0.15, "x": 0.05}
LEVEL = {"u": 0.9, "v": 0.7, "w": 0.45, "x": 0.25}


def told(data: pd.DataFrame, pattern: str) -> list[Insight]:
    return [i for i in mine(dongcha.read(data), top=30, say=say, draw=draw).insights if i.pattern == pattern]


def claims(data: pd.DataFrame, pattern: str) -> list[Claim]:
    return list(PATTERNS.get(pattern)(cube(dongcha.read(data))))


def turned(less: float = 0.2, rows: int = 3000, seed: int = 0) -> pd.DataFrame:
    """Group g1 has more of the areas where yes is common; `less` within each area."""
    rng = np.random.default_rng(seed)
    group, parts = rng.choice(["g1", "g2", "g3"], rows), np.array(list(SPREAD.values()))
    areas = [rng.choice(list(SPREAD), rows, p=p) for p in (parts, parts[::-1])]
    area = np.where(group == "g1", *areas)
    part = np.array([LEVEL[a] for a in area]) - less * (group == "g1")
    return pd.DataFrame({"group": group, "area": area, "answer": np.where(rng.random(rows) < part, "yes", "no")})


def test_a_reversal_is_told_with_figures_that_pandas_gives() -> None:
    data = turned()
    found = next(i for i in told(data, "reversal") if i.facts["group"] == "g1")
    hit = data["answer"] == found.subject.category
    here = data["group"] == "g1"
    assert found.facts["overall"] == pytest.approx(hit[here].mean())
    assert found.facts["overall_rest"] == pytest.approx(hit[~here].mean())
    up = down = 0.0
    for _, part in data.assign(hit=hit, here=here).groupby("area"):
        a, b, c, d = ((part.here == h) & (part.hit == o) for h in (True, False) for o in (True, False))
        up, down = up + a.sum() * d.sum() / len(part), down + b.sum() * c.sum() / len(part)
    assert found.facts["odds_ratio"] == pytest.approx(up / down)
    assert found.effect.value == pytest.approx(np.log(up / down))
    assert (found.facts["strata"], found.facts["against"]) == (4, 4)
    assert check_numbers(found) == []
    assert found.chart["layer"]


def test_the_plain_difference_is_a_part_of_the_reversal() -> None:
    found = mine(dongcha.read(turned()), top=30).insights
    plain = [
        i
        for i in found
        if i.pattern == "outstanding" and i.facts.get("group") == "g1" and i.subject.measure == "answer"
    ]
    assert not [i for i in plain if "confounder" not in i.facts]


@pytest.mark.parametrize("less", [0.0, -0.1])
def test_no_reversal_where_the_difference_is_gone_or_stays(less: float) -> None:
    assert not told(turned(less), "reversal")


def test_no_reversal_where_strata_go_both_ways() -> None:
    data = turned(0.0)
    rng = np.random.default_rng(8)
    more = data["area"].isin(["u", "x"])
    part = data["area"].map(LEVEL) + np.where(data["group"] == "g1", np.where(more, -0.15, 0.15), 0)
    assert not told(data.assign(answer=np.where(rng.random(len(data)) < part, "yes", "no")), "reversal")


def kinds(first: list[float], rows: int = 2400, seed: int = 0) -> pd.DataFrame:
    """Eight groups in which p is the most common kind, but in g3 where kinds have the shares `first`."""
    rng = np.random.default_rng(seed)
    group = rng.choice([f"g{i}" for i in range(8)], rows)
    usual, other = (rng.choice(list("pqrs"), rows, p=p) for p in ([0.5, 0.2, 0.15, 0.15], first))
    return pd.DataFrame({"group": group, "kind": np.where(group == "g3", other, usual)})


def test_an_exception_is_told_with_figures_that_pandas_gives() -> None:
    data = kinds([0.2, 0.5, 0.15, 0.15])
    (found,) = told(data, "exception")
    here = data[data["group"] == "g3"]["kind"]
    assert (found.facts["group"], found.facts["common"], found.facts["other"]) == ("g3", "p", "q")
    assert (found.facts["holds"], found.facts["groups"]) == (7, 8)
    assert found.facts["part"] == pytest.approx((here == "q").mean())
    assert found.facts["value"] == pytest.approx((here == "p").mean())
    assert found.sentence.en.startswith("The most common kind is “p” in 7 of 8 groups; where group is “g3” it is “q” (")
    assert check_numbers(found) == []


def test_a_tie_is_no_exception() -> None:
    made = [claims(kinds([0.35, 0.35, 0.15, 0.15], seed=seed), "exception") for seed in range(20)]
    assert sum(claim.p_value <= 0.05 for found in made for claim in found) <= 1


def test_an_exception_to_a_difference_is_told() -> None:
    rng = np.random.default_rng(3)
    rows = 2400
    group, area = rng.choice(["g1", "g2"], rows), rng.choice(list("uvwxyz"), rows)
    part = np.where((group == "g1") == (area != "v"), 0.4, 0.12)
    data = pd.DataFrame({"group": group, "area": area, "answer": np.where(rng.random(rows) < part, "yes", "no")})
    (found,) = told(data, "exception")
    assert found.facts["within"] == "v"
    assert (found.facts["holds"], found.facts["groups"]) == (5, 6)
    here, measure = data[data["area"] == "v"], found.subject.measure
    hit, inside = here[measure] == found.subject.category, here[found.subject.breakdown[0]] == found.facts["group"]
    assert found.facts["value"] == pytest.approx(hit[inside].mean())
    assert found.facts["rest"] == pytest.approx(hit[~inside].mean())
    assert check_numbers(found) == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=12))
def test_a_rule_holds_in_three_quarters_and_breaks_in_few(subsets: list[tuple[str, float]]) -> None:
    highlights, p = [h for h, _ in subsets], [q for _, q in subsets]
    found = rule(highlights, p)
    if found is None:
        return
    size = len(subsets)
    assert len(found.holds) >= 0.75 * size
    assert 1 <= len(found.breaks) <= max(1, 0.2 * size)
    assert all(highlights[at] == found.common for at in found.holds)
    assert all(highlights[at] != found.common and p[at] <= found.p_value <= 0.05 for at in found.breaks[:1])
    order = list(reversed(range(size)))
    again = rule([highlights[at] for at in order], [p[at] for at in order])
    assert again is not None
    assert again.p_value == found.p_value


def test_cramers_v_is_that_of_bergsma() -> None:
    """Bergsma 2013: phi squared less (r-1)(c-1)/(n-1), over the smaller corrected side less 1."""
    table = np.array([[30, 10, 20], [10, 35, 15]], float)
    value = chi2_contingency(table, correction=False).statistic
    n, r, c = 120, 2, 3
    phi = max(0, value / n - (r - 1) * (c - 1) / (n - 1))
    wanted = np.sqrt(phi / (min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)) - 1))
    found = cramers_v(value, n, (2, 3))
    assert found.value == pytest.approx(wanted)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low < found.value < found.high <= 1


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    p = np.array([[0.16, 0.06, 0.11], [0.08, 0.15, 0.11], [0.09, 0.12, 0.12]])
    truth = chi2_contingency(p * 1e9, correction=False).statistic / 1e9
    truth = np.sqrt(truth / 2)
    inside = 0
    for _ in range(200):
        table = rng.multinomial(800, p.ravel()).reshape(3, 3).astype(float)
        effect = dependence(table).effect
        inside += effect.low is not None and effect.high is not None and effect.low <= truth <= effect.high
    assert inside >= 184


def test_few_rows_are_permuted_and_right_as_often_as_they_say() -> None:
    rng = np.random.default_rng(2)
    across, down = np.array([0.85, 0.1, 0.05]), np.array([0.8, 0.1, 0.06, 0.04])
    small, exact = 0, 0
    for _ in range(300):
        table = rng.multinomial(120, np.outer(across, down).ravel()).reshape(3, 4).astype(float)
        table = table[table.sum(1) > 0][:, table.sum(0) > 0]
        found = dependence(table)
        small, exact = small + (found.p_value <= 0.05), exact + found.is_exact
    assert exact > 0
    assert small <= 26  # 5 % of 300, and chance


def test_residuals_are_those_of_haberman() -> None:
    table = np.array([[20, 5], [10, 25]], float)
    value = chi2_contingency(table, correction=False).statistic
    assert residuals(table) ** 2 == pytest.approx(np.full((2, 2), value))


def own(seed: int = 0, rows: int = 2400) -> pd.DataFrame:
    """Each of eight groups has an area of its own."""
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 8, rows)
    area = np.where(rng.random(rows) < 0.25, group % 6, rng.integers(0, 6, rows))
    return pd.DataFrame({"group": [f"g{i}" for i in group], "area": np.array(list("uvwxyz"))[area]})


def test_an_association_is_told_with_figures_that_pandas_gives() -> None:
    data = own()
    (found,) = told(data, "association")
    table = pd.crosstab(data["group"], data["area"])
    value = chi2_contingency(table, correction=False).statistic
    assert found.facts["v"] == pytest.approx(found.effect.value)
    assert found.effect.value == pytest.approx(cramers_v(value, len(data), table.shape).value)
    names = found.subject.breakdown
    cell = (data[names[0]] == found.facts["first"]) & (data[names[1]] == found.facts["second"])
    assert found.facts["together"] == cell.sum()
    expected = (
        (data[names[0]] == found.facts["first"]).sum() * (data[names[1]] == found.facts["second"]).sum() / len(data)
    )
    assert found.facts["expected"] == pytest.approx(expected)
    assert check_numbers(found) == []


def test_one_group_that_differs_is_no_association() -> None:
    rng = np.random.default_rng(4)
    group = rng.choice([f"g{i}" for i in range(8)], 2400)
    answer = np.where(rng.random(2400) < np.where(group == "g3", 0.5, 0.2), "yes", "no")
    data = pd.DataFrame({"group": group, "answer": answer})
    assert not told(data, "association")
    assert [c.p_value for c in claims(data, "association")] == [1.0]


def test_columns_called_like_those_of_the_evidence_do_no_harm() -> None:
    tables = {
        "association": own().rename(columns={"group": "first", "area": "n"}),
        "exception": kinds([0.2, 0.5, 0.15, 0.15]).rename(columns={"group": "value", "kind": "is_subject"}),
        "reversal": turned().rename(columns={"group": "rest", "area": "stratum", "answer": "rows"}),
    }
    for pattern, data in tables.items():
        best = min(claims(data, pattern), key=lambda claim: claim.p_value)
        assert best.p_value < 1e-3
        assert best.prove().facts
