"""Different values by group and period are those that pandas counts, of columns that are counted and of others."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.insight.cube import cube
from dongcha.insight.patterns.distinct_counts import by_group, by_period, in_all, in_both


def table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in rng.integers(0, 900, rows)],
            "clerk": [f"clerk {i}" for i in rng.integers(0, 70, rows)],
            "shop": pd.Series(rng.choice(["a", "b", "c", "d"], rows)).mask(rng.random(rows) < 0.1),
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 250, rows), unit="D").as_unit("s"),
        }
    )


@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(400, 1500), st.integers(0, 1000))
def test_they_are_those_that_pandas_counts(rows, seed):
    data = table(rows, seed)
    counted = cube(dongcha.read(data).with_roles({"clerk": "category", "customer_id": "id"}))
    assert ("customer_id",) not in counted.counts
    assert ("clerk",) in counted.counts
    names = ["customer_id", "clerk"]
    assert in_all(counted, names) == {name: (rows, data[name].nunique()) for name in names}
    assert list(in_all(counted, names)) == names
    months = next(time for time in counted.times if time.grain == "month")
    for name in names:
        by_shop = data.groupby("shop")[name].nunique()
        assert by_group(counted, name, "shop") == sorted(by_shop.items(), key=lambda one: (-one[1], one[0]))
        here, there = (set(data.loc[data["shop"] == shop, name]) for shop in "ac")
        assert in_both(counted, (name, "shop"), ("a", "c")) == len(here & there)
        by_month = data.groupby(data["day"].dt.to_period("M"))[name].nunique()
        assert [by_period(counted, name, months)[start] for start in months.starts] == list(by_month)
