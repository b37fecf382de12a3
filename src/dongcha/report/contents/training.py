"""How a model was trained, and what more rows would bring."""

import json

from dongcha.core.words import Lang, Words
from dongcha.report.charts.evaluation import learning_curve
from dongcha.report.contents.grid import Grid, count, filled, short
from dongcha.report.contents.headline import approach
from dongcha.report.contents.section import Block, Drawing, Section, section
from dongcha.report.figures import figure_text, figure_words, is_share
from dongcha.report.labels import EVALUATION, LABELS
from dongcha.report.numbers import number
from dongcha.report.reading import Object, figure, items, part, parts, text


def curve(found: Object, lang: Lang) -> Section:
    """The figure on the validation rows by train rows, and its forecast."""
    given, known = part(found, "learning_curve"), part(found, "names")
    points, forecast = (
        [
            one
            for one in parts(given, name)
            if all(figure(one, key) is not None for key in ("rows", "value", "low", "high"))
        ]
        for name in ("points", "forecast")
    )
    title = EVALUATION["curve"].at(lang)
    if not points:
        return section("curve", title, [], [])
    name = str(given.get("figure"))
    drawn = learning_curve(points, forecast, figure_words(name, known), lang, parts=is_share(name))
    said = [EVALUATION["curve_hint"].at(lang)]
    if forecast:
        rows, value, low, high = (figure(forecast[-1], key) or 0.0 for key in ("rows", "value", "low", "high"))
        shown = [figure_text(name, one) for one in (value, low, high)]
        said = [
            Words(
                f"With {number(rows)} train rows, {shown[0]} is forecast (90% bounds {shown[1]} – {shown[2]}).",
                f"若训练记录增至 {number(rows)} 条，预计为 {shown[0]}（90% 区间 {shown[1]} – {shown[2]}）。",
            ).at(lang),
            *said,
        ]
    return section("curve", title, said, [Block(kind="drawing", value=Drawing(drawn))])


def training(found: Object, lang: Lang) -> Section:
    """Method, steps, time, what else was tried, and the whole recipe."""
    recipe = part(found, "recipe")
    code = json.dumps(recipe, ensure_ascii=False, indent=2, default=str) if recipe else ""
    blocks = [
        Block(kind="pairs", value=_facts(found, lang)),
        Block(
            kind="grid", value=_rungs(found, lang), title=LABELS["tried"].at(lang), hint=LABELS["tried_hint"].at(lang)
        ),
        Block(kind="code", value=code, title=EVALUATION["recipe"].at(lang), folded=True),
    ]
    return section("training", EVALUATION["training"].at(lang), [], blocks)


def _facts(found: Object, lang: Lang) -> tuple[tuple[str, str], ...]:
    recipe = part(found, "recipe")
    seconds, trials = figure(found, "seconds"), len(items(found, "trials"))
    values = {
        "task": str(found.get("task") or ""),
        "method": approach(found, str(recipe.get("method") or ""), lang),
        "encoder": short(str(recipe.get("encoder") or ""), 80),
        "reads": short(str(found.get("text") or ""), 80),
        "answers": short(str(found.get("label") or ""), 80),
        "outputs": number(len(items(found, "labels"))) if items(found, "labels") else "",
        "rows_split": _split(part(found, "rows"), lang),
        "steps": _steps(part(recipe, "settings")).at(lang),
        "trials": number(trials) if trials else "",
        "time": Words(f"{number(seconds, 3)} s", f"{number(seconds, 3)} 秒").at(lang) if seconds is not None else "",
        "seed": count(recipe, "seed"),
        "data": short(str(found.get("data") or ""), 80),
    }
    return tuple((EVALUATION[name].at(lang), value) for name, value in values.items() if value)


def _split(rows: Object, lang: Lang) -> str:
    """Train, validation and test rows, where they are known."""
    return " / ".join(
        number(value) for name in ("train", "validation", "test") if (value := figure(rows, name)) is not None
    )


def _steps(settings: Object) -> Words:
    """How many steps were planned and made, and which was kept."""
    planned, made, kept = (figure(settings, name) for name in ("steps", "stopped_at", "best_at"))
    last = made or planned
    if last is None:
        return Words("", "")
    stopped = (
        Words(f" of {number(planned)} planned", f"（计划 {number(planned)} 步）")
        if planned and made and made < planned
        else Words("", "")
    )
    best = Words(f"; step {number(kept)} kept", f"，保留第 {number(kept)} 步") if kept else Words("", "")
    return Words(f"{number(last)}{stopped.en}{best.en}", f"{number(last)} 步{stopped.zh}{best.zh}")


def _rungs(found: Object, lang: Lang) -> Grid:
    """What was tried on the validation rows."""
    rungs = parts(found, "rungs")
    known = part(found, "names")
    names = list(dict.fromkeys(name for rung in rungs for name in part(rung, "validation")))
    names.sort(key=lambda name: name != found.get("chosen_on"))
    rows = []
    for rung in rungs:
        values = [figure(part(rung, "validation"), name) for name in names]
        shown = ["" if value is None else figure_text(name, value) for name, value in zip(names, values, strict=True)]
        fate = LABELS["chosen"].at(lang) if rung.get("chosen") is True else text(rung.get("skipped"), lang)
        rows.append(
            (
                approach(found, str(rung.get("method", "")), lang),
                *shown,
                "" if rung.get("skipped") else count(rung, "seconds"),
                fate,
            )
        )
    head = (
        LABELS["approach"].at(lang),
        *(figure_words(name, known).at(lang) for name in names),
        LABELS["seconds"].at(lang),
        "",
    )
    kept = frozenset(i for i, rung in enumerate(rungs) if rung.get("chosen") is True)
    return filled(Grid(head, tuple(rows), frozenset(range(1, len(names) + 2)), kept))
