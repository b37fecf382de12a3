"""`dongcha explain`: why a figure differs between two periods or two groups."""

from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Quiet, Roles, Said, With, language, print_json, stated_roles
from dongcha.cli.told import tell


def command(
    table: Annotated[str, typer.Argument(metavar="FILE|PROJECT", help="A file, or a project that was run.")],
    *,
    measure: Annotated[
        str, typer.Option(help="rows, sum:COL, mean:COL, COL=VALUE (the rate of a value), or COL (its sum).")
    ] = "rows",
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Two periods: 2024, 2024-Q2, 2024-05, 2024-W20, 2024-05-17, or 2024-01..2024-03."),
    ] = None,
    time: Annotated[str | None, typer.Option(help="The column of dates, where there are several.")] = None,
    group: Annotated[str | None, typer.Option(help="COL=VALUE: the group to compare.")] = None,
    against: Annotated[
        str | None, typer.Option(help="The other value of that column; otherwise all other rows.")
    ] = None,
    by: Annotated[list[str] | None, typer.Option(help="A dimension, as often as wanted; otherwise all.")] = None,
    part: Annotated[float, typer.Option(help="Part of the difference that the named segments hold.")] = 0.8,
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
    rows = table_at(table, roles, others or ())
    tell(rows.notes, spoken, quiet=quiet)
    found = explain(rows, measure, between=between, time=time, group=group, against=against, by=by or None, part=part)
    if json:
        print_json(explanation_json(found))
        return
    from dongcha.cli.explained import show

    show(found, spoken)
