"""What several workers rest on, without any: shares of a batch, a trial as a function, sentences."""

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.core.errors import ConfigError, MissingExtra
from dongcha.model.ask import Ask
from dongcha.model.attempt import attempt, job_of
from dongcha.model.cluster.hand import Ended, Hand, Order, Told
from dongcha.model.encoder import Encoder
from dongcha.model.ladder import climb
from dongcha.model.memo import Memo
from dongcha.model.ranks import Ranks
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.spaces import Space
from dongcha.model.study import open_study
from dongcha.model.tune import Search, tune
from dongcha.model.workers import Workers


@given(rows=st.lists(st.integers(), max_size=40), count=st.integers(1, 7))
def test_shares_of_a_batch_are_all_its_rows_and_of_like_length(rows: list[int], count: int) -> None:
    shares = [Ranks(rank, count).share(rows) for rank in range(count)]
    assert sorted(row for share in shares for row in share) == sorted(rows)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("count", [0, -1, 1.5, True])
def test_a_number_of_workers_is_checked(count: object) -> None:
    with pytest.raises(ConfigError, match="count must be a whole number of at least 1, got"):
        Workers(count)  # type: ignore[arg-type]


def test_more_workers_than_cores_are_noted() -> None:
    assert Workers(4).notes(4) == Workers(1).notes(1) == ()
    assert "5 workers share 4 cores" in Workers(5).notes(4)[0].en


def test_several_workers_without_ray_are_one_sentence(
    parts: Parts, tiny: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtra, match=r"pip install 'dongcha\[ray\]'"):
        tune(parts, Ask(method="linear"), Search(study=tmp_path / "study.db", trials=2, workers=Workers(2)))
    with pytest.raises(MissingExtra, match=r"pip install 'dongcha\[ray\]'"):
        climb(parts, Ask(method="full", encoder=tiny.name, settings={"epochs": 0.1}, workers=Workers(2)))
    assert tune(parts, Ask(method="linear"), Search(study=tmp_path / "one.db", trials=1)).best == 0


def test_linear_says_that_it_learns_in_one_process(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    done = climb(parts, Ask(method="linear", workers=Workers(2)))
    assert [note.en for note in done.notes] == [
        "The method linear learns in one process, so --workers changed nothing for it."
    ]


def test_a_recipe_survives_the_way_to_another_process() -> None:
    recipe = Recipe("text-classification", "full", "minilm", 3, {"epochs": 2.0, "rank": 4})
    assert pickle.loads(pickle.dumps(recipe)) == recipe


def test_a_worker_makes_the_same_trial_and_is_told_when_to_stop(
    parts: Parts, tiny: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONGCHA_THREADS", "1")
    monkeypatch.setattr("dongcha.model.cluster.hand.stored", lambda outcome: outcome)
    ask = Ask(method="full", encoder=tiny.name, seed=2)
    recipe = Recipe("text-classification", "full", tiny.name, 2, {"epochs": 2.0, "token_limit": 16, "batch_rows": 8})
    here = attempt(job_of(parts, ask, recipe, 60, Memo()))
    hand = Hand(pickle.loads(pickle.dumps(Order(parts, ask))), threads=1)
    said, checks = hand.begin(recipe, 60), 0
    while isinstance(said, Told):
        assert [bool(moment.figures) for moment in said.moments] == [False] * (len(said.moments) - 1) + [True]
        checks += 1
        said = hand.go_on(False)
    assert isinstance(said, Ended)
    assert checks == 5, "the start, and twice an epoch"
    assert (said.attempt.value, said.attempt.recipe) == (here.value, here.recipe)
    assert np.array_equal(said.model.validation, here.outcome.validation)
    assert isinstance(hand.begin(recipe, 60), Told)
    assert isinstance(hand.go_on(False), Told)
    stopped = hand.go_on(True)
    assert isinstance(stopped, Ended)
    assert 0 < stopped.attempt.recipe.made("stopped_at") < here.recipe.made("stopped_at")


def test_trials_under_way_are_all_different_and_the_default_is_first(tmp_path: Path) -> None:
    spaces = {"learning_rate": Space(low=1e-5, high=1e-2, log=True)}
    study = open_study(tmp_path / "study.db", "s", pruner="median", seed=1)
    first = study.begin(spaces, {"learning_rate": 2e-4})
    others = [study.begin(spaces) for _ in range(3)]
    others[0].fail("it was killed")
    others.append(study.begin(spaces))
    assert len({one.settings["learning_rate"] for one in (first, *others)}) == 5
    others[1].finish(0.9, {})
    assert [trial.default for trial in study.trials()] == [False]
    first.finish(0.5, {})
    assert [(trial.number, trial.default, trial.value) for trial in study.trials()] == [(0, True, 0.5), (1, False, 0.9)]
    again = open_study(tmp_path / "study.db", "s", pruner="median", seed=1)
    assert again.trials() == study.trials(), "what was under way is given up"
    assert again.going == 0
