"""What the reader calls the rows: incidents, orders, complaints.

Knows the goal and the name of the table.  Where neither tells, a row is a row.
"""

import re
from collections.abc import Iterable

_ASKED = re.compile(r"\b(?:number|distribution|volume|counts?|share|frequency) of (?:all |the )*([a-z]+s)\b")
_DONE = re.compile(r"\b([a-z]+s) [a-z]+ed\b")
_FILE = re.compile(r"[a-z]+[^su\W_]s", re.IGNORECASE)
_NO_ROWS = frozenset(
    {
        *("trends", "patterns", "factors", "differences", "insights", "anomalies", "changes", "issues"),
        *("causes", "sales", "series", "news", "analysis", "results", "records", "rows"),
        *("tables", "values", "statistics", "metrics", "columns", "files", "outputs", "samples"),
        *("details", "others"),
    }
)


def rows_called(goal: str | None, table: str, columns: Iterable[str]) -> str:
    """An English noun for several rows: what the goal counts, else the name of the file if it is such a noun.

    >>> rows_called("imbalance in the distribution of incidents", "t", ["category"])
    'incidents'
    >>> rows_called("the distribution of categories", "complaints", ["category"]), rows_called(None, "t-1", [])
    ('complaints', 'rows')
    """
    taken = {word for name in columns for word in re.findall(r"[a-z]+", name.lower())}
    asked = [found.group(1) for form in (_ASKED, _DONE) for found in form.finditer((goal or "").lower())]
    named = [table.lower()] if _FILE.fullmatch(table) else []
    fits = (noun for noun in (*asked, *named) if noun not in _NO_ROWS and not {noun, *_singular(noun)} & taken)
    return next(fits, "rows")


def _singular(noun: str) -> tuple[str, ...]:
    return noun[:-1], noun[:-2], f"{noun[:-3]}y"
