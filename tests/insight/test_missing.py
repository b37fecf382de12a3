"""What is missing where: counts and test recomputed with pandas and scipy; what is so by definition stays silent."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

import dongcha
from dongcha.insight.claim import PATTERNS, Claim
from dongcha.insight.cube import cube
from dongcha.insight.insight import Insight
from dongcha.insight.mine import mine
from dongcha.insight.missing import gaps
from dongcha.report.charts.draw import draw
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers

ROWS = 2000


def table(seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 365, ROWS), unit="D").as_unit("s"),
            "shop": rng.choice([f"s{i}" for i in range(8)], ROWS),
            "kind": rng.choice(list("abcd"), ROWS),
            "size": rng.normal(50, 10, ROWS).round(2),
        }
    )


def without(data: pd.DataFrame, column: str, part: np.ndarray | float, seed: int = 9) -> pd.DataFrame:
    gone = np.random.default_rng(seed).random(len(data)) < part
    return data.assign(**{column: data[column].mask(gone)})


def claims(data: pd.DataFrame) -> list[Claim]:
    return list(PATTERNS.get("missing")(cube(dongcha.read(data))))


def told(data: pd.DataFrame) -> list[Insight]:
    return [i for i in mine(dongcha.read(data), top=30, say=say, draw=draw).insights if i.pattern == "missing"]


def test_counts_by_group_and_period_are_those_of_pandas() -> None:
    data = without(without(table(), "size", 0.2), "kind", 0.1, seed=3)
    found = gaps(cube(dongcha.read(data)))
    assert found.columns == ("kind", "size")
    shops = found.by["shop"]
    wanted = data.groupby("shop")[["kind", "size"]].agg(lambda part: part.isna().sum())
    assert list(shops.values) == list(wanted.index)
    assert (shops.gone == wanted.to_numpy()).all()
    assert (shops.n == data.groupby("shop").size().to_numpy()).all()
    months = found.by["__month__"]
    assert list(months.n) == list(data.groupby(data["day"].dt.to_period("M")).size())


def test_a_group_with_more_is_told_with_its_exact_test() -> None:
    data = table()
    data = without(data, "size", np.where(data["shop"] == "s3", 0.25, 0.05))
    (found,) = [i for i in told(data) if i.subject.breakdown == ("shop",)]
    here, gone = data["shop"] == "s3", data["size"].isna()
    assert found.facts["group"] == "s3"
    assert found.facts["value"] == pytest.approx(gone[here].mean())
    assert found.facts["rest"] == pytest.approx(gone[~here].mean())
    cells = [[(here & gone).sum(), (here & ~gone).sum()], [(~here & gone).sum(), (~here & ~gone).sum()]]
    assert found.p_value == pytest.approx(8 * fisher_exact(cells, "greater").pvalue, rel=1e-6)
    assert found.effect.name == "Cohen's h"
    assert check_numbers(found) == []


def test_a_month_with_more_is_told() -> None:
    data = table()
    data = without(data, "size", np.where(data["day"].dt.month == 5, 0.3, 0.04))
    (found,) = told(data)
    assert (found.facts["period"], found.subject.grain) == ("2023-05-01", "month")
    assert "in May 2023" in found.sentence.en
    assert found.chart["layer"]
    assert check_numbers(found) == []


def test_what_is_missing_at_random_is_not_told() -> None:
    made = [claims(without(table(seed), "size", 0.2, seed + 50)) for seed in range(12)]
    assert all(len(found) == 3 for found in made), "one a breakdown, and one for the months"
    assert sum(claim.p_value <= 0.05 for found in made for claim in found) <= 5  # 36 claims


def test_a_part_that_only_some_groups_have_is_no_news() -> None:
    data = table()
    rng = np.random.default_rng(4)
    data["detail"] = np.where(data["kind"].isin(["a", "b"]), rng.choice(["x", "y"], ROWS), None)
    data.loc[data["shop"] == "s2", "kind"] = rng.choice(["c", "d"], (data["shop"] == "s2").sum())
    data["detail"] = data["detail"].mask(data["kind"].isin(["c", "d"]))
    assert not claims(data), "also not by the shop, which only goes with the kind"


def test_a_group_without_any_is_left_out_of_both_sides() -> None:
    data = table()
    part = data["shop"].map({"s0": 1.0, "s3": 0.3}).fillna(0.05).to_numpy()
    (found,) = [i for i in told(without(data, "size", part)) if i.subject.breakdown == ("shop",)]
    assert found.facts["group"] == "s3"
    assert float(str(found.facts["rest"])) < 0.1
    assert any("1 group in which it is always missing" in c.en for c in found.caveats)


def test_an_end_that_has_not_come_and_what_comes_with_it_are_no_news() -> None:
    data = table()
    rng = np.random.default_rng(5)
    lag = rng.exponential(np.where(data["shop"] == "s1", 120, 20))
    data["closed"] = (data["day"] + pd.to_timedelta(lag, unit="D")).dt.as_unit("s")
    data["closed"] = data["closed"].mask(data["closed"] > data["day"].max())
    data["verdict"] = np.where(data["closed"].isna(), None, rng.choice(["good", "bad"], ROWS))
    assert not claims(data)


def test_columns_missing_in_the_same_rows_are_told_once() -> None:
    data = table()
    part = np.where(data["shop"] == "s3", 0.3, 0.05)
    data = without(data.assign(street=data["size"] + 1), "size", part)
    data["street"] = data["street"].mask(data["size"].isna())
    (found,) = [i for i in told(data) if i.subject.breakdown == ("shop",)]
    assert found.folded == 1
    assert any("street" in c.en or "size" in c.en for c in found.caveats if "same rows" in c.en)


def test_hostile_names_and_empty_tables() -> None:
    data = table().rename(columns={"shop": 'n"; DROP TABLE x; --', "size": "value<b>", "kind": "group"})
    part = np.where(data['n"; DROP TABLE x; --'] == "s3", 0.3, 0.05)
    assert [i for i in told(without(data, "value<b>", part)) if not check_numbers(i)]
    assert claims(data.head(3).assign(group=None)) == []
    whole = dongcha.read(data.drop(columns="day"))
    assert gaps(cube(whole.with_expr(whole.expr.limit(0)))).columns == ()
