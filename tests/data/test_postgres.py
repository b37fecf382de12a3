"""Addresses of databases, and what is said where there is none: without a server."""

import socket
import sys

import pyarrow as pa
import pytest

import dongcha
from dongcha.core.errors import ConfigError, DataError, MissingExtra, StorageError
from dongcha.data.postgres import address


def test_the_parts_of_an_address():
    found = address("postgresql://an%40n@db.example:5433/shop?table=sales.Orders&sslmode=require")
    assert dict(found.settings) == {
        "host": "db.example",
        "port": "5433",
        "user": "an@n",
        "dbname": "shop",
        "sslmode": "require",
    }
    assert (found.schema, found.table) == ("sales", "Orders")
    assert found.shown == "'postgresql://db.example:5433/shop'"


@pytest.mark.parametrize("source", ["postgresql://u:s3cret@h/d?table=t", "postgres://u@h/d?table=t&password=s3cret"])
def test_a_password_in_an_address_is_refused_and_not_repeated(source):
    with pytest.raises(ConfigError, match="PGPASSWORD") as raised:
        dongcha.read(source)
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("postgresql://h/d", "names no table"),
        ("postgresql://h:port/d?table=t", "cannot be read"),
        ("postgresql://h/d?table=t&options=-c%20x", "'options', which is not known"),
    ],
)
def test_a_wrong_address_says_how_one_is_written(source, said):
    with pytest.raises(ConfigError, match=said) as raised:
        dongcha.read(source)
    assert "postgresql://user@host/database?table=orders" in str(raised.value)


def test_without_the_driver_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"pip install 'dongcha\[postgres\]'"):
        dongcha.read("postgresql://127.0.0.1/d?table=t")


def test_a_server_that_is_not_there():
    pytest.importorskip("psycopg")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(StorageError, match=rf"'postgresql://127.0.0.1:{port}/d' cannot be reached"):
        dongcha.read(f"postgresql://u@127.0.0.1:{port}/d?table=t")


def test_an_expression_of_another_engine_is_mined_where_it_lies():
    import ibis

    con = ibis.duckdb.connect()
    con.create_table("orders", pa.table({"area": ["a", "b "] * 60, "price": [1.0, float("nan")] * 60}))
    table = dongcha.read(con.table("orders"))
    assert table.name == "orders"
    roles = [(c.name, c.type, str(c.role)) for c in table.schema]
    assert roles == [("area", "VARCHAR", "category"), ("price", "DOUBLE", "None")]
    assert table.to_arrow().column("area").to_pylist()[:2] == ["a", "b"]
    assert "60 values are not finite numbers" in " ".join(note.en for note in table.notes)


def test_an_expression_of_no_engine_is_brought():
    import ibis

    assert dongcha.read(ibis.memtable(pa.table({"a": [1, 2, 3]}))).rows == 3


def test_a_table_of_another_engine_that_is_too_wide_or_holds_nothing():
    import ibis

    con = ibis.duckdb.connect()
    con.raw_sql("CREATE TABLE blobs AS SELECT 'a'::BLOB AS b")
    con.raw_sql("CREATE TABLE nothing (a INT)")
    with pytest.raises(DataError, match="no column holds"):
        dongcha.read(con.table("blobs"))
    with pytest.raises(DataError, match="has no rows"):
        dongcha.read(con.table("nothing"))
