"""Vectors of texts are read once, whole, and go on after a kill."""

import numpy as np
import pytest

from dongcha.core.errors import StorageError
from dongcha.model import embedded as room
from dongcha.model.embedded import embedded, unit


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "dongcha" / "vectors"


def test_the_same_texts_are_read_once(cache, tiny, monkeypatch):
    texts = [f"my parcel {i} is late" for i in range(30)]
    first = embedded(texts, str(tiny.folder))
    assert first.shape[0] == 30
    assert first.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, atol=1e-5)
    monkeypatch.setattr(room, "read_with", lambda *_: pytest.fail("read again"))
    np.testing.assert_array_equal(embedded(texts, str(tiny.folder)), first)
    assert [file.suffix for file in cache.iterdir()] == [".f32"]


def test_a_killed_reading_goes_on_after_its_last_whole_chunk(cache, tiny, monkeypatch):
    monkeypatch.setattr(room, "CHUNK", 10)
    texts = [f"my parcel {i} is late" for i in range(35)]
    whole = np.array(embedded(texts, str(tiny.folder)))
    next(cache.glob("*.f32")).unlink()
    read, asked = room.read_with, []

    def killed(*how):
        reader = read(*how)

        def some(part):
            asked.append(part)
            if len(asked) == 3:
                raise KeyboardInterrupt
            return reader(part)

        return some

    monkeypatch.setattr(room, "read_with", killed)
    with pytest.raises(KeyboardInterrupt):
        embedded(texts, str(tiny.folder))
    part = next(cache.glob("*.part"))
    part.write_bytes(part.read_bytes() + b"half a line")
    np.testing.assert_array_equal(embedded(texts, str(tiny.folder)), whole)
    assert [texts.index(one[0]) for one in asked] == [0, 10, 20, 20, 30]


def test_odd_texts_have_finite_vectors(cache, tiny):
    found = embedded(["", " ", "\0", "洞察" * 5000, "<b>"], str(tiny.folder))
    assert np.isfinite(found).all()
    assert embedded([], str(tiny.folder)).shape[0] == 0


def test_a_cache_that_cannot_be_written_is_one_sentence(cache, tiny):
    cache.parent.mkdir(parents=True)
    cache.write_text("in the way")
    with pytest.raises(StorageError, match="cannot write"):
        embedded(["a"], str(tiny.folder))


def test_vectors_without_direction_become_one():
    assert unit(np.array([[np.nan, 1.0], [0.0, 0.0], [0.0, 2.0]])).tolist() == [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
