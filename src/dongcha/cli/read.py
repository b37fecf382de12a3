"""`dongcha read`: what a table holds, and what was assumed."""

from typing import TYPE_CHECKING

import typer

from dongcha.cli.options import AsJson, File, Roles, Said, With, language, stated_roles
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.data.table import Table


def command(file: File, *, role: Roles = None, others: With = None, json: AsJson = False, lang: Said = None) -> None:
    """Show what each column is for, with the reason, and what was assumed while reading."""
    import json as codec
    from dataclasses import replace

    from dongcha.data.join.asked import asked
    from dongcha.data.join.record import join_faults, join_json
    from dongcha.data.join.sources import read_joined

    spoken = language(lang)
    table = read_joined(file, [asked(one) for one in others or ()], roles=stated_roles(role))
    table = replace(table, notes=(*table.notes, *join_faults(table)))
    if json:
        notes = [note.to_json() for note in table.notes]
        found = {
            "rows": table.rows,
            "fingerprint": table.fingerprint(),
            "schema": table.schema.to_json(),
            "notes": notes,
            **join_json(table),
        }
        typer.echo(codec.dumps(found, ensure_ascii=False, default=lambda words: words.to_json()))
        return
    _show(table, spoken)


def _show(table: "Table", spoken: Lang) -> None:
    """One line a column, and the notes."""
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from dongcha.cli.lines import say
    from dongcha.report.reading import curly

    zh, console = spoken == "zh", Console()
    heads = ("列", "类型", "角色", "把握") if zh else ("column", "type", "role", "sure")
    size = (
        f"{table.rows:,} 条记录，{len(table.schema)} 列" if zh else f"{table.rows:,} rows, {len(table.schema)} columns"
    )
    say(console, "", f"{table.name}：{size}" if zh else f"{table.name}: {size}")
    console.print()
    grid = Grid(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(heads[0], overflow="fold")
    for head in (*heads[1:3], heads[3]):
        grid.add_column(head, no_wrap=True, justify="right" if head == heads[3] else "left")
    grid.add_column("理由" if zh else "reason", overflow="fold")
    for c in table.schema:
        sure, reason = f"{c.confidence:.0%}", Text(curly(c.reason.at(spoken)))
        grid.add_row(Text(" ".join(c.name.split())), c.type, c.role or "–", sure, reason)
    console.print(grid)
    if table.notes:
        console.print()
    for note in table.notes:
        say(console, "– ", curly(note.at(spoken)))
