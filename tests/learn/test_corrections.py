"""The last word counts, judges never teach, and what judges a model already is not learned."""

from hypothesis import given
from hypothesis import strategies as st

from dongcha.learn.corrections import FEWEST_OF_NEW, Settled, joined, key_of, settled
from dongcha.model.rows import Parts, Rows
from dongcha.store.feedback import Feedback


def said(number: int, text: object, label: object, by: str = "ann", predicted: object = "bad") -> Feedback:
    return Feedback(model="m", input=text, label=label, by=by, number=number, predicted=predicted)


PARTS = Parts(
    Rows(("red", "green", "blue"), ("warm", "cold", "cold")),
    Rows(("yellow",), ("warm",)),
    Rows(("violet", "pink"), ("cold", "warm")),
)


def test_the_last_word_on_an_input_counts_whoever_says_it() -> None:
    found = settled([said(3, "A text!", "x"), said(1, "a text", "y"), said(2, "other", "x", by="ben")])
    assert [(one.number, one.label) for one in found.words] == [(2, "x"), (3, "x")]
    assert found.contradicted == 1


def test_saying_the_same_again_contradicts_nothing_and_keeps_what_the_model_had_answered() -> None:
    found = settled([said(1, "t", "x", predicted="y"), said(2, "t", "x", predicted=None)])
    assert found == Settled((said(2, "t", "x", predicted="y"),), 0)


def test_a_person_who_is_not_trusted_is_not_heard() -> None:
    found = settled([said(1, "t", "x"), said(2, "t", "spam", by="bot")], {"bot"})
    assert [one.label for one in found.words] == ["x"]
    assert found.contradicted == 0


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("xyz")), max_size=40))
def test_judges_and_teachers_share_no_input_and_never_change_sides(words: list[tuple[str, str]]) -> None:
    every = [said(i, text * 3, label) for i, (text, label) in enumerate(words)]
    found = settled(every)
    teaching, judging = ({key_of(one.input) for one in part} for part in (found.taught, found.judged_by))
    assert not teaching & judging
    assert teaching | judging == {key_of(one.input) for one in every}
    for cut in range(len(every)):
        assert {key_of(one.input) for one in settled(every[:cut]).judged_by} <= judging


def test_about_a_fifth_judges() -> None:
    found = settled([said(i, f"text {i}", "x") for i in range(2000)])
    assert 330 <= len(found.judged_by) <= 470


def test_without_an_answer_of_the_model_nothing_can_be_judged() -> None:
    found = settled([said(i, f"text {i}", "x", predicted=None) for i in range(50)])
    assert found.judged_by == ()


def test_a_correction_takes_the_place_of_the_row() -> None:
    found = joined(PARTS, [said(1, "Green", "warm"), said(2, "orange", "warm")], ("warm", "cold"))
    assert found.parts.train == Rows(("red", "blue", "Green", "orange"), ("warm", "cold", "warm", "warm"))
    assert (found.added, found.replaced, found.in_tests) == (2, 1, 0)
    assert (found.parts.validation, found.parts.test) == (PARTS.validation, PARTS.test)


def test_what_judges_the_model_is_not_learned() -> None:
    found = joined(PARTS, [said(1, "VIOLET", "warm"), said(2, "yellow!", "cold")], ("warm", "cold"))
    assert (found.added, found.in_tests) == (0, 2)
    assert found.parts.train == PARTS.train


def test_a_new_class_is_learned_once_enough_was_said_of_it() -> None:
    few = [said(i, f"neon {i}", "bright") for i in range(FEWEST_OF_NEW - 1)]
    found = joined(PARTS, few, ("warm", "cold"))
    assert (found.too_few, found.new, found.added) == (("bright",), (), 0)
    found = joined(PARTS, [*few, said(9, "neon 9", "bright")], ("warm", "cold"))
    assert (found.too_few, found.new, found.added) == ((), ("bright",), FEWEST_OF_NEW)


def test_words_and_lists_become_what_rows_hold() -> None:
    found = joined(PARTS, [said(1, ["New", "York"], ["B-LOC", "I-LOC"])], ("B-LOC", "I-LOC"))
    assert found.parts.train.inputs[-1] == ("New", "York")
    assert found.parts.train.answers[-1] == ("B-LOC", "I-LOC")


def test_an_input_without_text_is_known_by_itself() -> None:
    assert key_of("!!!") == '"!!!"'
    assert key_of("!!!") != key_of("???")
    assert key_of({"a": 1}) == key_of({"a": 1})
