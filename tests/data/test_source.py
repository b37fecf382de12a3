import gzip
import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from dongcha.core.errors import DataError, StorageError
from dongcha.data.source import read

FRAME = pa.table({"城市": ["上海", "北京", None], "price": [1.5, 2.0, 3.0], "n": [1, 2, 3]})


@pytest.fixture
def sources(tmp_path):
    parquet.write_table(FRAME, tmp_path / "a.parquet")
    feather.write_feather(FRAME, tmp_path / "a.arrow", compression="uncompressed")
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(row) for row in FRAME.to_pylist()))
    (tmp_path / "a.csv").write_text("城市,price,n\n上海,1.5,1\n北京,2,2\n,3,3\n", encoding="utf-16")
    return [tmp_path / f"a.{end}" for end in ("parquet", "arrow", "jsonl", "csv")]


def test_one_table_whatever_the_source(sources):
    frames = [FRAME, pl.from_arrow(FRAME), pd.DataFrame(FRAME.to_pydict())]
    tables = [read(source) for source in [*sources, *frames]]
    assert all(t.to_arrow().to_pydict() == FRAME.to_pydict() for t in tables)
    assert {tuple((c.name, c.type) for c in t.schema) for t in tables} == {
        (("城市", "VARCHAR"), ("price", "DOUBLE"), ("n", "BIGINT"))
    }
    assert len({t.fingerprint() for t in tables}) == 1


def test_a_pattern_reads_its_files_one_after_the_other(tmp_path):
    for name, value in (("b 1.csv", 3), ("a 1.csv", 1)):
        (tmp_path / name).write_text(f"v,w\n{value},x\n{value + 1},y\n")
    assert read(tmp_path / "* 1.csv").to_arrow().column("v").to_pylist() == [1, 2, 3, 4]
    (tmp_path / "c 1.csv").write_text("v,z\n1,1\n")
    with pytest.raises(DataError, match=r"'c 1.csv' and 'a 1.csv' differ in columns: w, z"):
        read(tmp_path / "* 1.csv")


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("no.csv", None, StorageError, "there is no file"),
        ("a.parquet", b"not parquet", DataError, "'a.parquet' cannot be read as parquet"),
        ("a.jsonl", b'{"a": 1}\n{"a": ', DataError, "'a.jsonl' cannot be read as jsonl"),
        ("a.arrow", b"nothing", DataError, "'a.arrow' cannot be read as arrow"),
        ("a.pdf", b"%PDF", DataError, "of no kind that Dongcha reads"),
        ("a.csv", b"", DataError, "'a.csv' is empty"),
        ("a.csv", gzip.compress(b"a,b\n1,2\n" * 99), DataError, "is not a text file"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_sentence(tmp_path, name, content, error, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_hidden_names_are_refused():
    with pytest.raises(DataError, match="used by Dongcha itself"):
        read(pa.table({"__row__": [1]}))
