"""Groups of rows: outstanding rates, pairs, the largest group, drivers, and what is even."""

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.raw import Expected, Row, kept, numbers, start_of, text
from tests.insight.second_engine.strata import confounder

from dongcha.insight.insight import Insight

MARGINS = ((0.2, 1.25, 250), (0.4, 1.5, 60))
"""Of an effect, of a ratio, and the rows of a group that each takes; the first that most rows allow is used."""


def angle(part: float) -> float:
    return 2 * np.arcsin(np.sqrt(part))


def two_sided(hits: int, n: int, rest_hits: int, rest: int) -> float:
    """Twice the smaller of Fisher's one-sided p-values."""
    cells = [[hits, n - hits], [rest_hits, rest - rest_hits]]
    return min(1.0, 2 * min(stats.fisher_exact(cells, side).pvalue for side in ("less", "greater")))


def rate(whole: pd.DataFrame, insight: Insight) -> Expected:
    """A category's rate in each group, or pair of groups, and in all other rows."""
    subject = insight.subject
    rows = kept(whole, subject.where)
    columns = pd.DataFrame({name: text(rows[name]) for name in subject.breakdown})
    columns["hit"] = [None if v is None else float(v == subject.category) for v in text(rows[str(subject.measure)])]
    columns = columns.dropna()
    groups = columns.groupby(list(subject.breakdown))["hit"].agg(["sum", "count"])
    hits, n = groups["sum"].sum(), groups["count"].sum()
    found: dict[tuple[object, ...], Row] = {}
    for key, line in groups.iterrows():
        value = line["sum"] / line["count"]
        rest = (hits - line["sum"]) / (n - line["count"]) if n > line["count"] else None
        found[key if isinstance(key, tuple) else (key,)] = {
            "value": value, "n": int(line["count"]), "rest": rest, "times": value / rest if rest else None
        }  # fmt: skip
    mine = (
        (insight.facts["group"],) if len(subject.breakdown) == 1 else tuple(insight.facts[b] for b in subject.breakdown)
    )
    facts = {**found[mine], **dict(zip(subject.breakdown, mine, strict=True)), "group": mine[0]}
    if "confounder" in insight.facts:
        more = confounder(whole, insight)
        facts |= more
        found[mine] |= {name: more[name] for name in ("overall", "within")}
    here = columns[(columns[list(subject.breakdown)] == list(mine)).all(axis=1)]
    if len(mine) == 1:
        others = [columns[columns[subject.breakdown[0]] != mine[0]]]
    else:
        others = [
            columns[(columns[own] == value) & (columns[other] != second)]
            for (own, value), (other, second) in (
                zip(subject.breakdown, mine, strict=True),
                reversed(list(zip(subject.breakdown, mine, strict=True))),
            )
        ]
    gaps = [angle(here["hit"].mean()) - angle(rest["hit"].mean()) for rest in others]
    p = max(two_sided(int(here["hit"].sum()), len(here), int(rest["hit"].sum()), len(rest)) for rest in others)
    return Expected(
        key=subject.breakdown,
        rows=found,
        facts=facts,
        share=len(here) / len(whole),
        effect=min(gaps, key=abs),
        p_value=p,
    )


def counts(whole: pd.DataFrame, insight: Insight) -> dict[str, int]:
    """Rows of each value of the breakdown."""
    rows = kept(whole, insight.subject.where)
    return {str(k): int(v) for k, v in text(rows[insight.subject.breakdown[0]]).value_counts().items()}


def leader(whole: pd.DataFrame, insight: Insight) -> Expected:
    """Rows of each group, and of the largest other than the one told."""
    cells, group = counts(whole, insight), str(insight.facts["group"])
    rest = max(n for name, n in cells.items() if name != group)
    found = {(name,): {"value": n, "rest": rest, "times": n / rest} for name, n in cells.items()}
    most = cells[group]
    p = min(1.0, 2 * stats.binomtest(most, most + rest, alternative="greater").pvalue)
    return Expected(
        key=insight.subject.breakdown, rows=found, facts={**found[(group,)], "group": group},
        share=most / len(whole), effect=angle(most / (most + rest)) - np.pi / 2, p_value=p,
    )  # fmt: skip


def majority(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rows of each group and their share."""
    cells, group = counts(whole, insight), str(insight.facts["group"])
    n = sum(cells.values())
    found = {(name,): {"value": k, "n": n, "share": k / n} for name, k in cells.items()}
    p = stats.binomtest(cells[group], n, alternative="greater").pvalue
    return Expected(
        key=insight.subject.breakdown, rows=found, facts={**found[(group,)], "group": group},
        share=cells[group] / len(whole), effect=angle(cells[group] / n) - np.pi / 2, p_value=p,
    )  # fmt: skip


def driver(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rows of each group in two periods, and its part of the change."""
    time, name = insight.subject.breakdown
    rows = kept(whole, insight.subject.where)
    before, after = (str(insight.facts[key]) for key in ("before_period", "after_period"))
    period, group = start_of(rows[time], str(insight.subject.grain)), text(rows[name])
    # A row whose group is missing is a group of its own.
    group = group.where(group.notna(), None)
    pairs = list(zip(period, group, strict=True))
    groups = sorted({g for p, g in pairs if p in (before, after)}, key=str)
    cells = {g: (pairs.count((before, g)), pairs.count((after, g))) for g in groups}
    totals = [sum(cell[side] for cell in cells.values()) for side in (0, 1)]
    change = totals[1] - totals[0]
    both = {
        "before_period": before, "after_period": after, "total_before": totals[0], "total_after": totals[1],
        "total_change": change,
    }  # fmt: skip
    found: dict[tuple[object, ...], Row] = {
        (g,): {
            **both, "value_before": one, "value_after": two, "contribution": two - one,
            "share_of_change": (two - one) / change if change else None,
        }
        for g, (one, two) in cells.items()
    }  # fmt: skip
    told = str(insight.facts["group"])
    effect = angle(cells[told][1] / max(totals[1], 1)) - angle(cells[told][0] / max(totals[0], 1))
    return Expected(
        key=(name,),
        rows=found,
        facts={**found[(told,)], "group": told},
        share=sum(cells[told]) / len(whole),
        effect=effect,
    )


def even(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The rows, the rate or the mean of each group, and the range over the large ones."""
    subject = insight.subject
    name = subject.breakdown[0]
    rows = kept(whole, subject.where)
    if subject.measure is None:
        return _even_counts(whole, insight)
    group = text(rows[name])
    if subject.aggregation == "rate":
        said = text(rows[subject.measure])
        value = pd.Series([np.nan if v is None else float(v == subject.category) for v in said], index=rows.index)
    else:
        value = numbers(rows[subject.measure])
    known = pd.DataFrame({"group": group, "value": value}).dropna()
    found = known.groupby("group")["value"].agg(["mean", "count", "sum"])
    margin, least = next(
        (size, n)
        for size, _, n in MARGINS
        if (big := found["count"][found["count"] >= n]).sum() >= 0.8 * found["count"].sum() and len(big) > 1
    )
    large = found[found["count"] >= least]
    same = {
        "lowest": large["mean"].min(), "highest": large["mean"].max(), "groups": len(large),
        "left_out": len(found) - len(large), "rows": int(found["count"].sum()),
        "whole": found["sum"].sum() / found["count"].sum(), "margin": margin,
    }  # fmt: skip
    lines = {(g,): {"value": line["mean"], "n": int(line["count"]), **same} for g, line in found.iterrows()}
    return Expected(key=(name,), rows=lines, facts=same, share=int(large["count"].sum()) / len(whole))


def _even_counts(whole: pd.DataFrame, insight: Insight) -> Expected:
    cells = counts(whole, insight)
    rows, groups = sum(cells.values()), len(cells)
    same = {
        "lowest": min(cells.values()), "highest": max(cells.values()), "groups": groups, "rows": rows,
        "even": rows / groups, "margin": next(ratio for _, ratio, n in MARGINS if rows >= n * groups),
    }  # fmt: skip
    lines = {(g,): {"value": n, "share": n / rows, **same} for g, n in cells.items()}
    return Expected(key=insight.subject.breakdown, rows=lines, facts=same, share=rows / len(whole))


def homogeneous(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The share of each category in all rows, and its range over the large groups; which were tested is given."""
    subject = insight.subject
    outcome, name = str(subject.measure), subject.breakdown[0]
    rows = kept(whole, subject.where)
    known = pd.DataFrame({"group": text(rows[name]), "said": text(rows[outcome])}).dropna()
    sizes = known["group"].value_counts()
    margin, least = next(
        (size, n) for size, _, n in MARGINS if (big := sizes[sizes >= n]).sum() >= 0.8 * sizes.sum() and len(big) > 1
    )
    large = sizes[sizes >= least]
    found: dict[tuple[object, ...], Row] = {}
    for category in (str(row[outcome]) for row in insight.evidence.rows):
        parts = [((known["group"] == g) & (known["said"] == category)).sum() / n for g, n in large.items()]
        share = float((known["said"] == category).mean())
        found[(category,)] = {
            "lowest": min(parts), "highest": max(parts), "groups": len(large), "left_out": len(sizes) - len(large),
            "rows": len(known), "value": share, "whole": share, "margin": margin,
        }  # fmt: skip
    told = str(insight.facts["category"])
    return Expected(key=(outcome,), rows=found, facts={**found[(told,)], "category": told})
