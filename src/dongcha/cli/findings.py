"""`dongcha findings`: what was told last, and what a person says of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from dongcha.cli.options import AsJson, Said, language, print_json
from dongcha.core.words import Lang

if TYPE_CHECKING:
    from dongcha.loop.remember import Known

Numbers = list[int] | None


def command(
    file: Annotated[str, typer.Argument(metavar="FILE|PROJECT", help="What was mined: a file or a project.")],
    *,
    dismiss: Annotated[Numbers, typer.Option(help="Number of a finding that is not to be told again.")] = None,
    star: Annotated[Numbers, typer.Option(help="Number of a finding that is to come first, with its like.")] = None,
    forget: Annotated[Numbers, typer.Option(help="Number of a finding to take the mark from.")] = None,
    json: AsJson = False,
    lang: Said = None,
) -> None:
    """List the findings told last, and remember which of them are set aside or starred."""
    from dongcha.loop.remember import known_findings, marked, memory_at, place_known

    spoken = language(lang)
    place_known(file)
    memory = memory_at(file)
    marked(memory, dismiss=dismiss or (), star=star or (), forget=forget or ())
    known = known_findings(memory)
    if json:
        findings = [{"number": one.number, "mark": one.mark, **one.finding} for one in known]
        print_json({"findings": findings})
        return
    _show(known, spoken)


def _show(known: "list[Known]", lang: Lang) -> None:
    from rich.console import Console

    from dongcha.cli.lines import say
    from dongcha.core.words import Words
    from dongcha.report.news import MARKS

    console = Console()
    for one in known:
        sentence = Words(**one.finding["sentence"]).at(lang)
        said = MARKS[one.mark].at(lang) if one.mark else ""
        mark = "" if not said else f"【{said}】" if lang == "zh" else f"[{said}] "
        say(console, f"{one.number:>3}. ", f"{mark}{sentence}")
    if not known:
        say(console, "", Words("Nothing was told yet; run dongcha mine.", "尚无记录；请先运行 dongcha mine。").at(lang))
