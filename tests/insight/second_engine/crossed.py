"""Categories against each other: association, exceptions, reversals, and what is missing where.

Given, and not worked out anew: the p-value of an association whose tables were permuted, which is a draw.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from scipy import stats
from tests.insight.second_engine.groups import angle, two_sided
from tests.insight.second_engine.raw import Expected, Row, calendar, start_of, text
from tests.insight.second_engine.strata import known, pairs

from dongcha.insight.insight import Insight

FEWEST = 20
"""Rows of a value about which anything is said; of a group of which one value is the commonest, 30."""


def association(whole: pd.DataFrame, insight: Insight) -> Expected:
    """Rows of each two values beside those that independence gives, and Cramér's V, corrected for chance."""
    rows = known(whole, insight.subject.breakdown)
    large = [set(sizes.index[sizes >= FEWEST]) for sizes in (rows[side].value_counts() for side in (0, 1))]
    rows = rows[rows[0].isin(large[0]) & rows[1].isin(large[1])]
    table = pd.crosstab(rows[0], rows[1])
    n, (r, k) = int(table.to_numpy().sum()), table.shape
    across, down = table.sum(axis=1), table.sum(axis=0)
    expected = pd.DataFrame(np.outer(across, down) / n, table.index, table.columns)
    chi2 = float(((table - expected) ** 2 / expected).to_numpy().sum())
    spread = expected * np.outer(1 - across / n, 1 - down / n)
    residual = (table - expected) / np.sqrt(spread)
    most = min(side - (side - 1) ** 2 / (n - 1) for side in (r, k)) - 1
    v = float(min(1.0, np.sqrt(max(0.0, chi2 / n - (r - 1) * (k - 1) / (n - 1)) / most)))
    shown = [_strongest(residual, axis) for axis in (0, 1)]
    lines: dict[tuple[object, ...], Row] = {
        (one, other): {
            "n": int(table.loc[one, other]), "expected": expected.loc[one, other], "v": v, "rows": n,
            "residual": residual.loc[one, other], "times": table.loc[one, other] / expected.loc[one, other],
        }
        for one in shown[0] for other in shown[1]
    }  # fmt: skip
    facts: Row = {"v": v, "rows": n}
    for (one, other), prefix in zip(_ends(insight, lines), ("", "less_"), strict=True):
        facts |= {f"{prefix}first": one, f"{prefix}second": other, f"{prefix}together": lines[one, other]["n"]}
        facts[f"{prefix}expected"] = lines[one, other]["expected"]
    p = None if insight.test == "permutation test" else float(stats.chi2.sf(chi2, (r - 1) * (k - 1)))
    return Expected(
        key=("first", "second"),
        rows=lines,
        facts=facts,
        share=n / len(whole),
        effect=v,
        p_value=p,
        freedom=(r - 1) * (k - 1),
    )


def _strongest(residual: pd.DataFrame, axis: int) -> list[str]:
    """The seven values that differ most somewhere; of equal ones the first by name (to the last digit of a float)."""
    most = residual.abs().max(axis=1 - axis).round(9)
    return sorted(most.index, key=lambda name: (-most[name], name))[:7]


def _ends(insight: Insight, lines: dict[tuple[object, ...], Row]) -> list[tuple[object, object]]:
    """The cells with the largest surplus and with the largest lack; of equal ones those that are told."""
    ends = []
    for prefix, way in (("", 1), ("less_", -1)):
        told = (insight.facts[f"{prefix}first"], insight.facts[f"{prefix}second"])
        far = max(way * float(str(line["residual"])) for line in lines.values())
        tied = [cell for cell, line in lines.items() if np.isclose(way * float(str(line["residual"])), far, rtol=1e-9)]
        ends.append(told if told in tied else tied[0])
    return ends


@dataclass(frozen=True)
class Rule:
    """What holds in nearly all of some places and breaks in few, and how sure that is."""

    common: object
    holds: list[int]
    breaks: list[int]
    p_value: float

    def verdict(self, at: int) -> str:
        return "holds" if at in self.holds else "breaks" if at in self.breaks else "unsure"


def rule(highlights: Sequence[object], p: Sequence[float]) -> Rule | None:
    """The commonest highlight that is sure (Holm) in three quarters of the places, where others are in a fifth."""
    order, size, sure = np.argsort(p, kind="stable"), len(p), np.ones(len(p))
    sure[order] = np.minimum(1, np.maximum.accumulate(np.asarray(p)[order] * (size - np.arange(size))))
    held = [int(at) for at in np.argsort(sure, kind="stable") if sure[at] <= 0.05]
    if size < 4 or not held:
        return None
    common = Counter(highlights[at] for at in sorted(held)).most_common(1)[0][0]
    holds, breaks = ([at for at in held if (highlights[at] == common) is side] for side in (True, False))
    needed = ceil(0.75 * size)
    if len(holds) < needed or not 0 < len(breaks) <= max(1, size / 5):
        return None
    return Rule(common, holds, breaks, float(max(sure[holds[needed - 1]], sure[breaks[0]])))


def exception(whole: pd.DataFrame, insight: Insight) -> Expected:
    """The commonest value of each group of 30 rows, the rate of the common one, and where it holds and breaks."""
    subject = insight.subject
    name = subject.breakdown[0]
    table = pd.crosstab(*(known(whole, (name, str(subject.measure)))[at] for at in (0, 1)))
    table = table[table.sum(axis=1) >= 30]
    sizes, first = table.sum(axis=1), table.idxmax(axis=1)
    two = np.sort(table.to_numpy(), axis=1)[:, -2:]
    p = [min(1.0, 2 * stats.binomtest(int(b), int(a + b), alternative="greater").pvalue) for a, b in two]
    held = rule(list(first), p)
    assert held is not None, "no value is the most common in nearly all groups"
    common, at = str(held.common), held.breaks[0]
    others = table.index[held.holds]
    rest = table.loc[others, common].sum() / sizes[others].sum()
    lines: dict[tuple[object, ...], Row] = {
        (group,): {
            "value": table.loc[group, common] / sizes[group], "n": int(sizes[group]), "most_common": first[group],
            "most": table.loc[group].max() / sizes[group], "outcome": held.verdict(place), "rest": rest,
            "holds": len(held.holds), "groups": len(table), "is_subject": place == at,
        }
        for place, group in enumerate(table.index)
    }  # fmt: skip
    told = table.index[at]
    line = lines[(told,)]
    facts = {"group": told, "common": common, "other": line["most_common"], "part": line["most"]}
    facts |= {part: line[part] for part in ("value", "n", "rest", "holds", "groups")}
    return Expected(
        key=(name if name in insight.evidence.rows[0] else "group",), rows=lines, facts=facts,
        share=int(sizes.sum()) / len(whole), effect=angle(float(str(line["value"]))) - angle(rest),
        p_value=held.p_value, tried=len(table),
    )  # fmt: skip


def opposite(whole: pd.DataFrame, insight: Insight) -> Expected:
    """A group's rate beside that of all others within each value of a third category with 20 rows of either."""
    subject = insight.subject
    rows, told = known(whole, (str(subject.measure), *subject.breakdown)), str(insight.facts["group"])
    asked = []
    for one in pairs(rows):
        cells = one.cells[(one.cells["n"] >= FEWEST) & (one.cells["rest"] >= FEWEST)]
        ways = np.sign(cells["hits"] * cells["rest"] - cells["rest_hits"] * cells["n"]).astype(int)
        up, down = int((ways > 0).sum()), int((ways < 0).sum())
        if 4 <= len(cells) <= 60 and max(up, down) >= ceil(0.75 * len(cells)) and min(up, down):
            p = [two_sided(*map(int, line)) for line in cells.itertuples(index=False)]
            asked.append((one, cells, rule(list(ways), p)))
    one, cells, held = next(each for each in asked if (each[0].value, each[0].group) == (subject.category, told))
    assert held is not None, "a difference does not go one way in nearly all values"
    lines: dict[tuple[object, ...], Row] = {
        (third,): {
            "value": line.hits / line.n, "n": int(line.n), "rest": line.rest_hits / line.rest,
            "rest_n": int(line.rest), "outcome": held.verdict(at), "holds": len(held.holds), "groups": len(cells),
            "is_subject": at == held.breaks[0],
        }
        for at, (third, line) in enumerate(zip(cells.index, cells.itertuples(index=False), strict=True))
    }  # fmt: skip
    third = cells.index[held.breaks[0]]
    line = lines[(third,)]
    facts: Row = {"group": told, "within": third}
    facts |= {name: line[name] for name in ("value", "n", "rest", "holds", "groups")}
    return Expected(
        key=("within",), rows=lines, facts=facts, share=int((cells["n"] + cells["rest"]).sum()) / len(whole),
        effect=angle(float(str(line["value"]))) - angle(float(str(line["rest"]))),
        p_value=min(1.0, held.p_value * len(asked)), tried=len(asked) * len(cells),
    )  # fmt: skip


def reversal(whole: pd.DataFrame, insight: Insight) -> Expected:
    """A group's rate beside that of all others, over all rows and within each value of a third category."""
    subject = insight.subject
    rows, told = known(whole, (str(subject.measure), *subject.breakdown)), str(insight.facts["group"])
    differing = [
        one for one in pairs(rows)
        if min(one.cells["n"].sum(), one.cells["rest"].sum()) >= FEWEST and one.is_reversed
    ]  # fmt: skip
    one = next(each for each in differing if (each.value, each.group) == (subject.category, told))
    cells, (overall, overall_rest) = one.cells, one.overall
    a, n, c, m = (cells[name] for name in ("hits", "n", "rest_hits", "rest"))
    ratio = (a * (m - c) / (n + m)).sum() / (c * (n - a) / (n + m)).sum()
    value, rest = a / n.where(n > 0), c / m.where(m > 0)
    counted = (n >= 10) & (m >= 10)
    against = counted & ((value - rest) * (overall - overall_rest) < 0)
    same = {
        "overall": overall, "overall_rest": overall_rest, "rows": int(n.sum()), "odds_ratio": ratio,
        "strata": int(counted.sum()), "against": int(against.sum()),
    }  # fmt: skip
    lines: dict[tuple[object, ...], Row] = {
        (third,): {
            **same, "value": value[third], "n": int(n[third]), "rest": rest[third], "rest_n": int(m[third]),
            "is_subject": bool(against[third]),
        }
        for third in cells.index
    }  # fmt: skip
    sums = [int(part.sum()) for part in (a, n, c, m)]
    p = max(two_sided(*sums), _cochran(cells)) * len(differing)
    return Expected(
        key=("stratum",), rows=lines, facts={"group": told, **same}, share=(sums[1] + sums[3]) / len(whole),
        effect=float(np.log(ratio)), p_value=min(1.0, p), tried=len(differing),
    )  # fmt: skip


def _cochran(cells: pd.DataFrame) -> float:
    """The Cochran-Mantel-Haenszel test with its correction for continuity."""
    a, n, c, m = (cells[name].astype(float) for name in ("hits", "n", "rest_hits", "rest"))
    both, met = n + m, a + c
    variance = (n * m * met * (both - met) / (both**2 * (both - 1)).where(both > 1)).sum()
    gap = abs((a - n * met / both).sum()) - 0.5
    return float(stats.chi2.sf(max(gap, 0) ** 2 / variance, 1))


def missing(whole: pd.DataFrame, insight: Insight) -> Expected:
    """How often a column is missing in each group or period, and in the others but those where it always is."""
    subject = insight.subject
    name, grain = subject.breakdown[0], subject.grain
    group = text(whole[name]) if grain is None else start_of(whole[name], grain)
    found = pd.DataFrame({"group": group, "gone": whole[str(subject.measure)].isna().to_numpy(bool)})
    cells = found[found["group"].notna()].groupby("group")["gone"].agg(["sum", "count"])
    gone, n = cells["sum"].astype(int), cells["count"]
    always = (n >= FEWEST) & (gone >= 0.98 * n)
    rows, hits = int(n[~always].sum()), int(gone[~always].sum())
    others, others_gone = rows - n.where(~always, 0), hits - gone.where(~always, 0)
    value, rest = gone / n, others_gone / others.where(others > 0)
    lines: dict[tuple[object, ...], Row] = {
        (key,): {
            "value": value[key], "n": int(n[key]), "rest": rest[key], "always": bool(always[key]),
            "times": value[key] / rest[key] if rest[key] > 0 else None,
        }
        for key in cells.index
    }  # fmt: skip
    told = str(insight.facts["group" if grain is None else "period"])
    asked = ~always & (n >= FEWEST) & (rows - n >= FEWEST)
    if grain is not None:
        whole_ones = calendar(whole[name], grain).whole
        asked[asked.index[-2:]] = False
        for (key,), line in lines.items():
            line["complete"] = key in whole_ones
    sure = stats.hypergeom.sf(gone[told] - 1, rows, hits, n[told]) * int(asked.sum())
    key = "period" if grain else name if name in insight.evidence.rows[0] else "group"
    facts = {"group" if grain is None else "period": told}
    facts |= {part: lines[(told,)][part] for part in ("value", "n", "rest", "times")}
    return Expected(
        key=(key,), rows=lines, facts=facts, share=int(n[told]) / len(whole),
        effect=angle(value[told]) - angle(rest[told]), p_value=min(1.0, float(sure)), tried=int(asked.sum()),
    )  # fmt: skip
