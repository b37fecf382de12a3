"""The report as Markdown for GitHub: the same sections as the page; tables, and charts where pictures are there.

What comes from data is escaped, so that it neither breaks a table nor becomes markup.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from dongcha.core.words import Lang
from dongcha.report.contents.contents import Contents, contents
from dongcha.report.contents.finding import Finding, Said
from dongcha.report.contents.grid import Grid
from dongcha.report.contents.model import Score, between
from dongcha.report.labels import JOINS, LABELS
from dongcha.report.numbers import percent
from dongcha.report.report import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s|$)|^([+-])(?=[\s-]|$)")
_FENCE = re.compile(r"`{3,}")


def markdown(report: Report, charts: Mapping[int, str] | None = None) -> str:
    """The report as Markdown; `charts` are the addresses of pictures by the numbers of findings."""
    told = contents(report)
    blocks = [f"# {escaped(told.title)}", f"{_label(told, 'created')} {escaped(told.created)}"]
    for section in (_glance, _data, _quality, _model):
        blocks += section(told)
    blocks += [*_findings(told, charts or {}), *_next(told), *_method(told)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def escaped(text: str) -> str:
    r"""The text on one line, with every character that Markdown or HTML could take for markup made harmless.

    >>> escaped("a|b <script> *x*"), escaped("1. one"), escaped("- x")
    ('a\\|b \\<script\\> \\*x\\*', '1\\. one', '\\- x')
    """
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LIST_MARK.sub(lambda mark: f"{mark[1]}\\{mark[2]}" if mark[1] else f"\\{mark[3]}", line)


def _glance(told: Contents) -> list[str]:
    listed = (f"{f.number}. {escaped(f.sentence)}" for f in told.findings[:5])
    return [_head(told, "glance"), escaped(told.about_data), escaped(told.about_findings), "\n".join(listed)]


def _data(told: Contents) -> list[str]:
    blocks = [_head(told, "data"), escaped(told.about_data or _label(told, "not_given")), table(told.columns)]
    if told.joins:
        blocks += [f"### {JOINS['tables'].at(told.lang)}", table(told.joins.tables), JOINS["made_hint"].at(told.lang)]
        blocks += map(_block, told.joins.made)
    if told.assumed:
        blocks += [_head(told, "assumed", 3), bullets(told.assumed)]
    return blocks


def _quality(told: Contents) -> list[str]:
    empty = "nothing_cleaned" if told.about_quality else "not_given"
    names = tuple(_label(told, name) for name in ("rule", "touched", "before", "after"))
    lines = [
        (rule.words if first else "", rule.rows if first else "", before, after)
        for rule in told.rules
        for first, (before, after) in zip((True, *[False] * 9), rule.examples or (("", ""),), strict=False)
    ]
    blocks = [_head(told, "quality"), escaped(told.about_quality)]
    blocks += [table(Grid(names, tuple(lines), frozenset({1})))] if lines else [_label(told, empty)]
    if told.warnings:
        blocks += [_head(told, "warnings", 3), bullets(told.warnings)]
    return blocks


def _model(told: Contents) -> list[str]:
    model = told.model
    said = (" " if told.lang == "en" else "").join(model.said) or _label(told, "no_model")
    heat = model.heat
    matrix = Grid(("", *heat.labels), tuple((n, *row) for n, row in zip(heat.labels, heat.counts, strict=True)))
    figures = frozenset(range(1, len(matrix.head)))
    blocks = [_head(told, "model"), escaped(said), table(_scores(told, model.scores)), _pairs(told.lang, model.trust)]
    blocks += [bullets(model.notes)]
    for name, grid in {
        "per_class": model.per_class,
        "confusion": Grid(matrix.head, matrix.rows, figures),
        "tried": model.rungs,
        "topics": model.topics,
    }.items():
        blocks += [_head(told, name, 3), table(grid)] if grid else []
    return blocks


def _scores(told: Contents, scores: Iterable[Score]) -> Grid:
    head = tuple(_label(told, name) for name in ("approach", "accuracy", "interval", "macro_f1"))
    rows = (
        (score.name, percent(score.accuracy), between(score.interval) if score.interval else "", score.macro_f1)
        for score in scores
    )
    return Grid(head, tuple(rows), frozenset({1, 2, 3}))


def _findings(told: Contents, charts: Mapping[int, str]) -> list[str]:
    blocks = [_head(told, "findings"), escaped(told.about_findings)]
    for found in told.findings:
        blocks += _finding(told, found, charts.get(found.number, ""))
    if told.checked:
        blocks += [_head(told, "checked", 3), _label(told, "checked_hint")]
        blocks += [block for found in told.checked for block in _check(told, found)]
    if told.left_out:
        lines = [f"- ~~{escaped(o.sentence)}~~ ({escaped(o.pieces)})" for o in told.left_out]
        blocks += [_head(told, "left_out", 3), _label(told, "left_out_hint"), "\n".join(lines)]
    return blocks


def _check(told: Contents, found: Finding) -> list[str]:
    """What is even or flat: the sentence, and how it was checked folded away."""
    inside = [bullets(found.caveats), _pairs(told.lang, found.figures)]
    return [f"**{found.number}.** {escaped(found.sentence)}", *evidence(found, told.lang, "checked_how", inside)]


def _finding(told: Contents, found: Finding, chart: str) -> list[str]:
    head, *rest = claimed(found, told.lang)
    return [
        f"### {found.number}. {escaped(found.badge)}",
        head,
        *([f"![{escaped(found.alt)}]({chart})"] if chart else []),
        *rest,
        *evidence(found, told.lang),
    ]


def claimed(found: Finding, lang: Lang) -> list[str]:
    """What a finding says, without its evidence: the headline, then the sentence, caveats, phrases and figures."""
    here, there = (LABELS[name].at(lang) for name in ("inside", "outside"))
    return [
        f"**{escaped(found.headline)}**",
        *([escaped(found.sentence)] if found.headline != found.sentence else []),
        *([f"**{LABELS['caveats'].at(lang)}**", bullets(found.caveats)] if found.caveats else []),
        *([f"**{found.said_title}**", phrases(found.phrases, (here, there), lang)] if found.phrases else []),
        _pairs(lang, found.figures),
        escaped(found.folded),
    ]


def phrases(found: Iterable[Said], names: tuple[str, str], lang: Lang) -> str:
    """Phrases with their rates on both sides, called by `names`, and an example each."""
    return "\n".join(
        f"- **{escaped(said.phrase)}**"
        + (f"{_colon(lang)}{names[0]} {said.inside} · {names[1]} {said.outside}" if said.inside else "")
        + (f"\n  > {escaped(said.example)}" if said.example else "")
        for said in found
    )


def evidence(found: Finding, lang: Lang, name: str = "evidence", inside: Sequence[str] = ()) -> list[str]:
    """How a finding was found, folded away."""
    opened, *rows, closed = folded(found.sql, found.rows, lang, name)
    return [opened, *inside, *rows, escaped(found.more), closed]


def folded(sql: str, rows: Grid, lang: Lang, name: str = "evidence") -> list[str]:
    """A query and its rows, folded away."""
    return [f"<details><summary>{LABELS[name].at(lang)}</summary>", _block(sql), table(rows), "</details>"]


def _next(told: Contents) -> list[str]:
    steps = "\n".join(f"{place}. {escaped(step)}" for place, step in enumerate(told.next_steps, 1))
    return [_head(told, "next"), steps or _label(told, "no_steps")]


def _method(told: Contents) -> list[str]:
    return [_head(told, "method"), bullets(told.method), _pairs(told.lang, told.origin)]


def table(grid: Grid) -> str:
    """The grid as a GitHub table; empty where it has no row."""
    if not grid:
        return ""
    rule = ["---:" if place in grid.figures else "---" for place in range(len(grid.head))]
    lines: list[Sequence[str]] = [[escaped(name) for name in grid.head], rule]
    lines += [[escaped(value) for value in row] for row in grid.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _block(sql: str) -> str:
    """The query between fences that nothing in it can close."""
    fence = "`" * max([3, *(len(run) + 1 for run in _FENCE.findall(sql))])
    return f"{fence}sql\n{sql}\n{fence}"


def bullets(values: Iterable[str]) -> str:
    """A list of texts out of the data."""
    return "\n".join(f"- {escaped(value)}" for value in values)


def _pairs(lang: Lang, values: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f"{name}{_colon(lang)}{escaped(value)}" for name, value in values)


def _colon(lang: Lang) -> str:
    return "：" if lang == "zh" else ": "


def _head(told: Contents, name: str, level: int = 2) -> str:
    return f"{'#' * level} {_label(told, name)}"


def _label(told: Contents, name: str) -> str:
    return LABELS[name].at(told.lang)
