"""Two replicas on Ray Serve answer as one service, and both follow a promotion."""

import os
import time

import httpx
import pytest

from dongcha.loop.models import Told, promoted, registered
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.place import place_of
from dongcha.store.feedback import feedback_of

pytestmark = [pytest.mark.ray, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def test_two_replicas(model, trained) -> None:
    ray = pytest.importorskip("ray")
    serve = pytest.importorskip("ray.serve", exc_type=ImportError)
    from dongcha.serve.replicas import replicated

    place_of(model)
    registered(model, trained[1], None, "ann")
    env = {"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "DONGCHA_THREADS": "1"}
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env={"env_vars": env})
    try:
        serve.start(http_options={"host": "127.0.0.1", "port": 8765})
        serve.run(replicated(str(model), Limits(workers=1), None, 2, local_only=True), route_prefix="/")
        with httpx.Client(base_url="http://127.0.0.1:8765", trust_env=False, timeout=60) as http:
            for i in range(20):
                answer = http.post("/v1/predict", json={"input": f"a refund {i}"})
                assert (answer.status_code, answer.json()["version"]) == (200, 1)
            (one,) = answer.json()["predictions"]
            until = time.monotonic() + 20
            while time.monotonic() < until:  # whichever replica it comes to: the prediction is in the state soon
                said = {"prediction_id": one["id"], "label": "login", "by": "ann"}
                if (kept := http.post("/v1/feedback", json=said)).status_code == 202:
                    break
                time.sleep(0.2)
            assert kept.json()["new"] is True
            promoted(model, 2, Told(by="ann"))
            time.sleep(4)
            versions = {http.post("/v1/predict", json={"input": f"parcel {i}"}).json()["version"] for i in range(30)}
            assert versions == {2}
        assert feedback_of(place_of(model).state).count("topic") == 1
    finally:
        serve.shutdown()
        ray.shutdown()
