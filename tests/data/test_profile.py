import pandas as pd
import pytest

import dongcha
from dongcha.data.profile import profile


def test_counts_ranges_and_examples():
    data = pd.DataFrame({"kind": ["x", "x", None, "y"] * 10, "size": [1.5, 2.5, 3.5, None] * 10})
    found = {c["name"]: c for c in profile(dongcha.read(data)).to_json()["columns"]}
    assert (found["kind"]["missing"], found["kind"]["distinct"], found["kind"]["examples"]) == (0.25, 2, ["x", "y"])
    assert (found["size"]["low"], found["size"]["high"], found["size"]["mean"]) == (1.5, 3.5, pytest.approx(2.5))


def test_the_time_that_the_rows_cover():
    days = pd.date_range("2023-01-30", periods=40).as_unit("s")
    found = profile(dongcha.read(pd.DataFrame({"day": days, "n": range(40)}))).to_json()
    assert found["time"] == {"column": "day", "first": "2023-01-30", "last": "2023-03-10"}
    assert found["rows"] == 40
