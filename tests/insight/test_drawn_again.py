"""Claims tested anew in halves of the data say as often yes as the same tests on halves drawn by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import expit
from scipy.stats import random_table

import dongcha
from dongcha.insight.contingency import moments
from dongcha.insight.insight import Subject
from dongcha.insight.mine import mine
from dongcha.insight.stability.bands import level_again, rate_again
from dongcha.insight.stability.crossed import commonest_again, gap_again, reversal_again, table_again, way_again
from dongcha.insight.stability.dealt import DRAWS, Dealt
from dongcha.insight.stability.different import distinct_again
from dongcha.insight.stability.shapes import shape_again
from dongcha.insight.stability.texts import said_again, scored_again
from dongcha.insight.stability.totals import below_zero_again, last_again, lead_again
from dongcha.insight.text.given import scored

HALVES = 400
"""Halves drawn by hand: with the 100 of the product a share of one half is told to about 0.06."""


def by_hand(data: pd.DataFrame, test, seed: int = 1) -> float:
    """The part of random halves of the rows in which a test holds."""
    rng = np.random.default_rng(seed)
    return float(np.mean([test(data[rng.random(len(data)) < 0.5]) for _ in range(HALVES)]))


def part(again, way: float) -> float:
    """The part of the product's halves in which a claim holds, and both shapes as stated."""
    assert again.effects.shape == again.p_values.shape == (DRAWS,)
    return float(np.mean((again.effects * way > 0) & (again.p_values <= 0.05)))


def agree(again, way: float, expected: float) -> None:
    assert 0.1 < expected < 0.9, "a claim that always or never holds tells nothing here"
    assert part(again, way) == pytest.approx(expected, abs=0.15)


def fisher(cells, side: str = "two-sided") -> float:
    if side != "two-sided":
        return stats.fisher_exact(cells, side).pvalue
    return min(1.0, 2 * min(stats.fisher_exact(cells, one).pvalue for one in ("less", "greater")))


def cells(hit, inside):
    return [
        [int((hit & inside).sum()), int((~hit & inside).sum())],
        [int((hit & ~inside).sum()), int((~hit & ~inside).sum())],
    ]


def grouped(rows: int = 900, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng([seed, 1])
    return pd.DataFrame({"g": rng.choice(list("abcd"), rows), "kind": rng.choice(list("xyz"), rows)})


def test_an_association_is_asked_by_its_moments():
    rng = np.random.default_rng(5)
    data = grouped(600, 5)
    own = data["g"].map({"a": "x", "b": "y", "c": "z", "d": "x"})
    data["kind"] = np.where(rng.random(600) < 0.19, own, data["kind"])

    def holds(half):
        return stats.chi2_contingency(pd.crosstab(half["g"], half["kind"]), correction=False).pvalue <= 0.05

    again = table_again(("g", "kind"), [list("abcd"), list("xyz")], Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


@pytest.mark.parametrize("margins", [([5, 9, 20], [4, 10, 20]), ([1, 2, 3, 30, 4], [20, 5, 5, 10])])
def test_the_moments_of_the_figure_are_those_of_permuted_tables(margins):
    across, down = map(np.array, margins)
    drawn = random_table(across, down).rvs(200_000, random_state=np.random.default_rng(2)).astype(float)
    expected = np.outer(across, down) / across.sum()
    figures = ((drawn - expected) ** 2 / expected).sum((1, 2))
    mean, variance = moments(drawn[0])
    assert mean == pytest.approx(figures.mean(), rel=0.01)
    assert variance == pytest.approx(figures.var(), rel=0.03)


def test_an_exception_needs_the_rule_and_the_break():
    rng = np.random.default_rng(7)
    data = pd.DataFrame({"g": rng.choice(list("abcde"), 1000)})
    usual, other = (rng.choice(list("xyz"), 1000, p=p) for p in ([0.6, 0.2, 0.2], [0.28, 0.5, 0.22]))
    data["kind"] = np.where(data["g"] == "e", other, usual)

    def first(group, value):
        n = group.value_counts()
        rest = n.drop(value, errors="ignore").max()
        own = n.get(value, 0)
        return min(1, 2 * stats.binomtest(own, own + rest, alternative="greater").pvalue) if own > rest else 1.0

    def holds(half):
        of = {name: part["kind"] for name, part in half.groupby("g")}
        held = sorted(first(of[name], "x") for name in "abcde")[3]
        return max(held, first(of["e"], "y")) <= 0.05

    again = commonest_again(("g", "kind"), ("e", "x", "y"), (list("abcde"), 4), Dealt(dongcha.read(data)))
    agree(again, -1, by_hand(data, holds))


def three(less: float, seed: int, rows: int = 900) -> pd.DataFrame:
    """Two groups spread otherwise over four areas on which the answer hangs; `less` of it in one within each."""
    rng = np.random.default_rng(seed)
    first, spread = rng.random(rows) < 0.5, np.array([0.5, 0.3, 0.15, 0.05])
    area = np.where(first, *(rng.choice(list("uvwx"), rows, p=p) for p in (spread, spread[::-1])))
    rate = pd.Series(area).map({"u": 0.9, "v": 0.7, "w": 0.45, "x": 0.25}) - less * first
    return pd.DataFrame(
        {"g": np.where(first, "a", "b"), "area": area, "late": np.where(rng.random(rows) < rate, "y", "n")}
    )


def cochran(half: pd.DataFrame) -> tuple[float, float]:
    """The p-value of the Cochran-Mantel-Haenszel test, and the sign of the difference within."""
    gap = variance = 0.0
    for _, one in half.groupby("area"):
        (a, b), (c, d) = cells((one["late"] == "y").to_numpy(), (one["g"] == "a").to_numpy())
        n = a + b + c + d
        if n > 1:
            gap += a - (a + b) * (a + c) / n
            variance += (a + b) * (c + d) * (a + c) * (b + d) / n**2 / (n - 1)
    return float(stats.chi2.sf(max(abs(gap) - 0.5, 0) ** 2 / variance, 1)), float(np.sign(gap))


def test_a_reversal_needs_both_signs():
    data = three(0.14, 3)

    def holds(half):
        table = cells((half["late"] == "y").to_numpy(), (half["g"] == "a").to_numpy())
        p, way = cochran(half)
        up = table[0][0] / sum(table[0]) > table[1][0] / sum(table[1])
        return up and way < 0 and max(fisher(table), p) <= 0.05

    again = reversal_again(("late", "y", "g", "a"), "area", Dealt(dongcha.read(data)))
    agree(again, -1, by_hand(data, holds))


def test_a_difference_that_turns_round_in_one_place():
    rng = np.random.default_rng(4)
    data = pd.DataFrame({"g": rng.choice(["a", "b"], 1200), "area": rng.choice(list("uvwxy"), 1200)})
    rate = np.where((data["g"] == "a") == (data["area"] != "v"), 0.5, 0.24)
    data["late"] = np.where(rng.random(1200) < rate, "y", "n")

    def holds(half):
        found = {}
        for name, one in half.groupby("area"):
            table = cells((one["late"] == "y").to_numpy(), (one["g"] == "a").to_numpy())
            found[name] = fisher(table), table[0][0] / sum(table[0]) - table[1][0] / sum(table[1])
        others = sorted(p if gap * found["v"][1] < 0 else 1.0 for p, gap in found.values())
        return found["v"][1] < 0 and max(others[3], found["v"][0]) <= 0.05

    asked = ("late", "y", "g", "a")
    again = way_again(asked, ("area", list("uvwxy")), ("v", 4), Dealt(dongcha.read(data)))
    agree(again, -1, by_hand(data, holds))


def test_a_gap_leaves_out_groups_in_which_it_is_always_missing():
    rng = np.random.default_rng(2)
    data = grouped(800, 2)
    gone = (rng.random(800) < np.where(data["g"] == "a", 0.17, 0.1)) | (data["g"] == "d")
    data["size"] = np.where(gone, None, 1.5)

    def holds(half):
        kept = half[half["g"] != "d"]
        return fisher(cells(kept["size"].isna().to_numpy(), (kept["g"] == "a").to_numpy()), "greater") <= 0.05

    again = gap_again("size", lambda rows: rows["g"].cast("string"), "a", ["d"], Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


def amounts(seed: int = 3, rows: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = grouped(rows, seed)
    return data.assign(amount=rng.gamma(2, 50, rows) * np.where(data["g"] == "a", 1.5, 1.0))


def apart(more, less) -> float:
    return 2 * stats.norm.sf(abs(more.sum() - less.sum()) / np.sqrt((more**2).sum() + (less**2).sum()))


def test_the_largest_total_is_held_against_the_next_one():
    data = amounts()

    def holds(half):
        of = {name: one["amount"] for name, one in half.groupby("g")}
        rest = max((of[name] for name in "bcd"), key=np.sum)
        return of["a"].sum() > rest.sum() and apart(of["a"], rest) <= 0.05

    again = lead_again(Subject("amount", "sum", ("g",)), ["a"], Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


def test_two_totals_lead_where_the_smaller_does_and_both_hold_half():
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"g": rng.choice(list("abcd"), 500, p=[0.29, 0.29, 0.21, 0.21])})

    def holds(half):
        n = half["g"].value_counts().reindex(list("abcd"))
        own, rest = n[["a", "b"]], n[["c", "d"]].max()
        z = (own.min() - rest) / np.sqrt(own.min() + rest)
        return z > 0 and 2 * stats.norm.sf(z) <= 0.05 and 2 * own.sum() > n.sum()

    again = lead_again(Subject(None, "count", ("g",)), ["a", "b"], Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


def test_the_smallest_total_is_less_than_half_of_the_next_one():
    data = amounts(6)
    data.loc[data["g"] == "c", "amount"] *= 0.45

    def holds(half):
        of = {name: one["amount"] for name, one in half.groupby("g")}
        rest = min((of[name] for name in "abd"), key=np.sum)
        return 2 * of["c"].sum() < rest.sum() and apart(of["c"], rest) <= 0.05

    again = last_again(Subject("amount", "sum", ("g",)), "c", Dealt(dongcha.read(data)))
    agree(again, -1, by_hand(data, holds))


def test_a_total_below_zero():
    rng = np.random.default_rng(9)
    data = grouped(600, 9)
    data["profit"] = rng.normal(0, 60, 600) - 17 * (data["g"] == "a")

    def holds(half):
        one = half["profit"][half["g"] == "a"]
        return stats.norm.cdf(one.sum() / np.sqrt((one**2).sum())) <= 0.05

    again = below_zero_again(Subject("profit", "sum", ("g",)), "a", Dealt(dongcha.read(data)))
    agree(again, -1, by_hand(data, holds))


def test_a_median_is_asked_on_ranks():
    data = amounts(8, 170)

    def holds(half):
        rank, inside = half["amount"].rank(), half["g"] == "a"
        higher = half["amount"][inside].median() > half["amount"][~inside].median()
        return higher and stats.ttest_ind(rank[inside], rank[~inside], equal_var=False).pvalue <= 0.05

    from dongcha.insight.patterns.medians import _drawn

    again = shape_again("amount", "g", "a", _drawn, Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


def test_a_hump_is_asked_against_both_sides():
    rng = np.random.default_rng(12)
    data = pd.DataFrame({"age": rng.integers(20, 80, 900)})
    middle = data["age"].between(40, 59)
    data["late"] = np.where(rng.random(900) < np.where(middle, 0.32, 0.2), "y", "n")
    data["size"] = rng.normal(50, 10, 900) + 2.6 * middle
    sides = lambda half: ((half["age"] >= 40) & (half["age"] < 60), half["age"] < 40, half["age"] >= 60)  # noqa: E731

    def holds(half):
        inside, *others = sides(half)
        late, found = half["late"] == "y", []
        for one in others:
            both = inside | one
            found.append(fisher(cells(late[both].to_numpy(), inside[both].to_numpy())))
        return all(late[inside].mean() > late[one].mean() for one in others) and max(found) <= 0.05

    def lies_higher(half):
        inside, *others = sides(half)
        rank = half["size"].rank()
        p = [stats.ttest_ind(rank[inside], rank[one], equal_var=False).pvalue for one in others]
        return all(half["size"][inside].mean() > half["size"][one].mean() for one in others) and max(p) <= 0.05

    from dongcha.insight.patterns.band import _drawn

    dealt, edges = Dealt(dongcha.read(data)), (30.0, 40.0, 50.0, 60.0, 70.0)
    agree(rate_again(Subject("late", "rate", ("age",), category="y"), edges, (2, 3), dealt), 1, by_hand(data, holds))
    again = level_again(Subject("size", "mean", ("age",)), edges, (2, 3), _drawn, dealt)
    agree(again, 1, by_hand(data, lies_higher))


def test_different_customers_are_drawn_as_customers():
    rng = np.random.default_rng(6)
    data = grouped(3000, 6)
    data["customer"] = np.where(data["g"] == "a", rng.integers(0, 280, 3000), rng.integers(90, 335, 3000))
    data["customer"] = [f"c{number}" for number in data["customer"]]
    has = data.groupby("customer")["g"].agg(set)
    sides = pd.DataFrame({one: [one in groups for groups in has] for one in "ab"})

    def holds(half):
        only, other = int((half["a"] & ~half["b"]).sum()), int((half["b"] & ~half["a"]).sum())
        return only > other and 2 * stats.binom.sf(only - 1, only + other, 0.5) <= 0.05

    agree(distinct_again("customer", "g", ("a", "b"), Dealt(dongcha.read(data))), 1, by_hand(sides, holds))


def test_a_phrase_of_a_group():
    rng = np.random.default_rng(3)
    data = grouped(700, 3)
    says = rng.random(700) < np.where(data["g"] == "a", 0.23, 0.13)
    data["told"] = np.where(says, "they want a late fee from me again", "they want nothing from me at all")

    def holds(half):
        says, inside = half["told"].str.contains("late fee").to_numpy(), (half["g"] == "a").to_numpy()
        (a, b), (c, d) = cells(says, inside)
        n, m = a + b, c + d
        worth, share = min(n, m), (a + c) / (n + m)
        yes, no = worth * share, worth * (1 - share) + 0.5
        ratio = np.log((a + yes) / (b + no)) - np.log((c + yes) / (d + no))
        z = ratio / np.sqrt(1 / (a + yes) + 1 / (b + no) + 1 / (c + yes) + 1 / (d + no))
        exact = stats.fisher_exact([[a, b], [c, d]], "greater").pvalue
        return a / n >= 1.25 * c / m and max(stats.norm.sf(z), exact) <= 0.05

    again = said_again(lambda rows: rows["told"].contains("late fee"), "g", "a", 1.25, Dealt(dongcha.read(data)))
    agree(again, 1, by_hand(data, holds))


@pytest.mark.parametrize("binary", [True, False])
def test_what_a_phrase_adds_given_others_is_as_sure_as_a_model_of_each_half_says(binary):
    rng = np.random.default_rng(11)
    other = rng.random(800) < 0.3
    says = rng.random(800) < np.where(other, 0.4, 0.15)
    linear = -1 + 1.2 * other + 0.42 * says
    y = (rng.random(800) < expit(linear)).astype(float) if binary else linear + rng.normal(0, 1.9, 800)
    data = pd.DataFrame({"y": y, "one": np.ones(800), "other": other.astype(float), "says": says.astype(float)})

    def holds(half):
        x, y = half[["one", "other", "says"]].to_numpy(), half["y"].to_numpy()
        beta = np.zeros(3)
        for _ in range(25 if binary else 1):
            mean = expit(x @ beta) if binary else x @ beta
            weights = mean * (1 - mean) if binary else np.ones(len(y))
            beta += np.linalg.solve((x * weights[:, None]).T @ x, x.T @ (y - mean))
        mean = expit(x @ beta) if binary else x @ beta
        weights = mean * (1 - mean) if binary else np.full(len(y), 1 / np.var(y - mean, ddof=3))
        error = np.sqrt(np.linalg.inv((x * weights[:, None]).T @ x)[2, 2])
        return beta[2] > 0 and 2 * stats.norm.sf(beta[2] / error) <= 0.05

    table = dongcha.read(data)
    parts = scored(data["says"].to_numpy(), data[["one", "other"]].to_numpy(), y, binary=binary)
    rows = np.array(table.expr.select("__row__").order_by("__row__").to_pyarrow().column(0).to_pylist())
    again = scored_again(rows, parts, 1.0, Dealt(table))
    agree(again, 1, by_hand(data, holds))
    assert again.effects.mean() == pytest.approx(0.42, abs=0.25)


def test_what_was_picked_among_several_is_held_to_a_row_a_unit_as_well():
    """Customers of ten rows who lean to a kind of their own make no association of kinds and groups."""
    told = {True: 0, False: 0}
    for seed in range(6):
        rng = np.random.default_rng(seed)
        rows = np.repeat(np.arange(300), 10)
        group, kind = rng.choice(list("abcdef"), 300), rng.choice(list("uvwxyz"), 300)
        said = np.where(rng.random(3000) < 0.7, kind[rows], rng.choice(list("uvwxyz"), 3000))
        data = pd.DataFrame({"customer_id": [f"c{i}" for i in rows], "group": group[rows], "kind": said})
        for known in told:
            table = dongcha.read(data if known else data.drop(columns="customer_id"))
            about = [i for i in mine(table).insights if {"group", "kind"} <= {i.subject.measure, *i.subject.breakdown}]
            told[known] += bool(about)
    assert told[False] >= 5, "without the identifier the customers' leanings look like those of groups"
    assert told[True] <= 1
