"""The language of an answer: the one of ours that the client likes best."""

from dongcha.core.words import Lang

MOST = 1000  # characters of the header that are read


def preferred(header: str) -> Lang:
    """English or Chinese by `Accept-Language` (RFC 9110, 12.5.4); English where neither is asked for.

    >>> [preferred(one) for one in ("zh-CN,zh;q=0.9", "fr, zh;q=0.5, en;q=0.4", "en, zh", "zh;q=0, *", "de", "")]
    ['zh', 'zh', 'en', 'en', 'en', 'en']
    """
    liked: dict[Lang, float] = {"en": -1.0, "zh": -1.0}
    rest = -1.0
    for part in header[:MOST].lower().split(","):
        tag, _, more = part.partition(";")
        main, weight = tag.strip().replace("_", "-").partition("-")[0], _weight(more)
        if main in ("en", "zh"):
            ours: Lang = "zh" if main == "zh" else "en"
            liked[ours] = max(liked[ours], weight)
        elif main == "*":
            rest = max(rest, weight)
    english = rest if liked["en"] < 0 else liked["en"]
    chinese = rest if liked["zh"] < 0 else liked["zh"]
    first = header.lower().find("zh") < header.lower().find("en") or liked["en"] < 0
    return "zh" if chinese > 0 and (chinese > english or (chinese == english and liked["zh"] >= 0 and first)) else "en"


def _weight(more: str) -> float:
    """The q of a part, 0..1; 1 where it says none, 0 where it makes no sense."""
    name, _, value = more.replace(" ", "").partition("=")
    if not name:
        return 1.0
    try:
        found = float(value) if name == "q" else 0.0
    except ValueError:
        return 0.0
    return found if 0.0 <= found <= 1.0 else 0.0
