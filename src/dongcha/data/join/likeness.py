"""How much two names speak for a key: `customer_id` of orders for `id` of customers.

Knows names only.
"""

import re
from collections.abc import Iterable

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_GENERIC = frozenset(
    {
        *("id", "key", "code", "no", "num", "nr", "number", "pk", "fk", "sk", "uuid", "guid", "ref", "name"),
        *("编号", "编码", "代码", "号", "号码", "名称", "标识"),
    }
)
_TABLE = frozenset({"dim", "fact", "tbl", "table", "tables", "lookup", "list", "data", "master", "info", "details"})
_ENDS = re.compile(r"(?<=.)(?:编号|编码|代码|号码|名称|标识|号|ID)$")
_TABLE_ENDS = re.compile(r"(?<=.)(?:维度表|维表|信息表|信息|资料|主数据|明细|名单|表)$")

SAME, PART, NOTHING = 3.0, 2.0, 0.0


def likeness(column: str, other: str, table: str) -> float:
    """How much the names of `column` and of `other`, a column of `table`, speak for a key: from 0 to 4.

    >>> likeness("customer_id", "id", "customers"), likeness("customer_id", "customer_id", "t")
    (3.5, 4.0)
    >>> likeness("cust", "id", "customers"), likeness("id", "id", "customers"), likeness("客户编号", "编号", "客户表")
    (2.0, 0.0, 3.5)
    """
    ours, theirs, named = _core(column), _core(other), _core(table, table=True)
    if not ours:
        return NOTHING
    if ours == theirs and _pieces(column) == _pieces(other):
        return 4.0
    same_kind = 0.5 if _kinds(column) & _kinds(other) else 0.0
    if ours == named and (not theirs or theirs <= named):
        return SAME + same_kind
    if ours == theirs:
        return SAME
    about_table = _within(named, ours) or _within(ours, named)
    if (theirs and _within(theirs, ours)) or (named and about_table and not theirs - named):
        return PART + same_kind
    return NOTHING


def _within(few: Iterable[str], many: Iterable[str]) -> bool:
    """Whether each of the few words is among the many, shortened or as a part of a Chinese one."""
    return all(any(_alike(one, other) for other in many) for one in few)


def _alike(one: str, other: str) -> bool:
    if one == other or (len(other) >= 3 and one.startswith(other)):
        return True
    return not one.isascii() and (one in other or other in one)


def _core(name: str, *, table: bool = False) -> frozenset[str]:
    """The words of a name that tell what it is of."""
    return frozenset(_pieces(name, table=table)) - _GENERIC - (_TABLE if table else frozenset())


def _kinds(name: str) -> set[str]:
    found = {piece for piece in _pieces(name) if piece in _GENERIC}
    end = None if name in _GENERIC else _ENDS.search(name)
    return found | ({end.group().lower()} if end else set())


def _pieces(name: str, *, table: bool = False) -> tuple[str, ...]:
    return tuple(_singular(_bare(piece, table=table)) for piece in _PIECE.findall(name))


def _bare(piece: str, *, table: bool) -> str:
    if piece.isascii():
        return piece.lower()
    if piece in _GENERIC:
        return piece
    return _ENDS.sub("", _TABLE_ENDS.sub("", piece) if table else piece)


def _singular(word: str) -> str:
    if not word.isascii() or len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("ses", "xes", "ches", "shes")) and len(word) > 5 else word[:-1]
