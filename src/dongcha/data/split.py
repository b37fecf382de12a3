"""Train, validation and test: disjoint by row and by near-duplicate group, stratified or by time.

Knows rows, groups and labels.  Where a row goes depends on the seed and on its group, not on the order in memory.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from dongcha.core.checks import need
from dongcha.core.errors import DataError, LeakError
from dongcha.core.words import Words
from dongcha.data.brought import here
from dongcha.data.clean.near import normal
from dongcha.data.engine import from_arrow
from dongcha.data.iob import is_tag, type_of
from dongcha.data.schema import GROUP, ROW, Role
from dongcha.data.table import Table

FEWEST = 10
PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Split:
    """Three tables of the same columns that share no row and no near-duplicate."""

    train: Table
    validation: Table
    test: Table
    fingerprint: str
    seed: int
    how: Words


def split(
    table: Table,
    *,
    label: str | None = None,
    time: str | None = None,
    together: str | None = None,
    validation: float = 0.15,
    test: float = 0.15,
    seed: int = 0,
) -> Split:
    """Three parts of `table`: stratified by `label`, or by `time` with the latest rows as test.

    Rows without the label are in no part.  Rows of one near-duplicate group (marked by `clean`) stay together; by time,
    a group goes where its earliest row goes.  With `together`, it is the rows of one value of that column that stay
    together instead.  `validation` and `test` are shares, 0..1.  Raises `DataError` where
    fewer than 10 rows can be split.
    """
    need("split", "validation", validation, 0 < validation < 1, "between 0 and 1")
    need("split", "test", test, test > 0 and validation + test < 1, "between 0 and 1 and leave rows to train on")
    table = here(table, "a split")
    groups = _groups(table, label, time, together)
    rows = sum(len(group.rows) for group in groups)
    if rows < FEWEST:
        named = f" with a value of {label!r}" if label else ""
        raise DataError(f"{table.name!r} has {rows} rows{named}; a split needs at least {FEWEST}")
    shares = (validation, test)
    chosen = _by_time(groups, shares) if time else _stratified(groups, shares, seed)
    parts = {name: _part(table, [row for group in chosen[name] for row in group.rows]) for name in PARTS}
    facts = (table.fingerprint(), label, time, validation, test, seed, *([together] if together else []))
    mark = hashlib.sha256(repr(facts).encode()).hexdigest()[:20]
    how = Words(f"by {time!r}, the latest rows are the test", f"按“{time}”划分，最新的记录作为测试集")
    if not time:
        how = Words("at random, like texts on one side", "随机划分，相似文本在同一侧")
        if label:
            how = Words(
                f"at random within each {label!r}, like texts on one side", f"按“{label}”分层随机，相似文本在同一侧"
            )
    return Split(**parts, fingerprint=mark, seed=seed, how=how)


@dataclass(frozen=True, slots=True)
class _Group:
    rows: tuple[int, ...]
    label: str
    time: str

    def order(self, seed: int) -> str:
        return hashlib.sha256(f"{seed}:{self.rows[0]}".encode()).hexdigest()


def _groups(table: Table, label: str | None, time: str | None, together: str | None = None) -> list[_Group]:
    names = [table.schema[name].name for name in (label, time) if name]
    marked = [table.schema[together].name] if together else [GROUP] if GROUP in table.expr.columns else []
    kept = table.expr.filter(table.expr[label].notnull()) if label else table.expr
    found = kept.select(ROW, *dict.fromkeys([*marked, *names])).order_by(ROW).to_pyarrow()
    rows = cast("list[int]", found.column(ROW).to_pylist())
    marks = found.column(marked[0]).to_pylist() if marked else rows
    labels = _strata(found.column(label).to_pylist()) if label else [""] * len(rows)
    times = [str(v or "") for v in found.column(time).to_pylist()] if time else [""] * len(rows)
    members: dict[object, list[int]] = defaultdict(list)
    for at, mark in enumerate(marks):
        members[mark].append(at)
    return [
        _Group(
            tuple(rows[at] for at in places),
            Counter(labels[at] for at in places).most_common(1)[0][0],
            min(times[at] for at in places),
        )
        for places in members.values()
    ]


def _strata(labels: Sequence[object]) -> list[str]:
    """What stands for each label; of a list of tags the rarest type, so that rare types are in every part."""
    if not any(isinstance(label, list) for label in labels):
        return [str(label) for label in labels]
    kinds = [
        {type_of(tag) if is_tag(tag) else str(tag) for tag in label} if isinstance(label, list) else set()
        for label in labels
    ]
    rows = Counter(kind for found in kinds for kind in found)
    return [min(found, key=lambda kind: (rows[kind], kind), default="") for found in kinds]


def _by_time(groups: Sequence[_Group], shares: tuple[float, float]) -> dict[str, list[_Group]]:
    return _cut(sorted(groups, key=lambda group: (group.time, group.rows[0])), shares)


def _stratified(groups: Sequence[_Group], shares: tuple[float, float], seed: int) -> dict[str, list[_Group]]:
    """Each label is cut on its own, so that every part has its share; the first group of a label is for training."""
    strata: dict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        strata[group.label].append(group)
    whole: dict[str, list[_Group]] = {name: [] for name in PARTS}
    for name in sorted(strata):
        cut = _cut(sorted(strata[name], key=lambda group: group.order(seed)), shares)
        for part, members in cut.items():
            whole[part] += members
    return whole


def _cut(groups: Sequence[_Group], shares: tuple[float, float]) -> dict[str, list[_Group]]:
    """Groups in order: train, then validation, then test, at the shares of rows; the first is always for training."""
    total = sum(len(group.rows) for group in groups)
    edges = (1 - sum(shares), 1 - shares[1])
    parts: dict[str, list[_Group]] = {name: [] for name in PARTS}
    before = 0
    for group in groups:
        middle = (before + len(group.rows) / 2) / total
        name = PARTS[0] if not before or middle < edges[0] else PARTS[1] if middle < edges[1] else PARTS[2]
        parts[name].append(group)
        before += len(group.rows)
    return parts


def _part(table: Table, rows: list[int]) -> Table:
    import pyarrow as pa

    wanted = from_arrow(pa.table({"__key__": pa.array(sorted(rows), pa.int64())}))
    return table.with_expr(table.expr.semi_join(wanted, table.expr[ROW] == wanted["__key__"]))


def check_leak(parts: Split) -> None:
    """Raise `LeakError` where two parts share a near-duplicate group or a text (letter case and signs aside)."""
    for key, other, name in shared(parts):
        raise LeakError(
            f"the {other} and {name} parts share a text ({key[:60]!r}…): take it out of one of them, or let "
            "dongcha split one file"
        )


def shared(parts: Split) -> Iterator[tuple[str, str, str]]:
    """Texts that stand in two parts, with the names of the parts."""
    seen: dict[str, str] = {}
    for name in PARTS:
        for key in set(_keys(getattr(parts, name))):
            other = seen.setdefault(key, name)
            if other != name:
                yield key, other, name


def without_repeats(parts: Split, *texts: str) -> tuple[Split, list[Words]]:
    """The parts where a row whose `texts` recur in a later part is left out of the earlier one, and notes on how many.

    The test stays as it was given, and so do rows without text.
    """
    later, notes = set(_normal(parts.test, texts)), []
    for name, zh in (("validation", "验证"), ("train", "训练")):
        table: Table = getattr(parts, name)
        keyed = list(zip(table.values().column(ROW).to_pylist(), _normal(table, texts), strict=True))
        rows = [row for row, key in keyed if not key or key not in later]
        if len(rows) < len(keyed):
            table = _part(table, rows)
            parts = replace(parts, train=table) if name == "train" else replace(parts, validation=table)
        if left := len(keyed) - len(rows):
            notes.append(
                Words(
                    f"{left:,} {name} rows were left out: their text recurs in the rows that judge the model.",
                    f"略去 {left:,} 行{zh}数据：其文本在用于评判模型的数据中重复出现。",
                )
            )
        if not rows:
            raise DataError(
                f"every {name} row recurs in the files that judge the model, so none is left; bring other files for "
                "validation and test"
            )
        later |= {key for _, key in keyed}
    return parts, notes


def _keys(table: Table) -> Iterable[str]:
    kinds = (Role.TEXT, Role.IMAGE, Role.AUDIO)
    texts = [column.name for column in table.schema.of(*kinds) if column.type == "VARCHAR"]
    if not texts:
        return (str(row) for row in table.values().column(ROW).to_pylist())
    return (key for key in _normal(table, texts) if key)


def _normal(table: Table, texts: Sequence[str]) -> Iterable[str]:
    """The texts of each row without letter case and signs, in row order; empty where a row has none."""
    columns = [table.texts(name) for name in texts]
    return (normal("\n".join(row)) for row in zip(*columns, strict=True))
