import pandas as pd
import pytest

import dongcha
from dongcha.core.errors import DataError, UnknownName
from dongcha.data.clean import clean
from dongcha.data.schema import GROUP, RAW, ROW

LONG = "the parcel came two weeks late and nobody answered my letters about it at all this year {}"


def table(texts, **columns):
    frame = pd.DataFrame({"text": texts, **columns})
    return dongcha.read(frame, roles={"text": "text"})


def applied(cleaned):
    return {rule.name: rule.rows for rule in cleaned.rules}


def test_texts_are_mended_and_the_raw_value_is_kept():
    given = ["donâ€™t <b>pay</b>&amp;go", "two \u00a0 spaces\u200b", "if a < b then stop", "很好，<br>下次再来", None]
    cleaned = clean(table(given, n=range(5)), rules=["mojibake", "html", "whitespace"])
    assert cleaned.table.texts("text") == ["don’t pay&go", "two spaces", "if a < b then stop", "很好，\n下次再来", ""]
    raw = cleaned.table.expr.order_by(ROW).to_pyarrow().column(RAW + "text").to_pylist()
    assert raw == [given[0], given[1], None, given[3], None]
    assert applied(cleaned) == {"mojibake": 1, "html": 2, "whitespace": 1}
    assert cleaned.rules[0].examples[0][0].startswith("donâ€™t")


def test_hostile_cells_stay_data():
    cleaned = clean(table(["=cmd|' /C calc'!A0", "<script>alert(1)</script> hello there"]))
    assert cleaned.table.texts("text") == ["=cmd|' /C calc'!A0", "hello there"]


def test_rows_without_text_and_repeated_rows_go_and_are_counted():
    texts = ["fine text here", " ... ", "x", "好", "fine text here", "fine text here"]
    cleaned = clean(table(texts, group=["a", "a", "b", "b", "a", "b"]))
    assert cleaned.table.texts("text") == ["fine text here", "好", "fine text here"]
    assert applied(cleaned)["empty_text"] == 1
    assert applied(cleaned)["short_text"] == 1
    assert applied(cleaned)["exact_duplicates"] == 1
    assert (cleaned.rows_before, cleaned.rows_after) == (6, 3)


def test_equal_rows_without_text_or_identifier_are_events_and_stay():
    sold = dongcha.read(pd.DataFrame({"shop": ["a", "b"] * 30, "kind": ["x", "x", "y", "y"] * 15}))
    assert clean(sold).rows_after == 60


def test_near_duplicates_are_marked_and_stay():
    texts = [LONG.format("1"), "something else entirely was said here", LONG.format("2").upper(), LONG.format("!!")]
    cleaned = clean(table(texts))
    marks = cleaned.table.expr.order_by(ROW).to_pyarrow().column(GROUP).to_pylist()
    assert marks == [0, 1, 0, 0]


def test_impossible_dates_are_blanked():
    dates = pd.to_datetime(["2023-01-01", "1801-01-01", "2199-01-01", "2023-02-01"]).as_unit("s")
    cleaned = clean(table(["one text", "two text", "three text", "four text"], day=dates))
    assert cleaned.table.values("day").column("day").null_count == 2
    assert applied(cleaned)["impossible_dates"] == 2


def test_nothing_left_and_unknown_rules_are_one_sentence():
    with pytest.raises(DataError, match="no row of 'table' is left"):
        clean(table(["..", "--", "!"]))
    with pytest.raises(UnknownName, match="did you mean 'html'"):
        clean(table(["a text", "b text"]), rules=["htm"])
