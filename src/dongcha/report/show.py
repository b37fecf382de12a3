"""Findings in a notebook: each as its sentence, its chart and its caveats."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight, Mined
from dongcha.report.charts.inline import inline_svg
from dongcha.report.charts.theme import FONTS, Ink
from dongcha.report.labels import LABELS, PATTERNS, named

_CARD = (
    f"background:{Ink.PAPER};color:{Ink.TEXT};border:1px solid {Ink.GRID};border-radius:8px;margin:0 0 12px;"
    f"padding:14px 18px;max-width:740px;overflow-x:auto;font:14px/1.5 {escape(FONTS)}"
)


def finding_html(insight: Insight, lang: Lang = "en") -> str:
    """The finding as one piece of HTML, on paper, so that it can be read on dark notebooks too."""
    caveats = "".join(f"<li>{escape(caveat.at(lang))}</li>" for caveat in insight.caveats)
    told = f'<ul style="margin:8px 0 0;color:{Ink.WARM}">{caveats}</ul>' if caveats else ""
    badge = escape(named(PATTERNS, insight.pattern, lang))
    place = f"{insight.rank} · " if insight.rank else ""
    return (
        f'<figure lang="{"zh-CN" if lang == "zh" else "en"}" style="{_CARD}">'
        f'<div style="color:{Ink.MUTED};font-size:12px">{place}{badge}</div>'
        f'<figcaption style="font-weight:600;margin:2px 0 10px">{escape(insight.sentence.at(lang))}</figcaption>'
        f"{inline_svg(insight, _name(insight), lang)}{told}</figure>"
    )


def _name(insight: Insight) -> str:
    """A name for the chart's identifiers that no other chart of the notebook has."""
    facts = f"{insight.pattern}\n{insight.sentence.en}\n{insight.evidence.sql}"
    return f"dc-{hashlib.sha256(facts.encode('utf-8', 'replace')).hexdigest()[:10]}"


@dataclass(frozen=True, slots=True)
class Findings:
    """What was mined, as a sequence that a notebook shows."""

    mined: Mined
    lang: Lang = "en"

    def __len__(self) -> int:
        return len(self.mined.insights)

    def __iter__(self) -> Iterator[Insight]:
        return iter(self.mined.insights)

    def __getitem__(self, place: int) -> Insight:
        return self.mined.insights[place]

    def _repr_html_(self) -> str:
        if not self.mined.insights:
            return f"<p>{LABELS['findings'].at(self.lang)}: 0</p>"
        return "".join(finding_html(insight, self.lang) for insight in self)
