import pytest

from dongcha.core.checks import known, need
from dongcha.core.errors import ConfigError, StorageError, UnknownName
from dongcha.core.files import atomic_file, atomic_folder, write_json, write_text
from dongcha.core.registry import Registry
from dongcha.core.settings import SETTINGS, setting, thread_count


def test_need_says_wanted_and_got():
    with pytest.raises(ConfigError, match="train: epochs must be at least 1, got 0"):
        need("train", "epochs", 0, False, "at least 1")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownName) as caught:
        known("method", "prob", ["linear", "probe"])
    assert str(caught.value) == "no method named 'prob'; did you mean 'probe'?"


def test_a_registered_name_cannot_be_taken_twice():
    parts: Registry[int] = Registry("part")
    parts("one")(1)
    with pytest.raises(ConfigError, match="part 'one' is already registered"):
        parts("one")(2)
    assert parts.get("one") == 1


def test_a_setting_follows_its_environment_variable(monkeypatch):
    monkeypatch.setenv("DONGCHA_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.setenv("DONGCHA_THREADS", "many")
    with pytest.raises(ConfigError, match=r"DONGCHA_THREADS must be a number, got 'many'"):
        setting("threads")
    assert all(s.help.endswith(".") for s in SETTINGS)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "报告.json"
    write_text(path, "old")

    def fail_half_way():
        with atomic_file(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["报告.json"]


def test_a_file_in_the_way_of_a_folder_is_one_sentence(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(StorageError, match="cannot write"):
        write_json(tmp_path / "out" / "x.json", {})


def test_a_folder_is_replaced_whole(tmp_path):
    for content in ("one", "two"):
        with atomic_folder(tmp_path / "model") as temporary:
            (temporary / f"{content}.txt").write_text(content)
    assert [p.name for p in (tmp_path / "model").iterdir()] == ["two.txt"]
    assert [p.name for p in tmp_path.iterdir()] == ["model"]
