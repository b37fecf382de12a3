"""`dongcha label`: a person labels texts in the order that teaches a model most."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli import options as o
from dongcha.cli.progress import watching

if TYPE_CHECKING:
    from dongcha.loop.label import Labelled, Labelling


def command(
    place: Annotated[str, typer.Argument(metavar="FILE|PROJECT", help="A file with a column of texts, or a project.")],
    *,
    text: o.Text = None,
    label: Annotated[str | None, typer.Option(help="What the labels are called; otherwise label.")] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", help="A class, as often as wanted; more can be made on the way.")
    ] = None,
    strategy: Annotated[
        str, typer.Option(help="How the next texts are chosen: balanced-entropy, margin, random, …")
    ] = "",
    by: Annotated[str, typer.Option(help="Who labels; otherwise the user's name.")] = "",
    batch: Annotated[int, typer.Option(min=1, help="Labels after which the model learns and the order changes.")] = 10,
    export: Annotated[
        Path | None, typer.Option(help="Write what is labelled to a .csv or .parquet, and ask none.")
    ] = None,
    encoder: o.Encoder = None,
    seed: o.Seed = 0,
    audit: Annotated[
        bool, typer.Option("--audit", help="Answers of a served model, drawn at random, which judge and never teach.")
    ] = False,
    model: Annotated[str | None, typer.Option(help="Of --audit: the model, where a project has several.")] = None,
    json: o.AsJson = False,
    quiet: o.Quiet = False,
    lang: o.Said = None,
) -> None:
    """Label texts with the keyboard; each label is stored before the next text is shown."""
    from dongcha.learn.queue import DEFAULT
    from dongcha.loop.label import Labelled

    shown = o.Shown(json=json, quiet=quiet, lang=o.language(lang))
    asked = Labelled(
        text=text, label=label, classes=tuple(classes or ()), strategy=strategy or DEFAULT, by=by, batch=batch,
        encoder=encoder, seed=seed,
    )  # fmt: skip
    if audit or model is not None:
        _audit(place, asked.who, model, shown, alone=audit and asked.plain and export is None)
        return
    _label(place, asked, export, shown)


def _audit(place: str, by: str, model: str | None, shown: o.Shown, *, alone: bool) -> None:
    from rich.console import Console

    from dongcha.cli.labelling import Session
    from dongcha.loop.audit import closing, open_audit

    if not alone:
        raise typer.BadParameter(
            "--audit goes with --model, --by, --json, --quiet and --lang alone; --model with --audit"
        )
    found = open_audit(place, by, model)
    session = Session(found, Console(stderr=shown.json, quiet=shown.quiet and not sys.stdin.isatty()), shown.lang)
    try:
        session.run(quiet=shown.quiet or shown.json)
    finally:
        found.close()
    if not shown.quiet:
        typer.echo(closing(found).at(shown.lang), err=True)
    if shown.json:
        o.print_json(found.to_json())


def _label(place: str, asked: "Labelled", export: Path | None, shown: o.Shown) -> None:
    from rich.console import Console

    from dongcha.cli.asked import closing
    from dongcha.cli.labelling import Session
    from dongcha.loop.label import open_labelling
    from dongcha.loop.labels_written import check_labels, write_labels

    if export is not None:
        check_labels(export)
    with watching(shown.lang, quiet=shown.quiet) as guests:
        found = open_labelling(place, asked, guests)
    if export is not None:
        write_labels(found.rows(), export)
        _told(found, shown, export)
        return
    session = Session(found, Console(stderr=shown.json, quiet=shown.quiet and not sys.stdin.isatty()), shown.lang)
    session.run(quiet=shown.quiet or shown.json)
    if not shown.quiet:
        closing(found, shown.lang)
    _told(found, shown, None)


def _told(found: "Labelling", shown: o.Shown, export: Path | None) -> None:
    if shown.json:
        queue = found.queue
        outlook = queue.outlook()
        o.print_json(
            {
                "labelled": len(queue.labels), "skipped": len(queue.passed), "left": queue.left, "classes": found.names,
                "by": found.by, "strategy": queue.strategy, "settled": queue.settled,
                "outlook": None if outlook is None else outlook.to_json(),
                "export": None if export is None else str(export),
            }
        )  # fmt: skip
    elif export is not None:
        typer.echo(export)
