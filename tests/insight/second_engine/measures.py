"""Measures: means of groups, correlations, trends of a mean."""

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.raw import Expected, Row, calendar, kept, numbers, start_of, text

from dongcha.insight.insight import Insight


def mean(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The mean of a measure in each group and in all other rows; the test is made on ranks."""
    subject, group = insight.subject, str(insight.facts["group"])
    name, measure = subject.breakdown[0], str(subject.measure)
    rows = kept(whole, subject.where)
    amount = numbers(rows[measure])
    known = pd.DataFrame({"group": text(rows[name]), "amount": amount, "rank": amount.rank(method="min")}).dropna()
    total, n = known["amount"].sum(), len(known)
    found: dict[tuple[object, ...], Row] = {}
    for key, part in known.groupby("group")["amount"]:
        rest = (total - part.sum()) / (n - len(part)) if n > len(part) else None
        value = part.mean()
        times = value / rest if rest is not None and rest > 0 and value else None
        found[(key,)] = {"value": value, "n": len(part), "rest": rest, "times": times}
    inside, outside = known[known["group"] == group]["rank"], known[known["group"] != group]["rank"]
    d = (inside.mean() - outside.mean()) / np.sqrt((inside.var() + outside.var()) / 2)
    p = stats.ttest_ind(inside, outside, equal_var=False).pvalue
    facts = {**found[(group,)], "group": group}
    return Expected(key=(name,), rows=found, facts=facts, share=len(inside) / len(whole), effect=d, p_value=p)


def correlation(whole: pd.DataFrame, insight: Insight) -> Expected:
    """Spearman's coefficient (ties share the lowest rank), and the means along tenths of the rows."""
    x, y = str(insight.facts["x"]), str(insight.facts["y"])
    rows = kept(whole, insight.subject.where)
    known = pd.DataFrame({"x": numbers(rows[x]), "y": numbers(rows[y])}).dropna()
    n = len(known)
    r = float(np.corrcoef(known["x"].rank(method="min"), known["y"].rank(method="min"))[0, 1])
    known = known.sort_values(["x", "y"])
    sizes = [n // 10 + (place < n % 10) for place in range(10)]
    tenth = np.repeat(np.arange(1, 11), sizes)
    found = {
        (int(place),): {"mean_x": part["x"].mean(), "mean_y": part["y"].mean(), "n": n, "r": r}
        for place, part in known.groupby(tenth)
    }
    p = None
    if insight.pattern == "correlation":
        p = float(2 * stats.t.sf(abs(r) * np.sqrt((n - 2) / (1 - r * r)), n - 2))
    return Expected(
        key=("decile",), rows=found, facts={"x": x, "y": y, "r": r, "n": n}, share=n / len(whole), effect=r, p_value=p
    )


def mean_trend(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The mean of a measure in each period, and the line through those in which most rows have it."""
    subject = insight.subject
    time, measure, grain = subject.breakdown[0], str(subject.measure), str(subject.grain)
    rows = kept(whole, subject.where)
    table = pd.DataFrame({"period": start_of(rows[time], grain), "amount": numbers(rows[measure])})
    table = table[table["period"].notna()]
    found = table.groupby("period")["amount"].agg(["mean", "count", "size", "var"])
    whole_periods = calendar(whole[time], grain)
    tested = [
        day for day in whole_periods.whole
        if day in found.index and found["count"][day] >= max(5, 0.8 * found["size"][day])
    ]  # fmt: skip
    part = found.loc[tested]
    variance = (part["var"].fillna(0) * (part["count"] - 1)).sum() / (part["count"].sum() - len(part))
    at = np.array([whole_periods.starts.index(day) for day in tested], dtype=float)
    slope, level = np.polyfit(at, part["mean"], 1, w=np.sqrt(part["count"] / variance))
    line = dict(zip(tested, level + slope * at, strict=True))
    first, last = part["mean"].iloc[0], part["mean"].iloc[-1]
    change = last / first - 1 if first else None
    lines = {
        (day,): {"value": row["mean"], "n": int(row["count"]), "fitted": line.get(day), "change": change}
        for day, row in found[found["count"] > 0].iterrows()
    }
    facts = {
        "first_period": tested[0], "last_period": tested[-1], "first_value": first, "last_value": last, "change": change
    }  # fmt: skip
    effect = float((line[tested[-1]] - line[tested[0]]) / np.sqrt(variance))
    return Expected(
        key=("period",), rows=lines, facts=facts, share=int(part["count"].sum()) / len(whole), effect=effect,
        rounded=frozenset({"fitted"}),
    )  # fmt: skip
