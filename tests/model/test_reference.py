"""What was normal is kept with a model, without any input."""

from pathlib import Path

import numpy as np
import pytest

from dongcha.core.errors import StorageError
from dongcha.model.ask import Ask
from dongcha.model.folder import save
from dongcha.model.ladder import climb
from dongcha.model.reference import FILE, MOST, Said, facts_of, read_reference, reference_of, text_of
from dongcha.model.rows import Parts, Rows


def test_a_training_keeps_what_it_answered_to_rows_held_out(parts: Parts, tmp_path: Path) -> None:
    trained = climb(parts, Ask(method="linear", budget_s=60))
    folder = save(trained.model, tmp_path / "m")
    found = read_reference(folder)
    assert found is not None
    held = (*parts.test.inputs, *parts.validation.inputs)
    said = trained.model.predict(held)
    assert len(found.profile) == 36
    assert found.profile.labels == tuple(f'"{label}"' for label in said.labels)
    assert np.array_equal(found.profile.scores, np.round(said.scores, 4))
    assert found.profile.lengths.tolist() == [len(text) for text in held]
    truth = (*parts.test.answers, *parts.validation.answers)
    assert found.right is not None
    assert found.right.tolist() == [a == b for a, b in zip(said.labels, truth, strict=True)]
    assert found.characters == frozenset("".join(parts.train.inputs))
    assert held[0].encode() not in (folder / FILE).read_bytes()


def test_strange_is_the_share_of_characters_that_it_never_learned_from() -> None:
    facts = facts_of(["abcd", "", "中文ab", ["a", "b"], b"\x00"], frozenset("ab "))
    assert facts["strange"].tolist() == [0.5, 0.0, 0.5, 0.0, 0.0]
    assert facts["lengths"].tolist() == [4, 0, 4, 3, 0]
    assert text_of(("what", ["x", "y"])) == "what x y"


def test_many_rows_are_drawn_and_vectors_are_those_of_the_drawn(tmp_path: Path) -> None:
    rows = Rows(tuple(f"t{i}" for i in range(3000)), tuple(i % 7 for i in range(3000)))
    said = Said(list(rows.answers), np.arange(3000) / 3000)

    def vectors(inputs: tuple[str, ...]) -> np.ndarray:
        return np.array([[float(text[1:]), 1.0] for text in inputs], dtype=np.float32)

    made = reference_of(rows, said, rows.inputs, vectors)
    assert len(made.profile) == MOST
    made.save(tmp_path)
    found = read_reference(tmp_path)
    assert found is not None
    assert found.profile.vectors is not None
    assert found.right is not None
    assert found.right.all()
    places = found.profile.vectors[:, 0]
    assert np.allclose(found.profile.scores, places / 3000, atol=1e-3)  # float16 keeps three digits


def test_numbers_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    rows = Rows(("a", "b"), (1.5, 2.0))
    reference_of(rows, Said([np.float64(1.0), 2.0], np.full(2, np.nan), yes_or_no=False), ()).save(tmp_path)
    found = read_reference(tmp_path)
    assert found is not None
    assert found.right is None
    assert found.profile.labels == ("1.0", "2.0")
    assert found.profile.strange.tolist() == [1.0, 1.0]


def test_a_model_without_one_has_none_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    assert read_reference(tmp_path) is None
    rows = Rows(("a", "b"), ("x", "y"))
    reference_of(rows, Said(["x", "y"], np.ones(2)), ("ab",)).save(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for wrong in (b"", whole[:40], whole[:-3], b"\x80\x04pickle"):
        (tmp_path / FILE).write_bytes(wrong)
        with pytest.raises(StorageError, match="is damaged"):
            read_reference(tmp_path)
