"""`dongcha explain`: why a figure differs between two periods or two groups."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, Place, Quiet, Roles, Said, With, language, print_json, stated_roles
from dongcha.cli.told import tell
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.insight.change.answer import Explanation

Measure = Annotated[
    str, typer.Option(help="rows, sum:COL, mean:COL, COL=VALUE (the rate of a value), or COL (its sum).")
]
Between = Annotated[
    tuple[str, str] | None,
    typer.Option(help="Two periods: 2024, 2024-Q2, 2024-05, 2024-W20, 2024-05-17, or 2024-01..2024-03."),
]
Dates = Annotated[str | None, typer.Option("--time", help="The column of dates, where there are several.")]
By = Annotated[list[str] | None, typer.Option(help="A dimension, as often as wanted; otherwise all.")]
Page = Annotated[Path | None, typer.Option(help="Also write it as a page to this file.")]
Markdown = Annotated[Path | None, typer.Option(help="Also write it as Markdown to this file.")]


def command(
    table: Place,
    *,
    measure: Measure = "rows",
    between: Between = None,
    time: Dates = None,
    group: Annotated[str | None, typer.Option(help="COL=VALUE: the group to compare.")] = None,
    against: Annotated[
        str | None, typer.Option(help="The other value of that column; otherwise all other rows.")
    ] = None,
    by: By = None,
    part: Annotated[float, typer.Option(help="Part of the difference that the named segments hold.")] = 0.8,
    html: Page = None,
    md: Markdown = None,
    role: Roles = None,
    others: With = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Decompose a difference into contributions that add up, and name the few segments that explain it."""
    if (between is None) == (group is None):
        raise typer.BadParameter("say --between A B for two periods, or --group COL=VALUE for two groups; not both")
    if against is not None and group is None:
        raise typer.BadParameter("--against goes with --group")
    from dongcha.insight.change.record import explanation_json
    from dongcha.loop.explain import explain, table_at

    spoken, roles = language(lang), stated_roles(role)
    _check(html, md)
    rows = table_at(table, roles, others or ())
    tell(rows.notes, spoken, quiet=quiet)
    found = explain(rows, measure, between=between, time=time, group=group, against=against, by=by or None, part=part)
    _write(found, spoken, html, md)
    if json:
        print_json(explanation_json(found))
        return
    from dongcha.cli.explained import show

    show(found, spoken)


def _check(*places: Path | None) -> None:
    """Raise `StorageError` for a place that cannot be written: said before the work, not after."""
    from dongcha.core.files import check_writable

    for place in filter(None, places):
        check_writable(place)


def _write(found: "Explanation", lang: Lang, html: Path | None, md: Path | None) -> None:
    from dongcha.core.files import write_text
    from dongcha.report.explanation import explanation_html, explanation_markdown

    for place, make in ((html, explanation_html), (md, explanation_markdown)):
        if place is not None:
            write_text(place, make(found, lang))
