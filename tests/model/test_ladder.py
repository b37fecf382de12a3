"""The ladder: what is tried, what is chosen, and what is said about it."""

from dataclasses import replace
from pathlib import Path

import pytest

from dongcha.core.errors import ConfigError, DataError, StorageError, UnknownName
from dongcha.core.events import Step
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.folder import RECORD, load, save
from dongcha.model.ladder import climb
from dongcha.model.rows import Parts, Rows


def test_all_rungs_are_tried_while_time_lasts(parts: Parts, tiny: Encoder) -> None:
    trained = climb(parts, Ask(encoder=tiny.name, budget_s=60))
    assert [rung.method for rung in trained.rungs] == ["linear", "probe", "full"]
    assert all(rung.skipped is None for rung in trained.rungs)
    best = max(trained.rungs, key=lambda rung: (rung.figures["macro_f1"], -trained.rungs.index(rung)))
    assert best.chosen
    assert sum(rung.chosen for rung in trained.rungs) == 1
    assert trained.recipe.method == best.method


def test_few_labels_are_also_learned_in_pairs_where_that_may_win(parts: Parts, tiny: Encoder) -> None:
    told = list(parts.validation.answers)
    told[0], told[-1] = told[-1], told[0]  # so that nobody is without a mistake
    few = replace(parts, validation=Rows(parts.validation.inputs, tuple(told)))
    assert told[0] != told[-1]
    assert len(few.train) <= 64 * 3
    trained = climb(few, Ask(encoder=tiny.name, budget_s=120))
    assert [rung.method for rung in trained.rungs] == ["linear", "probe", "full", "contrastive"]
    more = replace(few, train=Rows(few.train.inputs * 5, few.train.answers * 5))
    assert len(more.train) > 64 * 3
    trained = climb(more, Ask(encoder=tiny.name, budget_s=120))
    assert [rung.method for rung in trained.rungs] == ["linear", "probe", "full"]


def test_a_small_budget_skips_with_a_reason(parts: Parts, tiny: Encoder) -> None:
    trained = climb(parts, Ask(encoder=tiny.name, budget_s=2))
    assert trained.recipe.method == "linear"
    reasons = [rung.skipped.en for rung in trained.rungs if rung.skipped]
    assert len(reasons) == 2
    assert reasons[0].startswith("probe would take about")


def test_a_tie_goes_to_the_cheaper_method(parts: Parts, tiny: Encoder) -> None:
    trained = climb(parts, Ask(encoder=tiny.name, budget_s=60))
    tied = [rung for rung in trained.rungs if rung.figures == trained.rungs[0].figures]
    assert trained.rungs[0].figures["macro_f1"] == 1.0, "the words give the class away, so linear cannot be beaten"
    assert tied[0].chosen
    assert trained.versus_linear is None


def test_baselines_stand_beside_on_the_same_rows(parts: Parts, tiny: Encoder) -> None:
    trained = climb(parts, Ask(encoder=tiny.name, method="probe", budget_s=60))
    # Each class has 6 of the 18 test rows: accuracy 1/3; F1 of the one answered is 2·(1/3)/(1/3 + 1) = 1/2.
    assert trained.baselines["majority"] == {"accuracy": pytest.approx(1 / 3), "macro_f1": pytest.approx(1 / 6)}
    assert trained.baselines["linear"]["accuracy"] == 1.0
    assert trained.metrics.rows == 18
    assert trained.versus_linear is not None


def test_worse_than_linear_on_test_is_said(parts: Parts, tiny: Encoder) -> None:
    trained = climb(parts, Ask(encoder=tiny.name, method="probe", budget_s=60))
    assert trained.metrics.macro_f1 < 1.0, "random weights should not read perfectly; choose another seed"
    assert "worse than linear" in trained.verdict.en
    tried = {rung.method: rung.figures["macro_f1"] for rung in trained.rungs}
    assert ("though not on validation" in trained.verdict.en) == (tried["probe"] > tried["linear"])
    assert "不如 linear" in trained.verdict.zh


def test_the_same_seed_gives_the_same_result(parts: Parts, tiny: Encoder) -> None:
    first, second = (climb(parts, Ask(encoder=tiny.name, seed=3, budget_s=60)) for _ in range(2))
    drop = ("seconds", "rungs")
    assert {k: v for k, v in first.to_json().items() if k not in drop} == {
        k: v for k, v in second.to_json().items() if k not in drop
    }


def test_a_recipe_is_followed_without_the_clock(parts: Parts, tiny: Encoder) -> None:
    first = climb(parts, Ask(encoder=tiny.name, method="full", budget_s=300))
    again = climb(parts, Ask(recipe=first.recipe, budget_s=0.01))
    assert again.recipe == first.recipe
    assert again.metrics == first.metrics


def test_a_model_survives_its_folder(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    for method in ("linear", "probe"):
        encoder = None if method == "linear" else tiny.name
        model = climb(parts, Ask(encoder=encoder, method=method, budget_s=60)).model
        loaded = load(save(replace(model, name="topic", text="body", label="kind"), tmp_path / method))
        assert loaded.predict(parts.test.inputs).labels == model.predict(parts.test.inputs).labels
        assert loaded.evaluate(parts.test.inputs, parts.test.answers).accuracy == model.metrics["accuracy"]
        assert (loaded.recipe, loaded.fingerprint, loaded.text, loaded.label) == (
            model.recipe, "fingerprint", "body", "kind"
        )  # fmt: skip
        assert "| accuracy |" in (tmp_path / method / "README.md").read_text()


def test_saving_replaces_a_model_but_nothing_else(parts: Parts, tmp_path: Path) -> None:
    model = climb(parts, Ask(method="linear")).model
    save(model, tmp_path / "m")
    save(model, tmp_path / "m")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("keep")
    with pytest.raises(StorageError, match="not overwritten"):
        save(model, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "keep"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["m", "mine"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"format": 2}', "upgrade Dongcha"),
        ("{", "cannot be read"),
        ('{"format": 1}', "damaged"),
        ("[]", "damaged"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why(tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / RECORD).write_text(text)
    with pytest.raises(StorageError, match=wanted):
        load(tmp_path)


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no model folder"):
        load(tmp_path / "absent")


def test_one_class_is_refused() -> None:
    rows = Rows(("fine", "good"), ("x", "x"))
    with pytest.raises(DataError, match="one class only, 'x'"):
        climb(Parts(rows, rows, rows), Ask())


def test_no_usable_row_is_refused() -> None:
    rows = Rows((), ())
    with pytest.raises(DataError, match="no row of the train part"):
        climb(Parts(rows, rows, rows), Ask())


def test_a_class_with_two_rows_works_with_a_note(parts: Parts) -> None:
    train = Rows((*parts.train.inputs, "a bug", "one more bug"), (*parts.train.answers, "bug", "bug"))
    trained = climb(replace_train(parts, train), Ask(method="linear"))
    assert "bug" in trained.model.classes
    assert any("'bug' has only 2 labelled rows" in note.en for note in trained.notes)


def test_a_class_of_the_test_rows_only_is_noted(parts: Parts) -> None:
    test = Rows((*parts.test.inputs, "unheard of"), (*parts.test.answers, "new"))
    trained = climb(Parts(parts.train, parts.validation, test), Ask(method="linear"))
    assert any("never predicted: 'new'" in note.en for note in trained.notes)
    assert trained.metrics.accuracy == pytest.approx(18 / 19)


def test_names_that_do_not_exist_are_answered_with_the_nearest(parts: Parts) -> None:
    with pytest.raises(UnknownName, match="did you mean 'linear'"):
        Ask(method="liner")
    with pytest.raises(UnknownName, match="did you mean 'minilm'"):
        climb(parts, Ask(encoder="minilmm"))
    with pytest.raises(ConfigError, match="more than 0 seconds"):
        Ask(budget_s=0)


def test_progress_is_told(parts: Parts) -> None:
    seen: list[Step] = []
    climb(parts, Ask(method="linear", on_step=seen.append))
    assert seen
    assert all(step.total is None or step.done <= step.total for step in seen)


def replace_train(parts: Parts, train: Rows) -> Parts:
    return Parts(train, parts.validation, parts.test, parts.fingerprint)


@pytest.mark.parametrize("method", ["linear", "probe", "full", "contrastive"])
def test_rows_that_a_user_brings_are_borne(parts: Parts, tiny: Encoder, method: str) -> None:
    """Unseen labels, a class that validation lacks, texts of nothing and of 100,000 words."""
    held = [i for i, name in enumerate(parts.validation.answers) if name != "login"]
    train = Rows((*parts.train.inputs, "", "parcel " * 100_000), (*parts.train.answers, "billing", "shipping"))
    test = Rows(
        (*parts.test.inputs, "", "invoice " * 100_000, "why"), (*parts.test.answers, "login", "billing", "unheard")
    )
    given = Parts(train, parts.validation.at(held), test, "fingerprint")
    how = {} if method == "linear" else {"encoder": tiny.name, "settings": {"token_limit": 16}}
    done = climb(given, Ask(method=method, budget_s=600, **how))
    assert done.metrics.rows == len(test)
    assert "Not in the train part, so never predicted: 'unheard'." in [note.en for note in done.notes]
    assert {line.label: line.support for line in done.metrics.per_class}["unheard"] == 1
    assert done.model.predict(["", "parcel"]).labels[1] in parts.outputs
