import pyarrow as pa
import pytest

from dongcha.core.errors import UnknownName
from dongcha.core.words import Words
from dongcha.data.engine import from_arrow
from dongcha.data.schema import ROW, Column, Role, Schema
from dongcha.data.table import Table

SAID = Words("test", "测试")


def table(rows: list[int], texts: list[str | None], numbers: list[float]) -> Table:
    schema = Schema(
        (Column("评论", "VARCHAR", Role.TEXT, SAID, 1.0), Column("price", "DOUBLE", Role.MEASURE, SAID, 1.0)),
    )
    return Table(from_arrow(pa.table({ROW: rows, "评论": texts, "price": numbers})), schema)


def test_values_leave_in_the_order_of_the_source():
    assert table([2, 0, 1], ["c", "a", None], [3.0, 1.0, 2.0]).texts("评论") == ["a", "", "c"]


def test_a_fingerprint_follows_the_content_and_not_the_order():
    first = table([0, 1], ["a", None], [1.0, 2.0]).fingerprint()
    assert first == table([1, 0], [None, "a"], [2.0, 1.0]).fingerprint()
    assert first != table([0, 1], ["a", ""], [1.0, 2.0]).fingerprint()
    assert first != table([0, 1], ["a", None], [1.0, 2.5]).fingerprint()


def test_a_wrong_column_is_answered_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'price'"):
        table([0], ["a"], [1.0]).with_roles({"prize": "measure"})


def test_a_stated_role_is_certain():
    column = table([0], ["a"], [1.0]).with_roles({"price": None}).schema["price"]
    assert (column.role, column.confidence) == (None, 1.0)
