"""`dongcha read`: what a table holds, and what was assumed."""

import typer

from dongcha.cli.options import AsJson, File, Roles, Said, language, stated_roles


def command(file: File, *, role: Roles = None, json: AsJson = False, lang: Said = None) -> None:
    """Show what each column is for, with the reason, and what was assumed while reading."""
    import json as codec

    from dongcha.data.source import read

    spoken = language(lang)
    table = read(file, roles=stated_roles(role))
    if json:
        notes = [note.to_json() for note in table.notes]
        found = {
            "rows": table.rows,
            "fingerprint": table.fingerprint(),
            "schema": table.schema.to_json(),
            "notes": notes,
        }
        typer.echo(codec.dumps(found, ensure_ascii=False, default=lambda words: words.to_json()))
        return
    from rich.console import Console
    from rich.table import Table as Grid

    heads = ("列", "类型", "角色", "把握", "理由") if spoken == "zh" else ("column", "type", "role", "sure", "reason")
    grid = Grid(*heads, box=None, header_style="bold", title=f"{table.name}: {table.rows:,} × {len(table.schema)}")
    for c in table.schema:
        grid.add_row(" ".join(c.name.split()), c.type, c.role or "-", f"{c.confidence:.0%}", c.reason.at(spoken))
    console = Console(markup=False)
    console.print(grid)
    for note in table.notes:
        console.print(f"- {note.at(spoken)}", markup=False, highlight=False)
