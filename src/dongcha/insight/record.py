"""An insight as a JSON object, and what `mine` prints."""

from dataclasses import asdict

from dongcha.insight.insight import Insight, Mined


def to_json(found: Insight) -> dict[str, object]:
    """The insight with the keys that scripts rely on; `rows` are the evidence, `chart` is Vega-Lite."""
    subject = found.subject
    return {
        "rank": found.rank,
        "pattern": found.pattern,
        "measure": subject.measure,
        "aggregation": subject.aggregation,
        "category": subject.category,
        "breakdown": list(subject.breakdown),
        "where": [asdict(condition) for condition in subject.where],
        "grain": subject.grain,
        "table": subject.table,
        "score": rounded(found.score),
        "test": found.test,
        "p_value": rounded(found.p_value),
        "q_value": rounded(found.q_value),
        "effect": {key: rounded(value) for key, value in asdict(found.effect).items()},
        "share": rounded(found.share),
        "facts": {key: rounded(value) for key, value in found.facts.items()},
        "sentence": found.sentence.to_json(),
        "caveats": [caveat.to_json() for caveat in found.caveats],
        "phrases": [asdict(phrase) for phrase in found.phrases],
        "stability": rounded(found.stability),
        "folded": found.folded,
        "sql": found.evidence.sql,
        **({} if found.evidence.dialect == "duckdb" else {"dialect": found.evidence.dialect}),
        "rows": [{key: rounded(value) for key, value in row.items()} for row in found.evidence.rows],
        "chart": dict(found.chart),
        "fingerprint": found.fingerprint,
    }


def mined_json(mined: Mined) -> dict[str, object]:
    """`{"insights", "checked", "tested", "tested_even", "fdr", "set_aside", "unexamined"}`."""
    left = mined.left
    return {
        "insights": [to_json(found) for found in mined.insights],
        "checked": [to_json(found) for found in mined.checked],
        "tested": mined.tested,
        "tested_even": mined.tested_even,
        "fdr": mined.fdr,
        "set_aside": mined.set_aside,
        "unexamined": {"untouched": list(left.untouched), "partly": list(left.partly), "unproved": left.unproved},
    }


def rounded(value: object) -> object:
    """Ten significant digits, so that the last bits of a sum, which depend on the order of threads, do not show."""
    return float(f"{value:.10g}") if isinstance(value, float) else value
