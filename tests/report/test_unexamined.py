from dongcha.insight.claim import PATTERNS
from dongcha.insight.insight import Left
from dongcha.insight.mine import mine  # registers the patterns
from dongcha.report.unexamined import KINDS, unexamined


def test_every_pattern_has_words_in_both_languages():
    assert mine
    assert set(PATTERNS) <= set(KINDS)
    assert all(words.en and words.zh for words in KINDS.values())


def test_what_is_left_is_told_in_both_languages():
    words = unexamined(Left(("pair",), ("reversal", "a new one"), 1))
    assert words.en == (
        "The time was up before all was mined: not examined: pairs of categories; "
        "examined in part: Simpson's reversals, a new one; 1 more finding holds and is not shown."
    )
    assert words.zh == (
        "时间已到，挖掘尚未完成：未检查：类别的组合；只检查了一部分：辛普森反转、a new one；另有 1 条成立的发现未展示。"
    )


def test_nothing_left_says_nothing():
    assert unexamined(Left()) is None
