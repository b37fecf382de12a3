"""The queries that prove an explanation: the whole, and each breakdown with its decomposition."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from dongcha.data.table import Table
from dongcha.insight.change.question import Question, where
from dongcha.insight.change.sums import MISSING, VALUE, Key, amounts, coded
from dongcha.insight.evidence import evidence
from dongcha.insight.insight import Cell, Evidence

if TYPE_CHECKING:
    import ibis.expr.types as ir

Columns = dict[str, "ir.Value"]
OTHER_TEXT = "(other)"


def prove_whole(table: Table, question: Question) -> Evidence:
    """The figure and the rows of both sides."""

    def query(data: "ir.Table") -> "ir.Table":
        t = _sides(data, question, {})
        summed = t.agg(**_aggregates(t))
        before, after = _figures(summed, question)
        rows = {name: summed[name] for name in ("rows_before", "rows_after", "known_before", "known_after")}
        return summed.select(**rows, total_before=before, total_after=after, total_difference=after - before)

    return evidence(table, query)


def prove_breakdown(
    table: Table, question: Question, kept: Sequence[tuple[str, Sequence[str]]], named: Sequence[tuple[Key, ...]]
) -> Evidence:
    """Every segment of the dimensions and kept values in `kept`; those of `named` first, as `is_subject`."""
    return evidence(table, _query(question, kept, named))


def _query(
    question: Question, kept: Sequence[tuple[str, Sequence[str]]], named: Sequence[tuple[Key, ...]]
) -> "Callable[[ir.Table], ir.Table]":
    codes = [f"code{at}" for at in range(len(kept))]

    def query(data: "ir.Table") -> "ir.Table":
        import ibis

        t = _sides(
            data,
            question,
            {code: coded(data[name].cast("string"), some) for code, (name, some) in zip(codes, kept, strict=True)},
        )
        summed = t.group_by(*codes).agg(**_aggregates(t))
        about = [
            ibis.and_(*(summed[code] == code_of(key) for code, key in zip(codes, one, strict=True))) for one in named
        ]
        summed = summed.mutate(is_subject=ibis.or_(*about) if about else ibis.literal(False))
        split = summed.mutate(**_effects(summed, question))
        whole = split.mutate(contribution=split.volume_effect + split.rate_effect, **_totals(split, question))
        parts = whole.mutate(share_of_difference=whole.contribution / whole.total_difference.nullif(0))
        shown = {name: _text(parts[code]) for code, (name, _) in zip(codes, kept, strict=True)}
        found = parts.select(**shown, **_told(parts, question))
        return found.order_by(found.is_subject.desc(), found.contribution.abs().desc(), *shown)

    return query


def _sides(data: "ir.Table", question: Question, more: Columns) -> "ir.Table":
    import ibis

    later = where(data, question.after, question.before)
    side = ibis.cases((where(data, question.before, question.after), 0), (later, 1))
    t = data.select(side=side, amount=amounts(data, question), **more)
    return t.filter(t.side.notnull())


def _aggregates(t: "ir.Table") -> Columns:
    first, last = t.side == 0, t.side == 1
    return {
        "rows_before": t.count(where=first),
        "rows_after": t.count(where=last),
        "known_before": t.amount.count(where=first),
        "known_after": t.amount.count(where=last),
        "sum_before": t.amount.sum(where=first).fill_null(0.0),
        "sum_after": t.amount.sum(where=last).fill_null(0.0),
    }


def _figures(t: "ir.Table", question: Question) -> "tuple[ir.NumericValue, ir.NumericValue]":
    """The figure on each side out of the sums: of rows, an amount, or a mean."""
    kind = question.figure.aggregation
    names = ("rows_before", "rows_after") if kind == "count" else ("sum_before", "sum_after")
    found = [cast("ir.NumericValue", t[name]) for name in names]
    if kind in ("mean", "rate"):
        found = [total / t[name].nullif(0) for total, name in zip(found, ("known_before", "known_after"), strict=True)]
    return found[0], found[1]


def _effects(t: "ir.Table", question: Question) -> Columns:
    """`volume_effect` and `rate_effect`, as `effects.py` defines them."""
    import ibis

    n1, n2, s1, s2 = t.known_before, t.known_after, t.sum_before, t.sum_after
    kind = question.figure.aggregation
    if kind == "count":
        return {"volume_effect": t.rows_after - t.rows_before, "rate_effect": ibis.literal(0.0)}
    own = s1 / n1.nullif(0), s2 / n2.nullif(0)
    first, last = ibis.coalesce(*own, 0.0), ibis.coalesce(own[1], own[0], 0.0)
    middle = (first + last) / 2
    if kind == "sum":
        return {"volume_effect": (n2 - n1) * middle, "rate_effect": (last - first) * (n1 + n2) / 2}
    w1, w2 = n1 / n1.sum().over(), n2 / n2.sum().over()
    whole = (s1.sum().over() / n1.sum().over() + s2.sum().over() / n2.sum().over()) / 2
    return {"volume_effect": (w2 - w1) * (middle - whole), "rate_effect": (last - first) * (w1 + w2) / 2}


def _totals(t: "ir.Table", question: Question) -> Columns:
    """The figure of the whole on both sides, in every row."""
    kind = question.figure.aggregation
    names = ("rows_before", "rows_after") if kind == "count" else ("sum_before", "sum_after")
    before, after = (t[name].sum().over() for name in names)
    if kind in ("mean", "rate"):
        before, after = before / t.known_before.sum().over(), after / t.known_after.sum().over()
    return {"total_before": before, "total_after": after, "total_difference": after - before}


def _told(t: "ir.Table", question: Question) -> Columns:
    """The columns that a person reads; totals and numbers of segments stand in every row."""
    import ibis

    before, after = _figures(t, question)
    kept = ("rows_before", "rows_after", "volume_effect", "rate_effect", "contribution", "share_of_difference")
    totals = ("total_before", "total_after", "total_difference")
    return {
        **{name: t[name] for name in kept[:2]},
        "value_before": before,
        "value_after": after,
        **{name: t[name] for name in (*kept[2:], *totals)},
        "volume_total": t.volume_effect.sum().over(),
        "rate_total": t.rate_effect.sum().over(),
        "explained": ibis.ifelse(t.is_subject, t.share_of_difference, 0.0).sum().over(),
        "named": t.is_subject.cast("int64").sum().over(),
        "groups": t.rows_before.count().over(),
        "is_subject": t.is_subject,
    }


def code_of(key: Key) -> str:
    """The code of `sums.coded` for a key."""
    return VALUE + (key.value or "") if key.kind == "value" else MISSING if key.kind == "missing" else "o"


def _text(code: "ir.Value") -> "ir.Value":
    """A code as the value it stands for: null for the missing one."""
    import ibis

    text = cast("ir.StringValue", code)
    return ibis.cases((text == MISSING, ibis.null("string")), (text == "o", OTHER_TEXT), else_=text.substr(1))


def cell(key: Key) -> Cell:
    """The cell of the evidence that stands for a key."""
    return key.value if key.kind == "value" else None if key.kind == "missing" else OTHER_TEXT
