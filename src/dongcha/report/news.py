"""What is new since an earlier telling, and what a person said of findings, in words."""

from datetime import datetime

from dongcha.core.words import Words
from dongcha.insight.since import News, Since
from dongcha.report.numbers import number, period

STATUS: dict[str, Words] = {
    "new": Words("new", "新增"),
    "changed": Words("changed", "变化"),
}
MARKS: dict[str, Words] = {
    "dismiss": Words("set aside", "已搁置"),
    "star": Words("starred", "已加星"),
}
GONE = Words("No longer holds:", "不再成立：")


def opening(found: Since) -> Words:
    """Against which telling this is held."""
    if found.at is None:
        return Words("Nothing was told before, so that all is new.", "此前没有记录，以下均为新增。")
    at = datetime.fromisoformat(found.at).astimezone()
    day, clock = period(f"{at:%Y-%m-%d}", "day"), f"{at:%H:%M}"
    if not (found.news or found.gone):
        return Words(f"Nothing new since {day.en}, {clock}.", f"自{day.zh} {clock} 以来没有新的发现。")
    return Words(f"Since {day.en}, {clock}:", f"自{day.zh} {clock} 以来：")


def before(one: News) -> Words | None:
    """How a changed finding was told before."""
    if one.before is None or one.status != "changed":
        return None
    return Words(f"before: {one.before.en}", f"此前：{one.before.zh}")


def same(found: Since) -> Words | None:
    """How many findings are as they were."""
    if not found.same:
        return None
    many = number(found.same)
    verb = "findings are as they were" if found.same > 1 else "finding is as it was"
    return Words(f"{many} {verb}.", f"另有 {many} 条发现没有变化。")


def set_aside(many: int) -> Words | None:
    """How many facts are not told because a person dismissed them."""
    if not many:
        return None
    verb = "findings that hold are not shown: they were" if many > 1 else "finding that holds is not shown: it was"
    return Words(f"{number(many)} {verb} set aside.", f"另有 {number(many)} 条成立的发现已被搁置，不再列出。")
