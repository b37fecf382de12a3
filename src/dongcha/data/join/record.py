"""What a join is made of, as JSON: the tables with their keys, how they are put together, and what found nothing."""

from collections.abc import Iterator

from dongcha.core.words import Words
from dongcha.data.join.said import faults
from dongcha.data.table import Joined, Table


def join_json(table: Table) -> dict[str, object]:
    """`{"tables": [{name, source, rows, parent, key, matched, declared}], "made": [sql], "faults": [text]}`.

    `matched` is the part of the parent's rows that found a row, 0..1; empty where nothing is joined.
    """
    if not table.joined:
        return {}
    every = list(_every(table))
    first: dict[str, object] = {"name": table.name, "rows": table.rows}
    return {
        "tables": [first, *map(_table, every)],
        "made": [table.made, *(one.table.made for one in every)],
        "faults": [fault.to_json() for fault in join_faults(table)],
    }


def join_faults(table: Table) -> list[Words]:
    """What is wrong with the rows that found nothing, in all tables of a join."""
    return [fault for one in _every(table) for fault in faults(one)]


def _every(table: Table) -> Iterator[Joined]:
    for one in table.joined:
        yield one
        yield from _every(one.table)


def _table(one: Joined) -> dict[str, object]:
    return {
        "name": one.name,
        "source": one.source,
        "rows": one.table.rows,
        "parent": one.parent,
        "key": [{"parent": theirs, "own": ours} for theirs, ours in one.on],
        "matched": one.matched / one.rows if one.rows else 0.0,
        "declared": one.declared,
    }
