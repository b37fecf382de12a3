"""Say which rows a finding counts, where they are not those of the table that was mined."""

from dongcha.core.words import Words
from dongcha.insight.insight import Insight
from dongcha.report.facts import Facts
from dongcha.report.names import column, zh_column


def rows_of(insight: Insight) -> Words:
    """The opening of a sentence on the rows of a joined table: `Of the 1,204 rows of customers, `; else empty."""
    table, facts = insight.subject.table, Facts(insight)
    if table is None or not facts.has("table_rows"):
        return Words("", "")
    rows = facts.count("table_rows")
    return Words(f"Of the {rows} rows of {column(table)}, ", f"{zh_column(table)}共 {rows} 条记录：")


def opening(insight: Insight, within: Words) -> Words:
    """What stands before a sentence: the rows that are counted, and the subset that it is about."""
    rows = rows_of(insight)
    if not rows.en:
        return within
    return Words(rows.en + within.en[:1].lower() + within.en[1:], rows.zh + within.zh)
