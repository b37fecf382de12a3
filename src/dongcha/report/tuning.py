"""A tuning as one HTML page that stands alone: which settings mattered, every trial, the best recipe.

Knows the object that `tune --json` prints.  Knows nothing of how a search goes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dongcha.core.words import Lang, Words
from dongcha.report.charts.inline import inline
from dongcha.report.charts.theme import WIDTH, Ink, Spec, config
from dongcha.report.rendered import rendered

LABELS: Mapping[str, Words] = {
    "importance": Words("Which settings mattered", "哪些设置重要"),
    "explained": Words(
        "Share of the differences between finished trials that each setting explains (functional ANOVA).",
        "各设置对已完成试验之间差异的解释比例（函数方差分析）。",
    ),
    "trials": Words("Trials", "试验"),
    "number": Words("trial", "编号"),
    "value": Words("on validation", "验证集"),
    "seconds": Words("seconds", "秒"),
    "settings": Words("settings", "设置"),
    "pruned": Words("given up", "提前终止"),
    "default": Words("default recipe", "默认配方"),
    "star": Words("★ the chosen trial; trial 0 is the default recipe.", "★ 选用的试验；0 号试验为默认配方。"),
    "recipe": Words("Chosen recipe", "选用的配方"),
}


def tuning_page(found: Mapping[str, Any], lang: Lang) -> str:
    """The page of the object that `tune --json` prints."""
    from markupsafe import Markup

    chart = importance_chart(found["importance"], lang)
    return rendered(
        "tune.html.j2",
        lang,
        LABELS,
        title=Words("Tuning: ", "调参：").at(lang) + str(found["best"]["recipe"]["method"]),
        verdict=found["verdict"][lang],
        summary=summary(found, lang),
        chart=Markup(inline(chart, "importance")) if chart else "",
        rows=[_row(trial, found["best"]["number"], lang) for trial in found["trials"]],
        recipe=json.dumps(found["best"]["recipe"], ensure_ascii=False, indent=2),
    )


def summary(found: Mapping[str, Any], lang: Lang) -> str:
    """How many trials there were, how many were given up, and the time which that spared."""
    trials, pruned, saved = len(found["trials"]), found["pruned"], found["saved_share"]
    if not pruned:
        return Words(f"{trials} trials, none of them given up early.", f"共 {trials} 次试验，均未提前终止。").at(lang)
    return Words(
        f"{trials} trials, {pruned} of them given up early, which spared about {saved:.0%} of the time.",
        f"共 {trials} 次试验，其中 {pruned} 次提前终止，约节省 {saved:.0%} 的时间。",
    ).at(lang)


def settings_text(settings: Mapping[str, Any]) -> str:
    """Settings on one line.

    >>> settings_text({"learning_rate": 0.000123456, "batch_rows": 16})
    'learning_rate 0.000123, batch_rows 16'
    """
    shown = {name: f"{value:.3g}" if isinstance(value, float) else str(value) for name, value in settings.items()}
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def importance_chart(importance: Mapping[str, float], lang: Lang) -> Spec | None:
    """Bars of the settings' importance as Vega-Lite; None where it is not known."""
    if not importance:
        return None
    rows: Sequence[Mapping[str, object]] = [{"setting": name, "share": part} for name, part in importance.items()]
    title = LABELS["importance"]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": title.at(lang),
        "usermeta": {"title": title.to_json()},
        "width": WIDTH,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        "height": {"step": 26},
        "encoding": {
            "y": {"field": "setting", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "share", "type": "quantitative", "title": None, "axis": {"format": "~%", "tickCount": 5}},
        },
        "layer": [
            {"mark": {"type": "bar", "color": Ink.ACCENT, "height": 14}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"text": {"field": "share", "format": ".0%"}},
            },
        ],
        "config": config(),
    }


def _row(trial: Mapping[str, Any], best: int, lang: Lang) -> dict[str, object]:
    value = LABELS["pruned"].at(lang) if trial["value"] is None else f"{trial['value']:.3f}"
    settings = settings_text(trial["settings"]) or LABELS["default"].at(lang)
    return {
        "number": trial["number"],
        "best": trial["number"] == best,
        "value": value,
        "seconds": f"{trial['seconds']:.1f}",
        "settings": settings,
    }
