"""Durations are worked out of two times, tested like any measure, and their queries run on the table as it is."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import dongcha
from dongcha.insight.durations import with_durations
from dongcha.insight.mine import mine


def tickets(rows: int = 400, *, wrong: int = 0, unknown: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(5)
    opened = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 360, rows), unit="D").as_unit("s")
    kind = random.choice(["paper", "screen", "mouse"], rows)
    days = random.integers(1, 9, rows) + 6 * (kind == "screen")
    days[:wrong] = -3
    closed = pd.Series(opened + pd.to_timedelta(days, unit="D").as_unit("s"))
    closed[rows - unknown :] = pd.NaT
    return pd.DataFrame({"kind": kind, "opened_at": opened, "closed_at": closed, "updated_on": closed})


def names(data: pd.DataFrame) -> list[str]:
    return [column.name for column in with_durations(dongcha.read(data)).schema if column.between]


def test_a_start_and_an_end_give_a_duration_and_a_copy_of_the_end_none() -> None:
    assert names(tickets()) == ["days from opened_at to closed_at"]


def test_times_that_have_nothing_to_do_with_each_other_give_none() -> None:
    data = tickets()
    data["closed_at"] = data["updated_on"] = data["opened_at"].sample(frac=1, random_state=1).to_numpy()
    assert names(data) == []


def test_a_long_duration_is_found_and_its_query_runs_on_the_data_as_it_is() -> None:
    data = tickets(wrong=20, unknown=10)
    mined = mine(dongcha.read(data), top=30)
    found = next(i for i in mined.insights if i.subject.measure == "days from opened_at to closed_at")
    lasting = (data.closed_at - data.opened_at).dt.total_seconds() / 86_400
    kept = data.assign(days=lasting)[lasting >= 0]
    screen = kept.kind == "screen"
    assert (found.facts["group"], found.facts["n"]) == ("screen", screen.sum())
    assert found.facts["value"] == pytest.approx(kept.days[screen].mean())
    assert found.facts["rest"] == pytest.approx(kept.days[~screen].mean())
    again = duckdb.sql(found.evidence.sql).fetchall()
    assert [pytest.approx(row) for row in again] == [tuple(row.values()) for row in found.evidence.rows]
    assert [caveat.en for caveat in found.caveats] == [
        "10 rows have no end yet and are left out.",
        "In 20 rows the end is before the start; they are left out.",
    ]


def test_the_table_given_keeps_its_columns() -> None:
    table = dongcha.read(tickets())
    mine(table)
    assert table.schema.names == ["kind", "opened_at", "closed_at", "updated_on"]


@pytest.mark.parametrize("rows", [1, 29])
def test_a_table_too_small_has_none(rows: int) -> None:
    assert names(tickets(60).head(rows)) == []
