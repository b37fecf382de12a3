"""Say a forecast in sentences of English and Chinese, and put it in the shape that charts draw."""

from dongcha.core.words import Words
from dongcha.insight.forecast.answer import Ahead, Forecast
from dongcha.insight.insight import Cell, Effect, Evidence, Insight
from dongcha.report.names import after_zh
from dongcha.report.numbers import number, percent, period
from dongcha.report.subject import amount, opened, quantity

METHODS: dict[str, Words] = {
    "naive": Words("the last value", "最近一期的值"),
    "seasonal_naive": Words("the same period a season before", "上一季节同期的值"),
    "mean": Words("the mean of the past", "历史均值"),
    "ets": Words("exponential smoothing (ETS)", "指数平滑（ETS）"),
    "theta": Words("the Theta method", "Theta 方法"),
    "average": Words("the average of ETS and Theta", "ETS 与 Theta 的平均"),
}
FEW = 20
"""Origins of a backtest below which its figures are called rough."""


def sentences(found: Forecast) -> tuple[Words, ...]:
    """What is forecast, by which method and how good it was in the backtest, and how far the interval can be trusted."""
    return tuple(opened(one) for one in (_next(found), *_last(found), _race(found), _covered(found)))


def _next(found: Forecast) -> Words:
    first, what = found.ahead[0], quantity(found.subject)
    value, low, high = _amounts(found, first)
    at, level = _when(found, first), percent(found.level)
    return Words(
        f"{what.en} is forecast at {value} {at.en} ({level} interval: {low} to {high}).",
        f"{what.zh}在{after_zh(at.zh)}的预测值为 {value}（{level} 区间：{low} 至 {high}）。",
    )


def _last(found: Forecast) -> tuple[Words, ...]:
    if len(found.ahead) < 2:
        return ()
    last = found.ahead[-1]
    value, low, high = _amounts(found, last)
    at = _when(found, last)
    return (
        Words(
            f"the last of the {len(found.ahead)} periods ahead is {value} {at.en} ({low} to {high}).",
            f"未来 {len(found.ahead)} 期中的最后一期（{at.zh}）为 {value}（{low} 至 {high}）。",
        ),
    )


def _race(found: Forecast) -> Words:
    name, base = METHODS[found.method], METHODS[found.baseline]
    beside = Words("", "")
    if found.method != found.baseline:
        worse = found.mase > found.mase_baseline
        loss = f"{found.mase_baseline:.2f}"
        beside = Words(
            f", against {loss} of {base.en}" + (", which did better so far" if worse else ""),
            f"，{base.zh}为 {loss}" + ("，目前后者更好" if worse else ""),
        )
    return Words(
        f"the method is {name.en}, the best of {len(found.tried)} in a backtest over {found.complete} complete periods; "
        f"chosen that way, the mean absolute scaled error was {found.mase:.2f}{beside.en}.",
        f"所用方法为{after_zh(name.zh)}，是 {len(found.tried)} 种方法在 {found.complete} 个完整时期的回测中最好的；"
        f"按此方式选择，平均绝对标度误差（MASE）为 {found.mase:.2f}{beside.zh}。",
    )


def _covered(found: Forecast) -> Words:
    level = percent(found.level)
    if found.coverage is None:
        return Words(
            f"the history is too short to see how often the {level} interval holds.",
            f"历史太短，无法检验 {level} 区间的实际覆盖率。",
        )
    inside, seen, checked = (
        number(round(found.coverage * found.checked)),
        percent(found.coverage),
        number(found.checked),
    )
    rough = Words("", "")
    if found.origins < FEW:
        rough = Words(f", from only {found.origins} points of the past", f"，仅来自 {found.origins} 个回测起点")
    wider = Words("", "")
    if found.widened > 1:
        times = f"{found.widened:.2f}"
        wider = Words(f"; the interval was made {times} times as wide for that", f"；区间因此放宽至 {times} 倍")
    return Words(
        f"in the backtest the {level} interval held {inside} of {checked} values ({seen}){rough.en}{wider.en}.",
        f"回测中，{level} 区间包含了 {checked} 个值中的 {inside} 个（{seen}）{rough.zh}{wider.zh}。",
    )


def _amounts(found: Forecast, one: Ahead) -> tuple[str, str, str]:
    value, low, high = (amount(found.subject, each).replace("-", "−") for each in (one.value, one.low, one.high))
    return value, low, high


def _when(found: Forecast, one: Ahead) -> Words:
    said, on = period(one.start.isoformat(), found.subject.grain), "on" if found.subject.grain == "day" else "in"
    return Words(f"{on} {said.en}", said.zh)


def as_insight(found: Forecast) -> Insight:
    """The forecast as what charts draw: rows of the past, then rows with `forecast`, `low` and `high`."""
    past: list[dict[str, Cell]] = [dict(row) for row in found.evidence.rows]
    coming: list[dict[str, Cell]] = [
        {"period": one.start.isoformat(), "value": None, "forecast": one.value, "low": one.low, "high": one.high}
        for one in found.ahead
    ]
    said = Words(" ".join(one.en for one in found.sentences[:2]), "".join(one.zh for one in found.sentences[:2]))
    return Insight(
        pattern="forecast",
        subject=found.subject,
        facts={"level": found.level, "season": found.season},
        score=0.0,
        test="rolling-origin backtest",
        p_value=1.0,
        q_value=1.0,
        effect=Effect("mean absolute scaled error", found.mase),
        share=1.0,
        evidence=Evidence(found.evidence.sql, (*past, *coming)),
        caveats=found.caveats,
        sentence=said,
    )
