"""The contract over HTTP, of a service in a process of its own."""

import json
import re
import shutil
import subprocess

import httpx
import pytest
from tests.serve.running import CALL, JSON, Running, running

from dongcha.serve.http.tokens import new_token, revoke
from dongcha.serve.live.place import place_of
from dongcha.store.predicted import predictions_of

TYPE = "application/problem+json"


@pytest.fixture(scope="module")
def served(trained, tmp_path_factory):
    place = tmp_path_factory.mktemp("served") / "topic"
    shutil.copytree(trained[0], place)
    with running(place) as found:
        yield found


def problem(answer: httpx.Response, status: int, kind: str) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == TYPE
    told = answer.json()
    assert told["type"] == f"urn:dongcha:problem:{kind}"
    assert told["status"] == status
    assert told["instance"] == f"urn:dongcha:request:{answer.headers['x-request-id']}"
    return told


def test_the_first_line_says_where_what_and_where_to_read_on(served) -> None:
    assert served.first == (
        f"Dongcha serves topic v1 at {served.url}  (docs {served.url}/docs, metrics {served.url}/metrics; "
        "Ctrl-C stops)\n"
    )


def test_predict(served, first) -> None:
    texts = ["please refund my payment", "my parcel is late"]
    found = served.predict(*texts, model="topic")
    wanted = first.predict(texts)
    assert (found["model"], found["version"]) == ("topic", 1)
    assert [one["label"] for one in found["predictions"]] == list(wanted.labels)
    for one, row in zip(found["predictions"], wanted.all_scores, strict=True):
        assert list(one) == ["id", "label", "score", "scores"]
        assert one["score"] == pytest.approx(row.max(), abs=1e-6)
        assert one["scores"] == pytest.approx(dict(zip(wanted.classes, row, strict=True)), abs=1e-6)


def test_one_input_and_fewer_scores(served) -> None:
    answer = served.http.post("/v1/predict", json={"input": "a refund", "top": 1})
    (one,) = answer.json()["predictions"]
    assert list(one["scores"]) == [one["label"]]


def test_feedback_is_202_and_once(served) -> None:
    (one,) = served.predict("please refund my payment")["predictions"]
    said = {"prediction_id": one["id"], "label": "brand new", "by": "ann"}
    answer = served.correct(**said, key="k1")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["model"], told["new"], told["new_class"], told["contradicts"]) == ("topic", True, True, [])
    again = served.correct(**said, key="k1")
    assert again.status_code == 202
    assert again.json() == {**told, "new": False}
    problem(served.correct(**{**said, "label": "login"}, key="k1"), 409, "conflict")
    other = served.correct(**{**said, "label": "login"})
    assert other.json()["contradicts"] == [told["number"]]


def test_models_promote_and_roll_back(served, trained) -> None:
    told_of = served.http.get("/v1/models/topic").json()
    assert [one["version"] for one in told_of["versions"]] == [1]
    assert "folder" not in json.dumps(told_of)
    problem(served.http.post("/v1/models/topic/promote", json={"version": 9, "by": "ann"}), 404, "not-found")
    problem(served.http.post("/v1/models/topic/rollback", json={"by": "ann"}), 409, "conflict")
    told = served.http.post("/v1/models/topic/promote", json={"version": 1, "by": "ann", "alias": "challenger"})
    assert (told.status_code, told.json()["alias"], told.json()["version"]) == (200, "challenger", 1)
    found = served.http.get("/v1/models").json()["models"][0]
    assert (found["serves"], found["aliases"]) == (1, {"champion": 1, "challenger": 1})
    problem(served.http.get("/v1/models/nothing"), 404, "not-found")


def test_events_are_paged(served) -> None:
    first = served.http.get("/v1/events?most=1").json()
    assert first["events"][0]["kind"] == "swapped"
    assert served.http.get(f"/v1/events?after={first['next']}&kind=swapped").json()["events"] == []
    problem(served.http.get("/v1/events?after=-1"), 422, "unprocessable")


def test_insights_of_a_model_alone_are_not_there(served) -> None:
    problem(served.http.get("/v1/insights"), 404, "not-found")


def test_health_and_metrics(served) -> None:
    assert served.http.get("/healthz").json() == {"status": "ok"}
    ready = served.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "serves": {"topic": 1}, "state": "ok"})
    before = served.http.get("/metrics").text
    served.predict("a", "b", "c")
    after = served.http.get("/metrics").text

    def value(page: str, name: str) -> float:
        return float(re.search(rf"^{re.escape(name)} (\S+)$", page, re.M).group(1))

    assert value(after, 'dongcha_predictions_total{model="topic"}') - value(
        before, 'dongcha_predictions_total{model="topic"}'
    ) == pytest.approx(3)
    assert value(after, 'dongcha_model_version{model="topic"}') == 1
    assert 'dongcha_request_seconds_bucket{le="0.01",route="/v1/predict"}' in after


def test_openapi_has_examples_and_problems(served) -> None:
    found = served.http.get("/openapi.json").json()
    assert set(found["paths"]) >= {"/v1/predict", "/v1/feedback", "/v1/models", "/v1/events", "/v1/insights", "/readyz"}
    post = found["paths"]["/v1/predict"]["post"]
    assert "texts" in post["requestBody"]["content"]["application/json"]["examples"]
    assert TYPE in post["responses"]["429"]["content"]
    assert "202" in found["paths"]["/v1/feedback"]["post"]["responses"]


def test_the_page_of_documentation_loads_nothing(served) -> None:
    page = served.http.get("/docs")
    assert page.status_code == 200
    assert "POST /v1/predict" in page.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nothing", 404, "not-found"),
        ("DELETE", "/v1/predict", 405, "method-not-allowed"),
        ("GET", "/v1/feedback", 405, "method-not-allowed"),
        ("POST", "/v1/predict", 415, "media-type"),
    ],
)
def test_every_error_is_a_problem_document(served, method, path, status, kind) -> None:
    problem(served.http.request(method, path), status, kind)


def test_a_problem_in_chinese(served) -> None:
    answer = served.http.get("/nothing", headers={"accept-language": "zh-CN"})
    assert problem(answer, 404, "not-found")["title"] == "不存在"
    assert answer.headers["content-language"] == "zh"


def test_a_request_id_comes_back_unless_it_is_odd(served) -> None:
    assert served.http.get("/healthz", headers={"x-request-id": "abc-1.2"}).headers["x-request-id"] == "abc-1.2"
    for odd in ("a b", "x" * 65, "<script>", "é"):
        assert (
            served.http.get("/healthz", headers={"x-request-id": odd.encode("latin-1")}).headers["x-request-id"] != odd
        )


def test_another_hosts_name_is_refused_where_there_are_no_tokens(served) -> None:
    problem(served.http.get("/v1/models", headers={"host": "evil.example"}), 421, "misdirected")
    assert served.http.get("/v1/models", headers={"host": "localhost:1"}).status_code == 200


def test_the_log_is_json_without_what_people_sent(served) -> None:
    secret = "zanzibar refund of Ms Private"
    served.predict(secret)
    served.correct(input=secret, label="billing", by="Mr Secret")
    served.http.get("/v1/zanzibar")
    log = served.logged()
    assert "zanzibar" not in log
    assert "Secret" not in log
    assert "127.0.0.1" not in log
    line = next(one for one in reversed(served.lines()) if one.get("route") == "/v1/predict")
    assert {"time", "level", "request", "method", "route", "status", "ms", "model", "version", "inputs"} <= set(line)


def test_sigterm_ends_with_status_0_and_what_was_answered_is_kept(model) -> None:
    found = Running(model)
    ids = [one["id"] for one in found.predict(*[f"refund {i}" for i in range(50)])["predictions"]]
    assert found.stop() == 0
    store = predictions_of(place_of(model).state)
    assert all(store.find(id) is not None for id in ids)


def test_beyond_this_machine_it_does_not_start_without_tokens(model) -> None:

    done = subprocess.run(
        [*CALL, "serve", str(model), "--host", "0.0.0.0"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "so a token is needed" in done.stderr
    assert "Traceback" not in done.stderr


def test_tokens_scopes_rotation_and_rates(model, tmp_path) -> None:
    file = tmp_path / "tokens.json"
    _, asks = new_token(file, "app", ["predict"])
    _, slow = new_token(file, "slow", ["read"], rate=1)
    _, admin = new_token(file, "ann", ["admin"])
    assert asks not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600

    def bearer(secret: str) -> dict[str, str]:
        return {**JSON, "authorization": f"Bearer {secret}"}

    with running(model, "--token-file", file, "--host", "0.0.0.0") as found:
        http = found.http
        body = {"input": "a refund"}
        assert problem(http.post("/v1/predict", json=body), 401, "unauthorized")
        assert http.post("/v1/predict", json=body, headers=bearer("dct_wrong")).status_code == 401
        assert http.post("/v1/predict", json=body, headers=bearer(asks)).status_code == 200
        problem(http.get("/v1/models", headers=bearer(asks)), 403, "forbidden")
        problem(http.post("/v1/models/topic/rollback", json={"by": "x"}, headers=bearer(asks)), 403, "forbidden")
        assert http.get("/v1/models", headers=bearer(admin)).status_code == 200
        assert http.get("/healthz").status_code == 200
        statuses = [http.get("/v1/models", headers=bearer(slow)) for _ in range(6)]
        assert [one.status_code for one in statuses[:2]] == [200, 200]  # a burst of two seconds
        limited = next(one for one in statuses if one.status_code == 429)
        problem(limited, 429, "rate-limited")
        assert limited.headers["retry-after"] == "1"
        made, fresh = new_token(file, "app", ["predict"])
        assert http.post("/v1/predict", json=body, headers=bearer(fresh)).status_code == 200
        assert http.post("/v1/predict", json=body, headers=bearer(asks)).status_code == 200
        (gone,) = [one for one in revoke(file, "app") if one.id != made.id]
        assert gone.name == "app"
        assert http.post("/v1/predict", json=body, headers=bearer(asks)).status_code == 401
        file.write_text("{")  # a damaged file leaves in force what was
        assert http.get("/v1/models", headers=bearer(admin)).status_code == 200
        assert admin not in found.logged()
