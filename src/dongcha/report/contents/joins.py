"""The tables that were joined, as a page shows them: how each hangs on which, and the SQL that makes `data` of them."""

from dataclasses import dataclass

from dongcha.core.words import Lang
from dongcha.report.contents.grid import Grid, count, filled, share, short
from dongcha.report.labels import JOINS
from dongcha.report.reading import Object, figure, items, parts


@dataclass(frozen=True, slots=True)
class Joins:
    """The tables of a join and the statements that make of them what is mined; nothing where nothing was joined."""

    tables: Grid
    made: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.tables)


def joins(table: Object, lang: Lang) -> Joins:
    """The tables, the fact table first."""
    rows = tuple(
        (
            short(str(one.get("name", ""))),
            short(str(one.get("source") or "")),
            count(one, "rows"),
            _key(one),
            _how(one, lang),
            share(one, "matched"),
        )
        for one in parts(table, "tables")
    )
    head = tuple(JOINS[name].at(lang) for name in ("table", "file", "rows", "key", "found", "matched"))
    statements = tuple(f"{said};" for made in items(table, "made") if (said := short(str(made), 10_000)))
    return Joins(filled(Grid(head, rows, frozenset({2, 5}))), statements)


def _key(one: Object) -> str:
    pairs = [(str(pair.get("parent")), str(pair.get("own"))) for pair in parts(one, "key")]
    return short(", ".join(f"{one.get('parent')}.{theirs} = {one.get('name')}.{ours}" for theirs, ours in pairs))


def _how(one: Object, lang: Lang) -> str:
    if figure(one, "matched") is None:
        return ""
    return JOINS["declared" if one.get("declared") else "inferred"].at(lang)
