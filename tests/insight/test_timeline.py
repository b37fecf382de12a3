"""A month without any row is a fact, and its evidence shows it."""

import duckdb
import numpy as np
import pandas as pd

import dongcha


def test_a_month_without_rows_is_an_outlier_with_a_line_in_its_evidence() -> None:
    random = np.random.default_rng(0)
    months = [month for month in pd.date_range("2022-01-01", periods=14, freq="MS") if month.month != 7]
    days = [m + pd.Timedelta(days=d) for m in months for d in (0, m.days_in_month - 1, *random.integers(0, 28, 98))]
    data = pd.DataFrame({"day": pd.Series(days).dt.as_unit("s"), "kind": random.choice(["a", "b"], len(days))})
    found = next(i for i in dongcha.mine(dongcha.read(data)).insights if i.pattern == "outlier")
    assert (found.facts["period"], found.facts["value"]) == ("2022-07-01", 0)
    again = duckdb.sql(found.evidence.sql)
    assert {"2022-07-01"} <= {str(row[0]) for row in again.fetchall()}
    assert "July 2022" in found.sentence.en
