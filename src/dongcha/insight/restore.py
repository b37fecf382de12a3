"""An insight out of the JSON object that `record.py` wrote."""

from collections.abc import Mapping
from typing import Any

from dongcha.core.words import Words
from dongcha.insight.insight import Effect, Evidence, Filter, Insight, Left, Mined, Phrase, Subject


def insight_from(record: Mapping[str, Any]) -> Insight:
    """The insight; raises `KeyError` for a record of another shape."""
    where = tuple(Filter(**condition) for condition in record["where"])
    return Insight(
        pattern=record["pattern"],
        subject=Subject(
            measure=record["measure"],
            aggregation=record["aggregation"],
            breakdown=tuple(record["breakdown"]),
            where=where,
            grain=record["grain"],
            category=record["category"],
            table=record.get("table"),
        ),
        facts=record["facts"],
        score=record["score"],
        test=record["test"],
        p_value=record["p_value"],
        q_value=record["q_value"],
        effect=Effect(**record["effect"]),
        share=record["share"],
        evidence=Evidence(record["sql"], tuple(record["rows"]), record.get("dialect", "duckdb")),
        caveats=tuple(Words(**caveat) for caveat in record["caveats"]),
        phrases=tuple(Phrase(**phrase) for phrase in record["phrases"]),
        stability=record.get("stability"),
        folded=record["folded"],
        rank=record["rank"],
        sentence=Words(**record["sentence"]),
        chart=record["chart"],
        fingerprint=record.get("fingerprint", ""),
    )


def mined_from(record: Mapping[str, Any]) -> Mined:
    """What was mined, out of what `mined_json` gave."""
    claims, checked = (tuple(map(insight_from, record[name])) for name in ("insights", "checked"))
    even, aside = (record.get(name, 0) for name in ("tested_even", "set_aside"))
    left = left_from(record.get("unexamined", {}))
    return Mined(claims, checked, record["tested"], record["fdr"], even, aside, left=left)


def left_from(record: Mapping[str, Any]) -> Left:
    """What was not examined; nothing where the record has nothing of it."""
    untouched, partly = (tuple(record.get(name, ())) for name in ("untouched", "partly"))
    return Left(untouched, partly, record.get("unproved", 0))
