"""`dongcha models` and `dongcha token`, and what `run` and `train --project` register."""

import json

import pytest


@pytest.fixture
def place(call, table, tmp_path):
    status, _, err = call("train", table, "--label", "kind", "--method", "linear", "--out", tmp_path / "m", "--quiet")
    assert status == 0, err
    return tmp_path / "m"


def test_versions_of_a_model_alone(call, place) -> None:
    status, _, err = call("models", "list", place)
    assert status == 1
    assert "has no versions yet" in err
    status, out, _ = call("models", "register", place, place, "--json", "--by", "ann")
    assert (status, json.loads(out)) == (0, {"model": "kind", "version": 2})
    status, out, _ = call("models", "list", place, "--json")
    (model,) = json.loads(out)["models"]
    assert (model["aliases"], [one["version"] for one in model["versions"]]) == ({"champion": 1}, [1, 2])
    status, out, _ = call("models", "promote", place, 2, "--by", "ann", "--reason", "newer")
    assert (status, out) == (0, "The champion of kind is version 2 now; undo with dongcha models rollback.\n")
    status, out, _ = call("models", "rollback", place, "--lang", "zh")
    assert (status, out) == (0, "kind 的 champion 现为第 1 版；可用 dongcha models rollback 撤销。\n")
    status, out, _ = call("models", "show", place)
    found = json.loads(out)
    assert (found["version"], [move["how"] for move in found["moves"]]) == (1, ["point", "point", "back"])
    assert found["moves"][1]["why"] == {"reason": "newer"}
    status, _, err = call("models", "promote", place, 9)
    assert (status, "has no version 9" in err) == (1, True)
    status, _, err = call("models", "rollback", place)
    assert (status, "cannot go back" in err) == (1, True)


def test_train_in_a_project_registers_versions(call, table, tmp_path) -> None:
    project = tmp_path / "p"
    assert call("init", project)[0] == 0
    for number in (1, 2):
        words = ("train", table, "--label", "kind", "--method", "linear", "--project", project, "--track", "none")
        status, _, err = call(*words, "--quiet")
        assert status == 0, err
        status, out, _ = call("models", "list", project, "--json")
        (model,) = json.loads(out)["models"]
        assert (model["name"], model["aliases"]) == ("kind", {"champion": 1})
        assert [one["version"] for one in model["versions"]] == list(range(1, number + 1))
        assert (project / "models" / "kind" / str(number) / "dongcha.json").is_file()
    _, out, _ = call("models", "show", project, 2)
    found = json.loads(out)
    assert found["folder"] == "models/kind/2"
    assert found["lineage"]["recipe"]["method"] == "linear"
    assert found["lineage"]["data"]


def test_a_place_that_is_none(call, tmp_path) -> None:
    status, _, err = call("models", "list", tmp_path)
    assert (status, "is neither a project" in err) == (1, True)
    status, _, err = call("serve", tmp_path, "--port", 0)
    assert (status, "is neither a project" in err) == (1, True)


def test_tokens(call, tmp_path) -> None:
    file = tmp_path / "tokens.json"
    status, out, _ = call("token", "new", "app", "--scope", "predict,feedback", "--file", file)
    assert (status, out.startswith("dct_")) == (0, True)
    status, out, _ = call("token", "list", "--file", file, "--json")
    (one,) = json.loads(out)["tokens"]
    assert (one["name"], one["scopes"]) == ("app", ["predict", "feedback"])
    status, out, _ = call("token", "revoke", "app", "--file", file)
    assert (status, one["id"] in out) == (0, True)
    status, _, err = call("token", "revoke", "app", "--file", file)
    assert (status, "there is no token 'app'" in err) == (1, True)
    status, _, err = call("token", "new", "app", "--scope", "everything", "--file", file)
    assert (status, "no scope named 'everything'" in err) == (1, True)
