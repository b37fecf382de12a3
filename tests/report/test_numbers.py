from datetime import date

from dongcha.core.words import Words
from dongcha.report.names import column, condition, conditions, human, quoted
from dongcha.report.numbers import day_of, number, p_value, percent, period, times


def test_numbers_keep_about_four_digits() -> None:
    assert [number(v) for v in (0, 7, 1234, 1234567.8, 123.456, 12.345678, 0.0123456)] == [
        "0",
        "7",
        "1,234",
        "1,234,568",
        "123.5",
        "12.35",
        "0.01235",
    ]
    assert number(2.5e16) == "2.500e+16"
    assert number(float("nan")) == "nan"


def test_a_share_that_is_neither_nothing_nor_all_never_reads_so() -> None:
    assert (percent(0.0), percent(1.0), percent(0.0004), percent(0.9996)) == ("0%", "100%", "0.040%", "99.96%")
    assert (percent(0.1234), percent(-0.1234), percent(0.5), percent(3.456)) == ("12.3%", "-12.3%", "50%", "345.6%")


def test_ratios_keep_two_digits() -> None:
    assert [times(v) for v in (2.44, 18.48, 0.163, 250.4, 1.0)] == ["2.4", "18", "0.16", "250", "1"]


def test_small_p_values_are_bounded() -> None:
    assert [p_value(v) for v in (0.0, 0.00009, 0.0213, 0.5)] == ["< 0.0001", "< 0.0001", "0.021", "0.50"]


def test_periods_are_written_as_each_language_writes_them() -> None:
    assert period("2023-05-01", "month") == Words("May 2023", "2023年5月")
    assert period("2023-05-09", "day") == Words("9 May 2023", "2023年5月9日")
    assert period("2023-05-01T00:00:00", "quarter") == Words("Q2 2023", "2023年第2季度")
    assert period("2023", "year") == Words("2023", "2023年")
    assert period("2023-05-01", "week") == Words("the week of 1 May 2023", "2023年5月1日当周")
    assert period("unknown", "month") == Words("unknown", "unknown")


def test_only_dates_are_days() -> None:
    assert day_of("2023-05") == date(2023, 5, 1)
    assert [day_of(v) for v in ("2023-13-01", "20230501", "3.5", "2023.5", None, 2023)] == [None] * 6


def test_column_names_become_words_and_values_stand_in_quotes() -> None:
    assert [human(v) for v in ("sub_product", "companyResponse", "ID", "State", "子产品")] == [
        "sub product",
        "company response",
        "ID",
        "State",
        "子产品",
    ]
    assert quoted("a\n  b “c”") == '“a b "c"”'
    assert quoted(2023.0) == "“2023”"
    assert condition("tags", None) == Words("tags is missing", "tags 缺失")
    assert condition("渠道", "电话") == Words("渠道 is “电话”", "渠道为“电话”")
    assert quoted("x" * 200) == "“" + "x" * 79 + "…”"


def test_only_plain_words_stand_without_quotes() -> None:
    assert [column(v) for v in ("sub_product", "金额（元）", "submitted_via", "plan_2019", "a, b", "is_active")] == [
        "sub product",
        "金额（元）",
        "“submitted via”",
        "“plan 2019”",
        "“a, b”",
        "“is active”",
    ]
    assert conditions([("渠道", "电话"), ("state", "TX")]).zh == "渠道为“电话”且 state 为“TX”"
