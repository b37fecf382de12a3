"""Draw an insight: the chart of its pattern as a Vega-Lite object."""

from collections.abc import Callable

from dongcha.core.registry import Registry
from dongcha.core.words import Lang
from dongcha.insight.insight import Insight
from dongcha.report.charts import (
    association,
    band,
    change_point,
    correlation,
    difference,
    driver,
    even,
    exception,
    forecast,
    growing,
    homogeneity,
    latest,
    majority,
    missing,
    outlier,
    outstanding,
    paired,
    phrase,
    reversal,
    season,
    shift,
    text_driver,
    top_two,
    trend,
)
from dongcha.report.charts.theme import Spec

CHARTS: Registry[Callable[[Insight, Lang], Spec]] = Registry("chart")
for _name, _part in {
    "outstanding": outstanding,
    "majority": majority,
    "trend": trend,
    "change_point": change_point,
    "outlier": outlier,
    "correlation": correlation,
    "driver": driver,
    "difference": difference,
    "phrase": phrase,
    "growing": growing,
    "text_driver": text_driver,
    "seasonality": season,
    "missing": missing,
    "reversal": reversal,
    "exception": exception,
    "association": association,
    "evenness": even,
    "homogeneity": homogeneity,
    "no_trend": trend,
    "no_correlation": correlation,
    "band": band,
    "latest": latest,
    "shift": shift,
    "top_two": top_two,
    "lead_lag": paired,
    "together": paired,
    "forecast": forecast,
}.items():
    CHARTS(_name)(_part.chart)


def draw(insight: Insight, lang: Lang = "en") -> Spec:
    """The chart of an insight; raises `UnknownName` for a pattern that has none."""
    return CHARTS.get(insight.pattern)(insight, lang)
