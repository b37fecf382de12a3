"""`dongcha models`: versions and aliases of a project or a served model."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, Quiet, Said, language, print_json
from dongcha.core.words import Lang, Words

if TYPE_CHECKING:
    from dongcha.store.versions import Move

app = typer.Typer(no_args_is_help=True, help="Versions and aliases of a project's or a served model's.")
Place = Annotated[str, typer.Argument(metavar="MODEL|PROJECT", help="A project, or a model folder that was served.")]
Name = Annotated[str | None, typer.Option("--model", help="The model's name, where there are several.")]
Alias = Annotated[str, typer.Option(help="champion serves; challenger is measured beside it.")]
By = Annotated[str | None, typer.Option(help="Who says so; otherwise the user's name.")]
Promote = Annotated[bool, typer.Option("--promote", help="Let it serve where the rule says so.")]
Least = Annotated[int, typer.Option(min=1, help="New corrections that judge, under which nothing is done.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for those who look later.")]


@app.command("list")
def list_(place: Place, *, json: AsJson = False, lang: Said = None) -> None:
    """All versions, with what each alias points at."""
    from dongcha.cli.watched import refreshes
    from dongcha.loop.models import listed
    from dongcha.serve.standing import standing_words

    found = listed(place)
    if json:
        print_json({"models": found})
        return
    for model in found:
        typer.echo(model["name"])
        for one in model["versions"]:
            marks = [alias for alias, number in model["aliases"].items() if number == one["version"]]
            figures = ", ".join(f"{name} {value:.3f}" for name, value in list(one["metrics"].items())[:3])
            typer.echo(f"  {one['version']:>3}  {one['at'][:16]}  {' '.join(marks) or '-':22} {figures}")
        if model["challenger"] is not None:
            typer.echo(f"  {standing_words(model['name'], model['challenger']).at(language(lang))}")
        for said in refreshes(model["refreshes"]):
            typer.echo(f"  {said.at(language(lang))}")
    if not found:
        typer.echo(Words("No model is registered yet.", "尚未登记任何模型。").at(language(lang)))


@app.command()
def show(place: Place, version: Annotated[int | None, typer.Argument()] = None, *, model: Name = None) -> None:
    """One version (otherwise the champion) with its lineage and every move of the aliases, as JSON."""
    from dongcha.loop.models import shown

    print_json(shown(place, model, version))


@app.command()
def promote(
    place: Place, version: int, *, model: Name = None, alias: Alias = "champion", by: By = None, reason: Why = "",
    json: AsJson = False, lang: Said = None,
) -> None:  # fmt: skip
    """Point an alias at a version; what serves it follows within seconds."""
    from dongcha.loop.models import Told, promoted

    _say(
        *promoted(place, version, Told(model=model, alias=alias, by=by, reason=reason)), json=json, lang=language(lang)
    )


@app.command()
def rollback(
    place: Place, *, model: Name = None, alias: Alias = "champion", by: By = None, reason: Why = "",
    json: AsJson = False, lang: Said = None,
) -> None:  # fmt: skip
    """Point an alias where it pointed before."""
    from dongcha.loop.models import Told, rolled_back

    _say(*rolled_back(place, Told(model=model, alias=alias, by=by, reason=reason)), json=json, lang=language(lang))


@app.command()
def register(
    place: Place,
    folder: Annotated[Path, typer.Argument(help="A model folder that dongcha train wrote.")],
    *,
    model: Name = None,
    by: By = None,
    json: AsJson = False,
    lang: Said = None,
) -> None:
    """Copy a model in as the next version; the first one becomes champion."""
    from dongcha.loop.models import registered

    made = registered(place, folder, model, by)
    if json:
        print_json({"model": made.model, "version": made.number})
        return
    said = Words(f"Registered {made.model} version {made.number}.", f"已登记 {made.model} 第 {made.number} 版。")
    typer.echo(said.at(language(lang)))


@app.command()
def judge(
    place: Place, *, model: Name = None, promote: Promote = False, least: Least = 1, by: By = "rule",
    json: AsJson = False, quiet: Quiet = False, lang: Said = None,
) -> None:  # fmt: skip
    """Judge the challenger again on what people said since it stands; for cron, as often as wanted."""
    from dongcha.loop.rejudge import Judging, rejudge, spoken

    found = rejudge(place, Judging(model=model, least=least, promote=promote or None, by=by or "rule"))
    if json:
        print_json({"judged": None if found is None else found.to_json()})
    elif found is not None:
        typer.echo("\n".join(one.at(language(lang)) for one in spoken(found)))
    elif not quiet:
        none = Words("There is no challenger, or nothing new to judge it by.", "没有挑战者，或没有新的评判依据。")
        typer.echo(none.at(language(lang)))


def _say(name: str, move: "Move", *, json: bool, lang: Lang) -> None:
    if json:
        print_json({"model": name, "alias": move.alias, "version": move.version, "how": move.how, "by": move.by})
        return
    said = Words(
        f"The {move.alias} of {name} is version {move.version} now; undo with dongcha models rollback.",
        f"{name} 的 {move.alias} 现为第 {move.version} 版；可用 dongcha models rollback 撤销。",
    )
    typer.echo(said.at(lang))
