"""`dongcha tune` on files and in projects."""

import json

import pandas as pd
import pytest

from dongcha.store.project import open_project

pytestmark = pytest.mark.usefixtures("own_cache")


def test_tune_writes_the_model_the_study_and_the_page(call, table, tmp_path):
    out = tmp_path / "o" / "m"
    words = ("--label", "kind", "--text", "body", "--method", "linear", "--trials", 4, "--out", out)
    status, said, error = call("tune", table, *words, "--json")
    assert (status, error) == (0, "")
    found = json.loads(said)
    wanted = {"model", "study", "trials", "best", "default", "metrics", "baselines", "versus_default", "importance"}
    assert wanted | {"pruned", "saved_share", "seconds"} <= set(found)
    assert len(found["trials"]) == 4
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == ["m", "study.db", "tune.html", "tune.json"]
    page = (tmp_path / "o" / "tune.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "://" not in page.replace("http://www.w3.org", "")
    status, said, error = call("tune", table, *words, "--lang", "zh")
    assert "默认配方" in said
    assert said.splitlines()[-1] == str(out)


def test_a_project_keeps_the_recipe_and_train_follows_it(call, table, tiny, tmp_path):
    project = tmp_path / "p"
    project.mkdir()
    (project / "dongcha.toml").write_text(
        "# ours\nlabel = 'kind'\n[tune.space.probe]\nstrength = [0.25, 0.5] # two\ntoken_limit = [16]\n"
    )
    words = ("--label", "kind", "--text", "body", "--project", project)
    tuned = ("--method", "probe", "--encoder", tiny.name, "--trials", 4, "--track", "none", "--json")
    status, said, error = call("tune", table, *words, *tuned)
    assert (status, error) == (0, "")
    found = json.loads(said)
    assert {trial["settings"]["strength"] for trial in found["trials"][1:]} <= {0.25, 0.5}
    assert found["model"] == str(project / "models" / "kind" / "tuned")
    assert (project / "study.db").exists()
    kept = open_project(project).config
    assert kept.recipe.method == "probe"
    assert kept.recipe.encoder == tiny.name
    assert kept.recipe.settings == found["best"]["recipe"]["settings"]
    assert "# two" in (project / "dongcha.toml").read_text()
    assert (project / "dongcha.toml").read_text().startswith("# ours")
    status, said, error = call("train", table, *words, "--track", "none", "--json")
    assert (status, error) == (0, "")
    again = json.loads(said)
    assert again["recipe"]["settings"] == found["best"]["recipe"]["settings"]
    assert again["metrics"]["confusion"] == found["metrics"]["confusion"]


def test_what_a_training_notes_of_its_rows_is_not_written_to_the_project(call, tmp_path):
    words = {"bill": "invoice fee", "ship": "parcel late", "login": "password code"}
    kinds = [[list(words)[i % 3], *([list(words)[(i + 1) % 3]] if i % 2 else [])] for i in range(120)]
    texts = [" ".join(words[kind] for kind in one) + f" {i}" for i, one in enumerate(kinds)]
    file, project = tmp_path / "t.csv", tmp_path / "p"
    pd.DataFrame({"body": texts, "kinds": ["; ".join(one) for one in kinds]}).to_csv(file, index=False)
    asked = (file, "--label", "kinds", "--text", "body", "--task", "multi-label-classification", "--project", project)
    status, said, error = call("tune", *asked, "--method", "linear", "--trials", 2, "--track", "none", "--json")
    assert (status, error) == (0, "")
    assert "threshold" in json.loads(said)["best"]["recipe"]["settings"]
    assert "threshold" not in open_project(project).config.recipe.settings
    status, said, error = call("train", *asked, "--track", "none", "--json")
    assert (status, error) == (0, "")


def test_a_broken_space_of_a_project_is_one_sentence(call, table, tmp_path):
    (tmp_path / "dongcha.toml").write_text("[tune.space.full]\nepoch = {low = 1, high = 2}\n")
    status, _, error = call("tune", table, "--label", "kind", "--method", "full", "--project", tmp_path, "--quiet")
    assert (status, error.count("\n")) == (1, 1), error
    assert "did you mean 'epochs'" in error
