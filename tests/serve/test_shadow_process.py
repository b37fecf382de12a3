"""Champion and challenger in a process of their own under requests: swaps, withdrawals and damage fail no request."""

import threading

import httpx
import pytest
from tests.serve.running import running
from tests.serve.test_faults import serves, wait_for

from dongcha.loop.models import registered
from dongcha.serve.live.place import place_of
from dongcha.store.versions import CHALLENGER, versions_of


@pytest.mark.slow
def test_no_request_fails_while_challengers_come_answer_break_and_take_over(model, trained) -> None:
    with running(model, "--shadow", "1") as found:
        made = [registered(model, folder, None, "ann") for folder in (trained[1], trained[1], trained[0])]
        versions, base = versions_of(place_of(model).state), place_of(model).base
        statuses: list[int] = []
        wrong: list[object] = []
        stop = threading.Event()

        def ask(seed: int) -> None:
            with httpx.Client(base_url=found.url, trust_env=False, timeout=20) as http:
                for i in range(1_000_000):
                    if stop.is_set():
                        return
                    answer = http.post("/v1/predict", json={"input": f"my parcel is late {seed} {i}"})
                    statuses.append(answer.status_code)
                    told = answer.json()
                    said = told["predictions"][0]["label"]
                    if said != {1: "shipping", 2: "parcels"}.get(told["version"]):
                        wrong.append(told)

        clients = [threading.Thread(target=ask, args=(seed,)) for seed in range(2)]
        for one in clients:
            one.start()

        def point(version: int) -> None:
            answer = found.http.post(
                "/v1/models/topic/promote", json={"version": version, "by": "ann", "alias": CHALLENGER}
            )
            assert answer.status_code == 200

        def model_told() -> dict[str, object]:
            return found.http.get("/v1/models/topic").json()

        try:
            point(made[0].number)
            wait_for(lambda: model_told()["shadows"] == 2)
            stands = wait_for(lambda: one if (one := model_told()["challenger"])["answered"] >= 20 else None)
            assert (stands["agreed"], stands["champion"], stands["verdict"]) == (0, 1, None)
            figures = found.http.get("/metrics").text
            assert 'dongcha_challenger_version{model="topic"} 2.0' in figures
            assert 'dongcha_shadow_inputs_total{model="topic",what="differed"}' in figures
            for file in (base / made[1].folder).glob("*.safetensors"):  # the next challenger is damaged
                file.write_bytes(b"\0" * 64)
            point(made[1].number)
            (event,) = wait_for(lambda: found.http.get("/v1/events?kind=shadow-refused").json()["events"])
            assert event["data"]["version"] == made[1].number
            assert str(model.parent) not in str(event)
            assert model_told()["shadows"] is None
            point(made[0].number)
            wait_for(lambda: model_told()["shadows"] == 2)
            versions.point("topic", 2, by="ann")  # the challenger takes over while it shadows
            wait_for(lambda: serves(found) == 2 and model_told()["shadows"] is None)
            versions.back("topic", by="ann")
            wait_for(lambda: serves(found) == 1 and model_told()["shadows"] == 2)
            versions.drop("topic", CHALLENGER, by="ann")
            wait_for(lambda: model_told()["shadows"] is None)
        finally:
            stop.set()
            for one in clients:
                one.join(20)
        assert len(statuses) > 50
        assert set(statuses) == {200}
        assert wrong == []
        assert len(found.http.get("/v1/events?kind=shadow-refused").json()["events"]) == 1
