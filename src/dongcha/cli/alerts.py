"""`dongcha alerts`: what is wrong now with what serves, and who takes care of it."""

from datetime import datetime
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Said, language, print_json
from dongcha.core.words import Lang, Words

app = typer.Typer(no_args_is_help=True, help="Alerts of a project or a served model: list them, acknowledge them.")
Place = Annotated[str, typer.Argument(metavar="MODEL|PROJECT", help="A project, or a model folder that was served.")]
By = Annotated[str | None, typer.Option(help="Who says so; otherwise the user's name.")]
MARKS = {"info": Words("info", "提示"), "warning": Words("warning", "警告"), "critical": Words("critical", "严重")}


@app.command("list")
def list_(place: Place, *, json: AsJson = False, lang: Said = None) -> None:
    """Open alerts, the most severe first."""
    from dongcha.loop.alerts import open_alerts

    found, spoken = open_alerts(place), language(lang)
    if json:
        print_json({"alerts": [one.to_json() for one in found]})
        return
    for one in found:
        since = Words(f"since {_local(one.raised)}", f"自 {_local(one.raised)} 起")
        by = one.acknowledged
        more = [since.at(spoken), *([Words(f"{by} takes care of it", f"由 {by} 处理").at(spoken)] if by else [])]
        severity = MARKS[one.alert.severity].at(spoken)
        typer.echo(f"{one.number:>5}  {severity}  {one.alert.sentence.at(spoken)}  ({', '.join(more)})")
    if not found:
        typer.echo(Words("No alert is open.", "没有未解决的告警。").at(spoken))


@app.command()
def ack(
    place: Place,
    number: Annotated[int, typer.Argument(help="As dongcha alerts list shows it.")],
    *,
    by: By = None,
    lang: Said = None,
) -> None:
    """Take care of an alert: no more word goes out about it unless it gets worse; it ends by itself."""
    from dongcha.loop.alerts import acknowledge

    one, name = acknowledge(place, number, by)
    typer.echo(_taken(one, name, language(lang)))


def _taken(number: int, name: str, lang: Lang) -> str:
    return Words(f"{name} takes care of alert {number}.", f"告警 {number} 由 {name} 处理。").at(lang)


def _local(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"
