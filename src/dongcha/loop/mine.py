"""`mine` with sentences and charts: the miner, worded by the report room."""

from collections.abc import Sequence
from dataclasses import replace

from dongcha.core.events import OnStep, silent
from dongcha.data.table import Table
from dongcha.insight import mine as miner
from dongcha.insight.insight import Insight, Mined
from dongcha.insight.remembered import NOTHING, Remembered
from dongcha.loop.meaning import alike
from dongcha.report.charts.draw import draw
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers
from dongcha.store.config import Config
from dongcha.store.project import is_project, open_project


def mine(
    table: Table,
    *,
    top: int = 10,
    fdr: float = 0.05,
    goal: str | None = None,
    remembered: Remembered = NOTHING,
    budget_s: float | None = None,
    on_step: OnStep = silent,
) -> Mined:
    """The findings of `table` with a sentence and a chart each.

    What is dismissed in `remembered` is not told, what is starred there comes forward.  A finding whose sentence holds
    a number that is not in its evidence is left out.  With `budget_s` seconds, what was found when they are up is told,
    and `left` says what was not examined.
    """
    mined = miner.mine(
        table,
        top=top,
        fdr=fdr,
        goal=goal,
        alike=alike,
        remembered=remembered,
        budget_s=budget_s,
        say=say,
        draw=draw,
        on_step=on_step,
    )
    return replace(mined, insights=_true(mined.insights), checked=_true(mined.checked))


def _true(told: Sequence[Insight]) -> tuple[Insight, ...]:
    """Those whose sentences hold, ranked anew."""
    true = [found for found in told if not check_numbers(found)]
    return tuple(replace(found, rank=rank) for rank, found in enumerate(true, 1))


def settings_at(place: str, top: int | None = None) -> Config:
    """How a place is mined: as its project says, or by default; `top` where it is stated."""
    found = open_project(place).config if is_project(place) else Config()
    return found if top is None else found.model_copy(update={"top": top})
