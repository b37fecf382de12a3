"""What the engine counts as saying a phrase is what the vocabulary finds, and what a person would count."""

import re

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dongcha
from dongcha.data.engine import engine, from_arrow
from dongcha.data.vocabulary import starts_with_han, vocabulary
from dongcha.insight.text.corpus import corpus
from dongcha.insight.text.forms import folded, one
from dongcha.insight.text.says import is_plain, says

PIECES = (
    "late",
    "fee",
    "fees",
    "Late",
    "FEE",
    "fee's",
    "fee’s",
    "don't",
    "late-fee",
    "café",
    "2x",
    "的",
    "费用",
    "态度",
)
BETWEEN = (" ", "  ", "\n", "\t", " ", ", ", ". ", "-", "'", "_", "", "/", "“", "--")
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BETWEEN)), max_size=8).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


def counted(texts: list[str], phrases: list[tuple[str, ...]]) -> list[list[int]]:
    """The rows that say each phrase, as the engine finds them."""
    data = from_arrow(pa.table({"row": list(range(len(texts))), "text": pa.array(texts, pa.string())}))
    columns = {f"c{i}": says(data, "text", forms) for i, forms in enumerate(phrases)}
    found = engine().to_pyarrow(data.select("row", **columns).order_by("row")).to_pydict()
    return [[row for row, said in enumerate(found[name]) if said] for name in columns]


def engine_rows(texts: list[str], forms: tuple[str, ...]) -> list[int]:
    return counted(texts, [forms])[0]


ASCII = "".join(chr(code) for code in range(1, 128))
PLAIN = st.lists(
    st.sampled_from(["late", "fee", "fees", "LATE", "late fee", "'", "-", "'late", "fee's", "\v", "\f", "\r", "_", "7"])
    | st.text(ASCII, max_size=2)
    | st.just(" "),
    max_size=9,
).map("".join)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(PLAIN, min_size=20, max_size=60))
def test_texts_of_ascii_say_the_same_by_the_short_expression(texts):
    data = from_arrow(pa.table({"row": list(range(len(texts))), "text": pa.array(texts, pa.string())}))
    assert is_plain(data, "text")
    for forms in (("late",), ("late fee", "late fees"), ("fee's",)):
        both = {name: says(data, "text", forms, plain=name == "short") for name in ("long", "short")}
        found = engine().to_pyarrow(data.select("row", **both).order_by("row")).to_pydict()
        assert found["long"] == found["short"]


def test_a_text_beyond_ascii_is_not_plain():
    data = from_arrow(pa.table({"text": ["late fee", None, "", "caf\u00e9"]}))
    assert not is_plain(data, "text")
    assert is_plain(data.filter(data.text != "caf\u00e9"), "text")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(TEXTS, min_size=3, max_size=6))
def test_the_engine_counts_an_english_phrase_as_the_vocabulary_does(texts):
    words = vocabulary(["late fee", "late fees", *texts], 1)
    places = [i for i, phrase in enumerate(words.phrases) if not starts_with_han(phrase)]
    found = counted(["late fee", "late fees", *texts], [(words.phrases[i],) for i in places])
    assert found == [list(words.having(i)) for i in places]


def test_english_words_count_whole_in_any_case_and_across_lines():
    texts = ["LATE\nFEE again", "latefee", "late fees", "late, fee", "a late fee.", "late fee's", "用late fee吗", None]
    assert engine_rows([text or "" for text in texts], ("late fee",)) == [0, 4, 6]
    assert engine_rows([text or "" for text in texts], ("late fee", "late fees")) == [0, 2, 4, 6]


def test_chinese_characters_count_wherever_they_stand():
    texts = ["服务态度很好", "服务的态度", "他们服务态度差", "服务"]
    assert engine_rows(texts, ("服务态度",)) == [0, 2]
    assert engine_rows(texts, ("服务",)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("fees", "fee"),
        ("boxes", "box"),
        ("companies", "company"),
        ("classes", "class"),
        ("status", "status"),
        ("bus", "bus"),
    ],
)
def test_an_ending_is_taken_off_and_a_word_that_ends_so_stays(said, is_one):
    assert one(said) == is_one


def test_singular_and_plural_are_one_phrase_with_the_texts_of_both():
    texts = ["a late fee", "two late fees", "late fees here", "no fee", "late fee and late fees"]
    found = folded(vocabulary(texts, 1))
    at = found.words.phrases.index("late fees")
    assert set(found.forms[at]) == {"late fee", "late fees"}
    assert list(found.words.matrix[:, [at]].toarray()[:, 0]) == [1.0, 1.0, 1.0, 0.0, 1.0]


def test_a_corpus_counts_by_group_what_a_person_counts():
    texts = ["late fee " * (i % 3 == 0) + f"text number {i} of many rows with words" for i in range(90)]
    rows = pd.DataFrame({"text": texts, "side": ["a", "b"] * 45})
    table = dongcha.read(rows, roles={"text": "text"})
    said = corpus(table)
    assert said is not None
    found = said.by(table.expr["side"], ["late fee"])
    for side, (n, hits) in found.items():
        here = rows[rows["side"] == side]
        assert (n, hits) == (len(here), [sum(bool(re.search("late fee", text)) for text in here["text"])])


@pytest.mark.parametrize("texts", [[""] * 40, ["1234"] * 40, [None] * 39 + ["x"]])
def test_texts_that_say_nothing_make_no_corpus(texts):
    table = dongcha.read(
        pd.DataFrame({"n": range(40), "text": pd.Series(texts, dtype="string")}), roles={"text": "text"}
    )
    assert corpus(table) is None
