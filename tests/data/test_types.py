import datetime as dt

import pyarrow as pa
import pytest

from dongcha.data.engine import from_arrow
from dongcha.data.types import typed

DAY = dt.datetime(2023, 5, 1)


@pytest.mark.parametrize(
    ("values", "type_", "wanted"),
    [
        (["1", "-2", "", "缺失"], "BIGINT", [1, -2, None, None]),
        (["1.5", "2e3", "NaN"], "DOUBLE", [1.5, 2000.0, None]),
        (["1.234,5", "2,25"], "DOUBLE", [1234.5, 2.25]),
        (["$1,200.50", "¥3"], "DOUBLE", [1200.5, 3.0]),
        (["007", "012"], "VARCHAR", ["007", "012"]),
        (["2023-05-01", "2023年5月1日", "May 1, 2023"], "TIMESTAMP", [DAY, DAY, DAY]),
        (["13/05/2023", "01/05/2023"], "TIMESTAMP", [dt.datetime(2023, 5, 13), DAY]),
        (["05/13/2023", "05/01/2023"], "TIMESTAMP", [dt.datetime(2023, 5, 13), DAY]),
        (["1", "two"], "VARCHAR", ["1", "two"]),
        (["", "NA"], "VARCHAR", [None, None]),
    ],
)
def test_a_column_is_read_as_what_all_its_values_are(values, type_, wanted):
    expr, types, _ = typed(from_arrow(pa.table({"列 a": values})), ["列 a"])
    assert types == {"列 a": type_}
    assert expr.to_pyarrow().column(0).to_pylist() == wanted


def test_an_order_of_day_and_month_that_was_assumed_is_said():
    _, _, notes = typed(from_arrow(pa.table({"d": ["01/02/2023"]})), ["d"])
    assert [note.en for note in notes] == [
        "Column 'd': dates were read as month/day/year; they fit day/month/year as well, so check the order"
    ]
