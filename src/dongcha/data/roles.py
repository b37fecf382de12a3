"""Infer what each column is for, with a reason and a confidence.

Knows names, types and summary counts.  Knows nothing of files.  `label` is inferred only from a name that says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dongcha.core.words import Words
from dongcha.data.schema import TEXTS, Column, Role, Schema

if TYPE_CHECKING:
    import ibis.expr.types as ir

_ID = re.compile(
    r"(?i:(^|[_\s-])(id|uuid|guid|key|code|no|zip|postcode)$)|Id$|ID$|编号|单号|订单号|编码|账号|邮编|身份证"
)
_LABEL = re.compile(r"^(label|labels|target|sentiment|intent|标签|标注|情感|意图|类别标签)$", re.IGNORECASE)
_WORDS = re.compile(r"^(tokens?|words?|sentence|text|词|词语|分词|单词|字)$", re.IGNORECASE)
_TAGS = re.compile(r"^(tags?|ner_?tags?|ner|labels?|标签|标注|实体标签)$", re.IGNORECASE)
_YEAR = re.compile(r"(^|[_\s-])(year|month|day|hour|weekday|quarter)$|年份|月份|星期", re.IGNORECASE)
_FILES = {Role.IMAGE: r"(?i)\.(jpe?g|png|webp|gif|bmp)$", Role.AUDIO: r"(?i)\.(wav|flac|mp3|ogg|m4a)$"}
_NUMBERS = ("BIGINT", "DOUBLE")

AT_ONCE, SMALL = 40, 200_000
"""Columns of texts that are asked about together, in a table of so many rows at most: its different values fit."""


LARGEST = 1e70
"""Numbers beyond this, or below its inverse, are too large or too small for sums of their squares and of those."""

BEYOND = Words(
    "its values are too large or too small to reckon with (beyond 1e70 or 1e-70)",
    "取值过大或过小（超出 1e70 或 1e-70），无法计算",
)


def beyond(largest: float | None) -> bool:
    """Whether a column whose largest number, its sign left out, is this cannot be reckoned with.

    >>> beyond(1e150), beyond(-0.0), beyond(None), beyond(1e-300), beyond(123.0)
    (True, False, False, True, False)
    """
    return bool(largest) and not 1 / LARGEST <= abs(float(largest or 0.0)) <= LARGEST


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule below looks at; `width` is the mean width of the texts, a Chinese character counting two."""

    name: str
    type: str
    rows: int
    present: int
    distinct: int
    width: float
    images: int
    sounds: int
    largest: float = 0.0  # the largest number, its sign left out


def infer(expr: "ir.Table", types: dict[str, str]) -> Schema:
    """The schema of `expr`, whose visible columns and DuckDB types are `types`."""
    found: dict[str, Any] = expr.aggregate(**_asked(expr, types)).to_pyarrow().to_pylist()[0]
    texts = [(at, name) for at, (name, kind) in enumerate(types.items()) if kind == "VARCHAR"]
    many = AT_ONCE if found["rows"] <= SMALL else 1
    for first in range(0, len(texts), many):
        found |= _texts(expr, dict(texts[first : first + many]))

    def facts(at: int, name: str, kind: str) -> Facts:
        values = [
            found.get(f"{at}:{key}") or 0 for key in ("present", "distinct", "width", "image", "audio", "largest")
        ]
        return Facts(name, kind, found["rows"], *values)

    return Schema(tuple(decide(facts(at, *item)) for at, item in enumerate(types.items())))


def _asked(expr: "ir.Table", types: Mapping[str, str]) -> "dict[str, ir.Value]":
    """What one pass tells of all columns but the texts."""
    asked: dict[str, ir.Value] = {"rows": expr.count()}
    for at, (name, kind) in enumerate(types.items()):
        if kind != "VARCHAR":
            asked |= {f"{at}:present": expr[name].count(), f"{at}:distinct": expr[name].nunique()}
        if kind == "DOUBLE":
            asked[f"{at}:largest"] = cast("ir.NumericColumn", expr[name]).abs().max()
    return asked


def _texts(expr: "ir.Table", names: Mapping[int, str]) -> dict[str, Any]:
    """The facts of text columns, by place.  Each different value is looked at once, however many rows have it."""
    import ibis

    parts = []
    for at, name in names.items():
        rows = expr.select(value=expr[name])
        parts.append(rows.group_by("value").agg(many=rows.count()).mutate(at=ibis.literal(at, "int32")))
    groups = ibis.union(*parts) if len(parts) > 1 else parts[0]
    known = groups.filter(groups.value.notnull())
    text = cast("ir.StringColumn", known.value)
    asked: dict[str, ir.Value] = {"present": known.many.sum(), "distinct": known.count()}
    asked["chars"] = (_width(text) * known.many).sum()
    asked |= {role.value: known.many.sum(where=text.re_search(pattern)) for role, pattern in _FILES.items()}
    found: dict[str, Any] = {}
    for row in known.group_by("at").agg(**asked).to_pyarrow().to_pylist():
        told = {**row, "width": row["chars"] / row["present"] if row["present"] else 0}
        found |= {f"{row['at']}:{key}": value for key, value in told.items()}
    return found


def looks(expr: "ir.Table", name: str, key: str) -> "dict[str, ir.Value]":
    """How the texts of a column look, as `key:width`, `key:image` and `key:audio`; asked of DuckDB."""
    import ibis

    text = cast("ir.StringColumn", expr[name])
    found: dict[str, ir.Value] = {f"{key}:width": _width(text).mean()}
    for role, pattern in _FILES.items():
        found[f"{key}:{role.value}"] = ibis.ifelse(text.re_search(pattern), 1, 0).sum()
    return found


def _width(text: "ir.StringColumn") -> "ir.IntegerColumn":
    """The width of each text, a Chinese character counting two."""
    return cast("ir.IntegerColumn", text.length() + text.re_replace(r"[^\p{Han}]", "").length())


def decide(facts: Facts) -> Column:
    """The column with the role that fits the facts."""
    role, confidence, reason = (
        _unused(facts) or _lists(facts) or _named_label(facts) or _by_type(facts) or _by_values(facts)
    )
    return Column(facts.name, facts.type, role, reason, confidence)


Choice = tuple[Role | None, float, Words]


def _unused(facts: Facts) -> Choice | None:
    if not facts.present:
        return None, 1.0, Words("all values are missing", "所有值都缺失")
    if facts.distinct == 1 and facts.rows > 1:
        return None, 1.0, Words("it has one value only", "只有一个取值")
    return None


def _lists(facts: Facts) -> Choice | None:
    if facts.type != TEXTS:
        return None
    if _TAGS.search(facts.name):
        return Role.LABEL, 0.9, Words("lists of tags, one a word", "逐词标签的列表")
    if _WORDS.search(facts.name):
        return Role.TEXT, 0.95, Words("lists of words", "词的列表")
    return None, 0.5, Words("lists of texts; say what they are for", "文本列表；请指明用途")


def _named_label(facts: Facts) -> Choice | None:
    whole = facts.type in ("VARCHAR", "BIGINT", "BOOLEAN")
    if whole and _LABEL.search(facts.name) and 2 <= facts.distinct <= max(2, min(200, facts.present // 2)):
        return Role.LABEL, 0.8, Words("its name is that of a label", "列名像标签")
    return None


def _by_type(facts: Facts) -> Choice | None:
    if facts.type.startswith(("TIMESTAMP", "DATE")):
        return Role.TIME, 0.98, Words("its values are dates", "取值是日期")
    if facts.type == "BOOLEAN":
        return Role.CATEGORY, 0.98, Words("it is yes or no", "取值为是或否")
    if facts.type not in _NUMBERS:
        return None
    if _ID.search(facts.name):
        return Role.ID, 0.9, Words("its name is that of an identifier", "列名像编号")
    if facts.type == "BIGINT" and (facts.distinct == 2 or (_YEAR.search(facts.name) and facts.distinct <= 400)):
        return Role.CATEGORY, 0.8, Words("whole numbers that name groups", "用来分组的整数")
    if facts.type == "BIGINT" and facts.distinct == facts.present == facts.rows > 50:
        return Role.ID, 0.7, Words("whole numbers, different in every row", "每行都不同的整数")
    if beyond(facts.largest):
        return None, 0.9, BEYOND
    return Role.MEASURE, 0.9, Words("its values are numbers", "取值是数字")


def _by_values(facts: Facts) -> Choice:
    share = facts.distinct / facts.present
    for role, hits in ((Role.IMAGE, facts.images), (Role.AUDIO, facts.sounds)):
        if hits > 0.95 * facts.present:
            return role, 0.95, Words("its values are names of such files", "取值是此类文件名")
    if facts.width >= 40 and share > 0.3:
        return Role.TEXT, 0.95, Words("long values, nearly all different", "取值较长且大多不同")
    if facts.distinct > 50 and _ID.search(facts.name):
        return Role.ID, 0.9, Words("its name is that of an identifier", "列名像编号")
    if share > 0.95 and facts.present > 20 and facts.width < 15:
        return Role.ID, 0.75, Words("short values, different in nearly every row", "取值短且几乎每行不同")
    if share <= 0.5 or facts.present <= 20:
        confidence = 0.9 if facts.distinct <= 50 else 0.7
        return Role.CATEGORY, confidence, Words("its values repeat", "取值重复出现")
    return Role.TEXT, 0.6, Words("values that seldom repeat", "取值很少重复")
