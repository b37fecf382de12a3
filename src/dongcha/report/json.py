"""`insights.json`: what was found, the same bytes for the same findings; times stand apart under `created`."""

from collections.abc import Mapping

from dongcha.insight.insight import Insight, Mined
from dongcha.report.report import Report

DIGITS = 10
"""Significant digits of a stored number: beyond them, machines and thread counts differ."""
FORMAT = 1


def insight_json(insight: Insight) -> dict[str, object]:
    """One insight as the command line's contract has it."""
    subject, effect = insight.subject, insight.effect
    given: dict[str, object] = {
        "rank": insight.rank,
        "pattern": insight.pattern,
        "measure": subject.measure,
        "aggregation": subject.aggregation,
        "category": subject.category,
        "breakdown": list(subject.breakdown),
        "grain": subject.grain,
        "where": [{"column": f.column, "value": f.value} for f in subject.where],
        "facts": dict(insight.facts),
        "score": insight.score,
        "test": insight.test,
        "p_value": insight.p_value,
        "q_value": insight.q_value,
        "effect": {"name": effect.name, "value": effect.value, "low": effect.low, "high": effect.high},
        "share": insight.share,
        "sentence": insight.sentence.to_json(),
        "caveats": [caveat.to_json() for caveat in insight.caveats],
        "phrases": [{name: getattr(phrase, name) for name in PHRASE} for phrase in insight.phrases],
        "folded": insight.folded,
        "sql": insight.evidence.sql,
        "rows": [dict(row) for row in insight.evidence.rows],
        "chart": insight.chart,
    }
    return {name: stable(value) for name, value in given.items()}


PHRASE = ("text", "inside", "inside_rows", "outside", "outside_rows", "z", "example")


def mined_json(mined: Mined) -> dict[str, object]:
    """What was mined: `{"insights", "checked", "tested", "fdr"}`."""
    return {
        "insights": [insight_json(insight) for insight in mined.insights],
        "checked": [insight_json(insight) for insight in mined.checked],
        "tested": mined.tested,
        "fdr": stable(mined.fdr),
    }


def report_json(report: Report) -> dict[str, object]:
    """The content of `insights.json`."""
    left_out = [
        {
            "insight": insight_json(left.insight),
            "mismatches": [{"lang": lang, "said": said} for lang, said in left.mismatches],
        }
        for left in report.left_out
    ]
    return {
        "format": FORMAT,
        "title": report.title,
        **mined_json(report.mined),
        "left_out": left_out,
        "next_steps": [step.to_json() for step in report.next_steps],
        "created": report.created,
    }


def stable(value: object) -> object:
    """The value for JSON: numbers to ten significant digits, no NaN or infinity, plain strings, lists and objects."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        rounded = float(f"{value:.{DIGITS}g}")
        return rounded if abs(rounded) != float("inf") and rounded == rounded else None
    if isinstance(value, Mapping):
        return {str(name): stable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [stable(part) for part in value]
    return str(value)
