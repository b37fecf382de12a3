"""Columns whose texts repeat are read by their groups; the answer is that of all rows."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.data import seen, types
from dongcha.data.engine import engine, from_arrow, is_stored
from dongcha.data.roles import infer
from dongcha.data.schema import ROW
from dongcha.data.seen import Seen, grouped
from dongcha.data.source import read
from dongcha.data.types import typed

CELLS = ["1", "2.5", "$1,200", "1.234,5", "03/04/2023", "13/04/2023", "2023-05-01", " a ", "NA", None, "", "9" * 20]


def column(values):
    return from_arrow(pa.table({"x": pa.array(values, pa.string()), ROW: range(len(values))}))


@given(values=st.lists(st.sampled_from(CELLS), min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_groups_read_a_column_as_its_rows_do(values):
    table = column(values)
    by_group = typed(table, ["x"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(types, "few", lambda *_: [])
        by_row = typed(table, ["x"])
    assert by_group[1:] == by_row[1:]
    assert by_group[0].to_pyarrow().equals(by_row[0].to_pyarrow())


def test_groups_are_weighed_and_come_in_the_order_of_the_rows():
    groups = grouped(column(["b", "a", None, "b", "b"]), ["x"]).of("x")
    assert groups.select("value", "many").to_pyarrow().to_pylist() == [
        {"value": "b", "many": 3},
        {"value": "a", "many": 1},
        {"value": None, "many": 1},
    ]
    assert Seen(groups, groups.value, groups.many).total(groups.value == "b") == 3
    assert Seen(groups, groups.value, groups.many).total(groups.value == "none") == 0


def test_a_column_with_too_many_texts_is_not_grouped(monkeypatch):
    monkeypatch.setattr(seen, "MOST", 2)
    both = from_arrow(pa.table({"x": ["a", "b", "c"], "y": ["a", "b", "a"], ROW: range(3)}))
    found = grouped(both, ["x", "y"])
    assert found.names == ("y",)
    assert found.of("y").select("value", "many").to_pyarrow().to_pydict() == {"value": ["a", "b"], "many": [2, 1]}
    found.drop()
    assert found.rows.op().name not in stored()


def test_facts_of_texts_are_those_of_all_rows():
    # 3 of 4 values are 2 wide, one is 4 (two Chinese characters): a mean width of 2.5, far below that of a text.
    values = ["ab", "ab", "ab", "中文", None] * 10
    (found,) = infer(column(values), {"x": "VARCHAR"})
    assert (found.role, found.reason.en) == ("category", "its values repeat")
    (pictures,) = infer(column([f"{i}.png" for i in range(96)] + ["x"] * 4), {"x": "VARCHAR"})
    assert pictures.role == "image"  # 96 of 100
    (fewer,) = infer(column([f"{i}.png" for i in range(95)] + ["x"] * 5), {"x": "VARCHAR"})
    assert fewer.role != "image"  # 95 of 100 is not more than 95 %


def test_rows_stay_in_order_and_a_plain_table_is_not_copied(tmp_path):
    path = tmp_path / "t.parquet"
    engine().con.execute(f"COPY (SELECT i, 'v' || i % 3 AS v FROM range(5000) t(i)) TO '{path}' (FORMAT parquet)")
    before = stored()
    table = read(path)
    assert table.expr.select(ROW, "i").to_pyarrow().to_pydict() == {ROW: list(range(5000)), "i": list(range(5000))}
    assert is_stored(table.expr)
    assert len(stored() - before) == 1


def stored():
    return {name for (name,) in engine().con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def test_several_files_follow_each_other(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("k,v\n" + "\n".join(f"{name},{i}" for i in range(50)))
    table = read(str(tmp_path / "*.csv"))
    rows = table.expr.select(ROW, "k", "v").to_pyarrow().to_pydict()
    assert rows[ROW] == list(range(100))
    assert rows["k"] == ["a"] * 50 + ["b"] * 50
    assert rows["v"] == [*range(50), *range(50)]
