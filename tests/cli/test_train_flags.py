"""The flags of `dongcha train`: methods, settings, and a training that was killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from tests.cli.call import dongcha
from tests.model.conftest import sentences


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rows = sentences(240, 4)
    path = tmp_path_factory.mktemp("flags") / "t.csv"
    texts = [f"{text} {i}" for i, text in enumerate(rows.inputs)]
    pd.DataFrame({"body": texts, "kind": rows.answers}).to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def train(table, *words, **env):
    return dongcha("train", table, "--label", "kind", "--text", "body", "--quiet", "--json", *words, **env)


def test_settings_reach_the_recipe(table, tiny, tmp_path):
    words = ("--method", "lora", "--encoder", tiny.name, "--epochs", "1", "--set", "rank=2", "--set", "alpha = 4")
    done = train(table, *words, "--learning-rate", "0.002", "--out", tmp_path / "m")
    assert done.returncode == 0, done.stderr
    recipe = json.loads(done.stdout)["recipe"]
    wanted = {"rank": 2, "alpha": 4.0, "epochs": 1.0, "learning_rate": 0.002}
    assert recipe["method"] == "lora"
    assert wanted.items() <= recipe["settings"].items()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["m"], "no checkpoint is left"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "epoch=3"], "did you mean 'epochs'"),
        (["--set", "rank=x"], "'rank' must be a whole number"),
        (["--set", "rank"], "--set takes KEY=VALUE"),
        (["--epochs", "-1"], "'epochs' must be"),
        (["--method", "lore"], "did you mean 'lora'"),
        (["--task", "text-clasification"], "did you mean 'text-classification'"),
    ],
)
def test_a_wrong_flag_is_one_sentence(table, tmp_path, words, message):
    done = train(table, *words, "--out", tmp_path / "m")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert message in done.stderr
    assert not [path for path in tmp_path.iterdir() if path.name != "cache"]


def killed(table, out, *words, **env):
    """Start a training and kill it once it has stored a state."""
    call = [sys.executable, "-c", "from dongcha.cli.main import main; main()", "train", table, "--label", "kind"]
    call += ["--text", "body", "--quiet", "--json", "--out", out, *words]
    process = subprocess.Popen(list(map(str, call)), env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    state = out.with_name(f".{out.name}.checkpoint") / "full" / "state.json"
    for _ in range(1200):
        if state.exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert state.exists()


def test_a_killed_training_goes_on_and_says_so(table, tiny, tmp_path):
    words = ("--method", "full", "--encoder", tiny.name, "--epochs", "60", "--set", "patience=1000", "--budget", "5m")
    whole = train(table, *words, "--out", tmp_path / "whole")
    killed(table, tmp_path / "m", *words)
    again = dongcha("train", table, "--label", "kind", "--text", "body", "--json", *words, "--out", tmp_path / "m")
    assert again.returncode == 0, again.stderr
    assert "Going on from step" in again.stderr
    first, second = json.loads(whole.stdout), json.loads(again.stdout)
    assert any(note["en"].startswith("Going on from step") for note in second["notes"])
    assert (second["metrics"], second["recipe"]) == (first["metrics"], first["recipe"])
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["m", "whole"]


def test_another_order_starts_anew_beside_and_is_refused_in_a_named_folder(table, tiny, tmp_path):
    words = ("--method", "full", "--encoder", tiny.name, "--epochs", "60", "--set", "patience=1000", "--budget", "5m")
    killed(table, tmp_path / "m", *words)
    state = tmp_path / ".m.checkpoint"
    less = ("--method", "full", "--encoder", tiny.name, "--epochs", "1", "--out", tmp_path / "m")
    done = train(table, *less, "--resume", state)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "of other data or settings" in done.stderr
    assert train(table, *less).returncode == 0
    assert not state.exists()
