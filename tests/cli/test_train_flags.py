"""The flags of `dongcha train`: methods, settings, and a training that was killed."""

import json
from dataclasses import replace

import pytest

from dongcha.core.errors import StorageError
from dongcha.core.words import Words
from dongcha.loop.guests import Guests
from dongcha.loop.learn import Learning
from dongcha.loop.train import Place, train_file
from dongcha.model.watch import Moment

pytestmark = pytest.mark.usefixtures("own_cache")


def left(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "cache")


def test_settings_reach_the_recipe(call, table, tiny, tmp_path):
    words = ("--method", "lora", "--encoder", tiny.name, "--epochs", "1", "--set", "rank=2", "--set", "alpha = 4")
    words = ("train", table, "--label", "kind", "--text", "body", *words, "--learning-rate", "0.002", "--json")
    status, out, error = call(*words, "--out", tmp_path / "m")
    assert (status, error) == (0, "")
    recipe = json.loads(out)["recipe"]
    wanted = {"rank": 2, "alpha": 4.0, "epochs": 1.0, "learning_rate": 0.002}
    assert recipe["method"] == "lora"
    assert wanted.items() <= recipe["settings"].items()
    assert left(tmp_path) == ["m"], "no checkpoint is left"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "epoch=3"], "did you mean 'epochs'"),
        (["--set", "rank=x"], "'rank' must be a whole number"),
        (["--set", "rank"], "a setting is written NAME=VALUE"),
        (["--epochs", "-1"], "'epochs' must be"),
        (["--method", "lore"], "did you mean 'lora'"),
        (["--task", "text-clasification"], "did you mean 'text-classification'"),
        (["--track", "mlfow"], "did you mean 'mlflow'"),
    ],
)
def test_a_wrong_flag_is_one_sentence(call, table, tmp_path, words, message):
    status, _, error = call("train", table, "--label", "kind", "--quiet", *words, "--out", tmp_path / "m")
    assert (status, error.count("\n")) == (1, 1), error
    assert message in error
    assert not left(tmp_path)


class Killed(BaseException):
    pass


def kill(moment: Moment) -> bool:
    if moment.step == 13:
        raise Killed
    return False


def ask(tiny, **settings):
    chosen = {"epochs": 4.0, "learning_rate": 1e-3, "patience": 1000, "batch_rows": 16, **settings}
    return Learning(label="kind", text="body", method="full", encoder=tiny.name, budget_s=300, settings=chosen)


def test_a_killed_training_goes_on_and_says_so(table, tiny, tmp_path):
    whole, _ = train_file(str(table), ask(tiny), Place(out=tmp_path / "whole"))
    with pytest.raises(Killed):
        train_file(str(table), ask(tiny), Place(out=tmp_path / "m"), Guests(watch=kill))
    assert left(tmp_path) == [".m.checkpoint", "whole"]
    said: list[Words] = []
    again, _ = train_file(str(table), ask(tiny), Place(out=tmp_path / "m"), Guests(say=said.append))
    assert said[0].en.startswith("Going on from step 12 of a training")
    assert again.notes[-1] == said[0]
    assert (again.metrics, again.recipe) == (whole.metrics, whole.recipe)
    assert left(tmp_path) == ["m", "whole"]


def test_another_order_starts_anew_beside_and_is_refused_in_a_named_folder(table, tiny, tmp_path):
    with pytest.raises(Killed):
        train_file(str(table), ask(tiny), Place(out=tmp_path / "m"), Guests(watch=kill))
    other = replace(ask(tiny), settings={"epochs": 1.0})
    with pytest.raises(StorageError, match="of other data or settings"):
        train_file(str(table), other, Place(out=tmp_path / "m", checkpoint=tmp_path / ".m.checkpoint"))
    assert train_file(str(table), other, Place(out=tmp_path / "m"))[0].recipe.made("stopped_at") > 0
    assert left(tmp_path) == ["m"]
