"""The clock of a running service jumps by years: no answer fails, no limit is lifted, nothing is lost or doubled."""

import shutil
import time
from pathlib import Path

import pytest
from tests.serve.running import running

from dongcha.serve.http.tokens import new_token, revoke
from dongcha.serve.live.place import place_of
from dongcha.store.feedback import feedback_of
from dongcha.store.predicted import predictions_of

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(FAKETIME is None, reason="needs libfaketime")]
JUMPS = ("+400d", "-400d", "-9000d", "+0d")


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """A function that sets the clock of processes started from now on, and of those that run."""
    file = tmp_path / "clock"

    def jump(to: str) -> None:
        beside = file.with_name("clock.new")
        beside.write_text(f"{to}\n")
        beside.replace(file)

    jump("+0d")
    monkeypatch.setenv("LD_PRELOAD", str(FAKETIME))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    return jump


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_jumps_while_it_answers(trained, tmp_path, clock) -> None:
    place = Path(shutil.copytree(trained[0], tmp_path / "topic"))
    file = tmp_path / "tokens.json"
    token, slow = new_token(file, "app", ["admin"])[1], new_token(file, "slow", ["predict"], rate=0.2)[1]
    gone, numbers, ids = new_token(file, "gone", ["read"]), [], []
    with running(place, "--token-file", file) as served:
        served.http.headers.update(bearer(token))
        (first,) = served.predict("a refund of yesterday")["predictions"]
        for i, to in enumerate(JUMPS):
            body = {"input": "a refund"}
            for _ in range(2):
                used_up = served.http.post("/v1/predict", json=body, headers=bearer(slow))
            assert used_up.status_code == 429
            clock(to)
            refused = served.http.post("/v1/predict", json=body, headers=bearer(slow))
            assert refused.status_code == 429, "a jump lifted the limit"
            assert 1 <= int(refused.headers["retry-after"]) <= 5
            (one,) = served.predict(f"a refund {i}")["predictions"]
            ids.append(one["id"])
            said = served.correct(prediction_id=one["id"], label="billing", by="ann", key=f"k{i}")
            again = served.correct(prediction_id=one["id"], label="billing", by="ann", key=f"k{i}")
            assert (said.status_code, again.json()["new"]) == (202, False)
            numbers.append(said.json()["number"])
            assert served.http.get("/readyz").json()["ready"]
            moved = served.http.post("/v1/models/topic/promote", json={"version": 1, "by": "ann", "alias": f"a{i}"})
            assert moved.status_code == 200
        assert served.correct(prediction_id=first["id"], label="billing", by="ben").status_code == 202
        revoke(file, gone[0].id)
        assert served.http.get("/v1/models", headers=bearer(gone[1])).status_code == 401
        moves = served.http.get("/v1/models/topic").json()["moves"]
        assert len({move["at"][:4] for move in moves}) >= 3, "the clock did not jump"
        time.sleep(1.5)
        assert "error" not in {line["level"] for line in served.lines()}
    assert numbers == sorted(numbers)
    state = place_of(place).state
    assert [one.number for one in feedback_of(state).after()] == list(range(1, len(JUMPS) + 2))
    assert all(predictions_of(state).find(id) for id in [first["id"], *ids])


def test_a_start_with_a_clock_years_ahead_forgets_nothing(trained, tmp_path, clock) -> None:
    place = Path(shutil.copytree(trained[0], tmp_path / "topic"))
    with running(place) as served:
        served.predict("a refund", "a parcel")
    clock("+4000d")
    with running(place) as served:
        served.predict("a login")
        time.sleep(2)
    state = place_of(place).state
    assert predictions_of(state).count("topic") == 3
