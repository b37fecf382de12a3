"""Answers by class, what is taken for what, and whether scores can be believed."""

from collections.abc import Iterable, Mapping

from dongcha.core.words import Lang, Words
from dongcha.report.charts.evaluation import against, histogram, reliability
from dongcha.report.contents.grid import Grid, heads, short
from dongcha.report.contents.model import heat
from dongcha.report.contents.section import Bars, Block, Drawing, Line, Section, section
from dongcha.report.labels import EVALUATION, LABELS
from dongcha.report.numbers import number, percent
from dongcha.report.reading import Object, confusion, figure, items, part, parts

MOST_LINES = 30
"""Classes that are shown before the rest is folded."""

MOST_PAIRS = 10
NO_SUPPORT = "–"


def classes(found: Object, lang: Lang) -> Section:
    """F1, precision and recall of each class, label, type of entity and tag."""
    metrics = part(found, "metrics")
    kinds = {
        "class": parts(metrics, "per_class"),
        "label": parts(metrics, "per_label"),
        "entity": _labelled(part(part(metrics, "entity"), "per_type")),
        "tag": _labelled(part(part(metrics, "token"), "per_tag")),
    }
    blocks = [_bars(kind, lines, lang) for kind, lines in kinds.items() if lines]
    said = [EVALUATION["weakest"].at(lang)] if blocks else []
    return section("classes", LABELS["per_class"].at(lang), said, blocks)


def _labelled(lines: Object) -> list[Object]:
    return [{**line, "label": name} for name, line in lines.items() if isinstance(line, Mapping)]


def _bars(kind: str, lines: Iterable[Object], lang: Lang) -> Block:
    ranked = sorted(lines, key=lambda line: (not figure(line, "support"), figure(line, "f1") or 0.0))
    drawn = tuple(_bar(line, kind, lang) for line in ranked)
    rest = drawn[MOST_LINES:]
    more = Words(f"{len(rest):,} more", f"其余 {len(rest):,} 项").at(lang) if rest else ""
    head = (EVALUATION[kind].at(lang), *heads(lang, "f1", "precision", "recall"), EVALUATION[f"{kind}_rows"].at(lang))
    title = EVALUATION[f"by_{kind}"].at(lang) if kind in ("entity", "tag") else ""
    return Block(kind="bars", value=Bars(head, drawn[:MOST_LINES], rest, more), title=title)


def _bar(line: Object, kind: str, lang: Lang) -> Line:
    """One class; of a class without a row there is nothing to be recalled, so no F1 either."""
    support = figure(line, "support") or 0
    values = [figure(line, name) for name in ("f1", "precision", "recall")]
    shown = [NO_SUPPORT if value is None or not support else percent(value) for value in values]
    name = short(str(line.get("label", "")), 120) or EVALUATION["empty"].at(lang)
    return Line(name, (values[0] or 0.0) if support else None, tuple((cell, "") for cell in [*shown, number(support)]))


def confusions(found: Object, lang: Lang) -> Section:
    """The pairs of classes that are mixed up most, and the whole matrix where a page can hold it."""
    labels, rows = confusion(part(found, "metrics"))
    pairs = sorted(
        ((n, t, s) for t, row in enumerate(rows) for s, n in enumerate(row) if n and s != t),
        key=lambda pair: (-pair[0], pair[1:]),
    )
    lines = tuple(
        (short(labels[t], 120), short(labels[s], 120), number(n), percent(n / sum(rows[t])))
        for n, t, s in pairs[:MOST_PAIRS]
    )
    head = tuple(EVALUATION[name].at(lang) for name in ("true", "said", "errors_count", "of_class"))
    blocks = [Block(kind="grid", value=Grid(head, lines, frozenset({2, 3})), title=EVALUATION["largest"].at(lang))]
    if len(labels) > 1:
        title, hint = EVALUATION["matrix"].at(lang), LABELS["confusion_hint"].at(lang)
        blocks.append(Block(kind="heat", value=heat(found), title=title, hint=hint))
    said = [EVALUATION["no_confusion"].at(lang)] if labels and not lines else []
    return section("confusion", LABELS["confusion"].at(lang), said, blocks if labels else [])


def believed(found: Object, lang: Lang) -> Section:
    """The share right by score, before and after temperature scaling."""
    calibration = part(part(found, "metrics"), "calibration")
    blocks = []
    drawn = calibrated(calibration, lang)
    if drawn is not None:
        blocks.append(Block(kind="drawing", value=drawn, hint=EVALUATION["reliability_hint"].at(lang)))
    names = (EVALUATION["score"], LABELS["records"], EVALUATION["mean_score"], EVALUATION["share_right"])
    head = tuple(words.at(lang) for words in names)
    lines = [
        (
            f"{percent(_at(one, 'low'))} – {percent(_at(one, 'high'))}",
            number(_at(one, "rows")),
            percent(_at(one, "confidence")),
            percent(_at(one, "accuracy")),
        )
        for one in parts(calibration, "bins_after")
    ]
    table = Grid(head, tuple(lines), frozenset({1, 2, 3}))
    blocks.append(Block(kind="grid", value=table, title=EVALUATION["bins"].at(lang), folded=True))
    return section("reliability", EVALUATION["believed"].at(lang), [calibration_said(calibration).at(lang)], blocks)


def calibrated(calibration: Object, lang: Lang) -> Drawing | None:
    """The reliability diagram; None where no bins were kept."""
    series = {when: parts(calibration, f"bins_{when}") for when in ("before", "after")}
    named = {EVALUATION[f"series_{when}"].at(lang): bins for when, bins in series.items() if bins}
    return Drawing(reliability(named, lang), narrow=True) if named else None


def calibration_said(calibration: Object) -> Words:
    """One sentence on how far scores can be taken for probabilities; empty where that was not measured."""
    after, before, heat_ = (figure(calibration, name) for name in ("ece_after", "ece_before", "temperature"))
    if after is None:
        return Words("", "")
    apart = Words(
        f"A score and the share of such answers that are right lie {percent(after)} apart on average",
        f"得分与同等得分的回答的正确比例平均相差 {percent(after)}",
    )
    if before is None:
        return Words(f"{apart.en} (expected calibration error).", f"{apart.zh}（期望校准误差）。")
    heated = f"{heat_:.2f}" if heat_ is not None else "?"
    return Words(
        f"{apart.en} (expected calibration error); before temperature scaling (T = {heated}) it was {percent(before)}.",
        f"{apart.zh}（期望校准误差）；温度缩放（T = {heated}）之前为 {percent(before)}。",
    )


def numbers(found: Object, lang: Lang) -> Section:
    """Of numbers: the true beside the predicted ones and how far they lie apart; of orders: nDCG by query."""
    metrics, blocks = part(found, "metrics"), []
    if part(metrics, "against"):
        drawn = Drawing(against(part(metrics, "against"), lang), narrow=True)
        blocks.append(
            Block(
                kind="drawing",
                value=drawn,
                title=EVALUATION["against"].at(lang),
                hint=EVALUATION["against_hint"].at(lang),
            )
        )
    for name, shares in (("errors", False), ("by_query", True)):
        binned = part(metrics, name)
        if items(binned, "counts"):
            drawn = Drawing(histogram(binned, EVALUATION[name], lang, parts=shares))
            blocks.append(Block(kind="drawing", value=drawn, title=EVALUATION[f"{name}_title"].at(lang)))
    return section("numbers", EVALUATION["numbers"].at(lang), [], blocks)


def _at(one: Object, name: str) -> float:
    return figure(one, name) or 0.0
