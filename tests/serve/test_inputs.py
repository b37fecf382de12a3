"""What each kind of task takes from a client, and how its answers look."""

import base64
import io
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.core.errors import DataError
from dongcha.model.predictions import Predictions
from dongcha.model.tasks import TASKS
from dongcha.serve.live.answers import answers
from dongcha.serve.live.correct import label_of
from dongcha.serve.live.inputs import accepted, kept

TEXT, PAIR, WORDS, IMAGE, NUMBER, LABELS = (
    TASKS.get(name)
    for name in (
        "text-classification", "text-ranking", "token-classification", "image-classification", "text-regression",
        "multi-label-classification",
    )
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def picture() -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_each_kind_of_input() -> None:
    assert accepted(TEXT, ["a text", "文本"]) == ["a text", "文本"]
    assert accepted(PAIR, [["q", "t"], {"query": "q", "text": "t"}]) == [("q", "t")] * 2
    assert [list(one) for one in accepted(WORDS, [["Ada", "left"], "Ada left."])] == [
        ["Ada", "left"],
        ["Ada", "left", "."],
    ]
    plain = picture()
    assert accepted(IMAGE, [plain]) == accepted(IMAGE, [f"data:image/png;base64,{plain}"])
    assert accepted(IMAGE, [plain])[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("task", "value", "why"),
    [
        (TEXT, 1, "must be a text"),
        (TEXT, " ", "is empty"),
        (TEXT, "\ud800", "surrogate"),
        (TEXT, "x" * 1_000_001, "longer than 1,000,000"),
        (PAIR, ["q"], "must be a pair"),
        (PAIR, ["q", 1], r"\[1\] must be a text"),
        (PAIR, ["q", ""], "is empty"),
        (WORDS, [], "list of words"),
        (WORDS, ["a"] * 20_001, "more than 20,000 words"),
        (WORDS, ["a", None], r"\[1\] must be a text"),
        (IMAGE, "%%%", "not valid base64"),
        (IMAGE, "../../etc/passwd", "base64"),
    ],
)
def test_what_is_refused_is_named_by_its_place(task, value, why) -> None:
    with pytest.raises(DataError, match=rf"inputs\[1\].*{why}"):
        accepted(task, [accepted_one(task), value])


def accepted_one(task) -> object:
    return {"text": "good", "pair": ["q", "t"], "words": ["a"], "image": picture()}[task.reads]


@given(st.sampled_from([TEXT, PAIR, WORDS, IMAGE]), st.lists(JSON, max_size=3))
def test_any_json_is_taken_or_refused_with_one_kind_of_error(task, values) -> None:
    why = ""
    try:
        assert len(accepted(task, values)) == len(values)
    except DataError as error:
        why = str(error)
    assert why == "" or why.startswith("inputs[")


def test_of_a_file_its_digest_is_kept() -> None:
    assert kept(TEXT, "a") == "a"
    assert kept(IMAGE, "aGk=") == {
        "sha256": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",  # of b"hi"
        "bytes": 2,
    }


def test_answers_of_each_kind() -> None:
    sure = np.array([[0.25, 0.75]])
    (one,) = answers(TEXT, ["a"], Predictions(("y",), np.array([0.75]), sure, ("x", "y")))
    assert (one.label, one.score, one.scores) == ("y", 0.75, {"x": 0.25, "y": 0.75})
    (one,) = answers(LABELS, ["a"], Predictions((("y",),), np.array([0.75]), sure, ("x", "y")))
    assert (one.label, one.scores) == (["y"], {"x": 0.25, "y": 0.75})
    (one,) = answers(NUMBER, ["a"], Predictions((2.5,), np.array([np.nan]), np.array([[2.5]]), ("n",)))
    assert (one.label, one.score, one.scores) == (2.5, None, {})
    tags = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
    said = Predictions((("O", "B-PER"), ("O",)), np.array([0.8, 0.6]), tags, ("O", "B-PER"))
    found = answers(WORDS, [["a", "Ada"], ["b"]], said)
    assert [(one.label, one.score, one.scores) for one in found] == [
        (["O", "B-PER"], 0.8, [0.9, 0.8]),
        (["O"], 0.6, [0.6]),
    ]


def test_labels_of_each_kind() -> None:
    def said(task, label, given="a"):
        return label_of(SimpleNamespace(task=task, classes=("x",)), label, given)

    assert said(NUMBER, 3) == 3.0
    assert said(LABELS, ["x", "new"]) == ["x", "new"]
    assert said(WORDS, ["O", "B-PER"], ["a", "Ada"]) == ["O", "B-PER"]
    for task, label, why in (
        (NUMBER, True, "a number"), (NUMBER, float("nan"), "a number"), (NUMBER, 10**400, "a number"),
        (LABELS, "x", "a list of labels"), (WORDS, ["O"], "a list of 2 tags"),
    ):  # fmt: skip
        with pytest.raises(DataError, match=f"label must be {why}"):
            said(task, label, ["a", "Ada"])
