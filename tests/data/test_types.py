import datetime as dt

import pyarrow as pa
import pytest

from dongcha.data.engine import from_arrow
from dongcha.data.schema import ROW
from dongcha.data.types import typed

DAY = dt.datetime(2023, 5, 1)


def column(name, values):
    return from_arrow(pa.table({name: values, ROW: range(len(values))}))


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
        (
            ["2023-05-01 00:00:00.000000000", "2023-05-01T00:00:00.731875788", "2023-05-01"],
            "TIMESTAMP",
            [DAY, DAY.replace(microsecond=731875), DAY],
        ),
        (["1", "two"], "VARCHAR", ["1", "two"]),
        (["", "NA"], "VARCHAR", [None, None]),
    ],
)
def test_a_column_is_read_as_what_all_its_values_are(values, type_, wanted):
    expr, types, _ = typed(column("列 a", values), ["列 a"])
    assert types == {"列 a": type_}
    assert expr.to_pyarrow().column(0).to_pylist() == wanted


def test_an_order_of_day_and_month_that_was_assumed_is_said():
    _, _, notes = typed(column("d", ["01/02/2023"]), ["d"])
    assert [note.en for note in notes] == [
        "Column 'd': dates were read as month/day/year; they fit day/month/year as well, so check the order"
    ]


@pytest.mark.parametrize(
    ("many", "odd", "type_"),
    [
        ("5", "5.5", "DOUBLE"),
        ("5", "x", "VARCHAR"),
        ("2023-05-01", "2023/05/02", "TIMESTAMP"),
        ("", "12", "BIGINT"),
        ("05/01/2023", "05/13/2023", "TIMESTAMP"),
    ],
)
def test_one_value_in_a_row_that_the_first_look_passes_over_still_counts(many, odd, type_):
    values = [many] * 60_000
    values[50_000] = odd  # of 60,000 rows every third is looked at first
    expr, types, notes = typed(column("v", values), ["v"])
    assert types == {"v": type_}
    assert expr.to_pyarrow().column(0).to_pylist()[50_000] is not None
    said = [note.en for note in notes]
    if odd == "x":
        assert said == ["Column 'v': kept as text, since 1 of 60,000 values are not numbers (such as 'x')"]
    if odd == "2023/05/02":
        assert said == ["Column 'v': dates come in 2 formats: %Y-%m-%d (59,999), %Y/%m/%d (1)"]
    if odd == "05/13/2023":
        assert said == ["Column 'v': dates were read as month/day/year"]
