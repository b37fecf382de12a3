"""The evidence that groups are alike: one row a group, and the range over those large enough to be compared."""

from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Proof
from dongcha.insight.equivalence import ENOUGH, SMALL
from dongcha.insight.insight import Evidence

if TYPE_CHECKING:
    import ibis.expr.types as ir

FACTS = ("lowest", "highest", "groups", "left_out", "rows", "whole", "margin")


def compared(found: "ir.Table", name: str, whole: "ir.Value") -> "ir.Table":
    """The rows of `found` (`group`, `value`, `n`) with their range and the value of the whole, largest value first."""
    import ibis

    large = found.n >= ENOUGH
    shown = found.select(
        **{name: found.group},
        value=found.value,
        n=found.n,
        compared=large,
        lowest=found.value.min(where=large).over(),
        highest=found.value.max(where=large).over(),
        groups=large.cast("int64").sum().over(),
        left_out=(~large).cast("int64").sum().over(),
        rows=found.n.sum().over(),
        whole=whole,
        margin=ibis.literal(SMALL),
    )
    return shown.order_by(shown.compared.desc(), shown.value.desc(), shown[name])


def proved(proof: Evidence) -> Proof:
    """The facts out of the first row, and a caveat where groups were too small."""
    facts = {key: proof.rows[0][key] for key in FACTS}
    small = int(str(facts["left_out"]))
    if not small:
        return Proof(facts, proof)
    en = "1 group of fewer than" if small == 1 else f"{small} groups of fewer than"
    said = Words(f"Not compared: {en} {ENOUGH} rows.", f"未比较：{small} 个不足 {ENOUGH} 条记录的组。")
    return Proof(facts, proof, (said,))
