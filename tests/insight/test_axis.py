"""Along which time the rows of a table are counted."""

import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.axis import axis
from dongcha.insight.mine import mine


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (("closed_at", "opened_at"), "opened_at"),
        (("updatedOn", "结束时间", "created"), "created"),
        (("resolved", "delivered"), "resolved"),  # all are later ones: the first
        (("day", "weekend_of"), "day"),
    ],
)
def test_rows_are_counted_along_the_first_time_that_is_not_named_as_an_end(names, first) -> None:
    random = np.random.default_rng(1)
    days = {name: pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 400, 200), "D") for name in names}
    assert axis(dongcha.read(pd.DataFrame(days))) == first


def test_that_nothing_rises_is_asked_at_one_grain() -> None:
    days = pd.date_range("2022-01-01", "2023-12-31").repeat(5)
    data = pd.DataFrame({"day": days, "kind": np.random.default_rng(5).choice([*"ab"], len(days))})
    told = [i for i in mine(dongcha.read(data), top=20).checked if i.pattern == "no_trend"]
    assert {(i.subject.measure, i.subject.grain, i.folded) for i in told} == {
        (None, "quarter", 0),
        ("kind", "quarter", 0),
    }
