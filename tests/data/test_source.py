import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path

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


def test_a_file_that_holds_the_same_as_another_is_told_of(tmp_path):
    for name, value in (("sales 1.csv", 1), ("sales 2.csv", 3), ("sales 3.csv", 1)):
        (tmp_path / name).write_text(f"v,w\n{value},x\n{value + 1},y\n")
    table = read(tmp_path / "sales *.csv")
    assert (table.name, table.rows) == ("sales", 6)
    (said,) = (note for note in table.notes if "counted once more" in note.en)
    assert said.en == "sales 3.csv holds the same as sales 1.csv; its rows are counted once more"
    assert said.zh == "sales 3.csv 与 sales 1.csv 内容相同，其中的记录被重复计入"


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("no.csv", None, StorageError, "there is no file"),
        ("a.parquet", b"not parquet", DataError, "'a.parquet' cannot be read as parquet"),
        ("a.jsonl", b'{"a": 1}\n{"a": ', DataError, "'a.jsonl' cannot be read as jsonl"),
        ("a.arrow", b"nothing", DataError, "'a.arrow' cannot be read as arrow"),
        ("a.pdf", b"%PDF", DataError, "of no kind that Dongcha reads"),
        ("a.csv", b"", DataError, "'a.csv' is empty"),
        ("a.csv", gzip.compress(b"a,b\n1,2\n" * 99, mtime=0), DataError, "is not a text file"),
    ],
)
def test_a_source_that_cannot_be_read_is_one_sentence(tmp_path, name, content, error, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_hidden_names_are_renamed_in_every_kind_of_file(tmp_path):
    rows = pa.table({"__row__": [7, 8], "__RAW__x": ["a", "b"], "__key__": [1.5, 2.5]})
    parquet.write_table(rows, tmp_path / "t.parquet")
    rows.to_pandas().to_csv(tmp_path / "t.csv", index=False)
    rows.to_pandas().to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    for source in (rows, tmp_path / "t.parquet", tmp_path / "t.csv", tmp_path / "t.jsonl"):
        table = read(source)
        assert table.schema.names == ["row", "RAW__x", "key"]
        assert table.to_arrow().column("row").to_pylist() == [7, 8]
        assert "'__row__') was renamed 'row'" in " ".join(note.en for note in table.notes)


def test_nested_values_are_text_and_bytes_are_left_out(tmp_path):
    rows = {"list": [[1, 2]], "pair": [{"a": 1}], "bytes": [b"\xff"], "time": [dt.time(1, 5)], "n": [Decimal("1.5")]}
    parquet.write_table(pa.table(rows), tmp_path / "t.parquet")
    table = read(tmp_path / "t.parquet")
    assert table.to_arrow().to_pylist() == [{"list": "[1,2]", "pair": '{"a":1}', "time": "01:05:00", "n": 1.5}]
    told = " ".join(note.en for note in table.notes)
    assert "'list': nested values are read as text" in told
    assert "'bytes': it holds bytes, left out" in told


def test_json_of_mixed_values_is_text_without_quotes(tmp_path):
    (tmp_path / "m.jsonl").write_text('{"v":1}\n{"v":"x"}\n{"v":null}\n{"v":{"a":1}}\n')
    assert read(tmp_path / "m.jsonl").to_arrow().column("v").to_pylist() == ["1", "x", None, '{"a":1}']


def test_json_that_changes_late_is_read_whole(tmp_path):
    lines = ['{"v":1}'] * 30_000 + ['{"v":"late"}']
    (tmp_path / "late.jsonl").write_text("\n".join(lines))
    assert read(tmp_path / "late.jsonl").to_arrow().column("v").to_pylist()[-1] == "late"


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_a_wide_table_is_refused_whatever_its_kind(tmp_path, kind):
    row = {f"c{i}": i for i in range(5000)}
    if kind == "parquet":
        parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "w.parquet")
    else:
        (tmp_path / "w.jsonl").write_text(json.dumps(row))
    with pytest.raises(DataError, match="5,000 columns"):
        read(tmp_path / f"w.{kind}")


def test_whole_numbers_beyond_64_bits_keep_their_digits(tmp_path):
    (tmp_path / "big.csv").write_text("i\n" + "\n".join(str(2**64 + i) for i in range(9)))
    table = read(tmp_path / "big.csv")
    assert table.to_arrow().column("i").to_pylist()[1] == str(2**64 + 1)
    assert "more digits than a number can keep" in table.notes[-1].en


def test_utf8_with_a_few_bad_bytes_stays_utf8(tmp_path):
    lines = "文本,类别\n" + "第一行说卡片丢失了,甲\n" * 20
    (tmp_path / "n.csv").write_bytes(lines.encode() + b"\xff\xfe,b\n")
    table = read(tmp_path / "n.csv")
    assert table.schema.names == ["文本", "类别"]
    assert "not utf-8" in " ".join(note.en for note in table.notes)


def test_a_link_in_a_circle_and_a_misspelt_name(tmp_path):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "tickets.csv").write_text("a\n1\n")
    with pytest.raises(StorageError, match="a link that leads to no file"):
        read(tmp_path / "loop.csv")
    with pytest.raises(StorageError, match=r"did you mean 'tickets\.csv'"):
        read(tmp_path / "tikets.csv")


def test_a_file_without_the_right_to_read_it(tmp_path, monkeypatch):
    (tmp_path / "d.csv").write_text("a\n1\n")

    def refuse(*_given, **_named):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StorageError, match=r"'d\.csv' cannot be read: permission denied"):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize(
    ("role", "values", "note"),
    [
        ("measure", [1.0, None, 3.5], "1 of 3 values are not numbers"),
        ("time", [None, dt.datetime(2020, 1, 2), None], "2 of 3 values are not dates"),
    ],
)
def test_a_stated_role_converts_what_it_can(tmp_path, role, values, note):
    (tmp_path / "m.csv").write_text("v\n1\n2020-01-02\n3.5\n")
    table = read(tmp_path / "m.csv", roles={"v": role})
    assert table.to_arrow().column("v").to_pylist() == values
    assert note in table.notes[-1].en


def test_a_stated_role_that_no_value_fits_is_refused(tmp_path):
    (tmp_path / "m.csv").write_text("v,n\nx,1\ny,2\n")
    for name, role in (("v", "measure"), ("v", "time"), ("n", "time")):
        with pytest.raises(DataError, match=f"column '{name}' cannot be a {role}"):
            read(tmp_path / "m.csv", roles={name: role})
    assert read(tmp_path / "m.csv", roles={"n": "text"}).texts("n") == ["1", "2"]
