"""`explain` with sentences and charts: the decomposition, worded by the report room."""

from collections.abc import Sequence
from dataclasses import replace

from dongcha.core.errors import ConfigError, StorageError
from dongcha.data.join.asked import asked
from dongcha.data.join.sources import read_joined
from dongcha.data.saved import load_table
from dongcha.data.table import Table
from dongcha.insight.change.answer import Explanation
from dongcha.insight.change.explain import explain_change
from dongcha.insight.change.question import Question, figure_of, groups_of, periods_of
from dongcha.report.charts.draw import draw
from dongcha.report.difference import finding_sentence, sentences
from dongcha.report.verify import check_numbers
from dongcha.store.project import is_project, open_project


def explain(
    table: Table,
    measure: str = "rows",
    *,
    between: Sequence[str] | None = None,
    time: str | None = None,
    group: str | None = None,
    against: str | None = None,
    by: Sequence[str] | None = None,
    part: float = 0.8,
    fdr: float = 0.05,
) -> Explanation:
    """Why `measure` differs between two periods (`between=("2023", "2024")`) or two groups (`group="region=West"`).

    `measure` is `rows`, `sum:COL`, `mean:COL`, `COL=VALUE` (rate of a value) or `COL` (its sum).  A period is a year,
    quarter (2024-Q2), month, week (2024-W20) or day, or an inclusive range (2024-01..2024-03); `time` names the column
    where there are several.  `against` is the other value of the group's column; None takes all its other rows.  `by`
    names the dimensions (None: all categories); the fewest segments that hold `part` of the difference are named.

    Raises `ConfigError` for a question that makes no sense, `UnknownName` for a column or value that is not there, and
    `DataError` where the data cannot answer.
    """
    if (between is None) == (group is None):
        raise ConfigError("explain takes two periods (between) or a group, and not both")
    if group is None and against is not None:
        raise ConfigError("against goes with a group")
    figure = figure_of(table, measure)
    before, after = groups_of(table, group, against) if group is not None else periods_of(table, between or (), time)
    question = Question(
        figure=figure, before=before, after=after, by=tuple(by) if by is not None else None, part=part, fdr=fdr
    )
    return explained(table, question)


def explained(table: Table, question: Question) -> Explanation:
    """The explanation in words; a finding whose sentence holds a number that is not in its evidence is left out."""
    found = explain_change(table, question, say=finding_sentence, draw=draw)
    true = tuple(one for one in found.findings if not check_numbers(one))
    return replace(found, findings=true, sentences=sentences(replace(found, findings=true)))


def table_at(place: str, roles: dict[str, str | None], others: Sequence[str] = ()) -> Table:
    """The table of a file with the `others` joined to it, or the one that a project's last run annotated.

    Raises `StorageError` for a project that has not been run, `ConfigError` for one with further tables.
    """
    if not is_project(place):
        return read_joined(place, [asked(one) for one in others], roles=roles)
    if others:
        raise ConfigError(f"the tables of the project {place!r} are those of its last run; leave --with out")
    path = open_project(place).data / "annotated.parquet"
    if not path.is_file():
        raise StorageError(f"the project {place!r} has no table yet; run it first: dongcha run --project {place}")
    return load_table(path).with_roles(roles)
