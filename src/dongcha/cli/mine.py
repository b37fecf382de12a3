"""`dongcha mine`: what is true in a table, tested."""

from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, Place, Quiet, Roles, Said, With, language, print_json, stated_roles
from dongcha.cli.progress import progress
from dongcha.cli.told import tell
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.insight.insight import Mined
    from dongcha.insight.since import Since
    from dongcha.store.memory import Memory

Goal = Annotated[str | None, typer.Option(help="What matters, in words; findings that speak of it come first.")]
Top = Annotated[int | None, typer.Option(min=1, help="Most findings to show; 10, or what the project says.")]
When = Annotated[
    str | None,
    typer.Option("--since", help="last, or a date: only what is new or changed since, and what no longer holds."),
]
Time = Annotated[
    str | None,
    typer.Option("--budget", help="Time such as 30s; the best so far is told, and what was not examined."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Mine anew, also what was mined before.")]


def command(
    file: Place,
    *,
    goal: Goal = None,
    top: Top = None,
    budget: Time = None,
    fresh: Fresh = False,
    since: When = None,
    role: Roles = None,
    others: With = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Find what is true in a table, each finding tested and with the query that proves it."""
    from dongcha.core.duration import seconds_of
    from dongcha.insight.record import mined_json
    from dongcha.insight.since_record import since_json
    from dongcha.loop.mine import settings_at
    from dongcha.loop.mined_at import Order, mined_at
    from dongcha.loop.remember import check_since, place_known

    spoken, roles = language(lang), stated_roles(role)
    check_since(since)
    place_known(file)
    budget_s = seconds_of(budget) if budget else None
    with progress(spoken, quiet=quiet) as on_step:
        memory = _memory(file, asked=since is not None, quiet=quiet)
        order = Order(
            place=file, others=others or (), roles=roles, settings=settings_at(file, top), goal=goal,
            budget_s=budget_s, memory=memory, fresh=fresh,
        )  # fmt: skip
        mined, notes, joined = mined_at(order, on_step)
    news = _told(memory, mined, since)
    tell(notes, spoken, quiet=quiet)
    if json:
        print_json({**(since_json(news, mined) if news else mined_json(mined)), **joined})
    else:
        _show(news, mined, spoken)


def _show(news: "Since | None", mined: "Mined", spoken: Lang) -> None:
    from dongcha.cli.findings_shown import show_mined, show_news

    if news:
        show_news(news, mined, spoken)
    else:
        show_mined(mined, spoken)


def _memory(place: str, *, asked: bool, quiet: bool) -> "Memory | None":
    """What is remembered of the place; where it cannot be kept, and nothing was asked of it, a note."""
    from dongcha.core.errors import StorageError
    from dongcha.loop.remember import memory_at

    try:
        return memory_at(place)
    except StorageError as error:
        if asked:
            raise
        if not quiet:
            typer.echo(f"- {error}", err=True)
        return None


def _told(memory: "Memory | None", mined: "Mined", when: str | None) -> "Since | None":
    """What is new since the telling asked for, None where none was; and remember what is told now."""
    from dongcha.insight.since import since
    from dongcha.loop.remember import remembered, tell, told_before

    if memory is None:
        return None
    found = None if when is None else since(mined, told_before(memory, when), remembered(memory))
    tell(memory, mined, "mine")
    return found
