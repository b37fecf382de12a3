import pytest

from dongcha.core.errors import DataError
from dongcha.data.delimited import read_delimited
from dongcha.data.schema import ROW


def rows(path, **options):
    table, _ = read_delimited(path, **options)
    return table.order_by(ROW).drop(ROW).to_pyarrow().to_pylist()


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path, mark):
    path = tmp_path / "带 空格.csv"
    path.write_text(f'城市{mark}note\n上海{mark}"a{mark} b"\n\n北京{mark}\n', encoding="gb18030")
    assert rows(path) == [{"城市": "上海", "note": f"a{mark} b"}, {"城市": "北京", "note": None}]


def test_quoted_line_breaks_and_a_text_of_five_megabytes_are_kept(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"x\ny"\n2,' + "z" * 5_000_000 + "\n")
    assert [len(row["b"]) for row in rows(path)] == [3, 5_000_000]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "'x.csv' is empty"),
        ("a,b\n", "has a header and no rows"),
        ("a,b,c\n1,2,3\n4,5\n", "line 3 of 'x.csv' has 2 values, the header has 3"),
        ("a,b\n1,2\n3,4,5\n", "line 3 of 'x.csv' has 3 values, the header has 2"),
        ('a,b\n1,"2\n3,4\n', "opens a quote that is never closed"),
        (",".join(f"c{i}" for i in range(5000)) + "\n", "5,000 columns, more than 2,000"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path, content, message):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        read_delimited(path)
    assert "\n" not in str(caught.value)


def test_repeated_column_names_are_told_apart_and_said(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,A,\n1,2,3\n")
    _, notes = read_delimited(path)
    assert rows(path) == [{"a": "1", "A_2": "2", "column_3": "3"}]
    assert len(notes) == 3
