"""How good a model is in short: its figures beside what they have to be held against."""

from dongcha.core.words import Lang, Words
from dongcha.report.contents.grid import short
from dongcha.report.contents.section import Bars, Block, Line, Section, section
from dongcha.report.figures import figure_text, figure_words, figures
from dongcha.report.labels import EVALUATION, LABELS, METHODS, named
from dongcha.report.numbers import number, p_value
from dongcha.report.reading import Object, bounds, curly, figure, items, part, text

SIMPLEST = {
    "tags": Words("no entity anywhere", "始终判为非实体"),
    "labels": Words("always the commonest labels", "始终给最常见的标签"),
    "number": Words("always the mean", "始终给平均值"),
    "score": Words("order by shared words", "按共有词排序"),
}
"""What the simplest answer is, by what a task gives; else the largest class."""

OTHERS = {
    "default": Words("default recipe", "默认配方"),
    "when_trained": Words("this model, on the test rows of its training", "本模型在训练时的测试集上"),
}


def headline(found: Object, lang: Lang) -> Section:
    """The first section: on what was measured, the verdict, and all figures side by side."""
    said = [_measured(found).at(lang), text(found.get("verdict"), lang), _versus(found, lang)]
    notes = tuple(curly(text(note, lang)) for note in items(found, "notes"))
    blocks = [
        Block(kind="bars", value=_standing(found, lang), hint=EVALUATION["intervals"].at(lang)),
        Block(kind="pairs", value=_further(found, lang)),
        Block(kind="list", value=notes, title=LABELS["notes"].at(lang)),
    ]
    return section("glance", LABELS["glance"].at(lang), said, blocks)


def approach(found: Object, name: str, lang: Lang) -> str:
    """What a way of answering is called: a method, the simplest answer, or this model elsewhere."""
    simplest = SIMPLEST.get(str(found.get("gives"))) if name == "majority" else None
    words = OTHERS.get(name) or simplest
    return words.at(lang) if words else named(METHODS, name, lang)


def _measured(found: Object) -> Words:
    rows = figure(part(found, "metrics"), "rows")
    if rows is None:
        return Words("No figure was measured.", "没有测得指标。")
    sentences = found.get("gives") == "tags"
    many = number(rows)
    if found.get("file"):
        file = f"“{short(str(found['file']), 80)}”"
        what = Words("sentences" if sentences else "rows", "个句子" if sentences else "条记录")
        return Words(
            f"Measured on {many} {what.en} of {file}. Those that it learned from, if any, flatter it.",
            f"在{file}的 {many} {what.zh}上测得；若其中有训练过的数据，指标会偏高。",
        )
    what = Words("test sentences" if sentences else "test rows", "个测试句子" if sentences else "条测试记录")
    return Words(
        f"Measured on {many} {what.en} that took no part in training or in any choice.",
        f"在未参与训练与选择的 {many} {what.zh}上测得。",
    )


def _versus(found: Object, lang: Lang) -> str:
    """The paired test with another way of answering, on the same rows."""
    test = part(found, "versus")
    p = figure(test, "p_value")
    if p is None:
        return ""
    other, ours, theirs = (
        approach(found, str(test.get("against")), lang),
        *(figure(test, name) for name in ("only_this_right", "only_other_right")),
    )
    p_said = f"p {shown}" if (shown := p_value(p)).startswith("<") else f"p = {shown}"
    if ours is None or theirs is None:
        return Words(f"Paired bootstrap test against {other}: {p_said}.", f"与{other}的配对自助法检验：{p_said}。").at(
            lang
        )
    one, two = number(ours), number(theirs)
    return Words(
        f"On the same rows, {one} are right by this model alone, {two} by {other} alone (exact McNemar test, "
        f"{p_said}).",
        f"在同一批记录上，仅本模型答对 {one} 条，仅{other}答对 {two} 条（McNemar 精确检验，{p_said}）。",
    ).at(lang)


def _standing(found: Object, lang: Lang) -> Bars:
    metrics, known, chosen = part(found, "metrics"), part(found, "names"), str(found.get("chosen_on"))
    ours = figures(metrics, known)
    names = sorted(ours, key=lambda name: name != chosen)
    if not names:
        return Bars((), ())
    method = str(part(found, "recipe").get("method") or "")
    lines = [
        _line(
            f"{LABELS['this_model'].at(lang)}{EVALUATION['colon'].at(lang)}{approach(found, method, lang)}",
            ours,
            names,
            metrics,
        )
    ]
    for name in part(found, "baselines"):
        theirs = figures({**part(part(found, "baselines"), name), "interval": {}}, ours)
        if theirs and (name, theirs) != (method, ours):
            lines.append(_line(approach(found, name, lang), theirs, names, {}))
    head = (LABELS["approach"].at(lang), *(figure_words(name, known).at(lang) for name in names))
    return Bars(head, tuple(lines))


def _line(name: str, values: dict[str, float], names: list[str], metrics: Object) -> Line:
    cells = []
    for figure_name in names:
        pair = bounds(metrics, figure_name)
        between = " – ".join(figure_text(figure_name, bound) for bound in pair) if pair else ""
        cells.append((figure_text(figure_name, values[figure_name]) if figure_name in values else "", between))
    return Line(name, min(1.0, max(0.0, values.get(names[0], 0.0))), tuple(cells), ours=bool(metrics))


def _further(found: Object, lang: Lang) -> tuple[tuple[str, str], ...]:
    """Figures without an interval."""
    metrics = part(found, "metrics")
    values = {name: figure(metrics, name) for name in ("mean_average_precision", "hamming", "threshold", "queries")}
    entity = part(metrics, "entity")
    values |= {f"entity_{name}": figure(entity, name) for name in ("precision", "recall")}
    return tuple((EVALUATION[name].at(lang), number(value, 3)) for name, value in values.items() if value is not None)
