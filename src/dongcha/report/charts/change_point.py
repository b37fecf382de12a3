"""A measure over time with the level before and after the period at which it shifts."""

from dongcha.core.words import Lang, Words
from dongcha.insight.insight import Insight
from dongcha.report.charts.series import amounts, label, line, named, over_time, partly, points, time
from dongcha.report.charts.theme import Ink, Spec, spec
from dongcha.report.facts import Facts
from dongcha.report.numbers import day_of


def chart(insight: Insight, lang: Lang) -> Spec:
    """The measured line in grey, each level in colour, a rule where they meet."""
    data, facts, day = points(insight, "level"), Facts(insight), day_of(insight.facts.get("period"))
    at = day.isoformat() if day else ""
    x, y = time(insight, lang), amounts(insight, data, lang, "level")
    layers = line(insight, data, lang)
    layers.append(
        {
            "data": {"values": [{"at": at}]},
            "mark": {"type": "rule", "color": Ink.WARM, "strokeDash": [5, 3], "strokeWidth": 1.5},
            "encoding": {"x": x},
        }
    )
    parts = {"before": [p for p in data if str(p["at"]) < at], "after": [p for p in data if str(p["at"]) >= at]}
    for name, part in parts.items():
        part = [{**p, "level": facts.number(name)} for p in part if p["complete"]]
        if part:
            level: Spec = {"type": "line", "color": Ink.ACCENT, "strokeWidth": 2.5}
            layers.append({"data": {"values": part}, "mark": level, "encoding": {"x": x, "y": y}})
            said = facts.amount(name)
            layers.append(label(part[len(part) // 2], said, x, y, align="center", dy=-10))
    said = Words(f"from {named(insight, at, 'en')}", f"{named(insight, at, 'zh')}起").at(lang)
    text: Spec = {"type": "text", "color": Ink.WARM, "align": "left", "dx": 6, "y": 0, "text": said}
    layers.append({"data": {"values": [{"at": at}]}, "mark": text, "encoding": {"x": x}})
    return spec(insight, over_time(insight), lang, subtitle=partly(insight, data), layer=layers, height=240)
