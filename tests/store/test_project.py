import sqlite3
import subprocess
import sys

import pytest

from dongcha.core.errors import ConfigError, NewerFormat, StorageError
from dongcha.store.config import Config, RecipeConfig
from dongcha.store.project import create_project, open_project


def test_decisions_are_written_and_a_person_s_comments_stay(tmp_path):
    create_project(tmp_path / "p", Config(label="topic", sources=("a b.csv",)))
    toml = tmp_path / "p" / "dongcha.toml"
    toml.write_text(toml.read_text() + "# mine\nbudget = '5m'\n")
    project = create_project(tmp_path / "p", Config(label="other"))
    assert (project.config.label, project.config.budget) == ("other", "5m")
    assert "# mine" in toml.read_text()


def test_a_recipe_is_written_into_the_file_and_comments_in_it_stay(tmp_path):
    create_project(tmp_path / "p", Config(label="topic"))
    toml = tmp_path / "p" / "dongcha.toml"
    toml.write_text(toml.read_text() + "\n[recipe]  # ours\nmethod = 'full'\n# why\n[recipe.settings]\nrank = 4\n")
    project = create_project(tmp_path / "p")
    best = RecipeConfig(method="lora", encoder="minilm", settings={"learning_rate": 0.001})
    again = create_project(tmp_path / "p", project.config.model_copy(update={"recipe": best}))
    assert again.config.recipe == best
    assert again.config.label == "topic"
    assert "# ours" in toml.read_text()
    assert "# why" in toml.read_text()


def test_a_stage_is_found_again_only_for_the_same_key(tmp_path):
    state = create_project(tmp_path / "项目 1").state
    state.finish("clean", "k1", {"rows": 3, "名": "值"})
    assert state.result("clean", "k1") == {"rows": 3, "名": "值"}
    assert state.result("clean", "k2") is None
    state.finish("clean", "k2", {})
    assert state.result("clean", "k1") is None


def test_a_newer_project_is_refused_and_left_as_it_is(tmp_path):
    project = create_project(tmp_path / "p")
    toml = project.folder / "dongcha.toml"
    toml.write_text("format = 99\nunknown = 1\n")
    with pytest.raises(NewerFormat, match="newer Dongcha"):
        create_project(project.folder, Config(label="x"))
    assert toml.read_text() == "format = 99\nunknown = 1\n"


def test_a_newer_state_is_refused(tmp_path):
    project = create_project(tmp_path / "p")
    project.state.engine.dispose()
    with sqlite3.connect(project.state.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NewerFormat):
        open_project(project.folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("labell = 'x'", "labell"),
        ("seed = -1", "seed"),
        ("seed = ", "TOML"),
        ("lang = 'fr'", "lang"),
        ("[tune.space.full]\nepochs = {low = 3, high = 1}", "tune.space.full.epochs: low must be below high"),
        ("[tune.space.full]\nepochs = {low = 3}", "tune.space.full.epochs: a space is a list of choices, or has low"),
        ("[tune.space.full]\nepochs = {low = 0, high = 1, log = true}", "log needs a low above 0"),
        ("[tune.space.full]\nepochs = []", "tune.space.full.epochs.choices"),
        ("[tune]\npruner = 'x'", "tune.pruner"),
        ("[recipe]\nmethods = 'x'", "recipe.methods"),
    ],
)
def test_a_wrong_field_is_named(tmp_path, content, message):
    (tmp_path / "dongcha.toml").write_text(content)
    with pytest.raises(ConfigError, match=message):
        open_project(tmp_path)


def test_a_damaged_state_says_what_to_do(tmp_path):
    create_project(tmp_path / "p").state.engine.dispose()
    for old in (tmp_path / "p").glob("state.db*"):
        old.unlink()
    (tmp_path / "p" / "state.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match="move it away"):
        open_project(tmp_path / "p")


def test_a_folder_with_other_files_is_not_taken_over(tmp_path):
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(StorageError, match="holds files"):
        create_project(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.doc"]


def test_two_processes_cannot_run_in_one_project_and_a_killed_one_leaves_no_lock(tmp_path):
    project = create_project(tmp_path / "p")
    hold = (
        "import sys, time; from dongcha.store.project import open_project\n"
        "with open_project(sys.argv[1]).locked():\n    print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", hold, str(project.folder)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    with other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="another dongcha"), project.locked():
            pass
        other.kill()
    with project.locked():
        pass
