"""Neutral sentences in two languages, for a parity check where nobody gives inputs.

They say little of a task, so a check on them is weaker than one on real inputs; a model's own training texts are not
kept for it, because a model folder must not carry data.
"""

from itertools import pairwise
from typing import Any

from dongcha.model.cut import words_of

THINGS = (
    ("the report", "报告"), ("this product", "这个产品"), ("the meeting", "会议"), ("our service", "我们的服务"),
    ("the new version", "新版本"), ("the delivery", "这次配送"), ("the account", "账户"), ("the price", "价格"),
    ("the hotel room", "酒店房间"), ("that film", "那部电影"), ("the phone", "手机"), ("the answer", "答复"),
)  # fmt: skip
SAID = (
    ("{} arrived on Monday.", "{}周一到了。"),
    ("I am asking about {} again.", "我想再问一下{}。"),
    ("{} works as described, and nothing else happened.", "{}与描述一致，没有别的情况。"),
    ("Please tell me more about {} before the end of the week.", "请在本周内告诉我更多关于{}的信息。"),
    ("{} was better than last year, but it took too long.", "{}比去年好，但花的时间太长。"),
    ("Nobody told us that {} would change, so we had to call twice.", "没有人告诉我们{}会变，所以打了两次电话。"),
    ("Why is {} not available?", "为什么{}不可用？"),
    ("Many thanks for {}; everything is fine now.", "非常感谢{}，现在一切都好。"),
    ("{} costs 20 and {} costs 35.", "{}二十元，另外{}三十五元。"),
)

SENTENCES = tuple(
    form.replace("{}", thing) for things in THINGS for forms in SAID for form, thing in zip(forms, things, strict=True)
)


def built_in(reads: str) -> tuple[Any, ...]:
    """The sentences as a kind of network reads them; none for pictures and sounds."""
    if reads == "words":
        return tuple(tuple(text[a:b] for a, b in words_of(text)) for text in SENTENCES)
    if reads == "pair":
        return tuple(pairwise(SENTENCES))
    return SENTENCES if reads == "text" else ()
