"""`clean`: apply the rules in order and say what each did."""

from collections.abc import Callable, Sequence

from dongcha.core.checks import known
from dongcha.core.errors import DataError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.registry import Registry
from dongcha.core.words import Words
from dongcha.data.brought import here
from dongcha.data.clean.applied import Applied, Cleaned
from dongcha.data.clean.near import MOST
from dongcha.data.clean.rewrite import rewrite
from dongcha.data.clean.rows import empty_text, exact_duplicates, impossible_dates, near_duplicates, short_text
from dongcha.data.clean.texts import TEXT_RULES
from dongcha.data.engine import engine, fresh_name
from dongcha.data.schema import ROW, Role
from dongcha.data.table import Table

Rule = Callable[[Table], tuple[Table, Applied]]
ROW_RULES: Registry[Rule] = Registry("cleaning rule")
"""Rules on rows, in the order in which they run; a guest registers by the same door."""
for _rule in (impossible_dates, empty_text, short_text, exact_duplicates, near_duplicates):
    ROW_RULES(_rule.__name__)(_rule)

JOB = Words("cleaning", "清洗")


def clean(table: Table, *, rules: Sequence[str] | None = None, on_step: OnStep = silent) -> Cleaned:
    """The table as `rules` (all, unless named) leave it.

    Raises `DataError` where no row is left, and `UnknownName` for a rule that is not there.
    """
    table = here(table, "cleaning")
    texts = {rule.name: rule for rule in TEXT_RULES}
    for name in rules or ():
        known("cleaning rule", name, [*texts, *ROW_RULES])
    chosen = [*texts, *ROW_RULES] if rules is None else [n for n in (*texts, *ROW_RULES) if n in rules]
    before, total = table.rows, len(chosen)
    on_step(Step(JOB, 0, total))
    wanted = [texts[name] for name in chosen if name in texts]
    applied: list[Applied] = []
    if wanted:
        table, applied = rewrite(table, wanted)
        table = _settled(table)
    for done, name in enumerate((n for n in chosen if n not in texts), len(wanted)):
        on_step(Step(JOB, done, total))
        table, found = ROW_RULES.get(name)(table)
        applied.append(found)
    table = _settled(table)
    on_step(Step(JOB, total, total))
    after = table.rows
    if not after:
        raise DataError(f"no row of {table.name!r} is left after cleaning: {_why(applied)}; check the text column")
    return Cleaned(table, before, after, tuple(applied), tuple(_warnings(table, chosen, before, after)))


def _settled(table: Table) -> Table:
    """The same rows, computed once."""
    return table.with_expr(engine().create_table(fresh_name("cleaned"), table.expr.order_by(ROW)))


def _why(applied: Sequence[Applied]) -> str:
    return ", ".join(f"{rule.rows} {rule.words.en}" for rule in applied if rule.rows) or "it had none"


def _warnings(table: Table, chosen: Sequence[str], before: int, after: int) -> list[Words]:
    found = []
    if after < before / 2:
        found.append(Words("More than half of the rows were taken out.", "超过一半的记录被移除。"))
    if "near_duplicates" in chosen and after > MOST and table.schema.of(Role.TEXT):
        found.append(
            Words(
                f"With more than {MOST:,} rows, only equal texts count as near-duplicates.",
                f"超过 {MOST:,} 行时，只有相同文本视为近似重复。",
            )
        )
    return found
