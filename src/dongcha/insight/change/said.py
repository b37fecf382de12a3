"""What the texts of the later side say more often than those of the earlier side, in the segments that explain."""

from collections.abc import Mapping, Sequence

from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table, as_text
from dongcha.insight.change.answer import Breakdown
from dongcha.insight.change.proof import code_of
from dongcha.insight.change.question import Question, where
from dongcha.insight.change.sums import SIDE, coded
from dongcha.insight.insight import Phrase
from dongcha.insight.phrases import PhraseCounts

MOST_TEXTS = 20_000
"""Texts that phrases are counted in; of more, every n-th row is taken."""


def said_since(
    table: Table, question: Question, kept: Mapping[str, Sequence[str]], best: Breakdown | None, *, top: int = 5
) -> tuple[Phrase, ...]:
    """At most `top` phrases, strongest first; none without a column of texts.  Without `best`, of all rows."""
    import ibis

    texts = [column.name for column in table.schema.of(Role.TEXT)]
    if not texts:
        return ()
    data = table.expr
    later = where(data, question.after, question.before)
    side = ibis.cases((where(data, question.before, question.after), 0), (later, 1))
    codes = {
        f"c{at}": coded(data[name].cast("string"), kept[name])
        for at, name in enumerate(best.dimensions if best else ())
    }
    rows = data.select(ROW, **{SIDE: side, "said": data[texts[0]]}, **codes)
    rows = rows.filter(rows[SIDE].notnull() & rows.said.notnull())
    if best is not None:
        wanted = [ibis.and_(*(rows[f"c{at}"] == code_of(key) for at, key in enumerate(one.key))) for one in best.named]
        rows = rows.filter(ibis.or_(*wanted))
    count = int(rows.count().to_pyarrow().as_py())
    step = max(1, -(-count // MOST_TEXTS))
    found = rows.filter(rows[ROW] % step == 0).order_by(ROW).select(SIDE, "said").to_pyarrow()
    after = [side == 1 for side in found.column(SIDE).to_pylist()]
    if not any(after) or all(after):
        return ()
    counts = PhraseCounts([as_text(text) for text in found.column("said").to_pylist()])
    return counts.over_represented(after, top=top, fdr=0.01)
