"""The share of texts that say a phrase over time: with a line through it, or its level before and after a period."""

from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts import change_point, trend
from dongcha.report.charts.theme import Spec


def chart(insight: Insight, lang: Lang) -> Spec:
    """The chart of the shape that the finding has."""
    return change_point.chart(insight, lang) if "period" in insight.facts else trend.chart(insight, lang)
