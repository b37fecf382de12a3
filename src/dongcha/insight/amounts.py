"""What a measure is like: how its values lie, whether they add up, and whether a mean stands for them.

Knows names of columns and a few figures of each.  The figures come from a sample where the table is large; they decide
what is asked, never what is told.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_ROWS = 200_000
"""Rows from which on rules and tests on ranks look at a sample: by then what they could miss is too small to tell."""

_INTENSIVE = re.compile(
    r"(?i)(?:^|[_\s-])(?:avg|average|mean|median|rates?|ratio|pct|percent|percentage|share|score|rating|rank|index|age|"
    r"temp|temperature|humidity|pressure|speed|price|discount|lat|latitude|lon|lng|longitude|year|level|grade|"
    r"size|height|width|length|density|probability|interest|per)(?:$|[_\s-])|"
    r"率|比例|占比|均|评分|得分|年龄|温度|湿度|单价|折扣|纬度|经度|等级|指数"
)
"""Names of what a sum of says nothing: the ages of all customers, the prices of all goods."""

TAIL = 1.1
"""Mean over median from which on a measure of an unknown name is taken to add up."""

_MONEY = re.compile(
    r"(?i)(?:^|[_\s-])(?:amounts?|sales|revenue|income|turnover|profit|costs?|spend|spent|spending|expenses?|fees?|"
    r"paid|total|value|fare|tips?|budget|gross|charges?|payments?)(?:$|[_\s-])|"
    r"金额|销售|收入|利润|成本|费用|营收|总额|支出|票价"
)
_COUNTED = re.compile(
    r"(?i)(?:^|[_\s-])(?:quantity|qty|units?|items?|pieces|orders|visits|clicks|passengers|guests|people|persons|"
    r"nights|hours|days|minutes|miles|km|distance|tickets|seats|employees|users|customers)(?:$|[_\s-])|"
    r"数量|件数|人数|次数|天数|小时|里程|单数|座位"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A measure: its known rows, distinct values, quartiles, mean and five sixths; `at` is its place among measures."""

    at: int
    name: str
    n: int
    distinct: int
    low: float
    q1: float
    median: float
    q3: float
    high: float
    mean: float
    sixths: tuple[float, ...] = ()

    @property
    def skewed(self) -> bool:
        """Whether the mean stands for no middle: it lies outside the half of the values around the median.

        So it is where a few rows are huge (a lognormal with a sigma above 1.35), and not of an exponential.  Where the
        median is the commonest value itself (mostly zeros) it tells groups apart no better, and the mean is kept.
        """
        return self.q1 < self.median < self.q3 and not self.q1 <= self.mean <= self.q3

    @property
    def additive(self) -> bool:
        """Whether a total of it means something: by its name; of a name that tells nothing, by its values.

        Then none is negative, and the mean is a tenth above the median: amounts have a few large ones, and ages,
        grades and temperatures do not.

        >>> Amount(0, "unit_price", 9, 9, 0, 1, 2, 3, 4, 2).additive, Amount(0, "金额", 9, 9, 0, 1, 2, 3, 4, 2).additive
        (False, True)
        """
        if not self.n or _is_duration(self.name):
            return False
        if self.is_money or self.is_counted or _INTENSIVE.search(self.name):
            return not _INTENSIVE.search(self.name)
        return self.low >= 0 and self.mean >= TAIL * self.median

    @property
    def is_money(self) -> bool:
        """Whether its name is that of money."""
        return money(self.name)

    @property
    def is_counted(self) -> bool:
        """Whether its name is that of what is counted: units, guests, hours."""
        return things(self.name)


def money(name: str) -> bool:
    """Whether a name is that of money."""
    return bool(_MONEY.search(name))


def things(name: str) -> bool:
    """Whether a name is that of what is counted."""
    return bool(_COUNTED.search(name))


def _is_duration(name: str) -> bool:
    return name.startswith("days from ")


def sampled(table: Table) -> "ir.Table":
    """The rows, or about 200,000 of them chosen by a hash of their number, the same ones each time."""
    step = -(-table.rows // MOST_ROWS)
    if step <= 1:
        return table.expr
    # A plain "every n-th row" would beat with rows that come in turns.
    return table.expr.filter((table.expr[ROW] * 2_654_435_761) % 4_294_967_296 < 4_294_967_296 // step)


def amounts(expr: "ir.Table", table: Table) -> list[Amount]:
    """The measures of `table` that have values, in order, by the rows of `expr`; one query."""
    names = [column.name for column in table.schema.of(Role.MEASURE)]
    if not names:
        return []
    asked: dict[str, ir.Value] = {}
    for at, name in enumerate(names):
        value = expr[name].cast("float64")
        value = value.isinf().ifelse(None, value)
        asked |= {f"n{at}": value.count(), f"distinct{at}": value.nunique(), f"mean{at}": value.mean()}
        asked |= {f"low{at}": value.min(), f"high{at}": value.max()}
        asked |= {f"{key}{at}": value.quantile(part) for key, part in (("q1", 0.25), ("median", 0.5), ("q3", 0.75))}
        asked |= {f"sixths{at}": value.quantile([sixth / 6 for sixth in range(1, 6)])}
    row = expr.aggregate(**asked).to_pyarrow().to_pylist()[0]
    keys = ("n", "distinct", "low", "q1", "median", "q3", "high", "mean")
    return [
        Amount(at=at, name=name, sixths=tuple(row[f"sixths{at}"]), **{key: row[f"{key}{at}"] for key in keys})
        for at, name in enumerate(names)
        if row[f"n{at}"]
    ]
