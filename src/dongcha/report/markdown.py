"""The report as Markdown for GitHub: the same sections as the page, tables instead of charts.

What comes from data is escaped, so that it neither breaks a table nor becomes markup.
"""

import re
from collections.abc import Iterable, Sequence

from dongcha.report.contents.contents import Contents, contents
from dongcha.report.contents.finding import Finding
from dongcha.report.contents.grid import Grid
from dongcha.report.contents.model import Score, between
from dongcha.report.labels import JOINS, LABELS
from dongcha.report.numbers import percent
from dongcha.report.report import Report

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~$&])")
_LIST_MARK = re.compile(r"^(\d+)([.)])(?=\s|$)|^([+-])(?=[\s-]|$)")
_FENCE = re.compile(r"`{3,}")


def markdown(report: Report) -> str:
    """The report as Markdown."""
    told = contents(report)
    sections = (_glance, _data, _quality, _model, _findings, _next, _method)
    blocks = [f"# {escaped(told.title)}", f"{_label(told, 'created')} {escaped(told.created)}"]
    for section in sections:
        blocks += section(told)
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
        blocks += [_head(told, "assumed", 3), _bullets(told.assumed)]
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
        blocks += [_head(told, "warnings", 3), _bullets(told.warnings)]
    return blocks


def _model(told: Contents) -> list[str]:
    model = told.model
    said = (" " if told.lang == "en" else "").join(model.said) or _label(told, "no_model")
    heat = model.heat
    matrix = Grid(("", *heat.labels), tuple((n, *row) for n, row in zip(heat.labels, heat.counts, strict=True)))
    figures = frozenset(range(1, len(matrix.head)))
    blocks = [_head(told, "model"), escaped(said), table(_scores(told, model.scores)), _pairs(told, model.trust)]
    blocks += [_bullets(model.notes)]
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


def _findings(told: Contents) -> list[str]:
    blocks = [_head(told, "findings"), escaped(told.about_findings)]
    for found in told.findings:
        blocks += _finding(told, found)
    if told.checked:
        blocks += [_head(told, "checked", 3), _label(told, "checked_hint")]
        blocks += [block for found in told.checked for block in _check(told, found)]
    if told.left_out:
        lines = [f"- ~~{escaped(o.sentence)}~~ ({escaped(o.pieces)})" for o in told.left_out]
        blocks += [_head(told, "left_out", 3), _label(told, "left_out_hint"), "\n".join(lines)]
    return blocks


def _check(told: Contents, found: Finding) -> list[str]:
    """What is even or flat: the sentence, and how it was checked folded away."""
    return [
        f"**{found.number}.** {escaped(found.sentence)}",
        f"<details><summary>{_label(told, 'checked_how')}</summary>",
        _bullets(found.caveats),
        _pairs(told, found.figures),
        _block(found.sql),
        table(found.rows),
        escaped(found.more),
        "</details>",
    ]


def _finding(told: Contents, found: Finding) -> list[str]:
    here, there = _label(told, "inside"), _label(told, "outside")
    phrases = [
        f"- **{escaped(said.phrase)}**{_colon(told)}{here} {said.inside} · {there} {said.outside}"
        + (f"\n  > {escaped(said.example)}" if said.example else "")
        for said in found.phrases
    ]
    return [
        f"### {found.number}. {escaped(found.badge)}",
        f"**{escaped(found.headline)}**",
        *([escaped(found.sentence)] if found.headline != found.sentence else []),
        *([f"**{_label(told, 'caveats')}**", _bullets(found.caveats)] if found.caveats else []),
        *([f"**{_label(told, 'said_more')}**", "\n".join(phrases)] if phrases else []),
        _pairs(told, found.figures),
        escaped(found.folded),
        f"<details><summary>{_label(told, 'evidence')}</summary>",
        _block(found.sql),
        table(found.rows),
        escaped(found.more),
        "</details>",
    ]


def _next(told: Contents) -> list[str]:
    steps = "\n".join(f"{place}. {escaped(step)}" for place, step in enumerate(told.next_steps, 1))
    return [_head(told, "next"), steps or _label(told, "no_steps")]


def _method(told: Contents) -> list[str]:
    return [_head(told, "method"), _bullets(told.method), _pairs(told, told.origin)]


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


def _bullets(values: Iterable[str]) -> str:
    return "\n".join(f"- {escaped(value)}" for value in values)


def _pairs(told: Contents, values: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f"{name}{_colon(told)}{escaped(value)}" for name, value in values)


def _colon(told: Contents) -> str:
    return "：" if told.lang == "zh" else ": "


def _head(told: Contents, name: str, level: int = 2) -> str:
    return f"{'#' * level} {_label(told, name)}"


def _label(told: Contents, name: str) -> str:
    return LABELS[name].at(told.lang)
