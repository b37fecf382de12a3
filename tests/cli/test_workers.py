"""`--workers` where it cannot be followed."""

import sys

import pytest


@pytest.mark.parametrize("verb", ["train", "tune"])
@pytest.mark.parametrize("count", [0, -1])
def test_fewer_than_one_worker_is_wrong_usage(call, table, verb, count):
    status, said, error = call(verb, table, "--label", "kind", "--workers", count)
    assert (status, said) == (2, "")
    assert "--workers" in error


@pytest.mark.parametrize("verb", ["train", "tune"])
def test_a_missing_ray_is_one_sentence_before_the_work(call, table, tmp_path, monkeypatch, verb):
    monkeypatch.setitem(sys.modules, "ray", None)
    status, said, error = call(verb, table, "--label", "kind", "--workers", 2, "--out", tmp_path / "m")
    assert (status, said) == (1, "")
    assert error == "dongcha: several workers need Ray, which is not installed: pip install 'dongcha[ray]'\n"
    assert not list(tmp_path.iterdir())
