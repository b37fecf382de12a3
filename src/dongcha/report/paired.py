"""The sentences and headlines of two series that have to do with each other: one follows, or both move together."""

from collections.abc import Callable
from dataclasses import replace

from dongcha.core.words import Words
from dongcha.insight.insight import Insight, Subject
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh
from dongcha.report.season import SPANS
from dongcha.report.subject import quantity


def leader(insight: Insight) -> Subject:
    """The series that leads, or the first of two that move together."""
    facts = insight.facts
    measure, kind = facts.get("x"), str(facts.get("x_aggregation"))
    return replace(
        insight.subject,
        measure=None if measure is None else str(measure),
        aggregation=kind,
        category=facts.get("x_category"),
    )


def lead_lag(insight: Insight) -> Words:
    """One series follows another by some periods."""
    facts, span = Facts(insight), _span(insight)
    first, second, r = quantity(leader(insight)), quantity(insight.subject), _r(facts)
    lag, pairs, up = facts.count("lag"), facts.count("pairs"), facts.number("r") >= 0
    same = Words("the same way", "同向") if up else Words("the other way", "反向")
    return Words(
        f"{second.en} follows {first.en} {lag} {span.en} later, {same.en} "
        f"(r = {r} between what is new in each, over {pairs} periods).",
        f"{second.zh}滞后 {lag} {span.zh}跟随{after_zh(first.zh)}{same.zh}变化（两者各期新变化的 r = {r}，共 {pairs} 期）。",
    )


def together(insight: Insight) -> Words:
    """Two series move at the same time."""
    facts = Facts(insight)
    first, second, r = quantity(leader(insight)), quantity(insight.subject), _r(facts)
    pairs, up = facts.count("pairs"), facts.number("r") >= 0
    way = Words("move together", "同升同降") if up else Words("move against each other", "此升彼降")
    return Words(
        f"{first.en} and {second.en} {way.en} from period to period, beyond trend and season "
        f"(r = {r} between what is new in each, over {pairs} periods).",
        f"除去趋势和季节，{first.zh}与{after_zh(second.zh)}逐期{way.zh}（两者各期新变化的 r = {r}，共 {pairs} 期）。",
    )


def titled(bare: Callable[[Subject, str], Words]) -> dict[str, Callable[[Insight, str], Words]]:
    """The headlines of the two patterns; `bare` names a quantity as titles do."""

    def behind(insight: Insight, rows: str) -> Words:
        first, second = bare(leader(insight), rows), bare(insight.subject, rows)
        return Words(f"{second.en} follows {first.en} with a delay", f"{second.zh}滞后跟随{after_zh(first.zh)}变化")

    def beside(insight: Insight, rows: str) -> Words:
        first, second = bare(leader(insight), rows), bare(insight.subject, rows)
        up = Facts(insight).number("r") >= 0
        return Words(
            f"{first.en} and {second.en} move {'together' if up else 'against each other'} over time",
            f"{first.zh}与{after_zh(second.zh)}随时间{'同升同降' if up else '此升彼降'}",
        )

    return {"lead_lag": behind, "together": beside}


def _span(insight: Insight) -> Words:
    span = SPANS.get(insight.subject.grain or "", Words("periods", "期"))
    one = Facts(insight).number("lag") == 1
    return Words(span.en.removesuffix("s") if one else span.en, span.zh)


def _r(facts: Facts) -> str:
    return f"{facts.number('r'):.2f}".replace("-", "−")
