"""A simulated labelling as one HTML page that stands alone: what was found, the curves, and the table.

Knows plain objects: what `dongcha learn --simulate --json` prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dongcha.core.words import Lang, Words
from dongcha.report.charts.inline import inline
from dongcha.report.charts.learning import BASELINE, learning
from dongcha.report.labels import LABELS
from dongcha.report.rendered import rendered

FIGURE = {"macro_f1": Words("Macro F1", "宏平均 F1"), "accuracy": Words("Accuracy", "准确率")}
HEADS = (
    Words("Strategy", "策略"),
    Words("Labels needed", "所需标注数"),
    Words("95 % interval", "95% 区间"),
    Words("Of random's", "相对随机"),
    Words("95 % interval", "95% 区间"),
    Words("Runs that reached it", "达到的次数"),
)


def simulation_page(found: Mapping[str, Any], lang: Lang) -> str:
    """The page in one language."""
    from markupsafe import Markup

    figure = FIGURE.get(found["figure"], Words(found["figure"], found["figure"]))
    chart = learning(found["curves"], float(found["goal"]), figure, lang)
    labels = {
        "over": Words("Simulated labelling", "模拟标注"),
        "curves": Words("Learning curves", "学习曲线"),
        "needed": Words("Labels needed", "所需标注数"),
        "made_with": LABELS["made_with"],
        "skip": LABELS["skip"],
    }
    return rendered(
        "simulation.html.j2", lang, labels, heading=str(found["label"]), file=str(found["file"]),
        said=[words.at(lang) for words in sentences(found)], chart=Markup(inline(chart, "curves")),
        heads=[head.at(lang) for head in HEADS], lines=table_lines(found),
        notes=[note["zh" if lang == "zh" else "en"] for note in found["notes"]],
    )  # fmt: skip


def sentences(found: Mapping[str, Any]) -> list[Words]:
    """What was done, and the best strategy beside random."""
    goal, full, share = found["goal"], found["full"], found["share"]
    figure = FIGURE.get(found["figure"], Words(found["figure"], found["figure"]))
    told = [
        Words(
            f"With the labels of all {found['rows']:,} rows, {figure.en} is {full:.3f} on {found['held_rows']:,} other "
            f"rows; {share:.0%} of that is {goal:.3f}.",
            f"使用全部 {found['rows']:,} 行的标注，"
            f"在另外 {found['held_rows']:,} 行上{figure.zh}为 {full:.3f}；其 {share:.0%} 为 {goal:.3f}。",
        )
    ]
    reached = [one for one in found["needed"] if one["labels"] is not None]
    if not reached:
        return [*told, Words("No strategy reached it within the budget.", "预算内没有策略达到该值。")]
    best = min(reached, key=lambda one: one["labels"])
    base = next(one for one in found["needed"] if one["strategy"] == BASELINE)
    if base["labels"] is not None and base["labels"] <= best["labels"]:
        return [
            *told,
            Words(
                f"No strategy reaches it with fewer than the {base['labels']:,.0f} labels that random needs.",
                f"没有策略所需的标注少于随机的 {base['labels']:,.0f} 个。",
            ),
        ]
    en = f"{best['strategy']} reaches it with {best['labels']:,.0f} labels"
    zh = f"{best['strategy']} 用 {best['labels']:,.0f} 个标注达到"
    if base["labels"] is None:
        return [
            *told,
            Words(
                f"{en}; random does not within {found['budget']:,}.", f"{zh}；随机在 {found['budget']:,} 个以内未达到。"
            ),
        ]
    return [*told, Words(f"{en}; random needs {base['labels']:,.0f}.", f"{zh}；随机需要 {base['labels']:,.0f} 个。")]


def table_lines(found: Mapping[str, Any]) -> list[Sequence[str]]:
    """One line a strategy, those that need the fewest labels first."""
    ranked = sorted(found["needed"], key=lambda one: (one["labels"] is None, one["labels"] or 0.0))
    return [_line(one, int(found["budget"])) for one in ranked]


def _line(one: Mapping[str, Any], budget: int) -> Sequence[str]:
    def count(value: float | None) -> str:
        return f"> {budget:,}" if value is None else f"{value:,.0f}"

    def between(low: float | None, high: float | None) -> str:
        return "–" if low is None else f"{count(low)} – {count(high)}"

    def part(value: float | None) -> str:
        return "–" if value is None else f"{value:.0%}"

    shares = "–" if one["share_low"] is None else f"{part(one['share_low'])} – {part(one['share_high'])}"
    runs = f"{one['reached']} / {one['runs']}"
    return one["strategy"], count(one["labels"]), between(one["low"], one["high"]), part(one["share"]), shares, runs
