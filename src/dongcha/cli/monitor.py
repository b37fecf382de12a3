"""`dongcha monitor`: what serves, watched in the terminal, or looked at once for cron."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.alerts import MARKS
from dongcha.cli.options import AsJson, Quiet, Said, language, print_json
from dongcha.core.words import Lang, Words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dongcha.loop.monitor import Looked
    from dongcha.serve.watch.look import Seen


def command(
    place: Annotated[str, typer.Argument(metavar="MODEL|PROJECT", help="A project, or a model that was served.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Look once; exit status 1 where an alert is open.")] = False,
    every: Annotated[str | None, typer.Option(help="Time between looks, such as 5m; else the project's.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Look at answers, traffic and feedback of what serves; tell people what is wrong, until Ctrl-C."""
    from dongcha.loop.monitor import watching

    spoken = language(lang)
    watched = watching(place, lang=None if lang is None else spoken, every=every)
    if check or json:
        found = watched.look()
        if json:
            print_json(found.to_json())
        elif not quiet or found.wrong:
            typer.echo("\n".join(lines(found, spoken)))
        raise typer.Exit(1 if check and found.wrong else 0)
    from rich.console import Console
    from rich.live import Live

    console = Console()
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as shown:
        while True:
            shown.update(page(watched.look(), spoken, watched.every_s), refresh=True)
            time.sleep(watched.every_s)


def lines(found: "Looked", lang: Lang) -> list[str]:
    """A line a model, a line a challenger, and a line an open alert."""
    from dongcha.serve.standing import standing_words

    told = [f"{one.model} v{one.version}: {state_of(one).at(lang)}" for one in found.seen]
    alerts = [
        f"{one.number:>5}  {MARKS[one.alert.severity].at(lang)}  {one.alert.sentence.at(lang)}" for one in found.open
    ]
    told += [standing_words(name, one).at(lang) for name, one in found.challengers.items()]
    none = Words("No model could be looked at; see the log above.", "没有模型可供检查；见上方日志。").at(lang)
    quiet = Words("No alert is open.", "没有未解决的告警。").at(lang)
    return [*(told or [none]), *(alerts or [quiet])]


def state_of(one: "Seen") -> Words:
    """What a look says of a model, in a line."""
    if one.compared is None:
        assert one.skipped is not None
        drift = Words(f"drift not looked at: {one.skipped.en}", f"未检查漂移：{one.skipped.zh}")
    else:
        traits = len(one.compared.drifted)
        drift = (
            Words(f"drift in {traits} of {len(one.compared.changes)} traits", f"{traits} 项指标发生漂移")
            if traits
            else Words(f"no drift in the last {one.rows:,} answers", f"最近 {one.rows:,} 个回答没有漂移")
        )
    if one.estimated is not None:
        about = one.estimated
        span = f"{about.low:.0%}–{about.high:.0%}"
        drift = Words(
            f"{drift.en}; accuracy without labels about {about.accuracy:.0%} ({span})",
            f"{drift.zh}；无标签估计准确率约 {about.accuracy:.0%}（{span}）",
        )
    if one.right is None:
        return drift
    share = f"{one.right:.0%}"
    return Words(
        f"{drift.en}; {share} of {one.said:,} answers with feedback were right",
        f"{drift.zh}；{one.said:,} 个有反馈的回答中 {share} 正确",
    )


def page(found: "Looked", lang: Lang, every_s: float) -> "RenderableType":
    """What the terminal shows between two looks."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from dongcha.serve.standing import standing_words

    models = Table(expand=True)
    for name in (Words("model", "模型"), Words("version", "版本"), Words("state", "状态")):
        models.add_column(name.at(lang))
    for one in found.seen:
        models.add_row(Text(one.model), str(one.version), Text(state_of(one).at(lang)))
    for which, stands in found.challengers.items():
        models.add_row(Text(which), str(stands["version"]), Text(standing_words(which, stands).at(lang)))
    alerts = Table(expand=True)
    for name in (Words("alert", "告警"), Words("severity", "级别"), Words("what", "内容"), Words("since", "始于")):
        alerts.add_column(name.at(lang))
    styles = {"critical": "bold red", "warning": "yellow", "info": ""}
    for alert in found.open:
        severity = Text(MARKS[alert.alert.severity].at(lang), style=styles[alert.alert.severity])
        alerts.add_row(str(alert.number), severity, Text(alert.alert.sentence.at(lang)), alert.raised[:16])
    now = time.strftime("%H:%M:%S")
    foot = Words(
        f"Looked at {now}; again in {every_s:.0f} s. Ctrl-C stops.",
        f"{now} 检查；{every_s:.0f} 秒后再次检查。Ctrl-C 停止。",
    )
    return Group(models, alerts, Text(foot.at(lang), style="dim"))
