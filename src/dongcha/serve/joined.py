"""Answers of a model beside the rows that they are of."""

from typing import TYPE_CHECKING, cast

from dongcha.data.engine import from_arrow
from dongcha.data.schema import ROW
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

KEY = "__key__"


def joined(table: Table, answers: "pa.Table") -> "ir.Table":
    """The table with the columns of `answers`, whose column `ROW` says which row each is of.

    A column of the table that has the name of an answer gives way to it; rows without an answer get nulls.
    """
    kept = [name for name in table.expr.columns if name not in answers.column_names or name == ROW]
    left, right = table.expr.select(*kept), from_arrow(answers).rename({KEY: ROW})
    return cast("ir.Table", left.left_join(right, left[ROW] == right[KEY]).drop(KEY))
