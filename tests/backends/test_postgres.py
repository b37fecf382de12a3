"""Mining where the rows lie: a PostgreSQL server of the tests' own."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from planted import PLANTED
from tests.backends.equal import differences

import dongcha
from dongcha.core.errors import DataError, StorageError, UnknownName

ARMS = (
    *("association", "band_rate", "change_point", "distinct", "driver", "lead_lag", "missing", "month_of_year"),
    *("odd_day", "outlier", "outstanding_median", "reversal", "said_in_group", "said_since", "shift", "weekday_rate"),
)
"""Planted tables of `benchmarks/planted.py` whose patterns are not in the table of sales."""

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def loaded(server, rows):
    server.load(rows, "sales")
    return server


@pytest.fixture(scope="module")
def local(rows):
    return dongcha.read(rows)


@pytest.fixture(scope="module")
def mined(loaded):
    return dongcha.mine(dongcha.read(loaded.address("sales")), top=40)


def test_roles_are_those_of_the_same_rows_in_a_file(loaded, local):
    there = dongcha.read(loaded.address("sales"))
    assert [(c.name, c.type, c.role) for c in there.schema] == [(c.name, c.type, c.role) for c in local.schema]
    assert there.rows == 5000
    assert "PostgreSQL" in there.notes[0].en
    assert "PostgreSQL" in there.notes[0].zh


def test_findings_are_those_of_duckdb(mined, local):
    here = dongcha.mine(local, top=40)
    assert len(here.insights) > 8  # what was planted is there to be compared
    assert {"trend", "outstanding", "correlation"} <= {found.pattern for found in here.insights}
    assert differences(here, mined) == []


def test_the_query_that_is_shown_gives_the_rows_that_are_shown(mined, loaded):
    with loaded.connect() as con:
        for found in mined.insights:
            if found.evidence.dialect == "postgres":
                cursor = con.execute(found.evidence.sql)
                assert [column.name for column in cursor.description] == list(found.evidence.rows[0])
                asked = [[_cell(cell) for cell in line] for line in cursor.fetchall()]
                assert asked == [[_cell(cell) for cell in row.values()] for row in found.evidence.rows]


def _cell(value: object) -> object:
    """A cell of the server or of a record, for comparison."""
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return pytest.approx(float(value)) if number else value


def test_most_evidence_is_asked_of_the_server(mined):
    told = [found.evidence.dialect for found in mined.insights if found.pattern not in ("phrase", "text_driver")]
    assert set(told) == {"postgres"}


@pytest.mark.parametrize("name", ARMS)
def test_patterns_that_the_table_does_not_hold(server, name):
    data, is_planted = PLANTED[name](np.random.default_rng([2, len(name)]))
    here = dongcha.read(data)
    server.load(here.to_arrow(), f"planted {name}")
    there = dongcha.mine(dongcha.read(server.address(f"planted%20{name}")))
    assert any(map(is_planted, there.insights))
    assert differences(dongcha.mine(here), there) == []


def test_nothing_is_written_there(loaded):
    table = dongcha.read(loaded.address("sales"))
    con = table.expr.get_backend().con
    import psycopg

    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        con.execute("CREATE TABLE mine (a int)")
    with loaded.connect() as other:
        query = (
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'planted%'"
        )
        assert other.execute(query).fetchone() == (1,)


def test_a_table_of_another_schema_with_a_name_in_capitals(server, rows):
    with server.connect() as con:
        con.execute('CREATE SCHEMA IF NOT EXISTS "Sale"')
    server.load(rows.slice(0, 200), "Orders", "Sale")
    assert dongcha.read(server.address("Sale.Orders")).rows == 200


def test_a_table_that_is_not_there_names_the_nearest(loaded):
    with pytest.raises(UnknownName, match="did you mean 'sales'"):
        dongcha.read(loaded.address("sale"))


def test_a_table_that_may_not_be_read(loaded):
    with loaded.connect() as con:
        con.execute("DROP ROLE IF EXISTS guest")
        con.execute("CREATE ROLE guest LOGIN")
    with pytest.raises(DataError, match=r"permission denied.*ask its owner"):
        dongcha.read(loaded.address("sales", user="guest"))


def test_a_database_that_is_not_there(loaded):
    with pytest.raises(StorageError, match="cannot be reached"):
        dongcha.read(loaded.address("sales", database="nowhere"))


def test_an_empty_table(server):
    with server.connect() as con:
        con.execute("CREATE TABLE IF NOT EXISTS nothing (a int)")
    with pytest.raises(DataError, match="has no rows"):
        dongcha.read(server.address("nothing"))


@pytest.fixture(scope="module")
def odd(server):
    """A table of the types that a server has and a file has not."""
    with server.connect() as con:
        con.execute("CREATE TYPE mood AS ENUM ('good', 'bad')")
        con.execute(
            "CREATE TABLE odd AS SELECT (i % 7)::numeric / 2 AS half, "
            "CASE WHEN i % 10 = 0 THEN 'NaN'::float8 ELSE i END AS broken, "
            "'2024-01-01 23:30+00'::timestamptz + i * interval '1 hour' AS at, "
            "(ARRAY['good', 'bad'])[1 + i % 2]::mood AS mood, "
            "(ARRAY['a ', 'n/a', 'b', NULL])[1 + i % 4] AS padded, "
            "'{}'::jsonb AS extra, '\\x00'::bytea AS raw "
            "FROM generate_series(1, 400) AS i"
        )
    return dongcha.read(server.address("odd"))


def test_types_that_are_held_and_left_out(odd):
    assert [(c.name, c.type) for c in odd.schema] == [
        ("half", "DOUBLE"),
        ("broken", "DOUBLE"),
        ("at", "TIMESTAMP"),
        ("mood", "VARCHAR"),
        ("padded", "VARCHAR"),
    ]
    said = " ".join(note.en for note in odd.notes)
    assert "40 values are not finite" in said
    assert "'extra'" in said
    assert "'raw'" in said


def test_times_are_those_of_utc_and_texts_are_as_in_a_file(odd):
    cells = odd.to_arrow().to_pylist()
    assert str(cells[0]["at"]) == "2024-01-02 00:30:00"
    assert {cell["padded"] for cell in cells} == {"a", "b", None}


def test_what_is_done_here_brings_the_rows(odd):
    cleaned = dongcha.clean(odd).table
    assert cleaned.rows <= 400
    assert any("brought from the database" in note.en for note in cleaned.notes)


def test_a_stated_role_that_needs_another_type(odd):
    with pytest.raises(DataError, match="it is text in its database"):
        odd.with_roles({"padded": "measure"})
    texts = odd.with_roles({"half": "category"}).expr.half.to_pyarrow().to_pylist()
    assert set(texts) == {"0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"}  # as DuckDB writes them


def test_an_expression_of_ones_own_connection(loaded, mined):
    import ibis

    con = ibis.postgres.connect(host="127.0.0.1", port=loaded.port, user="dongcha", database="shop")
    table = dongcha.read(con.table("sales"))
    assert differences(dongcha.mine(table, top=40), mined) == []
    assert table.fingerprint() == dongcha.read(loaded.address("sales")).fingerprint()
    con.disconnect()


def test_a_server_that_goes_away_is_one_sentence(loaded):
    from dongcha.cli.failure import expected, sentence

    table = dongcha.read(loaded.address("sales"))
    table.expr.get_backend().con.close()
    with pytest.raises(expected()) as raised:
        dongcha.mine(table)
    assert "cannot be" in sentence(raised.value)
    assert "\n" not in sentence(raised.value)
