"""What is quoted of a text: short, plain, around the phrase, and without what identifies a person."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.data.excerpt import LONGEST, excerpt, masked, plain, readable


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("write jane.doe+x@mail.example.co.uk now", "write [e-mail] now"),
        ("call +1 (555) 010-9999 now", "call [number] now"),
        ("call 555.010.9999", "call [number]"),
        ("card 4111 1111 1111 1111.", "card [number]."),
        ("我的手机号13812345678，请回电", "我的手机号[number]，请回电"),
        ("身份证11010519491231002X已登记", "身份证[number]已登记"),
        ("SSN 123-45-6789", "SSN [number]"),
    ],
)
def test_personal_data_is_masked(text, out):
    assert masked(text) == out


@pytest.mark.parametrize(
    "text", ["on 2023-05-12 at 14:30", "from 2019-2023", "paid $1500.00 and 3 of 12", "$12000000", "model X5 2000 km"]
)
def test_dates_amounts_and_short_numbers_stay(text):
    assert masked(text) == text


def test_markup_is_taken_out_and_entities_are_read():
    assert plain("<p>It&#39;s <b>5 &lt; 6</b></p>\n<!-- note -->fine") == "It's 5 < 6 fine"


def test_the_excerpt_stands_around_the_phrase_and_is_cut_at_words():
    text = "padding words here " * 50 + "then came a hidden fee on my bill " + "and more words here " * 50
    said = excerpt(text, ["hidden fee"])
    assert "a hidden fee on my bill" in said
    assert len(said) <= LONGEST
    assert said.startswith("…")
    assert said.endswith("…")
    assert set(said.strip("…").split()) <= set(text.split())


def test_the_form_that_the_text_has_is_found():
    assert "late fees" in excerpt("x y " * 200 + "two late fees came " + "z w " * 200, ["late fee", "late fees"])


def test_an_address_is_masked_before_the_cut_can_halve_it():
    text = "a " * 60 + "hidden fee " + "b " * 30 + "jane.doe@mail.example.org " + "c " * 200
    assert "@" not in excerpt(text, ["hidden fee"])
    assert "jane" not in excerpt(text, ["hidden fee"])


@given(st.text(max_size=400), st.sampled_from(["fee", "服务", ""]))
def test_any_text_gives_a_short_line(text, phrase):
    said = excerpt(text, [phrase])
    assert len(said) <= LONGEST
    assert "\n" not in said
    assert 0 <= readable(said) <= 1


@pytest.mark.parametrize("text", ["a" * 100_000, "<" * 100_000, "1 " * 50_000, "&amp;" * 20_000, "<!--" * 25_000])
def test_a_huge_text_takes_no_time(text):
    start = time.perf_counter()
    assert len(excerpt(text, ["fee"])) <= LONGEST
    assert time.perf_counter() - start < 2
