import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from numpy.random import default_rng

from dongcha.core.errors import ConfigError
from dongcha.data.source import read
from dongcha.insight.mine import mine
from dongcha.insight.record import mined_json

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"


@pytest.fixture(scope="module")
def mined():
    return mine(read(EXAMPLE))


def test_the_first_findings_are_true_by_hand(mined):
    def rate(condition: str, group: str) -> tuple[int, float]:
        return duckdb.sql(f"select count(*), avg(({condition})::int) from '{EXAMPLE}' where {group}").fetchone()

    told = [one for one in mined.insights if one.pattern == "majority" or one.subject.aggregation == "rate"]
    for found in [one for one in told if "group" in one.facts][:5]:
        column, group = found.subject.breakdown[0], found.facts["group"].replace("'", "''")
        if found.pattern == "majority":
            assert (found.facts["n"], found.facts["share"]) == rate(f"{column} = '{group}'", f"{column} is not null")
            continue
        claimed = f"{found.subject.measure} = '{found.subject.category}'"
        n, value = rate(claimed, f"{column} = '{group}'")
        _, rest = rate(claimed, f"{column} <> '{group}'")
        assert (found.facts["n"], found.facts["value"], found.facts["rest"]) == (
            n,
            pytest.approx(value),
            pytest.approx(rest),
        )


def test_what_anyone_can_look_up_is_among_the_first(mined):
    facts = {
        (i.subject.category, i.facts["group"]): round(i.facts["value"], 3)
        for i in mined.insights
        if i.pattern == "outstanding" and "group" in i.facts
    }
    assert facts["Title loan", "TMX Finance LLC"] == 0.912  # TitleMax
    assert facts["Payday loan", "Received a loan you didn't apply for"] == 0.848


def plain(cell):
    """Numbers that stand in a query come back as decimals, days as days."""
    return float(cell) if isinstance(cell, Decimal) else cell.isoformat()[:10] if isinstance(cell, date) else cell


def test_the_query_shown_gives_the_rows_shown(mined):
    data = duckdb.read_parquet(str(EXAMPLE))  # noqa: F841 (named in the query)
    for found in mined.insights:
        again = duckdb.sql(found.evidence.sql)
        rows = [dict(zip(again.columns, map(plain, row), strict=True)) for row in again.fetchall()]
        assert rows == [pytest.approx(dict(row)) for row in found.evidence.rows]
        cells = [cell for row in found.evidence.rows for cell in row.values()]
        assert all(fact in cells for fact in found.facts.values())


def test_the_same_table_gives_the_same_bytes(mined):
    first, again = (json.dumps(mined_json(m), allow_nan=False) for m in (mined, mine(read(EXAMPLE))))
    assert first == again


def test_ranks_count_up_and_every_claim_is_within_the_stated_rate(mined):
    assert [i.rank for i in mined.insights] == list(range(1, 11))
    assert all(i.p_value <= i.q_value <= mined.fdr for i in mined.insights)


def test_noise_is_met_with_silence():
    random = default_rng(3)
    frame = pl.DataFrame({"甲": random.choice(["a", "b", "c"], 500), "乙": random.choice(["x", "y"], 500)})
    found = mine(read(frame))
    assert found.insights == ()
    assert found.tested == 9  # six rates, a majority, a leader and an association


def test_a_wrong_rate_is_named():
    with pytest.raises(ConfigError, match="mine: fdr must be between 0 and 1, got 5"):
        mine(read(EXAMPLE), fdr=5)
