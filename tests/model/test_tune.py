"""Tuning: the default recipe first, resumed to the same end, pruned without loss, in the spaces that a person wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from dongcha.core.errors import ConfigError, StorageError, UnknownName
from dongcha.core.events import OnStep, silent
from dongcha.model.ask import Ask
from dongcha.model.encoder import Encoder
from dongcha.model.knobs import KNOBS
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.network import Network
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.spaces import SPACES, Space, checked_spaces, spaces_of
from dongcha.model.tune import Search, tune
from dongcha.model.watch import Moment

FEW = {
    "full": {
        "learning_rate": Space(low=1e-4, high=1e-2, log=True),
        "epochs": Space(choices=(1.0, 2.0, 4.0)),
        "token_limit": Space(choices=(16,)),
        "batch_rows": Space(choices=(8, 16)),
    }
}


class Killed(BaseException):
    pass


def ask(tiny: Encoder, method: str = "full", **more: object) -> Ask:
    return Ask(method=method, encoder=None if method == "linear" else tiny.name, budget_s=600, seed=2, **more)


def test_the_default_recipe_is_trial_0_and_the_best_is_chosen_on_validation(
    parts: Parts, tiny: Encoder, tmp_path: Path
) -> None:
    done = tune(parts, ask(tiny), Search(study=tmp_path / "study.db", trials=5, spaces=FEW))
    assert [trial.number for trial in done.trials] == [0, 1, 2, 3, 4]
    assert done.default.setting("learning_rate") == KNOBS["learning_rate"].default
    values = [trial.value for trial in done.trials if trial.value is not None]
    assert done.value(done.leader) == max(values) >= done.value(0)
    assert done.best == (done.leader if done.gained.counts else 0)
    assert done.metrics.rows == done.default_metrics.rows == len(parts.test)
    assert set(done.baselines) == {"majority", "linear"}
    assert 0 <= done.versus_default["p_value"] <= 1
    assert done.trials[1].searched["token_limit"] == 16, "the default's 256 lies outside the space that was written"
    assert 1e-4 <= done.trials[1].searched["learning_rate"] <= 1e-2
    assert done.model.metrics["macro_f1"] == done.metrics.figures["macro_f1"]
    found = done.to_json()
    assert {"study", "trials", "best", "default", "metrics", "baselines", "versus_default"} <= set(found)
    assert {"importance", "pruned", "saved_share", "seconds"} <= set(found)
    assert found["best"]["recipe"]["method"] == "full"
    assert not {"steps", "stopped_at", "best_at"} & set(done.recipe.unnoted.settings)


def test_a_study_that_was_killed_goes_on_to_the_same_best(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    whole = tune(parts, ask(tiny), Search(study=tmp_path / "whole.db", trials=6, spaces=FEW))
    begun = 0

    def kill(moment: Moment) -> bool:
        nonlocal begun
        begun += moment.step == 0
        if begun == 4 and moment.step == 3:
            raise Killed
        return False

    search = Search(study=tmp_path / "study.db", trials=6, spaces=FEW)
    with pytest.raises(Killed):
        tune(parts, ask(tiny, watch=kill), search)
    starts: list[int] = []
    again = tune(parts, ask(tiny, watch=lambda m: bool(m.step == 0 and starts.append(1))), search)
    assert len(starts) == 3, "three of six trials were finished; what is trained again for the test is not watched"
    assert (again.recipe, again.best) == (whole.recipe, whole.best)
    assert [t.searched for t in again.trials] == [t.searched for t in whole.trials]
    assert [t.value for t in again.trials] == [t.value for t in whole.trials]
    assert again.metrics == whole.metrics
    assert again.versus_default == whole.versus_default
    finished = tune(parts, ask(tiny), search)
    assert (finished.recipe, finished.metrics) == (whole.recipe, whole.metrics)


@dataclass(slots=True)
class Crafted:
    """Learns nothing: a trial's value rises to a height that its learning rate decides."""

    name: str = "full"
    rank: int = 2
    encoder: bool = False

    def on_ladder(self, parts: Parts) -> bool:
        return False

    def fits(self, task: object) -> bool:
        return True

    def plan(self, job: Job) -> object:
        return type("Plan", (), {"recipe": job.recipe.with_settings(epochs=1.0, token_limit=64)})()

    def fit(self, job: Job) -> Outcome:
        height = 1.0 - abs(np.log10(job.recipe.number("learning_rate")) + 3.0) / 3.0
        steps, made = 8, 0
        for step in range(steps + 1):
            made = step
            figures = {"macro_f1": height * (step + 1) / (steps + 1)}
            if job.watch(Moment(method="full", step=step, steps=steps, rate=0.1, figures=figures)):
                break
        said = np.eye(len(job.parts.outputs))[job.task.targets(job.parts.validation.answers, job.parts.outputs)]
        wrong = int(len(said) * (1 - height * (made + 1) / (steps + 1)))
        said[:wrong] = np.roll(said[:wrong], 1, axis=1)
        plain = replace(job.recipe, method="linear", settings={"strength": 1.0})
        head = METHODS.get("linear").fit(replace(job, recipe=plain))
        return Outcome(head.fitted, job.recipe.with_settings(stopped_at=made), said)


def test_hopeless_trials_are_pruned_and_the_best_is_the_same(
    parts: Parts, tiny: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(METHODS._items, "full", Crafted())
    spaces = {"full": {"learning_rate": Space(low=1e-6, high=1.0, log=True)}}
    fixed = {name: KNOBS[name].default for name in SPACES["full"] if name not in ("learning_rate", "warm_up")}

    def best(pruner: str) -> object:
        order = Ask(method="full", budget_s=600, seed=2, settings=fixed)
        return tune(parts, order, Search(study=tmp_path / f"{pruner}.db", trials=16, spaces=spaces, pruner=pruner))

    pruned, whole = best("percentile"), best("none")
    assert whole.pruned == 0 == whole.saved_share
    assert pruned.pruned >= best("median").pruned >= 3
    assert 0 < pruned.saved_share < 1
    assert all(t.saved_s > 0 and t.value is None for t in pruned.trials if t.state == "pruned")
    assert pruned.trials[0].state == "complete", "the default recipe is never given up"
    assert pruned.value(pruned.best) == pytest.approx(whole.value(whole.best), abs=0.06)
    assert max(pruned.importance, key=pruned.importance.get) == "learning_rate"
    assert sum(pruned.importance.values()) == pytest.approx(1.0)


def test_texts_are_read_once_for_all_trials(
    parts: Parts, tiny: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = Network.read

    def counted(self: Network, inputs: Sequence[object], on_step: OnStep = silent) -> object:
        read.append(len(inputs))
        return whole(self, inputs, on_step)

    monkeypatch.setattr(Network, "read", counted)
    done = tune(parts, ask(tiny, "probe"), Search(study=tmp_path / "study.db", trials=8))
    assert len(done.trials) == 8
    assert set(done.importance) == {"strength", "balanced", "token_limit"}
    every = len(parts.train) + len(parts.validation)
    assert 1 <= read.count(every) <= 3, "once for each limit of tokens that was tried"


def test_auto_tunes_what_the_ladder_chooses(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    order = replace(ask(tiny, "auto"), method=None)
    done = tune(parts, order, Search(study=tmp_path / "study.db", trials=3))
    assert done.recipe.method == "linear", "linear reaches 1 on these words, and a tie goes to the cheaper one"
    assert done.best == 0
    assert "No trial beat the default" in done.verdict.en
    assert set(done.trials[2].searched) == {"strength", "balanced"}


@pytest.mark.parametrize(
    ("spaces", "error", "message"),
    [
        ({"ful": {}}, UnknownName, "did you mean 'full'"),
        ({"full": {"epoch": Space(low=1, high=2)}}, UnknownName, "did you mean 'epochs'"),
        ({"full": {"dropout": Space(low=0, high=2)}}, ConfigError, "'dropout' must be -1 to 0.9"),
        ({"full": {"decay": Space(low=0, high=1)}}, ConfigError, "must be a list of choices"),
        ({"lora": {"rank": Space(choices=(4, "many"))}}, ConfigError, "'rank' must be a whole number"),
    ],
)
def test_a_broken_space_is_one_sentence(spaces: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        checked_spaces(spaces)


def test_a_space_beyond_the_encoder_is_refused(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    spaces = {"full": {"frozen_layers": Space(low=0, high=9)}}
    with pytest.raises(ConfigError, match="goes up to 9, and the encoder has 2 layers"):
        tune(parts, ask(tiny), Search(study=tmp_path / "study.db", trials=1, spaces=spaces))


def test_passes_and_length_are_searched_around_the_plan() -> None:
    plan = Recipe("text-classification", "full", settings={"epochs": 2.0, "token_limit": 64})
    assert spaces_of(plan, {}, 6)["epochs"] == Space(low=1.4, high=4.0)
    probe = Recipe("text-classification", "probe", settings={"token_limit": 128})
    assert spaces_of(probe, {}, 6)["token_limit"].choices == (64, 128)


def test_a_damaged_study_is_one_sentence(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    (tmp_path / "study.db").write_bytes(b"no database" * 100)
    with pytest.raises(StorageError, match=r"cannot be used .* delete it to tune anew"):
        tune(parts, ask(tiny), Search(study=tmp_path / "study.db", trials=1))


def test_trials_are_written_down_by_a_tracker(parts: Parts, tiny: Encoder, tmp_path: Path) -> None:
    from dongcha.model.tracking.tracker import Log

    seen: list[str] = []

    class Kept:
        def __init__(self, name: str) -> None:
            self.name = name

        def __enter__(self) -> Log:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def see(self, moment: Moment) -> bool:
            return False

        def finish(self, figures: dict, facts: dict) -> None:
            seen.append(f"{self.name} {sorted(figures)} {facts['pruned']}")

        def close(self) -> None:
            pass

    search = Search(study=tmp_path / "study.db", trials=2, log=lambda name, facts: Kept(name))
    tune(parts, ask(tiny, "linear"), search)
    assert seen == ["trial-0 ['validation/macro_f1'] False", "trial-1 ['validation/macro_f1'] False"]
