"""Mine a file or project, or tell what was mined of it before."""

from collections.abc import Sequence
from dataclasses import dataclass

from dongcha.core.duration import seconds_of
from dongcha.core.events import OnStep, silent
from dongcha.data.join.record import join_faults, join_json
from dongcha.insight.remembered import NOTHING
from dongcha.loop.explain import table_at
from dongcha.loop.mine import mine
from dongcha.loop.mined import Told, keep, kept, key_of
from dongcha.loop.remember import remembered
from dongcha.store.config import Config
from dongcha.store.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a mining; `fresh` tells nothing that was kept.

    Without `budget_s`, the settings' budget holds.
    """

    place: str
    others: Sequence[str] = ()
    roles: dict[str, str | None]
    settings: Config
    goal: str | None = None
    budget_s: float | None = None
    memory: Memory | None = None
    fresh: bool = False


def mined_at(order: Order, on_step: OnStep = silent) -> Told:
    """What is true in the table of a place.

    The same content, settings, marks and code give what was mined before, with no row read.
    """
    config, memory = order.settings, order.memory
    marks = sorted((verb, key) for verb, key, _ in memory.marks()) if memory else []
    asked = [sorted(order.roles.items()), order.goal, config.top, config.fdr, marks]
    key = key_of(order.place, order.others, asked)
    found = kept(key) if key is not None and not order.fresh else None
    if found is not None:
        return found
    table = table_at(order.place, order.roles, order.others)
    mined = mine(
        table,
        top=config.top,
        fdr=config.fdr,
        goal=order.goal,
        remembered=remembered(memory) if memory else NOTHING,
        budget_s=order.budget_s or (seconds_of(config.mining_budget) if config.mining_budget else None),
        on_step=on_step,
    )
    told: Told = mined, [*table.notes, *join_faults(table)], join_json(table)
    if key is not None:
        keep(key, told)
    return told
