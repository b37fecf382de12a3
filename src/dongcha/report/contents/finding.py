"""One finding as a page shows it."""

import math
from dataclasses import dataclass

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Effect, Insight, Phrase
from dongcha.report.charts.draw import CHARTS, draw
from dongcha.report.contents.grid import Grid, cell, short
from dongcha.report.headlines import headline
from dongcha.report.labels import LABELS, PATTERNS, named
from dongcha.report.numbers import number, p_value, percent
from dongcha.report.rows import rows_called
from dongcha.report.statistics import EFFECTS, TESTS
from dongcha.report.subject import is_subject

MOST_ROWS = 12
_MARK = "is_subject"

QUOTED_ONLY = ("growing", "text_driver")
"""Patterns whose sentence has the rates of the phrase, so that its texts are only quoted."""


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase, how often it is said here and elsewhere, and a text that says it."""

    phrase: str
    inside: str
    outside: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A claim with all that one needs to judge it; `insight` is there to be drawn."""

    insight: Insight
    number: int
    badge: str
    headline: str
    sentence: str
    caveats: tuple[str, ...]
    said_title: str
    phrases: tuple[Said, ...]
    figures: tuple[tuple[str, str], ...]  # label, value
    sql: str
    rows: Grid
    more: str  # how many rows are not shown; empty where all are
    folded: str
    alt: str  # what the chart shows, for who cannot see it


def finding(insight: Insight, place: int, lang: Lang, called: str = "rows") -> Finding:
    """The finding at `place` on the page (from 1); `called` is what the reader calls the rows."""
    rows = insight.evidence.rows
    shown = list(rows[:MOST_ROWS]) + [row for row in rows[MOST_ROWS:] if _MARK in row and is_subject(row)][:1]
    names = tuple(dict.fromkeys(name for row in shown for name in row if name != _MARK))
    left = len(rows) - len(shown)
    grid = Grid(
        names,
        tuple(tuple(cell(row.get(name), lang) for name in names) for row in shown),
        frozenset(i for i, name in enumerate(names) if all(_is_figure(row.get(name)) for row in shown)),
        frozenset(i for i, row in enumerate(shown) if _MARK in row and is_subject(row)),
    )
    return Finding(
        insight=insight,
        number=insight.rank or place,
        badge=named(PATTERNS, insight.pattern, lang),
        headline=short(headline(insight, _called(insight, called)).at(lang), 500),
        sentence=short(insight.sentence.at(lang), 2000),
        caveats=tuple(caveat.at(lang) for caveat in insight.caveats),
        said_title=LABELS["said_so" if insight.pattern in QUOTED_ONLY else "said_more"].at(lang),
        phrases=tuple(said(phrase, rates=insight.pattern not in QUOTED_ONLY) for phrase in insight.phrases),
        figures=_figures(insight, lang),
        sql=short(insight.evidence.sql, 10_000),
        rows=grid,
        more=_more(left).at(lang) if left > 0 else "",
        folded=_folded(insight.folded).at(lang) if insight.folded else "",
        alt=short(_alt(insight, lang), 2000),
    )


def _called(insight: Insight, called: str) -> str:
    """What the reader calls the rows that the finding counts."""
    table = insight.subject.table
    return called if table is None else rows_called(None, table, ())


def _alt(insight: Insight, lang: Lang) -> str:
    return str(draw(insight, lang).get("description", "")) if insight.pattern in CHARTS else ""


def said(phrase: Phrase, *, rates: bool = True) -> Said:
    """A phrase with its rates as texts, where they are to be shown."""
    return Said(
        short(phrase.text),
        percent(phrase.inside / phrase.inside_rows) if rates and phrase.inside_rows else "",
        percent(phrase.outside / phrase.outside_rows) if rates and phrase.outside_rows else "",
        short(" ".join(phrase.example.split()), 320),
    )


def _more(left: int) -> Words:
    """How many rows the page does not show."""
    told = LABELS["more_rows"]
    return Words(f"{number(left)} {told.en}", f"另有 {number(left)} {told.zh}")


def _folded(many: int) -> Words:
    """How many near-repeats of the fact are not shown."""
    told = LABELS["folded"]
    en = told.en if many != 1 else told.en.replace("repeats", "repeat")
    return Words(f"{number(many)} {en}", f"{number(many)} {told.zh}")


def _figures(insight: Insight, lang: Lang) -> tuple[tuple[str, str], ...]:
    values = {
        "effect": _effect(insight.effect, lang),
        "p_value": p_value(insight.p_value),
        "q_value": p_value(insight.q_value),
        "share": percent(insight.share),
        **({} if insight.stability is None else {"stability": _halves(insight.stability).at(lang)}),
        "test": named(TESTS, insight.test, lang),
    }
    return tuple((LABELS[name].at(lang), value) for name, value in values.items())


def _halves(part: float) -> Words:
    """In how many of a hundred halves of the data it holds."""
    times = number(round(100 * part))
    return Words(f"holds in {times} of 100 halves of the data", f"100 次随机取半，{times} 次成立")


def _effect(effect: Effect, lang: Lang) -> str:
    """The effect size with its interval: `risk ratio 3 (95% interval 2.2 – 4.1)`."""
    told = f"{named(EFFECTS, effect.name, lang)} {_two(effect.value)}"
    if effect.low is None or effect.high is None:
        return told
    interval = LABELS["interval"].at(lang).replace("95%", f"{effect.level:.0%}")
    between = f"{interval} {_two(effect.low)} – {_two(effect.high)}"
    if effect.margin is not None:
        stop = "，" if lang == "zh" else ", "
        between += f"{stop}{LABELS['margin'].at(lang)} ±{_two(effect.margin)}"
    return f"{told}（{between}）" if lang == "zh" else f"{told} ({between})"


def _two(value: float) -> str:
    """An effect with two decimals; what is not 0 does not read so."""
    if not math.isfinite(value) or 0 < abs(value) < 0.005:
        return number(value)
    return f"{value:,.2f}".replace("-", "−")


def _is_figure(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
