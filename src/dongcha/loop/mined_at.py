"""Mine a file or project, or tell what was mined of it before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.data.join.record import join_faults, join_json
from dongcha.insight.insight import Mined
from dongcha.insight.remembered import NOTHING
from dongcha.loop.explain import table_at
from dongcha.loop.mine import mine
from dongcha.loop.mined import keep, kept, key_of
from dongcha.loop.remember import remembered
from dongcha.store.config import Config
from dongcha.store.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a mining; `fresh` tells nothing that was kept."""

    place: str
    others: Sequence[str] = ()
    roles: dict[str, str | None]
    settings: Config
    goal: str | None = None
    budget_s: float | None = None
    memory: Memory | None = None
    fresh: bool = False


Told = tuple[Mined, Sequence[Words], Mapping[str, object]]
"""What was mined, the notes of the reading, and the tables that were joined (`join_json`)."""


def mined_at(order: Order, on_step: OnStep = silent) -> Told:
    """What is true in the table of a place.

    The same content, settings, marks and code give what was mined before, with no row read; several tables are joined
    and mined each time.
    """
    config, memory = order.settings, order.memory
    marks = sorted((verb, key) for verb, key, _ in memory.marks()) if memory else []
    asked = [sorted(order.roles.items()), order.goal, config.top, config.fdr, marks]
    key = None if order.others else key_of(order.place, asked)
    found = kept(key) if key is not None and not order.fresh else None
    if found is not None:
        return (*found, {})
    table = table_at(order.place, order.roles, order.others)
    mined = mine(
        table,
        top=config.top,
        fdr=config.fdr,
        goal=order.goal,
        remembered=remembered(memory) if memory else NOTHING,
        budget_s=order.budget_s,
        on_step=on_step,
    )
    if key is not None and not table.joined:
        keep(key, mined, table.notes)
    return mined, [*table.notes, *join_faults(table)], join_json(table)
