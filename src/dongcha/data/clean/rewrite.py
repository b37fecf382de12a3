"""Apply the text rules: find suspicious values in the engine, mend them, put them back beside the raw ones."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dongcha.data.clean.applied import EXAMPLES, Applied, Pair, shortened
from dongcha.data.clean.texts import TextRule
from dongcha.data.engine import from_arrow
from dongcha.data.schema import RAW, ROW, TEXTS, Role
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

_KEY, _NEW = "__key__", "__new__"


def rewrite(table: Table, rules: Sequence[TextRule]) -> tuple[Table, list[Applied]]:
    """The table with its texts mended, and what each rule did; rows are counted once a rule and column."""
    touched: Counter[str] = Counter()
    examples: dict[str, list[Pair]] = defaultdict(list)
    for column in (column for column in table.schema.of(Role.TEXT) if column.type != TEXTS):
        mended = _mended(table, column.name, rules, touched, examples)
        if mended:
            table = table.with_expr(_put_back(table.expr, column.name, mended))
    return table, [Applied(r.name, r.words, touched[r.name], tuple(examples[r.name])) for r in rules]


def _mended(
    table: Table, name: str, rules: Sequence[TextRule], touched: Counter[str], examples: dict[str, list[Pair]]
) -> dict[int, str | None]:
    text = table.expr[name]
    suspicious = text.re_search(rules[0].suspicious)
    for rule in rules[1:]:
        suspicious |= text.re_search(rule.suspicious)
    found: dict[int, str | None] = {}
    for batch in table.with_expr(table.expr.filter(suspicious)).batches(name):
        for row, value in zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True):
            new = value
            for rule in rules:
                before, new = new, rule.apply(new)
                if new != before:
                    touched[rule.name] += 1
                    if len(examples[rule.name]) < EXAMPLES:
                        examples[rule.name].append(around(before, new))
            if new != value:
                found[row] = new
    return found


def around(before: str, after: str) -> Pair:
    """The place where the two texts part, with a little before it."""
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    start = max(0, at - 40)
    lead = "…" if start else ""
    return lead + shortened(before[start : at + 120]), lead + shortened(after[start : at + 120])


def _put_back(expr: "ir.Table", name: str, mended: dict[int, str | None]) -> "ir.Table":
    import ibis
    import pyarrow as pa

    added = from_arrow(pa.table({_KEY: list(mended), _NEW: pa.array(mended.values(), pa.string())}))
    joined = expr.left_join(added, expr[ROW] == added[_KEY])
    changed = joined[_KEY].notnull()
    old = joined[RAW + name] if RAW + name in expr.columns else ibis.null("string")
    raw = ibis.coalesce(old, ibis.ifelse(changed, joined[name], ibis.null("string")))
    return joined.mutate(**{RAW + name: raw, name: ibis.ifelse(changed, joined[_NEW], joined[name])}).drop(_KEY, _NEW)
