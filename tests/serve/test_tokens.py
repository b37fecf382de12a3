"""Tokens and rates by themselves."""

import json
import threading
import time

import pytest

from dongcha.core.errors import ConfigError, NewerFormat, StorageError, UnknownName
from dongcha.serve.http.rates import Rates
from dongcha.serve.http.tokens import Tokens, new_token, read_tokens, revoke


def test_only_the_hash_is_kept_and_the_token_is_found(tmp_path) -> None:
    file = tmp_path / "deep" / "tokens.json"
    made, secret = new_token(file, "安", ["read", "predict"], rate=2)
    assert (made.scopes, made.rate) == (("predict", "read"), 2)
    assert secret.startswith("dct_")
    assert secret not in file.read_text()
    tokens = Tokens(file)
    assert tokens.find(secret) == made
    assert tokens.find(secret + "x") is None
    assert tokens.find("") is None
    assert tokens.find("\ud800é") is None
    assert made.may("read")
    assert not made.may("admin")


def test_an_admin_may_do_everything(tmp_path) -> None:
    made, _ = new_token(tmp_path / "t.json", "ann", ["admin"])
    assert all(made.may(scope) for scope in ("predict", "feedback", "read", "admin"))


def test_tokens_made_by_several_at_once_are_all_there(tmp_path) -> None:
    file = tmp_path / "t.json"
    makers = [threading.Thread(target=new_token, args=(file, f"n{i}", ["read"])) for i in range(12)]
    for one in makers:
        one.start()
    for one in makers:
        one.join()
    assert {one.name for one in read_tokens(file)} == {f"n{i}" for i in range(12)}


def test_revoked_by_name_or_id(tmp_path) -> None:
    file = tmp_path / "t.json"
    first, _ = new_token(file, "app", ["read"])
    new_token(file, "app", ["read"])
    new_token(file, "ann", ["read"])
    assert revoke(file, first.id) == [first]
    assert len(revoke(file, "app")) == 1
    with pytest.raises(UnknownName, match="there is no token 'app'"):
        revoke(file, "app")
    assert [one.name for one in read_tokens(file)] == ["ann"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 1}', '{"format": 1, "tokens": [{"id": "x"}]}', '{"format": 1, "tokens": [1]}']
)
def test_a_damaged_file_is_said_and_leaves_in_force_what_was(tmp_path, text) -> None:
    file = tmp_path / "t.json"
    _, secret = new_token(file, "app", ["read"])
    tokens = Tokens(file)
    file.write_text(text)
    with pytest.raises(StorageError, match="is damaged"):
        read_tokens(file)
    assert tokens.find(secret) is not None
    file.unlink()
    assert tokens.find(secret) is None, "a file that is gone leaves none"


def test_a_newer_file_and_an_empty_one(tmp_path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps({"format": 9, "tokens": []}))
    with pytest.raises(NewerFormat):
        read_tokens(file)
    file.write_text(json.dumps({"format": 1, "tokens": []}))
    with pytest.raises(ConfigError, match="holds no token"):
        Tokens(file)


@pytest.mark.parametrize(
    ("name", "scopes", "rate"),
    [("", ["read"], 0), ("a", [], 0), ("a", ["reed"], 0), ("a\n", ["read"], 0), ("a", ["read"], -1)],
)
def test_what_makes_no_sense_is_refused(tmp_path, name, scopes, rate) -> None:
    with pytest.raises((ConfigError, UnknownName)):
        new_token(tmp_path / "t.json", name, scopes, rate)
    assert not (tmp_path / "t.json").exists()


def test_a_bucket_gives_two_seconds_at_once_and_fills_again(monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    rates = Rates()
    assert [rates.wait_s("a", 5.0) for _ in range(10)] == [0.0] * 10
    assert rates.wait_s("a", 5.0) == pytest.approx(0.2)
    assert rates.wait_s("b", 5.0) == 0.0, "each client has its own"
    now[0] += 0.2
    assert rates.wait_s("a", 5.0) == 0.0
    assert rates.wait_s("a", 5.0) > 0
    assert rates.wait_s("c", 0.0) == 0.0
