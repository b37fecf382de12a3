"""Words of a name, and columns of people and of places, which a goal asks for by other words: agents, and `closed_by`.

Knows names.  Knows nothing of values or claims.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from dongcha.data.vocabulary import phrases_of

_WORD_BREAK = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-./]")
_PLAIN = frozenset({"id", "name", "code", "number", "key"})


@dataclass(frozen=True, slots=True)
class Kind:
    """Words of a goal that ask for columns of a kind, and those columns: by the words of their name, or by its form."""

    asked: frozenset[str]
    names: frozenset[str]
    form: re.Pattern[str] | None = None

    def has(self, column: str) -> bool:
        """Whether a column is of this kind by its name: all its words say so."""
        words = words_of(column) - _PLAIN
        by_form = self.form is not None and self.form.search(column) is not None
        return by_form or bool(words and words <= self.names)


def words_of(text: str) -> set[str]:
    """The words of a name or a text but stop words, in the singular.

    >>> sorted(words_of("late_paymentCategories of the"))
    ['category', 'late', 'payment']
    """
    return {_stem(phrase) for phrase in phrases_of(_WORD_BREAK.sub(" ", text)) if " " not in phrase}


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


_STAFF = frozenset(
    [
        "agent",
        "employee",
        "staff",
        "worker",
        "personnel",
        "colleague",
        "technician",
        "operator",
        "assignee",
        "clerk",
        "seller",
        "员工",
        "人员",
        "坐席",
        "客服",
        "店员",
        "销售员",
    ]
)
_CUSTOMERS = frozenset(
    [
        "customer",
        "client",
        "consumer",
        "buyer",
        "caller",
        "patient",
        "guest",
        "passenger",
        "member",
        "subscriber",
        "客户",
        "顾客",
        "用户",
        "患者",
        "会员",
        "乘客",
    ]
)
_PLACES = frozenset(
    [
        "location",
        "region",
        "place",
        "country",
        "city",
        "site",
        "branch",
        "province",
        "district",
        "territory",
        "地区",
        "区域",
        "城市",
        "省份",
        "国家",
        "门店",
    ]
)

KINDS = (
    Kind(
        _STAFF | {"human", "people", "person", "individual", "workload"},
        _STAFF | {"manager", "owner", "user", "supervisor", "负责人", "经办人", "处理人"},
        re.compile(r"(?i)^(?!.*(?:updat|modif)).*[a-z]ed[ _]?(?:by|to)$"),
    ),
    Kind(_CUSTOMERS, _CUSTOMERS | {"user"}),
    Kind(_PLACES | {"regional", "geographic", "geographical", "geography"}, _PLACES | {"store", "shop", "area"}),
)


def asks_for(words: Collection[str], column: str) -> bool:
    """Whether the words of a goal ask for the people or places that a column names.

    >>> asks_for({"human", "agent"}, "closed_by"), asks_for({"regional"}, "StoreCity"), asks_for({"agent"}, "colour")
    (True, True, False)
    """
    return any(not kind.asked.isdisjoint(words) and kind.has(column) for kind in KINDS)
