"""Notes on what was assumed, on stderr."""

from collections.abc import Sequence

import typer

from dongcha.core.words import Lang, Words


def tell(notes: Sequence[Words], lang: Lang, *, quiet: bool) -> None:
    """One line a note; nothing where `quiet`."""
    if not quiet:
        for note in notes:
            typer.echo(f"- {note.at(lang)}", err=True)
