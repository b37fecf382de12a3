import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from dongcha.core.errors import DataError
from dongcha.data.periods import all_periods, periods
from dongcha.data.source import read

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"


def daily(first: dt.date, last: dt.date, per_day: int = 5):
    days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1) for _ in range(per_day)]
    return read(pl.DataFrame({"时间": days, "n": range(len(days))}))


def test_august_of_the_complaints_is_incomplete():
    found = periods(read(EXAMPLE), "date", grain="month")
    assert found.starts[0] == dt.date(2023, 1, 1)
    assert [start.month for start in found.starts] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found.complete == (True,) * 7 + (False,)
    assert found.days[1] == 28


def test_a_year_of_days_is_cut_into_weeks_and_both_torn_ends_are_seen():
    found = periods(daily(dt.date(2022, 1, 5), dt.date(2022, 12, 29)), "时间")
    assert found.grain == "week"
    assert (found.complete[0], found.complete[-1]) == (False, False)
    assert all(found.complete[1:-1])


def test_ten_years_are_cut_into_quarters():
    assert periods(daily(dt.date(2010, 1, 1), dt.date(2019, 12, 31), 1), "时间").grain == "quarter"


def test_working_days_do_not_make_a_month_incomplete():
    days = [d for d in (dt.date(2022, 1, 1) + dt.timedelta(days=i) for i in range(365)) if d.weekday() < 5]
    found = periods(read(pl.DataFrame({"d": days, "n": range(len(days))})), "d", grain="month")
    assert all(found.complete)


def test_a_column_without_dates_is_one_sentence():
    table = read(pl.DataFrame({"d": [None, None], "n": [1, 2]}, schema={"d": pl.Date, "n": pl.Int64}))
    with pytest.raises(DataError, match="column 'd' holds no dates"):
        periods(table, "d")


def test_the_first_and_the_last_day_that_there_are():
    days = ["0001-01-01", "9999-12-31", "2020-05-05"] * 30
    table = read(pl.DataFrame({"day": [dt.date.fromisoformat(day) for day in days]}))
    assert all_periods(table, "day") == ()
    assert periods(table, "day", grain="year").starts[-1].year == 9999
