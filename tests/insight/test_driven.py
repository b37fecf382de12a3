"""One row, or a few, drive it: figures by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.driven import driven
from dongcha.insight.insight import Effect, Evidence, Insight, Subject


def insight(pattern: str, subject: Subject, facts: dict) -> Insight:
    return Insight(
        pattern=pattern,
        subject=subject,
        facts=facts,
        score=1,
        test="",
        p_value=0,
        q_value=0,
        effect=Effect("", 1),
        share=1,
        evidence=Evidence("", ()),
    )


def mean_of(data: pd.DataFrame) -> Insight:
    means = data.groupby(data["shop"] == "a")["size"].mean()
    facts = {"group": "a", "value": means[True], "rest": means[False]}
    return insight("outstanding", Subject("size", "mean", ("shop",)), facts)


def data_of(seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shop = np.repeat(["a", "b", "c"], 200)
    return pd.DataFrame({"shop": shop, "size": rng.normal(50, 10, 600).round(2) + 3 * (shop == "a")})


def caveats(found: Insight, data: pd.DataFrame) -> list[str]:
    """What is said by queries, which is what is said by the rows in memory."""
    table = dongcha.read(data)
    asked = driven(found, table)
    assert driven(found, table, cube(table)) == asked
    return [caveat.en for caveat in asked.caveats]


def test_one_row_that_makes_the_difference_is_told_with_the_figures_without_it() -> None:
    data = data_of()
    left = data.drop(index=0)
    data.loc[0, "size"] = 50_000
    here, rest = (left[left["shop"].eq("a") == side]["size"].mean() for side in (True, False))
    assert caveats(mean_of(data), data) == [
        f"One row drives it: without the value 50,000, the averages here and elsewhere are {here:.4g} and {rest:.4g}."
    ]


def test_a_row_that_turns_the_difference_round_is_told_too() -> None:
    data = data_of()
    data.loc[300, "size"] = 5_000
    assert mean_of(data).facts["value"] < mean_of(data).facts["rest"]
    assert "One row drives it" in caveats(mean_of(data), data)[0]


def test_a_few_rows_are_told() -> None:
    data = data_of()
    data.loc[:3, "size"] = [5_000, 5_000, 5_000, 5_000]
    assert caveats(mean_of(data), data)[0].startswith("A few rows drive it: without the 1% farthest from the average")


def test_a_difference_of_all_rows_has_no_caveat() -> None:
    assert caveats(mean_of(data_of()), data_of()) == []


def test_a_total_that_one_row_makes() -> None:
    data = data_of()
    data.loc[0, "size"] = 1e6
    sums = data.groupby("shop")["size"].sum()
    facts = {"group": "a", "value": sums["a"], "rest": sums[["b", "c"]].max()}
    found = insight("outstanding", Subject("size", "sum", ("shop",)), facts)
    left = data.drop(index=0).groupby("shop")["size"].sum()
    said = f"{left['a']:,.0f} and {left[['b', 'c']].max():,.0f}"
    assert caveats(found, data)[0].endswith(f"of the group and of the next are {said}.")


def test_a_correlation_that_the_highest_make() -> None:
    rng = np.random.default_rng(3)
    data = pd.DataFrame({"x": rng.normal(0, 1, 2000), "y": rng.normal(0, 1, 2000)})
    data.loc[:19, ["x", "y"]] = rng.normal(50, 1, (20, 2))
    r = stats.spearmanr(data["x"], data["y"]).statistic
    found = insight("correlation", Subject("y", "mean", ("x",)), {"x": "x", "y": "y", "r": r})
    kept = data[(data["x"] <= data["x"].quantile(0.99)) & (data["y"] <= data["y"].quantile(0.99))]
    left = stats.spearmanr(kept["x"], kept["y"]).statistic
    assert caveats(found, data) == [
        f"A few rows drive it: without the highest 1% of either column r is {left:.2f}.".replace("-", "−")
    ]
    sure = pd.DataFrame({"x": data["x"], "y": data["x"] + rng.normal(0, 1, 2000)})
    r = stats.spearmanr(sure["x"], sure["y"]).statistic
    found = insight("correlation", Subject("y", "mean", ("x",)), {"x": "x", "y": "y", "r": r})
    assert caveats(found, sure) == []


@pytest.mark.parametrize("pattern", ["trend", "majority", "band"])
def test_other_findings_are_left_as_they_are(pattern: str) -> None:
    found = insight(pattern, Subject("size", "mean", ("shop",)), {"group": "a", "value": 2.0, "rest": 1.0})
    assert driven(found, dongcha.read(data_of())) == found
