"""Totals, medians, distinct counts, bands and shifts.

Given, and not worked out anew: the edges of bands, the place where two distributions are farthest apart, and the range
that is cut into pieces.
"""

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.raw import Expected, Row, calendar, kept, numbers, start_of, text

from dongcha.insight.insight import Insight


def _cells(whole: pd.DataFrame, insight: Insight) -> pd.DataFrame:
    """`value` and `n` of each group: the total of the measure, or the rows."""
    subject = insight.subject
    rows = kept(whole, subject.where)
    amount = pd.Series(1.0, index=rows.index) if subject.measure is None else numbers(rows[subject.measure])
    known = pd.DataFrame({"group": text(rows[subject.breakdown[0]]), "amount": amount}).dropna()
    return known.groupby("group")["amount"].agg(value="sum", n="count")


def total(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The total of each group, its part of all, and the best of the others."""
    cells, two = _cells(whole, insight), insight.pattern == "top_two"
    told = [str(insight.facts[name]) for name in (("first", "second") if two else ("group",))]
    low = not two and cells["value"][told[0]] == cells["value"].min()
    others = cells["value"].drop(told)
    rest, all_of, rows = others.min() if low else others.max(), cells["value"].sum(), cells["n"].sum()
    positive = cells["value"].min() >= 0 and all_of > 0
    both = cells["value"][told].sum() / all_of if positive else None
    lines: dict[tuple[object, ...], Row] = {
        (group,): {
            "value": line["value"], "n": int(line["n"]), "share": line["value"] / all_of if positive else None,
            "share_of_rows": line["n"] / rows, "both": both, "rest": rest,
            "rest_share": rest / all_of if positive else None,
            "times": line["value"] / rest if positive and rest else None,
        }
        for group, line in cells.iterrows()
    }  # fmt: skip
    facts = {**lines[(told[0],)], **dict(zip(("first", "second") if two else ("group",), told, strict=True))}
    return Expected(
        key=insight.subject.breakdown, rows=lines, facts=facts, share=int(cells["n"][told].sum()) / len(whole)
    )


def distinct(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The different values in each group."""
    subject, told = insight.subject, str(insight.facts["group"])
    rows = kept(whole, subject.where)
    known = pd.DataFrame({"group": text(rows[subject.breakdown[0]]), "one": text(rows[str(subject.measure)])}).dropna()
    cells = known.groupby("group")["one"].agg(["nunique", "count"])
    rest = int(cells["nunique"].drop(told).max())
    lines = {
        (group,): {
            "value": int(line["nunique"]),
            "n": int(line["count"]),
            "rest": rest,
            "times": line["nunique"] / rest,
        }
        for group, line in cells.iterrows()
    }
    most, others = cells["nunique"][told], cells["nunique"].drop(told)
    effect = 2 * np.arcsin(np.sqrt(most / (most + others.max()))) - np.pi / 2
    return Expected(
        key=subject.breakdown, rows=lines, facts={**lines[(told,)], "group": told},
        share=most / cells["nunique"].sum(), effect=effect,
    )  # fmt: skip


def distinct_over_time(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The different values in each period, and the line or the two levels through them."""
    subject = insight.subject
    time, grain = subject.breakdown[0], str(subject.grain)
    rows = kept(whole, subject.where)
    known = pd.DataFrame({"period": start_of(rows[time], grain), "one": text(rows[str(subject.measure)])}).dropna()
    cells, when = known.groupby("period")["one"].agg(["nunique", "count"]), calendar(whole[time], grain)
    tested = cells["nunique"].reindex(list(when.whole))
    lines: dict[tuple[object, ...], Row] = {
        (day,): {"value": int(line["nunique"]), "n": int(line["count"])} for day, line in cells.iterrows()
    }
    if insight.pattern == "trend":
        days = np.array([when.days[day] for day in when.whole], dtype=float)
        at = np.arange(len(tested))
        slope, level = np.polyfit(at, np.sqrt(tested / days), 1, w=np.sqrt(4 * days))
        fitted = np.maximum(level + slope * at, 0.0) ** 2 * days
        first, last = tested.iloc[0], tested.iloc[-1]
        along, change = dict(zip(when.whole, fitted, strict=True)), last / first - 1
        facts = {
            "first_period": when.whole[0], "last_period": when.whole[-1], "first_value": first, "last_value": last,
            "change": change,
        }  # fmt: skip
        for (day,), line in lines.items():
            line |= {"fitted": along.get(str(day)), "change": change}
        effect = float(np.log(fitted[-1] / fitted[0]))
    else:
        at_day = str(insight.facts["period"])
        before, after = tested[tested.index < at_day].mean(), tested[tested.index >= at_day].mean()
        facts = {"period": at_day, "before": before, "after": after, "change": after / before - 1}
        for (day,), line in lines.items():
            line |= {"level": after if str(day) >= at_day else before, "change": after / before - 1}
        effect = float(np.log(after / before))
    return Expected(key=("period",), rows=lines, facts=facts, share=1.0, effect=effect, rounded=frozenset({"fitted"}))


def median(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The median and the highest tenth of each group, and the interval of the difference (Price & Bonett 2002)."""
    subject, told = insight.subject, str(insight.facts["group"])
    rows = kept(whole, subject.where)
    amount = numbers(rows[str(subject.measure)])
    known = pd.DataFrame({"group": text(rows[subject.breakdown[0]]), "amount": amount}).dropna()
    inside, outside = (known["amount"][(known["group"] == told) == side] for side in (True, False))
    value, rest = inside.median(), outside.median()
    error = np.hypot(_median_error(inside), _median_error(outside))
    lines: dict[tuple[object, ...], Row] = {
        (group,): {"value": part.median(), "n": len(part), "tenth": part.quantile(0.9)}
        for group, part in known.groupby("group")["amount"]
    }
    times = value / rest if rest > 0 and value else None
    lines[(told,)] |= {
        "rest": rest, "times": times, "low": value - rest - 1.96 * error, "high": value - rest + 1.96 * error,
        "level": 0.95, "rest_tenth": outside.quantile(0.9),
    }  # fmt: skip
    return Expected(key=subject.breakdown, rows=lines, facts={**lines[(told,)], "group": told})


def _median_error(part: pd.Series) -> float:
    n = len(part)
    place = max(1, round((n + 1) / 2 - np.sqrt(n)))
    ordered = np.sort(part.to_numpy())
    return float((ordered[n - place] - ordered[place - 1]) / (2 * stats.norm.isf(stats.binom.cdf(place - 1, n, 0.5))))


def band(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rate, mean or median in each band, and on both sides of the one told; `low` and `high` are given."""
    subject = insight.subject
    rows = kept(whole, subject.where)
    at = numbers(rows[subject.breakdown[0]])
    if subject.aggregation == "rate":
        said = text(rows[str(subject.measure)])
        amount = pd.Series([np.nan if v is None else float(v == subject.category) for v in said], index=rows.index)
    else:
        amount = numbers(rows[str(subject.measure)])
    known = pd.DataFrame({"at": at, "amount": amount}).dropna()
    low, high = float(str(insight.facts["low"])), float(str(insight.facts["high"]))
    level = "median" if subject.aggregation == "median" else "mean"
    inside = known["amount"][(known["at"] >= low) & (known["at"] < high)]
    sides = {"below": known["amount"][known["at"] < low], "above": known["amount"][known["at"] >= high]}
    facts = {
        "low": low, "high": high, "value": inside.agg(level), "n": len(inside),
        **{name: part.agg(level) for name, part in sides.items()},
    }  # fmt: skip
    lines: dict[tuple[object, ...], Row] = {}
    for row in insight.evidence.rows:
        cut = _edges(str(row[subject.breakdown[0]]))
        part = known["amount"][(known["at"] >= cut[0]) & (known["at"] < cut[1])]
        more = facts if row["is_subject"] else {}
        lines[(row["place"],)] = {"value": part.agg(level), "n": len(part), **more}
    return Expected(key=("place",), rows=lines, facts=facts)


def _edges(said: str) -> tuple[float, float]:
    """The bounds of a band out of its name."""
    plain = said.replace(",", "").replace("−", "-")
    if plain.startswith("<"):
        return -np.inf, float(plain[1:])
    if plain.startswith("≥"):
        return float(plain[1:]), np.inf
    low, high = plain.split(" – ")
    return float(low), float(high)


def shift(whole: pd.DataFrame, insight: Insight) -> Expected:
    """How a group's rows lie over the pieces of a range, quartiles, and the parts up to a limit, which is given."""
    subject, told = insight.subject, str(insight.facts["group"])
    rows = kept(whole, subject.where)
    amount = numbers(rows[str(subject.measure)])
    known = pd.DataFrame({"group": text(rows[subject.breakdown[0]]), "amount": amount}).dropna()
    inside, outside = (known["amount"][(known["group"] == told) == side] for side in (True, False))
    limit = float(str(insight.facts["limit"]))
    facts = {
        "group": told, "n": len(inside), "limit": limit, "up_to": (inside <= limit).mean(),
        "rest_up_to": (outside <= limit).mean(), "q1": inside.quantile(0.25), "value": inside.median(),
        "q3": inside.quantile(0.75), "rest_q1": outside.quantile(0.25), "rest": outside.median(),
        "rest_q3": outside.quantile(0.75),
    }  # fmt: skip
    starts = [float(str(row["start"])) for row in insight.evidence.rows]
    ends = [float(str(row["end"])) for row in insight.evidence.rows]
    # The first and the last piece hold what lies beyond.
    inner = ends[:-1]
    lines: dict[tuple[object, ...], Row] = {}
    parts = [np.bincount(np.digitize(side, inner), minlength=len(starts)) / len(side) for side in (inside, outside)]
    for place, row in enumerate(insight.evidence.rows):
        more = facts if place == 0 else {}
        lines[(row["start"],)] = {
            **more, "end": row["end"], "here": parts[0][place], "elsewhere": parts[1][place]
        }  # fmt: skip
    return Expected(key=("start",), rows=lines, facts=facts, share=None)
