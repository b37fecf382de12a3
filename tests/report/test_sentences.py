import re
from dataclasses import replace

import pytest

from dongcha.core.errors import UnknownName
from dongcha.core.words import Words
from dongcha.insight.insight import Evidence, Filter, Insight, Mined
from dongcha.report.sentences import SENTENCES, say
from dongcha.report.verify import check_numbers

NUMBER = re.compile(r"(?<![“\w])\d[\d,]*\.?\d*")


def test_every_pattern_has_a_sentence_whose_numbers_are_in_its_evidence(each: Insight) -> None:
    assert each.pattern in SENTENCES
    assert each.sentence.en.endswith(".")
    assert each.sentence.zh.endswith("。")
    assert check_numbers(each) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_number_that_is_changed_is_caught(each: Insight, lang: str) -> None:
    text = each.sentence.at(lang)
    outside = re.sub("“[^”]*”", lambda m: "“" + "x" * (len(m.group()) - 2) + "”", text)
    found = list(NUMBER.finditer(outside))
    assert found
    for match in found:
        digits = match.group()
        wrong = text[: match.start()] + str(9 - int(digits[0])) + digits[1:] + text[match.end() :]
        words = Words(wrong, each.sentence.zh) if lang == "en" else Words(each.sentence.en, wrong)
        mismatches = check_numbers(replace(each, sentence=words))
        assert mismatches, wrong
        assert {where for where, _ in mismatches} == {lang}


def test_a_wrong_percentage_a_wrong_month_and_a_wrong_name_are_named(mined: Mined) -> None:
    first = mined.insights[0]
    said = Words(first.sentence.en.replace("12.3%", "13.2%").replace("Payday", "Holiday"), "2023年6月。")
    assert check_numbers(replace(first, sentence=said)) == [
        ("en", "“Holiday loan”".strip("“”")),
        ("en", "13.2%"),
        ("zh", "2023年6月"),
    ]


def test_a_number_without_its_per_cent_sign_is_another_number(mined: Mined) -> None:
    first = mined.insights[0]
    assert check_numbers(replace(first, sentence=Words("It is 12.3.", "为 12.3%。"))) == [("en", "12.3")]


def test_a_date_that_does_not_exist_is_caught(mined: Mined) -> None:
    assert check_numbers(replace(mined.insights[2], sentence=Words("On 31 February 2023.", ""))) == [
        ("en", "31 February 2023")
    ]


def test_sentences_read_as_written_here(mined: Mined) -> None:
    assert [i.sentence.en for i in mined.insights[:3]] == [
        "Timely is “No” in 12.3% of the 503 rows where sub product is “Payday loan”, against 4.1% elsewhere: "
        "3 times as often.",
        "“submitted via” is “Web” in 92.0% of the 2,827 rows where it is known (2,601).",
        "The number of rows rises over time, from 294 in January 2023 to 387 in July 2023 (+31.6%).",
    ]
    assert mined.insights[0].sentence.zh == (
        "sub product 为“Payday loan”的 503 条记录中，timely 为“No”的占 12.3%，是其余记录（4.1%）的 3 倍。"
    )
    assert mined.insights[2].sentence.zh == "记录数随时间上升：2023年1月为 294，2023年7月为 387（+31.6%）。"


@pytest.mark.parametrize(
    ("value", "rest", "en", "zh"),
    [
        (0.02, 0.041, "4.1% elsewhere: less than half as often.", "不到其余记录（4.1%）的一半。"),
        (0.0041, 0.041, "4.1% elsewhere: less than a quarter as often.", "不到其余记录（4.1%）的四分之一。"),
        (0.003, 0.041, "4.1% elsewhere: less than a tenth as often.", "不到其余记录（4.1%）的十分之一。"),
        (0.039, 0.041, "4.1% elsewhere.", "其余记录为 4.1%。"),
        (0.046, 0.041, "4.1% elsewhere.", "其余记录为 4.1%。"),
        (0.0, 0.041, "in none of the 503 rows where", "没有一条 timely 为“No”，而其余记录中占 4.1%。"),
        (1.0, 0.041, "in all 503 rows where", "timely 全部为“No”，而其余记录中仅占 4.1%。"),
        (0.7, 0.041, "4.1% elsewhere: 17 times as often.", "是其余记录（4.1%）的 17 倍。"),
    ],
)
def test_ratios_are_said_where_they_tell_something(mined: Mined, value: float, rest: float, en: str, zh: str) -> None:
    told = {"value": value, "rest": rest, "times": value / rest}
    rows = tuple({**row, **told} if row["is_subject"] else row for row in mined.insights[0].evidence.rows)
    one = replace(mined.insights[0], facts={**mined.insights[0].facts, **told}, evidence=Evidence("", rows))
    one = replace(one, sentence=say(one))
    assert en in one.sentence.en
    assert one.sentence.zh.endswith(zh)
    assert check_numbers(one) == []


def test_digits_in_names_are_no_figures(mined: Mined) -> None:
    subject = replace(mined.insights[1].subject, where=(Filter("plan_2019", "Top 40"), Filter("note", "5% “off”")))
    told = replace(mined.insights[1], subject=subject)
    told = replace(told, sentence=say(told))
    assert told.sentence.en.startswith('Among rows where “plan 2019” is “Top 40” and note is “5% "off"”, ')
    assert check_numbers(told) == []


def test_a_pattern_without_a_sentence_is_refused_by_name(mined: Mined) -> None:
    with pytest.raises(UnknownName, match="trend"):
        say(replace(mined.insights[0], pattern="trent"))
