"""The evidence that groups are alike: one row a group, and the range over those large enough to be compared."""

from typing import TYPE_CHECKING

from dongcha.core.words import Words
from dongcha.insight.claim import Proof
from dongcha.insight.equivalence import Margin
from dongcha.insight.insight import Evidence

if TYPE_CHECKING:
    import ibis.expr.types as ir

FACTS = ("lowest", "highest", "groups", "left_out", "rows", "whole", "margin")


def compared(found: "ir.Table", name: str, whole: "ir.Value", margin: Margin) -> "ir.Table":
    """The rows of `found` (`group`, `value`, `n`) with their range and the value of the whole, largest value first."""
    import ibis

    large = found.n >= margin.rows
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
        margin=ibis.literal(margin.size),
    )
    return shown.order_by(shown.compared.desc(), shown.value.desc(), shown[name])


def proved(proof: Evidence, margin: Margin) -> Proof:
    """The facts out of the first row, and caveats where groups were too small, and where all rows are few."""
    facts = {key: proof.rows[0][key] for key in FACTS}
    small, few = int(str(facts["left_out"])), coarse(margin, margin.size)
    if not small:
        return Proof(facts, proof, few)
    en = "1 group of fewer than" if small == 1 else f"{small} groups of fewer than"
    said = Words(f"Not compared: {en} {margin.rows} rows.", f"未比较：{small} 个不足 {margin.rows} 条记录的组。")
    return Proof(facts, proof, (*few, said))


def coarse(margin: Margin, within: float) -> tuple[Words, ...]:
    """A caveat where rows are few; `within` is the margin that was tested, a ratio where it is above 1."""
    if not margin.is_coarse:
        return ()
    en, zh = (f"a ratio of {within}", f"{within} 倍") if within > 1 else (f"an effect of {within}", f"效应量 {within}")
    return (Words(f"Few rows: only a difference beyond {en} is ruled out.", f"记录较少：只能排除超过{zh}的差异。"),)
